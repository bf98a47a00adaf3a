//! The evening digest (日报): coverage, the day's changes, and what needs somebody, in a text that fits one message.
//!
//! Pure: the same roll and changes always give the same bytes. Figures only, no child's name; lines with a number can be
//! opened into the [`rows`] behind them, and [`figures`] are what the picture shows. Start at [`Digest`].

pub mod figures;
pub mod rows;

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};

use super::enrolment::Wish;
use super::ledger::{Change, LedgerLine};
use super::plan::weekday_name;
use super::survey::{Counts, Roll};
use figures::{ClassFigures, CustodyFigures, DigestFigures};
use rows::{NumberedRow, Rows};

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
    /// How the day's care went, where it is kept.
    pub custody: Option<CustodyFigures>,
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
            Change::MovedClass { .. }
            | Change::Unreachable { .. }
            | Change::Listed
            | Change::JoinRequested
            | Change::JoinDecided { .. }
            | Change::LeaveTaken { .. }
            | Change::LeaveTakenBack { .. } => return,
        };
        *place += 1;
    }

    /// In words, such as `新参加 3，修改 1`; what did not happen is not said.
    pub fn words(&self) -> String {
        let named = [
            (self.accepted, "新参加"),
            (self.declined, "新不参加"),
            (self.undecided, "新再考虑"),
            (self.corrected, "修改"),
            (self.withdrawn, "退出"),
            (self.joined, "转入"),
            (self.left, "转出"),
        ];
        words(&named, "，").unwrap_or_else(|| "没有变化".to_owned())
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

    /// The figures that the picture of this digest shows.
    pub fn figures(&self) -> DigestFigures {
        let classes = self.roll.coverage().classes.into_iter();
        DigestFigures {
            school: self.school.clone(),
            day: self.day,
            position: self.roll.position,
            classes: classes.map(|(class, counts)| ClassFigures { class, counts }).collect(),
            custody: self.custody,
        }
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let (month, day, weekday) = (self.day.month(), self.day.day(), weekday_name(self.day.weekday()));
        writeln!(text, "【{}】{month}月{day}日 {weekday} 课后服务日报", self.school)?;
        let total = self.roll.coverage().total();
        writeln!(text, "全校 {} 人，已回复 {} 人（{}）", total.roll(), total.answered(), share(total))?;
        let numbered = rows::numbered(&self.roll);
        if total.roll() == 0 {
            writeln!(text, "花名册还是空的")?;
        }
        for NumberedRow { number, rows, count } in numbered.iter().filter(|row| !row.rows.is_need()) {
            writeln!(text, "{number} {} {count} 人", rows.name())?;
        }
        writeln!(text, "今天：{}", self.changes.words())?;
        if let Some(custody) = &self.custody {
            writeln!(text, "今天看护：{}", custody.words())?;
        }
        self.write_needs(&numbered, text)?;
        if let Some(row) = numbered.first() {
            writeln!(text, "想看是谁，回复前面的数字，比如“{}”。", row.number)?;
        }
        write!(text, "（按台账第 {} 行统计）", self.roll.position)
    }

    fn write_needs(&self, numbered: &[NumberedRow], text: &mut String) -> std::fmt::Result {
        let mut needs: Vec<String> = numbered
            .iter()
            .filter(|row| row.rows.is_need())
            .map(|NumberedRow { number, rows, count }| {
                let then = match rows {
                    Rows::Unreachable => "，请班主任当面问",
                    Rows::Listed => "，已列给班主任",
                    Rows::Accepted
                    | Rows::Declined
                    | Rows::Undecided
                    | Rows::Silent
                    | Rows::NotAsked
                    | Rows::Incomplete => "",
                };
                format!("{number} {} {count} 人{then}", rows.name())
            })
            .collect();
        let slow = self.figures().slowest_classes(CLASSES_MAX);
        if !slow.is_empty() {
            let named = slow.iter().map(|slow| format!("{} {}", slow.class, share(slow.counts)));
            needs.push(format!("回复最少的班：{}", named.collect::<Vec<_>>().join("、")));
        }
        if needs.is_empty() {
            return writeln!(text, "没有需要处理的事。");
        }
        writeln!(text, "需要处理：")?;
        for need in needs {
            writeln!(text, "{need}")?;
        }
        Ok(())
    }
}

/// The share of answered students in whole per cent, rounded down: 100 % means all.
pub(crate) fn share(counts: Counts) -> String {
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
mod tests;
