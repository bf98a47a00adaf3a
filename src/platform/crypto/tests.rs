//! Every published vector of both platforms both ways, every failing check by its name, and that garbage does no harm.

use proptest::prelude::*;

use super::super::dingtalk::vectors as dingtalk;
use super::super::wecom::vectors::{
    COMPOSED_NONCE, COMPOSED_TIMESTAMP, K1, KeyMaterial, NEGATIVE, VECTORS, Vector,
};
use super::*;

fn crypto(keys: KeyMaterial) -> Crypto {
    Crypto::new(keys.token, keys.encoding_aes_key, keys.receive_id).unwrap()
}

fn vector(name: &str) -> Vector {
    *VECTORS.iter().find(|vector| vector.name == name).unwrap()
}

#[test]
fn every_public_vector_is_signed_decrypted_and_encrypted_alike() {
    for vector in VECTORS {
        let crypto = crypto(vector.keys);
        let name = vector.name;
        assert!(
            crypto.verify(vector.signature, vector.timestamp, vector.nonce, vector.encrypted),
            "signature of {name}"
        );
        let message = crypto.decrypt(vector.encrypted).unwrap_or_else(|error| panic!("{name}: {error}"));
        if let Some(expected) = vector.message {
            assert_eq!(message, expected, "message of {name}");
        }
        if let Some(expected) = vector.message_sha1 {
            assert_eq!(hex::encode(Sha1::digest(&message)), expected, "SHA-1 of the message of {name}");
        }
        assert_eq!(crypto.encrypt(&message, vector.random), vector.encrypted, "ciphertext of {name}");
    }
}

#[test]
fn dingtalk_has_the_same_crypto() {
    for vector in dingtalk::VECTORS {
        let crypto = Crypto::new(vector.token, vector.aes_key, vector.owner).unwrap();
        let name = vector.name;
        assert_eq!(hex::encode(crypto.key), vector.key, "key of {name}");
        assert!(
            crypto.verify(vector.signature, vector.timestamp, vector.nonce, vector.encrypted),
            "signature of {name}"
        );
        assert_eq!(crypto.decrypt(vector.encrypted).as_deref(), Ok(vector.message), "message of {name}");
        assert_eq!(crypto.encrypt(vector.message, vector.random), vector.encrypted, "ciphertext of {name}");
        let other = Crypto::new(vector.token, vector.aes_key, "dingother").unwrap();
        assert_eq!(other.decrypt(vector.encrypted), Err(DecryptError::ReceiveId), "{name}");
    }
}

#[test]
fn a_padding_of_fourteen_to_thirty_two_is_taken_off_and_put_on() {
    let v2 = dingtalk::keys("V2");
    let crypto = Crypto::new(v2.token, v2.aes_key, v2.owner).unwrap();
    let (encrypted, text) = dingtalk::RAW;
    let padded = cbc::Decryptor::<Aes256>::new(&crypto.key.into(), &crypto.iv().into())
        .decrypt_padded_vec::<NoPadding>(&STANDARD.decode(encrypted).unwrap())
        .unwrap();
    assert_eq!(padded[..unpadded_len(&padded).unwrap()], *text.as_bytes());
    assert_eq!((padded.len(), padded.last()), (64, Some(&14)));
}

#[test]
fn the_key_material_decodes_as_published() {
    let key = hex::encode(crypto(K1).key);
    assert_eq!(key, "8d69989bbaabe67328014c194631ad0719b3dca035b64023df292447aab60760");
    assert_eq!(hex::encode(crypto(K1).iv()), "8d69989bbaabe67328014c194631ad07");
}

#[test]
fn each_failing_check_has_its_own_name() {
    let crypto = crypto(K1);
    let wants =
        [DecryptError::MessageLength, DecryptError::Padding, DecryptError::ReceiveId, DecryptError::Padding];
    for ((name, encrypted, signature), want) in NEGATIVE.into_iter().zip(wants) {
        assert!(crypto.verify(signature, COMPOSED_TIMESTAMP, COMPOSED_NONCE, encrypted), "{name} is signed");
        assert_eq!(crypto.decrypt(encrypted), Err(want), "{name}");
    }
    for (encrypted, want) in [
        ("", DecryptError::Blocks),
        ("AAAA", DecryptError::Blocks),
        ("!!!!", DecryptError::Base64),
        ("sKqRbbiSUnDhFHOvPjtUMQ", DecryptError::Base64),
    ] {
        assert_eq!(crypto.decrypt(encrypted), Err(want), "{encrypted:?}");
    }
}

#[test]
fn a_message_that_is_not_utf8_is_refused() {
    let crypto = crypto(K1);
    let mut payload = [0x30; RANDOM_LEN].to_vec();
    payload.extend_from_slice(&2_u32.to_be_bytes());
    payload.extend_from_slice(&[0xff, 0xfe]);
    payload.extend_from_slice(K1.receive_id.as_bytes());
    let pad = PADDING_MULTIPLE - payload.len() % PADDING_MULTIPLE;
    payload.resize(payload.len() + pad, u8::try_from(pad).unwrap());
    let ciphertext = cbc::Encryptor::<Aes256>::new(&crypto.key.into(), &crypto.iv().into())
        .encrypt_padded_vec::<NoPadding>(&payload);
    assert_eq!(crypto.decrypt(&STANDARD.encode(ciphertext)), Err(DecryptError::NotUtf8));
}

#[test]
fn n5_another_nonce_or_a_changed_part_breaks_the_signature() {
    let v2 = vector("V2");
    let crypto = crypto(K1);
    let changed = v2.encrypted.replacen('R', "S", 1);
    for (what, timestamp, nonce, encrypted, signature) in [
        ("nonce", v2.timestamp, "1372623150", v2.encrypted, v2.signature),
        ("timestamp", "1409659814", v2.nonce, v2.encrypted, v2.signature),
        ("ciphertext", v2.timestamp, v2.nonce, changed.as_str(), v2.signature),
        ("short signature", v2.timestamp, v2.nonce, v2.encrypted, &v2.signature[..39]),
        ("empty signature", v2.timestamp, v2.nonce, v2.encrypted, ""),
        ("upper case", v2.timestamp, v2.nonce, v2.encrypted, &v2.signature.to_uppercase()),
    ] {
        assert!(!crypto.verify(signature, timestamp, nonce, encrypted), "{what}");
    }
}

#[test]
fn wrong_console_values_say_what_to_write() {
    let key = K1.encoding_aes_key;
    for (token, key, want) in [
        ("", key.to_owned(), KeyError::Token),
        ("with-hyphen", key.to_owned(), KeyError::Token),
        ("abcdefghijklmnopqrstuvwxyz0123456", key.to_owned(), KeyError::Token),
        ("QDG6eK", format!("{key}="), KeyError::KeyLength { found: 44 }),
        ("QDG6eK", key[..42].to_owned(), KeyError::KeyLength { found: 42 }),
        ("QDG6eK", key.replace('j', "-"), KeyError::KeyCharacter),
        ("QDG6eK", key.replace('j', "课"), KeyError::KeyCharacter),
    ] {
        assert_eq!(Crypto::new(token, &key, "wx1").unwrap_err(), want, "{token:?} {key:?}");
        assert!(want.to_string().contains("copy"), "{want}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", crypto(K1));
    assert!(!shown.contains(K1.token) && !shown.contains("8d69") && !shown.contains("141"), "{shown}");
}

proptest! {
    #[test]
    fn what_is_encrypted_decrypts(message in ".{0,300}", random: [u8; 16]) {
        let crypto = crypto(K1);
        let encrypted = crypto.encrypt(&message, random);
        prop_assert_eq!(crypto.decrypt(&encrypted).unwrap(), message);
    }

    #[test]
    fn garbage_never_panics(garbage in ".{0,300}", bytes: Vec<u8>) {
        let crypto = crypto(K1);
        prop_assert!(crypto.decrypt(&garbage).is_err());
        prop_assert!(crypto.decrypt(&STANDARD.encode(bytes)).is_err());
    }
}
