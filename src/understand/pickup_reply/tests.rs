//! What guardians on their way read as.

use chrono::NaiveTime;

use super::super::{Answer, PickupPerson, PickupReply, Question, Replier, Value, read};

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn question() -> Question {
    Question::PickupReply {
        now: time(17, 32),
        earliest: time(16, 0),
        latest: time(18, 0),
        replier: Replier::Mother,
        child: "李小禾".into(),
    }
}

fn person(relation: &str) -> PickupReply {
    PickupReply::SomebodyElse(vec![PickupPerson {
        relation: Some(relation.to_owned()),
        name: None,
        phone: None,
    }])
}

fn check(rows: &[(&str, Option<PickupReply>)]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let want = want.clone().map_or(Answer::Unclear, |reply| Answer::Value(Value::PickupReply(reply)));
        let got = read(text, &question());
        if got != want {
            wrong.push(format!("{text}\n  got {got:?}\n want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn where_they_are_and_who_comes() {
    use PickupReply::{AlreadyCollected, Arrived, At, Late, OnTheWay, SomebodyElse};
    let late = |minutes| Some(Late { minutes });
    check(&[
        ("到了", Some(Arrived)),
        ("我到门口了", Some(Arrived)),
        ("在南门了", Some(Arrived)),
        ("马上到", Some(OnTheWay)),
        ("在路上", Some(OnTheWay)),
        ("快到门口了", Some(OnTheWay)),
        ("晚到15分钟", late(15)),
        ("要晚一刻钟", late(15)),
        ("堵车晚半小时", late(30)),
        ("堵车了，晚半小时", late(30)),
        ("二十分钟后到", late(20)),
        ("大概还要20分钟", late(20)),
        ("晚到15分钟可以吗", late(15)),
        ("六点才能到", Some(At(time(18, 0)))),
        ("六点下班，六点半到", Some(At(time(18, 30)))),
        ("今天加班，七点到", Some(At(time(19, 0)))),
        ("换人来接", Some(SomebodyElse(vec![]))),
        ("今天奶奶去接", Some(person("paternal_grandmother"))),
        ("我接不了，奶奶去接", Some(person("paternal_grandmother"))),
        ("换他爸来接", Some(person("father"))),
        ("我晚半小时，让奶奶去接", Some(person("paternal_grandmother"))),
        ("我妈去接", Some(person("maternal_grandmother"))),
        ("已经接到了", Some(AlreadyCollected)),
        ("奶奶已经接到了", Some(AlreadyCollected)),
        ("到了，谢谢老师", Some(Arrived)),
    ]);
}

#[test]
fn what_does_not_say_where_or_who_is_asked_again() {
    let texts = [
        "接不了",
        "不去了",
        "可能晚半小时",
        "如果堵车就晚点",
        "晚一点",
        "还没到",
        "20分钟到不了",
        "十点到",
        "五点到",
        "几点关门",
        "晚十几分钟",
        "五六点到",
        "到了吗",
        "奶奶马上到",
        "让他自己回家",
        "我去接",
        "奶奶或者爷爷去接",
        "好的",
        "堵了20分钟了",
        "阿姨去接",
        "能让奶奶接吗",
        "六点以后到",
    ];
    let rows: Vec<_> = texts.iter().map(|text| (*text, None)).collect();
    check(&rows);
}
