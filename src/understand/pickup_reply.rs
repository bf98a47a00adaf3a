//! Pickup replies (接孩子的回复): arrived, on the way, late, at a time, somebody else, or collected already.
//!
//! Each clause gives what it states; a clause with a negative states nothing, a hedge or a condition makes the reply
//! unclear. Who comes instead outranks how late one would have been; a time outranks a delay. Start at [`read`]; the
//! words are in `words`, lengths of time in [`delay`].

mod delay;
mod words;

use chrono::{NaiveTime, Timelike as _};

use super::batch::PickupReply;
use super::clause::{self, Mood};
use super::phrases::{holds_any, phrases};
use super::{Answer, PickupPerson, Replier, TimeAnswer, Value, pickup_person, time};
use delay::Delay;
use words::{LEXICON, Word};

/// How long after the end of the window somebody may still come.
const HOURS_AFTER_LATEST: u32 = 3;

/// What is known when a guardian is asked where they are.
pub(super) struct Window {
    pub(super) now: NaiveTime,
    pub(super) latest: NaiveTime,
}

impl Window {
    /// Until when a time can be meant, on the same day.
    fn end(&self) -> NaiveTime {
        let end = self.latest.hour() + HOURS_AFTER_LATEST;
        NaiveTime::from_hms_opt(end.min(23), if end > 23 { 59 } else { self.latest.minute() }, 0)
            .unwrap_or(self.latest)
    }
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "where are you?".
pub(super) fn read(text: &str, window: &Window, replier: Replier, child: &str) -> Answer {
    let text = clause::corrected(text);
    match meant(text, window, replier, child) {
        Some(reply) => Answer::Value(Value::PickupReply(reply)),
        None => Answer::Unclear,
    }
}

/// What all clauses state.
#[derive(Default)]
struct Told {
    /// The clause that says so, by its index.
    arrived: Option<usize>,
    on_the_way: Option<usize>,
    late: Option<(usize, u16)>,
    times: Vec<NaiveTime>,
    collected: bool,
    /// 换人来接.
    changes: Option<usize>,
    /// Clauses that may name who comes, and the last of them.
    about_people: Vec<String>,
    people_at: usize,
}

fn meant(text: &str, window: &Window, replier: Replier, child: &str) -> Option<PickupReply> {
    let mut told = Told::default();
    for (index, clause) in clause::clauses(text).iter().enumerate() {
        if clause.mood != Mood::Asks {
            told.add(index, clause.text, window)?;
        }
    }
    let people = told.people(replier, child)?;
    if told.collected {
        let moves = told.on_the_way.is_some() || told.late.is_some() || !told.times.is_empty();
        return (!moves && told.changes.is_none()).then_some(PickupReply::AlreadyCollected);
    }
    if !people.is_empty() || told.changes.is_some() {
        let at = if people.is_empty() { told.changes.unwrap_or_default() } else { told.people_at };
        // 我晚半小时，让奶奶去接: the reason first, then what follows from it.
        let is_last = told.late.is_none_or(|(late, _)| late < at);
        let moves = told.arrived.is_some() || told.on_the_way.is_some() || !told.times.is_empty();
        return (is_last && !moves).then_some(PickupReply::SomebodyElse(people));
    }
    match (told.times.as_slice(), told.late, told.on_the_way, told.arrived) {
        ([at], _, _, None) => Some(PickupReply::At(*at)),
        ([], Some((_, minutes)), _, None) => Some(PickupReply::Late { minutes }),
        ([], None, Some(_), None) => Some(PickupReply::OnTheWay),
        ([], None, None, Some(_)) => Some(PickupReply::Arrived),
        _ => None,
    }
}

impl Told {
    /// Adds one clause; `None` where it hedges or cannot be read.
    fn add(&mut self, index: usize, text: &str, window: &Window) -> Option<()> {
        let tokens = LEXICON.scan(text);
        let has = |kind| tokens.iter().any(|t| t.kind == kind);
        if has(Word::Hedge) {
            return None;
        }
        let delay = match delay::of(text) {
            Delay::None => None,
            Delay::Minutes(minutes) => Some(minutes),
            Delay::Vague => return None,
        };
        let times = self.times_of(text, window, delay.is_some())?;
        let moves = has(Word::Arrived) || has(Word::OnTheWay) || delay.is_some() || !times.is_empty();
        if has(Word::Not) && moves {
            // 20分钟到不了, 还没到: what is denied is not said.
            return (delay.is_none() && times.is_empty()).then_some(());
        }
        if has(Word::Collected) && !has(Word::Not) {
            self.collected = true;
            return (!moves).then_some(());
        }
        if has(Word::Changes) {
            self.changes.get_or_insert(index);
        }
        if moves && !has(Word::Changes) {
            if pickup_person::mentions_somebody(text) {
                // 奶奶马上到: who comes and where they are, but not whether that was agreed.
                return None;
            }
            match delay {
                Some(_) if self.late.is_some() => return None,
                Some(minutes) => self.late = Some((index, minutes)),
                None if !times.is_empty() => self.times.extend(times),
                None if has(Word::OnTheWay) => self.on_the_way = Some(index),
                None => self.arrived = Some(index),
            }
            return Some(());
        }
        if moves {
            return None;
        }
        let without: String = tokens
            .iter()
            .filter(|t| t.kind == Word::Changes)
            .fold(text.to_owned(), |rest, t| rest.replace(text.get(t.start..t.end).unwrap_or_default(), ""));
        // What a clause says of the delay names nobody.
        if !without.is_empty() && !has(Word::Delay) && !has(Word::Idle) {
            self.people_at = index;
            self.about_people.push(without);
        }
        Some(())
    }

    /// The times of a clause; `None` where one is vague, out of the window, or no time to come at.
    fn times_of(&self, text: &str, window: &Window, is_delay: bool) -> Option<Vec<NaiveTime>> {
        if is_delay {
            return Some(Vec::new());
        }
        let end = window.end();
        let inside = time::Window { earliest: window.now, latest: end, dismissal: window.now, now: None };
        let times = time::clocks(text, &inside)?;
        let at = |time: TimeAnswer| match time {
            TimeAnswer::At(t) | TimeAnswer::By(t) => Some(t).filter(|t| (window.now..=end).contains(t)),
            TimeAnswer::Between(..) | TimeAnswer::After(_) => None,
        };
        let times: Option<Vec<NaiveTime>> = times.into_iter().map(at).collect();
        times.filter(|times| {
            times.iter().chain(&self.times).all(|t| Some(t) == times.first().or(self.times.first()))
        })
    }

    /// Who comes instead; `None` where it is not clear who.
    fn people(&self, replier: Replier, child: &str) -> Option<Vec<PickupPerson>> {
        let text = self.about_people.join("，");
        let is_asked_for = self.changes.is_some()
            || pickup_person::mentions_somebody(&text)
                && text.contains(['接', '换', '让', '叫', '由', '托', '去', '来'])
            || text.contains('接');
        if !is_asked_for || text.is_empty() {
            return Some(Vec::new());
        }
        // 他爸和我一起来: somebody else, and not instead.
        if holds_any(&*text, phrases!["和我", "跟我", "我和", "我跟", "同我"]) {
            return None;
        }
        let people = pickup_person::of_guardian(&text, replier, child)?;
        let is = |person: &PickupPerson, relation| person.relation.as_deref() == Some(relation);
        if people.iter().any(|p| is(p, "child_alone"))
            || people.len() > 1 && people.iter().any(|p| is(p, "self"))
        {
            return None;
        }
        // 我去接: the one who was asked anyway, but neither when nor where.
        Some(people.into_iter().filter(|p| !is(p, "self")).collect())
    }
}

#[cfg(test)]
mod tests;
