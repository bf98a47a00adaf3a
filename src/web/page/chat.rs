//! From the page into the chat on plain WeChat (在微信里聊): a link of one's own, good for ten minutes and once.
//!
//! A post makes the link, so that nobody can be sent there by somebody else's; a tap follows it. When there is none, the
//! page goes on. Knows no platform. Start at [`go`].

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::Response;

use super::visit::Halt;
use super::{Page, say, show};

/// Takes a tap on 在微信里聊.
pub(super) async fn go(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let school = &visit.school.id;
    let Some(signed_in) = page.signed_in(&visit, &parts).await? else { return Ok(page.come_again(school)) };
    say::own_form(&page, &signed_in, &parts, &body)?;
    Ok(match page.app.chat_link(school, &signed_in.person.id).await {
        Ok(Some(link)) => show::to_chat(link),
        Ok(None) => show::no_chat(school),
        Err(error) => {
            tracing::error!(school.id = %school, error = &error as &dyn std::error::Error, "no link into the chat could be made");
            show::no_chat(school)
        }
    })
}
