//! Findings as text (报告): one line for what is well, three more for what is not.
//!
//! Knows no check. Start at [`Report::text`].

use std::fmt::Write as _;

use crate::clock::Moment;
use crate::domain::people::SchoolId;
use crate::platform::checkup::{Finding, Level};

use super::super::print;

/// Everything that was looked at.
#[derive(Debug)]
pub struct Report {
    /// The school and its name; none where the settings could not be read.
    pub school: Option<(SchoolId, String)>,
    /// When.
    pub at: Moment,
    /// The findings in their parts.
    pub sections: Vec<Section>,
}

/// One part of a report.
#[derive(Debug)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl Report {
    /// All findings.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.sections.iter().flat_map(|section| &section.findings)
    }

    /// How many are of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings().filter(|finding| finding.level == level).count()
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let whose = self.school.as_ref().map_or("kehou", |(_, name)| name);
        writeln!(text, "{whose}的体检，{}", print::local(self.at))?;
        for section in &self.sections {
            writeln!(text, "\n{}", section.title)?;
            for finding in &section.findings {
                write_finding(finding, text)?;
            }
        }
        let [fine, look, wrong, unseen] =
            [Level::Fine, Level::Look, Level::Wrong, Level::Unseen].map(|level| self.count(level));
        write!(text, "\n{fine} 项正常（✓），{look} 项要看一看（!），{wrong} 项有问题（✗）")?;
        if unseen > 0 {
            write!(text, "，{unseen} 项从这里看不到（·），请自己核对")?;
        }
        writeln!(text, "。")?;
        if wrong > 0 {
            writeln!(text, "从上往下改，改好一项再查一次：前面的往往是后面的原因。")?;
        }
        Ok(())
    }
}

fn write_finding(finding: &Finding, text: &mut String) -> std::fmt::Result {
    let mark = match finding.level {
        Level::Fine => "✓",
        Level::Look => "!",
        Level::Wrong => "✗",
        Level::Unseen => "·",
    };
    writeln!(text, "  {mark} {}：{}", finding.subject, finding.tried)?;
    if let Some(means) = &finding.means {
        writeln!(text, "      后果：{means}")?;
    }
    if let Some(then) = &finding.then {
        writeln!(text, "      去做：{then}")?;
    }
    Ok(())
}
