//! Reaching a person (触达): by which contact point, and when a rung of the ladder for silence is due.
//!
//! Pure: the school's channels and calendar, the person's contact points. Start at [`best_contact_point`].

use super::School;
use crate::clock::Moment;
use crate::domain::people::{ContactPoint, Person};
use crate::flow::definition::{After, Unit};

/// The best way to write to a person first through the channels of this school, with the longest text that goes through it.
///
/// A contact point that was found unreachable is tried again when there is no other: switches in the platform's console
/// are mended without anybody telling us. Not so where words only go out: whoever does not follow there hears nothing,
/// and the platform may take it as delivered; that they follow again we are told.
pub fn best_contact_point(school: &School, person: &Person) -> Option<(ContactPoint, usize)> {
    let best = |is_wanted: fn(&ContactPoint) -> bool| {
        let mut ways = school.channels.iter().filter(|carried| carried.channel.can_begin());
        ways.find_map(|carried| {
            let mut points = person.contact_points.iter();
            let point = points.find(|point| point.channel == carried.channel && is_wanted(point))?;
            Some((point.clone(), carried.limits.text_bytes_max))
        })
    };
    best(|point| point.is_reachable).or_else(|| best(|point| !point.channel.is_one_way()))
}

/// Whether a person can be reached through the channels of this school, as far as we know.
pub fn is_reachable(school: &School, person: &Person) -> bool {
    best_contact_point(school, person).is_some_and(|(point, _)| point.is_reachable)
}

/// When a rung is due; never before `now`. `None` when the term ends before.
pub fn due_at(school: &School, base_at: Moment, after: After, now: Moment) -> Option<Moment> {
    let amount = i64::from(after.amount);
    let due = match after.unit {
        Unit::Minutes => base_at + chrono::Duration::minutes(amount),
        Unit::Hours => base_at + chrono::Duration::hours(amount),
        Unit::Schoolhours => school.calendar.add_school_hours(base_at, chrono::Duration::hours(amount))?,
        Unit::Schooldays => school.calendar.at_school_time(base_at, after.amount, after.at)?,
    };
    Some(due.max(now))
}
