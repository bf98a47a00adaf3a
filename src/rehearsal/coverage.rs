//! Coverage (覆盖): which steps, rungs, apologies and decisions of each flow the stories have come by.
//!
//! Knows definitions and footprints, no story. Start at [`coverage`].

use std::collections::BTreeSet;

use crate::flow::Flows;

/// How much of one flow was passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The flow's id.
    pub flow: String,
    /// Its steps.
    pub steps: Share,
    /// The rungs of its ladders for silence.
    pub rungs: Share,
    /// Its texts for replies that were not understood.
    pub unclear: Share,
    /// The outcomes of its decisions, and the rungs of their ladders.
    pub decisions: Share,
}

impl Covered {
    /// Each share with its name.
    pub fn shares(&self) -> [(&'static str, &Share); 4] {
        [
            ("steps", &self.steps),
            ("silence", &self.rungs),
            ("unclear", &self.unclear),
            ("decisions", &self.decisions),
        ]
    }
}

/// How much of something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// What was passed.
    pub passed: usize,
    /// What was not, by name.
    pub missed: Vec<String>,
}

impl Share {
    /// All there is.
    pub fn all(&self) -> usize {
        self.passed + self.missed.len()
    }

    fn count(&mut self, name: String, passed: &BTreeSet<String>, flow: &str) {
        if passed.contains(&format!("{flow}/{name}")) {
            self.passed += 1;
        } else {
            self.missed.push(name);
        }
    }
}

/// The coverage of every flow.
pub fn coverage(flows: &Flows, passed: &BTreeSet<String>) -> Vec<Covered> {
    flows
        .iter()
        .map(|flow| {
            let [mut steps, mut rungs, mut unclear, mut decisions] = [(); 4].map(|()| Share::default());
            for node in &flow.nodes {
                steps.count(node.id.clone(), passed, &flow.id);
                for rung in 0..node.kind.silence().len() {
                    rungs.count(format!("{}/silence/{rung}", node.id), passed, &flow.id);
                }
                for text in 0..node.kind.unclear().map_or(0, |unclear| unclear.texts.len()) {
                    unclear.count(format!("{}/unclear/{text}", node.id), passed, &flow.id);
                }
                for name in node.kind.decisions() {
                    decisions.count(format!("{}/{name}", node.id), passed, &flow.id);
                }
            }
            Covered { flow: flow.id.clone(), steps, rungs, unclear, decisions }
        })
        .collect()
}
