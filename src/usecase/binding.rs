//! Binding (绑定): who is behind an account of a chat that anybody can open.
//!
//! By a ticket, which the parent page puts into the link to the chat: it names a person, for ten minutes, once. Without
//! one the person is asked; see `asking`. The other guardians and the person's other accounts are told. Start at
//! [`invite`] and [`enter`].

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::draft::Draft;
use super::record::{self, AccountOwner, Document, Handled, Stored};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, guardians, guest};
use crate::clock::{Moment, sortable};
use crate::domain::ledger::Source;
use crate::domain::people::{Channel, ContactPoint, Person, PersonId, SchoolId};
use crate::flow::effect::Input;
use crate::outbox::Lane;
use crate::platform::mailbox::{Entered, Ticket};
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, StoreError, Write};

/// How long a ticket is good.
const TICKET_LIFE: chrono::Duration = chrono::Duration::minutes(10);
/// Random octets of a ticket.
const TICKET_OCTETS: usize = 16;
/// The index of what is forgotten from then on.
pub(super) const UNTIL: &str = "until";

/// A ticket that was given out and not used yet, under the hash of what the link brings along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TicketRecord {
    person: PersonId,
    expires_at: Moment,
}

impl Document for TicketRecord {
    const KIND: Kind = Kind("chat_ticket");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: UNTIL, value: sortable(self.expires_at) }]
    }
}

/// Makes a ticket for a person who is known, to be put into the link to the chat: good for ten minutes and once.
///
/// # Errors
/// The store failed.
pub async fn invite(
    service: &Service,
    school: &SchoolId,
    person: &PersonId,
    now: Moment,
) -> Result<Ticket, UseCaseError> {
    let octets: [u8; TICKET_OCTETS] = service.ids.bytes();
    let ticket = Ticket(hex::encode(octets));
    let value = TicketRecord { person: person.clone(), expires_at: now + TICKET_LIFE };
    let mut batch = Batch::default();
    record::put(&mut batch, school, key(school, &ticket), &value, Expect::Absent)?;
    service.store.commit(batch).await?;
    Ok(ticket)
}

/// Somebody opened the chat by a link: the ticket says who it is, and they are greeted where that is possible.
///
/// # Errors
/// The store failed; nothing was done.
pub(super) async fn enter(service: &Service, entered: &Entered, now: Moment) -> Result<(), UseCaseError> {
    let inbound = &entered.inbound;
    // Fetched late, a greeting waits for the person's first words.
    let greet_until = entered.greet_until.filter(|until| now < *until);
    let school = service.school(&inbound.school)?;
    let handled = record::key::<Handled>(&school.id, record::handled_id(inbound.channel, &inbound.id.0));
    for _ in 0..CONFLICTS_MAX {
        if record::load::<Handled>(service.store.as_ref(), &handled).await?.is_some() {
            return Ok(());
        }
        let ticket = match &entered.ticket {
            Some(ticket) => redeem(service, school, ticket, now).await?,
            None => None,
        };
        let owner = owner(service, &school.id, (inbound.channel, &inbound.account)).await?;
        // Whoever has the chat keeps it: a link that somebody passed on does not make them somebody else.
        let bound =
            ticket.as_ref().filter(|_| owner.is_none()).map(|(_, ticket)| ticket.value.person.clone());
        let is_new = bound.is_some();
        let person = owner.or(bound).unwrap_or_else(|| guest::id(inbound.channel, &inbound.account));
        let _turn = service.queue.turn_of(&school.id, &person).await;
        let mut batch = Batch::default();
        if let Some((key, ticket)) = ticket {
            batch.writes.push(Write::Delete { key, expect: ticket.expect });
        }
        if let Some(mut draft) = Draft::load(service, school, &person, now).await? {
            let source = Source { channel: inbound.channel, message: inbound.id.0.clone() };
            draft = draft.caused_by(source);
            let point = ContactPoint {
                channel: inbound.channel,
                account: inbound.account.clone(),
                is_reachable: true,
            };
            if is_new && bind(&mut draft, &person, point, true).await? {
                let words = draft.common("bound");
                draft.say(words);
            }
            if is_new || greet_until.is_some() {
                let travel = draft.way_back(inbound, greet_until).await?;
                draft.take(Input::Welcome).await?;
                batch.writes.extend(draft.into_batch(travel)?.0.writes);
            }
        }
        record::put(
            &mut batch,
            &school.id,
            handled.clone(),
            &Handled { at: now, reply: None },
            Expect::Absent,
        )?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => metrics::counter!("kehou_conflicts_total").increment(1),
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Gives a person the account that just spoke; the other guardians and the person's other accounts are told.
///
/// - `draft`: the turn in which it becomes known, the person's own or the guest's.
/// - `replaces`: whether it takes the place of another chat that is in use; a person has one on each channel.
///
/// Returns whether it is the person's now.
///
/// # Errors
/// The store failed.
pub(super) async fn bind(
    draft: &mut Draft<'_>,
    person: &PersonId,
    point: ContactPoint,
    replaces: bool,
) -> Result<bool, UseCaseError> {
    let (store, school) = (draft.service.store.as_ref(), &draft.school.id);
    let key = record::key::<Person>(school, person);
    let Some(Stored { mut value, expect }) = record::load::<Person>(store, &key).await? else {
        return Ok(false);
    };
    let before = value.clone();
    let is_chat = |other: &ContactPoint| other.channel == point.channel;
    let former: Vec<ContactPoint> =
        before.contact_points.iter().filter(|one| is_chat(one)).cloned().collect();
    if former.iter().any(|former| former.is_reachable) && !replaces {
        return Ok(false);
    }
    value.contact_points.retain(|other| !is_chat(other));
    value.contact_points.push(point.clone());
    let batch = draft.batch_mut();
    for former in former.iter().filter(|former| former.account != point.account) {
        let key = owner_key(school, former.channel, &former.account);
        batch.writes.push(Write::Delete { key, expect: Expect::Any });
    }
    let owner = owner_key(school, point.channel, &point.account);
    record::put(batch, school, key, &value, expect)?;
    record::put(batch, school, owner, &AccountOwner { person: person.clone() }, Expect::Absent)?;
    tell(draft, &before).await?;
    Ok(true)
}

/// The person by their other accounts, and the other guardians of their children.
async fn tell(draft: &mut Draft<'_>, person: &Person) -> Result<(), UseCaseError> {
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let words = draft.common("told_bound");
    super::notice::tell(service, school, (person, Lane::Decision), &words, now, draft.batch_mut())?;
    let words = draft.common("told_other_bound");
    let mut told: Vec<PersonId> = Vec::new();
    for child in &person.children {
        for other in guardians::others(service, school, child, &person.id).await? {
            if !told.contains(&other.id) {
                let to = (&other, Lane::Decision);
                super::notice::tell(service, school, to, &words, now, draft.batch_mut())?;
                told.push(other.id);
            }
        }
    }
    Ok(())
}

/// The person whom a ticket names, while it is good.
async fn redeem(
    service: &Service,
    school: &School,
    ticket: &Ticket,
    now: Moment,
) -> Result<Option<(Key, Stored<TicketRecord>)>, UseCaseError> {
    let key = key(&school.id, ticket);
    let found = record::load::<TicketRecord>(service.store.as_ref(), &key).await?;
    Ok(found.filter(|found| now < found.value.expires_at).map(|found| (key, found)))
}

/// Who has an account; `None` for somebody whom we do not know.
///
/// # Errors
/// The store failed.
pub async fn owner(
    service: &Service,
    school: &SchoolId,
    (channel, account): (Channel, &str),
) -> Result<Option<PersonId>, UseCaseError> {
    let key = owner_key(school, channel, account);
    let owner = record::load::<AccountOwner>(service.store.as_ref(), &key).await?;
    Ok(owner.map(|owner| owner.value.person))
}

fn owner_key(school: &SchoolId, channel: Channel, account: &str) -> Key {
    record::key::<AccountOwner>(school, record::account_id(channel, account))
}

fn key(school: &SchoolId, ticket: &Ticket) -> Key {
    record::key::<TicketRecord>(school, hex::encode(Sha256::digest(&ticket.0)))
}
