//! People who open a page of ours: inside DingTalk without a word (免登), elsewhere by DingTalk's own login, and whose the
//! code is that either of them gives.
//!
//! Who is admin of the organisation gives no right here. Knows no page. Start where [`App`] is a [`SignIn`].
//!
//! Sources: <https://open.dingtalk.com/document/development/obtain-the-userid-of-a-user-by-using-the-log-free>,
//! `…/obtain-identity-credentials`, `…/obtain-user-token`, `…/dingtalk-retrieve-user-information` and
//! `…/query-a-user-by-the-union-id`, read 2026-08.

use async_trait::async_trait;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::number;
use super::errors::{self, Refusal};
use super::robot::is_account;
use super::{App, api};
use crate::domain::people::Channel;
use crate::platform::SendError;
use crate::platform::http::exchange;
use crate::platform::sign_in::{Account, Audience, CodePage, Passage, Place, SignIn, SignInError};

/// DingTalk's script for pages that it shows. Not in the official pages that we have: many public projects load it from
/// here in this version. It loads nothing further and talks with the app that shows the page.
pub const JSAPI: &str = "https://g.alicdn.com/dingding/dingtalk-jsapi/3.0.25/dingtalk.open.js";
/// Asks that script for a code.
const ASK: &str = include_str!("door.js");
/// The longest code that is asked about, in bytes.
const CODE_BYTES_MAX: usize = 512;
/// What the browser inside DingTalk calls itself, in small letters; DingTalk's own script goes by it.
const OWN_BROWSER: &str = "dingtalk";
/// An account of the organisation's own people; others are contacts of somebody.
const INTERNAL: i64 = 0;

/// The way in of one app.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) corp_id: String,
    pub(super) client_id: String,
    pub(super) client_secret: SecretString,
    pub(super) login_base: String,
    pub(super) jsapi: String,
}

#[derive(Deserialize)]
struct Told<Result> {
    result: Result,
}

/// Who holds the phone. That it says more, of admins among others, is of no use here.
#[derive(Deserialize)]
struct Holder {
    userid: Option<String>,
}

#[derive(Deserialize)]
struct Member {
    userid: Option<String>,
    contact_type: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserToken {
    access_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    union_id: Option<String>,
}

impl Door {
    fn login(&self, back: &str, state: &str) -> String {
        let address = format!("{}/oauth2/auth", self.login_base);
        let pairs = [
            ("redirect_uri", back),
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("scope", "openid"),
            ("state", state),
            ("prompt", "consent"),
        ];
        // The address was read when the settings were.
        Url::parse_with_params(&address, pairs).map(Into::into).unwrap_or(address)
    }

    fn page(&self) -> CodePage {
        CodePage {
            app_script: self.jsapi.clone(),
            script: ASK,
            values: vec![("corp", self.corp_id.clone()), ("app", self.client_id.clone())],
            inside: "钉钉",
        }
    }
}

#[async_trait]
impl SignIn for App {
    fn key(&self) -> &'static str {
        "dingtalk"
    }

    fn name(&self) -> &'static str {
        "钉钉"
    }

    fn guardians(&self) -> Channel {
        Channel::DingtalkNotice
    }

    fn is_inside(&self, user_agent: &str) -> bool {
        user_agent.to_ascii_lowercase().contains(OWN_BROWSER)
    }

    fn takes_any_browser(&self) -> bool {
        false
    }

    fn code_names(&self) -> &'static [&'static str] {
        &["authCode", "code"]
    }

    fn passage(&self, from: Place, back: &str, state: &str) -> Passage {
        match from {
            Place::Chat => Passage::Page(self.door.page()),
            Place::Desk => Passage::Address(self.door.login(back, state)),
        }
    }

    async fn account(&self, audience: Audience, from: Place, code: &str) -> Result<Account, SignInError> {
        if code.is_empty() || code.len() > CODE_BYTES_MAX {
            return Err(SignInError::Spent);
        }
        let (channel, userid) = match (audience, from) {
            (Audience::Guardians, Place::Chat) => (Channel::ParentPage, self.holder(code).await?),
            (Audience::Staff, Place::Chat) => (Channel::DingtalkRobot, self.holder(code).await?),
            (Audience::Staff, Place::Desk) => (Channel::DingtalkRobot, self.logged_in(code).await?),
            // Whether guardians can log in there is not documented.
            (Audience::Guardians, Place::Desk) => return Err(SignInError::Stranger),
        };
        let account = userid.unwrap_or_default();
        if is_account(&account) { Ok(Account { channel, account }) } else { Err(SignInError::Stranger) }
    }
}

impl App {
    /// Who holds the phone on which DingTalk gave this code.
    async fn holder(&self, code: &str) -> Result<Option<String>, SignInError> {
        let body = json!({"code": code}).to_string();
        let told: Result<Told<Holder>, SendError> = self
            .api
            .ask_old_free(|token| self.api.old_post("/topapi/v2/user/getuserinfo", &body, token))
            .await;
        match told {
            Ok(Told { result }) => Ok(result.userid),
            Err(SendError::Refused { code: errors::SPENT_CODE, .. }) => Err(SignInError::Spent),
            Err(error) => Err(SignInError::Failed(error)),
        }
    }

    /// Who logged in at DingTalk, if it is one of the organisation's own people.
    async fn logged_in(&self, code: &str) -> Result<Option<String>, SignInError> {
        let Some(token) = self.user_token(code).await? else { return Err(SignInError::Spent) };
        let Some(unionid) = self.user(&token).await? else { return Ok(None) };
        let body = json!({"unionid": unionid}).to_string();
        let told: Result<Told<Member>, SendError> =
            self.api.ask_old_free(|token| self.api.old_post("/topapi/user/getbyunionid", &body, token)).await;
        match told {
            Ok(Told { result }) => {
                let is_internal = number(result.contact_type.as_ref()) == Some(INTERNAL);
                Ok(result.userid.filter(|_| is_internal))
            }
            Err(SendError::Refused { code: errors::NO_MEMBER, .. }) => Ok(None),
            Err(error) => Err(SignInError::Failed(error)),
        }
    }

    /// The token of whoever logged in; `None` where DingTalk does not take the code.
    async fn user_token(&self, code: &str) -> Result<Option<SecretString>, SignInError> {
        let body = json!({
            "clientId": self.door.client_id,
            "clientSecret": self.door.client_secret.expose_secret(),
            "code": code,
            "grantType": "authorization_code",
        });
        let url = format!("{}/v1.0/oauth2/userAccessToken", self.api.new_base);
        let request = self.api.http.post(url).header("accept", "application/json").json(&body);
        let answer = exchange(request).await.map_err(|failure| SignInError::Failed(failure.into()))?;
        if answer.status == 200 {
            let told: UserToken = serde_json::from_slice(&answer.body).map_err(|_| unusable())?;
            return told.access_token.map(|token| Some(token.into())).ok_or_else(unusable);
        }
        let refusal = Refusal::read(&answer);
        // By which word a used code is refused is not documented.
        if answer.status == 400 && !refusal.is_wrong_secret() {
            tracing::info!(code = refusal.code, "dingtalk does not take the code of a login");
            return Ok(None);
        }
        Err(SignInError::Failed(refusal.classify()))
    }

    async fn user(&self, token: &SecretString) -> Result<Option<String>, SignInError> {
        let request = self
            .api
            .http
            .get(format!("{}/v1.0/contact/users/me", self.api.new_base))
            .header("x-acs-dingtalk-access-token", token.expose_secret())
            .header("accept", "application/json");
        let answer = exchange(request).await.map_err(|failure| SignInError::Failed(failure.into()))?;
        match answer.status {
            200 => {
                let told: User = serde_json::from_slice(&answer.body).map_err(|_| unusable())?;
                Ok(told.union_id.filter(|id| !id.is_empty()))
            }
            404 => Ok(None),
            _ => Err(SignInError::Failed(Refusal::read(&answer).classify())),
        }
    }
}

fn unusable() -> SignInError {
    SignInError::Failed(api::unusable("the answer is not what was asked for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_desk_dingtalk_gets_what_its_login_wants() {
        let door = Door {
            corp_id: "dingcorp".to_owned(),
            client_id: "dingapp".to_owned(),
            client_secret: "secret".to_owned().into(),
            login_base: super::super::LOGIN_BASE.to_owned(),
            jsapi: JSAPI.to_owned(),
        };
        assert_eq!(
            door.login("https://kehou.example.cn/c/east/in", "ab12"),
            "https://login.dingtalk.com/oauth2/auth?redirect_uri=https%3A%2F%2Fkehou.example.cn%2Fc%2Feast%2Fin&\
             response_type=code&client_id=dingapp&scope=openid&state=ab12&prompt=consent"
        );
    }
}
