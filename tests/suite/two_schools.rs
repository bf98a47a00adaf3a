//! One server, two schools, and a mother with a child in each: what she says to one school stays there.

use std::sync::Arc;

use chrono::{NaiveTime, TimeZone as _};
use kehou::app::{App, Parts, Seams, stage};
use kehou::clock::{Clock as _, ManualClock};
use kehou::domain::calendar::ZONE;
use kehou::domain::enrolment::{Standing, Wish};
use kehou::domain::people::{
    Channel, ClassId, ContactPoint, Grade, Guardianship, Person, PersonId, PersonName, Relation, Role,
    SchoolId, Student, StudentId,
};
use kehou::ids::Ids;
use kehou::platform::terminal::{Mailbox, Terminal};
use kehou::platform::{Content, Inbound, InboundId, Platform};
use kehou::rehearsal::cast::Cast;
use kehou::store::{Batch, Expect};
use kehou::usecase::record::{self, AccountOwner};
use kehou::usecase::{School, campaign, flow_files, ledger};

/// Her account, the same in both schools' chat apps.
const ACCOUNT: &str = "he.qiulan";

struct Two {
    app: Arc<App>,
    clock: Arc<ManualClock>,
    mailboxes: [Mailbox; 2],
    messages: usize,
}

const SCHOOLS: [(&str, &str, &str); 2] =
    [("qinghe", "青禾路小学", "李小禾"), ("linhe", "临河小学", "李小苗")];

fn id(place: usize) -> SchoolId {
    SchoolId(SCHOOLS[place].0.to_owned())
}

/// Both children have the same number, as numbers of different schools may.
fn number() -> StudentId {
    StudentId("20240301".to_owned())
}

impl Two {
    async fn open() -> Self {
        let morning = ZONE.with_ymd_and_hms(2026, 11, 23, 10, 0, 0).unwrap().to_utc();
        let clock = Arc::new(ManualClock::new(morning));
        let mailboxes = [Mailbox::default(), Mailbox::default()];
        let terminal = |place: usize| -> Arc<dyn Platform> {
            Arc::new(Terminal::new(id(place), clock.clone(), mailboxes[place].clone()))
        };
        let school = |place: usize| School {
            id: id(place),
            name: SCHOOLS[place].1.to_owned(),
            ..Cast::school().unwrap()
        };
        let parts = Parts {
            schools: vec![school(0), school(1)],
            flows: flow_files::shipped(),
            loaded: None,
            flows_dir: None,
            platforms: vec![terminal(0), terminal(1)],
            digest_at: NaiveTime::from_hms_opt(20, 0, 0).unwrap(),
            public_url: "https://kehou.example.cn".parse().unwrap(),
        };
        let seams = Seams { clock: clock.clone(), ids: Arc::new(Ids::seeded(7)), store: stage::memory() };
        let app = App::assemble(parts, seams).await.unwrap();
        let two = Self { app, clock, mailboxes, messages: 0 };
        two.enrol(0).await;
        two.enrol(1).await;
        two
    }

    async fn enrol(&self, place: usize) {
        let class = ClassId { grade: Grade::School(3), number: 2 };
        let mother = PersonId("p_mother".to_owned());
        let guardian = Guardianship { person: mother.clone(), relation: Relation("妈妈".to_owned()) };
        let student = Student {
            id: number(),
            name: PersonName(SCHOOLS[place].2.to_owned()),
            class,
            gender: None,
            guardians: vec![guardian],
            is_on_roll: true,
        };
        let point =
            ContactPoint { channel: Channel::Terminal, account: ACCOUNT.to_owned(), is_reachable: true };
        let person = Person {
            id: mother.clone(),
            name: PersonName("何秋兰".to_owned()),
            phone: None,
            contact_points: vec![point],
            roles: vec![Role::Guardian],
            children: vec![number()],
        };
        let (school, mut batch) = (id(place), Batch::default());
        let put = |batch: &mut Batch| -> Result<(), kehou::usecase::UseCaseError> {
            record::put(
                batch,
                &school,
                record::key::<Student>(&school, number().0),
                &student,
                Expect::Absent,
            )?;
            record::put(batch, &school, record::key::<Person>(&school, &mother), &person, Expect::Absent)?;
            let account = record::account_id(Channel::Terminal, ACCOUNT);
            let owner = AccountOwner { person: mother.clone() };
            let key = record::key::<AccountOwner>(&school, account);
            record::put(batch, &school, key, &owner, Expect::Absent)?;
            let line = kehou::domain::ledger::LedgerLine {
                at: self.clock.now(),
                student: number(),
                actor: kehou::domain::ledger::Actor::Office,
                source: None,
                change: kehou::domain::ledger::Change::JoinedRoll { class },
            };
            batch.writes.push(ledger::append(&school, &line)?);
            Ok(())
        };
        put(&mut batch).unwrap();
        self.app.seams.store.commit(batch).await.unwrap();
    }

    /// She writes to one school; returns what it answers.
    async fn says(&mut self, place: usize, words: &str) -> String {
        self.messages += 1;
        self.says_as(place, words, self.messages).await
    }

    async fn says_as(&self, place: usize, words: &str, message: usize) -> String {
        let inbound = Inbound {
            school: id(place),
            channel: Channel::Terminal,
            id: InboundId(format!("m:{message}")),
            account: ACCOUNT.to_owned(),
            content: Content::Text(words.to_owned()),
            sent_at: None,
            envelope: String::new(),
        };
        let reply = self.app.receive(&inbound, self.clock.now()).await.unwrap();
        self.app.settle().await.unwrap();
        reply.unwrap_or_default()
    }

    fn arrived(&self, place: usize) -> String {
        self.mailboxes[place].take().into_iter().map(|arrived| arrived.words).collect::<Vec<_>>().join("\n")
    }

    async fn standing(&self, place: usize) -> Standing {
        let key = record::key::<Standing>(&id(place), number().0);
        let stored = record::load::<Standing>(self.app.seams.store.as_ref(), &key).await.unwrap();
        stored.map(|stored| stored.value).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_mother_with_a_child_in_each_of_two_schools_has_two_conversations() {
    let mut two = Two::open().await;
    for place in [0, 1] {
        let school = two.app.service.school(&id(place)).unwrap().clone();
        campaign::open(&two.app.service, &school, 5, two.clock.now()).await.unwrap();
    }
    two.app.settle().await.unwrap();
    for (place, (_, name, child)) in SCHOOLS.into_iter().enumerate() {
        let asked = two.arrived(place);
        assert!(asked.contains(child) && !asked.contains(SCHOOLS[1 - place].2), "{name}: {asked}");
    }
    // She answers one school, and is in the middle of its questions when she answers the other.
    assert!(two.says(0, "参加").await.contains("哪几天"));
    let declined = two.says(1, "不参加").await;
    assert!(declined.contains("李小苗") && !declined.contains("李小禾"), "{declined}");
    assert!(two.says(0, "周一周三").await.contains("几点"));
    assert_eq!(two.standing(0).await.registration(), None, "not confirmed yet");
    assert_eq!(two.standing(1).await.registration().unwrap().wish, Wish::Declined);
    two.says(0, "五点半").await;
    two.says(0, "听老师安排").await;
    let confirmed = two.says(0, "对").await;
    let standing = two.standing(0).await;
    let wish = standing.registration().map(|registration| &registration.wish);
    assert!(matches!(wish, Some(Wish::Accepted(_))), "{confirmed}");
    let (here, there) = (two.says(0, "我的").await, two.says(1, "我的").await);
    assert!(here.contains("李小禾") && !here.contains("李小苗"), "{here}");
    assert!(there.contains("李小苗") && !there.contains("李小禾"), "{there}");
    assert_eq!(two.arrived(0) + &two.arrived(1), "", "nothing went out besides the answers");
}

#[tokio::test]
async fn the_same_message_id_from_two_schools_is_two_messages() {
    let two = Two::open().await;
    let here = two.says_as(0, "我的", 1).await;
    let there = two.says_as(1, "我的", 1).await;
    assert!(here.contains("李小禾") && there.contains("李小苗"), "{here} / {there}");
    assert_eq!(two.says_as(0, "菜单", 1).await, here, "delivered again, the same answer");
}
