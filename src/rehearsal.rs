//! Rehearsals (排练): stories of conversations, played against the real use cases over a store in memory, with a clock
//! moved by hand.
//!
//! `kehou flow test`, `kehou talk` and the tests of the shipped flows play here. Knows no platform's wire. Start at
//! [`rehearse`]; docs/flows.md explains scripts to their authors.

pub mod cast;
pub mod coverage;
pub mod live;
pub mod notes;
pub mod phones;
pub mod play;
pub mod script;
mod wording;

use std::collections::BTreeSet;
use std::path::Path;

use crate::app::StartError;
use crate::domain::plan::Plan;
use crate::flow::Flows;
use crate::problem::Problem;
use crate::usecase::flow_files::{self, Source};
use cast::Cast;
use coverage::{Covered, coverage};
use live::LiveError;
use play::{Played, play};
use script::Story;

macro_rules! scripts {
    ($($name:literal),+ $(,)?) => {
        [$((concat!("bot-flows/", $name), include_str!(concat!("../bot-flows/", $name)))),+]
    };
}

/// The scripts of the flows that come with the program.
pub fn shipped() -> Vec<Source> {
    let files = scripts![
        "authorise.test.yaml",
        "binding.test.yaml",
        "broadcast-reply.test.yaml",
        "broadcast.test.yaml",
        "care.test.yaml",
        "chat.test.yaml",
        "common.test.yaml",
        "complaint.test.yaml",
        "contact.test.yaml",
        "desk.test.yaml",
        "digest.test.yaml",
        "edit.test.yaml",
        "handover.test.yaml",
        "health.test.yaml",
        "help.test.yaml",
        "join.test.yaml",
        "leave.test.yaml",
        "menu.test.yaml",
        "mine.test.yaml",
        "missing.test.yaml",
        "one-day.test.yaml",
        "opt-in.test.yaml",
        "pickup.test.yaml",
        "progress.test.yaml",
        "roll-call.test.yaml",
        "silent.test.yaml",
        "staff.test.yaml",
        "supervisor.test.yaml",
        "welcome.test.yaml",
        "withdraw.test.yaml",
        "workload.test.yaml",
    ];
    files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The scripts of a folder: all `*.test.yaml`.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn read_folder(folder: &Path) -> std::io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".test.yaml")) {
            sources.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    sources.sort();
    Ok(sources)
}

/// What became of all stories.
#[derive(Debug, Clone)]
pub struct Report {
    /// Each story with what became of it.
    pub stories: Vec<(Story, Played)>,
    /// How much of each flow they came by.
    pub coverage: Vec<Covered>,
}

impl Report {
    /// The lines that did not hold.
    pub fn failures(&self) -> Vec<&Problem> {
        self.stories.iter().filter_map(|(_, played)| played.failure.as_ref()).collect()
    }
}

/// Reads scripts.
///
/// # Errors
/// Every problem of every script.
pub fn read(scripts: &[Source]) -> Result<Vec<Story>, Vec<Problem>> {
    let cast = Cast::example();
    let (mut stories, mut problems) = (Vec::new(), Vec::new());
    for (file, text) in scripts {
        match script::parse(file, text, &cast) {
            Ok(found) => stories.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(stories) } else { Err(problems) }
}

/// Plays all these stories with these flows.
///
/// # Errors
/// What is written wrong in the flows, or the store in memory failed.
pub async fn rehearse(flows: &[Source], stories: Vec<Story>) -> Result<Report, LiveError> {
    let loaded = load(flows).map_err(StartError::Problems)?;
    let mut passed = BTreeSet::new();
    let mut played = Vec::new();
    for story in stories {
        let result = play(&story, flows, &loaded, None).await?;
        passed.extend(result.passed.iter().cloned());
        played.push((story, result));
    }
    Ok(Report { stories: played, coverage: coverage(&loaded, &passed) })
}

/// Checks and loads flows for the example school.
///
/// # Errors
/// Every problem of every flow.
pub fn load(flows: &[Source]) -> Result<Flows, Vec<Problem>> {
    let school = Cast::school()?;
    let first_day = first_day(&school.plan);
    flow_files::load(flows, [&school], first_day)
}

fn first_day(plan: &Plan) -> crate::clock::Moment {
    plan.term.first_day.and_time(plan.hours.dismissal).and_utc()
}
