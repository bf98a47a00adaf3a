//! 学校通知: `externalcontact/message/send` to the parents in the app's scope who follow.
//!
//! There is no receipt. What happens with those who do not follow is not documented: they are named in the answer, or,
//! as a fault, skipped without a word. Start at [`send`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/92321>, read 2026-08.

use axum::extract::{Query, State as Extract};
use axum::response::Response;
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::api::{
    ApiError, PER_MEMBER_PER_HOUR, PER_MEMBER_PER_MINUTE, PERSON_TIMES_PER_ACCOUNT, RECIPIENTS_MAX,
    TEXT_BYTES_MAX, cut_bytes, has_unicode_escape,
};
use super::super::{Author, Calls, DeliveryState, News, PhoneMessage, Shown, State, WecomSimulator};
use crate::clock::Moment;

#[derive(Deserialize)]
pub(super) struct SendQuery {
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct SendBody {
    #[serde(default)]
    recv_scope: u8,
    #[serde(default)]
    to_parent_userid: Vec<String>,
    #[serde(default)]
    to_student_userid: Vec<String>,
    msgtype: String,
    agentid: i64,
    #[serde(default)]
    text: Value,
    #[serde(default)]
    image: Value,
    #[serde(default)]
    enable_duplicate_check: u8,
    duplicate_check_interval: Option<i64>,
}

pub(super) async fn send(
    Extract(simulator): Extract<WecomSimulator>,
    Query(query): Query<SendQuery>,
    body: String,
) -> Response {
    simulator
        .through_outage(Calls::Notice, || simulator.decide_notice(query.access_token.as_deref(), &body))
        .await
}

impl WecomSimulator {
    fn decide_notice(&self, token: Option<&str>, body: &str) -> Result<Value, ApiError> {
        let now = self.now();
        let settings = &self.shared.settings;
        let names_non_followers = !self.faults().skips_non_followers;
        let mut state = self.state();
        state.figures.notice_calls += 1;
        state.check_token(token, now)?;
        state.meter("externalcontact/message/send", now, settings.calls_per_minute_max)?;
        if has_unicode_escape(body) {
            return Err(ApiError(40033, "invalid charset: \\uXXXX escapes are not supported"));
        }
        let send: SendBody =
            serde_json::from_str(body).map_err(|_| ApiError(40035, "Warning: wrong json format."))?;
        if send.agentid != settings.agent_id {
            return Err(ApiError(301_002, "agentid does not belong to the token"));
        }
        if !state.school.rights.writes_to_parents {
            return Err(ApiError(48002, "not in parent app list"));
        }
        let shows = state.noticed(&send, now)?;
        let named = state.named_parents(&send)?;
        state.recent_sends.retain(|_, recent| now < recent.until);
        if send.enable_duplicate_check == 1 && state.recent_sends.contains_key(body) {
            state.figures.duplicates_swallowed += 1;
            return Ok(accepted(&[]));
        }
        let (known, mut invalid): (Vec<String>, Vec<String>) =
            named.into_iter().partition(|id| state.is_parent_in_scope(id));
        let (reached, skipped): (Vec<String>, Vec<String>) =
            known.into_iter().partition(|id| state.school.parents.get(id).is_some_and(|it| it.follows));
        if names_non_followers {
            invalid.extend(skipped);
        } else {
            let skipped = u64::try_from(skipped.len()).unwrap_or(u64::MAX);
            state.figures.notices_skipped = state.figures.notices_skipped.saturating_add(skipped);
            if reached.is_empty() && invalid.is_empty() {
                return Ok(accepted(&[]));
            }
        }
        if reached.is_empty() {
            return Err(ApiError(81013, "user & party & tag all invalid"));
        }
        let person_times = u64::try_from(reached.len()).unwrap_or(u64::MAX);
        if !state.day.allows(now, person_times, u64::from(settings.account_quota) * PERSON_TIMES_PER_ACCOUNT)
        {
            return Err(ApiError(45009, "api freq out of limit: daily quota of the app"));
        }
        for id in &reached {
            if state.lets_through(id, &shows) {
                state.notify(id, &shows, now);
            }
        }
        if send.enable_duplicate_check == 1 {
            state.remember_send(body, send.duplicate_check_interval, "", now);
        }
        Ok(accepted(&invalid))
    }
}

impl State {
    /// What a phone will show.
    fn noticed(&self, send: &SendBody, now: Moment) -> Result<Shown, ApiError> {
        let field =
            |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        match send.msgtype.as_str() {
            "text" => match field(&send.text, "content") {
                text if text.is_empty() => Err(ApiError(44004, "empty content")),
                text => Ok(Shown::Text { text: cut_bytes(&text, TEXT_BYTES_MAX) }),
            },
            "image" => {
                let media_id = field(&send.image, "media_id");
                let is_there = self.media.get(&media_id).is_some_and(|media| now < media.until);
                if is_there {
                    Ok(Shown::Image { media_id })
                } else {
                    Err(ApiError(40007, "invalid media_id"))
                }
            }
            // A card with buttons does not exist for parents.
            _ => Err(ApiError(40008, "invalid message type")),
        }
    }

    /// The parents that a body names, lower-cased, each once.
    fn named_parents(&self, send: &SendBody) -> Result<Vec<String>, ApiError> {
        if send.recv_scope != 0 {
            return Err(ApiError(40035, "the simulator knows parents only"));
        }
        if send.to_parent_userid.len().max(send.to_student_userid.len()) > RECIPIENTS_MAX {
            return Err(ApiError(40032, "user list too long"));
        }
        let of_students = send.to_student_userid.iter().flat_map(|id| self.school.parents_of(id));
        let of_students = of_students.map(|(parent, _)| parent.id.to_lowercase());
        let mut named: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for id in send.to_parent_userid.iter().map(|id| id.to_lowercase()).chain(of_students) {
            if seen.insert(id.clone()) {
                named.push(id);
            }
        }
        if named.is_empty() { Err(ApiError(82001, "no recipients")) } else { Ok(named) }
    }

    fn is_parent_in_scope(&self, id: &str) -> bool {
        self.school.parents.get(id).is_some_and(|parent| self.school.is_in_scope(parent))
    }

    /// One notice reaches one parent, unless the parent got too many.
    fn notify(&mut self, id: &str, shows: &Shown, now: Moment) {
        let Some((phone, received)) = self.school.phones.get_mut(id) else { return };
        let (minute, hour) = (Duration::minutes(1), Duration::hours(1));
        let is_flooded = received.count(now, minute, hour) >= PER_MEMBER_PER_MINUTE
            || received.count(now, hour, hour) >= PER_MEMBER_PER_HOUR;
        let delivery = if is_flooded {
            self.figures.messages_dropped += 1;
            DeliveryState::Failed("超过每人频率上限，被平台丢弃".to_owned())
        } else {
            received.add(now);
            self.figures.notices_shown += 1;
            DeliveryState::Ok
        };
        let message = PhoneMessage { from: Author::App, shows: shows.clone(), at: now, delivery };
        phone.thread.push(message.clone());
        if message.delivery == DeliveryState::Ok {
            self.news.push(News { account: id.to_owned(), message });
        }
    }
}

fn accepted(invalid_parents: &[String]) -> Value {
    json!({
        "errcode": 0, "errmsg": "ok", "invalid_parent_userid": invalid_parents,
        "invalid_student_userid": [], "invalid_party": [],
    })
}
