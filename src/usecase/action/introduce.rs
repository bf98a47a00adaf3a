//! Introductions in chat (自报家门): somebody whom we do not know says whose guardian they are.
//!
//! Part of `action`; `domain::introduction` has the rule, `binding` what follows. Every failure has the same outcome at
//! the same time after the question, whatever was wrong. Start at [`introduce`].

use std::collections::BTreeMap;

use chrono::{Days, NaiveTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::draft::Draft;
use super::super::record::{self, Document, Stored};
use super::super::{UseCaseError, binding, guest};
use super::Outcome;
use crate::clock::sortable;
use crate::domain::introduction::{Introduction, TRIES_PER_ACCOUNT, TRIES_PER_CHILD, Tries};
use crate::domain::people::{ClassId, Person, PersonId, SchoolId, Student};
use crate::store::{Expect, IndexEntry, Kind, Range};
use crate::understand::Value;

/// The most students that a class is looked through for.
const CLASS_MAX: usize = 200;
/// Tries are kept so long after the beginning of their day, wherever midnight is.
const KEPT: Days = Days::new(3);

/// The tries of an account, or about a child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::usecase) struct TriesRecord(Tries);

impl Document for TriesRecord {
    const KIND: Kind = Kind("introduction_tries");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        let until = (self.0.on + KEPT).and_time(NaiveTime::MIN).and_utc();
        vec![IndexEntry { name: binding::UNTIL, value: sortable(until) }]
    }
}

/// Whether the account may try today.
pub(super) async fn may_try(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    let tries = of_account(draft).await?;
    Ok((if is_enough(draft, tries.as_ref()) { "too_often" } else { "may" }, BTreeMap::new()))
}

/// Whether a class was named whole.
pub(super) fn read_class(values: &BTreeMap<String, Value>) -> Outcome {
    (if class(values).is_some() { "fine" } else { "incomplete" }, BTreeMap::new())
}

/// Takes what somebody says about themselves.
///
/// # Errors
/// The store failed.
pub(super) async fn introduce(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    draft.answer_at(draft.now + guest::ANSWER_DELAY);
    let of_account = of_account(draft).await?;
    if is_enough(draft, of_account.as_ref()) {
        return Ok(("too_often", BTreeMap::new()));
    }
    count(draft, &account_id(draft), of_account.as_ref())?;
    let (Some(class), Some(Value::Text(child)), Some(Value::Number(digits))) =
        (class(values), values.get("child"), values.get("digits"))
    else {
        return Ok(failed());
    };
    let digits = format!("{digits:04}");
    let named = named(draft, &Introduction { class, child, digits: &digits }).await?;
    let (Some(person), Some(point)) = (named, draft.answered().cloned()) else { return Ok(failed()) };
    let is_bound = binding::bind(draft, &person, point, false).await?;
    Ok(if is_bound { ("done", BTreeMap::new()) } else { failed() })
}

/// Nothing tells what was wrong.
fn failed() -> Outcome {
    ("failed", BTreeMap::new())
}

/// Whom the words name, as long as not too many have tried it about that child.
async fn named(draft: &mut Draft<'_>, said: &Introduction<'_>) -> Result<Option<PersonId>, UseCaseError> {
    let (store, school) = (draft.service.store.as_ref(), &draft.school.id);
    let about = hex::encode(Sha256::digest(format!("{}/{}", said.class, said.child)));
    let id = format!("child/{about}");
    // Counted for every name, whether or not there is such a child.
    let of_child = load(draft, &id).await?;
    count(draft, &id, of_child.as_ref())?;
    let today = draft.school.calendar.local_date(draft.now);
    if Tries::count_on(of_child.as_ref().map(|tries| &tries.value.0), today) >= TRIES_PER_CHILD {
        return Ok(None);
    }
    let value = format!("{school}/{}", record::class_key(said.class));
    let bound = std::ops::Bound::Included(value);
    let range = Range { from: bound.clone(), to: bound, limit: CLASS_MAX };
    let found = store.scan_index(Student::KIND, "class", &range).await?;
    let students: Vec<Student> = found
        .iter()
        .map(|found| Ok(record::read::<Student>(found)?.value))
        .collect::<Result<_, UseCaseError>>()?;
    let mut guardians = Vec::new();
    for guardianship in students.iter().flat_map(|student| &student.guardians) {
        let key = record::key::<Person>(school, &guardianship.person);
        guardians.extend(record::load::<Person>(store, &key).await?.map(|person| person.value));
    }
    Ok(said.names(&students, &guardians).cloned())
}

fn class(values: &BTreeMap<String, Value>) -> Option<ClassId> {
    let (grade, number) = super::named_class(values)?;
    Some(ClassId { grade, number: number? })
}

fn account_id(draft: &Draft<'_>) -> String {
    format!("account/{}", draft.person.id)
}

async fn of_account(draft: &Draft<'_>) -> Result<Option<Stored<TriesRecord>>, UseCaseError> {
    load(draft, &account_id(draft)).await
}

async fn load(draft: &Draft<'_>, id: &str) -> Result<Option<Stored<TriesRecord>>, UseCaseError> {
    let key = record::key::<TriesRecord>(&draft.school.id, id);
    record::load::<TriesRecord>(draft.service.store.as_ref(), &key).await
}

fn is_enough(draft: &Draft<'_>, tries: Option<&Stored<TriesRecord>>) -> bool {
    let today = draft.school.calendar.local_date(draft.now);
    Tries::count_on(tries.map(|tries| &tries.value.0), today) >= TRIES_PER_ACCOUNT
}

fn count(draft: &mut Draft<'_>, id: &str, tries: Option<&Stored<TriesRecord>>) -> Result<(), UseCaseError> {
    let today = draft.school.calendar.local_date(draft.now);
    let key = record::key::<TriesRecord>(&draft.school.id, id);
    let expect = tries.map_or(Expect::Absent, |tries| tries.expect);
    let value = TriesRecord(Tries::and_one(tries.map(|tries| &tries.value.0), today));
    let school = draft.school.id.clone();
    record::put(draft.batch_mut(), &school, key, &value, expect)
}
