//! The list as its family reads it, entries taken off again, and the permission to go home alone.
//!
//! Whom somebody keeps away is theirs to read and to take back, and nobody else's. Start at [`look`].

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::super::UseCaseError;
use super::super::super::draft::Draft;
use super::super::super::facts::day_in_words;
use super::super::{Outcome, leave};
use super::{Case, in_words, outcome, said, tell};
use crate::domain::authorised_person::AuthorisedId;
use crate::understand::Value;

/// Under which the ids of the shown entries go with the texts, in the order of their numbers.
const IDS: &str = "ids";

/// What kind an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Standing,
    OneDay,
    Forbidden,
}

/// An entry as this guardian reads it.
struct Entry {
    id: AuthorisedId,
    kind: Kind,
    who: String,
    says: String,
}

fn entries(draft: &Draft<'_>, case: &Case) -> Vec<Entry> {
    let today = leave::today(draft);
    let standing = case.list.standing().iter().map(|person| Entry {
        id: person.id.clone(),
        kind: Kind::Standing,
        who: in_words(&person.who),
        says: "每天都可以接".to_owned(),
    });
    let one_day = case.list.one_day().iter().filter(|person| person.day >= today && person.used.is_none());
    let one_day = one_day.map(|person| Entry {
        id: person.id.clone(),
        kind: Kind::OneDay,
        who: in_words(&person.who),
        says: format!("{}，凭取人码", day_in_words(person.day)),
    });
    let own = case.list.forbidden().iter().filter(|person| person.said.by == draft.person.id);
    let forbidden = own.map(|person| Entry {
        id: person.id.clone(),
        kind: Kind::Forbidden,
        who: in_words(&person.who),
        says: "不能接".to_owned(),
    });
    standing.chain(one_day).chain(forbidden).collect()
}

/// Shows the list.
pub(super) fn look(draft: &Draft<'_>, case: &Case) -> Outcome {
    let entries = entries(draft, case);
    let may_leave_alone = case.list.may_leave_alone().is_some();
    let alone = if may_leave_alone {
        format!("{}放学后可以自己走。", case.student.name.0)
    } else {
        String::new()
    };
    if entries.is_empty() {
        return outcome("nothing", &[("alone", alone)]);
    }
    let lines = (1..).zip(&entries).map(|(no, entry)| format!("{no} {}：{}", entry.who, entry.says));
    let lines: Vec<String> = lines.collect();
    let (name, mut values) = outcome("shown", &[("lines", lines.join("\n")), ("alone", alone)]);
    values.insert(IDS.to_owned(), entries.iter().map(|entry| json!(entry.id.0)).collect());
    (name, values)
}

/// Takes an entry off by the number that it was shown with.
///
/// # Errors
/// The store failed.
pub(super) async fn revoke(
    draft: &mut Draft<'_>,
    mut case: Case,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let number = match values.get("number") {
        Some(Value::Number(number)) => *number,
        _ => 0,
    };
    let Some(index) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) else {
        return Ok(outcome("none", &[]));
    };
    let shown = draft.conversation().frames.last().and_then(|frame| frame.result.get(IDS));
    let id = shown.and_then(|ids| ids.get(index)).and_then(Json::as_str).unwrap_or_default();
    // What another guardian has taken off meanwhile is not there any more.
    let found = entries(draft, &case).into_iter().find(|entry| entry.id.0 == id);
    let Some(entry) = found else { return Ok(outcome("unknown", &[])) };
    let Ok(list) = case.list.revoke(&entry.id) else { return Ok(outcome("unknown", &[])) };
    case.list = list;
    case.put(draft)?;
    let told = [("who", entry.who.clone())];
    match entry.kind {
        Kind::Forbidden => tell::school(draft, &case, "told_forbidden_ended", &told).await?,
        Kind::Standing | Kind::OneDay => tell::other_guardians(draft, &case, "told_other_revoked", &told)?,
    }
    Ok(outcome("done", &[("who", format!("{}，{}", entry.who, entry.says))]))
}

/// Whether the child may go home alone now.
pub(super) fn look_alone(case: &Case) -> Outcome {
    outcome(if case.list.may_leave_alone().is_some() { "may" } else { "may_not" }, &[])
}

/// Lets the child go home alone from now on.
///
/// # Errors
/// The store failed.
pub(super) async fn permit_alone(draft: &mut Draft<'_>, mut case: Case) -> Result<Outcome, UseCaseError> {
    if case.list.may_leave_alone().is_none() {
        case.list = case.list.permit_alone(said(draft));
        case.put(draft)?;
        tell::other_guardians(draft, &case, "told_other_alone", &[])?;
        tell::room_teacher(draft, &case, "家长同意孩子放学后自己走").await?;
    }
    Ok(outcome("done", &[]))
}

/// Ends it.
///
/// # Errors
/// The store failed.
pub(super) async fn end_alone(draft: &mut Draft<'_>, mut case: Case) -> Result<Outcome, UseCaseError> {
    if let Ok(list) = case.list.end_alone() {
        case.list = list;
        case.put(draft)?;
        tell::other_guardians(draft, &case, "told_other_alone_ended", &[])?;
        tell::room_teacher(draft, &case, "不再自己走，请等家长来接").await?;
    }
    Ok(outcome("done", &[]))
}
