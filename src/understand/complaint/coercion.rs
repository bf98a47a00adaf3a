//! Coercion (逼迫): families made to choose otherwise, kept in, shut out, named before all, and others favoured.
//!
//! Reads a whole reply that states. Start at [`is_coerced`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::conduct::STAFF;
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_coerced(text: Searched<'_>) -> bool {
    keeps_in(text)
        || is_shut_out_of_group(text)
        || favours(text)
        || insists(text)
        || names_the_absent(text)
        || signs_for_family(text)
}

/// 放学了偏要拖到六点，不让家长接走: children are kept in. 老师不让早走，那就六点接 puts up with it.
fn keeps_in(text: Searched<'_>) -> bool {
    const KEPT: &Phrases = phrases![
        "不放人",
        "不放学",
        "扣着不放",
        "不让走",
        "不让家长",
        "不让提前",
        "不让我们接",
        "不让接",
        "不放孩子",
        "不放娃"
    ];
    const BLAMED: &Phrases = phrases![
        "偏要",
        "偏偏",
        "非要",
        "硬是",
        "硬要",
        "凭",
        "我们不想",
        "孩子不想",
        "明明",
        "强行",
        "故意",
        "非得"
    ];
    // 放学不放: what should end does not.
    let is_overdue = || {
        around(text, phrases!["放学不放", "到点不放", "到时间不放", "该放不放", "下课不放"]).any(
            |(before, after)| {
                !before.ends_with(['不', '没'])
                    && (after.is_empty()
                        || starts_with_any(after, &["，", "。", "人", "学", "孩子", "娃", "!"]))
            },
        )
    };
    if is_overdue() {
        return true;
    }
    around(text, KEPT).any(|(before, _)| holds_any(before, BLAMED))
        && !holds_any(text, phrases!["那就", "那我", "麻烦", "孩子非要", "他非要", "她非要"])
}

/// 我在群里问了一句就被踢出群: shut out for speaking. 不小心被踢出群 asks to be let in.
fn is_shut_out_of_group(text: Searched<'_>) -> bool {
    const SHUT_OUT: &Phrases = phrases!["踢出", "移出", "请出", "踢了", "踢群", "禁言", "拉黑"];
    const SPOKEN: &Phrases = phrases![
        "问了",
        "问一",
        "说了",
        "说句",
        "说一",
        "提了",
        "提一",
        "提意见",
        "质疑",
        "反对",
        "不交",
        "没交",
        "发了",
        "发言",
        "一句",
        "反映",
        "不接龙",
        "不参加",
        "不报",
        "没报",
        "刚问",
        "一问",
        "多嘴"
    ];
    const ASKED_BACK: &Phrases = phrases![
        "不小心",
        "麻烦",
        "拉我",
        "拉一下",
        "拉下",
        "重新加",
        "误",
        "加我",
        "加回",
        "孩子被",
        "支持",
        "谢"
    ];
    around(text, SHUT_OUT).any(|(before, _)| holds_any(before, SPOKEN) && before.contains(['就', '被', '把']))
        && holds_any(text, phrases!["群", "老师", "班主任", "我"])
        && !holds_any(text, ASKED_BACK)
}

/// 老师偏心，有关系的都坐前排: some are favoured. 奶奶偏心弟弟 is of a family.
fn favours(text: Searched<'_>) -> bool {
    const FAVOURED: &Phrases = phrases![
        "偏心",
        "看人下菜",
        "势利眼",
        "一碗水端不平",
        "拉偏架",
        "走后门",
        "暗箱操作",
        "内定",
        "搞特殊",
        "有关系的都",
        "有关系的才",
        "有钱的都",
        "当官的孩子"
    ];
    const AT_SCHOOL: &Phrases =
        phrases!["老师", "学校", "班主任", "座", "排", "评", "名额", "班长", "班干", "三好", "教练", "你们"];
    const AT_HOME: &Phrases = phrases![
        "奶奶",
        "爷爷",
        "外婆",
        "外公",
        "姥",
        "他爸",
        "她爸",
        "我偏心",
        "我们偏心",
        "爸妈",
        "弟弟",
        "妹妹",
        "不偏心",
        "没偏心",
        "孩子说我",
        "亲戚",
        "谢"
    ];
    around(text, FAVOURED)
        .any(|(before, after)| !is_denied_before(before) && !after.starts_with(['吗', '吧']))
        && holds_any(text, AT_SCHOOL)
        && !holds_any(text, AT_HOME)
}

/// 我填了不参加，老师非让我改成参加: made to choose otherwise. 孩子非让我报 is the child's wish.
fn insists(text: Searched<'_>) -> bool {
    const INSISTED: &Phrases = phrases![
        "非让", "非要", "非叫", "硬让", "硬要", "硬叫", "硬逼", "偏让", "偏要", "愣让", "逼着", "逼", "威胁",
        "要挟", "恐吓"
    ];
    const WHOM: &[&str] =
        &["我们", "我", "家长", "大家", "孩子", "学生", "每个", "全班", "全部", "所有", "不", "人", "说"];
    const CHOICE: &Phrases = phrases![
        "参加",
        "报",
        "改成",
        "选",
        "签",
        "同意",
        "填",
        "上延时",
        "上课后",
        "上托管",
        "捐",
        "好看",
        "毕业"
    ];
    // 硬塞给我们: a family that takes it from the school says so.
    let is_thrust = || {
        holds_any(text, phrases!["硬塞给我们", "强塞给我们", "硬派给我们", "硬塞给家长", "强派给家长"])
            && holds_any(text, phrases!["班", "课", "学校", "老师", "你们"])
    };
    if holds_any(text, phrases!["的话", "那就", "那我", "我选", "如果"]) {
        return false;
    }
    is_thrust()
        || around(text, INSISTED).any(|(before, after)| {
            let who = before.trim_end_matches([
                '又', '还', '都', '也', '就', '直', '接', '一', '天', '们', '却', '现', '在', '总', '老',
                '打', '电', '话',
            ]);
            ends_with_any(who, &["老师", "学校", "班主任", "校长", "你们", "你", "教练", "校方"])
                && !is_denied_before(before)
                && starts_with_any(after, WHOM)
                && holds_any(head(after, 10), CHOICE)
        })
}

/// 老师在群里点名说就我家没报: the absent are named before all. 点名没交作业的 is of homework.
fn names_the_absent(text: Searched<'_>) -> bool {
    const BEFORE_ALL: &Phrases = phrases!["群里", "当众", "全班面前", "家长会上", "班会上", "当着"];
    const NAMED: &Phrases = phrases!["点名", "艾特", "@", "晒出", "公布", "挂出"];
    const ABSENT: &Phrases = phrases![
        "我家没报",
        "我们没报",
        "我没报",
        "我家不报",
        "我家没参加",
        "我们没参加",
        "我家没交",
        "我们没交",
        "我家没签",
        "我家没订",
        "没捐的",
        "没报的",
        "不报的",
        "没参加的",
        "不参加的",
        "没订的",
        "没签的"
    ];
    const TAKEN: &Phrases = phrases![
        "谢",
        "辛苦",
        "现在报",
        "报上",
        "报吧",
        "就报",
        "马上",
        "已经报",
        "忘了",
        "补报",
        "不好意思"
    ];
    around(text, BEFORE_ALL).any(|(before, after)| {
        holds_any(before, STAFF) && around(after, NAMED).any(|(_, then)| holds_any(then, ABSENT))
    }) && !holds_any(text, TAKEN)
}

/// 老师替我签了名: forged. 奶奶替我签 is of the family.
fn signs_for_family(text: Searched<'_>) -> bool {
    const FOR: &Phrases = phrases![
        "替我",
        "替家长",
        "替我们",
        "代我",
        "代家长",
        "冒充家长",
        "冒充我",
        "模仿家长",
        "模仿我",
        "仿家长",
        "仿我"
    ];
    around(text, FOR).any(|(before, after)| {
        let signed = after.trim_start_matches(['家', '长', '们', '把', '字', '名', '的']);
        let who = before.trim_end_matches(['自', '己', '就', '直', '接', '私', '下', '偷', '都', '擅']);
        ends_with_any(who, &["老师", "班主任", "学校", "你们"])
            && signed.starts_with('签')
            && head(signed, 4).contains('了')
            && !text.contains(['?', '请', '谢'])
    })
}
