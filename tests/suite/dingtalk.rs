//! A school that lives on DingTalk: what its people write to the robot takes effect once and is answered, by callbacks and by
//! a stream, however often that is cut.
//!
//! The simulator speaks over real connections; the clock is moved by hand. `KEHOU_CUTS=1000` cuts so often, with ten
//! messages for each.

mod changes;
mod door;
mod guardian;
mod recall;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request as Post, StatusCode};
use kehou::app::{App, Seams};
use kehou::cli::demo::first_morning;
use kehou::clock::{Clock, ManualClock};
use kehou::config::{Dingtalk, DingtalkMode};
use kehou::domain::people::{Channel, ContactPoint, Person, PersonId};
use kehou::ids::Ids;
use kehou::simulator::dingtalk::{ConsoleSettings, DingtalkSimulator, Event, Faults, Running, Saying};
use kehou::simulator::example_school::ExampleSchool;
use kehou::simulator::wecom::Shown;
use kehou::store::faulty::FaultyStore;
use kehou::store::memory::MemoryStore;
use kehou::store::{Kind, Range, Store};
use kehou::usecase::office::{Request, answer};
use kehou::usecase::{campaign, record, roster_file, roster_import};
use kehou::web;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::support::{SmallSchool, conversation};

/// The template of the cards.
const TEMPLATE: &str = "desk.schema";

/// kehou for a school on DingTalk, with DingTalk's side of the wire.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) small: SmallSchool,
    pub(crate) simulator: DingtalkSimulator,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<FaultyStore>,
    /// Everybody with an account.
    people: Vec<(PersonId, String)>,
    stop: CancellationToken,
    _running: Running,
}

impl World {
    async fn start(is_stream: bool) -> Self {
        Self::start_with(is_stream, without_accounts).await
    }

    /// - `accounts`: what becomes of the students' sheet, whose accounts are WeCom's.
    pub(crate) async fn start_with(is_stream: bool, accounts: impl Fn(&mut [[String; 10]])) -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let mut small = SmallSchool::start(clock.clone(), 1).await;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/callback/dingtalk/{}", listener.local_addr().unwrap(), small.school);
        let console = ConsoleSettings {
            calls_per_month: 1_000_000,
            ..ConsoleSettings::new("dingcorp", "dingapp", "secret")
        };
        let console = console.with_callback_url(url);
        let simulator = DingtalkSimulator::new(console.clone(), clock.clone(), Ids::seeded(3)).unwrap();
        simulator.add_template(TEMPLATE, true);
        let running = simulator.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        small.config.wecom.clear();
        small.config.server.public_url = format!("http://{}", listener.local_addr().unwrap());
        small.config.dingtalk.push(settings(&small, &console, &running, is_stream));
        let store = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
        let app = assemble(&small, &clock, store.clone()).await;
        let people = import(&small, &app, &simulator, accounts, clock.now()).await;
        let stop = CancellationToken::new();
        let (router, serving) = (web::router(app.clone()), stop.clone());
        tokio::spawn(async move { web::serve(listener, router, serving).await });
        Self { app, small, simulator, clock, store, people, stop, _running: running }
    }

    /// Keeps the stream until the test ends; nothing else of the app runs by itself.
    pub(crate) fn connect(&self) {
        let (app, stop) = (self.app.clone(), self.stop.clone());
        let school = self.small.school.clone();
        tokio::spawn(async move {
            let robot = app.platform(Channel::DingtalkRobot, &school).unwrap();
            robot.stream().unwrap().run(app.as_ref(), stop).await;
        });
    }

    /// How many turns a person had.
    async fn turns(&self, person: &PersonId) -> u64 {
        conversation(self.app.seams.store.as_ref(), &self.small.school, person).await.turn
    }

    fn last_words(&self, account: &str) -> String {
        let phone = self.simulator.phone(account).unwrap();
        phone.last_from_app().map(|message| message.shows.words()).unwrap_or_default()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) fn settings(
    small: &SmallSchool,
    console: &ConsoleSettings,
    running: &Running,
    is_stream: bool,
) -> Dingtalk {
    let mode = if is_stream {
        DingtalkMode::Stream
    } else {
        DingtalkMode::Http {
            event_token: console.event_token.clone().into(),
            event_aes_key: console.event_aes_key.clone().into(),
        }
    };
    Dingtalk {
        school: small.school.clone(),
        corp_id: console.corp_id.clone(),
        client_id: console.client_id.clone(),
        client_secret: console.client_secret.clone().into(),
        robot_code: console.robot_code.clone(),
        agent_id: console.agent_id,
        mode,
        card_template: Some(TEMPLATE.to_owned()),
        calls_per_month: console.calls_per_month,
        pushes_per_month: 1_000_000,
        api_base: Some(running.base()),
        oapi_base: Some(running.base()),
        login_base: Some(running.base()),
    }
}

async fn assemble(small: &SmallSchool, clock: &Arc<ManualClock>, store: Arc<dyn Store>) -> Arc<App> {
    let (clock, ids): (Arc<dyn Clock>, _) = (clock.clone(), Arc::new(Ids::seeded(2)));
    let parts = App::parts(&small.config, &clock, &ids).unwrap();
    App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
}

/// Guardians have no account in the sheets: the contacts know them.
pub(crate) fn without_accounts(students: &mut [[String; 10]]) {
    for row in students {
        row[8].clear();
    }
}

/// Imports one class of the example roster, whose people have their accounts on DingTalk.
pub(crate) async fn import(
    small: &SmallSchool,
    app: &App,
    simulator: &DingtalkSimulator,
    accounts: impl Fn(&mut [[String; 10]]),
    now: kehou::clock::Moment,
) -> Vec<(PersonId, String)> {
    let mut example = ExampleSchool::invent();
    let class = example.students[0][..2].to_vec();
    example.students.retain(|row| row[..2] == class);
    accounts(&mut example.students);
    example.staff.iter_mut().for_each(|row| row.swap(4, 5));
    example.fill_contacts(simulator);
    let sheets = roster_file::parse("roster.xlsx", &example.workbook().unwrap()).unwrap();
    let school = app.service.school(&small.school).unwrap();
    roster_import::import(&app.service, school, &sheets, false, now).await.unwrap();
    let people = record::all::<Person>(app.seams.store.as_ref(), &small.school).await.unwrap();
    let mut accounts = Vec::new();
    for (_, person) in people {
        let mut points = person.value.contact_points.into_iter();
        if let Some(point) = points.find(|point| point.channel == Channel::DingtalkRobot) {
            simulator.add_member(&point.account);
            accounts.push((person.value.id, point.account));
        }
    }
    accounts
}

#[tokio::test]
async fn guardians_of_the_contacts_are_asked_by_notices_that_count_once_dingtalk_says_whom_they_reached() {
    let world = World::start(false).await;
    let school = world.small.school.clone();
    let sync = Request::RosterSync { school: school.clone(), is_dry_run: false, is_forced: false };
    answer(&world.app.service, &sync, world.clock.now()).await.unwrap();
    let school = world.app.service.school(&school).unwrap();
    campaign::open(&world.app.service, school, 3, world.clock.now()).await.unwrap();
    world.simulator.set_faults(Faults { results_late_by: 1, ..Faults::default() });
    world.app.settle().await.unwrap();
    let counts = campaign::status(&world.app.service, school).await.unwrap().total;
    assert!(world.simulator.figures().notice_calls > 0);
    // A teacher with a child here is asked by the robot.
    assert!(counts.silent < 3, "nobody else counts as asked yet: {counts:?}");
    for _ in 0..40 {
        world.clock.advance(chrono::Duration::seconds(20));
        world.app.settle().await.unwrap();
    }
    let counts = campaign::status(&world.app.service, school).await.unwrap().total;
    assert_eq!(counts.not_asked, 0, "{counts:?}");
    assert!(counts.unreachable < counts.roll() / 10, "{counts:?}");
    let figures = world.simulator.figures();
    assert!(figures.result_calls >= 2 * figures.notice_calls, "{figures:?}");
    assert_eq!(figures.duplicates_dropped, 0);
    let people = record::all::<Person>(world.app.seams.store.as_ref(), &school.id).await.unwrap();
    // Staff with a child here have the robot's words on the same phone.
    let is_robots = |point: &ContactPoint| point.channel == Channel::DingtalkRobot;
    let families = people.iter().map(|(_, person)| &person.value.contact_points);
    let points = families.filter(|points| !points.iter().any(is_robots)).flatten();
    let notices = points.filter(|point| point.channel == Channel::DingtalkNotice);
    let shown: Vec<Shown> = notices
        .filter_map(|point| Some(world.simulator.phone(&point.account)?.last_from_app()?.shows.clone()))
        .collect();
    assert!(shown.len() > 20, "{}", shown.len());
    let is_card = |shown: &Shown| matches!(shown, Shown::Card { url, .. } if url.ends_with("/p/example"));
    assert!(shown.iter().all(is_card));
}

#[tokio::test]
async fn who_writes_to_the_robot_is_answered_once_by_the_session_and_later_by_the_interface() {
    let world = World::start(false).await;
    let (person, account) = &world.people[0];
    world.simulator.set_faults(Faults { extra_deliveries: 2, ..Faults::default() });
    assert_eq!(world.simulator.say(account, "帮助").await.unwrap().requests, 3);
    assert_eq!(world.turns(person).await, 1);
    world.app.outbox.drain().await.unwrap();
    let answered = world.last_words(account);
    assert!(!answered.is_empty());
    let figures = world.simulator.figures();
    assert_eq!((figures.session_calls, figures.batch_calls), (1, 0));
    world.simulator.set_faults(Faults { sessions_refused: true, ..Faults::default() });
    world.simulator.say(account, "帮助").await.unwrap();
    world.app.outbox.drain().await.unwrap();
    assert_eq!((world.simulator.figures().batch_calls, world.last_words(account)), (1, answered));
    let kept = world.app.seams.store.scan(Kind("sent_answer"), &Range::all(10)).await.unwrap();
    assert_eq!(kept, [], "the robot writes by itself, and DingTalk tells no failure afterwards");
}

#[tokio::test]
async fn the_calls_and_pushes_of_the_month_are_counted_through_a_restart() {
    let world = World::start(false).await;
    world.simulator.set_faults(Faults { sessions_refused: true, ..Faults::default() });
    world.simulator.say(&world.people[0].1, "帮助").await.unwrap();
    world.app.outbox.drain().await.unwrap();
    world.app.keep_meters().await.unwrap();
    let counted = |app: &App| {
        let robot = app.platform(Channel::DingtalkRobot, &world.small.school).unwrap();
        let reading = robot.meter().unwrap().reading();
        (reading.calls, reading.pushes)
    };
    assert_eq!(counted(&world.app), (1, 1));
    let again = assemble(&world.small, &world.clock, world.app.seams.store.clone()).await;
    assert_eq!(counted(&again), (1, 1));
    let event = Event { kind: "edu_user_insert".to_owned(), fields: serde_json::json!({}) };
    world.simulator.announce(&event).await.unwrap();
    world.simulator.check_url().await.unwrap();
    assert_eq!(counted(&world.app), (1, 2), "a check of the address is free");
}

#[tokio::test]
async fn the_doors_of_dingtalk_answer_their_platform_and_refuse_everybody_else_alike() {
    let world = World::start(false).await;
    world.simulator.check_url().await.unwrap();
    let event = Event { kind: "edu_user_insert".to_owned(), fields: serde_json::json!({"userid": "g1"}) };
    world.simulator.announce(&event).await.unwrap();
    for path in [
        "dingtalk/example/robot",
        "dingtalk/example/event",
        "dingtalk/example/other",
        "dingtalk/example",
        "wecom/example/robot",
    ] {
        let request = Post::post(format!("/callback/{path}")).body(Body::from("{}")).unwrap();
        let response = web::router(world.app.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn what_comes_by_a_stream_takes_effect_is_acknowledged_and_answered() {
    let world = World::start(true).await;
    let (person, account) = &world.people[0];
    world.connect();
    world.simulator.streams_are(|simulator| simulator.connections() == 1).await;
    world.simulator.ping();
    world.simulator.push(account, &Saying::Text("帮助".to_owned())).unwrap();
    world.simulator.push_event(&Event { kind: "edu_user_insert".to_owned(), fields: serde_json::json!({}) });
    world.simulator.streams_are(|simulator| simulator.unacknowledged() == 0).await;
    assert_eq!(world.turns(person).await, 1);
    world.app.outbox.drain().await.unwrap();
    assert!(!world.last_words(account).is_empty());
    // The next connection stands before the old one is gone.
    world.simulator.ask_to_leave();
    world.simulator.streams_are(|simulator| simulator.connections() == 2).await;
    assert!(world.simulator.cut(0));
    world.simulator.streams_are(|simulator| simulator.connections() == 1).await;
    world.simulator.push(account, &Saying::Text("帮助".to_owned())).unwrap();
    world.simulator.streams_are(|simulator| simulator.unacknowledged() == 0).await;
    assert_eq!((world.turns(person).await, world.simulator.figures().connections), (2, 2));
}

/// How often the stream is cut; the environment can ask for more.
fn cuts() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    std::env::var("KEHOU_CUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

#[tokio::test]
async fn a_stream_cut_at_random_while_messages_flow_lets_each_take_effect_once() {
    const FOR_EACH_CUT: usize = 10;
    let world = World::start(true).await;
    let ids = Ids::seeded(11);
    let chance = |of: usize| {
        let [low, high] = ids.bytes();
        (usize::from(high) * 256 + usize::from(low)) % of
    };
    let people = &world.people[..20];
    let mut pushed = vec![0_u64; people.len()];
    world.connect();
    world.simulator.streams_are(|simulator| simulator.connections() == 1).await;
    let cuts = cuts();
    for cut in 0..cuts {
        for _ in 0..FOR_EACH_CUT {
            let place = chance(people.len());
            world.simulator.push(&people[place].1, &Saying::Text("帮助".to_owned())).unwrap();
            pushed[place] += 1;
        }
        for _ in 0..chance(400) {
            tokio::task::yield_now().await;
        }
        assert!(world.simulator.cut(0), "cut {cut}");
        world.simulator.streams_are(|simulator| simulator.connections() == 0).await;
        // The next connection waits for a while.
        while world.simulator.connections() == 0 {
            world.clock.advance(chrono::Duration::seconds(1));
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
        }
        if cut % 5 == 4 {
            world.simulator.streams_are(|simulator| simulator.unacknowledged() == 0).await;
            world.clock.advance(chrono::Duration::minutes(1));
            world.app.outbox.drain().await.unwrap();
        }
    }
    world.simulator.streams_are(|simulator| simulator.unacknowledged() == 0).await;
    for ((person, _), pushed) in people.iter().zip(&pushed) {
        assert_eq!(world.turns(person).await, *pushed);
    }
    let figures = world.simulator.figures();
    assert_eq!(pushed.iter().sum::<u64>(), u64::try_from(cuts * FOR_EACH_CUT).unwrap());
    assert!(figures.frames > figures.acknowledged, "some came more than once: {figures:?}");
    println!("{cuts} cuts: {figures:?}");
}
