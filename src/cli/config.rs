//! `kehou config`: whether the settings are right, and what can be set.
//!
//! Knows no single setting. Start at [`run`].

use clap::{Args, Subcommand};
use serde_json::json;

use crate::app;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, DEFAULT_TOML, DingtalkDoor};
use crate::problem::Problem;
use crate::usecase::{flow_files, flow_shelf};

use super::{Exit, ProblemsFound, Shared, print};

/// Arguments of `kehou config`.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// List everything that is wrong with the settings, with its line and what to write
    Check,
    /// Print the manual: every setting with its meaning and default
    ShowDefault,
}

pub(super) fn run(shared: &Shared, args: &ConfigArgs) -> anyhow::Result<Exit> {
    match args.command {
        ConfigCommand::Check => {
            let config = shared.load_config()?;
            check_flows(&config)?;
            if shared.json { print::json(&report(&config))? } else { print_report(shared, &config)? }
        }
        ConfigCommand::ShowDefault => print::text(DEFAULT_TOML)?,
    }
    Ok(Exit::Done)
}

/// A school's own flows are held against the plans; those that come with kehou were, when it was built.
fn check_flows(config: &Config) -> Result<(), ProblemsFound> {
    let Some(folder) = config.flows.dir.as_deref() else { return Ok(()) };
    let mut schools = Vec::new();
    for settings in &config.schools {
        schools.push(app::load_school(settings).map_err(ProblemsFound)?);
    }
    let sources = flow_shelf::sources(Some(folder)).map_err(ProblemsFound)?;
    flow_files::load(&sources, &schools, SystemClock.now()).map_err(ProblemsFound)?;
    Ok(())
}

/// The report for scripts.
fn report(config: &Config) -> serde_json::Value {
    let apps = config
        .wecom
        .iter()
        .map(|app| json!({"school": app.school, "callback_url": config.callback_url(app)}));
    let dingtalk = config.dingtalk.iter().map(|app| {
        let [event_url, robot_url] =
            [DingtalkDoor::Event, DingtalkDoor::Robot].map(|door| config.dingtalk_callback_url(app, door));
        json!({"school": app.school, "event_url": event_url, "robot_url": robot_url})
    });
    json!({
        "problems": Vec::<Problem>::new(),
        "warnings": config.warnings,
        "schools": config.schools.iter().map(|school| &school.id).collect::<Vec<_>>(),
        "wecom": apps.collect::<Vec<_>>(),
        "dingtalk": dingtalk.collect::<Vec<_>>(),
    })
}

/// The report for people.
fn print_report(shared: &Shared, config: &Config) -> std::io::Result<()> {
    for warning in &config.warnings {
        print::note(&format!("warning: {warning}"));
    }
    print::line(&format!("{}: no problems", shared.config.display()))?;
    for school in &config.schools {
        print::line(&format!("school {} ({})", school.id, school.name))?;
        for app in config.wecom.iter().filter(|app| app.school == school.id) {
            print::line(&format!("  WeCom app {}, callback URL {}", app.agent_id, config.callback_url(app)))?;
        }
        for app in config.dingtalk.iter().filter(|app| app.school == school.id) {
            match [DingtalkDoor::Event, DingtalkDoor::Robot]
                .map(|door| config.dingtalk_callback_url(app, door))
            {
                [Some(event), Some(robot)] => {
                    print::line(&format!("  DingTalk app {}, event URL {event}", app.client_id))?;
                    print::line(&format!("    robot URL {robot}"))?;
                }
                _ => print::line(&format!("  DingTalk app {}, Stream mode", app.client_id))?,
            }
        }
    }
    Ok(())
}
