//! Phrases (词组): whether a text holds, begins with or ends with one of several.
//!
//! For the few words that change what a clause means and are no words of a lexicon. Start at [`holds_any`].

/// From so many phrases on it pays to look first which bytes a text has.
const PHRASES_MANY: usize = 6;

/// Whether one of these stands anywhere in a text.
pub(super) fn holds_any(text: &str, phrases: &[&str]) -> bool {
    if phrases.len() < PHRASES_MANY {
        return phrases.iter().any(|phrase| text.contains(phrase));
    }
    let bytes = ByteSet::of(text);
    phrases.iter().any(|phrase| bytes.covers(phrase) && text.contains(phrase))
}

/// The bytes that a text has: one that lacks a byte of a phrase does not hold it, and needs no search.
struct ByteSet([u64; 4]);

impl ByteSet {
    fn of(text: &str) -> Self {
        let mut set = [0; 4];
        for byte in text.bytes() {
            if let Some(part) = set.get_mut(usize::from(byte >> 6)) {
                *part |= 1 << (byte & 63);
            }
        }
        Self(set)
    }

    /// From the end, because characters differ most in their last byte.
    fn covers(&self, phrase: &str) -> bool {
        let has =
            |byte: u8| self.0.get(usize::from(byte >> 6)).is_some_and(|part| part >> (byte & 63) & 1 == 1);
        phrase.bytes().rev().all(has)
    }
}

/// Whether a text begins with one of these.
pub(super) fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.starts_with(phrase))
}

/// Whether a text ends with one of these.
pub(super) fn ends_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.ends_with(phrase))
}
