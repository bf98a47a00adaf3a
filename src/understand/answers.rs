//! Answers in one's own words (回话): which open question a teacher answers, and with what.
//!
//! The words go to a family as they are, so the question must be named: by its number, or by «回复：» where only one is
//! open. A stray sentence answers nothing, whatever it says. Start at [`read`].

use super::phrases::starts_with_any;
use super::script::simplified;
use super::{Answer, Value};

/// What people write before a number or before the words, longest first.
const OPENINGS: [&str; 6] = ["回复家长", "转告家长", "告诉家长", "回复", "答复", "转告"];

/// What may stand between a number and the words.
const SEPARATORS: [char; 12] = ['：', ':', '，', ',', '、', '。', '.', ' ', '-', '—', '\n', '】'];

/// The last day of a month: «12号放假» may be a day and no number.
const DAY_MAX: u32 = 31;

/// How a sentence goes on after a day of the month.
const AFTER_A_DAY: [&str; 21] = [
    "有", "是", "的", "前", "后", "之前", "之后", "以前", "以后", "那", "上午", "下午", "中午", "早上", "晚",
    "放", "开", "到", "周", "星期", "（",
];

/// Words for an open question (回话), named by its number.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct OwnWords {
    /// The number of the question.
    pub no: u32,
    /// The words as they were written.
    pub words: String,
}

/// Shows no word: what teachers write to families stays out of logs.
impl std::fmt::Debug for OwnWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OwnWords({}, {} bytes)", self.no, self.words.len())
    }
}

/// Reads a reply to "which of these do you answer, and what?".
///
/// - `raw`: as received.
/// - `numbers`: the questions that people may still name.
/// - `only_open`: the one that is open, where it is the only thing that waits.
pub(super) fn read(raw: &str, numbers: &[u32], only_open: Option<u32>) -> Answer {
    // Either script, and as long in bytes, so that what follows can be cut from the reply as received.
    let simple: String = raw.chars().map(simplified).collect();
    let text = simple.trim_start().trim_start_matches(['【', '#', '＃']);
    let opened = OPENINGS.iter().find_map(|opening| text.strip_prefix(opening));
    let rest = opened.unwrap_or(text).trim_start_matches([' ', '第']);
    let answered = by_number(rest, numbers).or_else(|| {
        let words = opened?.strip_prefix(['：', ':'])?;
        // «回复：12号…» names a number that is not open; «回复：7点半» does not.
        let is_numbered = leading_number(words.trim_start()).is_some_and(|(_, after)| {
            after.trim_end().is_empty()
                || after.trim_start().starts_with('号')
                || after.starts_with(SEPARATORS)
        });
        only_open.filter(|_| !is_numbered).map(|no| (no, words))
    });
    let own = answered.and_then(|(no, words)| Some((no, raw.get(raw.len() - words.len()..)?.trim())));
    match own {
        Some((no, words)) if words.chars().any(char::is_alphanumeric) && !is_too_long(words) => {
            Answer::Value(Value::OwnWords(OwnWords { no, words: words.to_owned() }))
        }
        _ => Answer::Unclear,
    }
}

/// «12号：好的», «12 好的»; a number that runs into the words, as in «12个孩子», is none.
fn by_number<'a>(text: &'a str, numbers: &[u32]) -> Option<(u32, &'a str)> {
    let (no, rest) = leading_number(text)?;
    let after_unit = rest.trim_start_matches(' ').strip_prefix('号');
    let words = after_unit.unwrap_or(rest);
    let is_separated = words.starts_with(SEPARATORS);
    let may_be_day = no <= DAY_MAX && starts_with_any(words, &AFTER_A_DAY);
    let is_named = is_separated || after_unit.is_some() && !may_be_day;
    (is_named && numbers.contains(&no)).then(|| (no, words.trim_start_matches(SEPARATORS)))
}

/// The number at the start, in digits of any width, and what follows.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let digit = |c: char| match c {
        '0'..='9' => c.to_digit(10),
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => None,
    };
    let rest = text.trim_start_matches(|c| digit(c).is_some());
    let digits = text.strip_suffix(rest)?;
    let number = digits
        .chars()
        .filter_map(digit)
        .try_fold(0_u32, |number, digit| number.checked_mul(10)?.checked_add(digit))?;
    (number > 0).then_some((number, rest))
}

fn is_too_long(words: &str) -> bool {
    words.chars().nth(super::ANSWER_CHARS_MAX).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Question, read};
    use super::*;

    #[test]
    fn the_number_or_the_word_for_answering_is_needed() {
        let question = |only_open| Question::Answers { numbers: vec![3, 12, 128], only_open };
        for (text, only_open, want) in [
            ("12号 好的，明天我来找您", None, Some((12, "好的，明天我来找您"))),
            ("12：明天下午三点", None, Some((12, "明天下午三点"))),
            ("回复12 带水杯就行", None, Some((12, "带水杯就行"))),
            ("回复12号，带水杯就行", None, Some((12, "带水杯就行"))),
            ("１２号好的", None, Some((12, "好的"))),
            ("#128 可以", None, Some((128, "可以"))),
            ("【12号】明天来", None, Some((12, "明天来"))),
            ("第3号：菜单上有", None, Some((3, "菜单上有"))),
            ("3 取消", None, Some((3, "取消"))),
            ("回復12號：帶水杯就行", None, Some((12, "帶水杯就行"))),
            ("12號有家長會", None, None),
            ("12号：老师没有打孩子，请您放心", None, Some((12, "老师没有打孩子，请您放心"))),
            ("128号有家长会", None, Some((128, "有家长会"))),
            ("回复：明天来", Some(12), Some((12, "明天来"))),
            ("转告家长：明天来", Some(12), Some((12, "明天来"))),
            ("回复：7点半集合", Some(12), Some((12, "7点半集合"))),
            // Stray sentences, days and counts.
            ("好的，明天我来找您", Some(12), None),
            ("回复：明天来", None, None),
            ("回复晚了", Some(12), None),
            ("回复：13号放假", Some(12), None),
            ("回复：13，好的", Some(12), None),
            ("12号有家长会", None, None),
            ("12号下午开会", None, None),
            ("12个孩子都到了", None, None),
            ("12点我去接", None, None),
            ("12", None, None),
            ("12号", None, None),
            ("12号 ！！！", None, None),
            ("13号 好的", Some(12), None),
            ("99999999999号 好的", None, None),
            ("", Some(12), None),
        ] {
            let want = want.map_or(Answer::Unclear, |(no, words): (u32, &str)| {
                Answer::Value(Value::OwnWords(OwnWords { no, words: words.to_owned() }))
            });
            assert_eq!(read(text, &question(only_open)), want, "{text}");
        }
        assert_eq!(read("菜单", &question(Some(12))), Answer::Command(Command::Menu));
        assert_eq!(read(&format!("12号 {}", "好".repeat(600)), &question(None)), Answer::Unclear);
    }
}
