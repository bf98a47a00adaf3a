//! Guardians' chat with the robot is tried with one of them, and used only after their own answer came.

use kehou::outbox::{self, Listing};
use kehou::usecase::checkup;
use kehou::usecase::office::OfficeError;
use kehou::usecase::trial::{ChatKnown, Progress};

use super::*;

struct Guardians {
    world: World,
    /// Two guardians who are not staff, with their accounts in the contacts.
    two: Vec<(PersonId, String)>,
}

impl Guardians {
    async fn start() -> Self {
        let world = World::start(false).await;
        let school = world.small.school.clone();
        let sync = Request::RosterSync { school: school.clone(), is_dry_run: false, is_forced: false };
        answer(&world.app.service, &sync, world.clock.now()).await.unwrap();
        let people = record::all::<Person>(world.app.seams.store.as_ref(), &school).await.unwrap();
        let mut two = Vec::new();
        for (_, person) in people {
            let points = &person.value.contact_points;
            let on = |channel| points.iter().find(|point| point.channel == channel);
            if let (Some(point), None) = (on(Channel::DingtalkNotice), on(Channel::DingtalkRobot))
                && two.len() < 2
            {
                two.push((person.value.id.clone(), point.account.clone()));
            }
        }
        Self { world, two }
    }

    async fn begin(&self, account: &str) -> Result<(), String> {
        let (school, account) = (self.world.small.school.clone(), account.to_owned());
        let request = Request::BeginTrial { school, account };
        match answer(&self.world.app.service, &request, self.world.clock.now()).await {
            Ok(_) => Ok(()),
            Err(OfficeError::Refused(said)) => Err(said),
            Err(error) => panic!("{error}"),
        }
    }

    async fn probe(&self, account: &str) -> Result<(), String> {
        let begun = self.begin(account).await;
        self.world.app.outbox.drain().await.unwrap();
        begun
    }

    async fn chat(&self) -> ChatKnown {
        let (store, now) = (self.world.app.seams.store.as_ref(), self.world.clock.now());
        checkup::look(store, &self.world.small.school, now).await.chat
    }

    async fn progress(&self) -> Option<Progress> {
        self.chat().await.trial
    }

    async fn works(&self) -> bool {
        self.chat().await.works_since.is_some()
    }

    async fn says(&self, guardian: usize, words: &str) -> u64 {
        self.world.simulator.say(&self.two[guardian].1, words).await.unwrap();
        self.world.app.outbox.drain().await.unwrap();
        self.world.turns(&self.two[guardian].0).await
    }
}

#[tokio::test]
async fn who_writes_to_the_robot_is_left_alone_until_one_guardian_has_answered_a_trial() {
    let school = Guardians::start().await;
    assert_eq!((school.says(0, "帮助").await, school.chat().await), (0, ChatKnown::default()));
    assert!(school.probe("nobody").await.unwrap_err().contains("没有这个钉钉账号的家长"));
    let account = school.two[0].1.clone();
    school.probe(&account).await.unwrap();
    assert!(school.world.last_words(&account).contains("请回复“能看到”"));
    assert!(matches!(school.progress().await, Some(Progress::Arrived { .. })));
    assert_eq!(school.says(1, "帮助").await, 0, "another one does not settle it");
    assert_eq!(school.says(0, "能看到。").await, 0, "it is no ordinary turn");
    assert_eq!(school.world.last_words(&account), "谢谢您，在这里可以和课后服务说话了。");
    assert!(school.works().await);
    assert_eq!(school.says(1, "帮助").await, 1);
    assert!(!school.world.last_words(&school.two[1].1).is_empty());
    assert_eq!(school.says(0, "能看到").await, 1, "the word is the trial's once");
}

#[tokio::test]
async fn other_words_answer_a_trial_and_are_said_to_the_school_as_well() {
    let school = Guardians::start().await;
    school.probe(&school.two[0].1).await.unwrap();
    assert_eq!(school.says(0, "帮助").await, 1);
    assert!(school.works().await);
}

#[tokio::test]
async fn a_trial_that_does_not_arrive_changes_nothing_and_can_be_made_again() {
    let school = Guardians::start().await;
    let account = school.two[0].1.clone();
    school.world.simulator.set_in_range(&account, false);
    school.probe(&account).await.unwrap();
    assert!(matches!(school.progress().await, Some(Progress::Refused { .. })));
    let people = record::all::<Person>(school.world.app.seams.store.as_ref(), &school.world.small.school);
    let people = people.await.unwrap();
    let points = people.iter().flat_map(|(_, person)| &person.value.contact_points);
    assert!(
        points.filter(|point| point.account == account).all(|point| point.is_reachable),
        "the notices still go"
    );
    school.world.simulator.set_in_range(&account, true);
    school.probe(&account).await.unwrap();
    assert!(matches!(school.progress().await, Some(Progress::Arrived { .. })));
}

#[tokio::test]
async fn a_chat_that_works_goes_on_whatever_a_later_trial_shows() {
    let school = Guardians::start().await;
    school.probe(&school.two[0].1).await.unwrap();
    school.says(0, "能看到").await;
    school.world.simulator.set_in_range(&school.two[1].1, false);
    school.probe(&school.two[1].1).await.unwrap();
    assert!(matches!(school.progress().await, Some(Progress::Refused { .. })));
    assert!(school.works().await);
    assert_eq!(school.says(0, "帮助").await, 1);
}

#[tokio::test]
async fn what_becomes_of_the_message_of_an_older_trial_says_nothing_of_the_present_one() {
    let school = Guardians::start().await;
    let (one, other) = (school.two[0].1.clone(), school.two[1].1.clone());
    school.world.simulator.set_in_range(&one, false);
    school.begin(&one).await.unwrap();
    school.begin(&other).await.unwrap();
    school.world.app.outbox.drain().await.unwrap();
    assert!(matches!(school.progress().await, Some(Progress::Arrived { .. })));
}

#[tokio::test]
async fn an_answer_before_the_receipt_counts_when_the_message_has_arrived() {
    let school = Guardians::start().await;
    school.begin(&school.two[0].1).await.unwrap();
    // The answer goes to where it was written, the trial's message is still on its way.
    school.world.simulator.say(&school.two[0].1, "能看到").await.unwrap();
    assert!(matches!(school.progress().await, Some(Progress::Sent { .. })));
    assert!(!school.works().await);
    school.world.app.outbox.drain().await.unwrap();
    assert!(matches!(school.progress().await, Some(Progress::Answered { .. })));
    assert!(school.works().await);
}

#[tokio::test]
async fn the_message_of_a_trial_rests_at_night_and_is_worthless_after_a_day() {
    let school = Guardians::start().await;
    let account = school.two[0].1.clone();
    school.begin(&account).await.unwrap();
    let (store, id) = (school.world.app.seams.store.as_ref(), &school.world.small.school);
    let rows = outbox::list(store, id, Listing::Waiting, 10).await.unwrap();
    let row = rows.iter().find(|row| row.account == account).unwrap();
    let day = chrono::Duration::hours(24);
    assert!(row.lane.rests_in_quiet_hours() && row.expires_at == Some(row.created_at + day), "{row:?}");
}
