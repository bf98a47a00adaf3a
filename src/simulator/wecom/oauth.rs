//! Authorisation in WeChat and WeCom (网页授权), and the sign-in with a scan (企业微信授权登录): a browser comes with an
//! address, and goes back with a code for whoever holds the phone.
//!
//! Knows nothing of pages. Start at [`WecomSimulator::hold_phone`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/91857>, `…/95791`, `…/91023` and `…/98152`, read 2026-08.

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
    /// A member of the corp, inside the app's visible range or not.
    Member(String),
    /// Somebody whom the school does not know.
    Stranger,
}

/// What authorisation remembers.
#[derive(Default)]
pub(super) struct OauthBook {
    holder: Option<Holder>,
    codes: BTreeMap<String, (Holder, Moment)>,
    refusals: VecDeque<i64>,
    /// Whether the admin has left 企业微信授权登录 off.
    is_login_off: bool,
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
pub(super) struct Scan {
    #[serde(default)]
    login_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    agentid: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    state: String,
    /// Whether the phone has said yes, which the simulated page does by a link.
    #[serde(default)]
    scanned: bool,
}

/// Which of the two questions about a code is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// `school/getuserinfo`.
    Parent,
    /// `auth/getuserinfo`.
    Member,
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

    /// Switches 企业微信授权登录 of the app on or off.
    pub fn set_login(&self, is_on: bool) {
        self.state().oauth.is_login_off = !is_on;
    }

    fn authorise(&self, asked: &Authorise) -> Result<String, &'static str> {
        let is_state = is_state(&asked.state);
        if asked.appid != self.shared.settings.corp_id {
            return Err("appid 参数错误");
        }
        if asked.response_type != "code" || asked.scope != "snsapi_base" {
            return Err("scope 参数错误");
        }
        if !is_state {
            return Err("state 参数错误");
        }
        let back = reqwest::Url::parse(&asked.redirect_uri).map_err(|_| "redirect_uri 参数错误")?;
        if !self.is_trusted(&back) {
            return Err("redirect_uri 参数错误");
        }
        let holder = self.state().oauth.holder.clone().ok_or("请在微信客户端打开链接")?;
        Ok(self.sent_back(back, holder, &asked.state))
    }

    /// The address to go back to, with a fresh code.
    fn sent_back(&self, mut back: reqwest::Url, holder: Holder, asked_state: &str) -> String {
        let now = self.now();
        let code = self.shared.ids.new_id("code", now);
        let mut state = self.state();
        state.oauth.codes.retain(|_, (_, until)| now < *until);
        state.oauth.codes.insert(code.clone(), (holder, now + CODE_LIFE));
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", asked_state);
        back.into()
    }

    /// The page with the code to scan: `None` until the phone has said yes, then the address to go back to.
    fn scan(&self, asked: &Scan) -> Result<Option<String>, (i64, &'static str)> {
        let settings = &self.shared.settings;
        if asked.login_type != "CorpApp" {
            return Err((-31040, "login_type 参数错误"));
        }
        if asked.appid != settings.corp_id {
            return Err((-31027, "appid 参数错误"));
        }
        if asked.agentid != settings.agent_id.to_string() {
            return Err((-31028, "agentid 参数错误"));
        }
        if asked.redirect_uri.is_empty() {
            return Err((-31035, "redirect_uri 为空"));
        }
        if self.state().oauth.is_login_off {
            return Err((-31037, "应用没有开启授权登录"));
        }
        let back = reqwest::Url::parse(&asked.redirect_uri).ok().filter(|back| self.is_trusted(back));
        let back = back.ok_or((-31020, "redirect_uri 与授权回调域不一致"))?;
        if !is_state(&asked.state) {
            return Err((0, "state 参数错误"));
        }
        if !asked.scanned {
            return Ok(None);
        }
        let holder = self.state().oauth.holder.clone();
        let Some(Holder::Member(member)) = holder else {
            return Err((0, "请用企业成员的手机扫码"));
        };
        let is_in_range =
            self.state().members.get(&member.to_lowercase()).is_some_and(|member| member.is_in_range);
        if !is_in_range {
            return Err((0, "你不在应用的可见范围内"));
        }
        Ok(Some(self.sent_back(back, Holder::Member(member), &asked.state)))
    }

    /// The app's trusted domain is where its callbacks go; without callbacks, this machine.
    fn is_trusted(&self, back: &reqwest::Url) -> bool {
        match reqwest::Url::parse(&self.shared.settings.callback_url) {
            Ok(own) => own.host_str() == back.host_str(),
            Err(_) => matches!(back.host_str(), Some("127.0.0.1" | "localhost")),
        }
    }

    fn decide_user_info(&self, question: Question, asked: &UserInfo) -> Result<Value, ApiError> {
        let now = self.now();
        let mut state = self.state();
        state.check_token(asked.access_token.as_deref(), now)?;
        // The other call is exempt from the limits.
        if question == Question::Parent {
            state.meter("school/getuserinfo", now, self.shared.settings.calls_per_minute_max)?;
        }
        if let Some(errcode) = state.oauth.refusals.pop_front() {
            return Err(ApiError(errcode, "refused on demand"));
        }
        let spent = ApiError(40029, "invalid code");
        let (holder, until) = state.oauth.codes.remove(&asked.code).ok_or(ApiError(40029, "invalid code"))?;
        if now >= until {
            return Err(spent);
        }
        let told = match (question, holder) {
            (Question::Parent, Holder::Parent(id)) => json!({"parent_userid": id, "DeviceId": ""}),
            (Question::Parent, Holder::Student(id)) => json!({"student_userid": id, "DeviceId": ""}),
            (Question::Parent, Holder::Member(_) | Holder::Stranger) => json!({"DeviceId": ""}),
            (Question::Member, Holder::Member(id)) => json!({"userid": id}),
            (Question::Member, Holder::Parent(id)) => {
                json!({"external_userid": format!("wm_{id}"), "parent_userid": id})
            }
            (Question::Member, Holder::Student(_) | Holder::Stranger) => json!({"openid": "o_stranger"}),
        };
        Ok(with_code(told))
    }
}

/// An answer that went well.
fn with_code(mut told: Value) -> Value {
    if let Value::Object(members) = &mut told {
        members.insert("errcode".to_owned(), json!(0));
        members.insert("errmsg".to_owned(), json!("ok"));
    }
    told
}

fn is_state(state: &str) -> bool {
    state.len() <= STATE_CHARS_MAX && state.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
    simulator.through_outage(Calls::SignIn, || simulator.decide_user_info(Question::Parent, &asked)).await
}

pub(super) async fn member_info(
    Extract(simulator): Extract<WecomSimulator>,
    Query(asked): Query<UserInfo>,
) -> Response {
    simulator.through_outage(Calls::SignIn, || simulator.decide_user_info(Question::Member, &asked)).await
}

/// The page with the code to scan. The simulated phone says yes by a link on it.
pub(super) async fn scan(
    Extract(simulator): Extract<WecomSimulator>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
    Query(asked): Query<Scan>,
) -> Response {
    let page = |body: String| {
        let whole = format!(
            "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>企业微信扫码登录（模拟）</title></head><body><main><h1>企业微信扫码登录（模拟）</h1>{body}</main></body></html>"
        );
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], whole).into_response()
    };
    match simulator.scan(&asked) {
        Ok(Some(back)) => (StatusCode::FOUND, [(header::LOCATION, back)]).into_response(),
        Ok(None) => {
            let query = query.unwrap_or_default().replace('&', "&amp;").replace('"', "&quot;");
            page(format!("<p><a href=\"?{query}&amp;scanned=true\">用手机扫码并确认</a></p>"))
        }
        Err((0, why)) => page(format!("<p>{why}</p>")),
        Err((code, why)) => page(format!("<p>{why}（{code}）</p>")),
    }
}
