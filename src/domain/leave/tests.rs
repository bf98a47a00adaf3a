//! Leave by the day, merged, taken back, and held against the calendar.

use proptest::prelude::*;

use super::super::calendar::Year;
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn span(from: &str, to: &str, part: DayPart) -> DateSpan {
    DateSpan { from: day(from), to: day(to), part }
}

fn asked(receipt: &str) -> Asked {
    Asked { by: "mother".into(), at: Moment::UNIX_EPOCH, receipt: receipt.into() }
}

fn plan() -> Plan {
    Plan::parse("plan.toml", include_str!("../../../config/example-school/plan.toml")).unwrap()
}

fn ask(present: &Leaves, span: DateSpan, receipt: &str, today: &str) -> Result<Added, Refusal> {
    let plan = plan();
    let calendar = plan.calendar(Year::shipped().unwrap());
    add(present, span, &asked(receipt), day(today), &calendar, &plan)
}

#[test]
fn a_holiday_inside_a_leave_is_no_leave_day() {
    let leave = span("2026-09-30", "2026-10-10", DayPart::Day);
    let added = ask(&Leaves::default(), leave, "A", "2026-09-28").unwrap();
    let want = ["2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"].map(day);
    assert_eq!((added.days.as_slice(), added.past.len(), added.care), (want.as_slice(), 0, Care::Excused));
}

#[test]
fn a_leave_without_a_service_day_says_why() {
    for (from, to, why) in [
        ("2026-11-28", "2026-11-29", NoService::Weekend),
        ("2026-10-02", "2026-10-03", NoService::Holiday("国庆节".into())),
        ("2026-08-20", "2026-08-21", NoService::OutsideTerm),
    ] {
        let refusal = ask(&Leaves::default(), span(from, to, DayPart::Day), "A", "2026-08-01").unwrap_err();
        let want: Vec<_> = [from, to].map(|one| (day(one), why.clone())).into();
        assert_eq!(refusal, Refusal::NoServiceDay { days: want }, "{from}");
    }
    let mut fridays_off = plan();
    fridays_off.weekdays.pop();
    let calendar = fridays_off.calendar(Year::shipped().unwrap());
    assert_eq!(no_service(day("2026-11-27"), &calendar, &fridays_off), Some(NoService::NotOffered));
    let backwards =
        ask(&Leaves::default(), span("2026-11-27", "2026-11-26", DayPart::Day), "A", "2026-11-26");
    assert!(matches!(backwards, Err(Refusal::Backwards { .. })));
    let long = ask(&Leaves::default(), span("2026-09-01", "2027-01-22", DayPart::Day), "A", "2026-09-01");
    assert_eq!(long, Err(Refusal::TooLong { days: 144 }));
}

#[test]
fn leave_asked_afterwards_is_allowed_and_said_so() {
    let leave = span("2026-11-24", "2026-11-26", DayPart::Day);
    let added = ask(&Leaves::default(), leave, "A", "2026-11-26").unwrap();
    assert_eq!(added.past, ["2026-11-24", "2026-11-25"].map(day));
}

#[test]
fn a_morning_leaves_the_care_of_the_afternoon_as_it_is() {
    let today = "2026-11-24";
    let morning = ask(&Leaves::default(), span(today, today, DayPart::Am), "A", today).unwrap();
    assert_eq!(morning.care, Care::StillExpected);
    assert!(!morning.leaves.is_on_leave(day(today)));
    let both = ask(&morning.leaves, span(today, today, DayPart::Pm), "B", today).unwrap();
    assert!(both.leaves.is_on_leave(day(today)));
    assert_eq!(both.leaves.spans()[0].part, DayPart::Day);
}

#[test]
fn leaves_that_overlap_become_one_under_the_new_receipt() {
    let first = ask(&Leaves::default(), span("2026-11-23", "2026-11-25", DayPart::Day), "A", "2026-11-20");
    let first = first.unwrap().leaves;
    let both = ask(&first, span("2026-11-25", "2026-11-27", DayPart::Day), "B", "2026-11-20").unwrap();
    let [one] = both.leaves.spans() else { panic!("{both:?}") };
    assert_eq!((one.from, one.to, one.asked.receipt.as_str()), (day("2026-11-23"), day("2026-11-27"), "B"));
    let again = ask(&both.leaves, span("2026-11-24", "2026-11-24", DayPart::Pm), "C", "2026-11-20").unwrap();
    assert!(!again.is_new);
    assert_eq!(again.leaves, both.leaves);
}

#[test]
fn a_day_or_the_whole_is_taken_back_from_today_on() {
    let week = ask(&Leaves::default(), span("2026-11-23", "2026-11-27", DayPart::Day), "A", "2026-11-20");
    let week = week.unwrap().leaves;
    let one = cancel(&week, &Cancel::Day(day("2026-11-25")), day("2026-11-24")).unwrap().leaves;
    assert_eq!(one.spans().len(), 2);
    assert!(!one.is_on_leave(day("2026-11-25")) && one.is_on_leave(day("2026-11-26")));
    let whole = Cancel::Whole { receipt: "A".into() };
    let rest = cancel(&one, &whole, day("2026-11-24")).unwrap();
    assert_eq!(rest.days, ["2026-11-24", "2026-11-26", "2026-11-27"].map(day));
    assert!(rest.leaves.is_on_leave(day("2026-11-23")));
    assert_eq!(cancel(&week, &whole, day("2026-11-30")), Err(Refusal::Past { day: day("2026-11-27") }));
    let other = Cancel::Day(day("2026-11-30"));
    assert_eq!(cancel(&week, &other, day("2026-11-20")), Err(Refusal::NotOnLeave));
}

proptest! {
    #[test]
    fn no_day_is_in_two_spans_and_twice_is_once(
        leaves in prop::collection::vec((0_u64..60, 0_u64..9, 0_usize..3, any::<bool>()), 1..12)
    ) {
        let first = day("2026-09-01");
        let plan = plan();
        let calendar = plan.calendar(Year::shipped().unwrap());
        let mut present = Leaves::default();
        for (at, length, part, is_cancel) in leaves {
            let from = first + chrono::Days::new(at);
            let part = [DayPart::Day, DayPart::Am, DayPart::Pm][part];
            let span = DateSpan { from, to: from + chrono::Days::new(length), part };
            if is_cancel {
                if let Ok(done) = cancel(&present, &Cancel::Day(from), first) {
                    prop_assert!(!done.leaves.is_on_leave(from));
                    present = done.leaves;
                }
                continue;
            }
            let receipt = at.to_string();
            let Ok(added) = add(&present, span, &asked(&receipt), first, &calendar, &plan) else { continue };
            let again = add(&added.leaves, span, &asked(&receipt), first, &calendar, &plan).unwrap();
            prop_assert!(!again.is_new);
            prop_assert!(added.leaves.spans().windows(2).all(|pair| pair[0].to < pair[1].from));
            if care(part) == Care::Excused {
                prop_assert!(added.days.iter().all(|day| added.leaves.is_on_leave(*day)));
            }
            let stored = serde_json::to_string(&added.leaves).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Leaves>(&stored).unwrap(), &added.leaves);
            present = added.leaves;
        }
    }
}
