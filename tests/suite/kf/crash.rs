//! A parent comes by the link and answers the survey in the chat, and a restart at any moment changes nothing.

use kehou::clock::Clock as _;
use kehou::domain::enrolment::{Standing, Wish};
use kehou::domain::ledger::LedgerLine;
use kehou::domain::people::Role;
use kehou::outbox::{self, Deliveries as _, Ending, Listing, Row};
use kehou::platform::mailbox::{Arrived, Page, Undelivered};
use kehou::platform::{Content, Inbound, InboundId};
use kehou::store::faulty::Fault;
use kehou::store::{Batch, Expect, Write};
use kehou::usecase::deliveries::Delivered;
use kehou::usecase::mailbox::{self, Mailbox};
use kehou::usecase::{campaign, ledger};

use super::*;

const MOTHER: &str = "wmMOTHER";

/// What remains of the story: the thread, where the child stands, and the lines about it.
#[derive(Debug, PartialEq)]
struct Remains {
    said: Vec<String>,
    wish: Option<String>,
    lines: usize,
}

/// A school whose families have all been asked.
async fn asked(seed: u64) -> World {
    let mut world = World::start(seed).await;
    let school = world.app.service.school(&world.small.school).unwrap().clone();
    campaign::open(&world.app.service, &school, 5, world.clock.now()).await.unwrap();
    world.settle().await;
    // A teacher with a child here is greeted as a teacher.
    let mut families = Vec::new();
    for family in std::mem::take(&mut world.families) {
        if world.person(&family.guardians[0].0).await.roles == [Role::Guardian] {
            families.push(family);
        }
    }
    world.families = families;
    world
}

/// Plays the story with a family of its own; `fault` hits the `nth` commit from the entrance into the chat on. Returns what
/// remains, and how many commits it took.
async fn play(world: &mut World, family: &Family, fault: Option<(u64, Fault)>) -> (Remains, u64) {
    let (mother, _) = &family.guardians[0];
    let account = format!("wm{}", family.child.0);
    let account = account.as_str();
    let link = world.app.chat_link(&world.small.school, mother).await.unwrap().unwrap();
    let before = world.store.commits();
    if let Some((nth, fault)) = fault {
        world.store.on_commit(before + nth, fault);
    }
    world.simulator().kf_enter(KF, account, &link);
    world.settle().await;
    world.tap(account, "参加").await;
    world.ask(account, "周一周三").await;
    world.ask(account, "五点半").await;
    world.ask(account, "听老师安排").await;
    world.tap(account, "对").await;
    let commits = world.store.commits() - before;
    let key = record::key::<Standing>(&world.small.school, &family.child.0);
    let standing = record::load::<Standing>(world.store.as_ref(), &key).await.unwrap().unwrap().value;
    let wish = standing.registration().map(|registration| match &registration.wish {
        Wish::Accepted(arrangement) => format!("{:?}", arrangement.days),
        other => format!("{other:?}"),
    });
    let mut lines = 0;
    let count = |_, line: &LedgerLine| lines += usize::from(line.student == family.child);
    ledger::for_each(&world.app.service, &world.small.school, 0, u64::MAX, count).await.unwrap();
    let name = world.student(family).await.name.0;
    let said =
        world.thread(account).into_iter().map(|message| without_chance(&message.words, &name)).collect();
    assert_eq!(world.simulator().kf_figures().over, 0);
    (Remains { said, wish, lines }, commits)
}

/// The words without the child's name and the receipt's code.
fn without_chance(words: &str, name: &str) -> String {
    let lines = words.lines().map(|line| line.split("回执码").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n").replace(name, "孩子")
}

#[tokio::test]
async fn a_parent_answers_the_survey_in_the_chat() {
    let mut world = asked(30).await;
    let family = world.families[0].clone();
    let (remains, _) = play(&mut world, &family, None).await;
    assert!(remains.wish.as_ref().is_some_and(|days| days.contains("Mon") && days.contains("Wed")));
    assert!(remains.said.last().unwrap().contains("孩子已登记参加"), "{:?}", remains.said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_between_any_two_commits_loses_and_doubles_nothing() {
    let mut world = asked(31).await;
    let mut families = world.families.clone().into_iter();
    let (whole, commits) = play(&mut world, &families.next().unwrap(), None).await;
    for nth in 1..=commits {
        for fault in [Fault::FailBefore, Fault::FailAfter] {
            if families.len() == 0 {
                world = asked(31 + nth).await;
                families = world.families.clone().into_iter();
            }
            let family = families.next().unwrap();
            let (remains, _) = play(&mut world, &family, Some((nth, fault))).await;
            assert_eq!(remains, whole, "{fault:?} at commit {nth} of {commits}");
        }
    }
}

/// WeCom says that an answer did not arrive.
async fn tell_failure(world: &World, answer: &str) {
    let (service, school) = (&world.app.service, world.small.school.clone());
    let mailbox = Mailbox { school: school.clone(), channel: Channel::WecomKf, name: KF.to_owned() };
    let from = mailbox::place(service, &mailbox).await.unwrap();
    let inbound = Inbound {
        school,
        channel: Channel::WecomKf,
        id: InboundId(format!("k:failed-{answer}")),
        account: MOTHER.to_owned(),
        content: Content::Other,
        sent_at: None,
        envelope: String::new(),
    };
    let failed = Undelivered { inbound, answer: answer.to_owned(), reason: "家长拒收" };
    let cursor = from.as_ref().unwrap().value.cursor.clone();
    let page = Page { arrived: vec![Arrived::Undelivered(failed)], cursor, has_more: false };
    mailbox::take(service, &mailbox, from, page, world.clock.now()).await.unwrap();
}

/// A guardian in the chat whose answer waits to be sent.
async fn answered(seed: u64) -> (World, PersonId, Row) {
    let mut world = World::start(seed).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    world.enter(&mother, MOTHER).await;
    world.say(MOTHER, "菜单");
    world.app.fetch().await.unwrap();
    let waiting = outbox::list(world.store.as_ref(), &world.small.school, Listing::Waiting, 10).await;
    let row = waiting.unwrap().into_iter().find(|row| row.channel == Channel::WecomKf).unwrap();
    (world, mother, row)
}

/// The one answer that is shown to an admin, and whether its guardian still counts as reachable.
async fn shown(world: &World, person: &PersonId) -> (Row, bool) {
    let parked = outbox::list(world.store.as_ref(), &world.small.school, Listing::Parked, 10).await.unwrap();
    assert_eq!(parked.len(), 1);
    (parked[0].clone(), world.chat_of(person).await.unwrap().is_reachable)
}

#[tokio::test]
async fn a_failure_that_is_heard_before_its_acceptance_is_on_record_is_shown_as_well() {
    let (world, mother, row) = answered(50).await;
    tell_failure(&world, &row.id).await;
    let hook = Delivered(world.app.service.clone());
    let ended = hook.ended(&[(&row, Ending::Delivered(None))], world.clock.now()).await;
    let mut writes = ended.unwrap();
    writes.push(Write::Delete { key: row.key(), expect: Expect::Any });
    world.store.commit(Batch { writes }).await.unwrap();
    let (parked, is_reachable) = shown(&world, &mother).await;
    assert!(format!("{:?}", parked.state).contains("家长拒收") && !is_reachable, "{:?}", parked.state);
}

#[tokio::test]
async fn a_failure_tells_what_became_of_an_answer_of_which_nobody_knew() {
    let (world, mother, row) = answered(51).await;
    let mut batch = Batch::default();
    outbox::park(&mut batch, row.clone(), "不知道", world.clock.now());
    world.store.commit(batch).await.unwrap();
    tell_failure(&world, &row.id).await;
    let (parked, is_reachable) = shown(&world, &mother).await;
    assert!(format!("{:?}", parked.state).contains("家长拒收") && !is_reachable, "{:?}", parked.state);
}

#[tokio::test]
async fn a_failure_that_is_heard_after_a_crash_marks_whom_it_did_not_reach() {
    // The turn, the place in the mailbox, the call, and its end.
    for nth in 1..=4 {
        let mut world = World::start(50 + nth).await;
        let (mother, _) = world.families[0].guardians[0].clone();
        world.enter(&mother, MOTHER).await;
        world.simulator().kf_fail_next(KF, 10);
        world.say(MOTHER, "菜单");
        world.store.on_commit(world.store.commits() + nth, Fault::FailBefore);
        for _ in 0..3 {
            world.settle().await;
            world.clock.advance(chrono::Duration::minutes(1));
        }
        let (_, is_reachable) = shown(&world, &mother).await;
        assert!(!is_reachable, "commit {nth}");
    }
}
