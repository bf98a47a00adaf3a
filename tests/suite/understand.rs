//! Understanding, scored over our own labelled replies: a change that reads fewer of them right, or guesses, fails here.

use kehou::understand::case::{Case, got};
use kehou::understand::read;
use serde_json::Value as Json;

const CASES: &str = include_str!("fixtures/utterances-own.jsonl");

#[test]
fn our_own_replies_are_read_right_and_none_is_guessed() {
    let (mut total, mut right, mut guesses) = (0, 0, Vec::new());
    for line in CASES.lines() {
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
    assert!(total >= 300, "only {total} cases");
    assert!(guesses.is_empty(), "{guesses:#?}");
    assert!(right * 100 >= total * 99, "{right} of {total}");
}

/// A note is free text and counts apart.
fn without_note(answer: &Json) -> Json {
    let mut answer = answer.clone();
    if let Some(value) = answer.get_mut("value").and_then(Json::as_object_mut) {
        value.remove("note");
    }
    answer
}
