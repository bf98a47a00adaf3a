//! An evening in words, and what its numbers open.

use super::super::enrolment::{Arrangement, Registration};
use super::super::ledger::Actor;
use super::super::people::{ClassId, Grade, StudentId};
use super::rows::{most_pressing, numbered};
use super::*;
use crate::clock::Moment;

fn line(student: usize, change: Change) -> LedgerLine {
    let student = StudentId(format!("2026{student:04}"));
    LedgerLine { at: Moment::UNIX_EPOCH, student, actor: Actor::System, source: None, change }
}

fn answered(wish: Wish) -> Change {
    let from = NaiveDate::from_ymd_opt(2026, 9, 2).unwrap();
    let receipt = "K3M9AC".into();
    Change::Answered(Registration {
        wish,
        by: "p".into(),
        at: Moment::UNIX_EPOCH,
        from,
        receipt,
        until_then: None,
    })
}

fn digest(lines: &[LedgerLine]) -> Digest {
    let (mut roll, mut changes) = (Roll::default(), DayChanges::default());
    for (position, line) in (1..).zip(lines) {
        changes.add(&roll, line);
        roll.add(position, line);
    }
    let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    Digest { school: "青禾路小学".into(), day, roll, changes, custody: None }
}

#[test]
fn it_says_how_the_evening_stands() {
    let class = |number| Change::JoinedRoll { class: ClassId { grade: Grade::School(1), number } };
    let mut lines: Vec<_> = (0..10).map(|student| line(student, class(1))).collect();
    lines.extend((0..7).map(|student| line(student, Change::Asked { person: "p".into() })));
    lines.push(line(0, answered(Wish::Accepted(Arrangement::default()))));
    lines.push(line(1, answered(Wish::Declined)));
    lines.push(line(1, answered(Wish::Undecided)));
    lines.push(line(2, Change::Listed));
    let mut digest = digest(&lines);
    insta::assert_snapshot!(digest.text(), @r"
    【青禾路小学】9月1日 周二 课后服务日报
    全校 10 人，已回复 2 人（20%）
    1 参加 1 人
    2 再考虑 1 人
    3 未回复 5 人
    4 未询问 3 人
    今天：新参加 1，新不参加 1，修改 1，转入 10
    需要处理：
    5 多次提醒未回复 1 人，已列给班主任
    6 参加但日子或时间没说清 1 人
    回复最少的班：一年级1班 20%
    想看是谁，回复前面的数字，比如“1”。
    （按台账第 21 行统计）
    ");
    digest.custody = Some(CustodyFigures {
        expected: 820,
        present: 800,
        on_leave: 15,
        absent: 5,
        handed_over: 800,
        in_school: 0,
        late_pickups: 3,
        uncalled: 0,
        missing: 0,
    });
    assert!(digest.text().contains("今天看护：应到 820，已到 800，请假 15，缺席 5，已接走 800，晚接 3\n"));
    let uneasy = CustodyFigures { uncalled: 12, missing: 1, ..CustodyFigures::default() };
    digest.custody = Some(uneasy);
    assert!(digest.text().contains("今天看护：未点名 12，还没找到 1\n"));
}

#[test]
fn a_number_opens_as_many_children_as_its_line_says() {
    let class = Change::JoinedRoll { class: ClassId { grade: Grade::School(1), number: 1 } };
    let mut lines: Vec<_> = (0..6).map(|student| line(student, class.clone())).collect();
    lines.extend((0..3).map(|student| line(student, Change::Asked { person: "p".into() })));
    lines.push(line(0, Change::Listed));
    lines.push(line(4, answered(Wish::Accepted(Arrangement::default()))));
    let roll = digest(&lines).roll;
    let numbered = numbered(&roll);
    let seen: Vec<_> = numbered.iter().map(|row| (row.number, row.rows, row.count)).collect();
    let want = [
        (1, Rows::Accepted, 1),
        (2, Rows::Silent, 3),
        (3, Rows::NotAsked, 2),
        (4, Rows::Listed, 1),
        (5, Rows::Incomplete, 1),
    ];
    assert_eq!(seen, want);
    assert_eq!(most_pressing(&numbered).map(|row| row.number), Some(4), "who needs somebody comes first");
    let states: usize = numbered
        .iter()
        .filter(|row| !row.rows.is_need() || row.rows == Rows::Unreachable)
        .map(|row| row.count)
        .sum();
    assert_eq!(states, 6, "each child stands behind one of the states");
}

#[test]
fn a_school_of_a_hundred_slow_classes_fits_one_message() {
    let lines: Vec<_> = (0..1_000)
        .flat_map(|student| {
            let class = ClassId { grade: Grade::School(1), number: u8::try_from(student / 10).unwrap() };
            [line(student, Change::JoinedRoll { class }), line(student, Change::Asked { person: "p".into() })]
        })
        .collect();
    assert!(digest(&lines).text().len() <= 2_048);
}
