//! Recalling (撤回): messages of the robot by the key of their call, notices by the number of their task, within a day.
//!
//! Cards and answers by a session bring no such key along. Start where [`DingtalkRobot`] is a [`Recalls`].
//!
//! Sources: <https://open.dingtalk.com/document/development/batch-message-recall-chat> and
//! `…/asynchronous-sending-of-enterprise-session-messages`, read 2026-08.

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::api::{Told, unusable};
use super::{DingtalkNotice, DingtalkRobot};
use crate::platform::SendError;
use crate::platform::recall::{RecallKey, Recalled, Recalls};

/// With a small `o`, unlike the endpoint that sends.
const ROBOT_PATH: &str = "/v1.0/robot/otoMessages/batchRecall";
const NOTICE_PATH: &str = "/topapi/message/corpconversation/recall";
/// Both say: within 24 hours.
const WITHIN: chrono::Duration = chrono::Duration::hours(24);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Results {
    #[serde(default)]
    success_result: Vec<String>,
    #[serde(default)]
    failed_result: Map<String, Value>,
}

#[async_trait]
impl Recalls for DingtalkRobot {
    fn within(&self) -> chrono::Duration {
        WITHIN
    }

    async fn recall(&self, key: &RecallKey) -> Result<Recalled, SendError> {
        let app = self.app();
        let body = json!({"robotCode": app.robot_code, "processQueryKeys": [key.0]}).to_string();
        match app.api.ask_new(Method::POST, ROBOT_PATH, &body).await? {
            Told::Success(answer) => {
                let told: Results = serde_json::from_slice(&answer)
                    .map_err(|_| unusable("the answer is not what was asked for"))?;
                if told.success_result.contains(&key.0) {
                    return Ok(Recalled::Gone);
                }
                let why = told
                    .failed_result
                    .get(&key.0)
                    .map(|why| why.as_str().map_or(why.to_string(), str::to_owned));
                Ok(Recalled::Declined { why: why.unwrap_or_default() })
            }
            Told::Refusal(refusal) => Err(refusal.classify()),
        }
    }
}

#[async_trait]
impl Recalls for DingtalkNotice {
    fn within(&self) -> chrono::Duration {
        WITHIN
    }

    async fn recall(&self, key: &RecallKey) -> Result<Recalled, SendError> {
        let task: Value = serde_json::from_str(&key.0).unwrap_or_else(|_| json!(key.0));
        let body = json!({"agent_id": self.app().agent_id, "msg_task_id": task}).to_string();
        let api = &self.app().api;
        let _: Value = api.ask_old(|token| api.old_post(NOTICE_PATH, &body, token)).await?;
        Ok(Recalled::Gone)
    }
}
