//! Scenarios are read strictly and played in order.

use super::*;
use crate::simulator::wecom::Calls;

/// The example beside the example school.
const EXAMPLE: &str = include_str!("../../../config/example-school/rough-morning.toml");

fn problems(text: &str) -> Vec<String> {
    let found = Scenario::parse("a.toml", text).unwrap_err();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn the_example_has_every_kind_of_trouble() {
    let scenario = Scenario::parse("rough-morning.toml", EXAMPLE).unwrap();
    let mut kinds: Vec<String> = scenario
        .acts
        .iter()
        .map(|act| serde_json::to_value(act.trouble).unwrap()["what"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    assert!(scenario.acts.is_sorted_by_key(|act| act.after));
}

#[test]
fn every_problem_is_named_with_its_line_and_what_to_write() {
    let text = "titel = \"x\"\n\
        [[trouble]]\nafter_minutes = 5\nlasts_minutes = 5\nwhat = \"refuse\"\ncalls = \"notise\"\nerrcode = 45009\n\
        [[trouble]]\nafter_minutes = 5\nwhat = \"slow\"\ncalls = \"all\"\n\
        [[trouble]]\nafter_minutes = 1\nlasts_minutes = 1\nwhat = \"revoke_token\"\npercent = 5\n\
        [[trouble]]\nafter = 1\nwhat = \"halve\"\n\
        [[trouble]]\nafter_minutes = 1\nlasts_minutes = 1\nwhat = \"drop_silently\"\npercent = 101\n\
        [[trouble]]\nafter_minutes = 1\nlasts_minutes = 1\nwhat = \"drop\"\n";
    let found = problems(text).join("\n");
    for (line, what) in [
        (1, "nobody knows `titel`"),
        (6, "no calls are named `notise`"),
        (10, "`slow` needs `milliseconds`"),
        (14, "does not last"),
        (16, "`revoke_token` has no `percent`"),
        (18, "after"),
        (24, "101 is not between 1 and 100"),
        (28, "no trouble is called `drop`"),
    ] {
        let is_named = found
            .lines()
            .any(|problem| problem.starts_with(&format!("a.toml:{line}:")) && problem.contains(what));
        assert!(is_named, "line {line}, {what}: {found}");
    }
    assert!(found.contains("did you mean `notice`?"), "{found}");
}

#[test]
fn a_file_that_is_no_toml_or_says_nothing_is_refused() {
    assert!(problems("title = ")[0].contains("this is not TOML"));
    assert!(problems("")[0].contains("`title` is missing"));
    assert!(problems("title = \"x\"\ntrouble = 5")[0].contains("not a list"));
}

#[test]
fn what_ends_when_another_begins_ends_first_and_each_comes_once() {
    let act = |after, lasts, trouble| Act {
        after: Duration::minutes(after),
        lasts: Duration::minutes(lasts),
        trouble,
    };
    let refuse = |errcode| Trouble::Refuse { calls: Calls::Notice, errcode };
    let acts = vec![act(5, 10, refuse(45009)), act(15, 5, refuse(60020)), act(6, 0, Trouble::RevokeToken)];
    let start = chrono::DateTime::UNIX_EPOCH;
    let mut player = Player::new(&Scenario { title: "x".into(), acts }, start);
    assert_eq!(player.next_at(), Some(start + Duration::minutes(5)));
    assert_eq!(player.due(start + Duration::minutes(4)), []);
    assert_eq!(
        player.due(start + Duration::minutes(15)),
        [(refuse(45009), true), (Trouble::RevokeToken, true), (refuse(45009), false), (refuse(60020), true)]
    );
    assert_eq!(player.due(start + Duration::hours(1)), [(refuse(60020), false)]);
    assert_eq!(player.next_at(), None);
}
