//! Levies (收费): fees piled up, raised without notice or taken twice, and refunds that are refused.
//!
//! Reads a whole reply that states. Start at [`is_levied`].

use super::super::numerals;
use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_levied(text: Searched<'_>) -> bool {
    holds_any(text, phrases!["钱", "费", "款", "块", "元", "价", "卡", "礼", "红包", "卖", "买"])
        && (piles_up(text)
            || refuses_refund(text)
            || is_raised(text)
            || takes(text)
            || hints_to_family(text)
            || compels_purchase(text)
            || is_told_again(text)
            || adds_fee(text))
}

const FEE: [char; 3] = ['费', '钱', '款'];

/// 又是班费又是水费, 今天要水费明天要班费: one fee after the other.
fn piles_up(text: Searched<'_>) -> bool {
    const FIRST: &Phrases = phrases!["又是", "一会儿", "一会", "今天", "今儿", "先是"];
    const THEN: &Phrases = phrases!["又是", "一会", "明天", "明儿", "又"];
    const FEE_CHARS_MAX: usize = 7;
    let names_fee = |part: &str| head(part, FEE_CHARS_MAX).contains(FEE);
    let is_settled = || {
        holds_any(text, phrases!["交", "已经", "给您", "谢"])
            && !holds_any(text, phrases!["让交", "要交", "叫交"])
    };
    // 今天收班费明天收餐费: only tells, unless it is too much.
    let is_too_much = || {
        holds_any(
            text,
            phrases![
                "烦",
                "没完",
                "当我",
                "到底",
                "受不了",
                "提款机",
                "银行",
                "离谱",
                "过分",
                "要钱",
                "凭",
                "哪来"
            ],
        )
    };
    let only_tells = || holds_any(text, phrases!["今天", "今儿"]) && !is_too_much();
    around(text, FIRST)
        .any(|(_, after)| names_fee(after) && around(after, THEN).any(|(_, then)| names_fee(then)))
        && !only_tells()
        && !is_settled()
}

/// 交了两遍，学校不肯退, 退我餐费: money wanted back, and refused. A polite wish is none.
fn refuses_refund(text: Searched<'_>) -> bool {
    const REFUSED: &Phrases = phrases![
        "不肯退",
        "不愿退",
        "不愿意退",
        "拒绝退",
        "死活不退",
        "就是不退",
        "硬是不退",
        "不给我退",
        "不给我们退",
        "推脱不退",
        "一分不退",
        "一分钱不退",
        "一分钱也不退",
        "也不退",
        "都不退",
        "概不退",
        "不予退"
    ];
    const CLAIMS: &[&str] = &["退我", "退我们", "退还我", "退还我们", "还我", "还我们"];
    const POLITE: &Phrases = phrases![
        "麻烦",
        "请",
        "谢",
        "怎么",
        "什么时候",
        "能",
        "可以",
        "吗",
        "了",
        "?",
        "吧",
        "是不是",
        "老师退我",
        "钱退我"
    ];
    const CLAIMED_CHARS_MAX: usize = 9;
    if around(text, REFUSED).any(|(before, after)| {
        before.contains(FEE) || before.contains("押金") || head(after, 6).contains(FEE)
    }) {
        return true;
    }
    // 退我延时费: says what is owed, and nothing else.
    let claim = text.trim_end_matches(['!', '。', '，']);
    let begins = CLAIMS.iter().find_map(|lead| claim.strip_prefix(lead));
    begins.is_some_and(|owed| {
        owed.ends_with(FEE) && owed.chars().count() <= CLAIMED_CHARS_MAX && !holds_any(claim, POLITE)
    })
}

/// 伙食费涨到二十五，连个通知都没有: raised, and nobody was asked.
fn is_raised(text: Searched<'_>) -> bool {
    const RAISED: &Phrases = phrases!["涨", "加价", "提价", "翻倍", "翻了一倍", "贵了"];
    const UNTOLD: &Phrases = phrases![
        "通知都没",
        "通知也没",
        "通知都不",
        "通知也不",
        "没通知",
        "没有通知",
        "不通知",
        "招呼都",
        "招呼也",
        "没打招呼",
        "不打招呼",
        "商量都",
        "商量也",
        "没商量",
        "不商量",
        "问都不问",
        "问都没问",
        "说都不说",
        "说也不说",
        "没征求",
        "不征求",
        "单方面",
        "没人问",
        "没问过",
        "没人征求",
        "不声不响",
        "悄悄",
        "偷偷"
    ];
    text.contains(['费', '价', '餐', '钱'])
        && holds_any(text, RAISED)
        && holds_any(text, UNTOLD)
        && !holds_any(text, phrases!["房租", "油价", "房价", "工资", "物业"])
}

/// 班主任收了五十块: a person takes a sum. 收了五十本作业 takes none.
fn takes(text: Searched<'_>) -> bool {
    const TAKEN: &Phrases = phrases!["收了", "要了", "收走了", "拿了"];
    const WHO: &[&str] = &["老师", "班主任", "教练", "校长", "教官"];
    const SETTLED: &Phrases =
        phrases!["谢", "退", "春游", "秋游", "代收", "自愿", "同意", "收据给", "我拿", "孩子拿", "垫"];
    around(text, TAKEN).any(|(before, after)| {
        let who = before.trim_end_matches([
            '又', '还', '都', '也', '私', '下', '昨', '天', '今', '就', '偷', '总', '共', '一', '每', '人',
            '家', '个', '孩', '子',
        ]);
        let sum = after.trim_start_matches(['我', '们', '每', '人', '家', '孩', '子', '个', '娃']);
        ends_with_any(who, WHO)
            && numerals::number_at(sum, 0).is_some_and(|(_, end)| {
                sum.get(end..).is_some_and(|unit| {
                    unit.starts_with(['块', '元']) || starts_with_any(unit, &["多块", "来块", "几块"])
                })
            })
    }) && !holds_any(text, SETTLED)
}

/// 过教师节暗示我们送购物卡: whoever hints, families are meant.
fn hints_to_family(text: Searched<'_>) -> bool {
    const HINTED: &Phrases =
        phrases!["暗示我们", "暗示家长", "暗示大家", "明示家长", "提醒家长送", "点拨家长"];
    const GIFTS: &Phrases = phrases!["送", "红包", "购物卡", "礼", "表示", "意思意思", "打点", "烟", "酒"];
    around(text, HINTED).any(|(before, after)| {
        !is_denied_before(before)
            && !ends_with_any(before, &["老公", "老婆", "孩子", "他爸", "她爸", "同事", "领导", "亲家"])
            && holds_any(head(after, 8), GIFTS)
            && !holds_any(after, phrases!["贺卡", "送孩子", "接送", "送到", "送他", "送她"])
    })
}

/// 老师卖跳绳，人人都得买, 要钱的照相，不买还不行: sold to those who cannot refuse.
fn compels_purchase(text: Searched<'_>) -> bool {
    const COMPELLED: &Phrases = phrases![
        "都得买",
        "必须买",
        "不买不行",
        "不买还不行",
        "不买都不行",
        "不交还不行",
        "不交都不行",
        "不订还不行",
        "不订都不行"
    ];
    const SELLING: &Phrases = phrases!["卖", "要钱", "收钱", "收费", "推销", "一张", "一套", "一本", "一份"];
    const WHO: &Phrases = phrases!["老师", "学校", "班", "也要钱", "校", "你们"];
    const OWN_WISH: &Phrases = phrases!["孩子想", "喜欢", "吵着", "闹着", "孩子要", "他要", "她要", "想要"];
    around(text, COMPELLED)
        .any(|(before, _)| holds_any(before, SELLING) && holds_any(text, WHO) && !is_denied_before(before))
        && !holds_any(text, OWN_WISH)
}

/// 老师让带钱，这都第三回了: told to bring money, and once too often. 春游老师让带钱 is once.
fn is_told_again(text: Searched<'_>) -> bool {
    const BROUGHT: &Phrases = phrases!["带钱", "掏钱", "出钱", "凑钱", "拿钱"];
    const AGAIN: &Phrases = phrases![
        "第三",
        "第四",
        "第五",
        "想不通",
        "没完",
        "又",
        "老是",
        "总是",
        "天天",
        "三天两头",
        "隔三差五",
        "动不动",
        "没个头",
        "多少回",
        "多少次",
        "好几回"
    ];
    holds_any(text, AGAIN)
        && around(text, BROUGHT).any(|(before, _)| {
            let told = before.trim_end_matches(['我', '们', '孩', '子', '家', '长', '娃', '又', '还']);
            ends_with_any(told, &["让", "叫", "喊", "要", "要求"]) && holds_any(told, super::conduct::STAFF)
        })
}

/// 又冒出来一个活页费: one fee more.
fn adds_fee(text: Searched<'_>) -> bool {
    const MORE: &[&str] = &["又", "还", "再", "现在又", "突然", "忽然", "莫名其妙"];
    const COMES: &Phrases = phrases![
        "冒出",
        "多出",
        "多了",
        "来了个",
        "来了一",
        "加了",
        "添了",
        "增加了",
        "新增",
        "蹦出",
        "弄出",
        "整出",
        "搞出"
    ];
    around(text, COMES).any(|(before, after)| {
        ends_with_any(before, MORE) && head(after, 8).contains(FEE) && !head(after, 8).contains(['，', '免'])
    })
}
