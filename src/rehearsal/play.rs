//! Playing a story (演一遍): line by line against a live kehou, with a transcript that people can read.
//!
//! Knows what a script claims and compares; the first line that does not hold ends the story. Start at [`play`].

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

use super::cast::Cast;
use super::live::{Live, LiveError};
use super::script::{Act, Crash, Line, Said, Story};
use super::wording::{Kept, flat, matches, without_codes};
use crate::domain::plan::weekday_name;
use crate::flow::Flows;
use crate::problem::{Place, Problem};
use crate::store::faulty::Fault;
use crate::usecase::flow_files::Source;

/// What became of a story.
#[derive(Debug, Clone)]
pub struct Played {
    /// What was said, as people read it.
    pub transcript: String,
    /// The first line that did not hold.
    pub failure: Option<Problem>,
    /// The steps that were passed.
    pub passed: BTreeSet<String>,
    /// How many commits there were.
    pub commits: u64,
}

/// When stories begin that do not say so: a Monday after school.
fn opening() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    day.and_time(NaiveTime::from_hms_opt(16, 30, 0).unwrap_or_default())
}

/// Plays a story.
///
/// - `loaded`: what was loaded from these flows, for whoever plays many stories.
/// - `fault`: the number of a commit, from 1, that goes wrong on top of what the script plans.
///
/// # Errors
/// The store in memory failed.
pub async fn play(
    story: &Story,
    flows: &[Source],
    loaded: &Flows,
    fault: Option<(u64, Fault)>,
) -> Result<Played, LiveError> {
    let mut lines = story.lines.iter().peekable();
    let begins_at = match lines.peek() {
        Some(Line { act: Act::At(at), .. }) => *at,
        _ => opening(),
    };
    let flows = (flows.to_vec(), Some(loaded.clone()));
    let live = Live::open_loaded(Cast::example(), flows, begins_at).await?;
    if let Some((nth, fault)) = fault {
        live.plan_fault(nth, fault);
    }
    let mut scene = Scene { story, live, transcript: String::new(), listener: None, kept: Kept::default() };
    let on_stage = on_stage(story);
    scene.write(&clock_line(begins_at));
    let mut failure = None;
    for line in lines {
        failure = scene.play(line, &on_stage).await;
        if failure.is_some() {
            break;
        }
    }
    if failure.is_none() {
        failure = scene.close(&on_stage).await;
    }
    Ok(Played {
        passed: scene.live.passed(),
        commits: scene.live.commits(),
        transcript: scene.transcript,
        failure,
    })
}

/// Whoever a story names: every word to them must be in the script.
fn on_stage(story: &Story) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in &story.lines {
        match &line.act {
            Act::Says { who, .. } => names.extend([who.clone()]),
            Act::Bot { to: Some(to), .. } => names.extend([to.clone()]),
            Act::Quiet(people) => names.extend(people.iter().cloned()),
            Act::Bot { to: None, .. }
            | Act::Pass(_)
            | Act::At(_)
            | Act::Campaign(_)
            | Act::Restart
            | Act::Expect(_)
            | Act::Ledger(_) => {}
        }
    }
    names
}

struct Scene<'a> {
    story: &'a Story,
    live: Live,
    transcript: String,
    /// Whom a bare `bot:` speaks to.
    listener: Option<String>,
    /// What the bot said by chance and the story says again.
    kept: Kept,
}

impl Scene<'_> {
    async fn play(&mut self, line: &Line, on_stage: &BTreeSet<String>) -> Option<Problem> {
        // Whatever happens next, what was said before must have been heard.
        if !matches!(line.act, Act::Bot { .. } | Act::Quiet(_) | Act::Expect(_) | Act::Ledger(_))
            && let Some(problem) = self.unheard(line.line, on_stage)
        {
            return Some(problem);
        }
        let before = self.standings().await;
        let result = self.act(line).await;
        self.write_changes(&before).await;
        match result {
            Ok(found) => found,
            Err(error) => {
                Some(self.problem(line.line, &format!("this line cannot be played: {error}"), None))
            }
        }
    }

    async fn act(&mut self, line: &Line) -> Result<Option<Problem>, LiveError> {
        match &line.act {
            Act::Says { who, what, is_twice, is_same_moment, crash } => {
                self.says(who, what, *is_twice, *crash).await?;
                if !is_same_moment {
                    self.live.settle().await?;
                }
            }
            Act::Bot { to, words } => return Ok(self.bot(line.line, to.as_deref(), words)),
            Act::Quiet(people) => return Ok(self.quiet(line.line, people)),
            Act::Pass(length) => {
                self.live.pass(*length).await?;
                self.write(&clock_line(self.live.now()));
            }
            Act::At(at) => {
                if *at != self.live.now() {
                    self.live.pass_until(*at).await?;
                    self.write(&clock_line(self.live.now()));
                }
            }
            Act::Campaign(what) => {
                self.write(&format!("  ~ 学校：{}", office_in_words(*what)));
                self.live.office(*what).await?;
            }
            Act::Restart => {
                self.write("  ~ 断电，重新启动");
                self.live.restart().await?;
                self.live.settle().await?;
            }
            Act::Expect(wanted) => return self.expect(line.line, wanted).await,
            Act::Ledger(wanted) => return self.ledger(line.line, wanted).await,
        }
        Ok(None)
    }

    async fn says(
        &mut self,
        who: &str,
        what: &Said,
        is_twice: bool,
        crash: Option<Crash>,
    ) -> Result<(), LiveError> {
        let twice = if is_twice { "（平台送来两次）" } else { "" };
        self.write(&format!("{who}> {}{twice}", said_in_words(what)));
        if let Some(crash) = crash {
            self.write("  ~ 断电，重新启动");
            let fault = match crash {
                Crash::Before => Fault::FailBefore,
                Crash::After => Fault::FailAfter,
            };
            self.live.plan_fault(1, fault);
        }
        self.listener = Some(who.to_owned());
        let what = match what {
            Said::Text(words) => &Said::Text(self.kept.fill(words)),
            other => other,
        };
        self.live.say(who, what, is_twice).await?;
        Ok(())
    }

    fn bot(&mut self, line: usize, to: Option<&str>, wanted: &str) -> Option<Problem> {
        if let Some(to) = to {
            self.listener = Some(to.to_owned());
        }
        let Some(who) = self.listener.clone() else {
            let advice = "write `bot to 妈妈: …`";
            return Some(self.problem(
                line,
                "nobody has spoken yet, so the bot answers nobody",
                Some(advice),
            ));
        };
        let Some(words) = self.live.hear(&who) else {
            let what = format!("the bot has said nothing more to {who}");
            return Some(self.problem(line, &what, Some("delete this line, or let time pass before it")));
        };
        self.write_bot(&who, &words, to.is_some());
        if matches(&self.kept.learn(wanted, &words), &words) {
            return None;
        }
        let advice = format!("if the words are right: `bot: {}`", flat(&words));
        Some(self.problem(line, &format!("the bot said something else to {who}"), Some(&advice)))
    }

    fn quiet(&mut self, line: usize, people: &[String]) -> Option<Problem> {
        for who in people {
            if let Some(words) = self.live.hear(who) {
                self.write_bot(who, &words, true);
                let what = format!("the bot said something to {who}: {}", flat(&words));
                return Some(self.problem(line, &what, None));
            }
        }
        None
    }

    fn unheard(&mut self, line: usize, on_stage: &BTreeSet<String>) -> Option<Problem> {
        for who in self.live.with_mail() {
            while let Some(words) = self.live.hear(&who) {
                if on_stage.contains(&who) {
                    self.write_bot(&who, &words, true);
                    let what =
                        format!("before this line the bot said something to {who} that is not in the script");
                    let advice = format!("add `bot to {who}: {}`", flat(&words));
                    return Some(self.problem(line, &what, Some(&advice)));
                }
            }
        }
        None
    }

    async fn expect(
        &mut self,
        line: usize,
        wanted: &[(String, String)],
    ) -> Result<Option<Problem>, LiveError> {
        for (name, words) in wanted {
            let Some(student) = self.live.cast.student(name).cloned() else { continue };
            let standing = self.live.standing(&student).await?;
            if !matches(words, &standing) {
                let what = format!("{name} stands at `{standing}`, not at `{words}`");
                return Ok(Some(self.problem(line, &what, None)));
            }
        }
        Ok(None)
    }

    async fn ledger(
        &mut self,
        line: usize,
        wanted: &[(String, usize)],
    ) -> Result<Option<Problem>, LiveError> {
        for (name, count) in wanted {
            let Some(student) = self.live.cast.student(name).cloned() else { continue };
            let found = self.live.ledger_lines(&student).await?;
            if found != *count {
                let what = format!("the ledger has {found} lines about {name}, not {count}");
                return Ok(Some(self.problem(line, &what, None)));
            }
        }
        Ok(None)
    }

    /// What holds at the end of every story.
    async fn close(&mut self, on_stage: &BTreeSet<String>) -> Option<Problem> {
        let line = self.story.lines.last().map_or(self.story.line, |line| line.line);
        if let Some(problem) = self.unheard(line + 1, on_stage) {
            return Some(problem);
        }
        match self.live.loose_ends().await {
            Ok(found) if found.is_empty() => None,
            Ok(found) => {
                let what = format!("the story ends, but {}", found.join("; "));
                Some(self.problem(
                    line,
                    &what,
                    Some("let time pass until everything is done: `pass: 1 schoolday`"),
                ))
            }
            Err(error) => Some(self.problem(line, &format!("the end cannot be looked at: {error}"), None)),
        }
    }

    fn problem(&self, line: usize, what: &str, advice: Option<&str>) -> Problem {
        let place = Place::Line { file: self.story.file.clone(), line, column: 7 };
        let problem = Problem::new(place, format!("「{}」 {what}", self.story.name));
        match advice {
            Some(advice) => problem.instead(advice),
            None => problem,
        }
    }

    async fn standings(&self) -> Vec<String> {
        let mut all = Vec::new();
        for student in &self.live.cast.students {
            all.push(self.live.standing(student).await.unwrap_or_default());
        }
        all
    }

    async fn write_changes(&mut self, before: &[String]) {
        let after = self.standings().await;
        let names: Vec<_> = self.live.cast.students.iter().map(|student| student.name.0.clone()).collect();
        for ((name, before), after) in names.iter().zip(before).zip(&after) {
            if before != after {
                self.write(&format!("  ~ {name}：{after}"));
            }
        }
    }

    fn write_bot(&mut self, who: &str, words: &str, is_named: bool) {
        let words = without_codes(words).replace('\n', "\n    ");
        let to = if is_named { format!("→{who}") } else { String::new() };
        self.write(&format!("机器人{to}> {words}"));
    }

    fn write(&mut self, line: &str) {
        self.transcript.push_str(line);
        self.transcript.push('\n');
    }
}

fn clock_line(at: NaiveDateTime) -> String {
    format!("—— {} {}", at.format("%Y-%m-%d %H:%M"), weekday_name(at.date().weekday()))
}

fn office_in_words(what: super::script::Office) -> &'static str {
    match what {
        super::script::Office::Open => "开始意愿调查",
        super::script::Office::Remind => "催还没回复的",
        super::script::Office::Close => "结束意愿调查",
    }
}

fn said_in_words(what: &Said) -> String {
    match what {
        Said::Text(words) => words.clone(),
        Said::Picture => "[图片]".to_owned(),
        Said::Joined => "[关注]".to_owned(),
        Said::Left => "[取消关注]".to_owned(),
        Said::Opened => "[打开]".to_owned(),
    }
}
