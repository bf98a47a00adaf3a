//! Time (时间): a time of the day, a span, or a limit, inside the window of the question.
//!
//! Clock times are found wherever they stand (`五点半`, `17:30`, `差十分六点`), then each is weighed in its clause: ruled
//! out by a negative, tied to something else (`六点下班`), bounded (`前`, `最早`), or meant. Exactly one may remain.
//! Start at [`read`]; [`clock`] reads a single clock time.

mod clock;

use std::sync::LazyLock;

use chrono::{Duration, NaiveTime, Timelike as _};
use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::lexicon::{Lexicon, Token, Tokens};
use super::{Answer, TimeAnswer, Value, numerals};
use clock::Clock;

/// What is known when a time is asked for.
pub(super) struct Window {
    pub(super) earliest: NaiveTime,
    pub(super) latest: NaiveTime,
    pub(super) dismissal: NaiveTime,
    pub(super) now: Option<NaiveTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// 不晚于, 最晚: before a time.
    NotAfter,
    /// 不早于, 最早.
    NotBefore,
    /// 前, 之前: after a time.
    Before,
    /// 后, 以后.
    After,
    /// 到, 至.
    To,
    Or,
    Not,
    If,
    /// 不一定, 看情况.
    Open,
    /// 下班, 开会: what a time is tied to when it is not the answer.
    Elsewhere,
    /// 接, 到学校: what the answer is tied to.
    Arrive,
    Dismissal,
    Closing,
    Digit,
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        After, Arrive, Before, Closing, Digit, Dismissal, Elsewhere, If, Not, NotAfter, NotBefore, Open, Or,
        Other, To,
    };
    Lexicon::new(
        &[
            (
                NotAfter,
                "不晚于 不迟于 不超过 别超过 不要超过 不会超过 不能超过 不能晚于 不会晚于 别晚于 最晚 最迟 至迟 至多 最多到 最多等到 顶多到 顶多等到 最晚到 最晚等到 最迟到 不要晚于 顶多 赶在 by before no_later_than 不过 不会迟于 晚不过",
            ),
            (
                NotBefore,
                "不早于 最早 不会早于 不能早于 至少 起码 最快 最少 after no_earlier_than 早不过 不要早于 别早于 要到 得到 不到",
            ),
            (Before, "前 之前 以前 以内 之内 前面 就要走 截止 为止"),
            (After, "后 之后 以后 过后 往后 开外 才能 才 起"),
            (To, "到 至 - 直到 to 和"),
            (Or, "或者 或 要么 还是 or 要不"),
            (
                Not,
                "不 没 没法 没有 别 不行 不能 来不及 来不了 赶不到 赶不上 太早 太晚 到不了 不可能 不是 取消 早了点 晚了点 接不了 not 有点早 有点晚 不要 不用 不可以",
            ),
            (If, "如果 要是 假如 万一 除非 的话 if"),
            (
                Open,
                "不一定 不确定 不固定 说不准 说不好 看情况 待定 再说 有时候 有时 偶尔 不好说 没准 没定 到时候 随时 随便 再通知 再联系 等通知 等电话 单周 双周 平时 后来",
            ),
            (
                Elsewhere,
                "下班 上班 开会 散会 出发 下课 上课 起床 睡觉 吃饭 动身 出门 做饭 打卡 下高铁 下飞机 下火车 会议 收工 结束工作 交班 值班 培训 开完会 手术 考试 面试 发车 上完课 兴趣班 补习 门诊 有事 有课 下夜班",
            ),
            (
                Arrive,
                "接 到学校 到校 到门口 过来 过去 去接 来接 能到 赶到 到达 可以到 到的 到得了 接走 接孩子 到吧",
            ),
            (
                Dismissal,
                "一下课 一下课就 一放学就 一放学 放学就 放学时 放学的时候 放学接 放学来 放学后就 放学立刻 放学马上 正常放学 准时放学 按时放学 放学时间 放学那会 放学点 放学铃 放学直接 放学准时 放学正点 放学我就 放学",
            ),
            (
                Closing,
                "服务结束 延时结束 托管结束 课后服务结束 结束时 结束的时候 结束就 结束后 结束再 结束了 结束来 结束接 活动结束 课后班结束 延时班结束 最后时间 最晚时间 最后一刻 关门 延时下课 课后服务下课 课后班下课 延时班下课 延时课结束 全部结束 结束 到最后 待到最后 最后再接 最后接 最后一个接 最后一批",
            ),
            (Digit, "一 二 两 三 四 五 六 七 八 九 十 点 半 刻 分 钟 零 差 整"),
            (
                Other,
                "我看看 看看 看一下 我看 差不多 不好意思 没问题 不见不散 没关系 不变 不改 不麻烦 不用谢 左右 前后 看样子 看着 最好 下午 晚上 上午 早上 中午 以后都 后天 后门 前门 今后 然后 到时 不堵车 不对 不错 不出意外 没意外 不着急 不急 没什么事 没事 没特殊情况 不出问题 不加班 放学后 从来 然后 结束语 不知道 不清楚 才能走 下班后 下班之后 下班以后 上班后 得到下午 不客气 没人 差不多得",
            ),
        ],
        "点半 五点 六点 四点 三点 七点 两点 五点半 六点半 四点半 三点半 五点钟 一刻 三刻 左右 分钟 放学 下午",
    )
});

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "when?".
pub(super) fn read(text: &str, window: &Window) -> Answer {
    let text = LEXICON.repair(text);
    let text = clause::corrected(&text);
    let mut answers = Times::new();
    for clause in clause::clauses(text).iter().filter(|clause| clause.mood != Mood::Asks) {
        match said(clause.text, window) {
            Said::Times(times) => answers.extend(times),
            Said::Unclear => return Answer::Unclear,
        }
    }
    answers.dedup();
    let answer = match answers.as_slice() {
        [one] => *one,
        [TimeAnswer::After(from), TimeAnswer::By(to)] | [TimeAnswer::By(to), TimeAnswer::After(from)]
            if from < to =>
        {
            TimeAnswer::Between(*from, *to)
        }
        _ => return Answer::Unclear,
    };
    if fits(answer, window) { Answer::Value(Value::Time(answer)) } else { Answer::Unclear }
}

/// What a vague time may mean, inside the window: 五点多 the hour and the half hour, 五六点 both hours.
pub(super) fn near(text: &str, earliest: NaiveTime, latest: NaiveTime) -> Vec<Value> {
    let vague = text.char_indices().find_map(|(at, _)| {
        let (clock, _) = clock::clock_at(text, at).filter(|(clock, _)| clock.is_vague)?;
        Some(if clock.hour > 0 {
            [(clock.hour, 0), (clock.hour, 30)]
        } else {
            let mut hours = text.get(at..)?.chars().map_while(numerals::digit);
            [(hours.next()?, 0), (hours.next()?, 0)]
        })
    });
    let times = vague.into_iter().flatten().filter_map(|(hour, minute)| {
        let clock = Clock { hour, minute, part: None, is_vague: false };
        clock.resolve(earliest, latest).filter(|time| (earliest..=latest).contains(time))
    });
    times.map(|time| Value::Time(TimeAnswer::At(time))).collect()
}

/// Where the clock time ends that starts at this byte and is inside the window.
pub(super) fn clock_end_in(text: &str, at: usize, window: &Window) -> Option<usize> {
    let (clock, end) = clock::clock_at(text, at)?;
    let is_inside = |time: &NaiveTime| (window.earliest..=window.latest).contains(time);
    (clock.is_vague || clock.resolve(window.earliest, window.latest).is_some_and(|time| is_inside(&time)))
        .then_some(end)
}

/// The clock times that one clause means, with their limits; `None` when one is vague or cannot be resolved.
pub(super) fn clocks(text: &str, window: &Window) -> Option<Vec<TimeAnswer>> {
    let (places, is_vague) = places(text, window);
    if is_vague || places.is_empty() {
        return (!is_vague).then(Vec::new);
    }
    match said(text, window) {
        Said::Times(times) => Some(times.into_vec()),
        Said::Unclear => None,
    }
}

fn fits(answer: TimeAnswer, window: &Window) -> bool {
    let is_inside = |t: NaiveTime| (window.earliest..=window.latest).contains(&t);
    match answer {
        TimeAnswer::At(t) | TimeAnswer::By(t) | TimeAnswer::After(t) => is_inside(t),
        TimeAnswer::Between(from, to) => is_inside(from) && is_inside(to) && from < to,
    }
}

/// Times of a clause; there are seldom more than two.
type Times = SmallVec<[TimeAnswer; 2]>;

enum Said {
    Times(Times),
    Unclear,
}

/// A clock time resolved in the window, and where it stands.
struct Place {
    time: NaiveTime,
    start: usize,
    end: usize,
}

type Places = SmallVec<[Place; 4]>;

/// What one clause says.
fn said(text: &str, window: &Window) -> Said {
    let (places, is_vague) = places(text, window);
    if is_vague {
        return Said::Unclear;
    }
    let is_inside = |at: usize| places.iter().any(|p| (p.start..p.end).contains(&at));
    let tokens: Tokens<Word> = LEXICON.tokens(text).filter(|t| !is_inside(t.start)).collect();
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if has(Word::Open) {
        return Said::Unclear;
    }
    if places.is_empty() {
        return no_clock(text, window, &has);
    }
    if has(Word::If) || has(Word::Or) {
        return Said::Unclear;
    }
    if has(Word::Not) {
        return if places.len() == 1 { Said::Times(Times::new()) } else { Said::Unclear };
    }
    // 不到六点: before it, unless something cannot be done (不到六点下不了班).
    if text.contains("不到") && !["不了", "不能", "没法", "不开"].iter().any(|word| text.contains(word))
    {
        return Said::Unclear;
    }
    let mut times = Times::new();
    let mut index = 0;
    while let Some(place) = places.get(index) {
        index += 1;
        let after = text.get(place.end..).unwrap_or_default();
        if let Some(next) = places.get(index) {
            let between = text.get(place.end..next.start).unwrap_or_default();
            if [
                "到", "至", "-", "--", "~", "直到", "和", "与", "跟", "to", " to ", " and ", "and", " till ",
                " until ",
            ]
            .contains(&between.trim_matches(['左', '右', '之', '间']))
            {
                let joins = "和与跟".contains(between);
                let joins = joins || between.contains("and");
                let is_between = text.get(..place.start).is_some_and(|t| t.trim_end().ends_with("between"))
                    || text.get(next.end..).is_some_and(|t| t.starts_with("之间") || t.starts_with("中间"));
                if joins && !is_between {
                    return Said::Unclear;
                }
                times.push(TimeAnswer::Between(place.time, next.time));
                index += 1;
                continue;
            }
        }
        let until = places.get(index).map_or(text.len(), |next| next.start);
        let own = text.get(place.end..until).unwrap_or_default();
        if tied_elsewhere(own) || tied_before(&tokens, place, own) {
            continue;
        }
        let before: SmallVec<[Word; 12]> =
            tokens.iter().filter(|t| t.start < place.start).map(|t| t.kind).collect();
        times.push(bounded(place.time, &before, after));
    }
    Said::Times(times)
}

/// 六点下班: the time belongs to another event.
fn tied_elsewhere(after: &str) -> bool {
    match LEXICON.tokens(after).find(|t| matches!(t.kind, Word::Elsewhere | Word::Arrive)) {
        Some(tie) => tie.kind == Word::Elsewhere,
        // 六点才放人: some event, and none at the school gate.
        None => after
            .strip_prefix('才')
            .is_some_and(|event| event.chars().count() > 1 && !event.starts_with(['能', '有', '行', '可'])),
    }
}

/// 下班五点: the event stands right before its time, and nobody arrives after it.
fn tied_before(tokens: &[Token<Word>], place: &Place, after: &str) -> bool {
    let is_event = tokens.iter().any(|t| t.end == place.start && t.kind == Word::Elsewhere);
    is_event && !LEXICON.holds(after, Word::Arrive)
}

/// The byte after the clock time that starts at this byte, for grammars that only pass over it.
pub(super) fn clock_end(text: &str, at: usize) -> Option<usize> {
    clock::clock_at(text, at).map(|(_, end)| end)
}

/// The limit that the words around a time make of it.
fn bounded(time: NaiveTime, before: &[Word], after: &str) -> TimeAnswer {
    let after = after.trim_start_matches(['钟', '整', '吧', '啊']);
    // 五点半以后都行: not henceforth, but after it.
    if after.starts_with("以后都") || after.starts_with("之后都") {
        return TimeAnswer::After(time);
    }
    let is_about = ["前后", "左右前后"].iter().any(|word| after.starts_with(word));
    match LEXICON.at(after, 0).map(|t| t.kind) {
        _ if is_about => TimeAnswer::At(time),
        Some(Word::Before) => TimeAnswer::By(time),
        Some(Word::After) if !after.starts_with('才') && !after.starts_with('起') => {
            TimeAnswer::After(time)
        }
        _ if before.contains(&Word::NotAfter) => TimeAnswer::By(time),
        _ if before.contains(&Word::NotBefore) => TimeAnswer::After(time),
        _ => TimeAnswer::At(time),
    }
}

/// All clock times of a clause; `true` when one is vague, or fits the window twice.
fn places(text: &str, window: &Window) -> (Places, bool) {
    let mut places = Places::new();
    let mut at = 0;
    let mut part = None;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some(group) = super::weekdays::group_at(text, at) {
            at = group.end;
            continue;
        }
        let Some((clock, end)) = clock::clock_at(text, at) else {
            at += c.len_utf8();
            continue;
        };
        let clock = Clock { part: clock.part.or(part), ..clock };
        part = clock.part;
        if clock.is_vague {
            return (places, true);
        }
        if let Some(time) = clock.resolve(window.earliest, window.latest) {
            places.push(Place { time, start: at, end });
        } else {
            let after = text.get(end..).unwrap_or_default();
            if !tied_elsewhere(after) {
                return (places, true);
            }
        }
        at = end;
    }
    (places, false)
}

/// A clause without a clock time: relative to now, to dismissal, or to the end.
fn no_clock(text: &str, window: &Window, has: &dyn Fn(Word) -> bool) -> Said {
    if has(Word::If) {
        return Said::Unclear;
    }
    let span = span(text);
    let is_later = [
        "再有",
        "还差",
        "就到",
        "能到",
        "赶到",
        "到学校",
        "到门口",
        "过去",
        "后",
        "以后",
        "之后",
        "再过",
        "还要",
        "还有",
        "还需",
        "还得",
    ]
    .iter()
    .any(|word| text.contains(word));
    let base = if has(Word::Dismissal) || text.contains("放学后") {
        Some(window.dismissal)
    } else if has(Word::Closing) {
        Some(window.latest)
    } else {
        window.now.filter(|_| span.is_some())
    };
    // 二十分钟吧: nothing but the length.
    let is_all = text
        .trim_start_matches(['大', '概', '约', '估', '计', '就', '也', '得', '要', '差', '不', '多'])
        .trim_end_matches(['吧', '左', '右', '样', '子', '的', '这'])
        .chars()
        .all(|c| c.is_ascii_digit() || "一二两三四五六七八九十半个小时钟头分刻".contains(c));
    let is_later = is_later || is_all || ["分钟到", "小时到", "钟头到"].iter().any(|w| text.ends_with(w));
    let answer = match (base, span) {
        (_, Some(_)) if has(Word::Not) || has(Word::Or) => None,
        (Some(base), Some(span)) if is_later => Some(base + span),
        (Some(base), None)
            if (has(Word::Dismissal) || has(Word::Closing))
                && !has(Word::Not)
                && !text.contains("放学后") =>
        {
            Some(base)
        }
        _ => None,
    };
    Said::Times(answer.filter(|t| t.hour() > 0).map(TimeAnswer::At).into_iter().collect())
}

/// A length of time: 半小时, 一个半小时, 二十分钟, 一刻钟.
fn span(text: &str) -> Option<Duration> {
    let vague = ["几分钟", "多分钟", "多小时", "几个小时", "来分钟", "多个小时", "一会"];
    if vague.iter().any(|word| text.contains(word)) {
        return None;
    }
    for unit in ["个半小时", "个半钟头", "个小时", "小时", "个钟头", "个钟", "分钟", "刻钟", "分"]
    {
        let Some(at) = text.find(unit) else { continue };
        let before = text.get(..at)?;
        if before.ends_with('半') {
            return Some(Duration::minutes(30));
        }
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_ascii_digit() || "一二两三四五六七八九十".contains(*c))
            .last()?
            .0;
        let (number, end) = numerals::number_at(text, start)?;
        let minutes = match unit {
            "分钟" | "分" => i64::from(number),
            "刻钟" => i64::from(number) * 15,
            "个半小时" | "个半钟头" => i64::from(number) * 60 + 30,
            _ => i64::from(number) * 60,
        };
        return (end == at && minutes <= 300).then(|| Duration::minutes(minutes));
    }
    None
}
