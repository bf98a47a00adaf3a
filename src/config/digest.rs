//! `[digest]`: when the evening digest (日报) goes out.
//!
//! Knows no calendar: which days are school days is the school's. Start at [`Digest`].

use chrono::NaiveTime;

use super::reader::Table;

/// `[digest]`.
#[derive(Debug, Clone, Copy)]
pub struct Digest {
    /// The time of the day, in the school's zone.
    pub at: NaiveTime,
}

pub(super) fn read(table: &mut Table) -> Option<Digest> {
    Some(Digest { at: table.parsed("at", time_of_day)? })
}

/// Parses `HH:MM`.
pub(super) fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    let has_two_digits = text.len() == 5;
    NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|_| has_two_digits)
        .ok_or_else(|| "write hours and minutes, such as \"20:00\"".to_owned())
}

impl Digest {
    pub(super) fn example() -> Self {
        Self { at: NaiveTime::from_hms_opt(20, 0, 0).unwrap_or_default() }
    }
}
