//! The invariants of the architecture, read from the source: what may know what, and what each file must say.
//!
//! Each check is a function from a source file to findings. One test runs all checks over `src/`; the others show that
//! each check finds what it is for, and nothing else. Start at [`the_source_keeps_the_invariants`].

mod checks;
mod source;

use std::path::{Path, PathBuf};

use checks::{
    CHECKS, Finding, concrete_parts_are_named_in_app, flows_have_transcripts, modules_open_with_a_header,
    only_the_clock_reads_the_time, platform_names_stay_home, pure_modules_stand_alone,
};
use source::Source;

#[test]
fn the_source_keeps_the_invariants() {
    let sources = sources();
    assert!(sources.iter().any(|source| source.path == "src/lib.rs"), "the source was not found");
    let findings: Vec<String> = sources
        .iter()
        .flat_map(|source| CHECKS.iter().flat_map(|check| check(source)))
        .map(|finding| finding.to_string())
        .collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn every_flow_has_a_transcript() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-flows");
    let names: Vec<String> = files_below(&folder)
        .iter()
        .filter_map(|path| Some(path.strip_prefix(&folder).ok()?.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(flows_have_transcripts(&names), Vec::<String>::new());
}

#[test]
fn a_pure_module_that_looks_outside_is_found() {
    let cases = [
        ("src/flow/step.rs", "use crate::store::Store;", "src/flow/step.rs:1"),
        ("src/flow/step.rs", "use crate::{ids::Ids,\n    domain::plan::Plan};", "src/flow/step.rs:2"),
        ("src/flow.rs", "fn f(x: super::platform::Inbound) {}", "src/flow.rs:1"),
        ("src/flow/step.rs", "use super::super::web;\nuse super::super::web::x;", "src/flow/step.rs:1"),
        ("src/domain/plan.rs", "\nuse crate::flow::step;", "src/domain/plan.rs:2"),
        ("src/domain/plan.rs", "fn f() { tokio::spawn(g()); }", "src/domain/plan.rs:1"),
        ("src/domain/plan.rs", "use std::{fmt, fs::File};", "src/domain/plan.rs:1"),
        ("src/understand/time.rs", "use crate::domain::people;", "src/understand/time.rs:1"),
    ];
    for (path, text, place) in cases {
        let found = pure_modules_stand_alone(&Source::new(path, text));
        assert!(starts_at(&found, place), "{path} {text}: {found:?}");
    }
}

#[test]
fn a_pure_module_may_use_what_is_pure() {
    let cases = [
        ("src/flow/step.rs", "use crate::understand::{Question, read};\nuse crate::clock::Moment;"),
        ("src/flow/step.rs", "// use crate::store::Store;\nconst TEXT: &str = \"crate::store::x\";"),
        ("src/flow/step.rs", "use super::definition::Flow;\nuse self::store_words::x;"),
        ("src/domain/plan.rs", "#[cfg(test)]\nmod tests { use tokio::test; const C: char = '}'; fn f() {} }"),
        ("src/domain/plan/tests.rs", "use crate::store::memory;"),
        ("src/usecase/tick.rs", "use crate::{store::Store, flow::step, domain::plan};"),
    ];
    for (path, text) in cases {
        let found = pure_modules_stand_alone(&Source::new(path, text));
        assert!(found.is_empty(), "{path} {text}: {found:?}");
    }
}

#[test]
fn reading_the_time_outside_the_clock_is_found() {
    for name in ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"] {
        let text = format!("fn f() {{\n    let now = {name}();\n}}");
        let found = only_the_clock_reads_the_time(&Source::new("src/outbox.rs", &text));
        assert!(starts_at(&found, "src/outbox.rs:2"), "{name}: {found:?}");
        assert!(only_the_clock_reads_the_time(&Source::new("src/clock.rs", &text)).is_empty());
    }
    let comment = "// not Utc::now()\nfn f(now: Moment) {}";
    assert!(only_the_clock_reads_the_time(&Source::new("src/outbox.rs", comment)).is_empty());
}

#[test]
fn a_platforms_word_away_from_its_folder_is_found() {
    let text = "fn f() {\n    let code = reply[\"errcode\"];\n}";
    assert!(starts_at(
        &platform_names_stay_home(&Source::new("src/outbox/send.rs", text)),
        "src/outbox/send.rs:2"
    ));
    assert!(starts_at(&platform_names_stay_home(&Source::new("src/platform.rs", text)), "src/platform.rs:2"));
    for path in
        ["src/platform/wecom/api.rs", "src/platform/wecom.rs", "src/simulator/wecom.rs", "src/simulator.rs"]
    {
        assert!(platform_names_stay_home(&Source::new(path, text)).is_empty(), "{path}");
    }
    let other =
        Source::new("src/outbox/send.rs", "/// Like `errcode`.\nlet errcodes = my_access_token_count;");
    assert!(platform_names_stay_home(&other).is_empty(), "comments and longer words are no finding");
}

#[test]
fn a_concrete_store_or_platform_away_from_app_is_found() {
    let cases = [
        ("src/web/callback.rs", "use crate::platform::wecom::Wecom;"),
        ("src/usecase/tick.rs", "use crate::store::{Batch, sled::open};"),
        ("src/cli/backup.rs", "let store = SledStore::open(path)?;"),
        ("src/platform/wecom.rs", "use crate::store::memory;"),
        ("src/web.rs", "use crate::platform::WecomApp;"),
    ];
    for (path, text) in cases {
        let found = concrete_parts_are_named_in_app(&Source::new(path, text));
        assert!(starts_at(&found, &format!("{path}:1")), "{path} {text}: {found:?}");
        let app = concrete_parts_are_named_in_app(&Source::new("src/app.rs", text));
        assert!(app.is_empty(), "{text}: {app:?}");
    }
    let fine = [
        ("src/store/sled/open.rs", "use super::SledStore; use crate::store::sled::tree;"),
        ("src/store.rs", "pub mod sled;\npub use self::sled::SledStore;"),
        ("src/web.rs", "use crate::platform::{Platform, Inbound};\nuse crate::config::Wecom;"),
        ("src/web.rs", "#[cfg(test)]\nuse crate::store::memory::MemoryStore;\nfn f() {}"),
        ("src/simulator/school.rs", "use crate::platform::wecom::crypto;"),
    ];
    for (path, text) in fine {
        let found = concrete_parts_are_named_in_app(&Source::new(path, text));
        assert!(found.is_empty(), "{path} {text}: {found:?}");
    }
}

#[test]
fn a_module_without_its_three_answers_is_found() {
    let whole = "//! What this is.\n//!\n//! What it does not know. Start at [`f`].\n\nfn f() {}";
    let cases = [
        ("src/x.rs", "", true),
        ("src/x.rs", "use std::fmt;\n//! too late\n//! much too late", true),
        ("src/x.rs", "//! One line only.\n\nfn f() {}", true),
        ("src/x.rs", "//! One line only.\n//!\n\nfn f() {}", true),
        ("src/x.rs", whole, false),
        ("src/x/tests.rs", "//! The tests of x.\n\nfn f() {}", false),
        ("src/x/tests.rs", "fn f() {}", true),
    ];
    for (path, text, is_finding) in cases {
        let found = modules_open_with_a_header(&Source::new(path, text));
        assert_eq!(starts_at(&found, &format!("{path}:1")), is_finding, "{path} {text:?}: {found:?}");
    }
}

#[test]
fn a_flow_without_a_transcript_is_found() {
    let names = ["a.yaml", "a.test.yaml", "b.yaml", "c.test.yaml", "README.md"].map(str::to_owned);
    let found = flows_have_transcripts(&names);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("b.test.yaml"), "{found:?}");
    assert!(found[1].contains("c.yaml"), "{found:?}");
}

fn starts_at(findings: &[Finding], place: &str) -> bool {
    findings.first().is_some_and(|finding| finding.to_string().starts_with(&format!("{place}: ")))
}

/// All files of `src/`, by path.
fn sources() -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    files_below(&top.join("src"))
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
            Source::new(&name, &std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The files of a folder and its folders, sorted; none when it is not there.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect();
    files.sort();
    files
}
