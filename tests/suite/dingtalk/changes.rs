//! Changes of the contacts: pushed or fetched because they could not be, each leads to one reading of the class that it is
//! about.

use chrono::Duration;
use kehou::domain::people::Student;
use kehou::simulator::dingtalk::ClassInContacts;
use kehou::store::faulty::Fault;
use kehou::usecase::directory::Synced;
use kehou::usecase::lost;
use kehou::usecase::office::Answer;

use super::*;

/// The class of the small school.
const CLASS: i64 = 101;
/// A class of it that the plan does not have.
const OTHER_CLASS: i64 = 102;

struct School {
    world: World,
    class: ClassInContacts,
}

impl School {
    /// A school whose contacts were read once.
    async fn start() -> Self {
        let world = World::start(false).await;
        let school = Self { class: one_class().contacts().remove(0), world };
        school.sync(false).await;
        school
    }

    /// Reads the contacts, or only says what that would change and how the readings before went.
    async fn sync(&self, is_dry_run: bool) -> Synced {
        let school = self.world.small.school.clone();
        let sync = Request::RosterSync { school, is_dry_run, is_forced: false };
        match answer(&self.world.app.service, &sync, self.world.clock.now()).await.unwrap() {
            Answer::Synced(synced) => synced,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody is added to the class; the event of it, which nobody was told of yet.
    fn add(&mut self, id: &str) -> Event {
        self.class.students.push((id.to_owned(), "新同学".to_owned()));
        self.class.guardians.push((format!("G{id}"), id.to_owned(), "M".to_owned(), "妈妈".to_owned()));
        self.world.simulator.put_class(self.class.clone());
        let fields = serde_json::json!({"class_id": CLASS, "role": "student", "userid": id});
        Event { kind: "edu_user_insert".to_owned(), fields }
    }

    /// The contacts have another class with these students.
    fn other_class(&self, students: &[&str]) {
        let students = students.iter().map(|id| ((*id).to_owned(), "新同学".to_owned())).collect();
        let name = "9班".to_owned();
        let class =
            ClassInContacts { id: OTHER_CLASS, grade: 6, name, students, ..ClassInContacts::default() };
        self.world.simulator.put_class(class);
    }

    /// How many students are on the roll.
    async fn on_roll(&self) -> usize {
        let store = self.world.app.seams.store.as_ref();
        let students = record::all::<Student>(store, &self.world.small.school).await.unwrap();
        students.iter().filter(|(_, student)| student.value.is_on_roll).count()
    }

    fn calls(&self) -> u64 {
        let robot = self.world.app.platform(Channel::DingtalkRobot, &self.world.small.school).unwrap();
        robot.meter().unwrap().reading().calls
    }

    async fn pass(&self, time: Duration) {
        self.world.clock.advance(time);
        self.world.app.settle().await.unwrap();
    }
}

fn one_class() -> ExampleSchool {
    let mut example = ExampleSchool::invent();
    let class = example.students[0][..2].to_vec();
    example.students.retain(|row| row[..2] == class);
    without_accounts(&mut example.students);
    example.staff.iter_mut().for_each(|row| row.swap(4, 5));
    example
}

#[tokio::test]
async fn after_an_event_of_one_class_that_class_is_read_and_nothing_else() {
    let mut school = School::start().await;
    let before = (school.on_roll().await, school.calls());
    let event = school.add("s901");
    school.world.simulator.announce(&event).await.unwrap();
    school.pass(Duration::hours(5)).await;
    assert_eq!((school.on_roll().await, school.calls()), before, "it rests for some hours");
    school.pass(Duration::hours(1)).await;
    assert_eq!(school.on_roll().await, before.0 + 1);
    let of_class = school.calls() - before.1;
    assert!(of_class <= 6, "its teachers, students and relations: {of_class}");
    school.pass(Duration::hours(24)).await;
    assert_eq!(school.calls() - before.1, of_class, "once");
    // Of something else it is not known what it was: the whole is read, and later.
    let changed = Event { kind: "edu_dept_update".to_owned(), fields: serde_json::json!({"dept_id": CLASS}) };
    school.world.simulator.announce(&changed).await.unwrap();
    school.pass(Duration::hours(12)).await;
    assert_eq!(school.calls() - before.1, of_class);
    school.pass(Duration::hours(48)).await;
    assert!(school.calls() - before.1 > 2 * of_class, "{}", school.calls());
}

#[tokio::test]
async fn an_event_that_could_not_be_delivered_is_fetched_and_takes_effect_once() {
    let mut school = School::start().await;
    let on_roll = school.on_roll().await;
    school.world.clock.advance(Duration::hours(1));
    let event = school.add("s902");
    school.world.simulator.lose(&event);
    assert_eq!(school.world.app.fetch_lost().await.unwrap(), 1);
    assert_eq!(school.world.app.fetch_lost().await.unwrap(), 0, "the second look drops it there");
    assert_eq!((school.world.simulator.lost(), school.world.simulator.figures().lost_calls), (0, 2));
    school.pass(Duration::hours(6)).await;
    assert_eq!(school.on_roll().await, on_roll + 1);
    // What a reading has seen long since is not read again.
    let event = school.add("s903");
    school.world.simulator.lose(&event);
    school.world.clock.advance(Duration::hours(1));
    school.sync(false).await;
    assert_eq!(school.on_roll().await, on_roll + 2);
    assert_eq!(school.world.app.fetch_lost().await.unwrap(), 0);
}

#[tokio::test]
async fn what_the_reading_of_another_class_did_not_see_takes_effect() {
    let mut school = School::start().await;
    school.other_class(&["s801"]);
    school.sync(false).await;
    school.world.clock.advance(Duration::minutes(1));
    school.other_class(&["s801", "s802"]);
    let fields = serde_json::json!({"class_id": OTHER_CLASS, "role": "student", "userid": "s802"});
    school.world.simulator.lose(&Event { kind: "edu_user_insert".to_owned(), fields });
    let event = school.add("s905");
    school.world.simulator.announce(&event).await.unwrap();
    school.pass(Duration::hours(7)).await;
    assert_eq!(school.world.app.fetch_lost().await.unwrap(), 1, "only the first class was read since");
}

#[tokio::test]
async fn a_class_that_changes_every_other_day_does_not_put_off_the_weekly_reading_of_all() {
    let mut school = School::start().await;
    let whole_at = school.sync(true).await.readings.read_whole_at;
    assert!(whole_at.is_some());
    for day in 0..9 {
        if day % 2 == 0 {
            let event = school.add(&format!("s91{day}"));
            school.world.simulator.announce(&event).await.unwrap();
        }
        school.pass(Duration::hours(12)).await;
        school.pass(Duration::hours(12)).await;
    }
    let readings = school.sync(true).await.readings;
    assert!(readings.read_whole_at > whole_at, "{readings:?}");
    assert!(readings.read_at > readings.read_whole_at, "a class was read since");
}

#[tokio::test]
async fn after_a_crash_in_the_middle_of_a_fetch_the_contacts_are_read_again() {
    let school = School::start().await;
    let account = (&school.world.small.school, Channel::DingtalkNotice);
    assert_eq!(school.sync(true).await.readings.changed_at, None);
    lost::begin(&school.world.app.service, account, school.world.clock.now()).await.unwrap();
    // What was fetched is lost with the process; the next one only knows that something was.
    school.world.app.fetch_lost().await.unwrap();
    let readings = school.sync(true).await.readings;
    assert_eq!((readings.changed_at.is_some(), readings.changed_classes), (true, None));
}

#[tokio::test]
async fn one_answer_of_a_fetch_that_got_lost_waits_for_the_weekly_reading_and_two_in_a_row_do_not() {
    let school = School::start().await;
    let lose = async |answers: usize| {
        let outage = kehou::simulator::dingtalk::Outage::AnswerLost;
        for _ in 0..answers {
            let faults = Faults { outage, outage_calls: Some(1), ..Faults::default() };
            school.world.simulator.set_faults(faults);
            school.world.app.fetch_lost().await.unwrap_err();
        }
        school.world.app.fetch_lost().await.unwrap();
        school.sync(true).await.readings.changed_at.is_some()
    };
    assert!(!lose(1).await && !lose(1).await);
    assert!(lose(2).await);
}

#[tokio::test]
async fn a_write_that_fails_anywhere_in_a_fetch_loses_no_event() {
    for fault in [Fault::FailBefore, Fault::FailAfter] {
        for nth in 1.. {
            let mut school = School::start().await;
            let on_roll = school.on_roll().await;
            school.world.clock.advance(Duration::hours(1));
            let event = school.add("s904");
            school.world.simulator.lose(&event);
            let before = school.world.store.commits();
            school.world.store.on_commit(before + nth, fault);
            let fetched = school.world.app.fetch_lost().await;
            let is_beyond = school.world.store.commits() < before + nth;
            assert_eq!(fetched.is_ok(), is_beyond, "{fault:?} {nth}");
            if is_beyond {
                assert!(nth > 3, "begin, take and end");
                break;
            }
            school.world.app.fetch_lost().await.unwrap();
            school.pass(Duration::hours(47)).await;
            school.pass(Duration::hours(1)).await;
            assert_eq!(school.on_roll().await, on_roll + 1, "{fault:?} {nth}");
        }
    }
}
