//! The card of a roll call (点名卡片): who is missing, to be chosen, or that nobody is.
//!
//! The list goes in words beside it, because it is spoken of all evening. Part of `custody`. Start at [`offer`].

use super::Room;
use crate::domain::custody::SeatState;
use crate::platform::card::CardAsks;
use crate::usecase::card::{ALL, About, CHILD, Offer, SUBMIT, option};

/// Children whom one card can show beside 都到了, on any platform; with more, only that can be pressed.
const CHILDREN_MAX: usize = 19;
/// Characters of a room's name that a headline has room for.
const ROOM_CHARS_MAX: usize = 12;

/// The card for the teacher of a room.
///
/// - `key`: of the room's record.
pub(super) fn offer<'a>(key: &str, room: &Room, words: &'a str) -> Offer<'a> {
    let expected: Vec<_> = room.day.seats.iter().filter(|seat| seat.state != SeatState::OnLeave).collect();
    let all = option(ALL, "都到了");
    let is_small = expected.len() <= CHILDREN_MAX && room.day.room.chars().count() <= ROOM_CHARS_MAX;
    let (body, asks) = if is_small {
        let child = |seat: &&crate::domain::custody::Seat| {
            option(format!("{CHILD}{}", seat.no), format!("{} {}", seat.no, room.name(&seat.student)))
        };
        let options = std::iter::once(all).chain(expected.iter().map(child)).collect();
        let body = format!("应到{}人。选没到的孩子；都到了，只选“都到了”。", expected.len());
        (body, CardAsks::Several { options, submit: option(SUBMIT, "提交") })
    } else {
        let body = format!("应到{}人。都到了，点一下就行；有没到的，请打字。", expected.len());
        (body, CardAsks::One(vec![all]))
    };
    Offer {
        about: About::RollCall { key: key.to_owned() },
        title: format!("点名 {}", room.day.room),
        body,
        hint: "也可以打字回复，比如“缺3 8”".to_owned(),
        asks,
        words,
    }
}
