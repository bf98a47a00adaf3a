//! A turn in the making (草稿): what was loaded, what will be written, and the rounds between the engine and the rules.
//!
//! Nothing has happened until [`Draft::into_batch`] is committed. Knows how effects become writes, not which message
//! or timer began the turn. Start at [`Draft::load`].

mod back;
mod family;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::card::Shown;
use super::custody::Concern;
use super::facts::{self, Child};
use super::matter::{self, Matter};
use super::record::{self, Errand, Stored, Timer};
use super::thread::{self, By};
use super::{School, Service, UseCaseError, action, guardians, guest};
use crate::clock::Moment;
use crate::domain::access::Sight;
use crate::domain::enrolment::Standing;
use crate::domain::ledger::{Actor, Change, LedgerLine, Source};
use crate::domain::people::{ContactPoint, Person, PersonId, StudentId};
use crate::domain::survey::Campaign;
use crate::flow::conversation::{Conversation, Frame};
use crate::flow::definition::After;
use crate::flow::effect::{Effect, Input};
use crate::flow::step::step;
use crate::flow::{Facts, Flows};
use crate::outbox::Lane;
use crate::store::{Batch, Expect, Key};

/// Rounds between the engine and the rules in one turn.
const ROUNDS_MAX: usize = 16;

/// How the words of a turn travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travel {
    /// Inside the answer to the person's own message.
    Reply,
    /// Through the outbox, nobody having written.
    Outbox(Lane),
    /// Through the outbox, to where somebody wrote; see [`Draft::way_back`].
    Back,
}

/// A rung that comes next.
#[derive(Debug, Clone, Copy)]
struct Wait {
    asked_in_turn: u64,
    rung: usize,
    after: After,
    event_at: Option<Moment>,
}

/// One turn of one person in the making.
pub struct Draft<'a> {
    pub(super) service: &'a Service,
    pub(super) school: &'a School,
    pub(super) now: Moment,
    /// The conversations, the same for the whole turn.
    pub(super) flows: Arc<Flows>,
    pub(super) person: Person,
    pub(super) family: Vec<Child>,
    /// The children whom the person must not take: of these they hear nothing.
    pub(super) barred: BTreeSet<StudentId>,
    /// The rooms that concern the person today.
    pub(super) rooms: Vec<Concern>,
    /// What is on the person's desks, by number.
    pub(super) matters: Vec<(Key, Stored<Matter>)>,
    /// The day of the last digest that the person reads.
    pub(super) digest_on: Option<chrono::NaiveDate>,
    /// What went to all and waits for the person's 收到: the key of their receipt.
    pub(super) broadcast: Option<Key>,
    /// The card that was pressed.
    pub(super) card: Option<(Key, Stored<Shown>)>,
    back: Option<back::Back>,
    answered: Option<ContactPoint>,
    source: Option<Source>,
    survey: Option<Campaign>,
    expects: BTreeMap<StudentId, Expect>,
    conversation: Stored<Conversation>,
    timers: BTreeMap<u64, Stored<Timer>>,
    fired: Option<(Key, Expect)>,
    waits: Vec<Wait>,
    heard: Option<String>,
    is_private: bool,
    words: Vec<String>,
    reminders: Vec<String>,
    lines: Vec<LedgerLine>,
    changed: Vec<StudentId>,
    errands: Vec<Errand>,
    batch: Batch,
}

impl<'a> Draft<'a> {
    /// Loads what a turn of this person needs.
    ///
    /// # Errors
    /// The store failed. `None` when there is no such person.
    pub async fn load(
        service: &'a Service,
        school: &'a School,
        person: &PersonId,
        now: Moment,
    ) -> Result<Option<Draft<'a>>, UseCaseError> {
        let store = service.store.as_ref();
        let known = match guest::person(person) {
            Some(guest) => Some(guest),
            None => record::load::<Person>(store, &record::key::<Person>(&school.id, person))
                .await?
                .map(|stored| stored.value),
        };
        let Some(person) = known else { return Ok(None) };
        let (family, expects) = family::load(service, school, &person).await?;
        let mut barred = BTreeSet::new();
        for child in &family {
            if guardians::is_barred(service, school, &person, &child.student).await? {
                barred.insert(child.student.id.clone());
            }
        }
        let conversation = record::load(store, &record::key::<Conversation>(&school.id, &person.id)).await?;
        let conversation =
            conversation.unwrap_or_else(|| Stored { value: Conversation::default(), expect: Expect::Absent });
        let mut timers = BTreeMap::new();
        for frame in &conversation.value.frames {
            let key = record::timer_key(&school.id, &person.id, frame.asked_in_turn);
            let timer = record::load::<Timer>(store, &key).await?;
            timers.extend(timer.map(|timer| (frame.asked_in_turn, timer)));
        }
        let matters = matter::on_desks_of(service, school, &person, now).await?;
        let classes: Vec<_> = family.iter().map(|child: &Child| child.student.class).collect();
        let rooms = super::custody::of_person(service, school, &person, &classes, now).await?;
        let reads_digests = Sight::is_school(&person.roles);
        let digest_on =
            if reads_digests { super::digest::last_day(service, school, now).await? } else { None };
        let broadcast = super::broadcast::waiting_for(service, school, &person.id, now).await?;
        let is_private = is_private(&conversation.value);
        let survey = super::campaign::last(service, school).await?.map(|survey| survey.value);
        Ok(Some(Self {
            service,
            school,
            now,
            flows: service.flows(),
            family,
            barred,
            rooms,
            matters,
            digest_on,
            broadcast,
            card: None,
            back: None,
            answered: None,
            source: None,
            survey,
            expects,
            conversation,
            timers,
            fired: None,
            waits: Vec::new(),
            heard: None,
            is_private,
            words: Vec::new(),
            reminders: Vec::new(),
            lines: Vec::new(),
            changed: Vec::new(),
            errands: Vec::new(),
            batch: Batch::default(),
            person,
        }))
    }

    /// Names the message that began the turn, for the ledger.
    #[must_use]
    pub fn caused_by(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Names the timer whose firing began the turn.
    #[must_use]
    pub(super) fn fired_by(mut self, key: Key, expect: Expect) -> Self {
        self.fired = Some((key, expect));
        self
    }

    /// Keeps what the person wrote for their thread.
    pub(super) fn heard(&mut self, words: &str) {
        self.heard = Some(words.to_owned());
    }

    /// The conversation as it stands.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation.value
    }

    /// Lets the engine take an input, does what it asks for, and goes on until somebody has to answer.
    ///
    /// # Errors
    /// The store failed.
    pub async fn take(&mut self, input: Input) -> Result<(), UseCaseError> {
        let mut input = input;
        for _ in 0..ROUNDS_MAX {
            let facts = self.facts();
            let turn = step(&self.flows, &self.conversation.value, &input, &facts);
            self.conversation.value = turn.conversation;
            self.service.footprints.add(turn.passed);
            let mut asked_for = None;
            for effect in turn.effects {
                if let Effect::Do { action, values, child } = effect {
                    asked_for = Some((action, values, child));
                } else {
                    self.note(effect).await?;
                }
            }
            let Some((action, values, child)) = asked_for else { return Ok(()) };
            let (name, values) = action::perform(self, &action, &values, child.as_deref()).await?;
            input = Input::Outcome { name: name.to_owned(), values };
        }
        tracing::error!(person = %self.person.id, "a turn did not come to an end; the flow is left");
        self.conversation.value.frames.pop();
        Ok(())
    }

    /// What this turn will write.
    pub(super) fn batch_mut(&mut self) -> &mut Batch {
        &mut self.batch
    }

    /// A matter on the person's desks.
    pub(super) fn matter(&self, number: u32) -> Option<&Stored<Matter>> {
        self.matters.iter().map(|(_, matter)| matter).find(|matter| matter.value.number == number)
    }

    /// Drops a flow that waited for somebody else, because nothing is asked of them any more.
    pub(super) fn unpark(&mut self, frame: &Frame) {
        self.conversation.value.parked.retain(|other| other != frame);
    }

    /// Adds words that no flow says.
    pub fn say(&mut self, words: String) {
        self.words.push(words);
    }

    /// One of the texts that belong to no flow.
    pub(super) fn common(&self, name: &str) -> String {
        self.flows.common_words(name, &self.facts().values)
    }

    /// Adds a reminder of the pending question.
    pub(super) fn push_reminder(&mut self, words: String) {
        self.reminders.push(words);
    }

    /// Adds a line to the ledger and to the child's standing.
    pub fn record(&mut self, student: &StudentId, actor: Actor, change: Change) {
        if let Some(child) = self.family.iter_mut().find(|child| child.student.id == *student) {
            child.standing = std::mem::take(&mut child.standing).after(&change, self.now);
            if !self.changed.contains(student) {
                self.changed.push(student.clone());
            }
        }
        let source = self.source.clone();
        self.lines.push(LedgerLine { at: self.now, student: student.clone(), actor, source, change });
    }

    /// What the person says elsewhere about a child answers the waiting question of a flow as well.
    pub(super) fn settle_own(&mut self, flow: &str, student: &StudentId) {
        if self.conversation.value.frames.last().is_none_or(|frame| frame.flow == flow) {
            return;
        }
        let input = Input::Settled { flow: flow.to_owned(), children: vec![student.0.clone()] };
        // The question waits below the flow that is spoken of, so nothing is said about it.
        let turn = step(&self.flows, &self.conversation.value, &input, &self.facts());
        self.conversation.value = turn.conversation;
    }

    /// Adds something to be done in somebody's conversation.
    pub fn errand(&mut self, errand: Errand) {
        self.errands.push(errand);
    }

    /// The facts as they stand now, with what this turn has changed.
    pub fn facts(&self) -> Facts {
        let open = self.survey.as_ref().filter(|survey| survey.closed_at.is_none());
        let deadline = open.map(|survey| facts::day_in_words(survey.deadline_on));
        facts::gather(&facts::Scene {
            school: self.school,
            person: &self.person,
            family: &self.family,
            deadline,
            rooms: &self.rooms,
            matters: self.matters.iter().map(|(_, matter)| &matter.value).collect(),
            digest_on: self.digest_on,
            has_broadcast: self.broadcast.is_some(),
            now: self.now,
        })
    }

    /// Whether the term has begun as far as the survey goes: who wants to join now asks for it (R14).
    pub(super) fn is_survey_over(&self) -> bool {
        let today = self.school.calendar.local_date(self.now);
        self.survey.as_ref().is_some_and(|survey| survey.closed_at.is_some() || survey.deadline_on < today)
    }

    /// Whether a flow of this person waits for a decision about a child.
    pub(super) fn is_waiting_for(&self, flow: &str, student: &StudentId) -> bool {
        let parked = &self.conversation.value.parked;
        parked.iter().any(|frame| frame.flow == flow && frame.child() == Some(&student.0))
    }

    /// The batch that makes it so, and the words for the answer, if they travel inside it.
    ///
    /// # Errors
    /// A record cannot be written as JSON.
    pub fn into_batch(mut self, travel: Travel) -> Result<(Batch, Option<String>), UseCaseError> {
        self.is_private |= is_private(&self.conversation.value);
        let heard = self.heard.take().unwrap_or_default();
        self.keep((By::Person, &heard))?;
        let reply = self.send_words(travel)?;
        self.send_reminders()?;
        let school = self.school.id.clone();
        let conversation_key = record::key::<Conversation>(&school, &self.person.id);
        let conversation = &self.conversation;
        record::put(&mut self.batch, &school, conversation_key, &conversation.value, conversation.expect)?;
        if guest::is_guest(&self.person) {
            guest::had_a_turn(&mut self.batch, &school, &self.person.id, self.now)?;
        }
        for id in &self.changed {
            let Some(child) = self.family.iter().find(|child| child.student.id == *id) else { continue };
            let expect = self.expects.get(id).copied().unwrap_or(Expect::Absent);
            record::put(
                &mut self.batch,
                &school,
                record::key::<Standing>(&school, &id.0),
                &child.standing,
                expect,
            )?;
        }
        if let Some((key, card)) = &self.card {
            record::put(&mut self.batch, &school, key.clone(), &card.value, card.expect)?;
        }
        for line in &self.lines {
            self.batch.writes.push(super::ledger::append(&school, line)?);
        }
        for errand in &self.errands {
            let id = self.service.ids.new_id("", self.now);
            record::put(
                &mut self.batch,
                &school,
                record::key::<Errand>(&school, &id),
                errand,
                Expect::Absent,
            )?;
        }
        Ok((self.batch, reply))
    }

    async fn note(&mut self, effect: Effect) -> Result<(), UseCaseError> {
        match effect {
            Effect::Say(words) => self.words.push(words),
            Effect::Remind(words) => self.reminders.push(words),
            Effect::Wait { asked_in_turn, rung, after, event_at, .. } => {
                self.waits.push(Wait { asked_in_turn, rung, after, event_at });
            }
            Effect::OtherGuardian { flow, children } => {
                super::errand::ask_other_guardians(self, &flow, &children).await?;
            }
            Effect::ListFor { children, .. } => {
                for id in children {
                    self.record(&StudentId(id), Actor::System, Change::Listed);
                }
            }
            Effect::End { flow, ending, .. } => {
                self.is_private |= flow == thread::PRIVATE_FLOW;
                metrics::counter!("kehou_flow_endings_total", "flow" => flow, "ending" => ending)
                    .increment(1);
            }
            Effect::Decide(request) => matter::submit(self, request).await?,
            // Taken out by `take` before.
            Effect::Do { .. } => {}
        }
        Ok(())
    }
}

/// Whether a conversation is about what is for nobody here to read.
fn is_private(conversation: &Conversation) -> bool {
    conversation.frames.iter().any(|frame| frame.flow == thread::PRIVATE_FLOW)
}
