//! Any reply to any question is read, in time, as something that was offered, and always the same.
//!
//! Run it as docs/understanding.md says. Slow inputs are found by `-timeout`.

#![no_main]

use chrono::{NaiveDate, NaiveTime, Weekday};
use kehou::understand::{
    Answer, ChildOption, ChoiceOption, Choices, Consent, Holiday, Question, Replier, Stage, TimeAnswer, Value,
    read,
};
use libfuzzer_sys::fuzz_target;

/// The longest message that the platform delivers.
const BYTES_MAX: usize = 2048;

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, month, day).unwrap_or_default()
}

fn questions() -> Vec<Question> {
    let option = |no, name: &str| ChoiceOption { no, name: name.to_owned() };
    let child = |id: &str, name: &str, is_girl, grade| ChildOption {
        id: id.to_owned(),
        name: name.to_owned(),
        is_girl,
        grade,
        class: 1,
    };
    let menu = vec![Consent::Yes, Consent::No, Consent::Undecided];
    let confirm = Question::Confirm {
        menu: vec![Consent::Yes, Consent::No],
        labels: vec!["对".to_owned(), "要改".to_owned()],
    };
    vec![
        Question::Consent { menu },
        confirm,
        Question::Weekdays { offered: vec![Weekday::Mon, Weekday::Tue, Weekday::Thu] },
        Question::Time {
            earliest: time(15, 30),
            latest: time(18, 0),
            dismissal: time(15, 30),
            now: Some(time(16, 0)),
        },
        Question::Choices {
            options: vec![option(1, "自主作业"), option(2, "足球"), option(3, "绘画书法"), option(12, "篮球")],
            choices_max: Some(2),
        },
        Question::Child {
            children: vec![child("a", "李小禾", Some(true), 5), child("b", "李小苗", Some(false), 3), child("c", "李", None, -1)],
        },
        Question::ClassAndName { stage: Stage::Primary },
        Question::ClassAndName { stage: Stage::Kindergarten },
        Question::PickupPerson { replier: Replier::Father, child: "李小禾".to_owned() },
        Question::Approve { item: "enrol".to_owned() },
        Question::Date {
            today: day(9, 15),
            holidays: vec![Holiday { name: "国庆节".to_owned(), day: day(10, 1), from: day(10, 1), to: day(10, 7) }],
            makeup_days: vec![],
        },
        Question::Command,
    ]
}

fn is_offered(answer: &Answer, question: &Question) -> bool {
    match (answer, question) {
        (Answer::Value(Value::Weekdays(days)), Question::Weekdays { offered }) => {
            !days.is_empty() && days.iter().all(|day| offered.contains(day))
        }
        (Answer::Value(Value::Time(answer)), Question::Time { earliest, latest, .. }) => {
            let is_inside = |t: &NaiveTime| (earliest..=latest).contains(&t);
            match answer {
                TimeAnswer::At(t) | TimeAnswer::By(t) | TimeAnswer::After(t) => is_inside(t),
                TimeAnswer::Between(from, to) => is_inside(from) && is_inside(to) && from < to,
            }
        }
        (Answer::Value(Value::Choices(Choices::These(numbers))), Question::Choices { options, choices_max }) => {
            choices_max.is_none_or(|max| numbers.len() <= max)
                && numbers.iter().all(|no| options.iter().any(|option| option.no == *no))
        }
        (Answer::Value(Value::Child(ids)), Question::Child { children }) => {
            ids.iter().all(|id| children.iter().any(|child| child.id == *id))
        }
        (Answer::Value(Value::Date(spans)), Question::Date { .. }) => spans.iter().all(|span| span.from <= span.to),
        _ => true,
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data.get(..BYTES_MAX).unwrap_or(data)) else { return };
    for question in questions() {
        let answer = read(text, &question);
        assert!(is_offered(&answer, &question), "{text:?} to {question:?}: {answer:?}");
        assert_eq!(answer, read(text, &question), "{text:?} reads in two ways");
    }
});
