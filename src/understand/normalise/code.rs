//! Code (代码): pieces that no family writes: of programs, of queries, and of talk that instructs a machine.
//!
//! Start at [`holds_code`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

/// Pieces that only code, queries or attempts to instruct a machine hold.
const CODE: &[&str] = &[
    "<script",
    "</script",
    "javascript:",
    "onerror=",
    "onload=",
    "alert(",
    "document.",
    "console.",
    "eval(",
    "select *",
    "select*",
    "drop table",
    "droptable",
    "insert into",
    "delete from",
    "union select",
    "truncate table",
    "update set",
    "or 1=1",
    "or '1'='1",
    "';",
    "\";",
    "${",
    "{{",
    "}}",
    "{%",
    "<?php",
    "<?xml",
    "<%",
    "#!/",
    "rm -rf",
    "sudo ",
    "ls -",
    "cat /",
    "chmod ",
    "/etc/",
    "/bin/",
    "curl ",
    "wget ",
    "$(",
    "&&",
    "function(",
    "=>",
    "import ",
    "def ",
    "print(",
    "__",
    "exec(",
    "system(",
    "../",
    "<iframe",
    "<img",
    "<svg",
    "null;",
    "::",
    "--;",
    "; --",
    "ignore previous",
    "ignore all",
    "ignore the above",
    "system prompt",
    "system:",
];

/// Pieces of talk that instructs a machine instead of answering.
const INSTRUCTING: &[&str] = &[
    "忽略以上",
    "忽略之前",
    "忽略前面",
    "忽略上面",
    "忽略所有",
    "无视以上",
    "无视之前",
    "系统提示",
    "提示词",
    "你现在是一个",
    "请扮演",
    "扮演一个",
];

static PIECES: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::of(CODE.iter().chain(INSTRUCTING).map(|piece| (piece.trim_end().to_owned(), ())), "")
});

/// Whether a piece may begin with this character.
pub(super) fn may_begin(c: char) -> bool {
    matches!(c, '{' | '}' | '=') || PIECES.may_start(c)
}

/// Whether a text holds a piece of code, or speaks to a machine.
pub(super) fn holds_code(text: &str) -> bool {
    PIECES.tokens(text).next().is_some() || text.contains(['{', '}']) || holds_attribute(text)
}

/// ok=1, `<a href=x>`: a name and what it is set to.
fn holds_attribute(text: &str) -> bool {
    text.match_indices('=').any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default().trim_end();
        before.ends_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    })
}
