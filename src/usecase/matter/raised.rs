//! Complaints as matters: on the desks of those who supervise the school, with nobody as asker.
//!
//! `complaint` has the complaint itself. Start at [`raise`].

use super::super::record;
use super::super::{School, Service, UseCaseError, reach};
use super::{Matter, Words, number, tell_desks};
use crate::clock::Moment;
use crate::flow::definition::After;
use crate::flow::effect::{RequestKind, RequestRung};
use crate::store::{Batch, Expect};

/// A complaint for the desks of those who supervise the school.
#[derive(Debug)]
pub(in crate::usecase) struct Raised {
    /// Its id.
    pub complaint: String,
    /// What they read.
    pub words: String,
    /// The desks, by [`record::role_key`].
    pub desks: Vec<String>,
    /// How long an answer may take.
    pub within: After,
    /// What happens while nobody answers.
    pub ladder: Vec<RequestRung>,
}

/// Puts a complaint on desks, without a word of who made it.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn raise(
    service: &Service,
    school: &School,
    raised: Raised,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let key = record::key::<Matter>(&school.id, format!("complaint/{}", raised.complaint));
    let number = number::claim(service, school, &key, now, batch).await?;
    let next = raised.ladder.first().and_then(|rung| reach::due_at(school, now, rung.after, now));
    let matter = Matter {
        number,
        title: "投诉".to_owned(),
        words: Words(raised.words),
        asker: None,
        complaint: Some(raised.complaint),
        flow: "complaint".to_owned(),
        node: "file".to_owned(),
        asked_in_turn: 0,
        child: None,
        name: None,
        class: None,
        kind: RequestKind::Answer,
        desks: raised.desks,
        submitted_at: now,
        first_at: Some(now),
        due_at: reach::due_at(school, now, raised.within, now),
        ladder: raised.ladder,
        next: next.map(|at| (0, at)),
        decided: None,
        taken_back_at: None,
    };
    tell_desks(service, school, &matter, &matter.desks, "matter_new", now, batch).await?;
    record::put(batch, &school.id, key, &matter, Expect::Absent)
}
