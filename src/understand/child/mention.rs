//! One mention of a child: its name, its number, its class.
//!
//! Start at [`named_at`].

use super::super::{ChildOption, class_and_name, lexicon, numerals};
use super::Set;
use super::words::LEXICON;

/// 1, 第二个, 2号: a child by its number, unless the number belongs to something else.
pub(super) fn numbered_at(text: &str, at: usize, children: &[ChildOption]) -> Option<(Option<Set>, usize)> {
    let before = text.get(..at)?;
    let is_ordinal = text.get(at..)?.starts_with('第');
    let from = if is_ordinal { at + '第'.len_utf8() } else { at };
    if before.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (number, end) = numerals::number_at(text, from)?;
    let tail = text.get(end..)?;
    let is_arabic = text.get(from..)?.starts_with(|c: char| c.is_ascii_digit());
    let is_measured = is_ordinal && tail.starts_with(['个', '位']) || tail.starts_with('号');
    let is_free = tail.chars().next().is_none_or(|c| "，、。和跟与 吧.)谢+&及".contains(c));
    let is_chosen = before.is_empty()
        || before
            .ends_with(['选', '、', '和', '，', '跟', '是', ' ', '要', '与', '报', '+', '&', '及', '不']);
    if !(is_measured || (is_free && is_chosen && (is_arabic || before.is_empty() || before.ends_with('选'))))
    {
        return None;
    }
    let index = usize::try_from(number).ok()?.checked_sub(1);
    let end = if is_measured { end + 3 } else { end };
    Some((index.filter(|i| *i < children.len()).map(|i| Set::from([i])), end))
}

/// 二年级那个, 四年级2班的, 402班, 3班的.
pub(super) fn class_at(text: &str, at: usize, children: &[ChildOption]) -> Option<(Option<Set>, usize)> {
    let (grade, class, end) = class_and_name::class_at(text, at, None)?;
    let fits = |c: &ChildOption| grade.is_none_or(|g| g == c.grade) && class.is_none_or(|n| n == c.class);
    let found: Set = children.iter().enumerate().filter(|(_, c)| fits(c)).map(|(i, _)| i).collect();
    Some(((found.len() == 1).then_some(found), end))
}

/// A child's name, given name, doubled or fond name, also by its sound when only one name sounds so.
pub(super) fn named_at(text: &str, at: usize, children: &[ChildOption]) -> Option<(Option<Set>, usize)> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    if first.is_ascii() {
        return None;
    }
    // 姓周的: the one child of that family name.
    if let Some(surname) = rest.strip_prefix('姓').and_then(|rest| rest.chars().next()) {
        let found: Set = children
            .iter()
            .enumerate()
            .filter(|(_, c)| c.name.starts_with(surname))
            .map(|(i, _)| i)
            .collect();
        return Some(((found.len() == 1).then_some(found), at + first.len_utf8() + surname.len_utf8()));
    }
    if !may_start(first, children) {
        return None;
    }
    let forms: Vec<(usize, String)> = children
        .iter()
        .enumerate()
        .flat_map(|(i, c)| names(&c.name).into_iter().map(move |n| (i, n)))
        .collect();
    let longest =
        forms.iter().filter(|(_, form)| rest.starts_with(form.as_str())).map(|(_, form)| form.len()).max();
    if let Some(length) = longest {
        let set: Set = forms
            .iter()
            .filter(|(_, form)| form.len() == length && rest.starts_with(form.as_str()))
            .map(|(i, _)| *i)
            .collect();
        return Some(((set.len() == 1).then_some(set), at + length));
    }
    if LEXICON.at(text, at).is_some() {
        return None;
    }
    by_sound(rest, &forms).map(|(set, length)| ((set.len() == 1).then_some(set), at + length))
}

/// Whether a character begins what some child is called, or sounds so: most do not, and cost no more than this.
fn may_start(first: char, children: &[ChildOption]) -> bool {
    let heard = lexicon::sound_of(std::iter::once(first));
    let begins = |c: char| c == first || heard.is_some() && lexicon::sound_of(std::iter::once(c)) == heard;
    begins('小') || begins('阿') || children.iter().any(|child| child.name.chars().any(begins))
}

pub(super) fn by_sound(rest: &str, forms: &[(usize, String)]) -> Option<(Set, usize)> {
    let chars: Vec<char> = rest.chars().take(4).collect();
    for length in (2..=chars.len()).rev() {
        let window = chars.get(..length)?;
        if window.iter().any(char::is_ascii) {
            continue;
        }
        let heard = lexicon::sound_of(window.iter().copied());
        let set: Set = forms
            .iter()
            .filter(|(_, form)| {
                form.chars().count() == length && heard.is_some() && lexicon::sound_of(form.chars()) == heard
            })
            .map(|(i, _)| *i)
            .collect();
        if !set.is_empty() {
            return Some((set, window.iter().map(|c| c.len_utf8()).sum()));
        }
    }
    None
}

/// What a child is called: 张小雨, 小雨, 雨雨, 小雨儿, 阿雨, 雨宝.
pub(super) fn names(full: &str) -> Vec<String> {
    let chars: Vec<char> = full.chars().collect();
    let surname = class_and_name::surname_chars(&chars);
    let given: String = chars.iter().skip(surname).collect();
    let mut out = vec![full.to_owned()];
    if given.chars().count() >= 2 {
        out.push(given.clone());
        out.push(format!("小{given}"));
    }
    let mut alone: Vec<char> = given.chars().collect();
    alone.dedup();
    for c in alone {
        if c != '小' {
            out.extend([
                format!("{c}{c}"),
                format!("小{c}"),
                format!("阿{c}"),
                format!("{c}宝"),
                format!("{c}儿"),
            ]);
        }
    }
    out.sort();
    out.dedup();
    out
}

/// A surname of the family followed by a name that none of the children has.
pub(super) fn is_stranger(text: &str, at: usize, children: &[ChildOption]) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return false };
    // 王浩然 in a family of 陈浩然.
    let after = rest.get(first.len_utf8()..).unwrap_or_default();
    let is_given = |c: &ChildOption| {
        let name: Vec<char> = c.name.chars().collect();
        let given: String = name.iter().skip(class_and_name::surname_chars(&name)).collect();
        given.chars().count() > 1 && after.starts_with(&given)
    };
    if class_and_name::surname_chars(&[first]) > 0 && children.iter().any(is_given) {
        return true;
    }
    let is_family = children.iter().any(|c| c.name.starts_with(first));
    let next = rest.chars().nth(1);
    is_family && next.is_some_and(|c| !c.is_ascii() && !"，、。老家".contains(c))
}
