//! What children do: 三不三有 (R10) and the breadth of activities (R11) in schools, play (R12) in kindergartens.
//!
//! Reads activities by their category and their words. Start at [`school`] and [`kindergarten`].

use super::{Findings, Rule};
use crate::domain::plan::{Activity, Category, Plan, wording};

/// Finds words that break a rule in a text.
type Find = fn(&str) -> Option<wording::Offence>;

/// What a school should offer beside homework and reading.
const BREADTH: [Category; 6] = [
    Category::Moral,
    Category::Sport,
    Category::Art,
    Category::Practice,
    Category::Technology,
    Category::Inquiry,
];

/// R10 and R11.
pub(super) fn school(plan: &Plan, findings: &mut Findings) {
    for activity in &plan.activities {
        three_donts(activity, findings);
        if activity.category == Category::AreaPlay {
            let sentence = format!("活动「{}」是幼儿园的区域活动，中小学请改写类别", activity.name);
            findings.breach(Rule::R11, activity.name.clone(), sentence);
        }
    }
    three_haves(plan, findings);
    let missing =
        BREADTH.into_iter().filter(|category| !has(plan, |activity| activity.category == *category));
    let missing: Vec<&str> = missing.map(Category::name).collect();
    if !missing.is_empty() {
        let sentence =
            format!("还没有{}类活动；德育、体育、艺术、实践、科技创新、综合探究都要注重", missing.join("、"));
        findings.advice(Rule::R11, "服务内容", sentence);
    }
}

fn three_donts(activity: &Activity, findings: &mut Findings) {
    let rules: [(Find, &str); 3] = [
        (wording::teaches_new_lessons, "三不之一「不教授新课」"),
        (wording::gives_homework, "三不之二「不布置新作业」"),
        (wording::adds_burden, "三不之三「不加重学生负担」"),
    ];
    for (find, rule) in rules {
        if let Some(offence) = find(&activity.name).or_else(|| find(&activity.note)) {
            let sentence =
                format!("活动「{}」里的「{}」违反{rule}，请改为学生自主的活动", activity.name, offence.word);
            findings.breach(Rule::R10, activity.name.clone(), sentence);
        }
    }
}

fn three_haves(plan: &Plan, findings: &mut Findings) {
    if !has(plan, |activity| activity.category == Category::Homework) {
        findings.breach(Rule::R10, "三有", "缺三有之一「自主作业时间」，请安排一个自主作业活动");
    }
    let is_outdoor_play = |activity: &Activity| {
        activity.is_outdoors && matches!(activity.category, Category::Sport | Category::Games)
    };
    if !has(plan, is_outdoor_play) {
        findings.breach(
            Rule::R10,
            "三有",
            "缺三有之二「户外体育和游戏」，请安排一个户外（outdoors = true）的体育或游戏活动",
        );
    }
    let is_individual = |activity: &Activity| {
        matches!(
            activity.category,
            Category::Art | Category::Practice | Category::Technology | Category::Inquiry
        )
    };
    if !has(plan, is_individual) {
        findings.breach(
            Rule::R10,
            "三有",
            "缺三有之三「因材施教个性化发展」，请安排艺术、实践、科技创新或综合探究类社团",
        );
    }
}

/// R12.
pub(super) fn kindergarten(plan: &Plan, findings: &mut Findings) {
    for activity in &plan.activities {
        play_only(activity, findings);
    }
    for category in [Category::Reading, Category::Games, Category::AreaPlay] {
        if !has(plan, |activity| activity.category == category) {
            let sentence = format!("没有安排{}；要让幼儿有事可做，不枯燥等待", play_name(category));
            findings.breach(Rule::R12, category.name(), sentence);
        }
    }
    if !has(plan, |activity| activity.is_outdoors) {
        findings.advice(Rule::R12, "户外活动", "天气允许时可适当安排户外活动（outdoors = true）");
    }
}

/// The category as a phrase; 区域活动 is one already.
fn play_name(category: Category) -> String {
    let name = category.name();
    if name.ends_with("活动") { name.to_owned() } else { format!("{name}活动") }
}

fn play_only(activity: &Activity, findings: &mut Findings) {
    let is_play = match activity.category {
        Category::Reading | Category::Games | Category::AreaPlay => true,
        // Running and jumping outdoors is play at that age.
        Category::Sport => activity.is_outdoors,
        Category::Moral
        | Category::Art
        | Category::Practice
        | Category::Technology
        | Category::Inquiry
        | Category::Homework => false,
    };
    let either =
        |find: fn(&str) -> Option<wording::Offence>| find(&activity.name).or_else(|| find(&activity.note));
    if let Some(offence) = either(wording::schools_early) {
        let sentence = format!(
            "活动「{}」里的「{}」是提前学习小学内容，严禁以课后服务名义开展",
            activity.name, offence.word
        );
        findings.breach(Rule::R12, activity.name.clone(), sentence);
    }
    if let Some(offence) = either(wording::is_interest_class) {
        let sentence =
            format!("活动「{}」写着「{}」，严禁以课后服务名义开设兴趣班", activity.name, offence.word);
        findings.breach(Rule::R12, activity.name.clone(), sentence);
    } else if !is_play {
        let sentence = format!(
            "活动「{}」的类别是「{}」；幼儿园课后服务只安排阅读、游戏、区域活动和户外活动，不开兴趣班",
            activity.name,
            activity.category.name()
        );
        findings.breach(Rule::R12, activity.name.clone(), sentence);
    }
}

fn has(plan: &Plan, test: impl Fn(&Activity) -> bool) -> bool {
    plan.activities.iter().any(test)
}
