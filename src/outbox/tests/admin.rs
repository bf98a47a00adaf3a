//! What an admin sends again, and what is forgotten: where nothing but answers can be sent, a late one helps nobody.

use super::*;
use crate::platform::mailbox::AnswerTo;
use crate::platform::recall::RecallKey;

/// An answer on each kind of channel, parked.
async fn parked_answers(school: &School) {
    let mut batch = Batch::default();
    for channel in [Channel::WecomKf, Channel::DingtalkRobot] {
        let answers = Some(AnswerTo { envelope: String::new(), taps: Vec::new() });
        let row = Row { channel, answers, ..school.row("li", Lane::Reply, "好的") };
        park(&mut batch, row, "家长拒收", school.clock.now());
    }
    school.store.commit(batch).await.unwrap();
}

#[tokio::test]
async fn an_answer_is_sent_again_where_we_can_begin_ourselves() {
    let school = school();
    parked_answers(&school).await;
    let now = school.clock.now();
    let resent = resend(school.store.as_ref(), &"east".into(), now, now).await.unwrap();
    let waiting = list(school.store.as_ref(), &"east".into(), Listing::Waiting, 10).await.unwrap();
    let channels: Vec<Channel> = waiting.iter().map(|row| row.channel).collect();
    assert_eq!((resent, channels), (1, vec![Channel::DingtalkRobot]));
}

#[tokio::test]
async fn what_nobody_can_send_again_is_forgotten_after_a_month() {
    let school = school();
    parked_answers(&school).await;
    let outbox = school.outbox();
    for (days, want) in [(29, 2), (2, 1)] {
        outbox.tidy(school.clock.advance(chrono::Duration::days(days))).await.unwrap();
        let parked = list(school.store.as_ref(), &"east".into(), Listing::Parked, 10).await.unwrap();
        assert_eq!(parked.len(), want, "{days} days on");
    }
}

#[tokio::test]
async fn a_picture_that_nobody_wants_is_forgotten_after_a_month() {
    let school = school();
    let mut batch = Batch::default();
    let picture = picture::keep_picture(&mut batch, &"east".into(), b"png", school.clock.now());
    school.store.commit(batch).await.unwrap();
    let outbox = school.outbox();
    for (days, is_kept) in [(29, true), (2, false)] {
        outbox.tidy(school.clock.advance(chrono::Duration::days(days))).await.unwrap();
        let png = picture::load(school.store.as_ref(), &"east".into(), &picture).await.unwrap();
        assert_eq!(png.is_some(), is_kept, "{days} days on");
    }
}

#[tokio::test]
async fn what_went_out_is_forgotten_when_it_cannot_be_recalled_any_more() {
    let school = school();
    let row = school.row("li", Lane::Reply, "好的");
    let sent = sent::Sent::put(&row, &RecallKey("7".to_owned()), school.clock.now());
    school.store.commit(Batch { writes: vec![sent] }).await.unwrap();
    let outbox = school.outbox();
    for (hours, want) in [(23, 1), (2, 0)] {
        outbox.tidy(school.clock.advance(chrono::Duration::hours(hours))).await.unwrap();
        let all = Range::prefix("east/", 10);
        let kept = school.store.scan_index(sent::OUTBOX_SENT, sent::AT, &all).await.unwrap();
        assert_eq!(kept.len(), want, "{hours} hours on");
    }
}
