//! Reading children's records leaves a line (查阅记录), durable before anything is shown.
//!
//! Start at [`record_reading`].

use super::{Service, UseCaseError, record};
use crate::domain::access::AccessLine;
use crate::domain::people::SchoolId;
use crate::store::{Batch, Write};

/// Lines that one read takes at the most.
const PAGE: usize = 1_000;

/// Writes down who reads whose records; show them only after this returned.
///
/// # Errors
/// The store failed: then nothing may be shown.
pub async fn record_reading(
    service: &Service,
    school: &SchoolId,
    line: &AccessLine,
) -> Result<(), UseCaseError> {
    let body = serde_json::to_vec(line).map_err(unreadable)?;
    let writes = vec![Write::Append { log: record::access_log(school), body }];
    service.store.commit(Batch { writes }).await?;
    Ok(())
}

/// Lines after a position in their order, at most a thousand, each with its position.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn readings(
    service: &Service,
    school: &SchoolId,
    after: u64,
) -> Result<Vec<(u64, AccessLine)>, UseCaseError> {
    let entries = service.store.read_log(&record::access_log(school), after, PAGE).await?;
    let read = |body: &[u8]| serde_json::from_slice(body).map_err(unreadable);
    entries.iter().map(|entry| Ok((entry.position, read(&entry.body)?))).collect()
}

fn unreadable(source: serde_json::Error) -> UseCaseError {
    UseCaseError::Unreadable { key: "access".into(), source }
}
