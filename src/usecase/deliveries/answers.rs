//! Answers that ended (应答的结局): what they leave in the window, and those that were accepted and did not arrive.
//!
//! Part of `deliveries`. Start at [`failed`].

use super::super::record::{self, Handled, SentAnswer, Stored};
use super::super::{CONFLICTS_MAX, Service, UseCaseError};
use super::Aftermath;
use crate::clock::Moment;
use crate::domain::answer_window::AnswerWindow;
use crate::domain::people::SchoolId;
use crate::outbox::{self, Row, RowState, row_key};
use crate::platform::mailbox::Undelivered;
use crate::store::{Batch, Expect, Store, StoreError, Write};

impl Aftermath<'_> {
    /// An answer has ended: it counts against what may still be said, unless it certainly did not go.
    pub(super) async fn close_answer(&mut self, row: &Row, may_have_gone: bool) -> Result<(), UseCaseError> {
        let id = record::account_id(row.channel, &row.account);
        let key = record::key::<AnswerWindow>(&row.school, id);
        if !self.windows.contains_key(&key) {
            let store = self.service.store.as_ref();
            let Some(window) = record::load::<AnswerWindow>(store, &key).await? else { return Ok(()) };
            self.windows.insert(key.clone(), (row.school.clone(), window));
        }
        if let Some((_, window)) = self.windows.get_mut(&key) {
            window.value.end(&row.id, may_have_gone, self.at);
        }
        Ok(())
    }

    /// Whether it is known already that an answer did not arrive, which the platform has accepted, or may have. An accepted
    /// one is kept for that case; where it is known it is shown to an admin, under an id of its own, because the row goes.
    pub(super) async fn has_failed(&mut self, row: &Row, is_accepted: bool) -> Result<bool, UseCaseError> {
        let key = record::key::<SentAnswer>(&row.school, &row.id);
        let known = record::load::<SentAnswer>(self.service.store.as_ref(), &key).await?;
        if let Some(Stored { value: known, expect }) = known {
            self.batch.writes.push(Write::Delete { key, expect });
            if is_accepted {
                let copy = Row { id: self.service.ids.new_id("", self.at), ..row.clone() };
                outbox::park(&mut self.batch, copy, known.failure.as_deref().unwrap_or_default(), self.at);
            }
            return Ok(true);
        }
        if !is_accepted {
            return Ok(false);
        }
        let sent = SentAnswer { at: self.at, row: Some(row.clone()), failure: None };
        record::put(&mut self.batch, &row.school, key, &sent, Expect::Absent)?;
        Ok(false)
    }
}

/// An accepted answer did not arrive: it is shown to an admin, the account counts as not reached, and what follows from
/// that follows.
///
/// # Errors
/// The store failed; nothing was done.
pub(in crate::usecase) async fn failed(
    service: &Service,
    undelivered: &Undelivered,
    now: Moment,
) -> Result<(), UseCaseError> {
    let inbound = &undelivered.inbound;
    let school = service.school(&inbound.school)?;
    let handled = record::key::<Handled>(&school.id, record::handled_id(inbound.channel, &inbound.id.0));
    let key = record::key::<SentAnswer>(&school.id, &undelivered.answer);
    for _ in 0..CONFLICTS_MAX {
        let store = service.store.as_ref();
        if record::load::<Handled>(store, &handled).await?.is_some() {
            return Ok(());
        }
        let mut aftermath = Aftermath::new(service, now);
        match record::load::<SentAnswer>(store, &key).await? {
            Some(Stored { value: SentAnswer { row: Some(row), .. }, expect }) => {
                aftermath.batch.writes.push(Write::Delete { key: key.clone(), expect });
                aftermath.unreached(&row).await?;
                outbox::park(&mut aftermath.batch, row, undelivered.reason, now);
            }
            Some(_) => {}
            None => {
                if let Some(row) = parked(store, &school.id, &undelivered.answer).await? {
                    aftermath.unreached(&row).await?;
                    outbox::park(&mut aftermath.batch, row, undelivered.reason, now);
                } else {
                    let failure = Some(undelivered.reason.to_owned());
                    let early = SentAnswer { at: now, row: None, failure };
                    record::put(&mut aftermath.batch, &school.id, key.clone(), &early, Expect::Absent)?;
                }
            }
        }
        let mut batch = Batch { writes: aftermath.into_writes()? };
        let record = Handled { at: now, reply: None };
        record::put(&mut batch, &school.id, handled.clone(), &record, Expect::Absent)?;
        match store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => metrics::counter!("kehou_conflicts_total").increment(1),
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// An answer that was parked because nobody knew whether it had arrived.
async fn parked(store: &dyn Store, school: &SchoolId, id: &str) -> Result<Option<Row>, StoreError> {
    let found = store.load(&row_key(school, id)).await?;
    let row = found.as_ref().map(Row::read).transpose()?;
    Ok(row.filter(|row| matches!(row.state, RowState::Parked { .. })))
}
