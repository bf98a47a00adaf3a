//! Taking back (撤回): messages of the robot and notices, of a whole call, within a day.
//!
//! Knows nothing of phones: what was taken back is counted. Start at [`routes`].
//!
//! Sources: <https://open.dingtalk.com/document/development/batch-message-recall-chat> and
//! `…/asynchronous-sending-of-enterprise-session-messages`, read 2026-08.

use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::api::{ApiError, OldQuery, error, new_answer, old_answer};
use super::{DingtalkSimulator, State};
use crate::clock::Moment;

/// How long a call can be taken back.
const WITHIN: Duration = Duration::hours(24);
/// Keys of one request at the most.
const KEYS_MAX: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Batch {
    robot_code: String,
    process_query_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    agent_id: u64,
    msg_task_id: u64,
}

pub(super) fn routes() -> Router<DingtalkSimulator> {
    Router::new()
        .route("/v1.0/robot/otoMessages/batchRecall", post(robot))
        .route("/topapi/message/corpconversation/recall", post(notice))
}

async fn robot(Extract(simulator): Extract<DingtalkSimulator>, headers: HeaderMap, body: String) -> Response {
    let token = headers.get("x-acs-dingtalk-access-token").and_then(|token| token.to_str().ok());
    let robot_code = &simulator.shared.settings.robot_code;
    new_answer(simulator.decide("batchRecall", token, |state, now| {
        state.figures.recall_calls += 1;
        let bad = |word| error(400, word, 0);
        let body: Batch =
            serde_json::from_str(&body).map_err(|_| bad("invalidParameter.processQueryKeys.empty"))?;
        if body.robot_code != *robot_code {
            return Err(bad("invalidParameter.robotCode.notExsit"));
        }
        if body.process_query_keys.is_empty() || body.process_query_keys.len() > KEYS_MAX {
            return Err(bad("invalidParameter.processQueryKeys.empty"));
        }
        let (mut done, mut failed) = (Vec::new(), Map::new());
        for key in body.process_query_keys {
            if take_back(state, &key, now) {
                done.push(key);
            } else {
                failed.insert(key, json!("expired"));
            }
        }
        Ok(json!({"successResult": done, "failedResult": failed}))
    }))
}

async fn notice(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    let agent_id = simulator.shared.settings.agent_id;
    old_answer(simulator.decide("recall", query.access_token.as_deref(), |state, now| {
        state.figures.recall_calls += 1;
        let no = |number| -> ApiError { error(200, "", number) };
        let body: Notice = serde_json::from_str(&body).map_err(|_| no(40035))?;
        if body.agent_id != agent_id {
            return Err(no(1_430_001));
        }
        let is_taken_back = take_back(state, &body.msg_task_id.to_string(), now);
        if is_taken_back { Ok::<Value, _>(json!({"errcode": 0, "errmsg": "ok"})) } else { Err(no(40035)) }
    }))
}

fn take_back(state: &mut State, key: &str, now: Moment) -> bool {
    let is_young = state.taken.get(key).is_some_and(|at| now < *at + WITHIN);
    if !is_young {
        return false;
    }
    let is_repeat = !state.recalled.insert(key.to_owned());
    let left = &mut state.faults.repeated_recalls_refused;
    let is_refused = is_repeat && *left > 0;
    *left -= u32::from(is_refused);
    !is_refused
}
