//! Chance (随机): new ids, receipt codes and the random bytes of the wire, from one place.
//!
//! Knows nothing of what the ids are for. Tests use [`Ids::seeded`], so that a run can be repeated. Start at [`Ids`].

use std::fmt;
use std::sync::Mutex;

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use crate::clock::Moment;

/// The source of everything random.
pub struct Ids(Mutex<StdRng>);

/// Letters and digits that are not taken for one another when read aloud: no 0/O, 1/I/L, 2/Z, 5/S, 8/B.
const CODE_ALPHABET: &[u8] = b"34679ACDEFGHJKMNPQRTUVWXY";

impl Ids {
    /// Seeded by the operating system: unpredictable.
    pub fn random() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same ids in the same order for the same seed: for tests and the demo, never for a real school.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Fills an array with random octets.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng().fill_bytes(&mut bytes);
        bytes
    }

    /// A new id, `prefix` and 32 lower-case hex digits that sort by `now` (a version 7 UUID).
    pub fn new_id(&self, prefix: &str, now: Moment) -> String {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid();
        format!("{prefix}{}", uuid.simple())
    }

    /// A code for people to read aloud: `len` characters without look-alikes.
    pub fn code(&self, len: usize) -> String {
        let mut rng = self.rng();
        (0..len)
            .filter_map(|_| CODE_ALPHABET.get(rng.random_range(0..CODE_ALPHABET.len())))
            .map(|&byte| char::from(byte))
            .collect()
    }

    /// A code of `len` decimal digits, for people to type.
    pub fn digits(&self, len: usize) -> String {
        let mut rng = self.rng();
        (0..len).map(|_| char::from(rng.random_range(b'0'..=b'9'))).collect()
    }

    fn rng(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_repeat_by_seed() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        let early = chrono::DateTime::from_timestamp(1_000, 0).unwrap();
        let late = chrono::DateTime::from_timestamp(2_000, 0).unwrap();
        let first = one.new_id("p_", early);
        assert_eq!(first, two.new_id("p_", early));
        assert!(first < one.new_id("p_", late));
        assert_eq!(one.code(6).len(), 6);
        let digits = one.digits(6);
        assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
    }
}
