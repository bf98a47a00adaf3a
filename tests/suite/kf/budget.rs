//! How much is said: never more than WeCom allows, and never first.

use kehou::clock::Clock as _;
use kehou::outbox::{self, Listing};
use kehou::simulator::dice::Dice;
use kehou::simulator::wecom::{Author, Faults, Outage};
use kehou::usecase::campaign;

use super::*;

/// Random orders of what a chatty family, WeCom and kehou do.
const ORDERS: u64 = 1_000;
const STEPS: u64 = 8;

/// The most messages of ours in a row without one of theirs.
fn longest_run(thread: &[KfMessage]) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for message in thread {
        run = if message.from == Author::App { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chatty_family_never_gets_more_answers_than_are_allowed() {
    let mut world = World::start(20).await;
    for seed in 0..ORDERS {
        let dice = Dice::of(seed, "chatty");
        let account = format!("wmCHATTY{}", seed % 50);
        for step in 0..STEPS {
            match dice.between(0, 9) {
                0..=3 => world.say(&account, if step % 2 == 0 { "你好" } else { "菜单" }),
                4 => world.simulator().kf_picture(KF, &account),
                5 => world.simulator().kf_tap(KF, &account, "t1_0", "参加"),
                // Either may fail: then it is tried again on a later step.
                6 | 7 => drop(world.app.fetch().await),
                8 => {
                    let outage = if dice.percent(20) { Outage::Busy } else { Outage::None };
                    world.simulator().set_faults(Faults { outage, ..Faults::default() });
                    drop(world.app.outbox.drain().await);
                    world.simulator().set_faults(Faults::default());
                }
                _ => {
                    if dice.percent(10) {
                        world.restart().await;
                    }
                    world
                        .clock
                        .advance(chrono::Duration::seconds(i64::try_from(dice.between(0, 5)).unwrap()));
                }
            }
        }
        let figures = world.simulator().kf_figures();
        assert_eq!(figures.over, 0, "seed {seed}: more was said than is allowed");
        assert!(longest_run(&world.thread(&account)) <= 5, "seed {seed}");
        world.clock.advance(chrono::Duration::seconds(3));
    }
    for _ in 0..5 {
        world.clock.advance(chrono::Duration::minutes(10));
        world.settle().await;
    }
    for family in 0..50 {
        let account = format!("wmCHATTY{family}");
        let thread = world.thread(&account);
        assert_eq!(thread.last().unwrap().from, Author::App, "{account} waits for an answer");
    }
    assert_eq!(world.simulator().kf_figures().over, 0);
}

#[tokio::test]
async fn many_messages_that_come_at_once_are_answered_together() {
    let mut world = World::start(21).await;
    for words in ["你好", "在吗", "菜单", "帮助", "你好", "在吗", "？"] {
        world.say("wmHASTY", words);
    }
    world.settle().await;
    let thread = world.thread("wmHASTY");
    assert!(longest_run(&thread) <= 2, "{}", longest_run(&thread));
    assert!(world.last("wmHASTY").contains("请回复孩子的年级和班"), "{}", world.last("wmHASTY"));
}

#[tokio::test]
async fn a_family_that_writes_faster_than_clocks_can_tell_is_answered_to_the_end() {
    let mut world = World::start(24).await;
    let (account, mother) = ("wmFAST", world.families[0].guardians[0].0.clone());
    world.enter(&mother, account).await;
    for _ in 0..8 {
        world.say(account, "菜单");
        world.app.fetch().await.unwrap();
        world.app.settle().await.unwrap();
        world.clock.advance(chrono::Duration::milliseconds(150));
    }
    world.clock.advance(chrono::Duration::seconds(5));
    world.settle().await;
    let thread = world.thread(account);
    assert_eq!(thread.last().unwrap().from, Author::App, "{thread:#?}");
    assert_eq!(world.simulator().kf_figures().over, 0);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_goes_on_with_the_next_words() {
    let mut world = World::start(22).await;
    let account = "wmPATIENT";
    world.say(account, "你好");
    world.settle().await;
    // WeCom has taken four, and tells nobody that the family has written again.
    let key = record::key::<kehou::domain::answer_window::AnswerWindow>(
        &world.small.school,
        record::account_id(Channel::WecomKf, account),
    );
    let stored = record::load::<kehou::domain::answer_window::AnswerWindow>(world.store.as_ref(), &key).await;
    let mut window = stored.unwrap().unwrap();
    let later = world.clock.now() + chrono::Duration::seconds(30);
    window.value.sent = vec![later; 5];
    let mut batch = kehou::store::Batch::default();
    record::put(&mut batch, &world.small.school, key, &window.value, window.expect).unwrap();
    world.store.commit(batch).await.unwrap();
    assert_eq!(world.ask(account, "三年级2班").await, "", "nothing may be said now");
    world.clock.advance(chrono::Duration::minutes(1));
    let answer = world.ask(account, "陈小满").await;
    assert!(answer.starts_with("孩子叫什么名字？\n您登记在学校的手机号"), "{answer}");
    assert_eq!(world.simulator().kf_figures().over, 0);
}

#[tokio::test]
async fn nobody_is_written_to_first_in_the_chat() {
    let mut world = World::start(23).await;
    let family = world.families[0].clone();
    let (mother, app_account) = &family.guardians[0];
    world.enter(mother, "wmMOTHER").await;
    let before = world.thread("wmMOTHER").len();
    let school = world.app.service.school(&world.small.school).unwrap().clone();
    campaign::open(&world.app.service, &school, 5, world.clock.now()).await.unwrap();
    world.settle().await;
    assert_eq!(world.thread("wmMOTHER").len(), before, "the survey came by the chat");
    let asked = world.simulator().phone(app_account).unwrap().last_from_app().unwrap().shows.words();
    assert!(asked.contains("课后服务开始登记了"), "{asked}");
    // Nor is anybody answered who was silent for two days.
    world.say("wmMOTHER", "菜单");
    world.app.fetch().await.unwrap();
    world.clock.advance(chrono::Duration::hours(48));
    world.app.settle().await.unwrap();
    let expired =
        outbox::list(world.store.as_ref(), &world.small.school, Listing::Expired, 10).await.unwrap();
    assert_eq!(expired.iter().filter(|row| row.channel == Channel::WecomKf).count(), 1);
    assert_eq!(world.simulator().kf_figures().over, 0);
}

#[tokio::test]
async fn the_first_look_leaves_what_is_old_on_every_page() {
    let mut world = World::start(25).await;
    world.simulator().kf_pages(KF, 2, 0);
    let old: Vec<String> = (0..5).map(|number| format!("wmOLD{number}")).collect();
    for account in &old {
        world.say(account, "菜单");
    }
    world.clock.advance(chrono::Duration::hours(1));
    world.say("wmNEW", "菜单");
    world.settle().await;
    for account in &old {
        assert_eq!(world.thread(account).len(), 1, "{account} wrote an hour ago");
    }
    assert!(!world.last("wmNEW").is_empty());
    // From then on nothing is too old: what waited through an outage is answered.
    world.say("wmOLD0", "菜单");
    world.clock.advance(chrono::Duration::hours(1));
    world.settle().await;
    assert!(!world.last("wmOLD0").is_empty());
}
