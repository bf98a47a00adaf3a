//! The control socket (控制套接字), the client's side: a command asks the running server to do its work.
//!
//! One process owns the data folder. So a command that changes or reads the store looks for the server's socket in
//! that folder first; where a server answers, the command sends it a request, otherwise it opens the store itself.
//! Knows no request: paths and bodies belong to the commands and to `web`. Start at [`Reached::look_in`].
//!
//! A request is `POST <path>` with a JSON body over HTTP/1.1. The server answers 200 with the JSON result, 422 with
//! `{"problems": […]}`, or any other status with `{"error": "one sentence"}`. The socket belongs to the server's user
//! alone (mode 0600): whoever can open it can do everything.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// The socket's name in the data folder.
pub const SOCKET_NAME: &str = "control.sock";

/// The status of an answer that lists problems.
pub const PROBLEMS_STATUS: u16 = 422;

/// How long a command waits for its answer; importing a large roster takes some seconds.
const ANSWER_SECONDS_MAX: u64 = 300;

/// Who does the work of a command.
#[derive(Debug)]
pub enum Reached {
    /// A server runs on the data folder: ask it.
    Server(ControlClient),
    /// No server runs: open the store.
    Alone,
}

/// A connection to the running server.
#[derive(Debug)]
pub struct ControlClient {
    http: reqwest::Client,
}

/// Why the server did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// There is a socket, but this user or this path cannot be used.
    #[error(
        "cannot use the socket {socket}; run the command as the server's user and keep the path under 100 bytes"
    )]
    Socket {
        /// The socket.
        socket: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The exchange broke off. The server may have done the work or not.
    #[error("the server did not answer; look at its log before you try again")]
    Exchange(#[source] reqwest::Error),
    /// What was sent is written wrong.
    #[error("{} problems found", .0.len())]
    Problems(Vec<Problem>),
    /// The server says no, in one sentence.
    #[error("the server says: {0}")]
    Refused(String),
    /// The answer is not what this command understands.
    #[error("the server's answer cannot be read; are command and server the same version?")]
    Answer(#[source] serde_json::Error),
}

/// The body of an answer that is not 200.
#[derive(Deserialize)]
struct Complaint {
    #[serde(default)]
    problems: Vec<Problem>,
    #[serde(default)]
    error: String,
}

impl Reached {
    /// Looks for a server in the data folder. A socket that a killed server left behind counts as none.
    ///
    /// # Errors
    /// [`ControlError::Socket`] when there is a socket that cannot be used; opening the store beside a running server
    /// would fail too, with a worse explanation.
    pub async fn look_in(data_dir: &Path) -> Result<Self, ControlError> {
        let socket = data_dir.join(SOCKET_NAME);
        match tokio::net::UnixStream::connect(&socket).await {
            Ok(_) => ControlClient::new(socket).map(Self::Server),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) =>
            {
                Ok(Self::Alone)
            }
            Err(source) => Err(ControlError::Socket { socket: socket.display().to_string(), source }),
        }
    }
}

impl ControlClient {
    fn new(socket: PathBuf) -> Result<Self, ControlError> {
        // The client is built with TLS even for a socket, and TLS wants a provider. A second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .unix_socket(socket)
            .timeout(Duration::from_secs(ANSWER_SECONDS_MAX))
            .build()
            .map_err(ControlError::Exchange)?;
        Ok(Self { http })
    }

    /// Sends `request` to `path`, such as `/control/roster/import`, and reads the answer.
    ///
    /// # Errors
    /// [`ControlError`]; after [`ControlError::Exchange`] the server may have done the work.
    pub async fn call<Answer: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<Answer, ControlError> {
        let sent = self.http.post(format!("http://kehou{path}")).json(request).send().await;
        let response = sent.map_err(ControlError::Exchange)?;
        let status = response.status();
        let body = response.bytes().await.map_err(ControlError::Exchange)?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(ControlError::Answer);
        }
        let complaint: Complaint = serde_json::from_slice(&body).map_err(ControlError::Answer)?;
        Err(if status.as_u16() == PROBLEMS_STATUS {
            ControlError::Problems(complaint.problems)
        } else {
            ControlError::Refused(complaint.error)
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::http::StatusCode;
    use axum::routing::post;
    use serde_json::{Value, json};

    use super::*;
    use crate::problem::Place;

    /// A server with one answer of each kind, in a folder of its own.
    fn serve() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::UnixListener::bind(folder.path().join(SOCKET_NAME)).unwrap();
        let problem = Problem::new(Place::Key("a.b".into()), "is odd").instead("write 2");
        let router =
            axum::Router::new()
                .route("/echo", post(|Json(body): Json<Value>| async move { Json(json!({"heard": body})) }))
                .route("/text", post(|| async { "not json" }))
                .route(
                    "/busy",
                    post(|| async { (StatusCode::CONFLICT, Json(json!({"error": "a campaign is open"}))) }),
                )
                .route(
                    "/wrong",
                    post(|| async move {
                        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"problems": [problem]})))
                    }),
                );
        tokio::spawn(async move { axum::serve(listener, router).await });
        folder
    }

    async fn client(folder: &tempfile::TempDir) -> ControlClient {
        match Reached::look_in(folder.path()).await.unwrap() {
            Reached::Server(client) => client,
            Reached::Alone => panic!("the server was not found"),
        }
    }

    #[tokio::test]
    async fn a_running_server_gets_the_request_and_its_answer_comes_back() {
        let folder = serve();
        let client = client(&folder).await;
        for text in ["课后", "again, over the same client"] {
            let answer: Value = client.call("/echo", &json!({"say": text})).await.unwrap();
            assert_eq!(answer, json!({"heard": {"say": text}}));
        }
    }

    #[tokio::test]
    async fn what_the_server_does_not_do_it_explains() {
        let folder = serve();
        let client = client(&folder).await;
        let error = client.call::<Value>("/busy", &json!({})).await.unwrap_err();
        assert_eq!(error.to_string(), "the server says: a campaign is open");
        let error = client.call::<Value>("/wrong", &json!({})).await.unwrap_err();
        let ControlError::Problems(problems) = error else { panic!("{error:?}") };
        assert_eq!(problems[0].to_string(), "a.b: is odd\n    → write 2");
        for path in ["/text", "/no-such-path"] {
            let error = client.call::<Value>(path, &json!({})).await.unwrap_err();
            assert!(matches!(error, ControlError::Answer(_)), "{path}: {error:?}");
        }
    }

    #[tokio::test]
    async fn without_a_server_the_command_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Reached::look_in(folder.path()).await.unwrap(), Reached::Alone), "no socket");
        assert!(
            matches!(Reached::look_in(&folder.path().join("none")).await.unwrap(), Reached::Alone),
            "no folder"
        );
        drop(std::os::unix::net::UnixListener::bind(folder.path().join(SOCKET_NAME)).unwrap());
        assert!(
            matches!(Reached::look_in(folder.path()).await.unwrap(), Reached::Alone),
            "a socket left behind"
        );
    }

    #[tokio::test]
    async fn a_server_that_breaks_off_is_an_error_and_not_an_answer() {
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::UnixListener::bind(folder.path().join(SOCKET_NAME)).unwrap();
        tokio::spawn(async move { while listener.accept().await.is_ok() {} });
        let client = client(&folder).await;
        let error = client.call::<Value>("/echo", &json!({})).await.unwrap_err();
        assert!(matches!(error, ControlError::Exchange(_)), "{error:?}");
    }

    #[tokio::test]
    async fn a_path_that_cannot_be_a_socket_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = Reached::look_in(&folder.path().join("x".repeat(120))).await.unwrap_err();
        assert!(error.to_string().contains("cannot use the socket"), "{error}");
    }
}
