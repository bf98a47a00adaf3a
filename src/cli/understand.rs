//! `kehou understand`: cases on stdin, predictions on stdout, so that anyone can score the understanding of replies.
//!
//! Knows only lines; [`crate::understand::case`] knows their schema. Start at [`run`].

use std::io::{BufRead, Write};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value as Json, json};

use crate::understand;
use crate::understand::case::{Case, got};
use crate::understand::{Explanation, Question};

/// How cases are answered.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct UnderstandArgs {
    /// Also say why: the normal form, the words that were read, what nobody read, and the rule that decided
    #[arg(long)]
    explain: bool,
}

/// Reads one case a line and writes one `{"id", "got"}` a line; blank lines are skipped.
///
/// # Errors
/// A line that is no case, with its number; or a broken pipe.
///
/// - `args.explain`: each line also has `explain`.
pub(super) fn run(args: UnderstandArgs, input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    for (index, line) in input.lines().enumerate() {
        let number = index + 1;
        let line = line.with_context(|| format!("cannot read line {number}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let case: Case =
            serde_json::from_str(&line).with_context(|| format!("line {number} is not a case"))?;
        let question = case
            .question()
            .with_context(|| format!("line {number} (case {}) asks nothing known", case.id))?;
        writeln!(output, "{}", prediction(&case, &question, args.explain))?;
    }
    output.flush()?;
    Ok(())
}

fn prediction(case: &Case, question: &Question, explain: bool) -> Json {
    if !explain {
        return json!({"id": case.id, "got": got(&understand::read(&case.text, question))});
    }
    let Explanation { normal, words, unread, rule, answer } = understand::explain(&case.text, question);
    let explain = json!({"normal": normal, "words": words, "unread": unread, "rule": rule});
    json!({"id": case.id, "got": got(&answer), "explain": explain})
}

#[cfg(test)]
mod tests {
    use super::{UnderstandArgs, run};

    const PLAIN: UnderstandArgs = UnderstandArgs { explain: false };

    const CASE: &str = r#"{"id":"a","slot":"weekdays","context":{"days":["mon","tue"]},"text":"周一"}"#;

    #[test]
    fn every_case_gets_its_prediction() {
        let mut output = Vec::new();
        run(PLAIN, format!("{CASE}\n\n").as_bytes(), &mut output).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "{\"id\":\"a\",\"got\":{\"type\":\"value\",\"value\":[\"mon\"]}}\n"
        );
    }

    #[test]
    fn an_explanation_stands_beside_its_prediction() {
        let mut output = Vec::new();
        let case = CASE.replace("\"周一\"", "\"週一，看天氣\"");
        run(UnderstandArgs { explain: true }, case.as_bytes(), &mut output).unwrap();
        let line: serde_json::Value = serde_json::from_slice(&output).unwrap();
        assert_eq!(line["got"]["type"], "unclear");
        assert_eq!(line["explain"]["normal"], "周一，看天气");
        assert_eq!(line["explain"]["rule"], "doubt");
    }

    #[test]
    fn a_malformed_line_is_named_by_its_number() {
        for line in [
            "{",
            r#"{"id":"b","slot":"colour","context":{},"text":""}"#,
            r#"{"id":"b","slot":"time","context":{},"text":""}"#,
        ] {
            let problem = run(PLAIN, format!("{CASE}\n{line}\n").as_bytes(), Vec::new()).unwrap_err();
            assert!(format!("{problem:#}").contains("line 2"), "{line}: {problem:#}");
        }
    }
}
