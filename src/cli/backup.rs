//! `kehou backup` and `kehou restore`: everything that is remembered, as one file and back again.
//!
//! A backup is made while the server runs; a restore wants it stopped and never overwrites anything. Start at [`run`].

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::control::Reached;
use super::office::{runtime, unexpected};
use super::{Exit, Shared, print};
use crate::app::{open_store, restore_store};
use crate::store::{BackupSummary, StoreError};
use crate::usecase::office::{Answer, Request};
use crate::web::control::OFFICE_PATH;

/// Arguments of `kehou backup`.
#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The new file; it must not be there yet
    file: PathBuf,
}

/// Arguments of `kehou restore`.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup
    file: PathBuf,
}

pub(super) fn run(shared: &Shared, args: &BackupArgs) -> anyhow::Result<Exit> {
    let config = shared.load_config()?;
    // The server has another working folder.
    let to = std::path::absolute(&args.file)
        .with_context(|| format!("{} cannot be a file's path", args.file.display()))?;
    let summary = {
        let _working = print::working("备份");
        runtime()?.block_on(back_up(&config.data.dir, &to))?
    };
    report(shared, "已备份到", &to, &summary)
}

/// Asks the server, or opens the store alone: a backup does not need plans and flows to be right.
async fn back_up(data_dir: &Path, to: &Path) -> anyhow::Result<BackupSummary> {
    match Reached::look_in(data_dir).await? {
        Reached::Server(client) => {
            match client.call(OFFICE_PATH, &Request::Backup { to: to.to_owned() }).await? {
                Answer::BackedUp { summary, .. } => Ok(summary),
                _ => Err(unexpected()),
            }
        }
        Reached::Alone => {
            anyhow::ensure!(data_dir.is_dir(), "there is no data folder {}", data_dir.display());
            let store = open_store(data_dir)?;
            let summary = store.backup(to).await;
            store.close().await?;
            Ok(summary?)
        }
    }
}

pub(super) fn restore(shared: &Shared, args: &RestoreArgs) -> anyhow::Result<Exit> {
    let config = shared.load_config()?;
    let folder = &config.data.dir;
    if let Reached::Server(_) = runtime()?.block_on(Reached::look_in(folder))? {
        anyhow::bail!("a server runs on {}; stop it before you restore", folder.display());
    }
    let summary = {
        let _working = print::working("恢复");
        restore_store(&args.file, folder).map_err(|error| match error {
            StoreError::Exists(path) => anyhow::Error::msg(format!(
                "the data folder {path} holds data; move it away first, a restore overwrites nothing"
            )),
            other => anyhow::Error::from(other).context(format!("{} was not restored", args.file.display())),
        })?
    };
    report(shared, "已恢复到", folder, &summary)
}

fn report(shared: &Shared, done: &str, path: &Path, summary: &BackupSummary) -> anyhow::Result<Exit> {
    if shared.json {
        print::json(&json!({ "path": path, "summary": summary }))?;
    } else {
        print::line(&format!(
            "{done} {}：{} 条记录，{} 条台账，{} 字节，SHA-256 {}",
            path.display(),
            summary.records,
            summary.log_entries,
            summary.bytes,
            summary.sha256
        ))?;
    }
    Ok(Exit::Done)
}
