//! The shipped conversations: their stories hold, also through crashes; every step is covered; any input gets a turn;
//! and every mistake in a flow or a story earns a sentence.
//!
//! Stories are `bot-flows/*.test.yaml`; what they sound like is kept in `transcripts/`, to be read by people.

use std::path::Path;

use insta::{assert_snapshot, with_settings};
use kehou::flow::Flows;
use kehou::rehearsal::cast::Cast;
use kehou::rehearsal::live::Live;
use kehou::rehearsal::play::play;
use kehou::rehearsal::script::{Office, Passing, Said, parse};
use kehou::rehearsal::{self, read_folder, rehearse, shipped};
use kehou::store::faulty::Fault;
use kehou::usecase::flow_files::{self, Source};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[tokio::test]
async fn every_shipped_flow_passes_its_scripts_and_every_step_is_covered() {
    let flows = flow_files::shipped();
    let report = rehearse(&flows, rehearsal::read(&shipped()).unwrap()).await.unwrap();
    let failures: Vec<_> = report.failures().iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for covered in &report.coverage {
        for (_, share) in covered.shares() {
            assert!(share.missed.is_empty(), "{}: no story comes by {:?}", covered.flow, share.missed);
        }
    }
    for (story, played) in &report.stories {
        let flow = Path::new(&story.file).file_name().unwrap().to_str().unwrap().replace(".test.yaml", "");
        with_settings!({
            snapshot_path => format!("transcripts/{flow}"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            assert_snapshot!(story.name.replace('，', "-"), played.transcript);
        });
    }
}

#[test]
fn every_script_of_the_folder_is_shipped() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-flows");
    let texts = |sources: Vec<Source>| sources.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(texts(read_folder(&folder).unwrap()), texts(shipped()));
}

/// Every n-th commit of each story is tried, another residue for each story, so that all kinds of commits are hit.
const CRASH_STRIDE: usize = 53;

#[tokio::test]
async fn a_story_goes_on_after_a_crash_at_any_commit_as_if_nothing_had_been() {
    let flows = flow_files::shipped();
    let loaded = rehearsal::load(&flows).unwrap();
    let (mut crashes, mut failures) = (0, Vec::new());
    for (index, story) in rehearsal::read(&shipped()).unwrap().iter().enumerate() {
        let whole = play(story, &flows, &loaded, None).await.unwrap();
        for nth in (1..=whole.commits).skip(index % CRASH_STRIDE).step_by(CRASH_STRIDE) {
            for fault in [Fault::FailBefore, Fault::FailAfter, Fault::Conflict] {
                crashes += 1;
                match play(story, &flows, &loaded, Some((nth, fault))).await {
                    Ok(played) => failures.extend(
                        played.failure.map(|failure| format!("{fault:?} at commit {nth}: {failure}")),
                    ),
                    Err(error) => {
                        failures.push(format!("{}: {fault:?} at commit {nth}: {error}", story.name));
                    }
                }
            }
        }
    }
    assert!(crashes > 80, "only {crashes} crashes were tried");
    assert!(failures.is_empty(), "{} of {crashes}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_mistake_in_a_flow_earns_a_sentence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/flows/broken");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.iter().filter(|path| path.extension().is_some_and(|end| end == "yaml")).count() > 30);
    for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "yaml")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let problems = if name.starts_with("script_") {
            parse("x.test.yaml", &text, &Cast::example()).expect_err(name)
        } else if name.starts_with("common_") {
            let mut sources = flow_files::shipped();
            if name.ends_with("_missing") {
                sources.retain(|(file, _)| !file.ends_with("common.yaml"));
            }
            sources.push(("common.yaml".into(), text));
            rehearsal::load(&sources).expect_err(name)
        } else {
            let mut sources = flow_files::shipped();
            sources.push(("x.yaml".into(), text));
            rehearsal::load(&sources).expect_err(name)
        };
        let listed: Vec<_> = problems.iter().map(ToString::to_string).collect();
        with_settings!({
            snapshot_path => "flows/broken",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            assert_snapshot!(name, listed.join("\n"));
        });
    }
}

/// What can happen to a conversation.
#[derive(Debug, Clone)]
enum Event {
    Says(&'static str, Said, bool),
    Passes(Passing),
    Office(Office),
    Restart,
}

const PEOPLE: [&str; 10] =
    ["妈妈", "爸爸", "奶奶", "叔叔", "外公", "林老师", "老师", "管理员", "督学", "区里"];

const WORDS: [&str; 36] = [
    "1",
    "2",
    "3",
    "4",
    "135",
    "参加",
    "不参加",
    "再考虑",
    "每天",
    "周一周三",
    "五点半",
    "17:00",
    "足球",
    "听老师安排",
    "对",
    "不对",
    "一样",
    "不一样",
    "换成新的",
    "小苗",
    "两个都要",
    "菜单",
    "帮助",
    "返回",
    "取消",
    "退出",
    "重新填写",
    "修改",
    "我的",
    "退出服务",
    "人工",
    "投诉",
    "凭什么又收费，老师要了五十块",
    "匿名",
    "实名",
    "谢谢",
];

fn event() -> impl Strategy<Value = Event> {
    let said = prop_oneof![
        8 => proptest::sample::select(&WORDS[..]).prop_map(|words| Said::Text(words.to_owned())),
        1 => any::<String>().prop_map(Said::Text),
        1 => "[\u{4e00}-\u{4fff}]{0,900}".prop_map(Said::Text),
        1 => Just(Said::Picture),
        1 => proptest::sample::select(vec![Said::Joined, Said::Left, Said::Opened]),
    ];
    let office = proptest::sample::select(vec![Office::Open, Office::Remind, Office::Close]);
    prop_oneof![
        14 => (proptest::sample::select(&PEOPLE[..]), said, any::<bool>())
            .prop_map(|(who, what, is_twice)| Event::Says(who, what, is_twice)),
        2 => (1..600_i64).prop_map(|minutes| Event::Passes(Passing::Minutes(minutes))),
        1 => (1..3_u32).prop_map(|days| Event::Passes(Passing::Schooldays(days, None))),
        1 => office.prop_map(Event::Office),
        1 => Just(Event::Restart),
    ]
}

/// The longest message in bytes that every channel carries.
const MESSAGE_BYTES_MAX: usize = 2_048;

async fn happen(events: &[Event], flows: (Vec<Source>, Option<Flows>)) -> Result<(), TestCaseError> {
    let opening = chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap().and_hms_opt(16, 30, 0).unwrap();
    let mut live = Live::open_loaded(Cast::example(), flows, opening).await.unwrap();
    live.office(Office::Open).await.unwrap();
    for event in events {
        match event {
            Event::Says(who, what, is_twice) => {
                let is_answered = live.say(who, what, *is_twice).await.unwrap();
                let must = matches!(what, Said::Text(_) | Said::Picture | Said::Joined);
                prop_assert!(is_answered || !must, "{who} got no answer to {what:?}");
                live.settle().await.unwrap();
            }
            Event::Passes(length) => live.pass(*length).await.unwrap(),
            // A survey that is open is not opened again, and one that is closed not closed.
            Event::Office(what) => drop(live.office(*what).await),
            Event::Restart => live.restart().await.unwrap(),
        }
        for who in live.with_mail() {
            while let Some(words) = live.hear(&who) {
                prop_assert!(words.len() <= MESSAGE_BYTES_MAX, "{} bytes to {who}", words.len());
                prop_assert!(!words.is_empty() && !words.contains("刚才出了点问题"), "{who} heard: {words}");
            }
        }
    }
    // To the next morning, when nothing rests any more.
    live.pass(Passing::Schooldays(1, chrono::NaiveTime::from_hms_opt(9, 0, 0))).await.unwrap();
    prop_assert_eq!(live.loose_ends().await.unwrap(), Vec::<String>::new());
    Ok(())
}

#[test]
fn whatever_happens_everybody_gets_a_turn_and_the_states_add_up() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let flows = flow_files::shipped();
    let loaded = rehearsal::load(&flows).unwrap();
    runner
        .run(&proptest::collection::vec(event(), 1..40), |events| {
            runtime.block_on(happen(&events, (flows.clone(), Some(loaded.clone()))))
        })
        .unwrap();
}

/// A request that nobody decides, in a school that has only this flow.
const REQUEST: &str = r#"
id: request
title: 申请
speaks_to: guardian
covers: each_child
starts_on: [edit]
texts:
  waits: "{{child.name}}的申请还在等您。"
steps:
  ask-teacher:
    decide: 中途申请
    who: [homeroom_teacher]
    text: "{{child.name}}想参加。"
    within: 4 schoolhours
    ladder:
      - {after: 4 schoolhours, remind: t.waits}
      - {after: 8 schoolhours, also: school_admin}
    outcomes: {approve: placed, reject: go-up}
  go-up:
    decide: 中途申请，班主任没有同意
    who: [school_admin]
    text: "{{result.note}}"
    within: 4 schoolhours
    ladder: [{after: 8 schoolhours, also: head}]
    outcomes: {approve: placed, reject: sorry}
  placed: {end: placed, text: 好的。}
  sorry: {end: sorry, text: 没有同意。}
"#;

const REQUEST_STORY: &str = "
stories:
  老师没有来得及看:
    - at: 2026-11-23 09:10
    - 妈妈: 修改
    - bot to 老师: 【中途申请】…李小禾想参加…
    - pass: 3 schoolhours
    - quiet: 老师
    - pass: 1 schoolhour
    - bot to 老师: …李小禾的申请还在等您…
    - pass: 4 schoolhours
    - bot to 管理员: …李小禾想参加…
";

#[tokio::test]
async fn the_rungs_of_a_decision_count_in_school_hours_and_its_outcomes_are_covered() {
    let mut flows = flow_files::shipped();
    flows.retain(|(file, _)| file.ends_with("common.yaml"));
    flows.push(("request.yaml".into(), REQUEST.into()));
    let stories = rehearsal::read(&[("request.test.yaml".into(), REQUEST_STORY.into())]).unwrap();
    let report = rehearse(&flows, stories).await.unwrap();
    let failures: Vec<_> = report.failures().iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}\n{}", failures.join("\n"), report.stories[0].1.transcript);
    let decisions = &report.coverage[0].decisions;
    assert_eq!(decisions.passed, 2, "both rungs of the first");
    let missed =
        ["ask-teacher/approve", "ask-teacher/reject", "go-up/approve", "go-up/reject", "go-up/ladder/0"];
    assert_eq!(decisions.missed, missed);
}

#[test]
fn the_flow_of_the_manual_is_written_right() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/flows.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let (_, rest) = manual.split_once("   ```yaml\n   id: early").unwrap();
    let (example, _) = rest.split_once("   ```\n").unwrap();
    let example =
        format!("   id: early{example}").lines().map(|line| line.replacen("   ", "", 1)).collect::<Vec<_>>();
    let sources = flow_files::with(vec![("early.yaml".into(), example.join("\n"))]);
    let problems = rehearsal::load(&sources).err().unwrap_or_default();
    assert_eq!(problems, []);
}
