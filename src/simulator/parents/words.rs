//! The words (说法) of simulated parents: what is meant becomes what is typed, in many ways.
//!
//! Pure; invented phrases put together from parts. Knows no conversation. Start at [`consent`].

mod phrases;
mod style;

use chrono::{NaiveTime, Timelike as _};

use super::persona::{Style, Wish};
use super::question::menu_number;
use crate::simulator::dice::Dice;

/// The answer to whether a child takes part; with `everything`, days and time come along.
pub fn consent(dice: &Dice, style: Style, asked: &str, wish: &Wish, everything: bool) -> String {
    let (label, core) = match wish {
        Wish::Joins { .. } => (&["参加"][..], phrases::JOINS),
        Wish::Declines => (&["不参加"][..], phrases::DECLINES),
        Wish::Undecided => (&["再考虑", "考虑"][..], phrases::UNDECIDED),
    };
    if let (Wish::Joins { days: chosen, pickup_at, .. }, true) = (wish, everything) {
        return format!(
            "{}，{}，{}",
            dice.pick(&["参加", "我们参加", "报名参加"]),
            days(dice, Style::Plain, chosen),
            time(dice, Style::Plain, *pickup_at)
        );
    }
    match (style, menu_number(asked, label)) {
        (Style::Digits, Some(number)) => style::number(dice, number),
        (Style::Short, _) => {
            let short = match wish {
                Wish::Joins { .. } => phrases::JOINS_SHORT,
                Wish::Declines => phrases::DECLINES_SHORT,
                Wish::Undecided => phrases::UNDECIDED_SHORT,
            };
            dice.pick(short).to_owned()
        }
        (Style::Dialect, _) => {
            let spoken = match wish {
                Wish::Joins { .. } => phrases::JOINS_DIALECT,
                Wish::Declines => phrases::DECLINES_DIALECT,
                Wish::Undecided => phrases::UNDECIDED_DIALECT,
            };
            dice.pick(spoken).to_owned()
        }
        (other, _) => style::dress(dice, other, dice.pick(core)),
    }
}

/// The answer to which days, 1 Monday to 5 Friday in order.
pub fn days(dice: &Dice, style: Style, days: &[u8]) -> String {
    let name = |day: &u8| match day {
        1 => "一",
        2 => "二",
        3 => "三",
        4 => "四",
        _ => "五",
    };
    let joined = |before: &str, between: &str| {
        let names = days.iter().map(|day| format!("{before}{}", name(day)));
        names.collect::<Vec<_>>().join(between)
    };
    if style == Style::Digits {
        return joined("周", dice.pick(&["", "、", " "]));
    }
    if days.len() == 5 {
        let every = if style == Style::Short { phrases::EVERY_DAY_SHORT } else { phrases::EVERY_DAY };
        return style::dress(dice, style, dice.pick(every));
    }
    let together = joined("", "");
    let listed = match dice.below(13) {
        0 => format!("周{together}"),
        1 => format!("星期{together}"),
        2 => joined("周", "、"),
        3 => joined("周", "和"),
        4 => format!("每周{}", joined("", "、")),
        5 => joined("礼拜", ""),
        6 => format!("就{}", joined("周", "")),
        7 => format!("{}这{}天", joined("周", "、"), phrases::count(days.len())),
        8 => format!("只要{}", joined("周", "，")),
        9 => format!("{}吧", joined("周", "和")),
        10 => joined("星期", "，"),
        11 if days.len() >= 3 => {
            let left_out = (1..=5).filter(|day| !days.contains(day));
            let names = left_out.map(|day| format!("周{}", name(&day))).collect::<Vec<_>>().join("和");
            format!("除了{names}都参加")
        }
        _ => joined("周", ""),
    };
    if style == Style::Short { format!("周{together}") } else { style::dress(dice, style, &listed) }
}

/// Wrong days first, then the right ones, in one message.
pub fn corrected_days(dice: &Dice, wrong: &[u8], right: &[u8]) -> String {
    let turn = dice.pick(&["，不对，是", "，说错了，", "。哦不对，改成", "……不是，是"]);
    format!("{}{turn}{}", days(dice, Style::Digits, wrong), days(dice, Style::Digits, right))
}

/// The answer to when the child is picked up, on the hour, a quarter, half or three quarters past.
pub fn time(dice: &Dice, style: Style, at: NaiveTime) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    let spoken_hour = phrases::count_hours(hour);
    let (past, past_digits) = match minute {
        0 => (dice.pick(&["", "", "整", "钟"]).to_owned(), String::new()),
        15 => ("一刻".to_owned(), "15".to_owned()),
        30 => ("半".to_owned(), "30".to_owned()),
        45 => ("三刻".to_owned(), "45".to_owned()),
        other => (phrases::count_minutes(other), format!("{other:02}")),
    };
    let spoken = format!("{spoken_hour}点{past}");
    let afternoon = hour.checked_sub(12).filter(|left| *left > 0).unwrap_or(hour);
    match style {
        Style::Digits => return format!("{hour}:{minute:02}"),
        Style::Short => return spoken,
        _ => {}
    }
    let said = match dice.below(13) {
        0 => format!("{hour}:{minute:02}"),
        1 => format!("下午{spoken}"),
        2 => format!("{spoken}来接"),
        3 => format!("{afternoon}点{past_digits}{}", if minute == 0 { "" } else { "分" }),
        4 => format!("下午{afternoon}:{minute:02}"),
        5 => format!("我{spoken}到"),
        6 => format!("{spoken}吧"),
        7 => format!("{hour}：{minute:02}"),
        8 => format!("{hour}点{past_digits}{}", if minute == 0 { "" } else { "分" }),
        9 => format!("{spoken}来接孩子"),
        10 => format!("一般{spoken}接"),
        11 => format!("{spoken}，奶奶来接"),
        _ => spoken,
    };
    style::dress(dice, style, &said)
}

/// The answer to which activities, by name or by the number in the menu; none leaves it to the school.
pub fn activities(dice: &Dice, style: Style, asked: &str, names: &[String]) -> String {
    if names.is_empty() {
        return style::dress(dice, style, dice.pick(phrases::SCHOOL_CHOOSES));
    }
    let numbers: Option<Vec<String>> =
        names.iter().map(|name| menu_number(asked, &[name]).map(String::from)).collect();
    match (style, numbers) {
        (Style::Digits | Style::Short, Some(numbers)) => numbers.join(dice.pick(&["、", " ", "，"])),
        (Style::Traditional | Style::Typo, _) => names.join("、"),
        (other, _) => {
            let listed = names.join(dice.pick(&["、", "和", "，"]));
            let said = match dice.below(4) {
                0 => format!("想参加{listed}"),
                1 => format!("选{listed}"),
                2 => format!("{listed}吧"),
                _ => listed,
            };
            style::dress(dice, other, &said)
        }
    }
}

/// The answer to whether the same holds for the next child.
pub fn same(dice: &Dice, style: Style, asked: &str, is_same: bool) -> String {
    let (labels, words) =
        if is_same { (&["一样"][..], phrases::SAME) } else { (&["不一样"][..], phrases::DIFFERENT) };
    match (style, menu_number(asked, labels)) {
        (Style::Digits | Style::Short | Style::Plain, Some(number)) => style::number(dice, number),
        (other, _) => style::dress(dice, other, dice.pick(words)),
    }
}

/// The answer to a read-back.
pub fn confirm(dice: &Dice, style: Style, asked: &str, is_right: bool) -> String {
    let labels: &[&str] = if is_right {
        &["对", "一样", "确认", "是"]
    } else {
        &["改", "要改", "不对", "不一样", "不是"]
    };
    let words = if is_right { phrases::RIGHT } else { phrases::WRONG };
    match (style, menu_number(asked, labels)) {
        (Style::Digits | Style::Short | Style::Plain, Some(number)) => style::number(dice, number),
        (Style::Typo, _) => dice.pick(words).to_owned(),
        (other, _) => style::dress(dice, other, dice.pick(words)),
    }
}

/// The answer to what is to be changed: the days, by number where there is a menu.
pub fn what_to_change(asked: &str) -> String {
    menu_number(asked, &["周几", "星期", "哪几天", "日期", "天"])
        .map_or_else(|| "重新填写".to_owned(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const MENU: &str = "1 参加  2 不参加  3 再考虑";
    const STYLES: [Style; 8] = [
        Style::Plain,
        Style::Digits,
        Style::Short,
        Style::Dialect,
        Style::Voice,
        Style::Typo,
        Style::Traditional,
        Style::Polite,
    ];

    fn at(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn every_meaning_is_said_in_at_least_twelve_ways() {
        let joins = Wish::Joins { days: vec![1, 3], pickup_at: at(17, 30), activities: Vec::new() };
        let said = |say: &dyn Fn(&Dice, Style) -> String| {
            let dice = Dice::of(11, "ways");
            let rolls = (0..600).map(|roll| say(&dice, STYLES[roll % STYLES.len()]));
            rolls.collect::<BTreeSet<_>>().len()
        };
        for (meaning, ways) in [
            ("yes", said(&|dice, style| consent(dice, style, MENU, &joins, false))),
            ("no", said(&|dice, style| consent(dice, style, MENU, &Wish::Declines, false))),
            ("undecided", said(&|dice, style| consent(dice, style, MENU, &Wish::Undecided, false))),
            ("every day", said(&|dice, style| days(dice, style, &[1, 2, 3, 4, 5]))),
            ("some days", said(&|dice, style| days(dice, style, &[1, 3, 4]))),
            ("a time", said(&|dice, style| time(dice, style, at(17, 30)))),
            ("the full hour", said(&|dice, style| time(dice, style, at(17, 0)))),
            ("any activity", said(&|dice, style| activities(dice, style, "1 合唱  2 足球", &[]))),
            ("right", said(&|dice, style| confirm(dice, style, "1 对 2 改", true))),
            ("wrong", said(&|dice, style| confirm(dice, style, "1 对 2 改", false))),
        ] {
            assert!(ways >= 12, "{meaning}: {ways}");
        }
    }

    #[test]
    fn a_no_never_sounds_like_a_yes() {
        let dice = Dice::of(5, "no");
        for roll in 0..800 {
            let style = STYLES[roll % STYLES.len()];
            let text = consent(&dice, style, MENU, &Wish::Declines, false);
            let is_negative = ["不", "没", "莫", "勿", "算了", "2", "２", "否"];
            assert!(is_negative.iter().any(|word| text.contains(word)), "{style:?}: {text}");
        }
    }

    #[test]
    fn digits_follow_the_menu_that_was_shown() {
        let dice = Dice::of(1, "menu");
        for _ in 0..50 {
            let text = consent(&dice, Style::Digits, "1 再考虑  2 参加  3 不参加", &Wish::Declines, false);
            assert!(text.contains('3') || text.contains('３'), "{text}");
        }
    }

    #[test]
    fn activities_are_named_or_numbered() {
        let dice = Dice::of(4, "clubs");
        let names = ["足球".to_owned(), "合唱".to_owned()];
        for roll in 0..100 {
            let text = activities(&dice, STYLES[roll % STYLES.len()], "1 合唱  2 足球  3 书法", &names);
            let is_said = (text.contains("足球") && text.contains("合唱")) || text.starts_with('2');
            assert!(is_said && !text.contains('3'), "{text}");
        }
    }

    #[test]
    fn an_objection_in_digits_is_the_number_of_the_shipped_menu() {
        let dice = Dice::of(6, "objection");
        for _ in 0..50 {
            let text = confirm(&dice, Style::Digits, "对吗？\n1 对  2 要改", false);
            assert!(text.contains(['2', '２']), "{text}");
        }
    }

    #[test]
    fn days_left_out_are_the_others() {
        let dice = Dice::of(2, "but");
        let texts: Vec<String> = (0..200).map(|_| days(&dice, Style::Plain, &[1, 2, 4])).collect();
        assert!(texts.iter().any(|text| text == "除了周三和周五都参加"), "{texts:?}");
    }
}
