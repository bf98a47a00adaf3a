//! Lengths of time (时长): 15分钟, 一刻钟, 半小时, 一个半小时, 1小时20分.
//!
//! A length that is no single number (十几分钟, 10到20分钟) cannot be stored. Start at [`of`].

use super::super::numerals;

/// The longest delay in minutes that a reply can mean.
const MINUTES_MAX: u32 = 300;
/// What follows or precedes a length that is a delay, and not how long something has lasted.
const TIES: [&str; 22] = [
    "晚",
    "迟",
    "后",
    "到",
    "还要",
    "还有",
    "还需",
    "还得",
    "再",
    "等我",
    "需要",
    "大概",
    "大约",
    "差不多",
    "估计",
    "预计",
    "要",
    "左右",
    "给我",
    "推迟",
    "内",
    "这样",
];

/// What a clause says of a delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delay {
    None,
    Minutes(u16),
    /// No single number of minutes, or none to come in.
    Vague,
}

/// The delay of a clause.
pub(super) fn of(text: &str) -> Delay {
    let (mut found, mut at) = (None, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        match length_at(text, at) {
            // 6点10分: a number that is no length is passed over whole.
            Length::None if c.is_ascii_digit() => {
                at += text.get(at..).map_or(1, |t| t.bytes().take_while(u8::is_ascii_digit).count());
            }
            Length::None => at += c.len_utf8(),
            Length::Vague => return Delay::Vague,
            Length::Minutes(..) if found.is_some() => return Delay::Vague,
            Length::Minutes(minutes, end) => {
                found = Some((minutes, at, end));
                at = end;
            }
        }
    }
    let Some((minutes, start, end)) = found else { return Delay::None };
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    // 堵了20分钟了: it has lasted so long.
    let has_lasted = after.starts_with('了') || before.ends_with("等了") || before.ends_with("堵了");
    let is_tied = before.is_empty() && after.trim_matches(['吧', '。', '，', ' ']).is_empty()
        || TIES.iter().any(|tie| before.contains(tie) || after.contains(tie));
    if has_lasted && !before.contains(['晚', '迟']) || !is_tied || minutes == 0 || minutes > MINUTES_MAX {
        return Delay::Vague;
    }
    u16::try_from(minutes).map_or(Delay::Vague, Delay::Minutes)
}

/// Units, their minutes, and what a half in them adds.
const UNITS: [(&str, u32, u32); 12] = [
    ("个半小时", 60, 30),
    ("个半钟头", 60, 30),
    ("个半钟", 60, 30),
    ("个小时", 60, 0),
    ("小时", 60, 0),
    ("个钟头", 60, 0),
    ("个钟", 60, 0),
    ("分钟", 1, 0),
    ("刻钟", 15, 0),
    ("min", 1, 0),
    ("刻", 15, 0),
    ("分", 1, 0),
];

enum Length {
    None,
    /// 十几分钟.
    Vague,
    Minutes(u32, usize),
}

fn length_at(text: &str, at: usize) -> Length {
    let rest = text.get(at..).unwrap_or_default();
    for word in ["半个小时", "半个钟头", "半小时", "半个钟", "半个点"] {
        if rest.starts_with(word) {
            return Length::Minutes(30, at + word.len());
        }
    }
    for word in ["半个多小时", "几十分钟", "好几分钟", "个把小时", "多分钟", "来分钟", "几个小时"]
    {
        if rest.starts_with(word) {
            return Length::Vague;
        }
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let is_part = |c: char| "一二两三四五六七八九十百零".contains(c);
    let part = rest.chars().take(numerals::CHARS_MAX + 1).take_while(|c| is_part(*c));
    let word = rest.get(..part.map(char::len_utf8).sum()).unwrap_or_default();
    let (number, end) = if digits > 0 {
        (rest.get(..digits).and_then(|d| d.parse().ok()), at + digits)
    } else {
        (numerals::strict(word), at + word.len())
    };
    if end == at {
        return Length::None;
    }
    let tail = text.get(end..).unwrap_or_default();
    let is_counted = ["几", "来", "多", "到", "-"].iter().any(|word| {
        tail.strip_prefix(word).is_some_and(|t| {
            let t = t.trim_start_matches(|c: char| c.is_ascii_digit() || is_part(c));
            UNITS.iter().any(|(unit, ..)| t.starts_with(unit))
        })
    });
    if is_counted {
        return Length::Vague;
    }
    let Some((unit, factor, more)) = UNITS.iter().find(|(unit, ..)| tail.starts_with(unit)) else {
        return Length::None;
    };
    // 五点一刻, 5:20分: part of a clock time.
    let before = text.get(..at).unwrap_or_default();
    if before.ends_with(['点', ':', '过', '差', '时'])
        && !before.ends_with("小时")
        && matches!(*unit, "分" | "刻" | "分钟" | "刻钟")
    {
        return Length::None;
    }
    let (Some(number), false) =
        (number, before.ends_with(|c: char| c == '几' || is_part(c) || c.is_ascii_digit()))
    else {
        return Length::Vague;
    };
    let Some(minutes) = number.checked_mul(*factor).and_then(|n| n.checked_add(*more)) else {
        return Length::Vague;
    };
    let end = end + unit.len();
    if *factor == 60 && *more == 0 {
        return after_hours(text, minutes, end);
    }
    Length::Minutes(minutes, end)
}

/// 1小时20分, 一小时半: what goes on after whole hours.
fn after_hours(text: &str, minutes: u32, end: usize) -> Length {
    let rest = text.get(end..).unwrap_or_default();
    if rest.starts_with('多') {
        return Length::Vague;
    }
    if rest.starts_with('半') {
        return Length::Minutes(minutes.saturating_add(30), end + '半'.len_utf8());
    }
    match length_at(text, end) {
        Length::Minutes(more, end) if more < 60 => Length::Minutes(minutes.saturating_add(more), end),
        _ => Length::Minutes(minutes, end),
    }
}

#[cfg(test)]
mod tests {
    use super::Delay::{Minutes, None, Vague};
    use super::of;

    #[test]
    fn a_length_is_one_number_of_minutes() {
        for (text, want) in [
            ("晚到15分钟", Minutes(15)),
            ("要晚一刻钟", Minutes(15)),
            ("晚半小时", Minutes(30)),
            ("二十分钟后到", Minutes(20)),
            ("晚一个半小时", Minutes(90)),
            ("晚1小时20分", Minutes(80)),
            ("20分钟", Minutes(20)),
            ("五点一刻到", None),
            ("6点10分到", None),
            ("到了", None),
            ("晚十几分钟", Vague),
            ("晚10到20分钟", Vague),
            ("晚二三十分钟", Vague),
            ("堵了20分钟了", Vague),
            ("晚20多分钟", Vague),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
    }
}
