//! Complaints (投诉): the wish to complain or report, and reports of what must not happen.
//!
//! Two ways in: the speech act itself (`我要举报`), or a matter — money, force, teaching, violence, insult, neglect —
//! that is stated as wrong. Asking whether something is so, denying it and withdrawing are no complaints.
//! Start at [`is_complaint`].

mod aftermath;
mod appeal;
mod burden;
mod coercion;
mod conduct;
mod demand;
mod doer;
mod duty;
mod elsewhere;
mod harm;
mod hazard;
mod lessons;
mod levy;
mod matter;
mod omission;
mod outrage;
mod pattern;
mod pressure;
mod pretext;
mod purchase;
mod refusal;
mod reprisal;
mod rough;
mod sham;
mod words;
mod wronged;

use super::clause::{self, Mood};
use super::lexicon::Token;
use super::phrases::{Phrases, Searched, ends_with_any, holds_any, phrases, starts_with_any};
use appeal::is_appeal;
use elsewhere::{is_elsewhere, is_upheld, takes_back};
use matter::{is_denied, is_matter, is_spread, is_supposed};
use pretext::{is_pretext, lacks_receipt};
use words::{LEXICON, Word};
use wronged::is_wronged;

/// Whether a normal form complains or reports.
///
/// - `by_family`: a teacher's note about a school matter is none unless it says so.
pub(super) fn is_complaint(text: &str, by_family: bool) -> bool {
    let told = LEXICON.repair_telling(text, is_telling);
    let text = Searched::from(told.as_deref().unwrap_or(text));
    // Most replies hold no word of a wrong, and cost no more than this.
    let appeals = is_appeal(text);
    let may_complain = told.is_some() || appeals || pattern::may_hold_one(text) || is_wronged(text);
    if !may_complain || is_withdrawn(&text) || is_elsewhere(text) {
        return false;
    }
    if appeals {
        return true;
    }
    let mut all: Vec<Token<Word>> = Vec::new();
    for clause in clause::clauses(&text) {
        let tokens = LEXICON.scan(clause.text);
        if tokens.is_empty() {
            continue;
        }
        let asks = clause.mood != Mood::States;
        if is_act(&tokens, clause.text) || (by_family && is_matter(&tokens, asks, clause.text)) {
            return true;
        }
        if !is_supposed(clause.text) {
            all.extend(tokens);
        }
    }
    // A matter may be spread over clauses: 孩子被打了，老师不处理.
    let blames = || text.contains('凭') || all.iter().any(|t| t.kind == Word::Blame);
    by_family
        && (is_spread(&all)
            || pattern::is_free_in_name(text)
            || pattern::is_free_by_force(text)
            || pattern::is_unreported(text)
            || pattern::names_sum(&text) && (blames() || lacks_receipt(&text))
            || is_pretext(text)
            || pattern::leaves_marks(text)
            || is_wronged(text))
}

/// Whether a complaint can be about it; the other words only tell of whom, and how.
fn is_telling(kind: Word) -> bool {
    !matches!(
        kind,
        Word::Wrong
            | Word::Forced
            | Word::Care
            | Word::Staff
            | Word::Child
            | Word::Not
            | Word::Withdrawn
            | Word::Blame
            | Word::Other
    )
}

/// Letters and digits from which on a complaint says what it is about, where no wrong is known by its words.
const SAID_CHARS_MIN: usize = 16;

/// How people ask after a complaint that they have made.
const ASKS_AFTER: &Phrases =
    phrases!["没回复", "有回复", "结果", "进度", "处理得", "处理了", "回复了", "上次", "之前的", "怎么样了"];

/// Whether the words say what is wrong, and not only that somebody wants to complain: «老师收了材料费» does, «我要投诉»
/// does not.
///
/// - `text`: as received.
pub fn says_what_is_wrong(text: &str) -> bool {
    let normal = super::normalise::normalise(text).text;
    let text = LEXICON.repair(&normal);
    if is_withdrawn(&text) || holds_any(&*text, ASKS_AFTER) {
        return false;
    }
    let mut all: Vec<Token<Word>> = Vec::new();
    for clause in clause::clauses(&text) {
        let tokens = LEXICON.scan(clause.text);
        if is_matter(&tokens, clause.mood != Mood::States, clause.text) {
            return true;
        }
        all.extend(tokens.into_iter().filter(|_| !is_supposed(clause.text)));
    }
    is_spread(&all) || text.chars().filter(|c| c.is_alphanumeric()).count() >= SAID_CHARS_MIN
}

/// 昨天的投诉我撤回: no complaint, and nothing that is being filled in.
pub(super) fn is_withdrawn(text: &str) -> bool {
    LEXICON.holds(text, Word::Withdrawn)
        && !is_upheld(text)
        && holds_any(text, phrases!["投诉", "举报", "告", "误会", "追究"])
        || takes_back(text.into())
}

/// What follows where it is not the writer who complains: 有投诉的同学吗, 投诉电话的海报.
const OF_OTHERS: &[&str] = &[
    "的同学",
    "的家长",
    "的学生",
    "的人",
    "的多",
    "电话不",
    "电话的",
    "电话我",
    "电话已",
    "热线我",
    "电话记下",
    "电话存",
    "电话以外",
    "电话之外",
    "以外",
    "之外",
    "热线的",
    "箱",
    "海报",
    "宣传",
];

/// 投诉 and its like, unless denied.
fn is_act(tokens: &[Token<Word>], text: &str) -> bool {
    tokens.iter().enumerate().any(|(index, token)| {
        let after = tokens.get(index + 1..).unwrap_or_default();
        let acts = match token.kind {
            Word::Act => !is_of_others(token, text),
            Word::Authority => {
                holds_any(text, phrases!["打电话", "打个电话", "写信", "留言"])
                    || tokens.iter().take(index + 3).any(|t| t.kind == Word::Tell)
            }
            // 向教育局反映 is read above; 反映老师乱收钱 names what is wrong.
            Word::Tell => {
                let word = text.get(token.start..token.end).unwrap_or_default();
                let reports = word.starts_with('反') || word == "上报";
                after.iter().any(|t| t.kind == Word::Authority || reports && is_reported(t.kind))
            }
            _ => false,
        };
        acts && !is_denied(tokens, index) && !is_unthinkable(token, text) && !is_circumstance(token, text)
    })
}

/// 有投诉的同学吗: somebody else's. 我朋友投诉的是他们学校 is of another school, 我要投诉的是食堂 is not.
fn is_of_others(act: &Token<Word>, text: &str) -> bool {
    let after = text.get(act.end..).unwrap_or_default();
    let is_own = || text.get(..act.start).is_some_and(|before| before.ends_with(['我', '要', '们']));
    starts_with_any(after, OF_OTHERS)
        || after.starts_with("的是") && !is_own()
        || is_paper_done(after)
        || is_made_clear(act, text)
        || is_advice(act, text)
}

/// 给孩子提个意见: advice for a child.
fn is_advice(act: &Token<Word>, text: &str) -> bool {
    let (before, word) = text.split_at_checked(act.start).unwrap_or_default();
    word.starts_with('提')
        && ends_with_any(before, &["给孩子", "给娃", "给他", "给她", "给儿子", "给女儿", "给同学"])
}

/// 投诉信写好了吗: a paper that is asked after, and no wish. 投诉信怎么写 is one.
fn is_paper_done(after: &str) -> bool {
    const PAPERS: &[&str] = &["信", "书", "材料", "单", "表", "记录"];
    let paper = PAPERS.iter().find_map(|paper| after.strip_prefix(paper));
    paper.is_some_and(|then| holds_any(then, phrases!["了吗", "了么", "了没", "好没", "完没", "了不"]))
}

/// 给我一个交代清楚的清单: 交代 says how clear something is, and is not what is wanted.
fn is_made_clear(act: &Token<Word>, text: &str) -> bool {
    let word = text.get(act.start..act.end).unwrap_or_default();
    let after = text.get(act.end..).unwrap_or_default();
    ends_with_any(word, &["交代", "交待", "解释"])
        && starts_with_any(after, &["清楚的", "清楚些的", "明白的", "的", "得", "一下"])
}

/// 投诉后老师没有针对孩子: tells when something else was, and what came of it decides.
fn is_circumstance(act: &Token<Word>, text: &str) -> bool {
    let after = text.get(act.end..).unwrap_or_default();
    starts_with_any(after, &["后", "之后", "以后", "过后"])
}

/// 我们哪会投诉, 何必投诉呢: asks why one should, and says that one does not.
fn is_unthinkable(act: &Token<Word>, text: &str) -> bool {
    const NEVER: &[&str] = &[
        "哪会",
        "哪里会",
        "哪儿会",
        "哪敢",
        "哪里敢",
        "哪舍得",
        "怎么会",
        "怎么可能",
        "怎么可能会",
        "怎么敢",
        "怎么舍得",
        "咋会",
        "咋可能",
        "谁会",
        "谁还会",
        "岂会",
        "干嘛要",
        "干吗要",
        "干嘛",
        "干吗",
        "何必",
        "何苦",
        "何至于",
        "犯不着",
        "犯得着",
        "用得着",
        "谈不上",
        "说不上",
        "没到",
        "还没到",
        "舍不得",
        "有什么好",
        "有什么可",
        "有啥好",
        "有啥可",
        "有什么值得",
        "没什么值得",
        "没啥值得",
    ];
    let before = text
        .get(..act.start)
        .unwrap_or_default()
        .trim_end_matches(['去', '来', '要', '想', '还', '再', '我', '们']);
    let after = text.get(act.end..).unwrap_or_default();
    // 哪能投诉 asks where, unless it says who, or whom.
    let names_whom = || starts_with_any(after, &["老师", "学校", "你们", "您", "呢", "呀", "人家"]);
    let is_where = before.ends_with("哪能") || before.ends_with("哪里能");
    ends_with_any(before, NEVER) || is_where && names_whom()
}

/// What is reported where somebody tells of it: 反映老师乱收钱.
fn is_reported(kind: Word) -> bool {
    matches!(
        kind,
        Word::WrongMoney
            | Word::WrongTeaching
            | Word::Force
            | Word::Violence
            | Word::Insult
            | Word::Teaching
            | Word::Money
            | Word::Neglect
    )
}

#[cfg(test)]
mod tests {
    use super::{is_complaint, says_what_is_wrong};
    use crate::understand::normalise::normalise;

    #[test]
    fn a_wrong_that_is_stated_is_a_complaint_and_one_that_is_asked_or_denied_is_not() {
        for (text, want) in [
            ("怎么举报", true),
            ("我不想投诉", false),
            ("课后服务收费吗", false),
            ("凭什么又收费", true),
            ("老师骂孩子", true),
            ("老师陪孩子打球", false),
            ("没有乱收费", false),
            ("不参加就没人管了，报吧", false),
            ("不报就被点名批评", true),
            ("说自愿其实不报不行", true),
            ("这不是逼我们报名吗", true),
            ("收了我两百块，凭什么", true),
            ("老师让加群交钱买资料", true),
            ("老师用书敲孩子脑壳", true),
            ("被同学堵在厕所打", true),
            ("罚站一节课", true),
            ("老师带孩子打了疫苗", false),
            ("孩子摔破头了老师都不知道", true),
            ("孩子烧到39度，老师没通知我", true),
            ("有投诉的同学吗", false),
        ] {
            assert_eq!(is_complaint(&normalise(text).text, true), want, "{text}");
        }
    }

    #[test]
    fn the_wish_to_complain_is_not_yet_what_is_wrong() {
        for (text, want) in [
            ("投诉", false),
            ("我要投诉", false),
            ("我要举报学校", false),
            ("我想投诉三年级二班的班主任", false),
            ("我的投诉有结果了吗", false),
            ("我上次的投诉怎么还没有回复", false),
            ("老师打孩子，管不管？", true),
            ("凭什么又收费", true),
            ("我要投诉学校乱收费", true),
            ("投诉一下，昨天的饭菜里吃出一根很长的头发", true),
        ] {
            assert_eq!(says_what_is_wrong(text), want, "{text}");
        }
    }
}
