//! Asking the desks (请定): everybody who can decide a matter reads it, and can press it where their channel has cards.
//!
//! What is answered in words of one's own is told in words alone. Start at [`ask_desks`].

use super::super::card::{self, About, Offer};
use super::super::{School, Service, UseCaseError};
use super::{Matter, holders, tell_desks, values};
use crate::clock::Moment;
use crate::flow::effect::{RequestKind, Verdict};
use crate::outbox::Lane;
use crate::platform::card::CardAsks;
use crate::store::{Batch, Key};

/// What can be pressed on the card of a matter, with what stands there.
pub(in crate::usecase) const PRESSED: [(Verdict, &str); 3] =
    [(Verdict::Approve, "同意"), (Verdict::Ask, "先问家长"), (Verdict::Reject, "不同意")];

/// Asks everybody at these desks to decide, by one of the common texts and a card with the same.
///
/// # Errors
/// The store failed.
pub(super) async fn ask_desks(
    service: &Service,
    school: &School,
    (key, matter): (&Key, &Matter),
    desks: &[String],
    text: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<usize, UseCaseError> {
    let RequestKind::Decision { can_ask } = matter.kind else {
        return tell_desks(service, school, matter, desks, text, now, batch).await;
    };
    let words = service.flows().common_words(text, &values(matter));
    let people = holders(service, school, desks).await?;
    let options = PRESSED.iter().filter(|(verdict, _)| can_ask || *verdict != Verdict::Ask);
    let options: Vec<_> = options.map(|(verdict, label)| card::option(verdict.word(), *label)).collect();
    for person in &people {
        let (number, asked_in_turn) = (matter.number, matter.asked_in_turn);
        let offer = Offer {
            about: About::Matter { key: key.id.clone(), number, asked_in_turn },
            title: format!("【{}】{number}号", matter.title),
            body: matter.words.0.trim().to_owned(),
            hint: format!("也可以打字回复，比如“{number}同意”"),
            asks: CardAsks::One(options.clone()),
            words: &words,
        };
        card::offer(service, school, (person, Lane::Decision), &offer, now, batch).await?;
    }
    Ok(people.len())
}
