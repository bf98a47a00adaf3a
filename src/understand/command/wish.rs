//! What is wished (愿望): the signs by which a clause asks for a command, and does not only name it.
//!
//! Looks at one clause and at what stands beside it. Start at [`is_wished`].

use super::super::answer::Command;
use super::super::phrases::{Phrases, around, ends_with_any, holds_any, phrases, starts_with_any};
use super::other::is_of_school;
use super::words::{LEXICON, Word};

/// The service that one leaves for good.
const SERVICES: &Phrases = phrases!["延时", "托管", "课后", "晚托", "社团", "留校", "兴趣班"];

/// Words that ask for something.
const ASKS_FOR: &Phrases = phrases![
    "帮", "给", "麻烦", "请", "我要", "我想", "想", "要改", "要换", "吧", "一下", "掉", "教", "来", "找",
    "叫"
];

/// What is said of filling in a form.
const OF_FORM: &Phrases = phrases![
    "填",
    "选",
    "答",
    "点",
    "按",
    "写",
    "错",
    "乱",
    "前面",
    "前头",
    "上面",
    "步",
    "题",
    "表",
    "单",
    "看",
    "机器",
    "整",
    "弄",
    "手机",
    "操作",
    "不作数",
    "不算",
    "刚才"
];

/// What is said when a form is given up.
const GIVEN_UP: &Phrases = phrases![
    "不弄",
    "不填",
    "不办",
    "不搞",
    "不整",
    "别填",
    "没空",
    "没时间",
    "不想弄",
    "不想填",
    "别弄",
    "不报",
    "不写",
    "不做",
    "算了",
    "表",
    "单子",
    "不要了",
    "拉倒"
];

/// Whether a clause wishes this, and does not only name it.
pub(super) fn is_wished(command: Command, wish: &str, reason: &str) -> bool {
    let tokens = LEXICON.scan(wish);
    if tokens.iter().any(|t| t.kind == Word::Other) {
        return false;
    }
    match command {
        Command::Human => true,
        Command::Help => holds_any(wish, phrases!["教", "帮", "怎么", "咋", "说明", "指", "例", "手册"]),
        Command::Back | Command::Restart | Command::Menu => holds_any(reason, OF_FORM),
        Command::Leave => is_leave_wish(wish),
        Command::Edit => {
            let has = |kind| tokens.iter().any(|t| t.kind == kind);
            !is_of_school(reason)
                && holds_any(reason, phrases!["错", "变", "换", "调", "漏", "反了", "不对"])
                && has(Word::Change)
                && holds_any(wish, ASKS_FOR)
        }
        Command::Cancel => {
            let asks = || holds_any(wish, ASKS_FOR) || wish.contains('不') || wish.starts_with("取消");
            let names_form = holds_any(wish, phrases!["这个申请", "这张", "这份", "这单", "单子", "表"]);
            drops_the_form(wish)
                || names_form
                || (holds_any(reason, GIVEN_UP) || drops_the_form(reason)) && asks()
        }
        Command::Query => {
            tokens.iter().any(|t| t.kind == Word::Look) || holds_any(wish, phrases!["查", "看"])
        }
        Command::Withdraw => wish.contains('退') || wish.contains('停') || wish.contains("终止"),
        Command::Exit => {
            !holds_any(reason, SERVICES)
                && holds_any(wish, phrases!["退出", "下线", "再见", "拜拜", "再会"])
                && holds_any(reason, phrases!["不", "先", "忙", "走", "下"])
        }
        _ => false,
    }
}

/// 今天给她请个假, 想跟您请假: somebody asks for it, now; 请假了 tells, and 请假也行 weighs.
fn is_leave_wish(wish: &str) -> bool {
    let bare = wish.trim_end_matches(['吧', '哈', '啊', '呀', '哦', '嘛', '呗', '喽', '哒', '的']);
    let asks = phrases![
        "给",
        "帮",
        "想",
        "要",
        "得",
        "跟",
        "向",
        "请个",
        "请一天",
        "请半天",
        "麻烦",
        "特此",
        "请两天",
        "申请",
        "替",
        "先请"
    ];
    (bare.ends_with('假') || bare.ends_with("一天") || bare.ends_with("半天") || bare.ends_with("两天"))
        && wish.contains('请')
        && (holds_any(wish, asks) || wish.starts_with('请'))
}

/// 这表我不填啦, 这个表不想填了: the form, a negative, and a verb of filling in.
pub(super) fn drops_the_form(text: &str) -> bool {
    const FORMS: &Phrases = phrases!["表格", "单子", "问卷", "登记表", "报名表", "申请表", "表"];
    const BEFORE: &[&str] = &["我们", "我", "就", "先", "也", "可", "实在", "真"];
    const NEGATIVES: &[&str] = &["懒得", "不", "别", "没法"];
    const BETWEEN: &[&str] = &["想", "用", "要", "再", "给我", "往下", "继续", "接着"];
    const VERBS: &[&str] = &["填", "弄", "写", "办", "搞", "整", "做", "走", "要", "交"];
    if !text.contains(['表', '单', '卷']) || !text.contains(['不', '别', '懒']) {
        return false;
    }
    around(text, FORMS).filter(|(before, _)| !before.contains('，')).any(|(before, after)| {
        let rest = trim_words(after, BEFORE);
        let Some(rest) = NEGATIVES.iter().find_map(|word| rest.strip_prefix(word)) else { return false };
        let between = trim_words(rest, BETWEEN);
        let is_named = before.is_empty()
            || ends_with_any(
                before,
                &["这", "这张", "这个", "这份", "那张", "那个", "那", "份", "张", "这些"],
            );
        // 不要了, and 不要填了.
        let is_dropped = |rest: &str| {
            VERBS.iter().find_map(|verb| rest.strip_prefix(verb)).is_some_and(|rest| {
                let particles = ['了', '啦', '咯', '喽', '下', '去', '吧', '啊', '呀', '哈', '，', '。'];
                rest.trim_matches(particles).is_empty()
            })
        };
        is_named && (is_dropped(rest) || is_dropped(between))
    })
}

/// A text without these words at its head, in any order.
fn trim_words<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let mut rest = text;
    while let Some(shorter) = words.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    rest
}

/// 阿拉先走了，再会: every clause takes its leave, and one says goodbye or two go.
pub(super) fn says_goodbye(text: &str) -> bool {
    const LEAVES: &[&str] = &[
        "走",
        "下",
        "撤",
        "溜",
        "闪",
        "忙",
        "去忙",
        "不聊",
        "不说",
        "这样",
        "下线",
        "挂",
        "退",
        "回聊",
        "回头聊",
        "改天聊",
        "下次聊",
        "忙去",
        "到这",
        "到这儿",
        "到这里",
    ];
    const GOODBYES: &[&str] = &["拜", "拜拜", "再会", "再见", "88", "bye", "bye bye", "晚安", "掰掰"];
    if !text.contains('，')
        || !text.contains(['拜', '会', '见', '8', '掰', '晚', 'b', '下', '走', '撤', '聊'])
    {
        return false;
    }
    let (mut is_said, mut leaves) = (false, 0);
    let all = text.split(['，', '。']).filter(|piece| !piece.is_empty()).all(|piece| {
        let bare = piece.trim_end_matches(['了', '啦', '哈', '咯', '吧', '啊', '哦', '呀', '喽', '噢']);
        let bare = trim_words(bare, &["我们", "我", "阿拉", "先", "那", "就", "好的", "好"]);
        let half = bare.split_once(['了', '啦']).filter(|(a, b)| a == b).map_or(bare, |(half, _)| half);
        is_said |= GOODBYES.contains(&half);
        leaves += usize::from(LEAVES.contains(&half));
        GOODBYES.contains(&half) || LEAVES.contains(&half)
    });
    all && (is_said || leaves > 1) && !starts_with_any(text, &["88"])
}

/// 延时班不上了，帮我退: the service is refused beside a verb of leaving that names nothing.
pub(super) fn quits_the_service(wish: &str, reason: &str) -> bool {
    let bare = trim_words(
        wish,
        &[
            "帮我们",
            "帮我",
            "给我们",
            "给我",
            "帮忙",
            "麻烦",
            "请",
            "就",
            "都",
            "那",
            "你",
            "您",
            "给",
            "恳请",
        ],
    );
    let bare = trim_words(bare, &["办理", "办个", "办"]);
    bare.starts_with(['退', '停'])
        && bare
            .trim_matches([
                '退', '停', '出', '了', '掉', '咗', '脱', '吧', '一', '下', '嘛', '他', '它', '伊', '哈',
                '啊', '中', '不',
            ])
            .is_empty()
        && holds_any(reason, SERVICES)
        && holds_any(
            reason,
            phrases![
                "不上",
                "不去",
                "不读",
                "不念",
                "不再",
                "不留",
                "不用",
                "不参加",
                "不跟",
                "不想",
                "不来",
                "不报"
            ],
        )
}

/// 那张请假单批了没有，帮我查查: what is looked up stands in the other clauses.
pub(super) fn asks_how_it_stands(wish: &str, reason: &str) -> bool {
    if !wish.contains(['帮', '烦', '给']) || !wish.contains(['查', '看', '问']) {
        return false;
    }
    let tokens = LEXICON.scan(wish);
    let covered: usize = tokens.iter().map(|t| t.end - t.start).sum();
    covered == wish.len()
        && tokens.iter().any(|t| t.kind == Word::Look)
        && tokens.iter().all(|t| matches!(t.kind, Word::Look | Word::Polite))
        && holds_any(wish, phrases!["帮", "麻烦", "给我"])
        && holds_any(reason, phrases!["批", "审", "成没", "回音", "进度", "通过", "结果", "报上"])
        && holds_any(reason, phrases!["申请", "报名", "交", "报的", "假"])
}
