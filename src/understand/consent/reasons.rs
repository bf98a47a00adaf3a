//! Reasons (理由): who looks after a child, and where else it has a place, said without a word of joining.
//!
//! Start at [`is_cared_for`].

use super::super::phrases::{Phrases, holds_any, phrases, starts_with_any};

const REFUSED: &[&str] = &[
    "不在学校待着",
    "不在学校待",
    "不在学校呆",
    "不放学校",
    "不留学校",
    "不上",
    "不参加",
    "不报",
    "不去",
    "不留",
];

const WHERE: &[&str] = &[
    "我们家里",
    "我们家",
    "家里头",
    "家里",
    "家中",
    "屋里头",
    "屋里",
    "屋头",
    "我家",
    "我们",
    "咱家",
    "自家",
    "家",
];

const WHO: &[&str] =
    &["老人", "爷爷奶奶", "爷爷", "奶奶", "外公外婆", "外公", "外婆", "姥姥", "姥爷", "保姆", "大人", "人"];

const CARES: &[&str] = &["带", "看", "管", "接", "照看", "照顾", "照应", "陪", "守", "领", "接送", "看管"];

const BY: &[&str] = &[
    "爷爷奶奶",
    "爷爷",
    "奶奶",
    "外公外婆",
    "外婆",
    "外公",
    "姥姥",
    "姥爷",
    "老人",
    "我妈",
    "我爸",
    "我婆婆",
    "我公公",
    "保姆",
    "家里人",
    "我",
    "她",
    "他",
];

const TENDS: &[&str] = &["带就", "接就", "管就", "看就", "带", "照看", "照顾"];

const ENOUGH: &[char] =
    &['行', '好', '可', '以', '了', '的', '他', '她', '孩', '子', '娃', '呢', '吧', '哈', '啊'];

/// 不上我都没法上班: what would follow from a refusal, which nobody makes.
pub(super) fn supposes_refusal(text: &str) -> bool {
    if text.contains('也') {
        return false;
    }
    REFUSED.iter().filter_map(|word| text.strip_prefix(word)).any(|rest| {
        holds_any(
            rest,
            phrases![
                "没法",
                "没人",
                "怎么办",
                "怎么行",
                "怎么成",
                "咋行",
                "哪行",
                "哪成",
                "怎么得了",
                "咋得了",
                "咋办",
                "咋个办",
                "咋个整",
                "咋整",
                "咋弄",
                "咋搞",
                "怎么整",
                "怎么弄",
                "怎么搞",
                "谁带",
                "谁看",
                "谁管",
                "谁接",
                "哪个带",
                "哪个看",
                "哪个管",
                "哪个接",
                "没得人",
                "走不开",
                "没办法",
                "顾不上",
                "赶不回"
            ],
        )
    })
}

/// 要是不在学校待着…那肯定还是留下: who supposes a refusal and joins all the same argues, and sets no condition.
///
/// - `supposed`: what stands between the if and what follows from it.
pub(super) fn argues_from_refusal(supposed: &str, follows: &str) -> bool {
    let refused = supposed.trim_start_matches(['他', '她', '我', '们', '孩', '子', '娃', '真']);
    let concludes = holds_any(follows, phrases!["还是", "肯定", "只能", "只好", "必须", "得"]);
    concludes
        && REFUSED.iter().filter_map(|word| refused.strip_prefix(word)).any(|rest| {
            rest.is_empty() || starts_with_any(rest, &["着", "的话", "了", "回", "没", "，", "放学", "在家"])
        })
}

/// 家里有人看, 我们有人带的, 有老人接: who is looked after at home needs no school.
pub(super) fn is_cared_for(text: &str) -> bool {
    // 奶奶带就行, 她带: care by one of the family.
    let by = BY.iter().find_map(|who| text.strip_prefix(who));
    let by = by.map(|rest| rest.trim_start_matches(['来', '能', '会', '在', '家', '专', '门']));
    if by.is_some_and(|rest| {
        TENDS
            .iter()
            .filter_map(|verb| rest.strip_prefix(verb))
            .any(|rest| rest.trim_matches(ENOUGH).is_empty())
    }) {
        return true;
    }
    let text = text.trim_start_matches(['因', '为', '放', '学', '后', '下', '课', '本', '身']);
    let Some(home) = WHERE.iter().find_map(|word| text.strip_prefix(word)) else { return false };
    let home = home.trim_start_matches(['都', '一', '直', '也', '本', '来', '就']);
    let Some(rest) = home.strip_prefix('有') else { return false };
    let Some(rest) = WHO.iter().find_map(|word| rest.strip_prefix(word)) else { return false };
    let rest = rest.trim_start_matches([
        '在', '家', '能', '可', '以', '专', '门', '帮', '忙', '会', '来', '去', '天', '给',
    ]);
    CARES.iter().filter_map(|verb| rest.strip_prefix(verb)).any(|rest| {
        rest.trim_matches(['的', '着', '了', '他', '她', '孩', '子', '娃', '呢', '呀', '啊', '哈', '哦'])
            .is_empty()
    })
}

/// 他外公天天在家闲着, 我现在不上班: somebody of the family has time. It refuses only beside a word of refusing.
pub(super) fn is_free_carer(text: &str) -> bool {
    const KIN: &Phrases =
        phrases!["爷爷", "奶奶", "外公", "外婆", "姥姥", "姥爷", "老人", "爸", "妈", "我", "保姆", "家里"];
    const FREE: &Phrases = phrases![
        "闲着",
        "闲得",
        "退休",
        "不上班",
        "没上班",
        "天天在家",
        "都在家",
        "全职",
        "在家",
        "家里有人",
        "能接",
        "能带",
        "能看",
        "有人带",
        "有人看",
        "有人管",
        "有人接"
    ];
    const AWAY: &Phrases = phrases!["不在家", "没在家", "没有人", "没人"];
    holds_any(text, KIN) && holds_any(text, FREE) && !holds_any(text, AWAY)
}

/// 楼下小饭桌报过了, 已经交了校外托管的钱: has a place elsewhere.
pub(super) fn is_placed_elsewhere(text: &str) -> bool {
    holds_any(text, phrases!["小饭桌", "校外", "外面", "外头", "楼下", "机构", "小区", "私人", "家门口"])
        && holds_any(
            text,
            phrases![
                "报过",
                "报了",
                "报好",
                "交了钱",
                "交过钱",
                "交了费",
                "交过费",
                "定好了",
                "订好了",
                "找好了",
                "约好了"
            ],
        )
        && !holds_any(text, phrases!["没", "不", "想", "要", "但", "也", "上学期", "以前", "去年", "退"])
}
