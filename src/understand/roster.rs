//! Rosters (名单): which lines of a numbered list a reply speaks of, by number or by name.
//!
//! `3`, `3号`, `三号`, `第3个`, `1-4`, `李小禾`, `小禾`, `3号李小禾`, and lists of them. A number or a name that fits no line,
//! or two, is wrong, and makes the whole reply unclear. Numbers that count or measure (3个, 5点, 周3) are no lines.
//! Start at [`groups`]; [`statement`] tells what is said of them.

pub(super) mod statement;

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::phrases::{ends_with_any, starts_with_any};
use super::{class_and_name, lexicon, numerals, sound};

/// Indexes of lines.
pub(super) type Set = BTreeSet<usize>;

/// One line of a list.
pub(super) struct Line<'a> {
    pub(super) no: u32,
    pub(super) names: Vec<&'a str>,
}

/// What a line can be called.
struct Form<'a> {
    line: usize,
    text: &'a str,
    is_given: bool,
    /// Its first sound, 0 for none: what a text is looked up by.
    first: u16,
    chars: usize,
    sound: Option<u64>,
}

/// A list as it is searched, made once for a reply: by their first sound few names are left to compare.
pub(super) struct Lines<'a> {
    all: &'a [Line<'a>],
    /// In the order of their first sounds.
    forms: Vec<Form<'a>>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(all: &'a [Line<'a>]) -> Self {
        let form = |line: usize, text: &'a str, is_given: bool| Form {
            line,
            text,
            is_given,
            first: text.chars().next().and_then(sound::sound).unwrap_or_default(),
            chars: text.chars().count(),
            sound: lexicon::sound_of(text.chars()),
        };
        let named =
            all.iter().enumerate().flat_map(|(line, all)| all.names.iter().map(move |name| (line, *name)));
        let mut forms: Vec<Form<'_>> = named
            .flat_map(|(line, name)| {
                let given = given(name);
                let is_own = given.chars().nth(1).is_some() && given != name;
                is_own.then(|| form(line, given, true)).into_iter().chain([form(line, name, false)])
            })
            .collect();
        forms.sort_by_key(|form| form.first);
        Self { all, forms }
    }

    /// What begins with this character, or sounds so.
    fn starting(&self, c: char) -> &[Form<'a>] {
        let first = sound::sound(c).unwrap_or_default();
        let from = self.forms.partition_point(|form| form.first < first);
        let to = self.forms.partition_point(|form| form.first <= first);
        let found = self.forms.get(from..to).unwrap_or_default();
        #[cfg(test)]
        lexicon::LOOKUPS.with(|count| count.set(count.get() + found.len() as u64));
        found
    }
}

/// A list of mentions without anything but joiners between them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    /// `None` when a mention fits no line or several.
    pub(super) lines: Option<Set>,
}

/// What joins mentions to one group.
const JOINERS: [&str; 16] =
    ["以及", "还有", "、", " ", "和", "跟", "与", "及", "/", ".", "+", "&", "#", "同学", "小朋友", "两位"];
/// A number after one of these is none of the list's.
const NOT_AFTER: [&str; 19] = [
    "周", "星期", "礼拜", "月", "年级", "应到", "实到", "应", "实", "共", "总", "计", "剩", "剩下", "只有",
    "码", "电话", "约", "到了",
];
/// A number before one of these counts or measures something.
const UNITS: [&str; 38] = [
    "个",
    "人",
    "名",
    "位",
    "点",
    "时",
    "分",
    "秒",
    "月",
    "日",
    "年",
    "岁",
    "班",
    "楼",
    "元",
    "块",
    "天",
    "周",
    "次",
    "节",
    "%",
    "小时",
    "刻",
    "半",
    "号楼",
    "号门",
    "号开始",
    "号起",
    "号之",
    "号以",
    "号前",
    "号后",
    "号再",
    "号下",
    "号上",
    "号早",
    "号晚",
    "座",
];

/// All groups of a clause, from left to right.
///
/// - `word_end`: where the word of the grammar that starts at a byte ends, so that no name is seen inside it.
pub(super) fn groups(text: &str, lines: &Lines<'_>, word_end: &dyn Fn(usize) -> Option<usize>) -> Vec<Group> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some(group) = group_at(text, at, lines, word_end) {
            at = group.end;
            out.push(group);
        } else if c.is_ascii_digit() {
            // A number that is no mention is passed over whole: 1234 holds no 34.
            at += text.get(at..).map_or(1, |t| t.bytes().take_while(u8::is_ascii_digit).count());
        } else {
            at = word_end(at).unwrap_or(at + c.len_utf8());
        }
    }
    out
}

fn group_at(
    text: &str,
    start: usize,
    lines: &Lines<'_>,
    word_end: &dyn Fn(usize) -> Option<usize>,
) -> Option<Group> {
    let (mut all, mut end) = mention_at(text, start, lines, word_end)?;
    loop {
        let mut next = end;
        while let Some(joiner) =
            JOINERS.iter().find(|joiner| text.get(next..).is_some_and(|t| t.starts_with(**joiner)))
        {
            next += joiner.len();
        }
        let Some((more, after)) = mention_at(text, next, lines, word_end) else { break };
        all = all.zip(more).map(|(mut all, more)| {
            all.extend(more);
            all
        });
        end = after;
    }
    for word in ["这几位", "这两位", "这几个", "这两个", "几个", "两个", "同学", "小朋友", "号"]
    {
        // 3同学妈妈: the mother of another child.
        let is_of_others = |t: &str| t.starts_with(['妈', '爸', '家', '的', '奶', '爷', '外', '姥']);
        if text.get(end..).and_then(|t| t.strip_prefix(word)).is_some_and(|t| !is_of_others(t)) {
            end += word.len();
        }
    }
    Some(Group { start, end, lines: all })
}

type Mention = (Option<Set>, usize);

/// One mention: a number, a span of numbers, a name, or a number and the name that belongs to it.
fn mention_at(
    text: &str,
    at: usize,
    lines: &Lines<'_>,
    word_end: &dyn Fn(usize) -> Option<usize>,
) -> Option<Mention> {
    let Some((no, end)) = number_at(text, at, lines) else { return named_at(text, at, lines, word_end) };
    let found = no.and_then(|no| lines.all.iter().position(|line| line.no == no));
    if let Some((to, after)) = ["-", "--", "到", "至"].iter().find_map(|mark| {
        let from = text.get(end..)?.strip_prefix(mark).map(|rest| text.len() - rest.len())?;
        number_at(text, from, lines)
    }) {
        return Some((span(no, to, lines), after));
    }
    // 3号李小禾: the name belongs to the number, or one of the two is a mistake.
    let from = if text.get(end..).is_some_and(|t| t.starts_with(['.', ':', '#'])) { end + 1 } else { end };
    match named_at(text, from, lines, word_end) {
        Some((named, after)) => {
            let agrees = found.zip(named).filter(|(found, named)| named.contains(found));
            Some((agrees.map(|(found, _)| Set::from([found])), after))
        }
        None => Some((found.map(|found| Set::from([found])), end)),
    }
}

/// 1-4: both ends are on the list, and what is listed between them is meant too.
fn span(from: Option<u32>, to: Option<u32>, lines: &Lines<'_>) -> Option<Set> {
    let (from, to) = from.zip(to)?;
    let is_listed = |no| lines.all.iter().any(|line| line.no == no);
    (from < to && is_listed(from) && is_listed(to)).then(|| {
        let inside = lines.all.iter().enumerate().filter(|(_, line)| (from..=to).contains(&line.no));
        inside.map(|(index, _)| index).collect()
    })
}

/// The number of a line, `None` inside when it is malformed (三五), and the byte after it.
fn number_at(text: &str, start: usize, lines: &Lines<'_>) -> Option<(Option<u32>, usize)> {
    let before = text.get(..start)?;
    let rest = text.get(start..)?;
    let ordinal = rest.starts_with('第');
    let rest = rest.strip_prefix('第').or_else(|| rest.strip_prefix('#')).unwrap_or(rest);
    let from = text.len() - rest.len();
    let before_number = if ordinal { "" } else { before };
    // 17:30: the minutes of a clock time.
    let is_minute =
        before_number.strip_suffix(':').is_some_and(|hour| hour.ends_with(|c: char| c.is_ascii_digit()));
    if is_minute
        || before_number.ends_with(|c: char| c.is_ascii_digit() || c.is_ascii_alphabetic())
        || ends_with_any(before_number, &NOT_AFTER)
    {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, length) = if digits > 0 {
        (rest.get(..digits)?.parse().ok(), digits)
    } else {
        let is_part = |c: &char| "一二三四五六七八九十百零".contains(*c);
        let part = rest.chars().take(numerals::CHARS_MAX + 1).take_while(is_part);
        let length = part.map(char::len_utf8).sum();
        (numerals::strict(rest.get(..length)?), length)
    };
    let tail = rest.get(length..)?;
    if length == 0 || digits > 3 {
        return None;
    }
    if ordinal {
        let unit = ["个", "位", "号", "条", "项"].iter().find(|unit| tail.starts_with(**unit))?;
        return Some((number, from + length + unit.len()));
    }
    let is_clock = tail
        .strip_prefix([':', '.'])
        .is_some_and(|t| t.bytes().take_while(u8::is_ascii_digit).count() == 2 && tail.starts_with(':'));
    // 7周语桐: her name, and no seven weeks.
    let is_name = || lines.all.iter().any(|line| line.names.iter().any(|name| tail.starts_with(*name)));
    if is_clock || starts_with_any(tail, &UNITS) && !is_name() {
        return None;
    }
    if let Some(after) = tail.strip_prefix('号') {
        return Some((number, text.len() - after.len()));
    }
    (digits > 0 || stands_free(before, tail)).then_some((number, from + length))
}

/// Whether a number in characters stands by itself: 缺三、八, but not 一起.
fn stands_free(before: &str, tail: &str) -> bool {
    let opens = before.is_empty()
        || before.ends_with(['，', '、', ':', '和', '跟', '与', '缺', '了', '的', '假', '除']);
    let closes = tail.is_empty()
        || tail.starts_with(['，', '、', ':', '和', '跟', '与', '没', '未', '请', '缺', '同', '自', '接']);
    opens && closes
}

/// A line by a name of it: the full name, the given name, or what sounds like one of them and shares a character with it.
fn named_at(
    text: &str,
    at: usize,
    lines: &Lines<'_>,
    word_end: &dyn Fn(usize) -> Option<usize>,
) -> Option<Mention> {
    let rest = text.get(at..)?;
    let forms = lines.starting(rest.chars().next().filter(|c| !c.is_ascii())?);
    let one = |fits: &dyn Fn(&Form<'_>) -> bool| -> Option<Set> {
        let set: Set = forms.iter().filter(|form| fits(form)).map(|form| form.line).collect();
        (set.len() == 1).then_some(set)
    };
    if let Some(longest) =
        forms.iter().filter(|form| rest.starts_with(form.text)).max_by_key(|form| form.text.len())
    {
        let set = one(&|form| form.text == longest.text);
        let is_own = !longest.is_given || !is_of_stranger(text, at);
        return Some((set.filter(|_| is_own), at + longest.text.len()));
    }
    if forms.is_empty() || word_end(at).is_some() {
        return None;
    }
    let chars: SmallVec<[char; 4]> = rest.chars().take(4).collect();
    (2..=chars.len()).rev().find_map(|length| {
        let window = chars.get(..length).filter(|window| !window.iter().any(char::is_ascii))?;
        let heard = lexicon::sound_of(window.iter().copied())?;
        let sounds_so = |form: &Form<'_>| {
            form.chars == length
                && form.sound == Some(heard)
                && form.text.chars().zip(window).any(|(a, b)| a == *b)
        };
        let found = forms.iter().find(|form| sounds_so(form))?;
        let is_own = !found.is_given || !is_of_stranger(text, at);
        let bytes: usize = window.iter().map(|c| c.len_utf8()).sum();
        Some((one(&sounds_so).filter(|_| is_own), at + bytes))
    })
}

fn given(name: &str) -> &str {
    let chars: SmallVec<[char; 4]> = name.chars().collect();
    let surname = class_and_name::surname_chars(&chars);
    let length: usize = chars.iter().take(surname).map(|c| c.len_utf8()).sum();
    name.get(length..).unwrap_or_default()
}

/// 王小雨 where the list has 李小雨: another family's child.
fn is_of_stranger(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_some_and(|c| class_and_name::surname_chars(&[c]) > 0)
}

/// Whether a name of nobody on the list stands at this byte: a surname and one or two characters that are no words,
/// up to a word, a mark or the end.
pub(super) fn is_stranger(text: &str, at: usize, word_end: &dyn Fn(usize) -> Option<usize>) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    if word_end(at).is_some() || rest.chars().next().is_none_or(|c| class_and_name::surname_chars(&[c]) == 0)
    {
        return false;
    }
    let mut length = 0;
    let mut here = at;
    for c in rest.chars() {
        if !('\u{4e00}'..='\u{9fff}').contains(&c) || (length > 0 && word_end(here).is_some()) {
            break;
        }
        (length, here) = (length + 1, here + c.len_utf8());
        if length > 3 {
            return false;
        }
    }
    (2..=3).contains(&length)
}

#[cfg(test)]
mod tests;
