//! Guests (访客): who writes without our knowing who it is, where anybody can open the chat.
//!
//! A guest has a conversation and nothing else: no record of a person, no role, no child. Start at [`id`].

use sha2::{Digest, Sha256};

use crate::domain::people::{Channel, Person, PersonId, PersonName};

/// What a guest's id begins with.
const PREFIX: &str = "guest-";
/// Characters of the hash in it.
const HASH_LEN: usize = 32;

/// An answer to what a guest says about themselves comes so late, whatever it is: its time tells nothing.
pub(super) const ANSWER_DELAY: chrono::Duration = chrono::Duration::seconds(2);

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
