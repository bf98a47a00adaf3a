//! What supervisors do with a complaint on their desk: they look into it, and answer it.
//!
//! Start at [`answer`].

use super::super::draft::Draft;
use super::super::record::{self, Stored};
use super::super::{UseCaseError, facts};
use super::tell_complainant;
use crate::domain::complaint::Complaint;
use crate::domain::people::PrivateText;
use crate::store::Key;

/// Notes the answer and brings it to whoever complained; `false` where this person does not handle the complaint.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn answer(
    draft: &mut Draft<'_>,
    id: &str,
    words: &str,
) -> Result<bool, UseCaseError> {
    let Some((key, Stored { value: complaint, expect })) = handled(draft, id).await? else {
        return Ok(false);
    };
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let (by, roles) = (draft.person.id.clone(), draft.person.roles.clone());
    let Ok(answered) = complaint.answer(&by, &roles, PrivateText(words.to_owned()), now) else {
        return Ok(false);
    };
    let more = [("by", facts::title(&draft.person)), ("note", words.to_owned())];
    let batch = draft.batch_mut();
    tell_complainant(service, school, &answered, ("complaint_answered", &more), now, batch).await?;
    record::put(batch, &school.id, key, &answered, expect)?;
    Ok(true)
}

/// Notes that this supervisor reads the complaints on their desk.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn note_review(draft: &mut Draft<'_>) -> Result<(), UseCaseError> {
    let open = draft.matters.iter().filter(|(_, matter)| matter.value.is_open());
    let ids: Vec<String> = open.filter_map(|(_, matter)| matter.value.complaint.clone()).collect();
    for id in ids {
        let Some((key, Stored { value: complaint, expect })) = handled(draft, &id).await? else { continue };
        let (by, roles) = (draft.person.id.clone(), draft.person.roles.clone());
        let Ok(in_review) = complaint.review(&by, &roles, draft.now) else { continue };
        if in_review != complaint {
            let school = &draft.school.id;
            record::put(draft.batch_mut(), school, key, &in_review, expect)?;
        }
    }
    Ok(())
}

/// A complaint as it stands for this person: whoever came to the desk after it was routed handles it like the others.
async fn handled(draft: &Draft<'_>, id: &str) -> Result<Option<(Key, Stored<Complaint>)>, UseCaseError> {
    let key = record::key::<Complaint>(&draft.school.id, id);
    let found = record::load::<Complaint>(draft.service.store.as_ref(), &key).await?;
    let person = &draft.person;
    if !person.roles.iter().any(crate::domain::people::Role::is_supervisor) {
        return Ok(None);
    }
    Ok(found.map(|Stored { value, expect }| {
        let value = value.route(std::slice::from_ref(&person.id), &[], draft.now).unwrap_or(value);
        (key, Stored { value, expect })
    }))
}
