//! A small school for the tests of trouble: its settings in a folder, its families with two guardians, and WeCom's
//! side of the wire.
//!
//! Start at [`SmallSchool::start`].

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kehou::app::App;
use kehou::clock::Clock;
use kehou::config::Config;
use kehou::domain::people::{Channel, Person, PersonId, SchoolId, Student, StudentId};
use kehou::flow::conversation::Conversation;
use kehou::ids::Ids;
use kehou::simulator::example_school::ExampleSchool;
use kehou::simulator::wecom::{ConsoleSettings, Running, WecomSimulator};
use kehou::store::Store;
use kehou::usecase::record::{self, Handled};
use kehou::usecase::{ledger, roster_file, roster_import};
use secrecy::ExposeSecret as _;

/// Settings, plan, calendar and roster of a small school in a folder, with WeCom's side listening.
pub(crate) struct SmallSchool {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) file: PathBuf,
    pub(crate) config: Config,
    pub(crate) school: SchoolId,
    pub(crate) simulator: WecomSimulator,
    // Stops listening when it is dropped.
    _platform: Running,
}

/// A child of two guardians who have an account and no other child here.
#[derive(Clone)]
pub(crate) struct Family {
    pub(crate) child: StudentId,
    pub(crate) guardians: [(PersonId, String); 2],
}

impl SmallSchool {
    pub(crate) async fn start(clock: Arc<dyn Clock>, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let copy = |name: &str, change: &dyn Fn(String) -> String| {
            let to = folder.path().join(name);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, change(std::fs::read_to_string(shipped.join(name)).unwrap())).unwrap();
        };
        // A school without quiet hours, so that what a test may see does not hang on the hour at which it runs.
        copy("example-school/plan.toml", &|text| {
            let awake = text.replace("quiet_from = \"21:00\"", "quiet_from = \"07:00\"");
            assert_ne!(awake, text, "the example plan has other quiet hours now");
            awake
        });
        copy("calendars/cn-2026.toml", &|text| text);
        let address = free_address();
        // The simulator must know where kehou will listen, and kehou where the simulator listens.
        let settings = Config::load(&shipped.join("example-school/kehou.toml"), &|_| None).unwrap();
        let simulator = simulator(&settings, address, clock, seed);
        let platform = simulator.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        copy("example-school/kehou.toml", &|text| {
            let text = text.replace("127.0.0.1:8700", &address.to_string());
            text.replace("http://127.0.0.1:8701", &platform.api_base()) + "\n[log]\nfilter = \"warn\"\n"
        });
        let file = folder.path().join("example-school/kehou.toml");
        let config = Config::load(&file, &|_| None).unwrap();
        let school = config.schools[0].id.clone();
        Self { folder, file, config, school, simulator, _platform: platform }
    }

    /// Imports one class of the example roster; returns the families that the tests speak with.
    pub(crate) async fn import(&self, app: &App, now: kehou::clock::Moment) -> Vec<Family> {
        let mut example = ExampleSchool::invent();
        let class = example.students[0][..2].to_vec();
        example.students.retain(|row| row[..2] == class);
        let sheets = roster_file::parse("roster.xlsx", &example.workbook().unwrap()).unwrap();
        let school = app.service.school(&self.school).unwrap();
        roster_import::import(&app.service, school, &sheets, false, now).await.unwrap();
        let store = app.seams.store.as_ref();
        let people = record::all::<Person>(store, &self.school).await.unwrap();
        let people: BTreeMap<PersonId, Person> =
            people.into_iter().map(|(_, stored)| (stored.value.id.clone(), stored.value)).collect();
        for point in people.values().flat_map(|person| &person.contact_points) {
            self.simulator.add_member(&point.account);
        }
        let students = record::all::<Student>(store, &self.school).await.unwrap();
        students.iter().filter_map(|(_, student)| family(&student.value, &people)).collect()
    }
}

fn family(student: &Student, people: &BTreeMap<PersonId, Person>) -> Option<Family> {
    let account = |id: &PersonId| {
        let person = people.get(id).filter(|person| person.children.len() == 1)?;
        let point = person.contact_points.iter().find(|point| point.channel == Channel::WecomApp)?;
        Some((id.clone(), point.account.clone()))
    };
    let [one, two] = student.guardians.as_slice() else { return None };
    Some(Family { child: student.id.clone(), guardians: [account(&one.person)?, account(&two.person)?] })
}

/// A port of this machine that nobody uses now.
fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

fn simulator(config: &Config, address: SocketAddr, clock: Arc<dyn Clock>, seed: u64) -> WecomSimulator {
    let account = &config.wecom[0];
    let settings = ConsoleSettings::new(
        &account.corp_id,
        i64::try_from(account.agent_id).unwrap(),
        account.secret.expose_secret(),
        account.token.expose_secret(),
        account.encoding_aes_key.expose_secret(),
    );
    let url = format!("http://{address}/callback/wecom/{}", account.school);
    WecomSimulator::new(settings.with_callback_url(url), clock, Ids::seeded(seed)).unwrap()
}

/// How many lines of the ledger each message caused.
pub(crate) async fn lines_by_message(app: &App, school: &SchoolId) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    let count = |_, line: &kehou::domain::ledger::LedgerLine| {
        if let Some(source) = &line.source {
            *lines.entry(source.message.clone()).or_default() += 1;
        }
    };
    ledger::for_each(&app.service, school, 0, u64::MAX, count).await.unwrap();
    lines
}

/// The messages that took effect, with the words of their answers.
pub(crate) async fn handled(store: &dyn Store, school: &SchoolId) -> BTreeMap<String, Option<String>> {
    let all = record::all::<Handled>(store, school).await.unwrap();
    let message = |id: &str| id.strip_prefix("wecom_app/").unwrap().to_owned();
    all.into_iter().map(|(id, stored)| (message(&id), stored.value.reply)).collect()
}

/// A person's conversation.
pub(crate) async fn conversation(store: &dyn Store, school: &SchoolId, person: &PersonId) -> Conversation {
    let key = record::key::<Conversation>(school, person);
    record::load::<Conversation>(store, &key).await.unwrap().map(|stored| stored.value).unwrap_or_default()
}

/// The id under which a message of this `MsgId` is on record.
pub(crate) fn on_record(message_id: u64) -> String {
    format!("m:{message_id}")
}
