//! Reprisals (报复): what families suffer for having spoken, being told in vain among it, and what is told of them.
//!
//! Reads a whole reply that states. Start at [`is_reprisal`].

use super::super::phrases::{
    Phrases, Searched, around, ends_with_any, head, holds_any, phrases, starts_with_any,
};
use super::conduct::{CHILD, STAFF};
use super::demand::is_denied_before;

/// Whether a reply states one of them.
pub(super) fn is_reprisal(text: Searched<'_>) -> bool {
    retaliates(text)
        || threatens(text)
        || is_told_in_vain(text)
        || leaks(text)
        || is_unjustified(text)
        || conceals(text)
}

/// 我反映完食堂的事，娃就被调到最后一排: who has spoken is made to feel it.
fn retaliates(text: Searched<'_>) -> bool {
    const SPOKEN: &Phrases = phrases![
        "反映完",
        "反映了",
        "反映过",
        "反映后",
        "反映之后",
        "反映以后",
        "投诉完",
        "投诉了",
        "投诉过",
        "投诉后",
        "投诉之后",
        "投诉以后",
        "举报完",
        "举报了",
        "举报过",
        "举报后",
        "举报之后",
        "举报以后",
        "提完意见",
        "提了意见",
        "提过意见",
        "提意见后",
        "提了条意见",
        "提了个意见",
        "提了建议",
        "告了状",
        "找了校长",
        "找过校长"
    ];
    const FELT: &Phrases = phrases![
        "调到最后",
        "调到后",
        "被调",
        "调去",
        "换到最后",
        "换座",
        "调座",
        "针对",
        "孤立",
        "冷落",
        "小鞋",
        "不理",
        "点名",
        "骂",
        "罚",
        "撤",
        "报复",
        "不让",
        "区别对待",
        "脸色",
        "角落",
        "后排",
        "白眼",
        "挑刺",
        "找茬",
        "为难",
        "刁难"
    ];
    around(text, SPOKEN).any(|(before, after)| {
        let then = after.split_once(['就', '被', '，', '老', '天', '开', '反', '马', '立']);
        !before.ends_with(['没', '不'])
            && then.is_some_and(|(_, then)| {
                around(then, FELT).any(|(who, _)| !is_denied_before(who) && !who.ends_with("没有"))
            })
    }) && (holds_any(text, CHILD) || holds_any(text, STAFF))
}

/// 班主任说谁敢往外讲就让谁转学: somebody at school threatens those who do not obey.
fn threatens(text: Searched<'_>) -> bool {
    const CONDITIONS: &Phrases = phrases![
        "谁敢",
        "谁再",
        "谁要",
        "谁不参加",
        "谁不报",
        "谁不交",
        "谁不签",
        "谁不买",
        "谁不订",
        "再敢",
        "要敢",
        "胆敢",
        "再不",
        "不听话",
        "考不好",
        "再迟到",
        "再说话",
        "再哭"
    ];
    const SANCTIONS: &Phrases = phrases![
        "转学",
        "开除",
        "停课",
        "退学",
        "劝退",
        "滚",
        "走人",
        "处分",
        "好看",
        "后果自负",
        "别来上学",
        "不用来上学",
        "不要来上学",
        "别来了",
        "不用来了",
        "赶出",
        "撵出",
        "扫地出门",
        "兜着走",
        "别想毕业",
        "毕业证",
        "情况说明",
        "写说明",
        "写检讨",
        "写保证",
        "穿小鞋"
    ];
    around(text, CONDITIONS).any(|(before, after)| {
        holds_any(before, STAFF)
            && !is_denied_before(before)
            && after
                .split_once(['就', '让', '叫', '都', '，', '谁'])
                .is_some_and(|(_, then)| holds_any(then, SANCTIONS))
    })
}

/// 跟老师说了三回，没用: told, and nothing came of it.
fn is_told_in_vain(text: Searched<'_>) -> bool {
    const SAYING: &Phrases = phrases![
        "说了",
        "说过",
        "讲了",
        "讲过",
        "反映了",
        "反映过",
        "反映",
        "反馈了",
        "反馈过",
        "提了",
        "提过",
        "找了",
        "找过",
        "沟通了",
        "沟通过"
    ];
    const VAIN: &Phrases = phrases![
        "没用",
        "不管用",
        "没人管",
        "没反应",
        "没下文",
        "没动静",
        "没结果",
        "没解决",
        "没处理",
        "不处理",
        "不解决",
        "没回音",
        "没人理",
        "不当回事",
        "没当回事",
        "耳旁风",
        "耳边风",
        "敷衍",
        "石沉大海",
        "推来推去",
        "糊弄",
        "不管",
        "老样子",
        "爱答不理",
        "爱理不理",
        "无果",
        "不了了之",
        "和稀泥"
    ];
    const WHOM: &Phrases = phrases!["老师", "学校", "班主任", "校长", "你们", "门卫", "校方", "食堂"];
    const TO: &[&str] = &["跟", "和", "给", "找", "向", "同", "与"];
    const VAIN_CHARS_MAX: usize = 14;
    const AFTER_USE: [char; 8] = ['，', '。', '的', '了', '啊', '呀', '!', '呢'];
    // 没用铅笔 uses none.
    let is_vain = |after: &str| {
        around(head(after, VAIN_CHARS_MAX), VAIN).any(|(told, rest)| {
            let whole = text.get(text.len() - after.len() + told.len()..).unwrap_or_default();
            !told.contains(['怕', '会'])
                && (!whole.starts_with("没用") || rest.is_empty() || rest.starts_with(AFTER_USE))
        })
    };
    around(text, WHOM).any(|(before, after)| {
        ends_with_any(before, TO)
            && around(head(after, 6), SAYING).next().is_some_and(|(between, _)| between.chars().count() <= 3)
            && is_vain(after)
    })
}

/// 随意泄露家长电话, 孩子信息被卖给培训班: what a school knows of families is given away.
fn leaks(text: Searched<'_>) -> bool {
    const LEAKED: &Phrases = phrases![
        "泄露",
        "泄漏",
        "外泄",
        "出卖",
        "倒卖",
        "贩卖",
        "转卖",
        "卖给",
        "被卖",
        "卖了",
        "透露给",
        "散布"
    ];
    const DATA: &Phrases =
        phrases!["电话", "手机号", "号码", "信息", "隐私", "身份证", "住址", "家庭地址", "联系方式", "名单"];
    const WARNED: &[&str] = &[
        "不要", "不能", "不会", "不得", "不许", "请勿", "小心", "注意", "没有", "严禁", "禁止", "从不", "怕",
    ];
    const LEAKED_CHARS_MAX: usize = 10;
    around(text, LEAKED).any(|(before, after)| {
        let near_before = || {
            let skipped = before.chars().count().saturating_sub(LEAKED_CHARS_MAX);
            before.char_indices().nth(skipped).and_then(|(at, _)| before.get(at..))
        };
        let owner = before.trim_end_matches(['随', '意', '把', '私', '自', '擅', '乱', '被', '到', '处']);
        !is_denied_before(before)
            && !ends_with_any(owner, WARNED)
            && (holds_any(head(after, LEAKED_CHARS_MAX), DATA)
                || near_before().is_some_and(|near| holds_any(near, DATA)))
    })
}

/// 凭什么停孩子的课: by what right, and what was done to a child. 孩子问凭什么 is the child's own question.
fn is_unjustified(text: Searched<'_>) -> bool {
    const RIGHTS: &Phrases = phrases!["凭什么", "凭啥", "凭嘛", "凭哪条"];
    const DONE: &Phrases = phrases![
        "停课",
        "停学",
        "停孩子",
        "停我",
        "开除",
        "劝退",
        "退学",
        "处分",
        "记过",
        "不让",
        "不准",
        "不许",
        "赶",
        "撤",
        "取消",
        "罚",
        "扣",
        "换掉",
        "调走",
        "调到",
        "被调",
        "不给",
        "除名",
        "搜",
        "翻",
        "剪",
        "贵",
        "涨",
        "加价",
        "多收",
        "多交"
    ];
    const DONE_CHARS_MAX: usize = 10;
    around(text, RIGHTS).any(|(before, after)| {
        holds_any(head(after, DONE_CHARS_MAX), DONE)
            && !starts_with_any(after, &["他能", "她能", "哥", "姐", "弟", "妹", "别人"])
            && !ends_with_any(before, &["问", "说", "问我", "说我", "问我们", "喊"])
    }) && (holds_any(text, CHILD) || holds_any(text, STAFF) || text.contains('费'))
}

/// 出了事学校瞒着不说, 要看监控，学校不让看: what has happened is kept from families. 他瞒着老师玩手机 is a child's.
fn conceals(text: Searched<'_>) -> bool {
    const CONCEALED: &[&str] = &[
        "瞒着家长",
        "瞒着我们",
        "瞒着不",
        "隐瞒",
        "瞒报",
        "捂着",
        "压着不",
        "不认账",
        "死不承认",
        "踢皮球",
        "甩锅",
        "推得一干二净",
    ];
    const WITHHELD: &Phrases = phrases![
        "不给看",
        "不让看",
        "不给查",
        "不让查",
        "不给调",
        "不让调",
        "不给我看",
        "不让我看",
        "不给家长看",
        "不让家长看"
    ];
    let hides = || {
        around(text, STAFF).any(|(before, after)| {
            let deed =
                after.trim_start_matches(['们', '都', '还', '就', '一', '直', '想', '也', '在', '互', '相']);
            !before.ends_with(['着', '向', '对', '跟']) && starts_with_any(deed, CONCEALED)
        })
    };
    hides()
        || text.contains("监控")
            && holds_any(text, WITHHELD)
            && !holds_any(text, phrases!["孩子不", "在家", "家里"])
}
