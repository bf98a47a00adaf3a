//! Progress (登记进度): what staff see of the survey in chat, each no more than the role allows (R16).
//!
//! A homeroom teacher sees the own class, with the names of those who have not answered; admins and the head see the
//! school's figures. Start at [`show`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::draft::Draft;
use super::{School, Service, UseCaseError, action, ledger, record};
use crate::domain::access::Sight;
use crate::domain::enrolment::Standing;
use crate::domain::people::{ClassId, Student};
use crate::domain::survey::{Counts, Roll};

/// Names in one answer at the most; the rest are counted.
const NAMES_MAX: usize = 40;

type Shown = Result<action::Outcome, UseCaseError>;

/// Shows how far the survey is.
///
/// # Errors
/// The store failed.
pub(super) async fn show(draft: &mut Draft<'_>) -> Shown {
    let roll = ledger::roll_at(draft.service, &draft.school.id, u64::MAX).await?;
    let coverage = roll.coverage();
    let mut lines = Vec::new();
    if Sight::is_school(&draft.person.roles) {
        lines.push(format!("全校：{}", counts_in_words(coverage.total())));
    }
    for class in Sight::own_classes(&draft.person.roles) {
        let counts = coverage.classes.get(&class).copied().unwrap_or_default();
        lines.push(format!("{class}：{}", counts_in_words(counts)));
    }
    Ok(shown(&lines))
}

/// Shows who has not answered or cannot be reached: the homeroom teacher by name, others by class.
///
/// # Errors
/// The store failed.
pub(super) async fn list_silent(draft: &mut Draft<'_>) -> Shown {
    let roll = ledger::roll_at(draft.service, &draft.school.id, u64::MAX).await?;
    let mut lines = Vec::new();
    for class in Sight::own_classes(&draft.person.roles) {
        lines.extend(silent_of_class(draft, &roll, class).await?);
    }
    if Sight::is_school(&draft.person.roles) {
        let coverage = roll.coverage();
        let mut classes: Vec<_> = coverage
            .classes
            .iter()
            .map(|(class, counts)| (counts.silent + counts.unreachable, *class))
            .filter(|(open, _)| *open > 0)
            .collect();
        classes.sort_by_key(|(open, class)| (std::cmp::Reverse(*open), *class));
        lines.extend(classes.iter().map(|(open, class)| format!("{class}：{open}人")));
    }
    Ok(shown(&lines))
}

/// The counts as people read them, with what is not zero.
pub fn counts_in_words(counts: Counts) -> String {
    let mut words = format!("共{}人", counts.roll());
    for (count, name) in counts.named() {
        if count > 0 {
            // Writing to a string does not fail.
            let _ = write!(words, "，{name}{count}");
        }
    }
    words
}

/// The lines of a class about those whom somebody should ask in person: silent long enough to be on the list, or out of
/// reach.
///
/// # Errors
/// The store failed.
pub(super) async fn to_ask_of_class(
    service: &Service,
    school: &School,
    roll: &Roll,
    class: ClassId,
) -> Result<Vec<String>, UseCaseError> {
    names_of_class(service, school, roll, class, |standing| match standing {
        Standing::Silent { is_listed: true, .. } => Some(Open::Silent),
        Standing::Unreachable { .. } => Some(Open::Unreachable),
        Standing::Silent { .. } | Standing::NotAsked | Standing::Answered(_) => None,
    })
    .await
}

async fn silent_of_class(
    draft: &Draft<'_>,
    roll: &Roll,
    class: ClassId,
) -> Result<Vec<String>, UseCaseError> {
    names_of_class(draft.service, draft.school, roll, class, |standing| match standing {
        Standing::Silent { .. } => Some(Open::Silent),
        Standing::Unreachable { .. } => Some(Open::Unreachable),
        Standing::NotAsked | Standing::Answered(_) => None,
    })
    .await
}

/// Why a child is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Silent,
    Unreachable,
}

async fn names_of_class(
    service: &Service,
    school: &School,
    roll: &Roll,
    class: ClassId,
    why: fn(&Standing) -> Option<Open>,
) -> Result<Vec<String>, UseCaseError> {
    let mut open = Vec::new();
    for (id, seat) in roll.students.iter().filter(|(_, seat)| seat.class == class) {
        let Some(why) = why(&seat.standing) else { continue };
        let key = record::key::<Student>(&school.id, &id.0);
        if let Some(student) = record::load::<Student>(service.store.as_ref(), &key).await? {
            open.push((why, student.value.name.0));
        }
    }
    let mut lines = Vec::new();
    for (wanted, title) in [(Open::Silent, "还没回复"), (Open::Unreachable, "联系不上")] {
        let names: Vec<_> =
            open.iter().filter(|(why, _)| *why == wanted).map(|(_, name)| name.as_str()).collect();
        if names.is_empty() {
            continue;
        }
        let more = names.len().saturating_sub(NAMES_MAX);
        let listed = names.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join("、");
        let rest = if more > 0 { format!("，还有{more}人") } else { String::new() };
        lines.push(format!("{class}{title}（{}人）：{listed}{rest}", names.len()));
    }
    Ok(lines)
}

fn shown(lines: &[String]) -> action::Outcome {
    if lines.is_empty() {
        return ("nothing", BTreeMap::new());
    }
    ("shown", BTreeMap::from([("lines".to_owned(), json!(lines.join("\n")))]))
}
