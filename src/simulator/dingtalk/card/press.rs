//! Presses (点按) of a card on a phone, which go the way that the card was made for: a stream, or an address.
//!
//! Source: <https://open.dingtalk.com/document/development/event-callback-card>, read 2026-08. Start at
//! [`DingtalkSimulator::card_click`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use super::super::DingtalkSimulator;
use super::super::callback::{Delivered, DeliveryError};
use super::Callback;

/// What is pushed for presses.
const CARD_TOPIC: &str = "/v1.0/card/instances/callback";

impl DingtalkSimulator {
    /// The body of a press, whoever makes it: on a phone only a holder can.
    pub fn press(&self, account: &str, track: &str, choice: &str) -> String {
        let content = json!({"cardPrivateData": {"actionIds": [choice], "params": {"choice": choice}}});
        json!({
            "type": "actionCallback",
            "outTrackId": track,
            "corpId": self.shared.settings.corp_id,
            "userId": account,
            "userIdType": 1,
            "spaceType": "IM_ROBOT",
            "content": content.to_string(),
        })
        .to_string()
    }

    /// Somebody presses something that their phone shows; it goes the way that the card was made for.
    ///
    /// # Errors
    /// [`DeliveryError`]; [`DeliveryError::NothingToPress`] where the phone shows nothing of the kind.
    pub async fn card_click(
        &self,
        account: &str,
        track: &str,
        choice: &str,
    ) -> Result<Delivered, DeliveryError> {
        let card = self.cards(account).into_iter().find(|card| card.task == track);
        let has_it = card.is_some_and(|card| card.options.iter().any(|(place, _)| place == choice));
        if !has_it {
            return Err(DeliveryError::NothingToPress);
        }
        let body = self.press(account, track, choice);
        let callback = self.state().cards.cards.get(track).map(|card| card.callback.clone());
        match callback.ok_or(DeliveryError::NothingToPress)? {
            Callback::Stream => {
                self.push_press(&body);
                Ok(Delivered { requests: 1 })
            }
            Callback::Http(route) => {
                let times = 1 + usize::from(self.faults().extra_deliveries);
                let timestamp = self.now().timestamp_millis().to_string();
                for _ in 0..times {
                    self.post_press(&route, &timestamp, &body).await.map_err(DeliveryError::NotAccepted)?;
                }
                Ok(Delivered { requests: times })
            }
        }
    }

    /// A press comes by a stream.
    pub fn push_press(&self, body: &str) {
        self.push_frame("CALLBACK", &json!({"topic": CARD_TOPIC}), body);
    }

    /// Posts a press to the address of a route, signed at `timestamp`.
    async fn post_press(&self, route: &str, timestamp: &str, body: &str) -> Result<(), String> {
        let known = self.state().cards.routes.get(route).cloned();
        let (url, secret) = known.ok_or("the route is not registered")?;
        self.state().figures.callback_requests += 1;
        let mut request =
            self.shared.client.post(url).header("content-type", "application/json").body(body.to_owned());
        if let Some(secret) = secret {
            request = request
                .header("x-ddpaas-signature-timestamp", timestamp)
                .header("x-ddpaas-signature", sign(&secret, timestamp));
        }
        let answer = self.exchange(request).await?;
        // An answer may change the card at once; ours never does.
        if answer.get("cardData").is_some() { Err("the answer changes the card".to_owned()) } else { Ok(()) }
    }
}

/// The signature of a press that is posted.
fn sign(secret: &str, timestamp: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(timestamp.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
