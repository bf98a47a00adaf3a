//! The colours (配色): blue for who has answered, orange and red for who has not, grey for who was not asked.
//!
//! Pure. Blue against orange stays apart for colour-blind eyes, and neighbours differ in brightness too, so that the
//! picture also works in grey. Every text has a contrast of 4.5:1 or more; a test computes it. Start at [`STATES`].

use crate::domain::survey::Counts;

/// The paper.
pub(super) const PAPER: &str = "#ffffff";
/// A panel on the paper.
pub(super) const PANEL: &str = "#f2f5f8";
/// What is read first.
pub(super) const INK: &str = "#16202b";
/// What is read second.
pub(super) const INK_SOFT: &str = "#4a5866";
/// What somebody should act on.
pub(super) const ALARM: &str = "#a33600";
/// The head of the picture, and the words on it.
pub(super) const HEAD: &str = "#004a7c";
pub(super) const HEAD_INK: &str = "#ffffff";
pub(super) const HEAD_INK_SOFT: &str = "#d6e6f3";

/// One of the six states of a student on the picture.
pub(super) struct State {
    /// Its name.
    pub(super) name: &'static str,
    /// Its colour.
    pub(super) fill: &'static str,
    /// The colour of a number on it.
    pub(super) ink: &'static str,
    /// How many are in it.
    pub(super) count: fn(&Counts) -> u32,
}

/// The states in the order of a bar, from answered to never asked.
pub(super) const STATES: [State; 6] = [
    State { name: "参加", fill: "#00588c", ink: "#ffffff", count: |counts| counts.accepted },
    State { name: "不参加", fill: "#7dbbe5", ink: INK, count: |counts| counts.declined },
    State { name: "再考虑", fill: "#d3e8f7", ink: INK, count: |counts| counts.undecided },
    State { name: "未回复", fill: "#f2a900", ink: INK, count: |counts| counts.silent },
    State { name: "联系不上", fill: "#b33a00", ink: "#ffffff", count: |counts| counts.unreachable },
    State { name: "未询问", fill: "#d4d8dc", ink: INK, count: |counts| counts.not_asked },
];
