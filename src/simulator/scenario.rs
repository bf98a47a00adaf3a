//! A scenario (剧本): which troubles begin and end when, read from a file and played over virtual time.
//!
//! Strict: every problem of a file at once, with its line. Knows what troubles are called, not what they do. Start at
//! [`Scenario::parse`], then [`Player`].

mod read;

use chrono::Duration;

use super::wecom::{Trouble, WecomSimulator};
use crate::clock::Moment;
use crate::problem::Problem;

/// Troubles in the order of their beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What it is called, for the visitor of the demo.
    pub title: String,
    /// What goes wrong.
    pub acts: Vec<Act>,
}

/// One trouble and its time, counted from the beginning of the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// When it begins.
    pub after: Duration,
    /// How long it lasts; nothing for what happens once.
    pub lasts: Duration,
    /// What it is.
    pub trouble: Trouble,
}

impl Scenario {
    /// Reads a scenario from TOML.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        read::scenario(file, text)
    }
}

/// Plays a scenario.
#[derive(Debug)]
pub struct Player {
    /// What is still to come, the next one first.
    steps: std::collections::VecDeque<Step>,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    at: Moment,
    begins: bool,
    trouble: Trouble,
}

impl Player {
    /// Ready to play from `start` on.
    pub fn new(scenario: &Scenario, start: Moment) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        for act in &scenario.acts {
            let at = start + act.after;
            steps.push(Step { at, begins: true, trouble: act.trouble });
            if !act.trouble.is_moment() {
                steps.push(Step { at: at + act.lasts, begins: false, trouble: act.trouble });
            }
        }
        // What ends at the moment at which the next one begins ends first.
        steps.sort_by_key(|step| (step.at, step.begins));
        Self { steps: steps.into() }
    }

    /// When something begins or ends next.
    pub fn next_at(&self) -> Option<Moment> {
        self.steps.front().map(|step| step.at)
    }

    /// What begins or ends up to `now`, in order: the trouble, and whether it begins.
    pub fn due(&mut self, now: Moment) -> Vec<(Trouble, bool)> {
        let mut due = Vec::new();
        while let Some(step) = self.steps.pop_front_if(|step| step.at <= now) {
            due.push((step.trouble, step.begins));
        }
        due
    }

    /// Lets what is due up to `now` begin and end; returns it.
    pub async fn play(&mut self, simulator: &WecomSimulator, now: Moment) -> Vec<(Trouble, bool)> {
        let due = self.due(now);
        for (trouble, begins) in &due {
            if *begins {
                simulator.begin(*trouble).await;
            } else {
                simulator.end(*trouble);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests;
