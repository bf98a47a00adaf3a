//! Sets of characters and of sounds (字集, 音集): what a text is held against before any word is.
//!
//! Start at [`Chars`] and [`Sounds`].

use super::sound::{self, SOUNDS_MAX};

/// How many groups of 64 characters are told apart.
const STARTS: usize = 64;

/// A set of characters, by their last bits: it may hold more than it was given, and never less.
pub(super) struct Chars([u64; STARTS]);

impl Chars {
    /// The set of these characters.
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut set = Self([0; STARTS]);
        for c in chars {
            let (group, bit) = start_bit(c);
            if let Some(bits) = set.0.get_mut(group) {
                *bits |= bit;
            }
        }
        set
    }

    /// Whether a character may be one of them.
    pub(super) fn may_hold(&self, c: char) -> bool {
        let (group, bit) = start_bit(c);
        self.0.get(group).is_some_and(|bits| bits & bit != 0)
    }
}

/// The place of a character in a set.
fn start_bit(c: char) -> (usize, u64) {
    let n = u32::from(c);
    ((n >> 6) as usize % STARTS, 1 << (n & 63))
}

/// A set of pairs of characters; like [`Chars`], it may hold more than it was given.
pub(super) struct Pairs([u64; STARTS]);

impl Pairs {
    /// The set of these pairs, each as one number.
    pub(super) fn of(pairs: impl Iterator<Item = u64>) -> Self {
        let mut set = Self([0; STARTS]);
        for pair in pairs {
            let (group, bit) = pair_bit(pair);
            if let Some(bits) = set.0.get_mut(group) {
                *bits |= bit;
            }
        }
        set
    }

    /// Whether a pair may be one of them.
    pub(super) fn may_hold(&self, pair: u64) -> bool {
        let (group, bit) = pair_bit(pair);
        self.0.get(group).is_some_and(|bits| bits & bit != 0)
    }
}

/// The place of a pair in a set.
fn pair_bit(pair: u64) -> (usize, u64) {
    let n = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    ((n >> 6) as usize % STARTS, 1 << (n & 63))
}

/// A set of sounds.
pub(super) struct Sounds([u64; SOUNDS_MAX / 64]);

impl Sounds {
    /// The sounds of these characters.
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut set = Self([0; SOUNDS_MAX / 64]);
        for number in chars.filter_map(sound::sound) {
            if let Some(bits) = set.0.get_mut(usize::from(number / 64)) {
                *bits |= 1 << (number % 64);
            }
        }
        set
    }

    /// Whether it holds a sound by its number.
    pub(super) fn holds(&self, number: u16) -> bool {
        self.0.get(usize::from(number / 64)).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }
}
