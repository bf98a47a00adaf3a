//! How many replies one core reads in a second, and what it allocates for one: over all labelled replies of our own.
//!
//! Understanding alone; no flow, no store.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to tell")]

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use kehou::understand::case::Case;
use kehou::understand::{Question, read};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const CASES: &str = include_str!("../tests/suite/fixtures/utterances/own.jsonl");

fn replies(slot: &str) -> Vec<(String, Question)> {
    CASES
        .lines()
        .map(|line| serde_json::from_str::<Case>(line).expect("a case"))
        .filter(|case| slot == "all" || case.slot == slot)
        .map(|case| {
            let question = case.question().expect("a question");
            (case.text, question)
        })
        .collect()
}

/// One item is one reply.
#[divan::bench(args = [
    "all", "consent", "confirm", "weekdays", "time", "activities", "child", "class_and_name", "pickup_person",
    "approve", "date", "complaint", "command",
], sample_count = 20)]
fn replies_read(bencher: Bencher<'_, '_>, slot: &str) {
    let replies = replies(slot);
    bencher.counter(ItemsCount::new(replies.len())).bench_local(|| {
        replies
            .iter()
            .filter(|(text, question)| {
                divan::black_box(read(text, question)) != kehou::understand::Answer::Unclear
            })
            .count()
    });
}

/// The longest message that the platform delivers, made of words of the slot: nothing may grow faster than its length.
#[divan::bench(args = [256, 512, 1024, 2048], sample_count = 20)]
fn longest_reply(bencher: Bencher<'_, '_>, bytes: usize) {
    let question = replies("weekdays").into_iter().next().expect("a question").1;
    let text: String = "周三不行，其他都可以".chars().cycle().take(bytes / 3).collect();
    bencher.bench_local(|| read(divan::black_box(&text), &question));
}
