//! Matters (待办): what waits for somebody's decision, on whose desk it lies, and what happens while nobody decides.
//!
//! A desk belongs to a role, not to a person: when a teacher leaves, the next one finds what is open. Each matter has a
//! number of its own in the school for as long as anybody may still name it. Start at [`submit`], then [`decide()`].

mod ask;
mod clock;
mod decide;
mod number;
mod question;
mod raised;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

pub(super) use ask::PRESSED;
use ask::ask_desks;
pub(super) use clock::fire_due;
pub(super) use decide::{answer, decide};
pub(super) use question::{look_up_question, take_back_question};
pub(super) use raised::{Raised, raise};

use super::action::Outcome;
use super::draft::Draft;
use super::record::{self, Document, Stored};
use super::{School, Service, UseCaseError, notice, reach};
use crate::clock::{Moment, sortable};
use crate::domain::calendar::Calendar;
use crate::domain::people::{ClassId, Person, PersonId, PersonName, Role, SchoolId, StudentId};
use crate::flow::effect::{Request, RequestKind, RequestRung, Verdict};
use crate::outbox::Lane;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range};

/// Matters on one desk that one turn looks at; more wait until some of these are decided.
const DESK_MAX: usize = 200;

/// How long a decided matter is still known by its number, to tell who comes second.
const KNOWN_FOR: chrono::Duration = chrono::Duration::days(7);

/// Something that somebody must decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// By which people name it.
    pub number: u32,
    /// What it is called, such as 中途申请.
    pub title: String,
    /// What the decider reads.
    pub words: Words,
    /// Who asked for it, and is told; nobody for a complaint, whose answer goes by its own way.
    pub asker: Option<PersonId>,
    /// The complaint that it is about, by its id.
    #[serde(default)]
    pub complaint: Option<String>,
    /// The flow that waits.
    pub flow: String,
    /// The step that waits.
    #[serde(default)]
    pub node: String,
    /// The turn in which it was asked for.
    pub asked_in_turn: u64,
    /// The child it is about.
    pub child: Option<StudentId>,
    /// The child's name.
    pub name: Option<PersonName>,
    /// The child's class.
    pub class: Option<ClassId>,
    /// What can be decided.
    pub kind: RequestKind,
    /// The desks on which it lies, by [`record::role_key`].
    pub desks: Vec<String>,
    /// When it was asked for, last.
    pub submitted_at: Moment,
    /// When it was asked for first, from which the time runs that the family waits.
    #[serde(default)]
    pub first_at: Option<Moment>,
    /// Until when it should be decided.
    pub due_at: Option<Moment>,
    /// What happens while nobody decides.
    pub ladder: Vec<RequestRung>,
    /// Which rung comes next, and when.
    pub next: Option<(usize, Moment)>,
    /// What was decided.
    pub decided: Option<Decided>,
    /// When who asked took it back.
    #[serde(default)]
    pub taken_back_at: Option<Moment>,
}

impl Matter {
    /// Whether it still waits for somebody.
    pub fn is_open(&self) -> bool {
        self.closed_at().is_none()
    }

    /// The school time from the first request to the decision; `None` while there is none.
    pub(super) fn school_time(&self, calendar: &Calendar) -> Option<chrono::Duration> {
        let decided = self.decided.as_ref()?;
        Some(calendar.school_time_between(self.first_at.unwrap_or(self.submitted_at), decided.at))
    }

    fn closed_at(&self) -> Option<Moment> {
        self.decided.as_ref().map(|decided| decided.at).or(self.taken_back_at)
    }
}

/// Words about a child, which the log does not show.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub String);

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({} bytes)", self.0.len())
    }
}

/// What was decided, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Who.
    pub by: PersonId,
    /// How people call them, such as 李老师.
    pub title: String,
    /// When.
    pub at: Moment,
    /// What.
    pub verdict: Verdict,
    /// The reason, the question or the condition.
    pub note: Option<Words>,
}

impl Document for Matter {
    const KIND: Kind = Kind("matter");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        if let Some(closed_at) = self.closed_at() {
            let value = |desk| format!("{school}/{desk}/{}", sortable(closed_at));
            return self
                .desks
                .iter()
                .map(|desk| IndexEntry { name: "decided", value: value(desk) })
                .collect();
        }
        let desks =
            self.desks.iter().map(|desk| IndexEntry { name: "open", value: format!("{school}/{desk}") });
        let next = self.next.map(|(_, at)| IndexEntry { name: "due", value: sortable(at) });
        desks.chain(next).collect()
    }
}

/// The id of the matter that a run of a flow of this person waits for.
fn id(asker: &PersonId, flow: &str, began_in_turn: u64, child: Option<&str>) -> String {
    format!("{asker}/{flow}/{began_in_turn}/{}", child.unwrap_or("-"))
}

/// The desk of a role in relation to a child's class; `None` for a role that nobody knows.
fn desk(role: &str, class: Option<ClassId>) -> Option<String> {
    let role = match role {
        "homeroom_teacher" => Role::HomeroomTeacher(class?),
        "duty_teacher" => Role::DutyTeacher,
        "school_admin" => Role::SchoolAdmin,
        "head" => Role::Head,
        "inspector" => Role::Inspector,
        "district_officer" => Role::DistrictOfficer,
        _ => return None,
    };
    Some(record::role_key(&role))
}

/// The roles that [`desk`] knows.
pub(super) const ROLES: [&str; 6] =
    ["homeroom_teacher", "duty_teacher", "school_admin", "head", "inspector", "district_officer"];

/// The roles to whom a refusal goes up.
pub(super) const LAST_WORD: [&str; 2] = ["school_admin", "head"];

/// The flow in which staff decide what is on their desks.
pub(super) const DESK_FLOW: &str = "desk";

/// The texts of `bot-flows/common.yaml` about matters.
pub(super) const NOTICES: [&str; 5] =
    ["matter_again", "matter_new", "matter_overdue", "matter_reminder", "matter_settled"];

/// Puts what a flow asks for on the desk of whoever decides it.
///
/// What is asked for again, because the decider wanted to know something first or has answered, keeps its number.
///
/// # Errors
/// The store failed.
pub(super) async fn submit(draft: &mut Draft<'_>, request: Request) -> Result<(), UseCaseError> {
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let store = service.store.as_ref();
    let key = record::key::<Matter>(
        &school.id,
        id(&draft.person.id, &request.flow, request.began_in_turn, request.child.as_deref()),
    );
    let before = record::load::<Matter>(store, &key).await?;
    let child = draft.family.iter().find(|child| Some(&child.student.id.0) == request.child.as_ref());
    let child = child.map(|child| child.student.clone());
    let class = child.as_ref().map(|child| child.class);
    let desks = first_desk(service, school, &request.who, class).await?;
    let is_again = before.as_ref().is_some_and(|before| {
        before
            .value
            .decided
            .as_ref()
            .is_some_and(|decided| matches!(decided.verdict, Verdict::Ask | Verdict::Answer))
    });
    let first_at = before.as_ref().filter(|_| is_again).and_then(|before| before.value.first_at);
    let (number, expect) = match before {
        Some(before) if is_again => (before.value.number, before.expect),
        Some(before) => (number::claim(service, school, &key, now, draft.batch_mut()).await?, before.expect),
        None => (number::claim(service, school, &key, now, draft.batch_mut()).await?, Expect::Absent),
    };
    let next = request.ladder.first().and_then(|rung| reach::due_at(school, now, rung.after, now));
    let matter = Matter {
        number,
        title: request.title,
        words: Words(request.words),
        asker: Some(draft.person.id.clone()),
        complaint: None,
        flow: request.flow,
        node: request.node,
        asked_in_turn: request.asked_in_turn,
        name: child.as_ref().map(|child| child.name.clone()),
        child: child.map(|child| child.id),
        class,
        kind: request.kind,
        desks,
        submitted_at: now,
        first_at: first_at.or(Some(now)),
        due_at: reach::due_at(school, now, request.within, now),
        ladder: request.ladder,
        next: next.map(|at| (0, at)),
        decided: None,
        taken_back_at: None,
    };
    let text = if is_again { "matter_again" } else { "matter_new" };
    ask_desks(service, school, (&key, &matter), &matter.desks, text, now, draft.batch_mut()).await?;
    record::put(draft.batch_mut(), &school.id, key, &matter, expect)
}

/// The desk of the first role that somebody holds. Where nobody holds any, it lies where it belongs, for whoever comes.
async fn first_desk(
    service: &Service,
    school: &School,
    who: &[String],
    class: Option<ClassId>,
) -> Result<Vec<String>, UseCaseError> {
    let desks: Vec<_> = who.iter().filter_map(|role| desk(role, class)).collect();
    for desk in &desks {
        if record::first_with(service.store.as_ref(), &school.id, desk).await?.is_some() {
            return Ok(vec![desk.clone()]);
        }
    }
    Ok(desks.into_iter().take(1).collect())
}

/// Everybody at these desks, each once.
async fn holders(service: &Service, school: &School, desks: &[String]) -> Result<Vec<Person>, UseCaseError> {
    let mut people: BTreeMap<PersonId, Person> = BTreeMap::new();
    for desk in desks {
        let held_by = record::people_with(service.store.as_ref(), &school.id, desk).await?;
        people.extend(held_by.into_iter().map(|person| (person.id.clone(), person)));
    }
    Ok(people.into_values().collect())
}

/// Tells everybody at these desks with one of the common texts.
async fn tell_desks(
    service: &Service,
    school: &School,
    matter: &Matter,
    desks: &[String],
    text: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<usize, UseCaseError> {
    let words = service.flows().common_words(text, &values(matter));
    let people = holders(service, school, desks).await?;
    for person in &people {
        notice::tell(service, school, (person, Lane::Decision), &words, now, batch)?;
    }
    Ok(people.len())
}

/// What the common texts can say of a matter.
fn values(matter: &Matter) -> BTreeMap<String, Json> {
    BTreeMap::from([(
        "matter".to_owned(),
        json!({
            "number": matter.number,
            "title": matter.title,
            "words": matter.words.0,
            "can_ask": matter.kind == RequestKind::Decision { can_ask: true },
            "is_question": matter.kind == RequestKind::Answer,
            "decided": decided_in_words(matter),
        }),
    )])
}

/// Such as `李老师已同意`; empty while it is open.
fn decided_in_words(matter: &Matter) -> String {
    if matter.taken_back_at.is_some() {
        return "家长收回了".to_owned();
    }
    let Some(decided) = &matter.decided else { return String::new() };
    let what = match decided.verdict {
        Verdict::Approve => "已同意",
        Verdict::Ask => "要先问家长",
        Verdict::Reject => "没有同意",
        Verdict::Answer => "已经回复",
    };
    format!("{}{what}", decided.title)
}

/// The matters on a person's desks: the open ones, and those that were decided lately.
///
/// # Errors
/// The store failed.
pub(super) async fn on_desks_of(
    service: &Service,
    school: &School,
    person: &Person,
    now: Moment,
) -> Result<Vec<(Key, Stored<Matter>)>, UseCaseError> {
    let store = service.store.as_ref();
    let mut found = BTreeMap::new();
    for desk in person.roles.iter().filter(|role| **role != Role::Guardian).map(record::role_key) {
        let open = format!("{}/{desk}", school.id);
        let since = format!("{open}/{}", sortable(now - KNOWN_FOR));
        let until = format!("{open}/{}", sortable(now));
        for (index, from, to) in [("open", open.clone(), open), ("decided", since, until)] {
            let range = Range {
                from: std::ops::Bound::Included(from),
                to: std::ops::Bound::Included(to),
                limit: DESK_MAX,
            };
            for record in store.scan_index(Matter::KIND, index, &range).await? {
                found.insert(record.key.clone(), record::read::<Matter>(&record)?);
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, matter)| matter.value.number);
    Ok(found)
}

/// What the flow that is spoken of asked for last, as it stands.
///
/// # Errors
/// The store failed.
pub(super) async fn spoken_of(draft: &Draft<'_>) -> Result<Option<Matter>, UseCaseError> {
    let Some(frame) = draft.conversation().frames.last() else { return Ok(None) };
    let id = id(&draft.person.id, &frame.flow, frame.began_in_turn, frame.child());
    let key = record::key::<Matter>(&draft.school.id, id);
    let matter = record::load::<Matter>(draft.service.store.as_ref(), &key).await?;
    Ok(matter.map(|matter| matter.value))
}

/// Shows a person what is on their desks.
pub(super) fn list(draft: &Draft<'_>) -> Outcome {
    let matters = draft.matters.iter().map(|(_, matter)| &matter.value);
    let open: Vec<_> = matters.filter(|matter| matter.is_open()).collect();
    if open.is_empty() {
        return ("nothing", BTreeMap::new());
    }
    let questions = open.iter().filter(|matter| matter.kind == RequestKind::Answer).count();
    let line = |matter: &&Matter| format!("{}号 {}\n{}", matter.number, matter.title, matter.words.0);
    let lines: Vec<_> = open.iter().map(line).collect();
    let values = BTreeMap::from([
        ("count".to_owned(), json!(open.len())),
        ("decisions".to_owned(), json!(open.len() - questions)),
        ("questions".to_owned(), json!(questions)),
        ("lines".to_owned(), json!(lines.join("\n"))),
    ]);
    ("shown", values)
}

/// Such as `3号李小禾`.
fn in_short(matter: &Matter) -> String {
    if matter.complaint.is_some() {
        return format!("{}号{}", matter.number, matter.title);
    }
    let name = matter.name.as_ref().map(|name| name.0.as_str()).unwrap_or_default();
    format!("{}号{name}", matter.number)
}
