//! What staff see first in the console (管理页): who they are, how far they see, and today's figures as far as that.
//!
//! Reads, and changes nothing. Counts only, the same as in the digest: no child's record is shown, so no line of access
//! is written. Knows no HTML. Start at [`overview`].

use chrono::NaiveDate;

use super::{School, Service, UseCaseError, custody, ledger};
use crate::clock::Moment;
use crate::domain::access::Sight;
use crate::domain::custody::RoomDay;
use crate::domain::digest::DayChanges;
use crate::domain::digest::figures::CustodyFigures;
use crate::domain::people::{ClassId, Person, PersonName, Role};
use crate::domain::survey::{Counts, Coverage, Roll};

/// What one member of staff sees.
#[derive(Debug)]
pub struct Overview {
    /// The name.
    pub name: PersonName,
    /// What they are to the school, besides a parent.
    pub roles: Vec<Role>,
    /// How far they see.
    pub sight: Sight,
    /// Whether they change nothing of the school's (R21).
    pub is_read_only: bool,
    /// The day of the figures.
    pub day: NaiveDate,
    /// The survey, by class.
    pub classes: Vec<(ClassId, Counts)>,
    /// The survey of all that they see.
    pub total: Counts,
    /// What changed in it today.
    pub changes: DayChanges,
    /// The position in the ledger that it was computed at.
    pub position: u64,
    /// How the day's care stands; `None` where no room of theirs has opened.
    pub care: Option<CustodyFigures>,
}

/// What a person sees; `None` for somebody whom the console is not for.
///
/// # Errors
/// The store failed.
pub async fn overview(
    service: &Service,
    school: &School,
    person: &Person,
    now: Moment,
) -> Result<Option<Overview>, UseCaseError> {
    let Some(sight) = Sight::of_figures(&person.roles) else { return Ok(None) };
    let day = school.calendar.local_date(now);
    let is_seen = |class: Option<ClassId>| class.is_some_and(|class| sight.covers(class));
    let (roll, changes) = ledger::of_day(service, school, day, u64::MAX, is_seen).await?;
    let mut rooms = custody::rooms_of_day(service, school, day).await?;
    for room in &mut rooms {
        keep_seen(room, person, &sight, &roll);
    }
    rooms.retain(|room| !room.seats.is_empty());
    let classes: Vec<(ClassId, Counts)> =
        roll.coverage().classes.into_iter().filter(|(class, _)| sight.covers(*class)).collect();
    let total = Coverage { classes: classes.iter().copied().collect() }.total();
    let is_staff = person.roles.iter().any(Role::is_staff);
    Ok(Some(Overview {
        name: person.name.clone(),
        roles: person.roles.iter().filter(|role| **role != Role::Guardian).cloned().collect(),
        is_read_only: !is_staff,
        sight,
        day,
        classes,
        total,
        changes,
        position: roll.position,
        care: CustodyFigures::of(&rooms, &school.plan, now),
    }))
}

/// Leaves the children of a room whom a person sees: all where they lead it or see the school, else those of their class.
fn keep_seen(room: &mut RoomDay, person: &Person, sight: &Sight, roll: &Roll) {
    if *sight == Sight::School || room.teacher == person.id {
        return;
    }
    room.seats.retain(|seat| roll.students.get(&seat.student).is_some_and(|it| sight.covers(it.class)));
}
