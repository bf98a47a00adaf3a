//! Comments (评论): what a clause says of options besides choosing them.
//!
//! Start at [`unknown`].

use super::super::phrases::{Phrases, holds_any, phrases, possible, without_leading};
use super::super::{ChoiceOption, numerals};
use super::Set;
use super::mention::{Name, mention_at};
use super::words::{LEXICON, Word};

/// Characters that say nothing of an option.
const LIGHT: [char; 24] = [
    '的', '了', '吧', '啊', '呀', '哈', '我', '们', '给', '个', '那', '这', '，', '、', '就', '孩', '子',
    '他', '她', '娃', '家', '老', '师', '也',
];

/// How many characters of a clause nothing of ours covers.
pub(super) fn unknown(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> usize {
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end = mention_at(text, at, options, pieces)
            .map(|(_, end)| end)
            .or_else(|| LEXICON.at(text, at).map(|t| t.end));
        unknown += usize::from(end.is_none() && !LIGHT.contains(&c));
        at = end.unwrap_or(at + c.len_utf8());
    }
    unknown
}

/// The options that a clause names.
pub(super) fn named_in(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Set {
    let mut named = Set::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let mention = mention_at(text, at, options, pieces);
        named.extend(mention.iter().filter_map(|(set, _)| set.as_ref()).flat_map(|set| set.iter().copied()));
        let word = || LEXICON.at(text, at).map(|t| t.end);
        at = mention.map(|(_, end)| end).or_else(word).unwrap_or(at + c.len_utf8());
    }
    named
}

/// 作业回家写, 围棋他坐不住: whether a clause gives a reason against what it names.
pub(super) fn has_reason_against(text: &str) -> bool {
    LEXICON.tokens(text).any(|t| matches!(t.kind, Word::Home | Word::Unfit))
}

/// Whether a clause names an option.
pub(super) fn names_one(text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    text.char_indices().any(
        |(at, _)| matches!(mention_at(text, at, options, pieces), Some((Some(set), _)) if !set.is_empty()),
    )
}

/// Whether a clause has a verb of choosing, or a negative.
pub(super) fn says_choice(text: &str) -> bool {
    LEXICON
        .tokens(text)
        .any(|t| !matches!(t.kind, Word::Topic(_) | Word::Other | Word::First | Word::Middle | Word::Last))
}

/// What an activity is good for; said beside one, it chooses no other.
const REASONS: [&str; 9] =
    ["强身健体", "锻炼身体", "锻炼", "健身", "出汗", "动一动", "活动活动", "锻炼锻炼", "锻炼一下"];

/// 跆拳道吧，强身健体: what it is good for.
pub(super) fn is_reason(text: &str) -> bool {
    let reason = text
        .trim_matches(['，', '吧', '能', '可', '以', '好', '想', '让', '他', '她', '还', '也', '孩', '子']);
    REASONS.contains(&reason)
}

/// What takes up what was named before, and adds nothing to it.
const TAKING_UP: [&str; 26] = [
    "他爸", "她爸", "他妈", "她妈", "爸爸", "妈妈", "爷爷", "奶奶", "家里", "所以", "因此", "这个", "那个",
    "这项", "这门", "这节", "就", "也", "可以", "我们", "我", "咱", "他", "她", "孩子", "先",
];
/// What refuses, before a verb of choosing or alone.
const REFUSING: [&str; 16] = [
    "不用再",
    "不需要",
    "没必要",
    "用不着",
    "不考虑",
    "不打算",
    "不准备",
    "不想",
    "不用",
    "不要",
    "不必",
    "无需",
    "甭",
    "别",
    "没",
    "不",
];
/// What is refused; the first of them are needed after a bare 不, 没 or 别.
const CHOSEN: [&str; 17] = [
    "给他报",
    "给她报",
    "给孩子报",
    "给报",
    "帮他报",
    "帮她报",
    "参加",
    "考虑",
    "报名",
    "报",
    "选",
    "要",
    "学",
    "上",
    "去",
    "勾",
    "加",
];

/// 围棋他坐不住，不报; 作业回家写，不用报: of what was named before.
pub(super) fn only_refuses(text: &str) -> bool {
    const DISAGREEING: [&str; 9] =
        ["不同意", "不让", "不赞成", "不支持", "不答应", "不愿意", "不乐意", "不肯", "不准"];
    let mut rest = text;
    while let Some(after) = TAKING_UP.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    let rest = rest.trim_end_matches(['了', '吧', '啊', '哈', '呀', '啦', '的']);
    if ["算", "免", "跳过", "放弃"].contains(&rest) || DISAGREEING.contains(&rest) {
        return true;
    }
    REFUSING.iter().any(|word| {
        let Some(verb) = rest.strip_prefix(word) else { return false };
        let verb = ["这个", "那个", "它", "这项", "这门"]
            .iter()
            .find_map(|it| verb.strip_suffix(it))
            .unwrap_or(verb);
        let may_be_bare = ["不用", "不要", "不必", "不需要", "用不着", "没必要", "不考虑"].contains(word);
        CHOSEN.contains(&verb) || verb.is_empty() && may_be_bare
    })
}

/// Who chooses instead of the family.
const CHOOSERS: &Phrases = phrases![
    "班主任",
    "老师们",
    "老师",
    "学校里",
    "学校",
    "校方",
    "园里",
    "园方",
    "幼儿园",
    "班里",
    "你们",
    "您",
    "你",
    "贵校"
];
/// What choosing for somebody is called.
const CHOOSING: [&str; 14] =
    ["安排", "决定", "分配", "调剂", "给定", "指定", "推荐", "定", "排", "选", "挑", "分", "做主", "拿主意"];

/// 由班主任定吧, 老师您帮忙挑一个, 学校怎么排我们就怎么上: the school chooses.
pub(super) fn leaves_it(text: &str) -> bool {
    // 哪个有名额就上哪个: whichever, not which.
    if text.split_once('就').is_some_and(|(before, after)| before.contains('哪') && after.contains('哪')) {
        return true;
    }
    if text.matches("怎么").count() == 2 && text.contains('就') {
        return holds_any(text, CHOOSERS);
    }
    if follows_choice(text) {
        return true;
    }
    let plain = text.trim_start_matches(['就', '由', '让', '请', '麻', '烦', '那', '还', '是']);
    let Some(rest) = possible(plain, CHOOSERS).find_map(|who| plain.strip_prefix(who)) else {
        return false;
    };
    let rest = without_leading(
        rest,
        &[
            "您",
            "你",
            "们",
            "来",
            "给",
            "帮",
            "忙",
            "着",
            "我们",
            "我",
            "他",
            "她",
            "孩子",
            "娃",
            "看着",
            "看到",
            "看倒",
            "瞧着",
            "估摸着",
            "看",
            "随便",
            "直接",
            "统一",
            "就",
        ],
    );
    let Some(after) = CHOOSING.iter().find_map(|verb| rest.strip_prefix(verb)) else { return false };
    let light: &[char] = &[
        '一', '两', '个', '门', '项', '下', '就', '好', '行', '可', '以', '吧', '了', '啊', '呗', '哈', '算',
        '成', '中', '嘛', '噻', '哦', '咯', '样', '种',
    ];
    let after = after.trim_start_matches(light);
    // 安排个合适的就成: one that is fit, and no name of any.
    let fit = [
        "合适的",
        "合适他的",
        "合适她的",
        "适合的",
        "适合他的",
        "适合她的",
        "适合孩子的",
        "差不多的",
        "好点的",
    ];
    let after = fit.iter().find_map(|word| after.strip_prefix(word)).unwrap_or(after);
    after.trim_start_matches(light).is_empty()
}

/// 学校咋安排咋来; 园里怎么分我们都没意见: whatever the school does, the family follows.
fn follows_choice(text: &str) -> bool {
    const HOW: &Phrases = phrases!["怎么", "咋", "啥", "什么"];
    const FINE: &[&str] = &[
        "都没意见",
        "都行",
        "都可以",
        "都成",
        "都听",
        "都好",
        "都服从",
        "都接受",
        "都同意",
        "都配合",
        "都中",
        "都要得",
        "没意见",
    ];
    let plain = text.trim_start_matches(['就', '看', '听', '那', '按']);
    let Some(rest) = possible(plain, CHOOSERS).find_map(|who| plain.strip_prefix(who)) else { return false };
    let rest = rest.trim_start_matches(['们', '给', '那', '边', '里']);
    // 安排啥上啥, 分到什么就上什么: the verb first.
    let object = CHOOSING.iter().find_map(|verb| rest.strip_prefix(verb)).unwrap_or_default();
    let object = object.strip_prefix('到').unwrap_or(object);
    if let Some((how, then)) = possible(object, HOW).find_map(|how| Some((how, object.strip_prefix(how)?))) {
        let then = without_leading(then, &["，", "我们", "我", "孩子", "他", "她", "娃", "就"]);
        let then = then.trim_end_matches(['的', '吧', '啊', '呗', '嘛', '哈']);
        return then.strip_suffix(how).is_some_and(|verb| !verb.is_empty() && verb.chars().nth(2).is_none());
    }
    let Some((how, rest)) = possible(rest, HOW).find_map(|how| Some((how, rest.strip_prefix(how)?))) else {
        return false;
    };
    let Some(rest) = CHOOSING.iter().find_map(|verb| rest.strip_prefix(verb)) else { return false };
    let rest = without_leading(rest, &["，", "我们", "我", "孩子", "他", "她", "娃", "就"]);
    let rest = rest.trim_end_matches(['的', '了', '吧', '啊', '呗', '嘛', '哈']);
    let is_same = rest.strip_prefix(how).is_some_and(|verb| verb.chars().nth(1).is_none());
    is_same || FINE.contains(&rest)
}

/// What a child has done before, or does elsewhere.
const DONE: &Phrases = phrases![
    "已经在学",
    "在外面学",
    "外面在学",
    "家里在学",
    "已经会了",
    "早会",
    "早就会",
    "早已会",
    "岁就会",
    "早学会",
    "都学会",
    "已经学会",
    "早学了",
    "早就学了",
    "考过级",
    "学完",
    "上完",
    "学腻",
    "玩腻",
    "学够",
    "上过",
    "学过",
    "报过",
    "选过",
    "玩过",
    "练过",
    "参加过",
    "踢过",
    "打过",
    "画过",
    "跳过",
    "唱过",
];

/// Who does something else than the child, and what they do: 同学都报足球, 爷爷会武术, 姐姐学的围棋.
const OTHERS: [(&str, &str); 4] = [
    (
        "同学 同桌 邻居 隔壁 别人 别人家 其他孩子 小伙伴 表哥 表姐 表弟 表妹 堂哥 堂姐 堂弟 堂妹",
        "都报 报 都选 选 都学 学 在学 都去 也报 去 会 玩 上",
    ),
    (
        "爷爷 奶奶 外公 外婆 姥姥 姥爷 爸爸 妈妈 他爸爸 她爸爸 他妈妈 她妈妈 他爸 她爸 他妈 她妈 他爷爷 他奶奶 她爷爷 她奶奶 叔叔 舅舅",
        "会 教 能教 可以教 在教 就会 是教 以前学 从小学 是学",
    ),
    ("我 我们 家里 家里人 在家 在家里", "教 能教 可以教 自己教 在教 有人教 会教"),
    (
        "姐姐 哥哥 弟弟 妹妹 他姐 他哥 她姐 她哥 他姐姐 他哥哥 她姐姐 她哥哥",
        "在学 学的 报的 上的 选的 也在学 已经在学",
    ),
];

/// 爷爷会武术，让他学围棋: whether a clause tells what somebody else does, or teaches.
pub(super) fn is_of_others(text: &str) -> bool {
    const STARTS: [char; 23] = [
        '同', '邻', '隔', '别', '其', '小', '表', '堂', '爷', '奶', '外', '姥', '爸', '妈', '他', '她', '叔',
        '舅', '我', '家', '在', '姐', '哥',
    ];
    if !text.starts_with(STARTS) && !text.starts_with(['弟', '妹']) {
        return false;
    }
    OTHERS.iter().any(|(whose, does)| {
        let mut rests = whose.split(' ').filter_map(|who| text.strip_prefix(who));
        rests.any(|rest| does.split(' ').any(|verb| rest.starts_with(verb)))
    })
}

/// 学古筝两年了, where another is taken instead: how long something has been done.
pub(super) fn tells_how_long(text: &str) -> bool {
    holds_any(text, phrases!["年了", "年多了", "个月了", "学期了", "好久了", "很久了"])
        && !text.contains('换')
}

/// Whether a clause only tells what a child has done before: 学过两年了, but not 学过，还想学 in one breath.
pub(super) fn is_past(text: &str) -> bool {
    let after = possible(text, DONE).filter_map(|word| text.split_once(word)).map(|(_, after)| after).last();
    after.is_some_and(|after| {
        !LEXICON.scan(after).iter().any(|t| matches!(t.kind, Word::Verb | Word::Not | Word::Rest | Word::All))
    })
}

/// 3个都行: any three, which does not say which.
pub(super) fn counts_some(text: &str, at: usize, all: usize) -> bool {
    let is_inside = text.get(..at).is_some_and(|t| t.ends_with(['第', '前', '后', '这', '那']));
    let Some((count, end)) = numerals::number_at(text, at).filter(|_| !is_inside) else { return false };
    let measured = text.get(end..).and_then(|t| t.strip_prefix(['个', '项', '门', '种']));
    measured.is_some_and(|t| t.starts_with("都行") || t.starts_with("都可以"))
        && usize::try_from(count) != Ok(all)
}
