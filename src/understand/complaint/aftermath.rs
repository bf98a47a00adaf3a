//! Aftermath (事后): harm that a family finds at home, hears of too late, or had warned of.
//!
//! Reads a whole reply that states, and tells of no home. Start at [`is_found_out`].

use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_found_out(text: Searched<'_>) -> bool {
    comes_home_marked(text) || is_told_too_late(text) || is_given_all_the_same(text)
}

/// 放学回来身上青一块紫一块: marks that no fall leaves, found when a child comes home.
fn comes_home_marked(text: Searched<'_>) -> bool {
    const BACK: &Phrases = phrases!["回来", "回家", "放学", "接回", "到家", "接到"];
    const MARKS: &Phrases = phrases![
        "青一块紫一块",
        "紫一块青一块",
        "牙印",
        "手印",
        "指印",
        "巴掌印",
        "掐痕",
        "掐印",
        "鞋印",
        "脚印",
        "勒痕",
        "抓痕"
    ];
    const BODY: &Phrases =
        phrases!["身上", "胳膊", "腿", "脸", "手", "背", "屁股", "脖子", "耳朵", "肩", "大腿"];
    const CAUSE: &Phrases = phrases![
        "自己",
        "不小心",
        "摔",
        "骑",
        "滑",
        "跳",
        "跑",
        "球",
        "蚊",
        "过敏",
        "画",
        "印泥",
        "手印画",
        "拓",
        "猫",
        "狗",
        "没有",
        "涂"
    ];
    around(text, MARKS).any(|(before, _)| holds_any(before, BODY) && !is_denied_before(before))
        && holds_any(text, BACK)
        && !holds_any(text, CAUSE)
}

/// 早上摔的，晚上我去接才晓得: hurt at school, and told hours later. 回家才发现发烧 was not seen by anybody.
fn is_told_too_late(text: Searched<'_>) -> bool {
    const EARLY: &Phrases = phrases!["早上", "上午", "中午", "课间", "第一节", "第二节", "体育课", "午休"];
    const HURT: &Phrases = phrases!["摔", "磕", "撞", "伤", "发烧", "烧到", "吐", "流血", "被打", "晕"];
    const LATE: &Phrases = phrases!["才知道", "才晓得", "才告诉", "才通知", "才跟我说", "才说", "才打电话"];
    around(text, EARLY).any(|(_, after)| {
        around(head(after, 8), HURT).any(|(between, _)| {
            let then = after.get(between.len()..).unwrap_or_default();
            around(then, LATE).any(|(late, _)| {
                holds_any(
                    late,
                    phrases![
                        "晚上",
                        "放学",
                        "去接",
                        "接的时候",
                        "接他",
                        "接她",
                        "下午",
                        "到家",
                        "老师",
                        "学校"
                    ],
                )
            })
        })
    }) && !holds_any(text, phrases!["谢", "孩子才", "他才", "她才", "没事"])
}

/// 花生过敏说了多少遍，还给他吃: what a child must not have, told often, and given all the same.
fn is_given_all_the_same(text: Searched<'_>) -> bool {
    const UNFIT: &Phrases =
        phrases!["过敏", "不能吃", "忌口", "哮喘", "不能跑", "不能剧烈", "心脏", "吃不得", "不能碰"];
    const TOLD: &Phrases =
        phrases!["说了", "讲了", "说过", "讲过", "强调", "叮嘱", "交代", "嘱咐", "提醒", "写明", "告诉过"];
    const STILL: &Phrases = phrases![
        "还给他",
        "还给她",
        "还给孩子",
        "还给娃",
        "还让他",
        "还让她",
        "还让孩子",
        "还让娃",
        "又给他",
        "又给她",
        "照样给",
        "照样让",
        "偏给",
        "还喂",
        "还叫他",
        "还叫她"
    ];
    holds_any(text, UNFIT)
        && around(text, TOLD)
            .any(|(before, after)| !before.ends_with(['没', '不']) && holds_any(after, STILL))
}
