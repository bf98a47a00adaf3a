//! How the characters of a name are written, said aloud (拆字): `就是弓长张那个`, `平凡的凡`, `马字旁那个骆`.
//!
//! Start at [`spelt_name`] and [`spells`].

use smallvec::SmallVec;

use super::super::phrases::{holds_any, phrases};
use super::surnames::surname_chars;
use super::unusual::is_han;

/// 田甜，田地的田甜蜜的甜 and 石磊三个石头那个磊 without a comma: the name, and how many bytes after it only tell how it is
/// written.
pub(super) fn spelt_name(text: &str, at: usize) -> Option<(String, usize)> {
    let chars: SmallVec<[char; 4]> = text.get(at..)?.chars().take(4).collect();
    let surname = surname_chars(&chars);
    if surname == 0 {
        return None;
    }
    [2, 1].into_iter().find_map(|given| {
        let name: SmallVec<[char; 4]> = chars.get(..surname + given)?.into();
        if !name.iter().all(|c| is_han(*c)) {
            return None;
        }
        let from = at + name.iter().map(|c| c.len_utf8()).sum::<usize>();
        let mut rest = text.get(from..)?;
        // 孟凡|就是平凡的凡.
        if name.last() == Some(&'就') && rest.starts_with('是') {
            return None;
        }
        rest = rest.strip_prefix("就是").unwrap_or(rest);
        // 路遥(路是道路的路).
        if let Some(after) = rest.strip_prefix('(').and_then(|inside| spelling(inside, &name)) {
            rest = after;
        }
        while let Some(after) = spelling(rest, &name) {
            rest = after;
        }
        let spelt = text.len() - from - rest.len();
        (spelt > 0).then(|| (name.iter().collect(), spelt))
    })
}

/// How long a word is that tells how a character is written.
const SPELLING_CHARS_MAX: usize = 5;

/// What follows 田地的田 or 三个石头那个磊, where it spells a character of this name.
fn spelling<'a>(text: &'a str, name: &[char]) -> Option<&'a str> {
    // 草头董, 三点水沈: the part, and the character that has it.
    let mut first = text.chars();
    if let (Some(_), Some(part), Some(spelt)) = (first.next(), first.next(), first.next())
        && "头旁底框".contains(part)
        && name.contains(&spelt)
    {
        return Some(first.as_str());
    }
    // 何是人可何: the character, and what it is made of.
    let mut parts = text.chars();
    if let Some(spelt) = parts.next().filter(|c| name.contains(c))
        && parts.next() == Some('是')
        && let Some((at, _)) = text.char_indices().skip(2).take(4).find(|(_, c)| *c == spelt)
    {
        return text.get(at + spelt.len_utf8()..);
    }
    let places: SmallVec<[usize; 6]> =
        text.char_indices().take(SPELLING_CHARS_MAX + 1).map(|(at, _)| at).collect();
    places.into_iter().skip(1).find_map(|at| {
        let (word, rest) = text.split_at(at);
        let link = ["那个", "这个", "的"].into_iter().find(|link| rest.starts_with(link))?;
        let after = rest.get(link.len()..)?;
        let spelt = after.chars().next().filter(|c| name.contains(c))?;
        // A word that holds the character, or a count of its parts.
        let tells = !word.contains('的') && word.contains(spelt)
            || word.starts_with(['一', '二', '两', '三', '四', '双']);
        let after = after.get(spelt.len_utf8()..)?;
        tells.then(|| after.trim_start_matches(['，', '、', '和']))
    })
}

/// 石头的石, 三个石的磊: how a character is written, said by a word that holds it.
pub(super) fn spells(text: &str) -> bool {
    let mut backwards = text.chars().rev();
    let is_short = text.chars().count() <= 8;
    let (last, before) = (backwards.next(), backwards.next());
    // 付强(付款的付): the name stands before it. 名字是欢乐的乐 only spells.
    let tells_twice = last.is_some_and(|c| text.chars().filter(|other| *other == c).count() == 2);
    let introduces = text.starts_with(['叫', '名', '姓', '是']) && !tells_twice || text.contains('(');
    // 马字旁那个骆.
    if is_short && holds_any(text, phrases!["旁那个", "头那个", "旁的那个"]) {
        return true;
    }
    !introduces && is_short && before == Some('的') && last.is_some_and(|c| !"班人".contains(c))
}
