//! `kehou talk`: a conversation with the example school in this terminal, in memory, with a clock moved by hand.
//!
//! Reads lines from standard input, so that it works in a pipe; knows no rule. Start at [`run`].

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context as _, bail};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use clap::{Args, ValueEnum};

use super::{Exit, print};
use crate::rehearsal::live::Live;
use crate::rehearsal::script::{self, Office, Said};
use crate::usecase::flow_files;

/// Arguments of `kehou talk`.
#[derive(Debug, Args)]
pub(super) struct TalkArgs {
    /// Who you are; `/who` lists the people
    #[arg(long = "as", value_name = "NAME", default_value = "妈妈")]
    name: String,
    /// What has just begun
    #[arg(long, value_name = "FLOW", default_value = "opt-in")]
    start: Start,
}

/// What has begun when the talk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Start {
    /// The school has just asked every family whether the child takes part.
    OptIn,
    /// Nothing.
    Nothing,
}

const HELP: &str = "  /as 爸爸    go on as somebody else
  /pass 2 hours, /pass 1 schoolday at 19:00    let time pass
  /who    the people, the children and where they stand
  /quit   leave";

pub(super) fn run(args: &TalkArgs) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(talk(args))
}

async fn talk(args: &TalkArgs) -> anyhow::Result<Exit> {
    let live = Live::open(flow_files::shipped(), monday()).await.context("cannot open the example school")?;
    let mut talk = Talk { live, name: String::new() };
    talk.go_on_as(&args.name)?;
    print::note(&format!(
        "{}. You are {}; what you type goes to the bot. Besides:\n{HELP}",
        talk.time(),
        talk.name
    ));
    if args.start == Start::OptIn {
        talk.live.office(Office::Open).await?;
    }
    talk.print_news()?;
    for typed in io::stdin().lock().lines() {
        let typed = typed.context("cannot read what was typed")?;
        match typed.trim() {
            "" => {}
            "/quit" => break,
            command if command.starts_with('/') => talk.command(command).await?,
            words => talk.say(words).await?,
        }
        talk.print_news()?;
    }
    Ok(Exit::Done)
}

/// A Monday after school.
fn monday() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    day.and_time(NaiveTime::from_hms_opt(16, 30, 0).unwrap_or_default())
}

struct Talk {
    live: Live,
    name: String,
}

impl Talk {
    fn go_on_as(&mut self, name: &str) -> anyhow::Result<()> {
        if self.live.cast.person(name).is_none() {
            let names: Vec<_> = self.live.cast.people.iter().map(|actress| actress.name).collect();
            bail!("nobody here is called {name}; choose one of {}", names.join(", "));
        }
        name.clone_into(&mut self.name);
        Ok(())
    }

    async fn say(&mut self, words: &str) -> anyhow::Result<()> {
        if !io::stdin().is_terminal() {
            print::line(&format!("{}> {words}", self.name))?;
        }
        let thing = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(script::thing);
        let what = thing.unwrap_or_else(|| Said::Text(words.to_owned()));
        self.live.say(&self.name.clone(), &what, false).await?;
        self.live.settle().await?;
        Ok(())
    }

    async fn command(&mut self, command: &str) -> anyhow::Result<()> {
        let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
        match word {
            "/as" => match self.go_on_as(rest.trim()) {
                Ok(()) => print::note(&format!("You are {}.", self.name)),
                Err(error) => print::note(&error.to_string()),
            },
            "/pass" => match script::span(rest.trim()) {
                Some(length) => match self.live.pass(length).await {
                    Ok(()) => print::note(&self.time()),
                    Err(error) => print::note(&error.to_string()),
                },
                None => print::note("write such as /pass 2 hours or /pass 1 schoolday at 19:00"),
            },
            "/who" => self.who().await?,
            _ => print::note(HELP),
        }
        Ok(())
    }

    async fn who(&self) -> anyhow::Result<()> {
        for actress in &self.live.cast.people {
            let children = self.live.cast.students.iter();
            let theirs = children.filter(|student| actress.person.children.contains(&student.id));
            let names: Vec<_> = theirs.map(|student| student.name.0.as_str()).collect();
            print::line(format!("{}  {}", actress.name, names.join("、")).trim_end())?;
        }
        for student in &self.live.cast.students {
            let standing = self.live.standing(student).await?;
            print::line(&format!("{}（{}）：{standing}", student.name.0, student.class))?;
        }
        Ok(())
    }

    /// Prints what the bot has said since, to us first.
    fn print_news(&mut self) -> io::Result<()> {
        while let Some(words) = self.live.hear(&self.name.clone()) {
            print::line(&format!("机器人> {words}"))?;
        }
        for name in self.live.with_mail() {
            while let Some(words) = self.live.hear(&name) {
                let first = words.lines().next().unwrap_or_default();
                print::note(&format!("  （{name} 收到：{first}…）"));
            }
        }
        Ok(())
    }

    fn time(&self) -> String {
        self.live.now().format("%Y-%m-%d %H:%M").to_string()
    }
}
