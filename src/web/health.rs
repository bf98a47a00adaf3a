//! Health and figures (健康检查): for load balancers, monitoring and the one IT person.
//!
//! Holds nothing personal. Start at [`readyz`].

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

use crate::app::App;
use crate::domain::survey::Campaign;
use crate::store::Range;
use crate::usecase::record::Document;

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Upper bounds of the seconds of a callback and of its parts; WeCom waits five.
const CALLBACK_SECONDS: [f64; 11] = [0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0, 5.0];

/// Begins to count, once for the process; counting before that goes nowhere.
///
/// # Errors
/// The figures' bounds are wrong, or another recorder counts already.
pub fn count() -> Result<(), BuildError> {
    if RECORDER.get().is_some() {
        return Ok(());
    }
    let handle = PrometheusBuilder::new().set_buckets(&CALLBACK_SECONDS)?.install_recorder()?;
    // Two first callers at once: one of them has failed above.
    let _ = RECORDER.set(handle);
    Ok(())
}

/// The process is alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store answers: callbacks can be taken.
pub async fn readyz(State(app): State<Arc<App>>) -> impl IntoResponse {
    match app.seams.store.scan(<Campaign as Document>::KIND, &Range::all(1)).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

/// The figures, in the text format of Prometheus.
pub async fn metrics() -> impl IntoResponse {
    ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], figures())
}

/// What [`metrics()`] shows; empty when nothing is counted.
pub fn figures() -> String {
    RECORDER.get().map(PrometheusHandle::render).unwrap_or_default()
}
