//! What the verbs and negatives beside a day do not do: 不 inside 赶不回来 refuses nothing, 上吉他课 is no service.
//!
//! Start at [`super::add`].

use super::super::super::lexicon::Token;
use super::super::super::weekdays::group_at;
use super::super::words::{LEXICON, Word};
use super::{LIGHT, Reading};

impl Reading<'_> {
    /// 赶不回来, 抽不出: a 不 between a verb that we do not know and its complement.
    pub(super) fn is_inside_verb(&self, token: Token<Word>) -> bool {
        let before = self.text.get(..token.start).and_then(|t| t.chars().next_back());
        let word = self.text.get(token.start..token.end);
        matches!(word, Some("不" | "不来" | "不去" | "不上"))
            && self.unread_end == token.start
            && before.is_some_and(|c| !LIGHT.contains(c))
    }

    /// Whether the day before is ruled out already, and a verb or nothing follows.
    pub(super) fn says_again(&self, token: Token<Word>) -> bool {
        let is_ruled_out =
            matches!(self.groups.last(), Some((_, Some(false)))) && !self.only && self.rest.is_none();
        let rest = self.text.get(token.end..).unwrap_or_default();
        is_ruled_out
            && token.end - token.start > "不".len()
            && LEXICON.at(rest, 0).is_some_and(|t| t.kind == Word::Verb && group_at(rest, t.end).is_some())
    }

    pub(super) fn refuses_next(&self, token: Token<Word>) -> bool {
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        let Some(group) = group_at(self.text, token.end).filter(|_| word.chars().count() > 1) else {
            return false;
        };
        let has_own = LEXICON.at(self.text, group.end).is_some_and(|t| {
            matches!(t.kind, Word::Verb | Word::Not | Word::Each | Word::All | Word::Collect | Word::Myself)
        });
        !self.excepts && self.rest.is_none() && !has_own && matches!(self.groups.last(), Some((_, None)))
    }

    /// Whether 来 or 去 ends its clause.
    pub(super) fn comes_alone(&self, token: Token<Word>) -> bool {
        let rest = self.text.get(token.end..).unwrap_or_default();
        matches!(self.text.get(token.start..token.end), Some("来" | "去"))
            && rest.trim_start_matches(['的', '了', '吧', '啊', '呀', '哈']).is_empty()
            && !self.groups.is_empty()
            && !self
                .text
                .get(..token.start)
                .is_some_and(|before| before.ends_with(['回', '不', '过', '没', '出']))
    }

    /// Whether 上 has a class of another kind for its object: 上吉他课, but not 上课后班.
    pub(super) fn is_other_class(&self, token: Token<Word>) -> bool {
        const NAME_MAX: usize = 5;
        let rest = self.text.get(token.end..).unwrap_or_default();
        let named = rest.char_indices().take(NAME_MAX).find(|(_, c)| *c == '课');
        self.text.get(token.start..token.end) == Some("上")
            && named.is_some_and(|(at, _)| {
                at > 0
                    && !rest.get(at..).is_some_and(|after| after.starts_with("课后"))
                    && !rest.get(..at).is_some_and(|name| name.contains(['延', '托', '，']))
            })
    }
}
