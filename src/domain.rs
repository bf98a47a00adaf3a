//! The school's rules (学校规则), pure: what is known + an action + now → changes or a refusal.
//!
//! Knows no flow, no platform and no store; `usecase` loads what a rule needs and commits what it decides. Start at
//! [`people`], then [`calendar`] and [`plan`].

pub mod access;
pub mod answer_window;
pub mod authorised_person;
pub mod broadcast;
pub mod calendar;
pub mod complaint;
pub mod custody;
pub mod digest;
pub mod dismissal;
pub(crate) mod document;
pub mod enrolment;
pub mod health_note;
pub mod introduction;
pub mod leave;
pub mod ledger;
pub mod people;
pub mod plan;
pub mod roster;
pub mod survey;
pub mod weekly;
pub mod workload;
