//! Failures: what the platform refuses or does not answer is sent again within bounds, or parked with its reason.

use super::*;

#[tokio::test]
async fn whom_the_platform_does_not_reach_is_parked_with_the_reason() {
    let school = school();
    school.platform.fail(0, Fault::Miss(vec!["li".to_owned()]));
    school.enqueue(["wang", "li", "zhao"].map(|account| school.row(account, Lane::Bulk, "调查"))).await;
    assert_eq!(
        school.drain().await,
        DrainReport { calls: 1, delivered: 2, parked: 1, ..DrainReport::default() }
    );
    let parked = list(school.store.as_ref(), &"east".into(), Listing::Parked, 10).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].account, "li");
    assert!(matches!(&parked[0].state, RowState::Parked { reason, .. } if reason == "没有送达：联系不上"));
}

#[tokio::test]
async fn one_refused_account_does_not_hold_up_the_others() {
    let school = school();
    school.platform.fail(0, Fault::Refuse);
    school.platform.fail(2, Fault::Refuse);
    school.enqueue(["wang", "li", "zhao"].map(|account| school.row(account, Lane::Bulk, "调查"))).await;
    let report = school.drain().await;
    assert_eq!((report.calls, report.delivered, report.parked), (4, 2, 1));
    let parked = list(school.store.as_ref(), &"east".into(), Listing::Parked, 10).await.unwrap();
    assert!(
        matches!(&parked[0].state, RowState::Parked { reason, .. } if reason.contains("平台拒绝了这条消息")),
        "{parked:?}"
    );
}

#[tokio::test]
async fn what_is_refused_because_it_may_have_arrived_stops_nobody_else() {
    let school = school();
    let accounts: Vec<String> = (0..8).map(|number| format!("parent{number}")).collect();
    school.enqueue(accounts.iter().map(|account| school.row(account, Lane::Reply, account))).await;
    (0..8).for_each(|nth| school.platform.fail(nth, Fault::LoseReply));
    (8..16).for_each(|nth| school.platform.fail(nth, Fault::Refuse));
    for _ in 0..20 {
        school.drain().await;
        school.clock.advance(chrono::Duration::seconds(5));
    }
    let parked = |row: &&Row| matches!(row.state, RowState::Parked { .. });
    assert_eq!(school.rows().await.iter().filter(parked).count(), 8);
    school.enqueue([school.row("li", Lane::Reply, "菜单")]).await;
    assert_eq!(school.drain().await.delivered, 1);
}

#[tokio::test]
async fn a_platform_that_refuses_everything_does_not_park_everything() {
    let school = school();
    (0..100).for_each(|nth| school.platform.fail(nth, Fault::Refuse));
    school
        .enqueue((0..50).map(|number| school.row(&format!("p{number}"), Lane::Bulk, &number.to_string())))
        .await;
    let outbox = school.outbox();
    let parked = outbox.drain().await.unwrap().parked;
    assert!(parked < 5 + PARALLEL_MAX, "{parked}");
    school.enqueue([school.row("li", Lane::Urgent, "来接孩子")]).await;
    assert_eq!(outbox.drain().await.unwrap().calls, 1, "an urgent message is still tried");
}

#[tokio::test]
async fn a_lost_reply_is_retried_with_the_same_bytes_and_told_once() {
    for fault in [Fault::LoseReply, Fault::LoseRequest] {
        let school = school();
        school.platform.fail(0, fault.clone());
        school.enqueue(["wang", "li"].map(|account| school.row(account, Lane::Urgent, "来接孩子"))).await;
        let outbox = school.outbox();
        assert_eq!(outbox.drain().await.unwrap().delivered, 0, "{fault:?}");
        let sending = list(school.store.as_ref(), &"east".into(), Listing::Sending, 10).await.unwrap();
        assert_eq!(sending.len(), 2, "{fault:?}");
        // More words to the same person must wait behind it.
        school.enqueue([school.row("li", Lane::Urgent, "东门")]).await;
        assert_eq!(outbox.drain().await.unwrap().calls, 0, "{fault:?}");
        school.clock.advance(minutes(1));
        assert_eq!(outbox.drain().await.unwrap().delivered, 3, "{fault:?}");
        let seen = school.platform.seen();
        assert_eq!(seen[0].call, seen[1].call, "{fault:?}");
        assert_eq!(
            school.reached(),
            [pair("wang", "来接孩子"), pair("li", "来接孩子"), pair("li", "东门")],
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_parked_when_the_duplicate_guard_is_over() {
    let school = school();
    (0..100).for_each(|nth| school.platform.fail(nth, Fault::LoseReply));
    school.enqueue([school.row("li", Lane::Urgent, "来接孩子")]).await;
    let outbox = school.outbox();
    for _ in 0..40 {
        outbox.drain().await.unwrap();
        school.clock.advance(minutes(1));
    }
    assert_eq!(school.reached(), [pair("li", "来接孩子")]);
    let parked = list(school.store.as_ref(), &"east".into(), Listing::Parked, 10).await.unwrap();
    assert!(matches!(&parked[0].state, RowState::Parked { reason, .. } if reason == settle::UNKNOWN_OUTCOME));
    let last = school.platform.seen().last().unwrap().at;
    assert!(last < school.platform.seen()[0].at + minutes(30), "nothing is sent again after the guard");
}

#[tokio::test]
async fn an_outage_ends_in_delivery_or_after_bounded_tries_in_parking() {
    let school = school();
    (0..100).for_each(|nth| school.platform.fail(nth, Fault::Unavailable));
    school.enqueue([school.row("li", Lane::Urgent, "来接孩子")]).await;
    let outbox = school.outbox();
    for _ in 0..200 {
        outbox.drain().await.unwrap();
        school.clock.advance(minutes(1));
    }
    assert_eq!(school.platform.seen().len(), settle::ATTEMPTS_MAX as usize);
    let parked = list(school.store.as_ref(), &"east".into(), Listing::Parked, 10).await.unwrap();
    assert_eq!(parked.len(), 1);
}

#[tokio::test]
async fn a_throttled_account_pauses_as_long_as_it_was_told() {
    let school = school();
    school.platform.fail(0, Fault::Throttle(std::time::Duration::from_mins(1)));
    school.enqueue([school.row("li", Lane::Reply, "一"), school.row("wang", Lane::Reply, "二")]).await;
    let outbox = school.outbox();
    outbox.drain().await.unwrap();
    let calls = school.platform.seen().len();
    school.clock.advance(chrono::Duration::seconds(59));
    assert_eq!(outbox.drain().await.unwrap().calls, 0);
    school.clock.advance(chrono::Duration::seconds(31));
    outbox.drain().await.unwrap();
    assert!(calls <= 2 && school.reached().len() == 2, "{calls} calls, {:?}", school.reached());
}
