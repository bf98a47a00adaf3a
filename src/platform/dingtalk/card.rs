//! Interactive cards (互动卡片) in the single chat with the robot: by a template of the school's own, and presses of them.
//!
//! A template knows its buttons by their place, so the keys of a card travel in its `outTrackId`, by which it is also sent
//! only once and changed as often as wanted. What cannot be delivered as a card goes as its words. A press authorises
//! nothing (`press`). Start at [`Cards`] and [`update`].
//!
//! Sources: <https://open.dingtalk.com/document/development/create-and-deliver-cards>,
//! `…/interactive-card-update-interface`, `…/register-card-callback-address`, read 2026-08.

mod press;

use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use super::api::{Api, Told, unusable};
use crate::platform::card::{Card, CardAsks, CardCode, CardLimits, CardUpdate};
use crate::platform::text::carried;
use crate::platform::{Call, SendError, SendReport};

use self::press::api_secret;
pub(super) use self::press::{SIGNATURE, SIGNATURE_TIME, press_signature, unchanged};

/// What our own calls with a card are called.
pub(super) const CARD: &str = "card";
/// What our own calls that change one are called.
pub(super) const UPDATE: &str = "card/update";
/// For how long the same card, or the same change of it, can be sent again: its `outTrackId` makes it one.
pub(super) const GUARD: Duration = Duration::from_hours(1);

const CREATE_PATH: &str = "/v1.0/card/instances/createAndDeliver";
const UPDATE_PATH: &str = "/v1.0/card/instances";
const REGISTER_PATH: &str = "/v1.0/card/callbacks/register";
/// The space of a single chat with the robot.
const SPACE: &str = "IM_ROBOT";
/// The longest `outTrackId`, in bytes.
const TRACK_BYTES_MAX: usize = 100;
/// What stands between the parts of an `outTrackId`.
const BETWEEN: &str = "--";
/// The variables of the template that hold what stands on its buttons, by place; empty hides a button.
const BUTTONS: [&str; 3] = ["button1", "button2", "button3"];
/// The variable that holds what was decided; empty hides it.
const RESULT: &str = "result";
/// A card with this `outTrackId` was made before.
const ALREADY_THERE: &str = "param.cardAlreadyExist";
/// `userId` is the account inside the organisation.
const BY_ACCOUNT: i64 = 1;

/// What a card of the template carries: a variable holds a kilobyte, and three buttons stand side by side.
pub(super) const LIMITS: CardLimits = CardLimits {
    title_max: 50,
    title_of_several_max: 0,
    body_max: 300,
    hint_max: 60,
    options_max: BUTTONS.len(),
    // A choice of several is nothing that the documentation at hand says how to draw.
    options_of_several_max: 0,
    button_max: 10,
    choice_max: 0,
    // Nothing is documented to end; after this nobody looks for the card any more.
    code_good_for: Duration::from_hours(14 * 24),
    // The answer to a press must be there before the card is changed.
    change_after: Duration::from_secs(2),
};

/// How a school's cards go.
#[derive(Debug)]
pub(super) struct Cards {
    template: String,
    /// Where presses are posted to; `None` where they come by the stream.
    route: Option<Route>,
}

/// Where DingTalk posts presses to.
#[derive(Debug)]
struct Route {
    key: String,
    url: String,
    secret: SecretString,
    /// Whether DingTalk has been told, since this process began.
    told: OnceCell<()>,
}

/// The body of a call with a card, with what goes where the card cannot.
#[derive(Serialize, Deserialize)]
struct CardCall {
    track: String,
    card: String,
    otherwise: String,
}

/// What became of a card.
pub(super) enum Sent {
    /// It is there.
    Shown(SendReport),
    /// It is not, or nobody can tell, and these are its words as a message of the robot.
    InWords(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    success: Option<bool>,
    result: Option<CreatedResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreatedResult {
    #[serde(default)]
    deliver_results: Vec<Delivery>,
}

#[derive(Deserialize)]
struct Delivery {
    success: Option<bool>,
}

impl Cards {
    /// - `callback_url`: where presses are posted to; `None` where they come by the stream.
    pub(super) fn new(template: String, callback_url: Option<String>, client: (&str, &SecretString)) -> Self {
        let (client_id, client_secret) = client;
        let route = callback_url.map(|url| Route {
            key: format!("kehou-{client_id}"),
            url,
            secret: api_secret(client_secret),
            told: OnceCell::new(),
        });
        Self { template, route }
    }

    /// Freezes a card to these accounts; `None` where it does not fit.
    ///
    /// - `otherwise`: the body of a message of the robot with its words.
    pub(super) fn compose(
        &self,
        robot_code: &str,
        accounts: &[String],
        card: &Card,
        otherwise: String,
    ) -> Option<Call> {
        let CardAsks::One(options) = &card.asks else { return None };
        let track = track_of(card).filter(|_| LIMITS.fit(card))?;
        if accounts.iter().any(|account| account.contains(';')) {
            return None;
        }
        let mut variables = Map::new();
        for (name, words) in [("title", &card.title), ("body", &card.body), ("hint", &card.hint)] {
            variables.insert(name.to_owned(), json!(carried(words)));
        }
        for (place, name) in BUTTONS.into_iter().enumerate() {
            let label = options.get(place).map(|option| carried(&option.label)).unwrap_or_default();
            variables.insert(name.to_owned(), json!(label));
        }
        variables.insert(RESULT.to_owned(), json!(""));
        let spaces: Vec<String> =
            accounts.iter().map(|account| format!("dtv1.card//{SPACE}.{account}")).collect();
        let mut body = json!({
            "cardTemplateId": self.template,
            "outTrackId": track,
            "callbackType": if self.route.is_some() { "HTTP" } else { "STREAM" },
            "userIdType": BY_ACCOUNT,
            "cardData": {"cardParamMap": variables},
            "openSpaceId": spaces.join(";"),
            "imRobotOpenSpaceModel": {
                "supportForward": false,
                "lastMessageI18n": {"ZH_CN": carried(&card.title)},
                "notification": {"alertContent": carried(&card.title), "notificationOff": false},
            },
            "imRobotOpenDeliverModel": {"spaceType": SPACE, "robotCode": robot_code},
        });
        if let (Some(route), Some(fields)) = (&self.route, body.as_object_mut()) {
            fields.insert("callbackRouteKey".to_owned(), json!(route.key));
        }
        let call = CardCall { track, card: body.to_string(), otherwise };
        Some(Call { endpoint: CARD.to_owned(), body: serde_json::to_string(&call).unwrap_or_default() })
    }

    /// Sends a card.
    ///
    /// # Errors
    /// [`SendError`]; the same call can go again.
    pub(super) async fn send(&self, api: &Api, text: &str) -> Result<Sent, SendError> {
        let Ok(call) = serde_json::from_str::<CardCall>(text) else { return Err(super::robot::not_ours()) };
        let in_words = |advice: &'static str| {
            tracing::error!(advice, "a card could not be shown and goes as its words");
            Ok(Sent::InWords(call.otherwise.clone()))
        };
        let shown = || {
            let card = Some(CardCode(call.track.clone()));
            Ok(Sent::Shown(SendReport { card, ..SendReport::default() }))
        };
        if let Some(route) = &self.route {
            match route.told.get_or_try_init(|| register(api, route)).await {
                Ok(()) => {}
                Err(SendError::Refused { advice, .. }) => return in_words(advice),
                Err(error) => return Err(error),
            }
        }
        match api.ask_new(Method::POST, CREATE_PATH, &call.card).await? {
            Told::Success(answer) => {
                let told: Created = serde_json::from_slice(&answer)
                    .map_err(|_| unusable("the answer is not what was asked for"))?;
                let deliveries = told.result.map(|result| result.deliver_results).unwrap_or_default();
                // The outer success is about the card, not about whether it is in anybody's chat.
                let said = || deliveries.iter().map(|delivery| delivery.success);
                if told.success == Some(false) || said().any(|success| success == Some(false)) {
                    return in_words("钉钉没有把卡片送到：请核对机器人已发布、收信人在应用的可使用范围内");
                }
                // Its track makes it one card, so it can go again where nothing is known.
                let is_known = !deliveries.is_empty() && said().all(|success| success == Some(true));
                if is_known { shown() } else { Err(unusable("the answer does not say who has the card")) }
            }
            // Made by an earlier try that did not say who has it; that it is there says nothing of that either.
            Told::Refusal(refusal) if refusal.code == ALREADY_THERE => {
                in_words("卡片已经建好，但不知道对方是否看得到")
            }
            Told::Refusal(refusal) => match refusal.classify() {
                SendError::Refused { advice, .. } => in_words(advice),
                error => Err(error),
            },
        }
    }
}

/// Tells DingTalk where presses are posted to.
async fn register(api: &Api, route: &Route) -> Result<(), SendError> {
    let body = json!({
        "callbackRouteKey": route.key,
        "callbackUrl": route.url,
        "apiSecret": route.secret.expose_secret(),
        "forceUpdate": true,
    });
    match api.ask_new(Method::POST, REGISTER_PATH, &body.to_string()).await? {
        Told::Success(answer) if is_success(&answer) => Ok(()),
        Told::Success(_) => Err(not_taken("钉钉没有登记卡片的回调地址：请核对 public_url")),
        Told::Refusal(refusal) => Err(refusal.classify()),
    }
}

/// Freezes the change of a card.
pub(super) fn compose_update(update: &CardUpdate) -> Call {
    let mut variables = Map::new();
    for name in BUTTONS {
        variables.insert(name.to_owned(), json!(""));
    }
    variables.insert(RESULT.to_owned(), json!(carried(&update.label)));
    let body = json!({
        "outTrackId": update.code.0,
        "cardData": {"cardParamMap": variables},
        // Without it all other variables would be wiped.
        "cardUpdateOptions": {"updateCardDataByKey": true},
        "userIdType": BY_ACCOUNT,
    });
    Call { endpoint: UPDATE.to_owned(), body: body.to_string() }
}

/// Changes a card; doing it again changes nothing.
///
/// # Errors
/// [`SendError`].
pub(super) async fn update(api: &Api, text: &str) -> Result<SendReport, SendError> {
    match api.ask_new(Method::PUT, UPDATE_PATH, text).await? {
        Told::Success(answer) if is_success(&answer) => Ok(SendReport::default()),
        Told::Success(_) => Err(not_taken("卡片不能更新")),
        Told::Refusal(refusal) => Err(refusal.classify()),
    }
}

fn is_success(answer: &[u8]) -> bool {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    answer.get("success") != Some(&Value::Bool(false))
}

fn not_taken(advice: &'static str) -> SendError {
    SendError::Refused { code: 200, advice }
}

/// The `outTrackId` of a card: its id and the keys of its buttons.
fn track_of(card: &Card) -> Option<String> {
    let keys: Vec<&str> = card.asks.options().iter().map(|option| option.key.as_str()).collect();
    let track = std::iter::once(card.id.0.as_str()).chain(keys.iter().copied());
    let track = track.collect::<Vec<_>>().join(BETWEEN);
    let is_read_back = read_track(&track) == Some((card.id.0.as_str(), keys));
    (is_read_back && track.len() <= TRACK_BYTES_MAX).then_some(track)
}

fn read_track(track: &str) -> Option<(&str, Vec<&str>)> {
    let mut parts = track.split(BETWEEN);
    let card = parts.next()?;
    (track.len() <= TRACK_BYTES_MAX).then(|| (card, parts.collect()))
}

#[cfg(test)]
mod tests;
