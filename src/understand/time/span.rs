//! Lengths of time (时长): twenty minutes from now, half an hour after dismissal, or dismissal itself.
//!
//! Start at [`no_clock`].

use chrono::{Duration, Timelike as _};

use super::super::phrases::{Phrases, ends_with_any, holds_any, phrases};
use super::super::{TimeAnswer, numerals};
use super::words::Word;
use super::{Said, Times, Window};

/// What comes before the length of a way: 过来要二十五分钟.
const WAY: &Phrases = phrases![
    "过来要",
    "过去要",
    "路上要",
    "路上得",
    "骑车要",
    "开车要",
    "走路要",
    "坐车要",
    "过来得",
    "车程"
];

/// What makes a length of time one that passes before somebody comes: 再过二十分钟.
const LATER: &Phrases = phrases![
    "再有",
    "还差",
    "就到",
    "能到",
    "赶到",
    "到学校",
    "到门口",
    "过去",
    "后",
    "再过",
    "还要",
    "还有",
    "还需",
    "还得",
    "再等",
    "等我",
    "给我",
    "再给",
    "分钟内",
    "小时内",
    "钟头内",
    "刻钟内",
    "之内",
    "以内",
];

/// A clause without a clock time: relative to now, to dismissal, or to the end.
pub(super) fn no_clock(text: &str, window: &Window, has: &dyn Fn(Word) -> bool) -> Said {
    if has(Word::If) {
        return Said::Unclear;
    }
    // 第一节延时课完: the end of one lesson of several.
    if holds_any(text, phrases!["第一节", "第二节", "头一节", "头节", "一节课", "一节延时"])
    {
        return Said::Times(Times::new());
    }
    if holds_any(text, WAY) && window.now.is_none() {
        return Said::Times(Times::new());
    }
    let is_after = text.contains("放学后");
    let is_bound = has(Word::Dismissal) || has(Word::Closing);
    let span = span(text);
    let base = if has(Word::Dismissal) || is_after {
        Some(window.dismissal)
    } else if has(Word::Closing) {
        Some(window.latest)
    } else {
        window.now.filter(|_| span.is_some())
    };
    let is_within = || holds_any(text, phrases!["钟内", "小时内", "钟头内", "之内", "以内"]);
    let at = |time| if span.is_some() && is_within() { TimeAnswer::By(time) } else { TimeAnswer::At(time) };
    let answer = match (base, span) {
        // 还有十分钟下班: of another event.
        (_, Some(_)) if ends_with_any(text, &["下班", "下课", "散会", "开会", "出发", "动身", "收工"]) => {
            None
        }
        (_, Some(_)) if has(Word::Not) || has(Word::Or) => None,
        (Some(base), Some(span)) if is_later(text) => Some(base + span),
        // 课后服务完之前接: before it, and when was not said.
        (Some(_), None) if has(Word::Closing) && has(Word::Before) => None,
        (Some(base), None) if is_bound && !has(Word::Not) && !is_after => Some(base),
        _ => None,
    };
    Said::Times(answer.filter(|t| t.hour() > 0).map(at).into_iter().collect())
}

/// Whether a clause says that somebody comes when a length of time has passed, or says nothing but the length.
fn is_later(text: &str) -> bool {
    // 他等我四十分钟了: what has passed.
    if text.ends_with('了') && text.contains('等') {
        return false;
    }
    // 二十分钟吧, 过二十分钟去.
    let is_all = text
        .trim_start_matches([
            '大', '概', '约', '估', '计', '就', '也', '得', '要', '差', '不', '多', '再', '过', '等',
        ])
        .trim_end_matches(['吧', '左', '右', '样', '子', '的', '这', '去', '接', '来'])
        .chars()
        .all(|c| c.is_ascii_digit() || "一二两三四五六七八九十半个小时钟头分刻".contains(c));
    is_all || holds_any(text, LATER) || ends_with_any(text, &["分钟到", "小时到", "钟头到"])
}

/// A length of time: 半小时, 一个半小时, 二十分钟, 一刻钟.
fn span(text: &str) -> Option<Duration> {
    let vague = phrases!["几分钟", "多分钟", "多小时", "几个小时", "来分钟", "多个小时", "一会"];
    if holds_any(text, vague) {
        return None;
    }
    for unit in ["个半小时", "个半钟头", "个小时", "小时", "个钟头", "个钟", "分钟", "刻钟", "分"]
    {
        let Some(at) = text.find(unit) else { continue };
        let before = text.get(..at)?;
        if before.ends_with('半') {
            return Some(Duration::minutes(30));
        }
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_ascii_digit() || "一二两三四五六七八九十".contains(*c))
            .last()?
            .0;
        let (number, end) = numerals::number_at(text, start)?;
        let minutes = match unit {
            "分钟" | "分" => i64::from(number),
            "刻钟" => i64::from(number) * 15,
            "个半小时" | "个半钟头" => i64::from(number) * 60 + 30,
            _ => i64::from(number) * 60,
        };
        return (end == at && minutes <= 300).then(|| Duration::minutes(minutes));
    }
    None
}

/// What stands between the ends of a span.
const TO: &[&str] = &["到", "至", "--", "-", " to ", " till ", " until "];

/// 5|到6点: the hour before the clock time that starts at this byte, and where it stands.
pub(super) fn hour_before(text: &str, start: usize) -> Option<(u32, usize, usize)> {
    const OF_ELSE: &str = "第周期拜老班号年月点:.级楼初高大";
    let lead = text.get(..start)?;
    let lead = TO.iter().find_map(|to| lead.strip_suffix(to))?;
    let is_digit = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十".contains(c);
    let from = lead.trim_end_matches(is_digit).len();
    let (hour, end) = numerals::number_at(text, from)?;
    // 一到五点: as soon as it is five.
    let is_hour = end == lead.len() && hour < 24 && lead.get(from..) != Some("一");
    let is_of_else = lead.get(..from)?.ends_with(|c: char| c.is_ascii_alphanumeric() || OF_ELSE.contains(c));
    (is_hour && !is_of_else).then_some((hour, from, end))
}

/// 4点半|到5: the hour after the clock time that ends at this byte, and where it stands.
pub(super) fn hour_after(text: &str, end: usize) -> Option<(u32, usize, usize)> {
    let rest = text.get(end..)?;
    let to = TO.iter().find(|to| rest.starts_with(**to))?;
    let start = end + to.len();
    let (hour, end) = numerals::number_at(text, start)?;
    let after = text.get(end..)?;
    let is_alone = after.is_empty()
        || after.starts_with(['吧', '左', '之', '这', '，', '的', '来', '接', '都', '啊', '哈']);
    (is_alone && hour < 24).then_some((hour, start, end))
}
