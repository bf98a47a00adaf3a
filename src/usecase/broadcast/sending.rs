//! What the clock does with broadcasts: it hands them on to everybody, and tells who did not answer.
//!
//! A part of the recipients and how far it got are one commit, so that nobody gets it twice, also after a restart in the
//! middle. Start at [`run_due`].

use std::collections::BTreeMap;
use std::ops::Bound::Included;

use serde_json::{Value as Json, json};

use super::super::card::{self, About, Offer};
use super::super::deliveries::{self, OnDelivered};
use super::super::reach::best_contact_point;
use super::super::record::{self, Stored};
use super::super::thread::{self, By};
use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, facts, notice, skip};
use super::{PAGE, Receipt, Sent, followed, id_of, receipt_key};
use crate::clock::Moment;
use crate::domain::broadcast::{Broadcast, Reach};
use crate::domain::people::{ClassId, Person, PersonId, Role, Student, StudentId};
use crate::outbox::{self, Lane};
use crate::platform::card::CardAsks;
use crate::platform::text::split_text;
use crate::store::{Batch, Expect, Key, Range, StoreError};

/// Recipients handed on in one commit.
const TOGETHER: usize = 100;
/// Names in one list at the most; the rest are counted.
const NAMES_MAX: usize = 60;

/// Hands all open broadcasts on, and tells who did not answer those whose time has come. Returns how many commits it took.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn run_due(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let mut commits = 0;
    let of = school.id.to_string();
    let open = Range { from: Included(of.clone()), to: Included(of), limit: PAGE };
    for found in service.store.scan_index(<Sent as record::Document>::KIND, "open", &open).await? {
        match run(service, school, &found.key, now).await {
            Ok(some) => commits += some,
            Err(error) => skip(error, "a broadcast")?,
        }
    }
    Ok(commits)
}

async fn run(service: &Service, school: &School, key: &Key, now: Moment) -> Result<usize, UseCaseError> {
    let (mut commits, mut conflicts) = (0, 0);
    // Bound: each round hands on to some of the recipients, lists once, or is one of a few conflicts.
    while let Some(Stored { value: mut sent, expect }) =
        record::load::<Sent>(service.store.as_ref(), key).await?
    {
        let mut batch = Batch::default();
        let people: Vec<PersonId> = sent.broadcast.recipients.persons().into_iter().cloned().collect();
        if sent.handed_on < people.len() {
            let next = people.iter().skip(sent.handed_on).take(TOGETHER);
            for person in next {
                hand_on(service, school, (id_of(school, key), &sent.broadcast), person, now, &mut batch)
                    .await?;
                sent.handed_on += 1;
            }
        } else if sent.list_at.is_some_and(|at| at <= now) {
            let broadcast = followed(service, school, key, sent.broadcast.clone()).await?;
            tell_author(service, school, &broadcast, now, &mut batch).await?;
            tell_teachers(service, school, &broadcast, now, &mut batch).await?;
            sent.list_at = None;
        } else {
            break;
        }
        record::put(&mut batch, &school.id, key.clone(), &sent, expect)?;
        match service.store.commit(batch).await {
            Ok(_) => commits += 1,
            Err(StoreError::Conflict(_)) if conflicts < CONFLICTS_MAX => conflicts += 1,
            Err(StoreError::Conflict(_)) => return Err(UseCaseError::Busy),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(commits)
}

async fn hand_on(
    service: &Service,
    school: &School,
    (id, broadcast): (&str, &Broadcast),
    person: &PersonId,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let receipt = Receipt {
        broadcast: id.to_owned(),
        person: person.clone(),
        sent_at: now,
        reach: Reach::NotDelivered,
    };
    record::put(batch, &school.id, receipt_key(&school.id, id, person), &receipt, Expect::Absent)?;
    let key = record::key::<Person>(&school.id, person);
    let Some(person) = record::load::<Person>(service.store.as_ref(), &key).await? else { return Ok(()) };
    let Some((point, bytes_max)) = best_contact_point(school, &person.value) else { return Ok(()) };
    let values = BTreeMap::from([("result".to_owned(), json!({ "lines": broadcast.text }))]);
    let words = service.flows().common_words("broadcast", &values);
    let to = (&school.id, &person.value.id, &point);
    thread::add(service, &school.id, &person.value, (By::School, &words), (now, false), batch)?;
    let parts = split_text(&words, bytes_max);
    let last = parts.len().saturating_sub(1);
    for (index, part) in parts.into_iter().enumerate() {
        // Delivered is who has the last part.
        let then =
            OnDelivered { broadcast: (index == last).then(|| id.to_owned()), ..OnDelivered::default() };
        outbox::enqueue(batch, deliveries::row(service, to, Lane::Urgent, part, &then, now)?);
    }
    if person.value.roles.iter().any(Role::is_staff) {
        let offer = Offer {
            about: About::Broadcast { key: receipt_key(&school.id, id, &person.value.id).id },
            title: "【学校紧急通知】".to_owned(),
            body: "通知在上一条消息里。看到了，请点一下。".to_owned(),
            hint: "也可以打字回复“收到”".to_owned(),
            asks: CardAsks::One(vec![card::option("seen", "收到")]),
            words: &words,
        };
        card::add(service, school, (&person.value, Lane::Urgent), &offer, now, batch)?;
    }
    Ok(())
}

async fn tell_author(
    service: &Service,
    school: &School,
    broadcast: &Broadcast,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let values = BTreeMap::from([("result".to_owned(), summary_values(school, broadcast))]);
    let words = service.flows().common_words("broadcast_summary", &values);
    notice::tell_by_id(service, school, (&broadcast.by, Lane::Urgent), &words, now, batch).await.map(drop)
}

/// How far a broadcast got, for the texts.
pub(in crate::usecase) fn summary_values(school: &School, broadcast: &Broadcast) -> Json {
    let summary = broadcast.summary();
    let words = [
        (summary.answered, "已回复"),
        (summary.delivered, "送到了还没回复"),
        (summary.not_delivered, "没送到"),
    ]
    .map(|(count, name)| format!("{name} {count}"));
    let at = school.calendar.local_time(broadcast.at).format("%H:%M").to_string();
    json!({ "at": at, "lines": words.join("，"), "count": summary.delivered + summary.not_delivered })
}

async fn tell_teachers(
    service: &Service,
    school: &School,
    broadcast: &Broadcast,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    for (class, children) in broadcast.unanswered() {
        let key = record::role_key(&Role::HomeroomTeacher(class));
        let store = service.store.as_ref();
        let Some(teacher) = record::first_with(store, &school.id, &key).await? else { continue };
        let lines = lines_of_class(service, school, class, &children).await?;
        let values = BTreeMap::from([
            ("person".to_owned(), json!({ "title": facts::teacher_title(&teacher.name.0) })),
            ("result".to_owned(), json!({ "count": children.len(), "lines": lines })),
        ]);
        let words = service.flows().common_words("broadcast_unanswered", &values);
        notice::tell(service, school, (&teacher, Lane::Urgent), &words, now, batch)?;
    }
    Ok(())
}

/// The children of a class whose families did not answer, such as `一年级2班（3人）：李小禾、王小雨（没送到）`.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn lines_of_class(
    service: &Service,
    school: &School,
    class: ClassId,
    children: &[(StudentId, Reach)],
) -> Result<String, UseCaseError> {
    let mut names = Vec::new();
    for (id, reach) in children.iter().take(NAMES_MAX) {
        let key = record::key::<Student>(&school.id, &id.0);
        let Some(student) = record::load::<Student>(service.store.as_ref(), &key).await? else { continue };
        let not_there = if *reach == Reach::NotDelivered { "（没送到）" } else { "" };
        names.push(format!("{}{not_there}", student.value.name.0));
    }
    let more = children.len().saturating_sub(NAMES_MAX);
    let rest = if more > 0 { format!("，还有{more}人") } else { String::new() };
    Ok(format!("{class}（{}人）：{}{rest}", children.len(), names.join("、")))
}
