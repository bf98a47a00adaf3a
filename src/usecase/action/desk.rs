//! A teacher's decisions about what is on the desk, and words for what families ask.
//!
//! Part of `action`; `matter` has the rules. Start at [`decide`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::draft::Draft;
use super::super::{UseCaseError, matter};
use super::Outcome;
use crate::understand::{Value, is_nothing_more};

/// Reads the decisions out of the answers and takes them.
pub(super) async fn decide(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let calls = match values.get("calls") {
        Some(Value::Decisions(calls)) => calls.as_slice(),
        _ => &[],
    };
    let reason = match values.get("reason") {
        Some(Value::Text(reason)) => Some(reason.as_str()),
        _ => None,
    };
    matter::decide(draft, calls, reason).await
}

/// Takes a teacher's own words for a question of a family.
pub(super) async fn answer(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let line = match values.get("words") {
        Some(Value::OwnWords(said)) => matter::answer(draft, said).await?,
        _ => String::new(),
    };
    Ok(("done", BTreeMap::from([("lines".to_owned(), json!(line))])))
}

/// Whether a family has anything to add to what it asked.
pub(super) fn read_more(values: &BTreeMap<String, Value>) -> Outcome {
    let is_more = matches!(values.get("more"), Some(Value::Text(text)) if !is_nothing_more(text));
    (if is_more { "more" } else { "nothing" }, BTreeMap::new())
}
