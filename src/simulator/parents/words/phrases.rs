//! Phrases (短语), invented, by meaning: at least twelve for each answer, fewer where people are short or speak dialect.
//!
//! Knows no style; `style` dresses them. Start at [`JOINS`].

pub(super) const JOINS: &[&str] = &[
    "参加",
    "要参加",
    "我们参加",
    "报名参加",
    "给孩子报上名吧，参加",
    "参加的",
    "可以，我们参加",
    "需要参加课后服务",
    "要的，参加",
    "同意参加",
    "我家孩子参加",
    "愿意参加",
    "这学期参加",
    "下班晚，接不了，孩子参加",
    "确定参加",
];
pub(super) const JOINS_SHORT: &[&str] = &["参加", "报", "要", "报名", "是"];
pub(super) const JOINS_DIALECT: &[&str] =
    &["中，参加", "要得，参加", "俺家娃参加", "得嘞，参加", "参加噻", "行嘞，参加", "阿拉参加额", "咱参加"];

pub(super) const DECLINES: &[&str] = &[
    "不参加",
    "我们不参加",
    "不用了，不参加",
    "这学期不参加",
    "暂时不报名",
    "不需要，家里有老人接",
    "不参加，放学自己回家",
    "不报了",
    "不参加了",
    "家里有人带，不参加",
    "没有需要，不参加",
    "不用报了",
    "先不参加",
];
pub(super) const DECLINES_SHORT: &[&str] = &["不参加", "不报", "不用", "不", "不要"];
pub(super) const DECLINES_DIALECT: &[&str] =
    &["不参加哈", "俺家不参加", "莫得必要，不参加", "阿拉不参加额", "不报嘞", "咱不参加"];

pub(super) const UNDECIDED: &[&str] = &[
    "再考虑",
    "再考虑一下",
    "还没想好",
    "先想一想",
    "晚点再答复",
    "等孩子爸爸回来商量",
    "还没决定",
    "我们商量一下再说",
    "考虑考虑",
    "过两天再定",
    "暂时定不了，再想想",
    "还没定，再看看",
    "想好了再回复您",
];
pub(super) const UNDECIDED_SHORT: &[&str] = &["再考虑", "没想好", "再想想", "再说"];
pub(super) const UNDECIDED_DIALECT: &[&str] =
    &["再合计合计", "俺再想想", "再想哈嘛", "还没想好嘞", "再考虑考虑哈", "咱再商量商量"];

pub(super) const EVERY_DAY: &[&str] = &[
    "周一到周五",
    "每天",
    "每天都参加",
    "五天都参加",
    "周一至周五都去",
    "工作日每天",
    "周一到周五全要",
    "天天都要",
    "每天放学都留",
    "一周五天",
    "星期一到星期五",
    "周一周二周三周四周五",
];
pub(super) const EVERY_DAY_SHORT: &[&str] = &["每天", "天天", "全部", "都要", "五天"];

pub(super) const RIGHT: &[&str] = &[
    "对",
    "对的",
    "没错",
    "是的",
    "正确",
    "确认",
    "对，没问题",
    "嗯，对",
    "对，就是这样",
    "对对对",
    "没问题",
    "是这样的",
    "确认无误",
];
pub(super) const WRONG: &[&str] = &[
    "不对",
    "要改",
    "改一下",
    "不对，我改一下",
    "错了",
    "需要改",
    "有误",
    "写错了，要改",
    "等等，要改",
    "不对不对",
    "不是这样",
    "填错了",
    "不正确",
];

pub(super) const SCHOOL_CHOOSES: &[&str] = &[
    "听老师安排",
    "都可以，听老师安排",
    "老师安排就行",
    "随老师安排",
    "由老师安排",
    "请老师看着安排",
    "没有特别想法，听老师安排",
    "服从安排",
    "按学校安排",
    "老师定就好",
    "学校安排就可以",
    "都行，老师安排",
];
pub(super) const SAME: &[&str] =
    &["一样", "也一样", "一样的", "对，一样", "两个一样", "跟前面一样", "和老大一样", "同样"];
pub(super) const DIFFERENT: &[&str] = &["不一样", "不一样的", "这个不一样", "跟前面不一样", "不同"];

/// A small number as it is said.
pub(super) fn count(number: usize) -> &'static str {
    match number {
        1 => "一",
        2 => "两",
        3 => "三",
        4 => "四",
        _ => "五",
    }
}

/// Minutes that are no quarter, as they are said: 十分, 二十, 四十五.
pub(super) fn count_minutes(minutes: u32) -> String {
    let digits = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |number: u32| usize::try_from(number).ok().and_then(|index| digits.get(index)).copied();
    let (tens, ones) = (minutes / 10, digit(minutes % 10).unwrap_or_default());
    match tens {
        0 => format!("零{ones}分"),
        1 => format!("十{ones}分"),
        _ => format!("{}十{ones}", digit(tens).unwrap_or_default()),
    }
}

/// An hour of the afternoon as it is said.
pub(super) fn count_hours(hour: u32) -> &'static str {
    match hour {
        1 | 13 => "一",
        2 | 14 => "两",
        3 | 15 => "三",
        4 | 16 => "四",
        5 | 17 => "五",
        6 | 18 => "六",
        7 | 19 => "七",
        8 | 20 => "八",
        9 | 21 => "九",
        10 | 22 => "十",
        11 | 23 => "十一",
        _ => "十二",
    }
}
