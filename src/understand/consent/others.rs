//! Others (旁的): what a clause says of other matters and of other people answers nothing.
//!
//! 家长会我去不了，课后服务参加 · 别人都报，我们不了. Start at [`is_of_another_matter`] and [`is_of_other_people`].

use super::super::Consent;
use super::super::lexicon::Token;
use super::super::phrases::{Phrases, around, ends_with_any, holds_any, phrases, starts_with_any};
use super::polarity::{Stance, turned};
use super::words::{LEXICON, Word};

/// What a school asks for besides care after class: meetings, outings, shows, offices, health, goods.
const MATTERS: &Phrases = phrases![
    "合唱团",
    "校队",
    "足球队",
    "篮球队",
    "田径队",
    "舞蹈队",
    "鼓号队",
    "乐团",
    "乐队",
    "国旗班",
    "广播站",
    "家长会",
    "家委",
    "家长委员",
    "家长课堂",
    "家访",
    "运动会",
    "春游",
    "秋游",
    "研学",
    "郊游",
    "参观",
    "夏令营",
    "冬令营",
    "军训",
    "比赛",
    "竞赛",
    "大赛",
    "竞选",
    "选举",
    "评选",
    "联欢",
    "元旦晚会",
    "毕业晚会",
    "文艺晚会",
    "演出",
    "表演",
    "节目",
    "小品",
    "汇演",
    "合唱节",
    "艺术节",
    "读书节",
    "科技节",
    "体育节",
    "开放日",
    "亲子活动",
    "志愿者",
    "义工",
    "护学岗",
    "疫苗",
    "打针",
    "体检",
    "保险费",
    "学平险",
    "意外险",
    "买保险",
    "校服",
    "牛奶",
    "订奶",
    "校车",
    "午餐",
    "午饭",
    "午托",
    "早餐",
    "早托",
    "班委",
    "班长",
    "大队委",
    "课代表",
    "大扫除",
    "升旗",
    "入队",
    "班费",
    "作业本",
    "练习本",
    "课本",
    "练习册",
    "时间表",
    "课程表",
    "作息表",
    "校牌",
    "书包",
    "水杯",
    "水壶",
    "雨伞",
    "外套",
    "衣服",
    "帽子",
    "试卷",
    "卷子",
    "照片",
    "收据",
    "发票",
    "资料"
];

/// What was asked about.
const SERVICE: &Phrases =
    phrases!["课后", "延时", "托管", "晚托", "看护", "留校", "放学后", "这个服务", "晚班"];

/// 春游报名, 打疫苗那个我同意了: the topic or the object is no care after class. A matter that is a ground decides
/// nothing of this kind (有比赛就不报了).
pub(super) fn is_of_another_matter(text: &str) -> bool {
    const GROUND: &Phrases =
        phrases!["就", "所以", "因", "由于", "为了", "冲突", "时间", "没空", "还是", "但", "那", "赶", "坐"];
    if is_of_another_time(text) {
        return true;
    }
    let Some((before, after)) = around(text, MATTERS).next() else { return false };
    let after = after.strip_prefix("那个").unwrap_or(after);
    !holds_any(text, SERVICE) && !holds_any(after, GROUND) && !holds_any(before, GROUND)
}

/// 早上的看护不要, 中午那个不上: care at another time of the day or the year.
fn is_of_another_time(text: &str) -> bool {
    const TIMES: &Phrases =
        phrases!["早上", "早晨", "早间", "清早", "中午", "午间", "周末", "周六", "寒假", "暑假", "假期"];
    const CARE: &[&str] = &["看护", "托管", "服务", "延时", "班"];
    around(text, TIMES).any(|(_, after)| {
        let named = ["的", "那个", "那段"].iter().find_map(|word| after.strip_prefix(word));
        let rest = named.unwrap_or(after);
        let verb = LEXICON.at(rest.trim_start_matches(['我', '们', '就', '都']), 0).map(|token| token.kind);
        let is_decided = matches!(
            verb,
            Some(Word::Not | Word::NotWant | Word::Decline | Word::Join | Word::Go | Word::Want)
        );
        starts_with_any(rest, CARE) || named.is_some() && is_decided
    })
}

/// 别人都报, 隔壁班都参加了, 她弟弟不上: somebody else's answer, unless the family follows it or is told to.
pub(super) fn is_of_other_people(text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "别人",
        "人家",
        "谁都",
        "别家",
        "别的家长",
        "别的孩子",
        "别的同学",
        "其他家长",
        "其他孩子",
        "其他同学",
        "其他人",
        "其它家长",
        "其它孩子",
        "其它同学",
        "其它人",
        "隔壁",
        "同桌",
        "同学",
        "班里同学",
        "班上同学",
        "全班",
        "他们班",
        "她们班",
        "大家",
        "邻居",
        "好多",
        "好些",
        "很多",
        "不少",
        "亲戚家",
        "朋友家",
        "同事家",
    ];
    const KIN: &[&str] =
        &["弟", "妹", "哥", "姐", "表弟", "表妹", "表哥", "表姐", "堂", "同桌", "同学", "好朋友"];
    const OWN: &Phrases = phrases![
        "我", "也", "就", "一起", "一块", "跟", "陪", "说", "讲", "同意", "让", "愿意", "支持", "劝", "推荐",
        "建议", "所以", "想", "要他", "要她", "给他", "给她", "他要", "她要", "希望", "能", "行"
    ];
    /// 她弟弟, and what is said of him.
    const SAID_MAX: usize = 12;
    let text = text.trim_start_matches(['像', '看', '听', '说', '反', '正', '但', '可', '是', '虽', '然']);
    let owned = text
        .trim_start_matches(['孩', '子', '娃'])
        .strip_prefix(['他', '她'])
        .map(|rest| rest.strip_prefix('的').unwrap_or(rest));
    let is_kin = owned.is_some_and(|rest| starts_with_any(rest, KIN));
    // 别人去不去我不管: the family says only that it does not mind them.
    let minds = phrases![
        "我不管",
        "我管不",
        "我们不管",
        "我家不管",
        "与我",
        "跟我没",
        "跟我们没",
        "和我没",
        "和我们没"
    ];
    (is_kin || starts_with_any(text, OTHERS))
        && text.chars().nth(SAID_MAX).is_none()
        && (!holds_any(text, OWN) || holds_any(text, minds))
}

/// 不是学校不好，是我家用不着: a reason that is not the reason.
pub(super) fn denies_a_reason(text: &str, next: Option<&str>) -> bool {
    const REAL: &[&str] = &["是", "而是", "主要", "就是", "只是", "实在", "关键"];
    text.starts_with("不是") && next.is_some_and(|next| starts_with_any(next, REAL))
}

/// 别人都说好, 听说不错: praise by others, and no answer.
pub(super) fn is_praise_of_others(text: &str) -> bool {
    starts_with_any(text, &["别人", "人家", "大家", "都说", "听说", "邻居", "好多", "他们"])
        && holds_any(text, phrases!["说", "觉得", "反映", "讲"])
}

/// 他爸不让, 奶奶坚决不准: one of the family is against it, and what is said after it decides.
pub(super) fn is_opposed(text: &str) -> bool {
    const KIN: &Phrases = phrases!["爸", "妈", "爷", "奶", "婆", "公", "姥", "家里", "孩子", "老公", "老人"];
    ends_with_any(text, &["不让", "不许", "不准", "不同意", "不肯", "不答应", "不让去", "不让报", "不让上"])
        && holds_any(text, KIN)
}

/// 王子涵家报我就报: what the family does hangs on what others do, unless these have done it (都报了我就报).
pub(super) fn follows_others(tokens: &[Token<Word>], text: &str) -> bool {
    const REASONS: &Phrases = phrases![
        "想", "要", "说", "让", "同意", "支持", "愿意", "喜欢", "既然", "所以", "定", "必须", "得", "给"
    ];
    let Some(then) = tokens.iter().position(|t| t.kind == Word::Then) else { return false };
    let Some(token) = tokens.get(then) else { return false };
    let before = text.get(..token.start).unwrap_or_default().trim_end_matches('也');
    let ground = ["我们家", "我们", "我家", "我"].iter().find_map(|own| before.strip_suffix(own));
    ground.is_some_and(|ground| {
        !ground.is_empty()
            && !ends_with_any(ground, &["了", "，"])
            && !holds_any(ground, REASONS)
            && turned(tokens.get(..then).unwrap_or_default(), ground) == Stance::Firm(Consent::Yes)
            && turned(tokens.get(then + 1..).unwrap_or_default(), text) == Stance::Firm(Consent::Yes)
    })
}

/// 别人报，我就报: the same across a pause.
pub(super) fn leads(others: &str, next: &str) -> bool {
    !others.contains(['都', '了'])
        && next.starts_with('我')
        && next.contains('就')
        && !next.contains(['不', '没'])
}
