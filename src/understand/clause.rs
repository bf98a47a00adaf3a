//! Clauses (分句): where a reply divides, what only asks, and what a correction leaves standing.
//!
//! Works on normal forms; knows no slot. Start at [`clauses`] and [`corrected`].

mod correction;

use std::borrow::Cow;
use std::sync::LazyLock;

use smallvec::SmallVec;

use super::lexicon::Lexicon;
use super::phrases::{Phrases, around, ends_with_any, holds_any, phrases, without_leading};
pub(super) use correction::{corrected, rather, split_correction, undenied};

/// Whether a clause asks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// It states.
    States,
    /// It names an answer and asks whether that is all right (`…可以吗`).
    Requests,
    /// It asks something back.
    Asks,
}

/// A part of a reply between punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clause<'a> {
    /// Its words; of a request, without the tag question.
    pub(super) text: &'a str,
    /// Whether it asks.
    pub(super) mood: Mood,
}

/// The clauses of a reply; most have no more than these.
pub(super) type Clauses<'a> = SmallVec<[Clause<'a>; 6]>;

/// Tag questions that make a statement polite.
const TAGS: &[&str] = &[
    "可以不可以",
    "可不可以",
    "好不好",
    "行不行",
    "成不成",
    "没问题吧",
    "没关系吧",
    "可以吗",
    "可以么",
    "可以不",
    "可以吧",
    "行吗",
    "行么",
    "行不",
    "好吗",
    "好么",
    "成吗",
    "成不",
    "中不中",
    "中不",
    "得不得",
    "ok吗",
    "方便吗",
    "来得及吗",
    "能到吗",
    "能接吗",
    "合适吗",
    "可好",
    "可否",
    "要得不",
    "成么",
    "中吗",
    "使得不",
    "是吧",
    "对吧",
];

/// What begins a question politely, before what is asked for.
const POLITE_LEADS: &[&str] = &[
    "麻烦",
    "请问一下",
    "请问下",
    "请问",
    "我想问一下",
    "我想问下",
    "想问一下",
    "想问下",
    "想问",
    "问一下",
    "问下",
];

/// Words that ask.
const QUESTION_WORDS: &[&str] = &[
    "几点",
    "几时",
    "几号",
    "几天",
    "几个",
    "几年",
    "几次",
    "周几",
    "星期几",
    "礼拜几",
    "多少",
    "多久",
    "多大",
    "什么",
    "啥",
    "咋",
    "怎么",
    "怎样",
    "如何",
    "哪",
    "谁",
    "为何",
    "干嘛",
    "是否",
    "能否",
    "可否",
    "请问",
    "想问",
    "问一下",
    "问下",
    "what",
    "when",
    "how",
    "which",
    "who",
    "why",
    "where",
    "多长时间",
];

/// Question words inside these state: rhetorical, universal or indefinite.
const NOT_ASKING: &[&str] = &[
    "怎么会",
    "怎么能",
    "怎么可能",
    "怎么可以",
    "怎么也",
    "怎么都",
    "怎么样都",
    "哪能",
    "哪会",
    "哪里会",
    "哪有",
    "谁不",
    "谁会不",
    "谁都",
    "谁也",
    "谁来都行",
    "谁来都可以",
    "谁去都行",
    "谁去都可以",
    "谁接都行",
    "谁接都可以",
    "谁来接都",
    "谁去接都",
    "好几",
    "没什么",
    "不是什么",
    "不是啥",
    "没有什么",
    "没有啥",
    "没有哪",
    "没哪",
    "没啥",
    "什么都",
    "什么也",
    "啥都",
    "啥也",
    "哪天都",
    "哪个都",
    "哪项都",
    "哪样都",
    "哪种都",
    "哪天也",
    "几点都",
    "无论",
    "不管",
    "不论",
    "什么的",
    "哪怕",
    "随便哪",
    "开几天",
    "有几天",
    "上几天",
    "去几天",
    "啥的",
    "说什么也",
    "不知怎么",
    "没怎么",
    "怎么着都",
    "哪位",
    "其他几",
    "其它几",
    "其余几",
    "另外几",
    "别的几",
    "剩下几",
    "剩下的几",
    "这几",
    "那几",
    "前几",
    "后几",
    "过几",
    "几天都",
    "什么时候都",
    "啥时候都",
];

/// What a normal form states: itself, or without its clauses that ask something back.
pub(super) fn stated(text: &str) -> Cow<'_, str> {
    let all = clauses(text);
    if all.iter().all(|clause| clause.mood != Mood::Asks) {
        return Cow::Borrowed(text);
    }
    let kept: Vec<&str> = all.iter().filter(|c| c.mood != Mood::Asks).map(|c| c.text).collect();
    Cow::Owned(kept.join("，"))
}

/// 参加，刚手滑打成不参加了: a clause that tells what was entered by mistake says nothing of the answer.
pub(super) fn without_slip_report(text: &str) -> Cow<'_, str> {
    const ENTERED: &Phrases = phrases![
        "错成",
        "误点成",
        "误选成",
        "误填成",
        "打成",
        "点成",
        "按成",
        "写成",
        "发成",
        "选成",
        "填成",
        "输成"
    ];
    let reports =
        |clause: &str| holds_any(clause, ENTERED) && (clause.starts_with(['刚', '我', '前', '手', '上']));
    if !holds_any(text, phrases!["成"]) || !text.contains('，') || !text.split('，').any(reports) {
        return Cow::Borrowed(text);
    }
    let kept: Vec<&str> = text.split('，').filter(|clause| !reports(clause)).collect();
    if kept.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(kept.join("，")) }
}

/// Divides a normal form at its punctuation.
pub(super) fn clauses(text: &str) -> Clauses<'_> {
    text.split_inclusive(['，', '。', '?'])
        .filter_map(|piece| {
            let ends_asking = piece.ends_with('?');
            let body = piece.trim_matches(['，', '。', '?', '、', '.', ',', ':', '-', '(', ')', ' ']);
            (!body.is_empty()).then(|| clause(body, ends_asking))
        })
        .collect()
}

/// Whether a reply says one thing of one child and another of its sibling: 哥哥学足球，弟弟学围棋.
pub(super) fn is_split(text: &str) -> bool {
    const SIBLINGS: [&str; 22] = [
        "哥哥", "弟弟", "姐姐", "妹妹", "老大", "老二", "老三", "大宝", "二宝", "大的", "小的", "儿子",
        "女儿", "哥儿", "弟娃", "妹儿", "妹娃", "大娃", "小娃", "二娃", "大女", "细佬",
    ];
    let mut named: Option<&str> = None;
    text.split(['，', '。']).any(|clause| {
        let mut found = SIBLINGS.iter().filter(|word| clause.starts_with(**word));
        let first = found.next().filter(|word| clause.len() > word.len());
        let other = first.is_some_and(|word| named.is_some_and(|known| known != *word));
        named = named.or(first.copied());
        other
    })
}

/// 六点行不行呀|老师: an address after a question, or after the particle at its end.
fn without_address(body: &str) -> &str {
    let Some(before) = body.strip_suffix("老师") else { return body };
    let ends = before.ends_with(['吗', '么', '呀', '啊', '呢', '不', '行', '吧', '哈', '嘛', '哦', '噢']);
    if ends && before.chars().nth(2).is_some() { before } else { body }
}

fn clause(body: &str, ends_asking: bool) -> Clause<'_> {
    let body = without_address(body);
    let plain = body.trim_end_matches(['啊', '呀', '哈', '呢', '哦', '噢', '了']);
    // 不对吧 doubts, it does not ask for leave.
    let may_be_tagged = plain.ends_with(['以', '好', '行', '成', '吧', '吗', '么', '不', '中', '得', '否']);
    let tagged = TAGS.iter().filter(|_| may_be_tagged).find_map(|tag| plain.strip_suffix(tag));
    let tagged = tagged.filter(|before| !before.ends_with('不'));
    if let Some(statement) = tagged {
        let statement = statement.trim_end_matches(['，', ' ', '的', '话', '您', '看', '、']);
        // 请问17:50来接可以吗: asks for leave, with courtesy.
        let statement = without_leading(statement, POLITE_LEADS).trim_start_matches(['，', ':']);
        let mood = if !statement.is_empty() && !asks(statement) { Mood::Requests } else { Mood::Asks };
        return Clause { text: if mood == Mood::Requests { statement } else { body }, mood };
    }
    let mood = if ends_asking || asks(body) { Mood::Asks } else { Mood::States };
    Clause { text: body, mood }
}

/// Words that ask (true), and phrases around them that do not.
static QUESTIONS: LazyLock<Lexicon<bool>> = LazyLock::new(|| {
    let asking = QUESTION_WORDS.iter().map(|word| ((*word).to_owned(), true));
    Lexicon::of(asking.chain(NOT_ASKING.iter().map(|word| ((*word).to_owned(), false))), "")
});

/// Whether a stretch of text asks by its words.
pub(super) fn asks(body: &str) -> bool {
    let plain = body.trim_end_matches(['啊', '呀', '哈', '呢', '哦', '噢']);
    // 通过了吗他们: whom it is about comes after.
    let is_turned = plain.ends_with(['们', '他', '她', '个'])
        && ["他们", "她们", "他", "她", "你们", "这个", "那个"]
            .iter()
            .any(|who| plain.strip_suffix(who).is_some_and(|before| before.ends_with('吗')));
    if is_turned
        || plain.ends_with('吗')
        || (plain.ends_with('么') && !plain.ends_with("这么") && !plain.ends_with("那么"))
    {
        return true;
    }
    let is_total = || ends_with_any(plain, &["都没有", "也没有", "还没有", "并没有", "从没有"]);
    if plain.ends_with("没有") && !is_total() && plain.contains('了')
        || plain.strip_suffix("没有").is_some_and(|before| {
            before.contains('有') && !before.ends_with(['都', '也', '还', '并', '从', '有'])
        })
        // 有基础没: asks whether there is any.
        || plain.strip_suffix('没').is_some_and(|before| {
            before.contains('有') && !before.ends_with(['都', '也', '还', '并', '从', '有', '是', '就'])
        })
        || plain.ends_with("过没有")
        || plain.ends_with("过没")
        || plain.ends_with("了没")
        || plain.ends_with('不') && plain.chars().count() > 2
    {
        return true;
    }
    // 报名已经截止了吧: supposes, and wants to hear that it is so.
    if body.ends_with("了吧") && body.contains("已经") {
        return true;
    }
    QUESTIONS.holds(body, true) || a_not_a(body) && !is_whatever(body)
}

/// 不管下不下雨都去: no case is asked about, all are meant.
fn is_whatever(body: &str) -> bool {
    around(body, phrases!["不管", "无论", "不论", "甭管"]).any(|(_, case)| case.contains(['都', '也']))
}

/// 去不去, 参不参加, 有没有, 可不可以: the verb, a negative, the verb again.
fn a_not_a(body: &str) -> bool {
    if !body.contains(['不', '没']) {
        return false;
    }
    let (mut before, mut verb, mut negative) = (' ', ' ', ' ');
    body.chars().any(|next| {
        let is_asked = verb == next
            && "不没".contains(negative)
            && !"不没".contains(before)
            && !"不没，、嗯好对 ".contains(verb)
            && !verb.is_ascii();
        (before, verb, negative) = (verb, negative, next);
        is_asked
    })
}

#[cfg(test)]
mod tests {
    use super::{Mood, asks, clauses, corrected};

    #[test]
    fn a_question_is_told_from_a_polite_request_and_a_rhetorical_one() {
        for (text, want) in [
            ("17:55可以吗", Mood::Requests),
            ("最晚几点", Mood::Asks),
            ("能不参加吗", Mood::Asks),
            ("参不参加", Mood::Asks),
            ("怎么会不参加呢", Mood::States),
            ("哪天都行", Mood::States),
            ("不不不我们不上", Mood::States),
        ] {
            assert_eq!(clauses(text)[0].mood, want, "{text}");
        }
        assert!(!asks("好的"));
    }

    #[test]
    fn what_stands_after_a_correction_counts() {
        for (text, want) in [
            ("周二，不对，周三", "周三"),
            ("不是周二，是周三", "周三"),
            ("本来说六点，改成五点半", "五点半"),
            ("20号，不，21号", "21号"),
            ("明天不行，改后天", "后天"),
            ("不是不参加", "不是不参加"),
            ("没说错", "没说错"),
        ] {
            assert_eq!(corrected(text), want, "{text}");
        }
    }
}
