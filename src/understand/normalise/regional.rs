//! Regional words (方言): the common word for each, put in its place before anything is read.
//!
//! 唔参加 → 不参加. Start at [`dialect`].

use std::borrow::Cow;
use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

/// Words that differ only by region, and characters that stand for others by sight or in accounts (夭, 伍点): the common word
/// of each, and its others.
static REGIONAL: LazyLock<Lexicon<&str>> = LazyLock::new(|| {
    Lexicon::new(
        &[
            ("没有", "莫得 木有 么得 冇得 冇有"),
            ("参加", "叁加"),
            ("三点", "叁点"),
            ("四点", "肆点"),
            ("五点", "伍点"),
            ("六点", "陆点"),
            ("七点", "柒点"),
            ("天", "夭"),
            ("参与", "叁与"),
            ("什么", "啥子 么子 咩"),
            ("怎么", "啷个 咋个"),
            ("没", "冇 呒没"),
            ("没有", "冒得 呒得"),
            ("没想好", "冒想好"),
            ("没定", "冒定"),
            ("没决", "冒决"),
            ("没商量", "冒商量"),
            ("没考虑", "冒考虑"),
            ("别", "嫑"),
            ("不要", "唔好 覅 伐要 毋要 毋爱"),
            ("不去", "伐去 毋去"),
            ("不参加", "伐参加 毋参加"),
            ("不报", "伐报 毋报"),
            ("不上", "伐上 毋上"),
            ("不来", "伐来"),
            ("不晓得", "伐晓得"),
            ("不高兴", "伐高兴"),
            ("不准", "伐准"),
            ("不想", "伐想 毋想"),
            ("不需要", "伐需要"),
            ("不", "唔 勿 弗"),
            ("不用", "甭 唔使 唔驶 伐用 毋使 毋免"),
            ("麻烦", "唔该"),
            ("和", "同埋"),
            ("吗?", "伐?"),
            ("这么", "咁"),
            ("的", "嘅"),
            ("是不是", "系咪"),
            ("他", "佢"),
            ("们", "哋"),
            ("我们", "俺们 咱们"),
            ("我", "俺 咱"),
            ("你", "侬"),
        ],
        "",
    )
});

/// A text with common words for its regional ones: 唔参加 → 不参加.
pub(super) fn dialect(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut at = 0;
    for token in REGIONAL.tokens(text) {
        out.push_str(text.get(at..token.start).unwrap_or_default());
        out.push_str(token.kind);
        at = token.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a regional word may begin with this character.
pub(super) fn may_begin(c: char) -> bool {
    REGIONAL.may_start(c)
}
