//! The cast (演员表): a small invented school whose people every rehearsal can call by what they are.
//!
//! Knows the records that a roster leaves behind, no script. Start at [`Cast::example`].

use crate::clock::Moment;
use crate::domain::calendar::Year;
use crate::domain::ledger::{Actor, Change, LedgerLine};
use crate::domain::people::{
    Channel, ClassId, ContactPoint, Gender, Grade, Guardianship, MobileNumber, Person, PersonId, PersonName,
    Relation, Role, SchoolId, Student, StudentId,
};
use crate::domain::plan::Plan;
use crate::problem::Problem;
use crate::store::{Batch, Expect, Store};
use crate::usecase::record::{self, AccountOwner};
use crate::usecase::{School, UseCaseError, ledger};

/// The plan of the example school, which the program carries along.
const PLAN: (&str, &str) =
    ("config/example-school/plan.toml", include_str!("../../config/example-school/plan.toml"));

/// A room of the cast's school with a volunteer, which the example school has not.
const HELPED_ROOM: &str =
    "\n[[room]]\nname = \"二年级3班\"\nclasses = [\"二年级3班\"]\nhelpers = [\"孙桂英\"]\n";

/// A person that scripts can name.
#[derive(Debug, Clone)]
pub struct Actress {
    /// What scripts call them, such as `妈妈`.
    pub name: &'static str,
    /// Their record.
    pub person: Person,
}

/// The people of a rehearsal.
#[derive(Debug, Clone)]
pub struct Cast {
    /// Who can speak, the guardian asked first before the others.
    pub people: Vec<Actress>,
    /// The students.
    pub students: Vec<Student>,
}

/// Somebody whom the school does not know, or not by this account.
const STRANGER: &str = "陌生人";

/// Who is who: the name in scripts, the roster's name, the roles, the children, whether they can be reached.
struct Part {
    name: &'static str,
    called: &'static str,
    roles: Vec<Role>,
    children: &'static [&'static str],
    is_reachable: bool,
    phone: Option<&'static str>,
}

/// The children: name, number, class, gender, and each guardian's part with the relation.
type Child = (&'static str, &'static str, ClassId, Gender, &'static [&'static str]);

const fn class(grade: u8, number: u8) -> ClassId {
    ClassId { grade: Grade::School(grade), number }
}

const CHILDREN: [Child; 5] = [
    ("李小禾", "20240301", class(3, 2), Gender::Boy, &["妈妈", "爸爸"]),
    ("周小苗", "20220101", class(5, 1), Gender::Girl, &["奶奶", "叔叔"]),
    ("周小树", "20250302", class(2, 3), Gender::Boy, &["奶奶", "叔叔"]),
    ("陈小满", "20240302", class(3, 2), Gender::Girl, &["外公"]),
    ("林小舟", "20240303", class(3, 2), Gender::Boy, &["林老师"]),
];

fn parts() -> Vec<Part> {
    let guardian = |name, called, children| Part {
        name,
        called,
        roles: vec![Role::Guardian],
        children,
        is_reachable: true,
        phone: None,
    };
    vec![
        guardian("妈妈", "何秋兰", &["20240301"]),
        guardian("爸爸", "李大川", &["20240301"]),
        guardian("奶奶", "赵桂香", &["20220101", "20250302"]),
        guardian("叔叔", "周长青", &["20220101", "20250302"]),
        Part {
            is_reachable: false, phone: Some("13800006666"), ..guardian("外公", "陈守田", &["20240302"])
        },
        Part {
            roles: vec![Role::HomeroomTeacher(class(2, 3)), Role::Guardian],
            ..guardian("林老师", "林月华", &["20240303"])
        },
        Part { roles: vec![Role::HomeroomTeacher(class(3, 2))], ..guardian("老师", "刘文清", &[]) },
        Part { roles: vec![Role::DutyTeacher], ..guardian("值班老师", "何远山", &[]) },
        Part { roles: vec![Role::Volunteer], ..guardian("志愿者", "孙桂英", &[]) },
        Part { roles: vec![Role::SchoolAdmin], ..guardian("管理员", "沈若琳", &[]) },
        Part { roles: vec![Role::Inspector], ..guardian("督学", "郑和平", &[]) },
        Part { roles: vec![Role::DistrictOfficer], ..guardian("区里", "冯远", &[]) },
        Part { roles: Vec::new(), ..guardian(STRANGER, "陌生人", &[]) },
    ]
}

impl Cast {
    /// The people of the example school.
    pub fn example() -> Self {
        let people = parts().into_iter().map(|part| {
            let account = ContactPoint {
                channel: Channel::Terminal,
                account: part.name.to_owned(),
                is_reachable: part.is_reachable,
            };
            let person = Person {
                id: person_id(part.name),
                name: PersonName(part.called.to_owned()),
                phone: part.phone.and_then(|phone| MobileNumber::parse(phone).ok()),
                contact_points: vec![account],
                roles: part.roles,
                children: part.children.iter().map(|id| StudentId((*id).to_owned())).collect(),
            };
            Actress { name: part.name, person }
        });
        let students = CHILDREN.iter().map(|(name, id, class, gender, guardians)| Student {
            id: StudentId((*id).to_owned()),
            name: PersonName((*name).to_owned()),
            class: *class,
            gender: Some(*gender),
            guardians: guardians
                .iter()
                .map(|part| Guardianship { person: person_id(part), relation: Relation((*part).to_owned()) })
                .collect(),
            is_on_roll: true,
        });
        Self { people: people.collect(), students: students.collect() }
    }

    /// The school of the example.
    ///
    /// # Errors
    /// The plan or a calendar that the program carries along is written wrong; a test holds that they are not.
    pub fn school() -> Result<School, Vec<Problem>> {
        let plan = Plan::parse(PLAN.0, &format!("{}{HELPED_ROOM}", PLAN.1))?;
        let calendar = plan.calendar(Year::shipped()?);
        Ok(School {
            id: school_id(), name: "青禾路小学".to_owned(), plan, calendar, channels: Vec::new()
        })
    }

    /// A person by what scripts call them.
    pub fn person(&self, name: &str) -> Option<&Actress> {
        self.people.iter().find(|actress| actress.name == name)
    }

    /// A student by name.
    pub fn student(&self, name: &str) -> Option<&Student> {
        self.students.iter().find(|student| student.name.0 == name)
    }

    /// Writes everybody down, as the import of a roster would.
    ///
    /// # Errors
    /// The store failed.
    pub async fn enrol(&self, store: &dyn Store, now: Moment) -> Result<(), UseCaseError> {
        let school = school_id();
        let mut batch = Batch::default();
        for student in &self.students {
            let key = record::key::<Student>(&school, &student.id.0);
            record::put(&mut batch, &school, key, student, Expect::Absent)?;
            let line = LedgerLine {
                at: now,
                student: student.id.clone(),
                actor: Actor::Office,
                source: None,
                change: Change::JoinedRoll { class: student.class },
            };
            batch.writes.push(ledger::append(&school, &line)?);
        }
        // Nobody at the school knows the stranger.
        for actress in self.people.iter().filter(|actress| actress.name != STRANGER) {
            actress.write_down(&mut batch)?;
        }
        store.commit(batch).await?;
        Ok(())
    }
}

impl Actress {
    /// Adds the person and their accounts to a batch.
    ///
    /// # Errors
    /// A record cannot be written as JSON.
    pub fn write_down(&self, batch: &mut Batch) -> Result<(), UseCaseError> {
        let (school, person) = (school_id(), &self.person);
        let key = record::key::<Person>(&school, &person.id);
        record::put(batch, &school, key, person, Expect::Absent)?;
        for point in &person.contact_points {
            let account = record::account_id(point.channel, &point.account);
            let key = record::key::<AccountOwner>(&school, account);
            record::put(batch, &school, key, &AccountOwner { person: person.id.clone() }, Expect::Absent)?;
        }
        Ok(())
    }
}

/// The id of the example school.
pub fn school_id() -> SchoolId {
    SchoolId("example".to_owned())
}

fn person_id(part: &str) -> PersonId {
    PersonId(format!("p_{part}"))
}
