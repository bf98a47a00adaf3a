//! Guardians' chat with the robot is tried with one of them, and used only after their own answer came.

use kehou::usecase::checkup;
use kehou::usecase::guardian_chat::GuardianChat;
use kehou::usecase::office::OfficeError;

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

    async fn probe(&self, account: &str) -> Result<(), String> {
        let (school, account) = (self.world.small.school.clone(), account.to_owned());
        let request = Request::TryGuardianChat { school, account };
        let asked = answer(&self.world.app.service, &request, self.world.clock.now()).await;
        self.world.app.outbox.drain().await.unwrap();
        match asked {
            Ok(_) => Ok(()),
            Err(OfficeError::Refused(said)) => Err(said),
            Err(error) => panic!("{error}"),
        }
    }

    async fn chat(&self) -> Option<GuardianChat> {
        let (store, now) = (self.world.app.seams.store.as_ref(), self.world.clock.now());
        checkup::look(store, &self.world.small.school, now).await.guardian_chat
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
    assert_eq!((school.says(0, "帮助").await, school.chat().await), (0, None));
    assert!(school.probe("nobody").await.unwrap_err().contains("没有这个钉钉账号的家长"));
    let account = school.two[0].1.clone();
    school.probe(&account).await.unwrap();
    assert!(school.world.last_words(&account).contains("回复“收到”"));
    assert!(matches!(school.chat().await, Some(GuardianChat::Arrived { .. })));
    assert_eq!(school.says(1, "帮助").await, 0, "another one does not settle it");
    assert_eq!(school.says(0, "收到").await, 1);
    assert!(matches!(school.chat().await, Some(GuardianChat::Works { .. })));
    assert_eq!(school.says(1, "帮助").await, 1);
    assert!(!school.world.last_words(&school.two[1].1).is_empty());
    assert_eq!(school.says(0, "帮助").await, 2);
}

#[tokio::test]
async fn a_trial_that_does_not_arrive_changes_nothing_and_can_be_made_again() {
    let school = Guardians::start().await;
    let account = school.two[0].1.clone();
    school.world.simulator.set_in_range(&account, false);
    school.probe(&account).await.unwrap();
    assert!(matches!(school.chat().await, Some(GuardianChat::Refused { .. })));
    let people = record::all::<Person>(school.world.app.seams.store.as_ref(), &school.world.small.school);
    let people = people.await.unwrap();
    let points = people.iter().flat_map(|(_, person)| &person.value.contact_points);
    assert!(
        points.filter(|point| point.account == account).all(|point| point.is_reachable),
        "the notices still go"
    );
    school.world.simulator.set_in_range(&account, true);
    school.probe(&account).await.unwrap();
    assert!(matches!(school.chat().await, Some(GuardianChat::Arrived { .. })));
}
