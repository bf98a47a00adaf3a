//! Acknowledgement (收到): that somebody has read what was sent to all.
//!
//! 收到 may be followed by anything, which is kept as it was written; 好的 and 知道了 stand alone, because with more words
//! they may answer something else. Start at [`read`].

use super::phrases::starts_with_any;
use super::{Answer, free_text};

/// Words that say so by themselves, whatever follows.
const RECEIVED: [&str; 6] = ["回复收到", "已经收到", "已收到", "收到", "已阅", "已读"];
/// Words that say so when nothing of weight follows.
const ALONE: [&str; 14] = [
    "我知道了",
    "知道了",
    "看到了",
    "看见了",
    "了解了",
    "明白了",
    "好的好的",
    "知道",
    "了解",
    "明白",
    "好的",
    "好",
    "嗯嗯",
    "ok",
];
/// What may follow those.
const AFTER: [&str; 12] =
    ["谢谢老师", "谢谢学校", "辛苦老师", "谢谢您", "谢谢", "辛苦了", "老师", "马上", "嗯", "的", "啊", "哈"];

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    let found =
        RECEIVED.iter().chain(&ALONE).find_map(|word| Some(text.len() - text.strip_prefix(word)?.len()));
    found.and_then(|end| text.get(..end)).into_iter().collect()
}

/// Reads a reply to a broadcast.
///
/// - `raw`: as received; it is the value.
pub(super) fn read(raw: &str, text: &str) -> Answer {
    let said = text.trim_start_matches(['嗯', '，', '。', '哦']);
    let is_question = text.contains(['?']) || text.ends_with(['吗', '没']);
    let is_received = starts_with_any(said, &RECEIVED) && !is_question;
    let alone = ALONE.iter().find_map(|word| said.strip_prefix(word));
    if is_received || alone.is_some_and(is_empty) { free_text(raw) } else { Answer::Unclear }
}

fn is_empty(rest: &str) -> bool {
    let mut rest = rest;
    // Bound: each round takes at least one character away.
    loop {
        rest = rest.trim_start_matches(['，', '。', '!', ' ']);
        match AFTER.iter().find_map(|word| rest.strip_prefix(word)) {
            Some(after) => rest = after,
            None => return rest.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Question, Value, read};

    #[test]
    fn who_has_read_it_says_so_and_other_words_are_for_others() {
        for (text, want) in [
            ("收到", true),
            ("收到！", true),
            ("已收到，谢谢老师", true),
            ("收到，我马上来接孩子", true),
            ("好的", true),
            ("知道了，谢谢老师", true),
            ("OK", true),
            ("嗯，收到", true),
            ("收到了吗？", false),
            ("没收到", false),
            ("好的，周三不去", false),
            ("参加", false),
            ("1", false),
            ("修改", false),
        ] {
            let is_read = matches!(read(text, &Question::Acknowledgement), Answer::Value(Value::Text(_)));
            assert_eq!(is_read, want, "{text}");
        }
    }
}
