//! A meter (用量): how many calls and pushes of a school's month are used, on a platform that counts them.
//!
//! Knows no platform and no store: `usecase::meter` keeps the reading through restarts. Start at [`Meter`].

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// What a meter shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Year and month in the school's zone.
    pub month: (i32, u32),
    /// Calls in it.
    pub calls: u64,
    /// What the platform pushed to us in it.
    #[serde(default)]
    pub pushes: u64,
}

impl Reading {
    /// Begins anew where another month has begun.
    ///
    /// - `month`: the present year and month in the school's zone.
    pub fn begin(&mut self, month: (i32, u32)) {
        if self.month != month {
            *self = Self { month, ..Self::default() };
        }
    }
}

/// How much of each a month has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Calls.
    pub calls: u64,
    /// Pushes.
    pub pushes: u64,
}

/// The meter of a platform's account.
pub trait Meter: Send + Sync {
    /// What it shows.
    fn reading(&self) -> Reading;

    /// What the school has in a month.
    fn allowance(&self) -> Allowance;

    /// The month that it counts at `now`.
    fn month(&self, now: Moment) -> (i32, u32);

    /// Goes on from what it showed before a restart.
    fn resume(&self, before: &Reading);
}
