//! The persons that one clause names (分句): who comes, once those who do not are out.
//!
//! Start at [`clause_people`].

use super::super::Replier;
use super::super::lexicon::Token;
use super::super::phrases::{starts_with_any, without_leading};
use super::comment;
use super::draft::{Draft, attach, is_kin, set_relation};
use super::kin::{self, Kin};
use super::mentions_somebody;
use super::name::{self, Named, fond_name, name_at};

use super::owner;
use super::phone::phone_at;
use super::whose;
use super::words::{LEXICON, Word};

/// What a clause has said besides the persons.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "one flag for each way to rule somebody out")]
pub(super) struct Heard {
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
    // 以前爷爷接的现在换奶奶了.
    if let Some((before, after)) = text.split_once(['改', '换'])
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
    if found.is_empty() && heard.mine && !heard.alone && does_something(text) {
        found.push(Draft::of("self"));
    }
    match ruled(found, &heard, text, refused)? {
        Ruled::Known(people) => Some(people),
        Ruled::Rest(rest) => clause_people(rest, replier, child, days, refused),
    }
}

/// A clause being read from left to right.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) replier: Replier,
    pub(super) child: &'a str,
    pub(super) days: &'a mut usize,
    pub(super) found: Vec<Draft>,
    pub(super) heard: Heard,
    pub(super) at: usize,
    /// Where the word for the last person starts and ends.
    pub(super) person_start: usize,
    pub(super) person_end: usize,
    pub(super) person_kind: Option<Word>,
    /// Where the last stretch ends that was read.
    pub(super) known_end: usize,
}

/// What the writer does so that somebody else comes.
const SENDS: &[&str] = &[
    "叫的",
    "叫了",
    "请的",
    "请了",
    "找的",
    "找了",
    "约的",
    "约了",
    "雇的",
    "雇了",
    "喊的",
    "喊了",
    "派的",
    "派了",
    "托了",
    "安排了",
    "联系了",
];

impl Reading<'_> {
    fn scan(&mut self) -> Option<()> {
        while let Some(c) = self.rest().chars().next() {
            let is_mine = std::mem::take(&mut self.heard.is_mine);
            if self.phone() || self.name()? || self.fond_name() {
                continue;
            }
            if let Some(token) = LEXICON.at(self.text, self.at) {
                let known_end = std::mem::replace(&mut self.known_end, token.end);
                self.at = token.end;
                if whose::is_person(token.kind) {
                    if let Some(end) = whose::beside_end(self.text, token.start, token.end) {
                        (self.at, self.known_end) = (end, end);
                        continue;
                    }
                    if whose::is_collected(self.text, token.start, token.kind)
                        || self.person(token, known_end)?
                    {
                        continue;
                    }
                }
                self.word(token, is_mine)?;
            } else {
                self.at += c.len_utf8();
            }
        }
        Some(())
    }

    pub(super) fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn phone(&mut self) -> bool {
        let Some(phone) = phone_at(self.text, self.at) else { return false };
        self.at += phone.len();
        self.known_end = self.at;
        attach(&mut self.found, |d| &mut d.phone, phone);
        true
    }

    /// `None` where it is the name of somebody's whom nobody can tell.
    fn name(&mut self) -> Option<bool> {
        // 姓何何玉珍: the surname by itself, and then the name.
        let mut chars = self.rest().chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next())
            && first == second
            && self.text.get(..self.at).is_some_and(|before| before.ends_with('姓'))
        {
            self.at += first.len_utf8();
        }
        let named = name_at(self.text, self.at, self.child).filter(|(named, end)| {
            !matches!(named, Named::Person(_)) || name::stands_free(self.text, self.known_end, self.at, *end)
        });
        let Some((named, end)) = named else { return Some(false) };
        let link = self.text.get(self.person_end..self.at).filter(|_| self.person_end > 0);
        if matches!(named, Named::Person(_)) && link.is_some_and(whose::is_of_work) && is_kin(&self.found) {
            return None;
        }
        let is_led = name::is_led(self.text, self.known_end, self.at);
        (self.at, self.known_end) = (end, end);
        match named {
            Named::Child => {}
            // 大众车是|他爸: no name is cut out of words that we do not know.
            Named::Classmate if !is_led => return None,
            Named::Classmate => self.found.push(Draft::of("classmate_parent")),
            // 外婆和王强: two persons.
            Named::Person(name) if link.is_some_and(|l| l.ends_with(['和', '跟', '与', '、', '或'])) => {
                self.found.push(Draft { name: Some(name), is_another: true, ..Draft::default() });
            }
            // 爷爷接李老师放心: an address, unless it is right after who that is.
            Named::Person(name)
                if name.ends_with("老师") && link.is_some_and(|l| !l.is_empty()) && is_kin(&self.found) => {
            }
            Named::Person(name) => attach(&mut self.found, |d| &mut d.name, name),
        }
        Some(true)
    }

    /// 表哥小杰: the name of who was named just before.
    fn fond_name(&mut self) -> bool {
        let has_last = self.found.last().is_some_and(|d| d.relation.is_some());
        let Some(name) = fond_name(self.text, self.at).filter(|_| has_last) else { return false };
        self.at = self.text.len();
        attach(&mut self.found, |d| &mut d.name, name);
        true
    }

    fn word(&mut self, token: Token<Word>, is_mine: bool) -> Option<()> {
        let (text, start) = (self.text, token.start);
        match token.kind {
            // 爸爸和我一起: two persons, and the writer is one of them.
            Word::WithMe if kin::is_together(self.rest()) => self.found.push(Draft::of("self")),
            // 爸爸和我妈, 帮我姐: the one right after it is the writer's.
            Word::WithMe => self.heard.is_mine = true,
            Word::Other if text.get(start..token.end).is_some_and(|word| word.ends_with('我')) => {
                self.heard.is_mine = true;
            }
            Word::Mine => self.mine(token)?,
            Word::Kin(kin) if is_mine => {
                set_relation(&mut self.found, kin::of_replier(kin, self.replier)?, text, start);
            }
            Word::Kin(_)
                if owner::is_of_others(text, start, self.child)
                    || owner::is_of_classmate(text, start, self.child) =>
            {
                return None;
            }
            Word::Kin(kin) => set_relation(&mut self.found, kin::of_child(kin), text, start),
            Word::OfReplier(kin) => {
                set_relation(&mut self.found, kin::of_replier(kin, self.replier)?, text, start);
            }
            // 思涵同学妈妈: our own, or a classmate's of that name?
            Word::Role("classmate_parent") if owner::is_titled(text, start, self.child) => return None,
            Word::Role(role) => set_relation(&mut self.found, role, text, start),
            // 我爸妈: the grandparents on the replier's side.
            Word::Both if is_mine => {
                let of = |kin| kin::of_replier(kin, self.replier).map(Draft::of);
                self.found.extend([of(Kin::Father)?, of(Kin::Mother)?]);
            }
            Word::Both => {
                self.person_end = token.end;
                self.found.extend([Draft::of("father"), Draft::of("mother")]);
            }
            // 奶奶接他坐公交回: how both go home.
            Word::Alone if is_way_home(text, &token) && !self.found.is_empty() => {}
            Word::Alone => self.heard.alone = true,
            // 外婆公, 姥爷姥: half of a pair; 爸爸公司班车: another bus.
            Word::Vague
                if start > 0
                    && self.person_end == start
                    && matches!(
                        text.get(start..token.end),
                        Some("姥" | "婆" | "公" | "公司班车" | "单位班车")
                    ) =>
            {
                return None;
            }
            // 不要给别人: whoever that is, it is nobody.
            Word::Vague if self.heard.not_before => {}
            Word::Vague if self.found.last().is_none_or(|d| d.relation.is_none()) => return None,
            // 我可能要开会: about what keeps somebody away, and not about who comes.
            Word::Hedge if is_reason(self.rest()) => {}
            Word::Hedge => return None,
            Word::Day => *self.days += 1,
            Word::Not if self.found.is_empty() => self.heard.not_before = true,
            Word::Not => self.heard.excludes = true,
            // 他姑在学校旁边上班: near enough to come.
            Word::Cannot
                if text.get(start..token.end).is_some_and(|w| w.ends_with("上班"))
                    && comment::is_near(text) => {}
            Word::Cannot => (self.heard.excludes, self.heard.cannot) = (true, true),
            Word::Vague | Word::Other => {}
        }
        Some(())
    }

    /// 我: the one who comes, or whose kin comes next.
    fn mine(&mut self, token: Token<Word>) -> Option<()> {
        // 我牌友阿强: somebody of mine whom no word of ours names.
        if name::is_named_later(self.text, self.at)
            || name::is_unknown_kin(self.text, self.at)
            || whose::is_stranger(self.rest())
        {
            return None;
        }
        // 爸爸让我去接: who has the writer come does not.
        let link = self.text.get(self.person_end..token.start).filter(|_| self.person_end > 0);
        if link.is_some_and(whose::causes) {
            self.drop_causers(token.start);
        }
        if self.is_topic(token.start) {
            self.found.pop();
        }
        // 我是周明妈妈今天舅舅接: who writes.
        if let Some((is_writer, end)) = whose::introduced(self.text, self.at, self.child, self.replier) {
            (self.at, self.known_end) = (end, end);
            // 我是奶奶我来接: then it is not who we think that replies.
            return is_writer.then_some(());
        }
        // 我叫的滴滴, 我请了个人: somebody else comes.
        if starts_with_any(self.rest(), SENDS) && !self.rest().starts_with("请了假") {
            return Some(());
        }
        // 我同学: the writer's, and so a friend.
        if self.rest().starts_with("同学")
            && LEXICON.at(self.text, self.at).is_some_and(|t| t.kind == Word::Other)
        {
            self.found.push(Draft::of("friend"));
            return Some(());
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
        // 自己回或者爷爷接.
        if !found.is_empty() && text.contains('或') {
            let alone = std::iter::once(Draft::of("child_alone"));
            return Some(Ruled::Known(found.into_iter().chain(alone).collect()));
        }
        // 自己走到路口爷爷接: how far, was not understood.
        let is_met = !found.is_empty() && text.contains('接');
        return (!is_met).then(|| Ruled::Known(vec![Draft::of("child_alone")]));
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

/// 我|跑完这趟|过去接: whether what stands between the writer and the collecting is done, and is not somebody of theirs
/// (我|侄媳妇|来接).
fn does_something(text: &str) -> bool {
    const DOING: &str = "完下忙停开办买吃洗做打收出从到赶弄搞结等坐骑换上刚马立这就回过得能会跑走干拿交送领替代帮请假睡先中午晚早直肯今明天点分";
    let Some((before, _)) = text.split_once(['接', '来', '去', '到', '送', '领']) else { return false };
    let after = before.rsplit_once(['我', '俺']).map_or("", |(_, after)| after);
    after.is_empty() || after.contains(|c| DOING.contains(c))
}

/// Whether what follows is what keeps somebody away: 要开会, 得加班.
fn is_reason(rest: &str) -> bool {
    let rest = without_leading(rest, &["又", "还", "要", "得", "会"]);
    LEXICON.at(rest, 0).is_some_and(|token| token.kind == Word::Cannot)
}

/// Whether a word for going home says only how, after somebody has collected.
fn is_way_home(text: &str, token: &Token<Word>) -> bool {
    let way = text.get(token.start..token.end).unwrap_or_default();
    let collects = text.get(..token.start).is_some_and(|before| {
        before.contains(['接', '带', '领', '陪']) && !before.contains(['不', '没', '别'])
    });
    collects && starts_with_any(way, &["坐", "骑", "走", "步行"])
}
