//! The home-school contacts (家校通讯录) of the organisation, read in pages of thirty.
//!
//! A campus, a stage, grades and classes; persons hang on classes. Knows nothing of the server. Start at
//! [`DingtalkSimulator::put_class`].
//!
//! Source: <https://open.dingtalk.com/document/development/obtains-a-list-of-home-school-user-identities>, read 2026-08.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{ApiError, OldQuery, error, old_answer};
use super::{DingtalkSimulator, State};

/// Rows of a page at the most.
const PAGE_MAX: usize = 30;
/// The one campus and the one stage.
const CAMPUS: i64 = 900;
const STAGE: i64 = 901;

/// A class of the contacts.
#[derive(Clone, Default)]
pub struct ClassInContacts {
    /// Its id.
    pub id: i64,
    /// The grade's number in the primary school.
    pub grade: u8,
    /// Its name, such as 3班.
    pub name: String,
    /// The account of its homeroom teacher, where it has one.
    pub adviser: Option<String>,
    /// The students, account and name.
    pub students: Vec<(String, String)>,
    /// Who is whose guardian: account of the guardian, account of the student, code, name.
    pub guardians: Vec<(String, String, String, String)>,
}

/// The contacts.
#[derive(Default)]
pub(super) struct ContactsBook {
    classes: BTreeMap<i64, ClassInContacts>,
}

#[derive(Deserialize)]
struct Asked {
    page_no: usize,
    page_size: usize,
    super_id: Option<i64>,
    class_id: Option<i64>,
    role: Option<String>,
}

impl DingtalkSimulator {
    /// Adds a class or puts it in the place of the one with its id; its people become members of the organisation.
    pub fn put_class(&self, class: ClassInContacts) {
        let mut state = self.state();
        let guardians = class.guardians.iter().map(|(guardian, ..)| guardian);
        let people: Vec<String> = guardians.chain(&class.adviser).cloned().collect();
        for account in people {
            state.members.entry(account).or_default().is_in_range = true;
        }
        state.contacts.classes.insert(class.id, class);
    }
}

pub(super) fn routes() -> Router<DingtalkSimulator> {
    Router::new()
        .route("/topapi/edu/dept/list", post(departments))
        .route("/topapi/edu/user/list", post(people))
        .route("/topapi/edu/user/relation/list", post(relations))
}

async fn departments(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("edu/dept/list", token, |state, _| {
        let asked = asked(&body)?;
        let rows = below(state, asked.super_id);
        Ok(page("details", &rows, &asked))
    }))
}

async fn people(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("edu/user/list", token, |state, _| {
        let asked = asked(&body)?;
        let class = class(state, &asked)?;
        let rows: Vec<Value> = match asked.role.as_deref() {
            Some("teacher") => class
                .adviser
                .iter()
                .map(|account| json!({"userid": account, "role": "teacher", "name": "某老师", "feature": "{\"is_adviser\":\"1\"}"}))
                .collect(),
            Some("student") => class
                .students
                .iter()
                .map(|(account, name)| json!({"userid": account, "role": "student", "name": name, "unionid": "", "feature": "{}"}))
                .collect(),
            _ => Vec::new(),
        };
        Ok(page("details", &rows, &asked))
    }))
}

async fn relations(
    Extract(simulator): Extract<DingtalkSimulator>,
    Query(query): Query<OldQuery>,
    body: String,
) -> Response {
    let token = query.access_token.as_deref();
    old_answer(simulator.decide("edu/user/relation/list", token, |state, _| {
        let asked = asked(&body)?;
        let class = class(state, &asked)?;
        let row = |(guardian, student, code, name): &(String, String, String, String)| {
            json!({"class_id": class.id, "from_userid": guardian, "to_userid": student, "relation_code": code, "relation_name": name})
        };
        let rows: Vec<Value> = class.guardians.iter().map(row).collect();
        Ok(page("relations", &rows, &asked))
    }))
}

fn asked(body: &str) -> Result<Asked, ApiError> {
    let asked: Asked = serde_json::from_str(body).map_err(|_| error(200, "", 40035))?;
    if asked.page_no == 0
        || asked.page_size == 0
        || asked.page_size > PAGE_MAX
        || asked.super_id.is_some_and(|id| id < 0)
    {
        return Err(error(200, "", 40035));
    }
    Ok(asked)
}

fn class<'a>(state: &'a State, asked: &Asked) -> Result<&'a ClassInContacts, ApiError> {
    let id = asked.class_id.ok_or(error(200, "", 40035))?;
    state.contacts.classes.get(&id).ok_or(error(200, "", 60123))
}

/// The departments below one, as the contacts show them.
fn below(state: &State, above: Option<i64>) -> Vec<Value> {
    let department = |id: i64, name: &str, kind: &str, feature: &Value| json!({"dept_id": id, "name": name, "nick": name, "dept_type": kind, "contact_type": "classic", "feature": feature.to_string(), "chain": "[]"});
    let classes = state.contacts.classes.values();
    match above {
        None => vec![department(CAMPUS, "本部", "campus", &json!({}))],
        Some(CAMPUS) => vec![department(STAGE, "小学", "period", &json!({"period_type": "primary_school"}))],
        Some(STAGE) => {
            let grades: std::collections::BTreeSet<u8> = classes.map(|class| class.grade).collect();
            let grade = |level: &u8| {
                department(
                    910 + i64::from(*level),
                    "某级",
                    "grade",
                    &json!({"grade_level": level.to_string(), "start_year": "2024"}),
                )
            };
            grades.iter().map(grade).collect()
        }
        Some(grade) => classes
            .filter(|class| 910 + i64::from(class.grade) == grade)
            .map(|class| department(class.id, &class.name, "class", &json!({})))
            .collect(),
    }
}

fn page(name: &str, rows: &[Value], asked: &Asked) -> Value {
    let from = (asked.page_no - 1) * asked.page_size;
    let rows: Vec<&Value> = rows.iter().skip(from).collect();
    let has_more = rows.len() > asked.page_size;
    let rows: Vec<&Value> = rows.into_iter().take(asked.page_size).collect();
    json!({"errcode": 0, "success": true, "result": {name: rows, "has_more": has_more}})
}
