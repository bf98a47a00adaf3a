//! Matters (事由): what is stated as wrong, in one clause or spread over several.
//!
//! Each kind of matter needs its words and something that makes them a wrong: blame, a person at school, a child.
//! Knows nothing of the wish to complain. Start at [`is_matter`].

use super::super::lexicon::Token;
use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, holds_any, phrases, possible, starts_with_any,
};
use super::doer::{is_at_school, is_by_family, is_idle_child, is_manner, is_manner_of_staff};
use super::elsewhere::{is_long_ago, is_of_thing};
use super::pattern;
use super::refusal::punishes_refusal;
use super::words::Word;

/// What makes a clause no statement of what has happened: 如果, 听说, 不参加就.
const SUPPOSING: &Phrases = phrases![
    "如果",
    "要是",
    "万一",
    "怕",
    "担心",
    "听说",
    "据说",
    "别的学校",
    "家里",
    "不参加",
    "不报",
    "不上",
    "不然",
    "否则",
    "要不",
    "避免",
    "防止",
    "真有",
    "若是",
    "若有",
    "假如",
    "假使",
    "倘若",
    "哪怕",
    "就算",
];

/// Holds the words of a supposition and is none: 不报的都被点名, 不报不行.
const TOLD: &Phrases = phrases![
    "不报的",
    "不参加的",
    "又不上",
    "也不上",
    "没上",
    "不报不行",
    "不参加不行",
    "不交不行",
    "不上不行",
    "真有你",
    "老师家里"
];

/// How far before a word a negative reaches, in bytes: 钱不退我就找教育局 denies nothing.
const DENIAL_REACH_BYTES: usize = 9;

/// 如果, 听说, 不参加就: nothing that has happened.
pub(super) fn is_supposed<'t>(text: impl Into<Searched<'t>>) -> bool {
    let text = text.into();
    let supposes = holds_any(text, SUPPOSING);
    if !supposes || !holds_any(text, TOLD) {
        return supposes;
    }
    let rest = possible(text, TOLD).fold(String::from(&*text), |rest, told| rest.replace(told, ""));
    holds_any(&*rest, SUPPOSING)
}

/// 没有打人: a negative right before the word with this index.
pub(super) fn is_denied(tokens: &[Token<Word>], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|i| tokens.get(i));
    let (Some(before), Some(token)) = (before, tokens.get(index)) else { return false };
    before.kind == Word::Not && token.start.saturating_sub(before.end) <= DENIAL_REACH_BYTES
}

/// One clause that states a wrong.
///
/// - `asks`: the clause asks or requests; a question that blames (凭什么收费) states.
pub(super) fn is_matter(tokens: &[Token<Word>], asks: bool, text: &str) -> bool {
    let text = Searched::from(text);
    let stated = Stated { tokens, text, is_rhetorical: is_rhetorical(tokens, text) };
    let blames = stated.blames_all();
    // 不报就点名批评 is no supposition where it is blamed.
    if punishes_refusal(text) {
        return true;
    }
    if asks && !blames {
        return false;
    }
    if is_supposed(text) && !(blames && (stated.has(Word::Insult) || stated.has(Word::Money))) {
        return false;
    }
    stated.is_about_money()
        || stated.is_forced()
        || stated.is_teaching()
        || stated.is_violent()
        || stated.is_hurt()
        || stated.is_insult()
        || stated.is_neglect()
}

/// 这不是逼我们报名吗: says that it is.
fn is_rhetorical(tokens: &[Token<Word>], text: Searched<'_>) -> bool {
    let is_wrong = |kind| {
        matches!(kind, Word::Force | Word::WrongMoney | Word::WrongTeaching | Word::Violence | Word::Teaching)
    };
    around(text, phrases!["这不是", "不就是", "这不", "难道不是", "还不是"]).any(|(_, after)| {
        after.contains(['吗', '嘛', '么']) || holds_any(after, phrases!["是啥", "是什", "还能是"])
    }) && tokens.iter().any(|t| is_wrong(t.kind))
}

/// A clause that states, with its words.
struct Stated<'a> {
    tokens: &'a [Token<Word>],
    text: Searched<'a>,
    /// A question that says so (这不是…吗): no negative in it denies.
    is_rhetorical: bool,
}

impl Stated<'_> {
    fn has(&self, kind: Word) -> bool {
        let is_meant = |(i, t): (usize, &Token<Word>)| {
            t.kind == kind && (self.is_rhetorical || !is_denied(self.tokens, i))
        };
        self.tokens.iter().enumerate().any(is_meant)
    }

    /// Whether it blames in so many words: 合理吗, 谁负责.
    fn blames(&self) -> bool {
        self.has(Word::Blame) || pattern::asks_who_does_so(self.text) || pattern::is_scorned(self.text)
    }

    /// Whether it blames by any means: 凭什么, 说好的.
    fn blames_all(&self) -> bool {
        self.blames()
            || self.is_rhetorical
            || self.has(Word::Wrong)
                && holds_any(self.text, phrases!["凭什么", "说好", "怎么又", "明明", "什么道理"])
    }

    fn has_child(&self) -> bool {
        // 罚孩子: the child may stand inside a word.
        self.has(Word::Child) || holds_any(self.text, phrases!["孩子", "学生", "娃"])
    }

    fn is_of_school(&self) -> bool {
        self.has(Word::Staff) || self.has(Word::Care)
    }

    /// 又收费, 老师收钱, 老师让转账, 收了我两百块.
    fn is_about_money(&self) -> bool {
        let names_money = self.has(Word::Money) || pattern::names_sum(&self.text);
        let is_wrong =
            || self.has(Word::Wrong) || self.blames() || self.has(Word::Care) && self.has(Word::Teaching);
        self.has(Word::WrongMoney)
            || names_money && is_wrong()
            || self.has(Word::Money) && self.has(Word::Neglect)
            || self.has(Word::Staff) && self.charges()
            || self.has(Word::Staff) && pattern::is_told_to_pay(self.text)
            || pattern::takes_sum(self.text)
    }

    /// 老师收费了: charging, as what the clause says last.
    fn charges(&self) -> bool {
        let is_charge = |t: &Token<Word>| {
            t.kind == Word::Money
                && matches!(self.text.get(t.start..t.end), Some("收费" | "收钱" | "要钱" | "收款"))
        };
        self.has(Word::Money)
            && self.tokens.iter().any(is_charge)
            && self.text.ends_with(['了', '钱', '费'])
            && !self.text.contains("不收")
    }

    /// 强制报名, 这是强制, 说自愿其实不报不行.
    fn is_forced(&self) -> bool {
        let has_object = || {
            self.has(Word::Forced) || self.has(Word::Money) || self.has(Word::Teaching) || self.has_child()
        };
        let is_called = || holds_any(self.text, phrases!["这是", "就是", "等于", "分明", "明摆着"]);
        pattern::is_free_in_name(self.text)
            || self.is_pressed() && (has_object() || self.is_of_school() || is_called() || self.blames())
    }

    /// Whether it tells of force; 孩子逼我给他报 is of the family.
    fn is_pressed(&self) -> bool {
        const FAMILY: &[&str] = &[
            "孩子", "娃", "儿子", "女儿", "闺女", "他", "她", "老公", "老婆", "爸", "妈", "爷爷", "奶奶",
            "弟弟", "妹妹", "孙子", "孙女",
        ];
        const ADVERBS: [char; 8] = ['又', '天', '还', '都', '老', '总', '非', '也'];
        self.tokens.iter().enumerate().any(|(index, token)| {
            let before = self.text.get(..token.start).unwrap_or_default();
            token.kind == Word::Force
                && (self.is_rhetorical || !is_denied(self.tokens, index))
                && !ends_with_any(before.trim_end_matches(ADVERBS), FAMILY)
        })
    }

    /// 延时讲新课, 说是看作业，其实在讲新课.
    fn is_teaching(&self) -> bool {
        let is_wrong = || self.has(Word::Wrong) || self.blames() || self.has(Word::Staff);
        // What was said turns out to be something else.
        let turns_out = || starts_with_any(&self.text, &["其实", "结果", "实际"]);
        self.has(Word::WrongTeaching)
            && (self.is_of_school() || self.blames() || turns_out() || self.text.contains("拖堂"))
            || self.is_taught_at_home()
            || self.is_name_of_wrong()
            || self.has(Word::Teaching) && self.is_rhetorical
            || self.has(Word::Teaching) && self.has(Word::Care) && is_wrong() && !self.text.contains("写作业")
            || self.is_of_school() && pattern::teaches_new(self.text)
    }

    /// 叫到老师家里上课，一节一百: the word holds who teaches. 去老师家拿东西 is a visit.
    fn is_taught_at_home(&self) -> bool {
        self.has(Word::WrongTeaching)
            && holds_any(self.text, phrases!["老师家", "老师家里"])
            && holds_any(self.text, phrases!["上课", "补课", "补习", "收费", "交钱"])
    }

    /// 有偿补课: the name of the wrong, and nothing else.
    fn is_name_of_wrong(&self) -> bool {
        let is_whole = |t: &Token<Word>| {
            t.kind == Word::WrongTeaching && self.text.get(t.start..t.end) == Some(&self.text)
        };
        self.tokens.iter().any(is_whole)
            && starts_with_any(&self.text, &["有偿", "收费", "收钱", "变相", "违规"])
    }

    /// 老师打孩子, 被同学堵在厕所打, 罚站一节课.
    fn is_violent(&self) -> bool {
        let is_blow = |(i, t): (usize, &Token<Word>)| {
            t.kind == Word::Violence
                && !is_denied(self.tokens, i)
                && !pattern::is_harmless_blow(&self.text, t)
                && !is_by_family(&self.text, t)
        };
        let strikes = pattern::is_beaten(&self.text)
            || pattern::stands_outside(self.text)
            || pattern::strikes_body(self.text)
            || self.tokens.iter().enumerate().any(is_blow);
        strikes
            && (self.is_of_school()
                || self.has_child()
                || self.blames()
                || pattern::is_long_punishment(self.text)
                || self.text.contains('被'))
    }

    /// 孩子摔破头了老师都不知道: hurt, and nobody looked.
    fn is_hurt(&self) -> bool {
        let is_unseen = || {
            holds_any(
                self.text,
                phrases![
                    "都不知道",
                    "都不晓得",
                    "没发现",
                    "没人发现",
                    "没看见",
                    "没看到",
                    "没人管",
                    "不管",
                    "没人问",
                ],
            )
        };
        self.has(Word::Hurt)
            && !is_long_ago(self.text)
            && (self.blames() || is_unseen() && (self.has(Word::Staff) || self.has_child()))
    }

    fn is_insult(&self) -> bool {
        let is_said = |(i, t): (usize, &Token<Word>)| {
            t.kind == Word::Insult
                && !is_denied(self.tokens, i)
                && !is_by_family(&self.text, t)
                && (!is_manner(&self.text, t) || is_manner_of_staff(&self.text, t))
        };
        (self.is_rhetorical && self.has(Word::Insult) || self.tokens.iter().enumerate().any(is_said))
            && (self.is_of_school() || self.has_child() || self.blames() || self.insults_family())
    }

    /// 在群里羞辱家长: so does who is at school.
    fn insults_family(&self) -> bool {
        let is_of_family = |t: &Token<Word>| {
            t.kind == Word::Insult && self.text.get(t.end..).is_some_and(|whom| whom.starts_with("家长"))
        };
        self.tokens.iter().any(is_of_family)
    }

    fn is_neglect(&self) -> bool {
        // 没人管, 忘在教室, 锁在教室: of what lies there.
        const LYING: [char; 8] = ['没', '无', '忘', '落', '锁', '丢', '扔', '关'];
        let lies = is_of_thing(self.text);
        // 除了学校没人管他: what is excepted is not blamed.
        let is_excepted = holds_any(self.text, phrases!["除了学校", "除了老师", "除了你们"]);
        let is_seen = |(i, t): (usize, &Token<Word>)| {
            t.kind == Word::Neglect
                && (self.is_rhetorical || !is_denied(self.tokens, i))
                && !is_idle_child(&self.text, t)
                && !(lies && self.text.get(t.start..).is_some_and(|word| word.starts_with(LYING)))
        };
        self.tokens.iter().enumerate().any(is_seen)
            && !is_excepted
            && !is_long_ago(self.text)
            && (self.has(Word::Staff)
                || holds_any(self.text, phrases!["没老师", "没有老师"])
                || self.has_child() && (self.blames() || is_at_school(self.text)))
    }
}

/// A matter whose parts stand in several stated clauses: 孩子被打了，老师不处理.
pub(super) fn is_spread(tokens: &[Token<Word>]) -> bool {
    let has = |kind| tokens.iter().enumerate().any(|(i, t)| t.kind == kind && !is_denied(tokens, i));
    let has_person = || has(Word::Staff) || has(Word::Child);
    (has(Word::Violence) || has(Word::Insult)) && has_person() && (has(Word::Neglect) || has(Word::Blame))
        || has(Word::Blame)
            && (has(Word::Hurt)
                || has(Word::Money)
                || has(Word::Neglect) && has_person()
                || has(Word::Teaching) && has(Word::Care))
}
