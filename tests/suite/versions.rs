//! Changed flows: who stands in a version goes on in it, through restarts and reloads; a map moves them; a plan says so
//! before.

use std::path::Path;
use std::sync::Arc;

use kehou::app::{App, Seams};
use kehou::clock::{Clock, ManualClock, Moment};
use kehou::config::{Config, Flows};
use kehou::domain::people::{Channel, PersonId, SchoolId};
use kehou::flow::effect::Input;
use kehou::ids::Ids;
use kehou::platform::{Content, Inbound, InboundId};
use kehou::rehearsal::cast::Cast;
use kehou::rehearsal::live::Live;
use kehou::rehearsal::script::{Office, Said};
use kehou::store::memory::MemoryStore;
use kehou::store::{Kind, Range, Store};
use kehou::usecase::draft::{Draft, Travel};
use kehou::usecase::flow_files::{self, Source};
use kehou::usecase::flow_plan::Fate;
use kehou::usecase::flow_shelf::reload;
use kehou::usecase::office::{Answer, OfficeError, Request, answer};

fn text(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-flows").join(name);
    std::fs::read_to_string(file).unwrap()
}

/// The survey with another sentence for an unclear reply, and a map or none.
fn survey(upgrade: &str) -> Vec<Source> {
    let changed = text("opt-in.yaml").replace("没看明白是哪几天。", "新的一版：没看明白是哪几天。");
    flow_files::with(vec![("opt-in.yaml".into(), format!("{changed}\n{upgrade}"))])
}

/// What a mother hears who was asked for the days, saw kehou restart with other flows, and then writes nonsense.
async fn heard_after_restart(flows: Vec<Source>) -> String {
    let opening = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(16, 30, 0).unwrap();
    let mut live = Live::open(flow_files::shipped(), opening).await.unwrap();
    live.office(Office::Open).await.unwrap();
    live.say("妈妈", &Said::Text("参加".into()), false).await.unwrap();
    while live.hear("妈妈").is_some() {}
    live.restart_with(flows).await.unwrap();
    live.say("妈妈", &Said::Text("你猜".into()), false).await.unwrap();
    live.hear("妈妈").unwrap()
}

#[tokio::test]
async fn a_person_amid_a_question_goes_on_in_their_version_after_a_restart_with_another() {
    assert!(heard_after_restart(survey("")).await.starts_with("没看明白"));
    assert!(heard_after_restart(survey("upgrade: {ask-days: ask-days}")).await.starts_with("新的一版"));
    assert!(heard_after_restart(survey("upgrade: {ask-time: ask-days}")).await.starts_with("没看明白"));
}

/// A kehou with a folder of flows, and the cast of the rehearsals.
struct School {
    app: Arc<App>,
    folder: tempfile::TempDir,
    messages: u32,
}

fn now() -> Moment {
    "2026-11-23T08:30:00Z".parse().unwrap()
}

impl School {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let path = folder.path();
        std::fs::copy(config.join("example-school/plan.toml"), path.join("plan.toml")).unwrap();
        std::fs::copy(config.join("calendars/cn-2026.toml"), path.join("calendar.toml")).unwrap();
        std::fs::create_dir(path.join("flows")).unwrap();
        let store = Arc::new(MemoryStore::default());
        Cast::example().enrol(store.as_ref(), now()).await.unwrap();
        let app = Self::start(path, store).await;
        Self { app, folder, messages: 0 }
    }

    async fn start(folder: &Path, store: Arc<dyn Store>) -> Arc<App> {
        let settings = Config { flows: Flows { dir: Some(folder.join("flows")) }, ..Config::example(folder) };
        let (clock, ids): (Arc<dyn Clock>, _) = (Arc::new(ManualClock::new(now())), Arc::new(Ids::seeded(7)));
        let parts = App::parts(&settings, &clock, &ids).unwrap();
        App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
    }

    /// Writes the menu with this before its question.
    fn write_menu(&self, words: &str, upgrade: &str) {
        let menu = text("menu.yaml").replace("请回复一个数字：", &format!("{words}请回复一个数字："));
        let menu = menu.replace("要办哪件事？", &format!("{words}要办哪件事？"));
        self.write("menu.yaml", &format!("{menu}\n{upgrade}\n"));
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("flows").join(name), text).unwrap();
    }

    async fn says(&mut self, who: &str, words: &str) -> String {
        self.messages += 1;
        let inbound = Inbound {
            school: SchoolId::from("example"),
            channel: Channel::Terminal,
            id: InboundId(format!("m{}", self.messages)),
            account: who.to_owned(),
            content: Content::Text(words.to_owned()),
            sent_at: None,
            envelope: String::new(),
        };
        self.app.receive(&inbound, now()).await.unwrap().unwrap()
    }

    async fn ask(&self, request: &Request) -> Result<Answer, OfficeError> {
        answer(&self.app.service, request, now()).await
    }

    /// How many versions of the menu are remembered.
    async fn versions(&self) -> usize {
        let store = &self.app.seams.store;
        store.scan(Kind("flow_version"), &Range::prefix("menu/", 9)).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_reload_is_for_those_who_begin_and_the_others_go_on_as_they_began() {
    let mut school = School::open().await;
    assert!(school.says("妈妈", "菜单").await.starts_with("要办哪件事"));
    school.write_menu("新。", "");
    let reloaded = reload(&school.app.service, now()).await.unwrap();
    assert_eq!((reloaded.changed.len(), reloaded.changed[0].flow.as_str(), reloaded.older), (1, "menu", 1));
    assert!(school.says("爸爸", "菜单").await.starts_with("新。要办哪件事"));
    assert!(school.says("妈妈", "你猜").await.starts_with("请回复一个数字"));
    school.write_menu("更新。", "upgrade: {ask-what: ask-what}");
    reload(&school.app.service, now()).await.unwrap();
    assert!(school.says("爸爸", "你猜").await.starts_with("更新。请回复一个数字"));
    assert_eq!(school.versions().await, 3);
    // Nobody stands in the first two once both have left; the next start forgets them.
    for who in ["妈妈", "爸爸"] {
        school.says(who, "退出").await;
    }
    school.app = School::start(school.folder.path(), school.app.seams.store.clone()).await;
    assert_eq!(school.versions().await, 1);
}

#[tokio::test]
async fn flows_with_problems_are_refused_with_all_of_them_and_the_old_ones_stay() {
    let mut school = School::open().await;
    school.write_menu("新。", "upgrade: {ask-what: ask-waht}");
    school.write("own.yaml", "id: own\ntitle: 自己的\nspeaks_to: group\nsteps:\n  only: {end: done}\n");
    let Err(OfficeError::Problems(problems)) = school.ask(&Request::FlowReload).await else {
        panic!("flows with problems were taken");
    };
    let listed: Vec<_> = problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(school.says("爸爸", "菜单").await.starts_with("要办哪件事"));
    assert_eq!(school.versions().await, 1);
}

#[tokio::test]
async fn a_turn_in_flight_ends_with_the_flows_that_it_began_with() {
    let mut school = School::open().await;
    let service = school.app.service.clone();
    let here = service.school(&SchoolId::from("example")).unwrap().clone();
    let father = PersonId("p_爸爸".into());
    let mut draft = Draft::load(&service, &here, &father, now()).await.unwrap().unwrap();
    school.write_menu("新。", "");
    reload(&service, now()).await.unwrap();
    draft.take(Input::Reply("菜单".into())).await.unwrap();
    let (batch, words) = draft.into_batch(Travel::Reply).unwrap();
    assert!(words.unwrap().starts_with("要办哪件事"));
    service.store.commit(batch).await.unwrap();
    assert!(school.says("爸爸", "你猜").await.starts_with("请回复一个数字"));
}

#[tokio::test]
async fn a_plan_says_before_what_would_become_of_those_who_stand_in_a_flow() {
    let mut school = School::open().await;
    school.says("妈妈", "菜单").await;
    school.says("爸爸", "菜单").await;
    for (upgrade, want, is_sound) in [
        ("", Fate::Stay, true),
        ("upgrade: {ask-what: closed}", Fate::Move { to: "closed".into() }, true),
        ("upgrade: {ask-what: ask-waht}", Fate::Misled { to: "ask-waht".into() }, false),
    ] {
        school.write_menu("新。", upgrade);
        let sources = flow_files::read_folder(&school.folder.path().join("flows")).unwrap();
        let Ok(Answer::FlowPlan(plan)) = school.ask(&Request::FlowPlan { sources }).await else {
            panic!("no plan");
        };
        assert_eq!(plan.changes.len(), 1, "{upgrade}");
        let stand = &plan.changes[0].stands[0];
        assert_eq!((stand.step.as_str(), stand.people, &stand.fate), ("ask-what", 2, &want), "{upgrade}");
        assert_eq!(plan.is_sound(), is_sound, "{upgrade}");
    }
    // Nothing was changed by looking.
    assert!(school.says("妈妈", "你猜").await.starts_with("请回复一个数字"));
}
