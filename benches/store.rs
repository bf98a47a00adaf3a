//! What a durable commit costs: commits per second by number of concurrent writers, on sled in a temporary folder; and
//! what opening, checking and backing up cost when there is much.
//!
//! One commit writes three records of 300 octets, as a turn of a conversation does. `TMPDIR` says on which medium.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to tell")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use kehou::store::sled::SledStore;
use kehou::store::{Batch, Expect, Key, Kind, Store, Write};

fn main() {
    divan::main();
}

/// Commits of one writer in one sample; fewer writers do more, so that a sample is never too short.
fn commits_each(writers: u64) -> u64 {
    (4096 / writers).clamp(32, 256)
}

fn three_records(number: u64) -> Batch {
    let put = |kind| Write::Put {
        key: Key::new(Kind(kind), format!("{number:016}")),
        expect: Expect::Absent,
        body: vec![b'x'; 300],
        indexes: vec![],
    };
    Batch { writes: vec![put("conversation"), put("inbound"), put("outgoing")] }
}

#[divan::bench(args = [1, 64, 256], sample_count = 10, sample_size = 1)]
fn commit(bencher: Bencher<'_, '_>, writers: u64) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = Arc::new(SledStore::open(&home.path().join("store")).expect("an open store"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let next = Arc::new(AtomicU64::new(0));
    bencher.counter(ItemsCount::new(writers * commits_each(writers))).bench_local(|| {
        runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..writers {
                let (store, next) = (store.clone(), next.clone());
                tasks.spawn(async move {
                    for _ in 0..commits_each(writers) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        store.commit(three_records(number)).await.expect("a commit");
                    }
                });
            }
            tasks.join_all().await;
        });
    });
}

/// How many records a filled store has: three for each of 100,000 students.
const MANY: u64 = 300_000;

fn filled(runtime: &tokio::runtime::Runtime, folder: &std::path::Path) -> SledStore {
    let store = SledStore::open(folder).expect("an open store");
    runtime.block_on(async {
        for first in (0..MANY / 3).step_by(1000) {
            let writes = (first..first + 1000).flat_map(|number| three_records(number).writes).collect();
            store.commit(Batch { writes }).await.expect("a commit");
        }
    });
    store
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn open_with_300_000_records(bencher: Bencher<'_, '_>) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    drop(filled(&runtime, home.path()));
    bencher.bench_local(|| {
        let store = SledStore::open(home.path()).expect("an open store");
        runtime.block_on(store.load(&Key::new(Kind("inbound"), "0000000000000007"))).expect("a record")
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn backup_of_300_000_records(bencher: Bencher<'_, '_>) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = filled(&runtime, &home.path().join("store"));
    let number = AtomicU64::new(0);
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| {
        let to = home.path().join(format!("{}.backup", number.fetch_add(1, Ordering::Relaxed)));
        runtime.block_on(store.backup(&to)).expect("a backup")
    });
}
