//! What the demo page asks of an example school (演示主机).
//!
//! Start at [`Host`].

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveTime;

use super::world::World;
use crate::clock::{Clock, Moment};
use crate::domain::access::Sight;
use crate::domain::people::{Channel, Person, Role, SchoolId, Student, StudentId};
use crate::domain::survey::Counts;
use crate::outbox::{self, Listing, RowState};
use crate::platform::{Content, Inbound, InboundId};
use crate::simulator::demo::{
    ClassCoverage, Coverage, DemoChild, DemoHost, DemoPerson, DemoRoad, DemoRole, ParkedGroup, StateCounts,
};
use crate::store::{Batch, Write};
use crate::usecase::login::Login;
use crate::usecase::{School, UseCaseError, campaign, facts, record};

/// When a school day begins in the demo.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("eight o'clock exists");

/// Parked rows that the page counts.
const PARKED_MAX: usize = 1_000;

/// School days to answer.
const DEADLINE_DAYS: u32 = 5;

/// An example school as the demo page sees it.
pub(super) struct Host {
    world: Arc<World>,
    school: Arc<School>,
    people: Vec<DemoPerson>,
}

impl Host {
    pub(super) async fn new(world: Arc<World>, school: &SchoolId) -> anyhow::Result<Self> {
        let school = world.app.service.school(school)?.clone();
        let store = world.app.seams.store.as_ref();
        let students = record::all::<Student>(store, &school.id).await?;
        let students: BTreeMap<StudentId, Student> =
            students.into_iter().map(|(_, stored)| (stored.value.id.clone(), stored.value)).collect();
        let people = world
            .people_of(&school.id)
            .await?
            .iter()
            .filter_map(|person| demo_person(person, &students))
            .collect();
        Ok(Self { world, school, people })
    }
}

#[async_trait]
impl DemoHost for Host {
    fn school_name(&self) -> String {
        self.school.name.clone()
    }

    fn now(&self) -> Moment {
        self.world.clock.now()
    }

    fn people(&self) -> Vec<DemoPerson> {
        self.people.clone()
    }

    fn next_school_day(&self, now: Moment) -> Moment {
        let today = self.school.calendar.local_date(now);
        let next = self.school.calendar.next_school_day(today).or_else(|| today.succ_opt()).unwrap_or(today);
        self.school.calendar.moment(next, MORNING)
    }

    async fn coverage(&self) -> Coverage {
        let status = match campaign::status(&self.world.app.service, &self.school).await {
            Ok(status) => status,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no coverage for the page");
                return Coverage::default();
            }
        };
        let class = |(class, counts): &(crate::domain::people::ClassId, Counts)| ClassCoverage {
            grade: class.grade.to_string(),
            name: class.to_string(),
            states: states(*counts),
        };
        Coverage {
            is_open: status.campaign.is_some(),
            total: status.total.roll(),
            states: states(status.total),
            classes: status.classes.iter().map(class).collect(),
        }
    }

    async fn push_clock(&self, to: Moment) {
        if let Err(error) = self.world.push_clock(to).await {
            tracing::error!(%error, "what became due was not done");
        }
    }

    async fn open_page(&self, account: &str) -> Option<String> {
        let ended = end_other_logins(&self.world, &self.school.id, account).await;
        if let Err(error) = ended {
            tracing::error!(%error, "the logins of others could not be ended");
            return None;
        }
        let person = self.people.iter().find(|person| person.account == account)?;
        let (public_url, school) = (&self.world.app.public_url, &self.school.id);
        let is_in_dingtalk = self.world.dingtalk.as_ref().is_some_and(|second| second.school == *school);
        Some(match (person.role, is_in_dingtalk) {
            // The visitor's browser is not DingTalk's, which alone is let in by the short way.
            (DemoRole::Guardian, true) => format!("{public_url}/p/{school}/by/chat-dingtalk"),
            (DemoRole::Guardian, false) => format!("{public_url}/p/{school}"),
            (DemoRole::HomeroomTeacher | DemoRole::Admin | DemoRole::Staff, _) => {
                format!("{public_url}/c/{school}")
            }
        })
    }

    async fn settle(&self) {
        if let Err(error) = self.world.app.settle().await {
            tracing::error!(%error, "what became due was not done");
        }
    }

    async fn say_on_page(&self, account: &str, words: &str) -> Option<String> {
        let now = self.now();
        let inbound = Inbound {
            school: self.school.id.clone(),
            channel: Channel::ParentPage,
            id: InboundId(self.world.app.service.ids.new_id("demo", now)),
            account: account.to_owned(),
            content: Content::Text(words.to_owned()),
            sent_at: None,
            envelope: String::new(),
        };
        match self.world.app.receive(&inbound, now).await {
            Ok(reply) => Some(reply.unwrap_or_default()),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a page's words took no effect");
                None
            }
        }
    }

    async fn parked(&self) -> Vec<ParkedGroup> {
        let store = self.world.app.seams.store.as_ref();
        let rows = match outbox::list(store, &self.school.id, Listing::Parked, PARKED_MAX).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no parked rows for the page");
                return Vec::new();
            }
        };
        let mut groups: BTreeMap<String, u32> = BTreeMap::new();
        for row in rows {
            if let RowState::Parked { reason, .. } = row.state {
                *groups.entry(reason).or_default() += 1;
            }
        }
        groups.into_iter().map(|(reason, count)| ParkedGroup { reason, count }).collect()
    }

    async fn open_campaign(&self) -> Result<String, String> {
        let now = self.world.clock.now();
        match campaign::open(&self.world.app.service, &self.school, DEADLINE_DAYS, now).await {
            Ok(preview) => {
                self.world.app.wake();
                Ok(format!(
                    "开始询问 {} 位家长（{} 名学生，{} 名无法联系）。截止{}。",
                    preview.guardians,
                    preview.students,
                    preview.students - preview.reachable - preview.answered,
                    facts::day_in_words(preview.deadline_on),
                ))
            }
            Err(UseCaseError::Refused(words)) => Err(words),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the campaign did not open");
                Err("没有开成，请再试一次。".to_owned())
            }
        }
    }
}

/// All phones of the demo are one browser: another phone does not know who was logged in on this one.
async fn end_other_logins(world: &World, school: &SchoolId, account: &str) -> Result<(), UseCaseError> {
    let store = world.app.seams.store.as_ref();
    let logins = record::all::<Login>(store, school).await?;
    let others = logins.into_iter().filter(|(_, login)| login.value.account != account);
    let writes = others
        .map(|(id, login)| Write::Delete { key: record::key::<Login>(school, id), expect: login.expect });
    store.commit(Batch { writes: writes.collect() }).await?;
    Ok(())
}

fn states(counts: Counts) -> StateCounts {
    StateCounts {
        accepted: counts.accepted,
        declined: counts.declined,
        undecided: counts.undecided,
        silent: counts.silent,
        unreachable: counts.unreachable,
        not_asked: counts.not_asked,
    }
}

/// Somebody with a phone, or nothing for those without an account.
fn demo_person(person: &Person, students: &BTreeMap<StudentId, Student>) -> Option<DemoPerson> {
    let by = |channel| person.contact_points.iter().find(|point| point.channel == channel);
    let app = by(Channel::WecomApp).or_else(|| by(Channel::DingtalkRobot));
    let notices = by(Channel::WecomNotice).or_else(|| by(Channel::DingtalkNotice));
    let (point, road) = match (app, notices) {
        (Some(point), _) => (point, DemoRoad::App),
        (None, Some(point)) if by(Channel::WecomKf).is_some() => (point, DemoRoad::Chat),
        (None, Some(point)) => (point, DemoRoad::Page),
        (None, None) => return None,
    };
    let children: Vec<&Student> = person.children.iter().filter_map(|id| students.get(id)).collect();
    let homeroom = person.roles.iter().find_map(|role| match role {
        Role::HomeroomTeacher(class) => Some(class.to_string()),
        Role::Guardian
        | Role::DutyTeacher
        | Role::Volunteer
        | Role::SchoolAdmin
        | Role::Head
        | Role::Inspector
        | Role::DistrictOfficer => None,
    });
    let (role, about, class) = if let Some(class) = homeroom {
        (DemoRole::HomeroomTeacher, format!("{class}班主任"), class)
    } else if person.roles.contains(&Role::SchoolAdmin) {
        (DemoRole::Admin, "学校管理员".to_owned(), String::new())
    } else if let Some(first) = children.first() {
        let names: Vec<_> = children.iter().map(|child| child.name.0.as_str()).collect();
        let relation = first.guardians.iter().find(|guardianship| guardianship.person == person.id);
        let relation = relation.map_or("家长", |guardianship| guardianship.relation.0.as_str());
        let class = first.class.to_string();
        (DemoRole::Guardian, format!("{class} {}的{relation}", names.join("、")), class)
    } else {
        let posts =
            [(Role::Head, "校长"), (Role::Inspector, "责任督学"), (Role::DistrictOfficer, "区教体局")];
        let post = posts.iter().find(|(role, _)| person.roles.contains(role));
        (DemoRole::Staff, post.map_or("值班教师", |(_, name)| name).to_owned(), String::new())
    };
    let children =
        children.iter().map(|child| DemoChild { id: child.id.clone(), name: child.name.0.clone() }).collect();
    Some(DemoPerson {
        account: point.account.clone(),
        name: person.name.0.clone(),
        role,
        about,
        class,
        children,
        has_page: match role {
            DemoRole::Guardian => by(Channel::ParentPage).is_some(),
            DemoRole::HomeroomTeacher | DemoRole::Admin | DemoRole::Staff => {
                Sight::of_figures(&person.roles).is_some()
            }
        },
        road,
    })
}
