//! What one clause says of days: wanted, ruled out, and whether the rest is wanted.
//!
//! Start at [`add`].

mod verbs;

use smallvec::SmallVec;

use super::super::account::light_end;
use super::super::few::Few;
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, holds_any, phrases, starts_with_any};
use super::super::time::clock_end;
use super::counted::{ends_of_week, run_from};
use super::exception::except;
use super::words::{LEXICON, Word};
use super::{bare_at, group_at};

/// Characters that say nothing of a day.
const LIGHT: &str = "的了吧啊呀哈哦嘛呢和跟与及到至嗯就我们他她孩子娃家这那几天也还再就都会给麻烦老师您请登记一下放学每个两三四五，、 -:";

/// What a clause or a reply has said so far.
#[derive(Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that speaks of all days or of none"
)]
pub(super) struct Said {
    pub(super) wanted: Few<u8>,
    pub(super) refused: Few<u8>,
    pub(super) all: bool,
    pub(super) each: bool,
    /// The rest is wanted, or is not.
    pub(super) rest: Option<bool>,
    pub(super) is_unclear: bool,
    /// 不用每天: not all, but which was not said.
    pub(super) denies_all: bool,
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
        let starts = ["开始", "起"].iter().find_map(|word| after.strip_prefix(word));
        let days = match starts.map(|rest| run_from(&days, rest)) {
            Some(Some((days, rest))) => {
                self.at = self.text.len() - rest;
                days
            }
            Some(None) => return,
            None => days,
        };
        let between = self.text.get(self.last_end..start).unwrap_or_default();
        let is_joined = ["和", "跟", "、", "与", "及", "还有"].contains(&between);
        let verb_since = self.verb_since;
        match self.groups.last_mut().filter(|(_, claimed)| is_joined || (!verb_since && claimed.is_none())) {
            Some((previous, _)) => previous.extend(days),
            None => self.groups.push((days, self.nots_before.then_some(false))),
        }
        // 周三往后都要: a start, or the days from then on.
        let after = self.text.get(self.at..).unwrap_or_default();
        self.is_unclear |= starts_with_any(
            after,
            &[
                "往后",
                "及以后",
                "及之后",
                "和以后",
                "以后都",
                "之后都",
                "以后的",
                "之后的",
                "以前的",
                "之前的",
            ],
        );
        self.last_end = self.at;
        (self.kin, self.nots_before, self.verb_since) = (false, false, false);
    }

    /// 一头一尾; beside days named already it says the same or nothing clear (周一和周五两头).
    fn both_ends(&mut self) {
        let ends: Few<u8> = self.offered.first().into_iter().chain(self.offered.last()).copied().collect();
        match self.groups.last() {
            Some((days, None)) => self.is_unclear |= *days != ends,
            _ => self.groups.push((ends, self.nots_before.then_some(false))),
        }
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
            // 每个礼拜的话: a topic, where nothing is done yet.
            Word::If if self.text.get(token.start..token.end) == Some("的话") && !self.verb_seen => {
                self.if_seen |= self
                    .text
                    .get(..token.start)
                    .is_some_and(|before| before.contains(['有', '没', '能', '会', '不']));
            }
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
            Word::BothEnds => self.both_ends(),
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
            // 我妈来接不用留: says the same of the same day once more.
            Word::Not if self.says_again(token) => {}
            // 只要周一不要周五: a refusing verb right before a day refuses that one, unless the day has a verb of its own.
            Word::Not if self.refuses_next(token) => {
                if let Some((_, claimed @ None)) = self.groups.last_mut() {
                    *claimed = Some(true);
                }
                self.nots_before = true;
            }
            Word::Not | Word::Collect | Word::Myself => self.negative(),
            Word::Verb => self.verb(token),
            Word::Busy => self.busy(),
            Word::Other => {}
        }
    }

    /// Claims the day before it, unless it says that somebody else comes, or that the child is busy.
    fn verb(&mut self, token: Token<Word>) {
        let after = self.text.get(token.end..).unwrap_or_default();
        // 周三去不了: the verb cannot be.
        if starts_with_any(after, &["不了", "不成"]) {
            self.at += "不了".len();
            return self.negative();
        }
        // 他姥姥来: somebody of the family comes instead.
        if self.kin && self.comes_alone(token) {
            return self.negative();
        }
        // 要去上吉他课: a class of another kind.
        if self.is_other_class(token) {
            return self.busy();
        }
        self.verb_seen = true;
        if let Some((_, claimed @ None)) = self.groups.last_mut() {
            if !self.nots_before && !self.excepts {
                *claimed = Some(true);
            }
            self.verb_since = !self.excepts;
        }
    }

    fn nots_before_group(&self) -> bool {
        !self.only && matches!(self.groups.last(), Some((_, Some(false)))) && !self.verb_since
    }

    /// 周四要上奥数: what fills a day rules it out, unless it is what the day is wanted for.
    fn busy(&mut self) {
        let joins = holds_any(self.text, phrases!["参加", "报", "课后", "延时", "托管", "留"]);
        if let Some((_, claimed)) =
            self.groups.last_mut().filter(|(_, claimed)| *claimed != Some(false) && !joins)
        {
            *claimed = Some(false);
            self.verb_since = true;
        }
    }

    fn english(&mut self, day: u8, start: usize) {
        let before = self.text.get(..start).unwrap_or_default().trim_end();
        let is_range = before.ends_with(['-', '到', '至'])
            || ends_with_any(before, &[" to", " through", " thru", " till", " until"]);
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
        said.denies_all |= denies_all;
        said.is_unclear |= self.is_unclear || (self.if_seen && !self.weekend_only);
        if denies_all {
            return;
        }
        let named: Few<u8> = self.groups.iter().flat_map(|(days, _)| days.iter().copied()).collect();
        if self.excepts && !named.is_empty() {
            except(said, &self.groups, self.rest, self.each || self.all, self.text);
            return;
        }
        // 周四也是: as the days before, which were ruled out.
        said.is_unclear |=
            ends_with_any(self.text, &["也是", "也一样", "也这样"]) && !said.refused.is_empty();
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

/// 五点半接: collecting at an hour does not rule the day out.
fn says_time(text: &str) -> bool {
    text.contains('点') || text.contains(':')
}
