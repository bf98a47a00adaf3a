//! The words for a family's children.
//!
//! Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;
use super::siblings::{Bond, words_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// 老大, or the n-th.
    Nth(usize),
    Eldest,
    Youngest,
    Middle,
    /// 儿子 or 女儿.
    Sex(bool),
    /// 大儿子, 小女儿.
    ElderOf(bool),
    YoungerOf(bool),
    SecondOf(bool),
    /// 满崽, 老闺女: the last child of all, which is of that sex.
    LastOf(bool),
    /// 三妹, 四弟: counted among all or among those of that sex.
    NthOf(usize, bool),
    /// 兄弟俩, and how many; 0 where that is not said.
    Siblings(Bond, usize),
    /// 大双, 小双.
    ElderTwin,
    YoungerTwin,
    /// 姐姐 (true), 哥哥 (false).
    ElderSibling(bool),
    YoungerSibling(bool),
    All,
    Each,
    Except,
    /// 以外: after the children.
    ExceptAfter,
    Rest,
    Not,
    Or,
    Open,
    Only,
    Primary,
    Junior,
    Senior,
    Nursery,
    Lower,
    Higher,
    Other,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{
        All, Each, ElderOf, ElderSibling, ElderTwin, Eldest, Except, ExceptAfter, Higher, Junior, LastOf,
        Lower, Middle, Not, Nth, NthOf, Nursery, Only, Open, Or, Other, Primary, Rest, SecondOf, Senior, Sex,
        Siblings, YoungerOf, YoungerSibling, YoungerTwin, Youngest,
    };
    let bonds = [Bond::Brothers, Bond::Sisters, Bond::BrotherAndSister, Bond::SisterAndBrother];
    let told: Vec<(Word, String)> = bonds
        .into_iter()
        .flat_map(|bond| [0, 2, 3, 4].map(|count| (Siblings(bond, count), words_of(bond, count))))
        .collect();
    let siblings = told.iter().map(|(kind, words)| (*kind, words.as_str()));
    let others = [
            (Nth(0), "老大 大宝 大娃 大伢 头一个 头胎 第一胎 first"),
            (Nth(1), "老二 二宝 二娃 二崽 二仔 二毛 二伢 二伢子 二胎 第二胎 second"),
            (Nth(2), "老三 三宝 三娃 三崽 三仔 三毛 三胎 third"),
            (Nth(3), "老四 四宝 四娃 四崽 四仔 四毛 四胎 第四胎 fourth"),
            (Nth(4), "老五 五宝 五娃 五崽 五仔 五毛 五胎 第五胎 fifth"),
            (NthOf(1, true), "二妹 二妹妹"),
            (NthOf(2, true), "三妹 三妹妹 三姐 三姑娘 三丫头 三闺女 三女儿"),
            (NthOf(3, true), "四妹 四妹妹 四姐 四姑娘 四丫头 四闺女 四女儿"),
            (NthOf(1, false), "二弟 二弟弟"),
            (NthOf(2, false), "三弟 三弟弟 三哥 三小子 三儿子"),
            (NthOf(3, false), "四弟 四弟弟 四哥 四小子 四儿子"),
            (ElderTwin, "大双"),
            (YoungerTwin, "小双"),
            (
                Eldest,
                "大的 大孩子 大一点 大点的 大那个 大个的 大毛 大孩 大崽 大仔 最大的 最大 年纪大 年龄大 岁数大
                 老大的 elder eldest older oldest 上头 上面 上头的 上面的 前面 前头 前",
            ),
            (
                Youngest,
                "小的 小孩子那个 小一点 小点的 小那个 小宝 小娃 小毛 小个的 小崽 最小的 最小 年纪小 年龄小
                 岁数小 老幺 老小 老疙瘩 老幺儿 幺儿 幺娃 幺娃子 小幺 老满 老末 老末儿 最细 最细个
                 最末 最末一个 最末那个 最末尾 最后一个 末尾那个 younger youngest 下头 下面 下头的 下面的 底下 底下的
                 后面 后头 后",
            ),
            (Middle, "中间 居中 老中"),
            (
                Sex(false),
                "孙子 孙儿 外孙 乖孙 儿子 男孩 男娃 男生 男宝 男孩子 男孩儿 男的 男伢 男宝宝 男崽 小子
                 小伙子 son sons boy boys 崽 仔 臭小子 带把 弟崽 侄子 侄儿 外甥 外甥儿 大侄子 小侄子 外孙子",
            ),
            (
                Sex(true),
                "孙女 孙女儿 外孙女 女儿 女孩 女娃 女生 女宝 女孩子 女孩儿 女的 女伢 女仔 女宝宝 女崽 闺女
                 丫头 囡囡 囡 妹子 妹崽 妹仔 妹坨 姑娘 千金 daughter daughters girl girls 妮子 妮儿 小公主 妞
                 妞妞 侄女 侄女儿 外甥女 小侄女 大侄女",
            ),
            (ElderOf(false), "大孙子 大外孙 大孙 大儿子 大儿 大的儿子 大小子 大哥 最大的儿子 长孙 长子"),
            (
                ElderOf(true),
                "大孙女 大外孙女 大女儿 大闺女 大的女儿 大丫头 大姑娘 大囡 大的闺女 大姐 最大的女儿 长女
                 长孙女",
            ),
            (
                YoungerOf(false),
                "小孙子 小外孙 小孙 小儿子 小的儿子 小小子 小弟 幺儿子 最小的儿子 最小的小子 幼子",
            ),
            (
                YoungerOf(true),
                "小孙女 小外孙女 小幺妹 小女儿 小闺女 小的女儿 小丫头 小姑娘 小囡 小的闺女 小妹 幺妹 幺女
                 最小的女儿 最小的闺女 幼女 小妹崽 细妹子 细妹仔 细女 细女儿 幺女儿 幺闺女",
            ),
            (
                LastOf(false),
                "满崽 满仔 满伢子 满崽崽 满儿 满儿子 满哥 细崽 细仔 尾仔 孻仔 幺崽 老儿子 老小子",
            ),
            (LastOf(true), "满女 满女儿 满妹 满妹子 老闺女 老姑娘 老丫头 孻女"),
            (SecondOf(false), "二儿子 二孙子 二小子 二哥 次子"),
            (SecondOf(true), "二孙女 二女儿 二闺女 二丫头 二姐 次女"),
            (ElderSibling(true), "姐姐 姐 姐姐那个 阿姐 家姐 姊姊 sister"),
            (ElderSibling(false), "哥哥 哥 阿哥 大佬 brother"),
            (YoungerSibling(true), "妹妹 妹 妹妹那个 阿妹 细妹"),
            (YoungerSibling(false), "弟弟 弟 阿弟 老弟 细佬"),
            (
                All,
                "两个都 两个孩子 两个一起 两娃 两个人都 两口 兄弟姐妹 姐妹兄弟
                 俩都 俩 俩娃 俩孩子 三个都 全部 全都 全家 全报 都报 都要 都参加 都来 都去 都上 都给 都有
                 都是 都报上 一块儿 一块 一并 一同 一道 一齐 统统 通通 仨 仨都 both all 一起 每个 每个都 所有 所有孩子 几个孩子都 双胞胎都 四个都",
            ),
            (Each, "都 全"),
            (
                Except,
                "除了 除 除去 除开 除掉 除却 撇开 撇去 抛开 抛去 刨开 刨去 刨除 去掉 扣掉 扣除 排除 剔除 不算
                 不算上 不包括 不包含 不含 except excluding",
            ),
            (ExceptAfter, "以外 之外 除外"),
            (
                Rest,
                "其他 其余 其他两个 其余两个 其它 剩下 剩下两个 剩下俩 另外俩 另两个 另外三个 另外两个
                 另一个 另外一个 另外",
            ),
            (
                Not,
                "不 不是 不要 不用 不报 不参加 不需要 不去 不上 不给 不选 没 没有 别 都不 都不用 都不要
                 都不报 都不参加 一个都不 一个也不 not no neither none 算了 免 谁也不 谁都不 哪个都不
                 哪个也不",
            ),
            (
                Or,
                "或者 或 要么 还是 or 其中一个 其中 里面选一个 里选一个 选一个 挑一个 任意 任选 随便
                 随便哪个 哪个都 一个就行 二选一",
            ),
            (Open, "不一定 不确定 待定 再说 没想好 可能 说不准 看情况 如果 要是 的话"),
            (Only, "只 只有 只给 只要 就 仅 单单"),
            (Primary, "上小学 小学的 小学那个 小学生 小学 读小学 念小学"),
            (Junior, "上初中 初中的 初中那个 初中生 初中 读初中 念初中 中学的"),
            (Senior, "上高中 高中的 高中那个 高中生 高中 读高中"),
            (Nursery, "上幼儿园 幼儿园的 幼儿园那个 幼儿园"),
            (Lower, "低年级 年级低 年级小"),
            (Higher, "高年级 年级高 年级大"),
            (
                Other,
                "个 一块钱 一同学 一道题 不好意思 不错 不客气 不放心 不会选 不会弄 不会填 不懂 没问题 没错 没人接 没人管 没空 老师
                 大概 大家 大班的 小朋友 小孩 小班的 是的 谢谢 孩子 娃 宝宝 宝贝 都可以 妹妹班 以后 以前
                 之后 之前 然后 今后 后天 前天 前后 目前 提前 放学后 课后",
            ),
    ];
    let table: Vec<(Word, &str)> = siblings.chain(others).collect();
    Lexicon::new(&table, "老大 老二 老三 哥哥 姐姐 弟弟 妹妹 儿子 女儿 大宝 二宝 小宝 全部")
});
