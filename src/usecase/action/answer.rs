//! Answers of guardians to the survey, changes of them, and leaving the service.
//!
//! Part of `action`. Start at [`perform`].

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::record::{Errand, ErrandKind};
use super::super::{campaign, errand, facts};
use super::{Action, Outcome, no_child};
use crate::domain::enrolment::{
    self, Answered, Arrangement, Refusal, Registration, Standing, Statement, Wish,
};
use crate::domain::ledger::{Actor, Change};
use crate::domain::people::StudentId;
use crate::understand::{Consent, Value};

/// Characters of a receipt code.
const RECEIPT_LEN: usize = 6;

/// Does one of these actions for a child.
pub(super) fn perform(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Outcome {
    match action {
        Action::LookUp => look_up(draft, student),
        Action::AskTeacher => {
            if matches!(standing(draft, student), Standing::Silent { is_listed: false, .. }) {
                draft.record(student, Actor::System, Change::Listed);
            }
            ("done", BTreeMap::new())
        }
        Action::Withdraw => take_withdrawal(draft, values, student),
        _ => take_answer(draft, action, values, student),
    }
}

fn look_up(draft: &Draft<'_>, student: &StudentId) -> Outcome {
    let has_place =
        matches!(standing(draft, student).registration(), Some(Registration { wish: Wish::Accepted(_), .. }));
    let from = facts::day_in_words(holds_from(draft));
    let outcome = match () {
        () if has_place => "registered",
        () if draft.is_waiting_for(super::join::FLOW, student) => "already_asked",
        () if draft.is_survey_over() => "mid_term",
        () => "not_registered",
    };
    (outcome, BTreeMap::from([("from".to_owned(), json!(from))]))
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
    let statement = match statement_from(draft, values) {
        Ok(statement) => statement,
        Err(too_soon) => return too_soon,
    };
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
            draft.settle_own(campaign::FLOW, student);
            outcome_of(draft, &registration)
        }
        Ok(Answered::New(change, registration)) => {
            draft.record(student, Actor::Person(draft.person.id.clone()), change);
            tell_other_guardians(draft, student, &registration);
            draft.settle_own(campaign::FLOW, student);
            outcome_of(draft, &registration)
        }
    }
}

fn take_withdrawal(draft: &mut Draft<'_>, values: &BTreeMap<String, Value>, student: &StudentId) -> Outcome {
    let statement = match statement_from(draft, values) {
        Ok(statement) => statement,
        Err(too_soon) => return too_soon,
    };
    match enrolment::withdraw(&standing(draft, student), statement) {
        Err(Refusal::NotRegistered | Refusal::Contradicts(_)) => ("not_registered", BTreeMap::new()),
        Ok((change, registration)) => {
            draft.record(student, Actor::Person(draft.person.id.clone()), change);
            tell_other_guardians(draft, student, &registration);
            draft.settle_own(campaign::FLOW, student);
            ("done", outcome_of(draft, &registration).1)
        }
    }
}

/// Either guardian may answer; the other is told, and is not asked any more.
pub(super) fn tell_other_guardians(draft: &mut Draft<'_>, student: &StudentId, registration: &Registration) {
    let wish = facts::describe_wish(&registration.wish, &draft.facts().questions);
    let result = BTreeMap::from([("result".to_owned(), json!({ "present": wish }))]);
    settle_family(draft, student, "told_other_guardian", &result);
}

/// The child's other guardians are told with one of the common texts, and are not asked by the survey any more.
pub(super) fn settle_family(
    draft: &mut Draft<'_>,
    student: &StudentId,
    text: &str,
    values: &BTreeMap<String, Json>,
) {
    let Some(child) = draft.family.iter().find(|child| child.student.id == *student) else { return };
    let others = errand::other_guardians(&child.student, &draft.person.id);
    let mut values = values.clone();
    values.insert("child".to_owned(), json!({ "name": child.student.name.0 }));
    let words = draft.flows.common_words(text, &values);
    for person in others {
        let what = ErrandKind::Settle {
            flow: campaign::FLOW.to_owned(),
            children: vec![student.clone()],
            words: words.clone(),
        };
        draft.errand(Errand { school: draft.school.id.clone(), person, what });
    }
}

pub(super) fn outcome_of(draft: &Draft<'_>, registration: &Registration) -> Outcome {
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

pub(super) fn standing(draft: &Draft<'_>, student: &StudentId) -> Standing {
    let found = draft.family.iter().find(|child| child.student.id == *student);
    found.map(|child| child.standing.clone()).unwrap_or_default()
}

pub(super) fn statement(draft: &Draft<'_>) -> Statement {
    Statement {
        by: draft.person.id.clone(),
        at: draft.now,
        from: holds_from(draft),
        receipt: draft.service.ids.code(RECEIPT_LEN),
    }
}

/// The same, from the day that the family named; too soon where that is before anything said today can hold.
fn statement_from(draft: &Draft<'_>, values: &BTreeMap<String, Value>) -> Result<Statement, Outcome> {
    let statement = statement(draft);
    match first_day(values) {
        Some(day) if day < statement.from => {
            let from = facts::day_in_words(statement.from);
            Err(("too_soon", BTreeMap::from([("from".to_owned(), json!(from))])))
        }
        Some(day) => Ok(Statement { from: day, ..statement }),
        None => Ok(statement),
    }
}

/// The first day that the family named.
pub(super) fn first_day(values: &BTreeMap<String, Value>) -> Option<chrono::NaiveDate> {
    match values.get("from") {
        Some(Value::Date(spans)) => spans.first().map(|span| span.from),
        _ => None,
    }
}

/// What is said today holds from the next school day on; after the last one of the term, from tomorrow.
pub(super) fn holds_from(draft: &Draft<'_>) -> chrono::NaiveDate {
    let today = draft.school.calendar.local_date(draft.now);
    let tomorrow = today.succ_opt().unwrap_or(today);
    draft.school.calendar.next_school_day(today).unwrap_or(tomorrow)
}

/// The wish behind the answers. Whoever changes only a part of `base` has not to say the rest again.
pub(super) fn wish(values: &BTreeMap<String, Value>, base: Option<&Arrangement>) -> Option<Wish> {
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
