//! Pressure (施压): families urged to join or passed over, and lessons in the place of care.
//!
//! Reads a whole reply that states. Start at [`is_pressed`].

use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases};
use super::conduct::STAFF;
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_pressed(text: Searched<'_>) -> bool {
    presses(text) || acts_without_consent(text) || takes_place_of(text) || teaches_for_money(text)
}

/// 班主任三番五次打电话催, 老师天天在群里点没报名的: pressed again and again to join or pay.
fn presses(text: Searched<'_>) -> bool {
    const AGAIN: &Phrases = phrases![
        "天天",
        "三番五次",
        "三番两次",
        "一遍遍",
        "一遍又一遍",
        "反复",
        "老是",
        "总是",
        "轮番",
        "挨个",
        "不停",
        "一天几遍",
        "隔三差五",
        "没完没了"
    ];
    const PRESSED: &Phrases =
        phrases!["催", "点名", "点没", "打电话", "施压", "艾特", "做工作", "劝", "私聊", "约谈"];
    const FOR: &Phrases = phrases![
        "报名",
        "不想报",
        "没报",
        "不报",
        "让报",
        "要报",
        "参加",
        "交钱",
        "交费",
        "不想上",
        "订",
        "买",
        "报课后",
        "报托管",
        "报晚托",
        "报延时"
    ];
    around(text, AGAIN).any(|(before, after)| {
        holds_any(before, STAFF)
            && !is_denied_before(before)
            && holds_any(after, PRESSED)
            && holds_any(text, FOR)
    }) && (holds_any(text, phrases!["烦死", "烦不烦", "很烦", "烦人", "骚扰"])
        || !holds_any(
            text,
            // 老师天天催，现在报上: it has been taken as a reminder.
            phrases![
                "谢谢",
                "辛苦",
                "感谢",
                "现在报",
                "报上",
                "报吧",
                "就报",
                "我报",
                "马上报",
                "已经报",
                "忘了"
            ],
        ))
}

const CONSENT_WITHOUT: &Phrases = phrases![
    "没经我",
    "没经过我",
    "未经我",
    "没有经过我",
    "不经我",
    "没经家长",
    "没经过家长",
    "未经家长",
    "不经家长",
    "没征求我",
    "没征求家长",
    "没问过我们就",
    "问都不问",
    "问都没问",
    "招呼都不打",
    "招呼都没打",
    "没打招呼",
    "不打招呼",
    "擅自",
    "私自",
    "自作主张",
    "背着我们",
    "背着家长",
    "硬给我",
    "硬给孩子",
    "硬给娃",
    "硬把"
];

const CONSENT_DONE: &Phrases = phrases![
    "报", "扣", "签", "订", "勾", "加进", "剪", "收", "拍", "发到", "登记", "调", "换", "退", "带走", "带出"
];

/// 没经我同意就给孩子报了名, 硬给我们报上的: done over the family's head.
fn acts_without_consent(text: Searched<'_>) -> bool {
    around(text, CONSENT_WITHOUT).any(|(before, after)| {
        // 孩子自己报的, 奶奶私自报的 are of the family.
        let by_family = holds_any(
            text,
            phrases![
                "自己",
                "孩子私自",
                "娃私自",
                "孩子擅自",
                "奶奶",
                "爷爷",
                "他爸",
                "她爸",
                "老公",
                "我擅自",
                "我私自"
            ],
        );
        !is_denied_before(before) && !by_family && holds_any(head(after, 14), CONSENT_DONE)
    })
}

const PLACE_CARE: &Phrases = phrases![
    "延时",
    "课后",
    "托管",
    "晚托",
    "社团",
    "兴趣",
    "体育",
    "音乐课",
    "美术",
    "活动课",
    "活动时间",
    "自习",
    "体锻",
    "大课间",
    "看护"
];

const PLACE_TURNED: &Phrases = phrases![
    "成了",
    "变成",
    "当成",
    "改成",
    "等于",
    "拿来",
    "用来",
    "拿去",
    "占来",
    "挪去",
    "挪来",
    "改上",
    "变着法",
    "全在",
    "光在",
    "净在",
    "天天在",
    "天天就是"
];

const PLACE_LESSONS: &Phrases = phrases![
    "第七节",
    "第八节",
    "第六节",
    "第九节",
    "正课",
    "补课",
    "补习",
    "补语",
    "补数",
    "补英",
    "补作",
    "上语",
    "上数",
    "上英",
    "讲语",
    "讲数",
    "讲英",
    "语文课",
    "数学课",
    "英语课",
    "文化课",
    "主课",
    "考试",
    "测验",
    "刷题",
    "做卷",
    "讲卷",
    "新课",
    "讲课",
    "上课",
    "做题",
    "考语",
    "考数"
];

const PLACE_TAKEN: &Phrases =
    phrases!["占了", "占用", "占掉", "占去", "霸占", "占课", "抢走", "抢去", "挪用", "给占"];

const PLACE_TAKERS: &Phrases =
    phrases!["语文", "数学", "英语", "主科", "主课", "班主任", "科任", "补课", "文化课"];

/// 延时班成了第七节课, 体育活动全被数学老师占了, 社团课拿来补语文: lessons in the place of care.
fn takes_place_of(text: Searched<'_>) -> bool {
    let is_denied =
        |before: &str| is_denied_before(before) || before.ends_with("可以") || before.ends_with("希望");
    around(text, PLACE_CARE).any(|(_, after)| {
        let near = head(after, 18);
        around(near, PLACE_TURNED).any(|(before, lesson)| {
            !is_denied(before)
                && holds_any(head(lesson, 8), PLACE_LESSONS)
                && !holds_any(before, phrases!["没", "不会"])
        }) || around(near, PLACE_TAKEN).any(|(before, after)| {
            !is_denied(before) && (holds_any(before, PLACE_TAKERS) || holds_any(after, PLACE_TAKERS))
        }) || around(near, phrases!["占"]).any(|(before, _)| {
            // 体育课老被语文占.
            before.rsplit_once('被').is_some_and(|(who, by)| !is_denied(who) && holds_any(by, PLACE_TAKERS))
        })
    })
}

/// 老师周末在家开小课, 上课不讲重点，补习班才讲: teaches for money what belongs to school.
fn teaches_for_money(text: Searched<'_>) -> bool {
    const OWN: &Phrases = phrases![
        "自己",
        "在家",
        "家里",
        "周末",
        "私下",
        "校外",
        "在外",
        "偷偷",
        "下班后",
        "晚上",
        "租房",
        "租了",
        "合伙",
        "跟人"
    ];
    const RUN: &Phrases = phrases!["开", "办", "搞", "弄", "带"];
    const CLASSES: &Phrases = phrases![
        "小课",
        "小班",
        "补习",
        "辅导班",
        "培训班",
        "晚辅",
        "辅导课",
        "托管班",
        "补课班",
        "私课",
        "一对一",
        "小饭桌",
        "晚托班"
    ];
    const HELD_BACK: &Phrases =
        phrases!["上课不讲", "课堂不讲", "课上不讲", "课堂上不讲", "上课故意不讲", "上课留一手"];
    let runs = || {
        around(text, phrases!["老师", "班主任", "教练"]).any(|(_, after)| {
            let near = head(after, 16);
            !near.starts_with(['能', '可', '说', '推', '，', '您'])
                && around(near, OWN).any(|(denied, rest)| {
                    !denied.ends_with(['不', '没'])
                        && around(rest, RUN).any(|(before, class)| {
                            // 在家里开班, but not 开班会.
                            let is_class =
                                class.strip_prefix('班').is_some_and(|rest| !rest.starts_with('会'));
                            !before.contains(['孩', '娃', '，', '我', '不', '没', '能'])
                                && (is_class || holds_any(head(class, 6), CLASSES))
                        })
                })
        })
    };
    runs()
        || around(text, HELD_BACK).any(|(_, after)| {
            holds_any(
                after,
                phrases!["补习", "补课", "辅导班", "家里", "收费", "他班", "她班", "小班", "课后班"],
            )
        })
}
