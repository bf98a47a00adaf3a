//! One survey of the whole example school over every road at once: it goes out by 学校通知, is answered on the parent page and
//! in 微信客服, and on the way everything happens that a scenario can make happen.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use kehou::domain::enrolment::Standing;
use kehou::domain::people::Role;
use kehou::simulator::scenario::{Player, Scenario};
use kehou::simulator::wecom::{Author, Faults, external_id};
use kehou::usecase::campaign;

use super::survey::{answer_all, stand_on_the_lists, without_followers};
use super::*;

const KF: &str = "wkQINGHELU";
/// Of a hundred parents, so many do not follow; of every second of them nobody tells us.
const NOT_FOLLOWING: usize = 5;
/// Of so many parents, one chats.
const ONE_CHATS_OF: usize = 3;
/// School days until the ladder of whoever was asked last has come to its end.
const SCHOOL_DAYS: usize = 6;
/// Words said in a chat until nothing is asked any more.
const ROUNDS_MAX: usize = 12;

/// What happens in the first hour.
const SCENARIO: &str = r#"
title = "所有的路一起走"
[[trouble]]
after_minutes = 0
lasts_minutes = 60
what = "drop_silently"
percent = 2
[[trouble]]
after_minutes = 0
what = "revoke_token"
[[trouble]]
after_minutes = 1
lasts_minutes = 10
what = "refuse"
calls = "all"
errcode = -1
[[trouble]]
after_minutes = 12
what = "revoke_token"
[[trouble]]
after_minutes = 13
lasts_minutes = 2
what = "refuse"
calls = "notice"
errcode = 45009
[[trouble]]
after_minutes = 20
lasts_minutes = 10
what = "halve"
calls = "kf_fetch"
[[trouble]]
after_minutes = 40
what = "sys_burst"
events = 300
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_survey_over_every_road_ends_complete_and_asks_nobody_twice() {
    let plain = Plain::start_as(usize::MAX, |small| small.config.wecom[0].kf = vec![KF.to_owned()]).await;
    let simulator = plain.small.simulator.clone();
    simulator.add_kf(KF);
    plain.import().await;
    let parents = simulator.parents();
    let unfollowed: Vec<_> = parents.iter().step_by(100 / NOT_FOLLOWING).collect();
    for parent in unfollowed.iter().step_by(2) {
        simulator.set_follows(&parent.id, false);
    }
    plain.sync().await;
    for parent in unfollowed.iter().skip(1).step_by(2) {
        simulator.set_follows(&parent.id, false);
    }
    simulator.keep_quiet();
    simulator.set_faults(Faults { skips_non_followers: true, ..Faults::default() });
    let before = simulator.figures();

    let school = plain.app.service.school(&plain.small.school).unwrap().clone();
    campaign::open(&plain.app.service, &school, 3, plain.clock.now()).await.unwrap();
    let mut player = Player::new(&Scenario::parse("roads.toml", SCENARIO).unwrap(), plain.clock.now());
    while player.next_at().is_some() {
        player.play(&simulator, plain.clock.now()).await;
        plain.pass(Duration::minutes(1)).await;
    }
    assert_eq!(simulator.troubles(), []);
    for _ in 0..10 {
        plain.pass(Duration::minutes(1)).await;
    }
    let sent = simulator.figures();
    let dropped = sent.notices_skipped + sent.dropped_silently;
    assert!(dropped > 20, "{dropped} notices vanished");
    let mut answered = BTreeSet::new();
    answer_what_was_read(&plain, &mut answered).await;

    // The ladder climbs over what vanished: a reminder, the other guardian, the homeroom teacher.
    let mut day = school.calendar.local_date(plain.clock.now());
    for _ in 0..SCHOOL_DAYS {
        day = school.calendar.next_school_day(day).unwrap();
        for (hour, minute) in [(3, 25), (12, 1), (19, 1), (20, 1)] {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            plain.clock.move_to(school.calendar.moment(day, time));
            for _ in 0..3 {
                plain.pass(Duration::minutes(1)).await;
            }
        }
        answer_what_was_read(&plain, &mut answered).await;
    }
    nobody_was_asked_twice(&plain);

    let counts = campaign::status(&plain.app.service, &school).await.unwrap().total;
    assert_eq!((counts.roll(), counts.not_asked), (1_200, 0), "{counts:?}");
    let alone = without_answer(&plain).await;
    assert_eq!(usize::try_from(counts.unreachable + counts.silent).unwrap(), alone.len(), "{counts:?}");
    for (child, _) in without_followers(&plain).await {
        assert!(alone.iter().any(|(other, _)| *other == child), "{child:?} is among them");
    }
    stand_on_the_lists(&plain, &alone).await;
    let figures = simulator.figures();
    let kf = simulator.kf_figures();
    assert_eq!(kf.over, 0, "more was said in a chat than is allowed");
    println!(
        "{counts:?}; {dropped} notices vanished without a word\n\
         notices: {} calls for {} notices; one call for each different text is the least: {}\n\
         chats: {} answers, {} fetches, {} calls of kf in all; directory: {} calls; tokens: {} of at least 3",
        figures.notice_calls - before.notice_calls,
        figures.notices_shown + figures.notices_skipped + figures.dropped_silently,
        different_notices(&plain),
        kf.shown,
        kf.fetches,
        figures.kf_calls,
        figures.directory_calls - before.directory_calls,
        figures.token_calls,
    );
}

/// Whoever was asked and has not answered answers now, each on their own road.
async fn answer_what_was_read(plain: &Plain, answered: &mut BTreeSet<String>) {
    let simulator = &plain.small.simulator;
    let mut chatting = Vec::new();
    for (number, parent) in simulator.parents().into_iter().enumerate() {
        let account = parent.id.to_lowercase();
        if questions(plain, &account).is_empty() || !answered.insert(account.clone()) {
            continue;
        }
        if number % ONE_CHATS_OF == 0 {
            chatting.push(account);
        } else {
            answer_all(plain, Channel::ParentPage, &account).await;
        }
    }
    answer_in_chats(plain, chatting).await;
    for person in plain.people().await.values().filter(|person| person.roles.contains(&Role::Guardian)) {
        let app = person.contact_points.iter().find(|point| point.channel == Channel::WecomApp);
        let Some(point) = app.filter(|point| answered.insert(point.account.clone())) else { continue };
        answer_all(plain, Channel::WecomApp, &point.account).await;
    }
}

/// Parents come by the link of their page, and answer until nothing is asked any more.
async fn answer_in_chats(plain: &Plain, accounts: Vec<String>) {
    let simulator = &plain.small.simulator;
    let people = plain.people().await;
    let mut talking = Vec::new();
    for account in accounts {
        let is_theirs = |person: &&Person| {
            let mut points = person.contact_points.iter();
            points.any(|point| point.channel == Channel::ParentPage && point.account == account)
        };
        let person = people.values().find(is_theirs).unwrap();
        let link = plain.app.chat_link(&plain.small.school, &person.id).await.unwrap().unwrap();
        let chat = external_id(&account);
        simulator.kf_enter(KF, &chat, &link);
        talking.push(chat);
    }
    plain.app.settle().await.unwrap();
    let mut said: BTreeMap<String, &str> = talking.iter().map(|chat| (chat.clone(), "不参加")).collect();
    for _ in 0..ROUNDS_MAX {
        if said.is_empty() {
            return;
        }
        for (chat, words) in &said {
            simulator.kf_say(KF, chat, words);
        }
        plain.pass(Duration::minutes(1)).await;
        said = std::mem::take(&mut said)
            .into_keys()
            .filter_map(|chat| {
                let thread = simulator.kf_chat(KF, &chat).unwrap().thread;
                let last = thread.last().filter(|last| last.from == Author::App)?.words.clone();
                let next = match last.as_str() {
                    last if last.contains("一样吗") => "一样",
                    last if last.contains("参加吗") => "不参加",
                    _ => return None,
                };
                Some((chat, next))
            })
            .collect();
    }
    panic!("the questions do not end: {} chats", said.len());
}

/// The survey's questions, not its reminders, on a parent's phone.
fn questions(plain: &Plain, account: &str) -> Vec<String> {
    let thread = plain.small.simulator.parent_phone(account).unwrap().thread;
    let words = thread.iter().map(|message| message.shows.words());
    words.filter(|words| words.contains("参加吗") && !words.contains("还差")).collect()
}

fn nobody_was_asked_twice(plain: &Plain) {
    let simulator = &plain.small.simulator;
    for parent in simulator.parents() {
        let account = parent.id.to_lowercase();
        let asked = questions(plain, &account);
        let different: BTreeSet<&String> = asked.iter().collect();
        assert_eq!(different.len(), asked.len(), "asked twice by notice");
        let Some(chat) = simulator.kf_chat(KF, &external_id(&account)) else { continue };
        let ours = chat.thread.iter().filter(|message| message.from == Author::App);
        let asked: Vec<&str> =
            ours.map(|message| message.words.as_str()).filter(|words| words.contains("参加吗")).collect();
        let different: BTreeSet<&&str> = asked.iter().collect();
        assert_eq!(different.len(), asked.len(), "asked twice in the chat: {asked:?}");
    }
}

fn different_notices(plain: &Plain) -> usize {
    let simulator = &plain.small.simulator;
    let phones = simulator.parents().into_iter().map(|parent| simulator.parent_phone(&parent.id).unwrap());
    let words: BTreeSet<String> =
        phones.flat_map(|phone| phone.thread).map(|message| message.shows.words()).collect();
    words.len()
}

/// The students who are silent or whom nobody reached, with their names.
async fn without_answer(plain: &Plain) -> Vec<(kehou::domain::people::StudentId, String)> {
    let store = plain.app.seams.store.as_ref();
    let mut alone = Vec::new();
    for student in plain.students().await {
        let key = record::key::<Standing>(&plain.small.school, &student.id.0);
        let standing = record::load::<Standing>(store, &key).await.unwrap().unwrap().value;
        if matches!(standing, Standing::Silent { .. } | Standing::Unreachable { .. }) {
            alone.push((student.id, student.name.0));
        }
    }
    alone
}
