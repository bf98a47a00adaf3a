//! A sheet (工作表) as it was opened: rows of cells, and where the headings stand.
//!
//! Knows the columns by the names that schools give them, not what their values mean. Start at [`Sheet::columns`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::problem::{Place, Problem};

/// A sheet of a spreadsheet, or a CSV file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows, without those that are wholly outside the used range.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its number, from 1, as the spreadsheet program shows it.
    pub number: usize,
    /// Its cells from column A.
    pub cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number, which has lost its leading zeros if it ever had any.
    Number(f64),
    /// A date, a formula's error or anything else that is neither text nor number.
    Other,
    /// Covered by a merged cell that begins elsewhere.
    Merged,
}

/// What a sheet lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// 学生.
    Students,
    /// 教职工.
    Staff,
}

/// A column, by the heading that problems name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Grade,
    Class,
    Number,
    Name,
    Gender,
    Guardian,
    Relation,
    Phone,
    Wecom,
    Dingtalk,
    Role,
}

/// Where each column stands, and the row of the headings.
pub(super) struct Columns {
    index: BTreeMap<Column, usize>,
    heading_row: usize,
}

/// How many rows from the top may hold a title or notes before the headings.
const HEADING_ROWS_MAX: usize = 10;

impl Column {
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Grade => "年级",
            Self::Class => "班级",
            Self::Number => "学号",
            Self::Name => "姓名",
            Self::Gender => "性别",
            Self::Guardian => "家长姓名",
            Self::Relation => "关系",
            Self::Phone => "手机",
            Self::Wecom => "企业微信账号",
            Self::Dingtalk => "钉钉账号",
            Self::Role => "角色",
        }
    }

    fn parse(heading: &str) -> Option<Self> {
        let plain: String =
            heading.nfkc().filter(|letter| !letter.is_whitespace() && *letter != '*').collect();
        let plain = plain.split('(').next().unwrap_or("").replace('帐', "账");
        Some(match plain.as_str() {
            "年级" => Self::Grade,
            "班级" | "班" | "任教班级" => Self::Class,
            "学号" => Self::Number,
            "姓名" | "学生姓名" | "教师姓名" => Self::Name,
            "性别" => Self::Gender,
            "家长姓名" | "家长" | "监护人" | "监护人姓名" => Self::Guardian,
            "关系" | "与学生关系" | "与孩子关系" => Self::Relation,
            "手机" | "手机号" | "手机号码" | "电话" | "联系电话" | "家长手机" => {
                Self::Phone
            }
            "企业微信账号" | "企业微信" | "企微账号" => Self::Wecom,
            "钉钉账号" | "钉钉" => Self::Dingtalk,
            "角色" | "职务" => Self::Role,
            _ => return None,
        })
    }
}

impl SheetKind {
    /// The columns that must be there.
    fn required(self) -> &'static [Column] {
        match self {
            Self::Students => &[Column::Class, Column::Number, Column::Name, Column::Guardian, Column::Phone],
            Self::Staff => &[Column::Name, Column::Role, Column::Class, Column::Phone],
        }
    }
}

impl Sheet {
    /// What the sheet lists, judged by its headings; for CSV files, which have no sheet names.
    pub fn kind(&self) -> Option<SheetKind> {
        let (_, columns) = self.headings()?;
        if columns.contains_key(&Column::Number) || columns.contains_key(&Column::Guardian) {
            Some(SheetKind::Students)
        } else {
            columns.contains_key(&Column::Role).then_some(SheetKind::Staff)
        }
    }

    /// Finds the headings; reports missing and doubled ones, and a sheet without data.
    pub(super) fn columns(&self, kind: SheetKind, problems: &mut Vec<Problem>) -> Option<Columns> {
        let whole = Place::File(format!("工作表「{}」", self.name));
        let write_headings = format!("第一行写列名：{}", names(kind.required()));
        if self.rows.iter().all(Row::is_blank) {
            problems.push(Problem::new(whole, "工作表是空的").instead(write_headings));
            return None;
        }
        let Some((heading_row, index)) = self.headings() else {
            let what = format!("找不到列名，前 {HEADING_ROWS_MAX} 行里没有认识的列");
            problems.push(Problem::new(whole, what).instead(write_headings));
            return None;
        };
        let missing: Vec<Column> =
            kind.required().iter().copied().filter(|column| !index.contains_key(column)).collect();
        for column in &missing {
            let found: Vec<Column> = index.keys().copied().collect();
            let what = format!("缺少「{}」这一列；找到的列有：{}", column.heading(), names(&found));
            problems
                .push(Problem::new(self.place(heading_row, *column), what).instead("加上这一列，列名照写"));
        }
        self.report_doubled(heading_row, problems);
        if !self.rows.iter().any(|row| row.number > heading_row && !row.is_blank()) {
            problems.push(Problem::new(whole, "只有列名，没有一行数据").instead("从列名的下一行开始填写"));
        }
        missing.is_empty().then_some(Columns { index, heading_row })
    }

    /// The rows below the headings that hold something.
    pub(super) fn data<'a>(&'a self, columns: &Columns) -> impl Iterator<Item = &'a Row> {
        let heading_row = columns.heading_row;
        self.rows.iter().filter(move |row| row.number > heading_row && !row.is_blank())
    }

    pub(super) fn place(&self, row: usize, column: Column) -> Place {
        Place::Cell { sheet: self.name.clone(), row, column: column.heading().to_owned() }
    }

    /// The first row with at least two known headings.
    fn headings(&self) -> Option<(usize, BTreeMap<Column, usize>)> {
        self.rows.iter().take(HEADING_ROWS_MAX).find_map(|row| {
            let mut index = BTreeMap::new();
            for (at, column) in row.headings() {
                index.entry(column).or_insert(at);
            }
            (index.len() >= 2).then_some((row.number, index))
        })
    }

    fn report_doubled(&self, heading_row: usize, problems: &mut Vec<Problem>) {
        let mut seen = BTreeSet::new();
        for (_, column) in self.rows.iter().filter(|row| row.number == heading_row).flat_map(Row::headings) {
            if !seen.insert(column) {
                let what = format!("「{}」这一列出现了两次", column.heading());
                problems.push(Problem::new(self.place(heading_row, column), what).instead("只留一列"));
            }
        }
    }
}

impl Columns {
    pub(super) fn has(&self, column: Column) -> bool {
        self.index.contains_key(&column)
    }

    pub(super) fn cell<'a>(&self, row: &'a Row, column: Column) -> &'a Cell {
        self.index.get(&column).and_then(|at| row.cells.get(*at)).unwrap_or(&Cell::Empty)
    }
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Empty | Cell::Merged => true,
            Cell::Text(text) => super::cell::squeeze(text).is_empty(),
            Cell::Number(_) | Cell::Other => false,
        })
    }

    fn headings(&self) -> impl Iterator<Item = (usize, Column)> {
        self.cells.iter().enumerate().filter_map(|(at, cell)| match cell {
            Cell::Text(text) => Some((at, Column::parse(text)?)),
            Cell::Empty | Cell::Number(_) | Cell::Other | Cell::Merged => None,
        })
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.heading()).collect::<Vec<_>>().join("、")
}

impl std::fmt::Debug for Cell {
    /// Cells hold names and phones: only the kind prints.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text",
            Self::Number(_) => "Number",
            Self::Other => "Other",
            Self::Merged => "Merged",
        })
    }
}
