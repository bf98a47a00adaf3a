//! Streams (长连接): what platforms send through connections of ours takes effect like any callback.
//!
//! Knows no platform's words. Start at [`App::stream_until`].

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::platform::Inbound;
use crate::platform::checkup::Heard;
use crate::platform::stream::{NotTaken, Taker};

impl App {
    /// Keeps the streams of all platforms until `stop`.
    pub(super) async fn stream_until(&self, stop: &CancellationToken) {
        let streams = self.platforms.iter().filter_map(|platform| platform.stream());
        join_all(streams.map(|stream| stream.run(self, stop.clone()))).await;
    }
}

#[async_trait]
impl Taker for App {
    /// How somebody is answered here goes through the outbox.
    async fn take(&self, inbound: Inbound) -> Result<(), NotTaken> {
        match self.receive(&inbound, self.seams.clock.now()).await {
            Ok(_) => {
                let (store, account) = (self.seams.store.as_ref(), (&inbound.school, inbound.channel));
                self.heard.note(store, account, Heard::in_message(&inbound), self.seams.clock.now()).await;
                metrics::counter!("kehou_callbacks_total", "result" => "taken").increment(1);
                Ok(())
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a message of a stream did not take effect"
                );
                metrics::counter!("kehou_callbacks_total", "result" => "failed").increment(1);
                Err(NotTaken)
            }
        }
    }
}
