//! kehou (课后, "after class"): a school's free after-class care, run in the chat apps that families already use.
//!
//! A pure core in a thin shell. The core is functions from values to values; around it, small adapters talk to
//! platforms, stores and browsers; [`app`] joins them. The binary is the arguments given to [`cli::run`]; everything
//! else is here, so that tests and the demo start the same parts. A newcomer reads in this order:
//!
//! | module | what | start at |
//! |---|---|---|
//! | [`domain`] | the school's rules, pure: what is known + an action + now → changes or a refusal | [`domain::enrolment::answer`] |
//! | [`understand`] | what people type, pure: text + question → value, unclear or a command | [`understand::read`] |
//! | [`flow`] | the conversation engine, pure: flows as data, one turn at a time | [`flow::step::step`] |
//! | [`usecase`] | load → decide → commit, one use case a file | [`usecase::turn::receive`] |
//! | [`store`], [`outbox`], [`platform`] | what is remembered, what is to be sent, who carries it | [`store::Store`], [`outbox::Outbox`], [`platform::Platform`] |
//! | [`picture`] | figures → SVG → PNG, the same bytes for the same figures | [`picture::digest_png`] |
//! | [`web`], [`cli`], [`config`] | the doors and the settings | [`web::router`] |
//! | [`rehearsal`] | stories of conversations, played against the real use cases | [`rehearsal::rehearse`] |
//! | [`simulator`] | the other side of each platform's wire, for the demo and the tests | [`simulator::wecom::WecomSimulator`] |
//! | [`clock`], [`ids`], [`problem`] | the time, chance, and what is written wrong | [`clock::Clock`] |
//!
//! The map with its invariants, words and walkthroughs is docs/architecture.md; why things are so, docs/decisions/.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod flow;
pub mod ids;
pub mod outbox;
pub mod picture;
pub mod platform;
pub mod problem;
pub mod rehearsal;
pub mod simulator;
pub mod store;
pub mod understand;
pub mod usecase;
pub mod web;
