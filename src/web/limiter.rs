//! How often somebody may ask (限速): counts in windows of a minute, in bounded memory.
//!
//! Knows no route. Start at [`Limiter::allows`].

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;

use crate::clock::Moment;

/// The length of a window.
const WINDOW: Duration = Duration::minutes(1);
/// Those who are counted at the same time. When there are more, all begin anew: a crowd of strangers may ask more often
/// then, but can neither fill the memory nor lock a family out.
const COUNTED_MAX: usize = 20_000;

/// Counts requests.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    counts: Mutex<HashMap<String, (Moment, u32)>>,
}

impl Limiter {
    /// Counts one request of `who` at `now`; whether it is one of the `most` of its minute.
    pub(super) fn allows(&self, who: &str, most: u32, now: Moment) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTED_MAX && !counts.contains_key(who) {
            counts.retain(|_, (since, _)| now - *since < WINDOW);
            if counts.len() >= COUNTED_MAX {
                counts.clear();
            }
        }
        let (since, count) = counts.entry(who.to_owned()).or_insert((now, 0));
        if now - *since >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= most
    }
}

/// An address as one party: all of an IPv6 network belong to the same household.
pub(super) fn party(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => format!("{:x}/64", address.to_bits() >> 64),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_their_own_minute() {
        let limiter = Limiter::default();
        let start = Moment::UNIX_EPOCH;
        let asked: Vec<bool> = (0..3).map(|_| limiter.allows("a", 2, start)).collect();
        assert_eq!(asked, [true, true, false]);
        assert!(limiter.allows("b", 2, start));
        assert!(!limiter.allows("a", 2, start + Duration::seconds(59)));
        assert!(limiter.allows("a", 2, start + Duration::seconds(60)));
    }

    #[test]
    fn a_crowd_does_not_fill_the_memory() {
        let limiter = Limiter::default();
        for number in 0..(COUNTED_MAX * 2 + 10) {
            assert!(limiter.allows(&number.to_string(), 1, Moment::UNIX_EPOCH));
        }
        assert!(limiter.counts.lock().unwrap().len() <= COUNTED_MAX);
    }

    #[test]
    fn a_network_of_ipv6_is_one_party() {
        let party = |text: &str| party(text.parse().unwrap());
        assert_eq!(party("2001:db8:1:2::1"), party("2001:db8:1:2:ffff::9"));
        assert_ne!(party("2001:db8:1:2::1"), party("2001:db8:1:3::1"));
        assert_eq!(party("::ffff:10.0.0.1"), "10.0.0.1");
    }
}
