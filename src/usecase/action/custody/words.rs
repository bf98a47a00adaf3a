//! What a teacher reads of a roll call and at the gate, and persons in words.
//!
//! Start at [`roll_in_words`].

use super::super::super::custody::{self, Concern};
use crate::domain::authorised_person::{Description, Verdict};
use crate::domain::custody::{Refusal, SeatState};
use crate::domain::people::{MobileNumber, PersonName, Relation, StudentId};
use crate::understand::{PickupPerson, Question, Value, render};

/// Such as `三年级2班：应到24，实到22。没到：3 李小禾（正在问家长）。`
pub(super) fn roll_in_words(concern: &Concern) -> Vec<String> {
    let room = &concern.room;
    let count = |is: fn(&SeatState) -> bool| room.day.seats.iter().filter(|seat| is(&seat.state)).count();
    let expected = count(|state| *state != SeatState::OnLeave);
    let here = count(|state| matches!(state, SeatState::InRoom(_)) || state.is_gone());
    let mut lines = vec![format!("{}：应到{expected}，实到{here}。", room.day.room)];
    for (title, is) in [
        ("没到，正在问家长", (|state| matches!(state, SeatState::Missing { .. })) as fn(&SeatState) -> bool),
        ("请假或有事", |state| matches!(state, SeatState::OnLeave | SeatState::Absent { .. })),
    ] {
        let seats = room.day.seats.iter().filter(|seat| is(&seat.state));
        let names: Vec<_> = seats.map(|seat| format!("{} {}", seat.no, room.name(&seat.student))).collect();
        if !names.is_empty() {
            lines.push(format!("{title}：{}", names.join("、")));
        }
    }
    lines
}

pub(super) fn refusal_in_words(refusal: &Refusal, concern: &Concern) -> String {
    let names = |students: &mut dyn Iterator<Item = &StudentId>| {
        students.map(|student| concern.room.name(student).to_owned()).collect::<Vec<_>>().join("、")
    };
    match refusal {
        Refusal::Gone(gone) => {
            let names = names(&mut gone.iter().map(|child| &child.student));
            format!("{names}已经离校了，没有改动。")
        }
        Refusal::StillHere(here) => {
            format!("{}点名时在班里。人不在的话，先回复“缺”和号码，我马上问家长。", names(&mut here.iter()))
        }
        Refusal::NotHere(child) => {
            let state = custody::state_in_words(&child.state);
            format!(
                "{}记的是{state}。人在的话，先回复“{}来了”。",
                concern.room.name(&child.student),
                child.no
            )
        }
        Refusal::MayNotLeaveAlone => "家长没有同意孩子自己走，请等家长来接。".to_owned(),
        Refusal::TooEarly { from } => format!("还没到时间，{}以后才能走。", from.format("%H:%M")),
        Refusal::UndoTooLate(_) | Refusal::NothingToUndo => "没有可以改回来的交接。".to_owned(),
        Refusal::Closed(_) => "今天已经收班了。".to_owned(),
        Refusal::Volunteer => "志愿者不能点名和交接，请找带班老师。".to_owned(),
        Refusal::NotInRoom(_) | Refusal::Contradiction(_) => "说法有冲突，请再说一遍。".to_owned(),
        Refusal::NoExtendedCare => "方案里没有延时托管。".to_owned(),
        Refusal::OpenChildren(open) => {
            format!("还有孩子没接走：{}", names(&mut open.iter().map(|child| &child.student)))
        }
        Refusal::NotReleased { .. } => "先别让孩子走，请打电话给家长。".to_owned(),
    }
}

pub(in super::super) fn describe(said: &PickupPerson) -> Description {
    Description {
        relation: said.relation.clone().map(Relation),
        name: said.name.clone().map(PersonName),
        phone: said.phone.as_deref().and_then(|phone| MobileNumber::parse(phone).ok()),
    }
}

/// Such as `爷爷`, `张伟（叔叔或舅舅）`; the phone is nobody else's to read.
pub(in super::super) fn person_in_words(who: &Description) -> String {
    let relation = who.relation.as_ref().map(|relation| {
        let person = PickupPerson { relation: Some(relation.0.clone()), name: None, phone: None };
        let word = render(&Value::PickupPerson(vec![person]), &Question::Command);
        word.replace("叔叔舅舅", "叔叔或舅舅").replace("姑姑姨妈", "姑姑或姨妈")
    });
    match (relation, &who.name) {
        (Some(relation), Some(name)) => format!("{}（{relation}）", name.0),
        (Some(relation), None) => relation,
        (None, Some(name)) => name.0.clone(),
        (None, None) => "这个人".to_owned(),
    }
}

pub(super) fn in_words(said: &PickupPerson) -> String {
    person_in_words(&describe(said))
}

pub(super) fn stopped_in_words(verdict: &Verdict, name: &str) -> String {
    let why = match verdict {
        Verdict::Forbidden(_) => "家长说过不让这个人接，请留住孩子，马上打电话给家长和学校",
        Verdict::NeedsCode(_) => "这个人今天凭取人码接，请他出示六位数的码",
        Verdict::WrongCode { .. } => "取人码不对，请再核对一次",
        Verdict::CodeBlocked => "取人码错了太多次，今天不能再用，请打电话给家长",
        Verdict::CodeUsed(_) => "这个取人码已经用过了，请打电话给家长",
        Verdict::CodeExpired { .. } | Verdict::CodeNotYet { .. } => "这个取人码不是今天的，请打电话给家长",
        Verdict::Unsure(_) => "不能确定是谁，请说清楚，比如“3号奶奶接走了”；不认识的，先打电话给家长",
        Verdict::Unlisted
        | Verdict::Guardian(_)
        | Verdict::Family
        | Verdict::Standing(_)
        | Verdict::OneDay(_) => "这个人不在接送名单里，请打电话给家长",
    };
    format!("{name}先别走：{why}。")
}
