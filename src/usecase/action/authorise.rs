//! Who may take a child home (代接人): what a guardian says of it, and who else hears of that.
//!
//! Part of `action`; the rules are `domain::authorised_person`. A guardian who must not take the child has no say, and is
//! told nothing of what others said. Start at [`perform`].

mod list;
mod one_day;
mod standing;
mod tell;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::record::{self, Stored};
use super::super::{UseCaseError, guardians};
use super::custody::person_in_words as in_words;
use super::{Action, Outcome, custody as gate, no_child};
use crate::domain::authorised_person::{
    AuthorisedId, Collector, Description, FamilyMember, PickupList, Refusal, Said, Verdict, family,
};
use crate::domain::people::{Person, PersonId, Student, StudentId};
use crate::store::Expect;
use crate::understand::{PickupPerson, Value};

/// Texts of `bot-flows/common.yaml` about who may take a child home.
pub(super) const NOTICES: &[&str] = tell::NOTICES;

/// Characters of a receipt code.
const RECEIPT_LEN: usize = 6;
/// Characters of the id of an entry.
const ID_LEN: usize = 4;
/// Draws of an id or a code until one is free; a list is short, so that the second is free as good as always.
const DRAWS_MAX: usize = 16;

/// Does one of these actions for a child.
///
/// # Errors
/// The store failed.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let Some(case) = Case::load(draft, student).await? else { return Ok(no_child()) };
    if case.is_barred(&draft.person.id) {
        return Ok(outcome("refused", &[]));
    }
    match action {
        Action::LookAuthorise => Ok(one_day::look_opening(draft)),
        Action::LookOneDay => Ok(one_day::look(draft, student)),
        Action::CheckDay => Ok(one_day::check_day(draft, values)),
        Action::CheckOneDay => one_day::check(draft, &case, values),
        Action::AllowOneDay => one_day::allow(draft, case, values).await,
        Action::CheckStanding => Ok(standing::check(draft, &case, values)),
        Action::AllowStanding => standing::allow(draft, case, values),
        Action::CheckForbidden => Ok(standing::check_forbidden(draft, &case, values)),
        Action::Forbid => standing::forbid(draft, case, values).await,
        Action::LookAlone => Ok(list::look_alone(&case)),
        Action::PermitAlone => list::permit_alone(draft, case).await,
        Action::EndAlone => list::end_alone(draft, case).await,
        Action::RevokeListed => list::revoke(draft, case, values).await,
        _ => Ok(list::look(draft, &case)),
    }
}

fn outcome(name: &'static str, values: &[(&str, String)]) -> Outcome {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    (name, values.collect::<BTreeMap<String, Json>>())
}

/// A child with those who may or must not take it home.
struct Case {
    student: Student,
    guardians: Vec<Person>,
    members: Vec<FamilyMember>,
    list: PickupList,
    expect: Expect,
}

impl Case {
    async fn load(draft: &Draft<'_>, student: &StudentId) -> Result<Option<Self>, UseCaseError> {
        let (student, guardians) = guardians::of(draft.service, draft.school, student).await?;
        let Some(student) = student else { return Ok(None) };
        let key = record::key::<PickupList>(&draft.school.id, &student.id.0);
        let stored = record::load::<PickupList>(draft.service.store.as_ref(), &key).await?;
        let stored =
            stored.unwrap_or_else(|| Stored { value: PickupList::default(), expect: Expect::Absent });
        let members = family(&student, &guardians);
        Ok(Some(Self { student, guardians, members, list: stored.value, expect: stored.expect }))
    }

    /// Whether a guardian is one who must not take the child.
    fn is_barred(&self, guardian: &PersonId) -> bool {
        let member = self.members.iter().find(|member| member.person == *guardian);
        member.is_some_and(|member| self.list.is_barred(member))
    }

    /// The guardian whom a description means, where it surely means one.
    fn guardian(&self, who: &Description, day: NaiveDate) -> Option<PersonId> {
        let collector = Collector { guardian: None, says: who.clone() };
        match PickupList::default().check(&self.members, &collector, None, day) {
            Verdict::Guardian(person) => Some(person),
            _ => None,
        }
    }

    /// Puts the list back as it is now.
    fn put(&self, draft: &mut Draft<'_>) -> Result<(), UseCaseError> {
        gate::put_list(draft, &self.student.id, &self.list, self.expect)
    }
}

/// Who was said to be meant.
fn people(values: &BTreeMap<String, Value>) -> &[PickupPerson] {
    match values.get("who") {
        Some(Value::PickupPerson(people)) => people,
        _ => &[],
    }
}

fn said(draft: &Draft<'_>) -> Said {
    Said { by: draft.person.id.clone(), at: draft.now, receipt: draft.service.ids.code(RECEIPT_LEN) }
}

fn new_id(draft: &Draft<'_>) -> AuthorisedId {
    AuthorisedId(draft.service.ids.code(ID_LEN))
}

/// Why somebody cannot be put on the list, by the name of the outcome: a guardian needs no permission, a child that goes
/// alone has another one, and whom several people can be taken for needs a name.
fn is_unfit(case: &Case, person: &PickupPerson, day: NaiveDate) -> Option<&'static str> {
    let who = gate::describe(person);
    match person.relation.as_deref() {
        Some("child_alone") => Some("alone"),
        Some("self") => Some("family"),
        _ if case.guardian(&who, day).is_some() => Some("family"),
        _ if !who.tells_apart() => Some("needs_name"),
        _ => None,
    }
}

/// The outcome of a refusal. Who forbade somebody is told so; anybody else only that the school has to look at it.
fn refused(draft: &Draft<'_>, refusal: &Refusal, who: String) -> Outcome {
    match refusal {
        Refusal::IsForbidden(known) if known.said.by == draft.person.id => {
            outcome("forbidden", &[("who", who)])
        }
        Refusal::Full { .. } => outcome("full", &[]),
        Refusal::Nobody => outcome("needs_name", &[]),
        Refusal::IsForbidden(_)
        | Refusal::Past { .. }
        | Refusal::Taken
        | Refusal::NotListed
        | Refusal::NotPermitted => outcome("refused", &[]),
    }
}

/// Tries a change of the list with fresh ids until one is free.
fn with_fresh_id(
    draft: &Draft<'_>,
    change: impl Fn(AuthorisedId) -> Result<PickupList, Refusal>,
) -> Result<PickupList, Refusal> {
    let mut result = Err(Refusal::Taken);
    for _ in 0..DRAWS_MAX {
        result = change(new_id(draft));
        if result != Err(Refusal::Taken) {
            break;
        }
    }
    result
}

/// Several people in words.
fn all_in_words(people: &[PickupPerson]) -> String {
    people.iter().map(|person| in_words(&gate::describe(person))).collect::<Vec<_>>().join("、")
}
