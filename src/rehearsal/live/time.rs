//! How time passes in a rehearsal (时间): from one moment at which something can become due to the next.
//!
//! Start at [`Live::pass`].

use chrono::NaiveDateTime;

use super::super::script::Passing;
use super::{Live, LiveError, moment};
use crate::clock::{Clock as _, Moment, sortable};
use crate::store::Store as _;
use crate::usecase::matter::Matter;
use crate::usecase::record::{Document as _, Timer};
use crate::usecase::{UseCaseError, record};

/// Stops of the clock on the way through one passing of time.
const STOPS_MAX: usize = 2_000;

impl Live {
    /// Lets time pass; everything happens at its own time on the way.
    ///
    /// # Errors
    /// The term ends before, or a use case failed.
    pub async fn pass(&mut self, length: Passing) -> Result<(), LiveError> {
        let now = self.clock.now();
        let until = match length {
            Passing::Minutes(minutes) => now + chrono::Duration::minutes(minutes),
            Passing::Schoolhours(hours) => {
                let hours = chrono::Duration::hours(i64::from(hours));
                let due = self.school()?.calendar.add_school_hours(now, hours);
                due.ok_or(LiveError::Time("the term ends before that"))?
            }
            Passing::Schooldays(days, at) => {
                let due = self.school()?.calendar.at_school_time(now, days, at);
                due.ok_or(LiveError::Time("the term ends before that"))?
            }
        };
        self.pass_to(until).await
    }

    /// Lets time pass until a time of the school's clock.
    ///
    /// # Errors
    /// It lies in the past, or a use case failed.
    pub async fn pass_until(&mut self, at: NaiveDateTime) -> Result<(), LiveError> {
        if moment(at) < self.clock.now() {
            return Err(LiveError::Time("that time has passed already"));
        }
        self.pass_to(moment(at)).await
    }

    async fn pass_to(&mut self, until: Moment) -> Result<(), LiveError> {
        for _ in 0..STOPS_MAX {
            let stop = self.next_stop().await?.min(until);
            self.clock.move_to(stop);
            self.settle().await?;
            if stop >= until {
                return Ok(());
            }
        }
        Err(LiveError::Time("too much is due before that; pass less time at once"))
    }

    /// The next moment at which something can become due: a timer, a matter, a full hour.
    async fn next_stop(&self) -> Result<Moment, LiveError> {
        let now = self.clock.now();
        let after = sortable(now + chrono::Duration::milliseconds(1));
        let range = crate::store::Range {
            from: std::ops::Bound::Included(after),
            to: std::ops::Bound::Unbounded,
            limit: 1,
        };
        let timers = self.store.scan_index(Timer::KIND, "due", &range).await.map_err(UseCaseError::from)?;
        let timer = timers.first().map(record::read::<Timer>).transpose()?.map(|timer| timer.value.due_at);
        let matters = self.store.scan_index(Matter::KIND, "due", &range).await.map_err(UseCaseError::from)?;
        let matter = matters.first().map(record::read::<Matter>).transpose()?;
        let matter = matter.and_then(|matter| matter.value.next).map(|(_, at)| at);
        let second = 3_600 - now.timestamp().rem_euclid(3_600);
        let hour = now + chrono::Duration::seconds(second);
        Ok([timer, matter].into_iter().flatten().fold(hour, Moment::min))
    }
}
