//! Coverage (覆盖情况): how the survey stands in each class and in the school, held against the roll.
//!
//! Start at [`Coverage`].

use serde::{Deserialize, Serialize};

use super::super::campaign::Status;
use super::super::record;
use super::super::{School, Service, UseCaseError};
use crate::domain::people::{ClassId, Student};
use crate::domain::survey::{Campaign, Counts};

/// How the survey stands, held against the roll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The campaign that is open.
    pub campaign: Option<Campaign>,
    /// The figures of each class, by grade and number.
    pub classes: Vec<ClassCoverage>,
    /// The figures of the school.
    pub total: Counts,
    /// The position in the ledger that the figures were computed at.
    pub position: u64,
    /// Students on the roll, from the roster; the figures add up to it.
    pub on_roll: usize,
}

/// How the survey stands in a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCoverage {
    /// The class as people write it, `三年级2班`.
    pub class: String,
    /// The figures.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Coverage {
    /// Whether every student of the roll is in exactly one state.
    pub fn adds_up(&self) -> bool {
        usize::try_from(self.total.roll()).is_ok_and(|counted| counted == self.on_roll)
    }
}

/// Holds the figures of a survey against the roll.
///
/// # Errors
/// The store failed.
pub(super) async fn against_roll(
    service: &Service,
    school: &School,
    status: Status,
) -> Result<Coverage, UseCaseError> {
    let students = record::all::<Student>(service.store.as_ref(), &school.id).await?;
    let on_roll = students.iter().filter(|(_, student)| student.value.is_on_roll).count();
    let Status { campaign, classes, total, position } = status;
    let class = |(class, counts): (ClassId, Counts)| ClassCoverage { class: class.to_string(), counts };
    Ok(Coverage { campaign, classes: classes.into_iter().map(class).collect(), total, position, on_roll })
}
