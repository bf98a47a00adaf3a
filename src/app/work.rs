//! The work of a running kehou (运行): what the clock makes due, the outbox, the mailboxes, the streams, the directories.
//!
//! Knows no platform and no store. Start at [`App::run`]; tests and scripts use [`App::settle`].

use tokio_util::sync::CancellationToken;

use super::{App, FetchError};
use crate::usecase::tick::{TickReport, tick};
use crate::usecase::{UseCaseError, directory, meter};

/// How long the loop waits for work when nobody wakes it.
const LOOK_EVERY: chrono::Duration = chrono::Duration::seconds(1);
/// How often it looks whether a school's directory is to be read.
const LOOK_FOR_DIRECTORIES_EVERY: chrono::Duration = chrono::Duration::seconds(10);

impl App {
    /// Does what the clock makes due.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tick(&self) -> Result<TickReport, UseCaseError> {
        tick(&self.service, self.digest_at, self.seams.clock.now()).await
    }

    /// Reads the schools' directories that are due; returns how many readings came to an end.
    ///
    /// # Errors
    /// The store failed.
    pub async fn read_directories(&self) -> Result<usize, UseCaseError> {
        let mut read = 0;
        for school in self.service.schools.values() {
            read += usize::from(directory::read_due(&self.service, school, self.seams.clock.now()).await?);
        }
        Ok(read)
    }

    /// Fetches once, then does what is due and sends what is to be sent, until nothing is left for this moment; for tests
    /// and scripts. A mailbox that the platform does not hand out now is left for the next time, as in [`Self::run`].
    ///
    /// # Errors
    /// The store failed.
    pub async fn settle(&self) -> Result<(), UseCaseError> {
        match self.fetch().await {
            Ok(()) => {}
            Err(FetchError::UseCase(error)) => return Err(error),
            Err(FetchError::Platform(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a mailbox is fetched later");
            }
        }
        loop {
            let read = self.read_directories().await?;
            let done = self.tick().await?;
            let sent = self.outbox.drain().await?;
            let ended = read + sent.delivered + sent.parked + sent.expired;
            if done == TickReport::default() && ended == 0 {
                return Ok(());
            }
        }
    }

    /// Runs until `stop`: the clock's work, the outbox, the mailboxes, the streams and the directories, side by side.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(
            self.outbox.run(stop.clone()),
            self.tick_until(stop.clone()),
            self.fetch_until(&stop),
            Box::pin(self.fetch_lost_until(&stop)),
            self.stream_until(&stop),
            self.read_directories_until(stop.clone())
        );
    }

    /// Keeps what the platforms' meters show.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep_meters(&self) -> Result<(), UseCaseError> {
        for platform in &self.platforms {
            meter::keep(self.seams.store.as_ref(), platform.as_ref()).await?;
        }
        Ok(())
    }

    /// Apart from the clock's other work, because a platform may be slow.
    async fn read_directories_until(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.read_directories().await {
                Ok(0) => {}
                Ok(_) => self.wake(),
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the schools' directories could not be read"
                ),
            }
            if let Err(error) = self.keep_meters().await {
                tracing::error!(error = &error as &dyn std::error::Error, "the meters could not be kept");
            }
            let next = self.seams.clock.now() + LOOK_FOR_DIRECTORIES_EVERY;
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.seams.clock.sleep_until(next) => {}
            }
        }
    }

    async fn tick_until(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.tick().await {
                Ok(report) if report != TickReport::default() => self.outbox.wake(),
                Ok(_) => {}
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the clock's work stopped half way"
                ),
            }
            let next = self.seams.clock.now() + LOOK_EVERY;
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.work.notified() => {}
                () = self.seams.clock.sleep_until(next) => {}
            }
        }
    }
}
