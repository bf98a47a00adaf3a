//! One mention of a child: its name, its number, its class.
//!
//! Start at [`named_at`].

use smallvec::SmallVec;

use super::super::{ChildOption, class_and_name, lexicon, numerals};
use super::Set;
use super::words::LEXICON;

/// 1, 第二个, 2号: a child by its number, unless the number belongs to something else.
pub(super) fn numbered_at(text: &str, at: usize, children: &[ChildOption]) -> Option<(Option<Set>, usize)> {
    // 402: nothing but grade and class.
    if let &[grade @ b'1'..=b'9', b'0', class @ b'1'..=b'9'] = text.as_bytes() {
        let fits = |c: &ChildOption| c.grade == (grade - b'0').cast_signed() && c.class == class - b'0';
        let found: Set = children.iter().enumerate().filter(|(_, c)| fits(c)).map(|(i, _)| i).collect();
        return Some(((found.len() == 1).then_some(found), text.len()));
    }
    let before = text.get(..at)?;
    // 倒数第二个: counted from the youngest.
    let from_last = before.ends_with("倒数");
    let is_ordinal = text.get(at..)?.starts_with('第');
    let from = if is_ordinal { at + '第'.len_utf8() } else { at };
    if before.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (number, end) = numerals::number_at(text, from)?;
    let tail = text.get(end..)?;
    let is_arabic = text.get(from..)?.starts_with(|c: char| c.is_ascii_digit());
    let is_measured =
        is_ordinal && (from_last || tail.starts_with(['个', '位', '的'])) || tail.starts_with('号');
    // 1到3, 1-3.
    let goes_on = |rest: &str| {
        let to = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        to.len() < rest.len() && to.chars().next().is_none_or(|c| "都，、。 吧的号".contains(c))
    };
    let begins_range = is_arabic
        && (before.is_empty() || before.ends_with(['选', '要', '报']))
        && tail.strip_prefix(['到', '至', '-']).is_some_and(goes_on);
    let ends_range = is_arabic
        && before.strip_suffix(['到', '至', '-']).is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit()));
    let is_free = begins_range
        || tail
            .chars()
            .next()
            .is_none_or(|c| "，、。和跟与 吧.)谢+&及".contains(c) || is_arabic && "两三俩".contains(c))
        || is_arabic && tail.starts_with('都') && before.ends_with(['和', '、', '跟', '与', '及']);
    let is_chosen = ends_range
        || before.is_empty()
        || before
            .ends_with(['选', '、', '和', '，', '跟', '是', ' ', '要', '与', '报', '+', '&', '及', '不']);
    if !(is_measured || (is_free && is_chosen && (is_arabic || before.is_empty() || before.ends_with('选'))))
    {
        return None;
    }
    let index = usize::try_from(number).ok()?.checked_sub(1);
    let index = if from_last { index.and_then(|i| children.len().checked_sub(i + 1)) } else { index };
    let has_measure = tail.starts_with(['个', '位', '的', '号']);
    let end = if is_measured && has_measure {
        tail.chars().next().map_or(end, |c| end + c.len_utf8())
    } else {
        end
    };
    Some((index.filter(|i| *i < children.len()).map(|i| Set::from([i])), end))
}

/// 二年级那个, 四年级2班的, 402班, 3班的.
pub(super) fn class_at(text: &str, at: usize, children: &[ChildOption]) -> Option<(Option<Set>, usize)> {
    if let Some((grade, end)) = stage_at(text, at) {
        let found: Set =
            children.iter().enumerate().filter(|(_, c)| c.grade == grade).map(|(i, _)| i).collect();
        return Some(((found.len() == 1).then_some(found), end));
    }
    let (grade, class, end) = class_and_name::class_at(text, at, None)?;
    let fits = |c: &ChildOption| grade.is_none_or(|g| g == c.grade) && class.is_none_or(|n| n == c.class);
    let found: Set = children.iter().enumerate().filter(|(_, c)| fits(c)).map(|(i, _)| i).collect();
    Some(((found.len() == 1).then_some(found), end))
}

/// 小学毕业, 明年上初中, 今年中考: a grade told by what comes after it.
fn stage_at(text: &str, at: usize) -> Option<(i8, usize)> {
    const STAGES: &[(&str, i8)] = &[
        ("小学毕业", 6),
        ("明年上初中", 6),
        ("明年读初中", 6),
        ("要上初中", 6),
        ("小升初", 6),
        ("初中毕业", 9),
        ("今年中考", 9),
        ("要中考", 9),
        ("今年高考", 12),
        ("要高考", 12),
        ("刚上小学", 1),
        ("刚上学", 1),
        ("刚入学", 1),
    ];
    let rest = text.get(at..)?;
    STAGES.iter().find(|(word, _)| rest.starts_with(word)).map(|(word, grade)| (*grade, at + word.len()))
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
    let mut longest = 0;
    for child in children {
        each_form(&child.name, |form| {
            if form.iter().copied().eq(rest.chars().take(form.len())) {
                longest = longest.max(form.iter().map(|c| c.len_utf8()).sum());
            }
        });
    }
    if longest > 0 {
        let set = with_form(children, |form| {
            form.iter().map(|c| c.len_utf8()).sum::<usize>() == longest
                && form.iter().copied().eq(rest.chars().take(form.len()))
        });
        return Some(((set.len() == 1).then_some(set), at + longest));
    }
    if LEXICON.at(text, at).is_some() {
        return None;
    }
    by_sound(rest, children).map(|(set, length)| ((set.len() == 1).then_some(set), at + length))
}

/// The children one of whose forms fits.
fn with_form(children: &[ChildOption], fits: impl Fn(&[char]) -> bool) -> Set {
    let has = |child: &ChildOption| {
        let mut found = false;
        each_form(&child.name, |form| found |= fits(form));
        found
    };
    children.iter().enumerate().filter(|(_, child)| has(child)).map(|(index, _)| index).collect()
}

/// Whether a character begins what some child is called, or sounds so: most do not, and cost no more than this.
fn may_start(first: char, children: &[ChildOption]) -> bool {
    let heard = lexicon::sound_of(std::iter::once(first));
    let begins = |c: char| c == first || heard.is_some() && lexicon::sound_of(std::iter::once(c)) == heard;
    begins('小') || begins('阿') || children.iter().any(|child| child.name.chars().any(begins))
}

fn by_sound(rest: &str, children: &[ChildOption]) -> Option<(Set, usize)> {
    let chars: SmallVec<[char; 4]> = rest.chars().take(4).collect();
    for length in (2..=chars.len()).rev() {
        let window = chars.get(..length)?;
        if window.iter().any(char::is_ascii) {
            continue;
        }
        let Some(heard) = lexicon::sound_of(window.iter().copied()) else { continue };
        let set = with_form(children, |form| {
            form.len() == length && lexicon::sound_of(form.iter().copied()) == Some(heard)
        });
        if !set.is_empty() {
            return Some((set, window.iter().map(|c| c.len_utf8()).sum()));
        }
    }
    None
}

/// Shows everything that a child is called: 张小雨, 小雨, 雨雨, 小雨儿, 阿雨, 雨宝.
fn each_form(full: &str, mut show: impl FnMut(&[char])) {
    let chars: SmallVec<[char; 8]> = full.chars().collect();
    show(&chars);
    let given = chars.get(class_and_name::surname_chars(&chars)..).unwrap_or_default();
    if given.len() >= 2 {
        show(given);
        let mut fond: SmallVec<[char; 8]> = SmallVec::from_slice(&['小']);
        fond.extend_from_slice(given);
        show(&fond);
    }
    let mut before = None;
    for c in given.iter().copied().filter(|c| before.replace(*c) != Some(*c) && *c != '小') {
        for form in [[c, c], ['小', c], ['阿', c], [c, '宝'], [c, '儿']] {
            show(&form);
        }
    }
}

/// A surname of the family followed by a name that none of the children has.
pub(super) fn is_stranger(text: &str, at: usize, children: &[ChildOption]) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return false };
    // 王浩然 in a family of 陈浩然.
    let after = rest.get(first.len_utf8()..).unwrap_or_default();
    let is_given = |c: &ChildOption| {
        let name: SmallVec<[char; 8]> = c.name.chars().collect();
        let given = name.get(class_and_name::surname_chars(&name)..).unwrap_or_default();
        given.len() > 1 && given.iter().copied().eq(after.chars().take(given.len()))
    };
    if class_and_name::surname_chars(&[first]) > 0 && children.iter().any(is_given) {
        return true;
    }
    let is_family = children.iter().any(|c| c.name.starts_with(first));
    let next = rest.chars().nth(1);
    is_family && next.is_some_and(|c| !c.is_ascii() && !"，、。老家".contains(c))
}
