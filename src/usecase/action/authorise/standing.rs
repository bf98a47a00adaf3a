//! Those who may come any day, and those who must not come at all.
//!
//! A forbidden person may be of the family, so that nobody there hears of it: the school does. Start at [`allow`] and
//! [`forbid`].

use std::collections::BTreeMap;

use super::super::super::UseCaseError;
use super::super::super::draft::Draft;
use super::super::{Outcome, custody as gate, leave};
use super::{Case, all_in_words, in_words, is_unfit, outcome, people, refused, said, tell, with_fresh_id};
use crate::domain::authorised_person::{Description, ForbiddenPerson, PickupList, Refusal, StandingPerson};
use crate::domain::people::PrivateText;
use crate::understand::Value;

/// Words that say that there is no reason to be told.
const NO_NOTE: [&str; 8] = ["没有", "没", "无", "不用", "没什么", "没有了", "不需要", "没有原因"];

/// Sees whether they can be put on the list.
pub(super) fn check(draft: &Draft<'_>, case: &Case, values: &BTreeMap<String, Value>) -> Outcome {
    match allowed(draft, case, values) {
        Ok(_) => outcome("fine", &[("who", all_in_words(people(values)))]),
        Err(refused) => refused,
    }
}

/// Lets them come any day, all of them or none.
///
/// # Errors
/// A record cannot be written as JSON.
pub(super) fn allow(
    draft: &mut Draft<'_>,
    mut case: Case,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let list = match allowed(draft, &case, values) {
        Ok(list) => list,
        Err(refused) => return Ok(refused),
    };
    let who = all_in_words(people(values));
    if list != case.list {
        case.list = list;
        case.put(draft)?;
        tell::other_guardians(draft, &case, "told_other_standing", &[("who", who.clone())])?;
    }
    Ok(outcome("done", &[("who", who)]))
}

fn allowed(draft: &Draft<'_>, case: &Case, values: &BTreeMap<String, Value>) -> Result<PickupList, Outcome> {
    let (people, today) = (people(values), leave::today(draft));
    let mut list = case.list.clone();
    if people.is_empty() {
        return Err(outcome("needs_name", &[]));
    }
    for person in people {
        let who = gate::describe(person);
        if let Some(unfit) = is_unfit(case, person, today) {
            return Err(outcome(unfit, &[("who", in_words(&who))]));
        }
        let allow = |id| list.allow(StandingPerson { id, who: who.clone(), said: said(draft) });
        list = with_fresh_id(draft, allow).map_err(|refusal| refused(draft, &refusal, in_words(&who)))?;
    }
    Ok(list)
}

/// Sees whether somebody can be kept away.
pub(super) fn check_forbidden(draft: &Draft<'_>, case: &Case, values: &BTreeMap<String, Value>) -> Outcome {
    match forbidden(draft, case, values) {
        Ok((_, who)) => outcome("fine", &[("who", in_words(&who))]),
        Err(refused) => refused,
    }
}

/// Keeps somebody away from the child; whoever has to stop them at the gate is told, and nobody else.
///
/// # Errors
/// The store failed.
pub(super) async fn forbid(
    draft: &mut Draft<'_>,
    mut case: Case,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let (list, who) = match forbidden(draft, &case, values) {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let who = in_words(&who);
    if list != case.list {
        case.list = list;
        case.put(draft)?;
        let told = [("who", who.clone()), ("note", note(values))];
        tell::school(draft, &case, "told_forbidden", &told).await?;
    }
    Ok(outcome("done", &[("who", who)]))
}

fn forbidden(
    draft: &Draft<'_>,
    case: &Case,
    values: &BTreeMap<String, Value>,
) -> Result<(PickupList, Description), Outcome> {
    let [person] = people(values) else { return Err(outcome("one_at_a_time", &[])) };
    let who = gate::describe(person);
    let is_own = matches!(person.relation.as_deref(), Some("self" | "child_alone"))
        || case.guardian(&who, leave::today(draft)).is_some_and(|guardian| guardian == draft.person.id);
    if is_own {
        return Err(outcome("own", &[]));
    }
    let note = PrivateText(note(values));
    let forbid = |id| {
        case.list.forbid(ForbiddenPerson { id, who: who.clone(), note: note.clone(), said: said(draft) })
    };
    match with_fresh_id(draft, forbid) {
        Ok(list) => Ok((list, who)),
        Err(Refusal::Full { .. }) => Err(outcome("full", &[])),
        Err(_) => Err(outcome("refused", &[])),
    }
}

fn note(values: &BTreeMap<String, Value>) -> String {
    match values.get("note") {
        Some(Value::Text(note)) if !NO_NOTE.contains(&note.trim_matches(['。', '，', '！', ' '])) => {
            note.clone()
        }
        _ => String::new(),
    }
}
