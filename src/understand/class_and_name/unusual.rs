//! Names that do not begin with a common surname (少见的名字), or have more than three characters: `艾力·吐尔逊`,
//! `扎西多吉`, `王李思涵`, `姓时名间`, and any name after a word that can only introduce one.
//!
//! Start at [`unusual_at`] and [`introduced_name`].

use smallvec::SmallVec;

use super::surnames::surname_chars;
use super::words::LEXICON;

/// Whether a character is Chinese script.
pub(super) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A name at this byte that is longer than a surname and two characters.
///
/// - `is_introduced`: a word stands before it that introduces a name.
pub(super) fn unusual_at(text: &str, at: usize, is_introduced: bool) -> Option<&str> {
    let of_both = || (at == 0 || is_introduced).then(|| of_both_parents(text, at)).flatten();
    dotted(text, at).or_else(|| tibetan(text, at)).or_else(of_both)
}

/// 艾力·吐尔逊: two parts and a dot between them.
fn dotted(text: &str, at: usize) -> Option<&str> {
    const PART_CHARS_MAX: usize = 8;
    if !text.contains('·') {
        return None;
    }
    let rest = text.get(at..)?;
    let part = |text: &str| text.chars().take_while(|c| is_han(*c)).map(char::len_utf8).sum::<usize>();
    let given = part(rest);
    // 孩子叫艾力·…: what introduces it is no part of it.
    let is_apart = |(index, c): (usize, char)| {
        "叫是的名姓在".contains(c) || LEXICON.at(text, at + index).is_some_and(|t| t.end - t.start > 3)
    };
    if rest.get(..given)?.char_indices().any(is_apart) {
        return None;
    }
    let father = rest.get(given..)?.strip_prefix('·')?;
    let from = at + given + '·'.len_utf8();
    // 阿依·买买提的妈妈: the second part ends before the next word.
    let mut length = 0;
    for c in father.chars().take_while(|c| is_han(*c)) {
        let is_word = c == '的' || LEXICON.at(text, from + length).is_some_and(|t| t.end - t.start > 3);
        if length > 0 && is_word {
            break;
        }
        length += c.len_utf8();
    }
    let fits = |bytes: usize| (2..=PART_CHARS_MAX).contains(&(bytes / 3));
    (fits(given) && fits(length)).then(|| text.get(at..from + length)).flatten()
}

/// Words that Tibetan and Mongolian names are made of.
const TIBETAN: &[&str] = &[
    "扎西", "卓玛", "多吉", "才让", "次仁", "旺姆", "央金", "格桑", "平措", "达瓦", "尼玛", "桑吉", "拉姆",
    "洛桑", "丹增", "旦增", "仁青", "顿珠", "白玛", "索朗", "曲珍", "卓嘎", "德吉", "措姆", "加措", "旺堆",
    "边巴", "巴桑", "普布", "贡布", "丹巴", "益西", "群培", "旺久", "坚赞", "才旦", "拉毛", "索南", "仁增",
    "旺杰", "曲吉", "欧珠", "罗布", "梅朵", "旺扎", "江措", "央宗", "强巴",
];

/// 扎西多吉: two words that Tibetan names are made of.
fn tibetan(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let word = |text: &str| TIBETAN.iter().any(|word| text.starts_with(word));
    let half = "扎西".len();
    (word(rest) && word(rest.get(half..)?)).then(|| rest.get(..half * 2)).flatten()
}

/// 王李思涵: the surnames of both parents and a name of two characters, which is all that its clause ends with. 王明李红 may be
/// two children.
fn of_both_parents(text: &str, at: usize) -> Option<&str> {
    let chars: SmallVec<[char; 5]> = text.get(at..)?.chars().take(5).take_while(|c| is_han(*c)).collect();
    let begins = |from: usize| chars.get(from..).is_some_and(|name| surname_chars(name) == 1);
    if chars.len() != 4 || !begins(0) || !begins(1) || begins(2) {
        return None;
    }
    let length = chars.iter().map(|c| c.len_utf8()).sum::<usize>();
    let is_action = chars.iter().any(|c| "一起来去不了也都很有代".contains(*c));
    let holds_word = text
        .char_indices()
        .filter(|(index, _)| (at..at + length).contains(index))
        .any(|(index, _)| LEXICON.at(text, index).is_some());
    (!holds_word && !is_action).then(|| text.get(at..at + length)).flatten()
}

/// 大名果正: all that stands after a word that introduces a name. A fond name (果果) is none.
pub(super) fn introduced_name(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let alone = rest.trim_start_matches([':', ' ', '是', '叫']);
    let chars: SmallVec<[char; 4]> = alone.chars().take(4).collect();
    let is_name = matches!(*chars, [first, second] if first != second) || chars.len() == 3;
    (is_name && chars.iter().all(|c| is_han(*c)) && LEXICON.scan(alone).is_empty()).then_some(alone)
}

/// 姓时名间: the surname and the name, each after its own word.
pub(super) fn composed_name(text: &str) -> Option<String> {
    let after = text.get(text.rfind('姓')? + '姓'.len_utf8()..)?;
    let (surname, given) = after.split_once('名')?;
    let given = given.trim_start_matches(['字', '叫', '是']);
    let count =
        |part: &str, most: usize| (1..=most).contains(&part.chars().count()) && part.chars().all(is_han);
    (count(surname, 2) && count(given, 2)).then(|| [surname, given].concat())
}
