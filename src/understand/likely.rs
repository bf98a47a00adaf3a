//! Likely meanings (可能的意思): what an unclear reply may have meant, for the question that is asked back.
//!
//! A guess that is only asked about costs nothing: «您是说周一、周二、周四、周五吗？» Every meaning was offered, is said in words
//! that the question understands, and stands there because of the reply alone. Start at [`likely`].

use smallvec::SmallVec;

use super::{
    Answer, Question, Value, answer, choices, date, normalise, opening, read, render, time, weekdays,
};

/// More meanings than these are a menu, and the flow has one of its own.
pub const MEANINGS_MAX: usize = 3;

/// What stands between two alternatives of a reply.
const BETWEEN: &[&str] = &["或者", "要么", "还是", "不然", "要不", "或", "，", "。", "/"];

/// What a reply that was not understood may have meant; nothing where it does not say, and never more than
/// [`MEANINGS_MAX`].
///
/// - `text`: as received.
pub fn likely(text: &str, question: &Question) -> Vec<Value> {
    let is_asked_of = matches!(
        question,
        Question::Weekdays { .. } | Question::Time { .. } | Question::Choices { .. } | Question::Date { .. }
    );
    let normal = normalise::normalise(text);
    if !is_asked_of || normal.is_code || normal.text.is_empty() {
        return Vec::new();
    }
    let plain = opening::without_opening(normalise::without_thanks(&normal.text), false);
    let whole = answer(text, plain, question);
    let mut found: Vec<Value> = Vec::new();
    let said =
        std::iter::once(whole).chain(alternatives(plain).into_iter().map(|piece| read(piece, question)));
    for answer in said {
        if let Answer::Value(value) = answer {
            keep(&mut found, value, question);
        }
    }
    if found.is_empty() {
        for value in near(plain, question) {
            keep(&mut found, value, question);
        }
    }
    if found.len() > MEANINGS_MAX { Vec::new() } else { found }
}

/// The parts of a reply that offers alternatives, such as 五点或者六点; none where it is one.
fn alternatives(text: &str) -> SmallVec<[&str; 4]> {
    let mut pieces: SmallVec<[&str; 4]> = SmallVec::from_slice(&[text]);
    for word in BETWEEN {
        pieces =
            pieces.iter().flat_map(|piece| piece.split(word)).filter(|piece| !piece.is_empty()).collect();
    }
    if pieces.len() > 1 { pieces } else { SmallVec::new() }
}

/// What is near to what was said, by the grammar of the question: 五点多, 周三不参加, 打球 with two ball games, 周三 on a Wednesday.
fn near(text: &str, question: &Question) -> Vec<Value> {
    match question {
        Question::Weekdays { offered } => weekdays::near(text, offered),
        Question::Time { earliest, latest, .. } => time::near(text, *earliest, *latest),
        Question::Choices { options, .. } => choices::near(text, options),
        Question::Date { today, .. } => date::near(text, *today),
        _ => Vec::new(),
    }
}

/// Keeps a meaning once, if the question understands the words for it, so that it can be said and tapped.
fn keep(found: &mut Vec<Value>, value: Value, question: &Question) {
    let is_understood = read(&render(&value, question), question) == Answer::Value(value.clone());
    if is_understood && !found.contains(&value) {
        found.push(value);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime, Weekday};

    use super::super::{ChoiceOption, Question, render};
    use super::likely;

    fn meant(text: &str, question: &Question) -> Vec<String> {
        likely(text, question).iter().map(|value| render(value, question)).collect()
    }

    #[test]
    fn days_that_are_only_excluded_leave_the_others() {
        let offered = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let question = Question::Weekdays { offered };
        for (text, want) in [
            ("周三不参加", vec!["周一、周二、周四、周五"]),
            ("周一周六", vec!["周一"]),
            ("周三或周四", vec!["周三", "周四"]),
            ("周三吧，看情况", vec!["周三"]),
            ("不一定", vec![]),
            ("你好", vec![]),
            ("<script>周三</script>", vec![]),
        ] {
            assert_eq!(meant(text, &question), want, "{text}");
        }
    }

    #[test]
    fn a_vague_time_has_the_hour_and_the_half_hour_near_it() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let (earliest, latest) = (at(16, 20), at(18, 0));
        let question = Question::Time { earliest, latest, dismissal: earliest, now: None };
        for (text, want) in [
            ("五点多", vec!["17:00", "17:30"]),
            ("五六点", vec!["17:00", "18:00"]),
            ("五点或者五点半", vec!["17:00", "17:30"]),
            ("五点半吧，要看加不加班", vec!["17:30"]),
            ("七点", vec![]),
            ("晚一点", vec![]),
        ] {
            assert_eq!(meant(text, &question), want, "{text}");
        }
    }

    #[test]
    fn a_word_for_two_options_offers_both() {
        let options = ["作业", "足球", "篮球", "合唱"];
        let options: Vec<ChoiceOption> =
            (1..).zip(options).map(|(no, name)| ChoiceOption { no, name: name.to_owned() }).collect();
        let question = Question::Choices { options, choices_max: None };
        for (text, want) in
            [("打球", vec!["足球", "篮球"]), ("合唱吧，还没想好", vec!["合唱"]), ("书法", vec![])]
        {
            assert_eq!(meant(text, &question), want, "{text}");
        }
    }

    #[test]
    fn a_day_that_may_be_two_offers_both() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        let question = Question::Date { today, holidays: Vec::new(), makeup_days: Vec::new() };
        assert_eq!(meant("周三", &question).len(), 2);
        assert_eq!(meant("10号", &question), ["12月10日"]);
        assert!(meant("过几天", &question).is_empty());
    }
}
