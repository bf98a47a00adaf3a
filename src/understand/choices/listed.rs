//! Lists of numbers (列表): `1，6` and 一四五, before clauses are told apart.
//!
//! Start at [`listed`].

use std::borrow::Cow;

use smallvec::SmallVec;

use super::super::phrases::{Phrases, around, held, holds_any, phrases};
use super::super::{ChoiceOption, numerals};
use super::comment::named_in;
use super::mention::{Name, mention_at};

/// `1，6` is a list, not two clauses.
pub(super) fn listed(text: &str) -> Cow<'_, str> {
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

/// 一四五, and nothing else: one number each.
pub(super) fn spelt_out<'a>(text: &'a str, options: &[ChoiceOption]) -> Cow<'a, str> {
    let digits: Option<SmallVec<[u32; 8]>> = text.chars().map(numerals::digit).collect();
    let is_offered = |no: &u32| options.iter().any(|o| o.no == *no);
    match digits.filter(|d| d.len() > 1 && d.iter().all(is_offered) && d.is_sorted_by(|a, b| a < b)) {
        Some(digits) => Cow::Owned(digits.iter().map(u32::to_string).collect::<Vec<String>>().join("、")),
        None => Cow::Borrowed(text),
    }
}

/// 1和5，5不要了换成2: one is exchanged, the others stay.
pub(super) fn exchanged(text: &str) -> Option<String> {
    let exchanges = phrases!["不要了换成", "不要换成", "不报了换成", "不上了换成"];
    let word = held(text.into(), exchanges).find(|_| text.contains('，'))?;
    Some(text.replace(word, &word.replace("了换成", "换成").replace("换成", "，要")))
}

/// 1和4，哦不是4，是3: the one that is denied is exchanged, the others stay.
pub(super) fn exchanged_one(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Option<String> {
    if !holds_any(text, phrases!["不是"]) {
        return None;
    }
    let (before, denied) = text.rsplit_once("不是")?;
    let (gone, end) = mention_at(denied, 0, options, pieces)?;
    let gone = gone?;
    let meant =
        denied.get(end..)?.trim_start_matches(['，', '。', ' ', '而', '应', '该']).strip_prefix('是')?;
    let named = named_in(&listed(before), options, pieces);
    if named.len() <= gone.len() || !gone.is_subset(&named) {
        return None;
    }
    let list = before.trim_end_matches(['哦', '噢', '啊', '诶', '哎', '呀', '不', '对', '，', '。', ' ']);
    let kept: SmallVec<[String; 8]> = named.difference(&gone).map(u32::to_string).collect();
    let has_new = !named_in(meant, options, pieces).is_empty() && !list.is_empty();
    has_new.then(|| format!("{}，要{meant}", kept.join("、")))
}

/// Counting from the end.
const BACKWARD: &Phrases = phrases![
    "从最后面往前数",
    "从最后往前数",
    "从后面往前数",
    "从后边往前数",
    "从后头往前数",
    "从末尾往前数",
    "从尾巴往前数",
    "从后往前数",
    "从下面往上数",
    "从底下往上数",
    "从下往上数",
    "由后往前数",
    "由下往上数",
    "打后往前数",
    "打后面数",
    "从最后面数",
    "从最后数",
    "从后面数",
    "从后边数",
    "从后头数",
    "从末尾数",
    "从尾巴数",
    "从尾数",
    "从后数",
    "从底下数",
    "从下面数",
    "后往前数",
    "下往上数",
    "往回数",
    "倒着往前数",
    "倒过来数",
    "倒回来数",
    "反过来数",
    "反着数",
    "倒着数",
    "倒数",
];
/// Counting from the beginning.
const FORWARD: &Phrases = phrases![
    "从前面往后数",
    "从头往后数",
    "从前往后数",
    "从上面往下数",
    "从上往下数",
    "由上往下数",
    "由前往后数",
    "从前面数",
    "从上面数",
    "从头数",
    "正着数",
    "顺着数",
    "往下数",
];

/// 倒着数第三个, 从后往前数第二个: counted from the end, as 倒数 says it; 从前往后数第二个 is counted as ever.
pub(super) fn counted_from(text: &str) -> Cow<'_, str> {
    if !text.contains('数') {
        return Cow::Borrowed(text);
    }
    if let Some((before, after)) = around(text, BACKWARD).next() {
        let after = after.trim_start_matches(['，', ' ']);
        // 倒数两个, 倒着数前两个: the last two.
        let is_ordinal = after.starts_with('第');
        let few = after.strip_prefix(['前', '头', '后']).unwrap_or(after);
        let is_few = few.starts_with(|c: char| c.is_ascii_digit() || numerals::digit(c).is_some());
        return match (is_ordinal, is_few) {
            (true, _) => Cow::Owned(format!("{before}倒数{after}")),
            (false, true) => Cow::Owned(format!("{before}最后{few}")),
            (false, false) => Cow::Borrowed(text),
        };
    }
    let forward = around(text, FORWARD).next();
    match forward.filter(|(_, after)| after.starts_with(['第', '前'])) {
        Some((before, after)) => Cow::Owned(format!("{before}{after}")),
        None => Cow::Borrowed(text),
    }
}
