//! What must hold when a story is over: nothing waits, and every state adds up.
//!
//! Start at [`Live::loose_ends`].

use super::super::cast::school_id;
use super::{Live, LiveError};
use crate::domain::enrolment::Standing;
use crate::outbox::{self, Listing};
use crate::store::Store;
use crate::usecase::record::{self, Document, Errand};
use crate::usecase::{UseCaseError, ledger};

impl Live {
    /// What must hold at the end of every story; a sentence for each thing that does not.
    ///
    /// # Errors
    /// The store failed.
    pub async fn loose_ends(&self) -> Result<Vec<String>, LiveError> {
        let mut found = Vec::new();
        let store: &dyn Store = self.store.as_ref();
        for (listing, what) in
            [(Listing::Waiting, "waits to be sent"), (Listing::Parked, "could not be sent")]
        {
            let rows = outbox::list(store, &school_id(), listing, 100).await.map_err(UseCaseError::from)?;
            found.extend(rows.iter().map(|row| format!("a message to {} {what}", row.account)));
        }
        let errands =
            store.scan(Errand::KIND, &crate::store::Range::all(1)).await.map_err(UseCaseError::from)?;
        if !errands.is_empty() {
            found.push("an errand is not done".to_owned());
        }
        let roll = ledger::roll_at(&self.app.service, &school_id(), u64::MAX).await?;
        let (sum, students) = (roll.coverage().total().roll(), self.cast.students.len());
        if usize::try_from(sum).ok() != Some(students) {
            found.push(format!("the states add up to {sum}, the roll has {students} students"));
        }
        for student in &self.cast.students {
            let key = record::key::<Standing>(&school_id(), &student.id.0);
            let kept = record::load::<Standing>(store, &key).await?.map(|stored| stored.value);
            let told = roll.students.get(&student.id).map(|seat| seat.standing.clone());
            if kept.unwrap_or_default() != told.unwrap_or_default() {
                found.push(format!("the ledger tells otherwise about {} than the record", student.name.0));
            }
        }
        Ok(found)
    }
}
