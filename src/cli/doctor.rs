//! `kehou doctor`: what is wrong with one school's setup, and what to click where (体检).
//!
//! Looks at this machine, at what is remembered, at the platforms, and at our own address from outside. Changes nothing and
//! reaches nobody, unless it is asked to try the chat with one guardian. Prints no secret, no phone and no name of a person. A running server is asked for what only it can
//! see; where none runs, the store is opened. Start at [`examine`].
//!
//! | file | what |
//! |---|---|
//! | `machine` | settings, data folder, clock of the plan |
//! | `memory` | what is remembered |
//! | `knock` | our address, as the platform calls it |
//! | `report` | findings as text |

mod knock;
mod machine;
mod memory;
mod report;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

pub use self::report::{Report, Section};

use self::machine::free_mib;
use self::memory::Memory;
use super::office::{Office, SchoolArg, choose, runtime};
use super::{Exit, Shared, print};
use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config};
use crate::domain::people::Channel;
use crate::ids::Ids;
use crate::platform::Platform;
use crate::platform::checkup::{Checkup, Finding, Level};
use crate::problem::Problem;
use crate::usecase::office::Request;

/// Arguments of `kehou doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// Our address as the world sees it, when it is not the `public_url` of the settings
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// Write to one guardian who agreed to it, to see whether guardians can chat with the DingTalk robot
    ///
    /// The outcome is kept; it is whole once the guardian has answered. Then guardians who write to the robot are answered
    /// there.
    #[arg(long, value_name = "ACCOUNT")]
    probe_guardian: Option<String>,
}

pub(super) fn run(shared: &Shared, args: &DoctorArgs) -> anyhow::Result<Exit> {
    if let Some(account) = &args.probe_guardian {
        let office = Office::enter(shared)?;
        let school = office.school(&args.school)?;
        office.ask("试着发给一位家长", &Request::BeginTrial { school, account: account.clone() })?;
        office.note_if_alone();
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let report = match shared.load_config() {
        Ok(config) => {
            let school = choose(&config, &args.school)?;
            let Some(settings) = config.school(&school) else { return Ok(Exit::Usage) };
            let _working = print::working("体检");
            runtime()?.block_on(examine(&config, settings, args.url.as_deref(), (clock, free_mib)))
        }
        Err(found) => unreadable(&found.0, &clock),
    };
    if shared.json {
        print::json(&report.json())?;
    } else {
        print::text(&report.text())?;
    }
    Ok(if report.count(Level::Wrong) > 0 { Exit::Failed } else { Exit::Done })
}

/// Examines one school.
///
/// - `url`: our address as the world sees it, when it is not the settings' own.
/// - `clock` and `free`: what this machine says of the time, and of the space where a folder is, in MiB.
pub async fn examine(
    config: &Config,
    school: &config::School,
    url: Option<&str>,
    (clock, free): (Arc<dyn Clock>, impl FnOnce(&Path) -> Option<u64>),
) -> Report {
    let ids = Arc::new(Ids::random());
    let memory = memory::look(config, school, clock.now()).await;
    let mut local = machine::findings(config, school, free);
    local.extend(memory.findings());
    let mut sections = vec![Section { title: "这台服务器", findings: local }];
    match App::platforms(config, &clock, &ids) {
        Ok(platforms) => {
            let own = platforms.iter().filter(|platform| *platform.school() == school.id);
            let own: Vec<&Arc<dyn Platform>> = own.collect();
            sections.extend(of_platforms(&own, &memory, clock.as_ref()).await);
            let url = url.unwrap_or(&config.server.public_url);
            let knocked = knock::findings(&own, url, (clock.as_ref(), &ids)).await;
            sections.push(Section { title: "从外面访问", findings: knocked });
        }
        Err(error) => {
            let finding = Finding::new(Level::Wrong, "settings.platform", "平台的设置", error.to_string())
                .means("平台那边没有查")
                .then("按提示改好配置再查一次");
            sections.push(Section { title: "平台", findings: vec![finding] });
        }
    }
    sections.retain(|section| !section.findings.is_empty());
    Report { school: Some((school.id.clone(), school.name.clone())), at: clock.now(), sections }
}

/// What the platforms say, each part after the account that it belongs to.
async fn of_platforms(platforms: &[&Arc<dyn Platform>], memory: &Memory, clock: &dyn Clock) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut shut: BTreeSet<&'static str> = BTreeSet::new();
    for platform in platforms {
        let Some(checkup) = platform.checkup() else { continue };
        let title = super::outbox::channel(platform.channel());
        let is_useless = checkup.part_of().is_some_and(|whole| shut.contains(whole.key()));
        let mut findings = if is_useless {
            vec![not_asked(platform.channel(), checkup.part_of())]
        } else {
            let examined = checkup.examine(clock.now()).await;
            if examined.is_shut {
                shut.insert(platform.channel().key());
            }
            examined.findings
        };
        if let Some(meter) = platform.meter() {
            findings.extend(memory.quota(platform.channel(), meter, clock.now()));
        }
        if platform.channel() == Channel::DingtalkRobot {
            findings.push(memory.chat(platform.channel()));
        }
        findings.extend(heard(platform.channel(), checkup, memory, clock));
        sections.push(Section { title, findings });
    }
    if sections.is_empty() {
        let finding = Finding::new(
            Level::Wrong,
            "platform.none",
            "平台",
            "配置里没有这所学校的 [[wecom]] 或 [[dingtalk]]",
        )
        .means("谁也写不进来，消息也发不出去")
        .then("在配置里加上 [[wecom]] 或 [[dingtalk]]，见 kehou config show-default");
        sections.push(Section { title: "平台", findings: vec![finding] });
    }
    sections
}

fn not_asked(channel: Channel, whole: Option<Channel>) -> Finding {
    let id = format!("{}.unasked", channel.key());
    let whole = whole.map_or("上面的账号", super::outbox::channel);
    Finding::new(Level::Unseen, &id, super::outbox::channel(channel), format!("没有查：先解决{whole}的问题"))
}

/// What should have been heard by now.
fn heard(channel: Channel, checkup: &dyn Checkup, memory: &Memory, clock: &dyn Clock) -> Vec<Finding> {
    let expected = checkup.expected().into_iter();
    expected
        .map(|expected| {
            let id = format!("{}.heard.{}", channel.key(), expected.heard.key());
            memory.heard(&id, &expected, clock.now())
        })
        .collect()
}

/// Settings that cannot be read: nothing else can be looked at.
fn unreadable(problems: &[Problem], clock: &Arc<dyn Clock>) -> Report {
    let findings = problems.iter().map(machine::written_wrong).collect();
    let sections = vec![Section { title: "配置", findings }];
    Report { school: None, at: clock.now(), sections }
}

impl Report {
    /// The report for scripts.
    fn json(&self) -> serde_json::Value {
        let findings: Vec<&Finding> = self.findings().collect();
        json!({
            "school": self.school.as_ref().map(|(id, _)| id),
            "at": self.at,
            "findings": findings,
            "fine": self.count(Level::Fine),
            "look": self.count(Level::Look),
            "wrong": self.count(Level::Wrong),
            "unseen": self.count(Level::Unseen),
        })
    }
}
