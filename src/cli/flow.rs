//! `kehou flow`: whether the conversations are written right, and whether their stories end as they should.
//!
//! Reads folders; `usecase::flow_files` checks and `rehearsal` plays. Start at [`run`].

mod graph;
mod plan;
mod reload;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Exit, ProblemsFound, Shared, print};
use crate::app;
use crate::clock::{Clock, SystemClock};
use crate::flow::parse::id_of;
use crate::rehearsal::coverage::Share;
use crate::rehearsal::{self, Report};
use crate::usecase::School;
use crate::usecase::flow_files::{self, Source};

/// Arguments of `kehou flow`.
#[derive(Debug, Args)]
pub(super) struct FlowArgs {
    #[command(subcommand)]
    command: FlowCommand,
}

#[derive(Debug, Subcommand)]
enum FlowCommand {
    /// List everything that is wrong with the conversations, with its line and what to write
    Check {
        /// A folder of flows, or flow files; without, those that come with kehou
        #[arg(value_name = "DIR|FILE")]
        paths: Vec<PathBuf>,
    },
    /// Draw a conversation: Mermaid text on standard output, or an SVG file
    Graph {
        /// The flow's id, such as opt-in, or a flow file
        #[arg(value_name = "FLOW")]
        flow: String,
        /// Write an SVG file instead
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
    },
    /// Count who stands at each step of the flows that a folder would change, and say what would become of them
    Plan {
        /// The folder of the school's own flows, as it is to be
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Have the running server read the school's own flows again (`[flows] dir`); with problems, the old ones stay
    Reload,
    /// Play the stories beside the conversations (`*.test.yaml`) and show which steps they came by
    Test {
        /// A folder of flows and stories; without, those that come with kehou
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Only stories whose name contains this
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
        /// Print what was said
        #[arg(long)]
        transcript: bool,
    },
}

pub(super) fn run(shared: &Shared, args: &FlowArgs) -> anyhow::Result<Exit> {
    match &args.command {
        FlowCommand::Check { paths } => check(shared, paths),
        FlowCommand::Graph { flow, svg } => graph::run(shared, flow, svg.as_deref()),
        FlowCommand::Plan { folder } => plan::run(shared, folder),
        FlowCommand::Reload => reload::run(shared),
        FlowCommand::Test { folder, only, transcript } => {
            test(shared, folder.as_deref(), only.as_deref(), *transcript)
        }
    }
}

fn check(shared: &Shared, paths: &[PathBuf]) -> anyhow::Result<Exit> {
    let sources = sources(paths)?;
    let schools = schools(shared)?;
    let flows = flow_files::load(&sources, &schools, SystemClock.now()).map_err(ProblemsFound)?;
    if shared.json {
        let ids: Vec<_> = flows.iter().map(|flow| &flow.id).collect();
        print::json(&json!({"problems": [], "flows": ids}))?;
        return Ok(Exit::Done);
    }
    for flow in flows.iter() {
        print::line(&format!("{}: {} steps, {}", flow.file, flow.nodes.len(), flow.title))?;
    }
    let names: Vec<_> = schools.iter().map(|school| school.name.as_str()).collect();
    print::line(&format!("no problems for {}", names.join(", ")))?;
    Ok(Exit::Done)
}

/// The schools of the settings; without settings, the example school.
fn schools(shared: &Shared) -> Result<Vec<School>, ProblemsFound> {
    if !shared.config.exists() {
        return rehearsal::cast::Cast::school().map(|school| vec![school]).map_err(ProblemsFound);
    }
    let config = shared.load_config()?;
    let (mut schools, mut problems) = (Vec::new(), Vec::new());
    for settings in &config.schools {
        match app::load_school(settings) {
            Ok(school) => schools.push(school),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(schools) } else { Err(ProblemsFound(problems)) }
}

/// The flows of a folder or of files over those that come with kehou, which they replace where they have the same id.
fn sources(paths: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    if let [folder] = paths
        && folder.is_dir()
    {
        return read_folder(folder).map(flow_files::with);
    }
    let read = |path: &PathBuf| -> anyhow::Result<Source> {
        Ok((path.display().to_string(), std::fs::read_to_string(path).with_context(|| unreadable(path))?))
    };
    Ok(flow_files::with(paths.iter().map(read).collect::<anyhow::Result<_>>()?))
}

fn read_folder(folder: &Path) -> anyhow::Result<Vec<Source>> {
    let sources = flow_files::read_folder(folder).with_context(|| unreadable(folder))?;
    if sources.is_empty() {
        anyhow::bail!("{} has no flow files (*.yaml)", folder.display());
    }
    Ok(sources)
}

fn unreadable(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

fn test(
    shared: &Shared,
    folder: Option<&Path>,
    only: Option<&str>,
    transcript: bool,
) -> anyhow::Result<Exit> {
    let (own, scripts) = match folder {
        None => (flow_files::shipped(), rehearsal::shipped()),
        Some(folder) => {
            let scripts = rehearsal::read_folder(folder).with_context(|| unreadable(folder))?;
            (read_folder(folder)?, scripts)
        }
    };
    let is_own: BTreeSet<String> = own.iter().filter_map(|(_, text)| id_of(text)).collect();
    let flows = flow_files::with(own);
    rehearsal::load(&flows).map_err(ProblemsFound)?;
    let stories = rehearsal::read(&scripts).map_err(ProblemsFound)?;
    let is_wanted = |name: &str| only.is_none_or(|text| name.contains(text));
    let stories: Vec<_> = stories.into_iter().filter(|story| is_wanted(&story.name)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut report = runtime.block_on(rehearsal::rehearse(&flows, stories))?;
    // The stories of a school's own folder are about its own flows.
    report.coverage.retain(|covered| is_own.contains(&covered.flow));
    if shared.json {
        print_json(&report)?;
    } else {
        print_report(&report, transcript, only.is_none())?;
    }
    Ok(if report.failures().is_empty() { Exit::Done } else { Exit::Failed })
}

fn print_json(report: &Report) -> io::Result<()> {
    let coverage = report.coverage.iter().map(|covered| {
        let mut found = serde_json::Map::from_iter([("flow".to_owned(), json!(covered.flow))]);
        for (name, share) in covered.shares() {
            let Share { passed, missed } = share;
            found.insert(name.to_owned(), json!({"passed": passed, "all": share.all(), "missed": missed}));
        }
        found
    });
    print::json(&json!({
        "stories": report.stories.len(),
        "failures": report.failures(),
        "coverage": coverage.collect::<Vec<_>>(),
    }))
}

fn print_report(report: &Report, transcript: bool, is_whole: bool) -> io::Result<()> {
    if transcript {
        for (story, played) in &report.stories {
            print::line(&format!("## {}：{}\n{}", story.file, story.name, played.transcript))?;
        }
    }
    if is_whole {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
        table.set_header(["flow", "steps", "silence", "unclear", "decisions"]);
        for covered in &report.coverage {
            let shares = covered.shares().map(|(_, share)| format!("{}/{}", share.passed, share.all()));
            table.add_row([covered.flow.clone()].into_iter().chain(shares));
        }
        print::line(&table.to_string())?;
        for covered in &report.coverage {
            for missed in covered.shares().into_iter().flat_map(|(_, share)| &share.missed) {
                print::line(&format!("no story comes by {}/{missed}", covered.flow))?;
            }
        }
    }
    let failures = report.failures();
    for failure in &failures {
        print::note(&failure.to_string());
    }
    let (all, failed) = (report.stories.len(), failures.len());
    print::line(&format!("{all} stories, {} as written, {failed} not", all - failed))
}
