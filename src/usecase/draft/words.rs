//! How the words of a turn leave: inside the answer or through the outbox, with the timer that waits for a reply.
//!
//! Part of a draft; knows texts only as bytes. Start at [`Draft::send_words`].

use super::super::deliveries::{self, Arm, OnDelivered};
use super::super::reach::{best_contact_point, due_at};
use super::super::record::{self, Timer};
use super::super::thread::{self, By};
use super::super::{UseCaseError, campaign};
use super::{Draft, Travel, Wait};
use crate::domain::enrolment::{Standing, Unreachable};
use crate::domain::ledger::{Actor, Change};
use crate::domain::people::{ContactPoint, StudentId};
use crate::flow::definition::After;
use crate::outbox::{self, Lane};
use crate::platform::text::split_text;
use crate::store::{Expect, Write};

impl Draft<'_> {
    /// Sends the words and arms the timers: at once where the answer carries them, else when they are delivered.
    pub(super) fn send_words(&mut self, travel: Travel) -> Result<Option<String>, UseCaseError> {
        let words = std::mem::take(&mut self.words).join("\n");
        self.keep((By::School, &words))?;
        let mut on_delivery = None;
        for wait in std::mem::take(&mut self.waits) {
            let counts_from_delivery = wait.rung == 0 && wait.event_at.is_none();
            let is_unasked = matches!(travel, Travel::Outbox(_));
            if counts_from_delivery && is_unasked {
                on_delivery = Some((wait.asked_in_turn, wait.after));
            } else {
                self.arm(wait)?;
            }
        }
        self.disarm_what_is_over();
        self.carry(travel, &words, on_delivery)
    }

    fn carry(
        &mut self,
        travel: Travel,
        words: &str,
        arm: Option<(u64, After)>,
    ) -> Result<Option<String>, UseCaseError> {
        if travel == Travel::Back {
            return self.carry_back(words).map(|()| None);
        }
        if words.is_empty() {
            return Ok(None);
        }
        let asked = self.asked_children();
        let Some((point, bytes_max)) = self.way(travel) else {
            return Ok(self.carry_without_contact(travel, words, &asked));
        };
        let mut parts = split_text(words, bytes_max).into_iter();
        let (reply, lane) = match travel {
            Travel::Reply => {
                // What the survey asks inside an answer is delivered with it.
                let newly_asked =
                    asked.iter().filter(|id| self.is_not_asked(id)).cloned().collect::<Vec<_>>();
                for id in newly_asked {
                    let person = self.person.id.clone();
                    self.record(&id, Actor::System, Change::Asked { person });
                }
                (parts.next(), Lane::Reply)
            }
            Travel::Outbox(lane) => (None, lane),
            Travel::Back => (None, Lane::Reply),
        };
        let mut parts = parts.peekable();
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            let hook = OnDelivered {
                arm: arm.filter(|_| is_last).map(|(asked_in_turn, after)| Arm { asked_in_turn, after }),
                asked: if is_last && travel != Travel::Reply { asked.clone() } else { Vec::new() },
                ..OnDelivered::default()
            };
            self.enqueue(&point, lane, part, &hook)?;
        }
        Ok(reply)
    }

    /// Where words go: an answer where the person spoke, anything else by the best way to begin.
    fn way(&self, travel: Travel) -> Option<(ContactPoint, usize)> {
        let answered = self.answered().filter(|_| travel == Travel::Reply).and_then(|point| {
            let bytes_max = self.school.text_bytes_max(point.channel)?;
            Some((point.clone(), bytes_max))
        });
        answered.or_else(|| best_contact_point(self.school, &self.person))
    }

    /// An answer still travels the way it came; nothing else reaches a person without a contact point.
    fn carry_without_contact(&mut self, travel: Travel, words: &str, asked: &[StudentId]) -> Option<String> {
        if travel == Travel::Reply {
            return Some(words.to_owned());
        }
        let has_none = self.person.contact_points.is_empty();
        let why = if has_none { Unreachable::NoContact } else { Unreachable::NotDelivered };
        for id in asked {
            self.record(id, Actor::System, Change::Unreachable { why });
        }
        None
    }

    /// Keeps a line for the person's thread.
    pub(super) fn keep(&mut self, said: (By, &str)) -> Result<(), UseCaseError> {
        let when = (self.now, self.is_private);
        thread::add(self.service, &self.school.id, &self.person, said, when, &mut self.batch)
    }

    pub(super) fn send_reminders(&mut self) -> Result<(), UseCaseError> {
        let asked = self.asked_children();
        let Some((point, bytes_max)) = best_contact_point(self.school, &self.person) else { return Ok(()) };
        for words in std::mem::take(&mut self.reminders) {
            self.keep((By::School, &words))?;
            for part in split_text(&words, bytes_max) {
                let hook = OnDelivered { asked: asked.clone(), ..OnDelivered::default() };
                self.enqueue(&point, Lane::Bulk, part, &hook)?;
            }
        }
        Ok(())
    }

    fn enqueue(
        &mut self,
        point: &ContactPoint,
        lane: Lane,
        words: String,
        on_delivered: &OnDelivered,
    ) -> Result<(), UseCaseError> {
        let to = (&self.school.id, &self.person.id, point);
        let row = deliveries::row(self.service, to, lane, words, on_delivered, self.now)?;
        outbox::enqueue(&mut self.batch, row);
        Ok(())
    }

    /// The children of the survey's pending question, for the ledger.
    pub(super) fn asked_children(&self) -> Vec<StudentId> {
        let frame = self.conversation.value.frames.last();
        frame
            .filter(|frame| frame.flow == campaign::FLOW)
            .map(|frame| frame.children_left().iter().map(|id| StudentId(id.clone())).collect())
            .unwrap_or_default()
    }

    pub(super) fn is_not_asked(&self, id: &StudentId) -> bool {
        self.family.iter().any(|child| child.student.id == *id && child.standing == Standing::NotAsked)
    }

    fn arm(&mut self, wait: Wait) -> Result<(), UseCaseError> {
        let Wait { asked_in_turn, rung, after, event_at } = wait;
        let present = self.timers.get(&asked_in_turn);
        let base_at = match (event_at, present) {
            (Some(event_at), _) => event_at,
            (None, Some(timer)) if rung > 0 => timer.value.base_at,
            _ => self.now,
        };
        let Some(due_at) = due_at(self.school, base_at, after, self.now) else {
            tracing::warn!(person = %self.person.id, "the term ends before the next reminder is due");
            return Ok(());
        };
        let (school, person) = (self.school.id.clone(), self.person.id.clone());
        let timer = Timer { due_at, base_at, school, person, asked_in_turn, rung };
        let key = record::timer_key(&self.school.id, &self.person.id, asked_in_turn);
        let expect = present.map_or(Expect::Absent, |timer| timer.expect);
        self.timers.remove(&asked_in_turn);
        if self.fired.as_ref().is_some_and(|(fired, _)| *fired == key) {
            self.fired = None;
        }
        record::put(&mut self.batch, &self.school.id, key, &timer, expect)
    }

    /// A timer that has fired, or whose question waits no longer, has nothing to wait for.
    fn disarm_what_is_over(&mut self) {
        let waiting: Vec<u64> =
            self.conversation.value.frames.iter().map(|frame| frame.asked_in_turn).collect();
        for (asked_in_turn, timer) in std::mem::take(&mut self.timers) {
            let key = record::timer_key(&self.school.id, &self.person.id, asked_in_turn);
            let has_fired = self.fired.as_ref().is_some_and(|(fired, _)| *fired == key);
            if !waiting.contains(&asked_in_turn) && !has_fired {
                self.batch.writes.push(Write::Delete { key, expect: timer.expect });
            }
        }
        if let Some((key, expect)) = self.fired.take() {
            self.batch.writes.push(Write::Delete { key, expect });
        }
    }
}
