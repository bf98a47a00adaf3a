//! Join request (中途申请): a need in mid-term, from the family's wish to a place, or to a need that stays on record.
//!
//! Pure. A need is arranged, not admitted: a teacher's no goes up to the school admin and never ends there. Each step
//! keeps the school time since the request as evidence. Knows no conversation. Start at [`submit`]. Source: R4, R14.

use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::enrolment::Arrangement;
use super::people::{ClassId, PersonId, Role, StudentId};
use crate::clock::Moment;
use crate::understand::Choices;

/// A family's request to join in mid-term (中途申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The receipt code (回执码), by which it is named.
    pub receipt: String,
    /// For whom.
    pub student: StudentId,
    /// The child's class, whose homeroom teacher decides.
    pub class: ClassId,
    /// What the family wants.
    pub wish: Arrangement,
    /// From which day.
    pub from: NaiveDate,
    /// The guardian who asked.
    pub by: PersonId,
    /// When the request was first made, from which its time runs.
    pub at: Moment,
    /// Where it stands.
    pub state: State,
    /// All steps after the first, in order; append-only.
    pub steps: Vec<Step>,
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The homeroom teacher is to decide (待安排).
    Submitted {
        /// Since when.
        at: Moment,
    },
    /// The family is to say more (待补充).
    AskedBack {
        /// Who asks.
        by: PersonId,
        /// What.
        question: String,
        /// When.
        at: Moment,
    },
    /// The child has a place (已安排).
    Arranged {
        /// Who arranged it.
        by: PersonId,
        /// When.
        at: Moment,
        /// Where and from when.
        place: Place,
    },
    /// The homeroom teacher said no; the school admin is to decide (待学校处理).
    Refused {
        /// Who refused.
        by: PersonId,
        /// When.
        at: Moment,
        /// Why.
        reason: String,
    },
    /// The school said no as well: the need stays open on the record (未满足的需求), and can still be arranged.
    Unmet {
        /// The school admin or head who answered.
        by: PersonId,
        /// When.
        at: Moment,
        /// Why.
        reason: String,
    },
    /// The family took it back (已撤回).
    TakenBack {
        /// Which guardian.
        by: PersonId,
        /// When.
        at: Moment,
    },
}

/// Where a child is placed, and from when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The room, where it was said.
    pub room: Option<String>,
    /// The activities.
    pub activities: Choices,
    /// The first day.
    pub from: NaiveDate,
}

/// One step of a request, with the time that had passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What the request became.
    pub state: State,
    /// School minutes since the request was made, as the calendar stood then.
    pub school_minutes: i64,
}

/// Who decides, and by what right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decider<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// What they are to the school.
    pub roles: &'a [Role],
}

/// Now, and the calendar in which its school time runs.
#[derive(Debug, Clone, Copy)]
pub struct When<'a> {
    /// The present moment.
    pub now: Moment,
    /// The school's calendar.
    pub calendar: &'a Calendar,
}

/// What a request ended as, for whoever comes second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A place.
    Arranged,
    /// A no, which the school admin has before them now.
    Refused,
    /// A no of the school, with the need on record.
    Unmet,
    /// Taken back by the family.
    TakenBack,
}

/// The school's rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Somebody was faster.
    AlreadyDecided {
        /// Who.
        by: PersonId,
        /// When.
        at: Moment,
        /// What.
        outcome: Outcome,
    },
    /// Another class, or no right to decide.
    NotYours {
        /// The class whose homeroom teacher decides.
        class: ClassId,
    },
    /// A no needs a reason (R4), a question needs words.
    NothingSaid,
    /// The first day has passed.
    PastDay {
        /// That day.
        day: NaiveDate,
    },
    /// Nobody asked the family anything.
    NotAsked,
}

/// School hours after which the school admin is told of a request that nobody decided.
pub const DECISION_SCHOOL_HOURS: i64 = 8;

/// The right by which somebody decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    /// Homeroom teacher of the child's class.
    Homeroom,
    /// School admin or head.
    School,
}

/// Takes a family's request.
///
/// # Errors
/// [`Refusal::PastDay`].
pub fn submit(request: JoinRequest, today: NaiveDate) -> Result<JoinRequest, Refusal> {
    if request.from < today {
        return Err(Refusal::PastDay { day: request.from });
    }
    let state = State::Submitted { at: request.at };
    Ok(JoinRequest { state, steps: Vec::new(), ..request })
}

/// Asks the family something before deciding.
///
/// # Errors
/// [`Refusal::NothingSaid`], [`Refusal::AlreadyDecided`], [`Refusal::NotYours`].
pub fn ask_back(
    request: &JoinRequest,
    decider: Decider<'_>,
    question: &str,
    when: When<'_>,
) -> Result<JoinRequest, Refusal> {
    request.right(decider)?;
    let question = said(question)?;
    Ok(request.to(State::AskedBack { by: decider.person.clone(), question, at: when.now }, when))
}

/// Takes the family's answer: the request as it is now goes to the teacher again.
///
/// # Errors
/// [`Refusal::NotAsked`]; [`Refusal::AlreadyDecided`] when somebody decided meanwhile.
pub fn reply(
    request: &JoinRequest,
    wish: Arrangement,
    from: NaiveDate,
    when: When<'_>,
) -> Result<JoinRequest, Refusal> {
    match &request.state {
        State::AskedBack { .. } => {
            let request = JoinRequest { wish, from, ..request.clone() };
            Ok(request.to(State::Submitted { at: when.now }, when))
        }
        State::Submitted { .. } => Err(Refusal::NotAsked),
        State::Arranged { .. } | State::Refused { .. } | State::Unmet { .. } | State::TakenBack { .. } => {
            Err(request.decided())
        }
    }
}

/// Gives the child a place.
///
/// # Errors
/// [`Refusal::AlreadyDecided`], [`Refusal::NotYours`], [`Refusal::PastDay`].
pub fn arrange(
    request: &JoinRequest,
    decider: Decider<'_>,
    place: Place,
    when: When<'_>,
) -> Result<JoinRequest, Refusal> {
    request.right(decider)?;
    if place.from < when.calendar.local_date(when.now) {
        return Err(Refusal::PastDay { day: place.from });
    }
    Ok(request.to(State::Arranged { by: decider.person.clone(), at: when.now, place }, when))
}

/// Says no. A homeroom teacher's goes up to the school admin; the school's own leaves an unmet need on the record.
///
/// # Errors
/// [`Refusal::NothingSaid`] without a reason, [`Refusal::AlreadyDecided`], [`Refusal::NotYours`].
pub fn refuse(
    request: &JoinRequest,
    decider: Decider<'_>,
    reason: &str,
    when: When<'_>,
) -> Result<JoinRequest, Refusal> {
    let right = request.right(decider)?;
    if let State::Unmet { .. } = request.state {
        return Err(request.decided());
    }
    let (by, at, reason) = (decider.person.clone(), when.now, said(reason)?);
    let state = match right {
        Right::Homeroom => State::Refused { by, at, reason },
        Right::School => State::Unmet { by, at, reason },
    };
    Ok(request.to(state, when))
}

/// Takes a request back that has no place yet (R5).
///
/// # Errors
/// [`Refusal::AlreadyDecided`] when the child has a place, which is left by withdrawing, or when it was taken back.
pub fn take_back(request: &JoinRequest, by: &PersonId, when: When<'_>) -> Result<JoinRequest, Refusal> {
    if !request.is_open() {
        return Err(request.decided());
    }
    Ok(request.to(State::TakenBack { by: by.clone(), at: when.now }, when))
}

impl JoinRequest {
    /// Whether the need is not met yet: also after a no, which ends nothing.
    pub fn is_open(&self) -> bool {
        match &self.state {
            State::Submitted { .. }
            | State::AskedBack { .. }
            | State::Refused { .. }
            | State::Unmet { .. } => true,
            State::Arranged { .. } | State::TakenBack { .. } => false,
        }
    }

    /// Whether the school admin is to act: after a teacher's no, or when nobody decided in [`DECISION_SCHOOL_HOURS`].
    pub fn is_for_school(&self, when: When<'_>) -> bool {
        match &self.state {
            State::Submitted { at } => {
                let waited = when.calendar.school_time_between(*at, when.now);
                waited >= Duration::hours(DECISION_SCHOOL_HOURS)
            }
            State::Refused { .. } => true,
            State::AskedBack { .. }
            | State::Arranged { .. }
            | State::Unmet { .. }
            | State::TakenBack { .. } => false,
        }
    }

    /// The school time that the request took, or has taken so far.
    pub fn school_minutes(&self, when: When<'_>) -> i64 {
        let last = self.steps.last().filter(|_| !self.is_open());
        last.map_or_else(
            || when.calendar.school_time_between(self.at, when.now).num_minutes(),
            |step| step.school_minutes,
        )
    }

    /// The right by which somebody may decide the request as it stands.
    fn right(&self, decider: Decider<'_>) -> Result<Right, Refusal> {
        let has = |wanted: &Role| decider.roles.contains(wanted);
        let is_school = has(&Role::SchoolAdmin) || has(&Role::Head);
        if !is_school && !has(&Role::HomeroomTeacher(self.class)) {
            return Err(Refusal::NotYours { class: self.class });
        }
        match &self.state {
            State::Submitted { .. } | State::AskedBack { .. } => {
                Ok(if is_school { Right::School } else { Right::Homeroom })
            }
            State::Refused { .. } | State::Unmet { .. } if is_school => Ok(Right::School),
            State::Refused { .. }
            | State::Unmet { .. }
            | State::Arranged { .. }
            | State::TakenBack { .. } => Err(self.decided()),
        }
    }

    fn decided(&self) -> Refusal {
        let (by, at, outcome) = match &self.state {
            State::Arranged { by, at, .. } => (by, at, Outcome::Arranged),
            State::Refused { by, at, .. } => (by, at, Outcome::Refused),
            State::Unmet { by, at, .. } => (by, at, Outcome::Unmet),
            State::TakenBack { by, at } => (by, at, Outcome::TakenBack),
            State::Submitted { .. } | State::AskedBack { .. } => return Refusal::NotAsked,
        };
        Refusal::AlreadyDecided { by: by.clone(), at: *at, outcome }
    }

    fn to(&self, state: State, when: When<'_>) -> Self {
        let school_minutes = when.calendar.school_time_between(self.at, when.now).num_minutes();
        let mut request = self.clone();
        request.steps.push(Step { state: state.clone(), school_minutes });
        request.state = state;
        request
    }
}

fn said(words: &str) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() { Err(Refusal::NothingSaid) } else { Ok(words.to_owned()) }
}

#[cfg(test)]
mod tests;
