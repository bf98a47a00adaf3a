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
    /// 和王强: another one than the person before.
    pub(super) is_another: bool,
}

impl Draft {
    pub(super) fn of(relation: &'static str) -> Self {
        Self { relation: Some(relation), ..Self::default() }
    }
}

/// What the person replying is to the child.
pub(super) fn own_relation(replier: Replier) -> &'static str {
    match replier {
        Replier::Mother => "mother",
        Replier::Father => "father",
    }
}

/// Drafts as persons, each once.
pub(super) fn united(mut all: Vec<Draft>, replier: Replier) -> Vec<PickupPerson> {
    // 妈妈我自己: one person, named twice.
    let own = own_relation(replier);
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

/// 13500005555 李大勇 舅舅; 张女士，孩子的二姨: one person, whose relation comes last; `None` where whose phone it is is open.
pub(super) fn apposed(mut all: Vec<Draft>, text: &str) -> Option<Vec<Draft>> {
    let [first, second] = all.as_mut_slice() else { return Some(all) };
    let is_person = |r| !["self", "child_alone", "school_bus"].contains(&r);
    let takes = first.relation.is_none()
        && second.relation.is_some_and(is_person)
        && (first.phone.is_none() || second.phone.is_none());
    if !takes {
        return Some(all);
    }
    let is_form = || !text.contains(['接', '来', '去', '送', '领', '和', '跟', '与', '或', '及', '、', '都']);
    match &first.name {
        None if text.contains(['我', '不']) => return None,
        None => {}
        // 吴妈(保姆)接.
        Some(name) if second.name.is_none() && (is_full(name) && is_form() || text.contains('(')) => {}
        Some(_) => return Some(all),
    }
    second.phone = second.phone.take().or_else(|| first.phone.take());
    second.name = second.name.take().or_else(|| first.name.take());
    all.remove(0);
    Some(all)
}

/// 李大勇, 张女士, but not 小刘, 王姐: somebody's name as in a form.
fn is_full(name: &str) -> bool {
    let is_fond = name.starts_with(['小', '老', '阿'])
        || name.ends_with(['姨', '叔', '姐', '哥', '婶', '伯', '奶', '爷', '妈', '嫂', '师', '傅']);
    !is_fond && name.chars().nth(1).is_some()
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
        // 爷爷接，谢谢李老师: an address.
        if is_teacher(&draft) && is_kin(all) {
            continue;
        }
        match all.last_mut() {
            Some(last)
                if draft.relation.is_none()
                    && !draft.is_another
                    && (draft.name.is_none() || last.name.is_none())
                    && (draft.phone.is_none() || last.phone.is_none())
                    && !(last.relation.is_none()
                        && draft.name.is_some()
                        && (last.phone.is_none() || draft.phone.is_some())) =>
            {
                last.name = last.name.take().or(draft.name);
                last.phone = last.phone.take().or(draft.phone);
            }
            _ => all.push(draft),
        }
    }
}

/// Whether all that is known of a person is that it is a teacher.
fn is_teacher(draft: &Draft) -> bool {
    draft.relation.is_none()
        && draft.phone.is_none()
        && !draft.is_another
        && draft.name.as_ref().is_some_and(|n| n.ends_with("老师"))
}

/// 李老师，爷爷接: an address before who comes.
pub(super) fn without_address(all: &mut Vec<Draft>, text: &str) {
    let is_among = text.contains(['和', '跟', '、', '或', '与']);
    if all.len() > 1
        && !is_among
        && all.first().is_some_and(is_teacher)
        && all.iter().skip(1).all(|d| d.relation.is_some())
    {
        all.remove(0);
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
            // 李老师爷爷接: an address.
            if is_teacher(last) && !["care_center", "neighbor", "friend"].contains(&relation) {
                last.name = None;
            }
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
