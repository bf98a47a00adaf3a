//! Values of whole lists, of somebody on the way and of changes: what is said back reads as the same value.

use chrono::{NaiveDate, Weekday};
use proptest::prelude::*;

use super::super::super::{
    Approval, ChildOption, DateSpan, DayPart, Decision, DecisionItem, Handover, HandoverHow, PickupPerson,
    PickupReply, PlanChange, PlanWhat, Present, Question, Replier, RollCall, RollCallChild, TimeAnswer,
    Value, Which,
};
use super::{round_trip, time};

/// A class of forty: some share a surname, some a given name's first character.
const CLASS: &str = "陈小满 张子轩 李小禾 刘思远 王浩然 赵一诺 周语桐 王小雨 孙佳怡 吴雨桐 郑明宇 冯可欣 蒋天佑 沈若溪 韩梓涵 杨奕辰 朱晓彤 \
秦子墨 许诗涵 何俊杰 吕思源 施雨萱 孔令辉 曹宇航 严梦瑶 华天宇 金诗雨 魏嘉懿 陶欣妍 姜浩宇 戚思琪 谢雨泽 邹雅婷 喻晨曦 \
苏子昂 潘乐怡 葛子豪 范文博 彭佳琪 鲁俊熙";

fn names() -> Vec<&'static str> {
    CLASS.split_whitespace().collect()
}

/// Children of the class under their numbers.
fn children() -> Vec<RollCallChild> {
    let numbered = names().into_iter().zip(1..);
    numbered.map(|(name, no)| RollCallChild { no, id: format!("s{no}"), name: name.to_owned() }).collect()
}

/// What happened to each of forty: so many kinds.
fn fates(kinds: u8) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..kinds, 40)
}

fn of(fates: &[u8], kind: u8) -> Vec<String> {
    let chosen = fates.iter().zip(children()).filter(|(fate, _)| **fate == kind);
    chosen.map(|(_, child)| child.id).collect()
}

fn person(relation: &str) -> PickupPerson {
    PickupPerson { relation: Some(relation.to_owned()), name: None, phone: None }
}

/// Who can have collected a child, as far as it is said of one.
fn collectors() -> impl Strategy<Value = Option<PickupPerson>> {
    prop::sample::select(vec![
        None,
        Some(person("father")),
        Some(person("mother")),
        Some(person("paternal_grandmother")),
        Some(person("maternal_grandfather")),
        Some(person("neighbor")),
        Some(person("care_center")),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_roll_call_of_a_whole_class(fates in fates(4), only_came in any::<bool>()) {
        let (absent, on_leave, came) = (of(&fates, 1), of(&fates, 2), of(&fates, 3));
        let present = if only_came && !came.is_empty() { Present::These(came) } else { Present::TheRest };
        let roll = RollCall { absent, on_leave, present };
        round_trip(Value::RollCall(roll), &Question::RollCall { children: children() });
    }

    #[test]
    fn decisions_on_a_whole_class(fates in fates(4), note in prop::sample::select(vec![None, Some("名额已满")])) {
        let items: Vec<DecisionItem> = children()
            .into_iter()
            .map(|child| DecisionItem { no: child.no, names: vec![child.name], is_open: true })
            .collect();
        let decision = |fate: &u8| match fate {
            1 => Some(Decision::Approve),
            2 => Some(Decision::Reject),
            3 => Some(Decision::Ask),
            _ => None,
        };
        // A note stands beside a refusal.
        let approval = |decision| Approval {
            decision,
            note: note.filter(|_| decision == Decision::Reject).map(str::to_owned),
        };
        let decisions: Vec<(u32, Approval)> = fates
            .iter()
            .zip(1..)
            .filter_map(|(fate, no)| Some((no, approval(decision(fate)?))))
            .collect();
        prop_assume!(!decisions.is_empty());
        round_trip(Value::Decisions(decisions), &Question::Decisions { items });
    }

    #[test]
    fn handovers_of_a_whole_class(
        fates in fates(4),
        people in prop::collection::vec(collectors(), 40),
        code in prop::sample::select(vec![None, Some("3321"), Some("338812")]),
    ) {
        let handovers: Vec<Handover> = children()
            .into_iter()
            .zip(fates.iter().zip(people))
            .filter_map(|(child, (fate, by))| {
                let how = match fate {
                    1 => HandoverHow::Collected(by),
                    2 => HandoverHow::LeftAlone,
                    3 => HandoverHow::Waiting,
                    _ => return None,
                };
                let code = code.filter(|_| matches!(how, HandoverHow::Collected(_))).map(str::to_owned);
                Some(Handover { child: child.id, how, code })
            })
            .collect();
        prop_assume!(!handovers.is_empty());
        round_trip(Value::Handovers(handovers), &Question::Handover { children: children() });
    }

    #[test]
    fn where_somebody_is(
        minutes in 1_u16..=300, minute in 1050_u32..=1260, kind in 0..6, who in collectors(),
    ) {
        let reply = match kind {
            0 => PickupReply::Arrived,
            1 => PickupReply::OnTheWay,
            2 => PickupReply::Late { minutes },
            3 => PickupReply::At(time(minute)),
            4 => PickupReply::SomebodyElse(who.into_iter().collect()),
            _ => PickupReply::AlreadyCollected,
        };
        let question = Question::PickupReply {
            now: time(1050),
            earliest: time(960),
            latest: time(1080),
            replier: Replier::Mother,
            child: "李小禾".to_owned(),
        };
        round_trip(Value::PickupReply(reply), &question);
    }

    #[test]
    fn a_change_of_the_plan(
        days in prop::sample::subsequence(vec![1_i64, 2, 3, 6, 7, 8, 9, 10], 1..=3),
        weekdays in prop::sample::subsequence(vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri], 1..=5),
        from in prop::sample::select(vec![None, Some(6_i64), Some(20)]),
        what in 0..4, minute in 930_u32..=1080, lasts in any::<bool>(), child in prop::sample::select(vec![None, Some("a"), Some("b")]),
        who in collectors(),
    ) {
        // A Tuesday.
        let today = NaiveDate::from_ymd_opt(2021, 11, 23).unwrap();
        let day = |shift: i64| today + chrono::Duration::days(shift);
        let what = match (what, who) {
            (0, _) => PlanWhat::Leave,
            (1, _) => PlanWhat::Attend,
            (2, Some(who)) => PlanWhat::PickupBy(who),
            _ => PlanWhat::PickupAt(TimeAnswer::At(time(minute))),
        };
        let change = PlanChange {
            child: child.map(str::to_owned),
            days: if lasts { Which::Weekdays(weekdays) } else { Which::Dates(days.into_iter().map(day).collect()) },
            from: from.filter(|_| lasts).map(day),
            until: None,
            what,
        };
        let named = |id: &str, name: &str, grade| ChildOption {
            id: id.into(),
            name: name.into(),
            is_girl: Some(true),
            grade,
            class: 1,
        };
        let question = Question::PlanChanges {
            today,
            offered: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
            earliest: time(930),
            latest: time(1080),
            dismissal: time(930),
            children: vec![named("a", "李小禾", 4), named("b", "李小苗", 2)],
            replier: Replier::Mother,
            holidays: vec![],
            makeup_days: vec![],
        };
        round_trip(Value::PlanChanges(vec![change]), &question);
    }

    #[test]
    fn counts_lines_and_first_days(number in 0_u32..=2000, row in prop::option::of(1_u32..=20), shift in 1_i64..300) {
        round_trip(Value::Number(number), &Question::Number { min: 0, max: 2000 });
        round_trip(Value::DigestRow(row), &Question::DigestRow { last: 20 });
        let today = NaiveDate::from_ymd_opt(2021, 9, 1).unwrap();
        let day = today + chrono::Duration::days(shift);
        let span = DateSpan { from: day, to: day, part: DayPart::Day };
        // Beyond half a year a day without its year may be of the year before.
        if shift < 170 {
            round_trip(Value::Date(vec![span]), &Question::StartDay { today, holidays: vec![] });
        }
    }

    #[test]
    fn several_dates_with_their_parts(
        shifts in prop::sample::subsequence((1_i64..60).step_by(3).collect::<Vec<i64>>(), 1..=5),
        part in prop::sample::select(vec![DayPart::Day, DayPart::Am, DayPart::Pm]),
    ) {
        let today = NaiveDate::from_ymd_opt(2021, 10, 13).unwrap();
        let span = |shift: &i64| {
            let day = today + chrono::Duration::days(*shift);
            DateSpan { from: day, to: day, part }
        };
        let spans = shifts.iter().map(span).collect();
        round_trip(Value::Date(spans), &Question::Date { today, holidays: vec![], makeup_days: vec![] });
    }

    #[test]
    fn several_persons(relations in prop::sample::subsequence(vec!["father", "mother", "paternal_grandfather", "maternal_grandmother", "aunt", "nanny"], 1..=3)) {
        let people = relations.into_iter().map(person).collect();
        let question = Question::PickupPerson { replier: Replier::Mother, child: "李小禾".to_owned() };
        round_trip(Value::PickupPerson(people), &question);
    }
}
