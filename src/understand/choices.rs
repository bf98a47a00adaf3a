//! Choices (选择): some of several options, such as activities, by number, name or an everyday word.
//!
//! A mention is a number, an option's name or a telling part of it, or a word of a `TOPICS` row that exactly one
//! option covers. Negatives and exclusions work as for weekdays. Start at [`read`].

mod comment;
mod listed;
mod mention;
mod named;
mod topics;
mod weighed;
mod words;

use std::borrow::Cow;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::few::Few;
use super::phrases::starts_with_any;
use super::{Answer, ChoiceOption, Choices, Value};
use comment::{
    counts_some, has_reason_against, is_of_others, is_past, is_reason, leaves_it, named_in, names_one,
    only_refuses, says_choice, tells_how_long, unknown,
};
use listed::{counted_from, exchanged, exchanged_one, listed, spelt_out};
pub(super) use mention::{Name, Names};
use mention::{covered, mention_at, pieces};
use named::add;
use weighed::{Wishes, count_chosen, keeps_open, lists_unknown, wishes, without_standard};
use words::{LEXICON, Word};

type Set = Few<u32>;
/// Options that a clause names, each wanted, ruled out, or neither yet.
type Mentions = SmallVec<[(Set, Option<bool>); 4]>;

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is said by itself, or is not")]
struct Said {
    wanted: Set,
    refused: Set,
    all: bool,
    any: bool,
    /// 选不来: nothing is chosen, unless the school is to choose.
    undecided: bool,
    nothing: bool,
    /// Kinds that were named, each to be made out by one of its options.
    kinds: SmallVec<[Set; 2]>,
    rest: Option<bool>,
    /// Wanted only by being named, without a verb.
    bare: Set,
    /// What the last clause that names any names, if it says something of it too.
    topic: Set,
}

/// What a clause begins with that takes another option instead.
const CHANGING: [&str; 8] =
    ["换", "想换", "这学期换", "这次换", "今年换", "现在想换", "这学期想换", "今年想换"];

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
    if keeps_open(&text, options, &pieces) {
        return Answer::Unclear;
    }
    let Some(text) = without_standard(&text, options, &pieces) else { return Answer::Unclear };
    let text = match wishes(&text, options, &pieces) {
        Wishes::Agree => text,
        Wishes::Differ => return Answer::Unclear,
        Wishes::Decided(last) => Cow::Owned(last.to_owned()),
    };
    let exchanged = exchanged(&text).or_else(|| exchanged_one(&text, options, &pieces));
    let text = exchanged.as_deref().unwrap_or_else(|| clause::rather(clause::corrected(&text)));
    let counted = counted_from(text);
    let spelt = spelt_out(&counted, options);
    let text = if exchanged.is_some() { Cow::Borrowed(spelt.as_ref()) } else { listed(&spelt) };
    if lists_unknown(&text, options, &pieces) {
        return Answer::Unclear;
    }
    let chosen_max = count_chosen(&text, options, &pieces).into_iter().chain(choices_max).min();
    match told(&text, options, &pieces).and_then(|said| conclude(said, options)) {
        Some(Choices::These(numbers)) if chosen_max.is_some_and(|max| numbers.len() > max) => Answer::Unclear,
        Some(choices) => Answer::Value(Value::Choices(choices)),
        None => Answer::Unclear,
    }
}

/// What the clauses of a reply say, one after another; `None` where one of them cannot be read.
fn told(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Option<Said> {
    let mut said = Said::default();
    let clauses = clause::clauses(text);
    let unknown: SmallVec<[usize; 6]> = clauses.iter().map(|c| unknown(c.text, options, pieces)).collect();
    let is_named = clauses
        .iter()
        .zip(&unknown)
        .any(|(c, unknown)| c.mood != Mood::Asks && *unknown == 0 && names_one(c.text, options, pieces));
    let others: SmallVec<[bool; 6]> = clauses.iter().map(|c| is_of_others(c.text)).collect();
    let names = |c: &clause::Clause| names_one(c.text, options, pieces);
    let has_own = others.contains(&true) && clauses.iter().zip(&others).any(|(c, other)| !other && names(c));
    let changes = clauses.iter().any(|c| starts_with_any(c.text, &CHANGING) && says_choice(c.text));
    for ((clause, unknown), of_others) in clauses.iter().zip(unknown).zip(others) {
        // 爷爷会武术，让他学围棋.
        if of_others && has_own {
            continue;
        }
        // 围棋初学者可以吗 asks about it; 篮球，合唱老师太严 comments on it.
        let is_comment = is_named && unknown > 2 && !says_choice(clause.text);
        if is_comment {
            said.topic = named_in(clause.text, options, pieces);
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
                return None;
            }
        }
        let topic = named_in(clause.text, options, pieces);
        if !topic.is_empty() {
            said.topic = if unknown > 0 || has_reason_against(clause.text) { topic } else { Set::new() };
        }
        // 编程他上过了: what was done before is not asked for now.
        if is_past(clause.text) || changes && tells_how_long(clause.text) {
            continue;
        }
        let text = clause.text;
        let counts = text.char_indices().any(|(at, _)| counts_some(text, at, options.len()));
        if counts {
            return None;
        }
        add(&mut said, text, options, pieces)?;
    }
    Some(said)
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
    if said.kinds.iter().any(|kind| kind.is_disjoint(&said.wanted)) {
        return None;
    }
    if said.undecided && (!said.any || !said.wanted.is_empty()) {
        return None;
    }
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
