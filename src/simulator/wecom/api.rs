//! WeCom's API (接口): `gettoken` and `message/send` with their checks, as the server meets them.
//!
//! Every refusal is an `errcode` inside an HTTP 200. Knows nothing of callbacks. Start at
//! [`WecomSimulator::router`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90236> and `…/91039`, read 2026-08.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State as Extract};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::limits::TokenState;
use super::{Calls, DeliveryState, Outage, RecentSend, Shown, State, WecomSimulator};
use super::{card, kf, media, oauth, school};
use crate::clock::{Clock as _, Moment, SystemClock};

/// Recipients of one call at the most.
pub(super) const RECIPIENTS_MAX: usize = 1_000;
/// Bytes of a text; the rest is cut without a word.
pub(super) const TEXT_BYTES_MAX: usize = 2_048;
/// Characters of a card's title and description.
const CARD_TITLE_CHARS_MAX: usize = 128;
const CARD_DESCRIPTION_CHARS_MAX: usize = 512;
/// Bytes of a card's address.
const CARD_URL_BYTES_MAX: usize = 2_048;
/// Messages to one member; the surplus is dropped without a word.
pub(super) const PER_MEMBER_PER_MINUTE: usize = 30;
pub(super) const PER_MEMBER_PER_HOUR: usize = 1_000;
/// Person-times of an app in a day, for each account of the corp.
pub(super) const PERSON_TIMES_PER_ACCOUNT: u64 = 200;
/// The duplicate check's interval in seconds.
const DUPLICATE_SECONDS_DEFAULT: i64 = 1_800;
const DUPLICATE_SECONDS_MAX: i64 = 14_400;

/// What WeCom says to a caller that 企业可信IP does not have.
const UNTRUSTED_ADDRESS: &str = "not allow to access from your ip, from ip: 203.0.113.7";

/// A refusal: `errcode` and `errmsg`.
pub(super) struct ApiError(pub(super) i64, pub(super) &'static str);

#[derive(Deserialize)]
struct TokenQuery {
    #[serde(default)]
    corpid: String,
    #[serde(default)]
    corpsecret: String,
}

#[derive(Deserialize)]
struct SendQuery {
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct SendBody {
    #[serde(default)]
    touser: String,
    msgtype: String,
    agentid: i64,
    #[serde(default)]
    text: Value,
    #[serde(default)]
    textcard: Value,
    #[serde(default)]
    image: Value,
    #[serde(default)]
    template_card: Value,
    #[serde(default)]
    enable_duplicate_check: u8,
    duplicate_check_interval: Option<i64>,
}

impl WecomSimulator {
    /// The routes of `qyapi`, for [`Self::serve`] or to call in memory.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/cgi-bin/gettoken", get(get_token))
            .route("/cgi-bin/getcallbackip", get(get_callback_addresses))
            .route("/cgi-bin/message/send", post(send_message))
            .route("/cgi-bin/message/update_template_card", post(card::update_card))
            .route("/connect/oauth2/authorize", get(oauth::authorise))
            .route("/cgi-bin/school/getuserinfo", get(oauth::user_info))
            .route("/cgi-bin/auth/getuserinfo", get(oauth::member_info))
            .route("/wwlogin/sso/login", get(oauth::scan))
            .route(
                "/cgi-bin/media/upload",
                post(media::upload).layer(DefaultBodyLimit::max(media::REQUEST_BYTES_MAX)),
            )
            .merge(kf::routes())
            .merge(school::routes())
            .with_state(self.clone())
    }

    fn decide_token(&self, query: &TokenQuery) -> Result<Value, ApiError> {
        let now = self.now();
        let settings = &self.shared.settings;
        let mut state = self.state();
        state.figures.token_calls += 1;
        if state.secrets_blocked_until.is_some_and(|until| now < until) {
            return Err(ApiError(45009, "api freq out of limit"));
        }
        state.meter("gettoken", now, settings.calls_per_minute_max)?;
        if query.corpid != settings.corp_id {
            return Err(ApiError(40013, "invalid corpid"));
        }
        if query.corpsecret != settings.secret {
            state.wrong_secrets.add(now);
            let hour = Duration::hours(1);
            if state.wrong_secrets.count(now, hour, hour) >= settings.wrong_secrets_per_hour_max {
                state.secrets_blocked_until = Some(now + hour);
            }
            return Err(ApiError(40001, "invalid credential"));
        }
        let fresh = || format!("token-{}", self.shared.ids.new_id("", now));
        let (token, seconds) = state.tokens.give(now, fresh);
        Ok(json!({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds}))
    }

    fn decide_callback_addresses(&self, token: Option<&str>) -> Result<Value, ApiError> {
        let now = self.now();
        let mut state = self.state();
        state.check_token(token, now)?;
        state.meter("getcallbackip", now, self.shared.settings.calls_per_minute_max)?;
        Ok(json!({"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}))
    }

    fn decide_send(&self, token: Option<&str>, body: &str) -> Result<Value, ApiError> {
        let now = self.now();
        let settings = &self.shared.settings;
        let mut state = self.state();
        state.figures.send_calls += 1;
        state.check_token(token, now)?;
        state.meter("message/send", now, settings.calls_per_minute_max)?;
        if has_unicode_escape(body) {
            return Err(ApiError(40033, "invalid charset: \\uXXXX escapes are not supported"));
        }
        let send: SendBody =
            serde_json::from_str(body).map_err(|_| ApiError(40035, "Warning: wrong json format."))?;
        if send.agentid != settings.agent_id {
            return Err(ApiError(301_002, "agentid does not belong to the token"));
        }
        let named = state.recipients(&send.touser)?;
        state.recent_sends.retain(|_, recent| now < recent.until);
        if send.enable_duplicate_check == 1
            && let Some(message_id) = state.recent_sends.get(body).map(|recent| recent.message_id.clone())
        {
            state.figures.duplicates_swallowed += 1;
            return Ok(accepted("", &message_id, None));
        }
        let shows = state.shown(&send, now)?;
        let (reached, invalid): (Vec<String>, Vec<String>) = named
            .into_iter()
            .partition(|key| state.members.get(key).is_some_and(|member| member.is_in_range));
        if reached.is_empty() {
            return Err(ApiError(81013, "user & party & tag all invalid"));
        }
        let person_times = u64::try_from(reached.len()).unwrap_or(u64::MAX);
        if !state.day.allows(now, person_times, u64::from(settings.account_quota) * PERSON_TIMES_PER_ACCOUNT)
        {
            return Err(ApiError(45009, "api freq out of limit: daily quota of the app"));
        }
        let message_id = self.shared.ids.new_id("m", now);
        for key in &reached {
            if state.lets_through(key, &shows) {
                state.receive(key, &shows, now);
            }
        }
        if send.enable_duplicate_check == 1 {
            state.remember_send(body, send.duplicate_check_interval, &message_id, now);
        }
        let mut response_code = None;
        if let Shown::TaskCard(card) = &shows {
            let code = self.shared.ids.new_id("RC", now);
            state.cards.sent(&card.task, &reached, &code, now);
            response_code = Some(code);
        }
        Ok(accepted(&invalid.join("|"), &message_id, response_code.as_deref()))
    }
}

impl State {
    /// Until the interval is over the same bytes are swallowed.
    pub(super) fn remember_send(&mut self, body: &str, seconds: Option<i64>, message_id: &str, now: Moment) {
        let seconds = seconds.unwrap_or(DUPLICATE_SECONDS_DEFAULT).clamp(1, DUPLICATE_SECONDS_MAX);
        let recent =
            RecentSend { until: now + Duration::seconds(seconds), message_id: message_id.to_owned() };
        self.recent_sends.insert(body.to_owned(), recent);
    }

    pub(super) fn check_token(&mut self, token: Option<&str>, now: Moment) -> Result<(), ApiError> {
        let token = token.ok_or(ApiError(41001, "access_token missing"))?;
        match self.tokens.state(token, now) {
            TokenState::Valid => Ok(()),
            TokenState::Expired => Err(ApiError(42001, "access_token expired")),
            TokenState::Invalid => Err(ApiError(40014, "invalid access_token")),
        }
    }

    /// What a phone will show of a message; a picture must have been uploaded within its time.
    fn shown(&self, send: &SendBody, now: Moment) -> Result<Shown, ApiError> {
        if send.msgtype == "template_card" {
            return self.cards.read(&send.template_card).map(Shown::TaskCard);
        }
        if send.msgtype != "image" {
            return shown(send);
        }
        let media_id = send.image.get("media_id").and_then(Value::as_str).unwrap_or_default();
        let is_there = self.media.get(media_id).is_some_and(|media| now < media.until);
        if is_there {
            Ok(Shown::Image { media_id: media_id.to_owned() })
        } else {
            Err(ApiError(40007, "invalid media_id"))
        }
    }

    pub(super) fn meter(
        &mut self,
        api: &'static str,
        now: Moment,
        per_minute_max: u32,
    ) -> Result<(), ApiError> {
        match self.refused.get(api) {
            // The one refusal whose words somebody reads: they name the caller.
            Some(60020) => return Err(ApiError(60020, UNTRUSTED_ADDRESS)),
            Some(errcode) => return Err(ApiError(*errcode, "refused on demand")),
            None => {}
        }
        let is_allowed = self.meters.entry(api).or_default().allows(now, per_minute_max);
        if is_allowed { Ok(()) } else { Err(ApiError(45009, "api freq out of limit")) }
    }

    /// The members that `touser` names, lower-cased, each once.
    fn recipients(&self, touser: &str) -> Result<Vec<String>, ApiError> {
        if touser == "@all" {
            let in_range = self.members.iter().filter(|(_, member)| member.is_in_range);
            return Ok(in_range.map(|(key, _)| key.clone()).collect());
        }
        let mut named: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for key in touser.split('|').filter(|id| !id.is_empty()).map(str::to_lowercase) {
            if seen.insert(key.clone()) {
                named.push(key);
            }
        }
        match named.len() {
            0 => Err(ApiError(82001, "no recipients")),
            count if count > RECIPIENTS_MAX => Err(ApiError(40032, "user list too long")),
            _ => Ok(named),
        }
    }

    /// One message reaches one member, unless the member got too many.
    fn receive(&mut self, key: &str, shows: &Shown, now: Moment) {
        let Some(member) = self.members.get_mut(key) else { return };
        let (minute, hour) = (Duration::minutes(1), Duration::hours(1));
        let is_flooded = member.received.count(now, minute, hour) >= PER_MEMBER_PER_MINUTE
            || member.received.count(now, hour, hour) >= PER_MEMBER_PER_HOUR;
        if is_flooded {
            self.figures.messages_dropped += 1;
            let reason = DeliveryState::Failed("超过每人频率上限，被平台丢弃".to_owned());
            self.show(key, shows.clone(), now, reason);
        } else {
            member.received.add(now);
            self.figures.messages_shown += 1;
            self.show(key, shows.clone(), now, DeliveryState::Ok);
        }
    }
}

async fn get_token(Extract(simulator): Extract<WecomSimulator>, Query(query): Query<TokenQuery>) -> Response {
    simulator.through_outage(Calls::Token, || simulator.decide_token(&query)).await
}

async fn get_callback_addresses(
    Extract(simulator): Extract<WecomSimulator>,
    Query(query): Query<SendQuery>,
) -> Response {
    simulator
        .through_outage(Calls::Addresses, || {
            simulator.decide_callback_addresses(query.access_token.as_deref())
        })
        .await
}

async fn send_message(
    Extract(simulator): Extract<WecomSimulator>,
    Query(query): Query<SendQuery>,
    body: String,
) -> Response {
    simulator
        .through_outage(Calls::Message, || simulator.decide_send(query.access_token.as_deref(), &body))
        .await
}

impl WecomSimulator {
    /// Answers a call as the outage of the moment allows.
    pub(super) async fn through_outage(
        &self,
        call: Calls,
        decide: impl FnOnce() -> Result<Value, ApiError>,
    ) -> Response {
        let mut outage = Outage::None;
        self.shared.faults.send_if_modified(|faults| {
            let before = *faults;
            outage = faults.take_outage();
            before != *faults
        });
        if outage == Outage::None {
            outage = self.state().trouble_of(call);
        }
        let mut response = match outage {
            Outage::None => answer(decide()),
            Outage::Slow(milliseconds) => {
                let pause = Duration::milliseconds(i64::from(milliseconds));
                SystemClock.sleep_until(SystemClock.now() + pause).await;
                answer(decide())
            }
            // A router in memory cannot refuse a connection; the server's listener does (see `serve`).
            Outage::BadGateway | Outage::Refused => {
                (StatusCode::BAD_GATEWAY, "<html><body><h1>502 Bad Gateway</h1></body></html>")
                    .into_response()
            }
            Outage::Busy => answer(Err(ApiError(-1, "system busy"))),
            Outage::Throttled => answer(Err(ApiError(45009, "api freq out of limit"))),
            Outage::Code(code) => answer(Err(ApiError(i64::from(code), "as the fault says"))),
            Outage::Broken => broken(decide()),
            Outage::Hang => std::future::pending().await,
            Outage::AnswerLost => {
                let _lost = decide();
                std::future::pending().await
            }
        };
        // By the clock that the server's side lives by.
        let date = self.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = HeaderValue::from_str(&date) {
            response.headers_mut().insert(header::DATE, date);
        }
        response
    }
}

fn answer(decided: Result<Value, ApiError>) -> Response {
    axum::Json(body(decided)).into_response()
}

/// The first half of an answer.
fn broken(decided: Result<Value, ApiError>) -> Response {
    let whole = body(decided).to_string();
    cut_bytes(&whole, whole.len() / 2).into_response()
}

fn body(decided: Result<Value, ApiError>) -> Value {
    decided.unwrap_or_else(|ApiError(code, text)| json!({"errcode": code, "errmsg": text}))
}

/// - `response_code`: for a card that can be pressed.
fn accepted(invalid_users: &str, message_id: &str, response_code: Option<&str>) -> Value {
    let mut answer = json!({
        "errcode": 0, "errmsg": "ok", "invaliduser": invalid_users, "invalidparty": "", "invalidtag": "",
        "unlicenseduser": "", "msgid": message_id,
    });
    if let (Some(code), Some(fields)) = (response_code, answer.as_object_mut()) {
        fields.insert("response_code".to_owned(), json!(code));
    }
    answer
}

/// What a phone will show, cut to WeCom's lengths.
fn shown(send: &SendBody) -> Result<Shown, ApiError> {
    let field = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match send.msgtype.as_str() {
        "text" => {
            let text = field(&send.text, "content");
            if text.is_empty() {
                return Err(ApiError(44004, "empty content"));
            }
            Ok(Shown::Text { text: cut_bytes(&text, TEXT_BYTES_MAX) })
        }
        "textcard" => {
            let card = &send.textcard;
            let (title, description, url) =
                (field(card, "title"), field(card, "description"), field(card, "url"));
            if title.is_empty() || description.is_empty() || url.is_empty() {
                return Err(ApiError(40063, "missing parameter"));
            }
            let has_scheme = url.starts_with("https://") || url.starts_with("http://");
            if !has_scheme || url.len() > CARD_URL_BYTES_MAX {
                return Err(ApiError(40035, "invalid url"));
            }
            Ok(Shown::Card {
                title: title.chars().take(CARD_TITLE_CHARS_MAX).collect(),
                description: description.chars().take(CARD_DESCRIPTION_CHARS_MAX).collect(),
                url,
            })
        }
        _ => Err(ApiError(40008, "invalid message type")),
    }
}

/// The first `max` bytes, without a broken character at the end.
pub(super) fn cut_bytes(text: &str, max: usize) -> String {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default().to_owned()
}

/// Whether a JSON text holds a `\uXXXX` escape; `\\u` is a backslash and a letter.
pub(super) fn has_unicode_escape(json: &str) -> bool {
    let mut is_escaped = false;
    for byte in json.bytes() {
        match (is_escaped, byte) {
            (true, b'u') => return true,
            (false, b'\\') => is_escaped = true,
            _ => is_escaped = false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_unicode_escape_counts() {
        for (json, want) in
            [(r#"{"a":"\u4f60"}"#, true), (r#"{"a":"\\u4f60"}"#, false), (r#"{"a":"你\n好"}"#, false)]
        {
            assert_eq!(has_unicode_escape(json), want, "{json}");
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let text = "课".repeat(700);
        assert_eq!(cut_bytes(&text, TEXT_BYTES_MAX).len(), 2_046);
        assert_eq!(cut_bytes("短", TEXT_BYTES_MAX), "短");
    }
}
