//! Understanding, scored over our own labelled replies: a change that reads fewer of them right, or guesses, fails here.

use kehou::understand::case::{Case, got};
use kehou::understand::read;
use serde_json::Value as Json;

/// Labelled replies: those whose misses were studied long ago, and the latest sets, each written before it was read.
const SETS: [(&str, &str); 7] = [
    ("own", include_str!("fixtures/utterances-own.jsonl")),
    ("blind 13", include_str!("fixtures/utterances-blind-13.jsonl")),
    ("blind 14", include_str!("fixtures/utterances-blind-14.jsonl")),
    ("blind 15", include_str!("fixtures/utterances-blind-15.jsonl")),
    ("blind 16", include_str!("fixtures/utterances-blind-16.jsonl")),
    ("blind 17", include_str!("fixtures/utterances-blind-17.jsonl")),
    ("blind 18", include_str!("fixtures/utterances-blind-18.jsonl")),
];

#[test]
fn our_own_replies_are_read_right_and_none_is_guessed() {
    for (set, cases) in SETS {
        let (mut total, mut right, mut guesses) = (0, 0, Vec::new());
        for line in cases.lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            let want: Json = serde_json::from_str::<Json>(line).unwrap()["expect"].clone();
            let have = got(&read(&case.text, &case.question().unwrap()));
            total += 1;
            let is_right = without_note(&have) == without_note(&want);
            right += usize::from(is_right);
            if !is_right && have["type"] != "unclear" {
                guesses.push(format!("{} {:?}: {have}", case.id, case.text));
            }
        }
        assert!(total >= 240, "only {total} cases in {set}");
        assert!(guesses.is_empty(), "{set}: {guesses:#?}");
        assert!(right * 100 >= total * 98, "{set}: {right} of {total}");
    }
}

/// A note is free text and counts apart; persons come in any order.
fn without_note(answer: &Json) -> Json {
    let mut answer = answer.clone();
    if let Some(value) = answer.get_mut("value").and_then(Json::as_object_mut) {
        value.remove("note");
    }
    if let Some(persons) = answer.get_mut("value").and_then(Json::as_array_mut) {
        persons.sort_by_key(Json::to_string);
    }
    answer
}
