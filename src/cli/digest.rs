//! `kehou digest show`: the digest (日报) of a day, as the admins got it or as it would be now.
//!
//! Start at [`run`].

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, Shared, print};
use crate::usecase::office::{Answer, Request};

/// Arguments of `kehou digest`.
#[derive(Debug, Args)]
pub(super) struct DigestArgs {
    #[command(subcommand)]
    command: DigestCommand,
}

#[derive(Debug, Subcommand)]
enum DigestCommand {
    /// Print the digest of a day: the one that was sent, else as the ledger stands now
    Show(ShowArgs),
}

#[derive(Debug, Args)]
struct ShowArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// The day, such as 2026-10-12; today when left out
    #[arg(long, value_name = "DAY")]
    date: Option<NaiveDate>,
    /// Write the picture of it into this new file, as PNG
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

pub(super) fn run(shared: &Shared, args: &DigestArgs) -> anyhow::Result<Exit> {
    let DigestCommand::Show(args) = &args.command;
    let office = Office::enter(shared)?;
    let school = office.school(&args.school)?;
    let with_picture = args.picture.is_some();
    let request = Request::DigestShow { school, day: args.date, with_picture };
    let answer = office.ask("统计", &request)?;
    if let (Some(path), Answer::Digest { picture, .. }) = (&args.picture, &answer) {
        write_picture(path, picture.as_deref())?;
    }
    if shared.json {
        print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Digest { text, .. } = answer else { return Err(unexpected()) };
    print::line(&text)?;
    Ok(Exit::Done)
}

/// Writes the picture into a file that is not there yet.
fn write_picture(path: &Path, base64: Option<&str>) -> anyhow::Result<()> {
    let base64 = base64.context("the picture of this digest could not be drawn; the log says why")?;
    let png = STANDARD.decode(base64).context("the server's picture cannot be read")?;
    let mut file =
        File::create_new(path).with_context(|| format!("cannot write the picture to {}", path.display()))?;
    file.write_all(&png).with_context(|| format!("cannot write the picture to {}", path.display()))?;
    print::note(&format!("图片已写入 {}（{} KB）。", path.display(), png.len().div_ceil(1_024)));
    Ok(())
}
