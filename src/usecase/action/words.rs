//! The words that flows use for actions (动作名): each with the slots that it reads and the outcomes it can have.
//!
//! Data only. `flow::check` holds flows to it. Start at [`ACTIONS`].

/// Something that flows can have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
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
    /// Whether somebody unknown may say who they are, today.
    MayIntroduce,
    /// Reads whether a class was named whole.
    ReadClass,
    /// Takes what somebody unknown says about themselves.
    Introduce,
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
    ShowWorkload,
    ShowHealthNotes,
    LookHealthNotes,
    AddHealthNote,
    RemoveHealthNote,
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

/// A row of [`ACTIONS`]: the name, the action, the slots that it reads, its outcomes.
type Row = (&'static str, Action, &'static [&'static str], &'static [&'static str]);

/// How the preview of a broadcast can end.
const PREVIEWED: &[&str] = &["ready", "asks_for_money", "nobody", "not_allowed"];

const ANSWER_SLOTS: &[&str] = &["need", "days", "pickup_at", "activities"];
/// Those of a change, which can begin later.
const CHANGE_SLOTS: &[&str] = &["need", "days", "pickup_at", "activities", "from"];

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

/// All actions.
pub(super) const ACTIONS: &[Row] = &[
    (
        "record_answer",
        Action::RecordAnswer,
        ANSWER_SLOTS,
        &["accepted", "declined", "undecided", "contradicts"],
    ),
    ("replace_answer", Action::ReplaceAnswer, ANSWER_SLOTS, &["accepted", "declined", "undecided"]),
    ("change_answer", Action::ChangeAnswer, CHANGE_SLOTS, &["accepted", "declined", "undecided", "too_soon"]),
    ("look_up", Action::LookUp, &[], &["registered", "not_registered", "mid_term", "already_asked"]),
    ("withdraw", Action::Withdraw, &["from"], &["done", "not_registered", "too_soon"]),
    ("ask_teacher", Action::AskTeacher, &[], &["done"]),
    ("show_progress", Action::ShowProgress, &[], &["shown", "nothing"]),
    ("show_workload", Action::ShowWorkload, &[], &["shown", "nothing"]),
    ("show_health_notes", Action::ShowHealthNotes, &[], &["shown", "nothing"]),
    ("look_health_notes", Action::LookHealthNotes, &[], &["none", "some"]),
    ("add_health_note", Action::AddHealthNote, &["note"], &["done", "too_long", "nothing_said", "full"]),
    ("remove_health_note", Action::RemoveHealthNote, &["number"], &["done", "none", "unknown"]),
    ("list_silent", Action::ListSilent, &[], &["shown", "nothing"]),
    ("may_introduce", Action::MayIntroduce, &[], &["may", "too_often"]),
    ("read_class", Action::ReadClass, &["class"], &["fine", "incomplete"]),
    ("introduce", Action::Introduce, &["class", "child", "digits"], &["done", "failed", "too_often"]),
    ("show_digest", Action::ShowDigest, &[], &["shown", "nothing"]),
    ("open_digest", Action::OpenDigest, &["row"], &["shown", "nothing"]),
    ("open_broadcast", Action::OpenBroadcast, &[], &["allowed", "standing", "not_allowed"]),
    ("preview_to_families", Action::PreviewToFamilies, &["words"], PREVIEWED),
    ("preview_to_class", Action::PreviewToClass, &["words", "class"], PREVIEWED),
    ("preview_in_care", Action::PreviewInCare, &["words"], PREVIEWED),
    ("preview_to_staff", Action::PreviewToStaff, &["words"], PREVIEWED),
    (
        "send_broadcast",
        Action::SendBroadcast,
        &["count"],
        &["sent", "wrong_count", "expired", "asks_for_money", "nobody", "not_allowed"],
    ),
    ("list_unanswered", Action::ListUnanswered, &[], &["shown", "nothing"]),
    ("acknowledge", Action::Acknowledge, &["reply"], &["done"]),
    ("list_matters", Action::ListMatters, &[], &["shown", "nothing"]),
    ("decide_matters", Action::DecideMatters, &["calls", "reason"], &["done", "needs_reason"]),
    ("answer_matter", Action::AnswerMatter, &["words"], &["done"]),
    ("look_up_question", Action::LookUpQuestion, &[], &["waiting", "nothing"]),
    ("take_back_question", Action::TakeBackQuestion, &[], &["done", "answered"]),
    ("read_more", Action::ReadMore, &["more"], &["more", "nothing"]),
    ("show_room", Action::ShowRoom, &[], &["shown", "nothing"]),
    ("take_roll_call", Action::TakeRollCall, &["call"], &["done", "nothing"]),
    ("show_custody", Action::ShowCustody, &[], &["shown", "nothing"]),
    ("hand_over", Action::HandOver, &["left"], &["done", "stopped", "nothing"]),
    ("show_pickup", Action::ShowPickup, &[], &["shown", "nothing"]),
    (
        "take_pickup_reply",
        Action::TakePickupReply,
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
    ("explain_absence", Action::ExplainAbsence, &[], &["done", "settled"]),
    ("announce_arrival", Action::AnnounceArrival, &[], &["done", "settled"]),
    ("search_child", Action::SearchChild, &[], &["done", "settled"]),
    ("look_up_complaints", Action::LookUpComplaints, &[], &["said", "shown", "nothing"]),
    ("file_complaint", Action::FileComplaint, &["what", "named", "school"], &["done", "nothing_said"]),
    ("submit_join", Action::SubmitJoin, &["from"], &["submitted", "too_late"]),
    ("place_child", Action::PlaceChild, &["days", "pickup_at", "activities", "from"], &["done"]),
    ("refuse_join", Action::RefuseJoin, &[], &["done"]),
    ("look_leave", Action::LookLeave, &[], &["none", "one_day", "several_days", "not_registered"]),
    ("check_leave", Action::CheckLeave, &["days"], &["fine", "no_service", "too_long", "already", "here"]),
    (
        "take_leave",
        Action::TakeLeave,
        &["days"],
        &["taken", "morning", "no_service", "too_long", "already", "here"],
    ),
    ("cancel_leave", Action::CancelLeave, &[], &["done", "past"]),
    ("cancel_leave_days", Action::CancelLeaveDays, &["back"], &["done", "past", "not_on_leave"]),
    ("look_authorise", Action::LookAuthorise, &[], &["open", "one_day", "refused"]),
    ("look_one_day", Action::LookOneDay, &[], &["today", "later", "refused"]),
    ("check_day", Action::CheckDay, &["day"], &["fine", "one_day_only", "no_service", "past", "refused"]),
    ("check_one_day", Action::CheckOneDay, &["day", "who"], one_day_outcomes!("fine")),
    ("allow_one_day", Action::AllowOneDay, &["day", "who"], one_day_outcomes!("done")),
    ("check_standing", Action::CheckStanding, &["who"], standing_outcomes!("fine")),
    ("allow_standing", Action::AllowStanding, &["who"], standing_outcomes!("done")),
    (
        "check_forbidden",
        Action::CheckForbidden,
        &["who"],
        &["fine", "one_at_a_time", "own", "full", "refused"],
    ),
    ("forbid", Action::Forbid, &["who", "note"], &["done", "one_at_a_time", "own", "full", "refused"]),
    ("look_alone", Action::LookAlone, &[], &["may", "may_not", "refused"]),
    ("permit_alone", Action::PermitAlone, &[], &["done", "refused"]),
    ("end_alone", Action::EndAlone, &[], &["done", "refused"]),
    ("look_pickup_list", Action::LookPickupList, &[], &["shown", "nothing", "refused"]),
    ("revoke_listed", Action::RevokeListed, &["number"], &["done", "none", "unknown", "refused"]),
];
