//! Script (字体): traditional characters become simplified ones, one by one.
//!
//! A table of pairs, not a converter of words: the vocabulary of a reply is small, and names are wanted in
//! simplified script too. Start at [`simplified`].

use std::sync::LazyLock;

/// Pairs of a traditional character and its simplified one, without spaces, in code-point order by line; lines with # say where
/// they come from.
const PAIRS: &str = include_str!("traditional.txt");

const FIRST: char = '\u{4e00}';
const LAST: char = '\u{9fff}';

/// The simplified form of every common character, in code-point order.
static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut chars = PAIRS.lines().filter(|line| !line.starts_with('#')).flat_map(str::chars);
    let mut table: Vec<char> = (FIRST..=LAST).collect();
    while let (Some(traditional), Some(simple)) = (chars.next(), chars.next()) {
        if let Some(place) = place(traditional).and_then(|at| table.get_mut(at)) {
            *place = simple;
        }
    }
    table
});

fn place(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(u32::from(FIRST))?).ok()
}

/// The simplified form of a character, or the character itself.
pub(super) fn simplified(c: char) -> char {
    place(c).and_then(|at| TABLE.get(at)).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::{TABLE, simplified};

    #[test]
    fn traditional_becomes_simplified_and_the_rest_stays() {
        let text: String = "參加週三點鐘嬤張a1一".chars().map(simplified).collect();
        assert_eq!(text, "参加周三点钟嬷张a1一");
    }

    #[test]
    fn a_character_is_as_long_in_either_script() {
        assert!(TABLE.iter().all(|simple| simple.len_utf8() == 3));
    }
}
