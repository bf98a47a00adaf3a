//! Presses as the documentation has them, and what is left alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use reqwest::header::{HeaderMap, HeaderValue};

use super::super::signed::mac;
use super::press::SIGNATURE_TIME;
use super::*;
use crate::clock::{ManualClock, Moment};
use crate::domain::people::Channel;
use crate::ids::Ids;
use crate::platform::card::tests::card;
use crate::platform::dingtalk::{
    API_BASE, CardSettings, DingtalkRobot, DingtalkSettings, EventSecrets, JSAPI, LOGIN_BASE, OAPI_BASE,
    accounts,
};
use crate::platform::{CallbackRequest, Content, Opened, Platform};

const NOW_MILLIS: i64 = 1_788_224_400_000;

fn robot(is_stream: bool) -> DingtalkRobot {
    let keys = crate::platform::dingtalk::vectors::keys("V3");
    let events =
        EventSecrets { token: keys.token.to_owned().into(), aes_key: keys.aes_key.to_owned().into() };
    let settings = DingtalkSettings {
        school: "east".into(),
        corp_id: "ding0".to_owned(),
        client_id: keys.owner.to_owned(),
        client_secret: "secret".to_owned().into(),
        robot_code: "dingapp".to_owned(),
        agent_id: 7,
        calls_per_month: 5_000,
        pushes_per_month: 3_000,
        events: (!is_stream).then_some(events),
        cards: Some(CardSettings {
            template: "desk.schema".to_owned(),
            callback_url: "https://a.cn/card".to_owned(),
        }),
        api_base: API_BASE.to_owned(),
        oapi_base: OAPI_BASE.to_owned(),
        login_base: LOGIN_BASE.to_owned(),
        jsapi: JSAPI.to_owned(),
    };
    let clock = std::sync::Arc::new(ManualClock::new(Moment::from_timestamp_millis(NOW_MILLIS).unwrap()));
    accounts(settings, "https://a.cn/p/east", clock, std::sync::Arc::new(Ids::seeded(1))).unwrap().0
}

fn body(track: &str, choice: &str) -> Value {
    json!({
        "type": "actionCallback", "outTrackId": track, "corpId": "ding0", "userId": "teacher01", "userIdType": 1,
        "content": json!({"cardPrivateData": {"actionIds": ["a"], "params": {"choice": choice}}}).to_string(),
    })
}

fn posted(body: &Value, at_millis: i64, secret: &SecretString) -> CallbackRequest {
    let timestamp = at_millis.to_string();
    let sign = STANDARD.encode(mac(secret, &timestamp).finalize().into_bytes());
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE_TIME, HeaderValue::from_str(&timestamp).unwrap());
    headers.insert(SIGNATURE, HeaderValue::from_str(&sign).unwrap());
    CallbackRequest { headers, body: body.to_string().into_bytes(), ..CallbackRequest::default() }
}

fn own_secret() -> SecretString {
    api_secret(&"secret".to_owned().into())
}

#[test]
fn the_signature_is_the_documented_one() {
    let sign = mac(&"example-secret".to_owned().into(), "1700000000000").finalize().into_bytes();
    assert_eq!(STANDARD.encode(sign), "I85VWQbGCqbDkjEb7rsCEkTKI9QSL3wzLms54MiwXlg=");
}

#[test]
fn a_press_that_is_posted_is_of_the_button_in_its_place() {
    let robot = robot(false);
    let open = |body: &Value, at| robot.open(&posted(body, at, &own_secret()));
    let Ok(Opened::Inbound(inbound)) = open(&body("k_1--approve--reject", "2"), NOW_MILLIS) else {
        panic!("it is a press")
    };
    assert_eq!((inbound.account.as_str(), inbound.channel), ("teacher01", Channel::DingtalkRobot));
    let Content::Press(press) = &inbound.content else { panic!("it is a press") };
    assert_eq!((press.card.0.as_str(), press.key.as_str()), ("k_1", "reject"));
    assert_eq!(press.code, Some(CardCode("k_1--approve--reject".to_owned())));
    let answer = robot.answer(&inbound, None, Moment::from_timestamp_millis(NOW_MILLIS).unwrap());
    assert!(answer.body.contains("cardUpdateOptions") && !answer.body.contains("cardData"));
    let id = |at| match open(&body("k_1--approve--reject", "2"), at) {
        Ok(Opened::Inbound(inbound)) => inbound.id,
        other => panic!("{other:?}"),
    };
    assert_eq!(id(NOW_MILLIS), inbound.id, "the same one again");
    assert_ne!(id(NOW_MILLIS + 700), inbound.id, "pressed once more");
}

#[test]
fn what_is_no_press_of_ours_is_rejected() {
    let robot = robot(false);
    let good = body("k_1--approve", "1");
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (name, body) in [
        ("of another organisation", with("corpId", json!("dingx"))),
        ("by a unionId", with("userIdType", json!(2))),
        ("by nobody", with("userId", json!(""))),
        ("of another kind", with("type", json!("other"))),
        ("without a choice", with("content", json!("{}"))),
        ("of a button that is not there", body("k_1--approve", "2")),
        ("of no place", body("k_1--approve", "0")),
        ("of what is no card", body("a b--approve", "1")),
    ] {
        let request = posted(&body, NOW_MILLIS, &own_secret());
        assert!(robot.open(&request).is_err(), "{name}");
    }
    for name in ["k_1", "kehou doctor", "a".repeat(200).as_str()] {
        let Ok(Opened::Inbound(inbound)) = robot.open(&posted(&body(name, "1"), NOW_MILLIS, &own_secret()))
        else {
            panic!("{name} is left alone")
        };
        assert!(matches!(inbound.content, Content::Other), "{name}");
    }
    let late = posted(&good, NOW_MILLIS - 11 * 60_000, &own_secret());
    assert!(robot.open(&late).is_err(), "too old");
    let forged = posted(&good, NOW_MILLIS, &"secret".to_owned().into());
    assert!(robot.open(&forged).is_err(), "signed by another secret");
    let by_stream = super::tests::robot(true);
    assert!(by_stream.open(&posted(&good, NOW_MILLIS, &own_secret())).is_err(), "nothing is posted there");
}

#[test]
fn a_card_has_texts_alone_and_the_way_of_its_presses() {
    for (is_stream, callback, route) in
        [(true, json!("STREAM"), Value::Null), (false, json!("HTTP"), json!("kehou-ding6ccabc44d2c8d38b"))]
    {
        let robot = robot(is_stream);
        let call =
            Platform::compose(&robot, &["wang".to_owned()], &crate::platform::Message::Card(card("k_1")));
        let outer: Value = serde_json::from_str(&call.body).unwrap();
        let body: Value = serde_json::from_str(outer["card"].as_str().unwrap()).unwrap();
        assert_eq!((&body["callbackType"], &body["callbackRouteKey"]), (&callback, &route));
        assert_eq!(body["outTrackId"], "k_1--approve--reject");
        assert_eq!(body["openSpaceId"], "dtv1.card//IM_ROBOT.wang");
        let variables = body["cardData"]["cardParamMap"].as_object().unwrap();
        assert!(variables.values().all(Value::is_string) && variables["button3"] == "");
        assert_eq!(robot.guard(&call), GUARD);
        let text =
            Platform::compose(&robot, &["wang".to_owned()], &crate::platform::Message::Text("好".to_owned()));
        assert_eq!(robot.guard(&text), Duration::ZERO);
    }
}
