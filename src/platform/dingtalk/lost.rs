//! Events that could not be delivered (推送失败的事件), fetched from the old interface.
//!
//! Only where events are posted to our address: what a stream did not acknowledge comes again by itself. Every fetch counts
//! against the month's calls. The page names the fields of an event's envelope and not those of the organisation, nor whether
//! the event's own id is in it, so both are read leniently; nor the unit of its moment, which is told by what is plausible.
//! Start where [`DingtalkNotice`] is a [`LostEvents`].
//!
//! Source: <https://open.dingtalk.com/document/development/obtain-the-event-list-of-failed-push-messages>, read 2026-08.

use async_trait::async_trait;
use chrono::Datelike as _;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;

use super::DingtalkNotice;
use super::api::number;
use super::callback::{event_content, inbound_id, word_of};
use crate::clock::Moment;
use crate::platform::lost::{Lost, LostEvents};
use crate::platform::{Inbound, SendError};

/// No event is older; a number that says so is of another unit, or of none.
const YEAR_MIN: i32 = 2020;
/// What an operator reads while the month's quota is kept for messages.
const SCARCE: &str =
    "本月的钉钉接口额度已经用了八成，剩下的由 kehou 留给消息，没有推送到的通讯录变更暂时不补取。";
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
        api.quota.leave_enough(SCARCE, api.clock.now())?;
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
        let at = number(event.get("event_time")).and_then(|number| moment(number, self.app().clock.now()));
        Some(Inbound { sent_at: at, ..doors.event(content, id, String::new()) })
    }
}

/// When an event happened, in milliseconds or in seconds: the page does not say; `None` where it can be neither.
fn moment(number: i64, now: Moment) -> Option<Moment> {
    let read = [Moment::from_timestamp_millis(number), Moment::from_timestamp(number, 0)];
    let is_plausible = |at: &Moment| at.year() >= YEAR_MIN && *at <= now + chrono::Duration::days(1);
    read.into_iter().flatten().find(is_plausible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_either_unit_and_one_that_cannot_be_is_none() {
        let now = Moment::from_timestamp(1_788_224_400, 0).unwrap();
        for (number, want) in [
            (1_788_224_300_000, Some(1_788_224_300)),
            (1_788_224_300, Some(1_788_224_300)),
            (1_788_224_400 + 90_000, None),
            ((1_788_224_400 + 90_000) * 1_000, None),
            (1_500_000_000, None),
            (1_500_000_000_000, None),
            (1_788_224_300_000_000, None),
            (0, None),
            (-1, None),
            (i64::MAX, None),
        ] {
            assert_eq!(moment(number, now).map(|at| at.timestamp()), want, "{number}");
        }
    }
}
