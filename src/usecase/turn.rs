//! A turn (一轮): one message of one person takes effect once, in order, and is answered.
//!
//! load → decide → commit. The same message again returns the same answer and changes nothing (DESIGN §3). Start at
//! [`receive`].

use std::collections::BTreeSet;

use super::directory::Change;
use super::draft::{Draft, Travel};
use super::record::{self, Handled, Stored};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, binding, card, directory, guest, thread, trial};
use crate::clock::{Moment, Stopwatch};
use crate::domain::ledger::Source;
use crate::domain::people::{Person, PersonId, SchoolId};
use crate::flow::effect::Input;
use crate::outbox::Lane;
use crate::platform::{Content, Inbound};
use crate::store::{Batch, Expect, Key, StoreError};

/// Takes a message. When this returns, it took effect and is on the medium.
///
/// Returns the words to answer with, if any; senders whom the roster does not know get none.
///
/// # Errors
/// The store failed; the platform delivers the message again.
pub async fn receive(
    service: &Service,
    inbound: &Inbound,
    now: Moment,
) -> Result<Option<String>, UseCaseError> {
    Ok(match take(service, inbound, None, now).await? {
        Taken::Done(reply) => reply,
        Taken::Stale => None,
    })
}

/// Takes a message that answers what was asked when the conversation stood at `turn`, and only that. Returns whether it
/// took effect, now or when it came before; if not, nothing has changed.
///
/// # Errors
/// As [`receive`].
pub async fn receive_at(
    service: &Service,
    inbound: &Inbound,
    turn: u64,
    now: Moment,
) -> Result<bool, UseCaseError> {
    Ok(take(service, inbound, Some(turn), now).await? != Taken::Stale)
}

/// What became of a message.
#[derive(PartialEq, Eq)]
enum Taken {
    /// It took effect; the words to answer with.
    Done(Option<String>),
    /// The conversation has gone on since.
    Stale,
}

async fn take(
    service: &Service,
    inbound: &Inbound,
    turn: Option<u64>,
    now: Moment,
) -> Result<Taken, UseCaseError> {
    let school = service.school(&inbound.school)?;
    let handled = record::key::<Handled>(&school.id, record::handled_id(inbound.channel, &inbound.id.0));
    let change = match &inbound.content {
        Content::DirectoryChanged => Some(Change::Any),
        Content::ClassChanged(class) => Some(Change::Class(class)),
        _ => None,
    };
    if let Some(change) = change {
        directory_changed(service, &school.id, change, &handled, now).await?;
        return Ok(Taken::Done(None));
    }
    let owner = match binding::owner(service, &school.id, (inbound.channel, &inbound.account)).await? {
        Some(owner) => Some(owner),
        None => trial::owner(service, inbound).await?,
    };
    let person = match owner {
        Some(owner) => owner,
        None if guest::can_write(inbound.channel) => guest::id(inbound.channel, &inbound.account),
        None => {
            tracing::info!(school.id = %school.id, "a message from somebody outside the roster is left alone");
            if inbound.channel.is_one_way() {
                // Who follows and is not known yet stands in the directory.
                directory::changed(service, &school.id, Change::Any, now).await?;
            }
            return Ok(Taken::Done(None));
        }
    };
    let _turn = service.queue.turn_of(&school.id, &person).await;
    for _ in 0..CONFLICTS_MAX {
        if let Some(before) = record::load::<Handled>(service.store.as_ref(), &handled).await? {
            metrics::counter!("kehou_inbound_repeated_total").increment(1);
            return Ok(Taken::Done(before.value.reply));
        }
        let made = batch_of(service, school, (inbound, turn), &person, &handled, now).await?;
        let Some((batch, reply)) = made else { return Ok(Taken::Stale) };
        let watch = Stopwatch::start();
        let landed = service.store.commit(batch).await;
        measured("commit", watch);
        match landed {
            Ok(_) => {
                if inbound.channel.is_one_way() {
                    directory::overtaken(service, &school.id, now).await?;
                }
                return Ok(Taken::Done(reply));
            }
            Err(StoreError::Conflict(_)) => metrics::counter!("kehou_conflicts_total").increment(1),
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Notes a change of the directory, once for each time that the platform tells it.
async fn directory_changed(
    service: &Service,
    school: &SchoolId,
    change: Change<'_>,
    handled: &Key,
    now: Moment,
) -> Result<(), UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        if record::load::<Handled>(service.store.as_ref(), handled).await?.is_some() {
            metrics::counter!("kehou_inbound_repeated_total").increment(1);
            return Ok(());
        }
        let mut batch = Batch::default();
        directory::put_change(service, school, change, now, &mut batch).await?;
        let record = Handled { at: now, reply: None };
        record::put(&mut batch, school, handled.clone(), &record, Expect::Absent)?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => metrics::counter!("kehou_conflicts_total").increment(1),
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

async fn batch_of(
    service: &Service,
    school: &School,
    (inbound, turn): (&Inbound, Option<u64>),
    person: &PersonId,
    handled: &Key,
    now: Moment,
) -> Result<Option<(Batch, Option<String>)>, UseCaseError> {
    let draft = if says_something(inbound) { load(service, school, person, now).await? } else { None };
    let has_thread = draft.as_ref().is_some_and(|draft| thread::is_kept_for(&draft.person));
    let (mut batch, reply) = match draft {
        Some(draft) if turn.is_some_and(|turn| draft.conversation().turn != turn) => return Ok(None),
        Some(draft) => {
            let watch = Stopwatch::start();
            let source = Source { channel: inbound.channel, message: inbound.id.0.clone() };
            let mut draft = draft.caused_by(source);
            let mut travel = draft.way_back(inbound, None).await?;
            let input = match &inbound.content {
                _ if trial::answered(&mut draft, inbound).await? => None,
                Content::Press(press) => {
                    // The answer to a press carries no words.
                    travel = Travel::Outbox(Lane::Reply);
                    card::hear(&mut draft, inbound, press).await?
                }
                content => hear(content, &mut draft),
            };
            if let Some(input) = input {
                draft.take(input).await?;
            }
            let made = draft.into_batch(travel)?;
            measured("step", watch);
            made
        }
        None => (Batch::default(), None),
    };
    if has_thread {
        thread::prune(service.store.as_ref(), &school.id, person, &mut batch).await?;
    }
    if let Some(is_reachable) = reachability(&inbound.content) {
        mark_reachable((service, school), inbound, person, is_reachable, now, &mut batch).await?;
    }
    let record = Handled { at: now, reply: reply.clone() };
    record::put(&mut batch, &school.id, handled.clone(), &record, Expect::Absent)?;
    Ok(Some((batch, reply)))
}

async fn load<'a>(
    service: &'a Service,
    school: &'a School,
    person: &PersonId,
    now: Moment,
) -> Result<Option<Draft<'a>>, UseCaseError> {
    let watch = Stopwatch::start();
    let draft = Draft::load(service, school, person, now).await;
    measured("load", watch);
    draft
}

/// Counts how long a part of a callback took, for `/metrics`.
pub fn measured(part: &'static str, watch: Stopwatch) {
    metrics::histogram!("kehou_turn_seconds", "part" => part).record(watch.elapsed().as_secs_f64());
}

fn says_something(inbound: &Inbound) -> bool {
    match &inbound.content {
        Content::Text(_) | Content::Tap(_) | Content::Press(_) | Content::Unreadable | Content::Joined => {
            !inbound.channel.is_one_way()
        }
        Content::Entered
        | Content::Left
        | Content::DirectoryChanged
        | Content::ClassChanged(_)
        | Content::Other => false,
    }
}

/// What a message is for the flow; what was said is kept for the person's thread.
fn hear(content: &Content, draft: &mut Draft<'_>) -> Option<Input> {
    match content {
        Content::Text(text) => {
            draft.heard(text);
            Some(Input::Reply(text.clone()))
        }
        Content::Tap(tap) => Some(match draft.tapped(*tap) {
            Some(tap) => {
                draft.heard(&tap.label);
                Input::Reply(tap.sends)
            }
            None => Input::StaleTap,
        }),
        Content::Unreadable => Some(Input::Unreadable),
        Content::Joined => Some(Input::Welcome),
        Content::Press(_)
        | Content::Entered
        | Content::Left
        | Content::DirectoryChanged
        | Content::ClassChanged(_)
        | Content::Other => None,
    }
}

/// What a message tells about the account itself: who writes can be reached.
fn reachability(content: &Content) -> Option<bool> {
    match content {
        Content::Joined | Content::Text(_) | Content::Tap(_) | Content::Press(_) | Content::Unreadable => {
            Some(true)
        }
        Content::Left => Some(false),
        Content::Entered | Content::DirectoryChanged | Content::ClassChanged(_) | Content::Other => None,
    }
}

async fn mark_reachable(
    (service, school): (&Service, &School),
    inbound: &Inbound,
    person: &PersonId,
    is_reachable: bool,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let key = record::key::<Person>(&school.id, person);
    let Some(Stored { mut value, expect }) = record::load::<Person>(service.store.as_ref(), &key).await?
    else {
        return Ok(());
    };
    let is_this = |point: &&mut crate::domain::people::ContactPoint| {
        point.channel == inbound.channel && point.account == inbound.account
    };
    let Some(point) = value.contact_points.iter_mut().find(is_this) else { return Ok(()) };
    if point.is_reachable == is_reachable {
        return Ok(());
    }
    point.is_reachable = is_reachable;
    if is_reachable && inbound.channel.is_one_way() {
        directory::ask_again(service, school, &value, &mut BTreeSet::new(), now, batch).await?;
    }
    record::put(batch, &school.id, key, &value, expect)
}
