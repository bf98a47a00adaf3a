//! Who is behind a chat: by a ticket, by being asked, and by nothing else.

use kehou::clock::Clock as _;
use kehou::outbox::{self, Listing};
use kehou::platform::mailbox::Doorbell;
use kehou::simulator::wecom::{Author, SessionState};

use super::*;

const MOTHER: &str = "wmMOTHER";
const STRANGER: &str = "wmSTRANGER";

/// What somebody says who does not know the ticket.
async fn introduce(world: &mut World, account: &str, said: [&str; 3]) -> String {
    let mut answer = String::new();
    for words in said {
        answer = world.ask(account, words).await;
    }
    answer
}

#[tokio::test]
async fn a_link_makes_its_person_known_once_and_the_family_is_told() {
    let mut world = World::start(1).await;
    let family = world.families[0].clone();
    let [(mother, _), (_, father_account)] = &family.guardians;
    let link = world.app.chat_link(&world.small.school, mother).await.unwrap().unwrap();
    world.simulator().kf_enter(KF, MOTHER, &link);
    world.settle().await;
    assert!(world.last(MOTHER).starts_with("认出您了"), "{}", world.last(MOTHER));
    assert_eq!(world.chat_of(mother).await.unwrap().account, MOTHER);
    let told = world.simulator().phone(father_account).unwrap().last_from_app().unwrap().shows.words();
    assert!(told.starts_with("家里另一位家长刚刚在微信里打开了课后服务的聊天"), "{told}");
    // The same link in other hands is worth nothing any more.
    world.simulator().kf_enter(KF, STRANGER, &link);
    world.settle().await;
    assert!(world.last(STRANGER).contains("我还不认识您"), "{}", world.last(STRANGER));
    assert_eq!(world.chat_of(mother).await.unwrap().account, MOTHER);
    assert!(world.ask(MOTHER, "我的").await.contains("还没有登记"));
}

#[tokio::test]
async fn a_ticket_that_is_over_or_of_another_school_or_invented_is_none() {
    let mut world = World::start(2).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    let late = world.app.chat_link(&world.small.school, &mother).await.unwrap().unwrap();
    world.clock.advance(chrono::Duration::minutes(10));
    let elsewhere = {
        let service = &world.app.service;
        let other = "another-school".into();
        let now = world.clock.now();
        let ticket = kehou::usecase::binding::invite(service, &other, &mother, now).await.unwrap();
        format!("https://work.weixin.qq.com/kf/kfc1?enc_scene=ENC&scene_param={}", ticket.0)
    };
    let invented = format!("https://work.weixin.qq.com/kf/kfc1?scene_param={}", "0".repeat(32));
    for (account, link) in [("wmA", late), ("wmB", elsewhere), ("wmC", invented)] {
        world.simulator().kf_enter(KF, account, &link);
        world.settle().await;
        assert!(world.last(account).contains("我还不认识您"), "{account}: {}", world.last(account));
    }
    assert_eq!(world.chat_of(&mother).await, None);
}

#[tokio::test]
async fn a_chat_that_is_somebodys_stays_theirs_and_a_new_chat_takes_the_place_of_the_old() {
    let mut world = World::start(3).await;
    let [(mother, _), (father, _)] = world.families[0].guardians.clone();
    world.enter(&mother, MOTHER).await;
    world.enter(&father, MOTHER).await;
    assert_eq!(world.chat_of(&father).await, None, "a link that was passed on makes nobody somebody else");
    world.enter(&mother, "wmNEWPHONE").await;
    assert_eq!(world.chat_of(&mother).await.unwrap().account, "wmNEWPHONE");
    assert!(world.ask(MOTHER, "我的").await.contains("我还不认识您"));
}

#[tokio::test]
async fn whoever_says_the_right_things_is_known_and_guessing_tells_nothing() {
    let mut world = World::start(4).await;
    let family = world.families[0].clone();
    let (mother, _) = &family.guardians[0];
    let (student, person) = (world.student(&family).await, world.person(mother).await);
    let (class, name) = (student.class.to_string(), student.name.0.clone());
    let phone = person.phone.unwrap().as_str().to_owned();
    let digits = &phone[7..];
    let wrong = if digits == "0000" { "0001" } else { "0000" };
    assert!(world.ask(STRANGER, "你好").await.contains("我还不认识您"));
    let mut answers = Vec::new();
    for said in [["六年级9班", name.as_str(), digits], [&class, "无此人", digits], [&class, &name, wrong]]
    {
        answers.push(introduce(&mut world, STRANGER, said).await);
    }
    assert!(answers[0].starts_with("没有核对上"), "{answers:?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // Whatever was wrong or right, the answer comes at the same time after the question.
    let thread = world.thread(STRANGER);
    let waits: Vec<i64> = thread
        .windows(2)
        .filter(|pair| pair[0].from == Author::Me && pair[1].words.starts_with("没有核对上"))
        .map(|pair| (pair[1].at - pair[0].at).num_seconds())
        .collect();
    assert_eq!(waits, [2, 2, 2]);
    let known = introduce(&mut world, STRANGER, [&class, &name, digits]).await;
    assert!(known.starts_with("核对好了"), "{known}");
    let wait = world.thread(STRANGER).windows(2).last().map(|pair| (pair[1].at - pair[0].at).num_seconds());
    assert_eq!(wait, Some(2));
    assert_eq!(world.chat_of(mother).await.unwrap().account, STRANGER);
    assert!(world.ask(STRANGER, "我的").await.contains(&name));
    // Nobody takes the place of a chat that is in use by knowing four digits.
    world.ask("wmTHIEF", "你好").await;
    let refused = introduce(&mut world, "wmTHIEF", [&class, &name, digits]).await;
    assert_eq!(refused, answers[0]);
    assert_eq!(world.chat_of(mother).await.unwrap().account, STRANGER);
}

#[tokio::test]
async fn five_tries_a_day_for_each_account_and_ten_about_each_child() {
    let mut world = World::start(5).await;
    let family = world.families[0].clone();
    let (mother, _) = &family.guardians[0];
    let (student, person) = (world.student(&family).await, world.person(mother).await);
    let (class, name) = (student.class.to_string(), student.name.0.clone());
    let digits = person.phone.unwrap().as_str()[7..].to_owned();
    for account in ["wmONE", "wmTWO"] {
        world.ask(account, "你好").await;
        for guess in ["9991", "9992", "9993", "9994", "9995"] {
            assert!(introduce(&mut world, account, [&class, &name, guess]).await.starts_with("没有核对上"));
        }
        let over = introduce(&mut world, account, [&class, &name, &digits]).await;
        assert!(over.starts_with("今天试的次数多了"), "{over}");
    }
    // The tenth was the last one about this child: the right words are like any others now.
    world.ask("wmTHREE", "你好").await;
    assert!(introduce(&mut world, "wmTHREE", [&class, &name, &digits]).await.starts_with("没有核对上"));
    assert_eq!(world.chat_of(mother).await, None);
}

#[tokio::test]
async fn what_has_served_its_time_is_forgotten() {
    let mut world = World::start(10).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    world.app.chat_link(&world.small.school, &mother).await.unwrap();
    world.ask(STRANGER, "你好").await;
    introduce(&mut world, STRANGER, ["三年级2班", "无此人", "9991"]).await;
    let kinds = ["chat_ticket", "introduction_tries", "sent_answer"].map(kehou::store::Kind);
    for (days, want) in [(0, [1, 2, 4]), (4, [0, 0, 0])] {
        world.clock.advance(chrono::Duration::days(days));
        world.app.settle().await.unwrap();
        let mut kept = Vec::new();
        for kind in kinds {
            kept.push(world.store.scan(kind, &kehou::store::Range::all(100)).await.unwrap().len());
        }
        assert_eq!(kept, want, "after {days} days");
    }
}

#[tokio::test]
async fn a_stale_tap_is_answered_with_the_question_that_waits() {
    let mut world = World::start(6).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    world.enter(&mother, MOTHER).await;
    let menu = world.ask(MOTHER, "菜单").await;
    let old = world.thread(MOTHER).last().unwrap().taps.clone();
    assert!(!old.is_empty(), "{menu}");
    let asked = world.ask(MOTHER, "修改").await;
    let (id, label) = old[0].clone();
    world.simulator().kf_tap(KF, MOTHER, &id, &label);
    world.settle().await;
    let answer = world.last(MOTHER);
    assert!(answer.starts_with("您点的是前面的选项，已经过了。"), "{answer}");
    assert!(answer.ends_with(asked.lines().last().unwrap()), "{answer} after {asked}");
    world.simulator().kf_tap(KF, MOTHER, "t999999_0", "参加");
    world.settle().await;
    assert!(world.last(MOTHER).starts_with("您点的是前面的选项"), "a question that never was");
}

#[tokio::test]
async fn a_foreign_bell_wakes_nobody_and_is_answered_like_any_other() {
    let world = World::start(7).await;
    world.say(MOTHER, "你好");
    let platform = world.app.platform(Channel::WecomApp, &world.small.school).unwrap();
    let bell = |mailbox: &str| {
        let corp = &world.small.config.wecom[0].corp_id;
        let plaintext = format!(
            "<xml><ToUserName>{corp}</ToUserName><MsgType>event</MsgType><Event>kf_msg_or_event</Event>\
             <Token>ENC</Token><OpenKfId>{mailbox}</OpenKfId></xml>"
        );
        let sealed = world.simulator().seal(&plaintext);
        kehou::platform::CallbackRequest {
            is_get: false,
            query: sealed.query,
            body: sealed.body.into_bytes(),
            ..Default::default()
        }
    };
    let mut answers = Vec::new();
    for mailbox in ["wkFOREIGN", KF, ""] {
        answers.push(world.app.callback(platform.as_ref(), &bell(mailbox)).await.unwrap().body);
    }
    assert_eq!(answers, ["", "", ""]);
    let other =
        Doorbell { channel: Channel::WecomKf, mailboxes: vec![KF.to_owned()], lost: Vec::new(), token: None };
    world.app.ring(&"another-school".into(), &other);
    assert_eq!(world.simulator().kf_figures().fetches, 0, "nothing is fetched inside a callback");
}

#[tokio::test]
async fn an_answer_that_did_not_arrive_is_shown_and_counts_as_not_reached() {
    let mut world = World::start(8).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    world.enter(&mother, MOTHER).await;
    world.simulator().kf_fail_next(KF, 10);
    world.say(MOTHER, "菜单");
    world.settle().await;
    assert_eq!(world.last(MOTHER), "", "it did not arrive");
    world.settle().await;
    let parked = outbox::list(world.store.as_ref(), &world.small.school, Listing::Parked, 10).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert!(format!("{:?}", parked[0].state).contains("家长拒收"), "{:?}", parked[0].state);
    assert!(!world.chat_of(&mother).await.unwrap().is_reachable);
    // It is no answer any more, so it is not sent again; their next words are answered.
    let now = world.clock.now();
    let resent = outbox::resend(world.store.as_ref(), &world.small.school, first_morning(), now).await;
    assert_eq!(resent.unwrap(), 0);
    assert!(!world.ask(MOTHER, "菜单").await.is_empty());
    assert!(world.chat_of(&mother).await.unwrap().is_reachable);
}

#[tokio::test]
async fn whom_a_human_serves_is_not_answered_by_us() {
    let mut world = World::start(9).await;
    let (mother, _) = world.families[0].guardians[0].clone();
    world.enter(&mother, MOTHER).await;
    world.ask(MOTHER, "菜单").await;
    world.simulator().kf_set_state(KF, MOTHER, SessionState::Human);
    assert_eq!(world.ask(MOTHER, "帮助").await, "");
    let parked = outbox::list(world.store.as_ref(), &world.small.school, Listing::Parked, 10).await.unwrap();
    assert!(format!("{:?}", parked[0].state).contains("人工"), "{:?}", parked[0].state);
}
