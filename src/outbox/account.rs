//! One account of a platform: what is known of it, and the commits before and after each call.
//!
//! A call is on record before it goes and settled in one commit afterwards, so a crash at any moment loses nothing
//! and sends nothing twice but the same bytes inside the platform's duplicate guard. With several processes over one
//! database, [`Account::claim`] is the place for leases. Start at [`Account::next`].

mod ending;
mod picture;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use super::call::{CallRecord, OUTBOX_CALL, call_prefix, compose_anew};
use super::choose::Chooser;
use super::pace::{MEMORY, Pace};
use super::row::{DUE, Lane, OUTBOX, Row, RowState, decode, due_prefix, row_key};
use super::settle::given_up;
use super::{DrainReport, Seams};
use crate::clock::{Moment, sortable};
use crate::platform::mailbox::Answering;
use crate::platform::picture::PictureId;
use crate::platform::{Call, Message, Platform, Receipt};
use crate::store::{Batch, Expect, Range, StoreError, Version, Write};
use picture::Shelf;

/// Records that are read at once.
const PAGE: usize = 1_000;
/// Waiting rows that are read first for a call: a few are enough where each row says something else. Each further
/// page is larger, up to [`PAGE`].
const PAGE_FIRST: usize = 16;
/// How much larger.
const PAGE_GROWTH: usize = 4;
/// Pages that are read for one call at the most.
const PAGES_MAX: usize = 50;
/// How often a commit is decided again that conflicted with somebody else's.
const CONFLICTS_MAX: u32 = 20;

/// What is known of one account.
pub(super) struct Account {
    platform: Arc<dyn Platform>,
    pace: Pace,
    /// The hashes of bodies that went out, and when.
    recent: HashMap<String, Moment>,
    /// The calls that are not settled.
    open: BTreeMap<String, OpenCall>,
    /// To whom they may still be on their way, by lane: nothing later in that lane may overtake. What the platform has
    /// accepted stands before it already, whenever it tells whom it reached.
    busy: HashSet<(Lane, String)>,
    /// The place of the first waiting row of a lane, as far as known: an engine may be slow to step over what was
    /// deleted before it. Rows that come back are behind it, so it is forgotten then, and whenever rows may have come.
    heads: HashMap<Lane, String>,
    paused_until: Option<Moment>,
    /// Until then only urgent messages are tried: the platform refuses one thing after the other.
    refusing_until: Option<Moment>,
    refusals: (i64, u32),
    conflicts: u32,
    shelf: Shelf,
}

struct OpenCall {
    record: CallRecord,
    rows: Vec<Row>,
    is_in_flight: bool,
}

/// What is to be done next.
pub(super) enum Next {
    /// Nothing, for now.
    Nothing,
    /// Records changed; look again.
    Looked,
    /// This call is on record and must go now.
    Send {
        /// The call.
        id: String,
        /// Its bytes.
        call: Call,
    },
    /// The platform accepted this call and must be asked what became of it.
    Ask {
        /// The call.
        id: String,
        /// Its bytes.
        call: Call,
        /// What to ask with.
        receipt: Receipt,
    },
    /// This picture must be brought to the platform before the rows that show it.
    Upload {
        /// The picture.
        picture: PictureId,
        /// Its bytes.
        png: Vec<u8>,
    },
}

impl Account {
    /// Loads what is on record: the pace, and the calls that a crash left open.
    pub(super) async fn load(seams: &Seams, platform: Arc<dyn Platform>) -> Result<Self, StoreError> {
        let mut account = Self {
            pace: Pace::default(),
            recent: HashMap::new(),
            open: BTreeMap::new(),
            busy: HashSet::new(),
            heads: HashMap::new(),
            paused_until: None,
            refusing_until: None,
            refusals: (0, 0),
            conflicts: 0,
            shelf: Shelf::default(),
            platform,
        };
        let mut tries = Vec::new();
        let prefix = call_prefix(account.platform.school(), account.platform.channel());
        let mut range = Range::prefix(&prefix, PAGE);
        loop {
            let records = seams.store.scan(OUTBOX_CALL, &range).await?;
            let Some(last) = records.last() else { break };
            range = range.after(&last.key.id);
            for stored in &records {
                let record: CallRecord = decode(stored)?;
                tries.extend(record.tries.iter().map(|&at| (at, record.accounts.clone())));
                if let Some(&at) = record.tries.last()
                    && !record.hash.is_empty()
                {
                    account.recent.insert(record.hash.clone(), at);
                }
                if record.call.is_some() {
                    account.reopen(seams, record).await?;
                }
            }
        }
        tries.sort_by_key(|(at, _)| *at);
        for (at, accounts) in &tries {
            account.pace.record(*at, accounts);
        }
        Ok(account)
    }

    pub(super) fn platform(&self) -> Arc<dyn Platform> {
        self.platform.clone()
    }

    /// Forgets where the lanes begin, because rows may have come anywhere.
    pub(super) fn look_from_the_start(&mut self) {
        self.heads.clear();
    }

    /// Finds what is to be done next, afresh each time, the most pressing lane first.
    ///
    /// - `may_rest`: whether a lane that rests in quiet hours may have one more call on its way.
    pub(super) async fn next(
        &mut self,
        seams: &Seams,
        may_rest: bool,
        report: &mut DrainReport,
    ) -> Result<Next, StoreError> {
        let now = seams.clock.now();
        if self.paused_until.is_some_and(|until| now < until) {
            return Ok(Next::Nothing);
        }
        let is_quiet = seams.quiet_hours.get(self.platform.school()).is_some_and(|hours| hours.is_at(now));
        let is_refusing = self.refusing_until.is_some_and(|until| now < until);
        for lane in Lane::ALL {
            if lane.rests_in_quiet_hours() && !may_rest || is_refusing && lane != Lane::Urgent {
                continue;
            }
            // What may have arrived already is ended also in quiet hours: later its duplicate guard would be over.
            if let Some(next) = self.next_open(seams, lane, now, report).await? {
                return Ok(next);
            }
            if lane.rests_in_quiet_hours() && is_quiet {
                continue;
            }
            if let Some(next) = self.next_fresh(seams, lane, now, report).await? {
                return Ok(next);
            }
        }
        Ok(Next::Nothing)
    }

    /// Forgets calls that no window of the pace reaches back to.
    pub(super) async fn forget_old(&mut self, seams: &Seams, now: Moment) -> Result<(), StoreError> {
        self.pace.forget_idle(now);
        self.shelf.forget_old(now);
        let guard = self.platform.limits().duplicate_guard;
        self.recent.retain(|_, at| *at + guard > now);
        let prefix = call_prefix(self.platform.school(), self.platform.channel());
        let mut batch = Batch::default();
        for stored in seams.store.scan(OUTBOX_CALL, &Range::prefix(&prefix, PAGE)).await? {
            let record: CallRecord = decode(&stored)?;
            let is_old = record.tries.last().is_none_or(|&at| at + MEMORY <= now);
            if record.call.is_none() && is_old {
                batch.writes.push(Write::Delete { key: stored.key, expect: Expect::Any });
            }
        }
        if batch.writes.is_empty() { Ok(()) } else { seams.store.commit(batch).await.map(drop) }
    }

    /// An open call of the lane whose time has come.
    async fn next_open(
        &mut self,
        seams: &Seams,
        lane: Lane,
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<Option<Next>, StoreError> {
        let limits = *self.platform.limits();
        let mut over: Option<(String, Vec<_>)> = None;
        for (id, open) in &mut self.open {
            if open.record.lane != lane || open.is_in_flight {
                continue;
            }
            if let (Some(receipt), Some(call)) = (&open.record.receipt, &open.record.call) {
                if now < open.record.next_at {
                    continue;
                }
                open.is_in_flight = true;
                return Ok(Some(Next::Ask { id: id.clone(), call: call.clone(), receipt: receipt.clone() }));
            }
            if now >= open.record.retry_until {
                over = Some((id.clone(), open.rows.iter().map(given_up).collect()));
                break;
            }
            let accounts = &open.record.accounts;
            let has_room = self.pace.room(&limits, now) >= accounts.len()
                && accounts.iter().all(|account| self.pace.is_open_to(account, &limits, now));
            let Some(call) = open.record.call.clone().filter(|_| now >= open.record.next_at && has_room)
            else {
                continue;
            };
            // The try is counted before it is made, so that a crash in between cannot break a limit.
            open.record.tries.push(now);
            seams.store.commit(Batch { writes: vec![open.record.put()] }).await?;
            self.pace.record(now, accounts);
            self.recent.insert(open.record.hash.clone(), now);
            open.is_in_flight = true;
            return Ok(Some(Next::Send { id: id.clone(), call }));
        }
        let Some((id, verdicts)) = over else { return Ok(None) };
        self.finish(seams, &id, (verdicts, None), now, report).await?;
        Ok(Some(Next::Looked))
    }

    /// The next call of rows that wait in a lane.
    async fn next_fresh(
        &mut self,
        seams: &Seams,
        lane: Lane,
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<Option<Next>, StoreError> {
        let limits = *self.platform.limits();
        let room = self.pace.room(&limits, now);
        if room == 0 {
            return Ok(None);
        }
        let mut chooser = Chooser::new(now, room);
        let prefix = due_prefix(self.platform.school(), self.platform.channel(), lane);
        let head = self.heads.remove(&lane).unwrap_or_else(|| prefix.clone());
        let mut range = Range {
            from: Bound::Included(head),
            to: Bound::Excluded(format!("{prefix}{}", sortable(now + chrono::Duration::microseconds(1)))),
            limit: PAGE_FIRST,
        };
        for _ in 0..PAGES_MAX {
            let records = seams.store.scan_index(OUTBOX, DUE, &range).await?;
            let chosen_before = chooser.chosen.len();
            for stored in &records {
                let row = Row::read(stored)?;
                let due_value = row.due_value();
                range = range.after(&due_value);
                self.heads.entry(lane).or_insert(due_value);
                let is_at_hand = self.is_at_hand(&row.message, now);
                let (busy, pace) = (&self.busy, &mut self.pace);
                chooser.offer(row, stored.version, is_at_hand, |account| {
                    !busy.contains(&(lane, account.to_owned())) && pace.is_open_to(account, &limits, now)
                });
            }
            // Different words on each row: reading on would find no company.
            let is_worth_reading_on =
                chosen_before == 0 && chooser.chosen.is_empty() || chooser.chosen.len() > chosen_before + 1;
            let is_end = records.len() < range.limit || chooser.is_full() || !chooser.expired.is_empty();
            if is_end || !is_worth_reading_on {
                break;
            }
            range.limit = (range.limit * PAGE_GROWTH).min(PAGE);
        }
        if !chooser.expired.is_empty() {
            self.expire(seams, std::mem::take(&mut chooser.expired), now, report).await?;
            return Ok(Some(Next::Looked));
        }
        if let Some(next) = self.want_picture(seams, &mut chooser, now, report).await? {
            return Ok(Some(next));
        }
        self.claim(seams, chooser, now).await
    }

    /// Puts a call and its rows on record as on their way. Whoever claims rows sends them.
    async fn claim(
        &mut self,
        seams: &Seams,
        chooser: Chooser,
        now: Moment,
    ) -> Result<Option<Next>, StoreError> {
        let limits = *self.platform.limits();
        let Some(message) = chooser.message() else { return Ok(None) };
        let accounts: Vec<String> = chooser.chosen.iter().map(|(row, _)| row.account.clone()).collect();
        let call = match message {
            Message::Image { picture, .. } if self.platform.pictures().is_some() => {
                let Some(call) = self.compose_picture(&accounts, picture, now) else {
                    return Ok(Some(Next::Looked));
                };
                call
            }
            message => match self.compose_answer(&chooser, message) {
                Some(call) => call,
                None => compose_anew(self.platform.as_ref(), &accounts, message, |hash| {
                    self.recent.get(hash).is_some_and(|&at| now < at + limits.duplicate_guard)
                }),
            },
        };
        let id = seams.ids.new_id("c_", now);
        let (mut rows, versions): (Vec<Row>, Vec<Version>) = chooser.chosen.into_iter().unzip();
        let guard = self.platform.guard(&call);
        let Some(record) = CallRecord::freeze(id.clone(), call.clone(), &rows, guard, now) else {
            return Ok(None);
        };
        let mut batch = Batch { writes: vec![record.put()] };
        for (row, version) in rows.iter_mut().zip(versions) {
            row.state = RowState::Sending { call: id.clone() };
            batch.writes.push(row.put(Expect::Version(version)));
        }
        match seams.store.commit(batch).await {
            Ok(_) => self.conflicts = 0,
            // An admin changed a row meanwhile.
            Err(error) => return self.look_again(error).map(|()| Some(Next::Looked)),
        }
        self.pace.record(now, &record.accounts);
        self.recent.insert(record.hash.clone(), now);
        self.keep_open(record, rows, true);
        Ok(Some(Next::Send { id, call }))
    }

    /// The bytes of an answer, which has an id of its own; `None` when the call is none.
    fn compose_answer(&self, chooser: &Chooser, message: &Message) -> Option<Call> {
        let [(row, _)] = chooser.chosen.as_slice() else { return None };
        let answer = Answering { id: &row.id, account: &row.account, message, to: row.answers.as_ref()? };
        Some(self.platform.answers()?.compose(&answer))
    }

    /// After a conflict the records are read again, but not for ever.
    fn look_again(&mut self, error: StoreError) -> Result<(), StoreError> {
        self.conflicts += 1;
        match error {
            StoreError::Conflict(_) if self.conflicts <= CONFLICTS_MAX => Ok(()),
            error => Err(error),
        }
    }

    /// Takes up a call that a crash left open: it may have arrived.
    async fn reopen(&mut self, seams: &Seams, mut record: CallRecord) -> Result<(), StoreError> {
        record.maybe_arrived = true;
        let mut rows = Vec::new();
        for id in &record.rows {
            if let Some(stored) = seams.store.load(&row_key(&record.school, id)).await? {
                rows.push(Row::read(&stored)?);
            }
        }
        self.keep_open(record, rows, false);
        Ok(())
    }

    fn keep_open(&mut self, record: CallRecord, rows: Vec<Row>, is_in_flight: bool) {
        if record.receipt.is_none() {
            self.busy.extend(record.accounts.iter().map(|account| (record.lane, account.clone())));
        }
        self.open.insert(record.id.clone(), OpenCall { record, rows, is_in_flight });
    }

    fn pause_until(&mut self, until: Moment) {
        self.paused_until = Some(self.paused_until.map_or(until, |already| already.max(until)));
    }
}
