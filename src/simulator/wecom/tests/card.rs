//! Cards as WeCom takes them: strict in every field, and changed once by each code.

use serde_json::{Value, json};

use super::*;
use crate::simulator::wecom::api::ApiError;

fn buttons(task: &str) -> Value {
    json!({
        "card_type": "button_interaction", "task_id": task,
        "main_title": {"title": "【中途申请】3号", "desc": "也可以打字"}, "sub_title_text": "李小禾",
        "button_list": [{"text": "同意", "key": "approve"}, {"text": "不同意", "key": "reject"}],
    })
}

fn vote() -> Value {
    json!({
        "card_type": "vote_interaction", "task_id": "k_2", "main_title": {"title": "点名"},
        "checkbox": {"question_key": "choice", "mode": 1, "option_list": [
            {"id": "s1", "text": "1 李小禾", "is_checked": false},
        ]},
        "submit_button": {"text": "提交", "key": "submit"},
    })
}

#[test]
fn every_limit_of_a_card_is_checked() {
    let book = crate::simulator::wecom::card::CardBook::default();
    let changed = |mut card: Value, at: &str, to: Value| {
        *card.pointer_mut(at).unwrap() = to;
        card
    };
    assert!(book.read(&buttons("k_1")).is_ok() && book.read(&vote()).is_ok());
    let many = |count: usize| json!(vec![json!({"id": "a", "text": "甲", "is_checked": false}); count]);
    for (card, want) in [
        (changed(buttons("k"), "/task_id", json!("wang.li")), 42014),
        (changed(buttons("k"), "/task_id", json!("k".repeat(129))), 42014),
        (changed(buttons("k"), "/main_title/title", json!("题".repeat(37))), 45002),
        (changed(buttons("k"), "/main_title/title", json!("")), 40063),
        (changed(buttons("k"), "/main_title/desc", json!("文".repeat(45))), 45002),
        (changed(buttons("k"), "/sub_title_text", json!("文".repeat(161))), 45002),
        (changed(buttons("k"), "/button_list", json!([])), 40035),
        (changed(buttons("k"), "/button_list", json!(vec![json!({"text": "行", "key": "k"}); 7])), 40035),
        (changed(buttons("k"), "/button_list/0/key", json!("reject")), 40035),
        (changed(buttons("k"), "/button_list/0/key", json!("k".repeat(1_025))), 40035),
        (changed(buttons("k"), "/button_list/0/text", json!("项".repeat(11))), 45002),
        (changed(vote(), "/main_title/title", json!("题".repeat(17))), 45002),
        (changed(vote(), "/checkbox/option_list", many(21)), 40035),
        (changed(vote(), "/checkbox/option_list", many(2)), 40035),
        (changed(vote(), "/checkbox/option_list/0/text", json!("项".repeat(18))), 45002),
        (changed(vote(), "/checkbox/option_list/0/id", json!("k".repeat(129))), 40035),
        (changed(vote(), "/submit_button", json!({"text": "提交"})), 40035),
        (changed(vote(), "/card_type", json!("text_notice")), 40035),
    ] {
        let refused = book.read(&card).map_err(|ApiError(code, _)| code);
        assert_eq!(refused, Err(want), "{card}");
    }
}

struct Wire {
    simulator: WecomSimulator,
    clock: Arc<ManualClock>,
    running: Running,
    client: reqwest::Client,
    token: String,
}

impl Wire {
    async fn start() -> Self {
        let (simulator, clock) = simulator_with(settings());
        let running = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/cgi-bin/gettoken?corpid={CORP}&corpsecret=secret", running.api_base());
        let answer: Value = client.get(url).send().await.unwrap().json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { simulator, clock, running, client, token }
    }

    async fn post(&self, api: &str, body: &Value) -> Value {
        let url = format!("{}/cgi-bin/message/{api}?access_token={}", self.running.api_base(), self.token);
        self.client.post(url).body(body.to_string()).send().await.unwrap().json().await.unwrap()
    }

    async fn send(&self, card: Value) -> Value {
        let body = json!({
            "touser": "mama.li|wang", "msgtype": "template_card", "agentid": AGENT, "template_card": card,
        });
        self.post("send", &body).await
    }

    async fn update(&self, code: &str, to: Value) -> (i64, Value) {
        let mut body = json!({"agentid": AGENT, "response_code": code, "button": {"replace_name": "已同意"}});
        body.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
        let answer = self.post("update_template_card", &body).await;
        (answer["errcode"].as_i64().unwrap(), answer["invaliduser"].clone())
    }

    fn replaced(&self, account: &str) -> Option<String> {
        self.simulator.card(account, "k_1").unwrap().replaced
    }
}

#[tokio::test]
async fn a_code_changes_a_card_once_within_three_days() {
    let wire = Wire::start().await;
    let sent = wire.send(buttons("k_1")).await;
    let code = sent["response_code"].as_str().unwrap().to_owned();
    assert_eq!(wire.send(buttons("k_1")).await["errcode"], 42014, "an id is unique for ever");
    assert_eq!(wire.update("invented", json!({"atall": 1})).await.0, 60140);
    assert_eq!(wire.update(&code, json!({"userids": ["WANG", "baba.li"]})).await, (0, json!(["baba.li"])));
    assert_eq!((wire.replaced("wang").as_deref(), wire.replaced("mama.li")), (Some("已同意"), None));
    assert_eq!(wire.update(&code, json!({"atall": 1})).await.0, 60140, "it is spent");
    // Each press brings a code of its own, which gets old as well.
    let press = Press { task: "k_1".to_owned(), key: "approve".to_owned(), chosen: Vec::new() };
    let fresh = |plaintext: String| {
        let (_, rest) = plaintext.split_once("<ResponseCode><![CDATA[").unwrap();
        rest.split_once(']').unwrap().0.to_owned()
    };
    let (one, two) =
        (fresh(wire.simulator.press("mama.li", &press)), fresh(wire.simulator.press("mama.li", &press)));
    assert_ne!(one, two);
    assert_eq!(wire.update(&one, json!({"atall": 1})).await.0, 0);
    assert_eq!(wire.replaced("mama.li").as_deref(), Some("已同意"));
    // The token lives two hours only.
    wire.clock.advance(chrono::Duration::hours(72));
    let url = format!("{}/cgi-bin/gettoken?corpid={CORP}&corpsecret=secret", wire.running.api_base());
    let answer: Value = wire.client.get(url).send().await.unwrap().json().await.unwrap();
    let wire = Wire { token: answer["access_token"].as_str().unwrap().to_owned(), ..wire };
    assert_eq!(wire.update(&two, json!({"atall": 1})).await.0, 60140, "it is over");
}

#[tokio::test]
async fn only_what_a_phone_shows_can_be_pressed() {
    let wire = Wire::start().await;
    let sent = wire.send(buttons("k_1")).await;
    let click = async |account: &str, task: &str, key: &str| {
        wire.simulator.card_click(account, task, key, &[]).await.unwrap_err()
    };
    for (account, task, key) in
        [("baba.li", "k_1", "approve"), ("wang", "k_9", "approve"), ("wang", "k_1", "delete")]
    {
        assert_eq!(click(account, task, key).await, DeliveryError::NothingToPress, "{account} {task} {key}");
    }
    let code = sent["response_code"].as_str().unwrap();
    assert_eq!(wire.update(code, json!({"atall": 1})).await.0, 0);
    assert_eq!(click("wang", "k_1", "approve").await, DeliveryError::NothingToPress);
}
