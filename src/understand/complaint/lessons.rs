//! Lessons (授课): taught in the time of care, held back from class, or given for money outside.
//!
//! Reads a whole reply that states. Start at [`is_taught`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_taught(text: Searched<'_>) -> bool {
    holds_any(text, CARE)
        && (moves_into_care(text)
            || is_held_for_care(text)
            || tests_in_care(text)
            || teaches_in_care(text)
            || takes_time_of_care(text))
        || runs_classes_in_secret(text)
        || moonlights(text)
}

const CARE: &Phrases = phrases![
    "延时",
    "课后",
    "托管",
    "晚托",
    "看护",
    "看管",
    "放学后",
    "放学以后",
    "放了学",
    "自习",
    "社团",
    "午托",
    "晚辅"
];

const LESSONS: &Phrases = phrases![
    "新课",
    "正课",
    "主课",
    "新知识",
    "新内容",
    "新单元",
    "课文",
    "重点",
    "知识点",
    "文化课",
    "语文课",
    "数学课",
    "英语课",
    "讲课",
    "补课"
];

/// What follows the name of care that stands near.
fn near_care(after: &str, chars_max: usize) -> Option<&str> {
    let near = head(after, chars_max);
    around(near, CARE).find_map(|(_, rest)| after.get(near.len() - rest.len()..))
}

/// 把正课的内容放到课后服务里讲: the matter of class is kept for the time of care. 把作业放到延时做 is what care is for.
fn moves_into_care(text: Searched<'_>) -> bool {
    const MOVED: &Phrases = phrases![
        "放到",
        "放在",
        "留到",
        "留在",
        "挪到",
        "挪进",
        "拿到",
        "搬到",
        "搬进",
        "安排到",
        "安排在",
        "塞进",
        "拖到"
    ];
    around(text, MOVED).any(|(before, after)| {
        let teaches = || near_care(after, 8).is_some_and(|then| head(then, 6).contains(['讲', '上', '教']));
        (before.contains('把') || before.ends_with(['全', '都', '偏', '总']))
            && holds_any(before, LESSONS)
            && !is_denied_before(before)
            && teaches()
    })
}

/// 白天不教，放学后才教: held back from class.
fn is_held_for_care(text: Searched<'_>) -> bool {
    const HELD: &Phrases = phrases![
        "白天不教",
        "白天不讲",
        "上课不教",
        "上课不讲",
        "课上不讲",
        "课上不教",
        "课堂不讲",
        "课堂上不讲",
        "课堂上不教",
        "正课不讲",
        "课内不讲",
        "课内不教",
        "白天故意不讲"
    ];
    around(text, HELD).any(|(before, after)| {
        !before.ends_with("为什么")
            && around(after, CARE).any(|(_, then)| {
                let near = head(then, 6);
                near.contains(['才', '再', '就']) && near.contains(['讲', '教', '上'])
            })
    })
}

/// 看管时间搞测验, 放学以后统一讲卷子: organised by the school. 延时班组织看电影 is no lesson.
fn tests_in_care(text: Searched<'_>) -> bool {
    const ORGANISED: &Phrases =
        phrases!["搞", "统一", "组织", "集体", "进行", "天天", "全用来", "用来", "还要", "每天", "都在"];
    const TAUGHT: &Phrases = phrases![
        "测验",
        "考试",
        "小测",
        "周测",
        "月考",
        "讲卷",
        "讲试卷",
        "做卷",
        "新课",
        "讲课",
        "补课",
        "上主课",
        "赶进度",
        "讲题",
        "刷题",
        "上语文",
        "上数学",
        "上英语"
    ];
    const TAUGHT_CHARS_MAX: usize = 8;
    around(text, CARE).any(|(before, after)| {
        !ends_with_any(before, &["不上", "没上", "外面的", "外边的", "校外"])
            && around(head(after, 12), ORGANISED).any(|(between, _)| {
                let then = after.get(between.len()..).unwrap_or_default();
                !is_denied_before(between)
                    && !between.contains(['，', '。', '孩', '娃', '我', '他', '她', '复'])
                    && around(head(then, TAUGHT_CHARS_MAX), TAUGHT).any(|(how, rest)| {
                        !how.contains(['不', '没', '，', '前']) && !rest.starts_with(['成', '时', '通', '安'])
                    })
            })
    }) && !holds_any(
        text,
        phrases![
            "希望",
            "建议",
            "支持",
            "谢",
            "挺好",
            "很好",
            "最好",
            "能不能",
            "什么时候",
            "几点",
            "几号",
            "哪天",
            "出成绩"
        ],
    )
}

/// 托管时间讲奥数: told outright, when and what. 课后服务上英语兴趣课 is no lesson.
fn teaches_in_care(text: Searched<'_>) -> bool {
    const WHEN: &[&str] = &[
        "时间",
        "班",
        "里",
        "服务",
        "课",
        "的时候",
        "期间",
        "上",
        "老师",
        "在",
        "都",
        "就",
        "天天",
        "净",
        "全",
    ];
    const MATTERS: &[&str] = &[
        "奥数",
        "数学题",
        "课文",
        "卷子",
        "试卷",
        "知识点",
        "例题",
        "主科",
        "主课",
        "语文课",
        "数学课",
        "英语课",
        "数学新",
        "语文新",
        "英语新",
    ];
    const GLAD: &Phrases = phrases![
        "兴趣",
        "社团",
        "挺好",
        "喜欢",
        "希望",
        "建议",
        "谢",
        "最好",
        "支持",
        "能不能",
        "很好",
        "不错",
        "受益",
        "想学"
    ];
    around(text, CARE).any(|(before, after)| {
        let mut rest = after;
        // Bound: each round takes at least one character away.
        while let Some(shorter) = WHEN.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = shorter;
        }
        let taught = rest.strip_prefix(['讲', '教']).map(|rest| rest.trim_start_matches(['了', '的', '着']));
        !is_denied_before(before) && taught.is_some_and(|taught| starts_with_any(taught, MATTERS))
    }) && !holds_any(text, GLAD)
}

/// 占课后服务的时间上主课: the time of care is taken.
fn takes_time_of_care(text: Searched<'_>) -> bool {
    around(text, phrases!["占用", "占着", "占了", "占", "霸占", "挤占", "利用", "借"]).any(
        |(before, after)| {
            !is_denied_before(before)
                && !holds_any(before, phrases!["不会", "不要", "不能", "别"])
                && near_care(after, 6).is_some_and(|then| {
                    holds_any(
                        head(then, 10),
                        phrases![
                            "上主课",
                            "讲新",
                            "上新",
                            "上语文",
                            "上数学",
                            "上英语",
                            "讲课",
                            "补课",
                            "考试",
                            "测验",
                            "讲卷",
                            "上正课"
                        ],
                    )
                })
        },
    )
}

/// 暑假偷偷办衔接班: who does it goes without saying. 孩子偷偷报了班 is its own.
fn runs_classes_in_secret(text: Searched<'_>) -> bool {
    const SECRET: &Phrases = phrases!["偷偷", "私下", "私自", "暗地里", "背地里", "悄悄", "违规"];
    const CLASSES: &Phrases = phrases![
        "衔接班",
        "补习班",
        "补课班",
        "辅导班",
        "提高班",
        "培优班",
        "培训班",
        "冲刺班",
        "预习班",
        "奥数班",
        "作文班",
        "小班"
    ];
    around(text, SECRET).any(|(before, after)| {
        let run = after.trim_start_matches(['在', '外', '面', '家', '里', '又', '地', '给', '学', '生']);
        !is_denied_before(before)
            && !ends_with_any(before, &["我", "他爸", "她爸", "老公", "孩子", "娃"])
            && run.starts_with(['办', '开', '搞', '招', '组'])
            && around(head(run, 8), CLASSES)
                .any(|(between, _)| !between.contains(['，', '了']) || between.chars().count() <= 3)
    })
}

/// 在职老师在外面补习社兼课: works where it must not.
fn moonlights(text: Searched<'_>) -> bool {
    const WHO: &Phrases = phrases!["老师", "教师", "班主任"];
    const OUTSIDE: &Phrases = phrases!["外面", "外头", "校外", "机构", "补习", "培训", "辅导班"];
    const WORKS: &Phrases =
        phrases!["兼课", "兼职", "代课", "挂职", "走穴", "当老师", "任教", "捞外快", "赚外快"];
    around(text, WHO).any(|(before, after)| {
        !holds_any(before, phrases!["补习", "机构", "培训", "请"])
            && !after.starts_with(['，', '您'])
            && around(head(after, 16), OUTSIDE).any(|(between, then)| {
                !between.contains(['，', '请', '我', '不', '没', '是'])
                    && around(head(then, 8), WORKS).any(|(where_to, _)| !where_to.contains(['，', '请']))
                    && !holds_any(then, phrases!["来我校", "来学校"])
            })
    })
}
