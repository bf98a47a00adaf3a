//! What is particular to the sled engine: the order of flush, sync and answer, the folder, crashes and damage.

use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::clock::Stopwatch;
use crate::store::memory::MemoryStore;
use crate::store::{Expect, IndexEntry, Write, contract};

const CHILD: Kind = Kind("child");

fn home() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data").join("store");
    (home, folder)
}

fn put(id: &str, body: &[u8]) -> Batch {
    Batch {
        writes: vec![Write::Put {
            key: Key::new(CHILD, id),
            expect: Expect::Any,
            body: body.to_vec(),
            indexes: vec![IndexEntry { name: "by_body", value: String::from_utf8_lossy(body).into() }],
        }],
    }
}

fn append(log: &str, body: &[u8]) -> Batch {
    Batch { writes: vec![Write::Append { log: log.into(), body: body.to_vec() }] }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sled_passes_the_contract() {
    let scratch = tempfile::tempdir().unwrap();
    let count = AtomicU64::new(0);
    let make = async || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let folder = scratch.path().join(format!("store-{number}"));
        Arc::new(SledStore::open(&folder).unwrap()) as Arc<dyn Store>
    };
    contract::all(make, scratch.path()).await;
    for number in 0..count.load(Ordering::SeqCst) {
        let folder = scratch.path().join(format!("store-{number}"));
        verify(&folder).unwrap();
        let blobs = std::fs::read_dir(folder.join("blobs")).unwrap().count();
        assert_eq!(blobs, 0, "store {number}: sled put a value outside of the file that is synced");
    }
}

/// A medium that counts its syncs and waits at a gate before each, while the gate is shut.
#[derive(Default)]
struct Gate {
    syncs: AtomicU64,
    is_shut: AtomicBool,
    fails: AtomicBool,
}

impl Gate {
    fn sync(self: &Arc<Self>, folder: &Path) -> SyncMedium {
        let (gate, mut real) = (self.clone(), commit::sync_medium(folder));
        Box::new(move || {
            gate.syncs.fetch_add(1, Ordering::SeqCst);
            // A bound, so that a test that fails with the gate shut ends too.
            let waiting = Stopwatch::start();
            while gate.is_shut.load(Ordering::SeqCst) && waiting.elapsed() < Duration::from_secs(10) {
                std::thread::yield_now();
            }
            if gate.fails.load(Ordering::SeqCst) { Err(io::Error::other("no medium")) } else { real() }
        })
    }

    async fn reached(&self, syncs: u64) {
        while self.syncs.load(Ordering::SeqCst) < syncs {
            tokio::task::yield_now().await;
        }
    }
}

async fn gated() -> (TempDir, Arc<Gate>, Arc<SledStore>) {
    let (home, folder) = home();
    let gate = Arc::new(Gate::default());
    let store = Arc::new(SledStore::open_with(&folder, gate.sync(&folder)).unwrap());
    store.commit(put("before", b"x")).await.unwrap();
    assert_eq!(gate.syncs.load(Ordering::SeqCst), 1, "one commit alone is one sync");
    (home, gate, store)
}

fn spawn_commit(
    store: &Arc<SledStore>,
    batch: Batch,
) -> tokio::task::JoinHandle<Result<Committed, StoreError>> {
    let store = store.clone();
    tokio::spawn(async move { store.commit(batch).await })
}

/// Long enough for an answer that must not come to come.
async fn a_moment() {
    #[expect(clippy::disallowed_methods, reason = "waits for real threads, which no clock drives")]
    tokio::time::sleep(Duration::from_millis(30)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_synced_once_and_nobody_is_answered_or_reads_it_before() {
    let (_home, gate, store) = gated().await;
    gate.is_shut.store(true, Ordering::SeqCst);
    let first = spawn_commit(&store, put("a", b"1"));
    gate.reached(2).await;
    let waiting: Vec<_> = (0..50).map(|n: u64| spawn_commit(&store, append("l", &n.to_be_bytes()))).collect();
    let reader = tokio::spawn({
        let store = store.clone();
        async move { store.load(&Key::new(CHILD, "a")).await }
    });
    let scanner = tokio::spawn({
        let store = store.clone();
        async move { store.scan_index(CHILD, "by_body", &Range::all(9)).await }
    });
    assert!(store.load(&Key::new(CHILD, "before")).await.unwrap().is_some(), "other keys are read at once");
    a_moment().await;
    assert!(!first.is_finished(), "answered before the sync had returned");
    assert!(!reader.is_finished() && !scanner.is_finished(), "read what a power cut could take back");
    gate.is_shut.store(false, Ordering::SeqCst);
    first.await.unwrap().unwrap();
    assert_eq!(reader.await.unwrap().unwrap().unwrap().body, b"1");
    assert_eq!(scanner.await.unwrap().unwrap().len(), 2);
    for commit in waiting {
        commit.await.unwrap().unwrap();
    }
    assert_eq!(gate.syncs.load(Ordering::SeqCst), 3, "fifty waiting batches are one group");
    store.commit(Batch::default()).await.unwrap();
    assert_eq!(gate.syncs.load(Ordering::SeqCst), 3, "nothing to write is nothing to sync");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_sync_fails_the_waiting_and_poisons_the_store() {
    let (home, gate, store) = gated().await;
    gate.is_shut.store(true, Ordering::SeqCst);
    let first = spawn_commit(&store, put("a", b"1"));
    gate.reached(2).await;
    let waiting = spawn_commit(&store, put("b", b"1"));
    let reader = tokio::spawn({
        let store = store.clone();
        async move { store.load(&Key::new(CHILD, "a")).await }
    });
    a_moment().await;
    gate.fails.store(true, Ordering::SeqCst);
    gate.is_shut.store(false, Ordering::SeqCst);
    assert!(matches!(first.await.unwrap(), Err(StoreError::Medium(_))));
    assert!(matches!(waiting.await.unwrap(), Err(StoreError::Medium(_))));
    assert!(matches!(reader.await.unwrap(), Err(StoreError::Medium(_))));
    // The medium is well again, but what it swallowed is still not on it.
    gate.fails.store(false, Ordering::SeqCst);
    assert!(matches!(store.commit(put("c", b"1")).await, Err(StoreError::Medium(_))));
    assert!(matches!(store.load(&Key::new(CHILD, "before")).await, Err(StoreError::Medium(_))));
    assert!(matches!(store.backup(&home.path().join("b")).await, Err(StoreError::Medium(_))));
    assert_eq!(gate.syncs.load(Ordering::SeqCst), 2, "nothing was tried after the failure");
    assert!(matches!(store.close().await, Err(StoreError::Medium(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_of_one_group_see_one_another() {
    let (_home, gate, store) = gated().await;
    gate.is_shut.store(true, Ordering::SeqCst);
    let first = spawn_commit(&store, append("l", b"1"));
    gate.reached(2).await;
    let absent = |body: &[u8]| Batch {
        writes: vec![
            Write::Append { log: "l".into(), body: body.to_vec() },
            Write::Put {
                key: Key::new(CHILD, "new"),
                expect: Expect::Absent,
                body: body.to_vec(),
                indexes: vec![],
            },
        ],
    };
    let rivals: Vec<_> = (0..20).map(|n: u8| spawn_commit(&store, absent(&[n]))).collect();
    a_moment().await;
    gate.is_shut.store(false, Ordering::SeqCst);
    first.await.unwrap().unwrap();
    let mut winners = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(landed) => {
                assert_eq!(landed.positions, [2]);
                winners += 1;
            }
            Err(error) => assert!(matches!(error, StoreError::Conflict(_)), "{error}"),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(store.read_log("l", 0, 99).await.unwrap().len(), 2, "the losers appended nothing");
    assert_eq!(gate.syncs.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_is_acknowledged_is_in_the_one_file_that_was_synced() {
    let (home, folder) = home();
    let image = home.path().join("image");
    let (mut real, from, to) = (commit::sync_medium(&folder), folder.clone(), image.clone());
    // What a power cut right after the sync would leave: nothing but the synced file and sled's settings.
    let sync: SyncMedium = Box::new(move || {
        if to.exists() {
            std::fs::remove_dir_all(&to)?;
        }
        std::fs::create_dir(&to)?;
        for name in ["db", "conf"] {
            std::fs::copy(from.join(name), to.join(name))?;
        }
        real()
    });
    let store = SledStore::open_with(&folder, sync).unwrap();
    for number in 1..=40_usize {
        let body = vec![b'a'; number * number * 600];
        let mut batch = Batch { writes: vec![] };
        for part in 0..20 {
            batch.writes.push(Write::Put {
                key: Key::new(CHILD, format!("{part}")),
                expect: Expect::Any,
                body: body[..body.len() / (part + 1)].to_vec(),
                indexes: vec![IndexEntry { name: "round", value: number.to_string() }],
            });
        }
        batch.writes.extend(append("l", &body).writes);
        store.commit(batch).await.unwrap();
        if number % 8 == 0 {
            let summary = verify(&image).unwrap();
            let wanted = VerifySummary { records: 20, index_entries: 20, log_entries: number as u64 };
            assert_eq!(summary, wanted, "after commit {number}");
            let after = SledStore::open(&image).unwrap();
            assert!(everything(&after).await == everything(&store).await, "after commit {number}");
        }
    }
}

#[tokio::test]
async fn what_a_killed_backup_or_restore_left_is_not_in_the_way() {
    let (home, folder) = home();
    let store = SledStore::open(&folder).unwrap();
    store.commit(put("a", b"1")).await.unwrap();
    let (file, target) = (home.path().join("b"), home.path().join("restored"));
    std::fs::write(home.path().join("b.part"), b"half").unwrap();
    std::fs::create_dir(home.path().join("restored.restoring")).unwrap();
    std::fs::write(home.path().join("restored.restoring").join("db"), b"half").unwrap();
    store.backup(&file).await.unwrap();
    restore(&file, &target).unwrap();
    assert_eq!(verify(&target).unwrap().records, 1);
    assert!(!home.path().join("b.part").exists() && !home.path().join("restored.restoring").exists());
}

#[tokio::test]
async fn a_snapshot_of_sled_that_a_kill_cut_off_is_left_aside_and_the_one_before_it_is_used() {
    let (_home, folder) = home();
    let store = SledStore::open(&folder).unwrap();
    for number in 0..60_u8 {
        let mut batch = append("l", &[number; 300]);
        batch.writes.extend(put(&(number % 20).to_string(), &[b'A' + number; 300]).writes);
        store.commit(batch).await.unwrap();
    }
    let wanted = everything(&store).await;
    store.close().await.unwrap();
    // This start writes the snapshot that later ones have nothing to add to.
    drop(SledStore::open(&folder).unwrap());

    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
    let snapshots: Vec<_> =
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("snap.")).collect();
    let [snapshot] = snapshots.as_slice() else { panic!("not one snapshot: {snapshots:?}") };
    let (whole, long_ago) = (std::fs::read(snapshot.path()).unwrap(), SystemTime::UNIX_EPOCH);
    File::options().write(true).open(snapshot.path()).unwrap().set_modified(long_ago).unwrap();
    for length in [0, 5, 12, 13, whole.len() / 2, whole.len() - 1] {
        let cut = folder.join("snap.0000000FFFFFFFFF.generating");
        std::fs::write(&cut, &whole[..length]).unwrap();
        let store = SledStore::open(&folder).unwrap_or_else(|error| panic!("cut at {length}: {error}"));
        assert_eq!(everything(&store).await, wanted, "cut at {length}");
        store.close().await.unwrap();
        verify(&folder).unwrap();
        assert!(!cut.exists(), "cut at {length}");
        // Without it sled may take its log for empty, so it must not even be made anew.
        assert_eq!(snapshot.metadata().unwrap().modified().unwrap(), long_ago, "cut at {length}");
    }
}

#[tokio::test]
async fn a_folder_is_private_and_has_one_owner() {
    let (_home, folder) = home();
    let store = SledStore::open(&folder).unwrap();
    for made in [&folder, folder.parent().unwrap()] {
        assert_eq!(std::fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
    }
    let second = SledStore::open(&folder).unwrap_err();
    assert!(matches!(second, StoreError::InUse(_)), "{second:?}");
    assert!(second.to_string().contains("in use by another kehou process"));
    assert!(matches!(verify(&folder), Err(StoreError::InUse(_))));
    store.commit(put("a", b"1")).await.unwrap();
    store.close().await.unwrap();
    let store = SledStore::open(&folder).unwrap();
    assert!(store.load(&Key::new(CHILD, "a")).await.unwrap().is_some());
    drop(store);
    SledStore::open(&folder).unwrap();
}

#[tokio::test]
async fn data_of_a_newer_kehou_is_left_alone() {
    let (_home, folder) = home();
    drop(SledStore::open(&folder).unwrap());
    let (lock, trees) = folder::open(&folder).unwrap();
    folder::set_schema(&trees, 7).unwrap();
    drop((trees, lock));
    let refused = SledStore::open(&folder).unwrap_err();
    assert!(matches!(refused, StoreError::TooNew { found: 7, known: 1 }), "{refused:?}");
}

#[tokio::test]
async fn verify_finds_what_is_wrong() {
    type Break = fn(&trees::Trees);
    let cases: [(&str, Break); 7] = [
        ("a record lacks its index entry", |trees| trees.index.clear().unwrap()),
        ("an index entry has no record", |trees| drop(trees.records.remove(codec::record_key("child", "a")))),
        ("an index entry is not of its record", |trees| {
            trees.index.insert(codec::index_key("child", "other", "1", "a"), b"").unwrap();
        }),
        ("a log has a gap", |trees| drop(trees.log.remove(codec::log_key("l", 1)))),
        ("a long value is not whole", |trees| drop(trees.pieces.pop_min())),
        ("pieces of long values are left over", |trees| drop(trees.pieces.insert(b"\x01x\0\0\0\0", b"y"))),
        ("a record cannot be decoded", |trees| {
            trees.records.insert(codec::record_key("child", "a"), b"\0\x09").unwrap();
        }),
    ];
    for (wanted, spoil) in cases {
        let (_home, folder) = home();
        let store = SledStore::open(&folder).unwrap();
        for batch in [put("a", b"1"), put("b", b"1"), append("l", &[1; 9000]), append("l", b"2")] {
            store.commit(batch).await.unwrap();
        }
        store.close().await.unwrap();
        let summary = verify(&folder).unwrap();
        assert_eq!(summary, VerifySummary { records: 2, index_entries: 2, log_entries: 2 });
        let (lock, trees) = folder::open(&folder).unwrap();
        spoil(&trees);
        drop((trees, lock));
        match verify(&folder) {
            Err(StoreError::Damaged(found)) => assert_eq!(found, wanted),
            other => panic!("{wanted}: {other:?}"),
        }
    }
    assert!(verify(Path::new("/nowhere/at/all")).is_err());
}

#[tokio::test]
async fn damaged_files_are_an_error_and_never_a_panic() {
    let (home, folder) = home();
    let store = SledStore::open(&folder).unwrap();
    for number in 0..60_usize {
        store.commit(put(&number.to_string(), &vec![b'a'; number * 8])).await.unwrap();
    }
    store.close().await.unwrap();
    let whole = std::fs::read(folder.join("db")).unwrap();
    let mut found = 0;
    for place in (0..whole.len().min(120_000) - 64).step_by(6007) {
        let copy = home.path().join(format!("copy-{place}"));
        std::fs::create_dir(&copy).unwrap();
        std::fs::copy(folder.join("conf"), copy.join("conf")).unwrap();
        let mut bytes = whole.clone();
        bytes[place..][..64].fill(0x5A);
        std::fs::write(copy.join("db"), bytes).unwrap();
        let is_wrong = !matches!(verify(&copy), Ok(VerifySummary { records: 60, .. }));
        // sled takes damage near its end for a write that was cut; what is open must be readable all the same.
        let opened = SledStore::open(&copy);
        assert!(opened.is_ok() || matches!(opened, Err(StoreError::Damaged(_) | StoreError::Medium(_))));
        found += u32::from(is_wrong);
    }
    assert!(found > 0, "no damage was seen");
}

#[tokio::test]
async fn a_used_folder_whose_data_is_gone_is_damaged_and_not_new() {
    let (_home, folder) = home();
    drop(SledStore::open(&folder).unwrap());
    std::fs::remove_file(folder.join("db")).unwrap();
    let refused = SledStore::open(&folder).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged(_)), "{refused:?}");
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_nothing_is_put_in_place() {
    let (home, folder) = home();
    let store = SledStore::open(&folder).unwrap();
    for number in 1..=40_u8 {
        store.commit(put(&number.to_string(), &[number; 200])).await.unwrap();
    }
    let file = home.path().join("whole.backup");
    store.backup(&file).await.unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let whole = std::fs::read(&file).unwrap();
    let (target, spoiled) = (home.path().join("restored"), home.path().join("spoiled.backup"));
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(&spoiled, bytes).unwrap();
        let result = restore(&spoiled, &target);
        assert!(!target.exists() && !home.path().join("restored.restoring").exists(), "{what}: put in place");
        result.expect_err(what)
    };
    for length in [0, 5, 8, 12, 13, 100, whole.len() / 2, whole.len() - 33, whole.len() - 1] {
        let error = refused(&whole[..length], "cut off");
        assert!(error.to_string().contains("ends too early"), "cut at {length}: {error}");
    }
    for place in (0..whole.len()).step_by(97) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        let error = refused(&changed, "changed");
        let is_newer = matches!(error, StoreError::TooNew { .. }) && (8..12).contains(&place);
        assert!(matches!(error, StoreError::Damaged(_)) || is_newer, "octet {place}: {error}");
    }
    let error = refused(&[whole.as_slice(), b"x"].concat(), "longer");
    assert!(error.to_string().contains("goes on after its end"), "{error}");
    let mut newer = whole.clone();
    newer[11] = 9;
    assert!(matches!(refused(&newer, "newer"), StoreError::TooNew { found: 9, known: 1 }));
    assert!(matches!(restore(&home.path().join("none"), &target), Err(StoreError::Medium(_))));
    std::fs::create_dir(&target).unwrap();
    restore(&file, &target).unwrap();
    assert_eq!(verify(&target).unwrap().records, 40);
}

/// A write over few keys, so that batches meet.
fn any_write() -> impl Strategy<Value = Write> {
    let key = prop::sample::select(vec!["a", "b", "a b", "小禾"]).prop_map(|id| Key::new(CHILD, id));
    let expect = prop_oneof![
        4 => Just(Expect::Any),
        1 => Just(Expect::Absent),
        2 => (0_u64..4).prop_map(Expect::Version),
    ];
    let body = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..20),
        1 => (any::<u8>(), 4000_usize..13_000).prop_map(|(octet, length)| vec![octet; length]),
    ];
    let entry = (prop::sample::select(vec!["x", "y"]), "[a-c\u{1}]{0,2}")
        .prop_map(|(name, value)| IndexEntry { name, value });
    let indexes = prop::collection::vec(entry, 0..4);
    prop_oneof![
        4 => (key.clone(), expect.clone(), body.clone(), indexes)
            .prop_map(|(key, expect, body, indexes)| Write::Put { key, expect, body, indexes }),
        2 => (key.clone(), expect.clone()).prop_map(|(key, expect)| Write::Delete { key, expect }),
        1 => (key, expect).prop_map(|(key, expect)| Write::Check { key, expect }),
        2 => (prop::sample::select(vec!["l", "l/m"]), body)
            .prop_map(|(log, body)| Write::Append { log: log.into(), body }),
    ]
}

async fn everything(store: &dyn Store) -> (Vec<Vec<Record>>, Vec<Vec<LogEntry>>) {
    let all = Range::all(9999);
    let records = vec![
        store.scan(CHILD, &all).await.unwrap(),
        store.scan_index(CHILD, "x", &all).await.unwrap(),
        store.scan_index(CHILD, "y", &all).await.unwrap(),
        store.scan_index(CHILD, "y", &Range::prefix("a", 9)).await.unwrap(),
        store.scan_index(CHILD, "y", &Range::all(9).after("a")).await.unwrap(),
    ];
    let logs =
        vec![store.read_log("l", 0, 9999).await.unwrap(), store.read_log("l/m", 1, 9999).await.unwrap()];
    (records, logs)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sled_does_what_memory_does_also_across_a_reopening(
        batches in prop::collection::vec(prop::collection::vec(any_write(), 0..6), 1..30),
        reopen_at in 0_usize..30,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (_home, folder) = home();
            let (model, mut store) = (MemoryStore::new(), SledStore::open(&folder).unwrap());
            for (number, writes) in batches.into_iter().enumerate() {
                if number == reopen_at {
                    drop(store);
                    store = SledStore::open(&folder).unwrap();
                }
                let batch = Batch { writes };
                let (wanted, found) = (model.commit(batch.clone()).await, store.commit(batch).await);
                assert_eq!(format!("{found:?}"), format!("{wanted:?}"), "batch {number}");
            }
            assert_eq!(everything(&store).await, everything(&model).await);
            drop(store);
            verify(&folder).unwrap();
        });
    }
}
