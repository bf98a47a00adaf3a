//! Reading the directory: `school/department/list`, `school/user/*` and the app's scope.
//!
//! Nothing is recursive and nothing is paged, as in life. Start at [`routes`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/92343>, `…/92446` and `…/94895`, read 2026-08.

use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::api::ApiError;
use super::super::{Calls, State, WecomSimulator};
use super::{Department, Parent, Pupil, SchoolBook, notice};

/// The query of every reading.
#[derive(Deserialize)]
struct Asked {
    access_token: Option<String>,
    id: Option<i64>,
    department_id: Option<i64>,
    userid: Option<String>,
    agentid: Option<i64>,
}

/// What a reading answers.
type Reading = fn(&SchoolBook, &Asked) -> Result<Value, ApiError>;

/// The routes of the directory and of notices.
pub(in crate::simulator::wecom) fn routes() -> Router<WecomSimulator> {
    let reading = |name: &'static str, read: Reading| {
        get(move |Extract(simulator): Extract<WecomSimulator>, Query(asked): Query<Asked>| async move {
            simulator.read_directory(name, read, &asked).await
        })
    };
    Router::new()
        .route("/cgi-bin/school/department/list", reading("school/department/list", departments))
        .route("/cgi-bin/school/user/list", reading("school/user/list", pupils))
        .route("/cgi-bin/school/user/list_parent", reading("school/user/list_parent", parents))
        .route("/cgi-bin/school/user/get", reading("school/user/get", person))
        .route("/cgi-bin/school/agent/get_allow_scope", reading("school/agent/get_allow_scope", scope))
        .route("/cgi-bin/externalcontact/message/send", post(notice::send))
}

impl WecomSimulator {
    async fn read_directory(&self, name: &'static str, read: Reading, asked: &Asked) -> Response {
        self.through_outage(Calls::Directory, || {
            let now = self.now();
            let settings = &self.shared.settings;
            let mut state: std::sync::MutexGuard<'_, State> = self.state();
            state.figures.directory_calls += 1;
            state.check_token(asked.access_token.as_deref(), now)?;
            state.meter(name, now, settings.calls_per_minute_max)?;
            if !state.school.rights.reads_directory {
                return Err(ApiError(48002, "api forbidden"));
            }
            if asked.agentid.is_some_and(|agent| agent != settings.agent_id) {
                return Err(ApiError(301_002, "agentid does not belong to the token"));
            }
            let answer = read(&state.school, asked)?;
            Ok(with(with(answer, "errcode", json!(0)), "errmsg", json!("ok")))
        })
        .await
    }
}

/// An object with one more member.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.insert(name.to_owned(), value);
    }
    object
}

fn departments(book: &SchoolBook, asked: &Asked) -> Result<Value, ApiError> {
    if asked.id.is_some_and(|id| !book.departments.contains_key(&id)) {
        return Err(ApiError(60011, "no privilege to access"));
    }
    let wanted =
        |department: &&Department| asked.id.is_none_or(|id| department.id == id || department.parent == id);
    let listed: Vec<Value> = book.departments.values().filter(wanted).map(department).collect();
    Ok(json!({ "departments": listed }))
}

fn department(department: &Department) -> Value {
    let admins = department.admins.iter();
    let admins: Vec<Value> = admins.map(|(id, kind)| json!({"userid": id, "type": kind})).collect();
    let value = json!({
        "id": department.id, "parentid": department.parent, "name": department.name,
        "type": department.kind, "department_admins": admins,
    });
    if department.kind != 2 {
        return value;
    }
    let value = with(value, "is_graduated", json!(u8::from(department.is_graduated)));
    match department.standard_grade {
        Some(grade) => with(value, "standard_grade", json!(grade)),
        None => value,
    }
}

fn pupils(book: &SchoolBook, asked: &Asked) -> Result<Value, ApiError> {
    let id = known_department(book, asked)?;
    let here = book.pupils.values().filter(|pupil| pupil.classes.contains(&id));
    Ok(json!({ "students": here.map(|found| pupil(book, found)).collect::<Vec<_>>() }))
}

fn pupil(book: &SchoolBook, pupil: &Pupil) -> Value {
    let parents: Vec<Value> = book
        .parents_of(&pupil.id)
        .map(|(parent, relation)| with(contact(parent), "relation", json!(relation)))
        .collect();
    json!({
        "student_userid": pupil.id, "name": pupil.name, "department": pupil.classes, "parents": parents,
    })
}

fn parents(book: &SchoolBook, asked: &Asked) -> Result<Value, ApiError> {
    let id = known_department(book, asked)?;
    let is_here =
        |pupil: &str| book.pupils.get(&pupil.to_lowercase()).is_some_and(|it| it.classes.contains(&id));
    let here = book.parents.values().filter(|parent| parent.children.iter().any(|(child, _)| is_here(child)));
    Ok(json!({ "parents": here.map(|found| parent(book, found)).collect::<Vec<_>>() }))
}

fn parent(book: &SchoolBook, parent: &Parent) -> Value {
    let children: Vec<Value> = parent
        .children
        .iter()
        .map(|(id, relation)| {
            let name = book.pupils.get(&id.to_lowercase()).map(|pupil| pupil.name.clone());
            json!({"student_userid": id, "relation": relation, "name": name})
        })
        .collect();
    with(contact(parent), "children", json!(children))
}

/// What is told of a parent everywhere; the external id of followers only.
fn contact(parent: &Parent) -> Value {
    let mut value = json!({"parent_userid": parent.id, "is_subscribe": u8::from(parent.follows)});
    if let Some(mobile) = &parent.mobile {
        value = with(value, "mobile", json!(mobile));
    }
    if parent.follows {
        value = with(value, "external_userid", json!(format!("wm_{}", parent.id)));
    }
    value
}

fn person(book: &SchoolBook, asked: &Asked) -> Result<Value, ApiError> {
    let id = asked.userid.as_deref().unwrap_or_default().to_lowercase();
    if let Some(found) = book.pupils.get(&id) {
        return Ok(json!({"user_type": 1, "student": pupil(book, found)}));
    }
    match book.parents.get(&id) {
        Some(found) => Ok(json!({"user_type": 2, "parent": parent(book, found)})),
        None => Err(ApiError(60111, "userid not found")),
    }
}

fn scope(book: &SchoolBook, asked: &Asked) -> Result<Value, ApiError> {
    if asked.agentid.is_none() {
        return Err(ApiError(40063, "missing parameter"));
    }
    let (students, departments) = (&book.rights.students, &book.rights.departments);
    Ok(json!({"allow_scope": {"students": {"userid": students}, "departments": {"partyid": departments}}}))
}

fn known_department(book: &SchoolBook, asked: &Asked) -> Result<i64, ApiError> {
    let id = asked.department_id.ok_or(ApiError(40063, "missing parameter"))?;
    if book.departments.contains_key(&id) { Ok(id) } else { Err(ApiError(60011, "no privilege to access")) }
}
