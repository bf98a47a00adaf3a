//! The time: the one place that reads it and the one place that waits for it.
//!
//! Everything that decides takes `now` as an argument; loops wait with [`Clock::sleep_until`]. [`SystemClock`] is
//! the wall clock, [`ManualClock`] is moved by hand in tests and by the slider of the demo. Start at [`Clock`].

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// A moment (时刻), always in UTC; the school's zone enters in `domain::calendar`.
pub type Moment = DateTime<Utc>;

/// A moment as text that sorts by time, for keys and indexes of records.
pub fn sortable(moment: Moment) -> String {
    format!("{:020}", moment.timestamp_micros().max(0))
}

/// Where the time comes from.
#[async_trait]
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment.
    fn now(&self) -> Moment;

    /// Waits until `moment`, or returns at once when it has passed.
    async fn sleep_until(&self, moment: Moment);
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the clock is the one reader of the time")]
    fn now(&self) -> Moment {
        Utc::now()
    }

    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that waits")]
    async fn sleep_until(&self, moment: Moment) {
        // A wall clock can be set back or forward while we wait, so it is asked again at least once a minute.
        while let Ok(left) = (moment - self.now()).to_std() {
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(Duration::from_mins(1))).await;
        }
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<Moment>,
    // Serialises `advance`, so that two callers cannot move the clock back.
    moving: Mutex<()>,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Moment) -> Self {
        Self { now: watch::Sender::new(start), moving: Mutex::new(()) }
    }

    /// Moves the clock forward by `step` and returns the new moment.
    pub fn advance(&self, step: chrono::Duration) -> Moment {
        self.move_to(self.now() + step)
    }

    /// Moves the clock forward to `moment`; a clock never goes back, so an earlier moment leaves it alone.
    pub fn move_to(&self, moment: Moment) -> Moment {
        let _moving = self.moving.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.now.send_if_modified(|now| {
            let later = moment > *now;
            *now = moment.max(*now);
            later
        });
        self.now()
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Moment {
        *self.now.borrow()
    }

    async fn sleep_until(&self, moment: Moment) {
        let mut seen = self.now.subscribe();
        // An error means that the clock is gone; nobody can move it any more, so there is nothing to wait for.
        let _ = seen.wait_for(|now| *now >= moment).await;
    }
}

/// Measures how long a piece of work really takes; for figures, never for decisions.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts to measure.
    #[expect(clippy::disallowed_methods, reason = "measuring is not deciding")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_moment() {
        let clock = std::sync::Arc::new(ManualClock::new(at(0)));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep_until(at(60)).await;
                clock.now()
            }
        });
        clock.advance(chrono::Duration::seconds(59));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(chrono::Duration::seconds(2));
        assert_eq!(sleeper.await.unwrap(), at(61));
    }

    #[test]
    fn a_manual_clock_never_goes_back() {
        let clock = ManualClock::new(at(100));
        assert_eq!(clock.move_to(at(40)), at(100));
    }
}
