//! Folding the log of a room day: one event more, and the same day again from its events.
//!
//! Decides nothing: an event says what happened. Start at [`RoomDay::after`].

use super::{CustodyEvent, Done, InRoom, RoomDay, Seat, SeatState, What};
use crate::domain::ledger::Actor;
use crate::domain::people::PersonId;

impl RoomDay {
    /// The day after one more event of its log.
    #[must_use]
    pub fn after(mut self, event: &CustodyEvent) -> Self {
        let done = || actor(&event.by).map(|by| Done { by: by.clone(), at: event.at });
        match &event.what {
            What::Opened(day) => return day.as_ref().clone(),
            What::Added(seat) => self.seats.push(seat.as_ref().clone()),
            What::RollCalled => self.roll_called = self.roll_called.or_else(done),
            What::Reminded(rung) => self.reminded.push(*rung),
            // What the clock closes is closed for the teacher of the room.
            What::Closed => {
                let by = || Done { by: self.teacher.clone(), at: event.at };
                self.closed = Some(done().unwrap_or_else(by));
            }
            What::Reopened => self.closed = None,
            What::Agreed(_)
            | What::Moved(_)
            | What::HandedOver(_)
            | What::LeftAlone(_)
            | What::Undone
            | What::TakenOver(_)
            | What::Called(_) => {
                let student = event.student.as_ref();
                if let Some(seat) = self.seats.iter_mut().find(|seat| Some(&seat.student) == student) {
                    seat.add(event);
                }
            }
        }
        self
    }

    /// The day that a log tells, from its first event on; `None` when it does not begin with the opening.
    pub fn fold(events: &[CustodyEvent]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let What::Opened(day) = &first.what else { return None };
        Some(rest.iter().fold(day.as_ref().clone(), Self::after))
    }
}

impl Seat {
    fn add(&mut self, event: &CustodyEvent) {
        let by = || actor(&event.by).cloned();
        match &event.what {
            What::Agreed(expected) => {
                // Another time is another ladder.
                if expected.pickup_at != self.expected.pickup_at {
                    self.rungs.clear();
                }
                self.expected = expected.clone();
            }
            What::Moved(state) => self.state = state.clone(),
            What::HandedOver(to) => {
                if let (SeatState::InRoom(was), Some(by)) = (&self.state, by()) {
                    let (to, was) = (to.clone(), was.clone());
                    self.state = SeatState::HandedOver { to, at: event.at, by, was };
                }
            }
            What::LeftAlone(permission) => {
                if let (SeatState::InRoom(was), Some(by)) = (&self.state, by()) {
                    let (permission, was) = (permission.clone(), was.clone());
                    self.state = SeatState::LeftAlone { at: event.at, by, permission, was };
                }
            }
            What::Undone => {
                if let SeatState::HandedOver { was, .. } | SeatState::LeftAlone { was, .. } = &self.state {
                    self.state = SeatState::InRoom(was.clone());
                }
            }
            What::TakenOver(duty_teacher) => {
                if let SeatState::InRoom(InRoom { taken_over_by, .. }) = &mut self.state {
                    *taken_over_by = Some(Done { by: duty_teacher.clone(), at: event.at });
                }
            }
            What::Called(rung) => self.rungs.push(*rung),
            What::Opened(_)
            | What::Added(_)
            | What::RollCalled
            | What::Reminded(_)
            | What::Closed
            | What::Reopened => {}
        }
    }
}

fn actor(actor: &Actor) -> Option<&PersonId> {
    match actor {
        Actor::Person(person) => Some(person),
        Actor::Office | Actor::System => None,
    }
}
