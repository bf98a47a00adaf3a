//! Cards (模板卡片): what WeCom checks of them, the codes that change them once, and presses on a phone.
//!
//! Written apart from the server's own encoder. Recommended lengths are taken as limits, so that what would be cut on a
//! phone shows here. Start at [`CardBook`] and [`WecomSimulator::card_click`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90236> and `…/94888`, read 2026-08.

use std::collections::{BTreeMap, HashMap, HashSet};

use axum::extract::{Query, State as Extract};
use axum::response::Response;
use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::{ApiError, RECIPIENTS_MAX, has_unicode_escape};
use super::callback::{Delivered, DeliveryError, Saying};
use super::{Calls, Shown, State, WecomSimulator};
use crate::clock::Moment;

/// How long a code is good.
const CODE_LIFE: Duration = Duration::hours(72);
/// Bytes of a task's id, and of an option's.
const ID_BYTES_MAX: usize = 128;
/// Bytes of a key.
const KEY_BYTES_MAX: usize = 1_024;

/// All cards of the app.
#[derive(Default)]
pub(super) struct CardBook {
    /// By `task_id`, for ever: whom each was shown to.
    tasks: BTreeMap<String, HashSet<String>>,
    codes: HashMap<String, Code>,
}

/// What allows one change.
struct Code {
    task: String,
    until: Moment,
    is_spent: bool,
}

/// A card on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskCard {
    /// Its `task_id`.
    pub task: String,
    /// `button_interaction` or `vote_interaction`.
    pub card_type: String,
    /// The headline.
    pub title: String,
    /// The words below it.
    pub text: String,
    /// What can be pressed, or chosen: key and label.
    pub options: Vec<(String, String)>,
    /// What hands a choice in: key and label.
    pub submit: Option<(String, String)>,
    /// What stands there since nothing can be pressed any more.
    pub replaced: Option<String>,
}

/// A member presses something on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// The card.
    pub task: String,
    /// What is pressed.
    pub key: String,
    /// What was chosen before.
    pub chosen: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct UpdateQuery {
    access_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdateBody {
    #[serde(default)]
    userids: Vec<String>,
    #[serde(default)]
    atall: u8,
    agentid: i64,
    response_code: String,
    button: Option<Replacement>,
    template_card: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    replace_name: String,
}

impl TaskCard {
    /// All the words on it.
    pub fn words(&self) -> String {
        let labels: Vec<&str> = match &self.replaced {
            Some(replaced) => vec![replaced],
            None => self.options.iter().chain(&self.submit).map(|(_, label)| label.as_str()).collect(),
        };
        let options = labels.join("] [");
        format!("{}\n{}\n[{options}]", self.title, self.text)
    }
}

impl WecomSimulator {
    /// A member presses something that their phone shows; whoever holds no such card, or one that is over, cannot.
    ///
    /// # Errors
    /// [`DeliveryError`]; [`DeliveryError::NothingToPress`] where the phone shows nothing of the kind.
    pub async fn card_click(
        &self,
        account: &str,
        task: &str,
        key: &str,
        chosen: &[&str],
    ) -> Result<Delivered, DeliveryError> {
        let card = self.card(account, task).filter(|card| card.replaced.is_none());
        let card = card.ok_or(DeliveryError::NothingToPress)?;
        let has = |options: &[(String, String)], key: &str| options.iter().any(|(other, _)| other == key);
        let can_press = match &card.submit {
            Some((submit, _)) => key == submit && chosen.iter().all(|id| has(&card.options, id)),
            None => chosen.is_empty() && has(&card.options, key),
        };
        if !can_press {
            return Err(DeliveryError::NothingToPress);
        }
        let chosen = chosen.iter().map(|&id| id.to_owned()).collect();
        let press = Press { task: task.to_owned(), key: key.to_owned(), chosen };
        self.send(account, &Saying::Press(press)).await
    }

    /// A card on a member's phone as it is now.
    pub fn card(&self, account: &str, task: &str) -> Option<TaskCard> {
        self.cards(account).into_iter().find(|card| card.task == task)
    }

    /// All cards on a member's phone, the oldest first.
    pub fn cards(&self, account: &str) -> Vec<TaskCard> {
        let thread = self.phone(account).map(|phone| phone.thread).unwrap_or_default();
        let cards = thread.into_iter().filter_map(|message| match message.shows {
            Shown::TaskCard(card) => Some(card),
            _ => None,
        });
        cards.collect()
    }

    /// A fresh code for a card that was pressed, as WeCom writes into the event.
    pub(super) fn code_of_press(&self, state: &mut State, task: &str, now: Moment) -> String {
        let code = self.shared.ids.new_id("RC", now);
        state.cards.add(code.clone(), task, now);
        code
    }

    fn decide_update(&self, query: &UpdateQuery, body: &str) -> Result<Value, ApiError> {
        let now = self.now();
        let settings = &self.shared.settings;
        let mut state = self.state();
        state.figures.card_updates += 1;
        state.check_token(query.access_token.as_deref(), now)?;
        state.meter("message/update_template_card", now, settings.calls_per_minute_max)?;
        if has_unicode_escape(body) {
            return Err(ApiError(40033, "invalid charset: \\uXXXX escapes are not supported"));
        }
        let update: UpdateBody =
            serde_json::from_str(body).map_err(|_| ApiError(40035, "Warning: wrong json format."))?;
        if update.agentid != settings.agent_id {
            return Err(ApiError(301_002, "agentid does not belong to the token"));
        }
        // The app changes nothing but the buttons.
        let (Some(button), None) = (&update.button, &update.template_card) else {
            return Err(ApiError(40063, "missing parameter"));
        };
        within(&button.replace_name, 10)?;
        if update.userids.len() > RECIPIENTS_MAX {
            return Err(ApiError(40032, "user list too long"));
        }
        let code = state.cards.codes.get_mut(&update.response_code);
        let code = code.filter(|code| !code.is_spent && now < code.until);
        let code = code.ok_or(ApiError(60140, "invalid response_code"))?;
        code.is_spent = true;
        let task = code.task.clone();
        let holders = state.cards.tasks.get(&task).cloned().unwrap_or_default();
        let named: Vec<String> = if update.atall == 1 {
            holders.iter().cloned().collect()
        } else {
            update.userids.iter().map(|id| id.to_lowercase()).collect()
        };
        let (changed, missed): (Vec<String>, Vec<String>) =
            named.into_iter().partition(|id| holders.contains(id));
        for key in changed {
            let Some(member) = state.members.get_mut(&key) else { continue };
            for message in &mut member.phone.thread {
                if let Shown::TaskCard(card) = &mut message.shows
                    && card.task == task
                {
                    card.replaced = Some(button.replace_name.clone());
                }
            }
        }
        Ok(json!({"errcode": 0, "errmsg": "ok", "invaliduser": missed}))
    }
}

impl CardBook {
    fn add(&mut self, code: String, task: &str, now: Moment) {
        let code_of = Code { task: task.to_owned(), until: now + CODE_LIFE, is_spent: false };
        self.codes.insert(code, code_of);
    }

    /// A card that was sent, with the code of the answer.
    pub(super) fn sent(&mut self, task: &str, holders: &[String], code: &str, now: Moment) {
        self.tasks.insert(task.to_owned(), holders.iter().cloned().collect());
        self.add(code.to_owned(), task, now);
    }

    /// Reads a card as strictly as WeCom documents it.
    pub(super) fn read(&self, card: &Value) -> Result<TaskCard, ApiError> {
        let task = text(card, "task_id");
        let is_task = (1..=ID_BYTES_MAX).contains(&task.len())
            && task.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte));
        if !is_task || self.tasks.contains_key(&task) {
            return Err(ApiError(42014, "invalid task_id"));
        }
        let card_type = text(card, "card_type");
        let is_vote = match card_type.as_str() {
            "vote_interaction" => true,
            "button_interaction" => false,
            _ => return Err(ApiError(40035, "card_type is not one that the app sends")),
        };
        let known: &[&str] = if is_vote {
            &["card_type", "task_id", "main_title", "checkbox", "submit_button"]
        } else {
            &["card_type", "task_id", "main_title", "sub_title_text", "button_list"]
        };
        let fields = card.as_object().ok_or(ApiError(40035, "template_card is no object"))?;
        if fields.keys().any(|name| !known.contains(&name.as_str())) {
            return Err(ApiError(40035, "a field that this card has not"));
        }
        let main = card.get("main_title").cloned().unwrap_or_default();
        let (title, desc, sub) = (text(&main, "title"), text(&main, "desc"), text(card, "sub_title_text"));
        within(&title, if is_vote { 16 } else { 36 })?;
        at_most(&desc, if is_vote { 160 } else { 44 })?;
        at_most(&sub, 160)?;
        let options = if is_vote { choices(card)? } else { buttons(card)? };
        let mut keys: Vec<&String> = options.iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() != options.len() {
            return Err(ApiError(40035, "the same key twice"));
        }
        let submit =
            if is_vote { Some(button(card.get("submit_button").unwrap_or(&Value::Null))?) } else { None };
        let text = [sub, desc].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
        Ok(TaskCard { task, card_type, title, text, options, submit, replaced: None })
    }
}

fn buttons(card: &Value) -> Result<Vec<(String, String)>, ApiError> {
    let list = card.get("button_list").and_then(Value::as_array).cloned().unwrap_or_default();
    match list.len() {
        1..=6 => list.iter().map(button).collect(),
        _ => Err(ApiError(40035, "1 to 6 buttons")),
    }
}

fn choices(card: &Value) -> Result<Vec<(String, String)>, ApiError> {
    let checkbox = card.get("checkbox").cloned().unwrap_or_default();
    let question = text(&checkbox, "question_key");
    if !(1..=KEY_BYTES_MAX).contains(&question.len()) {
        return Err(ApiError(40035, "question_key"));
    }
    let list = checkbox.get("option_list").and_then(Value::as_array).cloned().unwrap_or_default();
    if !(1..=20).contains(&list.len()) {
        return Err(ApiError(40035, "1 to 20 options"));
    }
    let read = |option: &Value| {
        let (id, label) = (text(option, "id"), text(option, "text"));
        let has_check = option.get("is_checked").is_some_and(Value::is_boolean);
        if !(1..=ID_BYTES_MAX).contains(&id.len()) || !has_check {
            return Err(ApiError(40035, "an option needs id and is_checked"));
        }
        within(&label, 17)?;
        Ok((id, label))
    };
    list.iter().map(read).collect()
}

fn button(button: &Value) -> Result<(String, String), ApiError> {
    let (key, label) = (text(button, "key"), text(button, "text"));
    if !(1..=KEY_BYTES_MAX).contains(&key.len()) {
        return Err(ApiError(40035, "a button needs a key"));
    }
    within(&label, 10)?;
    Ok((key, label))
}

fn text(of: &Value, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn within(text: &str, max: usize) -> Result<(), ApiError> {
    if text.is_empty() { Err(ApiError(40063, "missing parameter")) } else { at_most(text, max) }
}

fn at_most(text: &str, max: usize) -> Result<(), ApiError> {
    if text.chars().count() > max { Err(ApiError(45002, "content too long")) } else { Ok(()) }
}

pub(super) async fn update_card(
    Extract(simulator): Extract<WecomSimulator>,
    Query(query): Query<UpdateQuery>,
    body: String,
) -> Response {
    simulator.through_outage(Calls::Cards, || simulator.decide_update(&query, &body)).await
}
