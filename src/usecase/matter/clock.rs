//! What the clock does about matters that nobody decides: remind, let somebody else decide as well, tell who asked.
//!
//! Start at [`fire_due`].

use super::super::record::{self, Document, Stored};
use super::super::{CONFLICTS_MAX, Service, UseCaseError, complaint, notice, reach, skip};
use super::ask::ask_desks;
use super::{Matter, desk, holders, values};
use crate::clock::{Moment, sortable};
use crate::domain::people::SchoolId;
use crate::flow::effect::RequestRungAction;
use crate::outbox::Lane;
use crate::store::{Batch, Key, Range, StoreError};

/// Matters taken up in one tick.
const AT_ONCE_MAX: usize = 256;

/// Does what is due about matters that nobody decides; returns how many rungs were climbed.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn fire_due(service: &Service, now: Moment) -> Result<usize, UseCaseError> {
    let due = Range {
        from: std::ops::Bound::Unbounded,
        to: std::ops::Bound::Included(sortable(now)),
        limit: AT_ONCE_MAX,
    };
    let mut fired = 0;
    for found in service.store.scan_index(Matter::KIND, "due", &due).await? {
        match fire(service, &found.key, now).await {
            Ok(has_fired) => fired += usize::from(has_fired),
            Err(error) => skip(error, "a matter")?,
        }
    }
    Ok(fired)
}

async fn fire(service: &Service, key: &Key, now: Moment) -> Result<bool, UseCaseError> {
    let (school, _) = key.id.split_once('/').unwrap_or((&key.id, ""));
    let school = service.school(&SchoolId(school.to_owned()))?;
    for _ in 0..CONFLICTS_MAX {
        let Some(Stored { value: mut matter, expect }) =
            record::load::<Matter>(service.store.as_ref(), key).await?
        else {
            return Ok(false);
        };
        let Some((rung, _)) = matter.next.filter(|(_, at)| matter.is_open() && *at <= now) else {
            return Ok(false);
        };
        let mut batch = Batch::default();
        climb(service, school, (key, &mut matter), rung, now, &mut batch).await?;
        let next = matter.ladder.get(rung + 1);
        let next = next.and_then(|next| reach::due_at(school, matter.submitted_at, next.after, now));
        matter.next = next.map(|at| (rung + 1, at));
        record::put(&mut batch, &school.id, key.clone(), &matter, expect)?;
        match service.store.commit(batch).await {
            Ok(_) => {
                service.footprints.add(vec![format!("{}/{}/ladder/{rung}", matter.flow, matter.node)]);
                return Ok(true);
            }
            // Somebody has decided meanwhile, or another tick was here.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

async fn climb(
    service: &Service,
    school: &super::School,
    (key, matter): (&Key, &mut Matter),
    rung: usize,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Some(rung) = matter.ladder.get(rung).cloned() else { return Ok(()) };
    match rung.what {
        RequestRungAction::Remind(words) => {
            let mut values = values(matter);
            values.insert("result".to_owned(), serde_json::json!({ "lines": words }));
            let words = service.flows().common_words("matter_reminder", &values);
            for person in holders(service, school, &matter.desks).await? {
                notice::tell(service, school, (&person, Lane::Decision), &words, now, batch)?;
            }
        }
        RequestRungAction::Tell(words) => match (&matter.asker, &matter.complaint) {
            (Some(asker), _) => {
                notice::tell_by_id(service, school, (asker, Lane::Decision), &words, now, batch).await?;
            }
            (None, Some(id)) => complaint::tell_overdue(service, school, id, now, batch).await?,
            (None, None) => {}
        },
        RequestRungAction::Also(role) => {
            let Some(desk) = desk(&role, matter.class) else { return Ok(()) };
            // Whoever could decide all along is told as well: now it is theirs.
            let desks = std::slice::from_ref(&desk);
            ask_desks(service, school, (key, matter), desks, "matter_overdue", now, batch).await?;
            if !matter.desks.contains(&desk) {
                matter.desks.push(desk);
            }
        }
    }
    Ok(())
}
