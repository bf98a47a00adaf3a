//! School days, make-up days, terms, school hours and quiet hours, in tables and as laws.

use proptest::prelude::*;

use chrono::Days;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    let calendar = autumn();
    let (date, clock) = text.split_once(' ').unwrap();
    calendar.moment(day(date), time(clock))
}

fn autumn() -> Calendar {
    let term = Term {
        name: "2026年秋季学期".into(),
        first_day: day("2026-09-01"),
        last_day: day("2027-01-22"),
        days_off: [day("2026-11-06")].into(),
        extra_days: [day("2026-11-14")].into(),
    };
    Calendar::new(Year::shipped().unwrap(), vec![term], DailyHours::SCHOOL)
}

#[test]
fn a_school_day_follows_holidays_make_up_days_and_the_schools_own_days() {
    for (date, want) in [
        ("2026-08-31", false), // the day before the term
        ("2026-09-01", true),
        ("2026-09-19", false), // a plain Saturday
        ("2026-09-20", true),  // a Sunday made up for the National Day
        ("2026-09-25", false), // Mid-Autumn
        ("2026-10-07", false),
        ("2026-10-08", true),
        ("2026-10-10", true),  // a Saturday made up
        ("2026-11-06", false), // the school's sports meeting
        ("2026-11-14", true),  // made up by this school alone
        ("2026-11-24", true),
        ("2027-01-01", false), // free by law, though the year has no file
        ("2027-01-04", true),
        ("2027-01-22", true),
        ("2027-01-25", false), // after the term
    ] {
        assert_eq!(autumn().is_school_day(day(date)), want, "on {date}");
    }
}

#[test]
fn the_shipped_years_have_as_many_days_off_as_their_notices() {
    // Checked day by day against the PyPI package chinesecalendar 1.11.0.
    for (year, (holidays, workdays)) in Year::shipped().unwrap().iter().zip([(28, 5), (33, 6)]) {
        assert_eq!((year.holidays.len(), year.workdays.len()), (holidays, workdays), "in {}", year.number);
    }
}

#[test]
fn school_days_are_added_over_weekends_and_holidays() {
    for (from, days, want) in [
        ("2026-11-24", 0, Some("2026-11-24")),
        ("2026-11-24", 3, Some("2026-11-27")),
        ("2026-11-27", 1, Some("2026-11-30")),
        ("2026-09-24", 1, Some("2026-09-28")),
        ("2026-09-30", 3, Some("2026-10-10")),
        ("2026-01-01", 1, Some("2026-09-01")),
        ("2027-01-22", 1, None),
    ] {
        let got = autumn().add_school_days(day(from), days);
        assert_eq!(got, want.map(day), "{days} after {from}");
    }
}

#[test]
fn a_year_without_a_file_is_a_problem_that_names_the_file() {
    let problems = autumn().problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].place, Place::File("config/calendars/cn-2027.toml".into()));
    assert!(!autumn().is_known(day("2027-01-04")) && autumn().is_known(day("2026-12-31")));
}

#[test]
fn the_school_lives_in_china_time() {
    let calendar = autumn();
    let late: DateTime<Utc> = "2026-11-23T16:30:00Z".parse().unwrap();
    assert_eq!(calendar.local_date(late), day("2026-11-24"));
    assert_eq!(calendar.local_time(late), time("00:30"));
    assert_eq!(calendar.moment(day("2026-11-24"), time("00:30")), late);
    assert_eq!(
        calendar.at_school_time(at("2026-11-27 09:00"), 1, Some(time("19:00"))),
        Some(at("2026-11-30 19:00"))
    );
    assert_eq!(calendar.at_school_time(at("2026-11-27 09:05"), 2, None), Some(at("2026-12-01 09:05")));
}

#[test]
fn school_hours_stand_still_outside_the_school_day() {
    for (from, hours, want) in [
        ("2026-11-24 09:00", 4, "2026-11-24 13:00"),
        ("2026-11-24 08:00", 10, "2026-11-24 18:00"),
        ("2026-11-24 16:00", 4, "2026-11-25 10:00"),
        ("2026-11-24 22:00", 1, "2026-11-25 09:00"),
        ("2026-11-24 05:00", 1, "2026-11-24 09:00"),
        ("2026-11-27 17:00", 2, "2026-11-30 09:00"),
        ("2026-11-28 12:00", 0, "2026-11-30 08:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 09:00"),
    ] {
        let got = autumn().add_school_hours(at(from), Duration::hours(hours));
        assert_eq!(got, Some(at(want)), "{hours} from {from}");
    }
    assert_eq!(autumn().add_school_hours(at("2027-01-22 17:00"), Duration::hours(2)), None);
}

#[test]
fn quiet_hours_reach_over_midnight_and_end_in_the_morning() {
    for (now, is_quiet) in [
        ("2026-11-24 20:59", false),
        ("2026-11-24 21:00", true),
        ("2026-11-24 23:59", true),
        ("2026-11-25 00:00", true),
        ("2026-11-25 06:59", true),
        ("2026-11-25 07:00", false),
    ] {
        assert_eq!(DailyHours::QUIET.is_at(at(now)), is_quiet, "at {now}");
    }
}

#[test]
fn a_wrong_year_file_is_told_line_by_line() {
    let text = "year = 2026\nsource = \"x\"\nholidays = [\n  { name = \"元旦\", first_day = 2026-01-03, last_day = 2026-01-01 },\n  \
                { name = \"春节\", first_day = 2027-02-06, last_day = 2027-02-08 },\n  { name = \"五一\", first_day = \"五月一日\" },\n]\n\
                workdays = [2026-01-05]\nwork_days = []\n";
    let problems = Year::parse("cn-2026.toml", text).unwrap_err();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
    let syntax = Year::parse("cn-2026.toml", "year = 2026\nsource = oops\n").unwrap_err();
    assert!(matches!(syntax[0].place, Place::Line { line: 2, .. }), "{syntax:?}");
}

proptest! {
    #[test]
    fn adding_and_counting_school_days_agree(start in 0_u64..200, days in 0_u32..60) {
        let calendar = autumn();
        let from = day("2026-08-01") + Days::new(start);
        if let Some(to) = calendar.add_school_days(from, days) {
            prop_assert_eq!(calendar.school_days_between(from, to), days);
            prop_assert!(days == 0 || calendar.is_school_day(to));
        }
    }

    #[test]
    fn school_hours_add_up(start in 0_i64..4_000, one in 0_i64..2_000, two in 0_i64..2_000) {
        let calendar = autumn();
        let from = at("2026-09-01 00:00") + Duration::minutes(start * 15);
        let whole = calendar.add_school_hours(from, Duration::minutes(one + two));
        let first = calendar.add_school_hours(from, Duration::minutes(one));
        let parts = first.and_then(|first| calendar.add_school_hours(first, Duration::minutes(two)));
        // Two moments are the same school time when no school time lies between them.
        if let (Some(whole), Some(parts)) = (whole, parts) {
            prop_assert!(whole == parts || one == 0 || two == 0, "{whole} {parts}");
        }
    }

    #[test]
    fn a_moment_shows_the_date_and_time_it_was_made_of(days in 0_u64..20_000, minute in 0_u32..1_440) {
        let calendar = autumn();
        let date = day("1992-01-01") + Days::new(days);
        let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
        let moment = calendar.moment(date, time);
        prop_assert_eq!((calendar.local_date(moment), calendar.local_time(moment)), (date, time));
    }
}

#[test]
fn only_the_school_hours_of_school_days_count_between_two_moments() {
    for (from, until, minutes) in [
        ("2026-11-24 09:00", "2026-11-24 10:30", 90),
        ("2026-11-24 17:00", "2026-11-24 20:00", 60), // until 18:00
        ("2026-11-24 20:00", "2026-11-25 08:10", 10), // over night
        ("2026-11-27 17:00", "2026-11-30 09:00", 120), // over a weekend
        ("2026-09-30 17:00", "2026-10-08 09:00", 120), // over the National Day
        ("2026-11-28 09:00", "2026-11-29 18:00", 0),
        ("2026-11-24 10:00", "2026-11-24 09:00", 0),  // not later
        ("2026-08-20 09:00", "2026-09-01 09:00", 60), // before the term
        ("2027-01-22 17:30", "2027-03-01 09:00", 30), // after it
    ] {
        let between = autumn().school_time_between(at(from), at(until));
        assert_eq!(between, Duration::minutes(minutes), "{from} to {until}");
    }
}

proptest! {
    #[test]
    fn school_time_added_is_the_school_time_between(day in 0_u64..60, minute in 0_i64..1440, minutes in 1_i64..2000) {
        let calendar = autumn();
        let from = at("2026-09-01 00:00") + Days::new(day) + Duration::minutes(minute);
        if let Some(until) = calendar.add_school_hours(from, Duration::minutes(minutes)) {
            prop_assert_eq!(calendar.school_time_between(from, until), Duration::minutes(minutes));
        }
    }
}
