//! From the page into the chat on plain WeChat: one tap, one link of one's own; when there is none, the page goes on.

use axum::http::StatusCode;
use kehou::domain::people::{Channel, Person};
use kehou::simulator::wecom::{Author, Faults, Holder, Outage};
use kehou::usecase::record;

use super::School;
use super::browser::{Answer, Browser};

const KF: &str = "wkQINGHELU";

async fn with_chat() -> School {
    let school =
        School::open_as("http://127.0.0.1:8700", |config| config.wecom[0].kf = vec![KF.into()]).await;
    school.simulator.add_kf(KF);
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    school
}

impl Browser {
    async fn tap_chat(&mut self, page: &Answer) -> Answer {
        self.send_to("/p/example/chat", &page.form("quick")).await
    }
}

fn link_of(page: &Answer) -> String {
    let link = page.body.split("class=\"big\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    link.replace("&#38;", "&").replace("&amp;", "&")
}

#[tokio::test]
async fn the_page_leads_into_the_chat_and_the_chat_knows_who_comes() {
    let school = with_chat().await;
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    assert!(page.body.contains("formaction=\"/p/example/chat\">在微信里聊"), "{}", page.body);
    let answer = browser.tap_chat(&page).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let link = link_of(&answer);
    for personal in ["p-mama", "p_", "李小禾", "妈妈"] {
        assert!(!link.contains(personal), "{link}");
    }
    school.app.settle().await.unwrap();
    school.simulator.kf_enter(KF, "wmMAMA", &link);
    school.app.settle().await.unwrap();
    let said = school.simulator.kf_chat(KF, "wmMAMA").unwrap().thread;
    assert!(said[0].from == Author::App && said[0].words.starts_with("认出您了"), "{said:?}");
    let key = record::key::<Person>(&school.id, School::person("妈妈"));
    let mama = record::load::<Person>(school.app.seams.store.as_ref(), &key).await.unwrap().unwrap().value;
    let chats = mama.contact_points.iter().filter(|point| point.channel == Channel::WecomKf);
    assert_eq!(chats.map(|point| point.account.as_str()).collect::<Vec<_>>(), ["wmMAMA"]);
}

#[tokio::test]
async fn without_a_link_the_page_goes_on() {
    let school = with_chat().await;
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    school.simulator.set_faults(Faults { outage: Outage::Busy, ..Faults::default() });
    let answer = browser.tap_chat(&page).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("在家长页里一样能办"), "{}", answer.body);
    assert_eq!(link_of(&answer), "/p/example");
    school.simulator.set_faults(Faults::default());
    assert_eq!(browser.tap_chat(&page).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_school_without_a_chat_offers_none_and_nobody_else_can_ask_for_a_link() {
    let school = School::open().await;
    school.simulator.hold_phone(Holder::Parent("p-mama".into()));
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    assert!(!page.body.contains("在微信里聊"));
    assert_eq!(browser.tap_chat(&page).await.status, StatusCode::SERVICE_UNAVAILABLE);

    let school = with_chat().await;
    let mut browser = Browser::new(&school);
    let page = browser.open().await;
    let form = page.form("quick");
    let stolen = form.without("key").with("key", "0123456789abcdef0123456789abcdef");
    assert_eq!(browser.send_to("/p/example/chat", &stolen).await.status, StatusCode::FORBIDDEN);
    let answer = Browser::new(&school).send_to("/p/example/chat", &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "nobody is logged in");
}

#[test]
fn who_is_told_to_tap_finds_the_button() {
    let (flow, page) =
        (include_str!("../../../bot-flows/binding.yaml"), include_str!("../../../src/web/page/page.html"));
    let named: Vec<&str> = flow.split("点“").skip(1).filter_map(|after| after.split('”').next()).collect();
    assert!(!named.is_empty());
    for label in named {
        assert!(page.contains(&format!(">{label}</button>")), "{label}");
    }
}
