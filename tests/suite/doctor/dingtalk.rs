//! What the doctor says of a school on DingTalk alone: set up right, over HTTP and by a stream, and with each thing wrong.
//!
//! The simulator speaks over real connections; the clock is moved by hand.

use std::net::{Ipv4Addr, SocketAddr};

use kehou::domain::people::Channel;
use kehou::simulator::dingtalk::{
    ConsoleSettings, DingtalkSimulator, Event, Faults, Outage, Running, Saying,
};
use tokio::net::TcpListener;

use super::super::dingtalk::{import, settings, without_accounts};
use super::*;

/// What somebody has written wrong.
type Change = fn(&mut Config);

/// A school on DingTalk whose server runs.
struct OnDingtalk {
    small: SmallSchool,
    simulator: DingtalkSimulator,
    clock: Arc<ManualClock>,
    app: Arc<App>,
    /// Somebody of the staff.
    teacher: String,
    stop: CancellationToken,
    _running: Running,
}

impl OnDingtalk {
    async fn start(is_stream: bool) -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let mut small = SmallSchool::start(clock.clone(), 1).await;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let console = ConsoleSettings::new("dingcorp", "dingapp", "very-secret")
            .with_callback_url(format!("{public_url}/callback/dingtalk/{}", small.school));
        let simulator = DingtalkSimulator::new(console.clone(), clock.clone(), Ids::seeded(3)).unwrap();
        let running = simulator.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        small.config.wecom.clear();
        small.config.server.public_url = public_url;
        small.config.dingtalk.push(settings(&small, &console, &running, is_stream));
        let (time, ids): (Arc<dyn Clock>, _) = (clock.clone(), Arc::new(Ids::seeded(2)));
        let parts = App::parts(&small.config, &time, &ids).unwrap();
        let store = open_store(&small.config.data.dir).unwrap();
        let app = App::assemble(parts, Seams { clock: time, ids, store }).await.unwrap();
        let people = import(&small, &app, &simulator, without_accounts, clock.now()).await;
        let control = Control::bind(&small.config.data.dir).unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(web::serve(listener, web::router(app.clone()), stop.clone()));
        tokio::spawn(control.serve(app.clone(), stop.clone()));
        let teacher = people[0].1.clone();
        Self { small, simulator, clock, app, teacher, stop, _running: running }
    }

    /// Everything that DingTalk tells of has happened once.
    async fn hear(&self) {
        let event = Event { kind: "edu_user_insert".to_owned(), fields: serde_json::json!({"userid": "g1"}) };
        let saying = Saying::Text("菜单".to_owned());
        if self
            .small
            .config
            .dingtalk_callback_url(&self.small.config.dingtalk[0], DingtalkDoor::Robot)
            .is_some()
        {
            self.simulator.send(&self.teacher, &saying).await.unwrap();
            self.simulator.announce(&event).await.unwrap();
            return;
        }
        let (app, stop, school) = (self.app.clone(), self.stop.clone(), self.small.school.clone());
        tokio::spawn(async move {
            let robot = app.platform(Channel::DingtalkRobot, &school).unwrap();
            robot.stream().unwrap().run(app.as_ref(), stop).await;
        });
        self.simulator.streams_are(|simulator| simulator.connections() == 1).await;
        self.simulator.push(&self.teacher, &saying).unwrap();
        self.simulator.push_event(&event);
        self.simulator.streams_are(|simulator| simulator.unacknowledged() == 0).await;
    }

    async fn report(&self, config: &Config) -> kehou::cli::doctor::Report {
        examine(config, &config.schools[0], None, (self.clock.clone(), roomy)).await
    }

    /// What is not well, in the report's own lines.
    async fn trouble(&self, config: &Config) -> String {
        let mut lines = String::new();
        for finding in self.report(config).await.findings() {
            let mark = match finding.level {
                Level::Wrong => "✗",
                Level::Look if finding.id != "callback.outside" => "!",
                Level::Fine | Level::Look | Level::Unseen => continue,
            };
            writeln!(lines, "{mark} {} {}：{}", finding.id, finding.subject, finding.tried).unwrap();
            for more in [&finding.means, &finding.then].into_iter().flatten() {
                writeln!(lines, "    {more}").unwrap();
            }
        }
        self.told(&lines)
    }

    fn told(&self, text: &str) -> String {
        let text = text.replace(&self.small.config.server.public_url, "http://127.0.0.1:8700");
        text.replace(&self.small.folder.path().display().to_string(), "[FOLDER]")
    }
}

impl Drop for OnDingtalk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_school_on_dingtalk_alone_that_is_set_up_right_it_says_so() {
    for is_stream in [false, true] {
        let patient = OnDingtalk::start(is_stream).await;
        patient.hear().await;
        let shown = patient.simulator.figures().messages_shown;
        let report = patient.report(&patient.small.config).await;
        let name = if is_stream { "dingtalk_by_stream" } else { "dingtalk_over_http" };
        insta::assert_snapshot!(name, patient.told(&report.text()));
        assert_eq!(report.count(Level::Wrong), 0);
        assert_eq!(patient.simulator.figures().messages_shown, shown, "nobody was reached");
        assert_eq!(patient.simulator.connections(), usize::from(is_stream), "no second connection stood");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_that_is_wrong_with_a_school_on_dingtalk_is_explained() {
    let patient = OnDingtalk::start(false).await;
    let mut told = format!("## nothing heard\n{}", patient.trouble(&patient.small.config).await);
    patient.hear().await;
    assert_eq!(patient.trouble(&patient.small.config).await, "");
    let changes: [(&str, Change); 5] = [
        ("client_secret", |config| config.dingtalk[0].client_secret = "another-secret".to_owned().into()),
        ("robot_code", |config| config.dingtalk[0].robot_code = "dingother".to_owned()),
        ("agent_id", |config| config.dingtalk[0].agent_id = 9),
        ("event_token", |config| {
            if let DingtalkMode::Http { event_token, .. } = &mut config.dingtalk[0].mode {
                *event_token = "AnotherToken2026".to_owned().into();
            }
        }),
        ("no platform", |config| config.dingtalk.clear()),
    ];
    for (name, change) in changes {
        let mut config = patient.small.config.clone();
        change(&mut config);
        let trouble = patient.trouble(&config).await;
        assert!(trouble.contains('✗'), "{name}: {trouble}");
        assert!(!trouble.contains("another-secret") && !trouble.contains("AnotherToken"), "{trouble}");
        writeln!(told, "## {name}\n{trouble}").unwrap();
    }
    for outage in [Outage::Forbidden, Outage::MonthOver, Outage::TimedOut, Outage::Busy] {
        patient.simulator.set_faults(Faults { outage, ..Faults::default() });
        writeln!(told, "## {outage:?}\n{}", patient.trouble(&patient.small.config).await).unwrap();
    }
    patient.simulator.set_faults(Faults::default());
    assert_eq!(patient.trouble(&patient.small.config).await, "", "and all is well again");
    insta::assert_snapshot!("dingtalk_troubles", told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_refused_is_explained() {
    let patient = OnDingtalk::start(true).await;
    patient.hear().await;
    patient.simulator.set_faults(Faults { streams_refused: true, ..Faults::default() });
    insta::assert_snapshot!("dingtalk_stream_refused", patient.trouble(&patient.small.config).await);
}
