//! The documents that records hold (文档): the kind of each, and what it can be found by.
//!
//! Knows no key and no store. Start at [`Document`].

use super::{
    AccountOwner, DigestRecord, DigestSent, Document, Errand, Handled, ListsSent, RosterHead, SentAnswer,
    Timer, WeeklyRecord, class_key, role_key, standing_in,
};
use crate::clock::sortable;
use crate::domain::answer_window::AnswerWindow;
use crate::domain::enrolment::Standing;
use crate::domain::people::{Person, SchoolId, Student};
use crate::domain::survey::Campaign;
use crate::flow::conversation::Conversation;
use crate::store::{IndexEntry, Kind};

impl Document for ListsSent {
    const KIND: Kind = Kind("lists_sent");
}

impl Document for SentAnswer {
    const KIND: Kind = Kind("sent_answer");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: "at", value: sortable(self.at) }]
    }
}

impl Document for AnswerWindow {
    const KIND: Kind = Kind("answer_window");

    /// Before a person's first words there is none: then it is somebody's who came by a link of their own.
    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        self.opened_at.iter().map(|at| IndexEntry { name: "at", value: sortable(*at) }).collect()
    }
}

impl Document for Student {
    const KIND: Kind = Kind("student");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let class = class_key(self.class);
        vec![IndexEntry { name: "class", value: format!("{school}/{class}") }]
    }
}

impl Document for Person {
    const KIND: Kind = Kind("person");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        self.roles
            .iter()
            .map(|role| IndexEntry { name: "role", value: format!("{school}/{}", role_key(role)) })
            .collect()
    }
}

impl Document for AccountOwner {
    const KIND: Kind = Kind("account");
}

impl Document for Standing {
    const KIND: Kind = Kind("standing");
}

impl Document for Conversation {
    const KIND: Kind = Kind("conversation");

    /// By the versions and steps that somebody stands in, so that a changed flow knows whom it meets.
    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        let places = self.frames.iter().chain(&self.parked).map(standing_in);
        let places: std::collections::BTreeSet<String> = places.collect();
        places.into_iter().map(|value| IndexEntry { name: "standing_in", value }).collect()
    }
}

impl Document for Handled {
    const KIND: Kind = Kind("handled");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: "at", value: sortable(self.at) }]
    }
}

impl Document for Timer {
    const KIND: Kind = Kind("timer");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: "due", value: sortable(self.due_at) }]
    }
}

impl Document for Errand {
    const KIND: Kind = Kind("errand");
}

impl Document for Campaign {
    const KIND: Kind = Kind("campaign");
}

impl Document for DigestRecord {
    const KIND: Kind = Kind("digest");
}

impl Document for WeeklyRecord {
    const KIND: Kind = Kind("weekly");
}

impl Document for RosterHead {
    const KIND: Kind = Kind("roster");
}

impl Document for DigestSent {
    const KIND: Kind = Kind("digest_sent");
}
