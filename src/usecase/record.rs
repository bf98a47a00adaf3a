//! Records (记录): which documents there are, under which keys, and how they are loaded and put.
//!
//! The one place that knows keys and indexes; stores hold any record. Start at [`Document`].

mod documents;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::UseCaseError;
use crate::clock::Moment;
use crate::domain::digest::figures::DigestFigures;
use crate::domain::people::{Channel, ClassId, Person, PersonId, Role, SchoolId, StudentId};
use crate::flow::conversation::Frame;
use crate::flow::effect::Verdict;
use crate::outbox::{Lane, Row};
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, Record, Store, Write};

/// Records that one scan reads at the most; more are read in pages.
pub const PAGE: usize = 1_000;

/// A kind of document.
pub trait Document: Serialize + DeserializeOwned {
    /// Its kind.
    const KIND: Kind;

    /// The entries by which it is found besides its key.
    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let _ = school;
        Vec::new()
    }
}

/// A document with what must still hold when it is put back.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    /// The document.
    pub value: T,
    /// What must hold of the stored one.
    pub expect: Expect,
}

/// Who is behind an account (账号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOwner {
    /// The person.
    pub person: PersonId,
}

/// A message that took effect, and what was answered (去重记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// When.
    pub at: Moment,
    /// The words of the answer inside the `200`.
    pub reply: Option<String>,
}

/// The live timer of a question that waits for an answer (计时器).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When the rung is due.
    pub due_at: Moment,
    /// The delivery of the question, from which all rungs count.
    pub base_at: Moment,
    /// The school.
    pub school: SchoolId,
    /// The person.
    pub person: PersonId,
    /// The turn that asked.
    pub asked_in_turn: u64,
    /// Which rung.
    pub rung: usize,
}

/// Something to be done in somebody's conversation, durable until it took effect (待办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The school.
    pub school: SchoolId,
    /// In whose conversation.
    pub person: PersonId,
    /// What.
    pub what: ErrandKind,
}

/// See [`Errand`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrandKind {
    /// A flow begins about these children.
    Start {
        /// The flow.
        flow: String,
        /// The children.
        children: Vec<StudentId>,
        /// Values for texts and actions, as `given.*`.
        #[serde(default)]
        given: BTreeMap<String, Json>,
        /// When that happened which the flow is about, where ladders count from it.
        #[serde(default)]
        event_at: Option<Moment>,
        /// How pressing it is.
        lane: Lane,
    },
    /// Somebody has decided what this person's flow waits for.
    Decided {
        /// The flow.
        flow: String,
        /// The child it is about.
        child: Option<String>,
        /// The turn in which it was asked for.
        asked_in_turn: u64,
        /// What was decided.
        verdict: Verdict,
        /// Values for texts, as `result.*`.
        values: BTreeMap<String, Json>,
    },
    /// What the flow asked about these children has been answered by somebody else, who said this.
    Settle {
        /// The flow.
        flow: String,
        /// The children.
        children: Vec<StudentId>,
        /// Words for this person about it.
        words: String,
    },
    /// The pending question of this flow is to be repeated.
    Remind {
        /// The flow.
        flow: String,
    },
}

/// The digest of one evening (日报), kept so that it reads the same for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestRecord {
    /// The position in the ledger that it was computed at.
    pub position: u64,
    /// The words.
    pub text: String,
    /// What its picture shows; none in digests that were kept before there were pictures.
    #[serde(default)]
    pub figures: Option<DigestFigures>,
}

/// The report of one week (周报), kept so that it reads the same for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyRecord {
    /// The position in the ledger that it was computed at.
    pub position: u64,
    /// The words.
    pub text: String,
}

/// That a reader was sent a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestSent {
    /// When it went to the outbox.
    pub at: Moment,
}

/// The last import of the roster (名册版本). Every import writes it, so that of two at once one decides anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterHead {
    /// When it landed.
    pub imported_at: Moment,
}

/// That the homeroom teachers were sent their lists of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListsSent {
    /// When they went to the outbox.
    pub at: Moment,
}

/// An answer that cannot be sent again, kept as long as its platform can say that it did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentAnswer {
    /// When.
    pub at: Moment,
    /// The answer; `None` when the platform said so before its acceptance was written down.
    pub row: Option<Row>,
    /// Why it did not arrive, for an admin, where that came first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A frame's flow, version and step as text.
pub fn standing_in(frame: &Frame) -> String {
    format!("{}/{}/{}", frame.flow, frame.hash, frame.node)
}

/// The key of a document that belongs to a school.
pub fn key<T: Document>(school: &SchoolId, id: impl std::fmt::Display) -> Key {
    Key::new(T::KIND, format!("{school}/{id}"))
}

/// The key of the timer of a question.
pub fn timer_key(school: &SchoolId, person: &PersonId, asked_in_turn: u64) -> Key {
    key::<Timer>(school, format!("{person}/{asked_in_turn}"))
}

/// The id of an account's owner.
pub fn account_id(channel: Channel, account: &str) -> String {
    format!("{}/{account}", channel.key())
}

/// The id of a handled message.
pub fn handled_id(channel: Channel, message: &str) -> String {
    format!("{}/{message}", channel.key())
}

/// The id of what a reader was sent on a day.
pub fn digest_sent_id(day: NaiveDate, reader: &PersonId) -> String {
    format!("{day}/{reader}")
}

/// The id of what a reader was sent at the end of the week that begins on `monday`.
pub fn weekly_sent_id(monday: NaiveDate, reader: &PersonId) -> String {
    format!("week-{monday}/{reader}")
}

/// The log of who read children's records of a school.
pub fn access_log(school: &SchoolId) -> String {
    format!("access/{school}")
}

/// The log of what was taken back at a school.
pub fn recall_log(school: &SchoolId) -> String {
    format!("recall/{school}")
}

/// The ledger of a school.
pub fn ledger(school: &SchoolId) -> String {
    format!("ledger/{school}")
}

/// A class as text that sorts by grade and number.
pub fn class_key(class: ClassId) -> String {
    use crate::domain::people::Grade;
    match class.grade {
        Grade::Kindergarten(grade) => format!("k{grade:02}-{:02}", class.number),
        Grade::School(grade) => format!("s{grade:02}-{:02}", class.number),
    }
}

/// A role as text; a homeroom teacher's names the class.
pub fn role_key(role: &Role) -> String {
    match role {
        Role::Guardian => "guardian".to_owned(),
        Role::HomeroomTeacher(class) => format!("homeroom/{}", class_key(*class)),
        Role::DutyTeacher => "duty".to_owned(),
        Role::Volunteer => "volunteer".to_owned(),
        Role::SchoolAdmin => "admin".to_owned(),
        Role::Head => "head".to_owned(),
        Role::Inspector => "inspector".to_owned(),
        Role::DistrictOfficer => "district".to_owned(),
    }
}

/// Loads a document.
///
/// # Errors
/// The store failed, or what is stored cannot be read.
pub async fn load<T: Document>(store: &dyn Store, key: &Key) -> Result<Option<Stored<T>>, UseCaseError> {
    store.load(key).await?.map(|record| read(&record)).transpose()
}

/// Reads a record as a document.
///
/// # Errors
/// [`UseCaseError::Unreadable`].
pub fn read<T: Document>(record: &Record) -> Result<Stored<T>, UseCaseError> {
    let value = serde_json::from_slice(&record.body).map_err(|source| unreadable(&record.key, source))?;
    Ok(Stored { value, expect: Expect::Version(record.version) })
}

/// All documents of a school with their ids within the school, read in pages.
///
/// # Errors
/// The store failed, or one of them cannot be read.
pub async fn all<T: Document>(
    store: &dyn Store,
    school: &SchoolId,
) -> Result<Vec<(String, Stored<T>)>, UseCaseError> {
    let prefix = format!("{school}/");
    let mut found = Vec::new();
    let mut range = Range::prefix(&prefix, PAGE);
    loop {
        let page = store.scan(T::KIND, &range).await?;
        for record in &page {
            let id = record.key.id.strip_prefix(&prefix).unwrap_or(&record.key.id).to_owned();
            found.push((id, read(record)?));
        }
        match page.last() {
            Some(last) if page.len() == PAGE => range = range.after(&last.key.id),
            _ => return Ok(found),
        }
    }
}

/// The people with a role, by [`role_key`].
///
/// # Errors
/// The store failed, or one of them cannot be read.
pub async fn people_with(
    store: &dyn Store,
    school: &SchoolId,
    role: &str,
) -> Result<Vec<Person>, UseCaseError> {
    some_with(store, school, role, PAGE).await
}

/// The first of the people with a role, by [`role_key`]; costs no more than loading one record.
///
/// # Errors
/// The store failed, or the record cannot be read.
pub async fn first_with(
    store: &dyn Store,
    school: &SchoolId,
    role: &str,
) -> Result<Option<Person>, UseCaseError> {
    Ok(some_with(store, school, role, 1).await?.pop())
}

async fn some_with(
    store: &dyn Store,
    school: &SchoolId,
    role: &str,
    limit: usize,
) -> Result<Vec<Person>, UseCaseError> {
    let value = format!("{school}/{role}");
    let range =
        Range { from: std::ops::Bound::Included(value.clone()), to: std::ops::Bound::Included(value), limit };
    let records = store.scan_index(Person::KIND, "role", &range).await?;
    records.iter().map(|record| Ok(read::<Person>(record)?.value)).collect()
}

/// Adds the write of a document to a batch.
///
/// # Errors
/// The document cannot be written as JSON.
pub fn put<T: Document>(
    batch: &mut Batch,
    school: &SchoolId,
    key: Key,
    value: &T,
    expect: Expect,
) -> Result<(), UseCaseError> {
    let body = serde_json::to_vec(value).map_err(|source| unreadable(&key, source))?;
    batch.writes.push(Write::Put { key, expect, body, indexes: value.indexes(school) });
    Ok(())
}

/// Adds the write of a document that belongs to no school and has no indexes.
///
/// # Errors
/// The document cannot be written as JSON.
pub fn put_shared<T: Document>(
    batch: &mut Batch,
    key: Key,
    value: &T,
    expect: Expect,
) -> Result<(), UseCaseError> {
    let body = serde_json::to_vec(value).map_err(|source| unreadable(&key, source))?;
    batch.writes.push(Write::Put { key, expect, body, indexes: Vec::new() });
    Ok(())
}

fn unreadable(key: &Key, source: serde_json::Error) -> UseCaseError {
    // The kind only: an id can name a student.
    UseCaseError::Unreadable { key: key.kind.0.to_owned(), source }
}
