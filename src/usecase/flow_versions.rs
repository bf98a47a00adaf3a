//! Versions of flows (流程版本): the source of every version that somebody may stand in, remembered until nobody does.
//!
//! A person goes on in the version that they began with, also after a restart with a changed file. Knows records and
//! sources, not who is spoken to. Start at [`keep`].

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::flow_files::Source;
use super::record::{self, Document};
use super::{CONFLICTS_MAX, UseCaseError};
use crate::clock::Moment;
use crate::flow::Flows;
use crate::flow::conversation::Conversation;
use crate::flow::definition::Flow;
use crate::flow::parse::parse_flow;
use crate::store::{Batch, Expect, Key, Kind, Range, Store, StoreError, Write};

/// Versions that one start forgets at the most.
const FORGOTTEN_MAX: usize = 200;

/// One version of a flow, as it was first loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowVersion {
    /// The file's name.
    pub file: String,
    /// The file.
    pub text: String,
    /// When it was loaded for the first time.
    pub loaded_at: Moment,
}

impl Document for FlowVersion {
    const KIND: Kind = Kind("flow_version");
}

fn key(flow: &Flow) -> Key {
    Key::new(FlowVersion::KIND, format!("{}/{}", flow.id, flow.hash))
}

/// Remembers these flows, and gives them the older versions in which somebody still stands.
///
/// - `sources`: what the flows were read from.
///
/// # Errors
/// The store failed; then the flows must not be used, for nobody would find their version again.
pub async fn keep(
    store: &dyn Store,
    sources: &[Source],
    flows: Flows,
    now: Moment,
) -> Result<Flows, UseCaseError> {
    remember(store, sources, &flows, now).await?;
    let mut older = Vec::new();
    for (_, flow) in others(store, &flows).await? {
        if is_stood_in(store, &flow).await? {
            older.push(Arc::new(flow));
        }
    }
    Ok(flows.with_older(older))
}

/// Forgets versions in which nobody stands any more. Only for the start, when nobody can be on the way into one.
///
/// # Errors
/// The store failed.
pub async fn forget(store: &dyn Store, flows: &Flows) -> Result<usize, UseCaseError> {
    let mut batch = Batch::default();
    for (key, flow) in others(store, flows).await? {
        let is_kept = flows.older().any(|older| older.id == flow.id && older.hash == flow.hash);
        if !is_kept && batch.writes.len() < FORGOTTEN_MAX {
            batch.writes.push(Write::Delete { key, expect: Expect::Any });
        }
    }
    let count = batch.writes.len();
    if count > 0 {
        store.commit(batch).await?;
    }
    Ok(count)
}

async fn remember(
    store: &dyn Store,
    sources: &[Source],
    flows: &Flows,
    now: Moment,
) -> Result<(), UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let mut batch = Batch::default();
        for flow in flows.iter() {
            let key = key(flow);
            let Some((file, text)) = sources.iter().find(|(file, _)| *file == flow.file) else { continue };
            if store.load(&key).await?.is_some() {
                continue;
            }
            let version = FlowVersion { file: file.clone(), text: text.clone(), loaded_at: now };
            record::put_shared(&mut batch, key, &version, Expect::Absent)?;
        }
        if batch.writes.is_empty() {
            return Ok(());
        }
        match store.commit(batch).await {
            Ok(_) => return Ok(()),
            // Another process loads the same files.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// The remembered versions besides the present ones.
async fn others(store: &dyn Store, flows: &Flows) -> Result<Vec<(Key, Flow)>, UseCaseError> {
    let mut found = Vec::new();
    let present: BTreeSet<Key> = flows.iter().map(|flow| key(flow)).collect();
    let mut range = Range::all(record::PAGE);
    loop {
        let page = store.scan(FlowVersion::KIND, &range).await?;
        for record in page.iter().filter(|record| !present.contains(&record.key)) {
            let FlowVersion { file, text, .. } = record::read::<FlowVersion>(record)?.value;
            match parse_flow(&file, &text) {
                Ok(flow) if flows.get(&flow.id).is_some_and(|present| present.hash == flow.hash) => {}
                Ok(flow) => found.push((record.key.clone(), flow)),
                // The language has changed since; whoever stands there goes on in the present version.
                Err(_) => tracing::warn!(version = %record.key.id, "an older flow cannot be read any more"),
            }
        }
        match page.last() {
            Some(last) if page.len() == record::PAGE => range = range.after(&last.key.id),
            _ => return Ok(found),
        }
    }
}

/// Whether somebody stands in a version, parked or not.
async fn is_stood_in(store: &dyn Store, flow: &Flow) -> Result<bool, UseCaseError> {
    let range = Range::prefix(&format!("{}/{}/", flow.id, flow.hash), 1);
    Ok(!store.scan_index(Conversation::KIND, "standing_in", &range).await?.is_empty())
}
