//! The window for answers (应答额度): how much may still be said to somebody whom we can only answer.
//!
//! Pure. Counts so that the platform's own count is never passed, whatever order things happen in: what is written and
//! not yet gone counts, and so does what may have gone after the person's last words. Start at [`AnswerWindow`].

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// How many answers a platform allows after each message of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLimits {
    /// How many.
    pub count_max: usize,
    /// For how long.
    pub within: Duration,
}

/// How far our clock and the platform's, which counts whole seconds, may be apart.
const CLOCKS_APART: Duration = Duration::seconds(2);
/// How long the last answer of a window rests: whatever the person writes meanwhile is told in it, and what was said
/// before it certainly counts no longer when the person writes after it.
pub const LAST_RESTS: Duration = Duration::seconds(3);
/// Answers stop so long before the window closes, for the way there.
const MARGIN: Duration = Duration::minutes(30);

/// What was said to one account since it last wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerWindow {
    /// When the person last wrote, by the platform's clock.
    pub opened_at: Option<Moment>,
    /// When answers went out that may count since then.
    pub sent: Vec<Moment>,
    /// Answers that are written and have not ended.
    pub pending: Vec<String>,
}

impl AnswerWindow {
    /// The person wrote at `at`: what certainly went out before counts no longer.
    pub fn open(&mut self, at: Moment) {
        let opened_at = self.opened_at.map_or(at, |before| before.max(at));
        self.opened_at = Some(opened_at);
        self.sent.retain(|sent| *sent + CLOCKS_APART >= opened_at);
    }

    /// How many answers may still be written at `now`.
    pub fn left(&self, limits: &AnswerLimits, now: Moment) -> usize {
        match self.closes_at(limits) {
            Some(closes_at) if now < closes_at => {
                limits.count_max.saturating_sub(self.sent.len() + self.pending.len())
            }
            _ => 0,
        }
    }

    /// When nothing can be answered any more; `None` before the person wrote at all.
    pub fn closes_at(&self, limits: &AnswerLimits) -> Option<Moment> {
        self.opened_at.map(|opened_at| opened_at + limits.within - MARGIN)
    }

    /// An answer is written.
    pub fn write(&mut self, id: &str) {
        self.pending.push(id.to_owned());
    }

    /// An answer is taken back before it went.
    pub fn take_back(&mut self, id: &str) {
        self.pending.retain(|pending| pending != id);
    }

    /// An answer ended at `at`; `may_have_gone` unless it certainly did not.
    pub fn end(&mut self, id: &str, may_have_gone: bool, at: Moment) {
        let is_known = self.pending.iter().any(|pending| pending == id);
        self.take_back(id);
        if is_known && may_have_gone {
            self.sent.push(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: AnswerLimits = AnswerLimits { count_max: 5, within: Duration::hours(48) };

    fn at(seconds: i64) -> Moment {
        chrono::DateTime::from_timestamp(1_756_774_800 + seconds, 0).unwrap()
    }

    #[test]
    fn nobody_is_answered_who_has_not_written_or_has_been_silent_for_two_days() {
        let mut window = AnswerWindow::default();
        assert_eq!(window.left(&LIMITS, at(0)), 0);
        window.open(at(0));
        assert_eq!(window.left(&LIMITS, at(47 * 3_600)), 5);
        assert_eq!(window.left(&LIMITS, at(48 * 3_600 - 60)), 0);
    }

    #[test]
    fn what_waits_and_what_may_have_gone_after_the_last_words_counts() {
        let mut window = AnswerWindow::default();
        window.open(at(0));
        for id in ["a", "b", "c"] {
            window.write(id);
        }
        window.end("a", true, at(1));
        window.end("b", false, at(1));
        assert_eq!(window.left(&LIMITS, at(1)), 3);
        // It may have been later by the platform's clock.
        window.open(at(3));
        assert_eq!(window.left(&LIMITS, at(3)), 3);
        window.open(at(4));
        assert_eq!(window.left(&LIMITS, at(4)), 4);
        window.open(at(2));
        assert_eq!(window.opened_at, Some(at(4)), "an older message that comes later opens nothing");
        window.end("a", true, at(5));
        assert_eq!(window.left(&LIMITS, at(5)), 4, "an answer ends once");
    }

    proptest! {
        /// The platform counts what arrives after a person's message; ours is never smaller.
        #[test]
        fn the_platform_never_counts_more(steps in prop::collection::vec((0_u8..4, 0_i64..4), 1..200)) {
            let (mut window, mut clock) = (AnswerWindow::default(), 0);
            let (mut heard, mut unheard) = (0_usize, Vec::new());
            let (mut waiting, mut next) = (Vec::new(), 0);
            let mut platform: Option<usize> = None;
            for (step, pause) in steps {
                clock += pause;
                match step {
                    // The person writes; we hear of it later.
                    0 => {
                        platform = Some(0);
                        unheard.push(at(clock));
                    }
                    1 if heard < unheard.len() => {
                        window.open(unheard[heard]);
                        heard += 1;
                    }
                    2 if window.left(&LIMITS, at(clock)) > 0 => {
                        next += 1;
                        window.write(&next.to_string());
                        waiting.push(next.to_string());
                    }
                    3 => {
                        if let Some(id) = waiting.pop() {
                            let count = platform.map(|count| count + 1);
                            prop_assert!(count.is_some_and(|count| count <= LIMITS.count_max));
                            platform = count;
                            window.end(&id, true, at(clock));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}
