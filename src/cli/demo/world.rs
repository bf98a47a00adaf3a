//! The example schools on this machine (演示环境): kehou and a simulated WeCom, and beside it a simulated DingTalk where it is
//! wanted, each behind a real port, under one clock that is moved by hand.
//!
//! The demo and the tests of the whole story start it. Start at [`World::start`].

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Seams, open_store};
use crate::clock::{Clock, ManualClock, Moment};
use crate::config::Config;
use crate::domain::people::{Channel, ContactPoint, Person, Role, SchoolId};
use crate::ids::Ids;
use crate::simulator::wecom::{ConsoleSettings, Running, WecomSimulator};
use crate::store::{Batch, Expect};
use crate::usecase::record::{AccountOwner, Stored};
use crate::usecase::{School, record, roster_file, roster_import};
use crate::web::control::Control;

use super::super::{ProblemsFound, serve};
use super::dingtalk::{self, Dingtalk};
use super::plain;

/// The files of the example school, as they stand in `config/`.
const FILES: [(&str, &[u8]); 4] = [
    ("example-school/kehou.toml", include_bytes!("../../../config/example-school/kehou.toml")),
    ("example-school/plan.toml", include_bytes!("../../../config/example-school/plan.toml")),
    ("example-school/roster.xlsx", include_bytes!("../../../config/example-school/roster.xlsx")),
    ("calendars/cn-2026.toml", include_bytes!("../../../config/calendars/cn-2026.toml")),
];

/// Guardians of the example school who have the parent page.
const GUARDIANS_WITH_PAGE: usize = 24;

/// Where guardians live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roads {
    /// In the school's app, as in small schools; a few have the parent page too.
    App,
    /// In plain WeChat: they hear by 学校通知, and answer on the parent page or in 微信客服.
    PlainWechat,
}

/// The example school, running.
#[derive(Debug)]
pub struct World {
    /// kehou.
    pub app: Arc<App>,
    /// The clock of everybody.
    pub clock: Arc<ManualClock>,
    /// WeCom's side.
    pub simulator: WecomSimulator,
    /// Where WeCom's side listens.
    pub platform: Running,
    /// The school's id.
    pub school: SchoolId,
    /// The second school, where there is one.
    pub dingtalk: Option<Dingtalk>,
    /// The settings, as they were loaded.
    pub config: Config,
    folder: PathBuf,
    seed: u64,
    stop: CancellationToken,
    server: JoinHandle<anyhow::Result<()>>,
}

impl World {
    /// Writes the example school's files into `folder`, imports its roster and starts everything at `now`.
    ///
    /// # Errors
    /// The folder, a port or the store cannot be used.
    pub async fn start(folder: &Path, seed: u64, now: Moment) -> anyhow::Result<Self> {
        Self::start_on(Roads::App, folder, seed, now).await
    }

    /// The same, where guardians live as `roads` says.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_on(roads: Roads, folder: &Path, seed: u64, now: Moment) -> anyhow::Result<Self> {
        Self::start_with(roads, false, folder, seed, now).await
    }

    /// Guardians of the first school live in plain WeChat, and a second school lives on DingTalk.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_both(folder: &Path, seed: u64, now: Moment) -> anyhow::Result<Self> {
        Self::start_with(Roads::PlainWechat, true, folder, seed, now).await
    }

    async fn start_with(
        roads: Roads,
        has_second: bool,
        folder: &Path,
        seed: u64,
        now: Moment,
    ) -> anyhow::Result<Self> {
        let clock = Arc::new(ManualClock::new(now));
        for (name, bytes) in FILES.into_iter().chain(dingtalk::FILES) {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)
                    .with_context(|| format!("cannot create {}", parent.display()))?;
            }
            std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        }
        let mut config =
            Config::load(&folder.join("example-school/kehou.toml"), &|_| None).map_err(ProblemsFound)?;
        let listener = TcpListener::bind(free_port()).await.context("no free port")?;
        let address = listener.local_addr()?;
        config.server.listen = address;
        config.server.public_url = format!("http://{address}");
        let simulator = simulator(&config, &clock, seed)?;
        let platform = simulator.serve(free_port()).await.context("no free port")?;
        for account in &mut config.wecom {
            account.api_base = Some(platform.api_base());
            account.oauth_base = Some(platform.api_base());
            account.login_base = Some(platform.api_base());
            if roads == Roads::PlainWechat {
                plain::settings(account);
            }
        }
        let school = config.schools.first().context("the example has a school")?.id.clone();
        let dingtalk =
            if has_second { Some(Dingtalk::join(&mut config, folder, &clock, seed).await?) } else { None };
        let app = open(&config, &clock, seed).await?;
        match roads {
            Roads::App => {
                import(&app, &school, folder, now).await?;
                give_pages(&app, &school).await?;
            }
            Roads::PlainWechat => {
                simulator.set_kf_link_base(&platform.api_base());
                plain::enrol(&app, &school, &simulator, now).await?;
            }
        }
        if let Some(second) = &dingtalk {
            second.settle_in(&app, now).await?;
        }
        let stop = CancellationToken::new();
        let control = Control::bind(&config.data.dir).context("cannot make the control socket")?;
        let server = tokio::spawn(serve::run_until(app.clone(), listener, control, stop.clone()));
        let folder = folder.to_owned();
        let world =
            Self { app, clock, simulator, platform, school, dingtalk, config, folder, seed, stop, server };
        for account in world.accounts().await? {
            world.simulator.add_member(&account);
        }
        world.simulator.verify_url().await.context("the callback address does not answer WeCom's check")?;
        if let Some(second) = &world.dingtalk {
            second
                .simulator
                .check_url()
                .await
                .context("the callback address does not answer DingTalk's check")?;
        }
        Ok(world)
    }

    /// The school with its plan and calendar.
    ///
    /// # Errors
    /// The example has no school, which its files make impossible.
    pub fn example(&self) -> anyhow::Result<&Arc<School>> {
        Ok(self.app.service.school(&self.school)?)
    }

    /// Everybody in the roster.
    ///
    /// # Errors
    /// The store failed.
    pub async fn people(&self) -> anyhow::Result<Vec<Person>> {
        self.people_of(&self.school).await
    }

    /// Everybody in the roster of a school.
    ///
    /// # Errors
    /// The store failed.
    pub async fn people_of(&self, school: &SchoolId) -> anyhow::Result<Vec<Person>> {
        let people = record::all::<Person>(self.app.seams.store.as_ref(), school).await?;
        Ok(people.into_iter().map(|(_, stored)| stored.value).collect())
    }

    /// Moves the clock to `to` and returns when what became due has been done and sent.
    ///
    /// # Errors
    /// The store failed.
    pub async fn push_clock(&self, to: Moment) -> anyhow::Result<()> {
        self.clock.move_to(to);
        Ok(self.app.settle().await?)
    }

    /// Stops kehou as a signal would, and opens it again on the same folder and the same port.
    ///
    /// # Errors
    /// It did not stop or start.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        (&mut self.server).await??;
        let listener = TcpListener::bind(self.config.server.listen).await.context("the port is taken")?;
        self.app = open(&self.config, &self.clock, self.seed.wrapping_add(1)).await?;
        self.stop = CancellationToken::new();
        let control = Control::bind(&self.config.data.dir).context("cannot make the control socket")?;
        let running = serve::run_until(self.app.clone(), listener, control, self.stop.clone());
        self.server = tokio::spawn(running);
        Ok(())
    }

    /// Stops everything.
    ///
    /// # Errors
    /// kehou did not stop as it should.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.server.await?
    }

    /// The folder of the example school.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    async fn accounts(&self) -> anyhow::Result<Vec<String>> {
        let people = self.people().await?;
        let points = people.iter().flat_map(|person| &person.contact_points);
        Ok(points
            .filter(|point| point.channel == Channel::WecomApp)
            .map(|point| point.account.clone())
            .collect())
    }
}

async fn open(config: &Config, clock: &Arc<ManualClock>, seed: u64) -> anyhow::Result<Arc<App>> {
    let clock: Arc<dyn Clock> = clock.clone();
    let ids = Arc::new(Ids::seeded(seed));
    let parts = App::parts(config, &clock, &ids).map_err(serve::explain)?;
    let store = open_store(&config.data.dir)?;
    App::assemble(parts, Seams { clock, ids, store }).await.map_err(serve::explain)
}

async fn import(app: &App, school: &SchoolId, folder: &Path, now: Moment) -> anyhow::Result<()> {
    let sheets = roster_file::open(&[folder.join("example-school/roster.xlsx")]).map_err(ProblemsFound)?;
    roster_import::import(&app.service, app.service.school(school)?, &sheets, false, now).await?;
    Ok(())
}

/// Gives the first guardians of the roster the parent page, as a school with 家校沟通 has it for everybody: they read
/// their notices in WeChat and answer there.
async fn give_pages(app: &App, school: &SchoolId) -> anyhow::Result<()> {
    let store = app.seams.store.as_ref();
    let people = record::all::<Person>(store, school).await?;
    let guardians = people.into_iter().filter(|(_, person)| person.value.roles == [Role::Guardian]);
    let mut batch = Batch::default();
    for (id, Stored { value: mut person, expect }) in guardians.take(GUARDIANS_WITH_PAGE) {
        let Some(account) = person.contact_points.first().map(|point| point.account.clone()) else {
            continue;
        };
        let channel = Channel::ParentPage;
        let owner = record::key::<AccountOwner>(school, record::account_id(channel, &account));
        let record_of_owner = AccountOwner { person: person.id.clone() };
        record::put(&mut batch, school, owner, &record_of_owner, Expect::Any)?;
        person.contact_points.push(ContactPoint { channel, account, is_reachable: true });
        record::put(&mut batch, school, record::key::<Person>(school, id), &person, expect)?;
    }
    store.commit(batch).await?;
    Ok(())
}

fn simulator(config: &Config, clock: &Arc<ManualClock>, seed: u64) -> anyhow::Result<WecomSimulator> {
    let account = config.wecom.first().context("the example has a WeCom app")?;
    let settings = ConsoleSettings::new(
        &account.corp_id,
        i64::try_from(account.agent_id)?,
        account.secret.expose_secret(),
        account.token.expose_secret(),
        account.encoding_aes_key.expose_secret(),
    );
    let settings = settings.with_callback_url(config.callback_url(account));
    Ok(WecomSimulator::new(settings, clock.clone(), Ids::seeded(seed.wrapping_add(1)))?)
}

pub(super) fn free_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}
