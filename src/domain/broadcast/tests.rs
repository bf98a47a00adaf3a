//! Recipients counted, the number typed, money refused, and who has not answered.

use proptest::prelude::*;

use super::super::people::{Guardianship, PersonName, Relation};
use super::*;

fn class(grade: u8, number: u8) -> ClassId {
    ClassId { grade: Grade::School(grade), number }
}

fn student(id: &str, class: ClassId, guardians: &[&str]) -> Student {
    let guardian =
        |person: &&str| Guardianship { person: (*person).into(), relation: Relation("家长".into()) };
    Student {
        id: StudentId(id.into()),
        name: PersonName("李小禾".into()),
        class,
        gender: None,
        guardians: guardians.iter().map(guardian).collect(),
        is_on_roll: true,
    }
}

/// Two siblings in two grades, a classmate, a child without guardians, and one who left.
fn students() -> Vec<Student> {
    let left = Student { is_on_roll: false, ..student("5", class(1, 1), &["zhou"]) };
    vec![
        student("1", class(1, 1), &["mother", "father"]),
        student("2", class(3, 2), &["mother", "father"]),
        student("3", class(1, 1), &["wu"]),
        student("4", class(1, 2), &[]),
        left,
    ]
}

fn persons() -> Vec<Person> {
    let person = |id: &str, roles: &[Role]| Person {
        id: id.into(),
        name: PersonName("王芳".into()),
        phone: None,
        contact_points: Vec::new(),
        roles: roles.to_vec(),
        children: Vec::new(),
    };
    vec![
        person("head", &[Role::Head]),
        person("mother", &[Role::Guardian, Role::DutyTeacher]),
        person("inspector", &[Role::Inspector]),
        person("father", &[Role::Guardian]),
    ]
}

fn to(audience: Audience) -> Recipients {
    let in_care = [StudentId("2".into())].into();
    recipients(audience, &students(), &persons(), &in_care)
}

fn draft(text: &str, role: Role) -> Result<Draft, Refusal> {
    Draft::new(text, Audience::AllFamilies, to(Audience::AllFamilies), &"head".into(), &[role])
}

fn sent() -> Broadcast {
    draft("暴雨红色预警，请不要来接，孩子都在教室", Role::Head)
        .unwrap()
        .confirm("3", Moment::UNIX_EPOCH)
        .unwrap()
}

#[test]
fn each_audience_is_counted_by_person() {
    for (audience, families, count) in [
        (Audience::AllFamilies, 4, 3),
        (Audience::Grade(Grade::School(1)), 3, 3),
        (Audience::Class(class(3, 2)), 1, 2),
        (Audience::InCareNow, 1, 2),
        (Audience::Staff, 0, 2),
    ] {
        let recipients = to(audience);
        assert_eq!((recipients.families.len(), recipients.count()), (families, count), "{audience:?}");
    }
}

#[test]
fn a_broadcast_is_meant_only_by_its_exact_number() {
    for typed in ["", "2", "03", "确认", "3人"] {
        let confirmed = draft("暴雨红色预警", Role::Head).unwrap().confirm(typed, Moment::UNIX_EPOCH);
        assert_eq!(confirmed, Err(Refusal::WrongCount { count: 3 }), "{typed}");
    }
    assert_eq!(sent().summary(), Summary { not_delivered: 4, delivered: 0, answered: 0 });
}

#[test]
fn money_strangers_and_empty_words_are_refused() {
    assert!(matches!(draft("请每人交50元材料费", Role::Head), Err(Refusal::AsksForMoney { .. })));
    assert!(draft("课后服务全程免费", Role::SchoolAdmin).is_ok());
    assert_eq!(draft("  ", Role::Head), Err(Refusal::NothingSaid));
    for role in [Role::Guardian, Role::DutyTeacher, Role::Inspector, Role::HomeroomTeacher(class(1, 1))] {
        assert_eq!(draft("暴雨红色预警", role.clone()), Err(Refusal::NotYours), "{role:?}");
    }
    let nobody = Draft::new("暴雨", Audience::Staff, Recipients::default(), &"head".into(), &[Role::Head]);
    assert_eq!(nobody, Err(Refusal::Nobody));
}

#[test]
fn one_guardians_answer_counts_for_all_their_children() {
    let now = Moment::UNIX_EPOCH;
    let broadcast = sent().delivered(&"wu".into(), now).unwrap();
    let broadcast = broadcast.answered(&"father".into(), PrivateText("收到".into()), now).unwrap();
    assert_eq!(broadcast.summary(), Summary { not_delivered: 1, delivered: 1, answered: 2 });
    let open = broadcast.unanswered();
    assert_eq!(open.keys().copied().collect::<Vec<_>>(), [class(1, 1), class(1, 2)]);
    assert_eq!(open[&class(1, 1)][0].0, StudentId("3".into()));
    assert_eq!(broadcast.delivered(&"head".into(), now), Err(Refusal::NotARecipient));
    assert_eq!(broadcast.delivered(&"father".into(), now).unwrap(), broadcast, "an answer stays");
}

proptest! {
    #[test]
    fn the_summary_adds_up_and_twice_is_once(acts in prop::collection::vec((0..4_usize, any::<bool>()), 0..20)) {
        let mut broadcast = sent();
        for (who, is_answer) in acts {
            let person = PersonId::from(["mother", "father", "wu", "stranger"][who]);
            let run = |broadcast: &Broadcast| {
                if is_answer {
                    broadcast.answered(&person, PrivateText("好".into()), Moment::UNIX_EPOCH)
                } else {
                    broadcast.delivered(&person, Moment::UNIX_EPOCH)
                }
            };
            let Ok(next) = run(&broadcast) else { continue };
            prop_assert_eq!(&run(&next).unwrap(), &next);
            let Summary { not_delivered, delivered, answered } = next.summary();
            prop_assert_eq!(not_delivered + delivered + answered, 4);
            let open: usize = next.unanswered().values().map(Vec::len).sum();
            prop_assert_eq!(open, usize::try_from(not_delivered + delivered).unwrap());
            let stored = serde_json::to_string(&next).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Broadcast>(&stored).unwrap(), &next);
            broadcast = next;
        }
    }
}
