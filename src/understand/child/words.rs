//! The words for a family's children.
//!
//! Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

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
    /// 姐姐 (true), 哥哥 (false).
    ElderSibling(bool),
    YoungerSibling(bool),
    All,
    Each,
    Except,
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
        All, Each, ElderOf, ElderSibling, Eldest, Except, Higher, Junior, Lower, Middle, Not, Nth, Nursery,
        Only, Open, Or, Other, Primary, Rest, SecondOf, Senior, Sex, YoungerOf, YoungerSibling, Youngest,
    };
    Lexicon::new(
        &[
            (Nth(0), "老大 大宝 大娃 头一个 大伢 第一胎 头胎 first"),
            (Nth(1), "老二 二宝 二娃 二胎 第二胎 second"),
            (Nth(2), "老三 三宝 三娃 三胎 third"),
            (
                Eldest,
                "大的 大孩子 最大的 最大 年纪大 年龄大 岁数大 大一点 大点的 大那个 大个的 大毛 老大的 elder older eldest oldest 大孩 大崽",
            ),
            (
                Youngest,
                "小的 小孩子那个 最小的 最小 年纪小 年龄小 岁数小 小一点 小点的 小那个 小宝 小娃 老幺 老小 幺儿 小毛 老疙瘩 younger youngest 小个的 小崽 老幺儿",
            ),
            (Middle, "中间 居中 老中"),
            (
                Sex(false),
                "孙子 外孙 孙儿 乖孙 儿子 男孩 男娃 男生 男宝 男孩子 男孩儿 小子 son boy 崽 男的 男伢 仔 臭小子 boys sons 小伙子 男宝宝 带把",
            ),
            (
                Sex(true),
                "孙女 外孙女 孙女儿 女儿 女孩 女娃 女生 女宝 女孩子 女孩儿 闺女 丫头 囡囡 妹子 姑娘 千金 囡 daughter girl 女的 妮子 妮儿 女伢 女仔 girls daughters 小公主 女宝宝 妞 妞妞",
            ),
            (ElderOf(false), "大孙子 大外孙 大孙 大儿子 大儿 大的儿子 大小子 最大的儿子"),
            (ElderOf(true), "大孙女 大外孙女 大女儿 大闺女 大的女儿 大丫头 大姑娘 大囡 最大的女儿 大的闺女"),
            (YoungerOf(false), "小孙子 小外孙 小孙 小儿子 小的儿子 幺儿子 小小子 最小的儿子 最小的小子"),
            (
                YoungerOf(true),
                "小孙女 小外孙女 幺妹 小幺妹 小女儿 小闺女 小的女儿 小丫头 幺女 小姑娘 小囡 最小的女儿 最小的闺女 小的闺女",
            ),
            (SecondOf(false), "二儿子 二孙子 二小子"),
            (SecondOf(true), "二孙女 二女儿 二闺女 二丫头"),
            (ElderSibling(true), "姐姐 姐 大姐 阿姐 姊姊 姐姐那个 sister"),
            (ElderSibling(false), "哥哥 哥 大哥 阿哥 brother"),
            (YoungerSibling(true), "妹妹 妹 小妹 阿妹 妹妹那个"),
            (YoungerSibling(false), "弟弟 弟 小弟 阿弟 老弟"),
            (
                All,
                "两个都 俩都 三个都 全部 都报 都要 都参加 都来 全都 两个孩子 两个一起 都去 俩 俩娃 两娃 仨 both all 都上 两个人都 一起 都给 每个 每个都 所有 所有孩子 几个孩子都 兄妹俩 姐弟俩 姐妹俩 兄弟俩 两兄弟 两姐妹 两姐弟 两兄妹 双胞胎都 四个都 都有 都是 两口 全家 都报上 全报 兄妹 姐弟 兄弟 姐妹 兄妹两个 姐弟两个 兄弟两个 姐妹两个",
            ),
            (Each, "都 全"),
            (Except, "除了 除 除去 除开 except"),
            (
                Rest,
                "其他 其余 剩下 另外俩 另两个 剩下两个 其他两个 剩下俩 其余两个 另外三个 另外两个 另一个 另外一个 其它 另外",
            ),
            (
                Not,
                "不 没 没有 别 不是 不要 不用 不报 不参加 不需要 都不 一个都不 not no 不去 不上 不给 不选 neither none 算了 免",
            ),
            (
                Or,
                "或者 或 要么 还是 or 其中一个 里面选一个 里选一个 选一个 挑一个 其中 任意 任选 随便 哪个都 一个就行 二选一 随便哪个",
            ),
            (Open, "不一定 待定 再说 没想好 可能 不确定 说不准 看情况 如果 要是 的话"),
            (Only, "只 只有 只给 只要 就 仅 单单"),
            (Primary, "上小学 小学的 小学那个 读小学 念小学 小学生 小学"),
            (Junior, "上初中 初中的 初中那个 读初中 念初中 初中生 中学的 初中"),
            (Senior, "上高中 高中的 高中那个 读高中 高中生 高中"),
            (Nursery, "上幼儿园 幼儿园的 幼儿园那个 幼儿园"),
            (Lower, "低年级 年级低 年级小"),
            (Higher, "高年级 年级高 年级大"),
            (
                Other,
                "不好意思 没问题 没错 不错 老师 大概 大家 小朋友 是的 不客气 谢谢 孩子 小孩 娃 宝宝 宝贝 都可以 大班的 小班的 妹妹班 不放心 没人接 没人管 没空",
            ),
        ],
        "老大 老二 老三 哥哥 姐姐 弟弟 妹妹 儿子 女儿 大宝 二宝 小宝 全部",
    )
});
