//! Dates (日期): days said by name, number, weekday, festival or distance, alone, in lists and in spans.
//!
//! `clause = span (separator? span)*`, `span = day part? (到 day part?)?`. A weekday without "next" is the coming one; a
//! day of the month that has passed, without its month, is unclear. Start at [`read`]; [`day`] reads one mention.

mod day;
mod festival;
mod span;
mod written;

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use super::clause::{self, Mood};
use super::few::Few;
use super::lexicon::Lexicon;
use super::{Answer, DateSpan, DayPart, Holiday, Value, numerals, weekdays};
use day::{Anchor, Mention};
use span::{merged, without};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Part(DayPart),
    /// 半天 without saying which half.
    Half,
    To,
    Or,
    /// 不行, 不请: this day is not meant.
    Not,
    /// 正常上学: a school day like others.
    Attends,
    Vague,
    /// 除了.
    Except,
    If,
    /// 开始: a span whose end has to be said.
    Starts,
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Attends, Except, Half, If, Not, Or, Other, Part, Starts, To, Vague};
    Lexicon::new(
        &[
            (Part(DayPart::Am), "上午 早上 早晨 清早 一早 清晨 am morning 前半天 早间"),
            (
                Part(DayPart::Pm),
                "下午 晚上 傍晚 pm afternoon 午后 后半天 晚间 晚托 放学后 延时 课后服务 evening",
            ),
            (Part(DayPart::Day), "全天 一整天 整天 一天 整日 上下午 whole_day all_day"),
            (Half, "半天 半日"),
            (To, "到 至 - -- 一直到 直到 to 截止到 截至"),
            (Or, "或者 或 要么 还是 or 要不"),
            (Not, "不行 不请 不是 不用请 不请假 不需要 取消 没空 不算 不方便 不用 不要"),
            (
                Attends,
                "上学 正常来 照常 去上课 正常上 能来 可以来 会来 回来上课 返校 正常去 能上学 来上学 回校 去学校",
            ),
            (
                Vague,
                "过几天 过两天 这几天 这两天 那几天 近期 最近 改天 月底 月初 月中 上旬 中旬 下旬 前后 左右 大概 可能 也许 不一定 不确定 待定 看情况 再说 到时候 某天 哪天 周末前后 有时 几号都行 随时 一段时间 几天 长期 每 以后 之后的 说不准 也可能",
            ),
            (Except, "除了 除去 除开 除"),
            (Starts, "开始 起 往后"),
            (If, "如果 要是 假如 除非 的话"),
            (
                Other,
                "不上学 不去上学 不来上学 不去学校 不能上学 不能来 没法上学 上不了学 不能去学校 无法上学 不去上课 到时 不好意思 没问题 不舒服 不来 不去 来不了 去不了 不上 不能去 一天假 半天假 两天假 三天假 得到 到校 到医院 到家 赶到 没到 感到 起床 一起 看起 对不起 起不来",
            ),
        ],
        "今天 明天 后天 大后天 昨天 前天 周一 周二 周三 周四 周五 星期一 星期二 星期三 星期四 星期五 上午 下午 国庆 中秋",
    )
});

/// A day with the part that was said for it.
struct Said {
    days: Vec<NaiveDate>,
    to: Option<NaiveDate>,
    part: Option<DayPart>,
    to_part: Option<DayPart>,
}

impl Said {
    /// A part of the day, of the last day where one is awaited.
    fn add_part(&mut self, part: DayPart, ends_range: bool) {
        if ends_range || self.to.is_some() {
            self.to_part = Some(part);
        } else if self.part.is_none() {
            self.part = Some(part);
        } else if self.part != Some(part) {
            self.part = Some(DayPart::Day);
        }
    }
}

/// 明天不来后天来: the second day is one at school.
fn comes(after: &str) -> bool {
    let after = after.trim_start_matches(['就', '再', '才', '又', '也']);
    after.starts_with('来') && !["来不", "来接", "来回", "来的"].iter().any(|word| after.starts_with(word))
}

/// What the clauses have said besides the days.
#[derive(Default)]
struct Heard {
    /// 半天 without saying which half.
    is_half: bool,
    /// 从明天开始.
    starts: bool,
    /// Clauses that name days, and those of them that say something else of theirs.
    told: usize,
    commented: usize,
    /// 最近: vague, unless a day is named beside it.
    recent: bool,
}

/// The byte after the day that is named at this byte.
pub(super) fn mention_end(text: &str, at: usize, today: NaiveDate, holidays: &[Holiday]) -> Option<usize> {
    day::mention_at(text, at, &Anchor { today, holidays }, None).map(|(_, end)| end)
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// The day or the run of days that is mentioned at this byte, and the byte after it; `None` inside where it names a day
/// that does not exist, has passed, or may be two.
///
/// - `after`: the first day of a span that this mention ends.
pub(super) fn mention_at(
    text: &str,
    at: usize,
    today: NaiveDate,
    holidays: &[Holiday],
    after: Option<NaiveDate>,
) -> Option<(Option<Vec<NaiveDate>>, usize)> {
    let (mention, end) = day::mention_at(text, at, &Anchor { today, holidays }, after)?;
    let days = match mention {
        Mention::Days(days) => Some(days),
        Mention::Span(from, to) => Some(from.iter_days().take_while(|day| *day <= to).collect()),
        Mention::Wrong => None,
    };
    Some((days, end))
}

/// What a day that may be two, or has passed, may mean: 周三 on a Wednesday today or in a week, 10号 that of the next month.
pub(super) fn near(text: &str, today: NaiveDate) -> Vec<Value> {
    let number = u8::try_from(today.weekday().number_from_monday()).unwrap_or_default();
    let is_today =
        |at: usize| weekdays::group_at(text, at).is_some_and(|group| group.days == Few::from([number]));
    let days = if text.char_indices().any(|(at, _)| is_today(at)) {
        vec![Some(today), today.checked_add_days(Days::new(7))]
    } else {
        let passed = text.char_indices().find_map(|(at, _)| {
            let (day, end) = numerals::number_at(text, at)?;
            text.get(end..)?.starts_with(['号', '日']).then_some(day)
        });
        let next =
            today.checked_add_months(Months::new(1)).filter(|_| passed.is_some_and(|day| day < today.day()));
        vec![next.and_then(|month| month.with_day(passed?))]
    };
    let one = |day: NaiveDate| Value::Date(vec![DateSpan { from: day, to: day, part: DayPart::Day }]);
    days.into_iter().flatten().map(one).collect()
}

/// Reads a reply to "which day?".
pub(super) fn read(text: &str, today: NaiveDate, holidays: &[Holiday]) -> Answer {
    let text = LEXICON.repair(text);
    let text = clause::corrected(&text);
    let anchor = Anchor { today, holidays };
    match spans(text, &anchor) {
        Some(spans) if !spans.is_empty() => Answer::Value(Value::Date(spans)),
        _ => Answer::Unclear,
    }
}

fn spans(text: &str, anchor: &Anchor) -> Option<Vec<DateSpan>> {
    let mut all: Vec<Said> = Vec::new();
    let (mut loose, mut excepted): (Vec<DayPart>, Vec<NaiveDate>) = (Vec::new(), Vec::new());
    let mut heard = Heard::default();
    let joined = joined(text);
    for clause in clause::clauses(&joined) {
        if clause.mood == Mood::Asks {
            continue;
        }
        let (said, parts, is_meant) = clause_days(clause.text, anchor, &mut heard)?;
        if LEXICON.holds(clause.text, Word::Except) {
            excepted.extend(said.iter().flat_map(|s| s.days.iter().copied()));
            continue;
        }
        // 明天，今天下雨了: what is said of another day may be no answer.
        if !said.is_empty() {
            heard.told += 1;
            heard.commented += usize::from(is_comment(clause.text, anchor));
        }
        if is_meant {
            all.extend(said);
            loose.extend(parts);
        }
    }
    if heard.commented > 0 && heard.commented < heard.told {
        return None;
    }
    // 从明天开始请假: until when?
    if let ([one], true) = (all.as_slice(), heard.starts)
        && one.to.is_none()
        && one.days.len() == 1
    {
        // 请三天假，从11号开始.
        let day = one.days.first().copied()?;
        return match day::run_of(day, days_said(&joined)?)? {
            Mention::Span(from, to) => {
                Some(vec![DateSpan { from, to, part: one.part.unwrap_or(DayPart::Day) }])
            }
            Mention::Days(_) | Mention::Wrong => None,
        };
    }
    // 半天: but which half?
    if heard.is_half && loose.is_empty() && all.iter().any(|s| s.part.is_none()) {
        return None;
    }
    // 明天早上看病，全天都请: all of the day, whatever was said of a part.
    if loose.contains(&DayPart::Day) {
        loose = vec![DayPart::Day];
        for said in &mut all {
            said.part = None;
        }
    }
    loose.dedup();
    if let ([one], true) = (loose.as_slice(), all.iter().all(|s| s.part.is_none() && s.to_part.is_none())) {
        for said in &mut all {
            said.part = Some(*one);
        }
    } else if loose.len() > 1 {
        let both = loose.contains(&DayPart::Am) && loose.contains(&DayPart::Pm);
        if !both || all.iter().any(|s| s.part.is_some()) {
            return None;
        }
    }
    let spans = merged(&all)?;
    if excepted.is_empty() { Some(spans) } else { without(&spans, &excepted) }
}

/// Whether a clause says of its day something else than that the child stays away.
fn is_comment(text: &str, anchor: &Anchor) -> bool {
    const AWAY: [&str; 25] = [
        "不在", "请", "假", "不来", "不去", "不上", "来不", "去不", "没法", "不能", "不到", "看", "医", "病",
        "牙", "针", "疫苗", "休", "缺", "老家", "检查", "复查", "出门", "比赛", "考",
    ];
    if AWAY.iter().any(|word| text.contains(word)) {
        return false;
    }
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end = day::mention_at(text, at, anchor, None).map(|(_, end)| end).or_else(|| word_end(text, at));
        unknown += usize::from(
            end.is_none() && !"的了吧啊呀哈和跟就是那这个两天要也还有想我们孩子娃他她、-早晚 ".contains(c),
        );
        at = end.filter(|end| *end > at).unwrap_or(at + c.len_utf8());
    }
    unknown > 1
}

/// How many days off a reply speaks of: 请三天, 三天假.
fn days_said(text: &str) -> Option<u32> {
    text.match_indices('天').find_map(|(end, _)| {
        let before = text.get(..end)?;
        let start =
            before.rfind(|c: char| !(c.is_ascii_digit() || numerals::digit(c).is_some() || c == '十'))?;
        let start = start + before.get(start..)?.chars().next()?.len_utf8();
        let (count, after) = numerals::number_at(text, start)?;
        let is_leave =
            before.get(..start)?.ends_with(['请', '休', '假']) || text.get(end..)?.starts_with("天假");
        (after == end && is_leave && (1..=30).contains(&count)).then_some(count)
    })
}

/// `20，21号` is a list, not two clauses; 号 stands for every number before it.
fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains('，') {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    chars
        .iter()
        .enumerate()
        .map(|(i, c)| if *c == '，' && digit(i.checked_sub(1)) && digit(Some(i + 1)) { '、' } else { *c })
        .collect()
}

/// What one clause names: days, parts without a day, and whether they are meant. `None` when it is unclear.
fn clause_days(text: &str, anchor: &Anchor, heard: &mut Heard) -> Option<(Vec<Said>, Vec<DayPart>, bool)> {
    let (mut said, mut loose, mut is_meant): (Vec<Said>, Vec<DayPart>, bool) = (Vec::new(), Vec::new(), true);
    let mut is_range = false;
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        // 9月8日（周三）: the same day once more, or a mistake in one of the two.
        if let Some(end) = in_brackets(text, at) {
            let last = said.last().map(|s| s.to.or_else(|| last_day(s)));
            if let Some(last) = last {
                let named = weekdays::group_at(text, at)?.days;
                let number = u8::try_from(last?.weekday().number_from_monday()).ok()?;
                if named != Few::from([number]) {
                    return None;
                }
                at = end;
                continue;
            }
        }
        if let Some((mention, end)) =
            day::mention_at(text, at, anchor, said.last().and_then(last_day).filter(|_| is_range))
        {
            at = end;
            add_mention(&mut said, mention, &mut is_range)?;
            if comes(text.get(at..).unwrap_or_default()) {
                if said.len() > 1 {
                    return None;
                }
                is_meant = false;
            }
            continue;
        }
        let Some(token) = LEXICON.at(text, at) else {
            // 明早, 今晚: the part is one character right after the day.
            if let (Some(last), Some(part)) =
                (said.last_mut().filter(|_| day::ends_at(text, at)), short_part(c))
            {
                last.part.get_or_insert(part);
            }
            at += c.len_utf8();
            continue;
        };
        at = token.end;
        match token.kind {
            // 三点以后: an hour, not a day.
            Word::Vague
                if text
                    .get(..token.start)
                    .is_some_and(|before| before.ends_with(['点', '半', '钟', '刻'])) => {}
            Word::Vague if matches!(text.get(token.start..token.end), Some("最近" | "近期")) => {
                heard.recent = true;
            }
            Word::Vague | Word::Or | Word::If => return None,
            Word::Half => {
                heard.is_half = true;
            }
            Word::To => is_range = !said.is_empty() && !text.get(at..).unwrap_or_default().is_empty(),
            Word::Not | Word::Attends => is_meant = false,
            Word::Part(part) => {
                if let Some(last) = said.last_mut() {
                    last.add_part(part, std::mem::take(&mut is_range));
                } else {
                    loose.push(part);
                }
            }
            Word::Starts => heard.starts |= !said.is_empty(),
            Word::Other | Word::Except => {}
        }
    }

    // A range that found no end: 从周三到…
    (!is_range || said.iter().all(|s| s.to.is_none())).then_some((said, loose, is_meant))
}

/// Where a weekday in brackets ends that stands at this byte.
fn in_brackets(text: &str, at: usize) -> Option<usize> {
    text.get(..at)?.ends_with('(').then(|| weekdays::group_at(text, at).map(|group| group.end))?
}

/// Adds a day, or the end of the span that awaits one.
fn add_mention(said: &mut Vec<Said>, mention: Mention, is_range: &mut bool) -> Option<()> {
    let (days, to) = match mention {
        Mention::Wrong => return None,
        Mention::Days(days) if *is_range => {
            let to = days.first().copied().filter(|_| days.len() == 1)?;
            said.last_mut()?.to = Some(to);
            *is_range = false;
            return Some(());
        }
        Mention::Days(days) => (days, None),
        Mention::Span(from, to) => (vec![from], Some(to)),
    };
    said.push(Said { days, to, part: None, to_part: None });
    Some(())
}

fn last_day(said: &Said) -> Option<NaiveDate> {
    said.days.last().copied()
}

fn short_part(c: char) -> Option<DayPart> {
    match c {
        '早' => Some(DayPart::Am),
        '晚' => Some(DayPart::Pm),
        _ => None,
    }
}

/// The Monday of a day's calendar week.
fn monday(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))
}

fn in_week(monday: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    monday.checked_add_days(Days::new(u64::from(weekday.num_days_from_monday())))
}
