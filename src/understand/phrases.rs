//! Phrases (词组): whether a text holds, begins with or ends with one of several.
//!
//! For the few words that change what a clause means and are no words of a lexicon. Start at [`holds_any`].

/// Whether one of these stands anywhere in a text.
pub(super) fn holds_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// Whether a text begins with one of these.
pub(super) fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.starts_with(phrase))
}

/// Whether a text ends with one of these.
pub(super) fn ends_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.ends_with(phrase))
}
