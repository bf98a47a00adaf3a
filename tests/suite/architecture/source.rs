//! A source file as the checks see it: without comments, without tests, and with every path that it names.
//!
//! A small scanner, not a compiler: it knows strings, comments, braces and `use` trees, and no macros. Start at
//! [`Source::new`] and [`Source::paths`].

/// A source file.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the top of the package, such as `src/flow/step.rs`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// As long as `text`, comments blanked.
    uncommented: Vec<u8>,
    /// As long as `text`, comments and the insides of strings blanked.
    skeleton: Vec<u8>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (uncommented, skeleton) = scan(text.as_bytes());
        Self { path: path.to_owned(), text: text.to_owned(), uncommented, skeleton }
    }

    /// Whether it is the module at `place` or below it: `src/flow` holds `src/flow.rs` and `src/flow/step.rs`.
    pub(crate) fn is_in(&self, place: &str) -> bool {
        let rest = self.path.strip_prefix(place);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// Whether the whole file is a test.
    pub(crate) fn is_test_file(&self) -> bool {
        let is_below = |folder: &str| self.path.contains(&format!("/{folder}/"));
        let is_called = |name: &str| self.path.ends_with(&format!("/{name}.rs"));
        ["tests", "contract"].iter().any(|name| is_below(name) || is_called(name))
    }

    /// The code without comments; strings stand, as platforms' words are found in them.
    pub(crate) fn code_with_tests(&self) -> String {
        String::from_utf8_lossy(&self.uncommented).into_owned()
    }

    /// The code without comments and tests.
    pub(crate) fn code(&self) -> String {
        String::from_utf8_lossy(&self.without_tests(&self.uncommented)).into_owned()
    }

    /// Every path that the code outside tests names, with its line: `use` trees are spread, `super` is resolved.
    pub(crate) fn paths(&self) -> Vec<(usize, String)> {
        if self.is_test_file() {
            return Vec::new();
        }
        let tokens = tokens(&self.without_tests(&self.skeleton));
        let mut paths = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            at = match tokens[at].text.as_str() {
                text if is_word(text) => read_tree(&tokens, at, &[], &mut paths),
                _ => at + 1,
            };
        }
        paths.into_iter().map(|(line, segments)| (line, self.resolve(&segments))).collect()
    }

    /// Blanks items under `#[cfg(test)]`.
    fn without_tests(&self, code: &[u8]) -> Vec<u8> {
        const MARK: &[u8] = b"#[cfg(test)]";
        let mut code = code.to_vec();
        let mut at = 0;
        while at + MARK.len() <= self.skeleton.len() {
            if &self.skeleton[at..at + MARK.len()] != MARK {
                at += 1;
                continue;
            }
            let end = end_of_item(&self.skeleton, at + MARK.len());
            for byte in code[at..end].iter_mut().filter(|byte| **byte != b'\n') {
                *byte = b' ';
            }
            at = end;
        }
        code
    }

    /// A path from the crate's root where it begins with `crate`, `self`, `super` or the crate's name.
    fn resolve(&self, segments: &[String]) -> String {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
        if matches!(inner, "lib" | "main") {
            module.clear();
        }
        let mut rest = segments;
        let is_relative = match rest.first().map(String::as_str) {
            Some("crate" | "kehou") => {
                module.clear();
                rest = &rest[1..];
                true
            }
            Some("self") => {
                rest = &rest[1..];
                true
            }
            Some("super") => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
                true
            }
            _ => false,
        };
        let mut all = if is_relative { vec!["crate".to_owned()] } else { Vec::new() };
        if is_relative {
            all.extend(module);
        }
        all.extend_from_slice(rest);
        all.join("::")
    }
}

struct Token {
    line: usize,
    text: String,
}

/// Words, `::` and single signs.
fn tokens(code: &[u8]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut line, mut at) = (1, 0);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    while at < code.len() {
        let len = match code[at] {
            byte if is_part(byte) => code[at..].iter().take_while(|byte| is_part(**byte)).count(),
            b':' if code.get(at + 1) == Some(&b':') => 2,
            _ => 1,
        };
        if code[at] == b'\n' {
            line += 1;
        } else if !code[at].is_ascii_whitespace() {
            tokens.push(Token { line, text: String::from_utf8_lossy(&code[at..at + len]).into_owned() });
        }
        at += len;
    }
    tokens
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Reads `a::b::{c, d::e}` at `at`, notes each of its paths of two words and more, and returns where it ends.
fn read_tree(
    tokens: &[Token],
    mut at: usize,
    before: &[String],
    paths: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut segments = before.to_vec();
    let line = tokens[at].line;
    loop {
        segments.push(text(at).to_owned());
        at += 1;
        if text(at) != "::" {
            break;
        }
        at += 1;
        if text(at) == "{" {
            at += 1;
            while at < tokens.len() && text(at) != "}" {
                at = if is_word(text(at)) { read_tree(tokens, at, &segments, paths) } else { at + 1 };
                if text(at) == "as" {
                    at += 2;
                }
            }
            return at + 1;
        }
        if !is_word(text(at)) {
            break;
        }
    }
    if segments.len() > 1 {
        paths.push((line, segments));
    }
    at
}

/// Where the item that follows `at` ends: behind its `;` or its closing brace.
fn end_of_item(skeleton: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, byte) in skeleton.iter().enumerate().skip(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1;
                }
            }
            b';' if depth == 0 => return index + 1,
            _ => {}
        }
    }
    skeleton.len()
}

/// Blanks comments, and in the second copy also the insides of strings and characters.
fn scan(text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut uncommented, mut skeleton) = (text.to_vec(), text.to_vec());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (len, is_comment) = if rest.starts_with(b"//") {
            (rest.iter().take_while(|byte| **byte != b'\n').count(), true)
        } else if rest.starts_with(b"/*") {
            (find(rest, b"*/").map_or(rest.len(), |end| end + 2), true)
        } else {
            let len = literal_len(rest, at.checked_sub(1).map(|before| text[before]));
            if len == 0 {
                at += 1;
                continue;
            }
            (len, false)
        };
        for index in (at..at + len).filter(|index| text[*index] != b'\n') {
            skeleton[index] = b' ';
            if is_comment {
                uncommented[index] = b' ';
            }
        }
        at += len;
    }
    (uncommented, skeleton)
}

/// The length of the string or character that `rest` begins with, 0 when there is none.
fn literal_len(rest: &[u8], before: Option<u8>) -> usize {
    let quoted = |quote: u8| {
        let mut at = 1;
        while at < rest.len() && rest[at] != quote {
            at += if rest[at] == b'\\' { 2 } else { 1 };
        }
        (at + 1).min(rest.len())
    };
    match rest {
        [b'"', ..] => quoted(b'"'),
        [b'\'', b'\\', ..] => quoted(b'\''),
        [b'\'', ..] => {
            // A character is closed behind it; a lifetime is not.
            let width = std::str::from_utf8(&rest[1..rest.len().min(5)])
                .or_else(|error| std::str::from_utf8(&rest[1..=error.valid_up_to()]))
                .ok()
                .and_then(|text| text.chars().next())
                .map_or(0, char::len_utf8);
            if width > 0 && rest.get(1 + width) == Some(&b'\'') { width + 2 } else { 0 }
        }
        [b'r', ..] if !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
            if rest.get(1 + hashes) != Some(&b'"') {
                return 0;
            }
            let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
            let start = hashes + 2;
            find(&rest[start..], &close).map_or(rest.len(), |end| start + end + close.len())
        }
        _ => 0,
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
