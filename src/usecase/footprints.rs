//! Footprints (足迹): which steps of the flows conversations have passed, for the coverage of rehearsals.
//!
//! Nobody follows them in production; then nothing is kept. Knows names of steps, never people or words. Start at
//! [`Footprints::follow`].

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The steps passed so far, while somebody follows.
#[derive(Debug, Default)]
pub struct Footprints(OnceLock<Mutex<BTreeSet<String>>>);

impl Footprints {
    /// Begins to keep the steps.
    pub fn follow(&self) {
        let _ = self.0.get_or_init(Mutex::default);
    }

    /// The steps passed since, as `flow/step`, `flow/step/silence/0`, `flow/step/unclear/0`,
    /// `flow/step/approve` or `flow/step/ladder/0`.
    pub fn passed(&self) -> BTreeSet<String> {
        self.0
            .get()
            .map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .unwrap_or_default()
    }

    /// Adds steps.
    pub(super) fn add(&self, passed: Vec<String>) {
        if let Some(kept) = self.0.get() {
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend(passed);
        }
    }
}
