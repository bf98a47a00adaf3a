//! Cards (模板卡片) to members: as buttons or as a choice with a button below, and their one change by a code.
//!
//! Every limit is kept before anything is sent; what does not fit goes as its words. A press comes back as an event,
//! whose answer carries no words. Start at [`template_card`], [`update`] and [`press`].
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/90236> and path/94888, path/90240, read 2026-08.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::api::{Api, is_account};
use super::errors;
use super::xml::Fields;
use crate::platform::card::{
    Card, CardAsks, CardCode, CardId, CardLimits, CardOption, CardPress, CardUpdate,
};
use crate::platform::text::carried;
use crate::platform::{Call, SendError, SendReport};

/// The endpoint that changes a card.
pub(super) const UPDATE: &str = "message/update_template_card";
/// The longest `task_id`, in bytes.
const TASK_ID_BYTES_MAX: usize = 128;
/// The longest key of a button, in bytes.
const BUTTON_KEY_BYTES_MAX: usize = 1_024;
/// The longest id of an option, in bytes.
const OPTION_ID_BYTES_MAX: usize = 128;
/// What stands for the one question of a card; it comes back with the choice and says nothing.
const QUESTION_KEY: &str = "choice";
/// Some may be chosen, not just one.
const SEVERAL: u8 = 1;
/// Why a card was not changed.
const NOT_CHANGED: &str = "卡片不能更新";

/// What WeCom's cards can carry. WeCom recommends most of these lengths; here they are kept, so that nothing is cut on
/// a phone.
pub(super) const LIMITS: CardLimits = CardLimits {
    title_max: 36,
    title_of_several_max: 16,
    body_max: 160,
    hint_max: 44,
    options_max: 6,
    options_of_several_max: 20,
    button_max: 10,
    choice_max: 17,
    code_good_for: Duration::from_hours(72),
    change_after: Duration::ZERO,
};

/// A card as WeCom takes it; the order of the fields is the order on the wire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateCard {
    card_type: String,
    task_id: String,
    main_title: Title,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_title_text: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    button_list: Vec<Button>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkbox: Option<Checkbox>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submit_button: Option<Button>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    desc: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Button {
    text: String,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkbox {
    question_key: String,
    mode: u8,
    option_list: Vec<Choice>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    id: String,
    text: String,
    is_checked: bool,
}

/// The body of [`UPDATE`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    userids: Vec<String>,
    agentid: u32,
    response_code: String,
    button: Replacement,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    replace_name: String,
}

/// Whom a change did not reach; a list here, where sending has a joined text.
#[derive(Deserialize)]
struct Missed {
    #[serde(default)]
    invaliduser: Vec<String>,
}

/// The card as WeCom takes it; `None` when it does not fit, and then its words go.
pub(super) fn template_card(card: &Card) -> Option<TemplateCard> {
    if !LIMITS.fit(card) {
        return None;
    }
    let filled = |text: &str| Some(carried(text)).filter(|text| !text.is_empty());
    let button = |option: &CardOption| Button { text: carried(&option.label), key: option.key.clone() };
    let (task_id, title) = (card.id.0.clone(), carried(&card.title));
    Some(match &card.asks {
        CardAsks::One(options) => TemplateCard {
            card_type: "button_interaction".to_owned(),
            task_id,
            main_title: Title { title, desc: filled(&card.hint) },
            sub_title_text: filled(&card.body),
            button_list: options.iter().map(button).collect(),
            checkbox: None,
            submit_button: None,
        },
        CardAsks::Several { options, submit } => TemplateCard {
            card_type: "vote_interaction".to_owned(),
            task_id,
            main_title: Title { title, desc: filled(format!("{}\n{}", card.body, card.hint).trim()) },
            sub_title_text: None,
            button_list: Vec::new(),
            checkbox: Some(Checkbox {
                question_key: QUESTION_KEY.to_owned(),
                mode: SEVERAL,
                option_list: options
                    .iter()
                    .map(|option| Choice {
                        id: option.key.clone(),
                        text: carried(&option.label),
                        is_checked: false,
                    })
                    .collect(),
            }),
            submit_button: Some(button(submit)),
        },
    })
}

/// Freezes the change of a card for these accounts.
pub(super) fn compose_update(agent_id: u32, accounts: &[String], update: &CardUpdate) -> Call {
    let body = Update {
        userids: accounts.to_vec(),
        agentid: agent_id,
        response_code: update.code.0.clone(),
        button: Replacement { replace_name: carried(&update.label) },
    };
    // Strings and numbers always serialise; an empty body would be refused before it is sent.
    let body = serde_json::to_string(&body).unwrap_or_default();
    Call { endpoint: UPDATE.to_owned(), body }
}

impl TemplateCard {
    /// Whether WeCom would take it, or the code of its refusal.
    pub(super) fn check(&self) -> Result<(), i64> {
        let is_within = |text: &str, max: usize| !text.is_empty() && text.chars().count() <= max;
        let desc = self.main_title.desc.as_deref().unwrap_or_default().chars().count();
        let is_task = self.task_id.len() <= TASK_ID_BYTES_MAX
            && !self.task_id.is_empty()
            && self.task_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte));
        if !is_task {
            return Err(errors::BAD_TASK_ID);
        }
        let is_button =
            |button: &Button, max: usize| (1..=max).contains(&button.key.len()) && !button.text.is_empty();
        let is_short = |button: &Button| button.text.chars().count() <= LIMITS.button_max;
        match (self.card_type.as_str(), &self.checkbox, &self.submit_button) {
            ("button_interaction", None, None) => {
                let count = (1..=LIMITS.options_max).contains(&self.button_list.len());
                let keys = self.button_list.iter().map(|button| button.key.as_str());
                let is_sound = self.button_list.iter().all(|button| is_button(button, BUTTON_KEY_BYTES_MAX));
                if !count || !is_sound || !are_different(keys) {
                    return Err(errors::BAD_PARAMETER);
                }
                let body = self.sub_title_text.as_deref().unwrap_or_default().chars().count();
                let fits = is_within(&self.main_title.title, LIMITS.title_max)
                    && desc <= LIMITS.hint_max
                    && body <= LIMITS.body_max
                    && self.button_list.iter().all(is_short);
                if fits { Ok(()) } else { Err(errors::TOO_LONG) }
            }
            ("vote_interaction", Some(checkbox), Some(submit)) if self.button_list.is_empty() => {
                let count = (1..=LIMITS.options_of_several_max).contains(&checkbox.option_list.len());
                let ids = checkbox.option_list.iter().map(|choice| choice.id.as_str());
                let mut all = checkbox.option_list.iter();
                let is_sound = all.all(|choice| (1..=OPTION_ID_BYTES_MAX).contains(&choice.id.len()))
                    && is_button(submit, BUTTON_KEY_BYTES_MAX);
                if !count || !is_sound || !are_different(ids) {
                    return Err(errors::BAD_PARAMETER);
                }
                let mut all = checkbox.option_list.iter();
                let fits = is_within(&self.main_title.title, LIMITS.title_of_several_max)
                    && desc <= LIMITS.body_max
                    && all.all(|choice| is_within(&choice.text, LIMITS.choice_max))
                    && is_short(submit);
                if fits { Ok(()) } else { Err(errors::TOO_LONG) }
            }
            _ => Err(errors::BAD_PARAMETER),
        }
    }
}

fn are_different<'a>(keys: impl Iterator<Item = &'a str>) -> bool {
    let mut keys: Vec<&str> = keys.collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    keys.len() == count
}

/// Changes a card.
///
/// # Errors
/// [`SendError`]; refused with [`errors::SPENT_RESPONSE_CODE`] where the code is over, or was used before.
pub(super) async fn update(api: &Api, call: &Call) -> Result<SendReport, SendError> {
    let refused = |code| SendError::Refused { code, advice: errors::advice(code) };
    let body: Update = serde_json::from_str(&call.body).map_err(|_| refused(errors::BAD_PARAMETER))?;
    if body.userids.is_empty() || !body.userids.iter().all(|account| is_account(account)) {
        return Err(refused(errors::INVALID_ACCOUNT));
    }
    if body.response_code.is_empty() || body.button.replace_name.is_empty() {
        return Err(refused(errors::BAD_PARAMETER));
    }
    if body.button.replace_name.chars().count() > LIMITS.button_max {
        return Err(refused(errors::TOO_LONG));
    }
    let answer = api.ask(|token| api.request(call, token)).await?;
    if answer.errcode != 0 {
        return Err(errors::classify(answer.errcode));
    }
    let missed: Missed = answer.read()?;
    let missed: Vec<String> =
        missed.invaliduser.iter().map(|account| account.trim().to_lowercase()).collect();
    let unreached = body.userids.into_iter().map(|account| account.to_lowercase());
    let unreached =
        unreached.filter(|account| missed.contains(account)).map(|account| (account, NOT_CHANGED));
    Ok(SendReport { unreached: unreached.collect(), ..SendReport::default() })
}

/// The press that an event tells of; `None` when it cannot be one of a card of ours.
pub(super) fn press(fields: &Fields) -> Option<CardPress> {
    // In both spellings: a sample of the documentation writes `OpitonIds`.
    let chosen = fields.leaves(&["OptionId", "OpitonId"]);
    let press = CardPress {
        card: CardId(fields.word("TaskId")?.to_owned()),
        key: fields.word("EventKey")?.to_owned(),
        chosen: chosen.into_iter().filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        code: fields.word("ResponseCode").map(|code| CardCode(code.to_owned())),
    };
    press.is_sound().then_some(press)
}

#[cfg(test)]
mod tests;
