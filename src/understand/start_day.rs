//! The first day (起始日): from when something holds that lasts.
//!
//! «从下周一开始», «12月1日起» and «下周起» name it; a date alone does as well, but not a bare weekday, which may be an answer
//! to which days. «越早越好» is tomorrow: what is said today holds from then at the earliest. Start at [`read`].

use chrono::{Days, NaiveDate};

use super::phrases::starts_with_any;
use super::{Answer, DateSpan, DayPart, Holiday, Value, clause, date};

/// Words before the day.
const BEFORE: [&str; 9] = ["就从", "改从", "打算从", "想从", "那就从", "自从", "从", "自", "打"];
/// Words after the day; the longest first.
const AFTER: [&str; 18] = [
    "开始参加",
    "开始生效",
    "开始上课",
    "开始吧",
    "开始改",
    "以后",
    "之后",
    "起参加",
    "起生效",
    "起改",
    "开始上",
    "开始来",
    "开始",
    "往后",
    "起吧",
    "起",
    "生效",
    "吧",
];
/// As soon as it can be.
const SOON: [&str; 10] =
    ["越早越好", "越快越好", "尽快", "尽早", "马上", "立刻", "最早", "随时", "随时都行", "越早越好吧"];
/// Whole weeks.
const WEEKS: [&str; 6] = ["下周", "下星期", "下个星期", "下礼拜", "下个礼拜", "下下周"];
/// Ways to say nothing but a day of the week.
const BARE_WEEKDAY: [&str; 4] = ["周", "星期", "礼拜", "每"];

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    let before = BEFORE.iter().find_map(|word| Some(text.len() - text.strip_prefix(word)?.len()));
    let after = AFTER.iter().find_map(|word| Some(text.strip_suffix(word)?.len()));
    before.and_then(|end| text.get(..end)).into_iter().chain(after.and_then(|at| text.get(at..))).collect()
}

/// Reads a reply to "from when?".
pub(super) fn read(text: &str, today: NaiveDate, holidays: &[Holiday]) -> Answer {
    let text = clause::corrected(text).trim_end_matches(['。', '，', '呢', '呀']);
    if SOON.contains(&text) {
        return today.checked_add_days(Days::new(1)).map_or(Answer::Unclear, first_day);
    }
    let before = BEFORE.iter().find_map(|word| text.strip_prefix(word));
    let rest = before.unwrap_or(text);
    let after = AFTER.iter().find_map(|word| rest.strip_suffix(word));
    let day = after.unwrap_or(rest).trim();
    let is_said = before.is_some() || after.is_some();
    if !is_said && starts_with_any(day, &BARE_WEEKDAY) {
        return Answer::Unclear;
    }
    // 下周起: from its first day.
    let week = is_said && WEEKS.contains(&day);
    let day = if week { format!("{day}一") } else { day.to_owned() };
    match date::read(&day, today, holidays) {
        Answer::Value(Value::Date(spans)) => match spans.as_slice() {
            [one] if one.part == DayPart::Day && (one.from == one.to || is_said) => first_day(one.from),
            _ => Answer::Unclear,
        },
        other => other,
    }
}

fn first_day(day: NaiveDate) -> Answer {
    Answer::Value(Value::Date(vec![DateSpan { from: day, to: day, part: DayPart::Day }]))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::super::{Answer, Question, Value, read};

    #[test]
    fn the_first_day_is_named_and_a_bare_weekday_is_none() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // A Tuesday.
        let question = Question::StartDay { today: day("2026-11-24"), holidays: Vec::new() };
        for (text, want) in [
            ("下周一起", Some("2026-11-30")),
            ("从下周一开始", Some("2026-11-30")),
            ("下周一", Some("2026-11-30")),
            ("下周起", Some("2026-11-30")),
            ("从12月1日起", Some("2026-12-01")),
            ("12月1号", Some("2026-12-01")),
            ("明天", Some("2026-11-25")),
            ("明天开始吧", Some("2026-11-25")),
            ("就从后天吧", Some("2026-11-26")),
            ("周五起", Some("2026-11-27")),
            ("越早越好", Some("2026-11-25")),
            ("周五", None),
            ("每周三", None),
            ("周一周三", None),
            ("下周", None),
            ("明天和后天", None),
            ("五点", None),
            ("对", None),
        ] {
            let got = match read(text, &question) {
                Answer::Value(Value::Date(spans)) => Some(spans[0].from),
                _ => None,
            };
            assert_eq!(got, want.map(day), "{text}");
        }
    }
}
