//! What an admin does with the outbox: looks at it, and sends again what was parked.
//!
//! Works on the store alone, beside a running outbox. Start at [`list`] and [`resend`].

use std::ops::Bound;

use super::picture::{self, OUTBOX_PICTURE};
use super::row::{DUE, Dedup, OUTBOX, OUTBOX_DEDUP, Row, RowState, STATE, decode};
use super::sent::{self, OUTBOX_SENT};
use crate::clock::{Moment, sortable};
use crate::domain::people::SchoolId;
use crate::store::{Batch, Expect, Range, Store, StoreError, Write};

/// Rows or records that one commit of housekeeping touches at the most.
const PAGE: usize = 500;
/// Pages that one round of housekeeping looks through.
const PAGES_MAX: usize = 20;
/// How long it is known that a message was written, that another was dropped, and that one was parked which nobody can
/// send again.
const REMEMBERED: chrono::Duration = chrono::Duration::days(30);

/// Which rows to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Those that wait for their turn.
    Waiting,
    /// Those in a call that is on its way, or that may have arrived and is tried again.
    Sending,
    /// Those that somebody must look at.
    Parked,
    /// Those that became worthless before they could be sent.
    Expired,
}

/// A school's rows in their order, at most `limit`.
///
/// # Errors
/// [`StoreError`] of the store.
pub async fn list(
    store: &dyn Store,
    school: &SchoolId,
    listing: Listing,
    limit: usize,
) -> Result<Vec<Row>, StoreError> {
    let (index, prefix) = match listing {
        Listing::Waiting => (DUE, format!("{school}/")),
        Listing::Sending => (STATE, format!("{school}/sending/")),
        Listing::Parked => (STATE, format!("{school}/parked/")),
        Listing::Expired => (STATE, format!("{school}/expired/")),
    };
    let records = store.scan_index(OUTBOX, index, &Range::prefix(&prefix, limit)).await?;
    records.iter().map(Row::read).collect()
}

/// Lets all rows wait again that were parked at `since` or later, and returns how many; wake the outbox afterwards.
///
/// A row that may have arrived is sent a second time: the admin has seen its reason and decides so. Where nothing but
/// answers can be sent they stay where they are: a late one would take the place of the next.
///
/// # Errors
/// [`StoreError`] of the store; what was done until then stays done.
pub async fn resend(
    store: &dyn Store,
    school: &SchoolId,
    since: Moment,
    now: Moment,
) -> Result<usize, StoreError> {
    let prefix = format!("{school}/parked/");
    let mut from = Bound::Included(format!("{prefix}{}", sortable(since)));
    let mut resent = 0;
    loop {
        let range = Range { from: from.clone(), to: Range::prefix(&prefix, 0).to, limit: PAGE };
        let records = store.scan_index(OUTBOX, STATE, &range).await?;
        let Some(last) = records.last() else { return Ok(resent) };
        let mut batch = Batch::default();
        for record in &records {
            let mut row = Row::read(record)?;
            if row.channel.can_begin() {
                row.restart(now);
                batch.writes.push(row.put(Expect::Version(record.version)));
            }
        }
        let count = batch.writes.len();
        if count == 0 {
            from = Bound::Excluded(Row::read(last)?.state_value());
            continue;
        }
        match store.commit(batch).await {
            Ok(_) => resent += count,
            // Somebody else resends at the same moment; what is left is seen on the next page.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Forgets what nobody needs any more: dropped rows, answers that were parked, dedup keys and unwanted pictures of a month
/// ago, and what went out too long ago to be recalled.
///
/// # Errors
/// [`StoreError`] of the store.
pub(super) async fn forget_old(store: &dyn Store, school: &SchoolId, now: Moment) -> Result<(), StoreError> {
    let prefix = format!("{school}/expired/");
    let old = Range {
        from: Bound::Included(prefix.clone()),
        to: Bound::Excluded(format!("{prefix}{}", sortable(now - REMEMBERED))),
        limit: PAGE,
    };
    let mut batch = Batch::default();
    for record in store.scan_index(OUTBOX, STATE, &old).await? {
        let row = Row::read(&record)?;
        debug_assert!(matches!(row.state, RowState::Expired { .. }));
        batch.writes.push(row.delete(Expect::Version(record.version)));
    }
    forget_parked(store, school, now, &mut batch).await?;
    let prefix = format!("{school}/");
    let old = Range {
        from: Bound::Included(prefix.clone()),
        to: Bound::Excluded(format!("{prefix}{}", sortable(now - REMEMBERED))),
        limit: PAGE,
    };
    for record in store.scan_index(OUTBOX_DEDUP, Dedup::AT, &old).await? {
        let _: Dedup = decode(&record)?;
        batch.writes.push(Write::Delete { key: record.key, expect: Expect::Version(record.version) });
    }
    for (kind, index, kept, limit) in [
        (OUTBOX_PICTURE, picture::AT, picture::KEPT, picture::PAGE),
        (OUTBOX_SENT, sent::AT, sent::KEPT, PAGE),
    ] {
        let to = Bound::Excluded(format!("{prefix}{}", sortable(now - kept)));
        let old = Range { from: Bound::Included(prefix.clone()), to, limit };
        for record in store.scan_index(kind, index, &old).await? {
            batch.writes.push(Write::Delete { key: record.key, expect: Expect::Version(record.version) });
        }
    }
    if batch.writes.is_empty() {
        return Ok(());
    }
    store.commit(batch).await.map(drop)
}

/// Forgets what was parked where nothing but answers can be sent; everything else waits for an admin.
async fn forget_parked(
    store: &dyn Store,
    school: &SchoolId,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), StoreError> {
    let prefix = format!("{school}/parked/");
    let until = format!("{prefix}{}", sortable(now - REMEMBERED));
    let mut range = Range { from: Bound::Included(prefix), to: Bound::Excluded(until), limit: PAGE };
    for _ in 0..PAGES_MAX {
        let records = store.scan_index(OUTBOX, STATE, &range).await?;
        for record in &records {
            let row = Row::read(record)?;
            range = range.after(&row.state_value());
            if !row.channel.can_begin() {
                batch.writes.push(row.delete(Expect::Version(record.version)));
            }
        }
        if records.len() < PAGE || batch.writes.len() >= PAGE {
            break;
        }
    }
    Ok(())
}
