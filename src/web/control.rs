//! The control socket (控制套接字), the server's side: commands of this machine ask the running server.
//!
//! A Unix socket in the data folder that only the server's user can open; the protocol stands in `cli::control`. What
//! can be asked is `usecase::office`. Start at [`Control::bind`], then [`Control::serve`].

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::cli::control::SOCKET_NAME;
use crate::usecase::office::{self, Answer, OfficeError, Request};

/// Where the office asks.
pub const OFFICE_PATH: &str = "/control/office";

/// The largest request, in bytes: a roster of some ten thousand students.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A folder that only we can look into, where the socket lies until its mode is right.
const ANTEROOM: &str = ".ctl";

/// The longest path of a socket that every system takes, in bytes.
const PATH_BYTES_MAX: usize = 100;

/// The socket, bound but not yet answering.
#[derive(Debug)]
pub struct Control {
    listener: UnixListener,
    socket: PathBuf,
}

impl Control {
    /// Binds the socket in the data folder, in the place of one that a killed server left behind.
    ///
    /// Call it with the store open: whoever holds the store is the only server of the folder.
    ///
    /// # Errors
    /// The socket cannot be made there.
    pub fn bind(data_dir: &Path) -> io::Result<Self> {
        let socket = data_dir.join(SOCKET_NAME);
        if socket.as_os_str().as_bytes().len() > PATH_BYTES_MAX {
            let what = format!("the path {} is longer than {PATH_BYTES_MAX} bytes", socket.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        // Nobody else can reach the socket before its mode is set, and it takes its name in one step.
        let anteroom = data_dir.join(ANTEROOM);
        remove_dir(&anteroom)?;
        DirBuilder::new().mode(0o700).create(&anteroom)?;
        let new = anteroom.join("s");
        let listener = UnixListener::bind(&new)?;
        fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        fs::rename(&new, &socket)?;
        remove_dir(&anteroom)?;
        Ok(Self { listener, socket })
    }

    /// Answers requests until `stop`, lets those on their way finish, and removes the socket.
    ///
    /// # Errors
    /// The listener failed, or the socket cannot be removed.
    pub async fn serve(self, app: Arc<App>, stop: CancellationToken) -> io::Result<()> {
        let served =
            axum::serve(self.listener, router(app)).with_graceful_shutdown(stop.cancelled_owned()).await;
        let removed = match fs::remove_file(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        served.and(removed)
    }
}

/// All routes of the socket.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route(OFFICE_PATH, post(ask))
        .fallback(|| async { complaint(StatusCode::NOT_FOUND, "this server does not know the request") })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(app)
}

async fn ask(State(app): State<Arc<App>>, body: axum::body::Bytes) -> Response {
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        // A serde error can quote what it read; the category cannot.
        Err(error) => {
            let said = format!("the request cannot be read ({:?} error)", error.classify());
            return complaint(StatusCode::BAD_REQUEST, &said);
        }
    };
    // In a task of its own: a command that goes away does not break off what it has begun.
    let done = tokio::spawn(async move {
        let result = office::answer(&app.service, &request, app.seams.clock.now()).await;
        app.wake();
        result
    });
    match done.await {
        Ok(result) => respond(result),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a request of the office broke off");
            complaint(StatusCode::INTERNAL_SERVER_ERROR, "the request broke off; the server's log says why")
        }
    }
}

fn respond(result: Result<Answer, OfficeError>) -> Response {
    match result {
        Ok(answer) => Json(answer).into_response(),
        Err(OfficeError::Problems(problems)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "problems": problems }))).into_response()
        }
        Err(OfficeError::Refused(said)) => complaint(StatusCode::CONFLICT, &said),
        Err(OfficeError::Failed(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a request of the office failed");
            let said = format!("{error}; the server's log says more");
            complaint(StatusCode::INTERNAL_SERVER_ERROR, &said)
        }
    }
}

fn complaint(status: StatusCode, said: &str) -> Response {
    (status, Json(json!({ "error": said }))).into_response()
}

/// Removes a folder of ours with what a killed server left in it.
fn remove_dir(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
