//! Acts (处置): decisions told by what is done with the child or the form, or by what rules them out.
//!
//! Start at [`enters`].

use super::super::Decision;
use super::super::phrases::{
    Phrases, ends_with_any, holds_any, phrases, starts_with_any, without_leading, without_trailing,
};

/// What says that there is no room, which to an application is a no: 人满了, 没位子, 加不进去了.
const FULL: &Phrases = phrases![
    "人满了",
    "满了",
    "满员",
    "满额",
    "坐满",
    "报满",
    "没位子",
    "没有位子",
    "没位置",
    "没有位置",
    "没座位",
    "没空位",
    "没空额",
    "没有空位",
    "没有名额",
    "加不进",
    "进不去",
    "进不了",
    "插不进",
    "排不进",
    "装不下",
    "容不下",
    "站不下",
    "超员",
    "满编",
    "超编",
    "超额",
    "爆满",
    "名额用完",
    "名额没",
    "塞不进",
    "收不下",
    "不收人了",
    "截止了",
    "没位了",
    "没坑了",
    "已满",
    "已截止",
    "截了"
];

/// What says that the ground is none.
const GROUNDLESS: &Phrases = phrases![
    "理由不充分",
    "理由不成立",
    "理由不够",
    "理由不足",
    "不够充分",
    "理由牵强",
    "不合规定",
    "不合规",
    "不符规定",
    "不作数",
    "不算数",
    "条件不够",
    "条件不符",
    "资格不够",
    "年龄不够",
    "不够格",
    "没资格"
];

/// 让他重新填, 请家长重新提交: sent back to be done anew.
pub(super) fn sends_back(text: &str) -> bool {
    const WHO: &[&str] = &[
        "他",
        "她",
        "家长",
        "孩子",
        "对方",
        "申请人",
        "他妈",
        "她妈",
        "他爸",
        "她爸",
        "他们",
        "他家",
        "她家",
        "本人",
    ];
    const ANEW: &[&str] = &["重新", "重", "再重新"];
    const DONE: &[&str] =
        &["填", "写", "提交", "交", "报", "申请", "来", "弄", "发", "走流程", "递", "打", "传"];
    let told = ["让", "叫", "请", "喊", "要", "麻烦", "通知"];
    let text = text.trim_start_matches(['那', '就', '先', '还', '是', '得', '直', '接', '，']);
    let told = told.iter().find_map(|word| text.strip_prefix(word));
    told.is_some_and(|rest| {
        WHO.iter().filter_map(|who| rest.strip_prefix(who)).any(|rest| {
            ANEW.iter().filter_map(|anew| rest.strip_prefix(anew)).any(|act| starts_with_any(act, DONE))
        })
    })
}

/// 人满了，没位子: why it cannot be, and no word of deciding besides.
pub(super) fn excludes(text: &str) -> bool {
    const OPEN: &Phrases = phrases![
        "没满",
        "不满",
        "未满",
        "快满",
        "还没",
        "差不多满",
        "如果",
        "要是",
        "可以",
        "能加",
        "加一个",
        "看看",
        "是不是",
        "吗",
        "吧"
    ];
    (holds_any(text, FULL) || holds_any(text, GROUNDLESS)) && !holds_any(text, OPEN)
}

/// 家长同意了吗, 校长批了没: asks what somebody else has decided.
pub(super) fn asks_of_others(text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "家长",
        "他妈",
        "她妈",
        "他爸",
        "她爸",
        "妈妈",
        "爸爸",
        "父母",
        "监护人",
        "校长",
        "年级组",
        "年级主任",
        "教导处",
        "政教处",
        "德育处",
        "教务处",
        "班主任",
        "学校",
        "孩子",
        "家里",
        "主任",
    ];
    let text = text.trim_start_matches(['那', '先', '问', '请', '，']);
    OTHERS.iter().filter_map(|who| text.strip_prefix(who)).any(|rest| {
        starts_with_any(
            rest.trim_start_matches(['们', '那', '边', '妈', '爸', '都', '也', '亲', '口', '自', '己']),
            &["同意", "批", "答应", "准", "允许", "知道", "确认", "签字", "通过"],
        )
    })
}

/// What a teacher asks to see.
const PAPERS: &[&str] = &[
    "假条",
    "病历",
    "病假条",
    "证明",
    "材料",
    "签字",
    "签名",
    "照片",
    "身份证",
    "授权书",
    "委托书",
    "申请书",
    "申请表",
    "诊断",
    "诊断书",
    "家长电话",
    "联系方式",
    "电话",
    "手续",
    "接送卡",
    "请假条",
];

/// 假条呢, 病历呢: misses a paper, and waits for it.
pub(super) fn misses_paper(text: &str) -> bool {
    let plain = text.trim_end_matches(['?', '啊', '呀']);
    plain.strip_suffix('呢').is_some_and(|paper| {
        let paper = paper.trim_start_matches(['他', '她', '的', '那', '家', '长', '医', '院', '孩', '子']);
        PAPERS.contains(&paper) || text.contains("家长") && paper == "电话"
    })
}

/// 请假条拍个照发我, 授权书补一下: asks for a paper.
pub(super) fn requests_paper(text: &str) -> bool {
    const HANDED_IN: &[&str] = &[
        "发我",
        "发来",
        "发过来",
        "给我",
        "传上来",
        "传过来",
        "交上来",
        "交来",
        "交给我",
        "补上",
        "补一下",
        "补来",
        "补个",
        "拍给我",
        "发我看看",
        "给我看看",
        "发给我",
        "带来",
        "拿来",
    ];
    let plain = text.trim_end_matches(['吧', '先', '啊', '哈', '呀', '了']);
    text.chars().count() <= REQUEST_CHARS_MAX
        && ends_with_any(plain, HANDED_IN)
        && !text.contains(['已', '没', '不'])
        && PAPERS.iter().any(|paper| text.contains(paper))
}

/// How long a clause may be that asks for a paper.
const REQUEST_CHARS_MAX: usize = 14;

/// 给她登上, 登记吧, 别给他登: enters the child in the list, or not.
pub(super) fn enters(text: &str) -> Option<Decision> {
    const WHO_MAX: usize = 4;
    let rest = text.trim_start_matches(['那', '就', '嗯', '好', '行', '您', '你', '直', '也', '都', '先']);
    let (rest, decision) =
        match ["不要", "不能", "不给", "别", "甭", "不用"].iter().find_map(|word| rest.strip_prefix(word))
        {
            Some(rest) => (rest, Decision::Reject),
            None => (rest, Decision::Approve),
        };
    let done = rest.trim_end_matches(['吧', '了', '呗', '啊', '哈', '好', '行']);
    let verbs = [
        "登记上",
        "登上",
        "记上",
        "录上",
        "录进去",
        "录入",
        "填上",
        "添上",
        "写上",
        "列上",
        "加进去",
        "算进去",
        "登记",
        "录进来",
    ];
    let who = verbs.iter().find_map(|verb| done.strip_suffix(verb))?;
    let is_whom = |who: &str| {
        (1..=WHO_MAX).contains(&who.chars().count()) && !who.contains(['不', '没', '别', '先', '我'])
    };
    let is_for = ["给", "帮", "把", "让", "替", "叫"]
        .iter()
        .find_map(|word| who.strip_prefix(word))
        .is_some_and(is_whom);
    let is_bare = who.is_empty() && (done.len() < rest.len() || done.ends_with('上'));
    (is_for || is_bare || who == "给").then_some(decision)
}

/// 让她接吧, 叫他回去吧: lets somebody do it.
pub(super) fn lets(text: &str) -> bool {
    const WHO_MAX: usize = 4;
    let said = text.trim_start_matches(['那', '就', '嗯', '好']);
    // 当然让他来: nothing need follow.
    let emphasised = without_leading(said, &["当然", "肯定", "必须"]);
    let Some(rest) = emphasised.strip_prefix('让') else {
        return false;
    };
    let done = rest.trim_end_matches(['吧', '好', '了', '行', '就', '呗', '啊', '嘛', '噻']);
    ["接", "去", "走", "参加", "来", "回去", "回家", "休息", "请假", "报", "上", "过", "通过"].iter().any(
        |verb| {
            done.strip_suffix(verb).is_some_and(|who| {
                (1..=WHO_MAX).contains(&who.chars().count()) && !who.contains(['不', '没', '别', '先'])
            })
        },
    ) && (done.len() < rest.len() || emphasised.len() < said.len())
}

/// What argues, concedes or reproaches, or leaves the decision to others: 难道让他带病上课, 欢迎是欢迎, 怎么不早说.
pub(super) fn decides_nothing(text: &str) -> bool {
    const REPROACHES: &[&str] =
        &["怎么又", "怎么不早", "怎么才", "咋又", "咋不早", "又请?", "又要请", "早干"];
    leaves_to_others(text)
        || takes_back(text)
        || concedes(text)
        || holds_any(text, phrases!["难道"])
        || starts_with_any(text, REPROACHES)
        || matches!(text, "又请" | "又请假" | "又来")
}

/// 批是能批: the point granted, before what stands against it.
fn concedes(text: &str) -> bool {
    const POINT_CHARS_MAX: usize = 4;
    text.split_once('是').is_some_and(|(point, again)| {
        (1..=POINT_CHARS_MAX).contains(&point.chars().count())
            && without_leading(again, &["可以", "能", "想", "要"]) == point
    })
}

/// 你们定就行, 教务处说了算, 由主任决定: leaves the decision to somebody else.
fn leaves_to_others(text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "你",
        "您",
        "学校",
        "校方",
        "校长",
        "领导",
        "年级",
        "主任",
        "教务",
        "教导",
        "政教",
        "德育",
        "办公室",
        "班主任",
        "大家",
        "上面",
        "组长",
    ];
    const DECIDING: &[&str] = &[
        "定",
        "决定",
        "看着办",
        "看着定",
        "看着批",
        "做主",
        "作主",
        "拿主意",
        "说了算",
        "商量",
        "商量好",
        "商量着办",
        "把关",
        "安排",
        "处理",
    ];
    let text = text.trim_start_matches(['那', '就', '都', '，']);
    let (text, by) = text.strip_prefix('由').map_or((text, false), |rest| (rest, true));
    if !starts_with_any(text, OTHERS) {
        return false;
    }
    let plain = without_trailing(text, &["吧", "了", "的", "啊", "呗", "嘛"]);
    let done = without_trailing(plain, &["就行", "就好", "就可以", "就成", "即可", "都行"]);
    ends_with_any(done, DECIDING) && (by || done.len() < text.len() || done.ends_with("说了算"))
}

/// 取消驳回, 刚才的同意不算: takes back a decision, and says not what holds instead.
fn takes_back(text: &str) -> bool {
    const DECISIONS: &Phrases = phrases![
        "驳回", "退回", "拒绝", "同意", "通过", "批准", "审批", "否决", "打回", "不批", "回复", "意见"
    ];
    let said = text.trim_start_matches(['我', '先', '把', '那', '就', '要']);
    let is_undone = starts_with_any(said, &["取消", "撤销", "撤回", "收回", "撤掉"])
        || starts_with_any(said, &["刚", "之前", "前面", "上一", "上面", "先前"])
            && ends_with_any(
                said,
                &["不算", "不算数", "不作数", "作废", "取消", "撤销", "收回", "撤回", "无效"],
            );
    is_undone && holds_any(said, DECISIONS)
}

/// 必须的, 那当然: yes of course.
pub(super) fn is_matter_of_course(text: &str) -> bool {
    let plain = text.trim_start_matches('那').trim_end_matches(['啊', '呀', '咯', '嘛', '了', '滴']);
    matches!(plain, "必须的" | "必须" | "是必须的" | "当然" | "当然的" | "肯定的")
}
