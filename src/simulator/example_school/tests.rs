//! The example schools: the committed rosters are what the generator makes, as large as the demo tells, clearly invented.

use std::collections::BTreeSet;

use super::*;
use crate::domain::people::{Channel, Role};
use crate::domain::plan::Plan;
use crate::domain::roster::{self, Cell, Roster, Sheet};
use crate::usecase::roster_file;

/// A school as it stands in `config/`, and as it is invented.
struct Committed {
    folder: &'static str,
    roster: &'static [u8],
    plan: &'static str,
    invent: fn() -> ExampleSchool,
}

const WECOM: Committed = Committed {
    folder: "example-school",
    roster: include_bytes!("../../../config/example-school/roster.xlsx"),
    plan: include_str!("../../../config/example-school/plan.toml"),
    invent: ExampleSchool::invent,
};
const DINGTALK: Committed = Committed {
    folder: "example-school-dingtalk",
    roster: include_bytes!("../../../config/example-school-dingtalk/roster.xlsx"),
    plan: include_str!("../../../config/example-school-dingtalk/plan.toml"),
    invent: ExampleSchool::invent_on_dingtalk,
};

fn imported(school: &Committed) -> (Plan, Roster) {
    let plan = Plan::parse("plan.toml", school.plan).unwrap();
    let sheets = roster_file::parse("roster.xlsx", school.roster).unwrap();
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let roster = roster::read(&sheets, &plan.classes, &Roster::default(), &Ids::seeded(1), now);
    (plan, roster.unwrap_or_else(|problems| panic!("{problems:#?}")))
}

/// The cells of a sheet as texts; anything that is not text fails.
fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Empty => String::new(),
        other => panic!("{other:?} in {}", sheet.name),
    };
    sheet.rows.iter().map(|row| row.cells.iter().map(text).collect()).collect()
}

fn with_headings<const N: usize>(
    headings: [&str; N],
    rows: &[[String; N]],
    width: usize,
) -> Vec<Vec<String>> {
    let headings = headings.map(str::to_owned);
    std::iter::once(&headings).chain(rows).map(|row| row[..width].to_vec()).collect()
}

#[test]
fn the_committed_roster_is_what_the_generator_makes() {
    for committed in [WECOM, DINGTALK] {
        let school = (committed.invent)();
        let sheets = roster_file::parse("roster.xlsx", committed.roster).unwrap();
        let (students, staff) = (sheets.students.unwrap(), sheets.staff.unwrap());
        assert!(texts(&students) == with_headings(STUDENT_HEADINGS, &school.students, 10), "{}", school.name);
        assert!(texts(&staff) == with_headings(STAFF_HEADINGS, &school.staff, 6), "{}", school.name);
    }
}

#[test]
#[ignore = "writes the rosters in config/ anew"]
fn write_the_example_rosters() {
    for committed in [WECOM, DINGTALK] {
        let path = format!("{}/config/{}/roster.xlsx", env!("CARGO_MANIFEST_DIR"), committed.folder);
        std::fs::write(path, (committed.invent)().workbook().unwrap()).unwrap();
    }
}

#[test]
fn the_school_has_the_size_that_the_demo_tells() {
    let (plan, roster) = imported(&WECOM);
    assert_eq!(roster.on_roll().count(), 1_200);
    assert_eq!(roster.unreachable().count(), 13);
    let classes: BTreeSet<_> = roster.on_roll().map(|student| student.class).collect();
    assert_eq!(classes.into_iter().collect::<Vec<_>>(), plan.classes);
    for class in &plan.classes {
        assert_eq!(roster.homeroom_teachers(*class).count(), 1, "{class}");
    }
    let count = |role: Role| roster.with_role(role).count();
    assert_eq!((count(Role::DutyTeacher), count(Role::SchoolAdmin), count(Role::Head)), (12, 2, 1));
    let with_two = roster.on_roll().filter(|student| student.guardians.len() >= 2).count();
    assert!(with_two > 1_000, "{with_two}");
    let siblings = roster.persons.values().filter(|person| person.children.len() == 2).count();
    assert!((80..=130).contains(&siblings), "{siblings}");
    let teachers = roster.persons.values().filter(|person| person.roles.len() > 1).count();
    assert_eq!(teachers, ON_WECOM.teachers_with_child);
    let families: BTreeSet<_> = roster
        .on_roll()
        .map(|student| student.guardians.first().map_or(student.id.0.clone(), |first| first.person.0.clone()))
        .collect();
    assert_eq!(families.len(), 1_150);
}

#[test]
fn the_school_on_dingtalk_is_small() {
    let (plan, roster) = imported(&DINGTALK);
    assert_eq!((roster.on_roll().count(), plan.classes.len()), (150, 6));
    assert_eq!(roster.unreachable().count(), 150, "only the contacts know the guardians' accounts");
    for class in &plan.classes {
        assert_eq!(roster.homeroom_teachers(*class).count(), 1, "{class}");
    }
    let count = |role: Role| roster.with_role(role).count();
    assert_eq!((count(Role::DutyTeacher), count(Role::SchoolAdmin), count(Role::Head)), (4, 1, 1));
}

#[test]
fn everybody_whom_the_plan_names_is_on_the_staff() {
    for school in [WECOM, DINGTALK] {
        are_on_the_staff(&school);
    }
}

fn are_on_the_staff(school: &Committed) {
    let (plan, roster) = imported(school);
    let names: BTreeSet<&str> = roster
        .persons
        .values()
        .filter(|person| person.roles.iter().any(|role| *role != Role::Guardian))
        .map(|person| person.name.0.as_str())
        .collect();
    let led = plan.activities.iter().flat_map(|activity| &activity.staff);
    let responsible = plan.responsible.iter().map(|one| &one.name);
    for name in led.chain(responsible).chain(plan.extended_care.as_ref().map(|care| &care.duty_teacher)) {
        assert!(names.contains(name.as_str()), "{name}");
    }
}

#[test]
fn accounts_and_phones_are_clearly_invented() {
    let rosters = [(WECOM, Channel::WecomApp), (DINGTALK, Channel::DingtalkRobot)];
    let rosters = rosters.map(|(school, channel)| (imported(&school).1, channel));
    let people = rosters
        .iter()
        .flat_map(|(roster, channel)| roster.persons.values().map(move |person| (person, *channel)));
    for (person, channel) in people {
        assert!(person.phone.as_ref().is_none_or(|phone| phone.as_str().starts_with("138000")));
        for point in &person.contact_points {
            assert_eq!(point.channel, channel);
            assert!(point.account.starts_with("g1") || point.account.starts_with("t-"), "{}", point.account);
        }
    }
}
