//! The laws of a week: what must hold after every step, whatever people do and whatever fails.
//!
//! Keeps its own account of what was said and of both logs, and compares. Start at [`Laws::hold`] and [`Laws::heard`].

mod heard;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};
use kehou::domain::authorised_person::AuthorisedId;
use kehou::domain::custody::{CustodyEvent, HandedTo, RoomDay, SeatState, What};
use kehou::domain::enrolment::{Standing, Wish};
use kehou::domain::leave::Leaves;
use kehou::domain::ledger::LedgerLine;
use kehou::domain::people::{PersonId, StudentId};
use kehou::domain::survey::Roll;
use kehou::rehearsal::cast::{Cast, school_id};
use kehou::rehearsal::live::Live;
use kehou::store::{Range, Store};
use kehou::usecase::custody::Room;
use kehou::usecase::matter::{Decided, Matter};
use kehou::usecase::record::{self, Document as _};

use super::decisions::{DECISIONS, VERDICTS, signature};
use super::town::Lawful;

/// When the rooms of a day are surely open: a minute after the service begins.
const ROOMS_ARE_OPEN: (u32, u32) = (15, 41);

/// One line of the custody log, as it is stored.
#[derive(serde::Deserialize)]
struct Line {
    room: String,
    day: NaiveDate,
    event: CustodyEvent,
}

/// Who asked for what, and for which child.
struct Asked {
    who: String,
    title: String,
    child: String,
}

/// What a step can change, as the logs tell it.
#[derive(Default)]
pub(super) struct Laws {
    cast: Option<Cast>,
    commits: u64,
    ledger_read: u64,
    roll: Roll,
    custody_read: u64,
    /// The rooms as their log tells them.
    rooms: BTreeMap<(NaiveDate, String), RoomDay>,
    uses: BTreeMap<(StudentId, AuthorisedId), i32>,
    decided: BTreeMap<(String, u64), Decided>,
    /// What lies on desks, by number.
    asked: BTreeMap<u32, Asked>,
    /// What decisions make people hear, by person and words: how often.
    owed: BTreeMap<(String, String), usize>,
    heard_of: BTreeMap<(String, String), usize>,
    digests: BTreeMap<(String, NaiveDate), u32>,
    /// What was said to whom in this step, unasked.
    step: BTreeSet<(String, String)>,
    is_moment: bool,
    /// Whom guardians have forbidden to take which child.
    forbidden: BTreeSet<(String, &'static str)>,
}

impl Laws {
    /// Nothing has happened yet.
    pub(super) fn new(cast: &Cast) -> Self {
        Self { cast: Some(cast.clone()), ..Self::default() }
    }

    fn cast(&self) -> &Cast {
        self.cast.as_ref().unwrap()
    }

    /// The room that somebody leads today, as its log tells it.
    pub(super) fn room_of(&self, who: &str, day: NaiveDate) -> Option<&RoomDay> {
        let person = self.cast().person(who)?.person.id.clone();
        self.rooms.values().find(|room| room.day == day && room.teacher == person)
    }

    /// All rooms of a day.
    pub(super) fn rooms_on(&self, day: NaiveDate) -> impl Iterator<Item = &RoomDay> {
        self.rooms.values().filter(move |room| room.day == day)
    }

    /// A new step begins; at one moment, people are not told the same words twice.
    pub(super) fn begin_step(&mut self, is_moment: bool) {
        self.is_moment = is_moment;
        self.step.clear();
    }

    /// Whether everything holds that the records can tell.
    ///
    /// # Errors
    /// The law that is broken.
    pub(super) async fn hold(&mut self, live: &Live) -> Lawful {
        if live.commits() == self.commits {
            return Ok(());
        }
        self.commits = live.commits();
        let store = live.store();
        self.read_ledger(store).await?;
        self.read_custody(store).await?;
        self.standings_are_the_ledger(store).await?;
        self.rooms_are_their_log(store).await?;
        self.each_child_has_its_seat(store, live.now()).await?;
        self.decisions_are_made_once(store).await
    }

    async fn read_ledger(&mut self, store: &dyn Store) -> Lawful {
        let log = record::ledger(&school_id());
        for entry in store.read_log(&log, self.ledger_read, usize::MAX).await.map_err(readable)? {
            let line: LedgerLine = serde_json::from_slice(&entry.body).map_err(readable)?;
            self.ledger_read = entry.position;
            self.roll.add(entry.position, &line);
        }
        Ok(())
    }

    async fn read_custody(&mut self, store: &dyn Store) -> Lawful {
        let log = format!("custody/{}", school_id());
        for entry in store.read_log(&log, self.custody_read, usize::MAX).await.map_err(readable)? {
            let Line { room, day, event } = serde_json::from_slice(&entry.body).map_err(readable)?;
            self.custody_read = entry.position;
            let key = (day, room);
            let before = self.rooms.get(&key).cloned();
            let after = match (&before, &event.what) {
                (None, What::Opened(_)) => RoomDay::fold(std::slice::from_ref(&event)),
                (Some(room), what) if !matches!(what, What::Opened(_)) => Some(room.clone().after(&event)),
                _ => return Err(format!("a room that is opened {:?}: {event:?}", before.is_some())),
            };
            let after = after.ok_or("a log that does not begin with the opening")?;
            self.codes_are_used_once(before.as_ref(), &event)?;
            self.rooms.insert(key, after);
        }
        Ok(())
    }

    /// A one-day code lets a child go at most once, unless the hand-over was taken back.
    fn codes_are_used_once(&mut self, before: Option<&RoomDay>, event: &CustodyEvent) -> Lawful {
        let Some(student) = &event.student else { return Ok(()) };
        let state = before.and_then(|room| room.seat(student)).map(|seat| &seat.state);
        match (&event.what, state) {
            (What::HandedOver(to), Some(SeatState::InRoom(_))) => {
                if let HandedTo::Code(id) = to {
                    let uses = self.uses.entry((student.clone(), id.clone())).or_default();
                    *uses += 1;
                    if *uses > 1 {
                        return Err(format!("the code of {id:?} let {student:?} go twice"));
                    }
                }
                Ok(())
            }
            (What::LeftAlone(_), Some(SeatState::InRoom(_))) => Ok(()),
            (What::HandedOver(_) | What::LeftAlone(_), state) => {
                Err(format!("{student:?} went home from {state:?}"))
            }
            (What::Undone, Some(SeatState::HandedOver { to: HandedTo::Code(id), .. })) => {
                *self.uses.entry((student.clone(), id.clone())).or_default() -= 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Each child stands in one place, and that is what the ledger tells.
    async fn standings_are_the_ledger(&self, store: &dyn Store) -> Lawful {
        for student in &self.cast().students {
            let key = record::key::<Standing>(&school_id(), &student.id.0);
            let kept = record::load::<Standing>(store, &key).await.map_err(readable)?;
            let kept = kept.map(|stored| stored.value).unwrap_or_default();
            let told = self.roll.students.get(&student.id).map(|seat| seat.standing.clone());
            if Some(&kept) != told.as_ref() {
                return Err(format!("{} is kept as {kept:?}, the ledger tells {told:?}", student.name.0));
            }
        }
        Ok(())
    }

    /// What is stored of each room is its log folded, and it is closed exactly when it should be.
    async fn rooms_are_their_log(&self, store: &dyn Store) -> Lawful {
        let kept = record::all::<Room>(store, &school_id()).await.map_err(readable)?;
        if kept.len() != self.rooms.len() {
            return Err(format!("{} rooms are kept, the log tells of {}", kept.len(), self.rooms.len()));
        }
        for (id, stored) in kept {
            let day = stored.value.day;
            if self.rooms.get(&(day.day, day.room.clone())) != Some(&day) {
                return Err(format!("the room {id} is kept otherwise than its log tells"));
            }
            let students: BTreeSet<_> = day.seats.iter().map(|seat| &seat.student).collect();
            let numbers: BTreeSet<_> = day.seats.iter().map(|seat| seat.no).collect();
            if students.len() != day.seats.len() || numbers.len() != day.seats.len() {
                return Err(format!("two seats of the room {id} are one child's, or have one number"));
            }
            let open = day.open_children().len();
            if day.closed.is_some() && open > 0 {
                return Err(format!("the room {id} is closed with {open} children in it"));
            }
            // A room is closed by the last child that goes home, not by one that never came.
            let gone = day.seats.iter().filter(|seat| seat.state.is_gone()).count();
            if day.closed.is_none() && open == 0 && gone == day.seats.len() {
                return Err(format!("all children of the room {id} are gone, and it is not closed"));
            }
        }
        Ok(())
    }

    /// Whoever is registered for this day has exactly one seat once the rooms are open, and is not waited for on leave.
    async fn each_child_has_its_seat(&self, store: &dyn Store, now: NaiveDateTime) -> Lawful {
        let (hour, minute) = ROOMS_ARE_OPEN;
        let (today, opened) = (now.date(), NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
        if now.time() < opened || !super::town::days().any(|day| day == today) {
            return Ok(());
        }
        for student in &self.cast().students {
            let rooms = self.rooms_on(today).filter_map(|room| Some((room, room.seat(&student.id)?)));
            let seats: Vec<_> = rooms.collect();
            let comes = self.comes_on(&student.id, today);
            if seats.len() != usize::from(comes) {
                return Err(format!("{} has {} seats, comes: {comes}", student.name.0, seats.len()));
            }
            let Some((room, seat)) = seats.first() else { continue };
            // A room that is closed keeps its record, whatever is asked for the day afterwards.
            if room.closed.is_some() {
                continue;
            }
            let key = record::key::<Leaves>(&school_id(), &student.id.0);
            let leaves = record::load::<Leaves>(store, &key).await.map_err(readable)?;
            let is_on_leave = leaves.is_some_and(|leaves| leaves.value.is_on_leave(today));
            let is_waited_for = matches!(seat.state, SeatState::Expected | SeatState::Missing { .. });
            if is_on_leave && is_waited_for {
                return Err(format!("{} is on leave and waited for", student.name.0));
            }
            if !is_on_leave && seat.state == SeatState::OnLeave {
                return Err(format!("{} is on leave in the room, and in no record", student.name.0));
            }
        }
        Ok(())
    }

    fn comes_on(&self, student: &StudentId, day: NaiveDate) -> bool {
        let registration = self.roll.students.get(student).and_then(|seat| seat.standing.registration());
        match registration.and_then(|known| known.wish_on(day)) {
            Some(Wish::Accepted(arrangement)) => {
                arrangement.days.as_ref().is_none_or(|days| days.contains(&day.weekday()))
            }
            Some(Wish::Declined | Wish::Undecided) | None => false,
        }
    }

    /// Every matter is decided at most once, and whoever asked is told of it.
    async fn decisions_are_made_once(&mut self, store: &dyn Store) -> Lawful {
        let page = store.scan(Matter::KIND, &Range::all(record::PAGE)).await.map_err(readable)?;
        for found in &page {
            let matter = record::read::<Matter>(found).map_err(readable)?.value;
            if let (Some(asker), Some(child)) = (&matter.asker, &matter.name) {
                let (who, title, child) = (self.name_of(asker), matter.title.clone(), child.0.clone());
                self.asked.insert(matter.number, Asked { who, title, child });
            }
            let Some(decided) = matter.decided else { continue };
            let known = self.decided.entry((found.key.id.clone(), matter.asked_in_turn));
            let known = known.or_insert_with(|| decided.clone());
            if *known != decided {
                return Err(format!("decided twice: {known:?}, then {decided:?}"));
            }
        }
        Ok(())
    }

    /// Whoever asked for what was decided in this line, such as `7号李小禾：同意了，这就告诉家长。`, will hear of it.
    fn owe(&mut self, line: &str) {
        let Some((number, rest)) = line.split_once('号') else { return };
        let verdict = VERDICTS.iter().find(|(words, _)| rest.contains(words)).map(|(_, verdict)| *verdict);
        let asked = number.parse().ok().and_then(|number| self.asked.get(&number));
        let (Some(asked), Some(verdict)) = (asked, verdict) else { return };
        if let Some(signature) = signature(&asked.title, verdict, &asked.child) {
            *self.owed.entry((asked.who.clone(), signature)).or_default() += 1;
        }
    }

    fn name_of(&self, person: &PersonId) -> String {
        let actress = self.cast().people.iter().find(|actress| actress.person.id == *person);
        actress.map_or("", |actress| actress.name).to_owned()
    }

    fn signatures_in(&self, words: &str) -> Vec<String> {
        let mut found = Vec::new();
        for student in &self.cast().students {
            for (title, verdict) in DECISIONS {
                let signature = signature(title, verdict, &student.name.0);
                found.extend(signature.filter(|signature| words.contains(signature)));
            }
        }
        found
    }

    /// What must hold when the week is over.
    ///
    /// # Errors
    /// The law that is broken.
    pub(super) async fn hold_at_the_end(&self, live: &Live) -> Lawful {
        for (of, owed) in &self.owed {
            let heard = self.heard_of.get(of).copied().unwrap_or_default();
            if heard != *owed {
                return Err(format!("{owed} decisions, told {heard} times: {of:?}"));
            }
        }
        for (of, heard) in &self.heard_of {
            if !self.owed.contains_key(of) {
                return Err(format!("nothing was decided, told {heard} times: {of:?}"));
            }
        }
        for day in super::town::days() {
            if self.digests.get(&("管理员".to_owned(), day)) != Some(&1) {
                return Err(format!("the admin has no digest of {day}"));
            }
        }
        let loose = live.loose_ends().await.map_err(readable)?;
        if loose.is_empty() { Ok(()) } else { Err(loose.join("; ")) }
    }
}

fn readable(error: impl std::fmt::Display) -> String {
    error.to_string()
}
