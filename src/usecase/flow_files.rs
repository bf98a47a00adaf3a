//! Flow files (流程文件): the conversations that come with the program, and those of a folder.
//!
//! Reads, parses and checks them all, and loads them only when nothing is wrong. Start at [`load`].

use std::collections::BTreeSet;
use std::path::Path;

use super::{School, action};
use crate::clock::Moment;
use crate::flow::Flows;
use crate::flow::check::{check, check_common, rounds};
use crate::flow::definition::{CommonTexts, Flow};
use crate::flow::parse::{id_of, parse_common, parse_flow};
use crate::problem::{Place, Problem};

/// The file of the texts that belong to no flow.
const COMMON: &str = "common.yaml";

/// A file's name and text.
pub type Source = (String, String);

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$((concat!("bot-flows/", $name), include_str!(concat!("../../bot-flows/", $name)))),+]
    };
}

/// The conversations that come with the program.
pub fn shipped() -> Vec<Source> {
    let files = shipped![
        "authorise.yaml",
        "binding.yaml",
        "broadcast.yaml",
        "broadcast-reply.yaml",
        "care.yaml",
        "chat.yaml",
        "common.yaml",
        "complaint.yaml",
        "contact.yaml",
        "desk.yaml",
        "digest.yaml",
        "edit.yaml",
        "handover.yaml",
        "health.yaml",
        "help.yaml",
        "join.yaml",
        "leave.yaml",
        "menu.yaml",
        "mine.yaml",
        "missing.yaml",
        "one-day.yaml",
        "opt-in.yaml",
        "pickup.yaml",
        "progress.yaml",
        "roll-call.yaml",
        "silent.yaml",
        "staff.yaml",
        "supervisor.yaml",
        "welcome.yaml",
        "withdraw.yaml",
        "workload.yaml",
    ];
    files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The flow files of a folder: all `*.yaml` but the tests.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn read_folder(folder: &Path) -> std::io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_yaml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("yaml"));
        if is_yaml && !name.ends_with(".test.yaml") {
            sources.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    sources.sort();
    Ok(sources)
}

/// The flow files of a school's own folder over those that come with the program: a file with the id of a shipped flow
/// replaces it, any other is added.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn with_folder(folder: &Path) -> std::io::Result<Vec<Source>> {
    Ok(with(read_folder(folder)?))
}

/// These files over those that come with the program.
pub fn with(own: Vec<Source>) -> Vec<Source> {
    let ids: BTreeSet<String> = own.iter().filter_map(|(_, text)| id_of(text)).collect();
    let mut sources = shipped();
    sources.retain(|(_, text)| id_of(text).is_none_or(|id| !ids.contains(&id)));
    sources.extend(own);
    sources
}

/// Parses and checks flow files for these schools.
///
/// # Errors
/// Every problem of every file; then nothing is loaded.
pub fn load<'a>(
    sources: &[Source],
    schools: impl IntoIterator<Item = &'a School>,
    now: Moment,
) -> Result<Flows, Vec<Problem>> {
    let (flows, problems) = read(sources, schools, now);
    if problems.is_empty() { Ok(flows) } else { Err(problems) }
}

/// Parses and checks flow files for these schools; returns what can be read and every problem.
pub fn read<'a>(
    sources: &[Source],
    schools: impl IntoIterator<Item = &'a School>,
    now: Moment,
) -> (Flows, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut flows: Vec<Flow> = Vec::new();
    let mut common: Option<CommonTexts> = None;
    for (file, text) in sources {
        if Path::new(file).file_name().is_some_and(|name| name == COMMON) {
            match parse_common(file, text) {
                Ok(texts) => common = Some(over(common, texts)),
                Err(found) => problems.extend(found),
            }
            continue;
        }
        match parse_flow(file, text) {
            Ok(flow) => {
                if let Some(other) = flows.iter().find(|other| other.id == flow.id) {
                    let what = format!("the id `{}` is taken by {}", flow.id, other.file);
                    problems
                        .push(Problem::new(Place::File(file.clone()), what).instead("give it another id"));
                }
                flows.push(flow);
            }
            Err(found) => problems.extend(found),
        }
    }
    let Some(common) = common else {
        let problem = Problem::new(Place::File(COMMON.to_owned()), "the file of common texts is missing");
        problems.push(problem.instead("add common.yaml with `texts:`"));
        return (Flows::new(flows, CommonTexts::default()), problems);
    };
    let ids: BTreeSet<String> = flows.iter().map(|flow| flow.id.clone()).collect();
    problems.extend(rounds(&flows));
    for school in schools {
        let vocabulary = action::vocabulary(school, ids.clone(), now);
        problems.extend(check_common(&common, &vocabulary));
        problems.extend(flows.iter().flat_map(|flow| check(flow, &vocabulary)));
    }
    problems.sort();
    problems.dedup();
    (Flows::new(flows, common), problems)
}

/// A school's own common texts over those that come with the program, so that a text that a later version adds is not
/// missing in a school's older file.
fn over(below: Option<CommonTexts>, above: CommonTexts) -> CommonTexts {
    let mut texts = below.map(|below| below.texts).unwrap_or_default();
    texts.extend(above.texts);
    CommonTexts { file: above.file, texts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flow_of_the_folder_is_shipped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-flows");
        let texts = |sources: Vec<Source>| sources.into_iter().map(|(_, text)| text).collect::<BTreeSet<_>>();
        assert_eq!(texts(read_folder(&folder).unwrap()), texts(shipped()));
    }
}
