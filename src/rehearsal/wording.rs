//! Wording (措辞): whether the bot said what a script claims, and what it said by chance.
//!
//! `…` stands for anything; `{码}` keeps a code under a name, so that somebody can say it again. Start at [`matches()`] and
//! [`Kept`].

use std::collections::BTreeMap;

/// What is drawn by chance, by the words before it, and what a transcript shows in its place each time.
const CODES: [(&str, &str); 2] = [("回执码 ", "K3M9AC"), ("取人码 ", "135790")];

/// Words that were said by chance, by the names that a story gives them.
#[derive(Debug, Default)]
pub(super) struct Kept(BTreeMap<String, String>);

impl Kept {
    /// A script's words with what is kept in the place of its name.
    pub(super) fn fill(&self, words: &str) -> String {
        let fill =
            |words: String, (name, kept): (&String, &String)| words.replace(&format!("{{{name}}}"), kept);
        self.0.iter().fold(words.to_owned(), fill)
    }

    /// Keeps what the bot said where a line of the script has a new name; returns the line with everything filled in.
    pub(super) fn learn(&mut self, wanted: &str, words: &str) -> String {
        let words = flat(words);
        let mut filled = flat(&self.fill(wanted));
        // Bound: each round fills one name in.
        while let Some((name, kept)) = new_name(&filled, &words) {
            self.0.insert(name, kept);
            filled = self.fill(&filled);
        }
        filled
    }
}

/// The first name in a line that is not filled in, with the letters and digits that stand in its place.
fn new_name(line: &str, words: &str) -> Option<(String, String)> {
    let (before, rest) = line.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    let before = before.rsplit('…').next().unwrap_or_default();
    let (_, after) = words.split_once(before)?;
    let kept: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!kept.is_empty()).then(|| (name.to_owned(), kept))
}

/// Whether words are those of the script; `…` stands for anything, and line breaks are blanks.
pub(super) fn matches(wanted: &str, words: &str) -> bool {
    let (wanted, words) = (flat(wanted), flat(words));
    let pieces: Vec<_> = wanted.split('…').map(str::trim).collect();
    let [first, middle @ .., last] = pieces.as_slice() else { return wanted == words };
    let Some(mut rest) = words.strip_prefix(first) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// In one line.
pub(super) fn flat(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is drawn by chance looks the same in each transcript.
pub(super) fn without_codes(words: &str) -> String {
    CODES.iter().fold(words.to_owned(), |words, (mark, shown)| with_code_as(&words, mark, shown))
}

/// The words with `…` in the place of what is drawn by chance.
pub(super) fn with_codes_open(words: &str) -> String {
    CODES.iter().fold(words.to_owned(), |words, (mark, _)| with_code_as(&words, mark, "…"))
}

fn with_code_as(words: &str, mark: &str, code_shown: &str) -> String {
    let mut shown = String::new();
    let mut rest = words;
    while let Some(at) = rest.find(mark) {
        let (before, after) = rest.split_at(at + mark.len());
        shown.push_str(before);
        let is_code = |character: &char| character.is_ascii_alphanumeric();
        let code: usize = after.chars().take_while(is_code).map(char::len_utf8).sum();
        shown.push_str(if code > 0 { code_shown } else { "" });
        rest = after.get(code..).unwrap_or_default();
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipsis_stands_for_anything_and_a_line_break_is_a_blank() {
        for (wanted, words, want) in [
            ("好的", "好的", true),
            ("好的", "好的！", false),
            ("好的…", "好的！小禾参加", true),
            ("…参加", "好的！小禾参加", true),
            ("…参加", "好的！小禾参加，参加", true),
            ("好…小禾…加", "好的！小禾参加", true),
            ("好…小苗…加", "好的！小禾参加", false),
            ("…", "随便什么", true),
            ("1 对 2 要改", "1 对\n  2 要改", true),
            ("好的…参加", "好的", false),
            ("您先…好吗？", "您先说，好吗？好吗", false),
        ] {
            assert_eq!(matches(wanted, words), want, "{wanted} / {words}");
        }
    }

    #[test]
    fn a_transcript_shows_the_same_codes_each_time() {
        assert_eq!(without_codes("回执码 QWERTY。再见"), "回执码 K3M9AC。再见");
        assert_eq!(without_codes("取人码 204816，"), "取人码 135790，");
        assert_eq!(without_codes("没有"), "没有");
    }

    #[test]
    fn a_code_is_kept_and_said_again() {
        let mut kept = Kept::default();
        let said = "办好了。\n取人码 204816，只能用一次。";
        assert!(matches(&kept.learn("…取人码 {码}，只能…", said), said));
        assert_eq!(kept.fill("1号舅舅接走了，码{码}"), "1号舅舅接走了，码204816");
        let other = "取人码 111111，只能用一次。";
        assert!(!matches(&kept.learn("取人码 {码}，…", other), other));
        assert_eq!(kept.learn("没有 {码二}", "没有 这个"), "没有 {码二}");
    }
}
