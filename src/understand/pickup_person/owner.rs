//! Owners (归属): whose the person of a word is, while a clause is read.
//!
//! What kin of kin are is in [`super::whose`]. Start at [`Reading::person`].

use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, starts_with_any};
use super::draft::{Draft, is_kin};
use super::kin::{self, Kin};
use super::named::{Heard, Reading};
use super::whose;
use super::words::Word;

/// What follows kin whose child is meant: 我姐姐家的孩子.
const THEIRS: &[&str] = &["家的孩", "家孩子", "家儿子", "家女儿", "家的娃", "的孩子"];

impl Reading<'_> {
    /// Whose the person of a word is, and whether that says all of them; `None` where it is somebody's whom nobody can
    /// tell.
    pub(super) fn person(&mut self, token: Token<Word>, known_end: usize) -> Option<bool> {
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
        // 子涵妈妈: another child's.
        if kin
            && (whose::is_anothers(self.text, known_end, token.start, self.child)
                || whose::is_part(self.text, known_end, token.start, token.end))
        {
            return None;
        }
        if self.text.get(..token.start).is_some_and(whose::is_told_of)
            && self.found.last().is_some_and(|d| d.relation.is_none())
        {
            self.found.pop();
        }
        let last = self.person_kind.replace(token.kind);
        let is_ours = self.is_topic(token.start);
        let is_led = self.is_pronoun_at(self.person_start);
        self.person_start = token.start;
        let link = self.text.get(self.person_end..token.start).filter(|_| self.person_end > 0);
        self.person_end = token.end;
        let owner = self.found.last().and_then(|d| d.relation);
        if let Some(relation) = whose::spouse(self.text, token.start, token.kind, owner) {
            self.found.push(Draft::of(relation?));
            return Some(true);
        }
        if is_ours {
            self.found.pop();
        }
        let is_done = match link {
            Some(link) => self.tied(token, last, link, owner, is_led)?,
            None => false,
        };
        // 我姐姐家的孩子, 爷爷的学生: one of theirs, and who that is was not said.
        let is_theirs = is_kin_word(token.kind) && starts_with_any(self.rest(), THEIRS)
            || !matches!(token.kind, Word::Role(_)) && whose::has_unknown(self.rest());
        (!is_theirs).then_some(is_done)
    }

    fn is_pronoun_at(&self, at: usize) -> bool {
        self.text.get(at..).is_some_and(|t| t.starts_with(['他', '她']))
    }

    /// What a person is to the one before, by what stands between; whether that says all of the second.
    ///
    /// - `is_led`: the one before is 他…, and so he is the child.
    fn tied(
        &mut self,
        token: Token<Word>,
        last: Option<Word>,
        link: &str,
        owner: Option<&'static str>,
        is_led: bool,
    ) -> Option<bool> {
        let is_his = self.is_pronoun_at(token.start);
        let is_close =
            |kind| matches!(kind, Word::Kin(Kin::Father | Kin::Mother | Kin::Brother | Kin::Sister));
        match link {
            // 我老公他弟, 我老婆她妈: of the one before.
            "" if is_his
                && matches!(owner, Some("father" | "mother"))
                && matches!(token.kind, Word::Kin(_)) =>
            {
                self.belongs(token, "的")
            }
            "" => self.adjoins(token, last?),
            // 小姑子和她妈妈: whose?
            "和" | "跟" | "与" | "、" | "，" if is_his && !is_led && is_close(token.kind) => match owner
            {
                Some("mother") => (token.kind != Word::Kin(Kin::Mother)).then_some(false),
                Some("father") => (token.kind != Word::Kin(Kin::Father)).then_some(false),
                Some("self") | None => Some(false),
                Some(_) => None,
            },
            // 爸爸公司班车: not the school's.
            _ if whose::is_of_work(link) && token.kind == Word::Role("school_bus") => None,
            _ if whose::is_link(link) && is_kin(&self.found) => self.belongs(token, link),
            // 爸爸说他妈妈接: whose?
            "说" if is_his => None,
            _ if whose::causes(link) => {
                self.drop_causers(token.start);
                Some(false)
            }
            _ => Some(false),
        }
    }

    /// 女儿今天|外婆接: the person before is our own child, who is collected.
    pub(super) fn is_topic(&self, start: usize) -> bool {
        let called = self.text.get(self.person_start..self.person_end);
        let link = self.text.get(self.person_end..start).unwrap_or_default();
        matches!(called, Some("女儿" | "儿子" | "闺女" | "丫头" | "姑娘"))
            && !link.is_empty()
            && !link.contains(['和', '跟', '与', '、', '或', '接'])
            && matches!(self.found.last().and_then(|d| d.relation), Some("brother" | "sister"))
    }

    /// 他爸夜班我白班所以叫|他小姨: nobody came before; 爸爸接妈妈让|奶奶…: the last one.
    pub(super) fn drop_causers(&mut self, start: usize) {
        if self.text.get(..start).is_some_and(|before| before.contains(['接', '来'])) {
            self.found.pop();
        } else {
            self.found.clear();
            self.heard = Heard::default();
        }
    }

    /// Two persons without a word between them; whether the second is the first.
    fn adjoins(&mut self, token: Token<Word>, last: Word) -> Option<bool> {
        match (last, token.kind) {
            // 对门大嫂, 司机叔叔: how one calls the one who was named.
            (Word::Role("neighbor" | "driver"), Word::Kin(_) | Word::OfReplier(_)) => {
                let called = self.text.get(token.start..token.end).unwrap_or_default();
                whose::CALLED.contains(&called).then_some(true)
            }
            // 我同事老公, 朋友妈妈, 保姆奶奶: one of theirs, or both.
            (Word::Role(_), Word::Kin(_) | Word::OfReplier(_))
            | (Word::Kin(_) | Word::OfReplier(_), Word::Role("neighbor")) => None,
            // 爸爸战友: a friend of the family.
            (Word::Kin(_) | Word::OfReplier(_), Word::Role("friend")) => {
                self.found.pop();
                Some(false)
            }
            _ => Some(false),
        }
    }

    /// 姑姑家的表哥, 妈妈的妈妈: the first says whose; whether that says all of the second.
    fn belongs(&mut self, token: Token<Word>, link: &str) -> Option<bool> {
        let owner = self.found.pop()?.relation?;
        let (Word::Kin(kin) | Word::OfReplier(kin)) = token.kind else {
            return matches!(token.kind, Word::Role(_)).then_some(false);
        };
        self.found.push(Draft::of(whose::chained(owner, kin, link.starts_with('家'))?));
        Some(true)
    }
}

fn is_kin_word(kind: Word) -> bool {
    matches!(kind, Word::Kin(kin) if !matches!(kin, kin::Kin::Father | kin::Kin::Mother))
}

/// Whether the child's name stands right before a word: 梁思涵|同学妈妈.
pub(super) fn is_titled(text: &str, start: usize, child: &str) -> bool {
    let given = child.char_indices().nth(1).and_then(|(at, _)| child.get(at..)).unwrap_or_default();
    !given.is_empty() && text.get(..start).is_some_and(|before| before.ends_with(given))
}

/// 同学姑姑: somebody's of the class, and not ours; 梁思涵同学姑姑 is.
pub(super) fn is_of_classmate(text: &str, start: usize, child: &str) -> bool {
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
pub(super) fn is_of_others(text: &str, start: usize, child: &str) -> bool {
    let Some(before) = text.get(..start).and_then(|before| before.strip_suffix('的')) else { return false };
    let given: String = child.chars().skip(1).collect();
    !before.is_empty() && !before.ends_with(&given) && !ends_with_any(before, OURS)
}
