//! The pages of a school on DingTalk: who is recognised inside it and at a desk, and what must not get through.

use axum::body::Body;
use axum::http::{StatusCode, header};
use kehou::domain::people::{Channel, ContactPoint, Person, Role};
use kehou::usecase::office::{Request, answer};
use kehou::usecase::{campaign, record};

use super::super::page::browser::{Answer, Browser};
use super::super::support::SmallSchool;
use super::{Arc, Clock as _, MemoryStore, Shown, World, assemble, import};

const PARENTS: &str = "/p/example";
const CONSOLE: &str = "/c/example";
/// What the browser inside DingTalk calls itself, in part.
const INSIDE: &str = "Mozilla/5.0 (iPhone) AliApp(DingTalk/7.6.15)";

impl World {
    /// A browser inside DingTalk, on somebody's phone.
    fn phone_of(&self, account: &str) -> Browser {
        self.simulator.hold_phone(account);
        let mut browser = Browser::of(self.app.clone(), self.clock.clone(), "none");
        browser.agent = INSIDE;
        browser
    }

    /// Opens a page as DingTalk does: it answers the page that asks.
    async fn open(&self, browser: &mut Browser, home: &str) -> Answer {
        let asks = browser.get(home).await;
        self.tell(browser, home, &asks).await
    }

    async fn tell(&self, browser: &mut Browser, home: &str, asks: &Answer) -> Answer {
        let code = self.code(asks);
        let told = browser.send_to(&format!("{home}/in"), &asks.form("door").but("code", &code)).await;
        if told.status != StatusCode::SEE_OTHER {
            return told;
        }
        browser.get(told.location().split('#').next().unwrap()).await
    }

    /// The code that DingTalk gives to a page that asks for this.
    fn code(&self, asks: &Answer) -> String {
        let value = |name: &str| {
            let rest =
                asks.body.split_once(&format!("data-{name}=\"")).unwrap_or_else(|| panic!("{}", asks.body));
            rest.1.split('"').next().unwrap().to_owned()
        };
        self.simulator.auth_code(&value("corp"), &value("app")).expect("the right organisation and app")
    }

    /// Logs in at DingTalk in a browser at a desk, from the address that our page leads to.
    async fn log_in(&self, browser: &mut Browser, path: &str) -> Answer {
        let to = browser.get(path).await.location();
        let client = kehou::platform::http_client().unwrap();
        let back = client.get(format!("{to}&scanned=true")).send().await.unwrap();
        let back = back.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let told = browser.get(back.strip_prefix(&self.app.public_url).unwrap()).await;
        if told.status != StatusCode::SEE_OTHER {
            return told;
        }
        browser.get(told.location().split('#').next().unwrap()).await
    }

    /// Reads the contacts, asks every family, and lets DingTalk say whom the notices reached.
    async fn ask_families(&self) {
        let school = self.small.school.clone();
        let sync = Request::RosterSync { school: school.clone(), is_dry_run: false, is_forced: false };
        answer(&self.app.service, &sync, self.clock.now()).await.unwrap();
        let school = self.app.service.school(&school).unwrap();
        campaign::open(&self.app.service, school, 3, self.clock.now()).await.unwrap();
        for _ in 0..40 {
            self.app.settle().await.unwrap();
            self.clock.advance(chrono::Duration::seconds(20));
        }
    }

    async fn persons(&self) -> Vec<Person> {
        let all = record::all::<Person>(self.app.seams.store.as_ref(), &self.small.school).await.unwrap();
        all.into_iter().map(|(_, stored)| stored.value).collect()
    }

    /// Somebody who is like this, with their account there.
    async fn somebody(&self, channel: Channel, is_wanted: impl Fn(&Person) -> bool) -> (Person, String) {
        let persons = self.persons().await;
        let account = |point: &ContactPoint| (point.channel == channel).then(|| point.account.clone());
        let mut found = persons.into_iter().filter(is_wanted).filter_map(|person| {
            let account = person.contact_points.iter().find_map(account)?;
            Some((person, account))
        });
        found.next().expect("the example school has one")
    }
}

fn is_teacher(person: &Person) -> bool {
    person.roles.iter().any(|role| matches!(role, Role::HomeroomTeacher(_)))
}

#[tokio::test]
async fn a_guardian_opens_the_page_from_a_notice_is_recognised_and_answers_the_survey() {
    let world = World::start(false).await;
    world.ask_families().await;
    let is_asked = |point: &ContactPoint| {
        let phone = world.simulator.phone(&point.account);
        phone.is_some_and(|phone| phone.last_from_app().is_some())
    };
    let (_, account) = world
        .somebody(Channel::DingtalkNotice, |person| {
            !is_teacher(person) && person.children.len() == 1 && person.contact_points.iter().any(is_asked)
        })
        .await;
    assert!(account.starts_with('G'), "DingTalk's accounts keep their case");
    let shown = world.simulator.phone(&account).unwrap().last_from_app().unwrap().shows.clone();
    let Shown::Card { url, .. } = shown else { panic!("{shown:?}") };
    let path = url.strip_prefix(&world.app.public_url).unwrap().to_owned();
    assert_eq!(path, PARENTS);
    let meter = || {
        let robot = world.app.platform(Channel::DingtalkRobot, &world.small.school).unwrap();
        robot.meter().unwrap().reading().calls
    };
    let calls = meter();
    let mut browser = world.phone_of(&account);
    let page = world.open(&mut browser, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.taps(), ["参加", "不参加", "再考虑"]);
    assert_eq!(meter(), calls, "who signs in costs nothing of the month");
    let declined = async || {
        let school = world.app.service.school(&world.small.school).unwrap();
        let total = campaign::status(&world.app.service, school).await.unwrap().total;
        total.named().into_iter().find(|(_, name)| *name == "不参加").unwrap().0
    };
    let before = declined().await;
    let page = browser.send(&page.form("taps").with("only", "不参加")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(declined().await, before + 1, "{}", page.body);
}

#[tokio::test]
async fn only_the_page_that_asks_lets_in_a_script_from_elsewhere_and_only_that_one() {
    let world = World::start(false).await;
    let (_, account) = world.somebody(Channel::DingtalkRobot, is_teacher).await;
    let mut browser = world.phone_of(&account);
    let asks = browser.get(CONSOLE).await;
    let policy = asks.headers["content-security-policy"].to_str().unwrap().to_owned();
    let scripts = policy.split("; ").find_map(|part| part.strip_prefix("script-src ")).unwrap();
    let library = format!("{}/dingtalk.open.js", world.small.config.dingtalk[0].login_base.clone().unwrap());
    let (own, other) = scripts.split_once(' ').unwrap();
    assert_eq!(other, library);
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let script = asks.body.rsplit("<script>").next().unwrap().split("</script>").next().unwrap();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(script);
    let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, hash);
    assert_eq!(own, format!("'sha256-{hash}'"));
    assert!(asks.body.contains(&format!("<script src=\"{library}\">")));
    assert!(!asks.headers[header::CACHE_CONTROL].is_empty() && !asks.body.contains(&account));
    let page = world.tell(&mut browser, CONSOLE, &asks).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
}

#[tokio::test]
async fn a_used_code_a_forged_state_and_a_post_from_elsewhere_open_nothing() {
    let world = World::start(false).await;
    world.ask_families().await;
    let (_, account) = world.somebody(Channel::ParentPage, |person| !is_teacher(person)).await;
    let mut browser = world.phone_of(&account);
    let asks = browser.get(PARENTS).await;
    let (code, way_in) = (world.code(&asks), format!("{PARENTS}/in"));
    let form = asks.form("door").but("code", &code);
    for state in ["", "00000000000000000000000000000000"] {
        let told = browser.send_to(&way_in, &form.but("state", state)).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "state {state:?}");
        let stolen = world.phone_of(&account).send_to(&way_in, &form).await;
        assert_eq!(stolen.status, StatusCode::FORBIDDEN, "another browser's state");
    }
    let foreign = browser.post(&way_in).header("origin", "https://evil.example");
    let told = browser.ask(foreign.body(Body::from(form.body())).unwrap()).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.send_to(&way_in, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(PARENTS).await.status, StatusCode::OK);
    // The same code in another way in: once more it is asked for, and then no more.
    let mut late = world.phone_of(&account);
    let mut asks = late.get(PARENTS).await;
    for _ in 0..2 {
        assert!(!late.cookies.contains_key("kehou-example"));
        asks = late.send_to(&way_in, &asks.form("door").but("code", &code)).await;
    }
    assert_eq!(asks.status, StatusCode::FORBIDDEN);
    assert!(asks.body.contains("请重新进入") && !late.cookies.contains_key("kehou-example"));
    let page = world.open(&mut late, PARENTS).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
}

#[tokio::test]
async fn students_strangers_and_browsers_outside_are_told_what_to_do() {
    let world = World::start(false).await;
    world.ask_families().await;
    let student = world.persons().await.iter().find_map(|person| person.children.first().cloned()).unwrap();
    let (_, teacher) = world.somebody(Channel::DingtalkRobot, |person| person.children.is_empty()).await;
    for account in [student.0.as_str(), "nobody", "g,1", teacher.as_str()] {
        let mut browser = world.phone_of(account);
        let page = world.open(&mut browser, PARENTS).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{account}");
        assert!(page.body.contains("请告诉孩子的班主任"), "{account}: {}", page.body);
        assert!(!browser.cookies.contains_key("kehou-example"));
    }
    let (_, guardian) = world.somebody(Channel::ParentPage, |person| !is_teacher(person)).await;
    let mut outside = world.phone_of(&guardian);
    outside.agent = "Mozilla/5.0";
    let page = outside.get(PARENTS).await;
    assert!(page.body.contains("请在钉钉里打开") && !page.body.contains("<script"), "{}", page.body);
    assert_eq!(outside.get("/p/example/by/scan-dingtalk").await.status, StatusCode::NOT_FOUND);
    let asks = outside.get("/p/example/by/chat-dingtalk").await;
    assert_eq!(world.tell(&mut outside, PARENTS, &asks).await.status, StatusCode::OK);
}

#[tokio::test]
async fn staff_sign_in_inside_dingtalk_and_at_a_desk_and_to_be_admin_of_it_gives_no_right() {
    let world = World::start(false).await;
    world.ask_families().await;
    let (person, account) = world
        .somebody(Channel::DingtalkRobot, |person| is_teacher(person) && !person.children.is_empty())
        .await;
    let hello = format!("{}，您好", person.name.0);
    let mut phone = world.phone_of(&account);
    assert!(world.open(&mut phone, CONSOLE).await.body.contains(&hello));
    // The same account has a child here, and the one login opens no other page.
    assert!(phone.get(PARENTS).await.body.contains("data-corp"));
    let at_home = world.open(&mut phone, PARENTS).await;
    assert_eq!(at_home.status, StatusCode::OK);
    assert_eq!(at_home.taps(), ["参加", "不参加", "再考虑"]);

    let mut desk = world.phone_of(&account);
    desk.agent = "Mozilla/5.0";
    let choice = desk.get(CONSOLE).await;
    assert!(choice.body.contains("请用学校的钉钉扫码"), "{}", choice.body);
    let page = world.log_in(&mut desk, "/c/example/by/scan-dingtalk").await;
    assert!(page.body.contains(&hello), "{}", page.body);

    // DingTalk calls each of them its highest admin.
    let (_, guardian) = world.somebody(Channel::ParentPage, |person| !is_teacher(person)).await;
    world.simulator.add_outsider("contact");
    for account in [guardian.as_str(), "contact", "nobody"] {
        let mut phone = world.phone_of(account);
        let page = world.open(&mut phone, CONSOLE).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{account}");
        phone.agent = "Mozilla/5.0";
        let page = world.log_in(&mut phone, "/c/example/by/scan-dingtalk").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{account}");
        assert!(page.body.contains("教职工名单里还没有您"), "{account}: {}", page.body);
    }
}

#[tokio::test]
async fn a_school_on_two_platforms_goes_by_the_browser_and_asks_at_a_desk() {
    let mut world = World::start(false).await;
    let other = SmallSchool::start(world.clock.clone(), 2).await;
    world.small.config.wecom = other.config.wecom.clone();
    world.app = assemble(&world.small, &world.clock, Arc::new(MemoryStore::new())).await;
    import(&world.small, &world.app, &world.simulator, super::without_accounts, world.clock.now()).await;
    let (person, account) = world.somebody(Channel::DingtalkRobot, is_teacher).await;
    let mut phone = world.phone_of(&account);
    assert!(world.open(&mut phone, CONSOLE).await.body.contains(&person.name.0));
    let mut browser = world.phone_of(&account);
    browser.agent = "Mozilla/5.0 MicroMessenger/7.0.1 wxwork/4.1.22";
    assert!(browser.get(CONSOLE).await.location().contains("/connect/oauth2/authorize"));
    browser.agent = "Mozilla/5.0";
    let choice = browser.get(CONSOLE).await;
    for way in ["scan-wecom", "scan-dingtalk", "chat-wecom", "chat-dingtalk"] {
        assert!(choice.body.contains(&format!("href=\"{CONSOLE}/by/{way}\"")), "{way}: {}", choice.body);
    }
    assert!(browser.get("/c/example/by/scan-wecom").await.location().contains("/wwlogin/sso/login"));
    assert!(world.log_in(&mut browser, "/c/example/by/scan-dingtalk").await.body.contains(&person.name.0));
    // A code of one platform is none of the other's.
    let mut mixed = world.phone_of(&account);
    let asks = mixed.get(CONSOLE).await;
    let door = mixed.cookies.values().next().unwrap().replace("dingtalk", "wecom");
    mixed.cookies.values_mut().for_each(|cookie| cookie.clone_from(&door));
    let told = world.tell(&mut mixed, CONSOLE, &asks).await;
    assert!(!mixed.cookies.contains_key("kehou_staff-example"), "{}", told.status);
    // Guardians are those of the contacts that are read.
    let page = browser.get(PARENTS).await;
    assert!(page.body.contains("请在钉钉里打开") && !page.body.contains("企业微信"), "{}", page.body);
}
