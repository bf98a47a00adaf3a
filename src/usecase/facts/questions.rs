//! What can be answered here and now: what is on offer for each type of slot.
//!
//! A type without an entry cannot be asked for, nor heard. Start at [`questions`].

use std::collections::BTreeMap;

use chrono::{Datelike as _, Duration, NaiveDate};

use super::super::matter::Matter;
use super::super::{School, custody};
use super::Scene;
use crate::clock::Moment;
use crate::domain::calendar::Calendar;
use crate::domain::digest::rows::Rows;
use crate::domain::people::{Gender, Grade, Role, Student};
use crate::domain::plan::SchoolKind;
use crate::flow::definition::SlotType;
use crate::flow::effect::RequestKind;
use crate::understand::{ChildOption, ChoiceOption, DecisionItem, Holiday, Question, Replier, Stage};

/// How far ahead people speak of holidays.
const AHEAD: Duration = Duration::days(200);
/// And back.
const BACK: Duration = Duration::days(30);
/// The largest count that anybody types.
const NUMBER_MAX: u32 = 1_000_000;

/// The lines of a digest that can be opened.
#[expect(clippy::cast_possible_truncation, reason = "a handful")]
const ROWS_MAX: u32 = Rows::ALL.len() as u32;

/// What the school's plan offers to every family.
pub fn offers(school: &School, now: Moment) -> BTreeMap<SlotType, Question> {
    let plan = &school.plan;
    let options = plan
        .activities
        .iter()
        .map(|activity| ChoiceOption { no: activity.number, name: activity.name.clone() });
    let time = Question::Time {
        earliest: plan.pickup.earliest,
        latest: plan.pickup.latest,
        dismissal: plan.hours.dismissal,
        now: Some(school.calendar.local_time(now)),
    };
    BTreeMap::from([
        (SlotType::Weekdays, Question::Weekdays { offered: plan.weekdays.clone() }),
        (SlotType::Time, time),
        (SlotType::Choices, Question::Choices { options: options.collect(), choices_max: None }),
    ])
}

/// What this person can answer.
pub(super) fn questions(scene: &Scene<'_>) -> BTreeMap<SlotType, Question> {
    let Scene { school, family, now, .. } = scene;
    let children = family.iter().map(|child| child_option(&child.student)).collect();
    let first = family.first().map(|child| child.student.name.0.clone()).unwrap_or_default();
    let mut questions = offers(school, *now);
    let today = school.calendar.local_date(*now);
    let (holidays, makeup_days) = days_off(&school.calendar, today);
    questions.extend([
        (SlotType::Child, Question::Child { children }),
        (SlotType::Person, Question::PickupPerson { replier: replier(scene), child: first.clone() }),
        (SlotType::StartDay, Question::StartDay { today, holidays: holidays.clone() }),
        (SlotType::Date, Question::Date { today, holidays, makeup_days }),
        (SlotType::Class, Question::ClassAndName { stage: stage(school.plan.kind) }),
        (SlotType::Number, Question::Number { min: 0, max: NUMBER_MAX }),
        (SlotType::Text, Question::FreeText { takes_complaint: true }),
        (SlotType::Message, Question::FreeText { takes_complaint: false }),
    ]);
    questions.extend(scene.has_broadcast.then_some((SlotType::Acknowledgement, Question::Acknowledgement)));
    questions.extend(on_desks(scene));
    questions.extend(scene.digest_on.map(|_| (SlotType::DigestRow, Question::DigestRow { last: ROWS_MAX })));
    questions.extend(in_care(scene, &first));
    questions
}

fn stage(kind: SchoolKind) -> Stage {
    match kind {
        SchoolKind::Kindergarten => Stage::Kindergarten,
        SchoolKind::Primary => Stage::Primary,
        SchoolKind::Junior => Stage::Junior,
    }
}

/// What staff say of the children in their rooms, and families of their own.
fn in_care(scene: &Scene<'_>, first: &str) -> Vec<(SlotType, Question)> {
    let (mut questions, rooms) = (Vec::new(), scene.rooms);
    let is_staff = scene.person.roles.iter().any(Role::is_staff);
    let (own, all) = (custody::children(rooms, true), custody::children(rooms, false));
    if !own.is_empty() {
        questions.push((SlotType::RollCall, Question::RollCall { children: own }));
    }
    if is_staff && !all.is_empty() {
        questions.push((SlotType::Handover, Question::Handover { children: all }));
    }
    let is_here =
        |child: &super::Child| rooms.iter().any(|concern| concern.room.day.seat(&child.student.id).is_some());
    // Until a teacher has called the roll, «都到了» is about the room, not about coming for an own child.
    let calls_the_roll = rooms.iter().any(|concern| {
        concern.is_own && concern.room.day.closed.is_none() && concern.room.day.roll_called.is_none()
    });
    if !calls_the_roll && scene.family.iter().any(is_here) {
        let pickup = &scene.school.plan.pickup;
        let question = Question::PickupReply {
            now: scene.school.calendar.local_time(scene.now),
            earliest: pickup.earliest,
            latest: pickup.latest,
            replier: replier(scene),
            child: first.to_owned(),
        };
        questions.push((SlotType::PickupReply, question));
    }
    questions
}

/// What waits for a yes or no, and what for words: a «12同意» never goes to a family as an answer.
fn on_desks(scene: &Scene<'_>) -> Vec<(SlotType, Question)> {
    let is_question = |matter: &&Matter| matter.kind == RequestKind::Answer;
    let (asked, to_decide): (Vec<&Matter>, Vec<&Matter>) =
        scene.matters.iter().copied().partition(is_question);
    let open: Vec<&&Matter> = scene.matters.iter().filter(|matter| matter.is_open()).collect();
    let only_open = match open.as_slice() {
        [only] if is_question(only) => Some(only.number),
        _ => None,
    };
    let numbers: Vec<u32> = asked.iter().map(|matter| matter.number).collect();
    let answers =
        (!numbers.is_empty()).then_some((SlotType::Answer, Question::Answers { numbers, only_open }));
    decisions(&to_decide).into_iter().chain(answers).collect()
}

fn decisions(matters: &[&Matter]) -> Option<(SlotType, Question)> {
    let items: Vec<_> = matters
        .iter()
        .map(|matter| DecisionItem {
            no: matter.number,
            names: matter.name.iter().map(|name| name.0.clone()).collect(),
            is_open: matter.is_open(),
        })
        .collect();
    (!items.is_empty()).then_some((SlotType::Decisions, Question::Decisions { items }))
}

/// From whom «我妈» is seen.
fn replier(scene: &Scene<'_>) -> Replier {
    let child = scene.family.first();
    let mut guardians = child.into_iter().flat_map(|child| &child.student.guardians);
    let own = guardians.find(|guardian| guardian.person == scene.person.id);
    match own.map(|guardian| guardian.relation.0.as_str()) {
        Some("爸爸" | "父亲") => Replier::Father,
        _ => Replier::Mother,
    }
}

/// The public holidays around today, and the weekend days with school.
fn days_off(calendar: &Calendar, today: NaiveDate) -> (Vec<Holiday>, Vec<NaiveDate>) {
    let (holidays, makeup_days) = calendar.around(today - BACK, today + AHEAD);
    let holidays = holidays.into_iter().map(|(name, from, to)| Holiday {
        day: own_day(&name, from, to),
        name,
        from,
        to,
    });
    (holidays.collect(), makeup_days)
}

/// A festival's own day, where it is the same each year; else the first day off.
fn own_day(name: &str, from: NaiveDate, to: NaiveDate) -> NaiveDate {
    let fixed = match name {
        "元旦" => Some((1, 1)),
        "劳动节" => Some((5, 1)),
        "国庆节" => Some((10, 1)),
        _ => None,
    };
    let day = fixed.and_then(|(month, day)| NaiveDate::from_ymd_opt(to.year(), month, day));
    day.filter(|day| (from..=to).contains(day)).unwrap_or(from)
}

fn child_option(student: &Student) -> ChildOption {
    let grade = match student.class.grade {
        Grade::School(grade) => i8::try_from(grade).unwrap_or(i8::MAX),
        Grade::Kindergarten(grade) => i8::try_from(grade).map_or(-1, |grade| grade - 4),
    };
    ChildOption {
        id: student.id.0.clone(),
        name: student.name.0.clone(),
        is_girl: student.gender.map(|gender| gender == Gender::Girl),
        grade,
        class: student.class.number,
    }
}
