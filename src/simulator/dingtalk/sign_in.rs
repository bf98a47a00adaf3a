//! Who opens a page (登录): codes that DingTalk's app gives to a page inside it, and DingTalk's own login elsewhere.
//!
//! Knows nothing of the server's pages. Start at [`DingtalkSimulator::hold_phone`].
//!
//! Sources: <https://open.dingtalk.com/document/development/obtain-the-userid-of-a-user-by-using-the-log-free> and
//! `…/obtain-identity-credentials`, read 2026-08.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::extract::{Query, RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::DingtalkSimulator;
use super::api::{ApiError, OldQuery, error, new_answer, old_answer};
use crate::clock::Moment;

/// The calls that the month does not count.
pub(super) const FREE: [&str; 2] = ["user/getuserinfo", "user/getbyunionid"];
/// How long a code is good, once.
const CODE_LIFE: Duration = Duration::minutes(5);

/// What is remembered of who signs in.
#[derive(Default)]
pub(super) struct SignInBook {
    holder: Option<String>,
    /// Contacts of somebody, who are no members.
    outsiders: BTreeSet<String>,
    codes: BTreeMap<String, Code>,
    tokens: BTreeMap<String, String>,
}

/// A code, for one of the two questions.
struct Code {
    account: String,
    is_login: bool,
    until: Moment,
}

#[derive(Deserialize)]
struct Login {
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
    /// Whether the person has said yes, which the simulated page does by a link.
    #[serde(default)]
    scanned: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exchange {
    client_id: String,
    client_secret: String,
    code: String,
    grant_type: String,
}

impl SignInBook {
    fn spend(&mut self, code: &str, is_login: bool, now: Moment) -> Option<String> {
        let code = self.codes.remove(code)?;
        (code.is_login == is_login && now < code.until).then_some(code.account)
    }
}

impl DingtalkSimulator {
    /// From now on this is who opens pages.
    pub fn hold_phone(&self, account: &str) {
        self.state().sign_in.holder = Some(account.to_owned());
    }

    /// Makes somebody a contact from outside, whom DingTalk gives an account as well.
    pub fn add_outsider(&self, account: &str) {
        self.state().sign_in.outsiders.insert(account.to_owned());
    }

    /// The code that a page inside DingTalk gets, when it asks for the right organisation and app.
    pub fn auth_code(&self, corp_id: &str, client_id: &str) -> Option<String> {
        let settings = &self.shared.settings;
        let is_ours = corp_id == settings.corp_id && client_id == settings.client_id;
        is_ours.then(|| self.new_code(false)).flatten()
    }

    fn new_code(&self, is_login: bool) -> Option<String> {
        let now = self.now();
        let code = self.shared.ids.new_id("code", now);
        let book = &mut self.state().sign_in;
        let account = book.holder.clone()?;
        book.codes.retain(|_, code| now < code.until);
        book.codes.insert(code.clone(), Code { account, is_login, until: now + CODE_LIFE });
        Some(code)
    }

    /// The login page: `None` until the person has said yes, then the address to go back to.
    fn login(&self, asked: &Login) -> Result<Option<String>, &'static str> {
        if asked.client_id != self.shared.settings.client_id || asked.response_type != "code" {
            return Err("client_id 或 response_type 参数错误");
        }
        if asked.scope != "openid" || asked.state.is_empty() {
            return Err("scope 或 state 参数错误");
        }
        let back = reqwest::Url::parse(&asked.redirect_uri).ok();
        let mut back = back.filter(|back| self.is_registered(back)).ok_or("redirect_uri 没有登记")?;
        if !asked.scanned {
            return Ok(None);
        }
        let code = self.new_code(true).ok_or("请先登录钉钉")?;
        back.query_pairs_mut().append_pair("authCode", &code).append_pair("state", &asked.state);
        Ok(Some(back.into()))
    }

    /// The app's registered domain is where its callbacks go; without callbacks, this machine.
    fn is_registered(&self, back: &reqwest::Url) -> bool {
        match reqwest::Url::parse(&self.shared.settings.callback_url) {
            Ok(own) => own.host_str() == back.host_str(),
            Err(_) => matches!(back.host_str(), Some("127.0.0.1" | "localhost")),
        }
    }

    fn user_token(&self, asked: &Exchange) -> Result<Value, ApiError> {
        let (now, settings) = (self.now(), &self.shared.settings);
        if asked.client_id != settings.client_id || asked.client_secret != settings.client_secret {
            return Err(error(400, "invalidClientIdOrSecret", 0));
        }
        let token = self.shared.ids.new_id("ut", now);
        let book = &mut self.state().sign_in;
        let account = book.spend(&asked.code, true, now).filter(|_| asked.grant_type == "authorization_code");
        let account = account.ok_or(error(400, "invalidParameter.authCode.notFound", 0))?;
        book.tokens.insert(token.clone(), account);
        Ok(json!({"accessToken": token, "refreshToken": "r1", "expireIn": 7200}))
    }
}

pub(super) fn routes() -> Router<DingtalkSimulator> {
    Router::new()
        .route("/dingtalk.open.js", get(jsapi))
        .route("/oauth2/auth", get(login))
        .route("/v1.0/oauth2/userAccessToken", post(user_token))
        .route("/v1.0/contact/users/me", get(user))
        .route("/topapi/v2/user/getuserinfo", post(holder))
        .route("/topapi/user/getbyunionid", post(member))
}

/// What stands in for DingTalk's own script: a page that loads it runs inside DingTalk, on the phone of whoever holds it.
async fn jsapi(Extract(simulator): Extract<DingtalkSimulator>) -> Response {
    let settings = &simulator.shared.settings;
    let code = simulator.auth_code(&settings.corp_id, &settings.client_id);
    let (corp, client, code) = (json!(settings.corp_id), json!(settings.client_id), json!(code));
    let text = format!(
        "window.dd = {{ ready: (then) => then(), requestAuthCode: (asked) => {code} && asked.corpId === {corp} && \
         asked.clientId === {client} ? asked.onSuccess({{ code: {code} }}) : asked.onFail({{ errorCode: \"3\" }}) }};"
    );
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}

/// The login page. The simulated person says yes by a link on it.
async fn login(
    Extract(simulator): Extract<DingtalkSimulator>,
    RawQuery(query): RawQuery,
    Query(asked): Query<Login>,
) -> Response {
    let page = |body: String| {
        let whole = format!(
            "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>钉钉登录（模拟）</title></head><body><main><h1>钉钉登录（模拟）</h1>{body}</main></body></html>"
        );
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], whole).into_response()
    };
    match simulator.login(&asked) {
        Ok(Some(back)) => (StatusCode::FOUND, [(header::LOCATION, back)]).into_response(),
        Ok(None) => {
            let query = query.unwrap_or_default().replace('&', "&amp;").replace('"', "&quot;");
            page(format!("<p><a href=\"?{query}&amp;scanned=true\">用手机扫码并确认</a></p>"))
        }
        Err(why) => page(format!("<p>{why}</p>")),
    }
}

async fn user_token(
    Extract(simulator): Extract<DingtalkSimulator>,
    axum::Json(asked): axum::Json<Exchange>,
) -> Response {
    new_answer(simulator.user_token(&asked))
}

async fn user(Extract(simulator): Extract<DingtalkSimulator>, headers: HeaderMap) -> Response {
    let token = headers.get("x-acs-dingtalk-access-token").and_then(|token| token.to_str().ok());
    let state = simulator.state();
    let account = token.and_then(|token| state.sign_in.tokens.get(token));
    new_answer(match account {
        Some(account) => Ok(json!({"nick": "某人", "unionId": format!("u-{account}"), "openId": "o1"})),
        None => Err(error(400, "InvalidAuthentication", 0)),
    })
}

async fn holder(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    old_answer(simulator.decide(FREE[0], query.access_token.as_deref(), |state, now| {
        let code = field(&body, "code");
        let account = state.sign_in.spend(&code, false, now).ok_or(error(200, "", 40078))?;
        // Whoever it is, the platform calls them the highest admin: it gives no right.
        Ok(json!({"errcode": 0, "errmsg": "ok", "result": {
            "userid": account, "unionid": format!("u-{account}"), "sys": true, "sys_level": 1, "name": "某人",
        }}))
    }))
}

async fn member(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    old_answer(simulator.decide(FREE[1], query.access_token.as_deref(), |state, _| {
        let unionid = field(&body, "unionid");
        let account = unionid.strip_prefix("u-").ok_or(error(200, "", 60121))?;
        let kind = if state.members.contains_key(account) {
            "0"
        } else if state.sign_in.outsiders.contains(account) {
            "1"
        } else {
            return Err(error(200, "", 60121));
        };
        // Numbers come as texts at times.
        Ok(json!({"errcode": "0", "result": {"userid": account, "contact_type": kind}}))
    }))
}

fn field(body: &str, name: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
