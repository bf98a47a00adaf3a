//! Who may take a child: tables of verdicts, and the law that nobody unlisted or forbidden does.

use proptest::prelude::*;

use super::*;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

fn who(relation: &str, name: &str, phone: &str) -> Description {
    Description {
        relation: (!relation.is_empty()).then(|| Relation(relation.into())),
        name: (!name.is_empty()).then(|| PersonName(name.into())),
        phone: MobileNumber::parse(phone).ok(),
    }
}

fn said() -> Said {
    Said { by: "mother".into(), at: Moment::UNIX_EPOCH, receipt: "K3M9AC".into() }
}

fn id(text: &str) -> AuthorisedId {
    AuthorisedId(text.into())
}

fn code(text: &str) -> PickupCode {
    PickupCode::parse(text).unwrap()
}

fn standing(text: &str, who: Description) -> StandingPerson {
    StandingPerson { id: id(text), who, said: said() }
}

fn one_day(text: &str, who: Description, on: u32, with: &str) -> OneDayPerson {
    OneDayPerson { id: id(text), who, day: day(on), code: code(with), used: None, said: said() }
}

fn forbidden(text: &str, who: Description) -> ForbiddenPerson {
    ForbiddenPerson { id: id(text), who, note: PrivateText("法院判决".into()), said: said() }
}

fn parents() -> Vec<FamilyMember> {
    let member = |person: &str, who| FamilyMember { person: person.into(), who };
    vec![
        member("mother", who("妈妈", "王芳", "13800000001")),
        member("father", who("爸爸", "李明", "13800000002")),
    ]
}

/// Grandmother 张兰 any day, neighbour 刘平 on the 24th with 123456, uncle 陈强 never.
fn list() -> PickupList {
    let list = PickupList::default();
    let list = list.allow(standing("a", who("paternal_grandmother", "张兰", "13800000003"))).unwrap();
    let list = list.allow_one_day(one_day("b", who("neighbor", "刘平", ""), 24, "123456"), day(23)).unwrap();
    list.forbid(forbidden("c", who("uncle", "陈强", "13800000009"))).unwrap()
}

/// The verdict in a word.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Guardian(_) => "guardian",
        Verdict::Family => "family",
        Verdict::Standing(_) => "standing",
        Verdict::OneDay(_) => "one day",
        Verdict::Unlisted => "unlisted",
        Verdict::Forbidden(_) => "forbidden",
        Verdict::NeedsCode(_) => "needs code",
        Verdict::WrongCode { .. } => "wrong code",
        Verdict::CodeBlocked => "blocked",
        Verdict::CodeUsed(_) => "used",
        Verdict::CodeExpired { .. } => "expired",
        Verdict::CodeNotYet { .. } => "not yet",
        Verdict::Unsure(_) => "unsure",
    }
}

fn check(list: &PickupList, says: &Description, with: &str, on: u32) -> Verdict {
    let code = PickupCode::parse(with).ok();
    list.check(&parents(), &Collector { guardian: None, says: says.clone() }, code.as_ref(), day(on))
}

#[test]
fn each_person_at_the_gate_gets_one_verdict() {
    let cases = [
        (("mother", "", ""), "", "guardian"),
        (("", "王芳", ""), "", "guardian"),
        (("妈妈", "赵敏", ""), "", "unsure"),
        (("奶奶", "", ""), "", "standing"),
        (("奶奶", "张 兰", ""), "", "standing"),
        (("奶奶", "周秀", ""), "", "unsure"),
        (("", "张兰", "13900000000"), "", "unsure"),
        (("外婆", "", ""), "", "unlisted"),
        (("", "刘平", ""), "", "needs code"),
        (("neighbor", "刘平", ""), "123456", "one day"),
        (("neighbor", "", ""), "123456", "one day"),
        (("neighbor", "孙立", ""), "123456", "unsure"),
        (("", "", ""), "123456", "unsure"),
        (("neighbor", "刘平", ""), "000000", "wrong code"),
        (("", "陈强", ""), "123456", "forbidden"),
        (("", "", "13800000009"), "123456", "forbidden"),
        (("uncle", "", ""), "123456", "unsure"),
        (("", "陈叔叔", ""), "", "unsure"),
        (("uncle", "李刚", ""), "", "unlisted"),
        (("", "孙立", ""), "", "unlisted"),
    ];
    for ((relation, name, phone), with, want) in cases {
        let verdict = check(&list(), &who(relation, name, phone), with, 24);
        assert_eq!(word(&verdict), want, "{relation} {name} {phone} {with}");
        assert_eq!(verdict.lets_go(), ["guardian", "standing", "one day"].contains(&want), "{want}");
    }
}

#[test]
fn a_code_is_for_one_time_and_dies_with_its_day() {
    let neighbour = who("", "刘平", "");
    for (on, want) in [(23, "not yet"), (24, "one day"), (25, "expired")] {
        assert_eq!(word(&check(&list(), &neighbour, "123456", on)), want, "on {on}");
    }
    let verdict = check(&list(), &neighbour, "123456", 24);
    let used = list().after(&verdict, day(24), &"teacher".into(), Moment::UNIX_EPOCH);
    assert_eq!(word(&check(&used, &neighbour, "123456", 24)), "used");
    assert_eq!(word(&check(&used, &neighbour, "", 24)), "used");
    assert_eq!(word(&check(&used.give_back(&id("b")), &neighbour, "123456", 24)), "one day");
}

#[test]
fn five_wrong_codes_block_the_codes_of_the_day() {
    let neighbour = who("", "刘平", "");
    let mut list = list();
    for left in (0..WRONG_CODES_MAX).rev() {
        let verdict = check(&list, &neighbour, "999999", 24);
        assert_eq!(verdict, Verdict::WrongCode { tries_left: left });
        list = list.after(&verdict, day(24), &"teacher".into(), Moment::UNIX_EPOCH);
    }
    assert_eq!(check(&list, &neighbour, "123456", 24), Verdict::CodeBlocked);
    assert_eq!(word(&check(&list, &who("奶奶", "", ""), "", 24)), "standing");
    assert_eq!(word(&check(&list, &neighbour, "999999", 25)), "wrong code");
}

#[test]
fn forbidding_stands_above_every_permission() {
    let father = list().forbid(forbidden("d", who("爸爸", "", ""))).unwrap();
    let known = Collector { guardian: Some("father".into()), says: Description::default() };
    assert_eq!(word(&father.check(&parents(), &known, None, day(24))), "forbidden");
    assert_eq!(word(&check(&father, &who("", "李明", ""), "", 24)), "forbidden");
    let grandmother = list().forbid(forbidden("d", who("奶奶", "", ""))).unwrap();
    assert_eq!(grandmother.standing(), []);
    assert_eq!(word(&check(&grandmother, &who("", "张兰", ""), "", 24)), "unlisted");
    let again = grandmother.allow(standing("e", who("奶奶", "张兰", "")));
    assert!(matches!(again, Err(Refusal::IsForbidden(known)) if known.id == id("d")));
}

#[test]
fn a_list_refuses_what_it_cannot_keep_apart() {
    let neighbour = who("", "孙立", "");
    assert_eq!(list().allow(standing("z", Description::default())), Err(Refusal::Nobody));
    assert_eq!(list().allow(standing("b", neighbour.clone())), Err(Refusal::Taken));
    let same_code = one_day("z", neighbour.clone(), 24, "123456");
    assert_eq!(list().allow_one_day(same_code, day(23)), Err(Refusal::Taken));
    let past = one_day("z", neighbour, 22, "222222");
    assert_eq!(list().allow_one_day(past, day(23)), Err(Refusal::Past { day: day(22) }));
    assert_eq!(list().revoke(&id("z")), Err(Refusal::NotListed));
    assert_eq!(list().revoke(&id("a")).unwrap().standing(), []);
}

#[test]
fn going_alone_is_a_permission_that_ends() {
    assert_eq!(list().end_alone(), Err(Refusal::NotPermitted));
    let alone = list().permit_alone(said());
    assert_eq!(alone.may_leave_alone().unwrap().said, said());
    assert_eq!(alone.end_alone().unwrap().may_leave_alone(), None);
}

#[test]
fn codes_and_people_print_masked() {
    let printed = format!("{:?}", list());
    for secret in ["123456", "张兰", "刘平", "陈强", "13800000009"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
    assert!(PickupCode::parse("12345").is_err() && PickupCode::parse("12345a").is_err());
}

const NAMES: [&str; 4] = ["张兰", "刘平", "陈强", "孙立"];

#[derive(Debug, Clone)]
enum Act {
    Allow(usize),
    AllowOneDay(usize, u32),
    Forbid(usize),
    Revoke(usize),
    Collect { name: usize, code: Option<usize>, on: u32 },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..4_usize).prop_map(Act::Allow),
        (0..4_usize, 23..26_u32).prop_map(|(name, on)| Act::AllowOneDay(name, on)),
        (0..4_usize).prop_map(Act::Forbid),
        (0..12_usize).prop_map(Act::Revoke),
        (0..4_usize, prop::option::of(0..12_usize), 23..26_u32).prop_map(|(name, code, on)| Act::Collect {
            name,
            code,
            on
        }),
    ]
}

proptest! {
    #[test]
    fn no_child_leaves_with_an_unlisted_or_forbidden_person(acts in prop::collection::vec(act(), 1..40)) {
        let mut list = PickupList::default();
        for (step, act) in acts.into_iter().enumerate() {
            let entry = id(&step.to_string());
            let named = |name: usize| who("", NAMES[name], "");
            let with = format!("{:06}", step % 12);
            let changed = match act {
                Act::Allow(name) => list.allow(StandingPerson { id: entry, who: named(name), said: said() }),
                Act::AllowOneDay(name, on) => {
                    list.allow_one_day(one_day(&step.to_string(), named(name), on, &with), day(23))
                }
                Act::Forbid(name) => list.forbid(ForbiddenPerson { id: entry, ..forbidden("", named(name)) }),
                Act::Revoke(step) => list.revoke(&id(&step.to_string())),
                Act::Collect { name, code, on } => {
                    let text = code.map(|code| format!("{code:06}")).unwrap_or_default();
                    let verdict = check(&list, &named(name), &text, on);
                    let is_forbidden = list.forbidden().iter().any(|known| known.who == named(name));
                    let is_standing = list.standing().iter().any(|known| known.who == named(name));
                    let has_code = list.one_day().iter().any(|known| {
                        known.who == named(name)
                            && known.day == day(on)
                            && known.code.as_str() == text
                            && known.used.is_none()
                    });
                    if verdict.lets_go() {
                        prop_assert!(!is_forbidden && (is_standing || has_code), "{verdict:?}");
                    } else {
                        prop_assert!(is_forbidden || !is_standing, "{verdict:?}");
                    }
                    Ok(list.after(&verdict, day(on), &"teacher".into(), Moment::UNIX_EPOCH))
                }
            };
            list = changed.unwrap_or(list);
            let stored = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(&serde_json::from_str::<PickupList>(&stored).unwrap(), &list);
        }
    }
}

#[test]
fn nobody_named_is_the_family_only_where_nobody_has_to_be_told_apart() {
    let unsure = Verdict::Unsure(Doubt::WhoIsIt);
    assert_eq!(PickupList::default().check_unnamed(day(24)), Verdict::Family);
    // Somebody comes by code on the 24th only.
    let by_code = PickupList::default()
        .allow_one_day(one_day("b", who("neighbor", "刘平", ""), 24, "123456"), day(23))
        .unwrap();
    assert_eq!(by_code.check_unnamed(day(24)), unsure);
    assert_eq!(by_code.check_unnamed(day(25)), Verdict::Family);
    let forbids = PickupList::default().forbid(forbidden("c", who("uncle", "陈强", ""))).unwrap();
    assert_eq!(forbids.check_unnamed(day(24)), unsure);
}

#[test]
fn who_is_told_from_everybody_else_by_words_alone() {
    for (relation, name, phone, want) in [
        ("paternal_grandfather", "", "", true),
        ("uncle", "", "", false),
        ("uncle", "陈强", "", true),
        ("", "陈强", "", true),
        ("", "王阿姨", "", false),
        ("nanny", "王阿姨", "", false),
        ("uncle", "", "13800000009", false),
    ] {
        assert_eq!(who(relation, name, phone).tells_apart(), want, "{relation} {name} {phone}");
    }
}

#[test]
fn a_guardian_whom_another_one_keeps_away_has_no_say() {
    let [mother, father] = parents().try_into().unwrap();
    for (kept_away, want) in [
        (who("father", "", ""), true),
        (who("", "李明", ""), true),
        (who("uncle", "李明", ""), true),
        // 李叔叔 may be somebody else, and the gate will ask; that takes nobody's say away.
        (who("", "李叔叔", ""), false),
        (who("", "陈强", ""), false),
    ] {
        let list = PickupList::default().forbid(forbidden("c", kept_away.clone())).unwrap();
        assert_eq!(list.is_barred(&father), want, "{kept_away:?}");
        assert!(!list.is_barred(&mother), "{kept_away:?}");
    }
    let own = PickupList::default().forbid(forbidden("c", who("", "王芳", ""))).unwrap();
    assert!(!own.is_barred(&mother), "said by herself");
}
