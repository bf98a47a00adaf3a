//! Outrage (愤慨): what blames in so many words, whatever it is about, and rules that are flouted.
//!
//! Questions of this kind state. Reads a whole reply. Start at [`is_outraged`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, last_of, phrases, starts_with_any,
};

/// Whether a reply blames the school so.
pub(super) fn is_outraged(text: Searched<'_>) -> bool {
    denies_right(text)
        || asks_who_answers(text)
        || is_unworthy(text)
        || is_unfit(text)
        || flouts(text)
        || scorns_freedom(text)
        || asks_whether_forced(text)
        || calls_to_account(text)
}

/// 这事必须有人负责, 你们良心不会痛吗: somebody is to answer for it.
fn calls_to_account(text: Searched<'_>) -> bool {
    const ANSWERS: &Phrases =
        phrases!["必须有人负责", "总得有人负责", "得有人负责", "必须负责到底", "必须给我负责"];
    const CONSCIENCE: &Phrases = phrases![
        "良心不会痛",
        "良心不痛",
        "良心何在",
        "良心被狗",
        "良心过得去",
        "良心都不要",
        "良心不安吗",
        "良心喂狗"
    ];
    around(text, ANSWERS).any(|(before, _)| !holds_any(before, phrases!["接送", "值日", "谁接", "值班"]))
        || holds_any(text, CONSCIENCE) && holds_any(text, phrases!["你们", "老师", "学校", "校"])
}

/// 谁给你们的权力, 老师干什么吃的: asks what somebody is there for.
fn denies_right(text: Searched<'_>) -> bool {
    const GIVEN: &Phrases =
        phrases!["谁给你们", "谁给你", "谁给他", "谁给她", "谁给老师", "谁给学校", "谁给的"];
    const RIGHTS: &Phrases = phrases!["权力", "权利", "胆子", "胆量", "资格"];
    const FED_FOR: &Phrases =
        phrases!["干什么吃的", "干啥吃的", "干嘛吃的", "干吗吃的", "做什么吃的", "吃干饭的"];
    const FED: &Phrases =
        phrases!["老师", "学校", "你们", "校长", "班主任", "保安", "门卫", "阿姨", "教练", "领导"];
    around(text, GIVEN).any(|(_, after)| holds_any(head(after, 5), RIGHTS))
        || around(text, FED_FOR).any(|(before, _)| holds_any(before, FED))
}

/// 这事教育局不管吗, 收两千八，物价局知道吗: whether those above know. 学校还有没有人管了 asks the same of the school.
fn asks_who_answers(text: Searched<'_>) -> bool {
    const ABOVE: &Phrases = phrases![
        "教育局",
        "教体局",
        "教委",
        "纪委",
        "物价局",
        "上级",
        "上面",
        "校领导",
        "你们领导",
        "你们校长"
    ];
    const KNOWS: &[&str] = &["知道吗", "知道么", "知道不", "知不知道", "晓得不", "晓得吗", "知情吗"];
    const IDLE: &[&str] =
        &["不管吗", "不管么", "不管的吗", "就不管", "不查吗", "不来查", "也不管", "都不管", "是摆设"];
    const DONE: &Phrases = phrases!["钱", "费", "价", "补课", "新课", "上课", "强制", "逼", "打", "骂", "违"];
    const NOBODY: &Phrases = phrases!["还有没有人管", "还有没有人负责", "到底有没有人管", "到底有没有人负责"];
    const SCHOOL: &Phrases = phrases!["学校", "你们", "校", "老师", "班"];
    around(text, ABOVE).any(|(before, after)| {
        starts_with_any(after, IDLE) || starts_with_any(after, KNOWS) && holds_any(before, DONE)
    }) || around(text, NOBODY).any(|(before, after)| {
        holds_any(before, SCHOOL)
            && (after.is_empty() || after.starts_with(['了', '啊', '，', '。', '?', '!']))
    })
}

/// 配当老师吗, 这是老师该说的话吗, 这种事也做得出来: unworthy of who he is.
fn is_unworthy(text: Searched<'_>) -> bool {
    const WORTHY: &Phrases =
        phrases!["配当", "配做", "配为", "还像个", "哪像个", "哪里像个", "不像个", "像什么"];
    const OFFICES: &Phrases = phrases!["老师", "教师", "校长", "班主任", "学校", "人师", "教练"];
    const OUGHT: &Phrases = phrases![
        "老师该",
        "老师应该",
        "教师该",
        "教师应该",
        "老师能",
        "老师说得出",
        "老师说的话",
        "老师干的事"
    ];
    const DONE: &Phrases = phrases!["说的", "做的", "干的", "讲的", "的话", "的事"];
    const CAPABLE: &Phrases = phrases!["做得出", "干得出", "说得出口", "下得去手", "下得了手"];
    const OWN: &Phrases = phrases!["孩子这", "娃这", "儿子这", "女儿这", "他爸", "她爸", "我老公", "我"];
    around(text, WORTHY).any(|(_, after)| holds_any(head(after, 4), OFFICES))
        || around(text, OUGHT).any(|(before, after)| {
            before.ends_with('是') && holds_any(head(after, 4), DONE) && after.contains(['吗', '么', '嘛'])
        })
        // 亏你们做得出来, 这种话也说得出口.
        || around(text, CAPABLE).any(|(before, _)| {
            (ends_with_any(before, &["也", "都", "还", "亏你们", "亏他", "亏她"]) || before.ends_with('么'))
                && holds_any(before, phrases!["这种", "这样", "亏", "怎么", "这么"])
                && !holds_any(before, OWN)
        })
}

const UNFIT: &Phrases = phrases![
    "不负责",
    "不称职",
    "不尽责",
    "不尽职",
    "不像话",
    "没责任心",
    "没有责任心",
    "没师德",
    "没有师德",
    "没良心",
    "缺德",
    "黑心",
    "失职"
];

const UNFIT_VERY: &[&str] = &["太", "真", "极", "极其", "极度", "非常", "很", "严重", "实在", "简直"];

const UNFIT_STAFF: &[&str] = &[
    "老师",
    "学校",
    "班主任",
    "校长",
    "你们",
    "教练",
    "保安",
    "门卫",
    "阿姨",
    "食堂",
    "司机",
    "延时班",
    "托管",
    "服务",
];

const UNFIT_CHILDREN: &[&str] = &["孩子", "娃", "儿子", "女儿", "他", "她", "同学", "学生", "班长", "组长"];

const UNFIT_OTHERS: &Phrases = phrases![
    "我太",
    "我真",
    "我实在",
    "我们太",
    "爸",
    "妈",
    "老公",
    "老婆",
    "爷爷",
    "奶奶",
    "外婆",
    "外公",
    "快递",
    "物业",
    "孩子太",
    "娃太",
    "他自己",
    "她自己",
    "以前",
    "别的",
    "隔壁",
    "怕",
    "不是",
    "没有说",
    "觉得我",
    "如果",
    "要是"
];

/// 太不负责: what nobody says of a school that does its duty. 我太不负责了 is of the writer.
fn is_unfit(text: Searched<'_>) -> bool {
    // 老师说孩子太不负责: the child is.
    let is_of_school = |before: &str| {
        let staff = last_of(before, UNFIT_STAFF);
        let needs_name = || text.get(before.len()..).is_some_and(|word| word.starts_with("不像话"));
        let is_child = last_of(before, UNFIT_CHILDREN) > staff
            && !holds_any(before, phrases!["门口", "教室", "外面", "没人"]);
        !is_child && (staff.is_some() || !needs_name())
    };
    around(text, UNFIT).any(|(before, after)| {
        is_of_school(before)
            && ends_with_any(before, UNFIT_VERY)
            && !after.starts_with(['吗', '吧', '的', '?'])
            && !holds_any(before, UNFIT_OTHERS)
            && !holds_any(text, phrases!["我太", "我真", "道歉", "抱歉", "不好意思"])
    })
}

/// 明文规定不准收，你们怎么还收: a rule, what it forbids, and that it is done all the same.
fn flouts(text: Searched<'_>) -> bool {
    const RULES: &Phrases = phrases![
        "明文",
        "明令",
        "三令五申",
        "文件",
        "政策",
        "教育局",
        "教育部",
        "教委",
        "教体局",
        "国家",
        "双减",
        "上面",
        "上级"
    ];
    const FORBIDDEN: &Phrases =
        phrases!["不准", "不许", "不让", "不得", "不能", "不可以", "禁止", "严禁", "不允许"];
    const STILL: &Phrases = phrases![
        "怎么还",
        "咋还",
        "为什么还",
        "为啥还",
        "还在",
        "照样",
        "照收",
        "照旧",
        "仍然",
        "偏偏",
        "偏要",
        "还敢",
        "顶风",
        "却",
        "竟然",
        "居然",
        "你们还",
        "学校还",
        "老师还"
    ];
    const DEEDS: &Phrases = phrases!["收", "补", "上课", "讲", "考", "要", "卖", "布置", "强", "排", "办"];
    const RULED_CHARS_MAX: usize = 10;
    if !holds_any(text, FORBIDDEN)
        || holds_any(text, phrases!["孩子还", "他还", "她还", "娃还", "还在学校等"])
    {
        return false;
    }
    around(text, RULES).any(|(_, after)| {
        around(head(after, RULED_CHARS_MAX), FORBIDDEN).any(|(before, _)| {
            let then = after.get(before.len()..).unwrap_or_default();
            around(then, STILL).any(|(_, deed)| holds_any(head(deed, 8), DEEDS))
        })
    })
}

/// 什么自愿嘛, 好一个自愿: it is not. 什么是自愿 asks.
fn scorns_freedom(text: Searched<'_>) -> bool {
    const SCORN: &Phrases = phrases![
        "什么自愿",
        "啥自愿",
        "啥子自愿",
        "哪门子自愿",
        "好一个自愿",
        "好个自愿",
        "这叫自愿",
        "这也叫自愿",
        "这哪是自愿",
        "这哪叫自愿",
        "哪里自愿",
        "哪叫自愿",
        "哪算自愿",
        "屁的自愿",
        "狗屁自愿",
        "伪自愿",
        "所谓自愿",
        "所谓的自愿"
    ];
    holds_any(text, phrases!["自愿"])
        && around(text, SCORN).any(|(before, after)| {
            !ends_with_any(before, &["有", "是", "为", "没"])
                && (after.is_empty()
                    || starts_with_any(
                        after,
                        &["嘛", "啊", "呀", "嗦", "，", "。", "?", "!", "原则", "报名", "哦", "呢", "了"],
                    ))
        })
}

/// 就我家没报，是不是在逼我: asks whether it is force, and says so.
fn asks_whether_forced(text: Searched<'_>) -> bool {
    const ASKED: &Phrases = phrases![
        "是不是在逼",
        "是不是逼",
        "是不是要逼",
        "不是在逼",
        "不是逼",
        "这是逼",
        "这是在逼",
        "就是在逼",
        "就是逼"
    ];
    const WHOM: &[&str] = &["我", "我们", "人", "家长", "着", "大家"];
    const CHOICE: &Phrases = phrases!["报", "参加", "交", "订", "买", "签", "捐", "上课", "补"];
    holds_any(text, phrases!["逼"])
        && around(text, ASKED).any(|(before, after)| {
            starts_with_any(after, WHOM)
                && !ends_with_any(before, &["孩子", "娃", "他", "她"])
                && (holds_any(before, CHOICE) || holds_any(after, CHOICE))
                && (after.ends_with(['吗', '嘛', '么', '?']) || before.ends_with('，') || before.is_empty())
        })
}
