//! Which lines mentions are of.

use super::{Line, Lines, Set, groups};

#[test]
fn numbers_and_names_are_of_lines_or_wrong() {
    let lines = [
        Line { no: 1, names: vec!["陈小满"] },
        Line { no: 3, names: vec!["李小禾"] },
        Line { no: 4, names: vec!["王小雨"] },
        Line { no: 12, names: vec!["李小雨"] },
    ];
    for (text, want) in [
        ("3", Some(vec![1])),
        ("3号、4号", Some(vec![1, 2])),
        ("1-4", Some(vec![0, 1, 2])),
        ("十二号", Some(vec![3])),
        ("第3个", Some(vec![1])),
        ("3李小禾", Some(vec![1])),
        ("李小禾王小雨", Some(vec![1, 2])),
        ("小禾", Some(vec![1])),
        ("1.3.4", Some(vec![0, 1, 2])),
        ("小雨", None),
        ("3王小雨", None),
        ("5", None),
        ("3-1", None),
        ("赵小禾", None),
    ] {
        let found = groups(text, &Lines::of(&lines), &|_| None);
        let sets: Option<Vec<Set>> = found.into_iter().map(|group| group.lines).collect();
        let all: Option<Set> = sets.map(|sets| sets.into_iter().flatten().collect());
        assert_eq!(all, want.map(|lines: Vec<usize>| lines.into_iter().collect()), "{text}");
    }
    for text in ["3个", "5点", "周3", "1234", "3月", "17:30", "一起"] {
        assert!(groups(text, &Lines::of(&lines), &|_| None).is_empty(), "{text}");
    }
}
