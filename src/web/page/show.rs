//! The page itself and the friendly ones (页面): values into templates, which are checked when the program is built.
//!
//! Knows no rule: what is shown was found by `usecase::parent_page`. Start at [`page`].

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::visit::{Halt, SignedIn, Visit};
use super::{ASSETS, Page, door, say};
use crate::domain::people::SchoolId;
use crate::flow::step::{Tap, Taps};
use crate::platform::sign_in::Audience;
use crate::usecase::facts::day_in_words;
use crate::usecase::parent_page::{self, View};
use crate::usecase::thread::{By, Line};
use crate::usecase::{School, UseCaseError};

/// Lines that are open when the page is; older ones are a tap away.
const LINES_OPEN: usize = 12;
/// So many times of the day and more stand in a grid.
const GRID_MIN: usize = 5;
/// Labels up to so many characters stand in one row: the days of the week.
const ROW_CHARS: usize = 2;

/// What can always be said, when nothing is asked: what it is called, and what it sends.
const OPENINGS: [(&str, &str); 5] = [
    ("修改登记", "修改"),
    ("请假", "请假"),
    ("换人来接", "代接人"),
    ("问老师", "人工"),
    ("全部菜单", "菜单"),
];
/// And while something is asked.
const WAYS_OUT: [(&str, &str); 3] = [("上一步", "返回"), ("先不办了", "取消"), ("菜单", "菜单")];

#[derive(Template)]
#[template(path = "web/page/page.html")]
struct PageTemplate<'a> {
    assets: &'a str,
    school: &'a str,
    here: String,
    view: &'a View,
    early: Vec<Bubble<'a>>,
    late: Vec<Bubble<'a>>,
    taps: &'a [Tap],
    together: &'a [Tap],
    is_grid: bool,
    is_row: bool,
    quick: &'a [(&'a str, &'a str)],
    has_chat: bool,
    key: &'a str,
    /// A name for each form of the page.
    forms: [String; 3],
    chars_max: usize,
    kept: &'a str,
    notice: &'a str,
}

#[derive(Template)]
#[template(path = "web/page/friendly.html")]
struct FriendlyTemplate<'a> {
    assets: &'a str,
    title: &'a str,
    words: &'a str,
    links: &'a [(String, &'a str)],
}

/// One line as it is shown.
struct Bubble<'a> {
    is_own: bool,
    /// The day and time, where it differs from the line before.
    stamp: Option<String>,
    words: &'a str,
}

/// Shows the page, or leads to the door.
pub(super) async fn page(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let Some(signed_in) = page.signed_in(&visit, &parts).await? else {
        return Ok(door::entrance(&page, &visit, &parts));
    };
    let view = parent_page::view(&page.app.service, &visit.school, &signed_in.person.id, visit.now).await?;
    Ok(match view {
        Some(view) => shown(&page, &visit, &signed_in, &view, ("", "")),
        None => page.unknown(&visit),
    })
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        match self {
            Self::NoSuchPage => no_such_page(),
            Self::TooMany => too_many(),
            Self::NotOwnForm => refused(),
            Self::Failed(error) => failed(&error),
        }
    }
}

/// A few characters that change when the page does.
pub(super) async fn news(
    State(page): State<Arc<Page>>,
    Path(school): Path<String>,
    parts: Parts,
) -> Result<Response, Halt> {
    let visit = page.visit(&parts, &school)?;
    let Some(signed_in) = page.signed_in(&visit, &parts).await? else {
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    };
    let view = parent_page::view(&page.app.service, &visit.school, &signed_in.person.id, visit.now).await?;
    Ok(match view {
        Some(view) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], view.news).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    })
}

/// The page with the words that came too late for their question.
pub(super) fn stale(page: &Page, visit: &Visit, signed_in: &SignedIn, view: &View, words: &str) -> Response {
    let notice = "刚才的问题已经有了新的进展，所以这一句还没有发出去。请先看看最新的消息，再决定要不要发。";
    let mut response = shown(page, visit, signed_in, view, (words, notice));
    *response.status_mut() = StatusCode::CONFLICT;
    response
}

fn shown(
    page: &Page,
    visit: &Visit,
    signed_in: &SignedIn,
    view: &View,
    (kept, notice): (&str, &str),
) -> Response {
    let (taps, together) = match &view.taps {
        Some(Taps::One(taps)) => (taps.as_slice(), [].as_slice()),
        Some(Taps::Several { some, alone }) => (alone.as_slice(), some.as_slice()),
        None => ([].as_slice(), [].as_slice()),
    };
    let bubbles = bubbles(&view.lines, &visit.school);
    let mut early = bubbles;
    let late = early.split_off(early.len().saturating_sub(LINES_OPEN));
    let name = || hex::encode(page.app.service.ids.bytes::<16>());
    let is_time = |tap: &Tap| tap.label.is_ascii();
    let template = PageTemplate {
        assets: &ASSETS,
        school: &visit.school.name,
        here: page.home(&visit.school.id),
        view,
        early,
        late,
        taps,
        together,
        is_grid: taps.len() >= GRID_MIN && taps.iter().all(is_time),
        is_row: together.iter().all(|tap| tap.label.chars().count() <= ROW_CHARS),
        quick: if view.is_asked { &WAYS_OUT } else { &OPENINGS },
        has_chat: page.app.has_chat(&visit.school.id),
        key: &signed_in.login.form_key,
        forms: [name(), name(), name()],
        chars_max: say::CHARS_MAX,
        kept,
        notice,
    };
    html(StatusCode::OK, &template)
}

fn bubbles<'a>(lines: &'a [Line], school: &School) -> Vec<Bubble<'a>> {
    let calendar = &school.calendar;
    let mut before = None;
    let bubbles = lines.iter().map(|line| {
        let stamp = (calendar.local_date(line.at), calendar.local_time(line.at).format("%H:%M").to_string());
        let is_new = before.as_ref() != Some(&stamp);
        let words = format!("{} {}", day_in_words(stamp.0), stamp.1);
        before = Some(stamp);
        Bubble { is_own: line.by == By::Person, stamp: is_new.then_some(words), words: &line.words.0 }
    });
    bubbles.collect()
}

impl Page {
    /// Somebody whom the roster does not know, or not as one of those whom the page is for.
    pub(in crate::web) fn unknown(&self, visit: &Visit) -> Response {
        let school = &visit.school.name;
        let (title, words) = match self.audience {
            Audience::Guardians => (
                "还没有认出您是哪位家长",
                format!(
                    "这一页只给{school}的家长看。请告诉孩子的班主任：“家校通讯录里还没有我”，老师加好以后再打开就可以了。"
                ),
            ),
            Audience::Staff => (
                "这一页是给老师和督学看的",
                format!(
                    "{school}的教职工名单里还没有您。请告诉学校管理员，加好以后再打开就可以了。家长请从学校通知里的链接进入家长页。"
                ),
            ),
        };
        friendly(StatusCode::FORBIDDEN, title, &words, &[])
    }

    /// A school whose platform recognises nobody.
    pub(in crate::web) fn not_open(&self, visit: &Visit) -> Response {
        let school = &visit.school.name;
        let (title, words) = match self.audience {
            Audience::Guardians => {
                ("家长页还没有开通", format!("{school}还没有开通家长页。有事请直接联系孩子的班主任。"))
            }
            Audience::Staff => {
                ("管理页还没有开通", format!("{school}还没有接入企业微信或钉钉，请联系学校管理员。"))
            }
        };
        friendly(StatusCode::NOT_FOUND, title, &words, &[])
    }

    /// A way in that was used, is over, or was not begun in this browser.
    pub(in crate::web) fn come_again(&self, school: &SchoolId) -> Response {
        let words = match self.audience {
            Audience::Guardians => "为了孩子的信息安全，页面放久了要重新进入。您登记的内容都在。",
            Audience::Staff => "为了孩子的信息安全，页面放久了要重新登录。",
        };
        friendly(StatusCode::FORBIDDEN, "请重新进入", words, &self.again(school))
    }

    pub(in crate::web) fn left(&self, school: &SchoolId) -> Response {
        let words = match self.audience {
            Audience::Guardians => "随时可以从学校通知里的链接再进来。",
            Audience::Staff => "用完公用电脑，这样最稳妥。",
        };
        friendly(StatusCode::OK, "已经退出", words, &self.again(school))
    }

    pub(in crate::web) fn unavailable(&self, school: &SchoolId) -> Response {
        let words = match self.audience {
            Audience::Guardians => "现在暂时登录不上，一会儿再试就可以。着急的事，请直接打电话给班主任。",
            Audience::Staff => "现在暂时登录不上，一会儿再试就可以。一直不行，请告诉学校管理员。",
        };
        friendly(StatusCode::SERVICE_UNAVAILABLE, "暂时进不去", words, &self.again(school))
    }

    fn again(&self, school: &SchoolId) -> [(String, &'static str); 1] {
        [(self.home(school), "重新进入")]
    }
}

fn no_such_page() -> Response {
    let words = "请从学校发给您的链接打开；还是不行，请联系学校。";
    friendly(StatusCode::NOT_FOUND, "没有这个地址", words, &[])
}

/// The way into the chat on plain WeChat.
pub(super) fn to_chat(link: String) -> Response {
    let words = "点下面的按钮，就到微信里接着聊，我认得您。这个入口只给您用，十分钟内有效，用一次就失效。";
    friendly(StatusCode::OK, "在微信里聊", words, &[(link, "打开微信聊天")])
}

/// There is none, now or at all.
pub(super) fn no_chat(school: &SchoolId) -> Response {
    let words = "微信里的聊天暂时打不开，过一会儿再试就可以。要办的事，在家长页里一样能办。";
    let link = [(format!("/p/{school}"), "回到家长页")];
    friendly(StatusCode::SERVICE_UNAVAILABLE, "先在这一页办", words, &link)
}

fn too_many() -> Response {
    let words = "点得太快了，请过一分钟再试。已经登记的都在，不会丢。";
    friendly(StatusCode::TOO_MANY_REQUESTS, "请歇一会儿", words, &[])
}

pub(super) fn too_long() -> Response {
    let words = "这一条太长，没有发出去。请返回上一页，说短一些，或者分几次说。";
    friendly(StatusCode::PAYLOAD_TOO_LARGE, "太长了", words, &[])
}

fn refused() -> Response {
    let words = "这一步没有生效。请重新打开页面再试。";
    friendly(StatusCode::FORBIDDEN, "没有发出去", words, &[])
}

/// The store or a person's turn failed; the log says more.
fn failed(error: &UseCaseError) -> Response {
    tracing::error!(error = error as &dyn std::error::Error, "a page could not be shown");
    let words = "没有办成，请过一会儿再试。着急的事，请直接打电话。";
    friendly(StatusCode::INTERNAL_SERVER_ERROR, "出了点问题", words, &[])
}

/// A page of a few words, with what can be tapped.
pub(super) fn friendly(status: StatusCode, title: &str, words: &str, links: &[(String, &str)]) -> Response {
    html(status, &FriendlyTemplate { assets: &ASSETS, title, words, links })
}

/// A template as a page.
pub(in crate::web) fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
