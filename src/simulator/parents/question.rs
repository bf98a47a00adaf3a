//! What a message asks (问题): the one table by which simulated parents recognise the app's questions, and how they
//! read what it repeats back.
//!
//! Change `TABLE` when the wording of the flows changes. Pure. Start at [`read`].

use super::persona::Wish;

/// What a message of the app asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    /// Whether the child takes part.
    Consent,
    /// On which days.
    Days,
    /// When the child is picked up.
    PickupTime,
    /// Which activities.
    Activities,
    /// Whether what was understood is right.
    Confirm,
    /// Whether the same holds for this child as for the one before.
    SameAsBefore,
    /// Whether these words replace those of the other guardian.
    Replace,
    /// Which child.
    WhichChild,
    /// Which part is to be changed.
    WhatToChange,
    /// The question before this one, again.
    Reminder,
    /// Nothing: the other guardian has just settled it.
    Settled,
}

/// Words of a question; the first row with all of its words on the phone wins.
const TABLE: &[(Question, &[&str])] = &[
    (Question::WhichChild, &["哪个孩子"]),
    (Question::WhichChild, &["哪位孩子"]),
    (Question::WhichChild, &["给哪个"]),
    (Question::WhatToChange, &["改哪"]),
    (Question::WhatToChange, &["哪一项"]),
    (Question::WhatToChange, &["修改什么"]),
    (Question::SameAsBefore, &["一样吗"]),
    (Question::SameAsBefore, &["也这样"]),
    (Question::Replace, &["换成您这次说的"]),
    (Question::Replace, &["1 换成"]),
    (Question::Settled, &["另一位家长刚为"]),
    (Question::Confirm, &["核对"]),
    (Question::Confirm, &["对吗"]),
    (Question::Confirm, &["1 对"]),
    (Question::Activities, &["哪些活动"]),
    (Question::Activities, &["听老师安排"]),
    (Question::Days, &["哪几天"]),
    (Question::Days, &["周几"]),
    (Question::Days, &["星期几"]),
    (Question::Days, &["只回复数字", "1 就是周一"]),
    (Question::PickupTime, &["几点"]),
    (Question::PickupTime, &["什么时间", "接"]),
    (Question::PickupTime, &["什么时候", "接"]),
    (Question::Consent, &["是否参加"]),
    (Question::Consent, &["1 参加", "2 不参加"]),
    (Question::Consent, &["参加吗"]),
    (Question::Reminder, &["还没有收到"]),
    (Question::Reminder, &["还没收到"]),
    (Question::Reminder, &["还差一步"]),
    (Question::Reminder, &["提醒"]),
];

/// What a message asks, if anything.
pub fn read(text: &str) -> Option<Question> {
    let asks = |words: &&[&str]| words.iter().all(|word| text.contains(word));
    TABLE.iter().find(|(_, words)| asks(words)).map(|(question, _)| *question)
}

/// The number of the menu entry whose words start with one of `words`: `1 参加  2 不参加`.
pub fn menu_number(text: &str, words: &[&str]) -> Option<char> {
    let characters: Vec<char> = text.chars().collect();
    characters.iter().enumerate().find_map(|(index, character)| {
        if !('1'..='9').contains(character) {
            return None;
        }
        let is_after_digit =
            index.checked_sub(1).and_then(|before| characters.get(before)).is_some_and(char::is_ascii_digit);
        let rest: String = characters.iter().skip(index + 1).take(12).collect();
        let label = rest.trim_start_matches([' ', '.', '、', '）', ')', ']', '】', '：', ':', '\u{3000}']);
        let is_entry =
            !is_after_digit && label.len() < rest.len() && words.iter().any(|word| label.starts_with(word));
        is_entry.then_some(*character)
    })
}

/// Whether what a message repeats back is what the parent meant. Somebody who finds neither days nor a time in it
/// has nothing to object to.
pub fn says(text: &str, wish: &Wish) -> bool {
    match wish {
        Wish::Joins { days, pickup_at, activities } => {
            let lines: Vec<Vec<u8>> = text.lines().map(days_in).filter(|days| !days.is_empty()).collect();
            let are_days_right = lines.is_empty() || lines.iter().any(|line| line == days);
            let time = pickup_at.format("%H:%M").to_string();
            let is_time_right = !has_time(text) || text.contains(&time);
            let are_activities_right =
                !text.contains("活动：") || activities.iter().all(|name| text.contains(name));
            are_days_right && is_time_right && are_activities_right && !text.contains("不参加")
        }
        Wish::Declines => !has_time(text),
        Wish::Undecided => !has_time(text) && !text.contains("不参加"),
    }
}

/// The days that a line names: 周一、周三 · 周一、三、五 · 周一至周五 · 每天.
fn days_in(line: &str) -> Vec<u8> {
    if line.contains("每天") {
        return (1..=5).collect();
    }
    let mut days: Vec<u8> = Vec::new();
    let (mut is_listing, mut is_range) = (false, false);
    for character in line.chars() {
        let day = "一二三四五".chars().zip(1..).find(|(name, _)| *name == character).map(|(_, day)| day);
        match (character, day) {
            ('周' | '期', _) => is_listing = true,
            (_, Some(day)) if is_listing => {
                if let (true, Some(first)) = (is_range, days.last().copied()) {
                    days.extend(first.saturating_add(1)..day);
                }
                is_range = false;
                days.push(day);
            }
            ('至' | '到' | '—' | '-' | '~', _) if is_listing => is_range = true,
            ('、' | '，' | ',' | '和' | ' ' | '星', _) => {}
            _ => is_listing = false,
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// Whether a text holds a time such as 17:30.
fn has_time(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().collect();
    bytes.windows(4).any(|window| {
        matches!(window, [hour, b':', ten, one]
            if hour.is_ascii_digit() && ten.is_ascii_digit() && one.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    #[test]
    fn questions_are_recognised_by_their_stable_words() {
        for (text, want) in [
            ("李小禾同学本学期课后服务登记：\n1 参加  2 不参加  3 再考虑", Some(Question::Consent)),
            ("好的！李小禾周几参加？可以说「周一三五」。", Some(Question::Days)),
            ("每周哪几天参加课后服务？", Some(Question::Days)),
            ("几点来接？16:30 到 18:00 之间。", Some(Question::PickupTime)),
            ("请核对：李小禾 周一、周三，17:30 接。\n1 对  2 改", Some(Question::Confirm)),
            ("李小苗也一样吗？ 1 一样 2 不一样", Some(Question::SameAsBefore)),
            ("好了！李小禾已登记参加。\n李小苗（二年级3班）也一样吗？", Some(Question::SameAsBefore)),
            ("李小禾想参加哪些活动？\n1 合唱  2 足球", Some(Question::Activities)),
            ("请只回复数字：1 就是周一，2 就是周二……", Some(Question::Days)),
            ("要换成您这次说的吗？\n1 换成新的  2 保留原来的", Some(Question::Replace)),
            ("家里另一位家长刚为李小禾登记：周一。要改请回复“修改”。", Some(Question::Settled)),
            ("李小禾的登记还差一步，回复“菜单”或直接接着回答就行。", Some(Question::Reminder)),
            ("好的，李小禾这学期先不参加。以后想参加，随时回复“修改”。", None),
            ("您要修改哪个孩子的登记？", Some(Question::WhichChild)),
            ("温馨提醒：还没有收到您的回复。", Some(Question::Reminder)),
            ("已登记，谢谢您！", None),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn a_menu_number_is_read_from_the_menu() {
        let menu = "时间 16:30-18:00\n1 参加  2 不参加  3 再考虑";
        for (words, want) in
            [(&["参加"][..], Some('1')), (&["不参加"], Some('2')), (&["再考虑"], Some('3')), (&["好"], None)]
        {
            assert_eq!(menu_number(menu, words), want, "{words:?}");
        }
        assert_eq!(menu_number("[1] 对 [2] 改", &["改"]), Some('2'));
    }

    #[test]
    fn a_parent_objects_to_what_was_not_meant() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let joins = |days: &[u8]| Wish::Joins {
            days: days.to_vec(),
            pickup_at: at(17, 30),
            activities: vec!["合唱".to_owned()],
        };
        for (text, wish, want) in [
            ("周一、周三，17:30 接，对吗？", joins(&[1, 3]), true),
            ("星期：周一、三、五\n时间：17:30\n对吗", joins(&[1, 3, 5]), true),
            ("周一至周五 17:30，对吗", joins(&[1, 2, 3, 4, 5]), true),
            ("每天 17:30，对吗", joins(&[1, 2, 3, 4, 5]), true),
            ("李小禾参加，周一、周三，17:30接，活动：合唱、足球。\n对吗？", joins(&[1, 3]), true),
            ("李小禾参加，周一、周三，17:30接，活动：足球。\n对吗？", joins(&[1, 3]), false),
            ("周一、周二，17:30 接，对吗？", joins(&[1, 3]), false),
            ("周一、周三，17:00 接，对吗？", joins(&[1, 3]), false),
            ("登记为：不参加，对吗？", joins(&[1, 3]), false),
            ("登记为：不参加，对吗？", Wish::Declines, true),
            ("周一 17:00，对吗？", Wish::Declines, false),
            ("对吗？", joins(&[1]), true),
        ] {
            assert_eq!(says(text, &wish), want, "{text} {wish:?}");
        }
    }
}
