//! A press (点按): from outside, and no more than a way to say something. It becomes the words that could have been
//! typed, if it is still about what it was about then; whether the person may say them is decided as for any words.
//!
//! Part of `card`. Start at [`hear`].

use super::super::draft::Draft;
use super::super::record::{self, Stored};
use super::super::{UseCaseError, matter};
use super::{About, CODES_MAX, Code, Presser, Shown, change};
use crate::flow::effect::{Input, Verdict};
use crate::outbox;
use crate::platform::Inbound;
use crate::platform::card::CardPress;
use crate::store::Expect;
use crate::understand::Value;

/// What stands for all on a roll call's card.
pub(in crate::usecase) const ALL: &str = "all";
/// What hands a choice in.
pub(in crate::usecase) const SUBMIT: &str = "submit";
/// What a child's number stands behind.
pub(in crate::usecase) const CHILD: &str = "s";

/// What a press says; `None` where all is said already.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn hear(
    draft: &mut Draft<'_>,
    inbound: &Inbound,
    press: &CardPress,
) -> Result<Option<Input>, UseCaseError> {
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let key = record::key::<Shown>(&school.id, &press.card.0);
    let shown = record::load::<Shown>(service.store.as_ref(), &key).await?;
    let is_theirs = |shown: &Stored<Shown>| {
        let shown = &shown.value;
        shown.person == draft.person.id
            && shown.channel == inbound.channel
            && shown.account == inbound.account
    };
    let Some(mut shown) = shown.filter(is_theirs) else {
        // Unknown, too old or somebody else's: which of these, nobody learns.
        draft.say(draft.common("card_over"));
        return Ok(None);
    };
    remember(draft, inbound).await?;
    if let Some(code) = press.code.clone() {
        shown.value.codes.push(Code { code, got_at: now });
        let surplus = shown.value.codes.len().saturating_sub(CODES_MAX);
        shown.value.codes.drain(..surplus);
    }
    if shown.value.over.is_some()
        && let Some(row) = change(service, school, &mut shown.value, None, now)?
    {
        // It was pressed before it changed, or its change was lost: this press brought what changes it.
        outbox::enqueue(draft.batch_mut(), row);
    }
    let said = says(draft, &shown.value, press);
    if leaves_reason_open(draft, &shown.value.about) {
        draft.say(draft.common("card_before"));
    }
    draft.card = Some((key, shown));
    Ok(match said {
        Says::Words { label, words } => {
            draft.heard(label);
            Some(Input::Pressed(words))
        }
        Says::Answered(text) => {
            draft.say(draft.common(text));
            None
        }
    })
}

/// Whether the reason is still asked for why another matter is refused: that question ends with this press.
fn leaves_reason_open(draft: &Draft<'_>, about: &About) -> bool {
    let frame = draft.conversation().frames.last().filter(|frame| frame.flow == matter::DESK_FLOW);
    match (about, frame.and_then(|frame| frame.slots.get("calls"))) {
        (About::Matter { number, .. }, Some(Value::Decisions(calls))) => {
            calls.iter().any(|(other, _)| other != number)
        }
        _ => false,
    }
}

/// What a press comes to.
enum Says {
    /// These words.
    Words {
        /// What stands on what was pressed.
        label: &'static str,
        /// What could have been typed.
        words: String,
    },
    /// Nothing that can be done; one of the common texts answers it.
    Answered(&'static str),
}

fn says(draft: &Draft<'_>, shown: &Shown, press: &CardPress) -> Says {
    match &shown.about {
        About::Matter { key, number, asked_in_turn } => {
            of_matter(draft, (key, *number, *asked_in_turn), &press.key)
        }
        About::RollCall { key } => of_roll_call(draft, shown, key, press),
        About::Broadcast { key } => match &draft.broadcast {
            Some(waiting) if waiting.id == *key => {
                Says::Words { label: "收到", words: "收到".to_owned() }
            }
            _ => Says::Answered("card_over"),
        },
    }
}

/// A decision, as long as the matter lies on a desk of this person and is what the card was about. A matter that is
/// decided is named as well: whoever comes second is told who came first.
fn of_matter(draft: &Draft<'_>, (key, number, asked_in_turn): (&str, u32, u64), pressed: &str) -> Says {
    let on_desk = draft.matters.iter().find(|(on_desk, _)| on_desk.id == key);
    let same = on_desk.map(|(_, matter)| &matter.value);
    let same = same.filter(|matter| matter.number == number && matter.asked_in_turn == asked_in_turn);
    let Some(matter) = same else { return Says::Answered("card_over") };
    let verdict = matter::PRESSED.into_iter().find(|(verdict, _)| verdict.word() == pressed);
    match verdict {
        Some((Verdict::Ask, _)) if matter.is_open() => Says::Answered("card_ask"),
        Some((Verdict::Reject, label)) => Says::Words { label, words: format!("{number}不同意") },
        Some((Verdict::Approve | Verdict::Ask, label)) => {
            Says::Words { label, words: format!("{number}同意") }
        }
        Some((Verdict::Answer, _)) | None => Says::Answered("card_over"),
    }
}

/// Who is missing, or that nobody is; both at once, or nothing at all, is asked again.
fn of_roll_call(draft: &Draft<'_>, shown: &Shown, key: &str, press: &CardPress) -> Says {
    let mut own = draft.rooms.iter().filter(|concern| concern.is_own);
    let is_the_one = own.next().is_some_and(|concern| concern.key.id == key) && own.next().is_none();
    if !is_the_one || shown.over.is_some() {
        return Says::Answered("card_over");
    }
    let is_all = |key: &str| key == ALL;
    let numbers: Option<Vec<u32>> =
        press.chosen.iter().map(|key| key.strip_prefix(CHILD)?.parse().ok()).collect();
    match (press.key.as_str(), press.chosen.as_slice(), numbers.as_deref()) {
        (ALL, [], _) => Says::Words { label: "都到了", words: "都到了".to_owned() },
        (SUBMIT, [one], _) if is_all(one) => {
            Says::Words { label: "都到了", words: "都到了".to_owned() }
        }
        (SUBMIT, _, Some(missing @ [_, ..])) => {
            let numbers: Vec<String> = missing.iter().map(ToString::to_string).collect();
            Says::Words { label: "没到的", words: format!("缺{}", numbers.join(" ")) }
        }
        _ => Says::Answered("card_unclear"),
    }
}

/// Notes that this person sees cards, at most once a day.
async fn remember(draft: &mut Draft<'_>, inbound: &Inbound) -> Result<(), UseCaseError> {
    let (store, school, now) = (draft.service.store.as_ref(), &draft.school.id, draft.now);
    let key = record::key::<Presser>(school, record::account_id(inbound.channel, &inbound.account));
    let before = record::load::<Presser>(store, &key).await?;
    let is_fresh =
        before.as_ref().is_some_and(|before| now - before.value.pressed_at < chrono::Duration::days(1));
    if is_fresh {
        return Ok(());
    }
    let expect = before.map_or(Expect::Absent, |before| before.expect);
    record::put(draft.batch_mut(), school, key, &Presser { pressed_at: now }, expect)
}
