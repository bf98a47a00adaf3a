//! Parents (家长): which person of the roster is behind each account of the directory.
//!
//! By account, then by phone, then by what they are to the child, where that is unmistakable; who is none of these and
//! could be nobody known is new. Start at [`Join::join_parents`].

use std::collections::{BTreeMap, BTreeSet};

use super::join::Join;
use super::{Gone, Link, LinkedParent, ListedParent, Occasion, PlacedStudent, called_after, kin, note};
use crate::domain::people::{
    Channel, ContactPoint, Guardianship, MobileNumber, Person, PersonId, Relation, Student, StudentId,
};

/// One account with the children that it is listed for.
type Entries<'a> = BTreeMap<&'a str, Vec<(StudentId, &'a ListedParent)>>;

/// Who is behind the accounts, as far as known.
#[derive(Default)]
struct Found<'a> {
    persons: BTreeMap<&'a str, PersonId>,
    claimed: BTreeSet<PersonId>,
}

impl<'a> Found<'a> {
    /// Takes a person for an account, unless another account has them.
    fn claim(&mut self, account: &'a str, person: &PersonId) {
        if self.claimed.insert(person.clone()) {
            self.persons.insert(account, person.clone());
        }
    }
}

impl<'a> Join<'a> {
    /// Gives the parents of these students their ways to be reached, and the students their guardians.
    pub(super) fn join_parents(&mut self, seats: &[(StudentId, &'a PlacedStudent)]) -> Gone {
        let mut entries: Entries<'a> = BTreeMap::new();
        for (id, listed) in seats {
            for parent in &listed.parents {
                entries.entry(&parent.account).or_default().push((id.clone(), parent));
            }
        }
        // Who is still listed but not to be joined keeps the parents: off the roll, or in a class that the plan lacks.
        let seated: BTreeSet<&str> = seats.iter().map(|(_, listed)| listed.id.as_str()).collect();
        let is_held = |id: &&str| self.next.links.contains_key(*id) && !seated.contains(id);
        let held: BTreeSet<&str> = self.book.links.keys().map(String::as_str).filter(is_held).collect();
        let gone = self.unlink_parents(&entries, &held);
        let mut found = Found::default();
        self.find_by_account(&entries, &mut found);
        self.find_by_phone(&entries, &mut found);
        let unclear = self.find_by_relation(&entries, &mut found);
        for (account, children) in &entries {
            if !found.persons.contains_key(account) && !unclear.contains(account) {
                let person = self.new_parent(children);
                found.persons.extend(person.map(|person| (*account, person)));
            }
        }
        let mut phones: BTreeSet<MobileNumber> = self.phones().into_keys().collect();
        for (account, children) in &entries {
            if let Some(person) = found.persons.get(account) {
                self.connect(account, person, children, &mut phones);
            }
        }
        for (id, listed) in seats {
            self.link_parents(id, listed, &found);
        }
        gone
    }

    /// Takes away what the directory said of parents and says no longer.
    fn unlink_parents(&mut self, entries: &Entries<'a>, held: &BTreeSet<&str>) -> Gone {
        let is_held = |link: &&Link| held.contains(link.id.as_str());
        let held_accounts: BTreeSet<&str> = self
            .book
            .links
            .values()
            .filter(is_held)
            .flat_map(|link| link.parents.iter().map(|parent| parent.account.as_str()))
            .collect();
        let (mut before, mut gone): (BTreeSet<&str>, BTreeSet<&str>) = (BTreeSet::new(), BTreeSet::new());
        let own = [self.placed.channels.parents, Channel::ParentPage];
        for link in self.book.links.values().filter(|link| !is_held(link)) {
            for parent in &link.parents {
                let Some(person) = &parent.person else { continue };
                before.insert(&parent.account);
                let children = entries.get(parent.account.as_str());
                let is_still = children.is_some_and(|all| all.iter().any(|(id, _)| *id == link.student));
                let student =
                    self.roster.students.get_mut(&link.student).filter(|student| student.is_on_roll);
                if let (false, true, Some(student)) = (is_still, parent.is_added, student) {
                    student.guardians.retain(|guardianship| guardianship.person != *person);
                }
                if children.is_none() && !held_accounts.contains(parent.account.as_str()) {
                    gone.insert(&parent.account);
                    if let Some(person) = self.roster.persons.get_mut(person) {
                        person.contact_points.retain(|point| {
                            !(own.contains(&point.channel) && point.account == parent.account)
                        });
                    }
                }
            }
        }
        Gone { before: before.len(), gone: gone.len() }
    }

    fn find_by_account(&self, entries: &Entries<'a>, found: &mut Found<'a>) {
        let channel = self.placed.channels.parents;
        let owners: BTreeMap<&str, &PersonId> = self
            .roster
            .persons
            .values()
            .flat_map(|person| person.contact_points.iter().map(move |point| (point, &person.id)))
            .filter(|(point, _)| point.channel == channel)
            .map(|(point, id)| (point.account.as_str(), id))
            .collect();
        for account in entries.keys() {
            if let Some(person) = owners.get(account) {
                found.claim(account, person);
            }
        }
    }

    fn find_by_phone(&self, entries: &Entries<'a>, found: &mut Found<'a>) {
        let phones = self.phones();
        for (account, children) in entries {
            let mut listed = children.iter().filter_map(|(_, parent)| phones.get(parent.phone.as_ref()?));
            if let (false, Some(person)) = (found.persons.contains_key(account), listed.next()) {
                found.claim(account, person);
            }
        }
    }

    /// Who has which phone; somebody with a role before somebody without.
    fn phones(&self) -> BTreeMap<MobileNumber, PersonId> {
        let mut persons: Vec<&Person> = self.roster.persons.values().collect();
        persons.sort_by_key(|person| !person.roles.is_empty());
        persons.into_iter().filter_map(|person| Some((person.phone.clone()?, person.id.clone()))).collect()
    }

    /// By what they are to the child, where one guardian without such an account fits one account. Returns the accounts
    /// that fit somebody known and yet cannot be told.
    fn find_by_relation(&mut self, entries: &Entries<'a>, found: &mut Found<'a>) -> BTreeSet<&'a str> {
        let open: Vec<&'a str> =
            entries.keys().copied().filter(|account| !found.persons.contains_key(account)).collect();
        // How many accounts want to be the same guardian of the same child.
        let mut wanted: BTreeMap<(&StudentId, &str), usize> = BTreeMap::new();
        for (student, parent) in open.iter().filter_map(|account| entries.get(account)).flatten() {
            *wanted.entry((student, kin(&parent.relation))).or_default() += 1;
        }
        let mut unclear = BTreeSet::new();
        for account in open {
            let Some(children) = entries.get(account) else { continue };
            let mut fitting: BTreeSet<PersonId> = BTreeSet::new();
            let mut is_alone = true;
            for (student, parent) in children {
                fitting.extend(self.unlinked(student, &parent.relation, found));
                is_alone &= wanted.get(&(student, kin(&parent.relation))) == Some(&1);
            }
            let mut persons = fitting.iter();
            match (persons.next(), persons.next()) {
                (None, _) => {}
                (Some(person), None) if is_alone => found.claim(account, person),
                _ => {
                    unclear.insert(account);
                    self.note_unclear(children);
                }
            }
        }
        unclear
    }

    /// The guardians of a student who are this to the child and have no account of the directory yet.
    fn unlinked<'b>(
        &'b self,
        student: &StudentId,
        relation: &'b Relation,
        found: &'b Found<'a>,
    ) -> impl Iterator<Item = PersonId> + 'b {
        let channel = self.placed.channels.parents;
        let guardians = self.roster.students.get(student).into_iter().flat_map(|student| &student.guardians);
        guardians
            .filter(move |guardianship| kin(&guardianship.relation) == kin(relation))
            .filter(move |guardianship| !found.claimed.contains(&guardianship.person))
            .filter_map(|guardianship| self.roster.persons.get(&guardianship.person))
            .filter(move |person| person.contact_points.iter().all(|point| point.channel != channel))
            .map(|person| person.id.clone())
    }

    fn note_unclear(&mut self, children: &[(StudentId, &ListedParent)]) {
        let Some((id, parent)) = children.first() else { return };
        let Some(student) = self.roster.students.get(id) else { return };
        let (class, name) = (student.class, &student.name.0);
        let what = format!("{class}{name}的{}在通讯录里和名册里对不上，没有同步", kin(&parent.relation));
        self.notes.push(note(what, "在名册里写上这位家长的手机，或在通讯录里改正关系"));
    }

    fn new_parent(&mut self, children: &[(StudentId, &ListedParent)]) -> Option<PersonId> {
        let (first, parent) = children.first()?;
        let name = called_after(&self.roster.students.get(first)?.name, &parent.relation);
        let id = self.new_id();
        let (phone, contact_points) = (None, Vec::new());
        let (roles, children) = (Vec::new(), Vec::new());
        let person = Person { id: id.clone(), name, phone, contact_points, roles, children };
        self.roster.persons.insert(id.clone(), person);
        Some(id)
    }

    /// Gives a person the account, and the children the guardian; a phone belongs to one person.
    fn connect(
        &mut self,
        account: &str,
        id: &PersonId,
        children: &[(StudentId, &ListedParent)],
        phones: &mut BTreeSet<MobileNumber>,
    ) {
        let phone = children.iter().find_map(|(_, parent)| parent.phone.clone());
        let phone = phone.filter(|phone| phones.insert(phone.clone()));
        let is_reachable = children.iter().any(|(_, parent)| parent.is_reachable);
        if let Some(person) = self.roster.persons.get_mut(id) {
            person.phone = person.phone.take().or(phone);
            let is_read = self.occasion == Occasion::Read;
            let channel = self.placed.channels.parents;
            set_point(person, channel, account, is_read.then_some(is_reachable));
            // The page is always there for who opens it.
            set_point(person, Channel::ParentPage, account, None);
        }
        for (student, parent) in children {
            let Some(student) = self.roster.students.get_mut(student) else { continue };
            if !has_guardian(student, id) {
                let relation = Relation(kin(&parent.relation).to_owned());
                student.guardians.push(Guardianship { person: id.clone(), relation });
                self.added.insert((student.id.clone(), id.clone()));
            }
        }
    }

    fn link_parents(&mut self, id: &StudentId, listed: &PlacedStudent, found: &Found<'a>) {
        let before = self.book.links.get(&listed.id).map(|link| link.parents.as_slice()).unwrap_or_default();
        let parents = listed.parents.iter().map(|parent| {
            let person = found.persons.get(parent.account.as_str()).cloned();
            let is_new =
                person.as_ref().is_some_and(|person| self.added.contains(&(id.clone(), person.clone())));
            // The sheets just said all that they say.
            let was_added = self.occasion == Occasion::Read
                && before.iter().any(|old| old.account == parent.account && old.is_added);
            LinkedParent {
                account: parent.account.clone(),
                relation: parent.relation.clone(),
                phone: parent.phone.clone(),
                person,
                is_added: is_new || was_added,
            }
        });
        let parents: Vec<LinkedParent> = parents.collect();
        if let Some(link) = self.next.links.get_mut(&listed.id) {
            link.parents = parents;
        }
    }
}

fn has_guardian(student: &Student, id: &PersonId) -> bool {
    student.guardians.iter().any(|guardianship| guardianship.person == *id)
}

/// Gives a person a way to be reached in the place of another account of the same channel; what is known of it stays
/// unless it is told.
fn set_point(person: &mut Person, channel: Channel, account: &str, is_reachable: Option<bool>) {
    let points = &mut person.contact_points;
    let known = points.iter().find(|point| point.channel == channel && point.account == account);
    let is_reachable = is_reachable.or(known.map(|point| point.is_reachable)).unwrap_or(true);
    points.retain(|point| point.channel != channel);
    points.push(ContactPoint { channel, account: account.to_owned(), is_reachable });
    points.sort();
}
