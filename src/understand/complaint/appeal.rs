//! Appeals (申诉): the wish to complain where no single word tells of it.
//!
//! 给我一个说法 wants an account, 12345见吧 threatens, 这种做法我不能接受 condemns. Start at [`is_appeal`] and [`condemns`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any, without_leading,
};

use super::pattern;

/// Whether a reply wants an account of somebody, or says that it will seek one elsewhere.
pub(super) fn is_appeal(text: Searched<'_>) -> bool {
    wants_account(text) || will_pursue(text) || names_authority(text)
}

/// 给我一个说法, 还孩子一个公道: who gives to whom, and a word for an account.
fn wants_account(text: Searched<'_>) -> bool {
    const ACCOUNTS: &Phrases = phrases!["说法", "交代", "交待", "公道", "解释"];
    const GIVING: &Phrases = phrases!["给", "要", "讨", "求", "还"];
    const TO_WHOM: &[&str] = &[
        "我们", "我", "俺们", "俺", "咱们", "咱", "家长", "大家", "大伙", "孩子", "娃", "学生", "们", "一个",
        "个",
    ];
    const KINDS: &[&str] = &["合理", "明确", "满意", "像样", "正式", "公正", "书面", "清楚", "的"];
    const NOT_WANTED: &[&str] = &[
        "不用",
        "不必",
        "没必要",
        "不需要",
        "不要",
        "别",
        "甭",
        "无需",
        "孩子",
        "他",
        "她",
        "娃",
        "老公",
        "老婆",
        "已经",
        "没说",
        "不是",
    ];
    if !holds_any(text, ACCOUNTS) || holds_any(text, phrases!["谢", "误会", "理解了", "清楚了", "已经给"])
    {
        return false;
    }
    around(text, GIVING).any(|(before, after)| {
        let counted = without_leading(after, TO_WHOM);
        let named = without_leading(counted, KINDS);
        let is_one = after.get(..after.len() - counted.len()).is_some_and(|whom| whom.contains('个'));
        let account = possible_head(named, ACCOUNTS);
        // 给孩子解释 explains; 给个解释 wants it. 要个说法的人 tells of somebody.
        account.is_some_and(|(account, rest)| {
            (is_one || account != "解释" && named.len() < after.len())
                && (rest.is_empty()
                    || rest.starts_with(['，', '。', '、', '?', '吗', '吧', '呀', '啊', '来', '不']))
        }) && !ends_with_any(before, NOT_WANTED)
    })
}

/// Which of these a text begins with, and what follows.
fn possible_head<'t>(text: &'t str, words: &'static Phrases) -> Option<(&'static str, &'t str)> {
    super::super::phrases::possible(text, words)
        .find_map(|word| text.strip_prefix(word).map(|rest| (word, rest)))
}

/// 我绝不罢休, 这事不能就这么算了: the writer will not let it rest. 孩子不会罢休 is of somebody else.
fn will_pursue(text: Searched<'_>) -> bool {
    const RESTING: &Phrases =
        phrases!["善罢甘休", "罢休", "就这么算了", "就这样算了", "就此作罢", "作罢", "姑息"];
    const WHO: &[&str] =
        &["我", "我们", "俺", "俺们", "咱", "咱们", "家长", "阿拉", "事", "件事", "事情", "，"];
    around(text, RESTING).any(|(before, _)| {
        let negative = before.trim_end_matches(['会', '能', '肯', '可', '想', '得', '就']);
        negative.strip_suffix('不').is_some_and(|who| {
            let plain = who.trim_end_matches([
                '绝', '决', '是', '可', '都', '也', '肯', '定', '一', '坚', '真', '的', '就',
            ]);
            let is_firm = plain.len() < who.len();
            is_firm && plain.is_empty() || ends_with_any(plain, WHO)
        })
    })
}

/// Where one complains to.
const AUTHORITIES: &Phrases = phrases![
    "12345",
    "教育局",
    "教体局",
    "教委",
    "纪委",
    "信访",
    "法院",
    "法庭",
    "市长热线",
    "督学",
    "媒体",
    "电视台",
    "记者",
    "派出所",
    "消协",
    "物价局",
    "律师"
];

/// 12345见吧, 教育局的电话我存好了，等着被查吧: an authority, and what is to come of it.
fn names_authority(text: Searched<'_>) -> bool {
    const THREATS: &Phrases = phrases![
        "等着被查",
        "等着挨查",
        "等着查",
        "等着瞧",
        "走着瞧",
        "等着吧",
        "等着处分",
        "等着挨",
        "等着收",
        "等着接",
        "看着办",
        "别后悔",
        "别怪我",
        "别怪我们"
    ];
    around(text, AUTHORITIES).any(|(before, after)| {
        // 网上见 is of a lesson, and 教育局见到他 of a meeting.
        let meets = after.trim_start_matches(['上', '门', '口']).strip_prefix('见');
        let meets = meets.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['，', '。', '吧', '啊', '呗', '喽', '咯', '哦'])
        });
        !before.ends_with(['不', '没', '别']) && (meets || holds_any(text, THREATS))
    })
}

/// 这种做法我不能接受: what is done at school is condemned. 孩子这种行为 is its own, and 这道题 is done by nobody.
pub(super) fn condemns(text: Searched<'_>) -> bool {
    const DEEDS: &Phrases = phrases![
        "这种做法",
        "这样的做法",
        "这个做法",
        "这做法",
        "这种行为",
        "这样的行为",
        "这种作风",
        "这样做",
        "这么做",
        "这么搞",
        "这样搞",
        "这种态度",
        "这种规定",
        "这种搞法",
        "这种方式",
        "此举"
    ];
    const CONDEMNED: &Phrases = phrases![
        "不能接受",
        "无法接受",
        "接受不了",
        "难以接受",
        "没法接受",
        "不能容忍",
        "无法容忍",
        "容忍不了",
        "不敢苟同",
        "忍不了",
        "不能忍",
        "无法认同",
        "不能认同",
        "强烈反对",
        "坚决反对",
        "气愤",
        "愤怒",
        "心寒",
        "寒心"
    ];
    const OWN: &[&str] = &["孩子", "娃", "儿子", "女儿", "闺女", "孙子", "孙女", "他", "她", "的", "我"];
    const CONDEMNED_CHARS_MAX: usize = 14;
    if blames_ways(text) {
        return true;
    }
    around(text, DEEDS).any(|(before, after)| {
        !ends_with_any(before, OWN) && holds_any(head(after, CONDEMNED_CHARS_MAX), CONDEMNED)
    }) && !text.contains('题')
}

/// 请学校严肃处理: the school, or who stands above it, is called to look into it.
pub(super) fn calls_for_inquiry(text: Searched<'_>) -> bool {
    const CALLED: &Phrases = phrases!["要求", "请", "望", "必须", "务必"];
    const WHO: &[&str] =
        &["学校", "校方", "校长", "校领导", "领导", "上级", "有关部门", "相关部门", "教育局", "你们", "贵校"];
    const ADVERBS: &[&str] =
        &["领导", "一定", "尽快", "立即", "马上", "立刻", "必须", "务必", "对", "给", "予", "以"];
    const INQUIRIES: &[&str] = &[
        "彻查",
        "严查",
        "严惩",
        "查处",
        "追责",
        "问责",
        "严肃处理",
        "严肃查处",
        "整改",
        "查个水落石出",
        "查明真相",
    ];
    const OBJECTS: &[&str] = &["此事", "这件事", "这事", "该", "当事", "相关", "涉事", "到底", "，", "。"];
    around(text, CALLED).any(|(before, after)| {
        let who = WHO.iter().find_map(|who| after.strip_prefix(who));
        let called = without_leading(who.unwrap_or_default(), ADVERBS);
        let rest = INQUIRIES.iter().find_map(|inquiry| called.strip_prefix(inquiry));
        !before.ends_with(['不', '没', '别'])
            && rest.is_some_and(|rest| rest.is_empty() || starts_with_any(rest, OBJECTS))
    })
}

/// 有你们这样教孩子的吗, 哪有这么当老师的: how somebody does what he is there for.
fn blames_ways(text: Searched<'_>) -> bool {
    const DUTIES: &Phrases = phrases![
        "教孩子",
        "教学生",
        "管孩子",
        "带孩子",
        "看孩子",
        "当老师",
        "办学",
        "收费",
        "对孩子",
        "对学生",
        "教育人",
        "教书",
        "办事",
        "做事",
        "搞教育",
        "做教育"
    ];
    pattern::asks_who_does_so(text) && holds_any(text, DUTIES)
}
