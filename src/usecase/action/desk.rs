//! A teacher's decisions about what is on the desk.
//!
//! Part of `action`; `matter` has the rules. Start at [`decide`].

use std::collections::BTreeMap;

use super::super::draft::Draft;
use super::super::{UseCaseError, matter};
use super::Outcome;
use crate::understand::Value;

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
