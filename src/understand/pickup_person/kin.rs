//! Kin (亲属): what kin words mean from the child's and from the replier's side.
//!
//! Start at [`of_child`] and [`of_replier`].

use super::super::Replier;
use super::super::phrases::starts_with_any;
use super::words::{LEXICON, Word};

/// A kin word before it is known from whose side it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kin {
    Father,
    Mother,
    PaternalGrandfather,
    PaternalGrandmother,
    MaternalGrandfather,
    MaternalGrandmother,
    Uncle,
    Aunt,
    Brother,
    Sister,
    Cousin,
    /// 公公, 婆婆: the husband's parents.
    HusbandsFather,
    HusbandsMother,
    /// 岳父, 岳母.
    WifesFather,
    WifesMother,
    Husband,
    Wife,
    /// 爱人, 对象.
    Spouse,
    Son,
    Daughter,
    /// 侄子, 外甥.
    Nephew,
}

/// What follows 我 where the writer does something, or says when.
const DOES: &str = "接去来自本亲会能可下到在今明后就都也还和跟与过准要开骑每一放尽先们有顺带领送等大差马五六四三七晚早提回走坐打周星礼平通俩啊吧呀哈了，。刚正恰直赶负陪抱想让请叫安委家姓觉不没是再又只才得需应该确肯必休上好用专或呗嘛咯喽噻嘞呢哦噢、: ";

/// Whether 我 stands for the person replying, and not before a kin word of theirs.
pub(super) fn is_subject(word: &str, next: &str) -> bool {
    let next = next.trim_start_matches('的');
    // 我厂里的同事: whose, and not who.
    if starts_with_any(
        next,
        &["单位", "公司", "厂里", "店里", "小区", "家里", "大学", "高中", "初中", "小学"],
    ) {
        return false;
    }
    let may_own = matches!(word, "我" | "我们" | "我的");
    if may_own
        && next.chars().next().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && !DOES.contains(c))
        && LEXICON.at(next, 0).is_none()
    {
        return false;
    }
    !LEXICON.at(next, 0).is_some_and(|t| {
        matches!(t.kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Both | Word::Vague)
    }) && !next.starts_with("觉得")
        && !next.starts_with('想')
        && !next.starts_with('让')
        && !next.starts_with("请")
        && !next.starts_with("叫")
        && !next.starts_with("安排")
        && !next.starts_with("委托")
        && !next.starts_with('家')
        && !next.starts_with('姓')
}

/// Whether what follows 和我 is done by both: 一起, 去接, or the end.
pub(super) fn is_together(next: &str) -> bool {
    let next = next.trim_start_matches(['都', '俩']);
    next.is_empty() || starts_with_any(next, &["一起", "一块", "一道", "接", "去", "来", "，"])
}

/// A kin word said of the child.
pub(super) fn of_child(kin: Kin) -> &'static str {
    match kin {
        Kin::Father | Kin::Husband => "father",
        Kin::Mother | Kin::Wife => "mother",
        Kin::PaternalGrandfather | Kin::HusbandsFather => "paternal_grandfather",
        Kin::PaternalGrandmother | Kin::HusbandsMother => "paternal_grandmother",
        Kin::MaternalGrandfather | Kin::WifesFather => "maternal_grandfather",
        Kin::MaternalGrandmother | Kin::WifesMother => "maternal_grandmother",
        Kin::Uncle => "uncle",
        Kin::Aunt => "aunt",
        Kin::Brother | Kin::Son => "brother",
        Kin::Sister | Kin::Daughter => "sister",
        Kin::Cousin | Kin::Nephew => "cousin",
        Kin::Spouse => "other_relative",
    }
}

/// A kin word said of the person replying; `None` where it cannot be theirs (我老公 said by a father).
pub(super) fn of_replier(kin: Kin, replier: Replier) -> Option<&'static str> {
    Some(match (kin, replier) {
        (Kin::Father, Replier::Mother) | (Kin::WifesFather, Replier::Father) => "maternal_grandfather",
        (Kin::Mother, Replier::Mother) | (Kin::WifesMother, Replier::Father) => "maternal_grandmother",
        (Kin::Father, Replier::Father) | (Kin::HusbandsFather, Replier::Mother) => "paternal_grandfather",
        (Kin::Mother, Replier::Father) | (Kin::HusbandsMother, Replier::Mother) => "paternal_grandmother",
        (Kin::Spouse | Kin::Husband, Replier::Mother) => "father",
        (Kin::Spouse | Kin::Wife, Replier::Father) => "mother",
        (Kin::Husband | Kin::HusbandsFather | Kin::HusbandsMother, Replier::Father)
        | (Kin::Wife | Kin::WifesFather | Kin::WifesMother, Replier::Mother) => return None,
        (Kin::Brother | Kin::Uncle, _) => "uncle",
        (Kin::Sister | Kin::Aunt, _) => "aunt",
        (Kin::Son, _) => "brother",
        (Kin::Daughter, _) => "sister",
        (Kin::Nephew, _) => "cousin",
        (
            Kin::Cousin
            | Kin::PaternalGrandfather
            | Kin::PaternalGrandmother
            | Kin::MaternalGrandfather
            | Kin::MaternalGrandmother,
            _,
        ) => "other_relative",
    })
}

/// What stands after the words that rule somebody out, when one clause holds both.
pub(super) fn halves(text: &str, cannot: bool) -> Option<&str> {
    let tokens = LEXICON.scan(text);
    let last = tokens
        .iter()
        .rev()
        .find(|t| if cannot { t.kind == Word::Cannot } else { matches!(t.kind, Word::Not | Word::Cannot) })?;
    let rest = text.get(last.end..)?;
    if cannot {
        let is_named = LEXICON
            .scan(rest)
            .iter()
            .any(|t| !matches!(t.kind, Word::Other | Word::Cannot | Word::Not | Word::Day));
        if is_named {
            return Some(rest);
        }
        // 让她大舅来接她吧我走不开: who cannot is the writer, and who comes stands before.
        let at = tokens.iter().position(|t| t.start == last.start)?;
        let writer = at
            .checked_sub(1)
            .and_then(|at| tokens.get(at))
            .filter(|t| t.kind == Word::Mine && t.end == last.start);
        return Some(writer.and_then(|t| text.get(..t.start)).unwrap_or_default());
    }
    // 不要给舅舅 … 给爷爷: the first person after the negative is the one ruled out.
    let first = tokens.iter().find(|t| {
        t.start >= last.end && matches!(t.kind, Word::Kin(_) | Word::Role(_) | Word::OfReplier(_))
    })?;
    text.get(first.end..).filter(|r| !r.is_empty())
}
