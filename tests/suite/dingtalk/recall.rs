//! What was sent is taken back by its id, from all who had it by the same call, for a day.

use chrono::Duration;
use kehou::flow::conversation::Conversation;
use kehou::flow::definition::{After, Unit};
use kehou::outbox::{self, Lane, RowState};
use kehou::platform::Message;
use kehou::simulator::dingtalk::Outage;
use kehou::store::{Batch, Expect};
use kehou::usecase::deliveries::{Arm, OnDelivered};
use kehou::usecase::office::{Answer, Listed, OfficeError, OutboxState};
use kehou::usecase::recall;

use super::*;

async fn sent(world: &World) -> Listed {
    let request = Request::OutboxList { school: world.small.school.clone(), state: OutboxState::Sent };
    match answer(&world.app.service, &request, world.clock.now()).await.unwrap() {
        Answer::Outbox(listed) => listed,
        other => panic!("{other:?}"),
    }
}

async fn take_back(world: &World, id: &str, from_everyone: bool) -> Result<usize, String> {
    let (school, id) = (world.small.school.clone(), id.to_owned());
    let request = Request::OutboxRecall { school, id, from_everyone };
    match answer(&world.app.service, &request, world.clock.now()).await {
        Ok(Answer::Recalled { people }) => Ok(people),
        Err(OfficeError::Refused(said)) => Err(said),
        Ok(other) => panic!("{other:?}"),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_survey_that_went_out_is_closed_first_and_then_taken_back_once() {
    let world = World::start(false).await;
    let school = world.small.school.clone();
    let sync = Request::RosterSync { school: school.clone(), is_dry_run: false, is_forced: false };
    answer(&world.app.service, &sync, world.clock.now()).await.unwrap();
    let school = world.app.service.school(&school).unwrap();
    assert_eq!(sent(&world).await.rows.len(), 0);
    campaign::open(&world.app.service, school, 3, world.clock.now()).await.unwrap();
    for _ in 0..4 {
        world.app.settle().await.unwrap();
        world.clock.advance(Duration::seconds(20));
    }
    let rows = sent(&world).await.rows;
    let of = |channel| rows.iter().find(|row| row.channel == channel).map(|row| row.id.clone());
    let notice = of(Channel::DingtalkNotice).unwrap();
    assert!(
        take_back(&world, &notice, true).await.unwrap_err().contains("campaign close"),
        "it counts as asked"
    );
    assert_eq!(world.simulator.figures().recall_calls, 0);
    campaign::close(&world.app.service, school, world.clock.now()).await.unwrap();
    assert_eq!(take_back(&world, &notice, false).await, Ok(1), "it names the child, so nobody else had it");
    assert_eq!(sent(&world).await.rows.len() + 1, rows.len());
    assert_eq!((world.simulator.recalled(), world.simulator.figures().recall_calls), (1, 1));
    assert!(take_back(&world, &notice, true).await.unwrap_err().contains("已经撤回过"));
    // A teacher with a child here was asked by the robot.
    let robot = of(Channel::DingtalkRobot).unwrap();
    for (outage, want) in [
        (Outage::Forbidden, "权限"),
        (Outage::Busy, "没有撤回，消息还在"),
        (Outage::AnswerLost, "不知道撤回了没有"),
    ] {
        let faults =
            Faults { outage, repeated_recalls_refused: 1, outage_calls: Some(1), ..Faults::default() };
        world.simulator.set_faults(faults);
        let said = take_back(&world, &robot, true).await.unwrap_err();
        assert!(said.contains(want), "{outage:?}: {said}");
    }
    // It was taken back when the answer got lost, and here that cannot be done twice.
    let said = take_back(&world, &robot, true).await.unwrap_err();
    assert!(said.contains("可能已经撤回过") && said.contains("expired"), "{said}");
    assert_eq!(recall::recalls(&world.app.service, &school.id, 0).await.unwrap().len(), 1);
    world.simulator.set_faults(Faults::default());
    take_back(&world, &robot, true).await.unwrap();
    assert_eq!(world.simulator.recalled(), 2);
    let lines = recall::recalls(&world.app.service, &school.id, 0).await.unwrap();
    let lines: Vec<_> = lines.iter().map(|(_, line)| (line.row.as_str(), line.persons.len())).collect();
    assert_eq!(lines, [(notice.as_str(), 1), (robot.as_str(), 1)]);
    let last = sent(&world).await.rows[0].id.clone();
    world.clock.advance(Duration::hours(24));
    assert!(take_back(&world, &last, true).await.unwrap_err().contains("24 小时"));
    assert_eq!(sent(&world).await.rows.len(), 0);
    assert!(take_back(&world, "nobody", true).await.unwrap_err().contains("编号不对"));
}

#[tokio::test]
async fn a_question_that_waits_for_its_answer_is_named_and_stays_and_one_that_is_over_goes() {
    let world = World::start(false).await;
    let (person, account) = &world.people[0];
    let key = record::key::<Conversation>(&world.small.school, person);
    let asked = serde_json::from_value(serde_json::json!({
        "flow": "opt-in", "hash": "", "node": "need", "slots": {}, "children": [], "child_index": 0,
        "misses": 0, "history": [], "asked_in_turn": 3,
    }));
    let conversation = Conversation { turn: 3, frames: vec![asked.unwrap()], ..Conversation::default() };
    let mut batch = Batch::default();
    record::put(&mut batch, &world.small.school, key, &conversation, Expect::Any).unwrap();
    for asked_in_turn in [2, 3] {
        let arm = Arm { asked_in_turn, after: After { amount: 30, unit: Unit::Minutes, at: None } };
        let then = OnDelivered { arm: Some(arm), ..OnDelivered::default() };
        let words = format!("问题{asked_in_turn}");
        outbox::enqueue(&mut batch, row(&world, (person, account), &words, &then));
    }
    world.store.commit(batch).await.unwrap();
    world.app.settle().await.unwrap();
    let rows = sent(&world).await.rows;
    assert_eq!(rows.len(), 2);
    assert_eq!(take_back(&world, &rows[0].id, false).await, Ok(1));
    let said = take_back(&world, &rows[1].id, false).await.unwrap_err();
    assert!(said.contains("课后服务登记") && said.contains("取消"), "{said}");
}

#[tokio::test]
async fn what_several_had_by_one_call_is_taken_back_from_all_of_them_and_only_if_all_are_meant() {
    let world = World::start(false).await;
    let mut batch = Batch::default();
    for (person, account) in &world.people[..2] {
        let row = row(&world, (person, account), "明天停课", &OnDelivered::default());
        outbox::enqueue(&mut batch, row);
    }
    world.store.commit(batch).await.unwrap();
    world.app.settle().await.unwrap();
    let rows = sent(&world).await.rows;
    assert_eq!((rows.len(), world.simulator.figures().batch_calls), (2, 1));
    let said = take_back(&world, &rows[0].id, false).await.unwrap_err();
    assert!(said.contains("2 个人") && said.contains("--everyone"), "{said}");
    assert_eq!(world.simulator.recalled(), 0);
    assert_eq!(take_back(&world, &rows[0].id, true).await, Ok(2));
    assert_eq!((world.simulator.recalled(), sent(&world).await.rows.len()), (1, 0));
    let lines = recall::recalls(&world.app.service, &world.small.school, 0).await.unwrap();
    assert_eq!(lines.iter().map(|(_, line)| line.persons.len()).collect::<Vec<_>>(), [2]);
}

fn row(
    world: &World,
    (person, account): (&PersonId, &String),
    words: &str,
    then: &OnDelivered,
) -> outbox::Row {
    let now = world.clock.now();
    outbox::Row {
        id: format!("{account}-{words}"),
        school: world.small.school.clone(),
        channel: Channel::DingtalkRobot,
        account: account.clone(),
        person: person.clone(),
        lane: Lane::Reply,
        message: Message::Text(words.to_owned()),
        created_at: now,
        not_before: now,
        expires_at: None,
        attempts: 0,
        retry_at: None,
        is_alone: false,
        state: RowState::Waiting,
        dedup_key: None,
        on_delivered: Some(serde_json::to_string(then).unwrap()),
        answers: None,
        sequence: 0,
    }
}
