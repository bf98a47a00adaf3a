//! Cards to staff: a press is the same decision as its words, takes effect once, and is told to all who hold the card.
//!
//! On DingTalk: `dingtalk`. WeCom's side listens; callbacks are delivered in memory, so that each test chooses what arrives, and how often.

mod dingtalk;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::future::join_all;
use kehou::app::{App, Seams};
use kehou::cli::demo::first_morning;
use kehou::clock::{Clock, ManualClock};
use kehou::domain::people::{Channel, Person, Role, Student};
use kehou::ids::Ids;
use kehou::simulator::wecom::{Author, Faults, Outage, Press, TaskCard};
use kehou::store::memory::MemoryStore;
use kehou::store::{Batch, Store};
use kehou::usecase::{campaign, record};
use kehou::web;
use tower::ServiceExt as _;

use super::support::{Family, SmallSchool};

/// Everything on the way to a request for a place.
const APPLY: [&str; 6] = ["修改", "周一周三", "五点半", "听老师安排", "下周一", "对"];
/// A registration while the survey is open.
const TO_YES: [&str; 6] = ["修改", "1", "每天", "五点半", "听老师安排", "1"];

struct World {
    app: Arc<App>,
    small: SmallSchool,
    families: Vec<Family>,
    clock: Arc<ManualClock>,
    /// The homeroom teacher of the families' class, and one of another class.
    teacher: String,
    stranger: String,
    next_id: AtomicU64,
}

impl World {
    async fn start() -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let small = SmallSchool::start(clock.clone(), 1).await;
        let (time, ids): (Arc<dyn Clock>, _) = (clock.clone(), Arc::new(Ids::seeded(2)));
        let parts = App::parts(&small.config, &time, &ids).unwrap();
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let app = App::assemble(parts, Seams { clock: time, ids, store }).await.unwrap();
        let families = small.import(&app, clock.now()).await;
        let store = app.seams.store.as_ref();
        let key = record::key::<Student>(&small.school, &families[0].child.0);
        let class = record::load::<Student>(store, &key).await.unwrap().unwrap().value.class;
        let is_of = |role: &Role| matches!(role, Role::HomeroomTeacher(other) if *other == class);
        let is_other = |role: &Role| matches!(role, Role::HomeroomTeacher(other) if *other != class);
        let people = record::all::<Person>(store, &small.school).await.unwrap();
        let account = |is_wanted: &dyn Fn(&Role) -> bool| {
            let mut people = people.iter().map(|(_, stored)| &stored.value);
            let person = people.find(|person| person.roles.iter().any(is_wanted)).unwrap();
            person.contact_points[0].account.clone()
        };
        let (teacher, stranger) = (account(&is_of), account(&is_other));
        Self { app, small, families, clock, teacher, stranger, next_id: AtomicU64::new(1) }
    }

    /// The survey is over, so that who wants to join asks for it.
    async fn after_survey() -> Self {
        let world = Self::start().await;
        let (service, now) = (&world.app.service, world.clock.now());
        let school = service.school(&world.small.school).unwrap();
        campaign::open(service, school, 10, now).await.unwrap();
        campaign::close(service, school, now).await.unwrap();
        world
    }

    async fn deliver(&self, plaintext: &str) -> (StatusCode, String) {
        let sealed = self.small.simulator.seal(plaintext);
        let request = Request::post(format!("/callback/wecom/{}?{}", self.small.school, sealed.query))
            .header("Content-Type", "text/xml")
            .body(Body::from(sealed.body))
            .unwrap();
        let response = web::router(self.app.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn say(&self, account: &str, words: &str) -> String {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let plaintext = self.small.simulator.text(account, id, words);
        let (status, body) = self.deliver(&plaintext).await;
        assert_eq!(status, StatusCode::OK);
        self.small.simulator.open_reply(account, &body).unwrap().unwrap_or_default()
    }

    /// The plaintext of a press, with a code of its own.
    fn pressing(&self, account: &str, card: &TaskCard, key: &str, chosen: &[&str]) -> String {
        let chosen = chosen.iter().map(|&id| id.to_owned()).collect();
        let press = Press { task: card.task.clone(), key: key.to_owned(), chosen };
        self.small.simulator.press(account, &press)
    }

    /// A press whose `200` carries no words.
    async fn press(&self, account: &str, card: &TaskCard, key: &str, chosen: &[&str]) {
        let plaintext = self.pressing(account, card, key, chosen);
        assert_eq!(self.deliver(&plaintext).await, (StatusCode::OK, String::new()));
    }

    /// What a press leads to, in words on this phone.
    async fn presses(&self, account: &str, card: &TaskCard, key: &str) -> Vec<String> {
        let before = self.texts(account).len();
        self.press(account, card, key, &[]).await;
        self.app.settle().await.unwrap();
        self.texts(account).split_off(before)
    }

    /// The first parent of a family asks for a place; returns the teacher's card.
    async fn apply(&self, family: usize) -> TaskCard {
        let parent = &self.families[family].guardians[0].1;
        let mut last = String::new();
        for words in APPLY {
            last = self.say(parent, words).await;
        }
        assert!(last.contains("交给班主任了"), "{last}");
        self.app.settle().await.unwrap();
        self.card(&self.teacher)
    }

    /// The newest card on a phone.
    fn card(&self, account: &str) -> TaskCard {
        self.small.simulator.cards(account).pop().unwrap()
    }

    /// The words from the app on a phone that are no card.
    fn texts(&self, account: &str) -> Vec<String> {
        let thread = self.small.simulator.phone(account).unwrap().thread;
        let from_app = thread.into_iter().filter(|message| message.from == Author::App);
        let texts = from_app.filter_map(|message| match message.shows {
            kehou::simulator::wecom::Shown::Text { text } => Some(text),
            _ => None,
        });
        texts.collect()
    }

    fn replaced(&self, account: &str, card: &TaskCard) -> Option<String> {
        self.small.simulator.card(account, &card.task).unwrap().replaced
    }

    fn updates(&self) -> u64 {
        self.small.simulator.figures().card_updates
    }

    /// How often a parent read that the child has a place.
    fn placed(&self, family: usize) -> usize {
        let texts = self.texts(&self.families[family].guardians[0].1);
        texts.iter().filter(|text| text.contains("安排好了")).count()
    }

    async fn child_name(&self, family: usize) -> String {
        let key = record::key::<Student>(&self.small.school, &self.families[family].child.0);
        let student = record::load::<Student>(self.app.seams.store.as_ref(), &key).await.unwrap().unwrap();
        student.value.name.0
    }

    /// Gives somebody the roles that `change` makes of theirs.
    async fn change_roles(&self, account: &str, change: impl Fn(&mut Person)) {
        let store = self.app.seams.store.as_ref();
        let people = record::all::<Person>(store, &self.small.school).await.unwrap();
        let is_it = |person: &Person| {
            person
                .contact_points
                .iter()
                .any(|point| point.channel == Channel::WecomApp && point.account == account)
        };
        let stored = people.into_iter().map(|(_, stored)| stored).find(|stored| is_it(&stored.value));
        let mut stored = stored.unwrap();
        change(&mut stored.value);
        let mut batch = Batch::default();
        let key = record::key::<Person>(&self.small.school, &stored.value.id);
        record::put(&mut batch, &self.small.school, key, &stored.value, stored.expect).unwrap();
        store.commit(batch).await.unwrap();
    }

    /// The teacher of the other class leads this one as well.
    async fn second_teacher(&self) {
        let store = self.app.seams.store.as_ref();
        let key = record::key::<Student>(&self.small.school, &self.families[0].child.0);
        let class = record::load::<Student>(store, &key).await.unwrap().unwrap().value.class;
        self.change_roles(&self.stranger, |person| person.roles.push(Role::HomeroomTeacher(class))).await;
    }
}

#[tokio::test]
async fn a_press_is_the_decision_of_its_words_and_shows_on_the_card() {
    let world = World::after_survey().await;
    let card = world.apply(0).await;
    let labels: Vec<&str> = card.options.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels, ["同意", "先问家长", "不同意"]);
    assert!(
        card.text.contains("也可以打字回复") && card.text.contains(&world.child_name(0).await),
        "{card:?}"
    );
    // Nobody has pressed anything yet, so the words come as well.
    let words = world.texts(&world.teacher).pop().unwrap();
    assert!(words.contains("同意，回复"), "{words}");
    let heard = world.presses(&world.teacher, &card, "approve").await;
    assert!(heard.len() == 1 && heard[0].contains("同意了，这就告诉家长"), "{heard:?}");
    assert_eq!(world.placed(0), 1);
    let replaced = world.replaced(&world.teacher, &card).unwrap();
    assert!(replaced.ends_with("老师已同意"), "{replaced}");
    assert_eq!(world.updates(), 1);
    // From now on the card alone.
    let before = world.texts(&world.teacher).len();
    let next = world.apply(1).await;
    assert_ne!(next.task, card.task);
    assert_eq!(world.texts(&world.teacher).len(), before);
}

#[tokio::test]
async fn a_press_that_comes_again_or_too_late_changes_nothing_and_is_told_who_decided() {
    let world = World::after_survey().await;
    let card = world.apply(0).await;
    let approve = world.pressing(&world.teacher, &card, "approve", &[]);
    let reject = world.pressing(&world.teacher, &card, "reject", &[]);
    // The same one twice at once, and the other one, pressed before, behind it.
    let first = join_all([world.deliver(&approve), world.deliver(&approve)]).await;
    assert_eq!(first, vec![(StatusCode::OK, String::new()); 2]);
    world.app.settle().await.unwrap();
    let before = world.texts(&world.teacher).len();
    assert_eq!(world.deliver(&reject).await, (StatusCode::OK, String::new()));
    world.deliver(&approve).await;
    world.app.settle().await.unwrap();
    let heard = world.texts(&world.teacher).split_off(before);
    assert!(heard.len() == 1 && heard[0].contains("老师已同意，不用再办了"), "{heard:?}");
    assert_eq!(world.placed(0), 1);
    assert!(world.replaced(&world.teacher, &card).unwrap().ends_with("老师已同意"));
}

#[tokio::test]
async fn two_teachers_press_at_once_and_one_decides() {
    let world = World::after_survey().await;
    world.second_teacher().await;
    let teachers = [&world.teacher, &world.stranger];
    world.apply(0).await;
    let cards = teachers.map(|account| world.card(account));
    let approve = world.pressing(teachers[0], &cards[0], "approve", &[]);
    let ask = world.pressing(teachers[1], &cards[1], "approve", &[]);
    join_all([world.deliver(&approve), world.deliver(&ask)]).await;
    world.app.settle().await.unwrap();
    let heard = teachers.map(|account| world.texts(account).join("\n"));
    let deciders = heard.iter().filter(|heard| heard.contains("同意了，这就告诉家长")).count();
    let late = heard.iter().filter(|heard| heard.contains("已同意，不用再办了")).count();
    assert_eq!((deciders, late), (1, 1), "{heard:?}");
    assert_eq!(world.placed(0), 1);
    let replaced = [0, 1].map(|at| world.replaced(teachers[at], &cards[at]));
    assert!(replaced[0].is_some() && replaced[0] == replaced[1], "{replaced:?}");
}

#[tokio::test]
async fn who_has_no_say_presses_in_vain_and_learns_nothing() {
    let world = World::after_survey().await;
    let card = world.apply(0).await;
    let name = world.child_name(0).await;
    let heard = world.presses(&world.stranger, &card, "approve").await;
    assert!(heard.len() == 1 && heard[0].contains("没有改动") && !heard[0].contains(&name), "{heard:?}");
    // Whoever has the card and does not lead the class any more.
    world.change_roles(&world.teacher, |person| person.roles.retain(|role| *role == Role::Guardian)).await;
    let heard = world.presses(&world.teacher, &card, "approve").await;
    assert!(heard.len() == 1 && heard[0].contains("没有改动") && !heard[0].contains(&name), "{heard:?}");
    // Keys and cards that nobody made.
    let forged = TaskCard { task: "k_nothing".to_owned(), ..card.clone() };
    assert!(world.presses(&world.teacher, &forged, "approve").await[0].contains("没有改动"));
    assert_eq!(world.placed(0), 0);
    assert_eq!(world.replaced(&world.teacher, &card), None);
    // Nobody's account.
    let plaintext = world.pressing("nobody", &card, "approve", &[]);
    assert_eq!(world.deliver(&plaintext).await, (StatusCode::OK, String::new()));
    world.app.settle().await.unwrap();
    assert_eq!(world.placed(0), 0);
}

#[tokio::test]
async fn a_refusal_goes_on_in_words_and_a_question_says_how() {
    let world = World::after_survey().await;
    let card = world.apply(0).await;
    let heard = world.presses(&world.teacher, &card, "ask").await;
    assert!(heard.len() == 1 && heard[0].contains("先问"), "{heard:?}");
    let heard = world.presses(&world.teacher, &card, "reject").await;
    assert!(heard.len() == 1 && heard[0].contains("原因是什么"), "{heard:?}");
    assert_eq!(world.replaced(&world.teacher, &card), None, "nothing is decided yet");
    // A press is no reason, whatever waits for one.
    let second = world.apply(1).await;
    let heard = world.presses(&world.teacher, &second, "approve").await;
    assert!(heard[0].contains("同意了") && heard[0].contains("前面那件没有写原因"), "{heard:?}");
    assert!(world.presses(&world.teacher, &card, "reject").await[0].contains("原因是什么"));
    let answer = world.say(&world.teacher, "教室坐满了").await;
    assert!(answer.contains("不同意，原因会告诉家长"), "{answer}");
    world.app.settle().await.unwrap();
    assert!(world.replaced(&world.teacher, &card).unwrap().ends_with("没有同意"));
    assert_eq!((world.placed(0), world.placed(1)), (0, 1));
}

#[tokio::test]
async fn words_settle_the_cards_of_all_and_who_only_sees_cards_gets_no_words() {
    let world = World::after_survey().await;
    world.second_teacher().await;
    let first = world.apply(0).await;
    let theirs = world.card(&world.stranger);
    world.presses(&world.stranger, &theirs, "approve").await;
    assert!(world.replaced(&world.teacher, &first).is_some());
    assert!(
        world.texts(&world.teacher).pop().unwrap().contains("您不用再办"),
        "never pressed: told in words"
    );
    // The other one has pressed a card now: the next decision shows there alone.
    world.apply(1).await;
    let cards = [&world.teacher, &world.stranger].map(|account| world.card(account));
    let before = world.texts(&world.stranger).len();
    let number = cards[0].title.trim_matches(|character: char| !character.is_ascii_digit()).to_owned();
    let answer = world.say(&world.teacher, &format!("{number}同意")).await;
    assert!(answer.contains("同意了"), "{answer}");
    world.app.settle().await.unwrap();
    assert_eq!(world.texts(&world.stranger).len(), before);
    for (account, card) in [&world.teacher, &world.stranger].into_iter().zip(&cards) {
        assert!(world.replaced(account, card).unwrap().ends_with("老师已同意"));
    }
}

#[tokio::test]
async fn a_card_that_cannot_change_any_more_is_made_up_for_in_words() {
    for is_old in [true, false] {
        let world = World::after_survey().await;
        world.second_teacher().await;
        world.apply(0).await;
        let theirs = world.card(&world.stranger);
        world.presses(&world.stranger, &theirs, "approve").await;
        world.apply(1).await;
        let before = world.texts(&world.stranger).len();
        let (number, updates) = (world.card(&world.teacher).title, world.updates());
        let number = number.trim_matches(|character: char| !character.is_ascii_digit()).to_owned();
        if is_old {
            // Longer than any code is good. Reminders come meanwhile.
            world.clock.advance(chrono::Duration::hours(72));
            world.app.settle().await.unwrap();
        }
        let faults = Faults { outage: Outage::Code(60140), outage_calls: Some(2), ..Faults::default() };
        world.say(&world.teacher, &format!("{number}同意")).await;
        if !is_old {
            world.small.simulator.set_faults(faults);
        }
        world.app.settle().await.unwrap();
        let heard = world.texts(&world.stranger).split_off(before);
        assert!(heard.last().unwrap().contains("您不用再办"), "{is_old}: {heard:?}");
        if !is_old {
            assert_eq!(world.updates(), updates, "none got through");
        }
        assert_eq!(world.placed(1), 1);
        let card = world.card(&world.stranger);
        assert_eq!(card.replaced, None, "{is_old}");
        // Its next press brings a code of its own.
        let heard = world.presses(&world.stranger, &card, "reject").await;
        assert!(heard[0].contains("不用再办"), "{is_old}: {heard:?}");
        assert!(world.replaced(&world.stranger, &card).is_some(), "{is_old}");
    }
}

#[tokio::test]
async fn a_roll_is_called_by_a_card_and_only_for_its_own_room_and_day() {
    let world = World::start().await;
    for family in [0, 1] {
        let mut last = String::new();
        for words in TO_YES {
            last = world.say(&world.families[family].guardians[0].1, words).await;
        }
        assert!(last.contains("回执码"), "{last}");
    }
    world.clock.advance(chrono::Duration::days(1));
    world.app.settle().await.unwrap();
    for _ in 0..40 {
        world.clock.advance(chrono::Duration::minutes(15));
        world.app.settle().await.unwrap();
        if !world.small.simulator.cards(&world.teacher).is_empty() {
            break;
        }
    }
    let card = world.card(&world.teacher);
    assert_eq!(card.card_type, "vote_interaction");
    assert_eq!(card.options.len(), 3, "{card:?}");
    let missing = card.options[1].0.clone();
    world.press(&world.teacher, &card, "submit", &["all", &missing]).await;
    world.press(&world.teacher, &card, "submit", &[]).await;
    world.press(&world.stranger, &card, "submit", &["all"]).await;
    world.app.settle().await.unwrap();
    assert!(world.texts(&world.teacher).iter().rev().take(2).all(|text| text.contains("还没有记下")));
    assert!(world.texts(&world.stranger).pop().unwrap().contains("没有改动"));
    assert_eq!(world.replaced(&world.teacher, &card), None);
    world.press(&world.teacher, &card, "submit", &[&missing]).await;
    world.app.settle().await.unwrap();
    let name = card.options[1].1.split(' ').next_back().unwrap().to_owned();
    let answer = world.texts(&world.teacher).pop().unwrap();
    assert!(answer.contains(&name) && answer.contains("有变化随时说"), "{answer}");
    assert_eq!(world.replaced(&world.teacher, &card).as_deref(), Some("已点名"));
    // An old card calls no new roll.
    world.clock.advance(chrono::Duration::days(1));
    let before = world.texts(&world.teacher).len();
    world.press(&world.teacher, &card, "submit", &["all"]).await;
    world.app.settle().await.unwrap();
    let heard = world.texts(&world.teacher).split_off(before);
    assert!(heard.iter().any(|text| text.contains("没有改动")), "{heard:?}");
}

#[tokio::test]
async fn a_broadcast_is_acknowledged_by_a_press_once() {
    let world = World::start().await;
    let people = record::all::<Person>(world.app.seams.store.as_ref(), &world.small.school).await.unwrap();
    let admin = people.iter().find(|(_, stored)| stored.value.roles.contains(&Role::SchoolAdmin)).unwrap();
    let admin = admin.1.value.contact_points[0].account.clone();
    let mut asked = String::new();
    for words in ["紧急通知", "今天下午四点在会议室开会", "4"] {
        asked = world.say(&admin, words).await;
    }
    let (_, rest) = asked.split_once('共').unwrap();
    let sent = world.say(&admin, rest.split('人').next().unwrap()).await;
    assert!(sent.contains("正在发给"), "{asked}\n{sent}");
    world.app.settle().await.unwrap();
    assert!(
        world.texts(&world.teacher).pop().unwrap().contains("今天下午四点"),
        "the words come in any case"
    );
    let card = world.card(&world.teacher);
    let heard = world.presses(&world.teacher, &card, "seen").await;
    assert!(heard.len() == 1 && heard[0].contains("学校知道您看到了"), "{heard:?}");
    assert_eq!(world.replaced(&world.teacher, &card).as_deref(), Some("已回复"));
    let heard = world.presses(&world.teacher, &card, "seen").await;
    assert!(heard.len() == 1 && heard[0].contains("没有改动"), "{heard:?}");
}
