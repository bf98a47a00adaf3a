//! What every platform keeps, as tests to call from its own.
//!
//! A platform brings an [`OtherSide`] that can play its servers' part. Start at [`all`].

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use reqwest::header::HeaderValue;

use super::card::Card;
use super::card::tests::card;
use super::faulty::{Fault, FaultyPlatform};
use super::mailbox::{AnswerTo, Answering, Tap, TapId};
use super::picture::PictureId;
use super::{CallbackAnswer, CallbackRequest, Content, Inbound, Message, Opened, Platform, SendReport};
use crate::clock::Moment;

/// The platform's own servers, as far as the contract needs them.
pub(crate) trait OtherSide {
    /// A genuine delivery of words from an account; `number` tells two of them apart.
    fn deliver(&self, number: u64, account: &str, text: &str) -> CallbackRequest;

    /// The words inside an answer, if there are any.
    fn read(&self, answer: &CallbackAnswer) -> Option<String>;

    /// Whether its signature covers the body.
    fn signs_bodies(&self) -> bool {
        true
    }
}

/// Everything that needs no network.
pub(crate) fn all(platform: &dyn Platform, other: &dyn OtherSide) {
    a_delivery_is_opened_the_same_each_time(platform, other);
    anything_tampered_with_is_rejected(platform, other);
    opening_is_total(platform);
    an_answer_can_be_read_by_the_other_side(platform, other);
    sending(platform);
}

/// What needs no callbacks.
pub(crate) fn sending(platform: &dyn Platform) {
    composing_is_deterministic(platform);
    a_picture_is_frozen_by_its_handle_or_says_its_words(platform);
    a_card_is_frozen_whole_or_says_its_words(platform);
    limits_are_usable(platform);
}

/// What a channel keeps that can only answer: it takes no callbacks, its answers are whole, and what is sent to it all the
/// same stops at once where somebody sees it, and is not tried again and again.
pub(crate) async fn answering(platform: &dyn Platform) {
    assert!(!platform.channel().can_begin());
    opening_is_total(platform);
    let to = Inbound {
        school: platform.school().clone(),
        channel: platform.channel(),
        id: super::InboundId("1".to_owned()),
        account: "wang".to_owned(),
        content: Content::Text("菜单".to_owned()),
        sent_at: None,
        envelope: String::new(),
    };
    let now = Moment::UNIX_EPOCH;
    let longest = "课".repeat(platform.limits().text_bytes_max / "课".len());
    for words in ["已登记：周一 ]]> & 周三 😀", longest.as_str()] {
        assert_eq!(platform.answer(&to, Some(words), now).body, words);
    }
    assert_eq!(platform.answer(&to, None, now).body, "", "the plain acknowledgement is empty");
    let call = platform.compose(&["wang".to_owned()], &Message::Text("放学了".to_owned()));
    let refused = platform.send(&call).await.unwrap_err();
    assert_eq!(refused.next(), super::NextTry::Park);
}

fn open(platform: &dyn Platform, request: &CallbackRequest) -> Inbound {
    match platform.open(request).unwrap() {
        Opened::Inbound(inbound) => inbound,
        Opened::Verification(_) => panic!("a delivery was taken for a verification"),
        Opened::Doorbell(_) => panic!("a delivery was taken for a doorbell"),
    }
}

fn a_delivery_is_opened_the_same_each_time(platform: &dyn Platform, other: &dyn OtherSide) {
    let first = open(platform, &other.deliver(1, "Wang.Li", "参加 😀 <b>]]>"));
    assert_eq!(first, open(platform, &other.deliver(1, "Wang.Li", "参加 😀 <b>]]>")));
    assert_eq!(first.content, Content::Text("参加 😀 <b>]]>".to_owned()));
    assert_eq!(first.account, platform.channel().canonical("Wang.Li"), "accounts are in canonical case");
    assert_eq!((&first.school, first.channel), (platform.school(), platform.channel()));
    let second = open(platform, &other.deliver(2, "Wang.Li", "参加 😀 <b>]]>"));
    assert_ne!(first.id, second.id, "the same words twice are two messages");
    for inbound in [first, second] {
        let id = inbound.id.0;
        assert!(!id.is_empty() && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
    }
}

fn anything_tampered_with_is_rejected(platform: &dyn Platform, other: &dyn OtherSide) {
    let genuine = other.deliver(3, "wang", "不参加");
    let first = open(platform, &genuine);
    let signed = if other.signs_bodies() { genuine.body.len() } else { 0 };
    for position in 0..signed {
        let mut request = genuine.clone();
        request.body[position] ^= 1;
        // A change that is invisible, such as in layout, may be accepted, but only as the same message.
        if let Ok(opened) = platform.open(&request) {
            assert_eq!(opened, Opened::Inbound(first.clone()), "body byte {position}");
        }
    }
    for position in 0..genuine.query.len() {
        let mut query = genuine.query.clone().into_bytes();
        query[position] ^= 1;
        let request = CallbackRequest { query: String::from_utf8(query).unwrap(), ..genuine.clone() };
        if let Ok(opened) = platform.open(&request) {
            assert_eq!(opened, Opened::Inbound(first.clone()), "query byte {position}");
        }
    }
    for (name, value) in &genuine.headers {
        for position in 0..value.len() {
            let mut value = value.as_bytes().to_vec();
            value[position] ^= 1;
            let mut request = genuine.clone();
            request.headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
            assert!(platform.open(&request).is_err(), "{name} byte {position}");
        }
    }
    let another = CallbackRequest { body: other.deliver(4, "wang", "参加").body, ..genuine.clone() };
    let unsigned = CallbackRequest { body: genuine.body.clone(), ..CallbackRequest::default() };
    for (what, request, is_wrong) in [
        ("no signature", unsigned, true),
        ("no body", CallbackRequest { body: Vec::new(), ..genuine.clone() }, true),
        ("another body", another, other.signs_bodies()),
    ] {
        assert_eq!(platform.open(&request).is_err(), is_wrong, "{what}");
    }
}

fn opening_is_total(platform: &dyn Platform) {
    let mut runner = TestRunner::deterministic();
    let requests = (any::<bool>(), "[a-z_%&=+0-9<\u{0}课]{0,80}", prop::collection::vec(any::<u8>(), 0..200));
    runner
        .run(&requests, |(is_get, query, body)| {
            let request = CallbackRequest { is_get, query, body, ..CallbackRequest::default() };
            prop_assert!(platform.open(&request).is_err());
            Ok(())
        })
        .unwrap();
}

fn an_answer_can_be_read_by_the_other_side(platform: &dyn Platform, other: &dyn OtherSide) {
    let inbound = open(platform, &other.deliver(5, "Wang.Li", "菜单"));
    let now: Moment = chrono::DateTime::from_timestamp(1_718_000_000, 0).unwrap();
    let words = "已登记：周一 ]]> & 周三 😀";
    assert_eq!(other.read(&platform.answer(&inbound, Some(words), now)).as_deref(), Some(words));
    assert_eq!(
        other.read(&platform.answer(&inbound, None, now)),
        None,
        "the plain acknowledgement says nothing"
    );
    // The inbound may have been stored in between.
    let stored: Inbound = serde_json::from_str(&serde_json::to_string(&inbound).unwrap()).unwrap();
    assert_eq!(other.read(&platform.answer(&stored, Some(words), now)).as_deref(), Some(words));
}

fn composing_is_deterministic(platform: &dyn Platform) {
    let accounts = ["wang".to_owned(), "li".to_owned()];
    let card = Message::TextCard {
        title: "题".to_owned(),
        description: "文".to_owned(),
        url: "https://example.com/p".to_owned(),
    };
    let image = Message::Image { picture: PictureId::of(b"png"), words: "9月1日日报".to_owned() };
    for message in [Message::Text("放学了\n东门 😀".to_owned()), card, image] {
        let call = platform.compose(&accounts, &message);
        assert_eq!(call, platform.compose(&accounts, &message));
        assert_ne!(call, platform.compose(&accounts[..1], &message), "who is told is part of the call");
        assert!(!call.body.contains("\\u"), "raw UTF-8, no escapes: {}", call.body);
    }
    let other = platform.compose(&accounts, &Message::Text("别的".to_owned()));
    assert_ne!(other, platform.compose(&accounts, &Message::Text("别的 ".to_owned())));
}

fn a_picture_is_frozen_by_its_handle_or_says_its_words(platform: &dyn Platform) {
    let accounts = ["wang".to_owned(), "li".to_owned()];
    let Some(pictures) = platform.pictures() else {
        let image = Message::Image { picture: PictureId::of(b"png"), words: "9月1日日报".to_owned() };
        let call = platform.compose(&accounts, &image);
        assert!(call.body.contains("[图片：9月1日日报]"), "{}", call.body);
        return;
    };
    let call = pictures.compose(&accounts, "handle-1");
    assert_eq!(call, pictures.compose(&accounts, "handle-1"));
    assert!(call.body.contains("handle-1") && !call.body.contains("\\u"), "{}", call.body);
    assert_ne!(call, pictures.compose(&accounts, "handle-2"), "another upload is another message");
    assert_ne!(call, pictures.compose(&accounts[..1], "handle-1"), "who is told is part of the call");
}

fn a_card_is_frozen_whole_or_says_its_words(platform: &dyn Platform) {
    let accounts = ["wang".to_owned()];
    let fits = card("k_1");
    let call = platform.compose(&accounts, &Message::Card(fits.clone()));
    assert_eq!(call, platform.compose(&accounts, &Message::Card(fits.clone())));
    assert!(!call.body.contains("\\u"), "raw UTF-8, no escapes: {}", call.body);
    let in_words = platform.compose(&accounts, &Message::Text(fits.words.clone()));
    assert_eq!(call == in_words, platform.cards().is_none(), "{}", call.body);
    let too_long = Card { body: "文".repeat(10_000), ..fits };
    assert_eq!(platform.compose(&accounts, &Message::Card(too_long)), in_words);
}

fn limits_are_usable(platform: &dyn Platform) {
    let limits = platform.limits();
    assert!(limits.text_bytes_max >= 4 && limits.recipients_max >= 1);
    assert!(limits.per_person_per_minute >= 1 && limits.per_person_per_hour >= limits.per_person_per_minute);
    assert!(limits.calls_per_minute >= 1 && limits.person_times_per_day >= 1);
}

/// What only answers has an id for each answer: the same one is the same bytes, another one is another message.
pub(crate) fn answering_by_mailbox(platform: &dyn Platform, envelope: &str) {
    let mailboxes = platform.mailboxes().unwrap();
    let limits = mailboxes.answer_limits();
    assert!(limits.count_max >= 1 && limits.within > chrono::Duration::zero());
    assert!(!mailboxes.names().is_empty() && !platform.channel().can_begin());
    let compose = |id: &str, account: &str, words: &str, label: &str| {
        let tap = Tap { id: TapId { asked_in_turn: 3, place: 0 }, label: label.to_owned() };
        let to = AnswerTo { envelope: envelope.to_owned(), taps: vec![tap] };
        let message = Message::Text(words.to_owned());
        mailboxes.compose(&Answering { id, account, message: &message, to: &to })
    };
    let call = compose("r1", "wang", "参加吗？\n😀", "参加");
    assert_eq!(call, compose("r1", "wang", "参加吗？\n😀", "参加"));
    assert!(!call.body.contains("\\u"), "raw UTF-8, no escapes: {}", call.body);
    for other in [
        compose("r2", "wang", "参加吗？\n😀", "参加"),
        compose("r1", "li", "参加吗？\n😀", "参加"),
        compose("r1", "wang", "参加吗", "参加"),
        compose("r1", "wang", "参加吗？\n😀", "不参加"),
    ] {
        assert_ne!(call, other);
    }
}

/// A call that reaches some and not others is reported so; the platform must be connected to something that misses
/// exactly `missed`.
pub(crate) async fn a_partial_failure_is_read(platform: &dyn Platform, accounts: &[&str], missed: &[&str]) {
    let accounts: Vec<String> = accounts.iter().map(|&account| account.to_owned()).collect();
    let call = platform.compose(&accounts, &Message::Text("放学了".to_owned()));
    let report = platform.send(&call).await.unwrap();
    let unreached: Vec<&str> = report.unreached.iter().map(|(account, _)| account.as_str()).collect();
    assert_eq!(unreached, missed);
    assert!(report.unreached.iter().all(|(_, reason)| !reason.is_empty()));
}

/// A picture is uploaded as often as asked and reaches whom the call names, once inside the guard; the platform must be
/// connected to something that takes pictures.
pub(crate) async fn a_picture_goes_by_its_upload(platform: &dyn Platform, png: &[u8], account: &str) {
    let pictures = platform.pictures().unwrap();
    let uploaded = pictures.upload(png).await.unwrap();
    assert!(!uploaded.handle.is_empty());
    assert!(uploaded.life > platform.limits().duplicate_guard, "a retry must not outlive its picture");
    pictures.upload(png).await.unwrap();
    let call = pictures.compose(&[account.to_owned()], &uploaded.handle);
    for _ in 0..2 {
        let sent = platform.send(&call).await.unwrap();
        assert_eq!(SendReport { recall: None, ..sent }, SendReport::default());
    }
}

/// As [`a_picture_goes_by_its_upload`], where the platform tells later whom it reached.
pub(crate) async fn a_picture_goes_by_its_upload_later(platform: &dyn Platform, png: &[u8], account: &str) {
    let pictures = platform.pictures().unwrap();
    let uploaded = pictures.upload(png).await.unwrap();
    assert!(uploaded.life > platform.limits().duplicate_guard, "a retry must not outlive its picture");
    let call = pictures.compose(&[account.to_owned()], &uploaded.handle);
    for _ in 0..2 {
        let receipt = platform.send(&call).await.unwrap().receipt.unwrap();
        let reached = platform.outcome(&call, &receipt).await.unwrap().unwrap();
        assert_eq!(SendReport { recall: None, ..reached }, SendReport::default());
    }
}

struct FaultyOtherSide;

impl OtherSide for FaultyOtherSide {
    fn deliver(&self, number: u64, account: &str, text: &str) -> CallbackRequest {
        FaultyPlatform::callback(&number.to_string(), account, text)
    }

    fn read(&self, answer: &CallbackAnswer) -> Option<String> {
        answer.body.split_once(':').map(|(_, text)| text.to_owned())
    }
}

#[tokio::test]
async fn the_test_double_keeps_the_contract_too() {
    let clock = std::sync::Arc::new(crate::clock::ManualClock::new(chrono::DateTime::UNIX_EPOCH));
    let limits = super::faulty::LIMITS;
    let platform =
        FaultyPlatform::new("east".into(), crate::domain::people::Channel::Terminal, limits, clock.clone());
    all(&platform, &FaultyOtherSide);
    platform.fail(0, Fault::Miss(vec!["li".to_owned()]));
    a_partial_failure_is_read(&platform, &["wang", "li"], &["li"]).await;
    let reached: Vec<String> = platform.reached().into_iter().map(|reached| reached.account).collect();
    assert_eq!(reached, ["wang"]);
    // The same bytes inside the guard reach nobody twice, afterwards they do.
    let call = &platform.seen()[0].call;
    platform.send(call).await.unwrap();
    assert_eq!(platform.reached().len(), 1);
    clock.advance(chrono::Duration::minutes(30));
    platform.send(call).await.unwrap();
    assert_eq!(platform.reached().len(), 3);
    a_picture_goes_by_its_upload(&platform, b"a picture", "wang").await;
    assert_eq!(platform.reached().len(), 4);
}
