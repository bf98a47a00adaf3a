//! Health notes (健康与特殊需要): what whoever looks after a child has to know, and nobody else.
//!
//! Pure. One document per student; every reading of it is logged by whoever calls [`is_visible`]. Knows no conversation.
//! Start at [`HealthNotes`]. Source: R23; PIPL 28-31.

use serde::{Deserialize, Serialize};

use super::custody::{RoomDay, SeatState};
use super::people::{PersonId, PrivateText, Role, Student};
use crate::clock::Moment;

/// The notes on one child.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthNotes {
    notes: Vec<HealthNote>,
}

/// One note (备注).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthNote {
    /// A short id, fresh within the document.
    pub id: String,
    /// What the guardian wrote.
    pub text: PrivateText,
    /// Which guardian.
    pub by: PersonId,
    /// When.
    pub at: Moment,
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Only the child's guardians write and remove notes.
    NotYourChild,
    /// There are no words.
    NothingSaid,
    /// The note is too long to be read at a glance.
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// There are too many notes; one must go first.
    Full,
    /// The id is in use; draw another.
    Taken,
    /// There is no such note.
    NotFound,
}

/// The longest note in characters.
pub const NOTE_CHARS_MAX: usize = 200;
/// Notes on one child.
pub const NOTES_MAX: usize = 10;

impl HealthNotes {
    /// The notes, oldest first.
    pub fn notes(&self) -> &[HealthNote] {
        &self.notes
    }

    /// Adds a guardian's note; the same words again change nothing.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn add(&self, student: &Student, note: HealthNote) -> Result<Self, Refusal> {
        is_guardian(student, &note.by)?;
        let chars = note.text.0.chars().count();
        if note.text.0.trim().is_empty() {
            return Err(Refusal::NothingSaid);
        }
        if chars > NOTE_CHARS_MAX {
            return Err(Refusal::TooLong { chars });
        }
        if self.notes.iter().any(|known| known.text == note.text) {
            return Ok(self.clone());
        }
        if self.notes.iter().any(|known| known.id == note.id) {
            return Err(Refusal::Taken);
        }
        if self.notes.len() >= NOTES_MAX {
            return Err(Refusal::Full);
        }
        let mut notes = self.clone();
        notes.notes.push(note);
        Ok(notes)
    }

    /// Removes a note, whichever guardian wrote it.
    ///
    /// # Errors
    /// [`Refusal::NotYourChild`], [`Refusal::NotFound`].
    pub fn remove(&self, student: &Student, id: &str, by: &PersonId) -> Result<Self, Refusal> {
        is_guardian(student, by)?;
        let mut notes = self.clone();
        notes.notes.retain(|note| note.id != id);
        if notes.notes.len() == self.notes.len() { Err(Refusal::NotFound) } else { Ok(notes) }
    }
}

/// Whether somebody may read the notes on a child now.
///
/// - `room`: the child's room day of today, where there is one.
///
/// The child's guardians and homeroom teacher always; the teacher of the room and the duty teacher of the extended care
/// while the child is there. No volunteer, and nobody by office.
pub fn is_visible(person: &PersonId, roles: &[Role], student: &Student, room: Option<&RoomDay>) -> bool {
    if is_guardian(student, person).is_ok() || roles.contains(&Role::HomeroomTeacher(student.class)) {
        return true;
    }
    let Some(room) = room.filter(|room| room.closed.is_none() && !room.helpers.contains(person)) else {
        return false;
    };
    let Some(seat) = room.seat(&student.id) else { return false };
    match &seat.state {
        SeatState::InRoom(here) => {
            let is_duty = here.taken_over_by.as_ref().is_some_and(|done| done.by == *person);
            is_duty || room.teacher == *person
        }
        SeatState::Expected | SeatState::Missing { .. } => room.teacher == *person,
        SeatState::OnLeave
        | SeatState::Absent { .. }
        | SeatState::HandedOver { .. }
        | SeatState::LeftAlone { .. } => false,
    }
}

fn is_guardian(student: &Student, person: &PersonId) -> Result<(), Refusal> {
    let is_guardian = student.guardians.iter().any(|guardianship| guardianship.person == *person);
    if is_guardian { Ok(()) } else { Err(Refusal::NotYourChild) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::authorised_person::Verdict;
    use super::super::custody::{self, Expected, Opening, RollCall};
    use super::super::people::{ClassId, Grade, Guardianship, PersonName, Relation, StudentId};
    use super::*;

    const CLASS: ClassId = ClassId { grade: Grade::School(1), number: 1 };

    fn student() -> Student {
        let mother = Guardianship { person: "mother".into(), relation: Relation("妈妈".into()) };
        Student {
            id: StudentId("20260101".into()),
            name: PersonName("李小禾".into()),
            class: CLASS,
            gender: None,
            guardians: vec![mother],
            is_on_roll: true,
        }
    }

    fn note(id: &str, text: &str, by: &str) -> HealthNote {
        let text = PrivateText(text.into());
        HealthNote { id: id.into(), text, by: by.into(), at: Moment::UNIX_EPOCH }
    }

    #[test]
    fn only_guardians_write_and_remove_notes() {
        let notes = HealthNotes::default().add(&student(), note("a", "花生过敏", "mother")).unwrap();
        assert!(!format!("{notes:?}").contains("花生"));
        assert_eq!(notes.add(&student(), note("b", "花生过敏", "mother")), Ok(notes.clone()));
        for (wrong, refusal) in [
            (note("b", "多喝水", "teacher"), Refusal::NotYourChild),
            (note("b", " ", "mother"), Refusal::NothingSaid),
            (note("a", "多喝水", "mother"), Refusal::Taken),
            (note("b", &"水".repeat(201), "mother"), Refusal::TooLong { chars: 201 }),
        ] {
            assert_eq!(notes.add(&student(), wrong), Err(refusal));
        }
        assert_eq!(notes.remove(&student(), "a", &"teacher".into()), Err(Refusal::NotYourChild));
        assert_eq!(notes.remove(&student(), "b", &"mother".into()), Err(Refusal::NotFound));
        assert_eq!(notes.remove(&student(), "a", &"mother".into()).unwrap().notes(), []);
    }

    #[test]
    fn who_looks_after_the_child_reads_the_notes_and_nobody_else() {
        let expected = Expected::at(chrono::NaiveTime::MIN);
        let opening = Opening {
            room: "一年级1班".into(),
            day: chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            teacher: "wang".into(),
            helpers: ["volunteer".into()].into(),
            classes: vec![CLASS],
            children: vec![(student().id, expected)],
            on_leave: BTreeSet::new(),
        };
        let now = Moment::UNIX_EPOCH;
        let (room, _) = custody::open(opening, now);
        let call = custody::roll_call(&room, &RollCall::default(), &"wang".into(), now).unwrap();
        let here = call.iter().fold(room, RoomDay::after);
        let verdict = Verdict::Guardian("mother".into());
        let events = custody::hand_over(&here, &student().id, &verdict, &"wang".into(), now).unwrap();
        let gone = events.iter().fold(here.clone(), RoomDay::after);
        let other = ClassId { number: 2, ..CLASS };
        for (person, role, while_here, afterwards) in [
            ("mother", Role::Guardian, true, true),
            ("stranger", Role::Guardian, false, false),
            ("li", Role::HomeroomTeacher(CLASS), true, true),
            ("zhao", Role::HomeroomTeacher(other), false, false),
            ("wang", Role::DutyTeacher, true, false),
            ("volunteer", Role::DutyTeacher, false, false),
            ("admin", Role::SchoolAdmin, false, false),
            ("head", Role::Head, false, false),
            ("inspector", Role::Inspector, false, false),
        ] {
            let sees = |room: &RoomDay| {
                is_visible(&person.into(), std::slice::from_ref(&role), &student(), Some(room))
            };
            assert_eq!((sees(&here), sees(&gone)), (while_here, afterwards), "{person}");
        }
        assert!(!is_visible(&"wang".into(), &[Role::DutyTeacher], &student(), None));
    }
}
