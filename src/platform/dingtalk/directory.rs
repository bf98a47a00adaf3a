//! The school's directory (家校通讯录2.0): departments, students and who is whose guardian, in pages of thirty.
//!
//! Read only. Every page counts against the month's quota, a whole reading of forty classes some 240, so it is read at rest:
//! weekly, or two days after a change; a few classes that changed are
//! read alone. Phones do not stand in it, and names of guardians are not read. Knows nothing of
//! the roster. Start where [`DingtalkNotice`] is a [`Directory`].
//!
//! Sources: <https://open.dingtalk.com/document/development/obtains-the-department-node-list>,
//! `…/obtains-a-list-of-home-school-user-identities` and `…/queries-the-list-of-relationships`, read 2026-08.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::api::{number, unusable};
use super::errors::{NO_RIGHT, NO_RIGHT_OR_MORE};
use super::notice::DingtalkNotice;
use super::robot::is_account;
use crate::domain::people::{Channel, Grade, PersonName, Relation};
use crate::domain::roster::directory::{Channels, ListedClass, ListedParent, ListedStudent, Reach};
use crate::platform::SendError;
use crate::platform::directory::{CLASSES_MAX, Directory, Rest};

/// Rows of a page at the most.
const PAGE: u32 = 30;
/// Pages of one list at the most.
const PAGES_MAX: u32 = 200;
/// Departments that are looked into at the most; with a campus, a stage and grades a school has a dozen.
const DEPARTMENTS_MAX: usize = 200;
/// How deep the tree may be.
const DEPTH_MAX: usize = 8;
/// «There is nothing», in the words of one school's program; no page documents it.
const NO_DATA: i64 = 60123;
/// What an operator reads while the month's quota is kept for messages.
const SCARCE: &str = "本月的钉钉接口额度已经用了八成，剩下的由 kehou 留给消息，通讯录暂时不读。";

/// A reading by a change waits for two days since the last, of a few classes for some hours, any other for a week.
const REST: Rest = Rest {
    after_change: chrono::Duration::hours(47),
    after_class_change: Some(chrono::Duration::hours(6)),
    otherwise: chrono::Duration::hours(6 * 24 + 12),
};

/// A page of any list.
#[derive(Deserialize)]
#[serde(bound = "Row: DeserializeOwned")]
struct Page<Row> {
    #[serde(default, alias = "relations")]
    details: Vec<Row>,
    #[serde(default)]
    has_more: bool,
}

#[derive(Deserialize)]
struct Department {
    dept_id: Value,
    #[serde(default)]
    name: String,
    #[serde(default)]
    dept_type: String,
    feature: Option<Value>,
}

#[derive(Deserialize)]
struct Person {
    userid: String,
    #[serde(default)]
    name: String,
    is_adviser: Option<Value>,
    feature: Option<Value>,
}

#[derive(Deserialize)]
struct Kinship {
    from_userid: String,
    to_userid: String,
    #[serde(default)]
    relation_code: String,
    #[serde(default)]
    relation_name: String,
}

/// What stands above a department.
#[derive(Clone, Default)]
struct Above {
    depth: usize,
    period: String,
    grade: Option<Grade>,
    grade_name: String,
}

#[async_trait]
impl Directory for DingtalkNotice {
    fn channels(&self) -> Channels {
        Channels { parents: Channel::DingtalkNotice, staff: Channel::DingtalkRobot }
    }

    fn rest(&self) -> Rest {
        REST
    }

    async fn classes(&self) -> Result<Vec<ListedClass>, SendError> {
        let mut classes = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(None, Above::default())];
        while let Some((id, above)) = open.pop() {
            let mut asked = json!({});
            if let Some(id) = id {
                asked = json!({ "super_id": id });
            }
            let departments: Vec<Department> = self.pages("/topapi/edu/dept/list", &asked).await?;
            for department in departments {
                let Some(id) = self.askable(&department) else { continue };
                if !seen.insert(id) {
                    tracing::warn!(school.id = %self.app().school, department.id = id,
                        "a department is left out: it was listed before");
                } else if department.dept_type == "class" {
                    classes.push(self.listed(id, &department, &above).await?);
                } else if above.depth < DEPTH_MAX && seen.len() <= DEPARTMENTS_MAX + CLASSES_MAX {
                    open.push((Some(id), above.with(&department)));
                } else {
                    tracing::error!(school.id = %self.app().school, department.id = id,
                        "a department and what is below it are left out: the tree is too deep or too large");
                }
            }
            if classes.len() > CLASSES_MAX {
                let advice = "家校通讯录里班级太多：请先把已经毕业的年级办理毕业";
                return Err(SendError::Refused { code: 0, advice });
            }
        }
        classes.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(classes)
    }

    async fn class(&self, known: &ListedClass) -> Result<ListedClass, SendError> {
        Ok(ListedClass { homeroom_teachers: self.advisers(&class_id(known)).await?, ..known.clone() })
    }

    async fn students(&self, class: &ListedClass) -> Result<Vec<ListedStudent>, SendError> {
        let students = json!({"class_id": class_id(class), "role": "student"});
        let students: Vec<Person> = self.pages("/topapi/edu/user/list", &students).await?;
        let kinships = json!({ "class_id": class_id(class) });
        let kinships: Vec<Kinship> = self.pages("/topapi/edu/user/relation/list", &kinships).await?;
        let mut parents: BTreeMap<String, Vec<ListedParent>> = BTreeMap::new();
        for kinship in kinships.into_iter().filter(|kinship| is_account(&kinship.from_userid)) {
            let parent = ListedParent {
                relation: Relation(kin(&kinship).to_owned()),
                account: kinship.from_userid,
                phone: None,
                is_reachable: true,
            };
            let of_student = parents.entry(kinship.to_userid).or_default();
            if of_student.iter().all(|known| known.account != parent.account) {
                of_student.push(parent);
            }
        }
        let students = students.into_iter().filter(|student| is_account(&student.userid));
        Ok(students
            .map(|student| ListedStudent {
                parents: parents.remove(&student.userid).unwrap_or_default(),
                id: student.userid,
                name: PersonName(student.name.trim().to_owned()),
                classes: vec![class.id.clone()],
            })
            .collect())
    }
}

impl DingtalkNotice {
    /// How many departments the first page of the first level has.
    ///
    /// # Errors
    /// As [`Directory::classes`].
    pub(super) async fn first_departments(&self) -> Result<usize, SendError> {
        let first = self.page::<Department>("/topapi/edu/dept/list", &json!({}), 1).await?;
        Ok(first.map_or(0, |page| page.details.len()))
    }

    /// A department's id, where it can be asked for: negative ids are the contacts' own.
    fn askable(&self, department: &Department) -> Option<i64> {
        let id = number(Some(&department.dept_id));
        if id.is_none() {
            tracing::warn!(school.id = %self.app().school, department.id = %department.dept_id,
                "a department is left out: its id is no number");
        }
        let askable = id.filter(|id| *id > 0);
        if let (Some(id), None) = (id, askable) {
            tracing::debug!(school.id = %self.app().school, department.id = id,
                "a department of the contacts' own is left out");
        }
        askable
    }

    /// The accounts of a class's 班主任.
    async fn advisers(&self, class_id: &Value) -> Result<Vec<String>, SendError> {
        let asked = json!({"class_id": class_id, "role": "teacher"});
        let teachers: Vec<Person> = self.pages("/topapi/edu/user/list", &asked).await?;
        let advisers =
            teachers.into_iter().filter(|teacher| teacher.is_adviser() && is_account(&teacher.userid));
        let advisers: BTreeSet<String> = advisers.map(|teacher| teacher.userid).collect();
        Ok(advisers.into_iter().collect())
    }

    async fn listed(
        &self,
        id: i64,
        department: &Department,
        above: &Above,
    ) -> Result<ListedClass, SendError> {
        Ok(ListedClass {
            id: id.to_string(),
            grade: above.grade,
            grade_name: above.grade_name.clone(),
            name: department.name.trim().to_owned(),
            homeroom_teachers: self.advisers(&json!(id)).await?,
            reach: Reach::Everybody,
        })
    }

    /// All rows of a list.
    async fn pages<Row: DeserializeOwned>(&self, path: &str, asked: &Value) -> Result<Vec<Row>, SendError> {
        let api = &self.app().api;
        let mut rows = Vec::new();
        for page_no in 1..=PAGES_MAX {
            api.quota.leave_enough(SCARCE, api.clock.now())?;
            let Some(page) = self.page(path, asked, page_no).await? else { return Ok(rows) };
            rows.extend(page.details);
            if !page.has_more {
                return Ok(rows);
            }
        }
        Err(SendError::Refused {
            code: 0, advice: "家校通讯录里一个班的人太多：请核对班级"
        })
    }

    /// One page of a list, from 1; `None` where there is nothing.
    async fn page<Row: DeserializeOwned>(
        &self,
        path: &str,
        asked: &Value,
        page_no: u32,
    ) -> Result<Option<Page<Row>>, SendError> {
        let api = &self.app().api;
        let mut body = asked.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("page_no".to_owned(), json!(page_no));
            fields.insert("page_size".to_owned(), json!(PAGE));
        }
        let body = body.to_string();
        let answer: Value = match api.ask_old(|token| api.old_post(path, &body, token)).await {
            Ok(answer) => answer,
            Err(SendError::Refused { code: NO_DATA, .. }) => return Ok(None),
            Err(SendError::Refused { code: code @ (NO_RIGHT | NO_RIGHT_OR_MORE), .. }) => {
                let advice = "应用不能读取家校通讯录：请在钉钉开发者后台「权限管理」里开通家校通讯录读权限";
                return Err(SendError::Refused { code, advice });
            }
            Err(error) => return Err(error),
        };
        if answer.get("success") == Some(&Value::Bool(false)) {
            return Err(unusable("the answer is no success"));
        }
        let page = answer.get("result").cloned().unwrap_or_default();
        serde_json::from_value(page).map(Some).map_err(|_| unusable("the answer is not what was asked for"))
    }
}

impl Above {
    /// What stands above the departments below this one.
    fn with(&self, department: &Department) -> Self {
        let feature = department.feature();
        let word = |name: &str| feature.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut below = Self { depth: self.depth + 1, ..self.clone() };
        match department.dept_type.as_str() {
            "period" => below.period = word("period_type"),
            "campus" => {}
            _ => {
                let name = department.name.trim();
                let level = number(feature.get("grade_level")).and_then(|level| u8::try_from(level).ok());
                let by_level = level.and_then(|level| grade_of(&below.period, level));
                below.grade = Grade::parse(name).or(by_level);
                name.clone_into(&mut below.grade_name);
            }
        }
        below
    }
}

impl Department {
    fn feature(&self) -> Value {
        feature(self.feature.as_ref())
    }
}

impl Person {
    /// Whether this teacher is the class's 班主任.
    fn is_adviser(&self) -> bool {
        let inside = feature(self.feature.as_ref());
        let said = self.is_adviser.as_ref().or_else(|| inside.get("is_adviser"));
        said.is_some_and(|said| number(Some(said)) == Some(1) || *said == Value::Bool(true))
    }
}

/// A feature is a text that holds an object.
fn feature(written: Option<&Value>) -> Value {
    match written {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(other) => other.clone(),
        None => Value::Null,
    }
}

/// A grade by its stage and level. No page says whether a level counts within its stage or through; the two cannot be taken
/// for one another, and where they could (the fourth year of a five-four school) the level says nothing.
fn grade_of(period: &str, level: u8) -> Option<Grade> {
    match (period, level) {
        ("kindergarten", 1..=3) => Some(Grade::Kindergarten(level)),
        ("primary_school", 1..=6) | ("middle_school", 7..=9) | ("high_school", 10..=12) => {
            Some(Grade::School(level))
        }
        ("middle_school", 1..=3) => Some(Grade::School(6 + level)),
        ("high_school", 1..=3) => Some(Grade::School(9 + level)),
        _ => None,
    }
}

/// What a guardian is to the child, in words.
fn kin(kinship: &Kinship) -> &str {
    let named = kinship.relation_name.trim();
    if !named.is_empty() {
        return named;
    }
    match kinship.relation_code.trim() {
        "F" => "爸爸",
        "M" => "妈妈",
        "GF" => "爷爷",
        "GM" => "奶奶",
        "GFA" => "外公",
        "GMA" => "外婆",
        "U" => "叔叔",
        "A" => "阿姨",
        "B" => "哥哥",
        "S" => "姐姐",
        _ => "家长",
    }
}

fn class_id(class: &ListedClass) -> Value {
    class.id.parse::<i64>().map_or_else(|_| json!(class.id), |id| json!(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_within_its_stage_or_through_and_never_guessed() {
        for (period, level, want) in [
            ("primary_school", 3, Some(Grade::School(3))),
            ("middle_school", 1, Some(Grade::School(7))),
            ("middle_school", 7, Some(Grade::School(7))),
            ("high_school", 12, Some(Grade::School(12))),
            ("kindergarten", 2, Some(Grade::Kindergarten(2))),
            ("middle_school", 4, None),
            ("primary_school", 7, None),
            ("", 3, None),
        ] {
            assert_eq!(grade_of(period, level), want, "{period} {level}");
        }
    }

    #[test]
    fn an_adviser_is_told_at_the_top_or_inside_the_feature() {
        for (text, want) in [
            (r#"{"userid":"t","is_adviser":"1"}"#, true),
            (r#"{"userid":"t","is_adviser":1}"#, true),
            (r#"{"userid":"t","feature":"{\"is_adviser\":\"1\"}"}"#, true),
            (r#"{"userid":"t","feature":"{\"is_adviser\":\"0\"}"}"#, false),
            (r#"{"userid":"t","feature":"{}"}"#, false),
            (r#"{"userid":"t"}"#, false),
        ] {
            let person: Person = serde_json::from_str(text).unwrap();
            assert_eq!(person.is_adviser(), want, "{text}");
        }
    }
}
