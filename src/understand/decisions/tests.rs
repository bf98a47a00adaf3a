//! What decisions on a list read as.

use super::super::{Answer, Approval, Decision, DecisionItem, Question, Value, read};
use Decision::{Approve, Ask, Reject};

fn question(count: u32) -> Question {
    let names = ["陈小满", "张子轩", "李小禾", "王浩然", "王小雨", "赵一诺", "孙佳怡", "周子墨"];
    let items = (1..=count)
        .zip(names)
        .map(|(no, name)| DecisionItem { no, names: vec![name.to_owned()], is_open: true })
        .collect();
    Question::Decisions { items }
}

type Row<'a> = (&'a str, &'a [(u32, Decision, Option<&'a str>)]);

fn check(count: u32, rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let decisions: Vec<(u32, Approval)> = want
            .iter()
            .map(|(no, decision, note)| {
                (*no, Approval { decision: *decision, note: note.map(str::to_owned) })
            })
            .collect();
        let want =
            if decisions.is_empty() { Answer::Unclear } else { Answer::Value(Value::Decisions(decisions)) };
        let got = read(text, &question(count));
        if got != want {
            wrong.push(format!("{text}\n  got {got:?}\n want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn each_item_gets_what_is_said_of_it() {
    check(
        4,
        &[
            ("全部同意", &[(1, Approve, None), (2, Approve, None), (3, Approve, None), (4, Approve, None)]),
            ("全部同意，除了3", &[(1, Approve, None), (2, Approve, None), (4, Approve, None)]),
            ("除了3和4都同意", &[(1, Approve, None), (2, Approve, None)]),
            ("3、1同意 4先等等", &[(1, Approve, None), (3, Approve, None), (4, Ask, None)]),
            (
                "都同意，除了李小禾，她妈妈说再等等",
                &[
                    (1, Approve, None),
                    (2, Approve, None),
                    (3, Ask, Some("她妈妈说再等等")),
                    (4, Approve, None),
                ],
            ),
            (
                "1-3同意，其他不同意，没有老师",
                &[(1, Approve, None), (2, Approve, None), (3, Approve, None), (4, Reject, Some("没有老师"))],
            ),
            ("3不行，人满了", &[(3, Reject, Some("人满了"))]),
            ("同意1、2，不同意3", &[(1, Approve, None), (2, Approve, None), (3, Reject, None)]),
            ("李小禾和张子轩同意", &[(2, Approve, None), (3, Approve, None)]),
            ("1同意，2不同意，3再等等", &[(1, Approve, None), (2, Reject, None), (3, Ask, None)]),
            (
                "都同意，3先等等",
                &[(1, Approve, None), (2, Approve, None), (3, Ask, None), (4, Approve, None)],
            ),
            ("3除外，其他都同意", &[(1, Approve, None), (2, Approve, None), (4, Approve, None)]),
            ("3同意，下周一开始", &[(3, Approve, Some("下周一开始"))]),
            ("1：同意；2：不同意，人满了", &[(1, Approve, None), (2, Reject, Some("人满了"))]),
            ("除1、2外都同意", &[(3, Approve, None), (4, Approve, None)]),
            ("除1、2外通过", &[(3, Approve, None), (4, Approve, None)]),
            ("都同意，除了4，他已经有社团了", &[(1, Approve, None), (2, Approve, None), (3, Approve, None)]),
            ("以上都同意", &[(1, Approve, None), (2, Approve, None), (3, Approve, None), (4, Approve, None)]),
            ("3退回，班级写错了", &[(3, Reject, Some("班级写错了"))]),
            ("3同意，不对，3不同意", &[(3, Reject, None)]),
        ],
    );
}

#[test]
fn a_bare_decision_decides_only_one_item() {
    check(
        1,
        &[
            ("同意", &[(1, Approve, None)]),
            ("同意，下周一开始", &[(1, Approve, Some("下周一开始"))]),
            ("不行，人满了", &[(1, Reject, Some("人满了"))]),
            ("都同意", &[(1, Approve, None)]),
            ("王大锤同意", &[]),
            ("同意王大锤", &[]),
        ],
    );
}

#[test]
fn what_may_decide_wrongly_is_asked_again() {
    let texts = [
        "同意",
        "9同意",
        "王大锤同意",
        "3同意，3不同意",
        "3、9同意",
        "都同意，除了王大锤",
        "如果有位置3就同意",
        "3可以吗",
        "3",
        "1、2",
        "除了3",
        "其他同意",
        "3同意，其他人呢",
        "3、王大锤同意",
        "3不同意，都同意",
        "4-1同意",
        "收到",
        "3同意，不对，2同意",
        "除了3，同意",
        "除了3同意",
        "李小禾妈妈同意了",
        "3家长同意了",
        "同意5个",
    ];
    let rows: Vec<Row<'_>> = texts.iter().map(|text| (*text, &[][..])).collect();
    check(4, &rows);
}
