//! Secrets (密钥): from the environment, a mounted file or the settings file, in this order, and never printed.
//!
//! Start at [`read`].

use secrecy::SecretString;

use super::reader::{Spot, Table};

/// The length of the key of a platform's callbacks, in characters.
const AES_KEY_LEN: usize = 43;

/// Reads the secret `key`; `variable` is the environment variable that goes before the file.
pub(super) fn read(
    table: &mut Table,
    key: &'static str,
    variable: &str,
    check: impl FnOnce(&str) -> Result<(), String>,
) -> Option<SecretString> {
    let written = table.text(key);
    let (text, spot, source) = match ((table.source.environment)(variable), written) {
        (Some(text), written) => {
            let spot = written.map_or_else(|| table.spot(), |(_, spot)| spot);
            (text, spot, format!("the environment's {variable}"))
        }
        (None, Some((text, spot))) => (text, spot, "the settings file".to_owned()),
        (None, None) => {
            if !table.is_written(key) {
                let instead = format!(
                    "set the environment variable {variable}, or write {key} = \"file:/run/secrets/…\""
                );
                table.missing(key, &instead);
            }
            return None;
        }
    };
    let (value, source) = match text.strip_prefix("file:") {
        Some(path) => (mounted(table, path, &spot)?, format!("{path:?}")),
        None => (text, source),
    };
    let value = value.trim();
    let checked = if value.is_empty() { Err("it is empty".to_owned()) } else { check(value) };
    if let Err(reason) = checked {
        let instead = "copy it again from the app's page in the platform's console (管理后台)";
        table.problem(&spot, &format!("from {source} cannot be right: {reason}"), Some(instead));
        return None;
    }
    Some(SecretString::from(value))
}

/// Checks the key of a platform's callbacks.
///
/// - `name`: what the platform's console calls it, with its article.
///
/// # Errors
/// Why it cannot be one.
pub(super) fn check_aes_key(name: &str, key: &str) -> Result<(), String> {
    let len = key.chars().count();
    if len != AES_KEY_LEN {
        return Err(format!("{name} has {AES_KEY_LEN} characters, this has {len}"));
    }
    match key.chars().position(|character| !character.is_ascii_alphanumeric()) {
        Some(at) => Err(format!("{name} has only letters and digits, character {} is neither", at + 1)),
        None => Ok(()),
    }
}

/// What a mounted file holds.
fn mounted(table: &Table, path: &str, spot: &Spot) -> Option<String> {
    let path = table.source.folder.join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            let what = format!("names a file that cannot be read: {error}");
            table.problem(spot, &what, Some(&format!("looked for {}", path.display())));
            None
        }
    }
}
