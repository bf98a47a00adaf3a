//! What there is (有什么): asked of this conversation, or of something else.
//!
//! Start at [`is_menu_of_another`].

use super::super::lexicon::Token;
use super::super::phrases::{holds_any, phrases, starts_with_any};
use super::words::Word;

/// 都有啥课, 晚饭都有啥, 有什么用品要带: asks what there is of something else than this conversation.
pub(super) fn is_menu_of_another(text: &str, tokens: &[Token<Word>], index: usize) -> bool {
    const OWN: &[&str] = &[
        "功能", "事", "业务", "服务", "忙", "的", "东西", "选项", "呀", "啊", "呢", "哦", "吗", "嘛", "来着",
        "项目", "和", "，", "。", "?",
    ];
    let Some(token) = tokens.get(index) else { return false };
    let word = text.get(token.start..token.end).unwrap_or_default();
    // 菜单能发一下吗，孩子对花生过敏: of the canteen.
    if word.contains("菜单") && text.contains(['吃', '饭', '餐', '食', '敏', '汤', '肉', '荤', '素'])
    {
        return true;
    }
    if !holds_any(word, phrases!["什么", "啥", "哪", "有什么用", "有啥用"]) {
        return false;
    }
    let after = text.get(token.end..).unwrap_or_default();
    let before = text.get(..token.start).unwrap_or_default();
    // 除了报名，还能办什么: what is known besides.
    let besides = before.starts_with("除").then(|| before.split_once('，')).flatten();
    let from = besides.map_or(0, |(_, rest)| before.len() - rest.len());
    let before = before.get(from..).unwrap_or_default();
    let known = |t: &&Token<Word>| {
        t.start >= from
            && matches!(t.kind, Word::Polite | Word::Bot | Word::Look | Word::Function | Word::Not)
    };
    let covered: usize = tokens.iter().take(index).filter(known).map(|t| t.end - t.start).sum();
    let is_light = |c: &char| "，。?、 在还都有列一下说来就到底究竟具体总共另外又知道".contains(*c);
    let tools: usize = ["公众号", "小程序", "平台", "系统", "助手", "软件", "这个号"]
        .iter()
        .filter(|tool| before.contains(**tool))
        .map(|tool| tool.trim_start_matches("这个").len())
        .sum();
    let light: usize = before.chars().filter(is_light).map(char::len_utf8).sum();
    !after.is_empty() && !starts_with_any(after, OWN) || covered + light + tools < before.len()
}
