//! Rhetoric (反问): questions that answer themselves, echoed questions, and conditions that change nothing.
//!
//! 还报什么呀 · 谁说要报了 · 参加不参加啊那就不参加了. Start at [`answers_itself`].

use super::super::Consent;
use super::super::phrases::{
    Phrases, around, ends_with_any, find, holds_any, phrases, starts_with_any, without_leading,
};
use super::polarity::{PARTICLES, Stance, turned};
use super::reasons::{is_cared_for, is_free_carer};
use super::words::{LEXICON, Word};

/// What is thought or said, not done: 还用得着想吗 refuses nothing.
const THINKING: &Phrases =
    phrases!["想", "问", "说", "讲", "考虑", "犹豫", "商量", "催", "提醒", "担心", "不", "没"];

/// The yes or no of a question that wants no answer.
///
/// - `before`, `after`: the clauses beside it.
pub(super) fn answers_itself(text: &str, before: Option<&str>, after: Option<&str>) -> Option<Consent> {
    if !holds_any(
        text,
        phrases![
            "什么",
            "啥",
            "得着",
            "得上",
            "何必",
            "何苦",
            "何须",
            "谁说",
            "谁讲",
            "哪个说",
            "哪个讲",
            "不行",
            "不成"
        ],
    ) {
        return None;
    }
    if let Some(answer) = is_denied_talk(text) {
        return Some(answer);
    }
    if is_indispensable(text) {
        return Some(Consent::Yes);
    }
    let is_needless = is_needless(text)
        || is_for_nothing(text, [before, after])
        || is_not_worth_it(text)
        || refuses_by_what(text, [before, after]);
    is_needless.then_some(Consent::No)
}

/// 还用得着学校看, 何必参加: what is not worth it is refused; 何必麻烦老人 speaks of something else.
fn is_needless(text: &str) -> bool {
    const CARE: &Phrases = phrases!["托管", "课后", "延时", "看护", "服务", "学校", "老师"];
    let is_ours = |object: &str| {
        holds_any(object, CARE) || LEXICON.tokens(object).any(|t| matches!(t.kind, Word::Join | Word::Go))
    };
    let worth = phrases![
        "还用得着",
        "又用得着",
        "哪用得着",
        "哪里用得着",
        "还犯得着",
        "犯得着",
        "犯得上",
        "何必",
        "何苦",
        "何须"
    ];
    around(text, worth).any(|(_, after)| is_ours(after) && !holds_any(after, THINKING))
}

/// 何必呢，家里有人: what is worth no trouble, beside somebody who has time.
fn is_for_nothing(text: &str, beside: [Option<&str>; 2]) -> bool {
    let why = ["何必", "何苦", "何须"].iter().find_map(|word| text.strip_prefix(word));
    why.is_some_and(|rest| rest.trim_start_matches(PARTICLES).is_empty())
        && beside.iter().flatten().any(|clause| is_free_carer(clause) || is_cared_for(clause))
}

/// 少了我们可不行, 没有托管不行: what one cannot do without is wanted.
fn is_indispensable(text: &str) -> bool {
    const WITHOUT: &[&str] = &["没有", "没", "少了", "少", "缺了", "缺", "离了", "离开"];
    const SERVICE: [&str; 12] = [
        "",
        "课后服务",
        "课后托管",
        "课后",
        "托管班",
        "托管",
        "延时班",
        "延时服务",
        "延时",
        "晚托",
        "学校看护",
        "看护",
    ];
    let text = text.trim_start_matches(['我', '们', '家', '这', '真', '的', '可']);
    let Some(thing) = WITHOUT.iter().find_map(|word| text.strip_prefix(word)) else { return false };
    let plain = thing.trim_end_matches(PARTICLES);
    let Some(thing) = ["不行", "不成"].iter().find_map(|end| plain.strip_suffix(end)) else {
        return false;
    };
    let thing = thing.trim_end_matches(['可', '真', '就', '都', '还', '是']);
    let service = thing.trim_start_matches(['我', '们', '家', '的', '这', '个']);
    !thing.is_empty() && SERVICE.contains(&service)
}

/// 有啥好报的, 没什么好参加的: what is not worth doing is refused.
fn is_not_worth_it(text: &str) -> bool {
    around(text, phrases!["什么好", "啥好"]).any(|(before, after)| {
        let verb = LEXICON.at(after, 0).filter(|t| matches!(t.kind, Word::Join | Word::Go));
        let rest = verb.and_then(|verb| after.get(verb.end..));
        before.ends_with(['有', '没']) && rest.is_some_and(|rest| rest.trim_matches(PARTICLES).is_empty())
    })
}

/// 谁说要报了, 谁说我们不参加的: what is said of us is not so.
fn is_denied_talk(text: &str) -> Option<Consent> {
    let (_, said) = around(text, phrases!["谁说", "谁讲", "哪个说", "哪个讲"])
        .next()
        .filter(|(before, _)| before.is_empty())?;
    let claim = said.trim_end_matches(['啊', '呀', '呢', '啦', '嘛']).strip_suffix(['了', '的'])?;
    let claimed =
        claim.trim_start_matches(['我', '们', '家', '孩', '子', '他', '她', '要', '会', '想', '就']);
    // 谁说不上课了: another verb.
    let tokens = LEXICON.scan(claimed);
    let is_ours = tokens.last().is_some_and(|t| t.end == claimed.len());
    match turned(&tokens, claimed) {
        _ if !is_ours => None,
        Stance::Firm(Consent::No) => Some(Consent::Yes),
        // 谁说要参加的 may ask who wants to.
        Stance::Firm(Consent::Yes) if !said.contains('的') => Some(Consent::No),
        _ => None,
    }
}

/// 报什么报; 住校门口还报什么呀, with its ground before it; 参加什么呀，他外公天天在家闲着, with a carer beside it.
fn refuses_by_what(text: &str, beside: [Option<&str>; 2]) -> bool {
    const STATES: &Phrases = phrases![
        "有",
        "住",
        "在",
        "近",
        "闲",
        "退休",
        "天天",
        "没",
        "不",
        "反正",
        "自己",
        "个大人",
        "个老人",
        "两步"
    ];
    let tokens = LEXICON.scan(text);
    around(text, phrases!["什么", "啥"]).any(|(before, after)| {
        // 报个啥呀.
        let before = before.strip_suffix('个').unwrap_or(before);
        let verb =
            tokens.iter().find(|t| t.end == before.len()).filter(|t| matches!(t.kind, Word::Join | Word::Go));
        let Some(verb) = verb else { return false };
        let said = text.get(verb.start..verb.end).unwrap_or_default();
        if after.trim_end_matches(PARTICLES) == said {
            return true;
        }
        let object = without_leading(after, &["课后", "延时", "托管", "服务", "班", "劲", "名"]);
        if !object.trim_matches(PARTICLES).trim_matches(['?', '。']).is_empty() {
            return false;
        }
        let ground = text.get(..verb.start).unwrap_or_default();
        // 参加个啥呀，回家多好.
        let is_better = |clause: &str| {
            clause.contains('家') && ends_with_any(clause, &["多好", "不好吗", "更好", "不香吗"])
        };
        let has_carer = || beside.iter().flatten().any(|clause| is_free_carer(clause) || is_better(clause));
        let still = ground.strip_suffix('还');
        let is_grounded = still.is_some_and(|ground| {
            !holds_any(ground, phrases!["除了", "另外", "还"]) && holds_any(ground, STATES)
        });
        is_grounded || has_carer()
    })
}

/// 参加不参加啊那我们就不参加了: a reply without the question that it repeats before it answers.
pub(super) fn without_echo(text: &str) -> &str {
    const ECHOES: &[&str] = &[
        "参加不参加",
        "参不参加",
        "报不报",
        "报名不报名",
        "上不上",
        "去不去",
        "来不来",
        "留不留",
        "要不要",
        "需不需要",
        "需要不需要",
        "同不同意",
        "同意不同意",
        "愿不愿意",
        "愿意不愿意",
    ];
    const ENDS: [char; 8] = ['啊', '呀', '呢', '嘛', '哦', '哈', '，', ' '];
    let Some(rest) = ECHOES.iter().find_map(|echo| text.strip_prefix(echo)) else { return text };
    let rest =
        ["参加", "报名", "报", "上", "去"].iter().find_map(|verb| rest.strip_prefix(verb)).unwrap_or(rest);
    let answer = rest.trim_start_matches(ENDS);
    let is_answered =
        answer.len() < rest.len() && starts_with_any(answer, &["那", "我", "就", "还是", "肯定", "当然"]);
    if is_answered { answer } else { text }
}

/// 不管收不收费都参加: what holds whatever the case, after the words of the case.
pub(super) fn whatever_the_case(text: &str) -> Option<&str> {
    let (_, after) = around(text, phrases!["不管", "无论", "不论", "甭管"]).next()?;
    let at = [find(after, "都"), find(after, "也")].into_iter().flatten().min()?;
    after.get(at + "都".len()..)
}

/// 没有特殊情况都参加: what holds unless something unforeseen happens, after the words of it.
pub(super) fn barring_the_unforeseen(text: &str) -> Option<&str> {
    const BARRED: &Phrases = phrases![
        "没有特殊情况",
        "没特殊情况",
        "没什么特殊情况",
        "无特殊情况",
        "没有特殊",
        "没有意外",
        "没意外",
        "没什么意外",
        "没有变动",
        "没变动",
        "没有变化",
        "没变化",
        "没有别的事",
        "没有其他事"
    ];
    around(text, BARRED).map(|(_, after)| after).min_by_key(|after| after.len())
}

/// 去与不去, 上或不上: names both, and chooses neither.
pub(super) fn names_both(text: &str) -> bool {
    around(text, phrases!["与不", "或不", "和不", "跟不"]).any(|(before, after)| {
        let verb = before.chars().next_back();
        verb.is_some() && after.chars().next() == verb
            || before.ends_with("参加") && after.starts_with("参加")
    })
}

/// 是自愿的还是都得上: asks which of the two it is.
pub(super) fn asks_which(text: &str) -> bool {
    const STATING: &[&str] = &["是的", "是啊", "是呀", "是想", "是要", "是不", "是没", "是，", "是有"];
    let asked = text.trim_start_matches(['这', '那', '个', '到', '底', '究', '竟']);
    let Some((kinds, other)) = around(asked, phrases!["还是"]).next() else { return false };
    let is_first =
        kinds.starts_with('是') && kinds.chars().nth(1).is_some() && !starts_with_any(kinds, STATING);
    is_first && !other.is_empty() && !other.ends_with(['了', '吧'])
}
