//! The page inside a chat app that asks it who is there (免登): the one page of ours that runs somebody else's script.
//!
//! It has nothing on it but a state, and a policy of its own, which lets in that one script and ours and nothing else.
//! Knows no platform. Start at [`Page::code_page`].

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::visit::Visit;
use super::{ASSETS, Page, door, show};
use crate::platform::sign_in::{Audience, CodePage, Place, SignIn};

#[derive(Template)]
#[template(path = "web/page/ask.html")]
struct AskTemplate<'a> {
    assets: &'a str,
    title: &'a str,
    here: String,
    inside: &'a str,
    app_script: &'a str,
    script: &'a str,
    values: &'a [(&'static str, String)],
    state: &'a str,
}

impl Page {
    /// The page that asks; the code comes back by its form, and so never stands in an address.
    pub(super) fn code_page(&self, visit: &Visit, asks: &CodePage, state: &str) -> Response {
        let template = AskTemplate {
            assets: &ASSETS,
            title: match self.audience {
                Audience::Guardians => "正在进入家长页",
                Audience::Staff => "正在进入管理页",
            },
            here: self.home(&visit.school.id),
            inside: asks.inside,
            app_script: &asks.app_script,
            script: asks.script,
            values: &asks.values,
            state,
        };
        let Ok(policy) = HeaderValue::from_str(&policy(asks)) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        ([(header::CONTENT_SECURITY_POLICY, policy)], show::html(StatusCode::OK, &template)).into_response()
    }

    /// Asks who is not inside a chat app, as far as the browser says, how they come in.
    pub(in crate::web) fn choose_place(&self, visit: &Visit, ways: &[&dyn SignIn]) -> Response {
        let home = self.home(&visit.school.id);
        let name = |place: Place, by: &dyn SignIn| format!("{home}/by/{}", door::way_name(place, by));
        let names: Vec<&str> = ways.iter().map(|by| by.name()).collect();
        let names = names.join("或");
        let inside = ways.iter().map(|by| (name(Place::Chat, *by), format!("我就在手机的{}里", by.name())));
        let (title, words, links): (String, String, Vec<(String, String)>) = match self.audience {
            Audience::Guardians => (
                format!("请在{names}里打开"),
                format!("为了孩子的信息安全，家长页要从{names}里学校发给您的通知打开。"),
                inside.collect(),
            ),
            Audience::Staff => {
                let scans =
                    ways.iter().map(|by| (name(Place::Desk, *by), format!("用{}扫码登录", by.name())));
                (
                    format!("{} · 教职工登录", visit.school.name),
                    format!("在电脑上，请用学校的{names}扫码。只有教职工和督学能进来。"),
                    scans.chain(inside).collect(),
                )
            }
        };
        let links: Vec<(String, &str)> =
            links.iter().map(|(address, label)| (address.clone(), label.as_str())).collect();
        show::friendly(StatusCode::OK, &title, &words, &links)
    }
}

/// Our script by what it is, the platform's by its whole address; no connection, no frame, no other form.
fn policy(asks: &CodePage) -> String {
    let own = STANDARD.encode(Sha256::digest(asks.script));
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'sha256-{own}' {}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        asks.app_script
    )
}
