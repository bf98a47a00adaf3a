//! Fetching what could not be delivered (补取): at the start and every few hours, because each look counts.
//!
//! Knows no platform's words. Start at [`App::fetch_lost`].

use tokio_util::sync::CancellationToken;

use super::{App, FetchError};
use crate::platform::lost::LostEvents;
use crate::platform::{Platform, SendError};
use crate::usecase::lost;

/// How often a platform is asked.
const LOOK_EVERY: chrono::Duration = chrono::Duration::hours(6);
/// Pages of one look at the most; the rest waits for the next.
const PAGES_MAX: usize = 20;

impl App {
    /// Fetches once what the platforms could not deliver; returns how much of it took effect.
    ///
    /// # Errors
    /// [`FetchError`] of the first that failed; the others were fetched.
    pub async fn fetch_lost(&self) -> Result<usize, FetchError> {
        let (mut taken, mut failure) = (0, None);
        for platform in &self.platforms {
            let Some(keeper) = platform.lost_events() else { continue };
            match self.fetch_lost_of(platform.as_ref(), keeper).await {
                Ok(count) => taken += count,
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(taken), Err)
    }

    async fn fetch_lost_of(
        &self,
        platform: &dyn Platform,
        keeper: &dyn LostEvents,
    ) -> Result<usize, FetchError> {
        let account = (platform.school(), platform.channel());
        let mut taken = 0;
        for _ in 0..PAGES_MAX {
            // Each fetch drops what the one before returned, which took effect by then.
            lost::begin(&self.service, account, self.seams.clock.now()).await?;
            let page = match keeper.fetch().await {
                Ok(page) => page,
                // An answer that got lost is dropped there by the next fetch.
                Err(error @ SendError::Unknown(_)) => {
                    lost::lose(&self.service, account, self.seams.clock.now()).await?;
                    return Err(error.into());
                }
                Err(error) => {
                    lost::end(&self.service, account).await?;
                    return Err(error.into());
                }
            };
            taken += lost::take(&self.service, &page.events, self.seams.clock.now()).await?;
            lost::end(&self.service, account).await?;
            if !page.has_more {
                break;
            }
        }
        if taken > 0 {
            tracing::info!(school.id = %platform.school(), taken, "events that could not be delivered were fetched");
            self.wake();
        }
        Ok(taken)
    }

    /// Fetches it again and again until `stop`.
    pub(super) async fn fetch_lost_until(&self, stop: &CancellationToken) {
        if !self.platforms.iter().any(|platform| platform.lost_events().is_some()) {
            return;
        }
        while !stop.is_cancelled() {
            if let Err(error) = self.fetch_lost().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what could not be delivered is fetched later"
                );
            }
            let next = self.seams.clock.now() + LOOK_EVERY;
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.seams.clock.sleep_until(next) => {}
            }
        }
    }
}
