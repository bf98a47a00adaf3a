//! The directory becomes part of the roster: by hand, after a change, every night, and never when it has half vanished.

use chrono::NaiveTime;
use kehou::cli::control::Reached;
use kehou::simulator::wecom::{Department, Faults, Outage, Parent, Pupil, Rights};
use kehou::web::control::{Control, OFFICE_PATH};

use super::*;

/// What a reading of a school with one class costs: the tree, the scope, the class.
const CALLS: u64 = 3;

#[tokio::test]
async fn the_directory_joins_the_roster_of_the_sheets_and_doubles_nobody() {
    let plain = Plain::start(1).await;
    plain.import().await;
    let before = plain.people().await;
    let dry = plain.try_sync(true, false).await.unwrap();
    assert!(dry.imported.is_changed && dry.imported.is_dry_run);
    assert_eq!(plain.people().await, before, "a dry run writes nothing");

    let synced = plain.sync().await;
    assert_eq!(
        (synced.imported.students_added, synced.imported.people_added),
        (0, 0),
        "{}",
        synced.imported.text
    );
    assert_eq!(synced.problems, []);
    let people = plain.people().await;
    assert_eq!(people.len(), before.len(), "nobody is doubled");
    let mut with_phone = 0;
    for student in plain.students().await {
        for guardian in &student.guardians {
            let person = &people[&guardian.person];
            let has = |channel| person.contact_points.iter().any(|point| point.channel == channel);
            with_phone += usize::from(person.phone.is_some());
            assert_eq!(has(Channel::WecomNotice), person.phone.is_some(), "who is in the directory");
            assert_eq!(has(Channel::WecomNotice), has(Channel::ParentPage));
        }
    }
    assert!(with_phone > 30, "{with_phone}");
    assert!(!plain.sync().await.imported.is_changed, "a second time changes nothing");
    assert!(!plain.import().await, "nor do the same sheets again");
    assert!(!plain.sync().await.imported.is_changed);
}

#[tokio::test]
async fn a_school_without_sheets_has_the_roster_of_its_directory() {
    let plain = Plain::start(2).await;
    let synced = plain.sync().await;
    let students = plain.students().await;
    assert_eq!(synced.imported.students_added, students.len());
    let people = plain.people().await;
    let student = students.iter().find(|student| student.guardians.len() == 2).unwrap();
    let guardian = &student.guardians[0];
    assert_eq!(people[&guardian.person].name.0, format!("{}{}", student.name.0, guardian.relation.0));
    assert_eq!(people.values().filter(|person| person.name.0.ends_with("班主任")).count(), 2);
}

#[tokio::test]
async fn who_follows_is_reached_at_once_and_a_burst_of_changes_is_one_reading() {
    let plain = Plain::start(1).await;
    plain.import().await;
    plain.sync().await;
    let parents = plain.small.simulator.parents();
    let mother = &parents[0].id;
    let simulator = &plain.small.simulator;
    let calls = plain.directory_calls();
    for follows in [false, true, false] {
        simulator.set_follows(mother, follows);
        for told in simulator.announce().await {
            told.unwrap();
        }
        assert_eq!(plain.is_reachable(mother).await, Some(follows));
        plain.clock.advance(Duration::seconds(1));
    }
    assert_eq!(plain.directory_calls(), calls, "nothing had to be read");

    // A move, a new family and a new teacher, all in one second, in WeCom's own spelling.
    let department = node_of(&plain);
    simulator.put_department(Department { admins: vec![("T-New".into(), 3)], ..department.clone() });
    simulator.put_pupil(Pupil { id: "S_new".into(), name: "李小禾".into(), classes: vec![department.id] });
    for (id, relation) in [("p_new1", "妈妈"), ("p_new2", "爸爸")] {
        let children = vec![("S_new".to_owned(), relation.to_owned())];
        simulator.put_parent(Parent { id: id.into(), mobile: None, follows: true, children });
    }
    let told = simulator.announce().await;
    assert!(told.len() == 4 && told.into_iter().all(|one| one.is_ok()));
    plain.pass(Duration::seconds(179)).await;
    assert_eq!(plain.directory_calls(), calls, "edits come in series");
    plain.pass(Duration::seconds(1)).await;
    assert_eq!(plain.directory_calls(), calls + CALLS, "and are one reading");
    assert_eq!(plain.is_reachable("p_new1").await, Some(true));
    assert!(plain.students().await.iter().any(|student| student.id.0 == "s_new"));
    plain.pass(Duration::minutes(30)).await;
    assert_eq!(plain.directory_calls(), calls + CALLS);
    // Somebody whom the roster does not know yet follows: the directory knows who it is.
    simulator.put_parent(Parent {
        id: "p_new3".into(),
        mobile: None,
        follows: false,
        children: vec![("S_new".into(), "奶奶".into())],
    });
    simulator.keep_quiet();
    simulator.set_follows("p_new3", true);
    simulator.announce().await;
    plain.pass(Duration::minutes(3)).await;
    assert_eq!(plain.is_reachable("p_new3").await, Some(true));
}

/// Why a sync had no effect.
async fn refused(plain: &Plain) -> String {
    plain.try_sync(false, false).await.err().unwrap()
}

/// The one class.
fn node_of(plain: &Plain) -> Department {
    let class = &plain.example.students[0];
    Department {
        id: 3,
        parent: 2,
        name: class[1].clone(),
        kind: 1,
        standard_grade: None,
        is_graduated: false,
        admins: Vec::new(),
    }
}

#[tokio::test]
async fn who_follows_while_the_directory_is_read_is_not_forgotten_by_what_was_read_before() {
    let plain = Plain::start(1).await;
    plain.import().await;
    plain.sync().await;
    let simulator = &plain.small.simulator;
    // A reading is broken off in the middle.
    simulator.set_faults(Faults { outage: Outage::Throttled, ..Faults::default() });
    plain.try_sync(false, false).await.err().unwrap();
    let calls = plain.directory_calls();
    let mother = simulator.parents()[0].id.clone();
    simulator.set_follows(&mother, false);
    simulator.announce().await;
    simulator.set_faults(Faults::default());
    plain.pass(Duration::minutes(1)).await;
    assert_eq!(plain.directory_calls(), calls + CALLS, "it goes on after the pause");
    plain.pass(Duration::minutes(2)).await;
    assert_eq!(plain.directory_calls(), calls + 2 * CALLS, "and once more for what came meanwhile");
    assert_eq!(plain.is_reachable(&mother).await, Some(false));
}

#[tokio::test]
async fn what_the_office_has_begun_goes_on_by_itself() {
    let plain = Plain::start(1).await;
    let simulator = &plain.small.simulator;
    simulator.set_faults(Faults { outage: Outage::Throttled, ..Faults::default() });
    assert!(refused(&plain).await.contains("就会自己接着读"));
    simulator.set_faults(Faults::default());
    plain.pass(Duration::seconds(59)).await;
    assert!(plain.students().await.is_empty());
    plain.pass(Duration::seconds(1)).await;
    assert!(!plain.students().await.is_empty());
}

#[tokio::test]
async fn a_reading_that_a_crash_cut_off_is_begun_anew() {
    let mut plain = Plain::start(1).await;
    plain.import().await;
    plain.sync().await;
    let simulator = plain.small.simulator.clone();
    let mother = simulator.parents()[0].id.clone();
    simulator.set_follows(&mother, false);
    simulator.keep_quiet();
    simulator.set_faults(Faults { outage: Outage::Throttled, ..Faults::default() });
    plain.try_sync(false, false).await.err().unwrap();
    simulator.set_faults(Faults::default());
    plain.reopen().await;
    plain.app.settle().await.unwrap();
    assert_eq!(plain.is_reachable(&mother).await, Some(false));
}

#[tokio::test]
async fn a_command_syncs_through_the_running_server() {
    let plain = Plain::start(1).await;
    let folder = &plain.small.config.data.dir;
    std::fs::create_dir_all(folder).unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(Control::bind(folder).unwrap().serve(plain.app.clone(), stop.clone()));
    let Reached::Server(client) = Reached::look_in(folder).await.unwrap() else { panic!("no server") };
    let sync =
        Request::RosterSync { school: plain.small.school.clone(), is_dry_run: false, is_forced: false };
    let answer: Answer = client.call(OFFICE_PATH, &sync).await.unwrap();
    let Answer::Synced(synced) = answer else { panic!("{answer:?}") };
    assert_eq!(synced.imported.students_added, plain.students().await.len());
    stop.cancel();
}

#[tokio::test]
async fn what_no_callback_told_is_found_in_the_night() {
    let plain = Plain::start(1).await;
    plain.import().await;
    plain.pass(Duration::days(2)).await;
    assert_eq!(plain.directory_calls(), 0, "the office begins");
    plain.sync().await;
    let parents = plain.small.simulator.parents();
    plain.small.simulator.set_follows(&parents[0].id, false);
    plain.small.simulator.keep_quiet();
    let school = plain.app.service.school(&plain.small.school).unwrap().clone();
    let night = |hour, minute| {
        let day = school.calendar.local_date(plain.clock.now()) + Duration::days(1);
        school.calendar.moment(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
    };
    let (before, after) = (night(3, 19), night(3, 20));
    plain.clock.move_to(before);
    plain.app.settle().await.unwrap();
    assert_eq!(plain.is_reachable(&parents[0].id).await, Some(true));
    plain.clock.move_to(after);
    plain.app.settle().await.unwrap();
    assert_eq!(plain.is_reachable(&parents[0].id).await, Some(false));
    let calls = plain.directory_calls();
    plain.pass(Duration::hours(12)).await;
    assert_eq!(plain.directory_calls(), calls, "once a night");
}

#[tokio::test]
async fn a_directory_that_has_half_vanished_is_not_believed_until_somebody_says_so() {
    let plain = Plain::start(1).await;
    plain.import().await;
    plain.sync().await;
    let all = plain.students().await;
    let gone = all.len() / 4;
    let simulator = &plain.small.simulator;
    for student in &all[..gone] {
        simulator.remove_pupil(&student.id.0);
    }
    for told in simulator.announce().await {
        told.unwrap();
    }
    plain.pass(Duration::minutes(3)).await;
    assert_eq!(plain.students().await, all, "nobody left the roll");
    let said = refused(&plain).await;
    assert!(said.contains(&format!("{} 名学生里少了 {gone} 名", all.len())), "{said}");
    let diff = plain.try_sync(true, true).await.unwrap();
    assert_eq!((diff.imported.students_left, diff.readings.refused), (gone, Some(said)));
    plain.app.settle().await.unwrap();
    let admin = plain.example.staff.iter().find(|row| row[1] == "管理员").unwrap();
    let thread = simulator.phone(&admin[4]).unwrap().thread;
    let told = thread.iter().filter(|message| message.shows.words().starts_with("通讯录没有同步"));
    assert_eq!(told.count(), 1, "the admins are told once");
    let forced = plain.try_sync(false, true).await.unwrap();
    assert_eq!(forced.imported.students_left, gone);
    assert_eq!(plain.students().await.iter().filter(|student| student.is_on_roll).count(), all.len() - gone);
}

#[tokio::test]
async fn a_platform_that_does_not_give_the_directory_is_explained_and_nothing_changes() {
    let plain = Plain::start(2).await;
    plain.import().await;
    // The token is there; what follows is the directory's own answer.
    plain.try_sync(true, false).await.unwrap();
    let before = plain.people().await;
    let simulator = &plain.small.simulator;
    for (fault, word) in [
        (Outage::Code(48002), "可调用接口的应用"),
        (Outage::Code(60020), "企业可信IP"),
        (Outage::Throttled, "平台要求等一等，请 1 分钟后再试"),
        (Outage::Busy, "平台现在没有应答"),
        (Outage::Broken, "平台现在没有应答"),
    ] {
        simulator.set_faults(Faults { outage: fault, ..Faults::default() });
        let said = refused(&plain).await;
        assert!(said.contains(word), "{fault:?}: {said}");
        assert_eq!(plain.people().await, before, "{fault:?}");
        plain.clock.advance(Duration::seconds(59));
        if !matches!(fault, Outage::Code(_)) {
            assert!(refused(&plain).await.contains("请 1 分钟后再试"), "{fault:?}");
        }
        plain.clock.advance(Duration::seconds(1));
    }
    simulator.set_faults(Faults::default());
    simulator.set_rights(Rights { reads_directory: false, ..Rights::default() });
    assert!(refused(&plain).await.contains("48002"));
    simulator.set_rights(Rights::default());
    // One hiccup and a token that ended cost nothing.
    simulator.set_faults(Faults { outage: Outage::Broken, outage_calls: Some(1), ..Faults::default() });
    simulator.expire_token();
    assert!(plain.sync().await.imported.is_changed);
}
