//! The page and its JSON (页面接口).
//!
//! Every body is JSON, so that no other site's form can post here. Start at [`Demo::router`].

use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Datelike as _, Duration, FixedOffset, NaiveTime};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::set_header::SetResponseHeaderLayer;

use super::platform::Network;
use super::{Demo, DemoRoad, DemoRole, PlatformName, trouble};
use crate::clock::Moment;
use crate::simulator::wecom::Phone;

/// People in one answer.
const FOUND_MAX: usize = 40;
/// Bubbles in one answer; older ones are left out.
const BUBBLES_MAX: usize = 200;
/// Bytes that somebody can type at once, as in WeCom.
const TYPED_BYTES_MAX: usize = 4_096;
/// The farthest that one push moves the clock.
const PUSH_DAYS_MAX: i64 = 31;
/// The kind of the page's scripts.
const JS: &str = "text/javascript; charset=utf-8";
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
    network: Option<Network>,
    #[serde(default)]
    revoke_token: bool,
}

impl Demo {
    /// The page at `/` and what it calls below `/api`.
    pub fn router(&self) -> Router {
        self.page("")
    }

    /// This school's page at `/`, and another's below its platform's name; a link leads each way.
    pub fn router_beside(&self, other: &Self) -> Router {
        let (here, there) = (self.school.platform.name(), other.school.platform.name());
        let below = format!("/{}/", there.key());
        let to_below = Redirect::permanent(&below);
        self.page(&links([(here, "./", true), (there, &below[1..], false)]))
            .nest(&below, other.page(&links([(here, "../", false), (there, "./", true)])))
            .route(below.trim_end_matches('/'), get(move || async move { to_below }))
    }

    /// - `links`: to the schools, as HTML.
    fn page(&self, links: &str) -> Router {
        let html = include_str!("page.html").replace("<!-- schools -->", links).replace(
            "data-platform=\"\"",
            &format!("data-platform=\"{}\"", self.school.platform.name().key()),
        );
        let asset = |kind: &'static str, text: &'static str| {
            get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
        };
        let guard = |name: HeaderName, value: &'static str| {
            SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
        };
        Router::new()
            .route("/", get(move || async move { Html(html.clone()) }))
            .route("/page.css", asset("text/css; charset=utf-8", include_str!("page.css")))
            .route("/page.js", asset(JS, include_str!("page.js")))
            .route("/overview.js", asset(JS, include_str!("overview.js")))
            .route("/phones.js", asset(JS, include_str!("phones.js")))
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
    let school = &demo.school;
    let coverage = school.host.coverage().await;
    Json(json!({
        "school": school.host.school_name(),
        "clock": clock_json(&demo),
        "coverage": coverage,
        "feed": school.feed().after(query.feed_after),
        "panel": trouble::panel(school).await,
        "network": school.platform.network(),
        "figures": school.platform.figures(),
    }))
}

async fn people(Extract(demo): Extract<Demo>, Query(query): Query<PeopleQuery>) -> Json<Value> {
    let found = demo.school.people.search(&query.q, query.role, FOUND_MAX);
    Json(json!({ "people": found }))
}

async fn phone(Extract(demo): Extract<Demo>, Path(account): Path<String>) -> Response {
    match demo.school.thread_of(&account) {
        Some(phone) => Json(phone_json(&demo, &account, phone, None)).into_response(),
        None => no_such_person(),
    }
}

async fn picture(Extract(demo): Extract<Demo>, Path(media_id): Path<String>) -> Response {
    match demo.school.platform.picture(&media_id) {
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
    if demo.school.thread_of(&account).is_none() {
        return no_such_person();
    }
    let is_in_app = demo.school.road_of(&account) == DemoRoad::App;
    if !is_in_app && demo.school.platform.chat(&account).is_none() {
        return sentence(StatusCode::CONFLICT, "这里只能看，不能回；请打开家长页回复");
    }
    demo.school.parents().take_over(&account);
    let (is_through, what) = if is_in_app {
        (demo.say_in_app(&account, text).await, "")
    } else {
        (demo.say_in_chat(&account, text, body.tap.as_deref()).await, "在微信客服里")
    };
    let role = demo.school.people.get(&account).map_or("", |person| person.role.label());
    demo.school.tell(if is_through {
        format!("一位{role}（访客扮演）{what}发来消息")
    } else {
        format!("一位{role}（访客扮演）的消息没有送到")
    });
    match demo.school.thread_of(&account) {
        Some(phone) => Json(phone_json(&demo, &account, phone, Some(is_through))).into_response(),
        None => no_such_person(),
    }
}

async fn press(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(body): Json<PressBody>,
) -> Response {
    let chosen: Vec<&str> = body.chosen.iter().map(String::as_str).collect();
    let platform = &demo.school.platform;
    let Some(is_through) = platform.press(&account, &body.task, &body.key, &chosen).await else {
        return sentence(StatusCode::CONFLICT, "这张卡片不能点了");
    };
    if platform.answers_later() {
        // What becomes of the press and then of the card comes in calls of their own.
        demo.let_a_moment_pass().await;
    }
    let Some(phone) = demo.school.thread_of(&account) else { return no_such_person() };
    let role = demo.school.people.get(&account).map_or("", |person| person.role.label());
    demo.school.tell(format!("一位{role}（访客扮演）点了卡片"));
    Json(phone_json(&demo, &account, phone, Some(is_through))).into_response()
}

async fn hold(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(_): Json<Value>,
) -> Json<Value> {
    demo.school.parents().take_over(&account);
    Json(json!({}))
}

/// The phone opens the parent page, or the console of the staff: the platform knows from now on who holds it.
async fn open_page(
    Extract(demo): Extract<Demo>,
    Path(account): Path<String>,
    Json(_): Json<Value>,
) -> Response {
    let person = demo.school.people.get(&account).filter(|person| person.has_page);
    let Some(role) = person.map(|person| person.role) else {
        return sentence(StatusCode::NOT_FOUND, "这个人没有自己的网页");
    };
    let Some(url) = demo.school.host.open_page(&account).await else {
        return sentence(StatusCode::NOT_FOUND, "网页打不开，请再试一次");
    };
    demo.school.parents().take_over(&account);
    let page = if role == DemoRole::Guardian { "家长页" } else { "管理页" };
    demo.school.tell(format!("一位{}打开了{page}", role.label()));
    demo.school.platform.hold_phone(&account, role);
    Json(json!({ "url": url })).into_response()
}

async fn clock(Extract(demo): Extract<Demo>, Json(body): Json<ClockBody>) -> Response {
    let now = demo.school.host.now();
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
    match demo.school.host.open_campaign().await {
        Ok(text) => {
            demo.school.tell(text.clone());
            sentence(StatusCode::OK, &text)
        }
        Err(text) => sentence(StatusCode::CONFLICT, &text),
    }
}

async fn faults(Extract(demo): Extract<Demo>, Json(body): Json<FaultsBody>) -> Json<Value> {
    let (school, platform) = (&demo.school, &demo.school.platform);
    let name = platform.name().label();
    if let Some(network) = body.network {
        let before = platform.network();
        platform.set_network(network);
        if before.is_cut != network.is_cut {
            school.tell(if network.is_cut { "网络中断了" } else { "网络恢复了" });
        }
        match (before.is_repeating, network.is_repeating) {
            (false, true) => school.tell(format!("{name}开始重复推送每条消息")),
            (true, false) => school.tell("重复推送停止了"),
            _ => {}
        }
    }
    if body.revoke_token {
        platform.revoke_token();
        school.tell(format!("{name}吊销了访问令牌"));
    }
    Json(json!({ "network": platform.network() }))
}

/// Links to schools, each with its address and whether it is this one.
fn links(schools: [(PlatformName, &str, bool); 2]) -> String {
    let link = |(name, address, is_here): (PlatformName, &str, bool)| {
        let here = if is_here { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"{address}\"{here}>{}<span>的学校</span></a>", name.label())
    };
    format!(
        "<nav class=\"schools\" aria-label=\"两所演示学校，同一个时钟\" \
         title=\"两所学校在同一台服务器上，共用一个时钟\">{}</nav>",
        schools.map(link).concat()
    )
}

/// The moment that a push asks for.
fn moment_of(demo: &Demo, body: &ClockBody, now: Moment) -> Option<Moment> {
    match (body.advance_minutes, body.to.as_deref()) {
        (Some(minutes), None) => Some(now + Duration::minutes(i64::from(minutes))),
        (None, Some("next_school_day")) => Some(demo.school.host.next_school_day(now)),
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
    let now = demo.school.host.now();
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
        "person": demo.school.people.get(account), "total": total, "thread": bubbles, "delivered": delivered,
        "chat": demo.school.chat_of(account),
    })
}

fn no_such_person() -> Response {
    sentence(StatusCode::NOT_FOUND, "没有找到这个人")
}

pub(super) fn sentence(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "message": text }))).into_response()
}
