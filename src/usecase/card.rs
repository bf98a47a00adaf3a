//! Cards (卡片): questions to staff whose answers can be pressed, beside the words that say the same.
//!
//! A card is a second way to say what could be typed, and no more: a press becomes those words (`press`), and whoever
//! decides by words settles the card as well. Each person has a card of their own, with codes that allow one change
//! each. Knows no platform. Start at [`offer`], then [`press::hear`] and [`close`].
//!
//! Who never pressed a card may not see them at all (some phones show none): they read the words as well.

mod press;

use std::collections::BTreeSet;
use std::ops::Bound::Included;

use serde::{Deserialize, Serialize};

use super::deliveries::{self, OnDelivered};
use super::draft::Draft;
use super::reach::best_contact_point;
use super::record::{self, Document, Stored};
use super::thread::{self, By};
use super::{School, Service, UseCaseError, notice};
use crate::clock::{Moment, sortable};
use crate::domain::people::{Channel, ContactPoint, Person, PersonId, SchoolId};
use crate::outbox::{self, Lane, Row};
use crate::platform::Message;
use crate::platform::card::{Card, CardAsks, CardCode, CardId, CardOption, CardUpdate};
use crate::store::{Batch, Expect, IndexEntry, Kind, Range};

pub(super) use press::{ALL, CHILD, SUBMIT, hear};

/// For how long a card is known after it was sent; longer than any code is good.
const KEPT: chrono::Duration = chrono::Duration::days(14);
/// For how long a press tells that somebody sees cards.
const SEES_FOR: chrono::Duration = chrono::Duration::days(60);
/// How old a code may be of the time that it is good for: the way there takes some of it.
const CODE_MARGIN: chrono::Duration = chrono::Duration::hours(1);
/// Codes kept of one card, the newest.
const CODES_MAX: usize = 4;
/// Cards about one thing that are settled together.
const TOGETHER_MAX: usize = 200;
/// What stands on a card where the words are too long for it.
const SETTLED: &str = "已办好";
/// The texts of `bot-flows/common.yaml` about cards.
pub(super) const NOTICES: &[&str] = &["card_ask", "card_before", "card_over", "card_unclear"];

/// A card that was sent to somebody (已发卡片).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// To whom.
    pub person: PersonId,
    /// By which channel.
    pub channel: Channel,
    /// To which account.
    pub account: String,
    /// What it asks about.
    pub about: About,
    /// When it was written.
    pub sent_at: Moment,
    /// What allows changes of it, one each, the newest last.
    pub codes: Vec<Code>,
    /// What stands on it since nothing can be pressed any more.
    pub over: Option<String>,
}

/// What a card asks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A matter as it was asked for then.
    Matter {
        /// The key of its record.
        key: String,
        /// By which people name it.
        number: u32,
        /// The turn in which it was asked for.
        asked_in_turn: u64,
    },
    /// The roll call of a room on its day.
    RollCall {
        /// The key of the room's record.
        key: String,
    },
    /// A broadcast to its reader.
    Broadcast {
        /// The key of the reader's receipt.
        key: String,
    },
}

/// What allows one change of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    code: CardCode,
    got_at: Moment,
}

/// Somebody who presses cards, and so sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Presser {
    pressed_at: Moment,
}

impl Shown {
    /// The index of cards by when they can be forgotten.
    pub(super) const UNTIL: &'static str = "until";
}

impl About {
    fn key(&self) -> &str {
        match self {
            Self::Matter { key, .. } | Self::RollCall { key } | Self::Broadcast { key } => key,
        }
    }
}

impl Document for Shown {
    const KIND: Kind = Kind("card");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let until = IndexEntry { name: Self::UNTIL, value: sortable(self.sent_at + KEPT) };
        let about = IndexEntry { name: "about", value: format!("{school}/{}", self.about.key()) };
        [until].into_iter().chain(self.over.is_none().then_some(about)).collect()
    }
}

impl Document for Presser {
    const KIND: Kind = Kind("card_presser");
}

/// A card in the making.
pub(super) struct Offer<'a> {
    /// What it asks about.
    pub about: About,
    /// The headline.
    pub title: String,
    /// The words below it.
    pub body: String,
    /// How it is answered in words.
    pub hint: String,
    /// What can be pressed.
    pub asks: CardAsks,
    /// All of it in words.
    pub words: &'a str,
}

/// One thing to press.
pub(super) fn option(key: impl Into<String>, label: impl Into<String>) -> CardOption {
    CardOption { key: key.into(), label: label.into() }
}

/// Tells a person something that can be answered by a press: by a card where their channel has them, and in words where
/// it has none or they may not see it.
///
/// # Errors
/// The store failed.
pub(super) async fn offer(
    service: &Service,
    school: &School,
    (person, lane): (&Person, Lane),
    offer: &Offer<'_>,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let sees = match make(service, school, person, offer, now) {
        Some((point, _)) => sees_cards(service, &school.id, &point, now).await?,
        None => false,
    };
    if sees {
        thread::add(service, &school.id, person, (By::School, offer.words), (now, false), batch)?;
    } else {
        notice::tell(service, school, (person, lane), offer.words, now, batch)?;
    }
    add(service, school, (person, lane), offer, now, batch)
}

/// Adds the card alone, beside words that say more; no card where the person's channel has none that it fits.
///
/// # Errors
/// A record cannot be written as JSON.
pub(super) fn add(
    service: &Service,
    school: &School,
    (person, lane): (&Person, Lane),
    offer: &Offer<'_>,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Some((point, card)) = make(service, school, person, offer, now) else { return Ok(()) };
    let shown = Shown {
        person: person.id.clone(),
        channel: point.channel,
        account: point.account.clone(),
        about: offer.about.clone(),
        sent_at: now,
        codes: Vec::new(),
        over: None,
    };
    let key = record::key::<Shown>(&school.id, &card.id.0);
    record::put(batch, &school.id, key, &shown, Expect::Absent)?;
    let (to, then) = ((&school.id, &person.id, &point), OnDelivered::default());
    outbox::enqueue(batch, deliveries::message_row(service, to, lane, Message::Card(card), &then, now)?);
    Ok(())
}

/// The card, where it can be shown whole.
fn make(
    service: &Service,
    school: &School,
    person: &Person,
    offer: &Offer<'_>,
    now: Moment,
) -> Option<(ContactPoint, Card)> {
    let (point, _) = best_contact_point(school, person)?;
    let limits = school.card_limits(point.channel)?;
    let card = Card {
        id: CardId(service.ids.new_id("k_", now)),
        title: offer.title.clone(),
        body: offer.body.clone(),
        hint: offer.hint.clone(),
        asks: offer.asks.clone(),
        words: offer.words.to_owned(),
    };
    limits.fit(&card).then_some((point, card))
}

/// Whether an account has pressed a card lately.
async fn sees_cards(
    service: &Service,
    school: &SchoolId,
    point: &ContactPoint,
    now: Moment,
) -> Result<bool, UseCaseError> {
    let key = record::key::<Presser>(school, record::account_id(point.channel, &point.account));
    let presser = record::load::<Presser>(service.store.as_ref(), &key).await?;
    Ok(presser.is_some_and(|presser| now - presser.value.pressed_at < SEES_FOR))
}

/// Settles all cards about something: nothing can be pressed on them any more, and `label` stands there.
///
/// - `otherwise`: what somebody else reads whose card turns out not to be changeable.
///
/// Returns who sees it on their card and needs no words.
///
/// # Errors
/// The store failed.
pub(super) async fn close(
    draft: &mut Draft<'_>,
    about: &str,
    label: &str,
    otherwise: &str,
) -> Result<BTreeSet<PersonId>, UseCaseError> {
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let of = format!("{}/{about}", school.id);
    let range = Range { from: Included(of.clone()), to: Included(of), limit: TOGETHER_MAX };
    let mut sees = BTreeSet::new();
    for found in service.store.scan_index(Shown::KIND, "about", &range).await? {
        let pressed = draft.card.take_if(|(key, _)| *key == found.key);
        let is_pressed = pressed.is_some();
        let (key, mut stored) = match pressed {
            Some(pressed) => pressed,
            None => (found.key.clone(), record::read::<Shown>(&found)?),
        };
        let shown = &mut stored.value;
        let is_own = shown.person == draft.person.id;
        let point =
            ContactPoint { channel: shown.channel, account: shown.account.clone(), is_reachable: true };
        let is_seen = !is_own && sees_cards(service, &school.id, &point, now).await?;
        let otherwise = is_seen.then(|| otherwise.to_owned());
        shown.over = Some(label.to_owned());
        if let Some(row) = change(service, school, shown, otherwise, now)? {
            outbox::enqueue(draft.batch_mut(), row);
            if is_seen {
                sees.insert(shown.person.clone());
            }
        }
        if is_pressed {
            draft.card = Some((key, stored));
        } else {
            record::put(draft.batch_mut(), &school.id, key, &stored.value, stored.expect)?;
        }
    }
    Ok(sees)
}

/// The change of a card that is over, by its newest code; `None` while there is no code that is good.
fn change(
    service: &Service,
    school: &School,
    shown: &mut Shown,
    otherwise: Option<String>,
    now: Moment,
) -> Result<Option<Row>, UseCaseError> {
    let Some(limits) = school.card_limits(shown.channel) else { return Ok(None) };
    let good_for = chrono::Duration::from_std(limits.code_good_for).unwrap_or_default() - CODE_MARGIN;
    let newest = shown.codes.pop().filter(|code| now < code.got_at + good_for);
    let (Some(Code { code, got_at }), Some(label)) = (newest, shown.over.clone()) else { return Ok(None) };
    let is_short = label.chars().count() <= limits.button_max;
    let label = if is_short { label } else { SETTLED.to_owned() };
    let (channel, account) = (shown.channel, shown.account.clone());
    let point = ContactPoint { channel, account, is_reachable: true };
    let message = Message::CardUpdate(CardUpdate { code, label, otherwise });
    let (to, then) = ((&school.id, &shown.person, &point), OnDelivered::default());
    let row = deliveries::message_row(service, to, Lane::Reply, message, &then, now)?;
    let not_before = now + chrono::Duration::from_std(limits.change_after).unwrap_or_default();
    Ok(Some(Row { not_before, expires_at: Some(got_at + good_for), ..row }))
}

/// A card has arrived: its first code is kept, or used at once where the card was settled before it arrived.
///
/// # Errors
/// The store failed.
pub(super) async fn arrived(
    service: &Service,
    row: &Row,
    (card, code): (&CardId, &CardCode),
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Ok(school) = service.school(&row.school) else { return Ok(()) };
    let key = record::key::<Shown>(&row.school, &card.0);
    let Some(Stored { value: mut shown, expect }) =
        record::load::<Shown>(service.store.as_ref(), &key).await?
    else {
        return Ok(());
    };
    // A press may have come before the answer that says it was sent; its code is the newer one.
    shown.codes.insert(0, Code { code: code.clone(), got_at: now });
    if shown.over.is_some()
        && let Some(row) = change(service, school, &mut shown, None, now)?
    {
        outbox::enqueue(batch, row);
    }
    record::put(batch, &row.school, key, &shown, expect)
}

/// A card could not be changed: who reads nothing else is told in words.
///
/// # Errors
/// What follows cannot be written as JSON.
pub(super) fn not_changed(
    service: &Service,
    row: &Row,
    update: &CardUpdate,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Some(words) = update.otherwise.clone() else { return Ok(()) };
    let point = ContactPoint { channel: row.channel, account: row.account.clone(), is_reachable: true };
    let (to, then) = ((&row.school, &row.person, &point), OnDelivered::default());
    outbox::enqueue(batch, deliveries::row(service, to, Lane::Decision, words, &then, now)?);
    Ok(())
}
