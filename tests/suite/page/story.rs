//! A parent opens the link, is recognised, answers with taps and in words, and finds everything again.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use kehou::clock::Clock as _;
use kehou::simulator::wecom::Holder;
use kehou::usecase::campaign;

use super::School;
use super::browser::Browser;

async fn asked() -> School {
    let school = School::open().await;
    let service = &school.app.service;
    campaign::open(service, service.school(&school.id).unwrap(), 5, school.clock.now()).await.unwrap();
    school.app.settle().await.unwrap();
    school
}

#[tokio::test]
async fn a_survey_is_answered_by_taps_and_corrected_in_words() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("P-Mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("李小禾妈妈，您好") && page.body.contains("李小禾同学（三年级2班）参加吗？"));
    assert_eq!(page.taps(), ["参加", "不参加", "再考虑"]);

    let page = browser.send(&page.form("taps").with("only", "参加")).await;
    assert_eq!(page.taps(), ["周一", "周二", "周三", "周四", "周五", "每天"]);
    let page = browser.send(&page.form("taps").with("tap", "周一").with("tap", "周三")).await;
    assert!(page.taps().contains(&"17:30".to_owned()), "{:?}", page.taps());
    let page = browser.send(&page.form("write").with("text", "五点半")).await;
    assert!(page.taps().contains(&"听老师安排".to_owned()), "{:?}", page.taps());
    let page = browser.send(&page.form("taps").with("only", "听老师安排")).await;
    assert!(page.body.contains("周一、周三，17:30接"), "{}", page.body);
    let page = browser.send(&page.form("write").with("text", "五点接")).await;
    assert!(page.body.contains("周一、周三，17:00接"), "a better answer corrects it: {}", page.body);
    let page = browser.send(&page.form("taps").with("only", "对")).await;
    assert!(page.body.contains("已登记参加"), "{}", page.body);
    assert!(page.body.contains("回执码 <b class=\"code\">"), "it stands in «我的登记»");
    assert_eq!(page.taps(), Vec::<String>::new());
    let again = browser.get("/p/example").await;
    assert!(again.body.contains("17:00接"), "opened again, it is all there");
}

#[tokio::test]
async fn a_double_submit_takes_effect_once_and_the_back_button_does_no_harm() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    let form = page.form("taps").with("only", "参加");
    for _ in 0..2 {
        let page = browser.send(&form).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.taps().len(), 6, "the days are asked for, once");
        assert_eq!(page.body.matches("哪几天参加").count(), 1);
    }
    // Back to the first page, and another answer there: it is not taken for the days.
    let late = browser.submit(&page.form("write").with("text", "不参加")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.body.contains("所以这一句还没有发出去") && late.body.contains(">不参加</textarea>"),
        "{}",
        late.body
    );
    assert_eq!(late.taps().len(), 6);
}

#[tokio::test]
async fn whoever_opens_a_link_sees_their_own_things() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mama = Browser::new(&school).open().await;
    assert!(mama.body.contains("李小禾"));
    school.simulator.hold_phone(Holder::Parent("p-nainai".into()));
    let nainai = Browser::new(&school).open().await;
    assert!(nainai.body.contains("周小苗") && !nainai.body.contains("李小禾"), "{}", nainai.body);
}

#[tokio::test]
async fn strangers_are_told_whom_to_ask() {
    let school = asked().await;
    for holder in [
        Holder::Stranger,
        Holder::Student("s1".into()),
        Holder::Parent("nobody".into()),
        Holder::Parent("ww9/p-mama".into()),
    ] {
        school.simulator.hold_phone(holder.clone());
        let mut browser = Browser::new(&school);
        let page = browser.open().await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{holder:?}");
        assert!(page.body.contains("请告诉孩子的班主任") && !page.body.contains("李小禾"), "{holder:?}");
        assert!(
            browser.cookies.keys().all(|name| name != "kehou-example"),
            "{holder:?}: {:?}",
            browser.cookies
        );
    }
}

#[tokio::test]
async fn a_spent_code_goes_round_once_and_no_more() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    school.simulator.refuse_next_code(40029);
    let page = Browser::new(&school).open().await;
    assert_eq!(page.status, StatusCode::OK, "the second code is good");
    for _ in 0..2 {
        school.simulator.refuse_next_code(40029);
    }
    let page = Browser::new(&school).open().await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("请重新进入"));
    school.simulator.refuse_next_code(50001);
    let page = Browser::new(&school).open().await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("暂时进不去"), "{}", page.body);
}

#[tokio::test]
async fn a_revoked_token_is_fetched_anew() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    assert_eq!(Browser::new(&school).open().await.status, StatusCode::OK);
    school.simulator.revoke_token();
    assert_eq!(Browser::new(&school).open().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_login_ends_when_it_is_left_alone_and_when_the_parent_says_so() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    school.clock.advance(chrono::Duration::minutes(119));
    assert_eq!(browser.get("/p/example").await.status, StatusCode::OK, "used, it goes on");
    school.clock.advance(chrono::Duration::minutes(119));
    assert_eq!(browser.get("/p/example/news").await.status, StatusCode::OK);
    school.clock.advance(chrono::Duration::minutes(121));
    assert_eq!(browser.get("/p/example/news").await.status, StatusCode::UNAUTHORIZED);
    let late = browser.submit(&page.form("write").with("text", "参加")).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "and no post leads out of our own site");

    let page = browser.open().await;
    let key = page.form("write");
    let request = browser.post("/p/example/out").body(axum::body::Body::from(key.body())).unwrap();
    let kept = browser.cookies.clone();
    assert!(browser.ask(request).await.body.contains("已经退出"));
    assert!(browser.cookies.is_empty());
    browser.cookies = kept;
    assert_eq!(
        browser.get("/p/example/news").await.status,
        StatusCode::UNAUTHORIZED,
        "a kept cookie is worth nothing"
    );
}

#[tokio::test]
async fn what_the_page_always_offers_is_understood() {
    let school = School::open().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    let quick = page.body.split("class=\"quick\"").nth(1).unwrap();
    let sends: BTreeSet<String> = quick
        .split("<button name=\"only\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(sends.len(), 5);
    for words in sends {
        let mut browser = Browser::new(&school);
        let page = browser.open().await;
        let page = browser.send(&page.form("quick").with("only", &words)).await;
        assert!(!page.body.contains("好的，我在"), "«{words}» begins nothing");
        let page = browser.open().await;
        browser.send(&page.form("quick").with("only", "取消")).await;
    }
}

#[tokio::test]
async fn the_page_is_light_and_strict() {
    let school = asked().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    let (css, js) = (browser.get("/p/page.css").await, browser.get("/p/page.js").await);
    let bytes = page.body.len() + css.body.len() + js.body.len();
    assert!(bytes < 50_000, "{bytes} bytes");
    assert!(
        !page.body.contains("<script>") && !page.body.contains("style=\"") && !page.body.contains("onclick")
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(page.headers[name], value);
    }
}
