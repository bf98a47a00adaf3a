//! Logins (登录): who has opened the parent page or the console, for a while, on the server's side.
//!
//! The browser holds a random name, the store its hash and the account; who the account belongs to, and whether the page
//! is for them, is looked up each time, so that a change of the roster holds at once. A login of one page opens no other.
//! Knows no cookie. Start at [`open`].

use chrono::Duration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::record::{self, Document};
use super::{Service, UseCaseError, binding};
use crate::clock::{Moment, sortable};
use crate::domain::access::Sight;
use crate::domain::people::{Channel, Person, SchoolId};
use crate::platform::sign_in::{Account, Audience};
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, StoreError, Write};

/// How often the use of a login is written down: so many times within the time after which it ends unused.
const TOUCHES_OF_IDLE: i32 = 12;
/// How long a spent state is remembered: longer than its cookie lives.
const STATE_KEPT: Duration = Duration::minutes(30);

/// One login.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Which page it opens; logins of before there was a console opened the parent page.
    #[serde(default)]
    pub audience: Audience,
    /// The account's channel.
    #[serde(default = "parent_page")]
    pub channel: Channel,
    /// The account.
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

/// A login that nobody uses ends after so long. A console stands open in a staff room, a phone is in one hand.
pub fn idle_max(audience: Audience) -> Duration {
    match audience {
        Audience::Guardians => Duration::hours(2),
        Audience::Staff => Duration::minutes(30),
    }
}

/// And any login after so long: staff sign in every working day.
pub fn life_max(audience: Audience) -> Duration {
    match audience {
        Audience::Guardians => Duration::hours(12),
        Audience::Staff => Duration::hours(8),
    }
}

/// Whose account it is, if the page is for them by the roster as it is now.
///
/// # Errors
/// The store failed.
pub async fn holder(
    service: &Service,
    school: &SchoolId,
    audience: Audience,
    (channel, account): (Channel, &str),
) -> Result<Option<Person>, UseCaseError> {
    let Some(owner) = binding::owner(service, school, (channel, account)).await? else { return Ok(None) };
    let key = record::key::<Person>(school, owner);
    let found = record::load::<Person>(service.store.as_ref(), &key).await?;
    Ok(found.map(|person| person.value).filter(|person| match audience {
        // Whoever has no child here any more still finds what was said.
        Audience::Guardians => true,
        Audience::Staff => Sight::of_figures(&person.roles).is_some(),
    }))
}

/// Opens a login; returns the name that the browser keeps.
///
/// # Errors
/// The store failed.
pub async fn open(
    service: &Service,
    school: &SchoolId,
    audience: Audience,
    Account { channel, account }: Account,
    now: Moment,
) -> Result<String, UseCaseError> {
    let name = hex::encode(service.ids.bytes::<32>());
    let form_key = hex::encode(service.ids.bytes::<16>());
    let until = now + idle_max(audience);
    let login = Login { audience, channel, account, form_key, opened_at: now, until };
    let mut batch = Batch::default();
    record::put(&mut batch, school, key(school, &name), &login, Expect::Absent)?;
    service.store.commit(batch).await?;
    Ok(name)
}

/// The login behind a name, if it opens this page and is not over; its use is written down now and then.
///
/// # Errors
/// The store failed.
pub async fn find(
    service: &Service,
    school: &SchoolId,
    audience: Audience,
    name: &str,
    now: Moment,
) -> Result<Option<Login>, UseCaseError> {
    let key = key(school, name);
    let Some(found) = record::load::<Login>(service.store.as_ref(), &key).await? else { return Ok(None) };
    let mut login = found.value;
    if login.until <= now || login.audience != audience {
        return Ok(None);
    }
    let idle = idle_max(audience);
    let until = (now + idle).min(login.opened_at + life_max(audience));
    if until - login.until >= idle / TOUCHES_OF_IDLE {
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

/// The channel of logins that did not name one.
fn parent_page() -> Channel {
    Channel::ParentPage
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
        f.debug_struct("Login")
            .field("audience", &self.audience)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}
