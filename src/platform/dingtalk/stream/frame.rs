//! Frames of a stream (帧): what stands in one, and its acknowledgement.
//!
//! Pure. `data` is a text that holds JSON, and all values of headers are texts. Start at [`Frame::read`].

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::callback::{Doors, event_content, inbound_id};
use super::{CARD_TOPIC, ROBOT_TOPIC};
use crate::platform::Inbound;

/// A frame as DingTalk sends it.
#[derive(Deserialize)]
pub(super) struct Frame {
    #[serde(rename = "type")]
    kind: String,
    headers: Headers,
    #[serde(default)]
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Headers {
    topic: Option<String>,
    message_id: Option<String>,
    event_id: Option<String>,
    event_type: Option<String>,
    event_corp_id: Option<String>,
}

/// What a frame asks for.
pub(super) enum Told {
    /// Somebody says something: it is taken and then acknowledged.
    Inbound(Box<Inbound>, Ack),
    /// Only the acknowledgement.
    Nothing(Ack),
    /// The connection will be closed soon: another one is needed.
    Leaving(Ack),
}

/// The acknowledgement of a frame in the making.
#[derive(Clone)]
pub(super) struct Ack {
    message_id: String,
    is_event: bool,
    code: u16,
    data: Option<String>,
}

impl Frame {
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether it is of what the month's pushes count.
    pub(super) fn is_push(&self) -> bool {
        match self.kind.as_str() {
            "CALLBACK" => true,
            "EVENT" => {
                let kind = self.headers.event_type.as_deref();
                kind.is_some_and(|kind| event_content(kind, &Value::Null).is_some())
            }
            _ => false,
        }
    }

    /// What it asks for.
    pub(super) fn open(self, doors: &Doors) -> Told {
        let topic = self.headers.topic.as_deref().unwrap_or_default();
        let ack = Ack {
            message_id: self.headers.message_id.clone().unwrap_or_default(),
            is_event: self.kind == "EVENT",
            code: 200,
            data: None,
        };
        match (self.kind.as_str(), topic) {
            ("SYSTEM", "disconnect") => Told::Leaving(ack),
            // A ping wants its own data back.
            ("SYSTEM", _) => Told::Nothing(Ack { data: Some(self.data), ..ack }),
            ("CALLBACK", ROBOT_TOPIC) => match doors.read_robot(&self.data) {
                Ok(Some(inbound)) => Told::Inbound(Box::new(inbound), ack),
                Ok(None) => Told::Nothing(ack),
                Err(rejected) => {
                    // To be delivered again would not make it better.
                    tracing::warn!(reason = rejected.reason, "a message of the stream was rejected");
                    Told::Nothing(ack)
                }
            },
            ("CALLBACK", CARD_TOPIC) => {
                match doors.read_press(&self.data, self.headers.message_id.as_deref(), "") {
                    Ok(inbound) => Told::Inbound(Box::new(inbound), ack),
                    Err(rejected) => {
                        tracing::warn!(reason = rejected.reason, "a press of the stream was rejected");
                        Told::Nothing(ack)
                    }
                }
            }
            ("EVENT", _) => match self.event(doors) {
                Some(inbound) => Told::Inbound(Box::new(inbound), ack),
                None => Told::Nothing(ack),
            },
            _ => Told::Nothing(Ack { code: 404, ..ack }),
        }
    }

    fn event(&self, doors: &Doors) -> Option<Inbound> {
        if self.headers.event_corp_id.as_ref().is_some_and(|corp| *corp != doors.corp_id) {
            tracing::warn!("an event of the stream is for another organisation");
            return None;
        }
        let said: Value = serde_json::from_str(&self.data).unwrap_or_default();
        let content = event_content(self.headers.event_type.as_deref()?, &said)?;
        let id = inbound_id("e", self.headers.event_id.as_deref(), &self.data);
        Some(doors.event(content, id, String::new()))
    }
}

impl Ack {
    /// As it goes when the message took effect, or did not and is to come again.
    pub(super) fn after(mut self, is_taken: bool) -> String {
        if !is_taken {
            let later = json!({"status": "LATER", "message": "not taken"}).to_string();
            (self.code, self.data) = if self.is_event { (200, Some(later)) } else { (500, None) };
        }
        self.text()
    }

    /// As it goes.
    pub(super) fn text(self) -> String {
        let nothing = if self.is_event {
            json!({"status": "SUCCESS", "message": "OK"})
        } else {
            json!({"response": Value::Null})
        };
        json!({
            "code": self.code,
            "message": if self.code == 200 { "OK" } else { "not taken" },
            "headers": {"messageId": self.message_id, "contentType": "application/json"},
            "data": self.data.unwrap_or_else(|| nothing.to_string()),
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doors() -> Doors {
        Doors {
            school: "east".into(),
            corp_id: "dingcorp".to_owned(),
            robot_code: "dingrobot".to_owned(),
            client_secret: "secret".to_owned().into(),
            oapi_base: "https://oapi.dingtalk.com".to_owned(),
            events: None,
        }
    }

    fn open(kind: &str, headers: &Value, data: &str) -> Told {
        let mut headers = headers.clone();
        headers["messageId"] = json!("m1");
        let text = json!({"specVersion": "1.0", "type": kind, "headers": headers, "data": data, "new": 1});
        Frame::read(&text.to_string()).unwrap().open(&doors())
    }

    fn ack(told: Told) -> Value {
        let ack = match told {
            Told::Nothing(ack) | Told::Leaving(ack) | Told::Inbound(_, ack) => ack.text(),
        };
        let ack: Value = serde_json::from_str(&ack).unwrap();
        assert_eq!(ack["headers"]["messageId"], "m1");
        ack
    }

    #[test]
    fn each_kind_of_frame_has_its_acknowledgement() {
        let ping = ack(open("SYSTEM", &json!({"topic": "ping"}), r#"{"opaque":"o1"}"#));
        assert_eq!((&ping["code"], &ping["data"]), (&json!(200), &json!(r#"{"opaque":"o1"}"#)));
        let leaving = open("SYSTEM", &json!({"topic": "disconnect"}), "{}");
        assert!(matches!(leaving, Told::Leaving(_)));
        let other = ack(open("CALLBACK", &json!({"topic": "/v1.0/card/dynamicData/get"}), "{}"));
        assert_eq!(other["code"], json!(404), "nobody here takes it");
        let broken = ack(open("CALLBACK", &json!({"topic": ROBOT_TOPIC}), "{}"));
        assert_eq!((&broken["code"], &broken["data"]), (&json!(200), &json!(r#"{"response":null}"#)));
        let event = open("EVENT", &json!({"eventType": "edu_dept_insert", "eventId": "e1"}), "{}");
        let Told::Inbound(inbound, ack) = event else { panic!("it concerns us") };
        assert_eq!(
            (inbound.content, inbound.id.0.as_str()),
            (crate::platform::Content::DirectoryChanged, "e:e1")
        );
        assert!(ack.clone().after(true).contains("SUCCESS") && ack.after(false).contains("LATER"));
        let foreign = json!({"eventType": "edu_dept_insert", "eventCorpId": "dingx"});
        assert!(matches!(open("EVENT", &foreign, "{}"), Told::Nothing(_)));
    }

    #[test]
    fn messages_presses_and_events_of_the_contacts_count_and_nothing_else() {
        for (kind, headers, want) in [
            ("SYSTEM", json!({"topic": "ping"}), false),
            ("CALLBACK", json!({"topic": ROBOT_TOPIC}), true),
            ("CALLBACK", json!({"topic": CARD_TOPIC}), true),
            ("EVENT", json!({"eventType": "edu_dept_insert"}), true),
            ("EVENT", json!({"eventType": "user_add_org"}), false),
        ] {
            let text = json!({"type": kind, "headers": headers, "data": "{}"}).to_string();
            assert_eq!(Frame::read(&text).unwrap().is_push(), want, "{text}");
        }
    }

    #[test]
    fn a_message_that_was_not_taken_is_to_come_again() {
        let data = json!({"msgId": "a", "msgtype": "text", "text": {"content": "好"}, "conversationType": "1", "senderStaffId": "wang"});
        let Told::Inbound(inbound, ack) = open("CALLBACK", &json!({"topic": ROBOT_TOPIC}), &data.to_string())
        else {
            panic!("it is a message")
        };
        assert_eq!(inbound.account, "wang");
        assert!(ack.clone().after(false).contains("\"code\":500"));
        assert!(ack.after(true).contains("\"code\":200"));
    }

    #[test]
    fn what_is_no_frame_is_none() {
        for text in ["", "{}", "[]", r#"{"type":"EVENT"}"#] {
            assert!(Frame::read(text).is_none(), "{text}");
        }
    }
}
