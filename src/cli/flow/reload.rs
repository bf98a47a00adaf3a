//! `kehou flow reload`: the running server reads the school's own flows again.
//!
//! Problems come back as a list and change nothing. Start at [`run`].

use super::super::office::{self, Office};
use super::super::{Exit, Shared, print};
use crate::usecase::office::{Answer, Request};

pub(super) fn run(shared: &Shared) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let answer = office.ask("reading the flows", &Request::FlowReload)?;
    if shared.json {
        office::print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Reloaded(reloaded) = answer else { return Err(office::unexpected()) };
    for changed in &reloaded.changed {
        print::line(&format!("{}: {}", changed.flow, changed.in_words()))?;
    }
    let (count, flows, older) = (reloaded.changed.len(), reloaded.flows, reloaded.older);
    print::line(&format!(
        "{flows} flows in use, {count} changed, {older} older versions with somebody in them"
    ))?;
    if !office.has_server() {
        print::note("kehou serve is not running; it reads the flows when it starts.");
    }
    Ok(Exit::Done)
}
