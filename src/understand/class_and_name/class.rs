//! One class (班级): `二年级三班`, `2(3)班`, `203班`, `初一3班`, `大班`, `grade 6 class 5`.
//!
//! Start at [`class_at`].

use super::super::lexicon::sound_of;
use super::super::{Stage, numerals};

/// A class that starts at this byte: its grade, its number, and the byte after it.
///
/// - `stage`: which grades a bare number can mean; `None` when only spelled-out classes count.
pub(in crate::understand) fn class_at(
    text: &str,
    at: usize,
    stage: Option<Stage>,
) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    if text.get(..at)?.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(found) =
        named_grade(text, at, stage).or_else(|| english_class(text, at, stage)).or_else(|| labelled(text, at))
    {
        return Some(found);
    }
    if let Some((class, end)) = rest.strip_prefix('(').and_then(|_| closed_class(text, at + 1)) {
        return Some((None, Some(class), end));
    }
    let (number, end) = numerals::number_at(text, at)?;
    let tail = text.get(end..)?;
    if let Some(word) = grade_word(tail) {
        let (class, end) = class_number(text, end + word);
        return Some((Some(grade_of(number, stage)), class, end));
    }
    if let Some((class, end)) =
        tail.strip_prefix('年').and_then(|_| spelled_class(text, end + '年'.len_utf8()))
    {
        return Some((Some(grade_of(number, stage)), Some(class), end));
    }
    if tail.starts_with(['(', '.', '·', '-', ' ', '/', '_', '、'])
        || !rest.starts_with(|c: char| c.is_ascii_digit()) && tail.starts_with(|c: char| c.is_ascii_digit())
    {
        let skip = tail.chars().next().filter(|c| !c.is_ascii_digit()).map_or(0, char::len_utf8);
        if let Some((class, class_end)) = numerals::number_at(text, end + skip) {
            let after = text.get(class_end..)?;
            let closed = after.strip_prefix(')').unwrap_or(after);
            let has_word = closed.starts_with('班');
            let is_mixed =
                stage.is_some() && skip == 0 && !closed.starts_with(['点', '月', '年', '号', '岁']);
            let is_pair = tail.starts_with('(')
                || has_word
                || is_mixed
                || (stage.is_some() && tail.starts_with(['-', '.', '·', '/']));
            if is_pair && number <= 12 {
                let end = text.len() - closed.len() + if has_word { '班'.len_utf8() } else { 0 };
                return Some((Some(grade_of(number, stage)), u8::try_from(class).ok(), end));
            }
        }
    }
    // 502 马跃: three digits by themselves, where a class is asked for.
    let is_alone = stage.is_some()
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && end - at == 3
        && !tail.starts_with(|c: char| c.is_ascii_alphanumeric() || "班号室楼元点:.-座".contains(c));
    if is_alone && (1..=20).contains(&(number % 100)) {
        return Some((Some(grade_of(number / 100, stage)), u8::try_from(number % 100).ok(), end));
    }
    let digit_words = rest.chars().take_while(|c| numerals::digit(*c).is_some()).count();
    if tail.starts_with('班') && !tail.starts_with("班级") {
        let end = end + '班'.len_utf8();
        return Some(match number {
            100..=1299 => (Some(grade_of(number / 100, stage)), u8::try_from(number % 100).ok(), end),
            11..=99 if digit_words == 2 => {
                (Some(grade_of(number / 10, stage)), u8::try_from(number % 10).ok(), end)
            }
            _ => (None, u8::try_from(number).ok(), end),
        });
    }
    None
}

/// (2)班: the number in brackets, and the word after them.
fn closed_class(text: &str, at: usize) -> Option<(u8, usize)> {
    let (number, end) = numerals::number_at(text, at)?;
    text.get(end..)?.strip_prefix(")班")?;
    u8::try_from(number).ok().map(|class| (class, end + ")班".len()))
}

/// The length of 年级, also where its second character only sounds so (年纪, 年机) or its first is written twice.
fn grade_word(tail: &str) -> Option<usize> {
    let once = tail.strip_prefix('年')?;
    let rest = once.strip_prefix('年').unwrap_or(once);
    let c = rest.chars().next()?;
    let is_grade = c == '段' || sound_of(std::iter::once(c)) == sound_of(std::iter::once('级'));
    is_grade.then_some(tail.len() - rest.len() + c.len_utf8())
}

/// 年级:3, 班级是2, 年级六: a number after what it is.
fn labelled(text: &str, at: usize) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    let word = ["年级", "班级", "班"].into_iter().find(|word| rest.starts_with(word))?;
    // 班4 on a line of its own; 三班2号 is none.
    if word == "班" && !text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('，')) {
        return None;
    }
    let after = rest.get(word.len()..)?;
    let mark = [":", "是", "为", ""].into_iter().find(|mark| after.starts_with(mark))?;
    let from = at + word.len() + mark.len();
    let (number, end) = numerals::number_at(text, from)?;
    let tail = text.get(end..)?;
    // 年级三班 lacks its grade; 班级:二三班 holds both.
    let digits = text.get(from..end)?;
    let is_two = digits.chars().count() == 2 && digits.chars().all(|c| numerals::digit(c).is_some());
    let is_split = tail.starts_with('班') && (is_two || word != "班级");
    if is_split || mark.is_empty() && !tail.is_empty() && !tail.starts_with(['，', '。', '班', ' ']) {
        return None;
    }
    // 班级:3年级2班 spells it out, and is read as such.
    if tail.starts_with(['年', '(', '.', '-']) || number > 40 {
        return None;
    }
    Some(if word == "年级" {
        (i8::try_from(number).ok(), None, end)
    } else {
        let is_word = tail.starts_with('班') && !tail.starts_with("班级");
        (None, u8::try_from(number).ok(), end + if is_word { '班'.len_utf8() } else { 0 })
    })
}

/// grade 6 class 5, in either order; k2, where a kindergarten asks.
fn english_class(text: &str, at: usize, stage: Option<Stage>) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    if !rest.starts_with(['g', 'c', 'k']) {
        return None;
    }
    if let Some(year @ 1..=3) = rest.strip_prefix('k').and_then(|tail| tail.chars().next()?.to_digit(10))
        && stage == Some(Stage::Kindergarten)
    {
        let (class, end) = class_number(text, at + "k2".len());
        return Some((i8::try_from(year).ok().map(|year| year - 4), class, end));
    }
    let word = ["grade", "class"].into_iter().find(|word| rest.starts_with(word))?;
    let skip = |at: usize| at + usize::from(text.get(at..).is_some_and(|t| t.starts_with(' ')));
    let (number, end) = numerals::number_at(text, skip(at + word.len()))?;
    let small = i8::try_from(number).ok()?;
    Some(if word == "grade" { (Some(small), None, end) } else { (None, Some(small.unsigned_abs()), end) })
}

/// Counts a grade through the stages: the second of 初中 is 8.
fn grade_of(number: u32, stage: Option<Stage>) -> i8 {
    let number = i8::try_from(number).unwrap_or(i8::MAX);
    match stage {
        Some(Stage::Junior) if (1..=3).contains(&number) => number + 6,
        Some(Stage::Senior) if (1..=3).contains(&number) => number + 9,
        _ => number,
    }
}

/// 初一, 高二, 大班, 中二班.
fn named_grade(text: &str, at: usize, stage: Option<Stage>) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    if !rest.starts_with(['初', '高', '小', '中', '大']) {
        return None;
    }
    if let Some(found) = school_year(text, at, stage) {
        return Some(found);
    }
    for (name, base) in [("初中", 6), ("高中", 9), ("初", 6), ("高", 9), ("小学", 0)] {
        let Some(tail) = rest.strip_prefix(name) else { continue };
        let first = tail.chars().next()?;
        let Some(number @ 1..=6) = numerals::digit(first).or_else(|| first.to_digit(10)) else { continue };
        let after = at + name.len() + first.len_utf8();
        let has_word = text.get(after..)?.starts_with("年级");
        if name.len() > 3 && !has_word || number > 3 && base > 0 {
            continue;
        }
        let (class, end) = class_number(text, after + if has_word { "年级".len() } else { 0 });
        return Some((i8::try_from(number).ok().map(|n| n + base), class, end));
    }
    for (name, grade) in [("小", -3_i8), ("中", -2), ("大", -1)] {
        let Some(tail) = rest.strip_prefix(name) else { continue };
        if tail.starts_with("班长") {
            continue;
        }
        if tail.starts_with('班') {
            let (class, end) = class_number(text, at + name.len() + '班'.len_utf8());
            return Some((Some(grade), class, end));
        }
        if let Some((class, end)) = spelled_class(text, at + name.len()) {
            return Some((Some(grade), Some(class), end));
        }
        // 在小四: a kindergarten leaves 班 out.
        if stage == Some(Stage::Kindergarten)
            && let Some((class, end)) = numerals::number_at(text, at + name.len())
            && ends_word(text, end)
        {
            return Some((Some(grade), u8::try_from(class).ok(), end));
        }
    }
    None
}

/// 小五三班: the fifth year of a primary school; 小三班 is a kindergarten's.
fn school_year(text: &str, at: usize, stage: Option<Stage>) -> Option<(Option<i8>, Option<u8>, usize)> {
    let tail = text.get(at..)?.strip_prefix('小').filter(|_| stage == Some(Stage::Primary))?;
    let first = tail.chars().next()?;
    let grade = numerals::digit(first).or_else(|| first.to_digit(10)).filter(|n| (1..=6).contains(n))?;
    let after = at + '小'.len_utf8() + first.len_utf8();
    let spelled = spelled_class(text, after);
    (spelled.is_some() || ends_word(text, after)).then(|| {
        let (class, end) = spelled.map_or((None, after), |(class, end)| (Some(class), end));
        (i8::try_from(grade).ok(), class, end)
    })
}

/// Whether a word can end at this byte: before punctuation, 的 or nothing.
fn ends_word(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|tail| tail.is_empty() || tail.starts_with(['，', '。', '的', ' ', ')']))
}

/// A class number with or without brackets that must be followed by 班.
fn spelled_class(text: &str, at: usize) -> Option<(u8, usize)> {
    let (class, end) = class_number(text, at);
    let class = class?;
    text.get(..end)?.ends_with('班').then_some((class, end))
}

/// A class number after its grade, with or without brackets and 班; the start itself when there is none.
fn class_number(text: &str, at: usize) -> (Option<u8>, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let skipped = rest.trim_start_matches(['的', '第', '(', ' ', '，', '-', '、', '.', '·']);
    let from = text.len() - skipped.len();
    let Some((number, end)) = numerals::number_at(text, from).or_else(|| slip(text, from)) else {
        return (None, at);
    };
    let tail = text.get(end..).unwrap_or_default();
    let closed = tail.strip_prefix(')').unwrap_or(tail);
    // 三年级四斑: after a grade and a number, what is written like it.
    let has_word = closed.starts_with(['班', '斑', '般', '搬', '扳']);
    let is_closed = closed.len() < tail.len();
    let is_bare = tail.chars().next().is_none_or(|c| !"年月号点".contains(c)) && !rest.starts_with('，');
    if !(has_word || is_closed || is_bare) {
        return (None, at);
    }
    let end = text.len() - closed.len() + if has_word { '班'.len_utf8() } else { 0 };
    (u8::try_from(number).ok(), end)
}

/// 武班 for 五班: one character right before 班 that sounds as a digit.
fn slip(text: &str, at: usize) -> Option<(u32, usize)> {
    // 乙班 is a class of its own.
    let c = text.get(at..)?.chars().next().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c) && *c != '乙')?;
    let end = at + c.len_utf8();
    let heard = sound_of(std::iter::once(c))?;
    let digit =
        "一二三四五六七八九".chars().position(|digit| sound_of(std::iter::once(digit)) == Some(heard))?;
    text.get(end..)?.starts_with('班').then(|| Some((u32::try_from(digit).ok()? + 1, end)))?
}
