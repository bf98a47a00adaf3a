//! Choices (选择): some of several options, such as activities, by number, name or an everyday word.
//!
//! A mention is a number, an option's name or a telling part of it, or a word of a `TOPICS` row that exactly one
//! option covers. Negatives and exclusions work as for weekdays. Start at [`read`].

mod comment;
mod mention;
mod words;

use std::borrow::Cow;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::few::Few;
use super::{Answer, ChoiceOption, Choices, Value, numerals, weekdays};
use comment::{names_one, says_choice, unknown};
pub(super) use mention::{Name, Names};
use mention::{covered, mention_at, pieces};
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
    let text = clause::corrected(&text);
    let spelt = spelt_out(text, options);
    let text = listed(&spelt);
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
        if (clause.mood == Mood::Requests && unknown > 1) || is_comment {
            continue;
        }
        // 哪个有名额就上哪个: whichever, not which.
        if clause
            .text
            .split_once('就')
            .is_some_and(|(before, after)| before.contains('哪') && after.contains('哪'))
        {
            said.any = true;
            continue;
        }
        if clause.mood == Mood::Asks && !clause.text.contains("看着") {
            continue;
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

/// 一四五, and nothing else: one number each.
fn spelt_out<'a>(text: &'a str, options: &[ChoiceOption]) -> Cow<'a, str> {
    let digits: Option<SmallVec<[u32; 8]>> = text.chars().map(numerals::digit).collect();
    let is_offered = |no: &u32| options.iter().any(|o| o.no == *no);
    match digits.filter(|d| d.len() > 1 && d.iter().all(is_offered) && d.is_sorted_by(|a, b| a < b)) {
        Some(digits) => Cow::Owned(digits.iter().map(u32::to_string).collect::<Vec<String>>().join("、")),
        None => Cow::Borrowed(text),
    }
}

/// `1，6` is a list, not two clauses.
fn listed(text: &str) -> Cow<'_, str> {
    if !text.contains(['，', '。', '.']) {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| {
        i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_ascii_digit() || numerals::digit(*c).is_some())
    };
    chars
        .iter()
        .enumerate()
        .map(
            |(i, c)| {
                if "，。.".contains(*c) && digit(i.checked_sub(1)) && digit(Some(i + 1)) {
                    '、'
                } else {
                    *c
                }
            },
        )
        .collect()
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

/// Adds one clause; `None` when something in it fits several options or none.
fn add(said: &mut Said, text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Option<()> {
    let (mut nots, mut excepts, mut rest, mut verb_since, mut each) =
        (false, false, None::<bool>, false, false);
    let mut mentions: Mentions = Mentions::new();
    let (mut at, mut last_end, mut verb_seen) = (0, 0, false);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some((set, end)) = mention_at(text, at, options, pieces) {
            // 不爱运动: a word that fits several rules all of them out.
            let set = match set {
                Some(set) => set,
                None if nots => LEXICON.at(text, at).and_then(|t| {
                    if let Word::Topic(index) = t.kind {
                        Some(covered(index, options, text.get(at..t.end).unwrap_or_default()))
                    } else {
                        None
                    }
                })?,
                None => return None,
            };
            let is_joined = ["和", "跟", "、", "与", "及", "还有", "以及"]
                .contains(&text.get(last_end..at).unwrap_or_default());
            last_end = end;
            match mentions.last_mut() {
                Some((previous, polarity)) if !nots && (is_joined || (!verb_since && polarity.is_none())) => {
                    previous.extend(set);
                }
                _ => mentions.push((set, nots.then_some(false))),
            }
            (at, nots, verb_since) = (end, false, false);
            continue;
        }
        let Some(token) = LEXICON.at(text, at) else {
            at = weekdays::group_at(text, at).map_or(at + c.len_utf8(), |group| group.end);
            continue;
        };
        at = token.end;
        match token.kind {
            Word::Open | Word::If => return None,
            Word::Or => return mentions.is_empty().then_some(()),
            Word::Any => said.any = true,
            Word::All => said.all = true,
            Word::Each => each = true,
            // 除了画画都不要: of the rest, nothing.
            Word::Nothing if excepts => rest = Some(false),
            Word::Nothing => said.nothing = true,
            Word::Except => excepts = true,
            Word::Rest => rest = Some(true),
            Word::Not if rest == Some(true) || excepts && each => rest = Some(false),
            Word::Not => match mentions.last_mut() {
                Some((_, polarity @ None))
                    if !excepts && !verb_since && !refuses_next(text, at, token.start, options, pieces) =>
                {
                    *polarity = Some(false);
                    verb_since = true;
                }
                _ => nots = true,
            },
            Word::Verb => {
                verb_seen = true;
                if let Some((_, polarity @ None)) = mentions.last_mut().filter(|_| !excepts) {
                    let follows_not = LEXICON.at(text, at).is_some_and(|t| t.kind == Word::Not);
                    if !follows_not {
                        *polarity = (!nots && token_is_final(text, at)).then_some(true);
                    }
                    verb_since = !follows_not;
                }
            }
            Word::Topic(_) | Word::First | Word::Last | Word::Other => {}
        }
    }
    let heard = Heard { nots, excepts, each, verb_seen, rest };
    tell(said, mentions, &heard, text);
    Some(())
}

/// Whether a clause only tells what a child has done before: 学过两年了, but not 学过，还想学 in one breath.
fn is_past(text: &str) -> bool {
    const DONE: [&str; 12] =
        ["上过", "学过", "报过", "选过", "玩过", "练过", "参加过", "踢过", "打过", "画过", "跳过", "唱过"];
    let after = DONE.iter().filter_map(|word| text.split_once(word)).map(|(_, after)| after).next_back();
    after.is_some_and(|after| {
        !LEXICON.scan(after).iter().any(|t| matches!(t.kind, Word::Verb | Word::Not | Word::Rest | Word::All))
    })
}

/// 3个都行: any three, which does not say which.
fn counts_some(text: &str, at: usize, all: usize) -> bool {
    let is_inside = text.get(..at).is_some_and(|t| t.ends_with(['第', '前', '后', '这', '那']));
    let Some((count, end)) = numerals::number_at(text, at).filter(|_| !is_inside) else { return false };
    let measured = text.get(end..).and_then(|t| t.strip_prefix(['个', '项', '门', '种']));
    measured.is_some_and(|t| t.starts_with("都行") || t.starts_with("都可以"))
        && usize::try_from(count) != Ok(all)
}

/// What a clause has said besides its mentions.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that changes what the mentions mean"
)]
struct Heard {
    nots: bool,
    excepts: bool,
    each: bool,
    verb_seen: bool,
    rest: Option<bool>,
}

/// Adds the mentions of a clause, wanted or ruled out, to what is said.
fn tell(said: &mut Said, mentions: Mentions, heard: &Heard, text: &str) {
    let Heard { nots, excepts, each, verb_seen, mut rest } = *heard;
    if excepts && !mentions.is_empty() {
        rest = rest.or(Some(true));
    }
    // 没有他喜欢的: nothing on offer that he likes.
    let lacks = verb_seen && text.ends_with('的');
    let is_whole =
        ["不选", "不报", "不参加"].contains(&text.trim_end_matches(['了', '吧', '啊', '哈', '的']));
    if nots && mentions.is_empty() && (each || said.all || lacks || is_whole) {
        said.nothing = true;
        said.all = false;
    }
    let is_all_of = said.all && !mentions.is_empty() && !excepts && rest.is_none();
    for (set, polarity) in mentions {
        if polarity == Some(false) || (excepts && rest != Some(false)) {
            said.refused.extend(set);
        } else {
            said.wanted.extend(set);
        }
    }
    // 画画和阅读都要: all of those named.
    said.all &= !is_all_of;
    said.rest = rest.or(said.rest);
}

/// 打篮球不要踢足球: a refusing verb right before an option refuses that one, unless the option has a verb of its own
/// (篮球不要足球要).
fn refuses_next(text: &str, at: usize, start: usize, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    let word = text.get(start..at).unwrap_or_default();
    if word.chars().count() < 2 && word != "别" {
        return false;
    }
    let Some((_, end)) = mention_at(text, at, options, pieces) else { return false };
    !LEXICON.at(text, end).is_some_and(|t| matches!(t.kind, Word::Verb | Word::Not))
}

fn token_is_final(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(str::is_empty)
}
