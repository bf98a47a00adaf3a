//! What was sent is taken back by its id, from all who had it by the same call, for a day.

use chrono::Duration;
use kehou::usecase::office::{Answer, Listed, OfficeError, OutboxState};

use super::*;

async fn sent(world: &World) -> Listed {
    let request = Request::OutboxList { school: world.small.school.clone(), state: OutboxState::Sent };
    match answer(&world.app.service, &request, world.clock.now()).await.unwrap() {
        Answer::Outbox(listed) => listed,
        other => panic!("{other:?}"),
    }
}

async fn recall(world: &World, id: &str, from_everyone: bool) -> Result<usize, String> {
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
async fn a_survey_that_went_out_is_taken_back_from_all_of_a_call_and_only_once() {
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
    let people = match recall(&world, &notice, false).await {
        Ok(people) => people,
        Err(said) => {
            assert!(said.contains("--everyone"), "{said}");
            recall(&world, &notice, true).await.unwrap()
        }
    };
    assert_eq!(sent(&world).await.rows.len() + people, rows.len());
    assert_eq!((world.simulator.recalled(), world.simulator.figures().recall_calls), (1, 1));
    assert!(recall(&world, &notice, true).await.unwrap_err().contains("已经撤回过"));
    // A teacher with a child here was asked by the robot.
    let robot = of(Channel::DingtalkRobot).unwrap();
    world
        .simulator
        .set_faults(Faults { outage: kehou::simulator::dingtalk::Outage::Forbidden, ..Faults::default() });
    assert!(recall(&world, &robot, true).await.unwrap_err().contains("权限"));
    world.simulator.set_faults(Faults::default());
    recall(&world, &robot, true).await.unwrap();
    assert_eq!(world.simulator.recalled(), 2);
    let last = sent(&world).await.rows[0].id.clone();
    world.clock.advance(Duration::hours(24));
    assert!(recall(&world, &last, true).await.unwrap_err().contains("24 小时"));
    assert_eq!(sent(&world).await.rows.len(), 0);
    assert!(recall(&world, "nobody", true).await.unwrap_err().contains("编号不对"));
}
