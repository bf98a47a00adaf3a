//! Cards (卡片): a question whose answers can be pressed, in words that belong to no platform.
//!
//! A card is never the only way: it carries the words that say the same, with what can be typed, for whom it cannot be
//! shown. Knows nothing of what a press means; keys are its sender's own. Start at [`Card`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 64;
/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 64;

/// A question with answers to press (卡片).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Card {
    /// Which, for ever: no two cards that were ever sent have the same.
    pub id: CardId,
    /// The headline.
    pub title: String,
    /// The words below it.
    pub body: String,
    /// How it can be answered in words, in short.
    pub hint: String,
    /// What can be pressed.
    pub asks: CardAsks,
    /// All of it in words, for whom no card can be shown.
    pub words: String,
}

/// What can be pressed on a card.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardAsks {
    /// One of these.
    One(Vec<CardOption>),
    /// One or more of these, and then the last.
    Several {
        /// What can be chosen together.
        options: Vec<CardOption>,
        /// What hands the choice in.
        submit: CardOption,
    },
}

/// One thing to press.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardOption {
    /// What comes back, among ASCII letters, digits, `-` and `_`.
    pub key: String,
    /// What stands on it.
    pub label: String,
}

/// The id of a card: ASCII letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardId(pub String);

/// What allows one change of a card that was shown (更新凭证): good once, and not for long.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardCode(pub String);

/// A change of a card that was shown: nothing can be pressed any more, and one label stands where the answers were.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardUpdate {
    /// What allows it.
    pub code: CardCode,
    /// What stands there, such as 李老师已同意.
    pub label: String,
    /// What is said when the card cannot be changed any more; nothing where it was said already.
    pub otherwise: Option<String>,
}

/// Somebody pressed an answer of a card (点按). From outside: whether they may is not said by it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPress {
    /// The card.
    pub card: CardId,
    /// The key of what was pressed.
    pub key: String,
    /// The keys of what was chosen before.
    pub chosen: Vec<String>,
    /// What allows one more change of this card.
    pub code: Option<CardCode>,
}

/// What a platform's cards can carry. Lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardLimits {
    /// The headline.
    pub title_max: usize,
    /// The headline where several can be chosen.
    pub title_of_several_max: usize,
    /// The words below it.
    pub body_max: usize,
    /// The hint; where several can be chosen it counts with the body.
    pub hint_max: usize,
    /// How many answers, where one is pressed.
    pub options_max: usize,
    /// How many, where several can be chosen.
    pub options_of_several_max: usize,
    /// What stands on a button.
    pub button_max: usize,
    /// What stands on one of several.
    pub choice_max: usize,
    /// How long a [`CardCode`] is good.
    pub code_good_for: Duration,
    /// How long a change waits, so that the press that led to it is answered before.
    pub change_after: Duration,
}

impl CardLimits {
    /// Whether a card fits whole; nothing is ever cut.
    pub fn fit(&self, card: &Card) -> bool {
        let within = |text: &str, max: usize| !text.is_empty() && text.chars().count() <= max;
        let is_sound = |option: &CardOption, max: usize| is_name(&option.key) && within(&option.label, max);
        let hint = card.hint.chars().count();
        let body = card.body.chars().count();
        let fits = match &card.asks {
            CardAsks::One(options) => {
                within(&card.title, self.title_max)
                    && body <= self.body_max
                    && hint <= self.hint_max
                    && (1..=self.options_max).contains(&options.len())
                    && options.iter().all(|option| is_sound(option, self.button_max))
            }
            CardAsks::Several { options, submit } => {
                within(&card.title, self.title_of_several_max)
                    && body + hint < self.body_max
                    && (1..=self.options_of_several_max).contains(&options.len())
                    && options.iter().all(|option| is_sound(option, self.choice_max))
                    && is_sound(submit, self.button_max)
            }
        };
        let mut keys: Vec<&str> = card.asks.options().iter().map(|option| option.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        fits && keys.len() == card.asks.options().len() && card.id.is_sound()
    }
}

impl CardAsks {
    /// Everything that can be pressed or chosen, without what hands it in.
    pub fn options(&self) -> &[CardOption] {
        match self {
            Self::One(options) | Self::Several { options, .. } => options,
        }
    }
}

impl CardId {
    /// Whether every platform can carry it.
    pub fn is_sound(&self) -> bool {
        self.0.len() <= ID_BYTES_MAX && is_name(&self.0)
    }
}

impl CardPress {
    /// Whether it can be a press of a card of ours at all.
    pub fn is_sound(&self) -> bool {
        self.card.is_sound() && is_name(&self.key) && self.chosen.iter().all(|key| is_name(key))
    }
}

fn is_name(text: &str) -> bool {
    (1..=KEY_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card({}, {} options)", self.id.0, self.asks.options().len())
    }
}

impl std::fmt::Debug for CardCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardCode")
    }
}

impl std::fmt::Debug for CardPress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CardPress({}, {} chosen)", self.card.0, self.chosen.len())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A card with one answer to press.
    pub(crate) fn card(id: &str) -> Card {
        let option = |key: &str, label: &str| CardOption { key: key.to_owned(), label: label.to_owned() };
        Card {
            id: CardId(id.to_owned()),
            title: "【中途申请】3号".to_owned(),
            body: "三年级2班李小禾，想参加自主作业。".to_owned(),
            hint: "也可以打字回复，比如“3同意”".to_owned(),
            asks: CardAsks::One(vec![option("approve", "同意"), option("reject", "不同意")]),
            words: "【中途申请】3号：同意，回复“3同意”。".to_owned(),
        }
    }

    const LIMITS: CardLimits = CardLimits {
        title_max: 36,
        title_of_several_max: 16,
        body_max: 160,
        hint_max: 44,
        options_max: 6,
        options_of_several_max: 20,
        button_max: 10,
        choice_max: 17,
        code_good_for: Duration::from_hours(72),
        change_after: Duration::ZERO,
    };

    #[test]
    fn a_card_fits_whole_or_not_at_all() {
        let several = |count: usize, label: &str| {
            let option = |key: String| CardOption { key, label: label.to_owned() };
            let options = (0..count).map(|number| option(number.to_string())).collect();
            CardAsks::Several { options, submit: option("submit".to_owned()) }
        };
        let titled = |title: &str, asks: CardAsks| Card { title: title.to_owned(), asks, ..card("c_1") };
        let buttons = card("c_1").asks;
        for (name, card, want) in [
            ("as it is", card("c_1"), true),
            ("a title of 36", titled(&"题".repeat(36), buttons.clone()), true),
            ("a title of 37", titled(&"题".repeat(37), buttons.clone()), false),
            ("no title", titled("", buttons.clone()), false),
            ("a body of 161", Card { body: "文".repeat(161), ..card("c_1") }, false),
            ("a hint of 45", Card { hint: "文".repeat(45), ..card("c_1") }, false),
            ("an id with a dot", card("wang.li"), false),
            ("an endless id", card(&"c".repeat(65)), false),
            ("nothing to press", titled("题", CardAsks::One(Vec::new())), false),
            ("a button of 11", titled("题", several(1, &"项".repeat(11))), false),
            ("20 to choose", titled("点名", several(20, "李小禾")), true),
            ("21 to choose", titled("点名", several(21, "李小禾")), false),
            ("a title of 17 over several", titled(&"题".repeat(17), several(2, "李小禾")), false),
            ("the same key twice", titled("题", CardAsks::One(vec![buttons.options()[0].clone(); 2])), false),
        ] {
            assert_eq!(LIMITS.fit(&card), want, "{name}");
        }
    }
}
