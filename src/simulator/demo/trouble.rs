//! The panel of troubles (故障面板): what the visitor can switch on and off, what a scenario switches by itself, and what
//! the outbox parked.
//!
//! Start at [`panel`].

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::sentence;
use super::platform::DemoTrouble;
use super::{Demo, DemoSchool};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    trouble: Value,
    is_on: bool,
}

/// The panel as it stands.
pub(super) async fn panel(school: &DemoSchool) -> Value {
    json!({ "troubles": school.platform.troubles(), "parked": school.host.parked().await })
}

/// Takes a switch of the panel.
pub(super) async fn switch(Extract(demo): Extract<Demo>, Json(switch): Json<Switch>) -> Response {
    let school = &demo.school;
    let Some(trouble) = school.platform.switch(&switch.trouble, switch.is_on).await else {
        return sentence(StatusCode::UNPROCESSABLE_ENTITY, "没有这种故障");
    };
    school.tell_trouble(&trouble, switch.is_on);
    Json(panel(school).await).into_response()
}

impl DemoSchool {
    /// Lets the scenario go on to the present moment.
    pub(super) async fn play_on(&self) {
        let mut scenario = self.scenario.lock().await;
        let Some(player) = scenario.as_mut() else { return };
        for (trouble, begins) in player.due(self.host.now()) {
            if let Some(trouble) = self.platform.switch(&json!(trouble), begins).await {
                self.tell_trouble(&trouble, begins);
            }
        }
    }

    /// When the scenario goes on.
    pub(super) async fn next_act_at(&self) -> Option<crate::clock::Moment> {
        self.scenario.lock().await.as_ref().and_then(crate::simulator::scenario::Player::next_at)
    }

    fn tell_trouble(&self, DemoTrouble { label, is_moment, .. }: &DemoTrouble, begins: bool) {
        self.tell(match (begins, is_moment) {
            (true, true) => format!("故障：{label}"),
            (true, false) => format!("故障开始：{label}"),
            (false, _) => format!("故障结束：{label}"),
        });
    }
}
