//! A school week from a seed: Monday 08:00 to Friday 21:00 of the invented school, whose people do what people do, while
//! messages come twice, commits fail and kehou restarts. The laws of `week/laws.rs` hold after every step.
//!
//! ```sh
//! cargo test --test suite week                      # the seeds of `make test`
//! KEHOU_SEEDS=5000 cargo test --test suite week     # more of them
//! KEHOU_SEED=1234 cargo test --test suite week      # one again; add `-- --nocapture` to read all that was said
//! ```
//!
//! A seed that fails is printed with the last lines of what was said; the same seed always tells the same week. Who does
//! what is `week/people.rs`, what they answer `week/answers.rs`. Start at [`live_through`].

mod answers;
mod decisions;
mod laws;
mod people;
mod town;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kehou::flow::Flows;
use kehou::rehearsal;
use kehou::usecase::flow_files;
use town::Town;

/// Weeks that every run of the tests lives through: about half a second of a processor each.
const SEEDS: u64 = 500;

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
        let result = people::week(&mut town).await;
        let lines = town.transcript();
        if tells_all {
            eprintln!("{}", lines.join("\n"));
        }
        result.map_err(|broken| {
            let last = lines.iter().skip(lines.len().saturating_sub(LINES_SHOWN));
            let last: Vec<_> = last.map(String::as_str).collect();
            format!("KEHOU_SEED={seed} — {broken}\n{}", last.join("\n"))
        })
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
