//! The pace (限速): how much may still go out, by sliding windows over what went out.
//!
//! Pure; in memory, rebuilt from the calls on record after a restart. A window that slides over any moment is never
//! looser than a platform's own. Start at [`Pace`].

use std::collections::{HashMap, VecDeque};

use chrono::Duration;

use crate::clock::Moment;
use crate::platform::Limits;

/// The longest window: what is older need not be known.
pub(super) const MEMORY: Duration = Duration::hours(24);

/// What went out of one account of a platform.
#[derive(Default)]
pub(super) struct Pace {
    calls: VecDeque<Moment>,
    person_times: VecDeque<(Moment, usize)>,
    person_times_sum: usize,
    persons: HashMap<String, VecDeque<Moment>>,
}

impl Pace {
    /// Counts a call; calls come in time order.
    pub(super) fn record(&mut self, at: Moment, accounts: &[String]) {
        self.calls.push_back(at);
        self.person_times.push_back((at, accounts.len()));
        self.person_times_sum += accounts.len();
        for account in accounts {
            self.persons.entry(account.clone()).or_default().push_back(at);
        }
    }

    /// To how many a call may go now; 0 when none may.
    pub(super) fn room(&mut self, limits: &Limits, now: Moment) -> usize {
        while self.calls.front().is_some_and(|&at| at <= now - Duration::minutes(1)) {
            self.calls.pop_front();
        }
        while let Some(&(at, count)) = self.person_times.front()
            && at <= now - MEMORY
        {
            self.person_times_sum -= count;
            self.person_times.pop_front();
        }
        let is_within_a_second = |at: &&Moment| **at > now - Duration::seconds(1);
        let last_second = self.calls.iter().rev().take_while(is_within_a_second).count();
        if self.calls.len() >= to_usize(limits.calls_per_minute)
            || last_second >= to_usize(limits.calls_per_second)
        {
            return 0;
        }
        to_usize(limits.person_times_per_day).saturating_sub(self.person_times_sum).min(limits.recipients_max)
    }

    /// Whether a person may get one more now.
    pub(super) fn is_open_to(&mut self, account: &str, limits: &Limits, now: Moment) -> bool {
        let Some(times) = self.persons.get_mut(account) else { return true };
        while times.front().is_some_and(|&at| at <= now - Duration::hours(1)) {
            times.pop_front();
        }
        if times.is_empty() {
            self.persons.remove(account);
            return true;
        }
        let last_minute = times.iter().rev().take_while(|&&at| at > now - Duration::minutes(1)).count();
        times.len() < to_usize(limits.per_person_per_hour)
            && last_minute < to_usize(limits.per_person_per_minute)
    }

    /// Forgets the persons that nothing was sent to within the hour.
    pub(super) fn forget_idle(&mut self, now: Moment) {
        self.persons.retain(|_, times| times.back().is_some_and(|&at| at > now - Duration::hours(1)));
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::faulty::LIMITS;

    fn at(seconds: i64) -> Moment {
        chrono::DateTime::from_timestamp(1_718_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_person_is_closed_when_a_window_is_full_and_opens_when_it_slides_on() {
        let limits = Limits { per_person_per_minute: 2, per_person_per_hour: 3, ..LIMITS };
        let mut pace = Pace::default();
        let li = ["li".to_owned()];
        for (second, is_open, sends) in [
            (0, true, true),
            (30, true, true),
            (59, false, false),
            (60, true, true),
            (200, false, false),
            (3_600, true, false),
        ] {
            assert_eq!(pace.is_open_to("li", &limits, at(second)), is_open, "at {second}");
            if sends {
                pace.record(at(second), &li);
            }
        }
        assert!(pace.is_open_to("wang", &limits, at(60)));
    }

    #[test]
    fn calls_of_a_minute_and_person_times_of_a_day_are_counted() {
        let limits = Limits { calls_per_minute: 2, person_times_per_day: 5, recipients_max: 4, ..LIMITS };
        let mut pace = Pace::default();
        let two = ["li".to_owned(), "wang".to_owned()];
        for (second, room) in [(0, 4), (1, 3), (2, 0), (62, 1), (63, 1)] {
            assert_eq!(pace.room(&limits, at(second)), room, "at {second}");
            if second < 2 {
                pace.record(at(second), &two);
            }
        }
        assert_eq!(pace.room(&limits, at(86_400)), 3);
        pace.forget_idle(at(86_400));
        assert!(pace.persons.is_empty());
    }

    #[test]
    fn calls_of_a_second_are_counted() {
        let limits = Limits { calls_per_second: 2, recipients_max: 4, ..LIMITS };
        let mut pace = Pace::default();
        for (millis, room) in [(0, 4), (900, 4), (999, 0), (1_000, 4), (1_001, 0), (1_900, 4)] {
            let at = at(0) + Duration::milliseconds(millis);
            assert_eq!(pace.room(&limits, at), room, "at {millis} ms");
            if room > 0 {
                pace.record(at, &["li".to_owned()]);
            }
        }
    }
}
