//! Burdens (负担): what a child is made to bear: copying without measure, other children who do not let it alone,
//! grown-ups who leave it behind or have it serve them.
//!
//! Reads a whole reply that states. Start at [`is_burdened`].

use super::super::numerals;
use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases};
use super::conduct::STAFF;
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_burdened(text: Searched<'_>) -> bool {
    is_overburdened(text) || is_bullied(text) || is_abandoned(text) || is_made_to_serve(text)
}

/// 老师让孩子抄课文三百遍: copying without measure.
fn is_overburdened(text: Searched<'_>) -> bool {
    const COPIES_MIN: u32 = 30;
    const COPIED_CHARS_MAX: usize = 12;
    let copies = |after: &str| {
        let near = head(after, COPIED_CHARS_MAX);
        near.char_indices().any(|(at, _)| {
            numerals::number_at(near, at).is_some_and(|(count, end)| {
                count >= COPIES_MIN && near.get(end..).is_some_and(|rest| rest.starts_with('遍'))
            })
        })
    };
    text.contains('遍')
        && !text.contains("支持")
        && around(text, phrases!["抄", "默", "写"]).any(|(before, after)| {
            holds_any(before, STAFF)
                && holds_any(before, phrases!["让", "叫", "罚", "逼", "要求"])
                && !is_denied_before(before)
                && copies(after)
        })
}

/// 同学天天抢他饭卡: what other children do to one, again and again. 闹着玩 is play.
fn is_bullied(text: Searched<'_>) -> bool {
    const PEERS: &Phrases = phrases![
        "别的孩子",
        "别的同学",
        "同学",
        "同桌",
        "高年级",
        "大孩子",
        "后桌",
        "前桌",
        "男生",
        "女生",
        "隔壁班",
        "班上的",
        "班里的"
    ];
    const DEEDS: &Phrases = phrases![
        "抢他",
        "抢她",
        "抢我",
        "抢孩子",
        "抢娃",
        "抢走",
        "抢了",
        "勒索",
        "敲诈",
        "偷他",
        "偷她",
        "偷我",
        "推搡",
        "吐口水",
        "扒他",
        "扒她",
        "扒裤子",
        "掀裙子",
        "保护费",
        "逼他",
        "逼她",
        "堵他",
        "堵她",
        "堵我",
        "踢他",
        "踢她",
        "踩他",
        "踩她",
        "锁他",
        "锁她"
    ];
    const AGAIN: &Phrases = phrases![
        "个月",
        "天天",
        "每天",
        "一直",
        "好几次",
        "好几回",
        "多次",
        "经常",
        "老是",
        "总是",
        "学期",
        "次了",
        "回了",
        "三番五次",
        "整天"
    ];
    holds_any(text, AGAIN)
        && !holds_any(text, phrases!["闹着玩", "开玩笑", "和好", "比赛", "篮板", "抢答"])
        && around(text, PEERS)
            .any(|(_, after)| around(head(after, 12), DEEDS).any(|(before, _)| !is_denied_before(before)))
}

/// 校车把孩子落在车上, 放学把娃交给陌生人: who is there for a child leaves it behind, or to strangers.
fn is_abandoned(text: Searched<'_>) -> bool {
    const WHO: &Phrases = phrases![
        "校车",
        "司机",
        "老师",
        "你们",
        "阿姨",
        "教练",
        "门卫",
        "保安",
        "学校",
        "托管",
        "延时",
        "放学",
        "班主任"
    ];
    const WHOM: &Phrases = phrases![
        "把孩子",
        "把娃",
        "把我家",
        "把我娃",
        "把我儿",
        "把我女",
        "把我孩",
        "把学生",
        "把小孩",
        "小朋友放给",
        "孩子放给"
    ];
    const LEFT: &Phrases = phrases![
        "落在车",
        "忘在车",
        "丢在",
        "丢一边",
        "扔一边",
        "晾一边",
        "撂一边",
        "丢半路",
        "扔半路",
        "丢在半路",
        "扔在",
        "晾在",
        "撂在",
        "交给陌生人",
        "交给外人",
        "交给不认识",
        "给陌生人",
        "放给陌生人",
        "陌生人接走",
        "给了别人",
        "给了外人",
        "给错",
        "送错人",
        "交错人"
    ];
    const LEFT_CHARS_MAX: usize = 9;
    around(text, WHOM).any(|(before, after)| {
        // 老师别把孩子交给陌生人 asks for it not to be.
        let names = holds_any(before, WHO) || before.starts_with('把') && text.contains("你们");
        names
            && !is_denied_before(before)
            && !holds_any(
                before,
                phrases!["别", "不要", "不能", "千万", "请", "不会", "不可", "不许", "麻烦"],
            )
            && around(head(after, LEFT_CHARS_MAX), LEFT).any(|(between, rest)| {
                !between.contains(['的', '不', '没', '别']) && !head(rest, 3).contains('的')
            })
    })
}

/// 老师让学生给她买早饭: a child runs errands for a grown-up. 让同学帮他背书包 is of children.
fn is_made_to_serve(text: Searched<'_>) -> bool {
    const CHILDREN: &[&str] = &["孩子", "学生", "娃", "同学", "我儿子", "我女儿", "我家孩子", "小孩"];
    const SERVED: &[&str] = &["给她", "给他", "给老师", "帮她", "帮他", "帮老师", "替她", "替他", "替老师"];
    const ERRANDS: &[&str] = &[
        "捶背",
        "捏肩",
        "揉肩",
        "按摩",
        "洗车",
        "洗衣",
        "洗杯",
        "买早饭",
        "买早餐",
        "买饭",
        "买烟",
        "买奶茶",
        "买咖啡",
        "拿快递",
        "取快递",
        "拿外卖",
        "取外卖",
        "打饭",
        "带孩子",
        "接孩子",
        "跑腿",
        "擦鞋",
        "批作业",
        "改作业",
        "改卷",
        "批卷",
    ];
    around(text, STAFF).any(|(before, after)| {
        let told = after.trim_start_matches(['总', '老', '天', '又', '还', '都', '经', '常']);
        let told = ["让", "叫", "使唤", "指使"].iter().find_map(|verb| told.strip_prefix(verb));
        let whom = told.and_then(|told| CHILDREN.iter().find_map(|child| told.strip_prefix(child)));
        let served = whom.and_then(|rest| {
            let rest = rest.trim_start_matches(['们', '去', '来']);
            SERVED.iter().find_map(|whom| rest.strip_prefix(whom))
        });
        !is_denied_before(before)
            && served.is_some_and(|errand| ERRANDS.iter().any(|known| errand.starts_with(known)))
    })
}
