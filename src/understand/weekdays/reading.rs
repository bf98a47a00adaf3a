//! What one clause says of days: wanted, ruled out, and whether the rest is wanted.
//!
//! Start at [`add`].

use smallvec::SmallVec;

use super::super::account::light_end;
use super::super::few::Few;
use super::super::lexicon::Token;
use super::super::numerals;
use super::super::time::clock_end;
use super::words::{LEXICON, Word};
use super::{bare_at, group_at};

/// Characters that say nothing of a day.
const LIGHT: &str = "的了吧啊呀哈哦嘛呢和跟与及到至嗯就我们他她孩子娃家这那几天也还再就都会给麻烦老师您请登记一下放学每个两三四五，、 -:";

/// What a clause or a reply has said so far.
#[derive(Default)]
pub(super) struct Said {
    pub(super) wanted: Few<u8>,
    pub(super) refused: Few<u8>,
    pub(super) all: bool,
    pub(super) each: bool,
    /// The rest is wanted, or is not.
    pub(super) rest: Option<bool>,
    pub(super) is_unclear: bool,
    /// Wanted only by being named, without a verb.
    pub(super) bare: Few<u8>,
    /// Named beside one character that nothing of ours covers.
    pub(super) doubtful: Few<u8>,
    /// Named beside something else than coming: 周二爷爷在家.
    pub(super) commented: Few<u8>,
}

/// Adds what one clause says.
///
/// - `is_alone`: the reply has no other clause.
pub(super) fn add(said: &mut Said, text: &str, is_alone: bool, offered: &Few<u8>) {
    let mut reading = Reading {
        text,
        is_alone,
        offered,
        groups: SmallVec::new(),
        excepts: false,
        only: false,
        nots_before: false,
        if_seen: false,
        rest: None,
        all: false,
        each: false,
        verb_since: false,
        weekend_only: false,
        kin: false,
        kin_seen: false,
        or_before: false,
        verb_seen: false,
        unknown: 0,
        is_unclear: false,
        last_end: 0,
        unread_end: usize::MAX,
        at: 0,
    };
    reading.scan();
    reading.tell(said);
}

/// A clause being read from left to right.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that changes what the days around it mean"
)]
struct Reading<'a> {
    text: &'a str,
    is_alone: bool,
    offered: &'a Few<u8>,
    /// Days, and whether a verb or a negative has claimed them.
    groups: SmallVec<[(Few<u8>, Option<bool>); 4]>,
    excepts: bool,
    only: bool,
    nots_before: bool,
    if_seen: bool,
    rest: Option<bool>,
    all: bool,
    each: bool,
    verb_since: bool,
    weekend_only: bool,
    kin: bool,
    /// Somebody is named who could collect.
    kin_seen: bool,
    /// 要不周四: an alternative to what was said before.
    or_before: bool,
    verb_seen: bool,
    /// Characters that nothing of ours covers.
    unknown: usize,
    is_unclear: bool,
    last_end: usize,
    /// Where the last character ends that nothing of ours covers.
    unread_end: usize,
    at: usize,
}

impl Reading<'_> {
    fn scan(&mut self) {
        while let Some(c) = self.text.get(self.at..).and_then(|t| t.chars().next()) {
            if let Some(group) = group_at(self.text, self.at).or_else(|| bare_at(self.text, self.at)) {
                let start = std::mem::replace(&mut self.at, group.end);
                self.group(group.days, start);
            } else if let Some(token) = LEXICON.at(self.text, self.at) {
                self.at = token.end;
                self.word(token);
            } else if let Some(end) = light_end(self.text, self.at).or_else(|| clock_end(self.text, self.at))
            {
                // 六点: says when, and nothing of a day.
                self.at = end;
            } else {
                self.at += c.len_utf8();
                self.unread_end = self.at;
                self.unknown += usize::from(!LIGHT.contains(c));
            }
        }
    }

    fn group(&mut self, days: Few<u8>, start: usize) {
        let after = self.text.get(self.at..).unwrap_or_default();
        if after.starts_with("开始") || after.starts_with('起') {
            return;
        }
        let between = self.text.get(self.last_end..start).unwrap_or_default();
        let is_joined = ["和", "跟", "、", "与", "及", "还有"].contains(&between);
        let verb_since = self.verb_since;
        match self.groups.last_mut().filter(|(_, claimed)| is_joined || (!verb_since && claimed.is_none())) {
            Some((previous, _)) => previous.extend(days),
            None => self.groups.push((days, self.nots_before.then_some(false))),
        }
        self.last_end = self.at;
        (self.kin, self.nots_before, self.verb_since) = (false, false, false);
    }

    fn word(&mut self, token: Token<Word>) {
        match token.kind {
            Word::Except => self.excepts = true,
            Word::ExceptAfter => self.excepts |= !self.groups.is_empty(),
            Word::Rest => self.rest = Some(true),
            Word::All => self.all = true,
            Word::Each => {
                self.each = true;
                // 不是周五都行: the day ruled out, all others are fine.
                if self.nots_before_group() {
                    self.rest = self.rest.or(Some(true));
                }
            }
            Word::Only => self.only = true,
            Word::Or => {
                self.is_unclear |= !self.groups.is_empty();
                self.or_before = true;
            }
            Word::Open => self.is_unclear = true,
            Word::If => self.if_seen = true,
            Word::Kin => {
                self.kin = true;
                // 我们家周二: whose days they are.
                self.kin_seen |= self.text.get(token.start..token.end) != Some("我们");
            }
            Word::English(day) => self.english(day, token.start),
            Word::Weekend => {
                self.weekend_only = self.groups.is_empty();
                self.groups.push((Few::from([6, 7]), self.nots_before.then_some(false)));
                self.verb_since = true;
            }
            Word::FirstDays | Word::MiddleDays | Word::LastDays => {
                if let Some((days, end)) = ends_of_week(self.text, token.end, token.kind, self.offered) {
                    self.groups.push((days, None));
                    self.at = end;
                }
            }
            Word::Collect if !self.kin || says_time(self.text) => {}
            Word::Myself if says_time(self.text) => {}
            // 赶不回来: what somebody cannot do says nothing of the days.
            Word::Not if self.is_inside_verb(token) => {}
            // 只要周一不要周五: a refusing verb right before a day refuses that one, unless the day has a verb of its own.
            Word::Not if self.refuses_next(token) => {
                if let Some((_, claimed @ None)) = self.groups.last_mut() {
                    *claimed = Some(true);
                }
                self.nots_before = true;
            }
            Word::Not | Word::Collect | Word::Myself => self.negative(),
            // 周三去不了: the verb cannot be.
            Word::Verb
                if ["不了", "不成"]
                    .iter()
                    .any(|w| self.text.get(token.end..).is_some_and(|t| t.starts_with(w))) =>
            {
                self.at += "不了".len();
                self.negative();
            }
            Word::Verb => {
                self.verb_seen = true;
                if let Some((_, claimed @ None)) = self.groups.last_mut() {
                    if !self.nots_before && !self.excepts {
                        *claimed = Some(true);
                    }
                    self.verb_since = !self.excepts;
                }
            }
            Word::Busy => self.busy(),
            Word::Other => {}
        }
    }

    /// 赶不回来, 抽不出: a 不 between a verb that we do not know and its complement.
    fn is_inside_verb(&self, token: Token<Word>) -> bool {
        let before = self.text.get(..token.start).and_then(|t| t.chars().next_back());
        self.text.get(token.start..token.end) == Some("不")
            && self.unread_end == token.start
            && before.is_some_and(|c| !LIGHT.contains(c))
    }

    fn refuses_next(&self, token: Token<Word>) -> bool {
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        let Some(group) = group_at(self.text, token.end).filter(|_| word.chars().count() > 1) else {
            return false;
        };
        let has_own = LEXICON.at(self.text, group.end).is_some_and(|t| {
            matches!(t.kind, Word::Verb | Word::Not | Word::Each | Word::All | Word::Collect | Word::Myself)
        });
        !self.excepts && self.rest.is_none() && !has_own && matches!(self.groups.last(), Some((_, None)))
    }

    fn nots_before_group(&self) -> bool {
        !self.only && matches!(self.groups.last(), Some((_, Some(false)))) && !self.verb_since
    }

    /// 周四要上奥数: what fills a day rules it out, unless it is what the day is wanted for.
    fn busy(&mut self) {
        let joins = ["参加", "报", "课后", "延时", "托管", "留"].iter().any(|word| self.text.contains(word));
        if let Some((_, claimed)) =
            self.groups.last_mut().filter(|(_, claimed)| *claimed != Some(false) && !joins)
        {
            *claimed = Some(false);
            self.verb_since = true;
        }
    }

    fn english(&mut self, day: u8, start: usize) {
        let before = self.text.get(..start).unwrap_or_default().trim_end();
        let is_range = before.ends_with(['-', '到', '至']) || before.ends_with(" to");
        match self.groups.last_mut() {
            Some((days, _)) if is_range => {
                let from = days.last().copied().unwrap_or(day);
                days.extend(from.min(day)..=day);
            }
            Some((days, None)) if !self.verb_since => {
                days.insert(day);
            }
            _ => self.groups.push((Few::from([day]), self.nots_before.then_some(false))),
        }
    }

    /// A negative rules out the rest, the days before it, or the days after it.
    fn negative(&mut self) {
        match self.groups.last_mut() {
            Some((_, None)) if self.rest == Some(true) && !self.excepts => {
                self.rest = Some(false);
                self.verb_since = true;
            }
            Some((_, claimed @ None)) => {
                *claimed = Some(false);
                self.verb_since = true;
            }
            _ if self.rest == Some(true) || (self.excepts && self.each) => self.rest = Some(false),
            _ => self.nots_before = true,
        }
    }

    fn tell(mut self, said: &mut Said) {
        let denies_all = self.nots_before && (self.all || self.each) && self.groups.is_empty();
        said.is_unclear |= self.is_unclear || denies_all || (self.if_seen && !self.weekend_only);
        if denies_all {
            return;
        }
        let named: Few<u8> = self.groups.iter().flat_map(|(days, _)| days.iter().copied()).collect();
        if self.excepts && !named.is_empty() {
            except(said, &self.groups, self.rest, self.each || self.all, self.text);
            return;
        }
        // 周四也是: as the days before, which were ruled out.
        said.is_unclear |= ["也是", "也一样", "也这样"].iter().any(|end| self.text.ends_with(end))
            && !said.refused.is_empty();
        said.is_unclear |= self.or_before && !named.is_empty() && !said.wanted.is_empty();
        // 周五早放: one unread character may say something else, or nothing; beside other days it must make no difference.
        if self.unknown == 1 && !self.is_alone && !self.verb_seen && !self.kin_seen {
            said.doubtful.extend(named.iter().copied());
        }
        let says_else = self.kin_seen || self.unknown > 1;
        if says_else
            && !self.verb_seen
            && !named.is_empty()
            && self.groups.iter().all(|(_, claimed)| claimed.is_none())
        {
            said.commented.extend(named);
            said.is_unclear |= self.kin_seen && self.groups.len() > 1;
            return;
        }
        for (days, claimed) in std::mem::take(&mut self.groups) {
            if claimed == Some(false) {
                if self.only || (days.contains(&6) && self.all) {
                    self.rest = self.rest.or(Some(true));
                }
                // 周一，哦周一不行: a day that was only named is taken back.
                said.wanted.retain(|day| !(said.bare.contains(day) && days.contains(day)));
                said.refused.extend(days);
            } else {
                match claimed {
                    None => said.bare.extend(days.iter().copied()),
                    Some(_) => said.bare.retain(|day| !days.contains(day)),
                }
                said.wanted.extend(days);
            }
        }
        said.rest = self.rest.or(said.rest);
        said.all |= self.all && named.iter().all(|day| matches!(day, 6 | 7));
        said.each |= self.each && named.is_empty();
    }
}

/// 除了周三都参加, 除了周三都不去.
fn except(said: &mut Said, groups: &[(Few<u8>, Option<bool>)], rest: Option<bool>, each: bool, text: &str) {
    let named = groups.iter().flat_map(|(days, _)| days.iter().copied());
    let rest_refused = rest == Some(false)
        || (each && ["都不", "全不", "都没", "都别"].iter().any(|word| text.contains(word)))
        || ["其他不", "其余不", "其他都不", "其他时间不"].iter().any(|word| text.contains(word));
    // 周一到周五，周三除外: taken out of the days named before.
    let excepted: Few<u8> = named.clone().collect();
    if !rest_refused && rest.is_none() && !each && excepted.is_subset(&said.wanted) {
        said.wanted.retain(|day| !excepted.contains(day));
    } else if rest_refused {
        said.wanted.extend(named);
        said.rest = Some(false);
    } else {
        said.refused.extend(named);
        said.rest = Some(true);
    }
}

/// How many days a reply counts: 参加四天, 两天都去; what numbers the days of a week (前三天, 周五天天) counts none.
pub(super) fn counts(text: &str) -> impl Iterator<Item = u32> {
    text.match_indices('天').filter_map(|(end, _)| {
        let before = text.get(..end)?;
        let digit = before.chars().next_back()?;
        let lead = before.get(..before.len() - digit.len_utf8())?;
        let is_other = lead.ends_with(|c: char| {
            "前后头每第这那几过周期拜下上点到、和间".contains(c)
                || c.is_ascii_digit()
                || numerals::digit(c).is_some()
        });
        let count = digit.to_digit(10).or_else(|| numerals::digit(digit))?;
        (!is_other && count > 1).then_some(count)
    })
}

/// 五点半接: collecting at an hour does not rule the day out.
fn says_time(text: &str) -> bool {
    text.contains('点') || text.contains(':')
}

/// 前三天, 后两天.
fn ends_of_week(text: &str, at: usize, which: Word, offered: &Few<u8>) -> Option<(Few<u8>, usize)> {
    let (count, end) = numerals::number_at(text, at)?;
    if !text.get(end..)?.starts_with('天') {
        return None;
    }
    let count = usize::try_from(count).ok().filter(|n| (1..=offered.len()).contains(n))?;
    let skipped = match which {
        Word::FirstDays => 0,
        Word::LastDays => offered.len() - count,
        // 中间三天 of five leaves as many before as after; of two days there is no middle.
        _ if (offered.len() - count).is_multiple_of(2) => (offered.len() - count) / 2,
        _ => return None,
    };
    let days = offered.iter().skip(skipped).take(count).copied().collect();
    Some((days, end + '天'.len_utf8()))
}
