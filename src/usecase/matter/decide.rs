//! What staff say about the matters on their desks: a verdict with its reason, or words of their own.
//!
//! Whoever comes second is told who came first. Start at [`decide`] and [`answer`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::action::Outcome;
use super::super::draft::Draft;
use super::super::record::{self, Errand, ErrandKind, Stored};
use super::super::{UseCaseError, card, complaint, facts, notice};
use super::{Decided, Matter, Words, decided_in_words, holders, in_short, values};
use crate::flow::effect::{RequestKind, Verdict};
use crate::outbox::Lane;
use crate::store::Key;
use crate::understand::{Approval, Decision, OwnWords};

/// Takes a teacher's decisions, all of them or none.
///
/// - `calls`: by the matters' numbers.
/// - `reason`: why what has no reason yet is refused.
///
/// Ends with `done`, or with `needs_reason`, and then nothing was decided.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn decide(
    draft: &mut Draft<'_>,
    calls: &[(u32, Approval)],
    reason: Option<&str>,
) -> Result<Outcome, UseCaseError> {
    let without_reason: Vec<&Stored<Matter>> = calls
        .iter()
        .filter(|(_, call)| call.decision == Decision::Reject && call.note.is_none() && reason.is_none())
        .filter_map(|(number, _)| draft.matter(*number))
        .filter(|matter| matter.value.is_open())
        .collect();
    if !without_reason.is_empty() {
        let names: Vec<_> = without_reason.iter().map(|matter| in_short(&matter.value)).collect();
        return Ok(("needs_reason", BTreeMap::from([("names".to_owned(), json!(names.join("、")))])));
    }
    let mut lines = Vec::new();
    for (number, call) in calls {
        lines.push(decide_one(draft, *number, call, reason).await?);
    }
    Ok(("done", BTreeMap::from([("lines".to_owned(), json!(lines.join("\n")))])))
}

async fn decide_one(
    draft: &mut Draft<'_>,
    number: u32,
    call: &Approval,
    reason: Option<&str>,
) -> Result<String, UseCaseError> {
    let Some(position) = position_of(draft, number) else { return Ok(not_there(number)) };
    let Some((key, stored)) = take_open(draft, position) else {
        return Ok(closed_line(draft, number, "不用再办了"));
    };
    let can_ask = stored.value.kind == RequestKind::Decision { can_ask: true };
    let verdict = match call.decision {
        Decision::Approve => Verdict::Approve,
        Decision::Reject => Verdict::Reject,
        Decision::Ask if can_ask && call.note.is_some() => Verdict::Ask,
        Decision::Ask => {
            let line = format!("{}：先放着，等您的决定。", in_short(&stored.value));
            draft.matters.insert(position, (key, stored));
            return Ok(line);
        }
    };
    let note =
        call.note.as_deref().map(|note| if verdict == Verdict::Ask { question_of(note) } else { note });
    let note =
        note.map(str::to_owned).or_else(|| reason.filter(|_| verdict == Verdict::Reject).map(str::to_owned));
    settle(draft, (key, stored), verdict, note).await
}

/// Takes a teacher's own words for a question.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn answer(
    draft: &mut Draft<'_>,
    said: &OwnWords,
) -> Result<String, UseCaseError> {
    let is_question = |matter: &Stored<Matter>| matter.value.kind == RequestKind::Answer;
    let Some(position) =
        position_of(draft, said.no).filter(|_| draft.matter(said.no).is_some_and(is_question))
    else {
        return Ok(not_there(said.no));
    };
    match take_open(draft, position) {
        Some(open) => settle(draft, open, Verdict::Answer, Some(said.words.clone())).await,
        None => Ok(closed_line(draft, said.no, "这句话没有再转。还要说的，请直接联系家长")),
    }
}

fn position_of(draft: &Draft<'_>, number: u32) -> Option<usize> {
    draft.matters.iter().position(|(_, matter)| matter.value.number == number)
}

fn not_there(number: u32) -> String {
    format!("{number}号：没有这一件，请再看一下号码。")
}

/// Takes an open matter out of the draft; leaves one that is decided where it is.
fn take_open(draft: &mut Draft<'_>, position: usize) -> Option<(Key, Stored<Matter>)> {
    let is_open = draft.matters.get(position).is_some_and(|(_, matter)| matter.value.is_open());
    is_open.then(|| draft.matters.remove(position))
}

/// What whoever comes second reads.
fn closed_line(draft: &Draft<'_>, number: u32, what_follows: &str) -> String {
    let Some(matter) = draft.matter(number) else { return not_there(number) };
    format!("{}：{}，{what_follows}。", in_short(&matter.value), decided_in_words(&matter.value))
}

/// Writes the verdict down, brings it to who asked, and tells the others at the desks; returns the line for who decided.
async fn settle(
    draft: &mut Draft<'_>,
    (key, Stored { value: mut matter, expect }): (Key, Stored<Matter>),
    verdict: Verdict,
    note: Option<String>,
) -> Result<String, UseCaseError> {
    let (by, title) = (draft.person.id.clone(), facts::title(&draft.person));
    if let Some(id) = matter.complaint.clone()
        && !complaint::answer(draft, &id, note.as_deref().unwrap_or_default()).await?
    {
        return Ok(not_there(matter.number));
    }
    matter.next = None;
    matter.decided =
        Some(Decided { by, title: title.clone(), at: draft.now, verdict, note: note.clone().map(Words) });
    let values = BTreeMap::from([
        ("by".to_owned(), json!(title)),
        ("note".to_owned(), json!(note.unwrap_or_default())),
    ]);
    if let Some(asker) = matter.asker.clone() {
        draft.errand(Errand {
            school: draft.school.id.clone(),
            person: asker,
            what: ErrandKind::Decided {
                flow: matter.flow.clone(),
                child: matter.child.as_ref().map(|child| child.0.clone()),
                asked_in_turn: matter.asked_in_turn,
                verdict,
                values,
            },
        });
    }
    tell_the_others(draft, (&key, &matter)).await?;
    let school = &draft.school.id;
    record::put(draft.batch_mut(), school, key, &matter, expect)?;
    let name = in_short(&matter);
    Ok(match verdict {
        Verdict::Approve => format!("{name}：同意了，这就告诉家长。"),
        Verdict::Ask => format!("{name}：这就去问家长，家长答了再告诉您。"),
        Verdict::Reject => format!("{name}：不同意，原因会告诉家长，也会转给学校。"),
        Verdict::Answer => format!("{name}：这就转给家长。"),
    })
}

/// The question itself in «先问一下家长：周五谁来接».
fn question_of(note: &str) -> &str {
    let asks = ["先", "问问", "问一下", "问下", "问", "家长", "一下", "：", ":", "，", ","];
    let mut rest = note.trim();
    while let Some(shorter) = asks.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter.trim_start();
    }
    if rest.is_empty() { note } else { rest }
}

/// Whoever else could have decided is told that it is done: on the card, or in words.
pub(super) async fn tell_the_others(
    draft: &mut Draft<'_>,
    (key, matter): (&Key, &Matter),
) -> Result<(), UseCaseError> {
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let words = service.flows().common_words("matter_settled", &values(matter));
    let see_it = card::close(draft, &key.id, &decided_in_words(matter), words.trim()).await?;
    for person in holders(service, school, &matter.desks).await? {
        if person.id != draft.person.id && !see_it.contains(&person.id) {
            notice::tell(service, school, (&person, Lane::Decision), &words, now, draft.batch_mut())?;
        }
    }
    Ok(())
}
