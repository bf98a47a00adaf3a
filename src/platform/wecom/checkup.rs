//! A check-up of a school's WeCom: the app, 学校通知 with the directory, and 微信客服, against the console's switches.
//!
//! Nothing that is tried here reaches anybody: messages are addressed to an account that nobody has. Knows no store.
//! Start where [`Wecom`] is a [`Checkup`].
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/90664>, path/92521, path/90236, path/92321 and
//! path/94638, read 2026-08.

use std::net::IpAddr;

use async_trait::async_trait;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::kf::Kf;
use super::{Wecom, WecomNotice, api, errors};
use crate::clock::Moment;
use crate::domain::people::Channel;
use crate::domain::roster::directory::{ListedClass, Reach};
use crate::ids::Ids;
use crate::platform::checkup::{
    self, Checkup, Door, Examined, Expected, Finding, Heard, Knock, Level, Party,
};
use crate::platform::directory::Directory as _;
use crate::platform::mailbox::Mailboxes as _;
use crate::platform::{Message, Platform as _, SendError};

/// An account that nobody has.
const NOBODY: &str = "kehou-doctor-nobody";
/// Words that nobody reads.
const WORDS: &str = "kehou doctor";
/// Digits of an echo; WeCom's own have as many.
const ECHO_DIGITS: usize = 19;
/// Characters of a nonce.
const NONCE_LEN: usize = 10;

/// The console of the app, as somebody finds it.
const APP: &str = "企业微信管理后台 → 应用管理 → 本应用";

/// Where everything comes.
const DOOR: Door = Door {
    name: "",
    ids: ("callback", "forged"),
    subject: "回调地址",
    means: "后台保存不了接收消息的设置，老师说的话也到不了",
    when_refused: "核对回调的 Token、EncodingAESKey、企业ID和 AgentId",
};

const WECOM: Party =
    Party { name: "企业微信", addresses: "api_base（默认 https://qyapi.weixin.qq.com）" };

#[async_trait]
impl Checkup for Wecom {
    async fn examine(&self, now: Moment) -> Examined {
        if let Err(error) = self.api.tokens.get().await {
            return Examined { findings: vec![no_token(&error.into())], is_shut: true };
        }
        let mut findings = vec![Finding::fine("wecom.token", "企业ID与Secret", "取到了令牌")];
        let answer = self.api.ask(|token| self.callback_addresses(token)).await;
        findings.extend(
            answer
                .as_ref()
                .ok()
                .and_then(|answer| answer.date)
                .map(|theirs| checkup::clock("wecom.clock", theirs, now)),
        );
        let address = address_finding(&answer);
        let is_shut = address.level == Level::Wrong;
        findings.push(address);
        if !is_shut {
            findings.push(self.agent().await);
        }
        findings.extend(unseen());
        Examined { findings, is_shut }
    }

    fn knocks(&self, is_genuine: bool, now: Moment, ids: &Ids) -> Vec<Knock> {
        let crypto = &self.callbacks.crypto;
        let (echo, timestamp, nonce) =
            (ids.digits(ECHO_DIGITS), now.timestamp().to_string(), ids.code(NONCE_LEN));
        let encrypted = crypto.encrypt(&echo, ids.bytes());
        let signature = crypto.signature(&timestamp, &nonce, &encrypted);
        let signature = if is_genuine { signature } else { other_signature(&signature) };
        let encrypted = utf8_percent_encode(&encrypted, NON_ALPHANUMERIC);
        vec![Knock {
            door: DOOR,
            query: format!(
                "msg_signature={signature}&timestamp={timestamp}&nonce={nonce}&echostr={encrypted}"
            ),
            answer: is_genuine.then_some(echo),
            ..Knock::default()
        }]
    }

    fn expected(&self) -> Vec<Expected> {
        vec![Expected {
            heard: Heard::Message,
            by: Channel::WecomApp,
            subject: "接收消息",
            means: "老师在应用里说的话到不了这里",
            then: "企业微信管理后台 → 应用管理 → 本应用 → 接收消息 → 设置API接收：填好 URL、Token、EncodingAESKey 并保存；\
                   然后用老师的手机在应用里发“菜单”，再查一次",
        }]
    }
}

impl Wecom {
    fn callback_addresses(&self, token: &SecretString) -> reqwest::RequestBuilder {
        self.api
            .http
            .get(format!("{}/cgi-bin/getcallbackip", self.api.api_base))
            .query(&[("access_token", token.expose_secret())])
    }

    /// Whether the token's app is the one of the settings, by a message that reaches nobody.
    async fn agent(&self) -> Finding {
        const ID: &str = "wecom.agent";
        const SUBJECT: &str = "AgentId与发消息";
        let call = self.compose(&[NOBODY.to_owned()], &Message::Text(WORDS.to_owned()));
        match self.api.ask(|token| self.api.request(&call, token)).await {
            Ok(answer) if matches!(answer.errcode, 0 | errors::ALL_UNREACHED) => {
                Finding::fine(ID, SUBJECT, "给一个不存在的账号发消息，企业微信认这个应用")
            }
            Ok(answer) => {
                let then = match answer.errcode {
                    40056 | 301_002 => format!(
                        "{APP}：把页面上的 AgentId 抄到配置的 agent_id，把同一页的 Secret 抄到 secret"
                    ),
                    50003 => format!("{APP}：启用应用"),
                    code => errors::advice(code).to_owned(),
                };
                wrong(
                    ID,
                    SUBJECT,
                    "给一个不存在的账号发消息",
                    answer.errcode,
                    "发给老师的消息都发不出去",
                    then,
                )
            }
            Err(error) => no_answer(ID, SUBJECT, "给一个不存在的账号发消息", &error, errors::advice),
        }
    }
}

/// What stands in the console and cannot be seen from outside.
fn unseen() -> [Finding; 3] {
    let look = |id, subject, tried: &str, then: &str| {
        Finding::new(Level::Unseen, id, subject, tried).then(format!("{APP} → {then}"))
    };
    [
        look("wecom.visible", "可见范围", "老师、管理员和督学都要在里面", "可见范围"),
        look(
            "wecom.domain",
            "可信域名",
            "网页授权要用：与配置里 public_url 的域名完全一致，已完成备案和归属校验",
            "可信域名",
        ),
        look(
            "wecom.login",
            "授权回调域",
            "电脑上扫码登录管理页要用：填 public_url 的域名",
            "企业微信授权登录 → 授权回调域",
        ),
    ]
}

/// Why there is no token.
fn no_token(error: &SendError) -> Finding {
    const ID: &str = "wecom.token";
    const SUBJECT: &str = "企业ID与Secret";
    let means = "一条消息也发不出去，网页也认不出人";
    match error {
        SendError::Refused { code, advice } => {
            let then = match *code {
                errors::WRONG_SECRET => format!(
                    "{APP}：把页面上的 Secret 抄到配置的 secret；应用若已停用，先启用。改好以前不要反复重试，\
                     错得多了企业微信会封这台服务器一小时"
                ),
                40013 => {
                    "企业微信管理后台 → 我的企业 → 企业信息：把最下面的企业ID抄到配置的 corp_id".to_owned()
                }
                _ => (*advice).to_owned(),
            };
            wrong(ID, SUBJECT, "向企业微信要令牌", *code, means, then)
        }
        error => no_answer(ID, SUBJECT, "向企业微信要令牌", error, errors::advice).means(means),
    }
}

/// What the first call with a token says of our own address.
fn address_finding(answer: &Result<api::Answer, SendError>) -> Finding {
    const ID: &str = "wecom.trusted_ip";
    const SUBJECT: &str = "企业可信IP";
    const TRIED: &str = "问企业微信的回调地址表";
    match answer {
        Ok(answer) if answer.errcode == 0 => Finding::fine(ID, SUBJECT, "企业微信接受这台服务器的地址"),
        Ok(answer) if answer.errcode == errors::UNTRUSTED_ADDRESS => {
            let (named, which) = match answer.named_address() {
                Some(address) => (format!("，企业微信看到的地址是 {address}"), format!("填上 {address}")),
                None => (String::new(), "填上这台服务器的出口 IP".to_owned()),
            };
            Finding::new(Level::Wrong, ID, SUBJECT, format!("{TRIED}，被拒绝（60020）{named}"))
                .means("一条消息也发不出去，网页也认不出人")
                .then(format!("{APP} → 企业可信IP：{which}，保存后等一分钟再查一次"))
        }
        Ok(answer) => {
            let then = errors::advice(answer.errcode);
            wrong(ID, SUBJECT, TRIED, answer.errcode, "企业微信不让这台服务器调用接口", then)
        }
        Err(error) => no_answer(ID, SUBJECT, TRIED, error, errors::advice),
    }
}

#[async_trait]
impl Checkup for WecomNotice {
    async fn examine(&self, _: Moment) -> Examined {
        let directory = match self.classes().await {
            Ok(classes) => directory_findings(&classes),
            Err(error) => vec![
                no_answer("wecom.directory", "家校通讯录", "读班级", &error, errors::advice_for_directory)
                    .means("学生、家长和谁关注了学校通知都读不到"),
            ],
        };
        let mut findings = directory;
        findings.push(self.notice().await);
        Examined { findings, is_shut: false }
    }

    fn part_of(&self) -> Option<Channel> {
        Some(Channel::WecomApp)
    }

    fn expected(&self) -> Vec<Expected> {
        vec![Expected {
            heard: Heard::Directory,
            by: Channel::WecomApp,
            subject: "外部联系人变更回调",
            means: "家长关注或取消关注学校通知、学生转班，要等到夜里同步才知道",
            then: "企业微信管理后台 → 应用管理 → 本应用 → 接收消息 → 打开「外部联系人变更回调」；然后让一位家长取消关注\
                   学校通知再关注，再查一次",
        }]
    }
}

fn directory_findings(classes: &[ListedClass]) -> Vec<Finding> {
    let count = classes.len();
    let directory = if classes.is_empty() {
        Finding::new(Level::Look, "wecom.directory", "家校通讯录", "读到了，里面一个班也没有")
            .means("没有家长可以通知")
            .then("在企业微信的家校通讯录里建好年级和班级，导入学生和家长")
    } else {
        Finding::fine("wecom.directory", "家校通讯录", format!("读到 {count} 个班"))
    };
    let is_empty = |class: &&ListedClass| match &class.reach {
        Reach::Everybody => false,
        Reach::Only(students) => students.is_empty(),
    };
    let outside = classes.iter().filter(is_empty).count();
    let scope = |level, tried: String| {
        Finding::new(level, "wecom.scope", "家长可使用的应用", tried)
            .means("不在可用范围里的家长收不到学校通知，也打不开家长页")
            .then("企业微信管理后台 → 家校沟通 → 配置 → 家长可使用的应用 → 本应用：把参加课后服务的班级都勾上（要系统管理员）")
    };
    let scope = match (count, outside) {
        (0, _) => None,
        (_, 0) => Some(Finding::fine(
            "wecom.scope",
            "家长可使用的应用",
            format!("{count} 个班都有家长在可用范围里"),
        )),
        (count, outside) if count == outside => {
            Some(scope(Level::Wrong, "可用范围里一个班也没有".to_owned()))
        }
        (count, outside) => Some(scope(Level::Look, format!("{count} 个班里有 {outside} 个不在可用范围"))),
    };
    std::iter::once(directory).chain(scope).collect()
}

impl WecomNotice {
    /// Whether the app may write to parents, by a notice that reaches nobody.
    async fn notice(&self) -> Finding {
        const ID: &str = "wecom.notice";
        const SUBJECT: &str = "学校通知";
        const TRIED: &str = "给一位不存在的家长发学校通知";
        let call = self.compose(&[NOBODY.to_owned()], &Message::Text(WORDS.to_owned()));
        match self.api.ask(|token| self.api.request(&call, token)).await {
            Ok(answer) if matches!(answer.errcode, 0 | errors::ALL_UNREACHED) => {
                Finding::fine(ID, SUBJECT, format!("{TRIED}，企业微信认这个应用"))
            }
            Ok(answer) => {
                let then = errors::advice_for_parents(answer.errcode);
                wrong(ID, SUBJECT, TRIED, answer.errcode, "家长收不到任何通知", then)
            }
            Err(error) => no_answer(ID, SUBJECT, TRIED, &error, errors::advice_for_parents),
        }
    }
}

#[async_trait]
impl Checkup for Kf {
    async fn examine(&self, _: Moment) -> Examined {
        const ID: &str = "wecom.kf";
        const SUBJECT: &str = "微信客服";
        const TRIED: &str = "要这个账号的客服链接";
        let mut findings = Vec::new();
        // The settings bound how many there are.
        for (number, account) in (1..).zip(self.names()) {
            let subject = format!("{SUBJECT}账号 {number}");
            let asked = self.link(account, WORDS).await;
            findings.push(match asked {
                Ok(_) => Finding::fine(ID, &subject, format!("{TRIED}，拿到了")),
                Err(error) => no_answer(ID, &subject, TRIED, &error, advice_for_kf)
                    .means("家长在微信客服里说的话收不到，也答不了"),
            });
        }
        Examined { findings, is_shut: false }
    }

    fn part_of(&self) -> Option<Channel> {
        Some(Channel::WecomApp)
    }

    fn expected(&self) -> Vec<Expected> {
        vec![Expected {
            heard: Heard::Mailbox,
            by: Channel::WecomApp,
            subject: "微信客服消息和事件",
            means: "家长在微信客服里说的话，要过一会儿才看得到",
            then: "企业微信管理后台 → 应用管理 → 本应用 → 接收消息 → 打开「微信客服消息和事件」；然后用微信点开客服链接说一句话，再查一次",
        }]
    }
}

/// What an operator can do when customer service refuses.
fn advice_for_kf(code: i64) -> &'static str {
    match code {
        48002 => "企业微信管理后台 → 微信客服 → API → 可调用接口的应用：加上本应用",
        48007 | 95017 | 95023 => "企业微信管理后台 → 微信客服 → API → 通过API管理微信客服账号：勾上这个账号",
        60030 => "企业微信管理后台 → 应用管理 → 本应用 → 可见范围：加上这个客服账号的接待人员",
        95000 | 95004 => "企业微信管理后台 → 微信客服 → API：把页面上的 OpenKfId 抄到配置的 kf",
        code => errors::advice(code),
    }
}

fn wrong(id: &str, subject: &str, tried: &str, code: i64, means: &str, then: impl Into<String>) -> Finding {
    Finding::new(Level::Wrong, id, subject, format!("{tried}，被拒绝（{code}）")).means(means).then(then)
}

/// As [`checkup::no_answer`].
///
/// - `advice`: what to do about one of WeCom's codes here.
fn no_answer(
    id: &str,
    subject: &str,
    tried: &str,
    error: &SendError,
    advice: fn(i64) -> &'static str,
) -> Finding {
    let finding = checkup::no_answer((id, subject, tried), error, &WECOM);
    match error {
        // The answer of something else than WeCom has its own advice.
        SendError::Refused { code, .. } if !(100..600).contains(code) => finding.then(advice(*code)),
        _ => finding,
    }
}

/// A signature that is none, of the same form.
fn other_signature(signature: &str) -> String {
    signature.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect()
}

impl api::Answer {
    /// The first address in WeCom's words about a refusal, shown to the operator and never decided by.
    fn named_address(&self) -> Option<IpAddr> {
        #[derive(Deserialize)]
        struct Words {
            errmsg: String,
        }
        let Words { errmsg } = self.read().ok()?;
        address_in(&errmsg)
    }
}

fn address_in(words: &str) -> Option<IpAddr> {
    let is_of_address = |character: char| character.is_ascii_hexdigit() || matches!(character, '.' | ':');
    let mut words = words.split(|character: char| !is_of_address(character));
    words.find_map(|word| {
        let word = word.trim_end_matches([':', '.']);
        word.parse().or_else(|_| word.trim_start_matches(':').parse()).ok()
    })
}

#[cfg(test)]
mod tests;
