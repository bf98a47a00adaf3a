//! Likeness: whether two descriptions are of one person, doubtfully so, or not.
//!
//! Knows no list and no rules. Asked in two ways, because the error that must not happen differs: to let somebody go,
//! nothing may contradict ([`Description::is_surely`]); to stop somebody, one trait is enough
//! ([`Description::resembles`]). Start there.

use super::Description;
use crate::domain::people::{PersonName, Relation};

/// How alike two descriptions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// One person.
    Same,
    /// Perhaps one person: stop and call.
    Maybe,
    /// Two people.
    Other,
}

/// A relation that only one person in a child's life has (不会认错的亲属关系).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kin {
    /// 爸爸.
    Father,
    /// 妈妈.
    Mother,
    /// 爷爷.
    PaternalGrandfather,
    /// 奶奶.
    PaternalGrandmother,
    /// 外公.
    MaternalGrandfather,
    /// 外婆.
    MaternalGrandmother,
}

const KIN: [(Kin, &[&str]); 6] = [
    (Kin::Father, &["father", "爸爸", "父亲", "爸", "父"]),
    (Kin::Mother, &["mother", "妈妈", "母亲", "妈", "母"]),
    (Kin::PaternalGrandfather, &["paternal_grandfather", "爷爷", "祖父"]),
    (Kin::PaternalGrandmother, &["paternal_grandmother", "奶奶", "祖母"]),
    (Kin::MaternalGrandfather, &["maternal_grandfather", "外公", "姥爷", "外祖父"]),
    (Kin::MaternalGrandmother, &["maternal_grandmother", "外婆", "姥姥", "外祖母"]),
];

/// Words that stand for a name where only the surname is known, such as 李阿姨.
const TITLES: [&str; 10] = ["阿姨", "叔叔", "先生", "女士", "老师", "师傅", "大姐", "大哥", "奶奶", "爷爷"];

impl Kin {
    /// The relation behind a word; `None` for one that several people can have, such as 阿姨 or 家长.
    pub fn of(relation: &Relation) -> Option<Self> {
        let word = relation.0.trim();
        KIN.iter().find(|(_, words)| words.contains(&word)).map(|(kin, _)| *kin)
    }
}

/// Whether one trait agrees, where both descriptions have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    Unknown,
    Agrees,
    Doubtful,
    Differs,
}

impl Description {
    /// Whether somebody who says as much at the gate is told from everybody else: by a relation that only one person has,
    /// or by a full name. A phone is not asked for there.
    pub fn tells_apart(&self) -> bool {
        let said = Self { phone: None, ..self.clone() };
        said.is_surely(&said) == Likeness::Same
    }

    /// Whether somebody described so is the person described here, for letting the child go.
    ///
    /// `Same` needs a trait that tells people apart and none that speaks against it.
    pub(super) fn is_surely(&self, other: &Self) -> Likeness {
        let traits = self.traits(other);
        let tells = traits.contains(&Trait::Agrees);
        let speaks_against = traits.contains(&Trait::Differs);
        if tells && !speaks_against {
            Likeness::Same
        } else if tells || traits.contains(&Trait::Doubtful) {
            Likeness::Maybe
        } else {
            Likeness::Other
        }
    }

    /// Whether somebody described so may be the person described here, for stopping them.
    pub(super) fn resembles(&self, other: &Self) -> Likeness {
        let traits = self.traits(other);
        let [relation, name, phone] = traits;
        if traits.contains(&Trait::Agrees) {
            Likeness::Same
        } else if name == Trait::Doubtful
            || (relation == Trait::Doubtful && name != Trait::Differs && phone != Trait::Differs)
        {
            Likeness::Maybe
        } else {
            Likeness::Other
        }
    }

    /// Whether a trait speaks against the two being one person.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        self.traits(other).contains(&Trait::Differs)
    }

    /// Relation, name and phone.
    fn traits(&self, other: &Self) -> [Trait; 3] {
        [
            of(self.relation.as_ref(), other.relation.as_ref(), relation),
            of(self.name.as_ref(), other.name.as_ref(), name),
            of(self.phone.as_ref(), other.phone.as_ref(), |one, other| {
                if one == other { Trait::Agrees } else { Trait::Differs }
            }),
        ]
    }
}

fn of<T>(one: Option<&T>, other: Option<&T>, compare: fn(&T, &T) -> Trait) -> Trait {
    one.zip(other).map_or(Trait::Unknown, |(one, other)| compare(one, other))
}

/// Kin tells; two words that several people can have only raise a doubt; a word beside a kin's says nothing.
fn relation(one: &Relation, other: &Relation) -> Trait {
    match (Kin::of(one), Kin::of(other)) {
        (Some(one), Some(other)) if one == other => Trait::Agrees,
        (Some(_), Some(_)) => Trait::Differs,
        (None, None) if one == other => Trait::Doubtful,
        (None, _) | (_, None) => Trait::Unknown,
    }
}

fn name(one: &PersonName, other: &PersonName) -> Trait {
    let (one, other) = (plain(one), plain(other));
    if one == other {
        return if surname_only(&one).is_some() { Trait::Doubtful } else { Trait::Agrees };
    }
    let is_perhaps = match (surname_only(&one), surname_only(&other)) {
        (Some(surname), None) => other.starts_with(surname),
        (None, Some(surname)) => one.starts_with(surname),
        (Some(surname), Some(also)) => surname == also,
        (None, None) => false,
    };
    if is_perhaps { Trait::Doubtful } else { Trait::Differs }
}

fn plain(name: &PersonName) -> String {
    name.0.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase()
}

/// The surname of 李阿姨, 小李 and 老李.
fn surname_only(name: &str) -> Option<&str> {
    let titled = TITLES.iter().find_map(|title| name.strip_suffix(title));
    let called = name.strip_prefix(['小', '老']).filter(|rest| rest.chars().count() == 1);
    titled.or(called).filter(|surname| !surname.is_empty())
}
