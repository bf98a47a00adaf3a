//! Emergency broadcast (紧急通知): to whom it goes, that it is meant, and who has answered.
//!
//! Pure. A broadcast is sent only after its author typed the exact number of recipients, and never with a request for
//! money. Knows no channel and no outbox. Start at [`recipients`], then [`Draft::new`]. Source: R6, R15.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::people::{ClassId, Grade, Person, PersonId, PrivateText, Role, Student, StudentId};
use super::plan::wording;
use crate::clock::Moment;

/// To whom a broadcast goes (通知范围).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// All families.
    AllFamilies,
    /// The families of a grade.
    Grade(Grade),
    /// The families of a class.
    Class(ClassId),
    /// The families whose children are in care now.
    InCareNow,
    /// Everybody who works here.
    Staff,
}

/// The recipients of a broadcast.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipients {
    /// The children with their classes and the guardians to whom it goes.
    pub families: BTreeMap<StudentId, Family>,
    /// Members of staff.
    pub staff: BTreeSet<PersonId>,
}

/// The family of one child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// The child's class, under which it is listed.
    pub class: ClassId,
    /// The guardians; none for a child whose list is empty, which then counts as not delivered.
    pub guardians: Vec<PersonId>,
}

/// A broadcast that waits for its author's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    text: String,
    audience: Audience,
    recipients: Recipients,
    by: PersonId,
}

/// A broadcast that is meant (紧急通知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broadcast {
    /// What it says.
    pub text: String,
    /// To whom it goes.
    pub audience: Audience,
    /// Who sent it.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// To whom it went, in the end.
    pub recipients: Recipients,
    /// Who was reached, and who answered.
    pub reached: BTreeMap<PersonId, Reach>,
}

/// How far a broadcast got with a person or a family (送达情况).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Not delivered (未送达).
    #[default]
    NotDelivered,
    /// Delivered (已送达).
    Delivered {
        /// When.
        at: Moment,
    },
    /// Answered (已回复).
    Answered {
        /// When.
        at: Moment,
        /// What they said.
        text: PrivateText,
    },
}

/// How many families and members of staff got how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// 未送达.
    pub not_delivered: u32,
    /// 已送达, not answered.
    pub delivered: u32,
    /// 已回复.
    pub answered: u32,
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There are no words.
    NothingSaid,
    /// The text asks families for money (R6).
    AsksForMoney {
        /// The word at fault.
        word: String,
        /// The clause around it.
        clause: String,
    },
    /// There is nobody in the audience.
    Nobody,
    /// Only the school admins and the head send to families and staff.
    NotYours,
    /// What was typed is not the number of recipients.
    WrongCount {
        /// The number.
        count: usize,
    },
    /// It did not go to this person.
    NotARecipient,
}

/// The recipients of an audience.
///
/// - `students`: of the school; those who left the roll are passed over.
/// - `in_care`: the children in a room now.
pub fn recipients<'a>(
    audience: Audience,
    students: impl IntoIterator<Item = &'a Student>,
    persons: impl IntoIterator<Item = &'a Person>,
    in_care: &BTreeSet<StudentId>,
) -> Recipients {
    let is_meant = |student: &&Student| {
        student.is_on_roll
            && match audience {
                Audience::AllFamilies => true,
                Audience::Grade(grade) => student.class.grade == grade,
                Audience::Class(class) => student.class == class,
                Audience::InCareNow => in_care.contains(&student.id),
                Audience::Staff => false,
            }
    };
    let family = |student: &Student| {
        let guardians = student.guardians.iter().map(|guardianship| guardianship.person.clone()).collect();
        (student.id.clone(), Family { class: student.class, guardians })
    };
    let families = students.into_iter().filter(is_meant).map(family).collect();
    let is_staff = |person: &&Person| person.roles.iter().any(Role::is_staff);
    let staff = match audience {
        Audience::Staff => persons.into_iter().filter(is_staff).map(|person| person.id.clone()).collect(),
        Audience::AllFamilies | Audience::Grade(_) | Audience::Class(_) | Audience::InCareNow => {
            BTreeSet::new()
        }
    };
    Recipients { families, staff }
}

impl Recipients {
    /// Everybody it goes to, each once.
    pub fn persons(&self) -> BTreeSet<&PersonId> {
        let guardians = self.families.values().flat_map(|family| &family.guardians);
        guardians.chain(&self.staff).collect()
    }

    /// How many people it goes to: the number that the author types.
    pub fn count(&self) -> usize {
        self.persons().len()
    }
}

impl Draft {
    /// Prepares a broadcast.
    ///
    /// # Errors
    /// [`Refusal::NotYours`], [`Refusal::NothingSaid`], [`Refusal::AsksForMoney`], [`Refusal::Nobody`].
    pub fn new(
        text: &str,
        audience: Audience,
        recipients: Recipients,
        by: &PersonId,
        roles: &[Role],
    ) -> Result<Self, Refusal> {
        let may_send = roles.iter().any(|role| match role {
            Role::SchoolAdmin | Role::Head => true,
            Role::Guardian
            | Role::HomeroomTeacher(_)
            | Role::DutyTeacher
            | Role::Volunteer
            | Role::Inspector
            | Role::DistrictOfficer => false,
        });
        if !may_send {
            return Err(Refusal::NotYours);
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::NothingSaid);
        }
        if let Some(offence) = wording::asks_for_money(text) {
            return Err(Refusal::AsksForMoney { word: offence.word, clause: offence.clause });
        }
        if recipients.count() == 0 {
            return Err(Refusal::Nobody);
        }
        Ok(Self { text: text.to_owned(), audience, recipients, by: by.clone() })
    }

    /// To whom it would go.
    pub fn recipients(&self) -> &Recipients {
        &self.recipients
    }

    /// Sends it when the author typed the exact number of recipients, in digits.
    ///
    /// # Errors
    /// [`Refusal::WrongCount`].
    pub fn confirm(self, typed: &str, now: Moment) -> Result<Broadcast, Refusal> {
        let count = self.recipients.count();
        if typed.trim() != count.to_string() {
            return Err(Refusal::WrongCount { count });
        }
        let Self { text, audience, recipients, by } = self;
        Ok(Broadcast { text, audience, by, at: now, recipients, reached: BTreeMap::new() })
    }
}

impl Broadcast {
    /// Notes that it was delivered to somebody; an answer is never undone by it.
    ///
    /// # Errors
    /// [`Refusal::NotARecipient`].
    pub fn delivered(&self, person: &PersonId, now: Moment) -> Result<Self, Refusal> {
        match self.known(person)? {
            Reach::NotDelivered => Ok(self.with(person, Reach::Delivered { at: now })),
            Reach::Delivered { .. } | Reach::Answered { .. } => Ok(self.clone()),
        }
    }

    /// Notes somebody's answer; the latest counts.
    ///
    /// # Errors
    /// [`Refusal::NotARecipient`], [`Refusal::NothingSaid`].
    pub fn answered(&self, person: &PersonId, text: PrivateText, now: Moment) -> Result<Self, Refusal> {
        if text.0.trim().is_empty() {
            return Err(Refusal::NothingSaid);
        }
        match self.known(person)? {
            Reach::Answered { text: known, .. } if *known == text => Ok(self.clone()),
            Reach::NotDelivered | Reach::Delivered { .. } | Reach::Answered { .. } => {
                Ok(self.with(person, Reach::Answered { at: now, text }))
            }
        }
    }

    /// How far it got with a family: as far as with the guardian with whom it got farthest.
    pub fn reach_of(&self, family: &Family) -> Reach {
        let reached = family.guardians.iter().filter_map(|person| self.reached.get(person));
        reached.max_by_key(|reach| rank(reach)).cloned().unwrap_or_default()
    }

    /// How many families and members of staff got how far; adds up to all of them.
    pub fn summary(&self) -> Summary {
        let families = self.recipients.families.values().map(|family| self.reach_of(family));
        let staff = self.recipients.staff.iter();
        let staff = staff.map(|person| self.reached.get(person).cloned().unwrap_or_default());
        let mut summary = Summary::default();
        for reach in families.chain(staff) {
            match reach {
                Reach::NotDelivered => summary.not_delivered += 1,
                Reach::Delivered { .. } => summary.delivered += 1,
                Reach::Answered { .. } => summary.answered += 1,
            }
        }
        summary
    }

    /// The children whose families did not answer (未回复), by class.
    pub fn unanswered(&self) -> BTreeMap<ClassId, Vec<(StudentId, Reach)>> {
        let mut lists: BTreeMap<ClassId, Vec<(StudentId, Reach)>> = BTreeMap::new();
        for (student, family) in &self.recipients.families {
            let reach = self.reach_of(family);
            match reach {
                Reach::NotDelivered | Reach::Delivered { .. } => {
                    lists.entry(family.class).or_default().push((student.clone(), reach));
                }
                Reach::Answered { .. } => {}
            }
        }
        lists
    }

    fn known(&self, person: &PersonId) -> Result<&Reach, Refusal> {
        if !self.recipients.persons().contains(person) {
            return Err(Refusal::NotARecipient);
        }
        Ok(self.reached.get(person).unwrap_or(&Reach::NotDelivered))
    }

    fn with(&self, person: &PersonId, reach: Reach) -> Self {
        let mut broadcast = self.clone();
        broadcast.reached.insert(person.clone(), reach);
        broadcast
    }
}

fn rank(reach: &Reach) -> (u8, Option<Moment>) {
    match reach {
        Reach::NotDelivered => (0, None),
        Reach::Delivered { at } => (1, Some(*at)),
        Reach::Answered { at, .. } => (2, Some(*at)),
    }
}

#[cfg(test)]
mod tests;
