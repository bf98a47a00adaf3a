//! The store outlives its process: killed at random moments, it keeps every commit that it has acknowledged.
//!
//! The parent runs this test binary again as a child that commits and prints what was acknowledged, and kills it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kehou::ids::Ids;
use kehou::store::sled::{SledStore, verify};
use kehou::store::{Batch, Expect, IndexEntry, Key, Kind, Range, Store, StoreError, Write};

const ROUNDS: u64 = 20;
const WRITERS: usize = 16;
const NUMBERED: Kind = Kind("numbered");
const LATEST: Kind = Kind("latest");
const LOG: &str = "numbers";
/// How the child learns its folder: the test harness would take an argument for itself.
const FOLDER_VARIABLE: &str = "KEHOU_KILL_TEST_FOLDER";

fn id(number: u64) -> String {
    format!("{number:08}")
}

/// Every seventh body is long enough to be cut into pieces.
fn body(number: u64) -> Vec<u8> {
    id(number).repeat(if number.is_multiple_of(7) { 800 } else { 10 }).into_bytes()
}

/// A new record, its line in a log, and a record that every commit of a writer overwrites.
fn batch(number: u64, writer: usize) -> Batch {
    let indexes = vec![IndexEntry { name: "last_digit", value: (number % 10).to_string() }];
    let latest = Key::new(LATEST, writer.to_string());
    Batch {
        writes: vec![
            Write::Put {
                key: Key::new(NUMBERED, id(number)),
                expect: Expect::Absent,
                body: body(number),
                indexes: indexes.clone(),
            },
            Write::Put { key: latest, expect: Expect::Any, body: body(number), indexes },
            Write::Append { log: LOG.into(), body: id(number).into_bytes() },
        ],
    }
}

#[test]
#[ignore = "the child of the kill test: commits until it is killed"]
#[expect(clippy::disallowed_methods, reason = "a child of a test has no settings file")]
fn commits_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else { return };
    let store = Arc::new(SledStore::open(Path::new(&folder)).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let next = store.scan(NUMBERED, &Range::all(usize::MAX)).await.unwrap();
        let next =
            Arc::new(AtomicU64::new(next.last().map_or(1, |last| last.key.id.parse::<u64>().unwrap() + 1)));
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..WRITERS {
            let (store, next) = (store.clone(), next.clone());
            writers.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let landed = store.commit(batch(number, writer)).await.unwrap();
                    writeln!(std::io::stdout(), "ack {number} {}", landed.positions[0]).unwrap();
                }
            });
        }
        writers.join_all().await;
    });
}

/// Runs a child, kills it a while after its first commit, and adds what it was acknowledged: number → position.
fn run_and_kill(folder: &Path, delay: Duration, acknowledged: &mut BTreeMap<u64, u64>) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["store::commits_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER_VARIABLE, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut line, mut count, mut killer) = (String::new(), 0, None);
    // A last line without its end was cut by the kill.
    while lines.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
        // The harness of the child prints before the first of them, even on the same line.
        if let Some((_, pair)) = line.trim_end().split_once("ack ") {
            let (number, position) = pair.split_once(' ').unwrap();
            acknowledged.insert(number.parse().unwrap(), position.parse().unwrap());
            count += 1;
            if killer.is_none() {
                let second = SledStore::open(folder);
                assert!(matches!(second, Err(StoreError::InUse(_))), "two processes have one folder");
                let pid = child.id();
                killer = Some(std::thread::spawn(move || kill_after(pid, delay)));
            }
        }
        line.clear();
    }
    killer.expect("the child ended before its first commit").join().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success(), "the child was not killed");
    count
}

#[expect(clippy::disallowed_methods, reason = "real processes do not follow a clock of ours")]
fn kill_after(pid: u32, delay: Duration) {
    std::thread::sleep(delay);
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
}

async fn check(folder: &Path, acknowledged: &BTreeMap<u64, u64>, round: u64) {
    let summary = verify(folder).unwrap();
    let store = SledStore::open(folder).unwrap();
    let records = store.scan(NUMBERED, &Range::all(usize::MAX)).await.unwrap();
    let entries = store.read_log(LOG, 0, usize::MAX).await.unwrap();
    assert_eq!(summary.log_entries, entries.len() as u64);
    assert_eq!(records.len(), entries.len(), "round {round}: half a batch landed");
    let mut numbers = BTreeMap::new();
    for (place, entry) in (1..).zip(&entries) {
        assert_eq!(entry.position, place, "round {round}: the log has a gap");
        let number: u64 = String::from_utf8(entry.body.clone()).unwrap().parse().unwrap();
        assert_eq!(numbers.insert(number, place), None, "round {round}: {number} landed twice");
    }
    for record in &records {
        let number: u64 = record.key.id.parse().unwrap();
        assert!(
            record.body == body(number) && record.version == 1,
            "round {round}: {number} is not as written"
        );
        assert!(numbers.contains_key(&number), "round {round}: {number} has no line in the log");
    }
    for (number, position) in acknowledged {
        assert_eq!(numbers.get(number), Some(position), "round {round}: acknowledged {number} is not there");
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("store");
    let mut acknowledged = BTreeMap::new();
    for round in 0..ROUNDS {
        let [chance] = Ids::seeded(round).bytes::<1>();
        let delay = Duration::from_millis(u64::from(chance));
        let count = run_and_kill(&folder, delay, &mut acknowledged);
        assert!(count > 0, "round {round} acknowledged nothing");
        check(&folder, &acknowledged, round).await;
    }
    assert!(acknowledged.len() > 200, "only {} commits were put to the test", acknowledged.len());
    println!("{} acknowledged commits, {ROUNDS} kills", acknowledged.len());
}
