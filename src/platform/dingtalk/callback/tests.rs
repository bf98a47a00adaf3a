//! Callbacks as DingTalk sends them, from the published vectors, and those that are refused.

use reqwest::header::{HeaderMap, HeaderValue};

use super::super::vectors::{VECTORS, Vector, keys};
use super::*;

const SECRET: &str = "this is a secret";

fn doors(vector: Vector) -> Doors {
    let crypto = |owner: &str| Crypto::new(vector.token, vector.aes_key, owner).unwrap();
    Doors {
        school: "east".into(),
        corp_id: "dingcorp".to_owned(),
        robot_code: "dingrobot".to_owned(),
        client_secret: SECRET.to_owned().into(),
        oapi_base: "https://oapi.dingtalk.com".to_owned(),
        events: Some(EventDoor { for_app: crypto(vector.owner), for_corp: crypto("dingcorp") }),
    }
}

fn now() -> Moment {
    Moment::from_timestamp_millis(1_577_262_236_757).unwrap()
}

fn open_event(doors: &Doors, request: &CallbackRequest) -> Result<Opened, Rejected> {
    doors.open_event(request, now(), &Ids::seeded(1))
}

/// An event as DingTalk would send it to the app or to the organisation.
fn event(crypto: &Crypto, plaintext: &str) -> CallbackRequest {
    let encrypted = crypto.encrypt(plaintext, [7; 16]);
    let signature = crypto.signature("1577262236757", "n", &encrypted);
    CallbackRequest {
        query: format!("signature={signature}&timestamp=1577262236757&nonce=n"),
        body: json!({ "encrypt": encrypted }).to_string().into_bytes(),
        ..CallbackRequest::default()
    }
}

fn robot(body: &Value) -> CallbackRequest {
    let mut headers = HeaderMap::new();
    headers.insert("timestamp", HeaderValue::from_static("1577262236757"));
    headers.insert("sign", HeaderValue::from_static("DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="));
    CallbackRequest { headers, body: body.to_string().into_bytes(), ..CallbackRequest::default() }
}

fn message(changes: &Value) -> Value {
    let mut message = json!({
        "msgId": "msgA", "msgtype": "text", "text": {"content": "报名"}, "conversationType": "1",
        "conversationId": "cidX==", "senderStaffId": "Wang01", "senderNick": "王", "chatbotCorpId": "dingcorp",
        "robotCode": "dingrobot", "createAt": 1_577_262_236_000_i64,
        "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=s1",
        "sessionWebhookExpiredTime": 1_577_267_636_000_i64,
    });
    for (key, value) in changes.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

fn said(changes: &Value) -> Inbound {
    match doors(keys("V3")).open_robot(&robot(&message(changes)), now()).unwrap() {
        Opened::Inbound(inbound) => inbound,
        Opened::Verification(_) | Opened::Doorbell(_) => panic!("a message is one"),
    }
}

/// What the answer to an event says inside, read as DingTalk reads it.
fn inside(door: &Crypto, answer: &CallbackAnswer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let word = |name: &str| body[name].as_str().unwrap();
    assert_eq!(body.as_object().unwrap().len(), 4, "exactly four keys");
    assert!(door.verify(word("msg_signature"), word("timeStamp"), word("nonce"), word("encrypt")));
    door.decrypt(word("encrypt")).unwrap()
}

#[test]
fn v3_the_address_check_is_answered_with_the_encrypted_success_in_both_spellings() {
    let vector = keys("V3");
    let doors = doors(vector);
    let (signature, nonce, timestamp) = (vector.signature, vector.nonce, vector.timestamp);
    for query in [
        format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}"),
        format!("signature={signature}&timeStamp={timestamp}&nonce={nonce}"),
        format!("signature={signature}&msg_signature=wrong&timestamp={timestamp}&nonce={nonce}"),
    ] {
        let body = json!({ "encrypt": vector.encrypted }).to_string().into_bytes();
        let request = CallbackRequest { query: query.clone(), body, ..CallbackRequest::default() };
        let Ok(Opened::Verification(answer)) = open_event(&doors, &request) else { panic!("{query}") };
        assert_eq!(inside(&doors.events.as_ref().unwrap().for_app, &answer), "success");
    }
}

#[test]
fn an_answer_like_v1_and_v4_is_made_to_the_byte() {
    for vector in VECTORS.iter().filter(|vector| vector.message == "success") {
        let crypto = Crypto::new(vector.token, vector.aes_key, vector.owner).unwrap();
        let encrypted = crypto.encrypt("success", vector.random);
        assert_eq!(encrypted, vector.encrypted);
        assert_eq!(crypto.signature(vector.timestamp, vector.nonce, &encrypted), vector.signature);
    }
}

#[test]
fn an_event_of_the_school_directory_is_told_and_answered_for_whom_it_was() {
    let doors = doors(keys("V3"));
    let door = doors.events.as_ref().unwrap();
    let plaintext =
        json!({"EventType": "edu_user_insert", "CorpId": "dingcorp", "eventId": "e1", "userid\t": "u"});
    for crypto in [&door.for_app, &door.for_corp] {
        let Opened::Inbound(inbound) = open_event(&doors, &event(crypto, &plaintext.to_string())).unwrap()
        else {
            panic!("it concerns us")
        };
        assert_eq!(inbound.content, Content::DirectoryChanged);
        assert_eq!((inbound.channel, inbound.id.0.as_str()), (Channel::DingtalkNotice, "e:e1"));
        assert_eq!(inside(crypto, &doors.answer_event(&inbound, now(), &Ids::seeded(2))), "success");
    }
    let other = json!({"EventType": "user_add_org", "CorpId": "dingcorp"}).to_string();
    assert!(matches!(open_event(&doors, &event(&door.for_app, &other)), Ok(Opened::Verification(_))));
}

#[test]
fn an_event_that_is_not_ours_is_refused() {
    let doors = doors(keys("V3"));
    let door = doors.events.as_ref().unwrap();
    let stranger = Crypto::new("mryue", keys("V3").aes_key, "dingstranger").unwrap();
    let genuine = event(&door.for_app, "{\"EventType\":\"check_url\"}");
    for (what, request) in [
        ("another owner", event(&stranger, "{\"EventType\":\"check_url\"}")),
        (
            "another organisation",
            event(&door.for_app, "{\"EventType\":\"edu_user_insert\",\"CorpId\":\"dingx\"}"),
        ),
        ("no json", event(&door.for_app, "EventType")),
        (
            "another signature",
            CallbackRequest { query: genuine.query.replace("e=", "e=0"), ..genuine.clone() },
        ),
        ("a get", CallbackRequest { is_get: true, ..genuine.clone() }),
        ("no encrypt", CallbackRequest { body: b"{}".to_vec(), ..genuine.clone() }),
    ] {
        assert!(open_event(&doors, &request).is_err(), "{what}");
    }
    let closed = Doors { events: None, ..doors };
    assert!(open_event(&closed, &genuine).is_err(), "whose app sends by a connection");
    assert!(closed.open_robot(&robot(&message(&json!({}))), now()).is_err());
}

#[test]
fn the_published_sign_is_ours_and_lives_for_an_hour() {
    let doors = doors(keys("V3"));
    let request = robot(&message(&json!({})));
    for (minutes, is_taken) in [(0, true), (60, true), (-60, true), (61, false), (-61, false)] {
        let then = now() + chrono::Duration::minutes(minutes);
        assert_eq!(doors.open_robot(&request, then).is_ok(), is_taken, "after {minutes} minutes");
    }
    for (name, value) in
        [("sign", "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CB="), ("timestamp", "1577262236758")]
    {
        let mut request = request.clone();
        request.headers.insert(name, HeaderValue::from_static(value));
        assert!(doors.open_robot(&request, now()).is_err(), "{name}");
    }
}

#[test]
fn what_people_say_to_the_robot_is_read() {
    let inbound = said(&json!({}));
    assert_eq!((inbound.account.as_str(), inbound.id.0.as_str()), ("Wang01", "r:msgA"));
    assert_eq!(inbound.content, Content::Text("报名".to_owned()));
    let session: Session = serde_json::from_str(&inbound.envelope).unwrap();
    assert_eq!((session.query.as_str(), session.until), ("session=s1", 1_577_267_636_000));
    let rich = json!([{"text": "周一"}, {"type": "picture", "downloadCode": "c"}, {"text": "周三"}]);
    for (changes, want) in [
        (json!({"msgtype": "richText", "content": {"richText": rich}}), Content::Text("周一周三".to_owned())),
        (json!({"msgtype": "picture", "content": {"downloadCode": "c"}}), Content::Unreadable),
        (json!({"msgtype": "audio", "content": {"recognition": "参加"}}), Content::Unreadable),
        (json!({"msgtype": "unknownMsgType"}), Content::Other),
    ] {
        assert_eq!(said(&changes).content, want, "{changes}");
    }
    let no_id = said(&json!({"msgId": null}));
    assert!(no_id.id.0.starts_with("rh:"), "{:?}", no_id.id);
}

#[test]
fn who_cannot_be_told_is_answered_nothing_and_nobody_in_a_group() {
    let doors = doors(keys("V3"));
    for changes in [
        json!({"senderStaffId": ""}),
        json!({"senderStaffId": null}),
        json!({"conversationType": "2"}),
        json!({"errorCode": 20001, "text": null}),
        json!({"errorCode": "20001"}),
    ] {
        let opened = doors.open_robot(&robot(&message(&changes)), now()).unwrap();
        assert_eq!(opened, Opened::Verification(nothing()), "{changes}");
    }
    for changes in
        [json!({"chatbotCorpId": "dingx"}), json!({"robotCode": "dingx"}), json!({"msgtype": null})]
    {
        assert!(doors.open_robot(&robot(&message(&changes)), now()).is_err(), "{changes}");
    }
}

#[test]
fn a_session_that_leads_elsewhere_is_not_believed() {
    for webhook in [
        "https://evil.example/robot/sendBySession?session=s1",
        "http://oapi.dingtalk.com/robot/sendBySession?session=s1",
        "https://oapi.dingtalk.com/gettoken?session=s1",
        "https://oapi.dingtalk.com:8443/robot/sendBySession?session=s1",
        "https://u@evil.example/robot/sendBySession?session=s1",
        "not an address",
    ] {
        assert_eq!(said(&json!({ "sessionWebhook": webhook })).envelope, "", "{webhook}");
    }
}
