//! `kehou demo`: an example school with a simulated WeCom, a second one with a simulated DingTalk, and for each a page with
//! three phones, all on this machine.
//!
//! Everything is real but the schools and the clock: callbacks are encrypted and go over HTTP, the store is on disk. Both
//! schools live in one kehou.
//! Start at [`run`]; tests start [`world::World`] by itself.

mod dingtalk;
mod host;
mod plain;
pub mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use self::host::Host;
use self::world::World;
use super::{Exit, ProblemsFound, print};
use crate::clock::Moment;
use crate::config::{Log, LogFormat};
use crate::ids::Ids;
use crate::simulator::demo::{Demo, DemoHost as _, DemoSchool, DemoWecom, families};
use crate::simulator::parents::Parents;
use crate::simulator::parents::persona::Offer;
use crate::simulator::scenario::Scenario;
use crate::usecase::School;

/// Arguments of `kehou demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The page's port on this machine
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Another number, another crowd of parents
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// A file that says what goes wrong and when, such as config/example-school/rough-morning.toml
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<Exit> {
    let scenario = args.scenario.as_deref().map(read_scenario).transpose()?;
    super::logging::start(&Log { filter: "warn".to_owned(), format: LogFormat::Auto })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = std::env::temp_dir().join(format!("kehou-demo-{}", Ids::random().code(8).to_lowercase()));
    let result = runtime.block_on(serve_page(args, scenario.as_ref(), &folder));
    // A folder that cannot be removed is only a folder of invented people.
    let _ = std::fs::remove_dir_all(&folder);
    result.map(|()| Exit::Done)
}

fn read_scenario(path: &Path) -> anyhow::Result<Scenario> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    Ok(Scenario::parse(&name, &text).map_err(ProblemsFound)?)
}

async fn serve_page(args: &DemoArgs, scenario: Option<&Scenario>, folder: &Path) -> anyhow::Result<()> {
    print::note("starting the example schools (1,200 students on WeCom, 150 on DingTalk) …");
    let world = Arc::new(World::start_both(folder, args.seed, first_morning()).await?);
    let [demo, second] = stage_both(&world, args.seed).await?;
    if let Some(scenario) = scenario {
        demo.play(scenario).await;
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("port {} is taken; choose another with --port", args.port))?;
    print::line(&format!("open http://{}/ in a browser; Ctrl-C ends the demo", listener.local_addr()?))?;
    let stopped = async {
        // Without a signal handler Ctrl-C ends the process all the same.
        let _ = tokio::signal::ctrl_c().await;
    };
    tokio::select! {
        served = axum::serve(listener, demo.router_beside(&second)) => served.context("the page's listener failed"),
        () = stopped => Ok(()),
    }
}

/// Puts the example school on the stage: the demo, and the same crowd of parents once more, to see what they wish.
///
/// # Errors
/// The store failed.
pub async fn stage(world: &Arc<World>, seed: u64) -> anyhow::Result<(Demo, Parents)> {
    let host = Host::new(world.clone(), &world.school).await?;
    let parents = crowd(&host, world.example()?, seed);
    Ok((Demo::new(on_wecom(world, host, seed)?), parents))
}

/// Puts both example schools on the stage, the one on WeCom first.
///
/// # Errors
/// The store failed, or there is no second school.
pub async fn stage_both(world: &Arc<World>, seed: u64) -> anyhow::Result<[Demo; 2]> {
    let second = world.dingtalk.as_ref().context("there is no second school")?;
    let host = Host::new(world.clone(), &second.school).await?;
    let parents = crowd(&host, world.app.service.school(&second.school)?, seed);
    let on_dingtalk = DemoSchool::new(Arc::new(host), Arc::new(second.simulator.clone()), parents);
    let host = Host::new(world.clone(), &world.school).await?;
    Ok(Demo::of([on_wecom(world, host, seed)?, on_dingtalk]))
}

fn on_wecom(world: &World, host: Host, seed: u64) -> anyhow::Result<DemoSchool> {
    let parents = crowd(&host, world.example()?, seed);
    let kf = world.config.wecom.first().and_then(|account| account.kf.first().cloned());
    let platform = DemoWecom { simulator: world.simulator.clone(), kf };
    Ok(DemoSchool::new(Arc::new(host), Arc::new(platform), parents))
}

fn crowd(host: &Host, school: &School, seed: u64) -> Parents {
    Parents::new(seed, families(&host.people()), &offer(school))
}

/// What the school's plan offers, for the simulated parents to wish for.
pub fn offer(school: &School) -> Offer {
    let plan = &school.plan;
    Offer {
        days: plan.weekdays.iter().filter_map(|day| u8::try_from(day.number_from_monday()).ok()).collect(),
        pickup_times: plan.pickup.times.clone(),
        activities: plan.activities.iter().map(|activity| activity.name.clone()).collect(),
    }
}

/// Tuesday, the first of September 2026, 9:00 in China: the term's first morning.
pub fn first_morning() -> Moment {
    Moment::from_timestamp(1_788_224_400, 0).unwrap_or_default()
}
