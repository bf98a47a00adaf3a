//! Backups: whole, consistent, and the same after a restore.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{BY_CLASS, CHILD, append, commit, delete, number, put, put_indexed, state_of};
use crate::store::memory::MemoryStore;
use crate::store::sled::{SledStore, restore, verify};
use crate::store::{Expect, Range, Store, StoreError, Write};

pub(super) async fn a_backup_restores_to_the_same(store: &dyn Store, scratch: &Path) {
    let writes: Vec<Write> = (0..1500)
        .flat_map(|n| {
            let id = format!("{n:04}");
            [
                put_indexed(&id, &[(BY_CLASS, &format!("{}", n % 7))]),
                append(&format!("l{}", n % 3), id.as_bytes()),
            ]
        })
        .collect();
    commit(store, writes).await.unwrap();
    commit(store, [put("0001", Expect::Any, &vec![7; 50_000]), delete("0002", Expect::Any)]).await.unwrap();
    let (file, folder) = (scratch.join("same.backup"), scratch.join("same"));
    let written = store.backup(&file).await.unwrap();
    assert_eq!((written.records, written.log_entries), (1499, 1500));
    assert_eq!(written.bytes, std::fs::metadata(&file).unwrap().len());
    assert!(matches!(store.backup(&file).await, Err(StoreError::Exists(_))), "a backup was overwritten");

    assert_eq!(restore(&file, &folder).unwrap(), written);
    assert!(matches!(restore(&file, &folder), Err(StoreError::Exists(_))));
    let checked = verify(&folder).unwrap();
    assert_eq!((checked.records, checked.log_entries), (1499, 1500));
    let restored = SledStore::open(&folder).unwrap();
    let everything = Range::all(9999);
    assert_eq!(
        restored.scan(CHILD, &everything).await.unwrap(),
        store.scan(CHILD, &everything).await.unwrap()
    );
    assert_eq!(
        restored.scan_index(CHILD, BY_CLASS, &everything).await.unwrap(),
        store.scan_index(CHILD, BY_CLASS, &everything).await.unwrap()
    );
    for log in ["l0", "l1", "l2"] {
        let wanted = store.read_log(log, 0, 9999).await.unwrap();
        assert_eq!(restored.read_log(log, 0, 9999).await.unwrap(), wanted, "log {log}");
    }
    let next = commit(&restored, [append("l0", b"next")]).await.unwrap();
    assert_eq!(next.positions, [501], "a restored log goes on");
}

pub(super) async fn a_backup_holds_batches_whole(store: Arc<dyn Store>, scratch: &Path) {
    // Each batch writes two records that lie far apart, one between them, and a log.
    let round = |n: u64| -> Vec<Write> {
        let body = n.to_be_bytes();
        let between = put(&format!("m{:05}", n * 7919 % 100_000), Expect::Any, &body);
        let gone = delete(&format!("m{:05}", (n / 2) * 7919 % 100_000), Expect::Any);
        vec![put("a", Expect::Any, &body), between, gone, put("z", Expect::Any, &body), append("l", &body)]
    };
    let filling: Vec<Write> = (0..4000).map(|n| put(&format!("f{n}"), Expect::Any, &[0; 100])).collect();
    commit(&*store, filling).await.unwrap();
    commit(&*store, round(1)).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (store, stop) = (store.clone(), stop.clone());
        async move {
            let mut n = 1;
            while !stop.load(Ordering::SeqCst) {
                n += 1;
                commit(&*store, round(n)).await.unwrap();
            }
        }
    });
    for nth in 0..3 {
        let file = scratch.join(format!("busy-{nth}.backup"));
        store.backup(&file).await.unwrap();
        let folder = scratch.join(format!("busy-{nth}"));
        restore(&file, &folder).unwrap();
        let restored = SledStore::open(&folder).unwrap();
        let (versions, body) = state_of(&restored, "a").await.unwrap();
        assert_eq!(state_of(&restored, "z").await.unwrap(), (versions, body.clone()), "half a batch");
        assert_eq!(number_of_entries(&restored).await, number(&body), "half a batch");
        let replayed = MemoryStore::new();
        for n in 1..=number(&body) {
            commit(&replayed, round(n)).await.unwrap();
        }
        let between = Range::prefix("m", 99_999);
        let wanted = replayed.scan(CHILD, &between).await.unwrap();
        assert!(restored.scan(CHILD, &between).await.unwrap() == wanted, "later batches shine through");
    }
    stop.store(true, Ordering::SeqCst);
    writer.await.unwrap();
}

async fn number_of_entries(store: &dyn Store) -> u64 {
    store.read_log("l", 0, 999_999).await.unwrap().len() as u64
}
