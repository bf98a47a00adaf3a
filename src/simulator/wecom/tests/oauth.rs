//! Authorisation as a browser and a server meet it, in memory.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;

const BACK: &str = "http%3A%2F%2F127.0.0.1%3A8700%2Fp%2Feast%2Fin";

async fn get(simulator: &WecomSimulator, path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = simulator.router().oneshot(request).await.unwrap();
    let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    let (status, body) = (answer.status(), axum::body::to_bytes(answer.into_body(), 99_999).await.unwrap());
    (status, to.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
}

fn authorise(corp: &str, back: &str, scope: &str, state: &str) -> String {
    format!(
        "/connect/oauth2/authorize?appid={corp}&redirect_uri={back}&response_type=code&scope={scope}&state={state}"
    )
}

async fn code(simulator: &WecomSimulator) -> String {
    let (status, to, _) = get(simulator, &authorise(CORP, BACK, "snsapi_base", "ab12")).await;
    assert_eq!(status, StatusCode::FOUND);
    let rest = to.strip_prefix("http://127.0.0.1:8700/p/east/in?code=").unwrap();
    rest.strip_suffix("&state=ab12").unwrap().to_owned()
}

async fn who(simulator: &WecomSimulator, code: &str) -> Value {
    asked(simulator, "school", code).await
}

async fn asked(simulator: &WecomSimulator, whom: &str, code: &str) -> Value {
    let (_, _, token) = get(simulator, &format!("/cgi-bin/gettoken?corpid={CORP}&corpsecret=secret")).await;
    let token: Value = serde_json::from_str(&token).unwrap();
    let token = token["access_token"].as_str().unwrap();
    let path = format!("/cgi-bin/{whom}/getuserinfo?access_token={token}&code={code}");
    serde_json::from_str(&get(simulator, &path).await.2).unwrap()
}

#[tokio::test]
async fn a_code_tells_who_holds_the_phone_once_and_for_five_minutes() {
    let (simulator, clock) = simulator_with(settings());
    simulator.hold_phone(Holder::Parent("p1".into()));
    let first = code(&simulator).await;
    assert_eq!(who(&simulator, &first).await["parent_userid"], "p1");
    assert_eq!(who(&simulator, &first).await["errcode"], 40029);
    let late = code(&simulator).await;
    clock.advance(chrono::Duration::minutes(5));
    assert_eq!(who(&simulator, &late).await["errcode"], 40029);
    simulator.hold_phone(Holder::Student("s1".into()));
    let student = who(&simulator, &code(&simulator).await).await;
    assert!(student["student_userid"] == "s1" && student["parent_userid"].is_null(), "{student}");
    simulator.refuse_next_code(50001);
    let next = code(&simulator).await;
    assert_eq!(who(&simulator, &next).await["errcode"], 50001);
    assert_eq!(who(&simulator, &next).await["errcode"], 0, "refused once");
    let (_, _, bare) = get(&simulator, "/cgi-bin/school/getuserinfo?code=x").await;
    assert!(bare.contains("41001"), "{bare}");
}

#[tokio::test]
async fn what_wechat_does_not_take_is_a_sentence_and_no_redirect() {
    let (simulator, _) = simulator_with(settings());
    let fine = authorise(CORP, BACK, "snsapi_base", "ab12");
    assert!(get(&simulator, &fine).await.2.contains("微信客户端"), "nobody holds a phone");
    simulator.hold_phone(Holder::Stranger);
    for path in [
        authorise("wwOTHER", BACK, "snsapi_base", "ab12"),
        authorise(CORP, "https%3A%2F%2Fevil.example%2F", "snsapi_base", "ab12"),
        authorise(CORP, "rubbish", "snsapi_base", "ab12"),
        authorise(CORP, BACK, "snsapi_privateinfo", "ab12"),
        authorise(CORP, BACK, "snsapi_base", "a-b"),
        authorise(CORP, BACK, "snsapi_base", &"a".repeat(129)),
    ] {
        let (status, to, body) = get(&simulator, &path).await;
        assert!(status == StatusCode::OK && to.is_empty() && body.contains("参数错误"), "{path}: {body}");
    }
    assert_eq!(get(&simulator, &fine).await.0, StatusCode::FOUND);
}

#[tokio::test]
async fn a_members_code_names_the_member_and_a_parents_names_no_member() {
    let (simulator, _) = simulator_with(settings());
    for (holder, userid) in [
        (Holder::Member("t-Liu".into()), Some("t-Liu")),
        (Holder::Parent("p1".into()), None),
        (Holder::Stranger, None),
    ] {
        simulator.hold_phone(holder.clone());
        let told = asked(&simulator, "auth", &code(&simulator).await).await;
        assert_eq!((told["errcode"].as_i64(), told["userid"].as_str()), (Some(0), userid), "{holder:?}");
    }
    simulator.hold_phone(Holder::Member("t-Liu".into()));
    assert!(who(&simulator, &code(&simulator).await).await["parent_userid"].is_null());
}

fn scan(kind: &str, corp: &str, agent: &str, back: &str) -> String {
    format!(
        "/wwlogin/sso/login?login_type={kind}&appid={corp}&agentid={agent}&redirect_uri={back}&state=ab12"
    )
}

#[tokio::test]
async fn a_scan_leads_back_with_a_code_for_members_in_range_only() {
    let (simulator, _) = simulator_with(settings());
    let agent = settings().agent_id.to_string();
    let page = scan("CorpApp", CORP, &agent, BACK);
    let yes = format!("{page}&scanned=true");
    simulator.hold_phone(Holder::Member("t-liu".into()));
    assert!(get(&simulator, &page).await.2.contains("用手机扫码并确认"));
    assert!(get(&simulator, &yes).await.2.contains("不在应用的可见范围"), "nobody added the member");
    simulator.add_member("t-liu");
    let (status, to, _) = get(&simulator, &yes).await;
    assert!(status == StatusCode::FOUND && to.ends_with("&state=ab12"), "{to}");
    simulator.hold_phone(Holder::Parent("p1".into()));
    assert!(get(&simulator, &yes).await.2.contains("企业成员"));
    for (path, code) in [
        (scan("ServiceApp", CORP, &agent, BACK), "-31040"),
        (scan("CorpApp", "wwOTHER", &agent, BACK), "-31027"),
        (scan("CorpApp", CORP, "1", BACK), "-31028"),
        (scan("CorpApp", CORP, &agent, ""), "-31035"),
        (scan("CorpApp", CORP, &agent, "https%3A%2F%2Fevil.example%2F"), "-31020"),
    ] {
        let (_, to, body) = get(&simulator, &path).await;
        assert!(to.is_empty() && body.contains(code), "{path}: {body}");
    }
    simulator.set_login(false);
    assert!(get(&simulator, &page).await.2.contains("-31037"));
}
