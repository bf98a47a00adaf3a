//! Account (清点): what of a reply is a mention, what is a word of the slot, and what is neither.
//!
//! A grammar reads the words it knows. Before its answer counts, the same reply is gone through once more, whatever was
//! asked: a negative that no word of the slot explains, right beside what the answer names, is lost otherwise (`别明天`,
//! `拒绝小雨`, `不会是三班`). Start at [`loses_anything`]; [`pieces`] also tells `explain` what nobody read.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::lexicon::Lexicon;
use super::phrases::starts_with_any;
use super::{Question, child, choices, class_and_name, date, pickup_person, time, weekdays};

/// What a stretch of a clause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It names something that can be the answer.
    Mention,
    /// A word of the slot.
    Word,
    /// Nobody reads it.
    Gap,
}

/// A stretch of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
}

/// The pieces of a clause.
pub(super) type Pieces<'a> = SmallVec<[Piece<'a>; 12]>;

/// Words that turn what stands beside them (true), and words that only look so.
static NEGATIVES: LazyLock<Lexicon<bool>> = LazyLock::new(|| {
    Lexicon::new(
        &[
            (
                true,
                "不 不要 不是 不会 不会是 不想 不想要 不让 不许 不准 不包括 不含 不算 没 没有 别 非 拒绝
                 禁止 取消 排除 并非 绝不 决不 千万别 反对 谢绝 避开",
            ),
            (
                false,
                "不好意思 不用谢 不客气 不错 不管 不论 不过 不仅 不光 不但 不只 不见不散 不变 不改 不着急
                 不急 不影响 不耽误 不麻烦 不用管 不用担心 不会忘 不再变 不打扰 不多说 不瞒 不然 不一样
                 不同 没关系 没问题 没事 没错 没变 没别的 特别 别的 别人 别担心 别忘 区别 级别 分别 性别
                 差不多 了不起 非常 除非 是不是 要不然 说不定",
            ),
        ],
        "",
    )
});

/// Words that say nothing of any answer, whatever was asked: conjunctions, pronouns, address, degree.
static LIGHT: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::new(
        &[(
            (),
            "所以 因为 因此 但是 可是 而且 然后 另外 主要 其实 反正 毕竟 那么 这样 这学期 这个学期 这样吧
             目前 今年 本学期 我们家 我们 我家 你们 他们 自己 孩子 小孩 小朋友 娃娃 宝宝 老师 学校 麻烦
             登记 一下 谢谢 就是 已经 现在 决定 打算 准备 希望 帮忙 好了 的话 的 了 啊 呀 哈 吧 呢 嘛 哦
             噻 咯 嘞 哩 撒 喽 啦 呗 哟 呐 哒 滴 咧 嗷 诶 哎 嗯",
        )],
        "",
    )
});

/// The byte after the word at this byte that says nothing of any answer.
pub(super) fn light_end(text: &str, at: usize) -> Option<usize> {
    LIGHT.at(text, at).map(|token| token.end)
}

/// What a negative may stand before and still turn the mention before it (明天不用).
const LIGHT_VERBS: &[&str] = &["行", "用", "要", "需", "算", "可以", "成", "报", "选", "接", "请", "参加"];

/// How many characters may stand between a negative and the mention that it turns.
const BETWEEN_MAX: usize = 1;

/// Whether a negative or a number stands beside a mention and no rule reads it.
pub(super) fn loses_anything(text: &str, question: &Question) -> bool {
    loses_a_negative(text, question) || loses_a_number(text, question)
}

/// Whether a number that can be an answer stands where nobody reads it (`嗯4和5` read as 5).
fn loses_a_number(text: &str, question: &Question) -> bool {
    if !matches!(question, Question::Weekdays { .. } | Question::Choices { .. } | Question::Child { .. })
        || !text.contains(|c: char| c.is_ascii_digit())
    {
        return false;
    }
    let Some(slot) = Slot::of(question) else { return false };
    let lists = |c: Option<char>| c.is_none_or(|c| "和、，跟及与+/ ".contains(c));
    clause::clauses(text).iter().filter(|clause| clause.mood != Mood::Asks).any(|clause| {
        let pieces = slot.pieces(clause.text);
        pieces.iter().enumerate().filter(|(_, piece)| piece.kind == Kind::Gap).any(|(index, piece)| {
            // 1张小明: the number and the name of one option.
            let is_labelled = pieces.get(index + 1).is_some_and(|next| next.kind == Kind::Mention);
            piece.text.char_indices().any(|(at, c)| {
                let before = piece.text.get(..at).and_then(|t| t.chars().next_back());
                let after = piece.text.get(at + c.len_utf8()..).and_then(|t| t.chars().next());
                c.is_ascii_digit()
                    && !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
                    && (lists(after) && !(after.is_none() && is_labelled))
            })
        })
    })
}

/// Whether a negative that no word of the slot explains stands right beside a mention.
fn loses_a_negative(text: &str, question: &Question) -> bool {
    if !text.contains(['不', '没', '别', '非', '拒', '禁', '取', '排', '反', '绝', '避']) {
        return false;
    }
    let Some(slot) = Slot::of(question) else { return false };
    let clauses = clause::clauses(text);
    // 不是四班，我们在六班: the clause that only denies is read as such.
    let only_denies = |clause: &clause::Clause| {
        matches!(question, Question::ClassAndName { .. })
            && clauses.len() > 1
            && (starts_with_any(clause.text, &["不是", "不叫", "不姓", "不念", "不写"])
                || clause.text.contains("不在"))
    };
    let stated = clauses.iter().filter(|clause| clause.mood != Mood::Asks && !only_denies(clause));
    stated.into_iter().any(|clause| {
        let pieces = slot.pieces(clause.text);
        pieces.iter().enumerate().any(|(index, piece)| {
            let is_mention =
                |at: Option<usize>| at.and_then(|at| pieces.get(at)).is_some_and(|p| p.kind == Kind::Mention);
            // 不|是|三班: a short word between them changes nothing.
            let is_short = |at: usize| {
                pieces.get(at).is_some_and(|p| p.kind == Kind::Word && p.text.chars().count() == 1)
            };
            let is_near = is_mention(Some(index + 1)) || is_short(index + 1) && is_mention(Some(index + 2));
            // 于洋不是余洋: a denied name is read, a denied class is not.
            let is_denied_name = matches!(question, Question::ClassAndName { .. })
                && piece.text.ends_with("不")
                || piece.text.ends_with("不是");
            let is_name = |at: usize| {
                pieces.get(at).is_some_and(|p| {
                    p.kind == Kind::Mention && class_and_name::class_at(p.text, 0, None).is_none()
                })
            };
            let is_denied_name = is_denied_name
                && matches!(question, Question::ClassAndName { .. })
                && (is_name(index + 1) || is_name(index + 2));
            // 是四班不是六班: a class denied after another is read, or both are found to differ.
            let is_denied_class = matches!(question, Question::ClassAndName { .. })
                && is_near
                && (piece.text.ends_with('不') || piece.text.ends_with("不是"))
                && pieces
                    .iter()
                    .take(index)
                    .any(|p| p.kind == Kind::Mention && class_and_name::class_at(p.text, 0, None).is_some());
            piece.kind == Kind::Gap
                && !is_denied_name
                && !is_denied_class
                && (is_near && ends_negative(piece.text)
                    || is_mention(index.checked_sub(1)) && starts_negative(piece.text))
        })
    })
}

/// 别|明天, 我拒绝|小雨.
fn ends_negative(gap: &str) -> bool {
    NEGATIVES.tokens(gap).last().is_some_and(|token| {
        token.kind && gap.get(token.end..).is_some_and(|rest| rest.chars().count() <= BETWEEN_MAX)
    })
}

/// 明天|不, 小雨|不算; a verb with an object of its own turns nothing (明天|不吃午饭).
fn starts_negative(gap: &str) -> bool {
    NEGATIVES.at(gap, 0).filter(|token| token.kind).is_some_and(|token| {
        let rest = gap.get(token.end..).unwrap_or_default().trim_end_matches(['了', '吧', '啊', '的', '哈']);
        rest.is_empty() || starts_with_any(rest, LIGHT_VERBS)
    })
}

/// A clause in pieces, as the grammar of a question sees it; `None` for questions whose every word counts anyway.
pub(super) fn pieces<'a>(text: &'a str, question: &Question) -> Option<Pieces<'a>> {
    Some(Slot::of(question)?.pieces(text))
}

/// A question with all that its mentions are told by.
struct Slot<'q> {
    question: &'q Question,
    names: choices::Names<'q>,
}

impl<'q> Slot<'q> {
    fn of(question: &'q Question) -> Option<Self> {
        let names = match question {
            Question::Consent { .. }
            | Question::StartDay { .. }
            | Question::Confirm { .. }
            | Question::Approve { .. }
            | Question::Command => {
                return None;
            }
            Question::Choices { options, .. } => choices::names(options),
            _ => choices::Names::new(),
        };
        Some(Self { question, names })
    }

    /// The byte after the mention, and after the word, at this byte.
    fn ends(&self, text: &str, at: usize) -> (Option<usize>, Option<usize>) {
        match self.question {
            Question::Weekdays { .. } => (weekdays::mention_end(text, at), weekdays::word_end(text, at)),
            Question::Time { .. } => (time::clock_end(text, at), time::word_end(text, at)),
            Question::Choices { options, .. } => {
                (choices::mention_end(text, at, &self.names, options), choices::word_end(text, at))
            }
            Question::Child { children } => {
                (child::mention_end(text, at, children), child::word_end(text, at))
            }
            Question::ClassAndName { stage } => {
                (class_and_name::mention_end(text, at, *stage), class_and_name::word_end(text, at))
            }
            Question::PickupPerson { child, .. } => {
                (pickup_person::mention_end(text, at, child), pickup_person::word_end(text, at))
            }
            Question::Date { today, holidays, .. } | Question::StartDay { today, holidays } => {
                (date::mention_end(text, at, *today, holidays), date::word_end(text, at))
            }
            Question::Consent { .. }
            | Question::Confirm { .. }
            | Question::Approve { .. }
            | Question::Decisions { .. }
            | Question::RollCall { .. }
            | Question::Handover { .. }
            | Question::PickupReply { .. }
            | Question::PlanChanges { .. }
            | Question::Answers { .. }
            | Question::Number { .. }
            | Question::DigestRow { .. }
            | Question::Acknowledgement
            | Question::FreeText { .. }
            | Question::Command => (None, None),
        }
    }

    fn pieces<'a>(&self, text: &'a str) -> Pieces<'a> {
        let mut out = Pieces::new();
        let (mut at, mut gap_from) = (0, 0);
        let piece =
            |kind, from: usize, to: usize| Piece { kind, text: text.get(from..to).unwrap_or_default() };
        while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
            let (mention, word) = self.ends(text, at);
            let found = mention.map(|end| (Kind::Mention, end)).or_else(|| word.map(|end| (Kind::Word, end)));
            let Some((kind, end)) = found.filter(|(_, end)| *end > at) else {
                at += c.len_utf8();
                continue;
            };
            if gap_from < at {
                out.push(piece(Kind::Gap, gap_from, at));
            }
            out.push(piece(kind, at, end));
            (at, gap_from) = (end, end);
        }
        if gap_from < text.len() {
            out.push(piece(Kind::Gap, gap_from, text.len()));
        }
        out
    }
}
