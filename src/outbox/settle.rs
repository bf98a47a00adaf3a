//! What becomes of a call and its rows, given the platform's answer.
//!
//! Pure. Start at [`judge`].

use std::time::Duration;

use super::Ending;
use super::call::CallRecord;
use super::row::Row;
use crate::clock::Moment;
use crate::platform::card::CardCode;
use crate::platform::{NextTry, Receipt, SendError, SendReport};

/// A row is tried so often before somebody must look; with the pauses below, for most of an hour.
pub(super) const ATTEMPTS_MAX: u32 = 12;
/// The pause after the first failure; each further one doubles it.
const BACKOFF_FIRST: Duration = Duration::from_secs(2);
/// The longest pause between two tries.
const BACKOFF_MAX: Duration = Duration::from_mins(10);

/// How often a platform is asked what became of a call; with the pauses below, for 21 minutes.
const QUESTIONS_MAX: u32 = 8;
/// The pause before the first question; each further one doubles it.
const QUESTION_FIRST: Duration = Duration::from_secs(5);

/// Why a row is parked that may have arrived.
pub(super) const UNKNOWN_OUTCOME: &str =
    "不知道对方是否已经收到：平台一直没有回音。为免重复没有再发，请确认后再重发";

/// Why a row is parked that would come after a newer one.
const OVERTAKEN: &str = "没有送达：后来的消息已经先发出，以那一条为准，这一条没有再发；确实还要，请重发";

/// What becomes of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It arrived, perhaps as a card that can be changed.
    Delivered(Option<CardCode>),
    /// The platform does not reach the account.
    Unreached(&'static str),
    /// It waits for another turn.
    Again {
        /// Not before.
        at: Moment,
        /// Whether the try counts.
        counts: bool,
        /// Without company.
        is_alone: bool,
    },
    /// Somebody must look.
    Parked(String),
    /// It is over, and nobody has to look: it was fleeting.
    Dropped {
        /// Whether it is known that it did not arrive.
        has_failed: bool,
    },
}

impl Verdict {
    /// How the row ended; `None` while it waits for another turn.
    pub(super) fn ending(&self) -> Option<Ending> {
        match self {
            Self::Delivered(card) => Some(Ending::Delivered(card.clone())),
            Self::Unreached(_) | Self::Dropped { has_failed: true } => Some(Ending::Unreached),
            Self::Parked(_) => Some(Ending::Parked),
            Self::Dropped { has_failed: false } => Some(Ending::Expired),
            Self::Again { .. } => None,
        }
    }
}

/// What becomes of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// The same bytes go again, because they may have arrived.
    Keep {
        /// Not before.
        next_at: Moment,
    },
    /// It was accepted, and the platform is asked later whom it reached.
    Ask {
        /// With this.
        receipt: Receipt,
        /// Not before.
        next_at: Moment,
    },
    /// It is over; one verdict for each row, in order.
    Finish(Vec<Verdict>),
}

/// Judges the answer to a call.
///
/// - `jitter`: chance, `0..=255`, so that many do not come back at once.
pub(super) fn judge(
    record: &CallRecord,
    rows: &[Row],
    result: &Result<SendReport, SendError>,
    now: Moment,
    jitter: u8,
) -> Judgement {
    let all = |verdict: Verdict| Judgement::Finish(vec![verdict; rows.len()]);
    let error = match result {
        Ok(SendReport { receipt: Some(receipt), .. }) => {
            return Judgement::Ask { receipt: receipt.clone(), next_at: now + QUESTION_FIRST };
        }
        Ok(report) => return Judgement::Finish(verdicts_of(rows, report, now, jitter)),
        Err(error) => error,
    };
    let tries = u32::try_from(record.tries.len()).unwrap_or(u32::MAX);
    if rows.iter().all(|row| row.message.is_fleeting()) {
        return judge_fleeting(record, rows, error, now, jitter);
    }
    match (error, error.next()) {
        (SendError::Refused { code, advice }, _) if record.maybe_arrived => {
            all(Verdict::Parked(format!("{UNKNOWN_OUTCOME}（再试时平台拒绝，错误码 {code}：{advice}）")))
        }
        // One bad account must not hold up the others.
        (SendError::Refused { .. }, _) if rows.len() > 1 => {
            all(Verdict::Again { at: now, counts: true, is_alone: true })
        }
        (SendError::Refused { code, advice }, _) => {
            all(Verdict::Parked(format!("平台拒绝（错误码 {code}）：{advice}")))
        }
        (SendError::Unknown(_), _) => Judgement::Keep { next_at: now + backoff(tries, jitter) },
        (_, NextTry::After(pause)) if record.maybe_arrived => {
            Judgement::Keep { next_at: now + backoff(tries, jitter).max(pause) }
        }
        (_, NextTry::After(pause)) => {
            let counts = counts(error);
            Judgement::Finish(rows.iter().map(|row| again(row, pause, counts, now, jitter)).collect())
        }
        (_, NextTry::Park) => all(Verdict::Parked("平台拒绝了这条消息".to_owned())),
    }
}

/// What becomes of what nobody has to look at: it is tried again only where it certainly did not arrive, or the platform
/// would not do it twice.
fn judge_fleeting(
    record: &CallRecord,
    rows: &[Row],
    error: &SendError,
    now: Moment,
    jitter: u8,
) -> Judgement {
    let may_have_arrived = record.maybe_arrived || matches!(error, SendError::Unknown(_));
    if let NextTry::After(pause) = error.next()
        && may_have_arrived
        && now < record.retry_until
    {
        let tries = u32::try_from(record.tries.len()).unwrap_or(u32::MAX);
        return Judgement::Keep { next_at: now + backoff(tries, jitter).max(pause) };
    }
    let verdicts = rows.iter().map(|row| match (error, error.next()) {
        (
            SendError::Throttled(_) | SendError::Resting { .. } | SendError::Unavailable { .. },
            NextTry::After(pause),
        ) => {
            let counts = counts(error);
            match again(row, pause, counts, now, jitter) {
                Verdict::Parked(_) => Verdict::Dropped { has_failed: true },
                verdict => verdict,
            }
        }
        (SendError::Unknown(_), _) => Verdict::Dropped { has_failed: false },
        (
            SendError::Refused { .. }
            | SendError::Throttled(_)
            | SendError::Resting { .. }
            | SendError::Unavailable { .. },
            _,
        ) => Verdict::Dropped { has_failed: true },
    });
    Judgement::Finish(verdicts.collect())
}

/// What becomes of a row that may have arrived and is not tried any more.
pub(super) fn given_up(row: &Row) -> Verdict {
    if row.message.is_fleeting() {
        Verdict::Dropped { has_failed: false }
    } else {
        Verdict::Parked(UNKNOWN_OUTCOME.to_owned())
    }
}

/// What becomes of a row that did not arrive, when something newer of its lane went to the same account meanwhile.
pub(super) fn overtaken_by_newer(row: &Row) -> Verdict {
    if row.message.is_fleeting() {
        Verdict::Dropped { has_failed: true }
    } else {
        Verdict::Parked(OVERTAKEN.to_owned())
    }
}

/// Judges what a platform said when it was asked for the `nth` time, from 1, what became of a call.
pub(super) fn judge_outcome(
    receipt: &Receipt,
    rows: &[Row],
    result: &Result<Option<SendReport>, SendError>,
    nth: u32,
    now: Moment,
    jitter: u8,
) -> Judgement {
    let pause = match result {
        Ok(Some(report)) => return Judgement::Finish(verdicts_of(rows, report, now, jitter)),
        Ok(None) => Some(Duration::ZERO),
        Err(error) => match error.next() {
            NextTry::After(pause) => Some(pause),
            NextTry::Park => None,
        },
    };
    match pause {
        Some(pause) if nth < QUESTIONS_MAX => {
            let next_at = now + (QUESTION_FIRST * 2_u32.pow(nth)).max(pause);
            Judgement::Ask { receipt: receipt.clone(), next_at }
        }
        _ => Judgement::Finish(rows.iter().map(given_up).collect()),
    }
}

/// What becomes of a row whose picture could not be uploaded. Nothing of it arrived, so it can always be tried again.
pub(super) fn judge_upload(row: &Row, error: &SendError, now: Moment, jitter: u8) -> Verdict {
    match (error, error.next()) {
        (SendError::Refused { code, advice }, _) => {
            Verdict::Parked(format!("图片没有传上去：平台拒绝（错误码 {code}）：{advice}"))
        }
        (_, NextTry::After(pause)) => again(row, pause, counts(error), now, jitter),
        (_, NextTry::Park) => Verdict::Parked("图片没有传上去：平台拒绝了它".to_owned()),
    }
}

/// How long the whole account rests after an answer, if it does.
pub(super) fn account_pause<T>(result: &Result<T, SendError>) -> Option<Duration> {
    match result {
        Ok(_) | Err(SendError::Refused { .. }) => None,
        Err(error) => match error.next() {
            NextTry::After(pause) => Some(pause),
            NextTry::Park => None,
        },
    }
}

/// Whether a failure counts as a try; waiting does not.
fn counts(error: &SendError) -> bool {
    !matches!(error, SendError::Throttled(_) | SendError::Resting { .. })
}

fn verdicts_of(rows: &[Row], report: &SendReport, now: Moment, jitter: u8) -> Vec<Verdict> {
    rows.iter().map(|row| verdict_of(row, report, now, jitter)).collect()
}

fn verdict_of(row: &Row, report: &SendReport, now: Moment, jitter: u8) -> Verdict {
    if let Some((_, reason)) = report.unreached.iter().find(|(account, _)| *account == row.account) {
        let is_fleeting = row.message.is_fleeting();
        return if is_fleeting { Verdict::Dropped { has_failed: true } } else { Verdict::Unreached(reason) };
    }
    match report.later.iter().find(|(account, _)| *account == row.account) {
        Some((_, pause)) => again(row, *pause, true, now, jitter),
        None => Verdict::Delivered(report.card.clone()),
    }
}

fn again(row: &Row, pause: Duration, counts: bool, now: Moment, jitter: u8) -> Verdict {
    let attempts = row.attempts + u32::from(counts);
    if attempts >= ATTEMPTS_MAX {
        return Verdict::Parked(format!("试了 {attempts} 次都没有发出：平台一直不可用"));
    }
    let at = now + backoff(attempts.max(1), jitter).max(pause);
    Verdict::Again { at, counts, is_alone: row.is_alone }
}

/// The pause after the nth failure, between three and five quarters of the nominal one.
fn backoff(failures: u32, jitter: u8) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let nominal = (BACKOFF_FIRST * 2_u32.pow(doublings)).min(BACKOFF_MAX);
    nominal * (384 + u32::from(jitter)) / 512
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound_and_jitter_around_it() {
        for (failures, jitter, millis) in [
            (1, 128, 2_000),
            (1, 0, 1_500),
            (2, 128, 4_000),
            (5, 128, 32_000),
            (12, 128, 600_000),
            (u32::MAX, 255, 748_828),
        ] {
            let pause = backoff(failures, jitter).as_millis();
            assert_eq!(pause, millis, "after {failures} failures with jitter {jitter}");
        }
    }
}
