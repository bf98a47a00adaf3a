//! `kehou load`: how many callbacks a second this machine takes, measured over real HTTP on the example school.
//!
//! Everything is real: encrypted callbacks, durable commits on the disk of the temporary folder, messages to the
//! simulated WeCom. The load generator and WeCom's side run in the same process and take their share of the cores.
//! Start at [`run`], then [`member::press`].

mod line;
mod member;
mod report;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use super::demo::{first_morning, world::World};
use super::{Exit, Shared, print};
use crate::clock::Stopwatch;
use crate::config::{Log, LogFormat};
use crate::domain::people::{Channel, Person, Role};
use crate::ids::Ids;
use crate::web;
use member::Pressure;
use report::Report;

/// Seconds before anything is counted.
const WARM_UP: Duration = Duration::from_secs(1);

/// Arguments of `kehou load`.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Connections at the same time
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    connections: u32,
    /// How long to measure, after a second to warm up
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Requests in a second over all connections, instead of as many as go
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Another number, other ids
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

pub(super) fn run(shared: &Shared, args: &LoadArgs) -> anyhow::Result<Exit> {
    super::logging::start(&Log { filter: "error".to_owned(), format: LogFormat::Auto })?;
    web::health::count().context("cannot count for the report")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = std::env::temp_dir().join(format!("kehou-load-{}", Ids::random().code(8).to_lowercase()));
    let result = runtime.block_on(measure(args, &folder));
    // A folder that cannot be removed is only a folder of invented people.
    let _ = std::fs::remove_dir_all(&folder);
    let report = result?;
    if shared.json {
        print::json(&report)?;
    } else {
        print::text(&report.to_string())?;
    }
    Ok(if report.errors == 0 { Exit::Done } else { Exit::Failed })
}

async fn measure(args: &LoadArgs, folder: &std::path::Path) -> anyhow::Result<Report> {
    print::note("starting the example school (1,200 students) …");
    let world = World::start(folder, args.seed, first_morning()).await?;
    let guardians: Vec<String> = world.people().await?.iter().filter_map(writes).collect();
    let path = format!("/callback/wecom/{}", world.school);
    let address = world.config.server.listen;
    let connections = usize::try_from(args.connections)?;
    print::note(&format!("{connections} connections for {} s …", args.seconds));
    let pressure = Arc::new(Pressure {
        simulator: world.simulator.clone(),
        address,
        path,
        connections: args.connections,
        watch: Stopwatch::start(),
        warm_up: WARM_UP,
        end: WARM_UP + Duration::from_secs(u64::from(args.seconds)),
        interval: args
            .rate
            .map(|rate| Duration::from_secs_f64(f64::from(args.connections) / f64::from(rate))),
    });
    let mut members = Vec::new();
    for number in 0..connections {
        let mine = guardians.iter().skip(number).step_by(connections).cloned().collect();
        members.push(tokio::spawn(member::press(pressure.clone(), number, mine)));
    }
    let mut sums = Vec::new();
    for member in members {
        sums.push(member.await.context("a connection broke off")?);
    }
    let report = Report::new(args.connections, args.seconds, args.rate, sums, &web::health::figures());
    world.stop().await?;
    Ok(report)
}

/// The account of a guardian who is no staff: their menu is the one that the script speaks with.
fn writes(person: &Person) -> Option<String> {
    if person.children.len() != 1 || person.roles.iter().any(|role| *role != Role::Guardian) {
        return None;
    }
    let point = person.contact_points.iter().find(|point| point.channel == Channel::WecomApp)?;
    Some(point.account.clone())
}
