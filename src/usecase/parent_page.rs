//! What the parent page shows (家长页): the thread, what can be tapped now, and the registrations of one's own children.
//!
//! Reads, and changes nothing: what a parent says goes the way of every message. Knows no HTML. Start at [`view`].

use sha2::{Digest, Sha256};

use super::draft::Draft;
use super::thread::{self, Line};
use super::{School, Service, UseCaseError, facts};
use crate::clock::Moment;
use crate::domain::people::PersonId;
use crate::flow::step::{Taps, taps};

/// What one parent sees.
#[derive(Debug)]
pub struct View {
    /// Who it is, as the family says: 李小禾妈妈.
    pub title: String,
    /// Their children.
    pub children: Vec<ChildView>,
    /// What was said, the oldest first.
    pub lines: Vec<Line>,
    /// Whether a question waits for an answer.
    pub is_asked: bool,
    /// What can be tapped to answer it.
    pub taps: Option<Taps>,
    /// The turn of the conversation: a form that was made in another one is old.
    pub turn: u64,
    /// Changes with everything above.
    pub news: String,
}

/// One child and what is registered for it (我的登记).
#[derive(Debug)]
pub struct ChildView {
    /// The name.
    pub name: String,
    /// The class.
    pub class: String,
    /// What is registered, in words.
    pub registration: String,
    /// The receipt code, where there is one.
    pub receipt: Option<String>,
}

/// What a person sees; `None` when there is no such person any more.
///
/// # Errors
/// The store failed.
pub async fn view(
    service: &Service,
    school: &School,
    person: &PersonId,
    now: Moment,
) -> Result<Option<View>, UseCaseError> {
    let Some(draft) = Draft::load(service, school, person, now).await? else { return Ok(None) };
    let lines = thread::latest(service.store.as_ref(), &school.id, person, now).await?;
    let facts = draft.facts();
    let conversation = draft.conversation();
    let in_words = facts::own_words(school, &facts.questions, now);
    let children: Vec<ChildView> = draft
        .family
        .iter()
        .map(|child| ChildView {
            name: child.student.name.0.clone(),
            class: child.student.class.to_string(),
            registration: in_words(child),
            receipt: child.standing.registration().map(|known| known.receipt.clone()),
        })
        .collect();
    let title = title(&draft).unwrap_or_else(|| facts::title(&draft.person));
    let taps = taps(&draft.flows, conversation, &facts);
    let news = news(conversation.turn, &lines, &children);
    let (is_asked, turn) = (!conversation.frames.is_empty(), conversation.turn);
    Ok(Some(View { title, children, lines, is_asked, taps, turn, news }))
}

fn title(draft: &Draft<'_>) -> Option<String> {
    let student = &draft.family.first()?.student;
    let own = student.guardians.iter().find(|guardian| guardian.person == draft.person.id)?;
    Some(format!("{}{}", student.name.0, own.relation.0))
}

fn news(turn: u64, lines: &[Line], children: &[ChildView]) -> String {
    let mut hash = Sha256::new();
    hash.update(turn.to_be_bytes());
    for line in lines {
        hash.update(line.at.timestamp_micros().to_be_bytes());
        hash.update(line.words.0.len().to_be_bytes());
    }
    for child in children {
        hash.update(child.registration.as_bytes());
    }
    hex::encode(hash.finalize().get(..8).unwrap_or_default())
}
