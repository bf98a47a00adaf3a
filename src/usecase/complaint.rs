//! Complaints (投诉举报, R22): received in chat, brought to those who supervise the school, answered in their own words.
//!
//! The rules are `domain::complaint`. What is stored where, so that an anonymous complaint stays one:
//!
//! - [`Complaint`]: the words, the steps, and of an anonymous complainant only a handle drawn by chance.
//! - [`ReplyPath`], by that handle: the person. Read to bring an answer back and to show people their own, nowhere else.
//! - `Matter` on the desks of the supervisors: the words and the receipt code, and no asker.
//!
//! What was answered to a message is remembered for two days, and what is on its way to a family until it was sent. Whoever
//! reads the whole store can put a complaint and its path together; nobody who works in chat or on the command line can.
//! Start at [`file()`], then [`answer`].

mod desk;
mod own;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

pub(super) use desk::{answer, note_review};
pub(super) use own::look_up;

use super::action::Outcome;
use super::draft::Draft;
use super::record::{self, Document, Stored};
use super::{CONFLICTS_MAX, School, Service, UseCaseError, facts, matter, notice, skip};
use crate::clock::Moment;
use crate::domain::complaint::{Complainant, Complaint, State};
use crate::domain::people::{Person, PersonId, PrivateText, Role, SchoolId};
use crate::domain::weekly::Complaints;
use crate::flow::definition::{After, Unit};
use crate::flow::effect::{RequestRung, RequestRungAction};
use crate::outbox::Lane;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, StoreError};
use crate::understand::{Consent, Value, says_what_is_wrong};

/// Characters of a receipt code and of a handle.
const CODE_LEN: usize = 8;

/// Complaints taken up in one turn of the clock.
const AT_ONCE_MAX: usize = 64;

/// Complaints that are read at once.
const PAGE: usize = 500;

/// School days after which supervisors are reminded.
const REMINDED_AFTER: u32 = 3;
/// School days after which a complaint is overdue, one more than an answer may take.
const OVERDUE_AFTER: u32 = crate::domain::complaint::ANSWER_SCHOOL_DAYS + 1;

/// The texts of `bot-flows/common.yaml` about complaints.
pub(super) const NOTICES: [&str; 4] =
    ["complaint_answered", "complaint_for_school", "complaint_overdue", "complaint_routed"];

/// To whom the answer to an anonymous complaint goes, by its handle (匿名回执).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplyPath {
    person: PersonId,
}

/// Shows nobody.
impl std::fmt::Debug for ReplyPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyPath")
    }
}

impl Document for ReplyPath {
    const KIND: Kind = Kind("reply_path");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: "person", value: format!("{school}/{}", self.person) }]
    }
}

impl Document for Complaint {
    const KIND: Kind = Kind("complaint");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let from = match self.from() {
            Complainant::Named(person) => IndexEntry { name: "from", value: format!("{school}/{person}") },
            Complainant::Anonymous { reply_to } => {
                IndexEntry { name: "reply_to", value: format!("{school}/{reply_to}") }
            }
        };
        let waits = (self.state() == State::Received)
            .then(|| IndexEntry { name: "unrouted", value: school.to_string() });
        [from].into_iter().chain(waits).collect()
    }
}

/// The complaints of a week, and those that it left open.
///
/// - `week`: its first moment and the first one after it.
///
/// # Errors
/// The store failed.
pub(super) async fn of_week(
    service: &Service,
    school: &School,
    week: (Moment, Moment),
) -> Result<Complaints, UseCaseError> {
    let mut complaints = Complaints::default();
    let mut range = Range::prefix(&format!("{}/", school.id), PAGE);
    loop {
        let records = service.store.scan(Complaint::KIND, &range).await?;
        for found in &records {
            complaints.add(&record::read::<Complaint>(found)?.value, week.0, week.1);
        }
        let Some(last) = records.last().filter(|_| records.len() == PAGE) else { return Ok(complaints) };
        range = range.after(&last.key.id);
    }
}

/// Takes a complaint and brings it to the supervisors of the school; keeps it for them where there are none yet.
///
/// - `values`: `what` in words, or the sentence that began the conversation; `named` and `school` as yes or no.
///
/// # Errors
/// The store failed.
pub(super) async fn file(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let said = match values.get("what") {
        Some(Value::Text(what)) => Some(what.clone()),
        _ => opening(draft),
    };
    let is_yes = |slot: &str| values.get(slot) == Some(&Value::Consent(Consent::Yes));
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let receipt = service.ids.code(CODE_LEN);
    let from = if is_yes("named") {
        Complainant::Named(draft.person.id.clone())
    } else {
        Complainant::Anonymous { reply_to: service.ids.code(CODE_LEN) }
    };
    let text = PrivateText(said.unwrap_or_default());
    let Ok(complaint) = Complaint::receive(receipt, from, text, is_yes("school"), now) else {
        return Ok(("nothing_said", BTreeMap::from([("present".to_owned(), json!(""))])));
    };
    if let Complainant::Anonymous { reply_to } = complaint.from() {
        let key = record::key::<ReplyPath>(&school.id, reply_to);
        let path = ReplyPath { person: draft.person.id.clone() };
        record::put(draft.batch_mut(), &school.id, key, &path, Expect::Absent)?;
    }
    let who = supervisors(service, school).await?;
    let routed = route(service, school, &complaint, now, draft.batch_mut()).await?;
    let complaint = routed.unwrap_or(complaint);
    let key = record::key::<Complaint>(&school.id, complaint.id());
    record::put(draft.batch_mut(), &school.id, key, &complaint, Expect::Absent)?;
    let mut values = values_of(school, &complaint);
    values.insert("who".to_owned(), json!(who));
    Ok(("done", values))
}

/// The sentence that began the conversation, where it says what is wrong.
fn opening(draft: &Draft<'_>) -> Option<String> {
    let frame = draft.conversation().frames.last()?;
    let said = frame.given.get("said").and_then(Json::as_str)?;
    says_what_is_wrong(said).then(|| said.trim().to_owned())
}

/// What the texts can say of a complaint.
fn values_of(school: &School, complaint: &Complaint) -> BTreeMap<String, Json> {
    let due = complaint.answer_due_on(&school.calendar);
    let due = due.map_or_else(|| "下学期开学后".to_owned(), |day| format!("{}前", facts::day_in_words(day)));
    BTreeMap::from([
        ("receipt".to_owned(), json!(complaint.id())),
        ("from".to_owned(), json!(due)),
        ("lines".to_owned(), json!(complaint.text().0)),
    ])
}

/// Who of them there is, as families read it; nothing where nobody supervises the school.
async fn supervisors(service: &Service, school: &School) -> Result<String, UseCaseError> {
    let mut found = Vec::new();
    for (role, name) in [(Role::Inspector, "责任督学"), (Role::DistrictOfficer, "区教体局")] {
        let held_by =
            record::first_with(service.store.as_ref(), &school.id, &record::role_key(&role)).await?;
        found.extend(held_by.map(|_| name));
    }
    Ok(found.join("和"))
}

/// Brings a complaint to everybody who supervises the school, and to those of the school who may read it; `None` where
/// nobody supervises it.
async fn route(
    service: &Service,
    school: &School,
    complaint: &Complaint,
    now: Moment,
    batch: &mut Batch,
) -> Result<Option<Complaint>, UseCaseError> {
    let store = service.store.as_ref();
    let mut found = Vec::new();
    for role in [Role::Inspector, Role::DistrictOfficer] {
        found.push(record::people_with(store, &school.id, &record::role_key(&role)).await?);
    }
    let ids = |people: &[Person]| people.iter().map(|person| person.id.clone()).collect::<Vec<_>>();
    let [inspectors, district] = found.as_slice() else { return Ok(None) };
    let Ok(routed) = complaint.route(&ids(inspectors), &ids(district), now) else { return Ok(None) };
    let words = for_supervisors(service, school, complaint).await?;
    let raised = matter::Raised {
        complaint: complaint.id().to_owned(),
        words,
        // Both, also where nobody holds one of them yet: whoever comes finds it.
        desks: [Role::Inspector, Role::DistrictOfficer].iter().map(record::role_key).collect(),
        ladder: ladder(school, if district.is_empty() { "inspector" } else { "district_officer" }, now),
        within: in_school_days(school, now, crate::domain::complaint::ANSWER_SCHOOL_DAYS),
    };
    matter::raise(service, school, raised, now, batch).await?;
    tell_school(service, school, &routed, now, batch).await?;
    Ok(Some(routed))
}

/// What the supervisors read. By name, they read the name; else nothing that leads to anybody.
async fn for_supervisors(
    service: &Service,
    school: &School,
    complaint: &Complaint,
) -> Result<String, UseCaseError> {
    let who = match complaint.from() {
        Complainant::Anonymous { .. } => "匿名".to_owned(),
        Complainant::Named(person) => {
            let key = record::key::<Person>(&school.id, person);
            let found = record::load::<Person>(service.store.as_ref(), &key).await?;
            found.map_or_else(|| "实名".to_owned(), |person| format!("实名：{}", person.value.name.0))
        }
    };
    let school_reads = if complaint.may_read(&PersonId::from(""), &[Role::Head]) {
        "学校可以看"
    } else {
        "不给学校看"
    };
    Ok(format!("{}\n（{who}，{school_reads}，回执码 {}）", complaint.text().0, complaint.id()))
}

/// The head and the admins read it where the complainant agreed; they decide nothing, and the name is not in it.
async fn tell_school(
    service: &Service,
    school: &School,
    complaint: &Complaint,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let words = service.flows().common_words("complaint_for_school", &result(values_of(school, complaint)));
    let mut told = Vec::new();
    for role in [Role::Head, Role::SchoolAdmin] {
        for person in
            record::people_with(service.store.as_ref(), &school.id, &record::role_key(&role)).await?
        {
            if complaint.may_read(&person.id, &person.roles) && !told.contains(&person.id) {
                notice::tell(service, school, (&person, Lane::Decision), &words, now, batch)?;
                told.push(person.id);
            }
        }
    }
    Ok(())
}

fn result(values: BTreeMap<String, Json>) -> BTreeMap<String, Json> {
    BTreeMap::from([("result".to_owned(), Json::Object(values.into_iter().collect()))])
}

/// First the supervisors are reminded; then the district is told, or where it has nobody the inspector, and the family.
fn ladder(school: &School, overdue_to: &str, now: Moment) -> Vec<RequestRung> {
    let rung = |days, what| RequestRung { after: in_school_days(school, now, days), what };
    vec![
        rung(REMINDED_AFTER, RequestRungAction::Remind("投诉".to_owned())),
        rung(OVERDUE_AFTER, RequestRungAction::Also(overdue_to.to_owned())),
        rung(OVERDUE_AFTER, RequestRungAction::Tell(String::new())),
    ]
}

/// So many school days, in the morning; as many days as that when the terms end before.
fn in_school_days(school: &School, now: Moment, days: u32) -> After {
    let at = chrono::NaiveTime::from_hms_opt(9, 0, 0);
    match school.calendar.at_school_time(now, days, at) {
        Some(_) => After { amount: days, unit: Unit::Schooldays, at },
        None => After { amount: days * 24, unit: Unit::Hours, at: None },
    }
}

/// Tells whoever complained, by name or by the handle.
///
/// # Errors
/// The store failed.
pub(super) async fn tell_complainant(
    service: &Service,
    school: &School,
    complaint: &Complaint,
    (text, more): (&str, &[(&str, String)]),
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let person = match complaint.from() {
        Complainant::Named(person) => Some(person.clone()),
        Complainant::Anonymous { reply_to } => {
            let key = record::key::<ReplyPath>(&school.id, reply_to);
            record::load::<ReplyPath>(service.store.as_ref(), &key).await?.map(|path| path.value.person)
        }
    };
    let Some(person) = person else { return Ok(()) };
    let mut values = values_of(school, complaint);
    values.insert("who".to_owned(), json!(supervisors(service, school).await?));
    values.extend(more.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    let words = service.flows().common_words(text, &result(values));
    notice::tell_by_id(service, school, (&person, Lane::Decision), &words, now, batch).await?;
    Ok(())
}

/// Tells whoever complained that the answer is overdue and who was told.
///
/// # Errors
/// The store failed.
pub(super) async fn tell_overdue(
    service: &Service,
    school: &School,
    id: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let key = record::key::<Complaint>(&school.id, id);
    let Some(found) = record::load::<Complaint>(service.store.as_ref(), &key).await? else { return Ok(()) };
    let role = record::role_key(&Role::DistrictOfficer);
    let district = record::first_with(service.store.as_ref(), &school.id, &role).await?;
    let who = if district.is_some() { "区教体局" } else { "责任督学" };
    let text = ("complaint_overdue", &[("who", who.to_owned())][..]);
    tell_complainant(service, school, &found.value, text, now, batch).await
}

/// Brings what waits for a supervisor to the first one on the roster; returns how many went on.
///
/// # Errors
/// The store failed.
pub(super) async fn route_due(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let value = school.id.to_string();
    let waiting = Range {
        from: std::ops::Bound::Included(value.clone()),
        to: std::ops::Bound::Included(value),
        limit: AT_ONCE_MAX,
    };
    let mut routed = 0;
    for found in service.store.scan_index(Complaint::KIND, "unrouted", &waiting).await? {
        match route_one(service, school, &found.key, now).await {
            Ok(has_gone) => routed += usize::from(has_gone),
            Err(error) => skip(error, "a complaint")?,
        }
    }
    Ok(routed)
}

async fn route_one(service: &Service, school: &School, key: &Key, now: Moment) -> Result<bool, UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let Some(Stored { value: complaint, expect }) =
            record::load::<Complaint>(service.store.as_ref(), key).await?
        else {
            return Ok(false);
        };
        if complaint.state() != State::Received {
            return Ok(false);
        }
        let mut batch = Batch::default();
        let Some(routed) = route(service, school, &complaint, now, &mut batch).await? else {
            return Ok(false);
        };
        tell_complainant(service, school, &routed, ("complaint_routed", &[]), now, &mut batch).await?;
        record::put(&mut batch, &school.id, key.clone(), &routed, expect)?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(true),
            // Another turn of the clock was here.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::cast::Cast;
    use crate::usecase::reach::due_at;

    #[test]
    fn a_rung_is_due_also_where_the_terms_end_before_it() {
        let school = Cast::school().unwrap();
        for (now, unit) in [("2026-11-24T02:00:00Z", Unit::Schooldays), ("2031-07-01T02:00:00Z", Unit::Hours)]
        {
            let now: Moment = now.parse().unwrap();
            for rung in ladder(&school, "district_officer", now) {
                assert_eq!(rung.after.unit, unit, "at {now}");
                assert!(due_at(&school, now, rung.after, now).is_some_and(|due| due > now), "at {now}");
            }
        }
    }
}
