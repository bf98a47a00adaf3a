//! Phrases (词组): whether a text holds, begins with or ends with one of several.
//!
//! For the few words that change what a clause means and are no words of a lexicon. Start at [`holds_any`].

use std::ops::Deref;

/// Phrases to search for, and which bytes each has: a text that lacks one of them does not hold it, and needs no search.
///
/// What most texts are told by stands side by side.
pub(super) struct Phrases {
    pub(super) bytes: &'static [u64],
    pub(super) texts: &'static [&'static str],
}

impl Phrases {
    /// Of a row of a table, set apart by spaces; for tables that stay as long as the program runs.
    pub(super) fn split(row: &'static str) -> Self {
        let texts = row.split_whitespace().collect::<Vec<_>>().leak();
        Self { bytes: texts.iter().map(|text| bytes(text)).collect::<Vec<_>>().leak(), texts }
    }
}

/// Phrases to search for, looked at when the program is built: `phrases!["没通知", "不通知"]`.
macro_rules! phrases {
    ($($phrase:literal),* $(,)?) => {
        const {
            &$crate::understand::phrases::Phrases {
                bytes: &[$($crate::understand::phrases::bytes($phrase)),*],
                texts: &[$($phrase),*],
            }
        }
    };
}
pub(super) use phrases;

/// The bytes of a text, by their last six bits, which differ most in Chinese.
pub(super) const fn bytes(text: &str) -> u64 {
    let (mut rest, mut set) = (text.as_bytes(), 0);
    while let Some((byte, after)) = rest.split_first() {
        set |= 1 << (*byte & 63);
        rest = after;
    }
    set
}

/// A text that phrases are searched in. Its bytes are counted once, however many are searched for; a text that only one
/// search is about needs none of its own.
#[derive(Clone, Copy)]
pub(super) struct Searched<'t> {
    text: &'t str,
    bytes: u64,
}

impl<'t> From<&'t str> for Searched<'t> {
    fn from(text: &'t str) -> Self {
        Self { text, bytes: bytes(text) }
    }
}

impl Deref for Searched<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text
    }
}

/// Whether one of these stands anywhere in a text.
pub(super) fn holds_any<'t>(text: impl Into<Searched<'t>>, phrases: &Phrases) -> bool {
    held(text.into(), phrases).next().is_some()
}

/// Those that stand in a text.
pub(super) fn held<'t>(text: Searched<'t>, phrases: &'t Phrases) -> impl Iterator<Item = &'static str> + 't {
    possible(text, phrases).filter(move |phrase| find(text.text, phrase).is_some())
}

/// Those that may stand in a text, because it has their bytes.
pub(super) fn possible<'t>(
    text: impl Into<Searched<'t>>,
    phrases: &Phrases,
) -> impl Iterator<Item = &'static str> {
    let missing = !text.into().bytes;
    let all = phrases.bytes.iter().zip(phrases.texts);
    all.filter(move |(bytes, _)| **bytes & missing == 0).map(|(_, text)| *text)
}

/// What stands before and after each of these, where it stands first in a text.
pub(super) fn around<'t>(
    text: impl Into<Searched<'t>>,
    phrases: &'t Phrases,
) -> impl Iterator<Item = (&'t str, &'t str)> + 't {
    let text = text.into();
    possible(text, phrases).filter_map(move |phrase| split(text.text, phrase))
}

/// Where a phrase stands first in a text. Texts are short: preparing a search for one phrase costs more than searching.
pub(super) fn find(text: &str, phrase: &str) -> Option<usize> {
    // Characters differ most in their last bytes.
    let last = phrase.chars().next()?.len_utf8() - 1;
    let ends = memchr::memchr_iter(*phrase.as_bytes().get(last)?, text.as_bytes());
    ends.filter_map(|end| end.checked_sub(last))
        .find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(phrase)))
}

/// What stands before and after a phrase where it stands first.
fn split<'t>(text: &'t str, phrase: &str) -> Option<(&'t str, &'t str)> {
    let (before, rest) = text.split_at_checked(find(text, phrase)?)?;
    Some((before, rest.get(phrase.len()..)?))
}

/// A text without these words at its head: each as often as it stands there, in this order.
pub(super) fn without_leading<'t>(text: &'t str, words: &[&str]) -> &'t str {
    words.iter().fold(text, |mut rest, word| {
        while let Some(shorter) = rest.strip_prefix(word) {
            rest = shorter;
        }
        rest
    })
}

/// A text without these words at its end: each as often as it stands there, in this order.
pub(super) fn without_trailing<'t>(text: &'t str, words: &[&str]) -> &'t str {
    words.iter().fold(text, |mut rest, word| {
        while let Some(shorter) = rest.strip_suffix(word) {
            rest = shorter;
        }
        rest
    })
}

/// Where a phrase stands last in a text, as [`find`].
pub(super) fn find_last(text: &str, phrase: &str) -> Option<usize> {
    let last = phrase.chars().next()?.len_utf8() - 1;
    let ends = memchr::memrchr_iter(*phrase.as_bytes().get(last)?, text.as_bytes());
    ends.filter_map(|end| end.checked_sub(last))
        .find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(phrase)))
}

/// Where the last of these stands in a text.
pub(super) fn last_of(text: &str, phrases: &[&str]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| find_last(text, phrase)).max()
}

/// The first characters of a text.
pub(super) fn head(text: &str, chars_max: usize) -> &str {
    let end = text.char_indices().nth(chars_max).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or_default()
}

/// Whether a text begins with one of these.
pub(super) fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| begins_with(text, phrase))
}

/// Whether a text begins with this. A character of Chinese is three bytes, and most differ in the first.
pub(super) fn begins_with(text: &str, phrase: &str) -> bool {
    match (text.as_bytes().first_chunk::<3>(), phrase.as_bytes().first_chunk::<3>()) {
        (Some(head), Some(wanted)) if head != wanted => false,
        _ => text.starts_with(phrase),
    }
}

/// Whether a text ends with one of these.
pub(super) fn ends_with_any(text: &str, phrases: &[&str]) -> bool {
    let end = text.as_bytes().last_chunk::<3>();
    phrases.iter().any(|phrase| match (end, phrase.as_bytes().last_chunk::<3>()) {
        (Some(end), Some(wanted)) if end != wanted => false,
        _ => text.ends_with(phrase),
    })
}
