//! Saying a value back (复述): short and warm, for confirmations, and readable by the same grammar again.
//!
//! Start at [`render`].

mod batch;

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};

use super::{
    Approval, ChoiceOption, Choices, ClassAndName, Consent, DateSpan, DayPart, Decision, PickupPerson,
    Question, TimeAnswer, Value, plan_changes,
};

/// Says a value of a question in words.
///
/// Returns nothing but the value (`周一、周三`, `17:30前`); the sentence around it is the flow's. Ids and numbers that the
/// question did not offer are left out.
pub fn render(value: &Value, question: &Question) -> String {
    match value {
        Value::Consent(Consent::Yes) => "参加".to_owned(),
        Value::Consent(Consent::No) => "不参加".to_owned(),
        Value::Consent(Consent::Undecided) => "再考虑".to_owned(),
        Value::Weekdays(days) => weekdays(days),
        Value::Time(time) => time_of_day(*time),
        Value::Choices(Choices::Any) => "听老师安排".to_owned(),
        Value::Choices(Choices::These(numbers)) => match question {
            Question::Choices { options, .. } => choices(numbers, options),
            _ => String::new(),
        },
        Value::Child(ids) => match question {
            Question::Child { children } if !ids.is_empty() => {
                let names: Vec<&str> =
                    children.iter().filter(|c| ids.contains(&c.id)).map(|c| c.name.as_str()).collect();
                names.join("、")
            }
            _ => "都不报".to_owned(),
        },
        Value::ClassAndName(who) => class_and_name(who),
        Value::PickupPerson(people) => people.iter().map(person).collect::<Vec<String>>().join("、"),
        Value::Approve(approval) => self::approval(approval),
        Value::Date(spans) if matches!(question, Question::StartDay { .. }) => {
            spans.first().map(|span| first_day(span.from)).unwrap_or_default()
        }
        Value::Date(spans) => {
            let today = if let Question::Date { today, .. } = question { Some(*today) } else { None };
            spans.iter().map(|span| date(span, today)).collect::<Vec<String>>().join("、")
        }
        Value::Decisions(decisions) => batch::decisions(decisions, question),
        Value::RollCall(roll) => batch::roll_call(roll, question),
        Value::Handovers(handovers) => batch::handovers(handovers, question),
        Value::PickupReply(reply) => batch::pickup_reply(reply),
        Value::PlanChanges(changes) => match question {
            Question::PlanChanges { today, children, .. } => plan_changes::say(changes, children, *today),
            _ => String::new(),
        },
        Value::OwnWords(own) => own.words.clone(),
        Value::Number(number) => number.to_string(),
        Value::DigestRow(row) => row.map_or_else(|| "是谁".to_owned(), |row| format!("第{row}项")),
        Value::Text(text) => text.clone(),
    }
}

/// Such as `11月30日（周一）`: who sees the day of the week notices a mistake.
fn first_day(day: NaiveDate) -> String {
    format!("{}月{}日（{}）", day.month(), day.day(), weekday(day.weekday()))
}

fn approval(approval: &Approval) -> String {
    let decision = match approval.decision {
        Decision::Approve => "同意",
        Decision::Reject => "不同意",
        Decision::Ask => "先等等",
    };
    approval.note.as_ref().map_or_else(|| decision.to_owned(), |note| format!("{decision}，{note}"))
}

pub(super) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}

fn weekdays(days: &[Weekday]) -> String {
    if days == [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri] {
        return "每天（周一到周五）".to_owned();
    }
    days.iter().map(|day| weekday(*day)).collect::<Vec<&str>>().join("、")
}

pub(super) fn time_of_day(time: TimeAnswer) -> String {
    let clock = |t: NaiveTime| t.format("%H:%M").to_string();
    match time {
        TimeAnswer::At(t) => clock(t),
        TimeAnswer::By(t) => format!("{}前", clock(t)),
        TimeAnswer::After(t) => format!("{}后", clock(t)),
        TimeAnswer::Between(from, to) => format!("{}到{}", clock(from), clock(to)),
    }
}

fn choices(numbers: &[u32], options: &[ChoiceOption]) -> String {
    if numbers.is_empty() {
        return "都不选".to_owned();
    }
    let names: Vec<&str> =
        options.iter().filter(|o| numbers.contains(&o.no)).map(|o| o.name.as_str()).collect();
    names.join("、")
}

fn class_and_name(who: &ClassAndName) -> String {
    let mut out = String::new();
    match who.grade {
        Some(-3) => out.push_str("小班"),
        Some(-2) => out.push_str("中班"),
        Some(-1) => out.push_str("大班"),
        Some(grade @ 7..=9) => out.push_str(
            ["初一", "初二", "初三"].get(usize::from(grade.unsigned_abs()) - 7).copied().unwrap_or_default(),
        ),
        Some(grade @ 10..=12) => out.push_str(
            ["高一", "高二", "高三"].get(usize::from(grade.unsigned_abs()) - 10).copied().unwrap_or_default(),
        ),
        Some(grade) => out.extend([grade.to_string(), "年级".to_owned()]),
        None => {}
    }
    if let Some(class) = who.class {
        out.extend([class.to_string(), "班".to_owned()]);
    }
    if let Some(name) = &who.name {
        out.push_str(name);
    }
    out
}

/// The everyday word for a relation.
fn relation(name: &str) -> &'static str {
    match name {
        "father" => "爸爸",
        "mother" => "妈妈",
        "paternal_grandfather" => "爷爷",
        "paternal_grandmother" => "奶奶",
        "maternal_grandfather" => "外公",
        "maternal_grandmother" => "外婆",
        "uncle" => "叔叔舅舅",
        "aunt" => "姑姑姨妈",
        "brother" => "哥哥",
        "sister" => "姐姐",
        "cousin" => "表亲堂亲",
        "nanny" => "保姆",
        "neighbor" => "邻居",
        "friend" => "朋友",
        "classmate_parent" => "同学家长",
        "care_center" => "托管班",
        "driver" => "司机",
        "school_bus" => "校车",
        "self" => "本人",
        "child_alone" => "孩子自己回家",
        _ => "其他亲属",
    }
}

pub(super) fn person(person: &PickupPerson) -> String {
    let mut out = person.relation.as_deref().map(relation).unwrap_or_default().to_owned();
    if let Some(name) = &person.name {
        out.push_str(name);
    }
    if let Some(phone) = &person.phone {
        let _ = if out.is_empty() { write!(out, "{phone}") } else { write!(out, "（{phone}）") };
    }
    out
}

/// A day of the year; with the year where it is far from today.
pub(super) fn day(day: NaiveDate, today: Option<NaiveDate>) -> String {
    let is_near = today.is_some_and(|today| (day - today).num_days().abs() < 180);
    let year = if is_near { String::new() } else { format!("{}年", day.year()) };
    format!("{year}{}月{}日", day.month(), day.day())
}

fn date(span: &DateSpan, today: Option<NaiveDate>) -> String {
    let day = |d: NaiveDate| day(d, today);
    let part = match span.part {
        DayPart::Day => "",
        DayPart::Am => "上午",
        DayPart::Pm => "下午",
    };
    if span.from == span.to {
        format!("{}{part}", day(span.from))
    } else {
        format!("{}到{}{part}", day(span.from), day(span.to))
    }
}

#[cfg(test)]
mod tests;
