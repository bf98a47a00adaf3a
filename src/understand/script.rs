//! Script (字体): traditional characters become simplified ones, one by one.
//!
//! A table of pairs, not a converter of words: the vocabulary of a reply is small, and names are wanted in
//! simplified script too. Start at [`simplified`].

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::Quick;

/// Pairs of a traditional character and its simplified one, without spaces, in code-point order by line; lines with # say where
/// they come from.
const PAIRS: &str = include_str!("traditional.txt");

static TABLE: LazyLock<HashMap<char, char, Quick>> = LazyLock::new(|| {
    let mut chars = PAIRS.lines().filter(|line| !line.starts_with('#')).flat_map(str::chars);
    let mut table = HashMap::default();
    while let (Some(traditional), Some(simple)) = (chars.next(), chars.next()) {
        table.insert(traditional, simple);
    }
    table
});

/// The simplified form of a character, or the character itself.
pub(super) fn simplified(c: char) -> char {
    if ('\u{4e00}'..='\u{9fff}').contains(&c) { TABLE.get(&c).copied().unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use super::simplified;

    #[test]
    fn traditional_becomes_simplified_and_the_rest_stays() {
        let text: String = "參加週三點鐘嬤張a1一".chars().map(simplified).collect();
        assert_eq!(text, "参加周三点钟嬷张a1一");
    }
}
