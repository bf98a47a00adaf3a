//! Hazards (隐患): what endangers children at school: vehicles, things that are broken, gates nobody watches, bad food.
//!
//! A broken thing is a notice; that it stays so, or that a child comes to harm by it, is a wrong. Reads a whole reply that
//! states. Start at [`is_hazard`].

use super::super::phrases::{Phrases, Searched, around, ends_with_any, head, holds_any, phrases};
use super::conduct::{CHILD, STAFF};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_hazard(text: Searched<'_>) -> bool {
    drives_badly(text)
        || stays_broken(text)
        || is_toxic(text)
        || is_unguarded(text)
        || is_left_alone(text)
        || feeds_badly(text)
}

/// 校车超载: how children are driven.
fn drives_badly(text: Searched<'_>) -> bool {
    const VEHICLES: &Phrases = phrases!["校车", "接送车", "班车", "校巴", "大巴"];
    const BADLY: &Phrases = phrases![
        "超载",
        "超员",
        "超速",
        "闯红灯",
        "没安全带",
        "没有安全带",
        "安全带都没",
        "安全带也没",
        "无证",
        "酒驾",
        "疲劳驾驶",
        "逆行",
        "报废",
        "飙车",
        "开飞车",
        "司机抽烟",
        "司机打电话",
        "司机玩手机",
        "司机骂",
        "急刹",
        "挤得"
    ];
    around(text, VEHICLES).any(|(_, after)| {
        around(after, BADLY).any(|(before, _)| !is_denied_before(before) && !before.ends_with("没有"))
    })
}

/// What belongs to a school and can break.
const FACILITIES: &Phrases = phrases![
    "器材",
    "滑梯",
    "单杠",
    "双杠",
    "篮球架",
    "篮筐",
    "秋千",
    "桌",
    "椅",
    "凳",
    "床",
    "窗",
    "电线",
    "插座",
    "吊扇",
    "风扇",
    "空调",
    "墙",
    "天花板",
    "栏杆",
    "护栏",
    "扶手",
    "楼梯",
    "地砖",
    "地板",
    "跑道",
    "厕所",
    "灯",
    "门锁",
    "饮水机",
    "水管",
    "井盖",
    "铁门",
    "玻璃"
];

/// 操场器材生锈，划伤两个学生了还在用, 厕所灯坏了一个月没人修: broken, and it stays so.
fn stays_broken(text: Searched<'_>) -> bool {
    const BROKEN: &Phrases = phrases![
        "生锈",
        "松动",
        "松了",
        "断了",
        "裂",
        "漏电",
        "漏水",
        "漏雨",
        "破了",
        "破损",
        "掉了",
        "掉皮",
        "塌",
        "摇晃",
        "晃",
        "老化",
        "坏",
        "露出来",
        "外露",
        "裸露",
        "堵",
        "变形"
    ];
    const STAYS: &Phrases = phrases![
        "还在用",
        "没人修",
        "没修",
        "不修",
        "没有修",
        "没人来修",
        "没换",
        "不换",
        "没人换",
        "没人管",
        "不管",
        "没人处理",
        "不处理",
        "照样用",
        "照用",
        "继续用",
        "还让孩子",
        "还让学生",
        "还叫孩子"
    ];
    holds_any(text, STAYS)
        && !holds_any(text, phrases!["家里", "在家", "我家的", "小区"])
        && around(text, FACILITIES).any(|(_, after)| {
            around(after, BROKEN).any(|(before, rest)| !is_denied_before(before) && holds_any(rest, STAYS))
        })
}

/// 新教室气味刺鼻，孩子流鼻血: what smells, and what it does.
fn is_toxic(text: Searched<'_>) -> bool {
    const SMELLS: &Phrases =
        phrases!["甲醛", "刺鼻", "有毒", "毒跑道", "异味", "呛", "味道大", "味儿大", "味太大", "气味"];
    const ILL: &Phrases =
        phrases!["头疼", "头痛", "头晕", "流鼻血", "恶心", "过敏", "起疹", "咳嗽", "超标", "呕吐", "睁不开"];
    const OF_SCHOOL: &Phrases =
        phrases!["教室", "跑道", "操场", "桌椅", "课桌", "校服", "学校", "宿舍", "器材"];
    holds_any(text, SMELLS)
        && holds_any(text, ILL)
        && around(text, OF_SCHOOL).any(|(_, after)| holds_any(after, SMELLS))
}

/// 校门口没人护送，孩子差点被车撞: a place that should be watched, and what came of it.
fn is_unguarded(text: Searched<'_>) -> bool {
    const PLACES: &Phrases =
        phrases!["校门", "学校门口", "路口", "斑马线", "放学", "操场", "楼梯", "走廊", "泳池", "校车"];
    const NOBODY: &Phrases = phrases![
        "没人护送",
        "没人看",
        "没人管",
        "没人指挥",
        "没人疏导",
        "没人维持",
        "没人引导",
        "没人带",
        "没人守",
        "没人拦",
        "没人值班",
        "没老师",
        "没有老师",
        "没保安",
        "没有保安",
        "没有护",
        "没有人护",
        "没有人管",
        "没有人看",
        "无人值守",
        "无人看管"
    ];
    const HARM: &Phrases =
        phrases!["差点", "险些", "差一点", "被车撞", "撞了", "走丢", "摔", "踩踏", "踩伤", "被撞", "挤倒"];
    holds_any(text, NOBODY) && holds_any(text, HARM) && holds_any(text, CHILD) && {
        around(text, PLACES).any(|(_, after)| holds_any(head(after, 10), NOBODY))
    }
}

/// Nobody who looks after children is there.
const GONE: &Phrases = phrases![
    "没人管",
    "没人看",
    "没人问",
    "没人理",
    "没人陪",
    "没人守",
    "没大人",
    "没有大人",
    "没个大人",
    "没老师",
    "没有老师",
    "老师早走",
    "老师走了",
    "老师都走",
    "老师先走",
    "老师就走",
    "老师已经走",
    "老师不在",
    "老师没在",
    "老师不见",
    "老师下班",
    "老师早就",
    "老师早下班",
    "老师跑了",
    "老师溜"
];

/// 孩子一个人蹲在门外没人管, 还有小孩自己在马路边晃，老师早走了: alone in such a place, and nobody there.
fn is_left_alone(text: Searched<'_>) -> bool {
    const ALONE: &Phrases = phrases![
        "一个人",
        "自己",
        "独自",
        "单独",
        "孤零零",
        "孤单",
        "几个孩子",
        "还有孩子",
        "还有小孩",
        "还有学生"
    ];
    const PLACES: &Phrases = phrases![
        "门外",
        "门口",
        "路边",
        "马路",
        "大街",
        "街上",
        "校外",
        "走廊",
        "楼道",
        "操场",
        "楼梯",
        "外面",
        "外头",
        "雨里",
        "黑灯瞎火",
        "传达室",
        "花坛",
        "台阶"
    ];
    // 我晚到，麻烦老师看一下: a request, and no blame.
    let is_request = || {
        holds_any(
            text,
            phrases![
                "麻烦",
                "帮忙",
                "拜托",
                "辛苦",
                "照看一下",
                "看一下",
                "我晚",
                "晚到",
                "在家",
                "家里",
                "小区",
                "不要让",
                "别让",
                "不能让",
                "老家"
            ],
        )
    };
    holds_any(text, CHILD)
        && holds_any(text, GONE)
        && around(text, ALONE).any(|(_, after)| holds_any(head(after, 8), PLACES))
        && !is_request()
}

const FED_BAD: &Phrases = phrases![
    "过期",
    "变质",
    "发霉",
    "霉",
    "馊",
    "剩饭",
    "剩菜",
    "剩的",
    "隔夜",
    "临期",
    "烂的",
    "烂菜",
    "烂水果",
    "烂苹果",
    "臭",
    "坏的",
    "坏了",
    "没熟",
    "生的",
    "三无"
];

/// 给孩子喝过期牛奶: bad food, and who is given it. 别给孩子吃剩饭 asks for it not to be.
fn feeds_badly(text: Searched<'_>) -> bool {
    const GIVEN: &Phrases = phrases![
        "给孩子吃",
        "给孩子喝",
        "给孩子们吃",
        "给孩子们喝",
        "给学生吃",
        "给学生喝",
        "给娃吃",
        "给娃喝",
        "给小孩吃",
        "给小孩喝",
        "给娃们吃",
        "让孩子吃",
        "让孩子喝",
        "让学生吃",
        "让学生喝",
        "发给孩子",
        "发给学生"
    ];
    const NOT_SCHOOL: &[&str] = &[
        "别",
        "不",
        "没",
        "不要",
        "不能",
        "不会",
        "不许",
        "我",
        "奶奶",
        "爷爷",
        "外婆",
        "外公",
        "姥姥",
        "妈妈",
        "爸爸",
        "妈",
        "爸",
        "家里",
        "从不",
        "不该",
        "老公",
        "老婆",
        "不小心",
        "防止",
    ];
    const GIVEN_CHARS_MAX: usize = 5;
    around(text, GIVEN).any(|(before, after)| {
        let who = before.trim_end_matches(['又', '还', '就', '居', '然', '竟', '都', '天', '总', '再', '可']);
        (who.is_empty()
            || holds_any(who, STAFF)
            || holds_any(who, phrases!["食堂", "托管", "延时", "课后", "机构", "晚托"]))
            && !ends_with_any(who, NOT_SCHOOL)
            && holds_any(head(after, GIVEN_CHARS_MAX), FED_BAD)
    })
}
