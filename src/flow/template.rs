//! Filling in a text (填话术): a template and its values → the words that a person reads.
//!
//! Strict: a name without a value is an error, never an empty place. Knows no flow. Start at [`render`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::Value as Json;

/// A text cannot be filled in.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    // So that an error names what has no value; otherwise only a program built for debugging does.
    environment.set_debug(true);
    environment
});

/// Fills a template in.
///
/// # Errors
/// A name without a value, or a template that cannot be read.
pub fn render(source: &str, values: &BTreeMap<String, Json>) -> Result<String, TemplateError> {
    ENVIRONMENT
        .render_str(source, Serde(values))
        .map(|text| text.trim().to_owned())
        .map_err(|error| explain(&error))
}

/// The dotted names that a template uses.
///
/// # Errors
/// A template that cannot be read.
pub fn variables(source: &str) -> Result<BTreeSet<String>, TemplateError> {
    let template = ENVIRONMENT.template_from_str(source).map_err(|error| explain(&error))?;
    Ok(template.undeclared_variables(true).into_iter().collect())
}

fn explain(error: &minijinja::Error) -> TemplateError {
    let detail = error.detail().map_or(String::new(), |detail| format!(": {detail}"));
    TemplateError(format!("{}{detail}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_value_is_an_error() {
        let values = BTreeMap::from([("child".to_owned(), serde_json::json!({"name": "李小禾"}))]);
        assert_eq!(render("{{child.name}}同学", &values).unwrap(), "李小禾同学");
        let error = render("{{child.nmae}}同学", &values).unwrap_err().to_string();
        assert_eq!(error, "undefined value: `child.nmae` is undefined");
        assert_eq!(variables("{{child.name}}{{plan.hours}}").unwrap().len(), 2);
    }
}
