//! `[[school]]`: which schools there are (学校).
//!
//! Reads neither plan nor calendar, only sees that the files are there. Start at [`School`].

use std::path::{Path, PathBuf};

use crate::domain::people::SchoolId;
use crate::understand::Stage;

use super::reader::{Spot, Table};

/// One `[[school]]`.
#[derive(Debug, Clone)]
pub struct School {
    /// The id: small letters, digits and hyphens, unique.
    pub id: SchoolId,
    /// The name that families read.
    pub name: String,
    /// The kind of school.
    pub kind: Stage,
    /// The file of the year's plan (一校一案).
    pub plan: PathBuf,
    /// The file of holidays and make-up days (校历).
    pub calendar: PathBuf,
}

/// The longest id.
const ID_LEN_MAX: usize = 32;

pub(super) fn read_all(root: &mut Table) -> Vec<Option<School>> {
    let mut seen: Vec<(String, Spot)> = Vec::new();
    let schools = root.list("school", |table| read(table, &mut seen));
    if schools.is_empty() {
        let spot = root.spot();
        let instead = "add a section [[school]] with id, name, kind, plan and calendar; `kehou config show-default` explains them";
        root.problem(&spot, "no school is written", Some(instead));
    }
    schools
}

fn read(table: &mut Table, seen: &mut Vec<(String, Spot)>) -> Option<School> {
    let id = id(table, seen);
    let name = table.required_text("name", "write the name that families read, such as name = \"示例小学\"");
    let kind = kind(table);
    let plan = file(table, "plan", "write the path of the year's plan, such as plan = \"plan.toml\"");
    let calendar = file(
        table,
        "calendar",
        "write the path of the file of holidays, such as calendar = \"calendar.toml\"",
    );
    Some(School { id: id?, name: name?.0, kind: kind?, plan: plan?, calendar: calendar? })
}

/// The school that a section of a platform names under `school`; each may have one section of each platform.
pub(super) fn named(
    table: &mut Table,
    section: &str,
    known: &[&SchoolId],
    is_complete: bool,
    seen: &mut Vec<(String, Spot)>,
) -> Option<SchoolId> {
    let (id, spot) = table.required_text("school", "write the id of a [[school]]")?;
    if !known.iter().any(|school| school.as_str() == id) {
        if is_complete {
            let ids: Vec<&str> = known.iter().map(|school| school.as_str()).collect();
            let instead = format!("there are: {}", ids.join(", "));
            let instead = (!ids.is_empty()).then_some(instead.as_str());
            table.problem(&spot, &format!("{id:?} is not the id of a [[school]]"), instead);
        }
        return Some(SchoolId(id));
    }
    if let Some((_, first)) = seen.iter().find(|(other, _)| *other == id) {
        let what = format!("{id:?} has another [[{section}]] already (line {})", table.line(first));
        table.problem(&spot, &what, Some("keep one section for each school"));
    } else {
        seen.push((id.clone(), spot));
    }
    Some(SchoolId(id))
}

fn id(table: &mut Table, seen: &mut Vec<(String, Spot)>) -> Option<SchoolId> {
    let (id, spot) = table.required_text("id", "write a short name, such as id = \"example\"")?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.len() > ID_LEN_MAX || !id.bytes().all(is_plain) {
        let instead = format!("write small letters a-z, digits and hyphens, at most {ID_LEN_MAX}");
        table.problem(&spot, &format!("cannot be {id:?}"), Some(&instead));
        return None;
    }
    if let Some((_, first)) = seen.iter().find(|(known, _)| *known == id) {
        let what = format!("{id:?} is the id of another school too (line {})", table.line(first));
        table.problem(&spot, &what, Some("give each school an id of its own"));
        return None;
    }
    seen.push((id.clone(), spot));
    Some(SchoolId(id))
}

fn kind(table: &mut Table) -> Option<Stage> {
    let instead = "write \"kindergarten\", \"primary\", \"junior\" or \"senior\"";
    table.required_text("kind", instead)?;
    table.parsed("kind", |text| match text {
        "kindergarten" => Ok(Stage::Kindergarten),
        "primary" => Ok(Stage::Primary),
        "junior" => Ok(Stage::Junior),
        "senior" => Ok(Stage::Senior),
        _ => Err(instead.to_owned()),
    })
}

/// The path of a file that must be there.
fn file(table: &mut Table, key: &'static str, instead: &str) -> Option<PathBuf> {
    let (text, spot) = table.required_text(key, instead)?;
    let path = table.source.folder.join(text);
    if !path.is_file() {
        table.problem(
            &spot,
            "names a file that is not there",
            Some(&format!("looked for {}", path.display())),
        );
        return None;
    }
    Some(path)
}

impl School {
    pub(super) fn example(folder: &Path) -> Self {
        Self {
            id: SchoolId("example".to_owned()),
            name: "示例小学".to_owned(),
            kind: Stage::Primary,
            plan: folder.join("plan.toml"),
            calendar: folder.join("calendar.toml"),
        }
    }
}
