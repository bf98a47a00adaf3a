//! Understanding, scored over our own labelled replies: a change that reads fewer of them right, or guesses, fails here.

use std::path::{Path, PathBuf};

use kehou::understand::case::{Case, got};
use kehou::understand::read;
use serde_json::Value as Json;

/// Where the sets of labelled replies are: those whose misses were studied long ago, and those that were written before
/// they were read.
const SETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/fixtures/utterances");

/// Sets whose misses nobody has studied: what to expect of phrasings that are new (docs/understanding.md).
const UNSTUDIED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/fixtures/unstudied");

/// Complaints and commands, half of them such that a careless reader guesses wrong; not studied either.
const TRAPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/fixtures/traps");

#[test]
fn our_own_replies_are_read_right_and_none_is_guessed() {
    let sets = scores(SETS);
    assert!(sets.len() >= 28, "only {} sets", sets.len());
    for Score { set, total, right, guesses } in sets {
        assert!(total >= 240, "only {total} cases in {set}");
        assert!(guesses.is_empty(), "{set}: {guesses:#?}");
        assert!(right * 100 >= total * 98, "{set}: {right} of {total}");
    }
}

#[test]
fn new_phrasings_are_read_as_well_as_the_documentation_says() {
    let sets = scores(UNSTUDIED);
    assert!(sets.len() >= 2, "only {} sets", sets.len());
    for Score { set, total, right, guesses } in sets {
        assert!(total >= 240, "only {total} cases in {set}");
        assert!(right * 1000 >= total * 955, "{set}: {right} of {total}");
        assert!(guesses.len() * 1000 <= total * 13, "{set}: {} wrong of {total}", guesses.len());
    }
}

/// What is known to be too hard is not to become worse.
#[test]
fn traps_are_told_apart_as_well_as_the_documentation_says() {
    let sets = scores(TRAPS);
    assert!(!sets.is_empty(), "no set");
    for Score { set, total, right, guesses } in sets {
        assert!(total >= 180, "only {total} cases in {set}");
        assert!(right * 1000 >= total * 785, "{set}: {right} of {total}");
        assert!(guesses.len() * 1000 <= total * 85, "{set}: {} wrong of {total}", guesses.len());
    }
}

/// How one set was read.
struct Score {
    set: String,
    total: usize,
    right: usize,
    /// What was read as something else than it means, one line each.
    guesses: Vec<String>,
}

fn scores(folder: &str) -> Vec<Score> {
    let mut sets: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sets.sort();
    sets.iter().map(|path| score(path)).collect()
}

fn score(path: &Path) -> Score {
    let set = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut score = Score { set, total: 0, right: 0, guesses: Vec::new() };
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let want: Json = serde_json::from_str::<Json>(line).unwrap()["expect"].clone();
        let have = got(&read(&case.text, &case.question().unwrap()));
        score.total += 1;
        if without_note(&have) == without_note(&want) {
            score.right += 1;
        } else if have["type"] != "unclear" {
            score.guesses.push(format!("{} {:?}: {have}", case.id, case.text));
        }
    }
    score
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
