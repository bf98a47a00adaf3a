//! Events that could not be delivered (推送失败的事件), fetched from the old interface.
//!
//! Only where events are posted to our address: what a stream did not acknowledge comes again by itself. Every fetch counts
//! against the month's calls. The page names the fields of an event's envelope and not those of the organisation, nor whether
//! the event's own id is in it, so both are read leniently. Start where [`DingtalkNotice`] is a [`LostEvents`].
//!
//! Source: <https://open.dingtalk.com/document/development/obtain-the-event-list-of-failed-push-messages>, read 2026-08.

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;

use super::DingtalkNotice;
use super::api::number;
use super::callback::{event_content, inbound_id, word_of};
use crate::clock::Moment;
use crate::platform::lost::{Lost, LostEvents};
use crate::platform::{Inbound, SendError};

const PATH: &str = "/call_back/get_call_back_failed_result";

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    failed_list: Vec<Value>,
}

#[async_trait]
impl LostEvents for DingtalkNotice {
    async fn fetch(&self) -> Result<Lost, SendError> {
        let api = &self.app().api;
        let answer: Answer = api
            .ask_old(|token| {
                api.http
                    .get(format!("{}{PATH}", api.old_base))
                    .query(&[("access_token", token.expose_secret())])
            })
            .await?;
        let events = answer.failed_list.iter().filter_map(|event| self.lost(event)).collect();
        Ok(Lost { events, has_more: answer.has_more })
    }
}

impl DingtalkNotice {
    /// An event that concerns the school.
    fn lost(&self, event: &Value) -> Option<Inbound> {
        let doors = &self.app().doors;
        let corp =
            ["corpid", "corpId", "corp_id", "CorpId"].into_iter().find_map(|name| word_of(event, name));
        if corp.is_some_and(|corp| corp != doors.corp_id) {
            return None;
        }
        let kind = word_of(event, "call_back_tag")?;
        let said = event.get(kind).unwrap_or(event);
        let content = event_content(kind, said)?;
        let id = inbound_id("e", word_of(said, "eventId"), &event.to_string());
        let at = number(event.get("event_time")).and_then(Moment::from_timestamp_millis);
        Some(Inbound { sent_at: at, ..doors.event(content, id, String::new()) })
    }
}
