//! Segments (段): stretches of a reply with one set of days and what is to happen on them.
//!
//! A day, a child or a mark of lasting (以后) that stands after an action begins a new segment. A bare weekday is the
//! coming one; after a mark of lasting it is every such day. Start at [`segments`].

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use super::super::clause::{self, Mood};
use super::super::few::Few;
use super::super::{child, date, pickup_person, time, weekdays};
use super::words::{LEXICON, Word};
use super::{Plan, Trouble};

/// The days of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Named {
    #[default]
    Nothing,
    /// Days of the week, for good.
    Weekdays(Vec<Weekday>),
    Dates(Vec<NaiveDate>),
}

/// One stretch.
#[derive(Debug, Clone, Default)]
pub(super) struct Segment {
    pub(super) days: Named,
    /// A mark of lasting was seen.
    pub(super) lasts: bool,
    pub(super) from: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
    pub(super) child: Option<String>,
    /// What is neither a day nor a child; clauses are set apart.
    pub(super) action: String,
    has_action: bool,
    /// Its first day is a weekday without more (周三).
    is_bare: bool,
}

impl Segment {
    fn is_marked(&self) -> bool {
        self.days != Named::Nothing || self.lasts || self.from.is_some()
    }
}

/// Divides a reply; what follows without a day of its own belongs to the days before it.
pub(super) fn segments(text: &str, plan: &Plan<'_>) -> Result<Vec<Segment>, Trouble> {
    let mut reader = Reader { plan, out: Vec::new(), now: Segment::default(), carry: Carry::Nothing };
    for clause in clause::clauses(text) {
        match clause.mood {
            Mood::Asks => return Err(Trouble::Unreadable),
            Mood::Requests | Mood::States => reader.clause(clause.text)?,
        }
    }
    reader.close();
    Ok(reader.out)
}

/// How a mark of lasting reaches later weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carry {
    Nothing,
    /// 以后周一奶奶接，周五爷爷接: as long as the first.
    Lasting(Option<NaiveDate>),
    /// 每天奶奶接，周五爷爷接: every Friday, or the next?
    Every,
}

struct Reader<'p, 'q> {
    plan: &'p Plan<'q>,
    out: Vec<Segment>,
    now: Segment,
    carry: Carry,
}

impl Reader<'_, '_> {
    fn clause(&mut self, text: &str) -> Result<(), Trouble> {
        if !self.now.action.is_empty() {
            self.now.action.push('，');
        }
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
            let end = match self.mark(text, at)? {
                Some(end) => end,
                None => self.word(text, at).unwrap_or(at + c.len_utf8()),
            };
            at = end;
        }
        Ok(())
    }

    /// A day, a child, or a mark of lasting.
    fn mark(&mut self, text: &str, at: usize) -> Result<Option<usize>, Trouble> {
        let plan = self.plan;
        let rest = text.get(at..).unwrap_or_default();
        if let Some(end) = time::clock_end_in(text, at, &plan.window()) {
            self.now.has_action = true;
            self.now.action.push_str(text.get(at..end).unwrap_or_default());
            return Ok(Some(end));
        }
        if let Some((child, end)) = child::mention_at(text, at, plan.children) {
            // 儿子 who collects is somebody else's word.
            if !text.get(end..).is_some_and(|t| t.starts_with('接')) {
                self.begin();
                self.now.child = Some(child.ok_or(Trouble::Unreadable)?);
                return Ok(Some(end));
            }
        }
        if rest.starts_with('每') && !rest.starts_with("每天") {
            let skipped = ["每个", "每逢", "每周的", "每"].iter().find(|w| rest.starts_with(**w));
            let from = at + skipped.map_or(0, |w| w.len());
            let group = weekdays::group_at(text, at).or_else(|| weekdays::group_at(text, from));
            let group = group.ok_or(Trouble::Unreadable)?;
            self.begin();
            self.now.lasts = true;
            self.carry = Carry::Every;
            self.every(&group.days)?;
            return Ok(Some(group.end));
        }
        let token = LEXICON.at(text, at);
        match token.map(|t| (t.kind, t.end)) {
            Some((Word::Standing, end)) => {
                self.begin();
                self.now.lasts = true;
                self.carry = Carry::Lasting(self.now.from);
                Ok(Some(end))
            }
            Some((Word::EveryDay, end)) => {
                self.begin();
                self.now.lasts = true;
                self.carry = Carry::Every;
                self.now.days = Named::Weekdays(plan.offered.to_vec());
                Ok(Some(end))
            }
            _ => self.day(text, at),
        }
    }

    /// A mention of a day: of one, of a run, or the one that a lasting change begins with.
    fn day(&mut self, text: &str, at: usize) -> Result<Option<usize>, Trouble> {
        let plan = self.plan;
        if let Some((monday, end)) = week_at(text, at, plan.today) {
            let Some(after) = begins(text, end) else {
                self.begin();
                let week: Vec<NaiveDate> =
                    monday.iter_days().take(7).filter(|day| *day >= plan.today).collect();
                return self.dates(week.into_iter().filter(|day| plan.is_school_day(*day)).collect(), end);
            };
            self.begin();
            (self.now.lasts, self.now.from) = (true, Some(monday.max(plan.today)));
            self.carry = Carry::Lasting(self.now.from);
            return Ok(Some(after));
        }
        let rest = text.get(at..).unwrap_or_default();
        let is_bare = rest.starts_with(['周', '星', '礼']);
        if is_bare && let Some(end) = self.lasting(text, at)? {
            return Ok(Some(end));
        }
        let last = match &self.now.days {
            Named::Dates(dates) if !self.now.has_action => dates.last().copied(),
            _ => None,
        };
        // 周三五点半: the five belongs to the hour.
        let lead = ["下下", "下个", "这个", "下", "这", "本"].iter().find(|word| rest.starts_with(**word));
        let group = weekdays::group_at(text, at + lead.map_or(0, |word| word.len()));
        let within = group.and_then(|group| text.get(..group.end)).unwrap_or(text);
        let Some((days, mut end)) = date::mention_at(within, at, plan.today, plan.holidays, None) else {
            return Ok(None);
        };
        // 11月27日（周五）, 这周三和周五: the weekday is in the week of the day before it.
        let days = match (last, weekdays::group_at(text, at)) {
            (Some(last), Some(group)) if is_bare => {
                end = group.end;
                in_week_of(last, &group.days).ok_or(Trouble::Unreadable)?
            }
            _ => days.ok_or(Trouble::Unreadable)?,
        };
        let mut days = days;
        days.dedup();
        let first = *days.first().ok_or(Trouble::Unreadable)?;
        if let Some(after) = begins(text, end).filter(|_| days.len() == 1) {
            self.begin();
            (self.now.lasts, self.now.from) = (true, Some(first));
            self.carry = Carry::Lasting(self.now.from);
            return Ok(Some(after));
        }
        let to = ["到", "至", "-"].iter().find_map(|word| {
            let from = end + text.get(end..)?.strip_prefix(word).map(|_| word.len())?;
            date::mention_at(text, from, plan.today, plan.holidays, Some(first))
        });
        let is_list = is_bare && (days.len() > 1 && last.is_none() || last.is_some() && self.now.is_bare);
        let is_run = to.is_some() && is_bare;
        if let Some((to, after)) = to {
            let to =
                to.and_then(|to| to.last().copied()).filter(|to| *to > first).ok_or(Trouble::Unreadable)?;
            days = first
                .iter_days()
                .take_while(|day| *day <= to)
                .filter(|day| plan.is_school_day(*day))
                .collect();
            end = after;
        }
        // 周一三五: a pattern, or this week's days? A child would wait wrongly.
        if is_list || is_run {
            return Err(Trouble::Unreadable);
        }
        if last.is_none() {
            self.begin();
            self.now.is_bare = is_bare;
            // 以后周一奶奶接，下周三爷爷接，周五不上: the last two are days.
            self.carry = Carry::Nothing;
        }
        self.dates(days, end)
    }

    /// Bare weekdays that a mark of lasting reaches.
    fn lasting(&mut self, text: &str, at: usize) -> Result<Option<usize>, Trouble> {
        let is_new = self.now.has_action || self.now.days == Named::Nothing;
        let is_marked = self.now.lasts && !self.now.has_action;
        let from = match self.carry {
            _ if is_marked => self.now.from,
            Carry::Lasting(from) if is_new => from,
            Carry::Every if is_new => return Err(Trouble::Unreadable),
            Carry::Nothing | Carry::Lasting(_) | Carry::Every => return Ok(None),
        };
        let Some(group) = weekdays::group_at(text, at) else { return Ok(None) };
        self.begin();
        (self.now.lasts, self.now.from) = (true, from);
        self.every(&group.days)?;
        Ok(Some(group.end))
    }

    /// These weekdays for good; days said before them say from when until when (12月1号到20号每周三).
    fn every(&mut self, days: &Few<u8>) -> Result<(), Trouble> {
        let week = [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ];
        let picked: Option<Vec<Weekday>> =
            days.iter().map(|day| week.get(usize::from(*day).checked_sub(1)?).copied()).collect();
        let picked = picked.filter(|days| days.iter().all(|day| self.plan.offered.contains(day)));
        let picked = picked.ok_or(Trouble::Unreadable)?;
        match std::mem::take(&mut self.now.days) {
            Named::Nothing => self.now.days = Named::Weekdays(picked),
            Named::Dates(dates) if dates.len() > 1 => {
                (self.now.from, self.now.until) = (dates.first().copied(), dates.last().copied());
                self.now.days = Named::Weekdays(picked);
            }
            Named::Weekdays(mut known) if known != self.plan.offered => {
                known.extend(picked);
                known.sort_by_key(Weekday::num_days_from_monday);
                known.dedup();
                self.now.days = Named::Weekdays(known);
            }
            Named::Weekdays(_) | Named::Dates(_) => return Err(Trouble::Contradicts),
        }
        Ok(())
    }

    fn dates(&mut self, days: Vec<NaiveDate>, end: usize) -> Result<Option<usize>, Trouble> {
        if days.is_empty() || days.iter().any(|day| !self.plan.is_school_day(*day) || *day < self.plan.today)
        {
            return Err(Trouble::Unreadable);
        }
        match &mut self.now.days {
            Named::Dates(known) => {
                known.extend(days);
                known.sort();
                known.dedup();
            }
            Named::Nothing => self.now.days = Named::Dates(days),
            Named::Weekdays(_) => return Err(Trouble::Contradicts),
        }
        Ok(Some(end))
    }

    /// A word of what is to happen.
    fn word(&mut self, text: &str, at: usize) -> Option<usize> {
        // 姨妈, 上班: no word is cut out of a longer one.
        let token = LEXICON.at(text, at);
        let person = pickup_person::word_end(text, at);
        let end = token
            .map(|t| t.end)
            .max(person)
            .or_else(|| text.get(at..)?.chars().next().map(|c| at + c.len_utf8()))?;
        let acts = matches!(token.map(|t| t.kind), Some(Word::Leave | Word::Attend | Word::Collects))
            && token.map(|t| t.end) == Some(end);
        self.now.has_action |= acts;
        self.now.action.push_str(text.get(at..end)?);
        Some(end)
    }

    /// A new segment where the one before has all it needs.
    fn begin(&mut self) {
        if self.now.has_action {
            self.close();
        }
    }

    fn close(&mut self) {
        let done = std::mem::take(&mut self.now);
        if done.is_marked() || done.child.is_some() || !done.action.is_empty() {
            self.out.push(done);
        }
    }
}

/// 下周, 这周 without a weekday: its Monday, and the byte after it.
fn week_at(text: &str, at: usize, today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let words = [
        ("下个星期", 1),
        ("下星期", 1),
        ("下个礼拜", 1),
        ("下礼拜", 1),
        ("下周", 1),
        ("这个星期", 0),
        ("这星期", 0),
        ("这个礼拜", 0),
        ("这礼拜", 0),
        ("这周", 0),
        ("本周", 0),
    ];
    let rest = text.get(at..)?;
    let (word, weeks) = words.iter().find(|(word, _)| rest.starts_with(word))?;
    let tail = rest.get(word.len()..)?;
    if tail.starts_with(|c: char| "一二三四五六日天末1234567".contains(c)) && !tail.starts_with("一起")
    {
        return None;
    }
    let monday = today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
    Some((monday.checked_add_days(Days::new(7 * weeks))?, at + word.len()))
}

/// Where 起 or 开始 ends that stands at this byte.
fn begins(text: &str, at: usize) -> Option<usize> {
    let token = LEXICON.at(text, at)?;
    let is_since = matches!(text.get(token.start..token.end), Some("以后" | "往后"));
    (token.kind == Word::Begins || is_since).then(|| {
        // 起每天: the days are still to be read.
        let word = text.get(at..token.end).unwrap_or_default();
        at + word.find("每天").unwrap_or(word.len())
    })
}

fn in_week_of(day: NaiveDate, weekdays: &Few<u8>) -> Option<Vec<NaiveDate>> {
    let monday = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?;
    let dates = weekdays.iter().map(|n| monday.checked_add_days(Days::new(u64::from(n.checked_sub(1)?))));
    dates.collect()
}
