//! The one test binary: each file tells one part of the story.

// Says to clippy that helpers are tests too, so that they may unwrap and index.
#![cfg(test)]

mod architecture;
mod cards;
mod cli;
mod console;
mod dependencies;
mod digest;
mod dingtalk;
mod doctor;
mod flows;
mod kf;
mod kill;
mod ledger;
mod office;
mod once;
mod page;
mod parents;
mod roster;
mod second_school;
mod simulated;
mod store;
mod story;
mod support;
mod taps;
mod titles;
mod two_schools;
mod understand;
mod versions;
mod voices;
mod week;
