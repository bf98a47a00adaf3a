//! Rhetoric (反问): decisions by asking how it could be otherwise, and by naming what would be wrong.
//!
//! Start at [`challenges`].

use super::super::Decision;
use super::super::phrases::{Phrases, around, ends_with_any, phrases, starts_with_any};

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
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦', '?']);
    if is_scorned(plain) || would_let_nobody(plain) {
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

/// 批什么批, 同意个头: the verb in scorn, said again or with nothing for its object.
fn is_scorned(plain: &str) -> bool {
    const VERBS: &[&str] =
        &["同意", "批准", "通过", "参加", "加入", "批", "准", "收", "放", "加", "接", "请", "来", "走"];
    const NOTHING: &[&str] =
        &["个头", "个鬼", "个屁", "个毛", "个球", "个锤子", "个铲铲", "个啥", "个什么", "个甚", "个鬼啊"];
    let said = plain.trim_start_matches(['还', '这', '那', '都']);
    VERBS.iter().filter_map(|verb| Some((*verb, said.strip_prefix(verb)?))).any(|(verb, rest)| {
        let again = ["什么", "啥", "甚"].iter().find_map(|what| rest.strip_prefix(what));
        again == Some(verb) || NOTHING.contains(&rest)
    })
}

/// 怎么可能让他一个人走, 哪敢放: asks how it could be let happen.
fn would_let_nobody(plain: &str) -> bool {
    const HOW: &[&str] = &[
        "怎么可能",
        "怎么能",
        "怎么敢",
        "怎么可以",
        "怎么放心",
        "怎么好",
        "怎敢",
        "怎能",
        "咋能",
        "咋敢",
        "咋可能",
        "哪敢",
        "哪能",
        "哪里敢",
        "哪里能",
        "哪儿敢",
        "哪儿能",
        "哪放心",
        "岂能",
        "岂敢",
        "谁敢",
    ];
    const DONE: &[&str] = &["收", "批", "加", "进", "塞", "准", "放", "安排"];
    const LETTING: &[&str] = &["让", "放", "叫", "由着", "任由", "随便让", "随便放"];
    let said = plain.trim_start_matches(['我', '这', '那', '学', '校', '老', '师', '咱', '们', '又', '可']);
    // 满了还怎么收: and how it could still be done.
    HOW.iter().filter_map(|how| said.strip_prefix(how)).any(|rest| starts_with_any(rest, LETTING))
        || around(said, phrases!["还怎么", "还咋"]).any(|(_, rest)| starts_with_any(rest, DONE))
}

/// 我为什么要反对, 为什么不收: asks what there could be against it. 我敢不批吗: who would dare to refuse.
fn asks_why_not(plain: &str) -> bool {
    const WHY: &[&str] = &["为什么", "为啥", "为何", "干嘛", "干吗", "何必"];
    const AGAINST: &[&str] = &["反对", "拒绝", "驳回", "拦", "卡", "阻", "为难"];
    const DARING: &[&str] = &["我敢", "谁敢", "谁会", "谁忍心", "我哪敢", "我好意思", "谁好意思"];
    const AGREEING: &[&str] = &["批", "准", "收", "同意", "答应", "欢迎", "通过"];
    let said = plain.trim_start_matches(['我', '咱', '们', '那', '又', '校', '学']);
    let why = WHY.iter().find_map(|word| said.strip_prefix(word));
    let is_why = why.is_some_and(|rest| {
        let act = rest.trim_start_matches(['要', '去', '还']);
        starts_with_any(act, AGAINST)
            || act.strip_prefix('不').is_some_and(|act| starts_with_any(act, AGREEING))
    });
    let dared =
        DARING.iter().find_map(|word| plain.strip_prefix(word)).and_then(|act| act.strip_prefix('不'));
    let denied = plain.strip_prefix("谁说不").map(|act| act.trim_end_matches('了'));
    is_why
        || denied
            .is_some_and(|act| matches!(act, "行" | "可以" | "成" | "批" | "能批" | "同意" | "准" | "收"))
        || dared.is_some_and(|act| starts_with_any(act, AGREEING))
}

/// 非批不可, 非得收不行: what must be.
fn must_be(plain: &str) -> Option<Decision> {
    let act = plain.trim_start_matches(['这', '个', '那', '我']).strip_prefix('非')?;
    let act = act.trim_start_matches(['得', '要']);
    let act = ["不可", "不行", "不成"].iter().find_map(|end| act.strip_suffix(end))?;
    match act {
        "批" | "准" | "收" | "同意" | "批准" | "通过" | "给批" | "准假" | "批他" | "收他" => {
            Some(Decision::Approve)
        }
        "退" | "驳" | "驳回" | "退回" | "拒" | "拒绝" | "打回" => Some(Decision::Reject),
        _ => None,
    }
}

/// 这有啥好犹豫的: nothing to think over, and nothing decided.
pub(super) fn sees_nothing_to_weigh(text: &str) -> bool {
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦', '?']);
    let weighed = [
        "犹豫", "考虑", "商量", "想", "问", "说", "讨论", "纠结", "为难", "担心", "审", "核", "看", "查",
        "讲",
    ];
    around(plain, phrases!["有什么好", "有啥好", "有什么可", "有啥可"])
        .any(|(_, after)| after.strip_suffix('的').is_some_and(|act| weighed.contains(&act)))
}

/// 凭什么批, 凭啥不给假, 病成这样还能不批, 发烧了还不让走吗: asks what could speak for the other way.
pub(super) fn challenges(text: &str) -> Option<Decision> {
    const DECIDING: &[&str] = &[
        "批", "准", "同意", "通过", "答应", "让", "放", "给批", "给假", "给过", "给准", "给他", "给她", "允",
    ];
    const ON_WHAT_GROUND: &[&str] = &["凭什么", "凭啥", "凭嘛"];
    const NO_LONGER: &Phrases = phrases!["还能不", "还会不", "还好意思不", "哪好不", "能忍心不"];
    const STILL_NOT: &Phrases = phrases!["还不", "都不"];
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦', '?']);
    if let Some(decision) = must_be(plain) {
        return Some(decision);
    }
    if asks_why_not(plain) {
        return Some(Decision::Approve);
    }
    let short = plain.chars().count() <= CHALLENGE_CHARS_MAX;
    let on_ground = ON_WHAT_GROUND.iter().find_map(|word| plain.strip_prefix(word)).filter(|_| short);
    if let Some(act) = on_ground {
        let act = act.trim_start_matches(['我', '要', '就', '这']);
        let refused = act.strip_prefix('不').or_else(|| act.strip_prefix("就不"));
        let decides = starts_with_any(refused.unwrap_or(act), DECIDING);
        return decides.then_some(if refused.is_some() { Decision::Approve } else { Decision::Reject });
    }
    let (plain, asks) = plain.strip_suffix('吗').map_or((plain, false), |plain| (plain, true));
    let follows = |words: &Phrases| {
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
    const WRONG: &Phrases =
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
