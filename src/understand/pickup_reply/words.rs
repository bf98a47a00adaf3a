//! The words for where somebody is who comes to collect a child.
//!
//! Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Arrived,
    OnTheWay,
    /// 晚, 堵车: without a length of time it says nothing.
    Delay,
    Collected,
    /// 换人.
    Changes,
    Not,
    /// 可能, 如果.
    Hedge,
    /// 辛苦, 稍等: says nothing of where somebody is.
    Idle,
    Other,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Arrived, Changes, Collected, Delay, Hedge, Idle, Not, OnTheWay, Other};
    Lexicon::new(
        &[
            (
                Arrived,
                "到了 到门口 到校门口 到学校了 到学校门口 到南门 到北门 到东门 到西门 到正门 到后门 到侧门
                 到大门 到楼下 到达 到停车场 到门外 到校了 到达门口 到啦 到咯 到位 已到 已经到 已到达
                 在门口 在校门口 在学校门口 在南门 在北门 在东门 在西门 在正门 在后门 在侧门 在大门 在楼下
                 在停车场 在门外 在外面等 在等 在校门外 在保安室 在门卫 刚到 我到 停好车 arrived here
                 就在门口",
            ),
            (
                OnTheWay,
                "马上到 马上 马上就到 马上来 路上 在路上 在赶 在过来 来的路上 来了 来啦 快到 快到了
                 快到门口 快到学校 快了 就到 就到了 就来 就快到了 这就来 这就到 这就去 正在来 正往 正在赶
                 正过来 正在路上 正在过来 赶过来 赶来 赶过去 往学校赶 出发了 出门了 已出发 已经出发
                 已经出门 过来了 过红绿灯 立刻到 立马到 立马 on_my_way on_the_way coming 几分钟就到 几分钟
                 转弯就到 拐弯就到 两步路 等红灯 分分钟 即将到 即到 去接的路上 到路口",
            ),
            (
                Delay,
                "晚 晚到 晚点 晚一点 晚些 晚一会 晚会 迟 迟到 迟点 堵车 堵 堵了 堵死 塞车 耽误 耽搁 加班
                 开会 有事 车坏了 久等 late delay 拖堂 来不及 赶不及 赶不上 走不开 在忙 没下班",
            ),
            (
                Collected,
                "接到了 接到孩子 接到娃 接走了 接回家 接回来了 接回去了 接上了 接到人 接好了 已接到
                 已经接到 已接 已经接 已经接走 已经在家 已经到家 到家了 在家了 在我身边 孩子在我这
                 picked_up",
            ),
            (
                Changes,
                "换人 换个人 换别人 换一个人 找人 找别人 让别人 让人 叫人 叫别人 托人 请人 别人接 别人来接
                 别人去接 其他人接 其他人来接 安排人 委托别人 有人接 有人来接",
            ),
            (
                Not,
                "不 不是 不能 不了 不去 不来 不接 不用 没 没有 没法 没到 别 接不了 来不了 去不了 到不了
                 还没 未",
            ),
            (
                Hedge,
                "可能 也许 不一定 不确定 不知道 不清楚 说不定 说不准 看情况 没准 争取 尽量 如果 要是 要么
                 万一 假如 除非 的话 或者 或 还是 再说 到时候 好像 提前 早到 早点 早来 昨天 明天 后天 下周
                 下次 每天 以后 以为 刚才 本来 我以为",
            ),
            (
                Idle,
                "稍等 请稍等 请等 等一下 等等 等我 辛苦 谢谢 麻烦 抱歉 不好意思 不着急 对不起 收到 好的
                 知道了 老师 别急 别着急 让孩子等 让他等 让她等 看一下孩子 照看",
            ),
            (
                Other,
                "早晚 晚上 晚饭 晚托 晚自习 今晚 迟早 没堵车 没堵 没问题 没关系 没事 没迟到 不堵车 不堵
                 不见不散 不会迟到 到底 来不及了 收到了 得到 看到 听到 找到 叫人工 让人担心 接到电话
                 接到通知 接到老师 接到消息",
            ),
        ],
        "马上 堵车 半小时 分钟 路上 门口",
    )
});
