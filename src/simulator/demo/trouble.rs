//! The panel of troubles (故障面板): what the visitor can switch on and off, what a scenario switches by itself, and what
//! the outbox parked.
//!
//! Start at [`panel`].

use axum::Json;
use axum::extract::State as Extract;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Demo;
use crate::simulator::wecom::{Calls, Trouble};

/// What the panel offers.
const OFFERED: [Trouble; 15] = [
    Trouble::DropSilently { percent: 5 },
    Trouble::Refuse { calls: Calls::Notice, errcode: 45_009 },
    Trouble::Refuse { calls: Calls::Message, errcode: 60_020 },
    Trouble::Refuse { calls: Calls::Notice, errcode: 42_001 },
    Trouble::Refuse { calls: Calls::Notice, errcode: 48_002 },
    Trouble::Slow { calls: Calls::All, milliseconds: 800 },
    Trouble::Halve { calls: Calls::Notice },
    Trouble::Unreachable,
    Trouble::LoseCallbacks { percent: 30 },
    Trouble::RepeatCallbacks { times: 2 },
    Trouble::Refuse { calls: Calls::KfAnswer, errcode: 95_001 },
    Trouble::KfUndelivered { fail_type: 10 },
    Trouble::RevokeToken,
    Trouble::ExpireToken,
    Trouble::SysBurst { events: 200 },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    trouble: Trouble,
    is_on: bool,
}

/// The panel as it stands: what is offered first, then what else goes on.
pub(super) async fn panel(demo: &Demo) -> Value {
    let running = demo.shared.simulator.troubles();
    let others = running.iter().filter(|trouble| !OFFERED.contains(trouble)).copied();
    let shown: Vec<Value> = OFFERED
        .into_iter()
        .chain(others)
        .map(|trouble| {
            json!({
                "trouble": trouble, "label": trouble.label(), "is_on": running.contains(&trouble),
                "is_moment": trouble.is_moment(),
            })
        })
        .collect();
    json!({ "troubles": shown, "parked": demo.shared.host.parked().await })
}

/// Takes a switch of the panel.
pub(super) async fn switch(Extract(demo): Extract<Demo>, Json(switch): Json<Switch>) -> Json<Value> {
    let (trouble, simulator) = (switch.trouble, &demo.shared.simulator);
    if switch.is_on {
        simulator.begin(trouble).await;
    } else {
        simulator.end(trouble);
    }
    demo.tell_trouble(trouble, switch.is_on);
    Json(panel(&demo).await)
}

impl Demo {
    /// Lets the scenario go on to the present moment.
    pub(super) async fn play_on(&self) {
        let mut scenario = self.shared.scenario.lock().await;
        let Some(player) = scenario.as_mut() else { return };
        for (trouble, begins) in player.play(&self.shared.simulator, self.shared.host.now()).await {
            self.tell_trouble(trouble, begins);
        }
    }

    /// When the scenario goes on.
    pub(super) async fn next_act_at(&self) -> Option<crate::clock::Moment> {
        self.shared.scenario.lock().await.as_ref().and_then(crate::simulator::scenario::Player::next_at)
    }

    fn tell_trouble(&self, trouble: Trouble, begins: bool) {
        let what = trouble.label();
        self.tell(match (begins, trouble.is_moment()) {
            (true, true) => format!("故障：{what}"),
            (true, false) => format!("故障开始：{what}"),
            (false, _) => format!("故障结束：{what}"),
        });
    }
}
