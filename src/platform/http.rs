//! The one HTTP client of all platforms: time-outs, no redirects, one TLS provider.
//!
//! Knows no platform. Nothing here prints an address, because tokens travel in queries. Start at [`http_client`].

use std::time::Duration;

use chrono::DateTime;

use super::{HttpError, SendError};
use crate::clock::Moment;

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an exchange may take as a whole.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest answer that is read.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// The code of an outage before the platform could say one.
pub const NO_CONNECTION: i64 = 0;

/// A client for a platform's API, with the usual time-outs.
///
/// # Errors
/// [`HttpError`] when the machine's TLS roots cannot be loaded.
pub fn http_client() -> Result<reqwest::Client, HttpError> {
    http_client_within(CONNECT_TIMEOUT, TOTAL_TIMEOUT)
}

/// A client that gives up after `connect`, or `total` for a whole exchange.
///
/// # Errors
/// As [`http_client`].
pub fn http_client_within(connect: Duration, total: Duration) -> Result<reqwest::Client, HttpError> {
    // An error means that a provider is already in place, and there is only this one in the binary.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(connect)
        .timeout(total)
        .redirect(reqwest::redirect::Policy::none())
        // A platform binds the app to our own address, so no proxy of the environment may step in.
        .no_proxy()
        .build()
        .map_err(|error| without_address(&error))
}

/// An answer, read whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// What time it was on the other side, where it says so.
    pub date: Option<Moment>,
}

/// Sends a request and reads the answer whole.
///
/// # Errors
/// [`Failure`], which says whether the request can have arrived.
pub async fn exchange(request: reqwest::RequestBuilder) -> Result<Answer, Failure> {
    let mut response = request.send().await.map_err(|error| Failure::of(&error))?;
    let status = response.status().as_u16();
    let date = response.headers().get(reqwest::header::DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::of(&error))? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Failure::Unknown(HttpError("the answer is too long".to_owned())));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body, date })
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection stood, so the request did not arrive.
    #[error("no connection")]
    NotSent(#[source] HttpError),
    /// The request may have arrived.
    #[error("no usable answer")]
    Unknown(#[source] HttpError),
}

impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent(HttpError(_)) => Self::Unavailable { code: NO_CONNECTION },
            Failure::Unknown(error) => Self::Unknown(error),
        }
    }
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        let described = without_address(error);
        if error.is_connect() || error.is_builder() {
            Self::NotSent(described)
        } else {
            Self::Unknown(described)
        }
    }
}

/// What failed, in our own words: the library's text carries the address, and the address carries secrets.
fn without_address(error: &reqwest::Error) -> HttpError {
    let what = if error.is_timeout() && error.is_connect() {
        "timed out while connecting"
    } else if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "could not connect"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else if error.is_builder() {
        "the request could not be built"
    } else {
        "the exchange broke off"
    };
    HttpError(what.to_owned())
}
