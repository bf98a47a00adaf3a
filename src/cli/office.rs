//! What the office's commands share: they ask the running server, or open the store where none runs.
//!
//! Knows no single request. Start at [`Office::enter`], then [`Office::ask`].

use std::sync::Arc;

use clap::Args;
use tokio::runtime::Runtime;

use super::control::{ControlClient, Reached};
use super::serve::explain;
use super::{ProblemsFound, Shared, WrongArguments, print};
use crate::app::App;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::domain::people::SchoolId;
use crate::usecase::office::{Answer, OfficeError, Request, answer};
use crate::web::control::OFFICE_PATH;

/// Which school.
#[derive(Debug, Args)]
pub(super) struct SchoolArg {
    /// The school's id in the settings; may be left out where there is only one
    #[arg(long, value_name = "ID")]
    school: Option<String>,
}

/// Where a command gets its answers.
pub(super) struct Office {
    config: Config,
    runtime: Runtime,
    door: Door,
}

enum Door {
    /// A server runs on the data folder.
    Server(ControlClient),
    /// The store is ours for as long as this lasts.
    Alone(Arc<App>),
}

impl Office {
    /// Reaches the server, or opens the data folder.
    pub(super) fn enter(shared: &Shared) -> anyhow::Result<Self> {
        let config = shared.load_config()?;
        let runtime = runtime()?;
        let door = match runtime.block_on(Reached::look_in(&config.data.dir))? {
            Reached::Server(client) => Door::Server(client),
            Reached::Alone => {
                let app = runtime.block_on(App::open(&config, Arc::new(SystemClock)));
                Door::Alone(app.map_err(explain)?)
            }
        };
        Ok(Self { config, runtime, door })
    }

    /// The school that is meant.
    pub(super) fn school(&self, arg: &SchoolArg) -> Result<SchoolId, WrongArguments> {
        choose(&self.config, arg)
    }

    /// Asks and waits; `what` is shown meanwhile.
    pub(super) fn ask(&self, what: &'static str, request: &Request) -> anyhow::Result<Answer> {
        let _working = print::working(what);
        match &self.door {
            Door::Server(client) => Ok(self.runtime.block_on(client.call(OFFICE_PATH, request))?),
            Door::Alone(app) => {
                let now = app.seams.clock.now();
                self.runtime.block_on(answer(&app.service, request, now)).map_err(|error| match error {
                    OfficeError::Problems(problems) => ProblemsFound(problems).into(),
                    OfficeError::Refused(said) => anyhow::Error::msg(said),
                    OfficeError::Failed(error) => error.into(),
                })
            }
        }
    }

    /// Whether a server does the work.
    pub(super) fn has_server(&self) -> bool {
        matches!(self.door, Door::Server(_))
    }

    /// Says that messages wait for a server, where none runs.
    pub(super) fn note_if_alone(&self) {
        if matches!(self.door, Door::Alone(_)) {
            print::note("kehou serve 没有在运行；它启动以后消息才会发出。");
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Door::Alone(app) = &self.door
            && let Err(error) = self.runtime.block_on(app.seams.store.close())
        {
            // What was answered is on the medium already.
            print::note(&format!("the store did not close: {error}"));
        }
    }
}

/// Which of the configured schools is meant.
pub(super) fn choose(config: &Config, arg: &SchoolArg) -> Result<SchoolId, WrongArguments> {
    let listed = || config.schools.iter().map(|school| school.id.as_str()).collect::<Vec<_>>().join(", ");
    match (&arg.school, config.schools.as_slice()) {
        (Some(id), schools) => match schools.iter().find(|school| school.id.as_str() == id) {
            Some(school) => Ok(school.id.clone()),
            None => {
                Err(WrongArguments(format!("there is no school {id:?}; the settings have: {}", listed())))
            }
        },
        (None, [only]) => Ok(only.id.clone()),
        (None, _) => {
            Err(WrongArguments(format!("say which school with --school ID; there are: {}", listed())))
        }
    }
}

/// A runtime for a command.
pub(super) fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// Prints what an answer holds, for scripts.
pub(super) fn print_json(answer: &Answer) -> anyhow::Result<()> {
    let value = serde_json::to_value(answer)?;
    let inner = value.as_object().and_then(|object| object.values().next());
    Ok(print::json(inner.unwrap_or(&value))?)
}

/// The answer to something else than what was asked.
pub(super) fn unexpected() -> anyhow::Error {
    anyhow::Error::msg("the server answered something else; are command and server the same version?")
}
