//! Whose (谁的): a person told by another one, and persons who only stand beside who comes.
//!
//! 妈妈的妈妈 is one person, 爷爷的学生 nobody whom we can tell, 外婆家 a place. Start at [`chained`] and [`beside_end`].

use super::super::Replier;
use super::super::phrases::{ends_with_any, starts_with_any};
use super::draft::own_relation;
use super::kin::{self, Kin};
use super::words::{LEXICON, Word};

/// What ties a person to the one before.
const LINKS: &[&str] = &[
    "的",
    "家的",
    "家里的",
    "那边的",
    "家那边的",
    "单位的",
    "单位里的",
    "公司的",
    "公司里的",
    "厂里的",
    "店里的",
    "队里的",
    "手下的",
    "那个",
    "那位",
    "请的",
    "叫的",
    "找的",
    "约的",
    "雇的",
    "派的",
    "喊的",
    "安排的",
    "介绍的",
    "推荐的",
    "认识的",
];

/// What is somebody's, and no person: 爷爷的电话.
const THINGS: &[&str] = &[
    "电话", "手机", "号", "联系", "名", "姓", "身份", "微信", "尾", "车", "话", "班", "事", "活", "任务",
    "安排", "照片", "情况", "时间", "意思", "接", "来", "去", "工作", "就", "都", "是",
];

/// Persons whom the school has no word for: somebody's, they are not the one they belong to.
const STRANGERS: &[&str] = &[
    "女朋友",
    "男朋友",
    "女友",
    "男友",
    "未婚妻",
    "未婚夫",
    "前妻",
    "前夫",
    "学生",
    "学员",
    "学徒",
    "徒弟",
    "徒儿",
    "学弟",
    "学妹",
    "学姐",
    "学长",
    "师弟",
    "师妹",
    "师兄",
    "师姐",
    "师哥",
    "师父",
    "师娘",
    "师母",
    "助理",
    "助手",
    "秘书",
    "下属",
    "手下",
    "部下",
    "属下",
    "领导",
    "老板",
    "员工",
    "职工",
    "店员",
    "伙计",
    "雇员",
    "客户",
    "房东",
    "房客",
    "租客",
    "牌友",
    "球友",
    "棋友",
    "舞伴",
    "老伴儿",
    "病友",
    "网友",
    "队友",
    "驴友",
    "亲家",
    "干儿子",
    "干女儿",
    "干妹妹",
    "干弟弟",
    "干姐姐",
    "干哥哥",
    "店里伙计",
    "店里员工",
];

/// Kin words that one calls others by.
pub(super) const CALLED: &[&str] = &[
    "大嫂", "嫂子", "大姐", "大哥", "姐姐", "哥哥", "姐", "哥", "叔叔", "大叔", "叔", "婶婶", "婶子", "大婶",
    "婶", "伯伯", "大伯", "大娘", "奶奶", "爷爷",
];

/// Who is called so at work, and is nobody's kin.
const AT_WORK: &[&str] = &[
    "保安",
    "门卫",
    "快递",
    "外卖",
    "物业",
    "保洁",
    "清洁工",
    "食堂",
    "宿管",
    "交警",
    "协警",
    "超市的",
    "店里的",
];

/// Whether a stretch between two persons makes the second one the first one's: 姑姑|家的|表哥.
pub(super) fn is_link(text: &str) -> bool {
    LINKS.contains(&text)
}

/// 爷爷的学生, 我爸单位的人, 舅舅女朋友: what follows a person is somebody of theirs whom no word of ours names.
pub(super) fn has_unknown(rest: &str) -> bool {
    // Most persons do something next, and cost no more than this.
    if rest.is_empty() || rest.starts_with(['接', '来', '去', '，', '。', '、', '和']) {
        return false;
    }
    // 我弟家的接: his wife; 爷爷叫了出租车: its driver.
    if starts_with_any(
        rest,
        &[
            "家的接",
            "家的来",
            "家的去",
            "叫了车",
            "叫的车",
            "约的车",
            "找的车",
            "请的车",
            "叫了出租",
            "叫了滴滴",
            "叫了个",
            "约了车",
            "请了个",
            "找了个",
        ],
    ) || is_stranger(rest)
        || rest.starts_with("同学") && !starts_with_any(rest, &["同学家", "同学妈", "同学爸"])
    {
        return true;
    }
    let longest = LINKS.iter().filter_map(|link| rest.strip_prefix(link)).min_by_key(|rest| rest.len());
    let Some(theirs) = longest.filter(|theirs| !starts_with_any(theirs, THINGS)) else { return false };
    match LEXICON.at(theirs, 0) {
        Some(token) => token.kind == Word::Vague || starts_with_any(theirs, &["老师", "同学"]),
        None => theirs.starts_with(|c: char| {
            ('\u{4e00}'..='\u{9fff}').contains(&c) && !"啊哈呀吧呢嘛哦哟噢咯了".contains(c)
        }),
    }
}

/// 我|助理, 舅舅|女朋友.
pub(super) fn is_stranger(rest: &str) -> bool {
    let rest = ["家的", "的", "家"].iter().find_map(|link| rest.strip_prefix(link)).unwrap_or(rest);
    starts_with_any(rest, STRANGERS)
}

/// 妈妈单位|小李: the place of somebody's work between the two, so that the name is another one's.
pub(super) fn is_of_work(link: &str) -> bool {
    ends_with_any(
        link.trim_end_matches(['的', '里']),
        &["单位", "公司", "厂", "店", "队", "科", "医院", "学校", "办公室", "手下", "那边"],
    )
}

/// 来接他和|弟弟, 接|妹妹: a child who is collected too.
pub(super) fn is_collected(text: &str, start: usize, kind: Word) -> bool {
    let is_child = matches!(kind, Word::Kin(Kin::Brother | Kin::Sister | Kin::Cousin));
    let Some(before) = text.get(..start).filter(|_| is_child) else { return false };
    let with = before
        .strip_suffix(['和', '跟', '与', '、'])
        .and_then(|before| before.strip_suffix(['他', '她']).or_else(|| before.strip_suffix("孩子")));
    let before = with.unwrap_or(before);
    before.strip_suffix(['完', '了', '上', '好']).unwrap_or(before).ends_with(['接', '领', '带'])
}

/// 赵老师推荐的|托管班: the name before is of who only told of it.
pub(super) fn is_told_of(before: &str) -> bool {
    ends_with_any(before, &["推荐的", "介绍的", "联系的", "认识的"])
}

/// 我|是周明妈妈: whether that is who we know writes, and the byte after it, where more is said.
pub(super) fn introduced(text: &str, at: usize, child: &str, replier: Replier) -> Option<(bool, usize)> {
    let rest = text.get(at..)?.strip_prefix('是')?;
    let given = child.char_indices().nth(1).and_then(|(at, _)| child.get(at..)).unwrap_or_default();
    let own = [child, given].into_iter().filter(|name| name.chars().nth(1).is_some());
    let rest = own.into_iter().find_map(|name| rest.strip_prefix(name)).unwrap_or(rest);
    let rest = rest.strip_prefix('的').unwrap_or(rest);
    let token = LEXICON.at(rest, 0)?;
    let Word::Kin(kin) = token.kind else { return None };
    let after = rest.get(token.end..).filter(|after| !after.is_empty())?;
    Some((kin::of_child(kin) == own_relation(replier), text.len() - after.len()))
}

/// 她老公, 他爱人: the spouse of the one before, who is known of uncles and aunts only.
#[expect(clippy::option_option, reason = "outer: a spouse is named; inner: one whose relation is known")]
pub(super) fn spouse(
    text: &str,
    start: usize,
    kind: Word,
    owner: Option<&'static str>,
) -> Option<Option<&'static str>> {
    let Word::OfReplier(kin @ (Kin::Husband | Kin::Wife | Kin::Spouse)) = kind else { return None };
    let before = text.get(..start)?;
    let before = before.strip_suffix('的').unwrap_or(before);
    before.ends_with(['他', '她']).then(|| chained(owner.unwrap_or_default(), kin, false))
}

/// 师|娘, 徒|弟, 曾|祖母, 养|父: with what stands right before it, a kin word is another one, which we do not know.
pub(super) fn is_part(text: &str, known_end: usize, start: usize, end: usize) -> bool {
    let Some(before) = text.get(known_end..start).and_then(|gap| gap.chars().next_back()) else {
        return false;
    };
    let is_short = end - start == '弟'.len_utf8();
    "曾养义干继堂表".contains(before) || is_short && "师徒学伴新奶空板房神姑大太".contains(before)
}

/// 爸爸接还是我接: which of them is left open, unless all would do.
pub(super) fn is_either(text: &str) -> bool {
    text.contains("还是")
        && text.split_once("还是").is_some_and(|(before, after)| {
            let names = |part| LEXICON.tokens(part).any(|t| is_person(t.kind) || t.kind == Word::Mine);
            names(before) && names(after) && !after.contains('都') && !after.contains("一样")
        })
}

/// Whether a word is of a person other than the writer.
pub(super) fn is_person(kind: Word) -> bool {
    matches!(kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_))
}

/// 妈妈的妈妈, 舅舅的女儿: what kin of kin is to the child; `None` where that is several, or nobody of ours.
///
/// - `is_of_house`: 舅舅家的姐姐 is a child of the house, 舅舅的姐姐 is not.
pub(super) fn chained(owner: &str, kin: Kin, is_of_house: bool) -> Option<&'static str> {
    Some(match (owner, kin) {
        ("father", Kin::Father) => "paternal_grandfather",
        ("father", Kin::Mother) => "paternal_grandmother",
        ("mother", Kin::Father) => "maternal_grandfather",
        ("mother", Kin::Mother) => "maternal_grandmother",
        ("father" | "mother", Kin::Brother) | ("aunt", Kin::Husband) => "uncle",
        ("father" | "mother", Kin::Sister) | ("uncle", Kin::Wife) => "aunt",
        ("uncle" | "aunt", Kin::Son | Kin::Daughter | Kin::Cousin) => "cousin",
        ("uncle" | "aunt", Kin::Brother | Kin::Sister) if is_of_house => "cousin",
        (owner, Kin::Cousin) if !matches!(owner, "father" | "mother") => "cousin",
        (
            "paternal_grandfather" | "paternal_grandmother" | "maternal_grandfather" | "maternal_grandmother",
            Kin::Brother | Kin::Sister,
        ) => "other_relative",
        _ => return None,
    })
}

/// 爷爷让|姑姑, 爷爷说|爸爸去接: who has somebody else come, or says that they do, does not; nor does who stands before
/// 只能|妈妈接.
pub(super) fn causes(link: &str) -> bool {
    const CAUSING: &[&str] = &[
        "让", "叫", "喊", "派", "请", "安排", "委托", "拜托", "托", "麻烦", "吩咐", "打发", "通知", "说",
        "只能", "只有", "只好", "只得", "只剩",
    ];
    let link = link.strip_suffix(['我', '了']).unwrap_or(link);
    ends_with_any(link, CAUSING) && !link.contains(['不', '别', '没', '接', '、', '和', '跟'])
}

/// The byte after a person who only stands beside who comes: 在爷爷家, 替奶奶, 开姑姑的车.
pub(super) fn beside_end(text: &str, start: usize, end: usize) -> Option<usize> {
    const VEHICLES: &[&str] =
        &["的车", "的电动车", "的电瓶车", "的摩托车", "的三轮车", "的小车", "的摩托", "的三轮", "车"];
    let (before, after) = (text.get(..start).filter(|before| !before.is_empty())?, text.get(end..)?);
    let is_place = after.starts_with('家') && !starts_with_any(after, &["家的", "家里的", "家长", "家人"]);
    let vehicle = VEHICLES.iter().find(|word| after.starts_with(**word));
    // 替他|爸: the word may begin after whose it is.
    let before = before.strip_suffix(['我', '他', '她']).unwrap_or(before);
    if let Some(vehicle) = vehicle.filter(|_| before.ends_with(['开', '骑', '坐', '乘', '用', '借', '搭']))
    {
        return Some(end + vehicle.len());
    }
    // 保安大叔: somebody at work there.
    let is_at_work = ends_with_any(before, AT_WORK) && CALLED.contains(&text.get(start..end)?);
    let is_there = is_place && before.ends_with(['在', '去', '到', '回', '住', '往', '从', '送', '上']);
    (is_there || is_at_work || ends_with_any(before, &["替", "代替", "顶替", "接替"])).then_some(end)
}

/// 有事打爸爸电话, 问他妈: whom to speak with, and nobody who comes.
pub(super) fn is_contact(text: &str) -> bool {
    let is_call = text.contains('打') && (text.contains("电话") || text.contains("手机"));
    let is_asked = || starts_with_any(text, &["问", "联系", "通知", "告诉", "请联系", "请问", "请通知"]);
    (is_call || is_asked()) && !text.contains(['接', '来', '去', '送', '领', '带', '是', '由'])
}

/// 跟妹妹一起走, 和弟弟一起接走: in whose company the child goes.
pub(super) fn is_company(text: &str) -> bool {
    let text = ["让他", "让她", "让孩子", "他", "她", "孩子"]
        .iter()
        .find_map(|who| text.strip_prefix(who))
        .unwrap_or(text);
    let Some(rest) = text.strip_prefix(['跟', '和', '同', '与']).filter(|rest| !rest.starts_with('我'))
    else {
        return false;
    };
    ["一起", "一块", "一块儿", "一道", "一同"].iter().any(|word| {
        rest.split_once(word).is_some_and(|(_, after)| {
            starts_with_any(
                after.trim_start_matches('儿'),
                &["走", "回", "放学", "下课", "接走", "出来", "离校"],
            )
        })
    })
}

/// 子涵|妈妈, 小何|奶奶: a stretch right before somebody's parent that is a given name, and not ours.
pub(super) fn is_anothers(text: &str, known_end: usize, start: usize, child: &str) -> bool {
    /// Characters of words that stand before a person, and of no name.
    const NO_NAME: &str = "由让叫请是给换就还有那这今明后下上中午晚早现刚才等会儿要先再也都只得麻烦拜托老师好的了吧啊嗯哦呃个应该接来去回到在家里他她我你您孩娃咱俺们和跟同与或及把被替代帮以为因所而且但可能不没别放学校门口时候点半分左右周星期礼拜一二三四五六七八九十天日月号最又很太正已经出发走路车开骑坐打电话说问找告诉联系安排准备负责辛苦劳驾谢对嘛呢呀哈哟额诶亲大新另外其实反照旧常般定估计交顺便自己本定";
    let Some(gap) = text.get(known_end..start) else { return false };
    let mut chars = gap.chars();
    let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else { return false };
    let is_free =
        known_end == 0 || text.get(..known_end).is_some_and(|t| t.ends_with(['，', '、', '。', ' ']));
    let is_name = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) && !NO_NAME.contains(c);
    let is_fond = "小阿".contains(first);
    // 贝贝妈妈: what our own is called is not always in its name.
    let is_own = child.contains(second) || child.contains(first);
    is_free && !is_own && is_name(second) && (is_fond || is_name(first)) && first != second
}
