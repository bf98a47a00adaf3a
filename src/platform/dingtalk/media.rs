//! Pictures: `media/upload` of the old interface.
//!
//! Knows nothing of queues: how long a media id is kept is the outbox's. Start at [`upload`].
//!
//! Source: <https://open.dingtalk.com/document/development/upload-media-files>, read 2026-08.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde::Deserialize;

use super::api::{Api, unusable};
use super::errors;
use crate::platform::SendError;
use crate::platform::picture::{PictureId, Uploaded};

/// How long a media id is used. The page names no end, a project reports three days.
const LIFE: Duration = Duration::from_hours(24);
/// The largest picture, in bytes.
const BYTES_MAX: usize = 20 * 1024 * 1024;
/// The name that the file has at DingTalk; nobody is shown it.
const FILE_NAME: &str = "picture.png";

#[derive(Deserialize)]
struct Media {
    #[serde(default)]
    media_id: String,
}

/// Brings a picture to DingTalk.
///
/// # Errors
/// [`SendError`]; what breaks DingTalk's limits is refused here.
pub(super) async fn upload(api: &Api, png: &[u8]) -> Result<Uploaded, SendError> {
    if png.is_empty() || png.len() > BYTES_MAX {
        let (code, advice) = (errors::BAD_MEDIA, errors::old_advice(errors::BAD_MEDIA));
        return Err(SendError::Refused { code, advice });
    }
    let (content_type, body) = form(png);
    let media: Media = api
        .ask_old(|token| {
            api.http
                .post(format!("{}/media/upload", api.old_base))
                .query(&[("access_token", token.expose_secret()), ("type", "image")])
                .header("content-type", &content_type)
                .body(body.clone())
        })
        .await?;
    if media.media_id.is_empty() {
        return Err(unusable("the media id is empty"));
    }
    Ok(Uploaded { handle: media.media_id, life: LIFE })
}

/// The multipart form with one file, and its content type.
fn form(png: &[u8]) -> (String, Vec<u8>) {
    // From the content, so that the same picture is the same request; a picture does not hold its own hash.
    let boundary = format!("kehou-{}", PictureId::of(png).as_str());
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{FILE_NAME}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(png);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
