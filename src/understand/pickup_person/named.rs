//! The persons that one clause names (分句): who comes, once those who do not are out.
//!
//! Start at [`clause_people`].

use super::super::Replier;
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, starts_with_any};
use super::draft::{Draft, attach, is_kin, set_relation};
use super::kin::{self, Kin};
use super::mentions_somebody;
use super::name::{self, Named, fond_name, name_at};
use super::phone::phone_at;
use super::words::{LEXICON, Word};

/// What a clause has said besides the persons.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "one flag for each way to rule somebody out")]
struct Heard {
    /// 没空: somebody before cannot.
    cannot: bool,
    /// 不接, 没空: somebody before is ruled out.
    excludes: bool,
    /// 不要, 别: somebody after is ruled out.
    not_before: bool,
    /// 自己回家.
    alone: bool,
    /// 我, before words that we do not know.
    mine: bool,
    /// 我, right before what comes next.
    is_mine: bool,
}

/// The persons that one clause means; `None` when it does not say who.
///
/// - `days`: counts the days that are named.
/// - `refused`: gets the relations of those who are ruled out.
pub(super) fn clause_people(
    text: &str,
    replier: Replier,
    child: &str,
    days: &mut usize,
    refused: &mut Vec<&'static str>,
) -> Option<Vec<Draft>> {
    // 爸爸改小叔了: the second counts.
    if let Some((before, after)) = text.split_once("改")
        && mentions_somebody(before)
        && mentions_somebody(after)
    {
        return clause_people(after, replier, child, days, refused);
    }
    let (found, heard) = (Vec::new(), Heard::default());
    let mut reading = Reading {
        text,
        replier,
        child,
        days,
        found,
        heard,
        at: 0,
        person_start: 0,
        person_kind: None,
        person_end: 0,
        known_end: 0,
    };
    reading.scan()?;
    let Reading { mut found, heard, .. } = reading;
    // 我跑完这趟过去接: nobody else is named, so it is the writer who comes.
    if found.is_empty() && heard.mine && !heard.alone && text.contains(['接', '来', '去', '到', '送', '领'])
    {
        found.push(Draft::of("self"));
    }
    match ruled(found, &heard, text, refused)? {
        Ruled::Known(people) => Some(people),
        Ruled::Rest(rest) => clause_people(rest, replier, child, days, refused),
    }
}

/// A clause being read from left to right.
struct Reading<'a> {
    text: &'a str,
    replier: Replier,
    child: &'a str,
    days: &'a mut usize,
    found: Vec<Draft>,
    heard: Heard,
    at: usize,
    /// Where the word for the last person starts and ends.
    person_start: usize,
    person_end: usize,
    person_kind: Option<Word>,
    /// Where the last stretch ends that was read.
    known_end: usize,
}

/// What follows kin whose child is meant: 我姐姐家的孩子.
const THEIRS: &[&str] =
    &["家的孩", "家孩子", "家的儿", "家的女", "家儿子", "家女儿", "家的娃", "的孩子", "的儿子", "的女儿"];

impl Reading<'_> {
    fn scan(&mut self) -> Option<()> {
        while let Some(c) = self.rest().chars().next() {
            let is_mine = std::mem::take(&mut self.heard.is_mine);
            if self.phone() || self.name() || self.fond_name() {
                continue;
            }
            if let Some(token) = LEXICON.at(self.text, self.at) {
                (self.at, self.known_end) = (token.end, token.end);
                self.person(token)?;
                self.word(token, is_mine)?;
            } else {
                self.at += c.len_utf8();
            }
        }
        Some(())
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn phone(&mut self) -> bool {
        let Some(phone) = phone_at(self.text, self.at) else { return false };
        self.at += phone.len();
        self.known_end = self.at;
        attach(&mut self.found, |d| &mut d.phone, phone);
        true
    }

    fn name(&mut self) -> bool {
        let named = name_at(self.text, self.at, self.child).filter(|(named, end)| {
            !matches!(named, Named::Person(_)) || name::stands_free(self.text, self.known_end, self.at, *end)
        });
        let Some((named, end)) = named else { return false };
        (self.at, self.known_end) = (end, end);
        match named {
            Named::Child => {}
            Named::Classmate => self.found.push(Draft::of("classmate_parent")),
            Named::Person(name) => attach(&mut self.found, |d| &mut d.name, name),
        }
        true
    }

    /// 表哥小杰: the name of who was named just before.
    fn fond_name(&mut self) -> bool {
        let has_last = self.found.last().is_some_and(|d| d.relation.is_some());
        let Some(name) = fond_name(self.text, self.at).filter(|_| has_last) else { return false };
        self.at = self.text.len();
        attach(&mut self.found, |d| &mut d.name, name);
        true
    }

    /// Whose the person of a word is; `None` where it is somebody's whom nobody can tell.
    fn person(&mut self, token: Token<Word>) -> Option<()> {
        if !matches!(token.kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_)) {
            return Some(());
        }
        // 奶爷, 爷爷奶, 舅舅妈: two kin in a breath are of one measure (爷爷奶奶), or it is a word that we do not know.
        let is_short =
            |from: usize, to: usize| self.text.get(from..to).is_some_and(|word| word.chars().count() == 1);
        let kin = matches!(token.kind, Word::Kin(_));
        if kin
            && self.person_end == token.start
            && token.start > 0
            && self.person_kind != Some(token.kind)
            && (is_short(token.start, token.end) || is_short(self.person_start, token.start))
        {
            return None;
        }
        self.person_start = token.start;
        self.person_kind = Some(token.kind);
        let link = self.text.get(self.person_end..token.start).filter(|_| self.person_end > 0);
        self.person_end = token.end;
        if link.is_some_and(is_link) && is_kin(&self.found) {
            // 姑姑家的表哥: the first says whose; 爸爸的妈妈 says a third.
            self.found.pop().filter(|_| matches!(token.kind, Word::Kin(Kin::Cousin) | Word::Role(_)))?;
        }
        // 我姐姐家的孩子: one of theirs, and who that is was not said.
        let is_theirs = is_kin_word(token.kind) && starts_with_any(self.rest(), THEIRS);
        (!is_theirs).then_some(())
    }

    fn word(&mut self, token: Token<Word>, is_mine: bool) -> Option<()> {
        let (text, start) = (self.text, token.start);
        match token.kind {
            // 爸爸和我一起: two persons, and the writer is one of them.
            Word::WithMe if kin::is_together(self.rest()) => self.found.push(Draft::of("self")),
            Word::Mine => self.mine(token)?,
            Word::Kin(kin) if is_mine => {
                set_relation(&mut self.found, kin::of_replier(kin, self.replier)?, text, start);
            }
            Word::Kin(_)
                if is_of_others(text, start, self.child) || is_of_classmate(text, start, self.child) =>
            {
                return None;
            }
            Word::Kin(kin) => set_relation(&mut self.found, kin::of_child(kin), text, start),
            Word::OfReplier(kin) => {
                set_relation(&mut self.found, kin::of_replier(kin, self.replier)?, text, start);
            }
            // 思涵同学妈妈: our own, or a classmate's of that name?
            Word::Role("classmate_parent") if is_titled(text, start, self.child) => return None,
            Word::Role(role) => set_relation(&mut self.found, role, text, start),
            // 我爸妈: the grandparents on the replier's side.
            Word::Both if is_mine => {
                let of = |kin| kin::of_replier(kin, self.replier).map(Draft::of);
                self.found.extend([of(Kin::Father)?, of(Kin::Mother)?]);
            }
            Word::Both => self.found.extend([Draft::of("father"), Draft::of("mother")]),
            // 奶奶接他坐公交回: how both go home.
            Word::Alone if is_way_home(text, &token) && !self.found.is_empty() => {}
            Word::Alone => self.heard.alone = true,
            // 外婆公, 姥爷姥: half of a pair.
            Word::Vague
                if start > 0
                    && self.person_end == start
                    && matches!(text.get(start..token.end), Some("姥" | "婆" | "公")) =>
            {
                return None;
            }
            // 不要给别人: whoever that is, it is nobody.
            Word::Vague if self.heard.not_before => {}
            Word::Vague if self.found.last().is_none_or(|d| d.relation.is_none()) => return None,
            Word::Hedge => return None,
            Word::Day => *self.days += 1,
            Word::Not if self.found.is_empty() => self.heard.not_before = true,
            Word::Not => self.heard.excludes = true,
            Word::Cannot => (self.heard.excludes, self.heard.cannot) = (true, true),
            Word::Vague | Word::Other | Word::WithMe => {}
        }
        Some(())
    }

    /// 我: the one who comes, or whose kin comes next.
    fn mine(&mut self, token: Token<Word>) -> Option<()> {
        // 我牌友阿强: somebody of mine whom no word of ours names.
        if name::is_named_later(self.text, self.at) || name::is_unknown_kin(self.text, self.at) {
            return None;
        }
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        if kin::is_subject(word, self.rest()) {
            self.found.push(Draft::of("self"));
        } else {
            (self.heard.is_mine, self.heard.mine) = (true, true);
        }
        Some(())
    }
}

/// What is left of a clause once those who do not come are out.
enum Ruled<'a> {
    Known(Vec<Draft>),
    /// Who comes is still to be read here.
    Rest(&'a str),
}

/// Takes those out who do not come; `None` where it is not clear who that is.
fn ruled<'a>(
    found: Vec<Draft>,
    heard: &Heard,
    text: &'a str,
    refused: &mut Vec<&'static str>,
) -> Option<Ruled<'a>> {
    let rules_out = heard.excludes || heard.not_before;
    if heard.alone && !rules_out {
        return Some(Ruled::Known(vec![Draft::of("child_alone")]));
    }
    if heard.alone || (heard.excludes && found.len() == 1) || (heard.not_before && found.len() <= 1) {
        refused.extend(found.iter().filter_map(|d| d.relation));
        return Some(Ruled::Known(Vec::new()));
    }
    if !rules_out {
        return Some(Ruled::Known(found));
    }
    // 爸爸没空妈妈来: who cannot, and who comes, in one breath.
    match kin::halves(text, heard.cannot)? {
        "" => Some(Ruled::Known(Vec::new())),
        rest => Some(Ruled::Rest(rest)),
    }
}

/// Whether a word for going home says only how, after somebody has collected.
fn is_way_home(text: &str, token: &Token<Word>) -> bool {
    let way = text.get(token.start..token.end).unwrap_or_default();
    let collects = text.get(..token.start).is_some_and(|before| {
        before.contains(['接', '带', '领', '陪']) && !before.contains(['不', '没', '别'])
    });
    collects && starts_with_any(way, &["坐", "骑", "走", "步行"])
}

fn is_kin_word(kind: Word) -> bool {
    matches!(kind, Word::Kin(kin) if !matches!(kin, kin::Kin::Father | kin::Kin::Mother))
}

/// What makes the person after it belong to the one before.
fn is_link(text: &str) -> bool {
    matches!(text, "的" | "家的" | "家里的")
}

/// Whether the child's name stands right before a word: 梁思涵|同学妈妈.
fn is_titled(text: &str, start: usize, child: &str) -> bool {
    let given = child.char_indices().nth(1).and_then(|(at, _)| child.get(at..)).unwrap_or_default();
    !given.is_empty() && text.get(..start).is_some_and(|before| before.ends_with(given))
}

/// 同学姑姑: somebody's of the class, and not ours; 梁思涵同学姑姑 is.
fn is_of_classmate(text: &str, start: usize, child: &str) -> bool {
    let Some(before) = text.get(..start) else { return false };
    let before = before.strip_suffix("家的").or_else(|| before.strip_suffix(['的', '家'])).unwrap_or(before);
    let given = child.char_indices().nth(1).and_then(|(at, _)| child.get(at..)).unwrap_or_default();
    let owner = ["同班同学", "同班", "同学", "同桌"].iter().find_map(|owner| before.strip_suffix(owner));
    owner.is_some_and(|name| given.is_empty() || !name.ends_with(given))
}

/// What may stand before 的 and a parent who is of our family: 孩子的妈妈, 他的爸爸.
const OURS: &[&str] = &[
    "孩子", "娃", "娃娃", "娃儿", "伢", "伢子", "伢儿", "崽", "崽崽", "崽子", "仔", "仔仔", "囡", "囡囡",
    "妞", "妞妞", "丫头", "闺女", "妮", "幺儿", "幺妹", "宝贝", "细路", "细伢", "我", "我们", "他", "她",
    "家", "家里", "小孩", "宝宝", "同学", "高中", "初中", "大学", "上学", "本人", "接", "班",
];

/// 小区里一起玩的妈妈: the mother of others, unless what stands before 的 is ours.
fn is_of_others(text: &str, start: usize, child: &str) -> bool {
    let Some(before) = text.get(..start).and_then(|before| before.strip_suffix('的')) else { return false };
    let given: String = child.chars().skip(1).collect();
    !before.is_empty() && !before.ends_with(&given) && !ends_with_any(before, OURS)
}
