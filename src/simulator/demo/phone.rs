//! What stands on a phone (手机): the app's thread, or where people are only told, the notices and a second chat beside them.
//!
//! Start at [`DemoSchool::thread_of`].

use serde_json::{Value, json};

use super::{Demo, DemoRoad, DemoSchool};
use crate::simulator::wecom::{Chat, Phone, Saying};

/// Bubbles of a chat in one answer.
const BUBBLES_MAX: usize = 200;

impl DemoSchool {
    /// What stands on somebody's phone: the app's thread, or the notices.
    pub(super) fn thread_of(&self, account: &str) -> Option<Phone> {
        self.platform.phone(account, self.road_of(account))
    }

    pub(super) fn road_of(&self, account: &str) -> DemoRoad {
        self.people.get(account).map_or(DemoRoad::App, |person| person.road)
    }

    /// The chat beside the notices; null where there is none.
    pub(super) fn chat_of(&self, account: &str) -> Value {
        if self.road_of(account) == DemoRoad::App {
            return Value::Null;
        }
        let Some(Chat { thread, .. }) = self.platform.chat(account) else { return Value::Null };
        let taps: Vec<Value> = thread
            .last()
            .map(|last| last.taps.iter().map(|(id, label)| json!({ "id": id, "label": label })).collect())
            .unwrap_or_default();
        let total = thread.len();
        let bubbles: Vec<Value> = thread
            .into_iter()
            .skip(total.saturating_sub(BUBBLES_MAX))
            .map(|message| {
                json!({
                    "from": message.from, "shows": { "kind": "text", "text": message.words },
                    "at": message.at, "delivery": { "state": "ok" },
                })
            })
            .collect();
        json!({ "total": total, "thread": bubbles, "taps": taps })
    }
}

impl Demo {
    /// Says something in the chat with the app; returns whether it got through. The answer has come by then, unless
    /// something goes wrong.
    pub(super) async fn say_in_app(&self, account: &str, words: &str) -> bool {
        let (platform, saying) = (&self.school.platform, Saying::Text(words.to_owned()));
        if !platform.answers_later() {
            return platform.send(account, &saying).await;
        }
        self.let_a_moment_pass().await;
        let is_through = platform.send(account, &saying).await;
        self.town.host.settle().await;
        is_through
    }

    /// Says or taps something in the chat beside the notices; the answer has come when this returns, unless something goes
    /// wrong.
    pub(super) async fn say_in_chat(&self, account: &str, words: &str, tap: Option<&str>) -> bool {
        self.let_a_moment_pass().await;
        let saying = Saying::Text(words.to_owned());
        let is_through = self.school.platform.send_in_chat(account, &saying, tap).await;
        self.town.host.settle().await;
        is_through
    }
}
