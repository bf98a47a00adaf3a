//! Omissions (疏漏): what is not done day by day, told by how often, by V都不V, or by how a child was left.
//!
//! Reads a whole reply that states. Start at [`is_omitted`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::conduct::{CHILD, STAFF};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_omitted(text: Searched<'_>) -> bool {
    is_often_away(text)
        || does_not_even(text)
        || is_left_so(text)
        || has_nobody(text)
        || goes_unfed(text)
        || is_unclean(text)
        || disappoints(text)
}

/// 老师经常迟到: who is there for children, and how often he is not. 老师，孩子总是迟到 is of the child.
fn is_often_away(text: Searched<'_>) -> bool {
    const OFTEN: &Phrases = phrases![
        "经常",
        "总是",
        "天天",
        "老是",
        "每次",
        "三天两头",
        "好几次",
        "一直",
        "常常",
        "隔三差五",
        "次次"
    ];
    const AWAY: &[&str] = &[
        "迟到",
        "早退",
        "旷课",
        "不来",
        "不在",
        "缺岗",
        "脱岗",
        "缺课",
        "提前走",
        "中途走",
        "不见人",
        "来晚",
        "晚到",
        "不到岗",
    ];
    const WHO: &[&str] =
        &["老师", "班主任", "教练", "阿姨", "保安", "门卫", "校车", "司机", "你们", "值班的"];
    around(text, OFTEN).any(|(before, after)| {
        let who = before.trim_end_matches(['们', '都', '也', '就', '还', '上', '课', '值', '班', '最', '近']);
        let away = after.trim_start_matches(['上', '课', '都', '是', '就', '值', '班']);
        ends_with_any(who, WHO)
            && !ends_with_any(who, &["给老师", "跟老师", "找老师", "对老师"])
            && starts_with_any(away, AWAY)
    })
}

/// 作业改都不改, 孩子哭了问都不问: V都不V, of what is a teacher's to do. 他作业写都不写 is a child's.
fn does_not_even(text: Searched<'_>) -> bool {
    const EVEN: &Phrases = phrases![
        "改都不改",
        "批都不批",
        "管都不管",
        "问都不问",
        "理都不理",
        "查都不查",
        "教都不教",
        "讲都不讲",
        "看都不看",
        "改都没改",
        "批都没批",
        "管都没管",
        "问都没问",
        "理都没理",
        "讲都没讲",
        "扶都不扶",
        "拦都不拦",
        "劝都不劝"
    ];
    const OTHERS: &[&str] =
        &["孩子", "娃", "他", "她", "儿子", "女儿", "爸", "妈", "老公", "老婆", "我", "爷爷", "奶奶", "同学"];
    around(text, EVEN).any(|(before, _)| {
        let near = before.rsplit(['，', '。']).next().unwrap_or_default();
        let of_school = holds_any(before, STAFF)
            || holds_any(before, phrases!["学校", "托管", "延时", "课后", "食堂"])
            || ends_with_any(before, &["作业", "卷子", "本子", "作业老师"]);
        of_school
            && !ends_with_any(near, OTHERS)
            && !holds_any(near, phrases!["孩子作业", "他作业", "她作业", "爸", "老公"])
    })
}

/// 孩子吐了一身，就让他那么穿着: a child in need, and left so.
fn is_left_so(text: Searched<'_>) -> bool {
    const NEEDS: &Phrases = phrases![
        "吐了",
        "尿了",
        "尿裤子",
        "拉裤子",
        "发烧",
        "烧到",
        "淋湿",
        "湿透",
        "流血",
        "肚子疼",
        "摔了",
        "哭"
    ];
    const LEFT: &Phrases = phrases![
        "就让他",
        "就让她",
        "就让孩子",
        "就让娃",
        "任由",
        "由着他",
        "由着她",
        "就那么",
        "就这么",
        "还让他",
        "还让她"
    ];
    const SO: &[&str] = &["穿", "坐", "躺", "趴", "晾", "待", "呆", "哭", "站", "捂", "湿", "睡", "干"];
    const AT_HOME: &Phrases = phrases![
        "在家",
        "家里",
        "请假",
        "我就",
        "今天就",
        "明天",
        "休息",
        "奶奶",
        "爷爷",
        "他爸",
        "她爸",
        "吧",
        "昨晚",
        "老师就让他趴着休息"
    ];
    around(text, NEEDS).any(|(_, after)| {
        around(after, LEFT).any(|(_, so)| {
            starts_with_any(
                so.trim_start_matches(['那', '这', '么', '孩', '子', '他', '她', '一', '直', '着', '在']),
                SO,
            )
        })
    }) && !holds_any(text, AT_HOME)
}

/// 一个看的人都没有: of those who should see to children there is not one.
fn has_nobody(text: Searched<'_>) -> bool {
    const NOBODY: &Phrases = phrases![
        "看的人都没",
        "看的人也没",
        "管的人都没",
        "管的人也没",
        "守的人都没",
        "看的老师都没",
        "管的老师都没",
        "管事的都没",
        "管事的人都没",
        "值班的都没",
        "值班老师都没",
        "负责的人都没",
        "看着的人都没"
    ];
    around(text, NOBODY).any(|(before, _)| ends_with_any(before, &["一个", "个", "连个", "连一个"]))
        && holds_any(text, phrases!["孩子", "娃", "学生", "校", "教室", "延时", "托管", "操场", "放学"])
        && !holds_any(text, phrases!["家里", "在家", "小区"])
}

/// 娃中午没吃上饭，老师说没订: children who get nothing at noon.
fn goes_unfed(text: Searched<'_>) -> bool {
    const UNFED: &Phrases = phrases![
        "没吃上饭",
        "没吃到饭",
        "没吃着饭",
        "没饭吃",
        "没分到饭",
        "没领到饭",
        "没打到饭",
        "没给饭吃",
        "没给打饭",
        "饿了一下午",
        "饿了一中午"
    ];
    holds_any(text, UNFED)
        && holds_any(text, CHILD)
        && holds_any(text, phrases!["中午", "午餐", "午饭", "食堂", "老师", "学校", "托管", "下午"])
        && !holds_any(
            text,
            phrases!["早上", "早饭", "在家", "家里", "起晚", "自己", "不想吃", "麻烦", "加班"],
        )
}

/// 食堂阿姨不戴口罩, 厕所臭得孩子憋一天: dirt where children eat, or that keeps them from what they need.
fn is_unclean(text: Searched<'_>) -> bool {
    const KITCHEN: &Phrases =
        phrases!["食堂", "厨房", "厨师", "打饭", "餐具", "餐盘", "碗筷", "勺子", "送餐", "盒饭", "午餐"];
    const UNCLEAN: &Phrases = phrases![
        "不戴口罩",
        "没戴口罩",
        "不戴手套",
        "没戴手套",
        "不洗手",
        "没洗干净",
        "不干净",
        "油腻",
        "脏得",
        "太脏",
        "脏兮兮",
        "脏死",
        "都是油",
        "不卫生",
        "苍蝇",
        "蟑螂",
        "老鼠",
        "不消毒",
        "没消毒"
    ];
    const SUFFERS: &Phrases = phrases!["憋", "不敢上", "不敢去", "进不去", "没法上", "不愿上", "忍着"];
    around(text, KITCHEN).any(|(_, after)| {
        around(head(after, 10), UNCLEAN).any(|(between, _)| {
            !is_denied_before(between)
                && !between.contains(['，', '娃', '他', '她'])
                && !holds_any(between, CHILD)
        })
    }) || around(text, phrases!["厕所"]).any(|(_, after)| {
        head(after, 6).contains(['臭', '脏']) && holds_any(after, SUFFERS) && !text.contains("家")
    })
}

/// 学校太让人失望了: what is felt about the school. 孩子太让人失望 is of the child.
fn disappoints(text: Searched<'_>) -> bool {
    const FELT: &Phrases = phrases!["失望", "寒心", "心寒", "气愤", "愤怒", "恶心", "心凉", "忍无可忍"];
    const VERY: &[&str] = &["太", "真", "很", "非常", "实在", "真是", "简直", "十分", "极其", "彻底", "特别"];
    const BETWEEN: &[&str] = &["让人", "令人", "叫人", "让我", "让我们", "让家长", "让大家", "感到", "觉得"];
    const SCHOOL: &Phrases =
        phrases!["学校", "老师", "你们", "班主任", "校长", "延时班", "托管", "课后服务", "食堂", "教练"];
    around(text, SCHOOL).any(|(before, after)| {
        !before.ends_with(['让', '对', '怕', '给', '向'])
            && around(head(after, 14), FELT).any(|(between, rest)| {
                let plain =
                    BETWEEN.iter().fold(between, |rest, word| rest.strip_suffix(word).unwrap_or(rest));
                ends_with_any(plain, VERY)
                    && !between.contains(['，', '他', '她', '不', '没'])
                    && !holds_any(between, CHILD)
                    && !rest.starts_with(['吧', '吗'])
            })
    }) || around(text, SCHOOL).any(|(before, after)| {
        // 我对学校很失望.
        before.ends_with('对') && {
            let near = head(after, 8);
            around(near, FELT)
                .any(|(between, _)| ends_with_any(between, VERY) && !between.contains(['，', '不']))
        }
    })
}
