//! Surnames (姓): the common ones, of one character and of two.
//!
//! Start at [`surname_chars`].

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::lexicon::Quick;

/// Common surnames of one character.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘闻厉伊仝区郜阚屠豆盖练廉禹井祖漆巴丰支卿狄计索宣晋云敬扈晁芮普浦戈伏鹿薄邸雍辜羊阿母裘亓修邰赫杭况印逯隆诺战慕亢嵇公湛戎勾茅於呼居尉冶衣阴昝智衡富尧向洪鄂佘阙揭危洛沃逄仉牧隗蓬郗钭韶蓟锁籍璩郏暨殴蔚夔訾傅阎昌酆贝诸荀汲糜宓仰暴束幸宿怀咸赖苍莘贡扶堵宰郦濮寿充茹宦鱼慎庾弘禄殳厍融须巢蒯竺权益桓督帅缑郈琴佴伯赏墨谯笪萧丘萨菅檀忻雒蹇乜茆贠朴闪禤缐虢弭郄钮常习稽植银花";

/// Surnames of two characters.
const COMPOUND: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒", "长孙",
    "端木", "百里", "独孤", "南宫", "轩辕", "宇文", "闻人", "澹台", "呼延", "东郭", "钟离", "西门", "淳于",
    "单于", "申屠", "公羊", "拓跋", "完颜", "闾丘",
];

/// How many characters of a name are its surname; 0 without one.
pub(in crate::understand) fn surname_chars(name: &[char]) -> usize {
    let is_compound = |surname: &&str| surname.chars().eq(name.iter().copied().take(2));
    if name.len() > 2 && COMPOUND.iter().any(is_compound) {
        return 2;
    }
    usize::from(name.first().is_some_and(|c| is_surname(*c)))
}

/// Whether a character is a common surname.
fn is_surname(c: char) -> bool {
    static TABLE: LazyLock<HashSet<char, Quick>> = LazyLock::new(|| SURNAMES.chars().collect());
    TABLE.contains(&c)
}
