//! Media (素材): `media/upload` with its checks, and what a phone shows of it.
//!
//! A media id lives three days of the simulator's time; what a phone has shown stays. Knows nothing of messages. Start at
//! [`WecomSimulator::picture`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90253>, read 2026-08.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::ApiError;
use super::{Calls, WecomSimulator};
use crate::clock::Moment;

/// How long a media id can be sent.
const LIFE: Duration = Duration::days(3);
/// The largest picture.
const IMAGE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// A file must be larger than this.
const BYTES_MIN: usize = 5;
/// A request may be a little larger than its file.
pub(super) const REQUEST_BYTES_MAX: usize = IMAGE_BYTES_MAX + 64 * 1024;
/// What a JPG and a PNG begin with.
const MAGIC: [&[u8]; 2] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"];

/// One uploaded picture.
pub(super) struct Media {
    pub(super) until: Moment,
    pub(super) bytes: Arc<[u8]>,
}

#[derive(Deserialize)]
pub(super) struct UploadQuery {
    access_token: Option<String>,
    #[serde(rename = "type", default)]
    kind: String,
}

impl WecomSimulator {
    /// The bytes of a picture that a phone shows, by its media id.
    pub fn picture(&self, media_id: &str) -> Option<Arc<[u8]>> {
        self.state().media.get(media_id).map(|media| media.bytes.clone())
    }

    fn decide_upload(&self, query: &UploadQuery, content_type: &str, body: &[u8]) -> Result<Value, ApiError> {
        let now = self.now();
        let mut state = self.state();
        state.figures.uploads += 1;
        state.check_token(query.access_token.as_deref(), now)?;
        state.meter("media/upload", now, self.shared.settings.calls_per_minute_max)?;
        // The app sends no voice, video or file.
        if query.kind != "image" {
            return Err(ApiError(40004, "invalid media type"));
        }
        let file = file_of(content_type, body).ok_or(ApiError(41005, "media data missing"))?;
        match file.len() {
            ..=BYTES_MIN => return Err(ApiError(44001, "empty media data")),
            length if length > IMAGE_BYTES_MAX => return Err(ApiError(45001, "media size out of limit")),
            _ => {}
        }
        if !MAGIC.iter().any(|magic| file.starts_with(magic)) {
            return Err(ApiError(40005, "invalid file type"));
        }
        let media_id = self.shared.ids.new_id("media-", now);
        state.media.insert(media_id.clone(), Media { until: now + LIFE, bytes: file.into() });
        let created_at = now.timestamp().to_string();
        Ok(
            json!({"errcode": 0, "errmsg": "", "type": "image", "media_id": media_id, "created_at": created_at}),
        )
    }
}

pub(super) async fn upload(
    Extract(simulator): Extract<WecomSimulator>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    simulator.through_outage(Calls::Upload, || simulator.decide_upload(&query, content_type, &body)).await
}

/// The file in the form's part `media`.
fn file_of<'a>(content_type: &str, body: &'a [u8]) -> Option<&'a [u8]> {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?;
    let rest = body.strip_prefix(format!("--{boundary}\r\n").as_bytes())?;
    let head_end = find(rest, b"\r\n\r\n")?;
    let (head, rest) = (std::str::from_utf8(rest.get(..head_end)?).ok()?, rest.get(head_end + 4..)?);
    let is_media = head.contains("form-data; name=\"media\"") && head.contains("filename=\"");
    let file = rest.get(..find(rest, format!("\r\n--{boundary}--").as_bytes())?)?;
    is_media.then_some(file)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
