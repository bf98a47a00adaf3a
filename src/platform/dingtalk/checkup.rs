//! A check-up of a school's DingTalk: the app's secret on both interfaces, the robot, the stream or the addresses, the
//! notices and the contacts, against the console's switches.
//!
//! Nothing that is tried here reaches anybody: messages are addressed to an account that nobody has, and of the stream only
//! the ticket is asked for, because a second connection would get a share of what people write. Who is in the app's visible
//! range no call tells. Knows no store. Start where [`DingtalkRobot`] is a [`Checkup`].
//!
//! Sources: <https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app>,
//! `…/chatbots-send-one-on-one-chat-messages-in-batches`, `…/asynchronous-sending-of-enterprise-session-messages` and
//! `…/http-callback-overview`, read 2026-08.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;

use super::api::{Told, read_old, refusal_in};
use super::callback::{self, EventDoor};
use super::signed::mac;
use super::{App, DingtalkNotice, DingtalkRobot, card, errors, robot};
use crate::clock::Moment;
use crate::domain::people::Channel;
use crate::ids::Ids;
use crate::platform::checkup::{
    self, Checkup, Door, Examined, Expected, Finding, Heard, Knock, Level, Party,
};
use crate::platform::http::exchange;
use crate::platform::{Message, Platform as _, SendError};

/// An account that nobody has.
const NOBODY: &str = "kehou-doctor-nobody";
/// Words that nobody reads.
const WORDS: &str = "kehou doctor";
/// Characters of a nonce.
const NONCE_LEN: usize = 10;

/// The console of the app, as somebody finds it.
const APP: &str = "钉钉开发者后台 → 应用开发 → 本应用";

const ROBOT_DOOR: Door = Door {
    name: "robot",
    ids: ("callback", "forged"),
    subject: "机器人地址",
    means: "老师对机器人说的话到不了",
    when_refused: SECRET_DIFFERS,
};
const CARD_DOOR: Door = Door {
    name: "card",
    ids: ("card_callback", "card_forged"),
    subject: "卡片地址",
    means: "老师在卡片上的点按到不了；打字回复不受影响",
    when_refused: SECRET_DIFFERS,
};
const EVENT_DOOR: Door = Door {
    name: "event",
    ids: ("callback", "forged"),
    subject: "事件地址",
    means: "后台保存不了事件订阅；学生转班、家长变动，要等到每周的同步才知道",
    when_refused: "核对事件订阅的 Token、加密 aes_key、Client ID 和 CorpId",
};
const SECRET_DIFFERS: &str = "这个地址用 Client Secret 核对签名，核对 Client Secret";

const DINGTALK: Party = Party {
    name: "钉钉",
    addresses: "api_base 和 oapi_base（默认 https://api.dingtalk.com 与 https://oapi.dingtalk.com）",
};

#[async_trait]
impl Checkup for DingtalkRobot {
    async fn examine(&self, now: Moment) -> Examined {
        let app = self.app();
        if let Err(error) = app.api.tokens.get().await {
            return Examined {
                findings: vec![no_token("dingtalk.token", NEW_TOKEN, &error.into())],
                is_shut: true,
            };
        }
        let mut findings = vec![Finding::fine("dingtalk.token", NEW_TOKEN, "取到了令牌")];
        findings.extend(app.old_interface(now).await);
        findings.push(self.robot_code().await);
        findings.extend(self.opening().await);
        findings.extend(unseen());
        Examined { findings, is_shut: false }
    }

    fn knocks(&self, is_genuine: bool, now: Moment, _: &Ids) -> Vec<Knock> {
        let doors = &self.app().doors;
        if doors.events.is_none() {
            return Vec::new();
        }
        let timestamp = now.timestamp_millis().to_string();
        let spoilt = |mut sign: Vec<u8>| {
            if let (false, Some(first)) = (is_genuine, sign.first_mut()) {
                *first = !*first;
            }
            STANDARD.encode(sign)
        };
        let message = callback::robot_message(&timestamp, &doors.client_secret);
        let sign = spoilt(mac(&doors.client_secret, &message).finalize().into_bytes().to_vec());
        // What is said in a group is left alone.
        let body = json!({
            "msgId": format!("doctor{timestamp}"), "msgtype": "text", "text": {"content": WORDS},
            "conversationType": "2", "senderStaffId": NOBODY,
        });
        let to_robot = Knock {
            door: ROBOT_DOOR,
            headers: vec![("timestamp", timestamp.clone()), ("sign", sign)],
            body: Some(body.to_string()),
            answer: is_genuine.then(|| callback::nothing().body),
            ..Knock::default()
        };
        let sign = spoilt(card::press_signature(&doors.client_secret, &timestamp));
        // So is what is pressed on a card of somebody else's.
        let body = json!({
            "type": "actionCallback", "outTrackId": WORDS, "userId": NOBODY, "content": "{}",
        });
        let to_card = Knock {
            door: CARD_DOOR,
            headers: vec![(card::SIGNATURE_TIME, timestamp), (card::SIGNATURE, sign)],
            body: Some(body.to_string()),
            answer: is_genuine.then(|| callback::nothing().body),
            ..Knock::default()
        };
        vec![to_robot, to_card]
    }

    fn expected(&self) -> Vec<Expected> {
        let then = if self.app().doors.events.is_some() {
            "钉钉开发者后台 → 应用开发 → 本应用 → 机器人：消息接收模式选 HTTP，填上 kehou config check 给出的机器人地址，发布；\
             然后用老师的手机给机器人发“菜单”，再查一次"
        } else {
            "钉钉开发者后台 → 应用开发 → 本应用 → 机器人：消息接收模式选 Stream，发布；然后用老师的手机给机器人发“菜单”，再查一次"
        };
        vec![Expected {
            heard: Heard::Message,
            by: Channel::DingtalkRobot,
            subject: "机器人收到的消息",
            means: "老师对机器人说的话到不了这里",
            then,
        }]
    }
}

const NEW_TOKEN: &str = "Client ID与Client Secret";

impl App {
    /// Whether the old interface knows the app too, and what time it is there.
    async fn old_interface(&self, now: Moment) -> Vec<Finding> {
        const ID: &str = "dingtalk.old_token";
        const SUBJECT: &str = "旧版接口的令牌";
        let request = self
            .api
            .http
            .get(format!("{}/gettoken", self.api.old_base))
            .query(&[
                ("appkey", self.client_id.as_str()),
                ("appsecret", self.doors.client_secret.expose_secret()),
            ])
            .header("accept", "application/json");
        let answer = match exchange(request).await {
            Ok(answer) => answer,
            Err(failure) => return vec![no_token(ID, SUBJECT, &failure.into())],
        };
        let clock = answer.date.map(|theirs| checkup::clock("dingtalk.clock", theirs, now));
        let told = match read_old(&answer).and_then(|answer| refusal_in(&answer)) {
            Ok(None) => Finding::fine(ID, SUBJECT, "取到了令牌"),
            Ok(Some(refusal)) => no_token(ID, SUBJECT, &refusal.classify()),
            Err(error) => no_token(ID, SUBJECT, &error),
        };
        std::iter::once(told).chain(clock).collect()
    }
}

impl DingtalkRobot {
    /// Whether the robot is the app's and may write, by a message that reaches nobody.
    async fn robot_code(&self) -> Finding {
        const ID: &str = "dingtalk.robot";
        const SUBJECT: &str = "RobotCode与发消息";
        const TRIED: &str = "让机器人给一个不存在的账号发消息";
        const MEANS: &str = "发给老师的消息都发不出去";
        let call = self.compose(&[NOBODY.to_owned()], &Message::Text(WORDS.to_owned()));
        match self.app().api.ask_new(Method::POST, robot::BATCH_SEND, &call.body).await {
            Ok(Told::Success(_)) => Finding::fine(ID, SUBJECT, format!("{TRIED}，钉钉认这个机器人")),
            Ok(Told::Refusal(refusal)) if refusal.is_unreached().is_some() => {
                Finding::fine(ID, SUBJECT, format!("{TRIED}，钉钉认这个机器人"))
            }
            Ok(Told::Refusal(refusal)) => no_answer(ID, SUBJECT, TRIED, &refusal.classify()).means(MEANS),
            Err(error) => no_answer(ID, SUBJECT, TRIED, &error).means(MEANS),
        }
    }

    /// Whether a stream can be opened, where everything comes by one.
    async fn opening(&self) -> Option<Finding> {
        const ID: &str = "dingtalk.stream";
        const SUBJECT: &str = "Stream 连接";
        if self.app().doors.events.is_some() {
            return None;
        }
        Some(match self.ask_for_ticket().await {
            Ok(()) => Finding::fine(ID, SUBJECT, "要到了连接的凭证（没有真的连上，免得分走消息）"),
            Err((what, then)) => Finding::new(Level::Wrong, ID, SUBJECT, format!("要连接的凭证，{what}"))
                .means("老师说的话、卡片上的点按和通讯录的变更都到不了")
                .then(then),
        })
    }
}

/// What stands in the console and cannot be seen from outside.
fn unseen() -> [Finding; 2] {
    let look = |id, subject, tried: &str, then: &str| {
        Finding::new(Level::Unseen, id, subject, tried).then(format!("{APP} → {then}"))
    };
    [
        look(
            "dingtalk.visible",
            "可使用范围",
            "老师、管理员和督学都要在里面；要通知家长，家校通讯录的成员也要能用",
            "可使用范围",
        ),
        look(
            "dingtalk.domain",
            "登录的回调域名",
            "电脑上扫码登录管理页要用：填 public_url 的地址",
            "登记登录的回调域名",
        ),
    ]
}

#[async_trait]
impl Checkup for DingtalkNotice {
    async fn examine(&self, _: Moment) -> Examined {
        let findings = vec![self.agent().await, self.contacts().await];
        Examined { findings, is_shut: false }
    }

    fn part_of(&self) -> Option<Channel> {
        Some(Channel::DingtalkRobot)
    }

    fn knocks(&self, is_genuine: bool, now: Moment, ids: &Ids) -> Vec<Knock> {
        let Some(EventDoor { for_app, .. }) = &self.app().doors.events else { return Vec::new() };
        let (timestamp, nonce) = (now.timestamp_millis().to_string(), ids.code(NONCE_LEN));
        let encrypted = for_app.encrypt(&json!({"EventType": "check_url"}).to_string(), ids.bytes());
        let mut signature = for_app.signature(&timestamp, &nonce, &encrypted);
        if !is_genuine {
            signature = signature.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
        }
        vec![Knock {
            door: EVENT_DOOR,
            query: format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}"),
            body: Some(json!({"encrypt": encrypted}).to_string()),
            answer: is_genuine.then(|| callback::SUCCESS.to_owned()),
            ..Knock::default()
        }]
    }

    /// The answer is encrypted anew each time.
    fn is_answer(&self, knock: &Knock, body: &[u8]) -> bool {
        let said = self.app().doors.events.as_ref().and_then(|door| door.read_answer(body));
        said.is_some() && said == knock.answer
    }

    fn expected(&self) -> Vec<Expected> {
        vec![Expected {
            heard: Heard::Directory,
            by: Channel::DingtalkNotice,
            subject: "家校通讯录的事件",
            means: "学生转班、家长变动，要等到每周的同步才知道",
            then: "钉钉开发者后台 → 应用开发 → 本应用 → 事件订阅：订阅「家校通讯录」一组事件并发布；然后在家校通讯录里改一下\
                   一个学生再改回来，再查一次",
        }]
    }
}

impl DingtalkNotice {
    /// Whether the app may send notices, by one that reaches nobody.
    async fn agent(&self) -> Finding {
        const ID: &str = "dingtalk.agent";
        const SUBJECT: &str = "AgentId与工作通知";
        const TRIED: &str = "给一个不存在的账号发工作通知";
        let call = self.compose(&[NOBODY.to_owned()], &Message::Text(WORDS.to_owned()));
        match self.send(&call).await {
            // That nobody has the account it may say at once or later.
            Ok(_) | Err(SendError::Refused { code: errors::NO_MEMBER | errors::NOBODY_TO_SEND_TO, .. }) => {
                Finding::fine(ID, SUBJECT, format!("{TRIED}，钉钉认这个应用"))
            }
            Err(error) => no_answer(ID, SUBJECT, TRIED, &error).means("家长收不到任何通知"),
        }
    }

    async fn contacts(&self) -> Finding {
        const ID: &str = "dingtalk.directory";
        const SUBJECT: &str = "家校通讯录";
        const TRIED: &str = "读家校通讯录的第一层";
        match self.first_departments().await {
            Ok(0) => Finding::new(Level::Look, ID, SUBJECT, "读到了，里面什么也没有")
                .means("没有家长可以通知")
                .then("在钉钉的家校通讯录里建好年级和班级，导入学生和家长"),
            Ok(_) => Finding::fine(ID, SUBJECT, "读得到"),
            Err(error) => no_answer(ID, SUBJECT, TRIED, &error).means("学生和家长都读不到"),
        }
    }
}

fn no_token(id: &str, subject: &str, error: &SendError) -> Finding {
    no_answer(id, subject, "向钉钉要令牌", error).means("一条消息也发不出去，网页也认不出人")
}

fn no_answer(id: &str, subject: &str, tried: &str, error: &SendError) -> Finding {
    checkup::no_answer((id, subject, tried), error, &DINGTALK)
}
