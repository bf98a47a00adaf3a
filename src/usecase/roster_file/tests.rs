//! Files as schools save them: encodings, headings, merged cells, two files for one import.

use super::*;

const STUDENTS: &str = "年级,班级,学号,姓名,性别,家长姓名,关系,手机,企业微信账号,钉钉账号\n\
                        一年级,1班,20260101,李小禾,女,李明,爸爸,13800001111,g100001,\n";

fn students(bytes: &[u8]) -> Sheet {
    parse("学生.csv", bytes).unwrap().students.unwrap()
}

#[test]
fn a_csv_reads_the_same_in_every_encoding_that_schools_save() {
    let plain = students(STUDENTS.as_bytes());
    assert_eq!(plain.rows.len(), 2);
    assert_eq!((plain.rows[1].number, &plain.rows[1].cells[3]), (2, &Cell::Text("李小禾".into())));
    assert_eq!(plain.rows[1].cells[9], Cell::Empty);
    let marked = [&[0xef, 0xbb, 0xbf], STUDENTS.as_bytes()].concat();
    let gbk = encoding_rs::GBK.encode(STUDENTS).0.into_owned();
    let unicode: Vec<u8> = [0xfe_ff]
        .into_iter()
        .chain(STUDENTS.replace(',', "\t").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [("utf-8 with a mark", marked), ("gbk", gbk), ("utf-16", unicode)] {
        assert_eq!(students(&bytes), plain, "{name}");
    }
}

#[test]
fn a_csv_is_told_by_its_headings() {
    let staff =
        parse("a.csv", "姓名,角色,班级,手机\n王芳,班主任,一年级1班,13800001112\n".as_bytes()).unwrap();
    assert!(staff.students.is_none() && staff.staff.is_some());
}

#[test]
fn a_file_of_another_kind_is_told_what_to_do() {
    let mut told = Vec::new();
    let empty_book = rust_xlsxwriter::Workbook::new().save_to_buffer().unwrap();
    for (file, bytes) in [
        ("名册.xls", [0xd0, 0xcf, 0x11, 0xe0, 0, 0].as_slice()),
        ("名册.pdf", b"%PDF-1.7"),
        ("名册.xlsx", b"PK\x03\x04 not a workbook"),
        ("名册.csv", "说明\n没有列名\n".as_bytes()),
        ("名册.csv", &[0xff, 0x00, 0x81, 0x00, 0x00]),
        ("空.xlsx", &empty_book),
    ] {
        told.push(parse(file, bytes).unwrap_err().to_string());
    }
    told.push(open(&["没有这个文件.xlsx"]).unwrap_err()[0].to_string());
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn two_files_make_one_import_unless_they_list_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let students = write("学生.csv", STUDENTS);
    let staff = write("教职工.csv", "姓名,角色,班级,手机\n王芳,班主任,一年级1班,13800001112\n");
    let both = open(&[&students, &staff]).unwrap();
    assert!(both.students.is_some() && both.staff.is_some());
    let problems = open(&[&students, &students]).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].what.contains("两份"));
}

#[test]
fn merged_cells_and_an_offset_table_keep_their_rows_and_columns() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("学生").unwrap();
    sheet.write(2, 1, "班级").unwrap();
    sheet.write(2, 2, "学号").unwrap();
    sheet.merge_range(3, 1, 4, 1, "一年级1班", &rust_xlsxwriter::Format::new()).unwrap();
    sheet.write(3, 2, "20260101").unwrap();
    sheet.write(4, 2, 20_260_102).unwrap();
    let read = parse("a.xlsx", &book.save_to_buffer().unwrap()).unwrap().students.unwrap();
    let numbers: Vec<usize> = read.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [3, 4, 5]);
    assert_eq!(
        read.rows[1].cells,
        [Cell::Empty, Cell::Text("一年级1班".into()), Cell::Text("20260101".into())]
    );
    assert_eq!(read.rows[2].cells, [Cell::Empty, Cell::Merged, Cell::Number(20_260_102.0)]);
}
