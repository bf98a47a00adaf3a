//! The office (办公室): everything that the school's office can ask for at the command line.
//!
//! A [`Request`] is answered by the same function in the running server, behind its control socket, and in a command
//! that has the store for itself. Answers name people: they are for the office's terminal, never for a log. Knows
//! neither sockets nor tables. Start at [`answer`].

mod coverage;
mod rows;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::campaign::Preview;
use super::checkup::Remembered;
use super::directory::Synced;
use super::flow_files::Source;
use super::flow_plan::FlowPlan;
use super::flow_shelf::Reloaded;
use super::roster_import::{ImportError, Imported};
use super::workload::MonthlyWorkload;
use super::{
    School, Service, UseCaseError, campaign, checkup, digest, directory, flow_plan, flow_shelf, recall,
    roster_import, trial, workload,
};
use crate::clock::Moment;
use crate::domain::people::SchoolId;
use crate::domain::roster::Sheets;
use crate::outbox;
use crate::problem::Problem;
use crate::store::{BackupSummary, StoreError};

pub use coverage::{ClassCoverage, Coverage};
pub use rows::{Listed, ListedRow, OutboxState};

/// What the office asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Import a roster.
    RosterImport {
        /// The school.
        school: SchoolId,
        /// The opened sheets.
        sheets: Sheets,
        /// Whether only to say what would change.
        is_dry_run: bool,
    },
    /// Read the directory that a platform keeps of the school, and make it part of the roster.
    RosterSync {
        /// The school.
        school: SchoolId,
        /// Whether only to say what would change.
        is_dry_run: bool,
        /// Also when a great part of the directory has vanished.
        is_forced: bool,
    },
    /// Say what opening a campaign would do.
    CampaignPreview {
        /// The school.
        school: SchoolId,
        /// School days to answer.
        days: u32,
    },
    /// Open a campaign.
    CampaignOpen {
        /// The school.
        school: SchoolId,
        /// School days to answer.
        days: u32,
    },
    /// Say how the survey stands.
    CampaignStatus {
        /// The school.
        school: SchoolId,
    },
    /// Write to the silent, and ask whoever is new.
    CampaignRemind {
        /// The school.
        school: SchoolId,
    },
    /// Close the campaign.
    CampaignClose {
        /// The school.
        school: SchoolId,
    },
    /// List what is to be sent, or was not.
    OutboxList {
        /// The school.
        school: SchoolId,
        /// Which rows.
        state: OutboxState,
    },
    /// Send again what was parked.
    OutboxResend {
        /// The school.
        school: SchoolId,
        /// Parked at this moment or later.
        since: Moment,
    },
    /// Take back what was sent.
    OutboxRecall {
        /// The school.
        school: SchoolId,
        /// The id of the message.
        id: String,
        /// Also from the others who had it by the same call.
        from_everyone: bool,
    },
    /// Try whether a guardian can chat with the robot, by a message to one who agreed to it.
    BeginTrial {
        /// The school.
        school: SchoolId,
        /// The guardian's account.
        account: String,
    },
    /// Show a digest.
    DigestShow {
        /// The school.
        school: SchoolId,
        /// The day; today when it is not said.
        day: Option<NaiveDate>,
        /// Whether its picture is wanted too.
        #[serde(default)]
        with_picture: bool,
    },
    /// Show what everybody did in a month.
    Workload {
        /// The school.
        school: SchoolId,
        /// Any day of the month.
        month: NaiveDate,
    },
    /// Say what these flow files of a school would change.
    FlowPlan {
        /// The files.
        sources: Vec<Source>,
    },
    /// Read the school's own conversations again.
    FlowReload,
    /// Look whether what is remembered of a school can be read and written.
    CheckUp {
        /// The school.
        school: SchoolId,
    },
    /// Copy everything that is remembered into a new file.
    Backup {
        /// The file, absolute.
        to: PathBuf,
    },
}

/// The answer to a [`Request`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What the import changed.
    Imported(Imported),
    /// What the directory changed.
    Synced(Synced),
    /// What opening does or would do.
    Preview(Preview),
    /// How the survey stands.
    Status(Coverage),
    /// How many guardians are written to.
    Reminded {
        /// Guardians.
        guardians: usize,
    },
    /// Rows of the outbox.
    Outbox(Listed),
    /// How many messages wait again.
    Resent {
        /// Messages.
        messages: usize,
    },
    /// From how many people a message was taken back.
    Recalled {
        /// People.
        people: usize,
    },
    /// The message to the guardian is on its way.
    TrialBegun,
    /// A digest.
    Digest {
        /// The day.
        day: NaiveDate,
        /// The position in the ledger that it was computed at.
        position: u64,
        /// The words.
        text: String,
        /// The picture as PNG in base64, where it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
    },
    /// What everybody did in a month.
    Workload(MonthlyWorkload),
    /// What flow files would change.
    FlowPlan(FlowPlan),
    /// What reading the conversations again has changed.
    Reloaded(Reloaded),
    /// How the store does.
    CheckedUp(Remembered),
    /// What the backup holds.
    BackedUp {
        /// The file.
        to: PathBuf,
        /// What it holds.
        summary: BackupSummary,
    },
}

/// Why the office does not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// What was sent is written wrong; nothing was changed.
    #[error("{} problems found", .0.len())]
    Problems(Vec<Problem>),
    /// The school's rules say no, in a sentence.
    #[error("{0}")]
    Refused(String),
    /// The world failed.
    #[error(transparent)]
    Failed(UseCaseError),
}

/// Does what the office asks for. Wake the clock's work and the outbox afterwards.
///
/// # Errors
/// [`OfficeError`].
pub async fn answer(service: &Service, request: &Request, now: Moment) -> Result<Answer, OfficeError> {
    let store = service.store.as_ref();
    Ok(match request {
        Request::RosterImport { school, sheets, is_dry_run } => {
            let school = service.school(school)?;
            Answer::Imported(roster_import::import(service, school, sheets, *is_dry_run, now).await?)
        }
        Request::RosterSync { school, is_dry_run, is_forced } => {
            let ask = directory::Ask { is_dry_run: *is_dry_run, is_forced: *is_forced };
            Answer::Synced(directory::sync(service, service.school(school)?, ask, now).await?)
        }
        Request::CampaignPreview { school, days } => {
            let school = service.school(school)?;
            refuse_second(service, school).await?;
            Answer::Preview(campaign::preview(service, school, *days, now).await?)
        }
        Request::CampaignOpen { school, days } => {
            Answer::Preview(campaign::open(service, service.school(school)?, *days, now).await?)
        }
        Request::CampaignStatus { school } => {
            let school = service.school(school)?;
            let status = campaign::status(service, school).await?;
            Answer::Status(coverage::against_roll(service, school, status).await?)
        }
        Request::CampaignRemind { school } => {
            let guardians = campaign::remind(service, service.school(school)?, now).await?;
            Answer::Reminded { guardians }
        }
        Request::CampaignClose { school } => {
            let school = service.school(school)?;
            let status = campaign::close(service, school, now).await?;
            Answer::Status(coverage::against_roll(service, school, status).await?)
        }
        Request::OutboxList { school, state } => {
            Answer::Outbox(rows::list(service, service.school(school)?, *state, now).await?)
        }
        Request::OutboxResend { school, since } => {
            let school = service.school(school)?;
            Answer::Resent { messages: outbox::resend(store, &school.id, *since, now).await? }
        }
        Request::OutboxRecall { school, id, from_everyone } => {
            let what = (id.as_str(), *from_everyone);
            Answer::Recalled { people: recall::recall(service, service.school(school)?, what, now).await? }
        }
        Request::BeginTrial { school, account } => {
            trial::begin(service, service.school(school)?, account, now).await?;
            Answer::TrialBegun
        }
        Request::DigestShow { school, day, with_picture } => {
            let school = service.school(school)?;
            let day = day.unwrap_or_else(|| school.calendar.local_date(now));
            let kept = digest::show(service, school, day, now).await?;
            let png = if *with_picture { digest::picture(service, school, day, &kept).await? } else { None };
            let picture = png.map(|png| STANDARD.encode(png));
            Answer::Digest { day, position: kept.position, text: kept.text, picture }
        }
        Request::Workload { school, month } => {
            Answer::Workload(workload::of_month(service, service.school(school)?, *month).await?)
        }
        Request::FlowPlan { sources } => Answer::FlowPlan(flow_plan::plan(service, sources, now).await?),
        Request::FlowReload => Answer::Reloaded(flow_shelf::reload(service, now).await?),
        Request::CheckUp { school } => {
            Answer::CheckedUp(checkup::look(store, &service.school(school)?.id, now).await)
        }
        Request::Backup { to } => Answer::BackedUp { to: to.clone(), summary: store.backup(to).await? },
    })
}

/// A preview of what would be refused anyway helps nobody.
async fn refuse_second(service: &Service, school: &School) -> Result<(), OfficeError> {
    match campaign::present(service, school).await? {
        None => Ok(()),
        Some(_) => Err(OfficeError::Refused(
            "已经有一个调查在进行；用 campaign status 看进度，用 campaign close 结束它。".to_owned(),
        )),
    }
}

impl std::fmt::Debug for Answer {
    /// Answers name people: only their kind prints.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Imported(_) => "Imported",
            Self::Synced(_) => "Synced",
            Self::Preview(_) => "Preview",
            Self::Status(_) => "Status",
            Self::Reminded { .. } => "Reminded",
            Self::Outbox(_) => "Outbox",
            Self::Resent { .. } => "Resent",
            Self::Recalled { .. } => "Recalled",
            Self::TrialBegun => "TrialBegun",
            Self::Digest { .. } => "Digest",
            Self::Workload(_) => "Workload",
            Self::FlowPlan(_) => "FlowPlan",
            Self::Reloaded(_) => "Reloaded",
            Self::CheckedUp(_) => "CheckedUp",
            Self::BackedUp { .. } => "BackedUp",
        })
    }
}

impl From<UseCaseError> for OfficeError {
    fn from(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Refused(said) => Self::Refused(said),
            UseCaseError::NoSchool(_) => Self::Refused(error.to_string()),
            UseCaseError::Store(_) | UseCaseError::Unreadable { .. } | UseCaseError::Busy => {
                Self::Failed(error)
            }
        }
    }
}

impl From<StoreError> for OfficeError {
    fn from(error: StoreError) -> Self {
        match error {
            // The file that somebody named is there already.
            StoreError::Exists(_) => Self::Refused(error.to_string()),
            other => Self::Failed(other.into()),
        }
    }
}

impl From<ImportError> for OfficeError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Problems(problems) => Self::Problems(problems),
            ImportError::UseCase(error) => error.into(),
        }
    }
}
