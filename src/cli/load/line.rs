//! One kept-alive HTTP/1.1 connection (连接), as thin as can be, so that the load generator leaves the cores to what it
//! measures.
//!
//! Reads only answers with a `Content-Length`, which is all that kehou gives. Start at [`Line::post`].

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// The longest answer that is read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The most lines of an answer's head.
const HEAD_LINES_MAX: usize = 64;

/// A connection.
pub(super) struct Line {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

impl Line {
    pub(super) async fn open(host: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    /// Posts a body; returns the status and the body of the answer.
    pub(super) async fn post(&mut self, target: &str, body: &str) -> io::Result<(u16, String)> {
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let (mut status, mut length) = (0, 0);
        for number in 0..HEAD_LINES_MAX {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            } else if number == 0 {
                status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(strange)?;
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(|_| strange())?;
            }
        }
        if length > ANSWER_BYTES_MAX {
            return Err(strange());
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await?;
        Ok((status, String::from_utf8(answer).map_err(|_| strange())?))
    }
}

fn strange() -> io::Error {
    io::ErrorKind::InvalidData.into()
}
