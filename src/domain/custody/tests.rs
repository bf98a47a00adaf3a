//! Custody days in tables, and the laws: one state each, closed iff none open, gone once, the log is the day.

use proptest::prelude::*;

use super::*;
use crate::domain::authorised_person::{
    Collector, Description, FamilyMember, ForbiddenPerson, PickupList, Said, StandingPerson,
};
use crate::domain::calendar::Year;
use crate::domain::digest::figures::CustodyFigures;
use crate::domain::people::{PersonName, PrivateText, Relation};
use crate::domain::plan::Plan;

const TEACHER: &str = "teacher";

fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn at(text: &str) -> Moment {
    let plan = plan();
    plan.calendar(Year::shipped().unwrap()).moment(date(), time(text))
}

fn plan() -> Plan {
    Plan::parse("plan.toml", include_str!("../../../config/example-school/plan.toml")).unwrap()
}

fn student(no: u32) -> StudentId {
    StudentId(format!("202601{no:02}"))
}

fn these(numbers: &[u32]) -> BTreeSet<StudentId> {
    numbers.iter().map(|no| student(*no)).collect()
}

fn expected(pickup_at: &str) -> Expected {
    Expected::at(time(pickup_at))
}

/// A room of five, collected at 17:10, number 4 on leave; a volunteer helps.
fn room_day() -> (RoomDay, CustodyEvent) {
    let opening = Opening {
        room: "一年级1班".into(),
        day: date(),
        teacher: TEACHER.into(),
        helpers: ["volunteer".into()].into(),
        classes: Vec::new(),
        children: (1..=5).map(|no| (student(no), expected("17:10"))).collect(),
        on_leave: these(&[4]),
    };
    open(opening, at("15:30"))
}

fn after(day: RoomDay, events: &[CustodyEvent]) -> RoomDay {
    events.iter().fold(day, RoomDay::after)
}

fn missing(numbers: &[u32]) -> RollCall {
    RollCall { missing: these(numbers), ..RollCall::default() }
}

fn here(numbers: &[u32]) -> RollCall {
    RollCall { present: Present::These(these(numbers)), ..RollCall::default() }
}

fn called(call: &RollCall) -> RoomDay {
    let (day, _) = room_day();
    let events = roll_call(&day, call, &TEACHER.into(), at("15:42")).unwrap();
    after(day, &events)
}

fn mother() -> Verdict {
    Verdict::Guardian("mother".into())
}

fn state(day: &RoomDay, no: u32) -> &'static str {
    match &day.seat_no(no).unwrap().state {
        SeatState::Expected => "expected",
        SeatState::InRoom(_) => "here",
        SeatState::OnLeave => "leave",
        SeatState::Absent { .. } => "absent",
        SeatState::Missing { .. } => "missing",
        SeatState::HandedOver { .. } => "handed over",
        SeatState::LeftAlone { .. } => "alone",
    }
}

fn states(day: &RoomDay) -> Vec<&'static str> {
    (1..=5).map(|no| state(day, no)).collect()
}

#[test]
fn a_roll_call_names_only_the_exceptions() {
    let call = RollCall { missing: these(&[2]), excused: these(&[3]), present: Present::Rest };
    let day = called(&call);
    assert_eq!(states(&day), ["here", "missing", "absent", "leave", "here"]);
    assert_eq!(day.roll_called, Some(Done { by: TEACHER.into(), at: at("15:42") }));
    let again = roll_call(&day, &call, &TEACHER.into(), at("15:50")).unwrap();
    assert_eq!(again, [], "twice is once");
}

#[test]
fn corrections_go_on_all_evening() {
    let day = called(&missing(&[2, 3]));
    let rest = roll_call(&day, &RollCall::default(), &TEACHER.into(), at("15:50")).unwrap();
    assert_eq!(states(&after(day.clone(), &rest))[1], "missing", "the rest finds no missing child");
    let found = roll_call(&day, &here(&[2, 4]), &TEACHER.into(), at("15:50")).unwrap();
    let day = after(day, &found);
    assert_eq!(states(&day), ["here", "here", "missing", "here", "here"]);
    let sick = explain_absence(&day, &student(3), Absence::Sick, &TEACHER.into(), at("15:55")).unwrap();
    let day = after(day, &sick);
    let gone = roll_call(&day, &missing(&[1]), &TEACHER.into(), at("17:00")).unwrap();
    assert_eq!(states(&after(day, &gone)), ["missing", "here", "absent", "here", "here"]);
}

#[test]
fn a_roll_call_holds_whole_or_not_at_all() {
    let day = called(&RollCall::default());
    let excused = RollCall { excused: these(&[1]), present: Present::Rest, missing: BTreeSet::new() };
    assert!(roll_call(&day, &excused, &TEACHER.into(), at("15:45")).is_ok(), "a slip of the pen");
    assert_eq!(roll_call(&day, &excused, &TEACHER.into(), at("17:00")), Err(Refusal::StillHere(these(&[1]))));
    let both = RollCall { missing: these(&[1]), excused: these(&[1]), present: Present::Rest };
    assert_eq!(
        roll_call(&day, &both, &TEACHER.into(), at("17:00")),
        Err(Refusal::Contradiction(these(&[1])))
    );
    let unknown = roll_call(&day, &missing(&[9]), &TEACHER.into(), at("17:00"));
    assert_eq!(unknown, Err(Refusal::NotInRoom(these(&[9]))));
    assert_eq!(roll_call(&day, &missing(&[1]), &"volunteer".into(), at("17:00")), Err(Refusal::Volunteer));
    let gone = hand_over(&day, &student(1), &mother(), &TEACHER.into(), at("17:00")).unwrap();
    let refused = roll_call(&after(day, &gone), &missing(&[1]), &TEACHER.into(), at("17:00"));
    assert!(matches!(refused, Err(Refusal::Gone(children)) if children[0].no == 1));
}

#[test]
fn only_a_verdict_that_lets_go_hands_a_child_over() {
    let day = called(&RollCall::default());
    let said = Said { by: "mother".into(), at: at("08:00"), receipt: "A".into() };
    let id = super::AuthorisedId("a".into());
    let uncle = ForbiddenPerson { id, who: Description::default(), note: PrivateText::default(), said };
    for (verdict, call) in [
        (Verdict::Unlisted, Call::Guardian),
        (Verdict::CodeBlocked, Call::Guardian),
        (Verdict::NeedsCode(super::AuthorisedId("b".into())), Call::Guardian),
        (Verdict::Forbidden(Box::new(uncle)), Call::DutyLead),
    ] {
        let refusal = hand_over(&day, &student(1), &verdict, &TEACHER.into(), at("17:00")).unwrap_err();
        assert_eq!(refusal, Refusal::NotReleased { verdict: Box::new(verdict), call });
    }
    let events = hand_over(&day, &student(1), &mother(), &TEACHER.into(), at("17:00")).unwrap();
    let day = after(day, &events);
    assert_eq!(state(&day, 1), "handed over");
    let twice = hand_over(&day, &student(1), &mother(), &TEACHER.into(), at("17:01"));
    assert!(matches!(twice, Err(Refusal::Gone(_))));
    let on_leave = hand_over(&day, &student(4), &mother(), &TEACHER.into(), at("17:01"));
    assert!(matches!(on_leave, Err(Refusal::NotHere(child)) if child.no == 4));
}

#[test]
fn a_child_collected_before_the_roll_call_was_here() {
    let (day, _) = room_day();
    let events = hand_over(&day, &student(1), &mother(), &TEACHER.into(), at("15:35")).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(state(&after(day, &events), 1), "handed over");
}

#[test]
fn a_child_goes_alone_only_by_permission_and_not_too_early() {
    let day = called(&RollCall::default());
    let none = PickupList::default();
    let alone =
        |list: &PickupList, clock: &str| leave_alone(&day, &student(1), list, &TEACHER.into(), at(clock));
    assert_eq!(alone(&none, "17:10"), Err(Refusal::MayNotLeaveAlone));
    let list = none.permit_alone(Said { by: "mother".into(), at: at("08:00"), receipt: "A".into() });
    assert_eq!(alone(&list, "17:09"), Err(Refusal::TooEarly { from: time("17:10") }));
    assert_eq!(state(&after(day.clone(), &alone(&list, "17:10").unwrap()), 1), "alone");
}

#[test]
fn a_slip_of_the_finger_is_undone_by_the_same_teacher_within_minutes() {
    let day = called(&missing(&[2, 3, 5]));
    let absent = [2, 3, 5].map(student).into_iter().fold(day, |day, student| {
        let why = explain_absence(&day, &student, Absence::Sick, &TEACHER.into(), at("16:00")).unwrap();
        after(day, &why)
    });
    let events = hand_over(&absent, &student(1), &mother(), &TEACHER.into(), at("17:10")).unwrap();
    let day = after(absent, &events);
    let closed = after(day.clone(), &close(&day, &TEACHER.into(), at("17:12")).unwrap());
    for (by, clock, is_undone) in
        [(TEACHER, "17:20", true), (TEACHER, "17:21", false), ("other", "17:15", false)]
    {
        let undone = undo(&closed, &student(1), &by.into(), at(clock));
        assert_eq!(undone.is_ok(), is_undone, "{by} {clock}");
    }
    let again = after(closed.clone(), &undo(&closed, &student(1), &TEACHER.into(), at("17:15")).unwrap());
    assert_eq!((state(&again, 1), again.closed.is_none()), ("here", true));
    assert!(matches!(&again.seat_no(1).unwrap().state, SeatState::InRoom(was) if was.since == at("15:42")));
    assert_eq!(undo(&again, &student(1), &TEACHER.into(), at("17:15")), Err(Refusal::NothingToUndo));
}

#[test]
fn the_clock_closes_a_room_where_nobody_came_once_the_service_is_over() {
    let excused = RollCall { missing: these(&[]), excused: these(&[1, 2, 3, 5]), ..RollCall::default() };
    let nobody = called(&excused);
    let plan = plan();
    assert_eq!(nobody.open_children(), []);
    assert_eq!(close_due(&nobody, &plan, at("17:00")), None, "somebody may still come");
    let over = close_due(&nobody, &plan, at("18:30")).unwrap();
    let closed = nobody.after(&over);
    assert_eq!(closed.closed, Some(Done { by: TEACHER.into(), at: at("18:30") }));
    assert_eq!(close_due(&closed, &plan, at("18:31")), None);
    let here = called(&RollCall::default());
    assert_eq!(close_due(&here, &plan, at("23:00")), None, "an open child holds it open");
}

#[test]
fn a_day_with_an_open_child_does_not_close() {
    let day = called(&missing(&[2]));
    let Err(Refusal::OpenChildren(open)) = close(&day, &TEACHER.into(), at("18:00")) else { panic!() };
    assert_eq!(open.iter().map(|child| child.no).collect::<Vec<_>>(), [1, 2, 3, 5]);
}

#[test]
fn extended_care_keeps_the_child_with_the_duty_teacher() {
    let day = called(&missing(&[2]));
    let early = take_over(&day, &"duty".into(), &plan(), at("17:59"));
    assert_eq!(early, Err(Refusal::TooEarly { from: time("18:00") }));
    let events = take_over(&day, &"duty".into(), &plan(), at("18:00")).unwrap();
    let day = after(day, &events);
    let seat = day.seat_no(1).unwrap();
    let SeatState::InRoom(here) = &seat.state else { panic!("{seat:?}") };
    assert_eq!(here.taken_over_by, Some(Done { by: "duty".into(), at: at("18:00") }));
    assert_eq!(take_over(&day, &"duty".into(), &plan(), at("18:05")), Ok(Vec::new()));
    let is_late = late(&day, seat, &plan(), at("18:25"));
    assert_eq!(is_late, Late { after_agreed: 75, after_service: 25 });
    assert_eq!(late(&day, day.seat_no(4).unwrap(), &plan(), at("18:25")), Late::default());
    let gone = hand_over(&day, &student(1), &mother(), &"duty".into(), at("18:05")).unwrap();
    let day = after(day, &gone);
    assert_eq!(late(&day, day.seat_no(1).unwrap(), &plan(), at("19:00")).after_service, 5);
}

#[test]
fn the_ladder_climbs_by_the_clock_and_stops_at_the_hand_over() {
    use Rung::{DutyLead, Guardian, Head, HomeroomTeacher, Notice, OtherGuardian};

    let day = called(&RollCall::default());
    let seat = day.seat_no(1).unwrap();
    let due = |done: &[Rung], clock: &str| ladder_due(seat, date(), done, at(clock), &plan());
    for (done, clock, want) in [
        (&[][..], "17:09", None),
        (&[], "17:10", Some(Notice)),
        (&[Notice], "17:19", None),
        (&[Notice], "17:20", Some(Guardian)),
        (&[Notice, Guardian], "17:30", Some(OtherGuardian)),
        (&[Notice, Guardian, OtherGuardian], "17:40", Some(HomeroomTeacher)),
        (&[Notice, Guardian, OtherGuardian, HomeroomTeacher], "17:55", Some(DutyLead)),
        (&[Notice, Guardian, OtherGuardian, HomeroomTeacher, DutyLead], "18:10", Some(Head)),
        (&[Notice, Guardian, OtherGuardian, HomeroomTeacher, DutyLead, Head], "20:00", None),
        (&[Notice, OtherGuardian], "17:40", Some(Guardian)), // jumped over by an outage
    ] {
        assert_eq!(due(done, clock), want, "{done:?} at {clock}");
    }
    let calendar = plan().calendar(Year::shipped().unwrap());
    assert_eq!(next_rung_at(seat, date(), &[Notice], &plan(), &calendar), Some(at("17:20")));
    let gone = hand_over(&day, &student(1), &mother(), &TEACHER.into(), at("17:15")).unwrap();
    let day = after(day, &gone);
    assert_eq!(ladder_due(day.seat_no(1).unwrap(), date(), &[], at("18:30"), &plan()), None);
}

#[test]
fn another_time_is_another_ladder() {
    let day = called(&RollCall::default());
    let event = CustodyEvent::of(Some(&student(1)), Actor::System, at("17:10"), What::Called(Rung::Notice));
    let day = day.after(&event);
    assert_eq!(day.seat_no(1).unwrap().rungs, [Rung::Notice]);
    let later = expect(&day, &student(1), expected("17:40"), Actor::System, at("17:12")).unwrap();
    let day = after(day, &later);
    let seat = day.seat_no(1).unwrap();
    assert_eq!(ladder_due(seat, date(), &seat.rungs, at("17:39"), &plan()), None);
    assert_eq!(ladder_due(seat, date(), &seat.rungs, at("17:40"), &plan()), Some(Rung::Notice));
}

#[test]
fn a_roll_that_nobody_called_is_reminded_of() {
    let (day, _) = room_day();
    assert_eq!(roll_call_due(&day, at("15:49"), &plan()), None);
    assert_eq!(roll_call_due(&day, at("15:50"), &plan()), Some(Rung::HomeroomTeacher));
    let day =
        day.after(&CustodyEvent::of(None, Actor::System, at("15:50"), What::Reminded(Rung::HomeroomTeacher)));
    assert_eq!(roll_call_due(&day, at("15:59"), &plan()), None);
    assert_eq!(roll_call_due(&day, at("16:00"), &plan()), Some(Rung::DutyLead));
    let day = day.after(&CustodyEvent::of(None, Actor::System, at("16:00"), What::Reminded(Rung::DutyLead)));
    assert_eq!(roll_call_due(&day, at("16:19"), &plan()), None);
    assert_eq!(roll_call_due(&day, at("16:20"), &plan()), Some(Rung::Head));
    assert_eq!(roll_call_due(&called(&RollCall::default()), at("16:00"), &plan()), None);
}

#[test]
fn the_agreed_time_is_the_latest_that_was_said() {
    let pickup = plan().pickup;
    for (answer, want) in [
        (Some(TimeAnswer::At(time("17:10"))), "17:10"),
        (Some(TimeAnswer::By(time("17:20"))), "17:20"),
        (Some(TimeAnswer::Between(time("17:00"), time("17:30"))), "17:30"),
        (Some(TimeAnswer::After(time("17:00"))), "18:00"),
        (None, "18:00"),
    ] {
        assert_eq!(agreed_time(answer, &pickup), time(want), "{answer:?}");
    }
}

#[derive(Debug, Clone)]
enum Act {
    Call { missing: BTreeSet<u32>, excused: BTreeSet<u32>, named: Option<BTreeSet<u32>> },
    HandOver(u32, usize),
    Alone(u32),
    Undo(u32),
    Explain(u32),
    Excuse(u32),
    Add(u32),
    TakeOver,
    Close,
}

fn act() -> impl Strategy<Value = Act> {
    let some = || prop::collection::btree_set(1..6_u32, 0..3);
    prop_oneof![
        3 => (some(), some(), prop::option::of(some()))
            .prop_map(|(missing, excused, named)| Act::Call { missing, excused, named }),
        4 => (1..8_u32, 0..3_usize).prop_map(|(no, who)| Act::HandOver(no, who)),
        2 => (1..8_u32).prop_map(Act::Alone),
        1 => (1..8_u32).prop_map(Act::Undo),
        2 => (1..8_u32).prop_map(Act::Explain),
        1 => (1..8_u32).prop_map(Act::Excuse),
        1 => (5..8_u32).prop_map(Act::Add),
        1 => Just(Act::TakeOver),
        3 => Just(Act::Close),
    ]
}

/// Mother is family, 张兰 is on the list, 孙立 is not; only odd numbers may go alone.
fn verdict(who: usize) -> (Verdict, bool) {
    let named = |name: &str| Description { name: Some(PersonName(name.into())), ..Description::default() };
    let said = Said { by: "mother".into(), at: Moment::UNIX_EPOCH, receipt: "A".into() };
    let id = super::AuthorisedId("a".into());
    let list = PickupList::default().allow(StandingPerson { id, who: named("张兰"), said }).unwrap();
    let mother = Description { relation: Some(Relation("妈妈".into())), ..named("王芳") };
    let family = [FamilyMember { person: "mother".into(), who: mother }];
    let (name, is_listed) = [("王芳", true), ("张兰", true), ("孙立", false)][who];
    let collector = Collector { guardian: None, says: named(name) };
    (list.check(&family, &collector, None, date()), is_listed)
}

fn decide(day: &RoomDay, act: &Act, now: Moment) -> Result<Vec<CustodyEvent>, Refusal> {
    let by: PersonId = TEACHER.into();
    let set = |numbers: &BTreeSet<u32>| numbers.iter().map(|no| student(*no)).collect();
    match act {
        Act::Call { missing, excused, named } => {
            let present = named.as_ref().map_or(Present::Rest, |named| Present::These(set(named)));
            let call = RollCall { missing: set(missing), excused: set(excused), present };
            let events = roll_call(day, &call, &by, now)?;
            let again = roll_call(&after(day.clone(), &events), &call, &by, now);
            assert_eq!(again, Ok(Vec::new()), "twice is once: {call:?}");
            Ok(events)
        }
        Act::HandOver(no, who) => {
            let (verdict, is_listed) = verdict(*who);
            let events = hand_over(day, &student(*no), &verdict, &by, now)?;
            assert!(is_listed, "a child left with an unlisted person");
            assert!(!day.seat(&student(*no)).unwrap().state.is_gone(), "handed over twice");
            Ok(events)
        }
        Act::Alone(no) => {
            let said = Said { by: "mother".into(), at: now, receipt: "A".into() };
            let list = PickupList::default();
            let list = if no % 2 == 1 { list.permit_alone(said) } else { list };
            let events = leave_alone(day, &student(*no), &list, &by, now)?;
            assert_eq!(no % 2, 1, "left alone without permission");
            Ok(events)
        }
        Act::Undo(no) => undo(day, &student(*no), &by, now),
        Act::Explain(no) => explain_absence(day, &student(*no), Absence::Sick, &by, now),
        Act::Excuse(no) => excuse(day, &student(*no), Actor::System, now),
        Act::Add(no) => add_child(day, student(*no), expected("17:10"), Actor::System, now),
        Act::TakeOver => take_over(day, &"duty".into(), &plan(), now),
        Act::Close => close(day, &by, now),
    }
}

proptest! {
    #[test]
    fn whatever_happens_each_child_is_somewhere_and_the_log_is_the_day(
        acts in prop::collection::vec((act(), 1_i64..12), 1..60)
    ) {
        let (mut day, first) = room_day();
        let mut log = vec![first];
        let mut now = at("15:40");
        for (act, minutes) in acts {
            now += Duration::minutes(minutes);
            let decided = decide(&day, &act, now);
            let (is_open, was_closed) = (!day.open_children().is_empty(), day.closed.is_some());
            if matches!(act, Act::Close) {
                prop_assert_eq!(decided.is_ok(), was_closed || !is_open);
            }
            let events = decided.unwrap_or_default();
            let before = day.clone();
            day = after(day, &events);
            log.extend(events);
            let folded = RoomDay::fold(&log);
            prop_assert_eq!(folded.as_ref(), Some(&day));
            prop_assert!(day.closed.is_none() || day.open_children().is_empty());
            let numbers: BTreeSet<u32> = day.seats.iter().map(|seat| seat.no).collect();
            let children: BTreeSet<&StudentId> = day.seats.iter().map(|seat| &seat.student).collect();
            prop_assert!(numbers.len() == day.seats.len() && children.len() == day.seats.len());
            let care = CustodyFigures::of([&day], &plan(), now).unwrap();
            prop_assert_eq!(care.expected, care.present + care.on_leave + care.absent + care.uncalled);
            prop_assert_eq!(care.present, care.handed_over + care.in_school);
            let is_open = care.uncalled + care.missing + care.in_school > 0;
            prop_assert_eq!(is_open, !day.open_children().is_empty());
            for seat in &before.seats {
                prop_assert_eq!(&day.seat_no(seat.no).unwrap().student, &seat.student);
            }
        }
        let stored = serde_json::to_string(&(&day, &log)).unwrap();
        prop_assert_eq!(serde_json::from_str::<(RoomDay, Vec<CustodyEvent>)>(&stored).unwrap(), (day, log));
    }
}
