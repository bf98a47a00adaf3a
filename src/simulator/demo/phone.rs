//! A phone of plain WeChat (普通微信的手机): notices that only come in, and the chat of 微信客服.
//!
//! Start at [`Demo::thread_of`].

use chrono::Duration;
use serde_json::{Value, json};

use super::{Demo, DemoRoad};
use crate::simulator::wecom::{Chat, Phone, external_id};

/// What passes while somebody types. Answers are counted by whole seconds, so that all that are given at one standing moment
/// would count as one breath.
const TYPING: Duration = Duration::seconds(3);
/// Bubbles of a chat in one answer.
const BUBBLES_MAX: usize = 200;

impl Demo {
    /// What stands on somebody's phone: the app's thread, or in plain WeChat the notices.
    pub(super) fn thread_of(&self, account: &str) -> Option<Phone> {
        match self.road_of(account) {
            DemoRoad::App => self.shared.simulator.phone(account),
            DemoRoad::Page | DemoRoad::Chat => self.shared.simulator.parent_phone(account),
        }
    }

    pub(super) fn road_of(&self, account: &str) -> DemoRoad {
        self.shared.people.get(account).map_or(DemoRoad::App, |person| person.road)
    }

    /// The chat of a phone in plain WeChat; null where there is none.
    pub(super) fn chat_of(&self, account: &str) -> Value {
        if self.road_of(account) == DemoRoad::App {
            return Value::Null;
        }
        let Some(kf) = self.shared.host.kf() else { return Value::Null };
        let chat = self.shared.simulator.kf_chat(&kf, &external_id(account));
        let Chat { thread, .. } = chat.unwrap_or_default();
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

    /// Says or taps something in the chat; the answer has come when this returns, unless something goes wrong.
    pub(super) async fn say_in_chat(&self, account: &str, words: &str, tap: Option<&str>) {
        let Some(kf) = self.shared.host.kf() else { return };
        let (simulator, person) = (&self.shared.simulator, external_id(account));
        // Unless the clock moves anyway.
        if let Ok(_moving) = self.shared.moving.try_lock() {
            let typed_at = self.shared.host.now() + TYPING;
            self.shared.host.push_clock(typed_at).await;
        }
        match tap {
            Some(id) => simulator.kf_tap(&kf, &person, id, words),
            None => {
                simulator.kf_say(&kf, &person, words);
            }
        }
        // A lost bell is made good by the next look into the mailbox.
        let _ = simulator.kf_ring(&kf).await;
        self.shared.host.settle().await;
    }
}
