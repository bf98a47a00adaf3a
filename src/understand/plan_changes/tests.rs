//! What changes of the plan read as, in the words they are said back with. Today is Tuesday, 23 November 2021.

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::super::{Answer, ChildOption, Question, Replier, Rule, explain, read, render};

fn question() -> Question {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let child = |id: &str, name: &str, grade| ChildOption {
        id: id.into(),
        name: name.into(),
        is_girl: Some(true),
        grade,
        class: 1,
    };
    Question::PlanChanges {
        today: NaiveDate::from_ymd_opt(2021, 11, 23).unwrap(),
        offered: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
        earliest: time(15, 30),
        latest: time(18, 0),
        dismissal: time(15, 30),
        children: vec![child("a", "李小禾", 4), child("b", "李小苗", 2)],
        replier: Replier::Mother,
        holidays: vec![],
        makeup_days: vec![],
    }
}

fn check(rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let got = match read(text, &question()) {
            Answer::Value(value) => render(&value, &question()),
            other => format!("{other:?}"),
        };
        if got != *want {
            wrong.push(format!("{text}\n  got {got}\n want {want}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn changes_are_of_days_or_last() {
    check(&[
        (
            "周三奶奶接，周五不上，下周起改成到五点半",
            "11月24日（周三）：奶奶接；11月26日（周五）：不上；11月29日起每周一、每周二、每周三、每周四、每周五：17:30接",
        ),
        ("周三奶奶接", "11月24日（周三）：奶奶接"),
        ("每周三奶奶接", "每周三：奶奶接"),
        ("以后周三都奶奶接", "每周三：奶奶接"),
        ("明天不上", "11月24日（周三）：不上"),
        ("这周五五点半接", "11月26日（周五）：17:30接"),
        ("下周一、三不上", "11月29日（周一）、12月1日（周三）：不上"),
        ("下周起每周三五点半接", "11月29日起每周三：17:30接"),
        ("每天五点半接", "每周一、每周二、每周三、每周四、每周五：17:30接"),
        ("小禾周三不上，小苗周三照常", "李小禾11月24日（周三）：不上；李小苗11月24日（周三）：照常上"),
        ("小禾周三奶奶接，周五不上", "李小禾11月24日（周三）：奶奶接；李小禾11月26日（周五）：不上"),
        ("周三奶奶五点半接", "11月24日（周三）：奶奶接；11月24日（周三）：17:30接"),
        ("从12月1号起每周五不上", "12月1日起每周五：不上"),
        ("明天到周五不上", "11月24日（周三）、11月25日（周四）、11月26日（周五）：不上"),
        ("以后周一周三奶奶接，周五爷爷接", "每周一、每周三：奶奶接；每周五：爷爷接"),
        ("我明天出差，明天爷爷接", "11月24日（周三）：爷爷接"),
        ("周四请假", "11月25日（周四）：不上"),
        ("11月26日（周五）：不上", "11月26日（周五）：不上"),
    ]);
}

#[test]
fn what_a_child_could_wait_for_in_vain_is_asked_again() {
    let texts = [
        "周二奶奶接",
        "周一三五奶奶接",
        "周三可能奶奶接",
        "周三爷爷或奶奶接",
        "周六不上",
        "周三阿姨接",
        "奶奶接",
        "周三",
        "周三不上，周三五点半接",
        "周三奶奶接，周三外婆接",
        "周三能不上吗",
        "如果下雨周三不上",
        "周三七点接",
        "周三自己走",
        "周三五点多接",
        "昨天不上",
        "每天奶奶接，周五爷爷接",
        "好的",
    ];
    let rows: Vec<(&str, &str)> = texts.iter().map(|text| (*text, "Unclear")).collect();
    check(&rows);
}

#[test]
fn a_contradiction_and_a_gap_are_told_apart() {
    for (text, want) in [
        ("周三不上，周三五点半接", Rule::Contradiction),
        ("周三奶奶接，周三外婆接", Rule::Contradiction),
        ("奶奶接", Rule::Gap),
        ("周三", Rule::Gap),
    ] {
        assert_eq!(explain(text, &question()).rule, want, "{text}");
    }
}
