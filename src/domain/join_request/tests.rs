//! Who decides a request, once; that a no never ends it; and the school time it took.

use super::super::calendar::Year;
use super::super::people::Grade;
use super::super::plan::Plan;
use super::*;

const CLASS: ClassId = ClassId { grade: Grade::School(1), number: 2 };
const OTHER: ClassId = ClassId { grade: Grade::School(1), number: 3 };

fn calendar() -> Calendar {
    let plan = Plan::parse("plan.toml", include_str!("../../../config/example-school/plan.toml")).unwrap();
    plan.calendar(Year::shipped().unwrap())
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

fn at(date: u32, hour: u32) -> Moment {
    calendar().moment(day(date), chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap())
}

/// Runs one decision at a moment; the class 2 of grade 1, Tuesday 10:00, from the 26th.
fn decide<T>(date: u32, hour: u32, act: impl FnOnce(When<'_>) -> T) -> T {
    let calendar = calendar();
    act(When { now: at(date, hour), calendar: &calendar })
}

fn request() -> JoinRequest {
    let request = JoinRequest {
        receipt: "K3M9AC".into(),
        student: StudentId("20260101".into()),
        class: CLASS,
        wish: Arrangement::default(),
        from: day(26),
        by: "mother".into(),
        at: at(24, 10),
        state: State::Submitted { at: at(24, 10) },
        steps: Vec::new(),
    };
    submit(request, day(24)).unwrap()
}

fn place() -> Place {
    Place { room: None, activities: Choices::These(vec![1]), from: day(26) }
}

/// Arranges as somebody with this role.
fn arranged(request: &JoinRequest, who: &str, role: Role) -> Result<JoinRequest, Refusal> {
    let (person, roles) = (PersonId::from(who), [role]);
    decide(24, 14, |when| arrange(request, Decider { person: &person, roles: &roles }, place(), when))
}

fn refused(request: &JoinRequest, who: &str, role: Role, why: &str) -> Result<JoinRequest, Refusal> {
    let (person, roles) = (PersonId::from(who), [role]);
    decide(24, 12, |when| refuse(request, Decider { person: &person, roles: &roles }, why, when))
}

#[test]
fn the_right_people_decide() {
    for (role, is_right) in [
        (Role::HomeroomTeacher(CLASS), true),
        (Role::SchoolAdmin, true),
        (Role::Head, true),
        (Role::HomeroomTeacher(OTHER), false),
        (Role::DutyTeacher, false),
        (Role::Guardian, false),
    ] {
        assert_eq!(arranged(&request(), "somebody", role.clone()).is_ok(), is_right, "{role:?}");
    }
}

#[test]
fn the_second_decider_learns_who_was_first() {
    let done = arranged(&request(), "teacher", Role::HomeroomTeacher(CLASS)).unwrap();
    let want = Refusal::AlreadyDecided { by: "teacher".into(), at: at(24, 14), outcome: Outcome::Arranged };
    assert_eq!(arranged(&done, "admin", Role::SchoolAdmin), Err(want.clone()));
    assert_eq!(refused(&done, "teacher", Role::HomeroomTeacher(CLASS), "满员"), Err(want.clone()));
    assert_eq!(decide(24, 15, |when| take_back(&done, &"mother".into(), when)), Err(want));
    assert!(!done.is_open());
}

#[test]
fn a_teachers_no_goes_up_and_never_ends_a_need() {
    let teacher = Role::HomeroomTeacher(CLASS);
    assert_eq!(refused(&request(), "teacher", teacher.clone(), " "), Err(Refusal::NothingSaid));
    let up = refused(&request(), "teacher", teacher.clone(), "教室满了").unwrap();
    assert!(up.is_open() && decide(24, 12, |when| up.is_for_school(when)));
    assert!(matches!(arranged(&up, "teacher", teacher), Err(Refusal::AlreadyDecided { .. })));
    let unmet = refused(&up, "admin", Role::SchoolAdmin, "场地维修").unwrap();
    assert!(matches!(&unmet.state, State::Unmet { reason, .. } if reason == "场地维修"));
    assert!(unmet.is_open(), "the need stays on record");
    assert!(matches!(refused(&unmet, "head", Role::Head, "维修"), Err(Refusal::AlreadyDecided { .. })));
    let placed = arranged(&unmet, "head", Role::Head).unwrap();
    assert_eq!((placed.is_open(), placed.steps.len()), (false, 3));
}

#[test]
fn a_question_goes_back_to_the_family_and_their_answer_to_the_teacher() {
    let (person, roles) = (PersonId::from("teacher"), [Role::HomeroomTeacher(CLASS)]);
    let decider = Decider { person: &person, roles: &roles };
    let asked = decide(24, 11, |when| ask_back(&request(), decider, "周几参加？", when)).unwrap();
    assert!(!decide(27, 11, |when| asked.is_for_school(when)), "it is the family's turn");
    let wish = Arrangement { days: Some(vec![chrono::Weekday::Mon]), ..Arrangement::default() };
    let again = decide(25, 11, |when| reply(&asked, wish.clone(), day(27), when)).unwrap();
    assert_eq!(
        (&again.state, &again.wish, again.from),
        (&State::Submitted { at: at(25, 11) }, &wish, day(27))
    );
    let unasked = decide(25, 11, |when| reply(&again, wish, day(27), when));
    assert_eq!(unasked, Err(Refusal::NotAsked));
}

#[test]
fn the_school_time_of_a_request_is_kept() {
    for (date, hour, is_late) in [(24, 17, false), (25, 8, true), (25, 7, true), (24, 23, true)] {
        assert_eq!(decide(date, hour, |when| request().is_for_school(when)), is_late, "{date} {hour}");
    }
    let done = arranged(&request(), "teacher", Role::HomeroomTeacher(CLASS)).unwrap();
    assert_eq!(done.steps[0].school_minutes, 4 * 60);
    assert_eq!(decide(27, 9, |when| done.school_minutes(when)), 4 * 60, "it stands still");
    assert_eq!(decide(25, 9, |when| request().school_minutes(when)), 9 * 60);
    let stored = serde_json::to_string(&done).unwrap();
    assert_eq!(serde_json::from_str::<JoinRequest>(&stored).unwrap(), done);
}

#[test]
fn a_place_begins_today_or_later() {
    let late = submit(JoinRequest { from: day(23), ..request() }, day(24));
    assert_eq!(late, Err(Refusal::PastDay { day: day(23) }));
    let (person, roles) = (PersonId::from("head"), [Role::Head]);
    let decider = Decider { person: &person, roles: &roles };
    let past = Place { from: day(26), ..place() };
    let refusal = decide(27, 9, |when| arrange(&request(), decider, past, when));
    assert_eq!(refusal, Err(Refusal::PastDay { day: day(26) }));
}
