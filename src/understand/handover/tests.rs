//! What handovers read as.

use super::super::{Answer, Handover, HandoverHow, PickupPerson, Question, RollCallChild, Value, read};

fn question() -> Question {
    let rows = [(3, "李小禾"), (5, "王浩然"), (7, "张子轩"), (9, "赵一诺")];
    let children = rows
        .iter()
        .map(|(no, name)| RollCallChild { no: *no, id: format!("s{no}"), name: (*name).to_owned() })
        .collect();
    Question::Handover { children }
}

fn by(relation: Option<&str>, name: Option<&str>) -> HandoverHow {
    HandoverHow::Collected(Some(PickupPerson {
        relation: relation.map(str::to_owned),
        name: name.map(str::to_owned),
        phone: None,
    }))
}

type Row<'a> = (&'a str, Vec<(u32, HandoverHow, Option<&'a str>)>);

fn check(rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let handovers: Vec<Handover> = want
            .iter()
            .map(|(no, how, code)| Handover {
                child: format!("s{no}"),
                how: how.clone(),
                code: code.map(str::to_owned),
            })
            .collect();
        let want =
            if handovers.is_empty() { Answer::Unclear } else { Answer::Value(Value::Handovers(handovers)) };
        let got = read(text, &question());
        if got != want {
            wrong.push(format!("{text}\n  got {got:?}\n want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn who_left_and_with_whom() {
    let nobody = || HandoverHow::Collected(None);
    let grandmother = || by(Some("paternal_grandmother"), None);
    check(&[
        ("3号奶奶接走了", vec![(3, grandmother(), None)]),
        ("3、7接走了", vec![(3, nobody(), None), (7, nobody(), None)]),
        ("李小禾她爸接走了", vec![(3, by(Some("father"), None), None)]),
        ("3 刘阿姨接走 验证码4821", vec![(3, by(None, Some("刘阿姨")), Some("4821"))]),
        ("5自己走了", vec![(5, HandoverHow::LeftAlone, None)]),
        ("除了5和9都接走了", vec![(3, nobody(), None), (7, nobody(), None)]),
        (
            "都接走了",
            vec![(3, nobody(), None), (5, nobody(), None), (7, nobody(), None), (9, nobody(), None)],
        ),
        (
            "全部接走",
            vec![(3, nobody(), None), (5, nobody(), None), (7, nobody(), None), (9, nobody(), None)],
        ),
        ("3还没人接", vec![(3, HandoverHow::Waiting, None)]),
        (
            "3奶奶接走了，5自己走了，其他还没人接",
            vec![
                (3, grandmother(), None),
                (5, HandoverHow::LeftAlone, None),
                (7, HandoverHow::Waiting, None),
                (9, HandoverHow::Waiting, None),
            ],
        ),
        ("3奶奶、7妈妈接走了", vec![(3, grandmother(), None), (7, by(Some("mother"), None), None)]),
        ("3同学妈妈接走了", vec![(3, by(Some("classmate_parent"), None), None)]),
        ("3家长接走了", vec![(3, nobody(), None)]),
        ("奶奶接走了3号", vec![(3, grandmother(), None)]),
        ("还没接的：5、9", vec![(5, HandoverHow::Waiting, None), (9, HandoverHow::Waiting, None)]),
        ("小禾外婆接走的", vec![(3, by(Some("maternal_grandmother"), None), None)]),
        ("3号已经平安接走", vec![(3, nobody(), None)]),
        ("3号奶奶接走了，验证码 4821", vec![(3, grandmother(), Some("4821"))]),
    ]);
}

#[test]
fn what_may_name_the_wrong_person_is_asked_again() {
    let texts = [
        "4接走了",
        "王大锤接走了",
        "3走了",
        "3阿姨接走了",
        "3可能接走了",
        "3奶奶马上来接",
        "3接走了吗",
        "3奶奶还是外婆接走的",
        "接走了",
        "走了两个",
        "3接走了，3还没接",
        "3、7接走了 验证码4821",
        "3婆婆接走了",
        "3我接走了",
        "3奶奶",
        "除了5",
        "好的",
    ];
    let rows: Vec<_> = texts.iter().map(|text| (*text, Vec::new())).collect();
    check(&rows);
}
