//! Signatures over a timestamp (签名): what DingTalk puts in the headers of what it posts to the robot's and the cards'
//! addresses.
//!
//! Neither covers the body: the addresses are to be kept secret and served by https. Pure. Start at [`Signed::check`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::callback::rejected;
use crate::clock::Moment;
use crate::platform::{CallbackRequest, Rejected};

/// How one of the addresses is signed.
pub(super) struct Signed<'a> {
    /// The header with the time, in milliseconds.
    pub(super) time: &'static str,
    /// The header with the signature.
    pub(super) sign: &'static str,
    /// How far the time may be from ours.
    pub(super) window: chrono::Duration,
    pub(super) secret: &'a SecretString,
    /// What is signed, from the text of the time.
    pub(super) message: fn(&str, &SecretString) -> String,
}

impl Signed<'_> {
    /// Verifies a request; returns the text of its time.
    ///
    /// # Errors
    /// [`Rejected`] with the check that failed.
    pub(super) fn check<'request>(
        &self,
        request: &'request CallbackRequest,
        now: Moment,
    ) -> Result<&'request str, Rejected> {
        let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
        let time = header(self.time).ok_or(rejected("there is no timestamp"))?;
        let sign = header(self.sign).ok_or(rejected("there is no signature"))?;
        let sign = STANDARD.decode(sign).map_err(|_| rejected("the signature is not base64"))?;
        if mac(self.secret, &(self.message)(time, self.secret)).verify_slice(&sign).is_err() {
            return Err(rejected("the signature is wrong"));
        }
        let at = time.parse().ok().and_then(Moment::from_timestamp_millis);
        let at = at.ok_or(rejected("the timestamp is no time"))?;
        if (now - at).abs() > self.window {
            return Err(rejected("the timestamp is too far from now"));
        }
        Ok(time)
    }
}

/// The HMAC-SHA256 of a message, unfinished.
#[expect(
    clippy::expect_used,
    reason = "HMAC takes a key of any length (RFC 2104), the library's trait cannot say so"
)]
pub(super) fn mac(secret: &SecretString, message: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(message.as_bytes());
    mac
}
