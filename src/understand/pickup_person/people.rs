//! The persons of a whole reply: what its clauses name, less what they only remark on.
//!
//! Start at [`people`].

use super::super::clause::{self, Mood};
use super::super::phrases::{Phrases, around, holds_any, phrases, starts_with_any};
use super::super::{PickupPerson, Replier};
use super::comment::{collects_as_last, is_comment, speaks, speaks_of_last};
use super::draft::{Draft, apposed, join, own_relation, united, without_address};
use super::kin;
use super::named::clause_people;
use super::only::{nobody_but, with_me};
use super::phone::{phone_at, phone_in};
use super::whose::{is_company, is_contact, is_either, is_person};
use super::words::{LEXICON, Word};

/// Nobody but those who were named.
const EVERYBODY_ELSE: &Phrases = phrases!["他人", "任何人", "别人", "其它人", "旁人", "外人", "除此之外"];

/// What keeps everybody else away: 别人来都不行.
const NOBODY_ELSE: &Phrases =
    phrases!["不行", "不可以", "不给", "不让", "不要", "别", "不能", "不认", "不放", "不得", "一律"];

/// What speaks of nobody of the family.
const NOBODY: &[&str] =
    &["谁都", "谁也", "家里谁都", "家里谁也", "我们谁都", "我们谁也", "大人谁都", "大人都"];

/// Days that are over.
const PAST_DAYS: &Phrases = phrases!["昨天", "前天", "上次", "上周", "前几天", "昨日", "上回"];

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
        own_phone: None,
    };
    for (index, clause) in clauses.iter().enumerate().filter(|(_, c)| c.mood != Mood::Asks) {
        let next = clauses.get(index + 1).map_or("", |next| next.text);
        if !is_wish(clause.text, next) {
            told.add(clause.text)?;
        }
    }
    let own = own_relation(replier);
    if let Some(own) = told.all.iter_mut().find(|d| d.relation == Some("self") || d.relation == Some(own)) {
        own.phone = own.phone.take().or(told.own_phone.take());
    }
    without_address(&mut told.all, text);
    told.all = apposed(told.all, text)?;
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
    /// 我电话…: the writer's, who may not be the one who comes.
    own_phone: Option<String>,
}

impl Told<'_> {
    /// Adds one clause; `None` when it does not say who.
    fn add(&mut self, text: &str) -> Option<()> {
        // 我跟他爸商量好了: who was spoken to, not who comes.
        if speaks(text) {
            self.last_commented = self.named(text).unwrap_or_default();
            return Some(());
        }
        if is_beside(text) || is_contact(text) && !self.knows_phone(text) {
            return Some(());
        }
        // 我电话13800002222，奶奶接: the writer's, whoever comes.
        if let Some(phone) = writers_phone(text) {
            self.own_phone = Some(phone);
            return Some(());
        }
        // 妈妈接妹妹去了，奶奶接他: who collects another child collects not this one.
        if self.collects && is_with_sibling(text) {
            return Some(());
        }
        // 跟妹妹一起走，奶奶接: in whose company, and who collects; 跟王梓涵一块走，她妈妈接 leaves open whose mother.
        if self.collects && is_company(text) {
            let said = self.named(text)?;
            return said.iter().all(|d| d.relation.is_some_and(|r| r != "classmate_parent")).then_some(());
        }
        // 林伯伯来接，他是我们楼下邻居: what the one who was named is to us.
        if let Some(last) = self.all.last_mut().filter(|last| last.relation.is_none())
            && let Some(relation) = predicated(text)
        {
            last.relation = Some(relation);
            return Some(());
        }
        // 我是他奶奶: then it is not who we think that replies.
        if text.starts_with("我是") && !text.contains(['接', '来', '去']) {
            return is_writer(text, self.replier).then_some(());
        }
        if self.is_of_last(text) || self.is_remark(text) {
            return Some(());
        }
        let said = self.named(text)?;
        if said.len() > 1 && is_either(text) {
            return None;
        }
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

    /// Whether a clause about speaking tells the phone of somebody who was named, or only a phone.
    fn knows_phone(&self, text: &str) -> bool {
        let is_known =
            |d: &Draft| d.relation.is_none() || self.all.iter().any(|known| known.relation == d.relation);
        let said = clause_people(text, self.replier, self.child, &mut 0, &mut Vec::new());
        phone_in(text).is_some()
            && !self.all.is_empty()
            && !text.contains('我')
            && said.is_some_and(|said| said.iter().all(is_known))
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
        // 自己回家，外公来接.
        let alone = self.all.iter().filter(|d| d.relation == Some("child_alone")).count();
        if alone > 0 && alone < self.all.len() && !text.contains('或') {
            return false;
        }
        // 去托管，六点我接: who fetches it there, and who from there.
        if self.all.len() > 1 && goes_to_centre(text) {
            return false;
        }
        // 周一奶奶，周二爷爷: differs by day.
        self.all.len() < 2 || self.days < 2 && !differs_by_hour(text)
    }
}

/// 爸爸想接，但我去: what somebody would like, and what is against it.
fn is_wish(text: &str, next: &str) -> bool {
    text.contains('想')
        && starts_with_any(next, &["但", "可", "不过", "然而", "结果", "还是"])
        && LEXICON.tokens(text).any(|t| is_person(t.kind))
}

/// 我电话13800002222, 我的号码是…
fn writers_phone(text: &str) -> Option<String> {
    let rest = text.strip_prefix('我')?;
    let rest = rest.strip_prefix('的').unwrap_or(rest);
    let is_phone = starts_with_any(rest, &["电话", "手机", "号码", "联系方式", "联系电话", "号是"]);
    (is_phone && !LEXICON.tokens(rest).any(|t| is_person(t.kind)))
        .then(|| phone_at(text, phone_in(text)?))
        .flatten()
}

/// 妈妈接妹妹去了, 奶奶带妹妹打疫苗: somebody is with another child of the family, and does not collect this one with it.
fn is_with_sibling(text: &str) -> bool {
    const SIBLINGS: &[&str] =
        &["妹妹", "弟弟", "哥哥", "姐姐", "老大", "老二", "大宝", "二宝", "大的", "小的", "妹", "弟"];
    let is_with = |after: &str| {
        let after = after.trim_start_matches(['着', '他', '她']);
        SIBLINGS
            .iter()
            .find_map(|word| after.strip_prefix(word))
            .is_some_and(|rest| !rest.contains(['接', '来']))
    };
    around(text, phrases!["接", "送", "陪", "带", "照顾", "看", "守", "哄"]).any(|(_, after)| is_with(after))
        && !text.contains(['顺', '和', '跟', '也', '同', '两', '俩', '完', '、'])
        && !text.contains("一起")
}

/// 送托管班, 从小饭桌: the centre as a place.
fn goes_to_centre(text: &str) -> bool {
    around(text, phrases!["托管", "小饭桌", "晚托", "午托", "托班", "辅导班", "补习班", "培训班"])
        .any(|(before, _)| before.ends_with(['送', '去', '到', '从', '在']))
}

/// 我是爸爸: who writes is who we know writes.
fn is_writer(text: &str, replier: Replier) -> bool {
    let own = own_relation(replier);
    let mut persons = LEXICON.tokens(text).filter(|t| is_person(t.kind));
    let (Some(only), None) = (persons.next(), persons.next()) else { return false };
    only.end == text.len() && matches!(only.kind, Word::Kin(kin) if kin::of_child(kin) == own)
}

/// 他是我们楼下邻居, 我们是邻居, 我家保姆: what a clause says that somebody is.
fn predicated(text: &str) -> Option<&'static str> {
    let rest = ["他是", "她是", "是我", "我们是", "跟我们是", "和我们是", "我家", "我们家", "家里"]
        .iter()
        .find_map(|lead| text.strip_prefix(lead))
        .filter(|rest| !rest.contains(COLLECTING))?;
    let mut persons = LEXICON.tokens(rest).filter(|t| is_person(t.kind) || t.kind == Word::Vague);
    match (persons.next()?.kind, persons.next()) {
        (Word::Role(role), None) => Some(role),
        _ => None,
    }
}

fn is_list_of_persons(text: &str) -> bool {
    let is_person =
        |kind| matches!(kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Mine | Word::WithMe);
    LEXICON.tokens(text).filter(|t| is_person(t.kind)).count() > 1
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
        // 早上爷爷送，下午我接.
        || text.contains('送') && holds_any(text, phrases!["早上", "上午", "早晨", "一早", "今早"]) && !text.contains("接")
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
