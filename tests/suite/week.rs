//! A school week from a seed: Monday 08:00 to Friday 21:00 of the invented school, whose people do what people do, while
//! messages come twice, commits fail and kehou restarts. The laws of `week/laws.rs` hold after every step.
//!
//! ```sh
//! cargo test --test suite week                      # the seeds of `make test`
//! KEHOU_SEEDS=5000 cargo test --test suite week     # more of them
//! KEHOU_SEED=1234 cargo test --test suite week      # one again; add `-- --nocapture` to read all that was said
//! ```
//!
//! The same week is lived on DingTalk too, over HTTP and by a stream, with fewer seeds: see `week/dingtalk.rs`.
//!
//! A seed that fails is printed with the last lines of what was said; the same seed always tells the same week. Who does
//! what is `week/people.rs`, what they answer `week/answers.rs`. Start at [`live_through`].

mod answers;
mod decisions;
mod dingtalk;
mod laws;
mod people;
mod town;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kehou::flow::Flows;
use kehou::rehearsal;
use kehou::simulator::dingtalk::Figures;
use kehou::usecase::flow_files;

use self::dingtalk::Road;
use self::town::Town;

/// Weeks that every run of the tests lives through: about half a second of a processor each.
const SEEDS: u64 = 500;

/// Weeks on each road of DingTalk, over real connections: about two seconds of a processor each.
const DINGTALK_SEEDS: u64 = 3;

/// Lines of a failed week that are shown.
const LINES_SHOWN: usize = 40;

/// Failed seeds that are shown; the first ones tell enough.
const FAILURES_SHOWN: usize = 5;

/// Lives through one week.
///
/// # Errors
/// The law that was broken, below the seed and the last lines of what was said.
fn live_through(seed: u64, flows: &Flows, tells_all: bool) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut town =
            Town::open(seed, flows.clone()).await.map_err(|error| format!("seed {seed}: {error}"))?;
        live_in(&mut town, seed, tells_all).await
    })
}

/// Lives through one week on DingTalk; what its simulator has counted.
///
/// # Errors
/// As [`live_through`].
fn live_through_on(road: Road, seed: u64, flows: &Flows, tells_all: bool) -> Result<Figures, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = Town::open_on_dingtalk(road, seed, flows.clone()).await;
        let (mut town, phones) = opened.map_err(|error| format!("seed {seed}: {error}"))?;
        let lived = live_in(&mut town, seed, tells_all).await;
        lived.map(|()| phones.figures()).map_err(|broken| format!("{road:?} {broken}"))
    })
}

async fn live_in(town: &mut Town, seed: u64, tells_all: bool) -> Result<(), String> {
    let result = people::week(town).await;
    let lines = town.transcript();
    if tells_all {
        eprintln!("{}", lines.join("\n"));
    }
    result.map_err(|broken| {
        let last = lines.iter().skip(lines.len().saturating_sub(LINES_SHOWN));
        let last: Vec<_> = last.map(String::as_str).collect();
        format!("KEHOU_SEED={seed} — {broken}\n{}", last.join("\n"))
    })
}

#[expect(clippy::disallowed_methods, reason = "which seeds to live through is no setting of the program")]
fn number_in(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

#[test]
fn every_law_holds_through_a_whole_week_of_the_school() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    if let Some(seed) = number_in("KEHOU_SEED") {
        live_through(seed, &flows, true).unwrap_or_else(|broken| panic!("{broken}"));
        return;
    }
    let seeds = number_in("KEHOU_SEEDS").unwrap_or(SEEDS);
    let next = Arc::new(AtomicU64::new(1));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers: Vec<_> = (0..workers)
        .map(|_| {
            let (next, flows) = (next.clone(), flows.clone());
            std::thread::spawn(move || {
                let mut broken = Vec::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed > seeds || broken.len() >= FAILURES_SHOWN {
                        return broken;
                    }
                    broken.extend(live_through(seed, &flows, false).err());
                }
            })
        })
        .collect();
    let broken: Vec<_> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    assert!(broken.is_empty(), "{} weeks broke a law:\n{}", broken.len(), broken.join("\n\n"));
}

/// Lives through the weeks of one road; the sum of what was counted.
fn on_dingtalk(road: Road) -> Figures {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let only = number_in("KEHOU_SEED");
    let seeds =
        only.map_or_else(|| 1..=number_in("KEHOU_SEEDS").unwrap_or(DINGTALK_SEEDS), |seed| seed..=seed);
    let mut sum = Figures::default();
    for seed in seeds {
        let figures = live_through_on(road, seed, &flows, only.is_some());
        let figures = figures.unwrap_or_else(|broken| panic!("{broken}"));
        sum.messages_shown += figures.messages_shown;
        sum.throttled += figures.throttled;
        sum.duplicates_dropped += figures.duplicates_dropped;
        sum.connections += figures.connections;
        sum.frames += figures.frames;
        sum.acknowledged += figures.acknowledged;
        sum.callback_requests += figures.callback_requests;
    }
    println!("{road:?}: {sum:?}");
    sum
}

#[test]
fn every_law_holds_through_the_week_on_dingtalk_over_http() {
    let figures = on_dingtalk(Road::Http);
    assert!(figures.throttled > 0 && figures.duplicates_dropped > 0, "nothing went wrong: {figures:?}");
    assert!(figures.callback_requests > 0 && figures.connections == 0, "{figures:?}");
}

#[test]
fn every_law_holds_through_the_week_on_dingtalk_by_a_stream() {
    let figures = on_dingtalk(Road::Stream);
    assert!(figures.throttled > 0 && figures.duplicates_dropped > 0, "nothing went wrong: {figures:?}");
    assert!(figures.frames > figures.acknowledged && figures.callback_requests == 0, "{figures:?}");
}
