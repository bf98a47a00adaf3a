//! Staggered dismissal (错峰离校): which child leaves by which gate in which minute.
//!
//! Pure. Knows no custody and no message. What was published stays as it is wherever it can: a change of one child moves
//! nobody else while there is room. Start at [`dismiss`]; [`differences`] says whom to tell. Source: R8.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use super::people::{ClassId, StudentId};
use super::plan::Gate;

/// A child who leaves today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    /// The child.
    pub student: StudentId,
    /// The class.
    pub class: ClassId,
    /// When somebody comes; the child does not leave earlier.
    pub pickup_at: NaiveTime,
}

/// One child's gate and minute (离校安排).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DismissalSlot {
    /// The child.
    pub student: StudentId,
    /// The gate's name.
    pub gate: String,
    /// The minute.
    pub at: NaiveTime,
    /// The pickup time that it was made for.
    pub asked: NaiveTime,
}

/// What changed for one child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The child.
    pub student: StudentId,
    /// The slot until now; `None` for a child who is new today.
    pub before: Option<DismissalSlot>,
    /// The slot from now on; `None` for a child who does not leave today any more.
    pub after: Option<DismissalSlot>,
}

/// Why there is no dismissal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DismissalError {
    /// The plan names no gate.
    NoGate,
    /// A child is named twice.
    Twice(StudentId),
    /// They do not fit before closing.
    TooFewMinutes {
        /// How many are left over, however they are spread.
        left_over: usize,
    },
}

/// Spreads children over gates and minutes so that no gate is over its capacity.
///
/// - `leavers`: one entry per child, any order.
/// - `closing`: the first minute in which nobody leaves any more.
/// - `published`: the slots that families know; empty for the first time of a day.
///
/// Returns the slots in the order of time; each child appears once and never earlier than asked. Children of a class who
/// are collected at the same time leave by the same gate, one after the other, where there is room. The same input gives
/// the same slots.
///
/// # Errors
/// [`DismissalError`].
///
/// Source: the school's plan, §错峰离校.
pub fn dismiss(
    leavers: &[Leaver],
    gates: &[Gate],
    closing: NaiveTime,
    published: &[DismissalSlot],
) -> Result<Vec<DismissalSlot>, DismissalError> {
    if gates.is_empty() {
        return Err(DismissalError::NoGate);
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = leavers.iter().find(|leaver| !seen.insert(&leaver.student)) {
        return Err(DismissalError::Twice(twice.student.clone()));
    }
    let mut leavers: Vec<&Leaver> = leavers.iter().collect();
    leavers.sort_by_key(|leaver| (leaver.pickup_at, leaver.class, &leaver.student));
    let first = Board::new(gates, closing);
    let kept = first.clone().keep(&leavers, published).by_class(&leavers);
    let board = kept.or_else(|| first.clone().by_class(&leavers));
    match board {
        Some(board) => Ok(board.slots()),
        None => first.earliest(&leavers),
    }
}

/// Only whom a change affects, by student.
pub fn differences(old: &[DismissalSlot], new: &[DismissalSlot]) -> Vec<Difference> {
    let by_student = |slots: &[DismissalSlot]| -> BTreeMap<StudentId, DismissalSlot> {
        slots.iter().map(|slot| (slot.student.clone(), slot.clone())).collect()
    };
    let (old, new) = (by_student(old), by_student(new));
    let students: BTreeSet<&StudentId> = old.keys().chain(new.keys()).collect();
    let place = |slot: Option<&DismissalSlot>| slot.map(|slot| (slot.gate.clone(), slot.at));
    let changed = students.into_iter().filter(|student| place(old.get(student)) != place(new.get(student)));
    let difference = |student: &StudentId| Difference {
        student: student.clone(),
        before: old.get(student).cloned(),
        after: new.get(student).cloned(),
    };
    changed.map(difference).collect()
}

/// Slots while they are given out.
#[derive(Clone)]
struct Board<'a> {
    gates: &'a [Gate],
    closing: NaiveTime,
    /// Children by minute and gate; a gate is its position in `gates`.
    taken: BTreeMap<(NaiveTime, usize), Vec<&'a Leaver>>,
    placed: BTreeSet<&'a StudentId>,
}

impl<'a> Board<'a> {
    fn new(gates: &'a [Gate], closing: NaiveTime) -> Self {
        Self { gates, closing, taken: BTreeMap::new(), placed: BTreeSet::new() }
    }

    /// Keeps what was published for the same pickup time.
    fn keep(mut self, leavers: &[&'a Leaver], published: &[DismissalSlot]) -> Self {
        let known: BTreeMap<&StudentId, &DismissalSlot> =
            published.iter().map(|slot| (&slot.student, slot)).collect();
        for leaver in leavers {
            let Some(slot) = known.get(&leaver.student) else { continue };
            let Some(gate) = self.gates.iter().position(|gate| gate.name == slot.gate) else { continue };
            let is_valid =
                slot.asked == leaver.pickup_at && slot.at >= leaver.pickup_at && slot.at < self.closing;
            if is_valid && self.free(slot.at, gate) > 0 {
                self.put(leaver, slot.at, gate);
            }
        }
        self
    }

    /// Places whoever has no slot yet, a class at one gate where it fits; `None` when somebody is left over.
    fn by_class(mut self, leavers: &[&'a Leaver]) -> Option<Self> {
        let waiting: Vec<&Leaver> =
            leavers.iter().copied().filter(|leaver| !self.placed.contains(&leaver.student)).collect();
        for group in waiting.chunk_by(|one, next| (one.pickup_at, one.class) == (next.pickup_at, next.class))
        {
            let pickup_at = group.first()?.pickup_at;
            let ends = (0..self.gates.len()).filter_map(|gate| {
                let places = self.places(pickup_at, gate, group.len());
                Some((*places.get(group.len().checked_sub(1)?)?, gate))
            });
            if let Some((_, gate)) = ends.min() {
                let places = self.places(pickup_at, gate, group.len());
                for (leaver, at) in group.iter().zip(places) {
                    self.put(leaver, at, gate);
                }
                continue;
            }
            for leaver in group {
                let (at, gate) = self.first_free(leaver.pickup_at)?;
                self.put(leaver, at, gate);
            }
        }
        Some(self)
    }

    /// Places everybody in the first free minute of any gate: if anything fits, this does.
    fn earliest(mut self, leavers: &[&'a Leaver]) -> Result<Vec<DismissalSlot>, DismissalError> {
        let mut left_over = 0;
        for leaver in leavers {
            match self.first_free(leaver.pickup_at) {
                Some((at, gate)) => self.put(leaver, at, gate),
                None => left_over += 1,
            }
        }
        if left_over > 0 { Err(DismissalError::TooFewMinutes { left_over }) } else { Ok(self.slots()) }
    }

    fn first_free(&self, from: NaiveTime) -> Option<(NaiveTime, usize)> {
        let mut minutes = minutes(from, self.closing);
        minutes
            .find_map(|at| (0..self.gates.len()).find(|gate| self.free(at, *gate) > 0).map(|gate| (at, gate)))
    }

    /// The first `count` free places of a gate from `from` on, a minute for each place.
    fn places(&self, from: NaiveTime, gate: usize, count: usize) -> Vec<NaiveTime> {
        let free = minutes(from, self.closing).flat_map(|at| std::iter::repeat_n(at, self.free(at, gate)));
        free.take(count).collect()
    }

    fn free(&self, at: NaiveTime, gate: usize) -> usize {
        let capacity = self.gates.get(gate).map_or(0, |gate| gate.students_per_minute);
        let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
        capacity.saturating_sub(self.taken.get(&(at, gate)).map_or(0, Vec::len))
    }

    fn put(&mut self, leaver: &'a Leaver, at: NaiveTime, gate: usize) {
        self.taken.entry((at, gate)).or_default().push(leaver);
        self.placed.insert(&leaver.student);
    }

    fn slots(self) -> Vec<DismissalSlot> {
        let gates = self.gates;
        let slots = self.taken.into_iter().flat_map(|((at, gate), mut leavers)| {
            leavers.sort_by_key(|leaver| (leaver.class, &leaver.student));
            let name = gates.get(gate).map(|gate| gate.name.clone()).unwrap_or_default();
            leavers.into_iter().map(move |leaver| DismissalSlot {
                student: leaver.student.clone(),
                gate: name.clone(),
                at,
                asked: leaver.pickup_at,
            })
        });
        slots.collect()
    }
}

/// The full minutes from `from` to before `until`.
fn minutes(from: NaiveTime, until: NaiveTime) -> impl Iterator<Item = NaiveTime> {
    let of_day = |time: NaiveTime| time.num_seconds_from_midnight().div_ceil(60);
    let minute = |minute: u32| NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0);
    (of_day(from)..of_day(until)).filter_map(minute)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::people::Grade;
    use super::*;

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn leaver(no: usize, class: u8, pickup_at: &str) -> Leaver {
        let class = ClassId { grade: Grade::School(1), number: class };
        Leaver { student: StudentId(format!("{no:05}")), class, pickup_at: time(pickup_at) }
    }

    fn gates(capacities: &[u32]) -> Vec<Gate> {
        let gate = |(no, students_per_minute): (usize, &u32)| Gate {
            name: format!("{no}号门"),
            students_per_minute: *students_per_minute,
        };
        capacities.iter().enumerate().map(gate).collect()
    }

    #[test]
    fn a_class_leaves_by_one_gate() {
        let leavers: Vec<Leaver> = (0..6).map(|no| leaver(no, if no < 3 { 1 } else { 2 }, "16:20")).collect();
        let slots = dismiss(&leavers, &gates(&[2, 2]), time("18:30"), &[]).unwrap();
        let gate = |no: usize| &slots.iter().find(|slot| slot.student.0 == format!("{no:05}")).unwrap().gate;
        for (class, no) in [(0, 1), (0, 2), (3, 4), (3, 5)] {
            assert_eq!(gate(class), gate(no), "{no}");
        }
        assert_ne!(gate(0), gate(3));
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let leavers: Vec<Leaver> = (0..10).map(|no| leaver(no, 1, "17:58")).collect();
        let told = dismiss(&leavers, &gates(&[2, 1]), time("18:00"), &[]);
        assert_eq!(told, Err(DismissalError::TooFewMinutes { left_over: 4 }));
        assert_eq!(dismiss(&leavers, &[], time("18:00"), &[]), Err(DismissalError::NoGate));
        let twice = [leaver(1, 1, "17:00"), leaver(1, 2, "17:10")];
        let told = dismiss(&twice, &gates(&[1]), time("18:00"), &[]);
        assert_eq!(told, Err(DismissalError::Twice(StudentId("00001".into()))));
    }

    #[test]
    fn what_was_published_gives_way_only_when_nothing_else_fits() {
        let early = [leaver(1, 1, "17:00")];
        let late = DismissalSlot {
            student: early[0].student.clone(),
            gate: "0号门".into(),
            at: time("17:02"),
            asked: time("17:00"),
        };
        let closing = time("17:03");
        let kept = dismiss(&early, &gates(&[1]), closing, std::slice::from_ref(&late)).unwrap();
        assert_eq!(kept[0].at, time("17:02"));
        let both = [early[0].clone(), leaver(2, 1, "17:02")];
        let moved = dismiss(&both, &gates(&[1]), closing, &[late]).unwrap();
        assert_eq!(moved.iter().map(|slot| slot.at).collect::<Vec<_>>(), ["17:00", "17:02"].map(time));
    }

    proptest! {
        #[test]
        fn no_gate_is_over_capacity_and_every_child_leaves_once(
            children in prop::collection::vec((1_u8..5, 0_usize..4), 1..120),
            capacities in prop::collection::vec(1_u32..5, 1..4),
            changed in any::<prop::sample::Index>(),
            shuffle in any::<prop::sample::Index>(),
        ) {
            let times = ["16:20", "17:10", "17:40", "18:00"];
            let mut leavers: Vec<Leaver> = (0..)
                .zip(&children)
                .map(|(no, (class, at))| leaver(no, *class, times[*at]))
                .collect();
            let (gates, closing) = (gates(&capacities), time("21:00"));
            let slots = dismiss(&leavers, &gates, closing, &[]).unwrap();
            let turn = shuffle.index(leavers.len());
            leavers.rotate_left(turn);
            prop_assert_eq!(&dismiss(&leavers, &gates, closing, &[]).unwrap(), &slots);
            prop_assert_eq!(&dismiss(&leavers, &gates, closing, &slots).unwrap(), &slots);
            prop_assert!(differences(&slots, &slots).is_empty());
            let one = changed.index(leavers.len());
            leavers[one].pickup_at = time("17:25");
            let student = leavers[one].student.clone();
            let moved = dismiss(&leavers, &gates, closing, &slots).unwrap();
            let affected = differences(&slots, &moved);
            prop_assert!(affected.iter().all(|difference| difference.student == student), "{affected:?}");
            for gate in &gates {
                for slot in &moved {
                    let same = moved.iter().filter(|one| one.gate == gate.name && one.at == slot.at).count();
                    prop_assert!(same <= usize::try_from(gate.students_per_minute).unwrap());
                }
            }
            let students: BTreeSet<&StudentId> = moved.iter().map(|slot| &slot.student).collect();
            prop_assert!(students.len() == leavers.len() && moved.len() == leavers.len());
            for leaver in &leavers {
                let slot = moved.iter().find(|slot| slot.student == leaver.student).unwrap();
                prop_assert!(slot.at >= leaver.pickup_at && slot.at < closing);
            }
        }
    }
}
