//! The demo (演示): a page with three phones, the school's clock and the coverage, over the simulated platform.
//!
//! Knows the server only through [`DemoHost`] and the phones only through the simulator. It shows invented people to
//! a visitor on this machine; a real school never runs it. Start at [`DemoHost`], then [`Demo::router`].

mod api;
mod feed;
mod host;
mod people;
mod phone;
mod run;
mod trouble;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use feed::FeedLine;
pub use host::{
    ClassCoverage, Coverage, DemoChild, DemoHost, DemoPerson, DemoRoad, DemoRole, ParkedGroup, StateCounts,
};
pub use people::{PeopleIndex, families};

use super::parents::Parents;
use super::scenario::{Player, Scenario};
use super::wecom::WecomSimulator;
use crate::clock::Moment;
use feed::Feed;

/// A running demo; clones share it.
#[derive(Clone)]
pub struct Demo {
    shared: Arc<Shared>,
}

struct Shared {
    host: Arc<dyn DemoHost>,
    simulator: WecomSimulator,
    people: PeopleIndex,
    parents: Mutex<Parents>,
    feed: Mutex<Feed>,
    /// Where the clock is going.
    target: watch::Sender<Moment>,
    /// Only one moves the clock at a time.
    moving: tokio::sync::Mutex<()>,
    /// What goes wrong by itself.
    scenario: tokio::sync::Mutex<Option<Player>>,
}

impl Demo {
    /// A demo of `host`, whose people have their phones in `simulator`; `parents` answer by themselves.
    pub fn new(host: Arc<dyn DemoHost>, simulator: WecomSimulator, parents: Parents) -> Self {
        let target = watch::Sender::new(host.now());
        let people = PeopleIndex::new(host.people());
        let shared = Shared {
            host,
            simulator,
            people,
            parents: Mutex::new(parents),
            feed: Mutex::new(Feed::default()),
            target,
            moving: tokio::sync::Mutex::new(()),
            scenario: tokio::sync::Mutex::new(None),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Lets a scenario begin now.
    pub async fn play(&self, scenario: &Scenario) {
        let now = self.shared.host.now();
        *self.shared.scenario.lock().await = Some(Player::new(scenario, now));
        self.tell(format!("剧本「{}」开始了", scenario.title));
        self.play_on().await;
    }

    fn parents(&self) -> MutexGuard<'_, Parents> {
        self.shared.parents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn feed(&self) -> MutexGuard<'_, Feed> {
        self.shared.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, text: impl Into<String>) {
        let now = self.shared.host.now();
        self.feed().add(now, text.into());
    }
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Demo")
    }
}

#[cfg(test)]
mod tests;
