//! Moving the clock (走时): step by step, so that parents answer and the server acts in between.
//!
//! Start at [`Demo::run_clock`].

use chrono::Duration;
use futures_util::StreamExt as _;
use futures_util::stream;

use super::{Demo, DemoRoad, DemoSchool, Town};
use crate::clock::Moment;
use crate::simulator::parents::ReplyDue;
use crate::simulator::wecom::Saying;

/// What passes while somebody types or looks at what they pressed. Answers are counted by whole seconds, so that all that are
/// given at one standing moment would count as one breath.
const A_MOMENT: Duration = Duration::seconds(3);
/// A step while people are writing, and while nobody is.
const STEP_MINUTES: i64 = 1;
const QUIET_STEP_MINUTES: i64 = 10;
/// Parents who write at the same moment.
const WRITERS_MAX: usize = 16;
/// When somebody whose message did not get through tries again.
const RETRY_MINUTES: i64 = 10;
/// Up to so many replies of one step get a line each.
const SINGLE_LINES_MAX: usize = 2;

impl Demo {
    /// Sets where the clock goes; [`Self::run_clock`] takes it there. A clock never goes back.
    pub fn push_clock(&self, to: Moment) {
        self.town.target.send_if_modified(|target| {
            let is_later = to > *target;
            *target = to.max(*target);
            is_later
        });
    }

    /// Where the clock is going, if it is on its way.
    pub fn clock_target(&self) -> Option<Moment> {
        self.town.target()
    }

    /// Moves the clock to where it was pushed.
    pub async fn run_clock(&self) {
        let _moving = self.town.moving.lock().await;
        while let Some(target) = self.town.target() {
            self.town.step(target).await;
        }
    }

    /// Lets a moment pass and does what it makes due, unless the clock moves anyway.
    pub(super) async fn let_a_moment_pass(&self) {
        if let Ok(_moving) = self.town.moving.try_lock() {
            let later = self.town.host.now() + A_MOMENT;
            self.town.host.push_clock(later).await;
        }
    }
}

impl Town {
    fn target(&self) -> Option<Moment> {
        let target = *self.target.borrow();
        (target > self.host.now()).then_some(target)
    }

    async fn step(&self, target: Moment) {
        let now = self.host.now();
        let (soonest, latest) =
            (now + Duration::minutes(STEP_MINUTES), now + Duration::minutes(QUIET_STEP_MINUTES));
        let mut to = latest;
        for school in &self.schools {
            school.look();
            let wanted = school.parents().next_at().map_or(latest, |at| at.max(soonest));
            let act = school.next_act_at().await.map_or(latest, |at| at.max(now));
            to = to.min(wanted).min(act);
        }
        let before: Vec<usize> = self.schools.iter().map(|school| school.platform.news_position()).collect();
        self.host.push_clock(to.min(target)).await;
        for (school, before) in self.schools.iter().zip(before) {
            school.play_on().await;
            school.look();
            school.tell_sent(school.platform.news_position() - before);
            let due = school.parents().tick(self.host.now());
            school.write_all(due).await;
        }
    }
}

impl DemoSchool {
    /// The parents look at their phones.
    fn look(&self) {
        self.parents().look_at(|position| self.platform.news_since(position));
    }

    /// The parents whose time has come write, several at a time, each one's messages in order.
    async fn write_all(&self, due: Vec<ReplyDue>) {
        let mut by_writer: Vec<Vec<ReplyDue>> = Vec::new();
        for reply in due {
            match by_writer.iter_mut().find(|replies| {
                replies.first().is_some_and(|first: &ReplyDue| first.account == reply.account)
            }) {
                Some(replies) => replies.push(reply),
                None => by_writer.push(vec![reply]),
            }
        }
        let written = stream::iter(by_writer)
            .map(|replies| async {
                let mut accepted = Vec::new();
                for reply in replies {
                    if let Some(line) = self.write(reply).await {
                        accepted.push(line);
                    }
                }
                accepted
            })
            .buffered(WRITERS_MAX)
            .concat()
            .await;
        self.tell_written(&written);
    }

    /// One parent writes; the class and what it was, when it got through.
    async fn write(&self, reply: ReplyDue) -> Option<(String, &'static str)> {
        let what = match &reply.saying {
            Saying::Text(_) => "回复了",
            Saying::Picture => "发来一张图片",
            Saying::Voice => "发来一段语音",
            Saying::Press(_) => "点了一张卡片",
            Saying::Enter | Saying::Subscribe | Saying::Unsubscribe => "打开了应用",
        };
        let class = self.people.get(&reply.account).map_or_else(String::new, |one| one.class.clone());
        if self.goes_through(&reply).await {
            return Some((class, what));
        }
        let again = self.host.now() + Duration::minutes(RETRY_MINUTES);
        self.parents().say_again(reply, again);
        None
    }

    /// Says it where this parent answers; returns whether it got through.
    async fn goes_through(&self, reply: &ReplyDue) -> bool {
        let (platform, host) = (&self.platform, &self.host);
        match (self.road_of(&reply.account), &reply.saying) {
            (DemoRoad::App, saying) => platform.send(&reply.account, saying).await,
            (DemoRoad::Page, Saying::Text(words)) => {
                let Some(answer) = host.say_on_page(&reply.account, words).await else { return false };
                self.parents().hear(&reply.account, &answer, host.now());
                true
            }
            (DemoRoad::Chat, saying) => platform.send_in_chat(&reply.account, saying, None).await,
            // A page takes no pictures.
            (DemoRoad::Page, _) => true,
        }
    }

    fn tell_written(&self, written: &[(String, &'static str)]) {
        if written.len() <= SINGLE_LINES_MAX {
            for (class, what) in written {
                let of_class = if class.is_empty() { String::new() } else { format!("{class}的") };
                self.tell(format!("{of_class}一位家长{what}"));
            }
            return;
        }
        let mut classes: Vec<&str> = written.iter().map(|(class, _)| class.as_str()).collect();
        classes.sort_unstable();
        classes.dedup();
        self.tell(format!("{} 位家长回复了，来自 {} 个班", written.len(), classes.len()));
    }

    fn tell_sent(&self, count: usize) {
        if count > 0 {
            self.tell(format!("机器人送达 {count} 条消息"));
        }
    }
}
