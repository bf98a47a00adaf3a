//! How long a stream waits for its next connection (重连间隔): longer each time it does not last, and not at all where
//! DingTalk asks for another one.
//!
//! Pure. Start at [`Backoff`].

use std::time::Duration;

use crate::clock::Moment;

/// The pause after the first failure, before chance; each further one doubles it.
const PAUSE_FIRST: Duration = Duration::from_secs(2);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// A connection that lasted so long was no failure.
const STABLE_AFTER: chrono::Duration = chrono::Duration::minutes(1);

/// What is known of the connections so far.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
    stands_since: Moment,
}

impl Backoff {
    pub(super) fn new(now: Moment) -> Self {
        Self { failures: 0, stands_since: now }
    }

    /// Connections that did not come to last, one after the other.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// A connection stands.
    pub(super) fn stands(&mut self, now: Moment) {
        self.stands_since = now;
    }

    /// None came to stand.
    ///
    /// - `chance`: `0..=255`, so that many do not come back at once.
    pub(super) fn failed(&mut self, chance: u8) -> Duration {
        self.failures = self.failures.saturating_add(1);
        pause(self.failures, chance)
    }

    /// The newest one broke.
    pub(super) fn broke(&mut self, now: Moment, chance: u8) -> Duration {
        self.forget_where_stable(now);
        self.failed(chance)
    }

    /// DingTalk will close the newest one: the next is opened at once, unless this goes on and on.
    pub(super) fn leaves(&mut self, now: Moment, chance: u8) -> Duration {
        if self.forget_where_stable(now) {
            return Duration::ZERO;
        }
        let pause = self.failed(chance);
        if self.failures == 1 { Duration::ZERO } else { pause }
    }

    fn forget_where_stable(&mut self, now: Moment) -> bool {
        let is_stable = now - self.stands_since >= STABLE_AFTER;
        if is_stable {
            self.failures = 0;
        }
        is_stable
    }
}

/// The pause after the nth failure: half of the nominal one, and up to as much again by chance.
fn pause(failures: u32, chance: u8) -> Duration {
    let nominal = (PAUSE_FIRST * 2_u32.pow(failures.saturating_sub(1).min(16))).min(PAUSE_MAX);
    nominal * (256 + u32::from(chance) * 2) / 512
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_timestamp(1_788_224_400 + seconds, 0).unwrap()
    }

    #[test]
    fn a_stable_connection_that_is_left_politely_forgets_the_failures_before_it() {
        let mut backoff = Backoff::new(at(0));
        let pauses: Vec<u64> = (0..6).map(|_| backoff.failed(128).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60]);
        backoff.stands(at(10));
        assert_eq!(backoff.leaves(at(6 * 3_600), 128), Duration::ZERO);
        backoff.stands(at(6 * 3_600));
        assert_eq!(backoff.broke(at(6 * 3_600 + 5), 128), Duration::from_secs(2), "this is the first again");
    }

    #[test]
    fn who_asks_for_another_connection_again_and_again_waits_for_it() {
        let mut backoff = Backoff::new(at(0));
        let pauses: Vec<u64> = (0..4).map(|_| backoff.leaves(at(1), 128).as_secs()).collect();
        assert_eq!(pauses, [0, 4, 8, 16]);
    }

    #[test]
    fn chance_spreads_a_pause_around_its_nominal_length() {
        for (failures, chance, millis) in [(1, 0, 1_000), (1, 128, 2_000), (u32::MAX, 255, 89_765)] {
            assert_eq!(pause(failures, chance).as_millis(), millis, "{failures} {chance}");
        }
    }
}
