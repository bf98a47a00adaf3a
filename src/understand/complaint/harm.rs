//! Harm (伤害): what is done to a child's body, told by what came of it, and that it is made little of.
//!
//! What children do to each other in play is no wrong; a wound, or a teacher who waves it aside, makes it one. Reads a
//! whole reply that states. Start at [`is_harmed`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::aftermath::is_found_out;
use super::conduct::{CHILD, STAFF};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_harmed(text: Searched<'_>) -> bool {
    (is_hurt_by(text)
        || is_made_little_of(text)
        || is_stripped(text)
        || has_temper(text)
        || is_struck(text)
        || is_shut_in(text)
        || is_found_out(text))
        && !holds_any(text, AT_HOME)
}

const AT_HOME: &Phrases = phrases![
    "在家", "家里", "小区", "他爸", "她爸", "他妈", "她妈", "爷爷", "奶奶", "外婆", "外公", "姥", "弟弟",
    "妹妹", "哥哥", "姐姐", "老公", "老婆", "表哥", "表弟", "楼下", "公园"
];

/// What one child can do to another.
const DEEDS: &Phrases = phrases![
    "推", "绊", "踢", "踩", "咬", "抓", "掐", "打", "扎", "戳", "砸", "泼", "勒", "锁", "划", "烫", "撞",
    "拧", "拽", "挠", "压", "按", "捅"
];

const WOUNDS: &Phrases = phrases![
    "缝了",
    "缝针",
    "骨折",
    "流血",
    "出血",
    "血",
    "肿",
    "淤青",
    "青了",
    "紫了",
    "断了",
    "门牙",
    "牙掉",
    "牙印",
    "脑震荡",
    "医院",
    "破了",
    "破相",
    "留疤",
    "住院",
    "一道道",
    "划伤",
    "红印",
    "碎",
    "烂了"
];

/// 被同学推下楼梯，缝了四针: who did it, and the wound. 自己摔的 was nobody.
fn is_hurt_by(text: Searched<'_>) -> bool {
    const BY: &Phrases = phrases![
        "同学",
        "同桌",
        "男生",
        "女生",
        "男孩",
        "女孩",
        "高年级",
        "别人",
        "人",
        "孩子",
        "小朋友",
        "前桌",
        "后桌",
        "老师",
        "阿姨",
        "教练",
        "保安",
        "大孩子"
    ];
    const BY_CHARS_MAX: usize = 9;
    const SETTLED: &Phrases = phrases![
        "不小心",
        "不是故意",
        "没事",
        "和好",
        "道歉了",
        "别担心",
        "谢",
        "没关系",
        "打针",
        "不怪",
        "皮外伤"
    ];
    around(text, phrases!["被", "让人", "叫人"]).any(|(_, after)| {
        let near = head(after, BY_CHARS_MAX);
        let names = || holds_any(near, BY) || text.contains("让人") || text.contains("叫人");
        names()
            && around(near, DEEDS).any(|(between, _)| !between.contains(['，', '。', '表', '扬']))
            && holds_any(after, WOUNDS)
    }) && !holds_any(text, SETTLED)
}

/// 胳膊上有牙印，老师说没看见: what happened, and how somebody at school waves it aside. 老师说没事 only comforts.
fn is_made_little_of(text: Searched<'_>) -> bool {
    const HAPPENED: &Phrases = phrases![
        "被打",
        "打了",
        "挨打",
        "被推",
        "推倒",
        "被踢",
        "被踩",
        "踩碎",
        "被咬",
        "咬了",
        "牙印",
        "被欺负",
        "欺负",
        "被抢",
        "抢了",
        "被砸",
        "被掐",
        "掐了",
        "伤",
        "流血",
        "肿",
        "踩坏",
        "被偷",
        "偷了",
        "骂了",
        "被骂",
        "起外号",
        "掀",
        "青一块",
        "印子",
        "被堵",
        "撞"
    ];
    const LITTLE: &Phrases = phrases![
        "小事",
        "闹着玩",
        "闹着耍",
        "开玩笑",
        "没看见",
        "没看到",
        "没瞧见",
        "自己解决",
        "自行解决",
        "自己处理",
        "私下解决",
        "管不了",
        "没法管",
        "管不着",
        "忍一忍",
        "忍忍",
        "让着点",
        "活该",
        "别计较",
        "别太计较",
        "小题大做",
        "太娇气",
        "娇气",
        "玻璃心",
        "多大点事"
    ];
    const SETTLED: &Phrases = phrases!["谢", "没关系", "别担心", "不要紧", "理解", "不怪", "我也", "我们也"];
    holds_any(text, HAPPENED)
        && around(text, STAFF).any(|(before, after)| {
            let said = after.trim_start_matches(['们', '都', '就', '却', '还', '只', '居', '然']);
            !before.ends_with(['跟', '问', '给', '和'])
                && said.starts_with(['说', '讲', '让', '叫', '称', '觉'])
                && around(head(said, 12), LITTLE).any(|(how, _)| !how.contains('，'))
        })
        && !holds_any(text, SETTLED)
}

/// 被男生掀裙子: needs no wound.
fn is_stripped(text: Searched<'_>) -> bool {
    const STRIPPED: &Phrases = phrases!["掀", "扒", "脱", "摸", "偷拍", "偷看"];
    const WHAT: &[&str] =
        &["裙子", "裤子", "衣服", "内裤", "隐私", "下面", "屁股", "下体", "洗澡", "上厕所", "女生", "女厕"];
    const WHOSE: [char; 11] = ['了', '我', '他', '她', '的', '女', '儿', '孩', '子', '娃', '家'];
    const BY: &Phrases = phrases!["被", "男生", "同学", "高年级", "老师", "保安", "教练"];
    around(text, STRIPPED).any(|(before, after)| {
        starts_with_any(after.trim_start_matches(WHOSE), WHAT)
            && holds_any(before, BY)
            && !is_denied_before(before)
            && !holds_any(before, phrases!["自己", "教育", "不能", "不要", "不许", "不可以"])
    })
}

/// 老师动不动就上手: what somebody is used to. 动不动就给奖励 is praise.
fn has_temper(text: Searched<'_>) -> bool {
    const DEEDS: &[&str] = &[
        "上手",
        "动手",
        "打",
        "骂",
        "吼",
        "罚",
        "训",
        "摔",
        "发火",
        "发脾气",
        "凶",
        "拍桌",
        "翻脸",
        "扔",
        "甩",
        "推",
        "大吼",
        "撕",
        "请家长",
        "点名",
        "威胁",
    ];
    const HARMLESS: &[&str] = &["打电话", "打卡", "打球", "打招呼", "推荐", "训练", "扔球", "打印"];
    around(text, phrases!["动不动就", "动不动", "动辄就", "动辄"]).any(|(before, after)| {
        holds_any(before, STAFF)
            && !before.ends_with(['他', '她'])
            && !ends_with_any(before, &["孩子", "娃", "儿子", "女儿", "孙子", "孙女"])
            && starts_with_any(after, DEEDS)
            && !starts_with_any(after, HARMLESS)
    })
}

/// 呢个老师成日打细路: a blow, and whom it hits, in whatever dialect.
fn is_struck(text: Searched<'_>) -> bool {
    const BLOWS: &Phrases = phrases!["打", "揍", "捶", "扇", "踹"];
    const OF_THING: &[&str] = &["电话", "手机", "手表", "的", "证", "卡", "针", "疫苗", "球", "家长", "印"];
    const DOER_CHARS_MAX: usize = 6;
    around(text, STAFF).any(|(before, after)| {
        !before.ends_with(['给', '跟', '向', '请', '帮', '和'])
            && around(head(after, DOER_CHARS_MAX + 6), BLOWS).any(|(between, struck)| {
                let whom = struck
                    .trim_start_matches(['了', '过', '我', '家', '们', '咱', '俺', '人', '屋', '的', '小']);
                let whom = whom.strip_prefix("头").unwrap_or(whom);
                let rest =
                    super::super::phrases::possible(whom, CHILD).find_map(|child| whom.strip_prefix(child));
                between.chars().count() <= DOER_CHARS_MAX
                    && !between.contains(['，', '。', '不', '没', '别', '给', '让', '说', '问'])
                    && rest.is_some_and(|rest| !starts_with_any(rest.trim_start_matches('们'), OF_THING))
            })
    })
}

/// 把孩子关在器材室里: shut in where no child belongs. 把孩子锁在车里 is of whoever drives.
fn is_shut_in(text: Searched<'_>) -> bool {
    const PLACES: &Phrases = phrases![
        "器材室",
        "储物",
        "杂物",
        "仓库",
        "厕所",
        "卫生间",
        "小黑屋",
        "黑屋",
        "办公室",
        "门外",
        "楼道",
        "柜子",
        "空教室",
        "体育馆",
        "车里",
        "车上",
        "地下室",
        "教室里"
    ];
    const WHOM: &[&str] = &[
        "孩子",
        "娃",
        "学生",
        "儿子",
        "女儿",
        "闺女",
        "小孩",
        "孙子",
        "孙女",
        "小朋友",
        "同学",
        "他",
        "她",
        "他们",
        "孩子们",
        "小囡",
        "细路",
    ];
    // 把孩子手机锁在办公室 shuts in a thing.
    let is_shut = |whom: &str, shut: &str| {
        let place = shut.trim_start_matches(['在', '到', '进', '起', '来', '了']);
        ends_with_any(
            whom.trim_end_matches(['给', '都', '又', '还', '单', '独', '就', '反', '一', '个', '人']),
            WHOM,
        ) && place.len() < shut.len()
            && holds_any(head(place, 5), PLACES)
    };
    let is_warned = |before: &str| {
        before.ends_with('我')
            || is_denied_before(before)
            || holds_any(before, phrases!["别", "不要", "不能", "千万"])
    };
    !holds_any(text, phrases!["钥匙", "家门"])
        && around(text, phrases!["关", "锁", "反锁"]).any(|(before, shut)| {
            before
                .rsplit_once('把')
                .is_some_and(|(who, whom)| !is_warned(who) && !whom.contains('，') && is_shut(whom, shut))
                || before.rsplit_once('被').is_some_and(|(whom, by)| {
                    by.chars().count() <= 4 && !is_warned(whom) && is_shut(whom, shut)
                })
        })
}
