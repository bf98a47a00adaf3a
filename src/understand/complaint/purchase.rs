//! Purchases (购买): what families are made to buy, and where.
//!
//! Reads a whole reply that states. Start at [`is_purchase`].

use super::super::phrases::{Phrases, Searched, around, ends_with_any, head, holds_any, phrases};
use super::demand::{TAKERS, is_denied_before};

/// Whether a reply states one of them.
pub(super) fn is_purchase(text: Searched<'_>) -> bool {
    forces_purchase(text) || forces_everybody(text) || compels_goods(text) || sells(text)
}

/// What forces by itself; to be told so needs somebody who gains by it besides.
const FORCED: &Phrases = phrases![
    "非让",
    "非要",
    "非叫",
    "硬要",
    "硬让",
    "逼",
    "强制",
    "强迫",
    "硬性",
    "强行",
    "勒令",
    "不由分说"
];

const TOLD: &Phrases = phrases![
    "指定",
    "必须",
    "要求",
    "只能",
    "只准",
    "只许",
    "规定",
    "都得",
    "统一让",
    "让家长",
    "让我们",
    "让孩子",
    "让都",
    "让大家",
    "叫家长",
    "叫我们",
    "非得"
];

const GAINED_BY: &Phrases = phrases![
    "她家",
    "他家",
    "亲戚",
    "朋友",
    "推荐的",
    "指定的",
    "指定店",
    "某家",
    "那家",
    "他店",
    "她店",
    "他的店",
    "她的店",
    "他那",
    "她那",
    "老公",
    "老婆",
    "爱人",
    "别家",
    "别的店",
    "别处",
    "他们店",
    "她们店",
    "指定品牌",
    "指定款",
    "指定型号",
    "指定商家",
    "他手里",
    "她手里"
];

/// 非让去她亲戚店里买竖笛, 指定去某家买本子, 必须在那家买: bought where, or what, one does not choose.
fn forces_purchase(text: Searched<'_>) -> bool {
    const BOUGHT_CHARS_MAX: usize = 14;
    let buys = |after: &str| {
        let near = head(after, BOUGHT_CHARS_MAX);
        near.find(['买', '订', '购']).is_some_and(|at| {
            let before = near.get(..at).unwrap_or_default();
            !before.ends_with(['不', '别', '没'])
        })
    };
    let by_school = || holds_any(text, TAKERS);
    let is_of_child = ends_with_any(&text, &["孩子非要买", "她非要买", "他非要买"]);
    around(text, FORCED).any(|(before, after)| {
        holds_any(before, TAKERS) && !is_denied_before(before) && !after.starts_with('求') && buys(after)
    }) && !is_of_child
        || around(text, TOLD).any(|(before, after)| {
            let place = || holds_any(text, GAINED_BY);
            !is_denied_before(before) && !before.ends_with("是不是") && buys(after) && place() && {
                by_school() || holds_any(text, phrases!["别家", "别处", "别的店", "校服", "练习册", "教辅"])
            }
        })
}

/// 非让每家买平板: who forces goes without saying, where all families are meant.
fn forces_everybody(text: Searched<'_>) -> bool {
    const EVERYBODY: &[&str] =
        &["每家", "家家", "家长", "我们", "大家", "全班", "人人", "每人", "每个", "所有", "我家", "各家"];
    const BOUGHT_CHARS_MAX: usize = 6;
    around(text, FORCED).any(|(before, after)| {
        let whom = after.trim_start_matches(['让', '叫', '逼', '着', '要']);
        (before.is_empty() || before.ends_with(['，', '。', '又', '还', '都']))
            && EVERYBODY.iter().find_map(|all| whom.strip_prefix(all)).is_some_and(|rest| {
                let near = head(rest, BOUGHT_CHARS_MAX);
                near.contains(['买', '订', '购', '捐', '充']) && !near.contains(['不', '别', '没'])
            })
    })
}

/// 校服两套一千多，还非买不可: school goods that one has to take. 孩子喜欢，非买不可 is its own wish.
fn compels_goods(text: Searched<'_>) -> bool {
    const GOODS: &Phrases = phrases![
        "校服",
        "班服",
        "平板",
        "教辅",
        "练习册",
        "练习本",
        "资料",
        "牛奶",
        "保险",
        "学具",
        "材料包",
        "报纸",
        "杂志",
        "点读笔",
        "学习机",
        "软件",
        "会员",
        "作业本",
        "餐",
        "水票",
        "桶装水",
        "床垫",
        "饭卡",
        "手环",
        "电话卡",
        "礼服",
        "演出服"
    ];
    const COMPELLED: &Phrases = phrases![
        "非买不可",
        "非订不可",
        "非签不可",
        "非充不可",
        "非捐不可",
        "非办不可",
        "非交不可",
        "不买不行",
        "不订不行",
        "不签不行",
        "不充不行",
        "不捐不行",
        "不办不行",
        "不买不让",
        "不买还不行",
        "不订还不行",
        "不买都不行",
        "不订都不行"
    ];
    const OWN_WISH: &Phrases =
        phrases!["孩子想", "喜欢", "吵着", "闹着", "孩子要", "他要", "她要", "他想", "她想", "娃要", "娃想"];
    holds_any(text, COMPELLED) && holds_any(text, GOODS) && !holds_any(text, OWN_WISH)
}

/// 老师在班里卖奶粉: sells to those who cannot well refuse.
fn sells(text: Searched<'_>) -> bool {
    const SOLD_CHARS_MAX: usize = 10;
    around(text, phrases!["老师", "班主任", "教练", "校长"]).any(|(_, after)| {
        head(after, SOLD_CHARS_MAX).split_once('卖').is_some_and(|(before, _)| {
            holds_any(
                before,
                phrases![
                    "班里",
                    "班上",
                    "群里",
                    "教室",
                    "跟家长",
                    "向家长",
                    "给家长",
                    "给学生",
                    "给孩子",
                    "向学生"
                ],
            ) && !before.ends_with(['不', '没', '小'])
        })
    })
}
