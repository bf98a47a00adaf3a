//! Comments (评论): what a clause says of options besides choosing them.
//!
//! Start at [`unknown`].

use super::super::ChoiceOption;
use super::mention::{Name, mention_at};
use super::words::{LEXICON, Word};

/// How many characters of a clause nothing of ours covers.
pub(super) fn unknown(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> usize {
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end = mention_at(text, at, options, pieces)
            .map(|(_, end)| end)
            .or_else(|| LEXICON.at(text, at).map(|t| t.end));
        unknown +=
            usize::from(end.is_none() && !"的了吧啊呀哈我们给个那这，、就孩子他她娃家老师也".contains(c));
        at = end.unwrap_or(at + c.len_utf8());
    }
    unknown
}

/// Whether a clause names an option.
pub(super) fn names_one(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    text.char_indices().any(
        |(at, _)| matches!(mention_at(text, at, options, pieces), Some((Some(set), _)) if !set.is_empty()),
    )
}

/// Whether a clause has a verb of choosing, or a negative.
pub(super) fn says_choice(text: &str) -> bool {
    LEXICON.tokens(text).any(|t| !matches!(t.kind, Word::Topic(_) | Word::Other | Word::First | Word::Last))
}
