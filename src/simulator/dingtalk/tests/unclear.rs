//! Answers that do not say what became of a call: they are no success, and nothing goes out twice because of them.

use super::*;
use crate::platform::card::{Card, CardId, tests::card};
use crate::platform::lost::LostEvents;

#[tokio::test]
async fn an_answer_by_a_session_of_which_nothing_is_known_does_not_go_by_the_interface_too() {
    let world = world().await;
    world.simulator.set_faults(Faults { session_answers_lost: 1, ..Faults::default() });
    let sent = world.robot.send(&world.answer("wang", "好的")).await;
    assert!(matches!(sent, Err(SendError::Unknown(_))), "{sent:?}");
    assert_eq!((world.shown("wang").len(), world.simulator.figures().batch_calls), (1, 0));
}

#[tokio::test]
async fn an_answer_of_the_old_interface_without_its_code_is_no_success() {
    let world = world().await;
    world.simulator.set_faults(Faults { codes_missing: 1, ..Faults::default() });
    let call = world.note(&["wang"], "放学了");
    assert!(matches!(world.notice.send(&call).await, Err(SendError::Unknown(_))));
    // The same card is dropped there, so the call can go again.
    let receipt = world.notice.send(&call).await.unwrap().receipt.unwrap();
    let reached = world.notice.outcome(&call, &receipt).await.unwrap();
    assert_eq!(reached.map(bare), Some(SendReport::default()));
    assert_eq!(world.shown("wang").len(), 1);
}

#[tokio::test]
async fn a_card_goes_as_its_words_where_it_did_not_arrive_or_dingtalk_does_not_say_that_it_did() {
    let world = world().await;
    let card = |id: &str| Card { id: CardId(id.to_owned()), ..card("k_1") };
    let send = async |id: &str| {
        let call = Platform::compose(&world.robot, &["wang".to_owned()], &Message::Card(card(id)));
        world.robot.send(&call).await
    };
    world.simulator.set_faults(Faults { card_results_missing: 1, ..Faults::default() });
    assert!(matches!(send("k_1").await, Err(SendError::Unknown(_))));
    assert!(send("k_1").await.unwrap().card.is_some(), "its track makes it one");
    assert_eq!((world.simulator.cards("wang").len(), world.simulator.figures().batch_calls), (1, 0));
    world.simulator.set_faults(Faults { cards_not_delivered: 1, ..Faults::default() });
    assert_eq!(bare(send("k_2").await.unwrap()), SendReport::default());
    assert_eq!(world.simulator.figures().batch_calls, 1);
    // That it exists does not say that anybody has it.
    let faults = Faults { cards_exist: 1, card_results_missing: 1, ..Faults::default() };
    world.simulator.set_faults(faults);
    assert!(matches!(send("k_3").await, Err(SendError::Unknown(_))));
    assert!(send("k_3").await.unwrap().card.is_none());
    assert_eq!(world.simulator.figures().batch_calls, 2);
}

#[tokio::test]
async fn that_the_rest_of_the_month_is_kept_for_messages_is_said_as_ours() {
    let world = world_with(ConsoleSettings { calls_per_month: 5, ..console() }).await;
    for _ in 0..4 {
        world.send("放学了").await.unwrap();
    }
    let error = world.notice.directory().unwrap().classes().await.unwrap_err();
    assert!(matches!(error, SendError::Resting { why, .. } if why.contains("kehou 留给消息")), "{error}");
    let error = LostEvents::fetch(&world.notice).await.unwrap_err();
    assert!(matches!(error, SendError::Resting { why, .. } if why.contains("kehou 留给消息")), "{error}");
    assert_eq!(world.simulator.figures().lost_calls, 0);
}

#[tokio::test]
async fn why_the_directory_is_not_read_is_what_dingtalk_says_and_only_of_rights_where_it_is_about_rights() {
    let world = world().await;
    for (outage, want) in [(Outage::Forbidden, "家校通讯录读权限"), (Outage::MonthOver, "额度已用完")]
    {
        world.fail(outage);
        let Err(SendError::Refused { advice, .. }) = world.notice.directory().unwrap().classes().await else {
            panic!("{outage:?} is a refusal")
        };
        assert!(advice.contains(want), "{outage:?}: {advice}");
    }
}
