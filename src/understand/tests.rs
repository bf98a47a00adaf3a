//! Laws that hold for any reply, and tables of what the main rules read.

mod laws;

use chrono::{NaiveDate, NaiveTime, Weekday};
use proptest::prelude::*;

use super::normalise::normalise;
use super::{
    Answer, Approval, ChildOption, ChoiceOption, Choices, Consent, DecisionItem, OwnWords, PickupReply,
    Present, Question, Replier, RollCallChild, Stage, TimeAnswer, Value, read,
};

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn questions() -> Vec<Question> {
    let option = |no, name: &str| ChoiceOption { no, name: name.to_owned() };
    let child = |id: &str, name: &str, is_girl, grade| ChildOption {
        id: id.into(),
        name: name.into(),
        is_girl: Some(is_girl),
        grade,
        class: 1,
    };
    vec![
        Question::Consent { menu: vec![Consent::Yes, Consent::No, Consent::Undecided] },
        Question::Weekdays { offered: vec![Weekday::Mon, Weekday::Tue, Weekday::Thu] },
        Question::Time {
            earliest: time(15, 30),
            latest: time(18, 0),
            dismissal: time(15, 30),
            now: Some(time(16, 0)),
        },
        Question::Choices {
            options: vec![option(1, "自主作业"), option(2, "足球"), option(3, "绘画书法")],
            choices_max: Some(2),
        },
        Question::Child {
            children: vec![child("a", "李小禾", true, 5), child("b", "李小苗", false, 3)]
        },
        Question::ClassAndName { stage: Stage::Primary },
        Question::PickupPerson { replier: Replier::Father, child: "李小禾".into() },
        Question::Approve { item: "enrol".into() },
        Question::Date {
            today: NaiveDate::from_ymd_opt(2021, 9, 15).unwrap(),
            holidays: vec![],
            makeup_days: vec![],
        },
        Question::Command,
    ]
    .into_iter()
    .chain(batch_questions())
    .collect()
}

fn batch_questions() -> Vec<Question> {
    vec![
        Question::Decisions {
            items: listed().map(|(no, name)| DecisionItem { no, names: vec![name], is_open: true }).collect(),
        },
        Question::RollCall { children: children() },
        Question::Handover { children: children() },
        Question::PickupReply {
            now: time(17, 10),
            earliest: time(15, 30),
            latest: time(18, 0),
            replier: Replier::Mother,
            child: "李小禾".into(),
        },
        Question::Answers { numbers: vec![3, 12], only_open: Some(12) },
        Question::Number { min: 1, max: 300 },
        Question::DigestRow { last: 20 },
        Question::StartDay { today: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap(), holidays: Vec::new() },
        Question::Acknowledgement,
        Question::FreeText { takes_complaint: true },
    ]
}

fn listed() -> impl Iterator<Item = (u32, String)> {
    [(1, "李小禾"), (2, "王小雨"), (9, "张子轩"), (12, "陈小满")]
        .into_iter()
        .map(|(no, name)| (no, name.to_owned()))
}

fn children() -> Vec<RollCallChild> {
    listed().map(|(no, name)| RollCallChild { no, id: format!("s{no}"), name }).collect()
}

/// Pieces that batch replies are made of.
const BATCH_PIECES: [&str; 11] =
    ["缺", "没来", "请假", "到了", "接走了", "还没人接", "先等等", "马上到", "晚", "换人", "其余"];

/// Pieces that replies are made of, so that random ones come near to every rule.
fn pieces() -> impl Strategy<Value = String> {
    let words = vec![
        "周",
        "一",
        "三",
        "五",
        "六",
        "到",
        "不",
        "没",
        "参加",
        "除了",
        "都",
        "其他",
        "点",
        "半",
        "前",
        "后",
        "1",
        "9",
        "12",
        ":",
        "，",
        "？",
        "吗",
        "就",
        "如果",
        "爷爷",
        "我",
        "妈",
        "李小禾",
        "小",
        "的",
        "和",
        "或者",
        "足球",
        "画画",
        "随便",
        "明天",
        "下周",
        "号",
        "月",
        "不对",
        "是",
        "同意",
        "退回",
        "取消",
        "第",
        "个",
        "年级",
        "班",
        "13800001111",
        "[OK]",
        "<br/>",
        "\u{200b}",
        "👌",
        "自己",
        "接",
        "来不了",
        "差",
        "分钟",
        "倒数",
        "两",
        "整个",
        "国庆节",
        "(",
        ")",
        "-",
    ];
    let words: Vec<&str> = words.into_iter().chain(BATCH_PIECES).collect();
    prop::collection::vec(prop::sample::select(words), 0..12).prop_map(|parts| parts.concat())
}

/// A note and own words are a piece of the text as received, so they keep its width and its script.
fn without_note(answer: Answer) -> Answer {
    match answer {
        Answer::Value(Value::Approve(approval)) => {
            Answer::Value(Value::Approve(Approval { note: None, ..approval }))
        }
        Answer::Value(Value::Decisions(decisions)) => {
            let bare = |(no, approval)| (no, Approval { note: None, ..approval });
            Answer::Value(Value::Decisions(decisions.into_iter().map(bare).collect()))
        }
        // A text is kept as it was written.
        Answer::Value(Value::Text(_)) => Answer::Value(Value::Text(String::new())),
        Answer::Value(Value::OwnWords(own)) => {
            let words = normalise(&own.words).text.clone();
            Answer::Value(Value::OwnWords(OwnWords { words, ..own }))
        }
        other => other,
    }
}

fn is_listed(ids: &[String]) -> bool {
    ids.iter().all(|id| children().iter().any(|child| child.id == *id))
}

fn is_batch_offered(answer: &Answer) -> bool {
    match answer {
        Answer::Value(Value::Decisions(decisions)) => {
            decisions.windows(2).all(|w| w[0].0 < w[1].0)
                && decisions.iter().all(|(no, _)| listed().any(|(listed, _)| listed == *no))
        }
        Answer::Value(Value::RollCall(roll)) => {
            let came = if let Present::These(ids) = &roll.present { ids.clone() } else { vec![] };
            let mut all = [roll.absent.clone(), roll.on_leave.clone(), came].concat();
            let is_listed = is_listed(&all);
            all.sort();
            is_listed && all.windows(2).all(|w| w[0] != w[1])
        }
        Answer::Value(Value::Handovers(handovers)) => {
            let mut ids: Vec<String> = handovers.iter().map(|h| h.child.clone()).collect();
            ids.sort();
            is_listed(&ids) && ids.windows(2).all(|w| w[0] != w[1])
        }
        Answer::Value(Value::PickupReply(PickupReply::At(at))) => (time(17, 10)..=time(21, 0)).contains(at),
        Answer::Value(Value::PickupReply(PickupReply::Late { minutes })) => (1..=300).contains(minutes),
        Answer::Value(Value::OwnWords(own)) => [3, 12].contains(&own.no) && !own.words.is_empty(),
        Answer::Value(Value::Number(number)) => (1..=300).contains(number),
        Answer::Value(Value::DigestRow(Some(row))) => (1..=20).contains(row),
        Answer::Value(Value::Text(text)) => {
            !text.is_empty() && text.chars().count() <= 500 && text.trim() == text
        }
        _ => true,
    }
}

fn is_offered(answer: &Answer, question: &Question) -> bool {
    if !is_batch_offered(answer) {
        return false;
    }
    match (answer, question) {
        (Answer::Value(Value::Weekdays(days)), Question::Weekdays { offered }) => {
            !days.is_empty() && days.iter().all(|d| offered.contains(d))
        }
        (Answer::Value(Value::Time(answer)), Question::Time { earliest, latest, .. }) => {
            let is_inside = |t: &NaiveTime| (earliest..=latest).contains(&t);
            match answer {
                TimeAnswer::At(t) | TimeAnswer::By(t) | TimeAnswer::After(t) => is_inside(t),
                TimeAnswer::Between(from, to) => is_inside(from) && is_inside(to) && from < to,
            }
        }
        (
            Answer::Value(Value::Choices(Choices::These(numbers))),
            Question::Choices { options, choices_max },
        ) => {
            choices_max.is_none_or(|max| numbers.len() <= max)
                && numbers.iter().all(|n| options.iter().any(|o| o.no == *n))
        }
        (Answer::Value(Value::Child(ids)), Question::Child { children }) => {
            ids.iter().all(|id| children.iter().any(|c| c.id == *id))
        }
        (Answer::Value(Value::Date(spans)), Question::Date { .. }) => {
            spans.iter().all(|s| s.from <= s.to) && spans.windows(2).all(|w| w[0].to < w[1].from)
        }
        _ => true,
    }
}

#[test]
fn a_negative_is_never_lost() {
    let question = Question::Consent { menu: vec![] };
    for verb in ["参加", "报名", "报", "去", "上", "愿意参加", "想参加", "同意", "需要", "想报", "留校"]
    {
        for (form, want) in [
            (verb.to_owned(), Some(Consent::Yes)),
            (format!("不{verb}"), Some(Consent::No)),
            (format!("我们不{verb}了，谢谢老师"), Some(Consent::No)),
            (format!("好的，我们不{verb}"), Some(Consent::No)),
            (format!("怎么会不{verb}呢"), Some(Consent::Yes)),
            (format!("{verb}吗"), None),
        ] {
            let want = want.map_or(Answer::Unclear, |consent| Answer::Value(Value::Consent(consent)));
            assert_eq!(read(&form, &question), want, "{form}");
        }
    }
}

#[test]
fn days_are_ruled_out_in_every_order() {
    let question = Question::Weekdays { offered: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed] };
    for text in [
        "除了周三都参加",
        "周三不行，其他都可以",
        "不要周三，其余都行",
        "周三除外",
        "就周三不去",
        "除周三以外每天",
        "周三奶奶接，其他时间都上",
        "参加两天，周三不参加",
        "周一开始连着两天",
        "周一到周三，周三除外",
    ] {
        assert_eq!(
            read(text, &question),
            Answer::Value(Value::Weekdays(vec![Weekday::Mon, Weekday::Tue])),
            "{text}"
        );
    }
    for text in [
        "周三不参加",
        "周三，不去",
        "周二周三，就不上了",
        "周六",
        "周一或者周二",
        "哪天都不去",
        "周一上，周一不上",
    ] {
        assert_eq!(read(text, &question), Answer::Unclear, "{text}");
    }
}

#[test]
fn an_hour_is_the_one_in_the_window() {
    let question =
        Question::Time { earliest: time(15, 30), latest: time(18, 0), dismissal: time(15, 30), now: None };
    for (text, want) in [
        ("四点", Some((16, 0))),
        ("五点三刻", Some((17, 45))),
        ("差一刻五点", Some((16, 45))),
        ("要到五点才能到校门口", Some((17, 0))),
        ("平时四点就能到，今天得五点", Some((17, 0))),
        ("放学后二十分钟到", Some((15, 50))),
        ("过来要二十五分钟", None),
        ("三点", None),
        ("七点", None),
        ("五点多", None),
        ("四五点", None),
    ] {
        let want = want.map_or(Answer::Unclear, |(hour, minute)| {
            Answer::Value(Value::Time(TimeAnswer::At(time(hour, minute))))
        });
        assert_eq!(read(text, &question), want, "{text}");
    }
}

#[test]
fn thousands_of_characters_are_read_too() {
    for question in questions() {
        for text in [
            "帮".repeat(3000),
            "周一".repeat(2000),
            "不".repeat(2500),
            "，1".repeat(2000),
            "(".repeat(4000),
            "一".repeat(2000),
            "9".repeat(2048),
        ] {
            let _ = read(&text, &question);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_to_any_question_reads_as_something_offered(text in "\\PC{0,680}", bytes in prop::collection::vec(any::<char>(), 0..80)) {
        let wild: String = bytes.into_iter().collect();
        for question in questions() {
            for text in [&text, &wild] {
                let answer = read(text, &question);
                prop_assert!(is_offered(&answer, &question), "{text:?} {answer:?}");
                prop_assert_eq!(answer, read(text, &question));
            }
        }
    }

    #[test]
    fn replies_made_of_known_words_read_as_something_offered(text in pieces()) {
        for question in questions() {
            let answer = read(&text, &question);
            prop_assert!(is_offered(&answer, &question), "{text:?} {answer:?}");
        }
    }

    #[test]
    fn width_spacing_and_markup_change_nothing(text in pieces()) {
        let wide: String = text.chars().map(|c| match c { '0'..='9' => char::from_u32(u32::from(c) - 0x30 + 0xff10).unwrap(), _ => c }).collect();
        let spaced = format!("  {text}\u{3000}\u{feff}");
        for question in questions() {
            let plain = without_note(read(&text, &question));
            prop_assert_eq!(&without_note(read(&wide, &question)), &plain, "{}", wide);
            prop_assert_eq!(&without_note(read(&spaced, &question)), &plain, "{}", spaced);
        }
    }

    #[test]
    fn politeness_after_an_answer_changes_nothing(day in 0_usize..3, thanks in prop::sample::select(vec!["，谢谢", "，谢谢老师", "，麻烦老师了", "，辛苦了🙏", "。老师辛苦了！", "，多谢"])) {
        let names = ["周一", "周二", "周四"];
        let cases = [(1, names[day]), (0, "参加"), (0, "不参加"), (2, "五点半"), (3, "画画"), (4, "李小禾"), (5, "二年级三班张小明"), (6, "奶奶"), (7, "同意"), (8, "明天")];
        for (index, text) in cases {
            let question = &questions()[index];
            let plain = read(text, question);
            prop_assert!(matches!(plain, Answer::Value(_)), "{text}");
            prop_assert_eq!(read(&format!("{text}{thanks}"), question), plain, "{}{}", text, thanks);
        }
    }
}
