//! Dates (日期): days said by name, number, weekday, festival or distance, alone, in lists and in spans.
//!
//! `clause = span (separator? span)*`, `span = day part? (到 day part?)?`. A weekday without "next" is the coming one; a
//! day of the month that has passed, without its month, is unclear. Start at [`read`]; [`day`] reads one mention.

mod comment;
mod day;
mod festival;
mod joined;
mod named;
mod span;
mod twice;
mod week;
mod words;
mod written;

use std::borrow::Cow;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use super::clause::{self, Mood};
use super::few::Few;
use super::{Answer, DateSpan, DayPart, Holiday, Value, numerals, weekdays};
use comment::{
    asks_for_leave, attends, days_said, ends_coming, is_comment, is_of_later, leaves, names_a_day, tells,
};
use day::{Anchor, Bare, Mention};
use joined::{joined, twenty};
use named::{Named, Said, clause_days};
use span::{merged, without};
use twice::{contradicts, names_today, repeated};
use week::only_week;
use words::{LEXICON, Word};

/// The byte after the day that is named at this byte.
pub(super) fn mention_end(text: &str, at: usize, today: NaiveDate, holidays: &[Holiday]) -> Option<usize> {
    day::mention_at(text, at, &Anchor { today, holidays, bare: Bare::Coming }, None).map(|(_, end)| end)
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
    let (mention, end) = day::mention_at(text, at, &Anchor { today, holidays, bare: Bare::Coming }, after)?;
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
    let text = twenty(text);
    let text = LEXICON.repair(&text);
    let kept = clause::rather(clause::corrected(&text));
    let mut anchor = Anchor { today, holidays, bare: Bare::Coming };
    // 下周请的不是周三，是周四: what was taken back has said of which week.
    if let Some((monday, is_topic)) = text.strip_suffix(kept).and_then(|before| only_week(before, &anchor)) {
        anchor.bare = if is_topic { Bare::Of(monday) } else { unless_coming(monday) };
    }
    match spans(kept, &anchor) {
        Some(spans) if !spans.is_empty() => Answer::Value(Value::Date(spans)),
        _ => Answer::Unclear,
    }
}

fn spans(text: &str, anchor: &Anchor) -> Option<Vec<DateSpan>> {
    let joined = joined(text);
    let mut told = told(&joined, anchor)?;
    if told.speaks_of_another() {
        return None;
    }
    if !told.ends.is_empty() {
        return told.up_to();
    }
    // 从23号请，25号回校: up to the day before.
    if let ([one], [back], true) = (told.all.as_slice(), told.attended.as_slice(), told.starts)
        && let (None, [from], Some(to)) = (one.to, one.days.as_slice(), back.pred_opt())
        && told.loose.is_empty()
        && told.excepted.is_empty()
        && days_said(&joined).is_none()
        // 25号下午回校: away for half of that day too.
        && !LEXICON.tokens(&joined).any(|token| matches!(token.kind, Word::Part(_)))
    {
        return span::parts_of_span(*from, to, one.part, None);
    }
    if let ([one], true) = (told.all.as_slice(), told.starts)
        && one.to.is_none()
        && one.days.len() == 1
    {
        return run_from(one, &joined);
    }
    // 半天: but which half?
    if told.is_half && told.loose.is_empty() && told.all.iter().any(|s| s.part.is_none()) {
        return None;
    }
    told.add_loose()?;
    // 明天上午要测验不请，下午请: of the same day, the other half.
    if let (true, [day], [part]) = (told.all.is_empty(), told.attended.as_slice(), told.loose.as_slice()) {
        return Some(vec![DateSpan { from: *day, to: *day, part: *part }]);
    }
    let spans = merged(&told.all)?;
    let excepted = told.excepted_from(&spans);
    if excepted.is_empty() { Some(spans) } else { without(&spans, &excepted) }
}

/// A reply without what it leaves open of later days: 明后天请假，后续再看恢复情况.
pub(super) fn without_later(text: &str) -> Cow<'_, str> {
    let is_later = |clause: &str| is_of_later(clause.trim_end_matches(['。', ' ']));
    if !text.contains('，') || !text.split('，').skip(1).any(is_later) {
        return Cow::Borrowed(text);
    }
    let kept: Vec<&str> = text
        .split('，')
        .enumerate()
        .filter(|(at, clause)| *at == 0 || !is_later(clause))
        .map(|(_, c)| c)
        .collect();
    Cow::Owned(kept.join("，"))
}

/// What the clauses of a reply have said.
#[derive(Default)]
struct Told {
    all: Vec<Said>,
    /// Parts of the day without a day.
    loose: Vec<DayPart>,
    /// Days after 除了.
    excepted: Vec<NaiveDate>,
    /// Days at school.
    attended: Vec<NaiveDate>,
    /// 半天 without saying which half.
    is_half: bool,
    /// 从明天开始.
    starts: bool,
    /// 请到周五: the days that end a span.
    ends: Vec<NaiveDate>,
    /// Whether the last clause ends with a number: 19号.
    ends_numbered: bool,
    /// How many clauses name days, and how many of those say something else of theirs.
    named: usize,
    commented: usize,
    /// The days that those say something else of.
    remarked: Vec<NaiveDate>,
}

/// Reads the clauses; `None` when one is unclear.
fn told(text: &str, anchor: &Anchor) -> Option<Told> {
    let mut told = Told::default();
    let clauses = clause::clauses(text);
    let requests = clauses.iter().any(|c| asks_for_leave(c.text) && names_a_day(c.text, anchor));
    let (mut anchor, clauses_count) = (*anchor, clauses.len());
    for clause in clauses {
        if is_of_later(clause.text) && !told.all.is_empty() && !names_a_day(clause.text, &anchor) {
            continue;
        }
        // 今天周日，明天请假: says only what today is called.
        if clauses_count > 1 && names_today(clause.text) {
            requests.then_some(())?;
            continue;
        }
        // 19号，周四: the same day once more, or a mistake.
        if let Some(is_same) =
            told.all.last().and_then(|last| repeated(last, told.ends_numbered, clause.text, &anchor))
        {
            is_same.then_some(())?;
            continue;
        }
        // 17号走，18号请: of whom, or is it leave too?
        if requests && leaves(clause.text) && names_a_day(clause.text, &anchor) {
            return None;
        }
        let excepts = LEXICON.holds(clause.text, Word::Except);
        // 昨天开始流鼻涕，…想请明天和后天两天: where leave is asked for, the rest tells a story.
        if clause.mood == Mood::Asks || requests && !excepts && tells(clause.text, &anchor) {
            // 下周都请假，周三有活动要来: and is at school that day.
            if clause.mood != Mood::Asks && attends(clause.text) {
                anchor.bare = of_week(text, &anchor).unwrap_or(anchor.bare);
                told.attended
                    .extend(clause_days(clause.text, &anchor)?.said.iter().flat_map(|s| s.days.iter()));
            }
            continue;
        }
        // 下周都请，除了周二; 下周都请，周二正常上学: the day is one of that week.
        let rules_out = |kind| matches!(kind, Word::Except | Word::Not | Word::Attends);
        let mut own = anchor;
        if LEXICON.tokens(clause.text).any(|t| rules_out(t.kind)) || ends_coming(clause.text) {
            own.bare = of_week(text, &anchor).unwrap_or(anchor.bare);
        }
        let named = clause_days(clause.text, &own)?;
        if let Some(monday) = named.week {
            // 周二请假，下周: of which Tuesday is it?
            if named.said.is_empty() && !told.all.is_empty() {
                return None;
            }
            anchor.bare = after_week(monday, &named, &anchor).unwrap_or(Bare::Coming);
        }
        told.is_half |= named.is_half;
        told.starts |= named.starts;
        let days = || named.said.iter().flat_map(|s| s.days.iter().copied());
        if excepts {
            told.excepted.extend(days());
            continue;
        }
        // 明天，今天下雨了: what is said of another day may be no answer.
        if !named.said.is_empty() {
            told.named += 1;
            if is_comment(clause.text, &own) {
                told.commented += 1;
                told.remarked.extend(days());
            }
        }
        // 下周三，也就是19号: the same day once more, or a mistake.
        (!contradicts(clause.text, &told.all, &named.said)).then_some(())?;
        told.ends_numbered = clause.text.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '号' | '日'));
        if named.ends && named.is_meant {
            told.ends.extend(days());
        }
        if named.is_meant {
            told.all.extend(named.said);
            told.loose.extend(named.loose);
        } else {
            told.attended.extend(days());
        }
    }
    Some(told)
}

/// The only week that a reply names, as the week of its weekdays.
fn of_week(text: &str, anchor: &Anchor) -> Option<Bare> {
    only_week(text, anchor).map(|(monday, _)| Bare::Of(monday))
}

/// Of which week the weekdays are in the clauses after one that names a week.
fn after_week(week: NaiveDate, named: &Named, anchor: &Anchor) -> Option<Bare> {
    let Some(last) = named.said.last() else { return Some(Bare::Of(week)) };
    let day = last.to.or_else(|| last.days.last().copied())?;
    // What comes is named by this week's days as it is without.
    (monday(anchor.today) != Some(week)).then_some(Bare::After(week, day))
}

/// 下周三，不对，周四: the day of that week only where it is the coming one too.
fn unless_coming(monday: NaiveDate) -> Bare {
    Bare::After(monday, monday.checked_add_days(Days::new(6)).unwrap_or(monday))
}

impl Told {
    /// Whether some clauses say something else of their days, and others do not.
    fn speaks_of_another(&self) -> bool {
        // 周日补课那天，28号: more of the same day is no other one.
        let is_of_same = !self.remarked.is_empty()
            && self.all.len() > 1
            && self.remarked.iter().all(|day| self.all.iter().filter(|s| s.days.contains(day)).count() > 1);
        self.commented > 0 && self.commented < self.named && !is_of_same
    }

    /// 请假到周五，从明天开始: one span; `None` where it has no first day.
    fn up_to(&self) -> Option<Vec<DateSpan>> {
        let ([one, other], [end]) = (self.all.as_slice(), self.ends.as_slice()) else { return None };
        if !(self.loose.is_empty() && self.excepted.is_empty() && self.attended.iter().all(|day| day > end)) {
            return None;
        }
        let first = if one.days.first() == Some(end) { other } else { one };
        let from = first.days.first().filter(|_| self.starts && first.to.is_none())?;
        span::parts_of_span(*from, *end, first.part, None)
    }

    /// Gives parts without a day to all days; `None` when they cannot be of them.
    fn add_loose(&mut self) -> Option<()> {
        // 明天早上看病，全天都请: all of the day, whatever was said of a part.
        if self.loose.contains(&DayPart::Day) {
            self.loose = vec![DayPart::Day];
            for said in &mut self.all {
                said.part = None;
            }
        }
        self.loose.dedup();
        let has_parts = self.all.iter().any(|s| s.part.is_some());
        if let ([one], false, true) =
            (self.loose.as_slice(), has_parts, self.all.iter().all(|s| s.to_part.is_none()))
        {
            for said in &mut self.all {
                said.part = Some(*one);
            }
        } else if self.loose.len() > 1 {
            let both = self.loose.contains(&DayPart::Am) && self.loose.contains(&DayPart::Pm);
            return (both && !has_parts).then_some(());
        }
        Some(())
    }

    /// 下周一到周五，周三不用请: days at school are taken out of the span that holds them, or their weekday.
    fn excepted_from(&self, spans: &[DateSpan]) -> Vec<NaiveDate> {
        let is_inside = |day: &NaiveDate| {
            spans.iter().filter(|s| s.from != s.to).any(|s| {
                (s.from..=s.to).contains(day)
                    || s.from.iter_days().take_while(|d| *d <= s.to).any(|d| d.weekday() == day.weekday())
            })
        };
        let attended = self.attended.iter().copied().filter(is_inside);
        self.excepted.iter().copied().chain(attended).collect()
    }
}

/// 请三天假，从11号开始: a run of days; `None` where its end was not said.
fn run_from(one: &Said, text: &str) -> Option<Vec<DateSpan>> {
    let day = one.days.first().copied()?;
    match day::run_of(day, days_said(text)?)? {
        Mention::Span(from, to) => Some(vec![DateSpan { from, to, part: one.part.unwrap_or(DayPart::Day) }]),
        Mention::Days(_) | Mention::Wrong => None,
    }
}

/// The Monday of a day's calendar week.
fn monday(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))
}

fn in_week(monday: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    monday.checked_add_days(Days::new(u64::from(weekday.num_days_from_monday())))
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike as _, NaiveDate};

    use super::super::{Answer, Question, Value, read};

    #[test]
    fn days_away_are_told_from_days_at_school_and_from_stories() {
        let today = NaiveDate::from_ymd_opt(2021, 9, 15).unwrap();
        let question = Question::Date { today, holidays: vec![], makeup_days: vec![] };
        for (text, want) in [
            ("昨天开始流鼻涕，想请明天和后天两天", "16-17 Day"),
            ("明天上午要测验不请，下午请", "16-16 Pm"),
            ("明天上午看病下午回来上课", "16-16 Am"),
            ("请三天假，从20号开始", "20-22 Day"),
            ("下周三起，到周五为止", "22-24 Day"),
            ("18号（周六）", "18-18 Day"),
            ("18号（周五）", ""),
            ("明天不来后天来", ""),
            ("23号周四", "23-23 Day"),
            ("23号周五", ""),
            ("下周三，也就是23号", ""),
            ("从16号请，18号返校", "16-17 Day"),
        ] {
            let have = match read(text, &question) {
                Answer::Value(Value::Date(spans)) => spans
                    .iter()
                    .map(|s| format!("{}-{} {:?}", s.from.day(), s.to.day(), s.part))
                    .collect::<Vec<String>>()
                    .join("，"),
                _ => String::new(),
            };
            assert_eq!(have, want, "{text}");
        }
    }
}
