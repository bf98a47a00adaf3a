//! Parents who open a page of ours in WeChat (网页授权): the silent authorisation, and the code's parent.
//!
//! The same token as for messages. Knows no page. Start at [`Door`].
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/91857> and `…/95791`, read 2026-08.

use async_trait::async_trait;
use reqwest::Url;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::api::Api;
use super::errors;
use crate::domain::people::Channel;
use crate::platform::sign_in::{SignIn, SignInError};

/// The longest code that is asked about, in bytes.
const CODE_BYTES_MAX: usize = 512;

/// The way in of one app.
#[derive(Debug)]
pub(super) struct Door {
    /// The corp's id (企业 ID).
    pub(super) corp_id: String,
    /// Where authorisation is: `https://open.weixin.qq.com`, or a simulator.
    pub(super) oauth_base: Url,
}

impl Door {
    pub(super) fn address(&self, back: &str, state: &str) -> String {
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
}

#[async_trait]
impl SignIn for super::Wecom {
    fn address(&self, back: &str, state: &str) -> String {
        self.door.address(back, state)
    }

    async fn account(&self, code: &str) -> Result<String, SignInError> {
        parent(&self.api, code).await
    }
}

/// Whose code it is; nobody's where the person is no parent of the school.
#[derive(Deserialize)]
struct Parent {
    parent_userid: Option<String>,
}

async fn parent(api: &Api, code: &str) -> Result<String, SignInError> {
    if code.is_empty() || code.len() > CODE_BYTES_MAX {
        return Err(SignInError::Spent);
    }
    let request = |token: &secrecy::SecretString| {
        api.http
            .get(format!("{}/cgi-bin/school/getuserinfo", api.api_base))
            .query(&[("access_token", token.expose_secret()), ("code", code)])
    };
    let answer = api.ask(request).await.map_err(SignInError::Failed)?;
    match answer.errcode {
        0 => {
            let Parent { parent_userid } = answer.read().map_err(SignInError::Failed)?;
            let account = parent_userid.unwrap_or_default();
            // `CorpId/userid` is somebody of a linked corp, whose ids are not ours.
            let is_ours = !account.is_empty() && !account.contains('/');
            if is_ours { Ok(Channel::ParentPage.canonical(&account)) } else { Err(SignInError::NoParent) }
        }
        errors::SPENT_CODE => Err(SignInError::Spent),
        code => Err(SignInError::Failed(errors::classify(code))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_wechat_wants() {
        let door = Door { corp_id: "ww01".into(), oauth_base: "https://open.weixin.qq.com".parse().unwrap() };
        assert_eq!(
            door.address("https://kehou.example.cn/p/east/in", "ab12"),
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww01&\
             redirect_uri=https%3A%2F%2Fkehou.example.cn%2Fp%2Feast%2Fin&response_type=code&scope=snsapi_base&\
             state=ab12#wechat_redirect"
        );
    }
}
