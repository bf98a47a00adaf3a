//! What replies to a read-back mean, and what always holds of them.

use super::super::{Command, Question, read};
use super::*;

fn question(labels: [&str; 2]) -> Question {
    Question::Confirm { menu: vec![Consent::Yes, Consent::No], labels: labels.map(str::to_owned).to_vec() }
}

fn value(consent: Option<Consent>) -> Answer {
    consent.map_or(Answer::Unclear, |consent| Answer::Value(Value::Consent(consent)))
}

const RIGHT: &[&str] = &[
    "对",
    "嗯对的",
    "没错，谢谢老师",
    "选1",
    "１",
    "不用改了",
    "OK",
    "一样",
    "[OK]",
    "对对对",
    "没毛病",
    "都对着呢",
    "老师您好，没问题，谢谢",
    "没有错",
    "嗯呐",
    "確認無誤",
    "核对过了，没问题",
    "1，对",
    "就是这样",
    "就这么着吧",
];
const WRONG: &[&str] = &[
    "等等，要改。",
    "要改",
    "填错了",
    "嗯那个不对不对",
    "老师您好，不对，谢谢",
    "呃不对",
    "2",
    "老师您好，不一样",
    "不是这样的",
    "名字不对",
    "周三那个不对，是周四",
    "对是对，时间要改",
    "不太一样，弟弟少一天",
    "❌",
    "不用谢，要改一下",
    "不准确",
];
const UNCLEAR: &[&str] = &[
    "1不对",
    "对吗？",
    "3",
    "今天天气不错",
    "好像对吧",
    "等会儿再看",
    "对，但是周三不上",
    "如果免费就对",
    "没看懂",
    "",
    "周三",
    "对，再加一个周五",
    "基本上对",
    "谢谢老师",
];

#[test]
fn a_wrong_outweighs_a_right_and_a_yes_accounts_for_all_that_was_said() {
    let question = question(["对", "要改"]);
    for (texts, want) in [(RIGHT, Some(Consent::Yes)), (WRONG, Some(Consent::No)), (UNCLEAR, None)] {
        for text in texts {
            assert_eq!(read(text, &question), value(want), "{text}");
        }
    }
}

#[test]
fn a_label_outranks_the_command_that_it_looks_like() {
    let question = question(["退出", "不退出"]);
    for (text, want) in [("退出", Consent::Yes), ("退出吧，谢谢", Consent::Yes), ("不退出了", Consent::No)]
    {
        assert_eq!(read(text, &question), value(Some(want)), "{text}");
    }
    assert_eq!(read("帮助", &question), Answer::Command(Command::Help));
}

#[test]
fn a_no_stays_a_no_whatever_stands_around_it() {
    let question = question(["对", "要改"]);
    for no in ["不对", "要改", "填错了", "不一样", "有误"] {
        for before in ["", "嗯，", "好的，", "老师好，", "呃", "对，"] {
            for after in ["", "，谢谢", "，我再看看", "啊", "，周三是游泳课"] {
                let text = format!("{before}{no}{after}");
                assert_eq!(read(&text, &question), value(Some(Consent::No)), "{text}");
            }
        }
    }
}

#[test]
fn what_is_added_to_a_yes_is_never_lost() {
    let question = question(["对", "要改"]);
    for yes in ["对", "没错", "没问题", "可以", "1"] {
        for more in ["周五也要", "加一个孩子", "时间五点", "不过奶奶来接", "篮球吗"] {
            let text = format!("{yes}，{more}");
            let answer = read(&text, &question);
            assert_ne!(answer, value(Some(Consent::Yes)), "{text}");
        }
    }
}
