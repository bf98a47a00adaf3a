//! Customer service against the simulator over real connections, and the reading of records by itself.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::sync::arrived;
use super::*;
use crate::clock::ManualClock;
use crate::ids::Ids;
use crate::platform::mailbox::{AnswerTo, Arrived, Tap, TapId, Ticket};
use crate::platform::wecom::{Wecom, WecomSettings};
use crate::platform::{Content, NextTry, contract};
use crate::simulator::wecom::{
    Author, ConsoleSettings, Faults, Outage, Running, SessionState, WecomSimulator,
};

const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const CORP: &str = "wwSCHOOL";
const KF: &str = "wkSCHOOL";
const PARENT: &str = "wmPARENT";

struct World {
    simulator: WecomSimulator,
    clock: Arc<ManualClock>,
    wecom: Wecom,
    kf: Kf,
    _running: Running,
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::new(chrono::DateTime::from_timestamp(1_756_774_800, 0).unwrap()));
    let console = ConsoleSettings::new(CORP, 1_000_002, "secret", "QDG6eK", KEY);
    let simulator = WecomSimulator::new(console, clock.clone(), Ids::seeded(1)).unwrap();
    simulator.add_kf(KF);
    let running = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let settings = WecomSettings {
        oauth_base: running.api_base(),
        login_base: running.api_base(),
        ..WecomSettings::sample(&running.api_base())
    };
    let wecom = Wecom::new(settings, clock.clone(), Arc::new(Ids::seeded(2))).unwrap();
    let kf = wecom.customer_service(vec![KF.to_owned()]);
    World { simulator, clock, wecom, kf, _running: running }
}

impl World {
    async fn fetch(&self, cursor: Option<&str>) -> Page {
        self.kf.fetch(KF, cursor, None).await.unwrap()
    }

    fn answer(&self, id: &str, words: &str, taps: &[&str]) -> Call {
        let taps = (0..)
            .zip(taps)
            .map(|(place, label)| Tap { id: TapId { asked_in_turn: 12, place }, label: (*label).to_owned() });
        let to = AnswerTo { envelope: json!({"kf": KF}).to_string(), taps: taps.collect() };
        let message = Message::Text(words.to_owned());
        Answers::compose(&self.kf, &Answering { id, account: PARENT, message: &message, to: &to })
    }

    async fn unreached(&self, id: &str) -> Vec<(String, &'static str)> {
        self.kf.send(&self.answer(id, "好的", &[])).await.unwrap().unreached
    }
}

fn words(page: &Page) -> Vec<String> {
    let words = page.arrived.iter().map(|arrived| match arrived {
        Arrived::Message(inbound) => match &inbound.content {
            Content::Text(text) => text.clone(),
            other => format!("{other:?}"),
        },
        Arrived::Entered(_) => "entered".to_owned(),
        Arrived::Undelivered(undelivered) => format!("{}: {}", undelivered.answer, undelivered.reason),
    });
    words.collect()
}

#[tokio::test]
async fn it_keeps_the_contract_of_sending_and_answering() {
    let kf = world().await.kf;
    contract::sending(&kf);
    contract::answering_by_mailbox(&kf, &json!({"kf": KF}).to_string());
}

#[tokio::test]
async fn a_mailbox_is_read_page_by_page_also_over_empty_ones() {
    let world = world().await;
    for words in ["一", "二", "三"] {
        world.simulator.kf_say(KF, PARENT, words);
    }
    world.simulator.kf_picture(KF, PARENT);
    world.simulator.kf_servicer_says(KF, PARENT, "人工说的话");
    world.simulator.kf_pages(KF, 2, 1);
    let (mut cursor, mut all, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = world.fetch(cursor.as_deref()).await;
        pages += 1;
        all.extend(words(&page));
        cursor = Some(page.cursor);
        if !page.has_more {
            break;
        }
    }
    assert_eq!((all, pages), (vec!["一".into(), "二".into(), "三".into(), "Unreadable".into()], 4));
    world.simulator.kf_say(KF, PARENT, "四");
    assert_eq!(words(&world.fetch(cursor.as_deref()).await), ["四"], "what was read does not come again");
    assert_eq!(
        world.fetch(cursor.as_deref()).await,
        world.fetch(cursor.as_deref()).await,
        "until it is kept"
    );
}

#[tokio::test]
async fn a_token_that_is_over_and_other_trouble_lose_nothing() {
    let world = world().await;
    world.simulator.kf_say(KF, PARENT, "一");
    let page = world.kf.fetch(KF, None, Some("a bell of long ago")).await.unwrap();
    assert_eq!(words(&page), ["一"]);
    world.simulator.revoke_token();
    assert_eq!(words(&world.fetch(None).await), ["一"]);
    for (outage, want) in [
        (Outage::Throttled, NextTry::After(std::time::Duration::from_mins(1))),
        (Outage::Busy, NextTry::After(std::time::Duration::from_secs(2))),
        (Outage::BadGateway, NextTry::After(std::time::Duration::from_secs(2))),
    ] {
        world.simulator.set_faults(Faults { outage, outage_calls: Some(1), ..Faults::default() });
        let error = world.kf.fetch(KF, None, None).await.unwrap_err();
        assert_eq!(error.next(), want, "{outage:?}");
    }
    let error = world.kf.fetch("wkELSEWHERE", None, None).await.unwrap_err();
    assert!(matches!(error, SendError::Refused { code: 95004, .. }), "{error}");
}

#[test]
fn each_kind_of_record_is_what_it_is_to_us() {
    let text = |fields: Json| {
        json!({"msgid": "m1", "external_userid": PARENT, "send_time": 1_756_774_800,
        "origin": 3, "msgtype": "text", "text": fields})
    };
    let event = |fields: Json| {
        json!({"msgid": "m1", "send_time": 1_756_774_800, "origin": 4, "msgtype": "event",
        "event": fields})
    };
    let read = |record: &Json| arrived(&"east".into(), KF, record);
    let content = |record: &Json| match read(record) {
        Some(Arrived::Message(inbound)) => Some(inbound.content),
        _ => None,
    };
    let tap = TapId { asked_in_turn: 12, place: 3 };
    for (fields, want) in [
        (json!({"content": "参加"}), Content::Text("参加".into())),
        (json!({"content": "参加", "menu_id": "t12_3"}), Content::Tap(tap)),
        (json!({"content": "参加", "menu_id": "sv12_q1_yes"}), Content::Text("参加".into())),
        (json!({"content": "参加", "menu_id": "t-1_3"}), Content::Text("参加".into())),
        (json!({}), Content::Text(String::new())),
    ] {
        assert_eq!(content(&text(fields.clone())), Some(want), "{fields}");
    }
    for kind in ["image", "voice", "location", "merged_msg", "channels", "something new"] {
        let mut record = text(json!({}));
        record["msgtype"] = json!(kind);
        assert_eq!(content(&record), Some(Content::Unreadable), "{kind}");
    }
    let entered =
        event(json!({"event_type": "enter_session", "external_userid": PARENT, "scene_param": "abc",
        "welcome_code": "CODE"}));
    let Some(Arrived::Entered(entered)) = read(&entered) else { panic!("nobody entered") };
    assert_eq!(entered.ticket, Some(Ticket("abc".into())));
    assert_eq!(entered.greet_until.map(|until| until.timestamp()), Some(1_756_774_820));
    assert_eq!(entered.inbound.account, PARENT);
    let reopened = event(json!({"event_type": "enter_session", "external_userid": PARENT}));
    let Some(Arrived::Entered(reopened)) = read(&reopened) else { panic!("nobody entered") };
    assert_eq!((reopened.ticket, reopened.greet_until), (None, None));
    let failed = event(json!({"event_type": "msg_send_fail", "external_userid": PARENT, "fail_msgid": "r1",
        "fail_type": 10}));
    let Some(Arrived::Undelivered(failed)) = read(&failed) else { panic!("nothing failed") };
    assert_eq!((failed.answer.as_str(), failed.reason), ("r1", "家长拒收"));
    for nothing in [
        event(json!({"event_type": "session_status_change", "external_userid": PARENT})),
        event(json!({"event_type": "enter_session"})),
        json!({"msgid": "m1", "external_userid": PARENT, "origin": 5, "msgtype": "text", "text": {"content": "x"}}),
        json!({"msgid": 7}),
        json!("text"),
    ] {
        assert_eq!(read(&nothing), None, "{nothing}");
    }
}

#[tokio::test]
async fn an_answer_goes_once_as_text_or_as_a_menu() {
    let world = world().await;
    world.simulator.kf_say(KF, PARENT, "你好");
    let call = world.answer("0192f0c0000070008000000000000001", "参加吗？", &["参加", "不参加"]);
    assert_eq!(world.kf.send(&call).await.unwrap(), SendReport::default());
    assert!(
        matches!(world.kf.send(&call).await, Err(SendError::Refused { .. })),
        "the same id, the second time"
    );
    let long = "课".repeat(400);
    world.kf.send(&world.answer("r2", &long, &["参加"])).await.unwrap();
    world.kf.send(&world.answer("r3", "选哪个？", &["足球"; 11])).await.unwrap();
    let chat = world.simulator.kf_chat(KF, PARENT).unwrap();
    let shown: Vec<_> = chat.thread.iter().filter(|message| message.from == Author::App).collect();
    assert_eq!(shown[0].taps[1], ("t12_1".to_owned(), "不参加".to_owned()));
    assert_eq!((shown[1].words.as_str(), shown[1].taps.len()), (long.as_str(), 0), "too long above a menu");
    assert_eq!((shown[2].words.as_str(), shown[2].taps.len()), ("选哪个？", 0), "more than can be tapped");
    assert_eq!(shown.len(), 3);
}

#[tokio::test]
async fn whoever_cannot_be_answered_is_told_as_not_reached() {
    let world = world().await;
    assert_eq!(world.unreached("r0").await[0].0, PARENT, "never wrote");
    world.simulator.kf_say(KF, PARENT, "你好");
    for id in ["r1", "r2", "r3", "r4", "r5"] {
        assert_eq!(world.unreached(id).await, [], "{id}");
    }
    assert!(world.unreached("r6").await[0].1.contains("5 条"));
    world.simulator.kf_say(KF, PARENT, "还在吗");
    assert_eq!(world.unreached("r7").await, []);
    world.simulator.kf_set_state(KF, PARENT, SessionState::Human);
    assert!(world.unreached("r8").await[0].1.contains("人工"));
    world.simulator.kf_set_state(KF, PARENT, SessionState::Ended);
    assert!(world.unreached("r9").await[0].1.contains("结束"));
    world.simulator.kf_say(KF, PARENT, "还在吗");
    world.clock.advance(chrono::Duration::hours(48));
    assert!(world.unreached("r10").await[0].1.contains("48"));
}

#[tokio::test]
async fn what_breaks_a_limit_is_refused_before_it_is_sent() {
    let world = world().await;
    world.simulator.kf_say(KF, PARENT, "你好");
    let good = world.answer("r1", "好的", &[]);
    for (what, body) in [
        ("two receivers", good.body.replace(PARENT, "wmA|wmB")),
        ("no receiver", good.body.replace(PARENT, "")),
        ("an id that is too long", good.body.replace("\"r1\"", &format!("{:?}", "r".repeat(33)))),
        ("an id of other signs", good.body.replace("\"r1\"", "\"r:1\"")),
        ("an empty text", good.body.replace("好的", "")),
        ("a text that is too long", good.body.replace("好的", &"课".repeat(700))),
        ("no json", String::new()),
    ] {
        let call = Call { body, ..good.clone() };
        assert!(matches!(world.kf.send(&call).await, Err(SendError::Refused { .. })), "{what}");
    }
    let elsewhere = Call { endpoint: "message/send".to_owned(), ..good };
    assert!(matches!(world.kf.send(&elsewhere).await, Err(SendError::Refused { .. })));
    assert_eq!(world.simulator.kf_figures().shown, 0);
}

#[tokio::test]
async fn a_link_brings_its_ticket_and_a_greeting_goes_by_its_code_once() {
    let world = world().await;
    let link = world.kf.link(KF, "abc-123_x").await.unwrap();
    assert!(link.ends_with("&scene_param=abc%2D123%5Fx"), "{link}");
    assert!(world.kf.link(KF, &"x".repeat(129)).await.is_err());
    world.simulator.kf_enter(KF, PARENT, &link);
    let page = world.fetch(None).await;
    let Some(Arrived::Entered(entered)) = page.arrived.first() else { panic!("nobody entered") };
    let message = Message::Text("您好！".to_owned());
    let to = AnswerTo { envelope: entered.inbound.envelope.clone(), taps: Vec::new() };
    let call =
        Answers::compose(&world.kf, &Answering { id: "r1", account: PARENT, message: &message, to: &to });
    assert_eq!(world.kf.send(&call).await.unwrap(), SendReport::default());
    assert!(world.kf.send(&call).await.is_err(), "a code is good once");
    assert_eq!(world.simulator.kf_chat(KF, PARENT).unwrap().thread.len(), 1);
}

#[tokio::test]
async fn a_doorbell_names_its_mailbox_and_no_sender() {
    let world = world().await;
    let open = |inner: &str| {
        let plaintext = format!(
            "<xml><ToUserName>{CORP}</ToUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>{inner}</xml>"
        );
        let sealed = world.simulator.seal(&plaintext);
        let request = CallbackRequest {
            query: sealed.query,
            body: sealed.body.into_bytes(),
            ..CallbackRequest::default()
        };
        world.wecom.open(&request).unwrap()
    };
    let rung = open("<Event>kf_msg_or_event</Event><Token>ENC</Token><OpenKfId>wkSCHOOL</OpenKfId>");
    let bell = |mailboxes: &[&str], lost: &[&str], token: Option<&str>| {
        Opened::Doorbell(Doorbell {
            channel: Channel::WecomKf,
            mailboxes: mailboxes.iter().map(|&name| name.to_owned()).collect(),
            lost: lost.iter().map(|&name| name.to_owned()).collect(),
            token: token.map(str::to_owned),
        })
    };
    assert_eq!(rung, bell(&[KF], &[], Some("ENC")));
    let changed = open(
        "<Event>kf_account_auth_change</Event><AuthAddOpenKfId>wkA</AuthAddOpenKfId>\
         <AuthAddOpenKfId>wkB</AuthAddOpenKfId><AuthDelOpenKfId>wkC</AuthDelOpenKfId>",
    );
    assert_eq!(changed, bell(&["wkA", "wkB"], &["wkC"], None));
}
