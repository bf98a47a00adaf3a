//! Class and name (班级姓名): `二年级三班张小明`, `2(3)班`, `203班`, `初一3班`, `大班`, in any order.
//!
//! Classes are cut out first; of what remains, words that introduce or address are dropped, and a run of two to four
//! characters that starts with a surname is a name. The child's name wins over the parent's.
//! Start at [`read`]; [`class_at`] and [`surname_chars`] are shared with other grammars.

mod class;
mod name;
mod no_names;
mod spelling;
mod surnames;
mod unusual;
mod words;

use super::account;
use super::clause;
use super::numerals;
use super::phrases::{find, holds_any, phrases};
use super::{Answer, ClassAndName, Stage, Value};
pub(super) use class::class_at;
use name::{lone_name, name, run_at};
pub(super) use surnames::surname_chars;
use words::LEXICON;

/// The byte after the class or the name at this byte.
pub(super) fn mention_end(text: &str, at: usize, stage: Stage) -> Option<usize> {
    let class = class_at(text, at, Some(stage)).map(|(_, _, end)| end);
    class.or_else(|| {
        word_end(text, at).is_none().then(|| run_at(text, at).map(|run| at + run.len())).flatten()
    })
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "which class, and what is the child's name?".
pub(super) fn read(text: &str, stage: Stage) -> Answer {
    let stated = without_denied(&clause::stated(text), stage);
    let (before, after) = clause::split_correction(&stated);
    let parsed = before.map_or_else(
        || moved(clause::undenied(after), stage),
        |before| {
            let (old, new) = (parse(before, stage)?, parse(after, stage)?);
            Some(ClassAndName {
                grade: new.grade.or(old.grade),
                class: new.class.or(old.class),
                name: new.name.or(old.name),
            })
        },
    );
    let fits = |who: &ClassAndName| {
        let grades = match stage {
            Stage::Kindergarten => -3..=-1,
            Stage::Primary => 1..=6,
            Stage::Junior => 7..=9,
            Stage::Senior => 10..=12,
        };
        who.grade.is_none_or(|g| grades.contains(&g)) && who.class.is_none_or(|c| (1..=40).contains(&c))
    };
    // 二年级三班 and words that nobody reads: there may be a name in them.
    let hides = |who: &ClassAndName| {
        who.name.is_none() && hides_a_name(&stated, stage)
            || who.grade.is_none() && hides_a_grade(&stated, stage)
            || rises(&stated)
            || holds_any(stated.as_str(), phrases!["或者叫", "或叫", "或是叫", "还是叫", "要么叫"])
            || who.class.is_none() && holds_any(stated.as_str(), phrases!["甲班", "乙班", "丙班", "丁班"])
            || who.name.is_none() && keeps_back_a_name(&stated, stage)
            || (who.class.is_none() || who.grade.is_none()) && hides_a_number(&stated, stage)
    };
    // 3班?王明: a class that is asked about is not said.
    let asks_class = |who: &ClassAndName| {
        let is_short = stated.len() < text.len() && who.class.is_none();
        is_short
            && text
                .char_indices()
                .any(|(at, _)| class_at(text, at, Some(stage)).is_some_and(|(_, class, _)| class.is_some()))
    };
    match parsed.filter(fits).filter(|who| !asks_class(who)).filter(|who| !hides(who)) {
        Some(who) if who.grade.is_some() || who.class.is_some() || who.name.is_some() => {
            Answer::Value(Value::ClassAndName(who))
        }
        _ => Answer::Unclear,
    }
}

/// What denies a class or a name.
const DENYING: [&str; 5] = ["不是", "不叫", "不姓", "不念", "不写"];

/// 不是四班，我们在六班: without the clause that only denies, where another one says what is.
fn without_denied(text: &str, stage: Stage) -> String {
    let denies =
        |clause: &&str| DENYING.iter().any(|no| clause.starts_with(no)) && clause.chars().count() <= 8;
    let mut kept: Vec<String> = Vec::new();
    // 刚才写的三班有误.
    // 老师把名字登成李敏了，其实叫李抿.
    let has_truth = holds_any(text, phrases!["其实", "实际", "应该", "正确"]);
    let is_mistake = |clause: &str| {
        holds_any(clause, phrases!["有误", "写的是错", "填的是错"])
            || has_truth
                && holds_any(
                    clause,
                    phrases![
                        "登成", "写成", "记成", "打成", "录成", "念成", "填成", "报成", "叫成", "印成",
                        "输成"
                    ],
                )
                && !holds_any(clause, phrases!["其实", "实际", "应该", "正确"])
    };
    for clause in text.split('，') {
        if is_mistake(clause) && text.contains('，') {
            continue;
        }
        // 不叫李想叫李响: what is meant stands in the same breath.
        let affirmed = ["不叫", "不姓"].iter().find_map(|no| {
            let after = clause.strip_prefix(no)?;
            after.find(no.trim_start_matches('不')).and_then(|at| after.get(at..))
        });
        let clause = affirmed.unwrap_or(clause);
        if !denies(&clause) {
            kept.push(without_other_class(clause, stage).to_owned());
            continue;
        }
        // 初二三班，不是三班，四班: what was said before is taken back.
        let wrong = DENYING.iter().fold(clause, |clause, no| clause.trim_start_matches(no));
        if let Some((at, last)) = kept.last_mut().and_then(|last| Some((last.rfind(wrong)?, last)))
            && !wrong.is_empty()
        {
            last.truncate(at);
        }
    }
    if kept.is_empty() { text.to_owned() } else { kept.join("，") }
}

/// 是四(6)班不是四(9)班: without the class that is denied at the end of a clause.
fn without_other_class(clause: &str, stage: Stage) -> &str {
    let Some((before, after)) = clause.split_once("不是") else { return clause };
    let ends_denied = class_at(after, 0, Some(stage)).is_some_and(|(_, _, end)| end == after.len());
    let says_class = before.char_indices().any(|(at, _)| class_at(before, at, Some(stage)).is_some());
    if ends_denied && says_class && !before.ends_with('是') { before } else { clause }
}

/// 三升四: which of both grades is meant, the time of year decides.
fn rises(text: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || numerals::digit(c).is_some());
    text.contains('升')
        && text.match_indices('升').any(|(at, rises)| {
            let (before, after) = (text.get(..at), text.get(at + rises.len()..));
            digit(before.and_then(|t| t.chars().next_back())) && digit(after.and_then(|t| t.chars().next()))
        })
}

/// 三年李想2班: whether a number stands there that a grade was meant by.
fn hides_a_grade(text: &str, stage: Stage) -> bool {
    if !text.contains('年') {
        return false;
    }
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let class = class_at(text, at, Some(stage)).map(|(_, _, end)| end).filter(|end| *end > at);
        let Some((_, end)) = numerals::number_at(text, at).filter(|_| class.is_none()) else {
            at = class.unwrap_or(at + c.len_utf8());
            continue;
        };
        if end - at <= c.len_utf8() && text.get(end..).is_some_and(|t| t.starts_with('年')) {
            return true;
        }
        at = end;
    }
    false
}

/// Whether a reply holds a number that nobody reads and that may be a class; phones and seats are none.
fn hides_a_number(text: &str, stage: Stage) -> bool {
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some(end) = class_at(text, at, Some(stage)).map(|(_, _, end)| end).filter(|end| *end > at) {
            at = end;
            continue;
        }
        let digits = text.get(at..).map_or(0, |t| t.bytes().take_while(u8::is_ascii_digit).count());
        let is_seat = text.get(at + digits..).is_some_and(|t| t.starts_with('号'))
            || text.get(..at).is_some_and(|t| t.ends_with('号'));
        if (1..=4).contains(&digits) && !is_seat {
            return true;
        }
        // two年级, 5a班: a grade or a class in another script.
        if c.is_ascii_alphabetic()
            && text.get(at + 1..).is_some_and(|t| t.starts_with("年级") || t.starts_with('班'))
        {
            return true;
        }
        at += digits.max(c.len_utf8());
    }
    false
}

/// Whether a reply holds two characters and more side by side that nobody reads.
fn hides_a_name(text: &str, stage: Stage) -> bool {
    let (mut at, mut unread) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        // 四班|班超, 一班的|和平: a surname that is also a word.
        if unread == 0 && begins_surname(text, at) {
            (at, unread) = (at + c.len_utf8(), 1);
            continue;
        }
        let end = mention_end(text, at, stage)
            .or_else(|| word_end(text, at))
            .or_else(|| account::light_end(text, at));
        if let Some(end) = end.filter(|end| *end > at) {
            (at, unread) = (end, 0);
        } else {
            at += c.len_utf8();
            unread = if ('\u{4e00}'..='\u{9fff}').contains(&c) { unread + 1 } else { 0 };
        }
        if unread > 1 {
            return true;
        }
    }
    false
}

/// 张xx, 四班超: whether a surname with letters for the rest, or one character that no particle is, stands after a class.
fn keeps_back_a_name(text: &str, stage: Stage) -> bool {
    const PARTICLES: &str = "的了哒滴额嘞咧哟噢喔呵嘿呐哩唻呗喽哇捏咩嘅啫喎耶啊呀吧呢嘛哈嗯哦是在读上家里人娃崽仔女男您你我他她好行对嗷鸭鸦呦哎诶嗳";
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let Some((_, _, end)) = class_at(text, at, Some(stage)) else {
            at += c.len_utf8();
            continue;
        };
        at = end.max(at + c.len_utf8());
        let mut chars = text.get(at..).unwrap_or_default().trim_start_matches(['的', '，', ' ']).chars();
        let Some(first) = chars.next().filter(|c| unusual::is_han(*c) && !PARTICLES.contains(*c)) else {
            continue;
        };
        let second = chars.next();
        if second.is_none() || second.is_some_and(|c| "x*×".contains(c)) && surname_chars(&[first]) > 0 {
            return true;
        }
    }
    false
}

/// Whether 班 or 和 stands at this byte after a class, and one character that is no word after it, which end the clause.
fn begins_surname(text: &str, at: usize) -> bool {
    let Some((before, rest)) = text.split_at_checked(at) else { return false };
    let mut chars = rest.chars();
    let (Some('班' | '和'), Some(given)) = (chars.next(), chars.next()) else { return false };
    let is_last = chars.next().is_none_or(|c| "，。".contains(c));
    before.ends_with(['班', '的', '，'])
        && unusual::is_han(given)
        && is_last
        && word_end(text, at).is_none_or(|end| end == at + '班'.len_utf8())
}

/// 3班，哎呀是2班: what is noticed while it is written.
const NOTICED: &[&str] =
    &["哎呀是", "哎哟是", "哎是", "唉是", "噢是", "喔是", "哦是", "呀是", "糟了是", "糟糕是"];

/// 原来在二年级三班，这学期转到五班: the later class counts, as far as it is said.
fn moved(text: &str, stage: Stage) -> Option<ClassAndName> {
    // 去年二年级三班，今年三年级三班: where the first is of the past, the present begins the later one.
    let was =
        holds_any(text, phrases!["去年", "上学期", "以前", "之前", "原来", "上学年", "刚从", "，从", "曾经"]);
    let moves = [
        "分班后是",
        "分班后在",
        "分班分到",
        "已经升",
        "升了",
        "转到",
        "调到",
        "分到",
        "现在是",
        "现在在",
        "升到",
        "换到了",
        "转入",
    ];
    let present = if was { ["今年", "现在", "这学期", "目前"].as_slice() } else { &[] };
    for marker in moves.iter().chain(present).chain(NOTICED) {
        if let Some(at) = find(text, marker) {
            let new = parse(text.get(at + marker.len()..)?, stage)?;
            // 开学升五年级，之前四年级2班，现在五年级2班: a full class needs nothing of what was.
            let is_full = new.grade.is_some() && new.class.is_some() && new.name.is_some();
            let old = parse(text.get(..at)?, stage).or_else(|| is_full.then(|| new.clone()))?;
            if new.class.is_some() || new.grade.is_some() {
                return Some(ClassAndName {
                    grade: new.grade.or(old.grade),
                    class: new.class.or(old.class),
                    name: new.name.or(old.name),
                });
            }
        }
    }
    parse(text, stage)
}

/// One class at the most, one name at the most; `None` on two.
fn parse(text: &str, stage: Stage) -> Option<ClassAndName> {
    let mut who = ClassAndName { grade: None, class: None, name: None };
    let mut rest = String::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some((grade, class, end)) = class_at(text, at, Some(stage)) {
            let differs = |old: bool, same: bool| old && !same;
            if differs(who.grade.is_some() && grade.is_some(), who.grade == grade)
                || differs(who.class.is_some() && class.is_some(), who.class == class)
            {
                return None;
            }
            who.grade = grade.or(who.grade);
            who.class = class.or(who.class);
            rest.push('，');
            at = end;
        } else {
            rest.push(c);
            at += c.len_utf8();
        }
    }
    who.name = name(&rest, who.class.is_none() && who.grade.is_none())?;
    if who.class.is_some() && who.name.is_none() {
        who.name = lone_name(&rest);
    }
    Some(who)
}
