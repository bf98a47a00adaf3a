//! The page and its JSON (页面接口).
//!
//! Every body is JSON, so that no other site's form can post here. Start at [`Demo::router`].

use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Datelike as _, Duration, FixedOffset, NaiveTime};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Demo, DemoRoad, DemoRole, trouble};
use crate::clock::Moment;
use crate::simulator::wecom::{DeliveryError, Faults, Holder, Phone};

/// People in one answer.
const FOUND_MAX: usize = 40;
/// Bubbles in one answer; older ones are left out.
const BUBBLES_MAX: usize = 200;
/// Bytes that somebody can type at once, as in WeCom.
const TYPED_BYTES_MAX: usize = 4_096;
/// The farthest that one push moves the clock.
const PUSH_DAYS_MAX: i64 = 31;
/// The school's zone is eight hours ahead, all year.
const ZONE_SECONDS: i32 = 8 * 3_600;

#[derive(Deserialize)]
struct StateQuery {
    #[serde(default)]
    feed_after: u64,
}

#[derive(Deserialize)]
struct PeopleQuery {
    #[serde(default)]
    q: String,
    role: Option<DemoRole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SayBody {
    text: String,
    /// The id of what was tapped in a chat.
    tap: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PressBody {
    task: String,
    key: String,
    #[serde(default)]
    chosen: Vec<String>,
}

/// Where to push the clock: minutes on, or to `HH:MM`, `next_school_day` or a moment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    advance_minutes: Option<u32>,
    to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsBody {
    faults: Option<Faults>,
    #[serde(default)]
    revoke_token: bool,
}

impl Demo {
    /// The page at `/` and what it calls below `/api`.
    pub fn router(&self) -> Router {
        let asset = |kind: &'static str, text: &'static str| {
            get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
        };
        let guard = |name: HeaderName, value: &'static str| {
            SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
        };
        Router::new()
            .route("/", asset("text/html; charset=utf-8", include_str!("page.html")))
            .route("/page.css", asset("text/css; charset=utf-8", include_str!("page.css")))
            .route("/page.js", asset("text/javascript; charset=utf-8", include_str!("page.js")))
            .route("/api/state", get(state))
            .route("/api/people", get(people))
            .route("/api/phone/{account}", get(phone))
            .route("/api/phone/{account}/say", post(say))
            .route("/api/phone/{account}/press", post(press))
            .route("/api/phone/{account}/hold", post(hold))
            .route("/api/phone/{account}/page", post(open_page))
            .route("/api/picture/{media_id}", get(picture))
            .route("/api/clock", post(clock))
            .route("/api/campaign", post(campaign))
            .route("/api/faults", post(faults))
            .route("/api/troubles", post(trouble::switch))
            .with_state(self.clone())
            .layer(guard(header::CACHE_CONTROL, "no-store"))
            .layer(guard(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(guard(
                header::CONTENT_SECURITY_POLICY,
                "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
                 frame-ancestors 'none'",
            ))
    }
}

async fn state(Extract(demo): Extract<Demo>, Query(query): Query<StateQuery>) -> Json<Value> {
    let shared = &demo.shared;
    let coverage = shared.host.coverage().await;
    Json(json!({
        "school": shared.host.school_name(),
        "clock": clock_json(&demo),
        "coverage": coverage,
        "feed": demo.feed().after(query.feed_after),
        "panel": trouble::panel(&demo).await,
        "faults": shared.simulator.faults(),
        "figures": shared.simulator.figures(),
    }))
}

async fn people(Extract(demo): Extract<Demo>, Query(query): Query<PeopleQuery>) -> Json<Value> {
    let found = demo.shared.people.search(&query.q, query.role, FOUND_MAX);
    Json(json!({ "people": found }))
}

async fn phone(Extract(demo): Extract<Demo>, Path(account): Path<String>) -> Response {
    match demo.thread_of(&account) {
        Some(phone) => Json(phone_json(&demo, &account, phone, None)).into_response(),
        None => no_such_person(),
    }
}

async fn picture(Extract(demo): Extract<Demo>, Path(media_id): Path<String>) -> Response {
    match demo.shared.simulator.picture(&media_id) {
        Some(png) => ([(header::CONTENT_TYPE, "image/png")], png.to_vec()).into_response(),
        None => sentence(StatusCode::NOT_FOUND, "没有这张图片"),
    }
}

async fn say(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(body): Json<SayBody>,
) -> Response {
    let text = body.text.trim();
    if text.is_empty() || text.len() > TYPED_BYTES_MAX {
        return sentence(StatusCode::UNPROCESSABLE_ENTITY, "请输入一到一千字的内容");
    }
    if demo.thread_of(&account).is_none() {
        return no_such_person();
    }
    demo.parents().take_over(&account);
    if demo.road_of(&account) != DemoRoad::App {
        demo.say_in_chat(&account, text, body.tap.as_deref()).await;
        demo.tell("一位家长（访客扮演）在微信客服里发来消息");
        let Some(phone) = demo.thread_of(&account) else { return no_such_person() };
        return Json(phone_json(&demo, &account, phone, Some(true))).into_response();
    }
    let delivered = demo.shared.simulator.say(&account, text).await;
    let role = demo.shared.people.get(&account).map_or("", |person| person.role.label());
    match &delivered {
        Ok(_) => demo.tell(format!("一位{role}（访客扮演）发来消息")),
        Err(_) => demo.tell(format!("一位{role}（访客扮演）的消息没有送到")),
    }
    let Some(phone) = demo.shared.simulator.phone(&account) else { return no_such_person() };
    Json(phone_json(&demo, &account, phone, Some(delivered.is_ok()))).into_response()
}

async fn press(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(body): Json<PressBody>,
) -> Response {
    let chosen: Vec<&str> = body.chosen.iter().map(String::as_str).collect();
    let delivered = demo.shared.simulator.card_click(&account, &body.task, &body.key, &chosen).await;
    if delivered == Err(DeliveryError::NothingToPress) {
        return sentence(StatusCode::CONFLICT, "这张卡片不能点了");
    }
    let Some(phone) = demo.shared.simulator.phone(&account) else { return no_such_person() };
    let role = demo.shared.people.get(&account).map_or("", |person| person.role.label());
    demo.tell(format!("一位{role}（访客扮演）点了卡片"));
    Json(phone_json(&demo, &account, phone, Some(delivered.is_ok()))).into_response()
}

async fn hold(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(_): Json<Value>,
) -> Json<Value> {
    demo.parents().take_over(&account);
    Json(json!({}))
}

/// The phone opens the parent page, or the console of the staff: the platform knows from now on who holds it.
async fn open_page(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(_): Json<Value>,
) -> Response {
    let person = demo.shared.people.get(&account).filter(|person| person.has_page);
    let Some(role) = person.map(|person| person.role) else {
        return sentence(StatusCode::NOT_FOUND, "这个人没有自己的网页");
    };
    let Some(url) = demo.shared.host.open_page(&account).await else {
        return sentence(StatusCode::NOT_FOUND, "网页打不开，请再试一次");
    };
    demo.parents().take_over(&account);
    let (holder, told) = match role {
        DemoRole::Guardian => (Holder::Parent(account), "一位家长打开了家长页".to_owned()),
        DemoRole::HomeroomTeacher | DemoRole::Admin | DemoRole::Staff => {
            (Holder::Member(account), format!("一位{}打开了管理页", role.label()))
        }
    };
    demo.shared.simulator.hold_phone(holder);
    demo.tell(told);
    Json(json!({ "url": url })).into_response()
}

async fn clock(Extract(demo): Extract<Demo>, Json(body): Json<ClockBody>) -> Response {
    let now = demo.shared.host.now();
    let Some(to) = moment_of(&demo, &body, now) else {
        return sentence(StatusCode::UNPROCESSABLE_ENTITY, "时间写法不对");
    };
    demo.push_clock(to.min(now + Duration::days(PUSH_DAYS_MAX)));
    tokio::spawn({
        let demo = demo.clone();
        async move { demo.run_clock().await }
    });
    Json(json!({ "clock": clock_json(&demo) })).into_response()
}

async fn campaign(Extract(demo): Extract<Demo>, Json(_): Json<Value>) -> Response {
    match demo.shared.host.open_campaign().await {
        Ok(text) => {
            demo.tell(text.clone());
            sentence(StatusCode::OK, &text)
        }
        Err(text) => sentence(StatusCode::CONFLICT, &text),
    }
}

async fn faults(Extract(demo): Extract<Demo>, Json(body): Json<FaultsBody>) -> Response {
    let simulator = &demo.shared.simulator;
    if let Some(faults) = body.faults {
        let before = simulator.faults();
        simulator.set_faults(faults);
        if before.callbacks_cut != faults.callbacks_cut || before.outage != faults.outage {
            let is_fine = !faults.callbacks_cut && faults.outage == crate::simulator::wecom::Outage::None;
            demo.tell(if is_fine { "网络恢复了" } else { "网络中断了" });
        }
        if before.extra_deliveries != faults.extra_deliveries {
            let is_repeating = faults.extra_deliveries > 0;
            demo.tell(if is_repeating {
                "企业微信开始重复推送每条消息"
            } else {
                "重复推送停止了"
            });
        }
    }
    if body.revoke_token {
        simulator.revoke_token();
        demo.tell("企业微信吊销了访问令牌");
    }
    Json(json!({ "faults": simulator.faults() })).into_response()
}

/// The moment that a push asks for.
fn moment_of(demo: &Demo, body: &ClockBody, now: Moment) -> Option<Moment> {
    match (body.advance_minutes, body.to.as_deref()) {
        (Some(minutes), None) => Some(now + Duration::minutes(i64::from(minutes))),
        (None, Some("next_school_day")) => Some(demo.shared.host.next_school_day(now)),
        (None, Some(text)) => {
            if let Ok(time) = NaiveTime::parse_from_str(text, "%H:%M") {
                let today = local(now)?;
                let at = today.with_time(time).single()?;
                let at = if at <= today { at + Duration::days(1) } else { at };
                return Some(at.to_utc());
            }
            DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc())
        }
        _ => None,
    }
}

fn local(moment: Moment) -> Option<DateTime<FixedOffset>> {
    Some(moment.with_timezone(&FixedOffset::east_opt(ZONE_SECONDS)?))
}

fn clock_json(demo: &Demo) -> Value {
    let now = demo.shared.host.now();
    let weekdays = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let (day, time) = local(now).map_or_else(Default::default, |local| {
        let index = usize::try_from(local.weekday().num_days_from_monday()).unwrap_or(0);
        let weekday = weekdays.get(index).copied().unwrap_or_default();
        (format!("{}月{}日 {weekday}", local.month(), local.day()), local.format("%H:%M").to_string())
    });
    json!({ "now": now, "day": day, "time": time, "target": demo.clock_target() })
}

/// A phone as the page shows it; `delivered` says what became of the words just typed.
fn phone_json(demo: &Demo, account: &str, phone: Phone, delivered: Option<bool>) -> Value {
    let total = phone.thread.len();
    let bubbles: Vec<_> = phone.thread.into_iter().skip(total.saturating_sub(BUBBLES_MAX)).collect();
    json!({
        "person": demo.shared.people.get(account), "total": total, "thread": bubbles, "delivered": delivered,
        "chat": demo.chat_of(account),
    })
}

fn no_such_person() -> Response {
    sentence(StatusCode::NOT_FOUND, "没有找到这个人")
}

fn sentence(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "message": text }))).into_response()
}
