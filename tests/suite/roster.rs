//! Broken rosters: one workbook for each mistake that schools make, and what the importer says to it.
//!
//! The workbooks are made here and read like a school's own file, so that merged cells and number formats are real.

use std::fmt::Write as _;

use kehou::domain::people::{ClassId, Grade};
use kehou::domain::roster::{Roster, diff, read};
use kehou::ids::Ids;
use kehou::usecase::roster_file;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

const STUDENTS: [&str; 10] =
    ["年级", "班级", "学号", "姓名", "性别", "家长姓名", "关系", "手机", "企业微信账号", "钉钉账号"];
const STAFF: [&str; 6] = ["姓名", "角色", "班级", "手机", "企业微信账号", "钉钉账号"];
const SOUND: [[&str; 10]; 3] = [
    ["三年级", "1班", "20240101", "李小禾", "女", "王芳", "妈妈", "13800010001", "g100001", ""],
    ["三年级", "1班", "20240101", "李小禾", "女", "李明", "爸爸", "13800010002", "g100002", ""],
    ["三年级", "2班", "20240201", "周安", "男", "周平", "爸爸", "13800010003", "g100003", ""],
];
const SOUND_STAFF: [[&str; 6]; 2] = [
    ["沈若琳", "校长", "", "13800000101", "t-shen-01", ""],
    ["陆文静", "班主任", "三年级1班", "13800000102", "t-lu-02", ""],
];

/// A change to a sound workbook's students' and staff's sheets.
type Change = fn(&mut Worksheet, &mut Worksheet);

fn workbook(change: Change) -> Vec<u8> {
    let (mut students, mut staff) = (Worksheet::new(), Worksheet::new());
    students.set_name("学生").unwrap();
    staff.set_name("教职工").unwrap();
    fill(&mut students, &STUDENTS, &SOUND);
    fill(&mut staff, &STAFF, &SOUND_STAFF);
    change(&mut students, &mut staff);
    let mut book = Workbook::new();
    book.push_worksheet(students);
    book.push_worksheet(staff);
    book.save_to_buffer().unwrap()
}

fn fill<const N: usize>(sheet: &mut Worksheet, headings: &[&str; N], rows: &[[&str; N]]) {
    for (row, cells) in (0..).zip(std::iter::once(headings).chain(rows)) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
}

/// Writes a text into a cell, by its row as the spreadsheet program shows it and its column.
fn text(sheet: &mut Worksheet, row: u32, column: u16, text: &str) {
    // An empty text would leave the cell as it was.
    sheet.write_string(row - 1, column, if text.is_empty() { " " } else { text }).unwrap();
}

fn number(sheet: &mut Worksheet, row: u32, column: u16, number: f64) {
    sheet.write_number(row - 1, column, number).unwrap();
}

fn import(bytes: &[u8]) -> Result<Roster, String> {
    let classes: Vec<ClassId> = (1..=6)
        .flat_map(|grade| (1..=12).map(move |number| ClassId { grade: Grade::School(grade), number }))
        .collect();
    let told = |problems: Vec<kehou::problem::Problem>| {
        problems.iter().fold(String::new(), |mut told, problem| {
            writeln!(told, "{problem}").unwrap();
            told
        })
    };
    let sheets = roster_file::parse("名册.xlsx", bytes).map_err(|problem| told(vec![problem]))?;
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    read(&sheets, &classes, &Roster::default(), &Ids::seeded(1), now).map_err(told)
}

/// Mistakes of numbers and of single cells.
const CELLS: &[(&str, Change)] = &[
    ("学号丢了前导零", |students, _| {
        text(students, 2, 2, "00240101");
        number(students, 3, 2, 240_101.0);
    }),
    ("学号变成科学计数法", |students, _| text(students, 4, 2, "2.0240201E+7")),
    ("学号超过十五位被改写", |students, _| number(students, 4, 2, 371_002_202_402_010_123.0)),
    ("学号有别的字符", |students, _| text(students, 4, 2, "2024/0201")),
    ("没有学号", |students, _| text(students, 4, 2, " ")),
    ("手机变成科学计数法", |students, _| text(students, 4, 7, "1.38E+10")),
    ("手机少一位", |students, _| text(students, 4, 7, "1380001000")),
    ("手机是数字且少一位", |students, _| number(students, 4, 7, 1_380_001_000.0)),
    ("固定电话", |students, _| text(students, 4, 7, "0531-88880000")),
    ("一格两个手机", |students, _| text(students, 4, 7, "13800010003/13800010004")),
    ("账号写了中文", |students, _| text(students, 4, 8, "周平")),
    ("性别写错", |students, _| text(students, 4, 4, "未知")),
    ("姓名里有数字", |students, _| text(students, 4, 3, "周安2")),
    ("一格两位家长", |students, _| text(students, 4, 5, "周平、赵敏")),
    ("没有姓名", |students, _| text(students, 4, 3, "\u{3000}")),
    ("有手机没有家长姓名", |students, _| text(students, 4, 5, "")),
    ("日期在学号里", |students, _| {
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 2, 1).unwrap();
        students
            .write_datetime_with_format(3, 2, &date, &Format::new().set_num_format("yyyy-mm-dd"))
            .unwrap();
    }),
    ("合并单元格", |students, _| {
        students.merge_range(1, 1, 2, 1, "1班", &Format::new()).unwrap();
    }),
];

/// Mistakes of classes, roles and whole sheets.
const SHEETS: &[(&str, Change)] = &[
    ("没有这个班", |students, _| text(students, 4, 1, "13班")),
    ("年级与班级不一致", |students, _| text(students, 4, 1, "四(2)班")),
    ("只写了班号", |students, _| text(students, 4, 0, "")),
    ("看不懂的年级", |students, _| text(students, 4, 0, "2024级")),
    ("看不懂的班级", |students, _| text(students, 4, 1, "向阳班")),
    ("没有班级", |students, _| text(students, 4, 1, "")),
    ("缺一列", |students, _| text(students, 1, 2, "学籍辅号")),
    ("两列同名", |students, _| text(students, 1, 9, "手机")),
    ("列名都不认识", |students, _| {
        for column in 0..10 {
            text(students, 1, column, "甲");
        }
    }),
    ("不认识的角色", |_, staff| text(staff, 3, 1, "科任教师")),
    ("班主任没有班级", |_, staff| text(staff, 3, 2, "")),
    ("教职工没有联系方式", |_, staff| {
        text(staff, 3, 3, "");
        text(staff, 3, 4, "");
    }),
];

/// Rows that contradict one another.
const PEOPLE: &[(&str, Change)] = &[
    ("两个孩子一个学号", |students, _| text(students, 4, 2, "20240101")),
    ("同一个孩子两个班", |students, _| text(students, 3, 1, "2班")),
    ("同一个孩子两种性别", |students, _| text(students, 3, 4, "男")),
    ("同一个账号两个姓名", |students, _| text(students, 4, 8, "G100001")),
    ("同一个手机两个姓名", |students, _| text(students, 4, 7, "13800010001")),
    ("同一个账号两个手机", |students, _| {
        text(students, 4, 5, "王芳");
        text(students, 4, 8, "g100001");
    }),
    ("同一个手机两个账号", |students, _| {
        text(students, 4, 5, "王芳");
        text(students, 4, 7, "13800010001");
    }),
    ("同一位家长写了两行", |students, _| {
        for (column, cell) in [(5, "王芳"), (7, "13800010001"), (8, "g100001")] {
            text(students, 3, column, cell);
        }
    }),
    ("家长与教师同一个账号两个姓名", |_, staff| text(staff, 3, 4, "g100003")),
];

#[test]
fn each_mistake_is_told_with_its_sheet_row_and_column() {
    assert!(import(&workbook(|_, _| ())).is_ok(), "the sound workbook");
    for (name, table) in [("cells", CELLS), ("sheets", SHEETS), ("people", PEOPLE)] {
        let mut told = String::new();
        for (mistake, change) in table {
            let problems = import(&workbook(*change)).expect_err(mistake);
            writeln!(told, "{mistake}\n{}", problems.trim_end()).unwrap();
        }
        insta::assert_snapshot!(name, told);
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_sheets() {
    let problems = import(&workbook(|students, staff| {
        text(students, 4, 7, "138");
        text(students, 3, 1, "向阳班");
        text(students, 2, 4, "无");
        text(staff, 2, 1, "门卫");
    }));
    let told = problems.unwrap_err();
    assert_eq!(told.matches("工作表").count(), 4, "{told}");
}

#[test]
fn a_title_above_the_headings_and_empty_rows_do_no_harm() {
    let mut sheet = Worksheet::new();
    sheet.set_name("学生").unwrap();
    sheet.merge_range(0, 0, 0, 9, "2026年秋季学期学生名册", &Format::new()).unwrap();
    for (row, cells) in (2..).zip(std::iter::once(&STUDENTS).chain(&SOUND)) {
        for (column, cell) in (0..).zip(cells) {
            // Every second row stays empty.
            let row = if row == 2 { 2 } else { row * 2 };
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    let mut book = Workbook::new();
    book.push_worksheet(sheet);
    let roster = import(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(roster.on_roll().count(), 2);
}

#[test]
fn an_empty_sheet_and_a_sheet_of_headings_are_told() {
    let mut told = String::new();
    for rows in [0, 1] {
        let mut sheet = Worksheet::new();
        sheet.set_name("学生").unwrap();
        if rows == 1 {
            fill(&mut sheet, &STUDENTS, &[]);
        }
        let mut book = Workbook::new();
        book.push_worksheet(sheet);
        told += &import(&book.save_to_buffer().unwrap()).unwrap_err();
    }
    insta::assert_snapshot!("empty", told);
}

#[test]
fn the_example_school_is_imported_from_its_file_and_told_in_few_lines() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config/example-school/roster.xlsx");
    let roster = import(&std::fs::read(path).unwrap()).unwrap();
    let text = diff(&Roster::default(), &roster).render();
    assert!(text.starts_with("在册学生 0 → 1,200 名\n新增学生 1,200 名\n"), "{text}");
    assert!(text.contains("……还有 1,180 名\n") && text.contains("没有一位家长联系得上 13 名学生"), "{text}");
    assert_eq!(diff(&roster, &roster).render().lines().next(), Some("名册没有变化，在册学生 1,200 名。"));
}
