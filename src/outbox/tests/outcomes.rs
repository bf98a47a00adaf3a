//! What a platform tells late: whom it takes nothing for now, and whom an accepted call reached.
//!
//! Each drain is a new outbox over the same records, as after a restart.

use std::time::Duration;

use super::*;

fn seconds(count: i64) -> chrono::Duration {
    chrono::Duration::seconds(count)
}

#[tokio::test]
async fn whom_the_platform_takes_nothing_for_now_is_written_to_again_and_the_others_are_not() {
    let school = school();
    school.platform.fail(0, Fault::Postpone(vec!["li".to_owned()], Duration::from_mins(1)));
    school.enqueue(["wang", "li"].map(|account| school.row(account, Lane::Urgent, "放学了"))).await;
    let report = school.drain().await;
    assert_eq!((report.delivered, report.postponed), (1, 1));
    school.clock.advance(seconds(59));
    assert_eq!(school.drain().await.calls, 0, "it asked for a minute");
    school.clock.advance(seconds(1));
    assert_eq!(school.drain().await.delivered, 1);
    assert_eq!(school.reached(), [pair("wang", "放学了"), pair("li", "放学了")]);
    assert!(school.rows().await.is_empty());
}

#[tokio::test]
async fn an_accepted_call_counts_when_the_platform_tells_whom_it_reached_and_is_never_sent_again() {
    let school = school();
    school.platform.fail(0, Fault::TellLater(2, vec!["li".to_owned()]));
    school.enqueue(["wang", "li"].map(|account| school.row(account, Lane::Urgent, "放学了"))).await;
    let report = school.drain().await;
    assert_eq!((report.calls, report.delivered, school.hooks().await.len()), (1, 0, 0));
    for (pause, asked) in [(4, 0), (1, 1), (9, 1)] {
        school.clock.advance(seconds(pause));
        assert_eq!(school.drain().await, DrainReport::default());
        assert_eq!(school.platform.asked(), asked);
    }
    school.clock.advance(seconds(1));
    let report = school.drain().await;
    assert_eq!((report.calls, report.delivered, report.parked), (0, 1, 1));
    let ends: Vec<String> =
        school.hooks().await.iter().filter_map(|line| line.split('|').nth(1).map(str::to_owned)).collect();
    assert_eq!(ends, ["Delivered", "Unreached"]);
    assert_eq!(school.platform.seen().len(), 1);
}

#[tokio::test]
async fn a_call_that_the_platform_never_tells_of_is_shown_to_somebody() {
    let school = school();
    school.platform.fail(0, Fault::TellLater(u32::MAX, Vec::new()));
    school.enqueue([school.row("wang", Lane::Urgent, "放学了")]).await;
    let mut parked = school.drain().await.parked;
    for _ in 0..40 {
        school.clock.advance(minutes(1));
        parked += school.drain().await.parked;
    }
    assert_eq!((parked, school.platform.asked(), school.platform.seen().len()), (1, 8, 1));
    let rows = school.rows().await;
    assert!(matches!(&rows[0].state, RowState::Parked { reason, .. } if reason.contains("不知道对方是否")));
}

#[tokio::test]
async fn where_nothing_guards_against_doubles_only_what_is_urgent_is_tried_again() {
    for (lane, reached) in [(Lane::Urgent, 2), (Lane::Reply, 1), (Lane::Bulk, 1)] {
        let school = school_with(Limits { duplicate_guard: Duration::ZERO, ..LIMITS });
        school.platform.fail(0, Fault::LoseReply);
        school.enqueue([school.row("wang", lane, "孩子还没有人接")]).await;
        for _ in 0..30 {
            school.drain().await;
            school.clock.advance(seconds(1));
        }
        assert_eq!(school.reached().len(), reached, "{lane:?}");
        let rows = school.rows().await;
        let is_parked = matches!(rows.first().map(|row| &row.state), Some(RowState::Parked { .. }));
        assert_eq!(is_parked, lane != Lane::Urgent, "{lane:?}");
    }
}

#[tokio::test]
async fn who_waits_for_an_outcome_is_written_to_meanwhile_and_still_in_order() {
    let school = school();
    school.platform.fail(0, Fault::TellLater(1, Vec::new()));
    school.platform.fail(1, Fault::LoseRequest);
    school.platform.fail(2, Fault::LoseRequest);
    let outbox = school.outbox();
    school.enqueue([school.row("li", Lane::Urgent, "一")]).await;
    assert_eq!(outbox.drain().await.unwrap().calls, 1);
    school.clock.advance(seconds(4));
    school.enqueue([school.row("li", Lane::Urgent, "二")]).await;
    assert_eq!(outbox.drain().await.unwrap().calls, 1, "the platform has the first");
    // The outcome of the first comes while the second may still be on its way: the third waits for that.
    school.clock.advance(seconds(5));
    school.enqueue([school.row("li", Lane::Urgent, "三")]).await;
    for _ in 0..20 {
        outbox.drain().await.unwrap();
        school.clock.advance(seconds(5));
    }
    assert_eq!(school.reached(), ["一", "二", "三"].map(|words| pair("li", words)));
    assert!(school.rows().await.is_empty());
}

#[tokio::test]
async fn who_waits_for_an_outcome_is_written_to_after_a_restart_as_well() {
    let school = school();
    school.platform.fail(0, Fault::TellLater(1, Vec::new()));
    school.enqueue([school.row("li", Lane::Urgent, "一")]).await;
    school.drain().await;
    school.enqueue([school.row("li", Lane::Urgent, "二")]).await;
    assert_eq!(school.drain().await.delivered, 1);
}

#[tokio::test]
async fn what_was_accepted_and_comes_back_goes_after_nothing_newer_of_the_same_person() {
    let school = school();
    let outbox = school.outbox();
    school.platform.fail(0, Fault::AcceptAndPostpone(Duration::from_mins(1)));
    school.enqueue(["li", "wang"].map(|account| school.row(account, Lane::Urgent, "16:30 接"))).await;
    outbox.drain().await.unwrap();
    school.clock.advance(seconds(2));
    school.enqueue([school.row("li", Lane::Urgent, "改成 17:30 接")]).await;
    // Another lane says nothing about this one, and neither does what certainly did not arrive.
    school.platform.fail(2, Fault::Refuse);
    school.enqueue([school.row("wang", Lane::Urgent, "这一条不行")]).await;
    school.enqueue([school.row("wang", Lane::Bulk, "问卷")]).await;
    for _ in 0..10 {
        outbox.drain().await.unwrap();
        school.clock.advance(seconds(20));
    }
    let mut reached = school.reached();
    reached.sort();
    assert_eq!(reached, [pair("li", "改成 17:30 接"), pair("wang", "16:30 接"), pair("wang", "问卷")]);
    let parked: Vec<Row> = school.rows().await.into_iter().filter(|row| row.account == "li").collect();
    assert!(
        matches!(&parked[..], [Row { state: RowState::Parked { reason, .. }, .. }] if reason.contains("以那一条为准"))
    );
}

#[tokio::test]
async fn what_was_accepted_can_be_taken_back_whatever_becomes_known_of_it() {
    let school = school();
    school.platform.fail(0, Fault::TellLater(u32::MAX, Vec::new()));
    school.platform.fail(1, Fault::TellLater(1, vec!["li".to_owned()]));
    let recallable = async || {
        let sent = sent(school.store.as_ref(), &"east".into(), school.clock.now(), 10).await.unwrap();
        sent.into_iter().map(|sent| (sent.account, sent.sent_at)).collect::<Vec<_>>()
    };
    school.enqueue([school.row("wang", Lane::Urgent, "放学了")]).await;
    let first_at = school.clock.now();
    school.drain().await;
    assert_eq!(recallable().await, [("wang".to_owned(), first_at)]);
    school.clock.advance(seconds(1));
    let second_at = school.clock.now();
    school.enqueue(["li", "zhao"].map(|account| school.row(account, Lane::Urgent, "下雨了"))).await;
    school.drain().await;
    assert_eq!(recallable().await.len(), 3);
    for _ in 0..40 {
        school.clock.advance(minutes(1));
        school.drain().await;
    }
    assert_eq!(recallable().await, [("wang".to_owned(), first_at), ("zhao".to_owned(), second_at)]);
}
