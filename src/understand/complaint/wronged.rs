//! Wrongs (过错): which replies are looked at for a wrong that no single word names, and the families of such wrongs.
//!
//! Start at [`is_wronged`].

use super::super::phrases::{Phrases, Searched, ends_with_any, holds_any, phrases};
use super::appeal::{calls_for_inquiry, condemns};
use super::coercion::is_coerced;
use super::conduct::is_conduct;
use super::demand::is_demand;
use super::duty::is_undone;
use super::harm::is_harmed;
use super::hazard::is_hazard;
use super::lessons::is_taught;
use super::levy::is_levied;
use super::omission::is_omitted;
use super::outrage::is_outraged;
use super::pattern;
use super::pressure::is_pressed;
use super::purchase::is_purchase;
use super::reprisal::is_reprisal;
use super::rough::is_rough;
use super::sham::is_sham;

const WRONGED_OF_SCHOOL: &Phrases = phrases![
    "老师",
    "班主任",
    "家委会",
    "你们",
    "食堂",
    "孩子",
    "学生",
    "娃",
    "儿子",
    "女儿",
    "延时",
    "课",
    "餐",
    "饭",
    "钱",
    "费",
    "厕所",
    "硬给",
    "擅自",
    "私自",
    "买",
    "校",
    "教",
    "裤子",
    "男生",
    "女生",
    "小孩",
    "操场",
    "器材",
    "家长",
    "做法",
    "保安",
    "门卫",
    "阿姨",
    "托管",
    "晚托",
    "看护",
    "看管",
    "放学",
    "同学",
    "反映",
    "踢皮球",
    "暗示",
    "偏心",
    "过敏",
    "班上",
    "班里",
    "全班",
    "偷偷",
    "私下",
    "走后门",
    "硬塞",
    "菜",
    "看的人",
    "有人负责",
    "管的人",
    "自愿",
    "逼",
    "反馈",
    "部门",
    "不让走",
    "不放人",
    "才知道",
    "才晓得",
    "才告诉",
    "才通知"
];

/// What somebody at school demands of a family or does to its child, stated and neither asked nor supposed.
pub(super) fn is_wronged(text: Searched<'_>) -> bool {
    const SUPPOSED: &Phrases = phrases![
        "如果",
        "要是",
        "万一",
        "担心",
        "听说",
        "据说",
        "别的学校",
        "隔壁学校",
        "避免",
        "防止",
        "希望",
        "建议",
        "会不会",
        "是不是",
        "有没有",
        "要不要",
        "怕孩子",
        "以为",
        "就好了",
        "能不能",
        "看错",
        "没有的事"
    ];
    const BYTES_MIN: usize = 15;
    // 一个老师看六十个孩子，看得过来吗, 有这么罚的吗: questions that blame.
    let blames = || holds_any(text, phrases!["得过来", "凭", "算什么"]) || pattern::asks_who_does_so(text);
    // 安全带都没有 states.
    let lacks = || ends_with_any(&text, &["都没", "也没", "都没有", "也没有"]);
    let asks = || text.contains('?') || ends_with_any(&text, &["吗", "么", "没", "没有", "吧"]) && !lacks();
    if text.len() < BYTES_MIN || !holds_any(text, WRONGED_OF_SCHOOL) {
        return false;
    }
    is_outraged(text)
        || (!asks() || blames())
            && !holds_any(text, SUPPOSED)
            && (is_demand(text)
                || is_purchase(text)
                || is_conduct(text)
                || is_undone(text)
                || is_pressed(text)
                || is_reprisal(text)
                || is_hazard(text)
                || is_levied(text)
                || is_taught(text)
                || is_harmed(text)
                || is_sham(text)
                || is_rough(text)
                || is_omitted(text)
                || is_coerced(text)
                || condemns(text)
                || calls_for_inquiry(text))
}
