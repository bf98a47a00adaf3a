//! Interactive cards (互动卡片): templates, cards by their `outTrackId`, and presses on a phone.
//!
//! Written apart from the server's own encoder. A card's variables are all there is: an update that does not say «by key»
//! wipes the others, and an `outTrackId` that is used again changes nothing. Start at [`DingtalkSimulator::add_template`]
//! and [`DingtalkSimulator::card_click`].
//!
//! Source: <https://open.dingtalk.com/document/development/create-and-deliver-cards> and `…/event-callback-card`, read 2026-08.

mod press;

use std::collections::{BTreeMap, HashMap};

use axum::Router;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::wecom::{Shown, TaskCard};
use super::api::{ApiError, error, new_answer};
use super::{DingtalkSimulator, State};
use crate::clock::Moment;

/// Bytes of an `outTrackId`.
const TRACK_BYTES_MAX: usize = 100;
/// Bytes of a variable's name, and of what it holds.
const NAME_BYTES_MAX: usize = 100;
const VALUE_BYTES_MAX: usize = 1_024;
/// The variables that the template of the school has.
const VARIABLES: [&str; 7] = ["title", "body", "hint", "button1", "button2", "button3", "result"];

/// All templates, cards and routes of the app.
#[derive(Default)]
pub(super) struct CardBook {
    /// Whether each is published.
    templates: HashMap<String, bool>,
    cards: BTreeMap<String, Instance>,
    routes: HashMap<String, (String, Option<String>)>,
}

/// A card, for ever.
struct Instance {
    callback: Callback,
    variables: BTreeMap<String, String>,
    holders: Vec<String>,
    /// What was answered when it was made.
    answer: Value,
}

/// Where its presses go.
#[derive(Clone, PartialEq, Eq)]
enum Callback {
    Stream,
    Http(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateBody {
    card_template_id: String,
    out_track_id: String,
    callback_type: Option<String>,
    callback_route_key: Option<String>,
    user_id_type: u8,
    card_data: CardData,
    open_space_id: String,
    im_robot_open_space_model: SpaceModel,
    im_robot_open_deliver_model: DeliverModel,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CardData {
    card_param_map: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SpaceModel {
    #[serde(rename = "supportForward")]
    _support_forward: bool,
    last_message_i18n: HashMap<String, String>,
    notification: Notification,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Notification {
    alert_content: String,
    #[serde(rename = "notificationOff")]
    _notification_off: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeliverModel {
    space_type: String,
    robot_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateBody {
    out_track_id: String,
    card_data: CardData,
    #[serde(default)]
    card_update_options: UpdateOptions,
    user_id_type: u8,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateOptions {
    #[serde(default)]
    update_card_data_by_key: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegisterBody {
    callback_route_key: String,
    callback_url: String,
    api_secret: Option<String>,
    #[serde(default)]
    force_update: bool,
}

impl DingtalkSimulator {
    /// Draws the school's template in the card platform.
    pub fn add_template(&self, template: &str, is_published: bool) {
        self.state().cards.templates.insert(template.to_owned(), is_published);
    }

    /// All cards on somebody's phone, the oldest first.
    pub fn cards(&self, account: &str) -> Vec<TaskCard> {
        let thread = self.phone(account).map(|phone| phone.thread).unwrap_or_default();
        let cards = thread.into_iter().filter_map(|message| match message.shows {
            Shown::TaskCard(card) => Some(card),
            _ => None,
        });
        cards.collect()
    }

    fn create(&self, state: &mut State, body: &str, now: Moment) -> Result<Value, ApiError> {
        state.figures.card_calls += 1;
        let bad = |word| error(400, word, 0);
        let body: CreateBody = serde_json::from_str(body).map_err(|_| bad("param.invalid"))?;
        match state.cards.templates.get(&body.card_template_id) {
            None => return Err(bad("param.templateNotExist")),
            Some(false) => return Err(bad("param.templateUnpublished")),
            Some(true) => {}
        }
        let track = &body.out_track_id;
        if track.is_empty() || track.len() > TRACK_BYTES_MAX {
            return Err(bad("param.outTrackIdEmpty"));
        }
        if let Some(known) = state.cards.cards.get(track) {
            // Documented is no error and no change, and a word for this error.
            if state.faults.cards_exist > 0 {
                state.faults.cards_exist -= 1;
                return Err(bad("param.cardAlreadyExist"));
            }
            return Ok(known.answer.clone());
        }
        let deliver = &body.im_robot_open_deliver_model;
        let space = &body.im_robot_open_space_model;
        let is_sound = body.user_id_type == 1
            && deliver.space_type == "IM_ROBOT"
            && deliver.robot_code == self.shared.settings.robot_code
            && !space.notification.alert_content.is_empty()
            && space.last_message_i18n.contains_key("ZH_CN");
        if !is_sound {
            return Err(bad("param.invalid"));
        }
        let callback = match (body.callback_type.as_deref(), body.callback_route_key) {
            (Some("STREAM"), None) => Callback::Stream,
            (Some("HTTP"), Some(route)) if state.cards.routes.contains_key(&route) => Callback::Http(route),
            _ => return Err(bad("param.invalid")),
        };
        let variables = variables_of(body.card_data)?;
        let mut results = Vec::new();
        let mut holders = Vec::new();
        for space in body.open_space_id.split(';') {
            let account =
                space.strip_prefix("dtv1.card//IM_ROBOT.").ok_or(bad("param.openSpaceIdInvalid"))?;
            let is_reached = state.members.get(account).is_some_and(|member| member.is_in_range)
                && state.faults.cards_not_delivered == 0;
            state.faults.cards_not_delivered = state.faults.cards_not_delivered.saturating_sub(1);
            results.push(json!({
                "spaceType": "IM_ROBOT",
                "spaceId": account,
                "success": is_reached,
                "carrierId": if is_reached { "key1" } else { "" },
                "errorMsg": if is_reached { "" } else { "not delivered" },
            }));
            if is_reached {
                holders.push(account.to_owned());
            }
        }
        for holder in &holders {
            state.show(holder, Shown::TaskCard(drawn(track, &variables)), now);
        }
        // Outside all is well, whatever became of each.
        let answer = json!({"success": true, "result": {"outTrackId": track, "deliverResults": results}});
        let instance = Instance { callback, variables, holders, answer: answer.clone() };
        state.cards.cards.insert(track.clone(), instance);
        if state.faults.card_results_missing > 0 {
            state.faults.card_results_missing -= 1;
            return Ok(json!({"success": true, "result": {"outTrackId": track}}));
        }
        Ok(answer)
    }

    fn update(state: &mut State, body: &str) -> Result<Value, ApiError> {
        state.figures.card_updates += 1;
        let bad = |word| error(400, word, 0);
        let body: UpdateBody = serde_json::from_str(body).map_err(|_| bad("param.invalid"))?;
        if body.user_id_type != 1 {
            return Err(bad("param.invalid"));
        }
        let given = variables_of(body.card_data)?;
        let card = state.cards.cards.get_mut(&body.out_track_id).ok_or(bad("param.cardNotExist"))?;
        if !body.card_update_options.update_card_data_by_key {
            card.variables.clear();
        }
        card.variables.extend(given);
        let card = drawn(&body.out_track_id, &card.variables);
        let holders = state.cards.cards.get(&body.out_track_id).map(|card| card.holders.clone());
        for holder in holders.unwrap_or_default() {
            let Some(member) = state.members.get_mut(&holder) else { continue };
            for message in &mut member.phone.thread {
                if let Shown::TaskCard(shown) = &mut message.shows
                    && shown.task == card.task
                {
                    *shown = card.clone();
                }
            }
        }
        Ok(json!({"success": true, "result": true}))
    }

    fn register(state: &mut State, body: &str) -> Result<Value, ApiError> {
        let bad = |word| error(400, word, 0);
        let body: RegisterBody = serde_json::from_str(body).map_err(|_| bad("param.invalid"))?;
        if state.cards.routes.contains_key(&body.callback_route_key) && !body.force_update {
            return Err(bad("param.callbackRouteKeyExist"));
        }
        let answer = json!({"callbackUrl": body.callback_url, "apiSecret": body.api_secret});
        state.cards.routes.insert(body.callback_route_key, (body.callback_url, body.api_secret));
        Ok(json!({"success": true, "result": answer}))
    }
}

/// The variables as the template takes them: texts, by their names, not too long.
fn variables_of(data: CardData) -> Result<BTreeMap<String, String>, ApiError> {
    let variable = |(name, value): (String, Value)| match value {
        Value::String(text)
            if VARIABLES.contains(&name.as_str())
                && name.len() <= NAME_BYTES_MAX
                && text.len() <= VALUE_BYTES_MAX =>
        {
            Ok((name, text))
        }
        _ => Err(error(400, "param.invalid", 0)),
    };
    data.card_param_map.into_iter().map(variable).collect()
}

/// The card as the template draws it: what is empty is not there.
fn drawn(track: &str, variables: &BTreeMap<String, String>) -> TaskCard {
    let word = |name: &str| variables.get(name).filter(|text| !text.is_empty()).cloned();
    let options = (1..=3).filter_map(|place| Some((place.to_string(), word(&format!("button{place}"))?)));
    let text = [word("body"), word("hint")].into_iter().flatten().collect::<Vec<_>>().join("\n");
    TaskCard {
        task: track.to_owned(),
        card_type: "template".to_owned(),
        title: word("title").unwrap_or_default(),
        text,
        options: options.collect(),
        submit: None,
        replaced: word("result"),
    }
}

pub(super) fn routes() -> Router<DingtalkSimulator> {
    Router::new()
        .route("/v1.0/card/instances/createAndDeliver", post(create))
        .route("/v1.0/card/instances", axum::routing::put(update))
        .route("/v1.0/card/callbacks/register", post(register))
}

/// Decides a call of the new interface.
fn decided(
    simulator: &DingtalkSimulator,
    name: &'static str,
    headers: &HeaderMap,
    decide: impl FnOnce(&mut State, Moment) -> Result<Value, ApiError>,
) -> Response {
    if headers.get(header::ACCEPT).is_none_or(|accept| accept != "application/json") {
        return (StatusCode::OK, "<xml/>").into_response();
    }
    let token = headers.get("x-acs-dingtalk-access-token").and_then(|token| token.to_str().ok());
    new_answer(simulator.decide(name, token, decide))
}

async fn create(
    Extract(simulator): Extract<DingtalkSimulator>,
    headers: HeaderMap,
    body: String,
) -> Response {
    decided(&simulator, "createAndDeliver", &headers, |state, now| simulator.create(state, &body, now))
}

async fn update(
    Extract(simulator): Extract<DingtalkSimulator>,
    headers: HeaderMap,
    body: String,
) -> Response {
    decided(&simulator, "instances", &headers, |state, _| DingtalkSimulator::update(state, &body))
}

async fn register(
    Extract(simulator): Extract<DingtalkSimulator>,
    headers: HeaderMap,
    body: String,
) -> Response {
    decided(&simulator, "register", &headers, |state, _| DingtalkSimulator::register(state, &body))
}
