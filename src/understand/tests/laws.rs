//! Laws over answers of every slot: what takes an answer back is never lost, and what only accompanies it changes nothing.

use proptest::prelude::*;

use super::super::lexicon::LOOKUPS;
use super::super::{Answer, Consent, DecisionItem, OwnWords, Question, RollCallChild, Value, read};
use super::{questions, without_note};

/// Answers that read as a value, each with the index of its question.
const ANSWERS: &[(usize, &str)] = &[
    (0, "参加"),
    (0, "我们报名"),
    (1, "周一"),
    (1, "周一和周四"),
    (1, "每天"),
    (2, "五点半"),
    (2, "17:20"),
    (3, "足球"),
    (3, "画画"),
    (4, "李小禾"),
    (4, "姐姐"),
    (5, "二年级三班张小明"),
    (5, "203班 王雨萱"),
    (6, "奶奶"),
    (6, "爸爸接"),
    (6, "我来接"),
    (7, "同意"),
    (7, "批准"),
    (8, "明天"),
    (8, "9月23号"),
    (8, "下周一到下周三"),
];

/// Every pair of an answer and another text, with the question and how the answer alone reads.
fn with_each(others: &[&str], mut check: impl FnMut(&Question, &Answer, &str, &str)) {
    let questions = questions();
    for (index, answer) in ANSWERS {
        let question = &questions[*index];
        let alone = read(answer, question);
        assert!(matches!(alone, Answer::Value(_)), "{answer}");
        for other in others {
            check(question, &alone, answer, other);
        }
    }
}

#[test]
fn an_answer_that_is_left_open_is_no_value() {
    let doubts = [
        "，看情况吧",
        "，还没定",
        "，不一定",
        "，还要商量一下",
        "，等他爸回来再定",
        "，如果不加班的话",
        "，要是有空的话",
        "，说不好",
        "，不太确定",
        "，我再想想",
        "，看天气",
        "，要看加不加班",
        "，拿不准",
        "，没想好",
        "，不敢肯定",
        "，得看单位放不放人",
        "，除非下雨",
        "，前提是不下雨",
        "，还得问问孩子",
        "，晚上给您准信",
        "，随时可能变",
    ];
    with_each(&doubts, |question, _, answer, doubt| {
        let text = format!("{answer}{doubt}");
        let read = read(&text, question);
        let is_open = matches!(read, Answer::Unclear | Answer::Value(Value::Consent(Consent::Undecided)))
            || matches!(&read, Answer::Value(Value::Approve(a)) if a.decision == super::super::Decision::Ask);
        assert!(is_open, "{text}: {read:?}");
    });
}

#[test]
fn an_answer_that_is_guessed_or_that_nobody_here_gives_is_no_value() {
    let unreal = [
        "听说",
        "据说",
        "群里说",
        "我以为",
        "还以为",
        "差点",
        "假装",
        "梦见",
        "比如",
        "例如",
        "忘了",
        "是不是",
    ];
    let guesses = ["大概率", "可能是", "也许", "好像", "估计", "多半", "八成", "说不定"];
    with_each(&[unreal.as_slice(), guesses.as_slice()].concat(), |question, _, answer, frame| {
        // 大概五点半: near enough is an answer.
        if matches!(question, Question::Time { .. }) && guesses.contains(&frame) {
            return;
        }
        let text = format!("{frame}{answer}");
        let read = read(&text, question);
        let is_open = matches!(read, Answer::Unclear | Answer::Value(Value::Consent(Consent::Undecided)));
        assert!(is_open, "{text}: {read:?}");
    });
}

#[test]
fn a_negative_beside_an_answer_is_never_lost() {
    with_each(&["不要", "别", "不是", "拒绝", "不会是"], |question, alone, answer, not| {
        let text = format!("{not}{answer}");
        assert_ne!(&read(&text, question), alone, "{text}");
    });
    with_each(&["不行", "不要", "不用", "不"], |question, alone, answer, not| {
        let text = format!("{answer}{not}");
        assert_ne!(&read(&text, question), alone, "{text}");
    });
}

#[test]
fn what_only_accompanies_an_answer_changes_nothing() {
    let before = [
        "老师您好，",
        "不好意思才看到，",
        "我是李小禾妈妈，",
        "刚下班才看到消息，",
        "王老师好，",
        "呃",
        "@王老师 ",
        "收到，",
        "回复老师：",
    ];
    let after = [
        "，谢谢老师",
        "哈",
        "，到了给您打电话",
        "，家里有点事",
        "😊",
        "。。。",
        "，请知悉",
        "，给您添麻烦了",
        "，祝老师工作顺利",
        " 谢谢",
        "\n谢谢",
        "，孩子很喜欢老师",
    ];
    with_each(&before, |question, alone, answer, extra| {
        // Who writes names the child, and so is an answer there.
        if !(matches!(question, Question::ClassAndName { .. }) && extra.contains("妈妈")) {
            let text = format!("{extra}{answer}");
            assert_eq!(&without_note(read(&text, question)), alone, "{text}");
        }
    });
    with_each(&after, |question, alone, answer, extra| {
        let text = format!("{answer}{extra}");
        assert_eq!(&without_note(read(&text, question)), alone, "{text}");
    });
}

/// How often a lexicon is asked for a word while a reply is read.
fn lookups(text: &str, question: &Question) -> u64 {
    LOOKUPS.with(|count| count.set(0));
    let _ = read(text, question);
    LOOKUPS.with(std::cell::Cell::get)
}

#[test]
fn the_work_grows_with_the_length_and_no_faster() {
    let patterns = [
        "周三不行",
        "，1",
        "不",
        "参加",
        "五点到",
        "帮我",
        "小禾和",
        "爷爷的",
        "二年级",
        "如果就",
        "20号、",
        "不是是",
        "第",
        "除了都",
        "abc ",
    ];
    for question in questions() {
        for pattern in patterns {
            let of = |chars: usize| pattern.chars().cycle().take(chars).collect::<String>();
            let (short, long) = (lookups(&of(60), &question), lookups(&of(480), &question));
            assert!(long <= 12 * short.max(200), "{pattern}: {short} for 60, {long} for 480 to {question:?}");
        }
    }
}

/// A class of forty with few surnames and many like given names.
fn class() -> Vec<RollCallChild> {
    let surnames = "李王张刘陈杨赵周".chars();
    let names = surnames.flat_map(|surname| {
        ["小禾", "小雨", "子轩", "子萱", "一诺"].map(|given| format!("{surname}{given}"))
    });
    names.zip(1..).map(|(name, no)| RollCallChild { no, id: format!("s{no}"), name }).collect()
}

#[test]
fn the_longest_message_costs_a_bounded_number_of_looks() {
    let items = class().into_iter().map(|child| DecisionItem {
        no: child.no,
        names: vec![child.name],
        is_open: true,
    });
    let lists = [
        Question::Decisions { items: items.collect() },
        Question::RollCall { children: class() },
        Question::Handover { children: class() },
    ];
    let patterns = [
        "一",
        "小",
        "李",
        "不对",
        "王小雨、",
        "李子轩没来，",
        "3号同意，",
        "张子选",
        "其他都到了",
        "除了都",
        "缺3、",
    ];
    for question in questions().into_iter().chain(lists) {
        for pattern in patterns {
            let text: String = pattern.chars().cycle().take(2048 / 3).collect();
            let looks = lookups(&text, &question);
            assert!(looks <= 60 * 2048, "{pattern}: {looks} to {question:?}");
        }
    }
}

#[test]
fn a_list_of_a_whole_class_is_read_to_its_end() {
    let said = |what: &str| -> String {
        let lines: Vec<String> =
            class().iter().map(|child| format!("{}{}{what}", child.no, child.name)).collect();
        lines.join("，")
    };
    let question = Question::RollCall { children: class() };
    let Answer::Value(Value::RollCall(roll)) = read(&said("没来"), &question) else { panic!("unclear") };
    assert_eq!(roll.absent.len(), 40);
    let question = Question::Handover { children: class() };
    let Answer::Value(Value::Handovers(handovers)) = read(&said("奶奶接走了"), &question) else {
        panic!("unclear")
    };
    assert_eq!(handovers.len(), 40);
    let items = class().into_iter().map(|child| DecisionItem {
        no: child.no,
        names: vec![child.name],
        is_open: true,
    });
    let question = Question::Decisions { items: items.collect() };
    let Answer::Value(Value::Decisions(decisions)) = read(&said("同意"), &question) else {
        panic!("unclear")
    };
    assert_eq!(decisions.len(), 40);
}

/// Every character that has a traditional form, in that form.
fn traditional(text: &str) -> String {
    let table: Vec<char> = include_str!("../traditional.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::chars)
        .collect();
    let pairs: Vec<(char, char)> = table.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    text.chars().map(|c| pairs.iter().find(|(_, simple)| *simple == c).map_or(c, |(old, _)| *old)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_script_changes_nothing(text in super::pieces()) {
        for question in questions() {
            let plain = without_note(read(&text, &question));
            prop_assert_eq!(without_note(read(&traditional(&text), &question)), plain, "{}", text);
        }
    }
}

#[test]
fn own_words_keep_their_script() {
    let answers = questions().into_iter().map(|question| read("12：畫畫", &question));
    let own: Vec<OwnWords> = answers
        .filter_map(|answer| if let Answer::Value(Value::OwnWords(own)) = answer { Some(own) } else { None })
        .collect();
    assert_eq!(own, [OwnWords { no: 12, words: "畫畫".to_owned() }]);
}
