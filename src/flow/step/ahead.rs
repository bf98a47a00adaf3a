//! What a reply says beyond its question (顺带说的): «参加，每天，五点半来接» answers what would be asked next.
//!
//! A clause that answers the question by itself is used up; what is left is held against the later questions that the flow
//! names in `ahead`. Where no clause does, nothing is guessed. Start at [`keep`], then [`answer`].

use super::super::definition::{Ask, Flow};
use super::reply::{fill, way_on};
use super::walk::Walk;
use crate::understand::{Answer, Question, read};

/// What ends a clause.
const MARKS: [char; 9] = ['，', ',', '。', '；', ';', '！', '!', '\n', '～'];
/// Clauses of one reply that are looked at.
const CLAUSES_MAX: usize = 12;

/// Keeps what a reply says beyond the question that it answers.
pub(super) fn keep(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, text: &str) {
    if flow.ahead.is_empty() {
        return;
    }
    let Some(rest) = walk.question(flow, ask).and_then(|question| rest(text, &question)) else { return };
    if let Some(frame) = walk.top_mut() {
        frame.ahead = rest;
    }
}

/// Answers a question with what was said before it, if that does; returns where it leads.
pub(super) fn answer(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask) -> Option<String> {
    let frame = walk.top_mut()?;
    if frame.ahead.is_empty() || frame.slots.contains_key(&ask.slot) || !flow.ahead.contains_key(&ask.slot) {
        return None;
    }
    let said = frame.ahead.clone();
    let Answer::Value(value) = read(&said, &walk.question(flow, ask)?) else { return None };
    let next = way_on(ask, &value)?;
    fill(walk, flow, ask, value);
    Some(next)
}

/// The clauses that do not answer a question by themselves, where others do; none that are only numbers.
fn rest(text: &str, question: &Question) -> Option<String> {
    let clauses: Vec<&str> =
        text.split(MARKS).map(str::trim).filter(|clause| !clause.is_empty()).take(CLAUSES_MAX).collect();
    let (used, left): (Vec<&str>, Vec<&str>) =
        clauses.iter().partition(|clause| matches!(read(clause, question), Answer::Value(_)));
    let left: Vec<&str> = left.into_iter().filter(|clause| says_more_than_numbers(clause)).collect();
    (!used.is_empty() && !left.is_empty()).then(|| left.join("，"))
}

fn says_more_than_numbers(clause: &str) -> bool {
    clause.chars().any(|c| c.is_alphabetic() && !"零一二两三四五六七八九十".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::Consent;

    #[test]
    fn what_a_clause_answered_is_used_up() {
        let consent = Question::Consent { menu: vec![Consent::Yes, Consent::No, Consent::Undecided] };
        for (said, left) in [
            ("参加，每天，五点半来接", Some("每天，五点半来接")),
            ("参加", None),
            ("1", None),
            ("1，3", None),
            ("参加，谢谢老师", Some("谢谢老师")),
            ("每天，五点半", None),
        ] {
            assert_eq!(rest(said, &consent).as_deref(), left, "{said}");
        }
    }
}
