//! DingTalk's errors: what follows each, and what an operator can do.
//!
//! The new interface says them as words with an HTTP status, the old one as numbers inside a `200`. Pure. Texts of
//! DingTalk (`message`, `errmsg`) are never read. Start at [`Refusal::classify`] and [`classify_old`].
//!
//! Sources: <https://open.dingtalk.com/document/development/server-api-error-codes-1>,
//! `…/how-to-process-api-throttling-on-the-dingtalk-server`, read 2026-08.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::platform::http::Answer;
use crate::platform::{HttpError, SendError};

/// After the limit of a second.
const SECOND: Duration = Duration::from_secs(1);
/// After the limit of a minute.
const MINUTE: Duration = Duration::from_mins(1);
/// After the robot wrote too fast; the numbers are not documented.
const ROBOT_PAUSE: Duration = Duration::from_secs(45);
/// After the machine's address called too often.
const ADDRESS_PAUSE: Duration = Duration::from_mins(5);

/// What an operator can do once the month's quota is used up.
pub(super) const QUOTA_ADVICE: &str =
    "本月的钉钉接口额度已用完：请在钉钉开放平台升级，或下月再用 outbox resend 重发";

/// An answer of the new interface that is none of success.
#[derive(Deserialize, Default)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default, alias = "requestId")]
    requestid: String,
    #[serde(skip)]
    status: u16,
    #[serde(skip)]
    is_banned: bool,
}

impl Refusal {
    /// Reads an answer whose status is not 200.
    pub(super) fn read(answer: &Answer) -> Self {
        let known: Self = serde_json::from_slice(&answer.body).unwrap_or_default();
        // A gateway's own page says something else: the call may have gone on.
        let is_banned = answer.status < 500 && is_banned(&answer.body);
        Self { status: answer.status, is_banned, ..known }
    }

    /// Whether the token is not taken, or not any more.
    pub(super) fn is_token(&self) -> bool {
        self.code == "InvalidAuthentication"
    }

    /// Whether the app's own secret is refused.
    pub(super) fn is_wrong_secret(&self) -> bool {
        matches!(self.code.as_str(), "invalidClientIdOrSecret" | "invalid.client" | "unauthorized.client")
    }

    /// Whether a message to one person could not reach that person.
    pub(super) fn is_unreached(&self) -> Option<&'static str> {
        match self.code.as_str() {
            "staffId.notExisted" => Some("不是本校钉钉的成员，或不在应用的可使用范围"),
            "robot.oto.notExist" => Some("机器人不能和这个人单独聊天"),
            _ => None,
        }
    }

    /// What an operator can do, where it is known what the word means.
    pub(super) fn known_advice(&self) -> Option<&'static str> {
        if self.is_month_over() { Some(QUOTA_ADVICE) } else { known_advice(&self.code) }
    }

    fn is_month_over(&self) -> bool {
        self.code.contains("ApiCountLimitForOrg")
    }

    /// What it means for a call.
    pub(super) fn classify(&self) -> SendError {
        let (status, code) = (i64::from(self.status), self.code.as_str());
        tracing::warn!(status, code, request.id = self.requestid, "dingtalk did not take a call");
        if self.is_banned {
            return SendError::Throttled(ADDRESS_PAUSE);
        }
        match code {
            _ if self.is_month_over() => refused(status, QUOTA_ADVICE),
            _ if code.contains("QpmLimitFor") => SendError::Throttled(MINUTE),
            _ if code.contains("QpsLimitFor") => SendError::Throttled(SECOND),
            "send.too.fast" | "send.byToken.tooFast" | "too.many.people" | "too.many.group" => {
                SendError::Throttled(ROBOT_PAUSE)
            }
            "system.busy" | "system.error" | "InvalidAuthentication" => {
                SendError::Unavailable { code: status }
            }
            _ => match self.status {
                429 => SendError::Throttled(SECOND),
                500..=599 => SendError::Unknown(HttpError(format!("http status {status}"))),
                _ => refused(status, self.known_advice().unwrap_or(UNKNOWN_ADVICE)),
            },
        }
    }
}

fn refused(code: i64, advice: &'static str) -> SendError {
    SendError::Refused { code, advice }
}

/// What an operator can do about a refusal that is in no list of ours.
const UNKNOWN_ADVICE: &str = "钉钉拒绝了这条消息：请按日志里的错误码查钉钉的错误码表";

/// What an operator can do about a refusal of the new interface; `None` where the word is in no list of ours.
fn known_advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalidClientIdOrSecret" | "invalid.client" | "unauthorized.client" => {
            "Client ID 或 Client Secret 不对：请在钉钉开发者后台核对，改好配置后重启"
        }
        "Forbidden.AccessDenied.AccessTokenPermissionDenied" => {
            "应用没有这个接口的权限：请在钉钉开发者后台「权限管理」里开通"
        }
        "Forbidden.AccessDenied.IpNotInWhiteList" => {
            "服务器的出口 IP 不在应用的白名单里：请在钉钉开发者后台加上"
        }
        "chatbotId.notAllow.sendOTO" | "bot.forbidden.sendMessage" => {
            "机器人已停用或不能发单聊消息：请在钉钉开发者后台「机器人」里启用并发布"
        }
        "contain.unsafe.url"
        | "contain.notAllowed.text"
        | "contain.notAllowed.picture"
        | "contain.notAllowed.content" => "内容被钉钉判为不当：请修改文字后重新发送",
        "param.templateNotExist" | "param.templateUnpublished" => {
            "card_template 不对，或模板还没有发布：请在钉钉卡片平台核对"
        }
        "param.invalid" => "卡片模板的变量和说明的不一样：请按 default.toml 的 card_template 一节核对",
        "staffId.notExisted" => "收信人不是本校钉钉的成员：请核对花名册里的钉钉账号",
        _ if code.starts_with("invalidParameter.robotCode") => {
            "robot_code 不对：请在钉钉开发者后台「机器人」页核对配置"
        }
        _ if code.contains("tooLong") => "消息太长：请缩短文字后重新发送",
        _ if code.starts_with("invalidParameter") => "消息格式不被接受：请把这条消息连同编号反馈给维护人员",
        _ => return None,
    })
}

/// An answer of the old interface whose code is not 0.
pub(super) struct OldRefusal {
    pub(super) code: i64,
    /// A number or a word; documented as a text, and read as either.
    sub_code: Option<String>,
    request_id: Option<String>,
}

/// The app has no right to what it asked for.
pub(super) const NO_RIGHT: i64 = 60011;
/// The same as some interfaces say it; alone, without a sub code, it is a time-out.
pub(super) const NO_RIGHT_OR_MORE: i64 = 88;
/// A code of a sign-in that is unknown or was used.
pub(super) const SPENT_CODE: i64 = 40078;
/// Nobody of the organisation.
pub(super) const NO_MEMBER: i64 = 60121;
/// None of the accounts of a notice is anybody's.
pub(super) const NOBODY_TO_SEND_TO: i64 = 1_430_000;
/// A file that cannot be a picture.
pub(super) const BAD_MEDIA: i64 = 40004;
/// A part of the message is too long.
pub(super) const TOO_LONG: i64 = 40035;
/// The person already had the same words today.
pub(super) const SAME_WORDS: i64 = 143_106;
/// The person has had as many notices as a day allows.
pub(super) const DAY_IS_FULL: i64 = 143_105;
/// The minute's notices are used up.
pub(super) const MINUTE_IS_FULL: [i64; 2] = [143_103, 143_104];
/// The person is protected from messages (高管保护).
pub(super) const PROTECTED: i64 = 1_430_004;

impl OldRefusal {
    /// Reads what says that it is a refusal.
    pub(super) fn read(code: i64, answer: &Value) -> Self {
        let word = |name: &str| match answer.get(name) {
            Some(Value::String(word)) => Some(word.trim().to_owned()).filter(|word| !word.is_empty()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        Self { code, sub_code: word("sub_code"), request_id: word("request_id") }
    }

    /// Whether the token is not taken, or not any more.
    pub(super) fn is_token(&self) -> bool {
        matches!(self.code, 40014 | 41001 | 42001)
            || self.code == NO_RIGHT_OR_MORE
                && matches!(self.sub_code.as_deref(), Some("40014" | "41001" | "42001"))
    }

    /// What it means for a call.
    pub(super) fn classify(&self) -> SendError {
        let code = self.code;
        tracing::warn!(
            code,
            sub_code = self.sub_code,
            request.id = self.request_id,
            "dingtalk did not take a call"
        );
        match code {
            15 => timed_out(),
            NO_RIGHT_OR_MORE if self.sub_code.is_none() => timed_out(),
            _ if self.is_token() => SendError::Unavailable { code },
            code => classify_old(code),
        }
    }
}

/// A gateway's time-out: the call may have been carried out.
fn timed_out() -> SendError {
    SendError::Unknown(HttpError("dingtalk's gateway timed out".to_owned()))
}

/// What a code of the old interface means for a call, where nothing else is said.
pub(super) fn classify_old(code: i64) -> SendError {
    match code {
        90018 | 90002 => SendError::Throttled(SECOND),
        90001..=90017 | 143_103 | 143_104 | 143_203 | 143_204 => SendError::Throttled(MINUTE),
        1_430_003 => SendError::Throttled(ADDRESS_PAUSE),
        90020 => refused(code, QUOTA_ADVICE),
        -1 => SendError::Unavailable { code },
        _ => refused(code, old_advice(code)),
    }
}

/// What an operator can do about a refusal of the old interface.
pub(super) fn old_advice(code: i64) -> &'static str {
    match code {
        NO_RIGHT | NO_RIGHT_OR_MORE => "应用没有这个接口的权限：请在钉钉开发者后台「权限管理」里开通",
        60020 => "服务器的出口 IP 不在应用的白名单里：请在钉钉开发者后台加上",
        NO_MEMBER | NOBODY_TO_SEND_TO => "收信人不是本校钉钉的成员：请核对通讯录",
        BAD_MEDIA => "图片不被接受：请把这条消息连同编号反馈给维护人员",
        TOO_LONG => "消息太长：请缩短文字后重新发送",
        1_430_002 => "内容被钉钉判为不当：请修改文字后重新发送",
        1_430_001 => "工作通知没有开通：请在钉钉开发者后台核对 agent_id",
        _ => "钉钉拒绝了这条消息：请按错误码查钉钉的错误码表",
    }
}

/// Whether an answer says that the machine's address called too often: a page, or a few words of its own.
pub(super) fn is_banned(body: &[u8]) -> bool {
    let looks_like_a_page =
        body.trim_ascii_start().starts_with(b"<!") || body.trim_ascii_start().starts_with(b"<html");
    let is_said = serde_json::from_slice::<Value>(body)
        .is_ok_and(|value| value.get("status").and_then(Value::as_i64) == Some(1111));
    looks_like_a_page || is_said
}

/// The pause of a machine whose address called too often.
pub(super) fn banned() -> SendError {
    SendError::Throttled(ADDRESS_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::NextTry;

    fn refusal(status: u16, body: &str) -> SendError {
        Refusal::read(&Answer { status, body: body.as_bytes().to_vec(), date: None }).classify()
    }

    #[test]
    fn each_word_of_the_new_interface_has_its_next_step() {
        for (status, body, want) in [
            (403, r#"{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}"#, NextTry::After(SECOND)),
            (403, r#"{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"}"#, NextTry::After(MINUTE)),
            (400, r#"{"code":"send.too.fast"}"#, NextTry::After(ROBOT_PAUSE)),
            (403, r#"{"status":1111,"wait":5,"punish":"deny"}"#, NextTry::After(ADDRESS_PAUSE)),
            (403, "<!DOCTYPE html><p>denied</p>", NextTry::After(ADDRESS_PAUSE)),
            (403, r#"{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}"#, NextTry::Park),
            (403, r#"{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied"}"#, NextTry::Park),
            (400, r#"{"code":"contain.notAllowed.text"}"#, NextTry::Park),
            (400, "{}", NextTry::Park),
        ] {
            assert_eq!(refusal(status, body).next(), want, "{status} {body}");
        }
        assert!(matches!(refusal(500, r#"{"code":"system.error"}"#), SendError::Unavailable { .. }));
        for page in ["<html>", ""] {
            assert!(
                matches!(refusal(504, page), SendError::Unknown(_)),
                "the call may have been carried out"
            );
        }
    }

    #[test]
    fn each_number_of_the_old_interface_has_its_next_step() {
        let refusal = |code: i64, sub_code: Value| {
            OldRefusal::read(code, &serde_json::json!({"sub_code": sub_code})).classify()
        };
        for (code, sub_code, want) in [
            (90018, Value::Null, NextTry::After(SECOND)),
            (90006, Value::Null, NextTry::After(MINUTE)),
            (143_103, Value::Null, NextTry::After(MINUTE)),
            (90020, Value::Null, NextTry::Park),
            (60011, Value::Null, NextTry::Park),
            (88, "60011".into(), NextTry::Park),
            (88, 60011.into(), NextTry::Park),
        ] {
            assert_eq!(refusal(code, sub_code).next(), want, "{code}");
        }
        for (code, sub_code) in
            [(-1, Value::Null), (42001, Value::Null), (88, "40014".into()), (88, 40014.into())]
        {
            assert!(matches!(refusal(code, sub_code), SendError::Unavailable { .. }), "{code}");
        }
        for (code, sub_code) in [(15, Value::Null), (88, Value::Null), (88, "".into())] {
            assert!(matches!(refusal(code, sub_code), SendError::Unknown(_)), "{code}");
        }
    }
}
