//! Corrections (改口): what a reply takes back, and what it leaves standing.
//!
//! Start at [`corrected`].

use std::sync::LazyLock;

use super::super::lexicon::{Lexicon, Token};
use super::super::phrases::{
    Phrases, ends_with_any, find_last, holds_any, phrases, possible, starts_with_any,
};

/// What is done wrong, how, and what with: 说错了, 写岔了, 看串行了, 记错日子了.
const DOING: &str = "说 写 打 发 填 选 按 点 弄 搞 看 记 讲 输 整";
const WRONGLY: &str = "错 岔 反 混 串";
const WITH: [&str; 14] =
    ["", "字", "行", "人", "名字", "班级", "数字", "时间", "日期", "日子", "日历", "课表", "星期", "周次"];

/// What else introduces a correction.
const CORRECTIONS: &[&str] = &[
    "说错",
    "手快了",
    "手快",
    "嘴快了",
    "嘴快",
    "手抖了",
    "手误了",
    "看错行",
    "不好意思是",
    "不好意思，是",
    "抱歉是",
    "抱歉，是",
    "对不起是",
    "对不起，是",
    "，打错，",
    "，写错，",
    "，说错，",
    "，发错，",
    "，按错，",
    "，选错，",
    "哦打错，",
    "打错，",
    "写错，",
    "按错，",
    "更正一下",
    "更正",
    "纠正一下",
    "改一下",
    "算了还是",
    "，算了，",
    "。算了，",
    "算了，还是",
    "改成",
    "改为",
    "改到",
    "改选",
    "改约",
    "改报",
    "换成",
    "换到",
    "换为",
    "应该选",
    "应该是",
    "应该说",
    "应为",
    "我是说",
    "我说的是",
    "我要说的是",
    "我想说的是",
    "我的意思是",
    "口误",
    "手误",
    "手滑",
    "打字错误",
    "不对不对",
    "不对",
    "，哦，是",
    "，噢，是",
    "，啊，是",
    "，不，",
    "，不是，",
    "，不不",
    "重说",
    "改后",
    "改下",
    "改明",
    "改周",
    "改星期",
    "改礼拜",
    "错了",
    "i mean",
    "sorry",
    "correction",
];

/// 周一啊不周二: an interjection and a 不 that takes the answer before back, unless the 不 belongs to a verb after it.
const TAKING_BACK: &Phrases =
    phrases!["哦不", "噢不", "啊不", "呃不", "喔不", "哎不", "额不", "嗯不", "诶不"];
const NEGATED: &[&str] = &[
    "参", "报", "去", "上", "要", "用", "来", "能", "会", "行", "好", "对", "想", "可", "需", "考虑", "同意",
    "愿", "留", "打", "知", "清", "确", "方便", "一定", "一样", "太", "改", "接", "在", "得", "急", "了",
    "准", "正", "是不", "是这", "是的", "麻烦", "选", "给", "读", "加", "成", "中", "必", "错",
];
const NOT_CORRECTING: &[&str] = &["没错了", "不会错了", "对不对", "不对吗", "不对劲", "对不对呀", "没说错"];

/// What stands after the last correction of a normal form, or all of it; a leading part that `不是…是…` denies is gone.
pub(in super::super) fn corrected(text: &str) -> &str {
    let (before, after) = split_correction(text);
    let kept = undenied(without_superseded(after));
    // 打错了，是周五不是周四: where something was taken back, the denial needs no pause before it.
    if before.is_some() { without_denied(kept, true) } else { kept }
}

/// A normal form without what it denies: 不是…, 是… and …，不是….
pub(in super::super) fn undenied(text: &str) -> &str {
    if holds_any(text, phrases!["不是"]) { without_denied_end(not_but(text)) } else { text }
}

/// What was meant at first, and no longer is.
const SUPERSEDED: &[&str] = &["本来", "原本", "原定", "原先", "原计划", "本想", "原想"];

/// What was before, and what is set against it.
const PAST: &[&str] = &["原来", "之前", "以前", "上学期", "去年", "一开始", "起初", "先前"];
const PRESENT: &Phrases = phrases!["现在", "今年", "这学期", "这次", "换", "改"];

/// 本来是爸爸接，他加班，我去: what stands after the clause of what was planned.
fn without_superseded(text: &str) -> &str {
    let is_planned = starts_with_any(text, SUPERSEDED);
    let is_past = starts_with_any(text, PAST);
    if !is_planned && !is_past {
        return text;
    }
    let after = text.split_once(['，', '。']).map(|(_, after)| after).filter(|after| !after.is_empty());
    // 原来报的足球，现在想换围棋: what is past gives way only where the present is set against it.
    let is_present = |after: &&str| is_planned || holds_any(*after, PRESENT);
    after.filter(is_present).unwrap_or(text)
}

/// 三年级二班周洋，不是周阳: a denial at the end names what is not meant, and leaves what stands before it.
fn without_denied_end(text: &str) -> &str {
    without_denied(text, false)
}

/// The same; `corrects` where the denial follows a correction, and so names what was corrected.
fn without_denied(text: &str, corrects: bool) -> &str {
    let Some((before, denied)) = text.rsplit_once("不是") else { return text };
    let (before, is_but) = before.strip_suffix('而').map_or((before, false), |before| (before, true));
    let corrects = corrects
        && before.chars().nth(1).is_some()
        && !before.ends_with([
            '我', '他', '她', '们', '这', '那', '也', '都', '就', '又', '是', '要', '可', '说', '孩', '子',
        ]);
    let is_apart = before.ends_with(['，', '。', ' ']) || before.starts_with('是') || is_but || corrects;
    let kept = before.trim_end_matches(['，', '。', ' ']);
    let name = denied.trim_end_matches(['的', '了', '啊', '哦', '哈', '，', '。']);
    let is_name = !name.is_empty()
        && !name.contains(['是', '，', '。', '?', '吗', '么'])
        && !name.starts_with(['不', '没']);
    let is_other = !kept.contains(name) && !kept.is_empty();
    if is_apart && is_name && is_other && name.chars().count() <= 8 { kept } else { text }
}

/// What stands before and after the last correction; before is `None` without one.
pub(in super::super) fn split_correction(text: &str) -> (Option<&str>, &str) {
    static WORDS: LazyLock<Lexicon<bool>> = LazyLock::new(|| {
        let slips = DOING.split(' ').flat_map(|doing| {
            let done_wrong = WRONGLY.split(' ').map(move |wrongly| format!("{doing}{wrongly}"));
            done_wrong.flat_map(|done| WITH.map(|with| format!("{done}{with}了")))
        });
        let markers = slips.chain(CORRECTIONS.iter().map(|word| (*word).to_owned())).map(|word| (word, true));
        Lexicon::of(markers.chain(NOT_CORRECTING.iter().map(|word| ((*word).to_owned(), false))), "")
    });
    // 应该是奶奶吧: where nothing stands before it, it supposes and corrects nothing.
    let supposes = |start: usize| start == 0 && text.starts_with("应该");
    let is_marker = |token: &Token<bool>| token.kind && !supposes(token.start);
    let found = WORDS.tokens(text).filter(is_marker).last().map(|token| {
        let marker = text.get(token.start..token.end).unwrap_or_default();
        // 改后天: the marker is only its first character, the rest belongs to the new answer.
        let is_change = ["改后", "改下", "改明", "改周", "改星期", "改礼拜"].contains(&marker);
        (if is_change { token.start + '改'.len_utf8() } else { token.end }, token.start)
    });
    match found.into_iter().chain(taken_back(text)).chain(concluded(text)).max() {
        Some((end, at)) => {
            let after = text.get(end..).unwrap_or_default();
            (text.get(..at), after.trim_start_matches(['，', '。', ':', '、', ' ', '了', '啊', '哈', '是']))
        }
        None => (None, text),
    }
}

/// 周一啊不周二: where the answer begins anew, and where the old one ends.
fn taken_back(text: &str) -> Option<(usize, usize)> {
    let found = possible(text, TAKING_BACK).filter_map(|word| Some((find_last(text, word)?, word.len())));
    found
        .map(|(at, length)| (at + length, at))
        .filter(|(end, at)| {
            let after = text.get(*end..).unwrap_or_default();
            *at > 0 && !after.is_empty() && !starts_with_any(after, NEGATED)
        })
        .max()
}

/// What begins a conclusion from all that was said before: 孩子想打球，那就打球吧.
const CONCLUDING: &Phrases = phrases![
    "，所以就",
    "。所以就",
    "就写",
    "就填",
    "就按",
    "，那就",
    "。那就",
    "，那还是",
    "。那还是",
    "，那我们就",
    "，最后决定",
    "，最终决定",
    "，干脆",
    "，想来想去",
];

/// Where a conclusion begins; one that only adds something concludes nothing.
fn concluded(text: &str) -> Option<(usize, usize)> {
    let (at, word) =
        possible(text, CONCLUDING).filter_map(|word| Some((find_last(text, word)?, word))).max()?;
    let after = text.get(at + word.len()..)?;
    let adds = phrases![
        "这", "也", "再", "还要", "还有", "加", "都", "不", "先", "没", "行", "好", "可以", "算", "这样"
    ];
    (!holds_any(after, adds)).then_some((at + word.len(), at))
}

/// 六点赶不上，还是七点一刻: what is said rather, once the other is out; all of the text where nothing is.
pub(in super::super) fn rather(text: &str) -> &str {
    const OUT: &[&str] = &[
        "不行",
        "不了",
        "不成",
        "不要",
        "不可以",
        "不方便",
        "不合适",
        "不及",
        "不上",
        "不到",
        "不开",
        "没空",
        "没时间",
        "太早",
        "太晚",
        "太赶",
        "太难",
        "太累",
        "太吵",
        "太远",
        "太贵",
        "太脏",
        "太危险",
        "太无聊",
        "没兴趣",
        "不喜欢",
        "不感兴趣",
        "算了",
        "不报",
        "不选",
        "不去",
        "不来",
        "不用",
        "满了",
    ];
    let cut = possible(text, phrases!["，还是", "。还是"]).find_map(|joint| text.rsplit_once(joint));
    let Some((before, after)) = cut else { return text };
    let plain = before.trim_end_matches(['了', '吧', '啊', '呀', '的', '哈', ' ']);
    if ends_with_any(plain, OUT) && !after.is_empty() { after } else { text }
}

/// 不是周二，是周三 → 周三. A denial of a denial (不是不) stays whole.
fn not_but(text: &str) -> &str {
    let Some(at) = text.rfind("不是") else { return text };
    let before = text.get(..at).unwrap_or_default();
    if before.ends_with(['是', '要', '可', '说', '也']) {
        return text;
    }
    let denied = text.get(at + "不是".len()..).unwrap_or_default();
    if denied.starts_with(['不', '没']) {
        return text;
    }
    // 不是星期五，星期四才对.
    if let Some((_, meant)) = denied.rsplit_once(['，', '。'])
        && let Some(meant) = ["才对", "才是", "才对的"]
            .iter()
            .find_map(|end| meant.trim_end_matches(['啊', '呀', '哈', '哦', '嘛', '。']).strip_suffix(end))
        && !meant.is_empty()
    {
        return meant;
    }
    let found =
        ["应该是", "而是", "是"].iter().filter_map(|word| Some((denied.find(word)?, word.len()))).min();
    match found {
        Some((from, length)) if from > 0 => {
            denied.get(from + length..).filter(|rest| !rest.is_empty()).unwrap_or(text)
        }
        _ => text,
    }
}
