//! The door (登录): to the platform and back with a code, once; and out again.
//!
//! A `state` is bound to this browser by a short-lived cookie and spent when it comes back, so that nobody can be led in
//! by somebody else's link. A browser comes back by an address ([`back`]) or by the form of a page of ours ([`told`]).
//! Knows no platform's address. Start at [`entrance`].

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::visit::{Halt, Jar, Visit};
use super::{Page, say};
use crate::platform::sign_in::{Account, Audience, Passage, Place, SignIn, SignInError};
use crate::usecase::login;

/// How long the way to the platform and back may take.
const DOOR_SECONDS: i64 = 600;
/// A spent code sends the browser round once more; previews of links spend codes before anybody reads.
const ROUNDS_MAX: u8 = 1;

/// The way that a browser is on: by which platform, from where, and how often it was sent round.
#[derive(Clone, Copy)]
struct Way<'a> {
    by: &'a dyn SignIn,
    place: Place,
    round: u8,
}

/// The way in for who is not logged in. Who says to be inside a chat app is asked nothing; others choose, unless there is
/// one way for everybody.
pub(in crate::web) fn entrance(page: &Page, visit: &Visit, parts: &Parts) -> Response {
    let ways = page.app.sign_ins(&visit.school.id, page.audience);
    let browser = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let inside = ways.iter().find(|by| browser.is_some_and(|browser| by.is_inside(browser)));
    let only = match (page.audience, ways.as_slice()) {
        (Audience::Guardians, [only]) if only.takes_any_browser() => Some(only),
        _ => None,
    };
    match inside.or(only) {
        Some(&by) => enter(page, visit, Way { by, place: Place::Chat, round: 0 }),
        None if ways.is_empty() => page.not_open(visit),
        None => page.choose_place(visit, &ways),
    }
}

/// Begins the way in that somebody chose.
pub(in crate::web) async fn chosen(
    State(page): State<Arc<Page>>,
    Path((school, way)): Path<(String, String)>,
    parts: Parts,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    page.count_door(&parts)?;
    let ways = page.app.sign_ins(&visit.school.id, page.audience);
    let way = way_named(&ways, &way, 0).ok_or(Halt::NoSuchPage)?;
    // At a desk only staff sign in.
    if page.audience == Audience::Guardians && way.place == Place::Desk {
        return Err(Halt::NoSuchPage);
    }
    Ok(enter(&page, &visit, way))
}

/// Sends the browser to the platform, or shows the page that asks the chat app.
fn enter(page: &Page, visit: &Visit, way: Way) -> Response {
    let school = &visit.school.id;
    let state = hex::encode(page.app.service.ids.bytes::<16>());
    let back = format!("{}{}/in", page.app.public_url, page.home(school));
    let carried = format!("{state}.{}.{}", way.round, way_name(way.place, way.by));
    let cookie = page.set_cookie(Jar::Door, school, &carried, DOOR_SECONDS);
    match way.by.passage(way.place, &back, &state) {
        Passage::Address(to) => see(&to, &[cookie]),
        Passage::Page(asks) => with_cookies(page.code_page(visit, &asks, &state), &[cookie]),
    }
}

/// Takes a browser that comes back from the platform.
pub(in crate::web) async fn back(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let returned = say::fields(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    take(&page, &visit, &parts, &returned).await
}

/// Takes the code that the page of ours got from the chat app.
pub(in crate::web) async fn told(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
    body: axum::body::Bytes,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let told = say::same_site_form(&page, &parts, &body)?;
    take(&page, &visit, &parts, &told).await
}

async fn take(
    page: &Page,
    visit: &Visit,
    parts: &Parts,
    returned: &[(String, String)],
) -> Result<Response, Halt> {
    // Forwards and back again: who is logged in needs no code.
    if page.signed_in(visit, parts).await?.is_some() {
        return Ok(home(page, visit, &[]));
    }
    page.count_door(parts)?;
    let school = &visit.school.id;
    let state = say::field(returned, "state").unwrap_or_default();
    let ways = page.app.sign_ins(school, page.audience);
    let Some(way) = way_of(&ways, page.cookie(parts, Jar::Door, school), state) else {
        return Ok(page.come_again(school));
    };
    if !login::spend(&page.app.service, school, state, visit.now).await? {
        // Loaded twice by one browser: the page itself knows whether the first time led in.
        return Ok(home(page, visit, &[]));
    }
    let mut codes = way.by.code_names().iter().filter_map(|name| say::field(returned, name));
    let code = codes.next().unwrap_or_default();
    Ok(match way.by.account(page.audience, way.place, code).await {
        Ok(account) => admit(page, visit, parts, account).await?,
        Err(SignInError::Spent) if way.round < ROUNDS_MAX => {
            enter(page, visit, Way { round: way.round + 1, ..way })
        }
        Err(SignInError::Spent) => page.come_again(school),
        Err(SignInError::Stranger) => page.unknown(visit),
        Err(SignInError::Failed(error)) => {
            tracing::error!(school.id = %school, error = &error as &dyn std::error::Error, "nobody can be recognised on a page of ours; kehou doctor says what is wrong");
            page.unavailable(school)
        }
    })
}

/// Ends the login.
pub(in crate::web) async fn out(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
    body: axum::body::Bytes,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let Some(signed_in) = page.signed_in(&visit, &parts).await? else {
        return Ok(page.come_again(&visit.school.id));
    };
    say::own_form(&page, &signed_in, &parts, &body)?;
    login::close(&page.app.service, &visit.school.id, &signed_in.name).await?;
    let gone = page.set_cookie(Jar::Login, &visit.school.id, "", 0);
    Ok(with_cookies(page.left(&visit.school.id), &[gone]))
}

/// Opens a login for somebody whom the page is for. A link that was passed on opens the own things of whoever opens it,
/// and what the browser carried before is worth nothing from now on.
async fn admit(page: &Page, visit: &Visit, parts: &Parts, account: Account) -> Result<Response, Halt> {
    let (service, school) = (&page.app.service, &visit.school.id);
    let known = (account.channel, account.account.as_str());
    let Some(person) = login::holder(service, school, page.audience, known).await? else {
        return Ok(page.unknown(visit));
    };
    if let Some(before) = page.cookie(parts, Jar::Login, school) {
        login::close(service, school, &before).await?;
    }
    let name = login::open(service, school, page.audience, account, visit.now).await?;
    if page.audience == Audience::Staff {
        tracing::info!(school.id = %school, person = %person.id, "a member of staff has signed in");
    }
    let seconds = login::life_max(page.audience).num_seconds();
    let login = page.set_cookie(Jar::Login, school, &name, seconds);
    Ok(home(page, visit, &[login, page.set_cookie(Jar::Door, school, "", 0)]))
}

/// The way that the browser is on, if it carries the cookie of this very state.
fn way_of<'a>(ways: &[&'a dyn SignIn], cookie: Option<String>, state: &str) -> Option<Way<'a>> {
    let cookie = cookie?;
    let mut parts = cookie.splitn(3, '.');
    let (known, round, name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_same = !known.is_empty() && bool::from(known.as_bytes().ct_eq(state.as_bytes()));
    way_named(ways, name, round.parse().ok()?).filter(|_| is_same)
}

/// A way as addresses and cookies have it.
pub(super) fn way_name(place: Place, by: &dyn SignIn) -> String {
    format!("{}-{}", place_name(place), by.key())
}

/// The way of this name; without the platform's it is the first platform's.
fn way_named<'a>(ways: &[&'a dyn SignIn], name: &str, round: u8) -> Option<Way<'a>> {
    let (place, key) = name.split_once('-').map_or((name, None), |(place, key)| (place, Some(key)));
    let place = Place::ALL.into_iter().find(|known| place_name(*known) == place)?;
    let by = *ways.iter().find(|by| key.is_none_or(|key| by.key() == key))?;
    Some(Way { by, place, round })
}

fn place_name(place: Place) -> &'static str {
    match place {
        Place::Chat => "chat",
        Place::Desk => "scan",
    }
}

/// The page itself at its newest, by a plain request, under an address without a code.
pub(in crate::web) fn home(page: &Page, visit: &Visit, cookies: &[String]) -> Response {
    let to = page.home(&visit.school.id);
    // Without a place of its own, an address keeps the one of the address that led to it.
    let place = match page.audience {
        // What is to be answered stands at the end.
        Audience::Guardians => "now",
        Audience::Staff => "page",
    };
    see(&format!("{to}#{place}"), cookies)
}

/// Sends the browser elsewhere, as a plain request.
fn see(to: &str, cookies: &[String]) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    with_cookies((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(), cookies)
}

fn with_cookies(response: Response, cookies: &[String]) -> Response {
    let mut headers = HeaderMap::new();
    for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.append(header::SET_COOKIE, cookie);
    }
    (headers, response).into_response()
}
