//! The persons of a whole reply: what its clauses name, less what they only remark on.
//!
//! Start at [`people`].

use std::borrow::Cow;

use super::super::clause::{self, Mood};
use super::super::phrases::{Phrase, find, holds_any, phrases, starts_with_any};
use super::super::{PickupPerson, Replier};
use super::comment::{collects_as_last, is_comment, speaks, speaks_of_last};
use super::draft::{Draft, join, united};
use super::named::clause_people;
use super::phone::phone_in;
use super::words::{LEXICON, Word};

/// Nobody but those who were named.
const EVERYBODY_ELSE: &[Phrase] = phrases!["他人", "任何人", "别人", "其它人", "旁人", "外人", "除此之外"];

/// What keeps everybody else away: 别人来都不行.
const NOBODY_ELSE: &[Phrase] =
    phrases!["不行", "不可以", "不给", "不让", "不要", "别", "不能", "不认", "不放", "不得", "一律"];

/// What speaks of nobody of the family.
const NOBODY: &[&str] =
    &["谁都", "谁也", "家里谁都", "家里谁也", "我们谁都", "我们谁也", "大人谁都", "大人都"];

/// Days that are over.
const PAST_DAYS: &[Phrase] = phrases!["昨天", "前天", "上次", "上周", "前几天", "昨日", "上回"];

/// The verbs of collecting, and those that also tell of something else.
const COLLECTING: [char; 7] = ['接', '来', '去', '送', '领', '载', '驮'];
const COLLECTING_OR_TAKING: [char; 8] = ['接', '来', '去', '送', '领', '带', '载', '驮'];

/// The persons of a reply; `None` when it is not clear who.
pub(super) fn people(text: &str, replier: Replier, child: &str) -> Option<Vec<PickupPerson>> {
    if let Some(only) = nobody_but(text) {
        return people(&only, replier, child);
    }
    // 除了爸爸和妈妈，…: not these two, where what is said of the others was not understood.
    if text.starts_with('除') && is_list_of_persons(text.split('，').next().unwrap_or_default()) {
        return None;
    }
    let listed = with_me(text);
    let text = listed.as_ref();
    let clauses = clause::clauses(text);
    let mut told = Told {
        replier,
        child,
        collects: clauses.len() > 1 && clauses.iter().any(|c| c.text.contains(COLLECTING)),
        takes_up: clauses.iter().any(|c| collects_as_last(c.text)),
        all: Vec::new(),
        commented: 0,
        last_commented: Vec::new(),
        days: 0,
        refused: Vec::new(),
    };
    for clause in clauses.iter().filter(|c| c.mood != Mood::Asks) {
        told.add(clause.text)?;
    }
    told.is_clear(text).then(|| united(told.all, replier))
}

/// What the clauses of a reply have said.
struct Told<'a> {
    replier: Replier,
    child: &'a str,
    /// Somebody collects, and the reply has several clauses.
    collects: bool,
    /// 他去接: a pronoun collects.
    takes_up: bool,
    all: Vec<Draft>,
    /// How many clauses say something else of somebody, and who was named in the last of them.
    commented: usize,
    last_commented: Vec<Draft>,
    /// How many days are named.
    days: usize,
    refused: Vec<&'static str>,
}

impl Told<'_> {
    /// Adds one clause; `None` when it does not say who.
    fn add(&mut self, text: &str) -> Option<()> {
        // 我跟他爸商量好了: who was spoken to, not who comes.
        if speaks(text) {
            self.last_commented = self.named(text).unwrap_or_default();
            return Some(());
        }
        if is_beside(text) {
            return Some(());
        }
        // 我是他奶奶: then it is not who we think that replies.
        if text.starts_with("我是") && !text.contains(['接', '来', '去']) {
            return None;
        }
        if self.is_of_last(text) || self.is_remark(text) {
            return Some(());
        }
        let said = self.named(text)?;
        // 爸爸接，他加班: who was named before cannot.
        if said.is_empty() && speaks_of_last(text) {
            self.all.pop();
        }
        // 爸爸接，妈妈在国外: what is said of somebody who does not collect.
        // 我妹下班早，让她捎回来: what is unclear by itself is told by the pronoun.
        let is_commented = is_comment(text, self.child, !self.collects).or(self.takes_up.then_some(true));
        if said.iter().any(|d| d.relation.is_some()) && is_commented? {
            self.commented += 1;
            self.last_commented = said;
            return Some(());
        }
        // 他爸爸今天休息，他去接: the one that was spoken of.
        if said.is_empty() && collects_as_last(text) {
            join(&mut self.all, std::mem::take(&mut self.last_commented));
        }
        join(&mut self.all, said);
        Some(())
    }

    fn named(&mut self, text: &str) -> Option<Vec<Draft>> {
        clause_people(text, self.replier, self.child, &mut self.days, &mut self.refused)
    }

    /// Whether a clause only tells more of the one who was named.
    fn is_of_last(&self, text: &str) -> bool {
        // 我们是邻居: what that one is to us.
        if !self.all.is_empty() && starts_with_any(text, &["我们是", "跟我们是", "和我们是", "是我们"])
        {
            return true;
        }
        // 她跟我们一个楼道的.
        let is_kin = LEXICON.at(text, 0).is_some_and(|t| matches!(t.kind, Word::Kin(_) | Word::Both));
        text.starts_with(['他', '她'])
            && !is_kin
            && !self.all.is_empty()
            && !speaks_of_last(text)
            && !text.contains(COLLECTING_OR_TAKING)
            && !holds_any(text, phrases!["电话", "叫", "姓", "名"])
            && phone_in(text).is_none()
    }

    /// 老人家腿脚慢: a remark on somebody, and nobody comes in it.
    fn is_remark(&self, text: &str) -> bool {
        self.collects && (!text.contains(COLLECTING_OR_TAKING) || text.contains('没')) && names_nobody(text)
    }

    /// Whether the persons are what the reply means; `text` is all of it.
    fn is_clear(&self, text: &str) -> bool {
        if self.commented > 0 && self.all.is_empty() {
            return false;
        }
        // 奶奶接，不是奶奶接.
        let is_refused = |d: &Draft| d.relation.is_some_and(|r| self.refused.contains(&r));
        // A name and nothing else is a person only where somebody collects, or where nothing else is said.
        let collects = |name: &str| text == name || text.contains(COLLECTING);
        let is_loose =
            |d: &Draft| d.relation.is_none() && d.phone.is_none() && !d.name.as_deref().is_some_and(collects);
        // 她电话是…: a phone, and whose it is was not understood.
        let is_nobodys =
            |d: &Draft| d.relation.is_none() && d.name.is_none() && text.len() > "13800001111".len() + 12;
        if self.all.iter().any(|d| is_refused(d) || is_loose(d) || is_nobodys(d)) {
            return false;
        }
        // 周一奶奶，周二爷爷: differs by day.
        self.all.len() < 2 || self.days < 2 && !differs_by_hour(text)
    }
}

fn is_list_of_persons(text: &str) -> bool {
    let is_person =
        |kind| matches!(kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Mine | Word::WithMe);
    LEXICON.tokens(text).filter(|t| is_person(t.kind)).count() > 1
}

/// What makes all others nobody: 谁来都别放人, 别人都不行, 没人有空; 谁都别给接走 may speak of being collected by nobody.
fn refuses_everybody(text: &str) -> bool {
    const EVERYBODY: &[&str] = &[
        "谁",
        "别人",
        "别的人",
        "别个",
        "其他人",
        "其它人",
        "其余人",
        "旁人",
        "外人",
        "任何人",
        "他人",
        "任谁",
        "其他的人",
    ];
    const REFUSES: &[Phrase] = phrases![
        "都别",
        "也别",
        "不行",
        "不放人",
        "不放走",
        "不能",
        "不可",
        "不让",
        "不许",
        "不准",
        "不给",
        "不要",
        "不得",
        "不认",
        "别给",
        "别放",
        "别让",
        "一律不",
        "一概不"
    ];
    let lone = ["没人", "没有人", "没别人", "没有别人", "没谁"];
    let plain = text.trim_start_matches(['，', ' ', '的', '话']);
    if starts_with_any(plain, &lone) {
        return !plain.contains('不')
            && holds_any(plain, phrases!["有空", "能接", "能来", "能去", "可以接", "有时间"]);
    }
    let negatives = plain.matches(['不', '别', '没']).count() - usize::from(plain.starts_with('别'));
    starts_with_any(plain, EVERYBODY)
        && holds_any(plain, REFUSES)
        && negatives == 1
        && !plain.contains("给接")
        && !plain.contains(['，', '。', '?', '吗'])
}

/// 除了外公和我，谁来都别放人; 谁都不行，除了外公: those who are left, as a reply that names them alone.
fn nobody_but(text: &str) -> Option<String> {
    const BUT: &[&str] = &["除了", "除开", "除去", "除掉", "除"];
    let text = text.trim_end_matches(['，', '。', ' ']);
    let lead = BUT.iter().find(|word| text.contains(**word))?;
    let (before, after) = text.split_once(lead)?;
    let (who, rest) = if before.is_empty() {
        let end = [
            "，",
            "以外",
            "之外",
            "谁",
            "别人",
            "别的人",
            "其他人",
            "其它人",
            "任何人",
            "旁人",
            "没人",
            "没有人",
        ]
        .iter()
        .filter_map(|word| find(after, word))
        .min()?;
        let (who, rest) = after.split_at_checked(end)?;
        let rest = ["以外", "之外"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        (who.strip_suffix('外').unwrap_or(who), rest)
    } else {
        (after, before.trim_end_matches(['，', '。', ' ']))
    };
    let names_one = LEXICON
        .tokens(rest)
        .any(|t| matches!(t.kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Mine));
    let is_list = !who.is_empty() && !who.contains(['，', '。', '不', '没', '别', '谁']);
    (is_list && !names_one && refuses_everybody(rest))
        .then(|| format!("{}接", who.replace(['和', '跟', '与', '或', '及'], "、").replace("、者", "、")))
}

/// 只有外公和我能接: where only some may come, the writer is one of them.
fn with_me(text: &str) -> Cow<'_, str> {
    if !starts_with_any(text, &["只有", "只能", "只许", "只准", "只让", "只认", "就", "仅限"])
    {
        return Cow::Borrowed(text);
    }
    let found = ["我能", "我可以", "我才", "我两", "我俩"].iter().find_map(|word| {
        let at = find(text, word)?;
        Some((text.get(..at)?.strip_suffix(['和', '跟'])?, text.get(at..)?))
    });
    found.map_or(Cow::Borrowed(text), |(others, me)| Cow::Owned(format!("{others}、{me}")))
}

/// 姑姑接到六点，六点后我接.
fn differs_by_hour(text: &str) -> bool {
    text.matches('点').count() > 1
        || holds_any(text, phrases!["点后", "点前", "点以后", "点半后"])
        || text.split_once('先').is_some_and(|(_, after)| after.contains(['再', '后']))
}

/// Whether a clause is of another day, of everybody else, or a wish, and so names nobody who comes.
fn is_beside(text: &str) -> bool {
    // 昨天奶奶接的.
    holds_any(text, PAST_DAYS)
        // 别人来都不行: who is named alone may come.
        || holds_any(text, EVERYBODY_ELSE) && holds_any(text, NOBODY_ELSE)
        // 谁都不用去，她自己坐公交: of nobody.
        || starts_with_any(text, NOBODY)
            && holds_any(text, phrases!["不用", "不必", "不需", "没空", "没时间", "走不开", "不了", "不去", "不来", "不接", "别去", "别来", "别接"])
        // 祝老师工作顺利.
        || text.starts_with('祝') && !text.contains('接')
}

/// Whether the only person of a clause is one whom it does not tell apart.
fn names_nobody(text: &str) -> bool {
    let is_person =
        |kind| matches!(kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Both | Word::Mine);
    phone_in(text).is_none()
        && LEXICON.holds(text, Word::Vague)
        && !LEXICON.tokens(text).any(|token| is_person(token.kind))
}
