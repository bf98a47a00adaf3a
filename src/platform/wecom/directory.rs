//! The school's directory (家校通讯录): `school/department/list`, `school/user/list` and the scope of the app.
//!
//! Read only, because one app alone may write there. Parents have no names in it, and phones only where the admin shows
//! them. Knows nothing of the roster. Start where [`WecomNotice`] is a [`Directory`].
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/92343>, path/92338, path/92344 and path/94895, read
//! 2026-08.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::{WecomNotice, api, errors};
use crate::domain::people::{Channel, Grade, MobileNumber, PersonName, Relation};
use crate::domain::roster::directory::{Channels, ListedClass, ListedParent, ListedStudent, Reach};
use crate::platform::SendError;
use crate::platform::directory::{CLASSES_MAX, Directory};

/// Kinds of departments.
const CLASS: i64 = 1;
const GRADE: i64 = 2;
/// The kind of an admin who is a homeroom teacher.
const HOMEROOM_TEACHER: i64 = 3;
/// How deep the tree may be; a campus, a stage, a grade and a class need five.
const DEPTH_MAX: usize = 16;

/// A number that WeCom writes as one, or as a text.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Number(i64);

#[derive(Deserialize)]
struct Departments {
    departments: Vec<Department>,
}

#[derive(Deserialize)]
struct Department {
    id: Number,
    #[serde(default)]
    parentid: Number,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: Number,
    #[serde(default)]
    standard_grade: Number,
    #[serde(default)]
    is_graduated: Number,
    #[serde(default, rename = "department_admins")]
    admins: Vec<Admin>,
}

#[derive(Deserialize)]
struct Admin {
    userid: String,
    #[serde(default, rename = "type")]
    kind: Number,
}

#[derive(Deserialize)]
struct Scope {
    allow_scope: AllowScope,
}

#[derive(Deserialize)]
struct AllowScope {
    #[serde(default)]
    students: ScopeStudents,
    #[serde(default)]
    departments: ScopeDepartments,
}

#[derive(Deserialize, Default)]
struct ScopeStudents {
    #[serde(default)]
    userid: Vec<String>,
}

#[derive(Deserialize, Default)]
struct ScopeDepartments {
    #[serde(default)]
    partyid: Vec<Number>,
}

#[derive(Deserialize)]
struct Students {
    students: Vec<Student>,
}

#[derive(Deserialize)]
struct Student {
    #[serde(rename = "student_userid")]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    department: Vec<Number>,
    #[serde(default)]
    parents: Vec<Parent>,
}

#[derive(Deserialize)]
struct Parent {
    #[serde(rename = "parent_userid")]
    id: String,
    #[serde(default)]
    relation: String,
    #[serde(default)]
    mobile: String,
    #[serde(default)]
    is_subscribe: Number,
}

#[async_trait]
impl Directory for WecomNotice {
    fn channels(&self) -> Channels {
        Channels { parents: Channel::WecomNotice, staff: Channel::WecomApp }
    }

    async fn classes(&self) -> Result<Vec<ListedClass>, SendError> {
        let Departments { departments } = self.read("school/department/list", &[]).await?;
        let agent = self.agent_id.to_string();
        let Scope { allow_scope } = self.read("school/agent/get_allow_scope", &[("agentid", &agent)]).await?;
        let classes = classes(&departments, &allow_scope);
        if classes.len() > CLASSES_MAX {
            let advice = "通讯录里班级太多：请把已经毕业的年级标为毕业";
            return Err(SendError::Refused { code: 0, advice });
        }
        Ok(classes)
    }

    async fn students(&self, class: &ListedClass) -> Result<Vec<ListedStudent>, SendError> {
        let query = [("department_id", class.id.as_str())];
        let Students { students } = self.read("school/user/list", &query).await?;
        Ok(students.into_iter().filter_map(|found| student(found, class)).collect())
    }
}

impl WecomNotice {
    async fn read<Rest: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Rest, SendError> {
        let request = |token: &secrecy::SecretString| {
            self.api
                .http
                .get(format!("{}/cgi-bin/{path}", self.api.api_base))
                .query(&[("access_token", token.expose_secret())])
                .query(query)
        };
        let answer = self.api.ask(request).await?;
        match answer.errcode {
            0 => answer.read(),
            code => Err(errors::classify_for_directory(code)),
        }
    }
}

/// The classes of the tree below grades that have not graduated.
fn classes(departments: &[Department], scope: &AllowScope) -> Vec<ListedClass> {
    let tree: BTreeMap<i64, &Department> =
        departments.iter().map(|department| (department.id.0, department)).collect();
    let classes = departments.iter().filter(|department| department.kind.0 == CLASS);
    classes.filter_map(|department| class(department, &tree, scope)).collect()
}

fn class(
    department: &Department,
    tree: &BTreeMap<i64, &Department>,
    scope: &AllowScope,
) -> Option<ListedClass> {
    let up = |at: &&Department| tree.get(&at.parentid.0).copied();
    let line = std::iter::successors(Some(department), up).take(DEPTH_MAX);
    let line: Vec<&Department> = line.collect();
    let grade = line.iter().find(|above| above.kind.0 == GRADE);
    if grade.is_some_and(|grade| grade.is_graduated.0 == 1) {
        return None;
    }
    // That a department stands for those below it is how the console shows it; nothing documents it.
    let is_in_scope = line.iter().any(|above| scope.departments.partyid.contains(&above.id));
    let only = || scope.students.userid.iter().map(|id| id.to_ascii_lowercase()).collect();
    let teachers = department.admins.iter().filter(|admin| admin.kind.0 == HOMEROOM_TEACHER);
    let teachers = teachers.map(|admin| Channel::WecomApp.canonical(&admin.userid));
    let teachers: BTreeSet<String> = teachers.filter(|account| api::is_account(account)).collect();
    Some(ListedClass {
        id: department.id.0.to_string(),
        grade: grade.and_then(|grade| standard_grade(grade.standard_grade.0)),
        grade_name: grade.map(|grade| grade.name.clone()).unwrap_or_default(),
        name: department.name.clone(),
        homeroom_teachers: teachers.into_iter().collect(),
        reach: if is_in_scope { Reach::Everybody } else { Reach::Only(only()) },
    })
}

/// A grade by WeCom's number; `None` where the number does not say which of ours it is.
fn standard_grade(number: i64) -> Option<Grade> {
    let number = u8::try_from(number).ok()?;
    match number {
        2..=4 => Some(Grade::Kindergarten(number - 1)),
        31..=39 => Some(Grade::School(number - 30)),
        61..=63 => Some(Grade::School(number - 54)),
        91..=93 => Some(Grade::School(number - 81)),
        _ => None,
    }
}

/// A student as plain values; `None` for one of another corp, whose id is no plain account.
fn student(found: Student, class: &ListedClass) -> Option<ListedStudent> {
    let id = found.id.trim().to_ascii_lowercase();
    if !api::is_account(&id) {
        return None;
    }
    let is_in_reach = match &class.reach {
        Reach::Everybody => true,
        Reach::Only(students) => students.contains(&id),
    };
    let parent = |parent: Parent| ListedParent {
        account: Channel::WecomNotice.canonical(parent.id.trim()),
        relation: Relation(parent.relation.trim().to_owned()),
        phone: MobileNumber::parse(parent.mobile.trim()).ok(),
        is_reachable: parent.is_subscribe.0 == 1 && is_in_reach,
    };
    let mut classes: Vec<String> = found.department.iter().map(|id| id.0.to_string()).collect();
    if classes.is_empty() {
        classes.push(class.id.clone());
    }
    let parents = found.parents.into_iter().map(parent).filter(|parent| api::is_account(&parent.account));
    let name = PersonName(found.name.trim().to_owned());
    Some(ListedStudent { parents: parents.collect(), id, name, classes })
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Loose {
            Number(i64),
            Text(String),
        }
        match Loose::deserialize(from)? {
            Loose::Number(number) => Ok(Self(number)),
            Loose::Text(text) => text.trim().parse().map(Self).map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(departments: &str, scope: &str) -> Vec<ListedClass> {
        let departments: Departments = serde_json::from_str(departments).unwrap();
        let scope: Scope = serde_json::from_str(scope).unwrap();
        classes(&departments.departments, &scope.allow_scope)
    }

    /// A school with a grade that goes on and one that has gone, numbers written both ways.
    const SCHOOL: &str = r#"{"departments":[
        {"id":1,"parentid":0,"name":"青禾路小学","type":5},
        {"id":3,"parentid":1,"name":"2024级","type":2,"standard_grade":33,"is_graduated":0},
        {"id":"32","parentid":"3","name":"2班","type":"1",
         "department_admins":[{"userid":"T-Wang","type":3},{"userid":"t-li","type":"3"},{"userid":"t-x","type":4}]},
        {"id":6,"parentid":1,"name":"六年级","type":2,"standard_grade":36,"is_graduated":1},
        {"id":61,"parentid":6,"name":"1班","type":1},
        {"id":9,"parentid":9,"name":"自己在自己里面","type":1}]}"#;

    #[test]
    fn classes_stand_below_their_grade_and_graduates_are_left_out() {
        let found = listed(SCHOOL, r#"{"allow_scope":{"departments":{"partyid":["1"]}}}"#);
        assert_eq!(found.len(), 2, "{found:?}");
        let class = &found[0];
        assert_eq!((class.id.as_str(), class.grade), ("32", Some(Grade::School(3))));
        assert_eq!((class.grade_name.as_str(), class.name.as_str()), ("2024级", "2班"));
        assert_eq!(class.homeroom_teachers, ["t-li", "t-wang"]);
        assert_eq!(class.reach, Reach::Everybody);
        assert_eq!(found[1].reach, Reach::Only(BTreeSet::new()), "a circle ends");
        let found = listed(SCHOOL, r#"{"allow_scope":{"students":{"userid":["S_01"]},"departments":{}}}"#);
        assert_eq!(found[0].reach, Reach::Only(BTreeSet::from(["s_01".to_owned()])));
    }

    #[test]
    fn grades_have_the_numbers_of_the_documentation() {
        for (number, want) in [
            (2, Some(Grade::Kindergarten(1))),
            (4, Some(Grade::Kindergarten(3))),
            (31, Some(Grade::School(1))),
            (36, Some(Grade::School(6))),
            (61, Some(Grade::School(7))),
            (93, Some(Grade::School(12))),
            (0, None),
            (1, None),
            (5, None),
            (64, None),
            (121, None),
            (-1, None),
        ] {
            assert_eq!(standard_grade(number), want, "{number}");
        }
    }

    #[test]
    fn what_the_platform_hides_is_left_open_and_who_is_out_of_scope_is_not_reached() {
        let class = ListedClass {
            id: "32".to_owned(),
            grade: None,
            grade_name: String::new(),
            name: "2班".to_owned(),
            homeroom_teachers: Vec::new(),
            reach: Reach::Only(BTreeSet::from(["s_01".to_owned()])),
        };
        let text = r#"{"students":[
            {"student_userid":"S_01","name":"李小禾","department":[32],"parents":[
              {"parent_userid":"P_1","relation":"妈妈","mobile":"13800001111","is_subscribe":"1","external_userid":"wm1"},
              {"parent_userid":"p_2","is_subscribe":0},{"parent_userid":"wwOTHER/p_9","is_subscribe":1}]},
            {"student_userid":"wwOTHER/s_03","name":"钱多"},
            {"student_userid":"s_02","name":"周安","parents":[{"parent_userid":"p_3","relation":"爸爸","is_subscribe":1}]}]}"#;
        let found: Students = serde_json::from_str(text).unwrap();
        let found: Vec<_> = found.students.into_iter().filter_map(|one| student(one, &class)).collect();
        let parents: Vec<_> = found.iter().flat_map(|one| &one.parents).collect();
        let shown: Vec<_> = parents.iter().map(|it| (it.account.as_str(), it.is_reachable)).collect();
        assert_eq!(shown, [("p_1", true), ("p_2", false), ("p_3", false)]);
        assert!(parents[0].phone.is_some() && parents[1].phone.is_none());
        assert_eq!((found[0].id.as_str(), &found[1].classes[..]), ("s_01", &["32".to_owned()][..]));
    }
}
