//! Guests (访客): who writes without our knowing who it is, where anybody can open the chat.
//!
//! A guest has a conversation and nothing else, for some days: no record of a person, no role, no child. Start at [`id`].

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::record::{self, Document};
use super::{Service, UseCaseError};
use crate::clock::{Moment, sortable};
use crate::domain::people::{Channel, Person, PersonId, PersonName, SchoolId};
use crate::flow::conversation::Conversation;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, StoreError, Write};

/// What a guest's id begins with.
const PREFIX: &str = "guest-";
/// Characters of the hash in it.
const HASH_LEN: usize = 32;

/// An answer to what a guest says about themselves comes so late, whatever it is: its time tells nothing.
pub(super) const ANSWER_DELAY: chrono::Duration = chrono::Duration::seconds(2);

/// How long a guest's conversation is kept after its last turn.
const KEPT: chrono::Duration = chrono::Duration::days(7);
/// Guests forgotten in one go.
const FORGOTTEN_AT_ONCE: usize = 64;

/// When a guest's conversation last had a turn.
#[derive(Debug, Serialize, Deserialize)]
struct LastTurn {
    at: Moment,
}

impl LastTurn {
    /// The index that sorts guests by their last turn.
    const AT: &'static str = "at";
}

impl Document for LastTurn {
    const KIND: Kind = Kind("guest");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: Self::AT, value: sortable(self.at) }]
    }
}

/// Whether somebody can write there whom we do not know.
pub(super) fn can_write(channel: Channel) -> bool {
    match channel {
        Channel::WecomKf | Channel::Terminal => true,
        Channel::WecomApp
        | Channel::WecomNotice
        | Channel::ParentPage
        | Channel::DingtalkRobot
        | Channel::DingtalkNotice => false,
    }
}

/// The id of whoever is behind an account, which says nothing about it.
pub(super) fn id(channel: Channel, account: &str) -> PersonId {
    let hash = hex::encode(Sha256::digest(format!("{}/{account}", channel.key())));
    PersonId(format!("{PREFIX}{}", hash.get(..HASH_LEN).unwrap_or_default()))
}

/// The guest of this id; `None` when it is a person's.
pub(super) fn person(id: &PersonId) -> Option<Person> {
    id.as_str().starts_with(PREFIX).then(|| Person {
        id: id.clone(),
        name: PersonName(String::new()),
        phone: None,
        contact_points: Vec::new(),
        roles: Vec::new(),
        children: Vec::new(),
    })
}

/// Whether this is a guest.
pub(super) fn is_guest(person: &Person) -> bool {
    person.id.as_str().starts_with(PREFIX)
}

/// Notes that a guest's conversation had a turn.
///
/// # Errors
/// It cannot be written as JSON.
pub(super) fn had_a_turn(
    batch: &mut Batch,
    school: &SchoolId,
    guest: &PersonId,
    now: Moment,
) -> Result<(), UseCaseError> {
    let key = record::key::<LastTurn>(school, guest);
    record::put(batch, school, key, &LastTurn { at: now }, Expect::Any)
}

/// Forgets the conversations of guests who have been silent for long.
///
/// # Errors
/// The store failed.
pub(super) async fn forget(service: &Service, now: Moment) -> Result<(), UseCaseError> {
    let store = service.store.as_ref();
    let old = Range {
        from: std::ops::Bound::Unbounded,
        to: std::ops::Bound::Excluded(sortable(now - KEPT)),
        limit: FORGOTTEN_AT_ONCE,
    };
    for turn in store.scan_index(LastTurn::KIND, LastTurn::AT, &old).await? {
        let conversation = store.load(&Key::new(Conversation::KIND, turn.key.id.clone())).await?;
        let found = std::iter::once(turn).chain(conversation);
        let delete = |found: crate::store::Record| Write::Delete {
            key: found.key,
            expect: Expect::Version(found.version),
        };
        match store.commit(Batch { writes: found.map(delete).collect() }).await {
            // They have just written again.
            Ok(_) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
