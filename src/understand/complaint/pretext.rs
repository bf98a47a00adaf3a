//! Pretexts (名目): money, lessons and gifts that go by another name, told by how a whole reply hangs together.
//!
//! Each looks across clauses, for the promise stands in one and what came of it in the next; a question says none of it.
//! Start at [`is_pretext`].

use super::super::numerals;
use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::pattern::names_sum;

/// Whether a reply states one of them.
pub(super) fn is_pretext(text: Searched<'_>) -> bool {
    was_to_be_free(text)
        || was_to_be_care(text)
        || goes_by_another_name(text)
        || punishes_the_giftless(text)
        || is_told_to_transfer(text)
}

fn asks(text: &str) -> bool {
    text.contains('?') || ends_with_any(text, &["吗", "么", "没", "没有"])
}

/// 连个收据都没有, 票也不给: money was taken, and nothing shows it.
pub(super) fn lacks_receipt(text: &str) -> bool {
    const RECEIPTS: &[&str] = &["收据", "发票", "票据", "收条", "凭证", "小票", "凭据", "票"];
    const LACKS: &[&str] =
        &["没有", "没给", "没开", "没见", "没拿", "没，", "没。", "不给", "不开", "不见", "无"];
    RECEIPTS.iter().filter_map(|word| text.split_once(word)).any(|(_, after)| {
        after.strip_prefix(['都', '也']).is_some_and(|rest| rest == "没" || starts_with_any(rest, LACKS))
    }) && !text.contains('?')
        && !text.ends_with(['吗', '么'])
}

/// Who tells families to pay, at the end of what stands before the verb.
const TELLERS: &[&str] =
    &["老师", "班主任", "学校", "校长", "教练", "校方", "你们", "阿姨", "机构", "组长", "教官"];
const TELLING: &[&str] = &["让", "叫", "要求", "喊", "逼", "催", "要我们", "要家长"];
/// Up to how many characters stand between telling and paying, and between paying and the sum.
const TOLD_CHARS_MAX: usize = 12;
const SUM_CHARS_MAX: usize = 10;

/// 数学老师让每家微信转她150: somebody at school has a sum transferred.
fn is_told_to_transfer(text: Searched<'_>) -> bool {
    let pays = |c: char| matches!(c, '转' | '付' | '掏' | '打');
    if !holds_any(text, phrases!["转", "付", "掏", "打"]) || asks(&text) {
        return false;
    }
    let tells = |before: &str| {
        let who =
            before.trim_end_matches(['又', '还', '都', '也', '私', '下', '偷', '天', '直', '接', '说', '非']);
        ends_with_any(who, TELLERS)
    };
    TELLING.iter().any(|word| {
        text.match_indices(word).filter(|(at, _)| text.get(..*at).is_some_and(tells)).any(|(at, word)| {
            let told = text.get(at + word.len()..).unwrap_or_default();
            let paid = head(told, TOLD_CHARS_MAX).find(pays).and_then(|from| told.get(from..));
            paid.is_some_and(|paid| is_sum(head(paid, SUM_CHARS_MAX)))
        })
    })
}

/// 转她150, 打到她卡上两百块: a sum of money after whom it is for.
fn is_sum(paid: &str) -> bool {
    const TO: &[&str] = &[
        "她",
        "他",
        "给",
        "老师",
        "个人",
        "微信",
        "支付宝",
        "的",
        "卡上",
        "账上",
        "钱",
        "了",
        "到",
        "里",
        "私人",
    ];
    const COUNTED: [char; 18] = [
        '路', '点', ':', '号', '月', '班', '分', '个', '次', '页', '遍', '楼', '栋', '圈', '度', '本', '张',
        '米',
    ];
    let mut verb = paid.chars();
    let is_blow = verb.next() == Some('打');
    let mut rest = verb.as_str();
    // 打到卡上 pays, 打12345 calls.
    if is_blow && !rest.starts_with(['到', '给', '钱', '款', '她', '他']) {
        return false;
    }
    // Bound: each round takes at least one character away.
    while let Some(shorter) = TO.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    numerals::number_at(rest, 0)
        .is_some_and(|(sum, end)| sum >= 20 && !rest.get(end..).is_some_and(|unit| unit.starts_with(COUNTED)))
}

/// 通知写的免费，现在又要我们掏120: said to be free, and paid for all the same.
fn was_to_be_free(text: Searched<'_>) -> bool {
    const FREE: &Phrases = phrases!["免费", "不收费", "不要钱", "不花钱", "不收钱", "不用交钱"];
    // 不是说免费吗，咋还收: asks, and says so.
    let is_rhetorical =
        || text.contains("不是说") && holds_any(text, phrases!["怎么", "咋", "为啥", "为什么"]);
    if !holds_any(text, FREE) || asks(&text) && !is_rhetorical() {
        return false;
    }
    let said = phrases!["说", "写", "讲", "称", "答应", "承诺", "通知", "宣传"];
    let turned = phrases![
        "现在",
        "结果",
        "后来",
        "又",
        "到头来",
        "却",
        "竟",
        "居然",
        "如今",
        "转头",
        "转眼",
        "怎么",
        "咋",
        "还得",
        "还是要",
        "还要",
    ];
    let pays =
        phrases!["交钱", "收钱", "收费", "掏钱", "交费", "要钱", "缴费", "付钱", "给钱", "出钱", "花钱"];
    around(text, FREE).any(|(before, after)| {
        holds_any(before, said)
            && holds_any(after, turned)
            && (holds_any(after, pays) || names_sum(after))
            && !holds_any(after, FREE)
            && !holds_any(after, phrases!["不交钱", "没收", "没交", "没要"])
    })
}

/// 说好做作业，天天考试: said to be care, and lessons come of it. 结果他上课讲话 is of the child.
fn was_to_be_care(text: Searched<'_>) -> bool {
    const SAID: &Phrases =
        phrases!["说好", "说是", "讲好", "明明说", "说的是", "写的是", "写着", "当初说", "承诺"];
    const CARE: &Phrases = phrases![
        "做作业",
        "写作业",
        "自习",
        "看书",
        "阅读",
        "看护",
        "托管",
        "运动",
        "锻炼",
        "兴趣",
        "社团",
        "画画",
        "户外",
        "玩"
    ];
    const TURNED: &Phrases = phrases![
        "天天", "每天", "老是", "总是", "一直", "全是", "净是", "光", "净", "全在", "都在", "结果", "却",
        "其实", "实际", "倒好", "愣是", "变成", "成了"
    ];
    const LESSONS: &Phrases = phrases![
        "考试",
        "上课",
        "讲课",
        "刷题",
        "新课",
        "补课",
        "测验",
        "做卷",
        "讲卷",
        "讲题",
        "做题",
        "上语文",
        "上数学",
        "上英语",
        "考语文",
        "考数学",
        "考英语",
        "听写",
        "赶进度",
        "赶课"
    ];
    const ELSEWHERE: &Phrases =
        phrases!["在家", "家里", "孩子说", "他说", "她说", "我们说", "跟我说", "复习"];
    const CARE_CHARS_MAX: usize = 10;
    const LESSON_CHARS_MAX: usize = 8;
    if !text.contains(['说', '讲', '写', '诺']) || asks(&text) || holds_any(text, ELSEWHERE) {
        return false;
    }
    around(text, SAID).any(|(_, after)| {
        around(head(after, CARE_CHARS_MAX), CARE).any(|(between, care)| {
            let then = after.get(after.len().min(between.len() + 3)..).unwrap_or(care);
            !between.ends_with('不')
                && around(then, TURNED).any(|(_, turned)| {
                    around(head(turned, LESSON_CHARS_MAX), LESSONS).any(|(before, rest)| {
                        !before.contains(['他', '她', '孩', '娃', '我', '不', '没'])
                            && (rest.is_empty()
                                || rest.starts_with(['，', '。', '了', '啊', '呀', '呢', '的']))
                    })
                })
        })
    })
}

/// What goes by another name: lessons, money.
const SOLD: &Phrases = phrases![
    "补课",
    "上课",
    "文化课",
    "新课",
    "正课",
    "讲课",
    "语文",
    "数学",
    "英语",
    "主课",
    "收费",
    "收钱",
    "赚",
    "卖",
    "违规",
    "强制",
    "捞",
    "敛",
    "圈钱",
    "推销",
    "要钱",
];

/// 打着托管的旗号上文化课, 以看护为名收费, 名为看护实为补课, 说是托管，其实是补课.
fn goes_by_another_name(text: Searched<'_>) -> bool {
    const NAMED: &Phrases = phrases![
        "旗号", "幌子", "名义", "名头", "招牌", "由头", "外衣", "为名", "为由", "的名", "名为", "说是"
    ];
    if !holds_any(text, NAMED) || asks(&text) {
        return false;
    }
    // 打着社团的幌子收器材钱: whatever the money is called.
    let takes = |then: &str| {
        around(then, phrases!["收", "要", "凑"]).any(|(before, what)| {
            !before.ends_with(['没', '不']) && holds_any(head(what, 8), phrases!["钱", "费", "款"])
        })
    };
    let hides = |lead: &str| {
        let Some((before, after)) = text.split_once(lead) else { return false };
        let then = around(after, NAMED).next();
        !before.ends_with(['没', '不', '是'])
            && then.is_some_and(|(_, then)| holds_any(then, SOLD) || takes(then))
    };
    let turns_out = |said: &str, of: Option<&Phrases>| {
        let Some((_, after)) = text.split_once(said) else { return false };
        let then = ["其实", "实际", "实为", "实则"].iter().find_map(|truth| after.split_once(truth));
        then.is_some_and(|(name, then)| of.is_none_or(|of| holds_any(name, of)) && holds_any(then, SOLD))
    };
    ["打着", "挂着", "借着", "借", "顶着", "披着", "假借", "以"].iter().any(|lead| hides(lead))
        || turns_out("名为", None)
        || turns_out("名义上", None)
        || turns_out("说是", Some(phrases!["托管", "看护", "延时", "课后", "兴趣班", "社团"]))
}

/// 教师节没送卡，组长就被撤了: who gives nothing is made to feel it.
fn punishes_the_giftless(text: Searched<'_>) -> bool {
    const GIFT_CHARS_MAX: usize = 8;
    const GIVES_NONE: &Phrases =
        phrases!["没送", "不送", "没给老师", "不给老师", "没有送", "没给她送", "没给他送"];
    if !holds_any(text, GIVES_NONE) || asks(&text) {
        return false;
    }
    let gifts = phrases!["礼", "卡", "红包", "东西", "月饼", "烟", "酒", "钱"];
    let felt = phrases![
        "撤",
        "换到",
        "换走",
        "换掉",
        "被换",
        "给换",
        "换了座",
        "调到",
        "调去",
        "调走",
        "被调",
        "给调",
        "骂",
        "罚",
        "针对",
        "没了",
        "没有了",
        "不给",
        "不让",
        "角落",
        "后排",
        "最后",
        "当不上",
        "选不上",
        "轮不上",
        "评不上",
        "没份",
        "区别",
        "脸",
        "小鞋",
        "评优",
        "三好",
        "取消",
        "冷落",
        "不理",
    ];
    around(text, GIVES_NONE).any(|(_, after)| {
        holds_any(head(after, GIFT_CHARS_MAX), gifts)
            && after.split_once(['就', '被', '便', '连', '都']).is_some_and(|(_, then)| holds_any(then, felt))
    })
}
