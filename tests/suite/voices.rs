//! What people say in their own words reaches whom it is for, once, and nobody else.
//!
//! Numbers of matters are drawn by chance, so what names one is said here and not in a story.

use chrono::NaiveDateTime;
use kehou::rehearsal::live::Live;
use kehou::rehearsal::script::Said;
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
