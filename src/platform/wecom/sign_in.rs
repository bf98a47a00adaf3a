//! People who open a page of ours: the silent authorisation inside WeChat and WeCom, the sign-in with a phone's scan
//! elsewhere, and whose the code is that either of them gives.
//!
//! The same token as for messages. Knows no page. Start at [`Door`].
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/91857>, `…/95791`, `…/91023` and `…/98152`, read
//! 2026-08.

use async_trait::async_trait;
use reqwest::Url;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::api::Api;
use super::errors;
use crate::domain::people::Channel;
use crate::platform::sign_in::{Account, Audience, Passage, Place, SignIn, SignInError};

/// The longest code that is asked about, in bytes.
const CODE_BYTES_MAX: usize = 512;
/// What the browser inside WeCom calls itself, in small letters. Not documented: who is not recognised by it chooses.
const OWN_BROWSER: &str = "wxwork";

/// The way in of one app.
#[derive(Debug)]
pub(super) struct Door {
    /// The corp's id (企业 ID).
    pub(super) corp_id: String,
    /// The app's number.
    pub(super) agent_id: u32,
    /// Where authorisation is: `https://open.weixin.qq.com`, or a simulator.
    pub(super) oauth_base: Url,
    /// Where a scan signs in: `https://login.work.weixin.qq.com`, or a simulator.
    pub(super) login_base: Url,
}

impl Door {
    pub(super) fn address(&self, from: Place, back: &str, state: &str) -> String {
        match from {
            Place::Chat => self.authorisation(back, state),
            Place::Desk => self.scan(back, state),
        }
    }

    fn authorisation(&self, back: &str, state: &str) -> String {
        let mut url = self.oauth_base.clone();
        url.set_path("/connect/oauth2/authorize");
        url.query_pairs_mut()
            .append_pair("appid", &self.corp_id)
            .append_pair("redirect_uri", back)
            .append_pair("response_type", "code")
            .append_pair("scope", "snsapi_base")
            .append_pair("state", state);
        // Mandatory, and last.
        url.set_fragment(Some("wechat_redirect"));
        url.into()
    }

    fn scan(&self, back: &str, state: &str) -> String {
        let mut url = self.login_base.clone();
        url.set_path("/wwlogin/sso/login");
        url.query_pairs_mut()
            .append_pair("login_type", "CorpApp")
            .append_pair("appid", &self.corp_id)
            .append_pair("agentid", &self.agent_id.to_string())
            .append_pair("redirect_uri", back)
            .append_pair("state", state);
        url.into()
    }
}

#[async_trait]
impl SignIn for super::Wecom {
    fn key(&self) -> &'static str {
        "wecom"
    }

    fn name(&self) -> &'static str {
        "企业微信"
    }

    fn guardians(&self) -> Channel {
        Channel::WecomNotice
    }

    fn is_inside(&self, user_agent: &str) -> bool {
        user_agent.to_ascii_lowercase().contains(OWN_BROWSER)
    }

    fn takes_any_browser(&self) -> bool {
        true
    }

    fn code_names(&self) -> &'static [&'static str] {
        &["code"]
    }

    fn passage(&self, from: Place, back: &str, state: &str) -> Passage {
        Passage::Address(self.door.address(from, back, state))
    }

    async fn account(&self, audience: Audience, _: Place, code: &str) -> Result<Account, SignInError> {
        if code.is_empty() || code.len() > CODE_BYTES_MAX {
            return Err(SignInError::Spent);
        }
        let (channel, known_as, named) = match audience {
            Audience::Guardians => {
                let Parent { parent_userid } = ask(&self.api, "school/getuserinfo", code).await?;
                (Channel::ParentPage, Channel::WecomNotice, parent_userid)
            }
            Audience::Staff => {
                let Member { userid } = ask(&self.api, "auth/getuserinfo", code).await?;
                (Channel::WecomApp, Channel::WecomApp, userid)
            }
        };
        let account = named.unwrap_or_default();
        // `CorpId/userid` is somebody of a linked corp, whose ids are not ours.
        let is_ours = !account.is_empty() && !account.contains('/');
        if is_ours {
            Ok(Account { channel, account: known_as.canonical(&account) })
        } else {
            Err(SignInError::Stranger)
        }
    }
}

/// Whose code it is; nobody's where the person is no parent of the school.
#[derive(Deserialize)]
struct Parent {
    parent_userid: Option<String>,
}

/// Whose code it is; nobody's where the person is no member of the corp.
#[derive(Deserialize)]
struct Member {
    userid: Option<String>,
}

async fn ask<Named: serde::de::DeserializeOwned>(
    api: &Api,
    path: &str,
    code: &str,
) -> Result<Named, SignInError> {
    let request = |token: &secrecy::SecretString| {
        api.http
            .get(format!("{}/cgi-bin/{path}", api.api_base))
            .query(&[("access_token", token.expose_secret()), ("code", code)])
    };
    let answer = api.ask(request).await.map_err(SignInError::Failed)?;
    match answer.errcode {
        0 => answer.read().map_err(SignInError::Failed),
        errors::SPENT_CODE => Err(SignInError::Spent),
        code => Err(SignInError::Failed(errors::classify(code))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Door {
        Door {
            corp_id: "ww01".into(),
            agent_id: 1_000_002,
            oauth_base: "https://open.weixin.qq.com".parse().unwrap(),
            login_base: "https://login.work.weixin.qq.com".parse().unwrap(),
        }
    }

    #[test]
    fn the_addresses_are_what_wechat_and_wecom_want() {
        assert_eq!(
            door().address(Place::Chat, "https://kehou.example.cn/p/east/in", "ab12"),
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww01&\
             redirect_uri=https%3A%2F%2Fkehou.example.cn%2Fp%2Feast%2Fin&response_type=code&scope=snsapi_base&\
             state=ab12#wechat_redirect"
        );
        assert_eq!(
            door().address(Place::Desk, "https://kehou.example.cn/c/east/in", "ab12"),
            "https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=ww01&agentid=1000002&\
             redirect_uri=https%3A%2F%2Fkehou.example.cn%2Fc%2Feast%2Fin&state=ab12"
        );
    }
}
