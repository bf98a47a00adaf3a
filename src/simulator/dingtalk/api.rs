//! DingTalk's interfaces (接口): tokens, messages of the robot, answers by a session, pictures.
//!
//! The new interface refuses with a status and a word, the old one with a number inside a `200`. Knows nothing of
//! callbacks; notices are in `notice`. Start at [`DingtalkSimulator::router`].
//!
//! Source: <https://open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches>, read 2026-08.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{Datelike as _, Duration};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::wecom::Shown;
use super::{DingtalkSimulator, Outage, State, card, lost, notice, recall, school, sign_in, stream};
use crate::clock::Moment;
use crate::domain::calendar::local;

/// How long a token lives.
const TOKEN_LIFE: Duration = Duration::hours(2);
/// Recipients of one message at the most.
const RECIPIENTS_MAX: usize = 20;
/// The longest answer by a session.
const SESSION_BYTES_MAX: usize = 20_000;
/// The largest upload.
const UPLOAD_BYTES_MAX: usize = 21 * 1024 * 1024;

/// A refusal, as both interfaces say it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ApiError {
    pub(super) status: u16,
    /// In the words of the new interface.
    pub(super) word: &'static str,
    /// In the numbers of the old one.
    pub(super) number: i64,
}

pub(super) const fn error(status: u16, word: &'static str, number: i64) -> ApiError {
    ApiError { status, word, number }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    #[serde(alias = "appkey")]
    app_key: String,
    #[serde(alias = "appsecret")]
    app_secret: String,
}

#[derive(Deserialize)]
pub(super) struct OldQuery {
    pub(super) access_token: Option<String>,
}

#[derive(Deserialize)]
struct SessionQuery {
    session: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BatchBody {
    robot_code: String,
    user_ids: Vec<String>,
    msg_key: String,
    msg_param: String,
}

impl DingtalkSimulator {
    /// The routes of both interfaces, for [`Self::serve`] or to call in memory.
    pub fn router(&self) -> Router {
        let upload = post(upload).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
        Router::new()
            .route("/v1.0/oauth2/accessToken", post(new_token))
            .route("/gettoken", get(old_token))
            .route("/v1.0/robot/oToMessages/batchSend", post(batch_send))
            .route("/robot/sendBySession", post(send_by_session))
            .route("/media/upload", upload)
            .route("/v1.0/gateway/connections/open", post(stream::open))
            .merge(notice::routes())
            .merge(lost::routes())
            .merge(recall::routes())
            .merge(card::routes())
            .merge(school::routes())
            .merge(sign_in::routes())
            .layer(map_response_with_state(self.clone(), dated))
            .with_state(self.clone())
    }

    fn token(&self, given: &Credentials) -> Option<(String, i64)> {
        let now = self.now();
        let settings = &self.shared.settings;
        let mut state = self.state();
        state.figures.token_calls += 1;
        if given.app_key != settings.client_id || given.app_secret != settings.client_secret {
            return None;
        }
        let alive = state.token.take().filter(|(_, until)| now < *until);
        // Asking again extends the same one.
        let token = alive.map_or_else(|| self.shared.ids.new_id("dt", now), |(token, _)| token);
        state.token = Some((token.clone(), now + TOKEN_LIFE));
        Some((token, TOKEN_LIFE.num_seconds()))
    }

    /// Decides a call behind its token, its limits and the faults of the moment.
    pub(super) fn decide(
        &self,
        name: &'static str,
        token: Option<&str>,
        decide: impl FnOnce(&mut State, Moment) -> Result<Value, ApiError>,
    ) -> Result<Value, ApiError> {
        let now = self.now();
        let settings = &self.shared.settings;
        let mut state = self.state();
        let outage = state.faults.take_outage();
        match outage {
            Outage::Busy => return Err(error(500, "system.error", -1)),
            Outage::TimedOut => return Err(error(504, "", 15)),
            Outage::Banned => return Err(error(403, "<!DOCTYPE html><html>denied</html>", 1111)),
            Outage::MonthOver => return Err(MONTH_OVER),
            Outage::Forbidden => {
                return Err(error(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", 60011));
            }
            Outage::None | Outage::AnswerLost => {}
        }
        let is_good = token.is_some_and(|token| {
            state.token.as_ref().is_some_and(|(good, until)| good == token && now < *until)
        });
        if !is_good {
            return Err(error(400, "InvalidAuthentication", 40014));
        }
        if !state.is_slow_enough(name, now, settings.calls_per_second) {
            return Err(error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 90018));
        }
        let today = local(now).date();
        let month = (today.year(), today.month());
        if state.month.0 != month {
            state.month = (month, 0);
        }
        if !sign_in::FREE.contains(&name) {
            if state.month.1 >= settings.calls_per_month {
                return Err(MONTH_OVER);
            }
            state.month.1 += 1;
        }
        let mut decided = decide(&mut state, now);
        if state.faults.codes_missing > 0
            && let Ok(Value::Object(answer)) = &mut decided
            && answer.remove("errcode").is_some()
        {
            state.faults.codes_missing -= 1;
        }
        if outage == Outage::AnswerLost { Err(error(504, "", 15)) } else { decided }
    }

    fn send_batch(&self, state: &mut State, body: &str, now: Moment) -> Result<Value, ApiError> {
        state.figures.batch_calls += 1;
        let bad = |word| error(400, word, 0);
        let body: BatchBody =
            serde_json::from_str(body).map_err(|_| bad("invalidParameter.msgParam.invalid"))?;
        if body.robot_code != self.shared.settings.robot_code {
            return Err(bad("invalidParameter.robotCode.notExsit"));
        }
        if body.user_ids.is_empty() {
            return Err(bad("invalidParameter.userIds.empty"));
        }
        if body.user_ids.len() > RECIPIENTS_MAX {
            return Err(bad("invalidParameter.userIds.overMax"));
        }
        let shows =
            shown(state, &body.msg_key, &body.msg_param).ok_or(bad("invalidParameter.msgParam.invalid"))?;
        let (mut invalid, mut held) = (Vec::new(), Vec::new());
        for account in &body.user_ids {
            if !state.members.get(account).is_some_and(|member| member.is_in_range) {
                invalid.push(account);
            } else if state.faults.flow_controlled > 0 {
                state.faults.flow_controlled -= 1;
                held.push(account);
            } else {
                state.show(account, shows.clone(), now);
            }
        }
        if invalid.len() == body.user_ids.len() {
            return Err(bad("staffId.notExisted"));
        }
        let key = format!("key{}", state.number());
        state.taken.insert(key.clone(), now);
        Ok(json!({"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": held}))
    }

    fn answer_session(&self, session: &str, body: &Value) -> Value {
        let now = self.now();
        let mut state = self.state();
        state.figures.session_calls += 1;
        let no = |code: i64, text: &str| json!({"errcode": code, "errmsg": text});
        if state.faults.sessions_refused {
            return no(300_005, "session is over");
        }
        let Some(known) = state.sessions.get(session).filter(|known| now < known.until) else {
            return no(300_001, "session does not exist");
        };
        let account = known.account.clone();
        let words = body.get("text").and_then(|text| text.get("content")?.as_str()).unwrap_or_default();
        if body.get("msgtype").and_then(Value::as_str) != Some("text") || words.is_empty() {
            return no(400_105, "unsupported type");
        }
        if words.len() > SESSION_BYTES_MAX {
            return no(460_101, "message too long");
        }
        state.show(&account, Shown::Text { text: words.to_owned() }, now);
        if state.faults.session_answers_lost > 0 {
            state.faults.session_answers_lost -= 1;
            return json!({});
        }
        no(0, "ok")
    }
}

/// The refusal of a month that is over.
const MONTH_OVER: ApiError = error(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", 90020);

/// What a phone will show of a message of the robot.
fn shown(state: &State, key: &str, param: &str) -> Option<Shown> {
    let param: Value = serde_json::from_str(param).ok()?;
    let word = |name: &str| {
        param.get(name).and_then(Value::as_str).filter(|word| !word.is_empty()).map(str::to_owned)
    };
    match key {
        "sampleText" => Some(Shown::Text { text: word("content")? }),
        "sampleActionCard" => {
            word("singleTitle")?;
            let (title, description) = (word("title")?, rendered(&word("text")?));
            Some(Shown::Card { title, description, url: word("singleURL")? })
        }
        "sampleImageMsg" => {
            let media_id = word("photoURL").filter(|id| state.media.contains_key(id))?;
            Some(Shown::Image { media_id })
        }
        _ => None,
    }
}

/// Markdown as a phone shows it: a line goes on in the next one unless two spaces end it, and none begins with any.
pub(super) fn rendered(markdown: &str) -> String {
    let end = |line: &str| if line.ends_with("  ") { "\n" } else { " " };
    let lines = markdown.lines().map(|line| format!("{}{}", line.trim(), end(line)));
    lines.collect::<String>().trim_end().to_owned()
}

/// The answer of the new interface.
pub(super) fn new_answer(decided: Result<Value, ApiError>) -> Response {
    match decided {
        Ok(value) => axum::Json(value).into_response(),
        Err(ApiError { status, word, .. }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            if word.is_empty() || word.starts_with('<') {
                return (status, word).into_response();
            }
            (status, axum::Json(json!({"code": word, "requestid": "R1", "message": "as the code says"})))
                .into_response()
        }
    }
}

/// The answer of the old interface. Codes come as texts at times.
pub(super) fn old_answer(decided: Result<Value, ApiError>) -> Response {
    match decided {
        Ok(value) => axum::Json(value).into_response(),
        Err(ApiError { word, .. }) if word.starts_with('<') => (StatusCode::OK, word).into_response(),
        Err(ApiError { number, .. }) => axum::Json(
            json!({"errcode": number.to_string(), "errmsg": "as the code says", "request_id": "r1"}),
        )
        .into_response(),
    }
}

/// What time it is on this side; without it the library would say the machine's own.
async fn dated(Extract(simulator): Extract<DingtalkSimulator>, mut response: Response) -> Response {
    let now = simulator.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(now) = HeaderValue::from_str(&now) {
        response.headers_mut().insert(header::DATE, now);
    }
    response
}

/// Without it the real one may answer XML.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json")
}

async fn new_token(
    Extract(simulator): Extract<DingtalkSimulator>,
    headers: HeaderMap,
    axum::Json(given): axum::Json<Credentials>,
) -> Response {
    if !wants_json(&headers) {
        return (StatusCode::OK, "<xml/>").into_response();
    }
    new_answer(match simulator.token(&given) {
        Some((token, seconds)) => Ok(json!({"accessToken": token, "expireIn": seconds})),
        None => Err(error(400, "invalidClientIdOrSecret", 40089)),
    })
}

async fn old_token(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(given): Query<Credentials>,
) -> Response {
    old_answer(match simulator.token(&given) {
        Some((token, seconds)) => {
            Ok(json!({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds}))
        }
        None => Err(error(400, "", 40089)),
    })
}

async fn batch_send(
    Extract(simulator): Extract<DingtalkSimulator>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !wants_json(&headers) {
        return (StatusCode::OK, "<xml/>").into_response();
    }
    let token = headers.get("x-acs-dingtalk-access-token").and_then(|token| token.to_str().ok());
    new_answer(simulator.decide("batchSend", token, |state, now| simulator.send_batch(state, &body, now)))
}

async fn send_by_session(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<SessionQuery>,
    axum::Json(body): axum::Json<Value>,
) -> Response {
    axum::Json(simulator.answer_session(&query.session, &body)).into_response()
}

async fn upload(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: axum::body::Bytes,
) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("upload", token, |state, _| {
        state.figures.uploads += 1;
        let file = file_of(&body).ok_or(error(400, "", 40004))?;
        let media_id = format!("@media{}", state.number());
        state.media.insert(media_id.clone(), file.into());
        Ok(json!({"errcode": 0, "errmsg": "ok", "media_id": media_id, "type": "image"}))
    }))
}

/// The file in the form's part `media`.
fn file_of(form: &[u8]) -> Option<&[u8]> {
    let boundary = form.get(..find(form, b"\r\n")?)?;
    let head_end = find(form, b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(form.get(..head_end)?).ok()?;
    let rest = form.get(head_end..)?;
    let file = rest.get(..find(rest, &[b"\r\n", boundary].concat())?)?;
    head.contains("name=\"media\"").then_some(file)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
