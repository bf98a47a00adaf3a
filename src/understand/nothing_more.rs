//! Nothing more to say (没有了): thanks, a yes or a «没有» where a further word was offered.
//!
//! Whatever else is said is a further word. Start at [`is_nothing_more`].

use super::normalise::{self, NO_MARK, YES_MARK};

/// What says that there is nothing more, without its particles.
const NOTHING: [&str; 36] = [
    "没有",
    "没",
    "没事",
    "没啥",
    "没什么",
    "没问题",
    "没有问题",
    "没有别的",
    "没别的",
    "暂时没有",
    "不用",
    "不需要",
    "不必",
    "不说",
    "算",
    "无",
    "否",
    "不",
    "好",
    "好的",
    "行",
    "可以",
    "嗯",
    "嗯嗯",
    "知道",
    "明白",
    "收到",
    "懂",
    "清楚",
    "ok",
    "okay",
    "谢谢",
    "谢谢老师",
    "谢谢您",
    "感谢",
    "辛苦",
];

/// Particles and signs around such words.
const AROUND: [char; 16] =
    [YES_MARK, NO_MARK, '了', '啦', '的', '吧', '啊', '呀', '哦', '哈', '，', '。', '、', '!', '~', ' '];

/// Whether a reply to "is there anything else?" says that there is not.
pub fn is_nothing_more(text: &str) -> bool {
    let normal = normalise::normalise(text).text;
    let clauses = normalise::without_thanks(&normal).split(['，', '。', '、', ' ']);
    let mut said = clauses.map(|clause| clause.trim_matches(AROUND)).filter(|clause| !clause.is_empty());
    said.all(|clause| {
        let bare = clause.trim_start_matches("老师").trim_end_matches("老师").trim_matches(AROUND);
        bare.is_empty() || NOTHING.iter().any(|word| bare == word.trim_matches(AROUND))
    })
}

#[cfg(test)]
mod tests {
    use super::is_nothing_more;

    #[test]
    fn thanks_and_no_are_nothing_more_and_a_sentence_is() {
        for (text, want) in [
            ("没有", true),
            ("没有了，谢谢老师", true),
            ("没有啦", true),
            ("好的，知道了", true),
            ("好的谢谢", true),
            ("谢谢老师！", true),
            ("老师辛苦了", true),
            ("收到👌", true),
            ("不用了", true),
            ("👌", true),
            ("沒有了", true),
            ("那几点去接？", false),
            ("好的，那我明天带过去", false),
            ("没有带水杯怎么办", false),
            ("谢谢老师，明天我去学校", false),
        ] {
            assert_eq!(is_nothing_more(text), want, "{text}");
        }
    }
}
