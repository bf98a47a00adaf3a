//! The survey (意愿调查, R3-R4): every student of the roll in exactly one state, and the states add up to the roll.
//!
//! Pure: a [`Roll`] is folded from the ledger up to a position, so the same position always gives the same figures.
//! Start at [`Roll`].

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::enrolment::{Standing, Wish};
use super::ledger::{Change, LedgerLine};
use super::people::{ClassId, StudentId};

/// A survey of one school (一次调查).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// The id.
    pub id: String,
    /// The flow that asks.
    pub flow: String,
    /// When it was opened.
    pub opened_at: crate::clock::Moment,
    /// The last day to answer; later answers are taken as well, they only come late.
    pub deadline_on: chrono::NaiveDate,
    /// When it was closed.
    pub closed_at: Option<crate::clock::Moment>,
    /// Whether every reachable guardian's question is on its way.
    pub is_asked: bool,
    /// The last student who was taken up, while the questions go out; the next portion begins after.
    pub asked_up_to: Option<StudentId>,
}

/// The roll with each student's standing (花名册与状态).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roll {
    /// The students on the roll.
    pub students: BTreeMap<StudentId, Seat>,
    /// The position in the ledger that this was computed at.
    pub position: u64,
}

/// One student of the roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The class.
    pub class: ClassId,
    /// Where the student stands.
    pub standing: Standing,
}

/// How many students are in each state (覆盖情况).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// 参加.
    pub accepted: u32,
    /// 不参加.
    pub declined: u32,
    /// 再考虑.
    pub undecided: u32,
    /// 未回复: asked, delivered, silent.
    pub silent: u32,
    /// 联系不上: nobody reachable.
    pub unreachable: u32,
    /// 未询问: new on the roll, or the question is still on its way.
    pub not_asked: u32,
}

/// Coverage by class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Each class of the roll.
    pub classes: BTreeMap<ClassId, Counts>,
}

impl Roll {
    /// Adds one line of the ledger at its position. Lines come in the order of their positions.
    pub fn add(&mut self, position: u64, line: &LedgerLine) {
        self.position = position;
        match &line.change {
            Change::LeftRoll => {
                self.students.remove(&line.student);
            }
            Change::JoinedRoll { class } => {
                let standing = Standing::NotAsked;
                self.students.insert(line.student.clone(), Seat { class: *class, standing });
            }
            Change::MovedClass { class } => {
                if let Some(seat) = self.students.get_mut(&line.student) {
                    seat.class = *class;
                }
            }
            Change::JoinRequested
            | Change::JoinDecided { .. }
            | Change::LeaveTaken { .. }
            | Change::LeaveTakenBack { .. } => {}
            Change::Asked { .. }
            | Change::Unreachable { .. }
            | Change::Listed
            | Change::Answered(_)
            | Change::Withdrawn(_) => {
                if let Some(seat) = self.students.get_mut(&line.student) {
                    seat.standing = std::mem::take(&mut seat.standing).after(&line.change, line.at);
                }
            }
        }
    }

    /// The figures by class.
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        for seat in self.students.values() {
            coverage.classes.entry(seat.class).or_default().count(&seat.standing);
        }
        coverage
    }
}

impl Coverage {
    /// The figures of the whole school.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.classes.values() {
            total += *counts;
        }
        total
    }
}

impl Counts {
    /// Counts one student.
    pub fn count(&mut self, standing: &Standing) {
        let place = match standing {
            Standing::NotAsked => &mut self.not_asked,
            Standing::Silent { .. } => &mut self.silent,
            Standing::Unreachable { .. } => &mut self.unreachable,
            Standing::Answered(registration) => match registration.wish {
                Wish::Accepted(_) => &mut self.accepted,
                Wish::Declined => &mut self.declined,
                Wish::Undecided => &mut self.undecided,
            },
        };
        *place += 1;
    }

    /// All students: the roll.
    pub fn roll(&self) -> u32 {
        self.answered() + self.silent + self.unreachable + self.not_asked
    }

    /// The figures with their names, in the order in which they are read.
    pub fn named(&self) -> [(u32, &'static str); 6] {
        [
            (self.accepted, "参加"),
            (self.declined, "不参加"),
            (self.undecided, "再考虑"),
            (self.silent, "未回复"),
            (self.unreachable, "联系不上"),
            (self.not_asked, "未询问"),
        ]
    }

    /// Students whose family has answered.
    pub fn answered(&self) -> u32 {
        self.accepted + self.declined + self.undecided
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.declined += other.declined;
        self.undecided += other.undecided;
        self.silent += other.silent;
        self.unreachable += other.unreachable;
        self.not_asked += other.not_asked;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::enrolment::{Arrangement, Registration, Unreachable};
    use super::super::ledger::Actor;
    use super::super::people::Grade;
    use super::*;
    use crate::clock::Moment;

    fn change() -> impl Strategy<Value = Change> {
        let wish = prop_oneof![
            Just(Wish::Accepted(Arrangement::default())),
            Just(Wish::Declined),
            Just(Wish::Undecided)
        ];
        let answered = wish.prop_map(|wish| {
            let from = chrono::NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
            let receipt = "K3M9AC".to_owned();
            Change::Answered(Registration {
                wish,
                by: "p".into(),
                at: Moment::UNIX_EPOCH,
                from,
                receipt,
                until_then: None,
            })
        });
        prop_oneof![
            (1_u8..4)
                .prop_map(|number| Change::JoinedRoll { class: ClassId { grade: Grade::School(1), number } }),
            (1_u8..4)
                .prop_map(|number| Change::MovedClass { class: ClassId { grade: Grade::School(1), number } }),
            Just(Change::LeftRoll),
            Just(Change::Asked { person: "p".into() }),
            Just(Change::Unreachable { why: Unreachable::NoContact }),
            Just(Change::Listed),
            Just(Change::JoinRequested),
            (any::<bool>(), 0..5_000_i64).prop_map(|(is_arranged, school_minutes)| Change::JoinDecided {
                is_arranged,
                school_minutes
            }),
            Just(Change::LeaveTaken { spans: Vec::new() }),
            answered,
        ]
    }

    proptest! {
        #[test]
        fn the_states_add_up_to_the_roll(lines in prop::collection::vec((0..5_u8, change()), 0..60)) {
            let mut roll = Roll::default();
            for (position, (student, change)) in (1..).zip(lines) {
                let student = StudentId(student.to_string());
                let line = LedgerLine { at: Moment::UNIX_EPOCH, student, actor: Actor::System, source: None, change };
                roll.add(position, &line);
                prop_assert_eq!(roll.position, position);
            }
            prop_assert_eq!(usize::try_from(roll.coverage().total().roll()).unwrap(), roll.students.len());
        }
    }
}
