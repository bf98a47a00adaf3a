//! Holding a plan against the policy: R1, R2 and R6-R12, each finding a sentence that a head can act on.
//!
//! Knows nothing of files: what is written wrong was found by `parse`. Primary and junior schools answer for 三不三有
//! (R10, R11), kindergartens for R12. Start at [`check`].

use std::fmt;

use chrono::{Duration, NaiveTime, Weekday};

use super::{Plan, SchoolKind, weekday_name, wording};

mod content;

/// A rule of the policy, by its id in `REQUIREMENTS.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// One school, one plan.
    R1,
    /// The head is the first responsible person.
    R2,
    /// Free for parents.
    R6,
    /// From school end until the parent comes.
    R7,
    /// Staggered leaving.
    R8,
    /// Extended care.
    R9,
    /// 三不 and 三有.
    R10,
    /// Content for the whole child.
    R11,
    /// Kindergartens.
    R12,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The plan cannot be used (违规).
    Breach,
    /// The plan can be used and would be better otherwise (建议).
    Advice,
}

/// One thing in which a plan differs from the policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How much it weighs.
    pub weight: Weight,
    /// The activity or the part of the plan at fault.
    pub subject: String,
    /// What is wrong and what to do, in Chinese.
    pub sentence: String,
}

/// The minutes by which the service outlasts the offices around the school (R7).
const AFTER_OFFICE_MINUTES: i64 = 30;
/// The longest time between the last lesson and the first time slot (R7): children are not left to wait.
const GAP_MINUTES_MAX: i64 = 20;

/// Everything in which `plan` differs from the policy, in the order of the rules.
pub fn check(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::default();
    completeness(plan, &mut findings);
    money(plan, &mut findings);
    hours(plan, &mut findings);
    leaving(plan, &mut findings);
    match plan.kind {
        SchoolKind::Primary | SchoolKind::Junior => content::school(plan, &mut findings),
        SchoolKind::Kindergarten => content::kindergarten(plan, &mut findings),
    }
    findings.0.sort();
    findings.0
}

/// Whether the plan can be used for a campaign.
///
/// # Errors
/// The breaches that forbid it.
pub fn usable(plan: &Plan) -> Result<(), Vec<Finding>> {
    let breaches: Vec<Finding> =
        check(plan).into_iter().filter(|finding| finding.weight == Weight::Breach).collect();
    if breaches.is_empty() { Ok(()) } else { Err(breaches) }
}

/// Findings while they are gathered.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn breach(&mut self, rule: Rule, subject: impl Into<String>, sentence: impl Into<String>) {
        self.add(rule, Weight::Breach, subject.into(), sentence.into());
    }

    fn advice(&mut self, rule: Rule, subject: impl Into<String>, sentence: impl Into<String>) {
        self.add(rule, Weight::Advice, subject.into(), sentence.into());
    }

    fn add(&mut self, rule: Rule, weight: Weight, subject: String, sentence: String) {
        self.0.push(Finding { rule, weight, subject, sentence });
    }
}

/// R1 and R2: what a plan must say at all.
fn completeness(plan: &Plan, findings: &mut Findings) {
    if plan.how_to_apply.is_empty() {
        findings.breach(Rule::R1, "申请流程", "方案没有写家长怎样申请，请写明 how_to_apply");
    }
    if plan.safeguards.is_empty() {
        findings.breach(Rule::R1, "保障措施", "方案没有写安全与生活保障，请在 safeguards 里逐条写明");
    }
    if plan.incentives.is_empty() {
        findings.breach(Rule::R1, "教职工激励办法", "方案没有写教职工激励办法，请写明 incentives");
    }
    if plan.activities.is_empty() {
        findings.breach(Rule::R1, "服务内容", "方案没有任何活动，请至少写一个 [[activity]]");
    }
    for activity in plan.activities.iter().filter(|activity| activity.staff.is_empty()) {
        let sentence = format!("活动「{}」没有写由谁负责，请写明 staff", activity.name);
        findings.breach(Rule::R1, activity.name.clone(), sentence);
    }
    let head = plan.kind.head();
    if plan.responsible.first().is_none_or(|first| !first.post.contains(head) || first.post.contains('副')) {
        let sentence = format!("{head}是第一责任人，请把{head}写在责任人的第一位");
        findings.breach(Rule::R2, "责任人", sentence);
    }
}

/// R6: free, in every sentence of the plan.
fn money(plan: &Plan, findings: &mut Findings) {
    if !matches!(plan.fee.as_str(), "免费" | "全程免费" | "free") {
        findings.breach(Rule::R6, "收费", "课后服务不得向家长收取费用，fee 只能写「免费」");
    }
    let activities = plan.activities.iter().flat_map(|activity| {
        let subject = format!("活动「{}」", activity.name);
        [(subject.clone(), activity.name.as_str()), (subject, activity.note.as_str())]
    });
    let safeguards = plan.safeguards.iter().map(|text| ("保障措施".to_owned(), text.as_str()));
    let duties = plan.responsible.iter().map(|one| ("责任人".to_owned(), one.duty.as_str()));
    let others = [("申请流程".to_owned(), plan.how_to_apply.as_str())];
    for (subject, text) in activities.chain(safeguards).chain(duties).chain(others) {
        if let Some(offence) = wording::asks_for_money(text) {
            let sentence = format!(
                "{subject}里的「{}」涉及向家长收钱（「{}」），课后服务全程免费，请删去",
                offence.clause, offence.word
            );
            findings.breach(Rule::R6, subject, sentence);
        }
    }
}

/// R7: the hours of the service.
fn hours(plan: &Plan, findings: &mut Findings) {
    let office = plan.hours.local_office_ends;
    if minutes(office, plan.until) < AFTER_OFFICE_MINUTES {
        let earliest = office.overflowing_add_signed(Duration::minutes(AFTER_OFFICE_MINUTES)).0;
        let sentence = format!(
            "服务 {} 结束，当地 {} 下班；结束时间应当晚于下班时间半小时以上，请改到 {} 或更晚",
            clock(plan.until),
            clock(office),
            clock(earliest)
        );
        findings.breach(Rule::R7, "结束时间", sentence);
    }
    let gap = plan.gap_after_dismissal().num_minutes();
    if gap < 0 {
        findings.breach(Rule::R7, "开始时间", "课后服务在放学之前就开始，占用了正常上课时间");
    } else if gap > GAP_MINUTES_MAX {
        let sentence =
            format!("放学到第一个时段之间有 {gap} 分钟无人看护，请缩短到 {GAP_MINUTES_MAX} 分钟以内");
        findings.breach(Rule::R7, "开始时间", sentence);
    }
    service_length(plan, findings);
    if let Some(last) = plan.time_slots.last().filter(|last| last.until > plan.until) {
        let sentence = format!(
            "时段「{}」{} 才结束，晚于服务结束时间 {}",
            last.name,
            clock(last.until),
            clock(plan.until)
        );
        findings.breach(Rule::R7, last.name.clone(), sentence);
    }
    let workdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let missing = workdays.into_iter().filter(|day| !plan.weekdays.contains(day)).map(weekday_name);
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        let sentence = format!("{}没有课后服务；每个上课日放学后都应当提供", missing.join("、"));
        findings.advice(Rule::R7, "服务日", sentence);
    }
}

/// R7: about one to two class periods; "about" is read as a quarter of a period either way.
fn service_length(plan: &Plan, findings: &mut Findings) {
    let period = i64::from(plan.hours.class_period_minutes);
    let (least, most) = (period - period / 4, 2 * period + period / 4);
    let total = plan.service_minutes();
    if plan.time_slots.is_empty() {
        findings.breach(Rule::R7, "服务时段", "方案没有写集中服务的时段，请写 1～2 个 [[time_slot]]");
    } else if total < least || total > most {
        let sentence = format!(
            "集中服务共 {total} 分钟；应当是 1～2 课时（每课时 {period} 分钟，即 {period}～{} 分钟）",
            2 * period
        );
        findings.breach(Rule::R7, "服务时段", sentence);
    }
}

/// R8 and R9: staggered leaving and extended care.
fn leaving(plan: &Plan, findings: &mut Findings) {
    let pickup = &plan.pickup;
    if pickup.times.len() < 2 {
        findings.breach(Rule::R8, "接送时间", "只有一个接送时间，不能错峰离校，请至少写两个 times");
    }
    for time in pickup.times.iter().filter(|time| **time < pickup.earliest || **time > pickup.latest) {
        let window = format!("{}-{}", clock(pickup.earliest), clock(pickup.latest));
        let sentence = format!("接送时间 {} 不在 {window} 之内", clock(*time));
        findings.breach(Rule::R8, "接送时间", sentence);
    }
    if pickup.gates.is_empty() {
        findings.breach(Rule::R8, "校门", "没有写放学的校门，请写 [[pickup.gate]] 和每分钟可通过的学生数");
    }
    if pickup.earliest < plan.hours.dismissal {
        findings.breach(Rule::R8, "接送时间", "最早接走时间早于放学时间");
    }
    if pickup.latest < plan.until {
        let sentence = format!(
            "最晚接走时间 {} 早于服务结束时间 {}，不能与家长下班衔接",
            clock(pickup.latest),
            clock(plan.until)
        );
        findings.breach(Rule::R8, "接送时间", sentence);
    }
    match &plan.extended_care {
        None => {
            let sentence = "没有为有特殊需要的学生安排延时托管，请写 [extended_care]";
            findings.breach(Rule::R9, "延时托管", sentence);
        }
        Some(care) => {
            if care.duty_teacher.is_empty() {
                findings.breach(Rule::R9, "延时托管", "延时托管没有写值班教师，请写明 duty_teacher");
            }
            if care.until < pickup.latest {
                let sentence =
                    format!("延时托管 {} 结束，早于最晚接走时间 {}", clock(care.until), clock(pickup.latest));
                findings.breach(Rule::R9, "延时托管", sentence);
            }
        }
    }
}

fn minutes(from: NaiveTime, until: NaiveTime) -> i64 {
    (until - from).num_minutes()
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Breach => "违规",
            Weight::Advice => "建议",
        };
        write!(f, "{weight} {}：{}", self.rule, self.sentence)
    }
}
