//! What is said back reads as the same value.

mod lists;

use chrono::{NaiveDate, NaiveTime, Weekday};
use proptest::prelude::*;

use super::super::{
    Answer, Approval, ChildOption, ChoiceOption, Choices, ClassAndName, Consent, DateSpan, DayPart, Decision,
    PickupPerson, Question, Replier, Stage, TimeAnswer, Value, read,
};
use super::render;

fn time(minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap()
}

fn round_trip(value: Value, question: &Question) {
    let said = render(&value, question);
    assert_eq!(read(&said, question), Answer::Value(value), "{said}");
}

fn options() -> Vec<ChoiceOption> {
    let names = ["作业辅导", "篮球", "足球", "绘画书法", "合唱团", "象棋", "编程机器人", "阅读"];
    names.iter().zip(1..).map(|(name, no)| ChoiceOption { no, name: (*name).to_owned() }).collect()
}

const RELATIONS: &[&str] = &[
    "father",
    "mother",
    "paternal_grandfather",
    "paternal_grandmother",
    "maternal_grandfather",
    "maternal_grandmother",
    "brother",
    "sister",
    "cousin",
    "nanny",
    "neighbor",
    "friend",
    "classmate_parent",
    "care_center",
    "driver",
    "school_bus",
    "self",
    "child_alone",
    "uncle",
    "aunt",
    "other_relative",
];

fn children() -> Vec<ChildOption> {
    let rows = [("a", "李小禾", true, 5), ("b", "李小苗", false, 3), ("c", "李若水", true, 1)];
    rows.map(|(id, name, is_girl, grade)| ChildOption {
        id: id.into(),
        name: name.into(),
        is_girl: Some(is_girl),
        grade,
        class: 2,
    })
    .to_vec()
}

#[test]
fn a_value_is_said_in_few_words() {
    let monday_friday = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let person = PickupPerson {
        relation: Some("paternal_grandmother".into()),
        name: Some("李桂芳".into()),
        phone: Some("13800001111".into()),
    };
    for (value, want) in [
        (Value::Weekdays(vec![Weekday::Mon, Weekday::Wed, Weekday::Fri]), "周一、周三、周五"),
        (Value::Weekdays(monday_friday.to_vec()), "每天（周一到周五）"),
        (Value::Time(TimeAnswer::By(time(17 * 60 + 30))), "17:30前"),
        (Value::PickupPerson(vec![person]), "奶奶李桂芳（13800001111）"),
        (Value::ClassAndName(ClassAndName { grade: Some(8), class: Some(3), name: None }), "初二3班"),
    ] {
        assert_eq!(render(&value, &Question::Command), want);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_back_reads_as_the_same_consent_and_days(
        consent in prop::sample::select(vec![Consent::Yes, Consent::No, Consent::Undecided]),
        picked in prop::sample::subsequence(vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri], 1..=5),
    ) {
        round_trip(Value::Consent(consent), &Question::Consent { menu: vec![] });
        let offered = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        round_trip(Value::Weekdays(picked), &Question::Weekdays { offered });
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_time(from in 930_u32..1110, length in 1_u32..60, shape in 0..4) {
        let (from, to) = (time(from), time((from + length).min(1110)));
        let question = Question::Time { earliest: time(930), latest: time(1110), dismissal: time(960), now: None };
        let answer = match shape {
            0 => TimeAnswer::At(from),
            1 => TimeAnswer::By(from),
            2 => TimeAnswer::After(from),
            _ => TimeAnswer::Between(from, to),
        };
        round_trip(Value::Time(answer), &question);
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_choices_and_children(
        numbers in prop::sample::subsequence((1..=8).collect::<Vec<u32>>(), 0..=8),
        ids in prop::sample::subsequence(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 0..=3),
    ) {
        let question = Question::Choices { options: options(), choices_max: None };
        round_trip(Value::Choices(Choices::These(numbers)), &question);
        round_trip(Value::Choices(Choices::Any), &question);
        round_trip(Value::Child(ids), &Question::Child { children: children() });
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_class_and_person(
        grade in 1_i8..=6, class in 1_u8..=20,
        name in prop::sample::select(vec!["张小明", "李若水", "欧阳晓", "王一"]),
        relation in prop::sample::select(RELATIONS.to_vec()),
    ) {
        let who = ClassAndName { grade: Some(grade), class: Some(class), name: Some(name.to_owned()) };
        round_trip(Value::ClassAndName(who), &Question::ClassAndName { stage: Stage::Primary });
        let person = PickupPerson { relation: Some(relation.to_owned()), name: None, phone: None };
        let question = Question::PickupPerson { replier: Replier::Mother, child: "李小禾".to_owned() };
        round_trip(Value::PickupPerson(vec![person]), &question);
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_person_with_a_name_and_a_phone(
        relation in prop::sample::select(vec![None, Some("paternal_grandmother"), Some("father"), Some("neighbor"), Some("driver"), Some("nanny")]),
        name in prop::sample::select(vec!["李桂芳", "王强", "欧阳小明", "刘阿姨"]),
        phone in prop::sample::select(vec![None, Some("13800001111"), Some("19912345678")]),
    ) {
        let person = PickupPerson {
            relation: relation.map(str::to_owned),
            name: Some(name.to_owned()),
            phone: phone.map(str::to_owned),
        };
        let question = Question::PickupPerson { replier: Replier::Mother, child: "李小禾".to_owned() };
        round_trip(Value::PickupPerson(vec![person]), &question);
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_class_of_any_school(
        at in prop::sample::select(vec![(Stage::Kindergarten, -3..=-1_i8), (Stage::Primary, 1..=6), (Stage::Junior, 7..=9), (Stage::Senior, 10..=12)]),
        step in 0_i8..6, class in 1_u8..=30, named in any::<bool>(),
    ) {
        let (stage, grades) = at;
        let grade = (*grades.start() + step).min(*grades.end());
        let who = ClassAndName { grade: Some(grade), class: Some(class), name: named.then(|| "张小明".to_owned()) };
        round_trip(Value::ClassAndName(who), &Question::ClassAndName { stage });
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_decision(
        decision in prop::sample::select(vec![Decision::Approve, Decision::Reject, Decision::Ask]),
        note in prop::sample::select(vec![None, Some("名额已满"), Some("请周五前交回执")]),
    ) {
        let approval = Approval { decision, note: note.filter(|_| decision != Decision::Ask).map(str::to_owned) };
        round_trip(Value::Approve(approval), &Question::Approve { item: "enrol".to_owned() });
    }

    #[test]
    fn what_is_said_back_reads_as_the_same_dates(shift in -400_i64..400, length in 0_i64..20, part in prop::sample::select(vec![DayPart::Day, DayPart::Am, DayPart::Pm])) {
        let today = NaiveDate::from_ymd_opt(2021, 10, 13).unwrap();
        let from = today + chrono::Duration::days(shift);
        let span = DateSpan { from, to: from + chrono::Duration::days(length), part };
        round_trip(Value::Date(vec![span]), &Question::Date { today, holidays: vec![], makeup_days: vec![] });
    }
}
