//! Phones (手机号): eleven digits, with or without marks and a country code.
//!
//! Start at [`without_phone_marks`].

use std::borrow::Cow;

/// Phones as eleven digits without marks; `None` when a long number is no mobile phone.
pub(super) fn without_phone_marks(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Some(Cow::Borrowed(text));
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    for (index, c) in chars.iter().enumerate() {
        let is_mark = "- .()".contains(*c) && index > 0 && digit(index - 1) && digit(index + 1);
        if !is_mark {
            out.push(*c);
        }
    }
    let mut out = out.replace("+86", "");
    // 粤b12345: the number of a car is no phone.
    let is_plate = |run: &str| {
        out.split_once(run).is_some_and(|(before, _)| before.ends_with(|c: char| c.is_ascii_alphabetic()))
    };
    let runs: Vec<String> = out
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() >= 5 && !is_plate(run))
        .map(str::to_owned)
        .collect();
    for run in runs {
        let number = run
            .strip_prefix("0086")
            .or_else(|| run.strip_prefix("86").filter(|n| n.len() == 11))
            .unwrap_or(&run)
            .to_owned();
        if number.len() != 11 || !number.starts_with('1') {
            return None;
        }
        out = out.replace(&run, &number);
    }
    Some(Cow::Owned(out))
}

/// The phone that starts at this byte.
pub(super) fn phone_at(text: &str, at: usize) -> Option<String> {
    let digits: String = text.get(at..)?.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 11).then_some(digits)
}

/// The byte where a phone stands in a text.
pub(super) fn phone_in(text: &str) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).find(|at| phone_at(text, *at).is_some())
}
