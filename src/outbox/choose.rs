//! Which rows go next, together in one call.
//!
//! Pure: rows are offered in the order of their lane, and the first that may go decides what the call says. Knows
//! nothing of stores. Start at [`Chooser::offer`].

use std::collections::HashSet;

use super::row::Row;
use crate::clock::Moment;
use crate::platform::Message;
use crate::store::Version;

/// Collects the rows of one call.
pub(super) struct Chooser {
    now: Moment,
    room: usize,
    /// Accounts whose turn is taken or not yet come: nothing later of theirs may overtake.
    blocked: HashSet<String>,
    /// The rows that go.
    pub(super) chosen: Vec<(Row, Version)>,
    /// The rows that could go but for their picture, which is not at the platform yet.
    pub(super) unpictured: Vec<(Row, Version)>,
    /// The rows that became worthless while they waited.
    pub(super) expired: Vec<(Row, Version)>,
}

impl Chooser {
    /// For a call to at most `room` accounts, at least one.
    pub(super) fn new(now: Moment, room: usize) -> Self {
        Self {
            now,
            room,
            blocked: HashSet::new(),
            chosen: Vec::new(),
            unpictured: Vec::new(),
            expired: Vec::new(),
        }
    }

    /// Offers the next row; `is_ready` tells whether its account has no unfinished call in this lane and is inside
    /// its limits, `is_at_hand` whether what it says can be frozen now.
    pub(super) fn offer(
        &mut self,
        row: Row,
        version: Version,
        is_at_hand: bool,
        is_ready: impl FnOnce(&str) -> bool,
    ) {
        if row.expires_at.is_some_and(|at| at <= self.now) {
            self.expired.push((row, version));
            return;
        }
        if self.blocked.contains(&row.account) {
            return;
        }
        let is_due = row.retry_at.is_none_or(|at| at <= self.now);
        self.blocked.insert(row.account.clone());
        if is_due && self.fits(&row) && is_ready(&row.account) {
            let rows = if is_at_hand { &mut self.chosen } else { &mut self.unpictured };
            rows.push((row, version));
        }
    }

    /// Whether no more rows can join.
    pub(super) fn is_full(&self) -> bool {
        self.chosen.len() >= self.room || self.chosen.first().is_some_and(|(row, _)| row.is_alone)
    }

    /// What the call says, once a row was chosen.
    pub(super) fn message(&self) -> Option<&Message> {
        self.chosen.first().map(|(row, _)| &row.message)
    }

    fn fits(&self, row: &Row) -> bool {
        match self.chosen.first() {
            None => true,
            Some((first, _)) => !self.is_full() && !row.is_alone && first.message == row.message,
        }
    }
}
