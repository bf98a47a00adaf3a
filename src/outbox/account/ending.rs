//! How calls and rows end: the commits after an answer, and what worthless rows become.
//!
//! Whatever delivery sets off lands in the same commit as the end of the row. Start at [`Account::settle`].

use std::collections::HashSet;

use super::super::call::{CallRecord, OUTBOX_CALL, call_prefix};
use super::super::row::{Lane, Row, RowState, decode};
use super::super::sent::Sent;
use super::super::settle::{Judgement, Verdict, account_pause, judge, judge_outcome, overtaken_by_newer};
use super::super::{DrainReport, Ending, Seams};
use super::{Account, CONFLICTS_MAX, OpenCall, PAGE};
use crate::clock::Moment;
use crate::platform::recall::RecallKey;
use crate::platform::{Message, SendError, SendReport};
use crate::store::{Batch, Expect, Range, StoreError, Version, Write};

/// After so many refusals in a row with the same code, something is wrong with the account and not with the rows.
const REFUSALS_MAX: u32 = 5;
/// How long only urgent messages are then tried, so that the others wait instead of being parked by the thousand.
const REFUSALS_PAUSE: chrono::Duration = chrono::Duration::minutes(5);

impl Account {
    /// Judges the answer to a call and lands what follows in one commit.
    pub(in crate::outbox) async fn settle(
        &mut self,
        seams: &Seams,
        id: &str,
        result: Result<SendReport, SendError>,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let now = seams.clock.now();
        self.forget_picture_of(id, &result);
        if let Some(pause) = account_pause(&result) {
            self.pause_until(now + pause);
        }
        // What may have arrived can be refused for just that, and what goes once for its age: it says nothing of the
        // account.
        let tells_of_account = |open: &OpenCall| {
            !open.record.maybe_arrived && !open.rows.iter().any(|row| row.message.is_fleeting())
        };
        if self.open.get(id).is_none_or(tells_of_account) {
            self.count_refusals(&result, now);
        }
        if let Err(error) = &result {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::warn!(error = %error, cause, school.id = %self.platform.school(), call.id = id, "a call did not go through");
        }
        let [jitter] = seams.ids.bytes();
        let Some(open) = self.open.get(id) else { return Ok(()) };
        let judgement = judge(&open.record, &open.rows, &result, now, jitter);
        let key = result.ok().and_then(|report| report.recall);
        self.follow(seams, id, (judgement, key), now, report).await
    }

    /// Judges what the platform says of a call that it had accepted.
    pub(in crate::outbox) async fn settle_outcome(
        &mut self,
        seams: &Seams,
        id: &str,
        result: Result<Option<SendReport>, SendError>,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let now = seams.clock.now();
        if let Err(error) = &result {
            tracing::warn!(error = %error, school.id = %self.platform.school(), call.id = id, "the platform did not tell what became of a call");
        }
        let [jitter] = seams.ids.bytes();
        let Some(open) = self.open.get_mut(id) else { return Ok(()) };
        open.record.questions += 1;
        let Some(receipt) = &open.record.receipt else { return Ok(()) };
        let mut judgement = judge_outcome(receipt, &open.rows, &result, open.record.questions, now, jitter);
        let record = open.record.clone();
        self.park_overtaken(seams, &record, &mut judgement).await?;
        self.follow(seams, id, (judgement, None), now, report).await
    }

    /// Lets nobody get an older message of a lane after a newer one: the platform had accepted it, so the newer one went.
    async fn park_overtaken(
        &self,
        seams: &Seams,
        record: &CallRecord,
        judgement: &mut Judgement,
    ) -> Result<(), StoreError> {
        let Judgement::Finish(verdicts) = judgement else { return Ok(()) };
        if !verdicts.iter().any(|verdict| matches!(verdict, Verdict::Again { .. })) {
            return Ok(());
        }
        let overtaken = self.written_to_since(seams, record).await?;
        let Some(open) = self.open.get(&record.id) else { return Ok(()) };
        for (row, verdict) in open.rows.iter().zip(verdicts) {
            if matches!(verdict, Verdict::Again { .. }) && overtaken.contains(&row.account) {
                *verdict = overtaken_by_newer(row);
            }
        }
        Ok(())
    }

    /// To whom something in the lane of this call went after it, or may have.
    async fn written_to_since(
        &self,
        seams: &Seams,
        record: &CallRecord,
    ) -> Result<HashSet<String>, StoreError> {
        let prefix = call_prefix(self.platform.school(), self.platform.channel());
        let mut range = Range::prefix(&prefix, PAGE).after(&record.key().id);
        let mut accounts = HashSet::new();
        loop {
            let records = seams.store.scan(OUTBOX_CALL, &range).await?;
            let Some(last) = records.last() else { return Ok(accounts) };
            range = range.after(&last.key.id);
            for stored in &records {
                let later: CallRecord = decode(stored)?;
                // Without its hash it certainly did not arrive.
                if later.lane == record.lane && !later.hash.is_empty() {
                    accounts.extend(later.accounts);
                }
            }
        }
    }

    async fn follow(
        &mut self,
        seams: &Seams,
        id: &str,
        (judgement, key): (Judgement, Option<RecallKey>),
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let Some(open) = self.open.get_mut(id) else { return Ok(()) };
        open.is_in_flight = false;
        match judgement {
            Judgement::Ask { receipt, next_at } => {
                // The platform has it: from here on it is asked, and nothing is sent again.
                let is_first = open.record.receipt.replace(receipt).is_none();
                open.record.next_at = next_at;
                let mut writes = vec![open.record.put()];
                // Whatever its outcome, it can be taken back from now on.
                writes
                    .extend(key.iter().flat_map(|key| open.rows.iter().map(|row| Sent::put(row, key, now))));
                seams.store.commit(Batch { writes }).await?;
                if is_first {
                    release(&mut self.busy, &open.record);
                }
                Ok(())
            }
            Judgement::Keep { next_at } => {
                open.record.maybe_arrived = true;
                open.record.next_at = next_at;
                report.postponed += open.rows.len();
                let writes = vec![open.record.put()];
                seams.store.commit(Batch { writes }).await.map(drop)
            }
            Judgement::Finish(verdicts) => self.finish(seams, id, (verdicts, key), now, report).await,
        }
    }

    /// Lands the end of a call: rows gone or changed, and what those who must know want written.
    pub(super) async fn finish(
        &mut self,
        seams: &Seams,
        id: &str,
        (verdicts, key): (Vec<Verdict>, Option<RecallKey>),
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let Some(open) = self.open.get(id) else { return Ok(()) };
        let ends: Vec<(Row, Verdict)> = open.rows.iter().cloned().zip(verdicts).collect();
        // What the platform never took goes out with the same bytes again; what it knows must differ next time.
        let is_known = open.record.maybe_arrived
            || open.record.receipt.is_some()
            || ends.iter().any(|(_, end)| matches!(end, Verdict::Delivered(_) | Verdict::Unreached(_)));
        let is_accepted = open.record.receipt.is_some();
        let done = open.record.clone().done(is_known).put();
        // Again after a conflict with somebody else's writes.
        for conflicts in 0.. {
            let mut writes = ending_writes(seams, done.clone(), &ends, now).await?;
            writes.extend(key.iter().flat_map(|key| recallable(&ends, key, now)));
            if is_accepted {
                writes.extend(not_sent(&ends));
            }
            match seams.store.commit(Batch { writes }).await {
                Ok(_) => break,
                Err(StoreError::Conflict(_)) if conflicts < CONFLICTS_MAX => {}
                Err(error) => return Err(error),
            }
        }
        if ends.iter().any(|(_, end)| matches!(end, Verdict::Again { .. })) {
            self.look_from_the_start();
        }
        count_ends(&ends, report);
        if let Some(open) = self.open.remove(id) {
            if !is_known {
                self.recent.remove(&open.record.hash);
            }
            // The marks of what was accepted are gone; there may be those of a later call.
            if open.record.receipt.is_none() {
                release(&mut self.busy, &open.record);
            }
        }
        Ok(())
    }

    /// Drops rows that became worthless, with a record that shows it where somebody should know.
    pub(super) async fn expire(
        &mut self,
        seams: &Seams,
        rows: Vec<(Row, Version)>,
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        let ends: Vec<_> = rows.iter().map(|(row, _)| (row, Ending::Expired)).collect();
        batch.writes.extend(seams.deliveries.ended(&ends, now).await?);
        for (row, version) in &rows {
            let mut expired = row.clone();
            expired.state = RowState::Expired { at: now };
            let expect = Expect::Version(*version);
            // Nobody has to look at what is fleeting.
            let is_shown = !row.message.is_fleeting();
            batch.writes.push(if is_shown { expired.put(expect) } else { row.delete(expect) });
        }
        match seams.store.commit(batch).await {
            Ok(_) => {
                self.conflicts = 0;
                report.expired += rows.len();
                Ok(())
            }
            Err(error) => self.look_again(error),
        }
    }

    /// Ends rows that were in no call, or lets them wait again; an admin may have changed them meanwhile.
    pub(super) async fn end_waiting(
        &mut self,
        seams: &Seams,
        rows: Vec<(Row, Version)>,
        verdicts: Vec<Verdict>,
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let versions: Vec<Version> = rows.iter().map(|(_, version)| *version).collect();
        let ends: Vec<(Row, Verdict)> = rows.into_iter().map(|(row, _)| row).zip(verdicts).collect();
        let mut writes = hook_writes(seams, &ends, now).await?;
        writes.extend(
            ends.iter()
                .zip(versions)
                .map(|((row, end), version)| end_row(row, end, now, Expect::Version(version))),
        );
        match seams.store.commit(Batch { writes }).await {
            Ok(_) => {
                self.conflicts = 0;
                count_ends(&ends, report);
                Ok(())
            }
            Err(error) => self.look_again(error),
        }
    }

    /// A picture that was in a call which failed may be gone at the platform.
    fn forget_picture_of(&mut self, id: &str, result: &Result<SendReport, SendError>) {
        let is_over = matches!(result, Err(SendError::Unavailable { .. } | SendError::Refused { .. }));
        let row = self.open.get(id).and_then(|open| open.rows.first());
        if let (true, Some(Message::Image { picture, .. })) = (is_over, row.map(|row| &row.message)) {
            self.shelf.forget(picture);
        }
    }

    pub(super) fn count_refusals<T>(&mut self, result: &Result<T, SendError>, now: Moment) {
        match result {
            Err(SendError::Refused { code, .. }) => {
                let (last_code, count) = self.refusals;
                self.refusals = (*code, if last_code == *code { count + 1 } else { 1 });
                if self.refusals.1 >= REFUSALS_MAX {
                    self.refusals.1 = 0;
                    self.refusing_until = Some(now + REFUSALS_PAUSE);
                }
            }
            _ => self.refusals = (0, 0),
        }
    }
}

/// Lets others to the accounts of a call go.
fn release(busy: &mut HashSet<(Lane, String)>, record: &CallRecord) {
    for account in &record.accounts {
        busy.remove(&(record.lane, account.clone()));
    }
}

/// All writes that end a call: its record, its rows, and what those who must know want written.
async fn ending_writes(
    seams: &Seams,
    done: Write,
    ends: &[(Row, Verdict)],
    now: Moment,
) -> Result<Vec<Write>, StoreError> {
    let mut writes = vec![done];
    writes.extend(hook_writes(seams, ends, now).await?);
    writes.extend(ends.iter().map(|(row, end)| end_row(row, end, now, Expect::Any)));
    Ok(writes)
}

/// What was delivered and can be recalled.
fn recallable(ends: &[(Row, Verdict)], key: &RecallKey, now: Moment) -> Vec<Write> {
    let delivered = ends.iter().filter(|(_, end)| matches!(end, Verdict::Delivered(_)));
    delivered.map(|(row, _)| Sent::put(row, key, now)).collect()
}

/// What the platform had taken and did not bring to somebody after all.
fn not_sent(ends: &[(Row, Verdict)]) -> impl Iterator<Item = Write> {
    let missed = |end: &Verdict| {
        matches!(end, Verdict::Unreached(_) | Verdict::Again { .. } | Verdict::Dropped { has_failed: true })
    };
    ends.iter().filter(move |(_, end)| missed(end)).map(|(row, _)| Sent::forget(row))
}

/// What those who must know want written.
async fn hook_writes(seams: &Seams, ends: &[(Row, Verdict)], now: Moment) -> Result<Vec<Write>, StoreError> {
    let ended: Vec<_> = ends.iter().filter_map(|(row, end)| Some((row, end.ending()?))).collect();
    if ended.is_empty() { Ok(Vec::new()) } else { seams.deliveries.ended(&ended, now).await }
}

fn count_ends(ends: &[(Row, Verdict)], report: &mut DrainReport) {
    for (_, end) in ends {
        let (count, name) = match end {
            Verdict::Delivered(_) => (&mut report.delivered, "delivered"),
            Verdict::Dropped { .. } => (&mut report.expired, "dropped"),
            Verdict::Unreached(_) | Verdict::Parked(_) => (&mut report.parked, "parked"),
            Verdict::Again { .. } => (&mut report.postponed, "postponed"),
        };
        *count += 1;
        metrics::counter!("kehou_outbox_rows_total", "end" => name).increment(1);
    }
}

/// The write that ends one row, or lets it wait again.
fn end_row(row: &Row, end: &Verdict, now: Moment, expect: Expect) -> Write {
    let reason = match end {
        Verdict::Delivered(_) | Verdict::Dropped { .. } => return row.delete(Expect::Any),
        Verdict::Again { at, counts, is_alone } => {
            let mut waiting = row.clone();
            waiting.state = RowState::Waiting;
            waiting.attempts += u32::from(*counts);
            (waiting.retry_at, waiting.is_alone) = (Some(*at), *is_alone);
            return waiting.put(expect);
        }
        Verdict::Unreached(reason) => format!("没有送达：{reason}"),
        Verdict::Parked(reason) => reason.clone(),
    };
    let mut parked = row.clone();
    parked.state = RowState::Parked { at: now, reason };
    parked.put(expect)
}
