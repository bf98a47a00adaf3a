//! What a family asked and still waits for: it can look at it, and take it back until somebody has answered.
//!
//! Start at [`look_up_question`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::UseCaseError;
use super::super::action::Outcome;
use super::super::draft::Draft;
use super::super::record::{self, Stored};
use super::decide::tell_the_others;
use super::{Matter, id};
use crate::flow::conversation::Frame;
use crate::store::Key;

/// Shows the latest question of the flow that is spoken of which still waits for an answer.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn look_up_question(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    Ok(match waiting(draft).await? {
        Some((_, _, matter)) => {
            let lines = json!(matter.value.words.0);
            ("waiting", BTreeMap::from([("lines".to_owned(), lines)]))
        }
        None => ("nothing", BTreeMap::new()),
    })
}

/// Takes that question back, and tells those on whose desks it lies.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn take_back_question(draft: &mut Draft<'_>) -> Result<Outcome, UseCaseError> {
    let Some((frame, key, Stored { value: mut matter, expect })) = waiting(draft).await? else {
        return Ok(("answered", BTreeMap::new()));
    };
    matter.taken_back_at = Some(draft.now);
    matter.next = None;
    tell_the_others(draft, (&key, &matter)).await?;
    draft.unpark(&frame);
    let school = &draft.school.id;
    record::put(draft.batch_mut(), school, key, &matter, expect)?;
    Ok(("done", BTreeMap::new()))
}

/// The latest open question of this flow about this child, with the frame that waits for its answer.
async fn waiting(draft: &Draft<'_>) -> Result<Option<(Frame, Key, Stored<Matter>)>, UseCaseError> {
    let conversation = draft.conversation();
    let Some(top) = conversation.frames.last() else { return Ok(None) };
    let is_same = |frame: &&Frame| frame.flow == top.flow && frame.child() == top.child();
    for frame in conversation.parked.iter().rev().filter(is_same) {
        let id = id(&draft.person.id, &frame.flow, frame.began_in_turn, frame.child());
        let key = record::key::<Matter>(&draft.school.id, id);
        let matter = record::load::<Matter>(draft.service.store.as_ref(), &key).await?;
        if let Some(matter) = matter.filter(|matter| matter.value.is_open()) {
            return Ok(Some((frame.clone(), key, matter)));
        }
    }
    Ok(None)
}
