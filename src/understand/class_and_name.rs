//! Class and name (班级姓名): `二年级三班张小明`, `2(3)班`, `203班`, `初一3班`, `大班`, in any order.
//!
//! Classes are cut out first; of what remains, words that introduce or address are dropped, and a run of two to four
//! characters that starts with a surname is a name. The child's name wins over the parent's.
//! Start at [`read`]; [`class_at`] and [`surname_chars`] are shared with other grammars.

mod name;

use std::collections::HashSet;
use std::sync::LazyLock;

use super::account;
use super::clause;
use super::lexicon::{Lexicon, Quick};
use super::{Answer, ClassAndName, Stage, Value, numerals};
use name::{lone_name, name, run_at};

/// Common surnames of one character, and those of two.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘闻厉伊仝区郜阚屠豆盖练廉禹井祖漆巴丰支卿狄计索宣晋云敬扈晁芮普浦戈伏鹿薄邸雍辜羊阿母裘亓修邰赫杭况印逯隆诺战慕亢嵇公湛戎勾茅於呼居尉冶衣阴昝智衡富尧向洪鄂佘阙揭危洛沃逄仉牧隗蓬郗钭韶蓟锁籍璩郏暨殴蔚夔訾";
const COMPOUND: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒", "长孙",
    "端木", "百里", "独孤", "南宫", "轩辕", "宇文", "闻人", "澹台", "呼延", "东郭", "钟离", "西门", "淳于",
    "单于", "申屠", "公羊", "拓跋", "完颜", "闾丘",
];

/// How many characters of a name are its surname; 0 without one.
pub(super) fn surname_chars(name: &[char]) -> usize {
    let is_compound = |surname: &&str| surname.chars().eq(name.iter().copied().take(2));
    if name.len() > 2 && COMPOUND.iter().any(is_compound) {
        return 2;
    }
    usize::from(name.first().is_some_and(|c| is_surname(*c)))
}

/// Whether a character is a common surname.
fn is_surname(c: char) -> bool {
    static TABLE: LazyLock<HashSet<char, Quick>> = LazyLock::new(|| SURNAMES.chars().collect());
    TABLE.contains(&c)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// 孩子, 叫: a child's name follows.
    Introduces,
    /// 妈妈, 家长: a child's name stands before.
    Parent,
    /// 小名: a fond name follows, which is not the one.
    Fond,
    /// 我是, 我叫: perhaps the parent's own name follows.
    Myself,
    Filler,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Filler, Fond, Introduces, Myself, Parent};
    Lexicon::new(
        &[
            (
                Introduces,
                "大名叫 大名 学名 孩子叫 孩子是 孩子名字 孩子姓名 孩子 小孩 小孩叫 学生姓名 学生 姓名是 姓名 名字叫 名字是 名字 名叫 叫做 叫 儿子 女儿 闺女 我娃 我家孩子 我家娃 我家 娃叫 娃 娃娃 学生是 宝贝 我儿子 我女儿 名 小孩子 我孩子 孙子 孙女 外孙 外孙女 我孙子 我孙女 我外孙 我外孙女 孙女儿",
            ),
            (
                Parent,
                "妈妈 爸爸 家长 的妈妈 的爸爸 的家长 妈 爸 的妈 的爸 奶奶 爷爷 外婆 外公 的奶奶 的爷爷 的外婆 姥姥 姥爷 母亲 父亲 的母亲 的父亲 她妈 他妈",
            ),
            (Fond, "小名叫 小名 乳名 昵称"),
            (Myself, "我是 我叫 本人 我姓 我名字"),
            (
                Filler,
                "男 女 男孩 女孩 男生 女生 弓长张 立早章 木子李 耳东陈 双木林 言午许 古月胡 口天吴 走肖赵 草头黄 双人徐 文刀刘 三横王 老师好 老师您好 老师你好 老师 您好 你好 我们是 我们 我们家 那个 这个 就是 的 是 在 读 上 念 班级 年级 班 同学 小朋友 谢谢 谢谢老师 麻烦 哦 嗯 啊 呀 哈 呢 吧 了 您 请问 现在 这学期 今年 刚 转来 转到 转学 原来 以前 家 和 学校 小学 初中 高中 幼儿园 学号 今天 写错 应该 其实 报 参加 报名 登记 要 想 也 来自 号 座号 分班 调到 升到 这 那 一下 新生 插班生 插班 嘛 啦 咯 一个 早上好 晚上好 下午好 大家好 抱歉 不好意思 更新 班上 里 班里 课后 辛苦 辛苦了 班主任 好 全名 现 已 经 到 都 去年 上学期",
            ),
        ],
        "",
    )
});

/// A class that starts at this byte: its grade, its number, and the byte after it.
///
/// - `stage`: which grades a bare number can mean; `None` when only spelled-out classes count.
pub(super) fn class_at(
    text: &str,
    at: usize,
    stage: Option<Stage>,
) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    if text.get(..at)?.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(found) = named_grade(text, at).or_else(|| english_class(text, at)) {
        return Some(found);
    }
    let (number, end) = numerals::number_at(text, at)?;
    let tail = text.get(end..)?;
    for word in ["年级", "年纪", "年即", "年段", "年几"] {
        if tail.starts_with(word) {
            let (class, end) = class_number(text, end + word.len());
            return Some((Some(grade_of(number, stage)), class, end));
        }
    }
    if let Some((class, end)) =
        tail.strip_prefix('年').and_then(|_| spelled_class(text, end + '年'.len_utf8()))
    {
        return Some((Some(grade_of(number, stage)), Some(class), end));
    }
    if tail.starts_with(['(', '.', '-', ' ', '/', '_', '、'])
        || !rest.starts_with(|c: char| c.is_ascii_digit()) && tail.starts_with(|c: char| c.is_ascii_digit())
    {
        let skip = tail.chars().next().filter(|c| !c.is_ascii_digit()).map_or(0, char::len_utf8);
        if let Some((class, class_end)) = numerals::number_at(text, end + skip) {
            let after = text.get(class_end..)?;
            let closed = after.strip_prefix(')').unwrap_or(after);
            let has_word = closed.starts_with('班');
            let is_mixed =
                stage.is_some() && skip == 0 && !closed.starts_with(['点', '月', '年', '号', '岁']);
            let is_pair = tail.starts_with('(')
                || has_word
                || is_mixed
                || (stage.is_some() && tail.starts_with(['-', '.', '/']));
            if is_pair && number <= 12 {
                let end = text.len() - closed.len() + if has_word { '班'.len_utf8() } else { 0 };
                return Some((Some(grade_of(number, stage)), u8::try_from(class).ok(), end));
            }
        }
    }
    // 502 马跃: three digits by themselves, where a class is asked for.
    let is_alone = stage.is_some()
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && end - at == 3
        && !tail.starts_with(|c: char| c.is_ascii_alphanumeric() || "班号室楼元点:.-座".contains(c));
    if is_alone && (1..=20).contains(&(number % 100)) {
        return Some((Some(grade_of(number / 100, stage)), u8::try_from(number % 100).ok(), end));
    }
    let digit_words = rest.chars().take_while(|c| numerals::digit(*c).is_some()).count();
    if tail.starts_with('班') {
        let end = end + '班'.len_utf8();
        return Some(match number {
            100..=1299 => (Some(grade_of(number / 100, stage)), u8::try_from(number % 100).ok(), end),
            11..=99 if digit_words == 2 => {
                (Some(grade_of(number / 10, stage)), u8::try_from(number % 10).ok(), end)
            }
            _ => (None, u8::try_from(number).ok(), end),
        });
    }
    None
}

/// grade 6 class 5, in either order.
fn english_class(text: &str, at: usize) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    let word = ["grade", "class"].into_iter().find(|word| rest.starts_with(word))?;
    let skip = |at: usize| at + usize::from(text.get(at..).is_some_and(|t| t.starts_with(' ')));
    let (number, end) = numerals::number_at(text, skip(at + word.len()))?;
    let small = i8::try_from(number).ok()?;
    Some(if word == "grade" { (Some(small), None, end) } else { (None, Some(small.unsigned_abs()), end) })
}

/// Counts a grade through the stages: the second of 初中 is 8.
fn grade_of(number: u32, stage: Option<Stage>) -> i8 {
    let number = i8::try_from(number).unwrap_or(i8::MAX);
    match stage {
        Some(Stage::Junior) if (1..=3).contains(&number) => number + 6,
        Some(Stage::Senior) if (1..=3).contains(&number) => number + 9,
        _ => number,
    }
}

/// 初一, 高二, 大班, 中二班.
fn named_grade(text: &str, at: usize) -> Option<(Option<i8>, Option<u8>, usize)> {
    let rest = text.get(at..)?;
    for (name, base) in [("初中", 6), ("高中", 9), ("初", 6), ("高", 9), ("小学", 0)] {
        let Some(tail) = rest.strip_prefix(name) else { continue };
        let first = tail.chars().next()?;
        let Some(number @ 1..=6) = numerals::digit(first).or_else(|| first.to_digit(10)) else { continue };
        let after = at + name.len() + first.len_utf8();
        let has_word = text.get(after..)?.starts_with("年级");
        if name.len() > 3 && !has_word || number > 3 && base > 0 {
            continue;
        }
        let (class, end) = class_number(text, after + if has_word { "年级".len() } else { 0 });
        return Some((i8::try_from(number).ok().map(|n| n + base), class, end));
    }
    for (name, grade) in [("小", -3_i8), ("中", -2), ("大", -1)] {
        let Some(tail) = rest.strip_prefix(name) else { continue };
        if tail.starts_with("班长") {
            continue;
        }
        if tail.starts_with('班') {
            let (class, end) = class_number(text, at + name.len() + '班'.len_utf8());
            return Some((Some(grade), class, end));
        }
        if let Some((class, end)) = spelled_class(text, at + name.len()) {
            return Some((Some(grade), Some(class), end));
        }
    }
    None
}

/// A class number with or without brackets that must be followed by 班.
fn spelled_class(text: &str, at: usize) -> Option<(u8, usize)> {
    let (class, end) = class_number(text, at);
    let class = class?;
    text.get(..end)?.ends_with('班').then_some((class, end))
}

/// A class number after its grade, with or without brackets and 班; the start itself when there is none.
fn class_number(text: &str, at: usize) -> (Option<u8>, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let skipped = rest.trim_start_matches(['的', '第', '(', ' ', '，', '-', '、']);
    let from = text.len() - skipped.len();
    let Some((number, end)) = numerals::number_at(text, from) else { return (None, at) };
    let tail = text.get(end..).unwrap_or_default();
    let closed = tail.strip_prefix(')').unwrap_or(tail);
    let has_word = closed.starts_with('班');
    let is_closed = closed.len() < tail.len();
    let is_bare = tail.chars().next().is_none_or(|c| !"年月号点".contains(c)) && !rest.starts_with('，');
    if !(has_word || is_closed || is_bare) {
        return (None, at);
    }
    let end = text.len() - closed.len() + if has_word { '班'.len_utf8() } else { 0 };
    (u8::try_from(number).ok(), end)
}

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
    let stated = clause::stated(text);
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
            || who.class.is_none() && hides_a_number(&stated, stage)
    };
    match parsed.filter(fits).filter(|who| !hides(who)) {
        Some(who) if who.grade.is_some() || who.class.is_some() || who.name.is_some() => {
            Answer::Value(Value::ClassAndName(who))
        }
        _ => Answer::Unclear,
    }
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
        at += digits.max(c.len_utf8());
    }
    false
}

/// Whether a reply holds two characters and more side by side that nobody reads.
fn hides_a_name(text: &str, stage: Stage) -> bool {
    let (mut at, mut unread) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
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

/// 原来在二年级三班，这学期转到五班: the later class counts, as far as it is said.
fn moved(text: &str, stage: Stage) -> Option<ClassAndName> {
    // 去年二年级三班，今年三年级三班: where the first is of the past, the present begins the later one.
    let was = ["去年", "上学期", "以前", "之前", "原来", "上学年"].iter().any(|word| text.contains(word));
    let moves = ["转到", "调到", "分到", "现在是", "现在在", "升到", "换到了", "转入"];
    let present = if was { ["今年", "现在", "这学期", "目前"].as_slice() } else { &[] };
    for marker in moves.iter().chain(present) {
        if let Some(at) = text.find(marker) {
            let (old, new) = (parse(text.get(..at)?, stage)?, parse(text.get(at + marker.len()..)?, stage)?);
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
    who.name = name(&rest)?;
    if who.class.is_some() && who.name.is_none() {
        who.name = lone_name(&rest);
    }
    Some(who)
}
