//! Phrases (词组): whether a text holds, begins with or ends with one of several.
//!
//! For the few words that change what a clause means and are no words of a lexicon. Start at [`holds_any`].

/// A phrase, and which bytes it has: a text that lacks one of them does not hold it, and needs no search.
pub(super) struct Phrase {
    text: &'static str,
    bytes: u64,
}

impl Phrase {
    pub(super) const fn of(text: &'static str) -> Self {
        Self { text, bytes: bytes(text) }
    }
}

/// Phrases to search for, looked at when the program is built: `phrases!["没通知", "不通知"]`.
macro_rules! phrases {
    ($($phrase:literal),* $(,)?) => {
        const { &[$($crate::understand::phrases::Phrase::of($phrase)),*] }
    };
}
pub(super) use phrases;

/// The bytes of a text, by their last six bits, which differ most in Chinese.
const fn bytes(text: &str) -> u64 {
    let (mut rest, mut set) = (text.as_bytes(), 0);
    while let Some((byte, after)) = rest.split_first() {
        set |= 1 << (*byte & 63);
        rest = after;
    }
    set
}

/// Whether one of these stands anywhere in a text.
pub(super) fn holds_any(text: &str, phrases: &[Phrase]) -> bool {
    possible(text, phrases).any(|phrase| text.contains(phrase))
}

/// Those that may stand in a text, because it has their bytes.
pub(super) fn possible<'p>(text: &str, phrases: &'p [Phrase]) -> impl Iterator<Item = &'static str> + 'p {
    let missing = !bytes(text);
    phrases.iter().filter(move |phrase| phrase.bytes & missing == 0).map(|phrase| phrase.text)
}

/// What stands before and after each of these, where it stands first in a text.
pub(super) fn around<'t>(
    text: &'t str,
    phrases: &'t [Phrase],
) -> impl Iterator<Item = (&'t str, &'t str)> + 't {
    possible(text, phrases).filter_map(|phrase| text.split_once(phrase))
}

/// The first characters of a text.
pub(super) fn head(text: &str, chars_max: usize) -> &str {
    let end = text.char_indices().nth(chars_max).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or_default()
}

/// Whether a text begins with one of these.
pub(super) fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.starts_with(phrase))
}

/// Whether a text ends with one of these.
pub(super) fn ends_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.ends_with(phrase))
}
