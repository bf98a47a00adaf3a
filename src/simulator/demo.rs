//! The demo (演示): for each school a page with three phones, the school's clock and the coverage, over its simulated
//! platform.
//!
//! Knows the server only through [`DemoHost`] and the phones only through [`DemoPlatform`]. It shows invented people to
//! a visitor on this machine; a real school never runs it. Several schools share one clock. Start at [`DemoHost`], then
//! [`Demo::router`].

mod api;
mod dingtalk;
mod feed;
mod host;
mod people;
mod phone;
mod platform;
mod run;
mod trouble;
mod wecom;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use feed::FeedLine;
pub use host::{
    ClassCoverage, Coverage, DemoChild, DemoHost, DemoPerson, DemoRoad, DemoRole, ParkedGroup, StateCounts,
};
pub use people::{PeopleIndex, families};
pub use platform::{DemoFigures, DemoPlatform, DemoTrouble, Network, PlatformName};
pub use wecom::DemoWecom;

use super::parents::Parents;
use super::scenario::{Player, Scenario};
use crate::clock::Moment;
use feed::Feed;

/// A running demo of one school; clones share it.
#[derive(Clone)]
pub struct Demo {
    school: Arc<DemoSchool>,
    town: Arc<Town>,
}

/// A school that is shown.
pub struct DemoSchool {
    host: Arc<dyn DemoHost>,
    platform: Arc<dyn DemoPlatform>,
    people: PeopleIndex,
    parents: Mutex<Parents>,
    feed: Mutex<Feed>,
    /// What goes wrong by itself.
    scenario: tokio::sync::Mutex<Option<Player>>,
}

/// The schools under one clock.
struct Town {
    schools: Vec<Arc<DemoSchool>>,
    /// The one that moves the clock; their server is the same.
    host: Arc<dyn DemoHost>,
    /// Where the clock is going.
    target: watch::Sender<Moment>,
    /// Only one moves the clock at a time.
    moving: tokio::sync::Mutex<()>,
}

impl Demo {
    /// A demo of one school.
    pub fn new(school: DemoSchool) -> Self {
        let [demo] = Self::of([school]);
        demo
    }

    /// Demos of schools under one clock and on one server.
    pub fn of<const COUNT: usize>(schools: [DemoSchool; COUNT]) -> [Self; COUNT] {
        const { assert!(COUNT > 0) };
        let schools = schools.map(Arc::new);
        let host = schools[0].host.clone();
        let target = watch::Sender::new(host.now());
        let moving = tokio::sync::Mutex::new(());
        let town = Arc::new(Town { schools: schools.to_vec(), host, target, moving });
        schools.map(|school| Self { school, town: town.clone() })
    }

    /// Lets a scenario begin now.
    pub async fn play(&self, scenario: &Scenario) {
        let now = self.school.host.now();
        *self.school.scenario.lock().await = Some(Player::new(scenario, now));
        self.school.tell(format!("剧本「{}」开始了", scenario.title));
        self.school.play_on().await;
    }
}

impl DemoSchool {
    /// The school behind `host`, whose people have their phones on `platform`; `parents` answer by themselves.
    pub fn new(host: Arc<dyn DemoHost>, platform: Arc<dyn DemoPlatform>, parents: Parents) -> Self {
        let people = PeopleIndex::new(host.people());
        let (parents, feed) = (Mutex::new(parents), Mutex::new(Feed::default()));
        Self { host, platform, people, parents, feed, scenario: tokio::sync::Mutex::new(None) }
    }

    fn parents(&self) -> MutexGuard<'_, Parents> {
        self.parents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn feed(&self) -> MutexGuard<'_, Feed> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, text: impl Into<String>) {
        let now = self.host.now();
        self.feed().add(now, text.into());
    }
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Demo")
    }
}

impl std::fmt::Debug for DemoSchool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DemoSchool")
    }
}

#[cfg(test)]
mod tests;
