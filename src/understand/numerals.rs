//! Numerals (数词): Arabic and Chinese whole numbers at a place in a text.
//!
//! Start at [`number_at`].

/// No number that anybody means has more characters.
pub(super) const CHARS_MAX: usize = 8;

/// The whole number that starts at this byte, and the byte after it.
///
/// Reads Arabic digits (`17`), Chinese numbers (`十七`, `二十三`, `廿三`, `一百零二`) and Chinese digits one by one (`二零三`).
pub(super) fn number_at(text: &str, start: usize) -> Option<(u32, usize)> {
    let rest = text.get(start..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return rest.get(..digits)?.parse().ok().map(|n| (n, start + digits));
    }
    let is_part = |c: &char| digit(*c).is_some() || unit(*c).is_some();
    let length: usize = rest.chars().take(CHARS_MAX + 1).take_while(is_part).map(char::len_utf8).sum();
    chinese(rest.get(..length)?).map(|n| (n, start + length))
}

/// The value of a Chinese digit; 俩 and 仨 hold their measure word.
pub(super) fn digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<u32> {
    match c {
        '十' | '拾' => Some(10),
        '廿' => Some(20),
        '卅' => Some(30),
        '百' => Some(100),
        _ => None,
    }
}

/// A number in Chinese characters, and nothing else.
pub(super) fn chinese(word: &str) -> Option<u32> {
    if word.is_empty() || word.chars().nth(CHARS_MAX).is_some() {
        return None;
    }
    if word.chars().all(|c| unit(c).is_none()) {
        return word.chars().try_fold(0_u32, |n, c| n.checked_mul(10)?.checked_add(digit(c)?));
    }
    let (mut total, mut last) = (0, None);
    for c in word.chars() {
        match (digit(c), unit(c)) {
            (Some(0), _) => last = None,
            (Some(d), _) if last.is_none() => last = Some(d),
            (_, Some(u @ (20 | 30))) if last.is_none() => total += u,
            (_, Some(u)) => total += last.take().unwrap_or(1) * u,
            _ => return None,
        }
    }
    Some(total + last.unwrap_or(0))
}

/// A well-formed whole number below ten thousand in Chinese characters: 十二, 一百零二, 一千二百. Digits in a row (三五) and
/// what is said shorter than it is (一百二) are none.
pub(super) fn strict(word: &str) -> Option<u32> {
    let (mut total, mut unit_before, mut digit_before, mut is_zero) = (0, 10_000, None, false);
    for c in word.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '零' if digit_before.is_none() && total > 0 && !is_zero => {
                is_zero = true;
                continue;
            }
            _ => {
                let value = digit(c).filter(|d| *d > 0)?;
                if digit_before.replace(value).is_some() {
                    return None;
                }
                continue;
            }
        };
        // 一百零十 and 十百 are none; 十二 begins without its 一.
        let is_bare_ten = unit == 10 && total == 0 && !is_zero;
        let value = digit_before.take().or_else(|| is_bare_ten.then_some(1))?;
        let skips = unit_before / unit > 10 && total > 0;
        if unit >= unit_before || skips != is_zero {
            return None;
        }
        (total, unit_before, is_zero) = (total + value * unit, unit, false);
    }
    let Some(last) = digit_before else { return (total > 0 && !is_zero).then_some(total) };
    ((unit_before > 10 && total > 0) == is_zero).then_some(total + last)
}

#[cfg(test)]
mod tests {
    use super::{number_at, strict};

    #[test]
    fn only_well_formed_numbers_are_strict() {
        for (word, want) in [
            ("三", Some(3)),
            ("十", Some(10)),
            ("十二", Some(12)),
            ("二十三", Some(23)),
            ("一百二十八", Some(128)),
            ("一百零二", Some(102)),
            ("一百一十", Some(110)),
            ("一千零五", Some(1005)),
            ("两千三百", Some(2300)),
            ("三五", None),
            ("十二十五", None),
            ("一百二", None),
            ("百", None),
            ("零", None),
            ("", None),
        ] {
            assert_eq!(strict(word), want, "{word}");
        }
    }

    #[test]
    fn numbers_are_read_in_both_scripts() {
        for (text, want) in [
            ("17点", Some((17, 2))),
            ("二十三号", Some((23, 9))),
            ("十七", Some((17, 6))),
            ("廿三", Some((23, 6))),
            ("二零三班", Some((203, 9))),
            ("两点", Some((2, 3))),
            ("一百零二", Some((102, 12))),
            ("五一二十", None),
            ("点", None),
            ("99999999999", None),
        ] {
            assert_eq!(number_at(text, 0), want, "{text}");
        }
    }
}
