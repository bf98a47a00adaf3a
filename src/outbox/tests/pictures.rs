//! Pictures through the outbox: after the text, once for each reader, uploaded once, through every fault.

use std::time::Duration;

use super::*;
use crate::outbox::picture;
use crate::platform::picture::PictureId;

const PNG: &[u8] = b"not really a png";

impl School {
    /// A text and then a picture for each account, in one batch.
    async fn send_picture(&self, accounts: &[&str]) {
        let mut batch = Batch::default();
        let picture = keep_picture(&mut batch, &"east".into(), PNG, self.clock.now());
        for account in accounts {
            enqueue(&mut batch, self.row(account, Lane::Bulk, "日报"));
            let message = Message::Image { picture: picture.clone(), words: "日报".to_owned() };
            enqueue(&mut batch, Row { message, ..self.row(account, Lane::Bulk, "") });
        }
        self.store.commit(batch).await.unwrap();
    }

    /// The pictures that reached an account, by the number of their upload.
    fn pictures(&self, account: &str) -> Vec<String> {
        let reached = self.reached().into_iter().filter(|(who, _)| who == account);
        let pictures = reached.filter_map(|(_, words)| Some(words.strip_prefix("picture ")?.to_owned()));
        pictures.map(|handle| handle.split(':').next().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn the_text_goes_first_and_one_upload_serves_all_readers() {
    let school = school();
    school.send_picture(&["head", "admin"]).await;
    let report = school.drain().await;
    assert_eq!((report.calls, report.delivered, report.parked), (2, 4, 0));
    assert_eq!(school.platform.uploads(), [PictureId::of(PNG)]);
    for account in ["head", "admin"] {
        let words: Vec<_> =
            school.reached().into_iter().filter(|(who, _)| who == account).map(|(_, words)| words).collect();
        assert_eq!(words.len(), 2, "{account}");
        assert_eq!(words[0], "日报");
        assert!(words[1].starts_with("picture 0:"), "{words:?}");
    }
    assert!(school.rows().await.is_empty());
}

#[tokio::test]
async fn a_picture_is_uploaded_again_only_when_its_life_is_over() {
    let school = school();
    let outbox = school.outbox();
    for (day, uploads) in [(0, 1), (1, 1), (3, 2)] {
        school.clock.move_to("2026-09-01T01:00:00Z".parse::<Moment>().unwrap() + chrono::Duration::days(day));
        school.send_picture(&["head"]).await;
        outbox.drain().await.unwrap();
        assert_eq!(school.platform.uploads().len(), uploads, "day {day}");
    }
    assert_eq!(school.pictures("head"), ["0", "0", "1"]);
}

#[tokio::test]
async fn an_upload_that_fails_waits_and_goes_when_the_platform_is_back() {
    for fault in [Fault::Unavailable, Fault::LoseRequest, Fault::Throttle(Duration::from_mins(1))] {
        let school = school();
        school.platform.fail_upload(0, fault.clone());
        school.platform.fail_upload(1, fault.clone());
        school.send_picture(&["head"]).await;
        let outbox = school.outbox();
        for _ in 0..10 {
            outbox.drain().await.unwrap();
            school.clock.advance(minutes(1));
        }
        assert_eq!(school.pictures("head"), ["2"], "{fault:?}");
        assert!(school.rows().await.is_empty(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_refused_picture_is_parked_with_its_reason_and_can_be_sent_again() {
    let school = school();
    school.platform.fail_upload(0, Fault::Refuse);
    school.send_picture(&["head", "admin"]).await;
    let report = school.drain().await;
    assert_eq!((report.delivered, report.parked), (2, 2), "the texts went");
    let parked = list(school.store.as_ref(), &"east".into(), Listing::Parked, 10).await.unwrap();
    let RowState::Parked { reason, .. } = &parked[0].state else { panic!("{parked:?}") };
    assert!(reason.contains("图片没有传上去"), "{reason}");
    let now = school.clock.now();
    assert_eq!(resend(school.store.as_ref(), &"east".into(), now, now).await.unwrap(), 2);
    school.drain().await;
    assert_eq!((school.pictures("head").len(), school.pictures("admin").len()), (1, 1));
}

#[tokio::test]
async fn a_picture_whose_answer_is_lost_is_the_same_bytes_again_also_after_a_crash() {
    let school = school();
    // The first call is the text.
    school.platform.fail(1, Fault::LoseReply);
    school.send_picture(&["head"]).await;
    school.drain().await;
    school.clock.advance(minutes(1));
    // Another process: it knows no handle, and does not need one.
    school.drain().await;
    assert_eq!(school.pictures("head"), ["0"], "shown once");
    assert_eq!(school.platform.uploads().len(), 1);
    let seen = school.platform.seen();
    assert_eq!(seen[1].call, seen[2].call);
    assert!(school.rows().await.is_empty());
}

#[tokio::test]
async fn a_handle_that_the_platform_lost_is_made_anew() {
    let school = school();
    school.platform.fail(1, Fault::Unavailable);
    school.send_picture(&["head"]).await;
    let outbox = school.outbox();
    for _ in 0..5 {
        outbox.drain().await.unwrap();
        school.clock.advance(minutes(1));
    }
    assert_eq!(school.pictures("head"), ["1"]);
}

#[tokio::test]
async fn the_same_picture_meant_twice_arrives_twice() {
    let school = school();
    let outbox = school.outbox();
    for _ in 0..2 {
        school.send_picture(&["head"]).await;
        outbox.drain().await.unwrap();
        school.clock.advance(minutes(2));
    }
    assert_eq!(school.pictures("head"), ["0", "1"]);
}

#[tokio::test]
async fn a_picture_is_kept_for_a_month_and_then_the_row_says_so() {
    let school = school();
    let row = {
        let picture = PictureId::of(PNG);
        let message = Message::Image { picture, words: "日报".to_owned() };
        Row { message, ..school.row("head", Lane::Bulk, "") }
    };
    let mut batch = Batch::default();
    keep_picture(&mut batch, &"east".into(), PNG, school.clock.now());
    school.store.commit(batch).await.unwrap();
    let kept = || async {
        picture::load(school.store.as_ref(), &"east".into(), &PictureId::of(PNG)).await.unwrap().is_some()
    };
    let outbox = school.outbox();
    outbox.tidy(school.clock.now()).await.unwrap();
    assert!(kept().await);
    school.clock.advance(chrono::Duration::days(31));
    outbox.tidy(school.clock.now()).await.unwrap();
    assert!(!kept().await);
    school.enqueue([row]).await;
    assert_eq!(outbox.drain().await.unwrap().parked, 1);
}
