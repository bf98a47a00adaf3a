//! A call (一次接口调用): the exact bytes that go out, on record before they go.
//!
//! Pure. After a crash an unfinished call goes out again byte for byte, as long as the platform's duplicate guard
//! knows it. Start at [`CallRecord`].

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::row::{Lane, Row, encode};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::{Call, Message, Platform, Receipt};
use crate::store::{Expect, Key, Kind, Write};

/// The kind of a call's record.
pub(super) const OUTBOX_CALL: Kind = Kind("outbox_call");
/// Where a platform knows no duplicates, an urgent message that may be lost is tried again for so long: who waits for a child
/// had rather read it twice than never. Anything else is not repeated there.
const URGENT_GUARD: Duration = Duration::from_mins(1);
/// How often words that were just said may be said again and still be told apart.
const REPEATS_MAX: usize = 64;

/// A frozen call. When it is done, what it said is gone and its times stay for the pace.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CallRecord {
    pub(super) id: String,
    pub(super) school: SchoolId,
    pub(super) channel: Channel,
    pub(super) lane: Lane,
    /// The bytes; `None` when done.
    pub(super) call: Option<Call>,
    /// The hash of the body; empty when it certainly did not arrive.
    pub(super) hash: String,
    /// Whom it goes to.
    pub(super) accounts: Vec<String>,
    /// The rows in it, in the order of `accounts`; empty when done.
    pub(super) rows: Vec<String>,
    /// When it was sent, each try.
    pub(super) tries: Vec<Moment>,
    /// Not tried again before.
    pub(super) next_at: Moment,
    /// Not tried again from then on.
    pub(super) retry_until: Moment,
    /// Whether an earlier try may have arrived.
    pub(super) maybe_arrived: bool,
    /// The platform accepted it, and is asked with this whom it reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<Receipt>,
    /// How often it was asked.
    #[serde(default)]
    pub(super) questions: u32,
}

impl CallRecord {
    /// Freezes a call of these rows, which say the same.
    ///
    /// - `guard`: for how long the platform takes it again without doing it twice.
    pub(super) fn freeze(id: String, call: Call, rows: &[Row], guard: Duration, now: Moment) -> Option<Self> {
        let first = rows.first()?;
        // With a margin, for the way there and for clocks that differ.
        let guard = match guard * 9 / 10 {
            Duration::ZERO if first.lane == Lane::Urgent => URGENT_GUARD,
            guard => guard,
        };
        let guard_end = now + guard;
        let retry_until =
            rows.iter().filter_map(|row| row.expires_at).min().map_or(guard_end, |at| at.min(guard_end));
        Some(Self {
            id,
            school: first.school.clone(),
            channel: first.channel,
            lane: first.lane,
            hash: body_hash(&call),
            call: Some(call),
            accounts: rows.iter().map(|row| row.account.clone()).collect(),
            rows: rows.iter().map(|row| row.id.clone()).collect(),
            tries: vec![now],
            next_at: now,
            retry_until,
            maybe_arrived: false,
            receipt: None,
            questions: 0,
        })
    }

    /// The record once nothing more happens to the call.
    pub(super) fn done(mut self, is_known_to_platform: bool) -> Self {
        self.call = None;
        self.receipt = None;
        if !is_known_to_platform {
            self.hash.clear();
        }
        self.rows.clear();
        self
    }

    pub(super) fn put(&self) -> Write {
        Write::Put { key: self.key(), expect: Expect::Any, body: encode(self), indexes: Vec::new() }
    }

    pub(super) fn key(&self) -> Key {
        Key::new(OUTBOX_CALL, format!("{}{}", call_prefix(&self.school, self.channel), self.id))
    }
}

/// What the ids of an account's call records begin with; below it they sort by time.
pub(super) fn call_prefix(school: &SchoolId, channel: Channel) -> String {
    format!("{school}/{}/", channel.key())
}

/// The bytes for these accounts, other than all that `is_known`.
///
/// A platform's duplicate guard would swallow words that are meant twice, so a repetition gets blanks at its end,
/// which nobody sees.
pub(super) fn compose_anew(
    platform: &dyn Platform,
    accounts: &[String],
    message: &Message,
    is_known: impl Fn(&str) -> bool,
) -> Call {
    let mut call = platform.compose(accounts, message);
    for repeats in 1..=REPEATS_MAX {
        if !is_known(&body_hash(&call)) {
            break;
        }
        let blanks = " ".repeat(repeats);
        let varied = match message {
            Message::Text(text) => Message::Text(format!("{text}{blanks}")),
            Message::TextCard { title, description, url } => Message::TextCard {
                title: title.clone(),
                description: format!("{description}{blanks}"),
                url: url.clone(),
            },
            // No two cards have the same id, and no change of one is said twice.
            Message::Card(_) | Message::CardUpdate(_) => break,
            // Its words, on a platform without pictures.
            Message::Image { .. } => Message::Text(format!("{}{blanks}", message.in_words())),
        };
        call = platform.compose(accounts, &varied);
    }
    call
}

pub(super) fn body_hash(call: &Call) -> String {
    hex::encode(Sha256::digest(format!("{}\n{}", call.endpoint, call.body)))
}
