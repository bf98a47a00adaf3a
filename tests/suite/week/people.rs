//! The people of a week: who does what at which hour, by chance.
//!
//! Families, teachers, the office and supervisors each have habits; what they say goes through [`Town`]. Start at [`week`].

use chrono::{Duration, NaiveDate};
use kehou::domain::custody::RoomDay;
use kehou::rehearsal::script::{Office, Said};

use super::answers::answer;
use super::town::{Chance, Lawful, Town, days};

/// The longest conversation.
const TURNS_MAX: usize = 8;

const FAMILIES: [&str; 6] = ["妈妈", "爸爸", "奶奶", "叔叔", "林老师", "外公"];
/// Who leads a room: the homeroom teachers, and an admin where there is none.
const LEADERS: [&str; 3] = ["老师", "林老师", "管理员"];
const EVERYBODY: [&str; 12] = [
    "妈妈",
    "爸爸",
    "奶奶",
    "叔叔",
    "外公",
    "林老师",
    "老师",
    "值班老师",
    "管理员",
    "督学",
    "区里",
    "志愿者",
];

/// With what families begin.
const FAMILY_WORDS: [&str; 36] = [
    "健康提醒",
    "健康提醒",
    "修改",
    "修改",
    "修改",
    "请假",
    "明天请假",
    "今天请假",
    "小苗明天请假",
    "小禾今天到周四请假",
    "取消请假",
    "退出服务",
    "以后不参加了，退出服务",
    "代接人",
    "代接人",
    "代接人",
    "今天舅舅张伟去接",
    "明天舅舅张伟 13800001111 来接",
    "今天爷爷去接",
    "明天刘强来接",
    "小树今天爷爷来接",
    "我要投诉",
    "投诉",
    "人工",
    "人工",
    "菜单",
    "1",
    "2",
    "4",
    "我的",
    "查询",
    "重新填写",
    "收到",
    "谢谢老师",
    "到了",
    "1",
];

/// What families say when it is time to come.
const ON_THE_WAY: [&str; 8] =
    ["到了", "到了", "晚15分钟", "要晚20分钟", "今天舅舅张伟去接", "今天爷爷去接", "在路上了", "已经接到了"];

/// What a desk says to what lies on it.
const DESK_WORDS: [&str; 14] = [
    "健康",
    "工作量",
    "同意",
    "同意",
    "同意",
    "不同意",
    "不同意，人太多了",
    "先问一下家长周五谁来接",
    "回复：要带的，十二色就行",
    "回复：知道了，谢谢您告诉我们",
    "查询",
    "菜单",
    "3",
    "同意，从周四开始",
];

/// What happens at a minute of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Survey(Survey),
    Family(&'static str),
    Desk(&'static str),
    RollCall(&'static str),
    Correction(&'static str),
    OnTheWay(&'static str),
    Gate(&'static str),
    GoHome(&'static str),
    Broadcast,
    Digest,
    /// Somebody sends a picture.
    Picture(&'static str),
    /// The platform does not reach somebody any more.
    Leaves(&'static str),
    /// It reaches them again.
    Joins(&'static str),
}

/// The office's part in a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Survey {
    Open,
    Remind,
    Close,
}

/// Lives through the week, and looks whether everything holds when it is over.
///
/// # Errors
/// The law that was broken.
pub(super) async fn week(town: &mut Town) -> Lawful {
    let closes_on = town.chance.below(4);
    for (number, day) in (0..).zip(days()) {
        let mut agenda = agenda(&town.chance, number, closes_on);
        agenda.sort_unstable();
        for (minute, act) in agenda {
            let at = day.and_hms_opt(0, 0, 0).unwrap() + Duration::minutes(i64::from(minute));
            town.pass_until(at).await?;
            happen(town, act, day).await?;
        }
        town.pass_until(day.and_hms_opt(21, 0, 0).unwrap()).await?;
    }
    // To Monday morning, when nothing rests any more.
    let monday = days().last().unwrap() + Duration::days(3);
    town.pass_until(monday.and_hms_opt(9, 0, 0).unwrap()).await?;
    for who in EVERYBODY {
        town.say(who, "菜单").await?;
    }
    town.laws.hold_at_the_end(&town.live).await
}

/// What happens on a day, with the minute.
fn agenda(chance: &Chance, number: u32, closes_on: u32) -> Vec<(u32, Act)> {
    let within = |from: u32, until: u32| from + chance.below(until - from);
    let mut agenda = Vec::new();
    let mut add = |share: u32, minute: u32, act: Act| {
        if chance.percent(share) {
            agenda.push((minute, act));
        }
    };
    if number == 0 {
        add(95, within(481, 500), Act::Survey(Survey::Open));
        for who in FAMILIES {
            add(60, within(500, 900), Act::Family(who));
        }
    }
    add(20, within(600, 700), Act::Survey(Survey::Remind));
    if number == closes_on {
        add(100, within(901, 1_100), Act::Survey(Survey::Close));
    }
    for _ in 0..3 {
        add(70, within(480, 1_200), Act::Family(chance.pick(&FAMILIES)));
    }
    for who in ["老师", "林老师", "管理员", "督学", "区里"] {
        add(35, within(480, 1_200), Act::Desk(who));
    }
    for who in LEADERS {
        add(85, if chance.percent(80) { within(941, 950) } else { within(950, 990) }, Act::RollCall(who));
        add(25, within(960, 1_000), Act::Correction(who));
        add(60, within(980, 1_060), Act::Gate(who));
        add(60, within(1_040, 1_090), Act::Gate(who));
        add(80, within(1_080, 1_120), Act::GoHome(who));
    }
    add(25, within(1_000, 1_120), Act::Gate("值班老师"));
    add(60, within(1_020, 1_090), Act::OnTheWay(chance.pick(&FAMILIES)));
    add(15, within(600, 1_100), Act::Broadcast);
    add(25, within(1_115, 1_250), Act::Digest);
    add(20, within(480, 1_200), Act::Picture(chance.pick(&EVERYBODY)));
    add(15, within(480, 900), Act::Leaves(chance.pick(&FAMILIES)));
    for who in FAMILIES {
        add(15, within(900, 1_200), Act::Joins(who));
    }
    agenda
}

async fn happen(town: &mut Town, act: Act, day: NaiveDate) -> Lawful {
    match act {
        Act::Survey(Survey::Open) => town.office(Office::Open).await,
        Act::Survey(Survey::Remind) => town.office(Office::Remind).await,
        Act::Survey(Survey::Close) => town.office(Office::Close).await,
        Act::Family(who) => {
            let words = town.chance.pick(&FAMILY_WORDS);
            talk(town, who, words).await
        }
        Act::OnTheWay(who) => {
            let words = town.chance.pick(&ON_THE_WAY);
            talk(town, who, words).await
        }
        Act::Desk(who) => {
            let words = town.chance.pick(&DESK_WORDS);
            talk(town, who, words).await
        }
        Act::RollCall(who) => {
            let words =
                town.chance.pick(&["都到了", "都到了", "缺1", "缺2", "缺1 2", "请假1", "都到了，缺1"]);
            led(town, who, day, words).await
        }
        Act::Correction(who) => {
            let words = town.chance.pick(&["1来了", "2来了", "缺1", "缺2", "请假1", "1还没人接", "都到了"]);
            led(town, who, day, words).await
        }
        Act::Gate(who) => gate(town, who, day).await,
        Act::GoHome(who) => led(town, who, day, "都接走了").await,
        Act::Broadcast => talk(town, "管理员", "紧急通知").await,
        Act::Picture(who) => town.send(who, &Said::Picture).await.map(drop),
        Act::Leaves(who) => town.send(who, &Said::Left).await.map(drop),
        Act::Joins(who) => town.send(who, &Said::Joined).await.map(drop),
        Act::Digest => {
            let words = town.chance.pick(&["是谁", "第1项是谁", "日报", "2"]);
            talk(town, "管理员", words).await
        }
    }
}

/// A teacher speaks of the room; who has none today says nothing.
async fn led(town: &mut Town, who: &str, day: NaiveDate, words: &str) -> Lawful {
    if town.laws.room_of(who, day).is_none() {
        return Ok(());
    }
    town.say(who, words).await.map(drop)
}

/// Says something, and answers what the bot asks until it asks no more.
async fn talk(town: &mut Town, who: &str, words: &str) -> Lawful {
    let mut reply = town.say(who, words).await?;
    for _ in 0..TURNS_MAX {
        keep_code(town, &reply);
        let Some(words) = answer(&town.chance, &reply) else { return Ok(()) };
        reply = town.say(who, words).await?;
    }
    Ok(())
}

/// Families keep the code that they were given.
fn keep_code(town: &mut Town, reply: &str) {
    let Some((_, rest)) = reply.split_once("取人码 ") else { return };
    let code: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let students = &town.live.cast.students;
    let child = students.iter().find(|student| reply.contains(&student.name.0));
    if let (Some(child), 6) = (child, code.len()) {
        town.codes.push((child.name.0.clone(), code));
    }
}

/// Somebody stands at the gate.
async fn gate(town: &mut Town, who: &str, day: NaiveDate) -> Lawful {
    let room = match who {
        "值班老师" => town.laws.rooms_on(day).last().cloned(),
        _ => town.laws.room_of(who, day).cloned(),
    };
    let Some(room) = room.filter(|room| !room.seats.is_empty()) else { return Ok(()) };
    let words = at_the_gate(town, &room, who == "值班老师");
    town.say(who, &words).await.map(drop)
}

/// Who takes which child, as a teacher says it.
fn at_the_gate(town: &Town, room: &RoomDay, by_name: bool) -> String {
    let chance = &town.chance;
    let seat = &room.seats[chance.below(u32::try_from(room.seats.len()).unwrap()) as usize];
    let students = &town.live.cast.students;
    let student = students.iter().find(|student| student.id == seat.student).unwrap();
    let name = student.name.0.as_str();
    let child = if by_name { name.to_owned() } else { format!("{}号", seat.no) };
    let guardian = &student.guardians[chance.below(u32::try_from(student.guardians.len()).unwrap()) as usize];
    let code = if chance.percent(70) {
        town.codes.iter().rev().find(|(of, _)| of == name)
    } else {
        town.codes.iter().find(|(of, _)| of == name || chance.percent(30))
    };
    let code = code.map_or("000000", |(_, code)| code.as_str());
    let other = chance.pick(&["张伟", "张伟", "爷爷", "刘强", "刘阿姨"]);
    match chance.below(10) {
        0..=3 => format!("{child}{}接走了", guardian.relation.0),
        4 => format!("{child}{other}接走了"),
        5..=6 => format!("{child}{other}接走了，码{code}"),
        7 => format!("{child}自己走了"),
        8 => format!("{child}还没人接"),
        _ => format!("{child}刘强接走了"),
    }
}
