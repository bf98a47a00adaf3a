//! A flow as a picture (流程图): its steps, and what leads from one to the next.
//!
//! Pure: a parsed flow → a graph, as Mermaid text here and as SVG in [`svg`]. Start at [`graph`].

mod layout;
pub mod svg;

use std::fmt::Write as _;

use super::definition::{
    After, Ask, DecideRungAction, Flow, Next, Node, NodeKind, Rung, RungAction, Text, Unclear, Unit,
};
use crate::understand::Consent;

/// How many characters of a step's words are shown.
const WORDS_MAX: usize = 20;

/// A flow as steps and ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// The flow's name.
    pub title: String,
    /// The steps in the author's order.
    pub steps: Vec<Step>,
    /// The ways, by the steps' places in the list; those between the same two steps are one.
    pub ways: Vec<Way>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub id: String,
    /// What it is: `say`, `ask`, `decide` …
    pub kind: &'static str,
    /// Its first words.
    pub words: String,
}

/// A way from one step to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// From this step.
    pub from: usize,
    /// To this one.
    pub to: usize,
    /// What leads there.
    pub labels: Vec<String>,
}

/// Draws up a flow. Ways to steps that are not there are left out; `check` reports them.
pub fn graph(flow: &Flow) -> Graph {
    let mut ways: Vec<Way> = Vec::new();
    for (from, node) in flow.nodes.iter().enumerate() {
        for (label, target) in labelled(&node.kind) {
            let Some(to) = flow.nodes.iter().position(|node| node.id == target) else { continue };
            match ways.iter_mut().find(|way| way.from == from && way.to == to) {
                Some(way) => way.labels.push(label),
                None => ways.push(Way { from, to, labels: vec![label] }),
            }
        }
    }
    for way in &mut ways {
        way.labels.retain(|label| !label.is_empty());
    }
    Graph { title: flow.title.clone(), steps: flow.nodes.iter().map(step).collect(), ways }
}

fn step(node: &Node) -> Step {
    let (kind, words) = match &node.kind {
        NodeKind::Say { text, .. } => ("say", first_words(text)),
        NodeKind::Ask(ask) => ("ask", first_words(&ask.text)),
        NodeKind::Confirm(confirm) => ("confirm", first_words(&confirm.text)),
        NodeKind::Do { action, .. } => ("do", action.clone()),
        NodeKind::Decide(decide) => {
            let who: Vec<_> = decide.who.iter().map(|role| role.name.as_str()).collect();
            ("decide", format!("{}：{}", decide.title, who.join(", ")))
        }
        NodeKind::GoOver { flow } => ("flow", flow.node.clone()),
        NodeKind::End { ending, text } => ("end", text.as_ref().map_or(ending.clone(), first_words)),
    };
    Step { id: node.id.clone(), kind, words }
}

/// The beginning of a text, without its conditions, with variables by their names.
fn first_words(text: &Text) -> String {
    let mut words = text.source.lines().next().unwrap_or_default().to_owned();
    while let Some((before, rest)) = words.split_once("{%") {
        let after = rest.split_once("%}").map_or("", |(_, after)| after);
        words = format!("{before}{after}");
    }
    let plain = words.replace("{{", "<").replace("}}", ">");
    let shown: String = plain.chars().take(WORDS_MAX).collect();
    if shown.len() < plain.len() { format!("{shown}…") } else { shown }
}

/// Where a step leads, with what leads there.
fn labelled(kind: &NodeKind) -> Vec<(String, &str)> {
    match kind {
        NodeKind::Say { next, .. } => vec![(String::new(), &next.node)],
        NodeKind::Ask(ask) => answers(ask).into_iter().chain(misses(&ask.unclear, &ask.silence)).collect(),
        NodeKind::Confirm(confirm) => {
            let answers =
                [("yes".to_owned(), confirm.yes.node.as_str()), ("no".to_owned(), &confirm.no.node)];
            answers.into_iter().chain(misses(&confirm.unclear, &confirm.silence)).collect()
        }
        NodeKind::Do { outcomes, .. } => {
            outcomes.iter().map(|(outcome, target)| (outcome.clone(), target.node.as_str())).collect()
        }
        NodeKind::Decide(decide) => {
            let also = decide.ladder.iter().filter_map(|rung| match &rung.what {
                DecideRungAction::Also(role) => Some(format!("{} {}", length(rung.after), role.name)),
                DecideRungAction::Remind(_) | DecideRungAction::Tell(_) => None,
            });
            let mut ways: Vec<(String, &str)> = Vec::new();
            for (name, target) in decide.outcomes.named() {
                ways.push((name.to_owned(), target.node.as_str()));
            }
            if let Some((first, _)) = ways.first_mut() {
                let all: Vec<_> = [std::mem::take(first)].into_iter().chain(also).collect();
                *first = all.join(", also after ");
            }
            ways
        }
        NodeKind::GoOver { .. } | NodeKind::End { .. } => Vec::new(),
    }
}

fn answers(ask: &Ask) -> Vec<(String, &str)> {
    match &ask.next {
        Next::Always(target) => vec![("answer".to_owned(), target.node.as_str())],
        Next::Consent { yes, no, undecided } => {
            let number = |consent| match ask.menu.iter().position(|other| *other == consent) {
                Some(at) => format!("{} ", at + 1),
                None => String::new(),
            };
            let both = [(Consent::Yes, "yes", yes), (Consent::No, "no", no)].into_iter();
            let all = both.chain(undecided.as_ref().map(|target| (Consent::Undecided, "undecided", target)));
            all.map(|(consent, word, target)| (format!("{}{word}", number(consent)), target.node.as_str()))
                .collect()
        }
        Next::ByOption => {
            let numbered = (1..).zip(&ask.options);
            numbered
                .map(|(number, choice)| (format!("{number} {}", choice.name), choice.next.node.as_str()))
                .collect()
        }
    }
}

fn misses<'a>(unclear: &'a Unclear, silence: &'a [Rung]) -> Vec<(String, &'a str)> {
    let mut ways = vec![(format!("unclear ×{}", unclear.retries + 1), unclear.then.node.as_str())];
    for rung in silence {
        if let RungAction::Then(target) = &rung.what {
            ways.push((format!("silence {}", length(rung.after)), &target.node));
        }
    }
    ways
}

/// Such as `2h`, `1 schoolday 19:00`.
fn length(after: After) -> String {
    let amount = after.amount;
    let length = match after.unit {
        Unit::Minutes => format!("{amount}min"),
        Unit::Hours => format!("{amount}h"),
        Unit::Schoolhours => format!("{amount} schoolhours"),
        Unit::Schooldays => format!("{amount} schooldays"),
    };
    after.at.map_or(length.clone(), |at| format!("{length} {}", at.format("%H:%M")))
}

impl Graph {
    /// As Mermaid text.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart TD\n");
        for (index, step) in self.steps.iter().enumerate() {
            let label = quoted(&format!("{} · {}\n{}", step.kind, step.id, step.words));
            let (open, close) = match step.kind {
                "ask" | "confirm" => ("([", "])"),
                "decide" => ("{{", "}}"),
                "end" | "flow" => ("[[", "]]"),
                _ => ("[", "]"),
            };
            let _ = writeln!(text, "  s{index}{open}{label}{close}");
        }
        for way in &self.ways {
            let label = way.labels.join("\n");
            let label = if label.is_empty() { String::new() } else { format!("|{}|", quoted(&label)) };
            let _ = writeln!(text, "  s{} -->{label} s{}", way.from, way.to);
        }
        text
    }
}

/// In quotes, as Mermaid wants it.
fn quoted(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\"{}\"", safe.trim_end().replace('\n', "<br>"))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse_flow;
    use super::*;

    const FLOW: &str = r#"
id: club
title: 社团
speaks_to: guardian
slots: {more: {type: consent, privacy: minor}}
texts: {again: 请回复 1 或 2。}
steps:
  ask-more:
    ask: more
    text: "{% if asked.count > 1 %}每个孩子{% endif %}还要“社团”吗？"
    menu: {1: yes, 2: no}
    unclear: {texts: [t.again], retries: 1, then: over}
    silence: [{after: 2 hours, remind: t.again}, {after: 1 schoolday, at: "08:00", then: over}]
    next: {yes: ask-teacher, no: over}
  ask-teacher:
    decide: 社团
    who: [homeroom_teacher]
    text: "{{child.name}}"
    within: 4 schoolhours
    ladder: [{after: 8 schoolhours, also: school_admin}]
    outcomes: {approve: over, ask: ask-more, reject: tell}
  tell: {do: ask_teacher, outcomes: {done: over}}
  over: {end: over, text: 好的。}
"#;

    #[test]
    fn a_graph_shows_what_leads_where() {
        let text = graph(&parse_flow("test.yaml", FLOW).unwrap()).to_mermaid();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn in_a_drawing_nothing_lies_on_anything_else() {
        let graph = graph(&parse_flow("test.yaml", FLOW).unwrap());
        let svg = graph.to_svg();
        assert_eq!(svg.matches("class=\"step\"").count(), graph.steps.len());
        assert_eq!(svg.matches("class=\"way\"").count(), graph.ways.len());
        let number = |text: &str, key: &str| -> i32 {
            let (_, rest) = text.split_once(&format!(" {key}=\"")).unwrap();
            rest.split_once('"').unwrap().0.parse().unwrap()
        };
        let boxes: Vec<[i32; 4]> = svg
            .split("<rect class=\"")
            .skip(1)
            .map(|text| ["x", "y", "width", "height"].map(|key| number(text, key)))
            .collect();
        for (index, [x, y, width, height]) in boxes.iter().enumerate() {
            for [left, top, wide, high] in &boxes[index + 1..] {
                let is_beside = x + width <= *left || left + wide <= *x;
                let is_below = y + height <= *top || top + high <= *y;
                assert!(is_beside || is_below, "{x} {y} and {left} {top}");
            }
        }
    }
}
