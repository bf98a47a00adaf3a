//! One clause (分句): the days that it names, parts without a day, and whether they are meant.
//!
//! `clause = (span | part | word)*`, `span = day part? (到 day part?)?`. Start at [`clause_days`].

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::super::lexicon::Token;
use super::super::phrases::starts_with_any;
use super::super::{DayPart, numerals};
use super::day::{self, Anchor, Bare, Mention};
use super::week;
use super::words::{LEXICON, Word};

/// A day with the part that was said for it.
pub(super) struct Said {
    pub(super) days: Vec<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    pub(super) part: Option<DayPart>,
    pub(super) to_part: Option<DayPart>,
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

/// What one clause names.
#[expect(clippy::struct_excessive_bools, reason = "each is said by itself, or is not")]
pub(super) struct Named {
    pub(super) said: Vec<Said>,
    /// Parts of the day that stand before any day.
    pub(super) loose: Vec<DayPart>,
    /// Whether the child stays away on these days, and is not at school.
    pub(super) is_meant: bool,
    /// 半天 without saying which half.
    pub(super) is_half: bool,
    /// 从明天开始.
    pub(super) starts: bool,
    /// 请到周五: the only day ends a span.
    pub(super) ends: bool,
    /// The Monday of the week that was named last.
    pub(super) week: Option<NaiveDate>,
}

/// What one clause names; `None` when it is unclear.
pub(super) fn clause_days(text: &str, anchor: &Anchor) -> Option<Named> {
    let named = Named {
        said: Vec::new(),
        loose: Vec::new(),
        is_meant: true,
        is_half: false,
        starts: false,
        ends: false,
        week: None,
    };
    let mut reading = Reading {
        text,
        anchor: *anchor,
        named,
        is_range: false,
        is_hedged: false,
        undone: None,
        mention_end: 0,
        at: 0,
    };
    reading.scan()?;
    let Reading { named, is_range, is_hedged, .. } = reading;
    if is_hedged && !(named.said.is_empty() && named.loose.is_empty()) {
        return None;
    }
    // A range that found no end: 从周三到…
    (!is_range || named.said.iter().all(|s| s.to.is_none())).then_some(named)
}

/// A clause being read from left to right.
struct Reading<'a> {
    text: &'a str,
    anchor: Anchor<'a>,
    named: Named,
    /// 到: the end of a span comes.
    is_range: bool,
    /// 大概.
    is_hedged: bool,
    /// The part that the last day had before a second one was said for it.
    undone: Option<DayPart>,
    /// Where the last day ends.
    mention_end: usize,
    at: usize,
}

impl Reading<'_> {
    fn scan(&mut self) -> Option<()> {
        while let Some(c) = self.rest().chars().next() {
            if self.repeats_day()? || self.mention()? {
                continue;
            }
            if let Some(token) = LEXICON.at(self.text, self.at) {
                self.at = token.end;
                self.word(token)?;
            } else if self.is_half_listed() {
                return None;
            } else {
                self.character(c);
            }
        }
        Some(())
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// 9月8日（周三）, 8号周三, 今天周三: the same day once more; `None` where it is a mistake in one of the two.
    fn repeats_day(&mut self) -> Option<bool> {
        let (Some((weekday, end)), Some(last)) = (self.other_name(), self.named.said.last()) else {
            return Some(false);
        };
        let day = last.to.or_else(|| last_day(last))?;
        self.at = end;
        // 19号周四周五, 19号周四五: the second weekday is a day of its own, but of which week?
        let goes_on =
            week::weekday_at(self.text, end).is_some() || self.rest().starts_with(['二', '三', '四', '五']);
        (day.weekday() == weekday && !goes_on).then_some(true)
    }

    /// The weekday that stands at this byte and names the day before it once more, and where it ends.
    fn other_name(&self) -> Option<(Weekday, usize)> {
        let before = self.text.get(..self.at)?;
        let day = before.get(..self.mention_end)?;
        let is_beside = self.mention_end > 0
            && match before.get(self.mention_end..)? {
                "" | " " => {
                    day.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '号' | '日' | '天' | '儿'))
                }
                "是" | "就是" | "也就是" => day.ends_with(['号', '日']),
                _ => false,
            };
        (is_beside || before.ends_with('(')).then(|| week::weekday_at(self.text, self.at))?
    }

    /// 周四|19号: a number right after a weekday says which one; `None` where it is another day.
    fn dated(&mut self, mention: &Mention) -> Option<bool> {
        let is_beside = self.mention_end > 0 && self.mention_end == self.at && !self.is_range;
        let (true, Mention::Days(days), Some(last)) = (is_beside, mention, self.named.said.last_mut()) else {
            return Some(false);
        };
        let is_number = self.text.get(self.at..)?.starts_with(|c: char| {
            c.is_ascii_digit() || numerals::digit(c).is_some() || matches!(c, '十' | '廿')
        });
        let before = self.text.get(..self.at)?;
        let is_weekday = ["周", "星期", "礼拜", "拜"].iter().any(|lead| {
            before
                .char_indices()
                .next_back()
                .is_some_and(|(at, _)| before.get(..at).is_some_and(|t| t.ends_with(lead)))
        });
        if !is_number || !is_weekday {
            return Some(false);
        }
        let ([day], Some(weekday)) = (days.as_slice(), last.to.or_else(|| last_day(last))) else {
            return None;
        };
        let is_free = self.named.week.is_none() && last.to.is_none() && last.days.len() == 1;
        if *day == weekday {
            return Some(true);
        }
        if !is_free || day.weekday() != weekday.weekday() {
            return None;
        }
        last.days = vec![*day];
        Some(true)
    }

    /// A day or a span that starts here; `None` where it cannot be.
    fn mention(&mut self) -> Option<bool> {
        let after = self.named.said.last().and_then(last_day).filter(|_| self.is_range);
        let Some((mention, end)) = day::mention_at(self.text, self.at, &self.anchor, after) else {
            return Some(false);
        };
        let is_topic = self.week(mention == Mention::Wrong);
        if is_topic {
            return Some(true);
        }
        if self.dated(&mention)? {
            // Named twice already: the next weekday is another day.
            (self.at, self.mention_end) = (end, 0);
            return Some(true);
        }
        let is_from = self.text.get(..self.at).is_some_and(|before| before.ends_with(['从', '自']));
        self.at = end;
        self.mention_end = end;
        if is_bound(self.rest()) {
            return None;
        }
        // 17号放假18号请: a day off needs no leave.
        let is_off = self.rest().starts_with("放假")
            || self.text.get(..end).is_some_and(|before| before.ends_with("放假"));
        if is_off && !self.is_range {
            return Some(true);
        }
        let is_day = matches!(mention, Mention::Days(_));
        add_mention(&mut self.named.said, mention, &mut self.is_range)?;
        self.named.starts |= is_from && is_day && !self.text.contains(['到', '至', '-']);
        if comes(self.rest()) {
            if self.named.said.len() > 1 {
                return None;
            }
            self.named.is_meant = false;
        }
        Some(true)
    }

    /// 下周二和|周四|, 下周我们|周二|: a week that is named holds the weekdays after it; whether it is all that was named here.
    fn week(&mut self, is_wrong: bool) -> bool {
        let Some(monday) = week::week_at(self.text, self.at, &self.anchor) else { return false };
        // What comes is named by this week's days as it is without.
        let is_this = super::monday(self.anchor.today) == Some(monday);
        let topic = is_wrong.then(|| week::topic_at(self.text, self.at, &self.anchor)).flatten();
        self.anchor.bare = if is_this && topic.is_none() { Bare::Coming } else { Bare::Of(monday) };
        self.named.week = Some(monday);
        self.at = topic.map_or(self.at, |(_, end)| end);
        topic.is_some()
    }

    /// 请到|周五, 一直到|周五: up to that day, and not 挪到, 改到.
    fn lasts_until(&self, token: Token<Word>) -> bool {
        let before = self.text.get(..token.start).unwrap_or_default();
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        before.ends_with(['请', '假', '直', '休', '歇', '续', '着', '住'])
            || word.contains('直')
            || word.starts_with("截")
    }

    /// 30、31和1月5日: numbers that no 号 ends stand in a list with a day.
    fn is_half_listed(&self) -> bool {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let listed = after.strip_prefix(['、', '和', '跟', '及']);
        rest.len() - after.len() <= 2
            && listed.is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// 明早, 今晚: the part is one character right after the day.
    fn character(&mut self, c: char) {
        let ends_day = day::ends_at(self.text, self.at);
        if let (Some(last), Some(part)) = (self.named.said.last_mut().filter(|_| ends_day), short_part(c)) {
            last.part.get_or_insert(part);
        }
        self.at += c.len_utf8();
    }

    fn word(&mut self, token: Token<Word>) -> Option<()> {
        match token.kind {
            Word::Vague if self.is_no_day(token) || self.counts_days(token) => {}
            Word::Vague | Word::Or | Word::If => return None,
            Word::Hedge => self.is_hedged = true,
            Word::Half => self.named.is_half = true,
            Word::To => {
                self.is_range = !self.named.said.is_empty() && !self.rest().is_empty();
                self.named.ends |= !self.is_range
                    && self.lasts_until(token)
                    && day::mention_at(self.text, self.at, &self.anchor, None).is_some();
            }
            // 上午看病下午回来上课: of the two halves, the second is one at school.
            Word::Attends if self.undone.is_some() => {
                if let Some(last) = self.named.said.last_mut() {
                    last.part = self.undone.take();
                }
            }
            Word::Not | Word::Attends => self.named.is_meant = false,
            Word::Part(part) => {
                if let Some(last) = self.named.said.last_mut() {
                    self.undone = last.part;
                    last.add_part(part, std::mem::take(&mut self.is_range));
                } else {
                    self.named.loose.push(part);
                }
            }
            Word::Starts => self.named.starts |= !self.named.said.is_empty(),
            Word::Other | Word::Except => {}
        }
        Some(())
    }

    /// 二十号到二十一号这两天: counts the days that were named right before it.
    fn counts_days(&self, token: Token<Word>) -> bool {
        let counts =
            matches!(self.text.get(token.start..token.end), Some("这几天" | "这两天" | "那几天" | "那两天"));
        let several = self.named.said.len() > 1
            || self.named.said.iter().any(|said| said.to.is_some() || said.days.len() > 1);
        counts && several && self.mention_end == token.start
    }

    /// 三点以后 is an hour; 最近总咳嗽 says since when.
    fn is_no_day(&self, token: Token<Word>) -> bool {
        let before = self.text.get(..token.start).unwrap_or_default();
        before.ends_with(['点', '半', '钟', '刻'])
            || matches!(self.text.get(token.start..token.end), Some("最近" | "近期"))
    }
}

/// 明天不来后天来: the second day is one at school.
fn comes(after: &str) -> bool {
    let after = after.trim_start_matches(['就', '再', '才', '又', '也']);
    // 明天请假，后天去: said at the end, without where.
    after.starts_with('来') && !starts_with_any(after, &["来不", "来接", "来回", "来的"])
        || matches!(after, "去" | "去了" | "去吧" | "去哈")
}

/// 20号前, 周三之后: the day only bounds those that are meant.
fn is_bound(after: &str) -> bool {
    after.starts_with(['前', '之', '以'])
        && starts_with_any(after, &["前", "之前", "以前", "之后", "以后"])
        && !starts_with_any(after, &["前天", "前日", "前儿", "前半", "前晌", "前后"])
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
        '早' | '朝' => Some(DayPart::Am),
        '晚' => Some(DayPart::Pm),
        _ => None,
    }
}
