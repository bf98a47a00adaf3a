//! The same on DingTalk: cards by the school's template, presses by the stream and by an address of ours.
//!
//! DingTalk's side speaks over real connections; the clock is moved by hand.

use kehou::simulator::dingtalk::{DeliveryError, Faults, Outage, Saying};
use kehou::simulator::wecom::Shown;

use super::super::dingtalk::World as School;
use super::*;

struct World {
    school: School,
    is_stream: bool,
    /// Guardians of a child each.
    parents: Vec<(Student, String)>,
    teacher: String,
    stranger: String,
}

impl World {
    /// The survey is over; guardians speak with the robot like the staff.
    async fn after_survey(is_stream: bool) -> Self {
        let swap = |students: &mut [[String; 10]]| students.iter_mut().for_each(|row| row.swap(8, 9));
        let school = School::start_with(is_stream, swap).await;
        if is_stream {
            school.connect();
            school.simulator.streams_are(|simulator| simulator.connections() == 1).await;
        }
        let (app, id) = (&school.app, &school.small.school);
        let own = app.service.school(id).unwrap();
        campaign::open(&app.service, own, 10, school.clock.now()).await.unwrap();
        campaign::close(&app.service, own, school.clock.now()).await.unwrap();
        let store = app.seams.store.as_ref();
        let people = record::all::<Person>(store, id).await.unwrap();
        let people: Vec<Person> = people.into_iter().map(|(_, stored)| stored.value).collect();
        let account = |person: &Person| {
            let mut points = person.contact_points.iter();
            points.find(|point| point.channel == Channel::DingtalkRobot).map(|point| point.account.clone())
        };
        let students = record::all::<Student>(store, id).await.unwrap();
        let mut parents = Vec::new();
        for (_, student) in students {
            let Some(first) = student.value.guardians.first().map(|one| one.person.clone()) else { continue };
            let person = people.iter().find(|person| person.id == first).unwrap();
            if person.children.len() == 1 && person.roles == [Role::Guardian] {
                parents.extend(account(person).map(|account| (student.value, account)));
            }
        }
        let class = parents[0].0.class;
        let of = |is_wanted: &dyn Fn(&Role) -> bool| {
            let person = people.iter().find(|person| person.roles.iter().any(is_wanted)).unwrap();
            account(person).unwrap()
        };
        let teacher = of(&|role| matches!(role, Role::HomeroomTeacher(other) if *other == class));
        let stranger = of(&|role| matches!(role, Role::HomeroomTeacher(other) if *other != class));
        Self { school, is_stream, parents, teacher, stranger }
    }

    /// What came by the stream took effect.
    async fn taken(&self) {
        self.school.simulator.streams_are(|simulator| simulator.unacknowledged() == 0).await;
    }

    /// All goes out, and what waits for an answer to be there first.
    async fn settle(&self) {
        self.school.app.settle().await.unwrap();
        self.school.clock.advance(chrono::Duration::seconds(2));
        self.school.app.settle().await.unwrap();
    }

    async fn say(&self, account: &str, words: &str) -> String {
        if self.is_stream {
            self.school.simulator.push(account, &Saying::Text(words.to_owned())).unwrap();
            self.taken().await;
        } else {
            self.school.simulator.say(account, words).await.unwrap();
        }
        self.settle().await;
        self.texts(account).pop().unwrap()
    }

    async fn press(&self, account: &str, card: &TaskCard, choice: &str) {
        self.school.simulator.card_click(account, &card.task, choice).await.unwrap();
        self.taken().await;
    }

    /// What a press leads to, in words on this phone.
    async fn presses(&self, account: &str, card: &TaskCard, choice: &str) -> Vec<String> {
        let before = self.texts(account).len();
        self.press(account, card, choice).await;
        self.settle().await;
        self.texts(account).split_off(before)
    }

    /// A parent asks for a place; returns the teacher's card.
    async fn apply(&self, parent: usize) -> TaskCard {
        let mut last = String::new();
        for words in APPLY {
            last = self.say(&self.parents[parent].1, words).await;
        }
        assert!(last.contains("交给班主任了"), "{last}");
        self.card(&self.teacher)
    }

    fn card(&self, account: &str) -> TaskCard {
        self.school.simulator.cards(account).pop().unwrap()
    }

    /// The words from the app on a phone that are no card.
    fn texts(&self, account: &str) -> Vec<String> {
        let thread = self.school.simulator.phone(account).unwrap().thread;
        let from_app = thread.into_iter().filter(|message| message.from == Author::App);
        let texts = from_app.filter_map(|message| match message.shows {
            Shown::Text { text } => Some(text),
            _ => None,
        });
        texts.collect()
    }

    fn placed(&self, parent: usize) -> usize {
        self.texts(&self.parents[parent].1).iter().filter(|text| text.contains("安排好了")).count()
    }

    /// The teacher of the other class leads this one as well.
    async fn second_teacher(&self) {
        let store = self.school.app.seams.store.as_ref();
        let people = record::all::<Person>(store, &self.school.small.school).await.unwrap();
        let is_it =
            |person: &Person| person.contact_points.iter().any(|point| point.account == self.stranger);
        let mut stored =
            people.into_iter().map(|(_, stored)| stored).find(|stored| is_it(&stored.value)).unwrap();
        stored.value.roles.push(Role::HomeroomTeacher(self.parents[0].0.class));
        let mut batch = Batch::default();
        let key = record::key::<Person>(&self.school.small.school, &stored.value.id);
        record::put(&mut batch, &self.school.small.school, key, &stored.value, stored.expect).unwrap();
        store.commit(batch).await.unwrap();
    }
}

#[tokio::test]
async fn a_press_by_the_stream_or_over_http_is_the_decision_of_its_words_and_shows_on_the_card() {
    for is_stream in [true, false] {
        let world = World::after_survey(is_stream).await;
        let card = world.apply(0).await;
        let labels: Vec<&str> = card.options.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["同意", "先问家长", "不同意"]);
        assert!(card.text.contains("也可以打字回复") && card.text.contains(&world.parents[0].0.name.0));
        let heard = world.presses(&world.teacher, &card, "1").await;
        assert!(heard.len() == 1 && heard[0].contains("同意了，这就告诉家长"), "{is_stream}: {heard:?}");
        assert_eq!(world.placed(0), 1, "{is_stream}");
        let after = world.card(&world.teacher);
        assert!(after.replaced.unwrap().ends_with("老师已同意"), "{is_stream}");
        assert_eq!((after.title, after.text), (card.title, card.text), "the rest stays: {is_stream}");
        assert!(after.options.is_empty(), "{is_stream}");
        // From now on the card alone.
        let before = world.texts(&world.teacher).len();
        assert_ne!(world.apply(1).await.task, card.task);
        assert_eq!(world.texts(&world.teacher).len(), before, "{is_stream}");
    }
}

#[tokio::test]
async fn a_press_that_comes_again_takes_effect_once_and_one_that_comes_late_is_told_who_decided() {
    for is_stream in [true, false] {
        let world = World::after_survey(is_stream).await;
        let card = world.apply(0).await;
        if is_stream {
            // The connection breaks before anything is acknowledged: the frame comes again on the next one.
            world.school.simulator.push_press(&world.school.simulator.press(&world.teacher, &card.task, "1"));
            assert!(world.school.simulator.cut(0));
            world.school.simulator.streams_are(|simulator| simulator.connections() == 0).await;
            while world.school.simulator.connections() == 0 {
                world.school.clock.advance(chrono::Duration::seconds(1));
                for _ in 0..50 {
                    tokio::task::yield_now().await;
                }
            }
            world.taken().await;
        } else {
            world.school.simulator.set_faults(Faults { extra_deliveries: 2, ..Faults::default() });
            world.press(&world.teacher, &card, "1").await;
            world.school.simulator.set_faults(Faults::default());
        }
        world.school.app.settle().await.unwrap();
        let heard = world.texts(&world.teacher);
        let decided = heard.iter().filter(|text| text.contains("同意了，这就告诉家长")).count();
        assert_eq!((decided, world.placed(0)), (1, 1), "{is_stream}: {heard:?}");
        // The card has not changed yet, and is pressed once more.
        world.school.clock.advance(chrono::Duration::milliseconds(500));
        if world.card(&world.teacher).replaced.is_none() {
            let heard = world.presses(&world.teacher, &card, "3").await;
            assert!(
                heard.len() == 1 && heard[0].contains("老师已同意，不用再办了"),
                "{is_stream}: {heard:?}"
            );
        }
        world.settle().await;
        assert!(world.card(&world.teacher).replaced.unwrap().ends_with("老师已同意"), "{is_stream}");
        let again = world.school.simulator.card_click(&world.teacher, &card.task, "1").await;
        assert_eq!(again, Err(DeliveryError::NothingToPress), "{is_stream}");
        assert_eq!(world.placed(0), 1, "{is_stream}");
    }
}

#[tokio::test]
async fn two_teachers_press_at_once_on_dingtalk_and_one_decides() {
    for is_stream in [true, false] {
        let world = World::after_survey(is_stream).await;
        world.second_teacher().await;
        world.apply(0).await;
        let teachers = [&world.teacher, &world.stranger];
        let cards = teachers.map(|account| world.card(account));
        join_all([world.press(teachers[0], &cards[0], "1"), world.press(teachers[1], &cards[1], "1")]).await;
        world.settle().await;
        let heard = teachers.map(|account| world.texts(account).join("\n"));
        let deciders = heard.iter().filter(|heard| heard.contains("同意了，这就告诉家长")).count();
        let late = heard.iter().filter(|heard| heard.contains("已同意，不用再办了")).count();
        assert_eq!((deciders, late), (1, 1), "{is_stream}: {heard:?}");
        assert_eq!(world.placed(0), 1, "{is_stream}");
        let replaced = teachers.map(|account| world.card(account).replaced);
        assert!(replaced[0].is_some() && replaced[0] == replaced[1], "{is_stream}: {replaced:?}");
    }
}

#[tokio::test]
async fn the_teacher_of_another_class_presses_a_forged_card_in_vain_and_learns_nothing() {
    let world = World::after_survey(true).await;
    let card = world.apply(0).await;
    let name = &world.parents[0].0.name.0;
    let track = card.task.as_str();
    for (account, track) in [(&world.stranger, track), (&world.teacher, "k_nothing--approve")] {
        let before = world.texts(account).len();
        let body = world.school.simulator.press(account, track, "1");
        world.school.simulator.push_press(&body);
        world.taken().await;
        world.settle().await;
        let heard = world.texts(account).split_off(before);
        assert!(heard.len() == 1 && heard[0].contains("没有改动") && !heard[0].contains(name), "{heard:?}");
    }
    // Nobody's account, and what is no press at all, are acknowledged and left alone.
    world.school.simulator.push_press(&world.school.simulator.press("nobody", track, "1"));
    world.school.simulator.push_press("{}");
    world.taken().await;
    world.settle().await;
    assert_eq!((world.placed(0), world.card(&world.teacher).replaced), (0, None));
}

#[tokio::test]
async fn a_card_that_is_lost_on_the_way_shows_once_and_one_that_is_not_delivered_goes_as_its_words() {
    let world = World::after_survey(true).await;
    let card = world.apply(0).await;
    world.presses(&world.teacher, &card, "1").await;
    let (before, cards) =
        (world.texts(&world.teacher).len(), world.school.simulator.cards(&world.teacher).len());
    let parent = &world.parents[1].1;
    for words in &APPLY[..APPLY.len() - 1] {
        world.say(parent, words).await;
    }
    let undelivered = Faults { cards_not_delivered: 1, ..Faults::default() };
    world.school.simulator.set_faults(undelivered);
    world.say(parent, APPLY[APPLY.len() - 1]).await;
    assert_eq!(world.school.simulator.cards(&world.teacher).len(), cards);
    let heard = world.texts(&world.teacher).split_off(before);
    assert!(heard.len() == 1 && heard[0].contains("同意，回复"), "{heard:?}");
    let number: String =
        heard[0].chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let parent = &world.parents[2].1;
    for words in &APPLY[..APPLY.len() - 1] {
        world.say(parent, words).await;
    }
    world.school.simulator.push(parent, &Saying::Text(APPLY[APPLY.len() - 1].to_owned())).unwrap();
    world.taken().await;
    let lost = Faults { outage: Outage::AnswerLost, outage_calls: Some(1), ..Faults::default() };
    world.school.simulator.set_faults(lost);
    for _ in 0..4 {
        world.settle().await;
        world.school.clock.advance(chrono::Duration::seconds(10));
    }
    assert_eq!(world.school.simulator.cards(&world.teacher).len(), cards + 1);
    assert_eq!(world.texts(&world.teacher).len(), before + 1);
    // Words decide as well as ever.
    let answer = world.say(&world.teacher, &format!("{number}同意")).await;
    assert!(answer.contains("同意了"), "{answer}");
    assert_eq!(world.placed(1), 1);
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_goes_again_until_it_is_known() {
    let world = World::after_survey(true).await;
    let card = world.apply(0).await;
    world.press(&world.teacher, &card, "1").await;
    world.school.app.settle().await.unwrap();
    assert_eq!(world.card(&world.teacher).replaced, None);
    for outage in [Outage::TimedOut, Outage::Busy, Outage::AnswerLost] {
        world.school.simulator.set_faults(Faults { outage, outage_calls: Some(1), ..Faults::default() });
        world.school.clock.advance(chrono::Duration::seconds(15));
        world.school.app.settle().await.unwrap();
    }
    world.school.clock.advance(chrono::Duration::minutes(1));
    world.school.app.settle().await.unwrap();
    assert_eq!(world.school.simulator.figures().card_updates, 2, "one was lost on its way back, one arrived");
    assert!(world.card(&world.teacher).replaced.unwrap().ends_with("老师已同意"));
}
