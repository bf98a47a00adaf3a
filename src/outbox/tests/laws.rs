//! Laws that hold whatever goes wrong; the seed is in the message.

use std::collections::{BTreeSet, HashMap};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::store::faulty::{Fault as StoreFault, FaultyStore};

fn tight_limits() -> Limits {
    Limits {
        recipients_max: 4,
        per_person_per_minute: 3,
        per_person_per_hour: 20,
        calls_per_second: 12,
        calls_per_minute: 12,
        person_times_per_day: 500,
        ..LIMITS
    }
}

/// Rows with random lanes, receivers, words and times, some of them the same words to several.
fn random_rows(school: &School, random: &mut StdRng, count: usize) -> Vec<Row> {
    (0..count)
        .map(|number| {
            let lane = Lane::ALL[random.random_range(0..4)];
            let words = match random.random_range(0..3) {
                0 => format!("{lane:?}/same"),
                _ => format!("{lane:?}/{number}"),
            };
            let mut row = school.row(&format!("p{}", random.random_range(0..5)), lane, &words);
            if random.random_range(0..5) == 0 {
                row.not_before += chrono::Duration::seconds(random.random_range(0..200));
            }
            if random.random_range(0..12) == 0 {
                row.expires_at =
                    Some(row.not_before + chrono::Duration::seconds(random.random_range(1..600)));
            }
            row
        })
        .collect()
}

fn random_fault(random: &mut StdRng) -> Fault {
    match random.random_range(0..6) {
        0 => Fault::Unavailable,
        1 => Fault::Refuse,
        2 => Fault::Throttle(std::time::Duration::from_secs(random.random_range(1..90))),
        3 => Fault::LoseRequest,
        4 => Fault::LoseReply,
        _ => Fault::Miss(vec![format!("p{}", random.random_range(0..5))]),
    }
}

/// Lets a random day pass: faults of the platform and the store, a restart after each failure of the store.
async fn live(seed: u64) -> (School, Vec<Row>) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut school = school_with(tight_limits());
    let faulty = Arc::new(FaultyStore::new(school.store.clone()));
    let (calm, wild) = (school.store.clone(), faulty.clone());
    for nth in 0..400 {
        if random.random_range(0..3) == 0 {
            school.platform.fail(nth, random_fault(&mut random));
        }
    }
    for nth in 1..2_000 {
        match random.random_range(0..25) {
            0 => faulty.on_commit(nth, StoreFault::FailAfter),
            1 => faulty.on_commit(nth, StoreFault::FailBefore),
            2 => faulty.on_commit(nth, StoreFault::Conflict),
            _ => {}
        }
    }
    let mut rows = Vec::new();
    let mut outbox = None;
    for round in 0..600 {
        if round < 5 {
            let mut batch = Batch::default();
            for row in random_rows(&school, &mut random, 12) {
                rows.push(row.clone());
                enqueue(&mut batch, row);
            }
            calm.commit(batch).await.unwrap();
        }
        school.store = wild.clone();
        let drained = outbox.get_or_insert_with(|| school.outbox()).drain().await;
        if drained.is_err() || random.random_range(0..10) == 0 {
            outbox = None;
        }
        school.store = calm.clone();
        let waits = school
            .rows()
            .await
            .iter()
            .any(|row| matches!(row.state, RowState::Waiting | RowState::Sending { .. }));
        if round >= 5 && !waits {
            return (school, rows);
        }
        school.clock.advance(chrono::Duration::seconds(random.random_range(1..120)));
    }
    panic!("seed {seed}: some rows still wait: {:?}", school.rows().await);
}

/// No window of this length holds more than `max` of the moments, which are in order.
fn windows_hold(moments: &[Moment], window: chrono::Duration, max: u32) -> bool {
    let max = max as usize;
    moments.windows(max + 1).all(|group| group[max] - group[0] >= window)
}

#[tokio::test]
async fn every_row_is_sent_once_or_parked_in_order_and_inside_the_limits() {
    for seed in 0..30 {
        let (school, rows) = live(seed).await;
        let ends = ends(&school, seed).await;
        assert_eq!(ends.len(), rows.len(), "seed {seed}: each row has one end");
        everybody_got_what_was_delivered_in_order(&school, &rows, &ends, seed);
        limits_were_kept(&school, seed);
    }
}

/// How each row ended, told exactly once; with the reason that an admin reads, where there is one.
async fn ends(school: &School, seed: u64) -> HashMap<String, String> {
    let mut ends = HashMap::new();
    for line in school.hooks().await {
        let mut parts = line.split('|');
        let (id, end) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
        assert!(ends.insert(id, end).is_none(), "seed {seed}: told twice: {line}");
    }
    for row in school.rows().await {
        assert_ne!(ends[&row.id], "Delivered", "seed {seed}: {row:?} was delivered and is still there");
        if let RowState::Parked { reason, .. } = &row.state {
            ends.insert(row.id, reason.clone());
        }
    }
    ends
}

fn everybody_got_what_was_delivered_in_order(
    school: &School,
    rows: &[Row],
    ends: &HashMap<String, String>,
    seed: u64,
) {
    let mut by_receiver: HashMap<(String, Lane), Vec<&Row>> = HashMap::new();
    for row in rows {
        by_receiver.entry((row.account.clone(), row.lane)).or_default().push(row);
    }
    let reached = school.reached();
    let mut explained = 0;
    for ((account, lane), mut rows) in by_receiver {
        rows.sort_by_key(|row| row.not_before);
        let lane_name = format!("{lane:?}/");
        let got: Vec<&str> = reached
            .iter()
            .filter(|(other, words)| *other == account && words.starts_with(&lane_name))
            .map(|(_, words)| words.trim_end())
            .collect();
        // How many of `got` can be explained so far; what is unknown may have arrived or not.
        let mut positions = BTreeSet::from([0]);
        for row in rows {
            let arrived =
                positions.iter().filter(|&&at| got.get(at).is_some_and(|&got| got == words_of(row)));
            let arrived: BTreeSet<usize> = arrived.map(|at| at + 1).collect();
            match ends[&row.id].as_str() {
                "Delivered" => positions = arrived,
                end if end.starts_with("不知道") => positions.extend(arrived),
                _ => {}
            }
            assert!(
                !positions.is_empty(),
                "seed {seed}: {account} should have got {} of {got:?}",
                words_of(row)
            );
        }
        assert!(positions.contains(&got.len()), "seed {seed}: {account} got more than was sent");
        explained += got.len();
    }
    assert_eq!(explained, reached.len(), "seed {seed}");
}

fn words_of(row: &Row) -> String {
    words(&row.message)
}

fn limits_were_kept(school: &School, seed: u64) {
    let limits = tight_limits();
    let all = school.platform.seen();
    let calls: Vec<Moment> = all.iter().map(|call| call.at).collect();
    assert!(windows_hold(&calls, minutes(1), limits.calls_per_minute), "seed {seed}: calls");
    for number in 0..5 {
        let account = format!("p{number}");
        let times: Vec<Moment> =
            all.iter().filter(|call| call.accounts.contains(&account)).map(|call| call.at).collect();
        assert!(windows_hold(&times, minutes(1), limits.per_person_per_minute), "seed {seed}: {account}");
        assert!(windows_hold(&times, minutes(60), limits.per_person_per_hour), "seed {seed}: {account}");
    }
    assert!(all.iter().all(|call| call.accounts.len() <= limits.recipients_max), "seed {seed}");
}

#[tokio::test]
async fn a_crash_after_any_commit_loses_nothing_and_tells_nobody_twice() {
    for nth in 1..12 {
        for fault in [StoreFault::FailAfter, StoreFault::FailBefore] {
            let mut school = school_with(tight_limits());
            let inner = school.store.clone();
            school
                .enqueue((0..6).map(|number| school.row(&format!("p{number}"), Lane::Urgent, "来接")))
                .await;
            school.platform.fail(1, Fault::LoseReply);
            let faulty = Arc::new(FaultyStore::new(inner.clone()));
            faulty.on_commit(nth, fault);
            school.store = faulty;
            for _ in 0..10 {
                // Each drain is a new process.
                let _ = school.outbox().drain().await;
                school.clock.advance(minutes(1));
            }
            let mut reached = school.reached();
            reached.sort_unstable();
            let expected: Vec<_> = (0..6).map(|number| pair(&format!("p{number}"), "来接")).collect();
            assert_eq!(reached, expected, "{fault:?} at commit {nth}");
            assert_eq!(school.hooks().await.len(), 6, "{fault:?} at commit {nth}");
            assert!(school.rows().await.is_empty(), "{fault:?} at commit {nth}");
        }
    }
}
