//! The words that stand around days: parts of the day, spans, and what rules a day out.
//!
//! To add a word, put it on the line of its kind. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::DayPart;
use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Part(DayPart),
    /// 半天 without saying which half.
    Half,
    To,
    Or,
    /// 不行, 不请: this day is not meant.
    Not,
    /// 正常上学: a school day like others.
    Attends,
    Vague,
    /// 大概: vague where it is said of a day.
    Hedge,
    /// 除了.
    Except,
    If,
    /// 开始: a span whose end has to be said.
    Starts,
    Other,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Attends, Except, Half, Hedge, If, Not, Or, Other, Part, Starts, To, Vague};
    Lexicon::new(
        &[
            (
                Part(DayPart::Am),
                "上午 上半晌 上半天 上昼 早上 早晨 早间 早半天 早起 清早 清晨 一早 am morning 前半天
                 前半晌 前晌 头晌 头半天 半上午 朝早 午饭前 午饭以前 中午前 中午以前",
            ),
            (
                Part(DayPart::Pm),
                "下午 下半晌 下半天 下昼 晚上 晚间 晚托 晚半天 傍晚 pm afternoon 午后 午饭后 午饭以后
                 后半天 后半晌 后晌 放学后 延时 课后服务 evening 半下午 晏昼 夜里 夜晚 吃完午饭 吃过午饭
                 中午以后 中午后",
            ),
            (Part(DayPart::Day), "全天 一整天 一天 整天 整日 上下午 whole_day all_day"),
            (Half, "半天 半日"),
            (To, "到 至 - -- 一直到 直到 to 截止到 截至"),
            (Or, "或者 或 要么 要不 还是 or"),
            (Not, "不行 不请 不是 不用请 不请假 不需要 不方便 不用 不要 取消 没空"),
            (
                Attends,
                "上学 正常来 正常上 正常去 照常 照常上课 去上课 去学校 回学校 能来 能上学 能去 能到校 可以来
                 可以去 可以到校 会来 会去 回来上课 回校 回来上学 回学校上课 回校上课 回来上 回去上课 返校
                 返校上课 来上学 来上课 送他回学校 送她回学校 送回学校 到校上课",
            ),
            (
                Vague,
                "过几天 过两天 这几天 这两天 那几天 近期 最近 改天 月底 月初 月中 上旬 中旬 下旬 不一定
                 不确定 待定 看情况 再说 到时候 某天 哪天 周末前后 有时 几号都行 几天 随时 一段时间 长期
                 每 以后 之后的 说不准 也可能 晚点去 晚点到 晚点来 晚一点去 晚一点到 晚一点来
                 晚些去 晚些到 晚些来 迟点去 迟点到 迟点来",
            ),
            (Hedge, "前后 左右 大概 可能 也许"),
            (Except, "除了 除去 除开 除掉 除却 除 除外 以外 之外 撇开 刨去 不算"),
            (Starts, "开始 起 往后"),
            (If, "如果 要是 假如 除非 的话"),
            (
                Other,
                "不上学 不去上学 不来上学 不去学校 不能上学 不能来 不能去学校 不去上课 不好意思 不舒服
                 不来 不去 不上 不能去 不是全天 不是一整天 不是整天 不用全天 没法上学 没问题 没到 上不了学
                 上学第一天 上学那天 无法上学 到时 到校 到医院 到家 来不了 去不了 一天假 一起 一 半天假
                 两天假 两 三天假 三 得到 赶到 感到 起床 起不来 看起 对不起 第一天上学 头一天上学 首日上学
                 开学第一天 并非全天 非全天 二 四 五 六 七 八 九 十",
            ),
        ],
        "今天 明天 后天 大后天 昨天 前天 周一 周二 周三 周四 周五 星期一 星期二 星期三 星期四 星期五 上午
         下午 国庆 中秋",
    )
});
