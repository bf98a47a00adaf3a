//! The month's quota (月度额度): how many calls of the organisation were made, how much was pushed to it, and a warning before
//! either is used up.
//!
//! Counts what goes out from here and comes in here; what else the organisation's apps use up only DingTalk knows, and says
//! so. Pushes are messages to the robot and events of the contacts; that presses of cards count is not documented, and they
//! are counted to be safe. Start at [`Quota::count`] and [`Quota::count_push`].
//!
//! Sources: <https://open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model> and
//! `…/appendix-a-list-of-events-not-included-in-webhook`, read 2026-08.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::Datelike as _;

use crate::clock::Moment;
use crate::domain::calendar::local;
use crate::domain::people::SchoolId;
use crate::platform::SendError;
use crate::platform::meter::{Allowance, Meter, Reading};

/// What is counted, in the words of the log.
const CALLS: &str = "calls";
const PUSHES: &str = "pushes";
/// How much is used, in percent, when it is said.
const WARN_AT_PERCENT: [u64; 2] = [80, 100];
/// How much is used, in percent, from where on only messages may use them.
const SCARCE_AT_PERCENT: u64 = 80;
/// The pause for anything else then: until tomorrow.
const SCARCE_PAUSE: Duration = Duration::from_hours(24);

/// The calls of one organisation in the present month.
#[derive(Debug)]
pub(super) struct Quota {
    school: SchoolId,
    allowance: Allowance,
    counted: Mutex<Reading>,
}

impl Quota {
    /// - `allowance`: what the organisation has in a month.
    pub(super) fn new(school: SchoolId, allowance: Allowance) -> Self {
        Self { school, allowance, counted: Mutex::default() }
    }

    /// Counts a call that DingTalk counts; tokens and sign-ins are free, and so is what a limit refused.
    pub(super) fn count(&self, now: Moment) {
        metrics::counter!("kehou_dingtalk_calls_total", "school" => self.school.to_string()).increment(1);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.begin(month_of(now));
        counted.calls += 1;
        self.say_what_is_crossed(CALLS, (counted.calls - 1, counted.calls), self.allowance.calls);
    }

    /// Counts what DingTalk pushed to us, each delivery.
    pub(super) fn count_push(&self, now: Moment) {
        metrics::counter!("kehou_dingtalk_pushes_total", "school" => self.school.to_string()).increment(1);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.begin(month_of(now));
        counted.pushes += 1;
        self.say_what_is_crossed(PUSHES, (counted.pushes - 1, counted.pushes), self.allowance.pushes);
    }

    /// Says once that so much is used, whatever the step that led beyond it.
    fn say_what_is_crossed(&self, what: &str, (before, used): (u64, u64), used_max: u64) {
        if let Some(percent) = share_crossed(before, used, used_max) {
            tracing::warn!(school.id = %self.school, used,
                "{percent} percent of the {what} that the school has on DingTalk in a month are used");
        }
    }

    /// Lets anything but messages go only while enough is left for them.
    ///
    /// - `why`: what an operator reads who waits for it.
    ///
    /// # Errors
    /// [`SendError::Resting`] where the rest is kept for messages.
    pub(super) fn leave_enough(&self, why: &'static str, now: Moment) -> Result<(), SendError> {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this_month = counted.month == month_of(now);
        if is_this_month && counted.calls * 100 >= self.allowance.calls * SCARCE_AT_PERCENT {
            tracing::warn!(school.id = %self.school, "what is left of the month's quota is kept for messages");
            return Err(SendError::Resting { pause: SCARCE_PAUSE, why });
        }
        Ok(())
    }
}

impl Meter for Quota {
    fn reading(&self) -> Reading {
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn allowance(&self) -> Allowance {
        self.allowance
    }

    fn month(&self, now: Moment) -> (i32, u32) {
        month_of(now)
    }

    fn resume(&self, before: &Reading) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.month == before.month {
            let known = (counted.calls.max(before.calls), counted.pushes.max(before.pushes));
            counted.calls += before.calls;
            counted.pushes += before.pushes;
            self.say_what_is_crossed(CALLS, (known.0, counted.calls), self.allowance.calls);
            self.say_what_is_crossed(PUSHES, (known.1, counted.pushes), self.allowance.pushes);
        } else if counted.month < before.month {
            *counted = *before;
        }
    }
}

/// The highest of the shares that lie above `before` and not above `used`, in percent.
fn share_crossed(before: u64, used: u64, used_max: u64) -> Option<u64> {
    let is_crossed = |percent: &u64| {
        let share = used_max.saturating_mul(*percent);
        before.saturating_mul(100) < share && share <= used.saturating_mul(100)
    };
    WARN_AT_PERCENT.into_iter().rfind(is_crossed)
}

/// The month in the school's zone.
fn month_of(now: Moment) -> (i32, u32) {
    let today = local(now).date();
    (today.year(), today.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Allowance = Allowance { calls: 5_000, pushes: 3_000 };

    #[test]
    fn a_month_begins_at_midnight_of_the_school() {
        let quota = Quota::new("east".into(), FREE);
        for (at, calls) in [
            ("2026-09-30T15:59:59Z", 1),
            ("2026-09-30T15:59:59Z", 2),
            ("2026-09-30T16:00:00Z", 1),
            ("2026-10-31T15:00:00Z", 2),
        ] {
            quota.count(at.parse().unwrap());
            assert_eq!(quota.reading().calls, calls, "{at}");
        }
    }

    #[test]
    fn the_last_fifth_of_a_month_is_kept_for_messages() {
        let quota = Quota::new("east".into(), FREE);
        let at = |day: &str| format!("2026-{day}T01:00:00Z").parse().unwrap();
        for _ in 0..3_999 {
            quota.count(at("09-01"));
        }
        let is_scarce = |day| quota.leave_enough("", at(day)).is_err();
        assert!(!is_scarce("09-02"));
        quota.count(at("09-02"));
        assert!(is_scarce("09-03") && !is_scarce("10-08"), "the next month begins anew");
    }

    #[test]
    fn each_share_is_said_once_whatever_a_month_has() {
        for (used_max, want) in [(5_000, vec![4_000, 5_000]), (4_999, vec![4_000, 4_999]), (3, vec![3])] {
            let said: Vec<u64> = (1..=used_max + 5)
                .filter(|used| share_crossed(used - 1, *used, used_max).is_some())
                .collect();
            assert_eq!(said, want, "{used_max}");
        }
        assert_eq!(share_crossed(10, 6_000, 5_000), Some(100), "a long step says the most");
    }

    #[test]
    fn a_meter_goes_on_from_what_it_showed() {
        let quota = Quota::new("east".into(), FREE);
        quota.count("2026-09-02T01:00:00Z".parse().unwrap());
        quota.resume(&Reading { month: (2026, 8), calls: 70, pushes: 0 });
        assert_eq!(quota.reading().calls, 1, "another month");
        quota.resume(&Reading { month: (2026, 9), calls: 10, pushes: 5 });
        quota.count_push("2026-09-02T01:00:00Z".parse().unwrap());
        assert_eq!(quota.reading(), Reading { month: (2026, 9), calls: 11, pushes: 6 });
    }
}
