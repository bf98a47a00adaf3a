//! Deliveries (送达): what follows when a message has arrived, in the same commit that says so.
//!
//! The survey counts a child as asked, and the ladder for silence begins, when the question is delivered, not when it
//! is written. Start at [`OnDelivered`], then [`Delivered`]; `answers` is about what can only be answered.

mod answers;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::reach::{due_at, is_reachable};
use super::record::{self, Stored, Timer};
use super::{Service, UseCaseError, card, errand, ledger, trial};
use crate::clock::Moment;
use crate::domain::answer_window::AnswerWindow;
use crate::domain::enrolment::{Standing, Unreachable};
use crate::domain::ledger::{Actor, Change, LedgerLine};
use crate::domain::people::{ContactPoint, Person, PersonId, SchoolId, Student, StudentId};
use crate::flow::conversation::Conversation;
use crate::flow::definition::After;
use crate::outbox::{Deliveries, Ending, Lane, Row, RowState};
use crate::platform::Message;
use crate::store::{Batch, Expect, Key, StoreError, Write};

pub(super) use answers::failed;

/// What follows when a row is delivered; travels with the row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDelivered {
    /// The ladder for silence begins.
    pub arm: Option<Arm>,
    /// These children have been asked about.
    pub asked: Vec<StudentId>,
    /// This broadcast has been read out to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<String>,
    /// It is the trial of the guardians' chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_trial: bool,
}

/// The first rung of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The turn that asked.
    pub asked_in_turn: u64,
    /// When the rung is due, counted from the delivery.
    pub after: After,
}

/// Knows what follows a delivery.
#[derive(Debug)]
pub struct Delivered(pub Arc<Service>);

/// A new row for a person.
///
/// # Errors
/// What follows cannot be written as JSON.
pub(super) fn row(
    service: &Service,
    to: (&SchoolId, &PersonId, &ContactPoint),
    lane: Lane,
    words: String,
    then: &OnDelivered,
    now: Moment,
) -> Result<Row, UseCaseError> {
    message_row(service, to, lane, Message::Text(words), then, now)
}

/// As [`row`], for any message.
///
/// # Errors
/// As [`row`].
pub(super) fn message_row(
    service: &Service,
    to: (&SchoolId, &PersonId, &ContactPoint),
    lane: Lane,
    message: Message,
    then: &OnDelivered,
    now: Moment,
) -> Result<Row, UseCaseError> {
    let (school, person, point) = to;
    let on_delivered = if *then == OnDelivered::default() {
        None
    } else {
        let text = serde_json::to_string(then);
        Some(text.map_err(|source| UseCaseError::Unreadable { key: "outbox".into(), source })?)
    };
    Ok(Row {
        id: service.ids.new_id("", now),
        school: school.clone(),
        channel: point.channel,
        account: point.account.clone(),
        person: person.clone(),
        lane,
        message,
        created_at: now,
        not_before: now,
        expires_at: None,
        attempts: 0,
        retry_at: None,
        is_alone: false,
        state: RowState::default(),
        dedup_key: None,
        on_delivered,
        answers: None,
        sequence: 0,
    })
}

#[async_trait]
impl Deliveries for Delivered {
    async fn ended(&self, rows: &[(&Row, Ending)], at: Moment) -> Result<Vec<Write>, StoreError> {
        let mut aftermath = Aftermath::new(&self.0, at);
        for (row, ending) in rows {
            stored(aftermath.ended(row, ending).await)?;
        }
        stored(aftermath.into_writes())
    }
}

/// What follows from one call, whose rows may be about the same child.
struct Aftermath<'a> {
    service: &'a Service,
    at: Moment,
    standings: BTreeMap<(SchoolId, StudentId), Stored<Standing>>,
    windows: BTreeMap<Key, (SchoolId, Stored<AnswerWindow>)>,
    batch: Batch,
}

impl<'a> Aftermath<'a> {
    fn new(service: &'a Service, at: Moment) -> Self {
        let (standings, windows) = (BTreeMap::new(), BTreeMap::new());
        Self { service, at, standings, windows, batch: Batch::default() }
    }

    async fn ended(&mut self, row: &Row, ending: &Ending) -> Result<(), UseCaseError> {
        match (&row.message, ending) {
            (Message::CardUpdate(update), Ending::Unreached) => {
                return card::not_changed(self.service, row, update, self.at, &mut self.batch);
            }
            // Where its outcome is not known, the next press tells and changes it.
            (Message::CardUpdate(_), Ending::Delivered(_) | Ending::Parked | Ending::Expired) => {
                return Ok(());
            }
            (Message::Card(shown), Ending::Delivered(Some(code))) => {
                card::arrived(self.service, row, (&shown.id, code), self.at, &mut self.batch).await?;
            }
            _ => {}
        }
        if parse(row).is_some_and(|then| then.is_trial) {
            return trial::ended(self.service, row, ending, self.at, &mut self.batch).await;
        }
        if row.answers.is_some() {
            self.close_answer(row, *ending != Ending::Expired).await?;
        }
        match ending {
            Ending::Delivered(_) | Ending::Parked
                if !row.channel.can_begin()
                    && self.has_failed(row, matches!(ending, Ending::Delivered(_))).await? =>
            {
                self.unreached(row).await
            }
            Ending::Delivered(_) => self.delivered(row).await,
            Ending::Unreached => self.unreached(row).await,
            // It can still be sent again, and is counted when it arrives.
            Ending::Parked | Ending::Expired => Ok(()),
        }
    }

    async fn delivered(&mut self, row: &Row) -> Result<(), UseCaseError> {
        let Some(then) = parse(row) else { return Ok(()) };
        for student in &then.asked {
            self.add_line(&row.school, student, Change::Asked { person: row.person.clone() }).await?;
        }
        if let Some(broadcast) = &then.broadcast {
            let to = (broadcast.as_str(), &row.person);
            super::broadcast::delivered(self.service, &row.school, to, self.at, &mut self.batch).await?;
        }
        match then.arm {
            Some(arm) => self.arm(row, arm).await,
            None => Ok(()),
        }
    }

    /// The ladder for silence begins, unless the question was answered, or another one asked, before the platform said
    /// that it was delivered.
    async fn arm(&mut self, row: &Row, arm: Arm) -> Result<(), UseCaseError> {
        let Ok(school) = self.service.school(&row.school) else { return Ok(()) };
        let store = self.service.store.as_ref();
        let conversation = record::key::<Conversation>(&row.school, &row.person);
        let Some(conversation) = record::load::<Conversation>(store, &conversation).await? else {
            return Ok(());
        };
        let mut waiting = conversation.value.frames.iter().map(|frame| frame.asked_in_turn);
        let Some(due_at) = due_at(school, self.at, arm.after, self.at) else { return Ok(()) };
        if !waiting.any(|asked_in_turn| asked_in_turn == arm.asked_in_turn) {
            return Ok(());
        }
        let key = record::timer_key(&row.school, &row.person, arm.asked_in_turn);
        let expect = record::load::<Timer>(store, &key).await?.map_or(Expect::Absent, |timer| timer.expect);
        let (person, asked_in_turn) = (row.person.clone(), arm.asked_in_turn);
        let timer =
            Timer { due_at, base_at: self.at, school: row.school.clone(), person, asked_in_turn, rung: 0 };
        record::put(&mut self.batch, &row.school, key, &timer, expect)
    }

    /// The account cannot be reached: it is marked so, and the child's next guardian is asked; when there is none, the
    /// child counts as unreachable and the homeroom teacher sees it.
    async fn unreached(&mut self, row: &Row) -> Result<(), UseCaseError> {
        self.mark_unreachable(row).await?;
        let Some(then) = parse(row) else { return Ok(()) };
        let store = self.service.store.as_ref();
        for id in &then.asked {
            let key = record::key::<Student>(&row.school, &id.0);
            let Some(student) = record::load::<Student>(store, &key).await? else { continue };
            if let Some(person) = self.next_guardian(row, &student.value).await? {
                errand::start(self.service, &row.school, &person, id, self.at, &mut self.batch)?;
            } else {
                let change = Change::Unreachable { why: Unreachable::NotDelivered };
                self.add_line(&row.school, id, change).await?;
            }
        }
        Ok(())
    }

    /// The first reachable guardian after the row's, in the roster's order: those before were tried before.
    async fn next_guardian(&self, row: &Row, student: &Student) -> Result<Option<PersonId>, UseCaseError> {
        let Ok(school) = self.service.school(&row.school) else { return Ok(None) };
        let mut guardians = student.guardians.iter().map(|guardianship| &guardianship.person);
        let _ = guardians.by_ref().find(|person| **person == row.person);
        for person in guardians {
            let key = record::key::<Person>(&row.school, person);
            let person = record::load::<Person>(self.service.store.as_ref(), &key).await?;
            if let Some(person) = person.filter(|person| is_reachable(school, &person.value)) {
                return Ok(Some(person.value.id));
            }
        }
        Ok(None)
    }

    async fn mark_unreachable(&mut self, row: &Row) -> Result<(), UseCaseError> {
        let key = record::key::<Person>(&row.school, &row.person);
        let person = record::load::<Person>(self.service.store.as_ref(), &key).await?;
        let Some(Stored { mut value, expect }) = person else { return Ok(()) };
        for point in &mut value.contact_points {
            point.is_reachable &= !(point.channel == row.channel && point.account == row.account);
        }
        record::put(&mut self.batch, &row.school, key, &value, expect)
    }

    async fn add_line(
        &mut self,
        school: &SchoolId,
        student: &StudentId,
        change: Change,
    ) -> Result<(), UseCaseError> {
        let seat = (school.clone(), student.clone());
        if !self.standings.contains_key(&seat) {
            let key = record::key::<Standing>(school, &student.0);
            let present = record::load::<Standing>(self.service.store.as_ref(), &key).await?;
            let present = present.unwrap_or(Stored { value: Standing::NotAsked, expect: Expect::Absent });
            self.standings.insert(seat.clone(), present);
        }
        if let Some(present) = self.standings.get_mut(&seat) {
            present.value = std::mem::take(&mut present.value).after(&change, self.at);
        }
        let line =
            LedgerLine { at: self.at, student: student.clone(), actor: Actor::System, source: None, change };
        self.batch.writes.push(ledger::append(school, &line)?);
        Ok(())
    }

    fn into_writes(mut self) -> Result<Vec<Write>, UseCaseError> {
        for (key, (school, Stored { value, expect })) in &self.windows {
            record::put(&mut self.batch, school, key.clone(), value, *expect)?;
        }
        for ((school, student), Stored { value, expect }) in &self.standings {
            let key = record::key::<Standing>(school, &student.0);
            record::put(&mut self.batch, school, key, value, *expect)?;
        }
        Ok(self.batch.writes)
    }
}

pub(super) fn parse(row: &Row) -> Option<OnDelivered> {
    parse_text(&row.id, row.on_delivered.as_deref()?)
}

/// As [`parse`], of what became of a row.
pub(super) fn parse_text(row: &str, text: &str) -> Option<OnDelivered> {
    let parsed = serde_json::from_str(text);
    parsed
        .inspect_err(|error| tracing::error!(row.id = row, %error, "what follows a delivery cannot be read"))
        .ok()
}

/// The outbox knows failures of the store only; the others are damage.
fn stored<T>(result: Result<T, UseCaseError>) -> Result<T, StoreError> {
    result.map_err(|error| match error {
        UseCaseError::Store(error) => error,
        other => StoreError::Damaged(other.to_string()),
    })
}
