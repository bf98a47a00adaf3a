//! The outbox over a memory store and a platform that misbehaves on demand; the clock is moved by hand.

mod admin;
mod cards;
mod failures;
mod laws;
mod outcomes;
mod pictures;

use std::sync::Mutex;

use super::*;
use crate::clock::ManualClock;
use crate::domain::people::Channel;
use crate::platform::faulty::{Fault, FaultyPlatform, LIMITS};
use crate::platform::{
    Call, CallbackAnswer, CallbackRequest, Inbound, Limits, Message, Opened, Rejected, SendError, SendReport,
};
use crate::store::memory::MemoryStore;
use crate::store::{Batch, Range};

const HOOK_LOG: &str = "delivered";

/// Appends a line for each row that arrived or did not.
#[derive(Debug)]
struct LoggingDeliveries;

#[async_trait]
impl Deliveries for LoggingDeliveries {
    async fn ended(&self, rows: &[(&Row, Ending)], _at: Moment) -> Result<Vec<Write>, StoreError> {
        Ok(rows.iter().map(|(row, end)| line(row, end)).collect())
    }
}

fn line(row: &Row, end: &Ending) -> Write {
    let hook = row.on_delivered.as_deref().unwrap_or_default();
    let end = format!("{end:?}");
    let end = end.trim_end_matches("(None)");
    Write::Append { log: HOOK_LOG.to_owned(), body: format!("{}|{end}|{hook}", row.id).into_bytes() }
}

/// A school with one account of a platform.
struct School {
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    ids: Arc<Ids>,
    platform: Arc<FaultyPlatform>,
    quiet_hours: BTreeMap<SchoolId, DailyHours>,
}

fn school_with(limits: Limits) -> School {
    // 09:00 on a Tuesday in the school's zone.
    let start: Moment = "2026-09-01T01:00:00Z".parse().unwrap();
    let clock = Arc::new(ManualClock::new(start));
    let platform = Arc::new(FaultyPlatform::new("east".into(), Channel::WecomApp, limits, clock.clone()));
    let (store, ids) = (Arc::new(MemoryStore::new()), Arc::new(Ids::seeded(5)));
    School { store, clock, ids, platform, quiet_hours: BTreeMap::new() }
}

fn school() -> School {
    school_with(LIMITS)
}

impl School {
    fn outbox(&self) -> Outbox {
        self.outbox_over(self.platform.clone())
    }

    fn outbox_over(&self, platform: Arc<dyn Platform>) -> Outbox {
        Outbox::new(
            self.store.clone(),
            self.clock.clone(),
            self.ids.clone(),
            vec![platform],
            Arc::new(LoggingDeliveries),
            self.quiet_hours.clone(),
        )
    }

    fn row(&self, account: &str, lane: Lane, words: &str) -> Row {
        let now = self.clock.now();
        Row {
            id: self.ids.new_id("o_", now),
            school: "east".into(),
            channel: Channel::WecomApp,
            account: account.to_owned(),
            person: account.into(),
            lane,
            message: Message::Text(words.to_owned()),
            created_at: now,
            not_before: now,
            expires_at: None,
            attempts: 0,
            retry_at: None,
            is_alone: false,
            state: RowState::Waiting,
            dedup_key: None,
            on_delivered: None,
            answers: None,
            sequence: 0,
        }
    }

    async fn enqueue(&self, rows: impl IntoIterator<Item = Row>) {
        let mut batch = Batch::default();
        for row in rows {
            enqueue(&mut batch, row);
        }
        self.store.commit(batch).await.unwrap();
    }

    async fn drain(&self) -> DrainReport {
        self.outbox().drain().await.unwrap()
    }

    async fn rows(&self) -> Vec<Row> {
        let records = self.store.scan(OUTBOX, &Range::all(100_000)).await.unwrap();
        records.iter().map(|record| Row::read(record).unwrap()).collect()
    }

    async fn hooks(&self) -> Vec<String> {
        let entries = self.store.read_log(HOOK_LOG, 0, 100_000).await.unwrap();
        entries.into_iter().map(|entry| String::from_utf8(entry.body).unwrap()).collect()
    }

    fn reached(&self) -> Vec<(String, String)> {
        self.platform.reached().into_iter().map(|one| (one.account, words(&one.message))).collect()
    }
}

fn words(message: &Message) -> String {
    match message {
        Message::Text(text) => text.clone(),
        Message::TextCard { title, .. } => title.clone(),
        Message::Image { .. } | Message::Card(_) | Message::CardUpdate(_) => message.in_words(),
    }
}

fn minutes(count: i64) -> chrono::Duration {
    chrono::Duration::minutes(count)
}

fn pair(account: &str, words: &str) -> (String, String) {
    (account.to_owned(), words.to_owned())
}

#[tokio::test]
async fn the_same_words_to_many_are_one_call_and_everybody_is_told_once() {
    let school = school_with(Limits { recipients_max: 400, ..LIMITS });
    let accounts: Vec<String> = (0..1_000).map(|number| format!("parent{number}")).collect();
    school.enqueue(accounts.iter().map(|account| school.row(account, Lane::Bulk, "意愿调查"))).await;
    let report = school.drain().await;
    assert_eq!(report, DrainReport { calls: 3, delivered: 1_000, ..DrainReport::default() });
    let mut reached: Vec<String> = school.reached().into_iter().map(|(account, _)| account).collect();
    reached.sort_unstable();
    let mut expected = accounts;
    expected.sort_unstable();
    assert_eq!(reached, expected);
    assert!(school.rows().await.is_empty());
    assert_eq!(school.hooks().await.len(), 1_000);
}

#[tokio::test]
async fn one_person_gets_messages_in_the_order_in_which_they_were_decided() {
    let school = school();
    school.enqueue(["一", "二", "三"].map(|words| school.row("li", Lane::Reply, words))).await;
    school.enqueue(["四", "五"].map(|words| school.row("li", Lane::Reply, words))).await;
    school.platform.fail(1, Fault::Unavailable);
    while !school.rows().await.is_empty() {
        school.drain().await;
        school.clock.advance(minutes(1));
    }
    assert_eq!(school.reached(), ["一", "二", "三", "四", "五"].map(|words| pair("li", words)));
}

#[tokio::test]
async fn the_more_pressing_lane_goes_first() {
    let school = school();
    let lanes = [Lane::Bulk, Lane::Decision, Lane::Reply, Lane::Urgent];
    school.enqueue(lanes.map(|lane| school.row("li", lane, &format!("{lane:?}")))).await;
    school.drain().await;
    assert_eq!(school.reached(), ["Urgent", "Reply", "Decision", "Bulk"].map(|words| pair("li", words)));
}

/// Lets bulk calls hang until they are let go.
#[derive(Debug)]
struct Stuck {
    inner: Arc<FaultyPlatform>,
    gate: tokio::sync::Semaphore,
    arrived: Mutex<usize>,
}

#[async_trait]
impl Platform for Stuck {
    fn school(&self) -> &SchoolId {
        self.inner.school()
    }
    fn channel(&self) -> Channel {
        self.inner.channel()
    }
    fn limits(&self) -> &Limits {
        self.inner.limits()
    }
    fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected> {
        self.inner.open(request)
    }
    fn answer(&self, to: &Inbound, text: Option<&str>, now: Moment) -> CallbackAnswer {
        self.inner.answer(to, text, now)
    }
    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        self.inner.compose(accounts, message)
    }
    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        if call.body.contains("调查") {
            *self.arrived.lock().unwrap() += 1;
            let _passed = self.gate.acquire().await.unwrap();
        }
        self.inner.send(call).await
    }
}

#[tokio::test]
async fn an_urgent_message_overtakes_a_survey_that_is_stuck() {
    let school = school();
    let surveys =
        (0..20).map(|number| school.row(&format!("p{number}"), Lane::Bulk, &format!("调查 {number}")));
    school.enqueue(surveys).await;
    let stuck = Arc::new(Stuck {
        inner: school.platform.clone(),
        gate: tokio::sync::Semaphore::new(0),
        arrived: Mutex::new(0),
    });
    let outbox = Arc::new(school.outbox_over(stuck.clone()));
    let draining = tokio::spawn({
        let outbox = outbox.clone();
        async move { outbox.drain().await.unwrap() }
    });
    while *stuck.arrived.lock().unwrap() < PARALLEL_MAX - PARALLEL_RESERVED {
        tokio::task::yield_now().await;
    }
    school.enqueue([school.row("li", Lane::Urgent, "来接孩子")]).await;
    outbox.wake();
    while school.reached().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(school.reached(), [pair("li", "来接孩子")]);
    assert_eq!(*stuck.arrived.lock().unwrap(), PARALLEL_MAX - PARALLEL_RESERVED, "two places stay free");
    // A row that takes its place before all others is found too.
    let mut early = school.row("zhao", Lane::Bulk, "早一点的通知");
    early.not_before -= minutes(5);
    school.enqueue([early]).await;
    outbox.wake();
    stuck.gate.add_permits(1);
    assert_eq!(draining.await.unwrap().delivered, 22);
    let place = school.reached().iter().position(|(account, _)| account == "zhao").unwrap();
    assert!(place <= PARALLEL_MAX, "place {place}");
}

#[tokio::test]
async fn the_limits_of_a_person_hold_back_only_that_person() {
    let school = school_with(Limits { per_person_per_minute: 2, per_person_per_hour: 3, ..LIMITS });
    school.enqueue((0..4).map(|number| school.row("li", Lane::Reply, &number.to_string()))).await;
    school.enqueue([school.row("wang", Lane::Reply, "a")]).await;
    let outbox = school.outbox();
    for (pass, delivered) in [(0, 3), (1, 1), (2, 0), (56, 0), (1, 1)] {
        school.clock.advance(minutes(pass));
        assert_eq!(outbox.drain().await.unwrap().delivered, delivered, "at {}", school.clock.now());
    }
}

#[tokio::test]
async fn limits_hold_across_a_restart() {
    let school = school_with(Limits { calls_per_minute: 3, per_person_per_minute: 2, ..LIMITS });
    school.enqueue((0..5).map(|number| school.row("li", Lane::Reply, &number.to_string()))).await;
    assert_eq!(school.drain().await.delivered, 2);
    assert_eq!(school.drain().await.delivered, 0, "a new outbox knows what the old one sent");
    school
        .enqueue((0..5).map(|number| school.row(&format!("p{number}"), Lane::Reply, &number.to_string())))
        .await;
    assert_eq!(school.drain().await.delivered, 1, "three calls a minute");
}

#[tokio::test]
async fn quiet_hours_hold_surveys_and_decisions_only() {
    let mut school = school();
    let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    school.quiet_hours.insert("east".into(), DailyHours { from: time(21), until: time(7) });
    school.clock.advance(chrono::Duration::hours(13));
    school.enqueue(Lane::ALL.map(|lane| school.row("li", lane, &format!("{lane:?}")))).await;
    assert_eq!(school.drain().await.delivered, 2);
    assert_eq!(school.reached(), ["Urgent", "Reply"].map(|words| pair("li", words)));
    school.clock.advance(chrono::Duration::hours(9));
    assert_eq!(school.drain().await.delivered, 2);
}

#[tokio::test]
async fn a_worthless_row_is_dropped_where_everybody_can_see_it() {
    let school = school();
    let later = school.clock.now() + minutes(10);
    let mut row = school.row("li", Lane::Urgent, "十分钟后到");
    row.expires_at = Some(later);
    let mut waiting = school.row("wang", Lane::Urgent, "明天");
    waiting.not_before = later + minutes(60);
    school.enqueue([row.clone(), waiting]).await;
    school.clock.move_to(later);
    assert_eq!(school.drain().await, DrainReport { expired: 1, ..DrainReport::default() });
    let expired = list(school.store.as_ref(), &"east".into(), Listing::Expired, 10).await.unwrap();
    assert_eq!(expired.len(), 1);
    assert_eq!(
        (expired[0].id.as_str(), &expired[0].state),
        (row.id.as_str(), &RowState::Expired { at: later })
    );
    assert_eq!(school.hooks().await, [format!("{}|Expired|", row.id)]);
    let waiting = list(school.store.as_ref(), &"east".into(), Listing::Waiting, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
}

#[tokio::test]
async fn parked_rows_are_sent_again_on_demand() {
    let school = school();
    school.platform.fail(0, Fault::Refuse);
    school.platform.fail(1, Fault::Refuse);
    school.enqueue([school.row("li", Lane::Urgent, "一")]).await;
    school.drain().await;
    let four = school.clock.advance(minutes(60));
    school.enqueue([school.row("wang", Lane::Urgent, "二")]).await;
    school.drain().await;
    let store = school.store.as_ref();
    assert_eq!(resend(store, &"west".into(), four, four).await.unwrap(), 0);
    assert_eq!(resend(store, &"east".into(), four, school.clock.now()).await.unwrap(), 1);
    assert_eq!(school.drain().await.delivered, 1);
    assert_eq!(school.reached(), [pair("wang", "二")]);
    assert_eq!(list(store, &"east".into(), Listing::Parked, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn words_that_are_meant_twice_arrive_twice() {
    let school = school();
    school.enqueue(["好的", "好的", "好的"].map(|words| school.row("li", Lane::Reply, words))).await;
    school.drain().await;
    school.enqueue([school.row("li", Lane::Reply, "好的")]).await;
    school.drain().await;
    let trimmed: Vec<String> =
        school.reached().iter().map(|(_, words)| words.trim_end().to_owned()).collect();
    assert_eq!(trimmed, ["好的"; 4]);
}

#[tokio::test]
async fn a_dedup_key_lets_a_message_be_written_once() {
    let school = school();
    let mut row = school.row("li", Lane::Bulk, "日报");
    row.dedup_key = Some("digest/2026-09-01/li".to_owned());
    row.on_delivered = Some("digest".to_owned());
    school.enqueue([row.clone()]).await;
    school.drain().await;
    let mut batch = Batch::default();
    let again = Row { id: "o_again".to_owned(), ..row.clone() };
    enqueue(&mut batch, again);
    assert!(matches!(school.store.commit(batch).await, Err(StoreError::Conflict(_))));
    assert_eq!(school.hooks().await, [format!("{}|Delivered|digest", row.id)]);
    // A month later nobody remembers.
    let outbox = school.outbox();
    outbox.drain().await.unwrap();
    outbox.tidy(school.clock.advance(chrono::Duration::days(31))).await.unwrap();
    let left = [OUTBOX, OUTBOX_DEDUP, call::OUTBOX_CALL];
    for kind in left {
        assert_eq!(school.store.scan(kind, &Range::all(10)).await.unwrap(), [], "{kind:?}");
    }
}

#[test]
fn a_row_prints_without_its_account_and_words() {
    let row = school().row("wang.xiaoming", Lane::Reply, "李小禾周三不来");
    let shown = format!("{row:?}");
    assert!(!shown.contains("wang.xiaoming") && !shown.contains("李小禾"), "{shown}");
}

#[tokio::test]
async fn the_loop_sends_what_comes_and_ends_when_told() {
    let school = school();
    let outbox = Arc::new(school.outbox());
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (outbox, stop) = (outbox.clone(), stop.clone());
        async move { outbox.run(stop).await }
    });
    school.enqueue([school.row("li", Lane::Reply, "一")]).await;
    outbox.wake();
    while school.reached().is_empty() {
        tokio::task::yield_now().await;
    }
    let mut later = school.row("li", Lane::Reply, "二");
    later.not_before = school.clock.now() + minutes(1);
    school.enqueue([later]).await;
    while school.reached().len() < 2 {
        school.clock.advance(chrono::Duration::seconds(10));
        tokio::task::yield_now().await;
    }
    stop.cancel();
    running.await.unwrap();
    assert_eq!(school.reached(), [pair("li", "一"), pair("li", "二")]);
}
