//! The API client against a small server on loopback that plays WeCom's side.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::{get, post};

use super::*;
use crate::clock::{Clock, ManualClock};
use crate::ids::Ids;
use crate::platform::crypto::Crypto;
use crate::platform::wecom::vectors::K1;
use crate::platform::wecom::{Wecom, WecomSettings, xml};
use crate::platform::{CallbackAnswer, CallbackRequest, NextTry, Platform, contract};

/// What the stub answers to the next `message/send`.
enum Next {
    Json(String),
    Status(u16),
    Hang,
}

#[derive(Default)]
struct Stub {
    gettoken_calls: AtomicUsize,
    gettoken_code: Mutex<i64>,
    sends: Mutex<Vec<(String, String)>>,
    next: Mutex<VecDeque<Next>>,
}

impl Stub {
    fn will(self: &Arc<Self>, next: Next) -> Arc<Self> {
        self.next.lock().unwrap().push_back(next);
        self.clone()
    }

    fn tokens_asked(&self) -> usize {
        self.gettoken_calls.load(Ordering::SeqCst)
    }

    fn sends(&self) -> Vec<(String, String)> {
        self.sends.lock().unwrap().clone()
    }
}

async fn gettoken(State(stub): State<Arc<Stub>>) -> String {
    let number = stub.gettoken_calls.fetch_add(1, Ordering::SeqCst) + 1;
    // Give the others time to pile up in front of the single flight.
    tokio::task::yield_now().await;
    let code = *stub.gettoken_code.lock().unwrap();
    format!(r#"{{"errcode":{code},"errmsg":"m","access_token":"tok-{number}","expires_in":7200}}"#)
}

async fn send(
    State(stub): State<Arc<Stub>>,
    RawQuery(query): RawQuery,
    body: String,
) -> (axum::http::StatusCode, String) {
    stub.sends.lock().unwrap().push((query.unwrap_or_default(), body));
    let next = stub.next.lock().unwrap().pop_front();
    match next {
        None => (axum::http::StatusCode::OK, r#"{"errcode":0,"errmsg":"ok","msgid":"1"}"#.to_owned()),
        Some(Next::Json(json)) => (axum::http::StatusCode::OK, json),
        Some(Next::Status(status)) => {
            (axum::http::StatusCode::from_u16(status).unwrap(), "<html>".to_owned())
        }
        Some(Next::Hang) => std::future::pending().await,
    }
}

fn settings(api_base: &str) -> WecomSettings {
    WecomSettings {
        corp_id: K1.receive_id.to_owned(),
        agent_id: 218,
        secret: SecretString::from("very-secret"),
        token: SecretString::from(K1.token),
        encoding_aes_key: SecretString::from(K1.encoding_aes_key),
        ..WecomSettings::sample(api_base)
    }
}

async fn school() -> (Arc<Stub>, Arc<ManualClock>, Arc<Wecom>) {
    let stub = Arc::new(Stub::default());
    let router = Router::new()
        .route("/cgi-bin/gettoken", get(gettoken))
        .route("/cgi-bin/message/send", post(send))
        .with_state(stub.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api_base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = Arc::new(ManualClock::new(chrono::DateTime::from_timestamp(1_718_000_000, 0).unwrap()));
    let http =
        crate::platform::http::http_client_within(Duration::from_secs(2), Duration::from_millis(1_500))
            .unwrap();
    let wecom = Wecom::with_http(settings(&api_base), clock.clone(), Arc::new(Ids::seeded(1)), http).unwrap();
    (stub, clock, Arc::new(wecom))
}

fn text(words: &str) -> Message {
    Message::Text(words.to_owned())
}

fn to(wecom: &Wecom, accounts: &[&str], words: &str) -> Call {
    let accounts: Vec<String> = accounts.iter().map(|&account| account.to_owned()).collect();
    wecom.compose(&accounts, &text(words))
}

#[tokio::test]
async fn fifty_senders_at_once_ask_for_one_token() {
    let (stub, _clock, wecom) = school().await;
    let senders: Vec<_> = (0..50)
        .map(|number| {
            let wecom = wecom.clone();
            tokio::spawn(async move {
                let call = to(&wecom, &["wang"], &format!("第 {number} 条"));
                wecom.send(&call).await.unwrap()
            })
        })
        .collect();
    for sender in senders {
        assert_eq!(sender.await.unwrap(), SendReport::default());
    }
    assert_eq!(stub.tokens_asked(), 1);
    assert!(stub.sends().iter().all(|(query, _)| query == "access_token=tok-1"));
    assert_eq!(stub.sends().len(), 50);
}

#[tokio::test]
async fn a_token_is_renewed_after_nine_tenths_of_its_life() {
    let (stub, clock, wecom) = school().await;
    let call = to(&wecom, &["wang"], "a");
    wecom.send(&call).await.unwrap();
    clock.advance(chrono::Duration::seconds(6_479));
    wecom.send(&call).await.unwrap();
    assert_eq!(stub.tokens_asked(), 1);
    clock.advance(chrono::Duration::seconds(1));
    wecom.send(&call).await.unwrap();
    assert_eq!(stub.tokens_asked(), 2);
}

#[tokio::test]
async fn a_token_that_wecom_no_longer_takes_is_fetched_once_and_the_same_bytes_go_again() {
    for code in [40014, 42001] {
        let (stub, _clock, wecom) = school().await;
        stub.will(Next::Json(format!(r#"{{"errcode":{code}}}"#)));
        wecom.send(&to(&wecom, &["wang"], "a")).await.unwrap();
        let sends = stub.sends();
        assert_eq!(stub.tokens_asked(), 2, "{code}");
        assert_eq!(sends.len(), 2, "{code}");
        assert_eq!(sends[0].1, sends[1].1, "{code}");
        assert_eq!(sends[1].0, "access_token=tok-2", "{code}");
    }
}

#[tokio::test]
async fn a_token_that_stays_bad_is_not_fetched_in_a_loop() {
    let (stub, _clock, wecom) = school().await;
    for _ in 0..3 {
        stub.will(Next::Json(r#"{"errcode":40014}"#.to_owned()));
    }
    let error = wecom.send(&to(&wecom, &["wang"], "a")).await.unwrap_err();
    assert!(matches!(error, SendError::Unavailable { code: 40014 }), "{error}");
    assert_eq!((stub.tokens_asked(), stub.sends().len()), (2, 2));
}

#[tokio::test]
async fn an_old_token_does_not_push_out_a_newer_one() {
    let (stub, _clock, wecom) = school().await;
    let first = wecom.api.tokens.get().await.unwrap();
    wecom.api.tokens.forget(&first).await;
    let second = wecom.api.tokens.get().await.unwrap();
    wecom.api.tokens.forget(&first).await;
    assert_eq!(wecom.api.tokens.get().await.unwrap().expose_secret(), second.expose_secret());
    assert_eq!(stub.tokens_asked(), 2);
}

#[tokio::test]
async fn a_wrong_secret_is_asked_once_in_ten_minutes() {
    let (stub, clock, wecom) = school().await;
    *stub.gettoken_code.lock().unwrap() = 40001;
    let call = to(&wecom, &["wang"], "a");
    for _ in 0..20 {
        let error = wecom.send(&call).await.unwrap_err();
        assert!(matches!(error, SendError::Refused { code: 40001, .. }), "{error}");
        assert_eq!(error.next(), NextTry::Park);
    }
    assert_eq!((stub.tokens_asked(), stub.sends().len()), (1, 0));
    clock.advance(chrono::Duration::minutes(10));
    *stub.gettoken_code.lock().unwrap() = 0;
    wecom.send(&call).await.unwrap();
    assert_eq!(stub.tokens_asked(), 2);
}

#[tokio::test]
async fn partial_failures_are_read_whole_and_in_our_case() {
    let (stub, _clock, wecom) = school().await;
    stub.will(Next::Json(
        r#"{"errcode":0,"invaliduser":"Li|zhao|stranger","invalidparty":"","unlicenseduser":"chen|li"}"#
            .to_owned(),
    ));
    let call = to(&wecom, &["wang", "li", "zhao", "chen"], "a");
    let report = wecom.send(&call).await.unwrap();
    let accounts: Vec<&str> = report.unreached.iter().map(|(account, _)| account.as_str()).collect();
    assert_eq!(accounts, ["li", "zhao", "chen"]);

    stub.will(Next::Json(r#"{"errcode":81013,"invaliduser":"wang|li|zhao|chen"}"#.to_owned()));
    assert_eq!(wecom.send(&call).await.unwrap().unreached.len(), 4);
}

#[tokio::test]
async fn each_failure_has_its_class() {
    let (stub, _clock, wecom) = school().await;
    let call = to(&wecom, &["wang"], "a");
    for (next, want) in [
        (Next::Json(r#"{"errcode":45009}"#.to_owned()), "Throttled"),
        (Next::Json(r#"{"errcode":-1}"#.to_owned()), "Unavailable"),
        (Next::Json(r#"{"errcode":60020}"#.to_owned()), "Refused"),
        (Next::Json("gateway".to_owned()), "Unknown"),
        (Next::Status(502), "Unknown"),
        (Next::Status(429), "Throttled"),
        (Next::Status(404), "Refused"),
        (Next::Status(302), "Refused"),
        (Next::Hang, "Unknown"),
    ] {
        stub.will(next);
        let error = format!("{:?}", wecom.send(&call).await.unwrap_err());
        assert!(error.starts_with(want), "{error} is not {want}");
    }
}

#[tokio::test]
async fn no_connection_means_that_nothing_arrived() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(chrono::DateTime::UNIX_EPOCH));
    let wecom = Wecom::new(settings(&format!("http://{address}/")), clock, Arc::new(Ids::seeded(1))).unwrap();
    let error = wecom.send(&to(&wecom, &["wang"], "a")).await.unwrap_err();
    assert!(matches!(error, SendError::Unavailable { .. }), "{error}");
}

#[tokio::test]
async fn no_error_shows_a_token_or_a_secret() {
    let (stub, _clock, wecom) = school().await;
    stub.will(Next::Hang);
    let error = wecom.send(&to(&wecom, &["wang"], "a")).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {:?}", std::error::Error::source(&error), wecom);
    for secret in ["tok-1", "very-secret", "access_token", K1.token, K1.encoding_aes_key] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn what_breaks_a_limit_is_refused_before_it_is_sent() {
    let (stub, _clock, wecom) = school().await;
    let card = |title: &str, description: &str, url: &str| {
        let (title, description, url) = (title.to_owned(), description.to_owned(), url.to_owned());
        wecom.compose(&["wang".to_owned()], &Message::TextCard { title, description, url })
    };
    let many: Vec<String> = (0..1_001).map(|number| format!("u{number}")).collect();
    for (what, call, want) in [
        ("long text", to(&wecom, &["wang"], &"课".repeat(683)), 45002),
        ("empty text", to(&wecom, &["wang"], "\u{7}"), 44004),
        ("everybody", to(&wecom, &["@all"], "a"), 40003),
        ("a separator in an account", to(&wecom, &["wang|@all"], "a"), 40003),
        ("nobody", to(&wecom, &[], "a"), 40003),
        ("too many", wecom.compose(&many, &text("a")), 40032),
        ("long title", card(&"题".repeat(129), "d", "https://a.example"), 45002),
        ("long description", card("t", &"文".repeat(513), "https://a.example"), 45002),
        ("long link", card("t", "d", &format!("https://{}", "a".repeat(2_048))), 45002),
        ("link without scheme", card("t", "d", "a.example"), 40035),
        ("another endpoint", Call { endpoint: "user/delete".into(), body: "{}".into() }, 40035),
        ("no body", Call { endpoint: "message/send".into(), body: String::new() }, 40035),
    ] {
        match wecom.send(&call).await {
            Err(SendError::Refused { code, .. }) => assert_eq!(code, want, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!(stub.sends().len(), 0);
    for (what, call) in [
        ("longest text", to(&wecom, &["wang"], &"课".repeat(682))),
        ("longest title", card(&"题".repeat(128), &"文".repeat(512), "https://a.example")),
        ("most recipients", wecom.compose(&many[..1_000], &text("a"))),
    ] {
        assert!(wecom.send(&call).await.is_ok(), "{what}");
    }
}

#[tokio::test]
async fn the_body_is_as_the_documentation_shows_it() {
    let (_stub, _clock, wecom) = school().await;
    let call = to(&wecom, &["wang", "li.na"], "放学了\n「东门」\u{1}😀");
    assert_eq!(
        call.body,
        "{\"touser\":\"wang|li.na\",\"msgtype\":\"text\",\"agentid\":218,\
         \"text\":{\"content\":\"放学了\\n「东门」😀\"},\
         \"enable_duplicate_check\":1,\"duplicate_check_interval\":1800}"
    );
}

/// WeCom's side of the callback address.
struct WecomOtherSide;

impl contract::OtherSide for WecomOtherSide {
    fn deliver(&self, number: u64, account: &str, text: &str) -> CallbackRequest {
        let plaintext = xml::text_reply(K1.receive_id, account, 1_718_000_000, text)
            .replace("</xml>", &format!("<MsgId>{}</MsgId><AgentID>218</AgentID></xml>", 7_000 + number));
        let encrypted = crypto().encrypt(&plaintext, [9; 16]);
        let signature = crypto().signature("1718000000", "n", &encrypted);
        CallbackRequest {
            is_get: false,
            query: format!("msg_signature={signature}&timestamp=1718000000&nonce=n"),
            body: xml::callback_envelope(K1.receive_id, Some(218), &encrypted).into_bytes(),
            ..CallbackRequest::default()
        }
    }

    fn read(&self, answer: &CallbackAnswer) -> Option<String> {
        let outer = xml::Fields::parse(&answer.body).ok()?;
        let plaintext = crypto().decrypt(outer.text("Encrypt")?).ok()?;
        xml::Fields::parse(&plaintext).ok()?.text("Content").map(str::to_owned)
    }
}

fn crypto() -> Crypto {
    Crypto::new(K1.token, K1.encoding_aes_key, K1.receive_id).unwrap()
}

#[tokio::test]
async fn wecom_keeps_the_contract() {
    let (stub, _clock, wecom) = school().await;
    contract::all(wecom.as_ref(), &WecomOtherSide);
    stub.will(Next::Json(r#"{"errcode":0,"invaliduser":"LI"}"#.to_owned()));
    contract::a_partial_failure_is_read(wecom.as_ref(), &["wang", "li"], &["li"]).await;
}
