//! The crypto of callbacks (回调加解密) as WeCom and DingTalk both have it: signature, decryption and encryption.
//!
//! Pure: the sixteen random octets of an encryption are an argument. Knows nothing of XML, of JSON or of what a message
//! means. Start at [`Crypto::new`]; every published test vector of both is in the tests.
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/90968> and
//! <https://github.com/open-dingtalk/DingTalk-Callback-Crypto>, read 2026-08.

use aes::Aes256;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// The padding goes up to a multiple of this, twice the cipher's block.
const PADDING_MULTIPLE: usize = 32;
/// Random octets before the length of the message.
const RANDOM_LEN: usize = 16;
/// Random octets and the length of the message.
const HEADER_LEN: usize = RANDOM_LEN + 4;
/// Characters of a key.
const KEY_LEN: usize = 43;
/// Characters of a token at the most.
const TOKEN_LEN_MAX: usize = 32;

/// 43 characters are 258 bits, and the consoles give keys whose last two are not zero: a strict decoder refuses
/// most of them.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Signs, decrypts and encrypts for one callback address.
#[derive(Clone)]
pub struct Crypto {
    token: String,
    key: [u8; 32],
    receive_id: String,
}

/// Why the console's values cannot be used; says what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The token is not a token.
    #[error("the token is not 1 to {TOKEN_LEN_MAX} ASCII letters and digits; copy it again from the console")]
    Token,
    /// The key has another length.
    #[error(
        "the key has {found} characters, not {KEY_LEN}; copy all of it from the console, without blanks and without a \
         final ="
    )]
    KeyLength {
        /// How many it has.
        found: usize,
    },
    /// The key has a character that no key has.
    #[error("the key has a character that is no ASCII letter or digit; copy it again from the console")]
    KeyCharacter,
}

/// Which check a ciphertext did not pass. For the log; outside, all look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.reason())]
pub enum DecryptError {
    /// It is not padded standard base64.
    Base64,
    /// It is empty or not whole blocks.
    Blocks,
    /// The padding is not 1 to 32 octets of its own length.
    Padding,
    /// The length of the message points beyond the end.
    MessageLength,
    /// It is meant for somebody else.
    ReceiveId,
    /// The message is not UTF-8.
    NotUtf8,
}

impl DecryptError {
    /// For the log.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Base64 => "the ciphertext is not base64",
            Self::Blocks => "the ciphertext is not whole blocks",
            Self::Padding => "the padding is wrong",
            Self::MessageLength => "the message length is wrong",
            Self::ReceiveId => "the receive id is not ours",
            Self::NotUtf8 => "the message is not utf-8",
        }
    }
}

impl Crypto {
    /// Crypto for an address whose console page shows `token` and the 43 characters of `key`.
    ///
    /// - `receive_id`: who the messages are for. In WeCom a school's own app has its corp id, an AI bot the empty string;
    ///   in DingTalk it is the app's client id.
    ///
    /// # Errors
    /// [`KeyError`] when the values cannot have come from the console.
    pub fn new(token: &str, key: &str, receive_id: &str) -> Result<Self, KeyError> {
        let is_token = (1..=TOKEN_LEN_MAX).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_token {
            return Err(KeyError::Token);
        }
        let found = key.chars().count();
        if found != KEY_LEN {
            return Err(KeyError::KeyLength { found });
        }
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(KeyError::KeyCharacter);
        }
        let decoded = LENIENT.decode(key).map_err(|_| KeyError::KeyCharacter)?;
        let key = decoded.try_into().map_err(|_| KeyError::KeyLength { found })?;
        Ok(Self { token: token.to_owned(), key, receive_id: receive_id.to_owned() })
    }

    /// Who the messages are for.
    pub fn receive_id(&self) -> &str {
        &self.receive_id
    }

    /// The signature of a ciphertext: 40 lower-case hex digits.
    pub fn signature(&self, timestamp: &str, nonce: &str, encrypted: &str) -> String {
        let mut parts = [self.token.as_str(), timestamp, nonce, encrypted];
        parts.sort_unstable();
        let mut hash = Sha1::new();
        for part in parts {
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }

    /// Whether `signature` is the signature of these; takes the same time wherever it differs.
    pub fn verify(&self, signature: &str, timestamp: &str, nonce: &str, encrypted: &str) -> bool {
        let expected = self.signature(timestamp, nonce, encrypted);
        expected.as_bytes().ct_eq(signature.as_bytes()).into()
    }

    /// The message inside a ciphertext. Verify its signature first.
    ///
    /// # Errors
    /// [`DecryptError`] names the first check that failed.
    pub fn decrypt(&self, encrypted: &str) -> Result<String, DecryptError> {
        let ciphertext = STANDARD.decode(encrypted).map_err(|_| DecryptError::Base64)?;
        if ciphertext.is_empty() {
            return Err(DecryptError::Blocks);
        }
        let mut buffer = cbc::Decryptor::<Aes256>::new(&self.key.into(), &self.iv().into())
            .decrypt_padded_vec::<NoPadding>(&ciphertext)
            .map_err(|_| DecryptError::Blocks)?;
        let unpadded = unpadded_len(&buffer).ok_or(DecryptError::Padding)?;
        buffer.truncate(unpadded);
        let (message, receive_id) = split_payload(&buffer).ok_or(DecryptError::MessageLength)?;
        if receive_id != self.receive_id.as_bytes() {
            return Err(DecryptError::ReceiveId);
        }
        String::from_utf8(message.to_vec()).map_err(|_| DecryptError::NotUtf8)
    }

    /// The ciphertext of a message, in base64. `random` comes from `ids`, fresh for each message.
    pub fn encrypt(&self, message: &str, random: [u8; RANDOM_LEN]) -> String {
        // No message comes near 4 GiB: bodies are bounded long before.
        let message_len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut buffer =
            Vec::with_capacity(HEADER_LEN + message.len() + self.receive_id.len() + PADDING_MULTIPLE);
        buffer.extend_from_slice(&random);
        buffer.extend_from_slice(&message_len.to_be_bytes());
        buffer.extend_from_slice(message.as_bytes());
        buffer.extend_from_slice(self.receive_id.as_bytes());
        let pad = PADDING_MULTIPLE - buffer.len() % PADDING_MULTIPLE;
        buffer.resize(buffer.len() + pad, u8::try_from(pad).unwrap_or(0));
        let ciphertext = cbc::Encryptor::<Aes256>::new(&self.key.into(), &self.iv().into())
            .encrypt_padded_vec::<NoPadding>(&buffer);
        STANDARD.encode(ciphertext)
    }

    /// The first half of the key, the same for every message.
    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        for (to, from) in iv.iter_mut().zip(self.key) {
            *to = from;
        }
        iv
    }
}

impl std::fmt::Debug for Crypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crypto").field("receive_id", &self.receive_id).finish_non_exhaustive()
    }
}

/// The length without the padding, if the padding is right.
fn unpadded_len(buffer: &[u8]) -> Option<usize> {
    let pad = *buffer.last()?;
    let pad_len = usize::from(pad);
    if !(1..=PADDING_MULTIPLE).contains(&pad_len) {
        return None;
    }
    let unpadded = buffer.len().checked_sub(pad_len)?;
    buffer.get(unpadded..)?.iter().all(|&byte| byte == pad).then_some(unpadded)
}

/// The message and the receive id of `random ‖ length ‖ message ‖ receive id`.
fn split_payload(payload: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_random, rest) = payload.split_at_checked(RANDOM_LEN)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests;
