//! Refusals (不从): who does not join or pay, and is made to feel it.
//!
//! Start at [`punishes_refusal`].

use super::super::phrases::{Phrases, Searched, around, holds_any, phrases};

/// Not doing what a school may only offer.
const REFUSALS: &Phrases = phrases![
    "不报",
    "不参加",
    "不交",
    "没报",
    "没交",
    "没参加",
    "不买",
    "不订",
    "不签",
    "没签",
    "不上延时",
    "不上课后",
    "没订",
    "不在他",
    "不在她",
    "不去他",
    "不去她",
    "不到他",
    "不到她",
    "不找他",
    "不找她",
    "不接龙",
    "没接龙",
    "不捐",
    "没捐",
    "不扫码",
    "不付钱",
    "不付费",
    "不掏",
    "不转账",
    "不转钱",
    "不续费",
    "不续报",
    "不凑",
    "没买",
    "不去延时",
    "不去托管",
    "不去晚托",
    "不去课后",
    "不上托管",
    "不上晚托",
    "没上延时",
];

/// What is done to those who did not.
const PUNISHED: &Phrases = phrases![
    "点名",
    "批评",
    "谈话",
    "约谈",
    "罚",
    "骂",
    "数落",
    "训斥",
    "嘲笑",
    "冷落",
    "不给改",
    "不给批",
    "不给讲",
    "威胁",
    "催",
    "针对",
    "孤立",
    "区别对待",
    "白眼",
    "脸色",
    "脸子",
    "甩脸",
    "穿小鞋",
    "不让",
    "留下",
    "站着",
    "站后",
    "站到",
    "站墙",
    "站外面",
    "走廊",
    "坐后",
    "坐最后",
    "没地方坐",
    "没座",
    "没位子坐",
    "排最后",
    "座位",
    "调座",
    "不给座",
    "不给书",
    "不给饭",
    "不给水",
    "不给发",
    "不给看",
    "不给安排",
    "贴在",
    "贴出",
    "公示",
    "扣",
    "操行",
    "记过",
    "评优",
    "评奖",
    "三好",
    "不给喝",
    "不给吃",
    "不合群",
    "不配合",
    "不积极",
];

/// 不报就被点名, 没交的老师给脸色看, 不报名不给评三好: who does not pay or join is made to feel it.
pub(super) fn punishes_refusal(text: Searched<'_>) -> bool {
    const REFUSED: &Phrases = phrases![
        "不给评",
        "不给发",
        "不给改",
        "不给批",
        "不给座",
        "不给书",
        "不给水",
        "不给饭",
        "不让进",
        "不让吃",
        "不让考",
        "不让毕业",
        "不许进",
        "不准进"
    ];
    around(text, REFUSALS).any(|(_, after)| {
        // 不交资料费不给发: what it is about may stand between.
        let is_refused = |what: &str| {
            what.chars().count() <= 5
                && (what.is_empty()
                    || what.ends_with(['名', '钱', '费', '款', '班', '，', '的', '书', '餐', '龙']))
        };
        if around(after, REFUSED).any(|(what, _)| is_refused(what)) {
            return true;
        }
        after
            .split_once(['就', '被', '便', '都', '得', '的'])
            .is_some_and(|(_, then)| holds_any(then, PUNISHED))
    })
}
