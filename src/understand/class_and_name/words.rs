//! The words around a class and a name: what introduces the child, and whose name is not meant.
//!
//! To add a word, put it on the line of its kind. Start at [`LEXICON`].

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// 孩子, 叫: a child's name follows.
    Introduces,
    /// 妈妈, 家长: a child's name stands before.
    Parent,
    /// 小名: a fond name follows, which is not the one.
    Fond,
    /// 我是, 我叫: perhaps the parent's own name follows.
    Myself,
    Filler,
}

pub(super) static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Filler, Fond, Introduces, Myself, Parent};
    Lexicon::new(
        &[
            (
                Introduces,
                "大名叫 大名 大名是 学名 学生姓名 学生 学生是 孩子叫 孩子是 孩子名字 孩子姓名 孩子
                 孩子名叫 孩子的名字叫 小孩 小孩叫 小孩子 姓名是 姓名 姓名叫 名字叫 名字是 名字 名叫 名
                 名字叫做 名字就叫 叫做 叫 儿子 女儿 闺女 我娃 我家孩子 我家娃 我家 我儿子 我女儿 我孩子
                 我孙子 我孙女 我外孙 我外孙女 娃叫 娃 娃娃 宝贝 孙子 孙女 孙女儿 外孙 外孙女",
            ),
            (
                Parent,
                "妈妈 妈 爸爸 爸 家长 的妈妈 的爸爸 的家长 的妈 的爸 的奶奶 的爷爷 的外婆 的母亲 的父亲
                 奶奶 爷爷 外婆 外公 姥姥 姥爷 母亲 父亲 她妈 她奶奶 她爷爷 她外婆 她姥姥 她爸 她妈妈
                 她爸爸 她姥爷 她外公 她家长 他妈 他奶奶 他爷爷 他外婆 他姥姥 他爸 他妈妈 他爸爸 他姥爷
                 他外公 他家长",
            ),
            (Fond, "小名叫 小名 乳名 昵称"),
            (Myself, "我是 我叫 我姓 我名字 本人"),
            (
                Filler,
                "男 男孩 男生 女 女孩 女生 弓长张 立早章 木子李 耳东陈 双木林 双人徐 言午许 古月胡 口天吴
                 走肖赵 草头黄 文刀刘 三横王 老师好 老师您好 老师你好 老师 您好 您 你好 我们是 我们 我们家
                 那个 那 这个 这学期 这 就是 的 是 在 读 上 上学期 念 班级 班 班上 班里 班主任 年级 同学
                 同学们 小朋友 小学 谢谢 谢谢老师 麻烦 麻烦老师了 哦 嗯 啊 呀 哈 呢 吧 了 请问 请多关照
                 请多多关照 现在 现 今年 今天 刚 刚转来 刚转来不久 刚转学过来 转来 转到 转学 原来 以前 家
                 和 学校 学号 初中 高中 幼儿园 写错 应该 其实 报 报名 参加 登记 要 想 也 来自 号 座号 分班
                 调到 升到 一下 一个 新生 插班生 插班 嘛 啦 咯 早上好 晚上好 下午好 大家好 抱歉 不好意思
                 不久 更新 里 课后 辛苦 辛苦了 好 全名 已 经 到 都 去年 毕业班 毕业 本班 多关照 接龙 群里",
            ),
        ],
        "",
    )
});
