//! Reading YAML with a place for every value, so that each mistake is reported where it stands, all at once.
//!
//! Knows YAML and problems, nothing of flows; `parse` builds on it. Start at [`Reader`].

use marked_yaml::types::{MarkedMappingNode, MarkedScalarNode};
use marked_yaml::{LoadError, LoaderOptions, Marker, Node, Span};

use super::definition::{Target, Text};
use crate::problem::{Place, Problem, one_of};

/// Collects the problems of one file while it is read.
pub(crate) struct Reader<'a> {
    file: &'a str,
    /// What was found so far.
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Self { file, problems: Vec::new() }
    }

    /// The file's top mapping.
    pub(crate) fn load(&mut self, source: &str) -> Option<MarkedMappingNode> {
        let options = LoaderOptions::default().error_on_duplicate_keys(true).toplevel_mapping();
        match marked_yaml::parse_yaml_with_options(0, source, options) {
            Ok(Node::Mapping(mapping)) => Some(mapping),
            Ok(node) => {
                self.report(node.span(), "a flow file is a list of `key: value` lines", "begin with `id: …`");
                None
            }
            Err(error) => {
                self.report_load_error(&error);
                None
            }
        }
    }

    /// Reports a problem at `span`.
    pub(crate) fn report(&mut self, span: &Span, what: impl Into<String>, instead: impl Into<String>) {
        let place = self.place(span.start());
        self.problems.push(Problem::new(place, what).instead(instead));
    }

    /// A required value.
    pub(crate) fn required<'n>(
        &mut self,
        map: &'n MarkedMappingNode,
        key: &str,
        hint: &str,
    ) -> Option<&'n Node> {
        let found = map.get_node(key);
        if found.is_none() {
            self.report(map.span(), format!("`{key}` is missing"), format!("add `{key}: {hint}`"));
        }
        found
    }

    /// A scalar, whatever its YAML type.
    pub(crate) fn scalar<'n>(&mut self, node: &'n Node, hint: &str) -> Option<&'n MarkedScalarNode> {
        if let Node::Scalar(scalar) = node {
            return Some(scalar);
        }
        self.report(node.span(), "one value is expected here", format!("write `{hint}`"));
        None
    }

    /// A mapping.
    pub(crate) fn mapping<'n>(&mut self, node: &'n Node, hint: &str) -> Option<&'n MarkedMappingNode> {
        if let Node::Mapping(mapping) = node {
            return Some(mapping);
        }
        self.report(node.span(), "`key: value` lines are expected here", format!("write {hint}"));
        None
    }

    /// The entries of a sequence.
    pub(crate) fn sequence<'n>(&mut self, node: &'n Node, hint: &str) -> &'n [Node] {
        if let Node::Sequence(sequence) = node {
            return sequence;
        }
        self.report(node.span(), "a list is expected here", format!("write `{hint}`"));
        &[]
    }

    /// The scalars of a sequence in a mapping; none where the key is missing.
    pub(crate) fn scalars<'n>(
        &mut self,
        map: &'n MarkedMappingNode,
        key: &str,
        hint: &str,
    ) -> Vec<&'n MarkedScalarNode> {
        let Some(node) = map.get_node(key) else { return Vec::new() };
        let entries = self.sequence(node, &format!("{key}: {hint}"));
        entries.iter().filter_map(|entry| self.scalar(entry, hint)).collect()
    }

    /// A required scalar of a mapping.
    pub(crate) fn required_scalar<'n>(
        &mut self,
        map: &'n MarkedMappingNode,
        key: &str,
        hint: &str,
    ) -> Option<&'n MarkedScalarNode> {
        self.required(map, key, hint).and_then(|node| self.scalar(node, &format!("{key}: {hint}")))
    }

    /// A required node name of a mapping.
    pub(crate) fn required_target(&mut self, map: &MarkedMappingNode, key: &str) -> Option<Target> {
        self.required_scalar(map, key, "the name of a step").map(target)
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, scalar: &MarkedScalarNode, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == scalar.as_str());
        if found.is_none() {
            let what = format!("`{}` is not known here", scalar.as_str());
            let instead = one_of(scalar.as_str(), words.iter().map(|(word, _)| *word));
            self.report(scalar.span(), what, instead);
        }
        found.map(|(_, value)| *value)
    }

    /// Reports every key outside of `known`.
    pub(crate) fn only(&mut self, map: &MarkedMappingNode, known: &[&str]) {
        for (key, _) in map.iter() {
            if !known.contains(&key.as_str()) {
                let what = format!("`{}` is not known here", key.as_str());
                self.report(key.span(), what, one_of(key.as_str(), known.iter().copied()));
            }
        }
    }

    fn report_load_error(&mut self, error: &LoadError) {
        let (marker, what, instead) = match error {
            LoadError::DuplicateKey(inner) => {
                let what = format!("`{}` stands here a second time", inner.key.as_str());
                (inner.key.span().start().copied(), what, "give it another name, or delete one")
            }
            LoadError::TopLevelMustBeMapping(at) | LoadError::TopLevelMustBeSequence(at) => {
                (Some(*at), "a flow file is a list of `key: value` lines".to_owned(), "begin with `id: …`")
            }
            LoadError::UnexpectedAnchor(at) => {
                (Some(*at), "`&` begins an anchor in YAML".to_owned(), "put the text in quotes")
            }
            LoadError::UnexpectedTag(at) => {
                (Some(*at), "`!` begins a tag in YAML".to_owned(), "put the text in quotes")
            }
            LoadError::MappingKeyMustBeScalar(at) => {
                (Some(*at), "a key must be one word".to_owned(), "put `{` or `[` in quotes")
            }
            LoadError::ScanError(at, error) => {
                let what = format!("not readable as YAML: {}", error.info());
                (Some(*at), what, "check the indentation (blanks, no tabs), colons and quotes around here")
            }
        };
        let place = self.place(marker.as_ref());
        self.problems.push(Problem::new(place, what).instead(instead));
    }

    fn place(&self, marker: Option<&Marker>) -> Place {
        let (line, column) = marker.map_or((1, 1), |marker| (marker.line(), marker.column()));
        Place::Line { file: self.file.to_owned(), line, column }
    }
}

/// The line of a span.
pub(crate) fn line(span: &Span) -> usize {
    span.start().map_or(1, Marker::line)
}

/// A scalar as the name of a node.
pub(crate) fn target(scalar: &MarkedScalarNode) -> Target {
    Target { node: scalar.as_str().to_owned(), line: line(scalar.span()) }
}

/// A scalar as a text.
pub(crate) fn text(scalar: &MarkedScalarNode) -> Text {
    Text { source: scalar.as_str().trim_end().to_owned(), line: line(scalar.span()) }
}
