//! A press (点按) of a card, by the stream or posted to an address of ours: neither way signs what is said.
//!
//! It authorises nothing: who may decide is known elsewhere. Part of `card`. Start at [`Doors::open_card`] and
//! [`Doors::read_press`].
//!
//! Sources: <https://open.dingtalk.com/document/development/event-callback-card> and `…/register-card-callback-address`, read
//! 2026-08.

use hmac::Mac as _;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::api::number;
use super::super::callback::{self, Doors, inbound_id, rejected};
use super::super::signed::{Signed, mac};
use super::{BY_ACCOUNT, read_track};
use crate::clock::Moment;
use crate::domain::people::Channel;
use crate::platform::card::{CardCode, CardId, CardPress};
use crate::platform::{CallbackAnswer, CallbackRequest, Content, Inbound, Opened, Rejected};

/// The header of the signature of a press over HTTP.
pub(in super::super) const SIGNATURE: &str = "x-ddpaas-signature";

/// The header of its time, in milliseconds.
pub(in super::super) const SIGNATURE_TIME: &str = "x-ddpaas-signature-timestamp";
/// The parameter by which a button of the template says its place, from 1.
const CHOICE: &str = "choice";
/// How far the time of a signed press may be from ours; the page names none.
const SIGN_WINDOW: chrono::Duration = chrono::Duration::minutes(10);

/// A press, as far as we read it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    #[serde(rename = "type")]
    kind: String,
    out_track_id: String,
    corp_id: Option<String>,
    user_id: String,
    user_id_type: Option<Value>,
    content: Value,
}

impl Doors {
    /// Verifies and reads a press that was posted.
    ///
    /// # Errors
    /// [`Rejected`] with the check that failed; the answer over HTTP must be the same for all of them.
    pub(in super::super) fn open_card(
        &self,
        request: &CallbackRequest,
        now: Moment,
    ) -> Result<Opened, Rejected> {
        if self.events.is_none() {
            return Err(rejected("this app takes nothing by its addresses"));
        }
        let secret = api_secret(&self.client_secret);
        let signed = Signed {
            time: SIGNATURE_TIME,
            sign: SIGNATURE,
            window: SIGN_WINDOW,
            secret: &secret,
            message: |timestamp, _| timestamp.to_owned(),
        };
        let timestamp = signed.check(request, now)?;
        let body = callback::text_of(&request.body)?;
        // Nothing in it is its own: who presses twice says the same twice, a moment later.
        self.read_press(body, None, timestamp).map(Opened::Inbound)
    }

    /// Reads a press that is known to be genuine.
    ///
    /// - `id`: the delivery's own, the same when it comes again; without one it is what was said at `timestamp`.
    ///
    /// # Errors
    /// [`Rejected`] when it is none, or of another organisation.
    pub(in super::super) fn read_press(
        &self,
        body: &str,
        id: Option<&str>,
        timestamp: &str,
    ) -> Result<Inbound, Rejected> {
        let action: Action =
            serde_json::from_str(body).map_err(|_| rejected("the press is not what a card gets"))?;
        if action.kind != "actionCallback" {
            return Err(rejected("it is no press"));
        }
        if action.corp_id.as_ref().is_some_and(|corp| *corp != self.corp_id) {
            return Err(rejected("it is of another organisation"));
        }
        if action.user_id_type.is_some() && number(action.user_id_type.as_ref()) != Some(BY_ACCOUNT) {
            return Err(rejected("it does not name an account"));
        }
        if !(1..=callback::ACCOUNT_BYTES_MAX).contains(&action.user_id.len()) {
            return Err(rejected("the account is empty or too long"));
        }
        // What is pressed on a card that is none of ours is nobody's fault, and nothing to us.
        let content = if read_track(&action.out_track_id).is_none_or(|(_, keys)| keys.is_empty()) {
            Content::Other
        } else {
            Content::Press(press_of(&action).ok_or(rejected("it is of no button of the card"))?)
        };
        Ok(Inbound {
            school: self.school.clone(),
            channel: Channel::DingtalkRobot,
            id: inbound_id("c", id, &format!("{timestamp}\n{body}")),
            account: action.user_id,
            content,
            sent_at: None,
            envelope: String::new(),
        })
    }
}

/// The signature of a press that is posted at `timestamp`.
pub(in super::super) fn press_signature(client_secret: &SecretString, timestamp: &str) -> Vec<u8> {
    mac(&api_secret(client_secret), timestamp).finalize().into_bytes().to_vec()
}

/// The `200` to a press: the card stays as it is until what was decided is written on it.
pub(in super::super) fn unchanged() -> CallbackAnswer {
    let by_key = json!({"updateCardDataByKey": true, "updatePrivateDataByKey": true});
    CallbackAnswer { content_type: callback::JSON, body: json!({ "cardUpdateOptions": by_key }).to_string() }
}

/// What was pressed on which card.
fn press_of(action: &Action) -> Option<CardPress> {
    // `content` is a text that holds JSON.
    let parsed: Value;
    let content = match &action.content {
        Value::String(text) => {
            parsed = serde_json::from_str(text).ok()?;
            &parsed
        }
        content => content,
    };
    let choice = content.get("cardPrivateData")?.get("params")?.get(CHOICE)?;
    let place = usize::try_from(number(Some(choice))?).ok()?;
    let (card, keys) = read_track(&action.out_track_id)?;
    let key = (*keys.get(place.checked_sub(1)?)?).to_owned();
    let code = Some(CardCode(action.out_track_id.clone()));
    let press = CardPress { card: CardId(card.to_owned()), key, chosen: Vec::new(), code };
    press.is_sound().then_some(press)
}

/// The secret of the address of presses, from the app's own: nothing more to keep.
pub(super) fn api_secret(client_secret: &SecretString) -> SecretString {
    hex::encode(mac(client_secret, "kehou card callback").finalize().into_bytes()).into()
}
