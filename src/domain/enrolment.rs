//! Enrolment (参加): where a student stands with the service, and what a guardian's answer changes.
//!
//! Pure. A student's standing is the sum of the ledger's lines; [`Standing::after`] adds one line, [`answer`],
//! [`change`] and [`withdraw`] decide which line comes next. Knows no conversation. Start at [`answer`].

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar;
use super::ledger::Change;
use super::people::PersonId;
use crate::clock::Moment;
use crate::understand::{Choices, Consent, TimeAnswer};

/// Where a student stands (状态): exactly one of these at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// New on the roll, not yet asked (未询问).
    #[default]
    NotAsked,
    /// Asked and delivered, no answer yet (未回复).
    Silent {
        /// How many messages were delivered.
        attempts: u32,
        /// When the first one was.
        since: Moment,
        /// Whether the homeroom teacher has the child on the list.
        is_listed: bool,
    },
    /// No guardian can be reached (联系不上).
    Unreachable {
        /// Why.
        why: Unreachable,
    },
    /// Answered (已回复).
    Answered(Registration),
}

/// Why no guardian can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreachable {
    /// The roster has no contact for any guardian.
    NoContact,
    /// The platform does not deliver to any of them.
    NotDelivered,
}

/// What a guardian said and when (登记).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// What they want.
    pub wish: Wish,
    /// Who said it.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// From which day it holds.
    pub from: NaiveDate,
    /// The receipt code (回执码) that the guardian was given.
    pub receipt: String,
    /// What holds until `from`, where something does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_then: Option<Box<Registration>>,
}

/// What a guardian wants for a child (意愿).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// A place.
    Accepted(Arrangement),
    /// No place.
    Declined,
    /// Not decided.
    Undecided,
}

/// The details of a place; what was not said yet is `None`, and the homeroom teacher asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    /// On which days.
    pub days: Option<Vec<Weekday>>,
    /// When somebody comes.
    pub pickup_at: Option<TimeAnswer>,
    /// Which activities.
    pub activities: Option<Choices>,
}

/// Who says something, when, from which day it holds, and the code to give for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// From which day it holds.
    pub from: NaiveDate,
    /// A fresh receipt code, used when something changes.
    pub receipt: String,
}

/// What follows from an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// A new line for the ledger.
    New(Change, Registration),
    /// The same was on record already; nothing changes.
    Unchanged(Registration),
}

/// The school's rules say no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Another guardian said something else; nobody is overwritten silently.
    Contradicts(Box<Registration>),
    /// The child has no place to change or to leave.
    NotRegistered,
}

impl Wish {
    /// The wish behind the slots of a conversation; without a consent there is none, silence is never consent (R5).
    pub fn from_answers(need: Option<Consent>, arrangement: Arrangement) -> Option<Self> {
        need.map(|need| match need {
            Consent::Yes => Self::Accepted(arrangement),
            Consent::No => Self::Declined,
            Consent::Undecided => Self::Undecided,
        })
    }
}

/// Takes a guardian's answer to the survey.
///
/// # Errors
/// [`Refusal::Contradicts`] when another guardian has decided otherwise; an undecided guardian contradicts nobody.
pub fn answer(present: &Standing, wish: Wish, statement: Statement) -> Result<Answered, Refusal> {
    match present {
        Standing::Answered(known) if known.wish == wish => Ok(Answered::Unchanged(known.clone())),
        Standing::Answered(known) if known.by != statement.by && known.wish != Wish::Undecided => {
            Err(Refusal::Contradicts(Box::new(known.clone())))
        }
        Standing::Answered(_)
        | Standing::NotAsked
        | Standing::Silent { .. }
        | Standing::Unreachable { .. } => Ok(change(present, wish, statement)),
    }
}

/// Takes a guardian's change, which holds whoever answered before (R5: any time, by one message).
pub fn change(present: &Standing, wish: Wish, statement: Statement) -> Answered {
    match present {
        Standing::Answered(known) if known.wish == wish && known.from <= statement.from => {
            Answered::Unchanged(known.clone())
        }
        Standing::Answered(_)
        | Standing::NotAsked
        | Standing::Silent { .. }
        | Standing::Unreachable { .. } => {
            let registration = Registration::of(wish, statement);
            Answered::New(Change::Answered(registration.clone()), registration)
        }
    }
}

/// Takes a child out of the service.
///
/// # Errors
/// [`Refusal::NotRegistered`] when the child has no place.
pub fn withdraw(present: &Standing, statement: Statement) -> Result<(Change, Registration), Refusal> {
    match present {
        Standing::Answered(Registration { wish: Wish::Accepted(_), .. }) => {
            let registration = Registration::of(Wish::Declined, statement);
            Ok((Change::Withdrawn(registration.clone()), registration))
        }
        Standing::Answered(_)
        | Standing::NotAsked
        | Standing::Silent { .. }
        | Standing::Unreachable { .. } => Err(Refusal::NotRegistered),
    }
}

impl Standing {
    /// The standing after one more line of the ledger. Being asked or unreachable never undoes an answer.
    #[must_use]
    pub fn after(self, change: &Change, at: Moment) -> Self {
        match change {
            Change::JoinedRoll { .. } => Self::NotAsked,
            Change::MovedClass { .. }
            | Change::LeftRoll
            | Change::JoinRequested
            | Change::JoinDecided { .. }
            | Change::LeaveTaken { .. }
            | Change::LeaveTakenBack { .. } => self,
            Change::Answered(registration) | Change::Withdrawn(registration) => {
                Self::Answered(registration.clone().after(self.registration()))
            }
            Change::Asked { .. } => match self {
                Self::Answered(_) => self,
                Self::Silent { attempts, since, is_listed } => {
                    Self::Silent { attempts: attempts + 1, since, is_listed }
                }
                Self::NotAsked | Self::Unreachable { .. } => {
                    Self::Silent { attempts: 1, since: at, is_listed: false }
                }
            },
            Change::Listed => match self {
                Self::Silent { attempts, since, .. } => Self::Silent { attempts, since, is_listed: true },
                Self::Answered(_) | Self::NotAsked | Self::Unreachable { .. } => self,
            },
            Change::Unreachable { why } => match self {
                Self::Answered(_) | Self::Silent { .. } => self,
                Self::NotAsked | Self::Unreachable { .. } => Self::Unreachable { why: *why },
            },
        }
    }

    /// The registration, where there is one.
    pub fn registration(&self) -> Option<&Registration> {
        match self {
            Self::Answered(registration) => Some(registration),
            Self::NotAsked | Self::Silent { .. } | Self::Unreachable { .. } => None,
        }
    }

    /// Whether the family's answer is final, as far as a survey goes.
    pub fn is_answered(&self) -> bool {
        self.registration().is_some()
    }
}

impl Registration {
    fn of(wish: Wish, statement: Statement) -> Self {
        let Statement { by, at, from, receipt } = statement;
        Self { wish, by, at, from, receipt, until_then: None }
    }

    /// What the family wants on a day; `None` on days before anything held.
    pub fn wish_on(&self, day: NaiveDate) -> Option<&Wish> {
        if self.from <= day {
            return Some(&self.wish);
        }
        self.until_then.as_ref().and_then(|before| before.wish_on(day))
    }

    /// This registration after those that stood before: they hold until it begins, and what was to begin later never does.
    fn after(mut self, known: Option<&Self>) -> Self {
        let mut before = known;
        while let Some(other) = before.filter(|other| other.from >= self.from) {
            before = other.until_then.as_deref();
        }
        let said_on = calendar::local(self.at).date();
        self.until_then = before.map(|before| Box::new(before.since(said_on)));
        self
    }

    /// Without what no day from `day` on asks for any more.
    fn since(&self, day: NaiveDate) -> Self {
        let before = self.until_then.as_ref().filter(|_| self.from > day);
        Self { until_then: before.map(|before| Box::new(before.since(day))), ..self.clone() }
    }
}

impl Arrangement {
    /// Whether something is still to be asked.
    pub fn is_complete(&self) -> bool {
        self.days.is_some() && self.pickup_at.is_some() && self.activities.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(by: &str) -> Statement {
        Statement {
            by: by.into(),
            at: Moment::UNIX_EPOCH,
            from: NaiveDate::from_ymd_opt(2026, 9, 2).unwrap(),
            receipt: "K3M9AC".into(),
        }
    }

    fn answered(wish: Wish, by: &str) -> Standing {
        match change(&Standing::NotAsked, wish, statement(by)) {
            Answered::New(_, registration) | Answered::Unchanged(registration) => {
                Standing::Answered(registration)
            }
        }
    }

    #[test]
    fn the_other_guardian_is_not_overwritten_silently() {
        let present = answered(Wish::Declined, "mother");
        let wish = Wish::Accepted(Arrangement::default());
        let refusal = answer(&present, wish.clone(), statement("father")).unwrap_err();
        assert!(matches!(refusal, Refusal::Contradicts(known) if known.by.as_str() == "mother"));
        assert!(matches!(answer(&present, wish, statement("mother")), Ok(Answered::New(..))));
    }

    #[test]
    fn the_same_answer_twice_changes_nothing() {
        let present = answered(Wish::Declined, "mother");
        assert!(matches!(answer(&present, Wish::Declined, statement("father")), Ok(Answered::Unchanged(_))));
    }

    #[test]
    fn an_undecided_guardian_contradicts_nobody() {
        let present = answered(Wish::Undecided, "mother");
        assert!(answer(&present, Wish::Declined, statement("father")).is_ok());
    }

    #[test]
    fn a_change_for_later_days_leaves_the_days_before_as_they_were() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
        let at = |on| day(on).and_hms_opt(2, 0, 0).unwrap().and_utc();
        let say = |present: Standing, wish: &Wish, on, from| {
            let statement = Statement { at: at(on), from: day(from), ..statement("mother") };
            match change(&present, wish.clone(), statement) {
                Answered::New(change, _) => present.after(&change, at(on)),
                Answered::Unchanged(_) => present,
            }
        };
        let wish_on = |standing: &Standing, on| standing.registration().unwrap().wish_on(day(on)).cloned();
        let football = Wish::Accepted(Arrangement::default());
        let chorus = Wish::Accepted(Arrangement { activities: Some(Choices::Any), ..Arrangement::default() });

        let standing = say(Standing::NotAsked, &football, 1, 2);
        assert_eq!(wish_on(&standing, 1), None);
        // Said on the 8th for the 9th: the child is still expected on the 8th.
        let standing = say(standing, &chorus, 8, 9);
        assert_eq!(wish_on(&standing, 8).as_ref(), Some(&football));
        assert_eq!(wish_on(&standing, 9).as_ref(), Some(&chorus));
        // A second change for later days, and a third one for days before it.
        let standing = say(standing, &Wish::Declined, 10, 20);
        assert_eq!(wish_on(&standing, 19).as_ref(), Some(&chorus));
        assert_eq!(wish_on(&standing, 20), Some(Wish::Declined));
        let standing = say(standing, &football, 11, 14);
        assert_eq!(wish_on(&standing, 13).as_ref(), Some(&chorus));
        assert_eq!(wish_on(&standing, 20).as_ref(), Some(&football));
        // The same again for earlier days is news, for later days it is not.
        let earlier = say(standing.clone(), &football, 11, 12);
        assert_eq!(wish_on(&earlier, 12).as_ref(), Some(&football));
        assert_eq!(say(standing.clone(), &football, 11, 16), standing);
        let kept = standing.registration().unwrap().until_then.as_ref().unwrap();
        assert_eq!(kept.until_then, None, "days that have passed are not kept");
    }

    #[test]
    fn only_a_placed_child_can_leave() {
        assert_eq!(
            withdraw(&answered(Wish::Declined, "mother"), statement("mother")),
            Err(Refusal::NotRegistered)
        );
        let placed = answered(Wish::Accepted(Arrangement::default()), "mother");
        let (change, registration) = withdraw(&placed, statement("father")).unwrap();
        assert_eq!(registration.wish, Wish::Declined);
        assert!(matches!(change, Change::Withdrawn(_)));
    }

    #[test]
    fn being_asked_again_never_undoes_an_answer() {
        let present = answered(Wish::Declined, "mother");
        for later in [
            Change::Asked { person: "father".into() },
            Change::Unreachable { why: Unreachable::NoContact },
            Change::Listed,
        ] {
            assert_eq!(present.clone().after(&later, Moment::UNIX_EPOCH), present, "{later:?}");
        }
    }
}
