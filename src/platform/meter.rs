//! A meter (用量): how many calls of a school's month are used, on a platform that counts them.
//!
//! Knows no platform and no store: `usecase::meter` keeps the reading through restarts. Start at [`Meter`].

use serde::{Deserialize, Serialize};

/// What a meter shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Year and month in the school's zone.
    pub month: (i32, u32),
    /// Calls in it.
    pub calls: u64,
}

/// The meter of a platform's account.
pub trait Meter: Send + Sync {
    /// What it shows.
    fn reading(&self) -> Reading;

    /// Goes on from what it showed before a restart.
    fn resume(&self, before: &Reading);
}
