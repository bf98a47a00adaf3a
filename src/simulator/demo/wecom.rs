//! The demo's phones on WeCom (企业微信).
//!
//! Start at [`DemoWecom`].

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::platform::{DemoFigures, DemoPlatform, DemoTrouble, Network, PlatformName};
use super::{DemoRoad, DemoRole};
use crate::simulator::wecom::{
    Calls, Chat, DeliveryError, Holder, News, Outage, Phone, Saying, Trouble, WecomSimulator, external_id,
};

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
/// How often callbacks come again while they repeat.
const EXTRA_DELIVERIES: u8 = 2;

/// The simulated WeCom of a school.
#[derive(Debug, Clone)]
pub struct DemoWecom {
    /// WeCom's side.
    pub simulator: WecomSimulator,
    /// The school's account in 微信客服, where it has one.
    pub kf: Option<String>,
}

impl DemoWecom {
    fn shown(&self, trouble: Trouble) -> DemoTrouble {
        DemoTrouble {
            trouble: json!(trouble),
            label: trouble.label(),
            is_on: self.simulator.troubles().contains(&trouble),
            is_moment: trouble.is_moment(),
        }
    }
}

#[async_trait]
impl DemoPlatform for DemoWecom {
    fn name(&self) -> PlatformName {
        PlatformName::Wecom
    }

    fn phone(&self, account: &str, road: DemoRoad) -> Option<Phone> {
        match road {
            DemoRoad::App => self.simulator.phone(account),
            DemoRoad::Page | DemoRoad::Chat => self.simulator.parent_phone(account),
        }
    }

    fn news_position(&self) -> usize {
        self.simulator.news_position()
    }

    fn news_since(&self, position: usize) -> (Vec<News>, usize) {
        self.simulator.news_since(position)
    }

    fn picture(&self, media_id: &str) -> Option<Arc<[u8]>> {
        self.simulator.picture(media_id)
    }

    async fn send(&self, account: &str, saying: &Saying) -> bool {
        self.simulator.send(account, saying).await.is_ok()
    }

    async fn press(&self, account: &str, task: &str, key: &str, chosen: &[&str]) -> Option<bool> {
        let pressed = self.simulator.card_click(account, task, key, chosen).await;
        (pressed != Err(DeliveryError::NothingToPress)).then_some(pressed.is_ok())
    }

    fn hold_phone(&self, account: &str, role: DemoRole) {
        let account = account.to_owned();
        self.simulator.hold_phone(match role {
            DemoRole::Guardian => Holder::Parent(account),
            DemoRole::HomeroomTeacher | DemoRole::Admin | DemoRole::Staff => Holder::Member(account),
        });
    }

    fn figures(&self) -> DemoFigures {
        let figures = self.simulator.figures();
        DemoFigures {
            callbacks: figures.callback_requests,
            shown: figures.messages_shown + figures.passive_replies + figures.notices_shown,
            swallowed: figures.duplicates_swallowed,
        }
    }

    fn network(&self) -> Network {
        let faults = self.simulator.faults();
        Network { is_cut: faults.callbacks_cut, is_repeating: faults.extra_deliveries > 0 }
    }

    fn set_network(&self, network: Network) {
        let mut faults = self.simulator.faults();
        if network.is_cut != faults.callbacks_cut {
            faults.callbacks_cut = network.is_cut;
            faults.outage = if network.is_cut { Outage::Refused } else { Outage::None };
            faults.outage_calls = None;
        }
        if network.is_repeating != (faults.extra_deliveries > 0) {
            faults.extra_deliveries = if network.is_repeating { EXTRA_DELIVERIES } else { 0 };
            faults.deliveries_at_once = network.is_repeating;
        }
        self.simulator.set_faults(faults);
    }

    fn revoke_token(&self) {
        self.simulator.revoke_token();
    }

    /// What is offered first, then what else goes on.
    fn troubles(&self) -> Vec<DemoTrouble> {
        let running = self.simulator.troubles();
        let others = running.into_iter().filter(|trouble| !OFFERED.contains(trouble));
        OFFERED.into_iter().chain(others).map(|trouble| self.shown(trouble)).collect()
    }

    async fn switch(&self, trouble: &Value, is_on: bool) -> Option<DemoTrouble> {
        let trouble = Trouble::deserialize(trouble).ok()?;
        if is_on {
            self.simulator.begin(trouble).await;
        } else {
            self.simulator.end(trouble);
        }
        Some(self.shown(trouble))
    }

    fn chat(&self, account: &str) -> Option<Chat> {
        let kf = self.kf.as_ref()?;
        Some(self.simulator.kf_chat(kf, &external_id(account)).unwrap_or_default())
    }

    async fn send_in_chat(&self, account: &str, saying: &Saying, tap: Option<&str>) -> bool {
        let Some(kf) = &self.kf else { return false };
        let person = external_id(account);
        match (saying, tap) {
            (Saying::Text(words), Some(id)) => self.simulator.kf_tap(kf, &person, id, words),
            (Saying::Text(words), None) => {
                self.simulator.kf_say(kf, &person, words);
            }
            _ => self.simulator.kf_picture(kf, &person),
        }
        // A lost bell is made good by the next look into the mailbox.
        let _ = self.simulator.kf_ring(kf).await;
        true
    }
}
