//! A class as schools write it: 3班, 三年级3班, 三(3), 303班, 三3班, 大二班.
//!
//! Lists every class that the words can mean, keeps those that the school has and that agree with the column 年级,
//! and refuses when more than one is left. Start at [`parse`].

use std::collections::BTreeSet;

use crate::domain::people::{ClassId, Grade};

/// Why a class cannot be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotAClass {
    /// The words are no class at all.
    Unreadable,
    /// The school has no such class.
    Unknown,
    /// They can mean any of these.
    Ambiguous(Vec<ClassId>),
    /// 年级 says another grade.
    OtherGrade,
    /// Only the number within the grade is there, and no grade.
    NoGrade,
}

/// Reads `class` with the help of `grade`, both squeezed; `known` are the school's classes.
pub(super) fn parse(grade: &str, class: &str, known: &[ClassId]) -> Result<ClassId, NotAClass> {
    let stated =
        if grade.is_empty() { None } else { Some(Grade::parse(grade).ok_or(NotAClass::Unreadable)?) };
    let readings = readings(class);
    if readings.is_empty() {
        return Err(NotAClass::Unreadable);
    }
    let complete = |(grade, number): &(Option<Grade>, u8)| {
        grade.or(stated).map(|grade| ClassId { grade, number: *number })
    };
    let classes: BTreeSet<ClassId> = readings.iter().filter_map(complete).collect();
    if classes.is_empty() {
        return Err(NotAClass::NoGrade);
    }
    let agrees = |class: &ClassId| stated.is_none_or(|grade| grade == class.grade);
    let fitting: Vec<ClassId> =
        classes.iter().copied().filter(|class| agrees(class) && known.contains(class)).collect();
    match fitting.as_slice() {
        [class] => Ok(*class),
        [] if classes.iter().any(|class| known.contains(class)) => Err(NotAClass::OtherGrade),
        [] => Err(NotAClass::Unknown),
        _ => Err(NotAClass::Ambiguous(fitting)),
    }
}

/// Everything that the words can mean: a grade, where they name one, and a number within it.
fn readings(class: &str) -> Vec<(Option<Grade>, u8)> {
    let class = class.strip_suffix('班').unwrap_or(class);
    let is_break = |letter: char| "()[]【】.-_".contains(letter);
    let parts: Vec<&str> = class.split(is_break).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [only] => number(only).map(|number| (None, number)).into_iter().chain(joined(only)).collect(),
        // 三(3), 三年级(3), 3.3, 大(2): the break itself parts the grade from the number.
        [grade, rest] => {
            let both = grade_word(grade).zip(number(rest));
            both.map(|(grade, number)| (Some(grade), number)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// 三年级3, 三3, 303, 初一3, 大二: grade and number without a break, split at each place that makes sense.
fn joined(text: &str) -> Vec<(Option<Grade>, u8)> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let splits = text.char_indices().skip(1).filter_map(|(at, _)| Some((text.get(..at)?, text.get(at..)?)));
    // 303 is grade 3, class 03; 33 and 1203 could be anything.
    let sensible = splits.filter(|(grade, rest)| {
        !(is_digits(grade) && is_digits(rest)) || (grade.len() == 1 && rest.len() == 2)
    });
    let both = sensible.filter_map(|(grade, rest)| grade_word(grade).zip(number(rest)));
    both.map(|(grade, number)| (Some(grade), number)).collect()
}

fn grade_word(text: &str) -> Option<Grade> {
    match text {
        "小" => Some(Grade::Kindergarten(1)),
        "中" => Some(Grade::Kindergarten(2)),
        "大" => Some(Grade::Kindergarten(3)),
        _ => Grade::parse(text),
    }
}

/// A number from 1 to 99 in digits or in Chinese; 第 and a leading zero are allowed.
fn number(text: &str) -> Option<u8> {
    let text = text.strip_prefix('第').unwrap_or(text);
    let digit =
        |letter: char| "一二三四五六七八九".chars().position(|other| other == letter).map(|at| at + 1);
    if !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().filter(|number| *number > 0);
    }
    let letters: Vec<char> = text.chars().collect();
    let value = match letters.as_slice() {
        ['十'] => 10,
        ['十', ones] => 10 + digit(*ones)?,
        [tens, '十'] => 10 * digit(*tens)?,
        [tens, '十', ones] => 10 * digit(*tens)? + digit(*ones)?,
        [one] => digit(*one)?,
        _ => return None,
    };
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(grade: u8, number: u8) -> ClassId {
        ClassId { grade: Grade::School(grade), number }
    }

    /// Six grades of twelve classes.
    fn school() -> Vec<ClassId> {
        (1..=6).flat_map(|grade| (1..=12).map(move |number| class(grade, number))).collect()
    }

    #[test]
    fn a_class_is_read_as_schools_write_it() {
        for (grade, text) in [
            ("三年级", "3班"),
            ("三年级", "3"),
            ("3", "三班"),
            ("", "三年级3班"),
            ("", "三年级三班"),
            ("", "三(3)"),
            ("", "三(3)班"),
            ("", "三年级(3)班"),
            ("", "三3班"),
            ("", "三三班"),
            ("", "303班"),
            ("", "303"),
            ("三年级", "303"),
            ("", "3.3"),
            ("", "3-3班"),
            ("", "3年级03班"),
            ("三年级", "三(3)班"),
            ("三年级", "第3班"),
        ] {
            assert_eq!(parse(grade, text, &school()), Ok(class(3, 3)), "{grade} {text}");
        }
        for text in ["三年级12班", "三年级十二班", "312", "三(12)"] {
            assert_eq!(parse("", text, &school()), Ok(class(3, 12)), "{text}");
        }
    }

    #[test]
    fn kindergartens_and_junior_schools_have_their_own_words() {
        let kindergarten: Vec<ClassId> =
            (1..=3).map(|number| ClassId { grade: Grade::Kindergarten(3), number }).collect();
        for text in ["大二班", "大2班", "大(2)班", "大班2班"] {
            assert_eq!(parse("", text, &kindergarten), Ok(kindergarten[1]), "{text}");
        }
        assert_eq!(parse("大班", "2班", &kindergarten), Ok(kindergarten[1]));
        assert_eq!(parse("", "初一(3)班", &[class(7, 3)]), Ok(class(7, 3)));
        assert_eq!(parse("初一", "703", &[class(7, 3)]), Ok(class(7, 3)));
    }

    #[test]
    fn a_class_that_is_not_certain_is_refused() {
        let twenty: Vec<ClassId> = (1..=2).flat_map(|grade| (1..=21).map(move |n| class(grade, n))).collect();
        for (grade, text, known, want) in [
            ("", "3班", school(), NotAClass::NoGrade),
            ("二年级", "二十一班", twenty, NotAClass::Ambiguous(vec![class(2, 11), class(2, 21)])),
            ("四年级", "三(3)班", school(), NotAClass::OtherGrade),
            ("三年级", "13班", school(), NotAClass::Unknown),
            ("", "33班", school(), NotAClass::NoGrade),
            ("三年级", "33班", school(), NotAClass::Unknown),
            ("三年级", "向阳班", school(), NotAClass::Unreadable),
            ("2024级", "3班", school(), NotAClass::Unreadable),
            ("", "", school(), NotAClass::Unreadable),
            ("", "七年级3班", school(), NotAClass::Unknown),
        ] {
            assert_eq!(parse(grade, text, &known), Err(want), "{grade} {text}");
        }
    }
}
