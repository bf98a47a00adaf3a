//! The words around days of the week, and what each does to them.
//!
//! To add a word, put it on the line of its kind. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Except,
    Rest,
    All,
    /// 都: everything, where the clause names no day.
    Each,
    Or,
    /// 就, 只有: with a negative, the others are wanted.
    Only,
    Not,
    If,
    Open,
    /// 以外, 除外: after the days.
    ExceptAfter,
    /// 奶奶: who may collect the child instead.
    Kin,
    /// 接: with kin, the day is not wanted.
    Collect,
    /// 我接, 能接: the person replying does it.
    Myself,
    /// 接走: so too by itself.
    English(u8),
    /// 周末.
    Weekend,
    /// 前三天, 后两天.
    FirstDays,
    /// 中间三天.
    MiddleDays,
    LastDays,
    Verb,
    /// 有英语课, 回老家: the day is taken by something else.
    Busy,
    Other,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        All, Each, English, Except, FirstDays, If, LastDays, MiddleDays, Not, Only, Open, Or, Other, Rest,
        Verb, Weekend,
    };
    use Word::{Busy, Collect, ExceptAfter, Kin, Myself};
    Lexicon::new(
        &[
            (Except, "只要不是 只要别是 只要不 除了 除去 除开 除掉 除 扣除 去掉 排除 刨去 except 抛开"),
            (
                Rest,
                "其他 其它 其余 剩下 剩余 另外四天 另外三天 另外几天 别的 余下 the_rest 其他天 其他几天 另四天 另三天",
            ),
            (
                All,
                "每天 天天 每日 全部 全选 整周 全周 一周五天 五天都 五天全 五个工作日 工作日 周内 全都 所有 每个工作日 everyday every_day all daily 一整周 整个星期 一个星期都 一周都 全勤 上学日 每个上学日 上学的日子 五天 周中 weekdays 一到五 日日 一天都不落 一天不落 一天也不落 一天都不缺 一天不缺 一天也不缺 一天都不少 一天不少 一天不漏 一天都不漏 全上 全要 全报 全参加",
            ),
            (Each, "都 均"),
            (Or, "或者 或 要么 要不 还是 or 任选 二选一"),
            (Only, "就 只有 唯独 唯有 只是 仅 只 单单 就是"),
            (
                Not,
                "不 没 没有 别 不要 不去 不上 不用 不能 不行 不参加 不来 不需要 不可以 不方便 没空 没时间 免 休息 not no 不选 不留 不报 取消 自己接 回家 接走 接回 接回家 自己接 自己带 不好 算了 就算了 免了 休 轮休 不是",
            ),
            (ExceptAfter, "以外 除外 之外 外"),
            (
                Kin,
                "奶奶 爷爷 外婆 外公 姥姥 姥爷 爸爸 妈妈 他爸 她爸 他妈 她妈 老人 家里 家人 有人 阿姨 保姆 姑姑 舅舅 爸 妈 家长 婆婆 我们",
            ),
            (Collect, "接 带 管 看"),
            (
                Myself,
                "有空接 有时间接 有空带 能来接 有空管 我接 我来接 我去接 我能接 我可以接 能接 可以接 接得了 接得到 能去接 有人接 有人带 有人管",
            ),
            (If, "如果 要是 假如 的话 除非 看情况 要看"),
            (
                Open,
                "不一定 不固定 不确定 说不准 可能 也许 有时 有时候 偶尔 单周 双周 隔周 轮流 轮着 待定 再说 没想好 没定 再看 单双周 大概 一般 到时候 至少 最多 里选 里面选 中选 里挑 选几天 选两天 选三天 任选 任意 随便 随机 maybe",
            ),
            (English(1), "mon monday mondays 周① 月曜"),
            (English(2), "tue tues tuesday tuesdays"),
            (English(3), "wed weds wednesday wednesdays"),
            (English(4), "thu thur thurs thursday thursdays"),
            (English(5), "fri friday fridays"),
            (English(6), "sat saturday"),
            (English(7), "sun sunday"),
            (Weekend, "周末 双休日 双休 星期六日 周六日 周六周日 weekend weekends 礼拜六礼拜天"),
            (FirstDays, "前 前面 头 头前"),
            (MiddleDays, "中间 当中"),
            (LastDays, "后 最后 后面"),
            (
                Busy,
                "有 有课 有事 有安排 兴趣班 辅导班 补习 补课 培训 奥数 练琴 学琴 钢琴 英语课 舞蹈课 游泳课 画画课 美术课 篮球课 足球课 围棋课 书法课 跆拳道 训练 学游泳 学画画 学跳舞 学英语 上英语 上舞蹈 课外班 外面的课 回老家 回乡下 去奶奶家 去外婆家 去姥姥家 去爷爷家 去外公家 回奶奶家 回外婆家 回姥姥家 我休息 我轮休 我在家 我调休 早下班 下班早 放学早 有人在家 看牙 理疗 打针",
            ),
            (Verb, "有空 有时间 有需要 有需求 参加 上 去 要 来 可以 行 报 留 选 需要 在 ok 好"),
            (
                Other,
                "接完 外面 外地 外出 外语 不对 不好意思 没问题 不错 差不多 不用谢 没关系 不客气 只要 只好 还是要 放学后 下班后 课后 以后 之后 今后 然后 最后定 之前 以前 目前 上班 上学期 马上 晚上 上午 早上 上半周 下半周 外婆 还有 在家 好的 就行 就好 就可以 都是 没人接 没人管 没人带 没人 没法接 不能接 接不了 没办法接 没空接 不能按时接 不能来接 来不了 赶不到 赶不上 来不及 不变 不改 没变 不早 不在家 别忘了 没下班 走不开 抽不出 一直 一起 一共 一样 一定 一下 一周 一节",
            ),
        ],
        "周一 周二 周三 周四 周五 周六 周日 星期一 星期二 星期三 星期四 星期五 礼拜一 礼拜二 礼拜三 礼拜四 礼拜五 每天 除了 全部 周一到周五",
    )
});
