//! Emergency broadcasts (紧急通知): kept before they are sent, sent to each recipient once, and followed until answered.
//!
//! The rules are `domain::broadcast`. A [`Sent`] names the recipients for ever; each has a [`Receipt`], so that two
//! deliveries never contend for one record. Start at [`preview`] and [`confirm`]; `sending` is what the clock does.

mod sending;

use std::collections::BTreeSet;
use std::ops::Bound::Included;

use serde::{Deserialize, Serialize};

pub(super) use sending::{lines_of_class, run_due, summary_values};

use super::draft::Draft;
use super::record::{self, Document, Stored};
use super::{School, Service, UseCaseError, card, custody};
use crate::clock::{Moment, sortable};
use crate::domain::broadcast::{self, Audience, Broadcast, Reach, Recipients, Refusal};
use crate::domain::people::{Person, PersonId, PrivateText, SchoolId, Student, StudentId};
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, Write};

/// For how long what was previewed can be sent.
const PREVIEW_KEPT: chrono::Duration = chrono::Duration::minutes(30);
/// After how long the homeroom teachers get the names of those who did not answer.
const LISTED_AFTER: chrono::Duration = chrono::Duration::minutes(30);
/// For how long it can be answered, and is shown to its author.
const FOLLOWED_FOR: chrono::Duration = chrono::Duration::hours(24);
/// Receipts read at once.
const PAGE: usize = 500;

/// The texts of `bot-flows/common.yaml` about broadcasts.
pub(super) const NOTICES: &[&str] = &["broadcast", "broadcast_summary", "broadcast_unanswered"];

/// What an author has seen and not sent yet (待确认).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Preview {
    text: PrivateText,
    audience: Audience,
    at: Moment,
}

/// A broadcast that goes out or has gone out (已发通知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What was meant, and for whom.
    pub broadcast: Broadcast,
    /// How many of the recipients, in their order, have it in the outbox.
    pub handed_on: usize,
    /// When the homeroom teachers get the names of those who did not answer; `None` when they have.
    pub list_at: Option<Moment>,
}

/// How far a broadcast got with one person (送达回执).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which broadcast, by its id.
    pub broadcast: String,
    /// Who.
    pub person: PersonId,
    /// When it went to the outbox.
    pub sent_at: Moment,
    /// How far it got.
    pub reach: Reach,
}

impl Document for Preview {
    const KIND: Kind = Kind("broadcast_preview");
}

impl Document for Sent {
    const KIND: Kind = Kind("broadcast");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let of_school =
            IndexEntry { name: "sent", value: format!("{school}/{}", sortable(self.broadcast.at)) };
        let open = self.list_at.map(|_| IndexEntry { name: "open", value: school.to_string() });
        [of_school].into_iter().chain(open).collect()
    }
}

impl Document for Receipt {
    const KIND: Kind = Kind("broadcast_receipt");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let of = IndexEntry { name: "of", value: format!("{school}/{}", self.broadcast) };
        let is_answered = matches!(self.reach, Reach::Answered { .. });
        let open = IndexEntry {
            name: "open",
            value: format!("{school}/{}/{}", self.person, sortable(self.sent_at)),
        };
        [of].into_iter().chain((!is_answered).then_some(open)).collect()
    }
}

/// The key of what is known of a broadcast and a person.
fn receipt_key(school: &SchoolId, broadcast: &str, person: &PersonId) -> Key {
    record::key::<Receipt>(school, format!("{broadcast}/{person}"))
}

/// Prepares a broadcast: who would get it. It is kept until its author types the number of recipients.
///
/// # Errors
/// The store failed; the inner refusal is the rules'.
pub(super) async fn preview(
    draft: &mut Draft<'_>,
    text: &str,
    audience: Audience,
) -> Result<Result<usize, Refusal>, UseCaseError> {
    let recipients = recipients(draft.service, draft.school, audience, draft.now).await?;
    let (by, roles) = (draft.person.id.clone(), draft.person.roles.clone());
    let prepared = match broadcast::Draft::new(text, audience, recipients, &by, &roles) {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = record::key::<Preview>(&draft.school.id, &by);
    let before = record::load::<Preview>(draft.service.store.as_ref(), &key).await?;
    let expect = before.map_or(Expect::Absent, |before| before.expect);
    let kept = Preview { text: PrivateText(text.to_owned()), audience, at: draft.now };
    let school = &draft.school.id;
    record::put(draft.batch_mut(), school, key, &kept, expect)?;
    Ok(Ok(prepared.recipients().count()))
}

/// Sends what its author has previewed when `typed` is the number of recipients as it is now. `None` when there is
/// nothing that waits.
///
/// # Errors
/// The store failed; the inner refusal is the rules'.
pub(super) async fn confirm(
    draft: &mut Draft<'_>,
    typed: u32,
) -> Result<Option<Result<usize, Refusal>>, UseCaseError> {
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let (by, roles) = (draft.person.id.clone(), draft.person.roles.clone());
    let key = record::key::<Preview>(&school.id, &by);
    let Some(Stored { value: kept, expect }) = record::load::<Preview>(service.store.as_ref(), &key).await?
    else {
        return Ok(None);
    };
    if now - kept.at > PREVIEW_KEPT {
        return Ok(None);
    }
    let recipients = recipients(service, school, kept.audience, now).await?;
    let prepared = broadcast::Draft::new(&kept.text.0, kept.audience, recipients, &by, &roles);
    let broadcast = match prepared.and_then(|prepared| prepared.confirm(&typed.to_string(), now)) {
        Ok(broadcast) => broadcast,
        Err(refusal) => return Ok(Some(Err(refusal))),
    };
    let count = broadcast.recipients.count();
    let sent = Sent { broadcast, handed_on: 0, list_at: Some(now + LISTED_AFTER) };
    let id = service.ids.new_id("", now);
    let batch = draft.batch_mut();
    record::put(batch, &school.id, record::key::<Sent>(&school.id, id), &sent, Expect::Absent)?;
    batch.writes.push(Write::Delete { key, expect });
    Ok(Some(Ok(count)))
}

/// Notes what somebody answers to the latest broadcast that waits for them.
///
/// # Errors
/// The store failed.
pub(super) async fn answer(draft: &mut Draft<'_>, words: &str) -> Result<(), UseCaseError> {
    let Some(key) = draft.broadcast.take() else { return Ok(()) };
    let receipt = record::load::<Receipt>(draft.service.store.as_ref(), &key).await?;
    let Some(Stored { value: mut receipt, expect }) = receipt else { return Ok(()) };
    receipt.reach = Reach::Answered { at: draft.now, text: PrivateText(words.to_owned()) };
    card::close(draft, &key.id, "已回复", "").await?;
    let school = &draft.school.id;
    record::put(draft.batch_mut(), school, key, &receipt, expect)
}

/// The latest broadcast that this person has not answered, by the key of their receipt.
///
/// # Errors
/// The store failed.
pub(super) async fn waiting_for(
    service: &Service,
    school: &School,
    person: &PersonId,
    now: Moment,
) -> Result<Option<Key>, UseCaseError> {
    let since = format!("{}/{person}/{}", school.id, sortable(now - FOLLOWED_FOR));
    let until = format!("{}/{person}/{}", school.id, sortable(now));
    let range = Range { from: Included(since), to: Included(until), limit: PAGE };
    let found = service.store.scan_index(Receipt::KIND, "open", &range).await?;
    Ok(found.last().map(|record| record.key.clone()))
}

/// The last broadcast of a day back, with how far it got.
///
/// # Errors
/// The store failed.
pub(super) async fn last(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<Option<Broadcast>, UseCaseError> {
    let value = |at| Included(format!("{}/{}", school.id, sortable(at)));
    let range = Range { from: value(now - FOLLOWED_FOR), to: value(now), limit: PAGE };
    let found = service.store.scan_index(Sent::KIND, "sent", &range).await?;
    let Some(record) = found.last() else { return Ok(None) };
    let sent = record::read::<Sent>(record)?.value;
    followed(service, school, &record.key, sent.broadcast).await.map(Some)
}

/// A broadcast with how far it got with everybody.
async fn followed(
    service: &Service,
    school: &School,
    key: &Key,
    mut broadcast: Broadcast,
) -> Result<Broadcast, UseCaseError> {
    let of = format!("{}/{}", school.id, id_of(school, key));
    let limit = broadcast.recipients.count();
    let range = Range { from: Included(of.clone()), to: Included(of), limit };
    for record in service.store.scan_index(Receipt::KIND, "of", &range).await? {
        let receipt = record::read::<Receipt>(&record)?.value;
        broadcast.reached.insert(receipt.person, receipt.reach);
    }
    Ok(broadcast)
}

fn id_of<'a>(school: &School, key: &'a Key) -> &'a str {
    key.id.strip_prefix(school.id.0.as_str()).map_or(key.id.as_str(), |id| id.trim_start_matches('/'))
}

async fn recipients(
    service: &Service,
    school: &School,
    audience: Audience,
    now: Moment,
) -> Result<Recipients, UseCaseError> {
    let store = service.store.as_ref();
    let students: Vec<Student> = record::all::<Student>(store, &school.id)
        .await?
        .into_iter()
        .map(|(_, stored)| stored.value)
        .collect();
    let people: Vec<Person> =
        record::all::<Person>(store, &school.id).await?.into_iter().map(|(_, stored)| stored.value).collect();
    let mut in_care: BTreeSet<StudentId> = BTreeSet::new();
    for concern in custody::open_rooms(service, school, now).await? {
        // Whose roll was not called may be here as well, and whoever is missing is looked for.
        in_care.extend(concern.room.day.open_children().into_iter().map(|child| child.student));
    }
    Ok(broadcast::recipients(audience, &students, &people, &in_care))
}

/// Notes that it was delivered to somebody.
///
/// # Errors
/// The store failed.
pub(super) async fn delivered(
    service: &Service,
    school: &SchoolId,
    (broadcast, person): (&str, &PersonId),
    at: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let key = receipt_key(school, broadcast, person);
    let Some(Stored { value: mut receipt, expect }) =
        record::load::<Receipt>(service.store.as_ref(), &key).await?
    else {
        return Ok(());
    };
    if receipt.reach != Reach::NotDelivered {
        return Ok(());
    }
    receipt.reach = Reach::Delivered { at };
    record::put(batch, school, key, &receipt, expect)
}
