//! Joining in mid-term (中途申请, R4, R14): what a family asks for, and the place that the school arranges.
//!
//! Part of `action`; `matter` has who decides. Start at [`perform`].

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::{UseCaseError, campaign, facts, matter};
use super::answer::{self, first_day, holds_from};
use super::{Action, Outcome};
use crate::domain::enrolment::{self, Answered};
use crate::domain::ledger::{Actor, Change};
use crate::domain::people::StudentId;
use crate::flow::effect::Verdict;
use crate::understand::{Consent, Value};

/// The flow that asks for a place.
pub(super) const FLOW: &str = "join";

/// Does one of these actions for a child.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    match action {
        Action::SubmitJoin => Ok(submit(draft, values, student)),
        Action::PlaceChild => place(draft, values, student).await,
        _ => Ok(("done", decided(draft, student).await?)),
    }
}

/// A need can begin on the next school day, not earlier: the school has to know it.
///
/// The survey's question, which may still wait somewhere in the family, is answered by this.
fn submit(draft: &mut Draft<'_>, values: &BTreeMap<String, Value>, student: &StudentId) -> Outcome {
    let earliest = holds_from(draft);
    match first_day(values) {
        Some(day) if day < earliest => {
            ("too_late", BTreeMap::from([("from".to_owned(), json!(facts::day_in_words(earliest)))]))
        }
        _ => {
            answer::settle_family(draft, student, "told_other_join", &BTreeMap::new());
            draft.settle_own(campaign::FLOW, student);
            draft.record(student, Actor::Person(draft.person.id.clone()), Change::JoinRequested);
            ("submitted", BTreeMap::new())
        }
    }
}

/// Places the child as the family wished and the school decided.
async fn place(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let mut said = values.clone();
    said.insert("need".to_owned(), Value::Consent(Consent::Yes));
    let Some(wish) = answer::wish(&said, None) else { return Ok(super::no_child()) };
    let mut statement = answer::statement(draft);
    // A teacher may take longer to decide than the family wished to wait.
    statement.from = first_day(values).map_or(statement.from, |day| day.max(statement.from));
    let (mut outcome, decided) = (BTreeMap::new(), decided(draft, student).await?);
    let registration = match enrolment::change(&answer::standing(draft, student), wish, statement) {
        Answered::New(change, registration) => {
            draft.record(student, Actor::Person(draft.person.id.clone()), change);
            answer::tell_other_guardians(draft, student, &registration);
            registration
        }
        Answered::Unchanged(registration) => registration,
    };
    outcome.extend(answer::outcome_of(draft, &registration).1);
    outcome.extend(decided);
    Ok(("done", outcome))
}

/// Who decided and what they said, for the texts; how long it took goes into the ledger. What is refused stays an open
/// need, and who refused and why goes on with it.
async fn decided(draft: &mut Draft<'_>, student: &StudentId) -> Result<BTreeMap<String, Json>, UseCaseError> {
    let matter = matter::spoken_of(draft).await?;
    let waited = matter.as_ref().and_then(|matter| matter.school_time(&draft.school.calendar));
    let decided = matter.and_then(|matter| matter.decided);
    if let Some((decided, waited)) = decided.as_ref().zip(waited) {
        let is_arranged = decided.verdict == Verdict::Approve;
        let change = Change::JoinDecided { is_arranged, school_minutes: waited.num_minutes() };
        draft.record(student, Actor::Person(decided.by.clone()), change);
    }
    let (by, note) = decided.map_or_else(
        || ("学校".to_owned(), String::new()),
        |decided| (decided.title, decided.note.map(|note| note.0).unwrap_or_default()),
    );
    Ok(BTreeMap::from([("by".to_owned(), json!(by)), ("note".to_owned(), json!(note))]))
}
