//! Logins (登录): who has opened the parent page, for a while, on the server's side.
//!
//! The browser holds a random name, the store its hash and the account; who the account belongs to is looked up each time,
//! so that a change of the roster holds at once. Knows no cookie. Start at [`open`].

use chrono::Duration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::record::{self, Document};
use super::{Service, UseCaseError};
use crate::clock::{Moment, sortable};
use crate::domain::people::SchoolId;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, StoreError, Write};

/// A login that nobody uses ends after so long.
pub const IDLE_MAX: Duration = Duration::hours(2);
/// And any login after so long.
const LIFE_MAX: Duration = Duration::hours(12);
/// How often the use of a login is written down.
const TOUCHED_EVERY: Duration = Duration::minutes(10);
/// How long a spent state is remembered: longer than its cookie lives.
const STATE_KEPT: Duration = Duration::minutes(30);

/// One login.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The account on the parent page.
    pub account: String,
    /// What a form of this login must carry.
    pub form_key: String,
    /// Since when.
    pub opened_at: Moment,
    /// Until when, unless it is used.
    pub until: Moment,
}

/// That a state has come back from the platform.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SpentState {
    until: Moment,
}

/// The index that sorts both by their end.
pub(super) const UNTIL: &str = "until";

impl Document for Login {
    const KIND: Kind = Kind("login");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: UNTIL, value: sortable(self.until) }]
    }
}

impl Document for SpentState {
    const KIND: Kind = Kind("login_state");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: UNTIL, value: sortable(self.until) }]
    }
}

/// Opens a login; returns the name that the browser keeps.
///
/// # Errors
/// The store failed.
pub async fn open(
    service: &Service,
    school: &SchoolId,
    account: &str,
    now: Moment,
) -> Result<String, UseCaseError> {
    let name = hex::encode(service.ids.bytes::<32>());
    let form_key = hex::encode(service.ids.bytes::<16>());
    let login = Login { account: account.to_owned(), form_key, opened_at: now, until: now + IDLE_MAX };
    let mut batch = Batch::default();
    record::put(&mut batch, school, key(school, &name), &login, Expect::Absent)?;
    service.store.commit(batch).await?;
    Ok(name)
}

/// The login behind a name, if it is not over; its use is written down now and then.
///
/// # Errors
/// The store failed.
pub async fn find(
    service: &Service,
    school: &SchoolId,
    name: &str,
    now: Moment,
) -> Result<Option<Login>, UseCaseError> {
    let key = key(school, name);
    let Some(found) = record::load::<Login>(service.store.as_ref(), &key).await? else { return Ok(None) };
    let mut login = found.value;
    if login.until <= now {
        return Ok(None);
    }
    let until = (now + IDLE_MAX).min(login.opened_at + LIFE_MAX);
    if until - login.until >= TOUCHED_EVERY {
        login.until = until;
        let mut batch = Batch::default();
        record::put(&mut batch, school, key, &login, found.expect)?;
        match service.store.commit(batch).await {
            // Another request of the same login wrote it, or ended it a moment ago.
            Ok(_) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(login))
}

/// Ends a login.
///
/// # Errors
/// The store failed.
pub async fn close(service: &Service, school: &SchoolId, name: &str) -> Result<(), UseCaseError> {
    let writes = vec![Write::Delete { key: key(school, name), expect: Expect::Any }];
    service.store.commit(Batch { writes }).await?;
    Ok(())
}

/// Spends a state; returns whether it was still unspent.
///
/// # Errors
/// The store failed.
pub async fn spend(
    service: &Service,
    school: &SchoolId,
    state: &str,
    now: Moment,
) -> Result<bool, UseCaseError> {
    let key = record::key::<SpentState>(school, hashed(state));
    let mut batch = Batch::default();
    record::put(&mut batch, school, key, &SpentState { until: now + STATE_KEPT }, Expect::Absent)?;
    match service.store.commit(batch).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Who reads the store cannot take over a login.
fn key(school: &SchoolId, name: &str) -> Key {
    record::key::<Login>(school, hashed(name))
}

fn hashed(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("until", &self.until).finish_non_exhaustive()
    }
}
