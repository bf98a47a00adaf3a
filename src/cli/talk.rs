//! `kehou talk`: a conversation with the example school in this terminal, in memory, with a clock moved by hand.
//!
//! Reads lines from standard input, so that it works in a pipe; knows no rule. Start at [`run`].

use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use clap::{Args, ValueEnum};

use super::{Exit, ProblemsFound, print};
use crate::problem::one_of;
use crate::rehearsal;
use crate::rehearsal::live::Live;
use crate::rehearsal::notes::Notes;
use crate::rehearsal::play::play;
use crate::rehearsal::script::{self, Office, Passing, Said};
use crate::usecase::flow_files;

/// Arguments of `kehou talk`.
#[derive(Debug, Args)]
pub(super) struct TalkArgs {
    /// Who you are: a name that `/who` lists, or guardian, teacher, admin
    #[arg(long = "as", value_name = "NAME", default_value = "妈妈")]
    name: String,
    /// What has just begun
    #[arg(long, value_name = "FLOW", default_value = "opt-in")]
    start: Start,
    /// Write the conversation to this new file, as a story that `kehou flow test` plays (name it `*.test.yaml`)
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

/// What has begun when the talk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Start {
    /// The school has just asked every family whether the child takes part.
    OptIn,
    /// Nothing.
    Nothing,
}

/// People by what they are here for.
const ROLES: [(&str, &str); 3] = [("guardian", "妈妈"), ("teacher", "老师"), ("admin", "管理员")];

const HELP: &str = "  /as 爸爸, /as teacher    go on as somebody else
  /pass 2 hours, /pass 1 schoolday at 19:00    let time pass
  /who    the people, the children and where they stand
  /quit   leave";

pub(super) fn run(args: &TalkArgs) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let typed = io::stdin().lock().lines().map(|line| line.context("cannot read what was typed"));
    runtime.block_on(talk(args, typed))
}

async fn talk(args: &TalkArgs, lines: impl Iterator<Item = anyhow::Result<String>>) -> anyhow::Result<Exit> {
    if let Some(file) = args.save.as_deref().filter(|file| file.exists()) {
        bail!("{} is there already; name a new file", file.display());
    }
    let live = Live::open(flow_files::shipped(), monday()).await.context("cannot open the example school")?;
    let notes = Notes::begin(live.now());
    let mut talk = Talk { live, name: String::new(), notes };
    talk.go_on_as(&args.name)?;
    print::note(&format!(
        "{}. You are {}; what you type goes to the bot. Besides:\n{HELP}",
        talk.time(),
        talk.name
    ));
    if args.start == Start::OptIn {
        talk.live.office(Office::Open).await?;
        talk.notes.opened();
    }
    talk.print_news()?;
    for typed in lines {
        match typed?.trim() {
            "" => {}
            "/quit" => break,
            command if command.starts_with('/') => talk.command(command).await?,
            words => talk.say(words).await?,
        }
        talk.print_news()?;
    }
    match &args.save {
        None => Ok(Exit::Done),
        Some(file) => talk.save(file).await,
    }
}

/// A Monday after school.
fn monday() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    day.and_time(NaiveTime::from_hms_opt(16, 30, 0).unwrap_or_default())
}

struct Talk {
    live: Live,
    name: String,
    notes: Notes,
}

impl Talk {
    fn go_on_as(&mut self, name: &str) -> anyhow::Result<()> {
        let name = ROLES.iter().find(|(role, _)| *role == name).map_or(name, |(_, name)| *name);
        if self.live.cast.person(name).is_none() {
            let names: Vec<_> = self.live.cast.people.iter().map(|actress| actress.name).collect();
            bail!("nobody here is called {name}; {}", one_of(name, names));
        }
        name.clone_into(&mut self.name);
        Ok(())
    }

    async fn say(&mut self, words: &str) -> anyhow::Result<()> {
        if !io::stdin().is_terminal() {
            print::line(&format!("{}> {words}", self.name))?;
        }
        self.notes.said(&self.name, words);
        let what = script::thing_in(words).unwrap_or_else(|| Said::Text(words.to_owned()));
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
                    Ok(()) => {
                        self.notes.passed(rest.trim());
                        print::note(&self.time());
                    }
                    Err(error) => print::note(&error.to_string()),
                },
                None => print::note(
                    "write such as /pass 2 hours, /pass 4 schoolhours or /pass 1 schoolday at 19:00",
                ),
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
            self.notes.heard(&self.name, &words);
            print::line(&format!("机器人> {words}"))?;
        }
        for name in self.live.with_mail() {
            while let Some(words) = self.live.hear(&name) {
                self.notes.heard(&name, &words);
                let first = words.lines().next().unwrap_or_default();
                print::note(&format!("  （{name} 收到：{first}…）"));
            }
        }
        Ok(())
    }

    /// Writes the story and plays it once more, to see that it holds.
    async fn save(&mut self, file: &Path) -> anyhow::Result<Exit> {
        if !self.live.loose_ends().await?.is_empty() {
            // A story ends when nothing waits any more: the next morning.
            self.live.pass(Passing::Schooldays(1, NaiveTime::from_hms_opt(9, 0, 0))).await?;
            self.notes.passed("1 schoolday at 09:00");
            self.print_news()?;
        }
        let script = self.notes.to_script();
        std::fs::write(file, &script).with_context(|| format!("cannot write {}", file.display()))?;
        let stories = script::parse(&file.display().to_string(), &script, &self.live.cast);
        let flows = flow_files::shipped();
        let loaded = rehearsal::load(&flows).map_err(ProblemsFound)?;
        for story in stories.map_err(ProblemsFound)? {
            if let Some(failure) = play(&story, &flows, &loaded, None).await?.failure {
                return Err(ProblemsFound(vec![failure]).into());
            }
        }
        print::note(&format!("{}: saved, and it holds when it is played again", file.display()));
        Ok(Exit::Done)
    }

    fn time(&self) -> String {
        self.live.now().format("%Y-%m-%d %H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::{read, rehearse};

    fn args(save: &Path) -> TalkArgs {
        TalkArgs { name: "guardian".into(), start: Start::OptIn, save: Some(save.to_owned()) }
    }

    #[tokio::test]
    async fn a_conversation_that_was_saved_is_a_story_that_holds() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("talk.test.yaml");
        let typed = [
            "参加",
            "一、三，还有\"五\": #",
            "一三五",
            "[图片]",
            "/pass 2 hours",
            "/as teacher",
            "菜单",
            "/as 没有",
            "/as 妈妈",
            "五点半",
        ];
        let lines = || typed.iter().map(|line| Ok((*line).to_owned()));
        assert_eq!(talk(&args(&file), lines()).await.unwrap(), Exit::Done);
        let script = std::fs::read_to_string(&file).unwrap();
        for line in [
            "- at: 2026-11-23 16:30",
            "- campaign: open",
            "- 妈妈: [图片]",
            "- pass: 2 hours",
            "- 老师: \"菜单\"",
        ] {
            assert!(script.contains(line), "{line} is not in\n{script}");
        }
        let stories = read(&[("talk.test.yaml".to_owned(), script)]).unwrap();
        let report = rehearse(&flow_files::shipped(), stories).await.unwrap();
        assert_eq!(report.failures(), Vec::<&crate::problem::Problem>::new());
        let again = talk(&args(&file), lines()).await.unwrap_err();
        assert!(again.to_string().contains("is there already"), "{again}");
    }
}
