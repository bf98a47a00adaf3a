//! Work notifications (工作通知): taken first, and whom they reached is told when asked.
//!
//! The same words to the same person on one day are dropped without a word: only the outcome says so. Start at
//! [`routes`].
//!
//! Source: <https://open.dingtalk.com/document/development/asynchronous-sending-of-enterprise-session-messages>, read
//! 2026-08.

use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::wecom::Shown;
use super::api::{ApiError, OldQuery, error, old_answer, rendered};
use super::{DingtalkSimulator, State};
use crate::clock::Moment;
use crate::domain::calendar::local;

/// Recipients of one notice at the most.
const RECIPIENTS_MAX: usize = 100;
/// The longest message, in bytes.
const MESSAGE_BYTES_MAX: usize = 2_048;

/// A notice that was taken.
pub(super) struct Task {
    /// How often its outcome is asked for before it is there.
    questions: u32,
    invalid: Vec<String>,
    same_words: Vec<String>,
    shown: Vec<String>,
}

#[derive(Deserialize)]
struct Send {
    agent_id: u64,
    userid_list: String,
    msg: Value,
}

#[derive(Deserialize)]
struct Ask {
    agent_id: u64,
    task_id: u64,
}

pub(super) fn routes() -> Router<DingtalkSimulator> {
    Router::new()
        .route("/topapi/message/corpconversation/asyncsend_v2", post(send))
        .route("/topapi/message/corpconversation/getsendresult", post(result))
}

async fn send(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("asyncsend_v2", token, |state, now| simulator.take(state, &body, now)))
}

async fn result(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("getsendresult", token, |state, _| simulator.tell(state, &body)))
}

impl DingtalkSimulator {
    fn take(&self, state: &mut State, body: &str, now: Moment) -> Result<Value, ApiError> {
        state.figures.notice_calls += 1;
        let no = |number| error(200, "", number);
        let send: Send = serde_json::from_str(body).map_err(|_| no(40035))?;
        if send.agent_id != self.shared.settings.agent_id {
            return Err(no(1_430_001));
        }
        let accounts: Vec<&str> = send.userid_list.split(',').filter(|account| !account.is_empty()).collect();
        if accounts.is_empty() || accounts.len() > RECIPIENTS_MAX {
            return Err(no(1_430_000));
        }
        let words = send.msg.to_string();
        if words.len() > MESSAGE_BYTES_MAX {
            return Err(no(40035));
        }
        let shows = shown(state, &send.msg).ok_or(no(40035))?;
        let day = i64::from(local(now).date().to_epoch_days());
        let mut task = Task {
            questions: state.faults.results_late_by,
            invalid: Vec::new(),
            same_words: Vec::new(),
            shown: Vec::new(),
        };
        for account in accounts {
            let account = account.to_owned();
            let Some(member) = state.members.get_mut(&account).filter(|member| member.is_in_range) else {
                task.invalid.push(account);
                continue;
            };
            if !member.notices.insert((day, words.clone())) {
                state.figures.duplicates_dropped += 1;
                task.same_words.push(account);
                continue;
            }
            state.show(&account, shows.clone(), now);
            task.shown.push(account);
        }
        let number = state.number();
        state.tasks.insert(number, task);
        state.taken.insert(number.to_string(), now);
        if state.faults.notice_answers_lost > 0 {
            state.faults.notice_answers_lost -= 1;
            return Err(error(504, "", 15));
        }
        Ok(json!({"errcode": 0, "errmsg": "ok", "task_id": number, "request_id": "r1"}))
    }

    fn tell(&self, state: &mut State, body: &str) -> Result<Value, ApiError> {
        state.figures.result_calls += 1;
        let no = |number| error(200, "", number);
        let ask: Ask = serde_json::from_str(body).map_err(|_| no(40035))?;
        if ask.agent_id != self.shared.settings.agent_id {
            return Err(no(1_430_001));
        }
        let task = state.tasks.get_mut(&ask.task_id).ok_or(no(40035))?;
        if task.questions > 0 {
            task.questions -= 1;
            return Ok(json!({"errcode": 0, "errmsg": "ok", "send_result": {}}));
        }
        let codes =
            task.same_words.iter().map(|account| json!({"code": "143106", "count": 1, "userid": account}));
        Ok(json!({"errcode": 0, "errmsg": "ok", "send_result": {
            "invalid_user_id_list": task.invalid,
            "forbidden_user_id_list": task.same_words,
            "forbidden_list": codes.collect::<Vec<_>>(),
            "failed_user_id_list": [],
            "read_user_id_list": [],
            "unread_user_id_list": task.shown,
        }}))
    }
}

/// What a phone will show of a notice.
fn shown(state: &State, msg: &Value) -> Option<Shown> {
    let part = msg.get(msg.get("msgtype")?.as_str()?)?;
    let word = |name: &str| {
        part.get(name).and_then(Value::as_str).filter(|word| !word.is_empty()).map(str::to_owned)
    };
    if let Some(media_id) = word("media_id") {
        return state.media.contains_key(&media_id).then_some(Shown::Image { media_id });
    }
    word("single_title")?;
    let (title, description) = (word("title")?, rendered(&word("markdown")?));
    Some(Shown::Card { title, description, url: word("single_url")? })
}
