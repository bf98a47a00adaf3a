//! Plan changes (改计划): 周三奶奶接，周五不上，下周起改成到五点半 → what is different, on which days, from when.
//!
//! A bare weekday is the coming one; a change lasts only where the reply says so (每周三, 以后, 下周起). Two things that
//! cannot both be on one day, a day without what, and what without a day, are asked again. Start at [`read`]; [`segment`]
//! divides the reply.

mod segment;
mod words;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::phrases::{holds_any, phrases};
use super::{Answer, render};
use super::{ChildOption, Holiday, PickupPerson, Replier, TimeAnswer, Value, pickup_person, time};
use segment::{Named, Segment, segments};
use words::{LEXICON, Word};

/// One change of a child's plan (计划).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanChange {
    /// The child's id; `None` when the reply names none.
    pub child: Option<String>,
    /// The days it is about.
    pub days: Which,
    /// The first day of a lasting change, where one was said.
    pub from: Option<NaiveDate>,
    /// The last day of a lasting change, where one was said.
    pub until: Option<NaiveDate>,
    /// What is different.
    pub what: PlanWhat,
}

/// See [`PlanChange`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Every such day, in week order.
    Weekdays(Vec<Weekday>),
    /// These days only, in order.
    Dates(Vec<NaiveDate>),
}

/// See [`PlanChange`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanWhat {
    /// 不上.
    Leave,
    /// 上.
    Attend,
    /// Collected at this time.
    PickupAt(TimeAnswer),
    /// Collected by this person.
    PickupBy(PickupPerson),
}

/// What is known when changes are asked for.
pub(super) struct Plan<'a> {
    pub(super) today: NaiveDate,
    pub(super) offered: &'a [Weekday],
    pub(super) earliest: NaiveTime,
    pub(super) latest: NaiveTime,
    pub(super) dismissal: NaiveTime,
    pub(super) children: &'a [ChildOption],
    pub(super) replier: Replier,
    pub(super) holidays: &'a [Holiday],
    pub(super) makeup_days: &'a [NaiveDate],
}

impl Plan<'_> {
    fn window(&self) -> time::Window {
        time::Window { earliest: self.earliest, latest: self.latest, dismissal: self.dismissal, now: None }
    }

    fn is_school_day(&self, day: NaiveDate) -> bool {
        let is_off = self.holidays.iter().any(|h| (h.from..=h.to).contains(&day));
        self.makeup_days.contains(&day) || self.offered.contains(&day.weekday()) && !is_off
    }
}

/// Why changes cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Two things on one day that cannot both be.
    Contradicts,
    /// A day without what, or what without a day.
    Gap,
    /// Anything else.
    Unreadable,
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "what is different, and when?".
pub(super) fn read(text: &str, plan: &Plan<'_>) -> Result<Vec<PlanChange>, Trouble> {
    const CORRECTIONS: [&str; 6] = ["不对", "说错了", "写错了", "打错了", "更正", "发错了"];
    let found = CORRECTIONS.iter().filter_map(|word| Some((text.rfind(word)?, word.len()))).max();
    let Some((at, length)) = found else { return of_text(text, plan) };
    // A correction of one change stands in its place; of several, it may be of any.
    let before = of_text(text.get(..at).unwrap_or_default(), plan)?;
    let after =
        of_text(text.get(at + length..).unwrap_or_default().trim_start_matches(['，', '。', '是']), plan)?;
    match (before.as_slice(), after.as_slice()) {
        ([one], [other]) if one.days == other.days || one.what == other.what => Ok(after),
        _ => Err(Trouble::Unreadable),
    }
}

fn of_text(text: &str, plan: &Plan<'_>) -> Result<Vec<PlanChange>, Trouble> {
    let mut changes: Vec<PlanChange> = Vec::new();
    let mut child = None;
    for segment in segments(text, plan)? {
        // 小禾周三奶奶接，周五不上: of the same child.
        child = segment.child.clone().or(child);
        let whats = whats(&segment, plan)?;
        if whats.is_empty() {
            // 这周我出差: a day without what; 我出差 alone explains.
            if segment.days != Named::Nothing || segment.from.is_some() || segment.child.is_some() {
                return Err(Trouble::Gap);
            }
            continue;
        }
        let days = match segment.days {
            Named::Dates(dates) => Which::Dates(dates),
            Named::Weekdays(days) => Which::Weekdays(days),
            Named::Nothing if segment.lasts => Which::Weekdays(plan.offered.to_vec()),
            Named::Nothing => return Err(Trouble::Gap),
        };
        changes.extend(whats.into_iter().map(|what| PlanChange {
            child: child.clone(),
            days: days.clone(),
            from: segment.from,
            until: segment.until,
            what,
        }));
    }
    let has_conflict = changes
        .iter()
        .enumerate()
        .any(|(index, a)| changes.iter().skip(index + 1).any(|b| a != b && conflicts(a, b)));
    if has_conflict {
        return Err(Trouble::Contradicts);
    }
    changes.dedup();
    if changes.is_empty() { Err(Trouble::Gap) } else { Ok(changes) }
}

/// What is to happen on the days of a segment.
fn whats(segment: &Segment, plan: &Plan<'_>) -> Result<Vec<PlanWhat>, Trouble> {
    let text = segment.action.as_str();
    let tokens = LEXICON.scan(text);
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    let is_collected = has(Word::Collects);
    if has(Word::Hedge) {
        return Err(Trouble::Unreadable);
    }
    let has_digit = |(at, _): (usize, &str)| {
        text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    };
    let has_clock = text.contains('点')
        || text.match_indices(':').any(has_digit)
        || is_collected && holds_any(text, phrases!["放学", "结束"]);
    let at = match time::read(text, &plan.window()) {
        Answer::Value(Value::Time(at)) if has_clock => Some(at),
        _ if has_clock => return Err(Trouble::Unreadable),
        _ => None,
    };
    if has(Word::Leave) {
        return if at.is_some() || has(Word::Attend) || is_collected && has_somebody(text) {
            Err(Trouble::Contradicts)
        } else {
            Ok(vec![PlanWhat::Leave])
        };
    }
    let by = if is_collected { collector(text, segment, plan)? } else { None };
    let is_change = at.is_some() || by.is_some() || has(Word::Attend) || is_collected;
    if has(Word::Blocks) && is_change && by.is_none() {
        return Err(Trouble::Unreadable);
    }
    if is_collected && at.is_none() && by.is_none() {
        return Err(Trouble::Gap);
    }
    let attends = has(Word::Attend) && at.is_none() && by.is_none();
    let all = [attends.then_some(PlanWhat::Attend), by.map(PlanWhat::PickupBy), at.map(PlanWhat::PickupAt)];
    Ok(all.into_iter().flatten().collect())
}

fn has_somebody(text: &str) -> bool {
    pickup_person::mentions_somebody(text)
}

/// The one person who collects, if somebody was said.
fn collector(text: &str, segment: &Segment, plan: &Plan<'_>) -> Result<Option<PickupPerson>, Trouble> {
    let name = plan.children.iter().find(|c| segment.child.as_deref().is_none_or(|id| id == c.id));
    let name = name.map(|c| c.name.as_str()).unwrap_or_default();
    let people = pickup_person::of_guardian(text, plan.replier, name).ok_or(Trouble::Unreadable)?;
    match people.as_slice() {
        [] => Ok(None),
        [one] if one.relation.as_deref() != Some("child_alone") => Ok(Some(one.clone())),
        _ => Err(Trouble::Unreadable),
    }
}

/// Whether two changes cannot both be: of the same child, on a common day, and of two minds.
fn conflicts(a: &PlanChange, b: &PlanChange) -> bool {
    let is_same_child = a.child.is_none() || b.child.is_none() || a.child == b.child;
    let meets = match (&a.days, &b.days) {
        (Which::Dates(a), Which::Dates(b)) => a.iter().any(|day| b.contains(day)),
        (Which::Weekdays(a), Which::Weekdays(b)) => a.iter().any(|day| b.contains(day)),
        // A dated change departs from a lasting one.
        (Which::Dates(_), Which::Weekdays(_)) | (Which::Weekdays(_), Which::Dates(_)) => false,
    };
    let differ = match (&a.what, &b.what) {
        (PlanWhat::Leave, PlanWhat::Leave) | (PlanWhat::Attend, PlanWhat::Attend) => false,
        (PlanWhat::Leave, _) | (_, PlanWhat::Leave) => true,
        (PlanWhat::PickupAt(a), PlanWhat::PickupAt(b)) => a != b,
        (PlanWhat::PickupBy(a), PlanWhat::PickupBy(b)) => a != b,
        (PlanWhat::Attend | PlanWhat::PickupAt(_) | PlanWhat::PickupBy(_), _) => false,
    };
    is_same_child && meets && differ
}

/// Says changes in words: `11月27日（周五）：不上；11月30日起每天：17:30接`.
pub(super) fn say(changes: &[PlanChange], children: &[ChildOption], today: NaiveDate) -> String {
    let one = |change: &PlanChange| {
        let child = children.iter().find(|c| Some(&c.id) == change.child.as_ref());
        let child = child.map(|c| c.name.as_str()).unwrap_or_default();
        let date = |day: NaiveDate| render::day(day, Some(today));
        let since = change.from.map_or_else(String::new, |from| match change.until {
            Some(until) => format!("{}到{}", date(from), date(until)),
            None => format!("{}起", date(from)),
        });
        let days = match &change.days {
            Which::Dates(days) => {
                let said =
                    days.iter().map(|day| format!("{}（{}）", date(*day), render::weekday(day.weekday())));
                said.collect::<Vec<String>>().join("、")
            }
            Which::Weekdays(days) => {
                let said = days.iter().map(|day| format!("每{}", render::weekday(*day)));
                said.collect::<Vec<String>>().join("、")
            }
        };
        let what = match &change.what {
            PlanWhat::Leave => "不上".to_owned(),
            PlanWhat::Attend => "照常上".to_owned(),
            PlanWhat::PickupAt(at) => format!("{}接", render::time_of_day(*at)),
            PlanWhat::PickupBy(person) => format!("{}接", render::person(person)),
        };
        format!("{child}{since}{days}：{what}")
    };
    changes.iter().map(one).collect::<Vec<String>>().join("；")
}

#[cfg(test)]
mod tests;
