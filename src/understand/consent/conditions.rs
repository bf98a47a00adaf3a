//! Conditions (条件): whether a clause sets one, and what would follow from it.
//!
//! 如果免费就参加 · 要是他爸能接，就不上. Start at [`consequence`].

use super::super::Consent;
use super::super::clause::Clause;
use super::super::lexicon::Token;
use super::polarity::{Stance, turned};
use super::reasons::argues_from_refusal;
use super::words::{LEXICON, Word};

pub(super) enum Consequence {
    /// In the same clause.
    Here(Stance),
    /// A yes in the same clause, for which a refusal was only supposed.
    Argued,
    /// In the next one.
    Next(Stance),
    None,
}

/// Whether a clause sets a condition; 家里只有一位老人 only tells how many there are.
pub(super) fn is_conditional(tokens: &[Token<Word>], text: &str) -> bool {
    const COUNTED: [char; 16] =
        ['一', '两', '几', '他', '她', '我', '奶', '爷', '外', '姥', '老', '孩', '妈', '爸', '个', '半'];
    let counts = |t: &Token<Word>| {
        let after = text.get(t.end..).unwrap_or_default();
        text.get(t.start..t.end) == Some("只有")
            && after.starts_with(COUNTED)
            && !after.contains(['才', '就', '同', '能', '愿'])
    };
    tokens.iter().any(|t| t.kind == Word::If && !counts(t))
}

/// What follows from a condition: the words after 就, here or at the head of the next clause.
pub(super) fn consequence(tokens: &[Token<Word>], text: &str, next: Option<&Clause>) -> Consequence {
    let if_at = tokens.iter().rposition(|t| t.kind == Word::If).unwrap_or(0);
    let then_at = tokens.iter().skip(if_at).position(|t| t.kind == Word::Then).map(|i| i + if_at);
    if let Some(then_at) = then_at {
        let after = tokens.get(then_at + 1..).unwrap_or_default();
        let says = turned(after, text);
        let part = |from: Option<&Token<Word>>, to: Option<&Token<Word>>| {
            text.get(from.map_or(0, |t| t.end)..to.map_or(text.len(), |t| t.start)).unwrap_or_default()
        };
        let (supposed, follows) =
            (part(tokens.get(if_at), tokens.get(then_at)), part(tokens.get(then_at), None));
        if says == Stance::Firm(Consent::Yes) && argues_from_refusal(supposed, follows) {
            return Consequence::Argued;
        }
        return Consequence::Here(says);
    }
    match next {
        Some(next) => Consequence::Next(turned(&LEXICON.scan(next.text), next.text)),
        None => Consequence::None,
    }
}
