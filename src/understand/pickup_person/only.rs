//! Only these (只有): who may come when nobody else may.
//!
//! Start at [`nobody_but`].

use std::borrow::Cow;

use super::super::phrases::{Phrases, find, held, holds_any, phrases, starts_with_any};
use super::words::{LEXICON, Word};

/// What makes all others nobody: 谁来都别放人, 别人都不行, 没人有空; 谁都别给接走 may speak of being collected by nobody.
fn refuses_everybody(text: &str) -> bool {
    const EVERYBODY: &[&str] = &[
        "谁",
        "别人",
        "别的人",
        "别个",
        "其他人",
        "其它人",
        "其余人",
        "旁人",
        "外人",
        "任何人",
        "他人",
        "任谁",
        "其他的人",
    ];
    const REFUSES: &Phrases = phrases![
        "都别",
        "也别",
        "不行",
        "不放人",
        "不放走",
        "不能",
        "不可",
        "不让",
        "不许",
        "不准",
        "不给",
        "不要",
        "不得",
        "不认",
        "别给",
        "别放",
        "别让",
        "一律不",
        "一概不"
    ];
    let lone = ["没人", "没有人", "没别人", "没有别人", "没谁"];
    let plain = text.trim_start_matches(['，', ' ', '的', '话']);
    if starts_with_any(plain, &lone) {
        return !plain.contains('不')
            && holds_any(plain, phrases!["有空", "能接", "能来", "能去", "可以接", "有时间"]);
    }
    let negatives = plain.matches(['不', '别', '没']).count() - usize::from(plain.starts_with('别'));
    starts_with_any(plain, EVERYBODY)
        && holds_any(plain, REFUSES)
        && negatives == 1
        && !plain.contains("给接")
        && !plain.contains(['，', '。', '?', '吗'])
}

/// 除了外公和我，谁来都别放人; 谁都不行，除了外公: those who are left, as a reply that names them alone.
pub(super) fn nobody_but(text: &str) -> Option<String> {
    const BUT: &Phrases = phrases!["除了", "除开", "除去", "除掉", "除"];
    let text = text.trim_end_matches(['，', '。', ' ']);
    let lead = held(text.into(), BUT).next()?;
    let (before, after) = text.split_once(lead)?;
    let (who, rest) = if before.is_empty() {
        let end = [
            "，",
            "以外",
            "之外",
            "谁",
            "别人",
            "别的人",
            "其他人",
            "其它人",
            "任何人",
            "旁人",
            "没人",
            "没有人",
        ]
        .iter()
        .filter_map(|word| find(after, word))
        .min()?;
        let (who, rest) = after.split_at_checked(end)?;
        let rest = ["以外", "之外"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        (who.strip_suffix('外').unwrap_or(who), rest)
    } else {
        (after, before.trim_end_matches(['，', '。', ' ']))
    };
    let names_one = LEXICON
        .tokens(rest)
        .any(|t| matches!(t.kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Mine));
    let is_list = !who.is_empty() && !who.contains(['，', '。', '不', '没', '别', '谁']);
    (is_list && !names_one && refuses_everybody(rest))
        .then(|| format!("{}接", who.replace(['和', '跟', '与', '或', '及'], "、").replace("、者", "、")))
}

/// 只有外公和我能接: where only some may come, the writer is one of them.
pub(super) fn with_me(text: &str) -> Cow<'_, str> {
    if !starts_with_any(text, &["只有", "只能", "只许", "只准", "只让", "只认", "就", "仅限"])
    {
        return Cow::Borrowed(text);
    }
    let found = ["我能", "我可以", "我才", "我两", "我俩"].iter().find_map(|word| {
        let at = find(text, word)?;
        Some((text.get(..at)?.strip_suffix(['和', '跟'])?, text.get(at..)?))
    });
    found.map_or(Cow::Borrowed(text), |(others, me)| Cow::Owned(format!("{others}、{me}")))
}
