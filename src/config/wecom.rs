//! `[[wecom]]`: each school's app in its WeCom (企业微信自建应用).
//!
//! Knows the form of the keys, not what they are for; `platform::wecom` uses them. Start at [`Wecom`].

use secrecy::SecretString;

use crate::domain::people::SchoolId;

use super::reader::{Spot, Table};
use super::school::{self, School};
use super::secret;
use super::server::api_base;

/// One `[[wecom]]`. Its secrets do not print.
#[derive(Debug, Clone)]
pub struct Wecom {
    /// The school that the app belongs to.
    pub school: SchoolId,
    /// 企业ID.
    pub corp_id: String,
    /// `AgentId` of the app.
    pub agent_id: u64,
    /// Secret of the app.
    pub secret: SecretString,
    /// Token of the callbacks.
    pub token: SecretString,
    /// `EncodingAESKey` of the callbacks: 43 letters and digits.
    pub encoding_aes_key: SecretString,
    /// Where the interface is, without a final slash; `None` is WeCom's own address.
    pub api_base: Option<String>,
    /// The customer service accounts (微信客服) that the app may use, `wk…`; none without that chat.
    pub kf: Vec<String>,
    /// Whether the app writes to parents on plain WeChat (家校沟通).
    pub parents: bool,
    /// Where browsers of parents are authorised, without a final slash; `None` is WeChat's own address.
    pub oauth_base: Option<String>,
    /// Where staff sign in with a scan, without a final slash; `None` is WeCom's own address.
    pub login_base: Option<String>,
}

/// The longest customer service account, in bytes.
const ACCOUNT_LEN_MAX: usize = 64;

pub(super) fn read_all(root: &mut Table, schools: &[Option<School>]) -> Vec<Option<Wecom>> {
    let known: Vec<&SchoolId> = schools.iter().flatten().map(|school| &school.id).collect();
    // Where a school itself has a problem its id may be unknown; then a wecom section is not blamed for that.
    let is_complete = schools.iter().all(Option::is_some);
    let mut seen: Vec<(String, Spot)> = Vec::new();
    root.list("wecom", |table| read(table, &known, is_complete, &mut seen))
}

fn read(
    table: &mut Table,
    known: &[&SchoolId],
    is_complete: bool,
    seen: &mut Vec<(String, Spot)>,
) -> Option<Wecom> {
    let school = school::named(table, "wecom", known, is_complete, seen);
    let corp_id = corp_id(table);
    let agent_id = table.required_number("agent_id", "write the app's AgentId, such as agent_id = 1000002");
    let prefix = variable_prefix(school.as_ref().map_or("<SCHOOL>", SchoolId::as_str));
    let secret = secret::read(table, "secret", &format!("{prefix}_SECRET"), |_| Ok(()));
    let token = secret::read(table, "token", &format!("{prefix}_TOKEN"), |_| Ok(()));
    let key = secret::read(table, "encoding_aes_key", &format!("{prefix}_ENCODING_AES_KEY"), |key| {
        secret::check_aes_key("an EncodingAESKey", key)
    });
    let mut base = |key| match table.text(key) {
        Some((text, spot)) => api_base(table, &text, &spot).map(Some),
        None => Some(None),
    };
    let (api_base, oauth_base, login_base) = (base("api_base"), base("oauth_base"), base("login_base"));
    let kf = kf(table);
    let parents = table.flag("parents", false);
    Some(Wecom {
        school: school?,
        corp_id: corp_id?,
        agent_id: agent_id?,
        secret: secret?,
        token: token?,
        encoding_aes_key: key?,
        api_base: api_base?,
        kf: kf?,
        parents: parents?,
        oauth_base: oauth_base?,
        login_base: login_base?,
    })
}

fn corp_id(table: &mut Table) -> Option<String> {
    let instead = "write the 企业ID from 管理后台 → 我的企业, such as corp_id = \"ww0123456789abcdef\"";
    let (id, spot) = table.required_text("corp_id", instead)?;
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        table.problem(&spot, &format!("cannot be {id:?}"), Some(instead));
        return None;
    }
    Some(id)
}

/// The part of the environment variables' names before `_SECRET`.
fn variable_prefix(school: &str) -> String {
    format!("KEHOU_WECOM_{}", school.to_ascii_uppercase().replace('-', "_"))
}

fn kf(table: &mut Table) -> Option<Vec<String>> {
    let (accounts, spot) = table.texts("kf")?;
    let instead =
        "copy each OpenKfId from 微信客服 → API, such as kf = [\"wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q\"]";
    let is_account = |account: &String| {
        (3..=ACCOUNT_LEN_MAX).contains(&account.len())
            && account.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if let Some(wrong) = accounts.iter().find(|account| !is_account(account)) {
        table.problem(&spot, &format!("cannot have {wrong:?}"), Some(instead));
        return None;
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(again) = accounts.iter().find(|account| !seen.insert(*account)) {
        table.problem(&spot, &format!("has {again:?} twice"), Some("write each account once"));
        return None;
    }
    Some(accounts)
}

impl Wecom {
    pub(super) fn example() -> Self {
        Self {
            school: SchoolId("example".to_owned()),
            corp_id: "ww0123456789abcdef".to_owned(),
            agent_id: 1_000_002,
            secret: SecretString::from("example-secret"),
            token: SecretString::from("exampleToken"),
            encoding_aes_key: SecretString::from("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
            api_base: None,
            kf: Vec::new(),
            parents: false,
            oauth_base: None,
            login_base: None,
        }
    }
}
