//! Actions (动作): what flows can have done, each read into a typed call of the school's rules.
//!
//! The names here are the [`Vocabulary`] that `flow::check` holds flows to. Knows how an answer becomes a wish, not
//! how it was understood. Start at [`Action`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::draft::Draft;
use super::facts;
use super::record::{Errand, ErrandKind};
use super::{School, UseCaseError, campaign, errand, progress};
use crate::clock::Moment;
use crate::domain::enrolment::{
    self, Answered, Arrangement, Refusal, Registration, Standing, Statement, Wish,
};
use crate::domain::ledger::{Actor, Change};
use crate::domain::people::{Role, StudentId};
use crate::domain::plan::wording::asks_for_money;
use crate::flow::{ActionWords, Vocabulary};
use crate::understand::{Consent, Value};

/// Characters of a receipt code.
const RECEIPT_LEN: usize = 6;

/// The longest text in bytes that flows may hold: the smallest limit of all channels, with room for a header.
const TEXT_BYTES_MAX: usize = 2_000;

/// An outcome's name, with the values for the texts that follow it.
pub(super) type Outcome = (&'static str, BTreeMap<String, Json>);

/// Something that flows can have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Takes the answer to the survey.
    RecordAnswer,
    /// Takes it although another guardian had said something else.
    ReplaceAnswer,
    /// Takes a change.
    ChangeAnswer,
    /// Says whether the child has a place.
    LookUp,
    /// Takes the child out.
    Withdraw,
    /// Puts the child on the homeroom teacher's list.
    AskTeacher,
    /// Shows staff how far the survey is.
    ShowProgress,
    /// Shows staff who has not answered.
    ListSilent,
}

const ANSWER_SLOTS: &[&str] = &["need", "days", "pickup_at", "activities"];

impl Action {
    const ALL: [(&'static str, Self); 8] = [
        ("record_answer", Self::RecordAnswer),
        ("replace_answer", Self::ReplaceAnswer),
        ("change_answer", Self::ChangeAnswer),
        ("look_up", Self::LookUp),
        ("withdraw", Self::Withdraw),
        ("ask_teacher", Self::AskTeacher),
        ("show_progress", Self::ShowProgress),
        ("list_silent", Self::ListSilent),
    ];

    fn words(self) -> ActionWords {
        let (reads, outcomes): (&[&str], &[&str]) = match self {
            Self::RecordAnswer => (ANSWER_SLOTS, &["accepted", "declined", "undecided", "contradicts"]),
            Self::ReplaceAnswer | Self::ChangeAnswer => {
                (ANSWER_SLOTS, &["accepted", "declined", "undecided"])
            }
            Self::LookUp => (&[], &["registered", "not_registered"]),
            Self::Withdraw => (&[], &["done", "not_registered"]),
            Self::AskTeacher => (&[], &["done"]),
            Self::ShowProgress | Self::ListSilent => (&[], &["shown", "nothing"]),
        };
        ActionWords { reads, outcomes }
    }
}

/// What flows of this school may name.
pub fn vocabulary(school: &School, flows: BTreeSet<String>, now: Moment) -> Vocabulary {
    Vocabulary {
        flows,
        actions: Action::ALL.into_iter().map(|(name, action)| (name, action.words())).collect(),
        roles: BTreeSet::from(["homeroom_teacher"]),
        sample: facts::sample(school, now),
        forbids: |text| {
            asks_for_money(text).map(|offence| format!("`{}` asks families for money (R6)", offence.word))
        },
        text_bytes_max: TEXT_BYTES_MAX,
    }
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
    let Some((_, action)) = Action::ALL.into_iter().find(|(known, _)| *known == name) else {
        tracing::error!(action = name, "a loaded flow names an unknown action");
        return Ok(("unknown", BTreeMap::new()));
    };
    match action {
        Action::ShowProgress => progress::show(draft).await,
        Action::ListSilent => progress::list_silent(draft).await,
        Action::RecordAnswer | Action::ReplaceAnswer | Action::ChangeAnswer => {
            let Some(student) = child.map(|id| StudentId(id.to_owned())) else { return Ok(no_child()) };
            Ok(take_answer(draft, action, values, &student))
        }
        Action::LookUp => {
            let Some(student) = child.map(|id| StudentId(id.to_owned())) else { return Ok(no_child()) };
            let has_place = matches!(
                standing(draft, &student).registration(),
                Some(Registration { wish: Wish::Accepted(_), .. })
            );
            let from = facts::day_in_words(holds_from(draft));
            let outcome = if has_place { "registered" } else { "not_registered" };
            Ok((outcome, BTreeMap::from([("from".to_owned(), json!(from))])))
        }
        Action::AskTeacher => {
            let Some(student) = child.map(|id| StudentId(id.to_owned())) else { return Ok(no_child()) };
            if matches!(standing(draft, &student), Standing::Silent { is_listed: false, .. }) {
                draft.record(&student, Actor::System, Change::Listed);
            }
            Ok(("done", BTreeMap::new()))
        }
        Action::Withdraw => {
            let Some(student) = child.map(|id| StudentId(id.to_owned())) else { return Ok(no_child()) };
            Ok(take_withdrawal(draft, &student))
        }
    }
}

/// A flow that does something for a child without having one; `check` cannot see it, the person gets the apology.
fn no_child() -> Outcome {
    tracing::error!("a flow acts for a child, and the conversation has none");
    ("no_child", BTreeMap::new())
}

fn take_answer(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Outcome {
    let present = standing(draft, student);
    let base = match present.registration() {
        Some(Registration { wish: Wish::Accepted(known), .. }) if action == Action::ChangeAnswer => {
            Some(known)
        }
        _ => None,
    };
    let Some(wish) = wish(values, base) else { return ("undecided", BTreeMap::new()) };
    let statement = statement(draft);
    let decided = if action == Action::RecordAnswer {
        enrolment::answer(&present, wish, statement)
    } else {
        Ok(enrolment::change(&present, wish, statement))
    };
    match decided {
        Err(Refusal::Contradicts(known)) => {
            let present = facts::describe_wish(&known.wish, &draft.facts().questions);
            ("contradicts", BTreeMap::from([("present".to_owned(), json!(present))]))
        }
        // An answer always finds a standing to change.
        Err(Refusal::NotRegistered) => no_child(),
        Ok(Answered::Unchanged(registration)) => {
            draft.settle_own(student);
            outcome_of(draft, &registration)
        }
        Ok(Answered::New(change, registration)) => {
            draft.record(student, Actor::Person(draft.person.id.clone()), change);
            tell_other_guardians(draft, student, &registration);
            draft.settle_own(student);
            outcome_of(draft, &registration)
        }
    }
}

fn take_withdrawal(draft: &mut Draft<'_>, student: &StudentId) -> Outcome {
    match enrolment::withdraw(&standing(draft, student), statement(draft)) {
        Err(Refusal::NotRegistered | Refusal::Contradicts(_)) => ("not_registered", BTreeMap::new()),
        Ok((change, registration)) => {
            draft.record(student, Actor::Person(draft.person.id.clone()), change);
            tell_other_guardians(draft, student, &registration);
            draft.settle_own(student);
            ("done", outcome_of(draft, &registration).1)
        }
    }
}

/// Either guardian may answer; the other is told, and is not asked any more.
fn tell_other_guardians(draft: &mut Draft<'_>, student: &StudentId, registration: &Registration) {
    let Some(child) = draft.family.iter().find(|child| child.student.id == *student) else { return };
    let others = errand::other_guardians(&child.student, &draft.person.id);
    let wish = facts::describe_wish(&registration.wish, &draft.facts().questions);
    let values = BTreeMap::from([
        ("child".to_owned(), json!({ "name": child.student.name.0 })),
        ("result".to_owned(), json!({ "present": wish })),
    ]);
    let words = draft.service.flows.common_words("told_other_guardian", &values);
    for person in others {
        let what = ErrandKind::Settle {
            flow: campaign::FLOW.to_owned(),
            children: vec![student.clone()],
            words: words.clone(),
        };
        draft.errand(Errand { school: draft.school.id.clone(), person, what });
    }
}

fn outcome_of(draft: &Draft<'_>, registration: &Registration) -> Outcome {
    let outcome = match registration.wish {
        Wish::Accepted(_) => "accepted",
        Wish::Declined => "declined",
        Wish::Undecided => "undecided",
    };
    let present = facts::describe_wish(&registration.wish, &draft.facts().questions);
    let values = BTreeMap::from([
        ("receipt".to_owned(), json!(registration.receipt)),
        ("present".to_owned(), json!(present)),
        ("from".to_owned(), json!(facts::day_in_words(registration.from))),
    ]);
    (outcome, values)
}

fn standing(draft: &Draft<'_>, student: &StudentId) -> Standing {
    let found = draft.family.iter().find(|child| child.student.id == *student);
    found.map(|child| child.standing.clone()).unwrap_or_default()
}

fn statement(draft: &Draft<'_>) -> Statement {
    Statement {
        by: draft.person.id.clone(),
        at: draft.now,
        from: holds_from(draft),
        receipt: draft.service.ids.code(RECEIPT_LEN),
    }
}

/// What is said today holds from the next school day on; after the last one of the term, from tomorrow.
fn holds_from(draft: &Draft<'_>) -> chrono::NaiveDate {
    let today = draft.school.calendar.local_date(draft.now);
    let tomorrow = today.succ_opt().unwrap_or(today);
    draft.school.calendar.next_school_day(today).unwrap_or(tomorrow)
}

/// The wish behind the answers. Whoever changes only a part of `base` has not to say the rest again.
fn wish(values: &BTreeMap<String, Value>, base: Option<&Arrangement>) -> Option<Wish> {
    let said = values.get("need").and_then(|value| match value {
        Value::Consent(consent) => Some(*consent),
        _ => None,
    });
    let need = said.or(base.map(|_| Consent::Yes));
    let mut arrangement = base.filter(|_| said.is_none()).cloned().unwrap_or_default();
    if need == Some(Consent::Yes) {
        for value in ["days", "pickup_at", "activities"].into_iter().filter_map(|slot| values.get(slot)) {
            match value {
                Value::Weekdays(days) => arrangement.days = Some(days.clone()),
                Value::Time(time) => arrangement.pickup_at = Some(*time),
                Value::Choices(choices) => arrangement.activities = Some(choices.clone()),
                _ => {}
            }
        }
    }
    Wish::from_answers(need, arrangement)
}

/// Whether a person is staff who may see a whole school's figures.
pub(super) fn sees_school(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::SchoolAdmin | Role::Head))
}
