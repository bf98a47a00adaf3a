//! Choices (选择): some of several options, such as activities, by number, name or an everyday word.
//!
//! A mention is a number, an option's name or a telling part of it, or a word of a `TOPICS` row that exactly one
//! option covers. Negatives and exclusions work as for weekdays. Start at [`read`].

mod comment;
mod listed;
mod mention;
mod named;
mod topics;
mod words;

use std::borrow::Cow;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::few::Few;
use super::{Answer, ChoiceOption, Choices, Value};
use comment::{
    counts_some, has_reason_against, is_past, is_reason, leaves_it, named_in, names_one, only_refuses,
    says_choice, unknown,
};
use listed::{counted_from, exchanged, listed, spelt_out};
pub(super) use mention::{Name, Names};
use mention::{covered, mention_at, pieces};
use named::add;
use words::{LEXICON, Word};

type Set = Few<u32>;
/// Options that a clause names, each wanted, ruled out, or neither yet.
type Mentions = SmallVec<[(Set, Option<bool>); 4]>;

#[derive(Default)]
struct Said {
    wanted: Set,
    refused: Set,
    all: bool,
    any: bool,
    nothing: bool,
    rest: Option<bool>,
    /// Wanted only by being named, without a verb.
    bare: Set,
    /// What the last clause that names any names, if it says something of it too.
    topic: Set,
}

/// What options are called, each with its number.
pub(super) fn names(options: &[ChoiceOption]) -> Names<'_> {
    pieces(options)
}

/// The byte after the option that is named at this byte.
pub(super) fn mention_end(
    text: &str,
    at: usize,
    pieces: &[Name<'_>],
    options: &[ChoiceOption],
) -> Option<usize> {
    mention_at(text, at, options, pieces).map(|(_, end)| end)
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "which of these?".
pub(super) fn read(text: &str, options: &[ChoiceOption], choices_max: Option<usize>) -> Answer {
    let pieces = pieces(options);
    let text = LEXICON.repair(text);
    let exchanged = exchanged(&text);
    let text = exchanged.as_deref().unwrap_or_else(|| clause::rather(clause::corrected(&text)));
    let counted = counted_from(text);
    let spelt = spelt_out(&counted, options);
    let text = if exchanged.is_some() { Cow::Borrowed(spelt.as_ref()) } else { listed(&spelt) };
    let mut said = Said::default();
    let clauses = clause::clauses(&text);
    let unknown: SmallVec<[usize; 6]> = clauses.iter().map(|c| unknown(c.text, options, &pieces)).collect();
    let is_named = clauses
        .iter()
        .zip(&unknown)
        .any(|(c, unknown)| c.mood != Mood::Asks && *unknown == 0 && names_one(c.text, options, &pieces));
    for (clause, unknown) in clauses.iter().zip(unknown) {
        // 围棋初学者可以吗 asks about it; 篮球，合唱老师太严 comments on it.
        let is_comment = is_named && unknown > 2 && !says_choice(clause.text);
        if is_comment {
            said.topic = named_in(clause.text, options, &pieces);
        }
        if (clause.mood == Mood::Requests && unknown > 1) || is_comment {
            continue;
        }
        if is_named && is_reason(clause.text) {
            continue;
        }
        if leaves_it(clause.text) {
            said.any = true;
            continue;
        }
        if clause.mood == Mood::Asks && !clause.text.contains("看着") {
            continue;
        }
        if only_refuses(clause.text) {
            if said.refuse_topic() {
                continue;
            }
            // 报合唱，不用报.
            if !said.wanted.is_empty() {
                return Answer::Unclear;
            }
        }
        let named = named_in(clause.text, options, &pieces);
        if !named.is_empty() {
            said.topic = if unknown > 0 || has_reason_against(clause.text) { named } else { Set::new() };
        }
        // 编程他上过了: what was done before is not asked for now.
        if is_past(clause.text) {
            continue;
        }
        let text = clause.text;
        let counts = text.char_indices().any(|(at, _)| counts_some(text, at, options.len()));
        if counts || add(&mut said, text, options, &pieces).is_none() {
            return Answer::Unclear;
        }
    }
    match conclude(said, options) {
        Some(Choices::These(numbers)) if choices_max.is_some_and(|max| numbers.len() > max) => {
            Answer::Unclear
        }
        Some(choices) => Answer::Value(Value::Choices(choices)),
        None => Answer::Unclear,
    }
}

impl Said {
    /// 作业回家写，不用报: refuses what the clause before spoke of, or else all that was only named; `false` where there
    /// is neither.
    fn refuse_topic(&mut self) -> bool {
        let topic = std::mem::take(&mut self.topic);
        let refused = if topic.is_empty() { std::mem::take(&mut self.bare) } else { topic };
        if refused.is_empty() {
            return !self.refused.is_empty();
        }
        self.bare.retain(|no| !refused.contains(no));
        self.wanted.retain(|no| !refused.contains(no));
        self.refused.extend(refused);
        true
    }
}

/// What an everyday word that fits several options may mean: each of them.
pub(super) fn near(text: &str, options: &[ChoiceOption]) -> Vec<Value> {
    let fitting = LEXICON.tokens(text).find_map(|token| {
        let Word::Topic(index) = token.kind else { return None };
        let set = covered(index, options, text.get(token.start..token.end)?);
        (set.len() > 1).then_some(set)
    });
    let each = fitting.into_iter().flat_map(Set::into_iter);
    each.map(|no| Value::Choices(Choices::These(vec![no]))).collect()
}

fn conclude(said: Said, options: &[ChoiceOption]) -> Option<Choices> {
    let everything: Set = options.iter().map(|o| o.no).collect();
    if !said.wanted.is_disjoint(&said.refused) {
        return None;
    }
    let others = || everything.difference(&said.refused).copied().collect::<Vec<u32>>();
    match said.rest {
        Some(true) if !said.refused.is_empty() => return Some(Choices::These(others())),
        Some(true) if said.any => return None,
        Some(true) if said.wanted.is_empty() => return None,
        Some(true) => return None,
        _ => {}
    }
    if said.nothing {
        return said.wanted.is_empty().then(|| Choices::These(Vec::new()));
    }
    if !said.wanted.is_empty() {
        return (!said.all || said.rest == Some(false) || said.wanted == everything)
            .then(|| Choices::These(said.wanted.into_iter().collect()));
    }
    if said.all {
        return Some(if said.any { Choices::Any } else { Choices::These(others()) });
    }
    (said.any && said.refused.is_empty()).then_some(Choices::Any)
}
