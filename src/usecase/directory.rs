//! Directory sync (通讯录同步): what a platform's directory of the school says becomes part of the roster.
//!
//! Reading, comparing and one batch, as with an import. The office begins; from then on the directory is read every
//! night, and some minutes after the platform says that it changed. What vanishes by the dozen is not believed. Knows no
//! platform; who is who is `domain::roster::directory`'s. Start at [`sync`] and [`read_due`].

mod course;
pub(super) mod kept;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use self::course::{Tell, begin, end, put_end};
use self::kept::{Readings, readings};
use self::walk::{Extent, Walk};
use super::record;
use super::roster_import::{Imported, Next, Present, imported};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, campaign, errand, reach};
use crate::clock::Moment;
use crate::domain::enrolment::Standing;
use crate::domain::ledger::Actor;
use crate::domain::people::{Channel, Person, SchoolId, StudentId};
use crate::domain::roster::directory::{Joined, Listing, Occasion, place};
use crate::domain::roster::{RosterDiff, diff};
use crate::platform::directory::{Directory, Rest};
use crate::platform::{Platform, SendError};
use crate::problem::Problem;
use crate::store::{Batch, StoreError};

pub(super) use self::course::{Change, changed, overtaken, put_change};

/// How long after the first change a directory is read: edits come in series.
const CHANGE_PAUSE: chrono::Duration = chrono::Duration::minutes(3);

/// What happens after a reading was broken off.
const GOES_ON: &str = "kehou serve 在运行，就会自己接着读；没有运行，请到时再运行一次这个命令。";

/// The time of the night after which each directory is read.
const NIGHT: (u32, u32) = (3, 20);

/// The directories of the schools, each with how far its reading has come.
#[derive(Debug, Default)]
pub struct Directories(BTreeMap<SchoolId, Shelf>);

#[derive(Debug)]
struct Shelf {
    platform: Arc<dyn Platform>,
    walk: Mutex<Walk>,
}

impl Directories {
    /// The directories that these accounts can read.
    pub fn of(platforms: &[Arc<dyn Platform>]) -> Self {
        let readable = platforms.iter().filter(|platform| platform.directory().is_some());
        let shelf = |platform: &Arc<dyn Platform>| {
            let shelf = Shelf { platform: platform.clone(), walk: Mutex::default() };
            (platform.school().clone(), shelf)
        };
        Self(readable.map(shelf).collect())
    }

    /// The channel by which the guardians of a school's directory are reached.
    pub fn guardians(&self, school: &SchoolId) -> Option<Channel> {
        Some(self.0.get(school)?.platform.directory()?.channels().parents)
    }
}

/// What a sync changed, or would change (同步结果).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// The difference, as of an import.
    #[serde(flatten)]
    pub imported: Imported,
    /// What somebody must look at in the directory; it names people.
    pub problems: Vec<Problem>,
    /// How the readings before went.
    pub readings: Readings,
}

/// How the office wants a sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// Only say what would change.
    pub is_dry_run: bool,
    /// Also when a great part of the directory has vanished.
    pub is_forced: bool,
}

/// Why a reading had no effect.
enum Failure {
    /// The platform broke it off.
    Read(SendError),
    /// It is not to be believed, or too large to be taken over; the sentence says what to do.
    Refused(String),
    UseCase(UseCaseError),
}

/// Reads a school's directory and makes it part of the roster, because the office says so.
///
/// # Errors
/// [`UseCaseError::Refused`] when the school has no directory, the platform does not give it, or what it gives is
/// implausible; or the store failed.
pub async fn sync(service: &Service, school: &School, ask: Ask, now: Moment) -> Result<Synced, UseCaseError> {
    let Some(shelf) = service.directories.0.get(&school.id) else {
        let said =
            "这所学校没有可以同步的通讯录：请在配置的 [[wecom]] 里写 parents = true，或写上 [[dingtalk]]。";
        return Err(UseCaseError::Refused(said.to_owned()));
    };
    let Ok(mut walk) = shelf.walk.try_lock() else {
        return Err(UseCaseError::Refused("通讯录正在同步，请过一会儿再试。".to_owned()));
    };
    if let Some(wait) = walk.not_before.map(|at| at - now).filter(|wait| *wait > chrono::Duration::zero()) {
        let (who, again) = (walk.resting.unwrap_or("平台要求等一等。"), again_in(wait));
        return Err(UseCaseError::Refused(format!("刚才没有读完：{who}{again}。{GOES_ON}")));
    }
    let failure = match read(service, school, shelf, &mut walk, (ask, Actor::Office, Extent::All), now).await
    {
        Ok(synced) => return Ok(synced),
        Err(failure) => failure,
    };
    let (what, is_over) = match failure {
        Failure::UseCase(error) => return Err(error),
        Failure::Read(error) => (told(&error, walk.progress()), matches!(error, SendError::Refused { .. })),
        Failure::Refused(what) => (what, true),
    };
    if is_over && !ask.is_dry_run {
        // Whoever asked reads it here.
        end(service, school, (&what, walk.is_whole()), Tell::Nobody, now).await?;
    }
    Err(UseCaseError::Refused(what))
}

/// Reads a school's directory where it is due; returns whether a reading came to an end.
///
/// # Errors
/// The store failed.
pub async fn read_due(service: &Service, school: &School, now: Moment) -> Result<bool, UseCaseError> {
    let Some(shelf) = service.directories.0.get(&school.id) else { return Ok(false) };
    // Whoever holds it reads already.
    let Ok(mut walk) = shelf.walk.try_lock() else { return Ok(false) };
    let state = readings(service.store.as_ref(), &school.id).await?.value;
    let Some(rest) = shelf.platform.directory().map(Directory::rest) else { return Ok(false) };
    if walk.not_before.is_some_and(|at| now < at) {
        return Ok(false);
    }
    let Some(extent) = due(school, &state, (rest, &walk), now) else { return Ok(false) };
    let asked = (Ask::default(), Actor::System, extent);
    let why = match read(service, school, shelf, &mut walk, asked, now).await {
        Ok(_) => return Ok(true),
        Err(Failure::UseCase(error)) => {
            walk.rest(now);
            return super::skip(error, "a directory").map(|()| false);
        }
        Err(Failure::Read(error @ SendError::Refused { .. })) => told(&error, walk.progress()),
        Err(Failure::Read(error)) => {
            let (read, of) = walk.progress();
            tracing::warn!(school.id = %school.id, error = %error, read, of, "the directory is read on later");
            return Ok(false);
        }
        Err(Failure::Refused(what)) => what,
    };
    tracing::error!(school.id = %school.id, "the directory was not taken over: {why}");
    end(service, school, (&why, walk.is_whole()), Tell::Admins, now).await?;
    Ok(true)
}

/// When the whole of a school's directory was last read with effect.
///
/// # Errors
/// The store failed.
pub(super) async fn read_whole_at(
    service: &Service,
    school: &SchoolId,
) -> Result<Option<Moment>, UseCaseError> {
    Ok(readings(service.store.as_ref(), school).await?.value.read_whole_at)
}

/// Asks somebody who can be reached again about the children of whom nobody could be reached, while a survey is open.
///
/// - `asked`: children about whom somebody else is asked in the same batch; those asked about here are added.
///
/// # Errors
/// The store failed.
pub(super) async fn ask_again(
    service: &Service,
    school: &School,
    person: &Person,
    asked: &mut BTreeSet<StudentId>,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    if campaign::present(service, school).await?.is_none() {
        return Ok(());
    }
    for child in &person.children {
        let key = record::key::<Standing>(&school.id, &child.0);
        let standing = record::load::<Standing>(service.store.as_ref(), &key).await?;
        let is_unreachable =
            standing.is_some_and(|standing| matches!(standing.value, Standing::Unreachable { .. }));
        if is_unreachable && asked.insert(child.clone()) {
            errand::start(service, &school.id, &person.id, child, now, batch)?;
        }
    }
    Ok(())
}

/// What is to be read: all every night, all or the classes that changed after the changes have come to rest, and what was
/// broken off; but nothing while the directory rests.
fn due(school: &School, state: &Readings, (rest, walk): (Rest, &Walk), now: Moment) -> Option<Extent> {
    if state.is_reading {
        return Some(Extent::Begun);
    }
    // The office begins, so that nobody's roster changes unseen.
    let last_at = state.read_at?.max(state.tried_at?);
    // What the reading of some classes did not look at is as old as the whole.
    let whole_at = state.read_whole_at.max(state.tried_whole_at);
    let has_rested = |pause| whole_at.is_none_or(|at| at + pause <= now);
    let night = NaiveTime::from_hms_opt(NIGHT.0, NIGHT.1, 0).unwrap_or_default();
    let tonight = school.calendar.moment(school.calendar.local_date(now), night);
    let is_night = whole_at.is_none_or(|at| at < tonight) && tonight <= now;
    if is_night && has_rested(rest.otherwise) {
        return Some(Extent::All);
    }
    state.changed_at.filter(|at| *at + CHANGE_PAUSE <= now)?;
    let classes = state.changed_classes.as_ref().filter(|classes| walk.knows(classes));
    match (classes, rest.after_class_change) {
        (Some(classes), Some(pause)) if last_at + pause <= now => Some(Extent::Classes(classes.clone())),
        _ if has_rested(rest.after_change) => Some(Extent::All),
        _ => None,
    }
}

async fn read(
    service: &Service,
    school: &School,
    shelf: &Shelf,
    walk: &mut Walk,
    (ask, actor, extent): (Ask, Actor, Extent),
    now: Moment,
) -> Result<Synced, Failure> {
    let Some(directory) = shelf.platform.directory() else {
        return Err(Failure::UseCase(UseCaseError::Busy));
    };
    if !ask.is_dry_run {
        begin(service, school, walk.has_begun()).await?;
    }
    let listing = walk.go_on(directory, extent, now).await.map_err(Failure::Read)?;
    let before = readings(service.store.as_ref(), &school.id).await?.value;
    let asked = (ask, &actor, walk.is_whole());
    let (imported, problems) = take_over(service, school, &listing, asked, now).await?;
    Ok(Synced { imported, problems, readings: before })
}

/// Makes a listing part of the roster.
///
/// - `is_whole`: whether all of it was read just now.
async fn take_over(
    service: &Service,
    school: &School,
    listing: &Listing,
    (ask, actor, is_whole): (Ask, &Actor, bool),
    now: Moment,
) -> Result<(Imported, Vec<Problem>), Failure> {
    for _ in 0..CONFLICTS_MAX {
        let present = Present::load(service, &school.id).await?;
        let placed = place(listing, &school.plan.classes);
        let joined = placed.join(&present.directory.book, &present.roster, Occasion::Read, &service.ids, now);
        if let (false, Some(what)) = (ask.is_forced, implausible(&joined)) {
            return Err(Failure::Refused(what));
        }
        let changes = diff(&present.roster, &joined.roster);
        let (roster, book) = (&joined.roster, &joined.book);
        let next = Next { roster, book, changes: &changes, actor: actor.clone() };
        let mut batch = present.replace(service, &school.id, next, now).await?;
        if !ask.is_dry_run {
            ask_the_reachable(service, school, &present, &changes, now, &mut batch).await?;
            put_end(service, school, (None, is_whole), now, &mut batch).await?;
            match service.store.commit(batch).await {
                Ok(_) => {}
                Err(StoreError::Conflict(_)) => continue,
                Err(error) => return Err(UseCaseError::from(error).into()),
            }
            tracing::info!(
                school.id = %school.id,
                students.added = changes.added.len(),
                students.left = changes.left.len(),
                problems = joined.notes.len(),
                "the directory was taken over"
            );
        }
        return Ok((imported(&changes, ask.is_dry_run), joined.notes));
    }
    Err(UseCaseError::Busy.into())
}

/// Who can be reached now and could not before is asked about the children of whom nobody could be.
async fn ask_the_reachable(
    service: &Service,
    school: &School,
    present: &Present,
    changes: &RosterDiff,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let mut asked = BTreeSet::new();
    let known = changes.persons_changed.iter().map(|change| &change.after);
    for person in changes.persons_added.iter().chain(known) {
        let before = present.roster.persons.get(&person.id);
        let was_reachable = before.is_some_and(|before| reach::is_reachable(school, before));
        if !was_reachable && reach::is_reachable(school, person) {
            ask_again(service, school, person, &mut asked, now, batch).await?;
        }
    }
    Ok(())
}

/// What is said of a listing that has lost a great part of what it had.
fn implausible(joined: &Joined) -> Option<String> {
    let (students, parents) = (joined.students, joined.parents);
    let lost = if students.is_implausible() {
        format!("{} 名学生里少了 {} 名", students.before, students.gone)
    } else if parents.is_implausible() {
        format!("{} 位家长里少了 {} 位", parents.before, parents.gone)
    } else {
        return None;
    };
    Some(format!(
        "通讯录里{lost}，没有同步。请先核对平台后台的家校通讯录；确实如此（比如刚有年级毕业），就用 roster sync --force。"
    ))
}

/// What the office is told when the platform broke a reading off.
fn told(error: &SendError, (read, of): (usize, usize)) -> String {
    let so_far = if of == 0 { String::new() } else { format!("已经读完 {read}/{of} 个班。") };
    match error {
        SendError::Refused { code, advice } => format!("平台拒绝（错误码 {code}）：{advice}"),
        SendError::Throttled(pause) => {
            let again = again_in(chrono::Duration::from_std(*pause).unwrap_or_default());
            format!("平台要求等一等，{again}。{so_far}{GOES_ON}")
        }
        SendError::Resting { why, .. } => format!("{why}{so_far}{GOES_ON}"),
        SendError::Unknown(_) | SendError::Unavailable { .. } => {
            format!("平台现在没有应答。{so_far}{GOES_ON}")
        }
    }
}

/// When to try again after a pause, as the end of a sentence.
fn again_in(pause: chrono::Duration) -> String {
    // Rounded up: who comes too early waits again.
    match (pause.num_seconds() + 59) / 60 {
        720.. => "请明天再试".to_owned(),
        minutes @ 61..720 => format!("请 {} 小时后再试", (minutes + 59) / 60),
        minutes => format!("请 {} 分钟后再试", minutes.max(1)),
    }
}

impl From<UseCaseError> for Failure {
    fn from(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Refused(said) => Self::Refused(said),
            other => Self::UseCase(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_pause_is_told_in_the_largest_unit_that_fits() {
        for (seconds, want) in [
            (1, "请 1 分钟后再试"),
            (60, "请 1 分钟后再试"),
            (61, "请 2 分钟后再试"),
            (3_600, "请 60 分钟后再试"),
            (3_601, "请 2 小时后再试"),
            (43_200, "请明天再试"),
            (86_400, "请明天再试"),
        ] {
            assert_eq!(again_in(chrono::Duration::seconds(seconds)), want, "{seconds}");
        }
    }

    #[test]
    fn the_office_is_told_who_asks_it_to_wait() {
        let pause = Duration::from_mins(1);
        let asked = told(&SendError::Throttled(pause), (1, 4));
        assert!(asked.contains("平台要求等一等，请 1 分钟后再试") && asked.contains("1/4"), "{asked}");
        let own = told(&SendError::Resting { pause, why: "我们自己先停一停。" }, (0, 0));
        assert!(own.starts_with("我们自己先停一停。") && !own.contains("平台"), "{own}");
    }
}
