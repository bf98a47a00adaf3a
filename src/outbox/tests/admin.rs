//! What an admin sends again, and what is forgotten: where nothing but answers can be sent, a late one helps nobody.

use super::*;
use crate::platform::mailbox::AnswerTo;

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
