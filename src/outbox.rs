//! The outbox (发件箱): what is to be sent, to whom and how fast; the only way out of the process.
//!
//! Use cases [`enqueue`] rows into the batch of what caused them. The outbox freezes rows into calls, keeps the
//! platform's limits and each person's order, and ends every row: delivered, parked with its reason, or expired.
//! Knows no conversation; [`Deliveries`] is told what arrived. Start at [`Outbox::drain`].
//!
//! | file | what |
//! |---|---|
//! | `row` | one message to one account, and its place in the order |
//! | `choose`, `pace` | pure: which rows go next, together |
//! | `picture` | pictures by their content, beside the rows that name them |
//! | `call` | pure: the frozen bytes, on record before they go |
//! | `settle` | pure: what an answer means for each row |
//! | `account` | what is known of one account of a platform, and the commits around a call |
//! | `admin` | list, resend, forget |
//! | `sent` | what can still be recalled |

mod account;
mod admin;
mod call;
mod choose;
mod pace;
mod picture;
mod row;
mod sent;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use self::account::{Account, Next};
use crate::clock::{Clock, Moment};
use crate::domain::calendar::DailyHours;
use crate::domain::people::SchoolId;
use crate::ids::Ids;
use crate::platform::card::CardCode;
use crate::platform::picture::{PictureId, Uploaded};
use crate::platform::{Platform, SendError, SendReport};
use crate::store::{Store, StoreError, Write};

pub use admin::{Listing, list, resend};
pub use picture::{OUTBOX_PICTURE, keep_picture};
pub use row::{Lane, OUTBOX, OUTBOX_DEDUP, Row, RowState, dedup_record_key, enqueue, park, row_key};
pub use sent::{OUTBOX_SENT, Sent, recalled, sent, sent_with};

/// Calls of one account that are on their way at the same time.
const PARALLEL_MAX: usize = 8;
/// Of these, kept free for urgent messages and replies, so that a slow survey cannot hold them up.
const PARALLEL_RESERVED: usize = 2;
/// How often [`Outbox::run`] looks by itself for what became due.
const LOOK_EVERY: chrono::Duration = chrono::Duration::seconds(1);
/// How often [`Outbox::run`] forgets what is old.
const TIDY_EVERY: chrono::Duration = chrono::Duration::hours(1);
/// The answer of a platform without pictures, which nobody asks for an upload.
const NO_PICTURES: SendError = SendError::Refused { code: 0, advice: "这个渠道不能发图片" };
/// The pause of [`Outbox::run`] after the store failed.
const STORE_FAILURE_PAUSE: chrono::Duration = chrono::Duration::seconds(5);

/// Who must know what arrived. What it returns lands in the same commit as the result, so it happens exactly once.
#[async_trait]
pub trait Deliveries: Send + Sync + std::fmt::Debug {
    /// These rows ended so at `at`. At most eight writes a row. Asked again when the commit conflicts.
    async fn ended(&self, rows: &[(&Row, Ending)], at: Moment) -> Result<Vec<Write>, StoreError>;
}

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It arrived; where it is a card that can be changed, with what allows it.
    Delivered(Option<CardCode>),
    /// The platform does not reach this account.
    Unreached,
    /// It was stopped for another reason, and somebody must look; it can still be sent again.
    Parked,
    /// It became worthless before it could be sent.
    Expired,
}

/// Nobody must know.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDeliveries;

#[async_trait]
impl Deliveries for NoDeliveries {
    async fn ended(&self, _rows: &[(&Row, Ending)], _at: Moment) -> Result<Vec<Write>, StoreError> {
        Ok(Vec::new())
    }
}

/// What one [`Outbox::drain`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DrainReport {
    /// Calls that went out, each try.
    pub calls: usize,
    /// Rows that arrived.
    pub delivered: usize,
    /// Rows that somebody must look at.
    pub parked: usize,
    /// Rows that became worthless.
    pub expired: usize,
    /// Rows that wait for another turn.
    pub postponed: usize,
}

/// What came back from the platform.
enum Landed {
    Call(String, Result<SendReport, SendError>),
    Outcome(String, Result<Option<SendReport>, SendError>),
    Upload(PictureId, Result<Uploaded, SendError>),
}

/// The outbox of all accounts.
pub struct Outbox {
    seams: Seams,
    accounts: Vec<Slot>,
    wakes: watch::Sender<u64>,
}

/// What the outbox is built on.
struct Seams {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    deliveries: Arc<dyn Deliveries>,
    quiet_hours: BTreeMap<SchoolId, DailyHours>,
}

/// One account of a platform. Its memory is taken out while a drain works, so that a drain that fails or is dropped
/// leaves none behind, and the next one loads what is on record.
struct Slot {
    platform: Arc<dyn Platform>,
    memory: Mutex<Option<Account>>,
}

impl Outbox {
    /// An outbox for these accounts, one for each school and channel. Schools without quiet hours have none.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
        platforms: Vec<Arc<dyn Platform>>,
        deliveries: Arc<dyn Deliveries>,
        quiet_hours: BTreeMap<SchoolId, DailyHours>,
    ) -> Self {
        let seams = Seams { store, clock, ids, deliveries, quiet_hours };
        let accounts =
            platforms.into_iter().map(|platform| Slot { platform, memory: Mutex::new(None) }).collect();
        Self { seams, accounts, wakes: watch::Sender::new(0) }
    }

    /// Tells the outbox that there are new rows; call it after the commit that brought them.
    pub fn wake(&self) {
        self.wakes.send_modify(|wakes| *wakes = wakes.wrapping_add(1));
    }

    /// Sends until nothing more may go now. Rows that arrive meanwhile take their place by lane.
    ///
    /// # Errors
    /// [`StoreError`] of the first account whose records could not be kept; the others were drained.
    pub async fn drain(&self) -> Result<DrainReport, StoreError> {
        self.drain_until(&CancellationToken::new()).await
    }

    /// Drains again and again, woken by [`Outbox::wake`] or by time, until `stop`; then ends the calls on their way.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wakes = self.wakes.subscribe();
        let mut tidied_at: Option<Moment> = None;
        while !stop.is_cancelled() {
            wakes.mark_unchanged();
            let mut pause = LOOK_EVERY;
            if let Err(error) = self.drain_until(&stop).await {
                tracing::error!(error = %error, "the outbox could not keep its records");
                pause = STORE_FAILURE_PAUSE;
            }
            let now = self.seams.clock.now();
            if tidied_at.is_none_or(|at| at + TIDY_EVERY <= now) {
                tidied_at = Some(now);
                if let Err(error) = self.tidy(now).await {
                    tracing::warn!(error = %error, "the outbox could not forget what is old");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                _ = wakes.changed() => {}
                () = self.seams.clock.sleep_until(now + pause) => {}
            }
        }
    }

    /// Forgets what nobody needs any more, some of it at a time.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn tidy(&self, now: Moment) -> Result<(), StoreError> {
        for slot in &self.accounts {
            if let Some(account) = slot.memory.lock().await.as_mut() {
                account.forget_old(&self.seams, now).await?;
            }
            admin::forget_old(self.seams.store.as_ref(), slot.platform.school(), now).await?;
        }
        Ok(())
    }

    async fn drain_until(&self, stop: &CancellationToken) -> Result<DrainReport, StoreError> {
        let mut sum = DrainReport::default();
        let mut failure = None;
        for result in join_all(self.accounts.iter().map(|slot| self.drain_account(slot, stop))).await {
            match result {
                Ok(report) => sum.add(report),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(sum), Err)
    }

    async fn drain_account(&self, slot: &Slot, stop: &CancellationToken) -> Result<DrainReport, StoreError> {
        let mut memory = slot.memory.lock().await;
        let mut account = match memory.take() {
            Some(account) => account,
            None => Account::load(&self.seams, slot.platform.clone()).await?,
        };
        let report = self.drain_loaded(&mut account, stop).await?;
        *memory = Some(account);
        Ok(report)
    }

    async fn drain_loaded(
        &self,
        account: &mut Account,
        stop: &CancellationToken,
    ) -> Result<DrainReport, StoreError> {
        let mut report = DrainReport::default();
        let mut wakes = self.wakes.subscribe();
        let mut flights = FuturesUnordered::new();
        account.look_from_the_start();
        loop {
            while flights.len() < PARALLEL_MAX && !stop.is_cancelled() {
                if wakes.has_changed().unwrap_or(false) {
                    wakes.mark_unchanged();
                    account.look_from_the_start();
                }
                let may_rest = flights.len() + PARALLEL_RESERVED < PARALLEL_MAX;
                match account.next(&self.seams, may_rest, &mut report).await? {
                    Next::Nothing => break,
                    Next::Looked => {}
                    Next::Send { id, call } => {
                        report.calls += 1;
                        let platform = account.platform();
                        flights.push(fly(async move { Landed::Call(id, platform.send(&call).await) }));
                    }
                    Next::Ask { id, call, receipt } => {
                        let platform = account.platform();
                        flights.push(fly(async move {
                            Landed::Outcome(id, platform.outcome(&call, &receipt).await)
                        }));
                    }
                    Next::Upload { picture, png } => {
                        let platform = account.platform();
                        flights.push(fly(async move {
                            let result = match platform.pictures() {
                                Some(pictures) => pictures.upload(&png).await,
                                None => Err(NO_PICTURES),
                            };
                            Landed::Upload(picture, result)
                        }));
                    }
                }
            }
            tokio::select! {
                biased;
                Some(landed) = flights.next(), if !flights.is_empty() => match landed {
                    Landed::Call(id, result) => {
                        account.settle(&self.seams, &id, result, &mut report).await?;
                    }
                    Landed::Outcome(id, result) => {
                        account.settle_outcome(&self.seams, &id, result, &mut report).await?;
                    }
                    Landed::Upload(picture, result) => {
                        account.settle_upload(&self.seams, &picture, result, &mut report).await?;
                    }
                },
                Ok(()) = wakes.changed(), if !flights.is_empty() => account.look_from_the_start(),
                else => return Ok(report),
            }
        }
    }
}

/// A flight of any kind.
fn fly(flight: impl Future<Output = Landed> + Send + 'static) -> BoxFuture<'static, Landed> {
    flight.boxed()
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").field("accounts", &self.accounts.len()).finish_non_exhaustive()
    }
}

impl DrainReport {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.delivered += other.delivered;
        self.parked += other.parked;
        self.expired += other.expired;
        self.postponed += other.postponed;
    }
}
