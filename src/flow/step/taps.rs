//! Taps (点选): what the pending question offers to be tapped, on a channel that has buttons.
//!
//! Made of the flow and of what is on offer, never of the sentence that is said. What a tap sends is what somebody could
//! type, and nothing is offered that the question would not understand as just that. Start at [`taps`].

use chrono::{Datelike as _, Days, Duration, NaiveDate, NaiveTime, Weekday};

use super::super::conversation::Conversation;
use super::super::definition::{Ask, Confirm, Flow, Next, NodeKind, SlotType, TapLabels};
use super::super::{Facts, Flows};
use super::reply::{correction, said_as_offered, way_on};
use super::walk::Walk;
use crate::understand::{
    Answer, Choices, Consent, DateSpan, DayPart, Holiday, Question, TimeAnswer, Value, read, render,
};

/// How far apart the times on offer are.
const TIME_STEP: Duration = Duration::minutes(15);
/// Times on offer at the most.
const TIMES_MAX: usize = 24;
/// Days on offer where any day can be said.
const DAYS_MAX: usize = 6;
/// How far ahead they are looked for, past a long holiday.
const DAYS_AHEAD_MAX: u64 = 21;
/// What stands between the words of several taps.
const BETWEEN: &str = "、";

/// What a question offers to be tapped (点选).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taps {
    /// One of these is an answer.
    One(Vec<Tap>),
    /// One or more of these together are an answer.
    Several {
        /// What can be chosen together, see [`together`].
        some: Vec<Tap>,
        /// What is an answer by itself, such as 每天.
        alone: Vec<Tap>,
    },
}

/// One thing to tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    /// What stands on it.
    pub label: String,
    /// What it sends, as if it had been typed.
    pub sends: String,
    /// What the question understands by that.
    pub means: Value,
}

impl Taps {
    /// Everything that can be tapped.
    pub fn iter(&self) -> impl Iterator<Item = &Tap> {
        let (some, alone) = match self {
            Self::One(taps) => (taps.as_slice(), [].as_slice()),
            Self::Several { some, alone } => (some.as_slice(), alone.as_slice()),
        };
        some.iter().chain(alone)
    }
}

/// What several taps send together.
pub fn together<'a>(sends: impl IntoIterator<Item = &'a str>) -> String {
    sends.into_iter().collect::<Vec<_>>().join(BETWEEN)
}

/// What the pending question of a conversation offers to be tapped; `None` where nothing is pending, or where only words
/// of one's own answer it.
pub fn taps(flows: &Flows, at: &Conversation, facts: &Facts) -> Option<Taps> {
    let walk = Walk::new(flows, at, facts);
    let (flow, node) = walk.pending_node()?;
    match &node.kind {
        NodeKind::Ask(ask) => with_meant(&walk, &flow, ask, of_ask(&walk, &flow, ask)),
        NodeKind::Confirm(confirm) => of_confirm(&walk, &flow, confirm),
        NodeKind::Say { .. }
        | NodeKind::Do { .. }
        | NodeKind::Decide(_)
        | NodeKind::GoOver { .. }
        | NodeKind::End { .. } => None,
    }
}

/// What the last reply may have meant stands before what else is on offer.
fn with_meant(walk: &Walk<'_>, flow: &Flow, ask: &Ask, taps: Option<Taps>) -> Option<Taps> {
    let meant = walk.top().map(|frame| frame.meant.as_slice()).unwrap_or_default();
    if meant.is_empty() {
        return taps;
    }
    let offer = Offer { ask, question: walk.question(flow, ask)? };
    let is_there = |tap: &Tap, all: &[Tap]| all.iter().any(|other| other.means == tap.means);
    let mut front: Vec<Tap> = meant
        .iter()
        .filter_map(|value| offer.tap(render(value, &offer.question), &[], value.clone()))
        .collect();
    match taps {
        Some(Taps::Several { some, alone }) => {
            front.retain(|tap| !is_there(tap, &some));
            let rest: Vec<Tap> = alone.into_iter().filter(|tap| !is_there(tap, &front)).collect();
            Some(Taps::Several { some, alone: front.into_iter().chain(rest).collect() })
        }
        Some(Taps::One(all)) => {
            let rest: Vec<Tap> = all.into_iter().filter(|tap| !is_there(tap, &front)).collect();
            one(front.into_iter().chain(rest))
        }
        None => one(front.into_iter()),
    }
}

fn of_confirm(walk: &Walk<'_>, flow: &Flow, confirm: &Confirm) -> Option<Taps> {
    let question = walk.confirmation(&confirm.text, vec![Consent::Yes, Consent::No]);
    let labels = labelled(&confirm.taps, &[(Consent::Yes, "对"), (Consent::No, "不对")]);
    one(labels.into_iter().enumerate().filter_map(|(index, (consent, label))| {
        let means = Value::Consent(consent);
        let is_understood = |text: &str| {
            correction(walk, flow, confirm, text).is_none()
                && read(text, &question) == Answer::Value(means.clone())
        };
        let sends = [label.clone(), (index + 1).to_string()].into_iter().find(|text| is_understood(text))?;
        Some(Tap { label, sends, means: means.clone() })
    }))
}

fn of_ask(walk: &Walk<'_>, flow: &Flow, ask: &Ask) -> Option<Taps> {
    if let Next::ByOption = ask.next {
        return one(ask.options.iter().filter_map(|choice| {
            let means = said_as_offered(ask, &choice.name)?;
            Some(Tap { label: choice.name.clone(), sends: choice.name.clone(), means })
        }));
    }
    let offer = Offer { ask, question: walk.question(flow, ask)? };
    match &offer.question {
        Question::Consent { .. } | Question::Confirm { .. } => {
            let all = consents(flow, ask).into_iter();
            one(all
                .filter_map(|(consent, label, number)| offer.tap(label, &[&number], Value::Consent(consent))))
        }
        Question::Weekdays { offered } => {
            let some = offered.iter().filter_map(|day| {
                let means = Value::Weekdays(vec![*day]);
                offer.tap(render(&means, &offer.question), &[], means)
            });
            several(some, offer.tap("每天".to_owned(), &[], Value::Weekdays(offered.clone())))
        }
        Question::Choices { options, .. } => {
            let some = options.iter().filter_map(|option| {
                let means = Value::Choices(Choices::These(vec![option.no]));
                offer.tap(option.name.clone(), &[&option.no.to_string()], means)
            });
            several(some, offer.tap("听老师安排".to_owned(), &[], Value::Choices(Choices::Any)))
        }
        Question::Child { children } => {
            let some = children
                .iter()
                .filter_map(|child| offer.tap(child.name.clone(), &[], Value::Child(vec![child.id.clone()])));
            let mut all: Vec<String> = children.iter().map(|child| child.id.clone()).collect();
            all.sort();
            // One tap for one child; which of several belong together, nobody but the family says.
            let all = (all.len() > 1).then_some(all);
            let all = all.and_then(|all| offer.tap("全部".to_owned(), &["都要", "都"], Value::Child(all)));
            one(some.chain(all))
        }
        Question::Time { earliest, latest, .. } => {
            let times = times(*earliest, *latest).into_iter();
            one(times.filter_map(|time| {
                offer.tap(time.format("%H:%M").to_string(), &[], Value::Time(TimeAnswer::At(time)))
            }))
        }
        Question::Date { today, holidays, makeup_days } => {
            let days = school_days(*today, holidays, makeup_days).into_iter();
            several(days.filter_map(|day| offer.day(day, *today)), None)
        }
        Question::StartDay { today, holidays } => {
            let days = school_days(*today, holidays, &[]).into_iter().filter(|day| day > today);
            one(days.filter_map(|day| offer.day(day, *today)))
        }
        Question::Acknowledgement
        | Question::ClassAndName { .. }
        | Question::PickupPerson { .. }
        | Question::Approve { .. }
        | Question::Decisions { .. }
        | Question::Answers { .. }
        | Question::RollCall { .. }
        | Question::Handover { .. }
        | Question::PickupReply { .. }
        | Question::PlanChanges { .. }
        | Question::Number { .. }
        | Question::DigestRow { .. }
        | Question::FreeText { .. }
        | Question::Command => None,
    }
}

/// What a question takes, and how it is said.
struct Offer<'a> {
    ask: &'a Ask,
    question: Question,
}

impl Offer<'_> {
    /// A tap that sends its label, or the first of the other words that the question understands as what is meant.
    fn tap(&self, label: String, others: &[&str], means: Value) -> Option<Tap> {
        way_on(self.ask, &means)?;
        let is_understood = |text: &&str| {
            let heard = match said_as_offered(self.ask, text) {
                Some(value) => Answer::Value(value),
                None => read(text, &self.question),
            };
            heard == Answer::Value(means.clone())
        };
        let sends = std::iter::once(label.as_str()).chain(others.iter().copied()).find(is_understood)?;
        Some(Tap { sends: sends.to_owned(), label, means })
    }

    fn day(&self, day: NaiveDate, today: NaiveDate) -> Option<Tap> {
        let date = format!("{}月{}日", day.month(), day.day());
        let means = Value::Date(vec![DateSpan { from: day, to: day, part: DayPart::Day }]);
        let weekday = render(&Value::Weekdays(vec![day.weekday()]), &Question::Command);
        let label = match (day - today).num_days() {
            0 => format!("今天 {weekday}"),
            1 => format!("明天 {weekday}"),
            _ => format!("{date} {weekday}"),
        };
        let tap = self.tap(date, &[], means)?;
        Some(Tap { label, ..tap })
    }
}

/// The answers of a consent question with their labels and numbers. A question with words of its own has no labels but
/// those that its author gives: «参加» would be a wrong button beside «实名».
fn consents(flow: &Flow, ask: &Ask) -> Vec<(Consent, String, String)> {
    let is_consent = flow.slots.get(&ask.slot).is_some_and(|slot| slot.slot_type == SlotType::Consent);
    let usual: &[(Consent, &str)] = match (ask.words.is_empty(), is_consent) {
        (false, _) => &[],
        (true, true) => &[(Consent::Yes, "参加"), (Consent::No, "不参加"), (Consent::Undecided, "再考虑")],
        (true, false) => &[(Consent::Yes, "对"), (Consent::No, "不对")],
    };
    let numbered = |consent: Consent| {
        let index = ask.menu.iter().position(|other| *other == consent)?;
        Some((index + 1).to_string())
    };
    let labels = labelled(&ask.taps, usual).into_iter();
    labels.filter_map(|(consent, label)| Some((consent, label, numbered(consent)?))).collect()
}

fn labelled(own: &TapLabels, usual: &[(Consent, &str)]) -> Vec<(Consent, String)> {
    if own.0.is_empty() {
        usual.iter().map(|(consent, label)| (*consent, (*label).to_owned())).collect()
    } else {
        own.0.clone()
    }
}

fn one(taps: impl Iterator<Item = Tap>) -> Option<Taps> {
    let taps: Vec<Tap> = taps.collect();
    (!taps.is_empty()).then_some(Taps::One(taps))
}

fn several(some: impl Iterator<Item = Tap>, alone: Option<Tap>) -> Option<Taps> {
    let some: Vec<Tap> = some.collect();
    (!some.is_empty()).then(|| Taps::Several { some, alone: alone.into_iter().collect() })
}

/// Both ends of the window and what lies between at even steps.
fn times(earliest: NaiveTime, latest: NaiveTime) -> Vec<NaiveTime> {
    let mut times = vec![earliest];
    let midnight = NaiveTime::MIN;
    let step = TIME_STEP.num_minutes();
    let mut minute = (earliest - midnight).num_minutes() / step * step + step;
    while minute < (latest - midnight).num_minutes() && times.len() < TIMES_MAX {
        times.push(midnight + Duration::minutes(minute));
        minute += step;
    }
    times.push(latest);
    times.dedup();
    times
}

/// The next days with school as far as the calendar says, today among them.
fn school_days(today: NaiveDate, holidays: &[Holiday], makeup_days: &[NaiveDate]) -> Vec<NaiveDate> {
    let is_off = |day: NaiveDate| {
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let is_holiday = holidays.iter().any(|holiday| (holiday.from..=holiday.to).contains(&day));
        !makeup_days.contains(&day) && (is_weekend || is_holiday)
    };
    let days = (0..DAYS_AHEAD_MAX).filter_map(|ahead| today.checked_add_days(Days::new(ahead)));
    days.filter(|day| !is_off(*day)).take(DAYS_MAX).collect()
}
