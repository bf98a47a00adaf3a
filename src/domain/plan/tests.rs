//! Plans as they are read, with every problem at its line, and as they are held against the policy.

use std::fmt::Write as _;

use super::check::{Finding, Rule, Weight, check, usable};
use super::wording::{
    adds_burden, asks_for_money, breaks_policy, gives_homework, is_interest_class, schools_early,
    teaches_new_lessons,
};
use super::*;

const PRIMARY: &str = include_str!("../../../config/example-school/plan.toml");
const KINDERGARTEN: &str = include_str!("../../../tests/suite/fixtures/plans/kindergarten.toml");

fn parse(text: &str) -> Plan {
    Plan::parse("plan.toml", text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The plan with one text replaced, which must stand there exactly once.
fn changed(text: &str, from: &str, to: &str) -> Plan {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    parse(&text.replace(from, to))
}

/// The plan without the activity of that name.
fn without(text: &str, name: &str) -> Plan {
    let mut plan = parse(text);
    plan.activities.retain(|activity| activity.name != name);
    plan
}

#[test]
fn the_example_plans_keep_every_rule() {
    for (name, text) in [("primary", PRIMARY), ("kindergarten", KINDERGARTEN)] {
        assert_eq!(check(&parse(text)), Vec::<Finding>::new(), "{name}");
        assert!(usable(&parse(text)).is_ok());
    }
}

#[test]
fn the_example_plan_reads_as_families_see_it() {
    let plan = parse(PRIMARY);
    assert_eq!(plan.service_hours(), "15:40-18:00");
    assert!(
        plan.activity_list().starts_with("1自主作业、2足球、3跳绳与户外游戏"),
        "{}",
        plan.activity_list()
    );
    assert_eq!(plan.weekday_list(), "周一至周五");
    assert_eq!(changed(PRIMARY, "\"周二\", ", "").weekday_list(), "周一、周三、周四、周五");
    assert_eq!(plan.pickup_list(), "16:20、17:10、17:40、18:00");
    assert_eq!(plan.classes.len(), 36);
    assert_eq!(plan.classes[35].to_string(), "六年级6班");
    assert_eq!(plan.activity(4).map(|activity| activity.category.name()), Some("艺术"));
    let calendar = plan.calendar(Year::shipped().unwrap());
    assert!(calendar.is_school_day("2026-11-24".parse().unwrap()));
}

#[test]
fn there_is_a_service_on_the_plans_weekdays_and_on_made_up_days() {
    let plan = changed(PRIMARY, ", \"周五\"]", "]");
    let calendar = plan.calendar(Year::shipped().unwrap());
    for (date, want) in [
        ("2026-11-26", true),
        ("2026-11-27", false), // a Friday
        ("2026-11-28", false),
        ("2026-10-10", true), // a Saturday made up
        ("2026-10-01", false),
    ] {
        assert_eq!(plan.has_service(&calendar, date.parse().unwrap()), want, "on {date}");
    }
}

/// One plan for each rule, broken in that rule.
fn broken_plans() -> Vec<(&'static str, Rule, Weight, Plan)> {
    use Rule::{R1, R2, R6, R7, R8, R9, R10, R11, R12};
    let primary = |from: &str, to: &str| changed(PRIMARY, from, to);
    let kinder = |from: &str, to: &str| changed(KINDERGARTEN, from, to);
    vec![
        (
            "没有申请流程",
            R1,
            Weight::Breach,
            kinder("how_to_apply = \"家长回复登记消息即可，随时可以修改或退出\"\n", ""),
        ),
        (
            "没有保障措施",
            R1,
            Weight::Breach,
            kinder(
                "safeguards = [\"离园时由班级教师逐一交到接送人手里\", \"随时有温水，天冷备好外套\"]\n",
                "",
            ),
        ),
        ("没有激励办法", R1, Weight::Breach, kinder("incentives = \"课后服务工作量计入绩效考核\"\n", "")),
        ("活动没有老师", R1, Weight::Breach, primary("staff = [\"徐海峰\"]\n", "")),
        ("校长不在第一位", R2, Weight::Breach, primary("post = \"校长\"", "post = \"副校长\"")),
        ("写了收费标准", R6, Weight::Breach, primary("fee = \"免费\"", "fee = \"每学期200元\"")),
        ("活动收材料费", R6, Weight::Breach, primary("纸笔由学校准备", "家长另交材料费50元")),
        (
            "与下班时间同时结束",
            R7,
            Weight::Breach,
            primary("local_office_ends = \"17:30\"", "local_office_ends = \"18:00\""),
        ),
        ("放学后没人看护", R7, Weight::Breach, primary("dismissal = \"15:30\"", "dismissal = \"15:00\"")),
        ("三课时", R7, Weight::Breach, primary("until = \"17:10\"", "until = \"18:00\"")),
        ("周五没有", R7, Weight::Advice, primary(", \"周五\"]", "]")),
        (
            "不错峰",
            R8,
            Weight::Breach,
            primary("times = [\"16:20\", \"17:10\", \"17:40\", \"18:00\"]", "times = [\"18:00\"]"),
        ),
        ("接送时间在窗口外", R8, Weight::Breach, primary("\"17:40\", \"18:00\"]", "\"17:40\", \"19:00\"]")),
        ("延时托管没有人", R9, Weight::Breach, primary("duty_teacher = \"李晓岚\"\n", "")),
        ("讲新课", R10, Weight::Breach, primary("绘本与整本书阅读", "语文新课预习")),
        ("布置作业", R10, Weight::Breach, primary("老师答疑，不讲新课，不布置新作业", "老师布置作业并批改")),
        ("考试", R10, Weight::Breach, primary("种菜、记录、收获", "每周小测，张榜排名")),
        ("没有自主作业", R10, Weight::Breach, without(PRIMARY, "自主作业")),
        ("没有户外", R10, Weight::Breach, parse(&PRIMARY.replace("outdoors = true", "outdoors = false"))),
        ("缺一类活动", R11, Weight::Advice, without(PRIMARY, "小小调查员")),
        (
            "幼儿园教拼音",
            R12,
            Weight::Breach,
            kinder("听故事、翻绘本，不教拼音，不要求识字", "听故事，学拼音"),
        ),
        ("幼儿园兴趣班", R12, Weight::Breach, kinder("name = \"民间游戏\"", "name = \"舞蹈兴趣班\"")),
        ("幼儿园开艺术课", R12, Weight::Breach, kinder("category = \"区域活动\"", "category = \"艺术\"")),
        ("幼儿园没有阅读", R12, Weight::Breach, without(KINDERGARTEN, "绘本阅读")),
        ("幼儿园没有户外", R12, Weight::Advice, kinder("outdoors = true\n", "")),
    ]
}

#[test]
fn each_rule_finds_its_breach_and_says_it_in_words() {
    let mut told = String::new();
    for (what, rule, weight, plan) in broken_plans() {
        let findings = check(&plan);
        assert!(
            findings.iter().any(|finding| (finding.rule, finding.weight) == (rule, weight)),
            "{what}: {findings:?}"
        );
        assert_eq!(usable(&plan).is_err(), weight == Weight::Breach, "{what}");
        writeln!(told, "{what}").unwrap();
        for finding in findings {
            writeln!(told, "    {finding}").unwrap();
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_plan_without_clubs_lacks_individual_development() {
    let mut plan = parse(PRIMARY);
    plan.activities.retain(|activity| matches!(activity.category, Category::Homework | Category::Sport));
    let told: Vec<String> = check(&plan).iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|line| line.contains("三有之三")), "{told:?}");
}

#[test]
fn a_plan_written_wrong_is_told_line_by_line() {
    let text = PRIMARY
        .replace("kind = \"小学\"", "kind = \"大学\"")
        .replace("first_day = 2026-09-01", "first_day = 2027-09-01")
        .replace("\"二年级\" = 6", "\"第二级\" = 6")
        .replace("dismissal = \"15:30\"", "dismissal = \"三点半\"")
        .replace("until = \"16:20\"", "until = \"16:50\"")
        .replace("category = \"综合探究\"", "category = \"探究\"")
        .replace("number = 5\n", "number = 4\n")
        .replace("students_per_minute = 30", "students_per_minute = 300")
        .replace("place = \"一楼阅览室\"\n", "")
        .replace("duty = \"课程安排与教师调配\"", "duty = \"课程安排与教师调配\"\nfee = 10");
    let problems = Plan::parse("plan.toml", &text).unwrap_err();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_request_for_money_is_seen_and_a_denial_is_not() {
    for text in [
        "课后服务每学期收费200元",
        "请各位家长于周五前交 50 元材料费",
        "请扫码缴费",
        "全程免费，但材料费自理",
        "不参加的不用交费，参加的每人交三十元",
        "不参加的交费",
        "请转账至班主任微信",
        "每生每月80元",
        "每人￥５０",
        "点心费十块钱，请放在信封里",
        "无论是否参加都要缴纳服务费",
        "财政补助不够，家长另交100元",
        "缴 费 时 间 ：周一",
        "自愿赞助班级空调",
        "请家长自备材料，约30元",
        "家委会统一收取班级活动经费每人20元",
        "微信扫一扫下方二维码付50",
        "请自行购买美术材料包",
    ] {
        assert!(asks_for_money(text).is_some(), "{text}");
    }
    for text in [
        "全程免费、自愿参加",
        "不收费",
        "不收取任何费用",
        "课后服务不得向学生及家长收取任何费用",
        "无需缴费，直接回复即可",
        "您不用交任何费用",
        "经费按照每生每年80元的标准由财政拨付",
        "费用全免",
        "费用由财政保障",
        "如遇收费，请向责任督学投诉举报",
        "如发现乱收费请举报",
        "教师不收红包",
        "0元参加",
        "本校课后服务一律不收取服务费、材料费、餐费",
        "课后服务免收任何费用",
        "材料由学校统一购买",
        "请准备水杯和一元硬币玩游戏",
        "请在周五前提交3",
        "免费用餐，不另收钱",
        "提高生活自理能力",
        "接送时间17:30，请准时",
        "放学时间 16:20，足球在操场，回复 1 参加",
        "",
    ] {
        assert_eq!(asks_for_money(text), None, "{text}");
    }
}

#[test]
fn words_of_teaching_are_seen_and_denials_are_not() {
    type Find = fn(&str) -> Option<wording::Offence>;
    let table: [(Find, &[&str], &[&str]); 5] = [
        (
            teaches_new_lessons,
            &["讲新课", "数学集体教学", "周三补课"],
            &["不教授新课", "严禁集体教学、统一辅导", "老师不讲新课"],
        ),
        (gives_homework, &["布置作业", "每天一张练习卷"], &["不布置新作业", "不得布置作业"]),
        (adds_burden, &["期末考试冲刺", "每周测验"], &["不考试", "没有排名", "足球比赛"]),
        (
            schools_early,
            &["学拼音", "快乐识字", "英语启蒙"],
            &["不教拼音", "不提前学习拼音、识字", "严禁教识字"],
        ),
        (is_interest_class, &["钢琴兴趣班", "围棋考级"], &["不开兴趣班", "禁止开设特长班"]),
    ];
    for (find, yes, no) in table {
        for text in yes {
            assert!(find(text).is_some(), "{text}");
        }
        for text in no {
            assert_eq!(find(text), None, "{text}");
        }
    }
}

/// The example plan with these lines at its end.
fn with(lines: &str) -> Result<Plan, Vec<crate::problem::Problem>> {
    Plan::parse("plan.toml", &format!("{PRIMARY}\n{lines}\n"))
}

#[test]
fn without_rooms_each_class_has_its_own() {
    let rooms = parse(PRIMARY).rooms();
    assert_eq!(rooms.len(), 36);
    assert_eq!((rooms[0].name.as_str(), &rooms[0].teacher), ("一年级1班", &None));
}

#[test]
fn a_room_of_the_plan_says_who_leads_and_who_helps() {
    let lines = "[[room]]\nname = \"图书馆\"\nclasses = [\"一年级1班\", \"一年级2班\"]\n\
                 teacher = \"李晓岚\"\nhelpers = [\"孙桂英\"]";
    let rooms = with(lines).unwrap().rooms();
    assert_eq!(rooms.len(), 35);
    let want = Room {
        name: "图书馆".into(),
        classes: parse(PRIMARY).classes[..2].to_vec(),
        teacher: Some("李晓岚".into()),
        helpers: vec!["孙桂英".into()],
    };
    assert_eq!(rooms[0], want);
    assert_eq!(rooms[1].name, "一年级3班");
}

#[test]
fn a_room_that_leaves_something_open_is_told() {
    let room = |name: &str, rest: &str| format!("[[room]]\nname = \"{name}\"\n{rest}\n");
    for (lines, want) in [
        (room("图书馆", "classes = [\"一年级9班\"]"), "[classes] 里没有「一年级9班」"),
        (room("图书馆", "classes = []"), "没有写哪些班在这间教室"),
        (room("图书馆", "classes = [\"一年级1班\", \"一年级2班\"]"), "要写明由谁负责"),
        (
            room("甲", "classes = [\"一年级1班\"]\nteacher = \"李晓岚\"\nhelpers = [\"李晓岚\"]"),
            "「甲」的负责老师又写成了志愿者",
        ),
        (room("一年级2班", "classes = [\"一年级1班\"]"), "两间教室都叫「一年级2班」"),
        (
            room("甲", "classes = [\"一年级1班\"]") + &room("乙", "classes = [\"一年级1班\"]"),
            "一年级1班写进了两间教室",
        ),
    ] {
        let told: Vec<String> = with(&lines).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(told.join("\n").contains(want), "{want}: {told:?}");
    }
}

#[test]
fn a_text_to_families_asks_for_nothing_and_promises_no_lessons() {
    for (text, want) in [
        ("全程免费，自愿参加。", None),
        ("请缴纳材料费50元。", Some("`缴纳` asks families for money (R6)")),
        ("课后看护会讲授新课。", Some("`新课` promises new lessons (R10)")),
        ("老师不讲新课，只看护作业。", None),
        ("发现收费、讲新课的，请告诉我们。", None),
    ] {
        assert_eq!(breaks_policy(text).as_deref(), want, "{text}");
    }
}
