//! `change_school_contact`: what a change of the directory calls back, without any names.
//!
//! Start at [`WecomSimulator::announce`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/92032>, read 2026-08.

use futures_util::future::join_all;

use super::super::WecomSimulator;
use super::super::callback::{Delivered, DeliveryError};
use super::super::xml::{Body, Callback};

/// Who changes a directory, as far as callbacks tell.
const SYSTEM: &str = "sys";

impl WecomSimulator {
    /// Calls back every change that was not called back yet, all of them in the same second.
    pub async fn announce(&self) -> Vec<Result<Delivered, DeliveryError>> {
        let changes = std::mem::take(&mut self.state().school.changes);
        let told = changes.into_iter().map(|(change, id)| self.tell_school_change(change, id));
        join_all(told).await
    }

    /// Forgets the changes that were not called back: the callbacks are lost, or the switch is off.
    pub fn keep_quiet(&self) {
        self.state().school.changes.clear();
    }

    /// One callback, in any spelling of the change.
    ///
    /// # Errors
    /// [`DeliveryError`] when the server never took it.
    pub async fn tell_school_change(
        &self,
        change: &'static str,
        id: String,
    ) -> Result<Delivered, DeliveryError> {
        let settings = &self.shared.settings;
        let plaintext = Callback {
            corp_id: settings.corp_id.clone(),
            agent_id: settings.agent_id,
            member: SYSTEM.to_owned(),
            created_at: self.now().timestamp(),
            body: Body::SchoolChange { change, id },
        }
        .to_xml();
        self.deliver_from(SYSTEM, plaintext).await
    }
}
