//! What simulated parents say, in thousands of ways whose meaning is known: none may be misread, few asked again.

use chrono::{NaiveTime, Weekday};

use kehou::simulator::dice::Dice;
use kehou::simulator::parents::persona::{Style, Wish};
use kehou::simulator::parents::words;
use kehou::understand::{Answer, ChoiceOption, Choices, Consent, Question, TimeAnswer, Value, read};

const ROLLS: u64 = 2_000;
const STYLES: [Style; 8] = [
    Style::Plain,
    Style::Digits,
    Style::Short,
    Style::Dialect,
    Style::Voice,
    Style::Typo,
    Style::Traditional,
    Style::Polite,
];

/// Says something in every style, and counts how it is read.
fn check(meaning: &str, question: &Question, say: impl Fn(&Dice, Style) -> (String, Value)) {
    let dice = Dice::of(20_240_902, meaning);
    let (mut asked_again, mut misread) = (Vec::new(), Vec::new());
    let mut known = std::collections::HashSet::new();
    for roll in 0..ROLLS {
        let style = STYLES[usize::try_from(roll).unwrap() % STYLES.len()];
        let (text, meant) = say(&dice, style);
        if !known.insert(text.clone()) {
            continue;
        }
        match read(&text, question) {
            Answer::Value(value) if value == meant => {}
            Answer::Unclear => asked_again.push(text),
            other => misread.push((text, other)),
        }
    }
    assert!(
        misread.is_empty(),
        "{meaning}: {} misread, as {:?}",
        misread.len(),
        &misread[..misread.len().min(12)]
    );
    let may_ask = known.len() * 3 / 100;
    assert!(
        asked_again.len() <= may_ask,
        "{meaning}: {} of {}, as {:?}",
        asked_again.len(),
        known.len(),
        &asked_again[..asked_again.len().min(12)]
    );
}

fn at(minutes: u64) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minutes * 60).unwrap(), 0).unwrap()
}

fn joins(dice: &Dice) -> Wish {
    let mut days: Vec<u8> = (1..=5).filter(|_| dice.percent(55)).collect();
    if days.is_empty() {
        days.push(3);
    }
    Wish::Joins { days, pickup_at: at(16 * 60 + dice.between(2, 9) * 15), activities: Vec::new() }
}

fn weekdays(days: &[u8]) -> Value {
    Value::Weekdays(days.iter().map(|day| Weekday::try_from(day - 1).unwrap()).collect())
}

#[test]
fn whether_they_take_part() {
    let question = Question::Consent { menu: vec![Consent::Yes, Consent::No, Consent::Undecided] };
    let asked = "1 参加  2 不参加  3 再考虑";
    for (consent, meaning) in [(Consent::Yes, "yes"), (Consent::No, "no"), (Consent::Undecided, "undecided")]
    {
        check(meaning, &question, |dice, style| {
            let wish = match consent {
                Consent::Yes => joins(dice),
                Consent::No => Wish::Declines,
                Consent::Undecided => Wish::Undecided,
            };
            (words::consent(dice, style, asked, &wish, dice.percent(15)), Value::Consent(consent))
        });
    }
}

#[test]
fn on_which_days_and_when() {
    let offered = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let question = Question::Weekdays { offered };
    check("days", &question, |dice, style| {
        let Wish::Joins { days, .. } = joins(dice) else { unreachable!() };
        (words::days(dice, style, &days), weekdays(&days))
    });
    check("corrected days", &question, |dice, _| {
        let (Wish::Joins { days: wrong, .. }, Wish::Joins { days, .. }) = (joins(dice), joins(dice)) else {
            unreachable!()
        };
        (words::corrected_days(dice, &wrong, &days), weekdays(&days))
    });
    let (earliest, latest) = (at(16 * 60), at(18 * 60 + 30));
    let question = Question::Time { earliest, latest, dismissal: at(15 * 60 + 40), now: None };
    check("time", &question, |dice, style| {
        let time = at(16 * 60 + dice.between(0, 10) * 15);
        (words::time(dice, style, time), Value::Time(TimeAnswer::At(time)))
    });
}

#[test]
fn which_activities() {
    let names = ["自主作业", "足球", "合唱", "绘画书法", "围棋"];
    let options =
        names.iter().zip(1..).map(|(name, no)| ChoiceOption { no, name: (*name).to_owned() }).collect();
    let question = Question::Choices { options, choices_max: Some(3) };
    let asked = "1 自主作业\n2 足球\n3 合唱\n4 绘画书法\n5 围棋";
    check("any", &question, |dice, style| {
        (words::activities(dice, style, asked, &[]), Value::Choices(Choices::Any))
    });
    check("some", &question, |dice, style| {
        let first = dice.between(1, 5);
        let numbers: Vec<u32> = (first..=5)
            .filter(|no| *no == first || dice.percent(40))
            .take(3)
            .map(|no| u32::try_from(no).unwrap())
            .collect();
        let chosen: Vec<String> =
            numbers.iter().map(|no| names[usize::try_from(*no).unwrap() - 1].to_owned()).collect();
        (words::activities(dice, style, asked, &chosen), Value::Choices(Choices::These(numbers)))
    });
}

#[test]
fn whether_it_is_right_or_the_same() {
    let of = |labels: [&str; 2]| Question::Confirm {
        menu: vec![Consent::Yes, Consent::No],
        labels: labels.map(str::to_owned).to_vec(),
    };
    for (consent, is_yes) in [(Consent::Yes, true), (Consent::No, false)] {
        check(if is_yes { "right" } else { "wrong" }, &of(["对", "要改"]), |dice, style| {
            (words::confirm(dice, style, "1 对  2 要改", is_yes), Value::Consent(consent))
        });
        check(if is_yes { "same" } else { "different" }, &of(["一样", "不一样"]), |dice, style| {
            (words::same(dice, style, "1 一样  2 不一样", is_yes), Value::Consent(consent))
        });
    }
}
