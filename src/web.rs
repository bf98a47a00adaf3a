//! The doors (网络入口): callbacks of the platforms, the parent page, the console of the staff, health, metrics, and the
//! control socket of this machine.
//!
//! Guards around every route: body limit, time-out, strict headers, a panic becomes a plain 500. Knows no platform's
//! fields: the platform opens its callbacks itself. Start at [`router`], then [`serve`].

pub mod callback;
mod console;
pub mod control;
pub mod health;
mod limiter;
mod page;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::clock::Clock;

/// The largest body that is read, in bytes. A platform's callback has a few thousand.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// How long a request may take. Platforms wait five seconds and then deliver again.
const REQUEST_SECONDS_MAX: u64 = 10;

/// All routes that the network sees.
pub fn router(app: Arc<App>) -> Router {
    let clock = app.seams.clock.clone();
    router_counting_by(app, clock)
}

/// The same, whose limits on how often somebody may ask go by another clock: where the school's own is moved by hand, a
/// minute of a browser is still a minute.
pub fn router_counting_by(app: Arc<App>, clock: Arc<dyn Clock>) -> Router {
    let strict = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let doors = Router::new()
        .route("/callback/{platform}/{school}", get(callback::take).post(callback::take))
        .route("/callback/{platform}/{school}/{door}", get(callback::take).post(callback::take))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .with_state(app.clone())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .layer(CatchPanicLayer::new())
        .layer(strict(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(strict(header::CACHE_CONTROL, "no-store"))
        .layer(strict(header::REFERRER_POLICY, "no-referrer"))
        .layer(strict(header::CONTENT_SECURITY_POLICY, "default-src 'none'"));
    doors.merge(page::router(app, clock, REQUEST_SECONDS_MAX))
}

/// Answers requests until `stop`, then lets those on their way finish.
///
/// # Errors
/// The listener failed.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    // The parent page counts requests by their address.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
}
