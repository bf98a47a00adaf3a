//! The town of a seed: the school that lives, chance, and what was said.
//!
//! Knows how to speak and to let time pass, with trouble on the way; not what people want. Start at [`Town::say`].

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use kehou::clock::ManualClock;
use kehou::flow::Flows;
use kehou::ids::Ids;
use kehou::rehearsal::cast::Cast;
use kehou::rehearsal::live::Live;
use kehou::rehearsal::script::{Office, Said};
use kehou::store::faulty::Fault;
use kehou::usecase::flow_files;

use super::dingtalk::{DingtalkPhones, Road};
use super::laws::Laws;

/// The commit that a fault hits at the latest, counted from the message.
const FAULTS_WITHIN: u32 = 4;

/// What a law says when it does not hold.
pub(super) type Lawful<T = ()> = Result<T, String>;

/// The days of the week.
pub(super) fn days() -> impl Iterator<Item = NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().iter_days().take(5)
}

/// Chance, the same for the same seed.
#[derive(Debug)]
pub(super) struct Chance(Ids);

impl Chance {
    /// That of a seed.
    pub(super) fn of(seed: u64) -> Self {
        Self(Ids::seeded(seed))
    }

    /// A number below `bound`.
    pub(super) fn below(&self, bound: u32) -> u32 {
        u32::from_le_bytes(self.0.bytes()) % bound.max(1)
    }

    /// Whether something happens that happens so often in a hundred.
    pub(super) fn percent(&self, share: u32) -> bool {
        self.below(100) < share
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(u32::try_from(of.len()).unwrap()) as usize]
    }
}

/// A school with its week.
pub(super) struct Town {
    /// The school.
    pub(super) live: Live,
    /// Chance.
    pub(super) chance: Chance,
    /// What must hold.
    pub(super) laws: Laws,
    /// The codes that families were given, by child, the last one last.
    pub(super) codes: Vec<(String, String)>,
    said: Vec<String>,
    /// The commit that a fault hits at the latest, counted from the message.
    faults_within: u32,
}

impl Town {
    /// The school on Monday morning.
    ///
    /// - `flows`: the shipped ones, as they were loaded.
    pub(super) async fn open(seed: u64, flows: Flows) -> Lawful<Self> {
        let monday = days().next().unwrap().and_hms_opt(8, 0, 0).unwrap();
        let live = Live::open_loaded(Cast::example(), (flow_files::shipped(), Some(flows)), monday).await;
        Ok(Self::of(seed, live.map_err(|error| error.to_string())?, FAULTS_WITHIN))
    }

    /// The same school on DingTalk. There a fault hits the message itself: after a crash around a call of the robot kehou
    /// does not send it again but lets somebody look.
    pub(super) async fn open_on_dingtalk(
        road: Road,
        seed: u64,
        flows: Flows,
    ) -> Lawful<(Self, Arc<DingtalkPhones>)> {
        let clock = Arc::new(ManualClock::new("2026-11-23T00:00:00Z".parse().unwrap()));
        let mut cast = Cast::example();
        let phones = Arc::new(DingtalkPhones::start(road, seed, &clock, &mut cast).await);
        let flows = (flow_files::shipped(), Some(flows));
        let live = Live::open_on(phones.clone(), clock, cast, flows).await;
        Ok((Self::of(seed, live.map_err(|error| error.to_string())?, 1), phones))
    }

    fn of(seed: u64, live: Live, faults_within: u32) -> Self {
        let laws = Laws::new(&live.cast);
        let chance = Chance::of(seed);
        Self { live, chance, laws, codes: Vec::new(), said: Vec::new(), faults_within }
    }

    /// What was said and happened, a line each.
    pub(super) fn transcript(&self) -> &[String] {
        &self.said
    }

    fn note(&mut self, line: &str) {
        let at = self.live.now().format("%a %H:%M");
        self.said.push(format!("{at} {}", line.replace('\n', " / ")));
    }

    /// Somebody writes; answers what they were answered. Sometimes the platform delivers it twice, sometimes a commit
    /// fails on the way.
    pub(super) async fn say(&mut self, who: &str, words: &str) -> Lawful<String> {
        let reply = self.send(who, &Said::Text(words.to_owned())).await?;
        reply.ok_or_else(|| format!("{who} got no answer to {words:?}"))
    }

    /// The same for anything that a platform tells of somebody; what is no message need not be answered.
    pub(super) async fn send(&mut self, who: &str, what: &Said) -> Lawful<Option<String>> {
        if !self.live.can(who, what) {
            return Ok(None);
        }
        let is_twice = self.chance.percent(10);
        self.trouble().await?;
        self.note(&format!("{who}> {what:?}{}", if is_twice { " (twice)" } else { "" }));
        let said = self.live.say(who, what, is_twice).await;
        let is_answered = said.map_err(|error| format!("{who} said {what:?}: {error}"))?;
        let reply = if is_answered { Some(self.live.hear(who).unwrap_or_default()) } else { None };
        if let Some(reply) = &reply {
            self.note(&format!("  {who}< {reply}"));
            self.laws.heard(who, reply, true, self.live.now())?;
            self.laws.said(reply)?;
        }
        self.live.settle().await.map_err(|error| format!("after {who} said {what:?}: {error}"))?;
        self.look(true).await?;
        Ok(reply)
    }

    /// Sometimes one of the next commits goes wrong, and rarely kehou restarts.
    async fn trouble(&mut self) -> Lawful {
        if self.chance.percent(8) {
            let fault = self.chance.pick(&[Fault::FailBefore, Fault::FailAfter, Fault::Conflict]);
            let nth = u64::from(self.chance.below(self.faults_within)) + 1;
            self.note(&format!("~ {fault:?} at the commit {nth} from here"));
            self.live.plan_fault(nth, fault);
        } else if self.chance.percent(1) {
            self.note("~ restart");
            self.live.restart().await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// The office does something about the survey; what its rules refuse has no consequence.
    pub(super) async fn office(&mut self, what: Office) -> Lawful {
        self.note(&format!("~ the office: {what:?}"));
        drop(self.live.office(what).await);
        self.look(true).await
    }

    /// Time passes.
    pub(super) async fn pass_until(&mut self, at: NaiveDateTime) -> Lawful {
        if at <= self.live.now() {
            return Ok(());
        }
        self.live.pass_until(at).await.map_err(|error| format!("until {at}: {error}"))?;
        self.look(false).await
    }

    /// Hears what was said to everybody, and looks whether all laws hold.
    ///
    /// - `is_moment`: no time has passed since; then nobody is told the same words twice.
    pub(super) async fn look(&mut self, is_moment: bool) -> Lawful {
        self.laws.begin_step(is_moment);
        for who in self.live.with_mail() {
            while let Some(words) = self.live.hear(&who) {
                self.note(&format!("  {who}< {words}"));
                self.laws.heard(&who, &words, false, self.live.now())?;
            }
        }
        self.laws.hold(&self.live).await
    }
}
