//! People (人员): students, guardians and staff, how they are reached, and how they are masked.
//!
//! Pure. Knows nothing of conversations. Start at [`Person`] and [`Student`].

mod contact;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use contact::{Channel, ContactPoint, mask_account};

/// Defines an id as a type of its own over a string.
macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

string_id! {
    /// A school (学校): the `id` of its settings, letters, digits and hyphens.
    SchoolId
}
string_id! {
    /// A person (人): opaque, given once, never reused; says nothing about them.
    PersonId
}

/// A student's number (学号) within the school, digits or letters; prints masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StudentId(pub String);

/// A class (班级): grade and number within the grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClassId {
    /// The grade.
    pub grade: Grade,
    /// The number within the grade, from 1.
    pub number: u8,
}

/// A grade (年级): kindergarten 小班, 中班, 大班, then 1–12 counted through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Kindergarten (幼儿园), 1 小班, 2 中班, 3 大班.
    Kindergarten(u8),
    /// School, 1–12.
    School(u8),
}

/// A person's name (姓名); prints masked, `李*`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(pub String);

/// A mainland mobile number (手机号): eleven ASCII digits starting with `1`; prints masked, `138****8000`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MobileNumber(String);

/// What somebody wrote about a child, a wrong or themselves; prints as its length.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PrivateText(pub String);

/// What a person is to the school (角色). One person can have several, a teacher with a child here for one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Guardian (家长) of the children in [`Person::children`].
    Guardian,
    /// Homeroom teacher (班主任) of a class.
    HomeroomTeacher(ClassId),
    /// Duty teacher (值班教师).
    DutyTeacher,
    /// Volunteer (志愿者) who helps in a room: calls no roll, hands nobody over, reads nobody's records (R19).
    Volunteer,
    /// School admin (管理员): reads the digest, sees everything of the school.
    SchoolAdmin,
    /// Head (校长): the first responsible person (R2).
    Head,
    /// Inspector of the school (责任督学): reads figures and complaints, never writes for the school (R21).
    Inspector,
    /// District officer (区教体局): the same over the district's schools.
    DistrictOfficer,
}

/// What a guardian is to a child (关系), as the roster says it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Relation(pub String);

/// A student (学生).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Student {
    /// The student's number.
    pub id: StudentId,
    /// The name.
    pub name: PersonName,
    /// The class.
    pub class: ClassId,
    /// The gender, where the roster says it.
    pub gender: Option<Gender>,
    /// The guardians in the roster's order: the first is asked first.
    pub guardians: Vec<Guardianship>,
    /// Whether the student is on the roll; one who left stays on record.
    pub is_on_roll: bool,
}

/// Who a child's guardian is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardianship {
    /// The guardian.
    pub person: PersonId,
    /// What they are to the child.
    pub relation: Relation,
}

/// A gender (性别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// 女.
    Girl,
    /// 男.
    Boy,
}

/// A guardian or a member of staff (家长、教职工).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// The name.
    pub name: PersonName,
    /// The phone, where the roster has it.
    pub phone: Option<MobileNumber>,
    /// The ways to reach them, best first.
    pub contact_points: Vec<ContactPoint>,
    /// What they are to the school.
    pub roles: Vec<Role>,
    /// The students they are guardian of, by age, eldest first.
    pub children: Vec<StudentId>,
}

impl Role {
    /// Whether somebody with this role works at the school; who supervises it does not.
    pub fn is_staff(&self) -> bool {
        match self {
            Self::HomeroomTeacher(_) | Self::DutyTeacher | Self::SchoolAdmin | Self::Head => true,
            Self::Guardian | Self::Volunteer | Self::Inspector | Self::DistrictOfficer => false,
        }
    }

    /// Whether somebody with this role supervises the school from outside (R21).
    pub fn is_supervisor(&self) -> bool {
        match self {
            Self::Inspector | Self::DistrictOfficer => true,
            Self::Guardian
            | Self::HomeroomTeacher(_)
            | Self::DutyTeacher
            | Self::Volunteer
            | Self::SchoolAdmin
            | Self::Head => false,
        }
    }
}

impl Grade {
    /// Reads a grade as people write it: 三年级, 3年级, 三, 3, 初一, 高一, 中班. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        const DIGITS: [&str; 12] =
            ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
        if let Some(year) = ["小班", "中班", "大班"].iter().position(|name| *name == text) {
            return Some(Self::Kindergarten(u8::try_from(year).ok()? + 1));
        }
        let (text, first, last) = if let Some(rest) = text.strip_prefix('初') {
            (rest, 7, 9)
        } else if let Some(rest) = text.strip_prefix('高') {
            (rest, 10, 12)
        } else {
            (text, 1, 12)
        };
        let text = text.strip_suffix("年级").unwrap_or(text);
        let chinese =
            DIGITS.iter().position(|digit| *digit == text).and_then(|index| u8::try_from(index + 1).ok());
        let number = chinese.or_else(|| text.parse().ok().filter(|_| text.len() <= 2))?;
        let number = first - 1 + number;
        (first..=last).contains(&number).then_some(Self::School(number))
    }
}

/// A text is not a mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mobile number has eleven digits and starts with 1")]
pub struct NotAMobileNumber;

impl MobileNumber {
    /// Parses eleven ASCII digits that start with `1`.
    ///
    /// # Errors
    /// [`NotAMobileNumber`] for anything else; widths, blanks and +86 are the caller's to remove.
    pub fn parse(text: &str) -> Result<Self, NotAMobileNumber> {
        let is_number =
            text.len() == 11 && text.starts_with('1') && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Ok(Self(text.to_owned())) } else { Err(NotAMobileNumber) }
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MobileNumber {
    type Error = NotAMobileNumber;

    fn try_from(text: String) -> Result<Self, NotAMobileNumber> {
        Self::parse(&text)
    }
}

impl From<MobileNumber> for String {
    fn from(number: MobileNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&keep_ends(&self.0, 3, 4))
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&keep_ends(&self.0, 1, 0))
    }
}

impl fmt::Debug for PrivateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} characters)", self.0.chars().count())
    }
}

impl fmt::Debug for StudentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&keep_ends(&self.0, 2, 2))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HomeroomTeacher(class) => write!(f, "{class}班主任"),
            Self::Guardian => f.write_str("家长"),
            Self::DutyTeacher => f.write_str("值班教师"),
            Self::Volunteer => f.write_str("志愿者"),
            Self::SchoolAdmin => f.write_str("管理员"),
            Self::Head => f.write_str("校长"),
            Self::Inspector => f.write_str("责任督学"),
            Self::DistrictOfficer => f.write_str("区教体局"),
        }
    }
}

impl fmt::Display for ClassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}班", self.grade, self.number)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SCHOOL: [&str; 12] = [
            "一年级",
            "二年级",
            "三年级",
            "四年级",
            "五年级",
            "六年级",
            "七年级",
            "八年级",
            "九年级",
            "高一",
            "高二",
            "高三",
        ];
        const KINDERGARTEN: [&str; 3] = ["小班", "中班", "大班"];
        let (names, number): (&[&str], u8) = match self {
            Self::Kindergarten(number) => (&KINDERGARTEN, *number),
            Self::School(number) => (&SCHOOL, *number),
        };
        let name = usize::from(number).checked_sub(1).and_then(|index| names.get(index));
        f.write_str(name.unwrap_or(&"未知年级"))
    }
}

/// Masks all but the first `head` and the last `tail` characters, with at least one star.
fn keep_ends(text: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= head + tail {
        return "*".repeat(characters.len().max(1));
    }
    let hidden = characters.len() - head - tail;
    let start: String = characters.iter().take(head).collect();
    let end: String = characters.iter().skip(head + hidden).collect();
    format!("{start}{}{end}", "*".repeat(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_print_masked() {
        assert_eq!(format!("{:?}", PersonName("李小禾".into())), "李**");
        assert_eq!(format!("{:?}", MobileNumber::parse("13800001111").unwrap()), "138****1111");
        assert_eq!(format!("{:?}", StudentId("20260101".into())), "20****01");
        assert_eq!(mask_account("wang.xiaoming"), "wa*********ng");
        assert_eq!(format!("{:?}", PrivateText("花生过敏".into())), "(4 characters)");
    }

    #[test]
    fn a_grade_is_read_as_people_write_it() {
        for (text, want) in [
            ("三年级", Some(Grade::School(3))),
            ("3年级", Some(Grade::School(3))),
            ("三", Some(Grade::School(3))),
            ("初二", Some(Grade::School(8))),
            ("高三", Some(Grade::School(12))),
            ("中班", Some(Grade::Kindergarten(2))),
            ("初四", None),
            ("13", None),
            ("0", None),
            ("2026级", None),
            ("", None),
        ] {
            assert_eq!(Grade::parse(text), want, "{text}");
        }
    }

    #[test]
    fn a_mobile_number_has_eleven_digits() {
        for text in ["", "1380000111", "138000011111", "23800001111", "１３８００００１１１１", "1380000111a"]
        {
            assert_eq!(MobileNumber::parse(text), Err(NotAMobileNumber), "{text}");
        }
    }
}
