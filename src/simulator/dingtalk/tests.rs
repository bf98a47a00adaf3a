//! The platform's two accounts against the simulator over real connections: what each answer of DingTalk's means.
//!
//! The clock stands still until a test moves it.

mod unclear;

use std::time::Duration as Pause;

use super::*;
use crate::clock::ManualClock;
use crate::domain::people::Grade;
use crate::platform::dingtalk::{
    CardSettings, DingtalkNotice, DingtalkRobot, DingtalkSettings, EventSecrets, accounts,
};
use crate::platform::mailbox::{AnswerTo, Answering, Answers};
use crate::platform::{
    Call, CallbackRequest, Message, NextTry, Opened, Platform, SendError, SendReport, contract,
};

struct World {
    simulator: DingtalkSimulator,
    clock: Arc<ManualClock>,
    robot: DingtalkRobot,
    notice: DingtalkNotice,
    running: Running,
}

/// A report without what only a recall needs.
fn bare(report: SendReport) -> SendReport {
    SendReport { recall: None, ..report }
}

/// The template of the school's cards.
const TEMPLATE: &str = "desk.schema";

async fn world_with(settings: ConsoleSettings) -> World {
    let clock = Arc::new(ManualClock::new("2026-09-01T01:00:00Z".parse().unwrap()));
    let simulator = DingtalkSimulator::new(settings.clone(), clock.clone(), Ids::seeded(1)).unwrap();
    let running = simulator.serve(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    simulator.add_template(TEMPLATE, true);
    for account in ["wang", "li", "Zhao"] {
        simulator.add_member(account);
    }
    let app = DingtalkSettings {
        school: "east".into(),
        corp_id: settings.corp_id,
        client_id: settings.client_id,
        client_secret: settings.client_secret.into(),
        robot_code: settings.robot_code,
        agent_id: settings.agent_id,
        calls_per_month: settings.calls_per_month,
        pushes_per_month: 3_000,
        events: Some(EventSecrets {
            token: settings.event_token.into(),
            aes_key: settings.event_aes_key.into(),
        }),
        cards: Some(CardSettings {
            template: TEMPLATE.to_owned(),
            callback_url: "https://kehou.example.cn/callback/dingtalk/east/card".to_owned(),
        }),
        api_base: running.base(),
        oapi_base: running.base(),
        login_base: running.base(),
        jsapi: format!("{}/dingtalk.open.js", running.base()),
    };
    let page = "https://kehou.example.cn/p/east";
    let (robot, notice) = accounts(app, page, clock.clone(), Arc::new(Ids::seeded(2))).unwrap();
    World { simulator, clock, robot, notice, running }
}

async fn world() -> World {
    world_with(ConsoleSettings::new("dingcorp", "dingapp", "secret")).await
}

impl World {
    fn text(&self, accounts: &[&str], words: &str) -> Call {
        let accounts: Vec<String> = accounts.iter().map(|&account| account.to_owned()).collect();
        Platform::compose(&self.robot, &accounts, &Message::Text(words.to_owned()))
    }

    fn note(&self, accounts: &[&str], words: &str) -> Call {
        let accounts: Vec<String> = accounts.iter().map(|&account| account.to_owned()).collect();
        Platform::compose(&self.notice, &accounts, &Message::Text(words.to_owned()))
    }

    async fn send(&self, words: &str) -> Result<SendReport, SendError> {
        self.robot.send(&self.text(&["wang"], words)).await
    }

    fn fail(&self, outage: Outage) {
        self.simulator.set_faults(Faults { outage, outage_calls: Some(1), ..Faults::default() });
    }

    fn shown(&self, account: &str) -> Vec<String> {
        let thread = self.simulator.phone(account).unwrap().thread;
        thread.iter().filter(|one| one.from == Author::App).map(|one| one.shows.words()).collect()
    }

    /// An answer to a message that `account` has just written.
    fn answer(&self, account: &str, words: &str) -> Call {
        let body = self.simulator.message(account, &Saying::Text("菜单".to_owned())).unwrap();
        let session: serde_json::Value = serde_json::from_str(&body).unwrap();
        let webhook = session["sessionWebhook"].as_str().unwrap();
        let (_, query) = webhook.split_once('?').unwrap();
        let until = session["sessionWebhookExpiredTime"].as_i64().unwrap();
        let envelope = serde_json::json!({"query": query, "until": until}).to_string();
        let to = AnswerTo { envelope, taps: Vec::new() };
        let message = Message::Text(words.to_owned());
        Answers::compose(&self.robot, &Answering { id: "r1", account, message: &message, to: &to })
    }
}

#[tokio::test]
async fn both_accounts_read_a_partial_failure_and_send_pictures() {
    let world = world().await;
    world.simulator.set_in_range("li", false);
    contract::a_partial_failure_is_read(&world.robot, &["wang", "li", "nobody"], &["li", "nobody"]).await;
    contract::a_picture_goes_by_its_upload(&world.robot, b"a picture", "wang").await;
    assert_eq!(world.shown("wang"), ["放学了", "[图片]", "[图片]"], "nothing guards the robot's messages");
    contract::a_picture_goes_by_its_upload_later(&world.notice, b"a picture", "Zhao").await;
}

#[tokio::test]
async fn one_token_serves_both_interfaces_and_is_renewed_once_when_it_is_refused() {
    let world = world().await;
    world.send("一").await.unwrap();
    world.notice.send(&world.note(&["wang"], "二")).await.unwrap();
    assert_eq!(world.simulator.figures().token_calls, 1);
    for number in 0..2 {
        world.simulator.revoke_token();
        if number == 0 {
            world.send("三").await.unwrap();
        } else {
            world.notice.send(&world.note(&["wang"], "四")).await.unwrap();
        }
        assert_eq!(world.simulator.figures().token_calls, 2 + number);
    }
    assert_eq!(world.shown("wang").len(), 4);
}

#[tokio::test]
async fn whom_the_robot_writes_to_too_fast_is_written_to_later() {
    let world = world().await;
    world.simulator.set_faults(Faults { flow_controlled: 1, ..Faults::default() });
    let report = world.robot.send(&world.text(&["wang", "li"], "放学了")).await.unwrap();
    assert_eq!(report.later, [("wang".to_owned(), Pause::from_mins(1))]);
    assert_eq!((world.shown("wang").len(), world.shown("li").len()), (0, 1));
}

#[tokio::test]
async fn a_single_stranger_is_unreached_and_several_are_tried_alone() {
    let world = world().await;
    let report = world.robot.send(&world.text(&["nobody"], "放学了")).await.unwrap();
    assert_eq!(report.unreached.len(), 1);
    let several = world.robot.send(&world.text(&["nobody", "noone"], "放学了")).await;
    assert!(matches!(several, Err(SendError::Refused { .. })), "the outbox sends to each alone then");
}

#[tokio::test]
async fn what_dingtalk_refuses_says_what_follows() {
    let world = world().await;
    for (outage, want) in [
        (Outage::Banned, NextTry::After(Pause::from_mins(5))),
        (Outage::MonthOver, NextTry::Park),
        (Outage::Forbidden, NextTry::Park),
    ] {
        world.fail(outage);
        assert_eq!(world.send("放学了").await.unwrap_err().next(), want, "{outage:?}");
        world.fail(outage);
        let notice = world.notice.send(&world.note(&["wang"], "放学了")).await;
        assert_eq!(notice.unwrap_err().next(), want, "{outage:?}");
    }
    world.fail(Outage::Busy);
    assert!(matches!(world.send("放学了").await, Err(SendError::Unavailable { .. })));
    for outage in [Outage::TimedOut, Outage::AnswerLost] {
        world.fail(outage);
        assert!(matches!(world.send("放学了").await, Err(SendError::Unknown(_))), "{outage:?}");
        world.fail(outage);
        let notice = world.notice.send(&world.note(&["wang"], "放学了")).await;
        assert!(matches!(notice, Err(SendError::Unknown(_))), "{outage:?}");
    }
    assert_eq!(world.shown("wang").len(), 2, "only what got lost on the way back arrived");
}

#[tokio::test]
async fn the_second_has_its_limit_and_the_month_its_end() {
    let settings = ConsoleSettings { calls_per_second: 2, calls_per_month: 3, ..console() };
    let world = world_with(settings).await;
    for want in [None, None, Some(NextTry::After(Pause::from_secs(1)))] {
        assert_eq!(world.send("放学了").await.err().map(|error| error.next()), want);
    }
    world.clock.advance(Duration::seconds(1));
    world.send("放学了").await.unwrap();
    assert_eq!(world.send("放学了").await.unwrap_err().next(), NextTry::Park);
    world.clock.advance(Duration::days(30));
    world.send("放学了").await.unwrap();
}

#[tokio::test]
async fn the_contacts_are_read_page_by_page_with_grades_advisers_and_guardians() {
    let world = world().await;
    let students: Vec<_> = (0..45).map(|number| (format!("s{number:02}"), format!("学生{number}"))).collect();
    let mothers =
        students.iter().map(|(id, _)| (format!("g{id}"), id.clone(), "M".to_owned(), String::new()));
    let fathers = students
        .iter()
        .take(20)
        .map(|(id, _)| (format!("f{id}"), id.clone(), "F".to_owned(), "爸爸".to_owned()));
    let guardians = mothers.chain(fathers).collect();
    let adviser = Some("Zhao".to_owned());
    let class = ClassInContacts { id: 32, grade: 3, name: "2班".to_owned(), adviser, students, guardians };
    world.simulator.put_class(class);
    world.simulator.put_class(ClassInContacts {
        id: 11,
        grade: 1,
        name: "1班".to_owned(),
        ..Default::default()
    });
    let directory = world.notice.directory().unwrap();
    let classes = directory.classes().await.unwrap();
    let grades: Vec<_> = classes.iter().map(|class| (class.id.as_str(), class.grade)).collect();
    assert_eq!(grades, [("11", Some(Grade::School(1))), ("32", Some(Grade::School(3)))]);
    assert_eq!(classes[1].homeroom_teachers, ["Zhao"]);
    let listed = directory.students(&classes[1]).await.unwrap();
    assert_eq!((listed.len(), listed.iter().map(|one| one.parents.len()).sum::<usize>()), (45, 65));
    assert_eq!(
        (listed[0].parents[0].relation.0.as_str(), listed[0].parents[0].account.as_str()),
        ("妈妈", "gs00")
    );
    assert!(directory.students(&classes[0]).await.unwrap().is_empty());
    world.fail(Outage::Forbidden);
    assert_eq!(directory.classes().await.unwrap_err().next(), NextTry::Park);
}

fn console() -> ConsoleSettings {
    ConsoleSettings::new("dingcorp", "dingapp", "secret")
}

#[tokio::test]
async fn an_answer_goes_by_its_session_while_that_lives_and_else_by_the_interface() {
    let world = world().await;
    let figures =
        |world: &World| (world.simulator.figures().session_calls, world.simulator.figures().batch_calls);
    let call = world.answer("wang", "好的");
    world.robot.send(&call).await.unwrap();
    assert_eq!(figures(&world), (1, 0));
    world.simulator.set_faults(Faults { sessions_refused: true, ..Faults::default() });
    world.robot.send(&world.answer("wang", "第二")).await.unwrap();
    assert_eq!(figures(&world), (2, 1), "a session that says no");
    world.clock.advance(Duration::minutes(90));
    world.robot.send(&call).await.unwrap();
    assert_eq!(figures(&world), (2, 2), "a session that is over is not asked");
    assert_eq!(world.shown("wang"), ["好的", "第二", "好的"]);
}

#[tokio::test]
async fn a_notice_tells_whom_it_reached_when_it_is_asked() {
    let world = world().await;
    world.simulator.set_faults(Faults { results_late_by: 1, ..Faults::default() });
    let call = world.note(&["wang", "nobody"], "放学了\n东门");
    let receipt = world.notice.send(&call).await.unwrap().receipt.unwrap();
    assert_eq!(world.notice.outcome(&call, &receipt).await.unwrap(), None);
    let report = world.notice.outcome(&call, &receipt).await.unwrap().unwrap();
    let unreached: Vec<&str> = report.unreached.iter().map(|(account, _)| account.as_str()).collect();
    assert_eq!((unreached, report.receipt), (vec!["nobody"], None));
    let words = world.shown("wang").concat();
    assert!(words.contains("放学了\n东门\n（9月1日 09:00）"), "{words}");
}

#[tokio::test]
async fn the_same_words_on_one_day_arrive_each_time_and_a_repeated_call_once() {
    let world = world().await;
    let call = world.note(&["wang"], "放学了");
    for _ in 0..2 {
        let receipt = world.notice.send(&call).await.unwrap().receipt.unwrap();
        let report = world.notice.outcome(&call, &receipt).await.unwrap().unwrap();
        assert_eq!(bare(report), SendReport::default(), "who has the words already has them");
    }
    assert_eq!((world.shown("wang").len(), world.simulator.figures().duplicates_dropped), (1, 1));
    world.clock.advance(Duration::minutes(1));
    world.notice.send(&world.note(&["wang"], "放学了")).await.unwrap();
    assert_eq!(world.shown("wang").len(), 2);
}

#[tokio::test]
async fn the_longest_text_of_each_account_is_taken() {
    let world = world().await;
    let lines = |bytes: usize| "今天的课后服务到此结束。\n".repeat(bytes / 37);
    for words in [lines(world.notice.limits().text_bytes_max), "课".repeat(366)] {
        assert!(words.len() <= world.notice.limits().text_bytes_max);
        world.notice.send(&world.note(&["wang"], &words)).await.unwrap();
    }
    world.send(&lines(world.robot.limits().text_bytes_max)).await.unwrap();
}

/// Takes what the simulator posts, as the server's doors do.
fn doors(robot: Arc<DingtalkRobot>, notice: Arc<DingtalkNotice>, clock: Arc<ManualClock>) -> axum::Router {
    use axum::extract::{Path, RawQuery};
    use axum::http::HeaderMap;
    let take =
        move |Path(door): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap, body: String| {
            let (robot, notice, clock) = (robot.clone(), notice.clone(), clock.clone());
            async move {
                let platform: Arc<dyn Platform> = if door == "robot" { robot } else { notice };
                let (query, body) = (query.unwrap_or_default(), body.into_bytes());
                let request = CallbackRequest { is_get: false, query, headers, body };
                match platform.open(&request).unwrap() {
                    Opened::Verification(answer) => answer.body,
                    Opened::Doorbell(_) => panic!("dingtalk rings no bell"),
                    Opened::Inbound(inbound) => platform.answer(&inbound, Some("收到"), clock.now()).body,
                }
            }
        };
    axum::Router::new().route("/{door}", axum::routing::post(take))
}

#[tokio::test]
async fn the_simulators_callbacks_are_opened_and_their_answers_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let World { simulator, clock, robot, notice, running: _running } =
        world_with(console().with_callback_url(url)).await;
    let router = doors(Arc::new(robot), Arc::new(notice), clock);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    simulator.check_url().await.unwrap();
    let event = Event { kind: "edu_user_insert".to_owned(), fields: serde_json::json!({"userid": "g1"}) };
    assert_eq!(simulator.announce(&event).await.unwrap().requests, 1);
    simulator.set_faults(Faults { extra_deliveries: 1, ..Faults::default() });
    assert_eq!(simulator.say("wang", "你好").await.unwrap().requests, 2);
    assert_eq!(simulator.phone("wang").unwrap().last_from_app().unwrap().shows.words(), "收到");
    server.abort();
}

/// A call of the new interface, as raw as it comes.
async fn raw(
    world: &World,
    method: reqwest::Method,
    path: &str,
    body: serde_json::Value,
) -> (u16, serde_json::Value) {
    // A token that works.
    world.send("好").await.unwrap();
    let token = world.simulator.state().token.clone().unwrap().0;
    let answer = crate::platform::http_client()
        .unwrap()
        .request(method, format!("{}{path}", world.running.base()))
        .header("accept", "application/json")
        .header("x-acs-dingtalk-access-token", token)
        .json(&body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn card_body(track: &str, to: &str) -> serde_json::Value {
    serde_json::json!({
        "cardTemplateId": TEMPLATE, "outTrackId": track, "callbackType": "STREAM", "userIdType": 1,
        "cardData": {"cardParamMap": {"title": "【中途申请】3号", "button1": "同意"}},
        "openSpaceId": format!("dtv1.card//IM_ROBOT.{to}"),
        "imRobotOpenSpaceModel": {"supportForward": false, "lastMessageI18n": {"ZH_CN": "申请"},
            "notification": {"alertContent": "申请", "notificationOff": false}},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": "dingapp"},
    })
}

#[tokio::test]
async fn a_track_is_a_card_for_ever_and_an_update_without_its_option_wipes_what_it_does_not_name() {
    const CREATE: &str = "/v1.0/card/instances/createAndDeliver";
    let world = world().await;
    let (post, put) = (reqwest::Method::POST, reqwest::Method::PUT);
    let first = raw(&world, post.clone(), CREATE, card_body("k_1", "wang")).await;
    assert_eq!(
        (first.0, &first.1["result"]["deliverResults"][0]["success"]),
        (200, &serde_json::json!(true))
    );
    let mut other = card_body("k_1", "wang");
    other["cardData"]["cardParamMap"]["title"] = serde_json::json!("别的");
    assert_eq!(raw(&world, post.clone(), CREATE, other).await, first, "no error, and no change");
    let cards = || world.simulator.cards("wang");
    assert_eq!((cards().len(), cards()[0].title.as_str()), (1, "【中途申请】3号"));
    let update = |options: serde_json::Value| {
        let data = serde_json::json!({"cardParamMap": {"result": "已同意"}});
        serde_json::json!({"outTrackId": "k_1", "cardData": data, "cardUpdateOptions": options, "userIdType": 1})
    };
    let by_key = update(serde_json::json!({"updateCardDataByKey": true}));
    assert_eq!(raw(&world, put.clone(), "/v1.0/card/instances", by_key).await.0, 200);
    assert_eq!(
        (cards()[0].title.as_str(), cards()[0].replaced.as_deref()),
        ("【中途申请】3号", Some("已同意"))
    );
    raw(&world, put, "/v1.0/card/instances", update(serde_json::json!({}))).await;
    assert_eq!((cards()[0].title.as_str(), cards()[0].replaced.as_deref()), ("", Some("已同意")));
    // Well outside, not delivered inside.
    let missed = raw(&world, post.clone(), CREATE, card_body("k_2", "nobody")).await;
    assert_eq!((missed.0, &missed.1["success"]), (200, &serde_json::json!(true)));
    assert_eq!(missed.1["result"]["deliverResults"][0]["success"], false);
    for (name, value) in
        [("/cardData/cardParamMap/title", serde_json::json!(3)), ("/cardTemplateId", serde_json::json!("x"))]
    {
        let mut body = card_body("k_3", "wang");
        *body.pointer_mut(name).unwrap() = value;
        assert_eq!(raw(&world, post.clone(), CREATE, body).await.0, 400, "{name}");
    }
}

#[tokio::test]
async fn a_card_whose_template_or_way_back_is_refused_goes_as_its_words() {
    let world = world().await;
    let card = crate::platform::card::tests::card("k_1");
    let send = async |id: &str| {
        let card =
            crate::platform::card::Card { id: crate::platform::card::CardId(id.to_owned()), ..card.clone() };
        let call = Platform::compose(&world.robot, &["wang".to_owned()], &Message::Card(card));
        world.robot.send(&call).await
    };
    world.simulator.add_template(TEMPLATE, false);
    assert_eq!(bare(send("k_1").await.unwrap()), SendReport::default());
    assert_eq!(world.shown("wang"), [card.words.as_str()]);
    world.simulator.add_template(TEMPLATE, true);
    let report = send("k_2").await.unwrap();
    assert_eq!(report.card.unwrap().0, "k_2--approve--reject");
    assert_eq!(world.simulator.cards("wang").len(), 1);
    // Whoever is unknown is not reached by the words either.
    let call = Platform::compose(&world.robot, &["nobody".to_owned()], &Message::Card(card.clone()));
    assert_eq!(world.robot.send(&call).await.unwrap().unreached.len(), 1);
}
