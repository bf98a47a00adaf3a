//! WeCom's error codes: what follows each, and what an operator can do.
//!
//! Pure. Texts of WeCom (`errmsg`) are never read, because they change. Start at [`classify`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90313>, copy of 2024-04.

use std::time::Duration;

use crate::platform::SendError;

/// The token is unknown to WeCom.
pub const INVALID_TOKEN: i64 = 40014;
/// The token is over.
pub const EXPIRED_TOKEN: i64 = 42001;
/// The secret is wrong, or the app is disabled.
pub const WRONG_SECRET: i64 = 40001;
/// The caller's address is not one of those that the admin trusts.
pub const UNTRUSTED_ADDRESS: i64 = 60020;
/// No recipient of the call can be reached.
pub const ALL_UNREACHED: i64 = 81013;
/// A member cannot exist under this account.
pub const INVALID_ACCOUNT: i64 = 40003;
/// A part of the message is too long.
pub const TOO_LONG: i64 = 45002;
/// More recipients than a call may have.
pub const TOO_MANY_RECIPIENTS: i64 = 40032;
/// A media id that is not known, or not any more.
pub const MEDIA_GONE: i64 = 40007;
/// A file without content.
pub const EMPTY_MEDIA: i64 = 44001;
/// A file that is too large.
pub const MEDIA_TOO_BIG: i64 = 45001;
/// A code of authorisation that is unknown, over or asked for before.
pub const SPENT_CODE: i64 = 40029;
/// The body of a call is not what WeCom takes.
pub const BAD_PARAMETER: i64 = 40035;

/// A `task_id` that cannot be one.
pub const BAD_TASK_ID: i64 = 42014;
/// The code that would have changed a card is over, unknown, or was used before.
pub const SPENT_RESPONSE_CODE: i64 = 60140;

/// The token of a doorbell is over.
pub const DOORBELL_OVER: i64 = 95007;
/// A menu with more items than can be tapped.
pub const MENU_TOO_LONG: i64 = 95008;
/// An item of a menu that cannot be shown.
pub const MENU_WRONG: i64 = 95009;

/// How long WeCom refuses everything after its minute limit was passed.
const MINUTE_PENALTY: Duration = Duration::from_mins(1);
/// How long to leave an API alone that is called too often at the same time.
const CONCURRENCY_PAUSE: Duration = Duration::from_secs(3);

/// What an answer with `code` (not 0) means for a call.
pub fn classify(code: i64) -> SendError {
    match code {
        45009 => SendError::Throttled(MINUTE_PENALTY),
        45033 => SendError::Throttled(CONCURRENCY_PAUSE),
        // Busy, a version conflict, or a token that died although it was just fetched.
        // A media id that is gone: the picture is uploaded again.
        -1 | 6000 | INVALID_TOKEN | EXPIRED_TOKEN | MEDIA_GONE => SendError::Unavailable { code },
        _ => SendError::Refused { code, advice: advice(code) },
    }
}

/// Why somebody in customer service cannot be answered now; `None` when it is something else.
pub fn cannot_be_answered(code: i64) -> Option<&'static str> {
    match code {
        95001 => Some("超过 48 小时内 5 条的限制，要等家长再说话"),
        95002 => Some("家长超过 48 小时没有说话"),
        95013 => Some("会话已经结束，要等家长再说话"),
        95018 => Some("会话已由人工接待，或家长超过 48 小时没有说话"),
        40096 => Some("微信客服里没有这位家长"),
        _ => None,
    }
}

/// What an operator can do about a refusal: one sentence, in the words of the WeCom console.
pub fn advice(code: i64) -> &'static str {
    match code {
        WRONG_SECRET => "应用 Secret 不对或应用已停用：请在企业微信后台核对 Secret，改好配置后重启",
        INVALID_ACCOUNT | 46004 | 60111 => "成员账号不存在或已离职：请核对通讯录与花名册里的企业微信账号",
        40013 => "corp_id 不对：请在企业微信后台「我的企业」页核对企业 ID",
        40056 | 301_002 => "agent_id 与 Secret 不是同一个应用：请核对配置里的 agent_id",
        40031 | TOO_MANY_RECIPIENTS | 82001 => "收件人名单有误：请把这条消息连同编号反馈给维护人员",
        40033 | BAD_PARAMETER | 40058 | 40063 | 41001 | 44004 => {
            "消息格式不被接受：请把这条消息连同编号反馈给维护人员"
        }
        BAD_TASK_ID => "卡片编号不被接受：请把这条消息连同编号反馈给维护人员",
        SPENT_RESPONSE_CODE => "卡片不能再更新（超过 72 小时或已经更新过）：不影响已经办好的事",
        40201 => "内容被企业微信判为敏感：请修改文字后重新发送",
        43009 => "企业尚未认证：请在企业微信后台完成认证",
        43012 => "应用没有配置接收消息的地址：请在「接收消息 → API 接收」里填写",
        40004..=40006 | 40009 | 41005 | EMPTY_MEDIA | MEDIA_TOO_BIG => {
            "图片不被接受：请把这条消息连同编号反馈给维护人员"
        }
        TOO_LONG | 45008 => "消息太长：请缩短文字后重新发送",
        48002 => "应用没有这个接口的权限：请在企业微信后台给应用开通",
        48006 => "应用因长期未用被收回权限：请管理员在企业微信后台重新启用",
        50001 | 80001 => "网页的域名不在应用的「可信域名」里：请在企业微信后台填上 public_url 的域名",
        50002 | 60011 | 60030 => "成员不在应用的可见范围内：请在应用的「可见范围」里加上",
        50003 => "应用已停用：请在企业微信后台启用",
        60020 => "服务器的出口 IP 不在「企业可信IP」里：请加上，一分钟后生效",
        ALL_UNREACHED => "收件人都不在应用的可见范围内：请在「可见范围」里加上，或核对账号",
        48007 | 95017 | 95023 => {
            "微信客服账号没有交给这个应用：请在企业微信后台「微信客服 → API」里把账号交给本应用管理"
        }
        95000 | 95004 => "微信客服账号不存在：请核对配置里的 kf",
        95003 => "企业尚未认证，微信客服接待人数已满：请在企业微信后台完成认证",
        MENU_TOO_LONG | MENU_WRONG => "菜单不被接受：请把这条消息连同编号反馈给维护人员",
        95011 | 95012 => "微信客服账号的接入方式不对：请在企业微信后台改为由本应用管理",
        701_008 => "接口许可不足：请在企业微信后台为成员激活接口许可",
        _ => "企业微信拒绝了这条消息：请按错误码查企业微信的错误码表",
    }
}

/// As [`classify`], for a message to parents.
pub fn classify_for_parents(code: i64) -> SendError {
    advised(classify(code), advice_for_parents)
}

/// What an operator can do about a refused message to parents.
pub fn advice_for_parents(code: i64) -> &'static str {
    match code {
        48002 => "应用不能给家长发学校通知：请在企业微信后台「家校沟通 → 配置 → 家长可使用的应用」里加上它",
        INVALID_ACCOUNT | 40096 | ALL_UNREACHED => {
            "家长账号不存在或不在可用范围：请用 roster sync 重新同步通讯录"
        }
        code => advice(code),
    }
}

/// As [`classify`], for a reading of the school's directory.
pub fn classify_for_directory(code: i64) -> SendError {
    advised(classify(code), advice_for_directory)
}

/// What an operator can do when the directory cannot be read.
pub fn advice_for_directory(code: i64) -> &'static str {
    match code {
        48002 | 60011 | 65022 | 65023 => {
            "应用不能读取家校通讯录：请在企业微信后台「家校沟通 → API → 可调用接口的应用」里加上它"
        }
        65003 | 65014 => "这个企业不是学校，或还没有升级家校通讯录：请在企业微信后台「家校沟通」里开通",
        60020 | WRONG_SECRET | 301_002 | 40013 | 50003 => advice(code),
        _ => "企业微信不让读取家校通讯录：请按错误码查企业微信的错误码表",
    }
}

fn advised(error: SendError, advice: fn(i64) -> &'static str) -> SendError {
    match error {
        SendError::Refused { code, .. } => SendError::Refused { code, advice: advice(code) },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::NextTry;

    #[test]
    fn each_class_of_code_has_its_next_step() {
        for (code, want) in [
            (45009, NextTry::After(Duration::from_mins(1))),
            (45033, NextTry::After(Duration::from_secs(3))),
            (WRONG_SECRET, NextTry::Park),
            (60020, NextTry::Park),
            (48002, NextTry::Park),
            (TOO_LONG, NextTry::Park),
            (123_456, NextTry::Park),
        ] {
            assert_eq!(classify(code).next(), want, "{code}");
        }
        for code in [-1, 6000, INVALID_TOKEN, EXPIRED_TOKEN, MEDIA_GONE] {
            assert!(matches!(classify(code), SendError::Unavailable { .. }), "{code}");
            assert!(matches!(classify(code).next(), NextTry::After(_)), "{code}");
        }
    }
}
