//! The published test vectors of WeCom's callback crypto, and some made here: for the tests of crypto and callbacks.
//!
//! V1–V5 are WeCom's own samples, V6 and V7 come from the test suites of two public SDKs, C and N were made for this
//! project and checked with two independent implementations. Start at [`VECTORS`].

/// What the console shows for an address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyMaterial {
    pub(crate) token: &'static str,
    pub(crate) encoding_aes_key: &'static str,
    pub(crate) receive_id: &'static str,
}

/// A message and its ciphertext.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vector {
    pub(crate) name: &'static str,
    pub(crate) keys: KeyMaterial,
    pub(crate) timestamp: &'static str,
    pub(crate) nonce: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) encrypted: &'static str,
    pub(crate) random: [u8; 16],
    /// What is inside; where only its SHA-1 was published, see `message_sha1`.
    pub(crate) message: Option<&'static str>,
    pub(crate) message_sha1: Option<&'static str>,
}

pub(crate) const K1: KeyMaterial = KeyMaterial {
    token: "QDG6eK",
    encoding_aes_key: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    receive_id: "wx5823bf96d3bd56c7",
};
pub(crate) const K1_BOT: KeyMaterial = KeyMaterial {
    token: "QDG6eK",
    encoding_aes_key: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    receive_id: "",
};
pub(crate) const K2: KeyMaterial = KeyMaterial {
    token: "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo",
    encoding_aes_key: "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt",
    receive_id: "ww1436e0e65a779aee",
};
pub(crate) const K6: KeyMaterial = KeyMaterial {
    token: "123456",
    encoding_aes_key: "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
    receive_id: "wx49f0ab532d5d035a",
};
pub(crate) const K7: KeyMaterial = KeyMaterial {
    token: "kz7Yx62CH8SaLN",
    encoding_aes_key: "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP",
    receive_id: "ww6a112864f8022910",
};

pub(crate) const VECTORS: [Vector; 10] = [
    Vector {
        name: "V1",
        keys: K1,
        timestamp: "1409659589",
        nonce: "263014780",
        signature: "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        encrypted: "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
        random: *b"c41b64491c2468d0",
        message: Some("1616140317555161061"),
        message_sha1: None,
    },
    Vector {
        name: "V2",
        keys: K1,
        timestamp: "1409659813",
        nonce: "1372623149",
        signature: "477715d11cdb4164915debcba66cb864d751f3e6",
        encrypted: "\
     RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911\
     L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLx\
     AUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9\
     nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/u\
     h9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==",
        random: *b"0960688932c47ef1",
        message: Some(concat!(
            "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n",
            "<FromUserName><![CDATA[mycreate]]></FromUserName>\n",
            "<CreateTime>1409659813</CreateTime>\n",
            "<MsgType><![CDATA[text]]></MsgType>\n",
            "<Content><![CDATA[hello]]></Content>\n",
            "<MsgId>4561255354251345929</MsgId>\n",
            "<AgentID>218</AgentID>\n",
            "</xml>",
        )),
        message_sha1: Some("0ab70bcc8f5fc4985f83099cca7a77f18651b442"),
    },
    Vector {
        name: "V3",
        keys: K2,
        timestamp: "1476416373",
        nonce: "47744683",
        signature: "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb",
        encrypted: "fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA==",
        random: *b"8908d0ff052afda0",
        message: Some("1288432023552776189"),
        message_sha1: None,
    },
    Vector {
        name: "V4",
        keys: K2,
        timestamp: "1476422779",
        nonce: "1597212914",
        signature: "0c3914025cb4b4d68103f6bfc8db550f79dcf48e",
        encrypted: "\
     Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzT\
     tRLNshw2AEew+kkYcD+Fq72Kt00fT0WnN87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5j\
     aU0y9GSh010wsHF8KZD24YhmZH4ch4Ka7ilEbjbfvhKkNL65HHL0J6EYJIZUC2pFrdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX\
     3Mfp6iELcDNfSsPGjUQVDGxQDCWjayJOpcwocugux082f49HKYg84EpHSGXAyh+/oxwaWbvL6aSDPOYuPDGOCI8jmnKiypE+",
        random: *b"694ce5a83ae07fe3",
        message: Some(concat!(
            "<xml><ToUserName>ww1436e0e65a779aee</ToUserName><FromUserName>ChenJiaShun</FromUserName>",
            "<CreateTime>1476422779</CreateTime><MsgType>text</MsgType><Content>你好</Content><MsgId>14",
            "56453720</MsgId><AgentID>1000002</AgentID></xml>",
        )),
        message_sha1: Some("12eb4d1b453757ac5f404388d6d0d0989bc0e75d"),
    },
    Vector {
        name: "V5",
        keys: K2,
        timestamp: "1409659813",
        nonce: "1372623149",
        signature: "e3647471e395139e2308c1fa963f2d648a00b90e",
        encrypted: "\
     cjhLUX7UU4yCSelv1vz7T0zT8huF51bAMVWriNvO1FMegHrQZNrtvRxbwf0fUPsFvwqR0U0fgiJNEA5Y30F2MoI2S7vv3EjV\
     Q68C0cjw9frBoUE2Hj0BvFp9h3u6Vbsg4lc1C8AtHdaN8orKuNKkLRLuYEL52R1J3v8olJGZRLnRdVKIivixmX/eQpzgeExt\
     p20jI1HxRP1AAZ6xZoILdqDPO549LO4WeG+685JRUTdiwcY5fjZlqeMxuT4PpMn1X9OWsS7NRj06Wa5E3Tvg4twjWp39KPfO\
     dRte6P1T4JU=",
        random: *b"dDVXRx6kn1gOT43Q",
        message: None,
        message_sha1: Some("4efdaa6b6ac690cd388489e69107b9df7122e0bd"),
    },
    Vector {
        name: "V6",
        keys: K6,
        timestamp: "1411525903",
        nonce: "461056294",
        signature: "407518b7649e86ef23978113f92d27afa9296533",
        encrypted: "\
     9s4gMv99m88kKTh/H8IdkOiMg6bisoy3ypwy9H4hvSPe9nsGaqyw5hhSjdYbcrKk+j3nba4HMOTzHrluLBYqxgNcBqGsL8Gq\
     xlhZgURnAtObvesEl5nZ+uBE8bviY0LWke8Zy9V/QYKxNV2FqllNXcfmstttyIkMKCCmVbCFM2JTF5wY0nFhHZSjPUL2Q1qv\
     SUCUld+/WIXrx0oyKQmpB6o8NRrrNrsDf03oxI1p9FxUgMnwKKZeOA/uu+2IEvEBtb7muXsVbwbgX05UPPJvFurDXafG0RQy\
     PR+mf1nDnAtQmmNOuiR5MIkdQ39xn1vWwi1O5oazPoQJz0nTYjxxEE8kv3kFxtAGVRe3ypD3WeK2XeFYFMNMpatF9XiKzHo3",
        random: *b"1234567890123456",
        message: Some(concat!(
            "<xml>\n",
            "<MsgType><![CDATA[text]]></MsgType>\n",
            "<Content><![CDATA[test]]></Content>\n",
            "<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>\n",
            "<ToUserName><![CDATA[messense]]></ToUserName>\n",
            "<AgentID>1</AgentID>\n",
            "<CreateTime>1411525903</CreateTime>\n",
            "</xml>",
        )),
        message_sha1: None,
    },
    Vector {
        name: "V7",
        keys: K7,
        timestamp: "1583995625",
        nonce: "1584392382",
        signature: "f265ae551b1932727204c3d707628d01376a6940",
        encrypted: "\
     EUCt7xMcNiyASzZj0Hjc5yDjFQrCum6AfQ3ntHiUzjGQ51xieKmbvtrZ40/EcB2W/W8yH0n4Lqx48gJl/T9HD/R309I0P/r5\
     pIZucK3lyEn48FYMr4YdE0QdL2jIJ3xkcXUr6uzefzCxG6lMvwpAJaOyVCzN7sRRw47njfxy5EIqU6R9ZBhlTzfdnhhOhK/n\
     TwzrZX3SoGlXFA9OBeZ6ru1NWpXFk76x9DUMe0lcxPPiUqK8ctnQcYXSGUHVqC6DfG7E7mab0OmruNN8cBZY5d3dYOBA4Oga\
     H55Q0AJmUpdT8vNiXpXx+6TxT3TIjySXpDrHVyrsb772aYywgg/Nu4kUmGkALwFZlzhjNegR7wDwb9lr4ERXsSSS8JZ8lbBm\
     aQ3F2Tq584xoPj5rIhXAF734ynm4no1g+SdHiNqR328=",
        random: [
            0x21, 0xe3, 0x30, 0x70, 0xc5, 0x6d, 0x1c, 0xa4, 0xe4, 0xfa, 0x84, 0xac, 0xe7, 0x13, 0x34, 0xf6,
        ],
        message: Some(concat!(
            "<xml><ToUserName><![CDATA[ww6a112864f8022910]]></ToUserName><FromUserName><![CDATA[fooba",
            "r]]></FromUserName><CreateTime>1583995625</CreateTime><MsgType><![CDATA[text]]></MsgType",
            "><Content><![CDATA[x123]]></Content><MsgId>2018405441</MsgId><AgentID>1000002</AgentID><",
            "/xml>",
        )),
        message_sha1: None,
    },
    Vector {
        name: "C1",
        keys: K1,
        timestamp: "1409659813",
        nonce: "1372623149",
        signature: "9788f19ce2fcb2a92a5c54a0c03b79b84eebda96",
        encrypted: "\
     sKqRbbiSUnDhFHOvPjtUMb8aL3wp6jTgPlvnNgWMJ/bmD3O9ZGiFKIi/3yp+KQB+M7MFB502EhXqeVBtQWmNK7KFhP0ZouIX\
     7VsALM/sR6koiqWllUauQF1wi01a4Dz1fBoJBozGQaf7sQ2MWuUPL8lq3FazaQK6eujz72ZYob6J9KbsqsxzrmWFOZ+m7ngS\
     bAIxHT0PLchtho+nYLTJqed1epHdgGwjnOMBuNddVPhqtH7zWkVO0h6o0r94m2hSfy7LZaKmocroBo7pccA4JqDr4zhpiZMH\
     Wrs1xNrS6wyIKkH4jdc/DkRvtTlgiS07+in1G9jJBWU7U+O1B1AiSnoiP6vKe+TpXanfkPmsUsnBFsKKs8ssuMBvgg4rPD/T",
        random: *b"0123456789abcdef",
        message: Some(concat!(
            "<xml><ToUserName><![CDATA[mycreate]]></ToUserName><FromUserName><![CDATA[wx5823bf96d3bd5",
            "6c7]]></FromUserName><CreateTime>1409659813</CreateTime><MsgType><![CDATA[text]]></MsgTy",
            "pe><Content><![CDATA[收到😀]]></Content></xml>",
        )),
        message_sha1: None,
    },
    Vector {
        name: "C2",
        keys: K1_BOT,
        timestamp: "1409659813",
        nonce: "1372623149",
        signature: "3efd601efaeec81fa48e60204b7376f54e20e8c0",
        encrypted: "\
     sKqRbbiSUnDhFHOvPjtUMSsAWzLzYfCxw16HpJ2WLfCy9mfGcwQvqtk7zxUj9cI4NB5jEs03Nrqih16CobfTWJjPWrGemYv+\
     RJ88ROxfpuyA9fWQ6nvsPqMrfG0hoZHo",
        random: *b"0123456789abcdef",
        message: Some("{\"msgid\":\"m1\",\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}"),
        message_sha1: None,
    },
    Vector {
        name: "C3",
        keys: K1,
        timestamp: "1409659813",
        nonce: "1372623149",
        signature: "38f4e5eeba86aa78ff7ad310717eaa27947b7c2d",
        encrypted: "\
     sKqRbbiSUnDhFHOvPjtUMcKQ6UUJhdVgti1aKmoA/ud7ZrFlDVKNUJpOFejn6tJDjoAARc7FsBwmXeU2Gy5BBpdZqOBZdeOZ\
     QoI4pqYDKREG9l+4C9J/Zar//y+eQqLNbL2fr7RCDB+7Rjuvjr91ZSjgpdRuJIuXpHk3CPEMDmU=",
        random: *b"0123456789abcdef",
        message: Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        message_sha1: None,
    },
];

/// Ciphertexts with a right signature that must not decrypt, all under K1: name, ciphertext, signature.
pub(crate) const NEGATIVE: [(&str, &str, &str); 4] = [
    (
        "N1",
        "sKqRbbiSUnDhFHOvPjtUMc8EQEkE+dhRb6hSU4pr69rTTTbtlBV5hGkM55xCwYuYTAmk4++ovQJacVtU90JTwA==",
        "d16e02d53017a41cc6680aeaae7a5c639549bbda",
    ),
    (
        "N2",
        "sKqRbbiSUnDhFHOvPjtUMd2aKGsnO1wGUhhgmucZyOoIM2G+JuTcG3m932brsR3v",
        "2323404efe43e4375480f7dd68e4cf68df89c688",
    ),
    (
        "N3",
        "sKqRbbiSUnDhFHOvPjtUMRsi0BrX1hEu2m4YyqVTWZ45ed8aKcd7W0ZGot13FP+J4pkHCtocx63UsKFWPoZpng==",
        "f7cb98883e3d6912a148d791b3bfcefcc5e6deab",
    ),
    (
        "N4",
        "\
     sKqRbbiSUnDhFHOvPjtUMd2aKGsnO1wGUhhgmucZyOr716pYv8hJ/z/pfUGq5J6grbBhXU5n/kXSqux8oXxyELRMperJz77F\
     z7MXEukagVE=",
        "8e99eac54093cfd8a6bbb20630ba9aec6516d008",
    ),
];
/// The timestamp of C and N.
pub(crate) const COMPOSED_TIMESTAMP: &str = "1409659813";
/// The nonce of C and N.
pub(crate) const COMPOSED_NONCE: &str = "1372623149";
/// The query of V1 as it came over the wire.
pub(crate) const V1_QUERY: &str = "msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780\
     &echostr=P9nAzCzyDtyTWESHep1vC5X9xho%2FqYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp%2B4RPcs8TgAE7OaBO%2BFZXvnaqQ%3D%3D";
