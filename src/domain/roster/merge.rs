//! Who is who (归并): rows with the same account or the same phone are one person, and known people keep their id.
//!
//! Reports rows that cannot be one person and yet share an account or a phone. Start at [`merge`].

use std::collections::{BTreeMap, HashMap};

use super::directory::is_unnamed;
use super::rows::StudentRows;
use super::{Roster, sheet::Column};
use crate::domain::people::{
    Channel, MobileNumber, Person, PersonId, PersonName, Relation, Role, Student, StudentId,
};
use crate::problem::{Place, Problem};

/// One row's word on one person.
pub(super) struct Entry {
    pub(super) name: PersonName,
    /// Whether nobody told the name, so that it can contradict nobody's.
    pub(super) is_unnamed: bool,
    pub(super) contacts: Contacts,
    pub(super) claim: Claim,
    pub(super) source: Source,
}

/// How a row says that the person is reached.
pub(super) struct Contacts {
    pub(super) phone: Option<MobileNumber>,
    pub(super) accounts: Vec<(Channel, String)>,
    /// The channels that the sheet has a column for; what it does not list stays as it is.
    pub(super) listed: Vec<Channel>,
}

/// What a row says that the person is.
pub(super) enum Claim {
    Guardian { student: StudentId, relation: Relation },
    Staff(Vec<Role>),
}

/// Where an entry comes from.
pub(super) enum Source {
    Row {
        sheet: String,
        row: usize,
    },
    /// The current roster, for the half that is not imported.
    Known(PersonId),
}

/// The import with people told apart.
pub(super) struct Merged {
    /// The students on the roll, without guardians.
    pub(super) students: BTreeMap<StudentId, Student>,
    pub(super) entries: Vec<Entry>,
    /// The indexes of the entries of each person, in the order of their first row.
    pub(super) groups: Vec<Vec<usize>>,
}

/// Tells people apart; a half that is `None` is taken from the current roster.
pub(super) fn merge(
    students: Option<StudentRows>,
    staff: Option<Vec<Entry>>,
    current: &Roster,
    problems: &mut Vec<Problem>,
) -> Merged {
    let (students, guardians) = students.map_or_else(|| known_students(current), new_students);
    let staff = staff.unwrap_or_else(|| known_staff(current));
    let entries: Vec<Entry> = guardians.into_iter().chain(staff).collect();
    let groups = group(&entries);
    for group in &groups {
        check(&entries, group, problems);
    }
    Merged { students, entries, groups }
}

fn new_students(rows: StudentRows) -> (BTreeMap<StudentId, Student>, Vec<Entry>) {
    let student = |(id, draft): (StudentId, super::rows::StudentDraft)| {
        let student = Student {
            id: id.clone(),
            name: draft.name,
            class: draft.class,
            gender: draft.gender,
            guardians: Vec::new(),
            is_on_roll: true,
        };
        (id, student)
    };
    (rows.students.into_iter().map(student).collect(), rows.guardians)
}

fn known_students(current: &Roster) -> (BTreeMap<StudentId, Student>, Vec<Entry>) {
    let mut entries = Vec::new();
    for student in current.on_roll() {
        for guardianship in &student.guardians {
            let claim =
                Claim::Guardian { student: student.id.clone(), relation: guardianship.relation.clone() };
            entries.extend(
                current.persons.get(&guardianship.person).map(|person| known(person, claim, current)),
            );
        }
    }
    let bare = |student: &Student| (student.id.clone(), Student { guardians: Vec::new(), ..student.clone() });
    (current.on_roll().map(bare).collect(), entries)
}

fn known_staff(current: &Roster) -> Vec<Entry> {
    let staff = current.persons.values().filter_map(|person| {
        let roles: Vec<Role> = person.roles.iter().filter(|role| **role != Role::Guardian).cloned().collect();
        (!roles.is_empty()).then(|| known(person, Claim::Staff(roles), current))
    });
    staff.collect()
}

fn known(person: &Person, claim: Claim, current: &Roster) -> Entry {
    let accounts = person.contact_points.iter().map(|point| (point.channel, point.account.clone()));
    Entry {
        name: person.name.clone(),
        is_unnamed: is_unnamed(person, current),
        contacts: Contacts { phone: person.phone.clone(), accounts: accounts.collect(), listed: Vec::new() },
        claim,
        source: Source::Known(person.id.clone()),
    }
}

/// Joins entries that share an account, a phone or a known id.
fn group(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut owner: HashMap<String, usize> = HashMap::new();
    // Each entry points to an earlier one of its person, or to itself.
    let mut parent: Vec<usize> = (0..entries.len()).collect();
    for (index, entry) in entries.iter().enumerate() {
        let accounts =
            entry.contacts.accounts.iter().map(|(channel, account)| format!("{channel:?}:{account}"));
        let phone = entry.contacts.phone.iter().map(|phone| format!("phone:{}", phone.as_str()));
        let id = match &entry.source {
            Source::Known(id) => Some(format!("id:{id}")),
            Source::Row { .. } => None,
        };
        for key in accounts.chain(phone).chain(id) {
            let first = *owner.entry(key).or_insert(index);
            let (one, two) = (root(&parent, first), root(&parent, index));
            if let Some(slot) = parent.get_mut(one.max(two)) {
                *slot = one.min(two);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..entries.len() {
        groups.entry(root(&parent, index)).or_default().push(index);
    }
    groups.into_values().collect()
}

fn root(parent: &[usize], mut index: usize) -> usize {
    // Bound: a parent is never greater than its child.
    while let Some(&up) = parent.get(index).filter(|up| **up != index) {
        index = up;
    }
    index
}

/// Reports what one person cannot have: two names, two phones, two accounts of a platform, two rows for one child.
fn check(entries: &[Entry], group: &[usize], problems: &mut Vec<Problem>) {
    let members: Vec<&Entry> = group.iter().filter_map(|index| entries.get(*index)).collect();
    let mut children: HashMap<&StudentId, &Entry> = HashMap::new();
    for (at, entry) in members.iter().enumerate() {
        let earlier = members.get(..at).unwrap_or_default();
        if let Some(problem) = earlier.iter().find_map(|first| contradiction(first, entry)) {
            problems.push(problem);
        }
        if let Claim::Guardian { student, .. } = &entry.claim
            && let Some(first) = children.insert(student, entry)
        {
            let what = format!("这位家长在{}已经写过", first.source);
            problems.extend(entry.problem(Column::Guardian, what, "同一个孩子的同一位家长只写一行"));
        }
    }
}

fn contradiction(first: &Entry, entry: &Entry) -> Option<Problem> {
    let (theirs, ours) = (&first.contacts, &entry.contacts);
    let shared = ours.accounts.iter().find(|account| theirs.accounts.contains(account));
    let shares_phone = ours.phone.is_some() && ours.phone == theirs.phone;
    let column = match shared {
        Some((channel, _)) => account_column(*channel),
        None if shares_phone => Column::Phone,
        None => return None,
    };
    let word = column.heading();
    if entry.name != first.name && !entry.is_unnamed && !first.is_unnamed {
        let instead = "两个人各用各的账号和手机；同一个人就把姓名写成一样。合用一个手机的，只给常用的那位填";
        return entry.problem(column, format!("与{}是同一个{word}，姓名却不同", first.source), instead);
    }
    if ours.phone.is_some() && theirs.phone.is_some() && !shares_phone {
        let what = format!("与{}是同一个{word}，手机却不同", first.source);
        return entry.problem(Column::Phone, what, "一个人只写一个手机号");
    }
    let other = ours.accounts.iter().find(|(channel, account)| {
        theirs.accounts.iter().any(|(other, another)| other == channel && another != account)
    });
    let column = account_column(other?.0);
    let what = format!("与{}是同一个{word}，{}却不同", first.source, column.heading());
    entry.problem(column, what, "一个人在一个平台只有一个账号")
}

fn account_column(channel: Channel) -> Column {
    match channel {
        Channel::WecomApp
        | Channel::WecomNotice
        | Channel::WecomKf
        | Channel::ParentPage
        | Channel::Terminal => Column::Wecom,
        Channel::DingtalkRobot | Channel::DingtalkNotice => Column::Dingtalk,
    }
}

impl Contacts {
    pub(super) fn is_empty(&self) -> bool {
        self.phone.is_none() && self.accounts.is_empty()
    }
}

impl Entry {
    /// A problem at the entry's row; `None` for an entry of the current roster, which has none.
    fn problem(&self, column: Column, what: String, instead: &str) -> Option<Problem> {
        let (sheet, row) = match &self.source {
            Source::Row { sheet, row } => (sheet.clone(), *row),
            Source::Known(_) => return None,
        };
        let place = Place::Cell { sheet, row, column: column.heading().to_owned() };
        Some(Problem::new(place, what).instead(instead))
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Row { sheet, row } => write!(f, "「{sheet}」第 {row} 行"),
            Self::Known(_) => f.write_str("现有名册里的人"),
        }
    }
}
