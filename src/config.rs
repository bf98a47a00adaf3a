//! The settings (配置): one file merged over the compiled-in defaults, secrets from the environment or mounted files.
//!
//! Knows nothing of what the settings are for. `config/default.toml` is the manual; one section is one file here, with
//! its type and its checks, read through `reader`, which notices every problem with its line. Start at [`Config`].

mod data;
mod digest;
mod dingtalk;
mod flows;
mod log;
mod reader;
mod school;
mod secret;
mod server;
#[cfg(test)]
mod tests;
mod wecom;

use std::path::{Path, PathBuf};

use crate::domain::people::SchoolId;
use crate::problem::{Place, Problem};

pub use data::Data;
pub use digest::Digest;
pub use dingtalk::{Dingtalk, DingtalkDoor, DingtalkMode};
pub use flows::Flows;
pub use log::{Log, LogFormat};
pub use school::School;
pub use server::{Server, is_loopback};
pub use wecom::Wecom;

/// The manual: every key with its meaning, unit and default.
pub const DEFAULT_TOML: &str = include_str!("../config/default.toml");

/// Looks up an environment variable; [`process_environment`] in production, a closure in tests.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[server]`.
    pub server: Server,
    /// `[data]`.
    pub data: Data,
    /// `[log]`.
    pub log: Log,
    /// `[digest]`.
    pub digest: Digest,
    /// `[flows]`.
    pub flows: Flows,
    /// `[[school]]`, at least one, ids unique.
    pub schools: Vec<School>,
    /// `[[wecom]]`, at most one a school, each of a known school.
    pub wecom: Vec<Wecom>,
    /// `[[dingtalk]]`, at most one a school, each of a known school.
    pub dingtalk: Vec<Dingtalk>,
    /// What works but deserves a look.
    pub warnings: Vec<Problem>,
}

/// Where a platform calls a school's account back, below the public address.
///
/// - `door`: which of several addresses; empty where a platform has one.
pub fn callback_path(platform: &str, school: &SchoolId, door: &str) -> String {
    let slash = if door.is_empty() { "" } else { "/" };
    format!("/callback/{platform}/{school}{slash}{door}")
}

impl Config {
    /// Reads the file at `path` over the defaults, and the secrets from `environment` and mounted files.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file.
    pub fn load(path: &Path, environment: Environment) -> Result<Self, Vec<Problem>> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| vec![unreadable(&file, &error)])?;
        let text = String::from_utf8(bytes).map_err(|_| {
            vec![
                Problem::new(Place::File(file.clone()), "the settings are not UTF-8 text")
                    .instead("save the file with the encoding UTF-8"),
            ]
        })?;
        Self::read(&text, &file, &folder_of(path), environment)
    }

    /// Reads settings from `text`; `file` is its name for problems, `folder` what relative paths are relative to.
    fn read(text: &str, file: &str, folder: &Path, environment: Environment) -> Result<Self, Vec<Problem>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = reader::Source { file, text, folder, environment };
        reader::read(&source, DEFAULT_TOML, |root| {
            let server = root.section("server", server::read);
            let data = root.section("data", data::read);
            let log = root.section("log", log::read);
            let digest = root.section("digest", digest::read);
            let flows = root.section("flows", flows::read);
            let schools = school::read_all(root);
            let wecom = wecom::read_all(root, &schools);
            let dingtalk = dingtalk::read_all(root, &schools);
            warn_of_silent_schools(root, &schools, &wecom, &dingtalk);
            Some(Self {
                server: server?,
                data: data?,
                log: log?,
                digest: digest?,
                flows: flows?,
                schools: schools.into_iter().collect::<Option<_>>()?,
                wecom: wecom.into_iter().collect::<Option<_>>()?,
                dingtalk: dingtalk.into_iter().collect::<Option<_>>()?,
                warnings: Vec::new(),
            })
        })
        .map(|(config, warnings)| Self { warnings, ..config })
    }

    /// Settings of one invented school that keeps its data and its plan in `folder`; for tests and the demo.
    pub fn example(folder: &Path) -> Self {
        Self {
            server: Server::example(),
            data: Data { dir: folder.join("data") },
            log: Log::example(),
            digest: Digest::example(),
            flows: Flows::default(),
            schools: vec![School::example(folder)],
            wecom: vec![Wecom::example()],
            dingtalk: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The address that a school's WeCom app calls back; its admin enters it in the WeCom console (设置API接收).
    pub fn callback_url(&self, app: &Wecom) -> String {
        format!("{}{}", self.server.public_url, callback_path("wecom", &app.school, ""))
    }

    /// The address that a school's DingTalk app calls back; its admin enters those for events and for the robot in the
    /// developer console. None where it sends through a connection of ours.
    pub fn dingtalk_callback_url(&self, app: &Dingtalk, door: DingtalkDoor) -> Option<String> {
        let path = callback_path("dingtalk", &app.school, door.name());
        match app.mode {
            DingtalkMode::Http { .. } => Some(format!("{}{path}", self.server.public_url)),
            DingtalkMode::Stream => None,
        }
    }

    /// The address of a school's parent page (家长页); nothing personal is in it.
    pub fn parent_page_url(&self, school: &SchoolId) -> String {
        format!("{}/p/{school}", self.server.public_url)
    }

    /// The school with this id.
    pub fn school(&self, id: &SchoolId) -> Option<&School> {
        self.schools.iter().find(|school| school.id == *id)
    }
}

/// Warns of schools without any platform. Where a section itself has a problem its school may be unknown; then nothing is
/// said.
fn warn_of_silent_schools(
    root: &reader::Table,
    schools: &[Option<School>],
    wecom: &[Option<Wecom>],
    dingtalk: &[Option<Dingtalk>],
) {
    if wecom.iter().any(Option::is_none) || dingtalk.iter().any(Option::is_none) {
        return;
    }
    for School { id, .. } in schools.iter().flatten() {
        let is_served = wecom.iter().flatten().any(|app| app.school == *id)
            || dingtalk.iter().flatten().any(|app| app.school == *id);
        if !is_served {
            let what = format!(
                "school {:?} has no [[wecom]] and no [[dingtalk]], so nobody can write to it",
                id.as_str()
            );
            root.warning(&root.spot(), &what, Some("add its section [[wecom]] or [[dingtalk]]"));
        }
    }
}

/// Looks up a variable of this process's environment; an empty one counts as not there.
#[expect(clippy::disallowed_methods, reason = "the settings are the one reader of the environment")]
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn unreadable(file: &str, error: &std::io::Error) -> Problem {
    let problem = Problem::new(Place::File(file.to_owned()), format!("cannot read the settings: {error}"));
    if error.kind() == std::io::ErrorKind::NotFound {
        problem.instead("name your file with --config, or begin one with `kehou config show-default`")
    } else {
        problem
    }
}

/// The folder that a file stands in, absolute where the working folder is known.
fn folder_of(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.parent().map(Path::to_owned).unwrap_or_default()
}
