//! Events that could not be delivered (推送失败的事件): kept until they are fetched, and dropped by the fetch after that.
//!
//! Knows nothing of the server. Start at [`DingtalkSimulator::lose`].
//!
//! Source: <https://open.dingtalk.com/document/development/obtain-the-event-list-of-failed-push-messages>, read 2026-08.

use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::api::{OldQuery, old_answer};
use super::callback::Event;
use super::{DingtalkSimulator, State};

/// Events of one answer at the most.
const PAGE_MAX: usize = 200;

/// What could not be delivered.
#[derive(Default)]
pub(super) struct LostBook {
    events: Vec<Value>,
    /// How many of the first were handed out by the last fetch.
    handed_out: usize,
}

impl DingtalkSimulator {
    /// Something changed in the organisation, and the server was never reached.
    pub fn lose(&self, event: &Event) {
        let (now, corp) = (self.now(), self.shared.settings.corp_id.clone());
        let mut lost =
            json!({"event_time": now.timestamp_millis(), "call_back_tag": event.kind, "corpid": corp});
        if let Some(fields) = lost.as_object_mut() {
            fields.insert(event.kind.clone(), event.fields.clone());
        }
        self.state().lost.events.push(lost);
    }

    /// How many events nobody has fetched for good.
    pub fn lost(&self) -> usize {
        self.state().lost.events.len()
    }
}

pub(super) fn routes() -> Router<DingtalkSimulator> {
    Router::new().route("/call_back/get_call_back_failed_result", get(failed))
}

async fn failed(Extract(simulator): Extract<DingtalkSimulator>, Query(query): Query<OldQuery>) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("get_call_back_failed_result", token, |state, _| Ok(hand_out(state))))
}

fn hand_out(state: &mut State) -> Value {
    state.figures.lost_calls += 1;
    let book = &mut state.lost;
    book.events.drain(..book.handed_out.min(book.events.len()));
    book.handed_out = book.events.len().min(PAGE_MAX);
    let (page, rest) = book.events.split_at(book.handed_out);
    json!({"errcode": 0, "errmsg": "ok", "has_more": !rest.is_empty(), "failed_list": page})
}
