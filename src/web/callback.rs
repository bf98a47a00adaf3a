//! Callbacks (回调): `/callback/{platform}/{school}` and, where a platform has several, `/callback/{platform}/{school}/{door}`;
//! verified, then durable, then `200`.
//!
//! The same answer for every rejection: who forges learns nothing. Start at [`take`].

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::app::{App, CallbackError};
use crate::clock::Stopwatch;
use crate::config::{DingtalkDoor, callback_path};
use crate::domain::people::{Channel, SchoolId};
use crate::platform::CallbackRequest;

/// The channel behind a platform's name and door in the address.
const PLATFORMS: [(&str, &str, Channel); 4] = [
    ("wecom", "", Channel::WecomApp),
    ("dingtalk", DingtalkDoor::Event.name(), Channel::DingtalkNotice),
    ("dingtalk", DingtalkDoor::Robot.name(), Channel::DingtalkRobot),
    ("dingtalk", DingtalkDoor::Card.name(), Channel::DingtalkRobot),
];

/// An address below `/callback/`.
#[derive(Debug, Deserialize)]
pub struct Address {
    platform: String,
    school: SchoolId,
    #[serde(default)]
    door: String,
}

/// Where a school's account is called back, below the public address; `None` where it has no such door.
pub fn path(channel: Channel, school: &SchoolId, door: &str) -> Option<String> {
    let (name, door, _) = PLATFORMS.iter().find(|(_, own, by)| *by == channel && *own == door)?;
    Some(callback_path(name, school, door))
}

/// Takes one callback.
pub async fn take(
    State(app): State<Arc<App>>,
    Path(Address { platform, school, door }): Path<Address>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let watch = Stopwatch::start();
    let known = PLATFORMS.iter().find(|(name, at, _)| *name == platform && *at == door);
    let Some(platform) = known.and_then(|(_, _, channel)| app.platform(*channel, &school)) else {
        return rejected("there is no such account");
    };
    let request = CallbackRequest {
        is_get: method == Method::GET,
        query: query.unwrap_or_default(),
        headers,
        body: body.to_vec(),
    };
    let response = match app.callback(platform.as_ref(), &request).await {
        Ok(answer) => ([(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response(),
        Err(CallbackError::Rejected(reason)) => rejected(reason.reason),
        Err(CallbackError::UseCase(error)) => {
            // Anything but 200 makes the platform deliver again.
            tracing::error!(error = &error as &dyn std::error::Error, "a callback did not take effect");
            metrics::counter!("kehou_callbacks_total", "result" => "failed").increment(1);
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    if response.status() == StatusCode::OK {
        metrics::counter!("kehou_callbacks_total", "result" => "taken").increment(1);
        metrics::histogram!("kehou_callback_seconds").record(watch.elapsed().as_secs_f64());
    }
    response
}

fn rejected(reason: &'static str) -> Response {
    tracing::warn!(reason, "a callback was rejected");
    metrics::counter!("kehou_callbacks_total", "result" => "rejected").increment(1);
    StatusCode::FORBIDDEN.into_response()
}
