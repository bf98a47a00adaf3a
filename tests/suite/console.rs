//! The console: how staff sign in, what each role sees, and what must not get through.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::StatusCode;
use chrono::{Duration, NaiveTime};
use kehou::clock::Clock as _;
use kehou::domain::custody::{Expected, RoomDay, Seat, SeatState};
use kehou::domain::people::{Channel, Person, Role, StudentId};
use kehou::simulator::wecom::Holder;
use kehou::store::{Batch, Expect};
use kehou::usecase::custody::Room;
use kehou::usecase::{campaign, digest, record};

use super::page::browser::{Answer, Browser};
use super::page::{School, give_accounts};

const HOME: &str = "/c/example";
const LOGIN: &str = "kehou_staff-example";
/// What the browser inside WeCom calls itself, in part.
const INSIDE: &str = "Mozilla/5.0 (iPhone) MicroMessenger/7.0.1 wxwork/4.1.22";

const STAFF: [(&str, &str); 7] = [
    ("老师", "t-liu"),
    ("林老师", "t-lin"),
    ("值班老师", "t-he"),
    ("志愿者", "v-sun"),
    ("管理员", "a-shen"),
    ("督学", "i-zheng"),
    ("区里", "d-feng"),
];

/// The school of the parent page, whose staff have accounts too; each account is a member in range.
async fn open() -> School {
    let school = School::open().await;
    for (name, account) in STAFF {
        let page = format!("p-{account}");
        let mut accounts = vec![(Channel::WecomApp, account)];
        if name == "林老师" {
            accounts.push((Channel::ParentPage, page.as_str()));
        }
        give_accounts(school.app.seams.store.as_ref(), &school.id, name, &accounts).await;
        school.simulator.add_member(account);
    }
    school
}

impl School {
    /// A browser inside WeCom on the phone of a member.
    fn phone_of(&self, member: &str) -> Browser {
        self.simulator.hold_phone(Holder::Member(member.to_owned()));
        let mut browser = Browser::new(self);
        browser.agent = INSIDE;
        browser
    }
}

/// The figures of a page: name and number.
fn figures(page: &Answer) -> Vec<(String, String)> {
    let pairs = page.body.split("<dt>").skip(1).map(|part| {
        let (name, rest) = part.split_once("</dt><dd>").unwrap();
        (name.to_owned(), rest.split_once('<').unwrap().0.to_owned())
    });
    pairs.collect()
}

#[tokio::test]
async fn a_teacher_inside_the_app_is_recognised_and_sees_their_own_class() {
    let school = open().await;
    let page = school.phone_of("T-Liu").open_at(HOME).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for words in ["刘文清，您好", "三年级2班班主任", "共 3 人", "三年级2班的人数"] {
        assert!(page.body.contains(words), "«{words}» in {}", page.body);
    }
    for words in ["五年级", "二年级", "李小禾", "看每个班", "只看不改"] {
        assert!(!page.body.contains(words), "«{words}» in {}", page.body);
    }
    let parent_too = school.phone_of("t-lin").open_at(HOME).await;
    assert!(parent_too.body.contains("二年级3班班主任") && parent_too.body.contains("共 1 人"));
    assert!(!parent_too.body.contains("家长，"), "what they are at home is not shown here");
    let duty = school.phone_of("t-he").open_at(HOME).await;
    assert!(duty.body.contains("今天由您带的班的人数") && !duty.body.contains("登记情况"), "{}", duty.body);
}

#[tokio::test]
async fn at_a_desk_a_scan_signs_in() {
    let school = open().await;
    school.simulator.hold_phone(Holder::Member("a-shen".into()));
    let mut browser = Browser::new(&school);
    let choice = browser.get(HOME).await;
    assert!(choice.body.contains("教职工登录") && choice.body.contains("href=\"/c/example/by/scan-wecom\""));
    let page = browser.open_at("/c/example/by/scan").await;
    assert!(page.body.contains("沈若琳，您好") && page.body.contains("看每个班"), "{}", page.body);
    assert_eq!(browser.get(HOME).await.status, StatusCode::OK, "and stays so");
    assert_eq!(browser.get("/c/example/by/elsewhere").await.status, StatusCode::NOT_FOUND);
    let chosen = Browser::new(&school).open_at("/c/example/by/chat").await;
    assert!(chosen.body.contains("沈若琳，您好"), "whose browser hides what it is can choose");
}

#[tokio::test]
async fn the_figures_are_those_of_the_digest_and_supervisors_only_look() {
    let mut school = open().await;
    let service = school.app.service.clone();
    let at = service.school(&school.id).unwrap().clone();
    campaign::open(&service, &at, 5, school.clock.now()).await.unwrap();
    school.app.settle().await.unwrap();
    school.say(Channel::ParentPage, "p-mama", "不参加").await;
    let now = school.clock.now();
    let day = at.calendar.local_date(now);
    let digest = digest::compute(&service, &at, day, u64::MAX, now).await.unwrap();
    let want: Vec<(String, String)> = digest
        .figures
        .unwrap()
        .total()
        .named()
        .iter()
        .map(|(count, name)| ((*name).to_owned(), count.to_string()))
        .collect();
    assert!(want.contains(&("不参加".to_owned(), "1".to_owned())), "{want:?}");
    for member in ["a-shen", "i-zheng", "d-feng"] {
        let page = school.phone_of(member).open_at(HOME).await;
        let shown = figures(&page);
        assert_eq!(shown[shown.len() - 6..], want, "{member}");
        assert!(page.body.contains("今天：新不参加 1"), "{}", page.body);
        assert_eq!(page.body.contains("只看不改"), member != "a-shen", "{member}");
    }
}

/// A room of today that somebody leads, with these children, whom nobody has called yet.
async fn open_room(school: &School, name: &str, teacher: &str, children: &[&str]) {
    let day = school.app.service.school(&school.id).unwrap().calendar.local_date(school.clock.now());
    let seats = (1..).zip(children).map(|(no, child)| Seat {
        no,
        student: StudentId((*child).to_owned()),
        expected: Expected { pickup_at: NaiveTime::from_hms_opt(17, 30, 0).unwrap(), by: None, slot: None },
        state: SeatState::Expected,
        rungs: Vec::new(),
    });
    let day = RoomDay {
        room: name.to_owned(),
        day,
        teacher: School::person(teacher),
        helpers: BTreeSet::new(),
        classes: Vec::new(),
        seats: seats.collect(),
        roll_called: None,
        reminded: Vec::new(),
        closed: None,
    };
    let key = record::key::<Room>(&school.id, format!("{}/{name}", day.day));
    let room = Room { day, names: BTreeMap::new(), searched: BTreeSet::new() };
    let mut batch = Batch::default();
    record::put(&mut batch, &school.id, key, &room, Expect::Absent).unwrap();
    school.app.seams.store.commit(batch).await.unwrap();
}

#[tokio::test]
async fn of_the_care_everybody_sees_their_own_class_and_the_rooms_that_they_lead() {
    let school = open().await;
    let none = school.phone_of("t-liu").open_at(HOME).await;
    assert!(none.body.contains("今天由您带的班还没有开始"), "{}", none.body);
    // 李小禾 and 陈小满 are in 三年级2班, 周小树 in 二年级3班, 周小苗 in 五年级1班.
    open_room(&school, "三年级2班", "老师", &["20240301"]).await;
    open_room(&school, "混龄班", "值班老师", &["20240302", "20250302", "20220101"]).await;
    for (member, expected) in
        [("t-liu", "2"), ("t-lin", "1"), ("t-he", "3"), ("a-shen", "4"), ("i-zheng", "4")]
    {
        let page = school.phone_of(member).open_at(HOME).await;
        assert_eq!(figures(&page)[0], ("应到".to_owned(), expected.to_owned()), "{member}");
        assert!(page.body.contains(&format!("请留意：未点名 {expected}")), "{member}: {}", page.body);
    }
}

#[tokio::test]
async fn only_who_works_for_the_school_or_supervises_it_comes_in() {
    let school = open().await;
    for holder in [
        Holder::Parent("p-mama".into()),
        Holder::Member("m-p-mama".into()),
        Holder::Member("v-sun".into()),
        Holder::Member("nobody".into()),
        Holder::Member("ww9/t-liu".into()),
        Holder::Student("s1".into()),
        Holder::Stranger,
    ] {
        let mut browser = school.phone_of("");
        school.simulator.hold_phone(holder.clone());
        let page = browser.open_at(HOME).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{holder:?}");
        assert!(page.body.contains("教职工名单里还没有您"), "{holder:?}: {}", page.body);
        assert!(!browser.cookies.contains_key(LOGIN), "{holder:?}");
    }
}

#[tokio::test]
async fn a_login_of_one_page_opens_no_other() {
    let school = open().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut mama = Browser::new(&school);
    assert_eq!(mama.open().await.status, StatusCode::OK);
    let entrance = mama.get(HOME).await;
    assert!(entrance.body.contains("教职工登录") && !entrance.body.contains("您好"));
    let login = mama.cookies["kehou-example"].clone();
    mama.cookies.insert(LOGIN.into(), login);
    assert!(mama.get(HOME).await.body.contains("教职工登录"));

    let mut teacher = school.phone_of("t-lin");
    assert!(teacher.open_at(HOME).await.body.contains("林月华，您好"));
    assert!(teacher.get("/p/example").await.location().contains("/connect/oauth2/authorize"));
    let login = teacher.cookies[LOGIN].clone();
    teacher.cookies.insert("kehou-example".into(), login);
    assert!(teacher.get("/p/example").await.location().contains("/connect/oauth2/authorize"));
    assert_eq!(teacher.get("/p/example/news").await.status, StatusCode::UNAUTHORIZED);

    // A way in that was begun for one page ends at no other, even with its cookie under the other's name.
    let mut mixed = school.phone_of("t-liu");
    let to = mixed.get("/p/example").await.location();
    let genuine = mixed.follow(&to).await.replace("/p/", "/c/");
    assert_eq!(mixed.get(&genuine).await.status, StatusCode::FORBIDDEN);
    assert!(!mixed.cookies.contains_key(LOGIN));
}

#[tokio::test]
async fn a_forged_state_a_replayed_code_and_a_stolen_link_open_nothing() {
    let school = open().await;
    let mut teacher = school.phone_of("t-liu");
    let to = teacher.get(HOME).await.location();
    let genuine = teacher.follow(&to).await;
    let code = genuine.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    for state in ["", "00000000000000000000000000000000", "x"] {
        let forged = format!("{HOME}/in?code={code}&state={state}");
        assert_eq!(teacher.get(&forged).await.status, StatusCode::FORBIDDEN, "state {state:?}");
        assert_eq!(school.phone_of("t-liu").get(&forged).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(school.phone_of("t-liu").get(&genuine).await.status, StatusCode::FORBIDDEN, "a stolen link");
    let door = teacher.cookies.clone();
    assert_eq!(teacher.get(&genuine).await.location(), format!("{HOME}#page"));
    assert!(teacher.cookies.contains_key(LOGIN));
    let mut replay = school.phone_of("t-liu");
    replay.cookies = door;
    assert_eq!(replay.get(&genuine).await.location(), format!("{HOME}#page"), "the same browser, twice");
    assert!(!replay.cookies.contains_key(LOGIN));
    // A code that was used, in a way in of its own.
    let to = replay.get(HOME).await.location();
    let fresh = replay.follow(&to).await;
    let state = fresh.split("state=").nth(1).unwrap().to_owned();
    let again = replay.get(&format!("{HOME}/in?code={code}&state={state}")).await;
    assert!(again.location().contains("/connect/oauth2/authorize"), "sent round once");
    assert!(!replay.cookies.contains_key(LOGIN));
}

#[tokio::test]
async fn what_a_browser_carried_before_the_sign_in_is_worth_nothing_after_it() {
    let school = open().await;
    let mut teacher = school.phone_of("t-liu");
    let planted = "f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d";
    teacher.cookies.insert(LOGIN.into(), planted.into());
    assert!(teacher.open_at(HOME).await.body.contains("刘文清，您好"));
    assert_ne!(teacher.cookies[LOGIN], planted);
    let mut attacker = Browser::new(&school);
    attacker.cookies.insert(LOGIN.into(), planted.into());
    assert!(attacker.get(HOME).await.body.contains("教职工登录"));
}

#[tokio::test]
async fn a_login_ends_unused_after_half_an_hour_and_in_any_case_after_a_working_day() {
    let school = open().await;
    let mut teacher = school.phone_of("t-liu");
    assert_eq!(teacher.open_at(HOME).await.status, StatusCode::OK);
    let is_in = |page: Answer| page.status == StatusCode::OK;
    for _ in 0..16 {
        school.clock.advance(Duration::minutes(29));
        assert!(is_in(teacher.get(HOME).await), "used, it goes on");
    }
    school.clock.advance(Duration::minutes(17));
    assert_eq!(teacher.get(HOME).await.status, StatusCode::SEE_OTHER, "eight hours are over");
    assert_eq!(teacher.open_at(HOME).await.status, StatusCode::OK);
    school.clock.advance(Duration::minutes(31));
    assert_eq!(teacher.get(HOME).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_out_ends_the_login_in_the_store() {
    let school = open().await;
    let mut teacher = school.phone_of("t-liu");
    let page = teacher.open_at(HOME).await;
    let form = page.form("leave");
    let kept = teacher.cookies.clone();
    let out = format!("{HOME}/out");
    for body in [form.without("key").body(), form.but("key", "0000").body()] {
        let request = teacher.post(&out).body(Body::from(body)).unwrap();
        assert_eq!(teacher.ask(request).await.status, StatusCode::FORBIDDEN);
    }
    let foreign = teacher.post(&out).header("origin", "https://evil.example");
    assert_eq!(
        teacher.ask(foreign.body(Body::from(form.body())).unwrap()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(teacher.get(HOME).await.status, StatusCode::OK, "nobody else can sign them out");
    let request = teacher.post(&out).body(Body::from(form.body())).unwrap();
    assert!(teacher.ask(request).await.body.contains("已经退出"));
    assert!(teacher.cookies.is_empty());
    teacher.cookies = kept;
    assert_eq!(teacher.get(HOME).await.status, StatusCode::SEE_OTHER, "a kept cookie is worth nothing");
}

#[tokio::test]
async fn who_leaves_the_roster_or_loses_the_role_is_out_at_once() {
    let school = open().await;
    for (name, member, roles) in
        [("老师", "t-liu", vec![]), ("林老师", "t-lin", vec![Role::Guardian]), ("督学", "i-zheng", vec![])]
    {
        let mut browser = school.phone_of(member);
        assert_eq!(browser.open_at(HOME).await.status, StatusCode::OK, "{name}");
        let (store, key) = (&school.app.seams.store, record::key::<Person>(&school.id, School::person(name)));
        let mut person = record::load::<Person>(store.as_ref(), &key).await.unwrap().unwrap();
        person.value.roles = roles;
        let mut batch = Batch::default();
        record::put(&mut batch, &school.id, key, &person.value, person.expect).unwrap();
        store.commit(batch).await.unwrap();
        assert_eq!(browser.get(HOME).await.status, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(browser.open_at(HOME).await.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test]
async fn trouble_at_the_platform_is_told_and_a_spent_code_goes_round_once() {
    let school = open().await;
    let mut teacher = school.phone_of("t-liu");
    school.simulator.refuse_next_code(40029);
    assert_eq!(teacher.open_at(HOME).await.status, StatusCode::OK, "the second code is good");
    for _ in 0..2 {
        school.simulator.refuse_next_code(40029);
    }
    let page = school.phone_of("t-liu").open_at(HOME).await;
    assert!(page.status == StatusCode::FORBIDDEN && page.body.contains("重新登录"), "{}", page.body);
    school.simulator.refuse_next_code(50001);
    let page = school.phone_of("t-liu").open_at(HOME).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("请告诉学校管理员"), "{}", page.body);
}

#[tokio::test]
async fn the_page_is_strict_and_has_nothing_personal_in_an_address() {
    let school = open().await;
    let mut teacher = school.phone_of("t-liu");
    let page = teacher.open_at(HOME).await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!page.body.contains("<script") && !page.body.contains("style="));
    for address in page.body.split(['"', '\'']).filter(|part| part.starts_with('/')) {
        assert!(address.is_ascii() && !address.contains("liu"), "{address}");
    }
}
