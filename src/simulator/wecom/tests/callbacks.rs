//! Callbacks against a stub server that decrypts and answers as told.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::routing::get;

use super::*;

/// How the stub server behaves.
#[derive(Clone, Copy, PartialEq)]
enum Stub {
    Replies,
    Acknowledges,
    FailsFirst(usize),
    SignsWrong,
    AnswersSomebodyElse,
    EchoesWithNewline,
    Hangs,
}

/// A callback server that decrypts with the server's own crypto and answers as told; `seen` gets the plaintexts.
async fn stub(behaviour: Stub) -> (WecomSimulator, Arc<Mutex<Vec<String>>>, Arc<ManualClock>) {
    let crypto = Crypto::new("QDG6eK", KEY, CORP).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let requests = Arc::new(AtomicUsize::new(0));
    let verify = {
        let crypto = crypto.clone();
        move |RawQuery(query): RawQuery| async move {
            let query = query.unwrap();
            let echo = parameter(&query, "echostr");
            let newline = if behaviour == Stub::EchoesWithNewline { "\n" } else { "" };
            crypto.decrypt(&echo).unwrap() + newline
        }
    };
    let receive = {
        let seen = seen.clone();
        move |RawQuery(query): RawQuery, body: Bytes| async move {
            let number = requests.fetch_add(1, Ordering::SeqCst);
            let (query, body) = (query.unwrap(), String::from_utf8(body.to_vec()).unwrap());
            let encrypted = between(&body, "<Encrypt><![CDATA[", "]]>");
            let signed = [parameter(&query, "timestamp"), parameter(&query, "nonce")];
            assert!(crypto.verify(&parameter(&query, "msg_signature"), &signed[0], &signed[1], &encrypted));
            let plaintext = crypto.decrypt(&encrypted).unwrap();
            seen.lock().unwrap().push(plaintext.clone());
            match behaviour {
                Stub::Hangs => std::future::pending().await,
                Stub::FailsFirst(count) if number < count => {
                    (StatusCode::INTERNAL_SERVER_ERROR, String::new())
                }
                Stub::Acknowledges => (StatusCode::OK, String::new()),
                Stub::Replies
                | Stub::FailsFirst(_)
                | Stub::SignsWrong
                | Stub::AnswersSomebodyElse
                | Stub::EchoesWithNewline => (StatusCode::OK, reply(&crypto, &plaintext, behaviour)),
            }
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/callback", get(verify).post(receive));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut settings = settings().with_callback_url(url);
    settings.callback_timeout = Duration::from_millis(if behaviour == Stub::Hangs { 40 } else { 5_000 });
    let (simulator, clock) = simulator_with(settings);
    (simulator, seen, clock)
}

fn reply(crypto: &Crypto, plaintext: &str, behaviour: Stub) -> String {
    let member = between(plaintext, "<FromUserName><![CDATA[", "]]>");
    let to = if behaviour == Stub::AnswersSomebodyElse { "wang".to_owned() } else { member };
    let message = format!(
        "<xml><ToUserName>{to}</ToUserName><FromUserName>{CORP}</FromUserName><CreateTime>1</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>"
    );
    let encrypted = crypto.encrypt(&message, [7; 16]);
    let nonce = if behaviour == Stub::SignsWrong { "other" } else { "n" };
    let signature = crypto.signature("9", nonce, &encrypted);
    format!(
        "<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>\
         <TimeStamp>9</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>"
    )
}

fn between(text: &str, start: &str, end: &str) -> String {
    let from = text.find(start).unwrap() + start.len();
    text[from..from + text[from..].find(end).unwrap()].to_owned()
}

/// A parameter, decoded once as WeCom's reference says.
fn parameter(query: &str, name: &str) -> String {
    let raw = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap();
    raw.replace('+', " ").replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
}

#[tokio::test]
async fn what_a_member_says_is_delivered_and_the_reply_appears_on_the_phone() {
    let (simulator, seen, clock) = stub(Stub::Replies).await;
    let delivered = simulator.say("mama.li", "参加 ]]> <b>").await.unwrap();
    assert_eq!(delivered, Delivered { requests: 1, replies: vec![Some("收到".into())] });
    let plaintext = seen.lock().unwrap()[0].clone();
    assert!(plaintext.contains("<FromUserName><![CDATA[Mama.Li]]>"), "{plaintext}");
    assert!(plaintext.contains(&format!("<CreateTime>{}</CreateTime>", clock.now().timestamp())));
    let thread = simulator.phone("mama.li").unwrap().thread;
    let words: Vec<_> = thread.iter().map(|message| (message.from, message.shows.words())).collect();
    assert_eq!(words, vec![(Author::Me, "参加 ]]> <b>".into()), (Author::App, "收到".into())]);
    assert_eq!(simulator.say("nobody", "在吗").await, Err(DeliveryError::NotAMember));
}

#[tokio::test]
async fn a_failed_callback_is_tried_three_times_more() {
    let (simulator, seen, _) = stub(Stub::FailsFirst(3)).await;
    assert_eq!(simulator.say("wang", "1").await.unwrap().requests, 4);
    let plaintexts = seen.lock().unwrap().clone();
    assert!(plaintexts.iter().all(|one| *one == plaintexts[0]), "a retry carries the same plaintext");
    let (simulator, seen, _) = stub(Stub::FailsFirst(9)).await;
    let error = simulator.say("wang", "1").await.unwrap_err();
    assert_eq!(error, DeliveryError::NotAccepted { requests: 4, last: "status 500".into() });
    assert_eq!(seen.lock().unwrap().len(), 4);
    let bubble = simulator.phone("wang").unwrap().thread[0].clone();
    assert!(matches!(bubble.delivery, DeliveryState::Failed(_)));
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_counts_as_down() {
    let (simulator, _, _) = stub(Stub::Hangs).await;
    let error = simulator.say("wang", "1").await.unwrap_err();
    assert_eq!(error, DeliveryError::NotAccepted { requests: 4, last: "time-out".into() });
}

#[tokio::test]
async fn a_bad_passive_reply_is_named_and_not_shown() {
    for (behaviour, want) in [
        (Stub::SignsWrong, "passive reply: wrong signature"),
        (Stub::AnswersSomebodyElse, "passive reply: meant for somebody else"),
    ] {
        let (simulator, _, _) = stub(behaviour).await;
        assert_eq!(simulator.say("mama.li", "1").await, Err(DeliveryError::BadReply(want)));
        assert_eq!(simulator.phone("mama.li").unwrap().thread.len(), 1);
    }
}

#[tokio::test]
async fn the_console_saves_only_an_address_that_answers_the_exact_plaintext() {
    let (simulator, _, _) = stub(Stub::Replies).await;
    assert_eq!(simulator.verify_url().await, Ok(()));
    let (simulator, _, _) = stub(Stub::EchoesWithNewline).await;
    assert_eq!(simulator.verify_url().await, Err(VerifyError::Body));
    let (simulator, _) = simulator_with(settings().with_callback_url("http://127.0.0.1:1/callback"));
    assert!(matches!(simulator.verify_url().await, Err(VerifyError::NoAnswer(_))));
}

#[tokio::test]
async fn a_callback_is_delivered_again_on_demand_and_shown_once() {
    for deliveries_at_once in [false, true] {
        let (simulator, seen, _) = stub(Stub::Replies).await;
        simulator.set_faults(Faults { extra_deliveries: 2, deliveries_at_once, ..Faults::default() });
        let delivered = simulator.say("wang", "1").await.unwrap();
        assert_eq!(delivered.replies, vec![Some("收到".to_owned()); 3]);
        let plaintexts = seen.lock().unwrap().clone();
        assert_eq!(plaintexts.len(), 3);
        assert!(plaintexts.iter().all(|one| *one == plaintexts[0]));
        assert_eq!(simulator.phone("wang").unwrap().thread.len(), 2);
    }
}

#[tokio::test]
async fn messages_arrive_in_the_order_asked_for() {
    let (simulator, seen, _) = stub(Stub::Acknowledges).await;
    let sayings: Vec<_> = ["甲", "乙", "丙"].map(|text| ("wang".into(), Saying::Text(text.into()))).into();
    let contents = || {
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        let contents = seen.iter().map(|one| between(one, "<Content><![CDATA[", "]]>"));
        contents.collect::<Vec<_>>()
    };
    simulator.send_all(&sayings, Order::AsWritten).await;
    assert_eq!(contents(), vec!["甲", "乙", "丙"]);
    simulator.send_all(&sayings, Order::Reversed).await;
    assert_eq!(contents(), vec!["丙", "乙", "甲"]);
    assert!(simulator.send_all(&sayings, Order::AtOnce).await.iter().all(Result::is_ok));
    assert_eq!(contents().len(), 3);
}

#[tokio::test]
async fn events_pictures_and_a_cut_network_reach_the_server_as_they_should() {
    let (simulator, seen, _) = stub(Stub::Acknowledges).await;
    for (saying, want) in [
        (Saying::Enter, "<Event><![CDATA[enter_agent]]>"),
        (Saying::Unsubscribe, "<Event><![CDATA[unsubscribe]]>"),
        (Saying::Subscribe, "<Event><![CDATA[subscribe]]>"),
        (Saying::Picture, "<MsgType><![CDATA[image]]>"),
        (Saying::Voice, "<MsgType><![CDATA[voice]]>"),
    ] {
        simulator.send("wang", &saying).await.unwrap();
        let last = seen.lock().unwrap().pop().unwrap();
        assert!(last.contains(want), "{saying:?}: {last}");
    }
    simulator.set_faults(Faults { callbacks_cut: true, ..Faults::default() });
    assert!(simulator.say("wang", "1").await.is_err());
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn edits_of_the_directory_are_called_back_in_one_second_without_a_name() {
    let (simulator, seen, _clock) = stub(Stub::Acknowledges).await;
    let class = Department {
        id: 32,
        parent: ROOT,
        name: "三年级2班".into(),
        kind: 1,
        standard_grade: None,
        is_graduated: false,
        admins: Vec::new(),
    };
    simulator.put_department(class);
    simulator.put_pupil(Pupil { id: "20240201".into(), name: "李小禾".into(), classes: vec![32] });
    let children = vec![("20240201".to_owned(), "妈妈".to_owned())];
    simulator.put_parent(Parent { id: "p_1".into(), mobile: None, follows: false, children });
    simulator.set_follows("p_1", true);
    for delivered in simulator.announce().await {
        assert_eq!(delivered.unwrap().replies, vec![None]);
    }
    assert!(simulator.announce().await.is_empty(), "each change is told once");
    let mut told = seen.lock().unwrap().clone();
    told.sort();
    assert_eq!(told.len(), 4);
    for (plaintext, change) in
        told.iter().zip(["create_deparmtment", "create_parent", "create_student", "subscribe"])
    {
        assert!(plaintext.contains(&format!("<ChangeType><![CDATA[{change}]]>")), "{plaintext}");
        assert!(plaintext.contains("<FromUserName><![CDATA[sys]]>") && !plaintext.contains("AgentID"));
        assert!(!plaintext.contains("李小禾"));
    }
}
