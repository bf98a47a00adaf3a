//! Roster import (导入名册): a new roster takes the place of the old one, whole or not at all.
//!
//! One batch holds students, people, the owners of their accounts and the lines of the ledger, so that no reader ever
//! meets half a roster. Who left stays on record, without a role and without a thread. Knows no spreadsheet: reading
//! and comparing is `domain::roster`. Start at [`import`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::directory::kept::Kept;
use super::record::{self, AccountOwner, Document, Errand, ErrandKind, RosterHead, Stored};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, campaign, ledger};
use crate::clock::Moment;
use crate::domain::enrolment::Standing;
use crate::domain::ledger::{Actor, Change, LedgerLine};
use crate::domain::people::{Person, PersonId, SchoolId, Student, StudentId};
use crate::domain::roster::directory::{Book, Joined, Occasion, Placed};
use crate::domain::roster::{Roster, RosterDiff, Sheets, diff, read};
use crate::problem::Problem;
use crate::store::limits::BATCH_WRITES_MAX;
use crate::store::{Batch, Expect, Key, StoreError, Write};

/// The id of the one [`RosterHead`] of a school.
const PRESENT: &str = "present";

/// What an import changed, or would change (导入结果).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Whether nothing was written because nobody asked for it.
    pub is_dry_run: bool,
    /// Whether there was a difference at all.
    pub is_changed: bool,
    /// Students on the roll before.
    pub on_roll_before: usize,
    /// Students on the roll after.
    pub on_roll_after: usize,
    /// Students who are new.
    pub students_added: usize,
    /// Students who left the roll.
    pub students_left: usize,
    /// Students who are back on the roll.
    pub students_returned: usize,
    /// Students whose record differs.
    pub students_changed: usize,
    /// Guardians and staff who are new.
    pub people_added: usize,
    /// Guardians and staff whose record differs.
    pub people_changed: usize,
    /// Students on the roll whom nobody can be reached for.
    pub unreachable: usize,
    /// The difference in words, for whoever imports; it names people.
    pub text: String,
}

/// Why a roster was not imported; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The sheets are written wrong.
    #[error("{} problems found", .0.len())]
    Problems(Vec<Problem>),
    /// It did not come through.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
}

/// The roster as it is stored, with what must still hold when it is replaced.
pub(super) struct Present {
    pub(super) roster: Roster,
    /// What it took from a platform's directory.
    pub(super) directory: Kept,
    students: BTreeMap<StudentId, Expect>,
    people: BTreeMap<PersonId, Expect>,
    accounts: BTreeMap<String, Stored<AccountOwner>>,
    head: Expect,
}

/// What takes the place of the present roster.
pub(super) struct Next<'a> {
    pub(super) roster: &'a Roster,
    pub(super) book: &'a Book,
    pub(super) changes: &'a RosterDiff,
    /// Who says so.
    pub(super) actor: Actor,
}

/// Imports sheets over the roster of a school; with `is_dry_run` it only says what would change.
///
/// # Errors
/// [`ImportError::Problems`] with everything that is wrong in the sheets, or the store failed.
pub async fn import(
    service: &Service,
    school: &School,
    sheets: &Sheets,
    is_dry_run: bool,
    now: Moment,
) -> Result<Imported, ImportError> {
    for _ in 0..CONFLICTS_MAX {
        let present = Present::load(service, &school.id).await?;
        let roster = read(sheets, &school.plan.classes, &present.roster, &service.ids, now)
            .map_err(ImportError::Problems)?;
        let (roster, book) = present.with_directory(roster, service, now);
        let changes = diff(&present.roster, &roster);
        let next = Next { roster: &roster, book: &book, changes: &changes, actor: Actor::Office };
        let batch = present.replace(service, &school.id, next, now).await?;
        if !is_dry_run && !batch.writes.is_empty() {
            match service.store.commit(batch).await {
                Ok(_) => {}
                Err(StoreError::Conflict(_)) => continue,
                Err(error) => return Err(UseCaseError::from(error).into()),
            }
            tracing::info!(
                school.id = %school.id,
                students.added = changes.added.len(),
                students.left = changes.left.len(),
                "the roster was imported"
            );
        }
        return Ok(imported(&changes, is_dry_run));
    }
    Err(UseCaseError::Busy.into())
}

impl Present {
    pub(super) async fn load(service: &Service, school: &SchoolId) -> Result<Self, UseCaseError> {
        let store = service.store.as_ref();
        // First the head: an import that lands while the rest is read makes this one conflict.
        let head = record::load::<RosterHead>(store, &head_key(school)).await?;
        let mut present = Self {
            roster: Roster::default(),
            directory: Kept::load(store, school).await?,
            students: BTreeMap::new(),
            people: BTreeMap::new(),
            accounts: record::all(store, school).await?.into_iter().collect(),
            head: head.map_or(Expect::Absent, |head| head.expect),
        };
        for (_, Stored { value, expect }) in record::all::<Student>(store, school).await? {
            present.students.insert(value.id.clone(), expect);
            present.roster.students.insert(value.id.clone(), value);
        }
        for (_, Stored { value, expect }) in record::all::<Person>(store, school).await? {
            present.people.insert(value.id.clone(), expect);
            present.roster.persons.insert(value.id.clone(), value);
        }
        Ok(present)
    }

    /// A new roster of the sheets with what the directory adds to it.
    fn with_directory(&self, roster: Roster, service: &Service, now: Moment) -> (Roster, Book) {
        let book = &self.directory.book;
        match Placed::of(book).map(|it| it.join(book, &roster, Occasion::Imported, &service.ids, now)) {
            Some(Joined { roster, book, .. }) => (roster, book),
            None => (roster, book.clone()),
        }
    }

    /// The batch that replaces this roster by `next`; empty when nothing changes.
    pub(super) async fn replace(
        &self,
        service: &Service,
        school: &SchoolId,
        next: Next<'_>,
        now: Moment,
    ) -> Result<Batch, UseCaseError> {
        let Next { roster, book, changes, actor } = next;
        let mut batch = Batch::default();
        let students = changes.added.iter().chain(&changes.left);
        let students = students.chain(changes.returned.iter().chain(&changes.changed).map(|it| &it.after));
        for student in students {
            let expect = self.students.get(&student.id).copied().unwrap_or(Expect::Absent);
            record::put(&mut batch, school, record::key::<Student>(school, &student.id.0), student, expect)?;
        }
        let people = changes.persons_added.iter().chain(changes.persons_changed.iter().map(|it| &it.after));
        for person in people {
            let expect = self.people.get(&person.id).copied().unwrap_or(Expect::Absent);
            record::put(&mut batch, school, record::key::<Person>(school, &person.id), person, expect)?;
        }
        self.hand_accounts_over(school, roster, &mut batch)?;
        self.directory.replace(school, book, &mut batch)?;
        for (student, change) in self.lines(changes) {
            let (student, actor) = (student.clone(), actor.clone());
            let line = LedgerLine { at: now, student, actor, source: None, change };
            batch.writes.push(ledger::append(school, &line)?);
        }
        for student in &changes.left {
            self.settle(service, school, student, now, &mut batch).await?;
        }
        for change in &changes.returned {
            // Back on the roll is new on the roll: whoever comes back is asked again.
            let key = record::key::<Standing>(school, &change.after.id.0);
            if let Some(old) = record::load::<Standing>(service.store.as_ref(), &key).await? {
                batch.writes.push(Write::Delete { key, expect: old.expect });
            }
        }
        if !batch.writes.is_empty() {
            let head = RosterHead { imported_at: now };
            record::put(&mut batch, school, head_key(school), &head, self.head)?;
        }
        if batch.writes.len() > BATCH_WRITES_MAX {
            let said = format!(
                "名册太大：一次导入要写 {} 条记录，最多 {BATCH_WRITES_MAX} 条。请按校区分成几所学校。",
                batch.writes.len()
            );
            return Err(UseCaseError::Refused(said));
        }
        Ok(batch)
    }

    /// Every account of somebody with a role finds its owner; the accounts of others find nobody.
    fn hand_accounts_over(
        &self,
        school: &SchoolId,
        next: &Roster,
        batch: &mut Batch,
    ) -> Result<(), UseCaseError> {
        let present = next.persons.values().filter(|person| !person.roles.is_empty());
        let owners: BTreeMap<String, &PersonId> = present
            .flat_map(|person| person.contact_points.iter().map(move |point| (point, &person.id)))
            .map(|(point, person)| (record::account_id(point.channel, &point.account), person))
            .collect();
        for (account, known) in &self.accounts {
            if !owners.contains_key(account) {
                let key = record::key::<AccountOwner>(school, account);
                batch.writes.push(Write::Delete { key, expect: known.expect });
            }
        }
        for (account, person) in owners {
            let known = self.accounts.get(&account);
            if known.is_none_or(|known| known.value.person != *person) {
                let key = record::key::<AccountOwner>(school, account);
                let expect = known.map_or(Expect::Absent, |known| known.expect);
                let owner = AccountOwner { person: person.clone() };
                record::put(batch, school, key, &owner, expect)?;
            }
        }
        Ok(())
    }

    /// What the ledger says of the changes.
    fn lines<'a>(&'a self, changes: &'a RosterDiff) -> impl Iterator<Item = (&'a StudentId, Change)> {
        let joined = changes.added.iter().chain(changes.returned.iter().map(|change| &change.after));
        let joined = joined.map(|student| (&student.id, Change::JoinedRoll { class: student.class }));
        let left = changes.left.iter().map(|student| (&student.id, Change::LeftRoll));
        let has_moved = |student: &Student| {
            self.roster.students.get(&student.id).is_some_and(|before| before.class != student.class)
        };
        let moved = changes.changed.iter().map(|change| &change.after);
        let moved = moved
            .filter(move |student| has_moved(student))
            .map(|student| (&student.id, Change::MovedClass { class: student.class }));
        joined.chain(left).chain(moved)
    }

    /// Nobody is reminded about a child who left: a question that waits for an answer waits no more.
    async fn settle(
        &self,
        service: &Service,
        school: &SchoolId,
        student: &Student,
        now: Moment,
        batch: &mut Batch,
    ) -> Result<(), UseCaseError> {
        let key = record::key::<Standing>(school, &student.id.0);
        let standing = record::load::<Standing>(service.store.as_ref(), &key).await?;
        if standing.is_some_and(|standing| standing.value.is_answered()) {
            return Ok(());
        }
        let before = self.roster.students.get(&student.id).unwrap_or(student);
        for guardianship in &before.guardians {
            let (flow, children) = (campaign::FLOW.to_owned(), vec![student.id.clone()]);
            let what = ErrandKind::Settle { flow, children, words: String::new() };
            let errand = Errand { school: school.clone(), person: guardianship.person.clone(), what };
            let key = record::key::<Errand>(school, service.ids.new_id("", now));
            record::put(batch, school, key, &errand, Expect::Absent)?;
        }
        Ok(())
    }
}

pub(super) fn imported(changes: &RosterDiff, is_dry_run: bool) -> Imported {
    Imported {
        is_dry_run,
        is_changed: !changes.is_empty(),
        on_roll_before: changes.on_roll.0,
        on_roll_after: changes.on_roll.1,
        students_added: changes.added.len(),
        students_left: changes.left.len(),
        students_returned: changes.returned.len(),
        students_changed: changes.changed.len(),
        people_added: changes.persons_added.len(),
        people_changed: changes.persons_changed.len(),
        unreachable: changes.unreachable.len(),
        text: changes.render(),
    }
}

fn head_key(school: &SchoolId) -> Key {
    Key::new(RosterHead::KIND, format!("{school}/{PRESENT}"))
}
