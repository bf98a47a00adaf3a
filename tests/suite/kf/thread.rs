//! What a chat on plain WeChat leaves in the thread of the parent page, and what is forgotten of those whom nobody knows.

use kehou::clock::Clock as _;
use kehou::domain::authorised_person::{Description, ForbiddenPerson, PickupList, Said};
use kehou::domain::people::PrivateText;
use kehou::store::{Batch, Expect, Kind, Range, Store as _};
use kehou::usecase::record::AccountOwner;
use kehou::usecase::thread::{By, LINES_MAX, Line, latest};

use super::*;

const MOTHER: &str = "wmMOTHER";

impl World {
    /// Gives a person a parent page, and so a thread.
    async fn give_page(&self, id: &PersonId) {
        let (school, account) = (&self.small.school, format!("page-{id}"));
        let key = record::key::<Person>(school, id);
        let stored = record::load::<Person>(self.store.as_ref(), &key).await.unwrap().unwrap();
        let (mut person, expect) = (stored.value, stored.expect);
        let owner = record::key::<AccountOwner>(school, record::account_id(Channel::ParentPage, &account));
        let mut batch = Batch::default();
        let person_id = id.clone();
        record::put(&mut batch, school, owner, &AccountOwner { person: person_id }, Expect::Absent).unwrap();
        person.contact_points.push(ContactPoint {
            channel: Channel::ParentPage,
            account,
            is_reachable: true,
        });
        record::put(&mut batch, school, key, &person, expect).unwrap();
        self.store.commit(batch).await.unwrap();
    }

    async fn lines(&self, id: &PersonId) -> Vec<Line> {
        latest(self.store.as_ref(), &self.small.school, id, self.clock.now()).await.unwrap()
    }

    async fn stored(&self, kind: &'static str) -> usize {
        self.store.scan(Kind(kind), &Range::all(10_000)).await.unwrap().len()
    }
}

#[tokio::test]
async fn what_is_tapped_in_the_chat_stands_in_the_thread_as_it_reads() {
    let mut world = World::start(60).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    world.give_page(&mother).await;
    world.enter(&mother, MOTHER).await;
    world.ask(MOTHER, "修改").await;
    let taps = world.thread(MOTHER).last().unwrap().taps.clone();
    let (id, label) = taps[0].clone();
    world.tap(MOTHER, &label).await;
    let lines = world.lines(&mother).await;
    let own: Vec<&str> =
        lines.iter().filter(|line| line.by == By::Person).map(|line| line.words.0.as_str()).collect();
    assert_eq!(own, ["修改", label.as_str()]);
    assert!(lines.iter().all(|line| !line.words.0.contains(&id)), "no id of a button");
    let said = world.last(MOTHER);
    assert_eq!(lines.last().unwrap().words.0, said, "the answer of the chat is the last line");
}

#[tokio::test]
async fn what_a_guest_says_stands_in_no_thread_also_not_in_that_of_who_it_turns_out_to_be() {
    let mut world = World::start(61).await;
    let family = world.families[0].clone();
    let (mother, _) = &family.guardians[0];
    world.give_page(mother).await;
    let (student, person) = (world.student(&family).await, world.person(mother).await);
    let digits = person.phone.unwrap().as_str()[7..].to_owned();
    world.ask(MOTHER, "你好").await;
    for words in [student.class.to_string(), student.name.0.clone(), digits.clone()] {
        world.ask(MOTHER, &words).await;
    }
    assert!(world.last(MOTHER).starts_with("核对好了"), "{}", world.last(MOTHER));
    for line in world.lines(mother).await {
        assert_ne!(line.by, By::Person, "a guest's words: {:?}", line.words.0.len());
        assert!(!line.words.0.contains(&digits));
    }
    world.ask(MOTHER, "我的").await;
    let lines = world.lines(mother).await;
    assert_eq!(lines.iter().filter(|line| line.by == By::Person).count(), 1, "from then on it is kept");
}

#[tokio::test]
async fn a_thread_has_its_bound_wherever_it_is_written() {
    let mut world = World::start(62).await;
    let (mother, account) = world.families[0].guardians[0].clone();
    world.give_page(&mother).await;
    for number in 0..LINES_MAX {
        let inbound = kehou::platform::Inbound {
            school: world.small.school.clone(),
            channel: Channel::WecomApp,
            id: kehou::platform::InboundId(format!("app-{number}")),
            account: account.clone(),
            content: kehou::platform::Content::Text("菜单".into()),
            sent_at: None,
            envelope: String::new(),
        };
        world.app.receive(&inbound, world.clock.now()).await.unwrap();
    }
    assert!(world.stored("thread").await <= LINES_MAX + 2, "{}", world.stored("thread").await);
    world.settle().await;
}

#[tokio::test]
async fn a_guest_who_stays_away_is_forgotten_and_one_who_comes_back_is_not() {
    let mut world = World::start(63).await;
    let before = world.stored("conversation").await;
    for account in ["wmGONE", "wmBACK"] {
        world.ask(account, "你好").await;
    }
    assert_eq!((world.stored("answer_window").await, world.stored("guest").await), (2, 2));
    world.clock.advance(chrono::Duration::days(1));
    world.settle().await;
    world.clock.advance(chrono::Duration::days(5));
    world.ask("wmBACK", "你好").await;
    world.clock.advance(chrono::Duration::days(2));
    world.settle().await;
    world.clock.advance(chrono::Duration::days(1));
    world.settle().await;
    assert_eq!((world.stored("answer_window").await, world.stored("guest").await), (1, 1));
    assert_eq!(world.stored("conversation").await, before + 1);
    assert!(!world.ask("wmBACK", "你好").await.is_empty());
    for days in [1, 8] {
        world.clock.advance(chrono::Duration::days(days));
        world.settle().await;
    }
    assert_eq!((world.stored("answer_window").await, world.stored("guest").await), (0, 0));
    assert_eq!(world.stored("conversation").await, before);
    assert!(world.ask("wmGONE", "你好").await.contains("我还不认识您"), "it begins anew");
}

#[tokio::test]
async fn a_guardian_who_must_not_take_the_child_does_not_hear_of_a_new_chat() {
    let mut world = World::start(64).await;
    let family = world.families[0].clone();
    let [(mother, _), (father, father_account)] = &family.guardians;
    let (now, phone) = (world.clock.now(), world.person(father).await.phone);
    let forbidden = ForbiddenPerson {
        id: kehou::domain::authorised_person::AuthorisedId("a".into()),
        who: Description { relation: None, name: None, phone },
        note: PrivateText("法院判决".into()),
        said: Said { by: mother.clone(), at: now, receipt: "AAAAAA".into() },
    };
    let list = PickupList::default().forbid(forbidden).unwrap();
    let key = record::key::<PickupList>(&world.small.school, &family.child.0);
    let mut batch = Batch::default();
    record::put(&mut batch, &world.small.school, key, &list, Expect::Absent).unwrap();
    world.store.commit(batch).await.unwrap();
    let heard = world.simulator().phone(father_account).unwrap().thread.len();
    world.enter(mother, MOTHER).await;
    assert!(world.last(MOTHER).contains("认出您了"));
    world.clock.advance(chrono::Duration::hours(1));
    world.settle().await;
    assert_eq!(world.simulator().phone(father_account).unwrap().thread.len(), heard);
}
