//! Phones (手机号): eleven digits, with or without marks and a country code.
//!
//! Start at [`without_phone_marks`].

use std::borrow::Cow;

/// Phones as eleven digits without marks; `None` when a long number is no mobile phone.
pub(super) fn without_phone_marks(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return spoken(text);
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

/// 一三八零零零零一一一一, 幺三八…: a phone in the words for its digits; `None` when there are too many or too few of them.
fn spoken(text: &str) -> Option<Cow<'_, str>> {
    const RUN_MIN: usize = 7;
    let digit = |c: char| match c {
        '幺' => Some(1),
        '〇' | '零' => Some(0),
        _ => "零一二三四五六七八九".chars().position(|d| d == c),
    };
    let run = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let length: usize =
            rest.chars().take_while(|c| digit(*c).is_some() || " -，".contains(*c)).map(char::len_utf8).sum();
        rest.get(..length).unwrap_or_default().trim_end_matches([' ', '-', '，'])
    };
    let starts = text.char_indices().filter(|(_, c)| matches!(c, '一' | '幺'));
    let Some((from, spoken)) = starts
        .map(|(at, _)| (at, run(at)))
        .find(|(_, run)| run.chars().filter(|c| digit(*c).is_some()).count() >= RUN_MIN)
    else {
        return Some(Cow::Borrowed(text));
    };
    let number: String = spoken.chars().filter_map(digit).map(|d| d.to_string()).collect();
    let (before, after) = (text.get(..from)?, text.get(from + spoken.len()..)?);
    (number.len() == 11 && number.starts_with('1')).then(|| Cow::Owned([before, &number, after].concat()))
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
