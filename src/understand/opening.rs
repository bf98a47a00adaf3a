//! Openings (开场): hesitation, address and greeting before the answer, which say nothing of it.
//!
//! 老师您好，不对 · 呃不参加 · 那个老师啊周三. An opening that is the whole reply stays. Start at [`without_opening`].

use std::sync::LazyLock;

use super::chars::Chars;
use super::phrases::{ends_with_any, starts_with_any};

/// Sounds of hesitation; they never agree.
const HESITATIONS: &[&str] = &[
    "呃", "额", "哎呀", "哎哟", "哎", "唉", "诶", "欸", "噢", "喔", "哦", "啊", "嘶", "唔", "em", "emm",
    "emmm",
];
/// 嗯 agrees by itself, and hesitates before one of these.
const AFTER_HUM: &[&str] =
    &["那个", "，", "。", "这个", "就是", "老师", "我想想", "我看看", "让我想", "让我看"];
/// Greetings that stand before anything.
const GREETINGS: &[&str] = &[
    "您好",
    "你好",
    "早上好",
    "上午好",
    "中午好",
    "下午好",
    "晚上好",
    "hello",
    "hi",
    "在吗?",
    "在不?",
    "打扰了",
    "打扰一下",
    "打扰您了",
    "不好意思打扰了",
];
/// Words that only open where punctuation follows.
const SET_APART: &[&str] = &[
    "老师好",
    "老师们好",
    "老师",
    "亲爱的老师",
    "尊敬的老师",
    "辛苦老师",
    "老师辛苦了",
    "辛苦了",
    "麻烦老师",
    "不好意思",
    "抱歉",
    "班主任好",
    "好老师",
    "收到",
    "谢谢老师",
    "谢谢",
    "感谢老师",
    "那个",
    "这个",
    "就是",
    "回复老师",
    "回老师",
    "回复",
    "报告老师",
    "报告",
    "校长好",
    "老师麻烦了",
    "麻烦您了",
];
/// Forms of address, before a greeting or a particle.
const ADDRESSES: &[&str] = &["尊敬的老师", "亲爱的老师", "老师们", "老师", "班主任", "校长"];

/// A normal form without its opening, as long as something else is left.
///
/// - `keeps_writer`: who writes is part of the answer.
pub(super) fn without_opening(text: &str, keeps_writer: bool) -> &str {
    let mut rest = text;
    // Bound: each round takes at least one character away.
    while let Some(shorter) = shorter(rest, keeps_writer) {
        let shorter = shorter.trim_start_matches(['，', '。', '、', ' ', '-', '.', ':']);
        if shorter.is_empty() {
            return rest;
        }
        rest = shorter;
    }
    rest
}

/// What openings begin with: most replies begin otherwise, and cost no more than this.
static STARTS: LazyLock<Chars> = LazyLock::new(|| {
    let words =
        [HESITATIONS, GREETINGS, SET_APART, ADDRESSES, &["嗯", "我是", "让我", "这里是", "那个", "这个"]];
    Chars::of(words.into_iter().flatten().filter_map(|word| word.chars().next()))
});

/// Whether a text may begin with an opening: a word of ours, or a surname and a form of address.
fn may_open(text: &str) -> bool {
    let mut chars = text.chars();
    let is_start = |c: Option<char>| c.is_some_and(|c| STARTS.may_hold(c));
    is_start(chars.next()) || chars.next().is_some_and(|c| ADDRESSES.iter().any(|word| word.starts_with(c)))
}

fn shorter(text: &str, keeps_writer: bool) -> Option<&str> {
    if !may_open(text) {
        return None;
    }
    let marks = ['，', '。', '、', '?', ':'];
    if let Some(rest) = introduced(text).filter(|_| !keeps_writer) {
        return Some(rest);
    }
    if let Some(rest) = thinking_aloud(text) {
        return Some(rest);
    }
    if let Some(rest) = strip(text, GREETINGS) {
        return Some(rest.trim_start_matches(['啊', '呀', '哈']));
    }
    if let Some(rest) = strip(text, SET_APART).filter(|rest| rest.starts_with(marks)) {
        return Some(rest);
    }
    if let Some(rest) = text.strip_prefix('嗯')
        && (starts_with_any(rest, AFTER_HUM))
    {
        return Some(strip(rest, &["那个", "这个", "就是"]).unwrap_or(rest));
    }
    if let Some(rest) = strip(text, HESITATIONS) {
        return Some(strip(rest, &["那个", "这个", "就是"]).unwrap_or(rest));
    }
    // 那个老师啊, 王老师您好: an address, and what shows that it is one.
    let plain = strip(text, &["那个", "这个"]).unwrap_or(text);
    let named = plain.char_indices().nth(1).and_then(|(at, _)| plain.get(at..)).unwrap_or_default();
    let (rest, is_named) = match strip(plain, ADDRESSES) {
        Some(rest) => (rest, false),
        None => (strip(named, ADDRESSES)?, true),
    };
    let greeted = strip(rest, GREETINGS).or_else(|| rest.strip_prefix('好').filter(|r| r.starts_with(marks)));
    let called = strip(rest, &["啊", "呀", "哈"]).filter(|_| !is_named);
    let excused =
        strip(rest, &["不好意思", "打扰", "抱歉"]).map(|rest| rest.trim_start_matches(['了', '啊', '哈']));
    greeted.or(called).or(excused)
}

/// 我想想哈星期二…: thinking aloud before the answer; 我想想再说 puts it off, and 我想想，… may.
fn thinking_aloud(text: &str) -> Option<&str> {
    let rest =
        strip(text, &["我想想", "让我想想", "我想一下", "让我想一下", "我看看", "我看一下", "让我看看"])?;
    let after = rest.trim_start_matches(['啊', '哈', '呀', '哦', '噢', '嗯', '呃', '额', '，']);
    let is_answer = !starts_with_any(
        after,
        &[
            "再",
            "吧",
            "给",
            "才",
            "怎",
            "能",
            "要不",
            "要是",
            "是",
            "看",
            "问",
            "的",
            "先",
            "了",
            "行",
            "有",
            "什",
            "哪",
            "几",
            "晚",
            "明天再",
            "回",
            "跟",
            "和",
        ],
    );
    (is_answer && rest.len() > after.len() && !after.is_empty()).then_some(after)
}

/// 我是张小明妈妈，…: who writes, and nothing of the answer.
fn introduced(text: &str) -> Option<&str> {
    let own = text.strip_prefix("我是").or_else(|| text.strip_prefix("这里是"))?;
    let (who, rest) = own.split_once(['，', '。'])?;
    let is_parent = ends_with_any(
        who,
        &["家长", "母亲", "父亲", "妈", "爸", "奶奶", "爷爷", "外婆", "外公", "姥姥", "姥爷"],
    );
    (is_parent && who.chars().count() <= 10).then_some(rest)
}

fn strip<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().filter_map(|word| text.strip_prefix(word)).min_by_key(|rest| rest.len())
}

#[cfg(test)]
mod tests {
    use super::without_opening;

    #[test]
    fn an_opening_goes_and_an_answer_stays() {
        for (text, want) in [
            ("老师您好，不对", "不对"),
            ("呃不参加", "不参加"),
            ("那个老师啊不参加", "不参加"),
            ("王老师您好，周三", "周三"),
            ("辛苦老师，一样", "一样"),
            ("嗯那个不对", "不对"),
            ("嗯嗯", "嗯嗯"),
            ("嗯呐", "嗯呐"),
            ("您好", "您好"),
            ("老师好的", "老师好的"),
            ("王老师，13800001111", "王老师，13800001111"),
            ("那个画画的", "那个画画的"),
            ("我是张小明妈妈，周三", "周三"),
            ("我是张小明妈妈", "我是张小明妈妈"),
        ] {
            assert_eq!(without_opening(text, false), want, "{text}");
        }
    }
}
