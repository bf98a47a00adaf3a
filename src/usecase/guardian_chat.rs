//! Guardians' chat with the robot (家长单聊): whether it works for this school, tried with one guardian who agreed to it.
//!
//! No page of DingTalk's says whether the robot reaches guardians, nor whether what they write to it comes here, so nobody is
//! written to there first, and who writes is left alone, until one trial came back whole: the message arrived, and the
//! guardian's own answer came under the account of the contacts. From then on a guardian who writes to the robot is known by
//! that account and answered there; notices stay work notifications. Start at [`ask`].

use serde::{Deserialize, Serialize};

use super::deliveries::{self, OnDelivered};
use super::record::{self, Document, Stored};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, binding};
use crate::clock::Moment;
use crate::domain::people::{Channel, ContactPoint, PersonId, SchoolId};
use crate::outbox::{self, Ending, Lane, Row};
use crate::platform::{Content, Inbound};
use crate::store::{Batch, Expect, Key, Kind, Store, StoreError};

/// The chat that is tried.
const CHAT: Channel = Channel::DingtalkRobot;
/// Where the same accounts are known.
const KNOWN: Channel = Channel::DingtalkNotice;
/// The id of a school's one trial.
const PRESENT: &str = "present";
/// What the guardian reads.
const WORDS: &str =
    "您好，学校在试一试家长能不能在这里和课后服务的机器人说话。看到的话，请在这里回复“收到”。";

/// How far a trial has come (试发结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardianChat {
    /// The message is on its way.
    Asked {
        /// Since when.
        at: Moment,
    },
    /// The platform took the message; the guardian has not answered.
    Arrived {
        /// Since when.
        at: Moment,
    },
    /// The platform did not take it.
    Refused {
        /// When.
        at: Moment,
    },
    /// The guardian's answer came.
    Works {
        /// When.
        at: Moment,
    },
}

/// A trial and whom it is made with.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Trial {
    account: String,
    chat: GuardianChat,
}

impl Document for Trial {
    const KIND: Kind = Kind("guardian_chat");
}

/// Writes to one guardian to see whether it arrives and comes back.
///
/// - `account`: the guardian's, as the contacts have it.
///
/// # Errors
/// [`UseCaseError::Refused`] where the school has no such chat, or nobody of the roster has the account; or the store failed.
pub async fn ask(service: &Service, school: &School, account: &str, now: Moment) -> Result<(), UseCaseError> {
    let refused = |said: &str| Err(UseCaseError::Refused(said.to_owned()));
    if !school.channels.iter().any(|carried| carried.channel == CHAT) {
        return refused("这所学校没有钉钉机器人，不用试。");
    }
    let Some(person) = binding::owner(service, &school.id, (KNOWN, account)).await? else {
        return refused(
            "名册里没有这个钉钉账号的家长：先用 roster sync 同步家校通讯录，再写上一位家长的钉钉账号。",
        );
    };
    for _ in 0..CONFLICTS_MAX {
        let before = load(service.store.as_ref(), &school.id).await?;
        let trial = Trial { account: account.to_owned(), chat: GuardianChat::Asked { at: now } };
        let mut batch = Batch::default();
        let point = ContactPoint { channel: CHAT, account: account.to_owned(), is_reachable: true };
        let then = OnDelivered { is_trial: true, ..OnDelivered::default() };
        let to = (&school.id, &person, &point);
        outbox::enqueue(&mut batch, deliveries::row(service, to, Lane::Reply, WORDS.to_owned(), &then, now)?);
        record::put(&mut batch, &school.id, key(&school.id), &trial, expect(before.as_ref()))?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Adds what the end of the trial's message says.
///
/// # Errors
/// The store failed.
pub(super) async fn ended(
    service: &Service,
    row: &Row,
    ending: &Ending,
    at: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Some(Stored { value: mut trial, expect }) = load(service.store.as_ref(), &row.school).await? else {
        return Ok(());
    };
    // The answer may be here before the platform said that it arrived.
    if trial.account != row.account || matches!(trial.chat, GuardianChat::Works { .. }) {
        return Ok(());
    }
    trial.chat = match ending {
        Ending::Delivered(_) => GuardianChat::Arrived { at },
        Ending::Unreached | Ending::Parked | Ending::Expired => GuardianChat::Refused { at },
    };
    record::put(batch, &row.school, key(&row.school), &trial, expect)
}

/// The guardian who writes in this chat; `None` where it is another chat, it is not known to work, or it is nobody's account.
///
/// # Errors
/// The store failed.
pub(super) async fn owner(
    service: &Service,
    inbound: &Inbound,
    now: Moment,
) -> Result<Option<PersonId>, UseCaseError> {
    if inbound.channel != CHAT {
        return Ok(None);
    }
    let (store, school) = (service.store.as_ref(), &inbound.school);
    let Some(Stored { value: mut trial, expect }) = load(store, school).await? else { return Ok(None) };
    if !matches!(trial.chat, GuardianChat::Works { .. }) {
        if trial.account != inbound.account || !matches!(inbound.content, Content::Text(_)) {
            return Ok(None);
        }
        trial.chat = GuardianChat::Works { at: now };
        let mut batch = Batch::default();
        record::put(&mut batch, school, key(school), &trial, expect)?;
        match store.commit(batch).await {
            // Somebody else writes the same, or what it is overtaken by.
            Ok(_) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    binding::owner(service, school, (KNOWN, &inbound.account)).await
}

/// How far the school's trial has come; `None` where there was none.
///
/// # Errors
/// The store failed.
pub(super) async fn look(store: &dyn Store, school: &SchoolId) -> Result<Option<GuardianChat>, UseCaseError> {
    Ok(load(store, school).await?.map(|trial| trial.value.chat))
}

async fn load(store: &dyn Store, school: &SchoolId) -> Result<Option<Stored<Trial>>, UseCaseError> {
    record::load::<Trial>(store, &key(school)).await
}

fn expect(stored: Option<&Stored<Trial>>) -> Expect {
    stored.map_or(Expect::Absent, |stored| stored.expect)
}

fn key(school: &SchoolId) -> Key {
    record::key::<Trial>(school, PRESENT)
}
