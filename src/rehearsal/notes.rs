//! Notes (记录): a conversation that was had, written down as a story that can be played again.
//!
//! Knows the words of scripts, not how one is played. Start at [`Notes`], then [`Notes::to_script`].

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::NaiveDateTime;

use super::script::thing_in;
use super::wording::{flat, with_codes_open};

/// What has happened so far.
#[derive(Debug, Clone, Default)]
pub struct Notes(Vec<Note>);

#[derive(Debug, Clone)]
enum Note {
    /// A line that needs no person, such as `pass: 2 hours`.
    Plain(String),
    /// Somebody wrote or sent something.
    Says { who: String, words: String },
    /// The bot said something.
    Bot { to: String, words: String },
}

impl Notes {
    /// Notes that begin at this time of the school.
    pub fn begin(at: NaiveDateTime) -> Self {
        Self(vec![Note::Plain(format!("at: {}", at.format("%Y-%m-%d %H:%M")))])
    }

    /// The survey was opened.
    pub fn opened(&mut self) {
        self.0.push(Note::Plain("campaign: open".to_owned()));
    }

    /// Time went by, such as `2 hours`.
    pub fn passed(&mut self, length: &str) {
        self.0.push(Note::Plain(format!("pass: {length}")));
    }

    /// Somebody wrote words, or sent a thing such as `[图片]`.
    pub fn said(&mut self, who: &str, words: &str) {
        self.0.push(Note::Says { who: who.to_owned(), words: words.to_owned() });
    }

    /// The bot said something to somebody.
    pub fn heard(&mut self, to: &str, words: &str) {
        self.0.push(Note::Bot { to: to.to_owned(), words: words.to_owned() });
    }

    /// The script of one story. What the bot said to people who never spoke is left out, and codes, which are drawn by
    /// chance, are `…`.
    pub fn to_script(&self) -> String {
        let spoke: BTreeSet<&str> = self.0.iter().filter_map(Note::speaker).collect();
        let names = spoke.iter().copied().collect::<Vec<_>>().join("、");
        let mut script = format!("stories:\n  {}:\n", quoted(&format!("{names}的对话")));
        for note in &self.0 {
            let line = match note {
                Note::Plain(line) => line.clone(),
                Note::Says { who, words } if thing_in(words).is_some() => format!("{who}: {words}"),
                Note::Says { who, words } => format!("{who}: {}", quoted(words)),
                Note::Bot { to, words } if spoke.contains(to.as_str()) => {
                    format!("bot to {to}: {}", quoted(&flat(&with_codes_open(words))))
                }
                Note::Bot { .. } => continue,
            };
            let _ = writeln!(script, "    - {line}");
        }
        script
    }
}

impl Note {
    fn speaker(&self) -> Option<&str> {
        match self {
            Self::Says { who, .. } => Some(who),
            Self::Plain(_) | Self::Bot { .. } => None,
        }
    }
}

/// In double quotes, which YAML reads as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
