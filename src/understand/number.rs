//! Numbers (数): one count that somebody types, and nothing beside it but its unit.
//!
//! Two numbers, an estimate (二十几) or anything uncovered makes the reply unclear. Start at [`read`].

use super::{Answer, Value, clause, numerals};

/// What may stand around a count; the longest first.
const AROUND: [&str; 44] = [
    "一共有",
    "总共有",
    "一共是",
    "总共是",
    "一共",
    "总共",
    "总计",
    "合计",
    "共计",
    "现在有",
    "目前有",
    "今天有",
    "实到",
    "应到",
    "目前",
    "现在",
    "今天",
    "人数是",
    "人数",
    "数量是",
    "数量",
    "大家",
    "学生",
    "孩子",
    "同学",
    "一下",
    "人次",
    "是",
    "有",
    "共",
    "人",
    "个",
    "名",
    "位",
    "份",
    "元",
    "块",
    "条",
    "次",
    "节",
    "天",
    "的",
    "了",
    "吧",
];

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    number_in(text).and_then(|(start, end)| text.get(start..end)).into_iter().collect()
}

/// Reads a reply to "how many?".
///
/// - `raw`: as received; a sign before the digits is gone from the normal form.
/// - `min`, `max`: what is possible, both included.
pub(super) fn read(raw: &str, text: &str, min: u32, max: u32) -> Answer {
    let is_negative = raw.trim_start().starts_with(['-', '−', '－', '负', '—']);
    let text = clause::corrected(text);
    let value = if ["没有", "无", "没", "零", "一个都没有", "没有人"].contains(&text) {
        Some(0)
    } else {
        one(text)
    };
    match value.filter(|n| !is_negative && (min..=max).contains(n)) {
        Some(number) => Answer::Value(Value::Number(number)),
        None => Answer::Unclear,
    }
}

fn one(text: &str) -> Option<u32> {
    let (start, end) = number_in(text)?;
    let (before, word, after) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
    if !is_covered(before) || !is_covered(after) {
        return None;
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) { word.parse().ok() } else { numerals::strict(word) }
}

/// Where the number of a text stands.
fn number_in(text: &str) -> Option<(usize, usize)> {
    let is_part = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十百千零".contains(c);
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some(word) = AROUND.iter().find(|word| text.get(at..).is_some_and(|t| t.starts_with(**word))) {
            at += word.len();
        } else if is_part(c) {
            let length: usize = text.get(at..)?.chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum();
            return Some((at, at + length));
        } else {
            at += c.len_utf8();
        }
    }
    None
}

fn is_covered(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let rest_after = AROUND.iter().find_map(|word| rest.strip_prefix(word));
        match rest_after.or_else(|| rest.strip_prefix(['，', '。', ':', ' ', '✅'])) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Question, Value, read};

    #[test]
    fn one_count_is_read_and_nothing_that_may_be_two() {
        let question = Question::Number { min: 0, max: 2000 };
        for (text, want) in [
            ("128", Some(128)),
            ("一百二十八", Some(128)),
            ("128人", Some(128)),
            ("１２８", Some(128)),
            ("一共128人", Some(128)),
            ("共有三十二个孩子", Some(32)),
            ("一千零五", Some(1005)),
            ("两个", Some(2)),
            ("没有", Some(0)),
            ("127，不对，128", Some(128)),
            ("128，谢谢", Some(128)),
            ("二十几", None),
            ("三五个", None),
            ("一百二", None),
            ("12或者13", None),
            ("12 13", None),
            ("-5", None),
            ("3.5", None),
            ("2001", None),
            ("大概130", None),
            ("多少", None),
            ("128吗", None),
        ] {
            let want = want.map_or(Answer::Unclear, |n| Answer::Value(Value::Number(n)));
            assert_eq!(read(text, &question), want, "{text}");
        }
    }
}
