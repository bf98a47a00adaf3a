//! What the clock makes due (到点): questions on their way, errands, silence, digests, and records that have expired.
//!
//! One [`tick`] does all that is due and nothing twice; the app calls it again and again. Start at [`tick`].

use chrono::NaiveTime;

use super::action::TriesRecord;
use super::binding::{self, TicketRecord};
use super::card::Shown;
use super::draft::{Draft, Travel};
use super::login::{self, Login, SpentState};
use super::record::{self, Document, Handled, SentAnswer, Timer};
use super::{
    CONFLICTS_MAX, Service, UseCaseError, broadcast, campaign, complaint, custody, digest, errand, guest,
    matter, teacher_list, thread, weekly,
};
use crate::clock::{Moment, sortable};
use crate::domain::answer_window::AnswerWindow;
use crate::flow::effect::Input;
use crate::outbox::Lane;
use crate::store::{Batch, Expect, Key, Kind, Range, Record, StoreError, Write};

/// Timers taken up in one tick, and messages forgotten in one: few enough to be read without a thread of their own,
/// because every callback may bring a tick.
const AT_ONCE_MAX: usize = 256;

/// How long a message is remembered for de-duplication: longer than any platform delivers it again, or keeps it to be
/// fetched again.
const HANDLED_KEPT: chrono::Duration = chrono::Duration::hours(80);

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Errands that took effect.
    pub errands: usize,
    /// Timers that fired: of questions, of matters, of children in care, and of broadcasts.
    pub timers: usize,
    /// Digests and teachers' lists that were sent.
    pub digests: usize,
}

/// Does all that is due at `now`.
///
/// - `digest_at`: the time of the evening digest.
///
/// # Errors
/// The store failed; the next tick goes on where this one stopped.
pub async fn tick(service: &Service, digest_at: NaiveTime, now: Moment) -> Result<TickReport, UseCaseError> {
    let mut report = TickReport::default();
    for school in service.schools.values() {
        campaign::ask_all(service, school, now).await?;
        custody::open_due(service, school, now).await?;
        report.timers += custody::climb_due(service, school, now).await?;
        report.timers += broadcast::run_due(service, school, now).await?;
        report.timers += complaint::route_due(service, school, now).await?;
    }
    report.timers += fire_timers(service, now).await? + matter::fire_due(service, now).await?;
    report.errands = errand::run_all(service, now).await?;
    for school in service.schools.values() {
        report.digests += digest::send_due(service, school, digest_at, now).await?;
        report.digests += weekly::send_due(service, school, digest_at, weekly::INSPECTOR, now).await?;
        report.digests += teacher_list::send_due(service, school, digest_at, now).await?;
    }
    forget(service, now).await?;
    Ok(report)
}

async fn fire_timers(service: &Service, now: Moment) -> Result<usize, UseCaseError> {
    let due = Range {
        from: std::ops::Bound::Unbounded,
        to: std::ops::Bound::Included(sortable(now)),
        limit: AT_ONCE_MAX,
    };
    let records = service.store.scan_index(Timer::KIND, "due", &due).await?;
    let mut fired = 0;
    for found in &records {
        match fire(service, &found.key, now).await {
            Ok(()) => fired += 1,
            Err(error) => super::skip(error, "a timer")?,
        }
    }
    Ok(fired)
}

async fn fire(service: &Service, key: &Key, now: Moment) -> Result<(), UseCaseError> {
    let Some(seen) = record::load::<Timer>(service.store.as_ref(), key).await? else { return Ok(()) };
    let school = service.school(&seen.value.school)?;
    let _turn = service.queue.turn_of(&school.id, &seen.value.person).await;
    for _ in 0..CONFLICTS_MAX {
        // The person may have answered while we waited for their turn.
        let Some(timer) = record::load::<Timer>(service.store.as_ref(), key).await? else { return Ok(()) };
        if timer.value.due_at > now {
            return Ok(());
        }
        let input = Input::Silence { asked_in_turn: timer.value.asked_in_turn, rung: timer.value.rung };
        let batch = match Draft::load(service, school, &timer.value.person, now).await? {
            Some(draft) => {
                let mut draft = draft.fired_by(key.clone(), timer.expect);
                draft.take(input).await?;
                draft.into_batch(Travel::Outbox(Lane::Bulk))?.0
            }
            None => Batch { writes: vec![Write::Delete { key: key.clone(), expect: timer.expect }] },
        };
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Forgets messages that no platform delivers again, and what has been kept for long enough.
async fn forget(service: &Service, now: Moment) -> Result<(), UseCaseError> {
    forget_before(service, (Handled::KIND, "at"), now - HANDLED_KEPT).await?;
    forget_before(service, (SentAnswer::KIND, "at"), now - HANDLED_KEPT).await?;
    forget_before(service, (AnswerWindow::KIND, "at"), now - HANDLED_KEPT).await?;
    guest::forget(service, now).await?;
    forget_before(service, (TicketRecord::KIND, binding::UNTIL), now).await?;
    forget_before(service, (TriesRecord::KIND, binding::UNTIL), now).await?;
    forget_before(service, (thread::Line::KIND, thread::Line::UNTIL), now).await?;
    forget_before(service, (Shown::KIND, Shown::UNTIL), now).await?;
    forget_before(service, (Login::KIND, login::UNTIL), now).await?;
    forget_before(service, (SpentState::KIND, login::UNTIL), now).await
}

async fn forget_before(
    service: &Service,
    (kind, index): (Kind, &'static str),
    before: Moment,
) -> Result<(), UseCaseError> {
    let old = Range {
        from: std::ops::Bound::Unbounded,
        to: std::ops::Bound::Excluded(sortable(before)),
        limit: AT_ONCE_MAX,
    };
    let records = service.store.scan_index(kind, index, &old).await?;
    if records.is_empty() {
        return Ok(());
    }
    let delete = |found: Record| Write::Delete { key: found.key, expect: Expect::Version(found.version) };
    let writes = records.into_iter().map(delete).collect();
    match service.store.commit(Batch { writes }).await {
        // One of them is in use again; the next tick looks anew.
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
