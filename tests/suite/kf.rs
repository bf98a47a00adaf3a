//! Parents on plain WeChat: they come by a link, are known, and say everything in the chat; whatever breaks on the way,
//! each message takes effect once and no family gets more answers than WeCom allows.
//!
//! WeCom's side listens on loopback; kehou's routes are called in memory, everything behind them is real.

mod binding;
mod budget;
mod crash;
mod kill;
mod loops;
mod thread;

use std::sync::Arc;

use kehou::app::{App, Seams};
use kehou::cli::demo::first_morning;
use kehou::clock::{Clock, ManualClock};
use kehou::domain::people::{Channel, ContactPoint, Person, PersonId, Student};
use kehou::ids::Ids;
use kehou::simulator::wecom::{Author, KfMessage, WecomSimulator};
use kehou::store::Store;
use kehou::store::faulty::FaultyStore;
use kehou::store::memory::MemoryStore;
use kehou::usecase::record;

use super::support::{Family, SmallSchool};

/// The school's account.
const KF: &str = "wkQINGHELU";

/// A school whose parents can write in customer service.
struct World {
    small: SmallSchool,
    store: Arc<FaultyStore>,
    clock: Arc<ManualClock>,
    app: Arc<App>,
    families: Vec<Family>,
}

impl World {
    async fn start(seed: u64) -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let mut small = SmallSchool::start(clock.clone(), seed).await;
        small.config.wecom[0].kf = vec![KF.to_owned()];
        small.simulator.add_kf(KF);
        let store = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
        let app = assemble(&small, &clock, &store).await;
        let families = small.import(&app, clock.now()).await;
        Self { small, store, clock, app, families }
    }

    fn simulator(&self) -> &WecomSimulator {
        &self.small.simulator
    }

    /// Kills kehou and starts it over what is on the medium.
    async fn restart(&mut self) {
        self.app = assemble(&self.small, &self.clock, &self.store).await;
    }

    /// Fetches, does what is due and sends; after a failure kehou is killed and begins again.
    async fn settle(&mut self) {
        for _ in 0..4 {
            let is_done = self.app.settle().await.is_ok();
            // Answers to a guest come a little later.
            self.clock.advance(chrono::Duration::seconds(2));
            if is_done && self.app.outbox.drain().await.is_ok() {
                return;
            }
            self.restart().await;
        }
        panic!("it does not settle");
    }

    fn say(&self, account: &str, words: &str) {
        let _ = self.simulator().kf_say(KF, account, words);
    }

    /// Says something and returns what is answered.
    async fn ask(&mut self, account: &str, words: &str) -> String {
        self.say(account, words);
        self.settle().await;
        self.last(account)
    }

    fn thread(&self, account: &str) -> Vec<KfMessage> {
        self.simulator().kf_chat(KF, account).map(|chat| chat.thread).unwrap_or_default()
    }

    /// The words of the last message, if it is one of ours.
    fn last(&self, account: &str) -> String {
        let thread = self.thread(account);
        thread
            .last()
            .filter(|last| last.from == Author::App)
            .map(|last| last.words.clone())
            .unwrap_or_default()
    }

    /// Taps what is called so under the last message.
    async fn tap(&mut self, account: &str, label: &str) -> String {
        let taps = self.thread(account).last().unwrap().taps.clone();
        let (id, label) = taps.iter().find(|(_, other)| other == label).unwrap_or_else(|| panic!("{taps:?}"));
        self.simulator().kf_tap(KF, account, id, label);
        self.settle().await;
        self.last(account)
    }

    /// A guardian comes into the chat by a link of their own.
    async fn enter(&mut self, person: &PersonId, account: &str) {
        let link = self.app.chat_link(&self.small.school, person).await.unwrap().unwrap();
        self.simulator().kf_enter(KF, account, &link);
        self.settle().await;
    }

    async fn person(&self, id: &PersonId) -> Person {
        let key = record::key::<Person>(&self.small.school, id);
        record::load::<Person>(self.store.as_ref(), &key).await.unwrap().unwrap().value
    }

    async fn student(&self, family: &Family) -> Student {
        let key = record::key::<Student>(&self.small.school, &family.child.0);
        record::load::<Student>(self.store.as_ref(), &key).await.unwrap().unwrap().value
    }

    /// The account by which a person is known in the chat.
    async fn chat_of(&self, id: &PersonId) -> Option<ContactPoint> {
        let person = self.person(id).await;
        person.contact_points.into_iter().find(|point| point.channel == Channel::WecomKf)
    }
}

async fn assemble(small: &SmallSchool, clock: &Arc<ManualClock>, store: &Arc<FaultyStore>) -> Arc<App> {
    // A restart must not draw the ids of before once more.
    let ids = Arc::new(Ids::seeded(7_000 + store.commits()));
    let (clock, store): (Arc<dyn Clock>, Arc<dyn Store>) = (clock.clone(), store.clone());
    let parts = App::parts(&small.config, &clock, &ids).unwrap();
    App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
}
