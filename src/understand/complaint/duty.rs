//! Duty (看管): children whom nobody looks after, and what they get to eat.
//!
//! A child in need is no wrong by itself; it is one where those who should see it do not. Reads a whole reply that states.
//! Start at [`is_undone`].

use super::super::numerals;
use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases, starts_with_any};
use super::conduct::CHILD;
use super::elsewhere::{is_long_ago, is_of_thing};
use super::pattern::is_scorned;

/// Whether a reply states that somebody has not done what he is there for.
pub(super) fn is_undone(text: Searched<'_>) -> bool {
    is_idle_on_duty(text)
        || is_left_in_need(text)
        || is_foul(text)
        || is_crowded(text)
        || is_short_of_staff(text)
}

const IDLING: &[&str] = &[
    "刷抖音",
    "刷视频",
    "刷短视频",
    "刷剧",
    "追剧",
    "看剧",
    "看视频",
    "看抖音",
    "打游戏",
    "玩游戏",
    "玩电脑",
    "打瞌睡",
    "打麻将",
    "打牌",
    "嗑瓜子",
    "逛淘宝",
    "网购",
    "抽烟",
    "喝酒",
    "睡大觉",
    "玩手机",
    "刷手机",
    "看手机",
    "聊天不管",
    "光顾着",
    "光聊天",
    "低头玩",
    "人都不在",
    "人不在",
    "不见踪影",
    "没影",
    "溜了",
    "跑了",
    "迟到早退",
    "喝了酒",
    "喝醉",
    "一身酒气",
    "满身酒气",
    "醉醺醺",
    "睡着",
    "打盹",
    "打呼噜",
];

const BETWEEN: &[&str] = &[
    "们",
    "都",
    "就",
    "只",
    "一直",
    "光",
    "在",
    "天天",
    "总",
    "上课",
    "自己",
    "坐着",
    "还",
    "经常",
    "老是",
    "全程",
    "坐那",
    "整节课",
    "看班",
    "值班",
    "顾着",
    "知道",
    "坐",
    "里",
    "那",
    "管",
    "不",
    "教室",
    "走廊",
    "操场",
    "楼道",
    "当着",
    "的面",
];

/// 延时班老师一直刷抖音: who should look after children does something else.
fn is_idle_on_duty(text: Searched<'_>) -> bool {
    around(text, phrases!["老师", "阿姨", "教练", "看护", "保安", "门卫", "值班的", "班主任"]).any(
        |(before, after)| {
            // 他瞒着老师玩手机: it is the child that does.
            if before.ends_with(['着', '趁']) {
                return false;
            }
            let mut rest = after;
            // Bound: each round takes at least one character away.
            loop {
                if starts_with_any(rest, IDLING) {
                    return true;
                }
                match BETWEEN.iter().find_map(|word| rest.strip_prefix(word)) {
                    // 老师不玩手机 denies it; 不管 does not.
                    Some(_) if rest.starts_with('不') && !rest.starts_with("不管") => return false,
                    Some(shorter) => rest = shorter.trim_start_matches("孩子"),
                    None => return false,
                }
            }
        },
    )
}

const NEEDS: &Phrases = phrases![
    "尿裤子",
    "拉裤子",
    "尿身上",
    "磕",
    "摔",
    "流血",
    "吐了",
    "哭",
    "头破",
    "受伤",
    "打架",
    "咬",
    "烫",
    "发烧",
    "被人接走",
    "别人接走",
    "陌生人接走",
    "接错",
    "跑出校门",
    "跑出学校",
    "跑到马路",
    "跑到校外",
    "走丢",
    "滚下",
    "摔下",
    "掉下",
    "不见了",
    "丢了"
];

const NEED_UNSEEN: &Phrases = phrases![
    "没人问",
    "没人理",
    "没人发现",
    "没人处理",
    "老师没发现",
    "老师都没发现",
    "老师也没发现",
    "老师没看见",
    "老师没管",
    "老师不管",
    "老师没处理",
    "老师都不知道",
    "学校都不知道",
    "你们都不知道",
    "你们不知道",
    "老师不知道",
    "装没看见",
    "老师都不晓得",
    "学校都不晓得",
    "你们都不晓得",
    "装看不见",
    "没老师管",
    "没一个老师",
    "老师不理",
    "老师没理",
    "没人送医",
    "没老师发现",
    "没人通知",
    "没通知我",
    "没人给换",
    "没人换",
    "没人擦",
    "没个人说",
    "没个人问",
    "没个人管",
    "没人说一声",
    "没人吭声",
    "没人告诉",
    "没人告知"
];

const NEED_EMPTY: &Phrases = phrases![
    "教室没人",
    "教室里没人",
    "班里没人",
    "一个老师都没",
    "没个大人",
    "没大人",
    "老师没在",
    "教室里一个人都没"
];

const NEED_DRIVEN: &Phrases = phrases!["还让", "还叫", "还逼", "非让", "还罚", "还要孩子"];

const NEED_STRAYED: &Phrases = phrases!["跑出校门", "跑出学校", "跑到马路", "跑到校外", "跑到大马路"];

/// 孩子尿裤子了没人管, 跑到马路上没人看, 教室没人，孩子在走廊哭: a child in need, and nobody there.
fn is_left_in_need(text: Searched<'_>) -> bool {
    let needs = || holds_any(text, NEEDS);
    let has_child = || holds_any(text, CHILD) || holds_any(text, phrases!["尿裤子", "拉裤子"]);
    // 孩子在家摔了没人管 is not of the school.
    let is_elsewhere = || holds_any(text, phrases!["在家", "家里", "老家", "小区", "请假", "报名", "参加"]);
    let unseen = || {
        holds_any(text, NEED_UNSEEN)
            || holds_any(text, phrases!["没人管", "没人看"]) && !holds_any(text, phrases!["发烧", "没人管饭"])
    };
    has_child()
        && (needs() || text.contains('烧'))
        && !is_elsewhere()
        && !is_of_thing(text)
        && !is_long_ago(text)
        && (needs() && unseen()
            || holds_any(text, phrases!["老师", "教练", "教官"]) && holds_any(text, NEED_DRIVEN)
            || holds_any(text, NEED_EMPTY)
            || holds_any(text, NEED_STRAYED) && holds_any(text, phrases!["没人", "老师", "你们", "学校"]))
}

const FOOD: &Phrases = phrases![
    "饭", "菜", "汤", "餐", "粥", "面条", "牛奶", "水果", "食堂", "点心", "包子", "馒头", "肉", "面包"
];

const FOOD_OF_SCHOOL: &Phrases = phrases![
    "食堂",
    "盒饭",
    "配餐",
    "学校的饭",
    "你们的饭",
    "延时",
    "课后",
    "学校发",
    "学校吃",
    "营养餐",
    "加餐",
    "午餐"
];

const FOOD_FOUND: &Phrases = phrases![
    "有虫",
    "有头发",
    "有根头发",
    "有苍蝇",
    "有蟑螂",
    "有异物",
    "有沙子",
    "有石子",
    "有钢丝",
    "有铁丝",
    "有老鼠",
    "有指甲",
    "有玻璃",
    "有塑料",
    "有烟头",
    "有小虫",
    "有只虫",
    "有条虫",
    "有个虫",
    "有条虫子",
    "有死",
    "都是虫",
    "全是虫",
    "爬出",
    "吃出",
    "喝出"
];

const FOOD_BAD: &Phrases = phrases![
    "是冷的",
    "是凉的",
    "是馊的",
    "是臭的",
    "是坏的",
    "是生的",
    "没熟",
    "没煮熟",
    "馊",
    "发臭",
    "坏了",
    "发霉",
    "夹生",
    "冰凉",
    "凉透",
    "冰冷"
];

const FOOD_ILL: &Phrases =
    phrases!["拉肚子", "肚子疼", "肚子痛", "闹肚子", "上吐下泻", "中毒", "吐了", "腹泻", "肚疼"];

/// 饭里有头发, 吃了食堂的饭拉肚子: what children get to eat.
fn is_foul(text: Searched<'_>) -> bool {
    let finds = around(text, FOOD).any(|(_, after)| holds_any(head(after, 10), FOOD_FOUND));
    let is_bad = || around(text, FOOD).any(|(_, after)| holds_any(head(after, 8), FOOD_BAD));
    let makes_ill = || holds_any(text, FOOD_ILL) && holds_any(text, phrases!["吃", "喝"]);
    // 全班拉肚子: not one child, and so not of its home.
    let is_of_many = || holds_any(text, phrases!["全班", "好几个", "一大半", "好多孩子", "很多孩子"]);
    let is_home = || holds_any(text, phrases!["家里", "在家", "外面吃", "请假", "奶奶做"]);
    (finds && !is_home())
        || makes_ill() && !is_home() && (holds_any(text, FOOD_OF_SCHOOL) || is_bad() || is_of_many())
}

/// What blames that children are too many for those who look after them.
const BLAMES: &Phrases = phrases![
    "看得过来",
    "管得过来",
    "顾得过来",
    "看不过来",
    "管不过来",
    "顾不过来",
    "看得住",
    "怎么看",
    "怎么管",
    "管得了",
    "太多",
    "不负责",
    "安全",
    "开玩笑",
    "谁负责",
    "忙得过来"
];

/// 一个老师看六十个孩子，看得过来吗: too many for one. A question of this kind blames.
fn is_crowded(text: Searched<'_>) -> bool {
    const TOO_MANY_MIN: u32 = 30;
    around(text, phrases!["一个老师", "两个老师", "俩老师", "1个老师", "2个老师", "就一个人", "一个人"]).any(
        |(_, after)| {
            let rest = after.trim_start_matches(['要', '就', '得', '同', '时']);
            let count = rest.strip_prefix(['看', '带', '管']);
            let many =
                count.and_then(|rest| numerals::number_at(rest, 0)).is_some_and(|(n, _)| n >= TOO_MANY_MIN);
            many && holds_any(text, phrases!["孩子", "学生", "娃", "小孩"]) && holds_any(text, BLAMES)
        },
    )
}

/// 五十几个人就一个保安看着: the same, told from the children's side, and blamed. 就一个老师看，辛苦了 thanks.
fn is_short_of_staff(text: Searched<'_>) -> bool {
    const TOO_MANY_MIN: u32 = 30;
    const ONLY: &Phrases = phrases![
        "就一个",
        "就1个",
        "只有一个",
        "只有1个",
        "才一个",
        "才1个",
        "仅一个",
        "就俩",
        "就两个",
        "只有两个",
        "才两个",
        "就一位",
        "只有一位",
        "才一位",
        "就安排一个",
        "只安排一个",
        "就派一个",
        "只派一个"
    ];
    const WHO: &Phrases = phrases!["老师", "大人", "阿姨", "保安", "门卫", "教练", "人看", "人管", "实习"];
    const WHOM: &[&str] = &["人", "孩子", "学生", "娃", "小孩", "小朋友", "个"];
    const WHO_CHARS_MAX: usize = 5;
    let is_many = |before: &str| {
        before.char_indices().any(|(at, _)| {
            numerals::number_at(before, at).is_some_and(|(count, end)| {
                let rest = before.get(end..).unwrap_or_default().trim_start_matches(['几', '多', '来']);
                count >= TOO_MANY_MIN && starts_with_any(rest, WHOM)
            })
        })
    };
    holds_any(text, ONLY)
        && (holds_any(text, BLAMES) || is_scorned(text))
        && around(text, ONLY).any(|(before, after)| {
            let near = head(after, WHO_CHARS_MAX);
            holds_any(near, WHO) && after.contains(['看', '管', '带', '守', '盯']) && is_many(before)
        })
}
