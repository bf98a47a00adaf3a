//! `[server]`: where it listens and under which address the world finds it.
//!
//! Knows no route. Start at [`Server`].

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::Url;

use super::reader::{Spot, Table};

/// `[server]`.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address under which the outside world reaches the server; without path, query and final slash.
    pub public_url: String,
}

pub(super) fn read(table: &mut Table) -> Option<Server> {
    let listen = table.parsed("listen", |text| {
        text.parse().map_err(|_| "write an IP address and a port, such as \"127.0.0.1:8700\"".to_owned())
    });
    let public_url = table.text("public_url").and_then(|(text, spot)| public_url(table, &text, &spot));
    Some(Server { listen: listen?, public_url: public_url? })
}

fn public_url(table: &Table, text: &str, spot: &Spot) -> Option<String> {
    let Some(url) = web_address(text).filter(|url| url.path() == "/" && url.query().is_none()) else {
        let instead = "write an address without a path, such as \"https://kehou.example.cn\"";
        table.problem(spot, &format!("cannot be {text:?}"), Some(instead));
        return None;
    };
    if url.scheme() != "https" && !is_loopback(&url) {
        let what = "is not https: what parents write would travel readable for everyone on the way";
        table.warning(
            spot,
            what,
            Some("put a reverse proxy with a certificate before kehou and write https://"),
        );
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// The address of a platform's interface.
pub(super) fn api_base(table: &Table, text: &str, spot: &Spot) -> Option<String> {
    let Some(url) = web_address(text).filter(|url| url.query().is_none()) else {
        let instead = "write an address that begins with https://, or leave the key out";
        table.problem(spot, &format!("cannot be {text:?}"), Some(instead));
        return None;
    };
    if url.scheme() != "https" && !is_loopback(&url) {
        table.warning(spot, "is not https: the app's secret would travel readable", Some("write https://"));
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// Parses an http or https address without a password and a fragment.
pub(super) fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain = url.has_host() && url.username().is_empty() && url.password().is_none();
    (is_plain && url.fragment().is_none() && matches!(url.scheme(), "http" | "https")).then_some(url)
}

/// Whether an address leads to this very machine.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Server {
    pub(super) fn example() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8700));
        Self { listen, public_url: format!("http://{listen}") }
    }
}
