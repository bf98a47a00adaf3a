//! The interfaces of customer service (`kf/…`) with their checks, as the server meets them.
//!
//! Start at [`routes`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/94670>, path/94677, path/94665 and path/94669,
//! read 2026-08. That an id which was used before is refused is on the page; with which code is not.

use axum::Router;
use axum::extract::{Path, Query, State as Extract};
use axum::http::Uri;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::api::{ApiError, cut_bytes};
use super::super::{Author, Calls, DeliveryState, News, PhoneMessage, Shown, State, WecomSimulator};
use super::{Account, EXTERNAL, KfBook, KfMessage, LINK_BASE, SessionState};
use crate::clock::Moment;

/// Calls of `kf/sync_msg` in a minute without the token of a bell; the page says "strict" and no number.
const FETCHES_WITHOUT_BELL_MAX: u32 = 60;
/// How long records are kept.
const KEPT: Duration = Duration::days(3);
/// Records of a page at the most.
const PAGE_MAX: usize = 1_000;
/// Bytes of a text; the rest is cut.
const TEXT_BYTES_MAX: usize = 2_048;
/// Bytes above a menu.
const HEAD_BYTES_MAX: usize = 1_024;
/// Items that can be tapped.
const ITEMS_MAX: usize = 10;
/// Bytes of an id, and of a label.
const ITEM_BYTES_MAX: usize = 128;

/// Which interface is called.
#[derive(Clone, Copy)]
enum Call {
    Sync,
    Send,
    SendOnEvent,
    AddContactWay,
    StateGet,
    StateTrans,
}

#[derive(Deserialize)]
struct CallQuery {
    access_token: Option<String>,
}

/// The routes of customer service.
pub(in super::super) fn routes() -> Router<WecomSimulator> {
    let route = |call: Call| {
        post(
            move |Extract(simulator): Extract<WecomSimulator>,
                  Query(query): Query<CallQuery>,
                  body: String| { answer(simulator, call, query, body) },
        )
    };
    Router::new()
        .route("/cgi-bin/kf/sync_msg", route(Call::Sync))
        .route("/cgi-bin/kf/send_msg", route(Call::Send))
        .route("/cgi-bin/kf/send_msg_on_event", route(Call::SendOnEvent))
        .route("/cgi-bin/kf/add_contact_way", route(Call::AddContactWay))
        .route("/cgi-bin/kf/service_state/get", route(Call::StateGet))
        .route("/cgi-bin/kf/service_state/trans", route(Call::StateTrans))
        .route("/kf/{link}", get(open_link))
}

/// Plain WeChat opens a link; only where links lead here.
async fn open_link(
    Extract(simulator): Extract<WecomSimulator>,
    Path(link): Path<String>,
    uri: Uri,
) -> Response {
    let kf = link.strip_prefix("kfc").unwrap_or_default();
    let words = match simulator.follow_link(kf, &uri.to_string()).await {
        Ok(()) => "微信打开了客服聊天。请回到演示页，看这位家长手机上的「微信客服」。",
        Err(why) => why,
    };
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>微信</title>\
         <p style=\"font: 1.1rem/1.7 sans-serif; margin: 30vh auto; max-width: 22rem; padding: 0 1rem; \
         text-align: center\">{words}</p></html>"
    );
    Html(page).into_response()
}

async fn answer(simulator: WecomSimulator, call: Call, query: CallQuery, body: String) -> Response {
    let calls = match call {
        Call::Sync => Calls::KfFetch,
        Call::Send | Call::SendOnEvent => Calls::KfAnswer,
        Call::AddContactWay | Call::StateGet | Call::StateTrans => Calls::KfOther,
    };
    simulator.through_outage(calls, || simulator.decide_kf(call, query.access_token.as_deref(), &body)).await
}

impl WecomSimulator {
    fn decide_kf(&self, call: Call, token: Option<&str>, body: &str) -> Result<Value, ApiError> {
        let now = self.now();
        let per_minute_max = self.shared.settings.calls_per_minute_max;
        let mut state = self.state();
        let undelivered = state.kf_undelivered();
        state.figures.kf_calls += 1;
        state.check_token(token, now)?;
        let body: Value =
            serde_json::from_str(body).map_err(|_| ApiError(40035, "Warning: wrong json format."))?;
        let answer = match call {
            Call::Sync => state.sync(&body, now, per_minute_max),
            Call::Send => state.kf.send(&body, undelivered, now),
            Call::SendOnEvent => state.kf.send_on_event(&body, now),
            Call::AddContactWay => {
                state.meter("kf/add_contact_way", now, per_minute_max)?;
                state.kf.account(&body)?;
                let base = state.kf.link_base.as_deref().unwrap_or(LINK_BASE);
                let scene = text(&body, "scene");
                if scene.len() > 32 {
                    return Err(ApiError(40058, "scene is too long"));
                }
                let url = format!("{base}/kf/kfc{}?enc_scene=ENC{scene}", text(&body, "open_kfid"));
                Ok(json!({"errcode": 0, "errmsg": "ok", "url": url}))
            }
            Call::StateGet => {
                let chat = state.kf.account(&body)?.chats.get(text(&body, "external_userid"));
                let chat = chat.ok_or(ApiError(40096, "invalid external_userid"))?;
                Ok(json!({"errcode": 0, "errmsg": "ok", "service_state": chat.state.number()}))
            }
            Call::StateTrans => state.kf.trans(&body),
        };
        for (person, shown) in std::mem::take(&mut state.kf.fresh) {
            let account = person.strip_prefix(EXTERNAL).unwrap_or(&person).to_owned();
            let (shows, delivery) = (Shown::Text { text: shown.words }, DeliveryState::Ok);
            let message = PhoneMessage { from: Author::App, shows, at: now, delivery };
            state.news.push(News { account, message });
        }
        answer
    }
}

impl State {
    fn sync(&mut self, body: &Value, now: Moment, per_minute_max: u32) -> Result<Value, ApiError> {
        self.kf.figures.fetches += 1;
        self.meter("kf/sync_msg", now, per_minute_max)?;
        let bell = text(body, "token");
        if bell.is_empty() {
            self.meter("kf/sync_msg without a bell", now, FETCHES_WITHOUT_BELL_MAX)?;
        }
        let account = self.kf.account(body)?;
        account.bells.retain(|(_, until)| now < *until);
        if !bell.is_empty() && !account.bells.iter().any(|(token, _)| token == bell) {
            return Err(ApiError(95007, "invalid msg token"));
        }
        let cursor = text(body, "cursor");
        let from = if cursor.is_empty() {
            account.records.iter().take_while(|record| record.at + KEPT <= now).count()
        } else {
            let place = cursor.strip_prefix("place").and_then(|place| place.parse::<usize>().ok());
            place.ok_or(ApiError(40035, "invalid cursor"))?
        };
        if account.empty_pages > 0 {
            account.empty_pages -= 1;
            let (next_cursor, has_more) = (format!("place{from}"), 1);
            return Ok(
                json!({"errcode": 0, "errmsg": "ok", "next_cursor": next_cursor, "has_more": has_more,
                "msg_list": []}),
            );
        }
        let limit = body.get("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.unwrap_or(PAGE_MAX).min(PAGE_MAX).min(account.page_max.unwrap_or(PAGE_MAX));
        let page: Vec<&Value> =
            account.records.iter().skip(from).take(limit).map(|record| &record.body).collect();
        let next = from + page.len();
        let has_more = i64::from(next < account.records.len());
        Ok(json!({"errcode": 0, "errmsg": "ok", "next_cursor": format!("place{next}"), "has_more": has_more,
            "msg_list": page}))
    }
}

impl KfBook {
    fn account(&mut self, body: &Value) -> Result<&mut Account, ApiError> {
        self.accounts.get_mut(text(body, "open_kfid")).ok_or(ApiError(95004, "open_kfid does not exist"))
    }

    fn send(&mut self, body: &Value, undelivered: Option<u8>, now: Moment) -> Result<Value, ApiError> {
        let shows = shows(body, now)?;
        let id = text(body, "msgid").to_owned();
        let account = self.account(body)?;
        let person = text(body, "touser").to_owned();
        if account.answer_ids.contains(&id) {
            self.figures.repeated += 1;
            return Err(ApiError(40058, "duplicate msgid"));
        }
        let chat = account.chats.get_mut(&person).ok_or(ApiError(40096, "invalid external_userid"))?;
        if let Some((code, why)) = chat.refusal(now) {
            self.figures.over += 1;
            return Err(ApiError(code, why));
        }
        chat.answers += 1;
        account.answer_ids.insert(id.clone());
        if let Some(fail_type) = account.failing.pop_front().or(undelivered.map(i64::from)) {
            let kf = text(body, "open_kfid");
            let event = json!({"event_type": "msg_send_fail", "open_kfid": kf, "external_userid": person,
                    "fail_msgid": id, "fail_type": fail_type});
            self.record(kf, json!({"origin": 4, "msgtype": "event", "event": event}), now);
        } else {
            chat.thread.push(shows.clone());
            self.fresh.push((person, shows));
            self.figures.shown += 1;
        }
        Ok(json!({"errcode": 0, "errmsg": "ok", "msgid": id}))
    }

    fn send_on_event(&mut self, body: &Value, now: Moment) -> Result<Value, ApiError> {
        let shows = shows(body, now)?;
        let (code, id) = (text(body, "code"), text(body, "msgid").to_owned());
        for account in self.accounts.values_mut() {
            let Some((person, until)) = account.codes.remove(code) else { continue };
            let Some(chat) = account.chats.get_mut(&person).filter(|_| now < until) else { break };
            chat.thread.push(shows.clone());
            self.fresh.push((person, shows));
            chat.welcomed_at = Some(now);
            self.figures.shown += 1;
            return Ok(json!({"errcode": 0, "errmsg": "ok", "msgid": id}));
        }
        Err(ApiError(40058, "the code is over or was used"))
    }

    fn trans(&mut self, body: &Value) -> Result<Value, ApiError> {
        let to = body.get("service_state").and_then(Value::as_i64);
        let account = self.account(body)?;
        let chat = account.chats.get_mut(text(body, "external_userid"));
        let chat = chat.ok_or(ApiError(40096, "invalid external_userid"))?;
        chat.state = match (chat.state, to) {
            (SessionState::New, Some(1)) => SessionState::Assistant,
            (SessionState::New | SessionState::Assistant, Some(2)) => SessionState::Waiting,
            (SessionState::New | SessionState::Assistant | SessionState::Waiting, Some(3)) => {
                SessionState::Human
            }
            (SessionState::Human, Some(4)) => SessionState::Ended,
            _ => return Err(ApiError(95016, "illegal transition")),
        };
        Ok(json!({"errcode": 0, "errmsg": "ok", "msg_code": "code"}))
    }
}

/// What a chat will show of a message.
fn shows(body: &Value, now: Moment) -> Result<KfMessage, ApiError> {
    let id = text(body, "msgid");
    if id.len() > 32 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        return Err(ApiError(40058, "invalid msgid"));
    }
    let (words, taps) = match text(body, "msgtype") {
        "text" => (text(&body["text"], "content"), Vec::new()),
        "msgmenu" => (text(&body["msgmenu"], "head_content"), items(&body["msgmenu"])?),
        _ => return Err(ApiError(40008, "invalid message type")),
    };
    if words.is_empty() {
        return Err(ApiError(44004, "empty content"));
    }
    let max = if taps.is_empty() { TEXT_BYTES_MAX } else { HEAD_BYTES_MAX };
    if !taps.is_empty() && words.len() > HEAD_BYTES_MAX {
        return Err(ApiError(95009, "invalid menu"));
    }
    Ok(KfMessage { from: Author::App, words: cut_bytes(words, max), taps, at: now })
}

fn items(menu: &Value) -> Result<Vec<(String, String)>, ApiError> {
    let list = menu.get("list").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if list.len() > ITEMS_MAX {
        return Err(ApiError(95008, "too many menu items"));
    }
    let mut items = Vec::new();
    for item in list {
        let (id, label) = (text(&item["click"], "id"), text(&item["click"], "content"));
        let fits = |text: &str| (1..=ITEM_BYTES_MAX).contains(&text.len());
        if text(item, "type") != "click" || !fits(id) || !fits(label) {
            return Err(ApiError(95009, "invalid menu item"));
        }
        items.push((id.to_owned(), label.to_owned()));
    }
    Ok(items)
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}
