//! `kehou understand`: cases on stdin, predictions on stdout, so that anyone can score the understanding of replies.
//!
//! Knows only lines; [`crate::understand::case`] knows their schema. Start at [`run`].

use std::io::{BufRead, Write};

use anyhow::Context as _;
use serde_json::json;

use crate::understand;
use crate::understand::case::{Case, got};

/// Reads one case a line and writes one `{"id", "got"}` a line; blank lines are skipped.
///
/// # Errors
/// A line that is no case, with its number; or a broken pipe.
pub(super) fn run(input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
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
        let answer = understand::read(&case.text, &question);
        writeln!(output, "{}", json!({"id": case.id, "got": got(&answer)}))?;
    }
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run;

    const CASE: &str = r#"{"id":"a","slot":"weekdays","context":{"days":["mon","tue"]},"text":"周一"}"#;

    #[test]
    fn every_case_gets_its_prediction() {
        let mut output = Vec::new();
        run(format!("{CASE}\n\n").as_bytes(), &mut output).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "{\"id\":\"a\",\"got\":{\"type\":\"value\",\"value\":[\"mon\"]}}\n"
        );
    }

    #[test]
    fn a_malformed_line_is_named_by_its_number() {
        for line in [
            "{",
            r#"{"id":"b","slot":"colour","context":{},"text":""}"#,
            r#"{"id":"b","slot":"time","context":{},"text":""}"#,
        ] {
            let problem = run(format!("{CASE}\n{line}\n").as_bytes(), Vec::new()).unwrap_err();
            assert!(format!("{problem:#}").contains("line 2"), "{line}: {problem:#}");
        }
    }
}
