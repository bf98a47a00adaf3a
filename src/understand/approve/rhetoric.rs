//! Rhetoric (反问): decisions by asking how it could be otherwise, and by naming what would be wrong.
//!
//! Start at [`challenges`].

use super::super::Decision;
use super::super::phrases::{Phrase, around, ends_with_any, phrases, starts_with_any};

/// 有什么不能批的, 有啥不可以的: no reason not to.
pub(super) fn sees_no_reason_against(text: &str) -> bool {
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦']);
    plain.ends_with('的')
        && around(plain, phrases!["有什么", "有啥", "有甚"]).any(|(before, after)| {
            let after = after.trim_start_matches(['好', '可']);
            !before.ends_with('没')
                && starts_with_any(
                    after,
                    &[
                        "不能",
                        "不可",
                        "不行",
                        "不批",
                        "不同意",
                        "不准",
                        "不给",
                        "不放",
                        "不通过",
                        "不成",
                        "不允许",
                        "不好批",
                    ],
                )
        })
}

/// 这怎么行, 那哪成: refuses by asking how it could be.
pub(super) fn refuses_by_asking(text: &str) -> bool {
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦']);
    // 批什么批: the verb said again in scorn.
    if matches!(
        plain,
        "批什么批" | "批啥批" | "准什么准" | "准啥准" | "批个啥" | "批个什么" | "还批什么批" | "还批啥批"
    ) {
        return true;
    }
    ends_with_any(
        plain,
        &[
            "怎么行",
            "怎么成",
            "怎么可以",
            "怎么能行",
            "怎么能成",
            "哪行",
            "哪成",
            "哪能行",
            "哪能成",
            "哪里行",
            "哪可以",
            "哪里可以",
            "咋行",
            "咋成",
            "咋能行",
            "怎么使得",
            "哪使得",
        ],
    ) && plain.chars().count() <= 8
}

/// 凭什么批, 凭啥不给假, 病成这样还能不批, 发烧了还不让走吗: asks what could speak for the other way.
pub(super) fn challenges(text: &str) -> Option<Decision> {
    const DECIDING: &[&str] = &[
        "批", "准", "同意", "通过", "答应", "让", "放", "给批", "给假", "给过", "给准", "给他", "给她", "允",
    ];
    const ON_WHAT_GROUND: &[&str] = &["凭什么", "凭啥", "凭嘛"];
    const NO_LONGER: &[Phrase] = phrases!["还能不", "还会不", "还好意思不", "哪好不", "能忍心不"];
    const STILL_NOT: &[Phrase] = phrases!["还不", "都不"];
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦', '?']);
    let short = plain.chars().count() <= CHALLENGE_CHARS_MAX;
    let on_ground = ON_WHAT_GROUND.iter().find_map(|word| plain.strip_prefix(word)).filter(|_| short);
    if let Some(act) = on_ground {
        let act = act.trim_start_matches(['我', '要', '就', '这']);
        let refused = act.strip_prefix('不').or_else(|| act.strip_prefix("就不"));
        let decides = starts_with_any(refused.unwrap_or(act), DECIDING);
        return decides.then_some(if refused.is_some() { Decision::Approve } else { Decision::Reject });
    }
    let (plain, asks) = plain.strip_suffix('吗').map_or((plain, false), |plain| (plain, true));
    let follows = |words: &[Phrase]| {
        around(plain, words).any(|(before, act)| {
            // 还不批吗 alone wants to know.
            before.chars().count() > 1
                && starts_with_any(act, DECIDING)
                && act.chars().count() <= ACT_CHARS_MAX
                && before.ends_with(['样', '了', '重', '度', '害', '么', '全', '都'])
        })
    };
    (follows(NO_LONGER) || asks && follows(STILL_NOT)).then_some(Decision::Approve)
}

/// 不批说不过去, 批了说不过去: what would be wrong is not done.
pub(super) fn supposes(text: &str) -> Option<Decision> {
    const WRONG: &[Phrase] =
        phrases!["说不过去", "讲不过去", "过意不去", "不近人情", "没人情味", "不合情理", "没人情"];
    // 不批也不行: only of what is refused.
    const UNFIT: &[&str] = &["不合适", "不行", "不成", "不妥"];
    let text = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦', '吧']);
    let wrong = around(text, WRONG).next();
    let (before, _) = wrong.or_else(|| Some((UNFIT.iter().find_map(|word| text.strip_suffix(word))?, "")))?;
    let act = before.trim_end_matches([
        '也', '太', '就', '可', '有', '点', '的', '话', '是', '真', '实', '在', '怕', '，',
    ]);
    let act = act.trim_start_matches(['要', '真', '这', '个', '我', '再', '如', '果', '是']);
    let refused = [
        "不批",
        "不同意",
        "不准",
        "不准假",
        "不给批",
        "不给假",
        "不通过",
        "不让",
        "不放",
        "不答应",
        "不给过",
    ];
    let agreed = ["批了", "批", "同意", "准了", "准", "通过", "给过", "放行"];
    if refused.contains(&act) {
        return Some(Decision::Approve);
    }
    (wrong.is_some() && agreed.contains(&act)).then_some(Decision::Reject)
}

/// How long a question may be that challenges, and the act in it.
const CHALLENGE_CHARS_MAX: usize = 9;

const ACT_CHARS_MAX: usize = 5;
