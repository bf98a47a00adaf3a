//! Wording (用语): whether a sentence asks families for money or promises what policy forbids.
//!
//! Works on plain text, so that plans, flows and broadcasts share it. A sentence that *denies* («不收取任何费用»,
//! «严禁提前学拼音») is not a breach, so each hit is looked at inside its own clause. Start at [`asks_for_money`].

use unicode_normalization::UnicodeNormalization;

/// The words in a text that break a rule, as the author wrote them, without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offence {
    /// The word or amount at fault.
    pub word: String,
    /// The clause around it.
    pub clause: String,
}

/// Words that ask for money wherever they stand.
const MONEY: &[&str] = &[
    "收费",
    "缴费",
    "交费",
    "付费",
    "交钱",
    "收钱",
    "付钱",
    "给钱",
    "付款",
    "收款",
    "转账",
    "汇款",
    "打款",
    "支付",
    "缴纳",
    "押金",
    "自费",
    "集资",
    "捐款",
    "赞助",
    "红包",
    "学费",
    "材料费",
    "服务费",
    "报名费",
    "餐费",
    "伙食费",
    "点心费",
    "教材费",
    "资料费",
    "服装费",
    "保险费",
    "活动费",
    "班费",
    "管理费",
    "看护费",
    "托管费",
    "水电费",
    "延时费",
    "社团费",
    "购买",
    "自掏腰包",
    "费用",
];
/// Verbs that make an amount a request.
const PAYING: &[&str] =
    &["交", "缴", "付", "收", "转", "每人", "每生", "每月", "每学期", "每次", "凑", "费", "自备"];
/// What amounts are told in.
const UNITS: &[&str] = &["元", "块钱", "¥", "rmb"];
/// Who pays when families do not.
const PUBLIC_PAYERS: &[&str] = &[
    "财政",
    "政府",
    "拨付",
    "由学校",
    "学校承担",
    "学校负担",
    "学校购买",
    "学校统一购买",
    "补助",
    "经费保障",
];
/// Who pays after all, though a public payer stands in the same clause.
const FAMILIES_PAY: &[&str] = &["家长", "家委会", "学生交", "另交", "另收", "每人交", "收取", "自理"];
/// Talk about others' wrongs.
const REPORTING: &[&str] =
    &["举报", "投诉", "乱收费", "违规收费", "如有收费", "发现收费", "遇到收费", "遇收费", "若有收费"];

const NEW_LESSONS: &[&str] = &[
    "新课",
    "新知",
    "授课",
    "讲授",
    "补课",
    "提前学",
    "超前学",
    "学科辅导",
    "同步辅导",
    "集中辅导",
    "统一辅导",
    "集体教学",
    "奥数",
    "赶进度",
    "语文课",
    "数学课",
    "英语课",
    "培训班",
];
const NEW_HOMEWORK: &[&str] =
    &["布置作业", "新作业", "额外作业", "增加作业", "加作业", "练习卷", "作业打卡", "课外练习", "家庭作业单"];
const BURDEN: &[&str] = &[
    "考试",
    "测验",
    "小测",
    "排名",
    "培优",
    "补差",
    "强化训练",
    "冲刺",
    "备考",
    "刷题",
    "题海",
    "奥赛",
    "学科竞赛",
    "竞赛辅导",
    "竞赛培训",
    "模拟卷",
];
const EARLY_SCHOOLING: &[&str] = &[
    "拼音",
    "识字",
    "认字",
    "写字",
    "汉字",
    "算术",
    "口算",
    "心算",
    "数学",
    "语文",
    "英语",
    "外语",
    "奥数",
    "小学化",
    "学前班",
    "衔接班",
];
const INTEREST_CLASS: &[&str] = &["兴趣班", "特长班", "培训班", "考级", "收徒"];

/// Denials that hold to the end of their clause.
const STRONG_DENIALS: &[&str] =
    &["不得", "禁止", "严禁", "杜绝", "绝不", "决不", "不准", "不许", "不允许", "谢绝", "拒绝"];
/// Denials that hold for what closely follows.
const DENIALS: &[&str] = &[
    "不需要",
    "不要求",
    "不要",
    "不需",
    "无需",
    "无须",
    "不用",
    "不必",
    "毋须",
    "不会",
    "不再",
    "不收取",
    "不",
    "免",
    "无",
    "没有",
    "未",
];
/// How many characters a plain denial reaches over, in each item of a list.
const DENIAL_REACH: usize = 6;
/// Words that end a plain denial's reach: «不参加的交费» asks those who do not come.
const DENIAL_STOPS: &[char] = &['的', '者', '请', '须', '应', '要', '但', '仅', '只'];
/// What says right after a money word that it is nothing.
const WAIVED: &[&str] = &["全免", "免", "为0元", "为零", "0元", "由财政", "由政府", "由学校", "全由"];

/// Says in a sentence how a text to families breaks the policy: it asks for money (R6) or promises new lessons (R10).
///
/// A clause about complaints may name both: «讲新课、乱收费，请投诉».
pub fn breaks_policy(text: &str) -> Option<String> {
    if let Some(offence) = asks_for_money(text) {
        return Some(format!("`{}` asks families for money (R6)", offence.word));
    }
    let lessons = clauses(text)
        .into_iter()
        .find_map(|clause| teaches_new_lessons(&clause).filter(|_| !is_report(&clause)));
    lessons.map(|offence| format!("`{}` promises new lessons (R10)", offence.word))
}

/// Finds what asks families for money (R6), such as `材料费50元`; `None` for «全程免费» and «不收取任何费用».
pub fn asks_for_money(text: &str) -> Option<Offence> {
    with_amounts_joined(clauses(text)).into_iter().find_map(|clause| {
        let word = money_word(&clause).or_else(|| amount(&clause)).or_else(|| bare_amount(&clause))?;
        Some(Offence { word, clause })
    })
}

/// Finds a promise to teach new lessons (R10).
pub fn teaches_new_lessons(text: &str) -> Option<Offence> {
    promises(text, NEW_LESSONS)
}

/// Finds a promise of new homework (R10).
pub fn gives_homework(text: &str) -> Option<Offence> {
    promises(text, NEW_HOMEWORK)
}

/// Finds tests, rankings and drill (R10).
pub fn adds_burden(text: &str) -> Option<Offence> {
    promises(text, BURDEN)
}

/// Finds early schooling in a kindergarten (R12): pinyin, characters, sums.
pub fn schools_early(text: &str) -> Option<Offence> {
    promises(text, EARLY_SCHOOLING)
}

/// Finds an interest class in a kindergarten (R12).
pub fn is_interest_class(text: &str) -> Option<Offence> {
    promises(text, INTEREST_CLASS)
}

fn promises(text: &str, words: &[&str]) -> Option<Offence> {
    clauses(text).into_iter().find_map(|clause| {
        let word = words.iter().find(|word| asserted(&clause, word))?;
        Some(Offence { word: (*word).to_owned(), clause: clause.clone() })
    })
}

fn money_word(clause: &str) -> Option<String> {
    let is_waived = |word: &str| {
        clause.match_indices(word).all(|(at, _)| {
            let after = clause.get(at + word.len()..).unwrap_or("");
            WAIVED.iter().any(|waived| after.starts_with(waived))
        })
    };
    let word = MONEY.iter().find(|word| asserted(clause, word) && !is_waived(word))?;
    (!is_report(clause) && !is_paid_publicly(clause)).then(|| (*word).to_owned())
}

/// An amount with a verb of paying, such as 交50元.
fn amount(clause: &str) -> Option<String> {
    let is_digit = |character: char| {
        character.is_ascii_digit() || "零一二两三四五六七八九十百千半.几".contains(character)
    };
    if !UNITS.iter().any(|unit| clause.contains(unit)) {
        return None;
    }
    let is_paying = PAYING.iter().any(|verb| asserted(clause, verb));
    if !is_paying || is_paid_publicly(clause) || is_report(clause) {
        return None;
    }
    UNITS.iter().flat_map(|unit| clause.match_indices(unit)).find_map(|(at, unit)| {
        let (before, after) = (clause.get(..at)?, clause.get(at + unit.len()..)?);
        let number: String = if unit == "¥" {
            after.chars().take_while(|character| is_digit(*character)).collect()
        } else {
            let reversed: Vec<char> =
                before.chars().rev().take_while(|character| is_digit(*character)).collect();
            reversed.into_iter().rev().collect()
        };
        let is_something = number.chars().any(|character| !matches!(character, '0' | '零' | '.'));
        let word = if unit == "¥" { format!("{unit}{number}") } else { format!("{number}{unit}") };
        is_something.then_some(word)
    })
}

/// An amount without a unit right after a verb of paying, at the end of a clause, such as 请交50.
fn bare_amount(clause: &str) -> Option<String> {
    let without_digits = clause.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = clause.get(without_digits.len()..).filter(|digits| !digits.trim_matches('0').is_empty())?;
    let verb = ["交", "缴", "付"].into_iter().find(|verb| without_digits.ends_with(verb))?;
    let before = without_digits.strip_suffix(verb)?;
    // 提交 hands in, 转交 hands over.
    let is_other_word = before.ends_with(['提', '转', '移', '上']);
    (!is_other_word && !is_denied(before)).then(|| format!("{verb}{digits}"))
}

/// Joins a clause that only names an amount, such as 约30元, to the one before it.
fn with_amounts_joined(clauses: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for clause in clauses {
        let is_amount =
            clause.starts_with(['约', '共', '¥']) || clause.starts_with(|first: char| first.is_ascii_digit());
        match joined.last_mut() {
            Some(last) if is_amount && clause.contains(['元', '¥']) => last.push_str(&clause),
            _ => joined.push(clause),
        }
    }
    joined
}

/// 如有乱收费请举报: talk about others' wrongs.
fn is_report(clause: &str) -> bool {
    REPORTING.iter().any(|word| clause.contains(word))
}

fn is_paid_publicly(clause: &str) -> bool {
    let names_families = FAMILIES_PAY.iter().any(|word| clause.contains(word));
    !names_families && PUBLIC_PAYERS.iter().any(|payer| clause.contains(payer))
}

/// Whether `word` stands in the clause at least once without a denial before it.
fn asserted(clause: &str, word: &str) -> bool {
    clause.contains(word)
        && clause.match_indices(word).any(|(at, _)| !is_denied(clause.get(..at).unwrap_or("")))
}

/// Whether what stands before a word denies it.
fn is_denied(before: &str) -> bool {
    if STRONG_DENIALS.iter().any(|denial| before.contains(denial)) {
        return true;
    }
    DENIALS.iter().any(|denial| {
        before.match_indices(denial).any(|(at, _)| {
            let gap = before.get(at + denial.len()..).unwrap_or("");
            gap.split('、').all(|item| item.chars().count() <= DENIAL_REACH) && !gap.contains(DENIAL_STOPS)
        })
    })
}

/// The clauses of a text in half width and lower case, without blanks; commas end one, 、 does not.
fn clauses(text: &str) -> Vec<String> {
    let plain: String = text.nfkc().collect::<String>().to_lowercase();
    let ends = |character: char| matches!(character, '。' | ';' | '!' | '?' | ',' | '\n' | ':' | '(' | ')');
    let squeeze =
        |clause: &str| clause.chars().filter(|character| !character.is_whitespace()).collect::<String>();
    plain.split(ends).map(squeeze).filter(|clause| !clause.is_empty()).collect()
}
