//! Constructions (格式): what several words say together and none of them says alone.
//!
//! 不上白不上 · 报个屁 · 每周去两次 · 这学期停一停. Start at [`fixed`].

use super::super::Consent;
use super::super::lexicon::Token;
use super::super::phrases::{
    Phrases, around, ends_with_any, holds_any, phrases, possible, starts_with_any, without_leading,
};
use super::polarity::PARTICLES;
use super::words::{LEXICON, Word};

/// The yes or no of a construction that is a whole clause, or all of it but whom it is about.
pub(super) fn fixed(text: &str) -> Option<Consent> {
    // Most clauses hold no word of any of them.
    const WORDS: &Phrases = phrases![
        "白",
        "干嘛",
        "干吗",
        "干啥",
        "凭啥",
        "凭什么",
        "个屁",
        "个毛",
        "个鬼",
        "个锤",
        "个铲",
        "个球",
        "个头",
        "个寂",
        "个辣",
        "一天",
        "一次",
        "一节",
        "不如",
        "停",
        "断",
        "歇",
        "撤"
    ];
    possible(text, WORDS).next()?;
    if would_be_a_waste(text) || asks_why_not(text) || misses_none(text) {
        return Some(Consent::Yes);
    }
    if let Some(chosen) = preferred(text) {
        return Some(chosen);
    }
    (is_scorned(text) || joins_on_no_day(text) || forbids(text) || is_stopped(text)).then_some(Consent::No)
}

/// What a verb of joining at the head of a text leaves behind it.
fn after_verb(text: &str) -> Option<&str> {
    let verb = LEXICON.at(text, 0).filter(|t| matches!(t.kind, Word::Join | Word::Go))?;
    text.get(verb.end..)
}

fn ends_clause(text: &str) -> bool {
    text.trim_start_matches(PARTICLES).is_empty()
}

/// 不去白不去: the same verb twice; not to do it would be a waste.
fn would_be_a_waste(text: &str) -> bool {
    around(text, phrases!["白不"]).any(|(before, after)| {
        let denied = before.rsplit_once('不').map(|(_, verb)| verb);
        denied.is_some_and(|verb| {
            !verb.is_empty()
                && after.strip_prefix(verb).is_some_and(ends_clause)
                && after_verb(verb).is_some()
        })
    })
}

/// 干嘛不上: who sees no reason against it.
fn asks_why_not(text: &str) -> bool {
    let why = phrases!["干嘛不", "干吗不", "干啥不", "凭啥不", "凭什么不"];
    around(text, why).any(|(_, after)| after_verb(after).is_some_and(ends_clause))
}

/// 一天不落, 一次都不缺: misses none.
fn misses_none(text: &str) -> bool {
    const NONE: &Phrases =
        phrases!["一天不", "一天都不", "一天也不", "一次不", "一次都不", "一次也不", "一节不", "一节都不"];
    around(text, NONE).any(|(_, after)| after.strip_prefix(['落', '缺', '漏', '拉']).is_some_and(ends_clause))
}

/// 一天都不去: not even one.
fn joins_on_no_day(text: &str) -> bool {
    const NONE: &Phrases = phrases!["一天都不", "一天也不", "一次都不", "一次也不", "一节都不", "一节也不"];
    around(text, NONE).any(|(_, after)| {
        let after = without_leading(after, &["想", "会", "能", "要"]);
        after_verb(after).is_some_and(ends_clause)
    })
}

/// 与其在学校耗着不如回家, 还不如留校: what is held to be better, where it is a place.
fn preferred(text: &str) -> Option<Consent> {
    const HOME: &[&str] =
        &["回家", "在家", "早点回", "早回", "自己带", "自己接", "接回", "让他回", "让她回", "让孩子回"];
    const SCHOOL: &[&str] =
        &["在学校", "在校", "留校", "留在学校", "待在学校", "放学校", "放在学校", "让他在学校", "让她在学校"];
    let (before, better) = around(text, phrases!["不如"]).next()?;
    if !(before.is_empty() || before == "还" || before == "倒" || before.starts_with("与其")) {
        return None;
    }
    if starts_with_any(better, HOME) {
        return Some(Consent::No);
    }
    starts_with_any(better, SCHOOL).then_some(Consent::Yes)
}

/// 那还用说, 还用问吗: asked as if there were any doubt.
pub(super) fn goes_without_saying(text: &str) -> bool {
    const NEED: &[&str] = &["还用得着", "还用", "哪还用", "哪用"];
    let asked = text.trim_start_matches(['那', '这', '当', '然']);
    let is_pointed = asked.len() < text.len();
    let needed = NEED.iter().find_map(|need| asked.strip_prefix(need));
    let needed = needed.or_else(|| asked.strip_prefix("还要").filter(|_| is_pointed));
    needed.and_then(|rest| rest.strip_prefix(['说', '问', '讲', '想'])).is_some_and(|rest| {
        rest.trim_start_matches(['吗', '么', '?']).trim_start_matches(PARTICLES).is_empty()
    })
}

/// 一周三天吧, 每周两次就够: part of the week.
pub(super) fn is_weekly_share(text: &str) -> bool {
    const WEEKLY: &[&str] = &["每周", "一周", "每星期", "一星期", "一个星期", "每个星期", "每礼拜", "一礼拜"];
    let Some(share) = WEEKLY.iter().find_map(|week| text.strip_prefix(week)) else { return false };
    let share = without_leading(share, &["大概", "大约", "差不多", "就", "只"]);
    let counted = share.trim_start_matches(['一', '两', '二', '三', '四', '五', '1', '2', '3', '4', '5']);
    counted.len() < share.len()
        && counted.strip_prefix(['天', '次', '回']).is_some_and(|rest| {
            without_leading(rest, &["就", "行", "够", "可以", "好", "即可"])
                .trim_start_matches(PARTICLES)
                .is_empty()
        })
}

/// 不是天天去, 不用每天上: denies every day, and no day.
pub(super) fn denies_every_day(text: &str) -> bool {
    const NOT_ALL: &Phrases = phrases![
        "不是天天",
        "不是每天",
        "不用天天",
        "不用每天",
        "不必天天",
        "不必每天",
        "不能天天",
        "不能每天",
        "没法天天",
        "没法每天",
        "不会天天",
        "不会每天",
        "不天天",
        "不每天",
        "不可能天天",
        "不可能每天"
    ];
    text.contains('天') && holds_any(text, NOT_ALL)
}

/// 别人报我也不报, 谁家不报我家也得报: the family's own part, set against others.
pub(super) fn own_part(text: &str) -> Option<&str> {
    const OTHERS: &[&str] = &["别人", "人家", "谁", "大家", "别家", "隔壁", "其他", "就算", "哪怕"];
    if !starts_with_any(text, OTHERS) || text.ends_with(['吗', '么', '?']) {
        return None;
    }
    around(text, phrases!["我也", "我家也", "我们也", "我们家也"]).map(|(_, own)| own).next()
}

/// 报个屁, 上个锤子哦: a verb and a coarse nothing for its object.
fn is_scorned(text: &str) -> bool {
    const NOTHING: &Phrases =
        phrases!["个屁", "个毛", "个鬼", "个锤子", "个铲铲", "个球", "个头", "个寂寞", "个辣子"];
    around(text, NOTHING).any(|(before, after)| {
        let is_verb = LEXICON
            .tokens(before)
            .last()
            .is_some_and(|t| t.end == before.len() && matches!(t.kind, Word::Join | Word::Go));
        is_verb && ends_clause(after.trim_start_matches(['线', '啊']))
    })
}

/// 白去咧, 白给俺报哈: in Henan and Hebei 白 forbids. With 了 it may be what was done in vain.
fn forbids(text: &str) -> bool {
    is_in_vain(text)
        && ends_with_any(text, &["咧", "哩", "哈", "啊", "嘞", "昂"])
        && text.split_once('白').is_some_and(|(before, _)| !before.ends_with(['也', '是', '都']))
}

/// 白去了, 上了也白上: whether in vain or not to be done, no yes.
pub(super) fn is_in_vain(text: &str) -> bool {
    text.contains('白')
        && around(text, phrases!["白"]).any(|(before, after)| {
            let after = without_leading(after, &["给", "我们", "我", "家", "娃", "孩子"]);
            let is_head = before.is_empty()
                || before.ends_with(['我', '们', '家', '娃', '也', '是', '都', '你', '您', '师']);
            is_head && after_verb(after).is_some()
        })
}

/// 上了也白上, 报了也是白报: what it would be, and nothing decided.
pub(super) fn would_be_in_vain(text: &str) -> bool {
    text.contains('白')
        && around(text, phrases!["也白", "也是白", "都是白"]).any(|(_, after)| after_verb(after).is_some())
}

/// 这学期停一停, 今年就断了, 我家先歇一歇: what went on goes on no more.
fn is_stopped(text: &str) -> bool {
    const STOPS: [char; 4] = ['停', '断', '歇', '撤'];
    const AT_HEAD: &[&str] = &[
        "那",
        "我们家",
        "我们",
        "我家",
        "孩子",
        "娃",
        "这个学期",
        "这学期",
        "本学期",
        "这次",
        "这回",
        "今年",
        "我",
        "也",
        "还是",
        "想",
        "暂时",
        "先",
        "就",
        "都",
    ];
    const AT_END: [char; 20] = [
        '了', '掉', '一', '停', '歇', '断', '下', '学', '期', '年', '半', '阵', '子', '个', '月', '段', '时',
        '间', '吧', '啦',
    ];
    if !text.contains(STOPS) {
        return false;
    }
    let said = without_leading(text, AT_HEAD);
    said.len() < text.len()
        && said.strip_prefix(STOPS).is_some_and(|rest| rest.trim_start_matches(AT_END).is_empty())
}

/// 每周去两次, 先上一个月: how often or how long, which is part-time. 上一个月 alone is the month before.
pub(super) fn is_for_a_while(text: &str, verb_start: usize, verb_end: usize) -> bool {
    const UNITS: &[&str] =
        &["个学期", "个星期", "个礼拜", "个月", "学期", "星期", "礼拜", "周", "月", "天", "次", "回"];
    const COUNTS: [char; 14] =
        ['一', '二', '两', '三', '四', '半', '几', '1', '2', '3', '4', '个', '十', '5'];
    let rest = text.get(verb_end..).unwrap_or_default();
    let counted = rest.trim_start_matches(COUNTS);
    if counted.len() == rest.len() {
        return false;
    }
    // 一个月: the measure word went with the count.
    let unit = UNITS.iter().find_map(|unit| counted.strip_prefix(unit));
    let before = text.get(..verb_start).unwrap_or_default();
    let is_bounded = before.ends_with(['先', '就', '只', '要'])
        || holds_any(
            before,
            phrases![
                "每周",
                "一周",
                "每星期",
                "一星期",
                "一个星期",
                "每礼拜",
                "一礼拜",
                "每个星期",
                "隔三差五",
                "偶尔",
                "有空"
            ],
        );
    is_bounded
        && unit.is_some_and(|rest| ends_clause(without_leading(rest, &["就", "行", "好", "够", "可以"])))
}

/// 报过一次, 参加过两学期: what was tried before decides nothing.
pub(super) fn was_tried(tokens: &[Token<Word>], text: &str) -> bool {
    let tried = |t: &Token<Word>| {
        let after = text.get(t.end..).and_then(|after| after.strip_prefix('过'));
        matches!(t.kind, Word::Join | Word::Go)
            && after.is_some_and(|after| {
                starts_with_any(after, &["一", "两", "几", "半", "好几", "三", "1", "2"])
            })
    };
    text.contains('过') && tokens.iter().any(tried)
}
