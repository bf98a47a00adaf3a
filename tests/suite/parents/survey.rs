//! A survey of a part of the example school by 学校通知: followers are asked once, the others' children by the other guardian or
//! through the homeroom teacher, and neither lost tokens nor an outage costs or doubles a question.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use kehou::domain::people::{Role, StudentId};
use kehou::platform::{Content, Inbound, InboundId};
use kehou::simulator::wecom::{Faults, Outage};
use kehou::usecase::campaign;
use kehou::usecase::record::{AccountOwner, ListsSent};

use super::*;

/// Of a hundred parents, so many do not follow.
const NOT_FOLLOWING: usize = 5;
/// Classes that are asked; `roads.rs` asks the whole school.
const CLASSES: usize = 12;
/// Days that the families have.
const DAYS: u32 = 3;

#[tokio::test]
async fn a_survey_reaches_every_child_of_a_school_in_plain_wechat() {
    let plain = Plain::start(CLASSES).await;
    plain.import().await;
    let students = plain.students().await.len();
    let simulator = plain.small.simulator.clone();
    let parents = simulator.parents();
    for parent in parents.iter().step_by(100 / NOT_FOLLOWING) {
        simulator.set_follows(&parent.id, false);
    }
    simulator.keep_quiet();
    plain.sync().await;
    let reading = plain.directory_calls();
    assert_eq!(reading, 2 + u64::try_from(CLASSES).unwrap(), "the tree, the scope and each class once");

    let school = plain.app.service.school(&plain.small.school).unwrap().clone();
    let opened = campaign::open(&plain.app.service, &school, DAYS, plain.clock.now()).await.unwrap();
    assert_eq!(opened.students, students);
    send_through_trouble(&plain).await;

    let asked = shown(&plain);
    let twice: Vec<_> = asked.iter().filter(|(_, questions)| questions.len() > 1).collect();
    assert!(twice.is_empty(), "asked twice: {}", twice.len());
    for parent in simulator.parents().iter().filter(|parent| !parent.follows) {
        assert!(!asked.contains_key(&parent.id.to_lowercase()), "a question went to who does not follow");
    }
    assert_eq!(simulator.figures().notices_skipped, 0, "nor anything else");
    let counts = campaign::status(&plain.app.service, &school).await.unwrap().total;
    assert_eq!(usize::try_from(counts.roll()).unwrap(), students);
    assert_eq!(counts.not_asked, 0, "{counts:?}");
    let alone = without_followers(&plain).await;
    assert_eq!(usize::try_from(counts.unreachable).unwrap(), alone.len(), "{counts:?}");
    let questions: BTreeSet<&String> = asked.values().flatten().collect();
    println!(
        "notices: {} questions on {} phones, {} calls of {} that different words need at the least; directory: {reading} calls; tokens: {}",
        asked.values().map(Vec::len).sum::<usize>(),
        asked.len(),
        simulator.figures().notice_calls,
        questions.len(),
        simulator.figures().token_calls,
    );

    answer_everybody(&plain, asked.keys()).await;
    settle(&plain, 5).await;
    let counts = campaign::status(&plain.app.service, &school).await.unwrap().total;
    assert_eq!((counts.silent, counts.not_asked), (0, 0), "{counts:?}");
    assert_eq!(usize::try_from(counts.unreachable).unwrap(), alone.len(), "{counts:?}");

    stand_on_the_lists(&plain, &alone).await;
    who_follows_at_last_is_asked(&plain, &alone).await;
}

/// The questions go out; after some of them the token is taken back and answers arrive by halves, then the platform is gone
/// for ten minutes, then the new token ends too.
async fn send_through_trouble(plain: &Plain) {
    let simulator = &plain.small.simulator;
    send_until(plain, 100, || {
        simulator.revoke_token();
        let halves = Faults { outage: Outage::Broken, outage_calls: Some(3), ..Faults::default() };
        simulator.set_faults(halves);
    })
    .await;
    plain.clock.advance(Duration::minutes(1));
    let gone = Faults { outage: Outage::Busy, ..Faults::default() };
    send_until(plain, 200, || simulator.set_faults(gone)).await;
    settle(plain, 10).await;
    assert!(simulator.figures().notices_shown < 233, "it was in the middle");
    simulator.expire_token();
    simulator.set_faults(Faults { skips_non_followers: true, ..Faults::default() });
    settle(plain, 30).await;
}

/// Sends; as soon as so many notices were asked for, `trouble` comes.
async fn send_until(plain: &Plain, calls: u64, trouble: impl FnOnce()) {
    let reached = async {
        while plain.small.simulator.figures().notice_calls < calls {
            tokio::task::yield_now().await;
        }
    };
    let mut sending = std::pin::pin!(plain.app.settle());
    tokio::select! {
        _ = &mut sending => panic!("everything was sent before the trouble"),
        () = reached => {}
    }
    trouble();
    sending.await.unwrap();
}

/// Everybody who was asked answers on the parent page, and teachers with a child here in the app.
async fn answer_everybody(plain: &Plain, asked: impl Iterator<Item = &String>) {
    for account in asked {
        answer_all(plain, Channel::ParentPage, account).await;
    }
    for person in plain.people().await.values().filter(|person| person.roles.contains(&Role::Guardian)) {
        let app = person.contact_points.iter().find(|point| point.channel == Channel::WecomApp);
        if let Some(point) = app {
            answer_all(plain, Channel::WecomApp, &point.account).await;
        }
    }
}

/// Whom nobody could reach stands on the list of the homeroom teacher.
pub(super) async fn stand_on_the_lists(plain: &Plain, alone: &[(StudentId, String)]) {
    let school = plain.app.service.school(&plain.small.school).unwrap();
    let evening = school
        .calendar
        .moment(school.calendar.local_date(plain.clock.now()), NaiveTime::from_hms_opt(20, 1, 0).unwrap());
    plain.clock.move_to(evening.max(plain.clock.now()));
    plain.app.settle().await.unwrap();
    let store = plain.app.seams.store.as_ref();
    assert!(!record::all::<ListsSent>(store, &plain.small.school).await.unwrap().is_empty());
    let listed: Vec<String> = plain
        .example
        .staff
        .iter()
        .flat_map(|row| plain.small.simulator.phone(&row[4]).unwrap().thread)
        .map(|message| message.shows.words())
        .collect();
    for (_, name) in alone {
        assert!(listed.iter().any(|words| words.contains(name)), "on no teacher's list");
    }
}

/// A parent of a child whom nobody could be reached for follows at last, and is asked.
async fn who_follows_at_last_is_asked(plain: &Plain, alone: &[(StudentId, String)]) {
    let simulator = &plain.small.simulator;
    let parents = simulator.parents();
    let (parent, child) = parents
        .iter()
        .find_map(|parent| {
            let child = &parent.children[0].0;
            alone.iter().any(|(id, _)| id.0 == *child).then(|| (parent.id.clone(), StudentId(child.clone())))
        })
        .unwrap();
    simulator.set_follows(&parent, true);
    for told in simulator.announce().await {
        told.unwrap();
    }
    plain.pass(Duration::hours(13)).await;
    assert_eq!(shown(plain)[&parent.to_lowercase()].len(), 1, "{child:?} is asked about at last");
}

/// Lets minutes pass until nothing more is on its way.
async fn settle(plain: &Plain, minutes: usize) {
    for _ in 0..minutes {
        plain.pass(Duration::minutes(1)).await;
    }
}

/// The survey's questions on each parent's phone.
fn shown(plain: &Plain) -> BTreeMap<String, Vec<String>> {
    let mut asked = BTreeMap::new();
    for parent in plain.small.simulator.parents() {
        let thread = plain.small.simulator.parent_phone(&parent.id).unwrap().thread;
        let words = thread.iter().map(|message| message.shows.words());
        let questions: Vec<String> = words.filter(|words| words.contains("参加吗")).collect();
        for question in &questions {
            assert!(
                question.ends_with(&format!("/p/{}", plain.small.school)),
                "no way to answer: {question}"
            );
        }
        if !questions.is_empty() {
            asked.insert(parent.id.to_lowercase(), questions);
        }
    }
    asked
}

/// The students of whom no guardian follows, nor is a member, with their names.
pub(super) async fn without_followers(plain: &Plain) -> Vec<(StudentId, String)> {
    let people = plain.people().await;
    let is_reached = |person: &Person| {
        person.contact_points.iter().any(|point| point.channel.can_begin() && point.is_reachable)
    };
    let students = plain.students().await.into_iter();
    let alone =
        students.filter(|student| !student.guardians.iter().any(|it| is_reached(&people[&it.person])));
    alone.map(|student| (student.id, student.name.0)).collect()
}

/// A parent answers every question, until none is left.
pub(super) async fn answer_all(plain: &Plain, channel: Channel, account: &str) {
    let key = record::key::<AccountOwner>(&plain.small.school, record::account_id(channel, account));
    assert!(record::load::<AccountOwner>(plain.app.seams.store.as_ref(), &key).await.unwrap().is_some());
    let mut words = "2";
    for turn in 0..12 {
        let said = say(plain, (channel, account), turn, words).await;
        words = match said.as_str() {
            said if said.contains("也一样吗") => "1",
            said if said.contains("参加吗") => "2",
            _ => return,
        };
    }
    panic!("the questions do not end");
}

async fn say(plain: &Plain, (channel, account): (Channel, &str), turn: usize, words: &str) -> String {
    let inbound = Inbound {
        school: plain.small.school.clone(),
        channel,
        id: InboundId(format!("{account}-{turn}")),
        account: account.to_owned(),
        content: Content::Text(words.to_owned()),
        sent_at: None,
        envelope: String::new(),
    };
    plain.app.receive(&inbound, plain.clock.now()).await.unwrap().unwrap_or_default()
}
