//! Drafts (草稿): persons while a reply is read, before all of it is known.
//!
//! A name, a phone or a relation completes the person before it, or begins a new one. Start at [`join`].

use super::super::{PickupPerson, Replier};

/// One person on the way to being known.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) relation: Option<&'static str>,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
}

impl Draft {
    pub(super) fn of(relation: &'static str) -> Self {
        Self { relation: Some(relation), ..Self::default() }
    }
}

/// Drafts as persons, each once.
pub(super) fn united(mut all: Vec<Draft>, replier: Replier) -> Vec<PickupPerson> {
    // 妈妈我自己: one person, named twice.
    let own = match replier {
        Replier::Mother => "mother",
        Replier::Father => "father",
    };
    if all.iter().any(|d| d.relation == Some("self")) {
        all.retain(|d| d.relation != Some(own));
    }
    let mut out: Vec<PickupPerson> = Vec::new();
    for draft in all {
        let person = PickupPerson {
            relation: draft.relation.map(str::to_owned),
            name: draft.name,
            phone: draft.phone,
        };
        let known = out.iter_mut().find(|p| {
            p.relation.is_some()
                && p.relation == person.relation
                && (p.name.is_none() || person.name.is_none() || p.name == person.name)
        });
        match known {
            Some(known) => {
                known.name = known.name.take().or(person.name);
                known.phone = known.phone.take().or(person.phone);
            }
            None => out.push(person),
        }
    }
    out
}

/// A clause with only a name or a phone completes the person before it.
pub(super) fn join(all: &mut Vec<Draft>, said: Vec<Draft>) {
    for draft in said {
        // 胡阿姨电话…: more of somebody who was named.
        let known = all
            .iter_mut()
            .find(|known| draft.relation.is_none() && draft.name.is_some() && known.name == draft.name);
        if let Some(known) = known {
            known.phone = known.phone.take().or(draft.phone);
            continue;
        }
        match all.last_mut() {
            Some(last)
                if draft.relation.is_none()
                    && (draft.name.is_none() || last.name.is_none())
                    && (draft.phone.is_none() || last.phone.is_none())
                    && !(last.relation.is_none() && draft.name.is_some()) =>
            {
                last.name = last.name.take().or(draft.name);
                last.phone = last.phone.take().or(draft.phone);
            }
            _ => all.push(draft),
        }
    }
}

/// Whether the last person is kin, and not known by name yet.
pub(super) fn is_kin(found: &[Draft]) -> bool {
    let others =
        ["neighbor", "friend", "care_center", "classmate_parent", "self", "driver", "nanny", "school_bus"];
    found.last().is_some_and(|d| d.name.is_none() && d.relation.is_some_and(|r| !others.contains(&r)))
}

/// Sets the relation of a person named just before (王强舅舅), or begins a new one.
pub(super) fn set_relation(found: &mut Vec<Draft>, relation: &'static str, text: &str, start: usize) {
    let before = text.get(..start).unwrap_or_default();
    match found.last_mut() {
        Some(last)
            if last.relation.is_none()
                && last.phone.is_none()
                && last.name.as_ref().is_some_and(|n| before.ends_with(n.as_str())) =>
        {
            last.relation = Some(relation);
        }
        // 托管班的司机, 邻居家的哥哥: the first word says where from.
        Some(last)
            if last.relation.is_some_and(|r| ["neighbor", "friend", "care_center"].contains(&r))
                && last.name.is_none()
                && before.ends_with(['的', '家']) => {}
        _ => found.push(Draft::of(relation)),
    }
}

pub(super) fn attach(
    found: &mut Vec<Draft>,
    field: impl Fn(&mut Draft) -> &mut Option<String>,
    value: String,
) {
    if let Some(last) =
        found.last_mut().filter(|last| last.relation.is_none_or(|r| r != "self" && r != "child_alone"))
    {
        let slot = field(last);
        if slot.is_none() {
            *slot = Some(value);
            return;
        }
    }
    let mut draft = Draft::default();
    *field(&mut draft) = Some(value);
    found.push(draft);
}
