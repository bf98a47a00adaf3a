//! Rows of a digest (明细): which line of a digest somebody wants to see the names behind.
//!
//! «3», «第3项是谁» and «3是哪些人» name a line; «是谁» alone means the one that needs somebody. Anything uncovered makes the
//! reply unclear: it may be meant for something else. Start at [`read`].

use super::{Answer, Value, clause, numerals};

/// Words that ask for a list, before the number; the longest first.
const ASKS: [&str; 15] = [
    "我想看一下",
    "我想看看",
    "看一下",
    "我想看",
    "我要看",
    "帮我看",
    "打开",
    "展开",
    "想看",
    "看看",
    "查看",
    "请问",
    "那个",
    "看",
    "查",
];
/// Words that ask who it is, after the number; the longest first.
const WHO: [&str; 19] = [
    "都是哪些孩子",
    "是哪些孩子",
    "是哪几个",
    "都是哪些人",
    "是哪些人",
    "有哪些人",
    "哪些人",
    "哪几个",
    "都是谁",
    "的名单",
    "都有谁",
    "名单",
    "是谁",
    "有谁",
    "明细",
    "都谁",
    "哪些",
    "谁",
    "的",
];
/// Units of a line.
const UNITS: [char; 5] = ['项', '条', '行', '号', '个'];

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    let asks = ASKS.iter().find_map(|word| Some(text.len() - text.strip_prefix(word)?.len()));
    let who = WHO.iter().find_map(|word| Some(text.strip_suffix(word)?.len()));
    asks.and_then(|end| text.get(..end)).into_iter().chain(who.and_then(|start| text.get(start..))).collect()
}

/// Reads a reply to a digest; `Value::DigestRow(None)` for «是谁».
///
/// - `last`: the highest number that a digest can have.
pub(super) fn read(text: &str, last: u32) -> Answer {
    let text = clause::corrected(text).trim_end_matches(['?', '。', '，', '呢', '啊', '呀']);
    let mut rest = text;
    // Bound: each round takes at least one character away.
    while let Some(shorter) = ASKS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter.trim_start_matches(['，', ' ']);
    }
    let asked = WHO.iter().find_map(|word| rest.strip_suffix(word));
    let line = asked.unwrap_or(rest).trim_matches([' ', '，']);
    if line.is_empty() {
        return asked.map_or(Answer::Unclear, |_| Answer::Value(Value::DigestRow(None)));
    }
    let line = line.strip_prefix('第').unwrap_or(line);
    let line = line.strip_suffix(UNITS).unwrap_or(line);
    let is_digits = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_digits { line.parse().ok() } else { numerals::strict(line) };
    match number.filter(|number| (1..=last).contains(number)) {
        Some(number) => Answer::Value(Value::DigestRow(Some(number))),
        None => Answer::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Question, Value, read};

    #[test]
    fn a_line_is_named_or_the_pressing_one_is_meant_and_nothing_else() {
        let question = Question::DigestRow { last: 20 };
        for (text, want) in [
            ("3", Some(Some(3))),
            ("３", Some(Some(3))),
            ("第3项", Some(Some(3))),
            ("第三项是谁", Some(Some(3))),
            ("3是谁？", Some(Some(3))),
            ("看一下3", Some(Some(3))),
            ("5的名单", Some(Some(5))),
            ("看看5都有谁", Some(Some(5))),
            ("是谁", Some(None)),
            ("都是谁呢？", Some(None)),
            ("名单", Some(None)),
            ("0", None),
            ("21", None),
            ("3同意", None),
            ("3和5", None),
            ("3号奶奶接走了", None),
            ("缺3", None),
            ("看看", None),
            ("谁来接", None),
        ] {
            let want = want.map_or(Answer::Unclear, |row| Answer::Value(Value::DigestRow(row)));
            assert_eq!(read(text, &question), want, "{text}");
        }
    }
}
