//! Frequency limits (频率限制) and access tokens of one app, as WeCom counts them.
//!
//! Pure: `now` is an argument. Knows nothing of HTTP. Start at [`Window`] and [`TokenBook`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90454> and `…/91039`, read 2026-08.

use std::collections::VecDeque;

use chrono::Duration;

use crate::clock::Moment;

/// How long a token lives.
pub(super) const TOKEN_SECONDS: i64 = 7_200;
/// How many dead tokens are remembered, to tell an expired one from an invented one.
const DEAD_TOKENS_MAX: usize = 64;

/// Moments in a sliding window.
#[derive(Debug, Default)]
pub(super) struct Window(VecDeque<Moment>);

impl Window {
    /// How many moments lie within `span` before `now`; forgets what is older than `kept`.
    pub(super) fn count(&mut self, now: Moment, span: Duration, kept: Duration) -> usize {
        while self.0.front().is_some_and(|&at| at + kept <= now) {
            self.0.pop_front();
        }
        self.0.iter().rev().take_while(|&&at| at + span > now).count()
    }

    /// Counts one at `now`.
    pub(super) fn add(&mut self, now: Moment) {
        self.0.push_back(now);
    }
}

/// Calls of one API within a minute, with the pause that follows too many.
#[derive(Debug, Default)]
pub(super) struct CallMeter {
    minute: Option<(Moment, u32)>,
    blocked_until: Option<Moment>,
}

impl CallMeter {
    /// Counts a call; false when it is over the limit or within the pause.
    pub(super) fn allows(&mut self, now: Moment, per_minute_max: u32) -> bool {
        if self.blocked_until.is_some_and(|until| now < until) {
            return false;
        }
        let (start, count) = match self.minute {
            Some((start, count)) if now < start + Duration::minutes(1) => (start, count + 1),
            _ => (now, 1),
        };
        self.minute = Some((start, count));
        if count > per_minute_max {
            self.blocked_until = Some(now + Duration::minutes(1));
            return false;
        }
        true
    }
}

/// Person-times of one app within a civil day of China.
#[derive(Debug, Default)]
pub(super) struct DayMeter {
    day: Option<(i64, u64)>,
}

impl DayMeter {
    /// Counts `person_times`; false, and nothing counted, when they would pass the day's quota.
    pub(super) fn allows(&mut self, now: Moment, person_times: u64, per_day_max: u64) -> bool {
        let today = (now.timestamp() + 8 * 3_600).div_euclid(86_400);
        let used = self.day.filter(|(day, _)| *day == today).map_or(0, |(_, used)| used);
        if used + person_times > per_day_max {
            return false;
        }
        self.day = Some((today, used + person_times));
        true
    }
}

/// What a token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenState {
    /// It is good.
    Valid,
    /// It was good, and its time is over: 42001.
    Expired,
    /// It was revoked, or never given: 40014.
    Invalid,
}

/// The tokens of one app.
#[derive(Debug, Default)]
pub(super) struct TokenBook {
    current: Option<(String, Moment)>,
    expired: VecDeque<String>,
}

impl TokenBook {
    /// The token in force and its remaining seconds; `fresh` becomes it when there is none.
    pub(super) fn give(&mut self, now: Moment, fresh: impl FnOnce() -> String) -> (String, i64) {
        self.retire(now);
        let (token, until) =
            self.current.get_or_insert_with(|| (fresh(), now + Duration::seconds(TOKEN_SECONDS)));
        (token.clone(), (*until - now).num_seconds())
    }

    /// What `token` is worth.
    pub(super) fn state(&mut self, token: &str, now: Moment) -> TokenState {
        self.retire(now);
        if self.current.as_ref().is_some_and(|(current, _)| current == token) {
            TokenState::Valid
        } else if self.expired.iter().any(|expired| expired == token) {
            TokenState::Expired
        } else {
            TokenState::Invalid
        }
    }

    /// Takes the token back before its time.
    pub(super) fn revoke(&mut self) {
        self.current = None;
    }

    /// Lets the token's time be over.
    pub(super) fn expire(&mut self) {
        if let Some((token, _)) = self.current.take() {
            self.bury(token);
        }
    }

    fn retire(&mut self, now: Moment) {
        if let Some((token, _)) = self.current.take_if(|(_, until)| *until <= now) {
            self.bury(token);
        }
    }

    fn bury(&mut self, token: String) {
        self.expired.push_back(token);
        if self.expired.len() > DEAD_TOKENS_MAX {
            self.expired.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_token_stays_the_same_until_its_time_is_over() {
        let mut book = TokenBook::default();
        assert_eq!(book.give(at(0), || "one".into()), ("one".into(), 7_200));
        assert_eq!(book.give(at(7_199), || "two".into()), ("one".into(), 1));
        assert_eq!(book.state("one", at(7_199)), TokenState::Valid);
        assert_eq!(book.state("one", at(7_200)), TokenState::Expired);
        assert_eq!(book.give(at(7_200), || "two".into()).0, "two");
        assert_eq!(book.state("never", at(7_200)), TokenState::Invalid);
        book.revoke();
        assert_eq!(book.state("two", at(7_200)), TokenState::Invalid);
    }

    #[test]
    fn too_many_calls_of_a_minute_cost_a_minute() {
        let mut meter = CallMeter::default();
        let allowed: Vec<bool> =
            [0, 1, 2, 61, 62].into_iter().map(|second| meter.allows(at(second), 2)).collect();
        assert_eq!(allowed, vec![true, true, false, false, true]);
    }

    #[test]
    fn a_day_of_quota_begins_at_midnight_in_china() {
        let mut meter = DayMeter::default();
        let just_before = at(15 * 3_600 + 3_599);
        let midnight = at(16 * 3_600);
        assert!(meter.allows(just_before, 10, 10));
        assert!(!meter.allows(just_before, 1, 10));
        assert!(meter.allows(midnight, 1, 10));
    }

    #[test]
    fn a_window_slides() {
        let mut window = Window::default();
        for second in [0, 30, 59] {
            window.add(at(second));
        }
        let (minute, hour) = (Duration::minutes(1), Duration::hours(1));
        assert_eq!(window.count(at(59), minute, hour), 3);
        assert_eq!(window.count(at(60), minute, hour), 2);
        assert_eq!(window.count(at(60), hour, hour), 3);
        assert_eq!(window.count(at(3_600), hour, hour), 2);
    }
}
