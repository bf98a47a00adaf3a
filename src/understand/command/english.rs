//! Commands in English: a verb, its object, and nothing else.
//!
//! Knows the words of the other grammars only in Chinese, so every word of a reply must be one of these. Start at [`read`].

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::{Command, Question};

/// What a word of a command is; words of several kinds stand under the one that tells more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// cancel.
    Drop,
    /// withdraw, remove: for good.
    Quit,
    Exit,
    Back,
    Previous,
    Restart,
    Start,
    Again,
    Show,
    Change,
    /// talk, connect.
    Reach,
    Agent,
    Person,
    /// after-school, service.
    Service,
    /// my children, my profile.
    Own,
    /// status, approved.
    Status,
    /// application, request.
    Submitted,
    /// guide, manual.
    Guide,
    Menu,
    Leave,
    Sick,
    /// form, this, it.
    Form,
    Chat,
    Step,
    Day,
    Child,
    Light,
}

/// Words by kind.
const WORDS: &[(Kind, &str)] = &[
    (Kind::Drop, "cancel discard abort scrap"),
    (Kind::Quit, "withdraw drop remove unenroll unenrol deregister"),
    (Kind::Exit, "exit quit bye goodbye"),
    (Kind::Back, "back return"),
    (Kind::Previous, "previous"),
    (Kind::Restart, "restart reset redo"),
    (Kind::Start, "start begin"),
    (Kind::Again, "over again beginning scratch anew"),
    (Kind::Show, "show view see check list display look"),
    (Kind::Change, "change edit modify update correct fix"),
    (Kind::Reach, "talk speak connect transfer contact reach"),
    (Kind::Agent, "human agent operator representative"),
    (Kind::Person, "person staff teacher someone member"),
    (Kind::Service, "service programme program class care club course afterschool after-school school activities"),
    (Kind::Own, "pickup pick-up info information profile account data details records children kids phone number name address"),
    (Kind::Status, "status approved accepted processed progress result results confirmed"),
    (Kind::Submitted, "application request registration enrollment enrolment"),
    (Kind::Guide, "guide manual instructions tutorial help"),
    (Kind::Menu, "menu options features"),
    (Kind::Leave, "leave absence absent"),
    (Kind::Sick, "sick ill fever cold unwell"),
    (Kind::Form, "form it this that everything all"),
    (Kind::Chat, "chat conversation"),
    (Kind::Step, "step question page one"),
    (Kind::Day, "today tomorrow monday tuesday wednesday thursday friday day off"),
    (Kind::Child, "child kid son daughter boy girl he she him her"),
    (
        Kind::Light,
        "i we you me us my our your the a an to for from of at in on with is has are be been was please pls thanks thank
         want need would like can could may let just now go take ask apply wish yet already real live main user s
         and after out up id d get have got give do use some",
    ),
];

/// The same, by word; of a word that stands under several kinds, the first.
static KINDS: LazyLock<HashMap<&str, Kind>> = LazyLock::new(|| {
    let each =
        WORDS.iter().rev().flat_map(|(kind, words)| words.split_whitespace().map(move |word| (word, *kind)));
    each.collect()
});

/// The command of an English reply that is nothing else: please drop my daughter from the after-school class.
pub(super) fn read(text: &str, question: &Question) -> Option<Command> {
    let is_letter = |b: u8| b.is_ascii_lowercase() || matches!(b, b' ' | b'-' | b'\'' | b'?' | b'.' | b',');
    let is_mark = |c: char| matches!(c, '，' | '。');
    if !text.starts_with(|c: char| c.is_ascii_lowercase())
        || !text.chars().all(|c| is_mark(c) || u8::try_from(c).is_ok_and(is_letter))
    {
        return None;
    }
    let mut has = [false; Kind::Light as usize + 1];
    let text = ["never mind", "nevermind"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    for word in text.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()) {
        *has.get_mut(*KINDS.get(word)? as usize)? = true;
    }
    let command = command(&|kind| has.get(kind as usize).is_some_and(|found| *found))?;
    let is_answer_too = match question {
        Question::Approve { .. } | Question::Decisions { .. } => {
            !matches!(command, Command::Human | Command::Exit | Command::Menu)
        }
        Question::Date { .. } | Question::RollCall { .. } | Question::PlanChanges { .. } => {
            command == Command::Leave
        }
        Question::FreeText { .. } | Question::Answers { .. } | Question::Handover { .. } => true,
        Question::PickupReply { .. } => command == Command::Human,
        _ => false,
    };
    (!is_answer_too).then_some(command)
}

/// The command of a bag of words.
fn command(has: &dyn Fn(Kind) -> bool) -> Option<Command> {
    let is_of_form = has(Kind::Form) || has(Kind::Submitted);
    let command = if has(Kind::Quit) && (has(Kind::Service) || has(Kind::Child)) {
        Command::Withdraw
    } else if has(Kind::Drop) && !has(Kind::Service) && is_of_form {
        Command::Cancel
    } else if has(Kind::Agent) || has(Kind::Reach) && has(Kind::Person) {
        Command::Human
    } else if has(Kind::Restart) && (is_of_form || has(Kind::Again)) || has(Kind::Start) && has(Kind::Again) {
        Command::Restart
    } else if has(Kind::Change) && (has(Kind::Own) || has(Kind::Submitted)) {
        Command::Edit
    } else if has(Kind::Status) && (has(Kind::Submitted) || has(Kind::Leave)) {
        Command::Query
    } else if has(Kind::Show) && has(Kind::Own) {
        Command::Mine
    } else if (has(Kind::Exit) || has(Kind::Leave)) && has(Kind::Chat) {
        Command::Exit
    } else if has(Kind::Leave) && (has(Kind::Sick) || has(Kind::Child) || has(Kind::Day)) {
        Command::Leave
    } else if (has(Kind::Back) || has(Kind::Previous)) && has(Kind::Step) {
        Command::Back
    } else if has(Kind::Menu) {
        Command::Menu
    } else if has(Kind::Guide) {
        Command::Help
    } else {
        return None;
    };
    Some(command)
}
