//! The dependencies: each has a licence that `deny.toml` allows, comes from the registry and is not banned.
//!
//! Asks `cargo metadata`, so that it runs wherever cargo does; what needs a database of advisories is `make test`'s.
//! Start at [`every_dependency_is_allowed`].

use std::process::Command;

use serde_json::Value;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What `deny.toml` says, as far as it is held here.
struct Rules {
    targets: Vec<String>,
    licences: Vec<String>,
    banned: Vec<(String, String)>,
}

#[test]
fn every_dependency_is_allowed() {
    let rules = rules();
    for target in &rules.targets {
        let packages = packages(target);
        assert!(packages.len() > 100, "{target}: only {} packages", packages.len());
        let findings: Vec<String> = packages.iter().filter_map(|package| finding(package, &rules)).collect();
        assert!(findings.is_empty(), "{target}: see deny.toml\n{}", findings.join("\n"));
    }
}

#[test]
fn a_dependency_that_is_not_allowed_is_found() {
    let package = |name: &str, licence: Value, source: Value| serde_json::json!({"name": name, "version": "1.0.0", "license": licence, "source": source});
    let cases = [
        (package("good", "MIT".into(), REGISTRY.into()), None),
        (package("kehou", "Apache-2.0".into(), Value::Null), None),
        (package("copyleft", "GPL-3.0-only".into(), REGISTRY.into()), Some("licence")),
        (package("unnamed", Value::Null, REGISTRY.into()), Some("licence")),
        (package("elsewhere", "MIT".into(), "git+https://example.org/x".into()), Some("comes from")),
        (package("openssl-sys", "MIT".into(), REGISTRY.into()), Some("banned")),
    ];
    let rules = rules();
    for (package, want) in cases {
        let found = finding(&package, &rules);
        match (want, &found) {
            (None, None) => {}
            (Some(word), Some(text)) if text.contains(word) => {}
            _ => panic!("{package}: {found:?}"),
        }
    }
}

#[test]
fn a_licence_expression_is_allowed_when_one_of_its_choices_is() {
    let cases = [
        ("MIT", true),
        ("GPL-2.0", false),
        ("MIT OR GPL-2.0", true),
        ("GPL-2.0/MIT", true),
        ("MIT AND GPL-2.0", false),
        ("(MIT OR GPL-2.0) AND ISC", true),
        ("MIT OR ISC AND GPL-2.0", true),
        ("(MIT OR ISC) AND GPL-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("(MIT", false),
        ("MIT ISC", false),
        ("", false),
    ];
    let allowed = ["MIT".to_owned(), "ISC".to_owned(), "Apache-2.0".to_owned()];
    for (expression, want) in cases {
        assert_eq!(is_allowed(expression, &allowed), want, "{expression:?}");
    }
}

/// What is wrong with a package, if anything.
fn finding(package: &Value, rules: &Rules) -> Option<String> {
    let name = package["name"].as_str().unwrap();
    let name_and_version = format!("{name} {}", package["version"].as_str().unwrap());
    let licence = package["license"].as_str().unwrap_or_default();
    if !is_allowed(licence, &rules.licences) {
        return Some(format!(
            "{name_and_version}: the licence {licence:?} is not allowed; use another crate"
        ));
    }
    if let Some(source) = package["source"].as_str().filter(|source| *source != REGISTRY) {
        return Some(format!("{name_and_version}: comes from {source}; use a published version"));
    }
    let (_, reason) = rules.banned.iter().find(|(banned, _)| banned == name)?;
    Some(format!("{name_and_version}: banned, {reason}"))
}

fn rules() -> Rules {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let rules: toml::Table = toml::from_str(&text).unwrap();
    let texts = |list: &toml::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    let banned = rules["bans"]["deny"].as_array().unwrap().iter();
    Rules {
        targets: texts(&rules["graph"]["targets"]),
        licences: texts(&rules["licenses"]["allow"]),
        banned: banned
            .map(|item| {
                let text = |key: &str| item[key].as_str().unwrap().to_owned();
                (text("crate"), text("reason"))
            })
            .collect(),
    }
}

/// All packages that a build for `target` uses, ours among them.
fn packages(target: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression can be met with allowed licences; `/` is the old way to write OR.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    matches!(any_of(&words, allowed), Some((is_met, [])) if is_met)
}

/// `a OR b`; returns whether it is met and what is left.
fn any_of<'a, 'w>(words: &'w [&'a str], allowed: &[String]) -> Option<(bool, &'w [&'a str])> {
    let (mut is_met, mut rest) = all_of(words, allowed)?;
    while let ["OR", after @ ..] = rest {
        let (other, after) = all_of(after, allowed)?;
        (is_met, rest) = (is_met || other, after);
    }
    Some((is_met, rest))
}

/// `a AND b`.
fn all_of<'a, 'w>(words: &'w [&'a str], allowed: &[String]) -> Option<(bool, &'w [&'a str])> {
    let (mut is_met, mut rest) = one_of(words, allowed)?;
    while let ["AND", after @ ..] = rest {
        let (other, after) = one_of(after, allowed)?;
        (is_met, rest) = (is_met && other, after);
    }
    Some((is_met, rest))
}

/// `(…)`, `a` or `a WITH b`.
fn one_of<'a, 'w>(words: &'w [&'a str], allowed: &[String]) -> Option<(bool, &'w [&'a str])> {
    let is_known = |licence: &str| allowed.iter().any(|known| known == licence);
    match words {
        ["(", inner @ ..] => match any_of(inner, allowed)? {
            (is_met, [")", rest @ ..]) => Some((is_met, rest)),
            _ => None,
        },
        [licence, "WITH", exception, rest @ ..] => {
            Some((is_known(&format!("{licence} WITH {exception}")), rest))
        }
        [licence, rest @ ..] => Some((is_known(licence), rest)),
        [] => None,
    }
}
