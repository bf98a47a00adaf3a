//! The name of who collects: 刘老师, 小刘, 王强; the child's own name is nobody's.
//!
//! Start at [`name_at`].

use smallvec::SmallVec;

use super::super::{class_and_name, time};
use super::words::{LEXICON, Word};

pub(super) enum Named {
    Person(String),
    /// A classmate whose parent comes.
    Classmate,
    /// The child itself.
    Child,
}

/// 表哥小杰: a fond name right after who it is, at the end of its clause.
pub(super) fn fond_name(text: &str, at: usize) -> Option<String> {
    let mut chars = text.get(at..)?.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    let ends = chars.next().is_none_or(|next| "来接去帮顺送领过带负在，电".contains(next));
    let is_fond = "小阿".contains(first) && ('\u{4e00}'..='\u{9fff}').contains(&second) && ends;
    (is_fond && LEXICON.at(text, at).is_none()).then(|| [first, second].iter().collect())
}

/// Whether a name begins where something known ends, and goes on as who collects does: no name is cut out of words that we
/// do not know (货|车没回, 红|衣服).
pub(super) fn stands_free(text: &str, known_end: usize, at: usize, end: usize) -> bool {
    let is_led = is_led(text, known_end, at);
    let after = text.get(end..).unwrap_or_default();
    let next = after.chars().next();
    // 赵叔, 吴奶奶: a title ends a name by itself.
    let is_titled =
        ["老师", "阿姨", "叔叔", "叔", "姨", "婶", "伯", "哥", "姐", "奶奶", "爷爷", "师傅", "女士", "先生"]
            .iter()
            .any(|title| text.get(at..end).is_some_and(|name| name.ends_with(title)));
    let goes_on = is_titled
        || next.is_none_or(|c| {
            !('\u{4e00}'..='\u{9fff}').contains(&c)
            || "接来去帮顺送领带到会能负的和跟与或及开骑过在今明下电手号就吧哈，都也一是要等替代把说照看陪"
                .contains(c)
        })
        || LEXICON.at(text, end).is_some()
        || super::super::account::light_end(text, end).is_some()
        || time::clock_end(text, end).is_some();
    is_led && goes_on
}

/// Whether nothing that we do not know stands right before a name.
pub(super) fn is_led(text: &str, known_end: usize, at: usize) -> bool {
    let gap = text.get(known_end..at).unwrap_or_default();
    gap.ends_with('叫')
        || gap.chars().all(|c| "，、和跟与或及是叫姓名:( -让请由托给找为的那个位家里他她".contains(c))
}

/// 我|老表: what sounds like kin of mine, and is no word of ours.
pub(super) fn is_unknown_kin(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let mut chars = rest.chars();
    let (first, second) = (chars.next(), chars.next());
    LEXICON.at(text, at).is_none()
        && first.is_some_and(|c| "老幺干堂表".contains(c))
        && second.is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && !"是早家地远活脆完等".contains(c))
}

/// 我|牌友阿强: a name with nothing before it but one or two characters that no word of ours covers.
pub(super) fn is_named_later(text: &str, at: usize) -> bool {
    const NOUN_MAX: usize = 3;
    let rest = text.get(at..).unwrap_or_default();
    for (unknown, (offset, c)) in rest.char_indices().take(NOUN_MAX + 1).enumerate() {
        let here = at + offset;
        if unknown > 1
            && (fond_name(text, here).is_some()
                || matches!(name_at(text, here, ""), Some((Named::Person(_), _))))
        {
            return true;
        }
        if LEXICON.at(text, here).is_some()
            || super::super::account::light_end(text, here).is_some()
            || "接来去会能可带送领在到就也都还要".contains(c)
        {
            return false;
        }
    }
    false
}

/// Characters that a name ends before, in the plain words of collecting.
const AFTER_NAME: &str = "来接去的帮顺送领过带负";

/// A name with its title (刘老师, 小刘, 王强), the child's own name, or 李雷的妈妈.
pub(super) fn name_at(text: &str, at: usize, child: &str) -> Option<(Named, usize)> {
    let rest = text.get(at..)?;
    let given = child.char_indices().nth(1).and_then(|(at, _)| child.get(at..)).unwrap_or_default();
    for own in [child, given] {
        if rest.starts_with(own) && own.chars().nth(1).is_some() {
            return Some((Named::Child, at + own.len()));
        }
    }
    if let Some(end) = classmate_at(text, at) {
        return Some((Named::Classmate, end));
    }
    if LEXICON.at(text, at).is_some() && !is_titled_word(rest) {
        return None;
    }
    let chars: SmallVec<[char; 6]> =
        rest.chars().take(6).take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    let first = *chars.first()?;
    if let Some(length) = doubled_parent(rest, &chars, child) {
        return Some((Named::Classmate, at + length));
    }
    // 小李阿姨.
    if "小老阿".contains(first) && class_and_name::surname_chars(chars.get(1..).unwrap_or_default()) == 1 {
        let title = chars.iter().skip(2).collect::<String>();
        let called = ["阿姨", "叔叔", "老师", "师傅", "伯伯", "大姐", "大哥", "姐姐", "哥哥"];
        if let Some(title) = called.iter().find(|word| title.starts_with(**word)) {
            let name: String = chars.iter().take(2).chain(title.chars().collect::<Vec<_>>().iter()).collect();
            let end = at + name.len();
            return Some((Named::Person(name), end));
        }
    }
    // 小刘, 阿强.
    if "小老阿".contains(first) && class_and_name::surname_chars(chars.get(1..).unwrap_or_default()) > 0 {
        let name: String = chars.iter().take(2).collect();
        let end = at + name.len();
        let next = text.get(end..)?.chars().next();
        let ends = next.is_none_or(|c| !('\u{4e00}'..='\u{9fff}').contains(&c) || AFTER_NAME.contains(c));
        // 小何开车来接, 小何五点来: a word of ours that is no person.
        let goes_on = || {
            let word = LEXICON.at(text, end).filter(|t| t.end - t.start > '小'.len_utf8());
            word.is_some_and(|t| matches!(t.kind, Word::Other | Word::Day))
                || time::clock_end(text, end).is_some()
        };
        return (ends || goes_on()).then_some((Named::Person(name), end));
    }
    let surname = class_and_name::surname_chars(&chars);
    if surname == 0 {
        return None;
    }
    // 刘老师; 刘妈妈 is nobody whom we could tell.
    let tail: String = chars.iter().skip(surname).collect();
    if let Some(title) = TITLES.iter().find(|title| tail.starts_with(**title)) {
        let name: String = chars.iter().take(surname).collect::<String>() + title;
        let end = at + name.len();
        return (!matches!(*title, "妈妈" | "爸爸")).then_some((Named::Person(name), end));
    }
    if let Some(name) = titled_name(text, at, &chars, surname) {
        let end = at + name.len();
        return Some((Named::Person(name), end));
    }
    let name = full_name(text, at, &chars, surname)?;
    let end = at + name.len();
    let after = text.get(end..)?;
    let after = after.strip_prefix('的').unwrap_or(after);
    match PARENTS.iter().find(|word| after.starts_with(**word)) {
        // 戴红领巾的, 王强的车: what somebody has or does.
        None if text.get(end..)?.starts_with('的') => None,
        Some(word) => Some((Named::Classmate, text.len() - after.len() + word.len())),
        None => Some((Named::Person(name), end)),
    }
}

/// What a surname is said with: 刘老师, 王姐.
const TITLES: &[&str] = &[
    "老师", "阿姨", "叔叔", "伯伯", "婶婶", "师傅", "先生", "女士", "大姐", "大哥", "大爷", "大妈", "大叔",
    "大伯", "大婶", "大娘", "大嫂", "嫂子", "奶奶", "爷爷", "阿婆", "阿公", "婆婆", "姐姐", "哥哥", "姐",
    "哥", "叔", "姨", "婶", "伯", "嫂", "妹", "校长", "主任", "教练", "医生", "护士", "园长", "经理", "队长",
    "妈妈", "爸爸",
];

/// 钱大姐, 方老师: a surname that is also a word, where its title tells.
fn is_titled_word(rest: &str) -> bool {
    let Some(called) = rest.strip_prefix(['钱', '方', '金', '安', '常', '元', '路', '江']) else {
        return false;
    };
    rest.len() - called.len() == '钱'.len_utf8() && TITLES.iter().any(|title| called.starts_with(*title))
}

/// 陈红女士: a whole name, and the title that stays in it.
fn titled_name(text: &str, at: usize, chars: &[char], surname: usize) -> Option<String> {
    const FORMAL: [&str; 5] = ["女士", "先生", "老师", "师傅", "同志"];
    let mut name: String = chars.iter().take(surname).collect();
    for given in chars.iter().skip(surname).take(2) {
        if LEXICON.at(text, at + name.len()).is_some() || "的是了和叫接".contains(*given) {
            return None;
        }
        name.push(*given);
        let after = text.get(at + name.len()..)?;
        if let Some(title) = FORMAL.iter().find(|title| after.starts_with(**title)) {
            return Some(name + title);
        }
    }
    None
}

/// Who collects another child, right after its name.
const PARENTS: &[&str] = &[
    "妈妈", "爸爸", "家长", "妈", "爸", "爷爷", "奶奶", "外婆", "姥姥", "父母", "她妈", "他妈", "她爸",
    "他爸",
];

/// 同班小宇妈妈, 班上王一诺的奶奶: who collects a classmate, told by its name.
fn classmate_at(text: &str, at: usize) -> Option<usize> {
    const MARKS: &[&str] = &[
        "同班同学",
        "同班的",
        "同班",
        "同学",
        "班上的",
        "班上",
        "班里的",
        "班里",
        "同桌",
        "一个班的",
        "他们班的",
        "他们班",
        "她们班的",
        "她们班",
        "我们班的",
        "我们班",
    ];
    let rest = text.get(at..)?;
    if !rest.starts_with(['同', '班', '一', '他', '她', '我']) {
        return None;
    }
    let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
    // 梁思涵同学妈妈 is no classmate's.
    let is_titled = text.get(..at)?.ends_with(|c: char| {
        ('\u{4e00}'..='\u{9fff}').contains(&c) && !"，是让叫由请托给的和跟他她我".contains(c)
    });
    if *mark == "同学" && is_titled || LEXICON.at(text, at).is_some_and(|t| matches!(t.kind, Word::Role(_)))
    {
        return None;
    }
    let name = rest.get(mark.len()..)?;
    [2, 3].into_iter().find_map(|length| {
        let end = name.char_indices().nth(length).map(|(end, _)| end)?;
        let is_name = name
            .get(..end)?
            .chars()
            .all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && !"的家他她我和跟与".contains(c));
        let after = name.get(end..)?;
        let after = after.strip_prefix('的').unwrap_or(after);
        let parent = PARENTS.iter().find(|word| after.starts_with(**word))?;
        let is_kin = name
            .char_indices()
            .take(length)
            .any(|(at, _)| LEXICON.at(name, at).is_some_and(|t| t.end <= end));
        (is_name && !is_kin).then(|| text.len() - after.len() + parent.len())
    })
}

/// 欢欢妈妈: another child's, unless it is what ours is called; how many bytes.
fn doubled_parent(rest: &str, chars: &[char], child: &str) -> Option<usize> {
    let [one, two, ..] = chars else { return None };
    let name = one.len_utf8() + two.len_utf8();
    let after = rest.get(name..).filter(|_| one == two && !child.contains(*one))?;
    let parents = ["妈妈", "爸爸", "家长", "奶奶", "爷爷", "外婆", "姥姥", "妈", "爸"];
    parents.iter().find(|word| after.starts_with(**word)).map(|word| name + word.len())
}

/// A surname and one or two characters that no word and no clock time begins with.
fn full_name(text: &str, at: usize, chars: &[char], surname: usize) -> Option<String> {
    let mut name = String::new();
    for (count, c) in chars.iter().take(surname + 2).enumerate() {
        let here = at + name.len();
        // 车坏了, 高烧, 白衣服, 戴帽子: no name has these.
        if count >= surname && "了坏没不着吗呢吧啊很太就都烧疼痛色衣帽镜个头眼裤鞋服是".contains(*c)
        {
            break;
        }
        let is_known = LEXICON.at(text, here).is_some_and(|t| count > surname || t.end - t.start > 3);
        // 马超四点半到: an hour is no part of a name.
        if count > surname && time::clock_end(text, here).is_some() {
            break;
        }
        // 爷爷蒋福来13811115555: nobody says that a phone comes.
        let is_given = *c == '来'
            && count == surname + 1
            && text.get(here + c.len_utf8()..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
        let is_word = !is_given
            && count >= surname
            && (is_known || "接送".contains(*c) || (count > surname && "来去帮在会顺".contains(*c)));
        if is_word || *c == '的' {
            break;
        }
        name.push(*c);
    }
    (name.chars().count() > surname).then_some(name)
}
