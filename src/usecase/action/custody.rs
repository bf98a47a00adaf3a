//! What a teacher does with the children of a room: calls the roll, and hands each child over.
//!
//! Part of `action`; the rules are `domain::custody` and `domain::authorised_person`. Start at [`take_roll_call`].

mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::custody::{self, Concern, Told};
use super::super::draft::Draft;
use super::super::record::{self, Errand, ErrandKind, Stored};
use super::super::{UseCaseError, card, errand, guardians};
use super::Outcome;
use crate::domain::authorised_person::{Collector, PickupCode, PickupList, family};
use crate::domain::custody::{self as rules, CustodyEvent, HandedTo, SeatState, What};
use crate::domain::people::StudentId;
use crate::outbox::Lane;
use crate::store::Expect;
use crate::understand::{Handover, HandoverHow, PickupPerson, Present, RollCall, Value};
pub(super) use words::{describe, person_in_words};
use words::{in_words, refusal_in_words, roll_in_words, stopped_in_words};

/// The flow that asks a family about a missing child.
pub(super) const MISSING: &str = "missing";

/// What stands behind a child of whom nobody said who took it home.
const UNNAMED: &str = "（家里人）";

fn said(outcome: &'static str, lines: &[String]) -> Outcome {
    (outcome, BTreeMap::from([("lines".to_owned(), json!(lines.join("\n")))]))
}

/// Shows a teacher's rooms, or to who has the whole school's duty the children that are still here.
pub(super) fn show(draft: &Draft<'_>, only_open: bool) -> Outcome {
    let mut lines = Vec::new();
    for concern in draft.rooms.iter().filter(|concern| concern.is_in_charge) {
        let room = &concern.room;
        let seats = room.day.seats.iter().filter(|seat| seat.state.is_open() || !only_open);
        let seats: Vec<_> = seats
            .map(|seat| {
                let at = seat.expected.pickup_at.format("%H:%M");
                let state = custody::state_in_words(&seat.state);
                format!("{} {}：{state}，约{at}接", seat.no, room.name(&seat.student))
            })
            .collect();
        if !seats.is_empty() {
            lines.push(format!("{}（{}人）", room.day.room, seats.len()));
            lines.extend(seats);
        }
    }
    if lines.is_empty() { said("nothing", &[]) } else { said("shown", &lines) }
}

/// Takes a roll call, or a correction of it; the families of who is missing are asked at once (R15).
///
/// # Errors
/// The store failed.
pub(super) async fn take_roll_call(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let Some(Value::RollCall(call)) = values.get("call") else { return Ok(said("nothing", &[])) };
    let mut lines = Vec::new();
    let mut rooms = std::mem::take(&mut draft.rooms);
    for concern in rooms.iter_mut().filter(|concern| concern.is_own) {
        if concern.room.day.closed.is_some() {
            lines.push(format!("{}的孩子都已经离校，点名不用再改。", concern.room.day.room));
            continue;
        }
        let Some(call) = of_room(call, concern) else { continue };
        match rules::roll_call(&concern.room.day, &call, &draft.person.id, draft.now) {
            Ok(events) => {
                let before = concern.room.clone();
                concern.room.take(&draft.school.id, &events, draft.batch_mut())?;
                tell_families(draft, &before, &events).await?;
                lines.extend(roll_in_words(concern));
                save(draft, concern)?;
                card::close(draft, &concern.key.id, "已点名", "").await?;
            }
            Err(refusal) => lines.push(refusal_in_words(&refusal, concern)),
        }
    }
    draft.rooms = rooms;
    Ok(if lines.is_empty() { said("nothing", &[]) } else { said("done", &lines) })
}

/// The part of a call that is about one room; `None` when it is about another one.
fn of_room(call: &RollCall, concern: &Concern) -> Option<rules::RollCall> {
    let day = &concern.room.day;
    let here = |ids: &[String]| -> BTreeSet<StudentId> {
        ids.iter().map(|id| StudentId(id.clone())).filter(|student| day.seat(student).is_some()).collect()
    };
    let (missing, excused) = (here(&call.absent), here(&call.on_leave));
    let present = match &call.present {
        // «都到了» after somebody was missing means them too.
        Present::TheRest if call.absent.is_empty() && call.on_leave.is_empty() => {
            let waited_for =
                |state: &SeatState| matches!(state, SeatState::Expected | SeatState::Missing { .. });
            let seats = day.seats.iter().filter(|seat| waited_for(&seat.state));
            rules::Present::These(seats.map(|seat| seat.student.clone()).collect())
        }
        Present::TheRest => rules::Present::Rest,
        Present::These(these) => rules::Present::These(here(these)),
    };
    let is_about_this = match &present {
        rules::Present::Rest => true,
        rules::Present::These(these) => {
            !these.is_empty() || !missing.is_empty() || !excused.is_empty() || call_is_empty(call)
        }
    };
    is_about_this.then_some(rules::RollCall { missing, excused, present })
}

fn call_is_empty(call: &RollCall) -> bool {
    call.absent.is_empty() && call.on_leave.is_empty() && call.present == Present::TheRest
}

/// Asks the families of who is missing since now, and calms those of who is not any more: their question is answered.
async fn tell_families(
    draft: &mut Draft<'_>,
    before: &custody::Room,
    events: &[CustodyEvent],
) -> Result<(), UseCaseError> {
    let flows = draft.flows.clone();
    for event in events {
        let (Some(student), What::Moved(state)) = (&event.student, &event.what) else { continue };
        let was_missing =
            before.day.seat(student).is_some_and(|seat| matches!(seat.state, SeatState::Missing { .. }));
        let is_gone = |event: &CustodyEvent| {
            event.student.as_ref() == Some(student)
                && matches!(event.what, What::HandedOver(_) | What::LeftAlone(_))
        };
        let settle = |text: &str| {
            let child = json!({ "name": before.name(student) });
            let words = flows.common_words(text, &BTreeMap::from([("child".to_owned(), child)]));
            ErrandKind::Settle { flow: MISSING.to_owned(), children: vec![student.clone()], words }
        };
        let people = guardians::informed(draft.service, draft.school, student).await?;
        for person in people {
            let what = match state {
                SeatState::Missing { .. } => ErrandKind::Start {
                    flow: MISSING.to_owned(),
                    children: vec![student.clone()],
                    given: BTreeMap::new(),
                    event_at: Some(draft.now),
                    lane: Lane::Urgent,
                },
                // Who has gone is told of by who took it home.
                SeatState::InRoom(_) if was_missing && events.iter().any(is_gone) => {
                    let (flow, children) = (MISSING.to_owned(), vec![student.clone()]);
                    ErrandKind::Settle { flow, children, words: String::new() }
                }
                SeatState::InRoom(_) if was_missing => settle("arrived"),
                SeatState::Absent { .. } if was_missing => settle("explained"),
                _ => continue,
            };
            draft.errand(Errand { school: draft.school.id.clone(), person: person.id, what });
        }
    }
    Ok(())
}

fn save(draft: &mut Draft<'_>, concern: &Concern) -> Result<(), UseCaseError> {
    let school = draft.school.id.clone();
    record::put(draft.batch_mut(), &school, concern.key.clone(), &concern.room, concern.expect)
}

/// Takes hand-overs: who went home with whom. Nobody goes whom the list stops, and the families are told.
///
/// # Errors
/// The store failed.
pub(super) async fn hand_over(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let Some(Value::Handovers(handovers)) = values.get("left") else { return Ok(said("nothing", &[])) };
    let mut rooms = std::mem::take(&mut draft.rooms);
    let (mut lines, mut touched, mut is_stopped) = (Vec::new(), BTreeSet::new(), false);
    let mut gone = Vec::new();
    for handover in handovers {
        let student = StudentId(handover.child.clone());
        let is_here = |concern: &Concern| concern.is_in_charge && concern.room.day.seat(&student).is_some();
        let place = rooms.iter().position(is_here);
        let Some((place, concern)) = place.and_then(|place| Some((place, rooms.get_mut(place)?))) else {
            continue;
        };
        let is_gone = concern.room.day.seat(&student).is_some_and(|seat| seat.state.is_gone());
        if is_gone && handover.how == HandoverHow::Collected(None) && handovers.len() > 1 {
            // «都接走了» means those who were still here.
            continue;
        }
        match take_one(draft, concern, &student, handover).await? {
            Ok(line) => {
                touched.insert(place);
                gone.push(line);
            }
            Err(line) => {
                is_stopped = true;
                lines.push(line);
            }
        }
    }
    lines.splice(0..0, (!gone.is_empty()).then(|| format!("记下了：{}。", gone_in_words(&gone))));
    for place in touched {
        if let Some(concern) = rooms.get_mut(place) {
            lines.push(close_or_count(draft, concern)?);
            save(draft, concern)?;
        }
    }
    draft.rooms = rooms;
    let outcome = if is_stopped { "stopped" } else { "done" };
    Ok(if lines.is_empty() { said("nothing", &[]) } else { said(outcome, &lines) })
}

/// Such as `1 李小禾（奶奶）、2 王小雨、3 周安安（家里人）`: what holds for many is said once.
fn gone_in_words(gone: &[String]) -> String {
    let named = gone.iter().filter(|line| !line.ends_with(UNNAMED)).cloned();
    let family: Vec<&str> = gone.iter().filter_map(|line| line.strip_suffix(UNNAMED)).collect();
    let family = (!family.is_empty()).then(|| format!("{}{UNNAMED}", family.join("、")));
    named.chain(family).collect::<Vec<_>>().join("、")
}

/// Closes a room whose last child has gone, or says who is still there.
fn close_or_count(draft: &mut Draft<'_>, concern: &mut Concern) -> Result<String, UseCaseError> {
    let open = concern.room.day.open_children();
    if open.is_empty()
        && let Ok(events) = rules::close(&concern.room.day, &draft.person.id, draft.now)
    {
        concern.room.take(&draft.school.id, &events, draft.batch_mut())?;
        return Ok(format!("{}的孩子都安全离校了，辛苦您！", concern.room.day.room));
    }
    let names: Vec<_> =
        open.iter().map(|child| format!("{} {}", child.no, concern.room.name(&child.student))).collect();
    Ok(format!("{}还有{}人：{}", concern.room.day.room, names.len(), names.join("、")))
}

async fn take_one(
    draft: &mut Draft<'_>,
    concern: &mut Concern,
    student: &StudentId,
    handover: &Handover,
) -> Result<Result<String, String>, UseCaseError> {
    let (by, now, day) = (draft.person.id.clone(), draft.now, concern.room.day.day);
    let key = record::key::<PickupList>(&draft.school.id, &student.0);
    let stored = record::load::<PickupList>(draft.service.store.as_ref(), &key).await?;
    let (list, expect) =
        stored.map_or((PickupList::default(), Expect::Absent), |Stored { value, expect }| (value, expect));
    let seat_no = concern.room.day.seat(student).map_or(0, |seat| seat.no);
    let name = format!("{seat_no} {}", concern.room.name(student));
    let (events, text, who, kept) = match &handover.how {
        HandoverHow::Waiting => {
            let before = concern.room.day.seat(student).map(|seat| seat.state.clone());
            let undone = rules::undo(&concern.room.day, student, &by, now);
            match undone {
                Ok(events) => {
                    concern.room.take(&draft.school.id, &events, draft.batch_mut())?;
                    if let Some(SeatState::HandedOver { to: HandedTo::Code(id), .. }) = before {
                        put_list(draft, student, &list.give_back(&id), expect)?;
                    }
                    return Ok(Ok(format!("{name}改回在班里")));
                }
                Err(_) => return Ok(still_waiting(&name, before.as_ref())),
            }
        }
        HandoverHow::LeftAlone => {
            let done = rules::leave_alone(&concern.room.day, student, &list, &by, now);
            (done, "gone_alone", "自己".to_owned(), list.clone())
        }
        HandoverHow::Collected(who) => {
            let (found, people) = guardians::of(draft.service, draft.school, student).await?;
            let members = found.map(|student| family(&student, &people)).unwrap_or_default();
            let code = handover.code.as_deref().and_then(|code| PickupCode::parse(code).ok());
            let verdict = match who {
                None => list.check_unnamed(day),
                Some(who) => {
                    let collector = Collector { guardian: None, says: describe(who) };
                    list.check(&members, &collector, code.as_ref(), day)
                }
            };
            let kept = list.after(&verdict, day, &by, now);
            if !verdict.lets_go() {
                let line = stopped_in_words(&verdict, &name);
                tell_stopped(draft, concern, student, who.as_ref()).await?;
                if kept != list {
                    put_list(draft, student, &kept, expect)?;
                }
                return Ok(Err(line));
            }
            let who = who.as_ref().map_or_else(|| "家里人".to_owned(), in_words);
            (rules::hand_over(&concern.room.day, student, &verdict, &by, now), "handed_over", who, kept)
        }
    };
    let events = match events {
        Ok(events) => events,
        Err(refusal) => return Ok(Err(format!("{name}：{}", refusal_in_words(&refusal, concern)))),
    };
    let before = concern.room.clone();
    concern.room.take(&draft.school.id, &events, draft.batch_mut())?;
    tell_families(draft, &before, &events).await?;
    if kept != list {
        put_list(draft, student, &kept, expect)?;
    }
    let time = draft.school.calendar.local_time(now).format("%H:%M").to_string();
    let more = [("who", who.clone()), ("time", time)];
    let (service, school) = (draft.service, draft.school);
    let mut told = Told { service, school, now, batch: draft.batch_mut() };
    custody::tell_guardians(&mut told, &concern.room, student, text, &more, |_| true).await?;
    Ok(Ok(format!("{name}（{who}）")))
}

/// What a teacher reads who says that a child still waits, where there was no hand-over to take back.
fn still_waiting(name: &str, state: Option<&SeatState>) -> Result<String, String> {
    match state {
        Some(state) if !state.is_open() => {
            Err(format!("{name}：记的是{}，没有改动，请马上核对。", custody::state_in_words(state)))
        }
        _ => Ok(format!("{name}还在班里")),
    }
}

pub(super) fn put_list(
    draft: &mut Draft<'_>,
    student: &StudentId,
    list: &PickupList,
    expect: Expect,
) -> Result<(), UseCaseError> {
    let school = draft.school.id.clone();
    let key = record::key::<PickupList>(&school, &student.0);
    record::put(draft.batch_mut(), &school, key, list, expect)
}

/// The family hears at once that somebody stands at the gate who may not take the child.
async fn tell_stopped(
    draft: &mut Draft<'_>,
    concern: &Concern,
    student: &StudentId,
    who: Option<&PickupPerson>,
) -> Result<(), UseCaseError> {
    let who = who.map_or_else(|| "有人".to_owned(), in_words);
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let mut told = Told { service, school, now, batch: draft.batch_mut() };
    let more = [("who", who)];
    custody::tell_guardians(&mut told, &concern.room, student, "stopped_at_gate", &more, |_| true).await
}

/// The words of a family about a missing child are taken; the other guardians need not answer any more.
pub(super) fn settle_missing(draft: &mut Draft<'_>, student: &StudentId, present: &str) {
    let Some(child) = draft.family.iter().find(|child| child.student.id == *student) else { return };
    let values = BTreeMap::from([
        ("child".to_owned(), json!({ "name": child.student.name.0 })),
        ("result".to_owned(), json!({ "present": present })),
    ]);
    let words = draft.flows.common_words("missing_settled", &values);
    for person in errand::other_guardians(&child.student, &draft.person.id) {
        let (children, flow) = (vec![student.clone()], MISSING.to_owned());
        let what = ErrandKind::Settle { flow, children, words: words.clone() };
        draft.errand(Errand { school: draft.school.id.clone(), person, what });
    }
}
