//! Roughness (粗暴): children pushed about, or shamed before all, by somebody at school.
//!
//! Reads a whole reply that states. Start at [`is_rough`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::conduct::{CHILD, STAFF};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_rough(text: Searched<'_>) -> bool {
    is_manhandled(text) || is_stabbed(text) || is_shamed(text)
}

/// What nobody does to a child gently.
const FORCE: &Phrases = phrases![
    "推到", "推倒", "推在", "推出", "推向", "按在", "按到", "上按", "里按", "摔在", "摔到", "拖到", "拖出",
    "拖进", "拖着", "拽到", "拽出", "拽着", "拽进", "拎到", "拎出", "踢出", "踢倒", "撞到", "撞墙", "扔出",
    "扔到", "赶到", "赶出", "赶走", "撵到", "撵出", "轰出", "轰到", "掐", "压在", "绑", "捆", "揪到", "揪出",
    "揪着", "拧", "扯到", "扯着", "甩到", "甩出", "打倒", "踹"
];

/// 老师把孩子赶到走廊, 孩子被老师一把推到墙上. 老师把孩子带到走廊 is gentle.
fn is_manhandled(text: Searched<'_>) -> bool {
    const FORCED_CHARS_MAX: usize = 12;
    const BY: &[&str] = &["老师", "班主任", "阿姨", "保安", "教练", "门卫", "教官", "校长", "司机"];
    let is_whole = |deed: &str| !deed.contains(['，', '。', '不', '没', '别', '书', '桌', '椅']);
    let forces = |after: &str, of_child: &dyn Fn(&str) -> bool| {
        around(head(after, FORCED_CHARS_MAX), FORCE).any(|(whom, _)| is_whole(whom) && of_child(whom))
    };
    around(text, phrases!["把"]).any(|(who, after)| {
        let is_child = |whom: &str| holds_any(whom, CHILD) || whom.starts_with(['他', '她']);
        holds_any(who, STAFF)
            && !is_denied_before(who)
            && !who.ends_with(['我', '子', '娃'])
            && !holds_any(who, phrases!["别", "不要", "请", "麻烦"])
            && forces(after, &is_child)
    }) || around(text, phrases!["被", "让", "叫"]).any(|(whom, after)| {
        let by = BY.iter().find_map(|by| after.strip_prefix(by));
        (holds_any(whom, CHILD) || whom.is_empty())
            && !is_denied_before(whom)
            && by.is_some_and(|deed| forces(deed, &|between| between.chars().count() <= 4))
    })
}

/// 班上有人拿圆规戳我女儿: a thing in hand, a blow, and a child of the writer.
fn is_stabbed(text: Searched<'_>) -> bool {
    const WHO: &Phrases = phrases![
        "有人",
        "同学",
        "同桌",
        "男生",
        "女生",
        "高年级",
        "后桌",
        "前桌",
        "那个孩子",
        "有个孩子",
        "有孩子"
    ];
    const BLOWS: &Phrases = phrases!["戳", "扎", "划", "刺", "砸", "捅", "抽", "敲", "打", "烫", "勒"];
    const WHOM: &[&str] = &["我", "他", "她", "孩子", "娃", "女儿", "儿子", "闺女", "别的孩子"];
    around(text, WHO).any(|(_, after)| {
        around(head(after, 6), phrases!["拿", "用"]).any(|(between, _)| {
            let with = after.get(between.len()..).unwrap_or_default();
            !between.contains(['，', '不', '没'])
                && around(head(with, 9), BLOWS).any(|(thing, _)| {
                    let struck = with.get(thing.len()..).unwrap_or_default();
                    let mut whom = struck.chars();
                    whom.next();
                    thing.chars().count() > 1
                        && !thing.contains(['，', '给', '电'])
                        && starts_with_any(whom.as_str().trim_start_matches(['了', '伤', '到']), WHOM)
                        && !ends_with_any(struck, &["玩", "闹着玩"])
                })
        })
    })
}

/// 老师当众念孩子成绩: what shames is read out before all. 当众表扬 praises.
fn is_shamed(text: Searched<'_>) -> bool {
    const BEFORE_ALL: &Phrases =
        phrases!["当众", "当着全班", "全班面前", "当着同学", "当着大家", "家长会上", "大庭广众"];
    const READ: &Phrases =
        phrases!["念", "读", "公布", "报", "批", "训", "晒", "数落", "揭", "说", "让", "罚"];
    const SHAME: &Phrases = phrases![
        "倒数",
        "成绩差",
        "分数低",
        "不及格",
        "检讨",
        "孩子成绩",
        "我家成绩",
        "丑",
        "出洋相",
        "难堪",
        "下不来台",
        "笑话",
        "考得差",
        "差生",
        "家里",
        "父母离",
        "单亲"
    ];
    around(text, BEFORE_ALL).any(|(before, after)| {
        holds_any(before, STAFF)
            && !is_denied_before(before)
            && holds_any(head(after, 4), READ)
            && holds_any(head(after, 16), SHAME)
            && !holds_any(after, phrases!["表扬", "进步", "没有说", "没说"])
    })
}
