//! Finding a person (找人) by role, name or class.
//!
//! Pure. Start at [`PeopleIndex::search`].

use std::collections::HashMap;

use super::{DemoPerson, DemoRole};
use crate::domain::people::PersonName;
use crate::simulator::parents::{Child, Family};

/// Everybody with a phone.
#[derive(Debug)]
pub struct PeopleIndex {
    people: Vec<DemoPerson>,
    by_account: HashMap<String, usize>,
}

impl PeopleIndex {
    /// An index of `people`; results come in this order.
    pub fn new(people: Vec<DemoPerson>) -> Self {
        let numbered = people.iter().enumerate();
        let by_account = numbered.map(|(index, person)| (person.account.to_lowercase(), index)).collect();
        Self { people, by_account }
    }

    /// The people whom every word of `query` fits, those first whose own name does; at most `count`.
    pub fn search(&self, query: &str, role: Option<DemoRole>, count: usize) -> Vec<&DemoPerson> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let fits = |person: &&DemoPerson| {
            let text = searchable(person);
            role.is_none_or(|role| person.role == role) && words.iter().all(|word| text.contains(word))
        };
        let mut found: Vec<&DemoPerson> = self.people.iter().filter(fits).collect();
        found.sort_by_key(|person| !words.first().is_some_and(|word| person.name.contains(word)));
        found.truncate(count);
        found
    }

    /// Somebody by their account.
    pub fn get(&self, account: &str) -> Option<&DemoPerson> {
        self.people.get(*self.by_account.get(&account.to_lowercase())?)
    }
}

/// The guardians among `people`, as simulated parents need them.
pub fn families(people: &[DemoPerson]) -> Vec<Family> {
    let guardians = people.iter().filter(|person| person.role == DemoRole::Guardian);
    let family = |person: &DemoPerson| Family {
        account: person.account.clone(),
        children: person
            .children
            .iter()
            .map(|child| Child { id: child.id.clone(), name: PersonName(child.name.clone()) })
            .collect(),
    };
    guardians.map(family).collect()
}

/// What a person is found by: 三年级2班 also as 三2班 and 3年级2班.
fn searchable(person: &DemoPerson) -> String {
    let class = &person.class;
    let digits: String = class
        .chars()
        .map(|character| {
            let digit = "一二三四五六七八九".chars().zip('1'..).find(|(name, _)| *name == character);
            digit.map_or(character, |(_, digit)| digit)
        })
        .collect();
    let (name, about, account, role) = (&person.name, &person.about, &person.account, person.role.label());
    format!(
        "{name} {about} {account} {role} {class} {digits} {} {}",
        class.replace("年级", ""),
        digits.replace("年级", "")
    )
    .to_lowercase()
}
