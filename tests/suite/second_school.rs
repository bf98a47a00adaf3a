//! The demo's two schools: one lives on WeCom, the other on DingTalk, in one kehou and under one clock.
//!
//! What a visitor does goes through the page's interface, what parents say on their page straight into kehou. Start at
//! [`Stage::start`].

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::Duration;
use kehou::cli::demo::world::World;
use kehou::cli::demo::{first_morning, stage_both};
use kehou::clock::Clock;
use kehou::domain::people::Channel;
use kehou::platform::{Content, Inbound, InboundId};
use kehou::simulator::demo::Demo;
use kehou::usecase::campaign;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const SEED: u64 = 7;

/// Both schools, with their pages.
struct Stage {
    world: Arc<World>,
    demo: Demo,
    pages: Router,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Arc::new(World::start_both(folder.path(), SEED, first_morning()).await.unwrap());
        let [first, demo] = stage_both(&world, SEED).await.unwrap();
        let pages = first.router_beside(&demo);
        Self { world, demo, pages, _folder: folder }
    }

    async fn ask(&self, path: &str, body: Option<Value>) -> (StatusCode, String) {
        let request = match body {
            Some(body) => Request::post(path)
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => Request::get(path).body(Body::empty()),
        };
        let response = self.pages.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask(path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(path, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    /// The account of somebody of the school on DingTalk whom these words find.
    async fn somebody(&self, query: &str) -> String {
        let found = self.get(&format!("/dingtalk/api/people?{query}")).await;
        found["people"][0]["account"].as_str().unwrap().to_owned()
    }

    async fn state(&self) -> Value {
        self.get("/dingtalk/api/state").await
    }

    async fn thread(&self, account: &str) -> Vec<Value> {
        let phone = self.get(&format!("/dingtalk/api/phone/{account}")).await;
        phone["thread"].as_array().unwrap().clone()
    }

    async fn pass(&self, minutes: i64) {
        self.demo.push_clock(self.world.clock.now() + Duration::minutes(minutes));
        self.demo.run_clock().await;
    }

    /// A guardian says something on the parent page; what the page answers.
    async fn say_on_page(&self, account: &str, words: &str) -> String {
        let now = self.world.clock.now();
        let inbound = Inbound {
            school: self.world.dingtalk.as_ref().unwrap().school.clone(),
            channel: Channel::ParentPage,
            id: InboundId(self.world.app.service.ids.new_id("said", now)),
            account: account.to_owned(),
            content: Content::Text(words.to_owned()),
            sent_at: None,
            envelope: String::new(),
        };
        self.world.app.receive(&inbound, now).await.unwrap().unwrap_or_default()
    }

    async fn stop(self) {
        let Self { world, demo, pages, _folder } = self;
        drop((demo, pages));
        Arc::into_inner(world).unwrap().stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_school_on_dingtalk_asks_its_own_families_who_answer_on_their_page() {
    let both = Stage::start().await;
    let guardian = both.somebody("role=guardian").await;
    both.post(&format!("/dingtalk/api/phone/{guardian}/hold"), json!({})).await;
    both.post("/dingtalk/api/campaign", json!({})).await;
    both.pass(70).await;
    let state = both.state().await;
    let counts = &state["coverage"]["states"];
    let sum: u64 = counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(sum, 150, "{counts}");
    assert!(counts["accepted"].as_u64() > Some(25) && counts["not_asked"] == 0, "{counts}");
    assert_eq!(both.get("/api/state").await["coverage"]["states"]["not_asked"], 1_200);

    let shown = &both.thread(&guardian).await[0]["shows"];
    let home = format!("{}/p/example-dingtalk", both.world.app.public_url);
    assert_eq!((&shown["kind"], &shown["url"]), (&json!("card"), &json!(home)));
    let say = format!("/dingtalk/api/phone/{guardian}/say");
    assert_eq!(both.ask(&say, Some(json!({"text": "参加"}))).await.0, StatusCode::CONFLICT);
    let opened = both.post(&format!("/dingtalk/api/phone/{guardian}/page"), json!({})).await;
    assert_eq!(opened["url"], format!("{home}/by/chat-dingtalk"));

    for line in state["feed"].as_array().unwrap() {
        assert!(!line["text"].as_str().unwrap().contains("微信"), "{line}");
    }
    both.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_on_dingtalk_is_answered_and_decides_by_a_press_though_the_clock_stands_still() {
    let both = Stage::start().await;
    let guardian = both.somebody("role=guardian").await;
    let class = both.get(&format!("/dingtalk/api/phone/{guardian}")).await["person"]["class"].clone();
    let people = both.get("/dingtalk/api/people?role=homeroom_teacher").await;
    let teachers = people["people"].as_array().unwrap();
    let teacher = teachers.iter().find(|one| one["class"] == class).unwrap();
    let teacher = format!("/dingtalk/api/phone/{}", teacher["account"].as_str().unwrap());
    for turn in 1..=8 {
        let answered = both.post(&format!("{teacher}/say"), json!({"text": "查询"})).await;
        let last = answered["thread"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["from"], &answered["delivered"]), (&json!("app"), &json!(true)), "turn {turn}");
    }

    let service = &both.world.app.service;
    let school = service.school(&both.world.dingtalk.as_ref().unwrap().school).unwrap();
    campaign::open(service, school, 3, both.world.clock.now()).await.unwrap();
    campaign::close(service, school, both.world.clock.now()).await.unwrap();
    for words in ["中途参加", "周一周三", "五点半", "听老师安排", "明天", "对"] {
        both.say_on_page(&guardian, words).await;
    }
    both.pass(1).await;
    let told = both.thread(&guardian).await.len();
    let phone = both.get(&teacher).await;
    let thread = phone["thread"].as_array().unwrap();
    let card =
        thread.iter().map(|bubble| &bubble["shows"]).find(|shows| shows["kind"] == "task_card").unwrap();
    assert_eq!(card["options"][0][1], "同意", "{card}");
    let press = json!({"task": card["task"], "key": card["options"][0][0]});
    let pressed = both.post(&format!("{teacher}/press"), press.clone()).await;
    let settled =
        pressed["thread"].as_array().unwrap().iter().find(|one| one["shows"]["task"] == card["task"]);
    assert!(settled.unwrap()["shows"]["replaced"].as_str().unwrap().ends_with("已同意"));
    assert_eq!(both.ask(&format!("{teacher}/press"), Some(press)).await.0, StatusCode::CONFLICT);
    let news = &both.thread(&guardian).await[told..];
    let is_told = |bubble: &Value| bubble["shows"]["description"].as_str().unwrap().contains("安排好了");
    assert!(news.iter().any(is_told), "{news:?}");
    both.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dingtalk_offers_its_own_troubles_and_what_did_not_get_through_says_so() {
    let both = Stage::start().await;
    let teacher = both.somebody("role=homeroom_teacher").await;
    let say = format!("/dingtalk/api/phone/{teacher}/say");
    let wecoms = both.get("/api/state").await["panel"]["troubles"].clone();
    let labels = |troubles: &Value| -> Vec<String> {
        let all = troubles.as_array().unwrap().iter();
        all.map(|one| one["label"].as_str().unwrap().to_owned()).collect()
    };
    let panel = both.state().await["panel"].clone();
    assert!(labels(&panel["troubles"]).contains(&"本月调用额度用完".to_owned()), "{panel}");
    assert!(!labels(&wecoms).contains(&"本月调用额度用完".to_owned()));
    let foreign = json!({"trouble": wecoms[0]["trouble"], "is_on": true});
    assert_eq!(both.ask("/dingtalk/api/troubles", Some(foreign)).await.0, StatusCode::UNPROCESSABLE_ENTITY);

    let cut = both.post("/dingtalk/api/faults", json!({"network": {"is_cut": true}})).await;
    assert_eq!(cut["network"]["is_cut"], true);
    let lost = both.post(&say, json!({"text": "查询"})).await;
    assert_eq!(
        (&lost["delivered"], &lost["thread"][0]["delivery"]["state"]),
        (&json!(false), &json!("failed"))
    );
    both.post("/dingtalk/api/faults", json!({"network": {"is_repeating": true}})).await;
    let answered = both.post(&say, json!({"text": "查询"})).await;
    let from: Vec<&Value> = answered["thread"].as_array().unwrap().iter().map(|one| &one["from"]).collect();
    assert_eq!(from, ["me", "me", "app"], "what came three times is answered once");
    assert_eq!(
        both.get("/api/state").await["network"]["is_repeating"],
        false,
        "the other school has no trouble"
    );
    both.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_leads_to_the_other_school() {
    let both = Stage::start().await;
    for (path, platform, here, there) in
        [("/", "wecom", "./", "dingtalk/"), ("/dingtalk/", "dingtalk", "./", "../")]
    {
        let (status, page) = both.ask(path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        for piece in [
            format!("data-platform=\"{platform}\""),
            format!("<a href=\"{here}\" aria-current=\"page\">"),
            format!("<a href=\"{there}\">"),
        ] {
            assert!(page.contains(&piece), "{path}: no {piece}");
        }
    }
    assert_eq!(both.ask("/dingtalk", None).await.0, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(both.ask("/dingtalk/page.js", None).await.0, StatusCode::OK);
    both.stop().await;
}
