//! Cases of batch replies: `decisions`, `roll_call`, `handover`, `pickup_reply`, `plan_changes`, `number` and
//! `text`.
//!
//! Start at [`question`] and [`normal_form`].

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::super::{
    DecisionItem, HandoverHow, PickupReply, PlanChange, PlanWhat, Present, Question, Replier, RollCallChild,
    Value, Which,
};
use super::hour_minute;

#[derive(Deserialize)]
struct ItemsContext {
    items: Vec<ItemContext>,
}

#[derive(Deserialize)]
struct ItemContext {
    no: u32,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct ListContext {
    children: Vec<ListedContext>,
}

#[derive(Deserialize)]
struct ListedContext {
    no: u32,
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct PickupReplyContext {
    #[serde(deserialize_with = "hour_minute")]
    now: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    earliest: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    latest: NaiveTime,
    replier: Replier,
    child: String,
}

#[derive(Deserialize)]
struct AnswersContext {
    numbers: Vec<u32>,
    only_open: Option<u32>,
}

#[derive(Deserialize)]
struct NumberContext {
    min: u32,
    max: u32,
}

#[derive(Deserialize)]
struct LastContext {
    last: u32,
}

#[derive(Deserialize)]
struct TextContext {
    takes_complaint: bool,
}

fn children(context: &Json) -> Result<Vec<RollCallChild>, serde_json::Error> {
    let listed = ListContext::deserialize(context)?.children;
    Ok(listed.into_iter().map(|c| RollCallChild { no: c.no, id: c.id, name: c.name }).collect())
}

#[derive(Deserialize)]
struct PlanContext {
    today: NaiveDate,
    days: Vec<Weekday>,
    #[serde(deserialize_with = "hour_minute")]
    earliest: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    latest: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    dismissal: NaiveTime,
    children: Vec<super::ChildContext>,
    replier: Replier,
    holidays: Vec<super::HolidayContext>,
    makeup_days: Vec<NaiveDate>,
}

fn plan(from: PlanContext) -> Question {
    Question::PlanChanges {
        today: from.today,
        offered: from.days,
        earliest: from.earliest,
        latest: from.latest,
        dismissal: from.dismissal,
        children: from.children.into_iter().map(super::child).collect(),
        replier: from.replier,
        holidays: from.holidays.into_iter().map(super::holiday).collect(),
        makeup_days: from.makeup_days,
    }
}

fn change(change: &PlanChange) -> Json {
    let days = match &change.days {
        Which::Weekdays(days) => {
            json!({"weekdays": days.iter().map(|day| day.to_string().to_lowercase()).collect::<Vec<String>>()})
        }
        Which::Dates(dates) => json!({"dates": dates}),
    };
    let what = match &change.what {
        PlanWhat::Leave => json!("leave"),
        PlanWhat::Attend => json!("attend"),
        PlanWhat::PickupAt(at) => json!({"pickup_at": super::normal_form(&Value::Time(*at))}),
        PlanWhat::PickupBy(person) => json!({"pickup_by": person}),
    };
    json!({"child": change.child, "days": days, "from": change.from, "until": change.until, "what": what})
}

/// The question of a batch slot; `None` for another slot.
pub(super) fn question(slot: &str, context: &Json) -> Result<Option<Question>, serde_json::Error> {
    Ok(Some(match slot {
        "decisions" => {
            let items = ItemsContext::deserialize(context)?.items;
            let items =
                items.into_iter().map(|i| DecisionItem { no: i.no, names: i.names, is_open: true }).collect();
            Question::Decisions { items }
        }
        "answers" => {
            let AnswersContext { numbers, only_open } = AnswersContext::deserialize(context)?;
            Question::Answers { numbers, only_open }
        }
        "roll_call" => Question::RollCall { children: children(context)? },
        "handover" => Question::Handover { children: children(context)? },
        "pickup_reply" => {
            let PickupReplyContext { now, earliest, latest, replier, child } =
                PickupReplyContext::deserialize(context)?;
            Question::PickupReply { now, earliest, latest, replier, child }
        }
        "number" => {
            let NumberContext { min, max } = NumberContext::deserialize(context)?;
            Question::Number { min, max }
        }
        "digest_row" => Question::DigestRow { last: LastContext::deserialize(context)?.last },
        "acknowledgement" => Question::Acknowledgement,
        "plan_changes" => plan(PlanContext::deserialize(context)?),
        "text" => Question::FreeText { takes_complaint: TextContext::deserialize(context)?.takes_complaint },
        _ => return Ok(None),
    }))
}

/// A batch value as cases write it; `null` for another value.
pub(super) fn normal_form(value: &Value) -> Json {
    match value {
        Value::Decisions(decisions) => decisions
            .iter()
            .map(|(no, approval)| json!({"no": no, "decision": approval.decision, "note": approval.note}))
            .collect(),
        Value::RollCall(roll) => {
            let present = match &roll.present {
                Present::TheRest => json!("the_rest"),
                Present::These(ids) => json!(ids),
            };
            json!({"absent": roll.absent, "on_leave": roll.on_leave, "present": present})
        }
        Value::Handovers(handovers) => handovers
            .iter()
            .map(|handover| {
                let (how, by) = match &handover.how {
                    HandoverHow::Collected(by) => ("collected", by.as_ref()),
                    HandoverHow::LeftAlone => ("left_alone", None),
                    HandoverHow::Waiting => ("waiting", None),
                };
                json!({"child": handover.child, "how": how, "by": by, "code": handover.code})
            })
            .collect(),
        Value::PickupReply(reply) => match reply {
            PickupReply::Arrived => json!("arrived"),
            PickupReply::OnTheWay => json!("on_the_way"),
            PickupReply::Late { minutes } => json!({"late": minutes}),
            PickupReply::At(time) => json!({"at": time.format("%H:%M").to_string()}),
            PickupReply::SomebodyElse(people) => json!({"somebody_else": people}),
            PickupReply::AlreadyCollected => json!("already_collected"),
        },
        Value::PlanChanges(changes) => changes.iter().map(change).collect(),
        Value::OwnWords(own) => json!({"no": own.no, "words": own.words}),
        Value::Number(number) => json!(number),
        Value::DigestRow(row) => json!(row),
        Value::Text(text) => json!(text),
        Value::Consent(_)
        | Value::Weekdays(_)
        | Value::Time(_)
        | Value::Choices(_)
        | Value::Child(_)
        | Value::ClassAndName(_)
        | Value::PickupPerson(_)
        | Value::Approve(_)
        | Value::Date(_) => Json::Null,
    }
}
