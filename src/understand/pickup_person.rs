//! Who collects the child (接送人): relation, name and phone, never guessed.
//!
//! Kin words are seen from the child, those after 我 from the person replying. A person in a clause that says they
//! cannot come is not meant. Words that do not say who (阿姨, 老人) make the reply unclear. Start at [`read`]; what kin
//! words mean is in [`kin`].

mod comment;
mod draft;
mod kin;
mod name;
mod named;
mod only;
mod owner;
mod people;
mod phone;
mod whose;
mod words;

use std::borrow::Cow;

use super::clause;
use super::{Answer, PickupPerson, Replier, Value};
use name::name_at;
use people::people;
use phone::{phone_at, without_phone_marks};
use words::{LEXICON, Word};

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

/// Two persons in one word, and each by a word of its own.
const BOTH: [(&str, &str); 3] = [("公婆", "公公婆婆"), ("岳父母", "岳父岳母"), ("爷奶", "爷爷奶奶")];

/// Whether two persons in one word are one word, and no piece of a kin word beside them: 外公婆, 爷爷奶, 公公婆.
fn stands_alone(text: &str, short: &str) -> bool {
    text.split_once(short).is_some_and(|(before, after)| {
        !before.ends_with([
            '外', '阿', '公', '家', '叔', '舅', '姑', '姨', '伯', '太', '嘎', '爷', '姥', '奶', '老',
        ]) && !after.starts_with(['公', '婆', '爷', '奶', '母', '父'])
    })
}

/// Reads a reply to "who collects the child?".
pub(super) fn read(text: &str, replier: Replier, child: &str) -> Answer {
    let text = LEXICON.repair(text);
    let text = BOTH.iter().fold(text, |text, (short, long)| {
        if text.contains(short) && !text.contains(long) && stands_alone(&text, short) {
            Cow::Owned(text.replace(short, long))
        } else {
            text
        }
    });
    let kept = clause::corrected(&text);
    let Some(plain) = without_phone_marks(kept) else { return Answer::Unclear };
    // 保姆李姐，更正：是王姐: the name was corrected, and whether what they are stays was not said.
    let is_half = |people: &[PickupPerson]| {
        kept.len() < text.len() && people.iter().all(|p| p.relation.is_none()) && mentions_somebody(&text)
    };
    match people(&plain, replier, child) {
        Some(people) if !people.is_empty() && !is_half(&people) => Answer::Value(Value::PickupPerson(people)),
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

#[cfg(test)]
mod tests {
    use super::super::{Answer, Question, Replier, Value, read};

    #[test]
    fn who_comes_is_told_from_who_cannot_and_who_is_only_spoken_of() {
        let question = Question::PickupPerson { replier: Replier::Mother, child: "李小禾".into() };
        for (text, want) in [
            ("爸爸没空妈妈来", "mother"),
            ("让她大舅来接她吧我走不开", "uncle"),
            ("爸爸接，妈妈在国外", "father"),
            ("他爸爸今天休息，他去接", "father"),
            ("爸爸改小叔了", "uncle"),
            ("爸爸和我一起去接", "father self"),
            ("公婆去接", "paternal_grandfather paternal_grandmother"),
            ("爷爷接，别人来都不行", "paternal_grandfather"),
            ("欢欢妈妈帮我接", "classmate_parent"),
            ("我牌友阿强接", ""),
            ("我姐姐家的孩子接", ""),
            ("姑姑接到六点，六点后我接", ""),
        ] {
            let have = match read(text, &question) {
                Answer::Value(Value::PickupPerson(people)) => {
                    people.into_iter().filter_map(|p| p.relation).collect::<Vec<String>>().join(" ")
                }
                _ => String::new(),
            };
            assert_eq!(have, want, "{text}");
        }
    }
}
