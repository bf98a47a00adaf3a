//! The rows behind a digest's figures (明细): which numbers a digest carries, and which children stand behind each.
//!
//! Pure: the same roll gives the same numbers, so a number that somebody types days later opens what it meant that
//! evening. Who may read the rows is `usecase::digest_rows`. Start at [`numbered`].

use super::super::enrolment::{Standing, Wish};
use super::super::survey::Roll;

/// Which children stand behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// 参加.
    Accepted,
    /// 不参加.
    Declined,
    /// 再考虑.
    Undecided,
    /// 未回复.
    Silent,
    /// 联系不上.
    Unreachable,
    /// 未询问.
    NotAsked,
    /// 多次提醒未回复: on the homeroom teacher's list.
    Listed,
    /// 参加, but days or time are not clear yet.
    Incomplete,
}

/// A line of a digest that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedRow {
    /// The number in front of it, from 1 without gaps.
    pub number: usize,
    /// Which children.
    pub rows: Rows,
    /// How many; above 0.
    pub count: usize,
}

/// The lines that can be opened, in the order in which a digest shows them; what counts nobody has no line.
pub fn numbered(roll: &Roll) -> Vec<NumberedRow> {
    let counted = Rows::ALL.into_iter().filter_map(|rows| {
        let count = roll.students.values().filter(|seat| rows.has(&seat.standing)).count();
        (count > 0).then_some((rows, count))
    });
    (1..).zip(counted).map(|(number, (rows, count))| NumberedRow { number, rows, count }).collect()
}

/// The line that «是谁» without a number means: the first that needs somebody, else the silent.
pub fn most_pressing(numbered: &[NumberedRow]) -> Option<NumberedRow> {
    let needs = numbered.iter().find(|row| row.rows.is_need());
    needs.or_else(|| numbered.iter().find(|row| row.rows == Rows::Silent)).copied()
}

impl Rows {
    /// All of them, in the order of a digest: the states, each child in one of them, then what needs somebody.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Declined,
        Self::Undecided,
        Self::Silent,
        Self::NotAsked,
        Self::Unreachable,
        Self::Listed,
        Self::Incomplete,
    ];

    /// The words in front of the count.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "参加",
            Self::Declined => "不参加",
            Self::Undecided => "再考虑",
            Self::Silent => "未回复",
            Self::Unreachable => "联系不上",
            Self::NotAsked => "未询问",
            Self::Listed => "多次提醒未回复",
            Self::Incomplete => "参加但日子或时间没说清",
        }
    }

    /// Whether somebody has to do something about them.
    pub fn is_need(self) -> bool {
        match self {
            Self::Unreachable | Self::Listed | Self::Incomplete => true,
            Self::Accepted | Self::Declined | Self::Undecided | Self::Silent | Self::NotAsked => false,
        }
    }

    /// Whether a child who stands so is one of them.
    pub fn has(self, standing: &Standing) -> bool {
        let wish = standing.registration().map(|known| &known.wish);
        match self {
            Self::Accepted => matches!(wish, Some(Wish::Accepted(_))),
            Self::Declined => matches!(wish, Some(Wish::Declined)),
            Self::Undecided => matches!(wish, Some(Wish::Undecided)),
            Self::Silent => matches!(standing, Standing::Silent { .. }),
            Self::Unreachable => matches!(standing, Standing::Unreachable { .. }),
            Self::NotAsked => matches!(standing, Standing::NotAsked),
            Self::Listed => matches!(standing, Standing::Silent { is_listed: true, .. }),
            Self::Incomplete => {
                matches!(wish, Some(Wish::Accepted(arrangement)) if !arrangement.is_complete())
            }
        }
    }
}
