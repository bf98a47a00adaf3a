//! Errands (待办): what is to be done in somebody else's conversation, durable until it took effect there.
//!
//! One turn touches one person's conversation; what it means for others is written down in the same batch and done
//! in their own turn, exactly once. Start at [`run_all`].

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::draft::{Draft, Travel};
use super::record::{self, Errand, ErrandKind, Stored};
use super::{CONFLICTS_MAX, Service, UseCaseError, guardians, reach};
use crate::clock::Moment;
use crate::domain::people::{PersonId, SchoolId, Student, StudentId};
use crate::flow::definition::{NodeKind, RungAction};
use crate::flow::effect::Input;
use crate::outbox::Lane;
use crate::store::{Expect, Range, Record, StoreError, Write};

/// Errands taken up in one round.
const ROUND: usize = 256;

/// Errands in the making at the same time; the store groups their commits.
const TOGETHER: usize = 64;

/// Does the errands that wait, one round of them; returns how many took effect.
///
/// # Errors
/// The store failed.
pub async fn run_all(service: &Service, now: Moment) -> Result<usize, UseCaseError> {
    let mut done = 0;
    loop {
        let before = done;
        let records = service.store.scan(<Errand as record::Document>::KIND, &Range::all(ROUND)).await?;
        for together in records.chunks(TOGETHER) {
            let runs = together.iter().map(|found| run(service, found, now));
            for result in join_all(runs).await {
                match result {
                    Ok(()) => done += 1,
                    Err(error) => super::skip(error, "an errand")?,
                }
            }
        }
        if records.len() < ROUND || done == before {
            return Ok(done);
        }
    }
}

async fn run(service: &Service, found: &Record, now: Moment) -> Result<(), UseCaseError> {
    let Stored { value: errand, expect } = record::read::<Errand>(found)?;
    let key = &found.key;
    let school = service.school(&errand.school)?;
    let _turn = service.queue.turn_of(&errand.school, &errand.person).await;
    for _ in 0..CONFLICTS_MAX {
        let mut batch = match Draft::load(service, school, &errand.person, now).await? {
            Some(draft) => batch_of(draft, &errand).await?,
            None => crate::store::Batch::default(),
        };
        batch.writes.push(Write::Delete { key: key.clone(), expect });
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            // Somebody else did this very errand.
            Err(StoreError::Conflict(at)) if at == *key => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

async fn batch_of(mut draft: Draft<'_>, errand: &Errand) -> Result<crate::store::Batch, UseCaseError> {
    let lane = match &errand.what {
        ErrandKind::Start { flow, children, given, event_at, lane } => {
            let is_survey = flow == super::campaign::FLOW;
            let children: Vec<_> = children
                .iter()
                .filter(|id| !is_survey || draft.is_unanswered(id))
                .map(|id| id.0.clone())
                .collect();
            if is_survey && children.is_empty() {
                return Ok(crate::store::Batch::default());
            }
            let (given, event_at) = (given.clone(), *event_at);
            draft.take(Input::Start { flow: flow.clone(), children, given, event_at }).await?;
            *lane
        }
        ErrandKind::Decided { flow, child, asked_in_turn, verdict, values } => {
            let (flow, child, values) = (flow.clone(), child.clone(), values.clone());
            let (asked_in_turn, verdict) = (*asked_in_turn, *verdict);
            draft.take(Input::Decided { flow, child, asked_in_turn, verdict, values }).await?;
            Lane::Decision
        }
        ErrandKind::Settle { flow, children, words } => {
            let is_barred = children.iter().any(|child| draft.barred.contains(child));
            if !words.is_empty() && !is_barred && !draft.is_asked_anyway(flow, children) {
                draft.say(words.clone());
            }
            let children = children.iter().map(|id| id.0.clone()).collect();
            draft.take(Input::Settled { flow: flow.clone(), children }).await?;
            Lane::Reply
        }
        ErrandKind::Remind { flow } => {
            let is_pending = draft.conversation().frames.iter().any(|frame| frame.flow == *flow);
            if is_pending {
                draft.remind(flow);
            } else {
                // Whoever left the form is asked anew.
                let open = draft.unanswered();
                if !open.is_empty() {
                    draft.take(Input::start(flow, open)).await?;
                }
            }
            Lane::Bulk
        }
    };
    Ok(draft.into_batch(Travel::Outbox(lane))?.0)
}

impl Draft<'_> {
    /// Whether nobody has answered for the child yet.
    fn is_unanswered(&self, id: &StudentId) -> bool {
        self.family.iter().any(|child| child.student.id == *id && !child.standing.is_answered())
    }

    /// Whether the pending question knows already that somebody else has answered.
    fn is_asked_anyway(&self, flow: &str, children: &[StudentId]) -> bool {
        let frames = &self.conversation().frames;
        let Some(frame) = frames.iter().find(|frame| frame.flow == flow) else { return false };
        let is_settled = frame.child().is_some_and(|child| children.iter().any(|id| id.0 == child));
        let node = self.flows.version(frame).and_then(|flow| flow.node(&frame.node));
        is_settled && node.is_some_and(|node| matches!(&node.kind, NodeKind::Ask(ask) if ask.asks_anyway))
    }

    /// The family's children for whom nobody has answered yet.
    fn unanswered(&self) -> Vec<String> {
        let open = self.family.iter().filter(|child| !child.standing.is_answered());
        open.map(|child| child.student.id.0.clone()).collect()
    }

    /// Repeats the reminder of a flow's pending question, where there is one.
    fn remind(&mut self, flow: &str) {
        let frame = self.conversation().frames.iter().find(|frame| frame.flow == flow);
        let Some(frame) = frame else { return };
        let node = self.flows.version(frame).and_then(|flow| flow.node(&frame.node).cloned());
        let reminder = node.and_then(|node| {
            node.kind.silence().iter().find_map(|rung| match &rung.what {
                RungAction::Remind(text) => Some(text.clone()),
                RungAction::OtherGuardian | RungAction::ListFor(_) | RungAction::Then(_) => None,
            })
        });
        let Some(reminder) = reminder else { return };
        let facts = self.facts();
        let mut values = facts.values.clone();
        let child = frame.child().and_then(|id| facts.children.iter().find(|(other, _)| other == id));
        values.extend(child.map(|(_, values)| ("child".to_owned(), values.clone())));
        if let Ok(words) = crate::flow::template::render(&reminder.source, &values) {
            self.push_reminder(words);
        }
    }
}

/// A flow that begins about children, with nothing else known.
pub(super) fn about(flow: &str, children: Vec<StudentId>, lane: Lane) -> ErrandKind {
    ErrandKind::Start { flow: flow.to_owned(), children, given: BTreeMap::new(), event_at: None, lane }
}

/// Adds the errand of asking a guardian about a child.
///
/// # Errors
/// The errand cannot be written as JSON.
pub(super) fn start(
    service: &Service,
    school: &SchoolId,
    person: &PersonId,
    child: &StudentId,
    now: Moment,
    batch: &mut crate::store::Batch,
) -> Result<(), UseCaseError> {
    let what = about(super::campaign::FLOW, vec![child.clone()], Lane::Bulk);
    let errand = Errand { school: school.clone(), person: person.clone(), what };
    let key = record::key::<Errand>(school, service.ids.new_id("", now));
    record::put(batch, school, key, &errand, Expect::Absent)
}

/// The other guardians of these children are asked by the same flow.
///
/// # Errors
/// The store failed.
pub(super) async fn ask_other_guardians(
    draft: &mut Draft<'_>,
    flow: &str,
    children: &[String],
) -> Result<(), UseCaseError> {
    for id in children {
        let Some(child) = draft.family.iter().find(|child| child.student.id.0 == *id) else { continue };
        let student = child.student.clone();
        let others = guardians::others(draft.service, draft.school, &student.id, &draft.person.id).await?;
        for person in others.into_iter().filter(|person| reach::is_reachable(draft.school, person)) {
            let what = about(flow, vec![student.id.clone()], Lane::Bulk);
            draft.errand(Errand { school: draft.school.id.clone(), person: person.id, what });
        }
    }
    Ok(())
}

/// A child's guardians besides one.
pub(super) fn other_guardians(student: &Student, besides: &PersonId) -> Vec<PersonId> {
    let people = student.guardians.iter().map(|guardianship| guardianship.person.clone());
    people.filter(|person| person != besides).collect()
}
