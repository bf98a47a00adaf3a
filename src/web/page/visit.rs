//! Who asks (来访): the school, the address for the limits, the cookies, and the login behind them.
//!
//! Knows no HTML. Start at [`Page::visit`].

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::header;
use axum::http::request::Parts;
use cookie::{Cookie, SameSite};

use super::super::limiter::party;
use super::Page;
use crate::clock::Moment;
use crate::domain::people::{Person, SchoolId};
use crate::platform::sign_in::Audience;
use crate::usecase::login::{self, Login};
use crate::usecase::{School, UseCaseError};

/// Requests of one address in a minute; behind one address of a mobile network stand many families.
const PER_ADDRESS_MAX: u32 = 600;
/// Ways in of one address in a minute: each asks the platform.
const DOORS_PER_ADDRESS_MAX: u32 = 200;
/// Requests of one login in a minute, looking for news among them.
const PER_LOGIN_MAX: u32 = 120;
/// Posts of one login in a minute.
const POSTS_MAX: u32 = 30;

/// One request, as far as it is known who asks.
pub(in crate::web) struct Visit {
    pub(in crate::web) school: Arc<School>,
    pub(in crate::web) now: Moment,
}

/// Somebody whose login holds.
pub(in crate::web) struct SignedIn {
    /// The name of the login, which the browser keeps.
    pub(in crate::web) name: String,
    pub(in crate::web) login: Login,
    /// Who it is, as the roster has it now.
    pub(in crate::web) person: Person,
}

/// Why nothing is done for a request; `show` has the page that says so.
#[derive(Debug)]
pub(in crate::web) enum Halt {
    /// There is no such school.
    NoSuchPage,
    /// Too many requests.
    TooMany,
    /// A post that is not from our own page.
    NotOwnForm,
    /// The store failed.
    Failed(UseCaseError),
}

impl From<UseCaseError> for Halt {
    fn from(error: UseCaseError) -> Self {
        Self::Failed(error)
    }
}

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Jar {
    /// Who is logged in.
    Login,
    /// The way to the platform and back.
    Door,
}

impl Page {
    /// Looks at a request before anything is done for it.
    ///
    /// # Errors
    /// [`Halt`]: no such school, or too many requests.
    pub(in crate::web) fn visit(&self, parts: &Parts, school: &str) -> Result<Visit, Halt> {
        let now = self.app.seams.clock.now();
        if let Some(address) = address(parts)
            && !self.allows(&format!("address {}", party(address)), PER_ADDRESS_MAX)
        {
            return Err(Halt::TooMany);
        }
        let Ok(school) = self.app.service.school(&SchoolId(school.to_owned())) else {
            return Err(Halt::NoSuchPage);
        };
        Ok(Visit { school: school.clone(), now })
    }

    fn allows(&self, who: &str, most: u32) -> bool {
        self.limiter.allows(who, most, self.clock.now())
    }

    /// Counts one way in.
    ///
    /// # Errors
    /// [`Halt::TooMany`].
    pub(in crate::web) fn count_door(&self, parts: &Parts) -> Result<(), Halt> {
        let Some(address) = address(parts) else { return Ok(()) };
        let who = format!("door {}", party(address));
        if self.allows(&who, DOORS_PER_ADDRESS_MAX) { Ok(()) } else { Err(Halt::TooMany) }
    }

    /// Whose login the request carries; `None` when it carries none that holds, or when the page is not for them any more
    /// by the roster.
    ///
    /// # Errors
    /// [`Halt`]: too many requests, or the store failed.
    pub(in crate::web) async fn signed_in(
        &self,
        visit: &Visit,
        parts: &Parts,
    ) -> Result<Option<SignedIn>, Halt> {
        let Some(name) = self.cookie(parts, Jar::Login, &visit.school.id) else { return Ok(None) };
        let service = &self.app.service;
        let found = login::find(service, &visit.school.id, self.audience, &name, visit.now).await?;
        let Some(login) = found else { return Ok(None) };
        let is_post = parts.method == axum::http::Method::POST;
        let limits = [("login", PER_LOGIN_MAX, true), ("posts", POSTS_MAX, is_post)];
        for (what, most, _) in limits.into_iter().filter(|(_, _, counts)| *counts) {
            if !self.allows(&format!("{what} {}", login.form_key), most) {
                return Err(Halt::TooMany);
            }
        }
        let account = (login.channel, login.account.as_str());
        let person = login::holder(service, &visit.school.id, self.audience, account).await?;
        Ok(person.map(|person| SignedIn { name, login, person }))
    }

    /// The value of a cookie of ours.
    pub(in crate::web) fn cookie(&self, parts: &Parts, jar: Jar, school: &SchoolId) -> Option<String> {
        let name = self.cookie_name(jar, school);
        let lines = parts.headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).flatten();
        cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// A cookie to set: for this browser only, not for scripts, over https wherever the page is.
    ///
    /// - `seconds`: how long it is kept; 0 takes it back.
    pub(in crate::web) fn set_cookie(
        &self,
        jar: Jar,
        school: &SchoolId,
        value: &str,
        seconds: i64,
    ) -> String {
        Cookie::build((self.cookie_name(jar, school), value.to_owned()))
            .path("/")
            .http_only(true)
            .secure(self.is_secure)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::seconds(seconds))
            .build()
            .to_string()
    }

    /// Each school and page has its own: a parent of two schools is logged in at both, a teacher with a child here too.
    fn cookie_name(&self, jar: Jar, school: &SchoolId) -> String {
        // With `__Host-` no other host of the same domain can plant one; browsers take it over https only.
        let prefix = if self.is_secure { "__Host-" } else { "" };
        // A school's id has no `_`, so that no school's name can make one of these another.
        match (self.audience, jar) {
            (Audience::Guardians, Jar::Login) => format!("{prefix}kehou-{school}"),
            (Audience::Guardians, Jar::Door) => format!("{prefix}kehou-door-{school}"),
            (Audience::Staff, Jar::Login) => format!("{prefix}kehou_staff-{school}"),
            (Audience::Staff, Jar::Door) => format!("{prefix}kehou_staff_door-{school}"),
        }
    }
}

/// The browser's address. What stands in `X-Forwarded-For` is believed from a proxy on this machine or in its network.
fn address(parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    let is_proxy = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    let forwarded = parts.headers.get("x-forwarded-for").filter(|_| is_proxy);
    let last = forwarded.and_then(|line| line.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    Some(last.unwrap_or(peer))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn a_proxy_is_believed_and_a_stranger_is_not() {
        for (peer, forwarded, want) in [
            ("127.0.0.1:9", Some("203.0.113.7"), "203.0.113.7"),
            ("172.17.0.2:9", Some("1.1.1.1, 203.0.113.7"), "203.0.113.7"),
            ("203.0.113.7:9", Some("1.1.1.1"), "203.0.113.7"),
            ("127.0.0.1:9", Some("rubbish"), "127.0.0.1"),
            ("127.0.0.1:9", None, "127.0.0.1"),
        ] {
            let mut request = Request::builder();
            if let Some(forwarded) = forwarded {
                request = request.header("x-forwarded-for", forwarded);
            }
            let mut request = request.body(()).unwrap();
            request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
            assert_eq!(address(&request.into_parts().0), Some(want.parse().unwrap()), "{peer} {forwarded:?}");
        }
    }
}
