//! Lists of numbers (列表): `1，6` and 一四五, before clauses are told apart.
//!
//! Start at [`listed`].

use std::borrow::Cow;

use smallvec::SmallVec;

use super::super::{ChoiceOption, numerals};

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
    let exchanges = ["不要了换成", "不要换成", "不报了换成", "不上了换成"];
    let word = exchanges.iter().find(|word| text.contains('，') && text.contains(**word))?;
    Some(text.replace(word, &word.replace("了换成", "换成").replace("换成", "，要")))
}
