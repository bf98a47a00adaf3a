//! The pages that people open (页面): the parent page `/p/{school}`, the one road that every parent has, and what it
//! shares with the console `/c/{school}`: sign-in by the platform, logins, limits, looks.
//!
//! The parent page shows the thread as a chat, taps and free text, «我的登记». What is posted goes through
//! `App::receive` like any message; the answer is the page that follows. Works without scripts. Nothing personal stands
//! in an address. Knows no flow and no platform. Start at [`router`].
//!
//! | file | what |
//! |---|---|
//! | `visit` | who asks: address, cookies, login |
//! | `door` | to the platform and back, and out |
//! | `say` | a post becomes a message |
//! | `chat` | on into the chat on plain WeChat |
//! | `show` | the parent page itself, and the friendly ones of both |
//! | `ask` | the page that asks a chat app for a code |

mod ask;
mod chat;
pub(super) mod door;
mod say;
pub(super) mod show;
pub(super) mod visit;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use sha2::{Digest, Sha256};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::console;
use super::limiter::Limiter;
use crate::app::App;
use crate::clock::Clock;
use crate::domain::people::SchoolId;
use crate::platform::sign_in::Audience;

/// The largest post: the longest complaint, with room for every character as `%XX`.
const BODY_BYTES_MAX: usize = 24 * 1024;

const CSS: &str = include_str!("page/page.css");
const JS: &str = include_str!("page/page.js");
const ICON: &str = include_str!("page/icon.svg");

/// Changes with the style and the script, which browsers keep.
pub(super) static ASSETS: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256::new().chain_update(CSS).chain_update(JS).finalize();
    hex::encode(hash.get(..6).unwrap_or_default())
});

/// Only what we serve ourselves, and nothing inside anybody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the handlers of the pages for one audience share.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) app: Arc<App>,
    /// Whom they are for.
    pub(super) audience: Audience,
    /// One for all pages.
    limiter: Arc<Limiter>,
    /// What the limiter goes by.
    clock: Arc<dyn Clock>,
    /// Whether browsers come over https, so that cookies may travel only there.
    is_secure: bool,
}

impl Page {
    /// Where the pages of a school begin.
    pub(super) fn home(&self, school: &SchoolId) -> String {
        match self.audience {
            Audience::Guardians => format!("/p/{school}"),
            Audience::Staff => format!("/c/{school}"),
        }
    }
}

/// The routes of the pages, with their own guards.
pub(super) fn router(app: Arc<App>, clock: Arc<dyn Clock>, seconds_max: u64) -> Router {
    let strict = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let is_secure = app.public_url.starts_with("https://");
    let limiter = Arc::new(Limiter::default());
    let parents = Page { app, audience: Audience::Guardians, limiter, clock, is_secure };
    let staff = Page { audience: Audience::Staff, ..parents.clone() };
    let own = Router::new()
        .route("/p/{school}", get(show::page).post(say::say))
        .route("/p/{school}/news", get(show::news))
        .route("/p/{school}/by/{way}", get(door::chosen))
        .route("/p/{school}/in", get(door::back).post(door::told))
        .route("/p/{school}/out", post(door::out))
        .route("/p/{school}/chat", post(chat::go))
        .with_state(Arc::new(parents))
        .merge(console::routes().with_state(Arc::new(staff)))
        .layer(strict(header::CACHE_CONTROL, "no-store"));
    let asset = |kind: &'static str, text: &'static str| {
        let headers =
            [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
        get(move || async move { (headers, text) })
    };
    Router::new()
        .route("/p/page.css", asset("text/css; charset=utf-8", CSS))
        .route("/p/icon.svg", asset("image/svg+xml", ICON))
        .route("/p/page.js", asset("text/javascript; charset=utf-8", JS))
        .merge(own)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(seconds_max),
        ))
        .layer(CatchPanicLayer::new())
        .layer(strict(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Stricter, and browsers would say of our own forms that they come from nowhere.
        .layer(strict(header::REFERRER_POLICY, "same-origin"))
        // The page that asks a chat app for a code has one of its own.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ))
        .layer(strict(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(strict(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
}
