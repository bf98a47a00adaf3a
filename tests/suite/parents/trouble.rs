//! What goes wrong with 学校通知 is found in the end: parents whom nobody told us about, and switches that nobody set.

use chrono::NaiveTime;
use kehou::domain::enrolment::Standing;
use kehou::domain::people::StudentId;
use kehou::simulator::wecom::{Faults, Outage, Rights};
use kehou::usecase::campaign;
use kehou::usecase::office::{Listed, OutboxState};

use super::*;

/// A class that is known from its directory, and the survey that asks it.
async fn asked() -> Plain {
    let plain = Plain::start(1).await;
    plain.import().await;
    plain.sync().await;
    plain
}

impl Plain {
    async fn open_survey(&self) {
        let school = self.app.service.school(&self.small.school).unwrap();
        campaign::open(&self.app.service, school, 5, self.clock.now()).await.unwrap();
        self.app.settle().await.unwrap();
    }

    /// How many questions about a child are on a parent's phone.
    fn questions(&self, parent: &str, child: &str) -> usize {
        let thread = self.small.simulator.parent_phone(parent).unwrap().thread;
        let words = thread.iter().map(|message| message.shows.words());
        words.filter(|words| words.contains(child) && words.contains("参加吗")).count()
    }

    /// A child of two parents who have no other child here: id, name and the parents, the first to be asked first.
    async fn family(&self) -> (StudentId, String, [String; 2]) {
        let people = self.people().await;
        for student in self.students().await {
            let parents: Vec<String> = student
                .guardians
                .iter()
                .map(|it| &people[&it.person])
                .filter(|person| person.children.len() == 1)
                .filter(|person| person.contact_points.iter().all(|point| point.channel != Channel::WecomApp))
                .flat_map(|person| &person.contact_points)
                .filter(|point| point.channel == Channel::WecomNotice)
                .map(|point| point.account.clone())
                .collect();
            if let Ok(parents) = <[String; 2]>::try_from(parents) {
                return (student.id, student.name.0, parents);
            }
        }
        panic!("the class has no such family");
    }

    async fn standing(&self, child: &StudentId) -> Standing {
        let key = record::key::<Standing>(&self.small.school, &child.0);
        record::load::<Standing>(self.app.seams.store.as_ref(), &key).await.unwrap().unwrap().value
    }

    async fn parked(&self) -> Listed {
        let (school, state) = (self.small.school.clone(), OutboxState::Parked);
        match self.ask(&Request::OutboxList { school, state }).await.unwrap() {
            Answer::Outbox(listed) => listed,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_notice_that_was_dropped_without_a_word_leads_to_the_other_guardian() {
    let plain = asked().await;
    let (child, name, [first, second]) = plain.family().await;
    let simulator = &plain.small.simulator;
    // Nobody tells that the first one follows no longer, and the platform says that all is well.
    simulator.set_follows(&first, false);
    simulator.keep_quiet();
    simulator.set_faults(Faults { skips_non_followers: true, ..Faults::default() });
    plain.open_survey().await;
    assert!(matches!(plain.standing(&child).await, Standing::Silent { .. }), "taken as asked");
    assert_eq!((plain.questions(&first, &name), plain.questions(&second, &name)), (0, 0));
    assert_eq!(plain.is_reachable(&first).await, Some(true));

    // The night finds it; the second school day asks the other one.
    let school = plain.app.service.school(&plain.small.school).unwrap().clone();
    let today = school.calendar.local_date(plain.clock.now());
    for day in 1..=2 {
        for hour in [4, 12, 19] {
            let time = NaiveTime::from_hms_opt(hour, 1, 0).unwrap();
            plain.clock.move_to(school.calendar.moment(today + Duration::days(day), time));
            plain.app.settle().await.unwrap();
        }
    }
    assert_eq!(plain.is_reachable(&first).await, Some(false));
    assert_eq!((plain.questions(&first, &name), plain.questions(&second, &name)), (0, 1));
    assert_eq!(simulator.figures().notices_skipped, 1, "nothing more goes where nobody follows");
}

#[tokio::test]
async fn who_unfollows_before_being_asked_is_not_asked_and_the_other_guardian_is() {
    let plain = asked().await;
    let (child, name, [first, second]) = plain.family().await;
    plain.small.simulator.set_follows(&first, false);
    for told in plain.small.simulator.announce().await {
        told.unwrap();
    }
    plain.open_survey().await;
    assert_eq!((plain.questions(&first, &name), plain.questions(&second, &name)), (0, 1));
    assert!(matches!(plain.standing(&child).await, Standing::Silent { .. }));
}

#[tokio::test]
async fn a_switch_that_nobody_set_is_named_and_what_waited_goes_out_once_when_it_is() {
    let plain = asked().await;
    let simulator = &plain.small.simulator;
    let since = plain.clock.now();
    simulator.set_rights(Rights { writes_to_parents: false, ..Rights::default() });
    plain.open_survey().await;
    let parked = plain.parked().await;
    assert!(!parked.rows.is_empty());
    for row in &parked.rows {
        let reason = row.reason.as_deref().unwrap();
        assert!(reason.contains("48002") && reason.contains("家长可使用的应用"), "{reason}");
    }
    simulator.set_rights(Rights::default());
    simulator.set_faults(Faults { outage: Outage::Code(60020), outage_calls: Some(1), ..Faults::default() });
    plain.pass(Duration::minutes(6)).await;
    assert!(
        plain.parked().await.rows.iter().any(|row| row.reason.as_deref().unwrap().contains("企业可信IP"))
    );
    let resend = Request::OutboxResend { school: plain.small.school.clone(), since };
    plain.ask(&resend).await.unwrap();
    for _ in 0..10 {
        plain.pass(Duration::minutes(1)).await;
    }
    assert!(plain.parked().await.rows.is_empty());
    let school = plain.app.service.school(&plain.small.school).unwrap();
    let counts = campaign::status(&plain.app.service, school).await.unwrap().total;
    assert_eq!(counts.not_asked, 0, "{counts:?}");
    for student in plain.students().await {
        let parents = simulator.parents();
        let asked: usize = parents.iter().map(|parent| plain.questions(&parent.id, &student.name.0)).sum();
        assert!(asked <= 1, "a child is asked about once");
    }
}
