//! The new roster (新名册) of an import: known people keep their id, those who left stay on record.
//!
//! Takes what `merge` told apart and knows nothing of sheets. Start at [`Merged::into_roster`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Roster;
use super::directory::called_after;
use super::merge::{Claim, Entry, Merged, Source};
use crate::clock::Moment;
use crate::domain::people::{
    Channel, ContactPoint, Guardianship, MobileNumber, Person, PersonId, Role, Student, StudentId,
};
use crate::ids::Ids;

impl Merged {
    /// The roster after the import.
    pub(super) fn into_roster(self, current: &Roster, ids: &Ids, now: Moment) -> Roster {
        let known = known_ids(&self, current);
        let owners = known.into_iter().map(|id| id.unwrap_or_else(|| PersonId(ids.new_id("p_", now))));
        let owners: Vec<PersonId> = owners.collect();
        let mut roster = Roster { students: self.students.clone(), persons: BTreeMap::new() };
        for (id, student) in &current.students {
            let gone = || Student { is_on_roll: false, ..student.clone() };
            roster.students.entry(id.clone()).or_insert_with(gone);
        }
        self.add_guardians(&owners, &mut roster);
        for (group, id) in self.groups.iter().zip(&owners) {
            let person = self.person(group, id, current.persons.get(id));
            roster.persons.insert(id.clone(), person);
        }
        keep_former(current, &mut roster);
        set_children(&mut roster);
        roster
    }

    fn members(&self, group: &[usize]) -> impl Iterator<Item = &Entry> {
        group.iter().filter_map(|index| self.entries.get(*index))
    }

    /// Gives the students their guardians in the order of the rows.
    fn add_guardians(&self, owners: &[PersonId], roster: &mut Roster) {
        let mut owner: Vec<(usize, &PersonId)> = Vec::new();
        for (group, id) in self.groups.iter().zip(owners) {
            owner.extend(group.iter().map(|index| (*index, id)));
        }
        owner.sort_by_key(|(index, _)| *index);
        for (entry, (_, id)) in self.entries.iter().zip(owner) {
            if let Claim::Guardian { student, relation } = &entry.claim
                && let Some(student) = roster.students.get_mut(student)
            {
                student.guardians.push(Guardianship { person: id.clone(), relation: relation.clone() });
            }
        }
    }

    fn person(&self, group: &[usize], id: &PersonId, before: Option<&Person>) -> Person {
        let named = self.members(group).find(|entry| !entry.is_unnamed);
        let name = named.or_else(|| self.members(group).next()).map(|entry| entry.name.clone());
        let mut phone: Option<MobileNumber> = None;
        let mut accounts: BTreeSet<(Channel, String)> = BTreeSet::new();
        let mut listed: BTreeSet<Channel> = BTreeSet::new();
        let mut roles: BTreeSet<Role> = BTreeSet::new();
        for entry in self.members(group) {
            phone = phone.or_else(|| entry.contacts.phone.clone());
            accounts.extend(entry.contacts.accounts.iter().cloned());
            listed.extend(entry.contacts.listed.iter().copied());
            match &entry.claim {
                Claim::Guardian { .. } => {
                    roles.insert(Role::Guardian);
                }
                Claim::Staff(more) => roles.extend(more.iter().cloned()),
            }
        }
        let points = before.map(|person| person.contact_points.as_slice()).unwrap_or_default();
        // A channel that no sheet has a column for is not the roster's to change.
        let kept = points.iter().filter(|point| {
            let is_replaced = accounts.iter().any(|(channel, _)| *channel == point.channel);
            !listed.contains(&point.channel) && !is_replaced
        });
        let point = |(channel, account): &(Channel, String)| {
            let same = points.iter().find(|point| point.channel == *channel && point.account == *account);
            let is_reachable = same.is_none_or(|point| point.is_reachable);
            ContactPoint { channel: *channel, account: account.clone(), is_reachable }
        };
        let mut contact_points: Vec<ContactPoint> = accounts.iter().map(point).chain(kept.cloned()).collect();
        contact_points.sort();
        Person {
            id: id.clone(),
            name: name.unwrap_or_else(|| crate::domain::people::PersonName(String::new())),
            phone,
            contact_points,
            roles: roles.into_iter().collect(),
            children: Vec::new(),
        }
    }
}

/// A way to find known people by one row.
type Way<'a> = dyn Fn(&Entry) -> Vec<PersonId> + 'a;

/// The known id of each group: by the half that is kept, by account, by phone, then by name among the guardians of
/// the same student, or by what they are to the child where nobody told their name. Each known person is found at most
/// once.
fn known_ids(merged: &Merged, current: &Roster) -> Vec<Option<PersonId>> {
    let mut by_account: HashMap<(Channel, &str), &PersonId> = HashMap::new();
    let mut by_phone: HashMap<&MobileNumber, &PersonId> = HashMap::new();
    // Who has a role now comes last and wins over former people with the same phone.
    let mut persons: Vec<&Person> = current.persons.values().collect();
    persons.sort_by_key(|person| !person.roles.is_empty());
    for person in persons {
        by_phone.extend(person.phone.iter().map(|phone| (phone, &person.id)));
        let accounts = person.contact_points.iter().map(|point| (point.channel, point.account.as_str()));
        by_account.extend(accounts.map(|account| (account, &person.id)));
    }
    let by_source = |entry: &Entry| match &entry.source {
        Source::Known(id) => vec![id.clone()],
        Source::Row { .. } => Vec::new(),
    };
    let by_account = |entry: &Entry| {
        let accounts = entry.contacts.accounts.iter();
        let found = accounts.filter_map(|(channel, account)| by_account.get(&(*channel, account.as_str())));
        found.map(|id| (*id).clone()).collect()
    };
    let by_phone = |entry: &Entry| {
        entry.contacts.phone.iter().filter_map(|phone| by_phone.get(phone)).map(|id| (*id).clone()).collect()
    };
    let by_name = |entry: &Entry| match &entry.claim {
        Claim::Guardian { student, relation } => {
            let Some(student) = current.students.get(student) else { return Vec::new() };
            let unnamed = called_after(&student.name, relation);
            let is_theirs = |person: &&Person| person.name == entry.name || person.name == unnamed;
            current.guardians(student).filter(is_theirs).map(|person| person.id.clone()).collect()
        }
        Claim::Staff(_) => Vec::new(),
    };
    let ways: [&Way<'_>; 4] = [&by_source, &by_account, &by_phone, &by_name];
    let mut found: Vec<Option<PersonId>> = vec![None; merged.groups.len()];
    let mut taken: BTreeSet<PersonId> = BTreeSet::new();
    for way in ways {
        for (slot, group) in found.iter_mut().zip(&merged.groups).filter(|(slot, _)| slot.is_none()) {
            *slot = merged.members(group).flat_map(way).find(|id| !taken.contains(id));
            taken.extend(slot.clone());
        }
    }
    found
}

/// Keeps everybody who is no longer in the sheets, without a role; what now belongs to others is theirs no more.
fn keep_former(current: &Roster, roster: &mut Roster) {
    let account = |point: &ContactPoint| (point.channel, point.account.clone());
    let now = roster.persons.values();
    let accounts: BTreeSet<_> =
        now.clone().flat_map(|person| person.contact_points.iter().map(account)).collect();
    let phones: BTreeSet<_> = now.filter_map(|person| person.phone.clone()).collect();
    for (id, person) in &current.persons {
        roster.persons.entry(id.clone()).or_insert_with(|| {
            let mut former = Person { roles: Vec::new(), ..person.clone() };
            former.contact_points.retain(|point| !accounts.contains(&account(point)));
            former.phone = former.phone.filter(|phone| !phones.contains(phone));
            former
        });
    }
}

/// Gives everybody their children, eldest first: by grade, then in the order of classes and numbers.
pub(super) fn set_children(roster: &mut Roster) {
    let mut children: HashMap<&PersonId, Vec<&Student>> = HashMap::new();
    for student in roster.students.values() {
        for guardianship in &student.guardians {
            children.entry(&guardianship.person).or_default().push(student);
        }
    }
    let sorted = |mut students: Vec<&Student>| -> Vec<StudentId> {
        students.sort_by_key(|student| {
            (std::cmp::Reverse(student.class.grade), student.class.number, &student.id)
        });
        students.into_iter().map(|student| student.id.clone()).collect()
    };
    let mut children: HashMap<PersonId, Vec<StudentId>> =
        children.into_iter().map(|(id, students)| (id.clone(), sorted(students))).collect();
    for person in roster.persons.values_mut() {
        person.children = children.remove(&person.id).unwrap_or_default();
    }
}
