//! Scans: which records a range holds, in which order.

use std::ops::Bound;

use super::{BY_CLASS, BY_NAME, CHILD, OTHER, commit, ids, put, put_indexed, range};
use crate::store::{Expect, Key, Kind, Range, Store, Write};

/// Ids that sort in this order, with prefixes of one another and characters around the separators of an engine.
const SORTED: [&str; 7] = ["a", "a\u{1}", "a b", "ab", "b", "小", "小禾"];

/// Each range with the places in `SORTED` that it holds.
fn ranges() -> Vec<(Range, Vec<usize>)> {
    use Bound::{Excluded, Included, Unbounded};
    vec![
        (Range::all(9), vec![0, 1, 2, 3, 4, 5, 6]),
        (Range::all(2), vec![0, 1]),
        (Range::all(0), vec![]),
        (Range::all(9).after("ab"), vec![4, 5, 6]),
        (Range::all(1).after("a"), vec![1]),
        (Range::all(9).after("aa"), vec![3, 4, 5, 6]),
        (Range::all(9).after("小禾"), vec![]),
        (Range::prefix("a", 9), vec![0, 1, 2, 3]),
        (Range::prefix("小", 9), vec![5, 6]),
        (Range::prefix("", 3), vec![0, 1, 2]),
        (range(Included("a"), Included("a"), 9), vec![0]),
        (range(Included("a"), Excluded("ab"), 9), vec![0, 1, 2]),
        (range(Excluded("a"), Included("ab"), 9), vec![1, 2, 3]),
        (range(Unbounded, Excluded("b"), 9), vec![0, 1, 2, 3]),
        (range(Unbounded, Excluded("a"), 9), vec![]),
        (range(Included("b"), Unbounded, 9), vec![4, 5, 6]),
        (range(Included("b"), Included("a"), 9), vec![]),
        (range(Excluded("a"), Excluded("a"), 9), vec![]),
    ]
}

pub(super) async fn scans_keep_to_their_range(store: &dyn Store) {
    let writes: Vec<Write> = SORTED.iter().rev().map(|id| put(id, Expect::Any, b"x")).collect();
    commit(store, writes).await.unwrap();
    let other = Write::Put { key: Key::new(OTHER, "a"), expect: Expect::Any, body: vec![], indexes: vec![] };
    commit(store, [other]).await.unwrap();
    for (range, places) in ranges() {
        let wanted: Vec<&str> = places.iter().map(|place| SORTED[*place]).collect();
        assert_eq!(ids(&store.scan(CHILD, &range).await.unwrap()), wanted, "{range:?}");
    }
    assert_eq!(ids(&store.scan(OTHER, &Range::all(9)).await.unwrap()), ["a"]);
    assert_eq!(store.scan(Kind("chil"), &Range::all(9)).await.unwrap(), []);
}

pub(super) async fn index_scans_keep_to_their_range(store: &dyn Store) {
    // Ids run against the values, and each value is shared by two records.
    let mut writes = Vec::new();
    for (place, value) in SORTED.iter().enumerate() {
        writes.push(put_indexed(&format!("{}-two", 9 - place), &[(BY_CLASS, value), (BY_NAME, "n")]));
        writes.push(put_indexed(&format!("{}-one", 9 - place), &[(BY_CLASS, value)]));
    }
    commit(store, writes).await.unwrap();
    for (range, places) in ranges() {
        let both = places.iter().flat_map(|place| ["one", "two"].map(|n| format!("{}-{n}", 9 - place)));
        let all: Vec<String> = both.collect();
        let twice = Range { limit: range.limit * 2, ..range.clone() };
        let found = store.scan_index(CHILD, BY_CLASS, &twice).await.unwrap();
        assert_eq!(ids(&found), all, "{range:?}");
    }
    let odd = store.scan_index(CHILD, BY_CLASS, &Range::all(3)).await.unwrap();
    assert_eq!(ids(&odd), ["9-one", "9-two", "8-one"], "a limit counts records");
    assert_eq!(store.scan_index(CHILD, "unknown", &Range::all(9)).await.unwrap(), []);
}
