//! Polarity (肯定否定): adds up the words of a clause, each turned by the negatives before it.
//!
//! Start at [`turned`].

use smallvec::SmallVec;

use super::super::Consent;
use super::super::lexicon::Token;
use super::super::phrases::starts_with_any;
use super::words::{LEXICON, Word};

/// What a clause says, strongest reading first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    Firm(Consent),
    /// 好的, 嗯.
    Weak(Consent),
    Hedged,
    Nothing,
}

/// Adds up the words of a clause: each negative turns what it stands before.
pub(super) fn turned(tokens: &[Token<Word>], text: &str) -> Stance {
    let mut sum = Sum { tokens, text, values: SmallVec::new(), negatives: 0, reach: 0, wants: false };
    for (index, token) in tokens.iter().enumerate() {
        if let Some((consent, is_firm)) = sum.word(index, token) {
            sum.add(token, consent, is_firm);
        }
    }
    if sum.wants && sum.values.is_empty() {
        return Stance::Firm(sum.polar(Consent::Yes));
    }
    settle(&sum.values)
}

/// The values of a clause so far, and the negatives that wait for the next one.
struct Sum<'a> {
    tokens: &'a [Token<Word>],
    text: &'a str,
    /// What was said, and whether firmly.
    values: SmallVec<[(Consent, bool); 6]>,
    negatives: usize,
    /// Where the last negative ends.
    reach: usize,
    /// 不要: a verb of wanting that was turned, and has no object yet.
    wants: bool,
}

impl Sum<'_> {
    /// What a word says by itself; negatives and the like change the sum instead.
    fn word(&mut self, index: usize, token: &Token<Word>) -> Option<(Consent, bool)> {
        let next = self.tokens.get(index + 1).copied();
        let next_is = |kinds: &[Word]| next.is_some_and(|n| kinds.contains(&n.kind));
        let is_bare_here = is_bare(self.text, token.end);
        match token.kind {
            // 不了不了: said twice, meant once.
            Word::Unable
                if index
                    .checked_sub(1)
                    .and_then(|i| self.tokens.get(i))
                    .is_some_and(|t| t.kind == Word::Unable) =>
            {
                None
            }
            // 不不不，我们不上: a stutter is an exclamation, not one negative more.
            Word::Not if is_stutter(self.tokens, index, self.text) => None,
            Word::Unable => self.unable(index),
            Word::NotWant if is_bare_here && !next_is(&[Word::Join, Word::Go, Word::Want, Word::Agree]) => {
                Some((Consent::No, true))
            }
            Word::Obstacle
                if !(next_is(&[Word::Join, Word::Go]) && next.is_some_and(|n| n.start == token.end)) =>
            {
                None
            }
            // 没必要参加, 不愿意去: refusing words turn the verb right after them, and else refuse by themselves.
            Word::Decline if is_before_verb(self.tokens, index) => self.negative(token),
            Word::Decline => Some((Consent::No, true)),
            Word::Then | Word::But => {
                self.negatives = 0;
                None
            }
            Word::Rhetorical if next.is_none() && !self.values.is_empty() => {
                let last = self.values.last_mut()?;
                last.0 = opposite(last.0);
                self.negatives = 0;
                None
            }
            Word::Not | Word::Rhetorical | Word::OrNot | Word::NotWant | Word::Obstacle => {
                self.negative(token)
            }
            Word::Want => self.want(token, next),
            Word::Join => Some((Consent::Yes, true)),
            Word::Go => self.go(index, token),
            // 是不可能的: 是 alone agrees only at the end of its clause.
            Word::Agree => (token.end - token.start > 3 || is_bare_here).then_some((Consent::Yes, false)),
            Word::Objection => {
                let objects = self.text.get(token.start..token.end) == Some("反对");
                (self.negatives > 0 || objects).then_some((Consent::No, true))
            }
            Word::Consider => {
                (self.negatives > 0 && !next_is(&[Word::Join, Word::Go])).then_some((Consent::Yes, true))
            }
            _ => None,
        }
    }

    /// 要, 想: a yes by itself, and else only what its object makes of it.
    fn want(&mut self, token: &Token<Word>, next: Option<Token<Word>>) -> Option<(Consent, bool)> {
        // 没有参加的打算: a noun, and its verb has been counted.
        let is_noun = self.text.get(..token.start).is_some_and(|before| before.ends_with('的'));
        if is_noun && !self.values.is_empty() {
            return None;
        }
        // 要周二周四: part of the week is wanted.
        let wants_day = next.is_some_and(|n| n.kind == Word::Day && n.start == token.end);
        if self.negatives == 0 && wants_day {
            return Some((Consent::Yes, true));
        }
        let is_bare_here = is_bare(self.text, token.end);
        if self.negatives > 0 || !is_bare_here {
            self.wants = self.negatives > 0 && is_bare_here;
            self.negatives = if is_bare_here { self.negatives } else { 0 };
            return None;
        }
        Some((Consent::Yes, true))
    }

    /// 去奶奶家, 没地方去: going somewhere else says nothing.
    fn go(&self, index: usize, token: &Token<Word>) -> Option<(Consent, bool)> {
        let before = index.checked_sub(1).and_then(|i| self.tokens.get(i));
        let is_elsewhere = before.is_some_and(|t| t.kind == Word::Other);
        let is_meant = self.negatives > 0 || is_bare(self.text, token.end);
        (!is_elsewhere && is_meant).then_some((Consent::Yes, true))
    }

    fn negative(&mut self, token: &Token<Word>) -> Option<(Consent, bool)> {
        // 不想让孩子太累就不参加: a negative reaches no further than its own verb.
        if token.start.saturating_sub(self.reach) > 12 {
            self.negatives = 0;
        }
        self.reach = token.end;
        self.negatives += 1;
        None
    }

    /// 参加不了 turns the verb, 不去不行 the refusal before it; alone it refuses.
    fn unable(&mut self, index: usize) -> Option<(Consent, bool)> {
        let turns = index > 0 && self.negatives == 0;
        match self.values.last_mut().filter(|_| turns) {
            Some(last) => {
                *last = (opposite(last.0), true);
                None
            }
            None => Some((Consent::No, true)),
        }
    }

    fn polar(&self, consent: Consent) -> Consent {
        if self.negatives % 2 == 1 { opposite(consent) } else { consent }
    }

    fn add(&mut self, token: &Token<Word>, consent: Consent, is_firm: bool) {
        if token.start.saturating_sub(self.reach) > 18 {
            self.negatives = 0;
        }
        self.values.push((self.polar(consent), is_firm || self.negatives > 0));
        self.negatives = 0;
        self.wants = false;
    }
}

/// Whether a negative is said again right away: 不不 counts once, 不不不 not at all.
fn is_stutter(tokens: &[Token<Word>], index: usize, text: &str) -> bool {
    let word = |t: &Token<Word>| text.get(t.start..t.end);
    let touches = |i: usize| {
        let pair = tokens.get(i).zip(tokens.get(i + 1));
        pair.is_some_and(|(a, b)| a.end == b.start && word(a) == word(b))
    };
    let before = (0..index).rev().take_while(|i| touches(*i)).count();
    let after = (index..tokens.len()).take_while(|i| touches(*i)).count();
    before + after >= 2 || after == 1
}

fn is_before_verb(tokens: &[Token<Word>], index: usize) -> bool {
    let follows = |a: &Token<Word>, b: &Token<Word>| {
        a.end == b.start && matches!(b.kind, Word::Join | Word::Go | Word::Want)
    };
    matches!((tokens.get(index), tokens.get(index + 1)), (Some(a), Some(b)) if follows(a, b))
}

fn opposite(consent: Consent) -> Consent {
    if consent == Consent::No { Consent::Yes } else { Consent::No }
}

/// Whether a verb ends its clause but for particles, or stands right before another word of consent.
fn is_bare(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start_matches([
        '的', '了', '吧', '呀', '啊', '哦', '哈', '嘛', '呢', '✅', '噢', '滴', '嘞', '咧', '哒', '呐', '噻',
        '咯', '撒', '哟', '哩', '喽', '啦', '一', '下', '着',
    ]);
    let follows = LEXICON.at(rest, 0).map(|t| t.kind);
    rest.is_empty()
        || matches!(follows, Some(Word::Join | Word::Go | Word::Agree | Word::Want))
        || starts_with_any(rest, &["课后", "延时", "托管", "晚托", "这个", "那个"])
}

fn settle(values: &[(Consent, bool)]) -> Stance {
    let firm: SmallVec<[Consent; 6]> =
        values.iter().filter(|(_, is_firm)| *is_firm).map(|(c, _)| *c).collect();
    let same = |all: &[Consent]| all.first().copied().filter(|first| all.iter().all(|c| c == first));
    match (firm.is_empty(), values.first()) {
        (true, None) => Stance::Nothing,
        (true, Some((value, _))) => Stance::Weak(*value),
        (false, _) => same(&firm).map_or(Stance::Hedged, Stance::Firm),
    }
}
