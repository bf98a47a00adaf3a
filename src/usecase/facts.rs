//! Facts for a conversation (事实): what the school's plan, the roster and the records say, as words and offers.
//!
//! Reads what a draft has loaded; loads nothing itself. The names made here are the variables of `bot-flows/`;
//! [`sample`] fills in every one of them for `flow::check`. Start at [`gather`].

mod questions;

pub use questions::offers;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::custody::Concern;
use super::matter::Matter;
use super::{School, guest};
use crate::clock::Moment;
use crate::domain::enrolment::{Arrangement, Standing, Wish};
use crate::domain::people::{Grade, Person, Role, Student};
use crate::domain::plan::weekday_name;
use crate::flow::Facts;
use crate::flow::definition::{Audience, SlotType};
use crate::understand::{Question, Value, render};

/// One child of the family with where it stands.
#[derive(Debug, Clone)]
pub struct Child {
    /// The child.
    pub student: Student,
    /// Where the child stands.
    pub standing: Standing,
    /// The name of the homeroom teacher, where the roster has one.
    pub teacher: Option<String>,
}

/// What a turn knows of a person and of what concerns them now.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The school.
    pub school: &'a School,
    /// The person.
    pub person: &'a Person,
    /// The family's children, eldest first.
    pub family: &'a [Child],
    /// Until when the survey is open.
    pub deadline: Option<String>,
    /// The rooms that concern them today, their own first.
    pub rooms: &'a [Concern],
    /// What is on the person's desks.
    pub matters: Vec<&'a Matter>,
    /// The day of the last digest that the person reads.
    pub digest_on: Option<chrono::NaiveDate>,
    /// Whether something that went to all waits for the person's 收到.
    pub has_broadcast: bool,
    /// Now.
    pub now: Moment,
}

/// Gathers the facts for a person.
pub fn gather(scene: &Scene<'_>) -> Facts {
    let Scene { school, person, family, .. } = scene;
    let questions = questions::questions(scene);
    let registration = |child: &Child| describe(&child.standing, &questions);
    let children = family
        .iter()
        .map(|child| {
            let values = json!({
                "name": child.student.name.0,
                "class": child.student.class.to_string(),
                "registration": registration(child),
            });
            (child.student.id.0.clone(), values)
        })
        .collect();
    let values = BTreeMap::from([
        ("school".to_owned(), json!({ "name": school.name })),
        ("plan".to_owned(), plan_values(school, scene.deadline.clone())),
        ("person".to_owned(), json!({ "title": title(person), "name": person.name.0 })),
        ("family".to_owned(), family_values(family, &own_words(school, &questions, scene.now))),
    ]);
    Facts { audiences: audiences(person), values, children, questions }
}

/// What a standing says in words, such as `参加，周一、周三，17:30接，活动：足球`.
pub fn describe(standing: &Standing, questions: &BTreeMap<SlotType, Question>) -> String {
    match standing {
        Standing::Answered(registration) => describe_wish(&registration.wish, questions),
        Standing::NotAsked | Standing::Silent { .. } | Standing::Unreachable { .. } => {
            "还没有登记".to_owned()
        }
    }
}

/// What a family reads of a child's registration: with what begins later, what holds until then.
pub(super) fn own_words<'a>(
    school: &School,
    questions: &'a BTreeMap<SlotType, Question>,
    now: Moment,
) -> impl Fn(&Child) -> String + 'a {
    let today = school.calendar.local_date(now);
    move |child| {
        let later = child.standing.registration().filter(|known| known.from > today);
        let until_then = later.and_then(|known| known.wish_on(today));
        match later.zip(until_then) {
            Some((known, wish)) => format!(
                "{}；{}起{}",
                describe_wish(wish, questions),
                day_in_words(known.from),
                describe_wish(&known.wish, questions)
            ),
            None => describe(&child.standing, questions),
        }
    }
}

/// What a wish says in words.
pub fn describe_wish(wish: &Wish, questions: &BTreeMap<SlotType, Question>) -> String {
    match wish {
        Wish::Declined => "不参加".to_owned(),
        Wish::Undecided => "再考虑".to_owned(),
        Wish::Accepted(Arrangement { days, pickup_at, activities }) => {
            let say = |value: Value, slot: SlotType| {
                render(&value, questions.get(&slot).unwrap_or(&Question::Command))
            };
            let mut words = vec!["参加".to_owned()];
            words.extend(days.clone().map(|days| say(Value::Weekdays(days), SlotType::Weekdays)));
            words.extend(pickup_at.map(|time| format!("{}接", say(Value::Time(time), SlotType::Time))));
            let chosen = activities.clone().map(|chosen| say(Value::Choices(chosen), SlotType::Choices));
            words.extend(chosen.map(|chosen| format!("活动：{chosen}")));
            words.join("，")
        }
    }
}

/// Facts with every variable filled in, as long as they can reasonably get.
pub fn sample(school: &School, now: Moment) -> Facts {
    use crate::domain::people::{ClassId, PersonId, PersonName, StudentId};
    let student = Student {
        id: StudentId("20260101".to_owned()),
        name: PersonName("欧阳小禾".to_owned()),
        class: ClassId { grade: Grade::School(1), number: 10 },
        gender: None,
        guardians: Vec::new(),
        is_on_roll: true,
    };
    let person = Person {
        id: PersonId("sample".to_owned()),
        name: PersonName("欧阳青".to_owned()),
        phone: None,
        contact_points: Vec::new(),
        roles: vec![Role::Guardian, Role::SchoolAdmin],
        children: vec![student.id.clone()],
    };
    let family = [Child { student, standing: Standing::NotAsked, teacher: Some("欧阳青".to_owned()) }];
    let deadline = Some("11月30日".to_owned());
    let (person, family, matters) = (&person, family.as_slice(), Vec::new());
    let (digest_on, has_broadcast) = (None, false);
    let scene =
        Scene { school, person, family, deadline, rooms: &[], matters, digest_on, has_broadcast, now };
    let mut facts = gather(&scene);
    let result = json!({
        "receipt": "K3M9AC",
        "code": "135790",
        "alone": "欧阳小禾放学后可以自己走。",
        "day": "11月25日（周三）",
        "said": "五点多",
        "present": "参加，周一、周二、周三、周四、周五，17:30接，活动：听学校安排",
        "from": "11月25日",
        "at": "17:30",
        "time": "17:32",
        "room": "一年级10班",
        "teacher": "欧阳老师",
        "notes": "3、7、12",
        "place": "一楼阅览室",
        "gate": "17:32到东门",
        "waves": "17:30 南门 1、2、3；17:31 东门 4、5",
        "who": "欧阳小禾的奶奶",
        "why": "11月28日（周六）、11月29日（周日）是周末",
        "by": "欧阳老师",
        "note": "足球已经满了，可以先参加自主作业吗",
        "names": "3号欧阳小禾、7号李小苗",
        "count": 40,
        "decisions": 30,
        "questions": 10,
        "lines": "一年级10班：全班40人，已回复38人，还没回复2人。",
    });
    facts.values.insert("result".to_owned(), result);
    let matter = json!({
        "number": 128,
        "title": "中途申请",
        "words": "欧阳小禾（一年级10班）家长申请从11月25日（周三）起参加：周一、周三、周五，17:30接，活动：足球、合唱。",
        "can_ask": true,
        "is_question": false,
        "decided": "欧阳老师没有同意",
    });
    facts.values.insert("matter".to_owned(), matter);
    facts.values.insert("given".to_owned(), json!({}));
    facts
}

/// A day as people say it, such as `11月25日`.
pub fn day_in_words(day: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    format!("{}月{}日（{}）", day.month(), day.day(), weekday_name(day.weekday()))
}

fn plan_values(school: &School, deadline: Option<String>) -> Json {
    let plan = &school.plan;
    let days: Vec<_> = plan.weekdays.iter().map(|day| weekday_name(*day)).collect();
    let days = match days.as_slice() {
        [first, .., last] if days.len() == 5 => format!("{first}到{last}"),
        _ => days.join("、"),
    };
    let names: Vec<_> = plan.activities.iter().map(|activity| activity.name.as_str()).collect();
    let menu: Vec<_> =
        plan.activities.iter().map(|activity| format!("{} {}", activity.number, activity.name)).collect();
    let (earliest, latest) = (plan.pickup.earliest.format("%H:%M"), plan.pickup.latest.format("%H:%M"));
    json!({
        "term": plan.term.name,
        "days": days,
        "ends_at": plan.until.format("%H:%M").to_string(),
        "service_hours": plan.service_hours(),
        "activities": names.join("、"),
        "activities_menu": menu.join("  "),
        "pickup_window": format!("{earliest}到{latest}"),
        "deadline_hint": deadline.map(|day| format!("{day}前回复都可以，")).unwrap_or_default(),
    })
}

fn family_values(family: &[Child], registration: &dyn Fn(&Child) -> String) -> Json {
    let names: Vec<_> = family.iter().map(|child| child.student.name.0.as_str()).collect();
    let lines: Vec<_> = family
        .iter()
        .map(|child| {
            let receipt = child.standing.registration().map(|known| format!("（回执码 {}）", known.receipt));
            format!("{}：{}{}", child.student.name.0, registration(child), receipt.unwrap_or_default())
        })
        .collect();
    let mut teachers: Vec<_> = family
        .iter()
        .filter_map(|child| {
            child.teacher.as_ref().map(|name| format!("{}（{}）", teacher_title(name), child.student.class))
        })
        .collect();
    teachers.dedup();
    json!({
        "names": names.join("、"),
        "registrations": lines.join("\n"),
        "teachers": if teachers.is_empty() { "或学校办公室".to_owned() } else { teachers.join("、") },
    })
}

/// How staff are addressed: 李老师. A double surname keeps both characters.
pub fn teacher_title(name: &str) -> String {
    const DOUBLE: [&str; 6] = ["欧阳", "上官", "诸葛", "司马", "司徒", "慕容"];
    let surname = DOUBLE.iter().find(|surname| name.starts_with(**surname));
    match surname {
        Some(surname) => format!("{surname}老师"),
        None => name.chars().next().map_or_else(|| "老师".to_owned(), |first| format!("{first}老师")),
    }
}

/// How somebody is addressed who works here, or supervises those who do: 李老师, 郑督学.
pub fn title(person: &Person) -> String {
    let teacher = teacher_title(&person.name.0);
    let is_staff = person.roles.iter().any(Role::is_staff);
    match teacher.strip_suffix("老师").filter(|_| !is_staff) {
        Some(surname) if person.roles.contains(&Role::Inspector) => format!("{surname}督学"),
        Some(surname) if person.roles.contains(&Role::DistrictOfficer) => format!("区教体局{surname}老师"),
        _ => teacher,
    }
}

/// Staff first: whoever works here and has a child here is greeted as staff and can still ask for the child's data.
fn audiences(person: &Person) -> Vec<Audience> {
    if guest::is_guest(person) {
        return vec![Audience::Guest];
    }
    let is_staff = person.roles.iter().any(Role::is_staff);
    let is_supervisor = person.roles.iter().any(Role::is_supervisor);
    let is_guardian = !person.children.is_empty() || person.roles.contains(&Role::Guardian);
    let supervisor = (is_supervisor, Audience::Supervisor);
    let anyone = (true, Audience::Anyone);
    [(is_staff, Audience::Staff), supervisor, (is_guardian, Audience::Guardian), anyone]
        .into_iter()
        .filter_map(|(holds, audience)| holds.then_some(audience))
        .collect()
}
