//! The month's quota (月度额度): how many calls of the organisation were made, and a warning before it is used up.
//!
//! Counts what goes out from here; what else the organisation's apps use up only DingTalk knows, and says so. Start at
//! [`Quota::count`].
//!
//! Source: <https://open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model>, read
//! 2026-08.

use std::sync::{Mutex, PoisonError};

use chrono::Datelike as _;

use crate::clock::Moment;
use crate::domain::calendar::local;
use crate::domain::people::SchoolId;
use crate::platform::meter::{Meter, Reading};

/// How much is used, in percent, when it is said.
const WARN_AT_PERCENT: [u64; 2] = [80, 100];
/// How much is used, in percent, from where on only messages may use them.
const SCARCE_AT_PERCENT: u64 = 80;

/// The calls of one organisation in the present month.
#[derive(Debug)]
pub(super) struct Quota {
    school: SchoolId,
    calls_max: u64,
    counted: Mutex<Reading>,
}

impl Quota {
    /// - `calls_max`: what the organisation has in a month.
    pub(super) fn new(school: SchoolId, calls_max: u64) -> Self {
        Self { school, calls_max, counted: Mutex::default() }
    }

    /// Counts a call that DingTalk counts; tokens and sign-ins are free, and so is what a limit refused.
    pub(super) fn count(&self, now: Moment) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let month = month_of(now);
        if counted.month != month {
            *counted = Reading { month, calls: 0 };
        }
        counted.calls += 1;
        metrics::counter!("kehou_dingtalk_calls_total", "school" => self.school.to_string()).increment(1);
        if let Some(percent) =
            WARN_AT_PERCENT.iter().find(|percent| counted.calls * 100 == self.calls_max * **percent)
        {
            tracing::warn!(school.id = %self.school, calls = counted.calls,
                "{percent} percent of the calls that the school has on DingTalk in a month are used");
        }
    }

    /// Whether so much is used that the rest is kept for messages.
    pub(super) fn is_scarce(&self, now: Moment) -> bool {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.month == month_of(now) && counted.calls * 100 >= self.calls_max * SCARCE_AT_PERCENT
    }
}

impl Meter for Quota {
    fn reading(&self) -> Reading {
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resume(&self, before: &Reading) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.month == before.month {
            counted.calls += before.calls;
        } else if counted.month < before.month {
            *counted = *before;
        }
    }
}

/// The month in the school's zone.
fn month_of(now: Moment) -> (i32, u32) {
    let today = local(now).date();
    (today.year(), today.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_of_the_school() {
        let quota = Quota::new("east".into(), 5_000);
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
        let quota = Quota::new("east".into(), 5_000);
        let at = |day: &str| format!("2026-{day}T01:00:00Z").parse().unwrap();
        for _ in 0..3_999 {
            quota.count(at("09-01"));
        }
        assert!(!quota.is_scarce(at("09-02")));
        quota.count(at("09-02"));
        assert!(quota.is_scarce(at("09-03")) && !quota.is_scarce(at("10-08")), "the next month begins anew");
    }

    #[test]
    fn a_meter_goes_on_from_what_it_showed() {
        let quota = Quota::new("east".into(), 5_000);
        quota.count("2026-09-02T01:00:00Z".parse().unwrap());
        quota.resume(&Reading { month: (2026, 8), calls: 70 });
        assert_eq!(quota.reading().calls, 1, "another month");
        quota.resume(&Reading { month: (2026, 9), calls: 10 });
        assert_eq!(quota.reading(), Reading { month: (2026, 9), calls: 11 });
    }
}
