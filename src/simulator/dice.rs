//! Dice (骰子): choices that repeat with their seed.
//!
//! Knows nothing of what is chosen. Built on [`Ids`], the only source of chance. Start at [`Dice`].

use crate::ids::Ids;

/// A source of choices; the same seed and name give the same choices in the same order.
#[derive(Debug)]
pub struct Dice(Ids);

impl Dice {
    /// Dice of their own for `name`, so that one person's choices do not depend on how many others there are.
    pub fn of(seed: u64, name: &str) -> Self {
        // FNV-1a: small, and the same on every machine and in every build, unlike the standard hasher.
        let mixed = name.bytes().chain(seed.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(Ids::seeded(mixed))
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.0.bytes::<8>()).checked_rem(bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn percent(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`; the type's default when there are none.
    pub fn pick<T: Copy + Default>(&self, choices: &[T]) -> T {
        let length = u64::try_from(choices.len()).unwrap_or(0);
        let index = usize::try_from(self.below(length)).unwrap_or(0);
        choices.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_repeat_with_their_seed_and_differ_by_name() {
        let row = |seed, name| {
            let dice = Dice::of(seed, name);
            (0..20).map(|_| dice.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(row(1, "a"), row(1, "a"));
        assert_ne!(row(1, "a"), row(1, "b"));
        assert_ne!(row(1, "a"), row(2, "a"));
    }

    #[test]
    fn every_face_comes_up() {
        let dice = Dice::of(3, "faces");
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            seen.insert(dice.between(3, 8));
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), vec![3, 4, 5, 6, 7, 8]);
        assert_eq!(dice.pick::<&str>(&[]), "");
    }
}
