//! Complaint (投诉举报): what a family reports, to whom it goes, and the answer it gets.
//!
//! Pure. The school has no way to close, change or delete one: there is no such function, and steps are only added.
//! Knows no conversation. Start at [`Complaint::receive`]. Source: R22; who reads it: R16, R21.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::people::{PersonId, PrivateText, Role};
use crate::clock::Moment;

/// A complaint or a report of wrongdoing (投诉举报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    id: String,
    from: Complainant,
    text: PrivateText,
    at: Moment,
    /// Whether the complainant agreed that the school reads it.
    school_may_read: bool,
    steps: Vec<Step>,
}

/// Who complains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Complainant {
    /// By name (实名).
    Named(PersonId),
    /// Without one (匿名): the record holds no person.
    Anonymous {
        /// An opaque handle by which the answer finds its way; says nothing about anybody.
        reply_to: String,
    },
}

/// A step after the complaint was received (处理过程).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It went to the inspector and the district.
    Routed {
        /// When.
        at: Moment,
        /// To whom.
        to: Vec<PersonId>,
    },
    /// Somebody looks into it.
    InReview {
        /// Who.
        by: PersonId,
        /// When.
        at: Moment,
    },
    /// The complainant got an answer.
    Answered {
        /// From whom.
        by: PersonId,
        /// When.
        at: Moment,
        /// What it says.
        text: PrivateText,
    },
}

/// Where a complaint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Received, on its way.
    Received,
    /// With the inspector and the district.
    Routed,
    /// Somebody looks into it.
    InReview,
    /// Answered.
    Answered,
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There are no words.
    NothingSaid,
    /// There is no inspector and no district officer on the roster to whom it could go.
    NobodyToRouteTo,
    /// Only an inspector or a district officer to whom it went handles it.
    NotYours,
}

/// School days after which a complaint without an answer is overdue.
pub const ANSWER_SCHOOL_DAYS: u32 = 5;

impl Complaint {
    /// Takes a complaint.
    ///
    /// - `id`: fresh; the complainant gets it as receipt.
    ///
    /// # Errors
    /// [`Refusal::NothingSaid`].
    pub fn receive(
        id: String,
        from: Complainant,
        text: PrivateText,
        school_may_read: bool,
        now: Moment,
    ) -> Result<Self, Refusal> {
        if text.0.trim().is_empty() {
            return Err(Refusal::NothingSaid);
        }
        Ok(Self { id, from, text, at: now, school_may_read, steps: Vec::new() })
    }

    /// Sends it to those who supervise the school. To the same people again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NobodyToRouteTo`].
    pub fn route(
        &self,
        inspectors: &[PersonId],
        district: &[PersonId],
        now: Moment,
    ) -> Result<Self, Refusal> {
        let mut to: Vec<PersonId> = inspectors.iter().chain(district).cloned().collect();
        to.sort();
        to.dedup();
        if to.is_empty() {
            return Err(Refusal::NobodyToRouteTo);
        }
        to.retain(|person| !self.went_to(person));
        if to.is_empty() { Ok(self.clone()) } else { Ok(self.with(Step::Routed { at: now, to })) }
    }

    /// Notes that somebody looks into it; the same person again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotYours`].
    pub fn review(&self, by: &PersonId, roles: &[Role], now: Moment) -> Result<Self, Refusal> {
        self.handles(by, roles)?;
        let is_known = self.steps.iter().any(|step| match step {
            Step::InReview { by: known, .. } => known == by,
            Step::Routed { .. } | Step::Answered { .. } => false,
        });
        if is_known {
            return Ok(self.clone());
        }
        Ok(self.with(Step::InReview { by: by.clone(), at: now }))
    }

    /// Answers the complainant. A second answer is another step; the first one stays.
    ///
    /// # Errors
    /// [`Refusal::NotYours`], [`Refusal::NothingSaid`].
    pub fn answer(
        &self,
        by: &PersonId,
        roles: &[Role],
        text: PrivateText,
        now: Moment,
    ) -> Result<Self, Refusal> {
        self.handles(by, roles)?;
        if text.0.trim().is_empty() {
            return Err(Refusal::NothingSaid);
        }
        Ok(self.with(Step::Answered { by: by.clone(), at: now, text }))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who complains.
    pub fn from(&self) -> &Complainant {
        &self.from
    }

    /// What they say.
    pub fn text(&self) -> &PrivateText {
        &self.text
    }

    /// When it was received.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// All steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Where it stands; a step never leads back.
    pub fn state(&self) -> State {
        let states = self.steps.iter().map(|step| match step {
            Step::Routed { .. } => State::Routed,
            Step::InReview { .. } => State::InReview,
            Step::Answered { .. } => State::Answered,
        });
        states.max().unwrap_or(State::Received)
    }

    /// The last day for an answer; `None` when the terms end before.
    pub fn answer_due_on(&self, calendar: &Calendar) -> Option<NaiveDate> {
        calendar.add_school_days(calendar.local_date(self.at), ANSWER_SCHOOL_DAYS)
    }

    /// Whether the answer is overdue; without a school day left in the terms, as many days as that count.
    pub fn is_overdue(&self, now: Moment, calendar: &Calendar) -> bool {
        let received = calendar.local_date(self.at);
        let due = self.answer_due_on(calendar);
        let due = due.or_else(|| received.checked_add_days(chrono::Days::new(ANSWER_SCHOOL_DAYS.into())));
        self.state() != State::Answered && due.is_some_and(|due| calendar.local_date(now) > due)
    }

    /// Whether somebody may read it: those it went to, whoever complained by name, and the head and the school admins
    /// where the complainant agreed.
    pub fn may_read(&self, person: &PersonId, roles: &[Role]) -> bool {
        if matches!(&self.from, Complainant::Named(known) if known == person) {
            return true;
        }
        roles.iter().any(|role| match role {
            Role::Inspector | Role::DistrictOfficer => self.went_to(person),
            Role::SchoolAdmin | Role::Head => self.school_may_read,
            Role::Guardian | Role::HomeroomTeacher(_) | Role::DutyTeacher | Role::Volunteer => false,
        })
    }

    fn handles(&self, by: &PersonId, roles: &[Role]) -> Result<(), Refusal> {
        let is_supervisor = roles.iter().any(Role::is_supervisor);
        if is_supervisor && self.went_to(by) { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn went_to(&self, person: &PersonId) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Routed { to, .. } => to.contains(person),
            Step::InReview { .. } | Step::Answered { .. } => false,
        })
    }

    fn with(&self, step: Step) -> Self {
        let mut complaint = self.clone();
        complaint.steps.push(step);
        complaint
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::calendar::Year;
    use super::super::plan::Plan;
    use super::*;

    fn at(date: &str) -> Moment {
        format!("{date}T02:00:00Z").parse().unwrap()
    }

    fn received(from: Complainant, school_may_read: bool) -> Complaint {
        let text = PrivateText("老师收了50元材料费".into());
        Complaint::receive("T1".into(), from, text, school_may_read, at("2026-11-24")).unwrap()
    }

    fn named() -> Complaint {
        let complaint = received(Complainant::Named("mother".into()), false);
        complaint.route(&["inspector".into()], &["officer".into()], at("2026-11-24")).unwrap()
    }

    #[test]
    fn only_who_supervises_the_school_handles_a_complaint() {
        for (person, role, is_right) in [
            ("inspector", Role::Inspector, true),
            ("officer", Role::DistrictOfficer, true),
            ("stranger", Role::Inspector, false),
            ("inspector", Role::Head, false),
            ("head", Role::Head, false),
            ("admin", Role::SchoolAdmin, false),
        ] {
            let text = PrivateText("已退还".into());
            let answered =
                named().answer(&person.into(), std::slice::from_ref(&role), text, at("2026-11-25"));
            assert_eq!(answered.is_ok(), is_right, "{person} {role:?}");
            assert_eq!(
                named().may_read(&person.into(), std::slice::from_ref(&role)),
                is_right,
                "{person} {role:?}"
            );
        }
    }

    #[test]
    fn the_school_reads_it_only_where_the_complainant_agreed() {
        let agreed = received(Complainant::Named("mother".into()), true);
        assert!(agreed.may_read(&"head".into(), &[Role::Head]));
        assert!(!agreed.may_read(&"duty".into(), &[Role::DutyTeacher]));
        assert!(named().may_read(&"mother".into(), &[Role::Guardian]));
        assert!(!named().may_read(&"father".into(), &[Role::Guardian]));
    }

    #[test]
    fn an_anonymous_complaint_holds_no_person_and_prints_no_word() {
        let anonymous = received(Complainant::Anonymous { reply_to: "r7".into() }, false);
        let stored = serde_json::to_string(&anonymous).unwrap();
        assert!(!stored.contains("mother"), "{stored}");
        assert!(!format!("{anonymous:?}").contains("材料费"));
        assert_eq!(serde_json::from_str::<Complaint>(&stored).unwrap(), anonymous);
    }

    #[test]
    fn an_answer_is_due_within_school_days() {
        let plan = Plan::parse("plan.toml", include_str!("../../config/example-school/plan.toml")).unwrap();
        let calendar = plan.calendar(Year::shipped().unwrap());
        assert_eq!(named().answer_due_on(&calendar), "2026-12-01".parse().ok());
        assert!(!named().is_overdue(at("2026-12-01"), &calendar));
        assert!(named().is_overdue(at("2026-12-02"), &calendar));
        let by = PersonId::from("inspector");
        let answered =
            named().answer(&by, &[Role::Inspector], PrivateText("已退还".into()), at("2026-11-25"));
        let answered = answered.unwrap();
        assert_eq!(answered.state(), State::Answered);
        assert!(!answered.is_overdue(at("2026-12-02"), &calendar));
    }

    #[test]
    fn words_and_somebody_to_go_to_are_needed() {
        let empty = Complaint::receive(
            "T1".into(),
            Complainant::Named("mother".into()),
            PrivateText(" ".into()),
            false,
            at("2026-11-24"),
        );
        assert_eq!(empty, Err(Refusal::NothingSaid));
        let alone = received(Complainant::Named("mother".into()), false);
        assert_eq!(alone.route(&[], &[], at("2026-11-24")), Err(Refusal::NobodyToRouteTo));
    }

    proptest! {
        #[test]
        fn steps_are_only_added_and_twice_is_once(acts in prop::collection::vec((0..3_u8, 0..4_usize), 0..20)) {
            let mut complaint = received(Complainant::Named("mother".into()), true);
            for (act, who) in acts {
                let person = PersonId::from(["inspector", "officer", "head", "teacher"][who]);
                let role = [Role::Inspector, Role::DistrictOfficer, Role::Head, Role::DutyTeacher][who].clone();
                let run = |complaint: &Complaint| match act {
                    0 => complaint.route(&["inspector".into()], &["officer".into()], at("2026-11-24")),
                    1 => complaint.review(&person, std::slice::from_ref(&role), at("2026-11-25")),
                    _ => complaint.answer(&person, std::slice::from_ref(&role), PrivateText("好".into()), at("2026-11-26")),
                };
                let Ok(next) = run(&complaint) else { continue };
                prop_assert!(next.steps().starts_with(complaint.steps()) && next.state() >= complaint.state());
                prop_assert!(next.text() == complaint.text() && next.from() == complaint.from());
                prop_assert!(act == 0 || who < 2);
                if act < 2 {
                    prop_assert_eq!(&run(&next).unwrap(), &next);
                }
                complaint = next;
            }
        }
    }
}
