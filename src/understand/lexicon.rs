//! Lexicons (词表): longest-match scanning over a slot's words, and repair of slips that only sound like one.
//!
//! A lexicon is a table of kinds and their words, words set apart by spaces (`_` stands for a space inside a
//! phrase). Knows no grammar. Start at [`Lexicon::scan`].

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use pinyin::ToPinyin as _;

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

/// How many groups of 64 characters are told apart.
const STARTS: usize = 64;

/// The place of a character among the first ones.
fn start_bit(c: char) -> (usize, u64) {
    let n = u32::from(c);
    ((n >> 6) as usize % STARTS, 1 << (n & 63))
}

/// The words of a slot.
pub(super) struct Lexicon<K> {
    /// Which first characters words have, by their last bits: most characters start none.
    starts: [u64; STARTS],
    /// By their first two characters, or the first and none.
    by_start: HashMap<u64, Vec<(String, K)>, Quick>,
    by_sound: HashMap<u64, Option<String>, Quick>,
    first_sounds: HashSet<u64, Quick>,
    sound_chars_max: usize,
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
        let mut by_start: HashMap<u64, Vec<(String, K)>, Quick> = HashMap::default();
        let mut starts = [0; STARTS];
        for (phrase, kind) in phrases {
            let mut chars = phrase.chars();
            if let Some(first) = chars.next() {
                let (group, bit) = start_bit(first);
                if let Some(bits) = starts.get_mut(group) {
                    *bits |= bit;
                }
                by_start.entry(start_of(first, chars.next())).or_default().push((phrase, kind));
            }
        }
        for words in by_start.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        let mut by_sound: HashMap<u64, Option<String>, Quick> = HashMap::default();
        let mut first_sounds: HashSet<u64, Quick> = HashSet::default();
        let mut sound_chars_max = 0;
        for word in heard.split_whitespace() {
            sound_chars_max = sound_chars_max.max(word.chars().count());
            let Some(sound) = sound_of(word.chars()) else { continue };
            first_sounds.extend(sound_of(word.chars().take(1)));
            let other = by_sound.get(&sound).is_some_and(|known| known.as_deref() != Some(word));
            by_sound.insert(sound, if other { None } else { Some(word.to_owned()) });
        }
        Self { starts, by_start, by_sound, first_sounds, sound_chars_max }
    }

    /// The longest word that starts at this byte.
    pub(super) fn at(&self, text: &str, start: usize) -> Option<Token<K>> {
        #[cfg(test)]
        LOOKUPS.with(|count| count.set(count.get() + 1));
        let rest = text.get(start..)?;
        let mut chars = rest.chars();
        let first = chars.next()?;
        let (group, bit) = start_bit(first);
        if self.starts.get(group).is_none_or(|bits| bits & bit == 0) {
            return None;
        }
        let longer = chars.next().and_then(|second| self.by_start.get(&start_of(first, Some(second))));
        let single = self.by_start.get(&start_of(first, None));
        let (word, kind) = longer.into_iter().chain(single).flatten().find(|(word, _)| {
            rest.strip_prefix(word.as_str()).is_some_and(|after| {
                let is_cut = first.is_ascii_alphabetic() && letter_before(text, start);
                let goes_on = letter_next(after) && word.ends_with(|c: char| c.is_ascii_alphabetic());
                !is_cut && !goes_on
            })
        })?;
        Some(Token { kind: *kind, start, end: start + word.len() })
    }

    /// All words from left to right, the longest first, none overlapping.
    pub(super) fn scan(&self, text: &str) -> Vec<Token<K>> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if let Some(token) = self.at(text, at) {
                at = token.end;
                tokens.push(token);
            } else {
                at += c.len_utf8();
            }
        }
        tokens
    }

    /// The words of a text as they are written in it.
    pub(super) fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.scan(text).iter().filter_map(|token| text.get(token.start..token.end)).collect()
    }

    /// The text with every stretch that is no word but sounds like exactly one of the `heard` words written as that.
    pub(super) fn repair<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.by_sound.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut is_known = vec![false; text.len()];
        for token in self.scan(text) {
            if let Some(span) = is_known.get_mut(token.start..token.end) {
                span.fill(true);
            }
        }
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        if chars.iter().all(|(at, c)| is_known.get(*at) == Some(&true) || c.is_ascii()) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut index = 0;
        while let Some((_, c)) = chars.get(index) {
            if let Some((word, length)) = self.heard_at(&chars, index, &is_known) {
                out.push_str(word);
                index += length;
            } else {
                out.push(*c);
                index += 1;
            }
        }
        Cow::Owned(out)
    }

    /// The longest heard word that starts here and covers a character that no written word covers.
    fn heard_at(&self, chars: &[(usize, char)], from: usize, is_known: &[bool]) -> Option<(&str, usize)> {
        let first = chars.get(from).map(|(_, c)| *c).filter(|c| !c.is_ascii())?;
        if !self.first_sounds.contains(&sound_of(std::iter::once(first))?) {
            return None;
        }
        (2..=self.sound_chars_max).rev().find_map(|length| {
            let window = chars.get(from..from + length)?;
            let is_unknown = window.iter().any(|(at, _)| is_known.get(*at) != Some(&true));
            let is_chinese = window.iter().all(|(_, c)| !c.is_ascii());
            if !is_unknown || !is_chinese {
                return None;
            }
            let sound = sound_of(window.iter().map(|(_, c)| *c))?;
            let word = self.by_sound.get(&sound)?.as_deref()?;
            Some((word, length))
        })
    }
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

/// How a stretch of characters sounds, as a number: without tones and without the distinctions that many speakers do
/// not make (zh/z, ch/c, sh/s, -ng/-n).
pub(super) fn sound_of(chars: impl Iterator<Item = char>) -> Option<u64> {
    let mut hash = Multiply::default();
    for c in chars {
        let plain = c.to_pinyin()?.plain();
        let plain = if plain.ends_with("ng") { plain.strip_suffix('g').unwrap_or(plain) } else { plain };
        let mut last = 0;
        for byte in plain.bytes() {
            let is_retroflex = byte == b'h' && matches!(last, b'z' | b'c' | b's');
            if !is_retroflex {
                hash.write_u32(u32::from(byte));
            }
            last = byte;
        }
        hash.write_u32(0);
    }
    Some(hash.finish())
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
