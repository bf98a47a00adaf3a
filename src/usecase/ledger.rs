//! Reading and writing the ledger (台账): lines through the store's log, the roll folded from them.
//!
//! Knows the log's name and format; what a line means is `domain::ledger`. Start at [`roll_at`].

use super::{Service, UseCaseError, record};
use crate::domain::ledger::LedgerLine;
use crate::domain::people::SchoolId;
use crate::domain::survey::Roll;
use crate::store::{Store, Write};

/// Lines that one read takes at the most.
const PAGE: usize = 5_000;

/// The write that appends a line.
///
/// # Errors
/// The line cannot be written as JSON.
pub fn append(school: &SchoolId, line: &LedgerLine) -> Result<Write, UseCaseError> {
    let body = serde_json::to_vec(line)
        .map_err(|source| UseCaseError::Unreadable { key: "ledger".into(), source })?;
    Ok(Write::Append { log: record::ledger(school), body })
}

/// Every line with its position, from after `after` up to and including `until`, given one after the other.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn for_each(
    service: &Service,
    school: &SchoolId,
    after: u64,
    until: u64,
    mut take: impl FnMut(u64, &LedgerLine),
) -> Result<(), UseCaseError> {
    let log = record::ledger(school);
    let mut after = after;
    loop {
        let page = service.store.read_log(&log, after, PAGE).await?;
        for entry in &page {
            if entry.position > until {
                return Ok(());
            }
            take(entry.position, &line(&entry.body)?);
            after = entry.position;
        }
        if page.len() < PAGE {
            return Ok(());
        }
    }
}

/// Reads the first lines, to see that they can be read; returns how many.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn first_page(store: &dyn Store, school: &SchoolId) -> Result<usize, UseCaseError> {
    let page = store.read_log(&record::ledger(school), 0, PAGE).await?;
    for entry in &page {
        line(&entry.body)?;
    }
    Ok(page.len())
}

fn line(body: &[u8]) -> Result<LedgerLine, UseCaseError> {
    serde_json::from_slice(body).map_err(|source| UseCaseError::Unreadable { key: "ledger".into(), source })
}

/// The roll as it stood at a position; `u64::MAX` for now.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn roll_at(service: &Service, school: &SchoolId, until: u64) -> Result<Roll, UseCaseError> {
    let mut roll = Roll::default();
    for_each(service, school, 0, until, |position, line| roll.add(position, line)).await?;
    Ok(roll)
}
