//! Notices against a small server on loopback that plays WeCom's side.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use secrecy::SecretString;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::ids::Ids as Chance;
use crate::platform::contract;
use crate::platform::wecom::vectors::K1;
use crate::platform::wecom::{Wecom, WecomSettings};

const PAGE: &str = "https://kehou.example.cn/p/east";

/// What the stub was asked, and what it answers next.
#[derive(Default)]
struct Stub {
    tokens: AtomicUsize,
    bodies: Mutex<Vec<String>>,
    next: Mutex<VecDeque<String>>,
}

impl Stub {
    fn will(&self, answer: &str) {
        self.next.lock().unwrap().push_back(answer.to_owned());
    }
}

async fn gettoken(State(stub): State<Arc<Stub>>) -> String {
    let number = stub.tokens.fetch_add(1, Ordering::SeqCst);
    format!(r#"{{"errcode":0,"access_token":"tok-{number}","expires_in":7200}}"#)
}

async fn send(State(stub): State<Arc<Stub>>, body: String) -> String {
    stub.bodies.lock().unwrap().push(body);
    let next = stub.next.lock().unwrap().pop_front();
    next.unwrap_or_else(|| r#"{"errcode":0,"errmsg":"ok","invalid_parent_userid":[]}"#.to_owned())
}

async fn school() -> (Arc<Stub>, Wecom, WecomNotice) {
    let stub = Arc::new(Stub::default());
    let router = Router::new()
        .route("/cgi-bin/gettoken", get(gettoken))
        .route("/cgi-bin/message/send", post(send))
        .route("/cgi-bin/externalcontact/message/send", post(send))
        .route("/cgi-bin/media/upload", post(async || r#"{"errcode":0,"media_id":"m1"}"#))
        .with_state(stub.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api_base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = WecomSettings {
        corp_id: K1.receive_id.to_owned(),
        agent_id: 218,
        secret: SecretString::from("very-secret"),
        token: SecretString::from(K1.token),
        encoding_aes_key: SecretString::from(K1.encoding_aes_key),
        ..WecomSettings::sample(&api_base)
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let wecom = Wecom::new(settings, clock, Arc::new(Chance::seeded(1))).unwrap();
    let notices = wecom.notices(PAGE);
    (stub, wecom, notices)
}

fn to(notices: &dyn Platform, accounts: &[&str], words: &str) -> Call {
    let accounts: Vec<String> = accounts.iter().map(|&account| account.to_owned()).collect();
    notices.compose(&accounts, &Message::Text(words.to_owned()))
}

#[tokio::test]
async fn the_body_is_as_the_documentation_shows_it_and_ends_with_the_page() {
    let (_stub, _wecom, notices) = school().await;
    assert_eq!(
        to(&notices, &["p_001", "p_002"], "放学了\u{1}😀").body,
        "{\"recv_scope\":0,\"to_parent_userid\":[\"p_001\",\"p_002\"],\"msgtype\":\"text\",\"agentid\":218,\
         \"text\":{\"content\":\"放学了😀\\n回复请点 https://kehou.example.cn/p/east\"},\
         \"enable_duplicate_check\":1,\"duplicate_check_interval\":1800}"
    );
}

#[tokio::test]
async fn notices_keep_the_contract() {
    let (stub, _wecom, notices) = school().await;
    contract::sending(&notices);
    let nothing = CallbackRequest { is_get: true, ..CallbackRequest::default() };
    assert!(notices.open(&nothing).is_err());
    stub.will(r#"{"errcode":0,"invalid_parent_userid":["LI"]}"#);
    contract::a_partial_failure_is_read(&notices, &["wang", "li"], &["li"]).await;
    contract::a_picture_goes_by_its_upload(&notices, b"a picture", "wang").await;
}

#[tokio::test]
async fn whom_a_notice_misses_is_read_however_it_is_written() {
    let (stub, _wecom, notices) = school().await;
    let call = to(&notices, &["p_1", "p_2", "p_3"], "您好");
    for (answer, want) in [
        (r#"{"errcode":0,"invalid_parent_userid":["P_1","p_3","stranger"]}"#, vec!["p_1", "p_3"]),
        (r#"{"errcode":0,"invalid_parent_userid":"P_1| p_3|stranger"}"#, vec!["p_1", "p_3"]),
        (r#"{"errcode":0,"invalid_parent_userid":null}"#, vec![]),
        (r#"{"errcode":0,"invalid_parent_userid":""}"#, vec![]),
        (r#"{"errmsg":"ok"}"#, vec![]),
        (r#"{"errcode":81013,"errmsg":"all invalid"}"#, vec!["p_1", "p_2", "p_3"]),
    ] {
        stub.will(answer);
        let unreached = notices.send(&call).await.unwrap().unreached;
        assert_eq!(unreached.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), want, "{answer}");
    }
}

#[tokio::test]
async fn an_app_and_its_notices_share_one_token() {
    let (stub, wecom, notices) = school().await;
    wecom.send(&to(&wecom, &["wang"], "a")).await.unwrap();
    notices.send(&to(&notices, &["p_1"], "a")).await.unwrap();
    assert_eq!(stub.tokens.load(Ordering::SeqCst), 1);
    // It ends for both, and one new one serves both.
    stub.will(r#"{"errcode":42001}"#);
    notices.send(&to(&notices, &["p_1"], "b")).await.unwrap();
    wecom.send(&to(&wecom, &["wang"], "b")).await.unwrap();
    assert_eq!(stub.tokens.load(Ordering::SeqCst), 2);
    let bodies = stub.bodies.lock().unwrap().clone();
    assert_eq!(bodies[2], bodies[3], "the same bytes again, inside the duplicate check");
}

#[tokio::test]
async fn a_refusal_says_what_an_operator_can_do() {
    let (stub, _wecom, notices) = school().await;
    for (code, word) in [(48002, "家长可使用的应用"), (60020, "企业可信IP"), (301_002, "agent_id")]
    {
        stub.will(&format!(r#"{{"errcode":{code},"errmsg":"no"}}"#));
        match notices.send(&to(&notices, &["p_1"], "您好")).await {
            Err(SendError::Refused { code: found, advice }) => {
                assert!(found == code && advice.contains(word), "{code}: {advice}");
            }
            other => panic!("{code}: {other:?}"),
        }
    }
    stub.will(r#"{"errcode":45009}"#);
    let error = notices.send(&to(&notices, &["p_1"], "您好")).await.unwrap_err();
    assert!(matches!(error, SendError::Throttled(_)), "{error}");
}

#[tokio::test]
async fn what_breaks_a_limit_is_refused_before_it_is_sent_and_the_longest_text_goes_through() {
    let (stub, _wecom, notices) = school().await;
    let many: Vec<String> = (0..1_001).map(|number| format!("p_{number}")).collect();
    for (what, call, want) in [
        ("long text", to(&notices, &["p_1"], &"课".repeat(700)), 45002),
        ("empty text", to(&notices, &["p_1"], "\u{7}"), 44004),
        ("nobody", to(&notices, &[], "a"), 40003),
        ("no account", to(&notices, &["p 1"], "a"), 40003),
        ("too many", Platform::compose(&notices, &many, &Message::Text("a".to_owned())), 40032),
        ("another endpoint", Call { endpoint: "message/send".into(), body: "{}".into() }, 40035),
    ] {
        match notices.send(&call).await {
            Err(SendError::Refused { code, .. }) => assert_eq!(code, want, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(stub.bodies.lock().unwrap().is_empty());
    let longest = "a".repeat(notices.limits().text_bytes_max);
    notices.send(&to(&notices, &["p_1"], &longest)).await.unwrap();
}
