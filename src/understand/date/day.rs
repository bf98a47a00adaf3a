//! One mention of a day or of a run of days: 明天, 下周三, 9月20号, 国庆节后第一天.
//!
//! Start at [`mention_at`].

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use super::super::{Holiday, numerals};
use super::festival::{festival, fixed};
use super::week::week;
use super::written::written;

/// What mentions are relative to.
#[derive(Clone, Copy)]
pub(super) struct Anchor<'a> {
    pub(super) today: NaiveDate,
    pub(super) holidays: &'a [Holiday],
    pub(super) bare: Bare,
}

/// Of which week a weekday is that is said without one; weeks by their Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    /// The coming one.
    Coming,
    /// The week that was spoken of: 下周除了|周二|.
    Of(NaiveDate),
    /// That week where it is after this day, and else only where it is the coming one too: 下周三请，|周四|也请.
    After(NaiveDate, NaiveDate),
}

/// What a mention means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mention {
    Days(Vec<NaiveDate>),
    Span(NaiveDate, NaiveDate),
    /// It names a day that does not exist, has passed, or may be two.
    Wrong,
}

/// Words for days by their distance from today; the longest first.
const DISTANT: &[(&str, i64)] = &[
    ("大后天", 3),
    ("大后日", 3),
    ("大后儿个", 3),
    ("大后儿", 3),
    ("大后个", 3),
    ("大前儿", -3),
    ("大前天", -3),
    ("今天", 0),
    ("今儿个", 0),
    ("今儿", 0),
    ("今日", 0),
    ("今朝", 0),
    ("明天", 1),
    ("明儿个", 1),
    ("明儿", 1),
    ("明日", 1),
    ("明朝子", 1),
    ("明朝", 1),
    ("明个", 1),
    ("后天", 2),
    ("后儿个", 2),
    ("后儿", 2),
    ("后日", 2),
    ("后朝", 2),
    ("昨天", -1),
    ("昨儿", -1),
    ("昨日", -1),
    ("前天", -2),
    ("前儿", -2),
    ("day after tomorrow", 2),
    ("tomorrow", 1),
    ("today", 0),
    ("yesterday", -1),
    ("听日", 1),
    ("后个", 2),
    ("昨个", -1),
    ("前个", -2),
    ("前日", -2),
    ("今", 0),
    ("明", 1),
    ("听", 1),
    ("当天", 0),
];

/// Whether a day word of one character, or of several, ends at this byte (明早, 今天晚).
pub(super) fn ends_at(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| {
        before.ends_with(['天', '日', '号', '儿', '明', '今', '听', '一', '二', '三', '四', '五'])
    })
}

/// The mention that starts at this byte, and the byte after it.
///
/// - `after`: the first day of a span that this mention ends.
pub(super) fn mention_at(
    text: &str,
    at: usize,
    anchor: &Anchor,
    after: Option<NaiveDate>,
) -> Option<(Mention, usize)> {
    let rest = text.get(at..)?;
    if text.get(..at)?.ends_with(|c: char| c.is_ascii_digit())
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let (found, end) = festival(text, at, anchor)
        .or_else(|| fixed(text, at, anchor))
        .or_else(|| several(text, at, anchor))
        .or_else(|| week(text, at, anchor, after))
        .or_else(|| written(text, at, anchor, after))
        .or_else(|| distant(text, at, anchor))?;
    Some((found.unwrap_or(Mention::Wrong), end))
}

pub(super) type Found = Option<(Option<Mention>, usize)>;

pub(super) fn one(day: Option<NaiveDate>) -> Option<Mention> {
    day.map(|d| Mention::Days(vec![d]))
}

pub(super) fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(chrono::Duration::days(days))
}

/// 明后天, 今明两天.
fn several(text: &str, at: usize, anchor: &Anchor) -> Found {
    let rest = text.get(at..)?;
    let forms: [(&str, &[i64]); 9] = [
        ("今明后三天", &[0, 1, 2]),
        ("今明后", &[0, 1, 2]),
        ("明后两天", &[1, 2]),
        ("明后天", &[1, 2]),
        ("明天后天", &[1, 2]),
        ("今明两天", &[0, 1]),
        ("今明", &[0, 1]),
        ("明后", &[1, 2]),
        ("今天明天", &[0, 1]),
    ];
    let (form, days) = forms.iter().find(|(form, _)| rest.starts_with(form))?;
    let days: Option<Vec<NaiveDate>> = days.iter().map(|n| shifted(anchor.today, *n)).collect();
    Some((days.map(Mention::Days), at + form.len()))
}

fn distant(text: &str, at: usize, anchor: &Anchor) -> Found {
    let rest = text.get(at..)?;
    let (word, days) = DISTANT.iter().find(|(word, _)| rest.starts_with(word))?;
    let tail = rest.get(word.len()..)?;
    if matches!(*word, "今" | "明") && !tail.starts_with(['早', '晚', '上', '下'])
        || *word == "听" && !tail.starts_with(['朝', '晚'])
        || matches!(*word, "后个" | "前个") && tail.starts_with(['月', '周', '星', '礼', '人', '别'])
        || tail.starts_with("以后")
    {
        return None;
    }
    let from = shifted(anchor.today, *days)?;
    if let Some((length, end)) = lasting(text, at + word.len()) {
        return Some((run_of(from, length), end));
    }
    Some((one(Some(from)), at + word.len()))
}

/// 起三天, 开始请两天.
pub(super) fn lasting(text: &str, at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let word = [
        "开始请",
        "开始休息",
        "开始连续",
        "起请假",
        "起请",
        "起连续",
        "开始",
        "起",
        "连请",
        "请假",
        "连着",
        "连续",
        "请",
    ]
    .iter()
    .find(|w| rest.starts_with(**w))?;
    let from = at + word.len();
    let skipped = ["请", "休息", "连休", "连歇", "休", "歇", "在家", "，", "共", "假", "连续", "连着", "连"]
        .iter()
        .find(|w| text.get(from..).is_some_and(|t| t.starts_with(**w)))
        .map_or(0, |w| w.len());
    let (count, end) = numerals::number_at(text, from + skipped)?;
    let unit = text.get(end..)?;
    if let Some(week) =
        ["个星期", "星期", "个礼拜", "礼拜", "周"].iter().find(|unit_word| unit.starts_with(**unit_word))
    {
        return (count == 1).then_some((5, end + week.len()));
    }
    // 起连休两日; 3日 may be the third.
    let is_days = unit.starts_with('天')
        || unit.starts_with('日')
            && text.get(from..end)?.ends_with(['两', '二', '三', '四', '五'])
            && count <= 5
            && skipped > 0;
    (is_days && (1..=30).contains(&count)).then_some((count, end + '天'.len_utf8()))
}

/// Consecutive days, as long as no weekend makes their number ambiguous.
pub(super) fn run_of(from: NaiveDate, count: u32) -> Option<Mention> {
    let to = from.checked_add_days(Days::new(u64::from(count) - 1))?;
    let crosses =
        from.iter_days().take_while(|d| *d <= to).any(|d| matches!(d.weekday(), Weekday::Sat | Weekday::Sun));
    (!crosses).then_some(Mention::Span(from, to))
}
