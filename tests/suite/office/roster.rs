//! The roster: imported, imported again, broken, and changed while a survey runs.

use super::*;

async fn student(app: &App, id: &str) -> Student {
    let key = record::key::<Student>(&school(), id);
    record::load(app.seams.store.as_ref(), &key).await.unwrap().unwrap().value
}

async fn person(app: &App, id: &kehou::domain::people::PersonId) -> Person {
    let key = record::key::<Person>(&school(), id);
    record::load(app.seams.store.as_ref(), &key).await.unwrap().unwrap().value
}

async fn owner(app: &App, account: &str) -> Option<AccountOwner> {
    let key = record::key::<AccountOwner>(&school(), record::account_id(Channel::WecomApp, account));
    record::load(app.seams.store.as_ref(), &key).await.unwrap().map(|stored| stored.value)
}

fn account(person: &Person) -> String {
    let point = person.contact_points.iter().find(|point| point.channel == Channel::WecomApp);
    point.unwrap().account.clone()
}

/// A student of the example with one guardian and no brother or sister here.
async fn only_child(app: &App) -> (Student, Person) {
    for (_, found) in record::all::<Student>(app.seams.store.as_ref(), &school()).await.unwrap() {
        if let [only] = found.value.guardians.as_slice() {
            let guardian = person(app, &only.person).await;
            if guardian.children.len() == 1 && !guardian.contact_points.is_empty() {
                return (found.value, guardian);
            }
        }
    }
    panic!("the example has no such family");
}

/// The rows of the students' sheet whose number is `id`.
fn rows_of(sheets: &mut Sheets, id: &str) -> Vec<usize> {
    let rows = &sheets.students.as_ref().unwrap().rows;
    let has = |index: &usize| rows[*index].cells.contains(&Cell::Text(id.to_owned()));
    (0..rows.len()).filter(has).collect()
}

#[tokio::test]
async fn the_example_roster_is_imported_and_a_second_time_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    let dry =
        ask(&app, &Request::RosterImport { school: school(), sheets: example(), is_dry_run: true }).await;
    let Answer::Imported(dry) = dry.unwrap() else { panic!() };
    assert_eq!((dry.is_dry_run, dry.students_added), (true, 1_200));
    assert!(roster_records(&app).await.is_empty(), "a dry run writes nothing");

    let imported = import(&app, example()).await;
    assert_eq!((imported.on_roll_before, imported.on_roll_after, imported.unreachable), (0, 1_200, 13));
    let coverage = status(&app).await;
    assert!(coverage.adds_up(), "{:?}", coverage.total);
    assert_eq!((coverage.on_roll, coverage.total.not_asked), (1_200, 1_200));
    assert_eq!(coverage.classes.len(), 36);

    let before = roster_records(&app).await;
    let again = import(&app, example()).await;
    assert!(!again.is_changed && again.text.starts_with("名册没有变化"), "{}", again.text);
    assert_eq!(before, roster_records(&app).await);
}

#[tokio::test]
async fn every_account_of_the_roster_finds_its_owner_and_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    import(&app, example()).await;
    let store = app.seams.store.as_ref();
    let mut wanted = BTreeSet::new();
    for (_, found) in record::all::<Person>(store, &school()).await.unwrap() {
        for point in &found.value.contact_points {
            wanted.insert((record::account_id(point.channel, &point.account), found.value.id.clone()));
        }
    }
    let owners = record::all::<AccountOwner>(store, &school()).await.unwrap();
    let found: BTreeSet<_> = owners.into_iter().map(|(id, stored)| (id, stored.value.person)).collect();
    assert!(wanted.len() > 2_000, "{}", wanted.len());
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn a_broken_roster_is_a_list_of_problems_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    import(&app, example()).await;
    let before = roster_records(&app).await;
    let mut broken = example();
    set(&mut broken, 1, "手机", "138000");
    set(&mut broken, 9, "班级", "99班");
    let OfficeError::Problems(problems) = ask(&app, &import_of(broken)).await.unwrap_err() else { panic!() };
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.contains("第 2 行「手机」")), "{told:#?}");
    assert!(told.iter().any(|told| told.contains("第 10 行「班级」")), "{told:#?}");
    assert_eq!(before, roster_records(&app).await);
}

#[tokio::test]
async fn who_moves_changes_class_and_account_and_keeps_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    import(&app, example()).await;
    let (before, guardian) = only_child(&app).await;
    let old = account(&guardian);
    let mut sheets = example();
    let class = if before.class.number == 1 { "2班" } else { "1班" };
    for row in rows_of(&mut sheets, &before.id.0) {
        set(&mut sheets, row, "班级", class);
        set(&mut sheets, row, "企业微信账号", "moved-parent-1");
    }
    let imported = import(&app, sheets).await;
    assert_eq!((imported.students_changed, imported.people_changed), (1, 1), "{}", imported.text);
    let after = student(&app, &before.id.0).await;
    assert_ne!(after.class, before.class);
    assert_eq!(after.guardians, before.guardians, "the guardian is still the same person");
    assert!(owner(&app, &old).await.is_none(), "the old account finds nobody");
    assert_eq!(owner(&app, "moved-parent-1").await.unwrap().person, guardian.id);
    let coverage = status(&app).await;
    assert!(coverage.adds_up());
    let counted =
        coverage.classes.iter().find(|found| found.class == after.class.to_string()).unwrap().counts;
    let (_, students) = record::all::<Student>(app.seams.store.as_ref(), &school())
        .await
        .unwrap()
        .into_iter()
        .partition::<Vec<_>, _>(|(_, found)| found.value.class != after.class);
    assert_eq!(usize::try_from(counted.roll()).unwrap(), students.len());
}

#[tokio::test]
async fn who_leaves_is_not_asked_any_more_and_who_comes_back_is_asked_anew() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    import(&app, example()).await;
    let (child, guardian) = only_child(&app).await;
    ask(&app, &Request::CampaignOpen { school: school(), days: 5 }).await.unwrap();
    app.tick().await.unwrap();
    let conversation = record::key::<Conversation>(&school(), &guardian.id);
    let frames = async || {
        let found = record::load::<Conversation>(app.seams.store.as_ref(), &conversation).await.unwrap();
        found.unwrap().value.frames.len()
    };
    assert_eq!(frames().await, 1, "the question waits for its answer");

    let mut without = example();
    let rows = rows_of(&mut without, &child.id.0);
    let sheet = without.students.as_mut().unwrap();
    let mut index = 0;
    sheet.rows.retain(|_| {
        index += 1;
        !rows.contains(&(index - 1))
    });
    let imported = import(&app, without).await;
    assert_eq!((imported.students_left, imported.on_roll_after), (1, 1_199));
    app.tick().await.unwrap();
    assert_eq!(frames().await, 0, "nobody is reminded about a child who left");
    assert!(!student(&app, &child.id.0).await.is_on_roll, "who left stays on record");
    assert!(owner(&app, &account(&guardian)).await.is_none());
    let coverage = status(&app).await;
    assert!(coverage.adds_up() && coverage.on_roll == 1_199);

    let imported = import(&app, example()).await;
    assert_eq!((imported.students_returned, imported.on_roll_after), (1, 1_200));
    assert_eq!(student(&app, &child.id.0).await.guardians[0].person, guardian.id);
    let coverage = status(&app).await;
    assert!(coverage.adds_up());
    let reminded = ask(&app, &Request::CampaignRemind { school: school() }).await.unwrap();
    assert!(reminded == Answer::Reminded { guardians: 1 }, "all others' questions are still on their way");
    app.tick().await.unwrap();
    assert_eq!(frames().await, 1, "a student who is new on the roll is asked by the reminder");
}
