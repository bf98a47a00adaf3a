//! The name and the phone of who collects: 刘老师, 小刘, 王强; the child's own name is nobody's.
//!
//! Start at [`name_at`].

use smallvec::SmallVec;

use super::super::class_and_name;
use super::kin::LEXICON;

pub(super) fn phone_at(text: &str, at: usize) -> Option<String> {
    let digits: String = text.get(at..)?.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 11).then_some(digits)
}

pub(super) enum Named {
    Person(String),
    /// A classmate whose parent comes.
    Classmate,
    /// The child itself.
    Child,
}

/// 表哥小杰: a fond name right after who it is, at the end of its clause.
pub(super) fn fond_name(text: &str, at: usize) -> Option<String> {
    let mut chars = text.get(at..)?.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    let is_fond =
        "小阿".contains(first) && ('\u{4e00}'..='\u{9fff}').contains(&second) && chars.next().is_none();
    (is_fond && LEXICON.at(text, at).is_none()).then(|| [first, second].iter().collect())
}

/// A name with its title (刘老师, 小刘, 王强), the child's own name, or 李雷的妈妈.
pub(super) fn name_at(text: &str, at: usize, child: &str) -> Option<(Named, usize)> {
    let rest = text.get(at..)?;
    let given = child.char_indices().nth(1).and_then(|(at, _)| child.get(at..)).unwrap_or_default();
    for own in [child, given] {
        if rest.starts_with(own) && own.chars().nth(1).is_some() {
            return Some((Named::Child, at + own.len()));
        }
    }
    if LEXICON.at(text, at).is_some() {
        return None;
    }
    let chars: SmallVec<[char; 6]> =
        rest.chars().take(6).take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    let first = *chars.first()?;
    let surname = class_and_name::surname_chars(&chars);
    if "小老阿".contains(first) && class_and_name::surname_chars(chars.get(1..).unwrap_or_default()) > 0 {
        let two: String = chars.iter().take(2).collect();
        let after = text.get(at + two.len()..)?;
        let ends = after
            .chars()
            .next()
            .is_none_or(|c| !('\u{4e00}'..='\u{9fff}').contains(&c) || "来接去的帮顺送领过带负".contains(c));
        return ends.then_some((Named::Person(two.clone()), at + two.len()));
    }
    if surname == 0 {
        return None;
    }
    let titles = [
        "老师", "阿姨", "叔叔", "师傅", "先生", "女士", "大姐", "大哥", "大爷", "大妈", "奶奶", "爷爷", "姐",
        "哥", "叔", "姨", "婶", "伯", "校长", "主任", "教练", "妈妈", "爸爸",
    ];
    let tail: String = chars.iter().skip(surname).collect();
    if let Some(title) = titles.iter().find(|t| tail.starts_with(**t)) {
        let name: String = chars.iter().take(surname).collect::<String>() + title;
        let end = at + name.len();
        return (!matches!(*title, "妈妈" | "爸爸")).then_some((Named::Person(name), end));
    }
    let mut name = String::new();
    for c in chars.iter().take(surname + 2) {
        let here = at + name.len();
        let count = name.chars().count();
        let is_known = LEXICON.at(text, here).is_some_and(|t| count > surname || t.end - t.start > 3);
        let is_word = count >= surname
            && (is_known || "接送".contains(*c) || (count > surname && "来去帮在会顺".contains(*c)));
        if is_word || *c == '的' {
            break;
        }
        name.push(*c);
    }
    let end = at + name.len();
    if name.chars().count() <= surname {
        return None;
    }
    let after = text.get(end..)?;
    let after = after.strip_prefix('的').unwrap_or(after);
    let is_parent = ["妈妈", "爸爸", "家长", "妈", "爸", "爷爷", "奶奶", "外婆", "姥姥", "父母"]
        .iter()
        .find(|w| after.starts_with(**w));
    match is_parent {
        Some(word) => Some((Named::Classmate, text.len() - after.len() + word.len())),
        None => Some((Named::Person(name), end)),
    }
}
