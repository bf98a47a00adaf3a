//! The month's quota (月度额度): how many calls of the organisation were made, and a warning before it is used up.
//!
//! Counts this process since it started; what else the organisation's apps use up only DingTalk knows, and says so. Start at
//! [`Quota::count`].
//!
//! Source: <https://open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model>, read
//! 2026-08.

use std::sync::{Mutex, PoisonError};

use chrono::Datelike as _;

use crate::clock::Moment;
use crate::domain::calendar::local;
use crate::domain::people::SchoolId;

/// Calls that the free edition (标准版) has in a month.
const FREE_CALLS: u64 = 5_000;
/// Of these, in percent, when it is said.
const WARN_AT_PERCENT: [u64; 2] = [80, 100];

/// The calls of one organisation in the present month.
#[derive(Debug)]
pub(super) struct Quota {
    school: SchoolId,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    /// Year and month in the school's zone.
    month: (i32, u32),
    calls: u64,
}

impl Quota {
    pub(super) fn new(school: SchoolId) -> Self {
        Self { school, counted: Mutex::default() }
    }

    /// Counts a call that DingTalk counts; tokens and sign-ins are free, and so is what a limit refused.
    pub(super) fn count(&self, now: Moment) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let today = local(now).date();
        let month = (today.year(), today.month());
        if counted.month != month {
            *counted = Counted { month, calls: 0 };
        }
        counted.calls += 1;
        metrics::counter!("kehou_dingtalk_calls_total", "school" => self.school.to_string()).increment(1);
        if let Some(percent) =
            WARN_AT_PERCENT.iter().find(|percent| counted.calls * 100 == FREE_CALLS * **percent)
        {
            tracing::warn!(school.id = %self.school, calls = counted.calls,
                "{percent} percent of the calls that the free edition of DingTalk has in a month are used");
        }
    }

    /// The calls of the present month.
    #[cfg(test)]
    pub(super) fn calls(&self) -> u64 {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_of_the_school() {
        let quota = Quota::new("east".into());
        for (at, calls) in [
            ("2026-09-30T15:59:59Z", 1),
            ("2026-09-30T15:59:59Z", 2),
            ("2026-09-30T16:00:00Z", 1),
            ("2026-10-31T15:00:00Z", 2),
        ] {
            quota.count(at.parse().unwrap());
            assert_eq!(quota.calls(), calls, "{at}");
        }
    }
}
