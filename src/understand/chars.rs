//! Sets of characters and of sounds (字集, 音集): what a text is held against before any word is.
//!
//! Start at [`Chars`] and [`Sounds`].

use super::sound::{self, SOUNDS_MAX};

/// How many groups of 64 characters are told apart.
const GROUPS: usize = 64;

/// A set of small numbers, 64 to a group.
struct Bits<const N: usize>([u64; N]);

impl<const N: usize> Bits<N> {
    fn of(numbers: impl Iterator<Item = usize>) -> Self {
        let mut set = Self([0; N]);
        for n in numbers {
            if let Some(group) = set.0.get_mut(n / 64) {
                *group |= 1 << (n % 64);
            }
        }
        set
    }

    fn holds(&self, n: usize) -> bool {
        self.0.get(n / 64).is_some_and(|group| group >> (n % 64) & 1 == 1)
    }
}

/// A set of characters, by their last bits: it may hold more than it was given, and never less.
pub(super) struct Chars(Bits<GROUPS>);

impl Chars {
    /// The set of these characters.
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Self {
        Self(Bits::of(chars.map(last_bits)))
    }

    /// Whether a character may be one of them.
    pub(super) fn may_hold(&self, c: char) -> bool {
        self.0.holds(last_bits(c))
    }
}

fn last_bits(c: char) -> usize {
    u32::from(c) as usize % (GROUPS * 64)
}

/// A set of sounds.
pub(super) struct Sounds(Bits<{ SOUNDS_MAX / 64 }>);

impl Sounds {
    /// The sounds of these characters.
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Self {
        Self(Bits::of(chars.filter_map(sound::sound).map(usize::from)))
    }

    /// Whether it holds a sound by its number.
    pub(super) fn holds(&self, number: u16) -> bool {
        self.0.holds(usize::from(number))
    }
}
