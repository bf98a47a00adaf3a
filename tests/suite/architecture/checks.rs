//! The checks: from a source file to what breaks an invariant there, and what to do about it.
//!
//! Knows the names of modules and of platforms' words, nothing of how source is read. Start at [`CHECKS`].

use std::fmt;

use super::source::Source;

/// A place that breaks an invariant.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    advice: String,
}

/// A check of one file.
pub(crate) type Check = fn(&Source) -> Vec<Finding>;

/// All checks that look at one file.
pub(crate) const CHECKS: [Check; 5] = [
    pure_modules_stand_alone,
    only_the_clock_reads_the_time,
    platform_names_stay_home,
    concrete_parts_are_named_in_app,
    modules_open_with_a_header,
];

/// What no pure module may know: everything around the core, and everything that touches the world.
const SHELL: [&str; 22] = [
    "crate::app",
    "crate::cli",
    "crate::config",
    "crate::outbox",
    "crate::platform",
    "crate::simulator",
    "crate::store",
    "crate::usecase",
    "crate::web",
    "axum",
    "hyper",
    "reqwest",
    "sled",
    "tokio",
    "tokio_util",
    "tower",
    "tower_http",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
];

/// The pure modules, each with the other pure modules that it may not know.
const PURE: [(&str, &[&str]); 3] = [
    ("domain", &["crate::flow"]),
    ("flow", &["crate::domain"]),
    ("understand", &["crate::flow", "crate::domain"]),
];

/// Invariant 1.
pub(crate) fn pure_modules_stand_alone(source: &Source) -> Vec<Finding> {
    let Some((module, others)) = PURE.iter().find(|(module, _)| source.is_in(&format!("src/{module}")))
    else {
        return Vec::new();
    };
    source
        .paths()
        .into_iter()
        .filter_map(|(line, path)| {
            let known = SHELL.iter().chain(*others).find(|&&forbidden| begins_with(&path, forbidden))?;
            let advice = format!(
                "`{module}` is pure and must not know `{known}`; pass the value in, or move this to `usecase` or an adapter"
            );
            Some(source.finding(line, advice))
        })
        .collect()
}

/// Invariant 2.
pub(crate) fn only_the_clock_reads_the_time(source: &Source) -> Vec<Finding> {
    const READERS: [&str; 4] = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
    if source.path == "src/clock.rs" {
        return Vec::new();
    }
    words(source, &source.code_with_tests(), &READERS, |name| {
        format!(
            "only src/clock.rs may call `{name}`; take `now` as an argument, measure with `clock::Stopwatch`"
        )
    })
}

/// Invariant 3.
pub(crate) fn platform_names_stay_home(source: &Source) -> Vec<Finding> {
    const NAMES: [&str; 23] = [
        "AgentID",
        "FromUserName",
        "MsgId",
        "MsgType",
        "ToUserName",
        "access_token",
        "agentid",
        "asyncsend_v2",
        "corpid",
        "corpsecret",
        "echostr",
        "errcode",
        "errmsg",
        "gettoken",
        "invaliduser",
        "msg_signature",
        "msgtype",
        "qyapi",
        "robotCode",
        "senderStaffId",
        "sessionWebhook",
        "touser",
        "userid_list",
    ];
    // The simulator is the platform's other side; a platform's folder is its home.
    let is_home = source.path.starts_with("src/platform/") || source.is_in("src/simulator");
    if is_home || source.is_test_file() {
        return Vec::new();
    }
    words(source, &source.code(), &NAMES, |name| {
        format!("`{name}` is a platform's word; it stays in that platform's folder under src/platform/")
    })
}

/// Invariant 4.
pub(crate) fn concrete_parts_are_named_in_app(source: &Source) -> Vec<Finding> {
    const STORES: [&str; 3] = ["MemoryStore", "PostgresStore", "SledStore"];
    // The simulator speaks a platform's wire and borrows its crypto; the demo starts it.
    let is_excepted = ["src/app", "src/simulator", "src/cli/demo"].iter().any(|place| source.is_in(place));
    if is_excepted || source.is_test_file() {
        return Vec::new();
    }
    let advice = |name: &str| format!("only src/app.rs names `{name}`; take `dyn Store` or `dyn Platform`");
    let mut findings = Vec::new();
    if !source.is_in("src/store") {
        findings.extend(words(source, &source.code(), &STORES, advice));
    }
    for (line, path) in source.paths() {
        let mut segments = path.split("::").skip(1);
        let (Some(border), Some(part)) = (segments.next(), segments.next()) else { continue };
        let is_concrete = path.starts_with("crate::")
            && match border {
                "store" => ["memory", "postgres", "sled"].contains(&part),
                "platform" => {
                    ["dingtalk", "parent_page", "terminal", "wecom"].contains(&part)
                        || ["Dingtalk", "ParentPage", "Terminal", "Wecom"]
                            .iter()
                            .any(|name| part.starts_with(name))
                }
                _ => false,
            };
        if is_concrete && !source.is_in(&format!("src/{border}")) {
            findings.push(source.finding(line, advice(&path)));
        }
    }
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// Invariant 5, first half.
pub(crate) fn modules_open_with_a_header(source: &Source) -> Vec<Finding> {
    let header = source.text.lines().take_while(|line| line.starts_with("//!"));
    let answers = header.filter(|line| !line.trim_start_matches("//!").trim().is_empty()).count();
    // The tests of a module say what they are; the rest stands in the module itself.
    let wanted = if source.is_test_file() { 1 } else { 2 };
    if answers >= wanted {
        return Vec::new();
    }
    let advice =
        "open the file with two lines of `//!` or more: what this is, what it does not know, where to start";
    vec![source.finding(1, advice.to_owned())]
}

/// Invariant 5, second half: each `x.yaml` has an `x.test.yaml`, and no transcript is without its flow.
pub(crate) fn flows_have_transcripts(names: &[String]) -> Vec<String> {
    let missing = |name: &String, other: String, advice: &str| {
        (!names.contains(&other)).then(|| format!("bot-flows/{name}: bot-flows/{other} {advice}"))
    };
    names
        .iter()
        .filter_map(|name| {
            if let Some(stem) = name.strip_suffix(".test.yaml") {
                missing(name, format!("{stem}.yaml"), "is not there; rename or remove the transcript")
            } else {
                let stem = name.strip_suffix(".yaml")?;
                missing(name, format!("{stem}.test.yaml"), "is missing; write a transcript for the flow")
            }
        })
        .collect()
}

/// Whether a path is `module` or something below it.
fn begins_with(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Each line of `code` that has one of `names` as a whole word.
fn words(source: &Source, code: &str, names: &[&str], advice: impl Fn(&str) -> String) -> Vec<Finding> {
    let is_part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let has_word = |line: &str, name: &str| {
        line.match_indices(name).any(|(at, _)| {
            !is_part(line[..at].chars().next_back()) && !is_part(line[at + name.len()..].chars().next())
        })
    };
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        for name in names.iter().filter(|name| has_word(text, name)) {
            findings.push(source.finding(line, advice(name)));
        }
    }
    findings
}

impl Source {
    fn finding(&self, line: usize, advice: String) -> Finding {
        Finding { path: self.path.clone(), line, advice }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}
