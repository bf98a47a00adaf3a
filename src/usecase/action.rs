//! Actions (动作): what flows can have done, each read into a typed call of the school's rules.
//!
//! The names here are the [`Vocabulary`] that `flow::check` holds flows to. Knows how an answer becomes a wish, not
//! how it was understood. Start at [`Action`].

mod answer;
mod authorise;
mod broadcast;
mod custody;
mod desk;
mod digest;
mod join;
mod leave;
mod pickup;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::draft::Draft;
use super::{School, UseCaseError, complaint, facts, matter, progress};
use crate::clock::Moment;
use crate::domain::people::{Role, StudentId};
use crate::domain::plan::wording;
use crate::flow::{ActionWords, Vocabulary};
use crate::understand::Value;

/// The longest text in bytes that flows may hold: the smallest limit of all channels, with room for a header.
const TEXT_BYTES_MAX: usize = 2_000;

/// An outcome's name, with the values for the texts that follow it.
pub(super) type Outcome = (&'static str, BTreeMap<String, Json>);

/// Something that flows can have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Takes the answer to the survey.
    RecordAnswer,
    /// Takes it although another guardian had said something else.
    ReplaceAnswer,
    /// Takes a change.
    ChangeAnswer,
    /// Says whether the child has a place.
    LookUp,
    /// Takes the child out.
    Withdraw,
    /// Shows the last digest again.
    ShowDigest,
    /// Shows who stands behind a line of it.
    OpenDigest,
    /// Shows how the last broadcast stands.
    OpenBroadcast,
    /// Says who would get a broadcast: all families, those of a class, those whose children are here, staff.
    PreviewToFamilies,
    /// See [`Self::PreviewToFamilies`].
    PreviewToClass,
    /// See [`Self::PreviewToFamilies`].
    PreviewInCare,
    /// See [`Self::PreviewToFamilies`].
    PreviewToStaff,
    /// Sends it.
    SendBroadcast,
    /// Names the families that have not answered it.
    ListUnanswered,
    /// Takes a 收到.
    Acknowledge,
    /// Puts the child on the homeroom teacher's list.
    AskTeacher,
    /// Shows staff how far the survey is.
    ShowProgress,
    /// Shows staff who has not answered.
    ListSilent,
    /// Shows staff what waits for their decision.
    ListMatters,
    /// Takes a teacher's decisions.
    DecideMatters,
    /// Takes a teacher's own words for a question.
    AnswerMatter,
    /// Looks whether a question of this person waits for its answer.
    LookUpQuestion,
    /// Takes that question back.
    TakeBackQuestion,
    /// Reads whether there is anything to add.
    ReadMore,
    /// Shows a teacher's rooms.
    ShowRoom,
    /// Takes a roll call.
    TakeRollCall,
    /// Shows who is still here.
    ShowCustody,
    /// Takes hand-overs.
    HandOver,
    /// Shows a family where its children are.
    ShowPickup,
    /// Takes what a family says when its child can be collected.
    TakePickupReply,
    /// A missing child is with its family.
    ExplainAbsence,
    /// A missing child is on its way.
    AnnounceArrival,
    /// The family does not know where a missing child is.
    SearchChild,
    /// Looks at what a family asks for in mid-term.
    SubmitJoin,
    /// Shows a person their own complaints.
    LookUpComplaints,
    /// Takes a complaint.
    FileComplaint,
    /// Gives the child the place that was arranged.
    PlaceChild,
    /// Keeps the need of a child that was not arranged.
    RefuseJoin,
    /// Shows the leave of a child that is still to come.
    LookLeave,
    /// Sees whether leave can be taken on these days.
    CheckLeave,
    /// Takes leave on these days.
    TakeLeave,
    /// Takes all leave back that is still to come.
    CancelLeave,
    /// Takes leave back on these days.
    CancelLeaveDays,
    /// Sees whether the words that began it name somebody and a day.
    LookAuthorise,
    /// Sees whether somebody else comes for the child today, or on a day to be said.
    LookOneDay,
    /// Sees whether somebody else can come on that day.
    CheckDay,
    /// Sees whether somebody can come on one day.
    CheckOneDay,
    /// Lets somebody come on one day, with a code.
    AllowOneDay,
    /// Sees whether people can come any day.
    CheckStanding,
    /// Lets people come any day.
    AllowStanding,
    /// Sees whether somebody can be kept away from the child.
    CheckForbidden,
    /// Keeps somebody away from the child.
    Forbid,
    /// Shows whether the child goes home alone.
    LookAlone,
    /// Lets the child go home alone.
    PermitAlone,
    /// Ends that.
    EndAlone,
    /// Shows who may and must not take the child home.
    LookPickupList,
    /// Takes somebody off that list.
    RevokeListed,
}

/// How the preview of a broadcast can end.
const PREVIEWED: &[&str] = &["ready", "asks_for_money", "nobody", "not_allowed"];

const ANSWER_SLOTS: &[&str] = &["need", "days", "pickup_at", "activities"];

/// Texts of `bot-flows/common.yaml` that are said to people outside of their own turns.
const NOTICES: &[&str] = &["teacher_list", "told_other_guardian", "told_other_join"];

macro_rules! standing_outcomes {
    ($good:literal) => {
        &[$good, "needs_name", "family", "alone", "forbidden", "full", "refused"]
    };
}

macro_rules! one_day_outcomes {
    ($good:literal) => {
        &[
            $good,
            "needs_name",
            "one_at_a_time",
            "family",
            "alone",
            "forbidden",
            "full",
            "refused",
            "one_day_only",
            "no_service",
            "past",
        ]
    };
}

impl Action {
    const ALL: &'static [(&'static str, Self)] = &[
        ("record_answer", Self::RecordAnswer),
        ("replace_answer", Self::ReplaceAnswer),
        ("change_answer", Self::ChangeAnswer),
        ("look_up", Self::LookUp),
        ("withdraw", Self::Withdraw),
        ("ask_teacher", Self::AskTeacher),
        ("show_progress", Self::ShowProgress),
        ("list_silent", Self::ListSilent),
        ("show_digest", Self::ShowDigest),
        ("open_digest", Self::OpenDigest),
        ("open_broadcast", Self::OpenBroadcast),
        ("preview_to_families", Self::PreviewToFamilies),
        ("preview_to_class", Self::PreviewToClass),
        ("preview_in_care", Self::PreviewInCare),
        ("preview_to_staff", Self::PreviewToStaff),
        ("send_broadcast", Self::SendBroadcast),
        ("list_unanswered", Self::ListUnanswered),
        ("acknowledge", Self::Acknowledge),
        ("list_matters", Self::ListMatters),
        ("decide_matters", Self::DecideMatters),
        ("answer_matter", Self::AnswerMatter),
        ("look_up_question", Self::LookUpQuestion),
        ("take_back_question", Self::TakeBackQuestion),
        ("read_more", Self::ReadMore),
        ("show_room", Self::ShowRoom),
        ("take_roll_call", Self::TakeRollCall),
        ("show_custody", Self::ShowCustody),
        ("hand_over", Self::HandOver),
        ("show_pickup", Self::ShowPickup),
        ("take_pickup_reply", Self::TakePickupReply),
        ("explain_absence", Self::ExplainAbsence),
        ("announce_arrival", Self::AnnounceArrival),
        ("search_child", Self::SearchChild),
        ("look_up_complaints", Self::LookUpComplaints),
        ("file_complaint", Self::FileComplaint),
        ("submit_join", Self::SubmitJoin),
        ("place_child", Self::PlaceChild),
        ("refuse_join", Self::RefuseJoin),
        ("look_leave", Self::LookLeave),
        ("check_leave", Self::CheckLeave),
        ("take_leave", Self::TakeLeave),
        ("cancel_leave", Self::CancelLeave),
        ("cancel_leave_days", Self::CancelLeaveDays),
        ("look_authorise", Self::LookAuthorise),
        ("look_one_day", Self::LookOneDay),
        ("check_day", Self::CheckDay),
        ("check_one_day", Self::CheckOneDay),
        ("allow_one_day", Self::AllowOneDay),
        ("check_standing", Self::CheckStanding),
        ("allow_standing", Self::AllowStanding),
        ("check_forbidden", Self::CheckForbidden),
        ("forbid", Self::Forbid),
        ("look_alone", Self::LookAlone),
        ("permit_alone", Self::PermitAlone),
        ("end_alone", Self::EndAlone),
        ("look_pickup_list", Self::LookPickupList),
        ("revoke_listed", Self::RevokeListed),
    ];

    fn words(self) -> ActionWords {
        let (reads, outcomes): (&[&str], &[&str]) = match self {
            Self::RecordAnswer => (ANSWER_SLOTS, &["accepted", "declined", "undecided", "contradicts"]),
            Self::ReplaceAnswer | Self::ChangeAnswer => {
                (ANSWER_SLOTS, &["accepted", "declined", "undecided"])
            }
            Self::LookUp => (&[], &["registered", "not_registered", "mid_term", "already_asked"]),
            Self::LookUpComplaints => (&[], &["said", "shown", "nothing"]),
            Self::FileComplaint => (&["what", "named", "school"], &["done", "nothing_said"]),
            Self::SubmitJoin => (&["from"], &["submitted", "too_late"]),
            Self::PlaceChild => (&["days", "pickup_at", "activities", "from"], &["done"]),
            Self::Withdraw => (&[], &["done", "not_registered"]),
            Self::AskTeacher | Self::RefuseJoin => (&[], &["done"]),
            Self::OpenBroadcast => (&[], &["allowed", "standing", "not_allowed"]),
            Self::PreviewToFamilies | Self::PreviewInCare | Self::PreviewToStaff => (&["words"], PREVIEWED),
            Self::PreviewToClass => (&["words", "class"], PREVIEWED),
            Self::SendBroadcast => {
                (&["count"], &["sent", "wrong_count", "expired", "asks_for_money", "nobody", "not_allowed"])
            }
            Self::Acknowledge => (&["reply"], &["done"]),
            Self::OpenDigest => (&["row"], &["shown", "nothing"]),
            Self::ShowProgress
            | Self::ShowDigest
            | Self::ListUnanswered
            | Self::ListSilent
            | Self::ListMatters
            | Self::ShowRoom
            | Self::ShowCustody
            | Self::ShowPickup => (&[], &["shown", "nothing"]),
            Self::TakeRollCall => (&["call"], &["done", "nothing"]),
            Self::HandOver => (&["left"], &["done", "stopped", "nothing"]),
            Self::TakePickupReply => (
                &["reply"],
                &[
                    "arrived",
                    "on_the_way",
                    "late",
                    "too_late",
                    "somebody_else",
                    "collected",
                    "contradicts",
                    "nothing",
                ],
            ),
            Self::ExplainAbsence | Self::AnnounceArrival | Self::SearchChild => (&[], &["done", "settled"]),
            Self::AnswerMatter => (&["words"], &["done"]),
            Self::LookUpQuestion => (&[], &["waiting", "nothing"]),
            Self::TakeBackQuestion => (&[], &["done", "answered"]),
            Self::ReadMore => (&["more"], &["more", "nothing"]),
            Self::DecideMatters => (&["calls", "reason"], &["done", "needs_reason"]),
            Self::LookLeave => (&[], &["none", "one_day", "several_days", "not_registered"]),
            Self::CheckLeave => (&["days"], &["fine", "no_service", "too_long", "already", "here"]),
            Self::TakeLeave => {
                (&["days"], &["taken", "morning", "no_service", "too_long", "already", "here"])
            }
            Self::CancelLeave => (&[], &["done", "past"]),
            Self::CancelLeaveDays => (&["back"], &["done", "past", "not_on_leave"]),
            Self::LookAuthorise => (&[], &["open", "one_day", "refused"]),
            Self::LookOneDay => (&[], &["today", "later", "refused"]),
            Self::CheckDay => (&["day"], &["fine", "one_day_only", "no_service", "past", "refused"]),
            Self::CheckOneDay => (&["day", "who"], one_day_outcomes!("fine")),
            Self::AllowOneDay => (&["day", "who"], one_day_outcomes!("done")),
            Self::CheckStanding => (&["who"], standing_outcomes!("fine")),
            Self::AllowStanding => (&["who"], standing_outcomes!("done")),
            Self::CheckForbidden => (&["who"], &["fine", "one_at_a_time", "own", "full", "refused"]),
            Self::Forbid => (&["who", "note"], &["done", "one_at_a_time", "own", "full", "refused"]),
            Self::LookAlone => (&[], &["may", "may_not", "refused"]),
            Self::PermitAlone | Self::EndAlone => (&[], &["done", "refused"]),
            Self::LookPickupList => (&[], &["shown", "nothing", "refused"]),
            Self::RevokeListed => (&["number"], &["done", "none", "unknown", "refused"]),
        };
        ActionWords { reads, outcomes }
    }
}

/// What flows of this school may name.
pub fn vocabulary(school: &School, flows: BTreeSet<String>, now: Moment) -> Vocabulary {
    Vocabulary {
        flows,
        actions: Action::ALL.iter().map(|(name, action)| (*name, action.words())).collect(),
        roles: BTreeSet::from(matter::ROLES),
        last_word: BTreeSet::from(matter::LAST_WORD),
        notices: notices(),
        sample: facts::sample(school, now),
        forbids: wording::breaks_policy,
        text_bytes_max: TEXT_BYTES_MAX,
    }
}

/// Every text that people are told outside of their own turns.
fn notices() -> BTreeSet<&'static str> {
    let all = [
        &matter::NOTICES,
        NOTICES,
        leave::NOTICES,
        authorise::NOTICES,
        super::custody::NOTICES,
        super::broadcast::NOTICES,
        &super::complaint::NOTICES,
    ];
    all.concat().into_iter().collect()
}

/// Does what a flow asks for; returns the outcome's name and the values for its texts.
///
/// # Errors
/// The store failed.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    name: &str,
    values: &BTreeMap<String, Value>,
    child: Option<&str>,
) -> Result<Outcome, UseCaseError> {
    let Some((_, action)) = Action::ALL.iter().find(|(known, _)| *known == name) else {
        tracing::error!(action = name, "a loaded flow names an unknown action");
        return Ok(("unknown", BTreeMap::new()));
    };
    match action {
        Action::ShowProgress => progress::show(draft).await,
        Action::ListSilent => progress::list_silent(draft).await,
        Action::OpenBroadcast
        | Action::PreviewToFamilies
        | Action::PreviewToClass
        | Action::PreviewInCare
        | Action::PreviewToStaff
        | Action::SendBroadcast
        | Action::ListUnanswered
        | Action::Acknowledge => broadcast::perform(draft, *action, values).await,
        Action::ShowDigest => digest::show(draft).await,
        Action::OpenDigest => digest::open(draft, values).await,
        Action::ListMatters => {
            complaint::note_review(draft).await?;
            Ok(matter::list(draft))
        }
        Action::LookUpComplaints => complaint::look_up(draft).await,
        Action::FileComplaint => complaint::file(draft, values).await,
        Action::DecideMatters => desk::decide(draft, values).await,
        Action::AnswerMatter => desk::answer(draft, values).await,
        Action::LookUpQuestion => matter::look_up_question(draft).await,
        Action::TakeBackQuestion => matter::take_back_question(draft).await,
        Action::ReadMore => Ok(desk::read_more(values)),
        Action::ShowRoom => Ok(custody::show(draft, false)),
        Action::ShowCustody => Ok(custody::show(draft, true)),
        Action::TakeRollCall => custody::take_roll_call(draft, values).await,
        Action::HandOver => custody::hand_over(draft, values).await,
        Action::ShowPickup => Ok(pickup::show(draft)),
        Action::TakePickupReply => pickup::take_reply(draft, values).await,
        action => match child.map(|id| StudentId(id.to_owned())) {
            Some(student) => perform_for_child(draft, *action, values, &student).await,
            None => Ok(no_child()),
        },
    }
}

async fn perform_for_child(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    match action {
        Action::ExplainAbsence | Action::AnnounceArrival | Action::SearchChild => {
            pickup::take_word(draft, action, student).await
        }
        Action::SubmitJoin | Action::PlaceChild | Action::RefuseJoin => {
            join::perform(draft, action, values, student).await
        }
        Action::LookLeave
        | Action::CheckLeave
        | Action::TakeLeave
        | Action::CancelLeave
        | Action::CancelLeaveDays => leave::perform(draft, action, values, student).await,
        Action::LookAuthorise
        | Action::LookOneDay
        | Action::CheckDay
        | Action::CheckOneDay
        | Action::AllowOneDay
        | Action::CheckStanding
        | Action::AllowStanding
        | Action::CheckForbidden
        | Action::Forbid
        | Action::LookAlone
        | Action::PermitAlone
        | Action::EndAlone
        | Action::LookPickupList
        | Action::RevokeListed => authorise::perform(draft, action, values, student).await,
        _ => Ok(answer::perform(draft, action, values, student)),
    }
}

/// A flow that does something for a child without having one; `check` cannot see it, the person gets the apology.
fn no_child() -> Outcome {
    tracing::error!("a flow acts for a child, and the conversation has none");
    ("no_child", BTreeMap::new())
}

/// Whether a person is staff who may see a whole school's figures.
pub(super) fn sees_school(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::SchoolAdmin | Role::Head))
}
