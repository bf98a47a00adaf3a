//! Each message takes effect once and in its person's order, and who forges learns nothing.
//!
//! The routes are called in memory; everything behind them is real.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use kehou::app::{App, Seams};
use kehou::cli::demo::first_morning;
use kehou::clock::{Clock, ManualClock};
use kehou::domain::enrolment::{Standing, Wish};
use kehou::domain::people::{Person, PersonId};
use kehou::ids::Ids;
use kehou::platform::crypto::Crypto;
use kehou::simulator::wecom::Sealed;
use kehou::store::Store;
use kehou::store::faulty::{Fault, FaultyStore};
use kehou::store::memory::MemoryStore;
use kehou::store::sled::SledStore;
use kehou::usecase::{CONFLICTS_MAX, record};
use kehou::web;
use secrecy::ExposeSecret as _;
use tower::ServiceExt as _;

use super::support::{Family, SmallSchool, conversation, handled, lines_by_message, on_record};

/// A change to yes, and how many lines each message writes.
const TO_YES: [&str; 6] = ["修改", "1", "周一周三", "五点半", "听老师安排", "1"];

/// kehou over a store of the test's choice, with its routes in memory.
struct Server {
    app: Arc<App>,
    small: SmallSchool,
    families: Vec<Family>,
    clock: Arc<ManualClock>,
}

/// An answer as the network sees it.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Server {
    async fn start(store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::new(first_morning()));
        let small = SmallSchool::start(clock.clone(), 1).await;
        let app = assemble(&small, &clock, store, 2).await;
        let families = small.import(&app, clock.now()).await;
        Self { app, small, families, clock }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = web::router(self.app.clone()).oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Delivers a plaintext once, in an envelope of its own.
    async fn deliver(&self, plaintext: &str) -> Answer {
        self.ask(post("example", &self.small.simulator.seal(plaintext))).await
    }

    /// Delivers a plaintext that is taken; returns the words of the reply.
    async fn taken(&self, account: &str, plaintext: &str) -> Option<String> {
        let answer = self.deliver(plaintext).await;
        assert_eq!(answer.status, StatusCode::OK);
        self.small.simulator.open_reply(account, &answer.body).unwrap()
    }

    fn text(&self, account: &str, id: u64, words: &str) -> String {
        self.small.simulator.text(account, id, words)
    }

    /// How many turns a person had; what a message has done is told to the conversation in one of its own.
    async fn turns(&self, person: &PersonId) -> u64 {
        conversation(self.app.seams.store.as_ref(), &self.small.school, person).await.turn
    }

    async fn lines(&self, id: u64) -> usize {
        let lines = lines_by_message(&self.app, &self.small.school).await;
        lines.get(&on_record(id)).copied().unwrap_or(0)
    }

    async fn handled(&self) -> usize {
        handled(self.app.seams.store.as_ref(), &self.small.school).await.len()
    }

    fn crypto(&self, receive_id: &str) -> Crypto {
        let account = &self.small.config.wecom[0];
        let key = account.encoding_aes_key.expose_secret();
        Crypto::new(account.token.expose_secret(), key, receive_id).unwrap()
    }
}

async fn assemble(
    small: &SmallSchool,
    clock: &Arc<ManualClock>,
    store: Arc<dyn Store>,
    seed: u64,
) -> Arc<App> {
    let (clock, ids): (Arc<dyn Clock>, _) = (clock.clone(), Arc::new(Ids::seeded(seed)));
    let parts = App::parts(&small.config, &clock, &ids).unwrap();
    App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
}

fn post(school: &str, sealed: &Sealed) -> Request<Body> {
    let uri = format!("/callback/wecom/{school}?{}", sealed.query);
    Request::post(uri).header("Content-Type", "text/xml").body(Body::from(sealed.body.clone())).unwrap()
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

#[tokio::test]
async fn a_callback_that_comes_three_times_has_one_effect_and_one_reply() {
    let server = Server::start(memory()).await;
    let [one, two] = [&server.families[0], &server.families[1]].map(|family| family.guardians[0].clone());
    for (base, (person, account), is_at_once) in [(100, one, false), (200, two, true)] {
        server.taken(&account, &server.text(&account, base, "修改")).await;
        let plaintext = server.text(&account, base + 1, "2");
        let replies = if is_at_once {
            join_all((0..3).map(|_| server.taken(&account, &plaintext))).await
        } else {
            let mut replies = Vec::new();
            for _ in 0..3 {
                replies.push(server.taken(&account, &plaintext).await);
            }
            replies
        };
        assert!(replies[0].as_ref().unwrap().contains("办好了"), "{replies:?}");
        assert!(replies.iter().all(|reply| *reply == replies[0]), "at once: {is_at_once}: {replies:?}");
        assert_eq!(server.lines(base + 1).await, 1, "at once: {is_at_once}");
        assert_eq!(server.turns(&person).await, 5, "at once: {is_at_once}");
    }
    assert_eq!(server.handled().await, 4);
}

#[tokio::test]
async fn a_callback_that_comes_again_after_a_restart_has_one_effect_and_the_same_reply() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(Arc::new(SledStore::open(folder.path()).unwrap())).await;
    let (person, account) = server.families[0].guardians[0].clone();
    server.taken(&account, &server.text(&account, 1, "修改")).await;
    let plaintext = server.text(&account, 2, "2");
    let first = server.taken(&account, &plaintext).await;
    server.app.seams.store.close().await.unwrap();
    let store = Arc::new(SledStore::open(folder.path()).unwrap());
    server.app = assemble(&server.small, &server.clock, store, 3).await;
    assert_eq!(server.taken(&account, &plaintext).await, first);
    assert!(first.unwrap().contains("办好了"));
    assert_eq!((server.lines(2).await, server.turns(&person).await, server.handled().await), (1, 5, 2));
}

#[tokio::test]
async fn different_messages_and_events_of_one_second_all_take_effect() {
    let server = Server::start(memory()).await;
    let (person, account) = server.families[0].guardians[0].clone();
    for (id, words) in [(1, "修改"), (2, "2")] {
        server.taken(&account, &server.text(&account, id, words)).await;
    }
    assert_eq!((server.lines(2).await, server.turns(&person).await), (1, 5));
    let key = record::key::<Person>(&server.small.school, &person);
    for (event, is_reachable) in [("unsubscribe", false), ("subscribe", true)] {
        let plaintext = server.small.simulator.event(&account, event);
        for _ in 0..2 {
            server.taken(&account, &plaintext).await;
        }
        let person = record::load::<Person>(server.app.seams.store.as_ref(), &key).await.unwrap().unwrap();
        assert_eq!(person.value.contact_points[0].is_reachable, is_reachable, "after {event}");
    }
    assert_eq!(server.handled().await, 4);
    assert_eq!(server.turns(&person).await, 6, "who joins is welcomed once");
}

#[tokio::test]
async fn quick_messages_of_one_person_are_ordered_turns() {
    let server = Server::start(memory()).await;
    let family = &server.families[0];
    let (person, account) = family.guardians[0].clone();
    let texts: Vec<_> = (1..).zip(TO_YES).map(|(id, words)| server.text(&account, id, words)).collect();
    let replies = join_all(texts.iter().map(|plaintext| server.taken(&account, plaintext))).await;
    assert!(replies[5].as_ref().unwrap().contains("办好了"), "{replies:?}");
    assert_eq!((server.turns(&person).await, server.lines(6).await), (9, 1));
    let key = record::key::<Standing>(&server.small.school, &family.child.0);
    let standing = record::load::<Standing>(server.app.seams.store.as_ref(), &key).await.unwrap().unwrap();
    let Wish::Accepted(arrangement) = &standing.value.registration().unwrap().wish else {
        panic!("{standing:?}")
    };
    assert_eq!(arrangement.days.as_ref().map(Vec::len), Some(2), "{standing:?}");
}

#[tokio::test]
async fn messages_in_another_order_are_turns_all_the_same() {
    let server = Server::start(memory()).await;
    let (person, account) = server.families[0].guardians[0].clone();
    let texts: Vec<_> = (1..).zip(TO_YES).map(|(id, words)| server.text(&account, id, words)).collect();
    for plaintext in texts.iter().rev() {
        assert!(server.taken(&account, plaintext).await.is_some());
    }
    // And once more in their order: all of them are known.
    for plaintext in &texts {
        server.taken(&account, plaintext).await;
    }
    assert_eq!((server.turns(&person).await, server.handled().await), (7, 6));
}

#[tokio::test]
async fn a_sender_outside_the_roster_is_acknowledged_and_left_alone() {
    let server = Server::start(memory()).await;
    let answer = server.deliver(&server.text("nobody-knows", 1, "你好")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(server.handled().await, 0);
}

#[tokio::test]
async fn a_callback_that_the_store_could_not_keep_takes_effect_when_it_comes_again() {
    for fault in [Fault::FailBefore, Fault::FailAfter] {
        let store = Arc::new(FaultyStore::new(memory()));
        let server = Server::start(store.clone()).await;
        let (person, account) = server.families[0].guardians[0].clone();
        server.taken(&account, &server.text(&account, 1, "修改")).await;
        store.on_commit(store.commits() + 1, fault);
        let plaintext = server.text(&account, 2, "2");
        let failed = server.deliver(&plaintext).await;
        assert_eq!(
            (failed.status, failed.body.as_str()),
            (StatusCode::INTERNAL_SERVER_ERROR, ""),
            "{fault:?}"
        );
        let reply = server.taken(&account, &plaintext).await;
        assert!(reply.as_ref().unwrap().contains("办好了"), "{fault:?}: {reply:?}");
        assert_eq!((server.lines(2).await, server.turns(&person).await), (1, 5), "{fault:?}");
    }
}

#[tokio::test]
async fn a_conflict_is_decided_again_but_not_for_ever() {
    let store = Arc::new(FaultyStore::new(memory()));
    let server = Server::start(store.clone()).await;
    let (person, account) = server.families[0].guardians[0].clone();
    server.taken(&account, &server.text(&account, 1, "修改")).await;
    let conflict =
        |times: u64| (1..=times).for_each(|nth| store.on_commit(store.commits() + nth, Fault::Conflict));
    let most = u64::try_from(CONFLICTS_MAX).unwrap();
    let plaintext = server.text(&account, 2, "2");
    conflict(most);
    assert_eq!(server.deliver(&plaintext).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(server.lines(2).await, 0);
    conflict(most - 1);
    assert!(server.taken(&account, &plaintext).await.unwrap().contains("办好了"));
    assert_eq!((server.lines(2).await, server.turns(&person).await), (1, 5));
}

/// Signs any ciphertext as WeCom would.
fn signed(crypto: &Crypto, encrypted: &str, corp: &str) -> Sealed {
    let signature = crypto.signature("1", "2", encrypted);
    let body = format!(
        "<xml><ToUserName><![CDATA[{corp}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    );
    Sealed { query: format!("msg_signature={signature}&timestamp=1&nonce=2"), body }
}

#[tokio::test]
async fn every_forgery_gets_the_same_answer() {
    let server = Server::start(memory()).await;
    let account = &server.families[0].guardians[0].1;
    let corp = server.small.config.wecom[0].corp_id.clone();
    let crypto = server.crypto(&corp);
    let plaintext = server.text(account, 1, "修改");
    let good = crypto.encrypt(&plaintext, [7; 16]);
    let genuine = signed(&crypto, &good, &corp);
    let sealed = |encrypted: &str| signed(&crypto, encrypted, &corp);
    let unsigned = Sealed { query: "msg_signature=0&timestamp=1&nonce=2".to_owned(), ..genuine.clone() };
    let mut octets = STANDARD.decode(&good).unwrap();
    let last_but_one = octets.len() - 17;
    octets[last_but_one] ^= 0xff;
    let declared = format!("<!DOCTYPE xml [<!ENTITY a \"b\">]>{}", plaintext.replace("修改", "&a;"));
    let forgeries = [
        ("signature", post("example", &unsigned)),
        ("no query", post("example", &Sealed { query: String::new(), ..genuine.clone() })),
        ("padding", post("example", &sealed(&STANDARD.encode(&octets)))),
        ("half a block", post("example", &sealed(&STANDARD.encode(&octets[..40])))),
        ("no ciphertext", post("example", &sealed(""))),
        ("no base64", post("example", &sealed("不是密文"))),
        ("receive id", post("example", &sealed(&server.crypto("wwother").encrypt(&plaintext, [7; 16])))),
        ("another corp", post("example", &signed(&crypto, &good, "wwother"))),
        ("document type inside", post("example", &sealed(&crypto.encrypt(&declared, [7; 16])))),
        ("no xml inside", post("example", &sealed(&crypto.encrypt("没有标签", [7; 16])))),
        ("document type outside", {
            let body = format!("<!DOCTYPE xml [<!ENTITY a \"b\">]>{}", genuine.body);
            post("example", &Sealed { body, ..genuine.clone() })
        }),
        ("garbage", post("example", &Sealed { body: "\u{1}<<&".to_owned(), ..genuine.clone() })),
        ("nothing", post("example", &Sealed { body: String::new(), ..genuine.clone() })),
        ("long", post("example", &Sealed { body: "<x>".repeat(40_000), ..genuine.clone() })),
        ("unknown school", post("nowhere", &genuine)),
        ("get", Request::get("/callback/wecom/example?echostr=%ff&nonce=%00").body(Body::empty()).unwrap()),
        ("get nothing", Request::get("/callback/wecom/example").body(Body::empty()).unwrap()),
        ("get unknown", Request::get("/callback/wecom/nowhere?echostr=1").body(Body::empty()).unwrap()),
        ("unknown platform", Request::get("/callback/paper/example").body(Body::empty()).unwrap()),
    ];
    let mut first = None;
    for (what, request) in forgeries {
        let answer = server.ask(request).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::FORBIDDEN, ""), "{what}");
        assert_eq!(*first.get_or_insert(answer.headers.clone()), answer.headers, "{what}");
    }
    let too_long = Sealed { body: "x".repeat(web::BODY_BYTES_MAX + 1), ..genuine.clone() };
    assert_eq!(server.ask(post("example", &too_long)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(server.handled().await, 0);
    assert_eq!(
        server.ask(post("example", &genuine)).await.status,
        StatusCode::OK,
        "the genuine one is taken"
    );
    assert_eq!(server.handled().await, 1);
}
