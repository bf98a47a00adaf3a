//! `kehou flow graph`: a conversation as a picture.
//!
//! Finds the flow; `flow::graph` draws it. Start at [`run`].

use std::path::Path;

use anyhow::Context as _;

use super::super::{Exit, ProblemsFound, Shared, WrongArguments, print};
use crate::flow::graph::graph;
use crate::flow::parse::{id_of, parse_flow};
use crate::problem::one_of;
use crate::usecase::flow_files::{self, Source};
use crate::usecase::flow_shelf;

pub(super) fn run(shared: &Shared, flow: &str, svg: Option<&Path>) -> anyhow::Result<Exit> {
    let (file, text) = find(shared, flow)?;
    let flow = parse_flow(&file, &text).map_err(ProblemsFound)?;
    let graph = graph(&flow);
    match svg {
        None => print::text(&graph.to_mermaid())?,
        Some(path) => {
            std::fs::write(path, graph.to_svg())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(Exit::Done)
}

/// A file, or a flow of the settings by its id; without settings, one of those that come with kehou.
fn find(shared: &Shared, flow: &str) -> anyhow::Result<Source> {
    let path = Path::new(flow);
    if path.is_file() {
        return Ok((
            flow.to_owned(),
            std::fs::read_to_string(path).with_context(|| super::unreadable(path))?,
        ));
    }
    let sources = if shared.config.exists() {
        flow_shelf::sources(shared.load_config()?.flows.dir.as_deref()).map_err(ProblemsFound)?
    } else {
        flow_files::shipped()
    };
    let ids: Vec<String> = sources.iter().filter_map(|(_, text)| id_of(text)).collect();
    let found = sources.into_iter().find(|(_, text)| id_of(text).is_some_and(|id| id == flow));
    let known = one_of(flow, ids.iter().map(String::as_str));
    Ok(found.ok_or_else(|| WrongArguments(format!("there is no flow `{flow}`; {known}")))?)
}
