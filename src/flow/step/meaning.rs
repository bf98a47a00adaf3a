//! Asking back what was meant (追问): an unclear reply that may have meant something is asked about, «您是说周一到周五每天吗？».
//!
//! Only the first time; the second question is the flow's own simpler one, and the third leads to a person. What was meant
//! stands in the frame until the next reply, whose number or yes picks it. Start at [`ask_back`] and [`picked`].

use super::super::definition::{Ask, Flow};
use super::walk::Walk;
use crate::understand::{Answer, Consent, Question, Value, likely, read, render};

/// So much of a reply is said back to the one who wrote it.
const SAID_CHARS_MAX: usize = 12;
/// The last line of a question that offers several meanings.
const NONE_OF_THEM: &str = "都不是";

/// What a reply to a question that was asked back picks.
pub(super) enum Picked {
    /// This is what was meant.
    Meaning(Value),
    /// Something else.
    Other,
}

/// Asks whether this is what the reply meant; `false` where it does not say.
pub(super) fn ask_back(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, text: &str) -> bool {
    let Some(question) = walk.question(flow, ask).filter(|_| ask.options.is_empty()) else { return false };
    let meant = likely(text, &question);
    let said = said_back(text);
    match meant.as_slice() {
        [] => return false,
        [one] => {
            let result = [("said", said), ("present", render(one, &question))];
            walk.say_common_with("did_you_mean", &result);
        }
        several => {
            let labels =
                several.iter().map(|value| render(value, &question)).chain([NONE_OF_THEM.to_owned()]);
            let lines: Vec<String> = (1..).zip(labels).map(|(no, label)| format!("{no} {label}")).collect();
            walk.say_common_with("which_did_you_mean", &[("said", said), ("lines", lines.join("  "))]);
        }
    }
    if let Some(frame) = walk.top_mut() {
        frame.meant = meant;
    }
    true
}

/// What a number picks of the meanings that were asked about; of one, 1 is yes and 2 is no.
pub(super) fn picked(meant: &[Value], text: &str) -> Option<Picked> {
    let number: usize = text.trim().trim_end_matches(['.', '。', '、']).parse().ok()?;
    let index = number.checked_sub(1)?;
    match meant.get(index) {
        Some(value) => Some(Picked::Meaning(value.clone())),
        None => (index == meant.len() && !meant.is_empty()).then_some(Picked::Other),
    }
}

/// What a yes or a no says of the one meaning that was asked about.
pub(super) fn confirmed(meant: &[Value], text: &str) -> Option<Picked> {
    let question = Question::Confirm {
        menu: vec![Consent::Yes, Consent::No],
        labels: vec!["是".to_owned(), "不是".to_owned()],
    };
    match (meant, read(text, &question)) {
        ([one], Answer::Value(Value::Consent(Consent::Yes))) => Some(Picked::Meaning(one.clone())),
        ([_, ..], Answer::Value(Value::Consent(Consent::No))) => Some(Picked::Other),
        _ => None,
    }
}

/// The beginning of a reply, without line breaks.
fn said_back(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    if line.chars().count() <= SAID_CHARS_MAX {
        return line;
    }
    line.chars().take(SAID_CHARS_MAX).chain(['…']).collect()
}
