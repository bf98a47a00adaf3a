//! The digest in chat: what it said, and who stands behind a line of it.
//!
//! Part of `action`; `usecase::digest` has the rules. Start at [`open`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::draft::Draft;
use super::super::record::{self, DigestRecord};
use super::super::{UseCaseError, digest};
use super::Outcome;
use crate::understand::Value;

/// Shows the last digest again.
///
/// # Errors
/// The store failed.
pub(super) async fn show(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    let Some(day) = draft.digest_on else { return Ok(("nothing", BTreeMap::new())) };
    let key = record::key::<DigestRecord>(&draft.school.id, day);
    let kept = record::load::<DigestRecord>(draft.service.store.as_ref(), &key).await?;
    Ok(kept.map_or_else(|| ("nothing", BTreeMap::new()), |kept| said("shown", &kept.value.text)))
}

/// Shows the names behind a line of the last digest.
///
/// - `row`: which line.
///
/// # Errors
/// The store failed.
pub(super) async fn open(
    draft: &Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let (Some(day), Some(Value::DigestRow(row))) = (draft.digest_on, values.get("row")) else {
        return Ok(("nothing", BTreeMap::new()));
    };
    let number = row.and_then(|row| usize::try_from(row).ok());
    let (school, reader) = (draft.school, &draft.person.id);
    match digest::rows_behind(draft.service, school, reader, day, number, draft.now).await {
        Ok(words) => Ok(said("shown", &words)),
        Err(UseCaseError::Refused(why)) => Ok(said("shown", &why)),
        Err(error) => Err(error),
    }
}

fn said(outcome: &'static str, words: &str) -> Outcome {
    (outcome, BTreeMap::from([("lines".to_owned(), json!(words))]))
}
