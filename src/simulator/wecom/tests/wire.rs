//! Both sides of the wire: the server's own WeCom platform against the simulator.

use axum::body::Bytes;
use axum::extract::RawQuery;

use super::*;
use crate::platform::wecom::{Wecom, WecomSettings};
use crate::platform::{CallbackRequest, Content, Message, Opened, Platform, SendError};

async fn joined() -> (WecomSimulator, Arc<Wecom>, Running, Arc<ManualClock>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let (simulator, clock) = simulator_with(settings().with_callback_url(url));
    let running = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let settings = WecomSettings::sample(&running.api_base());
    let wecom = Arc::new(Wecom::new(settings, clock.clone(), Arc::new(Ids::seeded(2))).unwrap());
    let answer = {
        let (wecom, clock) = (wecom.clone(), clock.clone());
        move |is_get: bool, query: Option<String>, body: Bytes| {
            let request = CallbackRequest {
                is_get,
                query: query.unwrap(),
                body: body.to_vec(),
                ..CallbackRequest::default()
            };
            match wecom.open(&request).unwrap() {
                Opened::Verification(answer) => answer.body,
                Opened::Doorbell(_) => String::new(),
                Opened::Inbound(inbound) => {
                    let text = match &inbound.content {
                        Content::Text(text) => Some(format!("收到：{text}")),
                        Content::Unreadable => Some("图片我还看不懂".to_owned()),
                        _ => None,
                    };
                    wecom.answer(&inbound, text.as_deref(), clock.now()).body
                }
            }
        }
    };
    let (verify, receive) = (answer.clone(), answer);
    let router = axum::Router::new().route(
        "/callback",
        axum::routing::get(move |RawQuery(query): RawQuery| async move { verify(true, query, Bytes::new()) })
            .post(move |RawQuery(query): RawQuery, body: Bytes| async move { receive(false, query, body) }),
    );
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (simulator, wecom, running, clock)
}

#[tokio::test]
async fn the_console_saves_the_servers_address_and_members_get_its_replies() {
    let (simulator, _wecom, _running, _clock) = joined().await;
    assert_eq!(simulator.verify_url().await, Ok(()));
    for text in ["参加", "]]> <b>&amp; 😀\n第二行", "长".repeat(600).as_str()] {
        let delivered = simulator.say("Mama.Li", text).await.unwrap();
        assert_eq!(delivered.replies, vec![Some(format!("收到：{text}"))]);
    }
    assert_eq!(
        simulator.send("wang", &Saying::Picture).await.unwrap().replies,
        vec![Some("图片我还看不懂".into())]
    );
    for saying in [Saying::Enter, Saying::Subscribe, Saying::Unsubscribe] {
        assert_eq!(simulator.send("wang", &saying).await.unwrap().replies, vec![None], "{saying:?}");
    }
}

/// The smallest thing that passes for a PNG here.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n--\r\n-- not really";

#[tokio::test]
async fn a_picture_is_uploaded_and_shown_and_its_id_ends_with_its_time() {
    let (simulator, wecom, _running, clock) = joined().await;
    crate::platform::contract::a_picture_goes_by_its_upload(wecom.as_ref(), PNG, "wang").await;
    let thread = simulator.phone("wang").unwrap().thread;
    let [PhoneMessage { shows: Shown::Image { media_id }, .. }] = &thread[..] else { panic!("{thread:?}") };
    assert_eq!(simulator.picture(media_id).as_deref(), Some(PNG), "byte for byte");
    let pictures = wecom.pictures().unwrap();
    let uploaded = pictures.upload(PNG).await.unwrap();
    clock.advance(chrono::Duration::from_std(uploaded.life).unwrap());
    let old = pictures.compose(&["wang".to_owned()], &uploaded.handle);
    let error = wecom.send(&old).await.unwrap_err();
    assert!(matches!(error, SendError::Unavailable { code: 40007 }), "it is uploaded again: {error:?}");
    let large = vec![0; 2_100_000];
    for (png, code) in [(&b"12345"[..], 44001), (&b"GIF89a, not a png"[..], 40005), (&large, 45001)] {
        let error = pictures.upload(png).await.unwrap_err();
        assert!(matches!(error, SendError::Refused { code: found, .. } if found == code), "{error:?}");
    }
    simulator.revoke_token();
    pictures.upload(PNG).await.unwrap();
    simulator.set_faults(Faults { outage: Outage::Busy, ..Faults::default() });
    let error = pictures.upload(PNG).await.unwrap_err();
    assert!(matches!(error, SendError::Unavailable { code: -1 }), "{error:?}");
}

#[tokio::test]
async fn the_server_sends_through_the_simulator_and_reads_its_refusals() {
    let (simulator, wecom, _running, clock) = joined().await;
    let call = |accounts: &[&str], text: &str| {
        let accounts: Vec<String> = accounts.iter().map(|one| (*one).to_owned()).collect();
        wecom.compose(&accounts, &Message::Text(text.to_owned()))
    };
    let report = wecom.send(&call(&["mama.li", "nobody"], "放学见")).await.unwrap();
    assert_eq!(report.unreached.iter().map(|(who, _)| who.as_str()).collect::<Vec<_>>(), vec!["nobody"]);
    let again = call(&["wang"], "只说一次");
    wecom.send(&again).await.unwrap();
    wecom.send(&again).await.unwrap();
    assert_eq!(simulator.phone("wang").unwrap().thread.len(), 1, "the duplicate check swallows a retry");
    simulator.revoke_token();
    wecom.send(&call(&["wang"], "换了令牌")).await.unwrap();
    clock.advance(chrono::Duration::seconds(7_300));
    wecom.send(&call(&["wang"], "令牌过期")).await.unwrap();
    assert_eq!(simulator.phone("wang").unwrap().thread.len(), 3);
    let outage = |outage| simulator.set_faults(Faults { outage, ..Faults::default() });
    outage(Outage::Busy);
    let error = wecom.send(&call(&["wang"], "忙")).await.unwrap_err();
    assert!(matches!(error, SendError::Unavailable { code: -1 }), "{error:?}");
    outage(Outage::Throttled);
    let error = wecom.send(&call(&["wang"], "忙")).await.unwrap_err();
    assert!(matches!(error, SendError::Throttled(_)), "{error:?}");
    outage(Outage::BadGateway);
    let error = wecom.send(&call(&["wang"], "忙")).await.unwrap_err();
    assert!(matches!(error, SendError::Unknown(_) | SendError::Unavailable { .. }), "{error:?}");
    outage(Outage::None);
    let report = wecom.send(&call(&["nobody"], "在吗")).await.unwrap();
    assert_eq!(report.unreached.len(), 1, "nobody was reached");
}
