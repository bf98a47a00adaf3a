//! Confirmation (核对): whether what was repeated back is right, the same, or to be done: yes or no.
//!
//! The labels of the question («1 换成新的 2 保留原来的») count as its numbers do. Of the words, a "wrong" outweighs a
//! "right": a no only asks again, a wrong yes would be stored. For the same reason a yes must account for all that was
//! said, while a no need not. Start at [`read`].

use std::sync::LazyLock;

use super::clause::{self, Mood};
use super::lexicon::Lexicon;
use super::{Answer, Consent, Value, consent};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// 对, 没错, 一样.
    Right,
    /// 不对, 错了, 要改, 不一样.
    Wrong,
    /// 不, 没: turns the word that follows.
    Not,
    /// 等下, 再看看: neither yet.
    Open,
    /// 可能, 如果, 但是: a yes beside it is none.
    Hedge,
    /// Words that say nothing of right and wrong.
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Hedge, Not, Open, Other, Right, Wrong};
    Lexicon::new(
        &[
            (
                Right,
                "对 对的 对头 对滴 对哒 对对 对着 对咯 对嘞 对喽 是 是的 是滴 是呀 是这样 是这样的 没错
                 没有错 没得错 没说错 没写错 没填错 没问题 没得问题 没有问题 没啥问题 没什么问题 没毛病
                 没变 没变化 没有变化 没有变 没意见 没有意见 没异议 错不了 无误 无变化 无异议 正确 准确
                 确认 确定 确实 属实 可以 阔以 行 好 好的 好嘞 好滴 好呀 嗯 嗯嗯 嗯呐 嗯啊 恩 恩恩 中 成
                 得行 要得 使得 妥 妥了 欧了 ok okay okk okok yes yep yeah y correct right sure same
                 就这样 就这么办 就这么着 就这么定 就这样吧 就是这样 就是这样的 就是这个 就这个 不用改
                 不改 不改了 不用修改 不需要改 不用动 不变 保持不变 保存吧 同上 同样 同意 照上 照旧 照样
                 照此 照这样 照这个 照办 一样 一样的 一样一样 一样样 一模一样 一致 相同 也一样 也是
                 也是这样 也这样 都一样 全一样 完全一样 如此 按这个 跟前面一样 ✅ 提交吧 提交 通过 认可
                 登记吧 木问题",
            ),
            (
                Wrong,
                "去掉 删掉 删除 减掉 加上 补上 补充 添上 错 错了 错啦 错的 有误 有错 有个错 有出入 有区别
                 有差别 有变化 有变动 有问题 有点问题 填错 填错了 写错 写错了 说错 说错了 选错 选错了 搞错
                 搞错了 弄错 弄错了 记错 记错了 打错 打错了 点错 点错了 报错 登错 登记错 不对 不对头
                 不对劲 不是这样 不是这样的 不是这个 不是的 不像 不同 不一致 不一样 不符 不准 不是 不行
                 不可以 不好 不成 不中 改 改改 改下 改一下 改一改 改成 改为 改到 要改 换 换成 换一下 修改
                 想改 得改 需要改 更正 纠正 调整 调一下 重新 重来 重填 重选 两样 少了 少一 漏了 多了 多一
                 缺了 应该是 应是 而是 no nope wrong ❌ 别 撤回",
            ),
            (
                Not,
                "不 不太 不大 不要 不算 不完全 不怎么 不全 不用 不需要 不必 不会 不见得 没 没有 没得 并不
                 并没有 莫 未 无需 别再",
            ),
            (
                Open,
                "对不对 是不是 行不行 好不好 可不可以 等等再 等下再 等会 等一会 等会儿 待会 稍后 再看 再想
                 再说 再核对 再确认 问问 问下 问一下 商量 考虑 回头 晚点 不确定 不清楚 不知道 不晓得
                 不一定 没看 没看清 没看懂 没来得及 看不懂 忘了 想想 拿不准",
            ),
            (
                Hedge,
                "可能 可是 好像 应该 大概 大致 大部分 也许 估计 差不多 基本 部分 有些 除了 只有 只是 如果
                 要是 的话 但 但是 不过 就是说 还有 还是 另外 以外 之外 或者",
            ),
            (
                Other,
                "看看 看一下 看过 看了 我看 我们 我 不错 不好意思 不客气 您好 你好 老师好 老师您好 老师
                 老大 老二 对不起 对了 对于 对面 没关系 没事 谢谢 谢谢老师 辛苦 辛苦了 麻烦 麻烦您
                 麻烦老师 劳驾 等等 等下 等一下 等 稍等 请 咱 俺 孩子 娃 家 家长 的 了 吧 啊 呀 哈 哦 噢
                 呢 嘛 哒 嘞 咧 呐 噻 咯 哩 喽 啦 滴 额 呃 这 这个 这样 这边 那 那个 就 都 也 也给 全 全部
                 完全 信息 内容 时间 姓名 名字 日期 填的 写的 说的 报的 核对 核对过 核对了 检查过 检查了
                 过了 已 已经 两个 两个孩子 两个娃 俩 俩娃 哥哥 哥 姐姐 姐 弟弟 弟 妹妹 妹 他哥 他姐 她哥
                 她姐 大宝 二宝 上面 上次 上学期 上一个 前面 前一个 刚才 之前 以前 原来 和 跟 与 同 像 按
                 照 一下 给 帮 嗯那个 去年 本人",
            ),
        ],
        "确认 正确 修改 一样 没错 没问题",
    )
});

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "is that right?".
///
/// - `text`: the normal form.
/// - `menu`: what the numbers of the question mean.
/// - `labels`: the words beside the numbers, in the same order; may be fewer.
pub(super) fn read(text: &str, menu: &[Consent], labels: &[String]) -> Answer {
    if let Some(picked) = label(text, menu, labels) {
        return Answer::Value(Value::Consent(picked));
    }
    let text = LEXICON.repair(text);
    let value = match consent::menu_number(&text) {
        Some((number, rest)) => {
            let picked =
                number.checked_sub(1).and_then(|index| menu.get(usize::try_from(index).ok()?)).copied();
            picked.filter(|picked| match weigh(rest) {
                Said::Nothing { unknown } => *picked == Consent::No || unknown <= UNKNOWN_MAX,
                Said::Value(said) => *picked == said || label(rest, menu, labels) == Some(*picked),
                Said::Unclear => label(rest, menu, labels) == Some(*picked),
            })
        }
        None => match weigh(&text) {
            Said::Value(said) => Some(said),
            Said::Nothing { .. } | Said::Unclear => None,
        },
    };
    value.map_or(Answer::Unclear, |consent| Answer::Value(Value::Consent(consent)))
}

/// The option whose label the reply is, perhaps with a polite word around it.
pub(super) fn label(text: &str, menu: &[Consent], labels: &[String]) -> Option<Consent> {
    const AROUND: [&str; 16] = [
        "选择", "我选", "选", "就", "我要", "老师", "那", "吧", "哈", "啊", "呀", "了", "的", "麻烦", "噻",
        "嘞",
    ];
    let picked =
        |body: &str| labels.iter().zip(menu).find(|(label, _)| *label == body).map(|(_, consent)| *consent);
    let is_mark = |c: char| !c.is_alphanumeric();
    let mut body = text.trim_matches(is_mark);
    // Bound: each round takes at least one character away.
    loop {
        if let Some(consent) = picked(body) {
            return Some(consent);
        }
        let shorter =
            AROUND.iter().find_map(|word| body.strip_prefix(word).or_else(|| body.strip_suffix(word)))?;
        body = shorter.trim_matches(is_mark);
    }
}

enum Said {
    Value(Consent),
    /// Neither right nor wrong, in so many characters that no word of ours covers.
    Nothing {
        unknown: usize,
    },
    Unclear,
}

/// Adds up the clauses of a reply.
fn weigh(text: &str) -> Said {
    let (mut yes, mut is_open, mut unknown) = (false, false, 0);
    for clause in clause::clauses(text) {
        if clause.mood != Mood::States {
            is_open = true;
            continue;
        }
        let heard = clause_says(clause.text);
        match heard.value {
            // 不对，我改一下: nothing after a no makes it a yes.
            Some(Consent::No) => return Said::Value(Consent::No),
            Some(_) => yes = true,
            None => {}
        }
        is_open |= heard.is_open;
        unknown += heard.unknown;
    }
    match (yes, is_open) {
        (true, false) if unknown <= UNKNOWN_MAX => Said::Value(Consent::Yes),
        (false, false) => Said::Nothing { unknown },
        _ => Said::Unclear,
    }
}

/// So many characters beside a yes may be a slip; more of them may be what is to be changed.
const UNKNOWN_MAX: usize = 1;

struct Heard {
    value: Option<Consent>,
    is_open: bool,
    unknown: usize,
}

fn clause_says(text: &str) -> Heard {
    if ["不", "不不", "不不不", "不要", "不了"]
        .contains(&text.trim_end_matches(['啊', '呀', '哈', '哦', '吧']))
    {
        return Heard { value: Some(Consent::No), is_open: false, unknown: 0 };
    }
    let tokens = LEXICON.scan(text);
    let covered: usize =
        tokens.iter().map(|t| text.get(t.start..t.end).map_or(0, |word| word.chars().count())).sum();
    let unknown = text.chars().filter(|c| c.is_alphanumeric()).count().saturating_sub(covered);
    let (mut value, mut is_turned, mut is_open) = (None, false, false);
    for token in &tokens {
        match token.kind {
            Word::Not => is_turned = !is_turned,
            Word::Right if is_turned => (value, is_turned) = (Some(Consent::No), false),
            Word::Right => value = value.or(Some(Consent::Yes)),
            Word::Wrong if is_turned => (value, is_turned) = (value.or(Some(Consent::Yes)), false),
            Word::Wrong => value = Some(Consent::No),
            Word::Open | Word::Hedge => is_open = true,
            Word::Other => {}
        }
        if value == Some(Consent::No) {
            break;
        }
    }
    // A "not" that turns nothing known: nobody can tell. 没问题吧: a question after all.
    Heard { value, is_open: is_open || is_turned && value != Some(Consent::No), unknown }
}

#[cfg(test)]
mod tests;
