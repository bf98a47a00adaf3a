//! Lexicons (词表): longest-match scanning over a slot's words, and repair of slips that only sound like one.
//!
//! A lexicon is a table of kinds and their words, words set apart by spaces (`_` stands for a space inside a
//! phrase). Knows no grammar. Start at [`Lexicon::scan`].

mod heard;

use std::borrow::Cow;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use smallvec::SmallVec;

use super::chars::Chars;
use super::sound;
pub(super) use super::sound::sound_of;
use heard::Heard;

/// A word found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<K> {
    /// What it is.
    pub(super) kind: K,
    /// First byte.
    pub(super) start: usize,
    /// Byte after the last.
    pub(super) end: usize,
}

/// The words of a text; few replies have more than these, and those few go to the heap.
pub(super) type Tokens<K> = SmallVec<[Token<K>; 12]>;

/// Hashes one character or one sound; the tables are our own, so nobody can choose what collides.
#[derive(Default)]
pub(super) struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

pub(super) type Quick = BuildHasherDefault<Multiply>;

#[cfg(test)]
thread_local! {
    /// How often a word was asked for: the work of reading, for tests that must not look at a clock.
    pub(super) static LOOKUPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A word as it is found again.
struct Entry<K> {
    /// What it is looked up by.
    start: u64,
    /// Its third character, which most texts differ in.
    third: Option<char>,
    /// Where what follows its first three characters stands in [`Lexicon::tails`].
    tail: Range<u32>,
    /// Bytes of the whole word.
    length: u16,
    /// It ends with a Latin letter, and so must not go on with one.
    is_latin: bool,
    kind: K,
}

/// The words of a slot.
pub(super) struct Lexicon<K> {
    /// Which first characters words have: most characters start none.
    starts: Chars,
    /// Which characters are a word by themselves.
    alone: Chars,
    /// Where the entries of each bucket begin, and where the last one's end. Most buckets are empty, as most characters go on as
    /// no word does.
    buckets: Vec<u32>,
    /// How far a mixed start is moved to the right to be the number of its bucket.
    shift: u32,
    /// Those of one bucket side by side, the longest first.
    entries: Vec<Entry<K>>,
    tails: String,
    heard: Heard,
}

impl<K: Copy + PartialEq> Lexicon<K> {
    /// Builds a lexicon.
    ///
    /// - `table`: kinds and their words.
    /// - `heard`: words of two characters and more that are also recognised by sound.
    pub(super) fn new(table: &[(K, &str)], heard: &str) -> Self {
        let phrases = table
            .iter()
            .flat_map(|(kind, words)| words.split_whitespace().map(move |w| (w.replace('_', " "), *kind)));
        Self::of(phrases, heard)
    }

    /// Builds a lexicon from whole phrases.
    pub(super) fn of(phrases: impl Iterator<Item = (String, K)>, heard: &str) -> Self {
        let mut words: Vec<(u64, String, K)> = Vec::new();
        for (phrase, kind) in phrases {
            let mut chars = phrase.chars();
            if let Some(first) = chars.next() {
                words.push((start_of(first, chars.next()), phrase, kind));
            }
        }
        let buckets_count = (words.len() * BUCKETS_PER_WORD).next_power_of_two().max(2);
        let shift = u64::BITS - buckets_count.trailing_zeros();
        // Of equal words the one that stands first in the table counts: the order is kept.
        words.sort_by_key(|(start, word, _)| (mixed(*start) >> shift, std::cmp::Reverse(word.len())));
        let starts = Chars::of(words.iter().filter_map(|(_, word, _)| word.chars().next()));
        let is_alone = |word: &&String| word.chars().nth(1).is_none();
        let alone = Chars::of(
            words.iter().map(|(_, word, _)| word).filter(is_alone).filter_map(|w| w.chars().next()),
        );
        let mut buckets = vec![0; buckets_count + 1];
        for (start, _, _) in &words {
            if let Some(count) =
                usize::try_from(mixed(*start) >> shift).ok().and_then(|at| buckets.get_mut(at + 1))
            {
                *count += 1;
            }
        }
        // Where each begins is how many words the ones before it have.
        let mut before = 0;
        for count in &mut buckets {
            before += *count;
            *count = before;
        }
        let (mut entries, mut tails) = (Vec::with_capacity(words.len()), String::new());
        for (start, word, kind) in &words {
            let mut chars = word.chars();
            let third = chars.nth(2);
            let from = small(tails.len());
            tails.push_str(chars.as_str());
            entries.push(Entry {
                start: *start,
                third,
                tail: from..small(tails.len()),
                length: u16::try_from(word.len()).unwrap_or(u16::MAX),
                is_latin: word.ends_with(|c: char| c.is_ascii_alphabetic()),
                kind: *kind,
            });
        }
        Self { starts, alone, buckets, shift, entries, tails, heard: Heard::new(heard) }
    }

    /// The longest word that starts at this byte.
    pub(super) fn at(&self, text: &str, start: usize) -> Option<Token<K>> {
        let mut rest = text.get(start..)?.chars();
        let first = rest.next()?;
        if self.may_start(first) { self.from(text, start, first, rest.as_str()) } else { None }
    }

    /// Whether a word may start with this character.
    pub(super) fn may_start(&self, first: char) -> bool {
        #[cfg(test)]
        LOOKUPS.with(|count| count.set(count.get() + 1));
        self.starts.may_hold(first)
    }

    /// The longest word that starts at this byte with this character, which `after_first` follows.
    fn from(&self, text: &str, start: usize, first: char, after_first: &str) -> Option<Token<K>> {
        if first.is_ascii_alphabetic() && letter_before(text, start) {
            return None;
        }
        let mut chars = after_first.chars();
        let second = chars.next();
        let longer = second.and_then(|_| self.find(start_of(first, second), chars.as_str()));
        let is_alone = || self.alone.may_hold(first);
        let entry =
            longer.or_else(|| is_alone().then(|| self.find(start_of(first, None), after_first)).flatten())?;
        Some(Token { kind: entry.kind, start, end: start + usize::from(entry.length) })
    }

    /// The longest word with this start that goes on as the text does.
    fn find(&self, start: u64, rest: &str) -> Option<&Entry<K>> {
        let bucket = usize::try_from(mixed(start) >> self.shift).ok()?;
        let places = *self.buckets.get(bucket)? as usize..*self.buckets.get(bucket + 1)? as usize;
        if places.is_empty() {
            return None;
        }
        let mut chars = rest.chars();
        let third = chars.next();
        let after_third = chars.as_str();
        let mut near = self.entries.get(places)?.iter();
        near.find(|entry| {
            if entry.start != start {
                return false;
            }
            if entry.third.is_none() {
                return !(entry.is_latin && letter_next(rest));
            }
            if entry.third != third {
                return false;
            }
            if entry.tail.is_empty() {
                return !(entry.is_latin && letter_next(after_third));
            }
            let tail = self.tails.get(entry.tail.start as usize..entry.tail.end as usize).unwrap_or_default();
            after_third.strip_prefix(tail).is_some_and(|rest| !(entry.is_latin && letter_next(rest)))
        })
    }

    /// All words from left to right, the longest first, none overlapping.
    pub(super) fn scan(&self, text: &str) -> Tokens<K> {
        self.tokens(text).collect()
    }

    /// The same words one by one, for those who need not see them all.
    pub(super) fn tokens<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Token<K>> + 't {
        let mut rest = text.chars();
        std::iter::from_fn(move || {
            let mut at = text.len() - rest.as_str().len();
            while let Some(first) = rest.next() {
                if self.may_start(first)
                    && let Some(token) = self.from(text, at, first, rest.as_str())
                {
                    rest = text.get(token.end..).unwrap_or_default().chars();
                    return Some(token);
                }
                at += first.len_utf8();
            }
            None
        })
    }

    /// Whether one of the words of a text is of this kind.
    pub(super) fn holds(&self, text: &str, kind: K) -> bool {
        self.tokens(text).any(|token| token.kind == kind)
    }

    /// The words of a text as they are written in it.
    pub(super) fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.scan(text).iter().filter_map(|token| text.get(token.start..token.end)).collect()
    }

    /// The text with every stretch that is no word but sounds like exactly one of the `heard` words written as that.
    pub(super) fn repair<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.heard.is_empty() || !self.may_be_heard(text) {
            return Cow::Borrowed(text);
        }
        // Which word each byte belongs to, counted from 1; 0 for none.
        let mut word_of = vec![0_usize; text.len()];
        for (index, token) in self.tokens(text).enumerate() {
            if let Some(span) = word_of.get_mut(token.start..token.end) {
                span.fill(index + 1);
            }
        }
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut out = String::with_capacity(text.len());
        let mut index = 0;
        while let Some((_, c)) = chars.get(index) {
            if let Some((word, length)) = self.heard.at(&chars, index, &word_of) {
                out.push_str(word);
                index += length;
            } else {
                out.push(*c);
                index += 1;
            }
        }
        Cow::Owned(out)
    }

    /// Whether a character sounds as one in a heard word, so that a slip may hide there.
    pub(super) fn may_be_slip(&self, c: char) -> bool {
        self.heard.may_hold(c)
    }

    /// The text with its slips written as meant, unless none of its words, as they are written, is one of these and
    /// nothing sounds like a heard word.
    pub(super) fn repair_telling<'a>(
        &self,
        text: &'a str,
        tells: impl Fn(K) -> bool,
    ) -> Option<Cow<'a, str>> {
        let mut has_telling = false;
        let heard = self.pass(text, |token| has_telling |= tells(token.kind));
        if heard { Some(self.repair(text)) } else { has_telling.then_some(Cow::Borrowed(text)) }
    }

    /// Whether two characters sound as a heard word begins, and no written word covers all that this one would.
    fn may_be_heard(&self, text: &str) -> bool {
        self.pass(text, |_| ())
    }

    /// Goes over a text once: shows its words, until something may be heard.
    fn pass(&self, text: &str, mut show: impl FnMut(Token<K>)) -> bool {
        let mut tokens = self.tokens(text).inspect(|token| show(*token));
        let mut token = tokens.next();
        // The character after the last that a heard word may cover, and the last that no written word covers.
        let (mut previous, mut reach, mut unknown) = (None::<u16>, 0, None::<usize>);
        for (index, (at, c)) in text.char_indices().enumerate() {
            while token.is_some_and(|t| t.end <= at) {
                token = tokens.next();
            }
            let is_known = c.is_ascii() || token.is_some_and(|t| t.start <= at);
            let sound = sound::sound(c);
            if !is_known {
                unknown = Some(index);
            }
            if let (Some(first), Some(second)) = (previous, sound)
                && let Some(length) = self.heard.longest(first, second)
            {
                if unknown.is_some_and(|unknown| unknown + 1 >= index) {
                    return true;
                }
                reach = reach.max(index - 1 + length);
            }
            if !is_known && index < reach {
                return true;
            }
            previous = sound;
        }
        false
    }
}

/// A place in a table of ours; none is so long that it would not fit.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Buckets for each word: most of them stay empty.
const BUCKETS_PER_WORD: usize = 4;

/// A start with its bits mixed, the first of them most.
fn mixed(start: u64) -> u64 {
    start.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What words are looked up by: two characters leave few to compare.
fn start_of(first: char, second: Option<char>) -> u64 {
    u64::from(u32::from(first)) << 32 | second.map_or(0, |c| u64::from(u32::from(c)))
}

fn letter_next(after: &str) -> bool {
    after.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
}

fn letter_before(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn the_longest_word_wins_and_letters_match_as_whole_words() {
        let lexicon = Lexicon::new(&[('a', "上 no"), ('b', "上班 no_thanks")], "");
        let kinds = |text: &str| lexicon.scan(text).iter().map(|t| t.kind).collect::<String>();
        for (text, want) in [("上班", "b"), ("上", "a"), ("not", ""), ("no thanks", "b"), ("我no", "a")] {
            assert_eq!(kinds(text), want, "{text}");
        }
    }

    #[test]
    fn a_slip_is_read_by_its_sound_unless_it_is_a_word() {
        let lexicon = Lexicon::new(&[('a', "参加 报名 不 周三")], "参加 报名 周三");
        for (text, want) in
            [("参家", "参加"), ("不抱名", "不报名"), ("舟三", "周三"), ("报名", "报名"), ("你好", "你好")]
        {
            assert_eq!(lexicon.repair(text), want, "{text}");
        }
    }
}
