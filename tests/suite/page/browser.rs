//! A browser in memory: it keeps cookies, follows redirects to WeChat and back, and sends the forms that it was shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use kehou::app::App;
use kehou::clock::Clock;
use kehou::web;
use tower::ServiceExt as _;

use super::School;

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// One browser; everything that it does is over in-memory routes, but for WeChat, which listens.
pub(crate) struct Browser {
    router: axum::Router,
    oauth_base: String,
    /// What it calls itself.
    pub(crate) agent: &'static str,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// A form as it stands in a page.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) fields: Vec<(String, String)>,
}

pub(crate) const PAGE: &str = "/p/example";

impl Browser {
    pub(crate) fn new(school: &School) -> Self {
        Self::counted_by(school, school.clock.clone())
    }

    /// The same, where another clock counts how often somebody asks.
    pub(crate) fn counted_by(school: &School, clock: Arc<dyn Clock>) -> Self {
        Self::of(school.app.clone(), clock, school.config.wecom[0].oauth_base.as_deref().unwrap())
    }

    /// The same for any school.
    pub(crate) fn of(app: Arc<App>, clock: Arc<dyn Clock>, oauth_base: &str) -> Self {
        Self {
            router: web::router_counting_by(app, clock),
            oauth_base: oauth_base.to_owned(),
            agent: "Mozilla/5.0",
            cookies: BTreeMap::new(),
        }
    }

    /// One request, without following anything.
    pub(crate) async fn ask(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(cookie.to_str().unwrap()).unwrap();
            assert!(
                cookie.http_only().unwrap() && cookie.same_site() == Some(cookie::SameSite::Lax),
                "{cookie}"
            );
            if cookie.max_age().unwrap().is_zero() {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::COOKIE, self.cookie_line())
            .header(header::USER_AGENT, self.agent);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) fn post(&self, path: &str) -> axum::http::request::Builder {
        Request::post(path)
            .header(header::COOKIE, self.cookie_line())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// Sends a form as browsers do, and follows the redirect.
    pub(crate) async fn send(&mut self, form: &Form) -> Answer {
        let answer = self.submit(form).await;
        if answer.status != StatusCode::SEE_OTHER {
            return answer;
        }
        let to = answer.location();
        self.get(to.split('#').next().unwrap()).await
    }

    pub(crate) async fn submit(&mut self, form: &Form) -> Answer {
        let request =
            self.post(PAGE).header("sec-fetch-site", "same-origin").body(Body::from(form.body())).unwrap();
        self.ask(request).await
    }

    /// Sends a form to another address of the page, as its button says.
    pub(crate) async fn send_to(&mut self, path: &str, form: &Form) -> Answer {
        let request =
            self.post(path).header("sec-fetch-site", "same-origin").body(Body::from(form.body())).unwrap();
        self.ask(request).await
    }

    /// The way from WeChat: our page sends to WeChat, WeChat sends back with a code.
    pub(crate) async fn open(&mut self) -> Answer {
        self.open_at(PAGE).await
    }

    /// The same from another address of ours.
    pub(crate) async fn open_at(&mut self, path: &str) -> Answer {
        let mut at = path.to_owned();
        for _ in 0..6 {
            let answer = self.get(&at).await;
            if answer.status != StatusCode::SEE_OTHER {
                return answer;
            }
            at = self.follow(answer.location().trim_end_matches("#now").trim_end_matches("#page")).await;
        }
        panic!("redirected for ever");
    }

    /// Where a redirect leads, past WeChat or the scan of a phone.
    pub(crate) async fn follow(&self, to: &str) -> String {
        if let Some(path) = to.strip_prefix(&self.oauth_base) {
            let client = kehou::platform::http_client().unwrap();
            let scan = format!("{path}&scanned=true");
            let path = path.strip_suffix("#wechat_redirect").unwrap_or(&scan);
            let back = client.get(format!("{}{path}", self.oauth_base)).send().await.unwrap();
            assert_eq!(back.status(), StatusCode::FOUND);
            let back = back.headers()[header::LOCATION].to_str().unwrap().to_owned();
            return back.strip_prefix("http://127.0.0.1:8700").unwrap().to_owned();
        }
        to.to_owned()
    }

    fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

impl Answer {
    pub(crate) fn location(&self) -> String {
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// The form of this page with this class.
    pub(crate) fn form(&self, class: &str) -> Form {
        let whole = self.body.split("<form ").find(|part| part.contains(&format!("class=\"{class}\"")));
        let whole = whole.unwrap_or_else(|| panic!("no form {class} in {}", self.body));
        let whole = whole.split("</form>").next().unwrap();
        let hidden = whole.split("<input type=\"hidden\" ").skip(1);
        let attribute = |part: &str, name: &str| {
            let rest = part.split_once(&format!("{name}=\"")).unwrap().1;
            rest.split('"').next().unwrap().to_owned()
        };
        Form { fields: hidden.map(|part| (attribute(part, "name"), attribute(part, "value"))).collect() }
    }

    /// The labels of what can be tapped.
    pub(crate) fn taps(&self) -> Vec<String> {
        let Some(form) = self.body.split("class=\"taps\"").nth(1) else { return Vec::new() };
        let form = form.split("</form>").next().unwrap();
        let labels = form.split("value=\"").skip(4).map(|part| part.split('"').next().unwrap().to_owned());
        labels.collect()
    }
}

impl Form {
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut form = self.clone();
        form.fields.push((name.to_owned(), value.to_owned()));
        form
    }

    pub(crate) fn but(&self, name: &str, value: &str) -> Self {
        let mut form = self.clone();
        form.fields.retain(|(other, _)| other != name);
        form.with(name, value)
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut form = self.clone();
        form.fields.retain(|(other, _)| other != name);
        form
    }

    pub(crate) fn body(&self) -> String {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let pairs = self.fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}
