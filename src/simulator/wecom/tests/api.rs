//! The API as a client meets it over real connections.

use serde_json::{Value, json};

use super::*;

/// A simulator that listens, and a client of its API.
struct Api {
    simulator: WecomSimulator,
    clock: Arc<ManualClock>,
    running: Running,
    client: reqwest::Client,
}

impl Api {
    async fn start() -> Self {
        let (simulator, clock) = simulator_with(settings());
        let running = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let client =
            reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(500)).build().unwrap();
        Self { simulator, clock, running, client }
    }

    async fn token(&self, secret: &str) -> Value {
        let url = format!("{}/cgi-bin/gettoken?corpid={CORP}&corpsecret={secret}", self.running.api_base());
        self.client.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn good_token(&self) -> String {
        self.token("secret").await["access_token"].as_str().unwrap().to_owned()
    }

    async fn try_send(&self, token: &str, body: &str) -> Result<reqwest::Response, reqwest::Error> {
        let url = format!("{}/cgi-bin/message/send?access_token={token}", self.running.api_base());
        self.client.post(url).body(body.to_owned()).send().await
    }

    async fn send(&self, token: &str, body: &str) -> Value {
        self.try_send(token, body).await.unwrap().json().await.unwrap()
    }

    fn texts(&self, account: &str) -> Vec<String> {
        let thread = self.simulator.phone(account).unwrap().thread;
        let shown = thread.iter().filter(|message| message.delivery == DeliveryState::Ok);
        shown.map(|message| message.shows.words()).collect()
    }
}

#[tokio::test]
async fn an_upload_is_checked_before_it_is_kept() {
    let api = Api::start().await;
    let token = api.good_token().await;
    let form = |name: &str, file: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"p.png\"\r\n\r\n{file}\r\n--b--\r\n"
        )
    };
    for (token, kind, body, want) in [
        ("invented", "image", form("media", "123456"), 40014),
        (token.as_str(), "voice", form("media", "123456"), 40004),
        (token.as_str(), "image", form("file", "123456"), 41005),
        (token.as_str(), "image", "{}".to_owned(), 41005),
        (token.as_str(), "image", form("media", "12345"), 44001),
        (token.as_str(), "image", form("media", "a picture of words"), 40005),
    ] {
        let url = format!("{}/cgi-bin/media/upload?access_token={token}&type={kind}", api.running.api_base());
        let request = api.client.post(url).header("content-type", "multipart/form-data; boundary=b");
        let answer: Value = request.body(body).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errcode"], want, "{answer}");
    }
    let unknown = json!({"touser": "wang", "msgtype": "image", "agentid": AGENT, "image": {"media_id": "x"}});
    assert_eq!(api.send(&token, &unknown.to_string()).await["errcode"], 40007);
}

fn text_to(touser: &str, text: &str) -> Value {
    json!({"touser": touser, "msgtype": "text", "agentid": AGENT, "text": {"content": text}})
}

#[tokio::test]
async fn a_token_is_the_same_while_it_lives_and_refused_after() {
    let api = Api::start().await;
    let token = api.good_token().await;
    api.clock.advance(chrono::Duration::seconds(7_199));
    let second = api.token("secret").await;
    assert_eq!((second["access_token"].as_str(), second["expires_in"].as_i64()), (Some(&*token), Some(1)));
    api.clock.advance(chrono::Duration::seconds(1));
    let body = text_to("wang", "一").to_string();
    assert_eq!(api.send(&token, &body).await["errcode"], 42001);
    assert_eq!(api.send("invented", &body).await["errcode"], 40014);
    let renewed = api.good_token().await;
    assert_ne!(renewed, token);
    api.simulator.revoke_token();
    assert_eq!(api.send(&renewed, &body).await["errcode"], 40014);
    assert!(api.texts("wang").is_empty());
}

#[tokio::test]
async fn three_wrong_secrets_block_the_caller_for_an_hour() {
    let api = Api::start().await;
    for _ in 0..3 {
        assert_eq!(api.token("wrong").await["errcode"], 40001);
    }
    assert_eq!(api.token("secret").await["errcode"], 45009, "even the right secret is blocked");
    api.clock.advance(chrono::Duration::hours(1));
    assert_eq!(api.token("secret").await["errcode"], 0);
}

#[tokio::test]
async fn a_send_reaches_members_and_names_the_others_in_lower_case() {
    let api = Api::start().await;
    let token = api.good_token().await;
    let answer = api.send(&token, &text_to("MAMA.LI|Nobody|wang|WANG", "放学见").to_string()).await;
    assert_eq!((&answer["errcode"], &answer["invaliduser"]), (&json!(0), &json!("nobody")));
    assert_eq!(api.texts("mama.li"), vec!["放学见"]);
    assert_eq!(api.texts("wang"), vec!["放学见"], "a member named twice gets it once");
    api.simulator.set_in_range("wang", false);
    let answer = api.send(&token, &text_to("wang|nobody", "放学见").to_string()).await;
    assert_eq!(answer["errcode"], 81013);
    let card = json!({"touser": "baba.li", "msgtype": "textcard", "agentid": AGENT,
        "textcard": {"title": "登记", "description": "请看", "url": "https://school.invalid/d"}});
    assert_eq!(api.send(&token, &card.to_string()).await["errcode"], 0);
    assert_eq!(api.texts("baba.li"), vec!["登记\n请看"]);
    let (news, position) = api.simulator.news_since(0);
    assert_eq!((news.len(), position), (3, 3));
    assert!(api.simulator.news_since(position).0.is_empty());
}

#[tokio::test]
async fn a_bad_send_is_refused_by_number_and_shows_nothing() {
    let api = Api::start().await;
    let token = api.good_token().await;
    let many = (0..1_001).map(|n| format!("u{n}")).collect::<Vec<_>>().join("|");
    let with = |field: &str, value: Value| {
        let mut body = text_to("wang", "一");
        body[field] = value;
        body.to_string()
    };
    let card = |url: &str| {
        let mut body = text_to("wang", "一");
        body["msgtype"] = json!("textcard");
        body["textcard"] = json!({"title": "t", "description": "d", "url": url});
        body.to_string()
    };
    for (body, want) in [
        (text_to(&many, "一").to_string(), 40032),
        (text_to("", "一").to_string(), 82001),
        (text_to("wang", "").to_string(), 44004),
        (with("agentid", json!(7)), 301_002),
        (with("msgtype", json!("voice")), 40008),
        (with("agentid", json!("7")), 40035),
        (text_to("wang", "一").to_string().replace('一', "\\u4e00"), 40033),
        (card(""), 40063),
        (card("school.invalid/d"), 40035),
        ("{".to_owned(), 40035),
    ] {
        let head: String = body.chars().take(120).collect();
        assert_eq!(api.send(&token, &body).await["errcode"], want, "{head}");
    }
    assert!(api.texts("wang").is_empty());
}

#[tokio::test]
async fn an_identical_request_within_the_interval_is_shown_once() {
    let api = Api::start().await;
    let token = api.good_token().await;
    let mut body = text_to("wang", "只说一次");
    body["enable_duplicate_check"] = json!(1);
    body["duplicate_check_interval"] = json!(600);
    let body = body.to_string();
    let first = api.send(&token, &body).await;
    let second = api.send(&token, &body).await;
    assert_eq!(first["msgid"], second["msgid"]);
    assert_eq!(api.texts("wang").len(), 1);
    assert_eq!(api.send(&token, &body.replace("只说", "再说")).await["errcode"], 0);
    assert_eq!(api.texts("wang").len(), 2, "another text is another message");
    api.clock.advance(chrono::Duration::seconds(600));
    api.send(&token, &body).await;
    assert_eq!(api.texts("wang").len(), 3, "the interval is over");
    assert_eq!(api.simulator.figures().duplicates_swallowed, 1);
}

#[tokio::test]
async fn a_retry_after_a_lost_answer_is_shown_once_behind_the_duplicate_check() {
    let api = Api::start().await;
    let token = api.good_token().await;
    let mut body = text_to("wang", "只到一次");
    body["enable_duplicate_check"] = json!(1);
    let body = body.to_string();
    let lost = Faults { outage: Outage::AnswerLost, outage_calls: Some(1), ..Faults::default() };
    api.simulator.set_faults(lost);
    assert!(api.try_send(&token, &body).await.unwrap_err().is_timeout());
    assert_eq!(api.send(&token, &body).await["errcode"], 0);
    assert_eq!(api.texts("wang"), vec!["只到一次"]);
}

#[tokio::test]
async fn the_thirty_first_message_of_a_minute_is_dropped_without_an_error() {
    let api = Api::start().await;
    let token = api.good_token().await;
    for number in 0..31 {
        let answer = api.send(&token, &text_to("wang", &format!("第{number}条")).to_string()).await;
        assert_eq!(answer["errcode"], 0, "message {number}");
    }
    assert_eq!(api.texts("wang").len(), 30);
    assert_eq!(api.simulator.figures().messages_dropped, 1);
    api.clock.advance(chrono::Duration::minutes(1));
    api.send(&token, &text_to("wang", "又可以了").to_string()).await;
    assert_eq!(api.texts("wang").len(), 31);
}

#[tokio::test]
async fn quotas_answer_45009() {
    let api = Api::start().await;
    let token = api.good_token().await;
    for number in 0..100 {
        let answer = api.send(&token, &text_to("wang|baba.li", &number.to_string()).to_string()).await;
        assert_eq!(answer["errcode"], 0, "call {number}");
    }
    api.clock.advance(chrono::Duration::minutes(1));
    // 100 calls to two members are the 200 person-times of one account.
    let answer = api.send(&token, &text_to("wang", "超过当天额度").to_string()).await;
    assert_eq!(answer["errcode"], 45009);
    api.clock.advance(chrono::Duration::days(1));
    let token = api.good_token().await;
    for number in 0..100 {
        api.send(&token, &text_to("nobody", &number.to_string()).to_string()).await;
    }
    let answer = api.send(&token, &text_to("wang", "超过每分钟额度").to_string()).await;
    assert_eq!(answer["errcode"], 45009);
}

#[tokio::test]
async fn an_outage_looks_as_it_does_in_life() {
    let api = Api::start().await;
    let token = api.good_token().await;
    let body = text_to("wang", "停电").to_string();
    let set = |outage| api.simulator.set_faults(Faults { outage, ..Faults::default() });
    set(Outage::BadGateway);
    assert_eq!(api.try_send(&token, &body).await.unwrap().status(), 502);
    set(Outage::Busy);
    assert_eq!(api.send(&token, &body).await["errcode"], -1);
    set(Outage::Throttled);
    assert_eq!(api.send(&token, &body).await["errcode"], 45009);
    set(Outage::Hang);
    assert!(api.try_send(&token, &body).await.unwrap_err().is_timeout());
    set(Outage::Refused);
    api.running.settled().await;
    let fresh = reqwest::Client::builder().no_proxy().build().unwrap();
    let error = fresh.get(api.running.api_base()).send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert!(api.try_send(&token, &body).await.is_err(), "an open connection breaks too");
    assert!(api.texts("wang").is_empty(), "none of these had an effect");
    set(Outage::AnswerLost);
    api.running.settled().await;
    assert!(api.try_send(&token, &body).await.unwrap_err().is_timeout());
    assert_eq!(api.texts("wang").len(), 1, "only the answer was lost");
    set(Outage::Slow(1));
    assert_eq!(api.send(&token, &body).await["errcode"], 0);
    api.simulator.set_faults(Faults { outage: Outage::Busy, outage_calls: Some(1), ..Faults::default() });
    assert_eq!(api.send(&token, &body).await["errcode"], -1);
    assert_eq!(api.send(&token, &body).await["errcode"], 0);
}
