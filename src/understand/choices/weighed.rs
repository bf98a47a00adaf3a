//! Weighing (权衡): what options are set against before one is chosen, and what keeps two of them open.
//!
//! Start at [`without_standard`] and [`keeps_open`].

use std::borrow::Cow;

use super::super::numerals;
use super::super::phrases::{
    Phrases, around, ends_with_any, find, holds_any, phrases, possible, starts_with_any,
};
use super::Set;
use super::comment::named_in;
use super::mention::{Name, mention_at};
use super::words::{LEXICON, Word};
use super::{ChoiceOption, clause};

/// What stands behind the options among which, or against which, one is chosen.
const AMONG: &Phrases = phrases![
    "里头",
    "里面",
    "里边",
    "当中",
    "之中",
    "中间",
    "之间",
    "比起来",
    "比较起来",
    "比较下来",
    "相比较",
    "相比",
    "相比之下",
    "比较，",
    "比，",
];
/// What may stand between: 口琴和泥塑两个里头.
const COUNTED: [&str; 9] = ["", "两个", "这两个", "两样", "这两样", "俩", "这俩", "二者", "两者"];
/// What stands before the option that another one is better than.
const THAN: &Phrases = phrases!["比起", "相比起", "相比于", "相较于", "较之", "比"];

/// 比起唱歌，她更爱跳舞; 口琴和泥塑里头，还是口琴: a reply without what it compares with, or chooses among; `None` where it
/// says no more than that.
pub(super) fn without_standard<'t>(
    text: &'t str,
    options: &[ChoiceOption],
    pieces: &[Name<'_>],
) -> Option<Cow<'t, str>> {
    if !text.contains(['比', '里', '中', '间']) {
        return Some(Cow::Borrowed(text));
    }
    for word in possible(text, AMONG) {
        let Some(at) = find(text, word) else { continue };
        let Some((before, after)) = text.split_at_checked(at) else { continue };
        let start = before.rfind(['，', '。']).map_or(0, |comma| comma + '，'.len_utf8());
        let candidates = before.get(start..).unwrap_or_default();
        if !ends_named(candidates, options, pieces) {
            continue;
        }
        let after = after.get(word.len()..).unwrap_or_default().trim_start_matches(['，', '。', ' ']);
        let after = after.strip_prefix("还是").unwrap_or(after);
        if named_in(after, options, pieces).is_empty() {
            // 作业里面难的 speaks of one thing; of two, nothing is said.
            let is_one = named_in(candidates, options, pieces).len() == 1 && !after.is_empty();
            return is_one.then_some(Cow::Borrowed(text));
        }
        return Some(Cow::Owned([before.get(..start).unwrap_or_default(), after].concat()));
    }
    let compared = possible(text, THAN).find_map(|word| {
        let at = find(text, word)?;
        let (_, end) = mention_at(text, at + word.len(), options, pieces)?;
        Some((text.get(..at)?, text.get(end..)?))
    });
    // 书法比画画难，报画画: where another clause chooses, this one only compares.
    if let Some((before, after)) = compared
        && let Some((_, chosen)) = after.split_once(['，', '。'])
        && !named_in(chosen, options, pieces).is_empty()
        && !named_in(before, options, pieces).is_empty()
    {
        let start = before.rfind(['，', '。']).map_or(0, |comma| comma + '，'.len_utf8());
        return Some(Cow::Owned([before.get(..start).unwrap_or_default(), chosen].concat()));
    }
    Some(match compared {
        Some((before, after)) => Cow::Owned([before, after].concat()),
        None => Cow::Borrowed(text),
    })
}

/// Whether a stretch ends with an option, or with a count of those it names.
fn ends_named(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    let ends = text.char_indices().filter_map(|(at, _)| mention_at(text, at, options, pieces));
    let mut rests = ends.filter_map(|(_, end)| text.get(end..));
    rests.any(|rest| COUNTED.contains(&rest))
}

/// Whether a reply leaves open which of the options that it names is meant.
pub(super) fn keeps_open(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    is_either(text, options, pieces)
        || alternates(text, options, pieces)
        || is_conditional(text, options, pieces)
        || ranks_second(text, options, pieces)
}

/// 不是体育就是艺术: one of two.
fn is_either(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    if !holds_any(text, phrases!["就是"]) {
        return false;
    }
    let Some(denied) = find(text, "不是").and_then(|at| text.get(at + "不是".len()..)) else {
        return false;
    };
    let denied = denied.trim_start_matches(['报', '选', '学', '打', '去', '要', '上']);
    let Some((_, end)) = mention_at(denied, 0, options, pieces) else { return false };
    denied.get(end..).is_some_and(|rest| rest.trim_start_matches('，').starts_with("就是"))
}

/// What comes in turns.
const TURNS: [(&Phrases, &Phrases); 4] = [
    (phrases!["单周", "单数周"], phrases!["双周", "双数周"]),
    (phrases!["晴天", "天晴", "不下雨"], phrases!["雨天", "下雨"]),
    (phrases!["上半学期", "前半学期", "前半期"], phrases!["下半学期", "后半学期", "后半期"]),
    (phrases!["有时候", "有时"], phrases!["有时候", "有时"]),
];

/// 单周英语双周数学; 作业少的日子去户外，作业多就写作业: now the one, now the other.
fn alternates(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    let turns = TURNS.iter().any(|(one, other)| {
        let mut first = possible(text, one).filter_map(|word| Some((find(text, word)?, word.len())));
        first.any(|(at, length)| {
            holds_any(text.get(..at).unwrap_or_default(), other)
                || holds_any(text.get(at + length..).unwrap_or_default(), other)
        })
    });
    (turns || more_and_less(text)) && named_in(text, options, pieces).len() > 1
}

/// 作业多…, 作业少…: much and little of the same thing.
fn more_and_less(text: &str) -> bool {
    let of = |degree: char| {
        text.match_indices(degree)
            .filter_map(|(at, _)| text.get(..at)?.chars().next_back())
            .filter(|c| !"很不太最多少，".contains(*c))
    };
    text.contains('多') && of('少').any(|thing| of('多').any(|other| other == thing))
}

/// What joins the things of a list.
const JOINING: [&str; 9] = ["还有", "以及", "和", "跟", "与", "及", "同", "、", "加"];

/// What stands before a stretch that nobody reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The clause's beginning or a verb: a list may begin.
    Opening,
    Name,
    /// A name and what joins another to it.
    NameJoined,
    /// Something unread and what joins a name to it.
    UnreadJoined,
    Word,
}

/// 学冲浪和画画, 画画和冲浪: whether a list holds something that nobody read, and so perhaps is not on offer.
pub(super) fn lists_unknown(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    if !text.contains(['和', '跟', '与', '及', '同', '、', '加', '还']) {
        return false;
    }
    text.split(['，', '。']).any(|clause| {
        let (mut at, mut gap_from, mut before) = (0, 0, Before::Opening);
        while let Some(c) = clause.get(at..).and_then(|t| t.chars().next()) {
            let gap = clause.get(gap_from..at).unwrap_or_default();
            let joint =
                || JOINING.iter().find(|word| clause.get(at..).is_some_and(|t| t.starts_with(**word)));
            let (end, after) = if let Some((_, end)) = mention_at(clause, at, options, pieces) {
                if before == Before::UnreadJoined && gap.is_empty() {
                    return true;
                }
                (end, Before::Name)
            } else if let Some(word) = joint() {
                let after = match before {
                    Before::Opening if names_thing(gap) => Before::UnreadJoined,
                    Before::Name if gap.is_empty() => Before::NameJoined,
                    _ => Before::Word,
                };
                (at + word.len(), after)
            } else if let Some(token) = LEXICON.at(clause, at) {
                let ends_list = matches!(token.kind, Word::All | Word::Each);
                if ends_list && before == Before::NameJoined && names_thing(gap) {
                    return true;
                }
                (token.end, if token.kind == Word::Verb { Before::Opening } else { Before::Word })
            } else {
                at += c.len_utf8();
                continue;
            };
            (at, gap_from, before) = (end, end, after);
        }
        let gap = clause.get(gap_from..).unwrap_or_default();
        before == Before::NameJoined
            && names_thing(gap.trim_end_matches(['吧', '啊', '呀', '哈', '了', '嘛']))
    })
}

/// Whether an unread stretch may be the name of an activity: nobody is spoken of, and nothing said.
fn names_thing(gap: &str) -> bool {
    let length = gap.chars().count();
    (2..=4).contains(&length)
        && !gap.contains([
            '我', '你', '您', '他', '她', '们', '爸', '妈', '爷', '奶', '孩', '娃', '师', '的', '了', '是',
            '这', '那', '个', '家', '学', '儿', '女',
        ])
}

/// What a condition may go on with after 只要.
const SUPPOSED: [&str; 16] = [
    "不", "没", "能", "有", "会", "他", "她", "孩子", "娃", "老师", "学校", "教练", "时间", "您", "是",
    "可以",
];

/// 只要不影响复习，就让他打篮球: a condition; 只要画画就行 and 只要孩子高兴就行 are none.
fn is_conditional(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    // 漫画能画奥特曼我就让他去.
    let then = around(text, phrases!["我就报", "我就让", "我就给", "我们就报", "我们就让", "我们就给"]);
    let mut supposed = then.filter_map(|(before, _)| before.rsplit(['，', '。']).next());
    if supposed.any(|before| before.contains(['能', '有', '会', '不', '免'])) {
        return true;
    }
    let Some(after) = find(text, "只要").and_then(|at| text.get(at + "只要".len()..)) else {
        return false;
    };
    let Some((supposed, then)) = around(after, phrases!["就"]).next() else { return false };
    if !starts_with_any(supposed, &SUPPOSED) && !named_in(supposed, options, pieces).is_empty() {
        return false;
    }
    let then = then.split(['，', '。']).next().unwrap_or_default();
    !named_in(then, options, pieces).is_empty()
}

/// 第一志愿足球，第二志愿篮球: the second in place of the first.
fn ranks_second(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    around(text, phrases!["第二志愿", "第二选择", "第二意向", "第二顺位"]).any(|(_, after)| {
        let after = after.trim_start_matches(['，', ':', '是', '就', '报', '选', '填', ' ']);
        mention_at(after, 0, options, pieces).is_some()
    })
}

/// 泥塑口琴选一个: how many are to be chosen, where a clause ends with it; 足球选一个 chooses that one.
pub(super) fn count_chosen(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Option<usize> {
    text.split(['，', '。']).find_map(|clause| {
        let clause = clause
            .trim_end_matches(['就', '好', '行', '吧', '可', '以', '了', '够', '啊', '即', '呀', '的', '成']);
        let counted =
            ["个", "门", "项", "样", "种"].iter().find_map(|measure| clause.strip_suffix(measure))?;
        let number = counted.chars().next_back()?;
        let value = number.to_digit(10).or_else(|| numerals::digit(number)).filter(|n| *n > 0)?;
        let before = counted.strip_suffix(number)?;
        // 乒乓和国画各报一个 chooses one of each.
        let each = before.contains(['各', '每', '再', '都', '外', '多', '加']);
        let chooses = ends_with_any(
            before,
            &["选", "挑", "报", "拣", "学", "要", "上", "参加", "选其中", "里", "中", "任意", "随便"],
        );
        let count = usize::try_from(value).ok().filter(|_| chooses && !each)?;
        let named = named_in(before, options, pieces).len();
        (named == 0 || named > count).then_some(count)
    })
}

/// Who may wish something for the child, and the child; one person a line.
const HOLDERS: [&str; 8] = [
    "我们 我",
    "孩子他爸 孩子爸 他爸爸 她爸爸 他爸 她爸 他爹 她爹 爸爸",
    "孩子他妈 孩子妈 他妈妈 她妈妈 他妈 她妈 妈妈",
    "爷爷",
    "奶奶",
    "姥爷 外公",
    "姥姥 外婆",
    "孩子 小孩 小朋友 宝宝 儿子 女儿 闺女 娃儿 娃 他 她",
];
/// What they do with it.
const WISHES: [&str; 18] = [
    "想让", "想", "说", "要", "喜欢", "爱", "觉得", "建议", "希望", "非要", "让", "主张", "看中", "中意",
    "偏", "叫", "推荐", "吵着",
];

/// What becomes of a reply in which two persons wish different things.
pub(super) enum Wishes<'t> {
    /// They do not.
    Agree,
    /// And nobody decides: 他爸说种菜，他妈说唱歌.
    Differ,
    /// The last clause decides: 我想让她学剪纸，她想唱歌，那就唱歌吧.
    Decided(&'t str),
}

pub(super) fn wishes<'t>(text: &'t str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Wishes<'t> {
    if !text.contains(['，', '但'])
        || !text.contains(['想', '说', '要', '喜', '爱', '得', '议', '望', '让', '主', '意'])
    {
        return Wishes::Agree;
    }
    let mut held: Option<(usize, Set)> = None;
    let mut differ = false;
    for clause in text.split(['，', '。', '但']) {
        let Some((who, wish)) = held_wish(clause) else { continue };
        let named = named_in(wish, options, pieces);
        // 我也想: besides, not instead.
        if named.is_empty() || holds_any(wish, phrases!["也", "都", "还"]) || clause::asks(clause) {
            continue;
        }
        match &held {
            Some((other, set)) if *other != who => differ |= set.is_disjoint(&named),
            Some(_) => {}
            None => held = Some((who, named)),
        }
    }
    if !differ {
        return Wishes::Agree;
    }
    let last = text.rsplit(['，', '。']).find(|clause| !clause.is_empty()).unwrap_or_default();
    let decides = held_wish(last).is_none() && !holds_any(last, phrases!["都", "加", "再", "也"]);
    if decides && !named_in(last, options, pieces).is_empty() {
        Wishes::Decided(last)
    } else {
        Wishes::Differ
    }
}

/// 他爸|说种菜: who wishes, and what is said of it, at a clause's head.
fn held_wish(clause: &str) -> Option<(usize, &str)> {
    const STARTS: [char; 21] = [
        '是', '可', '不', '而', '其', '我', '孩', '他', '她', '爸', '妈', '爷', '奶', '姥', '外', '小', '宝',
        '儿', '女', '闺', '娃',
    ];
    if !clause.starts_with(STARTS) {
        return None;
    }
    let head = ["可是", "不过", "是", "而", "可", "其实", "我家", "我们家"];
    let plain = head.iter().find_map(|word| clause.strip_prefix(word)).unwrap_or(clause);
    let (rest, who) = HOLDERS
        .iter()
        .enumerate()
        .find_map(|(who, words)| words.split(' ').find_map(|word| Some((plain.strip_prefix(word)?, who))))?;
    let rest = ["自己", "本人", "却", "偏", "更", "就", "又", "一直", "还是"]
        .iter()
        .fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    WISHES.iter().any(|wish| rest.starts_with(wish)).then_some((who, rest))
}
