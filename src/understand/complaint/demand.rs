//! Demands (索取): money and gifts that somebody at school wants of a family, and money that brings nothing.
//!
//! Told by who wants, by which verb, and of what kind the thing is: 老师问我要了150块资料钱 is a demand, 老师问我要了照片 is
//! none. Reads a whole reply that states. Start at [`is_demand`].

use super::super::numerals;
use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases};

/// Whether a reply states one of them.
pub(super) fn is_demand(text: Searched<'_>) -> bool {
    asks_of_family(text)
        || deducts_sum(text)
        || is_paid_in_private(text)
        || wants_gifts(text)
        || keeps_refund(text)
        || is_paid_for_nothing(text)
}

/// Who takes something at school.
pub(super) const TAKERS: &Phrases = phrases![
    "老师",
    "学校",
    "班主任",
    "校长",
    "教练",
    "校方",
    "你们",
    "阿姨",
    "机构",
    "组长",
    "教官",
    "家委会",
    "食堂",
    "门卫",
    "保安"
];

/// What money and its like are called.
const VALUABLES: &Phrases = phrases![
    "块",
    "元",
    "钱",
    "费",
    "红包",
    "礼",
    "购物卡",
    "卡",
    "烟",
    "酒",
    "百",
    "千",
    "好处",
    "份子",
    "补品",
    "特产"
];

/// Whether a negative stands right before what follows.
pub(super) fn is_denied_before(before: &str) -> bool {
    let near =
        before.trim_end_matches(['有', '来', '过', '都', '再', '会', '曾', '让', '向', '跟', '问', '对']);
    near.ends_with(['没', '不', '未', '别', '无'])
}

/// 老师问我要了150块, 班主任跟家长要红包, 教练管我们收服装费: asked of the family.
fn asks_of_family(text: Searched<'_>) -> bool {
    const DEMANDED_CHARS_MAX: usize = 10;
    const OF_WHOM: &Phrases = phrases![
        "问我",
        "向我",
        "跟我",
        "管我",
        "找我",
        "和我",
        "问家长",
        "向家长",
        "跟家长",
        "管家长",
        "找家长",
        "和家长",
        "问孩子",
        "向孩子",
        "跟孩子",
        "管孩子",
        "找孩子",
        "问学生",
        "向学生",
        "跟学生",
        "管学生",
        "找学生",
        "问每",
        "向每",
        "跟每",
        "管每",
        "找每",
        "问娃",
        "跟娃",
        "管娃",
        "向大家",
        "跟大家",
        "管大家"
    ];
    // 要 of money; 要了150字 is of something else.
    let demands = |after: &str| {
        let rest = after.trim_start_matches([
            '们', '家', '长', '个', '人', '又', '还', '私', '下', '都', '直', '接', '一', '学', '生', '孩',
            '子', '位', '户', '班',
        ]);
        let verb = ["索要", "索取", "要", "收", "讨", "拿", "借"];
        verb.iter().find_map(|verb| rest.strip_prefix(verb)).is_some_and(|thing| {
            let thing = head(thing, DEMANDED_CHARS_MAX);
            // 问我要什么礼物: asks, and demands none.
            !thing.trim_start_matches('了').starts_with(['什', '啥', '哪', '不'])
                && holds_any(thing, VALUABLES)
                && !holds_any(
                    thing,
                    phrases![
                        "字",
                        "收费标准",
                        "发票",
                        "饭卡",
                        "卡号",
                        "医保",
                        "身份证",
                        "银行卡",
                        "校园卡",
                        "电话"
                    ],
                )
        })
    };
    around(text, OF_WHOM)
        .any(|(before, after)| holds_any(before, TAKERS) && !is_denied_before(before) && demands(after))
}

/// 延时班每个月扣一百二: taken off month by month. 扣20分 is no money.
fn deducts_sum(text: Searched<'_>) -> bool {
    const TAKEN_FOR: &Phrases = phrases![
        "延时", "课后", "托管", "晚托", "老师", "学校", "点心", "餐", "水费", "牛奶", "资料", "班费"
    ];
    text.split_once('扣').is_some_and(|(before, after)| {
        let sum = after.trim_start_matches(['了', '我', '们', '家', '掉', '走', '去']);
        numerals::number_at(sum, 0).is_some_and(|(sum_of, end)| {
            let unit = sum.get(end..).unwrap_or_default();
            sum_of >= 5
                && !unit.starts_with(['分', '点', '号', '节', '次', '朵', '个', '颗', '天'])
                && !text.ends_with('吧')
        }) && holds_any(before, TAKEN_FOR)
            && !is_denied_before(before)
    })
}

/// 老师让扫她个人的码, 让把钱转到她支付宝: paid to a person and not to the school.
fn is_paid_in_private(text: Searched<'_>) -> bool {
    const TOLD: &Phrases = phrases!["让", "叫", "要求", "要我", "要家长", "喊", "发"];
    const PAID: &Phrases = phrases!["扫", "转", "打到", "打给", "付", "存", "汇"];
    const TO: &Phrases = phrases![
        "她个人",
        "他个人",
        "个人的码",
        "个人码",
        "私人",
        "她的码",
        "他的码",
        "她支付宝",
        "他支付宝",
        "她微信",
        "他微信",
        "她的微信",
        "他的微信",
        "她的支付宝",
        "他的支付宝",
        "她卡",
        "他卡",
        "她账",
        "他账",
        "自己的码",
        "自己账",
        "自己卡",
        "她老公",
        "他老婆",
        "她爱人",
        "个人微信",
        "个人支付宝",
        "她收款",
        "他收款",
        "自己收款"
    ];
    let pays = |after: &str| around(after, PAID).any(|(_, to)| holds_any(head(to, 12), TO));
    around(text, TOLD)
        .any(|(before, after)| holds_any(before, TAKERS) && !before.ends_with(['没', '不']) && pays(after))
}

/// 每学期都要给老师送东西, 班主任暗示我们过节要表示: gifts that are expected.
fn wants_gifts(text: Searched<'_>) -> bool {
    const EXPECTED: &Phrases = phrases![
        "都要",
        "还要",
        "又要",
        "又让",
        "让家长",
        "让我们",
        "让大家",
        "让孩子",
        "要我们",
        "要家长",
        "非要",
        "必须",
        "不得不",
        "逼",
        "要求",
        "都得",
        "还得",
        "就得",
        "指名要"
    ];
    const GIVEN: &Phrases = phrases![
        "给老师送",
        "给老师买",
        "送老师",
        "给老师塞",
        "给老师凑",
        "给她送",
        "给班主任送",
        "给班主任买",
        "给教练送"
    ];
    const HINTED: &Phrases = phrases!["暗示", "明示", "话里话外", "明里暗里", "拐着弯", "旁敲侧击", "点我们"];
    const HINTED_AT: &Phrases = phrases![
        "表示",
        "送",
        "礼",
        "红包",
        "钱",
        "买",
        "意思意思",
        "东西",
        "孝敬",
        "打点",
        "补课",
        "报她",
        "报他",
        "卡"
    ];
    // A card of wishes, flowers or a song are no gifts of worth.
    let is_token = holds_any(text, phrases!["贺卡", "花", "祝福", "锦旗", "歌", "点赞", "作业"]);
    let expects = || around(text, EXPECTED).any(|(_, after)| holds_any(head(after, 8), GIVEN)) && !is_token;
    let hints = || {
        around(text, HINTED).any(|(before, after)| {
            holds_any(before, TAKERS) && !is_denied_before(before) && holds_any(head(after, 14), HINTED_AT)
        })
    };
    expects() || hints()
}

/// 退费拖了两个月还没退: money that should be given back, and is not.
fn keeps_refund(text: Searched<'_>) -> bool {
    const DELAYED: &Phrases = phrases![
        "拖",
        "一直",
        "迟迟",
        "催了",
        "个月",
        "这么久",
        "那么久",
        "好久",
        "到现在",
        "半年",
        "一年",
        "推来推去"
    ];
    const KEPT: &Phrases = phrases![
        "没退",
        "不退",
        "没给退",
        "不给退",
        "没到账",
        "没还",
        "不还",
        "没退给",
        "退不下来",
        "没见着",
        "没见到"
    ];
    holds_any(text, phrases!["退费", "退款", "退钱", "的钱", "该退", "学费", "餐费", "退的"])
        && holds_any(text, DELAYED)
        && holds_any(text, KEPT)
}

/// 钱扣了课没上, 没上课还扣我钱: paid for what was not given.
fn is_paid_for_nothing(text: Searched<'_>) -> bool {
    const PAID: &Phrases = phrases![
        "钱扣了",
        "钱收了",
        "钱交了",
        "费交了",
        "费收了",
        "费扣了",
        "收了钱",
        "交了钱",
        "扣了钱",
        "收了费",
        "交了费",
        "钱照收",
        "费照收"
    ];
    const NOT_GIVEN: &Phrases = phrases![
        "课没上",
        "没上课",
        "没人教",
        "没人管",
        "没人看",
        "不给上",
        "没给上",
        "没开课",
        "不开课",
        "啥也没",
        "什么也没",
        "什么都没",
        "啥都没",
        "没饭",
        "人没",
        "没影",
        "不办事",
        "不教",
        "不管"
    ];
    const TAKEN_STILL: &Phrases =
        phrases!["还扣", "照扣", "也扣", "照收", "还收", "也收", "照样扣", "照样收", "还要钱", "还要交"];
    const NOT_USED: &Phrases = phrases![
        "没上课",
        "没去",
        "没吃",
        "没参加",
        "课没上",
        "没来",
        "没用",
        "请假",
        "停课",
        "没报",
        "没坐"
    ];
    around(text, PAID).any(|(_, after)| holds_any(after, NOT_GIVEN))
        || around(text, NOT_USED).any(|(_, after)| {
            holds_any(after, TAKEN_STILL) && holds_any(after, phrases!["钱", "费", "块", "元"])
        })
}
