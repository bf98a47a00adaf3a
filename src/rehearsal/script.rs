//! A script (剧本): `bot-flows/<flow>.test.yaml` → stories, each a list of lines with their place in the file.
//!
//! Knows the words of the language and the names of the cast, not how a story is played. docs/flows.md explains it to
//! authors. Start at [`parse`].

use chrono::{NaiveDateTime, NaiveTime};
use marked_yaml::types::{MarkedMappingNode, MarkedScalarNode};
use marked_yaml::{Node, Span};

use super::cast::Cast;
use crate::flow::yaml::{Reader, line as line_of};
use crate::problem::{Problem, one_of};

/// One story (故事).
#[derive(Debug, Clone)]
pub struct Story {
    /// Its name.
    pub name: String,
    /// The file, as problems name it.
    pub file: String,
    /// Where it begins.
    pub line: usize,
    /// What happens.
    pub lines: Vec<Line>,
}

/// One line of a story.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it stands.
    pub line: usize,
    /// What happens.
    pub act: Act,
}

/// What a line says.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody writes or sends something.
    Says {
        /// Who.
        who: String,
        /// What.
        what: Said,
        /// Whether the platform delivers it a second time.
        is_twice: bool,
        /// Whether the next line happens before anything is passed on.
        is_same_moment: bool,
        /// Whether the next commit is lost, and when.
        crash: Option<Crash>,
    },
    /// The bot has said this; `…` stands for anything.
    Bot {
        /// To whom; nobody named is whoever spoke or heard last.
        to: Option<String>,
        /// The words.
        words: String,
    },
    /// The bot has said nothing more to these people.
    Quiet(Vec<String>),
    /// Time goes by.
    Pass(Passing),
    /// It is that time at the school.
    At(NaiveDateTime),
    /// The school's office does something about the survey.
    Campaign(Office),
    /// kehou is killed and started again.
    Restart,
    /// The children stand so.
    Expect(Vec<(String, String)>),
    /// The ledger has so many lines about each child, those of the roster left out.
    Ledger(Vec<(String, usize)>),
}

/// What somebody sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Words.
    Text(String),
    /// A picture, a voice message.
    Picture,
    /// They can be reached from now on.
    Joined,
    /// They can no longer be reached.
    Left,
    /// They opened the app.
    Opened,
}

/// When the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// Before the commit is on the medium.
    Before,
    /// After it, with nobody told.
    After,
}

/// What the office does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// Opens the survey.
    Open,
    /// Reminds the silent.
    Remind,
    /// Closes it.
    Close,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// By the clock.
    Minutes(i64),
    /// Hours in which the school works (在校办公时段).
    Schoolhours(u32),
    /// School days, to a time of the day or to the same one.
    Schooldays(u32, Option<NaiveTime>),
}

/// What can be sent that is not words, by what a script writes in brackets.
const THINGS: [(&str, Said); 6] = [
    ("图片", Said::Picture),
    ("语音", Said::Picture),
    ("表情", Said::Picture),
    ("关注", Said::Joined),
    ("取消关注", Said::Left),
    ("打开", Said::Opened),
];

/// What somebody sends who types `[图片]`; `None` for words.
pub fn thing_in(typed: &str) -> Option<Said> {
    typed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(thing)
}

/// What can be sent that is not words, by its name, such as `图片`.
pub fn thing(name: &str) -> Option<Said> {
    THINGS.iter().find(|(known, _)| *known == name).map(|(_, thing)| thing.clone())
}

/// Reads a script.
///
/// # Errors
/// Every problem with its line.
pub fn parse(file: &str, source: &str, cast: &Cast) -> Result<Vec<Story>, Vec<Problem>> {
    let mut reader = Reader::new(file);
    let mut stories = Vec::new();
    if let Some(map) = reader.load(source) {
        reader.only(&map, &["stories"]);
        let hint = "stories with their lines, such as `妈妈参加:`";
        let found = reader.required(&map, "stories", hint).and_then(|node| reader.mapping(node, hint));
        for (name, node) in found.into_iter().flat_map(|found| found.iter()) {
            let lines = reader.sequence(node, "a list of lines, such as `- 妈妈: 参加`");
            let lines = lines.iter().filter_map(|entry| read_line(&mut reader, entry, cast)).collect();
            let (name, line) = (name.as_str().to_owned(), line_of(name.span()));
            stories.push(Story { name, file: file.to_owned(), line, lines });
        }
    }
    if reader.problems.is_empty() { Ok(stories) } else { Err(reader.problems) }
}

fn read_line(reader: &mut Reader<'_>, node: &Node, cast: &Cast) -> Option<Line> {
    let entry = reader.mapping(node, "one thing a line, such as `- 妈妈: 参加`")?;
    let (key, value) = entry.iter().next()?;
    let line = line_of(key.span());
    let act = match key.as_str() {
        "bot" => Some(Act::Bot { to: None, words: words(reader, value)? }),
        "quiet" => read_names(reader, value, cast).map(Act::Quiet),
        "pass" => {
            let scalar = reader.scalar(value, "pass: 2 hours")?;
            read_span(reader, scalar).map(Act::Pass)
        }
        "at" => {
            let scalar = reader.scalar(value, "at: 2026-11-23 16:30")?;
            read_moment(reader, scalar).map(Act::At)
        }
        "campaign" => {
            let words = [("open", Office::Open), ("remind", Office::Remind), ("close", Office::Close)];
            let scalar = reader.scalar(value, "campaign: open")?;
            reader.word(scalar, &words).map(Act::Campaign)
        }
        "restart" => Some(Act::Restart),
        "expect" => read_pairs(reader, value, cast).map(Act::Expect),
        "ledger" => read_ledger(reader, value, cast),
        other => match other.strip_prefix("bot to ") {
            Some(name) => {
                known(reader, name, key.span(), cast)?;
                Some(Act::Bot { to: Some(name.to_owned()), words: words(reader, value)? })
            }
            None => read_saying(reader, entry, key, value, cast),
        },
    };
    if !matches!(act, Some(Act::Says { .. })) {
        reader.only(entry, &[key.as_str()]);
    }
    act.map(|act| Line { line, act })
}

fn read_saying(
    reader: &mut Reader<'_>,
    entry: &MarkedMappingNode,
    key: &MarkedScalarNode,
    value: &Node,
    cast: &Cast,
) -> Option<Act> {
    known(reader, key.as_str(), key.span(), cast)?;
    reader.only(entry, &[key.as_str(), "twice", "same_moment", "crash"]);
    let what = match value {
        Node::Sequence(things) => {
            let thing = things.iter().next().and_then(Node::as_scalar);
            let Some(what) = thing.and_then(|scalar| self::thing(scalar.as_str())) else {
                let names: Vec<_> = THINGS.iter().map(|(name, _)| format!("`[{name}]`")).collect();
                let what = "nobody can send this";
                reader.report(value.span(), what, format!("write words, or one of {}", names.join(", ")));
                return None;
            };
            what
        }
        _ => Said::Text(words(reader, value)?),
    };
    let mut switch = |key| {
        let words = [("true", true), ("false", false)];
        entry.get_scalar(key).map_or(Some(false), |scalar| reader.word(scalar, &words))
    };
    let (is_twice, is_same_moment) = (switch("twice")?, switch("same_moment")?);
    let crash = match entry.get_scalar("crash") {
        None => None,
        Some(scalar) => Some(reader.word(scalar, &[("before", Crash::Before), ("after", Crash::After)])?),
    };
    Some(Act::Says { who: key.as_str().to_owned(), what, is_twice, is_same_moment, crash })
}

fn words(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    reader.scalar(node, "the words").map(|scalar| scalar.as_str().trim().to_owned())
}

/// What a line can begin with besides a person's name.
const ACTS: [&str; 9] = ["bot", "bot to …", "quiet", "pass", "at", "campaign", "restart", "expect", "ledger"];

fn known(reader: &mut Reader<'_>, name: &str, span: &Span, cast: &Cast) -> Option<()> {
    if cast.person(name).is_some() {
        return Some(());
    }
    let people = cast.people.iter().map(|actress| actress.name);
    let what = format!("nobody here is called `{name}`");
    reader.report(span, what, one_of(name, people.chain(ACTS)));
    None
}

fn read_names(reader: &mut Reader<'_>, node: &Node, cast: &Cast) -> Option<Vec<String>> {
    let nodes = match node {
        Node::Sequence(names) => names.iter().collect(),
        _ => vec![node],
    };
    let mut names = Vec::new();
    for node in nodes {
        let scalar = reader.scalar(node, "quiet: 爸爸")?;
        known(reader, scalar.as_str(), scalar.span(), cast)?;
        names.push(scalar.as_str().to_owned());
    }
    Some(names)
}

/// `{李小禾: 参加}`: a child each, with what is written behind it.
fn read_pairs(reader: &mut Reader<'_>, node: &Node, cast: &Cast) -> Option<Vec<(String, String)>> {
    let entries = reader.mapping(node, "`{李小禾: 参加}`")?;
    let mut pairs = Vec::new();
    for (name, value) in entries.iter() {
        if cast.student(name.as_str()).is_none() {
            let what = format!("no child here is called `{}`", name.as_str());
            let known = cast.students.iter().map(|student| student.name.0.as_str());
            reader.report(name.span(), what, one_of(name.as_str(), known));
            continue;
        }
        pairs.push((name.as_str().to_owned(), words(reader, value)?));
    }
    Some(pairs)
}

fn read_ledger(reader: &mut Reader<'_>, node: &Node, cast: &Cast) -> Option<Act> {
    let mut counts = Vec::new();
    for (name, count) in read_pairs(reader, node, cast)? {
        let Ok(count) = count.parse() else {
            reader.report(node.span(), format!("`{count}` is not a number of lines"), "write `{李小禾: 2}`");
            return None;
        };
        counts.push((name, count));
    }
    Some(Act::Ledger(counts))
}

/// `2 hours`, `30 minutes`, `4 schoolhours`, `1 schoolday`, `2 schooldays at 19:00`.
pub fn span(text: &str) -> Option<Passing> {
    let (length, at) = match text.split_once(" at ") {
        Some((length, at)) => (length, Some(NaiveTime::parse_from_str(at.trim(), "%H:%M").ok()?)),
        None => (text, None),
    };
    let (amount, unit) = length.trim().split_once(' ')?;
    let amount: u32 = amount.parse().ok().filter(|amount| (1..=1_000).contains(amount))?;
    match (unit.trim(), at) {
        ("minute" | "minutes", None) => Some(Passing::Minutes(i64::from(amount))),
        ("hour" | "hours", None) => Some(Passing::Minutes(i64::from(amount) * 60)),
        ("schoolhour" | "schoolhours", None) => Some(Passing::Schoolhours(amount)),
        ("schoolday" | "schooldays", at) => Some(Passing::Schooldays(amount, at)),
        _ => None,
    }
}

fn read_span(reader: &mut Reader<'_>, scalar: &MarkedScalarNode) -> Option<Passing> {
    let found = span(scalar.as_str());
    if found.is_none() {
        let what = format!("`{}` is not a length of time", scalar.as_str());
        reader.report(
            scalar.span(),
            what,
            "write such as `2 hours`, `4 schoolhours`, `1 schoolday at 19:00`",
        );
    }
    found
}

fn read_moment(reader: &mut Reader<'_>, scalar: &MarkedScalarNode) -> Option<NaiveDateTime> {
    let found = NaiveDateTime::parse_from_str(scalar.as_str(), "%Y-%m-%d %H:%M").ok();
    if found.is_none() {
        let what = format!("`{}` is not a day and a time", scalar.as_str());
        reader.report(scalar.span(), what, "write such as `2026-11-23 16:30`");
    }
    found
}
