//! A family's own complaints, by name and anonymous: how they stand, for nobody but whoever made them.
//!
//! Start at [`look_up`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::action::Outcome;
use super::super::draft::Draft;
use super::super::record::{self, Document};
use super::super::{UseCaseError, facts};
use super::{ReplyPath, opening};
use crate::domain::complaint::{Complainant, Complaint, State, Step};
use crate::store::{Kind, Range, Record};

/// Complaints that are read, and shown, at the most: the latest.
const READ_MAX: usize = 200;
const SHOWN_MAX: usize = 3;
/// Characters of a complaint or an answer that are shown in the list.
const CHARS_MAX: usize = 60;

/// Shows a person their own complaints, unless the sentence that began the conversation says what is wrong: then it is
/// a new one.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn look_up(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    if let Some(said) = opening(draft) {
        return Ok(("said", BTreeMap::from([("present".to_owned(), json!(said))])));
    }
    let mut values = BTreeMap::from([("present".to_owned(), json!(""))]);
    let own = own(draft).await?;
    let lines: Vec<_> = own.iter().take(SHOWN_MAX).map(|complaint| line(draft, complaint)).collect();
    if lines.is_empty() {
        return Ok(("nothing", values));
    }
    values.insert("lines".to_owned(), json!(lines.join("\n")));
    Ok(("shown", values))
}

/// The latest first.
async fn own(draft: &Draft<'_>) -> Result<Vec<Complaint>, UseCaseError> {
    let school = &draft.school.id;
    let mine = format!("{school}/{}", draft.person.id);
    let mut records = found(draft, Complaint::KIND, "from", &mine).await?;
    for path in found(draft, ReplyPath::KIND, "person", &mine).await? {
        // The key of a path is the school and the handle, as in the index of complaints.
        records.extend(found(draft, Complaint::KIND, "reply_to", &path.key.id).await?);
    }
    let mut own = Vec::new();
    for record in &records {
        own.push(record::read::<Complaint>(record)?.value);
    }
    own.sort_by_key(|complaint| std::cmp::Reverse(complaint.at()));
    Ok(own)
}

async fn found(
    draft: &Draft<'_>,
    kind: Kind,
    index: &'static str,
    value: &str,
) -> Result<Vec<Record>, UseCaseError> {
    let value = value.to_owned();
    let range = Range {
        from: std::ops::Bound::Included(value.clone()),
        to: std::ops::Bound::Included(value),
        limit: READ_MAX,
    };
    Ok(draft.service.store.scan_index(kind, index, &range).await?)
}

fn line(draft: &Draft<'_>, complaint: &Complaint) -> String {
    let calendar = &draft.school.calendar;
    let day = facts::day_in_words(calendar.local_date(complaint.at()));
    let how = match complaint.from() {
        Complainant::Named(_) => "实名",
        Complainant::Anonymous { .. } => "匿名",
    };
    let answer = complaint.steps().iter().rev().find_map(|step| match step {
        Step::Answered { text, .. } => Some(&text.0),
        Step::Routed { .. } | Step::InReview { .. } => None,
    });
    let due = complaint.answer_due_on(calendar);
    let due = due.map(|day| format!("，{}前回复您", facts::day_in_words(day))).unwrap_or_default();
    let is_overdue = complaint.is_overdue(draft.now, calendar);
    let state = match (complaint.state(), answer) {
        (State::Answered, Some(answer)) => format!("已经回复：{}", short(answer)),
        (_, _) if is_overdue => "到时间还没有回复，您也可以拨打12345".to_owned(),
        (State::Received, _) => "已经收下，等督学或者区教体局的人来".to_owned(),
        (State::InReview, _) => format!("正在查{due}"),
        (State::Routed | State::Answered, _) => format!("已经交上去了{due}"),
    };
    format!("回执码 {}（{day}，{how}）：{}\n  {state}", complaint.id(), short(&complaint.text().0))
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
