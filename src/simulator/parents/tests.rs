//! Simulated parents against a scripted app.

use chrono::NaiveTime;

use super::*;
use persona::Style;

const CONSENT: &str =
    "本学期课后服务登记：\n时间 16:30-18:00，全程免费、自愿参加。\n1 参加  2 不参加  3 再考虑";

fn offer() -> Offer {
    let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    Offer {
        days: vec![1, 2, 3, 4, 5],
        pickup_times: vec![at(17, 0), at(17, 30), at(18, 0)],
        activities: vec!["合唱".into(), "足球".into()],
    }
}

fn families(count: usize) -> Vec<Family> {
    let child = |id: String, name: &str| Child { id: StudentId(id), name: PersonName(name.to_owned()) };
    let family = |number: usize| Family {
        account: format!("P{number:04}"),
        children: vec![child(format!("{number}a"), "李小禾"), child(format!("{number}b"), "李小禾苗")],
    };
    (0..count).map(family).collect()
}

/// Monday 2 September 2024, 17:00 in China.
fn monday_afternoon() -> Moment {
    chrono::DateTime::from_timestamp(1_725_267_600, 0).unwrap()
}

/// Everything that happens within `hours`, when every answer is met with `reply`.
fn run(
    parents: &mut Parents,
    start: Moment,
    hours: i64,
    reply: impl Fn(&ReplyDue) -> String,
) -> Vec<ReplyDue> {
    let mut done = Vec::new();
    while let Some(now) = parents.next_at().filter(|at| *at <= start + Duration::hours(hours)) {
        for due in parents.tick(now) {
            parents.hear(&due.account.clone(), &reply(&due), now);
            done.push(due);
        }
    }
    done
}

#[test]
fn the_same_seed_makes_the_same_people_and_the_same_words() {
    let story = |seed| {
        let mut parents = Parents::new(seed, families(60), &offer());
        for number in 0..60 {
            parents.hear(&format!("p{number:04}"), &format!("李小禾{CONSENT}"), monday_afternoon());
        }
        let personas: Vec<Persona> = parents.personas().map(|(_, persona)| persona.clone()).collect();
        (personas, run(&mut parents, monday_afternoon(), 48, |_| "谢谢，已登记。".to_owned()))
    };
    let (first, again, other) = (story(7), story(7), story(8));
    assert!(first == again);
    assert!(first.1 != other.1);
    assert!(first.1.len() > 40, "{}", first.1.len());
}

#[test]
fn a_person_does_not_change_when_others_join_the_school() {
    let few = Parents::new(7, families(3), &offer());
    let many = Parents::new(7, families(300), &offer());
    assert_eq!(few.persona("p0002"), many.persona("P0002"));
}

#[test]
fn two_guardians_of_a_child_want_the_same_for_it() {
    let mut twice = families(40);
    twice.extend(
        families(40).into_iter().map(|family| Family { account: format!("X{}", family.account), ..family }),
    );
    let parents = Parents::new(3, twice, &offer());
    for number in 0..40 {
        let wishes = |account: String| {
            let children = &parents.persona(&account).unwrap().children;
            children.iter().map(|child| child.wish.clone()).collect::<Vec<_>>()
        };
        assert_eq!(wishes(format!("P{number:04}")), wishes(format!("XP{number:04}")), "family {number}");
    }
}

#[test]
fn every_style_habit_and_wish_occurs_in_a_school() {
    let parents = Parents::new(1, families(600), &offer());
    let personas: Vec<&Persona> = parents.personas().map(|(_, persona)| persona).collect();
    let styles: std::collections::BTreeSet<Style> = personas.iter().map(|persona| persona.style).collect();
    assert_eq!(styles.len(), 8);
    let has = |habit| personas.iter().any(|persona| persona.habit == habit);
    for habit in [
        Habit::Answers,
        Habit::AllAtOnce,
        Habit::CorrectsAtOnce,
        Habit::CorrectsLater { has_slipped: false },
        Habit::SilentFirst { times: 1 },
        Habit::SilentFirst { times: 2 },
        Habit::NeverAnswers,
        Habit::StickerFirst,
        Habit::PictureFirst,
    ] {
        assert!(has(habit), "{habit:?}");
    }
    let wishes: Vec<&Wish> =
        personas.iter().flat_map(|persona| &persona.children).map(|child| &child.wish).collect();
    let joining = wishes.iter().filter(|wish| matches!(wish, Wish::Joins { .. })).count();
    assert!((700..1_000).contains(&joining), "{joining} of {}", wishes.len());
    assert!(wishes.contains(&&Wish::Declines) && wishes.contains(&&Wish::Undecided));
}

#[test]
fn answers_come_in_the_waking_hours() {
    let mut parents = Parents::new(5, families(300), &offer());
    for number in 0..300 {
        parents.hear(&format!("P{number:04}"), CONSENT, monday_afternoon() + Duration::hours(4));
    }
    let done = run(&mut parents, monday_afternoon(), 48, |_| "谢谢".to_owned());
    assert!(done.len() > 200);
    for due in done {
        let local = due.at + Duration::seconds(ZONE_SECONDS);
        let minute = local.hour() * 60 + local.minute();
        assert!((390..1_350).contains(&minute), "{}", due.at);
    }
}

/// The one parent of a school of one whose habit is this, by trying seeds.
fn parent_with(habit: Habit, wanted: impl Fn(&Persona) -> bool) -> Parents {
    (0..20_000)
        .map(|seed| Parents::new(seed, families(1), &offer()))
        .find(|parents| parents.persona("P0000").is_some_and(|one| one.habit == habit && wanted(one)))
        .unwrap_or_else(|| panic!("no seed makes {habit:?}"))
}

fn joins(persona: &Persona) -> bool {
    matches!(persona.children[0].wish, Wish::Joins { .. })
}

#[test]
fn a_silent_parent_answers_after_the_reminder_and_another_never() {
    let now = monday_afternoon();
    let mut silent = parent_with(Habit::SilentFirst { times: 1 }, joins);
    silent.hear("P0000", CONSENT, now);
    assert_eq!(silent.next_at(), None);
    silent.hear("P0000", "温馨提醒：还没有收到您的回复。", now + Duration::days(1));
    assert!(silent.next_at().is_some());
    let mut never = parent_with(Habit::NeverAnswers, joins);
    never.hear("P0000", CONSENT, now);
    never.hear("P0000", CONSENT, now + Duration::days(1));
    assert_eq!(never.next_at(), None);
}

#[test]
fn a_picture_comes_before_the_answer() {
    let mut parents = parent_with(Habit::PictureFirst, joins);
    parents.hear("P0000", CONSENT, monday_afternoon());
    let done = run(&mut parents, monday_afternoon(), 24, |_| "我看不懂图片".to_owned());
    assert_eq!(done.len(), 2);
    assert_eq!(done[0].saying, Saying::Picture);
    assert!(matches!(done[1].saying, Saying::Text(_)));
}

#[test]
fn a_slip_is_noticed_in_the_read_back_and_mended() {
    let mut parents = parent_with(Habit::CorrectsLater { has_slipped: false }, |one| {
        joins(one) && one.style == Style::Digits
    });
    let Wish::Joins { days, .. } = parents.persona("P0000").unwrap().children[0].wish.clone() else {
        panic!("this parent joins")
    };
    let now = monday_afternoon();
    let hear = |parents: &mut Parents, text: &str| {
        parents.hear("P0000", text, now);
        let at = parents.next_at().unwrap();
        let Saying::Text(said) = parents.tick(at).remove(0).saying else { panic!("words") };
        said
    };
    let wrong = hear(&mut parents, "李小禾周几参加？");
    let objection = hear(&mut parents, &format!("李小禾：{wrong}，请核对。1 对  2 改"));
    assert!(objection.contains(['2', '２']), "{objection}");
    let right = hear(&mut parents, "李小禾周几参加？");
    assert_ne!(wrong, right);
    let agreement = hear(&mut parents, &format!("李小禾：{right}，请核对。1 对  2 改"));
    assert!(agreement.contains(['1', '１']), "{right} {agreement} {days:?}");
}

#[test]
fn a_visitor_who_takes_over_a_phone_speaks_alone() {
    let mut parents = parent_with(Habit::Answers, joins);
    parents.hear("P0000", CONSENT, monday_afternoon());
    parents.take_over("p0000");
    assert_eq!(parents.next_at(), None);
    parents.hear("P0000", CONSENT, monday_afternoon());
    assert_eq!(parents.next_at(), None);
}

#[test]
fn nobody_repeats_an_answer_for_ever() {
    let mut parents = Parents::new(9, families(100), &offer());
    for number in 0..100 {
        parents.hear(&format!("P{number:04}"), CONSENT, monday_afternoon());
    }
    let done = run(&mut parents, monday_afternoon(), 24 * 30, |_| format!("没有看懂。{CONSENT}"));
    let most = (0..100).map(|number| {
        let account = format!("P{number:04}");
        done.iter().filter(|due| due.account == account).count()
    });
    assert!(most.max().unwrap() <= 6);
}

#[test]
fn the_longer_of_two_names_is_the_child_that_is_asked_about() {
    let parents = Parents::new(1, families(1), &offer());
    let persona = parents.persona("P0000").unwrap();
    assert_eq!(persona.child_in("李小禾同学"), Some(0));
    assert_eq!(persona.child_in("李小禾苗同学"), Some(1));
    assert_eq!(persona.child_in("李小禾已登记。接下来是李小禾苗"), Some(1));
    assert_eq!(persona.child_in("您好"), None);
}
