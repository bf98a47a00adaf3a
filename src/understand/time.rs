//! Time (时间): a time of the day, a span, or a limit, inside the window of the question.
//!
//! Clock times are found wherever they stand (`五点半`, `17:30`, `差十分六点`), then each is weighed in its clause: ruled
//! out by a negative, tied to something else (`六点下班`), bounded (`前`, `最早`), or meant. Exactly one may remain.
//! Start at [`read`]; [`clock`] reads a single clock time, [`span`] a length of time.

mod clock;
mod limit;
mod other;
mod span;
mod words;

use chrono::NaiveTime;
use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::lexicon::{Token, Tokens};
use super::phrases::{find, holds_any, phrases, starts_with_any};
use super::{Answer, TimeAnswer, Value, numerals};
use clock::{Clock, with_colons};
use other::{is_of_before, is_of_now, then_comes};
use span::no_clock;
use words::{LEXICON, Word};

/// What is known when a time is asked for.
pub(super) struct Window {
    pub(super) earliest: NaiveTime,
    pub(super) latest: NaiveTime,
    pub(super) dismissal: NaiveTime,
    pub(super) now: Option<NaiveTime>,
}

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
    let text = with_colons(clause::rather(clause::corrected(&text)));
    let mut answers = Times::new();
    let clauses = clause::clauses(&text);
    let is_today = clauses.iter().any(|c| holds_any(c.text, phrases!["今天", "今儿", "这次", "今日"]));
    let is_new = clauses.iter().any(|c| is_of_now(c.text));
    for (index, clause) in clauses.iter().enumerate().filter(|(_, clause)| clause.mood != Mood::Asks) {
        // 平时五点就能到的，今天得五点五十: today is asked for.
        let is_usual = holds_any(clause.text, phrases!["平时", "平常", "往常", "一般都"]);
        if is_usual && is_today && !clause.text.contains("今") {
            continue;
        }
        // 上周是五点，这周改五点二十: what was is told apart from what is.
        if is_of_before(clause.text)
            && (is_new || !holds_any(clause.text, phrases!["说", "定", "讲", "约", "报", "填"]))
        {
            continue;
        }
        // 5，6点: two hours, and which was not said.
        if is_hour_alone(clause.text)
            && clauses.get(index + 1).is_some_and(|c| clock::clock_at(c.text, 0).is_some())
        {
            return Answer::Unclear;
        }
        // 三点五十先接姐姐，然后四点一刻到学校: what is done first is not asked for.
        if clause.text.contains('先') && clauses.iter().skip(index + 1).any(|c| then_comes(c.text)) {
            continue;
        }
        match said(clause.text, window) {
            Said::Times(times) => answers.extend(times),
            Said::Unclear => return Answer::Unclear,
        }
    }
    answers.dedup();
    let answer = match answers.as_slice() {
        [one] => *one,
        // 不到五点半走不开，五点半准时到: not before it, and then.
        [TimeAnswer::After(from), TimeAnswer::At(at)] if from <= at => TimeAnswer::At(*at),
        [TimeAnswer::After(from), TimeAnswer::By(to)] | [TimeAnswer::By(to), TimeAnswer::After(from)]
            if from < to =>
        {
            TimeAnswer::Between(*from, *to)
        }
        _ => return Answer::Unclear,
    };
    if fits(answer, window) { Answer::Value(Value::Time(answer)) } else { Answer::Unclear }
}

/// 5, 五: an hour without the word for it.
fn is_hour_alone(text: &str) -> bool {
    numerals::number_at(text, 0).is_some_and(|(hour, end)| end == text.len() && hour < 24)
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
    let tokens: Tokens<Word> = tokens.into_iter().filter(|t| !is_far(t, text, &places)).collect();
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if has(Word::Open) {
        return Said::Unclear;
    }
    if places.is_empty() {
        return no_clock(text, window, &has);
    }
    // 还是五点: still, and no choice.
    let is_choice = |t: &Token<Word>| t.kind == Word::Or && !(t.start == 0 && text.starts_with("还是"));
    if has(Word::If) || tokens.iter().any(is_choice) {
        return Said::Unclear;
    }
    // 不到五点来不了: not before it, by what cannot be.
    if let ([place], Some(lead)) = (places.as_slice(), find(text, "不到"))
        && lead + "不到".len() == place.start
        && has(Word::Not)
    {
        return Said::Times(std::iter::once(TimeAnswer::After(place.time)).collect());
    }
    if has(Word::Not)
        && let [place] = places.as_slice()
        && let Some(limit) = limit::cannot(text, place)
    {
        return Said::Times(std::iter::once(limit).collect());
    }
    if has(Word::Not) {
        return if places.len() == 1 { Said::Times(Times::new()) } else { Said::Unclear };
    }
    // 不到六点: before it, unless something cannot be done (不到六点下不了班).
    if text.contains("不到") && !holds_any(text, phrases!["不了", "不能", "没法", "不开"]) {
        return Said::Unclear;
    }
    meant(text, &places, &tokens)
}

/// The times of a clause that its words neither rule out nor tie to something else, each with its limit.
fn meant(text: &str, places: &Places, tokens: &[Token<Word>]) -> Said {
    let mut times = Times::new();
    let (mut index, mut last_end) = (0, 0);
    while let Some(place) = places.get(index) {
        index += 1;
        if let Some(next) = places.get(index) {
            let between = text.get(place.end..next.start).unwrap_or_default();
            // 五点二十改五点四十: the second counts.
            if ["改", "换", "改到", "变"].contains(&between.trim()) {
                continue;
            }
            match joined(text, place, next) {
                Joint::None => {}
                Joint::Both => return Said::Unclear,
                Joint::Span => {
                    times.push(TimeAnswer::Between(place.time, next.time));
                    index += 1;
                    continue;
                }
            }
        }
        let until = places.get(index).map_or(text.len(), |next| next.start);
        let own = text.get(place.end..until).unwrap_or_default();
        if tied_elsewhere(own) || tied_before(tokens, place, own) {
            continue;
        }
        // 最早五点最晚五点半: each has its own limit.
        let is_limit = |t: &Token<Word>| matches!(t.kind, Word::NotAfter | Word::NotBefore);
        let has_own = tokens.iter().any(|t| is_limit(t) && (last_end..place.start).contains(&t.start));
        let from = if has_own { last_end } else { 0 };
        let before: SmallVec<[Word; 12]> =
            tokens.iter().filter(|t| (from..place.start).contains(&t.start)).map(|t| t.kind).collect();
        let is_of_next =
            until < text.len() && LEXICON.at(own, 0).is_some_and(|t| t.end == own.len() && is_limit(&t));
        let after = if is_of_next { "" } else { text.get(place.end..).unwrap_or_default() };
        let is_from = text.get(..place.start).is_some_and(|lead| lead.ends_with(['从', '打', '自']));
        times.push(limit::bounded(place.time, &before, after, is_from));
        last_end = place.end;
    }
    Said::Times(times)
}

/// How two clock times side by side belong together.
enum Joint {
    None,
    /// 五点和六点.
    Both,
    /// 五点到六点, 四点半五点之间.
    Span,
}

fn joined(text: &str, place: &Place, next: &Place) -> Joint {
    const JOINTS: &[&str] = &[
        "到", "至", "-", "--", "~", "直到", "和", "与", "跟", "to", " to ", " and ", "and", " till ",
        " until ",
    ];
    let between = text.get(place.end..next.start).unwrap_or_default();
    let ends_between = text.get(next.end..).is_some_and(|t| starts_with_any(t, &["之间", "中间"]));
    if between.is_empty() {
        return if ends_between { Joint::Span } else { Joint::None };
    }
    if !JOINTS.contains(&between.trim_matches(['左', '右', '之', '间'])) {
        return Joint::None;
    }
    let joins = "和与跟".contains(between) || between.contains("and");
    let is_between =
        ends_between || text.get(..place.start).is_some_and(|t| t.trim_end().ends_with("between"));
    if joins && !is_between { Joint::Both } else { Joint::Span }
}

/// 店里走不开，…五点三刻到校门口让她别乱跑: a bare negative reaches only what stands near it.
fn is_far(token: &Token<Word>, text: &str, places: &Places) -> bool {
    const REACH_BEFORE: usize = 6;
    const REACH_AFTER: usize = 4;
    let is_bare =
        matches!(text.get(token.start..token.end), Some("不" | "没" | "别" | "没有" | "不要" | "不用"));
    let [place] = places.as_slice() else { return false };
    let chars = |from: usize, to: usize| text.get(from..to).map_or(0, |t| t.chars().count());
    token.kind == Word::Not
        && is_bare
        && if token.start < place.start {
            chars(token.end, place.start) > REACH_BEFORE
        } else {
            chars(place.end, token.start) > REACH_AFTER
        }
}

/// 六点下班: the time belongs to another event.
fn tied_elsewhere(after: &str) -> bool {
    if is_engaged(after) {
        return true;
    }
    match LEXICON.tokens(after).find(|t| matches!(t.kind, Word::Elsewhere | Word::Arrive)) {
        Some(tie) => tie.kind == Word::Elsewhere,
        // 六点才放人: some event, and none at the school gate.
        None => after
            .strip_prefix('才')
            .is_some_and(|event| event.chars().count() > 1 && !event.starts_with(['能', '有', '行', '可'])),
    }
}

/// 五点下班后, 五点上钢琴课, 六点有个会: what somebody does then.
fn is_engaged(after: &str) -> bool {
    const EVENT_CHARS_MAX: usize = 6;
    if starts_with_any(after, &["下班后", "下班之后", "下班以后", "下课后"]) {
        return true;
    }
    let object = ["还有", "有", "要上", "上", "要开", "开"].iter().find_map(|word| after.strip_prefix(word));
    object.is_some_and(|object| {
        let event = object.chars().take(EVENT_CHARS_MAX).find(|c| "课会局班接来到空，".contains(*c));
        event.is_some_and(|c| "课会局班".contains(c)) && !object.starts_with("课后")
    })
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
            let place = |(hour, start, end): (u32, usize, usize)| {
                let clock = Clock { hour, minute: 0, part, is_vague: false };
                Some(Place { time: clock.resolve(window.earliest, window.latest)?, start, end })
            };
            let (before, after) = (span::hour_before(text, at), span::hour_after(text, end));
            // 5到6点, 4点半到5: an hour whose word is said once for both.
            let (from, to) = (before.and_then(place), after.and_then(place));
            if before.is_some() != from.is_some() || after.is_some() != to.is_some() {
                return (places, true);
            }
            places.extend(from);
            places.push(Place { time, start: at, end });
            if let Some(to) = to {
                at = to.end;
                places.push(to);
                continue;
            }
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
