//! One connection of a stream (连接): frames in, acknowledgements out, until it breaks or is silent for too long.
//!
//! Messages of one account are taken one after the other, those of different accounts side by side, in a bounded number
//! of lanes: a full lane stops the reading, and DingTalk keeps what is not read. Start at [`Socket::serve`].

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use futures_util::future::join_all;
use futures_util::{SinkExt as _, StreamExt as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::super::App;
use super::frame::{Ack, Frame, Told};
use crate::platform::Inbound;
use crate::platform::stream::Taker;

/// Accounts that are served side by side.
const LANES: usize = 16;
/// Messages that wait in one lane.
const LANE_LEN: usize = 32;
/// Acknowledgements that wait to be written.
const ACKS_LEN: usize = 256;
/// The longest frame, in bytes.
const FRAME_BYTES_MAX: usize = 256 * 1024;
/// How often a sign of life is asked for.
const PING_EVERY: chrono::Duration = chrono::Duration::seconds(25);
/// A connection that is silent for so long is dead.
const SILENCE_MAX: chrono::Duration = chrono::Duration::seconds(80);

/// A connection that stands.
pub(super) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// The connection of this number will be closed soon.
pub(super) struct Leaving(pub(super) u64);

impl Socket {
    /// Connects with a ticket.
    ///
    /// # Errors
    /// Why not, without the address, which holds the ticket.
    pub(super) async fn connect(endpoint: &str, ticket: &str) -> Result<Self, &'static str> {
        let ticket = utf8_percent_encode(ticket, NON_ALPHANUMERIC);
        let address = format!("{endpoint}?ticket={ticket}");
        let config = WebSocketConfig::default()
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        match connect_async_with_config(address, Some(config), true).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(_) => Err("the address of the ticket does not take the connection"),
        }
    }

    /// Serves it until it ends; nothing that was taken is left without its acknowledgement while the connection stands.
    pub(super) async fn serve(
        self,
        app: &App,
        taker: &dyn Taker,
        number: u64,
        leaving: &mpsc::Sender<Leaving>,
    ) {
        let (ack_sender, acks) = mpsc::channel(ACKS_LEN);
        let (senders, lanes): (Vec<_>, Vec<_>) = (0..LANES).map(|_| mpsc::channel(LANE_LEN)).unzip();
        let served = join_all(lanes.into_iter().map(|lane| take_all(lane, taker, ack_sender.clone())));
        let talk = self.talk(app, (number, leaving), senders, ack_sender, acks);
        // When the talk is over, what waits or is being taken comes again, and is known where it took effect.
        tokio::select! {
            () = talk => {}
            _ = served => {}
        }
    }

    async fn talk(
        self,
        app: &App,
        (number, leaving): (u64, &mpsc::Sender<Leaving>),
        lanes: Vec<mpsc::Sender<(Inbound, Ack)>>,
        ack_sender: mpsc::Sender<String>,
        mut acks: mpsc::Receiver<String>,
    ) {
        let clock = &app.clock;
        let (mut sink, mut frames) = self.0.split();
        let mut heard_at = clock.now();
        let mut ping_at = heard_at + PING_EVERY;
        // A message whose lane is full; nothing more is read meanwhile.
        let mut held: Option<(usize, (Inbound, Ack))> = None;
        loop {
            let room = async {
                match &held {
                    Some((lane, _)) => match lanes.get(*lane) {
                        Some(lane) => lane.reserve().await.ok(),
                        None => None,
                    },
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                permit = room => {
                    let Some(permit) = permit else { return };
                    if let Some((_, message)) = held.take() {
                        permit.send(message);
                    }
                }
                Some(ack) = acks.recv() => {
                    if sink.send(Message::text(ack)).await.is_err() {
                        return;
                    }
                }
                frame = frames.next(), if held.is_none() => {
                    heard_at = clock.now();
                    let text = match frame {
                        Some(Ok(Message::Text(text))) => text,
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                        Some(Ok(_)) => continue,
                    };
                    let Some(frame) = Frame::read(text.as_str()) else {
                        tracing::warn!("a frame of the stream cannot be read");
                        continue;
                    };
                    if frame.is_push() {
                        app.api.quota.count_push(heard_at);
                    }
                    match frame.open(&app.doors) {
                        Told::Inbound(inbound, ack) => held = Some((lane_of(&inbound), (*inbound, ack))),
                        Told::Nothing(ack) => {
                            // The queue is ours and is read here: it is never waited for.
                            let _ = ack_sender.try_send(ack.text());
                        }
                        Told::Leaving(ack) => {
                            let _ = ack_sender.try_send(ack.text());
                            // Whoever reads it does nothing else meanwhile; once is enough.
                            let _ = leaving.try_send(Leaving(number));
                        }
                    }
                }
                () = clock.sleep_until(ping_at) => {
                    let now = clock.now();
                    if now - heard_at >= SILENCE_MAX || sink.send(Message::Ping(Vec::new().into())).await.is_err() {
                        return;
                    }
                    ping_at = now + PING_EVERY;
                }
            }
        }
    }
}

/// Takes the messages of a lane one after the other.
async fn take_all(mut lane: mpsc::Receiver<(Inbound, Ack)>, taker: &dyn Taker, acks: mpsc::Sender<String>) {
    while let Some((inbound, ack)) = lane.recv().await {
        let is_taken = taker.take(inbound).await.is_ok();
        if acks.send(ack.after(is_taken)).await.is_err() {
            return;
        }
    }
}

fn lane_of(inbound: &Inbound) -> usize {
    let mut hash = DefaultHasher::new();
    inbound.account.hash(&mut hash);
    usize::try_from(hash.finish() % LANES as u64).unwrap_or_default()
}
