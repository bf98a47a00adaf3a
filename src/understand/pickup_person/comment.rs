//! Comments (评论): what a clause says of persons besides who collects.
//!
//! Start at [`is_comment`].

use super::super::account;
use super::super::phrases::{Phrases, held, holds_any, phrases, starts_with_any, without_leading};
use super::name::{fond_name, name_at};
use super::words::{LEXICON, Word};

/// Characters that say nothing of a person.
const LIGHT: [char; 34] = [
    '的', '了', '吧', '啊', '呀', '哈', '哦', '嘛', '呢', '就', '和', '、', '跟', '与', '或', '都', '也',
    '还', '行', '可', '以', '好', '成', '一', '个', '两', '位', '俩', '，', '。', '(', ')', ':', ' ',
];

/// Whether a clause says of a person something else than collecting, as far as its words are known.
///
/// - `is_alone`: nobody collects in another clause.
///
/// `None` where one character that nothing of ours covers leaves it open.
pub(super) fn is_comment(text: &str, child: &str, is_alone: bool) -> Option<bool> {
    const COLLECTS: &Phrases = phrases![
        "接",
        "来",
        "去",
        "送",
        "领",
        "带",
        "是",
        "由",
        "叫",
        "让",
        "麻烦",
        "帮",
        "拜托",
        "负责",
        "到",
        "电话",
        "姓",
        "名",
        "安排",
        "坐",
        "走",
        "回",
        "换",
        "等他",
        "等她",
        "等孩",
        "门口等",
        "替",
        "捎",
        "认",
        "交给",
        "跑一趟",
        "载",
        "驮",
        "拉他",
        "拉她",
        "拉娃",
        "拉孩",
        "归",
        "顶上",
        "顶班",
        "顶替",
        "代劳",
        "出马",
        "动身",
    ];
    let is_for_child =
        |word: &'static str| word != "去" || text.match_indices('去').any(|(at, _)| goes_to_child(text, at));
    if held(text.into(), COLLECTS).any(is_for_child) {
        return Some(false);
    }
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end =
            name_at(text, at, child).map(|(_, end)| end).or_else(|| LEXICON.at(text, at).map(|t| t.end));
        let end = end
            .or_else(|| account::light_end(text, at))
            .or_else(|| fond_name(text, at).filter(|_| at > 0).map(|name| at + name.len()));
        unknown += usize::from(end.is_none() && !c.is_ascii() && !LIGHT.contains(&c));
        at = end.unwrap_or(at + c.len_utf8());
    }
    Some(unknown > usize::from(is_alone)).filter(|_| is_alone || unknown != 1)
}

/// Whether 去 at this byte goes to the child: 去接, 去学校, 他去, but not 去医院.
fn goes_to_child(text: &str, at: usize) -> bool {
    let after = text.get(at + '去'.len_utf8()..).unwrap_or_default();
    let ours = ["接", "领", "带", "送", "学校", "校", "门口", "幼儿园", "帮", "就", "可以", "行", "好", "一"];
    after.starts_with(|c: char| !('\u{4e00}'..='\u{9fff}').contains(&c) || "吧了的哈啊呀噢哦呢嘛".contains(c))
        || after.is_empty()
        || starts_with_any(after, &ours)
        || LEXICON.at(after, 0).is_some()
}

/// Whether a clause tells of speaking with somebody, and of nobody who comes.
pub(super) fn speaks(text: &str) -> bool {
    holds_any(
        text,
        phrases![
            "决定",
            "知道",
            "收到",
            "明白",
            "看到",
            "考虑",
            "商量",
            "说好",
            "讲好",
            "说过",
            "告诉",
            "通知",
            "沟通",
            "打过招呼",
            "问过",
            "联系好",
        ],
    ) && !text.contains(['接', '来', '去', '送', '领', '带', '让'])
}

/// 她在附近上班: near enough to come.
pub(super) fn is_near(text: &str) -> bool {
    holds_any(text, phrases!["附近", "旁边", "离学校", "顺路", "对面"])
}

/// 他加班: a pronoun, and a reason not to come.
pub(super) fn speaks_of_last(text: &str) -> bool {
    !is_near(text)
        && text.starts_with(['他', '她'])
        && LEXICON.scan(text).iter().any(|t| t.kind == Word::Cannot)
}

/// 他去接: a pronoun that collects.
pub(super) fn collects_as_last(text: &str) -> bool {
    let verbs = ["去接", "来接", "接", "去", "来"];
    let text = without_leading(text, &["放学", "到时候", "今天", "下午", "晚上"]);
    let asked = ["让", "叫", "请", "就让", "就叫"].iter().find_map(|word| text.strip_prefix(word));
    if asked.is_some_and(|rest| {
        rest.starts_with(['他', '她']) && rest.contains(['接', '带', '领', '捎', '去', '来'])
    }) {
        return LEXICON.at(asked.unwrap_or_default(), 0).is_none_or(|t| !matches!(t.kind, Word::Kin(_)));
    }
    text.strip_prefix(['他', '她']).is_some_and(|rest| {
        let does = verbs.iter().any(|verb| rest.trim_end_matches(['吧', '的', '了']) == *verb);
        does || rest.starts_with(['会', '把', '帮', '顺']) && rest.contains(['接', '带', '领', '送'])
    })
}
