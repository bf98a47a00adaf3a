//! A post becomes a message (发送): checked to be our own form, for the question that is pending, once.
//!
//! What is tapped and what is typed go the same way. Knows no HTML. Start at [`say`].

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use super::visit::{Halt, SignedIn, Visit};
use super::{Page, door, show};
use crate::domain::people::Channel;
use crate::flow::step::together;
use crate::platform::{Content, Inbound, InboundId};
use crate::usecase::parent_page;

/// Characters that can be said at once.
pub(super) const CHARS_MAX: usize = 1_000;
/// Fields of a form at the most: some days or activities, and what the form itself carries.
const FIELDS_MAX: usize = 64;
/// The length of a form's own name.
const FORM_CHARS: usize = 32;

/// What a form says.
struct Form {
    /// Its own name: the same form twice is one message.
    name: String,
    /// The turn in which it was made.
    turn: u64,
    /// The words.
    words: String,
}

/// Takes a post.
pub(super) async fn say(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Halt> {
    let Ok(body) = body else { return Ok(show::too_long()) };
    let visit = page.visit(&parts, &school)?;
    let Some(signed_in) = page.signed_in(&visit, &parts).await? else {
        return Ok(page.come_again(&visit.school.id));
    };
    let form = form(&own_form(&page, &signed_in, &parts, &body)?).ok_or(Halt::NotOwnForm)?;
    if form.words.chars().nth(CHARS_MAX).is_some() {
        return Ok(show::too_long());
    }
    receive(&page, &visit, &signed_in, form).await
}

async fn receive(page: &Page, visit: &Visit, signed_in: &SignedIn, form: Form) -> Result<Response, Halt> {
    let (service, school) = (&page.app.service, &visit.school);
    if form.words.is_empty() {
        return Ok(door::home(page, visit, &[]));
    }
    let inbound = Inbound {
        school: school.id.clone(),
        channel: Channel::ParentPage,
        id: InboundId(message_id(signed_in, &form.name)),
        account: signed_in.login.account.clone(),
        content: Content::Text(form.words.clone()),
        sent_at: None,
        envelope: String::new(),
    };
    if page.app.receive_at(&inbound, form.turn, visit.now).await? {
        return Ok(door::home(page, visit, &[]));
    }
    // The question is another one by now: the words are kept, and the person sees what is asked.
    Ok(match parent_page::view(service, school, &signed_in.person.id, visit.now).await? {
        Some(view) => show::stale(page, visit, signed_in, &view, &form.words),
        None => page.unknown(visit),
    })
}

/// The fields of a post that comes from our own page and from nowhere else.
///
/// # Errors
/// [`Halt::NotOwnForm`].
pub(super) fn own_form(
    page: &Page,
    signed_in: &SignedIn,
    parts: &Parts,
    body: &[u8],
) -> Result<Vec<(String, String)>, Halt> {
    let fields = same_site_form(page, parts, body)?;
    let key = field(&fields, "key").unwrap_or_default();
    let is_own = bool::from(key.as_bytes().ct_eq(signed_in.login.form_key.as_bytes()));
    if is_own { Ok(fields) } else { Err(Halt::NotOwnForm) }
}

/// The fields of a post that no other site's page sent, as far as browsers say it.
///
/// # Errors
/// [`Halt::NotOwnForm`].
pub(super) fn same_site_form(page: &Page, parts: &Parts, body: &[u8]) -> Result<Vec<(String, String)>, Halt> {
    let body = (is_same_site(page, parts) && is_form(parts)).then_some(body);
    body.and_then(fields).ok_or(Halt::NotOwnForm)
}

/// What browsers say about where a request comes from; those that say nothing have the form's key.
fn is_same_site(page: &Page, parts: &Parts) -> bool {
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_own_origin = header("origin").is_none_or(|origin| origin == page.app.public_url);
    let is_own_fetch = header("sec-fetch-site").is_none_or(|site| site == "same-origin");
    is_own_origin && is_own_fetch
}

fn is_form(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        kind.split(';').next().unwrap_or_default().trim() == "application/x-www-form-urlencoded"
    })
}

/// The fields of a form or a query; `None` for bytes that are no text.
pub(super) fn fields(body: &[u8]) -> Option<Vec<(String, String)>> {
    let body = std::str::from_utf8(body).ok()?;
    let pairs: Vec<&str> = body.split('&').filter(|pair| !pair.is_empty()).take(FIELDS_MAX + 1).collect();
    if pairs.len() > FIELDS_MAX {
        return None;
    }
    let text =
        |text: &str| Some(percent_decode_str(&text.replace('+', " ")).decode_utf8().ok()?.into_owned());
    pairs
        .into_iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((text(name)?, text(value)?))
        })
        .collect()
}

/// The first field of this name.
pub(super) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

/// What was said: one tap alone, some taps together, or the words that were typed.
fn form(fields: &[(String, String)]) -> Option<Form> {
    let name = field(fields, "form")?;
    let is_name = name.len() == FORM_CHARS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let turn = field(fields, "turn")?.parse().ok().filter(|_| is_name)?;
    let chosen = together(fields.iter().filter(|(name, _)| name == "tap").map(|(_, value)| value.as_str()));
    let typed = field(fields, "text").map(str::trim).filter(|text| !text.is_empty());
    let words = field(fields, "only").or(typed).unwrap_or(&chosen);
    Some(Form { name: name.to_owned(), turn, words: printable(words) })
}

/// Without what no keyboard types, and with the line ends of everybody else.
fn printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter(|&character| character == '\n' || !character.is_control()).collect()
}

/// A form's name within everything that anybody ever posts: nobody can name another one's.
fn message_id(signed_in: &SignedIn, form: &str) -> String {
    let hash =
        Sha256::new().chain_update(&signed_in.login.account).chain_update("\n").chain_update(form).finalize();
    format!("f:{}", hex::encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_strictly() {
        let body = "form=0123456789abcdef0123456789abcdef&turn=7&tap=%E5%91%A8%E4%B8%80&tap=%E5%91%A8%E4%B8%89&text=+";
        let form = form(&fields(body.as_bytes()).unwrap()).unwrap();
        assert_eq!((form.turn, form.words.as_str()), (7, "周一、周三"));
        assert!(fields(b"text=%ff%fe").is_none(), "bytes that are no text");
        assert!(fields(b"text=\xff").is_none());
        assert!(fields("a=1&".repeat(65).as_bytes()).is_none());
        assert_eq!(printable("一\r\n二\u{0}\u{7}"), "一\n二");
    }

    #[test]
    fn a_form_without_its_name_or_turn_is_none() {
        for body in
            ["", "turn=1&text=a", "form=0123456789abcdef0123456789abcdef&text=a", "form=xyz&turn=1&text=a"]
        {
            assert!(form(&fields(body.as_bytes()).unwrap()).is_none(), "{body}");
        }
    }
}
