//! What a directory says joins a roster, and neither forgets nor doubles anybody.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::domain::people::{ContactPoint, Student};
use crate::domain::roster::{Cell, Row, STAFF_SHEET, STUDENTS_SHEET, Sheet, Sheets, read};
use crate::ids::Ids;

fn classes() -> Vec<ClassId> {
    (1..=6)
        .flat_map(|grade| (1..=3).map(move |number| ClassId { grade: Grade::School(grade), number }))
        .collect()
}

fn now() -> crate::clock::Moment {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn sheet(name: &str, headings: &str, lines: &[&str]) -> Sheet {
    let cell = |word: &str| if word == "-" { Cell::Empty } else { Cell::Text(word.to_owned()) };
    let lines = std::iter::once(headings).chain(lines.iter().copied());
    let row = |(at, line): (usize, &str)| Row { number: at + 1, cells: line.split(' ').map(cell).collect() };
    Sheet { name: name.to_owned(), rows: lines.enumerate().map(row).collect() }
}

fn students_sheet(lines: &[&str]) -> Sheets {
    let headings = "班级 学号 姓名 家长姓名 关系 手机 企业微信账号";
    Sheets { students: Some(sheet(STUDENTS_SHEET, headings, lines)), staff: None }
}

fn staff_sheet(lines: &[&str]) -> Sheets {
    Sheets {
        students: None, staff: Some(sheet(STAFF_SHEET, "姓名 角色 班级 手机 企业微信账号", lines))
    }
}

fn import(sheets: &Sheets, current: &Roster, seed: u64) -> Roster {
    read(sheets, &classes(), current, &Ids::seeded(seed), now()).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// A class of grade three by its number, with the students of lines such as
/// `id name p_1:妈妈:13800001111 p_2:爸爸::no`.
fn listing(lines: &[(u8, &str)]) -> Listing {
    let class = |number: u8| ListedClass {
        id: format!("c{number}"),
        grade: Some(Grade::School(3)),
        grade_name: "2024级".to_owned(),
        name: format!("（{number}）班"),
        homeroom_teachers: vec![format!("t-{number}")],
        reach: Reach::Everybody,
    };
    let student = |(number, line): &(u8, &str)| {
        let mut words = line.split(' ');
        let (id, name) = (words.next().unwrap(), words.next().unwrap());
        let parent = |word: &str| {
            let parts: Vec<&str> = word.split(':').collect();
            ListedParent {
                account: parts[0].to_owned(),
                relation: Relation(parts[1].to_owned()),
                phone: parts.get(2).and_then(|phone| MobileNumber::parse(phone).ok()),
                is_reachable: parts.get(3).is_none(),
            }
        };
        ListedStudent {
            id: id.to_owned(),
            name: PersonName(name.to_owned()),
            classes: vec![format!("c{number}")],
            parents: words.map(parent).collect(),
        }
    };
    Listing {
        channels: Channels { parents: Channel::WecomNotice, staff: Channel::WecomApp },
        classes: (1..=9).map(class).collect(),
        students: lines.iter().map(student).collect(),
    }
}

fn join(listing: &Listing, book: &Book, current: &Roster, seed: u64) -> Joined {
    place(listing, &classes()).join(book, current, Occasion::Read, &Ids::seeded(seed), now())
}

fn student<'a>(roster: &'a Roster, id: &str) -> &'a Student {
    &roster.students[&StudentId(id.to_owned())]
}

/// The guardians of a student: name, relation and account of the notices, `-` where there is none, `!` before one that
/// is not reached.
fn guardians(roster: &Roster, id: &str) -> Vec<String> {
    let student = student(roster, id);
    let shown = |guardianship: &crate::domain::people::Guardianship| {
        let person = &roster.persons[&guardianship.person];
        let point = person.contact_points.iter().find(|point| point.channel == Channel::WecomNotice);
        let account = point.map_or("-".to_owned(), |point| {
            format!("{}{}", if point.is_reachable { "" } else { "!" }, point.account)
        });
        format!("{} {} {account}", person.name.0, guardianship.relation.0)
    };
    student.guardians.iter().map(shown).collect()
}

fn told(joined: &Joined) -> String {
    joined.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_directory_alone_becomes_a_roster() {
    let listed = listing(&[
        (2, "s_01 李小禾 p_1:母亲 p_2:爸爸::no"),
        (2, "s_02 周安 p_3:"),
        (1, "s_03 李小苗 p_1:妈妈"),
    ]);
    let joined = join(&listed, &Book::default(), &Roster::default(), 1);
    assert_eq!(guardians(&joined.roster, "s_01"), ["李小禾妈妈 妈妈 p_1", "李小禾爸爸 爸爸 !p_2"]);
    assert_eq!(guardians(&joined.roster, "s_02"), ["周安家长 家长 p_3"]);
    assert_eq!(guardians(&joined.roster, "s_03"), ["李小禾妈妈 妈妈 p_1"], "one mother of two children");
    let mother = &joined.roster.persons[&student(&joined.roster, "s_01").guardians[0].person];
    assert_eq!(mother.children.len(), 2);
    let page = ContactPoint { channel: Channel::ParentPage, account: "p_1".into(), is_reachable: true };
    assert!(mother.contact_points.contains(&page));
    assert_eq!(mother.roles, [Role::Guardian]);
    let class = ClassId { grade: Grade::School(3), number: 2 };
    let teachers: Vec<_> = joined.roster.homeroom_teachers(class).collect();
    assert_eq!((teachers.len(), teachers[0].name.0.as_str()), (1, "三年级2班班主任"));
    assert_eq!(joined.roster.unreachable().count(), 0);
    assert_eq!(told(&joined).matches("方案里没有班级").count(), 6, "{}", told(&joined));

    let again = join(&listed, &joined.book, &joined.roster, 2);
    assert_eq!(again.roster, joined.roster);
    assert_eq!(again.book, joined.book);
}

#[test]
fn a_directory_meets_the_people_of_the_sheets_and_doubles_nobody() {
    let sheets = students_sheet(&[
        "三年级2班 20240201 李小禾 王芳 妈妈 13800000101 -",
        "三年级2班 20240201 李小禾 李明 爸爸 13800000102 g2",
        "三年级2班 20240202 周安 周平 爸爸 - -",
        "三年级2班 20240203 赵一 孙梅 妈妈 - -",
    ]);
    let current = import(&sheets, &Roster::default(), 1);
    let listed = listing(&[
        // By number and phone, whatever the relation says; and by relation alone.
        (2, "20240201 李小禾 p_1:家长:13800000101 p_2:父亲"),
        // By class and name.
        (2, "wx_9 周安 p_3:爸爸 p_4:妈妈"),
        // By number, in another class than in the sheet.
        (1, "20240203 赵一 p_5:妈妈"),
    ]);
    let joined = join(&listed, &Book::default(), &current, 2);
    assert_eq!(joined.roster.students.len(), 3);
    assert_eq!(guardians(&joined.roster, "20240201"), ["王芳 妈妈 p_1", "李明 爸爸 p_2"]);
    assert_eq!(guardians(&joined.roster, "20240202"), ["周平 爸爸 p_3", "周安妈妈 妈妈 p_4"]);
    assert_eq!(guardians(&joined.roster, "20240203"), ["孙梅 妈妈 p_5"]);
    assert_eq!(joined.roster.persons.len(), current.persons.len() + 1 + 3, "one mother, three teachers");
    assert!(told(&joined).contains("赵一在通讯录里是三年级1班，名册里是三年级2班"), "{}", told(&joined));
    assert_eq!(student(&joined.roster, "20240203").class.number, 2, "the sheet's word until it changes");
}

#[test]
fn who_could_be_somebody_known_is_named_and_not_guessed() {
    let sheets = students_sheet(&[
        "三年级2班 20240201 李小禾 王芳 妈妈 - -",
        "三年级2班 20240202 周安 - - - -",
        "三年级2班 20240203 周安 - - - -",
    ]);
    let current = import(&sheets, &Roster::default(), 1);
    let listed =
        listing(&[(2, "20240201 李小禾 p_1:妈妈 p_2:母亲"), (2, "wx_1 周安 p_3:妈妈"), (2, "wx_2 钱多")]);
    let joined = join(&listed, &Book::default(), &current, 2);
    assert_eq!(guardians(&joined.roster, "20240201"), ["王芳 妈妈 -"]);
    assert_eq!(joined.roster.students.len(), 4);
    assert!(told(&joined).contains("李小禾的妈妈在通讯录里和名册里对不上"), "{}", told(&joined));
    assert!(told(&joined).contains("有几位叫周安的学生"), "{}", told(&joined));
    // Once the sheet knows her phone, it is clear.
    let sheets = students_sheet(&["三年级2班 20240201 李小禾 王芳 妈妈 13800000101 -"]);
    let current = import(&sheets, &joined.roster, 3);
    let listed = listing(&[(2, "20240201 李小禾 p_1:妈妈:13800000101 p_2:母亲")]);
    let joined = join(&listed, &joined.book, &current, 4);
    assert_eq!(guardians(&joined.roster, "20240201"), ["王芳 妈妈 p_1", "李小禾妈妈 妈妈 p_2"]);
}

#[test]
fn what_the_directory_changes_takes_effect_and_what_only_the_sheet_knows_stays() {
    let sheets =
        students_sheet(&["三年级2班 20240201 李小禾 王芳 妈妈 - -", "三年级3班 20240301 钱多 钱来 爸爸 - -"]);
    let current = import(&sheets, &Roster::default(), 1);
    let before = listing(&[
        (2, "20240201 李小禾 p_1:妈妈 p_2:爸爸"),
        (2, "s_02 周安 p_3:妈妈"),
        (2, "s_03 赵一 p_4:妈妈 p_5:爸爸"),
    ]);
    let joined = join(&before, &Book::default(), &current, 2);
    // 李小禾 moves and loses a father, 周安 leaves, 赵一's mother no longer follows.
    let after =
        listing(&[(1, "20240201 李小禾 p_1:妈妈"), (2, "s_03 赵一 p_4:妈妈::no p_5:爸爸"), (2, "s_04 孙二")]);
    let next = join(&after, &joined.book, &joined.roster, 3);
    assert_eq!(student(&next.roster, "20240201").class.number, 1);
    assert_eq!(guardians(&next.roster, "20240201"), ["王芳 妈妈 p_1"]);
    assert!(!student(&next.roster, "s_02").is_on_roll);
    assert!(student(&next.roster, "20240301").is_on_roll, "the sheet alone knows this one");
    assert_eq!(guardians(&next.roster, "s_03"), ["赵一妈妈 妈妈 !p_4", "赵一爸爸 爸爸 p_5"]);
    assert_eq!((next.students, next.parents), (Gone { before: 3, gone: 1 }, Gone { before: 5, gone: 2 }));
    let former = next.roster.persons.values().find(|person| person.name.0 == "李小禾爸爸").unwrap();
    assert!(former.roles.is_empty() && former.contact_points.is_empty());
    // Back in the directory is back on the roll.
    let back = join(&before, &next.book, &next.roster, 4);
    assert!(student(&back.roster, "s_02").is_on_roll);
}

#[test]
fn whom_the_sheet_took_off_the_roll_the_directory_does_not_bring_back() {
    let listed = listing(&[(2, "20240201 李小禾 p_1:妈妈"), (2, "20240202 周安 p_2:妈妈")]);
    let joined = join(&listed, &Book::default(), &Roster::default(), 1);
    let without = import(&students_sheet(&["三年级2班 20240202 周安 - - - -"]), &joined.roster, 2);
    let next = join(&listed, &joined.book, &without, 3);
    assert!(!student(&next.roster, "20240201").is_on_roll);
    assert_eq!((next.students.gone, next.parents.gone), (0, 0), "the directory still has them");
}

#[test]
fn an_import_of_sheets_keeps_what_the_directory_added_and_gives_it_its_names() {
    let listed = listing(&[(2, "20240201 李小禾 p_1:妈妈 p_2:爸爸::no")]);
    let joined = join(&listed, &Book::default(), &Roster::default(), 1);
    let mother = student(&joined.roster, "20240201").guardians[0].person.clone();
    let sheets = students_sheet(&["三年级2班 20240201 李小禾 王芳 妈妈 13800000101 -"]);
    let imported = import(&sheets, &joined.roster, 2);
    assert_eq!(student(&imported, "20240201").guardians.len(), 1, "the sheet knows the mother alone");
    let placed = Placed::of(&joined.book).unwrap();
    let next = placed.join(&joined.book, &imported, Occasion::Imported, &Ids::seeded(3), now());
    assert_eq!(guardians(&next.roster, "20240201"), ["王芳 妈妈 p_1", "李小禾爸爸 爸爸 !p_2"]);
    assert_eq!(student(&next.roster, "20240201").guardians[0].person, mother, "she is the same person");
    let class = ClassId { grade: Grade::School(3), number: 2 };
    assert_eq!(next.roster.homeroom_teachers(class).count(), 1, "the directory still names a teacher");
    // The staff's sheet gives the teacher a name, and contradicts nobody who has none.
    let staff = staff_sheet(&["张敏 班主任 三年级2班 13800000201 t-2"]);
    let named = import(&staff, &next.roster, 4);
    let teacher: Vec<_> = named.homeroom_teachers(class).map(|person| person.name.0.clone()).collect();
    assert_eq!(teacher, ["张敏"]);
}

#[test]
fn a_class_that_the_plan_lacks_changes_nothing_for_its_students() {
    let listed = listing(&[(2, "s_01 李小禾 p_1:妈妈"), (2, "s_02 周安 p_2:妈妈")]);
    let joined = join(&listed, &Book::default(), &Roster::default(), 1);
    let moved = listing(&[(7, "s_01 李小禾 p_1:妈妈"), (2, "s_02 周安 p_2:妈妈")]);
    let next = join(&moved, &joined.book, &joined.roster, 2);
    assert_eq!(next.roster, joined.roster);
    assert_eq!((next.students.gone, next.parents.gone), (0, 0));
}

#[test]
fn a_sudden_loss_is_implausible_and_a_school_year_is_not() {
    for (before, gone, want) in
        [(1_200, 240, false), (1_200, 241, true), (10, 5, false), (10, 6, true), (3, 3, true), (0, 0, false)]
    {
        assert_eq!(Gone { before, gone }.is_implausible(), want, "{gone} of {before}");
    }
}

/// The guardians of an invented family: how the sheet writes them, and how the directory does.
const GUARDIANS: [[&str; 2]; 3] = [["妈妈", "母亲"], ["爸爸", "爸爸"], ["外婆", "姥姥"]];

/// A family: children, and for each guardian whether the sheet has them, with a phone, and the directory, and whether
/// it shows the phone.
type Family = (usize, [(bool, bool, bool, bool); 3]);

/// The same families in a sheet and in a directory; what only one of them knows stands in only one.
fn both(families: &[Family]) -> (Sheets, Listing) {
    let (mut rows, mut listed) = (Vec::new(), Vec::new());
    for (number, (children, guardians)) in families.iter().enumerate() {
        for child in 0..*children {
            let (id, name) = (format!("2024{number:02}{child}"), format!("孩子{}", ["甲", "乙"][child]));
            let family = ["一", "二", "三", "四", "五"][number];
            let name = format!("{name}{family}");
            let (mut in_sheet, mut line) = (false, format!("{id} {name}"));
            for (at, (sheet, has_phone, directory, shows)) in guardians.iter().enumerate() {
                let phone = format!("1380000{number:02}{at:02}");
                if *sheet {
                    in_sheet = true;
                    let phone = if *has_phone { &phone } else { "-" };
                    let who = ["王", "李", "张"][at];
                    let relation = GUARDIANS[at][0];
                    rows.push(format!("三年级1班 {id} {name} {who}{family} {relation} {phone} -"));
                }
                if *directory {
                    let phone = if *shows { &phone } else { "" };
                    write!(line, " p_{number}_{at}:{}:{phone}", GUARDIANS[at][1]).unwrap();
                }
            }
            if !in_sheet {
                rows.push(format!("三年级1班 {id} {name} - - - -"));
            }
            listed.push((1, line));
        }
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let listed: Vec<(u8, &str)> = listed.iter().map(|(class, line)| (*class, line.as_str())).collect();
    (students_sheet(&rows), listing(&listed))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_each_side_knows_nobody_is_doubled_and_twice_is_once(
        families in prop::collection::vec((1..=2_usize, any::<[(bool, bool, bool, bool); 3]>()), 1..=5),
    ) {
        let (sheets, listed) = both(&families);
        let current = import(&sheets, &Roster::default(), 1);
        let joined = join(&listed, &Book::default(), &current, 2);
        for student in joined.roster.students.values() {
            for [relation, _] in GUARDIANS {
                let same = student.guardians.iter().filter(|it| it.relation.0 == relation).count();
                prop_assert!(same <= 1, "two of {relation}");
            }
        }
        let mut accounts = BTreeSet::new();
        for person in joined.roster.persons.values() {
            let own = person.contact_points.iter().filter(|point| point.channel == Channel::WecomNotice);
            let own: Vec<_> = own.map(|point| point.account.clone()).collect();
            prop_assert!(own.len() <= 1, "two accounts of one person");
            prop_assert!(own.into_iter().all(|account| accounts.insert(account)), "two persons of one account");
        }
        let listed_accounts: BTreeSet<_> =
            listed.students.iter().flat_map(|one| &one.parents).map(|parent| parent.account.clone()).collect();
        // A mother of two whom the sheet does not know to be one person is named instead.
        if !told(&joined).contains("对不上") {
            prop_assert_eq!(&accounts, &listed_accounts, "everybody whom the directory lists is reached");
        }
        prop_assert!(accounts.is_subset(&listed_accounts));
        let again = join(&listed, &joined.book, &joined.roster, 3);
        prop_assert!(again.roster == joined.roster && again.book == joined.book, "twice is once");
        // The same sheets over it, with what the directory adds, are the same people with the same ways to be reached.
        let imported = import(&sheets, &joined.roster, 4);
        let placed = Placed::of(&joined.book).unwrap();
        let rejoined = placed.join(&joined.book, &imported, Occasion::Imported, &Ids::seeded(5), now());
        prop_assert!(rejoined.roster == joined.roster, "an import takes nothing away");
    }
}
