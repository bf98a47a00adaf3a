//! Emergency broadcasts in chat: who would get it, the number that sends it, and «收到».
//!
//! Part of `action`; `usecase::broadcast` has the records. Start at [`perform`].

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::{UseCaseError, broadcast};
use super::{Action, Outcome};
use crate::domain::access::Sight;
use crate::domain::broadcast::{Audience, Refusal};
use crate::domain::people::ClassId;
use crate::understand::Value;

/// Does one of these actions.
///
/// # Errors
/// The store failed.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    match action {
        Action::OpenBroadcast => open(draft).await,
        Action::PreviewToFamilies => preview(draft, values, Some(Audience::AllFamilies)).await,
        Action::PreviewToClass => preview(draft, values, class(values)).await,
        Action::PreviewInCare => preview(draft, values, Some(Audience::InCareNow)).await,
        Action::PreviewToStaff => preview(draft, values, Some(Audience::Staff)).await,
        Action::SendBroadcast => send(draft, values).await,
        Action::ListUnanswered => list_unanswered(draft).await,
        _ => acknowledge(draft, values).await,
    }
}

/// How the last one stands, for who may send another.
async fn open(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    if !Sight::is_school(&draft.person.roles) {
        return Ok(("not_allowed", BTreeMap::new()));
    }
    let Some(last) = broadcast::last(draft.service, draft.school, draft.now).await? else {
        return Ok(("allowed", BTreeMap::new()));
    };
    Ok(("standing", fields(broadcast::summary_values(draft.school, &last))))
}

async fn preview(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
    audience: Option<Audience>,
) -> Result<Outcome, UseCaseError> {
    let Some(audience) = audience else { return Ok(("nobody", BTreeMap::new())) };
    let Some(Value::Text(text)) = values.get("words") else { return Ok(("nobody", BTreeMap::new())) };
    Ok(match broadcast::preview(draft, text, audience).await? {
        Ok(count) => {
            let said = json!({ "count": count, "lines": text, "names": in_words(audience) });
            ("ready", fields(said))
        }
        Err(refusal) => refused(&refusal),
    })
}

async fn send(draft: &mut Draft<'_>, values: &BTreeMap<String, Value>) -> Result<Outcome, UseCaseError> {
    let Some(Value::Number(typed)) = values.get("count") else { return Ok(("expired", BTreeMap::new())) };
    Ok(match broadcast::confirm(draft, *typed).await? {
        Some(Ok(count)) => ("sent", fields(json!({ "count": count }))),
        // Who goes back reads again what would be sent.
        Some(Err(Refusal::WrongCount { count })) => {
            let shown = draft.conversation().frames.last().map(|frame| frame.result.clone());
            let mut shown = shown.unwrap_or_default();
            shown.insert("count".to_owned(), json!(count));
            ("wrong_count", shown)
        }
        Some(Err(refusal)) => refused(&refusal),
        None => ("expired", BTreeMap::new()),
    })
}

fn refused(refusal: &Refusal) -> Outcome {
    match refusal {
        Refusal::AsksForMoney { word, .. } => ("asks_for_money", fields(json!({ "note": word }))),
        Refusal::WrongCount { count } => ("wrong_count", fields(json!({ "count": count }))),
        Refusal::NotYours => ("not_allowed", BTreeMap::new()),
        Refusal::NothingSaid | Refusal::Nobody | Refusal::NotARecipient => ("nobody", BTreeMap::new()),
    }
}

async fn list_unanswered(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    let sees_school = Sight::is_school(&draft.person.roles);
    let last =
        if sees_school { broadcast::last(draft.service, draft.school, draft.now).await? } else { None };
    let Some(last) = last else { return Ok(("nothing", BTreeMap::new())) };
    let mut lines = Vec::new();
    for (class, children) in last.unanswered() {
        lines.push(broadcast::lines_of_class(draft.service, draft.school, class, &children).await?);
    }
    if lines.is_empty() {
        return Ok(("nothing", BTreeMap::new()));
    }
    Ok(("shown", fields(json!({ "lines": lines.join("\n") }))))
}

async fn acknowledge(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    if let Some(Value::Text(words)) = values.get("reply") {
        broadcast::answer(draft, words).await?;
    }
    Ok(("done", BTreeMap::new()))
}

/// The class or the grade that was named.
fn class(values: &BTreeMap<String, Value>) -> Option<Audience> {
    let (grade, number) = super::named_class(values)?;
    Some(match number {
        Some(number) => Audience::Class(ClassId { grade, number }),
        None => Audience::Grade(grade),
    })
}

fn in_words(audience: Audience) -> String {
    match audience {
        Audience::AllFamilies => "全校家长".to_owned(),
        Audience::Grade(grade) => format!("{grade}的家长"),
        Audience::Class(class) => format!("{class}的家长"),
        Audience::InCareNow => "现在还在学校的孩子的家长".to_owned(),
        Audience::Staff => "全体教职工".to_owned(),
    }
}

fn fields(values: Json) -> BTreeMap<String, Json> {
    match values {
        Json::Object(fields) => fields.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}
