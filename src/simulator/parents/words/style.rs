//! Styles of writing (文风): the same words as different people type them.
//!
//! Knows no meaning; `phrases` has the words. Start at [`dress`].

use super::super::persona::Style;
use crate::simulator::dice::Dice;

/// Slips of the input method that can be read only one way.
const SLIPS: &[(&str, &str)] =
    &[("参加", "参家"), ("周", "舟"), ("点半", "典半"), ("考虑", "考率"), ("再", "在"), ("报名", "抱名")];
/// Traditional forms of the characters that the phrases use.
const TRADITIONAL: &str = "参參周週点點对對虑慮们們这這学學务務给給还還没沒孩孩时時间間爸爸来來决決\
                           说說后後动動钟鐘礼禮两兩个個认認问問题題报報无無误誤错錯确確实實愿願议議里裡样樣写寫填填";

/// Writes `words` in a style.
pub(super) fn dress(dice: &Dice, style: Style, words: &str) -> String {
    match style {
        Style::Plain | Style::Digits | Style::Short => {
            format!("{words}{}", dice.pick(&["", "", "。", "！"]))
        }
        Style::Polite => {
            let start = dice.pick(&["老师好，", "老师您好，", "您好，", "辛苦老师，", "老师，"]);
            let end = dice.pick(&["，谢谢老师", "，麻烦您了", "，谢谢！", "，谢谢", "，辛苦了🌹"]);
            format!("{start}{words}{end}")
        }
        Style::Dialect => format!("{words}{}", dice.pick(&["哈", "噻", "嘞", "咯", "哩"])),
        Style::Voice => {
            let spoken: String =
                words.chars().filter(|character| !"，。、！ ".contains(*character)).collect();
            let start = dice.pick(&["嗯", "嗯那个", "老师", "那个老师啊", "呃", ""]);
            format!("{start}{spoken}{}", dice.pick(&["", "啊", "就这样", "哈"]))
        }
        Style::Typo => {
            let slip = SLIPS.iter().find(|(right, _)| words.contains(right));
            slip.map_or_else(|| words.to_owned(), |(right, wrong)| words.replacen(right, wrong, 1))
        }
        Style::Traditional => words.chars().map(traditional).collect(),
    }
}

/// A menu number as people type it.
pub(super) fn number(dice: &Dice, number: char) -> String {
    match dice.below(8) {
        0 => format!("选{number}"),
        1 => format!("{number}。"),
        2 => format!("回复{number}"),
        3 => char::from_u32(u32::from(number) + 0xFEE0).unwrap_or(number).to_string(),
        _ => number.to_string(),
    }
}

fn traditional(character: char) -> char {
    let pairs: Vec<char> = TRADITIONAL.chars().filter(|one| !one.is_whitespace()).collect();
    let found = pairs.chunks_exact(2).find(|pair| pair.first() == Some(&character));
    found.and_then(|pair| pair.last()).copied().unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_forms_are_pairs() {
        let written = dress(&Dice::of(1, "t"), Style::Traditional, "参加，周三五点半，没问题，还没决定");
        assert_eq!(written, "參加，週三五點半，沒問題，還沒決定");
    }
}
