//! The flows in use (流程架): read once a turn, and exchanged as a whole when the school's folder is read again.
//!
//! A turn that has begun ends with the flows that it began with. Start at [`FlowShelf::present`], then [`reload`].

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::flow_files::{self, Source};
use super::office::OfficeError;
use super::{Service, flow_versions};
use crate::clock::Moment;
use crate::flow::Flows;
use crate::problem::{Place, Problem};

/// The flows in use.
#[derive(Debug)]
pub struct FlowShelf {
    folder: Option<PathBuf>,
    present: RwLock<Arc<Flows>>,
    /// One reload at a time, so that the folder's newest state wins.
    reloading: Mutex<()>,
}

/// What a reload changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reloaded {
    /// The flows whose version is another one now.
    pub changed: Vec<Changed>,
    /// Flows in use.
    pub flows: usize,
    /// Older versions in which somebody still stands.
    pub older: usize,
}

/// A flow with another version than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its id.
    pub flow: String,
    /// The hash before; `None` for a new flow.
    pub from: Option<String>,
    /// The hash now; `None` for a flow that is gone.
    pub to: Option<String>,
}

impl FlowShelf {
    /// Puts the first flows on the shelf.
    ///
    /// - `folder`: the school's own flows, to be read again.
    pub fn new(flows: Flows, folder: Option<PathBuf>) -> Self {
        Self { folder, present: RwLock::new(Arc::new(flows)), reloading: Mutex::default() }
    }

    /// The flows as they are now.
    pub fn present(&self) -> Arc<Flows> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn exchange(&self, flows: Flows) {
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(flows);
    }
}

/// The flows of the settings: those of the folder over those that come with the program.
///
/// # Errors
/// The folder cannot be read.
pub fn sources(folder: Option<&Path>) -> Result<Vec<Source>, Vec<Problem>> {
    let Some(folder) = folder else { return Ok(flow_files::shipped()) };
    flow_files::with_folder(folder).map_err(|error| {
        let problem =
            Problem::new(Place::File(folder.display().to_string()), format!("cannot be read: {error}"));
        vec![problem.instead("check the path and its rights: `dir` below `[flows]` in the settings")]
    })
}

/// Reads the school's folder again and exchanges the flows, all or none.
///
/// # Errors
/// Every problem of the flows, and then the old ones stay in use; or the store failed.
pub async fn reload(service: &Service, now: Moment) -> Result<Reloaded, OfficeError> {
    let shelf = &service.flows;
    let _alone = shelf.reloading.lock().await;
    if shelf.folder.is_none() {
        let said = "the flows in use are those that come with kehou; name a folder in the settings: `dir` below `[flows]`";
        return Err(OfficeError::Refused(said.to_owned()));
    }
    let sources = sources(shelf.folder.as_deref()).map_err(OfficeError::Problems)?;
    let schools = service.schools.values().map(Arc::as_ref);
    let flows = flow_files::load(&sources, schools, now).map_err(OfficeError::Problems)?;
    let flows = flow_versions::keep(service.store.as_ref(), &sources, flows, now).await?;
    let before = shelf.present();
    // A turn under way can still begin a conversation in a version that is present until now.
    let older: Vec<_> = flows.older().chain(before.iter()).cloned().collect();
    let reloaded = Reloaded {
        changed: changed(&before, &flows),
        flows: flows.iter().count(),
        older: flows.older().count(),
    };
    shelf.exchange(flows.with_older(older));
    let ids: Vec<_> = reloaded.changed.iter().map(|changed| changed.flow.as_str()).collect();
    tracing::info!(changed = ids.join(", "), older = reloaded.older, "the flows were read again");
    Ok(reloaded)
}

impl Changed {
    /// Such as `1f0c… → 9a2b…`, `new, 9a2b…` or `gone, was 1f0c…`.
    pub fn in_words(&self) -> String {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => format!("{from} → {to}"),
            (None, Some(to)) => format!("new, {to}"),
            (Some(from), None) => format!("gone, was {from}"),
            (None, None) => String::new(),
        }
    }
}

/// The flows whose present version differs, by id.
pub(super) fn changed(before: &Flows, after: &Flows) -> Vec<Changed> {
    let mut ids: Vec<&String> = before.iter().chain(after.iter()).map(|flow| &flow.id).collect();
    ids.sort();
    ids.dedup();
    let hash = |flows: &Flows, id: &str| flows.get(id).map(|flow| flow.hash.clone());
    let all =
        ids.into_iter().map(|id| Changed { flow: id.clone(), from: hash(before, id), to: hash(after, id) });
    all.filter(|changed| changed.from != changed.to).collect()
}
