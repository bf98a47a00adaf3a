//! Serving over real connections (监听), with a listener that can refuse and break them.
//!
//! Knows nothing of the API. Start at [`WecomSimulator::serve`].

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Faults, Outage, WecomSimulator};
use crate::clock::{Clock as _, SystemClock};

/// How often a refused address is tried again when something else holds it.
const REBIND_PAUSE: chrono::Duration = chrono::Duration::milliseconds(50);

/// A simulator that listens; dropping it stops it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    is_open: watch::Receiver<bool>,
    faults: watch::Receiver<Faults>,
    task: JoinHandle<()>,
}

/// A listener that closes while connections are to be refused.
struct FaultyListener {
    address: SocketAddr,
    open: Option<TcpListener>,
    is_open: watch::Sender<bool>,
    faults: watch::Receiver<Faults>,
}

/// A connection that breaks while connections are to be refused.
struct FaultyStream {
    stream: TcpStream,
    faults: watch::Receiver<Faults>,
}

impl WecomSimulator {
    /// Listens on `address`, port 0 for a free one, until the result is dropped.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let faults = self.shared.faults.subscribe();
        let router = self.router();
        let (open_sender, is_open) = watch::channel(true);
        let listener =
            FaultyListener { address, open: Some(listener), is_open: open_sender, faults: faults.clone() };
        let task = tokio::spawn(async move {
            // `axum::serve` ends only when its listener does, and ours never ends.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Running { address, is_open, faults, task })
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The `api_base` of the server's settings.
    pub fn api_base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the listener has followed the faults: closed while they refuse connections, open otherwise.
    pub async fn settled(&self) {
        let wanted = !is_refusing(&self.faults.borrow());
        // An error means that the listener is gone, and nothing will change any more.
        let _ = self.is_open.clone().wait_for(|is_open| *is_open == wanted).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl axum::serve::Listener for FaultyListener {
    type Io = FaultyStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (FaultyStream, SocketAddr) {
        loop {
            if is_refusing(&self.faults.borrow_and_update()) {
                self.open = None;
                self.is_open.send_replace(false);
                if self.faults.wait_for(|faults| !is_refusing(faults)).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            let Some(listener) = &self.open else {
                self.open = TcpListener::bind(self.address).await.ok();
                self.is_open.send_replace(self.open.is_some());
                if self.open.is_none() {
                    SystemClock.sleep_until(SystemClock.now() + REBIND_PAUSE).await;
                }
                continue;
            };
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((stream, peer)) = accepted {
                        return (FaultyStream { stream, faults: self.faults.clone() }, peer);
                    }
                }
                _ = self.faults.changed() => {}
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl FaultyStream {
    fn check(&self) -> io::Result<()> {
        if is_refusing(&self.faults.borrow()) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        let filled = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        // What arrives after the connection broke never reached WeCom.
        if buffer.filled().len() > filled {
            self.check()?;
        }
        read
    }
}

impl AsyncWrite for FaultyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn is_refusing(faults: &Faults) -> bool {
    faults.outage == Outage::Refused
}
