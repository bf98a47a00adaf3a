//! The school's directory and notices, as the server's own platform meets them.

use serde_json::{Value, json};

use super::*;
use crate::platform::wecom::{Wecom, WecomNotice, WecomSettings};
use crate::platform::{Message, Platform, SendError};

const PAGE: &str = "https://kehou.invalid/p/qinghe";

/// Grade three with its class two: 李小禾 with a mother who follows and a father who does not.
fn fill(simulator: &WecomSimulator) {
    let node = |id, parent, name: &str, kind| Department {
        id,
        parent,
        name: name.to_owned(),
        kind,
        standard_grade: (kind == 2).then_some(33),
        is_graduated: false,
        admins: Vec::new(),
    };
    simulator.put_department(node(ROOT, 0, "青禾路小学", 5));
    simulator.put_department(node(3, ROOT, "三年级", 2));
    simulator.put_department(Department { admins: vec![("T-Wang".into(), 3)], ..node(32, 3, "2班", 1) });
    simulator.put_pupil(Pupil { id: "20240201".into(), name: "李小禾".into(), classes: vec![32] });
    let parent = |id: &str, follows, relation: &str| Parent {
        id: id.to_owned(),
        mobile: None,
        follows,
        children: vec![("20240201".to_owned(), relation.to_owned())],
    };
    simulator.put_parent(parent("P_mama", true, "妈妈"));
    simulator.put_parent(parent("p_baba", false, "爸爸"));
}

struct Joined {
    simulator: WecomSimulator,
    clock: Arc<ManualClock>,
    notices: WecomNotice,
    running: Running,
}

async fn joined() -> Joined {
    let (simulator, clock) = simulator_with(ConsoleSettings { account_quota: 10, ..settings() });
    fill(&simulator);
    simulator.keep_quiet();
    let running = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let settings = WecomSettings::sample(&running.api_base());
    let wecom = Wecom::new(settings, clock.clone(), Arc::new(Ids::seeded(2))).unwrap();
    let notices = wecom.notices(PAGE);
    Joined { simulator, clock, notices, running }
}

impl Joined {
    async fn notify(&self, accounts: &[&str], words: &str) -> Result<Vec<String>, SendError> {
        let accounts: Vec<String> = accounts.iter().map(|&one| one.to_owned()).collect();
        let report =
            self.notices.send(&self.notices.compose(&accounts, &Message::Text(words.into()))).await?;
        Ok(report.unreached.into_iter().map(|(account, _)| account).collect())
    }

    fn shown(&self, parent: &str) -> Vec<String> {
        let thread = self.simulator.parent_phone(parent).unwrap().thread;
        thread.iter().map(|message| message.shows.words()).collect()
    }

    async fn get(&self, path: &str, query: &str) -> Value {
        let base = self.running.api_base();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{base}/cgi-bin/gettoken?corpid={CORP}&corpsecret=secret");
        let token: Value = client.get(url).send().await.unwrap().json().await.unwrap();
        let token = token["access_token"].as_str().unwrap();
        let url = format!("{base}/cgi-bin/school/{path}?access_token={token}{query}");
        client.get(url).send().await.unwrap().json().await.unwrap()
    }
}

#[tokio::test]
async fn a_notice_shows_on_the_phones_of_followers_with_its_link_and_names_the_others() {
    let joined = joined().await;
    let missed = joined.notify(&["p_mama", "p_baba", "stranger"], "放学见").await.unwrap();
    assert_eq!(missed, ["p_baba", "stranger"]);
    assert_eq!(joined.shown("p_mama"), [format!("放学见\n回复请点 {PAGE}")]);
    assert!(joined.shown("p_baba").is_empty());
    assert_eq!(joined.notify(&["p_baba"], "在吗").await.unwrap(), ["p_baba"], "81013");
    joined.simulator.set_faults(Faults { skips_non_followers: true, ..Faults::default() });
    assert!(joined.notify(&["p_mama", "p_baba"], "再说一次").await.unwrap().is_empty());
    assert_eq!((joined.shown("p_mama").len(), joined.shown("p_baba").len()), (2, 0));
    assert_eq!(joined.simulator.figures().notices_skipped, 1);
    assert!(joined.notify(&["p_mama", "p_baba"], "再说一次").await.unwrap().is_empty());
    assert_eq!(joined.shown("p_mama").len(), 2, "the duplicate check swallows a retry");
}

#[tokio::test]
async fn parents_outside_the_apps_scope_are_not_reached() {
    let joined = joined().await;
    let rights = |departments: &[i64], students: &[&str]| Rights {
        departments: departments.iter().copied().collect(),
        students: students.iter().map(|&id| id.to_owned()).collect(),
        ..Rights::default()
    };
    for (rights, is_reached) in [
        (rights(&[3], &[]), true),
        (rights(&[32], &[]), true),
        (rights(&[], &["20240201"]), true),
        (rights(&[4], &["20240202"]), false),
    ] {
        joined.simulator.set_rights(rights.clone());
        joined.clock.advance(chrono::Duration::hours(5));
        let missed = joined.notify(&["p_mama"], "您好").await.unwrap();
        assert_eq!(missed.is_empty(), is_reached, "{rights:?}");
    }
}

#[tokio::test]
async fn refusals_and_outages_of_notices_look_as_they_do_in_life() {
    let joined = joined().await;
    let outage = |outage| joined.simulator.set_faults(Faults { outage, ..Faults::default() });
    joined.simulator.set_rights(Rights { writes_to_parents: false, ..Rights::default() });
    let error = joined.notify(&["p_mama"], "一").await.unwrap_err();
    assert!(matches!(error, SendError::Refused { code: 48002, .. }), "{error:?}");
    joined.simulator.set_rights(Rights::default());
    outage(Outage::Code(60020));
    let error = joined.notify(&["p_mama"], "一").await.unwrap_err();
    assert!(matches!(error, SendError::Refused { code: 60020, .. }), "{error:?}");
    outage(Outage::Throttled);
    let error = joined.notify(&["p_mama"], "一").await.unwrap_err();
    assert!(matches!(error, SendError::Throttled(_)), "{error:?}");
    outage(Outage::None);
    joined.simulator.expire_token();
    joined.notify(&["p_mama"], "一").await.unwrap();
    joined.simulator.revoke_token();
    joined.notify(&["p_mama"], "二").await.unwrap();
    outage(Outage::Broken);
    let error = joined.notify(&["p_mama"], "三").await.unwrap_err();
    assert!(matches!(error, SendError::Unknown(_)), "{error:?}");
    outage(Outage::None);
    joined.notify(&["p_mama"], "三").await.unwrap();
    assert_eq!(joined.shown("p_mama").len(), 3, "each once");
}

#[tokio::test]
async fn the_directory_reads_as_it_is_documented() {
    let joined = joined().await;
    let departments = joined.get("department/list", "").await;
    assert_eq!(departments["departments"].as_array().unwrap().len(), 3);
    assert_eq!(departments["departments"][1]["standard_grade"], 33);
    assert_eq!(departments["departments"][2]["department_admins"], json!([{"userid": "T-Wang", "type": 3}]));
    let students = joined.get("user/list", "&department_id=32").await;
    assert_eq!(students["students"][0]["parents"].as_array().unwrap().len(), 2);
    assert_eq!(joined.get("user/list", "&department_id=3").await["students"], json!([]), "not recursive");
    assert_eq!(joined.get("user/list", "&department_id=99").await["errcode"], 60011);
    let parents = joined.get("user/list_parent", "&department_id=32").await;
    let children = json!([{"student_userid": "20240201", "relation": "爸爸", "name": "李小禾"}]);
    assert_eq!(parents["parents"][0]["children"], children);
    let mama = joined.get("user/get", "&userid=p_MAMA").await;
    assert_eq!((&mama["user_type"], &mama["parent"]["is_subscribe"]), (&json!(2), &json!(1)));
    assert!(mama["parent"].get("name").is_none() && mama["parent"].get("mobile").is_none());
    let scope = joined.get("agent/get_allow_scope", &format!("&agentid={AGENT}")).await;
    assert_eq!(scope["allow_scope"]["departments"]["partyid"], json!([1]));
    joined.simulator.set_rights(Rights { reads_directory: false, ..Rights::default() });
    assert_eq!(joined.get("department/list", "").await["errcode"], 48002);
    assert_eq!(joined.simulator.figures().directory_calls, 8);
}
