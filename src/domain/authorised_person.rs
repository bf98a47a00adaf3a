//! Authorised persons (代接人): who besides the guardians may take a child home, who must not, and who goes alone.
//!
//! Pure. One document per student. Knows no gate and no custody: [`PickupList::check`] says whether somebody may take
//! the child, and what comes of looking is kept with [`PickupList::after`]. Unsure means stop and call. Start at
//! [`PickupList`]. Source: R15.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::people::{MobileNumber, PersonId, PersonName, PrivateText, Relation};
use crate::clock::Moment;

mod check;
mod likeness;

pub use check::{Collector, Doubt, FamilyMember, Verdict, family};
pub use likeness::Kin;
use likeness::Likeness;

/// Who may take a student home, who must not (接送名单).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupList {
    standing: Vec<StandingPerson>,
    one_day: Vec<OneDayPerson>,
    forbidden: Vec<ForbiddenPerson>,
    may_leave_alone: Option<LeaveAlone>,
    wrong_codes: Option<WrongCodes>,
}

/// What is known of somebody: what they are to the child, the name, the phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Description {
    /// What they are to the child, as understood (`paternal_grandmother`) or as the roster says it (奶奶).
    pub relation: Option<Relation>,
    /// The name.
    pub name: Option<PersonName>,
    /// The phone.
    pub phone: Option<MobileNumber>,
}

/// Who said something, when, and the receipt for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The guardian.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// A fresh receipt code (回执码).
    pub receipt: String,
}

/// Somebody who may come any day (长期代接人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingPerson {
    /// A short id that is fresh within the list.
    pub id: AuthorisedId,
    /// Who it is.
    pub who: Description,
    /// Who said so.
    pub said: Said,
}

/// Somebody who may come on one day, with a code (单日代接人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneDayPerson {
    /// A short id that is fresh within the list.
    pub id: AuthorisedId,
    /// Who it is.
    pub who: Description,
    /// The one day.
    pub day: NaiveDate,
    /// The code that the guardian passes on.
    pub code: PickupCode,
    /// When it was used; a code is good for one time.
    pub used: Option<CodeUse>,
    /// Who said so.
    pub said: Said,
}

/// Somebody who must not take the child (禁止接送的人). Stands above every permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForbiddenPerson {
    /// A short id that is fresh within the list.
    pub id: AuthorisedId,
    /// Who it is; a guardian can be named here too, after a court's decision for one.
    pub who: Description,
    /// Why, for whoever stands at the gate.
    pub note: PrivateText,
    /// Who said so.
    pub said: Said,
}

/// The standing permission to go home alone (自行离校).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveAlone {
    /// Who gave it.
    pub said: Said,
}

/// The use of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeUse {
    /// When.
    pub at: Moment,
    /// The teacher who handed the child over.
    pub by: PersonId,
}

/// Wrong codes said at the gate on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongCodes {
    /// The day.
    pub day: NaiveDate,
    /// How many.
    pub count: u32,
}

/// The id of an entry in a pickup list, short enough to be typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorisedId(pub String);

/// A one-time pickup code (接送码): six ASCII digits; prints masked.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PickupCode(String);

/// A text is not a pickup code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pickup code has six digits")]
pub struct NotAPickupCode;

/// The school's rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing is said of the person by which they could be told at the gate.
    Nobody,
    /// The person is, or may be, one who must not take the child.
    IsForbidden(Box<ForbiddenPerson>),
    /// The day has passed.
    Past {
        /// The day.
        day: NaiveDate,
    },
    /// The code or the id is in use on this list; draw another.
    Taken,
    /// The list is full; somebody must be taken off first.
    Full {
        /// Its length.
        entries_max: usize,
    },
    /// There is no such entry.
    NotListed,
    /// The child had no permission to go alone.
    NotPermitted,
}

/// Entries of each kind that a list holds.
pub const ENTRIES_MAX: usize = 20;
/// Wrong codes of one day after which no code is taken any more.
pub const WRONG_CODES_MAX: u32 = 5;

impl PickupList {
    /// Those who may come any day.
    pub fn standing(&self) -> &[StandingPerson] {
        &self.standing
    }

    /// Those who may come on one day, also used and past ones.
    pub fn one_day(&self) -> &[OneDayPerson] {
        &self.one_day
    }

    /// Those who must not take the child.
    pub fn forbidden(&self) -> &[ForbiddenPerson] {
        &self.forbidden
    }

    /// The permission to go home alone, where there is one.
    pub fn may_leave_alone(&self) -> Option<&LeaveAlone> {
        self.may_leave_alone.as_ref()
    }

    /// Lets somebody come any day. The same person again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Nobody`], [`Refusal::IsForbidden`], [`Refusal::Taken`] id, [`Refusal::Full`].
    pub fn allow(&self, person: StandingPerson) -> Result<Self, Refusal> {
        self.acceptable(&person.who, &person.id)?;
        if self.standing.iter().any(|known| known.who == person.who) {
            return Ok(self.clone());
        }
        is_room(self.standing.len())?;
        let mut list = self.clone();
        list.standing.push(person);
        Ok(list)
    }

    /// Lets somebody come on one day with a code. Entries of days before `today` are dropped.
    ///
    /// # Errors
    /// [`Refusal::Past`], [`Refusal::Nobody`], [`Refusal::IsForbidden`], [`Refusal::Taken`] id or code,
    /// [`Refusal::Full`].
    pub fn allow_one_day(&self, person: OneDayPerson, today: NaiveDate) -> Result<Self, Refusal> {
        if person.day < today {
            return Err(Refusal::Past { day: person.day });
        }
        self.acceptable(&person.who, &person.id)?;
        let mut list = self.clone();
        list.one_day.retain(|known| known.day >= today);
        if list.one_day.iter().any(|known| known.code == person.code) {
            return Err(Refusal::Taken);
        }
        is_room(list.one_day.len())?;
        // A permission begins unused, whatever was passed in.
        list.one_day.push(OneDayPerson { used: None, ..person });
        Ok(list)
    }

    /// Forbids somebody to take the child. Who was allowed and is the same person is taken off the list.
    ///
    /// # Errors
    /// [`Refusal::Nobody`], [`Refusal::Taken`] id, [`Refusal::Full`].
    pub fn forbid(&self, person: ForbiddenPerson) -> Result<Self, Refusal> {
        if person.who.is_empty() {
            return Err(Refusal::Nobody);
        }
        if self.has_id(&person.id) {
            return Err(Refusal::Taken);
        }
        if self.forbidden.iter().any(|known| known.who == person.who) {
            return Ok(self.clone());
        }
        is_room(self.forbidden.len())?;
        let mut list = self.clone();
        let is_other = |who: &Description| person.who.resembles(who) != Likeness::Same;
        list.standing.retain(|known| is_other(&known.who));
        list.one_day.retain(|known| is_other(&known.who));
        list.forbidden.push(person);
        Ok(list)
    }

    /// Takes an entry of any kind off the list.
    ///
    /// # Errors
    /// [`Refusal::NotListed`].
    pub fn revoke(&self, id: &AuthorisedId) -> Result<Self, Refusal> {
        if !self.has_id(id) {
            return Err(Refusal::NotListed);
        }
        let mut list = self.clone();
        list.standing.retain(|known| known.id != *id);
        list.one_day.retain(|known| known.id != *id);
        list.forbidden.retain(|known| known.id != *id);
        Ok(list)
    }

    /// Lets the child go home alone from now on; an earlier permission stays as it is.
    #[must_use]
    pub fn permit_alone(&self, said: Said) -> Self {
        let mut list = self.clone();
        list.may_leave_alone.get_or_insert(LeaveAlone { said });
        list
    }

    /// Ends the permission to go home alone.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] when there was none.
    pub fn end_alone(&self) -> Result<Self, Refusal> {
        if self.may_leave_alone.is_none() {
            return Err(Refusal::NotPermitted);
        }
        Ok(Self { may_leave_alone: None, ..self.clone() })
    }

    /// Gives a code back whose handover was undone.
    #[must_use]
    pub fn give_back(&self, id: &AuthorisedId) -> Self {
        let mut list = self.clone();
        for person in list.one_day.iter_mut().filter(|person| person.id == *id) {
            person.used = None;
        }
        list
    }

    fn acceptable(&self, who: &Description, id: &AuthorisedId) -> Result<(), Refusal> {
        if who.is_empty() {
            return Err(Refusal::Nobody);
        }
        if self.has_id(id) {
            return Err(Refusal::Taken);
        }
        let forbidden = self.forbidden.iter().find(|known| known.who.resembles(who) != Likeness::Other);
        forbidden.map_or(Ok(()), |known| Err(Refusal::IsForbidden(Box::new(known.clone()))))
    }

    fn has_id(&self, id: &AuthorisedId) -> bool {
        self.standing.iter().any(|known| known.id == *id)
            || self.one_day.iter().any(|known| known.id == *id)
            || self.forbidden.iter().any(|known| known.id == *id)
    }
}

fn is_room(entries: usize) -> Result<(), Refusal> {
    if entries < ENTRIES_MAX { Ok(()) } else { Err(Refusal::Full { entries_max: ENTRIES_MAX }) }
}

impl Description {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.relation.is_none() && self.name.is_none() && self.phone.is_none()
    }
}

impl PickupCode {
    /// Its digits.
    pub const LEN: usize = 6;

    /// Parses six ASCII digits.
    ///
    /// # Errors
    /// [`NotAPickupCode`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAPickupCode> {
        let is_code = text.len() == Self::LEN && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(text.to_owned())) } else { Err(NotAPickupCode) }
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PickupCode {
    type Error = NotAPickupCode;

    fn try_from(text: String) -> Result<Self, NotAPickupCode> {
        Self::parse(&text)
    }
}

impl From<PickupCode> for String {
    fn from(code: PickupCode) -> Self {
        code.0
    }
}

impl fmt::Debug for PickupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("******")
    }
}

#[cfg(test)]
mod tests;
