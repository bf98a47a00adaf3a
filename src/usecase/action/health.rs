//! Health notes (健康提醒, R23): what a family writes down, and what whoever looks after the child reads.
//!
//! Part of `action`; the rules are `domain::health_note`. A reading is on record before anything is shown, and no message
//! that nobody asked for holds a note. Start at [`perform`] and [`show`].

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::record::{self, Document, Stored};
use super::super::{School, Service, UseCaseError, access, facts, notice};
use super::{Action, Outcome, leave, no_child};
use crate::domain::access::{AccessLine, Purpose};
use crate::domain::health_note::{HealthNote, HealthNotes, NOTE_CHARS_MAX, Refusal, is_visible};
use crate::domain::people::{Person, PrivateText, Role, Student, StudentId};
use crate::outbox::Lane;
use crate::store::{Expect, Kind};
use crate::understand::Value;

/// Texts of `bot-flows/common.yaml` about health notes.
pub(super) const NOTICES: &[&str] = &["told_health"];

/// Characters of the id of a note.
const ID_LEN: usize = 4;
/// Under which the ids of the shown notes go with the texts, in the order of their numbers.
const IDS: &str = "ids";

impl Document for HealthNotes {
    const KIND: Kind = Kind("health_notes");
}

/// Does one of a family's actions.
///
/// # Errors
/// The store failed.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let Some(child) = draft.family.iter().find(|child| child.student.id == *student) else {
        return Ok(no_child());
    };
    let child = child.student.clone();
    let key = record::key::<HealthNotes>(&draft.school.id, &student.0);
    let stored = record::load::<HealthNotes>(draft.service.store.as_ref(), &key).await?;
    let Stored { value: notes, expect } =
        stored.unwrap_or_else(|| Stored { value: HealthNotes::default(), expect: Expect::Absent });
    match action {
        Action::AddHealthNote => add(draft, &child, &notes, values, expect).await,
        Action::RemoveHealthNote => remove(draft, &child, &notes, values, expect),
        _ => Ok(look(&notes)),
    }
}

fn look(notes: &HealthNotes) -> Outcome {
    let texts: Vec<&str> = notes.notes().iter().map(|note| note.text.0.as_str()).collect();
    if texts.is_empty() {
        return ("none", BTreeMap::new());
    }
    let ids: Json = notes.notes().iter().map(|note| json!(note.id)).collect();
    let values = BTreeMap::from([("lines".to_owned(), json!(numbered(&texts))), (IDS.to_owned(), ids)]);
    ("some", values)
}

fn numbered(texts: &[&str]) -> String {
    let lines = (1..).zip(texts).map(|(no, text)| format!("{no} {text}"));
    lines.collect::<Vec<_>>().join("\n")
}

async fn add(
    draft: &mut Draft<'_>,
    child: &Student,
    notes: &HealthNotes,
    values: &BTreeMap<String, Value>,
    expect: Expect,
) -> Result<Outcome, UseCaseError> {
    let Some(Value::Text(text)) = values.get("note") else { return Ok(("nothing_said", BTreeMap::new())) };
    let by = draft.person.id.clone();
    let note = HealthNote {
        id: draft.service.ids.code(ID_LEN),
        text: PrivateText(text.trim().to_owned()),
        by,
        at: draft.now,
    };
    let new = match notes.add(child, note) {
        Ok(new) => new,
        Err(Refusal::TooLong { chars }) => {
            let why = format!("写了{chars}个字，最多{NOTE_CHARS_MAX}个字");
            return Ok(("too_long", BTreeMap::from([("why".to_owned(), json!(why))])));
        }
        Err(Refusal::Full) => return Ok(("full", BTreeMap::new())),
        Err(Refusal::NothingSaid | Refusal::NotYourChild | Refusal::Taken | Refusal::NotFound) => {
            return Ok(("nothing_said", BTreeMap::new()));
        }
    };
    let who = if new == *notes { teachers(draft, child).await? } else { tell_teachers(draft, child).await? };
    if new != *notes {
        put(draft, child, &new, expect)?;
    }
    let titles: Vec<_> = who.iter().map(|teacher| facts::teacher_title(&teacher.name.0)).collect();
    let who = if titles.is_empty() { "带班老师".to_owned() } else { titles.join("、") };
    Ok(("done", BTreeMap::from([("who".to_owned(), json!(who)), ("note".to_owned(), json!(text.trim()))])))
}

/// Takes off the note with the number that it was shown with.
fn remove(
    draft: &mut Draft<'_>,
    child: &Student,
    notes: &HealthNotes,
    values: &BTreeMap<String, Value>,
    expect: Expect,
) -> Result<Outcome, UseCaseError> {
    let number = match values.get("number") {
        Some(Value::Number(number)) => *number,
        _ => 0,
    };
    let Some(index) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) else {
        return Ok(("none", BTreeMap::new()));
    };
    let shown = draft.conversation().frames.last().and_then(|frame| frame.result.get(IDS));
    let id = shown.and_then(|ids| ids.get(index)).and_then(Json::as_str).unwrap_or_default();
    // What another guardian has taken off meanwhile is not there any more.
    let Ok(left) = notes.remove(child, id, &draft.person.id) else { return Ok(("unknown", BTreeMap::new())) };
    put(draft, child, &left, expect)?;
    Ok(("done", BTreeMap::new()))
}

fn put(
    draft: &mut Draft<'_>,
    child: &Student,
    notes: &HealthNotes,
    expect: Expect,
) -> Result<(), UseCaseError> {
    let school = draft.school.id.clone();
    let key = record::key::<HealthNotes>(&school, &child.id.0);
    record::put(draft.batch_mut(), &school, key, notes, expect)
}

/// The child's homeroom teachers, and who leads its room today.
async fn teachers(draft: &Draft<'_>, child: &Student) -> Result<Vec<Person>, UseCaseError> {
    let (store, school) = (draft.service.store.as_ref(), &draft.school.id);
    let homeroom = record::role_key(&Role::HomeroomTeacher(child.class));
    let mut teachers = record::people_with(store, school, &homeroom).await?;
    let seat = leave::seat_today(draft, &child.id).filter(|(_, state)| !state.is_gone());
    let leads = seat.and_then(|(place, _)| Some(draft.rooms.get(place)?.room.day.teacher.clone()));
    if let Some(leads) = leads.filter(|leads| !teachers.iter().any(|known| known.id == *leads)) {
        let key = record::key::<Person>(school, &leads);
        teachers.extend(record::load::<Person>(store, &key).await?.map(|stored| stored.value));
    }
    Ok(teachers)
}

/// Tells them that there is something to read, not what.
async fn tell_teachers(draft: &mut Draft<'_>, child: &Student) -> Result<Vec<Person>, UseCaseError> {
    let teachers = teachers(draft, child).await?;
    let fields = json!({ "name": child.name.0, "class": child.class.to_string() });
    let words = draft.flows.common_words("told_health", &BTreeMap::from([("child".to_owned(), fields)]));
    let is_here = leave::seat_today(draft, &child.id).is_some_and(|(_, state)| !state.is_gone());
    let lane = if is_here { Lane::Urgent } else { Lane::Decision };
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let own = draft.person.id.clone();
    for teacher in teachers.iter().filter(|teacher| teacher.id != own) {
        notice::tell(service, school, (teacher, lane), &words, now, draft.batch_mut())?;
    }
    Ok(teachers)
}

/// Shows a member of staff the notes on the children whom they look after now; the reading is on record first.
///
/// # Errors
/// The store failed.
pub(super) async fn show(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    let (service, school) = (draft.service, draft.school);
    let (mut lines, mut students) = (Vec::new(), Vec::new());
    for (child, notes) in of_school(service, school).await? {
        let seated = draft.rooms.iter().find(|concern| concern.room.day.seat(&child.id).is_some());
        let day = seated.map(|concern| &concern.room.day);
        if !is_visible(&draft.person.id, &draft.person.roles, &child, day) {
            continue;
        }
        let own =
            seated.filter(|concern| concern.is_own).and_then(|concern| concern.room.day.seat(&child.id));
        let no = own.map(|seat| format!("{} ", seat.no)).unwrap_or_default();
        let texts: Vec<&str> = notes.notes().iter().map(|note| note.text.0.as_str()).collect();
        lines.push(format!("{no}{}：{}", child.name.0, texts.join("；")));
        students.push(child.id);
    }
    if students.is_empty() {
        return Ok(("nothing", BTreeMap::new()));
    }
    let (at, person) = (draft.now, draft.person.id.clone());
    let line = AccessLine { at, person, purpose: Purpose::HealthNotes, students };
    access::record_reading(service, &school.id, &line).await?;
    Ok(("shown", BTreeMap::from([("lines".to_owned(), json!(lines.join("\n")))])))
}

/// The students of a school with notes on them; few have any.
async fn of_school(service: &Service, school: &School) -> Result<Vec<(Student, HealthNotes)>, UseCaseError> {
    let store = service.store.as_ref();
    let mut found = Vec::new();
    for (id, Stored { value: notes, .. }) in record::all::<HealthNotes>(store, &school.id).await? {
        let key = record::key::<Student>(&school.id, &id);
        let student = record::load::<Student>(store, &key).await?;
        found.extend(
            student.map(|student| (student.value, notes)).filter(|(_, notes)| !notes.notes().is_empty()),
        );
    }
    Ok(found)
}
