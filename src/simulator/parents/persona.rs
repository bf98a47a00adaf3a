//! A persona (人物): what a simulated parent wants for each child, how they write and how they behave.
//!
//! Pure; drawn once from a seed. Knows no message. Start at [`Persona`].

use chrono::NaiveTime;

use super::{Child, Family};
use crate::domain::people::{PersonName, StudentId};
use crate::simulator::dice::Dice;

/// Nobody wants more activities than this.
const ACTIVITIES_MAX: usize = 3;

/// What the school offers, so that nobody wants what there is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The days on offer, 1 Monday to 5 Friday, in order.
    pub days: Vec<u8>,
    /// The pickup times that people choose from.
    pub pickup_times: Vec<NaiveTime>,
    /// The activities, as the menu names them; may be none.
    pub activities: Vec<String>,
}

/// A simulated parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// How they write.
    pub style: Style,
    /// How they behave.
    pub habit: Habit,
    /// What they want for each child, eldest first.
    pub children: Vec<KnownChild>,
}

/// A child with what the parent truly wants for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownChild {
    /// The number.
    pub id: StudentId,
    /// The name.
    pub name: PersonName,
    /// The true wish.
    pub wish: Wish,
}

/// What a parent truly wants for a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// To take part.
    Joins {
        /// The days, 1 Monday to 5 Friday, in order, at least one.
        days: Vec<u8>,
        /// The time of pickup.
        pickup_at: NaiveTime,
        /// The activities by name, in the order of the offer; none leaves it to the school.
        activities: Vec<String>,
    },
    /// Not to take part.
    Declines,
    /// To think about it.
    Undecided,
}

/// How somebody writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// As the question suggests.
    #[default]
    Plain,
    /// The numbers of the menu.
    Digits,
    /// As few characters as possible.
    Short,
    /// With the colour of a region.
    Dialect,
    /// As a voice input writes it, without punctuation.
    Voice,
    /// With a slip of the input method.
    Typo,
    /// In traditional characters.
    Traditional,
    /// With a greeting and thanks.
    Polite,
}

/// How somebody behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Answers what is asked.
    Answers,
    /// Answers everything with the first message.
    AllAtOnce,
    /// Corrects themselves within a message.
    CorrectsAtOnce,
    /// Gives wrong days, and notices when the app repeats them.
    CorrectsLater {
        /// Whether it has happened.
        has_slipped: bool,
    },
    /// Answers after this many questions went by.
    SilentFirst {
        /// How many are still to go by.
        times: u8,
    },
    /// Never answers.
    NeverAnswers,
    /// Sends a sticker before the answer.
    StickerFirst,
    /// Sends a picture before the answer.
    PictureFirst,
}

impl Persona {
    /// The persona of a family's parent.
    pub fn draw(seed: u64, family: &Family, offer: &Offer) -> Self {
        let dice = Dice::of(seed, &format!("is:{}", family.account));
        let style = match dice.below(100) {
            0..18 => Style::Digits,
            18..36 => Style::Short,
            36..54 => Style::Plain,
            54..70 => Style::Polite,
            70..80 => Style::Voice,
            80..88 => Style::Dialect,
            88..94 => Style::Typo,
            _ => Style::Traditional,
        };
        let habit = match dice.below(100) {
            0..58 => Habit::Answers,
            58..65 => Habit::AllAtOnce,
            65..69 => Habit::CorrectsAtOnce,
            69..74 => Habit::CorrectsLater { has_slipped: false },
            74..82 => Habit::SilentFirst { times: 1 },
            82..86 => Habit::SilentFirst { times: 2 },
            86..93 => Habit::NeverAnswers,
            93..97 => Habit::StickerFirst,
            _ => Habit::PictureFirst,
        };
        let wishes = draw_wishes(seed, &family.children, offer);
        let children = family.children.iter().zip(wishes).map(|(child, wish)| KnownChild {
            id: child.id.clone(),
            name: child.name.clone(),
            wish,
        });
        Self { style, habit, children: children.collect() }
    }

    /// Which child a text speaks of; of two names that fit, the longer one.
    pub(super) fn child_in(&self, text: &str) -> Option<usize> {
        let named = self.children.iter().enumerate().filter(|(_, child)| text.contains(&child.name.0));
        // A summary names several; then the last one is the one that is asked about.
        named.max_by_key(|(_, child)| (text.rfind(&child.name.0), child.name.0.len())).map(|(index, _)| index)
    }

    pub(super) fn name_of(&self, child: usize) -> String {
        self.children.get(child).map_or_else(String::new, |child| child.name.0.clone())
    }

    /// Whether a child wants what the one before it wants.
    pub(super) fn is_as_before(&self, child: usize) -> bool {
        let before = child.checked_sub(1).and_then(|before| self.children.get(before));
        before.map(|before| &before.wish) == self.children.get(child).map(|child| &child.wish)
    }
}

/// Siblings often want the same; two guardians of the same children always do.
fn draw_wishes(seed: u64, children: &[Child], offer: &Offer) -> Vec<Wish> {
    let of = |child: &Child| draw_wish(&Dice::of(seed, &format!("wish:{}", child.id.0)), offer);
    let Some(eldest) = children.first() else { return Vec::new() };
    let is_shared = Dice::of(seed, &format!("same:{}", eldest.id.0)).percent(60);
    children.iter().map(|child| if is_shared { of(eldest) } else { of(child) }).collect()
}

fn draw_wish(dice: &Dice, offer: &Offer) -> Wish {
    match dice.below(100) {
        0..74 => {}
        74..91 => return Wish::Declines,
        _ => return Wish::Undecided,
    }
    let pickup_at = dice.pick(&offer.pickup_times.iter().map(|time| Some(*time)).collect::<Vec<_>>());
    let mut days = offer.days.clone();
    if !dice.percent(40) {
        days.retain(|_| dice.percent(55));
    }
    if days.is_empty() {
        days.push(dice.pick(&offer.days));
    }
    let mut activities = offer.activities.clone();
    let wants_choice = !dice.percent(45);
    activities.retain(|_| wants_choice && dice.percent(30));
    activities.truncate(ACTIVITIES_MAX);
    pickup_at.map_or(Wish::Undecided, |pickup_at| Wish::Joins { days, pickup_at, activities })
}

/// Days that somebody might type by mistake: not the same ones, at least one.
pub(super) fn other_days(days: &[u8]) -> Vec<u8> {
    match days {
        [only] => vec![if *only == 1 { 2 } else { 1 }],
        [most @ .., _last] => most.to_vec(),
        [] => vec![1],
    }
}
