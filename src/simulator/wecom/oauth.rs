//! Authorisation in WeChat (网页授权): a browser comes with an address, and goes back with a code for whoever holds the phone.
//!
//! Knows nothing of pages. Start at [`WecomSimulator::hold_phone`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/91857> and `…/95791`, read 2026-08.

use std::collections::{BTreeMap, VecDeque};

use axum::extract::{Query, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::ApiError;
use super::{Calls, WecomSimulator};
use crate::clock::Moment;

/// How long a code is good, once.
const CODE_LIFE: Duration = Duration::minutes(5);
/// Characters of a state.
const STATE_CHARS_MAX: usize = 128;

/// Who holds the phone that opens a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A parent, by their id in the school's address book.
    Parent(String),
    /// A student.
    Student(String),
    /// Somebody whom the school does not know.
    Stranger,
}

/// What authorisation remembers.
#[derive(Default)]
pub(super) struct OauthBook {
    holder: Option<Holder>,
    codes: BTreeMap<String, (Holder, Moment)>,
    refusals: VecDeque<i64>,
}

#[derive(Deserialize)]
pub(super) struct Authorise {
    #[serde(default)]
    appid: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
pub(super) struct UserInfo {
    access_token: Option<String>,
    #[serde(default)]
    code: String,
}

impl OauthBook {
    /// Who holds the phone.
    pub(super) fn holder(&self) -> Option<Holder> {
        self.holder.clone()
    }
}

impl WecomSimulator {
    /// From now on this is who opens pages.
    pub fn hold_phone(&self, holder: Holder) {
        self.state().oauth.holder = Some(holder);
    }

    /// Answers the next question about a code with this `errcode`, whatever the code.
    pub fn refuse_next_code(&self, errcode: i64) {
        self.state().oauth.refusals.push_back(errcode);
    }

    fn authorise(&self, asked: &Authorise) -> Result<String, &'static str> {
        let is_state = asked.state.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if asked.appid != self.shared.settings.corp_id {
            return Err("appid 参数错误");
        }
        if asked.response_type != "code" || asked.scope != "snsapi_base" {
            return Err("scope 参数错误");
        }
        if !is_state || asked.state.len() > STATE_CHARS_MAX {
            return Err("state 参数错误");
        }
        let mut back = reqwest::Url::parse(&asked.redirect_uri).map_err(|_| "redirect_uri 参数错误")?;
        if !self.is_trusted(&back) {
            return Err("redirect_uri 参数错误");
        }
        let now = self.now();
        let code = self.shared.ids.new_id("code", now);
        let mut state = self.state();
        let holder = state.oauth.holder.clone().ok_or("请在微信客户端打开链接")?;
        state.oauth.codes.retain(|_, (_, until)| now < *until);
        state.oauth.codes.insert(code.clone(), (holder, now + CODE_LIFE));
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked.state);
        Ok(back.into())
    }

    /// The app's trusted domain is where its callbacks go; without callbacks, this machine.
    fn is_trusted(&self, back: &reqwest::Url) -> bool {
        match reqwest::Url::parse(&self.shared.settings.callback_url) {
            Ok(own) => own.host_str() == back.host_str(),
            Err(_) => matches!(back.host_str(), Some("127.0.0.1" | "localhost")),
        }
    }

    fn decide_user_info(&self, asked: &UserInfo) -> Result<Value, ApiError> {
        let now = self.now();
        let mut state = self.state();
        state.check_token(asked.access_token.as_deref(), now)?;
        state.meter("school/getuserinfo", now, self.shared.settings.calls_per_minute_max)?;
        if let Some(errcode) = state.oauth.refusals.pop_front() {
            return Err(ApiError(errcode, "refused on demand"));
        }
        let spent = ApiError(40029, "invalid code");
        let (holder, until) = state.oauth.codes.remove(&asked.code).ok_or(ApiError(40029, "invalid code"))?;
        if now >= until {
            return Err(spent);
        }
        Ok(match holder {
            Holder::Parent(id) => json!({"errcode": 0, "errmsg": "ok", "parent_userid": id, "DeviceId": ""}),
            Holder::Student(id) => {
                json!({"errcode": 0, "errmsg": "ok", "student_userid": id, "DeviceId": ""})
            }
            Holder::Stranger => json!({"errcode": 0, "errmsg": "ok", "DeviceId": ""}),
        })
    }
}

pub(super) async fn authorise(
    Extract(simulator): Extract<WecomSimulator>,
    Query(asked): Query<Authorise>,
) -> Response {
    match simulator.authorise(&asked) {
        Ok(back) => (StatusCode::FOUND, [(header::LOCATION, back)]).into_response(),
        Err(why) => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], why).into_response()
        }
    }
}

pub(super) async fn user_info(
    Extract(simulator): Extract<WecomSimulator>,
    Query(asked): Query<UserInfo>,
) -> Response {
    simulator.through_outage(Calls::SignIn, || simulator.decide_user_info(&asked)).await
}
