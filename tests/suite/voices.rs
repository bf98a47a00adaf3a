//! What people say in their own words reaches whom it is for, once, and nobody else.
//!
//! Numbers of matters are drawn by chance, so what names one is said here and not in a story.

use chrono::NaiveDateTime;
use kehou::rehearsal::cast::Cast;
use kehou::rehearsal::live::Live;
use kehou::rehearsal::script::{Passing, Said};
use kehou::store::{Kind, Range};
use kehou::usecase::flow_files;

/// A Tuesday morning in school hours.
fn morning() -> NaiveDateTime {
    "2026-11-24T10:00:00".parse().unwrap()
}

/// Says a line and returns what the bot then says to these people.
async fn says(live: &mut Live, who: &str, words: &str, to: &[&str]) -> Vec<String> {
    live.say(who, &Said::Text(words.to_owned()), false).await.unwrap();
    live.settle().await.unwrap();
    to.iter().map(|who| std::iter::from_fn(|| live.hear(who)).collect::<Vec<_>>().join("\n")).collect()
}

/// The number before 号 in what a desk reads.
fn number(words: &str) -> String {
    let before = words.split('号').next().unwrap();
    before.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect()
}

#[tokio::test]
async fn a_numbered_answer_goes_to_the_family_once_and_a_stray_sentence_to_nobody() {
    let mut live = Live::open(flow_files::shipped(), morning()).await.unwrap();
    says(&mut live, "妈妈", "人工", &["妈妈"]).await;
    let heard = says(&mut live, "妈妈", "明天几点集合", &["妈妈", "老师"]).await;
    let number = number(&heard[1]);
    for stray in ["明天七点半集合", "回复一下家长吧", &format!("{number}个人都到了"), "999号 七点半"]
    {
        let heard = says(&mut live, "老师", stray, &["老师", "妈妈"]).await;
        assert!(!heard[0].is_empty() && heard[1].is_empty(), "{stray}: {heard:?}");
    }
    let heard = says(&mut live, "老师", &format!("{number}号 七点半，菜单另发"), &["老师", "妈妈"]).await;
    assert!(heard[0].contains("这就转给家长"), "{heard:?}");
    assert!(heard[1].contains("刘老师回复您") && heard[1].contains("七点半，菜单另发"), "{heard:?}");
    let late = says(&mut live, "老师", &format!("{number}号 八点"), &["老师", "妈妈"]).await;
    assert!(late[0].contains("刘老师已经回复，这句话没有再转"), "{late:?}");
    assert!(late[1].is_empty(), "{late:?}");
    assert_eq!(live.loose_ends().await.unwrap(), Vec::<String>::new());
}

/// What 妈妈 complains of.
const WRONG: &str = "凭什么又收费，老师要了五十块";

/// Files it without a name, for the supervisors only; returns the last answer.
async fn complains(live: &mut Live) -> String {
    let mut heard = Vec::new();
    for words in [WRONG, "匿名", "只给督学和区里", "对"] {
        heard = says(live, "妈妈", words, &["妈妈"]).await;
    }
    heard.remove(0)
}

/// All records of a kind, with their keys, as text.
async fn written(live: &Live, kind: &'static str) -> String {
    let records = live.store().scan(Kind(kind), &Range::all(1_000)).await.unwrap();
    let lines = records.iter().map(|record| {
        let indexes = String::from_utf8_lossy(&record.body);
        format!("{} {indexes}", record.key.id)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_anonymous_complaint_leads_nobody_to_the_family_and_the_answer_finds_it() {
    let mut live = Live::open(flow_files::shipped(), morning()).await.unwrap();
    let receipt = complains(&mut live).await;
    assert!(receipt.contains("回执码") && receipt.contains("12月1日"), "{receipt}");
    for who in ["督学", "区里"] {
        let read = live.hear(who).unwrap();
        assert!(read.contains(WRONG) && read.contains("匿名"), "{read}");
        assert!(!["何秋兰", "李小禾", "妈妈"].iter().any(|name| read.contains(name)), "{read}");
    }
    assert!(live.hear("管理员").is_none() && live.hear("老师").is_none());
    for kind in ["complaint", "matter", "matter_number"] {
        let written = written(&live, kind).await;
        assert!(!written.is_empty(), "no {kind}");
        assert!(!["p_妈妈", "何秋兰", "20240301"].iter().any(|trace| written.contains(trace)), "{written}");
    }
    assert!(!written(&live, "conversation").await.contains("五十块"));
    let number = number(&written(&live, "matter").await.replace("\"number\":", " ").replace(',', "号"));
    let heard =
        says(&mut live, "管理员", &format!("{number}号 没有这回事"), &["管理员", "妈妈", "督学"]).await;
    assert!(heard[1].is_empty() && heard[2].is_empty(), "{heard:?}");
    let heard = says(&mut live, "督学", &format!("{number}号 已经退还"), &["督学", "妈妈", "区里"]).await;
    assert!(heard[0].contains("这就转给家长") && heard[1].contains("已经退还"), "{heard:?}");
    assert!(heard[2].contains("已经回复") && !heard[2].contains("已经退还"), "{heard:?}");
    let heard = says(&mut live, "区里", &format!("{number}号 再查"), &["区里", "妈妈"]).await;
    assert!(heard[0].contains("郑督学已经回复") && heard[1].is_empty(), "{heard:?}");
}

#[tokio::test]
async fn a_complaint_waits_for_the_first_supervisor_on_the_roster_and_for_whoever_comes_later() {
    let whole = Cast::example();
    let mut cast = whole.clone();
    cast.people.retain(|actress| !["督学", "区里"].contains(&actress.name));
    let mut live = Live::open_with(cast, flow_files::shipped(), morning()).await.unwrap();
    let receipt = complains(&mut live).await;
    assert!(receipt.contains("还没有督学") && receipt.contains("12345"), "{receipt}");
    let heard = says(&mut live, "妈妈", "投诉", &["妈妈"]).await;
    assert!(heard[0].contains("已经收下"), "{heard:?}");
    live.join(whole.person("区里").unwrap().clone()).await.unwrap();
    live.pass(Passing::Minutes(5)).await.unwrap();
    assert!(live.hear("区里").unwrap().contains(WRONG));
    assert!(live.hear("妈妈").unwrap().contains("已经交给区教体局，"));
    live.pass(Passing::Minutes(5)).await.unwrap();
    assert!(live.hear("区里").is_none() && live.hear("妈妈").is_none(), "it was routed twice");
    live.join(whole.person("督学").unwrap().clone()).await.unwrap();
    let heard = says(&mut live, "督学", "查询", &["督学"]).await;
    assert!(heard[0].contains(WRONG), "{heard:?}");
    let heard = says(&mut live, "督学", "回复：已经退还", &["区里", "妈妈"]).await;
    assert!(heard[0].contains("已经回复"), "{heard:?}");
    assert!(heard[1].contains("郑督学") && heard[1].contains("已经退还"), "{heard:?}");
}
