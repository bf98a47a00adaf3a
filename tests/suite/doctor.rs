//! `kehou doctor`: what it says of a school whose setup is right, and of each thing that can be wrong with it.
//!
//! Both sides of the wire are real; the clock is moved by hand. Start at [`Patient::start`].

mod dingtalk;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::routing::get;
use kehou::app::{App, Seams, open_store};
use kehou::cli::demo::first_morning;
use kehou::cli::doctor::examine;
use kehou::clock::{Clock, ManualClock};
use kehou::config::{Config, DingtalkDoor, DingtalkMode};
use kehou::ids::Ids;
use kehou::platform::checkup::Level;
use kehou::simulator::wecom::{Department, Faults, Outage, Pupil, ROOT, Rights, Saying};
use kehou::web;
use kehou::web::control::Control;
use secrecy::SecretString;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::support::SmallSchool;

const KF: &str = "wkQINGHELU";
/// One class of the directory.
const CLASS: i64 = 32;

/// A school with everything switched on, whose server runs.
struct Patient {
    small: SmallSchool,
    clock: Arc<ManualClock>,
    app: Option<Arc<App>>,
    doors: Option<DropGuard>,
}

impl Patient {
    async fn start() -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let mut small = SmallSchool::start(clock.clone(), 1).await;
        small.config.wecom[0].parents = true;
        small.config.wecom[0].kf = vec![KF.to_owned()];
        small.simulator.add_kf(KF);
        let node = |id, parent, name: &str, kind| Department {
            id,
            parent,
            name: name.to_owned(),
            kind,
            standard_grade: (kind == 2).then_some(33),
            is_graduated: false,
            admins: Vec::new(),
        };
        for department in [
            node(ROOT, 0, "青禾路小学", 5),
            node(3, ROOT, "三年级", 2),
            node(31, 3, "1班", 1),
            node(CLASS, 3, "2班", 1),
        ] {
            small.simulator.put_department(department);
        }
        small.simulator.put_pupil(Pupil { id: "s1".into(), name: "李小禾".into(), classes: vec![CLASS] });
        small.simulator.keep_quiet();
        let mut patient = Self { small, clock, app: None, doors: None };
        patient.open().await;
        patient
    }

    /// Opens the server's doors.
    async fn open(&mut self) {
        let config = &self.small.config;
        let (clock, ids): (Arc<dyn Clock>, _) = (self.clock.clone(), Arc::new(Ids::seeded(2)));
        let parts = App::parts(config, &clock, &ids).unwrap();
        let store = open_store(&config.data.dir).unwrap();
        let app = App::assemble(parts, Seams { clock, ids, store }).await.unwrap();
        let listener = tokio::net::TcpListener::bind(config.server.listen).await.unwrap();
        let control = Control::bind(&config.data.dir).unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(web::serve(listener, web::router(app.clone()), stop.clone()));
        tokio::spawn(control.serve(app.clone(), stop.clone()));
        self.app = Some(app);
        self.doors = Some(stop.drop_guard());
    }

    /// Everything that the platform tells of has happened once.
    async fn hear(&self) {
        let app = self.app.as_ref().unwrap();
        let families = self.small.import(app, self.clock.now()).await;
        let simulator = &self.small.simulator;
        let account = &families[0].guardians[0].1;
        simulator.add_member(account);
        simulator.send(account, &Saying::Text("菜单".into())).await.unwrap();
        simulator.put_pupil(Pupil { id: "s2".into(), name: "周安安".into(), classes: vec![CLASS] });
        assert!(simulator.announce().await.iter().all(Result::is_ok));
        simulator.kf_say(KF, "wm1", "您好");
        simulator.kf_ring(KF).await.unwrap();
    }

    /// What the doctor says of these settings, at this address.
    async fn report(&self, config: &Config, url: Option<&str>) -> kehou::cli::doctor::Report {
        let url = url.map_or_else(|| config.server.public_url.clone(), str::to_owned);
        examine(config, &config.schools[0], Some(&url), (self.clock.clone(), roomy)).await
    }

    /// The report with the test's own addresses made the same in each run.
    fn told(&self, text: &str) -> String {
        let text = text.replace(&self.small.config.server.listen.to_string(), "127.0.0.1:8700");
        text.replace(&self.small.folder.path().display().to_string(), "[FOLDER]")
    }

    /// What is not well, in the report's own lines.
    async fn trouble(&self, config: &Config, url: Option<&str>) -> String {
        let report = self.report(config, url).await;
        let mut lines = String::new();
        for finding in report.findings() {
            let mark = match finding.level {
                Level::Wrong => "✗",
                Level::Look if finding.id != "callback.outside" => "!",
                Level::Unseen if finding.id.ends_with(".unasked") => "·",
                Level::Fine | Level::Look | Level::Unseen => continue,
            };
            writeln!(lines, "{mark} {} {}：{}", finding.id, finding.subject, finding.tried).unwrap();
            for more in [&finding.means, &finding.then].into_iter().flatten() {
                writeln!(lines, "    {more}").unwrap();
            }
        }
        self.told(&lines)
    }
}

/// A disk with room, whatever the machine of the test has.
#[expect(clippy::unnecessary_wraps, reason = "stands in for what the system says, or does not say")]
fn roomy(_: &std::path::Path) -> Option<u64> {
    Some(100_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_school_that_is_set_up_right_it_says_so() {
    let patient = Patient::start().await;
    patient.hear().await;
    patient.clock.advance(chrono::Duration::minutes(45));
    let report = patient.report(&patient.small.config, None).await;
    insta::assert_snapshot!("all_is_well", patient.told(&report.text()));
    assert_eq!(report.count(Level::Wrong), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_of_the_platform_is_explained() {
    let patient = Patient::start().await;
    patient.hear().await;
    let (simulator, config) = (&patient.small.simulator, &patient.small.config);
    assert_eq!(patient.trouble(config, None).await, "");
    let mut told = String::new();
    for (api, code) in [
        ("gettoken", 40013),
        ("gettoken", 45009),
        ("getcallbackip", 60020),
        ("message/send", 301_002),
        ("message/send", 50003),
        ("message/send", 48002),
        ("school/department/list", 60011),
        ("school/department/list", 65014),
        ("externalcontact/message/send", 48002),
        ("kf/add_contact_way", 48002),
        ("kf/add_contact_way", 48007),
        ("kf/add_contact_way", 95017),
        ("kf/add_contact_way", 60030),
    ] {
        simulator.refuse(api, code);
        let trouble = patient.trouble(config, None).await;
        assert!(trouble.contains(&code.to_string()) || code == 45009, "{api} {code}: {trouble}");
        writeln!(told, "## {api} {code}\n{trouble}").unwrap();
        simulator.refuse(api, 0);
    }
    for (name, outage) in
        [("502", Outage::BadGateway), ("half an answer", Outage::Broken), ("busy", Outage::Busy)]
    {
        simulator.set_faults(Faults { outage, ..Faults::default() });
        writeln!(told, "## {name}\n{}", patient.trouble(config, None).await).unwrap();
    }
    simulator.set_faults(Faults::default());
    assert_eq!(patient.trouble(config, None).await, "", "and all is well again");
    insta::assert_snapshot!("refusals", told);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_setting_and_switch_is_explained() {
    let patient = Patient::start().await;
    patient.hear().await;
    let simulator = &patient.small.simulator;
    let mut told = String::new();
    let mut wrong_secret = patient.small.config.clone();
    wrong_secret.wecom[0].secret = SecretString::from("another-secret");
    let mut wrong_agent = patient.small.config.clone();
    wrong_agent.wecom[0].agent_id = 1_000_009;
    let mut wrong_token = patient.small.config.clone();
    wrong_token.wecom[0].token = SecretString::from("AnotherToken2026");
    let mut wrong_kf = patient.small.config.clone();
    wrong_kf.wecom[0].kf = vec!["wkNOBODY".to_owned()];
    let mut no_platform = patient.small.config.clone();
    no_platform.wecom.clear();
    for (name, config) in [
        ("secret", wrong_secret),
        ("agent_id", wrong_agent),
        ("token of the callbacks", wrong_token),
        ("kf", wrong_kf),
        ("no [[wecom]]", no_platform),
    ] {
        let trouble = patient.trouble(&config, None).await;
        assert!(trouble.contains('✗'), "{name}: {trouble}");
        assert!(!trouble.contains("another-secret") && !trouble.contains("AnotherToken"), "{trouble}");
        writeln!(told, "## {name}\n{trouble}").unwrap();
    }
    for (name, rights) in [
        ("可调用接口的应用", Rights { reads_directory: false, ..Rights::default() }),
        ("家长可使用的应用", Rights { writes_to_parents: false, ..Rights::default() }),
        ("no class in scope", Rights { departments: [].into(), ..Rights::default() }),
        ("one class in scope", Rights { departments: [CLASS].into(), ..Rights::default() }),
    ] {
        simulator.set_rights(rights);
        writeln!(told, "## {name}\n{}", patient.trouble(&patient.small.config, None).await).unwrap();
    }
    insta::assert_snapshot!("settings_and_switches", told);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_elsewhere_is_explained() {
    let patient = Patient::start().await;
    patient.hear().await;
    let router = axum::Router::new()
        .route("/page/{*rest}", get(|| async { "<html>welcome</html>" }))
        .route(
            "/moved/{*rest}",
            get(|| async { axum::response::Redirect::permanent("https://kehou.example.cn/") }),
        )
        .route("/gone/{*rest}", get(|| async { StatusCode::NOT_FOUND }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let mut told = String::new();
    for (name, url) in [
        ("another page", format!("http://{elsewhere}/page")),
        ("a redirect", format!("http://{elsewhere}/moved")),
        ("no such page", format!("http://{elsewhere}/gone")),
        ("nobody", closed.clone()),
    ] {
        let trouble = patient.trouble(&patient.small.config, Some(&url)).await;
        assert!(trouble.contains("wecom_app.callback"), "{name}: {trouble}");
        let trouble = trouble.replace(&elsewhere.to_string(), "elsewhere").replace(&closed, "http://closed");
        writeln!(told, "## {name}\n{trouble}").unwrap();
    }
    insta::assert_snapshot!("addresses", told);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_heard_and_a_clock_that_is_off_are_worth_a_look() {
    let patient = Patient::start().await;
    let mut told = format!("## nothing heard\n{}", patient.trouble(&patient.small.config, None).await);
    patient.hear().await;
    let simulators = patient.clock.now();
    for minutes in [1, -10] {
        let ours = Arc::new(ManualClock::new(simulators + chrono::Duration::minutes(minutes)));
        let config = &patient.small.config;
        let url = config.server.public_url.clone();
        let report = examine(config, &config.schools[0], Some(&url), (ours, roomy)).await;
        let found = report.findings().find(|finding| finding.id == "wecom.clock").unwrap();
        let more = [&found.means, &found.then].map(|more| more.clone().unwrap());
        writeln!(told, "## {minutes} minutes\n{:?} {}\n{}", found.level, found.tried, more.join("\n"))
            .unwrap();
    }
    patient.clock.advance(chrono::Duration::days(31));
    writeln!(told, "## a month later\n{}", patient.trouble(&patient.small.config, None).await).unwrap();
    insta::assert_snapshot!("heard_and_clock", told);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_the_folder_is_looked_at_and_a_locked_one_is_told() {
    let mut patient = Patient::start().await;
    patient.hear().await;
    drop(patient.doors.take());
    let socket = patient.small.config.data.dir.join(kehou::cli::control::SOCKET_NAME);
    while socket.exists() {
        tokio::task::yield_now().await;
    }
    let mut told = format!("## locked\n{}", patient.trouble(&patient.small.config, None).await);
    patient.app.take().unwrap().seams.store.close().await.unwrap();
    writeln!(told, "## no server\n{}", patient.trouble(&patient.small.config, None).await).unwrap();
    let mut empty = patient.small.config.clone();
    empty.data.dir = patient.small.folder.path().join("nowhere");
    writeln!(told, "## no data\n{}", patient.trouble(&empty, None).await).unwrap();
    assert!(!empty.data.dir.exists(), "looking makes nothing");
    let plan = patient.small.config.schools[0].plan.clone();
    std::fs::write(&plan, "this = is no plan").unwrap();
    writeln!(told, "## no plan\n{}", patient.trouble(&patient.small.config, None).await).unwrap();
    insta::assert_snapshot!("server_and_folder", told);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_ends_with_1_when_something_is_wrong_and_its_json_holds_nothing_secret() {
    let patient = Patient::start().await;
    patient.hear().await;
    // The command has the machine's own clock, and kf and parents stand in no file.
    let run = |file: &Path, more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kehou"));
        let ended = command.arg("--config").arg(file).arg("doctor").args(more).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
    };
    let file = patient.small.file.clone();
    let (code, text) = tokio::task::spawn_blocking({
        let file = file.clone();
        move || run(&file, &["--json"])
    })
    .await
    .unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let of = |id: &str| {
        let found = report["findings"].as_array().unwrap();
        found.iter().find(|finding| finding["id"] == id).unwrap_or_else(|| panic!("no {id} in {text}"))
    };
    assert_eq!(of("wecom.token")["level"], "fine");
    assert_eq!(of("wecom_app.callback")["level"], "fine");
    // The simulated school lives at another time than this machine.
    assert_eq!((of("wecom.clock")["level"].as_str(), code), (Some("wrong"), Some(1)));
    let settings = std::fs::read_to_string(&file).unwrap();
    for key in ["secret", "token", "encoding_aes_key"] {
        let line = settings.lines().find(|line| line.starts_with(key)).unwrap();
        let value = line.split('"').nth(1).unwrap();
        assert!(!text.contains(value), "{key}");
    }
    assert!(!text.contains("李小禾") && !text.contains("1380000"), "{text}");
    std::fs::write(&file, settings.replace("agent_id = 1000002", "agent_id = \"x\"")).unwrap();
    let (code, text) = tokio::task::spawn_blocking(move || run(&file, &[])).await.unwrap();
    assert_eq!(code, Some(1));
    assert!(text.contains("✗ 配置") && text.contains("agent_id"), "{text}");
}
