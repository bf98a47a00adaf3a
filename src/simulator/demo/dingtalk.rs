//! The demo's phones on DingTalk (钉钉).
//!
//! Start at the [`DemoPlatform`] of [`DingtalkSimulator`].

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::platform::{DemoFigures, DemoPlatform, DemoTrouble, Network, PlatformName};
use super::{DemoRoad, DemoRole};
use crate::simulator::dingtalk::{self, DeliveryError, DingtalkSimulator, Trouble};
use crate::simulator::wecom::{News, Phone, Saying};

#[async_trait]
impl DemoPlatform for DingtalkSimulator {
    fn name(&self) -> PlatformName {
        PlatformName::Dingtalk
    }

    /// The robot's words and the notices stand on the same phone.
    fn phone(&self, account: &str, _: DemoRoad) -> Option<Phone> {
        Self::phone(self, account)
    }

    fn news_position(&self) -> usize {
        Self::news_position(self)
    }

    fn news_since(&self, position: usize) -> (Vec<News>, usize) {
        Self::news_since(self, position)
    }

    fn picture(&self, media_id: &str) -> Option<Arc<[u8]>> {
        Self::picture(self, media_id)
    }

    async fn send(&self, account: &str, saying: &Saying) -> bool {
        let saying = match saying {
            Saying::Text(words) => dingtalk::Saying::Text(words.clone()),
            Saying::Picture | Saying::Voice => dingtalk::Saying::Picture,
            // DingTalk tells nobody who opens or leaves; presses go their own way.
            Saying::Press(_) | Saying::Enter | Saying::Subscribe | Saying::Unsubscribe => return true,
        };
        Self::send(self, account, &saying).await.is_ok()
    }

    async fn press(&self, account: &str, task: &str, key: &str, _: &[&str]) -> Option<bool> {
        let pressed = self.card_click(account, task, key).await;
        (pressed != Err(DeliveryError::NothingToPress)).then_some(pressed.is_ok())
    }

    /// The `200` carries nothing there.
    fn answers_later(&self) -> bool {
        true
    }

    fn hold_phone(&self, account: &str, _: DemoRole) {
        Self::hold_phone(self, account);
    }

    fn figures(&self) -> DemoFigures {
        let figures = Self::figures(self);
        DemoFigures {
            callbacks: figures.callback_requests,
            shown: figures.messages_shown,
            swallowed: figures.duplicates_dropped,
        }
    }

    fn network(&self) -> Network {
        let troubles = Self::troubles(self);
        let has = |trouble| troubles.contains(&trouble);
        Network { is_cut: has(Trouble::Standstill), is_repeating: has(Trouble::RepeatCallbacks) }
    }

    fn set_network(&self, network: Network) {
        for (trouble, is_on) in
            [(Trouble::Standstill, network.is_cut), (Trouble::RepeatCallbacks, network.is_repeating)]
        {
            if is_on { self.begin(trouble) } else { self.end(trouble) }
        }
    }

    fn revoke_token(&self) {
        Self::revoke_token(self);
    }

    fn troubles(&self) -> Vec<DemoTrouble> {
        let running = Self::troubles(self);
        Trouble::ALL.into_iter().map(|trouble| shown(trouble, running.contains(&trouble))).collect()
    }

    async fn switch(&self, trouble: &Value, is_on: bool) -> Option<DemoTrouble> {
        let trouble = Trouble::deserialize(trouble).ok()?;
        if is_on {
            self.begin(trouble);
        } else {
            self.end(trouble);
        }
        Some(shown(trouble, Self::troubles(self).contains(&trouble)))
    }
}

fn shown(trouble: Trouble, is_on: bool) -> DemoTrouble {
    DemoTrouble {
        trouble: json!(trouble),
        label: trouble.label().to_owned(),
        is_on,
        is_moment: trouble.is_moment(),
    }
}
