//! Kin (亲属): the words for who collects a child, and what they mean from the child's and from the replier's side.
//!
//! Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::Replier;
use super::super::lexicon::Lexicon;

/// A kin word before it is known from whose side it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kin {
    Father,
    Mother,
    PaternalGrandfather,
    PaternalGrandmother,
    MaternalGrandfather,
    MaternalGrandmother,
    Uncle,
    Aunt,
    Brother,
    Sister,
    Cousin,
    /// 公公, 婆婆: the husband's parents.
    HusbandsFather,
    HusbandsMother,
    /// 岳父, 岳母.
    WifesFather,
    WifesMother,
    Husband,
    Wife,
    /// 爱人, 对象.
    Spouse,
    Son,
    Daughter,
    /// 侄子, 外甥.
    Nephew,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// 我, 我自己.
    Mine,
    Kin(Kin),
    /// 老公: only the replier's.
    OfReplier(Kin),
    Role(&'static str),
    /// 爸妈.
    Both,
    /// 自己回家.
    Alone,
    /// 阿姨, 老人: does not say who.
    Vague,
    Hedge,
    Not,
    Cannot,
    Day,
    /// 和我: the writer comes too, or is only spoken with.
    WithMe,
    Other,
}

/// What may stand before a kin word of the child's.
const WHOSE: [&str; 9] = ["", "他", "她", "娃", "孩子", "他的", "她的", "孩子的", "娃的"];

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use self::Kin::{
        Aunt, Brother, Cousin, Daughter, Father, Husband, HusbandsFather, HusbandsMother,
        MaternalGrandfather, MaternalGrandmother, Mother, Nephew, PaternalGrandfather, PaternalGrandmother,
        Sister, Son, Spouse, Uncle, Wife, WifesFather, WifesMother,
    };
    use self::Word::{
        Alone, Both, Cannot, Day, Hedge, Kin, Mine, Not, OfReplier, Other, Role, Vague, WithMe,
    };
    let table: &[(Word, &str)] = &[
        (Other, "帮我 替我 给我 代我 找我 通知我 告诉我 联系我 陪我 帮我们 替我们"),
        (WithMe, "和我 跟我 同我 与我"),
        (Mine, "我 我们 我的 本人 我自己 我本人 自个儿 我亲自 i me myself"),
        (
            Kin(Father),
            "爸爸 爸 父亲 老爸 爸比 爹 爹爹 阿爸 老爹 他爸 她爸 孩子爸 孩子他爸 孩子她爸 孩子爸爸 孩子的爸爸 娃他爸 娃爸 娃爸爸 孩他爹 孩儿他爸 孩儿他爹 孩儿爸 孩儿她爸 孩她爸 孩他爸 dad daddy father papa 宝爸 他爹 她爹 他爸爸 她爸爸 娃儿他爸 孩爸",
        ),
        (
            Kin(Mother),
            "妈妈 妈 母亲 老妈 妈咪 娘 阿妈 他妈 她妈 孩子妈 孩子他妈 孩子她妈 孩子妈妈 孩子的妈妈 娃他妈 娃妈 娃妈妈 孩他娘 孩儿他娘 孩儿妈 孩儿她妈 孩她妈 孩儿他妈 孩他妈 mom mum mommy mother mama 宝妈 他妈妈 她妈妈 孩妈",
        ),
        (Kin(PaternalGrandfather), "爷爷 阿公 祖父 他爷 她爷 爷 阿爷 他爷爷 她爷爷 孩子爷爷 娃他爷 娃爷爷"),
        (
            Kin(PaternalGrandmother),
            "奶奶 阿嬷 阿嫲 祖母 嬷嬷 他奶 她奶 阿奶 他奶奶 她奶奶 孩子奶奶 娃他奶 娃奶奶 奶 嫲嫲 阿婆奶奶",
        ),
        (
            Kin(MaternalGrandfather),
            "外公 姥爷 外爷 外祖父 家公 姥姥爷 外公公 公公外公 他姥爷 她姥爷 孩子外公 孩子姥爷 gong_gong",
        ),
        (
            Kin(MaternalGrandmother),
            "外婆 姥姥 外祖母 家婆 姥娘 外奶奶 他姥姥 她姥姥 孩子外婆 孩子姥姥 阿婆外婆 婆婆外婆",
        ),
        (
            Kin(Uncle),
            "叔叔 叔 舅舅 舅 伯伯 伯父 大伯 二伯 三伯 大叔 二叔 三叔 小叔 小舅 大舅 二舅 三舅 姑父 姑丈 姑爹 姨父 姨夫 姨丈 幺爸 大爸爸 二爸 三爸 幺叔 小叔叔 舅父 阿伯 阿叔 伯 大姑父 小姑父 大姨父 小姨父 大姨夫 小姨夫 二姨夫 二姨父 幺舅 uncle 堂叔 表叔 表舅 大舅舅 小舅舅 二舅舅 三舅舅 亲叔叔 姑夫 姑姑父 老叔 老舅 二姑父 大姑夫 二大爷 四叔 小姑夫 他舅 她舅 他叔 她叔 他舅舅 她舅舅 姨爹 小舅子 大舅子 大姑爷 小爸 叔叔舅舅",
        ),
        (
            Kin(Aunt),
            "姑姑 姑 姑妈 大姑 二姑 三姑 小姑 姨妈 姨 小姨 大姨 二姨 三姨 舅妈 舅母 妗子 婶婶 婶子 婶 伯母 伯娘 大娘 大妈妈 姨娘 幺姑 幺姨 小姑姑 大姑姑 二姑姑 小姨妈 大姨妈 二婶 三婶 小婶 小舅妈 大舅妈 二舅妈 姑母 姨母 小孃 孃孃 嬢嬢 娘娘 表姨 表姑 堂姑 aunt auntie 老姨 老姑 四姨 他姑 她姑 他姨 她姨 他姑姑 她姑姑 小姨子 大姨子 小姑子 大姑子 亲姨 亲姑姑 亲小姨 二妈 幺妈 舅娘 大姆 姆姆 姑姑姨妈",
        ),
        (Kin(Brother), "哥哥 哥 大哥 亲哥 弟 弟弟 brother 亲哥哥 二哥 他哥 她哥 他哥哥 她哥哥"),
        (Kin(Sister), "姐姐 姐 大姐 亲姐 妹 妹妹 sister 亲姐姐 二姐 他姐 她姐 他姐姐 她姐姐"),
        (
            Kin(Cousin),
            "表哥 表姐 堂哥 堂姐 表弟 表妹 堂弟 堂妹 表姐姐 表哥哥 cousin 堂姐姐 堂哥哥 大表哥 大表姐 表亲堂亲",
        ),
        (OfReplier(HusbandsMother), "婆婆 婆母 家婆婆"),
        (OfReplier(HusbandsFather), "公公 公爹"),
        (OfReplier(WifesMother), "岳母 丈母娘 岳母娘 岳母大人 丈母"),
        (OfReplier(WifesFather), "岳父 老丈人 丈人 岳丈 老岳父 泰山大人"),
        (OfReplier(Husband), "老公 先生 丈夫 husband 当家的 孩他爸爸"),
        (OfReplier(Wife), "老婆 媳妇 太太 妻子 wife 内人 婆娘 堂客"),
        (OfReplier(Spouse), "爱人 对象 另一半 家属 那口子 配偶"),
        (OfReplier(Son), "儿子 大儿子"),
        (OfReplier(Daughter), "女儿 大女儿"),
        (OfReplier(Nephew), "侄子 侄女 外甥 外甥女 侄儿"),
        (OfReplier(Uncle), "姐夫 妹夫"),
        (OfReplier(Aunt), "嫂子 弟媳 弟妹 大嫂 弟媳妇 嫂嫂"),
        (
            Role("nanny"),
            "保姆 家政 家政阿姨 保姆阿姨 住家阿姨 育儿嫂 月嫂 nanny 带孩子的阿姨 家里阿姨 钟点工 做饭阿姨 家里的阿姨 家里请的阿姨 阿姨保姆 我家阿姨 babysitter",
        ),
        (
            Role("neighbor"),
            "邻居 隔壁 邻居阿姨 邻居叔叔 对门 楼上的 楼下的 隔壁邻居 邻居家 楼下邻居 楼上邻居 对门邻居 隔壁阿姨 neighbor neighbour 邻居奶奶 邻居爷爷 隔壁奶奶 隔壁叔叔 邻居大姐 邻居大妈",
        ),
        (
            Role("friend"),
            "朋友 同事 闺蜜 好友 战友 老同学 发小 friend colleague 家长朋友 哥们 兄弟们 家里的朋友 妈妈朋友 爸爸朋友 妈妈的朋友 爸爸的朋友 妈妈同事 爸爸同事 妈妈的同事 爸爸的同事 好朋友",
        ),
        (
            Role("classmate_parent"),
            "同学妈妈 同学爸爸 同学家长 同学的妈妈 同学的爸爸 同学的家长 同班同学家长 同班家长 他同学妈妈 她同学妈妈 别的家长 同班同学妈妈 同班同学的妈妈 同班同学的家长 同桌妈妈 同桌的妈妈 同桌爸爸 同桌家长 同学他妈 同学妈 同学爸 同学家的妈妈 班上同学的妈妈 班上同学妈妈 另一个家长 同学奶奶 同学爷爷 同学的奶奶 同学的爷爷 同桌的爸爸 同学家大人",
        ),
        (
            Role("care_center"),
            "托管班 小饭桌 晚托班 托管 托班 晚托 辅导班 培训班 托管机构 托管老师 小饭桌老师 托管班老师 晚托班老师 托管中心 补习班 机构老师 辅导班老师 午托班 校外托管 晚辅 晚辅班 兴趣班老师 培训班老师 托管所 机构",
        ),
        (Role("driver"), "司机 司机师傅 家里司机 driver 专职司机"),
        (Role("school_bus"), "校车 坐校车 school_bus 校巴 乘校车 学校班车 班车 学校大巴 接送车 校车接"),
        (
            Role("other_relative"),
            "太奶奶 太爷爷 太姥姥 太婆 曾祖母 曾祖父 姑奶奶 姑婆 姨奶奶 姨婆 舅爷爷 舅公 叔公 叔爷 姑爷爷 舅奶奶 姨姥姥 姨姥爷 太外婆 太公 干妈 干爸 干爹 继父 继母 后妈 后爸 嬢婆 伯公 伯婆 婶婆 二爷爷 二奶奶 三奶奶 三爷爷 大爷爷 大奶奶 舅姥爷 舅姥姥 姑姥姥 姑姥爷 小奶奶 其他亲属",
        ),
        (Both, "爸妈 爸爸妈妈 爹妈 父母 妈妈爸爸 爸妈都 他爸妈 她爸妈"),
        (
            Alone,
            "自己回家 自己走 自己回 自己离校 自行回家 自行离校 独自 步行回家 自己骑车 自己坐车 自己坐公交 自己坐地铁 走路回家 自己下楼 孩子自己 他自己 她自己 娃自己 让孩子自己 自己放学 一个人回 一个人走 自己搭车 自己乘车 不用接 不用人接 不需要接 不需要人接 无需接送 小孩自己 自己步行 自己溜达 一个人回家 走回家 walk_home 结伴回 结伴回家 和同学一起走 跟同学一起走 自己来去 自己可以回 自己能回 骑车回 骑车回家 儿子自己 女儿自己 自己走路 坐公交回 坐地铁回 坐公交车回 自己上下学 自己坐",
        ),
        (
            Vague,
            "老爷 阿姨 老人 家里人 家人 亲戚 grandma grandpa grandmother grandfather grandparents 大人 长辈 有人 某人 别人 熟人 谁 人 他们 老人家 姥 婆 公 亲人 老两口 家长 阿婆",
        ),
        (
            Hedge,
            "可能 也许 不一定 不确定 看情况 说不准 待定 再说 轮流 要么 谁有空 到时候 没定 不固定 应该是 应该 估计是 估计 或许 八成 恐怕 多半 好像是 随便 如果 要是 有时 有时候 大概率 假如 说不定",
        ),
        (
            Not,
            "不是 不要 别 不用 不让 不能 别让 不许 禁止 除了 不准 不可以 没 不 不得 not 不再 拒绝 不需要 不由 不归 不给",
        ),
        (
            Cannot,
            "没空 没时间 来不了 接不了 去不了 加班 出差 上班 有事 不在 不方便 赶不过来 赶不到 来不及 不接 不来 不去 不行 生病 住院 没法接 没法来 没法去 没办法 不能来 不能接 不能去 走不开 开会 不舒服 值班 忙 回老家 抽不开身 抽不出 请不了假 有会 去外地 没下班 赶不上 不会来 不会接 没来 太忙 不过来 住院了 腿不好 临时有事 在外地 在老家 不在家 在上班 在单位 在医院 在加班 在开会 要开会 在忙 病了 生病了 腿疼 腰疼 摔了 手术 腿脚不好 身体不好 膝盖疼 感冒了 不太舒服",
        ),
        (
            Day,
            "周一 周二 周三 周四 周五 星期一 星期二 星期三 星期四 星期五 礼拜一 礼拜二 礼拜三 礼拜四 礼拜五 今天 今儿 今日 明天 后天 平时 平常 一般 周末",
        ),
        (
            Other,
            "顺路 顺道 顺便 开车 骑车 打车 坐车 开车接 辛苦 多谢 感谢 拜托 劳驾 帮忙 小区 麻烦 我家 我们家 我家的 我们家的 咱家 家里 不好意思 没问题 没关系 不客气 老师 老师好 麻烦老师 放学 电话 手机 手机号 号码 联系方式 身份证 学校 门口 小朋友 下班 孩子 娃 一起 来接 去接 接 没事 每天 姓名 名字 不见不散 不变 不着急 不错 同学 大哥大 公司 公交 公交车 公园 自己接 亲自接 自己来接 自己去接 妈妈接完 高兴 安排 于是 和我说 方便 时候 时间 常用 管 强烈 相信 许可 万一 高铁 马上 路上 安全 田径 钱 明白 成 温馨 由 家住 毛病 包括 关系 毕竟 解释 那 查收 后面 从 能 习惯 谢谢 元 何时 向 于 安 方 任何 付费 单独 经常 都 金 时 江边 通知 通过 常 和 白天 路",
        ),
    ];
    // 他姨妈, 孩子的舅舅: whose kin it is, as one word with it, so that no shorter kin word is cut out of it.
    let phrases = table.iter().flat_map(|(kind, words)| {
        words.split_whitespace().flat_map(move |word| {
            let owners = if matches!(kind, Kin(_)) { WHOSE.len() } else { 1 };
            WHOSE.iter().take(owners).map(move |owner| (format!("{owner}{}", word.replace('_', " ")), *kind))
        })
    });
    let heard = "爷爷 奶奶 外公 外婆 姥姥 姥爷 爸爸 妈妈 舅舅 叔叔 姑姑 校车 托管班 小饭桌 邻居 保姆";
    Lexicon::of(phrases, heard)
});

/// Whether 我 stands for the person replying, and not before a kin word of theirs.
pub(super) fn is_subject(next: &str) -> bool {
    let next = next.trim_start_matches('的');
    !LEXICON.at(next, 0).is_some_and(|t| {
        matches!(t.kind, Word::Kin(_) | Word::OfReplier(_) | Word::Role(_) | Word::Both | Word::Vague)
    }) && !next.starts_with("觉得")
        && !next.starts_with('想')
        && !next.starts_with('让')
        && !next.starts_with("请")
        && !next.starts_with("叫")
        && !next.starts_with("安排")
        && !next.starts_with("委托")
        && !next.starts_with('家')
        && !next.starts_with('姓')
}

/// Whether what follows 和我 is done by both: 一起, 去接, or the end.
pub(super) fn is_together(next: &str) -> bool {
    let next = next.trim_start_matches(['都', '俩']);
    next.is_empty()
        || ["一起", "一块", "一道", "接", "去接", "来接", "去", "来", "，"]
            .iter()
            .any(|word| next.starts_with(word))
}

/// A kin word said of the child.
pub(super) fn of_child(kin: Kin) -> &'static str {
    match kin {
        Kin::Father | Kin::Husband => "father",
        Kin::Mother | Kin::Wife => "mother",
        Kin::PaternalGrandfather | Kin::HusbandsFather => "paternal_grandfather",
        Kin::PaternalGrandmother | Kin::HusbandsMother => "paternal_grandmother",
        Kin::MaternalGrandfather | Kin::WifesFather => "maternal_grandfather",
        Kin::MaternalGrandmother | Kin::WifesMother => "maternal_grandmother",
        Kin::Uncle => "uncle",
        Kin::Aunt => "aunt",
        Kin::Brother | Kin::Son => "brother",
        Kin::Sister | Kin::Daughter => "sister",
        Kin::Cousin | Kin::Nephew => "cousin",
        Kin::Spouse => "other_relative",
    }
}

/// A kin word said of the person replying; `None` where it cannot be theirs (我老公 said by a father).
pub(super) fn of_replier(kin: Kin, replier: Replier) -> Option<&'static str> {
    Some(match (kin, replier) {
        (Kin::Father, Replier::Mother) | (Kin::WifesFather, Replier::Father) => "maternal_grandfather",
        (Kin::Mother, Replier::Mother) | (Kin::WifesMother, Replier::Father) => "maternal_grandmother",
        (Kin::Father, Replier::Father) | (Kin::HusbandsFather, Replier::Mother) => "paternal_grandfather",
        (Kin::Mother, Replier::Father) | (Kin::HusbandsMother, Replier::Mother) => "paternal_grandmother",
        (Kin::Spouse | Kin::Husband, Replier::Mother) => "father",
        (Kin::Spouse | Kin::Wife, Replier::Father) => "mother",
        (Kin::Husband | Kin::HusbandsFather | Kin::HusbandsMother, Replier::Father)
        | (Kin::Wife | Kin::WifesFather | Kin::WifesMother, Replier::Mother) => return None,
        (Kin::Brother | Kin::Uncle, _) => "uncle",
        (Kin::Sister | Kin::Aunt, _) => "aunt",
        (Kin::Son, _) => "brother",
        (Kin::Daughter, _) => "sister",
        (Kin::Nephew, _) => "cousin",
        (
            Kin::Cousin
            | Kin::PaternalGrandfather
            | Kin::PaternalGrandmother
            | Kin::MaternalGrandfather
            | Kin::MaternalGrandmother,
            _,
        ) => "other_relative",
    })
}

/// What stands after the words that rule somebody out, when one clause holds both.
pub(super) fn halves(text: &str, cannot: bool) -> Option<&str> {
    let tokens = LEXICON.scan(text);
    let last = tokens
        .iter()
        .rev()
        .find(|t| if cannot { t.kind == Word::Cannot } else { matches!(t.kind, Word::Not | Word::Cannot) })?;
    let rest = text.get(last.end..)?;
    if cannot {
        let is_named = LEXICON
            .scan(rest)
            .iter()
            .any(|t| !matches!(t.kind, Word::Other | Word::Cannot | Word::Not | Word::Day));
        return Some(if is_named { rest } else { "" });
    }
    // 不要给舅舅 … 给爷爷: the first person after the negative is the one ruled out.
    let first = tokens.iter().find(|t| {
        t.start >= last.end && matches!(t.kind, Word::Kin(_) | Word::Role(_) | Word::OfReplier(_))
    })?;
    text.get(first.end..).filter(|r| !r.is_empty())
}
