//! The child's name beside its class, and what only looks like one.
//!
//! Start at [`name`].

use smallvec::SmallVec;

use super::super::clause::{self, Mood};
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, holds_any, phrases, starts_with_any};
use super::super::weekdays;
use super::no_names::{NO_NAME_BEGINS, NO_NAMES};
use super::spelling::{spells, spelt_name};
use super::surnames::surname_chars;
use super::unusual::{composed_name, introduced_name, is_han, unusual_at};
use super::words::{LEXICON, Word};

/// The child's name: outer `None` when several fit.
///
/// - `is_alone`: no class was said.
#[expect(clippy::option_option, reason = "outer: not two names; inner: a name was said")]
pub(super) fn name(text: &str, is_alone: bool) -> Option<Option<String>> {
    let mut names = Names::default();
    for clause in clause::clauses(text) {
        // 跟王明一起: who only comes along.
        if is_company(clause.text) {
            continue;
        }
        if let Some(composed) = composed_name(clause.text) {
            names.written.push(composed);
            continue;
        }
        if clause.mood == Mood::Asks || spells(clause.text) {
            continue;
        }
        let (kept_maybe, kept_own) = (names.maybe.len(), names.own.len());
        let mut scan = Scan::of(clause.text, text.starts_with('，'), is_alone);
        while scan.at < clause.text.len() {
            names.step(&mut scan)?;
        }
        // 我跟他爸商量好了: among words that we do not know, what looks like a name need not be one.
        if scan.unknown > 2 {
            names.maybe.truncate(kept_maybe);
            names.own.truncate(kept_own);
        }
    }
    // 我叫王强，孩子二年级三班: who writes tells of a child, whose name is still to come.
    if is_of_child(text) {
        names.own.clear();
    }
    names.decided()
}

/// The names of a reply, by how sure it is that they are the child's.
#[derive(Default)]
struct Names {
    /// 户口本上叫….
    written: Vec<String>,
    sure: Vec<String>,
    maybe: Vec<String>,
    /// The writer's, unless nothing else is named.
    own: Vec<String>,
    has_parent: bool,
}

/// How far a clause was read.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// Characters that we do not know, and the byte after the last.
    unknown: usize,
    unknown_end: usize,
    /// What the last word was.
    last: Word,
    /// 李想|王红霞: more characters in a row than one name has.
    is_crowded: bool,
    /// The clause stands after a pause with nothing before it.
    is_after_pause: bool,
    /// No class was said.
    is_alone: bool,
}

impl<'t> Scan<'t> {
    fn of(text: &'t str, is_after_pause: bool, is_alone: bool) -> Self {
        Self {
            text,
            at: 0,
            unknown: 0,
            unknown_end: 0,
            last: Word::Filler,
            is_crowded: false,
            is_after_pause,
            is_alone,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> &'t str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The word here, unless a name begins with it.
    fn word(&self, may_be_name: bool) -> Option<Token<Word>> {
        let begins_name = || {
            let head: SmallVec<[char; 3]> = self.rest().chars().take(3).collect();
            surname_chars(&head) > 0
        };
        LEXICON.at(self.text, self.at).filter(|t| !may_be_name || t.end - t.start > 3 || !begins_name())
    }
}

impl Names {
    /// Reads one word, name or character; `None` where two may be meant.
    fn step(&mut self, scan: &mut Scan<'_>) -> Option<()> {
        let run = run_at(scan.text, scan.at);
        if let Some(unusual) = unusual_at(scan.text, scan.at, scan.last == Word::Introduces) {
            scan.at += unusual.len();
            self.sure.push(unusual.to_owned());
            return Some(());
        }
        if let Some(token) = scan.word(run.is_some()) {
            self.word(scan, token);
            return Some(());
        }
        let spelt = spelt_name(scan.text, scan.at);
        let Some((run, spelt)) = spelt.or_else(|| run.map(|run| (run, 0))) else {
            scan.is_crowded |= begins_long(scan.text, scan.at);
            scan.at += scan.rest().chars().next().map_or(1, char::len_utf8);
            scan.unknown += 1;
            scan.unknown_end = scan.at;
            return Some(());
        };
        let is_adjacent = scan.unknown > 0 && scan.unknown_end == scan.at;
        // 王|明李红, 王明和|李红: somebody stands before it, whose name we do not know.
        if has_unread_person(scan.text, scan.at, is_adjacent, scan.unknown) {
            return None;
        }
        let before = scan.before();
        // 不是余洋: a name that is denied.
        if before.ends_with("不是") {
            scan.at += run.len();
            return Some(());
        }
        scan.at += run.len() + spelt;
        // 班主任是王老师: somebody else's name.
        if run.ends_with("老师") || scan.rest().starts_with("老师") {
            return Some(());
        }
        // 王强的女儿: the parent's name.
        if is_child_of(scan.rest()) {
            self.has_parent = true;
            return Some(());
        }
        // 老王家的: a family, and no child. 李某某: a name that is kept back.
        if run.ends_with('家') && before.ends_with(['老', '小']) || run.contains('某') {
            return None;
        }
        // 栗子(小名): what is called so afterwards.
        if is_called_fond(scan.text, scan.at) {
            return Some(());
        }
        self.named(scan, run, is_adjacent)
    }

    /// Takes in a word, and the name that it introduces.
    fn word(&mut self, scan: &mut Scan<'_>, token: Token<Word>) {
        // 妈妈叫卢芳: the parent's name.
        let names_parent = token.kind == Word::Introduces
            && scan.last == Word::Parent
            && (token.end - token.start == "叫".len() || is_form_label(scan.text, scan.at));
        if !names_parent {
            scan.last = token.kind;
        }
        scan.at = token.end;
        // 大名果正: where no surname tells, the words before it do.
        let is_written = token.kind == Word::Written;
        let introduces = token.kind == Word::Introduces
            && scan.before().ends_with(['叫', '名', '是', '字', '做'])
            && !names_parent;
        if (introduces || is_written)
            && run_at(scan.text, scan.at).is_none()
            && let Some(name) = introduced_name(scan.text, scan.at).filter(|name| !holds_any(*name, NO_NAMES))
        {
            if is_written { &mut self.written } else { &mut self.sure }.push(name.to_owned());
            scan.at = scan.text.len();
        }
    }

    /// Takes in a name by the word before it.
    fn named(&mut self, scan: &mut Scan<'_>, run: String, is_adjacent: bool) -> Option<()> {
        // 路上|堵车: no name where several stand before it.
        let is_after_unknown = is_adjacent && (scan.is_alone || scan.unknown > 1);
        let is_parents = LEXICON.at(scan.text, scan.at).is_some_and(|t| t.kind == Word::Parent);
        match scan.last {
            // 二班李想，王明妈妈: whose class it is cannot be told.
            _ if is_parents && scan.is_after_pause && self.maybe.first().is_some_and(|n| *n != run) => {
                return None;
            }
            _ if is_parents => self.sure.push(run),
            Word::Fond => {}
            Word::Other => scan.last = Word::Filler,
            Word::Written => self.written.push(run),
            Word::Introduces => self.sure.push(run),
            Word::Myself | Word::Parent => self.own.push(run),
            // 群里接龙: what follows a character that we do not know is no name by itself.
            Word::Filler if is_after_unknown => {}
            Word::Filler if scan.is_crowded => return None,
            Word::Filler => self.maybe.push(run),
        }
        Some(())
    }

    /// The name that is surest; `None` where several are as sure.
    #[expect(clippy::option_option, reason = "as of [`name`]")]
    fn decided(self) -> Option<Option<String>> {
        if self.has_parent && self.written.is_empty() && self.sure.is_empty() && self.maybe.is_empty() {
            return None;
        }
        let surest =
            [self.written, self.sure, self.maybe, self.own].into_iter().find(|names| !names.is_empty());
        let Some(surest) = surest else { return Some(None) };
        let first = surest.first().cloned();
        surest.iter().all(|name| Some(name) == first.as_ref()).then_some(first)
    }
}

/// Whether somebody stands right before the name at this byte who was not read: a character that is a surname, or what 和
/// joins to it.
fn has_unread_person(text: &str, at: usize, is_adjacent: bool, unknown: usize) -> bool {
    let Some(before) = text.get(..at) else { return false };
    let joins = unknown > 1 && before.ends_with(['和', '跟', '与', '及']);
    joins || is_adjacent && before.chars().next_back().is_some_and(|c| surname_chars(&[c]) > 0)
}

/// 家长姓名: what a form asks of the parent; 妈妈的孩子姓名 it is not.
fn is_form_label(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|label| label.starts_with("姓名") || label.starts_with("名字"))
        && text
            .get(..at)
            .is_some_and(|before| ends_with_any(before, &["家长", "监护人", "父亲", "母亲", "爸爸", "妈妈"]))
}

/// Whether a surname begins what is too long for one name, in which another surname follows.
fn begins_long(text: &str, at: usize) -> bool {
    let chars: SmallVec<[char; 5]> = text.get(at..).unwrap_or_default().chars().take(5).collect();
    let begins = |from: usize| chars.get(from..).is_some_and(|name| surname_chars(name) > 0);
    // 王老师班上 is one person.
    let is_titled = text
        .get(at..)
        .and_then(|t| t.chars().next())
        .is_some_and(|c| LEXICON.at(text, at + c.len_utf8()).is_some_and(|t| t.end - t.start > 3));
    !is_titled
        && chars.iter().all(|c| is_han(*c))
        && chars.len() >= 4
        && begins(0)
        && (begins(2) || begins(3))
}

/// 的女儿: whether a text begins with whose child somebody is.
fn is_child_of(text: &str) -> bool {
    const CHILDREN: &[&str] =
        &["女儿", "儿子", "孩子", "闺女", "小孩", "娃", "丫头", "孙子", "孙女", "外孙", "千金", "宝贝", "崽"];
    text.strip_prefix('的').is_some_and(|after| starts_with_any(after, CHILDREN))
}

/// Whether the writer tells of a child apart from themselves.
fn is_of_child(text: &str) -> bool {
    holds_any(text, phrases!["孩子", "儿子", "女儿", "闺女", "小孩", "我娃", "孙子", "孙女", "外孙", "宝贝"])
}

/// 跟王明一起, 和李想一个班: whom the child is with.
fn is_company(text: &str) -> bool {
    text.starts_with(['跟', '和', '与', '同'])
        && holds_any(text, phrases!["一起", "一个班", "同班", "一块", "一样", "邻居", "一道"])
}

/// Whether 是小名 or (小名) stands at this byte, and nothing else.
fn is_called_fond(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(['(', '是'])) else { return false };
    let from = text.len() - rest.len();
    LEXICON
        .at(text, from)
        .filter(|t| t.kind == Word::Fond)
        .is_some_and(|t| text.get(t.end..).is_some_and(|after| after.is_empty() || after.starts_with(')')))
}

/// 小满: all that is left beside a class, without a surname that we know.
pub(super) fn lone_name(rest: &str) -> Option<String> {
    let mut alone = None;
    for clause in rest.split(['，', '。']) {
        let clause = clause.trim_matches(['、', ' ', ':', '-', '的']);
        if clause.is_empty() || is_all_words(clause) {
            continue;
        }
        if alone.replace(clause).is_some() {
            return None;
        }
    }
    let alone =
        alone.filter(|alone| !holds_any(*alone, NO_NAMES) && !starts_with_any(alone, NO_NAME_BEGINS))?;
    let is_short = matches!(alone.chars().count(), 2 | 3);
    let is_plain = alone.chars().all(is_han);
    (is_short && is_plain && LEXICON.scan(alone).is_empty()).then(|| alone.to_owned())
}

/// Whether a clause is made of known words: 幼儿园.
fn is_all_words(clause: &str) -> bool {
    let mut at = 0;
    while let Some(token) = LEXICON.at(clause, at) {
        at = token.end;
    }
    at == clause.len()
}

/// 不参加, 没报: whether a negative and its verb begin a text.
fn denies_verb(text: &str) -> bool {
    const VERBS: [char; 14] =
        ['是', '参', '去', '来', '在', '报', '要', '想', '上', '用', '会', '能', '需', '留'];
    text.strip_prefix(['不', '没']).is_some_and(|verb| verb.starts_with(VERBS))
}

/// A run of characters shaped like a name, ending before the next known word.
pub(super) fn run_at(text: &str, at: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let chars: SmallVec<[char; 5]> =
        rest.chars().take(5).take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    let surname = surname_chars(&chars);
    // 周三 is no name.
    if surname == 0 || weekdays::group_at(text, at).is_some() {
        return None;
    }
    let mut end = at;
    let mut out = String::new();
    for (index, c) in chars.iter().enumerate() {
        let is_word = LEXICON
            .at(text, end)
            .is_some_and(|t| t.end - t.start > 3 || "的是在叫读上妈爸，了也".contains(*c));
        // 于洋|不是余洋.
        if index > surname
            && text.get(end..).is_some_and(|rest| rest.starts_with("就是") || denies_verb(rest))
        {
            break;
        }
        let is_long = LEXICON.at(text, end).is_some_and(|t| t.end - t.start > 3);
        if index > surname && is_word
            || index == surname && is_long
            || index >= surname && index < 2 && is_word && "的是在叫，了也".contains(*c)
        {
            break;
        }
        out.push(*c);
        end += c.len_utf8();
    }
    let length = out.chars().count();
    // 小明妈: whose mother it is, and no name.
    if starts_with_any(&out, NO_NAME_BEGINS) || out.ends_with(['妈', '爸']) {
        return None;
    }
    (length > surname && length <= surname + 2).then_some(out)
}
