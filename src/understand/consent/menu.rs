//! The numbers of a menu: 1, 选二, 第三个, 我选1号.
//!
//! Knows what a number looks like, and not what it stands for. Start at [`menu_number`].

use super::super::numerals;
use super::super::phrases::{ends_with_any, starts_with_any};

/// 3, 选三: a clause that picks a line of the menu and says nothing else.
pub(super) fn picked(text: &str) -> Option<usize> {
    let (number, rest) = menu_number(text)?;
    let is_plain = text.bytes().all(|b| b.is_ascii_digit());
    (is_plain || rest.is_empty() && text.starts_with(['选', '按', '回', '扣', '填']))
        .then(|| usize::try_from(number).ok())?
}

/// What is the first, the last, or in the middle of a menu.
const PLACES: [(&[&str], Place); 3] = [
    (&["头一", "打头", "最上面", "最上边", "最上头", "最前面", "最前头", "排头"], Place::FromStart(0)),
    (
        &[
            "最后",
            "最末",
            "末尾",
            "最下面",
            "最下边",
            "最下头",
            "最底下",
            "最后面",
            "最后头",
            "倒数第一",
            "倒数第1",
            "末了",
        ],
        Place::FromEnd(0),
    ),
    (&["倒数第二", "倒数第2"], Place::FromEnd(1)),
];

#[derive(Clone, Copy)]
enum Place {
    FromStart(usize),
    FromEnd(usize),
}

/// 最后那项, 选倒数第二个, 中间那个: the number of the line that stands there, and nothing else said.
///
/// - `count`: how many lines the menu has.
pub(super) fn placed(text: &str, count: usize) -> Option<u32> {
    const LINES: &[&str] = &["选项", "个", "项", "条", "种", "行", "号"];
    let said = PICKING.iter().filter_map(|word| text.strip_prefix(word)).min_by_key(|rest| rest.len());
    let said = said.unwrap_or(text).trim_start_matches(['我', '要', '选', '，', ' ']);
    if count == 2
        && let Some(number) = one_of_two(said)
    {
        return Some(number);
    }
    let found = PLACES.iter().find_map(|(words, place)| {
        let rest = words.iter().filter_map(|word| said.strip_prefix(word)).min_by_key(|rest| rest.len())?;
        Some((*place, rest))
    });
    let middle =
        || Some((Place::FromStart(count / 2), said.strip_prefix("中间").filter(|_| count % 2 == 1)?));
    let (place, rest) = found.or_else(middle)?;
    let named = rest.trim_start_matches(['那', '这', '的', '一']);
    let line = LINES.iter().find_map(|word| named.strip_prefix(word))?;
    if !line.trim_matches(['吧', '的', '啊', '哈', '了', '，', '。', '呀', '哦']).is_empty() {
        return None;
    }
    let index = match place {
        Place::FromStart(index) => index,
        Place::FromEnd(index) => count.checked_sub(index + 1)?,
    };
    u32::try_from(index + 1).ok().filter(|_| index < count)
}

/// 前者, 后面那个, 上面的: of two lines, where one alone needs no superlative.
fn one_of_two(said: &str) -> Option<u32> {
    const FIRST: &[&str] = &["前面", "前边", "前头", "前", "上面", "上边", "上头", "左边"];
    const SECOND: &[&str] = &["后面", "后边", "后头", "后", "下面", "下边", "下头", "右边"];
    const LINE: &[&str] = &[
        "者",
        "那个",
        "那项",
        "那条",
        "一个",
        "一项",
        "一条",
        "那一个",
        "那一项",
        "这个",
        "的",
        "的那个",
        "的那项",
    ];
    const ENDS: [char; 8] = ['吧', '的', '啊', '哈', '了', '呀', '哦', '，'];
    let is_line = |rest: &str| {
        let after = LINE.iter().filter_map(|word| rest.strip_prefix(word)).min_by_key(|after| after.len());
        after.is_some_and(|after| after.trim_matches(ENDS).is_empty())
    };
    let is = |words: &[&str]| words.iter().filter_map(|word| said.strip_prefix(word)).any(is_line);
    if is(FIRST) { Some(1) } else { is(SECOND).then_some(2) }
}

/// What picks a number right after it.
const PICKING: &[&str] = &[
    "选择",
    "选项",
    "选",
    "回复",
    "回",
    "就",
    "答案",
    "填",
    "是",
    "按",
    "扣",
    "点",
    "打",
    "敲",
    "输入",
    "回您",
    "回你",
    "回老师",
    "option",
    "choice",
    "number",
    "回个",
    "扣个",
    "打个",
    "按个",
    "选个",
];

/// What stands after a number that is no line of a menu: 3年级, 2点.
const COUNTED: &[&str] = &[
    "年", "月", "点", "天", "次", "班", "个孩", "个娃", "起", "直", "定", "样", "下", "%", ":", "学期", "周",
    "孩", "家", "块", "元", "小时",
];

/// A number that picks a line of the menu, and what stands after it.
pub(in crate::understand) fn menu_number(text: &str) -> Option<(u32, &str)> {
    let begins = |c: char| c.is_ascii_digit() || c == '第' || numerals::digit(c).is_some();
    let lead = text.get(..text.find(begins)?)?;
    let lead_word = lead.trim_end_matches([':', '，', ' ']);
    let picks = ends_with_any(lead_word, PICKING);
    let picks = picks && lead.chars().count() <= 8 && !lead.contains(['不', '没', '别']);
    let body = text.strip_prefix(lead).filter(|_| picks).unwrap_or(text);
    let is_picked = body.len() < text.len() || body.starts_with('第');
    let body = body.strip_prefix('第').unwrap_or(body);
    let (number, end) = numerals::number_at(body, 0)?;
    let rest = body.get(end..)?;
    let is_arabic = body.starts_with(|c: char| c.is_ascii_digit());
    let measure = ["号选项", "个选项", "个", "项", "号", "种", "条", "吧", "选项"]
        .iter()
        .find_map(|word| rest.strip_prefix(word));
    let next = rest.chars().next();
    let is_free = next.is_none_or(|c| "，。、.:)✅❌-谢吧啊呀哈".contains(c));
    if starts_with_any(rest, COUNTED)
        || !(is_arabic || is_free || is_picked && measure.is_some() || rest.starts_with("号选项"))
    {
        return None;
    }
    Some((number, measure.unwrap_or(rest).trim_start_matches(['，', '、', '。', ' ', ')', '.', ':', '-'])))
}

/// Whether what stands after a number names another.
pub(super) fn goes_on_with_a_number(words: &str) -> bool {
    words.starts_with("还是") || {
        let after = words.trim_start_matches(['和', '跟', '与', '及', '、', '+', '&', '/', ' ']);
        after.len() < words.len() && numerals::number_at(after, 0).is_some()
    }
}
