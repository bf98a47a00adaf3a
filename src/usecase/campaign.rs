//! Campaigns (意愿调查): every family of the roll is asked, none twice, and every student stays accounted for (R3-R5).
//!
//! [`preview`] says what would happen, [`open`] begins, the clock sends the questions out in portions, [`status`]
//! adds up, [`remind`] writes to the silent only, [`close`] ends. Start at [`open`].

mod audience;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use self::audience::Audience;
use super::record::{self, Errand, ErrandKind, Stored};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, errand, ledger};
use crate::clock::Moment;
use crate::domain::enrolment::Standing;
use crate::domain::ledger::{Actor, Change, LedgerLine};
use crate::domain::people::{ClassId, PersonId, SchoolId, Student, StudentId};
use crate::domain::plan::check::usable;
use crate::domain::survey::{Campaign, Coverage};
use crate::flow::conversation::Conversation;
use crate::outbox::Lane;
use crate::store::{Batch, Expect, StoreError};

/// The flow that asks.
pub const FLOW: &str = "opt-in";

/// The one campaign of a school at a time; its id is the key of its record.
const PRESENT: &str = "present";

/// Students taken up in one batch while the questions go out.
const PORTION: usize = 100;

/// Names that a preview lists at the most.
const NAMES_MAX: usize = 50;

/// What opening a campaign would do (预演).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Students on the roll.
    pub students: usize,
    /// Students of whom at least one guardian can be reached.
    pub reachable: usize,
    /// Students of whom nobody can be reached, by class and name.
    pub unreachable: Vec<String>,
    /// Students whose family has answered already.
    pub answered: usize,
    /// Guardians who would be asked.
    pub guardians: usize,
    /// Calls to the platform, about.
    pub calls: usize,
    /// Minutes that they take at the least.
    pub minutes: usize,
    /// The last day to answer.
    pub deadline_on: chrono::NaiveDate,
}

/// How a campaign stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The campaign, where there is one.
    pub campaign: Option<Campaign>,
    /// The figures of each class.
    pub classes: Vec<(ClassId, crate::domain::survey::Counts)>,
    /// The figures of the school.
    pub total: crate::domain::survey::Counts,
    /// The position in the ledger that this was computed at.
    pub position: u64,
}

/// The campaign that is open, if one is.
///
/// # Errors
/// The store failed.
pub async fn present(service: &Service, school: &School) -> Result<Option<Stored<Campaign>>, UseCaseError> {
    Ok(last(service, school).await?.filter(|campaign| campaign.value.closed_at.is_none()))
}

/// The last campaign of a school, open or closed.
///
/// # Errors
/// The store failed.
pub(super) async fn last(
    service: &Service,
    school: &School,
) -> Result<Option<Stored<Campaign>>, UseCaseError> {
    let key = record::key::<Campaign>(&school.id, PRESENT);
    record::load::<Campaign>(service.store.as_ref(), &key).await
}

/// Says what [`open`] would do, and does nothing.
///
/// # Errors
/// [`UseCaseError::Refused`] when the plan is in breach of the policy, or the store failed.
pub async fn preview(
    service: &Service,
    school: &School,
    days: u32,
    now: Moment,
) -> Result<Preview, UseCaseError> {
    if let Err(breaches) = usable(&school.plan) {
        let listed: Vec<_> = breaches.iter().map(|breach| format!("  {breach}")).collect();
        let said = format!(
            "一校一案还有 {} 处不合规定，改好后才能开始调查：\n{}",
            breaches.len(),
            listed.join("\n")
        );
        return Err(UseCaseError::Refused(said));
    }
    let audience = Audience::load(service, school).await?;
    let mut asked = BTreeSet::new();
    let mut unreachable = Vec::new();
    let mut answered = 0;
    for student in audience.students.values() {
        if audience.standing(&student.id).is_answered() {
            answered += 1;
            continue;
        }
        match audience.asked_guardian(student) {
            Some(person) => drop(asked.insert(person)),
            None => unreachable.push(format!("{} {}", student.class, student.name.0)),
        }
    }
    let students = audience.students.len();
    let without = unreachable.len();
    if without > NAMES_MAX {
        unreachable.truncate(NAMES_MAX);
        unreachable.push(format!("……还有 {} 名", without - NAMES_MAX));
    }
    let calls = asked.len();
    Ok(Preview {
        students,
        reachable: students - without - answered,
        unreachable,
        answered,
        guardians: asked.len(),
        calls,
        minutes: minutes(school, calls),
        deadline_on: deadline(school, days, now)?,
    })
}

/// Opens the campaign: from now on the clock sends the questions out, see [`ask_all`].
///
/// # Errors
/// [`UseCaseError::Refused`] when one is open already or the plan is in breach, or the store failed.
pub async fn open(
    service: &Service,
    school: &School,
    days: u32,
    now: Moment,
) -> Result<Preview, UseCaseError> {
    let preview = preview(service, school, days, now).await?;
    let key = record::key::<Campaign>(&school.id, PRESENT);
    let before = record::load::<Campaign>(service.store.as_ref(), &key).await?;
    if before.as_ref().is_some_and(|campaign| campaign.value.closed_at.is_none()) {
        return Err(UseCaseError::Refused("已经有一个调查在进行；先用 campaign close 结束它。".to_owned()));
    }
    let campaign = Campaign {
        id: service.ids.new_id("c_", now),
        flow: FLOW.to_owned(),
        opened_at: now,
        deadline_on: preview.deadline_on,
        closed_at: None,
        is_asked: false,
        asked_up_to: None,
    };
    let mut batch = Batch::default();
    let expect = before.map_or(Expect::Absent, |stored| stored.expect);
    record::put(&mut batch, &school.id, key, &campaign, expect)?;
    match service.store.commit(batch).await {
        Ok(_) => Ok(preview),
        Err(StoreError::Conflict(_)) => {
            Err(UseCaseError::Refused("刚刚有人开始了调查；用 campaign status 看看。".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends the questions of an open campaign out, a portion of students at a time; a crash in between repeats nothing.
///
/// # Errors
/// The store failed.
pub async fn ask_all(service: &Service, school: &School, now: Moment) -> Result<(), UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        match ask_portions(service, school, now).await {
            // Closed meanwhile, or somebody's standing changed: once more, from what is on record now.
            Err(UseCaseError::Store(StoreError::Conflict(_))) => {}
            result => return result,
        }
    }
    Err(UseCaseError::Busy)
}

async fn ask_portions(service: &Service, school: &School, now: Moment) -> Result<(), UseCaseError> {
    let Some(mut campaign) = present(service, school).await?.filter(|campaign| !campaign.value.is_asked)
    else {
        return Ok(());
    };
    let audience = Audience::load(service, school).await?;
    let key = record::key::<Campaign>(&school.id, PRESENT);
    loop {
        let after = campaign.value.asked_up_to.clone().map_or(Bound::Unbounded, Bound::Excluded);
        let portion: Vec<&Student> = audience
            .students
            .range((after, Bound::Unbounded))
            .map(|(_, student)| student)
            .take(PORTION)
            .collect();
        let mut batch = Batch::default();
        for student in &portion {
            ask_about(service, school, &audience, student, now, &mut batch)?;
        }
        campaign.value.is_asked = portion.len() < PORTION;
        campaign.value.asked_up_to =
            portion.last().map(|student| student.id.clone()).or(campaign.value.asked_up_to);
        record::put(&mut batch, &school.id, key.clone(), &campaign.value, campaign.expect)?;
        service.store.commit(batch).await?;
        match record::load::<Campaign>(service.store.as_ref(), &key).await? {
            Some(next) if !next.value.is_asked => campaign = next,
            _ => return Ok(()),
        }
    }
}

/// A family is asked once, when its first child without an answer comes up, about all its children at once.
fn ask_about(
    service: &Service,
    school: &School,
    audience: &Audience<'_>,
    student: &Student,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let present = audience.standing(&student.id);
    if present.is_answered() {
        return Ok(());
    }
    let Some(person) = audience.asked_guardian(student) else {
        let change = Change::Unreachable { why: audience.why_unreachable(student) };
        let standing = present.clone().after(&change, now);
        let key = record::key::<Standing>(&school.id, &student.id.0);
        let line =
            LedgerLine { at: now, student: student.id.clone(), actor: Actor::System, source: None, change };
        batch.writes.push(ledger::append(&school.id, &line)?);
        return record::put(batch, &school.id, key, &standing, audience.expect(&student.id));
    };
    let children = audience.children_of(person);
    if children.iter().min() != Some(&student.id) {
        return Ok(());
    }
    let what = errand::about(FLOW, children, Lane::Bulk);
    let errand = Errand { school: school.id.clone(), person: person.clone(), what };
    let key = record::key::<Errand>(&school.id, service.ids.new_id("", now));
    record::put(batch, &school.id, key, &errand, Expect::Absent)
}

/// How the campaign stands: every student in exactly one state, the sum equal to the roll.
///
/// # Errors
/// The store failed.
pub async fn status(service: &Service, school: &School) -> Result<Status, UseCaseError> {
    let roll = ledger::roll_at(service, &school.id, u64::MAX).await?;
    let coverage: Coverage = roll.coverage();
    let total = coverage.total();
    let campaign = present(service, school).await?.map(|stored| stored.value);
    Ok(Status { campaign, classes: coverage.classes.into_iter().collect(), total, position: roll.position })
}

/// Writes to the families that were asked and are silent, and asks those that came onto the roll since; returns how
/// many guardians. Whose question is still on its way is left alone.
///
/// # Errors
/// [`UseCaseError::Refused`] when no campaign is open, or the store failed.
pub async fn remind(service: &Service, school: &School, now: Moment) -> Result<usize, UseCaseError> {
    let Some(campaign) = present(service, school).await? else {
        return Err(UseCaseError::Refused("现在没有在进行的调查。".to_owned()));
    };
    let audience = Audience::load(service, school).await?;
    let Waiting { asked: about_to_be_asked, reminded } = waiting(service, &school.id).await?;
    let mut asked: BTreeMap<PersonId, Vec<StudentId>> = BTreeMap::new();
    let mut silent = BTreeSet::new();
    for student in audience.students.values() {
        let Some(person) = audience.asked_guardian(student).cloned() else { continue };
        match audience.standing(&student.id) {
            Standing::Silent { .. } => drop(silent.insert(person)),
            Standing::NotAsked if !campaign.value.is_asked || about_to_be_asked.contains(&student.id) => {}
            Standing::NotAsked if is_on_its_way(service, school, &person, &student.id).await? => {}
            Standing::NotAsked | Standing::Unreachable { .. } => {
                asked.entry(person).or_default().push(student.id.clone());
            }
            Standing::Answered(_) => {}
        }
    }
    let starts = asked.into_iter().filter(|(person, _)| !silent.contains(person));
    let starts = starts.map(|(person, children)| (person, errand::about(FLOW, children, Lane::Bulk)));
    let reminders =
        silent.iter().map(|person| (person.clone(), ErrandKind::Remind { flow: FLOW.to_owned() }));
    let all: Vec<_> = starts.chain(reminders).collect();
    // Whoever is about to be reminded since the office ordered it before, perhaps in vain, is reminded once.
    let new: Vec<_> = all
        .iter()
        .filter(|(person, what)| !matches!(what, ErrandKind::Remind { .. }) || !reminded.contains(person))
        .collect();
    for portion in new.chunks(PORTION) {
        let mut batch = Batch::default();
        for (person, what) in portion {
            let errand = Errand { school: school.id.clone(), person: person.clone(), what: what.clone() };
            let key = record::key::<Errand>(&school.id, service.ids.new_id("", now));
            record::put(&mut batch, &school.id, key, &errand, Expect::Absent)?;
        }
        service.store.commit(batch).await?;
    }
    Ok(all.len())
}

/// What the clock does as soon as it gets to it.
#[derive(Default)]
struct Waiting {
    /// The children about whom somebody is to be asked.
    asked: BTreeSet<StudentId>,
    /// Who is to be reminded.
    reminded: BTreeSet<PersonId>,
}

async fn waiting(service: &Service, school: &SchoolId) -> Result<Waiting, UseCaseError> {
    let mut waiting = Waiting::default();
    for (_, errand) in record::all::<Errand>(service.store.as_ref(), school).await? {
        match errand.value.what {
            ErrandKind::Start { flow, children, .. } if flow == FLOW => waiting.asked.extend(children),
            ErrandKind::Remind { flow } if flow == FLOW => {
                waiting.reminded.insert(errand.value.person);
            }
            ErrandKind::Start { .. }
            | ErrandKind::Remind { .. }
            | ErrandKind::Decided { .. }
            | ErrandKind::Settle { .. } => {}
        }
    }
    Ok(waiting)
}

/// Whether the question about a child was put to a guardian and is not delivered yet, for one in quiet hours.
async fn is_on_its_way(
    service: &Service,
    school: &School,
    person: &PersonId,
    child: &StudentId,
) -> Result<bool, UseCaseError> {
    let key = record::key::<Conversation>(&school.id, person);
    let conversation = record::load::<Conversation>(service.store.as_ref(), &key).await?;
    Ok(conversation.is_some_and(|conversation| {
        conversation.value.frames.iter().any(|frame| frame.flow == FLOW && frame.children.contains(&child.0))
    }))
}

/// Closes the campaign; who is silent stays silent, and answers that come later are still taken.
///
/// # Errors
/// [`UseCaseError::Refused`] when no campaign is open, or the store failed.
pub async fn close(service: &Service, school: &School, now: Moment) -> Result<Status, UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let Some(campaign) = present(service, school).await? else {
            return Err(UseCaseError::Refused("现在没有在进行的调查。".to_owned()));
        };
        let closed = Campaign { closed_at: Some(now), is_asked: true, ..campaign.value };
        let mut batch = Batch::default();
        let key = record::key::<Campaign>(&school.id, PRESENT);
        record::put(&mut batch, &school.id, key, &closed, campaign.expect)?;
        match service.store.commit(batch).await {
            Ok(_) => return status(service, school).await,
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// How long that many calls take at the least, by the narrowest limit of the school's first channel.
fn minutes(school: &School, calls: usize) -> usize {
    let per_minute = school.channels.first().map_or(1, |carried| carried.limits.calls_per_minute);
    calls.div_ceil(usize::try_from(per_minute).unwrap_or(usize::MAX).max(1)).max(1)
}

fn deadline(school: &School, days: u32, now: Moment) -> Result<chrono::NaiveDate, UseCaseError> {
    let today = school.calendar.local_date(now);
    school.calendar.add_school_days(today, days).ok_or_else(|| {
        let said = format!("本学期剩下的上学日不到 {days} 天，请把 --days 写小一些。");
        UseCaseError::Refused(said)
    })
}
