//! DingTalk's side of the streams (长连接): tickets, connections, frames that come again until they are acknowledged.
//!
//! Each frame goes to one connection, by chance; what a connection that ends had not acknowledged goes to another. Knows
//! nothing of what a frame says. Start at [`DingtalkSimulator::push`], then [`DingtalkSimulator::cut`].
//!
//! Source: <https://open-dingtalk.github.io/developerpedia/docs/learn/stream/protocol>, read 2026-08.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response as Handshake};

use super::api::wants_json;
use super::callback::{DeliveryError, Event, Saying};
use super::{DingtalkSimulator, State};
use crate::clock::Moment;

/// How long a ticket is good.
const TICKET_LIFE: Duration = Duration::seconds(90);
/// What is pushed for messages to the robot.
const ROBOT_TOPIC: &str = "/v1.0/im/bot/messages/get";

/// The streams of one app.
#[derive(Default)]
pub(super) struct StreamBook {
    pub(super) endpoint: String,
    tickets: HashMap<String, Moment>,
    sockets: BTreeMap<u64, mpsc::UnboundedSender<ToSocket>>,
    /// The frames that are not acknowledged, by message id, with the connection that they went to.
    open: HashMap<String, (Option<u64>, String)>,
    /// Those of them that are on no connection.
    waiting: VecDeque<String>,
}

/// What a connection is to do.
enum ToSocket {
    /// Send this.
    Frame(String),
    /// End without a word.
    Cut,
}

impl DingtalkSimulator {
    /// Somebody does something in the chat with the robot; it comes by a stream.
    ///
    /// # Errors
    /// [`DeliveryError::NotAMember`].
    pub fn push(&self, account: &str, saying: &Saying) -> Result<(), DeliveryError> {
        let message = self.message(account, saying)?;
        self.push_message(&message);
        Ok(())
    }

    /// Pushes a message in a frame of its own, whether it came before or not.
    pub fn push_message(&self, message: &str) {
        self.push_frame("CALLBACK", &json!({"topic": ROBOT_TOPIC}), message);
    }

    /// Something changed in the organisation; it comes by a stream.
    pub fn push_event(&self, event: &Event) {
        let id = format!("event{}", self.state().number());
        let corp_id = &self.shared.settings.corp_id;
        let headers = json!({"topic": "*", "eventId": id, "eventType": event.kind, "eventCorpId": corp_id});
        self.push_frame("EVENT", &headers, &event.fields.to_string());
    }

    /// Says to each connection that it will be closed.
    pub fn ask_to_leave(&self) {
        let id = format!("m{}", self.state().number());
        let frame =
            frame("SYSTEM", &json!({"topic": "disconnect", "messageId": id}), "{\"reason\":\"update\"}");
        for socket in self.state().stream.sockets.values() {
            let _ = socket.send(ToSocket::Frame(frame.clone()));
        }
    }

    /// Pings each connection in DingTalk's own way.
    pub fn ping(&self) {
        self.push_frame_to_all("SYSTEM", "ping", "{\"opaque\":\"o1\"}");
    }

    /// Cuts the connection of this place, counted from the oldest; false when there is none.
    pub fn cut(&self, place: usize) -> bool {
        let state = self.state();
        let socket = state.stream.sockets.values().nth(place);
        socket.is_some_and(|socket| socket.send(ToSocket::Cut).is_ok())
    }

    /// How many connections stand.
    pub fn connections(&self) -> usize {
        self.state().stream.sockets.len()
    }

    /// How many frames are not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.state().stream.open.len()
    }

    /// Waits until what is asked for is so; looks again whenever something changed in the streams.
    pub async fn streams_are(&self, is_so: impl Fn(&Self) -> bool) {
        let mut changes = self.shared.stream_changes.subscribe();
        while !is_so(self) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn push_frame_to_all(&self, kind: &str, topic: &str, data: &str) {
        let id = format!("m{}", self.state().number());
        let frame = frame(kind, &json!({"topic": topic, "messageId": id}), data);
        let mut state = self.state();
        state.stream.open.insert(id, (None, frame.clone()));
        for socket in state.stream.sockets.values() {
            let _ = socket.send(ToSocket::Frame(frame.clone()));
        }
    }

    pub(super) fn push_frame(&self, kind: &str, headers: &Value, data: &str) {
        let id = format!("m{}", self.state().number());
        let mut headers = headers.clone();
        if let Some(fields) = headers.as_object_mut() {
            fields.insert("messageId".to_owned(), json!(id));
            fields.insert("contentType".to_owned(), json!("application/json"));
            fields.insert("time".to_owned(), json!(self.now().timestamp_millis().to_string()));
        }
        let frame = frame(kind, &headers, data);
        let mut state = self.state();
        state.stream.open.insert(id.clone(), (None, frame));
        state.stream.waiting.push_back(id);
        self.dispatch(&mut state);
    }

    /// Sends what waits, each to a connection by chance.
    fn dispatch(&self, state: &mut State) {
        while !state.stream.sockets.is_empty() {
            let Some(id) = state.stream.waiting.pop_front() else { return };
            let [chance] = self.shared.ids.bytes();
            let place = usize::from(chance) % state.stream.sockets.len();
            let Some((number, socket)) = state.stream.sockets.iter().nth(place) else { return };
            if let Some((at, frame)) = state.stream.open.get_mut(&id) {
                *at = Some(*number);
                state.figures.frames += 1;
                let _ = socket.send(ToSocket::Frame(frame.clone()));
            }
        }
    }

    /// Takes connections until it is dropped.
    pub(super) async fn accept(&self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let simulator = self.clone();
            tokio::spawn(async move { simulator.serve_socket(stream).await });
        }
    }

    #[expect(clippy::result_large_err, reason = "the library's own type of a refused handshake")]
    async fn serve_socket(&self, stream: TcpStream) {
        let check = |request: &Request, response: Handshake| {
            let ticket = request.uri().query().and_then(|query| query.strip_prefix("ticket="));
            let now = self.now();
            let until = ticket.and_then(|ticket| self.state().stream.tickets.remove(ticket));
            if until.is_some_and(|until| now < until) {
                return Ok(response);
            }
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = StatusCode::FORBIDDEN;
            Err(refused)
        };
        let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, check).await else { return };
        let (sender, mut orders) = mpsc::unbounded_channel();
        let number = {
            let mut state = self.state();
            let number = state.number();
            state.stream.sockets.insert(number, sender);
            state.figures.connections += 1;
            self.dispatch(&mut state);
            number
        };
        self.changed();
        let (mut sink, mut acks) = socket.split();
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(ToSocket::Frame(frame)) => {
                        if sink.send(Message::text(frame)).await.is_err() {
                            break;
                        }
                    }
                    Some(ToSocket::Cut) | None => break,
                },
                ack = acks.next() => match ack {
                    Some(Ok(Message::Text(ack))) => self.acknowledged(ack.as_str()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                },
            }
        }
        let mut state = self.state();
        state.stream.sockets.remove(&number);
        let left: Vec<String> = state
            .stream
            .open
            .iter()
            .filter(|(_, (at, _))| *at == Some(number))
            .map(|(id, _)| id.clone())
            .collect();
        state.stream.waiting.extend(left);
        self.dispatch(&mut state);
        drop(state);
        self.changed();
    }

    fn acknowledged(&self, ack: &str) {
        let ack: Value = serde_json::from_str(ack).unwrap_or_default();
        let id = ack.get("headers").and_then(|headers| headers.get("messageId")?.as_str());
        let data = ack.get("data").and_then(Value::as_str).unwrap_or_default();
        let is_taken = ack.get("code") == Some(&json!(200)) && !data.contains("LATER");
        let mut state = self.state();
        if let Some(id) = id {
            if is_taken {
                if state.stream.open.remove(id).is_some() {
                    state.figures.acknowledged += 1;
                }
            } else if state.stream.open.contains_key(id) {
                state.stream.waiting.push_back(id.to_owned());
                self.dispatch(&mut state);
            }
        }
        drop(state);
        self.changed();
    }

    fn changed(&self) {
        self.shared.stream_changes.send_modify(|changes| *changes += 1);
    }
}

/// Gives a ticket to whoever knows the secret.
pub(super) async fn open(
    Extract(simulator): Extract<DingtalkSimulator>,
    headers: HeaderMap,
    axum::Json(body): axum::Json<Value>,
) -> Response {
    if !wants_json(&headers) {
        return (StatusCode::OK, "<xml/>").into_response();
    }
    let settings = &simulator.shared.settings;
    let word = |name: &str| body.get(name).and_then(Value::as_str);
    if word("clientId") != Some(settings.client_id.as_str())
        || word("clientSecret") != Some(settings.client_secret.as_str())
    {
        return (StatusCode::UNAUTHORIZED, axum::Json(json!({"code": "authFailed"}))).into_response();
    }
    let now = simulator.now();
    let ticket = simulator.shared.ids.code(24);
    let mut state = simulator.state();
    if state.faults.streams_refused {
        return (StatusCode::FORBIDDEN, axum::Json(json!({"code": "forbidden"}))).into_response();
    }
    state.stream.tickets.retain(|_, until| now < *until);
    state.stream.tickets.insert(ticket.clone(), now + TICKET_LIFE);
    axum::Json(json!({"endpoint": state.stream.endpoint, "ticket": ticket})).into_response()
}

fn frame(kind: &str, headers: &Value, data: &str) -> String {
    json!({"specVersion": "1.0", "type": kind, "headers": headers, "data": data}).to_string()
}
