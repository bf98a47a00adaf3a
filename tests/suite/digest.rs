//! The digest on an admin's phone, words then picture; the rows behind its numbers; the week's report.

use chrono::{Duration, NaiveTime};
use kehou::cli::demo::first_morning;
use kehou::cli::demo::world::World;
use kehou::clock::Clock;
use kehou::domain::access::Purpose;
use kehou::domain::people::{Person, Role};
use kehou::domain::weekly::Week;
use kehou::picture::digest_png;
use kehou::simulator::wecom::Shown;
use kehou::usecase::{School, UseCaseError, access, digest, weekly};

const SEED: u64 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn an_evening_is_read_seen_opened_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start(folder.path(), SEED, first_morning()).await.unwrap();
    let school = world.example().unwrap().clone();
    let people = world.people().await.unwrap();
    let day = school.calendar.local_date(first_morning());
    let eight = NaiveTime::from_hms_opt(20, 0, 0).unwrap();
    world.push_clock(school.calendar.moment(day, eight) + Duration::minutes(1)).await.unwrap();
    the_picture_follows_the_words(&world, &school, &people).await;
    the_rows_open_for_whom_they_may(&world, &school, &people).await;
    the_weeks_report_goes_out_once_on_its_last_school_day(&world, &school, &people).await;
    world.stop().await.unwrap();
}

async fn the_picture_follows_the_words(world: &World, school: &School, people: &[Person]) {
    let day = school.calendar.local_date(first_morning());
    let kept = digest::show(&world.app.service, school, day, world.clock.now()).await.unwrap();
    let png = digest_png(kept.figures.as_ref().unwrap()).unwrap();
    let admin = with(people, |role| matches!(role, Role::SchoolAdmin));
    let thread = world.simulator.phone(&admin.contact_points[0].account).unwrap().thread;
    let [.., text, image] = &thread[..] else { panic!("{thread:?}") };
    assert_eq!(text.shows.words(), kept.text);
    let Shown::Image { media_id } = &image.shows else { panic!("{image:?}") };
    assert_eq!(world.simulator.picture(media_id).as_deref(), Some(png.as_slice()), "the same bytes for ever");
    // A digest of the time before pictures has the same one, from its position.
    let older = kehou::usecase::record::DigestRecord { figures: None, ..kept };
    assert_eq!(digest::picture(&world.app.service, school, day, &older).await.unwrap(), Some(png));
}

async fn the_rows_open_for_whom_they_may(world: &World, school: &School, people: &[Person]) {
    let (service, now) = (&world.app.service, first_morning());
    let day = school.calendar.local_date(now);
    let ask = |reader: &Person, day, number| {
        let reader = reader.id.clone();
        async move { digest::rows_behind(service, school, &reader, day, number, now).await }
    };
    let admin = with(people, |role| matches!(role, Role::SchoolAdmin));
    let teacher = with(people, |role| matches!(role, Role::HomeroomTeacher(_)));
    let guardian = people.iter().find(|person| person.roles == [Role::Guardian]).unwrap();
    let whole = ask(admin, day, Some(1)).await.unwrap();
    assert!(whole.starts_with("未询问 1200 人（9月1日日报第 1 项）\n一年级1班（"), "{whole}");
    assert!(whole.contains("名字太多"), "twelve hundred names are too many: {whole}");
    let own = ask(teacher, day, Some(1)).await.unwrap();
    assert_eq!(own.lines().count(), 2, "a homeroom teacher sees one class: {own}");
    let before = first_morning().date_naive().pred_opt().unwrap();
    for (reader, day, number, want) in [
        (guardian, day, Some(1), "名单只给"),
        (admin, day, Some(9), "编号是 1 到 1"),
        (admin, day, None, "没有需要处理的人"),
        (admin, before, Some(1), "没有日报"),
    ] {
        match ask(reader, day, number).await {
            Err(UseCaseError::Refused(said)) => assert!(said.contains(want), "{said}"),
            other => panic!("{want}: {other:?}"),
        }
    }
    let readings = access::readings(service, &school.id, 0).await.unwrap();
    let who: Vec<_> = readings.iter().map(|(_, line)| &line.person).collect();
    assert_eq!(who, [&admin.id, &teacher.id], "only what was shown is logged");
    for (_, line) in &readings {
        assert_eq!(line.purpose, Purpose::DigestRows { day, number: 1 });
        assert!((1..=200).contains(&line.students.len()), "{}", line.students.len());
    }
}

async fn the_weeks_report_goes_out_once_on_its_last_school_day(
    world: &World,
    school: &School,
    people: &[Person],
) {
    let service = &world.app.service;
    let week = Week::of(school.calendar.local_date(first_morning()));
    let eight = NaiveTime::from_hms_opt(20, 0, 0).unwrap();
    // The role of inspectors is any role; the head has a phone here.
    let readers = people.iter().filter(|person| person.roles.contains(&Role::Head)).count();
    assert!(readers > 0);
    let mut sent = Vec::new();
    for day in week.days() {
        for minutes in [-1, 0, 1] {
            let now = school.calendar.moment(day, eight) + Duration::minutes(minutes);
            sent.push(weekly::send_due(service, school, eight, "head", now).await.unwrap());
        }
    }
    let mut want = vec![0; 21];
    // Friday at eight.
    want[13] = readers;
    assert_eq!(sent, want);
    let now = school.calendar.moment(week.days().last().unwrap(), eight);
    let first = weekly::compute(service, school, week, u64::MAX, now).await.unwrap();
    assert_eq!(weekly::compute(service, school, week, first.position, now).await.unwrap(), first);
    assert!(
        first.text.contains("课后服务周报\n全校 1200 人，已回复 0 人（0%），和上周一样\n"),
        "{}",
        first.text
    );
}

fn with(people: &[Person], is_wanted: fn(&Role) -> bool) -> &Person {
    people.iter().find(|person| person.roles.iter().any(is_wanted)).unwrap()
}
