//! The second example school (钉钉上的学校): its files, its simulated DingTalk, and its people in the contacts.
//!
//! Lives in the same kehou as the first. DingTalk calls our addresses there (`mode = "http"`): a stream waits in the school's
//! time before it connects again, which stands still while a visitor looks. Guardians hear by work notifications and answer
//! on the parent page; they do not chat with the robot, because only a probe of a real school shows whether they could.
//! Start at [`Dingtalk::settle_in`].

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use secrecy::ExposeSecret as _;

use super::super::ProblemsFound;
use crate::app::App;
use crate::clock::{ManualClock, Moment};
use crate::config::{Config, DingtalkMode};
use crate::domain::people::{Channel, Person, SchoolId};
use crate::ids::Ids;
use crate::simulator::dingtalk::{ConsoleSettings, DingtalkSimulator, Running};
use crate::simulator::example_school::ExampleSchool;
use crate::usecase::office::{Request, answer};
use crate::usecase::{record, roster_file, roster_import};

/// The files of the school, as they stand in `config/`.
pub(super) const FILES: [(&str, &[u8]); 2] = [
    (
        "example-school-dingtalk/kehou.toml",
        include_bytes!("../../../config/example-school-dingtalk/kehou.toml"),
    ),
    (
        "example-school-dingtalk/plan.toml",
        include_bytes!("../../../config/example-school-dingtalk/plan.toml"),
    ),
];
/// The sheets of the school.
const ROSTER: &[u8] = include_bytes!("../../../config/example-school-dingtalk/roster.xlsx");

/// The school and DingTalk's side of it.
#[derive(Debug)]
pub struct Dingtalk {
    /// The school's id.
    pub school: SchoolId,
    /// DingTalk's side.
    pub simulator: DingtalkSimulator,
    /// Where DingTalk's side listens.
    pub platform: Running,
}

impl Dingtalk {
    /// Starts DingTalk's side, and adds the school to the settings of a server that listens where they say.
    ///
    /// # Errors
    /// A file or a port cannot be used.
    pub(super) async fn join(
        config: &mut Config,
        folder: &Path,
        clock: &Arc<ManualClock>,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let own = Config::load(&folder.join("example-school-dingtalk/kehou.toml"), &|_| None);
        let mut own = own.map_err(ProblemsFound)?;
        let account = own.dingtalk.first_mut().context("the second example is on DingTalk")?;
        let school = account.school.clone();
        let DingtalkMode::Http { event_token, event_aes_key } = &account.mode else {
            bail!("the second example is called by DingTalk");
        };
        let settings = ConsoleSettings {
            robot_code: account.robot_code.clone(),
            agent_id: account.agent_id,
            event_token: event_token.expose_secret().to_owned(),
            event_aes_key: event_aes_key.expose_secret().to_owned(),
            calls_per_month: account.calls_per_month,
            callback_url: format!("{}/callback/dingtalk/{school}", config.server.public_url),
            ..ConsoleSettings::new(
                &account.corp_id,
                &account.client_id,
                account.client_secret.expose_secret(),
            )
        };
        let simulator = DingtalkSimulator::new(settings, clock.clone(), Ids::seeded(seed.wrapping_add(2)))?;
        if let Some(template) = &account.card_template {
            simulator.add_template(template, true);
        }
        let platform = simulator.serve(super::world::free_port()).await.context("no free port")?;
        let base = Some(platform.base());
        (account.api_base, account.oapi_base, account.login_base) = (base.clone(), base.clone(), base);
        config.schools.append(&mut own.schools);
        config.dingtalk.append(&mut own.dingtalk);
        Ok(Self { school, simulator, platform })
    }

    /// Imports the sheets, fills the contacts and lets kehou read them.
    ///
    /// # Errors
    /// The store failed, or the simulated platform did not answer.
    pub(super) async fn settle_in(&self, app: &App, now: Moment) -> anyhow::Result<()> {
        ExampleSchool::invent_on_dingtalk().fill_contacts(&self.simulator);
        let sheets =
            roster_file::parse("roster.xlsx", ROSTER).map_err(|problem| ProblemsFound(vec![problem]))?;
        roster_import::import(&app.service, app.service.school(&self.school)?, &sheets, false, now).await?;
        let people = record::all::<Person>(app.seams.store.as_ref(), &self.school).await?;
        let points = people.iter().flat_map(|(_, person)| &person.value.contact_points);
        for point in points.filter(|point| point.channel == Channel::DingtalkRobot) {
            self.simulator.add_member(&point.account);
        }
        let sync = Request::RosterSync { school: self.school.clone(), is_dry_run: false, is_forced: false };
        answer(&app.service, &sync, now).await?;
        Ok(())
    }
}
