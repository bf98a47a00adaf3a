//! `kehou plan check`: a school's plan (一校一案) held against the policy, finding by finding.
//!
//! Needs neither server nor store. Start at [`run`].

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::office::{SchoolArg, choose};
use super::{Exit, ProblemsFound, Shared, print};
use crate::domain::plan::Plan;
use crate::domain::plan::check::{Finding, Weight, check};
use crate::problem::{Place, Problem};

/// Arguments of `kehou plan`.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(subcommand)]
    command: PlanCommand,
}

#[derive(Debug, Subcommand)]
enum PlanCommand {
    /// List what breaks the policy (违规) and what would be better (建议)
    ///
    /// A plan with a breach cannot be used for a campaign; the exit code is 3 then.
    Check(CheckArgs),
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The plan; without it, the plan of the school in the settings
    #[arg(conflicts_with = "school")]
    file: Option<PathBuf>,
    #[command(flatten)]
    school: SchoolArg,
}

pub(super) fn run(shared: &Shared, args: &PlanArgs) -> anyhow::Result<Exit> {
    let PlanCommand::Check(args) = &args.command;
    let path = match &args.file {
        Some(path) => path.clone(),
        None => plan_of_school(shared, &args.school)?,
    };
    let plan = read(&path).map_err(ProblemsFound)?;
    let findings = check(&plan);
    let breaches = findings.iter().filter(|finding| finding.weight == Weight::Breach).count();
    if shared.json {
        let findings: Vec<_> = findings.iter().map(report).collect();
        print::json(
            &json!({ "problems": Vec::<Problem>::new(), "breaches": breaches, "findings": findings }),
        )?;
    } else {
        print_findings(&plan, &findings, breaches)?;
    }
    Ok(if breaches == 0 { Exit::Done } else { Exit::Problems })
}

fn plan_of_school(shared: &Shared, arg: &SchoolArg) -> anyhow::Result<PathBuf> {
    let config = shared.load_config()?;
    let id = choose(&config, arg)?;
    Ok(config.school(&id).map(|school| school.plan.clone()).unwrap_or_default())
}

fn read(path: &Path) -> Result<Plan, Vec<Problem>> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let problem = Problem::new(Place::File(file.clone()), format!("cannot be read: {error}"));
        vec![problem.instead("name the file of the plan, such as plan.toml")]
    })?;
    Plan::parse(&file, &text)
}

/// A finding for scripts.
fn report(finding: &Finding) -> serde_json::Value {
    json!({
        "rule": finding.rule.to_string(),
        "is_breach": finding.weight == Weight::Breach,
        "subject": finding.subject,
        "sentence": finding.sentence,
    })
}

/// Findings for people.
fn print_findings(plan: &Plan, findings: &[Finding], breaches: usize) -> std::io::Result<()> {
    for finding in findings {
        print::line(&finding.to_string())?;
    }
    let advice = findings.len() - breaches;
    print::line(&match (breaches, advice) {
        (0, 0) => format!("{}的一校一案符合规定，可以用来发起调查。", plan.school),
        (0, _) => format!("{}的一校一案可以用来发起调查；有 {advice} 条建议。", plan.school),
        _ => format!("{}的一校一案有 {breaches} 处违规，改好以后才能发起调查。", plan.school),
    })
}
