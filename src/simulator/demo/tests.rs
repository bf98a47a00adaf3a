//! The demo over a small school, in memory and on loopback.

mod fake;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;
use crate::clock::Clock as _;
use fake::FakeDemo;

async fn call(demo: &Demo, path: &str, body: Option<Value>) -> (StatusCode, Value) {
    let request = match body {
        Some(body) => Request::post(path)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
        None => Request::get(path).body(Body::empty()).unwrap(),
    };
    let response = demo.router().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn get(demo: &Demo, path: &str) -> Value {
    let (status, answer) = call(demo, path, None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn the_page_comes_with_everything_it_needs_and_nothing_from_elsewhere() {
    let fake = FakeDemo::start(1, 1).await;
    for (path, kind) in [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
        ("/overview.js", "text/javascript"),
        ("/phones.js", "text/javascript"),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = fake.demo.router().oneshot(request).await.unwrap();
        let headers = response.headers().clone();
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
        let bytes = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let foreign = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!foreign.contains("http://") && !foreign.contains("https://"), "{path}");
        assert!(!text.contains("innerHTML") && !text.contains("insertAdjacentHTML"), "{path}");
    }
}

#[tokio::test]
async fn people_are_found_by_role_name_and_class() {
    let fake = FakeDemo::start(2, 3).await;
    for (query, count) in [
        ("role=admin", 1),
        ("role=homeroom_teacher", 12),
        ("role=guardian&q=%E4%B8%89%E5%B9%B4%E7%BA%A72%E7%8F%AD", 3),
        ("role=guardian&q=%E4%B8%892%E7%8F%AD", 3),
        ("role=guardian&q=3%E5%B9%B4%E7%BA%A72%E7%8F%AD", 3),
        ("q=%E6%A2%81", 1),
        ("q=nobody", 0),
    ] {
        let found = get(&fake.demo, &format!("/api/people?{query}")).await;
        assert_eq!(found["people"].as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn a_visitor_speaks_for_a_person_and_sees_the_reply_on_the_phone() {
    let fake = FakeDemo::start(1, 2).await;
    call(&fake.demo, "/api/campaign", Some(json!({"action": "open"}))).await;
    let (status, answer) =
        call(&fake.demo, "/api/phone/parent0001/say", Some(json!({"text": "参加 <b>"}))).await;
    assert_eq!((status, &answer["delivered"]), (StatusCode::OK, &json!(true)));
    let thread = answer["thread"].as_array().unwrap();
    let authors: Vec<_> = thread.iter().map(|message| message["from"].as_str().unwrap()).collect();
    assert_eq!(authors, vec!["app", "me", "app"]);
    assert_eq!(thread[1]["shows"]["text"], "参加 <b>");
    assert_eq!(get(&fake.demo, "/api/phone/parent0001").await["thread"], answer["thread"]);
    for (path, body, want) in [
        ("/api/phone/nobody/say", json!({"text": "在吗"}), StatusCode::NOT_FOUND),
        ("/api/phone/parent0001/say", json!({"text": "  "}), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/phone/parent0001/say", json!({"text": "长".repeat(2_000)}), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/campaign", json!({"action": "open"}), StatusCode::CONFLICT),
        ("/api/clock", json!({"to": "tomorrow"}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(call(&fake.demo, path, Some(body)).await.0, want, "{path}");
    }
    let plain = Request::post("/api/clock").body(Body::from("{}")).unwrap();
    let response = fake.demo.router().oneshot(plain).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "a form of another site cannot post");
}

#[tokio::test]
async fn parents_fill_the_campaign_while_the_clock_runs_and_nobody_is_lost() {
    let fake = FakeDemo::start(2, 10).await;
    let before = get(&fake.demo, "/api/state").await;
    assert_eq!(before["coverage"]["states"]["not_asked"], 120);
    call(&fake.demo, "/api/campaign", Some(json!({"action": "open"}))).await;
    let evening = fake.school.clock.now() + chrono::Duration::hours(5);
    fake.demo.push_clock(evening);
    assert_eq!(fake.demo.clock_target(), Some(evening));
    fake.demo.run_clock().await;
    assert_eq!((fake.demo.clock_target(), fake.school.clock.now()), (None, evening));
    let state = get(&fake.demo, "/api/state").await;
    let counts = state["coverage"]["states"].as_object().unwrap();
    assert_eq!(counts.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), 120);
    assert!(counts["accepted"].as_u64().unwrap() > 40, "{counts:?}");
    assert!(counts["declined"].as_u64().unwrap() > 5, "{counts:?}");
    assert!(counts["silent"].as_u64().unwrap() > 5, "{counts:?}");
    let feed = state["feed"].as_array().unwrap();
    assert!(feed.len() > 10);
    let names: Vec<String> = fake.school.people().iter().map(|person| person.name.clone()).collect();
    for line in feed {
        let text = line["text"].as_str().unwrap();
        assert!(!names.iter().any(|name| text.contains(name.as_str())), "{text}");
    }
    let last = feed.last().unwrap()["number"].as_u64().unwrap();
    let later = get(&fake.demo, &format!("/api/state?feed_after={last}")).await;
    assert!(later["feed"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_person_whom_a_visitor_holds_does_not_answer_by_themselves() {
    let fake = FakeDemo::start(1, 10).await;
    for number in 1..=60 {
        call(&fake.demo, &format!("/api/phone/parent{number:04}/hold"), Some(json!({}))).await;
    }
    call(&fake.demo, "/api/campaign", Some(json!({"action": "open"}))).await;
    fake.demo.push_clock(fake.school.clock.now() + chrono::Duration::hours(30));
    fake.demo.run_clock().await;
    assert_eq!(get(&fake.demo, "/api/state").await["coverage"]["states"]["silent"], 60);
}

#[tokio::test]
async fn a_cut_network_is_tried_again_by_the_parents_when_it_is_back() {
    let fake = FakeDemo::start(1, 10).await;
    call(&fake.demo, "/api/campaign", Some(json!({"action": "open"}))).await;
    let cut = json!({"network": {"is_cut": true, "is_repeating": true}});
    call(&fake.demo, "/api/faults", Some(cut)).await;
    fake.demo.push_clock(fake.school.clock.now() + chrono::Duration::hours(2));
    fake.demo.run_clock().await;
    let state = get(&fake.demo, "/api/state").await;
    assert_eq!(state["coverage"]["states"]["silent"], 60, "nothing got through");
    assert_eq!(state["network"]["is_cut"], true);
    call(&fake.demo, "/api/faults", Some(json!({"network": {}, "revoke_token": true}))).await;
    fake.demo.push_clock(fake.school.clock.now() + chrono::Duration::hours(2));
    fake.demo.run_clock().await;
    let silent = get(&fake.demo, "/api/state").await["coverage"]["states"]["silent"].as_u64().unwrap();
    assert!(silent < 35, "{silent}");
    assert!(fake.simulator.figures().callback_requests > 60);
}

#[tokio::test]
async fn the_panel_and_a_scenario_switch_the_same_troubles() {
    let fake = FakeDemo::start(1, 4).await;
    let is_on = |state: &Value, label: &str| {
        let troubles = state["troubles"].as_array().unwrap();
        let one = troubles.iter().find(|one| one["label"].as_str().unwrap().starts_with(label)).unwrap();
        one["is_on"].as_bool().unwrap()
    };
    let panel = get(&fake.demo, "/api/state").await["panel"].clone();
    assert!(panel["troubles"].as_array().unwrap().iter().all(|one| one["is_on"] == false));
    let trouble = json!({"what": "refuse", "calls": "message", "errcode": 60020});
    let switch = |is_on: bool| Some(json!({"trouble": trouble, "is_on": is_on}));
    let (_, on) = call(&fake.demo, "/api/troubles", switch(true)).await;
    assert!(is_on(&on, "应用消息返回 60020"));
    let (_, off) = call(&fake.demo, "/api/troubles", switch(false)).await;
    assert!(!is_on(&off, "应用消息返回 60020"));
    let text = "title = \"短\"\n[[trouble]]\nafter_minutes = 5\nlasts_minutes = 10\nwhat = \"halve\"\n\
                calls = \"message\"\n[[trouble]]\nafter_minutes = 7\nwhat = \"revoke_token\"\n";
    fake.demo.play(&crate::simulator::scenario::Scenario::parse("a.toml", text).unwrap()).await;
    let begins = fake.school.clock.now();
    for (minutes, want) in [(4, false), (6, true), (14, true), (16, false)] {
        fake.demo.push_clock(begins + chrono::Duration::minutes(minutes));
        fake.demo.run_clock().await;
        let panel = get(&fake.demo, "/api/state").await["panel"].clone();
        let running = fake.simulator.troubles();
        assert_eq!(!running.is_empty(), want, "after {minutes} minutes");
        assert_eq!(panel["troubles"].as_array().unwrap().iter().any(|one| one["is_on"] == true), want);
    }
    let feed = get(&fake.demo, "/api/state").await["feed"].clone();
    let told: Vec<&str> =
        feed.as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert!(
        told.contains(&"故障：吊销令牌") && told.iter().any(|line| line.starts_with("故障结束")),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_clock_goes_where_it_is_pushed() {
    let fake = FakeDemo::start(1, 1).await;
    let shows = |state: &Value| {
        format!("{} {}", state["clock"]["day"].as_str().unwrap(), state["clock"]["time"].as_str().unwrap())
    };
    for (body, want) in [
        (json!({"advance_minutes": 10}), "9月1日 周一 16:50"),
        (json!({"to": "20:00"}), "9月1日 周一 20:00"),
        (json!({"to": "20:00"}), "9月2日 周二 20:00"),
        (json!({"to": "next_school_day"}), "9月3日 周三 07:30"),
        (json!({"to": "2025-09-03T08:00:00+08:00"}), "9月3日 周三 08:00"),
        (json!({"to": "2025-09-01T08:00:00+08:00"}), "9月3日 周三 08:00"),
    ] {
        call(&fake.demo, "/api/clock", Some(body.clone())).await;
        fake.demo.run_clock().await;
        assert_eq!(shows(&get(&fake.demo, "/api/state").await), want, "{body}");
    }
}

#[tokio::test]
#[ignore = "serves the page for a person to look at"]
async fn look() {
    let fake = FakeDemo::start(6, 33).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8787").await.unwrap();
    axum::serve(listener, fake.demo.router()).await.unwrap();
}
