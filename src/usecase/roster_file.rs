//! Roster files (名册文件): opening `.xlsx` and `.csv` into the sheets that `domain::roster` reads.
//!
//! Knows file formats and encodings, not people. An `.xlsx` holds the sheets 学生 and 教职工; a `.csv` holds one of
//! them, told by its headings (学号 or 角色), so that two files can be given together or imported one after the
//! other. CSV may be UTF-8, with or without a mark, or GBK as Chinese spreadsheet programs write it. Start at
//! [`open`].

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};

use crate::domain::roster::{Cell, Row, STAFF_SHEET, STUDENTS_SHEET, Sheet, SheetKind, Sheets};
use crate::problem::{Place, Problem};

/// The largest file that is read; a roster of 20,000 students is about 3 MB.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The most rows of a sheet.
const ROWS_MAX: usize = 200_000;
/// The most columns of a sheet.
const COLUMNS_MAX: usize = 200;

/// Opens one or several files as one import.
///
/// # Errors
/// A problem for each file that cannot be opened or read, and for two files that list the same.
pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Sheets, Vec<Problem>> {
    let mut sheets = Sheets::default();
    let mut problems = Vec::new();
    for path in paths {
        let path = path.as_ref();
        let file = path.display().to_string();
        match read(path, &file).and_then(|bytes| parse(&file, &bytes)) {
            Ok(more) => add(&mut sheets, more, &file, &mut problems),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(sheets) } else { Err(problems) }
}

/// Reads the bytes of one file; `file` is its name in problems.
///
/// # Errors
/// Why this is no roster file, and how to make one.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Sheets, Problem> {
    const SAVE_AS: &str = "在 Excel 或 WPS 里打开，「另存为」.xlsx（不加密码）后再导入";
    if bytes.starts_with(b"PK") {
        return workbook(file, bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(problem(file, "是旧版表格（.xls、.et）或加了密码的表格").instead(SAVE_AS));
    }
    let extension = Path::new(file).extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if !["csv", "txt"].iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        return Err(problem(file, "不是 .xlsx 或 .csv 名册文件").instead(SAVE_AS));
    }
    let text = decode(file, bytes)?;
    let sheet = csv_sheet(file, &text)?;
    match sheet.kind() {
        Some(SheetKind::Students) => Ok(Sheets { students: Some(sheet), staff: None }),
        Some(SheetKind::Staff) => Ok(Sheets { students: None, staff: Some(sheet) }),
        None => Err(problem(file, "看不出是学生名册还是教职工名册")
            .instead("第一行写列名：学生名册要有「学号」，教职工名册要有「角色」")),
    }
}

fn read(path: &Path, file: &str) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => problem(file, "没有这个文件").instead("核对文件名和所在的文件夹"),
        std::io::ErrorKind::PermissionDenied => problem(file, "没有权限读取这个文件"),
        _ => problem(file, &format!("读不出来：{error}")),
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(problem(file, "不是文件").instead("写名册文件的完整名称"));
    }
    if about.len() > FILE_BYTES_MAX {
        return Err(problem(file, "文件超过 32 MB，不像名册").instead("删去图片和多余的工作表"));
    }
    std::fs::read(path).map_err(unreadable)
}

fn add(sheets: &mut Sheets, more: Sheets, file: &str, problems: &mut Vec<Problem>) {
    for (slot, sheet, name) in
        [(&mut sheets.students, more.students, STUDENTS_SHEET), (&mut sheets.staff, more.staff, STAFF_SHEET)]
    {
        if slot.is_some() && sheet.is_some() {
            problems.push(problem(file, &format!("「{name}」名册给了两份")).instead("一次只导入一份"));
        }
        *slot = sheet.or(slot.take());
    }
}

/// Finds the two sheets of a workbook, by name or, in a workbook of one sheet, by headings.
fn workbook(file: &str, bytes: &[u8]) -> Result<Sheets, Problem> {
    let broken = |_| {
        problem(file, "打不开，不是完整的 .xlsx 表格")
            .instead("在 Excel 或 WPS 里打开，另存为 .xlsx 后再导入")
    };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    let mut sheets = Sheets::default();
    for name in &names {
        let slot = match name.trim() {
            STUDENTS_SHEET => &mut sheets.students,
            STAFF_SHEET => &mut sheets.staff,
            _ => continue,
        };
        *slot = Some(book_sheet(file, &mut book, name)?);
    }
    if let ([only], None, None) = (names.as_slice(), &sheets.students, &sheets.staff) {
        let sheet = book_sheet(file, &mut book, only)?;
        match sheet.kind() {
            Some(SheetKind::Students) => sheets.students = Some(sheet),
            Some(SheetKind::Staff) => sheets.staff = Some(sheet),
            None => {}
        }
    }
    if sheets.students.is_none() && sheets.staff.is_none() {
        let what =
            format!("没有工作表「{STUDENTS_SHEET}」或「{STAFF_SHEET}」；有的工作表是：{}", names.join("、"));
        return Err(problem(file, &what).instead("把工作表改成这两个名字"));
    }
    Ok(sheets)
}

fn book_sheet(file: &str, book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Sheet, Problem> {
    let broken = |_| problem(file, &format!("工作表「{name}」读不出来")).instead("重新保存这个文件后再导入");
    let range = book.worksheet_range(name).map_err(broken)?;
    let merged = book.merge_cells_by_sheet_name(name).map_err(broken)?;
    if range.height() > ROWS_MAX || range.width() > COLUMNS_MAX {
        return Err(problem(file, &format!("工作表「{name}」太大，不像名册")).instead("删去多余的行和列"));
    }
    let mut sheet = Sheet { name: name.trim().to_owned(), rows: rows(&range) };
    for area in merged {
        let rows = sheet
            .rows
            .iter_mut()
            .filter(|row| (area.start.0..=area.end.0).contains(&as_index(row.number - 1)));
        for row in rows {
            let is_first_row = as_index(row.number - 1) == area.start.0;
            for column in area.start.1..=area.end.1 {
                let is_first = is_first_row && column == area.start.1;
                let cell = usize::try_from(column).ok().and_then(|column| row.cells.get_mut(column));
                if let Some(cell) = cell.filter(|_| !is_first) {
                    *cell = Cell::Merged;
                }
            }
        }
    }
    Ok(sheet)
}

/// The rows of a range, which begins at its first used cell, moved back to column A.
fn rows(range: &Range<Data>) -> Vec<Row> {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let as_size = |index: u32| usize::try_from(index).unwrap_or(usize::MAX);
    let row = |(at, cells): (usize, &[Data])| {
        let before = std::iter::repeat_n(Cell::Empty, as_size(first_column).min(COLUMNS_MAX));
        Row { number: as_size(first_row) + at + 1, cells: before.chain(cells.iter().map(cell)).collect() }
    };
    range.rows().enumerate().map(row).collect()
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) => Cell::Text(text.clone()),
        Data::Float(number) => Cell::Number(*number),
        Data::Int(number) => i32::try_from(*number).map_or(Cell::Other, |number| Cell::Number(number.into())),
        Data::Bool(_) | Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) | Data::Error(_) => {
            Cell::Other
        }
    }
}

fn as_index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The text of a CSV file in whichever encoding a Chinese computer wrote it.
fn decode(file: &str, bytes: &[u8]) -> Result<String, Problem> {
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let encoding = marked.unwrap_or(if is_utf8 { encoding_rs::UTF_8 } else { encoding_rs::GB18030 });
    let (text, _, is_broken) = encoding.decode(bytes);
    if is_broken || text.contains('\0') {
        return Err(problem(file, "文字编码读不懂").instead("另存为「CSV UTF-8」或 .xlsx 后再导入"));
    }
    Ok(text.into_owned())
}

fn csv_sheet(file: &str, text: &str) -> Result<Sheet, Problem> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |separator: char| first.matches(separator).count();
    let separator = if count('\t') > count(',') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record =
            record.map_err(|_| problem(file, "不是完整的 CSV 文件").instead("另存为 .xlsx 后再导入"))?;
        if rows.len() >= ROWS_MAX || record.len() > COLUMNS_MAX {
            return Err(problem(file, "行或列太多，不像名册").instead("删去多余的行和列"));
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell =
            |text: &str| if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
        rows.push(Row {
            number: usize::try_from(line).unwrap_or(0),
            cells: record.iter().map(cell).collect(),
        });
    }
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
    Ok(Sheet { name: name.to_owned(), rows })
}

fn problem(file: &str, what: &str) -> Problem {
    Problem::new(Place::File(file.to_owned()), what)
}

#[cfg(test)]
mod tests;
