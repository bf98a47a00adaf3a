//! TOML → scenario: every problem of a file with its line.
//!
//! Part of `scenario`. Start at [`scenario`].

use std::ops::Range;

use chrono::Duration;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::{Act, Scenario};
use crate::problem::{Place, Problem, one_of};
use crate::simulator::wecom::{BURST_MAX, Calls, Trouble};

/// Troubles of one scenario.
const ACTS_MAX: usize = 500;
/// The longest scenario, in minutes: half a year.
const MINUTES_MAX: u32 = 260_000;

const KINDS: [&str; 11] = [
    "refuse",
    "slow",
    "halve",
    "unreachable",
    "drop_silently",
    "lose_callbacks",
    "repeat_callbacks",
    "kf_undelivered",
    "revoke_token",
    "expire_token",
    "sys_burst",
];

/// One `[[trouble]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    after_minutes: Spanned<u32>,
    lasts_minutes: Option<Spanned<u32>>,
    what: Spanned<String>,
    calls: Option<Spanned<String>>,
    errcode: Option<Spanned<i32>>,
    milliseconds: Option<Spanned<u32>>,
    percent: Option<Spanned<u8>>,
    times: Option<Spanned<u8>>,
    fail_type: Option<Spanned<u8>>,
    events: Option<Spanned<u32>>,
}

/// Notes problems of one file.
struct Notes<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<(usize, Problem)>,
}

/// Reads a whole file.
pub(super) fn scenario(file: &str, text: &str) -> Result<Scenario, Vec<Problem>> {
    let mut notes = Notes { file, text, problems: Vec::new() };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let what = format!("this is not TOML: {}", error.message().replace('\n', ", "));
        notes.add(error.span().unwrap_or_default(), what, None);
    }
    if !errors.is_empty() {
        return Err(notes.in_order());
    }
    let root = root.into_inner();
    let (mut title, mut acts) = (None, Vec::new());
    for (name, value) in root {
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("title", DeValue::String(words)) if !words.trim().is_empty() => title = Some(words.to_string()),
            ("title", _) => notes.add(value.span(), "`title` is not a text", Some("write it between quotes")),
            ("trouble", DeValue::Array(items)) => {
                if items.len() > ACTS_MAX {
                    notes.add(value.span(), format!("more than {ACTS_MAX} troubles"), Some("split the file"));
                }
                acts.extend(items.iter().take(ACTS_MAX).filter_map(|item| act(item, &mut notes)));
            }
            ("trouble", _) => {
                notes.add(value.span(), "`trouble` is not a list", Some("begin each with [[trouble]]"));
            }
            (other, _) => {
                let instead = one_of(other, ["title", "trouble"]);
                notes.add(name.span(), format!("nobody knows `{other}`"), Some(&instead));
            }
        }
    }
    let Some(title) = title.filter(|_| notes.problems.is_empty()) else {
        if notes.problems.is_empty() {
            notes.add(0..0, "`title` is missing", Some("say in a few words what goes wrong"));
        }
        return Err(notes.in_order());
    };
    acts.sort_by_key(|act: &Act| act.after);
    Ok(Scenario { title, acts })
}

fn act(item: &Spanned<DeValue<'_>>, notes: &mut Notes<'_>) -> Option<Act> {
    let written = match Written::deserialize(ValueDeserializer::from(item.clone())) {
        Ok(written) => written,
        Err(error) => {
            notes.add(error.span().unwrap_or(item.span()), error.message().replace('\n', ", "), None);
            return None;
        }
    };
    let before = notes.problems.len();
    let trouble = trouble(&written, notes);
    let is_moment = trouble.is_some_and(Trouble::is_moment);
    let lasts = match (&written.lasts_minutes, is_moment) {
        (None, true) => 0,
        (Some(lasts), false) => *lasts.get_ref(),
        (Some(lasts), true) => {
            notes.add(lasts.span(), "this happens once and does not last", Some("leave `lasts_minutes` out"));
            0
        }
        (None, false) => {
            if trouble.is_some() {
                notes.add(
                    written.what.span(),
                    "it does not say how long it lasts",
                    Some("add `lasts_minutes`"),
                );
            }
            0
        }
    };
    for minutes in [Some(&written.after_minutes), written.lasts_minutes.as_ref()].into_iter().flatten() {
        if *minutes.get_ref() > MINUTES_MAX {
            notes.add(minutes.span(), "that is too long", Some("stay below half a year"));
        }
    }
    let minutes = |count: u32| Duration::minutes(i64::from(count));
    let (after, lasts) = (minutes(*written.after_minutes.get_ref()), minutes(lasts));
    trouble.filter(|_| notes.problems.len() == before).map(|trouble| Act { after, lasts, trouble })
}

/// The trouble that a section describes, if it says all that this one needs and nothing else.
fn trouble(written: &Written, notes: &mut Notes<'_>) -> Option<Trouble> {
    let kind = written.what.get_ref().as_str();
    if !KINDS.contains(&kind) {
        let instead = one_of(kind, KINDS);
        notes.add(written.what.span(), format!("no trouble is called `{kind}`"), Some(&instead));
        return None;
    }
    let needs: &[&str] = match kind {
        "refuse" => &["calls", "errcode"],
        "slow" => &["calls", "milliseconds"],
        "halve" => &["calls"],
        "drop_silently" | "lose_callbacks" => &["percent"],
        "repeat_callbacks" => &["times"],
        "kf_undelivered" => &["fail_type"],
        "sys_burst" => &["events"],
        _ => &[],
    };
    let at = written.what.span();
    let said = [
        ("calls", written.calls.as_ref().map(Spanned::span)),
        ("errcode", written.errcode.as_ref().map(Spanned::span)),
        ("milliseconds", written.milliseconds.as_ref().map(Spanned::span)),
        ("percent", written.percent.as_ref().map(Spanned::span)),
        ("times", written.times.as_ref().map(Spanned::span)),
        ("fail_type", written.fail_type.as_ref().map(Spanned::span)),
        ("events", written.events.as_ref().map(Spanned::span)),
    ];
    for (key, span) in said {
        match (needs.contains(&key), span) {
            (true, None) => notes.add(at.clone(), format!("`{kind}` needs `{key}`"), None),
            (false, Some(span)) => {
                notes.add(span, format!("`{kind}` has no `{key}`"), Some("leave it out"));
            }
            _ => {}
        }
    }
    let calls = written.calls.as_ref().and_then(|calls| named_calls(calls, notes));
    let most = |value: &Option<Spanned<u8>>, max: u8, notes: &mut Notes<'_>| {
        let value = value.as_ref()?;
        let is_good = (1..=max).contains(value.get_ref());
        if !is_good {
            notes.add(value.span(), format!("{} is not between 1 and {max}", value.get_ref()), None);
        }
        is_good.then_some(*value.get_ref())
    };
    Some(match kind {
        "refuse" => Trouble::Refuse { calls: calls?, errcode: *written.errcode.as_ref()?.get_ref() },
        "slow" => Trouble::Slow { calls: calls?, milliseconds: *written.milliseconds.as_ref()?.get_ref() },
        "halve" => Trouble::Halve { calls: calls? },
        "unreachable" => Trouble::Unreachable,
        "drop_silently" => Trouble::DropSilently { percent: most(&written.percent, 100, notes)? },
        "lose_callbacks" => Trouble::LoseCallbacks { percent: most(&written.percent, 100, notes)? },
        "repeat_callbacks" => Trouble::RepeatCallbacks { times: most(&written.times, 5, notes)? },
        "kf_undelivered" => Trouble::KfUndelivered { fail_type: *written.fail_type.as_ref()?.get_ref() },
        "revoke_token" => Trouble::RevokeToken,
        "expire_token" => Trouble::ExpireToken,
        _ => {
            let events = written.events.as_ref()?;
            if *events.get_ref() > BURST_MAX {
                notes.add(events.span(), format!("more than {BURST_MAX} events in a second"), None);
            }
            Trouble::SysBurst { events: *events.get_ref() }
        }
    })
}

fn named_calls(calls: &Spanned<String>, notes: &mut Notes<'_>) -> Option<Calls> {
    let name = calls.get_ref().as_str();
    let found = Calls::ALL.iter().find(|(known, _)| *known == name).map(|(_, calls)| *calls);
    if found.is_none() {
        let instead = one_of(name, Calls::ALL.iter().map(|(known, _)| *known));
        notes.add(calls.span(), format!("no calls are named `{name}`"), Some(&instead));
    }
    found
}

impl Notes<'_> {
    fn add(&mut self, span: Range<usize>, what: impl Into<String>, instead: Option<&str>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        let line = before.matches('\n').count() + 1;
        let problem = Problem::new(Place::Line { file: self.file.to_owned(), line, column }, what);
        let problem = match instead {
            Some(instead) => problem.instead(instead),
            None => problem,
        };
        self.problems.push((span.start, problem));
    }

    fn in_order(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|(offset, _)| *offset);
        self.problems.into_iter().map(|(_, problem)| problem).collect()
    }
}
