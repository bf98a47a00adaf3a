//! Simulated parents (模拟家长): they read the app's messages on their phones and answer in their own words, in
//! virtual time, from a seed.
//!
//! They know only what stands on the phone; how a question is recognised is one small table in [`question`]. What each
//! of them truly wants is kept, so that a test can compare it with what the server stored. Start at [`Parents`].

pub mod persona;
pub mod question;
pub mod words;

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{Duration, Timelike as _};

use super::dice::Dice;
use super::wecom::{News, Saying};
use crate::clock::Moment;
use crate::domain::people::{PersonName, StudentId, mask_account};
use persona::{Habit, Offer, Persona, Wish};
use question::Question;

/// How often somebody answers the same question before giving up.
const TRIES_MAX: u32 = 5;
/// The school's zone is eight hours ahead, all year.
const ZONE_SECONDS: i64 = 8 * 3_600;

/// A simulated parent's account and children.
#[derive(Debug, Clone)]
pub struct Family {
    /// The member id.
    pub account: String,
    /// The children, eldest first.
    pub children: Vec<Child>,
}

/// A child as the parent names it.
#[derive(Debug, Clone)]
pub struct Child {
    /// The number; two guardians of one child want the same for it.
    pub id: StudentId,
    /// The name, as it stands in the app's questions.
    pub name: PersonName,
}

/// Something that a parent does now.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyDue {
    /// When they do it.
    pub at: Moment,
    /// The member id.
    pub account: String,
    /// What they do.
    pub saying: Saying,
}

/// All simulated parents.
#[derive(Debug)]
pub struct Parents {
    parents: BTreeMap<String, Parent>,
    position: usize,
}

/// One of them.
#[derive(Debug)]
struct Parent {
    account: String,
    persona: Persona,
    dice: Dice,
    queue: VecDeque<(Moment, Saying)>,
    last: Option<(Question, usize)>,
    tries: HashMap<(Question, usize), u32>,
    has_opened: bool,
    is_taken_over: bool,
}

impl Parents {
    /// Parents of these families; the same seed makes the same people.
    pub fn new(seed: u64, families: Vec<Family>, offer: &Offer) -> Self {
        let parents = families.into_iter().map(|family| {
            let persona = Persona::draw(seed, &family, offer);
            let parent = Parent {
                dice: Dice::of(seed, &format!("says:{}", family.account)),
                account: family.account,
                persona,
                queue: VecDeque::new(),
                last: None,
                tries: HashMap::new(),
                has_opened: false,
                is_taken_over: false,
            };
            (parent.account.to_lowercase(), parent)
        });
        Self { parents: parents.collect(), position: 0 }
    }

    /// Who somebody is and what they truly want.
    pub fn persona(&self, account: &str) -> Option<&Persona> {
        self.parents.get(&account.to_lowercase()).map(|parent| &parent.persona)
    }

    /// Everybody, in the order of their accounts.
    pub fn personas(&self) -> impl Iterator<Item = (&str, &Persona)> {
        self.parents.values().map(|parent| (parent.account.as_str(), &parent.persona))
    }

    /// From now on a visitor of the demo speaks for this person.
    pub fn take_over(&mut self, account: &str) {
        if let Some(parent) = self.parents.get_mut(&account.to_lowercase()) {
            parent.is_taken_over = true;
            parent.queue.clear();
        }
    }

    /// Everybody looks at their phone for what has come since the last look.
    ///
    /// - `news_since`: the messages that reached phones after a position, with the position after them.
    pub fn look_at(&mut self, news_since: impl FnOnce(usize) -> (Vec<News>, usize)) {
        let (news, position) = news_since(self.position);
        self.position = position;
        for one in news {
            self.hear(&one.account, &one.message.shows.words(), one.message.at);
        }
    }

    /// Somebody reads a message of the app.
    pub fn hear(&mut self, account: &str, text: &str, now: Moment) {
        if let Some(parent) = self.parents.get_mut(&account.to_lowercase()) {
            parent.hear(text, now);
        }
    }

    /// What is done up to `now`, in the order of time.
    pub fn tick(&mut self, now: Moment) -> Vec<ReplyDue> {
        let mut due: Vec<ReplyDue> = Vec::new();
        for parent in self.parents.values_mut() {
            while let Some((at, saying)) = parent.queue.pop_front_if(|(at, _)| *at <= now) {
                due.push(ReplyDue { at, account: parent.account.clone(), saying });
            }
        }
        due.sort_by_key(|reply| reply.at);
        due
    }

    /// What did not get through is tried again at `at`, as people do, unless they have something newer to say.
    pub fn say_again(&mut self, reply: ReplyDue, at: Moment) {
        if let Some(parent) = self.parents.get_mut(&reply.account.to_lowercase())
            && parent.queue.is_empty()
            && !parent.is_taken_over
        {
            parent.queue.push_back((at, reply.saying));
        }
    }

    /// When somebody will do something next.
    pub fn next_at(&self) -> Option<Moment> {
        self.parents.values().filter_map(|parent| parent.queue.front()).map(|(at, _)| *at).min()
    }
}

impl Parent {
    fn hear(&mut self, text: &str, now: Moment) {
        if self.is_taken_over || self.persona.habit == Habit::NeverAnswers {
            return;
        }
        let Some(asked) = question::read(text) else { return };
        if asked == Question::Settled {
            self.queue.clear();
            return;
        }
        let child = self.persona.child_in(text).or(self.last.map(|(_, child)| child)).unwrap_or(0);
        let question = match (asked, self.last) {
            (Question::Reminder, Some((last, _))) => last,
            (Question::Reminder, None) => Question::Consent,
            (other, _) => other,
        };
        self.last = Some((question, child));
        self.queue.clear();
        if self.keeps_silent(question) {
            return;
        }
        let tries = self.tries.entry((question, child)).or_insert(0);
        *tries += 1;
        let attempt = *tries;
        if attempt > TRIES_MAX {
            return;
        }
        let mut at = awake(now + self.delay(question));
        if !self.has_opened {
            self.has_opened = true;
            if let Some(opening) = self.opening() {
                self.queue.push_back((at, opening));
                at = awake(at + Duration::seconds(self.seconds(60, 400)));
            }
        }
        let answer = self.answer(question, child, text, attempt);
        self.queue.push_back((at, Saying::Text(answer)));
    }

    /// Whether this question still finds nobody; only the first words of the app do.
    fn keeps_silent(&mut self, question: Question) -> bool {
        match &mut self.persona.habit {
            Habit::SilentFirst { times } if question == Question::Consent && *times > 0 => {
                *times -= 1;
                true
            }
            _ => false,
        }
    }

    fn opening(&self) -> Option<Saying> {
        match self.persona.habit {
            Habit::StickerFirst => Some(Saying::Text(self.dice.pick(&["[微笑]", "[玫瑰]", "😊"]).to_owned())),
            Habit::PictureFirst => Some(Saying::Picture),
            _ => None,
        }
    }

    fn answer(&mut self, question: Question, child: usize, text: &str, attempt: u32) -> String {
        let Some(wish) = self.persona.children.get(child).map(|known| known.wish.clone()) else {
            return "帮助".to_owned();
        };
        // Who was not understood says it again in the plainest way.
        let style = if attempt > 1 { persona::Style::Plain } else { self.persona.style };
        let (dice, habit) = (&self.dice, &mut self.persona.habit);
        match question {
            Question::Consent => words::consent(dice, style, text, &wish, *habit == Habit::AllAtOnce),
            Question::Days => match &wish {
                Wish::Joins { days, .. } => match habit {
                    Habit::CorrectsAtOnce if attempt == 1 => {
                        words::corrected_days(dice, &persona::other_days(days), days)
                    }
                    Habit::CorrectsLater { has_slipped } if !*has_slipped => {
                        *has_slipped = true;
                        words::days(dice, style, &persona::other_days(days))
                    }
                    _ => words::days(dice, style, days),
                },
                Wish::Declines | Wish::Undecided => "重新填写".to_owned(),
            },
            Question::PickupTime => match &wish {
                Wish::Joins { pickup_at, .. } => words::time(dice, style, *pickup_at),
                Wish::Declines | Wish::Undecided => "重新填写".to_owned(),
            },
            Question::Activities => match &wish {
                Wish::Joins { activities, .. } => words::activities(dice, style, text, activities),
                Wish::Declines | Wish::Undecided => "重新填写".to_owned(),
            },
            Question::Replace => "1".to_owned(),
            Question::Confirm => words::confirm(dice, style, text, question::says(text, &wish)),
            Question::SameAsBefore => words::same(dice, style, text, self.persona.is_as_before(child)),
            Question::WhichChild => self.persona.name_of(child),
            Question::WhatToChange => words::what_to_change(text),
            Question::Reminder | Question::Settled => "菜单".to_owned(),
        }
    }

    /// A first question finds people at work; within a conversation they are quick.
    fn delay(&self, question: Question) -> Duration {
        let seconds = if question == Question::Consent {
            match self.dice.below(10) {
                0..6 => self.seconds(60, 30 * 60),
                6..9 => self.seconds(30 * 60, 3 * 3_600),
                _ => self.seconds(3 * 3_600, 8 * 3_600),
            }
        } else if self.dice.percent(85) {
            self.seconds(8, 150)
        } else {
            self.seconds(150, 40 * 60)
        };
        Duration::seconds(seconds)
    }

    fn seconds(&self, low: u64, high: u64) -> i64 {
        i64::try_from(self.dice.between(low, high)).unwrap_or(i64::MAX)
    }
}

/// Nobody answers between 22:30 and 06:30; they do it after breakfast, each at another minute.
fn awake(at: Moment) -> Moment {
    let local = at + Duration::seconds(ZONE_SECONDS);
    let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
    let (asleep, up) = (22 * 60 + 30, 6 * 60 + 30);
    if (up..asleep).contains(&minute) {
        return at;
    }
    let minutes_to_morning = (up - minute).rem_euclid(24 * 60);
    at + Duration::minutes(minutes_to_morning + at.timestamp().rem_euclid(100))
}

impl std::fmt::Debug for ReplyDue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReplyDue({}, {}, {:?})", self.at, mask_account(&self.account), self.saying)
    }
}

#[cfg(test)]
mod tests;
