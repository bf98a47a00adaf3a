//! Neighbours (上下文): what stands right beside a word and changes what it does.
//!
//! 不不不 · 不用给我家留 · 把孩子加上. Start at [`is_before_verb`].

use super::super::lexicon::Token;
use super::polarity::PARTICLES;
use super::words::Word;

/// Whether a negative is said again right away: 不不 counts once, 不不不 not at all.
pub(super) fn is_stutter(tokens: &[Token<Word>], index: usize, text: &str) -> bool {
    let word = |t: &Token<Word>| text.get(t.start..t.end);
    let touches = |i: usize| {
        let pair = tokens.get(i).zip(tokens.get(i + 1));
        pair.is_some_and(|(a, b)| a.end == b.start && word(a) == word(b))
    };
    let before = (0..index).rev().take_while(|i| touches(*i)).count();
    let after = (index..tokens.len()).take_while(|i| touches(*i)).count();
    before + after >= 2 || after == 1
}

/// 不用给我家留, 没必要让他去: a refusal, for whom, and the verb that it refuses.
fn is_for_whom(text: &str, refusal: &Token<Word>, verb: &Token<Word>) -> bool {
    const FOR: [char; 6] = ['给', '帮', '替', '为', '让', '叫'];
    const WHOM: [char; 14] =
        ['我', '们', '家', '他', '她', '孩', '子', '娃', '咱', '俺', '的', '儿', '女', '再'];
    let refuses =
        text.get(refusal.start..refusal.end).is_some_and(|word| word.starts_with(['不', '没', '无', '用']));
    let whom = text.get(refusal.end..verb.start).and_then(|between| between.strip_prefix(FOR));
    refuses && whom.is_some_and(|whom| !whom.is_empty() && whom.trim_start_matches(WHOM).is_empty())
}

pub(super) fn is_before_verb(tokens: &[Token<Word>], index: usize, text: &str) -> bool {
    let follows = |a: &Token<Word>, b: &Token<Word>| {
        let is_verb = matches!(b.kind, Word::Join | Word::Go | Word::Want | Word::Add | Word::Waver);
        is_verb && (a.end == b.start || is_for_whom(text, a, b))
    };
    matches!((tokens.get(index), tokens.get(index + 1)), (Some(a), Some(b)) if follows(a, b))
}

/// 加上我家娃, 把孩子加上: only whom to add may follow. 加上我要加班 adds a reason.
pub(super) fn takes_whom(after: &str) -> bool {
    const WHOM: &[&str] = &[
        "我们", "我", "家", "他", "她", "的", "这", "个", "孩子", "娃", "小孩", "儿子", "女儿", "闺女",
        "小子", "一", "名字", "名额", "俩", "姐", "妹", "哥", "弟", "老大", "老二", "宝", "老师", "丫头",
        "孙子", "孙女", "外孙", "妞", "崽", "份", "屋头", "屋里",
    ];
    let mut rest = after;
    // Bound: each round takes at least one character away.
    loop {
        rest = rest.trim_start_matches(PARTICLES);
        match WHOM.iter().find_map(|word| rest.strip_prefix(word)) {
            Some(shorter) => rest = shorter,
            None => return rest.is_empty(),
        }
    }
}
