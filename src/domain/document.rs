//! A settings document (TOML): reading one with every problem at its line.
//!
//! Knows the shape of TOML and nothing of what the keys mean; `calendar` and `plan` read themselves with it. Unlike
//! a derived deserializer it does not stop at the first mistake. Start at [`Document::parse`].

use std::cell::RefCell;
use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Place, Problem};

/// A TOML text while it is read; gathers the problems.
pub(crate) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

/// A table of a document, which remembers which of its keys were asked for.
pub(crate) struct Section<'a> {
    document: &'a Document<'a>,
    table: &'a DeTable<'a>,
    path: String,
    at: usize,
    asked: BTreeSet<&'static str>,
}

/// Why a value cannot be read, and what to write instead.
#[derive(Debug)]
pub(crate) struct Wrong {
    what: String,
    instead: String,
}

impl Wrong {
    /// A reason and its remedy.
    pub(crate) fn new(what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { what: what.into(), instead: instead.into() }
    }
}

impl<'a> Document<'a> {
    /// Parses `text` and lets `read` take what it needs from the outermost table.
    ///
    /// # Errors
    /// All problems in the order of their lines; those of the syntax alone when there are any.
    pub(crate) fn parse<T>(
        file: &'a str,
        text: &'a str,
        read: impl FnOnce(&mut Section<'_>) -> Option<T>,
    ) -> Result<T, Vec<Problem>> {
        let document = Document { file, text, problems: RefCell::default() };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            document.report(
                at,
                &Wrong::new(format!("不是合法的 TOML：{}", error.message()), "按示例文件的写法改正这一行"),
            );
        }
        let mut value = None;
        if document.problems.borrow().is_empty() {
            let mut section = Section::new(&document, root.get_ref(), String::new(), 0);
            value = read(&mut section);
            section.finish();
        }
        let mut problems = document.problems.into_inner();
        problems.sort();
        problems.dedup();
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(problems),
        }
    }

    fn report(&self, at: usize, wrong: &Wrong) {
        let problem = Problem::new(self.place(at), wrong.what.clone()).instead(wrong.instead.clone());
        self.problems.borrow_mut().push(problem);
    }

    fn place(&self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place::Line {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
        }
    }
}

impl<'a> Section<'a> {
    fn new(document: &'a Document<'a>, table: &'a DeTable<'a>, path: String, at: usize) -> Self {
        Self { document, table, path, at, asked: BTreeSet::new() }
    }

    /// A value that must be there.
    pub(crate) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional(key, read)
    }

    /// A value that may be left out.
    pub(crate) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.read_one(key, value, &read)
    }

    /// A list, empty when it is left out.
    pub(crate) fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue<'_>) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.report_at(
                value.span().start,
                &Wrong::new(format!("「{}」应当是列表", self.full(key)), format!("{key} = [ … ]")),
            );
            return Vec::new();
        };
        items.iter().filter_map(|item| self.read_one(key, item, &read)).collect()
    }

    /// A table that must be there.
    pub(crate) fn section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Option<T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.report_at(
                self.at,
                &Wrong::new(
                    format!("缺少「[{}]」一节", self.full(key)),
                    format!("加上一节 [{}]", self.full(key)),
                ),
            );
        }
        self.optional_section(key, read)
    }

    /// A table that may be left out.
    pub(crate) fn optional_section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.read_table(key, value, read)
    }

    /// A list of tables, `[[key]]`, empty when it is left out.
    pub(crate) fn sections<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Section<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.report_at(
                value.span().start,
                &Wrong::new(
                    format!("「{}」应当是若干节", self.full(key)),
                    format!("每一项写一节 [[{}]]", self.full(key)),
                ),
            );
            return Vec::new();
        };
        items.iter().filter_map(|item| self.read_table(key, item, &mut read)).collect()
    }

    /// The keys of a table whose keys are the author's own, each with its value.
    pub(crate) fn entries<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str, &DeValue<'_>) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.report_at(
                value.span().start,
                &Wrong::new(format!("「{}」应当是一节", self.full(key)), format!("[{}]", self.full(key))),
            );
            return Vec::new();
        };
        let read = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = name.get_ref();
            read(name, value.get_ref()).map_err(|wrong| self.report_at(value.span().start, &wrong)).ok()
        };
        table.iter().filter_map(read).collect()
    }

    /// Reports a problem of the value of `key`, or of the whole section when it is not there.
    pub(crate) fn report(&self, key: &str, wrong: &Wrong) {
        self.report_at(self.table.get(key).map_or(self.at, |value| value.span().start), wrong);
    }

    /// Where the section begins, for [`Section::report_at`].
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.insert(key);
        self.table.get(key)
    }

    fn missing(&self, key: &str) {
        self.report_at(
            self.at,
            &Wrong::new(format!("缺少「{}」", self.full(key)), format!("加上一行 {key} = …")),
        );
    }

    fn read_one<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        read: &impl Fn(&DeValue<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        let in_key =
            |wrong: Wrong| Wrong::new(format!("「{}」{}", self.full(key), wrong.what), wrong.instead);
        read(value.get_ref()).map_err(|wrong| self.report_at(value.span().start, &in_key(wrong))).ok()
    }

    fn read_table<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        read: impl FnOnce(&mut Section<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(table) = value.get_ref().as_table() else {
            self.report_at(
                value.span().start,
                &Wrong::new(format!("「{}」应当是一节", self.full(key)), format!("[{}]", self.full(key))),
            );
            return None;
        };
        let mut section = Section::new(self.document, table, self.full(key), value.span().start);
        let read = read(&mut section);
        section.finish();
        read
    }

    fn finish(&self) {
        for (name, _) in self.table {
            if !self.asked.contains(name.get_ref().as_ref()) {
                let known: Vec<&str> = self.asked.iter().copied().collect();
                let what = format!("不认识「{}」", self.full(name.get_ref()));
                self.report_at(
                    name.span().start,
                    &Wrong::new(what, format!("这里可以写：{}", known.join("、"))),
                );
            }
        }
    }

    fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Reports a problem of the section that begins at `at`.
    pub(crate) fn report_at(&self, at: usize, wrong: &Wrong) {
        self.document.report(at, wrong);
    }
}

/// A text, without blanks at its ends.
pub(crate) fn text(value: &DeValue<'_>) -> Result<String, Wrong> {
    value
        .as_str()
        .map(|text| text.trim().to_owned())
        .ok_or_else(|| Wrong::new("应当是文字", "用英文双引号括起来，例如 \"自主作业\""))
}

/// A civil date.
pub(crate) fn date(value: &DeValue<'_>) -> Result<NaiveDate, Wrong> {
    let wrong = || Wrong::new("应当是日期", "年-月-日，例如 2026-09-01");
    match (value.as_datetime(), value.as_str()) {
        (Some(moment), _) if moment.time.is_none() => moment
            .date
            .and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
            .ok_or_else(wrong),
        (_, Some(text)) => NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// A time of day, to the minute.
pub(crate) fn time(value: &DeValue<'_>) -> Result<NaiveTime, Wrong> {
    let wrong = || Wrong::new("应当是时间", "用 24 小时制，例如 \"17:30\"");
    match (value.as_datetime(), value.as_str()) {
        (Some(moment), _) if moment.date.is_none() => moment
            .time
            .and_then(|time| NaiveTime::from_hms_opt(time.hour.into(), time.minute.into(), 0))
            .ok_or_else(wrong),
        (_, Some(text)) => NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// A whole number in `range`.
pub(crate) fn count(range: std::ops::RangeInclusive<u32>) -> impl Fn(&DeValue<'_>) -> Result<u32, Wrong> {
    move |value| {
        let number =
            value.as_integer().and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            Wrong::new("应当是整数", format!("{} 到 {} 之间的整数", range.start(), range.end()))
        })
    }
}

/// `true` or `false`.
pub(crate) fn flag(value: &DeValue<'_>) -> Result<bool, Wrong> {
    value.as_bool().ok_or_else(|| Wrong::new("应当是「是」或「否」", "true（是）或 false（否）"))
}

/// One of a closed set, each by any of its names.
pub(crate) fn choice<T: Copy>(
    names: &'static [(&'static str, T)],
) -> impl Fn(&DeValue<'_>) -> Result<T, Wrong> {
    move |value| {
        let text = value.as_str().unwrap_or("").trim();
        let known = || names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("、");
        let found = names.iter().find(|(name, _)| *name == text);
        found.map(|(_, choice)| *choice).ok_or_else(|| Wrong::new(format!("不能是「{text}」"), known()))
    }
}
