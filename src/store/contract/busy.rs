//! Many at once: nothing is lost, nothing is seen by half.

use std::sync::Arc;

use super::{CHILD, append, commit, key, number, put, state_of};
use crate::store::{Expect, Range, Store, StoreError, Write};

pub(super) async fn concurrent_appends_get_each_position_once(store: Arc<dyn Store>) {
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut given = Vec::new();
            for number in 0..20 {
                let body = format!("{writer}-{number}").into_bytes();
                let landed = commit(&*store, [append("l", &body), append("l", &body)]).await.unwrap();
                given.push((landed.positions, body));
            }
            given
        });
    }
    let given: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let entries = store.read_log("l", 0, 1000).await.unwrap();
    assert_eq!(entries.len(), 640);
    assert!((1..).zip(&entries).all(|(position, entry)| position == entry.position));
    for (positions, body) in given {
        assert_eq!(positions[0] + 1, positions[1], "a batch is not cut by others");
        for position in positions {
            assert_eq!(entries[usize::try_from(position).unwrap() - 1].body, body);
        }
    }
}

pub(super) async fn concurrent_increments_lose_nothing(store: Arc<dyn Store>) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut landed = 0;
            while landed < 25 {
                let (expect, count) = match store.load(&key("counter")).await.unwrap() {
                    Some(record) => (Expect::Version(record.version), number(&record.body)),
                    None => (Expect::Absent, 0),
                };
                match commit(&*store, [put("counter", expect, &(count + 1).to_be_bytes())]).await {
                    Ok(_) => landed += 1,
                    Err(error) => assert!(matches!(error, StoreError::Conflict(_)), "{error}"),
                }
            }
        });
    }
    tasks.join_all().await;
    let (version, body) = state_of(&*store, "counter").await.unwrap();
    assert_eq!((version, number(&body)), (200, 200));
}

pub(super) async fn readers_see_batches_whole(store: Arc<dyn Store>) {
    let round = |n: u64| -> Vec<Write> {
        (0..40).map(|id| put(&format!("r{id}"), Expect::Any, &n.to_be_bytes())).collect()
    };
    commit(&*store, round(0)).await.unwrap();
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for n in 1..60 {
                commit(&*store, round(n)).await.unwrap();
            }
        }
    });
    while !writer.is_finished() {
        let records = store.scan(CHILD, &Range::prefix("r", 99)).await.unwrap();
        assert_eq!(records.len(), 40);
        assert!(records.iter().all(|record| record.body == records[0].body), "half a batch was seen");
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}
