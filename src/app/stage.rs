//! A stage (舞台): a kehou in memory that speaks through the terminal, for rehearsals and `kehou talk`.
//!
//! Joins what tests join elsewhere; knows no script and no people. Start at [`open`].

use std::sync::Arc;

use chrono::NaiveTime;

use super::{App, Parts, Seams, StartError};
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

/// Joins one school, these flows and these seams into a kehou whose messages arrive in `mailbox`.
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
    mailbox: &Mailbox,
    digest_at: NaiveTime,
) -> Result<Arc<App>, StartError> {
    let terminal = Terminal::new(school.id.clone(), seams.clock.clone(), mailbox.clone());
    let platforms: Vec<Arc<dyn Platform>> = vec![Arc::new(terminal)];
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
