//! The door (登录): to the platform and back with a code, once; and out again.
//!
//! A `state` is bound to this browser by a short-lived cookie and spent when it comes back, so that nobody can be led in
//! by somebody else's link. Knows no platform's address. Start at [`enter`], then [`back`].

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::visit::{Halt, Jar, Visit};
use super::{Page, say, show};
use crate::domain::people::{Channel, SchoolId};
use crate::platform::sign_in::SignInError;
use crate::usecase::{binding, login};

/// How long the way to the platform and back may take.
const DOOR_SECONDS: i64 = 600;
/// How long the browser keeps a login; on the server's side it ends earlier when nobody uses it.
const LOGIN_SECONDS: i64 = 12 * 3_600;
/// A spent code sends the browser round once more; previews of links spend codes before anybody reads.
const ROUNDS_MAX: u8 = 1;

/// Sends the browser to the platform, in the given round.
pub(super) fn enter(page: &Page, visit: &Visit, round: u8) -> Response {
    let school = &visit.school.id;
    let Some(sign_in) = page.app.sign_in(school) else { return show::not_open(&visit.school.name) };
    let state = hex::encode(page.app.service.ids.bytes::<16>());
    let back = format!("{}/p/{school}/in", page.app.public_url);
    let to = sign_in.address(&back, &state);
    see(&to, &[page.set_cookie(Jar::Door, school, &format!("{state}.{round}"), DOOR_SECONDS)])
}

/// Takes a browser that comes back from the platform.
pub(super) async fn back(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    // Forwards and back again: who is logged in needs no code.
    if page.guest(&visit, &parts).await?.is_some() {
        return Ok(home(&visit.school.id, &[]));
    }
    page.count_door(&parts)?;
    let school = &visit.school.id;
    let returned = say::fields(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let [code, state] = ["code", "state"].map(|name| say::field(&returned, name).unwrap_or_default());
    let Some(round) = round_of(page.cookie(&parts, Jar::Door, school), state) else {
        return Ok(show::come_again(school));
    };
    if !login::spend(&page.app.service, school, state, visit.now).await? {
        // Loaded twice by one browser: the page itself knows whether the first time led in.
        return Ok(home(school, &[]));
    }
    let Some(sign_in) = page.app.sign_in(school) else { return Ok(show::not_open(&visit.school.name)) };
    Ok(match sign_in.account(code).await {
        Ok(account) => admit(&page, &visit, &account).await?,
        Err(SignInError::Spent) if round < ROUNDS_MAX => enter(&page, &visit, round + 1),
        Err(SignInError::Spent) => show::come_again(school),
        Err(SignInError::NoParent) => show::unknown(&visit.school.name),
        Err(SignInError::Failed(error)) => {
            tracing::error!(school.id = %school, error = &error as &dyn std::error::Error, "nobody can be recognised on the parent page");
            show::unavailable(school)
        }
    })
}

/// Ends the login.
pub(super) async fn out(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
    body: axum::body::Bytes,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let Some(guest) = page.guest(&visit, &parts).await? else {
        return Ok(show::come_again(&visit.school.id));
    };
    say::own_form(&page, &guest, &parts, &body)?;
    login::close(&page.app.service, &visit.school.id, &guest.name).await?;
    let gone = page.set_cookie(Jar::Login, &visit.school.id, "", 0);
    Ok(with_cookies(show::left(&visit.school.id), &[gone]))
}

/// Opens a login for somebody whom the roster knows. A link that was passed on opens the own things of whoever opens it.
async fn admit(page: &Page, visit: &Visit, account: &str) -> Result<Response, Halt> {
    let (service, school) = (&page.app.service, &visit.school.id);
    if binding::owner(service, &visit.school.id, (Channel::ParentPage, account)).await?.is_none() {
        return Ok(show::unknown(&visit.school.name));
    }
    let name = login::open(service, school, account, visit.now).await?;
    let login = page.set_cookie(Jar::Login, school, &name, LOGIN_SECONDS);
    Ok(home(school, &[login, page.set_cookie(Jar::Door, school, "", 0)]))
}

/// The round that the browser is in, if it carries the cookie of this very state.
fn round_of(cookie: Option<String>, state: &str) -> Option<u8> {
    let cookie = cookie?;
    let (known, round) = cookie.split_once('.')?;
    let is_same = !known.is_empty() && bool::from(known.as_bytes().ct_eq(state.as_bytes()));
    round.parse().ok().filter(|_| is_same)
}

/// The page itself at its newest, by a plain request, under an address without a code.
pub(super) fn home(school: &SchoolId, cookies: &[String]) -> Response {
    see(&format!("/p/{school}#now"), cookies)
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
