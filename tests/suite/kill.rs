//! kehou outlives its process: the real `kehou serve`, killed at random moments under load, does all that it has
//! answered `200` to exactly once, and every message that it caused arrives exactly once.
//!
//! One guardian of each family changes the child's registration again and again, the other one looks at it and is
//! told of each change. WeCom's side is here: it delivers again what was not answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use kehou::app::App;
use kehou::clock::{Clock as _, Stopwatch, SystemClock};
use kehou::ids::Ids;
use kehou::outbox::{self, Listing};
use kehou::simulator::wecom::{Author, WecomSimulator};
use kehou::store::{Kind, Range};

use super::support::{Family, SmallSchool, conversation, handled, lines_by_message, on_record};

const SEED: u64 = 20_260_903;
const KILLS: u64 = 200;
const FAMILIES: usize = 24;
/// A life lasts this long in milliseconds, from the first connection on.
const LIFE: std::ops::Range<u64> = 20..400;
/// Every eighth kill comes this soon after the start, into the recovery of the one before.
const EARLY: std::ops::Range<u64> = 5..80;
/// Pauses between a guardian's messages in milliseconds: as fast as WeCom lets the other guardian be told of it.
const PAUSE: std::ops::Range<u64> = 700..1_500;
const LOOK_PAUSE: std::ops::Range<u64> = 50..300;
/// How long all that was caused may take to arrive at the end.
const ARRIVAL_SECONDS_MAX: u64 = 90;

/// The change of a registration to yes and back to no: the words, how many lines each writes, and how many things it has
/// done, each of which is told to the conversation in a turn of its own.
const SCRIPT: [(&str, usize, usize); 9] = [
    ("修改", 0, 1),
    ("1", 0, 0),
    ("周一周三", 0, 0),
    ("五点半", 0, 0),
    ("听老师安排", 0, 0),
    ("1", 1, 2),
    ("修改", 0, 1),
    ("4", 0, 1),
    ("1", 1, 2),
];

/// A message that was answered `200`.
struct Said {
    id: u64,
    account: String,
    plaintext: String,
    lines: usize,
    told: usize,
    reply: Option<String>,
}

/// What all members share.
struct Crowd {
    simulator: WecomSimulator,
    next_id: AtomicU64,
    requests: AtomicU64,
    is_over: AtomicBool,
}

impl Crowd {
    /// Delivers a text as WeCom does, again and again until it is answered.
    async fn say(&self, account: &str, (words, lines, told): (&str, usize, usize)) -> Said {
        let id = self.next_id.fetch_add(1, Ordering::SeqCst);
        let plaintext = self.simulator.text(account, id, words);
        let reply = self.deliver(account, &plaintext).await;
        Said { id, account: account.to_owned(), plaintext, lines, told, reply }
    }

    async fn deliver(&self, account: &str, plaintext: &str) -> Option<String> {
        loop {
            self.requests.fetch_add(1, Ordering::Relaxed);
            match self.simulator.post_sealed(&self.simulator.seal(plaintext)).await {
                Ok((200, body)) => return self.simulator.open_reply(account, &body).unwrap(),
                Ok((status, _)) => panic!("a callback was answered {status}"),
                // Killed, or not up yet.
                Err(_) => pause(20).await,
            }
        }
    }

    async fn change_again_and_again(&self, account: String, ids: Ids) -> Vec<Said> {
        let mut said = Vec::new();
        for step in SCRIPT.into_iter().cycle() {
            if self.is_over.load(Ordering::SeqCst) {
                break;
            }
            said.push(self.say(&account, step).await);
            pause(random(&ids, &PAUSE)).await;
        }
        said
    }

    async fn look_again_and_again(&self, account: String, ids: Ids) -> Vec<Said> {
        let mut said = Vec::new();
        while !self.is_over.load(Ordering::SeqCst) {
            said.push(self.say(&account, ("我的", 0, 0)).await);
            pause(random(&ids, &LOOK_PAUSE)).await;
        }
        said
    }
}

fn random(ids: &Ids, range: &std::ops::Range<u64>) -> u64 {
    range.start + u64::from_le_bytes(ids.bytes()) % (range.end - range.start)
}

async fn pause(millis: u64) {
    let millis = chrono::Duration::milliseconds(i64::try_from(millis).unwrap());
    SystemClock.sleep_until(SystemClock.now() + millis).await;
}

/// The real process.
fn spawn(school: &SmallSchool) -> Child {
    let log = File::options().create(true).append(true).open(school.folder.path().join("log")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_kehou"))
        .args(["serve", "--config"])
        .arg(&school.file)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Waits until it takes connections.
async fn listens(school: &SmallSchool, child: &mut Child) {
    let watch = Stopwatch::start();
    while TcpStream::connect(school.config.server.listen).is_err() {
        if let Some(status) = child.try_wait().unwrap() {
            panic!("kehou ended by itself with {status}:\n{}", log(school));
        }
        assert!(watch.elapsed() < Duration::from_secs(20), "kehou does not listen:\n{}", log(school));
        pause(3).await;
    }
}

fn log(school: &SmallSchool) -> String {
    std::fs::read_to_string(school.folder.path().join("log")).unwrap()
}

/// Lives and dies; returns how long each start took.
async fn live_and_die(school: &SmallSchool) -> Vec<Duration> {
    let ids = Ids::seeded(SEED);
    let mut starts = Vec::new();
    for round in 0..KILLS {
        let watch = Stopwatch::start();
        let mut child = spawn(school);
        if round % 8 == 7 {
            pause(random(&ids, &EARLY)).await;
        } else {
            listens(school, &mut child).await;
            starts.push(watch.elapsed());
            pause(random(&ids, &LIFE)).await;
        }
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), None, "round {round}: ended by itself:\n{}", log(school));
    }
    starts.sort_unstable();
    starts
}

/// What the app put on a member's phone, without the blanks that tell repetitions apart.
fn notices(simulator: &WecomSimulator, account: &str) -> Vec<String> {
    let thread = simulator.phone(account).unwrap().thread;
    let from_app = thread.iter().filter(|message| message.from == Author::App);
    from_app.map(|message| message.shows.words().trim_end().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_takes_effect_once_and_arrives_once_though_the_process_is_killed() {
    let clock = Arc::new(SystemClock);
    let school = SmallSchool::start(clock.clone(), SEED).await;
    let app = App::open(&school.config, clock.clone()).await.unwrap();
    let mut families = school.import(&app, clock.now()).await;
    families.truncate(FAMILIES);
    assert!(families.len() >= FAMILIES, "only {} families have two guardians", families.len());
    app.seams.store.close().await.unwrap();
    drop(app);

    let watch = Stopwatch::start();
    let crowd = Arc::new(Crowd {
        simulator: school.simulator.clone(),
        next_id: AtomicU64::new(1),
        requests: AtomicU64::new(0),
        is_over: AtomicBool::new(false),
    });
    let (mut changing, mut looking) = (Vec::new(), Vec::new());
    for (seed, family) in (1..).zip(&families) {
        let [one, two] = family.guardians.clone();
        let task = crowd.clone();
        changing
            .push(tokio::spawn(async move { task.change_again_and_again(one.1, Ids::seeded(seed)).await }));
        let task = crowd.clone();
        looking.push(tokio::spawn(async move { task.look_again_and_again(two.1, Ids::seeded(seed)).await }));
    }
    let starts = live_and_die(&school).await;
    let killed_for = watch.elapsed();

    let mut child = spawn(&school);
    crowd.is_over.store(true, Ordering::SeqCst);
    let mut said = Vec::new();
    for (one, two) in changing.into_iter().zip(looking) {
        said.push((one.await.unwrap(), two.await.unwrap()));
    }
    for (one, two) in &said {
        // The same callback once more, early and late ones.
        for again in one.iter().step_by(5).chain(one.last()).chain(two.last()) {
            let reply = crowd.deliver(&again.account, &again.plaintext).await;
            assert_eq!(reply, again.reply, "message {} was answered otherwise the second time", again.id);
        }
    }
    let effects = |said: &[Said]| said.iter().map(|said| said.lines).sum::<usize>();
    let has_arrived = || {
        families.iter().zip(&said).all(|(family, (one, _))| {
            notices(&school.simulator, &family.guardians[1].1).len() >= effects(one)
        })
    };
    let arrival = Stopwatch::start();
    while !has_arrived() && arrival.elapsed().as_secs() < ARRIVAL_SECONDS_MAX {
        pause(50).await;
    }
    let terminated = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(terminated.success());
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", log(&school));

    let app = App::open(&school.config, clock).await.unwrap();
    check(&app, &school, &families, &said).await;
    let messages: usize = said.iter().map(|(one, two)| one.len() + two.len()).sum();
    let all_effects: usize = said.iter().map(|(one, _)| effects(one)).sum();
    assert!(all_effects > 100 && messages > 1_000, "too little was put to the test");
    println!(
        "{KILLS} kills in {killed_for:?}, start {:?} (median) {:?} (slowest); {messages} messages by {} requests, \
         {all_effects} effects; the last arrived {:?} after the last start; {:?} in all",
        starts[starts.len() / 2],
        starts[starts.len() - 1],
        crowd.requests.load(Ordering::Relaxed),
        arrival.elapsed(),
        watch.elapsed(),
    );
}

async fn check(app: &App, school: &SmallSchool, families: &[Family], said: &[(Vec<Said>, Vec<Said>)]) {
    let store = app.seams.store.as_ref();
    let all: BTreeMap<String, &Said> = said
        .iter()
        .flat_map(|(one, two)| one.iter().chain(two))
        .map(|said| (on_record(said.id), said))
        .collect();
    let lines = lines_by_message(app, &school.school).await;
    for (id, said) in &all {
        assert_eq!(lines.get(id).copied().unwrap_or(0), said.lines, "lines in the ledger of message {id}");
        assert!(said.reply.is_some(), "message {id} got no words");
    }
    assert!(lines.keys().all(|id| all.contains_key(id)), "lines of messages that nobody sent");
    let handled = handled(store, &school.school).await;
    let ids: BTreeSet<&String> = handled.keys().collect();
    assert_eq!(ids, all.keys().collect(), "each message is known as handled, and no other");
    for (id, reply) in &handled {
        assert_eq!(*reply, all[id].reply, "the reply on record to message {id}");
    }
    for listing in [Listing::Waiting, Listing::Sending, Listing::Parked, Listing::Expired] {
        let rows = outbox::list(store, &school.school, listing, 1_000).await.unwrap();
        assert!(rows.is_empty(), "{} rows are {listing:?}: {:?}", rows.len(), rows.first());
    }
    assert_eq!(store.scan(Kind("errand"), &Range::all(1)).await.unwrap(), [], "an errand was left");
    for (family, (one, two)) in families.iter().zip(said) {
        let [(writer, _), (other, other_account)] = &family.guardians;
        let child = &family.child.0;
        let changes: Vec<_> = one.iter().filter(|said| said.lines > 0).collect();
        let turns = conversation(store, &school.school, writer).await.turn;
        let told: usize = one.iter().map(|said| said.told).sum();
        assert_eq!(turns, (one.len() + told) as u64, "turns of who changed {child}");
        let turns = conversation(store, &school.school, other).await.turn;
        let told: usize = two.iter().map(|said| said.told).sum();
        assert_eq!(turns, (two.len() + told + changes.len()) as u64, "turns of who was told about {child}");
        let notices = notices(&school.simulator, other_account);
        assert_eq!(notices.len(), changes.len(), "messages about {child}");
        for (place, notice) in notices.iter().enumerate() {
            let says_no = notice.contains("不参加");
            assert_eq!(says_no, place % 2 == 1, "message {place} about {child} is out of order");
        }
    }
    assert_eq!(school.simulator.figures().messages_dropped, 0);
}
