//! The words of choices: those around what is chosen.
//!
//! Knows no reply; the names of what can be chosen are of `topics`. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;
use super::topics::TOPICS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A row of [`TOPICS`].
    Topic(usize),
    Any,
    All,
    Each,
    Except,
    Rest,
    Not,
    /// 坐不住, 在外面学: rules out what was named before it.
    Unfit,
    /// 回家写: done at home, and so not wanted, where nothing follows.
    Home,
    Or,
    Open,
    /// 选不来: not chosen, unless the school is to choose.
    Undecided,
    If,
    First,
    Middle,
    Last,
    Verb,
    Nothing,
    Other,
}

/// 一样不落, 一门都不漏: everything, said by what is not left out.
fn nothing_missing() -> String {
    let mut words = String::from("缺一不可 ");
    for measure in ["个", "样", "项", "门", "种", "节"] {
        for total in ["", "都", "也"] {
            for verb in ["落", "漏", "缺", "少", "拉", "差", "剩", "落下", "能少", "能落", "能漏", "能缺"]
            {
                words.extend(["一", measure, total, "不", verb, " "]);
            }
        }
        // 少一样都不行.
        for lacking in ["少", "少了", "缺", "缺了", "漏", "漏了", "落", "落了", "差", "差了"] {
            for refusal in ["都不行", "也不行", "都不可以", "也不可以", "都不成", "都不可", "都不干"]
            {
                words.extend([lacking, "一", measure, refusal, " "]);
            }
        }
    }
    words
}

/// 都给报上, 全给他选上, 统统加上: everything, to be entered.
fn all_entered() -> String {
    let mut words = String::new();
    for all in ["都", "全", "全都", "全部", "统统", "通通"] {
        for whom in [
            "给",
            "帮",
            "给他",
            "给她",
            "给孩子",
            "给娃",
            "帮他",
            "帮她",
            "给我",
            "给我们",
            "帮我",
            "帮我们",
            "替我",
            "",
        ] {
            for verb in [
                "报上",
                "选上",
                "加上",
                "登上",
                "记上",
                "填上",
                "勾上",
                "勾选",
                "安排上",
                "登记",
                "登记上",
                "参加上",
                "整上",
                "整起",
                "报起",
                "选起",
                "勾起",
                "填起",
                "加起",
                "算上",
                "报",
                "选",
            ] {
                words.extend([all, whom, verb, " "]);
            }
        }
    }
    words
}

/// Every one of these with every one of those.
fn pairs(first: &str, second: &str) -> String {
    let mut words = String::new();
    for one in first.split(' ') {
        for other in second.split(' ') {
            words.extend([one, other, " "]);
        }
    }
    words
}

/// 嫌累, 太吵: a reason against what was named before. 作业太多 and 太难 speak for it.
fn disliked() -> String {
    let too = pairs(
        "太 太过 过于 有点太",
        "吵 累 严 严厉 凶 脏 贵 远 晚 早 闹 晒 热 冷 苦 闷 枯燥 无聊 激烈 费劲 费时间 占时间 耗时间 辛苦 危险",
    );
    too + &pairs(
        "嫌 嫌太 嫌它 嫌它太",
        "累 苦 热 晒 冷 吵 脏 闷 烦 难 远 慢 晚 贵 乱 累人 辛苦 麻烦 无聊 危险 枯燥 没意思 费劲 费时间",
    )
}

/// 选不来, 想不好, 定不下来: nothing is chosen yet.
fn unchosen() -> String {
    pairs("想 选 挑 定 决定 拿", "不好 不来 不出来 不出 不下来 不定")
}

/// 选不上再…, 满了就…: the second choice hangs on the first.
fn if_full() -> String {
    let unlucky = pairs("报 选 抢 轮 排 进 挤", "不上 不到 不进 不了");
    let full = "满了 满员了 满员 人满了 没选上 没报上 没抢上 没抢到 没名额了 没名额 没位置了 没位置 没有名额";
    pairs(&[unlucky.trim_end(), full].join(" "), "再 就 才 的话 那就 了再 了就")
}

/// 不会打字, 不识字: said of who writes, not of an option.
fn cannot_type() -> String {
    let mut words = pairs("不会 不太会 不大会 不怎么会", "打字 拼音 用手机 玩手机 用微信 弄手机 操作 发语音");
    words.push_str("不识字 不认字 不认得字 打字慢 打不来字");
    words
}

/// 回家写, 在家做, 家里弄: what is done there, and how enough it is.
fn at_home() -> String {
    let mut words = String::from("家里就行 家里就可以 家里就好 在家就行 在家就可以 在家就好 回家就行 ");
    for place in ["回家", "回来", "回去", "到家", "在家", "在家里", "家里", "自己在家", "回家里"]
    {
        for verb in [
            "写",
            "做",
            "弄",
            "搞",
            "完成",
            "再写",
            "再做",
            "再弄",
            "自己写",
            "自己做",
            "能写",
            "能做",
            "会写",
        ] {
            words.extend([place, verb, " "]);
        }
    }
    words
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        All, Any, Each, Except, First, Home, If, Last, Middle, Not, Nothing, Open, Or, Other, Rest,
        Undecided, Unfit, Verb,
    };
    let (nothing_missing, all_entered, at_home) = (nothing_missing(), all_entered(), at_home());
    let (disliked, unchosen, if_full, cannot_type) = (disliked(), unchosen(), if_full(), cannot_type());
    let mut table: Vec<(Word, &str)> = vec![
        (All, &nothing_missing),
        (All, &all_entered),
        (
            Any,
            "随便 随意 无所谓 都无所谓 都听 您看着办 您安排 您定 您做主 您帮着选 您看 您给选 您来定
             你看着办 你安排 你们定 你们安排 看着办 看着安排 看着排 看着分 看着给 看着弄 老师安排 老师定
             老师决定 老师看着 老师帮选 老师选 老师做主 老师推荐 老师看吧 老师帮 老师来定 老师给定
             老师给选 老师分配 听老师的 听学校的 听安排 听从安排 听学校安排 听您的 听你的 听从分配
             学校安排 学校定 学校决定 学校给定 学校分配 服从安排 服从调剂 服从分配 哪个都行 哪个都可以
             哪项都行 哪项都可以 哪样都行 什么都行 什么都可以 啥都行 啥都可以 任意 任选 按学校 帮忙选
             帮忙定 帮着定 帮我定 帮我选 帮我们选 anything any any_is_fine whatever 没要求 没有要求 不挑
             调剂 安排啥上啥 安排什么上什么 安排啥学啥 有啥上啥 有什么上什么 有啥学啥 给啥上啥",
        ),
        (
            All,
            "全选 全都要 全要 全部 全报 全参加 全都 全部都 都要 都选 都报 都参加 都可以 都行 都想 都喜欢
             都报上 都上 都来 都有兴趣 都感兴趣 都爱 都成 所有 每个都 每项都 每样都 统统 通通 all
             all_of_them everything 一个不落 一个不漏 六个都 五个都 均可 均要 皆可",
        ),
        (Each, "都 全"),
        (Except, "除了 除去 除开 除 除掉 except 排除 去掉 扣掉 刨去 刨除 抛开 抛去 撇开 剔除"),
        (Rest, "其他 其它 其余 剩下 剩余 别的 另外的 余下 the_rest"),
        (
            Not,
            "不是 不 不要 不想 不报 不选 不喜欢 不用 不用了 不参加 不上 不学 不爱 不感兴趣 不行 不可以
             不去 不考虑 不需要 不擅长 没 没有 没兴趣 别 别报 别给报 别选 别给 讨厌 免 取消 not no 换掉
             就算了 算了 怕",
        ),
        (
            Unfit,
            "在外面学 在学了 家里在学 外面学 外面报了 外面在学 校外学 坐不住 学不会
             学不来 跟不上 受不了 吃不消 不放心 不安全 太危险 没天赋 已经在学 已经会了",
        ),
        (Unfit, &disliked),
        (Home, &at_home),
        (Undecided, &unchosen),
        (Not, "莫报 莫选 莫要 莫去 莫学 莫上 莫给 莫让 莫再报 不消 不消报 不兴 拉倒 免了 省了 作罢 划掉 划去 删掉 删了 拿掉 退掉 退了 撤掉 撤了 停掉 放弃"),
        (If, &if_full),
        (If, "才报 才选 才参加 才考虑 才让 才给他报 才给她报 才会报 才会选 才能报 才肯报 才要报"),
        (Verb, "拣 挑 勾 勾选"),
        (Other, &cannot_type),
        (Other, "还不会 还不太会 还不怎么会 一点都不会 一点也不会 还没学会"),
        (Other, "刚才 才报了 才报的 才选了 才选的 我想想啊 我想想哈 让我想想啊"),
        (Or, "或者 或 要么 还是 or 二选一 三选一 四选一 五选一 六选一 多选一 2选1 3选1 4选1 5选1 6选1 选其一 择其一 挑其一 择一"),
        (
            Open,
            "听她的 听他的 听孩子的 听娃的 看孩子 看他自己 看她自己 看情况 再说 问问孩子 问孩子 问问
             没想好 没定 不确定 不一定 待定 可能 可能会 犹豫 纠结 回头 想想 也许 拿不定",
        ),
        (If, "如果 要是 的话 假如 除非"),
        (First, "前 前面 头 最前面"),
        (Middle, "中间 当中 正中间 正当中 正中"),
        (Last, "后 后面 最后 最后面 最末 最末尾 末尾"),
        (Other, "听学校 球场"),
        (
            Verb,
            "报 要 选 想 想学 想报 想要 喜欢 学 上 参加 爱 换成 换 就 给报 可以 行 好 感兴趣 加 加一个
             加上 再加 再加一个 再来 再来一个 外加 另加 还要 还想 必须 必须写 一定 肯定 得 得写",
        ),
        (
            Nothing,
            "都不要 都不选 都不想 都不喜欢 都不报 都不参加 都没兴趣 都不感兴趣 都不用 都不需要 都不行
             都不合适 都不去 全不要 全都不 一个都不 一个也不 一项都不 一样都不 一项也不 一样也不 一门也不
             一门都不 一个都不选 没有感兴趣 没有喜欢 没有合适 没有想 没感兴趣 没有想要 没有想报 没有适合
             没合适 没喜欢 没一个 没有一个 没有中意 哪个都不 哪项都不 什么都不 什么也不 none none_of_them
             nothing 不选了 不报了 不参加活动 不参加社团 不参加任何 不报社团 不报活动 不选活动 不参加兴趣
             啥都不 啥也不",
        ),
        (
            Other,
            "知悉 知晓 悉知 不好意思 不错 不客气 不然 不但 不仅 不光 不对 不怕 不认真 不舒服 不在家 不方便
             不打扰 不挑食 不重复报 不重复 没问题 没关系 没人接 没时间 没空 没写完 没基础 没学过 没有问题
             没意见 没有意见 没异议 差不多 除此 放学后 课后 课程 以后 之后 最后一次 下班 上班 上学期 上课
             上面 写不完 写字台 写掉 做不完 做不了 做掉 做完 完不成 怕磕 怕摔 怕生 只要 只好 就要 前后
             今后 然后 晚上 马上 胆小怕 学校 学习好 学习成绩 学习压力 数学老师 体育老师 画面 书包 活动室
             英语老师 美术老师 音乐老师 语文老师 想问 老师好 老师您好 老跑调 好好学习 好吃 同学 身体不好
             别担心 别的时间 看书包 看不了 程序上 作业本 作业多 作业量 卷面分 五音不全 五音 跑调 静下心
             静得下心 都没意见 辅导不了 教不了 管不了 陪不了 帮不了 顾不了 锻炼锻炼 锻炼一下 其他时间
             其它时间 其余时间 其他时候 弄完 在学校 顾不上 顾不过来 忙不过来 管不上 管不过来 看不过来 来不及 走不开 抽不开身 辅导不过来
             跑外卖 跑车 跑运输 跑长途 跑滴滴 跑业务 跑货车 跑快递 跑出租 跑网约车 跑腿 跑单 跑销售 跑生意 跑工地",
        ),
    ];
    for (index, (words, _)) in TOPICS.iter().enumerate() {
        table.push((Word::Topic(index), words));
    }
    Lexicon::new(
        &table,
        "画画 绘画 书法 体育 阅读 合唱 唱歌 跳舞 跳绳 舞蹈 足球 篮球 围棋 编程 机器人 作业 写作业 自主作业
         户外体育 随便 全部 看书 运动 手工",
    )
});
