//! What the demo needs from the server (主机): the application implements it.
//!
//! Start at [`DemoHost`].

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::people::StudentId;

/// The server behind the demo.
#[async_trait]
pub trait DemoHost: Send + Sync {
    /// The school's name as the page shows it.
    fn school_name(&self) -> String;

    /// The present moment of the school.
    fn now(&self) -> Moment;

    /// Everybody with a phone: guardians and staff. Asked once.
    fn people(&self) -> Vec<DemoPerson>;

    /// When the school day after the day of `now` begins.
    fn next_school_day(&self, now: Moment) -> Moment;

    /// The coverage as the server reports it.
    async fn coverage(&self) -> Coverage;

    /// Moves the clock to `to`, and returns when what became due has been done and sent.
    async fn push_clock(&self, to: Moment);

    /// The address of the parent page, for a browser that this account's phone opens now; whoever had it open before is
    /// logged out. `None` where there is no page.
    async fn open_page(&self, account: &str) -> Option<String> {
        let _ = account;
        None
    }

    /// Does what is due at this moment and sends it.
    async fn settle(&self) {}

    /// Somebody says something on the parent page; what the page answers, `None` when it did not get through.
    async fn say_on_page(&self, account: &str, words: &str) -> Option<String> {
        let _ = (account, words);
        None
    }

    /// What could not be sent and waits for somebody to look, by reason.
    async fn parked(&self) -> Vec<ParkedGroup> {
        Vec::new()
    }

    /// Opens the campaign; the sentence tells the visitor what happens now, or why it cannot be opened.
    ///
    /// # Errors
    /// The sentence that says why not.
    async fn open_campaign(&self) -> Result<String, String>;
}

/// Somebody with a phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    /// The member id.
    pub account: String,
    /// The name.
    pub name: String,
    /// What they are to the school.
    pub role: DemoRole,
    /// One line about them: 「三年级2班 李小禾的妈妈」.
    pub about: String,
    /// The class, as it is written everywhere; empty for those without one.
    pub class: String,
    /// A guardian's children, eldest first.
    pub children: Vec<DemoChild>,
    /// Whether they have a page of their own: a parent the parent page, staff the console.
    #[serde(default)]
    pub has_page: bool,
    /// Where they answer by themselves.
    #[serde(default)]
    pub road: DemoRoad,
}

/// Where somebody answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoRoad {
    /// In the school's app, where they are written to as well.
    #[default]
    App,
    /// On the parent page, after a notice.
    Page,
    /// In 微信客服, after a 学校通知.
    Chat,
}

/// Rows that were not sent for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParkedGroup {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u32,
}

/// A guardian's child.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoChild {
    /// The number.
    pub id: StudentId,
    /// The name, as it stands in the app's questions.
    pub name: String,
}

/// Whose phone it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoRole {
    /// 家长.
    Guardian,
    /// 班主任.
    HomeroomTeacher,
    /// 管理员.
    Admin,
    /// Other staff.
    Staff,
}

/// How many students are in each state; a student is in exactly one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateCounts {
    /// 参加.
    pub accepted: u32,
    /// 不参加.
    pub declined: u32,
    /// 再考虑.
    pub undecided: u32,
    /// 未回复: asked and delivered.
    pub silent: u32,
    /// 联系不上.
    pub unreachable: u32,
    /// 未询问.
    pub not_asked: u32,
}

/// The coverage of the school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Whether a campaign is open.
    pub is_open: bool,
    /// The students on the roll.
    pub total: u32,
    /// The states of all of them.
    pub states: StateCounts,
    /// The same by class, in the school's order.
    pub classes: Vec<ClassCoverage>,
}

/// The coverage of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCoverage {
    /// The grade, 「三年级」.
    pub grade: String,
    /// The class, 「三年级2班」.
    pub name: String,
    /// The states of its students.
    pub states: StateCounts,
}

impl DemoRole {
    /// The word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Guardian => "家长",
            Self::HomeroomTeacher => "班主任",
            Self::Admin => "管理员",
            Self::Staff => "教职工",
        }
    }
}

impl std::fmt::Debug for DemoPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoPerson").field("role", &self.role).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DemoChild {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoChild").field("id", &self.id).finish_non_exhaustive()
    }
}
