//! The query of a callback: its values, decoded exactly once.
//!
//! Knows no platform's names. A `+` stays a `+`: the values are base64, which a form decoder would spoil. Start at
//! [`RawQuery::new`].

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::Rejected;

/// A query as it came.
#[derive(Clone, Copy)]
pub(super) struct RawQuery<'a>(&'a str);

impl<'a> RawQuery<'a> {
    /// # Errors
    /// [`Rejected`] where it is longer than anything a platform sends.
    pub(super) fn new(query: &'a str, bytes_max: usize) -> Result<Self, Rejected> {
        if query.len() > bytes_max {
            return Err(Rejected { reason: "the query is too long" });
        }
        Ok(Self(query))
    }

    /// The first value of this name; `None` where there is none, or it is not UTF-8.
    pub(super) fn value(self, name: &str) -> Option<Cow<'a, str>> {
        self.0.split('&').find_map(|pair| match pair.split_once('=') {
            Some((key, value)) if key == name => percent_decode_str(value).decode_utf8().ok(),
            _ => None,
        })
    }
}
