//! Invented names (化名): common surnames with their spelling, and characters of given names by generation.
//!
//! Start at [`SURNAMES`].

/// Surnames, the most common first, with their spelling for accounts.
pub(super) const SURNAMES: [(&str, &str); 40] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("吴", "wu"),
    ("周", "zhou"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("胡", "hu"),
    ("郭", "guo"),
    ("何", "he"),
    ("林", "lin"),
    ("高", "gao"),
    ("罗", "luo"),
    ("郑", "zheng"),
    ("梁", "liang"),
    ("谢", "xie"),
    ("宋", "song"),
    ("唐", "tang"),
    ("许", "xu"),
    ("邓", "deng"),
    ("韩", "han"),
    ("冯", "feng"),
    ("曹", "cao"),
    ("彭", "peng"),
    ("曾", "zeng"),
    ("肖", "xiao"),
    ("田", "tian"),
    ("董", "dong"),
    ("潘", "pan"),
    ("袁", "yuan"),
    ("沈", "shen"),
    ("陆", "lu"),
    ("叶", "ye"),
];

/// First and second characters of girls' given names.
pub(super) const GIRLS: [&str; 2] =
    ["雨欣梓诗若思语嘉佳晨可依书芷沐一安心静妙", "涵彤萱瑶琪妍怡宁悦琳禾溪桐然晴月岚蕊苗希"];
/// First and second characters of boys' given names.
pub(super) const BOYS: [&str; 2] =
    ["浩子宇俊明天嘉文博睿梓泽一景承思家星皓柏", "轩然宇辰阳航远博恒霖楠瑞铭哲洋朗川舟磊松"];
/// First and second characters of women's given names.
pub(super) const WOMEN: [&str; 2] = ["丽晓雪海春玉秀美红小燕文慧淑艳", "芳敏静华娟梅英霞云洁萍玲莉琴蓉"];
/// First and second characters of men's given names.
pub(super) const MEN: [&str; 2] = ["建志国永海文晓立永俊卫金德伟少", "军强伟平勇峰斌刚辉鹏杰波林涛明"];
