//! Batch values in words: `缺 3 李小禾；其余都到了`.
//!
//! Start at [`roll_call`], [`decisions`], [`handovers`] and [`pickup_reply`].

use super::super::{
    Approval, Handover, HandoverHow, PickupReply, Present, Question, RollCall, RollCallChild,
};

/// Children by number and name, in the order of the list; ids that are not listed are left out.
fn named(ids: &[String], children: &[RollCallChild]) -> String {
    let listed = children.iter().filter(|child| ids.contains(&child.id));
    listed.map(|child| format!("{} {}", child.no, child.name)).collect::<Vec<String>>().join("、")
}

pub(super) fn roll_call(roll: &RollCall, question: &Question) -> String {
    let Question::RollCall { children } = question else { return String::new() };
    let mut parts = Vec::new();
    if !roll.absent.is_empty() {
        parts.push(format!("缺 {}", named(&roll.absent, children)));
    }
    if !roll.on_leave.is_empty() {
        parts.push(format!("请假 {}", named(&roll.on_leave, children)));
    }
    match &roll.present {
        Present::These(ids) => parts.push(format!("{} 到了", named(ids, children))),
        Present::TheRest if parts.is_empty() => parts.push("都到了".to_owned()),
        Present::TheRest => parts.push("其余都到了".to_owned()),
    }
    parts.join("；")
}

pub(super) fn decisions(decisions: &[(u32, Approval)], question: &Question) -> String {
    let Question::Decisions { items } = question else { return String::new() };
    let one = |(no, approval): &(u32, Approval)| {
        let item = items.iter().find(|item| item.no == *no)?;
        Some(format!("{no} {}：{}", item.names.join("、"), super::approval(approval)))
    };
    decisions.iter().filter_map(one).collect::<Vec<String>>().join("；")
}

pub(super) fn handovers(handovers: &[Handover], question: &Question) -> String {
    let Question::Handover { children } = question else { return String::new() };
    let one = |handover: &Handover| {
        let child = children.iter().find(|child| child.id == handover.child)?;
        let how = match &handover.how {
            HandoverHow::Collected(None) => "接走了".to_owned(),
            HandoverHow::Collected(Some(person)) => format!("{}接走了", super::person(person)),
            HandoverHow::LeftAlone => "自己走了".to_owned(),
            HandoverHow::Waiting => "还没人接".to_owned(),
        };
        let code = handover.code.as_ref().map_or_else(String::new, |code| format!("（验证码{code}）"));
        Some(format!("{} {}：{how}{code}", child.no, child.name))
    };
    handovers.iter().filter_map(one).collect::<Vec<String>>().join("；")
}

pub(super) fn pickup_reply(reply: &PickupReply) -> String {
    match reply {
        PickupReply::Arrived => "已经到门口了".to_owned(),
        PickupReply::OnTheWay => "在路上了".to_owned(),
        PickupReply::Late { minutes } => format!("晚到{minutes}分钟"),
        PickupReply::At(time) => format!("{}到", time.format("%H:%M")),
        PickupReply::SomebodyElse(people) if people.is_empty() => "换人来接".to_owned(),
        PickupReply::SomebodyElse(people) => {
            format!("{}来接", people.iter().map(super::person).collect::<Vec<String>>().join("、"))
        }
        PickupReply::AlreadyCollected => "已经接到了".to_owned(),
    }
}
