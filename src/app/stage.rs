//! A stage (舞台): a kehou in memory for rehearsals and `kehou talk`, which speaks through the terminal or what else it is
//! given.
//!
//! Joins what tests join elsewhere; knows no script and no people. Start at [`open`].

use std::sync::Arc;

use chrono::NaiveTime;

use super::{App, Parts, Seams, StartError};
use crate::clock::Clock;
use crate::domain::people::SchoolId;
use crate::flow::Flows;
use crate::platform::Platform;
use crate::platform::terminal::Terminal;
use crate::store::Store;
use crate::store::memory::MemoryStore;
use crate::usecase::School;
use crate::usecase::flow_files::Source;

pub use crate::platform::terminal::{Arrived, Mailbox};

/// A store that lasts as long as the process.
pub fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

/// The terminal's account of a school, whose messages arrive in `mailbox`.
pub fn terminal(school: SchoolId, clock: Arc<dyn Clock>, mailbox: &Mailbox) -> Arc<dyn Platform> {
    Arc::new(Terminal::new(school, clock, mailbox.clone()))
}

/// Joins one school, these flows, these seams and these accounts into a kehou.
///
/// - `loaded`: the same flows as they were loaded before, where they were.
/// - `digest_at`: when the digest is sent.
///
/// # Errors
/// What is written wrong in the flows.
pub async fn open(
    school: School,
    (flows, loaded): (Vec<Source>, Option<Flows>),
    seams: Seams,
    platforms: Vec<Arc<dyn Platform>>,
    digest_at: NaiveTime,
) -> Result<Arc<App>, StartError> {
    let parts = Parts {
        schools: vec![school],
        flows,
        loaded,
        flows_dir: None,
        platforms,
        digest_at,
        public_url: String::new(),
    };
    App::assemble(parts, seams).await
}
