//! Texts as a platform takes them: without control characters, and long ones in pieces.
//!
//! Pure; knows no platform, the caller brings the limit. Start at [`split_text`].

use unicode_segmentation::UnicodeSegmentation;

/// A text without control characters: in JSON they become `\uXXXX`, which platforms refuse.
pub(super) fn carried(text: &str) -> String {
    text.chars().filter(|&character| matches!(character, '\n' | '\t') || !character.is_control()).collect()
}

/// Cuts a text into pieces of at most `bytes_max` UTF-8 bytes, in order.
///
/// Cuts between lines where it can, otherwise after a full stop or comma in the second half of the piece, otherwise
/// between any two characters; never inside what people see as one character, unless that alone is too long. A line
/// break at a cut is left out, everything else stays: the pieces of a text without cuts between lines join to it.
///
/// Returns no piece for an empty text. A `bytes_max` below 4 is taken as 4, the longest single code point.
pub fn split_text(text: &str, bytes_max: usize) -> Vec<String> {
    let bytes_max = bytes_max.max(4);
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for line in text.split_inclusive('\n') {
        if piece.len() + line.trim_end_matches('\n').len() <= bytes_max {
            push_line(&mut piece, line, bytes_max, &mut pieces);
            continue;
        }
        finish(&mut piece, &mut pieces);
        let mut rest = line;
        while rest.trim_end_matches('\n').len() > bytes_max {
            let cut = cut_position(rest, bytes_max);
            let (head, tail) = rest.split_at(cut);
            pieces.push(head.to_owned());
            rest = tail;
        }
        push_line(&mut piece, rest, bytes_max, &mut pieces);
    }
    finish(&mut piece, &mut pieces);
    pieces
}

/// Adds a line that fits without its break; where the break does not fit, the piece ends there.
fn push_line(piece: &mut String, line: &str, bytes_max: usize, pieces: &mut Vec<String>) {
    if piece.len() + line.len() <= bytes_max {
        piece.push_str(line);
    } else {
        piece.push_str(line.trim_end_matches('\n'));
        finish(piece, pieces);
    }
}

/// Ends a piece, without the line break that the cut replaces.
fn finish(piece: &mut String, pieces: &mut Vec<String>) {
    let done = std::mem::take(piece);
    let trimmed = done.strip_suffix('\n').unwrap_or(&done);
    if !trimmed.is_empty() {
        pieces.push(trimmed.to_owned());
    }
}

/// Where to cut a line that is longer than `bytes_max`; above 0.
fn cut_position(line: &str, bytes_max: usize) -> usize {
    let mut any = 0;
    let mut after_stop = 0;
    for (start, grapheme) in line.grapheme_indices(true) {
        let end = start + grapheme.len();
        if end > bytes_max {
            break;
        }
        any = end;
        if matches!(grapheme, "。" | "！" | "？" | "；" | "，" | "、" | "." | "!" | "?" | ";" | "," | " ")
        {
            after_stop = end;
        }
    }
    if after_stop * 2 > bytes_max {
        return after_stop;
    }
    if any > 0 {
        return any;
    }
    // One single "character" of many code points is too long: cut between code points.
    (1..=bytes_max).rev().find(|&position| line.is_char_boundary(position)).unwrap_or(line.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_cut_between_lines_then_after_stops_then_between_characters() {
        let family = "👨‍👩‍👧";
        let families = family.repeat(3);
        for (text, bytes_max, want) in [
            ("", 10, vec![]),
            ("短", 10, vec!["短"]),
            ("一二\n三四", 6, vec!["一二", "三四"]),
            ("一二\n三四", 13, vec!["一二\n三四"]),
            ("一\n二\n三四", 9, vec!["一\n二", "三四"]),
            ("今天放学，在东门", 18, vec!["今天放学，", "在东门"]),
            ("一二三四", 7, vec!["一二", "三四"]),
            (&families, 20, vec![family; 3]),
            ("é̂", 4, vec!["é̂"]),
        ] {
            assert_eq!(split_text(text, bytes_max), want, "{text:?} in {bytes_max}");
        }
    }

    proptest! {
        #[test]
        fn pieces_fit_and_lose_only_line_breaks(text in "([a-z。，\n ]|[一-龥]|😀|👨‍👩‍👧){0,200}", bytes_max in 4_usize..80) {
            let pieces = split_text(&text, bytes_max);
            for piece in &pieces {
                prop_assert!(piece.len() <= bytes_max, "{} of {bytes_max}", piece.len());
                prop_assert!(!piece.is_empty());
            }
            let solid = |text: &str| text.replace('\n', "");
            prop_assert_eq!(solid(&pieces.concat()), solid(&text));
        }

        #[test]
        fn a_cut_never_parts_a_character_that_fits(text in "(👨‍👩‍👧|e\u{301}|课){1,60}") {
            let graphemes: Vec<&str> = text.graphemes(true).collect();
            let pieces = split_text(&text, 25);
            let again: Vec<&str> = pieces.iter().flat_map(|piece| piece.graphemes(true)).collect();
            prop_assert_eq!(graphemes, again);
        }
    }
}
