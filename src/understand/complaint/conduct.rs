//! Conduct (行为): how somebody at school treats children, told by who does what to whom.
//!
//! Each rule needs its person and its deed near each other, for the same words praise and explain. Reads a whole reply
//! that states. Start at [`is_conduct`].

use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases, starts_with_any};
use super::burden::is_burdened;
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_conduct(text: Searched<'_>) -> bool {
    calls_names(text)
        || strikes_with(text)
        || spoils_belongings(text)
        || sets_others_against(text)
        || is_exposed(text)
        || is_burdened(text)
}

/// Who acts at school.
pub(super) const STAFF: &Phrases =
    phrases!["老师", "班主任", "校长", "教练", "教官", "阿姨", "保安", "门卫", "校医", "你们", "学校"];
/// Whom they act upon.
pub(super) const CHILD: &Phrases = phrases![
    "孩子", "娃", "学生", "儿子", "女儿", "闺女", "小孩", "孙子", "孙女", "外孙", "小囡", "囡囡", "细路",
    "细蚊", "伢", "崽", "幺儿", "妮子", "丫头"
];

const NAMING_SAYING: &Phrases = phrases!["骂", "说", "喊", "叫", "讲", "嫌", "笑话", "嘲"];

const NAMING_NAMES: &Phrases = phrases![
    "傻子",
    "傻瓜",
    "傻",
    "弱智",
    "智障",
    "脑残",
    "是猪",
    "像猪",
    "猪脑",
    "蠢猪",
    "废物",
    "垃圾",
    "没爹",
    "没娘",
    "没妈",
    "没教养",
    "没素质",
    "没家教",
    "没出息",
    "脑子有问题",
    "脑子有病",
    "脑子不",
    "脑子进水",
    "神经病",
    "丑八怪",
    "野孩子",
    "乡巴佬",
    "穷",
    "丢脸",
    "不要脸",
    "差生",
    "拖后腿",
    "烂泥",
    "有爹生",
    "不是读书的料",
    "土包子",
    "滚",
    "笨猪",
    "死猪",
    "有毛病",
    "低能"
];

/// 说我女儿脑子有问题, 喊孩子傻子, 嫌我家穷: bad names for a child or its family.
fn calls_names(text: Searched<'_>) -> bool {
    const NAMED_CHARS_MAX: usize = 12;
    // 叫我娃滚出去: the family tells it, and so it was somebody else.
    let is_sent_away = || {
        around(
            text,
            phrases![
                "叫我娃",
                "叫我孩子",
                "叫我家",
                "叫我儿子",
                "叫我女儿",
                "让我娃",
                "让我孩子",
                "让我家孩子"
            ],
        )
        .any(|(before, after)| {
            before.is_empty() && after.trim_start_matches(['孩', '子', '娃']).starts_with('滚')
        })
    };
    if is_sent_away() {
        return true;
    }
    around(text, NAMING_SAYING).any(|(before, after)| {
        holds_any(before, STAFF)
            && !is_denied_before(before)
            && around(head(after, NAMED_CHARS_MAX), NAMING_NAMES).any(|(whom, _)| {
                !whom.ends_with(['不', '没', '别', '无'])
                    // 叫孩子不要乱扔垃圾: what is told, and no name.
                    && !holds_any(whom, phrases!["不要", "别", "不许", "不能", "乱", "捡", "扔", "倒"])
                    && !whom.ends_with("不能")
                    && (holds_any(whom, CHILD) || whom.contains(['我', '他', '她', '家', '人']))
            })
    })
}

/// 拿书本扔孩子, 用黑板擦砸他: a thing, a blow, and whom it hits.
fn strikes_with(text: Searched<'_>) -> bool {
    const STRUCK_CHARS_MAX: usize = 10;
    const THINGS: &Phrases = phrases![
        "拿书",
        "用书",
        "拿本",
        "用本",
        "拿粉笔",
        "用粉笔",
        "拿黑板擦",
        "用黑板擦",
        "拿尺",
        "用尺",
        "拿棍",
        "用棍",
        "拿鞋",
        "用鞋",
        "拿杯",
        "用杯",
        "拿笔",
        "用笔",
        "拿教鞭",
        "用教鞭",
        "拿扫",
        "用扫",
        "拿戒尺",
        "用戒尺",
        "用脚",
        "拿水",
        "拿皮",
        "用皮",
        "拿竹",
        "用竹"
    ];
    const BLOWS: &Phrases = phrases!["扔", "砸", "抽", "丢", "甩", "戳", "打", "敲", "踢", "踹", "泼"];
    const WHOM: &[&str] = &[
        "孩子", "学生", "他", "她", "我", "娃", "同学", "女儿", "儿子", "脸", "头", "手", "身上", "人",
        "闺女", "小孩",
    ];
    let hits = |after: &str| {
        around(head(after, STRUCK_CHARS_MAX), BLOWS).any(|(before, whom)| {
            !before.ends_with(['没', '不'])
                && starts_with_any(whom.trim_start_matches(['了', '向', '到', '在']), WHOM)
        })
    };
    around(text, THINGS)
        .any(|(before, after)| holds_any(before, STAFF) && !is_denied_before(before) && hits(after))
}

/// 撕了孩子的本子, 把他书包扔出去: what belongs to a child is spoilt.
fn spoils_belongings(text: Searched<'_>) -> bool {
    const THINGS: &Phrases = phrases!["作业", "本子", "书包", "课本", "文具", "卷子", "画", "水杯", "书"];
    const SPOILT: &Phrases =
        phrases!["撕", "扔出", "扔了", "摔了", "踩", "砸了", "扔到", "扔进", "摔地", "剪"];
    // 孩子书包被老师扔了: the same, told from its side.
    let is_passive = |thing: &str, by: &str| {
        holds_any(thing, THINGS)
            && (holds_any(thing, CHILD) || thing.contains(['他', '她', '我']))
            && around(by, STAFF)
                .any(|(who, rest)| who.chars().count() <= 3 && holds_any(head(rest, 5), SPOILT))
    };
    if text.split_once('被').is_some_and(|(thing, by)| is_passive(thing, by)) {
        return true;
    }
    around(text, SPOILT).any(|(before, after)| {
        let near = head(after, 8);
        let of_child = |part: &str| {
            holds_any(part, THINGS) && (holds_any(part, CHILD) || part.contains(['他', '她', '我']))
        };
        holds_any(before, phrases!["老师", "班主任", "教练", "教官", "阿姨", "保安"])
            && !is_denied_before(before)
            && (of_child(near)
                || before
                    .rsplit_once('把')
                    .is_some_and(|(who, thing)| !is_denied_before(who) && of_child(thing)))
    })
}

/// 叫全班不要跟我孩子玩: others are told to leave a child alone.
fn sets_others_against(text: Searched<'_>) -> bool {
    const TOLD: &Phrases = phrases![
        "叫全班",
        "让全班",
        "叫同学",
        "让同学",
        "叫大家",
        "让大家",
        "叫别的",
        "让别的",
        "叫其他",
        "让其他",
        "叫别人",
        "让别人",
        "不让同学",
        "不让别的",
        "不让其他",
        "不许同学",
        "不许别的",
        "不准同学",
        "不准别的"
    ];
    around(text, TOLD).any(|(before, after)| {
        let forbids = holds_any(head(after, 8), phrases!["不", "别", "孤立", "躲", "离"]) || {
            text.get(before.len()..).is_some_and(|told| told.starts_with('不'))
        };
        holds_any(before, STAFF)
            && forbids
            && holds_any(
                after,
                phrases![
                    "跟我",
                    "和我",
                    "跟他",
                    "跟她",
                    "和他",
                    "和她",
                    "跟孩子",
                    "理我",
                    "理他",
                    "理她",
                    "孤立",
                    "跟这个",
                    "理这个"
                ],
            )
    })
}

const EXPOSED_WEATHER: &Phrases = phrases![
    "大冬天",
    "大太阳",
    "大热天",
    "太阳底下",
    "太阳下",
    "零下",
    "淋着雨",
    "淋雨",
    "大雨",
    "寒风",
    "冷风",
    "雨里",
    "雨中",
    "三十多度",
    "38度",
    "这么冷",
    "这么热",
    "大冷天",
    "下雨天",
    "下着雨",
    "下雪天",
    "大雪天",
    "毒太阳",
    "烈日"
];

const EXPOSED_LEFT: &Phrases = phrases![
    "让孩子",
    "让娃",
    "让学生",
    "让他们",
    "叫孩子",
    "把孩子",
    "让小孩",
    "让一群孩子",
    "让我儿子",
    "让我女儿",
    "让我家孩子"
];

const EXPOSED_SUFFERS: &Phrases = phrases!["站", "等", "晒", "淋", "冻", "在外", "蹲", "排队", "跑"];

const EXPOSED_SHUT_IN: &Phrases = phrases![
    "关厕所",
    "关在厕所",
    "关进厕所",
    "关储物",
    "关器材",
    "关门外",
    "关在门外",
    "关杂物",
    "赶出教室",
    "拖出教室",
    "拎出教室",
    "推出教室",
    "撵出教室",
    "轰出教室",
    "赶出去站",
    "让孩子跪",
    "让他跪",
    "让她跪",
    "让娃跪",
    "让学生跪",
    "叫孩子跪",
    "叫他跪",
    "叫她跪",
    "逼孩子跪",
    "不让进教室"
];

const EXPOSED_OUTSIDE: &Phrases =
    phrases!["外面", "外头", "门外", "雨里", "雨中", "太阳", "操场", "风里", "雪里", "晒", "淋", "冻"];

/// 大冬天让孩子在外面等半小时: children are left to the weather, or shut in.
fn is_exposed(text: Searched<'_>) -> bool {
    let is_request = holds_any(
        text,
        phrases![
            "等我",
            "等等我",
            "我晚",
            "我来接",
            "不要让",
            "别让",
            "不能让",
            "希望",
            "建议",
            "请不要",
            "麻烦",
            "就行",
            "就好",
            "好了",
            "吧"
        ],
    );
    !is_request
        && (holds_any(text, EXPOSED_WEATHER)
            && around(text, EXPOSED_LEFT).any(|(_, after)| {
                let near = head(after, 12);
                holds_any(near, EXPOSED_SUFFERS) && holds_any(near, EXPOSED_OUTSIDE)
            })
            || holds_any(text, EXPOSED_SHUT_IN) && !holds_any(text, phrases!["没关", "自己关"]))
}
