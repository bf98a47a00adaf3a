//! The outbox as the office sees it (待发与已发): who and why, never the words, which can be about a child.
//!
//! Knows no platform. Start at [`list`].

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::people::{Channel, Person, PersonId};
use crate::outbox::{self, Lane, Listing, Row, RowState};
use crate::usecase::{School, Service, UseCaseError, record};

/// Rows of the outbox that one answer lists at the most.
const ROWS_MAX: usize = 500;

/// Which rows of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// They wait for their turn.
    Waiting,
    /// Somebody must look at them.
    Parked,
    /// They became worthless before they could be sent.
    Expired,
    /// They were sent and can still be recalled.
    Sent,
}

/// Rows of the outbox in their order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The rows.
    pub rows: Vec<ListedRow>,
    /// Whether there are more than these.
    pub has_more: bool,
}

/// One message of the outbox, without its words: they can be about a child.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRow {
    /// The row's id.
    pub id: String,
    /// The name of the receiver; empty when they are not on record any more.
    pub name: String,
    /// The channel.
    pub channel: Channel,
    /// The receiver's account.
    pub account: String,
    /// How pressing it is.
    pub lane: Lane,
    /// When it was decided.
    pub created_at: Moment,
    /// How often it was tried without success.
    pub attempts: u32,
    /// When it was parked, dropped or sent.
    pub stopped_at: Option<Moment>,
    /// Why it was parked.
    pub reason: Option<String>,
}

pub(super) async fn list(
    service: &Service,
    school: &School,
    state: OutboxState,
    now: Moment,
) -> Result<Listed, UseCaseError> {
    let listing = match state {
        OutboxState::Sent => return list_sent(service, school, now).await,
        OutboxState::Waiting => Listing::Waiting,
        OutboxState::Parked => Listing::Parked,
        OutboxState::Expired => Listing::Expired,
    };
    let store = service.store.as_ref();
    let mut found = outbox::list(store, &school.id, listing, ROWS_MAX + 1).await?;
    let has_more = found.len() > ROWS_MAX;
    found.truncate(ROWS_MAX);
    let mut rows = Vec::new();
    for row in found {
        let name = name_of(service, school, &row.person).await?;
        rows.push(listed(row, name));
    }
    Ok(Listed { rows, has_more })
}

async fn name_of(service: &Service, school: &School, person: &PersonId) -> Result<String, UseCaseError> {
    let key = record::key::<Person>(&school.id, person);
    let person = record::load::<Person>(service.store.as_ref(), &key).await?;
    Ok(person.map(|person| person.value.name.0).unwrap_or_default())
}

async fn list_sent(service: &Service, school: &School, now: Moment) -> Result<Listed, UseCaseError> {
    let mut found = outbox::sent(service.store.as_ref(), &school.id, now, ROWS_MAX + 1).await?;
    let has_more = found.len() > ROWS_MAX;
    found.truncate(ROWS_MAX);
    let mut rows = Vec::new();
    for sent in found {
        rows.push(ListedRow {
            name: name_of(service, school, &sent.person).await?,
            id: sent.id,
            channel: sent.channel,
            account: sent.account,
            lane: sent.lane,
            created_at: sent.created_at,
            attempts: 0,
            stopped_at: Some(sent.sent_at),
            reason: None,
        });
    }
    Ok(Listed { rows, has_more })
}

fn listed(row: Row, name: String) -> ListedRow {
    let (stopped_at, reason) = match row.state {
        RowState::Waiting | RowState::Sending { .. } => (None, None),
        RowState::Parked { at, reason } => (Some(at), Some(reason)),
        RowState::Expired { at } => (Some(at), None),
    };
    ListedRow {
        id: row.id,
        name,
        channel: row.channel,
        account: row.account,
        lane: row.lane,
        created_at: row.created_at,
        attempts: row.attempts,
        stopped_at,
        reason,
    }
}
