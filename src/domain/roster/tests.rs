//! Rosters as they are read, merged with a known one and compared, cell by cell and as laws.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::people::{ContactPoint, Grade};

const STUDENTS: &str = "年级 班级 学号 姓名 性别 家长姓名 关系 手机 企业微信账号 钉钉账号";
const STAFF: &str = "姓名 角色 班级 手机 企业微信账号 钉钉账号";

/// A sheet from lines of words, `-` for an empty cell and `#` before a number.
fn sheet(name: &str, headings: &str, lines: &[impl AsRef<str>]) -> Sheet {
    let cell = |word: &str| match (word, word.strip_prefix('#')) {
        ("-", _) => Cell::Empty,
        (_, Some(number)) => Cell::Number(number.parse().unwrap()),
        _ => Cell::Text(word.to_owned()),
    };
    let lines = std::iter::once(headings).chain(lines.iter().map(AsRef::as_ref));
    let row = |(at, line): (usize, &str)| Row { number: at + 1, cells: line.split(' ').map(cell).collect() };
    Sheet { name: name.to_owned(), rows: lines.enumerate().map(row).collect() }
}

fn sheets(students: &[impl AsRef<str>], staff: &[impl AsRef<str>]) -> Sheets {
    Sheets {
        students: Some(sheet(STUDENTS_SHEET, STUDENTS, students)),
        staff: Some(sheet(STAFF_SHEET, STAFF, staff)),
    }
}

fn classes() -> Vec<ClassId> {
    (1..=6)
        .flat_map(|grade| (1..=3).map(move |number| ClassId { grade: Grade::School(grade), number }))
        .collect()
}

fn import(sheets: &Sheets, current: &Roster, seed: u64) -> Roster {
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    super::read(sheets, &classes(), current, &Ids::seeded(seed), now)
        .unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn problems(sheets: &Sheets, current: &Roster) -> String {
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let problems = super::read(sheets, &classes(), current, &Ids::seeded(1), now).unwrap_err();
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn family() -> Sheets {
    sheets(
        &[
            "一年级 1班 20260101 李小禾 女 王芳 妈妈 13800000101 t-wang-01 -",
            "一年级 1班 20260101 李小禾 女 李明 爸爸 13800010001 - -",
            "三年级 2班 20240201 李小苗 男 王芳 妈妈 13800000101 - -",
            "三年级 2班 20240201 李小苗 男 李明 爸爸 13800010001 g100001 -",
            "二年级 3班 20250301 周安 男 周平 - - - -",
        ],
        &["王芳 班主任 三年级1班 13800000101 T-Wang-01 -", "周明远 校长、管理员 - - t-zhou-01 -"],
    )
}

#[test]
fn siblings_share_their_parents_and_a_teacher_with_a_child_is_one_person() {
    let roster = import(&family(), &Roster::default(), 1);
    assert_eq!((roster.students.len(), roster.persons.len()), (3, 4));
    let mother = roster.by_account(Channel::WecomApp, "t-wang-01").unwrap();
    let class = ClassId { grade: Grade::School(3), number: 1 };
    assert_eq!(mother.roles, [Role::Guardian, Role::HomeroomTeacher(class)]);
    let children: Vec<&str> = mother.children.iter().map(|id| id.0.as_str()).collect();
    assert_eq!(children, ["20240201", "20260101"], "eldest first");
    let father = roster.by_account(Channel::WecomApp, "g100001").unwrap();
    let younger = &roster.students[&StudentId("20260101".into())];
    let guardians: Vec<_> = roster.guardians(younger).map(|person| &person.id).collect();
    assert_eq!(guardians, [&mother.id, &father.id], "in the order of the rows");
    assert_eq!(roster.unreachable().map(|student| student.id.0.as_str()).collect::<Vec<_>>(), ["20250301"]);
}

#[test]
fn known_people_keep_their_id_by_account_then_phone_then_name() {
    let before = import(&family(), &Roster::default(), 1);
    let id = |roster: &Roster, name: &str| {
        let person = roster.persons.values().find(|person| person.name.0 == name && !person.roles.is_empty());
        person.unwrap().id.clone()
    };
    let after = import(
        &sheets(
            &[
                "一年级 1班 20260101 李小禾 女 王芳 妈妈 13800000999 t-wang-01 -",
                "一年级 1班 20260101 李小禾 女 李大明 爸爸 13800010001 g100777 -",
                "二年级 3班 20250301 周安 男 周平 爸爸 13800010003 g100003 -",
                "二年级 3班 20250301 周安 男 赵敏 妈妈 - g100004 -",
            ],
            &["周明远 校长 - - t-zhou-01 -"],
        ),
        &before,
        2,
    );
    assert_eq!(id(&after, "王芳"), id(&before, "王芳"), "by account");
    assert_eq!(id(&after, "李大明"), id(&before, "李明"), "by phone");
    assert_eq!(id(&after, "周平"), id(&before, "周平"), "by name");
    assert!(!before.persons.contains_key(&id(&after, "赵敏")), "new");
    let gone = &after.students[&StudentId("20240201".into())];
    assert!(!gone.is_on_roll && gone.guardians.len() == 2, "who left stays on record");
    insta::assert_snapshot!(diff(&before, &after).render());
}

#[test]
fn one_sheet_alone_leaves_the_other_half_as_it_is() {
    let before = import(&family(), &Roster::default(), 1);
    let family = family();
    let only_students = Sheets { students: family.students, staff: None };
    assert_eq!(import(&only_students, &before, 2), before);
    let only_staff = Sheets { students: None, staff: family.staff };
    assert_eq!(import(&only_staff, &before, 3), before);
}

#[test]
fn what_the_sheet_has_no_column_for_stays_as_it_is() {
    let mut before = import(&family(), &Roster::default(), 1);
    let father = before.by_account(Channel::WecomApp, "g100001").unwrap().id.clone();
    let points = &mut before.persons.get_mut(&father).unwrap().contact_points;
    points[0].is_reachable = false;
    points.push(ContactPoint { channel: Channel::DingtalkRobot, account: "d1".into(), is_reachable: true });
    let no_dingtalk = sheet(
        STUDENTS_SHEET,
        "班级 学号 姓名 家长姓名 手机 企业微信账号",
        &["一1 20260101 李小禾 李明 13800010001 g100001"],
    );
    let after = import(&Sheets { students: Some(no_dingtalk), staff: None }, &before, 2);
    assert_eq!(after.persons[&father].contact_points, before.persons[&father].contact_points);
}

#[test]
fn what_a_spreadsheet_does_to_a_cell_is_mended_where_it_is_certain() {
    let plain = import(&family(), &Roster::default(), 1);
    let bent = sheets(
        &[
            "1 一(1)班 #20260101 李　小禾 女生 王芳 妈妈 #13800000101 T-WANG-01 -",
            "１ １０１ ２０２６０１０１ 李小禾 女 李明 爸爸 +86-138-0001-0001 - -",
            "- 三年级二班 20240201.0 李小苗 男 王芳 妈妈 13800000101.0 - -",
            "三 2 20240201 李小苗 - 李明 爸爸 138-0001-0001 Ｇ100001 -",
            "- 二3班 20250301 周安 男 周平 - - - -",
        ],
        &["王芳 班主任 三(1) 008613800000101 t-wang-01 -", "周明远 校长/管理员 - - t-zhou-01 -"],
    );
    assert_eq!(import(&bent, &Roster::default(), 1), plain);
}

#[test]
fn a_number_shorter_than_those_of_the_current_roster_has_lost_its_zeros() {
    let line = |id: &str| format!("一年级 1班 {id} 李小禾 女 王芳 妈妈 13800000101 g1 -");
    let before = import(&sheets(&[line("0126001")], &["周明远 校长 - - t-zhou-01 -"]), &Roster::default(), 1);
    let told = problems(&sheets(&[line("#126001")], &["周明远 校长 - - t-zhou-01 -"]), &before);
    assert!(told.contains("只剩 6 位（其他学号 7 位）"), "{told}");
}

#[test]
fn a_student_who_comes_back_is_told_as_coming_back() {
    let staff = ["周明远 校长 - - t-zhou-01 -"];
    let one = "一年级 1班 20260101 李小禾 女 王芳 妈妈 13800000101 g1 -";
    let other = "一年级 1班 20260102 周安 男 周平 爸爸 13800000102 g2 -";
    let both = import(&sheets(&[one, other], &staff), &Roster::default(), 1);
    let without = import(&sheets(&[one], &staff), &both, 2);
    assert_eq!(diff(&both, &without).left.len(), 1);
    let back = import(&sheets(&[one, other], &staff), &without, 3);
    assert_eq!(diff(&without, &back).returned.len(), 1);
    assert_eq!(back, both, "with the same ids");
}

#[test]
fn half_a_roster_is_noticed_before_it_sends_children_away() {
    let staff = ["周明远 校长 - - t-zhou-01 -"];
    let line = |number: usize| format!("一年级 1班 202601{number:02} 李小禾 女 - - - - -");
    let whole: Vec<String> = (1..=40).map(line).collect();
    let before = import(&sheets(&whole, &staff), &Roster::default(), 1);
    for (kept, want) in [(40, false), (36, false), (34, true), (1, true)] {
        let change = diff(&before, &import(&sheets(&whole[..kept], &staff), &before, 2));
        assert_eq!(change.is_drastic(), want, "{kept} of 40");
        assert_eq!(change.render().contains("是不是完整的名册"), want, "{kept} of 40");
    }
}

/// A guardian of the pool: which phone and which account, if any.
type Contact = (Option<u8>, Option<u8>);

/// The lines of a sheet in which eight guardians, each with their own contacts, look after some of ten students.
fn lines(contacts: &[Contact], students: &[(u8, u8, u8)]) -> Vec<String> {
    let (mut phones, mut accounts, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let contact = |(phone, account): &Contact| {
        let phone = phone.filter(|phone| phones.insert(*phone));
        let account = account.filter(|account| accounts.insert(*account));
        let phone = phone.map_or("-".to_owned(), |phone| format!("138000100{phone:02}"));
        format!("{phone} {}", account.map_or("-".to_owned(), |account| format!("g{account}")))
    };
    let contacts: Vec<String> = contacts.iter().map(contact).collect();
    let mut lines = Vec::new();
    for (id, class, guardians) in students.iter().filter(|(id, ..)| ids.insert(*id)) {
        let student = format!(
            "{}年级 {}班 2026{id:04} 学生{} -",
            class / 3 + 1,
            class % 3 + 1,
            ["甲", "乙"][usize::from(class % 2)]
        );
        let chosen: Vec<usize> = (0..contacts.len()).filter(|at| guardians >> at & 1 == 1).collect();
        lines.extend(chosen.iter().map(|at| {
            let name =
                ["赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "冯八"].map(|name| &name[..3])[*at];
            format!("{student} {name}家 家长 {} -", contacts[*at])
        }));
        if chosen.is_empty() {
            lines.push(format!("{student} - - - - -"));
        }
    }
    lines
}

fn any_lines() -> impl Strategy<Value = Vec<String>> {
    let contacts =
        proptest::collection::vec((proptest::option::of(0_u8..9), proptest::option::of(0_u8..9)), 8);
    let students = proptest::collection::vec((0_u8..10, 0_u8..18, 0_u8..=255), 1..8);
    (contacts, students).prop_map(|(contacts, students)| lines(&contacts, &students))
}

proptest! {
    #[test]
    fn an_import_twice_changes_nothing_and_a_difference_applied_is_the_new_roster(
        first in any_lines(),
        second in any_lines(),
    ) {
        let staff = ["周明远 校长 - - t-zhou-01 -"];
        let one = import(&sheets(&first, &staff), &Roster::default(), 1);
        prop_assert!(diff(&one, &import(&sheets(&first, &staff), &one, 2)).is_empty());
        let two = import(&sheets(&second, &staff), &one, 3);
        prop_assert!(diff(&two, &import(&sheets(&second, &staff), &two, 4)).is_empty());
        let change = diff(&one, &two);
        prop_assert_eq!(change.apply(&one), two.clone());
        prop_assert_eq!(change.is_empty(), one == two);

        let mut accounts = BTreeSet::new();
        for person in two.persons.values() {
            for point in &person.contact_points {
                prop_assert!(accounts.insert((point.channel, point.account.clone())), "one account, one person");
            }
        }
        for student in two.students.values() {
            for guardianship in &student.guardians {
                prop_assert!(two.persons[&guardianship.person].children.contains(&student.id));
            }
        }
        prop_assert!(one.students.keys().all(|id| two.students.contains_key(id)), "nobody is forgotten");
        prop_assert!(one.persons.keys().all(|id| two.persons.contains_key(id)), "nobody is forgotten");
    }
}

#[test]
fn who_supervises_the_school_is_on_the_staff_sheet_and_is_no_staff() {
    let staff = [
        "周明远 校长 - - t-zhou-01 -",
        "郑和平 责任督学 - 13800000301 - -",
        "冯远 区教体局 - 13800000302 - -",
    ];
    let student = ["一年级 1班 20260101 李小禾 女 王芳 妈妈 13800000101 g1 -"];
    let roster = import(&sheets(&student, &staff), &Roster::default(), 1);
    for (role, name) in [(Role::Inspector, "郑和平"), (Role::DistrictOfficer, "冯远")] {
        let person = roster.with_role(role.clone()).next().unwrap();
        assert_eq!((person.name.0.as_str(), role.is_staff(), role.is_supervisor()), (name, false, true));
    }
}
