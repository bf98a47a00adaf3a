//! Limits (期限): what the words around a clock time make of it: at it, not before it, or not after it.
//!
//! Start at [`bounded`]; [`cannot`] reads a limit from what cannot be.

use chrono::NaiveTime;

use super::super::TimeAnswer;
use super::super::phrases::{holds_any, phrases, starts_with_any, without_leading, without_trailing};
use super::Place;
use super::words::{LEXICON, Word};

/// The limit that the words around a time make of it.
pub(super) fn bounded(time: NaiveTime, before: &[Word], after: &str, is_from: bool) -> TimeAnswer {
    let after = after.trim_start_matches(['钟', '整', '吧', '啊']);
    // 五点半以后都行: not henceforth, but after it.
    if after.starts_with("以后都") || after.starts_with("之后都") {
        return TimeAnswer::After(time);
    }
    // 要到五点五十才能到校门口: then, and not henceforth.
    let is_then = after.starts_with('才') && holds_any(after, phrases!["到", "来", "接", "赶"]);
    if is_then && before.contains(&Word::NotBefore) {
        return TimeAnswer::At(time);
    }
    // 六点半是最晚了, 五点最早: the limit stands after its time.
    let limit = after.trim_start_matches(['就', '是', '，', '了']);
    if starts_with_any(limit, &["最晚", "最迟", "顶天", "撑死", "封顶", "截止", "为限"]) {
        return TimeAnswer::By(time);
    }
    if starts_with_any(limit, &["最早", "最快"]) {
        return TimeAnswer::After(time);
    }
    if goes_on(after, is_from) {
        return TimeAnswer::After(time);
    }
    let is_about = starts_with_any(after, &["前后", "左右前后"]);
    match LEXICON.at(after, 0).map(|t| t.kind) {
        _ if is_about => TimeAnswer::At(time),
        Some(Word::Before) => TimeAnswer::By(time),
        Some(Word::After) if !after.starts_with('才') && !after.starts_with('起') => {
            TimeAnswer::After(time)
        }
        _ if before.contains(&Word::NotAfter) => TimeAnswer::By(time),
        _ if before.contains(&Word::NotBefore) => TimeAnswer::After(time),
        _ => TimeAnswer::At(time),
    }
}

/// 六点起都能来, 从六点开始, 六点往后随时: from the time on.
fn goes_on(after: &str, is_from: bool) -> bool {
    let begun = ["开始", "起", "往后"].iter().find_map(|word| after.strip_prefix(word));
    begun.is_some_and(|rest| {
        rest.is_empty() && is_from
            || rest.is_empty() && after.starts_with('起')
            || starts_with_any(
                rest,
                &["，", "都", "随时", "均", "就都", "就有空", "什么时候", "哪", "任何", "谁"],
            )
    })
}

/// 五点前接不了, 早于五点不行: not before it; 晚于六点不行, 六点以后没空: not after it.
pub(super) fn cannot(text: &str, place: &Place) -> Option<TimeAnswer> {
    const CANNOT: &[&str] = &[
        "不行",
        "不成",
        "不可以",
        "接不了",
        "来不了",
        "到不了",
        "去不了",
        "接不到",
        "来不及",
        "赶不到",
        "赶不上",
        "赶不及",
        "赶不来",
        "过不来",
        "过不去",
        "回不来",
        "走不开",
        "脱不开身",
        "抽不开身",
        "没法接",
        "没法来",
        "没法到",
        "没法去",
        "没办法接",
        "没办法来",
        "不能接",
        "不能来",
        "不能到",
        "不能去",
        "没空",
        "没时间",
        "没人接",
        "没人去接",
        "没人",
    ];
    let (before, after) = (text.get(..place.start)?, text.get(place.end..)?);
    let after = after.trim_start_matches(['钟', '整']);
    let side = |rest: &'_ str| -> Option<(bool, usize)> {
        let sooner = ["之前", "以前", "前面", "前"].iter().find(|word| rest.starts_with(**word));
        let later = ["之后", "以后", "过后", "往后", "后"].iter().find(|word| rest.starts_with(**word));
        sooner.map(|word| (true, word.len())).or_else(|| later.map(|word| (false, word.len())))
    };
    let (is_before, skipped) = match side(after) {
        Some(side) => side,
        None if before.ends_with("早于") || before.ends_with("早过") => (true, 0),
        // 不晚于五点半不行: who knows.
        None if ["晚于", "迟于"].iter().any(|word| {
            before.strip_suffix(word).is_some_and(|b| !b.ends_with(['不', '能', '要', '会', '别', '可']))
        }) =>
        {
            (false, 0)
        }
        None => return None,
    };
    let act = without_leading(
        after.get(skipped..)?,
        &["，", "的话", "我们", "我", "都", "可能", "恐怕", "怕是", "肯定", "是", "实在", "真", "也", "就"],
    );
    let act = without_trailing(act, &["孩子", "啊", "呀", "哈", "的", "了", "吧", "他", "她"]);
    // 接不|了: the particle belongs to the verb.
    let is_cannot = CANNOT.iter().any(|word| *word == act || word.strip_suffix('了') == Some(act));
    let limit = if is_before { TimeAnswer::After } else { TimeAnswer::By };
    is_cannot.then(|| limit(place.time))
}
