//! The feed (动态): what happens, without saying to whom.
//!
//! Start at [`Feed::add`].

use std::collections::VecDeque;

use serde::Serialize;

use crate::clock::Moment;

/// How many lines are kept.
const LINES_MAX: usize = 200;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedLine {
    /// Its number, from 1.
    pub number: u64,
    /// When it happened.
    pub at: Moment,
    /// What happened; never a name, a phone or a message.
    pub text: String,
}

/// The newest lines.
#[derive(Debug, Default)]
pub(super) struct Feed {
    lines: VecDeque<FeedLine>,
    last_number: u64,
}

impl Feed {
    /// Adds a line.
    pub(super) fn add(&mut self, at: Moment, text: String) {
        self.last_number += 1;
        self.lines.push_back(FeedLine { number: self.last_number, at, text });
        if self.lines.len() > LINES_MAX {
            self.lines.pop_front();
        }
    }

    /// The lines after `number`, oldest first.
    pub(super) fn after(&self, number: u64) -> Vec<FeedLine> {
        self.lines.iter().filter(|line| line.number > number).cloned().collect()
    }
}
