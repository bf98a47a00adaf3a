//! The words for what changes in a child's plan, and for changes that last.
//!
//! Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Leave,
    Attend,
    /// 接.
    Collects,
    /// 以后, 固定: a change that lasts.
    Standing,
    /// 每天: every day on offer, for good.
    EveryDay,
    /// 起, 开始: after the day a lasting change begins with.
    Begins,
    /// 可能, 如果, 或者.
    Hedge,
    /// 不, 自己走: nothing that can be stored as a change.
    Blocks,
    Other,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Attend, Begins, Blocks, Collects, EveryDay, Hedge, Leave, Other, Standing};
    Lexicon::new(
        &[
            (
                Leave,
                "不上 不去 不来 不参加 不上了 不去了 不来了 不参加了 不留 不留校 不延时 不用上 不上课后
                 不能来 不能去 不能上 不能参加 不在学校 不上延时 不上托管 不上课后服务 不参加课后服务 请假
                 请病假 请事假 请个假 来不了 去不了 上不了 参加不了 缺席 停一次 都不上 都不去 都不来
                 要请假",
            ),
            (
                Attend,
                "上 上延时 上托管 上课后服务 参加 照常 照常上 照旧 正常上 正常 来上 去上 要上 留下 留校
                 恢复 还是上 都上 都参加 继续上",
            ),
            (Collects, "接 来接 去接 接送 接走 接回 来接走 接他 接她 接孩子"),
            (
                Standing,
                "以后 今后 往后 固定 长期 从今以后 从今往后 这学期 本学期 以后都 之后都 一直 往后都 平时",
            ),
            (EveryDay, "每天 天天 每一天 每日"),
            (Begins, "起 开始 起都 开始都 起每天 开始每天 往后 以后"),
            (
                Hedge,
                "可能 也许 不一定 不确定 看情况 说不准 如果 要是 要么 万一 假如 的话 或者 或 还是 再说
                 待定 到时候 轮流 有时 偶尔 单周 双周 隔周 大概率 商量 考虑 除了 除 其他 其余 这个月
                 下个月 本月 月底 月初 前 之前",
            ),
            (
                Blocks,
                "不 不用 不是 不要 不能 不行 不用接 不接 没 没有 没空 没时间 别 自己走 自己回 自己回家
                 接不了 走不开",
            ),
            (
                Other,
                "上班 上课 上学 上午 上次 上周 上个 上面 早上 晚上 马上 路上 不好意思 不变 不加班 没问题
                 没关系 没事 还是上 出差 一起 起床 接着 接下来 接到通知 接龙 接力 前门 直接 间接 正常情况
                 下午上",
            ),
        ],
        "请假 参加 以后",
    )
});
