//! Actions (动作): what flows can have done, each read into a typed call of the school's rules.
//!
//! The names here are the [`Vocabulary`] that `flow::check` holds flows to. Knows how an answer becomes a wish, not
//! how it was understood. Start at [`perform`]; `words` has the names.

mod answer;
mod authorise;
mod broadcast;
mod custody;
mod desk;
mod digest;
mod health;
mod introduce;
mod join;
mod leave;
mod pickup;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::draft::Draft;
use super::{School, UseCaseError, complaint, facts, matter, progress, workload};
use crate::clock::Moment;
use crate::domain::people::{Grade, StudentId};
use crate::domain::plan::wording;
use crate::flow::{ActionWords, Vocabulary};
use crate::understand::Value;
pub(super) use introduce::TriesRecord;
use words::{ACTIONS, Action};

/// The longest text in bytes that flows may hold: the smallest limit of all channels, with room for a header.
const TEXT_BYTES_MAX: usize = 2_000;

/// An outcome's name, with the values for the texts that follow it.
pub(super) type Outcome = (&'static str, BTreeMap<String, Json>);

/// Texts of `bot-flows/common.yaml` that are said to people outside of their own turns.
const NOTICES: &[&str] = &[
    "bound",
    "more_to_come",
    "teacher_changes",
    "teacher_list",
    "told_bound",
    "told_other_bound",
    "told_other_guardian",
    "told_other_join",
];

/// What flows of this school may name.
pub fn vocabulary(school: &School, flows: BTreeSet<String>, now: Moment) -> Vocabulary {
    Vocabulary {
        flows,
        actions: ACTIONS
            .iter()
            .map(|(name, _, reads, outcomes)| (*name, ActionWords { reads, outcomes }))
            .collect(),
        roles: BTreeSet::from(matter::ROLES),
        last_word: BTreeSet::from(matter::LAST_WORD),
        notices: notices(),
        sample: facts::sample(school, now),
        forbids: wording::breaks_policy,
        text_bytes_max: TEXT_BYTES_MAX,
    }
}

/// Every text that people are told outside of their own turns.
fn notices() -> BTreeSet<&'static str> {
    let all = [
        &matter::NOTICES,
        NOTICES,
        leave::NOTICES,
        health::NOTICES,
        authorise::NOTICES,
        super::card::NOTICES,
        super::custody::NOTICES,
        super::broadcast::NOTICES,
        super::trial::NOTICES,
        &super::complaint::NOTICES,
    ];
    all.concat().into_iter().collect()
}

/// Does what a flow asks for; returns the outcome's name and the values for its texts.
///
/// # Errors
/// The store failed.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    name: &str,
    values: &BTreeMap<String, Value>,
    child: Option<&str>,
) -> Result<Outcome, UseCaseError> {
    let Some((_, action, ..)) = ACTIONS.iter().find(|(known, ..)| *known == name) else {
        tracing::error!(action = name, "a loaded flow names an unknown action");
        return Ok(("unknown", BTreeMap::new()));
    };
    match action {
        Action::ShowProgress => progress::show(draft).await,
        Action::ShowWorkload => workload::show(draft).await,
        Action::ShowHealthNotes => health::show(draft).await,
        Action::ListSilent => progress::list_silent(draft).await,
        Action::OpenBroadcast
        | Action::PreviewToFamilies
        | Action::PreviewToClass
        | Action::PreviewInCare
        | Action::PreviewToStaff
        | Action::SendBroadcast
        | Action::ListUnanswered
        | Action::Acknowledge => broadcast::perform(draft, *action, values).await,
        Action::MayIntroduce => introduce::may_try(draft).await,
        Action::ReadClass => Ok(introduce::read_class(values)),
        Action::Introduce => introduce::introduce(draft, values).await,
        Action::ShowDigest => digest::show(draft).await,
        Action::OpenDigest => digest::open(draft, values).await,
        Action::ListMatters => {
            complaint::note_review(draft).await?;
            Ok(matter::list(draft))
        }
        Action::LookUpComplaints => complaint::look_up(draft).await,
        Action::FileComplaint => complaint::file(draft, values).await,
        Action::DecideMatters => desk::decide(draft, values).await,
        Action::AnswerMatter => desk::answer(draft, values).await,
        Action::LookUpQuestion => matter::look_up_question(draft).await,
        Action::TakeBackQuestion => matter::take_back_question(draft).await,
        Action::ReadMore => Ok(desk::read_more(values)),
        Action::ShowRoom => Ok(custody::show(draft, false)),
        Action::ShowCustody => Ok(custody::show(draft, true)),
        Action::TakeRollCall => custody::take_roll_call(draft, values).await,
        Action::HandOver => custody::hand_over(draft, values).await,
        Action::ShowPickup => Ok(pickup::show(draft)),
        Action::TakePickupReply => pickup::take_reply(draft, values).await,
        action => match child.map(|id| StudentId(id.to_owned())) {
            Some(student) => perform_for_child(draft, *action, values, &student).await,
            None => Ok(no_child()),
        },
    }
}

async fn perform_for_child(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    match action {
        Action::ExplainAbsence | Action::AnnounceArrival | Action::SearchChild => {
            pickup::take_word(draft, action, student).await
        }
        Action::SubmitJoin | Action::PlaceChild | Action::RefuseJoin => {
            join::perform(draft, action, values, student).await
        }
        Action::LookLeave
        | Action::CheckLeave
        | Action::TakeLeave
        | Action::CancelLeave
        | Action::CancelLeaveDays => leave::perform(draft, action, values, student).await,
        Action::LookHealthNotes | Action::AddHealthNote | Action::RemoveHealthNote => {
            health::perform(draft, action, values, student).await
        }
        Action::LookAuthorise
        | Action::LookOneDay
        | Action::CheckDay
        | Action::CheckOneDay
        | Action::AllowOneDay
        | Action::CheckStanding
        | Action::AllowStanding
        | Action::CheckForbidden
        | Action::Forbid
        | Action::LookAlone
        | Action::PermitAlone
        | Action::EndAlone
        | Action::LookPickupList
        | Action::RevokeListed => authorise::perform(draft, action, values, student).await,
        _ => Ok(answer::perform(draft, action, values, student)),
    }
}

/// A flow that does something for a child without having one; `check` cannot see it, the person gets the apology.
fn no_child() -> Outcome {
    tracing::error!("a flow acts for a child, and the conversation has none");
    ("no_child", BTreeMap::new())
}

/// The grade that was named for a class, and the number of the class where it was said.
fn named_class(values: &BTreeMap<String, Value>) -> Option<(Grade, Option<u8>)> {
    let Some(Value::ClassAndName(said)) = values.get("class") else { return None };
    let grade = said.grade?;
    let grade = match u8::try_from(grade) {
        Ok(grade) if grade > 0 => Grade::School(grade),
        _ => Grade::Kindergarten(u8::try_from(grade + 4).ok()?),
    };
    Some((grade, said.class))
}
