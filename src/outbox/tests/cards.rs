//! What changes a card goes once where the platform would do it twice, and nobody has to look at it when it fails.

use super::*;
use crate::platform::card::{CardCode, CardUpdate};
use crate::store::faulty::{Fault as StoreFault, FaultyStore};

fn update(school: &School) -> Row {
    let (code, label) = (CardCode("code".to_owned()), "李老师已同意".to_owned());
    let otherwise = Some("不用再办".to_owned());
    let message = Message::CardUpdate(CardUpdate { code, label, otherwise });
    Row { message, ..school.row("li", Lane::Reply, "") }
}

#[tokio::test]
async fn a_change_whose_outcome_is_not_known_is_not_tried_again() {
    for fault in [Fault::LoseReply, Fault::LoseRequest] {
        let school = school();
        school.platform.fail(0, fault.clone());
        let row = update(&school);
        school.enqueue([row.clone()]).await;
        let outbox = school.outbox();
        for _ in 0..3 {
            outbox.drain().await.unwrap();
            school.clock.advance(minutes(5));
        }
        assert_eq!(school.platform.seen().len(), 1, "{fault:?}");
        assert_eq!(school.hooks().await, [format!("{}|Expired|", row.id)], "{fault:?}");
        assert!(school.rows().await.is_empty(), "{fault:?}: nobody has to look at it");
    }
}

#[tokio::test]
async fn a_change_that_the_platform_does_not_do_twice_is_tried_until_it_is_known() {
    for fault in [Fault::LoseReply, Fault::LoseRequest] {
        let school = school();
        school.platform.repeat_changes();
        school.platform.fail(0, fault.clone());
        school.platform.fail(1, Fault::Unavailable);
        let row = update(&school);
        school.enqueue([row.clone()]).await;
        // The second one finds the call of a process that died.
        for outbox in [school.outbox(), school.outbox()] {
            for _ in 0..2 {
                outbox.drain().await.unwrap();
                school.clock.advance(minutes(1));
            }
        }
        assert_eq!(school.platform.seen().len(), 3, "{fault:?}");
        assert_eq!(school.platform.reached().len(), 1, "{fault:?}");
        assert_eq!(school.hooks().await, [format!("{}|Delivered|", row.id)], "{fault:?}");
    }
}

#[tokio::test]
async fn a_change_that_was_refused_has_failed_and_holds_up_nothing_else() {
    let school = school();
    (0..6).for_each(|nth| school.platform.fail(nth, Fault::Refuse));
    let rows: Vec<Row> = (0..6).map(|_| update(&school)).collect();
    for row in &rows {
        school.enqueue([row.clone()]).await;
        assert_eq!(school.drain().await.expired, 1);
    }
    let want: Vec<String> = rows.iter().map(|row| format!("{}|Unreached|", row.id)).collect();
    assert_eq!(school.hooks().await, want);
    school.enqueue([school.row("li", Lane::Reply, "好的")]).await;
    assert_eq!(school.drain().await.delivered, 1, "the account is not at fault");
}

#[tokio::test]
async fn a_change_that_did_not_arrive_is_tried_again() {
    let school = school();
    school.platform.fail(0, Fault::Unavailable);
    let row = update(&school);
    school.enqueue([row.clone()]).await;
    let outbox = school.outbox();
    outbox.drain().await.unwrap();
    school.clock.advance(minutes(1));
    outbox.drain().await.unwrap();
    assert_eq!(school.hooks().await, [format!("{}|Delivered|", row.id)]);
}

#[tokio::test]
async fn a_crash_around_a_change_never_lets_it_go_twice() {
    for nth in 1..4 {
        for fault in [StoreFault::FailAfter, StoreFault::FailBefore] {
            let mut school = school();
            let row = update(&school);
            school.enqueue([row.clone()]).await;
            let faulty = Arc::new(FaultyStore::new(school.store.clone()));
            faulty.on_commit(nth, fault);
            school.store = faulty;
            for _ in 0..4 {
                // Each drain is a new process.
                let _ = school.outbox().drain().await;
                school.clock.advance(minutes(1));
            }
            assert!(school.platform.seen().len() <= 1, "{fault:?} at commit {nth}");
            assert_eq!(school.hooks().await.len(), 1, "{fault:?} at commit {nth}");
            assert!(school.rows().await.is_empty(), "{fault:?} at commit {nth}");
        }
    }
}

#[tokio::test]
async fn a_change_of_which_the_platform_never_tells_is_given_up_and_nobody_has_to_look() {
    let school = school();
    school.platform.fail(0, Fault::TellLater(u32::MAX, Vec::new()));
    let row = update(&school);
    school.enqueue([row.clone()]).await;
    let outbox = school.outbox();
    for _ in 0..40 {
        outbox.drain().await.unwrap();
        school.clock.advance(minutes(1));
    }
    assert_eq!(school.hooks().await, [format!("{}|Expired|", row.id)]);
    assert!(school.rows().await.is_empty());
}

#[tokio::test]
async fn a_change_that_expired_before_it_went_is_over_and_nobody_has_to_look() {
    let school = school();
    let row = Row { expires_at: Some(school.clock.now() + minutes(1)), ..update(&school) };
    school.enqueue([row.clone()]).await;
    school.clock.advance(minutes(1));
    assert_eq!(school.drain().await, DrainReport { expired: 1, ..DrainReport::default() });
    assert_eq!(school.hooks().await, [format!("{}|Expired|", row.id)]);
    assert!(school.rows().await.is_empty());
}
