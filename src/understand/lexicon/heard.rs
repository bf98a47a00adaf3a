//! Words that are recognised by their sound (谐音): a slip of an input method sounds like what was meant.
//!
//! Knows which words there are and no text; the lexicon tells which characters are words already. Start at [`Heard::at`].

use std::collections::HashMap;

use super::super::chars::Sounds;
use super::super::sound;
use super::{Quick, sound_of};

/// The heard words of a lexicon.
pub(super) struct Heard {
    /// None where two words sound the same.
    by_sound: HashMap<u64, Option<String>, Quick>,
    /// Which sounds they begin with.
    first_sounds: Sounds,
    /// Which two they begin with, and how many characters the longest of those has.
    first_pairs: HashMap<u64, usize, Quick>,
    /// Which sounds stand anywhere in them.
    sounds: Sounds,
    chars_max: usize,
}

impl Heard {
    /// - `words`: of two characters and more, set apart by spaces.
    pub(super) fn new(words: &str) -> Self {
        let known = || words.split_whitespace().filter(|word| sound_of(word.chars()).is_some());
        let mut heard = Self {
            by_sound: HashMap::default(),
            first_sounds: Sounds::of(known().filter_map(|word| word.chars().next())),
            first_pairs: HashMap::default(),
            sounds: Sounds::of(known().flat_map(str::chars)),
            chars_max: 0,
        };
        for word in words.split_whitespace() {
            let length = word.chars().count();
            heard.chars_max = heard.chars_max.max(length);
            let Some(sound) = sound_of(word.chars()) else { continue };
            if let Some(pair) = sound_of(word.chars().take(2)) {
                let longest = heard.first_pairs.entry(pair).or_default();
                *longest = length.max(*longest);
            }
            let other = heard.by_sound.get(&sound).is_some_and(|known| known.as_deref() != Some(word));
            heard.by_sound.insert(sound, if other { None } else { Some(word.to_owned()) });
        }
        heard
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_sound.is_empty()
    }

    /// Whether a character sounds as one in a word.
    pub(super) fn may_hold(&self, c: char) -> bool {
        sound::sound(c).is_some_and(|number| self.sounds.holds(number))
    }

    /// How many characters the longest word has that begins with these two sounds.
    pub(super) fn longest(&self, first: u16, second: u16) -> Option<usize> {
        if !self.first_sounds.holds(first) {
            return None;
        }
        self.first_pairs.get(&pair(first, second)).copied()
    }

    /// The longest heard word that starts here and covers a character that no written word covers.
    ///
    /// - `word_of`: which written word each byte belongs to, counted from 1; 0 for none.
    pub(super) fn at(
        &self,
        chars: &[(usize, char)],
        from: usize,
        word_of: &[usize],
    ) -> Option<(&str, usize)> {
        let first = chars.get(from).map(|(_, c)| *c).filter(|c| !c.is_ascii())?;
        if !sound::sound(first).is_some_and(|number| self.first_sounds.holds(number)) {
            return None;
        }
        (2..=self.chars_max).rev().find_map(|length| {
            let window = chars.get(from..from + length)?;
            let word = |index: usize| {
                chars.get(index).and_then(|(at, _)| word_of.get(*at)).copied().filter(|word| *word > 0)
            };
            let is_unknown = (from..from + length).any(|index| word(index).is_none());
            let is_chinese = window.iter().all(|(_, c)| !c.is_ascii());
            if !is_unknown || !is_chinese {
                return None;
            }
            let sound = sound_of(window.iter().map(|(_, c)| *c))?;
            let heard = self.by_sound.get(&sound)?.as_deref()?;
            // 女儿报吧 is no 二宝: a slip that begins in the middle of a word (周一周散) begins as the heard word does.
            let cuts = from > 0 && word(from).is_some() && word(from) == word(from - 1);
            (!cuts || heard.starts_with(first)).then_some((heard, length))
        })
    }
}

/// What two sounds in a row are as one, as [`sound_of`] has it.
fn pair(first: u16, second: u16) -> u64 {
    u64::from(first).rotate_left(sound::BITS) ^ u64::from(second)
}
