//! The real `kehou serve`, killed again and again while families write in customer service: each message takes effect
//! once, and no answer is lost without a trace.

use std::collections::BTreeMap;
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use kehou::clock::{Clock as _, Stopwatch, SystemClock};
use kehou::outbox::{self, Listing};
use kehou::simulator::wecom::WecomSimulator;

use super::super::support::lines_by_message;
use super::*;

const KILLS: u64 = 20;
const FAMILIES: usize = 8;
/// The change of a registration to yes and back to no, and how many lines each message writes.
const SCRIPT: [(&str, usize); 9] = [
    ("修改", 0),
    ("1", 0),
    ("周一周三", 0),
    ("五点半", 0),
    ("听老师安排", 0),
    ("1", 1),
    ("修改", 0),
    ("4", 0),
    ("1", 1),
];
/// How the answer to the last words of the script ends.
const LAST_ANSWER: &str = "以后想再参加，回复“修改”，随时都收。";
/// How long nothing may be said while somebody waits for an answer at the end: how fast it is, the machine decides.
const STANDSTILL_SECONDS_MAX: u64 = 60;

async fn pause(millis: u64) {
    let millis = chrono::Duration::milliseconds(i64::try_from(millis).unwrap());
    SystemClock.sleep_until(SystemClock.now() + millis).await;
}

fn random(ids: &Ids, from: u64, to: u64) -> u64 {
    from + u64::from_le_bytes(ids.bytes()) % (to - from)
}

/// A process that does not outlive its test.
struct Served(Child);

impl Served {
    /// Kills it. It must not have ended by itself.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        assert_eq!(self.0.wait().unwrap().code(), None, "it ended by itself");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn spawn(small: &SmallSchool) -> Served {
    let log = File::options().create(true).append(true).open(small.folder.path().join("log")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kehou"));
    command.args(["serve", "--config"]).arg(&small.file);
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    Served(command.spawn().unwrap())
}

/// A family changes its registration again and again; every third bell is lost. Returns what was said, with its lines.
async fn write(
    simulator: WecomSimulator,
    account: String,
    ids: Ids,
    is_over: Arc<AtomicBool>,
) -> Vec<(String, usize)> {
    let (mut said, mut is_last) = (Vec::new(), false);
    for (number, (words, lines)) in (1_u64..).zip(SCRIPT.into_iter().cycle()) {
        // It ends with a whole change that nothing disturbs.
        if said.len() % SCRIPT.len() == 0 {
            if is_last {
                break;
            }
            is_last = is_over.load(Ordering::SeqCst);
        }
        said.push((simulator.kf_say(KF, &account, words), lines));
        if number % 3 != 0 {
            drop(simulator.kf_ring(KF).await);
        }
        pause(random(&ids, 80, 260)).await;
    }
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_takes_effect_once_though_the_process_is_killed() {
    let clock = Arc::new(SystemClock);
    let mut small = SmallSchool::start(clock.clone(), 50).await;
    small.simulator.add_kf(KF);
    let text = std::fs::read_to_string(&small.file).unwrap();
    std::fs::write(&small.file, text.replace("\n[log]", &format!("\nkf = [{KF:?}]\n[log]"))).unwrap();
    small.config = kehou::config::Config::load(&small.file, &|_| None).unwrap();
    let app = App::open(&small.config, clock.clone()).await.unwrap();
    let mut families = small.import(&app, clock.now()).await;
    families.truncate(FAMILIES);
    app.fetch().await.unwrap();
    for family in &families {
        let link = app.chat_link(&small.school, &family.guardians[0].0).await.unwrap().unwrap();
        small.simulator.kf_enter(KF, &account(family), &link);
    }
    app.fetch().await.unwrap();
    app.seams.store.close().await.unwrap();
    drop(app);

    let is_over = Arc::new(AtomicBool::new(false));
    let writing: Vec<_> = (1..)
        .zip(&families)
        .map(|(seed, family)| {
            let (simulator, is_over) = (small.simulator.clone(), is_over.clone());
            tokio::spawn(write(simulator, account(family), Ids::seeded(seed), is_over))
        })
        .collect();
    let ids = Ids::seeded(51);
    for _ in 0..KILLS {
        let mut served = spawn(&small);
        pause(random(&ids, 200, 1_500)).await;
        served.kill();
    }
    is_over.store(true, Ordering::SeqCst);
    let mut served = spawn(&small);
    let mut said: BTreeMap<String, usize> = BTreeMap::new();
    for task in writing {
        said.extend(task.await.unwrap());
    }
    arrived(&small.simulator, &families).await;
    served.kill();

    let app = App::open(&small.config, clock.clone()).await.unwrap();
    let lines = lines_by_message(&app, &small.school).await;
    for (id, want) in &said {
        let written = lines.get(&format!("k:{id}")).copied().unwrap_or(0);
        assert_eq!(written, *want, "message {id} of {}", said.len());
    }
    let figures = small.simulator.kf_figures();
    let parked =
        outbox::list(app.seams.store.as_ref(), &small.school, Listing::Parked, 10_000).await.unwrap();
    let in_chat: Vec<_> = parked.iter().filter(|row| row.channel == Channel::WecomKf).collect();
    for row in &in_chat {
        assert!(format!("{:?}", row.state).contains("不知道对方是否已经收到"), "{:?}", row.state);
    }
    assert_eq!(figures.over, 0, "more was said than is allowed");
    println!(
        "{} messages, {KILLS} kills, {figures:?}, {} answers whose arrival is not known",
        said.len(),
        in_chat.len()
    );
}

fn account(family: &Family) -> String {
    format!("wm{}", family.child.0)
}

/// Waits until every family's last words are answered.
async fn arrived(simulator: &WecomSimulator, families: &[Family]) {
    let threads = || families.iter().map(|family| simulator.kf_chat(KF, &account(family)).unwrap().thread);
    let (mut said_before, mut watch) = (0, Stopwatch::start());
    loop {
        drop(simulator.kf_ring(KF).await);
        let is_answered = |words: &str| words.ends_with(LAST_ANSWER);
        let waiting =
            threads().filter(|thread| !thread.last().is_some_and(|last| is_answered(&last.words))).count();
        if waiting == 0 {
            return;
        }
        let said: usize = threads().map(|thread| thread.len()).sum();
        if said > said_before {
            (said_before, watch) = (said, Stopwatch::start());
        }
        assert!(
            watch.elapsed().as_secs() < STANDSTILL_SECONDS_MAX,
            "{waiting} families wait for an answer, and nobody says anything"
        );
        pause(200).await;
    }
}
