//! One clock time: `五点半`, `下午5:30`, `差十分六点`, `1745`, `half past five`.
//!
//! Knows no window until [`Clock::resolve`]. Start at [`clock_at`].

use std::borrow::Cow;

use chrono::NaiveTime;

use super::super::numerals;
use super::super::phrases::{ends_with_any, starts_with_any};

/// A part of the day that an hour belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Afternoon,
}

/// A clock time as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: i32,
    pub(super) part: Option<Part>,
    /// 五点多, 五六点.
    pub(super) is_vague: bool,
}

impl Clock {
    /// The one time of the day that is meant; `None` for no time at all or for two inside the window.
    pub(super) fn resolve(self, earliest: NaiveTime, latest: NaiveTime) -> Option<NaiveTime> {
        let at = |hour: u32| {
            let minutes = i32::try_from(hour).ok()? * 60 + self.minute;
            NaiveTime::from_hms_opt(u32::try_from(minutes / 60).ok()?, u32::try_from(minutes % 60).ok()?, 0)
        };
        match (self.part, self.hour) {
            (_, 13..) | (Some(Part::Morning), _) => at(self.hour),
            (Some(Part::Afternoon), 12) => at(12),
            (Some(Part::Afternoon), _) => at(self.hour + 12),
            (None, _) => {
                let mut fitting = [at(self.hour), at(self.hour + 12)]
                    .into_iter()
                    .flatten()
                    .filter(|t| (earliest..=latest).contains(t));
                let first = fitting.next()?;
                fitting.next().is_none().then_some(first)
            }
        }
    }
}

/// The clock time that starts at this byte, and the byte after it.
pub(super) fn clock_at(text: &str, start: usize) -> Option<(Clock, usize)> {
    let before = text.get(..start)?;
    if before.ends_with(|c: char| c.is_ascii_digit() || c == '第') {
        return None;
    }
    if !text.get(start..)?.starts_with(may_start) {
        return None;
    }
    // 早一点, 晚一点: a little, no hour.
    let rest = text.get(start..)?;
    let from_degree = rest.strip_prefix(['早', '晚', '快', '慢']);
    let after_degree = before.ends_with(['早', '晚', '快', '慢', '有', '近']).then_some(rest);
    let is_little = from_degree.or(after_degree).and_then(|t| t.strip_prefix("一点"));
    if is_little.is_some_and(|t| !t.starts_with(['半', '钟', '整', '零', '一', '二', '三', '四', '五', '十']))
    {
        return None;
    }
    if let Some(found) = english(text, start) {
        return Some(found);
    }
    let (part, at) = part_at(text, start);
    let (clock, end) = short_of(text, at).or_else(|| plain(text, at))?;
    let rest = text.get(end..).unwrap_or_default();
    let (late, end) = match rest.trim_start() {
        r if r.starts_with("pm") || r.starts_with("p.m") => (Some(Part::Afternoon), text.len() - r.len() + 2),
        r if r.starts_with("am") => (Some(Part::Morning), text.len() - r.len() + 2),
        _ => (None, end),
    };
    // 比五点晚一点.
    let is_vague = clock.is_vague || before.ends_with('比');
    Some((Clock { part: late.or(part), is_vague, ..clock }, end))
}

/// Whether a character can begin a clock time: most cannot, and cost no more than this.
fn may_start(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || is_numeral(c)
        || matches!(
            c,
            '下' | '晚'
                | '傍'
                | '午'
                | '夜'
                | '上'
                | '早'
                | '凌'
                | '清'
                | '中'
                | '差'
                | '还'
                | '欠'
                | '快'
                | '慢'
        )
}

fn is_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '廿' | '零')
}

fn part_at(text: &str, start: usize) -> (Option<Part>, usize) {
    let rest = text.get(start..).unwrap_or_default();
    if text.get(..start).is_some_and(|before| before.ends_with('最')) {
        return (None, start);
    }
    let words = [
        ("下午", Part::Afternoon),
        ("晚上", Part::Afternoon),
        ("傍晚", Part::Afternoon),
        ("午后", Part::Afternoon),
        ("下晚", Part::Afternoon),
        ("夜里", Part::Afternoon),
        ("晚", Part::Afternoon),
        ("pm", Part::Afternoon),
        ("上午", Part::Morning),
        ("早上", Part::Morning),
        ("凌晨", Part::Morning),
        ("清晨", Part::Morning),
        ("早", Part::Morning),
        ("中午", Part::Afternoon),
    ];
    match words.iter().find(|(word, _)| rest.starts_with(word)) {
        Some((word, part)) => (Some(*part), start + word.len()),
        None => (None, start),
    }
}

/// 差十分六点, 差一刻六点.
fn short_of(text: &str, start: usize) -> Option<(Clock, usize)> {
    let rest = text.get(start..)?;
    let word = ["还差", "差", "欠"].iter().find(|word| rest.starts_with(**word))?;
    let (minutes, at) = minutes_at(text, start + word.len())?;
    // 差一刻钟就七点.
    let joint = ["就到", "就是", "就", "到"]
        .iter()
        .find(|word| text.get(at..).is_some_and(|t| t.starts_with(**word)));
    let at = at + joint.map_or(0, |word| word.len());
    let (hour, at) = numerals::number_at(text, at)?;
    let tail = text.get(at..)?;
    // 差五分五点半: short of the half hour.
    let (word, half) = [("点半", 30), ("点钟", 0), ("点整", 0), ("点", 0)]
        .into_iter()
        .find(|(word, _)| tail.starts_with(word))?;
    let clock = Clock { hour, minute: half - minutes, part: None, is_vague: false };
    (hour <= 24).then_some((clock, at + word.len()))
}

/// 差五分, 还差一刻, 缺十分: what an hour before it is short of.
fn short_by(text: &str, at: usize) -> Option<(i32, usize)> {
    let rest = text.get(at..)?;
    let word = ["还差", "差", "欠", "缺", "少"].iter().find(|word| rest.starts_with(**word))?;
    minutes_at(text, at + word.len())
}

/// 十分, 五分钟, 一刻.
fn minutes_at(text: &str, at: usize) -> Option<(i32, usize)> {
    let (number, end) = numerals::number_at(text, at)?;
    let tail = text.get(end..)?;
    let (unit, factor) = [("分钟", 1), ("分", 1), ("刻钟", 15), ("刻", 15)]
        .into_iter()
        .find(|(word, _)| tail.starts_with(word))?;
    Some((i32::try_from(number).ok().filter(|n| *n < 60)? * factor, end + unit.len()))
}

/// 零5, 〇5: a Chinese zero before an Arabic digit.
fn mixed_zero(text: &str, at: usize) -> bool {
    let rest = text.get(at..).and_then(|rest| rest.strip_prefix(['零', '〇']));
    rest.is_some_and(|rest| rest.bytes().take_while(u8::is_ascii_digit).count() == 1)
}

/// The minutes after 点, below sixty.
fn minute_at(text: &str, at: usize) -> Option<(u32, usize)> {
    let from = if mixed_zero(text, at) { at + '零'.len_utf8() } else { at };
    numerals::number_at(text, from).filter(|(n, _)| *n < 60)
}

/// Digits with a colon or a dot, four digits, or hours with 点.
fn plain(text: &str, start: usize) -> Option<(Clock, usize)> {
    let rest = text.get(start..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        if !rest.starts_with(is_numeral) {
            return None;
        }
        return with_hour_word(text, start, hour_word(rest)?);
    }
    let after = rest.get(digits..)?;
    let number: u32 = rest.get(..digits)?.parse().ok()?;
    // 6电40, 6典40: what sounds like 点, between an hour and its minutes.
    for mark in [":", ".", "h", "点", "时", "-", "·", "电", "典", "店", "垫", "淀", "奠"] {
        let Some(tail) = after.strip_prefix(mark) else { continue };
        let Some(minute) = minute_digits(tail) else { continue };
        let is_measured =
            || tail.get(2..).is_some_and(|t| t.starts_with(['号', '元', '块', '楼', '路', '个', '度', '米']));
        if matches!(mark, "电" | "典" | "店" | "垫" | "淀" | "奠" | "·") && is_measured() {
            continue;
        }
        if mark == "-"
            && !(number <= 24
                && (30..60).contains(&minute)
                && !tail.get(2..).is_some_and(|t| t.starts_with(['点', ':', '.', '时'])))
        {
            continue;
        }
        let end = start + digits + mark.len() + 2;
        let end = end + text.get(end..).filter(|t| t.starts_with('分')).map_or(0, |_| 3);
        let is_vague = vague_after(text, end);
        let is_clock = number <= 24 && minute < 60;
        return (digits <= 2).then_some((
            Clock {
                hour: if is_clock { number } else { 99 },
                minute: minute.min(59),
                part: None,
                is_vague: is_vague || !is_clock,
            },
            end,
        ));
    }
    if matches!(digits, 3 | 4) && !after.starts_with(|c: char| "班号室块元-".contains(c)) {
        let (hour, minute) = (number / 100, number % 100);
        let is_clock = hour < 24 && minute < 60 && hour > 0;
        return is_clock.then_some((
            Clock { hour, minute: i32::try_from(minute).ok()?, part: None, is_vague: false },
            start + digits,
        ));
    }
    with_hour_word(text, start, (Some(number), digits))
}

/// Two digits and no third.
fn minute_digits(tail: &str) -> Option<i32> {
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    tail.get(..2).filter(|_| digits == 2)?.parse().ok()
}

/// The hour in Chinese characters and its length; `None` as the hour for 五六.
fn hour_word(rest: &str) -> Option<(Option<u32>, usize)> {
    let part = rest.chars().take(numerals::CHARS_MAX + 1).take_while(|c| is_numeral(*c));
    let length: usize = part.map(char::len_utf8).sum();
    let word = rest.get(..length)?;
    let is_pair = word.chars().count() == 2 && word.chars().all(|c| numerals::digit(c).is_some());
    Some((if is_pair { None } else { Some(numerals::chinese(word)?) }, word.len()))
}

/// 五点, 五点半, 五点四十, 五点零五, 五点一刻, 六点差五分.
fn with_hour_word(text: &str, start: usize, (hour, length): (Option<u32>, usize)) -> Option<(Clock, usize)> {
    let tail = text.get(start + length..)?;
    let word =
        ["点钟", "点整", "点", "时", "旱"].iter().find(|word| tail.starts_with(**word) && **word != "旱")?;
    if *word == "时" && tail.starts_with("时候") {
        return None;
    }
    let is_amount = starts_with_any(tail, &["点儿", "点点"]);
    let Some(hour) = hour else {
        return Some((Clock { hour: 0, minute: 0, part: None, is_vague: true }, start + length + word.len()));
    };
    if is_amount || hour > 30 {
        return None;
    }
    let mut end = start + length + word.len();
    let mut minute = 0;
    let rest = text.get(end..)?;
    if let Some(after) = rest.strip_prefix("半") {
        (minute, end) = (30, text.len() - after.len());
    } else if let Some((minutes, after)) = short_by(text, end) {
        (minute, end) = (-minutes, after);
    } else {
        let from = end + if rest.starts_with('过') { 3 } else { usize::from(rest.starts_with(' ')) };
        // 18点零5分.
        let unit_from = if mixed_zero(text, from) { from + '零'.len_utf8() } else { from };
        if let Some((minutes, after)) = minutes_at(text, unit_from) {
            (minute, end) = (minutes, after);
        } else if let Some((number, after)) = minute_at(text, from) {
            let follows = text.get(after..)?;
            if starts_with_any(follows, &["来分", "几分", "多分"]) {
                return Some((Clock { hour, minute: 0, part: None, is_vague: true }, after));
            }
            let is_other = follows.starts_with(|c: char| "个点号天年月班次人楼小:".contains(c));
            let is_whole = number >= 10 || text.get(from..)?.starts_with(['零', '0']);
            if !is_other && is_whole {
                (minute, end) = (i32::try_from(number).ok()?, after);
            } else if !is_other && !is_whole {
                return Some((Clock { hour, minute: 0, part: None, is_vague: true }, after));
            }
        }
    }
    let rest = text.get(end..)?;
    let end = end + ["分钟", "分", "钟", "整"].iter().find(|w| rest.starts_with(**w)).map_or(0, |w| w.len());
    let is_vague = vague_after(text, end) || hour > 24;
    Some((Clock { hour, minute, part: None, is_vague }, end))
}

fn vague_after(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    // 五点晚十分钟, 五点刚过: off the hour, and by how much is not for us to reckon.
    let shifted = ["再过", "再加", "加", "晚", "早", "提前", "推迟", "延后", "往后推", "往后延"]
        .iter()
        .find_map(|word| rest.strip_prefix(word));
    if rest.starts_with("刚过")
        || shifted.is_some_and(|by| by.starts_with(|c: char| is_numeral(c) || c == '半'))
    {
        return true;
    }
    let is_past = rest.starts_with('过')
        && !rest.starts_with("过来")
        && !rest.starts_with("过去")
        && !rest.starts_with("过后");
    is_past || starts_with_any(rest, &["多", "出头", "来钟", "好几", "几"]) && !rest.starts_with("多谢")
}

/// half past five, 5 o'clock, quarter to six.
fn english(text: &str, start: usize) -> Option<(Clock, usize)> {
    let rest = text.get(start..)?;
    let forms = [
        ("half past ", 30),
        ("quarter past ", 15),
        ("a quarter past ", 15),
        ("quarter to ", -15),
        ("a quarter to ", -15),
    ];
    let (minute, at) = match forms.iter().find(|(form, _)| rest.starts_with(form)) {
        Some((form, minute)) => (*minute, start + form.len()),
        None => (0, start),
    };
    let tail = text.get(at..)?;
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    let (hour, end) = match names.iter().position(|name| tail.starts_with(name)) {
        Some(index) => (u32::try_from(index).ok()? + 1, at + names.get(index)?.len()),
        None => numerals::number_at(text, at).filter(|(n, _)| *n <= 24)?,
    };
    let after = text.get(end..)?;
    // before 6, between 5 and 5:30: a bare hour right after the word that binds it.
    let lead = text.get(..start)?.trim_end();
    let is_bound =
        ends_with_any(lead, &["before", "after", "by", "between", "at", "until", "around", "about", "from"]);
    let is_alone = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || ":.点".contains(c))
        && !after.starts_with(" minutes")
        && !after.starts_with(" hours");
    let is_bare = is_bound
        && is_alone
        && ["pm", "p.m", "am", "o'clock", "oclock", "thirty"]
            .iter()
            .all(|word| !after.trim_start().starts_with(word));
    if minute == 0 && is_bare && (1..=12).contains(&hour) {
        return Some((Clock { hour, minute: 0, part: None, is_vague: false }, end));
    }
    let oclock = [" o'clock", "o'clock", " oclock", "pm", " pm", "p.m", " thirty"]
        .iter()
        .find(|w| after.starts_with(**w));
    if minute == 0 && oclock.is_none() {
        return None;
    }
    let minute = if oclock == Some(&" thirty") { 30 } else { minute };
    let part = oclock.filter(|w| w.contains('p')).map(|_| Part::Afternoon);
    Some((Clock { hour, minute, part, is_vague: false }, end + oclock.map_or(0, |w| w.len())))
}

/// 17;20, which is 17，20 by now, and 17 30: two digits after the mark are minutes, unless they may be a later hour.
pub(super) fn with_colons(text: &str) -> Cow<'_, str> {
    let is_mark = |at: usize| {
        let Some((before, after)) = text.split_at_checked(at) else { return false };
        let after = after.trim_start_matches(['，', ' ']);
        let hours = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let hour: Option<u32> = before.get(before.len() - hours..).and_then(|hour| hour.parse().ok());
        let minutes = after.bytes().take_while(u8::is_ascii_digit).count();
        let minute: Option<u32> = after.get(..minutes).and_then(|minute| minute.parse().ok());
        matches!((hour, minute), (Some(hour @ 1..=23), Some(minute @ 0..=59))
            if hours <= 2 && minutes == 2 && (minute < hour || minute > LAST_HOUR || after.starts_with('0')))
            && !before.get(..before.len() - hours).is_some_and(|b| b.ends_with([':', '点']))
            && !after.get(minutes..).is_some_and(|a| a.starts_with([':', '点', '时', '分', '号']))
    };
    let first = text.match_indices(['，', ' ']).map(|(at, _)| at).find(|at| is_mark(*at));
    let Some(at) = first else { return Cow::Borrowed(text) };
    let Some((before, after)) = text.split_at_checked(at) else { return Cow::Borrowed(text) };
    Cow::Owned(format!("{before}:{}", after.trim_start_matches(['，', ' '])))
}

/// The last hour that a child may be collected at, in a list of hours.
const LAST_HOUR: u32 = 19;
