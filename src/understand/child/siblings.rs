//! Siblings (手足): children told together by what they are to each other: 兄弟俩, 三姐妹, 兄妹两个.
//!
//! Start at [`siblings`]; [`words_of`] lists how they are said.

use super::super::ChildOption;
use super::Set;

/// What siblings are to each other, from the elder to the younger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bond {
    /// 兄弟.
    Brothers,
    /// 姐妹.
    Sisters,
    /// 兄妹.
    BrotherAndSister,
    /// 姐弟.
    SisterAndBrother,
}

impl Bond {
    fn names(self) -> &'static [&'static str] {
        match self {
            Bond::Brothers => &["兄弟", "弟兄", "哥弟"],
            Bond::Sisters => &["姐妹", "姊妹"],
            Bond::BrotherAndSister => &["兄妹", "哥妹"],
            Bond::SisterAndBrother => &["姐弟", "姊弟"],
        }
    }
}

/// How a bond is said of so many children; 0 where no number is said.
pub(super) fn words_of(bond: Bond, count: usize) -> String {
    let (before, after): (&[&str], &[&str]) = match count {
        0 => (&[], &["", "们"]),
        2 => (&["两", "俩", "俩个", "两个"], &["俩", "俩个", "两", "两个", "两人", "二人", "两个人", "俩人"]),
        3 => (&["三", "仨", "三个"], &["仨", "三", "三个", "三人", "三个人"]),
        _ => (&["四", "四个"], &["四", "四个", "四人", "四个人"]),
    };
    let mut words = String::new();
    for name in bond.names() {
        for number in before {
            words.extend([number, name, " "]);
        }
        for number in after {
            words.extend([name, number, " "]);
        }
    }
    match (bond, count) {
        (Bond::Brothers, 2) => words.push_str("哥俩 哥儿俩 哥两个 小哥俩"),
        (Bond::Sisters, 2) => words.push_str("姐俩 姐儿俩 姐两个 小姐俩"),
        (Bond::Brothers, 3) => words.push_str("哥仨 哥儿仨"),
        (Bond::Sisters, 3) => words.push_str("姐仨 姐儿仨"),
        _ => {}
    }
    words
}

/// The children of a bond, as many as were counted; `None` where it does not say which.
pub(super) fn siblings(bond: Bond, count: usize, children: &[ChildOption]) -> Option<Set> {
    // Where the sex of a child is unknown, it may be either.
    let may_be = |i: usize, girl: bool| children.get(i).is_some_and(|c| c.is_girl != Some(!girl));
    let everyone: Set = (0..children.len()).collect();
    let (elder, younger) = match bond {
        Bond::Brothers | Bond::Sisters => {
            let girls = bond == Bond::Sisters;
            let set: Set = (0..children.len()).filter(|i| may_be(*i, girls)).collect();
            return (set.len() > 1 && (count == 0 || set.len() == count)).then_some(set);
        }
        Bond::BrotherAndSister => (false, true),
        Bond::SisterAndBrother => (true, false),
    };
    if count == 0 || count == children.len() {
        return (children.len() > 1).then_some(everyone);
    }
    let pairs = (0..children.len()).flat_map(|i| (i + 1..children.len()).map(move |j| (i, j)));
    let mut fitting = pairs.filter(|(i, j)| count == 2 && may_be(*i, elder) && may_be(*j, younger));
    let (i, j) = fitting.next()?;
    fitting.next().is_none().then(|| Set::from([i, j]))
}
