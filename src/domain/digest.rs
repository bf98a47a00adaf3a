//! The evening digest (日报): coverage, the day's changes, and what needs somebody, in a text that fits one message.
//!
//! Pure: the same roll and changes always give the same bytes. Figures only, no child's name. Start at [`Digest`].

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};

use super::enrolment::{Standing, Wish};
use super::ledger::{Change, LedgerLine};
use super::people::ClassId;
use super::plan::weekday_name;
use super::survey::{Counts, Roll};

/// Classes named in one digest at the most.
const CLASSES_MAX: usize = 5;

/// One evening of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The school's name.
    pub school: String,
    /// The day.
    pub day: NaiveDate,
    /// The roll at the position that the digest names.
    pub roll: Roll,
    /// What changed on that day.
    pub changes: DayChanges,
}

/// What changed on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayChanges {
    /// Families that answered for the first time: yes.
    pub accepted: u32,
    /// … no.
    pub declined: u32,
    /// … not decided.
    pub undecided: u32,
    /// Answers that were changed.
    pub corrected: u32,
    /// Children taken out of the service.
    pub withdrawn: u32,
    /// Questions and reminders that were delivered.
    pub asked: u32,
    /// Students who came onto the roll.
    pub joined: u32,
    /// Students who left it.
    pub left: u32,
}

impl DayChanges {
    /// Adds a line of the day; `before` is the roll without it.
    pub fn add(&mut self, before: &Roll, line: &LedgerLine) {
        let had_answered = before.students.get(&line.student).is_some_and(|seat| seat.standing.is_answered());
        let place = match &line.change {
            Change::Answered(_) if had_answered => &mut self.corrected,
            Change::Answered(registration) => match registration.wish {
                Wish::Accepted(_) => &mut self.accepted,
                Wish::Declined => &mut self.declined,
                Wish::Undecided => &mut self.undecided,
            },
            Change::Withdrawn(_) => &mut self.withdrawn,
            Change::Asked { .. } => &mut self.asked,
            Change::JoinedRoll { .. } => &mut self.joined,
            Change::LeftRoll => &mut self.left,
            Change::MovedClass { .. } | Change::Unreachable { .. } | Change::Listed => return,
        };
        *place += 1;
    }
}

impl Digest {
    /// The words.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let (month, day, weekday) = (self.day.month(), self.day.day(), weekday_name(self.day.weekday()));
        writeln!(text, "【{}】{month}月{day}日 {weekday} 课后服务日报", self.school)?;
        let coverage = self.roll.coverage();
        let total = coverage.total();
        writeln!(text, "全校 {} 人，已回复 {} 人（{}）", total.roll(), total.answered(), share(total))?;
        let listed = [
            (total.accepted, "参加"),
            (total.declined, "不参加"),
            (total.undecided, "再考虑"),
            (total.silent, "未回复"),
            (total.unreachable, "联系不上"),
            (total.not_asked, "未询问"),
        ];
        writeln!(text, "{}", words(&listed, " · ").unwrap_or_else(|| "花名册还是空的".to_owned()))?;
        let changes = &self.changes;
        let today = [
            (changes.accepted, "新参加"),
            (changes.declined, "新不参加"),
            (changes.undecided, "新再考虑"),
            (changes.corrected, "修改"),
            (changes.withdrawn, "退出"),
            (changes.joined, "转入"),
            (changes.left, "转出"),
        ];
        writeln!(text, "今天：{}", words(&today, "，").unwrap_or_else(|| "没有变化".to_owned()))?;
        self.write_needs(text)?;
        write!(text, "（按台账第 {} 行统计）", self.roll.position)
    }

    fn write_needs(&self, text: &mut String) -> std::fmt::Result {
        let mut needs = Vec::new();
        let total = self.roll.coverage().total();
        if total.unreachable > 0 {
            needs.push(format!("联系不上 {} 人，请班主任当面问", total.unreachable));
        }
        let listed = self.count(|standing| matches!(standing, Standing::Silent { is_listed: true, .. }));
        if listed > 0 {
            needs.push(format!("多次提醒未回复 {listed} 人，已列给班主任"));
        }
        let incomplete = self.count(|standing| {
            standing.registration().is_some_and(
                |known| matches!(&known.wish, Wish::Accepted(arrangement) if !arrangement.is_complete()),
            )
        });
        if incomplete > 0 {
            needs.push(format!("参加但日子或时间没说清 {incomplete} 人"));
        }
        let slow = self.slowest_classes();
        if !slow.is_empty() {
            needs.push(format!("回复最少的班：{}", slow.join("、")));
        }
        if needs.is_empty() {
            return writeln!(text, "没有需要处理的事。");
        }
        writeln!(text, "需要处理：")?;
        for need in needs {
            writeln!(text, "· {need}")?;
        }
        Ok(())
    }

    fn count(&self, is_counted: impl Fn(&Standing) -> bool) -> usize {
        self.roll.students.values().filter(|seat| is_counted(&seat.standing)).count()
    }

    /// The classes with the smallest share of answers, as long as that is under nine in ten.
    fn slowest_classes(&self) -> Vec<String> {
        let mut classes: Vec<(u32, ClassId, Counts)> = self
            .roll
            .coverage()
            .classes
            .into_iter()
            .filter(|(_, counts)| counts.roll() > counts.not_asked)
            .map(|(class, counts)| (counts.answered() * 1_000 / counts.roll().max(1), class, counts))
            .filter(|(per_mille, ..)| *per_mille < 900)
            .collect();
        classes.sort_by_key(|(per_mille, class, _)| (*per_mille, *class));
        classes
            .iter()
            .take(CLASSES_MAX)
            .map(|(_, class, counts)| format!("{class} {}", share(*counts)))
            .collect()
    }
}

/// The share of answered students in whole per cent, rounded down: 100 % means all.
fn share(counts: Counts) -> String {
    format!("{}%", counts.answered() * 100 / counts.roll().max(1))
}

fn words(counts: &[(u32, &str)], between: &str) -> Option<String> {
    let said: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{name} {count}"))
        .collect();
    (!said.is_empty()).then(|| said.join(between))
}

#[cfg(test)]
mod tests {
    use super::super::enrolment::{Arrangement, Registration};
    use super::super::ledger::Actor;
    use super::super::people::{Grade, StudentId};
    use super::*;
    use crate::clock::Moment;

    fn line(student: usize, change: Change) -> LedgerLine {
        let student = StudentId(format!("2026{student:04}"));
        LedgerLine { at: Moment::UNIX_EPOCH, student, actor: Actor::System, source: None, change }
    }

    fn answered(wish: Wish) -> Change {
        let from = NaiveDate::from_ymd_opt(2026, 9, 2).unwrap();
        let receipt = "K3M9AC".into();
        Change::Answered(Registration { wish, by: "p".into(), at: Moment::UNIX_EPOCH, from, receipt })
    }

    fn digest(lines: &[LedgerLine]) -> Digest {
        let (mut roll, mut changes) = (Roll::default(), DayChanges::default());
        for (position, line) in (1..).zip(lines) {
            changes.add(&roll, line);
            roll.add(position, line);
        }
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        Digest { school: "青禾路小学".into(), day, roll, changes }
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
        insta::assert_snapshot!(digest(&lines).text(), @r"
        【青禾路小学】9月1日 周二 课后服务日报
        全校 10 人，已回复 2 人（20%）
        参加 1 · 再考虑 1 · 未回复 5 · 未询问 3
        今天：新参加 1，新不参加 1，修改 1，转入 10
        需要处理：
        · 多次提醒未回复 1 人，已列给班主任
        · 参加但日子或时间没说清 1 人
        · 回复最少的班：一年级1班 20%
        （按台账第 21 行统计）
        ");
    }

    #[test]
    fn a_school_of_a_hundred_slow_classes_fits_one_message() {
        let lines: Vec<_> = (0..1_000)
            .flat_map(|student| {
                let class = ClassId { grade: Grade::School(1), number: u8::try_from(student / 10).unwrap() };
                [
                    line(student, Change::JoinedRoll { class }),
                    line(student, Change::Asked { person: "p".into() }),
                ]
            })
            .collect();
        assert!(digest(&lines).text().len() <= 2_048);
    }
}
