//! The words of consent, and what each does to the clause it stands in.
//!
//! To add a word, put it on the line of its kind. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// 不, 没, 别.
    Not,
    /// 怎么会, 难道: turns like a negative.
    Rhetorical,
    /// 参加, 报名.
    Join,
    /// 上, 去: joining only where nothing else follows.
    Go,
    /// 愿意, 要, 需要.
    Want,
    /// 可以, 好: agrees, or only acknowledges.
    Agree,
    /// 算了, 自己接.
    Decline,
    /// 不了, 不行: turns what stands right before it, or refuses.
    Unable,
    /// 还是不: an alternative, or a decision after all.
    OrNot,
    /// 晚点.
    Later,
    /// 答复.
    Answering,
    /// 不打算: refuses what follows, or by itself.
    NotWant,
    /// 没法: turns a verb right after it, and else only explains.
    Obstacle,
    /// 反对, 问题: what one has not when one agrees.
    Objection,
    /// 考虑, 商量.
    Consider,
    /// 决定, 想好: no longer considering.
    Decided,
    /// 不一定, 再说: open by themselves.
    Open,
    /// 如果.
    If,
    /// 就, 那就: what follows from a condition.
    Then,
    /// 但是, 后来: what follows outweighs.
    But,
    /// 上学期, 以前.
    Past,
    /// 本来.
    Superseded,
    /// 下学期.
    NextTerm,
    /// 暂时, 先.
    ForNow,
    /// 还是, 或者.
    Or,
    /// 可能, 应该.
    Hedge,
    /// A day of the week: the clause is about days.
    Day,
    /// Words that only look like others.
    Other,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        Agree, But, Consider, Day, Decided, Decline, Go, Hedge, If, Join, NextTerm, Not, Objection, Open, Or,
        Other, Past, Rhetorical, Superseded, Then, Want,
    };
    use Word::{Answering, ForNow, Later, NotWant, Obstacle, OrNot, Unable};
    Lexicon::new(
        &[
            (
                Not,
                "won't will_not isn't aren't can't cannot 不 没 没有 别 莫 无 未 不得 不会 非 don't not 不是 没说 不用再",
            ),
            (
                Rhetorical,
                "不可能 怎么会 怎么能 怎么可能 怎么可以 哪能 哪会 哪里会 难道 岂能 谁不 谁会 哪有 才怪 何不 怎么行 哪行 怎么办 咋办 咋行",
            ),
            (
                Join,
                "试试 试一试 体验一下 巴不得 求之不得 恨不得 参加 报名 报上 报个名 报 加入 参与 登记 算上 算我 算一个 算我一个 跟班 +1 继续 留校 留下 留在学校 继续上 接着上 join sign_up sign_him_up sign_her_up sign_them_up sign_us_up joining attend attending participate count_us_in count_him_in count_her_in enroll enrol 参加的 入班 办理 上延时 上课后 上托管 上晚托 送托管 托管吧 参于",
            ),
            (Go, "上 去 来 留 读"),
            (Want, "愿意 乐意 要 需要 想 想要 希望 打算 want"),
            (Join, "同意 赞成 支持 接受 确认 必须 肯定 一定 当然 绝对 agree"),
            (
                Agree,
                "可以 行 好 好的 好嘞 好呀 好哒 好滴 好咧 中 成 是 是的 对 对的 嗯 嗯嗯 恩 得行 要得 没问题 ok okay okk yes yep yeah y sure fine of_course ✅ 妥 妥了 没毛病 得 安排 安排上 安排吧 没有问题 没意见 没有意见 没异议 没有异议 阔以 欧了 晓得了要 使得 中嘞 巴适 好啊",
            ),
            (
                Decline,
                "不占名额 不占位 不占这个 不勉强 不折腾 不整 不掺和 不搞这些 不搞这个 不弄这些 要不得 使不得 不凑热闹 不凑这个热闹 不凑这热闹 算了 不用 不必 不用了 不需要 无需 没必要 没有必要 用不着 用不上 自己接 自己带 自己管 自己来接 自己去接 自己可以接 自己能接 自己会接 可以自己接 能自己接 自己可以管 自己能管 自己可以带 自己能带 接回家 接走 早点回 早回家 回家休息 免了 放弃 拒绝 谢绝 不麻烦 别麻烦 no nope nah n ❌ 不好 不同意 不愿意 婉拒 按时接 准时接 退出 不接受 没兴趣 没有兴趣 否",
            ),
            (Unable, "不了 不行 不可以 不成 不中 不得行 不可 不得了"),
            (OrNot, "还是不"),
            (
                Later,
                "晚点 稍后 晚上 明天 回头 过两天 过几天 周末 过会 待会 等会 下班后 改天 明儿 今晚 后天 晚些 迟点 迟些 过一会 回家 等下 这两天 这几天 过后",
            ),
            (
                Answering,
                "答复 回复 告诉 回话 通知 告知 准话 准信 给个话 给信 给准信 给答案 回您 回你 给您说 跟您说 和您说 给你说 给您回 给你回 再报 再回 给您信 说结果 给结果",
            ),
            (Objection, "反对 意见 异议 问题 毛病 缺席 缺 漏 漏了 漏掉 落下 忘 忘了 少了 拒绝"),
            (
                Consider,
                "thinking still_thinking discussing 劝劝 劝一劝 谈谈 聊聊 研究研究 研究一下 了解一下 打听 掂量 想哈 问哈 看哈 商量哈 考虑哈 合计哈 想一哈 问一哈 想下 盘算 思考 考虑 商量 想想 想一想 琢磨 讨论 合计 问问孩子 问问他 问问她 问问家 问问爸 问问娃 问问老 问一下孩子 问一下他 问一下她 问一下家 问下孩子 问下他 问下家 征求 看看 看一看 看一下 问孩子 问他 问她 问家 问爸 问妈 问爷 问老 观望 犹豫 纠结 合计合计 寻思 权衡 斟酌 问娃 问奶 问婆 问公公 问外 问姥 问儿子 问女儿 问闺女 问领导 问问妈 问问爷 问问奶 问问婆 问问公公 问问外 问问姥 问问儿子 问问女儿 问问闺女 问问领导 问下娃 问下她 问下爸 问下妈 问下爷 问下奶 问下老 问下婆 问下公公 问下外 问下姥 问下儿子 问下女儿 问下闺女 问下领导 问一下娃 问一下爸 问一下妈 问一下爷 问一下奶 问一下老 问一下婆 问一下公公 问一下外 问一下姥 问一下儿子 问一下女儿 问一下闺女 问一下领导 征求孩子 征求娃 征求他 征求她 征求家 征求爸 征求妈 征求爷 征求奶 征求老 征求婆 征求公公 征求外 征求姥 征求儿子 征求女儿 征求闺女 征求领导 商量孩子 商量娃 商量他 商量她 商量家 商量爸 商量妈 商量爷 商量奶 商量老 商量婆 商量公公 商量外 商量姥 商量儿子 商量女儿 商量闺女 商量领导",
            ),
            (
                Decided,
                "考虑好 考虑好了 想好 想好了 商量好 商量好了 商量过 商量过了 考虑过 考虑过了 决定了 决定好 问过 问过了 讨论过 考虑清楚 想清楚 商量后 考虑后 商量完 最后决定 最终决定 商量了一下 考虑了一下 商量以后 不用考虑 不用再考虑 不用想 不用商量 没什么好考虑 不考虑别的 商量了",
            ),
            (
                Open,
                "做不了主 说了不算 拿不了主意 没统一 没达成 不统一 意见不一 有分歧 没谈拢 没说拢 还没问 没问他 没问她 没问孩子 没问娃 还没跟 还没和 还没回 没回我 没回信 定不了 定不下 没法定 还在定 说不准 说不好 说不定 不一定 拿不准 不确定 没定 没想好 没考虑好 没商量好 没决定 未定 待定 还没定 定不下来 没确定 没有确定 没有决定 没有想好 没拿定 拿不定 吃不准 看情况 再说 再看 再定 再决定 再议 再回复 再告诉 再答复 再通知 再给您 再给你 再回 晚点回 稍后回 晚点告诉 晚点说 晚点再 稍后 稍等 等等 等一下 等会 回头 过几天 过两天 过几日 改天 到时候 到时 undecided not_sure maybe later think_about_it think_about 没谱 两可 不好说 难说 不知道要不要 不知道参不参加 缓缓 缓一缓 以后再 明天回 明天给 晚上回复 晚上给 尚未决定 没个准 没准",
            ),
            (If, "如果 要是 假如 倘若 若是 若 假设 除非 万一 的话 只要 只有 前提 if 的情况下"),
            (Then, "就 那就 那 才 便 会"),
            (
                But,
                "但是 但 可是 不过 然而 后来 最后 最终 结果 还是 现在 这学期 这次 本学期 今年 所以 于是 因此 决定 but 总之 反正 只好 只能 so 其实",
            ),
            (Past, "上学期 上个学期 上一学期 去年 以前 之前 上次 过去 前几年 一年级的时候 原先 从前 上回"),
            (Superseded, "本来 原来 原本 起初 一开始 开始 刚开始 本想 原想 原打算"),
            (NextTerm, "下学期 下个学期 下一学期 下次 明年 下学年 下回 next_term"),
            (Or, "或者 要么 或"),
            (Hedge, "可能 也许 大概 应该 估计 或许 似乎 好像 八成 恐怕 差不多 perhaps 看样子"),
            (
                Day,
                "周一 周二 周三 周四 周五 周六 星期一 星期二 星期三 星期四 星期五 礼拜一 礼拜二 礼拜三 礼拜四 礼拜五 周一三五 周二四 每天 周末 有时候 部分 几天 两天 三天 一天 个别",
            ),
            (
                Other,
                "听学校安排 听老师安排 听从安排 服从安排 学校安排 老师安排 听安排 统一安排 听学校的 听老师的 报了外面 报了校外 报了别的 报了其他 报了兴趣班 报了辅导班 报了培训班 报了补习班 上了外面 上午 上班 上次 上周 马上 晚上 早上 上面 上楼 路上 加上 身上 线上 以上 来不及 没来得及 原来 回来 过来 来接 来说 出来 起来 看来 去年 过去 下去 去奶奶 去爷爷 去外婆 去姥姥 去亲戚 去接 要去 去单位 去上班 去医院 要上班 要到 要六点 要加班 想问 要问 好几 好像 好多 好久 好在 好好 是因为 行吗 进行 自行 银行 不好意思 没关系 不客气 没事 别的 别人 区别 特别 性别 级别 无论 不管 不论 不仅 不光 不但 不错 差不多 不然 要不然 要不 没人 没地 没地方 没地儿 不放心 不在 不到 来回 未来 没得 来得及 不晓得 得了 不得不 不能不 不会不 不可不 不该不 要求 要不是 上下班 上兴趣班 上辅导班 上培训班 对不起 完成 成绩 中午 中间 中学 行程 收到 上不上班 老人 人家 不舒服 不好好 不太好 不大好 去接他 去接她 想他 来学校接 报告 报到 留言 留意 要紧 不要紧 身体不好 不太方便 不安全 不知道 是否 都是 就是 还是 只是 可是 但是 要是 上街 读书 重要 主要 快要 只要 需要人 对于 对了 好孩子 学习好 最好 正好 只好 刚好 成长 成为 变成 其中 不止 来不来得及 没人管 没人带 没人接 没人看 不好接 接不了 不能接 不能按时接 赶不上 赶不到 不及时 不早 没下班 不着急 别担心 早上好 上午好 中午好 下午好 晚上好 大家好 老师好 你好 您好",
            ),
            (ForNow, "暂时 暂 先 目前 暂且"),
            (NotWant, "不想 不打算 不准备 不太想 不怎么想 没打算 没想 不再 不愿 没准备 不要"),
            (Obstacle, "没法 没办法 无法 没时间 没空 没条件 来不及 不方便 没精力 不能"),
            (Agree, "麻烦学校 拜托学校 交给学校 嗯好 好的好的 可以的 行的 行吧 行啊 成啊 可"),
        ],
        "参加 报名 不参加 考虑 同意 愿意 可以 不报名 商量 确认 纠结 加入 需要 再想想 再定 再考虑",
    )
});
