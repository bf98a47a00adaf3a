//! Somebody who comes on one day, with a code.
//!
//! The code is told to the guardian who asked, and to nobody else. Start at [`allow`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::super::super::draft::Draft;
use super::super::super::{UseCaseError, facts};
use super::super::{Outcome, custody as gate, leave};
use super::{Case, DRAWS_MAX, in_words, is_unfit, new_id, outcome, people, refused, said, tell};
use crate::domain::authorised_person::{Description, OneDayPerson, PickupCode, PickupList, Refusal};
use crate::domain::custody::SeatState;
use crate::domain::leave::no_service;
use crate::domain::people::StudentId;
use crate::flow::definition::SlotType;
use crate::understand::{Answer, Value, read};

/// Whether today is meant without being said: the child waits in its room, and no other day was named.
pub(super) fn look(draft: &Draft<'_>, student: &StudentId) -> Outcome {
    let waits = |state: &SeatState| matches!(state, SeatState::Expected | SeatState::InRoom(_));
    let is_here = leave::seat_today(draft, student).is_some_and(|(_, state)| waits(&state));
    outcome(if is_here && !says(draft, SlotType::Date) { "today" } else { "later" }, &[])
}

/// Whether there is nothing to choose: the words that began it name who comes and on which day.
pub(super) fn look_opening(draft: &Draft<'_>) -> Outcome {
    let is_said = says(draft, SlotType::Person) && says(draft, SlotType::Date);
    outcome(if is_said { "one_day" } else { "open" }, &[])
}

/// Whether the words that began the flow say such a thing.
fn says(draft: &Draft<'_>, slot_type: SlotType) -> bool {
    let frame = draft.conversation().frames.last();
    let opening = frame.and_then(|frame| frame.given.get("said")).and_then(Json::as_str);
    let questions = draft.facts().questions;
    let question = questions.get(&slot_type);
    opening.zip(question).is_some_and(|(said, question)| matches!(read(said, question), Answer::Value(_)))
}

/// Sees whether it can be done.
pub(super) fn check(
    draft: &Draft<'_>,
    case: &Case,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let (who, day) = match wish(draft, case, values) {
        Ok(wish) => wish,
        Err(refused) => return Ok(refused),
    };
    Ok(match draw(draft, case, &who, day)? {
        Ok(_) => outcome("fine", &[("who", in_words(&who)), ("day", facts::day_in_words(day))]),
        Err(refusal) => refused(draft, &refusal, in_words(&who)),
    })
}

/// Lets them come and tells who has to know.
///
/// # Errors
/// The store failed.
pub(super) async fn allow(
    draft: &mut Draft<'_>,
    mut case: Case,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let (who, day) = match wish(draft, &case, values) {
        Ok(wish) => wish,
        Err(refused) => return Ok(refused),
    };
    let code = match draw(draft, &case, &who, day)? {
        Ok((list, code)) => {
            case.list = list;
            code
        }
        Err(refusal) => return Ok(refused(draft, &refusal, in_words(&who))),
    };
    case.put(draft)?;
    let (who, day_in_words) = (in_words(&who), facts::day_in_words(day));
    let told = [("who", who.clone()), ("day", day_in_words.clone())];
    tell::other_guardians(draft, &case, "told_other_one_day", &told)?;
    if day == leave::today(draft) {
        let words = format!("今天由{who}来接，凭六位数的取人码，请当面核对");
        tell::room_teacher(draft, &case, &words).await?;
    }
    let code = code.as_str().to_owned();
    Ok(outcome("done", &[("who", who), ("day", day_in_words), ("code", code)]))
}

/// Sees whether it can be that day.
pub(super) fn check_day(draft: &Draft<'_>, values: &BTreeMap<String, Value>) -> Outcome {
    day(draft, values).map_or_else(|refused| refused, |_| outcome("fine", &[]))
}

/// Who is to come on which day, or why that cannot be.
fn wish(
    draft: &Draft<'_>,
    case: &Case,
    values: &BTreeMap<String, Value>,
) -> Result<(Description, NaiveDate), Outcome> {
    let day = day(draft, values)?;
    if day == leave::today(draft) && has_gone(draft, &case.student.id) {
        let why = format!("{}今天已经离校了", case.student.name.0);
        return Err(outcome("no_service", &[("why", why)]));
    }
    let [person] = people(values) else { return Err(outcome("one_at_a_time", &[])) };
    let who = gate::describe(person);
    match is_unfit(case, person, day) {
        Some(unfit) => Err(outcome(unfit, &[("who", in_words(&who))])),
        None => Ok((who, day)),
    }
}

/// The day, today where none was said; or why it cannot be that one.
fn day(draft: &Draft<'_>, values: &BTreeMap<String, Value>) -> Result<NaiveDate, Outcome> {
    let today = leave::today(draft);
    let day = match values.get("day") {
        None => today,
        Some(Value::Date(spans)) if matches!(spans.as_slice(), [one] if one.from == one.to) => {
            spans.first().map_or(today, |one| one.from)
        }
        Some(_) => return Err(outcome("one_day_only", &[])),
    };
    if day < today {
        return Err(outcome("past", &[("day", facts::day_in_words(day))]));
    }
    match no_service(day, &draft.school.calendar, &draft.school.plan) {
        Some(why) => {
            let why = format!("{}，没有课后服务", leave::reasons(&[(day, why)]));
            Err(outcome("no_service", &[("why", why)]))
        }
        None => Ok(day),
    }
}

fn has_gone(draft: &Draft<'_>, student: &StudentId) -> bool {
    leave::seat_today(draft, student).is_some_and(|(_, state)| state.is_gone())
}

/// The list with the person on it, under a code that is free. Who is asked for once more on the same day gets a new code,
/// and the old one is none any more.
///
/// # Errors
/// [`UseCaseError::Busy`] when no free code was drawn.
fn draw(
    draft: &Draft<'_>,
    case: &Case,
    who: &Description,
    day: NaiveDate,
) -> Result<Result<(PickupList, PickupCode), Refusal>, UseCaseError> {
    let known = case.list.one_day();
    let known = known.iter().find(|known| known.who == *who && known.day == day && known.used.is_none());
    let list = known.and_then(|known| case.list.revoke(&known.id).ok());
    let list = list.as_ref().unwrap_or(&case.list);
    for _ in 0..DRAWS_MAX {
        let Ok(code) = PickupCode::parse(&draft.service.ids.digits(PickupCode::LEN)) else { continue };
        let person = OneDayPerson {
            id: new_id(draft),
            who: who.clone(),
            day,
            code: code.clone(),
            used: None,
            said: said(draft),
        };
        match list.allow_one_day(person, leave::today(draft)) {
            Err(Refusal::Taken) => {}
            result => return Ok(result.map(|list| (list, code))),
        }
    }
    Err(UseCaseError::Busy)
}
