//! What the records of a rehearsal tell of one student.
//!
//! Start at [`Live::standing`].

use super::super::cast::school_id;
use super::{Live, LiveError};
use crate::clock::Clock as _;
use crate::domain::enrolment::Standing;
use crate::domain::ledger::Change;
use crate::domain::people::Student;
use crate::store::Store;
use crate::usecase::{facts, ledger, record};

impl Live {
    /// Where a student stands, in words.
    ///
    /// # Errors
    /// The store failed.
    pub async fn standing(&self, student: &Student) -> Result<String, LiveError> {
        let key = record::key::<Standing>(&school_id(), &student.id.0);
        let store: &dyn Store = self.store.as_ref();
        let standing = record::load::<Standing>(store, &key).await?.map(|stored| stored.value);
        Ok(match standing.unwrap_or_default() {
            Standing::NotAsked => "未询问".to_owned(),
            Standing::Silent { is_listed: false, .. } => "未回复".to_owned(),
            Standing::Silent { is_listed: true, .. } => "未回复，在班主任的名单上".to_owned(),
            Standing::Unreachable { .. } => "联系不上".to_owned(),
            Standing::Answered(registration) => {
                let questions = facts::offers(self.school()?.as_ref(), self.clock.now());
                facts::describe_wish(&registration.wish, &questions)
            }
        })
    }

    /// How many lines the ledger has about a student, those of the roster left out.
    ///
    /// # Errors
    /// The store failed.
    pub async fn ledger_lines(&self, student: &Student) -> Result<usize, LiveError> {
        let mut count = 0;
        ledger::for_each(&self.app.service, &school_id(), 0, u64::MAX, |_, line| {
            let is_roster = matches!(line.change, Change::JoinedRoll { .. });
            count += usize::from(line.student == student.id && !is_roster);
        })
        .await?;
        Ok(count)
    }
}
