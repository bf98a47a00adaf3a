//! Acts (处置): decisions told by what is done with the child or the form, or by what rules them out.
//!
//! Start at [`enters`].

use super::super::Decision;
use super::super::phrases::{Phrase, holds_any, phrases, starts_with_any};

/// What says that there is no room, which to an application is a no: 人满了, 没位子, 加不进去了.
const FULL: &[Phrase] = phrases![
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
    "截了"
];

/// What says that the ground is none.
const GROUNDLESS: &[Phrase] = phrases![
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
    const OPEN: &[Phrase] = phrases![
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

/// 假条呢, 病历呢: misses a paper, and waits for it.
pub(super) fn misses_paper(text: &str) -> bool {
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
    let plain = text.trim_end_matches(['?', '啊', '呀']);
    plain.strip_suffix('呢').is_some_and(|paper| {
        let paper = paper.trim_start_matches(['他', '她', '的', '那', '家', '长', '医', '院', '孩', '子']);
        PAPERS.contains(&paper) || text.contains("家长") && paper == "电话"
    })
}

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
    let Some(rest) = text.trim_start_matches(['那', '就', '嗯', '好']).strip_prefix('让') else {
        return false;
    };
    let done = rest.trim_end_matches(['吧', '好', '了', '行', '就', '呗', '啊']);
    ["接", "去", "走", "参加", "来", "回去", "回家", "休息", "请假", "报", "上", "过", "通过"].iter().any(
        |verb| {
            done.strip_suffix(verb).is_some_and(|who| {
                (1..=WHO_MAX).contains(&who.chars().count()) && !who.contains(['不', '没', '别', '先'])
            })
        },
    ) && done.len() < rest.len()
}
