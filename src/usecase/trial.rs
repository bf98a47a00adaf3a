//! The trial (试用) of guardians' chat with the robot: whether it works for this school, tried with one guardian who agreed.
//!
//! No page of DingTalk's says whether the robot reaches guardians, nor whether what they write to it comes here, so nobody is
//! written to there first, and who writes is left alone, until one trial came back whole: the message arrived, and the
//! guardian's own answer came under the account of the contacts. From then on a guardian who writes to the robot is known by
//! that account and answered there, whatever a later trial shows; notices stay work notifications. In code it is a trial
//! throughout; the flag that begins one is `doctor --probe-guardian`. Start at [`begin`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::deliveries::{self, OnDelivered};
use super::draft::Draft;
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
/// The id of a school's one record.
const PRESENT: &str = "present";
/// The word that the guardian is asked for; 收到 answers emergency broadcasts.
const WORD: &str = "能看到";
/// How long the message may wait: beyond the next quiet hours.
const GOOD_FOR: chrono::Duration = chrono::Duration::hours(24);
/// What the guardian reads first, and after the answer.
const ASK: &str = "trial_ask";
const THANKS: &str = "trial_thanks";
/// The texts of `bot-flows/common.yaml` about the trial.
pub(super) const NOTICES: &[&str] = &[ASK, THANKS];

/// What is known of the chat (单聊情况).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatKnown {
    /// Since when it is known to work.
    pub works_since: Option<Moment>,
    /// How far the last trial has come.
    pub trial: Option<Progress>,
}

/// How far a trial has come (试用进度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The message is on its way.
    Sent {
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
    /// It arrived, and the guardian's answer came.
    Answered {
        /// When.
        at: Moment,
    },
}

/// A trial and whom it is made with.
#[derive(Clone, Serialize, Deserialize)]
struct Trial {
    account: String,
    /// The id of its message in the outbox.
    row: String,
    progress: Progress,
    /// The answer may be here before the platform said that the message arrived.
    answered_at: Option<Moment>,
}

/// What is kept of a school's trials.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Trials {
    works_since: Option<Moment>,
    last: Option<Trial>,
}

impl Document for Trials {
    const KIND: Kind = Kind("trial");
}

/// Writes to one guardian to see whether it arrives and comes back.
///
/// - `account`: the guardian's, as the contacts have it.
///
/// # Errors
/// [`UseCaseError::Refused`] where the school has no such chat, or nobody of the roster has the account; or the store failed.
pub async fn begin(
    service: &Service,
    school: &School,
    account: &str,
    now: Moment,
) -> Result<(), UseCaseError> {
    let refused = |said: &str| Err(UseCaseError::Refused(said.to_owned()));
    if !school.channels.iter().any(|carried| carried.channel == CHAT) {
        return refused("这所学校没有钉钉机器人，不用试。");
    }
    let Some(person) = binding::owner(service, &school.id, (KNOWN, account)).await? else {
        return refused(
            "名册里没有这个钉钉账号的家长：先用 roster sync 同步家校通讯录，再写上一位家长的钉钉账号。",
        );
    };
    let words = service.flows().common_words(ASK, &BTreeMap::new());
    let point = ContactPoint { channel: CHAT, account: account.to_owned(), is_reachable: true };
    let then = OnDelivered { is_trial: true, ..OnDelivered::default() };
    let mut row = deliveries::row(service, (&school.id, &person, &point), Lane::Decision, words, &then, now)?;
    row.expires_at = Some(now + GOOD_FOR);
    for _ in 0..CONFLICTS_MAX {
        let Stored { value: mut trials, expect } = load(service.store.as_ref(), &school.id).await?;
        let progress = Progress::Sent { at: now };
        trials.last =
            Some(Trial { account: account.to_owned(), row: row.id.clone(), progress, answered_at: None });
        let mut batch = Batch::default();
        outbox::enqueue(&mut batch, row.clone());
        record::put(&mut batch, &school.id, key(&school.id), &trials, expect)?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Adds what the end of the trial's message says; the message of an older trial says nothing.
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
    let Stored { value: mut trials, expect } = load(service.store.as_ref(), &row.school).await?;
    let Some(trial) = trials.last.as_mut().filter(|trial| trial.row == row.id) else { return Ok(()) };
    trial.progress = match (ending, trial.answered_at) {
        (Ending::Delivered(_), Some(at)) => {
            trials.works_since = trials.works_since.or(Some(at));
            Progress::Answered { at }
        }
        (Ending::Delivered(_), None) => Progress::Arrived { at },
        (Ending::Unreached | Ending::Parked | Ending::Expired, _) => Progress::Refused { at },
    };
    record::put(batch, &row.school, key(&row.school), &trials, expect)
}

/// The guardian who writes in this chat; `None` where it is another chat, it is not known to work, or it is nobody's account.
/// The guardian of a trial that was not refused is known before.
///
/// # Errors
/// The store failed.
pub(super) async fn owner(service: &Service, inbound: &Inbound) -> Result<Option<PersonId>, UseCaseError> {
    if inbound.channel != CHAT {
        return Ok(None);
    }
    let trials = load(service.store.as_ref(), &inbound.school).await?.value;
    let is_tried = trials.last.as_ref().is_some_and(|trial| {
        trial.account == inbound.account && !matches!(trial.progress, Progress::Refused { .. })
    });
    if trials.works_since.is_none() && !is_tried {
        return Ok(None);
    }
    binding::owner(service, &inbound.school, (KNOWN, &inbound.account)).await
}

/// Takes the first words of the trial's guardian as the answer, in the batch of their turn. Returns whether they are no more
/// than that, and thanked for; anything else is also said to the school.
///
/// # Errors
/// The store failed.
pub(super) async fn answered(draft: &mut Draft<'_>, inbound: &Inbound) -> Result<bool, UseCaseError> {
    let Content::Text(text) = &inbound.content else { return Ok(false) };
    if inbound.channel != CHAT {
        return Ok(false);
    }
    let (school, now) = (draft.school.id.clone(), draft.now);
    let Stored { value: mut trials, expect } = load(draft.service.store.as_ref(), &school).await?;
    let is_awaited = |trial: &&mut Trial| trial.account == inbound.account && trial.answered_at.is_none();
    let Some(trial) = trials.last.as_mut().filter(is_awaited) else { return Ok(false) };
    match trial.progress {
        Progress::Arrived { .. } => {
            trial.progress = Progress::Answered { at: now };
            trials.works_since = trials.works_since.or(Some(now));
        }
        Progress::Sent { .. } => {}
        Progress::Refused { .. } | Progress::Answered { .. } => return Ok(false),
    }
    trial.answered_at = Some(now);
    record::put(draft.batch_mut(), &school, key(&school), &trials, expect)?;
    let is_sign = |character: char| !character.is_alphanumeric();
    let is_the_word = text.trim_matches(is_sign).trim_end_matches('了') == WORD;
    if is_the_word {
        draft.heard(text);
        draft.say(draft.common(THANKS));
    }
    Ok(is_the_word)
}

/// What the school's trials have shown.
///
/// # Errors
/// The store failed.
pub(super) async fn look(store: &dyn Store, school: &SchoolId) -> Result<ChatKnown, UseCaseError> {
    let trials = load(store, school).await?.value;
    let trial = trials.last.map(|trial| trial.progress);
    Ok(ChatKnown { works_since: trials.works_since, trial })
}

async fn load(store: &dyn Store, school: &SchoolId) -> Result<Stored<Trials>, UseCaseError> {
    let stored = record::load::<Trials>(store, &key(school)).await?;
    Ok(stored.unwrap_or_else(|| Stored { value: Trials::default(), expect: Expect::Absent }))
}

fn key(school: &SchoolId) -> Key {
    record::key::<Trials>(school, PRESENT)
}
