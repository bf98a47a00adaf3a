//! What must not get through: each of these learns nothing and changes nothing.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kehou::simulator::wecom::Holder;
use kehou::store::Kind;
use kehou::store::Range;

use super::School;
use super::browser::{Answer, Browser, PAGE};

async fn school_with_mama() -> (School, Browser, Answer) {
    let school = School::open().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    assert_eq!(page.status, StatusCode::OK);
    (school, browser, page)
}

impl School {
    async fn messages(&self) -> usize {
        self.app.seams.store.scan(Kind("handled"), &Range::all(1_000)).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_forged_or_replayed_state_opens_nothing() {
    let school = School::open().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let to = browser.get(PAGE).await.location();
    let genuine = browser.follow(&to).await;
    let code = genuine.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    // An attacker's own link, followed by a browser that never began, or that began another way.
    for state in ["", "00000000000000000000000000000000", "x"] {
        let path = format!("/p/example/in?code={code}&state={state}");
        assert_eq!(Browser::new(&school).get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "state {state:?}");
    }
    for query in ["", "?", "?code=%ff&state=%00", "?code=a&code=b&state=a&state=b", "?state=", "?%"] {
        let path = format!("/p/example/in{query}");
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(Browser::new(&school).get(&genuine).await.status, StatusCode::FORBIDDEN, "without its cookie");
    let door = browser.cookies.clone();
    assert_eq!(browser.get(&genuine).await.status, StatusCode::SEE_OTHER);
    assert!(browser.cookies.contains_key("kehou-example"));
    // The same way in again, with the cookie as it was.
    let mut replay = Browser::new(&school);
    replay.cookies = door;
    assert_eq!(replay.get(&genuine).await.location(), format!("{PAGE}#now"));
    assert!(!replay.cookies.contains_key("kehou-example"));
    assert!(
        replay.get(PAGE).await.location().contains("/connect/oauth2/authorize"),
        "it has to go by the door"
    );
}

#[tokio::test]
async fn the_cookie_of_one_school_opens_no_other() {
    let (_school, mut browser, _) = school_with_mama().await;
    assert_eq!(browser.get("/p/nowhere").await.status, StatusCode::NOT_FOUND);
    let login = browser.cookies["kehou-example"].clone();
    browser.cookies.insert("kehou-other".into(), login);
    let elsewhere = browser.get("/p/other").await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER, "it leads to the door of the other school");
    assert!(elsewhere.location().contains("%2Fp%2Fother%2Fin"));
    assert_eq!(browser.get("/p/other/news").await.status, StatusCode::UNAUTHORIZED);
    // And the door of the other school knows no parent of this one.
    let back = browser.follow(&elsewhere.location()).await;
    assert_eq!(browser.get(&back).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get(PAGE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_post_from_elsewhere_or_without_the_forms_key_is_refused() {
    let (school, mut browser, page) = school_with_mama().await;
    let form = page.form("write").with("text", "菜单");
    let before = school.messages().await;
    let post = |browser: &Browser| browser.post(PAGE);
    let bodies =
        [form.without("key"), form.but("key", "00000000000000000000000000000000"), form.but("key", "")];
    for body in bodies {
        let request = post(&browser).body(Body::from(body.body())).unwrap();
        assert_eq!(browser.ask(request).await.status, StatusCode::FORBIDDEN, "{body:?}");
    }
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let request = post(&browser).header(name, value).body(Body::from(form.body())).unwrap();
        assert_eq!(browser.ask(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x"] {
        let mut request = post(&browser).body(Body::from(form.body())).unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        assert_eq!(browser.ask(request).await.status, StatusCode::FORBIDDEN, "{kind}");
    }
    let mut stranger = Browser::new(&school);
    assert_eq!(stranger.submit(&form).await.status, StatusCode::FORBIDDEN, "without a login");
    assert_eq!(school.messages().await, before);
    assert_eq!(browser.submit(&form).await.status, StatusCode::SEE_OTHER, "the genuine one is taken");
    assert_eq!(school.messages().await, before + 1);
}

#[tokio::test]
async fn a_form_without_its_name_or_of_an_older_turn_is_not_taken() {
    let (school, mut browser, page) = school_with_mama().await;
    let form = page.form("write").with("text", "菜单");
    for bad in [form.without("form"), form.but("form", "short"), form.without("turn"), form.but("turn", "x")]
    {
        assert_eq!(browser.submit(&bad).await.status, StatusCode::FORBIDDEN, "{bad:?}");
    }
    for turn in ["9999", "18446744073709551615"] {
        assert_eq!(browser.submit(&form.but("turn", turn)).await.status, StatusCode::CONFLICT, "{turn}");
    }
    assert_eq!(school.messages().await, 0);
}

#[tokio::test]
async fn of_two_answers_to_one_question_at_the_same_moment_one_is_taken() {
    let (school, browser, page) = school_with_mama().await;
    let answers = ["请假", "修改"].map(|words| {
        let mut other = Browser::new(&school);
        other.cookies = browser.cookies.clone();
        let form = page.form(if words == "请假" { "write" } else { "quick" }).with("text", words);
        async move { other.submit(&form).await.status }
    });
    let mut statuses = futures_util::future::join_all(answers).await;
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(school.messages().await, 1);
}

#[tokio::test]
async fn a_form_name_of_somebody_else_answers_with_nothing_of_theirs() {
    let (school, mut mama, page) = school_with_mama().await;
    let form = page.form("write").with("text", "我的登记");
    assert!(mama.send(&form).await.body.contains("李小禾"));
    school.simulator.hold_phone(Holder::Parent("p-nainai".into()));
    let mut nainai = Browser::new(&school);
    let own = nainai.open().await.form("write");
    let name = form.fields.iter().find(|(name, _)| name == "form").unwrap().1.clone();
    let page = nainai.send(&own.but("form", &name).with("text", "我的登记")).await;
    assert!(page.body.contains("周小苗") && !page.body.contains("李小禾"), "{}", page.body);
    assert_eq!(school.messages().await, 2, "both took effect");
}

#[tokio::test]
async fn huge_and_broken_bodies_are_refused() {
    let (school, mut browser, page) = school_with_mama().await;
    let form = page.form("write");
    let request = browser
        .post(PAGE)
        .body(Body::from(format!("{}&text={}", form.body(), "a".repeat(1_000_000))))
        .unwrap();
    assert_eq!(browser.ask(request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let long = form.with("text", &"课".repeat(1_001));
    assert_eq!(browser.submit(&long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for rubbish in [&b"%ff%fe=%80"[..], b"\xff\xfe\x00", b"text=%E8%AF", b"&&&===%%%"] {
        let mut body = form.body().into_bytes();
        body.push(b'&');
        body.extend_from_slice(rubbish);
        let request = browser.post(PAGE).body(Body::from(body)).unwrap();
        let answer = browser.ask(request).await;
        assert!(
            answer.status == StatusCode::FORBIDDEN || answer.location() == format!("{PAGE}#now"),
            "{rubbish:?}"
        );
    }
    let mut many = form.body();
    for number in 0..100 {
        write!(many, "&tap={number}").unwrap();
    }
    let request = browser.post(PAGE).body(Body::from(many)).unwrap();
    assert_eq!(browser.ask(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(school.messages().await, 0);
}

#[tokio::test]
async fn words_are_shown_and_never_run() {
    let (_, mut browser, page) = school_with_mama().await;
    let nasty = "<script>alert(1)</script>\"'&<b>\u{202e}";
    let page = browser.send(&page.form("write").with("text", nasty)).await;
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>\u{202e}"));
    assert!(page.body.contains("&#60;script&#62;alert(1)"), "{}", page.body);
}

#[tokio::test]
async fn who_asks_too_often_has_to_wait_and_nobody_else_does() {
    let (school, mut browser, page) = school_with_mama().await;
    let mut form = page.form("write");
    let mut taken = 0;
    for _ in 0..40 {
        let answer = browser.submit(&form.with("text", "菜单")).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        taken += 1;
        form = browser.get(PAGE).await.form("write");
    }
    assert_eq!(taken, 30);
    school.simulator.hold_phone(Holder::Parent("p-nainai".into()));
    assert_eq!(Browser::new(&school).open().await.status, StatusCode::OK);
    school.clock.advance(chrono::Duration::minutes(1));
    assert_eq!(browser.submit(&form.with("text", "菜单")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_minute_of_a_browser_passes_also_while_the_schools_clock_stands() {
    let school = School::open().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let own = std::sync::Arc::new(kehou::clock::ManualClock::new(chrono::DateTime::UNIX_EPOCH));
    let mut browser = Browser::counted_by(&school, own.clone());
    browser.open().await;
    let mut statuses = Vec::new();
    for _ in 0..130 {
        statuses.push(browser.get("/p/example/news").await.status);
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    own.advance(chrono::Duration::minutes(1));
    assert_eq!(browser.get(PAGE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let school = School::open_at("https://kehou.example.cn").await;
    let mut browser = Browser::new(&school);
    let request = Request::get(PAGE).body(Body::empty()).unwrap();
    let answer = browser.ask(request).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-kehou-door-example=")
            && cookie.contains("Secure")
            && cookie.contains("Path=/;"),
        "{cookie}"
    );
    assert!(answer.location().contains("redirect_uri=https%3A%2F%2Fkehou.example.cn%2Fp%2Fexample%2Fin"));
}
