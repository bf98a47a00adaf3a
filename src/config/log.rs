//! `[log]`: what is logged and in which form.
//!
//! Knows no subscriber; `cli::logging` starts one from this. Start at [`Log`].

use tracing_subscriber::EnvFilter;

use super::reader::Table;

/// `[log]`.
#[derive(Debug, Clone)]
pub struct Log {
    /// Directives such as `info,kehou::outbox=debug`; checked.
    pub filter: String,
    /// The form.
    pub format: LogFormat,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// [`LogFormat::Human`] on a terminal, [`LogFormat::Json`] elsewhere.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

pub(super) fn read(table: &mut Table) -> Option<Log> {
    let filter = table.parsed("filter", |text| {
        let checked = EnvFilter::builder().parse(text).map(|_| text.to_owned());
        checked.map_err(|_| {
            "write error, warn, info, debug or trace, or such as \"info,kehou::outbox=debug\"".to_owned()
        })
    });
    let format = table.parsed("format", |text| match text {
        "auto" => Ok(LogFormat::Auto),
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err("write \"auto\", \"human\" or \"json\"".to_owned()),
    });
    Some(Log { filter: filter?, format: format? })
}

impl Log {
    pub(super) fn example() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Auto }
    }
}
