//! Callbacks as WeCom sends them, from the published vectors, and those that are refused.

use super::super::vectors::{
    COMPOSED_NONCE, COMPOSED_TIMESTAMP, K1, K2, KeyMaterial, NEGATIVE, V1_QUERY, VECTORS,
};
use super::*;

fn callbacks(keys: KeyMaterial, agent_id: u32) -> Callbacks {
    let crypto = Crypto::new(keys.token, keys.encoding_aes_key, keys.receive_id).unwrap();
    Callbacks { school: "east".into(), agent_id, crypto }
}

/// A request as WeCom would make it around a plaintext.
fn delivery(callbacks: &Callbacks, plaintext: &str) -> CallbackRequest {
    let encrypted = callbacks.crypto.encrypt(plaintext, [7; 16]);
    let signature = callbacks.crypto.signature("1718000000", "n1", &encrypted);
    CallbackRequest {
        is_get: false,
        query: format!("msg_signature={signature}&timestamp=1718000000&nonce=n1"),
        body: xml::callback_envelope(callbacks.crypto.receive_id(), Some(callbacks.agent_id), &encrypted)
            .into_bytes(),
        ..CallbackRequest::default()
    }
}

fn inbound(callbacks: &Callbacks, plaintext: &str) -> Inbound {
    match callbacks.open(&delivery(callbacks, plaintext)).unwrap() {
        Opened::Inbound(inbound) => inbound,
        Opened::Verification(_) | Opened::Doorbell(_) => panic!("a delivery is a message"),
    }
}

fn message(inner: &str) -> String {
    format!(
        "<xml><ToUserName>wx5823bf96d3bd56c7</ToUserName><FromUserName>Wang.Li</FromUserName>\
         <CreateTime>1718000100</CreateTime>{inner}<AgentID>218</AgentID></xml>"
    )
}

#[test]
fn v1_the_address_check_is_answered_with_the_bare_echo() {
    let request = CallbackRequest { is_get: true, query: V1_QUERY.to_owned(), ..CallbackRequest::default() };
    let opened = callbacks(K1, 218).open(&request).unwrap();
    let Opened::Verification(answer) = opened else { panic!("not a verification") };
    assert_eq!(answer.body, "1616140317555161061");
    assert!(answer.content_type.starts_with("text/plain"));
}

#[test]
fn a_plus_that_was_not_encoded_stays_a_plus() {
    let query = V1_QUERY.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    assert!(query.contains('+'));
    let request = CallbackRequest { is_get: true, query, ..CallbackRequest::default() };
    assert!(callbacks(K1, 218).open(&request).is_ok());
}

#[test]
fn v2_and_v4_are_read_with_and_without_cdata() {
    for (name, keys, agent_id, account, text, id) in [
        ("V2", K1, 218, "mycreate", "hello", "m:4561255354251345929"),
        ("V4", K2, 1_000_002, "chenjiashun", "你好", "m:1456453720"),
    ] {
        let vector = VECTORS.iter().find(|vector| vector.name == name).unwrap();
        let request = CallbackRequest {
            is_get: false,
            query: format!(
                "nonce={}&msg_signature={}&timestamp={}",
                vector.nonce, vector.signature, vector.timestamp
            ),
            body: xml::callback_envelope(keys.receive_id, Some(agent_id), vector.encrypted).into_bytes(),
            ..CallbackRequest::default()
        };
        let Opened::Inbound(inbound) = callbacks(keys, agent_id).open(&request).unwrap() else {
            panic!("{name} is a delivery")
        };
        assert_eq!(inbound.account, account, "{name}");
        assert_eq!(inbound.content, Content::Text(text.to_owned()), "{name}");
        assert_eq!(inbound.id.0, id, "{name}");
        assert_eq!(inbound.school.as_str(), "east", "{name}");
    }
}

#[test]
fn each_kind_of_message_and_event_is_told_apart() {
    let callbacks = callbacks(K1, 218);
    let event = |name: &str| format!("<MsgType>event</MsgType><Event><![CDATA[{name}]]></Event>");
    for (inner, want) in [
        ("<MsgType>text</MsgType><Content>  a </Content>".to_owned(), Content::Text("  a ".to_owned())),
        ("<MsgType>text</MsgType><Content><![CDATA[]]></Content>".to_owned(), Content::Text(String::new())),
        ("<MsgType>text</MsgType>".to_owned(), Content::Text(String::new())),
        ("<MsgType>image</MsgType><MediaId>1</MediaId>".to_owned(), Content::Unreadable),
        ("<MsgType>voice</MsgType>".to_owned(), Content::Unreadable),
        ("<MsgType>video</MsgType>".to_owned(), Content::Unreadable),
        ("<MsgType>location</MsgType><Label>家</Label>".to_owned(), Content::Unreadable),
        ("<MsgType>link</MsgType>".to_owned(), Content::Unreadable),
        (event("enter_agent"), Content::Entered),
        (event("subscribe"), Content::Joined),
        (event("unsubscribe"), Content::Left),
        (event("LOCATION"), Content::Other),
        ("<MsgType>sticker</MsgType>".to_owned(), Content::Other),
        (String::new(), Content::Other),
    ] {
        let inbound = inbound(&callbacks, &message(&inner));
        assert_eq!(inbound.content, want, "{inner}");
        assert_eq!(inbound.account, "wang.li", "{inner}");
        assert_eq!(inbound.sent_at, DateTime::from_timestamp(1_718_000_100, 0), "{inner}");
    }
}

#[test]
fn two_events_of_one_sender_and_second_are_two_and_a_retry_is_one() {
    let callbacks = callbacks(K1, 218);
    let event = |key: &str| {
        message(&format!("<MsgType>event</MsgType><Event>click</Event><EventKey>{key}</EventKey>"))
    };
    let (one, two) = (inbound(&callbacks, &event("1")), inbound(&callbacks, &event("2")));
    assert_ne!(one.id, two.id);
    assert_eq!(one.id, inbound(&callbacks, &event("1")).id);
    // Nobody can choose a message that looks like an event's id, or the other way round.
    assert!(one.id.0.starts_with("e:") && one.id.0.len() == 66);
    for strange in ["0", "-4", "x", "99999999999999999999999", ""] {
        let odd = message(&format!("<MsgType>text</MsgType><MsgId>{strange}</MsgId>"));
        assert!(inbound(&callbacks, &odd).id.0.starts_with("e:"), "{strange}");
    }
}

#[test]
fn a_change_of_the_directory_is_read_in_every_spelling_and_nobody_is_answered() {
    let callbacks = callbacks(K1, 218);
    let event = |change: &str| {
        format!(
            "<xml><ToUserName>wx5823bf96d3bd56c7</ToUserName><FromUserName>sys</FromUserName><CreateTime>1</CreateTime>\
             <MsgType>event</MsgType><Event>change_school_contact</Event><ChangeType>{change}</ChangeType>\
             <Id>P_000123</Id></xml>"
        )
    };
    for (change, want) in [
        ("subscribe", Content::Joined),
        ("unsubscribe", Content::Left),
        ("create_student", Content::DirectoryChanged),
        ("update_student", Content::DirectoryChanged),
        ("delete_student", Content::DirectoryChanged),
        ("create_parent", Content::DirectoryChanged),
        ("update_parent", Content::DirectoryChanged),
        ("delete_parent", Content::DirectoryChanged),
        ("create_department", Content::DirectoryChanged),
        ("create_deparmtment", Content::DirectoryChanged),
        ("update_department", Content::DirectoryChanged),
        ("update_deparmtment", Content::DirectoryChanged),
        ("delete_department", Content::DirectoryChanged),
        ("delete_deparmtment", Content::DirectoryChanged),
        ("something_new", Content::DirectoryChanged),
    ] {
        let inbound = inbound(&callbacks, &event(change));
        assert_eq!(inbound.content, want, "{change}");
        assert_eq!(
            (inbound.channel, inbound.account.as_str()),
            (Channel::WecomNotice, "p_000123"),
            "{change}"
        );
        let answer = callbacks.answer(&inbound, Some("你好"), DateTime::UNIX_EPOCH, &Ids::seeded(1));
        assert_eq!(answer.body, "", "{change}");
    }
}

#[test]
fn a_system_event_without_sender_or_app_is_accepted() {
    let event = "<xml><ToUserName>wx5823bf96d3bd56c7</ToUserName><CreateTime>1</CreateTime>\
                 <MsgType>event</MsgType><Event>close_inactive_agent</Event></xml>";
    let callbacks = callbacks(K1, 218);
    let inbound = inbound(&callbacks, event);
    assert_eq!((inbound.account.as_str(), &inbound.content), ("", &Content::Other));
    let answer = callbacks.answer(&inbound, Some("你好"), DateTime::UNIX_EPOCH, &Ids::seeded(1));
    assert_eq!(answer.body, "", "nobody can be answered");
}

#[test]
fn what_is_not_for_us_is_rejected() {
    let callbacks = callbacks(K1, 218);
    let good = message("<MsgType>text</MsgType><Content>a</Content>");
    assert!(callbacks.open(&delivery(&callbacks, &good)).is_ok());
    for (change, from, to) in [
        ("another corp inside", "<ToUserName>wx58", "<ToUserName>wx59"),
        ("another app inside", ">218<", ">219<"),
        ("broken xml inside", "</xml>", ""),
        ("an entity inside", ">a<", ">&a;<"),
    ] {
        assert!(callbacks.open(&delivery(&callbacks, &good.replace(from, to))).is_err(), "{change}");
    }
    let outer = |change: &dyn Fn(String) -> String| {
        let mut request = delivery(&callbacks, &good);
        request.body = change(String::from_utf8(request.body).unwrap()).into_bytes();
        callbacks.open(&request)
    };
    assert!(outer(&|body| body.replace("wx58", "wx59")).is_err(), "another corp outside");
    assert!(outer(&|body| body.replace("[218]", "[219]")).is_err(), "another app outside");
    assert!(outer(&|body| body.replace("<AgentID><![CDATA[218]]></AgentID>", "<AgentID/>")).is_ok());
    assert!(outer(&|_| "{\"encrypt\":\"AAAA\"}".to_owned()).is_err(), "json of an AI bot");
}

#[test]
fn n1_to_n4_are_rejected_although_signed() {
    for (name, encrypted, signature) in NEGATIVE {
        let request = CallbackRequest {
            is_get: false,
            query: format!("msg_signature={signature}&timestamp={COMPOSED_TIMESTAMP}&nonce={COMPOSED_NONCE}"),
            body: xml::callback_envelope(K1.receive_id, Some(218), encrypted).into_bytes(),
            ..CallbackRequest::default()
        };
        assert!(callbacks(K1, 218).open(&request).is_err(), "{name}");
    }
}

#[test]
fn the_passive_reply_goes_back_to_the_sender_as_wecom_spelled_it() {
    let callbacks = callbacks(K1, 218);
    let inbound = inbound(&callbacks, &message("<MsgType>text</MsgType><Content>a</Content>"));
    let now = DateTime::from_timestamp(1_718_000_200, 0).unwrap();
    let words = "已登记：周一、周三 ]]> 😀";
    let answer = callbacks.answer(&inbound, Some(words), now, &Ids::seeded(1));
    let outer = Fields::parse(&answer.body).unwrap();
    let (encrypted, timestamp) = (outer.text("Encrypt").unwrap(), outer.text("TimeStamp").unwrap());
    assert_eq!(timestamp, "1718000200");
    let (signature, nonce) = (outer.text("MsgSignature").unwrap(), outer.text("Nonce").unwrap());
    assert!(callbacks.crypto.verify(signature, timestamp, nonce, encrypted));
    let inner = Fields::parse(&callbacks.crypto.decrypt(encrypted).unwrap()).unwrap();
    assert_eq!(inner.text("ToUserName"), Some("Wang.Li"));
    assert_eq!(inner.text("FromUserName"), Some(K1.receive_id));
    assert_eq!(inner.text("Content"), Some(words));
    assert_eq!(callbacks.answer(&inbound, None, now, &Ids::seeded(1)).body, "");
}
