//! Who collects the child (接送人): relation, name and phone, never guessed.
//!
//! Kin words are seen from the child, those after 我 from the person replying. A person in a clause that says they
//! cannot come is not meant. Words that do not say who (阿姨, 老人) make the reply unclear. Start at [`read`]; the kin
//! words are in [`kin`].

mod comment;
mod draft;
mod kin;
mod name;

use std::borrow::Cow;

use super::clause::{self, Mood};
use super::{Answer, PickupPerson, Replier, Value};
use comment::{collects_as_last, is_comment, speaks, speaks_of_last};
use draft::{Draft, attach, is_kin, join, set_relation, united};
use kin::{LEXICON, Word};
use name::{Named, fond_name, name_at, phone_at};

/// The byte after the person, the name or the phone at this byte.
pub(super) fn mention_end(text: &str, at: usize, child: &str) -> Option<usize> {
    let named = phone_at(text, at)
        .map(|phone| at + phone.len())
        .or_else(|| name_at(text, at, child).map(|(_, end)| end));
    let is_person =
        |kind| matches!(kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Both | Word::Alone);
    named.or_else(|| LEXICON.at(text, at).filter(|t| is_person(t.kind)).map(|t| t.end))
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "who collects the child?".
pub(super) fn read(text: &str, replier: Replier, child: &str) -> Answer {
    let text = LEXICON.repair(text);
    let text = clause::corrected(&text);
    let Some(plain) = without_phone_marks(text) else { return Answer::Unclear };
    match people(&plain, replier, child) {
        Some(people) if !people.is_empty() => Answer::Value(Value::PickupPerson(people)),
        _ => Answer::Unclear,
    }
}

/// The persons of a text that somebody at school writes, seen from the child; `None` when it is not clear who, or when
/// they are only somebody's to the one who writes (我妈, 老公).
pub(super) fn of_child(text: &str) -> Option<Vec<PickupPerson>> {
    let is_writers = |word| matches!(word, Word::Mine | Word::OfReplier(_) | Word::Alone | Word::Hedge);
    if LEXICON.tokens(text).any(|token| is_writers(token.kind)) {
        return None;
    }
    people(&without_phone_marks(text)?, Replier::Mother, "").filter(|people| !people.is_empty())
}

/// The persons of a text that a guardian writes; empty when it names nobody.
pub(super) fn of_guardian(text: &str, replier: Replier, child: &str) -> Option<Vec<PickupPerson>> {
    people(&without_phone_marks(text)?, replier, child)
}

/// Whether a text mentions a person by what they are to somebody.
pub(super) fn mentions_somebody(text: &str) -> bool {
    let is_person = |word| matches!(word, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Both);
    LEXICON.tokens(text).any(|token| is_person(token.kind))
}

/// Phones as eleven digits without marks; `None` when a long number is no mobile phone.
fn without_phone_marks(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Some(Cow::Borrowed(text));
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    for (index, c) in chars.iter().enumerate() {
        let is_mark = "- .()".contains(*c) && index > 0 && digit(index - 1) && digit(index + 1);
        if !is_mark {
            out.push(*c);
        }
    }
    let mut out = out.replace("+86", "");
    let runs: Vec<String> =
        out.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 5).map(str::to_owned).collect();
    for run in runs {
        let number = run
            .strip_prefix("0086")
            .or_else(|| run.strip_prefix("86").filter(|n| n.len() == 11))
            .unwrap_or(&run)
            .to_owned();
        if number.len() != 11 || !number.starts_with('1') {
            return None;
        }
        out = out.replace(&run, &number);
    }
    Some(Cow::Owned(out))
}

/// Days that are over.
const PAST_DAYS: [&str; 7] = ["昨天", "前天", "上次", "上周", "前几天", "昨日", "上回"];

fn people(text: &str, replier: Replier, child: &str) -> Option<Vec<PickupPerson>> {
    let mut all: Vec<Draft> = Vec::new();
    let mut days = 0;
    let mut refused: Vec<&'static str> = Vec::new();
    let (mut commented, mut last_commented) = (0, Vec::new());
    let clauses = clause::clauses(text);
    let collects =
        clauses.len() > 1 && clauses.iter().any(|c| c.text.contains(['接', '来', '去', '送', '领']));
    for clause in clauses {
        if clause.mood == Mood::Asks {
            continue;
        }
        // 我跟他爸商量好了: who was spoken to, not who comes.
        if speaks(clause.text) {
            continue;
        }
        // 昨天奶奶接的: of another day.
        if PAST_DAYS.iter().any(|word| clause.text.contains(word)) {
            continue;
        }
        // 祝老师工作顺利: a wish names nobody.
        if clause.text.starts_with('祝') && !clause.text.contains('接') {
            continue;
        }
        // 我是他奶奶: then it is not who we think that replies.
        if clause.text.starts_with("我是") && !clause.text.contains(['接', '来', '去']) {
            return None;
        }
        let said = clause_people(clause.text, replier, child, &mut days, &mut refused)?;
        // 爸爸接，他加班: who was named before cannot.
        if said.is_empty() && speaks_of_last(clause.text) {
            all.pop();
        }
        // 爸爸接，妈妈在国外: what is said of somebody who does not collect.
        if said.iter().any(|d| d.relation.is_some()) && is_comment(clause.text, child, !collects)? {
            commented += 1;
            last_commented = said;
            continue;
        }
        // 他爸爸今天休息，他去接: the one that was spoken of.
        if said.is_empty() && collects_as_last(clause.text) {
            join(&mut all, std::mem::take(&mut last_commented));
        }
        join(&mut all, said);
    }
    if commented > 0 && all.is_empty() {
        return None;
    }
    // 奶奶接，不是奶奶接.
    if all.iter().any(|d| d.relation.is_some_and(|r| refused.contains(&r))) {
        return None;
    }
    // A name and nothing else is a person only where somebody collects, or where nothing else is said.
    let collects = |name: &str| text == name || text.contains(['接', '来', '去', '送', '领']);
    let is_loose =
        |d: &Draft| d.relation.is_none() && d.phone.is_none() && !d.name.as_deref().is_some_and(collects);
    if all.iter().any(is_loose) {
        return None;
    }
    // 周一奶奶，周二爷爷: differs by day.
    if days > 1 && all.len() > 1 {
        return None;
    }
    // 姑姑接到六点，六点后我接: differs by the hour.
    let by_hour = text.matches('点').count() > 1
        || ["点后", "点前", "点以后", "点半后", "先"].iter().any(|w| text.contains(w));
    if by_hour && all.len() > 1 {
        return None;
    }
    Some(united(all, replier))
}

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
}

/// The persons that one clause means; `None` when it does not say who.
fn clause_people(
    text: &str,
    replier: Replier,
    child: &str,
    days: &mut usize,
    refused: &mut Vec<&'static str>,
) -> Option<Vec<Draft>> {
    let mut found: Vec<Draft> = Vec::new();
    let mut heard = Heard::default();
    let (mut mine, mut at) = (false, 0);
    // Where the word for the last person ends.
    let mut person_end = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let is_mine = std::mem::take(&mut mine);
        if let Some(phone) = phone_at(text, at) {
            at += phone.len();
            attach(&mut found, |d| &mut d.phone, phone);
        } else if let Some((name, end)) = name_at(text, at, child) {
            at = end;
            match name {
                Named::Child => {}
                Named::Classmate => found.push(Draft::of("classmate_parent")),
                Named::Person(name) => attach(&mut found, |d| &mut d.name, name),
            }
        } else if let Some(name) =
            fond_name(text, at).filter(|_| found.last().is_some_and(|d| d.relation.is_some()))
        {
            at = text.len();
            attach(&mut found, |d| &mut d.name, name);
        } else if let Some(token) = LEXICON.at(text, at) {
            let start = std::mem::replace(&mut at, token.end);
            let is_person = matches!(token.kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_));
            let link = text.get(person_end..start).filter(|_| is_person && person_end > 0);
            if is_person {
                person_end = token.end;
            }
            if link.is_some_and(|link| is_link(link) && is_kin(&found)) {
                // 姑姑家的表哥: the first says whose; 爸爸的妈妈 says a third.
                found.pop().filter(|_| matches!(token.kind, Word::Kin(kin::Kin::Cousin) | Word::Role(_)))?;
            }
            match token.kind {
                // 爸爸和我一起: two persons, and the writer is one of them.
                Word::WithMe if kin::is_together(text.get(at..).unwrap_or_default()) => {
                    found.push(Draft::of("self"));
                }
                Word::Mine if kin::is_subject(text.get(at..).unwrap_or_default()) => {
                    found.push(Draft::of("self"));
                }
                Word::Mine => mine = true,
                Word::Kin(kin) if is_mine => {
                    set_relation(&mut found, kin::of_replier(kin, replier)?, text, start);
                }
                Word::Kin(_) if is_of_others(text, start, child) => return None,
                Word::Kin(kin) => set_relation(&mut found, kin::of_child(kin), text, start),
                Word::OfReplier(kin) => set_relation(&mut found, kin::of_replier(kin, replier)?, text, start),
                Word::Role(role) => set_relation(&mut found, role, text, start),
                // 我爸妈: the grandparents on the replier's side.
                Word::Both if is_mine => {
                    let of = |kin| kin::of_replier(kin, replier).map(Draft::of);
                    found.extend([of(kin::Kin::Father)?, of(kin::Kin::Mother)?]);
                }
                Word::Both => found.extend([Draft::of("father"), Draft::of("mother")]),
                Word::Alone => heard.alone = true,
                // 不要给别人: whoever that is, it is nobody.
                Word::Vague if heard.not_before => {}
                Word::Vague if found.last().is_none_or(|d| d.relation.is_none()) => return None,
                Word::Hedge => return None,
                Word::Day => *days += 1,
                Word::Not if found.is_empty() => heard.not_before = true,
                Word::Not => heard.excludes = true,
                Word::Cannot => (heard.excludes, heard.cannot) = (true, true),
                Word::Vague | Word::Other | Word::WithMe => {}
            }
        } else {
            at += c.len_utf8();
        }
    }
    match ruled(found, &heard, text, refused)? {
        Ruled::Known(people) => Some(people),
        Ruled::Rest(rest) => clause_people(rest, replier, child, days, refused),
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

/// What makes the person after it belong to the one before.
fn is_link(text: &str) -> bool {
    matches!(text, "的" | "家的" | "家里的")
}

/// 小区里一起玩的妈妈: the mother of others, unless what stands before 的 is ours.
fn is_of_others(text: &str, start: usize, child: &str) -> bool {
    let Some(before) = text.get(..start).and_then(|before| before.strip_suffix('的')) else { return false };
    let ours = [
        "孩子",
        "娃",
        "我",
        "我们",
        "他",
        "她",
        "家",
        "家里",
        "小孩",
        "宝宝",
        "同学",
        "本人",
        "他们家",
        "接",
        "托管班",
        "班",
    ];
    let given: String = child.chars().skip(1).collect();
    !before.is_empty() && !before.ends_with(&given) && !ours.iter().any(|word| before.ends_with(word))
}
