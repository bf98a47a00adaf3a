//! Signatures over a timestamp (签名): what DingTalk puts in the headers of what it posts to the robot's and the cards'
//! addresses.
//!
//! Neither covers the body: the addresses are to be kept secret and served by https. Pure. Start at [`Signed::check`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use super::callback::rejected;
use crate::clock::Moment;
use crate::platform::{CallbackRequest, Rejected};

/// The block of SHA-256, in bytes.
const BLOCK_LEN: usize = 64;

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
///
/// Any secret is a key: RFC 2104 fills a short one with zeros and hashes a long one, which is done here because the library
/// can then not say no.
pub(super) fn mac(secret: &SecretString, message: &str) -> Hmac<Sha256> {
    let secret = secret.expose_secret().as_bytes();
    let hashed;
    let key: &[u8] = if secret.len() > BLOCK_LEN {
        hashed = Sha256::digest(secret);
        &hashed
    } else {
        secret
    };
    let mut block = [0; BLOCK_LEN];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_any_length_is_the_key_that_the_library_makes_of_it() {
        for len in [1, 63, 64, 65, 200] {
            let secret = "s".repeat(len);
            let mut theirs = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
            theirs.update(b"1700000000000");
            let ours = mac(&secret.into(), "1700000000000").finalize().into_bytes();
            assert_eq!(ours, theirs.finalize().into_bytes(), "{len}");
        }
    }
}
