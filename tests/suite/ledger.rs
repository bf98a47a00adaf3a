//! The ledger: who looks at a day reads what came since its morning, not all that came before, and sees the same.

use std::sync::Arc;

use kehou::app::{App, Seams};
use kehou::cli::demo::first_morning;
use kehou::clock::{Clock, ManualClock, Moment};
use kehou::domain::ledger::{Actor, Change, LedgerLine};
use kehou::domain::people::{Person, Role};
use kehou::ids::Ids;
use kehou::store::faulty::FaultyStore;
use kehou::store::memory::MemoryStore;
use kehou::store::{Batch, Store};
use kehou::usecase::{console, digest, ledger, record};

use super::support::{Family, SmallSchool};

/// Lines of the days before: several pages.
const LINES: usize = 12_000;

struct World {
    small: SmallSchool,
    store: Arc<FaultyStore>,
    clock: Arc<ManualClock>,
    app: Arc<App>,
}

impl World {
    async fn start() -> (Self, Family) {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let small = SmallSchool::start(clock.clone(), 70).await;
        let store = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
        let app = assemble(&small, &clock, &store).await;
        let family = small.import(&app, clock.now()).await.swap_remove(0);
        (Self { small, store, clock, app }, family)
    }

    /// Lines of `at` about a child, whose guardian was asked each time.
    async fn write(&self, family: &Family, at: Moment, count: usize) {
        let change = Change::Asked { person: family.guardians[0].0.clone() };
        let line =
            LedgerLine { at, student: family.child.clone(), actor: Actor::System, source: None, change };
        let write = ledger::append(&self.small.school, &line).unwrap();
        self.store.commit(Batch { writes: vec![write; count] }).await.unwrap();
    }

    /// What an admin sees, and how many reads of the store that took.
    async fn look(&self, now: Moment) -> (String, u64) {
        let school = self.app.service.school(&self.small.school).unwrap().clone();
        let people = record::all::<Person>(self.store.as_ref(), &school.id).await.unwrap();
        let mut people = people.into_iter().map(|(_, stored)| stored.value);
        let admin = people.find(|person| person.roles.contains(&Role::SchoolAdmin)).unwrap();
        let before = self.store.reads();
        let seen = console::overview(&self.app.service, &school, &admin, now).await.unwrap();
        let reads = self.store.reads() - before;
        let seen = seen.unwrap();
        (format!("{:?} {:?} {}", seen.classes, seen.changes, seen.position), reads)
    }

    async fn digest(&self) -> (String, u64) {
        let school = self.app.service.school(&self.small.school).unwrap().clone();
        let (now, before) = (self.clock.now(), self.store.reads());
        let day = school.calendar.local_date(now);
        let digest = digest::compute(&self.app.service, &school, day, u64::MAX, now).await.unwrap();
        (digest.text, self.store.reads() - before)
    }
}

async fn assemble(small: &SmallSchool, clock: &Arc<ManualClock>, store: &Arc<FaultyStore>) -> Arc<App> {
    let (clock, store): (Arc<dyn Clock>, Arc<dyn Store>) = (clock.clone(), store.clone());
    let ids = Arc::new(Ids::seeded(71));
    let parts = App::parts(&small.config, &clock, &ids).unwrap();
    App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
}

#[tokio::test]
async fn who_looks_at_a_day_reads_what_came_since_its_morning_and_sees_the_same() {
    let (mut world, family) = World::start().await;
    let yesterday = world.clock.now();
    world.write(&family, yesterday, LINES).await;
    world.clock.advance(chrono::Duration::days(1));
    let now = world.clock.now();
    let (_, first) = world.look(now).await;
    world.write(&family, now, 3).await;
    let (seen, again) = world.look(now).await;
    assert!(again + 2 <= first, "{again} reads after {first}");
    assert!(seen.contains("asked: 3"), "{seen}");
    let (said, reads) = world.digest().await;
    assert!(reads < first, "the digest reads as little: {reads} after {first}");
    // Whoever has read nothing before sees the same.
    world.app = assemble(&world.small, &world.clock, &world.store).await;
    assert_eq!((world.look(now).await.0, world.digest().await.0), (seen.clone(), said));
    // An earlier day is read from the start, and spoils nothing.
    let (before, _) = world.look(yesterday).await;
    assert!(before.contains(&format!("asked: {LINES}")), "{before}");
    assert_eq!(world.look(now).await.0, seen);
}
