//! Statements (陈述): which predicate of a reply belongs to which lines of the list.
//!
//! A predicate stands after its subject (3、8没来) or, as a label, before it (缺3、8). A clause with only lines goes on with
//! the label before it, or waits for the predicate after it; where both would do, the reply is unclear. A predicate
//! without lines speaks of the lines spoken of last. Start at [`statements`].

use std::sync::LazyLock;

use super::super::clause::{self, Mood};
use super::super::lexicon::Lexicon;
use super::{Line, Lines, Set, groups};

/// Of whom something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Scope {
    /// These lines.
    Lines(Set),
    /// 除了3: these lines are left out of what is said of all.
    Except(Set),
    /// 都, 全部.
    All,
    /// 其他.
    Rest,
    /// Nobody named, and nobody named before.
    Nobody,
}

/// One predicate and its lines.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Statement<'a> {
    pub(in super::super) scope: Scope,
    /// What stands before the lines and is no predicate: 今天, 只有.
    pub(in super::super) opening: &'a str,
    /// The predicate; empty for lines that are only left out.
    pub(in super::super) text: &'a str,
    /// Clauses after it that are no predicates.
    pub(in super::super) more: Vec<&'a str>,
    /// The predicate asks something.
    pub(in super::super) asks: bool,
    /// The lines were taken from the statement before.
    pub(in super::super) is_chained: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Rest,
    All,
    /// 都, 全: sums up the lines before it, or everyone.
    Both,
    Except,
    /// 除外.
    Excepted,
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    Lexicon::new(
        &[
            (
                Word::Rest,
                "其他 其他人 其他的 其余 其余的 其余人 其它 其它的 其他孩子 其他同学 其他几个 其余几个
                 剩下 剩下的 剩余 剩余的 剩下几个 别的 另外的 另外几个 余下 余下的",
            ),
            (
                Word::All,
                "全部 全都 全体 全班 全员 所有人 所有的 所有 大家 每个 每个人 人人 统统 通通 一律 一起
                 以上 上述 这些 这几个 这几位",
            ),
            (Word::Both, "都 全"),
            (Word::Except, "除了 除去 除开 除"),
            (Word::Excepted, "除外 以外 之外"),
            (Word::Other, "安全 完全 全名 全天 不全 首都 清除 删除 扣除 解除 排除"),
        ],
        "",
    )
});

/// How a grammar sees a stretch of text.
pub(in super::super) struct Grammar<'g> {
    /// Whether it holds a predicate.
    pub(in super::super) predicates: &'g dyn Fn(&str) -> bool,
    /// Where the word at a byte ends.
    pub(in super::super) word_end: &'g dyn Fn(&str, usize) -> Option<usize>,
}

/// Parts of a clause: what stands before, between and after the groups of lines.
struct Parts<'a> {
    texts: Vec<&'a str>,
    groups: Vec<Set>,
}

/// Everything that a reply states, in its order; `None` when a mention fits no line, or a predicate may belong to two.
pub(in super::super) fn statements<'a>(
    text: &'a str,
    lines: &[Line<'_>],
    grammar: &Grammar<'_>,
) -> Option<Vec<Statement<'a>>> {
    let lines = &Lines::of(lines);
    let mut reader = Reader { out: Vec::new(), waiting: Set::new(), after_label: false, grammar };
    for clause in clause::clauses(text) {
        for piece in divided(clause.text, grammar) {
            let parts = parts(piece, lines, grammar)?;
            reader.add(&parts, clause.mood != Mood::States)?;
        }
    }
    reader.finish()
}

/// How many words for the others a clause is tried at; no orderly clause has more.
const CUTS_MAX: usize = 4;

/// 没来其他都到了: what is said of the others begins a clause of its own.
fn divided<'a>(text: &'a str, grammar: &Grammar<'_>) -> Vec<&'a str> {
    let (mut excepts, mut tried) = (false, 0);
    let cut = LEXICON.tokens(text).find(|token| {
        let begins = matches!(token.kind, Word::Rest | Word::All) || token.kind == Word::Both && excepts;
        excepts |= token.kind == Word::Except;
        tried += usize::from(begins && token.start > 0);
        let rest = text.get(token.start..).unwrap_or_default();
        begins && token.start > 0 && tried <= CUTS_MAX && (grammar.predicates)(rest)
    });
    match cut.and_then(|token| text.split_at_checked(token.start)) {
        Some((before, after)) => vec![before, after],
        None => vec![text],
    }
}

fn has(text: &str, kind: Word) -> bool {
    LEXICON.holds(text, kind)
}

fn parts<'a>(text: &'a str, lines: &Lines<'_>, grammar: &Grammar<'_>) -> Option<Parts<'a>> {
    let word_end = |at: usize| (grammar.word_end)(text, at).or_else(|| LEXICON.at(text, at).map(|t| t.end));
    let mut parts = Parts { texts: Vec::new(), groups: Vec::new() };
    let mut at = 0;
    for group in groups(text, lines, &word_end) {
        parts.texts.push(trimmed(text.get(at..group.start)?));
        parts.groups.push(group.lines?);
        at = group.end;
    }
    parts.texts.push(trimmed(text.get(at..)?));
    Some(parts)
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| "，。、:;-/.# ()".contains(c))
}

struct Reader<'a, 'g> {
    out: Vec<Statement<'a>>,
    /// Lines that no predicate has taken yet.
    waiting: Set,
    /// The last clause ended with the lines of a label.
    after_label: bool,
    grammar: &'g Grammar<'g>,
}

impl<'a> Reader<'a, '_> {
    fn add(&mut self, parts: &Parts<'a>, asks: bool) -> Option<()> {
        let (first, rest) = parts.texts.split_first()?;
        if parts.groups.is_empty() {
            return self.without_lines(first, asks);
        }
        if has(first, Word::Except) || rest.first().is_some_and(|t| excepted(t).is_some()) {
            return self.except(first, parts, asks);
        }
        if (self.grammar.predicates)(first) {
            self.settle_label()?;
            return self.labels(parts, asks);
        }
        self.subjects(parts, asks)
    }

    /// A clause that names no line.
    fn without_lines(&mut self, text: &'a str, asks: bool) -> Option<()> {
        if has(text, Word::Except) || has(text, Word::Excepted) {
            return None;
        }
        if !(self.grammar.predicates)(text) {
            // 其他人呢: something is said of the others, but not what.
            if text.is_empty() || has(text, Word::Rest) {
                return text.is_empty().then_some(());
            }
            self.settle_label()?;
            if let Some(last) = self.out.last_mut() {
                last.more.push(text);
            }
            return Some(());
        }
        let general = LEXICON.tokens(text).find_map(|token| match token.kind {
            Word::Rest => Some(Scope::Rest),
            Word::All | Word::Both => Some(Scope::All),
            Word::Except | Word::Excepted | Word::Other => None,
        });
        let is_waiting = !self.waiting.is_empty() && !self.after_label;
        let chained = match self.out.last().map(|s| &s.scope) {
            Some(Scope::Lines(lines) | Scope::Except(lines)) if !lines.is_empty() => Some(lines.clone()),
            _ => None,
        };
        let (scope, is_chained) = if is_waiting && general != Some(Scope::Rest) {
            (Scope::Lines(std::mem::take(&mut self.waiting)), false)
        } else {
            self.settle_label()?;
            match (general, chained) {
                (Some(general), _) => (general, false),
                (None, Some(lines)) => (Scope::Lines(lines), true),
                (None, None) => (Scope::Nobody, false),
            }
        };
        self.push(scope, "", text, asks);
        if let Some(last) = self.out.last_mut() {
            last.is_chained = is_chained;
        }
        Some(())
    }

    /// 除了3没来都到了, 3和7除外.
    fn except(&mut self, first: &'a str, parts: &Parts<'a>, asks: bool) -> Option<()> {
        self.settle_label()?;
        let opening = LEXICON.scan(first).into_iter().rfind(|t| t.kind == Word::Except);
        let (before, between) = match opening {
            Some(token) => (first.get(..token.start)?, first.get(token.end..)?),
            None => ("", first),
        };
        if !between.is_empty() {
            return None;
        }
        if (self.grammar.predicates)(before) {
            // 同意全部除了3.
            self.without_lines(before, asks)?;
        }
        let last = parts.groups.len();
        for (index, group) in parts.groups.iter().enumerate() {
            let text = parts.texts.get(index + 1)?;
            // 除2号外: the second half of the frame, but no 外公.
            let outside =
                text.strip_prefix('外').filter(|t| opening.is_some() && !t.starts_with(['公', '婆', '爷']));
            let closed = excepted(text).or(outside);
            let text = closed.unwrap_or(text);
            if closed.is_some() && index + 1 == last && (self.grammar.predicates)(text) {
                // 除3、5外通过: the frame is closed, so this is of the rest.
                self.push(Scope::Except(group.clone()), "", "", false);
                self.push(Scope::All, "", text, asks);
                continue;
            }
            if (self.grammar.predicates)(text) && !has(text, Word::All) && !has(text, Word::Rest) {
                self.push(Scope::Except(group.clone()), "", text, asks);
            } else if index + 1 == last {
                self.push(Scope::Except(group.clone()), "", "", false);
                if !text.is_empty() {
                    self.without_lines(text, asks)?;
                }
            } else {
                return None;
            }
        }
        Some(())
    }

    /// 缺3、8请假12: each label and the lines after it.
    fn labels(&mut self, parts: &Parts<'a>, asks: bool) -> Option<()> {
        for (text, group) in parts.texts.iter().zip(&parts.groups) {
            if !(self.grammar.predicates)(text) {
                return None;
            }
            self.push(Scope::Lines(group.clone()), "", text, asks);
        }
        let tail = parts.texts.last()?;
        if (self.grammar.predicates)(tail) {
            return None;
        }
        if !tail.is_empty() {
            self.out.last_mut()?.more.push(tail);
        }
        self.after_label = tail.is_empty();
        Some(())
    }

    /// 3、8没来12请假: each group and the predicate after it.
    fn subjects(&mut self, parts: &Parts<'a>, asks: bool) -> Option<()> {
        let (opening, texts) = parts.texts.split_first()?;
        let is_bare = texts.iter().all(|t| t.is_empty()) && parts.groups.len() == 1;
        if is_bare {
            self.waiting.extend(parts.groups.first()?.iter().copied());
            return opening.is_empty().then_some(());
        }
        if !self.waiting.is_empty() && self.after_label {
            return None;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        for (index, (group, text)) in parts.groups.iter().zip(texts).enumerate() {
            waiting.extend(group.iter().copied());
            self.push(
                Scope::Lines(std::mem::take(&mut waiting)),
                if index == 0 { opening } else { "" },
                text,
                asks,
            );
        }
        Some(())
    }

    /// Gives waiting lines to the label before them; `None` where there is none.
    fn settle_label(&mut self) -> Option<()> {
        if self.waiting.is_empty() {
            self.after_label = false;
            return Some(());
        }
        if !std::mem::take(&mut self.after_label) {
            return None;
        }
        let waiting = std::mem::take(&mut self.waiting);
        match self.out.last_mut().map(|s| &mut s.scope) {
            Some(Scope::Lines(lines)) => lines.extend(waiting),
            _ => return None,
        }
        Some(())
    }

    fn push(&mut self, scope: Scope, opening: &'a str, text: &'a str, asks: bool) {
        self.after_label = false;
        self.out.push(Statement { scope, opening, text, more: Vec::new(), asks, is_chained: false });
    }

    fn finish(mut self) -> Option<Vec<Statement<'a>>> {
        self.settle_label()?;
        Some(self.out)
    }
}

/// A predicate without the words for everyone, the others or both at its ends: 其他都同意 → 同意.
pub(in super::super) fn without_scope(text: &str) -> &str {
    let is_scope = |kind| matches!(kind, Word::Rest | Word::All | Word::Both | Word::Excepted);
    let (mut start, mut end) = (0, text.len());
    for token in LEXICON.scan(text) {
        if is_scope(token.kind) && token.start == start {
            start = token.end;
        }
        if is_scope(token.kind) && token.end == text.len() && token.start > start {
            end = token.start;
        }
    }
    text.get(start..end).unwrap_or(text)
}

/// 以外都到了: what stands after the word that leaves out.
fn excepted(text: &str) -> Option<&str> {
    let token = LEXICON.at(text, 0).filter(|t| t.kind == Word::Excepted)?;
    text.get(token.end..).map(trimmed)
}
