//! Both accounts keep the contract of platforms.

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::callback::robot_message;
use super::signed::mac;
use super::*;
use crate::clock::ManualClock;
use crate::platform::{CallbackAnswer, CallbackRequest, contract};
use hmac::Mac as _;

fn app() -> (DingtalkRobot, DingtalkNotice) {
    let clock = Arc::new(ManualClock::new("2026-09-01T01:00:00Z".parse().unwrap()));
    let v3 = vectors::keys("V3");
    let settings = DingtalkSettings {
        school: "east".into(),
        corp_id: "dingcorp".to_owned(),
        client_id: v3.owner.to_owned(),
        client_secret: "secret".to_owned().into(),
        robot_code: "dingrobot".to_owned(),
        agent_id: 7,
        calls_per_month: 5_000,
        pushes_per_month: 3_000,
        events: Some(EventSecrets {
            token: v3.token.to_owned().into(),
            aes_key: v3.aes_key.to_owned().into(),
        }),
        cards: Some(CardSettings {
            template: "desk.schema".to_owned(),
            callback_url: "https://kehou.example.cn/callback/dingtalk/east/card".to_owned(),
        }),
        api_base: API_BASE.to_owned(),
        oapi_base: OAPI_BASE.to_owned(),
        login_base: LOGIN_BASE.to_owned(),
        jsapi: JSAPI.to_owned(),
    };
    accounts(settings, "https://kehou.example.cn/p/east", clock, Arc::new(Ids::seeded(1))).unwrap()
}

/// DingTalk's side of the robot's address.
struct RobotSide;

impl contract::OtherSide for RobotSide {
    fn deliver(&self, number: u64, account: &str, text: &str) -> CallbackRequest {
        let timestamp = "1788224400000";
        let secret = "secret".to_owned().into();
        let sign = mac(&secret, &robot_message(timestamp, &secret)).finalize().into_bytes();
        let mut headers = HeaderMap::new();
        headers.insert("timestamp", HeaderValue::from_static(timestamp));
        let sign = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, sign);
        headers.insert("sign", HeaderValue::from_str(&sign).unwrap());
        let body = json!({
            "msgId": format!("msg{number}"), "msgtype": "text", "text": {"content": text},
            "conversationType": "1", "senderStaffId": account,
        });
        CallbackRequest { headers, body: body.to_string().into_bytes(), ..CallbackRequest::default() }
    }

    fn read(&self, answer: &CallbackAnswer) -> Option<String> {
        let body: Value = serde_json::from_str(&answer.body).ok()?;
        body["text"]["content"].as_str().map(str::to_owned)
    }

    fn signs_bodies(&self) -> bool {
        false
    }
}

#[test]
fn the_robot_keeps_the_contract() {
    let (robot, _) = app();
    contract::all(&robot, &RobotSide);
}

#[test]
fn the_notices_keep_the_contract_of_sending() {
    let (_, notice) = app();
    contract::sending(&notice);
}

#[test]
fn an_address_that_is_none_says_which_to_write() {
    assert_eq!(address("oapi.dingtalk.com", OAPI_BASE), Err(SettingsError::Address(OAPI_BASE)));
    assert_eq!(address("https://a.cn/?x=1", API_BASE), Err(SettingsError::Address(API_BASE)));
    assert_eq!(address("https://a.cn/", API_BASE).as_deref(), Ok("https://a.cn"));
}
