//! Pictures: `media/upload`, and messages to members by its media id.
//!
//! Knows nothing of queues: how long a media id is kept is the outbox's. Start at [`upload`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90253>, read 2026-08.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::api::Api;
use super::{Wecom, api, errors};
use crate::platform::picture::{PictureId, Pictures, Uploaded};
use crate::platform::{Call, SendError};

/// How long a media id can be sent.
const LIFE: Duration = Duration::from_hours(72);
/// The largest picture, in bytes. WeCom's pages name 10, 5 and 2 MB; the smallest is safe.
const BYTES_MAX: usize = 2 * 1024 * 1024;
/// A file must be larger than this.
const BYTES_MIN: usize = 5;
/// The name that the file has at WeCom; nobody is shown it.
const FILE_NAME: &str = "picture.png";

/// What WeCom answers to an upload.
#[derive(Deserialize)]
struct Media {
    #[serde(deserialize_with = "some_id")]
    media_id: String,
}

fn some_id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let id = String::deserialize(from)?;
    if id.is_empty() { Err(serde::de::Error::custom("the media id is empty")) } else { Ok(id) }
}

#[async_trait]
impl Pictures for Wecom {
    async fn upload(&self, png: &[u8]) -> Result<Uploaded, SendError> {
        upload(&self.api, png).await
    }

    fn compose(&self, accounts: &[String], handle: &str) -> Call {
        api::compose_image(self.callbacks.agent_id, accounts, handle)
    }
}

/// Brings a picture to WeCom.
///
/// # Errors
/// [`SendError`]; what breaks WeCom's limits is refused here.
pub(super) async fn upload(api: &Api, png: &[u8]) -> Result<Uploaded, SendError> {
    let code = match png.len() {
        ..=BYTES_MIN => Some(errors::EMPTY_MEDIA),
        length if length > BYTES_MAX => Some(errors::MEDIA_TOO_BIG),
        _ => None,
    };
    if let Some(code) = code {
        return Err(SendError::Refused { code, advice: errors::advice(code) });
    }
    let (content_type, body) = form(png);
    let answer = api
        .ask(|token: &SecretString| {
            api.http
                .post(format!("{}/cgi-bin/media/upload", api.api_base))
                .query(&[("access_token", token.expose_secret()), ("type", "image")])
                .header("content-type", &content_type)
                .body(body.clone())
        })
        .await?;
    if answer.errcode != 0 {
        return Err(errors::classify(answer.errcode));
    }
    let Media { media_id } = answer.read()?;
    Ok(Uploaded { handle: media_id, life: LIFE })
}

/// The multipart form with one file, and its content type.
fn form(png: &[u8]) -> (String, Vec<u8>) {
    // From the content, so that the same picture is the same request; a picture does not hold its own hash.
    let boundary = format!("kehou-{}", PictureId::of(png).as_str());
    let length = png.len();
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{FILE_NAME}\"; \
         filelength={length}\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(png);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
