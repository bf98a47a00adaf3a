//! One cell of a roster: what spreadsheets do to numbers, put right where that is certain and refused where not.
//!
//! Knows no rows. Full-width digits, stray blanks and a trailing `.0` are mended; digits that a spreadsheet has
//! rounded away are not guessed. Start at [`student_number`] and [`phone`].

use unicode_normalization::UnicodeNormalization;

use super::sheet::Cell;
use crate::domain::people::{Channel, Gender, MobileNumber, PersonName, Relation, StudentId};

/// Why a cell cannot be read, and what to write instead.
#[derive(Debug)]
pub(super) struct Wrong(pub(super) &'static str, pub(super) &'static str);

/// A student's number, and whether the spreadsheet held it as a number.
pub(super) struct StudentNumber {
    pub(super) id: StudentId,
    pub(super) was_number: bool,
}

const NAME_CHARACTERS_MAX: usize = 30;
const ACCOUNT_BYTES_MAX: usize = 64;
const STUDENT_NUMBER_BYTES_MAX: usize = 32;
/// Spreadsheets keep fifteen digits of a number and turn the rest into zeros.
const EXACT_DIGITS: usize = 15;

const MERGED: Wrong = Wrong("是合并单元格", "取消合并，把内容填到每一行");
const NOT_TEXT: Wrong = Wrong("不是文字", "把单元格格式设为「文本」后重新填写");

/// Half width, without any blanks or invisible characters.
pub(super) fn squeeze(text: &str) -> String {
    let is_visible = |letter: &char| {
        let is_invisible = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}');
        !letter.is_whitespace() && !letter.is_control() && !is_invisible
    };
    text.nfkc().filter(is_visible).collect()
}

/// The cell as squeezed text; whole numbers without a decimal point.
pub(super) fn text(cell: &Cell) -> Result<String, Wrong> {
    match cell {
        Cell::Empty => Ok(String::new()),
        Cell::Text(text) => Ok(squeeze(text)),
        Cell::Number(number) => whole(*number).ok_or(NOT_TEXT),
        Cell::Other => Err(NOT_TEXT),
        Cell::Merged => Err(MERGED),
    }
}

/// A name (姓名); `None` when the cell is empty.
pub(super) fn name(cell: &Cell) -> Result<Option<PersonName>, Wrong> {
    let name = match cell {
        Cell::Text(text) => plain_name(text),
        Cell::Empty | Cell::Number(_) | Cell::Other | Cell::Merged => text(cell)?,
    };
    if name.chars().any(|letter| letter.is_ascii_digit()) {
        return Err(Wrong("姓名里有数字", "只写姓名；同名的孩子靠学号区分"));
    }
    if name.contains(['、', ',', '/', ';']) {
        return Err(Wrong("一格里写了几个人", "一格一个人；几位家长分几行写，学号相同"));
    }
    if name.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Wrong("姓名太长", "一格只写一个人的姓名"));
    }
    Ok((!name.is_empty()).then_some(PersonName(name)))
}

/// A name without stray blanks, with one kind of middle dot; the blank between Latin words stays.
fn plain_name(text: &str) -> String {
    let plain: String = text.nfkc().collect();
    let mut name = String::new();
    for word in plain.split_whitespace().map(squeeze) {
        let is_latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphabetic());
        if is_latin(name.chars().last()) && is_latin(word.chars().next()) {
            name.push(' ');
        }
        name.push_str(&word);
    }
    name.replace(['•', '・', '‧', '∙', '.'], "·")
}

/// A student's number (学号): letters, digits and hyphens.
pub(super) fn student_number(cell: &Cell) -> Result<StudentNumber, Wrong> {
    let written = text(cell)?;
    let without_zero = trailing_zero(&written);
    let was_number = matches!(cell, Cell::Number(_)) || without_zero.is_some();
    let number = without_zero.unwrap_or(&written);
    if number.is_empty() {
        return Err(Wrong("没有填学号", "每一行都要写学号；几位家长的几行写同一个学号"));
    }
    let paste_again = "把这一列设为「文本」，从原始名册重新粘贴学号";
    if is_scientific(number) {
        return Err(Wrong("学号变成了科学计数法，后面的数字已经丢失", paste_again));
    }
    if was_number && number.len() > EXACT_DIGITS {
        return Err(Wrong("学号是数字格式，表格只保留前 15 位，后面的已经丢失", paste_again));
    }
    let is_plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_plain || number.len() > STUDENT_NUMBER_BYTES_MAX {
        return Err(Wrong("学号只能是字母、数字和短横线，最多 32 位", "核对这一格"));
    }
    Ok(StudentNumber { id: StudentId(number.to_ascii_uppercase()), was_number })
}

/// A mobile number (手机); `None` when the cell is empty.
pub(super) fn phone(cell: &Cell) -> Result<Option<MobileNumber>, Wrong> {
    let written = text(cell)?;
    let written = trailing_zero(&written).unwrap_or(&written);
    if written.is_empty() {
        return Ok(None);
    }
    if is_scientific(written) {
        return Err(Wrong(
            "手机号变成了科学计数法，后面的数字已经丢失",
            "把这一列设为「文本」，重新填写 11 位手机号",
        ));
    }
    if written.contains(['/', '、', ',', ';']) {
        return Err(Wrong("一格里写了几个手机号", "一格一个手机号；几位家长分几行写，学号相同"));
    }
    let digits: String = written.chars().filter(|letter| !matches!(letter, '-' | '(' | ')' | '.')).collect();
    let digits = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
    let digits = if digits.len() == 13 { digits.strip_prefix("86").unwrap_or(digits) } else { digits };
    if let Ok(number) = MobileNumber::parse(digits) {
        return Ok(Some(number));
    }
    let is_landline = digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    Err(if is_landline {
        Wrong("是固定电话，不是手机号", "填写 11 位手机号，没有就留空")
    } else {
        Wrong("不是 11 位手机号", "填写 1 开头的 11 位手机号，没有就留空")
    })
}

/// An account with a platform in its canonical case; `None` when the cell is empty.
pub(super) fn account(cell: &Cell, channel: Channel) -> Result<Option<String>, Wrong> {
    const WRONG: Wrong = Wrong(
        "不是账号",
        "填写管理后台「通讯录」里的账号：字母或数字开头，只含字母、数字和 - _ . @，最多 64 位",
    );
    let account = text(cell)?;
    if account.is_empty() {
        return Ok(None);
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@');
    let starts_well = account.starts_with(|first: char| first.is_ascii_alphanumeric());
    let is_lost =
        is_scientific(&account) || (matches!(cell, Cell::Number(_)) && account.len() > EXACT_DIGITS);
    if !starts_well || account.len() > ACCOUNT_BYTES_MAX || !account.bytes().all(is_plain) || is_lost {
        return Err(WRONG);
    }
    Ok(Some(channel.canonical(&account)))
}

/// A gender (性别); `None` when the cell is empty.
pub(super) fn gender(cell: &Cell) -> Result<Option<Gender>, Wrong> {
    match text(cell)?.as_str() {
        "" => Ok(None),
        "女" | "女生" => Ok(Some(Gender::Girl)),
        "男" | "男生" => Ok(Some(Gender::Boy)),
        _ => Err(Wrong("性别只能是男或女", "写「男」或「女」，不清楚就留空")),
    }
}

/// What a guardian is to the child (关系), 家长 when nothing is said.
pub(super) fn relation(cell: &Cell) -> Result<Relation, Wrong> {
    let relation = text(cell)?;
    if relation.chars().count() > 10 {
        return Err(Wrong("关系太长", "写「妈妈」「爸爸」「奶奶」这样的称呼"));
    }
    Ok(Relation(if relation.is_empty() { "家长".to_owned() } else { relation }))
}

/// The digits before a trailing `.0`, which a spreadsheet adds when a number is exported as text.
fn trailing_zero(text: &str) -> Option<&str> {
    let (digits, zeros) = text.split_once('.')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0')).then_some(digits)
}

/// Whether a text is a number in scientific notation, such as `1.38E+10`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let is_exponent = exponent
        .strip_prefix(['+', '-'])
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    is_exponent && mantissa.parse::<f64>().is_ok()
}

/// A whole number that is not negative, in plain digits.
fn whole(number: f64) -> Option<String> {
    ((0.0..1e20).contains(&number) && number.fract() == 0.0).then(|| format!("{number:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_the_same_however_it_is_spaced() {
        for (written, want) in [
            ("李明", "李明"),
            (" 李\u{3000}明\u{200b} ", "李明"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
            ("Ａnna   Lee", "Anna Lee"),
        ] {
            let name = name(&Cell::Text(written.into())).unwrap();
            assert_eq!(name, Some(PersonName(want.into())), "{written}");
        }
    }

    #[test]
    fn a_phone_is_eleven_digits_whatever_stands_around_them() {
        for written in
            ["13800001111", "+86 138 0000 1111", "86-13800001111", "１３８００００１１１１", "13800001111.0"]
        {
            let phone = phone(&Cell::Text(written.into())).unwrap();
            assert_eq!(phone.as_ref().map(MobileNumber::as_str), Some("13800001111"), "{written}");
        }
        for number in [13_800_001_111.5, -13_800_001_111.0, 1.38e25, f64::NAN] {
            assert!(phone(&Cell::Number(number)).is_err(), "{number}");
        }
    }
}
