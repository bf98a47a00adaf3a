//! A small school with a very small bot behind a real callback address: enough to see parents, clock and page work
//! together without the server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::extract::State as Extract;
use axum::routing::post;
use chrono::{Duration, NaiveTime, Timelike as _};
use serde_json::json;

use crate::clock::{Clock as _, ManualClock, Moment};
use crate::domain::people::StudentId;
use crate::ids::Ids;
use crate::platform::crypto::Crypto;
use crate::simulator::demo::*;
use crate::simulator::parents::persona::Offer;
use crate::simulator::wecom::{ConsoleSettings, Running, WecomSimulator};

const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const TOKEN: &str = "QDG6eK";
const CORP: &str = "wwSCHOOL";

/// Where a child stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    NotAsked,
    Silent,
    Accepted,
    Declined,
    Undecided,
}

/// What the bot asked an account last: the child's place and the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Consent(usize),
    Days(usize),
    Time(usize),
    Confirm(usize),
    Done,
}

/// The school, its bot and its figures.
pub(super) struct FakeSchool {
    pub(super) clock: Arc<ManualClock>,
    people: Vec<DemoPerson>,
    crypto: Crypto,
    client: reqwest::Client,
    api_base: Mutex<String>,
    answers: Mutex<BTreeMap<StudentId, Answer>>,
    stages: Mutex<BTreeMap<String, Stage>>,
    is_open: Mutex<bool>,
}

/// A demo that runs.
pub(super) struct FakeDemo {
    pub(super) demo: Demo,
    pub(super) school: Arc<FakeSchool>,
    pub(super) simulator: WecomSimulator,
    _running: Running,
}

/// Monday 1 September 2025, 16:40 in China.
fn start() -> Moment {
    chrono::DateTime::from_timestamp(1_756_716_000, 0).unwrap()
}

impl FakeDemo {
    /// A school of six grades with `classes` classes of `students` each.
    pub(super) async fn start(classes: u8, students: u32) -> Self {
        let clock = Arc::new(ManualClock::new(start()));
        let crypto = Crypto::new(TOKEN, KEY, CORP).unwrap();
        let people = people(classes, students);
        let answers = people.iter().flat_map(|person| &person.children);
        let answers = answers.map(|child| (child.id.clone(), Answer::NotAsked)).collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callback", listener.local_addr().unwrap());
        let settings = ConsoleSettings {
            retry_pauses: vec![std::time::Duration::ZERO; 3],
            ..ConsoleSettings::new(CORP, 7, "secret", TOKEN, KEY).with_callback_url(url)
        };
        let simulator = WecomSimulator::new(settings, clock.clone(), Ids::seeded(1)).unwrap();
        for person in &people {
            simulator.add_member(&person.account);
        }
        let running = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let school = Arc::new(FakeSchool {
            clock,
            crypto,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            api_base: Mutex::new(running.api_base()),
            answers: Mutex::new(answers),
            stages: Mutex::default(),
            is_open: Mutex::new(false),
            people,
        });
        let router = axum::Router::new().route("/callback", post(callback)).with_state(school.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let offer = Offer {
            days: vec![1, 2, 3, 4, 5],
            pickup_times: vec![at(17, 0), at(17, 30), at(18, 0)],
            activities: Vec::new(),
        };
        let parents = Parents::new(4, families(&school.people), &offer);
        let platform = DemoWecom { simulator: simulator.clone(), kf: None };
        let demo = Demo::new(DemoSchool::new(school.clone(), Arc::new(platform), parents));
        Self { demo, school, simulator, _running: running }
    }
}

fn people(classes: u8, students: u32) -> Vec<DemoPerson> {
    let given =
        ["小禾", "一诺", "子墨", "雨桐", "浩然", "若溪", "嘉树", "思远", "乐言", "清越", "知夏", "景行"];
    let family =
        ["李", "王", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林"];
    let mut people = Vec::new();
    let mut number = 0;
    for (grade, grade_name) in ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"].iter().enumerate()
    {
        for class in 1..=classes {
            let class_name = format!("{grade_name}{class}班");
            people.push(DemoPerson {
                has_page: false,
                road: DemoRoad::App,
                account: format!("teacher{grade}{class}"),
                name: format!("{}老师", family[(grade * 7 + usize::from(class)) % family.len()]),
                role: DemoRole::HomeroomTeacher,
                about: format!("{class_name}班主任"),
                class: class_name.clone(),
                children: Vec::new(),
            });
            for _ in 0..students {
                number += 1;
                let surname = family[(number * 5 + grade) % family.len()];
                let name = format!("{surname}{}", given[(number * 7) % given.len()]);
                let relation = if number % 3 == 0 { "爸爸" } else { "妈妈" };
                people.push(DemoPerson {
                    has_page: false,
                    road: DemoRoad::App,
                    account: format!("parent{number:04}"),
                    name: format!("{name}{relation}"),
                    role: DemoRole::Guardian,
                    about: format!("{class_name} {name}"),
                    class: class_name.clone(),
                    children: vec![DemoChild { id: StudentId(format!("2025{number:04}")), name }],
                });
            }
        }
    }
    people.push(DemoPerson {
        has_page: false,
        road: DemoRoad::App,
        account: "head".into(),
        name: "梁校长".into(),
        role: DemoRole::Admin,
        about: "学校管理员".into(),
        class: String::new(),
        children: Vec::new(),
    });
    people
}

#[async_trait]
impl DemoHost for FakeSchool {
    fn school_name(&self) -> String {
        "晨光小学".into()
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn people(&self) -> Vec<DemoPerson> {
        self.people.clone()
    }

    fn next_school_day(&self, now: Moment) -> Moment {
        let local = now + Duration::hours(8);
        let midnight = now - Duration::seconds(i64::from(local.num_seconds_from_midnight()));
        midnight + Duration::days(1) + Duration::minutes(450)
    }

    async fn coverage(&self) -> Coverage {
        let answers = self.answers.lock().unwrap();
        let mut classes: Vec<ClassCoverage> = Vec::new();
        let mut states = StateCounts::default();
        for person in self.people.iter().filter(|person| person.role == DemoRole::Guardian) {
            if classes.last().is_none_or(|class| class.name != person.class) {
                let (grade, name) = (person.class.chars().take(3).collect(), person.class.clone());
                classes.push(ClassCoverage { grade, name, states: StateCounts::default() });
            }
            for child in &person.children {
                for counts in [&mut states, &mut classes.last_mut().unwrap().states] {
                    match answers[&child.id] {
                        Answer::NotAsked => counts.not_asked += 1,
                        Answer::Silent => counts.silent += 1,
                        Answer::Accepted => counts.accepted += 1,
                        Answer::Declined => counts.declined += 1,
                        Answer::Undecided => counts.undecided += 1,
                    }
                }
            }
        }
        Coverage {
            is_open: *self.is_open.lock().unwrap(),
            total: u32::try_from(answers.len()).unwrap(),
            states,
            classes,
        }
    }

    async fn push_clock(&self, to: Moment) {
        self.clock.move_to(to);
    }

    async fn open_campaign(&self) -> Result<String, String> {
        if std::mem::replace(&mut *self.is_open.lock().unwrap(), true) {
            return Err("调查已经开始了".into());
        }
        let guardians = self.people.iter().filter(|person| person.role == DemoRole::Guardian);
        for person in guardians.clone() {
            self.stages.lock().unwrap().insert(person.account.clone(), Stage::Consent(0));
            for child in &person.children {
                self.answers.lock().unwrap().insert(child.id.clone(), Answer::Silent);
            }
            self.send(&person.account, &Self::question(person, Stage::Consent(0))).await;
        }
        Ok(format!("开始询问 {} 位家长", guardians.count()))
    }
}

impl FakeSchool {
    async fn send(&self, account: &str, text: &str) {
        let base = self.api_base.lock().unwrap().clone();
        let token = format!("{base}/cgi-bin/gettoken?corpid={CORP}&corpsecret=secret");
        let token: serde_json::Value = self.client.get(token).send().await.unwrap().json().await.unwrap();
        let token = token["access_token"].as_str().unwrap();
        let body = json!({"touser": account, "msgtype": "text", "agentid": 7, "text": {"content": text}});
        let url = format!("{base}/cgi-bin/message/send?access_token={token}");
        self.client.post(url).body(body.to_string()).send().await.unwrap();
    }

    fn question(person: &DemoPerson, stage: Stage) -> String {
        let name = |child: usize| person.children[child].name.clone();
        match stage {
            Stage::Consent(child) => format!(
                "{}同学本学期课后服务登记：\n时间 周一至周五 16:30-18:00，全程免费、自愿参加。\n1 参加  2 不参加  3 再考虑",
                name(child)
            ),
            Stage::Days(child) => {
                format!("好的！{}周几参加？可以说「周一三五」，也可以说「每天」。", name(child))
            }
            Stage::Time(child) => format!("记下了。{}几点来接？17:00 到 18:00 之间都可以。", name(child)),
            Stage::Confirm(child) => format!("请核对：{} 参加课后服务。\n1 对  2 改", name(child)),
            Stage::Done => "都登记好了，谢谢您！随时可以说「修改」。".to_owned(),
        }
    }

    /// One turn of the very small bot.
    fn turn(&self, account: &str, said: &str) -> String {
        let Some(person) = self.people.iter().find(|person| person.account == account) else {
            return "您好".into();
        };
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let stage = self.stages.lock().unwrap().get(account).copied().unwrap_or(Stage::Done);
        let next = match stage {
            Stage::Consent(child) => {
                let answer = if has(&["考", "想", "定", "商量", "再说", "3", "３", "合计", "答复"])
                {
                    Answer::Undecided
                } else if has(&["不", "没", "莫", "2", "２"]) {
                    Answer::Declined
                } else if has(&["参", "報", "报", "要", "1", "１", "是"]) {
                    Answer::Accepted
                } else {
                    return format!("没有看懂，请您再说一次。\n{}", Self::question(person, stage));
                };
                self.answers.lock().unwrap().insert(person.children[child].id.clone(), answer);
                if answer == Answer::Accepted { Stage::Days(child) } else { Stage::Done }
            }
            Stage::Days(child) => Stage::Time(child),
            Stage::Time(child) => Stage::Confirm(child),
            Stage::Confirm(child) if has(&["2", "２", "不", "改", "错", "錯"]) => Stage::Days(child),
            Stage::Confirm(_) | Stage::Done => Stage::Done,
        };
        self.stages.lock().unwrap().insert(account.to_owned(), next);
        Self::question(person, next)
    }
}

async fn callback(Extract(school): Extract<Arc<FakeSchool>>, body: String) -> String {
    let between = |text: &str, start: &str| {
        let rest = text.split(start).nth(1).unwrap_or_default();
        rest.split("]]>").next().unwrap_or_default().to_owned()
    };
    let message = school.crypto.decrypt(&between(&body, "<Encrypt><![CDATA[")).unwrap();
    let account = between(&message, "<FromUserName><![CDATA[");
    let text = school.turn(&account, &between(&message, "<Content><![CDATA["));
    let reply = format!(
        "<xml><ToUserName><![CDATA[{account}]]></ToUserName><FromUserName><![CDATA[{CORP}]]></FromUserName>\
         <CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"
    );
    let encrypted = school.crypto.encrypt(&reply, [3; 16]);
    let signature = school.crypto.signature("1", "n", &encrypted);
    format!(
        "<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signature}</MsgSignature><TimeStamp>1</TimeStamp>\
         <Nonce>n</Nonce></xml>"
    )
}
