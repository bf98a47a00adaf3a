//! WeCom's API: messages to members of the corp.
//!
//! A message is frozen by [`compose`] and sent as it is, so that WeCom's duplicate guard knows a retry. Knows nothing
//! of queues. Start at [`Api::send`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90236>, read 2026-08.

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::card::{self, TemplateCard};
use super::errors;
use crate::clock::Moment;
use crate::platform::card::CardCode;
use crate::platform::http::exchange;
use crate::platform::text::carried;
use crate::platform::token::Tokens;
use crate::platform::{Call, HttpError, Limits, Message, SendError, SendReport};

/// The one endpoint that messages go to.
const MESSAGE_SEND: &str = "message/send";
/// The longest text, in bytes; WeCom cuts longer ones without a word.
pub(super) const TEXT_BYTES_MAX: usize = 2_048;
/// The longest card title, in characters.
const CARD_TITLE_CHARS_MAX: usize = 128;
/// The longest card description, in characters.
const CARD_DESCRIPTION_CHARS_MAX: usize = 512;
/// The longest link, in bytes.
const CARD_URL_BYTES_MAX: usize = 2_048;
/// The longest account, in bytes.
const ACCOUNT_BYTES_MAX: usize = 64;
/// What an account becomes that would be read as several.
const SEPARATOR_REPLACEMENT: &str = "?";

/// How long WeCom recognises the same call. Its maximum is four hours, but it would also swallow the same words that
/// are meant twice, so this is its default.
pub(super) const DUPLICATE_CHECK_SECONDS: u64 = 1_800;

/// What WeCom allows an app.
///
/// Sources: path/90236 and path/90454, 2023-08. The day's person-times are the quota of a corp of 500 accounts.
pub const LIMITS: Limits = Limits {
    // Below the hard limit, for a mark like （1/2） in front of a piece.
    text_bytes_max: 2_000,
    recipients_max: 1_000,
    // WeCom allows 30 and 1000 and drops the surplus without a word; the margin is for the way there, which can push
    // calls of more than a minute into one of theirs, and for passive replies.
    per_person_per_minute: 20,
    per_person_per_hour: 800,
    calls_per_second: 10_000,
    calls_per_minute: 10_000,
    person_times_per_day: 100_000,
    duplicate_guard: std::time::Duration::from_secs(DUPLICATE_CHECK_SECONDS),
};

/// The API of one app.
#[derive(Debug)]
pub struct Api {
    /// The client with time-outs.
    pub http: reqwest::Client,
    /// Scheme and host, without a final slash.
    pub api_base: String,
    /// The app's token.
    pub(super) tokens: Tokens,
}

/// The body of `message/send`; the order of the fields is the order on the wire.
#[derive(Serialize, Deserialize)]
struct Body {
    touser: String,
    msgtype: String,
    agentid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    textcard: Option<TextCard>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_card: Option<TemplateCard>,
    enable_duplicate_check: u8,
    duplicate_check_interval: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) content: String,
}

#[derive(Serialize, Deserialize)]
struct TextCard {
    title: String,
    description: String,
    url: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Image {
    pub(super) media_id: String,
}

/// What a message shows; one of them is there.
#[derive(Default)]
struct Shows {
    text: Option<Text>,
    textcard: Option<TextCard>,
    image: Option<Image>,
    template_card: Option<TemplateCard>,
}

/// What WeCom answers to a request: its code, and the rest for whoever asked.
pub(super) struct Answer {
    pub(super) errcode: i64,
    /// What time it was at WeCom.
    pub(super) date: Option<Moment>,
    body: Vec<u8>,
}

/// The part of every answer.
#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    errcode: i64,
}

/// Whom a message did not reach.
#[derive(Deserialize)]
struct Missed {
    invaliduser: Option<String>,
    unlicenseduser: Option<String>,
    /// For a card that can be pressed.
    response_code: Option<String>,
}

/// Freezes a message to these accounts.
pub fn compose(agent_id: u32, accounts: &[String], message: &Message) -> Call {
    let in_words =
        || Shows { text: Some(Text { content: carried(&message.in_words()) }), ..Shows::default() };
    let shows = match message {
        Message::CardUpdate(update) => return card::compose_update(agent_id, accounts, update),
        Message::Card(card) => match card::template_card(card) {
            Some(card) => Shows { template_card: Some(card), ..Shows::default() },
            None => in_words(),
        },
        Message::TextCard { title, description, url } => Shows {
            textcard: Some(TextCard {
                title: carried(title),
                description: carried(description),
                url: carried(url),
            }),
            ..Shows::default()
        },
        // A picture goes by its media id; without one only its words can.
        Message::Text(_) | Message::Image { .. } => in_words(),
    };
    freeze(agent_id, accounts, shows)
}

/// Freezes a message with an uploaded picture to these accounts.
pub(super) fn compose_image(agent_id: u32, accounts: &[String], media_id: &str) -> Call {
    let image = Some(Image { media_id: media_id.to_owned() });
    freeze(agent_id, accounts, Shows { image, ..Shows::default() })
}

fn freeze(agent_id: u32, accounts: &[String], shows: Shows) -> Call {
    let Shows { text, textcard, image, template_card } = shows;
    let touser: Vec<String> =
        accounts.iter().map(|account| account.replace('|', SEPARATOR_REPLACEMENT)).collect();
    let msgtype = match (&text, &textcard, &template_card) {
        (Some(_), _, _) => "text",
        (None, Some(_), _) => "textcard",
        (None, None, Some(_)) => "template_card",
        (None, None, None) => "image",
    };
    let body = Body {
        touser: touser.join("|"),
        msgtype: msgtype.to_owned(),
        agentid: agent_id,
        text,
        textcard,
        image,
        template_card,
        enable_duplicate_check: 1,
        duplicate_check_interval: DUPLICATE_CHECK_SECONDS,
    };
    // Strings and numbers always serialise; an empty body would be refused before it is sent.
    let body = serde_json::to_string(&body).unwrap_or_default();
    Call { endpoint: MESSAGE_SEND.to_owned(), body }
}

impl Api {
    /// Sends a frozen call, with one fresh token if WeCom no longer takes the present one.
    ///
    /// # Errors
    /// [`SendError`]; what breaks WeCom's limits is refused here, before it could be cut there.
    pub async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        if call.endpoint == card::UPDATE {
            return card::update(self, call).await;
        }
        let recipients =
            check(call).map_err(|code| SendError::Refused { code, advice: errors::advice(code) })?;
        let answer = self.ask(|token| self.request(call, token)).await?;
        match answer.errcode {
            0 => Ok(report(&answer.read()?, &recipients)),
            errors::ALL_UNREACHED => Ok(SendReport {
                unreached: recipients
                    .into_iter()
                    .map(|account| (account, "不在应用可见范围或账号无效"))
                    .collect(),
                ..SendReport::default()
            }),
            code => Err(errors::classify(code)),
        }
    }

    /// Sends the request with the token, and once more with a fresh one if WeCom no longer takes the present one.
    ///
    /// # Errors
    /// [`SendError`]: no token, or no answer of WeCom's.
    pub(super) async fn ask(
        &self,
        request: impl Fn(&SecretString) -> reqwest::RequestBuilder,
    ) -> Result<Answer, SendError> {
        let mut token = self.tokens.get().await?;
        let mut answer = read(request(&token)).await?;
        if matches!(answer.errcode, errors::INVALID_TOKEN | errors::EXPIRED_TOKEN) {
            self.tokens.forget(&token).await;
            token = self.tokens.get().await?;
            answer = read(request(&token)).await?;
        }
        if matches!(answer.errcode, errors::INVALID_TOKEN | errors::EXPIRED_TOKEN | errors::WRONG_SECRET) {
            // The next message asks for a token again, and that tells whether the secret still holds.
            self.tokens.forget(&token).await;
        }
        Ok(answer)
    }

    pub(super) fn request(&self, call: &Call, token: &SecretString) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}/cgi-bin/{}", self.api_base, call.endpoint))
            .query(&[("access_token", token.expose_secret())])
            .header("content-type", "application/json; charset=utf-8")
            .body(call.body.clone())
    }
}

impl Answer {
    /// The rest of the answer, as whoever asked expects it.
    ///
    /// # Errors
    /// [`SendError::Unknown`]: it is something else.
    pub(super) fn read<Rest: DeserializeOwned>(&self) -> Result<Rest, SendError> {
        serde_json::from_slice(&self.body)
            .map_err(|_| SendError::Unknown(HttpError("the answer is not what was asked for".to_owned())))
    }
}

/// Sends a request and reads what WeCom answers.
async fn read(request: reqwest::RequestBuilder) -> Result<Answer, SendError> {
    let answer = exchange(request).await?;
    match answer.status {
        200 => {
            let Code { errcode } = serde_json::from_slice(&answer.body)
                .map_err(|_| SendError::Unknown(HttpError("the answer is not json".to_owned())))?;
            Ok(Answer { errcode, date: answer.date, body: answer.body })
        }
        429 => Err(errors::classify(45009)),
        500..=599 => Err(SendError::Unknown(HttpError(format!("http status {}", answer.status)))),
        status => Err(SendError::Refused {
            code: i64::from(status),
            advice: "接口地址的应答不是企业微信的：请核对配置里的 api_base",
        }),
    }
}

/// The recipients of a call that keeps WeCom's limits, or the code that WeCom would answer.
fn check(call: &Call) -> Result<Vec<String>, i64> {
    if call.endpoint != MESSAGE_SEND {
        return Err(errors::BAD_PARAMETER);
    }
    let body: Body = serde_json::from_str(&call.body).map_err(|_| errors::BAD_PARAMETER)?;
    let recipients: Vec<String> = body.touser.split('|').map(str::to_lowercase).collect();
    if recipients.len() > LIMITS.recipients_max {
        return Err(errors::TOO_MANY_RECIPIENTS);
    }
    if !recipients.iter().all(|account| is_account(account)) {
        return Err(errors::INVALID_ACCOUNT);
    }
    if let Some(card) = &body.template_card {
        let is_alone = body.text.is_none() && body.textcard.is_none() && body.image.is_none();
        return if is_alone { card.check().map(|()| recipients) } else { Err(errors::BAD_PARAMETER) };
    }
    match (&body.text, &body.textcard, &body.image) {
        (Some(text), None, None) if text.content.is_empty() => Err(44004),
        (Some(text), None, None) if text.content.len() > TEXT_BYTES_MAX => Err(errors::TOO_LONG),
        (None, Some(card), None) if card.title.is_empty() || card.description.is_empty() => Err(44004),
        (None, Some(card), None) if !is_link(&card.url) => Err(errors::BAD_PARAMETER),
        (None, Some(card), None)
            if card.title.chars().count() > CARD_TITLE_CHARS_MAX
                || card.description.chars().count() > CARD_DESCRIPTION_CHARS_MAX
                || card.url.len() > CARD_URL_BYTES_MAX =>
        {
            Err(errors::TOO_LONG)
        }
        (None, None, Some(image)) if image.media_id.is_empty() => Err(errors::MEDIA_GONE),
        (Some(_), None, None) | (None, Some(_), None) | (None, None, Some(_)) => Ok(recipients),
        _ => Err(errors::BAD_PARAMETER),
    }
}

/// Letters, digits and `_-@.`, a letter or digit first: so nobody is called `@all`.
pub(super) fn is_account(account: &str) -> bool {
    account.len() <= ACCOUNT_BYTES_MAX
        && account.starts_with(|first: char| first.is_ascii_alphanumeric())
        && account.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-@.".contains(&byte))
}

fn is_link(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Who was not reached although the call went through.
fn report(missed: &Missed, recipients: &[String]) -> SendReport {
    let lists =
        [(&missed.invaliduser, "不在应用可见范围或账号无效"), (&missed.unlicenseduser, "没有接口许可")];
    let mut unreached: Vec<(String, &'static str)> = Vec::new();
    for (list, reason) in lists {
        for account in
            list.as_deref().unwrap_or_default().split('|').map(|account| account.trim().to_lowercase())
        {
            let is_new = unreached.iter().all(|(other, _)| *other != account);
            if is_new && recipients.contains(&account) {
                unreached.push((account, reason));
            }
        }
    }
    let code = missed.response_code.as_deref().filter(|code| !code.is_empty());
    SendReport { unreached, card: code.map(|code| CardCode(code.to_owned())), ..SendReport::default() }
}

#[cfg(test)]
mod tests;
