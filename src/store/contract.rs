//! What every store must do: the tests that each engine passes.
//!
//! An engine's tests call [`all`] with a way to make an empty store. Public, so that test binaries outside the
//! library can call it too. Knows no engine, but restores backups with sled's `restore`. Start at [`all`].

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken promise fails the calling test")]

mod backups;
mod busy;
mod scans;

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use super::{
    Batch, Committed, Expect, IndexEntry, Key, Kind, Range, Record, Store, StoreError, Write, limits,
};

const CHILD: Kind = Kind("child");
const OTHER: Kind = Kind("children");
const BY_CLASS: &str = "by_class";
const BY_NAME: &str = "by_name";

/// Runs all tests of the contract, each on an empty store from `make`.
///
/// - `scratch`: an empty folder that the caller removes.
///
/// Needs a multi-threaded runtime.
///
/// # Panics
/// When the store breaks a promise.
pub async fn all(make: impl AsyncFn() -> Arc<dyn Store>, scratch: &Path) {
    versions_count_writes(&*make().await).await;
    expectations_decide_whether_a_write_lands(&*make().await).await;
    a_conflict_leaves_nothing(&*make().await).await;
    writes_to_one_key_apply_in_order(&*make().await).await;
    an_index_follows_its_record(&*make().await).await;
    scans::scans_keep_to_their_range(&*make().await).await;
    scans::index_scans_keep_to_their_range(&*make().await).await;
    long_bodies_come_back_whole(&*make().await).await;
    logs_count_without_gaps(&*make().await).await;
    busy::concurrent_appends_get_each_position_once(make().await).await;
    busy::concurrent_increments_lose_nothing(make().await).await;
    busy::readers_see_batches_whole(make().await).await;
    malformed_batches_are_refused(&*make().await).await;
    backups::a_backup_restores_to_the_same(&*make().await, scratch).await;
    backups::a_backup_holds_batches_whole(make().await, scratch).await;
    a_closed_store_says_so(&*make().await, scratch).await;
}

fn key(id: &str) -> Key {
    Key::new(CHILD, id)
}

fn put(id: &str, expect: Expect, body: &[u8]) -> Write {
    Write::Put { key: key(id), expect, body: body.to_vec(), indexes: vec![] }
}

fn put_indexed(id: &str, entries: &[(&'static str, &str)]) -> Write {
    let indexes = entries.iter().map(|(name, value)| IndexEntry { name, value: (*value).to_owned() });
    Write::Put { key: key(id), expect: Expect::Any, body: id.as_bytes().to_vec(), indexes: indexes.collect() }
}

fn delete(id: &str, expect: Expect) -> Write {
    Write::Delete { key: key(id), expect }
}

fn append(log: &str, body: &[u8]) -> Write {
    Write::Append { log: log.to_owned(), body: body.to_vec() }
}

async fn commit(store: &dyn Store, writes: impl Into<Vec<Write>>) -> Result<Committed, StoreError> {
    store.commit(Batch { writes: writes.into() }).await
}

async fn state_of(store: &dyn Store, id: &str) -> Option<(u64, Vec<u8>)> {
    store.load(&key(id)).await.unwrap().map(|record| (record.version, record.body))
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.key.id.as_str()).collect()
}

fn range(from: Bound<&str>, to: Bound<&str>, limit: usize) -> Range {
    Range { from: from.map(str::to_owned), to: to.map(str::to_owned), limit }
}

fn number(body: &[u8]) -> u64 {
    u64::from_be_bytes(body.try_into().unwrap())
}

async fn versions_count_writes(store: &dyn Store) {
    assert_eq!(state_of(store, "a").await, None);
    for version in 1..=3 {
        commit(store, [put("a", Expect::Any, b"x")]).await.unwrap();
        assert_eq!(state_of(store, "a").await, Some((version, b"x".to_vec())));
    }
    commit(store, [delete("a", Expect::Version(3))]).await.unwrap();
    assert_eq!(state_of(store, "a").await, None);
    commit(store, [put("a", Expect::Absent, b"y")]).await.unwrap();
    assert_eq!(state_of(store, "a").await, Some((1, b"y".to_vec())), "a new record begins at 1");
}

async fn expectations_decide_whether_a_write_lands(store: &dyn Store) {
    commit(store, [put("there", Expect::Absent, b"x")]).await.unwrap();
    // id, expectation, holds
    let cases = [
        ("there", Expect::Any, true),
        ("there", Expect::Absent, false),
        ("there", Expect::Version(1), true),
        ("there", Expect::Version(2), false),
        ("there", Expect::Version(0), false),
        ("missing", Expect::Any, true),
        ("missing", Expect::Absent, true),
        ("missing", Expect::Version(0), false),
        ("missing", Expect::Version(1), false),
    ];
    for (id, expect, holds) in cases {
        let check = Write::Check { key: key(id), expect };
        // The last write conflicts always, so that nothing changes from row to row.
        let never = delete("never", Expect::Version(1));
        for write in [check, put(id, expect, b"new"), delete(id, expect)] {
            let wanted = if holds { "never" } else { id };
            let refused = commit(store, [write.clone(), never.clone()]).await;
            let is_right = matches!(&refused, Err(StoreError::Conflict(found)) if *found == key(wanted));
            assert!(is_right, "{write:?} gave {refused:?}");
        }
    }
    commit(store, [Write::Check { key: key("there"), expect: Expect::Version(1) }]).await.unwrap();
    commit(store, [delete("missing", Expect::Any)]).await.unwrap();
    assert_eq!(state_of(store, "there").await, Some((1, b"x".to_vec())));
}

async fn a_conflict_leaves_nothing(store: &dyn Store) {
    commit(store, [put_indexed("a", &[(BY_CLASS, "1")]), append("log", b"1")]).await.unwrap();
    let batch = [
        put_indexed("a", &[(BY_CLASS, "2")]),
        put_indexed("b", &[(BY_CLASS, "2")]),
        append("log", b"lost"),
        append("new", b"lost"),
        put("c", Expect::Version(1), b"x"),
    ];
    let refused = commit(store, batch).await;
    assert!(matches!(refused, Err(StoreError::Conflict(found)) if found == key("c")));
    assert_eq!(state_of(store, "a").await, Some((1, b"a".to_vec())));
    assert_eq!(state_of(store, "b").await, None);
    assert_eq!(store.read_log("new", 0, 9).await.unwrap(), []);
    let by_class = store.scan_index(CHILD, BY_CLASS, &Range::all(9)).await.unwrap();
    assert_eq!(ids(&by_class), ["a"]);
    let index_two = store.scan_index(CHILD, BY_CLASS, &Range::prefix("2", 9)).await.unwrap();
    assert_eq!(ids(&index_two), [] as [&str; 0]);
    let landed = commit(store, [append("log", b"2"), append("new", b"1")]).await.unwrap();
    assert_eq!(landed.positions, [2, 1], "the lost entries used no positions");
}

async fn writes_to_one_key_apply_in_order(store: &dyn Store) {
    let batch = [
        put("a", Expect::Absent, b"1"),
        put("a", Expect::Version(1), b"2"),
        delete("a", Expect::Version(2)),
        Write::Check { key: key("a"), expect: Expect::Absent },
        put("a", Expect::Absent, b"3"),
        put("a", Expect::Version(1), b"4"),
    ];
    commit(store, batch).await.unwrap();
    assert_eq!(state_of(store, "a").await, Some((2, b"4".to_vec())));
    let refused = commit(store, [put("a", Expect::Any, b"5"), put("a", Expect::Version(2), b"6")]).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "the first write has moved the version on");
    assert_eq!(state_of(store, "a").await, Some((2, b"4".to_vec())));
}

async fn an_index_follows_its_record(store: &dyn Store) {
    let at = async |name, value: &str| {
        let exact = range(Bound::Included(value), Bound::Included(value), 9);
        ids(&store.scan_index(CHILD, name, &exact).await.unwrap()).join(" ")
    };
    commit(store, [put_indexed("a", &[(BY_CLASS, "1"), (BY_NAME, "x")])]).await.unwrap();
    assert_eq!((at(BY_CLASS, "1").await, at(BY_NAME, "x").await), ("a".into(), "a".into()));
    commit(store, [put_indexed("a", &[(BY_CLASS, "2"), (BY_NAME, "x")])]).await.unwrap();
    assert_eq!((at(BY_CLASS, "1").await, at(BY_CLASS, "2").await), (String::new(), "a".into()));
    assert_eq!(at(BY_NAME, "x").await, "a");
    // An empty value, the same entry twice, and two values under one name.
    commit(store, [put_indexed("a", &[(BY_CLASS, ""), (BY_CLASS, ""), (BY_CLASS, "3")])]).await.unwrap();
    assert_eq!((at(BY_CLASS, "").await, at(BY_CLASS, "3").await), ("a".into(), "a".into()));
    assert_eq!((at(BY_CLASS, "2").await, at(BY_NAME, "x").await), (String::new(), String::new()));
    let other = Write::Put {
        key: Key::new(OTHER, "o"),
        expect: Expect::Any,
        body: vec![],
        indexes: vec![IndexEntry { name: BY_CLASS, value: "3".into() }],
    };
    commit(store, [other]).await.unwrap();
    assert_eq!(at(BY_CLASS, "3").await, "a", "an index belongs to its kind");
    commit(store, [delete("a", Expect::Any)]).await.unwrap();
    assert_eq!((at(BY_CLASS, "").await, at(BY_CLASS, "3").await), (String::new(), String::new()));
}

async fn long_bodies_come_back_whole(store: &dyn Store) {
    for length in [0, 1, 4000, 4096, 4097, 100_000, limits::BODY_BYTES_MAX, 8000, 3] {
        let body: Vec<u8> = (0..length).map(|place| u8::try_from(place % 251).unwrap()).collect();
        commit(store, [put("a", Expect::Any, &body), append("log", &body)]).await.unwrap();
        assert_eq!(state_of(store, "a").await.unwrap().1, body, "{length} bytes");
        let last = store.read_log("log", 0, 99).await.unwrap().pop().unwrap();
        assert_eq!(last.body, body, "{length} bytes");
    }
}

async fn logs_count_without_gaps(store: &dyn Store) {
    assert_eq!(store.read_log("l", 0, 9).await.unwrap(), []);
    let first = commit(store, [append("l", b"1"), append("m", b"1"), append("l", b"2")]).await.unwrap();
    assert_eq!(first.positions, [1, 1, 2]);
    let second = commit(store, [append("l", b"3"), append("l/x", b"1")]).await.unwrap();
    assert_eq!(second.positions, [3, 1]);
    for (after, limit, wanted) in
        [(0, 9, "1 2 3"), (0, 2, "1 2"), (1, 1, "2"), (2, 9, "3"), (3, 9, ""), (u64::MAX, 9, ""), (0, 0, "")]
    {
        let found = store.read_log("l", after, limit).await.unwrap();
        let texts: Vec<String> = found.iter().map(|entry| entry.position.to_string()).collect();
        assert_eq!(texts.join(" "), wanted, "after {after}, at most {limit}");
        assert!(found.iter().all(|entry| entry.body == entry.position.to_string().into_bytes()));
    }
}

async fn malformed_batches_are_refused(store: &dyn Store) {
    let long = "x".repeat(limits::ID_BYTES_MAX + 1);
    let big = vec![0; limits::BODY_BYTES_MAX + 1];
    let kind = |name| Write::Delete { key: Key::new(Kind(name), "a"), expect: Expect::Any };
    let cases: Vec<(&str, Vec<Write>)> = vec![
        ("an empty id", vec![delete("", Expect::Any)]),
        ("an id with NUL", vec![put("a\0b", Expect::Any, b"")]),
        ("a long id", vec![Write::Check { key: key(&long), expect: Expect::Any }]),
        ("an empty kind", vec![kind("")]),
        ("a kind with NUL", vec![kind("a\0")]),
        ("a big body", vec![put("a", Expect::Any, &big)]),
        ("a big log entry", vec![append("l", &big)]),
        ("an empty log", vec![append("", b"")]),
        ("a log with NUL", vec![append("a\0b", b"")]),
        ("a long log", vec![append(&long, b"")]),
        ("an index without a name", vec![put_indexed("a", &[("", "x")])]),
        ("an index value with NUL", vec![put_indexed("a", &[(BY_CLASS, "\0")])]),
        ("a long index value", vec![put_indexed("a", &[(BY_CLASS, &long)])]),
        ("many index entries", vec![put_indexed("a", &[(BY_CLASS, "x"); limits::INDEX_ENTRIES_MAX + 1])]),
        ("many writes", vec![delete("a", Expect::Any); limits::BATCH_WRITES_MAX + 1]),
        ("many bytes", vec![put("a", Expect::Any, &big[1..]); 65]),
    ];
    for (what, mut writes) in cases {
        writes.push(put("landed", Expect::Any, b""));
        let refused = commit(store, writes).await;
        assert!(matches!(refused, Err(StoreError::Malformed(_))), "{what} gave {refused:?}");
    }
    assert_eq!(state_of(store, "landed").await, None);
    let longest = "x".repeat(limits::ID_BYTES_MAX);
    commit(store, [put(&longest, Expect::Any, &big[1..]), append(&longest, b"")]).await.unwrap();
    assert_eq!(state_of(store, &longest).await.unwrap().1.len(), limits::BODY_BYTES_MAX);
}

async fn a_closed_store_says_so(store: &dyn Store, scratch: &Path) {
    commit(store, [put("a", Expect::Any, b"x")]).await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.load(&key("a")).await, Err(StoreError::Closed)));
    assert!(matches!(store.scan(CHILD, &Range::all(1)).await, Err(StoreError::Closed)));
    assert!(matches!(store.scan(CHILD, &Range::all(9999)).await, Err(StoreError::Closed)));
    assert!(matches!(store.scan_index(CHILD, BY_NAME, &Range::all(1)).await, Err(StoreError::Closed)));
    assert!(matches!(store.read_log("l", 0, 1).await, Err(StoreError::Closed)));
    assert!(matches!(commit(store, [append("l", b"")]).await, Err(StoreError::Closed)));
    assert!(matches!(store.backup(&scratch.join("closed.backup")).await, Err(StoreError::Closed)));
    assert!(matches!(store.close().await, Err(StoreError::Closed)));
}
