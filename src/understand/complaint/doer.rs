//! Doers (行为人): whose deed a word tells of: the school's, the family's own, or the child's.
//!
//! Start at [`is_by_family`] and [`is_manner_of_staff`].

use super::super::lexicon::Token;
use super::super::phrases::{
    Searched, ends_with_any, holds_any, last_of, phrases, starts_with_any, without_trailing,
};
use super::words::Word;

const FAMILY_HABITS: &[&str] = &[
    "爱",
    "老",
    "总",
    "老是",
    "总是",
    "喜欢",
    "经常",
    "常常",
    "有时候",
    "有时",
    "会",
    "容易",
    "动不动",
    "天天",
    "特别",
    "很",
    "好像",
    "也",
    "还",
    "最近",
    "在学校",
    "在班里",
    "在班上",
];

/// 他爸骂了孩子, 我家孩子打了同学: the deed of the family itself, and no wrong of the school.
pub(super) fn is_by_family(text: &str, deed: &Token<Word>) -> bool {
    const KIN: &[&str] = &[
        "他爸",
        "她爸",
        "他妈",
        "她妈",
        "爸爸",
        "妈妈",
        "爷爷",
        "奶奶",
        "外婆",
        "外公",
        "姥姥",
        "姥爷",
        "老公",
        "老婆",
        "他爹",
        "她爹",
        "他娘",
        "她娘",
        "我先生",
        "我爱人",
        "我媳妇",
        "我对象",
        "阿爸",
        "阿妈",
        "老爸",
        "老妈",
    ];
    const OWN_CHARS_MAX: usize = 2;
    const OTHERS: &[&str] = &["同学", "别人", "人家", "小朋友", "同桌", "别的", "他同", "人了"];
    let before = text
        .get(..deed.start)
        .unwrap_or_default()
        .trim_end_matches(['又', '昨', '天', '刚', '就', '在', '家']);
    let word = text.get(deed.start..deed.end).unwrap_or_default();
    let object = text.get(deed.end..).unwrap_or_default();
    // 我们家孩子爱打人: what one's own child is used to do.
    let doer = without_trailing(without_trailing(before, FAMILY_HABITS), FAMILY_HABITS);
    let is_used_to = doer.len() < before.len();
    let is_child = ends_with_any(doer, &["孩子", "儿子", "女儿", "娃", "闺女", "孙子", "孙女"]);
    let is_own_child = is_child
        && (doer.starts_with(['我', '俺', '咱', '自'])
            || is_used_to && doer.chars().count() <= OWN_CHARS_MAX);
    let is_own_habit = is_own_child && is_used_to && word.ends_with('人');
    is_own_habit
        || KIN.iter().any(|kin| before.ends_with(kin))
        || before == "我"
        || ends_with_any(before, &["孩子自己", "他自己", "她自己", "娃自己"])
        || is_own_child && (starts_with_any(object, OTHERS) || OTHERS.iter().any(|whom| word.ends_with(whom)))
}

/// 老师说孩子上课睡觉: it is the child that sleeps.
pub(super) fn is_idle_child(text: &str, deed: &Token<Word>) -> bool {
    let idles = matches!(text.get(deed.start..deed.end), Some("睡觉" | "玩手机" | "看手机" | "刷手机"));
    let before = text.get(..deed.start).unwrap_or_default();
    // 他瞒着老师玩手机: so does who hides it.
    let hides = || holds_any(before, phrases!["瞒着", "背着", "趁"]);
    idles
        && (hides()
            || last_of(before, &["孩子", "学生", "娃", "儿子", "女儿"])
                > last_of(before, &["老师", "阿姨", "教练", "保安", "你们"]))
}

/// 大呼小叫, 凶我: how somebody is, whoever it be.
pub(super) fn is_manner(text: &str, token: &Token<Word>) -> bool {
    const MANNERS: &[&str] = &[
        "凶", "吼我", "态度", "大呼", "大吼", "满嘴", "满口", "讲脏", "带脏", "脏字", "骂骂", "出言", "恶语",
        "破口", "呼来",
    ];
    text.get(token.start..token.end).is_some_and(|word| starts_with_any(word, MANNERS))
}

/// 老师对孩子态度恶劣, but not 老师，孩子态度恶劣: who is so stands before, and none of the family after him.
pub(super) fn is_manner_of_staff(text: &str, token: &Token<Word>) -> bool {
    const STAFF: &[&str] =
        &["老师", "班主任", "校长", "门卫", "保安", "阿姨", "教练", "司机", "你们", "学校", "食堂", "教官"];
    const FAMILY: &[&str] = &["孩子", "娃", "儿子", "女儿", "他", "她", "爸", "妈", "同学", "学生"];
    let before = text.get(..token.start).unwrap_or_default();
    let doer = before.rfind(['对', '跟', '冲', '向', '朝']).and_then(|at| before.get(..at));
    // 对娃骂骂咧咧: who told of it has been named before.
    if doer.is_some_and(str::is_empty) {
        return true;
    }
    let doer = doer.unwrap_or(before);
    last_of(doer, STAFF).is_some() && last_of(doer, STAFF) > last_of(doer, FAMILY)
}

/// Whether a clause places itself at school: 孩子一个人在操场没人看, but not 孩子在家没人看.
pub(super) fn is_at_school(text: Searched<'_>) -> bool {
    let places =
        phrases!["操场", "教室", "门卫", "校门", "延时", "课后", "托管", "晚托", "学校里", "走廊", "楼道"];
    holds_any(text, places) && !holds_any(text, phrases!["报名", "参加", "报上", "就报"])
}
