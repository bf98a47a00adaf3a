//! `kehou flow plan`: who stands where in the flows that a folder would change, and what would become of them.
//!
//! Counts people and names nobody. Start at [`run`].

use std::path::Path;

use super::super::office::{self, Office};
use super::super::{Exit, Shared, print};
use crate::usecase::flow_plan::{Change, Fate, FlowPlan};
use crate::usecase::office::{Answer, Request};

pub(super) fn run(shared: &Shared, folder: &Path) -> anyhow::Result<Exit> {
    let sources = super::read_folder(folder)?;
    let office = Office::enter(shared)?;
    let answer = office.ask("counting who stands where", &Request::FlowPlan { sources })?;
    let Answer::FlowPlan(plan) = &answer else { return Err(office::unexpected()) };
    if shared.json {
        office::print_json(&answer)?;
    } else {
        print_plan(plan)?;
    }
    Ok(if plan.is_sound() { Exit::Done } else { Exit::Problems })
}

fn print_plan(plan: &FlowPlan) -> std::io::Result<()> {
    if plan.changes.is_empty() && plan.problems.is_empty() {
        print::line("these are the flows in use; nothing would change")?;
    }
    for change in &plan.changes {
        print::line(&format!("{}: {}", change.version.flow, change.version.in_words()))?;
        print_change(change)?;
    }
    if !plan.problems.is_empty() {
        print::problems(&plan.problems, false);
    }
    Ok(())
}

fn print_change(change: &Change) -> std::io::Result<()> {
    if change.stands.is_empty() {
        print::line("  nobody stands in it")?;
    }
    for stand in &change.stands {
        let (step, people) = (&stand.step, stand.people);
        let fate = match &stand.fate {
            Fate::Stay => "go on in the old version".to_owned(),
            Fate::Move { to } => format!("move to step `{to}`"),
            Fate::Misled { to } => {
                format!("stand at a step that the map names wrongly: there is no step `{to}`")
            }
            Fate::Follow => "go on at the step of this name, their version is not known any more".to_owned(),
            Fate::Lost => {
                "lose their way: their version is not known any more, and the step is gone".to_owned()
            }
        };
        print::line(&format!("  {step} ({}): {people} {fate}", stand.hash))?;
    }
    for step in &change.named_in_vain {
        print::line(&format!("  `upgrade` names `{step}`, and no version in use has such a step"))?;
    }
    Ok(())
}
