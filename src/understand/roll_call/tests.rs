//! What roll calls read as.

use super::super::{Answer, Present, Question, RollCall, RollCallChild, Value, read};

fn question() -> Question {
    let rows = [
        (1, "陈小满"),
        (2, "张子轩"),
        (3, "李小禾"),
        (5, "王浩然"),
        (8, "王小雨"),
        (9, "赵一诺"),
        (12, "孙佳怡"),
    ];
    let children = rows
        .iter()
        .map(|(no, name)| RollCallChild { no: *no, id: format!("s{no}"), name: (*name).to_owned() })
        .collect();
    Question::RollCall { children }
}

fn ids(numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(|no| format!("s{no}")).collect()
}

/// Absent, on leave, and who came where only those were named.
type Row<'a> = (&'a str, Option<(&'a [u32], &'a [u32], Option<&'a [u32]>)>);

fn check(rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let want = want.map_or(Answer::Unclear, |(absent, on_leave, came)| {
            let present = came.map_or(Present::TheRest, |came| Present::These(ids(came)));
            Answer::Value(Value::RollCall(RollCall { absent: ids(absent), on_leave: ids(on_leave), present }))
        });
        let got = read(text, &question());
        if got != want {
            wrong.push(format!("{text}\n  got {got:?}\n want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn the_absent_and_those_on_leave_are_told_apart() {
    check(&[
        ("缺3 8 请假12", Some((&[3, 8], &[12], None))),
        ("缺3、8，请假12", Some((&[3, 8], &[12], None))),
        ("3、8没来，12请假", Some((&[3, 8], &[12], None))),
        ("3没来12请假", Some((&[3], &[12], None))),
        ("都到了", Some((&[], &[], None))),
        ("齐了", Some((&[], &[], None))),
        ("除了3都到了", Some((&[3], &[], None))),
        ("3没来", Some((&[3], &[], None))),
        ("没到的：李小禾、王小雨", Some((&[3, 8], &[], None))),
        ("12请假了，其他都在", Some((&[], &[12], None))),
        ("3来了", Some((&[], &[], Some(&[3])))),
        ("李小禾到了", Some((&[], &[], Some(&[3])))),
        ("小禾没来", Some((&[3], &[], None))),
        ("李小何没来", Some((&[3], &[], None))),
        ("3号李小禾没来", Some((&[3], &[], None))),
        ("三号和八号没来", Some((&[3, 8], &[], None))),
        ("3没来，请假了", Some((&[], &[3], None))),
        ("除了12请假，其他都到了", Some((&[], &[12], None))),
        ("没人缺", Some((&[], &[], None))),
        ("应到25实到23，缺3、8", Some((&[3, 8], &[], None))),
        ("缺2人：3、8", Some((&[3, 8], &[], None))),
        ("缺3，8，请假12", Some((&[3, 8], &[12], None))),
        ("缺3，不对，缺8", Some((&[8], &[], None))),
        ("3来了，其他没来", Some((&[1, 2, 5, 8, 9, 12], &[], Some(&[3])))),
        ("今天3没来", Some((&[3], &[], None))),
        ("1到3没来", Some((&[1, 2, 3], &[], None))),
        ("缺 3 李小禾、8 王小雨；请假 12 孙佳怡；其余都到了", Some((&[3, 8], &[12], None))),
    ]);
}

#[test]
fn what_does_not_say_who_is_asked_again() {
    let texts = [
        "缺3个",
        "少了两个",
        "应到25实到23",
        "缺4",
        "王大锤没来",
        "缺3，3请假12",
        "3没来，3来了",
        "缺3还是8",
        "3可能没来",
        "3来了吗",
        "缺3、8和12请假",
        "其他都到了",
        "3马上到",
        "3妈妈没来",
        "除了3",
        "3、8",
        "没到齐",
        "缺3，8，12请假",
        "都没来",
        "收到",
        "3号王小雨没来",
        "缺2人：3",
        "缺3 8，请假12，不对，请假9",
        "请假",
        "三五没来",
    ];
    let rows: Vec<Row<'_>> = texts.iter().map(|text| (*text, None)).collect();
    check(&rows);
}
