//! The console (管理页): `/c/{school}`, for who works for the school and who supervises it.
//!
//! The same sign-in, logins and guards as the parent page (`page`); what somebody sees was found by `usecase::console`.
//! Figures only. Knows no platform. Start at [`routes`].

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::Datelike as _;

use super::page::show::html;
use super::page::visit::{Halt, SignedIn, Visit};
use super::page::{ASSETS, Page, door};
use crate::domain::access::Sight;
use crate::domain::digest::share;
use crate::domain::plan::weekday_name;
use crate::domain::survey::Counts;
use crate::usecase::console::{self, Overview};

/// The routes; whom they are for is in their state.
pub(super) fn routes() -> Router<Arc<Page>> {
    Router::new()
        .route("/c/{school}", get(home))
        .route("/c/{school}/by/{way}", get(door::chosen))
        .route("/c/{school}/in", get(door::back).post(door::told))
        .route("/c/{school}/out", post(door::out))
}

#[derive(Template)]
#[template(path = "web/console/home.html")]
struct HomeTemplate<'a> {
    assets: &'a str,
    school: &'a str,
    here: String,
    key: &'a str,
    name: &'a str,
    roles: String,
    sees: String,
    is_read_only: bool,
    day: String,
    at: String,
    position: u64,
    care: &'a [(u32, &'static str)],
    no_care: &'static str,
    to_look_at: Option<String>,
    survey: [(u32, &'static str); 6],
    roll: u32,
    answered: u32,
    share: String,
    changes: String,
    classes: Vec<Row>,
}

/// The figures of a class.
struct Row {
    class: String,
    figures: [(u32, &'static str); 6],
}

/// Shows the page, or leads to the door.
async fn home(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let Some(signed_in) = page.signed_in(&visit, &parts).await? else {
        return Ok(door::entrance(&page, &visit, &parts));
    };
    let overview = console::overview(&page.app.service, &visit.school, &signed_in.person, visit.now).await?;
    Ok(match overview {
        Some(overview) => shown(&page, &visit, &signed_in, &overview),
        None => page.unknown(&visit),
    })
}

fn shown(page: &Page, visit: &Visit, signed_in: &SignedIn, overview: &Overview) -> Response {
    let roles: Vec<String> = overview.roles.iter().map(ToString::to_string).collect();
    let day = overview.day;
    let row = |(class, counts): &(_, Counts)| Row { class: format!("{class}"), figures: counts.named() };
    let care = overview.care.map(|care| care.named()).unwrap_or_default();
    let template = HomeTemplate {
        assets: &ASSETS,
        school: &visit.school.name,
        here: page.home(&visit.school.id),
        key: &signed_in.login.form_key,
        name: &overview.name.0,
        roles: roles.join("、"),
        sees: sees(&overview.sight),
        is_read_only: overview.is_read_only,
        day: format!("{}月{}日 {}", day.month(), day.day(), weekday_name(day.weekday())),
        at: visit.school.calendar.local_time(visit.now).format("%H:%M").to_string(),
        position: overview.position,
        care: if overview.care.is_some() { &care } else { &[] },
        no_care: match overview.sight {
            Sight::School => "今天还没有班级开始服务。",
            Sight::Own(_) => "今天由您带的班还没有开始，或者今天没有您的班。",
        },
        to_look_at: overview.care.and_then(|care| care.to_look_at()),
        survey: overview.total.named(),
        roll: overview.total.roll(),
        answered: overview.total.answered(),
        share: share(overview.total),
        changes: overview.changes.words(),
        classes: if overview.classes.len() > 1 {
            overview.classes.iter().map(row).collect()
        } else {
            Vec::new()
        },
    };
    html(StatusCode::OK, &template)
}

/// How far somebody sees, in words.
fn sees(sight: &Sight) -> String {
    match sight {
        Sight::School => "全校的人数".to_owned(),
        Sight::Own(classes) if classes.is_empty() => "今天由您带的班的人数".to_owned(),
        Sight::Own(classes) => {
            let classes: Vec<String> = classes.iter().map(ToString::to_string).collect();
            format!("{}的人数，和今天由您带的班", classes.join("、"))
        }
    }
}
