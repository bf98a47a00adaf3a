//! A school whose guardians live in plain WeChat: who they are is read from the directory, they hear by 学校通知, and they
//! answer on the parent page.
//!
//! Both sides of the wire are real; the parents' phones are the simulator's. Start at [`Plain::start`].

mod roads;
mod survey;
mod sync;
mod trouble;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Duration;
use kehou::app::{App, Seams};
use kehou::cli::demo::first_morning;
use kehou::clock::{Clock, ManualClock};
use kehou::domain::people::{Channel, Person, PersonId, Student};
use kehou::domain::roster::Sheets;
use kehou::ids::Ids;
use kehou::simulator::example_school::ExampleSchool;
use kehou::store::Store;
use kehou::store::memory::MemoryStore;
use kehou::usecase::office::{Answer, OfficeError, Request, answer};
use kehou::usecase::{directory::Synced, record, roster_file, roster_import};
use kehou::web;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::support::SmallSchool;

async fn open(small: &SmallSchool, clock: &Arc<ManualClock>, store: Arc<dyn Store>, seed: u64) -> Arc<App> {
    let (clock, ids): (Arc<dyn Clock>, _) = (clock.clone(), Arc::new(Ids::seeded(seed)));
    let parts = App::parts(&small.config, &clock, &ids).unwrap();
    App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
}

/// The school, its directory and kehou with its doors open.
struct Plain {
    small: SmallSchool,
    app: Arc<App>,
    clock: Arc<ManualClock>,
    example: ExampleSchool,
    _doors: DropGuard,
}

impl Plain {
    /// The first `classes` of the example school: its sheets know no account of a guardian, and its directory neither
    /// names nor phones. Nothing is synced yet.
    async fn start(classes: usize) -> Self {
        Self::start_as(classes, |_| {}).await
    }

    /// The same with other settings.
    async fn start_as(classes: usize, change: impl FnOnce(&mut SmallSchool)) -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let mut small = SmallSchool::start(clock.clone(), 1).await;
        small.config.wecom[0].parents = true;
        change(&mut small);
        let mut example = ExampleSchool::invent();
        let mut kept: Vec<String> = Vec::new();
        example.students.retain(|row| {
            let class = row[..2].concat();
            if !kept.contains(&class) && kept.len() < classes {
                kept.push(class.clone());
            }
            kept.contains(&class)
        });
        example.students.iter_mut().for_each(|row| row[8].clear());
        let app = open(&small, &clock, Arc::new(MemoryStore::default()), 2).await;
        let listener = tokio::net::TcpListener::bind(small.config.server.listen).await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(web::serve(listener, web::router(app.clone()), stop.clone()));
        let plain = Self { small, app, clock, example, _doors: stop.drop_guard() };
        for row in &plain.example.staff {
            plain.small.simulator.add_member(&row[4]);
        }
        plain.fill_directory();
        plain
    }

    /// The directory of the rows: ids of students are their numbers, parents are told apart by phone.
    fn fill_directory(&self) {
        let parent_id = |row: &[String; 10]| format!("P_{}", &row[7][6..]);
        self.example.fill_directory(&self.small.simulator, parent_id);
    }

    fn sheets(&self) -> Sheets {
        roster_file::parse("roster.xlsx", &self.example.workbook().unwrap()).unwrap()
    }

    /// Imports the sheets; returns whether anything changed.
    async fn import(&self) -> bool {
        let school = self.app.service.school(&self.small.school).unwrap();
        let now = self.clock.now();
        roster_import::import(&self.app.service, school, &self.sheets(), false, now).await.unwrap().is_changed
    }

    async fn ask(&self, request: &Request) -> Result<Answer, OfficeError> {
        answer(&self.app.service, request, self.clock.now()).await
    }

    async fn try_sync(&self, is_dry_run: bool, is_forced: bool) -> Result<Synced, String> {
        let school = self.small.school.clone();
        match self.ask(&Request::RosterSync { school, is_dry_run, is_forced }).await {
            Ok(Answer::Synced(synced)) => Ok(synced),
            Ok(other) => panic!("{other:?}"),
            Err(OfficeError::Refused(said)) => Err(said),
            Err(error) => panic!("{error}"),
        }
    }

    async fn sync(&self) -> Synced {
        self.try_sync(false, false).await.unwrap()
    }

    async fn people(&self) -> BTreeMap<PersonId, Person> {
        let people = record::all::<Person>(self.app.seams.store.as_ref(), &self.small.school).await.unwrap();
        people.into_iter().map(|(_, stored)| (stored.value.id.clone(), stored.value)).collect()
    }

    async fn students(&self) -> Vec<Student> {
        let all = record::all::<Student>(self.app.seams.store.as_ref(), &self.small.school).await.unwrap();
        all.into_iter().map(|(_, stored)| stored.value).collect()
    }

    /// Opens kehou anew on what it remembers, as after a crash.
    async fn reopen(&mut self) {
        self.app = open(&self.small, &self.clock, self.app.seams.store.clone(), 3).await;
    }

    /// Whether the notices reach a parent, as far as kehou knows.
    async fn is_reachable(&self, parent: &str) -> Option<bool> {
        let account = parent.to_lowercase();
        self.people().await.values().find_map(|person| {
            let mut points = person.contact_points.iter();
            let point =
                points.find(|point| point.channel == Channel::WecomNotice && point.account == account)?;
            Some(point.is_reachable)
        })
    }

    /// Moves the clock on and does what became due.
    async fn pass(&self, duration: Duration) {
        self.clock.advance(duration);
        self.app.settle().await.unwrap();
    }

    fn directory_calls(&self) -> u64 {
        self.small.simulator.figures().directory_calls
    }
}
