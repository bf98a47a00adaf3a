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
    /// 一头一尾: the first and the last.
    BothEnds,
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

/// 哪天都不缺, 没有一天不去: no day is missed. 开门就去: every day that there is.
fn no_day_missed() -> String {
    let mut words = String::new();
    for every in [
        "哪天都",
        "哪天也",
        "哪一天都",
        "哪一天也",
        "一天都",
        "一天也",
        "一天",
        "每天都",
        "天天都",
        "一次都",
        "一次也",
    ] {
        for missed in [
            "落", "落下", "缺", "缺席", "缺勤", "缺课", "漏", "漏掉", "少", "拉", "拉下", "差", "空", "断",
            "误", "耽误",
        ] {
            words.extend([every, "不", missed, " "]);
        }
    }
    for none in ["没有哪天", "没有哪一天", "没有一天", "没有任何一天", "没哪天", "没哪一天", "没一天"]
    {
        for verb in ["来", "去", "上", "参加", "留", "要", "用", "行", "需要", "在", "报", "想去", "能去"]
        {
            words.extend([none, "不", verb, " ", none, "是不", verb, "的 "]);
        }
    }
    // 开门就去: whenever there is anything to go to.
    for open in ["开门", "开班", "开课", "开放", "开学", "开着", "有课", "有班"] {
        for verb in ["去", "上", "来", "留", "参加", "报"] {
            words.extend([open, "就", verb, " ", open, "我们就", verb, " "]);
        }
    }
    words
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        All, BothEnds, Each, English, Except, FirstDays, If, LastDays, MiddleDays, Not, Only, Open, Or,
        Other, Rest, Verb, Weekend,
    };
    use Word::{Busy, Collect, ExceptAfter, Kin, Myself};
    let no_day_missed = no_day_missed();
    Lexicon::new(
        &[
            (All, &no_day_missed),
            (All, "5天 5天都 5天全 一周5天 每周5天"),
            (
                Except,
                "只要不是 只要别是 只要不 除了 除去 除开 除掉 除 除却 扣除 扣掉 去掉 排除 刨去 刨除 刨掉
                 减去 减掉 减 刨开 划掉 划去 拿掉 剔掉 抠掉 省掉 跳过 避开 略过 撇开 撇去 抛去 抛开 抛除 剔除 不算 不算上 不含 不包括 不包含 except_for except
                 every_day_but everyday_but every_weekday_but all_days_but any_day_but all_but excluding besides 空出 空着 空掉 独缺 只缺 单缺 就缺 唯缺 唯独缺 只少 就少 独少 单少",
            ),
            (
                Rest,
                "其他 其它 其余 其他天 其他几天 剩下 剩余 另外四天 另外三天 另外几天 另四天 另三天 别的
                 余下 the_rest others other_days the_others",
            ),
            (
                All,
                "每天 每日 每个工作日 每个上学日 天天 天天都 全部 全选 全周 全都 全勤 全上 全要 全报
                 全参加 全上满 全去 全来 全留 全都要 整周 整个星期 整礼拜 一周五天 一整周 一个星期都
                 一周都 一到五 一天都不落 一天不落 一天也不落 一天都不缺 一天不缺 一天也不缺 一天都不少
                 一天不少 一天不漏 一天都不漏 一周上满 一天不拉 一天不差 五天都 五天全 五个工作日 五天
                 工作日 周内 周中 周周都 所有 everyday every_day every_single_day all daily 上学日
                 上课天 上学天 每个上课天 每个上学天 每个上课日
                 上学的日子 上满 上学就去 上课日 上学就留 上学就来 weekdays every_weekday every_weekdays each_weekday each_day every_school_day each_school_day every_workday
                 each_workday all_weekdays all_week all_five_days the_whole_week whole_week 日日 满勤 有课就上 有班的日子
                 有课的日子 有课就来 有几天上几天 有几天就上几天 开班的日子 开课的日子 开班就去 开放的日子
                 开学就上 开课就去 开放的几天 开的那几天 开几天上几天 开放几天上几天 开几天就上几天
                 开几天就去几天 只要上学就留 只要上学就上 只要上课就留 只要开课就 统统 统统要 统统上 通通",
            ),
            (Each, "都 均"),
            (Or, "或者 或 要么 要不 还是 or 任选 二选一"),
            (Only, "就 就是 只有 只是 只 唯独 唯有 仅 仅仅 单单 单 单单是 光 光是 独 惟独 only just 五天里 五天里面 五天中 五天当中 五天之中 四天里 四天里面 四天中 四天当中 四天之中"),
            (
                Not,
                "否 ❌ × 不 不要 不去 不上 不用 不能 不行 不参加 不来 不需要 不可以 不方便 不选 不留 不报 不好
                 不是 没 没有 没空 没时间 别 免 免了 休息 休 not no 取消 自己接 自己带 回家 歇着 歇息 歇 接走 接回
                 接回家 算了 就算了 轮休 用不着 用不上",
            ),
            (ExceptAfter, "以外 除外 之外 外"),
            (
                Kin,
                "奶奶 爷爷 外婆 外公 姥姥 姥爷 爸爸 爸 妈妈 妈 他爸 他妈 他姑 他姨 他舅 他叔 他姥姥 他奶奶
                 他爷爷 他外婆 他姥爷 他外公 她爸 她妈 她姑 她姨 她姥姥 她奶奶 她爷爷 她外婆 她姥爷 她外公
                 老人 老婶 老姨 老姑 老舅 老叔 老伯 老嫂 老爷 老奶 家里 家人 家长 有人 阿姨 保姆 姑姑 姑
                 舅舅 舅 婆婆 我们 姨 小姨 小婶 小姑 小舅 小叔 小伯 小嫂 小爷 小奶 大姨 大婶 大姑 大舅
                 大叔 大伯 大嫂 大爷 大奶 叔叔 伯伯 婶婶 姐姐 哥哥 表姐 表哥 幺婶 幺姨 幺姑 幺舅 幺叔 幺伯
                 幺嫂 幺爷 幺奶 幺婆 二婶 二姨 二姑 二舅 二叔 二伯 二嫂 二爷 二奶 三婶 三姨 三姑 三舅 三叔
                 三伯 三嫂 三爷 三奶 嫂子 孃孃",
            ),
            (Collect, "接 来接 来带 去接 去带 过来接 带走 带 管 看"),
            (
                Myself,
                "有空接 有时间接 有空带 有空管 有人接 有人带 有人管 能来接 能接 能去接 能按时接 能按时来接
                 我接 我来接 我去接 我能接 我可以接 可以接 可以按时接 可以按时来接 接得了 接得到 按时接
                 按时来接 准时接 家里能接",
            ),
            (If, "如果 要是 要看 假如 的话 除非 看情况"),
            (
                Open,
                "不一定 不固定 不确定 说不准 可能 也许 有时 有时候 偶尔 单周 单双周 双周 隔周 轮流 轮着
                 待定 再说 再看 没想好 没定 大概 一般 到时候 至少 最多 里选 里面选 里挑 中选 选几天 选一天
                 选其一 选一个 选其中 好像 好象 似乎 吧应该 吧可能 选两天 选三天 挑一天 挑一个 其中一天 任一天 任意一天 任意 随便 随机
                 随你们 maybe 你们定 你定 您定 老师定 学校定",
            ),
            (English(1), "mon monday mondays 周① 月曜"),
            (English(2), "tue tues tuesday tuesdays"),
            (English(3), "wed weds wednesday wednesdays"),
            (English(4), "thu thur thurs thursday thursdays"),
            (English(5), "fri friday fridays"),
            (English(6), "sat saturday"),
            (English(7), "sun sunday"),
            (Weekend, "周末 周六日 周六周日 双休日 双休 星期六日 weekend weekends 礼拜六礼拜天"),
            (BothEnds, "一头一尾 一首一尾 首尾 首尾两天 头尾 头尾两天 头尾两头 两头 两头两天"),
            (FirstDays, "前 前面 头 头前"),
            (MiddleDays, "中间 当中"),
            (LastDays, "后 后面 最后"),
            (
                Busy,
                "有 有课 有事 有安排 有人在家 兴趣班 辅导班 补习 补课 培训 奥数 练琴 学琴 学游泳 学画画
                 学跳舞 学英语 钢琴 英语课 舞蹈课 游泳课 画画课 美术课 篮球课 足球课 围棋课 书法课 跆拳道
                 训练 上英语 上舞蹈 课外班 外面的课 回老家 回乡下 回奶奶家 回外婆家 回姥姥家 去奶奶家
                 去外婆家 去姥姥家 去爷爷家 去外公家 我休息 我轮休 我在家 我调休 早下班 下班早 放学早 看牙
                 理疗 打针",
            ),
            (Verb, "✅ √ attend attends join joins go goes come comes stay stays yes 照常 照样 照去 照来 照上 有空 有时间 有需要 有需求 参加 上 去 要 来 可以 行 报 留 留学校 留校 选 需要 在 ok 好"),
            (
                Other,
                "否则 绝对 肯定 坚决 确实 实在 真的 千万 基本 基本上 反正 永远 一律 打死 压根 根本 完全 从来 向来 每周 每周上 一周上 接完 接不了 外面 外地 外出 外语 外加 不对 不好意思 不错 不用谢 不客气 不能接 不能按时接
                 不能来接 不变 不改 不早 不在家 没问题 没关系 没人接 没人管 没人带 没人 没法接 没办法接
                 没空接 没变 没下班 差不多 只要 只好 还是要 还有 放学后 下班后 下半周 课后 以后 以前 之后
                 之前 今后 然后 最后定 目前 上班 上学期 上午 上半周 马上 晚上 早上 在家 好的 就行 就好
                 就可以 都是 都快 都七点 都六点 都没人 都不在 都已经 来不了 来不及 赶不到 赶不上 别忘了
                 走不开 抽不出 一直 一起 一共 一样 一定 一下 一周 一节 一个礼拜 一个星期 一星期 and on please thanks he she we i will my son daughter the days day 再加
                 再加上 加上 另加",
            ),
        ],
        "周一 周二 周三 周四 周五 周六 周日 周一到周五 星期一 星期二 星期三 星期四 星期五 礼拜一 礼拜二
         礼拜三 礼拜四 礼拜五 每天 除了 全部",
    )
});
