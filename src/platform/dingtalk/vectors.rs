//! The public test vectors of DingTalk's callback crypto: for the tests of crypto and callbacks.
//!
//! V1 and V4 are answers, V2 and V3 address checks; three keys have a last character that a strict decoder refuses. Start
//! at [`VECTORS`].
//!
//! Source: <https://github.com/open-dingtalk/DingTalk-Callback-Crypto>, read 2026-08.

/// A message and its ciphertext.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vector {
    pub(crate) name: &'static str,
    pub(crate) token: &'static str,
    pub(crate) aes_key: &'static str,
    /// The key decoded, in hex.
    pub(crate) key: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) timestamp: &'static str,
    pub(crate) nonce: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) random: [u8; 16],
    pub(crate) message: &'static str,
    pub(crate) encrypted: &'static str,
}

/// A padded ciphertext without a length inside, under the key of V2, and its text.
pub(crate) const RAW: (&str, &str) = (
    "DwCJ9BMxu4r+VTe9TD+AWc1yfxqs7d2YgepFe4XruMgh1+6pTjCCq4nqAM6StRcafOx5a1OfwmX3ckSBifatlA==",
    "5p7b4jXMWUshiBCosucc111esssuite4xxxxxxxxxxxxxxx221",
);

pub(crate) const VECTORS: [Vector; 4] = [
    Vector {
        name: "V1",
        token: "123456",
        aes_key: "1234567890123456789012345678901234567890123",
        key: "d76df8e7aefcf74d76df8e7aefcf74d76df8e7aefcf74d76df8e7aefcf74d76d",
        owner: "dingsnotzck6pm5veliw",
        timestamp: "1614767836",
        nonce: "A7Co0cJLMzIDtMMI",
        signature: "9a95a004dd16f5c307e849b994173f76aa26e5eb",
        random: *b"dICkEDLj0eb6yAbc",
        message: "success",
        encrypted: "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
    },
    Vector {
        name: "V2",
        token: "123456",
        aes_key: "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij",
        key: "e20e63eb8aa5ca5df3bdeb6ac73e638a871daf9f3a7e7db3be3a5af3396cde28",
        owner: "suite4xxxxxxxxxxxxxxx",
        timestamp: "1445827045067",
        nonce: "nEXhMP4r",
        signature: "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0",
        random: *b"hU3bEfGZZewzhG5a",
        message: "{\"EventType\":\"check_create_suite_url\",\"Random\":\"LPIdSnlF\",\
                  \"TestSuiteKey\":\"suite4xxxxxxxxxxxxxxx\"}",
        encrypted: "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUB\
                    mfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSB\
                    dHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==",
    },
    Vector {
        name: "V3",
        token: "mryue",
        aes_key: "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7",
        key: "62e7b411f74de7dd3473571ee5c7fa035e7673adc30ded7cd3c6bad1ce5e71de",
        owner: "ding6ccabc44d2c8d38b",
        timestamp: "1608001896814",
        nonce: "WL4PK6yA",
        signature: "03044561471240d4a14bb09372dfcfd4fd0e40cb",
        random: *b"l7Y3EcX2CU5w8av3",
        message: "{\"EventType\":\"check_url\"}",
        encrypted: "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxO\
                    K+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3",
    },
    Vector {
        name: "V4",
        token: "tokenxxxx",
        aes_key: "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus",
        key: "a35c346ae9b8db26a9b65cfc6a59e1c229237778de9f3b7d71bf709b3a6d82eb",
        owner: "dingxxxxxx",
        timestamp: "1605695694141",
        nonce: "WelUQl6bCqcBa2fM",
        signature: "f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc",
        random: *b"WelUQl6bCqcBa2fM",
        message: "success",
        encrypted: "X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ==",
    },
];

/// The keys that crypto is made of.
pub(crate) fn keys(name: &str) -> Vector {
    *VECTORS.iter().find(|vector| vector.name == name).unwrap()
}
