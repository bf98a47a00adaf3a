//! Complaints (投诉): the wish to complain or report, and reports of what must not happen.
//!
//! Two ways in: the speech act itself (`我要举报`), or a matter — money, force, teaching, violence, insult, neglect —
//! that is stated as wrong. Asking whether something is so, denying it and withdrawing are no complaints.
//! Start at [`is_complaint`].

use std::sync::LazyLock;

use super::clause::{self, Mood};
use super::lexicon::{Lexicon, Token};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// 投诉, 举报.
    Act,
    /// 反映, 告: an act only with something to report.
    Tell,
    /// 教育局, 12345: where one reports to.
    Authority,
    Money,
    /// 乱收费, 回扣: wrong by itself.
    WrongMoney,
    /// 乱, 凭什么, 又.
    Wrong,
    Force,
    /// What somebody is forced to.
    Forced,
    Teaching,
    Care,
    WrongTeaching,
    Violence,
    /// 摔伤: an accident, and a wrong only where nobody looked.
    Hurt,
    Insult,
    Neglect,
    Staff,
    Child,
    Not,
    Withdrawn,
    /// 吗-less mark of blame: 管不管, 合理吗.
    Blame,
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        Act, Authority, Blame, Care, Child, Force, Forced, Hurt, Insult, Money, Neglect, Not, Other, Staff,
        Teaching, Tell, Violence, Withdrawn, Wrong, WrongMoney, WrongTeaching,
    };
    Lexicon::new(
        &[
            (
                Act,
                "收费不满 很不满 表示不满 不满 穿小鞋 我要反映 想反映 要反映 投诉 举报 检举 控告 控诉 维权 上访 信访 曝光 差评 讨个说法 讨说法 要个说法 要说法 给个说法 给我个说法 告发 要告 去告 要去告 告你们 告学校 告老师 有意见 很有意见 很不满 不满意 非常不满 强烈不满 讨公道 讨个公道 complain complaint report 申诉 投拆 提意见 揭发 起诉 报警",
            ),
            (Tell, "反映 反应 告 告状 说说 打 打给 找 上报 反馈 发到 发网上 捅到"),
            (
                Authority,
                "上级 上级部门 有关部门 主管部门 教育局 教委 教体局 12345 12318 纪委 市长热线 督学 记者 媒体 电视台 信访局 监察 政府热线 消协 物价局 警察 校长信箱 网上 法院",
            ),
            (
                Money,
                "收费 收钱 交钱 要钱 交费 缴费 收款 费用 材料费 资料费 餐费 服务费 托管费 钱 收了 费 押金 校服费 班费 书费 元 块钱 收我们 收我 收家长 收每 fee fees charging money 让交 要交 另收 加收 收取 买书 买资料 买辅导书 买教辅 辅导书 教辅",
            ),
            (
                WrongMoney,
                "乱收费 违规收费 违法收费 乱收 回扣 送礼 红包 塞钱 退钱 还钱 变相收费 强制收费 高收费 天价 敲诈 索要 受贿 贪污 吃回扣 好处费 收礼 私自收费 偷偷收费 私下收费 多收 重复收费 乱扣费 不给退费 赚家长 赚钱 捞钱 圈钱 敛财 牟利 赚学生 赚黑心钱 发财 拒不退费 不退费 不退钱 退我钱",
            ),
            (
                Wrong,
                "不开票 不给发票 不给收据 不给开票 没收据 没有收据 收据都没有 没发票 没有发票 乱 违规 违法 凭什么 说好不 说好免费 明明 不是说免费 不是免费 不合理 太黑 坑 骗 欺骗 私下 偷偷 变相 强行 不开发票 竟然 居然 又让 又要 还要 还让 还收 非要 非让 非得 逼 太过分 过分 不像话 什么道理 什么意思 太贵 合规 合法 黑心 霸王 illegal illegally 不合规 不合法 让我们 让家长 硬要",
            ),
            (
                Force,
                "强行要求 强行报名 强制 强迫 被迫 逼着 逼迫 逼我们 逼家长 逼孩子 硬逼 胁迫 威胁 变相强制 被自愿 假自愿 必须报否则 forced 不参加就不让 不报就不让 不参加就批评 不报就批评 不参加就给 不报就给 不参加就要 不报名就 不交钱就 不交费就 不交就 不交钱就不 不交费就不 不交就不让 不报的被 不报的都被 不参加的都被 不参加的被 不报名的被 硬性要求 摊派 强行",
            ),
            (Forced, "参加 报名 报 购买 买 交 加入 自愿 上 订 签"),
            (Teaching, "讲课 上课 集体上课 补课 赶进度 讲试卷 讲卷子 讲题 教新知识 刷题 考试"),
            (Care, "课后服务 延时 托管 课后班 课后 晚托 放学后 课后时间"),
            (
                WrongTeaching,
                "有偿补课 收费补课 集体补课 变相补课 违规补课 借课后服务补课 课外补课收 讲新课 上新课 教新课 讲新内容 集体讲课 集体教学 办补习班 校外补课班",
            ),
            (
                Violence,
                "推孩子 推学生 推娃 打手 打手心 打屁股 打头 打脸 打后脑勺 站走廊 在走廊站 站门口 在门口站 站了一节课 站一节课 站着听课 站了半天 slapped hits yelled yelling_at 打了 打我 打人 打孩子 殴打 打骂 扇 巴掌 耳光 踢了 踢我 掐 推搡 推推搡搡 拉扯 拉拽 踹 揪 拽 推倒 推了 体罚 罚站 罚跪 罚抄 罚跑 罚蹲 欺负 霸凌 欺凌 虐待 动手打 对孩子动手 对学生动手 跟孩子动手 老师动手 打伤 弄伤 揍 敲头 拧 暴力 猥亵 性骚扰 骚扰 关小黑屋 被打 打学生 打小孩 打娃 打他 打她 拖拽 hit beat bullied bullying 打得 打哭 打架 抽了",
            ),
            (Hurt, "摔破 摔伤 摔了 磕破 磕伤 撞伤 撞破 受伤 划伤 烫伤 流血 骨折"),
            (
                Insult,
                "点名批评 当众批评 当众羞辱 当众检讨 当众道歉 当众认错 骂 辱骂 侮辱 羞辱 讽刺 歧视 嘲笑 吼 讥讽 挖苦 人身攻击 骂人 骂孩子 孤立 针对 说脏话 爆粗口 insulted",
            ),
            (
                Neglect,
                "虫子 头发丝 异物 苍蝇 蟑螂 没人问 也没人问 没人管 没人看 没有人管 没有人看 吃出 发霉 变质 馊 过期食品 不给解释 不解释 没老师看 没有老师看 没老师管 没有老师管 不管 不理 不处理 不作为 玩手机 看手机 刷手机 睡觉 丢下 扔下 没人看着 没人看管 没老师在 没有老师在 没老师带 没有老师带 不负责 不负责任 擅自离岗 离岗 旷课 敷衍 没人修 推卸 推诿 走丢 不见人影 放任 置之不理 不闻不问 锁在 关在 不给喝水 不给吃 不让上厕所 不让喝水 不许上厕所 不让去厕所 饿着 无人看管 无人管 聊天不管 不上心 不让孩子",
            ),
            (
                Staff,
                "老师 学校 班主任 校长 保安 教练 延时班 托管班 你们 体育老师 门卫 教官 机构 teacher school 课后服务 服务 教室 阿姨 食堂 饭菜 盒饭 配餐 课后班 生活老师",
            ),
            (Child, "孩子 学生 娃 小孩 儿子 女儿 小朋友 同学 我家 高年级 我娃 我儿 闺女"),
            (
                Not,
                "没有 不是 从没 从不 没 不 未 并非 不会 不用 不想 不要 别 没必要 无 从来没 并没有 从来不 不打算",
            ),
            (
                Withdrawn,
                "不投诉 撤回 撤销 取消投诉 不举报 误会 不是投诉 不是举报 没有投诉 不是要投诉 不想投诉 不追究 撤诉 没投诉 算了不投诉 别误会 不是来投诉 不会投诉 没想投诉 不需要投诉 不用投诉 不告了 消除误会 解决了 处理好了 投诉已经解决 谁说我要 谁说要 谁要投诉 谁要举报 没有的事 没这回事 表扬 收回投诉 不再投诉",
            ),
            (
                Blame,
                "不是说自愿 不是说自愿吗 说自愿吗 说是自愿 为啥不 为什么不报就 这是自愿吗 算自愿吗 叫自愿吗 也叫自愿 哪里是自愿 管不管 合理吗 合规吗 合法吗 违规吗 有没有人管 什么道理 怎么回事 凭什么 还有没有 什么态度 什么意思 怎么能 怎么可以 怎么又 为什么又 为什么还 为什么要 为啥还 为什么打 为什么骂 是不是违规 符合规定吗 有没有王法 说得过去吗 怎么还 应该吗 像话吗 岂有此理 负得起责 谁负责 谁允许 谁准 哪个准 哪个允许 谁让 允许吗 可以这样吗 怎么办 对吗 正常吗 怎么没人 怎么看的 怎么管的 怎么带的 怎么照顾的 怎么看孩子",
            ),
            (
                Other,
                "要告诉 去告诉 要告知 去告知 要告别 去告别 要告辞 没有意见 没意见 有意见吗 无意见 没什么意见 打球 打电话 打卡 打扫 打篮球 打乒乓 打羽毛球 打算 打车 打的 打字 打印 打扰 打听 打扮 打针 打疫苗 打游戏 报告厅 红领巾 收红领巾 收作业 收书 收到 告诉 告知 报告 找不到 找人 找谁 费心 费事 费时间 免费 学费 浪费 不收费 不交钱 不要钱 不用钱 不收钱 不用交钱 找老师 说说话 报警器 费劲 钱包 不打人 骂声 上课时间 考试时间 反应慢 收费标准 收费表 收费处 打工 打算盘 考试成绩 告一段落 要不要交 上报名 打招呼 打包 反应过来 费解 反应热烈 打底 打雷 打喷嚏 没人打 不满员 不满三 不满十 不满六 不满班 不满意吗 不满员吗",
            ),
        ],
        "投诉 举报 收费 体罚 乱收费 强制 检举 辱骂 殴打 欺负",
    )
});

/// Whether a normal form complains or reports.
///
/// - `by_family`: a teacher's note about a school matter is none unless it says so.
pub(super) fn is_complaint(text: &str, by_family: bool) -> bool {
    // Most replies hold no word of a wrong, and cost no more than this.
    let Some(text) = LEXICON.repair_telling(text, is_telling) else { return false };
    if is_withdrawn(&text) {
        return false;
    }
    let mut all: Vec<Token<Word>> = Vec::new();
    for clause in clause::clauses(&text) {
        let tokens = LEXICON.scan(clause.text);
        if tokens.is_empty() {
            continue;
        }
        let asks = clause.mood != Mood::States;
        if is_act(&tokens, clause.text) || (by_family && is_matter(&tokens, asks, clause.text)) {
            return true;
        }
        if !is_supposed(clause.text) {
            all.extend(tokens);
        }
    }
    // A matter may be spread over clauses: 孩子被打了，老师不处理.
    by_family && is_spread(&all)
}

/// Whether a complaint can be about it; the other words only tell of whom, and how.
fn is_telling(kind: Word) -> bool {
    !matches!(
        kind,
        Word::Wrong
            | Word::Forced
            | Word::Care
            | Word::Staff
            | Word::Child
            | Word::Not
            | Word::Withdrawn
            | Word::Blame
            | Word::Other
    )
}

/// Letters and digits from which on a complaint says what it is about, where no wrong is known by its words.
const SAID_CHARS_MIN: usize = 16;

/// How people ask after a complaint that they have made.
const ASKS_AFTER: [&str; 10] =
    ["没回复", "有回复", "结果", "进度", "处理得", "处理了", "回复了", "上次", "之前的", "怎么样了"];

/// Whether the words say what is wrong, and not only that somebody wants to complain: «老师收了材料费» does, «我要投诉»
/// does not.
///
/// - `text`: as received.
pub fn says_what_is_wrong(text: &str) -> bool {
    let normal = super::normalise::normalise(text).text;
    let text = LEXICON.repair(&normal);
    if is_withdrawn(&text) || ASKS_AFTER.iter().any(|word| text.contains(word)) {
        return false;
    }
    let mut all: Vec<Token<Word>> = Vec::new();
    for clause in clause::clauses(&text) {
        let tokens = LEXICON.scan(clause.text);
        if is_matter(&tokens, clause.mood != Mood::States, clause.text) {
            return true;
        }
        all.extend(tokens.into_iter().filter(|_| !is_supposed(clause.text)));
    }
    is_spread(&all) || text.chars().filter(|c| c.is_alphanumeric()).count() >= SAID_CHARS_MIN
}

/// 昨天的投诉我撤回: no complaint, and nothing that is being filled in.
pub(super) fn is_withdrawn(text: &str) -> bool {
    LEXICON.holds(text, Word::Withdrawn)
        && ["投诉", "举报", "告", "误会", "追究"].iter().any(|word| text.contains(word))
}

/// 如果, 听说, 不参加就: nothing that has happened.
fn is_supposed(text: &str) -> bool {
    // 不报的都被点名: those who did not are there.
    let text = text.replace("不报的", "").replace("不参加的", "");
    [
        "如果",
        "要是",
        "怕",
        "担心",
        "万一",
        "不参加",
        "不报",
        "听说",
        "据说",
        "别的学校",
        "不上",
        "不然",
        "否则",
        "避免",
        "防止",
        "家里",
        "要不",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// 投诉 and its like, unless denied.
fn is_act(tokens: &[Token<Word>], text: &str) -> bool {
    // 有投诉的同学吗: somebody else's.
    let is_others = |t: &Token<Word>| {
        ["的同学", "的家长", "的人", "的学生", "的多"]
            .iter()
            .any(|w| text.get(t.end..).is_some_and(|rest| rest.starts_with(w)))
    };
    tokens.iter().enumerate().any(|(index, token)| match token.kind {
        Word::Act => !denied(tokens, index) && !is_others(token),
        Word::Authority => {
            let calls = ["打电话", "打个电话", "写信", "留言"].iter().any(|word| text.contains(word));
            (calls || tokens.iter().take(index + 3).any(|t| t.kind == Word::Tell)) && !denied(tokens, index)
        }
        Word::Tell => {
            tokens.get(index + 1..).unwrap_or_default().iter().any(|t| t.kind == Word::Authority)
                && !denied(tokens, index)
        }
        _ => false,
    })
}

fn denied(tokens: &[Token<Word>], index: usize) -> bool {
    let from = index.saturating_sub(1);
    tokens.get(from..index).is_some_and(|before| before.iter().any(|t| t.kind == Word::Not))
}

/// One clause that states a wrong.
fn is_matter(tokens: &[Token<Word>], asks: bool, text: &str) -> bool {
    // 这不是逼我们报名吗: says that it is.
    let is_rhetorical = text.ends_with(['吗', '嘛', '么'])
        && ["这不是", "不就是", "这不", "难道不是"].iter().any(|word| text.contains(word))
        && tokens
            .iter()
            .any(|t| matches!(t.kind, Word::Force | Word::WrongMoney | Word::WrongTeaching | Word::Violence));
    let has = |kind| {
        tokens.iter().enumerate().any(|(i, t)| t.kind == kind && (is_rhetorical || !denied(tokens, i)))
    };
    let (blames, wrong) = (has(Word::Blame), has(Word::Wrong));
    let blames_all = blames
        || is_rhetorical
        || wrong && ["凭什么", "说好", "怎么又", "明明", "什么道理"].iter().any(|w| text.contains(w));
    let asks = asks && !blames_all;
    // 不报就点名批评 is no supposition where it is blamed.
    if asks || (is_supposed(text) && !(blames && has(Word::Insult))) {
        return false;
    }
    let at_school = has(Word::Staff) || has(Word::Care);
    let has_child = has(Word::Child);
    let money = has(Word::WrongMoney)
        || (has(Word::Money) && (wrong || blames || (has(Word::Care) && has(Word::Teaching))));
    let charges = has(Word::Staff)
        && tokens.iter().any(|t| {
            t.kind == Word::Money
                && matches!(text.get(t.start..t.end), Some("收费" | "收钱" | "要钱" | "收款"))
        })
        && text.ends_with(['了', '钱', '费'])
        && !text.contains("不收")
        && has(Word::Money);
    let force = has(Word::Force)
        && (has(Word::Forced) || has(Word::Money) || at_school || has_child || has(Word::Teaching));
    let teaching = has(Word::WrongTeaching) && (at_school || blames)
        || (has(Word::Teaching)
            && has(Word::Care)
            && (wrong || blames || has(Word::Staff))
            && !text.contains("写作业"));
    let strikes = tokens
        .iter()
        .enumerate()
        .any(|(i, t)| t.kind == Word::Violence && !denied(tokens, i) && !is_harmless_blow(text, t));
    let violence = strikes && (at_school || has_child || blames || text.contains('被'));
    // 这是强制: called so, whatever it is about.
    let is_called = ["这是", "就是", "等于", "分明", "明摆着"].iter().any(|word| text.contains(word));
    let force = force || has(Word::Force) && is_called;
    // 孩子摔破头了老师都不知道: hurt, and nobody looked.
    let unseen =
        ["都不知道", "没发现", "没人发现", "没看见", "没人管", "不管"].iter().any(|word| text.contains(word));
    let hurt = has(Word::Hurt) && (blames || unseen && has(Word::Staff));
    let insult = has(Word::Insult) && (at_school || has_child || blames);
    let neglect =
        has(Word::Neglect) && (has(Word::Staff) || text.contains("没老师") || text.contains("没有老师"));
    money || charges || force || teaching || violence || hurt || insult || neglect
}

/// 打了疫苗, 球打得好: 打 with an object that feels nothing.
fn is_harmless_blow(text: &str, token: &Token<Word>) -> bool {
    const OBJECTS: [&str; 24] = [
        "针", "疫苗", "预防", "电话", "招呼", "卡", "球", "篮", "羽", "乒", "排", "网", "字", "分", "折",
        "车", "包", "工", "游戏", "水", "饭", "好", "不错", "很",
    ];
    let word = text.get(token.start..token.end).unwrap_or_default();
    let after =
        text.get(token.end..).unwrap_or_default().trim_start_matches(['一', '个', '了', '过', '两', '三']);
    word.starts_with('打') && OBJECTS.iter().any(|object| after.starts_with(object))
}

/// A matter whose parts stand in several stated clauses.
fn is_spread(tokens: &[Token<Word>]) -> bool {
    let has = |kind| tokens.iter().enumerate().any(|(i, t)| t.kind == kind && !denied(tokens, i));
    has(Word::Hurt) && has(Word::Blame)
        || (has(Word::Violence) || has(Word::Insult))
            && (has(Word::Staff) || has(Word::Child))
            && (has(Word::Neglect) || has(Word::Blame))
        || has(Word::Money) && has(Word::Blame)
        || has(Word::Neglect) && has(Word::Staff) && has(Word::Blame)
        || has(Word::Teaching) && has(Word::Care) && has(Word::Blame)
}

#[cfg(test)]
mod tests {
    use super::{is_complaint, says_what_is_wrong};
    use crate::understand::normalise::normalise;

    #[test]
    fn a_wrong_that_is_stated_is_a_complaint_and_one_that_is_asked_or_denied_is_not() {
        for (text, want) in [
            ("怎么举报", true),
            ("我不想投诉", false),
            ("课后服务收费吗", false),
            ("凭什么又收费", true),
            ("老师骂孩子", true),
            ("老师陪孩子打球", false),
            ("没有乱收费", false),
            ("不参加就没人管了，报吧", false),
        ] {
            assert_eq!(is_complaint(&normalise(text).text, true), want, "{text}");
        }
    }

    #[test]
    fn the_wish_to_complain_is_not_yet_what_is_wrong() {
        for (text, want) in [
            ("投诉", false),
            ("我要投诉", false),
            ("我要举报学校", false),
            ("我想投诉三年级二班的班主任", false),
            ("我的投诉有结果了吗", false),
            ("我上次的投诉怎么还没有回复", false),
            ("老师打孩子，管不管？", true),
            ("凭什么又收费", true),
            ("我要投诉学校乱收费", true),
            ("投诉一下，昨天的饭菜里吃出一根很长的头发", true),
        ] {
            assert_eq!(says_what_is_wrong(text), want, "{text}");
        }
    }
}
