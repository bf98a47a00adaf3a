//! The check at the gate: may this person take the child today?
//!
//! Knows no custody. Forbidden stands first, doubt second; then guardians, the standing list, and codes. Start at
//! [`PickupList::check`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::likeness::Likeness;
use super::{
    AuthorisedId, CodeUse, Description, ForbiddenPerson, OneDayPerson, PickupCode, PickupList,
    WRONG_CODES_MAX, WrongCodes,
};
use crate::clock::Moment;
use crate::domain::people::{Person, PersonId, Student};

/// Who stands at the gate (来接的人).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collector {
    /// The guardian whom the teacher knows and names.
    pub guardian: Option<PersonId>,
    /// What they say of themselves.
    pub says: Description,
}

/// One of the child's guardians as the roster knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyMember {
    /// Who.
    pub person: PersonId,
    /// Relation, name and phone.
    pub who: Description,
}

/// What the check says (核验结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A guardian: may take the child.
    Guardian(PersonId),
    /// The teacher named nobody: the family that always comes.
    Family,
    /// On the standing list: may take the child.
    Standing(AuthorisedId),
    /// With the code of the day: may take the child, once.
    OneDay(AuthorisedId),
    /// On no list.
    Unlisted,
    /// Must not take the child, whatever they show.
    Forbidden(Box<ForbiddenPerson>),
    /// May come today, and has not said the code.
    NeedsCode(AuthorisedId),
    /// The code is wrong.
    WrongCode {
        /// Tries that are left today.
        tries_left: u32,
    },
    /// Too many wrong codes today; none is taken any more.
    CodeBlocked,
    /// The code was used.
    CodeUsed(CodeUse),
    /// The code was for a day that has passed.
    CodeExpired {
        /// That day.
        day: NaiveDate,
    },
    /// The code is for a later day.
    CodeNotYet {
        /// That day.
        day: NaiveDate,
    },
    /// Unsure: stop and call.
    Unsure(Doubt),
}

/// What is not clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Nobody said who it is.
    WhoIsIt,
    /// It may be somebody who must not take the child.
    MayBeForbidden(Box<ForbiddenPerson>),
    /// It may be the listed person, or somebody else.
    MayBeOther,
    /// The code is right and belongs to somebody else.
    CodeOfOther(AuthorisedId),
}

/// The guardians of a student with what the roster knows of them; `persons` may hold others too.
pub fn family<'a>(student: &Student, persons: impl IntoIterator<Item = &'a Person>) -> Vec<FamilyMember> {
    let member = |person: &Person| {
        let guardianship = student.guardians.iter().find(|one| one.person == person.id)?;
        let who = Description {
            relation: Some(guardianship.relation.clone()),
            name: Some(person.name.clone()),
            phone: person.phone.clone(),
        };
        Some(FamilyMember { person: person.id.clone(), who })
    };
    persons.into_iter().filter_map(member).collect()
}

impl PickupList {
    /// Whether `collector` may take the child on `day`. Keep what comes of it with [`PickupList::after`].
    pub fn check(
        &self,
        family: &[FamilyMember],
        collector: &Collector,
        code: Option<&PickupCode>,
        day: NaiveDate,
    ) -> Verdict {
        let named = collector.guardian.as_ref();
        let named = named.and_then(|guardian| family.iter().find(|member| member.person == *guardian));
        if let Some(stopped) = self.stops(&collector.says) {
            return stopped;
        }
        if let Some(member) = named {
            return self.stops(&member.who).unwrap_or_else(|| Verdict::Guardian(member.person.clone()));
        }
        // A code alone could be in anybody's hands.
        if collector.says.is_empty() {
            return Verdict::Unsure(Doubt::WhoIsIt);
        }
        let (verdict, listed) = self.listed(family, &collector.says, code, day);
        match listed.and_then(|who| self.stops(who)) {
            Some(stopped) => stopped,
            None => verdict,
        }
    }

    /// Whether a child may be said to have gone without naming anybody (都接走了): only with a family about which nothing is
    /// to be minded today.
    ///
    /// Somebody forbidden, or somebody who comes by code on `day`, has to be told apart by name.
    pub fn check_unnamed(&self, day: NaiveDate) -> Verdict {
        let is_plain = self.forbidden.is_empty() && !self.one_day.iter().any(|person| person.day == day);
        if is_plain { Verdict::Family } else { Verdict::Unsure(Doubt::WhoIsIt) }
    }

    /// Whether somebody else has said that a guardian must not take the child: such a one has no say in who may.
    pub fn is_barred(&self, member: &FamilyMember) -> bool {
        let others = self.forbidden.iter().filter(|known| known.said.by != member.person);
        others.into_iter().any(|known| known.who.resembles(&member.who) == Likeness::Same)
    }

    /// The list after a check: a wrong code is counted, a code that let the child go is used up.
    ///
    /// - `by`: the teacher who hands the child over.
    #[must_use]
    pub fn after(&self, verdict: &Verdict, day: NaiveDate, by: &PersonId, at: Moment) -> Self {
        let mut list = self.clone();
        match verdict {
            Verdict::OneDay(id) => {
                for person in list.one_day.iter_mut().filter(|person| person.id == *id) {
                    person.used.get_or_insert(CodeUse { at, by: by.clone() });
                }
            }
            Verdict::WrongCode { .. } => {
                list.wrong_codes = Some(WrongCodes { day, count: self.wrong_codes_on(day) + 1 });
            }
            Verdict::Guardian(_)
            | Verdict::Family
            | Verdict::Standing(_)
            | Verdict::Unlisted
            | Verdict::Forbidden(_)
            | Verdict::NeedsCode(_)
            | Verdict::CodeBlocked
            | Verdict::CodeUsed(_)
            | Verdict::CodeExpired { .. }
            | Verdict::CodeNotYet { .. }
            | Verdict::Unsure(_) => {}
        }
        list
    }

    /// The verdict among those who are listed, and whom it is about when it lets the child go.
    fn listed<'a>(
        &'a self,
        family: &'a [FamilyMember],
        says: &Description,
        code: Option<&PickupCode>,
        day: NaiveDate,
    ) -> (Verdict, Option<&'a Description>) {
        let is_sure = |who: &Description| who.is_surely(says) == Likeness::Same;
        if let Some(member) = family.iter().find(|member| is_sure(&member.who)) {
            return (Verdict::Guardian(member.person.clone()), Some(&member.who));
        }
        if let Some(person) = self.standing.iter().find(|person| is_sure(&person.who)) {
            return (Verdict::Standing(person.id.clone()), Some(&person.who));
        }
        if let Some(code) = code {
            return self.by_code(says, code, day);
        }
        if let Some(person) = self.one_day.iter().find(|person| person.day == day && is_sure(&person.who)) {
            let verdict = match &person.used {
                Some(used) => Verdict::CodeUsed(used.clone()),
                None => Verdict::NeedsCode(person.id.clone()),
            };
            return (verdict, None);
        }
        let is_doubtful = |who: &Description| who.is_surely(says) == Likeness::Maybe;
        let listed = family.iter().map(|member| &member.who);
        let mut listed = listed.chain(self.standing.iter().map(|person| &person.who));
        let is_unsure = listed.any(is_doubtful);
        (if is_unsure { Verdict::Unsure(Doubt::MayBeOther) } else { Verdict::Unlisted }, None)
    }

    fn by_code(
        &self,
        says: &Description,
        code: &PickupCode,
        day: NaiveDate,
    ) -> (Verdict, Option<&Description>) {
        let wrong = self.wrong_codes_on(day);
        if wrong >= WRONG_CODES_MAX {
            return (Verdict::CodeBlocked, None);
        }
        let Some(person) = self.one_day.iter().find(|person| person.code == *code) else {
            return (Verdict::WrongCode { tries_left: WRONG_CODES_MAX - wrong - 1 }, None);
        };
        let OneDayPerson { id, who, day: good_on, used, .. } = person;
        let verdict = if let Some(used) = used {
            Verdict::CodeUsed(used.clone())
        } else if *good_on < day {
            Verdict::CodeExpired { day: *good_on }
        } else if *good_on > day {
            Verdict::CodeNotYet { day: *good_on }
        } else if who.is_surely(says) == Likeness::Other || who.contradicts(says) {
            Verdict::Unsure(Doubt::CodeOfOther(id.clone()))
        } else {
            return (Verdict::OneDay(id.clone()), Some(who));
        };
        (verdict, None)
    }

    /// The verdict that stops somebody described so, where one does.
    fn stops(&self, who: &Description) -> Option<Verdict> {
        let find = |wanted: Likeness| self.forbidden.iter().find(|known| known.who.resembles(who) == wanted);
        let forbidden = find(Likeness::Same).map(|known| Verdict::Forbidden(Box::new(known.clone())));
        forbidden.or_else(|| {
            let known = find(Likeness::Maybe)?;
            Some(Verdict::Unsure(Doubt::MayBeForbidden(Box::new(known.clone()))))
        })
    }

    fn wrong_codes_on(&self, day: NaiveDate) -> u32 {
        self.wrong_codes.filter(|wrong| wrong.day == day).map_or(0, |wrong| wrong.count)
    }
}

impl Verdict {
    /// Whether the child may go with this person.
    pub fn lets_go(&self) -> bool {
        match self {
            Self::Guardian(_) | Self::Family | Self::Standing(_) | Self::OneDay(_) => true,
            Self::Unlisted
            | Self::Forbidden(_)
            | Self::NeedsCode(_)
            | Self::WrongCode { .. }
            | Self::CodeBlocked
            | Self::CodeUsed(_)
            | Self::CodeExpired { .. }
            | Self::CodeNotYet { .. }
            | Self::Unsure(_) => false,
        }
    }
}
