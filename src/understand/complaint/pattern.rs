//! Patterns (句式): matters that no word names, told by how a verb and its object stand together.
//!
//! Each reads a stretch of text; knows no clauses. Start at [`may_hold_one`].

use super::super::lexicon::Token;
use super::super::numerals;
use super::super::phrases::{Phrases, Searched, around, head, holds_any, phrases, starts_with_any};
use super::pretext::is_pretext;
use super::refusal::punishes_refusal;
use super::words::Word;

/// Whether a reply may hold a matter by its pattern, though it holds none of our words.
pub(super) fn may_hold_one(text: Searched<'_>) -> bool {
    holds_any(text, phrases!["站"])
        || names_sum(&text)
        || is_unreported(text)
        || is_free_in_name(text)
        || teaches_new(text)
        || strikes_body(text)
        || is_free_by_force(text)
        || punishes_refusal(text)
        || is_pretext(text)
}

/// What makes something no free choice: 没得选, 统一签.
const UNFREE: &Phrases = phrases![
    "不报不行",
    "不参加不行",
    "不交不行",
    "不上不行",
    "没得选",
    "没法选",
    "勾好",
    "必须签",
    "都得签",
    "不签就",
    "不签字",
    "不得不",
    "一个不落",
    "统一签",
    "替我们",
    "由不得",
    "点名",
    "挨个",
    "催",
    "硬性",
    "跑不掉",
    "跑不了",
    "逃不掉",
    "逃不过",
    "躲不掉",
    "躲不过",
    "一个不能少",
    "一个都不能少",
    "一个也不能少",
    "不订不行",
    "不买不行",
    "不签不行",
    "不填不行",
    "没商量",
    "提交不了",
    "不能不选",
    "没有不参加",
    "没有不选",
    "只能选参加",
    "只有参加",
    "不许不",
];

/// 说自愿其实不报不行: what is said to be free, and is not.
pub(super) fn is_free_in_name(text: Searched<'_>) -> bool {
    holds_any(text, phrases!["自愿"]) && holds_any(text, UNFREE)
}

/// 被自愿: nobody is made to do freely.
pub(super) fn is_free_by_force(text: Searched<'_>) -> bool {
    around(text, phrases!["被自愿", "被志愿", "被同意"]).any(|(before, after)| {
        !before.ends_with(['没', '不']) && (after.is_empty() || after.starts_with(['了', '，', '。', '!']))
    })
}

/// What happens to a child that its family wants to hear of.
const HARM: &Phrases = phrases!["发烧", "烧到", "摔", "伤", "吐", "流血", "晕", "走丢", "烫"];

/// 没通知: and did not.
const UNTOLD: &Phrases = phrases![
    "没通知",
    "没人通知",
    "不通知",
    "没告诉我",
    "没告诉家长",
    "没跟我说",
    "没跟家长",
    "不告诉家长",
    "没给家长",
    "没人告诉",
    "没人跟我",
    "没人打电话",
];

/// 孩子烧到39度，老师没通知我: harm to a child that the family was not told of.
pub(super) fn is_unreported(text: Searched<'_>) -> bool {
    holds_any(text, HARM)
        && holds_any(text, UNTOLD)
        && holds_any(text, phrases!["老师", "学校", "你们", "班主任", "没人", "通知家长", "告诉家长"])
}

/// Up to how many characters stand between a verb and what it is about.
const TAUGHT_CHARS_MAX: usize = 6;
const STRUCK_CHARS_MAX: usize = 8;

/// What stands near after each of these verbs of one character.
fn near<'a>(text: &'a str, verbs: &'a [char], chars_max: usize) -> impl Iterator<Item = &'a str> {
    text.char_indices()
        .filter(|(_, c)| verbs.contains(c))
        .map(move |(at, c)| head(text.get(at + c.len_utf8()..).unwrap_or_default(), chars_max))
}

/// 上数学新内容, 讲了第三单元新课: new matter is taught.
pub(super) fn teaches_new(text: Searched<'_>) -> bool {
    const NEW: &Phrases = phrases!["新课", "新内容", "新知识", "新单元"];
    holds_any(text, NEW)
        && near(&text, &['上', '讲', '教'], TAUGHT_CHARS_MAX)
            .any(|taught| holds_any(taught, NEW) && !taught.contains("新课外"))
}

/// 收了六百八, 交150: a sum of money that is taken or given.
pub(super) fn names_sum(text: &str) -> bool {
    text.char_indices().filter(|(_, c)| matches!(c, '收' | '交' | '扣' | '付' | '缴' | '要' | '掏')).any(
        |(at, c)| {
            let after = text.get(at + c.len_utf8()..).unwrap_or_default();
            let sum = after.trim_start_matches(['了', '我', '们', '每', '人', '家', '孩', '子', '个', '费']);
            numerals::number_at(sum, 0).is_some_and(|(sum_of, end)| {
                let unit = sum.get(end..).is_some_and(|rest| rest.starts_with(['元', '块', '百', '千']));
                let is_time =
                    sum.get(end..).is_some_and(|rest| rest.starts_with(['点', ':', '号', '月', '班', '分']));
                (sum_of >= 20 || unit) && !is_time
            })
        },
    )
}

/// 收了我两百块: taken from the family.
pub(super) fn takes_sum(text: Searched<'_>) -> bool {
    // 收据给了: it has been settled.
    let is_settled =
        || holds_any(text, phrases!["收据给了", "收据给我", "给了收据", "开了收据", "开了发票", "发票给了"]);
    names_sum(&text)
        && !is_settled()
        && holds_any(text, phrases!["收我", "收了我", "收家长", "收了家长", "收每个"])
}

/// 让加群交钱买资料: paid because somebody said so.
pub(super) fn is_told_to_pay(text: Searched<'_>) -> bool {
    holds_any(text, phrases!["让", "叫", "要求", "催"])
        && holds_any(text, phrases!["交钱", "交费", "缴费", "转账", "买资料", "买教辅", "买辅导"])
        && !text.contains('不')
}

/// Where a blow falls.
const BODY: &Phrases = phrases![
    "孩子手",
    "孩子的手",
    "他手",
    "她手",
    "他的手",
    "她的手",
    "手背",
    "手掌",
    "手臂",
    "脑壳",
    "脑袋",
    "头",
    "耳朵",
    "脸",
    "手心",
    "屁股",
    "后背",
    "胳膊",
    "脖子"
];

/// 用书敲孩子脑壳: a blow and where it falls.
pub(super) fn strikes_body<'t>(text: impl Into<Searched<'t>>) -> bool {
    let text = text.into();
    holds_any(text, BODY)
        && near(&text, &['敲', '砸', '戳', '拧', '揪', '扯', '抽', '扇', '踢', '掐'], STRUCK_CHARS_MAX)
            .any(|struck| holds_any(struck, BODY))
}

/// 被同学堵在厕所打: the blow at the end.
pub(super) fn is_beaten(text: &str) -> bool {
    text.split_once('被').is_some_and(|(_, after)| {
        let plain = after.trim_end_matches(['了', '过', '的', '一', '顿', '哭', '伤']);
        plain.ends_with('打') && plain.chars().count() > 1
    })
}

/// 站到门外头一整节课.
pub(super) fn stands_outside(text: Searched<'_>) -> bool {
    text.contains('站')
        && holds_any(text, phrases!["门外", "外面", "外头", "走廊", "后面", "教室外", "门口"])
        && holds_any(text, phrases!["一节课", "整节", "半节", "半小时", "半天", "一上午", "一下午", "整整"])
}

/// 罚站一节课: who punishes, and whom, goes without saying.
pub(super) fn is_long_punishment(text: Searched<'_>) -> bool {
    holds_any(text, phrases!["罚站", "罚抄", "罚跑", "罚蹲", "罚跪"])
        && holds_any(
            text,
            phrases!["节课", "遍", "圈", "小时", "钟头", "半天", "一天", "整天", "上午", "下午", "中午"],
        )
}

/// What 打 does no harm to, and what follows it where it is praised.
const HARMLESS: &[&str] = &[
    "针", "疫苗", "预防", "电话", "招呼", "卡", "球", "篮", "羽", "乒", "排", "网", "字", "分", "折", "车",
    "包", "工", "游戏", "水", "饭", "好", "不错", "很",
];

/// 打了疫苗, 球打得好: 打 with an object that feels nothing.
pub(super) fn is_harmless_blow(text: &str, token: &Token<Word>) -> bool {
    let word = text.get(token.start..token.end).unwrap_or_default();
    let after =
        text.get(token.end..).unwrap_or_default().trim_start_matches(['一', '个', '了', '过', '两', '三']);
    // 打球打得可开心.
    if word == "打得" && text.contains('球') {
        return true;
    }
    word.contains('打') && starts_with_any(after, HARMLESS)
}

/// 有这么罚的吗, 哪有你们这样带孩子的: asks whether anybody does so, and blames.
pub(super) fn asks_who_does_so(text: Searched<'_>) -> bool {
    const SO: &Phrases = phrases!["有这么", "有这样", "有你这", "有你们这", "有他这", "有她这"];
    const DEED_CHARS_MAX: usize = 8;
    around(text, SO).any(|(before, after)| {
        let near = head(after, DEED_CHARS_MAX);
        around(near, phrases!["的"]).any(|(deed, rest)| {
            !deed.is_empty()
                && (before.ends_with('哪') || rest.starts_with(['吗', '么', '嘛', '?']))
                // 有这么好的吗 praises.
                && !deed.ends_with(['好', '多', '大', '棒', '快', '早'])
        })
    })
}

/// 这算什么服务, 这也叫自愿: what something calls itself, and is not.
pub(super) fn is_scorned(text: Searched<'_>) -> bool {
    const CALLED: &Phrases = phrases![
        "算什么",
        "算啥",
        "算哪门子",
        "叫什么",
        "叫哪门子",
        "这也叫",
        "这也算",
        "还叫",
        "也配叫",
        "也配当",
        "什么破"
    ];
    const NAMES: &Phrases = phrases![
        "服务", "管理", "老师", "学校", "教育", "态度", "看护", "托管", "延时", "负责", "师德", "自愿",
        "免费"
    ];
    const NAME_CHARS_MAX: usize = 4;
    around(text, CALLED).any(|(before, after)| {
        // 这个老师叫什么名字 asks for a name.
        (before.is_empty()
            || before.ends_with(['这', '那', '，', '也', '又', '还'])
            || before.ends_with("到底"))
            && holds_any(head(after, NAME_CHARS_MAX), NAMES)
    })
}

/// 用尺子抽手心，都青了: a thing, a blow, where it falls, and its mark. At home it is no matter of school.
pub(super) fn leaves_marks(text: Searched<'_>) -> bool {
    const MARKS: &Phrases =
        phrases!["青了", "紫了", "肿", "红了", "破了", "出血", "流血", "印子", "淤青", "伤痕", "血痕"];
    const AT_HOME: &Phrases = phrases![
        "在家",
        "家里",
        "爸",
        "妈",
        "爷爷",
        "奶奶",
        "外婆",
        "外公",
        "自己",
        "不小心",
        "弟弟",
        "妹妹",
        "哥哥",
        "姐姐",
        "我用",
        "我拿",
        "老公",
        "老婆"
    ];
    holds_any(text, phrases!["用", "拿"])
        && holds_any(text, MARKS)
        && !holds_any(text, AT_HOME)
        && around(text, phrases!["用", "拿"])
            .any(|(before, after)| !is_denied_by(before) && strikes_body(after))
}

fn is_denied_by(before: &str) -> bool {
    before.ends_with(['没', '不', '别']) || before.ends_with("没有")
}
