//! The child's name beside its class, and what only looks like one.
//!
//! Start at [`name`].

use smallvec::SmallVec;

use super::super::clause::{self, Mood};
use super::{LEXICON, Word, surname_chars};

/// The child's name: outer `None` when several fit.
#[expect(clippy::option_option, reason = "outer: not two names; inner: a name was said")]
pub(super) fn name(text: &str) -> Option<Option<String>> {
    let (mut sure, mut maybe, mut own): (Vec<String>, Vec<String>, Vec<String>) = (vec![], vec![], vec![]);
    for clause in clause::clauses(text) {
        if clause.mood == Mood::Asks || spells(clause.text) {
            continue;
        }
        let (mut at, mut unknown) = (0, 0);
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
                last = token.kind;
                at = token.end;
                continue;
            }
            let Some(run) = run else {
                at += c.len_utf8();
                unknown += 1;
                continue;
            };
            at += run.len();
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
    is_short && before == Some('的') && last.is_some_and(|c| !"班人".contains(c))
}

/// A run of characters shaped like a name, ending before the next known word.
pub(super) fn run_at(text: &str, at: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let chars: SmallVec<[char; 5]> =
        rest.chars().take(5).take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    let surname = surname_chars(&chars);
    if surname == 0 {
        return None;
    }
    let mut end = at;
    let mut out = String::new();
    for (index, c) in chars.iter().enumerate() {
        let is_word = LEXICON
            .at(text, end)
            .is_some_and(|t| t.end - t.start > 3 || "的是在叫读上妈爸，了也".contains(*c));
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
