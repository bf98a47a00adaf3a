//! What a turn of a conversation costs in the engine alone: the longest flow, message by message, in memory.
//!
//! Understanding the reply, walking the flow and filling in the texts; no store and no crypto.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to tell")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use kehou::cli::demo::first_morning;
use kehou::config::Config;
use kehou::flow::conversation::Conversation;
use kehou::flow::definition::Flow;
use kehou::flow::effect::{Effect, Input};
use kehou::flow::step::step;
use kehou::flow::{Facts, Flows};
use kehou::usecase::{facts, flow_files};
use kehou::{app, flow};

fn main() {
    divan::main();
}

/// The change of a registration to yes: seven turns, the last of them the outcome of the action.
const TO_YES: [&str; 6] = ["修改", "1", "周一周三", "五点半", "听老师安排", "1"];

fn example() -> (Flows, Facts) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example-school/kehou.toml");
    let config = Config::load(&file, &|_| None).expect("the example's settings");
    let settings = config.schools.first().expect("a school");
    let school = app::load_school(settings).expect("the example school");
    let mut facts = facts::sample(&school, first_morning());
    facts.audiences = vec![flow::definition::Audience::Guardian];
    let flows = flow_files::load(&flow_files::shipped(), &[school], first_morning()).expect("flows");
    (flows, facts)
}

/// Talks through the flow; returns how many turns that took.
fn talk(flows: &Flows, facts: &Facts) -> usize {
    let mut conversation = Conversation::default();
    let mut turns = 0;
    for words in TO_YES {
        let mut input = Some(Input::Reply(words.to_owned()));
        while let Some(taken) = input.take() {
            let turn = step(flows, &conversation, &taken, facts);
            conversation = turn.conversation;
            turns += 1;
            if matches!(turn.effects.last(), Some(Effect::Do { .. })) {
                let words = |name: &str| (name.to_owned(), serde_json::Value::from("K3M9AC"));
                let values = BTreeMap::from(["receipt", "present", "from"].map(words));
                input = Some(Input::Outcome { name: "accepted".to_owned(), values });
            }
        }
    }
    assert!(conversation.frames.is_empty(), "the flow did not come to its end");
    turns
}

/// How a turn's cost grows with flows that have nothing to do with it: it should not.
#[divan::bench(sample_count = 50, args = [10, 100, 1_000])]
fn longest_flow_among(bencher: Bencher<'_, '_>, flows_loaded: usize) {
    let (shipped, facts) = example();
    let common = shipped.common.clone();
    let mut all: Vec<Flow> = shipped.iter().map(|flow| flow.as_ref().clone()).collect();
    let spare = all.iter().find(|flow| flow.id == "join").expect("a flow").clone();
    for number in all.len()..flows_loaded {
        all.push(Flow { id: format!("{}-{number}", spare.id), starts_on: Vec::new(), ..spare.clone() });
    }
    let flows = Flows::new(all, common);
    let turns = talk(&flows, &facts);
    bencher.counter(ItemsCount::new(turns)).bench_local(|| talk(&flows, &facts));
}

#[divan::bench(sample_count = 50)]
fn longest_flow(bencher: Bencher<'_, '_>) {
    let (flows, facts) = example();
    let example = Arc::new((flows, facts));
    let turns = talk(&example.0, &example.1);
    bencher.counter(ItemsCount::new(turns)).bench_local(|| talk(&example.0, &example.1));
}
