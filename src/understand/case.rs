//! Cases (用例): labelled replies as JSON lines, with the question in plain keys.
//!
//! The schema is that of `tests/suite/fixtures/utterances/own.jsonl`: `slot` and `context` become a [`Question`], an
//! [`Answer`] becomes `got`. Start at [`Case::question`] and [`got`].

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Answer, ChildOption, ChoiceOption, Choices, Command, Consent, Holiday, Question, Replier, Stage,
    TimeAnswer, Value,
};

mod batch;

/// One reply to one question.
#[derive(Deserialize)]
pub struct Case {
    /// Unique.
    pub id: String,
    /// What the pending question asks for.
    pub slot: String,
    /// What is known at that moment, by slot.
    pub context: Json,
    /// The reply as received.
    pub text: String,
}

/// Why a case has no question.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not one of the known slots.
    #[error("slot `{0}` is unknown")]
    Slot(String),
    /// The context does not have the keys of its slot.
    #[error("context of slot `{0}`")]
    Context(String, #[source] serde_json::Error),
}

#[derive(Deserialize)]
struct MenuContext {
    menu: Option<Vec<Consent>>,
}

#[derive(Deserialize)]
struct ConfirmContext {
    menu: Vec<Consent>,
    labels: Vec<String>,
}

#[derive(Deserialize)]
struct DaysContext {
    days: Vec<Weekday>,
}

#[derive(Deserialize)]
struct TimeContext {
    #[serde(deserialize_with = "hour_minute")]
    earliest: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    latest: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    dismissal: NaiveTime,
    now: Option<String>,
}

#[derive(Deserialize)]
struct OptionsContext {
    options: Vec<OptionContext>,
    max_choices: Option<usize>,
}

#[derive(Deserialize)]
struct OptionContext {
    no: u32,
    name: String,
}

#[derive(Deserialize)]
struct ChildrenContext {
    children: Vec<ChildContext>,
}

#[derive(Deserialize)]
struct ChildContext {
    id: String,
    name: String,
    gender: Option<String>,
    grade: Json,
    class: u8,
}

#[derive(Deserialize)]
struct StageContext {
    stage: Stage,
}

#[derive(Deserialize)]
struct PickupContext {
    replier: Replier,
    child: String,
}

#[derive(Deserialize)]
struct ApproveContext {
    item: String,
}

#[derive(Deserialize)]
struct DateContext {
    today: NaiveDate,
    holidays: Vec<HolidayContext>,
    makeup_days: Vec<NaiveDate>,
}

#[derive(Deserialize)]
struct HolidayContext {
    name: String,
    day: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
}

fn hour_minute<'de, D: serde::Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(from)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(serde::de::Error::custom)
}

/// Grades as cases write them: a number, or `K1` 小班 to `K3` 大班.
fn grade_from(json: &Json) -> i8 {
    match json.as_str() {
        Some("K1") => -3,
        Some("K2") => -2,
        Some("K3") => -1,
        _ => json.as_i64().and_then(|n| i8::try_from(n).ok()).unwrap_or(0),
    }
}

fn grade_to(grade: i8) -> Json {
    match grade {
        -3 => json!("K1"),
        -2 => json!("K2"),
        -1 => json!("K3"),
        n => json!(n),
    }
}

impl Case {
    /// The question that the case asks.
    ///
    /// # Errors
    /// [`CaseError`] for an unknown slot, or a context that is not its slot's.
    pub fn question(&self) -> Result<Question, CaseError> {
        let wrong = |source| CaseError::Context(self.slot.clone(), source);
        self.parse().map_err(wrong)?.ok_or_else(|| CaseError::Slot(self.slot.clone()))
    }

    fn parse(&self) -> Result<Option<Question>, serde_json::Error> {
        let context = &self.context;
        Ok(Some(match self.slot.as_str() {
            "consent" => {
                Question::Consent { menu: MenuContext::deserialize(context)?.menu.unwrap_or_default() }
            }
            "weekdays" => Question::Weekdays { offered: DaysContext::deserialize(context)?.days },
            "time" => {
                let TimeContext { earliest, latest, dismissal, now } = TimeContext::deserialize(context)?;
                let now = now
                    .map(|now| NaiveTime::parse_from_str(&now, "%H:%M"))
                    .transpose()
                    .map_err(serde::de::Error::custom)?;
                Question::Time { earliest, latest, dismissal, now }
            }
            "activities" => {
                let OptionsContext { options, max_choices } = OptionsContext::deserialize(context)?;
                let options = options.into_iter().map(|o| ChoiceOption { no: o.no, name: o.name }).collect();
                Question::Choices { options, choices_max: max_choices }
            }
            "child" => {
                let children =
                    ChildrenContext::deserialize(context)?.children.into_iter().map(child).collect();
                Question::Child { children }
            }
            "class_and_name" => Question::ClassAndName { stage: StageContext::deserialize(context)?.stage },
            "pickup_person" => {
                let PickupContext { replier, child } = PickupContext::deserialize(context)?;
                Question::PickupPerson { replier, child }
            }
            "approve" => Question::Approve { item: ApproveContext::deserialize(context)?.item },
            "date" => {
                let DateContext { today, holidays, makeup_days } = DateContext::deserialize(context)?;
                let holidays = holidays.into_iter().map(holiday).collect();
                Question::Date { today, holidays, makeup_days }
            }
            "start_day" => {
                let DateContext { today, holidays, .. } = DateContext::deserialize(context)?;
                Question::StartDay { today, holidays: holidays.into_iter().map(holiday).collect() }
            }
            "confirm" => {
                let ConfirmContext { menu, labels } = ConfirmContext::deserialize(context)?;
                Question::Confirm { menu, labels }
            }
            "complaint" | "command" => Question::Command,
            _ => return batch::question(&self.slot, context),
        }))
    }
}

fn child(from: ChildContext) -> ChildOption {
    let is_girl = from.gender.as_deref().map(|gender| gender == "f");
    ChildOption { id: from.id, name: from.name, is_girl, grade: grade_from(&from.grade), class: from.class }
}

fn holiday(from: HolidayContext) -> Holiday {
    Holiday { name: from.name, day: from.day, from: from.from, to: from.to }
}

/// An answer as cases write it.
pub fn got(answer: &Answer) -> Json {
    match answer {
        // The schema has no name for who else may collect; its labels call such a reply unclear where nothing was asked.
        Answer::Unclear | Answer::Command(Command::Authorise) => json!({"type": "unclear"}),
        Answer::Command(command) => json!({"type": "command", "name": command}),
        Answer::Value(value) => json!({"type": "value", "value": normal_form(value)}),
    }
}

fn normal_form(value: &Value) -> Json {
    let clock = |time: &NaiveTime| time.format("%H:%M").to_string();
    match value {
        Value::Consent(consent) => json!(consent),
        Value::Weekdays(days) => days.iter().map(|day| json!(day.to_string().to_lowercase())).collect(),
        Value::Time(TimeAnswer::At(t)) => json!({"at": clock(t)}),
        Value::Time(TimeAnswer::By(t)) => json!({"by": clock(t)}),
        Value::Time(TimeAnswer::After(t)) => json!({"after": clock(t)}),
        Value::Time(TimeAnswer::Between(from, to)) => json!({"from": clock(from), "to": clock(to)}),
        Value::Choices(Choices::Any) => json!("any"),
        Value::Choices(Choices::These(numbers)) => json!(numbers),
        Value::Child(ids) => json!(ids),
        Value::ClassAndName(who) => {
            json!({"grade": who.grade.map(grade_to), "class": who.class, "name": who.name})
        }
        Value::PickupPerson(people) => json!(people),
        Value::Approve(approval) => json!(approval),
        Value::Date(spans) => json!(spans),
        value => batch::normal_form(value),
    }
}
