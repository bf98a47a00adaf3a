//! The directory (通讯录) that a platform keeps of a school, behind one trait: read only, class by class.
//!
//! Knows neither the roster nor when to read; who walks through it remembers how far they came, so that a pause costs
//! nothing twice. Start at [`Directory`].

use async_trait::async_trait;

use super::SendError;
use crate::domain::roster::directory::{Channels, ListedClass, ListedStudent};

/// Classes that are read of one school at the most.
pub const CLASSES_MAX: usize = 1_000;

/// How long a directory rests after it was read: each reading costs, on a platform that counts calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Where the platform says that something changed.
    pub after_change: chrono::Duration,
    /// Where it says which classes, and only they are read again; `None` where the whole is read all the same.
    pub after_class_change: Option<chrono::Duration>,
    /// Where it said nothing.
    pub otherwise: chrono::Duration,
}

/// A school's directory.
#[async_trait]
pub trait Directory: Send + Sync {
    /// By which channels its people are reached.
    fn channels(&self) -> Channels;

    /// How long it is left alone after a reading; the office may always read it.
    fn rest(&self) -> Rest {
        let none = chrono::Duration::zero();
        Rest { after_change: none, after_class_change: None, otherwise: none }
    }

    /// The classes that have not graduated, at most [`CLASSES_MAX`].
    ///
    /// # Errors
    /// [`SendError`]; reading again is always safe.
    async fn classes(&self) -> Result<Vec<ListedClass>, SendError>;

    /// A class that [`Directory::classes`] gave, as it is now.
    ///
    /// # Errors
    /// As [`Directory::classes`].
    async fn class(&self, known: &ListedClass) -> Result<ListedClass, SendError> {
        Ok(known.clone())
    }

    /// The students of a class that [`Directory::classes`] gave, with their parents.
    ///
    /// # Errors
    /// As [`Directory::classes`].
    async fn students(&self, class: &ListedClass) -> Result<Vec<ListedStudent>, SendError>;
}
