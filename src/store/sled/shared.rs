//! What readers and the commit thread share: the trees, and which keys are on their way to the medium.
//!
//! A group is applied under the write lock, so a read sees every batch whole or not at all. Start at
//! [`Shared::read`].

use std::collections::HashSet;
use std::io;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::watch;

use super::trees::Trees;
use crate::store::StoreError;

/// The number of a group, from 1.
pub(super) type Group = u64;

/// How far the medium is.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    durable: Group,
    has_failed: bool,
}

pub(super) struct Shared {
    state: RwLock<State>,
    progress: watch::Sender<Progress>,
}

/// What the lock guards.
pub(super) struct State {
    /// None once the store is closed.
    pub(super) trees: Option<Trees>,
    group: Group,
    /// Keys, kinds and logs that the group on its way touches.
    in_flight: HashSet<Vec<u8>>,
}

impl Shared {
    pub(super) fn new(trees: Trees) -> Self {
        let state = State { trees: Some(trees), group: 0, in_flight: HashSet::new() };
        Self { state: RwLock::new(state), progress: watch::Sender::default() }
    }

    /// Reads, and says which group must be durable before the result may be told.
    pub(super) fn read<T>(
        &self,
        touched: &[Vec<u8>],
        read: impl FnOnce(&Trees) -> Result<T, StoreError>,
    ) -> Result<(T, Option<Group>), StoreError> {
        let state = self.reading()?;
        let found = read(state.trees.as_ref().ok_or(StoreError::Closed)?)?;
        let is_in_flight = touched.iter().any(|key| state.in_flight.contains(key));
        Ok((found, is_in_flight.then_some(state.group)))
    }

    /// Waits until a group is on the medium.
    pub(super) async fn settled(&self, group: Option<Group>) -> Result<(), StoreError> {
        let Some(group) = group else { return Ok(()) };
        let mut progress = self.progress.subscribe();
        let settled = progress.wait_for(|now| now.durable >= group || now.has_failed).await;
        match settled {
            Ok(now) if now.durable >= group => Ok(()),
            _ => Err(gone()),
        }
    }

    /// Applies a group while nobody reads.
    pub(super) fn begin(
        &self,
        touched: HashSet<Vec<u8>>,
        apply: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut state = self.writing();
        state.group += 1;
        state.in_flight = touched;
        apply()
    }

    /// The group that was begun is on the medium.
    pub(super) fn finish(&self) {
        let mut state = self.writing();
        state.in_flight.clear();
        let group = state.group;
        self.progress.send_modify(|now| now.durable = group);
    }

    /// From now on every call fails: the medium has lied, and what is in memory may not be on it.
    pub(super) fn fail(&self) {
        self.progress.send_modify(|now| now.has_failed = true);
    }

    pub(super) fn has_failed(&self) -> bool {
        self.progress.borrow().has_failed
    }

    pub(super) fn close(&self) {
        self.writing().trees = None;
    }

    pub(super) fn reading(&self) -> Result<RwLockReadGuard<'_, State>, StoreError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if self.has_failed() { Err(gone()) } else { Ok(state) }
    }

    /// Why the commit thread does not answer.
    pub(super) fn why_ended(&self) -> StoreError {
        if self.has_failed() { gone() } else { StoreError::Closed }
    }

    fn writing(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer of a store whose medium has failed before.
pub(super) fn gone() -> StoreError {
    StoreError::Medium(io::Error::other("an earlier write failed; restart when the medium is well again"))
}
