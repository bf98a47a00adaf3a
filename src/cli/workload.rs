//! `kehou workload`: what each member of staff did in a month (工作量, R18), as a table or as a spreadsheet.
//!
//! Start at [`run`].

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{Datelike as _, NaiveDate};
use clap::Args;
use comfy_table::Cell;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, Shared, print};
use crate::clock::{Clock as _, SystemClock};
use crate::domain::calendar;
use crate::usecase::office::{Answer, Request};
use crate::usecase::workload::{MonthlyWorkload, NamedRow};

const HEADINGS: [&str; 8] =
    ["姓名", "身份", "天数", "场次", "照看人次", "交接人次", "分钟", "放学后多陪的分钟"];

/// Arguments of `kehou workload`.
#[derive(Debug, Args)]
pub(super) struct WorkloadArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// The month, such as 2026-11; this one when left out
    #[arg(long, value_name = "MONTH", value_parser = month)]
    month: Option<NaiveDate>,
    /// Write it into this new spreadsheet
    #[arg(long, value_name = "FILE.xlsx")]
    out: Option<PathBuf>,
}

pub(super) fn run(shared: &Shared, args: &WorkloadArgs) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let school = office.school(&args.school)?;
    let month = args.month.unwrap_or_else(|| calendar::local(SystemClock.now()).date());
    let answer = office.ask("统计", &Request::Workload { school, month })?;
    let Answer::Workload(workload) = &answer else { return Err(unexpected()) };
    if let Some(path) = &args.out {
        write(path, workload)?;
    }
    if shared.json {
        print_json(&answer)?;
    } else {
        print_table(workload)?;
    }
    Ok(Exit::Done)
}

fn month(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
    day.map_err(|_| "write year and month, such as 2026-11".to_owned())
}

fn print_table(workload: &MonthlyWorkload) -> std::io::Result<()> {
    let month = format!("{}年{}月", workload.month.year(), workload.month.month());
    if workload.rows.is_empty() {
        return print::line(&format!("{month}没有点名和交接的记录。"));
    }
    let mut table = print::table(&HEADINGS);
    for row in &workload.rows {
        let names = [row.name.0.as_str(), office_of(row)].map(Cell::new);
        table.add_row(names.into_iter().chain(figures(row).map(print::figure)).collect::<Vec<_>>());
    }
    print::line(&table.to_string())?;
    print::line(&format!("{month}，按点名和交接自动统计。"))
}

fn office_of(row: &NamedRow) -> &'static str {
    if row.row.is_volunteer { "志愿者" } else { "教职工" }
}

fn figures(row: &NamedRow) -> [u32; 6] {
    let work = row.row.work;
    [row.row.days, work.sessions, work.children, work.handovers, work.minutes, work.late_minutes]
}

/// Writes the rows into a file that is not there yet.
fn write(path: &Path, workload: &MonthlyWorkload) -> anyhow::Result<()> {
    let bytes = sheet(workload).context("the spreadsheet cannot be made")?;
    let mut file = File::create_new(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(&bytes).with_context(|| format!("cannot write {}", path.display()))?;
    print::note(&format!("工作量已写入 {}。", path.display()));
    Ok(())
}

fn sheet(workload: &MonthlyWorkload) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(workload.month.format("%Y-%m").to_string())?;
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, heading, &Format::new().set_bold())?;
    }
    for (line, row) in (1..).zip(&workload.rows) {
        sheet.write_string(line, 0, &row.name.0)?;
        sheet.write_string(line, 1, office_of(row))?;
        for (column, figure) in (2..).zip(figures(row)) {
            sheet.write_number(line, column, figure)?;
        }
    }
    sheet.autofit();
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader as _, Xlsx};

    use super::*;
    use crate::domain::people::PersonName;
    use crate::domain::workload::{MonthRow, Work};

    #[test]
    fn a_month_is_named_by_year_and_month() {
        assert_eq!(month("2026-11").unwrap(), NaiveDate::from_ymd_opt(2026, 11, 1).unwrap());
        for wrong in ["2026", "2026-13", "11", "2026-11-03", "十一月"] {
            assert!(month(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_spreadsheet_holds_a_row_for_each_person() {
        let work = Work { sessions: 3, minutes: 380, children: 90, handovers: 88, late_minutes: 25 };
        let row = MonthRow { person: "t1".into(), is_volunteer: false, days: 3, work };
        let rows = vec![NamedRow { name: PersonName("刘晓岚".to_owned()), row }];
        let bytes =
            sheet(&MonthlyWorkload { month: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(), rows }).unwrap();
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("2026-11").unwrap();
        let rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(|cell: &Data| cell.to_string()).collect()).collect();
        assert_eq!(rows[0], HEADINGS);
        assert_eq!(rows[1], ["刘晓岚", "教职工", "3", "3", "90", "88", "380", "25"]);
    }
}
