//! The words around clock times: limits, what a time is tied to, dismissal and the end of the service.
//!
//! To add a word, put it on the line of its kind. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// 不晚于, 最晚: before a time.
    NotAfter,
    /// 不早于, 最早.
    NotBefore,
    /// 前, 之前: after a time.
    Before,
    /// 后, 以后.
    After,
    /// 到, 至.
    To,
    Or,
    Not,
    If,
    /// 不一定, 看情况.
    Open,
    /// 下班, 开会: what a time is tied to when it is not the answer.
    Elsewhere,
    /// 接, 到学校: what the answer is tied to.
    Arrive,
    Dismissal,
    Closing,
    Digit,
    Other,
}

/// 课后服务完了, 延时班散了: the service, and how it ends.
fn service_ended() -> String {
    let mut words = String::new();
    for service in [
        "课后服务",
        "课后班",
        "课后课",
        "课后",
        "延时服务",
        "延时班",
        "延时课",
        "延时",
        "托管班",
        "托管",
        "晚托班",
        "晚托",
        "晚辅",
        "服务",
    ] {
        for end in [
            "完了",
            "完",
            "一完",
            "完事",
            "完事了",
            "都完了",
            "散了",
            "散",
            "一散",
            "一结束",
            "到点",
            "到点了",
            "上完",
            "上完了",
            "搞完",
            "下了",
            "结束",
            "一下课",
            "下课",
        ] {
            words.extend([service, end, " "]);
        }
    }
    words
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        After, Arrive, Before, Closing, Digit, Dismissal, Elsewhere, If, Not, NotAfter, NotBefore, Open, Or,
        Other, To,
    };
    let service_ended = service_ended();
    Lexicon::new(
        &[
            (Closing, &service_ended),
            (
                NotAfter,
                "不晚于 不迟于 不超过 不要超过 不会超过 不能超过 不能晚于 不会晚于 不要晚于 不过 不会迟于
                 不会过 不能过 不超 不会迟过 不迟过 不晚过 不会晚过 不会拖过 不会拖到 别超过 别晚于 别过
                 最晚 最迟 最慢 最多 最多到 最多等到 最晚到 最晚等到 最迟到 最晚也就 最多拖到 至迟 至多 顶多到
                 顶多等到 顶多 顶天 顶晚 顶迟 赶在 by before no_later_than 晚不过 再晚也不会过 再晚也就
                 再晚也得 再迟也就 撑死 拖不过",
            ),
            (
                NotBefore,
                "不早于 不会早于 不能早于 不要早于 不到 不会早过 不早过 最早 最快 最少 最早也得 最快也得
                 最快也要 最早也要 至少 起码 after no_earlier_than 早不过 早于不了 别早于 要过了
                 得过了 得过 过了 再早也得 再早也要 再早也就 再快也得 再快也要",
            ),
            (Before, "前 前面 之前 之内 以前 以内 就要走 往前 朝前 截止 为止 止"),
            (After, "后 之后 以后 过后 往后 开外 才能 才 起"),
            (To, "到 至 - 直到 to 和"),
            (Or, "或者 或 要么 要不 还是 or"),
            (
                Not,
                "不 不留到 不用留到 别留到 不要留到 不行 不能 不可能 不是 不要 不用 不可以 没 没法 没有 别 来不及 来不了 赶不到 赶不上
                 太早 太晚 太赶 太紧 太急 太紧张 有点赶 有点紧 够呛 到不了 取消 作废 作废了 不作数 不算数 撤回 撤销 划掉 删掉 删了 早了点 晚了点 接不了 not 有点早 有点晚",
            ),
            (If, "如果 要是 假如 万一 除非 的话 if"),
            (
                Open,
                "除了 除外 不一定 不确定 不固定 不好说 说不准 说不好 看情况 待定 再说 再通知 再联系 有时候 有时 偶尔
                 没准 没定 到时候 等通知 等电话 单周 双周 平时 后来",
            ),
            (
                Elsewhere,
                "到家 回到家 睡醒 到单位 到公司 下班 下课 下高铁 下飞机 下火车 下夜班 下工 上班 上课 上完课 开会 开完会 散会 散 散场 出发
                 出门 起床 睡觉 吃饭 动身 做饭 打卡 打烊 打完卡 打了卡 会议 收工 收摊 收店 收班 结束工作 放人 放工 散工 歇工 停工 完工 收车 换班 离开单位 离开公司 出单位 出公司
                 交班 值班 培训 手术 考试 面试 发车 兴趣班 补习 门诊 有事 有课 关店门 关店 关铺子 关铺",
            ),
            (
                Arrive,
                "接 接走 接孩子 到学校 到校 到门口 到达 到的 到得了 到吧 过来 过去 去接 来接 能到 赶到
                 可以到",
            ),
            (
                Dismissal,
                "一下课 一下课就 一放学就 一放学 一打铃 一放 放学就 放学时 放学的时候 放学接 放学来
                 放学后就 放学立刻 放学马上 放学时间 放学那会 放学点 放学铃 放学直接 放学准时 放学正点
                 放学我就 放学 放学铃响 放了学就 正常放学 准时放学 按时放学 铃一响 铃响 铃声一响 打铃
                 下课铃",
            ),
            (
                Closing,
                "服务结束 延时结束 延时班结束 延时下课 延时班下课 延时课结束 延时上完 托管结束
                 课后服务结束 课后班结束 课后服务下课 课后班下课 课后上完 结束时 结束的时候 结束就 结束后
                 结束再 结束了 结束来 结束接 结束 活动结束 最后时间 最晚时间 最后一刻 最后再接 最后接
                 最后一个接 最后一批 关门 全部结束 到最后 待到最后 上完延时 上完课后 上完托管 上完课后服务
                 上完延时课",
            ),
            (Digit, "一 二 两 三 四 五 六 七 八 九 十 点 半 刻 分 钟 零 差 整"),
            (
                Other,
                "雷打不动 一下 问下 等下 说下 登记下 差不离 差不离儿 八九不离十 差不了多少 不留 不留校 不留他 不留她 不留下 不多留 别留 别留他 别留她
                 不用留 不用留他 不用留她 不用留校 不要留 不延时 不耽搁 不停留 不逗留 要到 得到 我看看 我看 看看 看一下 看样子 看着 差不多 差不多得 不好意思 不见不散 不变 不改 不麻烦
                 不用谢 不堵车 不对 不错 不出意外 不着急 不急 不出问题 不加班 不知道 不清楚 不客气 没问题
                 没关系 没意外 没什么事 没事 没特殊情况 没人 左右 前后 前门 最好 下午 下班后 下班之后
                 下班以后 晚上 上午 上班后 早上 中午 以后都 后天 后门 今后 然后 到时 放学后 从来 结束语
                 才能走 得到下午 随时 随便 电瓶车 电动车 骑电瓶 骑电动 骑电驴 骑电动车 骑电瓶车 小电驴
                 别的 别的天 别的日子 其他日子",
            ),
        ],
        "八点半 八点钟 点半 五点 五点半 五点钟 六点 六点半 四点 四点半 三点 三点半 三刻 七点 两点 一刻 左右 分钟 放学
         下午 十分",
    )
});
