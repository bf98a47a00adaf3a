//! Explanations (解释): why a reply was read as it was, for the person who wonders.
//!
//! Start at [`explain`].

use serde::Serialize;

use super::{
    Answer, Question, account, acknowledgement, approve, child, choices, class_and_name, clause, command,
    confirm, consent, date, decisions, digest_row, handover, normalise, number, pickup_person, pickup_reply,
    plan_changes, read_spaced, roll_call, start_day, time, weekdays,
};

/// What led to an answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The reply without what never changes the meaning.
    pub normal: String,
    /// The words of the slot that were found in it, from left to right.
    pub words: Vec<String>,
    /// What neither names something nor is a word of the slot; empty for slots whose grammar weighs every word itself.
    pub unread: Vec<String>,
    /// What decided.
    pub rule: Rule,
    /// The answer itself.
    pub answer: Answer,
}

/// What decided about a reply, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Nothing was left in the normal form.
    Empty,
    /// It looks like code, or speaks to a machine.
    Code,
    /// A complaint outranks everything.
    Complaint,
    /// It is longer than any answer.
    Long,
    /// It is the label of one of the question's options.
    Label,
    /// It is nothing but a command.
    Command,
    /// It has an answer, and leaves it open.
    Doubt,
    /// A negative or a number stands beside what it names, and no rule reads it.
    Account,
    /// The grammar of the question.
    Grammar,
    /// It says two things of one day that cannot both be.
    Contradiction,
    /// It names a day without what changes, or a change without its day.
    Gap,
}

/// Reads a reply as [`super::read`] does, and says why.
pub fn explain(text: &str, question: &Question) -> Explanation {
    let normal = normalise::normalise(text);
    let (answer, rule) = read_spaced(text, &normal, question);
    let words = words(&normal.text, question).into_iter().map(str::to_owned).collect();
    let unread = unread(&normal.text, question);
    Explanation { normal: normal.text, words, unread, rule, answer }
}

fn unread(text: &str, question: &Question) -> Vec<String> {
    let clauses = clause::clauses(text);
    let pieces = clauses.iter().filter_map(|clause| account::pieces(clause.text, question)).flatten();
    pieces.filter(|piece| piece.kind == account::Kind::Gap).map(|piece| piece.text.to_owned()).collect()
}

fn words<'a>(text: &'a str, question: &Question) -> Vec<&'a str> {
    match question {
        Question::Consent { .. } => consent::words(text),
        Question::Confirm { .. } => confirm::words(text),
        Question::Weekdays { .. } => weekdays::words(text),
        Question::Time { .. } => time::words(text),
        Question::Choices { .. } => choices::words(text),
        Question::Child { .. } => child::words(text),
        Question::ClassAndName { .. } => class_and_name::words(text),
        Question::PickupPerson { .. } => pickup_person::words(text),
        Question::Approve { .. } => approve::words(text),
        Question::Date { .. } => date::words(text),
        Question::StartDay { .. } => start_day::words(text),
        Question::Decisions { .. } => decisions::words(text),
        Question::RollCall { .. } => roll_call::words(text),
        Question::Handover { .. } => handover::words(text),
        Question::PickupReply { .. } => pickup_reply::words(text),
        Question::PlanChanges { .. } => plan_changes::words(text),
        Question::Number { .. } => number::words(text),
        Question::DigestRow { .. } => digest_row::words(text),
        Question::Acknowledgement => acknowledgement::words(text),
        Question::Answers { .. } | Question::FreeText { .. } | Question::Command => command::words(text),
    }
}

/// Shows no text: what people type stays out of logs.
impl std::fmt::Debug for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Explanation({:?}, {} words)", self.rule, self.words.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Consent, Value};
    use super::*;

    #[test]
    fn an_explanation_names_the_words_and_what_decided() {
        let question = Question::Consent { menu: vec![Consent::Yes, Consent::No] };
        let no = Answer::Value(Value::Consent(Consent::No));
        for (text, words, rule, answer) in [
            ("老师您好，不參加", vec!["不", "参加"], Rule::Grammar, no),
            ("菜单", vec![], Rule::Command, Answer::Command(Command::Menu)),
            ("我要投诉", vec!["要"], Rule::Complaint, Answer::Command(Command::Complaint)),
            ("[微笑]", vec![], Rule::Empty, Answer::Unclear),
            ("<script>alert(1)</script>", vec![], Rule::Code, Answer::Unclear),
        ] {
            let explained = explain(text, &question);
            assert_eq!((explained.rule, &explained.answer), (rule, &answer), "{text}");
            assert!(
                words.iter().all(|word| explained.words.iter().any(|known| known == word)),
                "{text}: {:?}",
                explained.words
            );
        }
    }
}
