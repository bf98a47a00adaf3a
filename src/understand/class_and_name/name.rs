//! The child's name beside its class, and what only looks like one.
//!
//! Start at [`name`].

use smallvec::SmallVec;

use super::super::clause::{self, Mood};
use super::super::weekdays;
use super::surnames::surname_chars;
use super::words::{LEXICON, Word};

/// The child's name: outer `None` when several fit.
///
/// - `is_alone`: no class was said.
#[expect(clippy::option_option, reason = "outer: not two names; inner: a name was said")]
pub(super) fn name(text: &str, is_alone: bool) -> Option<Option<String>> {
    let (mut sure, mut maybe, mut own): (Vec<String>, Vec<String>, Vec<String>) = (vec![], vec![], vec![]);
    for clause in clause::clauses(text) {
        if clause.mood == Mood::Asks || spells(clause.text) {
            continue;
        }
        let (mut at, mut unknown, mut unknown_end) = (0, 0, 0);
        let mut last = Word::Filler;
        let (kept_maybe, kept_own) = (maybe.len(), own.len());
        while let Some(c) = clause.text.get(at..).and_then(|t| t.chars().next()) {
            let run = run_at(clause.text, at);
            if let Some(token) = LEXICON.at(clause.text, at).filter(|t| {
                run.is_none()
                    || t.end - t.start > 3
                    || surname_chars(
                        &clause
                            .text
                            .get(at..)
                            .unwrap_or_default()
                            .chars()
                            .take(3)
                            .collect::<SmallVec<[char; 3]>>(),
                    ) == 0
            }) {
                // 妈妈叫卢芳: the parent's name.
                let names_parent = last == Word::Parent
                    && token.kind == Word::Introduces
                    && token.end - token.start == "叫".len();
                if !names_parent {
                    last = token.kind;
                }
                at = token.end;
                continue;
            }
            let spelt = spelt_name(clause.text, at);
            let Some((run, spelt)) = spelt.or_else(|| run.map(|run| (run, 0))) else {
                at += c.len_utf8();
                unknown += 1;
                unknown_end = at;
                continue;
            };
            let is_after_unknown = is_alone && unknown > 0 && unknown_end == at;
            // 不是余洋: a name that is denied.
            if clause.text.get(..at).is_some_and(|before| before.ends_with("不是")) {
                at += run.len();
                continue;
            }
            at += run.len() + spelt;
            // 班主任是王老师: somebody else's name.
            if run.ends_with("老师") || clause.text.get(at..).is_some_and(|t| t.starts_with("老师")) {
                continue;
            }
            let is_parents = LEXICON.at(clause.text, at).is_some_and(|t| t.kind == Word::Parent);
            match last {
                _ if is_parents => sure.push(run),
                Word::Fond => {}
                Word::Introduces => sure.push(run),
                Word::Myself | Word::Parent => own.push(run),
                // 群里接龙: what follows a character that we do not know is no name by itself.
                Word::Filler if is_after_unknown => {}
                Word::Filler => maybe.push(run),
            }
        }
        // 我跟他爸商量好了: among words that we do not know, what looks like a name need not be one.
        if unknown > 2 {
            maybe.truncate(kept_maybe);
            own.truncate(kept_own);
        }
    }
    for found in [sure, maybe, own] {
        let first = found.first().cloned();
        if let Some(first) = first {
            return found.iter().all(|n| *n == first).then_some(Some(first));
        }
    }
    Some(None)
}

/// 田甜，田地的田甜蜜的甜 and 石磊三个石头那个磊 without a comma: the name, and how many bytes after it only tell how it is
/// written.
fn spelt_name(text: &str, at: usize) -> Option<(String, usize)> {
    let chars: SmallVec<[char; 4]> = text.get(at..)?.chars().take(4).collect();
    let surname = surname_chars(&chars);
    if surname == 0 {
        return None;
    }
    [2, 1].into_iter().find_map(|given| {
        let name: SmallVec<[char; 4]> = chars.get(..surname + given)?.into();
        let from = at + name.iter().map(|c| c.len_utf8()).sum::<usize>();
        let mut rest = text.get(from..)?;
        // 孟凡|就是平凡的凡.
        if name.last() == Some(&'就') && rest.starts_with('是') {
            return None;
        }
        rest = rest.strip_prefix("就是").unwrap_or(rest);
        while let Some(after) = spelling(rest, &name) {
            rest = after;
        }
        let spelt = text.len() - from - rest.len();
        (spelt > 0).then(|| (name.iter().collect(), spelt))
    })
}

/// How long a word is that tells how a character is written.
const SPELLING_CHARS_MAX: usize = 5;

/// What follows 田地的田 or 三个石头那个磊, where it spells a character of this name.
fn spelling<'a>(text: &'a str, name: &[char]) -> Option<&'a str> {
    // 草头董, 三点水沈: the part, and the character that has it.
    let mut first = text.chars();
    if let (Some(_), Some(part), Some(spelt)) = (first.next(), first.next(), first.next())
        && "头旁底框".contains(part)
        && name.contains(&spelt)
    {
        return Some(first.as_str());
    }
    // 何是人可何: the character, and what it is made of.
    let mut parts = text.chars();
    if let Some(spelt) = parts.next().filter(|c| name.contains(c))
        && parts.next() == Some('是')
        && let Some((at, _)) = text.char_indices().skip(2).take(4).find(|(_, c)| *c == spelt)
    {
        return text.get(at + spelt.len_utf8()..);
    }
    let places: SmallVec<[usize; 6]> =
        text.char_indices().take(SPELLING_CHARS_MAX + 1).map(|(at, _)| at).collect();
    places.into_iter().skip(1).find_map(|at| {
        let (word, rest) = text.split_at(at);
        let link = ["那个", "这个", "的"].into_iter().find(|link| rest.starts_with(link))?;
        let after = rest.get(link.len()..)?;
        let spelt = after.chars().next().filter(|c| name.contains(c))?;
        // A word that holds the character, or a count of its parts.
        let tells = !word.contains('的') && word.contains(spelt)
            || word.starts_with(['一', '二', '两', '三', '四', '双']);
        let after = after.get(spelt.len_utf8()..)?;
        tells.then(|| after.trim_start_matches(['，', '、', '和']))
    })
}

/// 小满: all that is left beside a class, without a surname that we know.
pub(super) fn lone_name(rest: &str) -> Option<String> {
    let alone = rest.trim_matches(['，', '。', '、', ' ', ':', '-', '的']);
    let is_short = matches!(alone.chars().count(), 2 | 3);
    let is_plain = alone.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    (is_short && is_plain && LEXICON.scan(alone).is_empty()).then(|| alone.to_owned())
}

/// 石头的石, 三个石的磊: how a character is written, said by a word that holds it.
pub(super) fn spells(text: &str) -> bool {
    let mut backwards = text.chars().rev();
    let is_short = text.chars().count() <= 8;
    let (last, before) = (backwards.next(), backwards.next());
    let introduces = text.starts_with(['叫', '名', '姓', '是']);
    !introduces && is_short && before == Some('的') && last.is_some_and(|c| !"班人".contains(c))
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
            && text.get(end..).is_some_and(|rest| rest.starts_with("不是") || rest.starts_with("就是"))
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
    (length > surname && length <= surname + 2).then_some(out)
}
