//! Elsewhere (别处): what a reply tells as wrong, and what is no complaint to this school.
//!
//! Another school's ways beside praise of this one, another trade's, a thing that lies about, and a complaint that is taken
//! back. Start at [`is_elsewhere`].

use super::super::phrases::{Phrases, Searched, around, ends_with_any, head, holds_any, phrases};

/// Whether what is wrong is so somewhere else, and this school is not blamed.
pub(super) fn is_elsewhere(text: Searched<'_>) -> bool {
    is_praised_beside(text) || is_of_another_trade(text) || is_in_public(text) || is_news(text)
}

/// 小区里孩子打架没人管: where children are, and no school is.
fn is_in_public(text: Searched<'_>) -> bool {
    const PLACES: &Phrases =
        phrases!["小区", "广场", "公园", "楼下", "商场", "超市", "网吧", "游乐场", "村里", "马路上"];
    const OF_SCHOOL: &Phrases = phrases![
        "老师", "校", "班", "托管", "延时", "课", "你们", "食堂", "教练", "放学", "同学", "门卫", "投诉",
        "举报", "教室"
    ];
    holds_any(text, PLACES) && !holds_any(text, OF_SCHOOL)
}

/// 有个幼儿园打孩子上新闻了: what one reads. 我要上新闻曝光 is a threat, 我们班的事上热搜了 is no news.
fn is_news(text: Searched<'_>) -> bool {
    const NEWS: &Phrases = phrases![
        "上新闻",
        "上了新闻",
        "新闻里",
        "新闻上",
        "新闻说",
        "看新闻",
        "看了新闻",
        "看到新闻",
        "上热搜",
        "上了热搜",
        "热搜上"
    ];
    const OURS: &Phrases = phrases![
        "我们",
        "我家",
        "我孩子",
        "我娃",
        "你们",
        "咱",
        "我要",
        "让你",
        "等着",
        "曝光",
        "找",
        "投诉",
        "举报",
        "我儿",
        "我女",
        "再不",
        "也"
    ];
    holds_any(text, NEWS) && !holds_any(text, OURS)
}

/// Names for the school that is written to.
const HERE: &Phrases = phrases![
    "咱们",
    "咱这",
    "咱学校",
    "我们学校",
    "我们这",
    "这边",
    "这儿",
    "你们学校",
    "你们这",
    "贵校",
    "本校"
];

const BESIDE_PRAISED: &Phrases = phrases![
    "倒没",
    "倒不",
    "倒是没",
    "没这",
    "没有这",
    "没那",
    "没有那",
    "不这样",
    "不这么",
    "不会",
    "从不",
    "从来",
    "挺",
    "规范",
    "放心",
    "正规",
    "好多了",
    "好得多",
    "就不",
    "不收",
    "没收",
    "没听说",
    "没遇到",
    "没发生",
    "很好",
    "都好",
    "靠谱",
    "省心",
    "儿好",
    "边好",
    "里好",
    "校好",
    "好些",
    "强多了"
];

const BESIDE_OTHERS: &Phrases = phrases![
    "他们学校",
    "她们学校",
    "他们那",
    "她们那",
    "人家学校",
    "别的学校",
    "别人学校",
    "隔壁",
    "外地",
    "老家",
    "新闻",
    "网上",
    "报道",
    "电视",
    "抖音",
    "其他学校",
    "别处",
    "别家",
    "他学校",
    "她学校",
    "以前的学校",
    "原来的学校",
    "以前学校",
    "原来学校",
    "之前的学校",
    "原先的学校",
    "外校",
    "邻校"
];

/// 他们学校强制订牛奶，咱们学校倒没这一套: another school's ways, and this one's are better. 你们凭什么也收 is blame.
fn is_praised_beside(text: Searched<'_>) -> bool {
    const BLAMED: &Phrases = phrases![
        "投诉",
        "举报",
        "凭什么",
        "凭啥",
        "也这样",
        "也收",
        "也强制",
        "跟着",
        "一样",
        "我要",
        "但",
        "可是",
        "就是"
    ];
    const PRAISED_CHARS_MAX: usize = 12;
    around(text, BESIDE_OTHERS).any(|(_, after)| {
        around(after, HERE).any(|(_, here)| holds_any(head(here, PRAISED_CHARS_MAX), BESIDE_PRAISED))
    }) && !holds_any(text, BLAMED)
}

/// 小区物业乱收停车费，我刚投诉完: another trade, and nothing of school.
fn is_of_another_trade(text: Searched<'_>) -> bool {
    const TRADES: &Phrases = phrases![
        "物业",
        "小区",
        "银行",
        "快递",
        "外卖",
        "饭店",
        "餐馆",
        "超市",
        "医院",
        "驾校",
        "移动",
        "电信",
        "联通",
        "商家",
        "店家",
        "卖家",
        "邻居",
        "单位",
        "公司",
        "老板",
        "房东",
        "中介",
        "客服",
        "停车场",
        "停车费",
        "楼上",
        "楼下",
        "网店",
        "淘宝",
        "菜场",
        "城管",
        "出租车",
        "滴滴",
        "高铁",
        "航空",
        "4s店",
        "装修"
    ];
    const OF_SCHOOL: &Phrases = phrases![
        "学校",
        "老师",
        "班",
        "校",
        "孩子",
        "学生",
        "娃",
        "儿子",
        "女儿",
        "课",
        "托管",
        "延时",
        "食堂",
        "教",
        "你们",
        "同学",
        "家委会",
        "闺女",
        "作业",
        "保安",
        "门卫",
        "家长"
    ];
    // 当我们家开银行的, 送医院了: no bank is meant, and no hospital blamed.
    let is_other = || holds_any(text, phrases!["开银行", "送医院", "送去医院", "进医院", "进了医院"]);
    holds_any(text, TRADES) && !holds_any(text, OF_SCHOOL) && !is_other()
}

/// What belongs to a child and can be left behind.
const THINGS: &Phrases = phrases![
    "伞",
    "水杯",
    "杯子",
    "水壶",
    "书包",
    "衣服",
    "外套",
    "帽子",
    "钥匙",
    "手表",
    "眼镜",
    "饭盒",
    "鞋",
    "球",
    "本子",
    "作业",
    "书",
    "课本",
    "校服",
    "手套",
    "围巾",
    "红领巾",
    "快递",
    "东西",
    "饭卡",
    "手机",
    "平板",
    "卷子",
    "跳绳",
    "毛衣",
    "裤子",
    "玩具",
    "笔",
    "文具",
    "口琴",
    "竖笛",
    "车子",
    "单车",
    "自行车",
    "包"
];

/// 孩子的伞丢在教室没人管: a thing lies there, and no child.
pub(super) fn is_of_thing(text: Searched<'_>) -> bool {
    const LEFT: [char; 8] = ['丢', '落', '忘', '掉', '放', '搁', '留', '扔'];
    const MISSED: &[&str] = &["不见", "没了", "找不", "锁在", "关在", "没人捡", "没人拿", "没人认"];
    const ADVERBS: [char; 14] =
        ['又', '还', '都', '被', '好', '像', '给', '他', '她', '昨', '天', '今', '也', '是'];
    around(text, THINGS).any(|(before, after)| {
        let rest = after.trim_start_matches(ADVERBS);
        // 老师把书扔了 is no thing left behind.
        let by_child = ends_with_any(before, &["孩子把", "他把", "她把", "娃把", "我把"]);
        (by_child || !before.contains('把'))
            && !holds_any(before, phrases!["老师", "同学"])
            && (rest.starts_with(LEFT) || MISSED.iter().any(|word| rest.starts_with(word)))
    })
}

/// 举报的事我收回, 说要投诉是气话: said, and no longer meant.
pub(super) fn takes_back(text: Searched<'_>) -> bool {
    const SAID: &Phrases =
        phrases!["投诉", "举报", "检举", "控告", "告状", "意见", "维权", "要告", "告你们", "告学校"];
    const TAKEN_BACK: &Phrases = phrases![
        "收回",
        "作废",
        "作罢",
        "翻篇",
        "当我没说",
        "当没说",
        "不算数",
        "到此为止",
        "打住",
        "别当真",
        "别往心里去",
        "别放心上",
        "气话",
        "一时冲动",
        "冲动了",
        "不作数",
        "划掉",
        "一笔勾销",
        "就不提"
    ];
    holds_any(text, SAID)
        && around(text, TAKEN_BACK).any(|(before, _)| {
            let plain = before.trim_end_matches(['我', '就', '给', '先', '能', '会', '让', '它', '就', '此']);
            !ends_with_any(before, KEPT) && !ends_with_any(plain, KEPT)
        })
}

/// What keeps a complaint standing.
const KEPT: &[&str] =
    &["不", "不会", "不能", "绝不", "不可能", "没", "休想", "没法", "别想", "不是", "可不是", "不想"];

/// 我绝不撤诉, 别想让我收回投诉: it stands.
pub(super) fn is_upheld(text: &str) -> bool {
    around(text, phrases!["收回", "撤回", "撤诉", "撤销", "撤掉", "撤下", "取消投诉", "取消举报"]).any(
        |(before, _)| {
            ends_with_any(before.trim_end_matches(['让', '叫', '我', '会', '能', '打', '算']), KEPT)
        },
    )
}

/// 孩子去年摔伤过没人管: background from long ago that names nobody of the school.
pub(super) fn is_long_ago(text: Searched<'_>) -> bool {
    text.contains('过')
        && holds_any(text, phrases!["去年", "前年", "小时候", "幼儿园", "以前", "从前", "早几年", "前几年"])
        && !holds_any(
            text,
            phrases!["老师", "学校", "你们", "班主任", "教室", "延时", "托管", "课后", "操场", "食堂"],
        )
}
