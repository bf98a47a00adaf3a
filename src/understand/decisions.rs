//! Decisions (批量审批): a teacher's yes, no or wait to each of several listed items.
//!
//! What is said of an item is read by [`approve`]; which items it is said of, by [`roster`]. Items that are left out
//! (除了3) are not decided. A bare 同意 decides only when one item is listed. Start at [`read`].

use std::collections::BTreeMap;

use super::batch::{DecisionItem, Decisions};
use super::phrases::{holds_any, phrases, starts_with_any};
use super::roster::statement::{Grammar, Scope, Statement, statements, without_scope};
use super::roster::{self, Line, Set};
use super::{Answer, Approval, Decision, Value, approve, clause, normalise, pickup_person};

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    approve::words(text)
}

/// Reads a reply to "which of these do you approve?".
///
/// - `raw`: as received, for the notes.
/// - `text`: its normal form.
pub(super) fn read(raw: &str, text: &str, items: &[DecisionItem]) -> Answer {
    let open: Vec<DecisionItem> = items.iter().filter(|item| item.is_open).cloned().collect();
    let is_said = |decisions: &Decisions| !decisions.is_empty();
    let decisions = decided(raw, text, &open).filter(is_said);
    let decisions = decisions.or_else(|| decided(raw, text, items).filter(is_said));
    let is_one_wait = |decisions: &Decisions| matches!(decisions.as_slice(), [(_, approval)] if approval.decision == Decision::Ask);
    let decisions = match decisions {
        Some(decisions) if !is_one_wait(&decisions) => Some(decisions),
        waits => asked_back(raw, text, items).or(waits),
    };
    match decisions {
        Some(decisions) => Answer::Value(Value::Decisions(decisions)),
        None => Answer::Unclear,
    }
}

/// «3先问一下家长能不能换成合唱»: all that follows is the question, whatever decision words it holds, as long as no other
/// item is spoken of in it.
fn asked_back(raw: &str, text: &str, items: &[DecisionItem]) -> Option<Decisions> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let rest = rest.trim_start_matches(['号', '，', '、', ':', '：', ' ']);
    let by_name = || items.iter().find(|item| item.names.iter().any(|name| rest.starts_with(name.as_str())));
    let mut open = items.iter().filter(|item| item.is_open);
    let item = match number.parse::<u32>() {
        Ok(number) => items.iter().find(|item| item.no == number),
        Err(_) => by_name().or_else(|| open.next().filter(|_| open.next().is_none())),
    }?;
    let own = item.names.iter().find_map(|name| rest.strip_prefix(name.as_str())).unwrap_or(rest);
    let own = own.trim_start_matches(['，', ':', '：', ' ']);
    let begins = own.trim_start_matches(['我', '想', '要']);
    let names_another = items.iter().filter(|other| other.no != item.no).any(|other| {
        own.contains(&other.no.to_string()) || other.names.iter().any(|name| own.contains(name.as_str()))
    });
    if !begins.starts_with("先问") || names_another {
        return None;
    }
    let note = normalise::original(raw, own).unwrap_or_else(|| own.to_owned());
    Some(vec![(item.no, Approval { decision: Decision::Ask, note: Some(note) })])
}

fn decided(raw: &str, text: &str, items: &[DecisionItem]) -> Option<Decisions> {
    let (before, after) = clause::split_correction(text);
    let Some(before) = before else { return of_text(raw, text, items) };
    // 3退回，班级写错了: the mistake is the family's.
    let Some(corrected) = of_text(raw, after, items).filter(|corrected| !corrected.is_empty()) else {
        return of_text(raw, text, items);
    };
    // A correction that does not speak of all that was said may stand beside it or in its place.
    let first = of_text(raw, before, items)?;
    first.iter().all(|(no, _)| corrected.iter().any(|(other, _)| no == other)).then_some(corrected)
}

fn of_text(raw: &str, text: &str, items: &[DecisionItem]) -> Option<Decisions> {
    let lines: Vec<Line<'_>> = items
        .iter()
        .map(|item| Line { no: item.no, names: item.names.iter().map(String::as_str).collect() })
        .collect();
    let grammar = Grammar { predicates: &approve::is_decision, word_end: &approve::word_end };
    let mut told = Told::default();
    for said in joined(statements(text, &lines, &grammar)?)? {
        told.add(raw, said, items.len())?;
    }
    let decided = told.of_all(items.len())?;
    let mut out: Decisions =
        decided.into_iter().filter_map(|(index, approval)| Some((items.get(index)?.no, approval))).collect();
    out.sort_by_key(|(no, _)| *no);
    Some(out)
}

/// What is said of a scope, with all that follows it and speaks of the same items.
struct Said {
    scope: Scope,
    body: String,
}

/// Puts what goes on about the same items together; `None` when a name that is not listed is spoken of.
fn joined(statements: Vec<Statement<'_>>) -> Option<Vec<Said>> {
    let mut out: Vec<Said> = Vec::new();
    let mut general = false;
    for statement in statements {
        if names_stranger(&statement) || is_conditional(statement.opening) {
            return None;
        }
        general |= matches!(statement.scope, Scope::All | Scope::Rest);
        let question = if statement.asks { "?" } else { "" };
        let pieces = std::iter::once(without_scope(statement.text)).chain(statement.more.iter().copied());
        let body: Vec<&str> = pieces.filter(|piece| !piece.is_empty()).collect();
        let body = body.join("，") + question;
        match out.last_mut() {
            Some(last) if statement.is_chained => {
                // 除了3，同意: of whom?
                if matches!(last.scope, Scope::Except(_)) && !general {
                    return None;
                }
                if !last.body.is_empty() {
                    last.body.push('，');
                }
                last.body.push_str(&body);
            }
            _ => out.push(Said { scope: statement.scope, body }),
        }
    }
    Some(out)
}

/// 如果有位置3就同意, 不是3同意: what stands before the items turns what is said of them.
fn is_conditional(opening: &str) -> bool {
    holds_any(opening, phrases!["如果", "要是", "假如", "只要", "除非", "不", "没", "别"])
}

/// 3、王大锤同意; 同意王大锤: somebody who is not on the list.
fn names_stranger(statement: &Statement<'_>) -> bool {
    let text = statement.text;
    let word_end = |at: usize| approve::word_end(text, at);
    // 3家长同意了: not the one who decides.
    let is_family = starts_with_any(text, &["家长", "对方", "孩子", "学生"])
        || text
            .char_indices()
            .nth(4)
            .is_none_or(|(end, _)| text.get(..end).is_some_and(pickup_person::mentions_somebody))
            && pickup_person::mentions_somebody(text);
    let is_waiting = matches!(approve::decide("", text), Some(Approval { decision: Decision::Ask, .. }));
    if roster::is_stranger(text, 0, &word_end) || is_family && !is_waiting {
        return true;
    }
    let is_whole = |piece: &str| {
        piece.chars().count() <= 3 && roster::is_stranger(piece, 0, &|at| approve::word_end(piece, at))
    };
    statement.more.iter().any(|piece| is_whole(piece))
        || matches!(statement.scope, Scope::Nobody)
            && text.char_indices().any(|(at, _)| at > 0 && roster::is_stranger(text, at, &word_end))
}

#[derive(Default)]
struct Told {
    named: BTreeMap<usize, Approval>,
    left_out: Set,
    general: Option<Approval>,
}

impl Told {
    fn add(&mut self, raw: &str, said: Said, count: usize) -> Option<()> {
        if let Scope::Except(lines) = &said.scope {
            self.left_out.extend(lines.iter().copied());
            // 除了4，他已经有社团了: a reason, and no decision.
            if !approve::is_decision(&said.body) {
                return Some(());
            }
        }
        let approval = approve::decide(raw, &said.body)?;
        match said.scope {
            Scope::Lines(lines) | Scope::Except(lines) => self.name(&lines, &approval),
            Scope::Nobody if count == 1 => self.name(&Set::from([0]), &approval),
            Scope::Nobody => None,
            Scope::All if !self.named.is_empty() || self.general.is_some() => None,
            Scope::Rest if self.named.is_empty() && self.left_out.is_empty() || self.general.is_some() => {
                None
            }
            Scope::All | Scope::Rest => {
                self.general = Some(approval);
                Some(())
            }
        }
    }

    /// Each item is decided once; said twice in the same way is once.
    fn name(&mut self, lines: &Set, approval: &Approval) -> Option<()> {
        for line in lines {
            match self.named.get(line) {
                Some(known) if known.decision != approval.decision => return None,
                Some(_) => {}
                None => {
                    self.named.insert(*line, approval.clone());
                }
            }
        }
        Some(())
    }

    fn of_all(self, count: usize) -> Option<BTreeMap<usize, Approval>> {
        let mut out = self.named;
        // 除了3同意: of the rest nothing is said, so it may be meant of them.
        if !self.left_out.is_empty() && self.general.is_none() {
            return None;
        }
        if let Some(general) = self.general {
            for line in 0..count {
                if !self.left_out.contains(&line) {
                    out.entry(line).or_insert_with(|| general.clone());
                }
            }
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests;
