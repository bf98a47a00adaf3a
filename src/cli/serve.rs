//! `kehou serve`: runs until it is told to stop, then finishes what it has begun.
//!
//! Start at [`run`]; [`run_until`] is the part that the demo shares.

use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Exit, ProblemsFound, Shared, logging};
use crate::app::{App, StartError};
use crate::clock::SystemClock;
use crate::usecase::flow_shelf;
use crate::usecase::office::OfficeError;
use crate::web;
use crate::web::control::Control;

pub(super) fn run(shared: &Shared) -> anyhow::Result<Exit> {
    let config = shared.load_config()?;
    logging::start(&config.log)?;
    for warning in &config.warnings {
        tracing::warn!(%warning, "settings");
    }
    web::health::count().context("cannot count for /metrics")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = App::open(&config, Arc::new(SystemClock)).await.map_err(explain)?;
        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| format!("cannot listen on {} (server.listen)", config.server.listen))?;
        let control = Control::bind(&config.data.dir)
            .with_context(|| format!("cannot make the control socket in {}", config.data.dir.display()))?;
        tracing::info!(listen = %config.server.listen, schools = config.schools.len(), "kehou serves");
        let stop = CancellationToken::new();
        tokio::spawn(cancel_on_signal(stop.clone()));
        tokio::spawn(reload_on_hangup(app.clone(), stop.clone()));
        run_until(app, listener, control, stop).await
    })?;
    Ok(Exit::Done)
}

/// Serves callbacks and the office and does the clock's work until `stop`; then requests and calls on their way are
/// finished and the store is closed.
pub(super) async fn run_until(
    app: Arc<App>,
    listener: TcpListener,
    control: Control,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let work = tokio::spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move { app.run(stop).await }
    });
    let office = tokio::spawn(control.serve(app.clone(), stop.clone()));
    let router = web::router_counting_by(app.clone(), Arc::new(SystemClock));
    let served = web::serve(listener, router, stop.clone()).await;
    // The listener may have failed by itself.
    stop.cancel();
    work.await.context("the clock's work broke off")?;
    let asked = office.await.context("the control socket broke off")?;
    app.seams.store.close().await.context("the store did not close")?;
    tracing::info!("kehou has stopped; everything is on the medium");
    served.context("the listener failed")?;
    asked.context("the control socket failed")
}

/// Problems keep their list, so that they are printed one by one.
pub(super) fn explain(error: StartError) -> anyhow::Error {
    match error {
        StartError::Problems(problems) => ProblemsFound(problems).into(),
        other => other.into(),
    }
}

/// Reads the school's own flows again at each SIGHUP; what is wrong with them goes to the log.
async fn reload_on_hangup(app: Arc<App>, stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = match signal(SignalKind::hangup()) {
        Ok(hangups) => hangups,
        Err(error) => {
            tracing::error!(%error, "SIGHUP cannot be heard; use `kehou flow reload`");
            return;
        }
    };
    while stop.run_until_cancelled(hangups.recv()).await.flatten().is_some() {
        match flow_shelf::reload(&app.service, app.seams.clock.now()).await {
            Ok(_) => {}
            Err(OfficeError::Problems(problems)) => {
                for problem in &problems {
                    tracing::error!(%problem, "a flow is written wrong");
                }
                tracing::error!(problems = problems.len(), "the flows in use stay as they were");
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the flows cannot be read again; those in use stay"
            ),
        }
    }
}

/// Waits for Ctrl-C or the service manager's SIGTERM.
async fn cancel_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be heard; stop with Ctrl-C");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    stop.cancel();
}
