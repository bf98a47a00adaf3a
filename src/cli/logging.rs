//! Where log lines go: to standard error, for people on a terminal, as JSON elsewhere.
//!
//! Knows no event. Commands that run for long call [`start`] once, before anything else.

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::{Log, LogFormat, process_environment};

/// Why logging did not start.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `RUST_LOG` or `log.filter` cannot be read.
    #[error("the log filter {filter:?} cannot be read; write such as \"info,kehou::outbox=debug\"")]
    Filter {
        /// What was written.
        filter: String,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// It was started before.
    #[error("logging has been started already")]
    Started(#[source] TryInitError),
}

/// Starts logging as `log` says; the environment variable `RUST_LOG` goes before its filter.
///
/// # Errors
/// [`LoggingError`] when a filter cannot be read or logging was started before.
pub fn start(log: &Log) -> Result<(), LoggingError> {
    let filter = process_environment("RUST_LOG");
    let is_terminal = std::io::stderr().is_terminal();
    let subscriber = subscriber(log, filter.as_deref(), is_terminal, std::io::stderr)?;
    subscriber.try_init().map_err(LoggingError::Started)
}

/// What turns events into lines on `writer`.
fn subscriber<W>(
    log: &Log,
    rust_log: Option<&str>,
    is_terminal: bool,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, LoggingError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = rust_log.unwrap_or(&log.filter);
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|source| LoggingError::Filter { filter: filter.to_owned(), source })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let is_human = match log.format {
        LogFormat::Auto => is_terminal,
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    Ok(if is_human {
        Box::new(builder.with_ansi(is_terminal).finish())
    } else {
        Box::new(builder.json().flatten_event(true).finish())
    })
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Collects what is written.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: &str, rust_log: Option<&str>, format: LogFormat, is_terminal: bool) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = Log { filter: filter.to_owned(), format };
        let subscriber = subscriber(&log, rust_log, is_terminal, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(gate = 2, "handed over");
            tracing::debug!("looked again");
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn lines_are_json_unless_a_person_looks() {
        let cases = [
            (LogFormat::Auto, false, true),
            (LogFormat::Auto, true, false),
            (LogFormat::Human, false, false),
            (LogFormat::Json, true, true),
        ];
        for (format, is_terminal, is_json) in cases {
            let text = logged("info", None, format, is_terminal);
            assert!(text.contains("handed over"), "{format:?} {is_terminal}: {text}");
            let parsed = serde_json::from_str::<serde_json::Value>(&text);
            assert_eq!(parsed.is_ok(), is_json, "{format:?} {is_terminal}: {text}");
            if let Ok(line) = parsed {
                assert_eq!((&line["message"], &line["gate"]), (&"handed over".into(), &2.into()));
            }
        }
    }

    #[test]
    fn the_environment_goes_before_the_settings() {
        assert!(!logged("info", None, LogFormat::Json, false).contains("looked again"));
        assert!(logged("info", Some("debug"), LogFormat::Json, false).contains("looked again"));
        assert_eq!(logged("info", Some("off"), LogFormat::Json, false), "");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_an_error_that_shows_it() {
        let log = Log { filter: "info".to_owned(), format: LogFormat::Json };
        let Err(error) = subscriber(&log, Some("kehou=loud"), false, io::sink) else {
            panic!("a filter without sense was taken");
        };
        assert!(error.to_string().contains("kehou=loud"), "{error}");
    }
}
