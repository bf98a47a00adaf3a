//! The whole story on real input: the example roster from its spreadsheet, a campaign, encrypted callbacks over HTTP,
//! answers in varied Chinese, coverage that adds up, and the evening's digest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use chrono::{Duration, NaiveTime};
use kehou::cli::demo::world::{Roads, World};
use kehou::cli::demo::{first_morning, stage};
use kehou::clock::Clock;
use kehou::domain::custody::SeatState;
use kehou::domain::enrolment::{Registration, Standing, Wish};
use kehou::domain::people::{Channel, Person, PersonId, Role, Student};
use kehou::simulator::demo::Demo;
use kehou::simulator::parents::Parents;
use kehou::simulator::parents::persona::Wish as TrueWish;
use kehou::simulator::scenario::Scenario;
use kehou::understand::{Choices, TimeAnswer};
use kehou::usecase::custody::Room;
use kehou::usecase::{campaign, digest, ledger, record};
use tower::ServiceExt as _;

const SEED: u64 = 20_260_901;

/// Virtual minutes of the rough morning.
const ROUGH_MINUTES: i64 = 75;

/// Virtual days of the story.
const DAYS: i64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_school_asks_parents_answer_and_the_admin_reads_the_digest() {
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::new(World::start(folder.path(), SEED, first_morning()).await.unwrap());
    let (demo, parents) = stage(&world, SEED).await.unwrap();
    let school = world.example().unwrap().clone();
    let opened = campaign::open(&world.app.service, &school, 5, world.clock.now()).await.unwrap();
    assert_eq!((opened.students, opened.reachable, opened.unreachable.len()), (1_200, 1_187, 13));
    world.app.settle().await.unwrap();
    let asked = campaign::status(&world.app.service, &school).await.unwrap().total;
    assert_eq!((asked.silent, asked.unreachable, asked.roll()), (1_187, 13, 1_200), "{asked:?}");

    let evening = NaiveTime::from_hms_opt(20, 30, 0).unwrap();
    for day in 0..DAYS {
        let date = school.calendar.local_date(first_morning() + Duration::days(day));
        demo.push_clock(school.calendar.moment(date, evening));
        demo.run_clock().await;
        let status = campaign::status(&world.app.service, &school).await.unwrap();
        assert_eq!(status.total.roll(), 1_200, "the states add up to the roll");
        let by_class: u32 = status.classes.iter().map(|(_, counts)| counts.roll()).sum();
        assert_eq!(by_class, 1_200);
    }

    let wrong = compare(&world, &parents).await;
    assert!(
        wrong.is_empty(),
        "{} stored otherwise than meant: {:#?}",
        wrong.len(),
        wrong.iter().take(5).collect::<Vec<_>>()
    );
    let total = campaign::status(&world.app.service, &school).await.unwrap().total;
    assert!(total.answered() > 1_000, "{total:?}");
    the_digest_reads_the_same_for_ever(&world).await;
    teachers_know_whom_no_channel_reaches(&world).await;
    no_gate_is_full_and_a_wait_is_told_once(&world).await;
    Arc::into_inner(world).map(World::stop);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_school_in_plain_wechat_hears_by_notice_and_answers_on_its_own_roads_through_a_rough_morning()
 {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start_on(Roads::PlainWechat, folder.path(), SEED, first_morning()).await.unwrap();
    let world = Arc::new(world);
    let (demo, parents) = stage(&world, SEED).await.unwrap();
    let school = world.example().unwrap().clone();
    campaign::open(&world.app.service, &school, 5, world.clock.now()).await.unwrap();
    let text = include_str!("../../config/example-school/rough-morning.toml");
    demo.play(&Scenario::parse("rough-morning.toml", text).unwrap()).await;
    demo.push_clock(first_morning() + Duration::minutes(ROUGH_MINUTES));
    demo.run_clock().await;

    let total = campaign::status(&world.app.service, &school).await.unwrap().total;
    assert_eq!(total.roll(), 1_200);
    assert!(total.answered() > 150, "{total:?}");
    let wrong = compare(&world, &parents).await;
    assert!(wrong.is_empty(), "{} stored otherwise than meant: {:#?}", wrong.len(), wrong.first());
    let (figures, kf) = (world.simulator.figures(), world.simulator.kf_figures());
    assert!(figures.notices_shown > 1_000 && figures.dropped_silently > 10, "{figures:?}");
    assert!(kf.shown > 150, "{kf:?}");
    assert_eq!(kf.over, 0, "more was said in a chat than is allowed");
    for person in world.people().await.unwrap().iter().filter(|person| person.roles == [Role::Guardian]) {
        for point in &person.contact_points {
            assert!(world.simulator.phone(&point.account).is_none(), "a guardian is written to in the app");
        }
    }
    println!("{total:?}\n{figures:?}\n{kf:?}");
    a_visitor_is_answered_in_the_chat_though_the_clock_stands_still(&world, &demo).await;
    drop(demo);
    Arc::into_inner(world).map(World::stop);
}

async fn a_visitor_is_answered_in_the_chat_though_the_clock_stands_still(world: &World, demo: &Demo) {
    let people = world.people().await.unwrap();
    let by = |person: &Person, channel| {
        person.contact_points.iter().find(|point| point.channel == channel).map(|point| point.account.clone())
    };
    let chatting = people.iter().find(|person| by(person, Channel::WecomKf).is_some()).unwrap();
    let path = format!("/api/phone/{}/say", by(chatting, Channel::WecomNotice).unwrap());
    for turn in 1..=8 {
        let request = Request::post(&path).header("content-type", "application/json");
        let request = request.body(Body::from("{\"text\": \"菜单\"}")).unwrap();
        let response = demo.router().oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let last = answer["chat"]["thread"].as_array().unwrap().last().unwrap();
        assert_eq!(last["from"], "app", "turn {turn}");
    }
}

/// Every registration that differs from what the parent who gave it truly wanted.
async fn compare(world: &World, parents: &Parents) -> Vec<String> {
    let people = world.people().await.unwrap();
    let account_of: BTreeMap<PersonId, String> = people
        .iter()
        .filter_map(|person| {
            let by = |channel| person.contact_points.iter().find(|point| point.channel == channel);
            let point = by(Channel::WecomApp).or_else(|| by(Channel::WecomNotice))?;
            Some((person.id.clone(), point.account.clone()))
        })
        .collect();
    let school = world.example().unwrap();
    let roll = ledger::roll_at(&world.app.service, &world.school, u64::MAX).await.unwrap();
    let mut wrong = Vec::new();
    for (id, seat) in &roll.students {
        let Standing::Answered(registration) = &seat.standing else { continue };
        let persona = parents.persona(&account_of[&registration.by]).unwrap();
        let child = persona.children.iter().find(|child| child.id == *id).unwrap();
        if !agrees(school, registration, &child.wish) {
            let heard: Vec<_> = world
                .simulator
                .phone(&account_of[&registration.by])
                .into_iter()
                .flat_map(|phone| phone.thread)
                .map(|message| message.shows.words())
                .collect();
            wrong.push(format!(
                "{:?} {:?} meant {:?}, stored {:?}\n{}",
                persona.style,
                persona.habit,
                child.wish,
                registration.wish,
                heard.join("\n--\n")
            ));
        }
    }
    wrong
}

/// Whether what was stored is what was meant; what was not said yet is no contradiction.
fn agrees(school: &kehou::usecase::School, registration: &Registration, meant: &TrueWish) -> bool {
    match (&registration.wish, meant) {
        (Wish::Declined, TrueWish::Declines) | (Wish::Undecided, TrueWish::Undecided) => true,
        (Wish::Accepted(arrangement), TrueWish::Joins { days, pickup_at, activities }) => {
            let days_agree = arrangement.days.as_ref().is_none_or(|stored| {
                stored
                    .iter()
                    .map(chrono::Weekday::number_from_monday)
                    .eq(days.iter().map(|day| u32::from(*day)))
            });
            let time_agrees = arrangement.pickup_at.is_none_or(|stored| match stored {
                TimeAnswer::At(at) | TimeAnswer::By(at) | TimeAnswer::After(at) => at == *pickup_at,
                TimeAnswer::Between(from, to) => from <= *pickup_at && *pickup_at <= to,
            });
            let activities_agree = arrangement.activities.as_ref().is_none_or(|stored| match stored {
                Choices::Any => activities.is_empty(),
                Choices::These(numbers) => {
                    let name = |number| school.plan.activity(number).map(|activity| activity.name.as_str());
                    let mut stored: Vec<_> = numbers.iter().filter_map(|number| name(*number)).collect();
                    let mut meant: Vec<_> = activities.iter().map(String::as_str).collect();
                    stored.sort_unstable();
                    meant.sort_unstable();
                    stored == meant
                }
            });
            days_agree && time_agrees && activities_agree
        }
        _ => false,
    }
}

/// At no gate more children leave in a minute than the plan says, nobody earlier than agreed, and a family hears of the
/// same wait once, not every day.
async fn no_gate_is_full_and_a_wait_is_told_once(world: &World) {
    let school = world.example().unwrap();
    let store = world.app.service.store.as_ref();
    let mut leaving = BTreeMap::<_, u32>::new();
    let (mut days, mut waiting) = (BTreeSet::new(), BTreeSet::new());
    for (_, room) in record::all::<Room>(store, &school.id).await.unwrap() {
        let day = room.value.day;
        days.insert(day.day);
        for seat in day.seats.iter().filter(|seat| seat.state != SeatState::OnLeave) {
            let slot = seat.expected.slot.as_ref().expect("every child has a gate");
            assert!(slot.at >= seat.expected.pickup_at, "{slot:?} before {}", seat.expected.pickup_at);
            *leaving.entry((day.day, slot.gate.clone(), slot.at)).or_default() += 1;
            if slot.at - seat.expected.pickup_at >= Duration::minutes(5) {
                waiting.insert((seat.student.clone(), slot.at, slot.gate.clone()));
            }
        }
    }
    assert!(days.len() >= 2, "{days:?}");
    for ((day, gate, at), count) in &leaving {
        let known = school.plan.pickup.gates.iter().find(|known| known.name == *gate).unwrap();
        assert!(*count <= known.students_per_minute, "{count} at {gate} on {day} {at}");
    }
    let mut waits = 0;
    for person in world.people().await.unwrap() {
        let accounts = person.contact_points.iter().filter_map(|point| world.simulator.phone(&point.account));
        let mut told: Vec<_> = accounts
            .flat_map(|phone| phone.thread)
            .map(|message| message.shows.words())
            .filter(|words| words.contains("分开走"))
            .collect();
        waits += told.len();
        told.sort();
        let all = told.len();
        told.dedup();
        assert_eq!(told.len(), all, "the same wait twice: {told:?}");
    }
    assert_eq!(waits, waiting.len(), "who waits five minutes or longer hears of it, and nobody else");
}

/// Each child whom no channel reaches stands by name on the list of the homeroom teacher, and on nobody else's.
async fn teachers_know_whom_no_channel_reaches(world: &World) {
    let store = world.app.seams.store.as_ref();
    let roll = ledger::roll_at(&world.app.service, &world.school, u64::MAX).await.unwrap();
    let people = world.people().await.unwrap();
    for (id, seat) in &roll.students {
        if !matches!(seat.standing, Standing::Unreachable { .. }) {
            continue;
        }
        let key = record::key::<Student>(&world.school, &id.0);
        let name = record::load::<Student>(store, &key).await.unwrap().unwrap().value.name.0;
        for teacher in &people {
            let Some(point) = teacher.contact_points.first() else { continue };
            let is_teacher =
                |role: &Role| matches!(role, Role::HomeroomTeacher(class) if *class == seat.class);
            let phone = world.simulator.phone(&point.account).unwrap();
            let is_told = phone.thread.iter().any(|message| {
                let words = message.shows.words();
                words.contains("当面问") && words.contains(&name)
            });
            assert_eq!(
                is_told,
                teacher.roles.iter().any(is_teacher),
                "{id:?} on the list of {:?}",
                teacher.roles
            );
        }
    }
}

async fn the_digest_reads_the_same_for_ever(world: &World) {
    let school = world.example().unwrap();
    let service = &world.app.service;
    let people = world.people().await.unwrap();
    let admins = people.iter().filter(|person| person.roles.contains(&Role::SchoolAdmin));
    let first_day = school.calendar.local_date(first_morning());
    let kept = digest::show(service, school, first_day, world.clock.now()).await.unwrap();
    for admin in admins {
        let account = &admin.contact_points.first().unwrap().account;
        let phone = world.simulator.phone(account).unwrap();
        let got = phone.thread.iter().filter(|message| message.shows.words() == kept.text).count();
        assert_eq!(got, 1, "each admin reads the first evening's digest once");
    }
    let again = digest::compute(service, school, first_day, kept.position, world.clock.now()).await.unwrap();
    assert_eq!(again, kept, "computed again from the same position it has the same bytes");
    insta::assert_snapshot!("first_evening_digest", kept.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_admin_gets_one_digest_also_when_kehou_restarts_in_that_minute() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::start(folder.path(), SEED, first_morning()).await.unwrap();
    let school = world.example().unwrap().clone();
    let day = school.calendar.local_date(first_morning());
    let eight = school.calendar.moment(day, NaiveTime::from_hms_opt(20, 0, 0).unwrap());
    world.clock.move_to(eight);
    world.app.tick().await.unwrap();
    world.restart().await.unwrap();
    world.push_clock(eight + Duration::seconds(30)).await.unwrap();
    world.restart().await.unwrap();
    world.push_clock(eight + Duration::minutes(5)).await.unwrap();
    let digest = digest::show(&world.app.service, &school, day, world.clock.now()).await.unwrap().text;
    let people = world.people().await.unwrap();
    let admins: Vec<_> = people.iter().filter(|person| person.roles.contains(&Role::SchoolAdmin)).collect();
    assert!(!admins.is_empty());
    for admin in admins {
        let phone = world.simulator.phone(&admin.contact_points[0].account).unwrap();
        assert_eq!(phone.thread.iter().filter(|message| message.shows.words() == digest).count(), 1);
    }
    world.stop().await.unwrap();
}
