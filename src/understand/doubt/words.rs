//! The words of doubt. What is not yet certain is composed from a negative and a verb of being sure.
//!
//! To add a word, put it on the line of its kind. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Open by itself: 不确定, 说不准.
    Open,
    /// 再说, 再定.
    Deferred,
    /// 就是问问: nothing is answered, where it ends the clause.
    Asking,
    If,
    /// 的话: a condition after a verb, a topic after a noun.
    Topic,
    /// 看, 取决于: hangs on what follows.
    Hang,
    /// 给准信, 告诉您.
    Tell,
    /// 晚上, 回头.
    Later,
    /// 商量, 问问家里.
    Think,
    /// 还要, 得, 先: not done yet.
    Still,
    /// 算了.
    TakenBack,
    /// 等通知.
    Await,
    /// 有变动, 临时有事.
    Unforeseen,
    /// 大概, 可能: more likely than not, and so no answer.
    Guess,
    /// 应该: a guess where it begins the reply, and a duty or a correction elsewhere.
    Supposed,
    /// 听说, 我以为, 比如: what follows is said by nobody here, or is not so.
    Unreal,
    /// 才怪, 是开玩笑的: what stands before is not meant.
    Untrue,
    /// 怕, 后悔: what follows is not wanted.
    Feared,
    /// 没说: what follows was not said, which to some questions is a no.
    Unsaid,
    /// 谁说, 哪有: what follows is denied by asking.
    Rhetorical,
    /// 以前, 上学期, 明年: what follows is of another time.
    Past,
    /// 同桌, 邻居家: what follows is of others.
    Others,
    /// Looks like one of the others and is none.
    Harmless,
}

/// What an answer may hang on.
pub(super) const GROUNDS: &[&str] = &[
    "情况",
    "天气",
    "表现",
    "心情",
    "单位",
    "公司",
    "领导",
    "身体",
    "状态",
    "路况",
    "堵",
    "加班",
    "排班",
    "下班",
    "值班",
    "忙",
    "课表",
    "成绩",
    "病情",
    "恢复",
    "体温",
    "老板",
    "时间定",
    "时间安排吧",
    "当天",
    "那天",
    "意愿",
    "他爸",
    "她爸",
    "他妈",
    "她妈",
    "退烧",
    "烧退",
    "结果",
];

/// Before a verb of being sure, these leave it open.
const NEGATIVES: &str = "不 没 没有 还没 还没有 未 尚未 不太 不大 不怎么 不敢 不能 无法 没法 难以 还不 还不太 还未 并不 也不 也没 还没最后 没最后 又不 不好 没完全 不是很 不是太 不太能 还不能";
/// What one is when nothing is open any more.
const CERTAIN: &str = "确定 定 定下 定下来 定好 肯定 保证 想好 商量好 商量定 决定 决定好 考虑好 说准 拿准 敲定 落实 谈妥 安排好 考虑清楚 想清楚 想明白 说定 拿定 下决心 确认下来";

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        Asking, Await, Deferred, Feared, Guess, Hang, Harmless, If, Later, Open, Others, Past, Rhetorical,
        Still, Supposed, TakenBack, Tell, Think, Topic, Unforeseen, Unreal, Unsaid, Untrue,
    };
    let table: &[(Word, &str)] = &[
        (
            Open,
            "不一定 不好说 不好讲 不保证 不作数 不算数 说不准 说不好 说不定 拿不准 吃不准 保不准 保不齐
             指不定 摸不准 算不准 没准 没个准 没谱 没数 没底 难说 难讲 也不好说 也可能不 也许不 也许会变
             待定 未定 未必 两可 定不了 定不下 看情况 看着来 随机应变 可能变 可能会变 可能有变 可能不
             会有变化 只是打算 做不了主 做不了准 当我没说 容我 not_sure not_decided maybe depends
             haven't_decided undecided tbd",
        ),
        (
            Deferred,
            "再说 再定 再看 再看看 再议 再讲 再联系 再决定 再商量 再想想 再考虑 再告诉您 再告诉你
             再告诉老师 再回复 再回您 再回你 再通知您 再通知你 再通知老师 再跟您 再跟你 再和您 再答复
             再问问 再等等 再合计 到时候看 到时看 到时候说 到时说 let_you_know tell_you_later",
        ),
        (
            Guess,
            "大概 大概率 大约 大致 可能 很可能 有可能 极有可能 可能就 估计 估摸 估摸着 我猜 好像 似乎 也许
             或许 兴许 八成 十有八九 九成 多半 恐怕 怕是 搞不好 弄不好 差不多 偶尔 有时候 有时 时不时 probably perhaps",
        ),
        (
            Unreal,
            "听说 听人说 听人讲 听讲 听别人说 听同学说 听群里说 据说 据讲 群里说 有人说 网上说 外面传 传说
             差点 差点就 差一点 差一点就 还以为 以为 原以为 本以为 误以为 假装 装作 梦见 梦到 比如 比如说 例如 譬如 好比
             忘了 忘记 是不是 不知道 不知道是不是 不清楚 不晓得 搞不清 咨询 咨询一下 打听 打听一下 了解一下",
        ),
        (Untrue, "是假的 是开玩笑的 开玩笑 开玩笑的 闹着玩的 逗你的 骗你的 骗您的 个头 个鬼 个屁 想得美"),
        (Feared, "怕 害怕 就怕 担心 后悔 讨厌 反对 禁止 来不及 舍不得"),
        (Unsaid, "没说 没说要 没说过 没讲 没提 没提过"),
        (Rhetorical, "谁说 谁说的 谁讲 谁讲的 难道 难道说 哪有 哪里有 与其 不是说 何必 何苦 懒得"),
        (
            Past,
            "本来 原本 原来 原先 当初 曾经 以前 从前 之前 先前 早先 去年 上学期 上个学期 前年 上回 上次 小时候
             明年 毕业后 毕业以后 长大后",
        ),
        (
            Others,
            "同桌 同学 邻居 邻居家 隔壁 隔壁班 隔壁家 别人 别人家 人家 别的孩子 别的同学 别的家长 其他孩子 其他同学 其他家长
             别家 朋友家 同事家 他同桌 她同桌 他同学 她同学",
        ),
        (Supposed, "应该 应当 理应 按理 按说 按理说"),
        (Asking, "只是问问 只是问一下 就是问问 就是问一下 随便问问 随口问 先问问 先了解一下 先看看"),
        (
            If,
            "如果 要是 假如 假设 假使 倘若 万一 除非 前提 一旦 若是 只有在 unless if provided 实在不行
             不行的话 不行就 没有的话 没有就 满了就 满了的话 报不上就 选不上就 备选 次选",
        ),
        (Topic, "的话"),
        (Hang, "要看 得看 就看 全看 看 取决于 取决 视 还得看 还要看 主要看 depends_on"),
        (
            Tell,
            "给您准信 给你准信 给准信 给准话 给个准话 给个准信 给您准话 给您答复 给你答复 给答复 给您回话
             给您回复 给你回复 给您消息 给您个信 给信儿 给您个话 告诉您 告诉你 告诉老师 告知您 答复您
             答复你 答复 回复您 回复你 回您 回你 回话 跟您说 跟你说 和您说 通知您 通知你",
        ),
        (
            Later,
            "明天 明晚 明早 晚上 晚点 晚些 今晚 回头 迟点 稍后 过两天 过几天 过会 过后 待会 等会 等下 周末
             下班后 下午 改天 后天 一会儿 到时候 到时",
        ),
        (
            Think,
            "想想 想一想 想一下 考虑 考虑考虑 考虑一下 商量 商量一下 商量商量 合计 合计合计 合计一下 琢磨
             琢磨琢磨 讨论 讨论一下 研究一下 斟酌 权衡 问问 问一下 问下 问 征求 打听 确认 确认一下 核实
             沟通 沟通一下 协调 协调一下",
        ),
        (
            Still,
            "还 还要 还得 还需 得 得先 再 先 等我 让我 要先 需要 回去 回家 我再 我先 我得 我要 我去 准备
             打算",
        ),
        (TakenBack, "算了 不用了 不作数了 作废 当没说 取消吧"),
        (
            Await,
            "等通知 等消息 等电话 等他电话 等结果 等安排 等他回话 等回复 等答复 等回话 等他通知 等单位通知
             等他爸通知 等领导批 等领导安排 等排班",
        ),
        (
            Unforeseen,
            "有变动 有变化 有变 有改动 有调整 有情况 有特殊 有事 有问题 有意外 有更改 计划有变 临时变
             临时改 变动",
        ),
        (
            Harmless,
            "从前往后 从前面 从前数 忘了说 忘了讲 忘了告诉您 忘了告诉你 忘了填 忘记说 忘记填 不可能 不可能不 不定期 不算的话 不要是 不出意外的话 不用再 不用考虑 不用想 不用商量 不用问
             不用再考虑 不考虑 不得不 不必再问 不用再问 不必问 不需要问 不必商量 没准时 没准备 没意外的话
             没问题的话 没问题 没什么好考虑 想问 想问问 想问一下 想一下啊 想想啊 请问 看书 看牙 看病
             看医生 看护 看管 看孩子 看着办 看着孩子 看着点 看一会 看一下 看一看 看看书 看望 看绘本 看图
             看见 看到 看起来 看样子 看来 看电影 看老师 看学校 看好 看奶奶 看爷爷 看外婆 看外公 看姥姥
             看不见 看不到 看表 看错 好看 难看 收看 考虑到 可以的话 方便的话 行的话 如果可以 如果方便
             要是方便 要是可以 主要是 只要是 问题 问好 问老师 问问老师 提问 学问 访问 再说一遍 再说一次
             再见 再次 再看会儿书 再看会书 再看书 再看会 再看一会 再看看书 再看课外书 无论 算了一下 算了算
             近视 电视 视力 视频 重视 确认过 确认无误 说定了 一定 肯定 先生 得到 记得 觉得 还是 还有 还行
             还可以 还好 还能 必须得 老得 显得 免得 省得 我想一下啊 我想想啊 让我想想啊 怎么可能
             怎么可能不",
        ),
    ];
    let listed = table
        .iter()
        .flat_map(|(kind, words)| words.split_whitespace().map(move |word| (word.replace('_', " "), *kind)));
    let unsure = NEGATIVES
        .split_whitespace()
        .flat_map(|not| CERTAIN.split_whitespace().map(move |sure| (format!("{not}{sure}"), Word::Open)));
    Lexicon::of(listed.chain(unsure), "")
});
